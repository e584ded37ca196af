"""Which statements repeat another one: the same place and hour, in other words or another language.

A copy knows nothing that its original does not: it tells of the same happening and says nothing of where or when of its
own. So a statement with its copies is one report to association, as it is one line of evidence to attribution. Whether
one statement repeats another is a likelihood ratio: how well place, hour and number agree if it was copied, against how
densely statements lie there.
"""

import math
from collections.abc import Iterator

import numpy as np

from trucewatch.assess.table import STATED, Flags, Floats, Ints, Runs, Table, runs, strangers

COPIED = 0.3  # of statements: a guess; a ministry's words are carried by several outlets
COPY_KM = 0.7  # how far apart two tellers put the same words (sd on each axis): a village has an extent; a guess
SAME_HOUR, SAME_HOUR_S = 0.5, 90.0  # half of the copies keep the hour that was stated; a guess
LATE_S = 3 * 3600.0  # the others are dated later, by so much on average: agencies repeat within hours; a guess
LATEST = 5.0  # times that: later ones are not looked at
SAME_NUMBER = 2.0  # natural log: an equal number of rounds in both; a guess
LEAST = 1.0  # natural log of the odds from which one is taken for a copy
CELL_KM = 4 * COPY_KM
MOST_NEAR = 200  # statements before and after that are looked at for each: a bound for tables of thousands an hour


def originals(table: Table) -> Ints:
    """Return for each report the report that it repeats, itself where it repeats none.

    Only statements (nobody's perceptions) repeat statements. Of two the one whose hour is known better is the original,
    then the earlier, then the one that accuses somebody, then the first in the table; of two that state the very same
    each repeats the other. A chain of copies leads to its first, and never from an accusation of one party to one of
    another. What repeats accusations of different parties equally well repeats neither: no order of the rows decides
    whose words it is counted with.
    """
    size = len(table)
    of = np.arange(size)
    accused = table.accused.tolist()
    for copy, equal in _best_originals(table):
        of[copy] = equal[0] if len(equal) == 1 else _one_of(copy, equal, accused)
    return _rooted(of, table.accused)


def _best_originals(table: Table) -> Iterator[tuple[int, list[int]]]:
    """Yield each statement that may repeat another one with those that it repeats best, equally well."""
    found = list(copied(table))
    if not found:
        return
    first, second, odds = (np.concatenate(column) for column in zip(*found, strict=True))
    twins = _state_the_same(table, first, second) & (table.accused[first] == table.accused[second])
    original, copy, odds = np.r_[first, second[twins]], np.r_[second, first[twins]], np.r_[odds, odds[twins]]
    order = np.lexsort((original, -odds, copy))
    original, copy, odds = original[order], copy[order], odds[order]
    starts = runs(copy)
    best = np.repeat(odds[starts], np.diff(np.r_[starts, len(copy)])) == odds
    original, copy = original[best], copy[best]
    starts = runs(copy)
    yield from zip(copy[starts].tolist(), Runs(original, starts), strict=True)


def nobodys(table: Table, original: Ints) -> Ints:
    """Return the source of each report; one of its own, and nobody's, where another source states the very same.

    Which of two outlets repeats the other is not known then: that it goes by the name of either, and is held against
    what that one says elsewhere, would be decided by the order of the rows.
    """
    equal = (table.source != table.source[original]) & _state_the_same(table, np.arange(len(table)), original)
    source = table.source.copy()
    source[original[equal]] = source.max(initial=0) + 1 + original[equal]
    return source


def _state_the_same(table: Table, one: Ints, two: Ints) -> Flags:
    columns = (getattr(table, name) for name in STATED)
    equal: Flags = np.logical_and.reduce([column[one] == column[two] for column in columns])
    return equal


def _one_of(own: int, equal: list[int], accused: list[int]) -> int:
    """Return which of equally good originals one repeats.

    Who accuses nobody repeats those who accuse, where they accuse one party; else one repeats who accuses as oneself,
    and where there is none and those do not accuse alike, nobody.
    """
    named = {accused[n] for n in equal if accused[n] >= 0}
    if accused[own] < 0 and len(named) == 1:
        return min(n for n in equal if accused[n] >= 0)
    alike = [n for n in equal if accused[n] == accused[own]]
    if not alike and len({accused[n] for n in equal}) > 1:
        return own
    return min(alike or equal)


def copied(table: Table) -> Iterator[tuple[Ints, Ints, Floats]]:
    """Yield pairs of statements, the one that came first before the one that may repeat it, with ln of the odds."""
    said = np.flatnonzero(~table.physical)
    said = said[np.argsort(table.time[said], kind="stable")]
    time, east, north = table.time[said], table.east[said], table.north[said]
    at = np.arange(len(said))
    for step in range(1, MOST_NEAR + 1):
        at = at[: np.searchsorted(at, len(said) - step)]
        at = at[time[at + step] - time[at] <= LATEST * LATE_S]  # the next after one that is too late is later still
        if not len(at):
            break
        near = at[np.hypot(east[at + step] - east[at], north[at + step] - north[at]) <= CELL_KM]
        yield _copied(table, said[near], said[near + step])


def copied_with(table: Table, some: Flags) -> tuple[Ints, Ints, Floats]:
    """Return the same pairs as far as one of some reports is of them, however many statements lie between the two."""
    said = np.flatnonzero(~table.physical)
    i, j = (index.ravel() for index in np.meshgrid(said[some[said]], said, indexing="ij"))
    turn = (table.time[j] < table.time[i]) | ((table.time[j] == table.time[i]) & (j < i))
    early, late = np.where(turn, j, i), np.where(turn, i, j)
    near = (table.time[late] - table.time[early] <= LATEST * LATE_S) & (i != j)
    near &= np.hypot(table.east[late] - table.east[early], table.north[late] - table.north[early]) <= CELL_KM
    return _copied(table, early[near], late[near])


def _copied(table: Table, early: Ints, late: Ints) -> tuple[Ints, Ints, Floats]:
    """Return which of pairs of statements, in the order of their times, are likely a statement and its copy."""
    sooner, sharper = table.time[late] - table.time[early], table.time_sd[late] - table.time_sd[early]
    accuses = (table.accused[late] >= 0) & (table.accused[early] < 0)
    swap = (sooner <= SAME_HOUR_S) & (sharper < 0) | (sooner == 0) & (sharper == 0) & accuses
    first, second = np.where(swap, late, early), np.where(swap, early, late)
    odds = np.round(_odds(table, first, second) - np.log(table.statements[late]), 6)
    likely = odds > LEAST
    return first[likely], second[likely], odds[likely]


def _odds(t: Table, i: Ints, j: Ints) -> Floats:
    """Return ln of the odds of each j repeating i, but for the density of statements."""
    late, apart = t.time[j] - t.time[i], np.hypot(t.east[j] - t.east[i], t.north[j] - t.north[i])
    same_hour = np.where(np.abs(late) <= SAME_HOUR_S, SAME_HOUR / (2 * SAME_HOUR_S), 0.0)
    later = np.where(late > 0, (1 - SAME_HOUR) / LATE_S * np.exp(-np.maximum(late, 0.0) / LATE_S), 0.0)
    place = -0.5 * (apart / COPY_KM) ** 2 - math.log(2 * math.pi * COPY_KM**2)
    number = np.where((t.number[i] > 0) & (t.number[i] == t.number[j]), SAME_NUMBER, 0.0)
    value = np.log(np.maximum(same_hour + later, 1e-300)) + place + number + math.log(COPIED)
    other_number = (t.number[i] > 0) & (t.number[j] > 0) & (t.number[i] != t.number[j])
    other_party = (t.accused[i] >= 0) & (t.accused[j] >= 0) & (t.accused[i] != t.accused[j])
    # who speaks again an hour later speaks of something else
    again = (t.source[i] == t.source[j]) & (np.abs(late) > SAME_HOUR_S)
    unlike = (t.family[i] != t.family[j]) | strangers(t, i, j) | other_number | other_party | again
    found: Floats = np.where(unlike, -np.inf, value)
    return found


def _rooted(of: Ints, accused: Ints) -> Ints:
    """Return the beginning of each chain, chains cut where they would lead from one accused party to another."""
    while True:
        root = _roots(of)
        torn = (accused >= 0) & (accused[of] < 0) & (accused[root] >= 0) & (accused[root] != accused)
        if not torn.any():
            return root
        of = np.where(torn, np.arange(len(of)), of)


def _roots(of: Ints) -> Ints:
    """Return the beginning of each chain; where statements point at each other, the one that comes first."""
    size = len(of)
    below = np.minimum(of, np.arange(size))
    of = np.where(of[of] == np.arange(size), below, of)
    for _ in range(size.bit_length()):
        of = of[of]
    return of
