"""Persons and bodies that change hands: both sides' lists held against each other by commitment, in counts only."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import Enum, auto

from trucewatch.agreement.bonds import Bond
from trucewatch.agreement.clock import Due, ahead, dues, in_time
from trucewatch.agreement.docket import Docket, heard, known_of
from trucewatch.agreement.facts import Fact, Heard, Span, as_of_line, keys_of
from trucewatch.agreement.said import NO_ANCHOR, due_words, fact_words
from trucewatch.agreement.states import Finding, Rule, remembering
from trucewatch.agreement.variants import Variant, concerned
from trucewatch.agreement.voices import BOUND, NEUTRAL, Voice
from trucewatch.model import Listed
from trucewatch.paper import Exchange
from trucewatch.vocabulary import PersonState, State

GONE = frozenset({PersonState.RELEASED, PersonState.RETURNED})
DONE_EVENT = "done"


class Where(Enum):
    """Where one person stands by the lists of those concerned."""

    SETTLED = auto()  # released or returned by every list, or by one and a monitor
    OPEN = auto()
    ONE_LIST = auto()
    DISPUTED = auto()


@dataclass(frozen=True, slots=True)
class Lists:
    """What the lists come to: how many sides gave one, how many persons stand where, and when the last was settled."""

    sides: int
    counts: Mapping[Where, int]
    settled: Span | None
    heard: tuple[Heard, ...]


def exchange(docket: Docket, bond: Bond, variant: Variant) -> Rule:
    """Return the rule of an exchange: done when all that both sides list are settled, or both say that it is done."""
    duty, tz = variant.duty, docket.case.time_zone
    terms = duty.terms
    assert isinstance(terms, Exchange)
    said = [each for each in heard(docket, bond, duty.act) if _is_of(each, terms)]
    line = as_of_line(said, [each.end for each in said], lambda some: _lists(some, concerned(bond)))
    closing, due_at = known_of(docket, bond, DONE_EVENT, duty.verify), dues(docket, bond, variant, duty.deadline)

    def made(lists: Lists, done: Fact, due: Due | None, until: datetime | None) -> Finding:
        span = _done(lists, done, all_for_all=terms.all_for_all)
        state = _state(lists, done, span, due=due, until=until, has_deadline=duty.deadline is not None)

        def why() -> str:
            told = f"{_words(lists)}; {fact_words(DONE_EVENT, done, bond.cast, tz)}"
            return f"{told}; {NO_ANCHOR if duty.deadline is not None and due is None else due_words(due, tz)}"

        return Finding(
            state,
            why,
            since=span[0] if span is not None else duty.from_time,
            until=until,
            keys=keys_of((*lists.heard, *done.stating, *done.denying)),
            span=span,
            told=tuple(each.voice for each in lists.heard),
        )

    found = remembering(made)

    def find(as_of: datetime) -> Finding:
        due = due_at(as_of)
        return found(line(as_of), closing(as_of), due, ahead(due, as_of))

    return find


def _is_of(each: Heard, terms: Exchange) -> bool:
    body = each.record.body
    return isinstance(body, Listed) and (not terms.categories or body.category in terms.categories)


# --- the lists ------------------------------------------------------------------------------------

_Words = Mapping[Voice, Sequence[Heard]]  # each voice's last word on one person; several where it said several at once


def _lists(said: Sequence[Heard], sides: Collection[str]) -> Lists:
    persons = list(_by_person(said, sides))
    found = [_where(words, sides) for words in persons]
    whose = {voice.name for words in persons for voice in words if _is_side(voice, sides)}
    settled = [_settled(words) for words, where in zip(persons, found, strict=True) if where is Where.SETTLED]
    return Lists(
        sides=len(whose),
        counts={where: found.count(where) for where in Where},
        settled=(max(s for s, _ in settled), max(e for _, e in settled)) if settled else None,
        heard=tuple(each for words in persons for own in words.values() for each in own),
    )


def _by_person(said: Sequence[Heard], sides: Collection[str]) -> Iterator[_Words]:
    """Yield the last words on each person whom one of the sides lists."""
    persons: dict[str, dict[Voice, list[Heard]]] = {}
    for each in said:
        own = persons.setdefault(_person(each), {}).setdefault(each.voice, [])
        if own and (own[0].end, own[0].known) < (each.end, each.known):
            own.clear()
        if not own or (own[0].end, own[0].known) == (each.end, each.known):
            own.append(each)
    yield from (words for words in persons.values() if any(_is_side(voice, sides) for voice in words))


def _person(each: Heard) -> str:
    return each.record.body.person if isinstance(each.record.body, Listed) else ""


def _is_side(voice: Voice, sides: Collection[str]) -> bool:
    return voice.sort in BOUND and voice.name in sides


def _where(words: _Words, sides: Collection[str]) -> Where:
    listing = {voice: _states(own) for voice, own in words.items() if _is_side(voice, sides)}
    if any(PersonState.DISPUTED in states or len(states) > 1 for states in listing.values()):
        return Where.DISPUTED
    gone = [voice for voice, states in listing.items() if states <= GONE]
    seen = any(v.sort in NEUTRAL and not _is_side(v, sides) and _states(own) <= GONE for v, own in words.items())
    if gone and (seen or (len(gone) == len(listing) and len(gone) > 1)):
        return Where.SETTLED
    return Where.ONE_LIST if len(listing) == 1 else Where.OPEN


def _states(own: Sequence[Heard]) -> frozenset[PersonState]:
    return frozenset(each.record.body.state for each in own if isinstance(each.record.body, Listed))


def _settled(words: _Words) -> Span:
    gone = [each for own in words.values() for each in own if _states([each]) <= GONE]
    return max(each.start for each in gone), max(each.end for each in gone)


# --- what they come to ----------------------------------------------------------------------------


def _done(lists: Lists, done: Fact, *, all_for_all: bool) -> Span | None:
    """Return when the exchange was done: by every person settled on both lists, or by the word that proves it."""
    is_left = any(lists.counts[where] for where in (Where.OPEN, Where.ONE_LIST, Where.DISPUTED))
    if all_for_all and lists.sides > 1 and not is_left:
        return lists.settled
    if done.truth is True and done.start is not None and done.end is not None and not (all_for_all and is_left):
        return done.start, done.end
    return None


def _state(
    lists: Lists, done: Fact, span: Span | None, *, due: Due | None, until: datetime | None, has_deadline: bool
) -> State:
    is_parted = lists.counts[Where.DISPUTED] or (lists.sides > 1 and lists.counts[Where.ONE_LIST])
    if is_parted or done.is_disputed:
        return State.DISPUTED_FACT
    if span is not None:
        kept = in_time(span, due)
        return State.FULFILLED if kept else State.UNRESOLVED if kept is None else State.FULFILLED_LATE
    if due is not None and until is None:
        return State.OVERDUE_UNVERIFIED
    if lists.sides == 1:
        return State.UNRESOLVED
    return State.PENDING if has_deadline else State.IN_FORCE


def _words(lists: Lists) -> str:
    if not lists.sides:
        return "no list"
    named = {
        Where.SETTLED: "released or returned by both",
        Where.OPEN: "still open",
        Where.ONE_LIST: "on one list only",
        Where.DISPUTED: "in dispute",
    }
    counts = ", ".join(f"{lists.counts[where]} {words}" for where, words in named.items())
    return f"{lists.sides} list{'s' if lists.sides > 1 else ''} of {sum(lists.counts.values())} persons: {counts}"
