"""Which two reports may be of one happening: candidates within the gates, and their log-likelihood ratios.

The ratio is physical (Fellegi & Sunter, JASA 64, 1969, with measured errors in place of a table of agreements): how
densely the two lie about one happening (`clusters`), against the density of happenings there.
"""

import math
from collections.abc import Iterator

import numpy as np

from trucewatch.assess.background import LEAST_DENSITY, NEAR_NUMBER
from trucewatch.assess.clusters import pair_evidence
from trucewatch.assess.flights import ACROSS, ANYHOW, LONGEST_KM, LONGEST_S
from trucewatch.assess.sweep import Columns, Gate, sweep
from trucewatch.assess.table import HEAT, Flags, Floats, Ints, Table, runs, stands, strangers
from trucewatch.vocabulary import Phenomenon

SPREAD_KM = 0.2  # extent of one happening: a battery's position, a salvo's beaten zone; a guess
OTHER_PHENOMENON = -1.0  # natural log-LR of two different words for one happening (shot / burst); a guess
FIRE_AND_HEAT = -2.0  # a hot spot beside gunfire is mostly a field burning; a guess
# Pairs less likely than this (natural log-LR) connect nothing; several a little below 0 may add up to "one of these".
LEAST_EDGE = -1.0
FORBIDDEN = -1e9  # in place of a logarithm of nothing
# What speaks against two reports of one source being of one happening (natural log), guesses: that it told of both ends
# apart, where it says which is which and where it does not; that it corrects itself (1 in 30 reports).
BOTH_ENDS_TOLD, BOTH_ENDS_UNTOLD, CORRECTION = -1.0, -2.0, -3.5
CLEARLY_APART = 1.0  # standard deviations between the two places of one round that a source tells of in two reports
# What speaks for it (natural log, a guess): that they stand in one report, with one window, bearing and distance. Their
# errors are the same, so that their agreeing within them says too little.
ONE_REPORT = 4.0
OTHER_ERROR = 1.3  # a correction states another error than what it corrects: its area is so much larger or smaller
SAME_CLOCKS = 3.0  # and its time is within so many standard deviations of the source's clock
# How often two reports of one happening state the same number, or one within NEAR_NUMBER of the other; guesses
SAME_NUMBER, LIKE_NUMBER = 0.4, 0.35
LEAST_FREQUENCY = 0.005
MOST_BY_NUMBER = 2.0  # natural log; a number is a habit of counting as much as a fact
WIDEST_SIGMAS = 4.0  # candidate gate; beyond it the log-LR is negative for every density met here
SHARP_S = 120.0  # a time this good tells one shot's leaving and landing from the next shot's; a guess
SAME_PLACE_KM = 0.1
SAME_TIME_S = 1.0
PIXEL_KM = 1.0  # neighbouring VIIRS pixels: 0.375 to 0.8 km apart
ONE_PASS_S = 30.0  # neighbouring pixels of one overpass are scanned within this
# Bounds for tables in which everything stands at one place and minute; an approximation there, and only there:
# a record meets its MOST_MET neighbours nearest in time and keeps its MOST_KEPT best pairs.
MOST_MET = 8_000
MOST_KEPT = 48
CHUNK = 100_000  # candidate pairs scored at once, more than MOST_MET; some thirty columns of 8 bytes each, 24 MB


def edges(table: Table, least: float = LEAST_EDGE) -> tuple[Ints, Ints, Floats]:
    """Return the pairs (first, second, score) whose log-likelihood ratio is above `least`, first before second."""
    found: list[tuple[Ints, Ints, Floats]] = []
    read = columns(table)
    for i, j in candidates(table, read, least):
        first, second = np.minimum(i, j), np.maximum(i, j)
        values = scores(table, read, first, second)
        good = np.flatnonzero(values > least)
        best = good[_best_of_each(i[good], values[good])]
        found.append((first[best], second[best], values[best]))
    if not found:
        empty = np.array([], dtype=np.int64)
        return empty, empty, np.array([])
    i, j, values = (np.concatenate(column) for column in zip(*found, strict=True))
    order = np.lexsort((j, i))
    return i[order], j[order], values[order]


def candidates(table: Table, read: Columns, least: float) -> Iterator[tuple[Ints, Ints]]:
    """Yield pairs (i, j), i before j in time order of their classes, that are within the gates and may reach `least`.

    A report of one class (of how well its time is known) and all its pairs with another class come together.
    """
    classes = clock_classes(table)
    groups = {int(c): np.flatnonzero(classes == c) for c in np.unique(classes)}
    groups = {c: members[np.argsort(table.time[members], kind="stable")] for c, members in groups.items()}
    first, second = np.empty(CHUNK, np.int64), np.empty(CHUNK, np.int64)
    for fine, some in groups.items():
        for coarse, others in groups.items():
            if fine <= coarse:
                begin, end = _within(table.time, some, others, longest_apart(fine, coarse), same=fine == coarse)
                start = 0
                while start < len(some):
                    start, met = sweep(read, _gate(least), some, others, begin, end, start, first, second)
                    yield first[:met].copy(), second[:met].copy()


def _gate(least: float) -> Gate:
    return Gate(WIDEST_SIGMAS**2, LONGEST_KM**2, least, MOST_BY_NUMBER, ONE_REPORT)


def candidates_with(table: Table, read: Columns, some: Ints, least: float) -> tuple[Ints, Ints]:
    """Return the same pairs as far as one of some reports is of them, each once or twice, however many there are."""
    every, most = np.arange(len(table)), max(len(table), CHUNK)
    first, second = np.empty(most, np.int64), np.empty(most, np.int64)
    begin, end = np.zeros(len(some), np.int64), np.full(len(some), len(table))
    found, start = [], 0
    while start < len(some):
        start, met = sweep(read, _gate(least), some, every, begin, end, start, first, second)
        found.append((first[:met].copy(), second[:met].copy()))
    i, j = (np.concatenate(column) for column in zip(*found, strict=True))
    classes = 4.0 ** clock_classes(table)
    apart = np.maximum(LONGEST_S, WIDEST_SIGMAS * np.sqrt(classes[i] + classes[j]))
    near = (i != j) & (np.abs(table.time[i] - table.time[j]) <= apart)
    return i[near], j[near]


def clock_classes(table: Table) -> Ints:
    """Return for each report how well its time is known: ln2 of the standard deviation in s, rounded up, 0 the best."""
    found: Ints = np.ceil(np.log2(np.maximum(np.hypot(table.time_sd, table.duration), 1.0))).astype(np.int64)
    return found


def longest_apart(fine: int, coarse: int) -> float:
    """Return how many seconds reports of two classes may be apart."""
    return max(LONGEST_S, WIDEST_SIGMAS * math.sqrt(4.0**fine + 4.0**coarse))


def _within(time: Floats, some: Ints, others: Ints, gate: float, *, same: bool) -> tuple[Ints, Ints]:
    """Return for each of some the positions among the others between which it meets them."""
    middle = np.arange(len(some)) if same else np.searchsorted(time[others], time[some])
    begin = np.maximum(np.searchsorted(time[others], time[some] - gate), middle - MOST_MET // 2)
    end = np.minimum(np.searchsorted(time[others], time[some] + gate, side="right"), middle + MOST_MET // 2)
    return middle + 1 if same else begin, end


def columns(table: Table) -> Columns:
    """Return what the sweep reads of a table."""
    floored = np.maximum(table.density, LEAST_DENSITY)
    with np.errstate(divide="ignore"):
        rarity = -np.log(np.stack([floored, table.density], axis=1))
    return Columns(
        mean=means(table),
        cov=covariances(table),
        ends=log_ends(table),
        size=table.var_e + table.var_n,
        sort=np.where(stands(table), table.word + 1, 0),
        across=np.stack([table.across_e, table.across_n], axis=1),
        rarity=rarity,
        source=table.source,
        perceived=table.physical,
        numbered=(table.number > 0) & (table.equal_share > 0),
    )


def means(table: Table) -> Floats:
    """Return (east, north, time) of each report, shape (reports, 3)."""
    return np.stack([table.east, table.north, table.time], axis=1)


def covariances(table: Table) -> Floats:
    """Return the six covariances of each report's place and time, in the order of `clusters.MOMENTS`."""
    own = SPREAD_KM**2
    clock = table.time_sd**2 + table.duration**2
    columns = (table.var_e + own, table.cov, table.lean_e, table.var_n + own, table.lean_n, clock)
    return np.stack(columns, axis=1)


def log_ends(table: Table) -> Floats:
    """Return ln of the probabilities that each report is of where fire left and of where it arrived: (reports, 2).

    A weapon seen stands where it stands and no other matter flies: they have one end. What burns was lit where fire
    landed.
    """
    found: Floats = np.log(np.stack([table.left, 1 - table.left], axis=1))
    found[stands(table)] = (0.0, FORBIDDEN)
    found[table.family == HEAT] = (FORBIDDEN, 0.0)
    return found


def log_density(table: Table, i: Ints, j: Ints) -> Floats:
    """Return ln of the density of happenings about each pair; the floor holds where one of the two was perceived."""
    perceived = table.physical[i] | table.physical[j]
    both = np.log(np.maximum(table.density[i], np.where(perceived, LEAST_DENSITY, 0.0)))
    found: Floats = (both + np.log(np.maximum(table.density[j], np.where(perceived, LEAST_DENSITY, 0.0)))) / 2
    return found


def scores(table: Table, read: Columns, i: Ints, j: Ints) -> Floats:
    """Return the natural log-likelihood ratio of each pair being one happening, over the ends that they may be of.

    Both of one end, or the one where fire left and the other where it arrived, a flight apart in place and time. `read`
    is the table's `columns`.
    """
    same, cross = conflicts(table, i, j)
    said = pair_evidence(i, j, read.mean, read.cov, read.ends, read.across, same, cross, ACROSS, ANYHOW)
    # rounded, so that the last bit of a library's logarithm cannot decide which pair comes first
    values: Floats = np.round(said + unlike(table, i, j) - log_density(table, i, j), 6)
    return values


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


# of each word of the vocabulary, whether it is of something that explodes (1) or of bullets (-1); 0: of either, unknown
_EXPLODES = {Phenomenon.EXPLOSION, Phenomenon.IMPACT, Phenomenon.AIRBURST}
_BULLETS = {Phenomenon.SHOT, Phenomenon.BURST, Phenomenon.OVERHEAD_BULLETS}
_SORT = np.array([*(int(term in _EXPLODES) - int(term in _BULLETS) for term in Phenomenon), 0])


def conflicts(table: Table, i: Ints, j: Ints) -> tuple[Floats, Floats]:
    """Return what speaks for each pair's being of one happening's same end, and of its two ends (natural log).

    A source reports an end once. Excepted are neighbouring pixels of one overpass, parts of one report (the same
    window, bearing and distance), what is said again and what is corrected. It may perceive a round leaving and landing
    where its clock is sharp; in a window of hours only equal counts tell which landings belong to which firings.
    """
    same, cross = np.zeros(len(i)), np.zeros(len(i))
    rows = np.flatnonzero(table.source[i] == table.source[j])
    if len(rows):
        one, two = i[rows], j[rows]
        same[rows] = _said_twice(table, one, two)
        cross[rows] = _both_ends(table, one, two)
    apart = strangers(table, i, j)
    same[apart], cross[apart] = FORBIDDEN, FORBIDDEN
    return same, cross


def _corrected(t: Table, i: Ints, j: Ints) -> Flags:
    """Tell whether one of two reports of a source may be the other one more exactly, or with another hour or number."""
    late = np.abs(t.time[i] - t.time[j])
    clock = np.maximum(SAME_CLOCKS * np.hypot(t.time_sd[i], t.time_sd[j]), SAME_CLOCKS)
    one, two = (np.sqrt(np.maximum(t.var_e[k] * t.var_n[k] - t.cov[k] ** 2, 1e-12)) for k in (i, j))
    other = (np.maximum(one, two) > OTHER_ERROR * np.minimum(one, two)) | _very_place(t, i, j)
    alike = (t.family[i] == t.family[j]) & (t.family[i] != HEAT) & (t.arrival[i] * t.arrival[j] >= 0)
    found: Flags = alike & other & (late <= clock) & _instants(t, i, j)
    return found


def _very_place(t: Table, i: Ints, j: Ints) -> Flags:
    """Tell whether both state one place, or one bearing and distance from one post, with one error."""
    found: Flags = (t.east[i] == t.east[j]) & (t.north[i] == t.north[j]) & (t.var_e[i] == t.var_e[j])
    return found


def _instants(t: Table, i: Ints, j: Ints) -> Flags:
    """Tell whether both were perceived at an instant and the clocks tell one shot from the next."""
    sharp = np.maximum(t.time_sd[i], t.time_sd[j]) <= SHARP_S
    found: Flags = sharp & (t.width[i] == 0) & (t.width[j] == 0) & t.physical[i] & t.physical[j]
    return found


def _same_window(t: Table, i: Ints, j: Ints) -> Flags:
    window: Flags = (t.time_sd[i] == t.time_sd[j]) & (t.width[i] == t.width[j])
    return window & (np.abs(t.time[i] - t.time[j]) <= SAME_TIME_S)


def _both_ends(t: Table, i: Ints, j: Ints) -> Floats:
    """Return what speaks against two reports of one source being of the two ends of one round (natural log)."""
    opposite = t.arrival[i] * t.arrival[j]
    sharp = np.maximum(t.time_sd[i], t.time_sd[j]) <= SHARP_S
    matched = (opposite < 0) & _same_window(t, i, j) & (t.count[i] == t.count[j])
    told = (sharp & (opposite < 0)) | matched
    # flashes at about one place are the next shots of a burst
    size = (t.var_e[i] + t.var_n[i] + t.var_e[j] + t.var_n[j]) / 2 + 2 * SPREAD_KM**2
    away = (t.east[i] - t.east[j]) ** 2 + (t.north[i] - t.north[j]) ** 2 > CLEARLY_APART**2 * size
    untold = _instants(t, i, j) & (opposite >= 0) & away
    hot = (t.family[i] == HEAT) | (t.family[j] == HEAT)
    value = np.where(told, BOTH_ENDS_TOLD, np.where(untold, BOTH_ENDS_UNTOLD, FORBIDDEN))
    found: Floats = np.where(hot, FORBIDDEN, value)
    return found


def _said_twice(t: Table, i: Ints, j: Ints) -> Floats:
    """Return what two reports of one source say of being of one end: the exceptions to "a source reports it once"."""
    apart = np.hypot(t.east[i] - t.east[j], t.north[i] - t.north[j])
    same_window = _same_window(t, i, j)
    pixels = (t.family[i] == HEAT) & (t.family[j] == HEAT)
    one_pass = pixels & (apart <= PIXEL_KM) & (np.abs(t.time[i] - t.time[j]) <= ONE_PASS_S)
    same_place = _very_place(t, i, j)
    parts = ~pixels & same_window & same_place & _parts_of_one(t, i, j)
    words = (t.kind[i] == t.kind[j]) & (t.word[i] == t.word[j])
    near = (apart <= SAME_PLACE_KM) & (np.abs(t.time[i] - t.time[j]) <= SAME_TIME_S)
    again = ~pixels & near & words & ~(same_window & same_place)
    once = np.where(_corrected(t, i, j), CORRECTION, FORBIDDEN)
    found: Floats = np.where(parts, ONE_REPORT, np.where(one_pass | again, 0.0, once))
    return found


def _parts_of_one(t: Table, i: Ints, j: Ints) -> Flags:
    """Tell whether two rows of one window and place may be parts of one report.

    Not two unknown words, and not two counts of rounds that left (or landed): twelve and four landings with
    their twelve and four firings are two exchanges, which equal counts tell apart.
    """
    unknown = (t.kind[i] < 0) & (t.kind[j] < 0)
    told = (t.arrival[i] != 0) | (t.arrival[j] != 0)
    counted = told & (t.direction[i] == t.direction[j]) & (t.count[i] != t.count[j])
    opposite = t.arrival[i] * t.arrival[j] < 0  # what left and what landed are the two ends of something, or of two
    parts: Flags = np.where(unknown, t.word[i] == t.word[j], ~counted) & ~opposite
    return parts


def _best_of_each(owner: Ints, values: Floats) -> Ints:
    """Return the positions of the MOST_KEPT best scores of each owner; of equal ones the first."""
    order = np.lexsort((-values, owner))
    starts = runs(owner[order])
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
