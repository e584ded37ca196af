"""What the interactive page needs, as one JSON: the same bytes for the same assessment. Degrees have five decimals."""

import json
from collections.abc import Iterable, Sequence
from io import BytesIO
from typing import Any

from trucewatch.evidence import is_physical
from trucewatch.model import Assessment, Attribution, Case, Effort, Feature, Incident, Observation, Ray
from trucewatch.report.frame import extent, span, within
from trucewatch.report.happenings import kinds
from trucewatch.report.looked import footprints
from trucewatch.report.palette import colour
from trucewatch.report.shares import hypotheses, shares
from trucewatch.report.wedge import wedges
from trucewatch.report.words import chosen, count_words, determination_words, hypothesis_names, party_name, spoken, term
from trucewatch.spacetime import stamp
from trucewatch.vocabulary import FeatureRole, Stance

RELIEF_URL = "relief.png"  # the shell writes case.relief.png beside the JSON under this name
MOST_INCIDENTS = 20_000  # some 30 MB; what a browser still draws and filters at once
MOST_RAYS = 4_000  # some 3 MB, more than anybody can tell apart; the incidents themselves are always all there

Json = dict[str, Any]

_WRITER = json.JSONEncoder(ensure_ascii=True, allow_nan=False, separators=(",", ":"))


def map_json(assessment: Assessment) -> bytes:
    """Return the case, its places, its latest incidents with their reasons, the efforts and the lines of sight.

    An incident without a place has a null geometry (RFC 7946, section 3.2). `incidents_left_out` says how many earlier
    ones stand only in incidents.csv.
    """
    left_out = max(len(assessment.incidents) - MOST_INCIDENTS, 0)
    around = ground(assessment, left_out)
    written = {
        **{name: around.pop(name) for name in ("case", "line", "features", "relief")},
        "incidents": None,
        **{name: around.pop(name) for name in ("incidents_left_out", "efforts")},
        **_rays(assessment.incidents[left_out:]),
        **around,
    }
    # incident by incident: as values all of them are several times as large as what is written
    before, after = encoded(written).split(b'"incidents":null')  # once: within a text quotes are escaped
    begins, ends = encoded(_collection(())).split(b"[]")
    page = BytesIO()
    page.write(before + b'"incidents":' + begins + b"[")
    for n, incident in enumerate(_incidents(assessment, left_out)):
        page.write((b"," if n else b"") + encoded(incident))
    page.write(b"]" + ends + after)
    return page.getvalue()


def encoded(written: Json) -> bytes:
    """Return a JSON as all of these files have it: ASCII, without blanks."""
    return _WRITER.encode(written).encode("ascii")


def ground(assessment: Assessment, left_out: int = 0) -> Json:
    """Return everything of `map_json` but the incidents and their lines of sight."""
    case = assessment.case
    valid = within(case.places, span(None, assessment.incidents, assessment.as_of))
    return {
        "case": _case(assessment),
        "line": [_feature(f) for f in valid if f.role is FeatureRole.LINE_OF_CONTACT],
        "features": _collection(_feature(f) for f in valid if f.role is not FeatureRole.LINE_OF_CONTACT),
        "relief": _relief(case),
        "incidents_left_out": left_out,
        "efforts": [_effort(effort) for effort in assessment.efforts],
        **footprints(assessment.records),
        "bounds": _rounded(extent(case, assessment.incidents)),
    }


def incident_json(
    assessment: Assessment, incident: Incident, attribution: Attribution, clauses: Sequence[str]
) -> bytes:
    """Return one incident as `map_json` has it, with all its lines of sight (`rays`)."""
    return encoded(_incident(assessment.case, incident, attribution, clauses) | {"rays": _rays([incident])["rays"]})


def outline(case: Case, incident: Incident, attribution: Attribution, clauses: Sequence[str]) -> Json:
    """Return of one incident what `map_json` has of it, but why, and without its records."""
    properties = _happening(incident) | _proposed(case, attribution) | {"clauses": list(clauses)}
    return {"type": "Feature", "geometry": _point(incident), "properties": properties}


def _case(assessment: Assessment) -> Json:
    case = assessment.case
    drawn = kinds(hypotheses(case))
    return {
        "id": case.id,
        "title": chosen(case.titles, case.id),
        "parties": [{"id": p.id, "name": party_name(p), "colour": colour(drawn[p.id])} for p in case.parties],
        "hypotheses": [
            {"id": name, "name": words, "kind": drawn[name], "colour": colour(drawn[name])}
            for name, words in hypothesis_names(case).items()
        ],
        "time_zone": case.time_zone,
        "as_of": stamp(assessment.as_of),
    }


def _feature(feature: Feature) -> Json:
    properties = {
        "role": feature.role.value,
        "id": feature.id,
        "names": dict(feature.names),
        "party": feature.party,
        "camera": feature.camera,
        "source": feature.source,
        "accuracy_km": feature.accuracy_km or None,
    }
    geometry = {"type": feature.geometry.kind, "coordinates": _rounded(feature.geometry.coordinates)}
    return {"type": "Feature", "properties": properties, "geometry": geometry}


def _relief(case: Case) -> Json | None:
    if case.relief is None:
        return None
    edges = {side: _degree(getattr(case.relief, side)) for side in ("west", "south", "east", "north")}
    return {"url": RELIEF_URL, **edges, "credit": case.relief.credit}


def _incidents(assessment: Assessment, left_out: int) -> Iterable[Json]:
    clauses = dict(assessment.touched)
    found = zip(assessment.incidents[left_out:], assessment.attributions[left_out:], strict=True)
    for incident, attribution in found:
        yield _incident(assessment.case, incident, attribution, clauses.get(incident.id, ()))


def _incident(case: Case, incident: Incident, attribution: Attribution, clauses: Sequence[str]) -> Json:
    concluded = _proposed(case, attribution) | {
        "why": attribution.why,
        "reasons": _reasons(attribution),
        "clauses": list(clauses),
        "observations": [_observation(o) for o in incident.observations],
    }
    return {"type": "Feature", "geometry": _point(incident), "properties": _happening(incident) | concluded}


def _proposed(case: Case, attribution: Attribution) -> Json:
    return {
        "determination": attribution.determination,
        "words": determination_words(attribution, case),
        "p": {name: float(share) for name, share in shares(attribution, case)},
    }


def _happening(incident: Incident) -> Json:
    return {
        "id": incident.id,
        "first": stamp(incident.first_time),
        "last": stamp(incident.last_time),
        "place_of": None if incident.place is None else incident.place.end.value,
        "radius_km_68": None if incident.place is None else round(incident.place.radius_km_68, 3),
        "phenomenon": term(incident.phenomenon),
        "count": count_words(incident.count),
    }


def _point(incident: Incident) -> Json | None:
    if incident.place is None:
        return None
    return {"type": "Point", "coordinates": _rounded((incident.place.lon, incident.place.lat))}


def _reasons(attribution: Attribution) -> list[Json]:
    return [
        {"reason": w.reason, "line": w.line, "bits": {name: round(value, 3) + 0.0 for name, value in w.bits}}
        for w in attribution.weights
    ]


def _observation(observation: Observation) -> Json:
    claimed = observation.clocks.claimed
    return {
        "key": observation.key,
        "id": observation.id,
        "source": observation.source.name,
        "means": spoken(observation.means),
        "direction": spoken(observation.direction),
        "count": count_words(observation.count),
        "time": stamp(claimed.start if claimed else None),
        "until": stamp(claimed.end if claimed else None),
        "text": observation.text,
        "claim": _words(observation),
    }


def _words(observation: Observation) -> str | None:
    """Return what a record does that rests on words, None for what was perceived."""
    if observation.claim is not None:
        return observation.claim.stance.value
    return None if is_physical(observation) else Stance.REPORTS.value


def _effort(effort: Effort) -> Json:
    return {
        "day": effort.day.isoformat(),
        "side": effort.side,
        "hours": round(effort.hours, 3),
        "observer_hours": round(effort.observer_hours, 3),
        "observers": effort.observers,
        "by_hour": [hour.value for hour in effort.by_hour],
    }


def _rays(incidents: Sequence[Incident]) -> Json:
    """Return the lines of sight of the first 4,000 rays, and how many were left out."""
    rays = [(i.id, o.key, o.place) for i in incidents for o in i.observations if isinstance(o.place, Ray)]
    drawn = [
        {
            "type": "Feature",
            "properties": {"incident": incident_id, "record": key, "distance_stated": ray.distance is not None},
            "geometry": {"type": "Polygon", "coordinates": [_rounded(ring)]},
        }
        for incident_id, key, ray in rays[:MOST_RAYS]
        for ring in wedges(ray)
    ]
    return {"rays": _collection(drawn), "rays_left_out": max(len(rays) - MOST_RAYS, 0)}


def _collection(features: Iterable[Json]) -> Json:
    return {"type": "FeatureCollection", "features": list(features)}


def _rounded(nested: Any) -> Any:
    return _degree(nested) if isinstance(nested, (int, float)) else [_rounded(inner) for inner in nested]


def _degree(value: float) -> float:
    return round(float(value), 5) + 0.0
