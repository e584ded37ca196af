"""What the pages of an incident and of a finding show: the proposal with its reasons, both voices, what may be done.

Pure: from a visit to a page's values.
"""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from trucewatch.cases import Finding, Review, readiness
from trucewatch.cases.reviews import Determination
from trucewatch.model import Attribution, Incident
from trucewatch.release.grid import cell_of, coarse_words
from trucewatch.report.happenings import incident_parts, place_words, what_words
from trucewatch.report.naming import head_words, whole_words
from trucewatch.report.parts import IncidentPart
from trucewatch.report.records import is_claim, is_observed, records
from trucewatch.report.shares import hypotheses
from trucewatch.report.words import hypothesis_names, local_words, window_words
from trucewatch.vocabulary import Outcome
from trucewatch.web.room import pages, saying, things
from trucewatch.web.room.desk import Conclusions
from trucewatch.web.room.forms import FORMS
from trucewatch.web.room.visit import Visit
from trucewatch.web.room.weighed import weighed

Given = Mapping[str, Any]


# --- an incident ----------------------------------------------------------------------------------


def incident(visit: Visit, name: str) -> Given | None:
    """Return an incident with the machine's proposal, both voices and what may be done; None where there is none.

    What observers and sources wrote of it, and the reasons weighed, which name them, are for those who may see that.
    What the two staffs say is no part of what happened: who may not see all of it is not told whether there is any.
    """
    c, office = visit.conclusions, visit.office
    review = office.reviews.get(name) if office else None
    found = c.found.get(name) if c else None
    if office is None or c is None or (review is None and found is None) or not visit.sees(visit.incident(name)):
        return None
    sees_records = visit.sees(visit.records(name))
    published = [finding for finding in office.findings if finding.incident == name]
    newest = published[-1] if published else None
    return {
        "id": name,
        "c": c,
        "review": review,
        "inside": visit.sees(things.room()),
        "hears": _hears(visit, review),
        "why": _why(review, hypothesis_names(c.case), is_whole=sees_records) if review else "",
        "awaited": [] if published else _awaited(visit, review),
        "findings": visit.visible(published),
        "newest": newest,
        "readiness": readiness(review, newest, office.terms),
        **_happening(visit, name, is_coarse=False),
        "utc_time": window_words(found[0].first_time, found[0].last_time, "UTC") if found else "",
        **(_proposal(c, found) if found and sees_records else {"i": None}),
        **_publishing(visit, review),
    }


def _why(review: Review, names: Mapping[str, str], *, is_whole: bool) -> str:
    """Return why it is judged so; reason by reason, which names who perceived what, to those who see the records."""
    return (whole_words if is_whole else head_words)(review.proposal.why, names)


def _hears(visit: Visit, review: Review | None) -> bool:
    """Tell whether this person may see what the staffs say of an incident: the room's work, and all that was said."""
    spoken = [one for voice in review.voices for one in (voice.newest, *voice.earlier) if one] if review else []
    return visit.sees(things.room()) and len(visit.visible(spoken)) == len(spoken)


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
        "i": _in_room(incident_parts(mine, c.places, c.clause_anchors)[0]),
        "i_determination": attribution.determination,
        "weighed": weighed(attribution, known, c.case, c.places),
        "observed": records(mine, c.places, is_observed),
        "outside": [(mine.numbers[o.key], o.source.name) for o in one.observations if (o.reader, o.raw) in c.outside],
        "claims": records(mine, c.places, is_claim),
        **pages.drawn(len(c.case.parties), tuple(names[name] for name in hypotheses(c.case))),
    }


def _in_room(part: IncidentPart) -> IncidentPart:
    """Return an incident with its clauses leading to the report; why it is so is told reason by reason beside it."""
    clauses = tuple(replace(one, href=f"/room/case/report.html{one.href}" if one.href else "") for one in part.clauses)
    return replace(part, why="", clauses=clauses)


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
        "reply_by": pages.local_input(by, visit.zone),
        "reply_by_ask": next(ask for ask in FORMS["finding"].asks if ask.name == "reply_by"),
    }


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
        **_happening(visit, f.incident, is_coarse=_is_as_the_public(visit, f)),
    }


def _is_as_the_public(visit: Visit, f: Finding) -> bool:
    """Tell whether somebody sees a finding for no other reason than that everybody does: then its place is coarse."""
    still_inside = replace(visit.things.statement(f.said), protection=1)
    return not visit.sees(still_inside) and not visit.sees(visit.incident(f.incident))


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
