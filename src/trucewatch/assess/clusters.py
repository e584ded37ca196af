"""How well several reports agree on one happening: the evidence of any set of them, in closed form.

Fire leaves one place at one time and arrives at another, a flight later; each report is of one of these ends, a
Gaussian of three numbers: east and north in km, time in s. With errors Pᵢ⁻¹ and means mᵢ of the reports of one end, ∫ Π
N(mᵢ; X, Pᵢ⁻¹) dX = exp(c - q/2 + hᵀP⁻¹h/2) · (2π)^(3/2)/√|P| with P = ΣPᵢ, h = ΣPᵢmᵢ, q = ΣmᵢᵀPᵢmᵢ (the information
form; Maybeck, Stochastic Models, Estimation and Control, vol. 1, 1979, §5.7). All of it is sums over the members. The
two ends are linked by a flight (`flights`). The functions of this page are compiled; those with `out` fill it.
"""

import math

import numpy as np

from trucewatch.assess.table import Floats, Ints
from trucewatch.compiled import njit

LOG_2PI = math.log(2 * math.pi)
INFO = 11  # P11, P12, P13, P22, P23, P33, h1, h2, h3, q, c
MOMENTS = 9  # east, north, time, var east, cov east-north, cov east-time, var north, cov north-time, var time
FAR = 700.0  # beyond this exp() is 0
NEGLIGIBLE = 60.0  # a misfit so much larger weighs 1e-13 as much


@njit(cache=True)
def information(mean: Floats, cov: Floats, out: Floats) -> None:
    """Write the INFO numbers of each report: `mean` (n, 3), `cov` (n, 6) in the order of MOMENTS, `out` (n, INFO)."""
    for k in range(mean.shape[0]):
        a, b, c, d, e, f = cov[k, 0], cov[k, 1], cov[k, 2], cov[k, 3], cov[k, 4], cov[k, 5]
        p, q, r = d * f - e * e, c * e - b * f, b * e - c * d
        determinant = a * p + b * q + c * r
        per = 1 / determinant
        out[k, 0], out[k, 1], out[k, 2] = p * per, q * per, r * per
        out[k, 3] = (a * f - c * c) * per
        out[k, 4] = (b * c - a * e) * per
        out[k, 5] = (a * d - b * b) * per
        x, y, t = mean[k, 0], mean[k, 1], mean[k, 2]
        out[k, 6] = out[k, 0] * x + out[k, 1] * y + out[k, 2] * t
        out[k, 7] = out[k, 1] * x + out[k, 3] * y + out[k, 4] * t
        out[k, 8] = out[k, 2] * x + out[k, 4] * y + out[k, 5] * t
        out[k, 9] = out[k, 6] * x + out[k, 7] * y + out[k, 8] * t
        out[k, 10] = -1.5 * LOG_2PI - 0.5 * math.log(determinant)


@njit(cache=True)
def fused(sums: Floats, out: Floats) -> float:
    """Write the MOMENTS of one end from the sums of its reports' information; return ln of their integral."""
    found = fused_of(sums[0], sums[1], sums[2], sums[3], sums[4], sums[5], sums[6], sums[7], sums[8], sums[9], sums[10])
    for k in range(MOMENTS):
        out[k] = found[1][k]
    return found[0]


@njit(cache=True)
def fused_of(
    a: float, b: float, c: float, d: float, e: float, f: float, u: float, v: float, w: float, square: float, said: float
) -> tuple[float, tuple[float, float, float, float, float, float, float, float, float]]:
    """Return ln of the integral and the MOMENTS of sums of information, number by number: no array is handed about."""
    p, q, r = d * f - e * e, c * e - b * f, b * e - c * d
    determinant = a * p + b * q + c * r
    per = 1 / determinant
    ee, en, et = p * per, q * per, r * per
    nn, nt = (a * f - c * c) * per, (b * c - a * e) * per
    tt = (a * d - b * b) * per
    x, y, t = ee * u + en * v + et * w, en * u + nn * v + nt * w, et * u + nt * v + tt * w
    value = said - 0.5 * square + 0.5 * (u * x + v * y + w * t) + 1.5 * LOG_2PI - 0.5 * math.log(determinant)
    return value, (x, y, t, ee, en, et, nn, nt, tt)


@njit(cache=True)
def flown(left: Floats, landed: Floats, across_e: float, across_n: float, flights: Floats) -> float:
    """Return ln of the density of the two ends' distance and delay, per km² and s.

    `left` and `landed` are MOMENTS, (across_e, across_n) the unit vector across the line, (0, 0) where none is known.
    """
    return flight(
        landed[0] - left[0], landed[1] - left[1], landed[2] - left[2],
        landed[3] + left[3], landed[4] + left[4], landed[5] + left[5],
        landed[6] + left[6], landed[7] + left[7], landed[8] + left[8], across_e, across_n, flights,
    )  # fmt: skip


@njit(cache=True)
def flight(
    x: float, y: float, late: float, a: float, b: float, c: float, d: float, e: float, f: float, across_e: float,
    across_n: float, flights: Floats,
) -> float:  # fmt: skip
    """Return the same of the ends' distance and delay with their covariances, in the order of MOMENTS."""
    if across_e != 0.0 or across_n != 0.0:  # turn to the axes across and along the line
        x, y = across_e * x + across_n * y, across_e * y - across_n * x
        a, b, d = (
            across_e * across_e * a + 2 * across_e * across_n * b + across_n * across_n * d,
            across_e * across_n * (d - a) + (across_e * across_e - across_n * across_n) * b,
            across_n * across_n * a - 2 * across_e * across_n * b + across_e * across_e * d,
        )
        c, e = across_e * c + across_n * e, across_e * e - across_n * c
    # a sum of Gaussians about the largest exponent: what is much smaller adds nothing, and most are far away
    least, total = 1e300, 0.0
    for k in range(flights.shape[0]):
        s = late - flights[k, 4]
        aa, dd, ff = a + flights[k, 2], d + flights[k, 3], f + flights[k, 5]
        p, q, r = dd * ff - e * e, c * e - b * ff, b * e - c * dd
        per = 1 / (aa * p + b * q + c * r)
        share = flights[k, 0] * math.sqrt(per)
        rest = (aa * ff - c * c) * y * y + (aa * dd - b * b) * s * s + 2 * (b * c - aa * e) * y * s
        for way in (1.0, -1.0):
            u = x - way * flights[k, 1]
            misfit = (p * u * u + rest + 2 * u * (q * y + r * s)) * per
            least, total = and_one(least, total, misfit, share)
            if flights[k, 1] == 0.0:
                break
    return float(math.log(total) - 0.5 * least - 1.5 * LOG_2PI)


@njit(cache=True)
def and_one(least: float, total: float, misfit: float, share: float) -> tuple[float, float]:
    """Return a sum of share · exp(-misfit/2) with one more, over exp(-least/2): the least misfit, and the sum then."""
    if misfit < least:
        total *= math.exp(max(0.5 * (misfit - least), -FAR))
        least = misfit
    if misfit - least < NEGLIGIBLE:
        total += share * math.exp(0.5 * (least - misfit))
    return least, total


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
    shifted, spread = np.zeros((2, 3)), np.empty((2, 6))
    pair = np.empty((2, INFO))
    for k in range(len(first)):
        i, j = first[k], second[k]
        for axis in range(3):  # about the first, so that the sums keep their digits
            shifted[1, axis] = mean[j, axis] - mean[i, axis]
        for n in range(6):
            spread[0, n], spread[1, n] = cov[i, n], cov[j, n]
        information(shifted, spread, pair)
        together = fused_of(
            pair[0, 0] + pair[1, 0], pair[0, 1] + pair[1, 1], pair[0, 2] + pair[1, 2], pair[0, 3] + pair[1, 3],
            pair[0, 4] + pair[1, 4], pair[0, 5] + pair[1, 5], pair[0, 6] + pair[1, 6], pair[0, 7] + pair[1, 7],
            pair[0, 8] + pair[1, 8], pair[0, 9] + pair[1, 9], pair[0, 10] + pair[1, 10],
        )[0]  # fmt: skip
        at_one = either(ends[i, 0] + ends[j, 0], ends[i, 1] + ends[j, 1]) + together + same[k]
        east, north = across[i, 0], across[i, 1]
        flights = lined if east != 0.0 or north != 0.0 else open_
        x, y, t = shifted[1, 0], shifted[1, 1], shifted[1, 2]
        a, b, c = cov[i, 0] + cov[j, 0], cov[i, 1] + cov[j, 1], cov[i, 2] + cov[j, 2]
        d, e, f = cov[i, 3] + cov[j, 3], cov[i, 4] + cov[j, 4], cov[i, 5] + cov[j, 5]
        forth = ends[i, 0] + ends[j, 1] + flight(x, y, t, a, b, c, d, e, f, east, north, flights)
        back = ends[i, 1] + ends[j, 0] + flight(-x, -y, -t, a, b, c, d, e, f, east, north, flights)
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


@njit(cache=True)
def joined(size: int, i: Ints, j: Ints, most: int) -> Ints:
    """Return for each of `size` nodes the smallest one that the edges (i, j) join it with, none with more than `most`.

    The edges are taken in their order (Kruskal, Proc. American Mathematical Society 7, 48, 1956); one that would join
    more is left out.
    """
    root, number = np.arange(size), np.ones(size, np.int64)
    for k in range(len(i)):
        a, b = _root(root, i[k]), _root(root, j[k])
        if a != b and number[a] + number[b] <= most:
            a, b = min(a, b), max(a, b)
            root[b] = a
            number[a] += number[b]
    for n in range(size):
        root[n] = _root(root, n)
    return root


@njit(cache=True)
def _root(root: Ints, n: int) -> int:
    while root[n] != n:
        root[n] = root[root[n]]
        n = root[n]
    return n
