"""Which shots are fire and its answer: two happenings of one exchange are one incident, and who came first is kept.

An answer comes within minutes, from near where the first rounds landed to near where they came from. So what several
perceived at about one time is held against four accounts: the one is the answer to the other; the same side fired again
from its place, as it does in a burst; they are one shot that a grossly wrong place has parted; they have nothing to do
with each other. Each happening's reports are given to its two ends in all ways, as in `partitions`; the ends are
compared as Gaussians in place and time. A source that told of both in two reports speaks rather for two happenings, one
that told of one alone for something that it summed up.

How many answers a shot has, and how many more of its side follow it, is learned from the record, as what the pairs of
shots bear out in all: the weights of a superposition of point processes, by expectation and maximisation (stochastic
declustering; Zhuang, Ogata and Vere-Jones, J. Am. Stat. Assoc. 97, 369, 2002). Two happenings are joined where each is
what the other is likeliest joined with, by three to two at least. The functions of this page are compiled.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from trucewatch.assess.background import Recurrence
from trucewatch.assess.clusters import FAR, INFO, LOG_2PI, MOMENTS, and_one, flown, fused, information
from trucewatch.assess.flights import ACROSS, ANYHOW, LONGEST_KM, LONGEST_S
from trucewatch.assess.pairs import FORBIDDEN, covariances, log_ends, means
from trucewatch.assess.table import FIRE, Flags, Floats, Ints, Table, runs
from trucewatch.compiled import njit
from trucewatch.vocabulary import Phenomenon

ANSWER_S = 180.0  # the answer comes up to this much later; a guess
WITHIN_S = ANSWER_S + LONGEST_S  # so far apart are reports of the two shots, but for their clocks
# Answers to one shot, and others of one burst about it in each of the ways below, on average, before anything is
# learned; and how many shots these guesses are worth.
ANSWERS, OTHERS, KAPPA_SHOTS = 0.1, 0.15, 30.0
ROUNDS = 30
CALLED = 5.0  # so many times as likely is an answer where somebody perceived an exchange and called it so; a guess
# How near the answer leaves to where the first rounds landed, and lands to where they left: shares and sd in km along
# each axis; guesses.
NEAR = np.array([(math.log(0.5), 0.35**2), (math.log(0.4), 1.0**2), (math.log(0.1), 2.5**2)])
# How others of a burst lie about a shot: within about so many s, from within so many km (sd) of where it left, landing
# within so many of where it landed; and those of the other side, who fire back and forth: as an answer lies, so many s
# apart. Guesses that span what a burst may be.
AGAIN = np.array([(60.0, 0.3, 0.6), (300.0, 0.5, 1.0), (1200.0, 0.5, 1.0), (300.0, 1.5, 2.5), (1200.0, 1.5, 2.5)])
DUEL_S = 900.0
# How often a report of a shot is parted from the others by its place, and how far it stands off besides its errors
# (km); from one end to the other a flight passes (s). Guesses.
PARTED, PARTED_KM, PARTED_S = 0.006, 3.0, 20.0
# How often a source that told of one of two shots tells of the other in a report of its own: of two happenings as in
# `associate`; of one it often gives one report. Instruments and persons; guesses.
TOLD_APART, TOLD_ONCE = np.log(np.array([0.45 / 0.75, 0.4 / 0.6])), np.log(np.array([0.55 / 0.25, 0.6 / 0.4]))
# natural log of what all that say at least, and for an answer at most: whoever logs what he perceives tells of both,
# and many who told of one shot alone may just not have perceived the other; guesses
TOLD_BY_ALL = (-0.5, 1.6)
SHARP_S = 120.0  # a clock that leaves more open (sd) tells nothing of the order of shots
SHARPEST = 5  # reports of a happening that are given to its ends in all ways
WAYS, WINDOW = 5, 6.0  # ways that are kept, and how much less likely (natural log) than the likeliest they may be
LATE_SIGMAS = 3.0
MOST_MET = 24  # shots near by that one is held against, the next ones: a bound for hundreds at one place in minutes
LATEST_S = WITHIN_S + LATE_SIGMAS * math.sqrt(2.0) * SHARP_S  # with the vaguest clocks that count
TOLD_SIGMAS = 2.0  # sd of the clocks by which an answer comes later at least: else nobody can tell two shots from one
LEAST_ODDS = math.log(0.6 / 0.4)  # natural log of what a pair must reach to be joined; a guess
# What is said of a pair is this part of its log-odds: of 131 joined at 0.95 and more on development worlds 0.99 is said
# and 0.87 are right, of those at 0.70 to 0.85 0.45 to 0.83; chosen with these in view.
SURENESS = 0.6
EQUAL = 1e-6
TINY = 1e-30  # in place of a logarithm of nothing

# Of a way of giving reports to the ends: ln of its share, then for each end whether a report is of it and the MOMENTS.
_END = 1 + MOMENTS
_WAY = 1 + 2 * _END
_CALLED = list(Phenomenon).index(Phenomenon.EXCHANGE_OF_FIRE)

NOT_LEARNED = Recurrence(ANSWERS, (OTHERS,) * (len(AGAIN) + 1))


@dataclass(frozen=True, slots=True, kw_only=True)
class Joined:
    """Two happenings that are one, by their first reports: the earlier and the later one, with the probability.

    `answers`: the later one is the answer; else a wrong place had parted them.
    """

    earlier: int
    later: int
    chance: float
    answers: bool


@dataclass(frozen=True, slots=True)
class _Pairs:
    """Pairs of shots in order of time, each with ln of the densities of the later one about the earlier, per km² and s.

    As its answer, as the same shot, as any other, and as one more of its burst in each way.
    """

    earlier: Ints
    later: Ints
    answer: Floats
    same: Floats
    other: Floats
    more: Floats


def may_belong(table: Table) -> Flags:
    """Tell of each report whether it can say anything of an exchange: fire that somebody of no side perceived, sharply.

    What a side supplies could make its own fire half of an exchange.
    """
    found: Flags = (table.family == FIRE) & table.physical & ~table.supplied
    found &= np.hypot(table.time_sd, table.duration) <= SHARP_S
    return found


def near(table: Table, i: Ints, j: Ints) -> Flags:
    """Tell of each pair of reports that can say anything whether they may be of two shots of one exchange."""
    sd = np.sqrt(table.time_sd[i] ** 2 + table.duration[i] ** 2 + table.time_sd[j] ** 2 + table.duration[j] ** 2)
    found: Flags = np.abs(table.time[i] - table.time[j]) <= WITHIN_S + LATE_SIGMAS * sd
    return found & (np.hypot(table.east[i] - table.east[j], table.north[i] - table.north[j]) <= LONGEST_KM)


def exchanges(
    reports: Table, happening: Ints, standing: Flags, known: Recurrence | None = None
) -> tuple[list[Joined], Recurrence]:
    """Return what is one of a division, and the recurrence by which that was found.

    `happening` is the first report of each report's happening; `standing` are the reports that stand in one. A
    happening is joined with one other at most; where two are as likely, with none. `known` is the recurrence of
    another record; None: it is learned from this one.
    """
    telling = np.flatnonzero(standing & may_belong(reports))
    if len(telling) < 2:
        return [], known or NOT_LEARNED
    size, clock = (reports.var_e + reports.var_n)[telling], np.hypot(reports.time_sd, reports.duration)[telling]
    telling = telling[np.lexsort((telling, size, clock, happening[telling]))]
    starts = runs(happening[telling])
    by_time = np.argsort(reports.time[telling[starts]], kind="stable")
    stops = np.append(starts[1:], len(telling))
    shots = happening[telling[starts[by_time]]]
    some = reports.take(telling)
    called = np.logical_or.reduceat(some.kind == _CALLED, starts)[by_time]
    pairs = _met(some, starts[by_time], stops[by_time], called)
    found = known or _recurrence(pairs, len(starts))
    answer, apart = math.log(found.answers) + pairs.answer, _apart_from(pairs, found.others)
    odds = np.round(np.logaddexp(answer, pairs.same) - apart, 6)
    best = _mutual(len(starts), pairs, odds)
    chance = np.round(1 / (1 + np.exp(-SURENESS * odds[best])), 6)
    answers = np.round((answer - pairs.same)[best], 6) > 0
    one, other = shots[pairs.earlier[best]], shots[pairs.later[best]]
    columns = zip(one.tolist(), other.tolist(), chance.tolist(), answers.tolist(), strict=True)
    return [Joined(earlier=a, later=b, chance=p, answers=it) for a, b, p, it in columns], found


def _met(some: Table, starts: Ints, stops: Ints, called: Flags) -> _Pairs:
    """Return the pairs of shots that may be one; reports of each stand from `starts` to `stops`, the sharpest first."""
    across = np.stack([some.across_e, some.across_n], axis=1)
    facts = (means(some), covariances(some), log_ends(some), across, some.source, some.instrument)
    earlier, later, value = _pairs(starts, stops, *facts, ACROSS, ANYHOW, NEAR, AGAIN, TOLD_APART, TOLD_ONCE)
    so = np.where(called[earlier] | called[later], math.log(CALLED), 0.0)
    size = stops - starts
    parted = np.log(PARTED * (size[earlier] + size[later] - 1))
    dense = np.log(some.density[starts])
    once = np.maximum(value[:, 2], TOLD_BY_ALL[0])
    return _Pairs(
        earlier=earlier,
        later=later,
        answer=value[:, 0] + np.minimum(once, TOLD_BY_ALL[1]) + so,
        same=value[:, 1] + once + parted,
        other=(dense[earlier] + dense[later]) / 2,
        more=value[:, 3:],
    )


def _apart_from(pairs: _Pairs, others: Sequence[float]) -> Floats:
    """Return ln of the density of the later shot of each pair as one of its own, of the burst or of none."""
    every = np.column_stack([np.log(others) + pairs.more, pairs.other])
    found: Floats = np.logaddexp.reduce(every, axis=1)
    return found


def _recurrence(pairs: _Pairs, shots: int) -> Recurrence:
    """Return how many answers and how many more of a burst a shot has, as all pairs bear out together."""
    scale = np.append(AGAIN[:, 0], DUEL_S)
    met = 1 - np.exp(-WITHIN_S / scale)  # the share of them that comes within the minutes of an answer
    every = np.column_stack([pairs.answer, pairs.same, pairs.other, pairs.more])
    every = np.exp(every - every.max(axis=1, keepdims=True))
    one, rest, more = every[:, 0], every[:, 1] + every[:, 2], np.ascontiguousarray(every[:, 3:].T)
    answers, others = ANSWERS, np.full(len(scale), OTHERS)
    for _ in range(ROUNDS):
        per = 1 / (answers * one + rest + (others[:, None] * more).sum(axis=0))
        answers = (answers * float((one * per).sum()) + KAPPA_SHOTS * ANSWERS) / (shots + KAPPA_SHOTS)
        others = (others * (more * per).sum(axis=1) / met + KAPPA_SHOTS * OTHERS) / (shots + KAPPA_SHOTS)
    return Recurrence(round(answers, 9), tuple(np.round(others, 9).tolist()))


def _mutual(shots: int, pairs: _Pairs, odds: Floats) -> Ints:
    """Return the pairs that are likely enough one, and each shot's only best."""
    most, ties = np.full(shots, -np.inf), np.zeros(shots, dtype=np.int64)
    sides = (pairs.earlier, pairs.later)
    for side in sides:
        np.maximum.at(most, side, odds)
    for side in sides:
        np.add.at(ties, side, odds >= most[side] - EQUAL)
    good = odds > LEAST_ODDS
    for side in sides:
        good &= (odds >= most[side] - EQUAL) & (ties[side] == 1)
    return np.flatnonzero(good)


@njit(cache=True)
def _pairs(
    starts: Ints, stops: Ints, mean: Floats, cov: Floats, ends: Floats, across: Floats, source: Ints,
    instrument: Flags, lined: Floats, open_: Floats, close: Floats, more: Floats, apart: Floats, once: Floats,
) -> tuple[Ints, Ints, Floats]:  # fmt: skip
    """Return the shots, in order of time, that may be one, with ln of densities and, third, what their sources say."""
    first, second = np.empty((WAYS, _WAY)), np.empty((WAYS, _WAY))
    one, two, value = [0], [0], [np.zeros(4 + len(more))]
    for a in range(len(starts)):
        k, number, met = starts[a], 0, 0
        flights = lined if across[k, 0] != 0.0 or across[k, 1] != 0.0 else open_
        for b in range(a + 1, len(starts)):
            m = starts[b]
            late, sd = mean[m, 2] - mean[k, 2], math.sqrt(cov[k, 5] + cov[m, 5])
            if late > LATEST_S or met == MOST_MET:
                break
            far = math.hypot(mean[m, 0] - mean[k, 0], mean[m, 1] - mean[k, 1])
            if late > WITHIN_S + LATE_SIGMAS * sd or far > LONGEST_KM:
                continue
            met += 1
            if number == 0:
                number = _ends(mean[k : stops[a]], cov[k : stops[a]], ends[k : stops[a]], across[k], flights, first)
            others = _ends(mean[m : stops[b]], cov[m : stops[b]], ends[m : stops[b]], across[k], flights, second)
            away = mean[m] - mean[k]
            said = _accounts(first[:number], second[:others], away, across[k], flights, close, more)
            here, there = slice(k, stops[a]), slice(m, stops[b])
            said[2] = _sources(source[here], source[there], instrument[here], instrument[there], apart, once)
            one.append(a)
            two.append(b)
            value.append(said)
    found = np.empty((len(one) - 1, 4 + len(more)))
    for n in range(len(found)):
        found[n] = value[n + 1]
    return np.array(one)[1:], np.array(two)[1:], found


@njit(cache=True)
def _sources(one: Ints, two: Ints, noted: Flags, also: Flags, apart: Floats, once: Floats) -> float:
    """Return what it says for one happening that the sources of two shots told of both apart, or of one alone."""
    found = 0.0
    for k in range(len(one)):
        if not _among(one[k], one[:k]):
            who = 0 if noted[k] else 1
            found += apart[who] if _among(one[k], two) else once[who]
    for k in range(len(two)):
        if not _among(two[k], two[:k]) and not _among(two[k], one):
            found += once[0 if also[k] else 1]
    return found


@njit(cache=True)
def _among(one: int, some: Ints) -> bool:
    return bool(np.any(some == one))


@njit(cache=True)
def _ends(mean: Floats, cov: Floats, ends: Floats, across: Floats, flights: Floats, out: Floats) -> int:
    """Write the likeliest ways of giving a shot's sharpest reports to its ends, each with its share; return how many.

    Places and times are about the shot's first report.
    """
    size = min(len(mean), SHARPEST)
    info, about = np.empty((size, INFO)), mean[:size] - mean[0]
    information(about, cov[:size], info)
    value, moments = np.zeros(2**size), np.zeros((2**size, 2, MOMENTS))
    for way in range(2**size):
        sums, heard = np.zeros((2, INFO)), np.zeros(2)
        for k in range(size):
            end = (way >> k) & 1
            heard[end] += 1
            value[way] += ends[k, end]
            sums[end] += info[k]
        for end in range(2):
            if heard[end] > 0:
                value[way] += fused(sums[end], moments[way, end])
        if heard[0] > 0 and heard[1] > 0:
            value[way] += flown(moments[way, 0], moments[way, 1], across[0], across[1], flights)
        value[way] = round(value[way], 6)
    order = np.argsort(-value, kind="mergesort")
    kept, whole, top = 0, 0.0, value[order[0]]
    while kept < min(len(order), WAYS) and value[order[kept]] >= top - WINDOW:
        whole += math.exp(value[order[kept]] - top)
        kept += 1
    for k in range(kept):
        way = order[k]
        out[k, 0] = value[way] - top - math.log(whole)
        for end in range(2):
            at = 1 + end * _END
            out[k, at] = 1.0 if way != (0 if end == 1 else 2**size - 1) else 0.0
            out[k, at + 1 : at + _END] = moments[way, end]
    return kept


@njit(cache=True)
def _accounts(
    first: Floats, second: Floats, away: Floats, across: Floats, flights: Floats, close: Floats, more: Floats
) -> Floats:
    """Return ln of the density, per km² and s, of the second shot about the first, over all ways of both.

    As its answer, as the same shot, (a number to be filled in,) and as one more of a burst in each way. `away` is from
    the middle of the first to that of the second: east, north and time.
    """
    found = np.empty((4 + len(more), len(first) * len(second)))
    n = 0
    for one in first:
        for other in second:
            two = other.copy()
            for end in range(2):
                two[2 + end * _END : 5 + end * _END] += away
            share, a, b = one[0] + two[0], _heard(one), _heard(two)
            gap, sd = _gap(one, two, a, b)
            back = share + _met_across(one, two, a, b, across, flights, close)
            found[0, n] = back + _answered(gap, sd)
            found[1, n] = share + _same(one, two, a, b)
            found[2, n] = 0.0
            for k in range(len(more)):
                found[3 + k, n] = (
                    share + _again(one, two, a, b, across, flights, more[k]) + _lately(gap, sd, more[k, 0])
                )
            found[3 + len(more), n] = back + _lately(gap, sd, DUEL_S)
            n += 1
    total = np.empty(len(found))
    for k in range(len(found)):
        total[k] = _total(found[k])
    return total


@njit(cache=True)
def _heard(way: Floats) -> int:
    """Return where in a way the moments of the end stand by which its time is known: that of the leaving, if any."""
    return 2 if way[1] > 0 else 2 + _END


@njit(cache=True)
def _gap(one: Floats, two: Floats, a: int, b: int) -> tuple[float, float]:
    """Return how much later the second is than the first, with the sd of that."""
    return two[b + 2] - one[a + 2], math.sqrt(two[b + 8] + one[a + 8])


@njit(cache=True)
def _answered(gap: float, sd: float) -> float:
    """Return ln of the density of an answer after `gap` s, known to `sd`; none where two cannot be told apart."""
    if abs(gap) <= TOLD_SIGMAS * sd:
        return FORBIDDEN
    scale = math.sqrt(2.0) * sd
    within = math.erf((gap + ANSWER_S) / scale) - math.erf((gap - ANSWER_S) / scale)
    return math.log(max(within, TINY) / (4 * ANSWER_S))


@njit(cache=True)
def _lately(gap: float, sd: float, about: float) -> float:
    """Return ln of the density of another shot `gap` s from one about which they lie within `about` s."""
    wide = math.hypot(about, sd)
    return -abs(gap) / wide - math.log(2 * wide)


@njit(cache=True)
def _met_across(one: Floats, two: Floats, a: int, b: int, across: Floats, flights: Floats, close: Floats) -> float:
    """Return ln of the density of the places of two shots fired at each other."""
    value, met, near = 0.0, 0, np.empty(len(close))
    for end in range(2):
        here, there = 2 + (1 - end) * _END, 2 + end * _END
        if one[here - 1] > 0 and two[there - 1] > 0:
            met += 1
            for k in range(len(close)):
                near[k] = close[k, 0] + _apart(one, here, two, there, close[k, 1])
            value += _total(near)
    return value + _flights(one, two, a, b, met, across, flights)


@njit(cache=True)
def _again(one: Floats, two: Floats, a: int, b: int, across: Floats, flights: Floats, way: Floats) -> float:
    """Return ln of the density of the places of two shots of one burst by one side."""
    value, met = 0.0, 0
    for end in range(2):
        at = 2 + end * _END
        if one[at - 1] > 0 and two[at - 1] > 0:
            met += 1
            value += _apart(one, at, two, at, way[1 + end] ** 2)
    return value + _flights(one, two, a, b, met, across, flights)


@njit(cache=True)
def _same(one: Floats, two: Floats, a: int, b: int) -> float:
    gap, sd = _gap(one, two, a, b)
    variance = sd**2 + (0.0 if a == b else PARTED_S**2)
    late = -0.5 * gap**2 / variance - 0.5 * (LOG_2PI + math.log(variance))
    return late + _apart(one, a, two, b, PARTED_KM**2)


@njit(cache=True)
def _flights(one: Floats, two: Floats, a: int, b: int, met: int, across: Floats, flights: Floats) -> float:
    """Return what the flights say of two shots of which so many ends were held against each other.

    Of none: a flight lies between what is known of the one and of the other. Of both: the second shot's own flight
    follows from that of the first, and was counted for it already.
    """
    if met == 0:
        return _across(one, a, two, b, across, flights)
    return -_across(two, 2, two, 2 + _END, across, flights) if met == 2 else 0.0


@njit(cache=True)
def _across(one: Floats, at: int, two: Floats, to: int, across: Floats, flights: Floats) -> float:
    """Return ln of the density of two places being a flight apart, whichever way."""
    x, y = two[to] - one[at], two[to + 1] - one[at + 1]
    a, b, c = one[at + 3] + two[to + 3], one[at + 4] + two[to + 4], one[at + 6] + two[to + 6]
    if across[0] != 0.0 or across[1] != 0.0:  # turn to the axes across and along the line
        e, n = across[0], across[1]
        x, y = e * x + n * y, e * y - n * x
        a, b, c = (
            e * e * a + 2 * e * n * b + n * n * c,
            e * n * (c - a) + (e * e - n * n) * b,
            n * n * a - 2 * e * n * b + e * e * c,
        )
    least, total = 1e300, 0.0
    for k in range(len(flights)):
        aa, cc = a + flights[k, 2], c + flights[k, 3]
        per = 1 / (aa * cc - b * b)
        share = flights[k, 0] * math.sqrt(per)
        for way in (1.0, -1.0):
            u = x - way * flights[k, 1]
            misfit = (cc * u * u - 2 * b * u * y + aa * y * y) * per
            least, total = and_one(least, total, misfit, share)
            if flights[k, 1] == 0.0:
                break
    return math.log(total) - 0.5 * least - LOG_2PI


@njit(cache=True)
def _apart(one: Floats, at: int, two: Floats, to: int, more: float) -> float:
    """Return ln of the density of two places being one but for a variance of `more` km² along each axis."""
    a, b, c = one[at + 3] + two[to + 3] + more, one[at + 4] + two[to + 4], one[at + 6] + two[to + 6] + more
    return _normal(two[to] - one[at], two[to + 1] - one[at + 1], a, b, c)


@njit(cache=True)
def _normal(x: float, y: float, a: float, b: float, c: float) -> float:
    determinant = a * c - b * b
    return -0.5 * (c * x * x - 2 * b * x * y + a * y * y) / determinant - LOG_2PI - 0.5 * math.log(determinant)


@njit(cache=True)
def _total(values: Floats) -> float:
    """Return ln of the sum of exp of the values."""
    top, total = np.max(values), 0.0
    for value in values:
        total += math.exp(max(value - top, -FAR))
    return float(top + math.log(total))
