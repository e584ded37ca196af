"""Between the room and the sides: one message to all, hotline calls, meetings, agreed measures and their follow-up."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from trucewatch.cases.findings import Reply, replied
from trucewatch.cases.said import Post, RefusedError, Said, Terms
from trucewatch.cases.told import Told
from trucewatch.model import CENTRE
from trucewatch.vocabulary import CallDirection, Followed, StaffRole

SIDE = "side:"  # before a party's id among those present at a meeting


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """That a liaison has received a message."""

    said: Said
    side: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """One message to every liaison of the staff at that moment: the same words, the same entry, the same time.

    `to` are (post, side), the sides in the case's order and the posts of each by name; `unreached` the
    sides that had no liaison.
    """

    said: Said
    about: str
    to: tuple[tuple[str, str], ...]
    unreached: tuple[str, ...]
    receipts: tuple[Receipt, ...] = ()
    replies: tuple[Reply, ...] = ()

    @property
    def missing(self) -> tuple[tuple[str, str], ...]:
        """Return the (post, side) of those who have not said that they received it."""
        received = {receipt.said.who for receipt in self.receipts}
        return tuple((post, side) for post, side in self.to if post not in received)


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """A call on the hotline with one side; `time` is when, by the word of whoever writes it down."""

    said: Said
    side: str
    time: datetime
    direction: CallDirection


@dataclass(frozen=True, slots=True, kw_only=True)
class Meeting:
    """A liaison meeting; `present` are posts of the staff and sides as "side:<party>"."""

    said: Said
    time: datetime
    present: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class FollowUp:
    """What somebody says became of a measure or a remedy; `by` is the speaker's post."""

    said: Said
    by: Post
    state: Followed


@dataclass(frozen=True, slots=True, kw_only=True)
class Measure:
    """What a meeting (index) agreed on: who does it until when, and what everybody said became of it."""

    said: Said
    meeting: int
    bearer: str
    due: datetime
    follow_ups: tuple[FollowUp, ...] = ()

    @property
    def state(self) -> Followed | None:
        """Return what became of it (`stands`), None where nobody has said anything."""
        return stands(self.follow_ups)


def stands(follow_ups: Sequence[FollowUp]) -> Followed | None:
    """Return what became of something: the newest word of an officer, and of the side only while no officer has spoken.

    Else a side could take what it owes off the list after the room has said that it is not done.
    """
    by_officer = [one for one in follow_ups if one.by.role == StaffRole.OFFICER]
    return next((one.state for one in reversed(by_officer or follow_ups)), None)


def message(told: Told, staff: Iterable[tuple[str, Post]], terms: Terms) -> Message:
    """Return a message to everybody who is liaison now."""
    told.with_reasons("has no words")
    liaisons = sorted(
        (name, post.of) for name, post in staff if post.role == StaffRole.LIAISON and not post.is_dismissed
    )
    to = tuple((name, side) for party in terms.parties for name, side in liaisons if side == party)
    unreached = tuple(party for party in terms.parties if party not in {side for _, side in to})
    return Message(said=told.said, about=told.word("about", or_none=True), to=to, unreached=unreached)


def with_receipt(sent: Message, told: Told) -> Message:
    """Return the message after somebody received it."""
    if (told.said.who, told.side) not in sent.to:
        raise RefusedError("was not among those whom the message was sent to", sent.said.index)
    return replace(sent, receipts=(*sent.receipts, Receipt(said=told.said, side=told.side)))


def with_answer(sent: Message, told: Told) -> Message:
    """Return the message after a side has replied to it."""
    sides = tuple(dict.fromkeys(side for _, side in sent.to))
    return replace(sent, replies=(*sent.replies, replied(told, sent.said.index, sides, None)))


def call(told: Told, terms: Terms) -> Call:
    """Return a call; a liaison writes down calls of its own side only."""
    side = told.one_of("side", terms.parties, "a side")
    if told.post.role == StaffRole.LIAISON and told.side != side:
        raise RefusedError("writes down a call of another side")
    return Call(said=told.said, side=side, time=told.time("time"), direction=told.choice("direction", CallDirection))


def meeting(told: Told, posts: Collection[str], terms: Terms) -> Meeting:
    """Return a meeting; those present are of the staff, or sides."""
    present = told.words("present")
    sides = {SIDE + party for party in terms.parties}
    if strange := [name for name in present if name not in posts and name not in sides]:
        raise RefusedError(f"names {strange[0][:60]!r} as present, who is not of the staff and no side")
    return Meeting(said=told.said, time=told.time("time"), present=present)


def measure(told: Told, held: Meeting, terms: Terms) -> Measure:
    """Return a measure that a meeting agreed on."""
    bearers = (*terms.parties, *terms.guarantors, CENTRE)
    bearer = told.one_of("bearer", bearers, "a side, a guarantor or the centre")
    return Measure(said=told.said, meeting=held.said.index, bearer=bearer, due=told.time("due"))


def with_follow_up(agreed: Measure, told: Told) -> Measure:
    """Return the measure after somebody said what became of it."""
    return replace(agreed, follow_ups=(*agreed.follow_ups, follow_up(told, agreed.bearer, agreed.said.index)))


def follow_up(told: Told, bearer: str, about: int) -> FollowUp:
    """Return what became of it by an officer's word, or by the liaison's of the side that bears it."""
    if told.post.role == StaffRole.LIAISON and told.side != bearer:
        raise RefusedError(f"speaks of what {bearer!r} is to do", about)
    return FollowUp(said=told.said, by=told.post, state=told.choice("state", Followed))
