"""Which two reports may be of one happening: candidates within the gates, and their log-likelihood ratios.

The ratio is physical (Fellegi & Sunter, JASA 64, 1969, with measured errors in place of a table of agreements):
ln N(Δx; Σ₁+Σ₂) + ln N(Δt; σ₁²+σ₂²) - ln ρ, with ρ the density of unrelated reports per km² and second.
"""

import math
from collections.abc import Iterator
from dataclasses import replace

import numpy as np

from trucewatch.assess.table import HEAT, WEAPON, Flags, Floats, Ints, Table
from trucewatch.vocabulary import Phenomenon

SPREAD_KM = 0.2  # extent of one happening: a battery's position, a salvo's beaten zone; a guess
# From where fire left to where it arrived, by sort of weapon: share, sd in km on each axis, mean and sd of the flight
# in s. Small arms, cannon and tanks reach 1 to 3 km in a few seconds; 82 and 120 mm mortars 3 to 7 km in 15 to 40 s;
# howitzers and rockets 8 to 20 km in 40 to 70 s. Guesses from the weapons' tables of ranges.
FLIGHTS = ((0.4, 1.5, 3.0, 4.0), (0.35, 3.5, 25.0, 10.0), (0.25, 9.0, 50.0, 15.0))
LONGEST_KM, LONGEST_S = 25.0, 95.0  # how far and long the farthest of them goes, for gates
# Least density of unrelated records, per km² and second, so that a sparse table does not glue a whole day together.
# On a busy front SMM region-days hold 10 to 1,450 explosions (median 155, the bundled totals) over about 3,000 km² of
# watched belt; at ten explosions to a record that is 6e-8. On a quiet one there are fewer: 1e-8, a guess.
LEAST_DENSITY = 1e-8
LEAST_BOX_KM = 20.0  # the stretch of line that one patrol covers, both ways; a guess
OTHER_PHENOMENON = -1.0  # natural log-LR of two different words for one happening (shot / burst); a guess
FIRE_AND_HEAT = -2.0  # a hot spot beside gunfire is mostly a field burning; a guess
# Pairs less likely than this (natural log-LR) connect nothing; several a little below 0 may add up to "one of these".
LEAST_EDGE = -1.0
FORBIDDEN = -1e9  # in place of a logarithm of nothing
# How often two reports of one happening state the same number, or one within NEAR_NUMBER of the other; guesses
SAME_NUMBER, LIKE_NUMBER, NEAR_NUMBER = 0.4, 0.35, 1.5
LEAST_NUMBERS = 50  # reports with a number from which the table tells how common each is
LEAST_FREQUENCY = 0.005
MOST_BY_NUMBER = 2.0  # natural log; a number is a habit of counting as much as a fact
WIDEST_SIGMAS = 4.0  # candidate gate; beyond it the log-LR is negative for every density met here
TOLD_RIGHT = 0.9  # who tells that fire left, or arrived, is right nine times in ten; a guess
SHARP_S = 120.0  # a time this good tells one shot's leaving and landing from the next shot's; a guess
SAME_PLACE_KM = 0.1
SAME_TIME_S = 1.0
PIXEL_KM = 1.0  # neighbouring VIIRS pixels: 0.375 to 0.8 km apart
ONE_PASS_S = 30.0  # neighbouring pixels of one overpass are scanned within this
# Bounds for tables in which everything stands at one place and minute; an approximation there, and only there:
# a record meets its MOST_MET neighbours nearest in time and keeps its MOST_KEPT best pairs.
MOST_MET = 8_000
MOST_KEPT = 48
CHUNK = 500_000  # candidate pairs scored at once; some thirty columns of 8 bytes each, 120 MB
# Fire comes in bursts: within about this of a happening there are others of its burst. Guesses; how many is counted.
BURST_S = 600.0
BURST_KM = 1.5
# Others of a burst about a happening near which no source reported twice, and for each further report of a source near
# it; both chosen on simulated development worlds (seeds 1, 2 and 5).
UNSEEN, SEEN = 0.001, 0.1
MOST_SLID = 50_000  # reports from which a longer record tells its background
LEAST_PAIRS = 200  # near pairs from which the record tells its own background
DAY_S = 86_400.0
MOST_LAGS = 16  # further reports of one source that are looked at for it


def slid(table: Table) -> tuple[Table, Floats]:
    """Return the table with every source moved by whole days of its own, and each report's number of days.

    What is then near in place and time is so by chance alone, while the hours of the day and the places stay as they
    are: the background of coincidence searches (time slides; Was et al., Class. Quantum Grav. 27, 015005, 2010).
    """
    begin = float(table.time.min())
    days = math.floor((float(table.time.max()) - begin) / DAY_S) + 1
    moved = table.source % days
    time = begin + np.mod(table.time - begin + moved * DAY_S, days * DAY_S)
    return replace(table, time=time), moved.astype(np.float64)


def effective_density(table: Table, i: Ints, j: Ints) -> float:
    """Return the density of unrelated reports, per km² and second, that the record itself shows.

    It is the one at which the pairs (i, j) that are near are expected to hold as many chance pairs as the slid record
    has. Only reports without a crowd enter, since sliding parts the reports of a burst. The box's density
    (`density`) where the record is too short or too small to tell; a number of two digits, so that no last bit of a
    library's logarithm decides.
    """
    measured = density(table)
    if len(i) < LEAST_PAIRS:
        return measured
    if len(table) > MOST_SLID:
        table, i, j = _earliest(table, i, j)
    away, moved = slid(table)
    alone = table.crowd <= UNSEEN
    near = alone[i] & alone[j] & (table.source[i] != table.source[j])
    i, j = i[near], j[near]
    if len(i) < LEAST_PAIRS or moved.max() < 2:
        return measured
    one, two, _ = edges(away, measured)
    apart = (moved[one] != moved[two]) & alone[one] & alone[two]
    told = float((moved[i] != moved[j]).mean())  # pairs of sources that were moved alike say nothing
    chance = float(apart.sum()) / max(told, 0.1)
    low, high = measured / 1000, measured * 1000
    for _ in range(40):
        middle = math.sqrt(low * high)
        odds = np.exp(-np.clip(scores(table, i, j, *log_densities(table, middle)), -50, 50))
        low, high = (middle, high) if float((odds / (1 + odds)).sum()) < chance else (low, middle)
    return float(f"{math.sqrt(low * high):.1e}")


def _earliest(table: Table, i: Ints, j: Ints) -> tuple[Table, Ints, Ints]:
    """Return the MOST_SLID earliest reports and the pairs among them."""
    rows = np.sort(np.argsort(table.time, kind="stable")[:MOST_SLID])
    number = np.full(len(table), -1)
    number[rows] = np.arange(len(rows))
    kept = (number[i] >= 0) & (number[j] >= 0)
    return table.take(rows), number[i[kept]], number[j[kept]]


def crowds(table: Table, i: Ints, j: Ints) -> Floats:
    """Return for each report how many other happenings of one burst stand about it, as far as its record shows.

    A source reports a happening once, so its further reports within BURST_S and BURST_KM are others. Counted on reports
    sharp enough to tell, and shared with the reports that may be of the same happening (pairs `i`, `j`).
    """
    size = np.sqrt(np.maximum(table.var_e, table.var_n))
    sharp = np.flatnonzero(table.physical & (table.time_sd <= SHARP_S) & (size <= 2 * BURST_KM))
    order = sharp[np.lexsort((table.time[sharp], table.source[sharp]))]
    seen = np.zeros(len(table))
    for lag in range(1, min(MOST_LAGS, len(order) - 1) + 1):
        one, two = order[:-lag], order[lag:]
        near = (table.source[one] == table.source[two]) & (np.abs(table.time[one] - table.time[two]) <= 2 * BURST_S)
        near &= np.hypot(table.east[one] - table.east[two], table.north[one] - table.north[two]) <= 2 * BURST_KM
        one, two = one[near], two[near]
        same, cross = conflicts(table, one, two)
        late = np.abs(table.time[one] - table.time[two]) > LONGEST_S
        others = (same & cross) | (same & late)
        np.add.at(seen, one[others], 1.0)
        np.add.at(seen, two[others], 1.0)
    found = seen.copy()
    np.maximum.at(found, i, seen[j])
    np.maximum.at(found, j, seen[i])
    return UNSEEN + SEEN * found


def density(table: Table) -> float:
    """Return the records per km² and second over the box that holds them.

    The box is never smaller than LEAST_BOX_KM square and a day: a handful of rows says little of a density.
    """
    if len(table) < 2:
        return LEAST_DENSITY
    # the middle 98 %, so that one far record (a wrong year, another theatre) does not thin out the rest
    box = [np.quantile(column, (0.01, 0.99)) for column in (table.east, table.north, table.time)]
    wide, high, long = (float(upper - lower) for lower, upper in box)
    return len(table) / (max(wide, LEAST_BOX_KM) * max(high, LEAST_BOX_KM) * max(long, 86400.0))


def edges(table: Table, measured: float, least: float = LEAST_EDGE) -> tuple[Ints, Ints, Floats]:
    """Return the pairs (first, second, score) whose log-likelihood ratio is above `least`, first before second.

    `measured` is the density of the whole record, so that a slab of it gives the same pairs.
    """
    found: list[tuple[Ints, Ints, Floats]] = []
    loud, raw = log_densities(table, measured)
    for i, j in candidates(table):
        meet = _may_meet(table, i, j)
        first, second = np.minimum(i[meet], j[meet]), np.maximum(i[meet], j[meet])
        values = scores(table, first, second, loud, raw)
        good = np.flatnonzero(values > least)
        best = good[_best_of_each(i[meet][good], values[good])]
        found.append((first[best], second[best], values[best]))
    if not found:
        empty = np.array([], dtype=np.int64)
        return empty, empty, np.array([])
    i, j, values = (np.concatenate(column) for column in zip(*found, strict=True))
    order = np.lexsort((j, i))
    return i[order], j[order], values[order]


def candidates(table: Table) -> Iterator[tuple[Ints, Ints]]:
    """Yield pairs (i, j), i before j in time order of their classes, whose times lie within the gate."""
    sd = np.hypot(table.time_sd, table.duration)
    classes = np.ceil(np.log2(np.maximum(sd, 1.0))).astype(np.int64)
    groups = {int(c): np.flatnonzero(classes == c) for c in np.unique(classes)}
    groups = {c: members[np.argsort(table.time[members], kind="stable")] for c, members in groups.items()}
    for fine, some in groups.items():
        for coarse, others in groups.items():
            if fine <= coarse:
                gate = max(LONGEST_S, WIDEST_SIGMAS * math.sqrt(4.0**fine + 4.0**coarse))
                yield from _within(table.time, some, others, gate, same=fine == coarse)


def _within(time: Floats, some: Ints, others: Ints, gate: float, *, same: bool) -> Iterator[tuple[Ints, Ints]]:
    middle = np.arange(len(some)) if same else np.searchsorted(time[others], time[some])
    begin = np.maximum(np.searchsorted(time[others], time[some] - gate), middle - MOST_MET // 2)
    end = np.minimum(np.searchsorted(time[others], time[some] + gate, side="right"), middle + MOST_MET // 2)
    if same:
        begin = middle + 1
    counts = np.maximum(end - begin, 0)
    start = 0
    reached = np.r_[0, np.cumsum(counts)]
    while start < len(some):
        stop = max(start + 1, int(np.searchsorted(reached, reached[start] + CHUNK, side="right")) - 1)
        repeat = counts[start:stop]
        first = np.repeat(np.arange(start, stop), repeat)
        offset = np.arange(len(first)) - np.repeat(np.cumsum(repeat) - repeat, repeat)
        yield some[first], others[begin[first] + offset]
        start = stop


def _may_meet(table: Table, i: Ints, j: Ints) -> Flags:
    """Tell of each pair whether it lies within the gate in space and is of families that can be one happening."""
    size = table.var_e + table.var_n
    apart = (table.east[i] - table.east[j]) ** 2 + (table.north[i] - table.north[j]) ** 2
    meet: Flags = (apart <= WIDEST_SIGMAS**2 * (size[i] + size[j]) + LONGEST_KM**2) & ~strangers(table, i, j)
    return meet


def strangers(table: Table, i: Ints, j: Ints) -> Flags:
    """Tell of each pair whether the two speak of unlike things: gunfire and a weapon seen, or two sorts of weapon."""
    one, two = table.family[i] == WEAPON, table.family[j] == WEAPON
    found: Flags = (one != two) | (one & two & (table.word[i] != table.word[j]))
    return found


def log_end(table: Table, end: int) -> Floats:
    """Return ln of the probability that each report is of this end: 0 where fire left, 1 where it arrived."""
    told = np.where(table.arrival == 1 - 2 * end, TOLD_RIGHT, 1 - TOLD_RIGHT)
    found: Floats = np.log(np.where(table.arrival == 0, 0.5, told))
    return found


def scores(table: Table, i: Ints, j: Ints, loud: Floats, raw: Floats) -> Floats:
    """Return the natural log-likelihood ratio of each pair being one happening, over the ends that they may be of.

    Both of one end, or the one where fire left and the other where it arrived, a flight apart in place and time. One
    source may report both ends of a round, and only so two reports of one happening (`conflicts`).
    """
    t = table
    left, landed = log_end(t, 0), log_end(t, 1)
    late = t.time[j] - t.time[i]
    spread = t.time_sd[i] ** 2 + t.time_sd[j] ** 2 + t.duration[i] ** 2 + t.duration[j] ** 2
    here = _log_normal(t, i, j, 2 * SPREAD_KM**2) + _log_gauss(late, spread)
    forth, back = np.full(len(i), FORBIDDEN), np.full(len(i), FORBIDDEN)
    for share, sd_km, mean_s, sd_s in FLIGHTS:
        there = math.log(share) + _log_normal(t, i, j, 2 * SPREAD_KM**2 + sd_km**2)
        forth = np.logaddexp(forth, there + _log_gauss(late - mean_s, spread + sd_s**2))
        back = np.logaddexp(back, there + _log_gauss(late + mean_s, spread + sd_s**2))
    one_end = np.logaddexp(left[i] + left[j], landed[i] + landed[j]) + here
    two_ends = np.logaddexp(left[i] + landed[j] + forth, landed[i] + left[j] + back)
    same, cross = conflicts(t, i, j)
    weapon = t.family[i] == WEAPON
    one_end = np.where(weapon, here, np.where(same, FORBIDDEN, one_end))
    ends = np.logaddexp(one_end, np.where(weapon | cross, FORBIDDEN, two_ends))
    perceived = t.physical[i] | t.physical[j]
    about = np.where(perceived, loud[i] + loud[j], raw[i] + raw[j]) / 2
    # rounded, so that the last bit of a library's logarithm cannot decide which pair comes first
    values: Floats = np.round(ends + unlike(t, i, j) - about, 6)
    return values


def _log_gauss(away: Floats, variance: Floats) -> Floats:
    density: Floats = -0.5 * away**2 / variance - 0.5 * np.log(2 * np.pi * variance)
    return density


def unlike(table: Table, i: Ints, j: Ints) -> Floats:
    """Return the log-likelihood ratio of the two reports' words and numbers: none where they are unknown.

    An explosion may be called an impact, an airburst or a flash; a shot a burst or bullets overhead.
    """
    words = np.where(_SORT[table.kind[i]] * _SORT[table.kind[j]] < 0, OTHER_PHENOMENON, 0.0)
    both: Floats = np.where(table.family[i] != table.family[j], FIRE_AND_HEAT, words)
    return both + _numbers(table, i, j)


def _numbers(t: Table, i: Ints, j: Ints) -> Floats:
    """Return the log-likelihood ratio of two numbers: the rarer a number, the more an equal one says.

    Frequency-based weights (Winkler, Frequency-Based Matching in the Fellegi-Sunter Model, 2000).
    """
    one, two = t.number[i], t.number[j]
    ratio = np.maximum(one, two) / np.maximum(np.minimum(one, two), 1)
    equal, near = t.equal_share[i], (t.near_share[i] + t.near_share[j]) / 2
    other = np.maximum(1 - (t.equal_share[i] + t.equal_share[j]) / 2 - near, LEAST_FREQUENCY)
    value = np.where(
        one == two,
        np.log(SAME_NUMBER / np.maximum(equal, LEAST_FREQUENCY)),
        np.where(
            ratio <= NEAR_NUMBER,
            np.log(LIKE_NUMBER / np.maximum(near, LEAST_FREQUENCY)),
            np.log((1 - SAME_NUMBER - LIKE_NUMBER) / other),
        ),
    )
    known = (one > 0) & (two > 0) & (equal > 0)
    found: Floats = np.where(known, np.clip(value, -MOST_BY_NUMBER, MOST_BY_NUMBER), 0.0)
    return found


def number_shares(table: Table) -> tuple[Floats, Floats]:
    """Return for each report how common its number is among all, and how common others within NEAR_NUMBER of it are.

    Where fewer than LEAST_NUMBERS reports state one, n is taken to be as common as 1/(n(n + 1)): half of all are single
    rounds, a quarter of the numbers n and above lie within NEAR_NUMBER; guesses.
    """
    stated = np.sort(table.number[table.number > 0])
    if len(stated) < LEAST_NUMBERS:
        known = table.number > 0
        number = np.maximum(table.number, 1).astype(np.float64)
        return np.where(known, 1 / (number * (number + 1)), 0.0), np.where(known, 0.25 / number, 0.0)

    def share(low: Floats, high: Floats) -> Floats:
        within = np.searchsorted(stated, high, side="right") - np.searchsorted(stated, low, side="left")
        found: Floats = np.where(table.number > 0, within / len(stated), 0.0)
        return found

    number = table.number.astype(np.float64)
    equal = share(number, number)
    return equal, share(np.ceil(number / NEAR_NUMBER - 1e-9), np.floor(number * NEAR_NUMBER + 1e-9)) - equal


# of each word of the vocabulary, whether it is of something that explodes (1) or of bullets (-1); 0: of either, unknown
_EXPLODES = {Phenomenon.EXPLOSION, Phenomenon.IMPACT, Phenomenon.AIRBURST}
_BULLETS = {Phenomenon.SHOT, Phenomenon.BURST, Phenomenon.OVERHEAD_BULLETS}
_SORT = np.array([*(int(term in _EXPLODES) - int(term in _BULLETS) for term in Phenomenon), 0])


def log_densities(table: Table, measured: float) -> tuple[Floats, Floats]:
    """Return for each report ln of the density of unrelated reports about it, floored and as the table has it.

    The floor LEAST_DENSITY holds where something was perceived; words alone are as rare as the table has them: both
    sides' claims of one day and place speak of one happening. The others of its burst (`Table.crowd`) are as dense as
    the report can tell them apart: a Gaussian of BURST_KM and BURST_S, widened by its own errors.
    """
    a, b = table.var_e + BURST_KM**2, table.var_n + BURST_KM**2
    area = 2 * np.pi * np.sqrt(a * b - table.cov**2)
    length = np.sqrt(2 * np.pi * (table.time_sd**2 + BURST_S**2))
    others = table.crowd / (area * length)
    return np.log(max(measured, LEAST_DENSITY) + others), np.log(measured + others)


def _log_normal(table: Table, i: Ints, j: Ints, extra: float) -> Floats:
    """Return the log density per km² of the two places' difference, `extra` km² added on each axis."""
    a = table.var_e[i] + table.var_e[j] + extra
    b = table.var_n[i] + table.var_n[j] + extra
    c = table.cov[i] + table.cov[j]
    determinant = a * b - c * c
    x, y = table.east[i] - table.east[j], table.north[i] - table.north[j]
    misfit = (b * x * x - 2 * c * x * y + a * y * y) / determinant
    log_density: Floats = -0.5 * misfit - np.log(2 * np.pi) - 0.5 * np.log(determinant)
    return log_density


def conflicts(table: Table, i: Ints, j: Ints) -> tuple[Flags, Flags]:
    """Tell of each pair whether the two cannot be of one happening's same end, and whether not of its two ends.

    A source reports an end once. Excepted are neighbouring pixels of one overpass, parts of one report (the same
    window, bearing and distance) and what is said again. It may perceive a round leaving and landing where its clock
    is sharp; in a window of hours only equal counts tell which landings belong to which firings.
    """
    same: Flags = table.source[i] == table.source[j]
    cross = same.copy()
    rows = np.flatnonzero(same)
    if len(rows):
        same[rows] = ~_said_twice(table, i[rows], j[rows])
        cross[rows] = ~_both_ends(table, i[rows], j[rows])
    return same, cross


def _same_window(t: Table, i: Ints, j: Ints) -> Flags:
    window: Flags = (t.time_sd[i] == t.time_sd[j]) & (t.width[i] == t.width[j])
    return window & (np.abs(t.time[i] - t.time[j]) <= SAME_TIME_S)


def _both_ends(t: Table, i: Ints, j: Ints) -> Flags:
    opposite = t.arrival[i] * t.arrival[j]
    sharp = np.maximum(t.time_sd[i], t.time_sd[j]) <= SHARP_S
    matched = (opposite < 0) & _same_window(t, i, j) & (t.count[i] == t.count[j])
    # flashes that nobody told apart are the next shots of a burst sooner than the two ends of one
    instants = (t.width[i] == 0) & (t.width[j] == 0) & (opposite <= 0) & ((t.arrival[i] != 0) | (t.arrival[j] != 0))
    found: Flags = (t.family[i] != HEAT) & (t.family[j] != HEAT) & ((sharp & ((opposite < 0) | instants)) | matched)
    return found


def _said_twice(t: Table, i: Ints, j: Ints) -> Flags:
    """Tell whether two reports of one source may be of one end: the exceptions to "a source reports it once"."""
    apart = np.hypot(t.east[i] - t.east[j], t.north[i] - t.north[j])
    same_window = _same_window(t, i, j)
    pixels = (t.family[i] == HEAT) & (t.family[j] == HEAT)
    one_pass = pixels & (apart <= PIXEL_KM) & (np.abs(t.time[i] - t.time[j]) <= ONE_PASS_S)
    same_place = (t.east[i] == t.east[j]) & (t.north[i] == t.north[j]) & (t.var_e[i] == t.var_e[j])
    parts = same_window & same_place & _parts_of_one(t, i, j)
    words = (t.kind[i] == t.kind[j]) & (t.word[i] == t.word[j])
    near = (apart <= SAME_PLACE_KM) & (np.abs(t.time[i] - t.time[j]) <= SAME_TIME_S)
    again = near & words & ~(same_window & same_place)
    twice: Flags = one_pass | (~pixels & (parts | again))
    return twice


def _parts_of_one(t: Table, i: Ints, j: Ints) -> Flags:
    """Tell whether two rows of one window and place may be parts of one report.

    Not two unknown words, and not two counts of rounds that left (or landed): twelve and four landings with
    their twelve and four firings are two exchanges, which equal counts tell apart.
    """
    unknown = (t.kind[i] < 0) & (t.kind[j] < 0)
    told = (t.arrival[i] != 0) | (t.arrival[j] != 0)
    counted = told & (t.direction[i] == t.direction[j]) & (t.count[i] != t.count[j])
    parts: Flags = np.where(unknown, t.word[i] == t.word[j], ~counted)
    return parts


def _best_of_each(owner: Ints, values: Floats) -> Ints:
    """Return the positions of the MOST_KEPT best scores of each owner; of equal ones the first."""
    order = np.lexsort((-values, owner))
    starts = np.flatnonzero(np.r_[True, owner[order][1:] != owner[order][:-1]]) if len(order) else order
    rank = np.arange(len(order)) - np.repeat(starts, np.diff(np.r_[starts, len(order)]))
    kept: Ints = order[rank < MOST_KEPT]
    return kept


def repeats(table: Table) -> Ints:
    """Return for each row the first row in which its source says the same thing: they are one report."""
    columns = (
        table.source, table.time, table.time_sd, table.width, table.east, table.north, table.var_e, table.cov,
        table.kind, table.word, table.direction, table.count, table.claim,
    )  # fmt: skip
    order = np.lexsort(columns)
    new = np.zeros(len(table), dtype=bool)
    for column in columns:
        new[1:] |= column[order][1:] != column[order][:-1]
    firsts = order[np.maximum.accumulate(np.where(new, np.arange(len(table)), 0))]
    said_first = np.empty(len(table), dtype=np.int64)
    said_first[order] = firsts
    return said_first
