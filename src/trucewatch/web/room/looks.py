"""What the queue and the pages of the room's other work show; `judging` has those of an incident and of a finding.

Pure: from a visit to a page's values, looked up in the folds and the newest conclusions.
"""

from collections.abc import Iterator, Mapping
from pathlib import PurePosixPath
from typing import Any

from trucewatch.cases import Investigation, Overdue, counts, open_moves
from trucewatch.cases.investigations import Task
from trucewatch.db.lists import ListsError, Store
from trucewatch.db.tables import INCIDENTS
from trucewatch.ledger.courier import plain
from trucewatch.report.html import HOUR_SIGNS
from trucewatch.report.sides import sides as side_columns
from trucewatch.report.words import party_name
from trucewatch.web.room import pages, things
from trucewatch.web.room.areas import area_words
from trucewatch.web.room.desk import Conclusions
from trucewatch.web.room.seeking import READINESS, STATUSES, WINDOWS, asked_of
from trucewatch.web.room.visit import Visit

Given = Mapping[str, Any]


# --- the queue ------------------------------------------------------------------------------------


def queue(visit: Visit, lists: Store, given: Mapping[str, str]) -> Given:
    """Return the first page: what is to be done by whoever looks, and the incidents, newest first.

    `given` are the fields of its address. Raises RefusalError for what the list cannot be asked.
    """
    office, inside = visit.office, visit.sees(things.room())
    found: dict[str, Any] = {"inside": inside, "c": visit.conclusions, "findings": None, "asked": None}
    found["own_zones"] = area_words(visit.conclusions, visit.person.zones)
    if office is None:
        return {**found, **_NOTHING, "findings": []}
    found |= {
        "overdue": _overdue(visit, inside=inside),
        "tasks": [(case, task) for case, task in _tasks(visit) if task.said.index >= 0],
        "messages": [m for m in visit.visible(office.messages) if (visit.person.id, visit.person.of) in m.missing],
        "findings": visit.visible(sorted(office.findings, key=lambda f: f.said.index, reverse=True)),
        "odd": office.odd if inside else (),
    }
    if visit.conclusions is None or not (inside or visit.person.role == "monitor"):
        return found
    return {**found, **_incidents(visit, visit.conclusions, lists, given, inside=inside)}


_NOTHING: Given = {"overdue": [], "tasks": [], "messages": [], "odd": ()}


def _overdue(visit: Visit, *, inside: bool) -> list[Overdue]:
    """Return what is past its time: all of it inside, to others what is theirs to do."""
    late = visit.office.overdue if visit.office else ()
    return [one for one in late if inside or one.bearer in {visit.person.id, visit.person.of} - {""}]


def _tasks(visit: Visit) -> Iterator[tuple[str, Task]]:
    for case in visit.office.cases.values() if visit.office else ():
        yield from ((case.id, task) for task in case.tasks if task.to == visit.person.id and not task.done)


def _incidents(visit: Visit, c: Conclusions, lists: Store, given: Mapping[str, str], *, inside: bool) -> Given:
    """Return a page of the list: filtered by the policy in the database, and each row asked of it once more.

    Outside of the room nobody is told by a filter what the staffs said, nor how many incidents that holds for.
    """
    parties = [(party.id, party_name(party)) for party in c.case.parties] if inside else []
    statuses = STATUSES if inside else STATUSES[:1]
    asked = asked_of(given, statuses, visit.seen.guarantors if inside else (), [name for name, _ in parties])
    offered = {
        "asked": asked,
        "statuses": statuses,
        "readiness_words": READINESS,
        "windows": WINDOWS,
        "parties": parties,
        "trouble_of_list": "",
    }
    try:
        found = lists.find(asked.sought(visit.now), visit.may_read(INCIDENTS))
    except ListsError as error:
        return {**offered, "found": None, "rows": [], "trouble_of_list": plain(str(error))}
    rows = visit.seen_of([(line, visit.incident(line.id)) for line in found.lines])
    return {
        **offered,
        "found": found,
        "rows": rows,
        "refused": len(found.lines) - len(rows),
        "total": found.tally.get(asked.outcome, 0),
        "newer": asked.address(found.newer) if found.newer else "",
        "older": asked.address(found.older) if found.older else "",
    }


# --- counts, cases --------------------------------------------------------------------------------


def count(visit: Visit) -> Given | None:
    """Return both guarantors' counts with every incident that makes them differ, and the effort behind any count."""
    c, office = visit.conclusions, visit.office
    if c is None or office is None or not visit.sees(things.room()):
        return None
    return {
        "c": c,
        "counted": counts(office),
        "sides": side_columns(c.choice),
        "hours": [(listening, HOUR_SIGNS[listening][1]) for listening in HOUR_SIGNS],
    }


def cases(visit: Visit) -> Given:
    """Return the cases of which this person may see anything."""
    every = list(visit.office.cases.values()) if visit.office else []
    taken = {case.id for case in every}
    number = next(n for n in range(1, len(taken) + 2) if f"c-{n}" not in taken)
    return {"cases": [case for case in every if _shows(visit, case)], "next_case": f"c-{number}"}


def case(visit: Visit, name: str) -> Given | None:
    """Return one case; None where there is nothing of it that this person may see."""
    office, c = visit.office, visit.conclusions
    found = office.cases.get(name) if office else None
    if office is None or c is None or found is None or not _shows(visit, found):
        return None
    return {
        "case": found,
        "whole": visit.sees(things.case(found.id)),
        "moves": [(str(state), missing) for state, missing in open_moves(found, office.terms)],
        "sides": office.terms.parties,
        "standard": f"{c.case.standard.probability:g}",
    }


def _shows(visit: Visit, found: Investigation) -> bool:
    if visit.sees(things.case(found.id)):
        return True
    final = [voice.newest for voice in found.voices if voice.newest]
    return bool(visit.visible([*final, *found.heard, *found.remedies]))


def messages(visit: Visit) -> Given:
    """Return the messages and calls that this person may see; a liaison writes down calls of the own side alone."""
    office, of = visit.office, visit.person.of
    return {
        "messages": visit.visible(office.messages) if office else [],
        "calls": visit.visible(office.calls) if office else [],
        "call_preset": {"side": [of]} if visit.person.role == "liaison" else {},
    }


def meetings(visit: Visit) -> Given:
    """Return the meetings and agreed measures that this person may see."""
    office = visit.office
    return {
        "meetings": visit.visible(office.meetings) if office else [],
        "measures": visit.visible(office.measures) if office else [],
    }


def shifts(visit: Visit) -> Given | None:
    """Return the shift log; None for whoever is not of the room."""
    office = visit.office
    if office is None or not visit.sees(things.room()):
        return None
    return {
        "shifts": office.shifts,
        "on_shift": office.on_shift,
        "cut_off": office.cut_off,
        "now_local": pages.local_input(visit.now, visit.zone),
        "reports": _reports(visit),
        "closes": visit.ground.cut_off.strftime("%H:%M") if visit.ground else "",
    }


def _reports(visit: Visit) -> list[tuple[str, str]]:
    """Return address and day of the reports of days, the newest first, for those who may see what is in them."""
    published = visit.conclusions.published if visit.conclusions else {}
    if visit.why_not("read", things.published("report.html")):
        return []
    daily = (PurePosixPath(name) for name in sorted(published, reverse=True) if name.startswith("daily/"))
    return [(f"/room/case/{path}", path.stem) for path in daily]
