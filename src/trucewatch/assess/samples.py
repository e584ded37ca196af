"""Who is held against whom: the reports of a stretch of a record with their errors narrower and wider, and pairs."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from trucewatch.assess.background import against, background
from trucewatch.assess.copies import originals
from trucewatch.assess.locate import Fix, Group, fixes, group_of
from trucewatch.assess.octaves import AS_STATED, NARROWER, OCTAVES
from trucewatch.assess.pairs import candidates, columns, repeats, scores
from trucewatch.assess.table import Flags, Floats, Ints, Table, stacked, stated_order, table
from trucewatch.model import Observation, Place, Point, Ray
from trucewatch.spacetime import Plane
from trucewatch.vocabulary import SourceClass

# Where errors hold as stated, the likeliest factor is a little below 1, since the extents and flights of happenings
# that pairs are weighed with are wide guesses: 0.84 to 1.0 on simulated development worlds (seeds 1 to 3). So factors
# are counted from here.
HOLDS = 0.9
MOST_PAIRS, MOST_WORDS = 2_500, 250  # that are asked
# With worse clocks than this, several happenings near each other pass for one whose place is known better than it is:
# honest distances at clocks of a whole hour asked for half their error. A guess.
SHARP_S = 300.0
LEAST_LR = -4.0  # pairs less likely than this (natural log) under the widest errors are left out

WAYS = (*((n, n) for n in OCTAVES), (OCTAVES[NARROWER], 0.0))  # octaves of places and clocks; at last of places alone
PLACES_ALONE = len(OCTAVES)
GROUPS: tuple[Group, ...] = tuple((term, of_sides) for of_sides in (False, True) for term in (None, *SourceClass))
Lines = Sequence[tuple[float, float]]


@dataclass(frozen=True, slots=True)
class Sample:
    """Reports with their errors at each of WAYS, the numbers of their groups, and who is held against whom.

    (`i`, `j`) are pairs of neutral perceptions by different sources, of which `narrowing` may ask for narrower errors;
    (`shown`, `beside`) what sides perceived with neutral perceptions, (`word`, `seen`) statements with neutral
    perceptions about them.
    """

    tables: tuple[Table, ...]
    groups: Ints
    i: Ints
    j: Ints
    narrowing: Flags
    shown: Ints
    beside: Ints
    word: Ints
    seen: Ints

    def ratios(self, i: Ints, j: Ints, one: int, other: int) -> Floats:
        """Return the likelihood ratios of pairs, the firsts' errors at `one` of WAYS and the seconds' at `other`."""
        mixed = stacked(self.tables[one].take(i), self.tables[other].take(j))
        first = np.arange(len(i))
        found = scores(mixed, columns(mixed), first, first + len(i))
        return np.exp(np.clip(found, -60.0, 60.0))


class Ratios:
    """The likelihood ratios of pairs of some samples, each asked for once: they depend on the steps of two groups."""

    def __init__(self, samples: Sequence[Sample], pairs: Sequence[tuple[Ints, Ints]]) -> None:
        self._groups: list[tuple[Sample, int, int, Ints, Ints]] = []
        self._known: dict[tuple[int, int, int], Floats] = {}
        order: list[Ints] = []
        start = 0
        for s, (i, j) in zip(samples, pairs, strict=True):
            kind = s.groups[i] * len(GROUPS) + s.groups[j]
            for value in np.unique(kind).tolist():
                rows = np.flatnonzero(kind == value)
                self._groups.append((s, *divmod(value, len(GROUPS)), i[rows], j[rows]))
                order.append(rows + start)
            start += len(i)
        self._order = np.argsort(np.concatenate(order)) if order else np.array([], dtype=np.int64)

    def at(self, steps: Ints) -> Floats:
        """Return them in the pairs' order, with the groups' errors at these positions of WAYS."""
        found = [np.zeros(0)]
        for number, (s, one, other, i, j) in enumerate(self._groups):
            key = number, int(steps[one]), int(steps[other])
            if key not in self._known:
                self._known[key] = s.ratios(i, j, *key[1:])
            found.append(self._known[key])
        every: Floats = np.concatenate(found)[self._order]
        return every


def sample(rows: Sequence[Observation], across: Lines, plane: Plane, *, whole: bool) -> Sample:
    """Return what a stretch of a record tells; `across` is as in `associate`, `whole`: nothing lies beyond it."""

    def located_at(*octaves: float) -> Sequence[Fix | None]:
        return fixes(rows, plane, *(dict.fromkeys(GROUPS, HOLDS * 2.0**n) for n in octaves))

    stated = table(rows, located_at(0.0), range(len(rows)), across)
    own = _reports(stated)
    record = background(stated.take(own))
    tables = tuple(
        against((stated if way == (0, 0) else _moved(stated, located_at(*way))).take(own), record) for way in WAYS
    )
    number = {group: n for n, group in enumerate(GROUPS)}
    groups = np.array([number[group_of(rows[n])] for n in own.tolist()], dtype=np.int64)
    physical, neutral = tables[AS_STATED].physical, groups < len(GROUPS) // 2
    i, j = _candidates(tables[len(OCTAVES) - 1])
    seen = physical & neutral
    both, one = seen[i] & seen[j], seen[i] != seen[j]
    other, eyes = np.where(seen[i], j, i)[one], np.where(seen[i], i, j)[one]
    spoken = ~physical[other]
    word, about = other[spoken], eyes[spoken]
    if not whole:  # statements near an end of the stretch may be of what lies beyond it
        early, late = np.quantile(stated.time, (0.25, 0.75))
        inside = (stated.time[own][word] >= early) & (stated.time[own][word] <= late)
        word, about = word[inside], about[inside]
    every = np.unique(word)
    told = np.isin(word, every[_spread(len(every), MOST_WORDS)])
    pairs, shown = np.flatnonzero(both)[_spread(int(both.sum()), MOST_PAIRS)], _spread(int((~spoken).sum()), MOST_PAIRS)
    i, j = i[pairs], j[pairs]
    t = tables[AS_STATED]
    clear = (t.time_sd < SHARP_S) & np.array([_is_measured(rows[n].place) for n in own.tolist()], dtype=np.bool_)
    return Sample(
        tables=tables,
        groups=groups,
        i=i,
        j=j,
        narrowing=clear[i] & clear[j] & ((t.east[i] != t.east[j]) | (t.north[i] != t.north[j])),
        shown=other[~spoken][shown],
        beside=eyes[~spoken][shown],
        word=word[told],
        seen=about[told],
    )


def _is_measured(place: Place | None) -> bool:
    """Tell whether a place's width is all stated: that of a bearing alone is a guess of how far one perceives."""
    return (isinstance(place, Point) and place.sd_km is not None) or (
        isinstance(place, Ray) and place.distance is not None
    )


def _moved(stated: Table, where: Sequence[Fix | None]) -> Table:
    """Return the table of the same rows with these fixes, all of which have a place."""
    at = [(fix, fix.at) for fix in where if fix is not None and fix.at is not None]
    rows = [
        (fix.time_s, fix.time_sd_s, fix.lean_e, fix.lean_n, m.east, m.north, m.var_east, m.var_north, m.cov)
        for fix, m in at
    ]
    moved = ("time", "time_sd", "lean_e", "lean_n", "east", "north", "var_e", "var_n", "cov")
    return replace(stated, **dict(zip(moved, np.array(rows, dtype=np.float64).T.copy(), strict=True)))


def _reports(stated: Table) -> Ints:
    """Return the rows that are reports of their own, neither repeats nor copies, in the order of what they state."""
    order = stated_order(stated)
    own = order[repeats(stated.take(order)) == np.arange(len(order))]
    reports = stated.take(own)
    found: Ints = own[originals(against(reports, background(reports))) == np.arange(len(own))]
    return found


def _candidates(widest: Table) -> tuple[Ints, Ints]:
    """Return pairs of different sources that may be of one happening and of which somebody perceived one, in order.

    Without those that state one place and hour: one has it from the other.
    """
    found = [(np.minimum(i, j), np.maximum(i, j)) for i, j in candidates(widest, columns(widest), LEAST_LR)]
    if not found:
        return np.array([], dtype=np.int64), np.array([], dtype=np.int64)
    i, j = (np.concatenate(column) for column in zip(*found, strict=True))
    t = widest
    copied = (t.east[i] == t.east[j]) & (t.north[i] == t.north[j]) & (t.time[i] == t.time[j])
    kept = np.flatnonzero((t.source[i] != t.source[j]) & (t.physical[i] | t.physical[j]) & ~copied)
    kept = kept[np.lexsort((j[kept], i[kept]))]
    return i[kept], j[kept]


def _spread(count: int, most: int) -> Ints:
    """Return `most` positions of `count`, evenly spread, or all."""
    return np.arange(count) if count <= most else (np.arange(most) * count) // most
