"""What each thing that the room shows is to the access policy: kind, class, side, zones, until when it is held back.

What happened lies somewhere: incidents, and what was observed of them, are in zones. What people say of it is in none.
One place for all of it, so that no page decides by itself who may see what. `INSIDE` stands where a thing concerns no
side but the centre's own work: a machine's proposal, a determination that is not published. No liaison speaks for it.
What a statement is, is asked of the folds: what they do not know or do not allow is the centre's own work, whatever
it says of itself.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import cached_property
from typing import Any

from trucewatch.cases import WAITING, Finding, Office, Said
from trucewatch.web.room.access import INSIDE, Thing
from trucewatch.web.room.desk import Seen

NEVER = datetime(9999, 1, 1, tzinfo=UTC)  # of an embargo that cannot be read: nothing is published by mistake


NO_ZONES: frozenset[str] = frozenset()


def proposal(incident: str, zones: frozenset[str] = NO_ZONES) -> Thing:
    """Return an incident with what the machine makes of it, for those who work in the centre, in these zones."""
    return replace(_inside("incident", incident), zones=zones)


def room() -> Thing:
    """Return what concerns the work of the room as a whole: the queue, the counts, the map."""
    return _inside("room", "room")


def case(name: str) -> Thing:
    """Return an investigation as a whole, for those who work in the centre."""
    return _inside("case_file", name)


def release() -> Thing:
    """Return the files of a release that was signed: for everybody, as soon as it is."""
    return Thing(kind="release", id="release", protection=0, embargo=None)


def staff() -> Thing:
    """Return the register of staff."""
    return _inside("staff", "staff")


def row(index: int, who: str = "", zones: frozenset[str] = NO_ZONES) -> Thing:
    """Return what an observer or a source wrote, in full: protected, and every reading of it is recorded."""
    return Thing(kind="observation", id=str(index), protection=2, embargo=None, side=INSIDE, owner=who, zones=zones)


def records(incident: str, zones: frozenset[str] = NO_ZONES) -> Thing:
    """Return what observers and sources wrote of an incident, all of it: protected as each row is."""
    return replace(proposal(incident, zones), protection=2)


def published(name: str) -> Thing:
    """Return a file of the conclusions, which repeats what observers and sources wrote."""
    return replace(_inside("published", name), protection=2)


def overview() -> Thing:
    """Return the first view of the map: all incidents of the conclusions with their places, and where drones looked."""
    return replace(_inside("map", "overview"), protection=2)


def entry(index: int, fields: Mapping[str, Any], zones: frozenset[str] = NO_ZONES) -> Thing:
    """Return an entry that is no statement: rows of sources are protected, the rest is the centre's own work.

    `zones` are those of the incident that a row is of. The entry of a proposal names who perceived what: it is in none.
    """
    if fields.get("type") in PROTECTED:
        return row(index, _word(fields, "who"), zones)
    return _inside(str(fields.get("type")), str(index))


PROTECTED = frozenset({"observation", "record", "rejection", "unread", "quarantine"})


@dataclass(frozen=True, kw_only=True)
class Things:
    """What the statements of a log are to the policy; `office` is what the folds made of what was `seen`.

    While nobody knows of what case the log is, there is no office, and everything is the centre's own work.
    """

    seen: Seen
    office: Office | None

    @cached_property
    def _odd(self) -> Mapping[int, str]:
        return {odd.said.index: odd.reason for odd in self.office.odd} if self.office else {}

    @cached_property
    def _published(self) -> Mapping[str, Finding]:
        """Return the findings that are in the log, by the names of their statements."""
        every = self.office.findings if self.office else ()
        return {one.said.name: one for one in every if one.said.index != WAITING}

    @cached_property
    def _open_from(self) -> Mapping[int, datetime]:
        """Return from when on what a finding rests on is for everybody, by its index: with the first such finding."""
        found: dict[int, datetime] = {}
        for one in self._published.values():
            for index in one.determinations:
                found[index] = min(one.reply_by, found.get(index, NEVER))
        return found

    def why_odd(self, said: Said) -> str:
        """Return why the rules do not allow a statement of the log, "" where they do, or where nobody knows yet."""
        return "" if said.index == WAITING else self._odd.get(said.index, "")

    def statement(self, said: Said) -> Thing:
        """Return a statement that was made; what answers or follows up is held back with what it is about."""
        thing = self._as_it_says(said)
        if self.office is not None and not self.why_odd(said):
            return thing
        return replace(_working(said, side=INSIDE), protection=max(1, thing.protection))

    def _as_it_says(self, said: Said) -> Thing:
        fields, mine = said.fields, _working(said, side=INSIDE)
        match mine.kind:
            case "finding":
                mine = replace(mine, protection=0, embargo=self._embargo(said), side="")
            case "release":
                mine = replace(mine, protection=0, side="")
            case "determination" if said.index in self._open_from:
                mine = replace(mine, protection=0, embargo=self._open_from[said.index], side="")
            case "case_finding":
                mine = replace(mine, side="" if fields.get("stage") == "final" else INSIDE)
            case "message" | "meeting" | "measure":
                mine = replace(mine, side="")
            case "call" | "heard" | "remedy":
                mine = replace(mine, side=_word(fields, "side") or INSIDE)
            case "evidence":
                mine = replace(mine, protection=2)
            case "task":
                mine = replace(mine, owner=_word(fields, "to"))
            case _:
                mine = self._beside(said)
        return mine

    def _embargo(self, said: Said) -> datetime:
        """Return until when a finding is for the sides alone: the time to reply that counts, not the stated one."""
        found = self._published.get(said.name)
        return found.reply_by if found else NEVER

    def _beside(self, said: Said) -> Thing:
        """Return what stands beside something else: it is for those for whom that is, and no earlier."""
        first = self._leads_to(said.fields)
        if first is None or 0 <= said.index <= first.index:  # nothing leads forward: no circle
            return _working(said, side=INSIDE)
        of = self.statement(first)
        # what a side says is its own until the time to reply is over: no side answers the other's answer
        own = self._of(said) if said.fields.get("kind") in {"reply", "receipt"} else of.side
        mine = _working(said, side=own)
        return replace(mine, protection=of.protection, embargo=of.embargo)

    def saying(self, fields: Mapping[str, Any], *, who: str) -> Thing:
        """Return what a statement is before it is said: in whose name it would stand, which side it concerns."""
        kind = _word(fields, "kind")
        role, of = self.seen.staff.get(who, ("", ""))
        thing = Thing(
            kind=kind,
            id="",
            protection=1,
            embargo=None,
            side=_word(fields, "side"),
            guarantor=of if role == "reviewer" and kind in {"determination", "case_finding"} else "",
            owner=who,
        )
        first = self._leads_to(fields)
        return thing if first is None else self._said_of(thing, first)

    def _said_of(self, thing: Thing, first: Said) -> Thing:
        about = self.statement(first)
        thing = replace(thing, protection=max(1, about.protection), side=thing.side or about.side)
        match thing.kind:
            case "measure_done":
                bearer = _word(first.fields, "bearer")
                return replace(thing, side=bearer)
            case "task_done":
                return replace(thing, owner=_word(first.fields, "to"))
            case "correction" if _word(first.fields, "kind") in {"determination", "case_finding"}:
                return replace(thing, guarantor=self._of(first))
            case _:
                return thing

    def _leads_to(self, fields: Mapping[str, Any]) -> Said | None:
        target = next((fields[name] for name in LEADS if type(fields.get(name)) is int), None)
        return None if target is None else self.seen.statement(target)

    def _of(self, said: Said) -> str:
        return self.seen.staff.get(_word(said.fields, "who"), ("", ""))[1]


LEADS = ("to", "message", "corrects", "measure", "meeting", "task", "remedy")  # fields that name another entry


def _working(said: Said, *, side: str) -> Thing:
    return Thing(
        kind=_word(said.fields, "kind"),
        id=str(said.index),
        protection=1,
        embargo=None,
        side=side,
        owner=_word(said.fields, "who"),
    )


def submission(who: str, role: str, of: str) -> Thing:
    """Return an observation before it is handed in."""
    side = of if role == "liaison" else ""
    return Thing(kind="observation", id="", protection=2, embargo=None, side=side, owner=who)


def _inside(kind: str, name: str) -> Thing:
    return Thing(kind=kind, id=name, protection=1, embargo=None, side=INSIDE)


def _word(fields: Mapping[str, Any], name: str) -> str:
    value = fields.get(name)
    return value if isinstance(value, str) else ""
