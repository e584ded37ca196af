"""Which end of the fire each report of an incident tells of, and from that the place to publish with an honest error.

Fire leaves one place and arrives at another, a flight later (`flights`); most reports do not say of which they
are, and the two may lie ten kilometres apart. So no report is taken to be of a certain end: every way of giving the
reports to the two ends is weighed by how well the reports of each end agree, how well a flight joins the two, and what
each report tells; and any report may be grossly wrong (the contaminated normal of J. W. Tukey, A survey of sampling
from contaminated distributions, 1960). A place is the mixture over these ways: its mean, its covariance, and the radius
about the mean that holds 68 % of it, which for a mixture is less than the covariance alone would have.

A distance judged by ear or eye errs by a share of the true one, so that a reading comes from farther away more easily
than from nearer. A ray alone has the moments of a log-normal distance of that share; where rays meet, each is as wide
as it is there.
"""

import math
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

import numpy as np

from trucewatch.assess import kinds
from trucewatch.assess.flights import ANYHOW
from trucewatch.assess.kinds import Family
from trucewatch.assess.locate import LEAST_SD_KM, Fix
from trucewatch.assess.pairs import FORBIDDEN
from trucewatch.assess.sightings import AT_ORIGIN, TELLS_END, UNTOLD
from trucewatch.assess.table import DURATION_S, Flags, Floats, Ints
from trucewatch.model import Observation, Ray
from trucewatch.spacetime import MANY, PROBABLE, Moments, Plane, opened_deg
from trucewatch.vocabulary import Direction, End, SourceClass

# How surely a report is of where fire left where no direction is assessed and `sightings.AT_ORIGIN` has no word for
# it. Who accuses says where he was hit; the ground shakes where a shell bursts, not where it is fired; what burns was
# lit where it landed; a projectile is seen nearer to where it left, while it is bright. Guesses.
CLAIMED, SHAKEN, BURNING, IN_FLIGHT = 0.2, 0.2, 0.1, 0.75
SUREST = 0.99  # no report is surer of its end; a guess
KNOWN = 0.9  # an end is published as such where some report is of it this surely; a guess

# A report is grossly wrong, or of another happening, this often; a report that nobody else confirms more often. It
# stands then within GROSS_TIMES its errors and GROSS_KM of the place. A member in doubt is wrong by half of its doubt
# besides. Chosen on simulated development worlds (mixed, sensors and posts; seeds 1 to 6), where the 68 and 95 %
# regions then hold what they say.
GROSS, GROSS_ALONE, GROSS_AT_MOST = 0.03, 0.05, 0.5
GROSS_TIMES, GROSS_KM = 3.0, 3.0
BY_DOUBT = 0.5
NEVER = 1e-9  # a weapon seen and a burning pixel stand where they are, with the errors that are stated

MOST_REPORTS = 16  # the sharpest; what a seventeenth would add is less than a fifteenth of what they know
MOST_WAYS = 48  # ways of giving the reports to the ends that are followed; the others together are hardly likely
AT_ONCE = 512  # incidents of equally many reports that are worked on together: some 100 MB
MEETINGS = 2  # times that rays are made as wide as where they meet; further ones change less than the errors
UNSTATED_SHARE = 0.35  # sd of a distance that is not stated, as a share of the reach, about its half; a guess
WIDEST_RAY_DEG = 60.0  # a wider sector is no ray
LARGEST_RATIO = 0.5  # a distance known worse than to half of itself is not sharpened where rays meet
NEAREST, FARTHEST = 0.4, 2.5  # of a stated distance: within this a ray is made as wide as where it meets others
PIXEL_SD_KM = 0.2  # a burning spot lights the pixel beside it; half of VIIRS's 375 m; a guess

LOG_2PI = math.log(2 * math.pi)


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


class Placed(NamedTuple):
    """The place to publish: of which end it is, its moments, and the radius in km that holds 68 % of it."""

    end: End
    at: Moments
    radius_km_68: float


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
    are two. Words copy each other: all of them weigh as one. `shares` are the members' probabilities (empty: 1).
    """
    rows = [(o, r, s) for o, r, s in zip(members, known, shares or (1.0,) * len(members), strict=True) if r is not None]
    perceived = [row for row in rows if kinds.is_physical(row[0])]
    # a source that says the same place in several rows has said it once
    once: dict[tuple[str, Report], float] = {}
    for o, report, share in perceived or rows:
        key = (kinds.source_key(o), report)
        once[key] = max(share, once.get(key, 0.0))
    sources = [(source, _told(report)) for source, report in once]
    least = GROSS if len(once) > 1 else GROSS_ALONE
    return tuple(
        report._replace(
            gross=NEVER if report.gross == NEVER else min(least + BY_DOUBT * (1 - share), GROSS_AT_MOST),
            weight=1 / sum(s == source and t * told != -1 for s, t in sources) if perceived else 1 / len(once),
        )
        for ((_, report), share), (source, told) in zip(once.items(), sources, strict=True)
    )


def _told(report: Report) -> int:
    return int(report.origin >= TELLS_END) - int(report.origin <= 1 - TELLS_END)


# --- places ---------------------------------------------------------------------------------------


def places(incidents: Sequence[Sequence[Report]]) -> list[Placed | None]:
    """Return the place of each incident by its reports in any order, None where there are none."""
    found: list[Placed | None] = [None] * len(incidents)
    sizes: dict[int, list[int]] = {}
    for n, some in enumerate(incidents):
        if some:
            sizes.setdefault(min(len(some), MOST_REPORTS), []).append(n)
    for size, numbers in sizes.items():
        for start in range(0, len(numbers), AT_ONCE):
            now = numbers[start : start + AT_ONCE]
            columns = np.array([sorted(incidents[n], key=_sharpness)[:size] for n in now], dtype=np.float64)
            for n, placed in zip(now, _places(columns), strict=True):
                found[n] = placed
    return found


def _sharpness(report: Report) -> tuple[float, Report]:
    return (report.var_east * report.var_north - report.cov**2) / report.weight**2, report


def _places(columns: Floats) -> Iterator[Placed]:
    """Yield the places of incidents of equally many reports: (incidents, reports, fields of `Report`)."""
    # about the sharpest report's place and time, so that the sums keep their digits
    middle = {name: columns[:, :1, Report._fields.index(name)].copy() for name in ("east", "north", "time")}
    of = {name: columns[..., n] for n, name in enumerate(Report._fields)}
    for name in ("east", "north", "time", "from_east", "from_north"):
        of[name] = of[name] - middle[name.removeprefix("from_")]
    sums, ways, values = _ways(of)
    likely = np.exp(values - values.max(axis=1, keepdims=True))
    at = np.stack([_met(of, sums, ways, end) for end in (0, 1)], axis=2)
    has = np.stack([(ways < 2).any(axis=-1), (ways >= 2).any(axis=-1)], axis=-1)
    sure = (likely[..., None] * has).sum(axis=1) / likely.sum(axis=1)[:, None] >= KNOWN
    end = np.where(sure[:, 0], 0, np.where(sure[:, 1], 1, 2))
    # of neither end surely: where what the sharpest report perceived took place
    which = np.where(end[:, None] < 2, end[:, None], ways[..., 0] // 2)
    likely = np.where(np.take_along_axis(has, which[..., None], axis=2)[..., 0], likely, 0.0)
    at = np.take_along_axis(at, which[..., None, None], axis=2)[:, :, 0]
    mixed, radius = _mixed(likely / likely.sum(axis=1, keepdims=True), at)
    mixed[:, :2] += np.hstack([middle["east"], middle["north"]])
    # rounded, so that the last bit of a library's logarithm is not published
    for n, moments, r in zip(end.tolist(), np.round(mixed, 9).tolist(), np.round(radius, 6).tolist(), strict=True):
        yield Placed(tuple(End)[n], Moments(*moments), r)


_Columns = Mapping[str, Floats]
_SUMS = 11  # of one end: P11, P22, P12, h1, h2, q, c of the places; w, wt, wt², c of the times
# a report may be given to the origin or the impact, there rightly or grossly wrong: state // 2 is the end
_STATES = 4


def _ways(of: _Columns) -> tuple[Floats, Ints, Floats]:
    """Return the likeliest ways of giving the reports to the ends: their sums, states and log-likelihoods.

    Reports are added one after another, the MOST_WAYS likeliest kept each time; shapes (incidents, ways, ...).
    """
    count, size = of["east"].shape
    each = _features(of)
    sums, ways = np.zeros((count, 1, 2 * _SUMS + 1)), np.zeros((count, 1, 0), dtype=np.int64)
    values = np.zeros((count, 1))
    states = np.arange(_STATES)
    for n in range(size):
        many = ways.shape[1] * _STATES
        sums = (sums[:, :, None, :] + each[:, n, None, :, :]).reshape(count, many, -1)
        given = np.broadcast_to(states, (count, ways.shape[1], _STATES)).reshape(count, many, 1)
        ways = np.concatenate([np.repeat(ways, _STATES, axis=1), given], axis=2)
        values = _evidence(sums)
        best = np.argsort(-values, axis=1, kind="stable")[:, :MOST_WAYS]
        sums = np.take_along_axis(sums, best[..., None], axis=1)
        ways = np.take_along_axis(ways, best[..., None], axis=1)
        values = np.take_along_axis(values, best, axis=1)
    return sums, ways, values


def _features(of: _Columns) -> Floats:
    """Return what each report adds to the sums in each state, shape (incidents, reports, states, sums)."""
    found = np.zeros((*of["east"].shape, _STATES, 2 * _SUMS + 1))
    for state in range(_STATES):
        end, wrong = divmod(state, 2)
        times, km2 = (GROSS_TIMES**2, GROSS_KM**2) if wrong else (1.0, 0.0)
        place = _information(
            of["east"], of["north"], of["var_east"] * times + km2, of["var_north"] * times + km2, of["cov"] * times
        )
        variance, time = of["var_time"] * times, of["time"]
        clock = [1 / variance, time / variance, time**2 / variance, -0.5 * (LOG_2PI + np.log(variance))]
        start = end * _SUMS
        found[..., state, start : start + _SUMS] = np.stack([*place, *clock], axis=-1) * of["weight"][..., None]
        told = 1 - of["origin"] if end else of["origin"]
        found[..., state, -1] = np.log(told) + np.log(of["gross"] if wrong else 1 - of["gross"])
    return found


def _information(east: Floats, north: Floats, a: Floats, b: Floats, c: Floats) -> list[Floats]:
    """Return (P11, P22, P12, h1, h2, q, c) of Gaussians with variances a, b and covariance c."""
    determinant = a * b - c * c
    p, q, r = b / determinant, a / determinant, -c / determinant
    first, second = p * east + r * north, r * east + q * north
    return [p, q, r, first, second, first * east + second * north, -LOG_2PI - 0.5 * np.log(determinant)]


def _evidence(sums: Floats) -> Floats:
    """Return the log-likelihood of each way: the agreement at each end, the flight between them, what is told."""
    (left, one, began), (landed, other, ended) = (
        (_fused(part), _agreement(part), _fused_time(part)) for part in (sums[..., :_SUMS], sums[..., _SUMS:-1])
    )
    both = (sums[..., 7] > 0) & (sums[..., _SUMS + 7] > 0)
    x, y, c = left[0] - landed[0], left[1] - landed[1], left[4] + landed[4]
    late, clock = ended[0] - began[0], began[1] + ended[1]
    flight = np.full(both.shape, FORBIDDEN)
    for share, _, km2, _, mean_s, s2 in ANYHOW.tolist():
        a, b, variance = left[2] + landed[2] + km2, left[3] + landed[3] + km2, clock + s2
        determinant = a * b - c * c
        misfit = (b * x * x - 2 * c * x * y + a * y * y) / determinant + (late - mean_s) ** 2 / variance
        density = math.log(share) - 0.5 * misfit - 1.5 * LOG_2PI - 0.5 * np.log(determinant * variance)
        flight = np.logaddexp(flight, density)
    # rounded, so that the last bit of a library's logarithm cannot decide which way is followed
    found: Floats = np.round(one + other + np.where(both, flight, 0.0) + sums[..., -1], 6)
    return found


def _fused(part: Floats) -> list[Floats]:
    """Return (east, north, var east, var north, cov) of one end by its sums; (0, 0, 1, 1, 0) of one without reports."""
    known = part[..., 7] > 0
    p, q, r = (np.where(known, part[..., k], safe) for k, safe in ((0, 1.0), (1, 1.0), (2, 0.0)))
    determinant = p * q - r * r
    a, b, c = q / determinant, p / determinant, -r / determinant
    return [a * part[..., 3] + c * part[..., 4], c * part[..., 3] + b * part[..., 4], a, b, c]


def _fused_time(part: Floats) -> tuple[Floats, Floats]:
    weight = np.where(part[..., 7] > 0, part[..., 7], 1.0)
    return part[..., 8] / weight, 1 / weight


def _agreement(part: Floats) -> Floats:
    """Return ln ∫ of the product of one end's Gaussians in place and time (`clusters`); 0 of none."""
    east, north, a, b, c = _fused(part)
    time, variance = _fused_time(part)
    place = part[..., 6] + 0.5 * (part[..., 3] * east + part[..., 4] * north - part[..., 5])
    clock = part[..., 10] + 0.5 * (part[..., 8] * time - part[..., 9])
    volume = 1.5 * LOG_2PI + 0.5 * np.log((a * b - c * c) * variance)
    agreement: Floats = np.where(part[..., 7] > 0, place + clock + volume, 0.0)
    return agreement


def _met(of: _Columns, sums: Floats, ways: Ints, end: int) -> Floats:
    """Return (east, north, var east, var north, cov) of an end in each way, rays being as wide as where they meet."""
    at = _fused(sums[..., end * _SUMS : (end + 1) * _SUMS])
    members = ways // 2 == end
    wrong = ways % 2 == 1
    times, km2 = np.where(wrong, GROSS_TIMES**2, 1.0), np.where(wrong, GROSS_KM**2, 0.0)
    weight = np.where(members, of["weight"][:, None], 0.0)
    meet = members & (members.sum(axis=-1) > 1)[..., None] & (of["distance"] > 0)[:, None]
    for _ in range(MEETINGS):
        east, north, a, b, c = _widths(of, at, meet)
        parts = _information(east, north, a * times + km2, b * times + km2, c * times)
        columns = [(part * weight).sum(axis=-1) for part in parts]
        known = weight.sum(axis=-1)
        at = _fused(np.stack([*columns, known], axis=-1))
    return np.stack(at, axis=-1)


def _widths(of: _Columns, at: Sequence[Floats], meet: Flags) -> list[Floats]:
    """Return each report's place and covariance in each way: of rays that meet as they are near the place `at`.

    A distance stated as m with an error of a share s of the true one, linearised about r (Gauss-Newton), says
    r (2 - r/m) with an error of s r²/m: a reading that is too short for the place is as doubtful as it should be.
    """
    ray = {name: column[:, None] for name, column in of.items()}
    sine, cosine = np.sin(ray["bearing"]), np.cos(ray["bearing"])
    stated = np.where(ray["distance"] > 0, ray["distance"], 1.0)
    away = (at[0][..., None] - ray["from_east"]) * sine + (at[1][..., None] - ray["from_north"]) * cosine
    away = np.clip(away, NEAREST * stated, FARTHEST * stated)
    forth = away * (2 - away / stated)
    along, across = (away * (away / stated) * ray["ratio_sd"]) ** 2, (away * ray["bearing_sd"]) ** 2
    there = [
        ray["from_east"] + forth * sine,
        ray["from_north"] + forth * cosine,
        along * sine**2 + across * cosine**2 + LEAST_SD_KM**2,
        along * cosine**2 + across * sine**2 + LEAST_SD_KM**2,
        (along - across) * sine * cosine,
    ]
    alone = [ray[name] for name in ("east", "north", "var_east", "var_north", "cov")]
    return [np.where(meet, one, other) for one, other in zip(there, alone, strict=True)]


_POINTS = np.array(MANY)


def _mixed(share: Floats, at: Floats) -> tuple[Floats, Floats]:
    """Return the moments of each mixture (shares, places: incidents × ways) and the radius about its mean of 68 %."""
    mean = (share[..., None] * at[..., :2]).sum(axis=1)
    off = at[..., :2] - mean[:, None]
    squares = np.stack([off[..., 0] ** 2, off[..., 1] ** 2, off[..., 0] * off[..., 1]], axis=-1)
    moments = np.hstack([mean, (share[..., None] * (at[..., 2:] + squares)).sum(axis=1)])
    a = np.sqrt(at[..., 2])
    b = at[..., 4] / a
    c = np.sqrt(np.maximum(at[..., 3] - b * b, 0.0))
    x = off[..., :1] + a[..., None] * _POINTS[:, 0]
    y = off[..., 1:] + b[..., None] * _POINTS[:, 0] + c[..., None] * _POINTS[:, 1]
    away = np.hypot(x, y).reshape(len(share), -1)
    order = np.argsort(away, axis=1)  # points equally far off may stand in any order: the radius is the same
    reached = np.cumsum(np.take_along_axis(np.repeat(share, len(MANY), axis=1), order, axis=1), axis=1)
    # rounded, so that a sum's last bit cannot decide which point is the first beyond
    beyond = np.argmax(np.round(reached / len(MANY), 9) >= PROBABLE, axis=1)
    return moments, np.take_along_axis(away, np.take_along_axis(order, beyond[:, None], axis=1), axis=1)[:, 0]
