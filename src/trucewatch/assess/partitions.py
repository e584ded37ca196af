"""How a component of reports divides into happenings: every division weighed, or the likeliest that were kept.

Reports are placed one after another, the sharpest first: each begins a happening or joins one, at one of its two ends,
and every way of doing so is a hypothesis with its probability (multiple hypothesis tracking; Reid, IEEE Trans.
Automatic Control 24, 843, 1979). Of components of up to MOST_EXACT reports all hypotheses within exp(-WINDOW) of the
best are kept, of larger ones the KEPT likeliest: they show too little doubt where many divisions are about as likely.

A division is as probable as: the evidence of each happening (`clusters`); the density of happenings where each is,
raised by those that stand about it already, since fire comes in bursts (Hawkes, Biometrika 58, 83, 1971, without his
order); and that a source which told of one happening did not tell of the next one beside it. Which reports belong
together is then a sum over the divisions. The one that is published has the most expected agreement on pairs (Binder,
Biometrika 65, 1978, p. 31) at the share JOINS.
"""

import math
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numba import njit

from trucewatch.assess.clusters import FAR, INFO, MOMENTS, flown, fused, information
from trucewatch.assess.flights import ACROSS, ANYHOW, LONGEST_S
from trucewatch.assess.table import Floats, Ints

MOST_EXACT = 5
MOST_HYPOTHESES = 1024  # more than the 793 ways to divide five reports and to give each its end
KEPT = 24
WINDOW = 12.0
JOINS = 0.4  # share of a pair from which joining serves better than parting: half the F1 that is reached (Lipton 2014)
FORBIDDEN = -1e9  # in place of a logarithm of nothing
HOPELESS = -30.0  # a join that says so much against itself is not followed
# Fire comes in bursts: others of one burst stand within about this of a happening; guesses
BURST_S = 600.0
BURST_KM = 1.5
# Within this of a happening that it told of, a source would have told of another one; guesses
ATTENDS_S = 900.0
ATTENDS_KM = 3.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Component:
    """Components of one size n, one after another: their `count` · n reports, and their pairs (count, n, n).

    `mean` (rows, 3) and `cov` (rows, 6) as in `clusters.MOMENTS`; `ends` (rows, 2) is ln of the probabilities that a
    report is of where fire left and arrived; `across` (rows, 2) the unit vector across the line or (0, 0). `density` is
    of happenings per km² and s about each report, `company` how many more of a burst are expected about it, `missed` ln
    of the probability that its source tells nothing of a happening beside. `same` and `cross` are what speaks
    against a pair's being of one end and of the two ends of one happening (natural log), `words` what their words say.
    """

    size: int
    mean: Floats
    cov: Floats
    ends: Floats
    across: Floats
    density: Floats
    company: Floats
    missed: Floats
    source: Ints
    same: Floats
    cross: Floats
    words: Floats


def divided(given: Component) -> tuple[Ints, Floats]:
    """Divide components of one size into happenings.

    Return the block of each report (its lowest member), shape (components, n), and the probability of each pair being
    together, with each report's of being alone on the diagonal, shape (components, n, n).
    """
    kept = MOST_HYPOTHESES if given.size <= MOST_EXACT else KEPT
    block, together = _divide(
        given.size, kept, given.mean, given.cov,
        np.column_stack([given.ends, given.density, given.company]), given.across, given.missed, given.source,
        given.same, given.cross, given.words, ACROSS, ANYHOW,
    )  # fmt: skip
    return block, np.round(together, 6)


# What is kept of a happening, a row of numbers: for each end the sums and the moments of its reports and the integral
# of them; its evidence, what its words said, what its conflicts weigh. And in whole numbers: how many reports are of
# each end, its sources as bits, the report that began it.
_MOMENTS, _INTEGRAL, _END = INFO, INFO + MOMENTS, INFO + MOMENTS + 1
_VALUE, _SAID, _AGAINST, _REALS = 2 * _END, 2 * _END + 1, 2 * _END + 2, 2 * _END + 3
_HEARD, _BEGUN, _WHOLES = 2, 3, 4
# What is kept of an offer: in whole numbers the hypothesis, the happening (-1: a new one), the end, whether it turns
_OF, _INTO, _AT, _TURNED = 0, 1, 2, 3


class _Reports(NamedTuple):
    """The reports of one component: `said` is (ln of both ends, density, company) of each."""

    info: Floats
    moments: Floats
    said: Floats
    bit: Ints
    silence: Floats
    same: Floats
    cross: Floats
    words: Floats
    flights: Floats


class _Hypotheses(NamedTuple):
    """Divisions of the reports placed so far: the happening and the end of each report, and the happenings."""

    number: Ints
    weight: Floats
    of: Ints
    at: Ints
    reals: Floats
    wholes: Ints


@njit(cache=True)
def _divide(
    size: int, kept: int, mean: Floats, cov: Floats, said: Floats, across: Floats, missed: Floats, source: Ints,
    same: Floats, cross: Floats, words: Floats, lined: Floats, open_: Floats,
) -> tuple[Ints, Floats]:  # fmt: skip
    count = len(mean) // size
    block, together = np.zeros((count, size), np.int64), np.zeros((count, size, size))
    now, then = _hypotheses(kept, size), _hypotheses(kept, size)
    most = kept * (4 * size + 1)
    offered, chosen = np.empty((most, 4)), np.empty((most, 4), np.int64)
    info, moments, silence = np.empty((size, INFO)), np.empty((size, MOMENTS)), np.empty((size, size))
    local = np.empty((size, 3))
    for c in range(count):
        first = c * size
        for r in range(size):  # about the first, so that the sums keep their digits
            for axis in range(3):
                local[r, axis] = mean[first + r, axis] - mean[first, axis]
        spread = cov[first : first + size]
        information(local, spread, info)
        for r in range(size):
            fused(info[r], moments[r])
        bit = _bits(source[first : first + size])
        _silences(local, spread, missed[first : first + size], bit, silence)
        reports = _Reports(
            info, moments, said[first : first + size], bit, silence, same[c], cross[c], words[c],
            lined if across[first, 0] != 0.0 or across[first, 1] != 0.0 else open_,
        )  # fmt: skip
        order = _sharpest_first(local, spread)
        now.of[0] = -1
        now.number[0], now.weight[0], live, known = 0, 0.0, 1, 0
        for step in range(size):
            found = 0
            for h in range(live):
                found = _offer(now, h, reports, across[first], order, step, known, offered, chosen, found)
            live = _follow(now, then, offered, chosen, found, kept, reports, order, step)
            now, then = then, now
            known |= 1 << bit[order[step]]
        _shares(now.of, now.weight, live, together[c])
        _chosen(now.of, live, together[c], block[c])
    return block, together


@njit(cache=True)
def _hypotheses(kept: int, size: int) -> _Hypotheses:
    return _Hypotheses(
        np.zeros(kept, np.int64),
        np.zeros(kept),
        np.zeros((kept, size), np.int64),
        np.zeros((kept, size), np.int64),
        np.zeros((kept, size, _REALS)),
        np.zeros((kept, size, _WHOLES), np.int64),
    )


@njit(cache=True)
def _offer(
    now: _Hypotheses, h: int, reports: _Reports, way: Floats, order: Ints, step: int, known: int, offered: Floats,
    chosen: Ints, found: int,
) -> int:  # fmt: skip
    """Write what could become of the next report under one hypothesis; return how many offers there are now."""
    r = order[step]
    bit, number = reports.bit[r], now.number[h]
    mark = 1 << bit
    # a source that speaks for the first time has told of none of the happenings so far
    unheard = 0.0
    if (known & mark) == 0:
        for k in range(number):
            unheard += reports.silence[bit, now.wholes[h, k, _BEGUN]]
    silent, others = unheard, reports.said[r, 2]
    for b in range(len(order)):
        if b != bit and (known >> b) & 1:
            silent += reports.silence[b, r]
    for k in range(number):
        others += reports.said[r, 3] * _companion(now.reals[h, k], now.wholes[h, k], reports.moments[r])
    offered[found, 0] = now.weight[h] + math.log(others) + silent
    chosen[found, _OF], chosen[found, _INTO], chosen[found, _AT], chosen[found, _TURNED] = h, -1, 0, 0
    # what is farther below this one than the window will not be kept
    least = max(math.log(others) + silent - WINDOW, HOPELESS)
    found += 1
    for k in range(number):
        quiet = reports.silence[bit, now.wholes[h, k, _BEGUN]]
        told = unheard - quiet
        if (known & mark) != 0:
            told = 0.0 if (now.wholes[h, k, _HEARD] & mark) != 0 else -quiet
        found = _join(now, h, k, reports, way, order, step, told, least, offered, chosen, found)
    return found


@njit(cache=True)
def _join(
    now: _Hypotheses, h: int, k: int, reports: _Reports, way: Floats, order: Ints, step: int, told: float,
    least: float, offered: Floats, chosen: Ints, found: int,
) -> int:  # fmt: skip
    """Write the ways in which the next report can join one happening; return how many offers there are now."""
    r = order[step]
    reals, wholes = now.reals[h, k], now.wholes[h, k]
    stands = wholes[0] + wholes[1]
    if not _in_time(reals[(0 if wholes[0] > 0 else _END) + _MOMENTS :], reports.moments[r]):
        return found
    tells = reals[_SAID] + _words(now.of[h], k, reports.words[r])
    told += 2 * tells / (stands + 1) - 2 * reals[_SAID] / stands - reals[_VALUE]
    union, both = np.empty(INFO), np.empty(MOMENTS)
    for end in range(2):
        for turn in range(2 if stands == 1 else 1):  # who stands alone is of either end: it may turn
            hostile, agrees = _with(now.of[h], now.at[h], k, reports, order, step, end, turn)
            hostile += reals[_AGAINST]
            if hostile <= FORBIDDEN / 2:
                continue
            mine, other = (end ^ turn) * _END, (1 - (end ^ turn)) * _END
            linked = wholes[1 - (end ^ turn)] > 0
            for x in range(INFO):
                union[x] = reports.info[r, x] + reals[mine + x]
            agrees += hostile + fused(union, both) + (reals[other + _INTEGRAL] if linked else 0.0)
            if linked and agrees + told >= least:  # a flight adds nothing above 0
                rest = reals[other + _MOMENTS : other + _INTEGRAL]
                if end == 0:
                    agrees += flown(both, rest, way[0], way[1], reports.flights)
                else:
                    agrees += flown(rest, both, way[0], way[1], reports.flights)
            if agrees + told >= least:
                offered[found, 0] = now.weight[h] + agrees + told
                offered[found, 1], offered[found, 2], offered[found, 3] = agrees, tells, hostile
                chosen[found, _OF], chosen[found, _INTO] = h, k
                chosen[found, _AT], chosen[found, _TURNED] = end, turn
                found += 1
    return found


@njit(cache=True)
def _words(of: Ints, k: int, words: Floats) -> float:
    """Return what a report's words say with those of a happening's members; who is placed nowhere yet is of none."""
    total = 0.0
    for o in range(len(of)):
        if of[o] == k:
            total += words[o]
    return total


@njit(cache=True)
def _in_time(one: Floats, other: Floats) -> bool:
    """Tell whether the longest flight and five standard deviations of both clocks reach from one to the other."""
    return bool(abs(one[2] - other[2]) <= LONGEST_S + 5 * math.sqrt(one[8] + other[8]))


@njit(cache=True)
def _with(
    of: Ints, at: Ints, k: int, reports: _Reports, order: Ints, step: int, end: int, turn: int
) -> tuple[float, float]:
    """Return what speaks against the next report being at an end of a happening, and ln of all its ends being right."""
    r = order[step]
    hostile, likely = 0.0, reports.said[r, end]
    for q in range(step):
        o = order[q]
        if of[o] == k:
            its = at[o] ^ turn
            hostile += reports.same[r, o] if its == end else reports.cross[r, o]
            likely += reports.said[o, its]
    return hostile, likely


@njit(cache=True)
def _follow(
    now: _Hypotheses, then: _Hypotheses, offered: Floats, chosen: Ints, found: int, kept: int, reports: _Reports,
    order: Ints, step: int,
) -> int:  # fmt: skip
    """Make hypotheses of the best offers; return how many there are."""
    r, live = order[step], 0
    best = np.argsort(-offered[:found, 0], kind="mergesort")
    for a in best[:kept]:
        if offered[a, 0] < offered[best[0], 0] - WINDOW:
            break
        h, k, end = chosen[a, _OF], chosen[a, _INTO], chosen[a, _AT]
        _copy(now, h, then, live)
        then.weight[live] = offered[a, 0]
        if k < 0:
            k = now.number[h]
            then.number[live] = k + 1
        reals, wholes = then.reals[live, k], then.wholes[live, k]
        if chosen[a, _INTO] < 0:
            reals[:] = 0.0
            wholes[:] = 0
            wholes[_BEGUN] = r
        else:
            for y in range(3):
                reals[_VALUE + y] = offered[a, 1 + y]
            if chosen[a, _TURNED]:
                for y in range(_END):
                    reals[y], reals[_END + y] = reals[_END + y], reals[y]
                wholes[0], wholes[1] = wholes[1], wholes[0]
                then.at[live, wholes[_BEGUN]] ^= 1
        wholes[_HEARD] |= 1 << reports.bit[r]
        wholes[end] += 1
        begin = end * _END
        for x in range(INFO):
            reals[begin + x] += reports.info[r, x]
        reals[begin + _INTEGRAL] = fused(reals[begin : begin + INFO], reals[begin + _MOMENTS : begin + _INTEGRAL])
        then.of[live, r], then.at[live, r] = k, end
        live += 1
    return live


@njit(cache=True)
def _copy(now: _Hypotheses, h: int, then: _Hypotheses, n: int) -> None:
    then.number[n] = now.number[h]
    for r in range(now.of.shape[1]):
        then.of[n, r], then.at[n, r] = now.of[h, r], now.at[h, r]
    for k in range(now.number[h]):
        for x in range(_REALS):
            then.reals[n, k, x] = now.reals[h, k, x]
        for x in range(_WHOLES):
            then.wholes[n, k, x] = now.wholes[h, k, x]


@njit(cache=True)
def _sharpest_first(mean: Floats, cov: Floats) -> Ints:
    """Return the reports by the volume of their errors, equals by their time."""
    volume, time = np.empty(len(cov)), np.empty(len(cov))
    for k in range(len(cov)):
        time[k] = mean[k, 2]
    by_time = np.argsort(time, kind="mergesort")
    for k in range(len(cov)):
        q = by_time[k]
        volume[k] = (cov[q, 0] + cov[q, 3]) * math.sqrt(cov[q, 5])
    return by_time[np.argsort(volume, kind="mergesort")]


@njit(cache=True)
def _bits(source: Ints) -> Ints:
    """Return for each report the first report of its source."""
    found = np.arange(len(source))
    for k in range(len(source)):
        for q in range(k):
            if source[q] == source[k]:
                found[k] = q
                break
    return found


@njit(cache=True)
def _silences(mean: Floats, cov: Floats, missed: Floats, bit: Ints, out: Floats) -> None:
    """Write ln of the probability that a source (its bit) tells nothing of a happening where a report puts it."""
    out[:] = 0.0
    for k in range(len(mean)):
        for q in range(len(mean)):
            x, y, t = mean[k, 0] - mean[q, 0], mean[k, 1] - mean[q, 1], mean[k, 2] - mean[q, 2]
            wide = ATTENDS_KM**2 + (cov[k, 0] + cov[k, 3] + cov[q, 0] + cov[q, 3]) / 2
            long = ATTENDS_S**2 + cov[k, 5] + cov[q, 5]
            near = math.exp(-0.5 * min((x * x + y * y) / wide + t * t / long, FAR))
            out[bit[k], q] = min(out[bit[k], q], near * missed[k])


@njit(cache=True)
def _companion(reals: Floats, wholes: Ints, other: Floats) -> float:
    """Return the density per km² and s of a happening of one's burst at the other's moments, from one's nearer end."""
    found = 0.0
    for end in range(2):
        if wholes[end] > 0:
            m = end * _END + _MOMENTS
            x, y, t = reals[m] - other[0], reals[m + 1] - other[1], reals[m + 2] - other[2]
            a, d = reals[m + 3] + other[3] + BURST_KM**2, reals[m + 6] + other[6] + BURST_KM**2
            b, f = reals[m + 4] + other[4], reals[m + 8] + other[8] + BURST_S**2
            determinant = a * d - b * b
            misfit = (d * x * x - 2 * b * x * y + a * y * y) / determinant + t * t / f
            value = math.exp(-0.5 * min(misfit, FAR)) / math.sqrt((2 * math.pi) ** 3 * determinant * f)
            found = max(found, value)
    return found


@njit(cache=True)
def _shares(of: Ints, weight: Floats, live: int, out: Floats) -> None:
    """Write the probability of each pair being together, and of each report being alone."""
    size = of.shape[1]
    total = 0.0
    for h in range(live):
        total += math.exp(weight[h] - weight[0])
    for h in range(live):
        share = math.exp(weight[h] - weight[0]) / total
        for i in range(size):
            single = True
            for j in range(size):
                if j != i and of[h, i] == of[h, j]:
                    out[i, j] += share
                    single = False
            if single:
                out[i, i] += share


@njit(cache=True)
def _agreement(of: Ints, together: Floats) -> float:
    total = 0.0
    for i in range(len(of)):
        for j in range(i):
            if of[i] == of[j]:
                total += together[i, j] - JOINS
    return total


@njit(cache=True)
def _chosen(of: Ints, live: int, together: Floats, out: Ints) -> None:
    """Write the block of each report in the kept division with the most expected agreement on pairs.

    The kept divisions may all join what is of several: who belongs to nobody there with JOINS stands apart.
    """
    size = of.shape[1]
    best, most = 0, -1e300
    for h in range(live):
        gain = _agreement(of[h], together)
        if gain > most + 1e-9:
            best, most = h, gain
    loose = np.ones(size, np.bool_)
    for i in range(size):
        for j in range(size):
            if j != i and of[best, i] == of[best, j] and together[i, j] >= JOINS:
                loose[i] = False
    for i in range(size):
        out[i] = i
        for j in range(i):
            if not loose[i] and not loose[j] and of[best, i] == of[best, j]:
                out[i] = j
                break
