"""The likeliest ways of giving an incident's reports to the two ends of the fire.

Each way is weighed by how well the reports of each end agree, how well a flight joins the two, and what each report
tells; and any report may be grossly wrong (the contaminated normal of J. W. Tukey, A survey of sampling from
contaminated distributions, 1960).
"""

import math
from collections.abc import Mapping

import numpy as np

from trucewatch.assess.flights import ANYHOW
from trucewatch.assess.pairs import FORBIDDEN
from trucewatch.assess.sightings import UNTOLD
from trucewatch.assess.table import Floats, Ints

GROSS_TIMES, GROSS_KM = 3.0, 3.0  # who is grossly wrong stands within so many of his errors and km; as `telling.GROSS`
MOST_REPORTS = 16  # the sharpest, which find the ends in every way there is; the further ones join them there
JOININGS = 2  # times that the further reports are given to the ends, which they move; a third changes hardly any
MOST_WAYS = 48  # ways of giving the reports to the ends that are followed; the others together are hardly likely

LOG_2PI = math.log(2 * math.pi)

Columns = Mapping[str, Floats]
SUMS = 11  # of one end: P11, P22, P12, h1, h2, q, c of the places; w, wt, wt², c of the times
# after both ends' sums: what is told of the ends and of gross errors; how many reports that tell no end are of each
_TOLD = 2 * SUMS
# a report may be given to the origin or the impact, there rightly or grossly wrong: state // 2 is the end
_STATES = 4


def ways_of(of: Columns) -> tuple[Floats, Ints, Floats, Floats]:
    """Return the likeliest ways of giving the reports to the ends: their sums, states and log-likelihoods.

    The first MOST_REPORTS are added one after another, the MOST_WAYS likeliest kept each time; the others join the ends
    that these found (`_joined`). Last, how surely each report is in each way of where fire left. Shapes (incidents,
    ways, ...).
    """
    count, size = of["east"].shape
    each = _features(of)
    sums, ways = np.zeros((count, 1, each.shape[-1])), np.zeros((count, 1, 0), dtype=np.int64)
    values = np.zeros((count, 1))
    states = np.arange(_STATES)
    for n in range(min(size, MOST_REPORTS)):
        many = ways.shape[1] * _STATES
        alike = np.where((of["origin"][:, n] == UNTOLD)[:, None, None], _alike(sums[..., _TOLD + 1 :]), 0.0)
        sums = sums[:, :, None, :] + each[:, n, None, :, :]
        sums[..., _TOLD] += alike
        sums = sums.reshape(count, many, -1)
        given = np.broadcast_to(states, (count, ways.shape[1], _STATES)).reshape(count, many, 1)
        ways = np.concatenate([np.repeat(ways, _STATES, axis=1), given], axis=2)
        values = _evidence(sums)
        best = np.argsort(-values, axis=1, kind="stable")[:, :MOST_WAYS]
        sums = np.take_along_axis(sums, best[..., None], axis=1)
        ways = np.take_along_axis(ways, best[..., None], axis=1)
        values = np.take_along_axis(values, best, axis=1)
    if size > MOST_REPORTS:
        return _joined(of, each, sums, ways)
    return sums, ways, values, (ways < 2).astype(np.float64)


def _alike(counts: Floats) -> Floats:
    """Return by state what the ends of other reports, counted, say of that of a further one: log-odds.

    Who tells no end tells of the end that is near him, as his neighbours do: the share of such reports that are of
    where fire left is itself unknown, any as likely (Laplace's rule). Were each of either end by itself, of many of
    one place surely some would be of each end.
    """
    share = np.log(2 * (1 + counts) / (2 + counts.sum(axis=-1, keepdims=True)))
    alike: Floats = np.repeat(share, _STATES // 2, axis=-1)
    return alike


def _together(counts: Floats) -> Floats:
    """Return what `_alike` says of all reports of these numbers, one after another in any order."""
    left, landed = counts[..., 0], counts[..., 1]
    shared = _ln_gamma(left + 1) + _ln_gamma(landed + 1) - _ln_gamma(left + landed + 2)
    together: Floats = shared + (left + landed) * math.log(2)
    return together


def _ln_gamma(numbers: Floats) -> Floats:
    return np.array([math.lgamma(n) for n in numbers.ravel().tolist()], dtype=np.float64).reshape(numbers.shape)


def _joined(of: Columns, each: Floats, led: Floats, ways: Ints) -> tuple[Floats, Ints, Floats, Floats]:
    """Return the ways with all reports: in each, a further report is of the end, rightly or grossly, that fits it best.

    So every report counts, and the time that it takes grows with their number and no faster. A way whose leading
    reports are all of one end goes on as two: with all others of that end too, and with some of the other one.
    """
    further = each[:, MOST_REPORTS:]
    held = np.stack(
        [np.where(ways // 2 == end, of["weight"][:, None, :MOST_REPORTS], 0.0).sum(axis=-1) for end in (0, 1)], axis=-1
    )
    led, ways, held = (np.concatenate([value, value], axis=1) for value in (led, ways, held))
    again = np.arange(ways.shape[1]) >= ways.shape[1] // 2
    barred = np.repeat(np.where((held == 0) & ~again[:, None], FORBIDDEN, 0.0), _STATES // 2, axis=-1)[:, :, None, :]
    same = (held > 0).all(axis=-1) & again
    sums, counts = led, held
    for _ in range(JOININGS):
        # rounded, so that the last bit of a library's logarithm cannot decide
        fits = np.round(_fits(of, further, sums) + _alike(counts)[:, :, None, :] + barred, 6)
        given = np.argmax(fits, axis=-1)
        sums, counts = led, held.copy()
        for state in range(_STATES):
            chosen = (given == state).astype(np.float64)
            sums = sums + chosen @ further[:, :, state]
            counts[..., state // 2] += (chosen * of["weight"][:, None, MOST_REPORTS:]).sum(axis=-1)
    sums[..., _TOLD] += _together(counts) - _together(held)
    values: Floats = np.where(same, FORBIDDEN, _evidence(sums))
    chances = np.exp(fits - fits.max(axis=-1, keepdims=True))
    left = np.concatenate([ways < 2, chances[..., :2].sum(axis=-1) / chances.sum(axis=-1)], axis=2)
    return sums, np.concatenate([ways, given], axis=2), values, left


def _fits(of: Columns, further: Floats, sums: Floats) -> Floats:
    """Return how well each further report fits each state in each way."""
    names = ("east", "north", "time", "var_east", "var_north", "cov", "var_time", "weight")
    rest = {name: of[name][:, None, MOST_REPORTS:] for name in names}
    ends, fits = _ends(sums), []
    for state in range(_STATES):
        end, wrong = divmod(state, 2)
        east, north, a, b, c, time, variance = (column[..., None] for column in ends[end])
        times, km2 = (GROSS_TIMES**2, GROSS_KM**2) if wrong else (1.0, 0.0)
        a, b, c = (a + rest["var_east"] * times + km2, b + rest["var_north"] * times + km2, c + rest["cov"] * times)
        x, y, late = rest["east"] - east, rest["north"] - north, rest["time"] - time
        variance, determinant = variance + rest["var_time"] * times, a * b - c * c
        misfit = (b * x * x - 2 * c * x * y + a * y * y) / determinant + late**2 / variance
        density = -0.5 * (misfit + np.log(determinant * variance)) * rest["weight"]
        fits.append(density + further[:, None, :, state, _TOLD])
    return np.stack(fits, axis=-1)


def _ends(sums: Floats) -> list[list[Floats]]:
    """Return (east, north, var east, var north, cov, time, var time) of both ends in each way.

    One without reports is where and when a flight puts it, in any direction from the other one.
    """
    share, km2, mean_s, s2 = ANYHOW[:, 0], ANYHOW[:, 2], ANYHOW[:, 4], ANYHOW[:, 5]
    about, mean = float(share @ km2), float(share @ mean_s)
    spread = float(share @ (s2 + mean_s**2)) - mean**2
    parts = [sums[..., end * SUMS : (end + 1) * SUMS] for end in (0, 1)]
    own = [[*fused(part), *_fused_time(part)] for part in parts]
    widened = (0.0, 0.0, about, about, 0.0, mean, spread)
    found = []
    for end, sign in ((0, -1.0), (1, 1.0)):
        flown = [
            value + (sign * more if n == 5 else more)
            for n, (value, more) in enumerate(zip(own[1 - end], widened, strict=True))
        ]
        found.append([np.where(parts[end][..., 7] > 0, one, other) for one, other in zip(own[end], flown, strict=True)])
    return found


def _features(of: Columns) -> Floats:
    """Return what each report adds to the sums in each state, shape (incidents, reports, states, sums)."""
    found = np.zeros((*of["east"].shape, _STATES, _TOLD + 3))
    for state in range(_STATES):
        end, wrong = divmod(state, 2)
        times, km2 = (GROSS_TIMES**2, GROSS_KM**2) if wrong else (1.0, 0.0)
        place = information(
            of["east"], of["north"], of["var_east"] * times + km2, of["var_north"] * times + km2, of["cov"] * times
        )
        variance, time = of["var_time"] * times, of["time"]
        clock = [1 / variance, time / variance, time**2 / variance, -0.5 * (LOG_2PI + np.log(variance))]
        start = end * SUMS
        found[..., state, start : start + SUMS] = np.stack([*place, *clock], axis=-1) * of["weight"][..., None]
        told = 1 - of["origin"] if end else of["origin"]
        found[..., state, _TOLD] = np.log(told) + np.log(of["gross"] if wrong else 1 - of["gross"])
        found[..., state, _TOLD + 1 + end] = np.where(told == UNTOLD, of["weight"], 0.0)
    return found


def information(east: Floats, north: Floats, a: Floats, b: Floats, c: Floats) -> list[Floats]:
    """Return (P11, P22, P12, h1, h2, q, c) of Gaussians with variances a, b and covariance c."""
    determinant = a * b - c * c
    p, q, r = b / determinant, a / determinant, -c / determinant
    first, second = p * east + r * north, r * east + q * north
    return [p, q, r, first, second, first * east + second * north, -LOG_2PI - 0.5 * np.log(determinant)]


def _evidence(sums: Floats) -> Floats:
    """Return the log-likelihood of each way: the agreement at each end, the flight between them, what is told."""
    (left, one, began), (landed, other, ended) = (
        (fused(part), _agreement(part), _fused_time(part)) for part in (sums[..., :SUMS], sums[..., SUMS:_TOLD])
    )
    both = (sums[..., 7] > 0) & (sums[..., SUMS + 7] > 0)
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
    found: Floats = np.round(one + other + np.where(both, flight, 0.0) + sums[..., _TOLD], 6)
    return found


def fused(part: Floats) -> list[Floats]:
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
    east, north, a, b, c = fused(part)
    time, variance = _fused_time(part)
    place = part[..., 6] + 0.5 * (part[..., 3] * east + part[..., 4] * north - part[..., 5])
    clock = part[..., 10] + 0.5 * (part[..., 8] * time - part[..., 9])
    volume = 1.5 * LOG_2PI + 0.5 * np.log((a * b - c * c) * variance)
    agreement: Floats = np.where(part[..., 7] > 0, place + clock + volume, 0.0)
    return agreement
