"""Incidents as a report prints them: what happened first, what may be concluded after it."""

import math
from collections.abc import Mapping

from trucewatch.evidence import UNDETERMINED, is_physical
from trucewatch.model import Attribution, Incident, Weight
from trucewatch.report.choice import INCIDENTS_PRINTED, Choice, Found, anchor, record_link
from trucewatch.report.explained import explained
from trucewatch.report.grades import grade_words
from trucewatch.report.naming import line_words, reason_words, why_words
from trucewatch.report.parts import IncidentPart, Link, Reason, Share
from trucewatch.report.places import Settlements, point_words
from trucewatch.report.shares import hypotheses
from trucewatch.report.words import (
    bits,
    count_words,
    determination_words,
    hypothesis_names,
    percent,
    spoken,
    window_words,
)
from trucewatch.vocabulary import MATTERS, End, Stance


def incident_parts(choice: Choice, known: Settlements, anchors: Mapping[str, str]) -> tuple[IncidentPart, ...]:
    """Return the incidents to print, in their order; `anchors` lead from clause ids to where they stand."""
    clauses = _clauses(choice, anchors)
    return tuple(
        incident_part(found, choice, known, clauses.get(found[0].id, ())) for found in choice.found[:INCIDENTS_PRINTED]
    )


def incident_part(found: Found, choice: Choice, known: Settlements, clauses: tuple[Link, ...]) -> IncidentPart:
    """Return one incident with its attribution in words and numbers."""
    incident, attribution = found
    case = choice.assessment.case
    names = hypothesis_names(case)
    order = hypotheses(case)
    place, radius = place_words(incident, known)
    return IncidentPart(
        id=incident.id,
        anchor=anchor("i", incident.id),
        window=window_words(incident.first_time, incident.last_time, case.time_zone),
        place=place,
        radius=radius,
        end=end_words(incident),
        phenomenon=what_words(incident),
        count=count_words(incident.count),
        others=other_words(incident),
        kind=kinds(order).get(attribution.determination, UNDETERMINED),
        determination=determination_words(attribution, case),
        lines=attribution.lines,
        why=why_words(attribution, names),
        explained=explained(attribution, case, incident.phenomenon.term),
        credibility=grade_words(attribution.credibility),
        shares=bar(attribution, order, names),
        reasons=tuple(reason(weight, order, names, choice) for weight in attribution.weights),
        sums=tuple(bits(math.fsum(dict(w.bits).get(name, 0.0) for w in attribution.weights)) for name in order),
        clauses=clauses,
        records=tuple(record_link(record.key, choice) for record in incident.observations),
        perhaps=_perhaps(incident, choice),
    )


def _perhaps(incident: Incident, choice: Choice) -> tuple[tuple[Link, str], ...]:
    """Return the records that may be of the incident and are not among its own, the likeliest first.

    One side's word may be left out of it because that side said something else nearby; it is shown all the same.
    """
    found = choice.perhaps.get(incident.id, ())
    likely = [(key, share) for key, share in found if choice.belongs.get(key) != incident.id]
    ranked = sorted(likely, key=lambda one: (-one[1], choice.numbers.get(one[0], 0)))[:MOST_PERHAPS]
    return tuple((record_link(key, choice), f"{share:.2f}") for key, share in ranked)


MOST_PERHAPS = 12  # records that may be of an incident and are named beside it; all are in links.csv

ENDS = {
    End.ORIGIN: "where fire came from",
    End.IMPACT: "where it landed",
    End.PERCEIVED: "where it was perceived; no end of the fire is told",
}


def end_words(incident: Incident) -> str:
    """Return what its place is the place of; empty without a place."""
    if incident.place is None:
        return ""
    return "where it was, as it is told" if incident.phenomenon.term in MATTERS else ENDS[incident.place.end]


def what_words(incident: Incident) -> str:
    """Return what was perceived; what is only claimed is said to be only claimed."""
    what = spoken(incident.phenomenon)
    is_perceived = any(is_physical(record) for record in incident.observations)
    return what if is_perceived else f"{what}, only claimed: no observation supports it"


def other_words(incident: Incident) -> str:
    """Return the other phenomena of its records, which its count leaves out: unlike things have no common number."""
    every = dict.fromkeys(record.phenomenon for record in incident.observations)
    named = dict.fromkeys(spoken(p) for p in every if p.term is not None or p.verbatim)
    return ", ".join(name for name in named if name != spoken(incident.phenomenon))


def kinds(order: tuple[str, ...]) -> dict[str, str]:
    """Return what each hypothesis is drawn as: side1, side2, ... by place in the case, never by name."""
    sides = {name: f"side{n}" for n, name in enumerate(order[:-3], start=1)}
    return sides | {name: name for name in order[-3:]}


def place_words(incident: Incident, known: Settlements) -> tuple[str, str]:
    """Return where it happened and the radius of the circle that holds 68 % of the probability."""
    if incident.place is None:
        return "place not known", ""
    at = incident.place
    return point_words(at.lon, at.lat, known), f"{at.radius_km_68:.2f} km"


def bar(attribution: Attribution, order: tuple[str, ...], names: dict[str, str]) -> tuple[Share, ...]:
    """Return the probabilities as the pieces of one bar, in per cent of its width."""
    given, drawn = dict(attribution.probabilities), kinds(order)
    values = [given.get(name, 0.0) for name in order]
    return tuple(
        Share(
            kind=drawn[name],
            name=names[name],
            words=percent(value),
            start=f"{math.fsum(values[:n]) * 100:.3f}",
            width=f"{value * 100:.3f}",
        )
        for n, (name, value) in enumerate(zip(order, values, strict=True))
    )


def reason(weight: Weight, order: tuple[str, ...], names: dict[str, str], choice: Choice) -> Reason:
    """Return one weight as a row of the matrix."""
    given = dict(weight.bits)
    return Reason(
        text=reason_words(weight, names),
        line=line_words(weight.line, names),
        basis=_basis(weight, choice),
        by="" if weight.supplied_by is None else names.get(weight.supplied_by, weight.supplied_by),
        bits=tuple(bits(given.get(name, 0.0)) for name in order),
        records=tuple(record_link(key, choice) for key in weight.keys),
    )


def _basis(weight: Weight, choice: Choice) -> str:
    """Return what a reason rests on: what was perceived, words alone, or no record at all, such as a silence."""
    if weight.said and weight.keys:
        return "words only"
    every = choice.assessment.observations
    behind = [every[choice.numbers[key] - 1] for key in weight.keys if key in choice.numbers]
    if any(is_physical(record) for record in behind):
        return "perceived"
    is_admitted = any(record.claim is not None and record.claim.stance is Stance.ADMITS for record in behind)
    return "admitted" if is_admitted else "words only" if behind else "no record"


def _clauses(choice: Choice, anchors: Mapping[str, str]) -> dict[str, tuple[Link, ...]]:
    """Return, by incident, links to the clauses that it bears on."""
    return {
        incident_id: tuple(Link(text=name, href=f"#{anchors[name]}" if name in anchors else "") for name in names)
        for incident_id, names in choice.assessment.touched
        if incident_id in choice.printed_incidents
    }
