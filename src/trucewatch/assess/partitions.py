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
# each end, its sources as bits, the report that began it, its reports as bits, those of them that are of where it
# arrived, and the step at which it was last weighed against a report.
_MOMENTS, _INTEGRAL, _END = INFO, INFO + MOMENTS, INFO + MOMENTS + 1
_VALUE, _SAID, _AGAINST, _REALS = 2 * _END, 2 * _END + 1, 2 * _END + 2, 2 * _END + 3
_HEARD, _BEGUN, _MEMBERS, _LANDED, _WEIGHED, _WHOLES = 2, 3, 4, 5, 6, 7
# What a happening is to the next report: how dense a happening beside it is, what the words say with its members', what
# that and its present evidence change. And for each way of joining, 2 · end + turn: the evidence and the conflicts then.
_BESIDE, _TELLS, _CHANGE, _MEETING = 0, 1, 2, 3
_AGREES, _HOSTILE, _JOINING = 0, 1, 2
_NEVER, _FLIES, _KNOWN = -3, -2, -1  # in place of what would come of it: not possible; still without its flight; weighed
# What is kept of an offer: the hypothesis, the happening's position in it (-1: a new one), the way of joining
_OF, _INTO, _WAY = 0, 1, 2


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


class _Happenings(NamedTuple):
    """Every happening that some hypothesis holds, once, and what it is to the report that is placed next.

    `joined` is the end that the report would be of, with it; `becomes` the happening that each way of joining makes of
    this one, or _NEVER, _FLIES or _KNOWN.
    """

    reals: Floats
    wholes: Ints
    meeting: Floats
    joining: Floats
    joined: Floats
    becomes: Ints


class _Hypotheses(NamedTuple):
    """Divisions of the reports placed so far: how many happenings each has, and which."""

    number: Ints
    weight: Floats
    holds: Ints


@njit(cache=True)
def _divide(
    size: int, kept: int, mean: Floats, cov: Floats, said: Floats, across: Floats, missed: Floats, source: Ints,
    same: Floats, cross: Floats, words: Floats, lined: Floats, open_: Floats,
) -> tuple[Ints, Floats]:  # fmt: skip
    count = len(mean) // size
    block, together = np.zeros((count, size), np.int64), np.zeros((count, size, size))
    now, then, pool = _hypotheses(kept, size), _hypotheses(kept, size), _happenings(kept * size)
    most = kept * (4 * size + 1)
    offered, chosen, of = np.empty(most), np.empty((most, 3), np.int64), np.empty((kept, size), np.int64)
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
        now.number[0], now.weight[0], live, known, held = 0, 0.0, 1, 0, 0
        for step in range(size):
            found = 0
            for h in range(live):
                found = _offer(now, h, pool, reports, across[first], order, step, known, offered, chosen, found)
            live, held = _follow(now, then, pool, held, offered, chosen, found, kept, reports, order[step])
            now, then = then, now
            known |= 1 << bit[order[step]]
        _members(now, live, pool, of)
        _shares(of, now.weight, live, together[c])
        _chosen(of, live, together[c], block[c])
    return block, together


@njit(cache=True)
def _hypotheses(kept: int, size: int) -> _Hypotheses:
    return _Hypotheses(np.zeros(kept, np.int64), np.zeros(kept), np.zeros((kept, size), np.int64))


@njit(cache=True)
def _happenings(most: int) -> _Happenings:
    return _Happenings(
        np.zeros((most, _REALS)),
        np.zeros((most, _WHOLES), np.int64),
        np.zeros((most, _MEETING)),
        np.zeros((most, 4, _JOINING)),
        np.zeros((most, 4, _END)),
        np.zeros((most, 4), np.int64),
    )


@njit(cache=True)
def _offer(
    now: _Hypotheses, h: int, pool: _Happenings, reports: _Reports, way: Floats, order: Ints, step: int, known: int,
    offered: Floats, chosen: Ints, found: int,
) -> int:  # fmt: skip
    """Write what could become of the next report under one hypothesis; return how many offers there are now."""
    r = order[step]
    bit, number, weight = reports.bit[r], now.number[h], now.weight[h]
    mark = 1 << bit
    # a source that speaks for the first time has told of none of the happenings so far
    unheard = 0.0
    if (known & mark) == 0:
        for k in range(number):
            unheard += reports.silence[bit, pool.wholes[now.holds[h, k], _BEGUN]]
    silent, others = unheard, reports.said[r, 2]
    for b in range(len(order)):
        if b != bit and (known >> b) & 1:
            silent += reports.silence[b, r]
    for k in range(number):
        n = now.holds[h, k]
        if pool.wholes[n, _WEIGHED] != step:
            _weigh(pool, n, reports, order, step)
        others += pool.meeting[n, _BESIDE]
    alone = math.log(others) + silent
    offered[found] = weight + alone
    chosen[found, _OF], chosen[found, _INTO], chosen[found, _WAY] = h, -1, 0
    # what is farther below this one than the window will not be kept
    least = max(alone - WINDOW, HOPELESS)
    found += 1
    for k in range(number):
        n = now.holds[h, k]
        quiet = reports.silence[bit, pool.wholes[n, _BEGUN]]
        told = unheard - quiet
        if (known & mark) != 0:
            told = 0.0 if (pool.wholes[n, _HEARD] & mark) != 0 else -quiet
        told += pool.meeting[n, _CHANGE]
        for join in range(4):
            if pool.becomes[n, join] == _FLIES and pool.joining[n, join, _AGREES] + told >= least:
                _fly(pool, n, join, way, reports.flights)  # a flight adds nothing above 0
            if pool.becomes[n, join] >= _KNOWN and pool.joining[n, join, _AGREES] + told >= least:
                offered[found] = weight + pool.joining[n, join, _AGREES] + told
                chosen[found, _OF], chosen[found, _INTO], chosen[found, _WAY] = h, k, join
                found += 1
    return found


@njit(cache=True)
def _weigh(pool: _Happenings, n: int, reports: _Reports, order: Ints, step: int) -> None:
    """Write what a happening is to the next report, whatever hypothesis holds it: all but the flights."""
    r = order[step]
    reals, wholes, meeting = pool.reals[n], pool.wholes[n], pool.meeting[n]
    wholes[_WEIGHED] = step
    meeting[_BESIDE] = reports.said[r, 3] * _companion(reals, wholes, reports.moments[r])
    pool.becomes[n, :] = _NEVER
    if not _in_time(reals[(0 if wholes[0] > 0 else _END) + _MOMENTS :], reports.moments[r]):
        return
    stands = wholes[0] + wholes[1]
    tells = reals[_SAID] + _words(wholes[_MEMBERS], reports.words[r])
    meeting[_TELLS] = tells
    meeting[_CHANGE] = 2 * tells / (stands + 1) - 2 * reals[_SAID] / stands - reals[_VALUE]
    for end in range(2):
        for turn in range(2 if stands == 1 else 1):  # who stands alone is of either end: it may turn
            hostile, agrees = _with(wholes, reports, order, step, end, turn)
            hostile += reals[_AGAINST]
            if hostile <= FORBIDDEN / 2:
                continue
            mine, other = (end ^ turn) * _END, (1 - (end ^ turn)) * _END
            linked = wholes[1 - (end ^ turn)] > 0
            join = 2 * end + turn
            pool.becomes[n, join] = _FLIES if linked else _KNOWN
            joined = pool.joined[n, join]
            for x in range(INFO):
                joined[x] = reports.info[r, x] + reals[mine + x]
            joined[_INTEGRAL] = fused(joined[:INFO], joined[_MOMENTS:_INTEGRAL])
            agrees += hostile + joined[_INTEGRAL] + (reals[other + _INTEGRAL] if linked else 0.0)
            pool.joining[n, join, _AGREES], pool.joining[n, join, _HOSTILE] = agrees, hostile


@njit(cache=True)
def _fly(pool: _Happenings, n: int, join: int, way: Floats, flights: Floats) -> None:
    """Add to the evidence of one way of joining that a flight leads from its one end to its other one."""
    end, turn = join >> 1, join & 1
    other = (1 - (end ^ turn)) * _END
    mine, rest = pool.joined[n, join, _MOMENTS:_INTEGRAL], pool.reals[n, other + _MOMENTS : other + _INTEGRAL]
    left, landed = (mine, rest) if end == 0 else (rest, mine)
    pool.joining[n, join, _AGREES] += flown(left, landed, way[0], way[1], flights)
    pool.becomes[n, join] = _KNOWN


@njit(cache=True)
def _words(members: int, words: Floats) -> float:
    """Return what a report's words say with those of a happening's members."""
    total = 0.0
    for o in range(len(words)):
        if (members >> o) & 1:
            total += words[o]
    return total


@njit(cache=True)
def _in_time(one: Floats, other: Floats) -> bool:
    """Tell whether the longest flight and five standard deviations of both clocks reach from one to the other."""
    return bool(abs(one[2] - other[2]) <= LONGEST_S + 5 * math.sqrt(one[8] + other[8]))


@njit(cache=True)
def _with(wholes: Ints, reports: _Reports, order: Ints, step: int, end: int, turn: int) -> tuple[float, float]:
    """Return what speaks against the next report being at an end of a happening, and ln of all its ends being right."""
    r = order[step]
    hostile, likely = 0.0, reports.said[r, end]
    for q in range(step):
        o = order[q]
        if (wholes[_MEMBERS] >> o) & 1:
            its = ((wholes[_LANDED] >> o) & 1) ^ turn
            hostile += reports.same[r, o] if its == end else reports.cross[r, o]
            likely += reports.said[o, its]
    return hostile, likely


@njit(cache=True)
def _follow(
    now: _Hypotheses, then: _Hypotheses, pool: _Happenings, held: int, offered: Floats, chosen: Ints, found: int,
    kept: int, reports: _Reports, r: int,
) -> tuple[int, int]:  # fmt: skip
    """Make hypotheses of the best offers; return how many there are, and how many happenings are kept."""
    live, alone = 0, -1
    best = np.argsort(-offered[:found], kind="mergesort")
    for a in best[:kept]:
        if offered[a] < offered[best[0]] - WINDOW:
            break
        h, k, join = chosen[a, _OF], chosen[a, _INTO], chosen[a, _WAY]
        number = now.number[h]
        for q in range(number):
            then.holds[live, q] = now.holds[h, q]
        then.number[live], then.weight[live] = number, offered[a]
        if k < 0:
            if alone < 0:
                alone, held = _begin(pool, held, reports, r), held + 1
            then.number[live], then.holds[live, number] = number + 1, alone
        else:
            n = now.holds[h, k]
            if pool.becomes[n, join] == _KNOWN:
                pool.becomes[n, join], held = _become(pool, n, join, held, reports, r), held + 1
            then.holds[live, k] = pool.becomes[n, join]
        live += 1
    return live, held


@njit(cache=True)
def _begin(pool: _Happenings, n: int, reports: _Reports, r: int) -> int:
    """Write the happening of one report alone, of where fire left until something says otherwise; return which it is."""
    reals, wholes = pool.reals[n], pool.wholes[n]
    reals[:] = 0.0
    reals[:INFO] = reports.info[r]
    reals[_INTEGRAL] = fused(reals[:INFO], reals[_MOMENTS:_INTEGRAL])
    wholes[0], wholes[1], wholes[_HEARD], wholes[_BEGUN] = 1, 0, 1 << reports.bit[r], r
    wholes[_MEMBERS], wholes[_LANDED], wholes[_WEIGHED] = 1 << r, 0, -1
    return n


@njit(cache=True)
def _become(pool: _Happenings, n: int, join: int, into: int, reports: _Reports, r: int) -> int:
    """Write what a happening becomes when the report joins it; return which one that is."""
    end, turn = join >> 1, join & 1
    old, reals, wholes = pool.reals[n], pool.reals[into], pool.wholes[into]
    reals[_VALUE], reals[_SAID] = pool.joining[n, join, _AGREES], pool.meeting[n, _TELLS]
    reals[_AGAINST] = pool.joining[n, join, _HOSTILE]
    other = (1 - (end ^ turn)) * _END
    reals[(1 - end) * _END : (2 - end) * _END] = old[other : other + _END]
    reals[end * _END : (end + 1) * _END] = pool.joined[n, join]
    wholes[:] = pool.wholes[n]
    if turn:
        wholes[0], wholes[1] = wholes[1], wholes[0]
        wholes[_LANDED] ^= wholes[_MEMBERS]
    wholes[end] += 1
    wholes[_HEARD] |= 1 << reports.bit[r]
    wholes[_MEMBERS] |= 1 << r
    wholes[_LANDED] |= end << r
    wholes[_WEIGHED] = -1
    return into


@njit(cache=True)
def _members(now: _Hypotheses, live: int, pool: _Happenings, of: Ints) -> None:
    """Write in which happening each hypothesis puts each report."""
    for h in range(live):
        for k in range(now.number[h]):
            members = pool.wholes[now.holds[h, k], _MEMBERS]
            for r in range(of.shape[1]):
                if (members >> r) & 1:
                    of[h, r] = k


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
