"""From a world to what is counted: verdicts beside the truth, and whether true places lie inside published regions."""

from collections import Counter
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass, replace

from benchmarks import metrics
from benchmarks.metrics import CHI2_95, Verdict
from benchmarks.worlds import Happened, Seen, regrouped
from pyproj import Geod

from trucewatch import pipeline
from trucewatch.assess import kinds
from trucewatch.assess.groups import Association
from trucewatch.assess.incidents import incidents
from trucewatch.evidence import BOTH
from trucewatch.model import Attribution, Estimate, Observation
from trucewatch.spacetime import distance_km
from trucewatch.vocabulary import End

WGS84 = Geod(ellps="WGS84")


def matches(seen: Seen) -> dict[Hashable, Hashable]:
    """Return the true incident that each of the product's incidents shares most rows with."""
    rows = seen.scored
    return metrics.matched(seen.our_groups(rows), seen.true_groups(rows))


def ours(seen: Seen) -> list[Verdict]:
    """Return the product's verdicts on its own incidents."""
    truth, seen_to = matches(seen), perceived(seen)
    return [
        _verdict(a, truth.get(a.incident_id), seen.happened, seen_to.get(a.incident_id, ""))
        for a in pipeline.judge(seen.case, seen.gathered)
    ]


def _verdict(attribution: Attribution, true: Hashable | None, happened: Mapping[str, Happened], seen: str) -> Verdict:
    who = happened[str(true)].who if true is not None else ""
    return Verdict(dict(attribution.probabilities), attribution.determination, who, seen)


def perceived(seen: Seen) -> dict[str, str]:
    """Return who fired, by found incident: of the true one of which it has most rows that somebody perceived.

    Of an incident of two shots, who fired each of them: several sides where each was of another one.
    """
    rows = [o for o in seen.scored if kinds.is_physical(o)]
    truth = metrics.matched(seen.our_groups(rows), seen.true_groups(rows))
    found = {str(one): seen.happened[str(real)].who for one, real in truth.items()}
    for incident in seen.gathered.incidents:
        fired = {_most(seen, shot.observations) for shot in incident.shots} - {""}
        if len(fired & {*seen.parties, BOTH}) > 1:
            found[incident.id] = BOTH
    return found


def _most(seen: Seen, observations: Sequence[Observation]) -> str:
    """Return who fired the true incident of which these have most rows that were perceived, "" where none has any."""
    counts = Counter(real for o in observations if kinds.is_physical(o) and (real := seen.truth.get(o.id)) is not None)
    # of equally many the first by name: the names of true incidents are drawn blind to who fired
    return seen.happened[min(counts, key=lambda real: (-counts[real], real))].who if counts else ""


def with_true_incidents(seen: Seen) -> Seen:
    """Return the same world with the records grouped as they truly belong; those that belong to nothing stand alone."""
    gathered = seen.gathered
    where = [gathered.fixes[o.key] for o in gathered.observations]
    groups: dict[Hashable, list[int]] = {}
    for i in seen.rows:
        groups.setdefault(seen.truth[gathered.observations[i].id] or i, []).append(i)
    spoken = [g for g in groups.values() if not all(kinds.is_denial(gathered.observations[i]) for i in g)]
    certain = Association(groups=tuple(map(tuple, spoken)), shares=((),) * len(spoken))
    found = incidents(gathered.observations, where, certain, gathered.plane)
    return regrouped(seen, replace(gathered, incidents=found, doubts=()))


def members(seen: Seen) -> dict[Hashable, Sequence[Observation]]:
    """Return the records of each of the product's incidents."""
    return {incident.id: incident.observations for incident in seen.gathered.incidents}


def of_votes(seen: Seen, shares: Mapping[Hashable, Mapping[str, float]]) -> list[Verdict]:
    """Return a voting peer's verdicts on the world's incidents; one that reaches the case's standard is named.

    Where nobody voted, it knows nothing: each party has the same share.
    """
    ignorant = dict.fromkeys(seen.parties, 1 / len(seen.parties))
    truth, seen_to, standard = matches(seen), perceived(seen), seen.case.standard.probability
    verdicts = []
    for incident in seen.gathered.incidents:
        given = shares.get(incident.id, ignorant)
        named = [party for party, share in given.items() if share >= standard]
        true = truth.get(incident.id)
        who = seen.happened[str(true)].who if true else ""
        verdicts.append(Verdict(given, named[0] if named else "", who, seen_to.get(incident.id, "")))
    return verdicts


# --- places ---------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Regions:
    """How many placed and matched incidents, and in how many the true place is in the 68 % circle and 95 % ellipse."""

    number: int = 0
    in_68: int = 0
    in_95: int = 0

    def __add__(self, other: "Regions") -> "Regions":
        return Regions(self.number + other.number, self.in_68 + other.in_68, self.in_95 + other.in_95)


def regions(seen: Seen) -> dict[str, Regions]:
    """Return counts of true places inside published regions: of what was perceived, of words alone, of exchanges.

    An incident says which place it publishes: where fire left, where it landed, or where it was perceived, which is
    held against the nearer of both. A true incident with one place only has that. An exchange has a second shot whose
    places the truth does not hold, so that a good place may count as wrong there: it is counted apart.
    """
    truth = matches(seen)
    found: dict[str, Regions] = {}
    for incident in seen.gathered.incidents:
        if incident.place is None or incident.id not in truth:
            continue
        happened = seen.happened[str(truth[incident.id])]
        place = _true_place(incident.place, happened)
        if place is not None:
            perceived = "perceived" if any(map(kinds.is_physical, incident.observations)) else "words"
            sort = "exchanges" if happened.who == BOTH else perceived
            found[sort] = found.get(sort, Regions()) + _inside(incident.place, place)
    return found


def _true_place(place: Estimate, happened: Happened) -> tuple[float, float] | None:
    known = [true for true in (happened.origin, happened.impact) if true is not None]
    if not known:
        return None
    if place.end is End.ORIGIN:
        return happened.origin or known[0]
    if place.end is End.IMPACT:
        return happened.impact or known[0]
    return min(known, key=lambda true: distance_km(place.lon, place.lat, *true))


def _inside(place: Estimate, true: tuple[float, float]) -> Regions:
    bearing, _, metres = WGS84.inv(place.lon, place.lat, *true)
    east, north = _towards(bearing, metres / 1000)
    ellipse = (place.var_east, place.var_north, place.cov_east_north)
    return Regions(1, int(metres / 1000 <= place.radius_km_68), int(metrics.in_region(east, north, ellipse, CHI2_95)))


def _towards(bearing_deg: float, km: float) -> tuple[float, float]:
    from math import cos, radians, sin

    return km * sin(radians(bearing_deg)), km * cos(radians(bearing_deg))
