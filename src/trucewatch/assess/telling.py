"""What each report of an incident tells of the two ends of the fire, as numbers, and who tells it.

A distance judged by ear or eye errs by a share of the true one, so that a reading comes from farther away more easily
than from nearer: a ray alone has the moments of a log-normal distance of that share.
"""

import math
from collections.abc import Collection, Mapping, Sequence
from typing import NamedTuple

from trucewatch.assess import kinds, twins, weigh
from trucewatch.assess.kinds import Family
from trucewatch.assess.locate import LEAST_SD_KM, Fix, fuse
from trucewatch.assess.sightings import AT_ORIGIN, TELLS_END, UNTOLD
from trucewatch.assess.table import DURATION_S
from trucewatch.model import Observation, Ray
from trucewatch.spacetime import Moments, Plane, opened_deg
from trucewatch.vocabulary import Direction, SourceClass

# How surely a report is of where fire left where no direction is assessed and `sightings.AT_ORIGIN` has no word for
# it. Who accuses says where he was hit; the ground shakes where a shell bursts, not where it is fired; what burns was
# lit where it landed; a projectile is seen nearer to where it left, while it is bright. Guesses.
CLAIMED, SHAKEN, BURNING, IN_FLIGHT = 0.2, 0.2, 0.1, 0.75
SUREST = 0.99  # no report is surer of its end; a guess

# A report is grossly wrong, or of another happening, this often; a report that nobody else confirms more often. A
# member in doubt is wrong by half of its doubt besides. Chosen on simulated development worlds (mixed, sensors and
# posts; seeds 1 to 6), where the 68 and 95 % regions then hold what they say.
GROSS, GROSS_ALONE, GROSS_AT_MOST = 0.03, 0.05, 0.5
BY_DOUBT = 0.5
GROSS_BY_SIDE = 0.2  # of what a side supplied, where somebody else perceived it too; a guess
NEVER = 1e-9  # a weapon seen and a burning pixel stand where they are, with the errors that are stated

UNSTATED_SHARE = 0.35  # sd of a distance that is not stated, as a share of the reach, about its half; a guess
WIDEST_RAY_DEG = 60.0  # a wider sector is no ray
LARGEST_RATIO = 0.5  # a distance known worse than to half of itself is not sharpened where rays meet
PIXEL_SD_KM = 0.2  # a burning spot lights the pixel beside it; half of VIIRS's 375 m; a guess


class Report(NamedTuple):
    """One report as numbers: a Gaussian place (km, km²) and time (s, s²), what it tells of its end, and its ray.

    `origin` is the probability that it is of where fire left, `gross` that it is grossly wrong, `weight` its share of
    what its source knows. The ray is the observer's place, the distance judged with its ratio's sd, and the bearing in
    the plane with its sd (radians); `distance` 0 where there is none.
    """

    east: float
    north: float
    var_east: float
    var_north: float
    cov: float
    time: float
    var_time: float
    origin: float
    gross: float
    weight: float
    from_east: float = 0.0
    from_north: float = 0.0
    distance: float = 0.0
    ratio_sd: float = 1.0
    bearing: float = 0.0
    bearing_sd: float = 1.0


def origin_chance(observation: Observation) -> float:
    """Return how surely a report, by what it tells and how it was made, is of where fire left."""
    told, what = observation.direction.term, observation.phenomenon.term
    if told is not None and told is not Direction.UNDETERMINED:
        return AT_ORIGIN.get(told.value, UNTOLD)
    family = kinds.family(observation)
    if not kinds.is_physical(observation):
        return SUREST if family is Family.MATTER else CLAIMED
    if family is not Family.FIRE:
        return BURNING if family is Family.HEAT else SUREST
    if observation.flights_deg:
        return IN_FLIGHT
    if what is not None and what.value in AT_ORIGIN:
        return AT_ORIGIN[what.value]
    return SHAKEN if observation.source.source_class.term is SourceClass.SEISMIC else UNTOLD


# --- reports --------------------------------------------------------------------------------------


def reports(observations: Sequence[Observation], fixes: Sequence[Fix | None], plane: Plane) -> list[Report | None]:
    """Return each observation as numbers, None where it has no time or place."""
    rays = {n: fix.place for n, fix in enumerate(fixes) if fix is not None and isinstance(fix.place, Ray)}
    lons, lats = [ray.observer.lon for ray in rays.values()], [ray.observer.lat for ray in rays.values()]
    east, north = plane.km(lons, lats)
    posts = zip(east.tolist(), north.tolist(), plane.north_deg(lons, lats).tolist(), strict=True)
    stood = dict(zip(rays, posts, strict=True))
    return [
        None if fix is None or fix.at is None else _report(o, fix, fix.at, stood.get(n))
        for n, (o, fix) in enumerate(zip(observations, fixes, strict=True))
    ]


def _report(o: Observation, fix: Fix, at: Moments, stood: tuple[float, float, float] | None) -> Report:
    more = PIXEL_SD_KM**2 if kinds.family(o) is Family.HEAT else 0.0
    report = Report(
        east=at.east, north=at.north, var_east=at.var_east + more, var_north=at.var_north + more, cov=at.cov,
        time=fix.time_s, var_time=fix.time_sd_s**2 + DURATION_S**2,
        origin=min(max(origin_chance(o), 1 - SUREST), SUREST),
        gross=GROSS if kinds.family(o) is Family.FIRE else NEVER, weight=1.0,
    )  # fmt: skip
    if stood is None or not isinstance(fix.place, Ray):
        return report
    return _ray(report, fix.place, kinds.reach_km(o), stood)


def _ray(report: Report, ray: Ray, reach_km: float, stood: tuple[float, float, float]) -> Report:
    """Return the report with its place as the ray has it: a log-normal distance, a normal bearing."""
    if len(ray.sectors) != 1 or (width := opened_deg(ray.sectors[0])) > WIDEST_RAY_DEG:
        return report
    span = ray.distance
    middle = reach_km / 2 if span is None else (span.low_km + span.high_km) / 2
    if middle <= 0:
        return report
    spread = (
        UNSTATED_SHARE * reach_km if span is None else math.hypot((span.high_km - span.low_km) / 12**0.5, span.sd_km)
    )
    ratio = spread / middle
    sharp = span is not None and ratio <= LARGEST_RATIO
    # mean and mean square of a log-normal distance; of one that is hardly known those of a normal one
    mean = middle * math.exp(ratio**2 / 2) if sharp else middle
    square = middle**2 * math.exp(2 * ratio**2) if sharp else middle**2 + spread**2
    bearing = math.radians(ray.sectors[0].from_deg + width / 2 + stood[2])
    bearing_sd = math.hypot(math.radians(ray.sectors[0].sd_deg), math.radians(width) / 12**0.5)
    forth, own = mean * math.exp(-(bearing_sd**2) / 2), (ray.observer.sd_km or 0.0) ** 2 + LEAST_SD_KM**2
    even = math.exp(-2 * bearing_sd**2)
    along, across = square * (1 + even) / 2 - forth**2, square * (1 - even) / 2
    sine, cosine = math.sin(bearing), math.cos(bearing)
    return report._replace(
        east=stood[0] + forth * sine,
        north=stood[1] + forth * cosine,
        var_east=along * sine**2 + across * cosine**2 + own,
        var_north=along * cosine**2 + across * sine**2 + own,
        cov=(along - across) * sine * cosine,
        from_east=stood[0],
        from_north=stood[1],
        distance=middle if sharp else 0.0,
        ratio_sd=ratio,
        bearing=bearing,
        bearing_sd=bearing_sd,
    )


def heard(
    members: Sequence[Observation], known: Sequence[Report | None], shares: Sequence[float]
) -> tuple[Report, ...]:
    """Return the reports that place an incident: what was perceived, else what was said; each source weighing once.

    The rows of one source err alike, so that they share its weight, save that what it saw leave and what it saw land
    are two. All that one side supplied is one source: its cameras are as many as it likes and may err as one. Words
    copy each other: all of them weigh as one. What no side supplied has the first word: beside it, what a side supplied
    is grossly wrong as often as GROSS_BY_SIDE, so that one neutral source stands against any number of a side's, and
    two settle it. Not more often: where both agree, a side's places are as good as anybody's, and where the neutral
    one is vague, better than none. `shares` are the members' probabilities (empty: 1).
    """
    rows = [(o, r, s) for o, r, s in zip(members, known, shares or (1.0,) * len(members), strict=True) if r is not None]
    perceived = [row for row in rows if kinds.is_physical(row[0])]
    used = perceived or rows
    of = [o for o, _, _ in used]
    voices = twins.joined(of, [_voice(o) for o in of]) if perceived else [kinds.source_key(o) for o in of]
    # a source that says the same place in several rows has said it once
    once: dict[tuple[str, Report], float] = {}
    for voice, (_, report, share) in zip(voices, used, strict=True):
        once[voice, report] = max(share, once.get((voice, report), 0.0))
    sides = {voice for voice, o in zip(voices, of, strict=True) if o.source.side is not None} if perceived else set()
    names = {(voice, kinds.source_key(o)) for voice, o in zip(voices, of, strict=True) if voice in sides}
    if len(names) > len(sides):
        once = _at_once(once, {voice for voice in sides if sum(v == voice for v, _ in names) > 1})
    beside = any(voice not in sides for voice in voices)
    sources = [(voice, _told(report)) for voice, report in once]
    alone = GROSS if len(once) > 1 else GROSS_ALONE
    return tuple(
        report._replace(
            gross=NEVER
            if report.gross == NEVER
            else min((GROSS_BY_SIDE if beside and voice in sides else alone) + BY_DOUBT * (1 - share), GROSS_AT_MOST),
            weight=1 / sum(v == voice and t * told != -1 for v, t in sources) if perceived else 1 / len(once),
        )
        for ((_, report), share), (voice, told) in zip(once.items(), sources, strict=True)
    )


def _voice(o: Observation) -> str:
    """Return who perceived it: the source, or the side that supplied it."""
    return weigh.line_of(o) if o.source.side is not None else kinds.source_key(o)


def _at_once(once: Mapping[tuple[str, Report], float], sides: Collection[str]) -> dict[tuple[str, Report], float]:
    """Return the reports with one for all that a side's several sources say of one end: no surer than one of them.

    It stands where theirs together are likeliest, as wide as one of them is, and wider where they disagree.
    """
    found: dict[tuple[str, Report], float] = {}
    parts: dict[tuple[str, int], list[tuple[Report, float]]] = {}
    for (voice, report), share in once.items():
        if voice in sides:
            parts.setdefault((voice, _told(report)), []).append((report, share))
        else:
            found[voice, report] = share
    for (voice, _), said in parts.items():
        found[voice, _one(sorted(report for report, _ in said))] = min(share for _, share in said)
    return found


def _one(said: Sequence[Report]) -> Report:
    """Return one report for several of one end."""
    many = len(said)
    if many == 1:
        return said[0]
    at = fuse([Moments(r.east, r.north, r.var_east, r.var_north, r.cov) for r in said])
    sharp = math.fsum(1 / r.var_time for r in said)
    time = math.fsum(r.time / r.var_time for r in said) / sharp
    misfit = math.fsum((r.time - time) ** 2 / r.var_time for r in said)
    odds = math.exp(math.fsum(math.log(r.origin / (1 - r.origin)) for r in said) / many)
    return Report(
        east=at.east,
        north=at.north,
        var_east=at.var_east * many,
        var_north=at.var_north * many,
        cov=at.cov * many,
        time=time,
        var_time=max(1.0, misfit / (many - 1)) * many / sharp,
        origin=odds / (1 + odds),
        gross=max(r.gross for r in said),
        weight=1.0,
    )


def _told(report: Report) -> int:
    return int(report.origin >= TELLS_END) - int(report.origin <= 1 - TELLS_END)
