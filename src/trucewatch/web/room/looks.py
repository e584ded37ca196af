"""What each page shows, looked up in the folds and the newest conclusions. Pure: from a visit to a page's values."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import datetime
from pathlib import PurePosixPath
from typing import Any

from trucewatch.cases import Finding, Investigation, Overdue, Review, counts, open_moves
from trucewatch.cases.investigations import Task
from trucewatch.cases.reviews import Determination
from trucewatch.db.lists import ListsError, Store
from trucewatch.db.tables import INCIDENTS
from trucewatch.ledger.courier import plain
from trucewatch.model import Attribution, Incident
from trucewatch.release.grid import cell_of, coarse_words
from trucewatch.report.happenings import incident_parts, place_words, what_words
from trucewatch.report.html import HOUR_SIGNS
from trucewatch.report.parts import IncidentPart
from trucewatch.report.records import is_claim, is_observed, records
from trucewatch.report.shares import hypotheses
from trucewatch.report.sides import sides as side_columns
from trucewatch.report.words import hypothesis_names, local_words, party_name, window_words
from trucewatch.vocabulary import Outcome
from trucewatch.web.room import pages, saying, things
from trucewatch.web.room.desk import Conclusions
from trucewatch.web.room.forms import FORMS
from trucewatch.web.room.seeking import STATUSES, WINDOWS, asked_of
from trucewatch.web.room.visit import Visit
from trucewatch.web.room.weighed import named, weighed

Given = Mapping[str, Any]


# --- the queue ------------------------------------------------------------------------------------


def queue(visit: Visit, lists: Store, given: Mapping[str, str]) -> Given:
    """Return the first page: what is to be done by whoever looks, and the incidents, newest first.

    `given` are the fields of its address. Raises RefusalError for what the list cannot be asked.
    """
    office, inside = visit.office, visit.sees(things.room())
    found: dict[str, Any] = {"inside": inside, "c": visit.conclusions, "findings": None}
    if office is None:
        return {**found, **_NOTHING, "findings": []}
    found |= {
        "overdue": _overdue(visit, inside=inside),
        "tasks": [(case, task) for case, task in _tasks(visit) if task.said.index >= 0],
        "messages": [m for m in visit.visible(office.messages) if (visit.person.id, visit.person.of) in m.missing],
        "findings": visit.visible(sorted(office.findings, key=lambda f: f.said.index, reverse=True)),
        "odd": office.odd if inside else (),
    }
    return {**found, **(_incidents(visit, visit.conclusions, lists, given) if inside and visit.conclusions else {})}


_NOTHING: Given = {"overdue": [], "tasks": [], "messages": [], "odd": ()}


def _overdue(visit: Visit, *, inside: bool) -> list[Overdue]:
    """Return what is past its time: all of it inside, to others what is theirs to do."""
    late = visit.office.overdue if visit.office else ()
    return [one for one in late if inside or one.bearer in {visit.person.id, visit.person.of} - {""}]


def _tasks(visit: Visit) -> Iterator[tuple[str, Task]]:
    for case in visit.office.cases.values() if visit.office else ():
        yield from ((case.id, task) for task in case.tasks if task.to == visit.person.id and not task.done)


def _incidents(visit: Visit, c: Conclusions, lists: Store, given: Mapping[str, str]) -> Given:
    """Return a page of the list: filtered by the policy in the database, and each row asked of it once more."""
    parties = [(party.id, party_name(party)) for party in c.case.parties]
    asked = asked_of(given, visit.seen.guarantors, [name for name, _ in parties])
    offered = {"asked": asked, "statuses": STATUSES, "windows": WINDOWS, "parties": parties, "trouble_of_list": ""}
    try:
        found = lists.find(asked.sought(visit.now), visit.may_read(INCIDENTS))
    except ListsError as error:
        return {**offered, "found": None, "rows": [], "trouble_of_list": plain(str(error))}
    rows = visit.seen_of([(line, things.proposal(line.id)) for line in found.lines])
    return {
        **offered,
        "found": found,
        "rows": rows,
        "refused": len(found.lines) - len(rows),
        "total": found.tally.get(asked.outcome, 0),
        "newer": asked.address(found.newer) if found.newer else "",
        "older": asked.address(found.older) if found.older else "",
    }


# --- an incident ----------------------------------------------------------------------------------


def incident(visit: Visit, name: str) -> Given | None:
    """Return an incident with the machine's proposal, both voices and what may be done; None where there is none.

    What observers and sources wrote of it, and the reasons weighed, which name them, are for those who may see that.
    """
    c, office = visit.conclusions, visit.office
    review = office.reviews.get(name) if office else None
    found = c.found.get(name) if c else None
    if office is None or c is None or (review is None and found is None) or not visit.sees(things.proposal(name)):
        return None
    published = [finding for finding in office.findings if finding.incident == name]
    return {
        "id": name,
        "c": c,
        "review": review,
        "inside": visit.sees(things.room()),
        "why": named(review.proposal.why, hypothesis_names(c.case)) if review else "",
        "awaited": [] if published else _awaited(visit, review),
        "findings": visit.visible(published),
        **_happening(visit, name, is_coarse=False),
        **(_proposal(c, found) if found and visit.sees(things.records(name)) else {"i": None}),
        **_publishing(visit, review),
    }


def _awaited(visit: Visit, review: Review | None) -> list[str]:
    """Return the guarantors that have not spoken of it, in the charter's order."""
    return [one.guarantor for one in review.voices if not one.newest] if review else list(visit.seen.guarantors)


def _proposal(c: Conclusions, found: tuple[Incident, Attribution]) -> Given:
    one, attribution = found
    keys = frozenset(o.key for o in one.observations)
    mine = replace(
        c.choice,
        found=(found,),
        observations=one.observations,
        printed_incidents=frozenset({one.id}),
        printed_records=keys,
    )
    names = hypothesis_names(c.case)
    known = {o.key: (mine.numbers[o.key], o) for o in one.observations}
    return {
        "i": _with_names(incident_parts(mine, c.places, {})[0], names),
        "i_determination": attribution.determination,
        "weighed": weighed(attribution, known, c.case, c.places),
        "observed": records(mine, c.places, is_observed),
        "claims": records(mine, c.places, is_claim),
        **pages.drawn(len(c.case.parties), tuple(names[name] for name in hypotheses(c.case))),
    }


def _with_names(part: IncidentPart, names: Mapping[str, str]) -> IncidentPart:
    """Return an incident with names for ids; why it is judged so is told reason by reason instead of in one line."""
    return replace(
        part,
        why="",
        explained=tuple(named(line, names) for line in part.explained),
        reasons=tuple(
            replace(reason, text=named(reason.text, names), line=named(reason.line, names)) for reason in part.reasons
        ),
    )


def _publishing(visit: Visit, review: Review | None) -> Given:
    """Return whether this person may publish what the procedure makes of it, and why it cannot be published yet."""
    office = visit.office
    may = review is not None and bool(review.spoken) and not visit.why_not(*visit.saying("finding", {}))
    if not may or office is None or review is None:
        return {"may_publish": False}
    waits = any(one.said.index < 0 for one in review.spoken)
    awaited = review.outcome is Outcome.AWAITED and office.terms.rule == "unanimous"
    cannot = "rests on a determination that is not in the log yet" if waits else ""
    by = saying.reply_by(visit.now, office.terms.reply_days)
    return {
        "may_publish": True,
        "cannot_publish": "waits for a guarantor that has not spoken" if awaited else cannot,
        "harm": saying.HARM,
        "reply_by": local_input(by, visit.zone),
        "reply_by_ask": next(ask for ask in FORMS["finding"].asks if ask.name == "reply_by"),
    }


def local_input(instant: datetime, zone: str) -> str:
    """Return an instant as a browser's field for local time holds it."""
    return local_words(instant.replace(second=0, microsecond=0), zone).replace(" ", "T")


# --- a finding ------------------------------------------------------------------------------------


def finding(visit: Visit, index: int) -> Given | None:
    """Return a published finding with both determinations and the sides' replies; None where there is none to see."""
    office = visit.office
    f = next((one for one in office.findings if one.said.index == index), None) if office else None
    if office is None or f is None or not visit.visible([f]):
        return None
    review, inside = office.reviews.get(f.incident), visit.sees(things.room())
    replies = visit.visible(f.replies)
    return {
        "f": f,
        "inside": inside,
        "newer": [
            one for one in visit.visible(office.findings) if one.incident == f.incident and one.said.index > index
        ],
        "proposal": review.judged(f.of) if review else None,
        "determinations": list(_rested_on(f, review)),
        "sides": [(side, [reply for reply in replies if reply.side == side]) for side in f.concerned],
        **_happening(visit, f.incident, is_coarse=visit.person.role == "public"),
    }


def _rested_on(f: Finding, review: Review | None) -> Iterator[tuple[str, Determination | None]]:
    """Yield each guarantor with the determination that the finding rests on, also where a newer one came since."""
    for voice in review.voices if review else ():
        every = (*voice.earlier, *((voice.newest,) if voice.newest else ()))
        yield voice.guarantor, next((d for d in every if d.said.index in f.determinations), None)


def _happening(visit: Visit, incident: str, *, is_coarse: bool) -> Given:
    """Return what happened, when and where; to the public the day and a coarse place alone."""
    c = visit.conclusions
    found = c.found.get(incident) if c else None
    if c is None or found is None:
        return {
            "what": "see the published report",
            "time": "not among the newest conclusions",
            "place": "not among them",
        }
    one, zone = found[0], c.case.time_zone
    if is_coarse:
        day = local_words(one.first_time, zone)[:10] if one.first_time else "day not stated"
        return {"what": what_words(one), "time": day, "place": coarse(one, c)}
    place, radius = place_words(one, c.places)
    return {
        "what": what_words(one),
        "time": window_words(one.first_time, one.last_time, zone),
        "place": f"{place}; within {radius} with 68 % probability" if radius else place,
    }


def coarse(one: Incident, c: Conclusions) -> str:
    """Return a place that directs nobody's fire: the cell of a grid that it lies in, in words, as a release has it."""
    if one.place is None:
        return "place not known"
    at = one.place
    return coarse_words(cell_of(at.lon, at.lat, at.radius_km_68, at.end), at.radius_km_68, c.places)


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
        "now_local": local_input(visit.now, visit.zone),
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
