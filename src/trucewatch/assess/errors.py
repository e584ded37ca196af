"""How well the errors hold that sources state: learned from how far apart they put what they both noticed.

Observers underestimate distances, a camera's clock is set by hand, a ministry's "about noon" is its habit: what is
stated as an error may be half of the true one, or twice. Two reports of one happening say which, by how far they
disagree; but which reports those are follows from the errors. So each pair of perceptions counts as a mixture: of one
happening (`pairs.scores`) or of two, in the proportion that fits best, and the factor on the errors is the one under
which all pairs together are likeliest (a composite likelihood: Varin, Reid and Firth, Statistica Sinica 21, 5, 2011).
A statement, which could be of many happenings, counts once: as the sum over all that were perceived near it.

One factor for each class of source, in steps, never for a single source; where little tells, errors hold as stated.
What the sides supply has factors of its own, the same for all sides, from pairs with neutral perceptions alone: how
neutral eyes are believed is learned from neutral eyes. It is never narrowed, nor is any statement: with several
perceptions near it a narrower error is likelier by itself. Nothing depends on a party's name or on an order.
"""

from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from trucewatch.assess import kinds
from trucewatch.assess.background import against, background
from trucewatch.assess.copies import originals
from trucewatch.assess.locate import Fix, Group, fixes, group_of
from trucewatch.assess.octaves import AS_STATED, OCTAVES, Asked, fitted, mixture
from trucewatch.assess.pairs import candidates, columns, repeats, scores
from trucewatch.assess.table import Floats, Ints, Table, stacked, stated_order, table
from trucewatch.model import HeldErrors, Observation
from trucewatch.spacetime import Plane
from trucewatch.vocabulary import SourceClass

# Where errors hold as stated, the likeliest factor is a little below 1, since the extents and flights of happenings
# that pairs are weighed with are wide guesses: 0.84 to 1.0 on simulated development worlds (seeds 1 to 3). So factors
# are counted from here.
HOLDS = 0.9
MOST_ROWS, BLOCKS = 4_000, 4  # of a large record these many rows are asked, in stretches of time of equal numbers
MOST_PAIRS, MOST_WORDS = 2_500, 250  # of each stretch
LEAST_LR = -4.0  # pairs less likely than this (natural log) under the widest errors are left out

GROUPS: tuple[Group, ...] = tuple((term, of_sides) for of_sides in (False, True) for term in (None, *SourceClass))
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
    if by_group := {(held.source_class, held.of_sides): held.factor for held in errors if held.factor != 1.0}:
        where = fixes(observations, plane, by_group)
        lines = across(where)
    return Located(fixes=where, across=lines, errors=errors)


def learned(
    observations: Sequence[Observation], where: Sequence[Fix | None], across: Lines, plane: Plane
) -> tuple[HeldErrors, ...]:
    """Return the factor of each class of source that could be asked, in the vocabulary's order, neutral ones first.

    `where` are the observations' fixes with the errors as stated, `across` is as in `associate`.
    """
    usable = [i for i, o in enumerate(observations) if kinds.is_associable(o) and _is_placed(where[i])]
    spots = [(kinds.source_key(observations[i]), fix.time_s, fix.at) for i in usable if (fix := where[i]) is not None]
    times = np.array([time_s for _, time_s, _ in spots], dtype=np.float64)
    samples = []
    for early, late, whole in _stretches(np.array(sorted(time_s for _, time_s, _ in set(spots)), dtype=np.float64)):
        some = [usable[n] for n in np.flatnonzero((times >= early) & (times <= late)).tolist()]
        rows = sorted({_stated(observations[i], where[i]): i for i in some}.values())
        lines = [across[i] for i in rows] if across else ()
        samples.append(_sample([observations[i] for i in rows], lines, plane, whole=whole))
    return _learned(samples)


def _stated(observation: Observation, fix: Fix | None) -> Hashable:
    """Return what a row says, by which repeats are known: they are not asked again, and crowd nothing out."""
    o = observation
    said = o.phenomenon, o.direction, o.count, o.claim, o.clocks.claimed, o.place
    return kinds.source_key(o), said, fix and fix.time_s


def _is_placed(fix: Fix | None) -> bool:
    return fix is not None and fix.at is not None


def _stretches(times: Floats) -> list[tuple[float, float, bool]]:
    """Return the stretches of time that are asked, from and to, and whether they are all; `times` are in order.

    Of every source, time and place one time, so that repeats neither fill a stretch nor move one.
    """
    if len(times) <= MOST_ROWS:
        return [(times[0], times[-1], True)] if len(times) else []
    each = MOST_ROWS // BLOCKS
    starts = [(2 * n + 1) * len(times) // (2 * BLOCKS) - each // 2 for n in range(BLOCKS)]
    found = [(float(times[a]), float(times[a + each - 1])) for a in starts]
    sizes = [np.searchsorted(times, late, side="right") - np.searchsorted(times, early) for early, late in found]
    # not a table in which all is of one minute
    return [(*stretch, False) for stretch, size in zip(found, sizes, strict=True) if size <= 2 * each]


# --- one stretch of a record ----------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Sample:
    """Reports with their errors at each of OCTAVES, the numbers of their groups, and who is held against whom.

    (`i`, `j`) are pairs of neutral perceptions by different sources, (`shown`, `beside`) what sides perceived with
    neutral perceptions, (`word`, `seen`) statements with neutral perceptions about them.
    """

    tables: tuple[Table, ...]
    groups: Ints
    i: Ints
    j: Ints
    shown: Ints
    beside: Ints
    word: Ints
    seen: Ints

    def ratios(self, i: Ints, j: Ints, one: int, other: int) -> Floats:
        """Return the likelihood ratios of pairs, the firsts' errors at `one` of OCTAVES and the seconds' at `other`."""
        mixed = stacked(self.tables[one].take(i), self.tables[other].take(j))
        first = np.arange(len(i))
        found = scores(mixed, columns(mixed), first, first + len(i))
        return np.exp(np.clip(found, -60.0, 60.0))


class _Ratios:
    """The likelihood ratios of pairs of some samples, each asked for once: they depend on the steps of two groups."""

    def __init__(self, samples: Sequence[_Sample], pairs: Sequence[tuple[Ints, Ints]]) -> None:
        self._groups: list[tuple[_Sample, int, int, Ints, Ints]] = []
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
        """Return them in the pairs' order, with the groups' errors at these positions of OCTAVES."""
        found = [np.zeros(0)]
        for number, (s, one, other, i, j) in enumerate(self._groups):
            key = number, int(steps[one]), int(steps[other])
            if key not in self._known:
                self._known[key] = s.ratios(i, j, *key[1:])
            found.append(self._known[key])
        every: Floats = np.concatenate(found)[self._order]
        return every


def _sample(rows: Sequence[Observation], across: Lines, plane: Plane, *, whole: bool) -> _Sample:
    def located_at(octave: float) -> Sequence[Fix | None]:
        return fixes(rows, plane, dict.fromkeys(GROUPS, HOLDS * 2.0**octave))

    stated = table(rows, located_at(0.0), range(len(rows)), across)
    own = _reports(stated)
    record = background(stated.take(own))
    tables = tuple(
        against((stated if octave == 0 else _moved(stated, located_at(octave))).take(own), record) for octave in OCTAVES
    )
    number = {group: n for n, group in enumerate(GROUPS)}
    groups = np.array([number[group_of(rows[n])] for n in own.tolist()], dtype=np.int64)
    physical, neutral = tables[AS_STATED].physical, groups < len(GROUPS) // 2
    i, j = _candidates(tables[-1])
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
    some, shown = _spread(int(both.sum()), MOST_PAIRS), _spread(int((~spoken).sum()), MOST_PAIRS)
    return _Sample(
        tables=tables,
        groups=groups,
        i=i[both][some],
        j=j[both][some],
        shown=other[~spoken][shown],
        beside=eyes[~spoken][shown],
        word=word[told],
        seen=about[told],
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


def _learned(samples: Sequence[_Sample]) -> tuple[HeldErrors, ...]:
    whose, words = [np.zeros(0, dtype=np.int64)], 0
    for s in samples:
        spoken, number = np.unique(s.word, return_inverse=True)
        whose.append(number + words)
        words += len(spoken)
    owner = np.concatenate(whose)
    pairs = _Ratios(samples, [(s.i, s.j) for s in samples])
    shown = _Ratios(samples, [(s.shown, s.beside) for s in samples])
    about = _Ratios(samples, [(s.word, s.seen) for s in samples])
    seen = _counted(samples, [np.r_[s.i, s.j] for s in samples])
    of_sides = _counted(samples, [s.shown for s in samples])
    said = _counted(samples, [s.word for s in samples])
    every, wider = range(len(OCTAVES)), range(AS_STATED, len(OCTAVES))
    steps = np.full(len(GROUPS), AS_STATED)
    # fmt: off
    for asked in (
        Asked(which=seen > 0, reports=seen, allowed=every, likelihood=lambda at: mixture(pairs.at(at))),
        Asked(which=of_sides > 0, reports=of_sides, allowed=wider, likelihood=lambda at: mixture(shown.at(at))),
        Asked(
            which=(said > 0) & (seen + of_sides == 0), reports=said, allowed=wider,
            likelihood=lambda at: mixture(np.bincount(owner, about.at(at), words).astype(np.float64)),
        ),
    ):
        steps = fitted(steps, asked)
    # fmt: on
    return tuple(
        HeldErrors(source_class=term, of_sides=of_side, factor=round(2.0 ** OCTAVES[step], 2), reports=count)
        for (term, of_side), step, count in zip(GROUPS, steps.tolist(), (seen + of_sides + said).tolist(), strict=True)
        if count
    )


def _counted(samples: Sequence[_Sample], reports: Sequence[Ints]) -> Ints:
    """Return how many different reports of each group there are among these of each sample."""
    found = np.zeros(len(GROUPS), dtype=np.int64)
    for s, some in zip(samples, reports, strict=True):
        found += np.bincount(s.groups[np.unique(some)], minlength=len(GROUPS))
    return found
