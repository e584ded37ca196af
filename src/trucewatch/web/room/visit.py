"""One visit: who looks at the room, from what it is made, and what this person may see and do, asked of the policy.

Every page asks here and nowhere else. What is protected and was shown is collected in `readings`: the page is sent only
after the log has them (contract of access, class 2).
"""

import shlex
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import Any, TypeVar

from sqlalchemy import ColumnElement, FromClause

from trucewatch.cases import Office, Said
from trucewatch.intake.case import CaseFile
from trucewatch.model import Case
from trucewatch.report.words import chosen, hypothesis_names, party_name
from trucewatch.web.room import forms, things
from trucewatch.web.room.access import SAYING, Access, Asked, Person, Thing, reading
from trucewatch.web.room.desk import Conclusions, Seen
from trucewatch.web.room.guard import form_token
from trucewatch.web.room.things import Things

_Item = TypeVar("_Item")
UTC_ZONE = "UTC"


@dataclass(kw_only=True)
class Visit:
    """See the module. `session` is the token that the cookie brought, `red` why nobody should rely on what is shown."""

    person: Person
    now: datetime
    on_shift: bool
    access: Access
    seen: Seen
    conclusions: Conclusions | None
    office: Office | None
    session: str = field(default="", repr=False)
    origin: str = ""
    red: str = ""
    commands: str = ""  # the folder of a rehearsal's short commands, "" where there are none
    readings: list[dict[str, Any]] = field(default_factory=list)

    @cached_property
    def things(self) -> Things:
        """What statements are to the policy."""
        return Things(seen=self.seen, office=self.office)

    @property
    def zone(self) -> str:
        """The zone of all times on the pages."""
        return self.ground.time_zone if self.ground else UTC_ZONE

    @property
    def ground(self) -> Case | CaseFile | None:
        """The case of the newest conclusions; before there are any, what the log says of it."""
        return self.conclusions.case if self.conclusions else self.seen.ground

    def incident(self, name: str) -> Thing:
        """Return what an incident is to the policy, in the zones that it may lie in by the newest conclusions."""
        return things.proposal(name, self.zones_of(name))

    def records(self, name: str) -> Thing:
        """Return what all that observers and sources wrote of an incident is to the policy."""
        return things.records(name, self.zones_of(name))

    def zones_of(self, name: str) -> frozenset[str]:
        """Return the zones that an incident may lie in; none where there are no conclusions that have it."""
        return self.conclusions.zones_of(name) if self.conclusions else things.NO_ZONES

    # --- seeing -----------------------------------------------------------------------------------

    def sees(self, thing: Thing) -> bool:
        """Tell whether this person may see a thing; what is protected is put on record."""
        allowed = self.access.may(self.person, "read", thing, self.now, on_shift=self.on_shift)
        if allowed:
            self._record([thing])
        return allowed

    def seen_of(self, items: Sequence[tuple[_Item, Thing]]) -> list[_Item]:
        """Return what of a list this person may see, in its order."""
        asked = [
            Asked(person=self.person, action="read", thing=thing, now=self.now, on_shift=self.on_shift)
            for _, thing in items
        ]
        allowed = self.access.decide(asked) if asked else []
        self._record(thing for (_, thing), may in zip(items, allowed, strict=True) if may)
        return [item for (item, _), may in zip(items, allowed, strict=True) if may]

    def may_read(self, table: FromClause) -> ColumnElement[bool]:
        """Return the condition on rows of a table of things that this person may see."""
        return self.access.where(self.person, "read", table, self.now, on_shift=self.on_shift)

    def _record(self, shown: Iterable[Thing]) -> None:
        for thing in shown:
            entry = reading(self.person, thing)
            if entry is not None and entry not in self.readings:
                self.readings.append(entry)

    def visible(self, items: Iterable[Any]) -> list[Any]:
        """Return those of what the folds made (each has its statement, `said`) that this person may see."""
        return self.seen_of([(item, self.things.statement(item.said)) for item in items])

    def words(self, items: Iterable[Said]) -> list[Said]:
        """Return those statements that this person may see."""
        return self.seen_of([(item, self.things.statement(item)) for item in items])

    # --- doing ------------------------------------------------------------------------------------

    def why_not(self, action: str, thing: Thing) -> str:
        """Return why this person may not do it, in the words of the policy; "" where it is allowed."""
        return self.access.refused(self.person, action, thing, self.now, on_shift=self.on_shift)

    def saying(self, kind: str, fields: Mapping[str, Any]) -> tuple[str, Thing]:
        """Return which action it is to say this, and what the statement would be to the policy."""
        return SAYING[kind], self.things.saying({"kind": kind, **fields}, who=self.person.id)

    def token(self, form: str) -> str:
        """Return what a form of this session carries, so that no other page can send it."""
        return form_token(self.session, form)

    def command(self, name: str) -> str:
        """Return a short command of the rehearsal as a terminal takes it."""
        return shlex.quote(f"{self.commands}/{name}")

    # --- words ------------------------------------------------------------------------------------

    @cached_property
    def lists(self) -> forms.Choices:
        """What the forms of this visit offer."""
        parties = [(party.id, party_name(party)) for party in self.ground.parties] if self.ground else []
        papers = self.conclusions.case.agreements if self.conclusions else ()
        clauses = [clause.id for paper in papers for clause in paper.clauses]
        staff = {name: role for name, (role, _) in self.seen.staff.items() if name not in self.seen.dismissed}
        return forms.choices(parties, self.seen.guarantors, clauses, staff)

    @cached_property
    def names(self) -> dict[str, str]:
        """What each finding, bearer and side is called on the pages."""
        ground = self.ground
        named = hypothesis_names(ground) if ground else {}
        guarantors = {one.id: chosen(one.names, one.id) for one in ground.review.guarantors} if ground else {}
        return {**guarantors, **named, "undetermined": "undetermined", "centre": "the centre", "": "nobody named"}

    def of(self, fields: Mapping[str, Any]) -> str:
        """Return the guarantor or the side in whose name an entry of the staff is said, "" where in nobody's."""
        return self.seen.staff.get(str(fields.get("who")), ("", ""))[1]

    def name(self, word: str) -> str:
        """Return what a finding, a side or a bearer is called, as it was written where nobody knows it."""
        return self.names.get(word.removeprefix("side:"), word)
