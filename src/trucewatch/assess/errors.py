"""How well the errors hold that sources state: learned from how far apart they put what they both noticed.

Observers underestimate distances, a camera's clock is set by hand, a ministry's "about noon" is its habit: what is
stated as an error may be half of the true one, or twice. Two reports of one happening say which, by how far they
disagree; but which reports those are follows from the errors. So each pair of perceptions counts as a mixture: of one
happening (`pairs.scores`) or of two, in the proportion that fits best, and the factor on the errors is the one under
which all pairs together are likeliest (a composite likelihood: Varin, Reid and Firth, Statistica Sinica 21, 5, 2011).
A statement, which could be of many happenings, counts once: as the sum over all that were perceived near it.

One factor for each class of source, in steps, never for a side or a single source; where little tells, errors hold as
stated. Nothing depends on a party's name or on an order.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, fields

import numpy as np

from trucewatch.assess import kinds
from trucewatch.assess.background import against, background
from trucewatch.assess.copies import originals
from trucewatch.assess.locate import Fix, corrected, fixes
from trucewatch.assess.pairs import candidates, columns, repeats, scores
from trucewatch.assess.table import Flags, Floats, Ints, Table, stated_order, table
from trucewatch.model import HeldErrors, Observation
from trucewatch.spacetime import Plane
from trucewatch.vocabulary import SourceClass

# The factors that are tried, in octaves: half of what is stated to four times, for people rather understate an error.
# Narrower errors join less and claim more, so that they are taken only where the errors are twice too wide.
OCTAVES = (-1.0, 0.0, 0.5, 1.0, 1.5, 2.0)
AS_STATED = OCTAVES.index(0.0)
# Where errors hold as stated, the likeliest factor is a little below 1, since the extents and flights of happenings
# that pairs are weighed with are wide guesses: 0.84 to 1.0 on simulated development worlds (seeds 1 to 3). So factors
# are counted from here.
HOLDS = 0.9
# How much likelier (natural log) all pairs must be for each half octave away from the errors as stated, and for each by
# which one class differs from the others; and at least so much for each report that is asked, twice that for one class,
# since in a large record a small misfit of what pairs are weighed with passes for an error that is mis-stated. Guesses.
STEP_COSTS, CLASS_COSTS, EACH_COSTS = 8.0, 12.0, 0.02
MOST_ROWS, BLOCKS = 4_000, 4  # of a large record these many rows are asked, in stretches of time of equal numbers
MOST_PAIRS, MOST_WORDS = 2_500, 250  # of each stretch
LEAST_LR = -4.0  # pairs less likely than this (natural log) under the widest errors are left out
ROUNDS = 60  # of fitting a proportion

CLASSES: tuple[SourceClass | None, ...] = (None, *SourceClass)
Lines = Sequence[tuple[float, float]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Located:
    """The fix of each observation, the unit vector across the line near it, and how well the stated errors hold."""

    fixes: Sequence[Fix | None]
    across: Lines
    errors: tuple[HeldErrors, ...]


def located(
    observations: Sequence[Observation], plane: Plane, across: Callable[[Sequence[Fix | None]], Lines]
) -> Located:
    """Return where and when observations were, with their errors as they hold in this record.

    `across` gives for fixes the unit vectors across the line near them (`front.across`), or nothing.
    """
    where = fixes(observations, plane)
    lines = across(where)
    errors = learned(observations, where, lines, plane)
    if by_class := {held.source_class: held.factor for held in errors if held.factor != 1.0}:
        where = fixes(corrected(observations, by_class), plane)
        lines = across(where)
    return Located(fixes=where, across=lines, errors=errors)


def learned(
    observations: Sequence[Observation], where: Sequence[Fix | None], across: Lines, plane: Plane
) -> tuple[HeldErrors, ...]:
    """Return the factor of each class of source that could be asked, in the vocabulary's order.

    `where` are the observations' fixes with the errors as stated, `across` is as in `associate`.
    """
    usable = [i for i, o in enumerate(observations) if kinds.is_associable(o) and _is_placed(where[i])]
    times = np.array([fix.time_s for i in usable if (fix := where[i]) is not None], dtype=np.float64)
    samples = [
        _sample([observations[i] for i in rows], [across[i] for i in rows] if across else (), plane, whole=whole)
        for block, whole in _blocks(times)
        if (rows := [usable[n] for n in block.tolist()])
    ]
    return _learned(samples)


def _is_placed(fix: Fix | None) -> bool:
    return fix is not None and fix.at is not None


def _blocks(times: Floats) -> list[tuple[Ints, bool]]:
    """Return the rows that are asked: all, or of a large record some stretches of time; and whether these are all."""
    if len(times) <= MOST_ROWS:
        return [(np.arange(len(times)), True)]
    ordered, each = np.sort(times), MOST_ROWS // BLOCKS
    starts = [(2 * n + 1) * len(times) // (2 * BLOCKS) - each // 2 for n in range(BLOCKS)]
    found = [np.flatnonzero((times >= ordered[a]) & (times <= ordered[a + each - 1])) for a in starts]
    return [(rows, False) for rows in found if len(rows) <= 2 * each]  # not a table in which all is of one minute


# --- one stretch of a record ----------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Sample:
    """Reports with their errors at each of OCTAVES, the numbers of their classes, and who is held against whom.

    (`i`, `j`) are pairs of perceptions by different sources, (`word`, `seen`) statements with perceptions about them.
    """

    tables: tuple[Table, ...]
    classes: Ints
    i: Ints
    j: Ints
    word: Ints
    seen: Ints

    def ratios(self, i: Ints, j: Ints, one: int, other: int) -> Floats:
        """Return the likelihood ratios of pairs, the firsts' errors at `one` of OCTAVES and the seconds' at `other`."""
        mixed = _stacked(self.tables[one].take(i), self.tables[other].take(j))
        first = np.arange(len(i))
        found = scores(mixed, columns(mixed), first, first + len(i))
        return np.exp(np.clip(found, -60.0, 60.0))


def _stacked(one: Table, other: Table) -> Table:
    return Table(*(np.concatenate([getattr(one, f.name), getattr(other, f.name)]) for f in fields(Table)))


class _Ratios:
    """The likelihood ratios of pairs of some samples, each asked for once: they depend on the steps of two classes."""

    def __init__(self, samples: Sequence[_Sample], pairs: Sequence[tuple[Ints, Ints]]) -> None:
        self._groups: list[tuple[_Sample, int, int, Ints, Ints]] = []
        self._known: dict[tuple[int, int, int], Floats] = {}
        order: list[Ints] = []
        start = 0
        for s, (i, j) in zip(samples, pairs, strict=True):
            kind = s.classes[i] * len(CLASSES) + s.classes[j]
            for value in np.unique(kind).tolist():
                rows = np.flatnonzero(kind == value)
                self._groups.append((s, *divmod(value, len(CLASSES)), i[rows], j[rows]))
                order.append(rows + start)
            start += len(i)
        self._order = np.argsort(np.concatenate(order)) if order else np.array([], dtype=np.int64)

    def at(self, steps: Ints) -> Floats:
        """Return them in the pairs' order, with the classes' errors at these positions of OCTAVES."""
        found = [np.zeros(0)]
        for number, (s, one, other, i, j) in enumerate(self._groups):
            key = number, int(steps[one]), int(steps[other])
            if key not in self._known:
                self._known[key] = s.ratios(i, j, *key[1:])
            found.append(self._known[key])
        every: Floats = np.concatenate(found)[self._order]
        return every


def _sample(rows: Sequence[Observation], across: Lines, plane: Plane, *, whole: bool) -> _Sample:
    def tabled(octave: float) -> Table:
        every = dict.fromkeys(CLASSES, HOLDS * 2.0**octave)
        return table(rows, fixes(corrected(rows, every), plane), range(len(rows)), across)

    stated = tabled(0.0)
    own = _reports(stated)
    record = background(stated.take(own))
    tables = tuple(against((stated if octave == 0 else tabled(octave)).take(own), record) for octave in OCTAVES)
    i, j = _candidates(tables[-1])
    physical = tables[AS_STATED].physical
    both = physical[i] & physical[j]
    word, seen = np.where(physical[i], j, i)[~both], np.where(physical[i], i, j)[~both]
    if not whole:  # statements near an end of the stretch may be of what lies beyond it
        early, late = np.quantile(stated.time, (0.25, 0.75))
        inside = (stated.time[own][word] >= early) & (stated.time[own][word] <= late)
        word, seen = word[inside], seen[inside]
    every = np.unique(word)
    told = np.isin(word, every[_spread(len(every), MOST_WORDS)])
    some = _spread(int(both.sum()), MOST_PAIRS)
    number = {term: n for n, term in enumerate(CLASSES)}
    classes = np.array([number[rows[n].source.source_class.term] for n in own.tolist()], dtype=np.int64)
    return _Sample(tables, classes, i[both][some], j[both][some], word[told], seen[told])


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


# --- the likeliest factors ------------------------------------------------------------------------


def _learned(samples: Sequence[_Sample]) -> tuple[HeldErrors, ...]:
    asked = np.zeros(len(CLASSES), dtype=np.int64)
    seen, said = np.zeros(len(CLASSES), dtype=bool), np.zeros(len(CLASSES), dtype=bool)
    whose, words = [np.zeros(0, dtype=np.int64)], 0
    for s in samples:
        perceived, (spoken, number) = np.unique(np.r_[s.i, s.j]), np.unique(s.word, return_inverse=True)
        asked += np.bincount(s.classes[np.r_[perceived, spoken]], minlength=len(CLASSES))
        seen[s.classes[perceived]], said[s.classes[spoken]] = True, True
        whose.append(number + words)
        words += len(spoken)
    pairs = _Ratios(samples, [(s.i, s.j) for s in samples])
    about, owner = _Ratios(samples, [(s.word, s.seen) for s in samples]), np.concatenate(whose)
    steps = np.full(len(CLASSES), AS_STATED)
    steps = _fitted(steps, seen, asked, lambda at: _likelihood(pairs.at(at)))
    steps = _fitted(steps, said & ~seen, asked, lambda at: _likelihood(_summed(about.at(at), owner, words)))
    return tuple(
        HeldErrors(source_class=term, factor=round(2.0 ** OCTAVES[step], 2), reports=count)
        for term, step, count in zip(CLASSES, steps.tolist(), asked.tolist(), strict=True)
        if count
    )


def _summed(ratios: Floats, owner: Ints, count: int) -> Floats:
    return np.bincount(owner, ratios, count).astype(np.float64)


def _likelihood(ratios: Floats) -> float:
    """Return ln of the likelihood of ratios as a mixture of 1 and each, in the proportion that fits best."""
    share = 0.2
    for _ in range(ROUNDS):
        share = min(max(float((share * ratios / (1 - share + share * ratios)).mean()), 1e-6), 1 - 1e-6)
    # rounded, so that the last bit of a library's exponential decides nothing
    return round(float(np.log(1 - share + share * ratios).sum()), 3)


def _fitted(steps: Ints, which: Flags, asked: Ints, likelihood: Callable[[Ints], float]) -> Ints:
    """Return the steps with those of some classes fitted: from all as stated, and from the best that all have alike.

    From each, the change of one class that gains most is made again and again; the better of both ends is the answer.
    `asked` is how many reports of each class told.
    """
    if not which.any():
        return steps
    costs = np.where(which, np.maximum(CLASS_COSTS, 2 * EACH_COSTS * asked), 0.0)
    cost = max(STEP_COSTS, EACH_COSTS * float(asked[which].sum()))
    alike = {n: np.where(which, n, steps) for n in range(len(OCTAVES))}
    value = {n: likelihood(at) - cost * float(_far(n, AS_STATED)) for n, at in alike.items()}
    common = min(value, key=lambda n: (-value[n], abs(OCTAVES[n])))
    ends = [_climbed(alike[n], which, costs, value[n], likelihood) for n in sorted({AS_STATED, common})]
    return max(ends, key=lambda end: end[1])[0]


def _far(one: Ints | int, other: Ints | int) -> Floats:
    """Return how many half octaves lie between positions of OCTAVES."""
    found: Floats = 2 * np.abs(np.take(OCTAVES, one) - np.take(OCTAVES, other))
    return found


def _climbed(
    start: Ints, which: Flags, costs: Floats, value: float, likelihood: Callable[[Ints], float]
) -> tuple[Ints, float]:
    """Return the steps that single changes lead to from a start of some value, and what those are worth."""
    steps, paid = start, likelihood(start) - value  # what being alike and not as stated costs
    while True:
        worth = []
        for n in np.flatnonzero(which).tolist():
            for to in range(len(OCTAVES)):
                moved = np.where(np.arange(len(steps)) == n, to, steps)
                worth.append((likelihood(moved) - paid - float((costs * _far(moved, start)).sum()), moved))
        best = max(worth, key=lambda one: one[0])
        if best[0] <= value:
            return steps, value
        steps, value = best[1], best[0]
