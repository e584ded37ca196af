"""What was heard so far, while it is being heard. Mutable and never seen outside; `office` hands out what is frozen."""

from copy import copy
from dataclasses import dataclass, field, fields
from datetime import datetime
from typing import Any, NamedTuple

from trucewatch.cases.findings import Finding
from trucewatch.cases.investigations import Investigation
from trucewatch.cases.liaison import Call, Measure, Meeting, Message
from trucewatch.cases.releases import Signed
from trucewatch.cases.reviews import Review, judged_by
from trucewatch.cases.said import WAITING, Odd, Post, RefusedError, Said, Staff, Terms
from trucewatch.cases.shifts import Shift
from trucewatch.cases.told import Told


class Ref(NamedTuple):
    """Where what was said is kept: in which of `Kept`'s shelves, under which key, and the statement's own name."""

    shelf: str
    key: str
    name: str


@dataclass(slots=True, kw_only=True)
class Kept:
    """What was heard so far.

    `told` are all statements by their names; things stand under the name of their statement, reviews and cases under
    their ids; `at` finds them by their index. `newest` is
    the name of the newest finding published of an incident; `last` the highest index heard; `now` the time for which it
    is folded, that of what waits; `terms` those in force at what was heard last.
    """

    now: datetime
    terms: Terms
    staff: dict[str, Post] = field(default_factory=dict)
    is_chartered: bool = False
    last: int = WAITING
    told: dict[str, Told] = field(default_factory=dict)
    at: dict[int, Ref] = field(default_factory=dict)
    reviews: dict[str, Review] = field(default_factory=dict)
    findings: dict[str, Finding] = field(default_factory=dict)
    releases: dict[str, Signed] = field(default_factory=dict)
    newest: dict[str, str] = field(default_factory=dict)
    cases: dict[str, Investigation] = field(default_factory=dict)
    messages: dict[str, Message] = field(default_factory=dict)
    calls: dict[str, Call] = field(default_factory=dict)
    meetings: dict[str, Meeting] = field(default_factory=dict)
    measures: dict[str, Measure] = field(default_factory=dict)
    shifts: dict[str, Shift] = field(default_factory=dict)
    on_shift: frozenset[str] = frozenset()
    cut_off: datetime | None = None
    corrections: dict[int, tuple[Said, ...]] = field(default_factory=dict)
    odd: list[Odd] = field(default_factory=list)

    def copy(self) -> "Kept":
        """Return a copy that can hear more without this one hearing it; what is in it is frozen."""
        other = copy(self)
        for shelf in fields(self):
            setattr(other, shelf.name, copy(getattr(self, shelf.name)))
        return other

    def go_by(self, terms: Terms) -> None:
        """Go by these terms from here on: what the procedure makes of the determinations, it makes of them anew.

        What was published, or found of a case, before now stays as the terms were then.
        """
        if terms != self.terms:
            self.terms = terms
            self.reviews = {name: judged_by(review, terms) for name, review in self.reviews.items()}

    def keep(self, shelf: str, key: str, thing: Any, said: Said) -> None:
        """Put what a statement became on a shelf, under its key."""
        getattr(self, shelf)[key] = thing
        self.mark(said, Ref(shelf, key, said.name))

    def published(self) -> dict[str, Finding]:
        """Return the newest finding published of each incident, by the incident's id."""
        return {incident: self.findings[name] for incident, name in self.newest.items()}

    def mark(self, said: Said, ref: Ref) -> None:
        """Note where the entry of this index is kept; what waits has none."""
        if said.index != WAITING:
            self.at[said.index] = ref

    def ref(self, told: Told, field_name: str, shelf: str, what: str) -> Ref:
        """Return where the entry is kept that a statement names; RefusedError where it is not on that shelf."""
        index = told.index(field_name)
        ref = self.at.get(index)
        if ref is None or ref.shelf != shelf:
            raise RefusedError(f"names entry {index}, which is no {what}", index if ref else None)
        return ref

    def appoint_outside(self, staff: Staff) -> None:
        """Take over who is appointed by what the caller says, unless the log itself has said so."""
        if not self.is_chartered:
            self.staff = {name: Post(role=role, of=of) for name, (role, of) in staff.items()}
