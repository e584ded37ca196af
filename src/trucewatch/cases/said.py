"""What the folds hear, and by which terms they judge it: one entry of the log, the agreement's procedure, who is who.

Whatever the rules do not allow is kept and listed with its reason (`Odd`), never dropped: what was said stays said.
"""

from bisect import bisect_right
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from operator import itemgetter
from typing import Any, Protocol

from trucewatch.evidence import BOTH, NO_VIOLATION, OTHER, UNDETERMINED
from trucewatch.model import CENTRE, Party, ReviewTerms
from trucewatch.vocabulary import DecisionRule, StaffRole

WAITING = -1  # the index of what was received and is not yet in the log

Staff = Mapping[str, tuple[str, str]]  # id of a post -> (role, of)


class RefusedError(ValueError):
    """The rules do not allow this statement; the message is one line for a person.

    `about` is the entry that the statement is about, None where it names none that is known.
    """

    def __init__(self, reason: str, about: int | None = None) -> None:
        super().__init__(reason)
        self.about = about


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """One entry as the folds hear it.

    `index` is its place in the log, -1 where it was received and is not yet sequenced; `time` the centre's clock at the
    beat that sequenced it (None: not yet); `shown` are the disclosed fields, without those that are withheld.
    """

    index: int
    time: datetime | None
    fields: Mapping[str, Any]
    shown: Mapping[str, Any]

    @property
    def name(self) -> str:
        """Return what no other statement is called: who said it, and the nonce of chance."""
        return f"{self.fields.get('who')}/{self.fields.get('nonce')}"

    @property
    def who(self) -> str:
        """Return the post that said it; nothing where the centre did."""
        return str(self.fields.get("who", ""))

    @property
    def text(self) -> str | None:
        """Return its words, "" where it has none, None where they are withheld."""
        if "text" in self.shown:
            return str(self.shown["text"])
        hidden = self.fields.get("commitments")
        return None if isinstance(hidden, list) and len(hidden) > len(self.shown) else ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Odd:
    """A statement that the rules do not allow, and why; `about` is the entry that it is about, if that is known."""

    said: Said
    reason: str
    about: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """The agreement's procedure: who decides, about whom, by which rule, and within how many days.

    `guarantors` stand in the charter's order, `parties` in the case's.
    """

    guarantors: tuple[str, ...]
    parties: tuple[str, ...]
    rule: DecisionRule
    reply_days: int
    remedy_days: int

    @property
    def findings(self) -> frozenset[str]:
        """Return what may be found of an incident or a case."""
        return frozenset({*self.parties, BOTH, OTHER, NO_VIOLATION, UNDETERMINED})

    def named(self, finding: str) -> tuple[str, ...]:
        """Return the sides that a finding names, in the case's order."""
        return tuple(party for party in self.parties if finding in (party, BOTH))


@dataclass(frozen=True, slots=True, kw_only=True)
class Procedure:
    """The terms of a log: the `first`, and each change with the index of the entry from which on it is in force.

    What was said before a change is judged by what was in force when it was said: nobody changes the past.
    """

    first: Terms
    changes: tuple[tuple[int, Terms], ...] = ()

    @property
    def newest(self) -> Terms:
        """Return the terms in force at the end, and for what waits."""
        return self.at(WAITING)

    def at(self, index: int) -> Terms:
        """Return the terms in force at the entry of that index."""
        known = len(self.changes) if index == WAITING else self._known(index)
        return self.changes[known - 1][1] if known else self.first

    def until(self, index: int) -> "Procedure":
        """Return what of it the log said up to that index."""
        return replace(self, changes=self.changes[: self._known(index)])

    def _known(self, index: int) -> int:
        return bisect_right(self.changes, index, key=itemgetter(0))

    def then(self, index: int, terms: Terms) -> "Procedure":
        """Return the procedure with the terms that a later entry says; the same terms again change nothing."""
        return self if terms == self.newest else replace(self, changes=(*self.changes, (index, terms)))


@dataclass(frozen=True, slots=True, kw_only=True)
class Post:
    """What somebody of the staff is: the role, and for whom; somebody dismissed has no passkey left.

    `zones` are the ids of the case's areas in which a monitor may look.
    """

    role: str
    of: str
    is_dismissed: bool = False
    zones: frozenset[str] = frozenset()

    @property
    def for_whom(self) -> tuple[str, str]:
        """Return for whom it speaks: a guarantor and a side that are called alike are two."""
        return self.role, self.of


def posts_in(fields: Mapping[str, Any]) -> dict[str, Post]:
    """Return whom a charter or an act appoints, by id; somebody without a passkey is dismissed. Others appoint nobody.

    The one place where the staff is read from entries; what is signed by whom is for the ledger to check. Raises
    RefusedError where the list cannot be read.
    """
    act = fields.get("act") if fields.get("type") == "act" else None
    if isinstance(act, Mapping):
        listed = act.get("staff") if act.get("kind") == "appoint" else []
    else:
        listed = fields.get("staff", []) if fields.get("type") == "charter" else []
    if not isinstance(listed, list) or not all(map(_is_post, listed)):
        raise RefusedError("lists the staff in a form that cannot be read")
    return {
        post["id"]: Post(
            role=post["role"],
            of=post["of"],
            is_dismissed=not post["passkeys"],
            zones=frozenset(post.get("zones", ())),
        )
        for post in listed
    }


def _is_post(listed: Any) -> bool:
    texts = [listed.get(name) for name in ("id", "role", "of")] if isinstance(listed, dict) else [None]
    if not all(isinstance(text, str) for text in texts) or not isinstance(listed.get("passkeys"), list):
        return False
    zones = listed.get("zones", [])
    return isinstance(zones, list) and all(isinstance(zone, str) for zone in zones)


class Agreed(Protocol):
    """What of a case the terms are made of: a `Case`, or its file as it is read."""

    @property
    def parties(self) -> tuple[Party, ...]:
        """The parties, in the case's order."""

    @property
    def review(self) -> ReviewTerms:
        """The procedure between a proposal and a finding."""


def terms_of(case: Agreed, guarantors: tuple[str, ...]) -> Terms:
    """Return the terms of a case, whose log's charter appoints these guarantors.

    Raises ValueError where a word means a guarantor and also a party or the centre: nobody would know who is named.
    """
    review, parties = case.review, tuple(party.id for party in case.parties)
    if shared := sorted({*guarantors} & {*parties, CENTRE}):
        raise ValueError(
            f"{shared[0]!r} is a guarantor of this log and {'the centre' if shared[0] == CENTRE else 'a party'}"
        )
    return Terms(
        guarantors=guarantors,
        parties=parties,
        rule=review.rule,
        reply_days=review.reply_days,
        remedy_days=review.remedy_days,
    )


def side_of(post: Post) -> str:
    """Return the side that somebody speaks for: that of a liaison, "" of everybody else."""
    return post.of if post.role == StaffRole.LIAISON else ""
