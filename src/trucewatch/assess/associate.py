"""Which observations are of one incident: physical log-likelihood ratios, then constrained fusion.

Two observations are of one happening when their places and times agree within their own errors better
than two unrelated ones would: ln N(Δx; Σ₁+Σ₂) + ln N(Δt; σ₁²+σ₂²) - ln ρ, with ρ the density of
unrelated records per km² and second (Fellegi & Sunter, JASA 64, 1969, with a physical instead of a tabular
comparison). Pairs are joined from the surest down, under two constraints: a source reports an incident once
(its repeats, its outgoing with its impact, and neighbouring pixels of one overpass excepted), and two groups
must agree on the average over all their pairs, no pair being hopelessly apart. Ties are broken by content keys,
so neither order nor a party's name can matter. Method name: `associate/1`.
"""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from trucewatch.assess import kinds
from trucewatch.assess.kinds import Family
from trucewatch.assess.locate import Fix
from trucewatch.model import Observation
from trucewatch.vocabulary import Phenomenon

METHOD = "associate/1"

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

SPREAD_KM = 0.2  # extent of one happening: a battery's position, a salvo's beaten zone; a guess
DURATION_SD_S = 30.0  # duration of one happening around its middle; a guess
FLIGHT_SD_KM = 5.0  # from where fire left to where it arrived, one axis: mortars reach 4 to 7 km; a guess
# Least density of unrelated records, per km² and second, so that a sparse table does not glue a whole day together.
# On a busy front SMM region-days hold 10 to 1,450 explosions (median 155, the bundled totals) over about 3,000 km² of
# watched belt; at ten explosions to a record that is 6e-8. On a quiet one there are fewer: 1e-8, a guess.
LEAST_DENSITY = 1e-8
LEAST_BOX_KM = 20.0  # the stretch of line that one patrol covers, both ways; a guess
OTHER_PHENOMENON = -1.0  # natural log-LR of two different words for one happening (shot / burst); a guess
FIRE_AND_HEAT = -2.0  # a hot spot beside gunfire is mostly a field burning; a guess
WIDEST_SIGMAS = 4.0  # candidate gate; beyond it the log-LR is negative for every density met here
OTHER_END = 0.4  # chance that who did not tell the direction perceived the other end of the flight; a guess
APART = -3.0  # natural log-LR below which two reports are not of one happening whatever stands between them; a guess
# Bounds for tables in which everything stands at one place and minute. They are an approximation there, and only there:
# a record meets its MOST_MET neighbours nearest in time, keeps its MOST_KEPT best pairs, and an incident holds at
# most MOST_MEMBERS different reports.
MOST_MET = 8_000
MOST_KEPT = 32
MOST_MEMBERS = 256
CHUNK = 1_000_000  # candidate pairs scored at once; some twenty columns of 8 bytes each, 160 MB
SAME_PLACE_KM = 0.1
SAME_TIME_S = 1.0
SHARP_S = 120.0  # a time this good tells one shot's leaving and landing from the next shot's; a guess
PIXEL_KM = 1.0  # neighbouring VIIRS pixels: 0.375 to 0.8 km apart


@dataclass(frozen=True, slots=True)
class _Table:
    """The associable observations as columns; `index` points into the caller's sequence."""

    index: Ints
    time: Floats
    time_sd: Floats
    east: Floats
    north: Floats
    var_e: Floats
    var_n: Floats
    cov: Floats
    kind: Ints
    family: Ints
    arrival: Ints
    physical: npt.NDArray[np.bool_]


def associate(observations: Sequence[Observation], fixes: Sequence[Fix | None]) -> tuple[tuple[int, ...], ...]:
    """Return the incidents as tuples of indices into `observations`, which must be in enrolment order.

    An associable observation without a time or a place stands alone. Groups of nothing but denials are left out.
    """
    usable = [i for i, o in enumerate(observations) if kinds.is_associable(o)]
    placed = [i for i in usable if (fix := fixes[i]) is not None and fix.at is not None]
    alone = sorted(set(usable) - set(placed))
    repeats = _repeats(observations, placed)
    joined = _fuse_greedily(observations, fixes, list(repeats))
    clusters = [[i for first in c for i in repeats[first]] for c in joined] + [[i] for i in alone]
    spoken = (c for c in clusters if not all(kinds.is_denial(observations[i]) for i in c))
    return tuple(sorted(tuple(sorted(c)) for c in spoken))


def _repeats(observations: Sequence[Observation], placed: Sequence[int]) -> dict[int, list[int]]:
    """Return the rows in which a source says one thing again, under the first of them: they are one report."""
    firsts: dict[tuple[object, ...], int] = {}
    repeats: dict[int, list[int]] = {}
    for i in placed:
        o = observations[i]
        says = (kinds.source_key(o), o.clocks.claimed, o.place, o.phenomenon, o.direction, o.count, o.claim)
        repeats.setdefault(firsts.setdefault(says, i), []).append(i)
    return repeats


# --- candidate pairs ------------------------------------------------------------------------------


def _table(observations: Sequence[Observation], fixes: Sequence[Fix | None], placed: Sequence[int]) -> _Table:
    at = [(fix, fix.at) for i in placed if (fix := fixes[i]) is not None and fix.at is not None]
    families = list(Family)
    return _Table(
        index=np.array(placed, dtype=np.int64),
        time=np.array([fix.time_s for fix, _ in at]),
        time_sd=np.array([fix.time_sd_s for fix, _ in at]),
        east=np.array([m.east for _, m in at]),
        north=np.array([m.north for _, m in at]),
        var_e=np.array([m.var_east for _, m in at]),
        var_n=np.array([m.var_north for _, m in at]),
        cov=np.array([m.cov for _, m in at]),
        kind=np.array([_word(observations[i]) for i in placed], dtype=np.int64),
        family=np.array([families.index(kinds.family(observations[i])) for i in placed], dtype=np.int64),
        arrival=np.array([_arrival(observations[i]) for i in placed], dtype=np.int64),
        physical=np.array([kinds.is_physical(observations[i]) for i in placed], dtype=bool),
    )


def _word(observation: Observation) -> int:
    term = observation.phenomenon.term
    return -1 if term is None else list(Phenomenon).index(term)


def _arrival(observation: Observation) -> int:
    if kinds.is_outgoing(observation):
        return 1
    return -1 if kinds.is_impact(observation) else 0


def _log_density(table: _Table, i: Ints, j: Ints, measured: float) -> Floats:
    """Return for each pair ln of the density of unrelated records, at least LEAST_DENSITY where one was perceived.

    Words alone are as rare as the table has them: both sides' claims of one day and place speak of one happening.
    """
    perceived = table.physical[i] | table.physical[j]
    logs: Floats = np.where(perceived, math.log(max(measured, LEAST_DENSITY)), math.log(measured))
    return logs


def density(table: _Table) -> float:
    """Return the records per km² and second over the box that holds them.

    The box is never smaller than LEAST_BOX_KM square and a day: a handful of rows says little of a density.
    """
    if len(table.time) < 2:
        return LEAST_DENSITY
    # the middle 98 %, so that one far record (a wrong year, another theatre) does not thin out the rest
    box = [np.quantile(column, (0.01, 0.99)) for column in (table.east, table.north, table.time)]
    wide, high, long = (float(upper - lower) for lower, upper in box)
    return len(table.time) / (max(wide, LEAST_BOX_KM) * max(high, LEAST_BOX_KM) * max(long, 86400.0))


def _candidates(table: _Table) -> Iterator[tuple[Ints, Ints]]:
    """Yield pairs (i, j), i before j in time order of their classes, whose times lie within the gate."""
    classes = np.ceil(np.log2(np.maximum(table.time_sd, 1.0))).astype(np.int64)
    groups = {int(c): np.flatnonzero(classes == c) for c in np.unique(classes)}
    groups = {c: members[np.argsort(table.time[members], kind="stable")] for c, members in groups.items()}
    for fine, some in groups.items():
        for coarse, others in groups.items():
            if fine <= coarse:
                gate = WIDEST_SIGMAS * math.sqrt(4.0**fine + 4.0**coarse + DURATION_SD_S**2)
                yield from _within(table.time, some, others, gate, same=fine == coarse)


def _within(time: Floats, some: Ints, others: Ints, gate: float, *, same: bool) -> Iterator[tuple[Ints, Ints]]:
    middle = np.arange(len(some)) if same else np.searchsorted(time[others], time[some])
    begin = np.maximum(np.searchsorted(time[others], time[some] - gate), middle - MOST_MET // 2)
    end = np.minimum(np.searchsorted(time[others], time[some] + gate, side="right"), middle + MOST_MET // 2)
    if same:
        begin = middle + 1
    counts = np.maximum(end - begin, 0)
    start = 0
    while start < len(some):
        total = np.cumsum(counts[start:])
        stop = start + max(1, int(np.searchsorted(total, CHUNK, side="right")))
        repeat = counts[start:stop]
        first = np.repeat(np.arange(start, stop), repeat)
        offset = np.arange(len(first)) - np.repeat(np.cumsum(repeat) - repeat, repeat)
        yield some[first], others[begin[first] + offset]
        start = stop


def _scores(table: _Table, i: Ints, j: Ints, measured: float) -> Floats:
    """Return the natural log-likelihood ratio of each pair being one happening.

    One that saw fire leave and one that saw it arrive are a flight apart; where one of them did not tell, it may
    have perceived either end; two that did not tell are taken to have perceived the same end.
    """
    product = table.arrival[i] * table.arrival[j]
    here = _log_normal(table, i, j, SPREAD_KM**2)
    there = _log_normal(table, i, j, SPREAD_KM**2 + FLIGHT_SD_KM**2)
    either = np.logaddexp(math.log(1 - OTHER_END) + here, math.log(OTHER_END) + there)
    told = table.arrival[i] + table.arrival[j] != 0  # exactly one told the direction, where the product is 0
    place = np.where(product < 0, there, np.where((product == 0) & told, either, here))
    s = table.time_sd[i] ** 2 + table.time_sd[j] ** 2 + DURATION_SD_S**2
    time = -0.5 * (table.time[i] - table.time[j]) ** 2 / s - 0.5 * np.log(2 * np.pi * s)
    known = (table.kind[i] >= 0) & (table.kind[j] >= 0)
    words = np.where(known & (table.kind[i] != table.kind[j]), OTHER_PHENOMENON, 0.0)
    words = np.where(table.family[i] != table.family[j], FIRE_AND_HEAT, words)
    # rounded, so that the last bit of a library's logarithm cannot decide which pair comes first
    scores: Floats = np.round(place + time + words - _log_density(table, i, j, measured), 6)
    return scores


def _log_normal(table: _Table, i: Ints, j: Ints, extra: float) -> Floats:
    """Return the log density per km² of the two places' difference, `extra` km² added on each axis."""
    a = table.var_e[i] + table.var_e[j] + extra
    b = table.var_n[i] + table.var_n[j] + extra
    c = table.cov[i] + table.cov[j]
    determinant = a * b - c * c
    x, y = table.east[i] - table.east[j], table.north[i] - table.north[j]
    misfit = (b * x * x - 2 * c * x * y + a * y * y) / determinant
    density: Floats = -0.5 * misfit - np.log(2 * np.pi) - 0.5 * np.log(determinant)
    return density


def _may_meet(table: _Table, i: Ints, j: Ints) -> npt.NDArray[np.bool_]:
    """Tell of each pair whether it lies within the gate in space and is of families that can be one happening."""
    weapon = list(Family).index(Family.WEAPON)
    alike = (table.family[i] == weapon) == (table.family[j] == weapon)
    reach = WIDEST_SIGMAS * np.sqrt(
        table.var_e[i] + table.var_e[j] + table.var_n[i] + table.var_n[j] + 2 * FLIGHT_SD_KM**2
    )
    near = np.hypot(table.east[i] - table.east[j], table.north[i] - table.north[j]) <= reach
    meet: npt.NDArray[np.bool_] = alike & near
    return meet


def _scored_pairs(table: _Table) -> tuple[Ints, Ints, Floats]:
    measured = density(table)
    found: list[tuple[Ints, Ints, Floats]] = []
    for i, j in _candidates(table):
        meet = _may_meet(table, i, j)
        first, second = np.minimum(i[meet], j[meet]), np.maximum(i[meet], j[meet])
        scores = _scores(table, first, second, measured)
        good = np.flatnonzero(scores > 0)
        best = good[_best_of_each(i[meet][good], scores[good])]
        found.append((first[best], second[best], scores[best]))
    if not found:
        empty = np.array([], dtype=np.int64)
        return empty, empty, np.array([])
    i, j, scores = (np.concatenate(column) for column in zip(*found, strict=True))
    order = np.lexsort((j, i, -scores))
    return i[order], j[order], scores[order]


def _best_of_each(owner: Ints, scores: Floats) -> Ints:
    """Return the positions of the MOST_KEPT best scores of each owner; of equal ones the first."""
    order = np.lexsort((-scores, owner))
    starts = np.flatnonzero(np.r_[True, owner[order][1:] != owner[order][:-1]]) if len(order) else order
    rank = np.arange(len(order)) - np.repeat(starts, np.diff(np.r_[starts, len(order)]))
    kept: Ints = order[rank < MOST_KEPT]
    return kept


# --- constrained fusion ---------------------------------------------------------------------------


def _fuse_greedily(
    observations: Sequence[Observation], fixes: Sequence[Fix | None], placed: Sequence[int]
) -> list[list[int]]:
    if not placed:
        return []
    table = _table(observations, fixes, placed)
    measured = density(table)
    clusters = {n: [n] for n in range(len(placed))}
    whose = list(range(len(placed)))
    refused: set[tuple[int, int, int, int]] = set()
    for i, j, _ in zip(*(column.tolist() for column in _scored_pairs(table)), strict=True):
        a, b = sorted((whose[i], whose[j]))
        state = (a, b, len(clusters[a]), len(clusters[b]))
        if a == b or state in refused:
            continue
        if _may_join(observations, table, clusters[a], clusters[b], measured):
            clusters[a] += clusters.pop(b)
            for n in clusters[a]:
                whose[n] = a
        else:
            refused.add(state)
    return [[placed[n] for n in members] for members in clusters.values()]


def _may_join(
    observations: Sequence[Observation], table: _Table, some: Sequence[int], others: Sequence[int], measured: float
) -> bool:
    if len(some) + len(others) > MOST_MEMBERS:
        return False
    for i in some:
        for j in others:
            same = _source(observations, table, i) == _source(observations, table, j)
            if same and not _one_source_twice(observations, table, i, j):
                return False
    if len(some) == len(others) == 1:
        return True  # the pair's own score was the test
    return _consistent(table, some, others, measured)


def _source(observations: Sequence[Observation], table: _Table, n: int) -> str:
    return kinds.source_key(observations[int(table.index[n])])


def _one_source_twice(observations: Sequence[Observation], table: _Table, i: int, j: int) -> bool:
    """Tell whether two reports of one source may be of one incident: the exceptions to "a source reports it once"."""
    first, second = observations[int(table.index[i])], observations[int(table.index[j])]
    if kinds.family(first) is kinds.family(second) is Family.HEAT:
        apart = math.hypot(table.east[i] - table.east[j], table.north[i] - table.north[j])
        return bool(apart <= PIXEL_KM and abs(table.time[i] - table.time[j]) <= DURATION_SD_S)
    if first.clocks.claimed == second.clocks.claimed and first.place == second.place:
        return _parts_of_one(first, second)  # the same window, the same bearing and distance
    if table.arrival[i] * table.arrival[j] < 0:
        # a round that it perceived leaving and landing; in a window of hours only equal counts tell which with which
        sharp = max(table.time_sd[i], table.time_sd[j]) <= SHARP_S
        return bool(sharp) or (first.clocks.claimed == second.clocks.claimed and first.count == second.count)
    return _repeated(table, i, j) and first.phenomenon == second.phenomenon


def _parts_of_one(first: Observation, second: Observation) -> bool:
    """Tell whether two rows of one window and place may be parts of one report.

    Not two unknown words, and not two counts of rounds that left (or landed): twelve and four landings with
    their twelve and four firings are two exchanges, which equal counts tell apart.
    """
    if first.phenomenon.term is None and second.phenomenon.term is None:
        return first.phenomenon.verbatim == second.phenomenon.verbatim
    told = kinds.is_outgoing(first) or kinds.is_impact(first)
    return not (told and first.direction == second.direction and first.count != second.count)


def _repeated(table: _Table, i: int, j: int) -> bool:
    apart = math.hypot(table.east[i] - table.east[j], table.north[i] - table.north[j])
    return bool(apart <= SAME_PLACE_KM and abs(table.time[i] - table.time[j]) <= SAME_TIME_S)


def _consistent(table: _Table, some: Sequence[int], others: Sequence[int], measured: float) -> bool:
    """Tell whether two groups agree: on the average over all their pairs, and no pair of them hopelessly apart."""
    i = np.repeat(np.array(some, dtype=np.int64), len(others))
    j = np.tile(np.array(others, dtype=np.int64), len(some))
    scores = _scores(table, i, j, measured)
    return bool(scores.mean() > 0 and scores.min() > APART)
