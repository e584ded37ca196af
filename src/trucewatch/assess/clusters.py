"""How well several reports agree on one happening: the evidence of any set of them, in closed form.

Fire leaves one place at one time and arrives at another, a flight later; each report is of one of these ends. With
Gaussian errors the integral over the unknown places and times is closed: for reports of one end with precisions Pᵢ and
means mᵢ, ∫ Π N(mᵢ; X, Pᵢ⁻¹) dX = exp(c - q/2 + hᵀP⁻¹h/2) · 2π/√|P| with P = ΣPᵢ, h = ΣPᵢmᵢ, q = ΣmᵢᵀPᵢmᵢ (the
information form; Maybeck, Stochastic Models, Estimation and Control, vol. 1, 1979, §5.7). All of it is sums over
the members, so the evidence of every set follows from a few numbers for each report (`features`). The ends are linked
by a flight: FLIGHTS says how far and how long, by sort of weapon.
"""

import math

import numpy as np

from trucewatch.assess.pairs import (
    FLIGHTS,
    FORBIDDEN,
    SPREAD_KM,
    log_densities,
    log_end,
)
from trucewatch.assess.table import WEAPON, Flags, Floats, Ints, Table

LOG_2PI = math.log(2 * math.pi)

# columns of sums over a set: eleven for those at the end where fire left, eleven where it arrived, then the rest
OUT, IN = 0, 11
END, _TURNED, COUNT, _LOUD, _RAW, _SEEN = 22, 23, 24, 25, 26, 27
WIDTH = 28


def features(table: Table, measured: float, centre: tuple[Floats, Floats, Floats]) -> Floats:
    """Return the numbers whose sums give the evidence of a set, shape (reports, 2, WIDTH): of this end, of the other.

    `centre` are the (east, north, time) about which each report's are taken, so that the sums keep their digits.
    """
    found = np.zeros((len(table), 2, WIDTH))
    near = _information(table, table.east - centre[0], table.north - centre[1])
    variance = table.time_sd**2 + table.duration**2
    time = table.time - centre[2]
    clock = np.stack([1 / variance, time / variance, time**2 / variance, -0.5 * (LOG_2PI + np.log(variance))], axis=-1)
    loud, raw = log_densities(table, measured)
    for end, start in enumerate((OUT, IN)):
        found[:, end, start : start + 7] = near
        found[:, end, start + 7 : start + 11] = clock
        found[:, end, END], found[:, end, _TURNED] = log_end(table, end), log_end(table, 1 - end)
        found[:, end, COUNT] = 1.0
        found[:, end, _LOUD], found[:, end, _RAW] = loud, raw
        found[:, end, _SEEN] = table.physical
    weapon = table.family == WEAPON  # it stands where it stands
    found[weapon, 0, END] = found[weapon, 1, _TURNED] = 0.0
    found[weapon, 1, END] = found[weapon, 0, _TURNED] = FORBIDDEN
    return found


def _information(table: Table, east: Floats, north: Floats) -> Floats:
    """Return (P11, P22, P12, h1, h2, q, c) of each report, the extent of a happening added to its error."""
    a, b, c = table.var_e + SPREAD_KM**2, table.var_n + SPREAD_KM**2, table.cov
    determinant = a * b - c * c
    p, q, r = b / determinant, a / determinant, -c / determinant
    first, second = p * east + r * north, r * east + q * north
    square = first * east + second * north
    return np.stack([p, q, r, first, second, square, -LOG_2PI - 0.5 * np.log(determinant)], axis=-1)


def evidence(sums: Floats) -> Floats:
    """Return the log-likelihood ratio of each set, with these ends, being one happening: against each being its own.

    `sums` are the features summed over the members, shape (..., WIDTH).
    """
    left, landed = sums[..., OUT : OUT + 11], sums[..., IN : IN + 11]
    one, other = _fused(left), _fused(landed)
    begun, ended = _fused_time(left), _fused_time(landed)
    alone = one[1] + other[1] + begun[1] + ended[1]
    ends, both = np.array(alone), one[0] & other[0]
    if both.any():
        left_km, landed_km = [part[both] for part in one[2:]], [part[both] for part in other[2:]]
        left_s, landed_s = [part[both] for part in begun[2:]], [part[both] for part in ended[2:]]
        ends[both] += _linked(left_km, landed_km, left_s, landed_s)
    count = sums[..., COUNT]
    logs = np.where(sums[..., _SEEN] > 0, sums[..., _LOUD], sums[..., _RAW])
    found = ends + sums[..., END] - logs * (count - 1) / np.maximum(count, 1)
    return np.where(count > 0, found, 0.0)


_Fused = tuple[Flags, Floats, Floats, Floats, Floats, Floats, Floats]


def _fused(f: Floats) -> _Fused:
    """Return (known, ln ∫, east, north, var east, var north, cov) of the reports of one end; ln ∫ is 0 for none."""
    p, q, r, first, second = (f[..., k] for k in range(5))
    determinant = p * q - r * r
    known = determinant > 0
    safe = np.where(known, determinant, 1.0)
    a, b, c = q / safe, p / safe, -r / safe
    east, north = a * first + c * second, c * first + b * second
    value = f[..., 6] + 0.5 * (first * east + second * north - f[..., 5]) + LOG_2PI - 0.5 * np.log(safe)
    return known, np.where(known, value, 0.0), east, north, a, b, c


_FusedTime = tuple[Flags, Floats, Floats, Floats]


def _fused_time(f: Floats) -> _FusedTime:
    """Return (known, ln ∫, time, variance) of the reports of one end."""
    weight = f[..., 7]
    known = weight > 0
    safe = np.where(known, weight, 1.0)
    value = f[..., 10] + 0.5 * (f[..., 8] ** 2 / safe - f[..., 9]) + 0.5 * (LOG_2PI - np.log(safe))
    return known, np.where(known, value, 0.0), f[..., 8] / safe, 1 / safe


def _linked(one: list[Floats], other: list[Floats], begun: list[Floats], ended: list[Floats]) -> Floats:
    """Return ln of the density of the two ends' distance and delay, over the sorts of flight.

    Places are (east, north, var east, var north, cov), times (time, variance).
    """
    x, y, c = one[0] - other[0], one[1] - other[1], one[4] + other[4]
    late, clock = ended[0] - begun[0], begun[1] + ended[1]
    found = np.full(x.shape, FORBIDDEN)
    for share, sd_km, mean_s, sd_s in FLIGHTS:
        a, b, variance = one[2] + other[2] + sd_km**2, one[3] + other[3] + sd_km**2, clock + sd_s**2
        determinant = a * b - c * c
        misfit = (b * x * x - 2 * c * x * y + a * y * y) / determinant + (late - mean_s) ** 2 / variance
        value = math.log(share) - 0.5 * misfit - 1.5 * LOG_2PI - 0.5 * np.log(determinant * variance)
        found = np.logaddexp(found, value)
    return found


def turned(sums: Floats) -> Floats:
    """Return the sums of the same sets with the two ends of each exchanged."""
    return sums[..., _EXCHANGED]


_EXCHANGED = np.array([*range(IN, IN + 11), *range(OUT, OUT + 11), _TURNED, END, COUNT, _LOUD, _RAW, _SEEN])


def components(size: int, i: Ints, j: Ints) -> Ints:
    """Return for each of `size` nodes the smallest node that the edges (i, j) connect it with."""
    labels = np.arange(size)
    while len(i):
        low = np.minimum(labels[i], labels[j])
        before = labels.copy()
        np.minimum.at(labels, labels[i], low)
        np.minimum.at(labels, labels[j], low)
        while not np.array_equal(further := labels[labels], labels):
            labels = further
        if np.array_equal(labels, before):
            break
        alive = labels[i] != labels[j]
        i, j = i[alive], j[alive]
    return labels
