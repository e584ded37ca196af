"""How well several reports agree on one happening: the evidence of any set of them, in closed form.

Fire leaves one place at one time and arrives at another, a flight later; each report is of one of these ends, a
Gaussian of three numbers: east and north in km, time in s. With errors Pᵢ⁻¹ and means mᵢ of the reports of one end, ∫ Π
N(mᵢ; X, Pᵢ⁻¹) dX = exp(c - q/2 + hᵀP⁻¹h/2) · (2π)^(3/2)/√|P| with P = ΣPᵢ, h = ΣPᵢmᵢ, q = ΣmᵢᵀPᵢmᵢ (the information
form; Maybeck, Stochastic Models, Estimation and Control, vol. 1, 1979, §5.7). All of it is sums over the members. The
two ends are linked by a flight (`flights`). The functions of this page are compiled; those with `out` fill it.
"""

import math

import numpy as np
from numba import njit

from trucewatch.assess.table import Floats, Ints

LOG_2PI = math.log(2 * math.pi)
INFO = 11  # P11, P12, P13, P22, P23, P33, h1, h2, h3, q, c
MOMENTS = 9  # east, north, time, var east, cov east-north, cov east-time, var north, cov north-time, var time
FAR = 700.0  # beyond this exp() is 0


@njit(cache=True)
def information(mean: Floats, cov: Floats, out: Floats) -> None:
    """Write the INFO numbers of each report: `mean` (n, 3), `cov` (n, 6) in the order of MOMENTS, `out` (n, INFO)."""
    for k in range(mean.shape[0]):
        a, b, c, d, e, f = cov[k, 0], cov[k, 1], cov[k, 2], cov[k, 3], cov[k, 4], cov[k, 5]
        p, q, r = d * f - e * e, c * e - b * f, b * e - c * d
        determinant = a * p + b * q + c * r
        out[k, 0], out[k, 1], out[k, 2] = p / determinant, q / determinant, r / determinant
        out[k, 3] = (a * f - c * c) / determinant
        out[k, 4] = (b * c - a * e) / determinant
        out[k, 5] = (a * d - b * b) / determinant
        x, y, t = mean[k, 0], mean[k, 1], mean[k, 2]
        out[k, 6] = out[k, 0] * x + out[k, 1] * y + out[k, 2] * t
        out[k, 7] = out[k, 1] * x + out[k, 3] * y + out[k, 4] * t
        out[k, 8] = out[k, 2] * x + out[k, 4] * y + out[k, 5] * t
        out[k, 9] = out[k, 6] * x + out[k, 7] * y + out[k, 8] * t
        out[k, 10] = -1.5 * LOG_2PI - 0.5 * math.log(determinant)


@njit(cache=True)
def fused(sums: Floats, out: Floats) -> float:
    """Write the MOMENTS of one end from the sums of its reports' information; return ln of their integral."""
    a, b, c, d, e, f = sums[0], sums[1], sums[2], sums[3], sums[4], sums[5]
    p, q, r = d * f - e * e, c * e - b * f, b * e - c * d
    determinant = a * p + b * q + c * r
    out[3], out[4], out[5] = p / determinant, q / determinant, r / determinant
    out[6], out[7] = (a * f - c * c) / determinant, (b * c - a * e) / determinant
    out[8] = (a * d - b * b) / determinant
    out[0] = out[3] * sums[6] + out[4] * sums[7] + out[5] * sums[8]
    out[1] = out[4] * sums[6] + out[6] * sums[7] + out[7] * sums[8]
    out[2] = out[5] * sums[6] + out[7] * sums[7] + out[8] * sums[8]
    square = sums[6] * out[0] + sums[7] * out[1] + sums[8] * out[2]
    return float(sums[10] - 0.5 * sums[9] + 0.5 * square + 1.5 * LOG_2PI - 0.5 * math.log(determinant))


@njit(cache=True)
def flown(left: Floats, landed: Floats, across_e: float, across_n: float, flights: Floats) -> float:
    """Return ln of the density of the two ends' distance and delay, per km² and s.

    `left` and `landed` are MOMENTS, (across_e, across_n) the unit vector across the line, (0, 0) where none is known.
    """
    x, y, late = landed[0] - left[0], landed[1] - left[1], landed[2] - left[2]
    a, b, c = landed[3] + left[3], landed[4] + left[4], landed[5] + left[5]
    d, e, f = landed[6] + left[6], landed[7] + left[7], landed[8] + left[8]
    if across_e != 0.0 or across_n != 0.0:  # turn to the axes across and along the line
        x, y = across_e * x + across_n * y, across_e * y - across_n * x
        a, b, d = (
            across_e * across_e * a + 2 * across_e * across_n * b + across_n * across_n * d,
            across_e * across_n * (d - a) + (across_e * across_e - across_n * across_n) * b,
            across_n * across_n * a - 2 * across_e * across_n * b + across_e * across_e * d,
        )
        c, e = across_e * c + across_n * e, across_e * e - across_n * c
    top, total = -1e300, 0.0
    for k in range(flights.shape[0]):
        u, s = x - flights[k, 1], late - flights[k, 4]
        aa, dd, ff = a + flights[k, 2], d + flights[k, 3], f + flights[k, 5]
        p, q, r = dd * ff - e * e, c * e - b * ff, b * e - c * dd
        determinant = aa * p + b * q + c * r
        misfit = p * u * u + (aa * ff - c * c) * y * y + (aa * dd - b * b) * s * s
        misfit = (misfit + 2 * (q * u * y + r * u * s + (b * c - aa * e) * y * s)) / determinant
        value = flights[k, 0] - 0.5 * misfit - 1.5 * LOG_2PI - 0.5 * math.log(determinant)
        if value > top:
            total = total * math.exp(max(top - value, -FAR)) + 1.0
            top = value
        else:
            total += math.exp(max(value - top, -FAR))
    return float(top + math.log(total))


@njit(cache=True)
def either(one: float, other: float) -> float:
    """Return ln(exp(one) + exp(other))."""
    top = max(one, other)
    return float(top + math.log(math.exp(max(one - top, -FAR)) + math.exp(max(other - top, -FAR))))


@njit(cache=True)
def pair_evidence(
    first: Ints,
    second: Ints,
    mean: Floats,
    cov: Floats,
    ends: Floats,
    across: Floats,
    same: Floats,
    cross: Floats,
    lined: Floats,
    open_: Floats,
) -> Floats:
    """Return for each pair of reports ln of the density, per km² and s, of what they say if they are of one happening.

    Either both are of one end, which `same` speaks against, or of its two ends, which `cross` speaks against (natural
    log). `ends` (n, 2) is ln of the probability that a report is of where fire left, and of where it arrived.
    """
    found = np.empty(len(first))
    shifted = np.zeros((2, 3))
    both, one, other = np.empty(MOMENTS), np.empty(MOMENTS), np.empty(MOMENTS)
    pair = np.empty((2, INFO))
    spread = np.empty((2, 6))
    for k in range(len(first)):
        i, j = first[k], second[k]
        for axis in range(3):  # about the first, so that the sums keep their digits
            shifted[1, axis] = mean[j, axis] - mean[i, axis]
        spread[0], spread[1] = cov[i], cov[j]
        information(shifted, spread, pair)
        for axis in range(3):
            one[axis], other[axis] = 0.0, shifted[1, axis]
        one[3:], other[3:] = cov[i], cov[j]
        together = fused(pair[0] + pair[1], both)
        at_one = either(ends[i, 0] + ends[j, 0], ends[i, 1] + ends[j, 1]) + together + same[k]
        flights = lined if across[i, 0] != 0.0 or across[i, 1] != 0.0 else open_
        forth = ends[i, 0] + ends[j, 1] + flown(one, other, across[i, 0], across[i, 1], flights)
        back = ends[i, 1] + ends[j, 0] + flown(other, one, across[i, 0], across[i, 1], flights)
        found[k] = either(at_one, either(forth, back) + cross[k])
    return found


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
