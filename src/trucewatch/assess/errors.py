"""How well the errors hold that sources state: learned from how far apart they put what they both noticed.

Observers underestimate distances, a camera's clock is set by hand, a ministry's "about noon" is its habit: what is
stated as an error may be half of the true one, or twice. Two reports of one happening say which, by how far they
disagree; but which reports those are follows from the errors. So each pair of perceptions counts as a mixture: of one
happening (`pairs.scores`) or of two, in the proportion that fits best, and the factor on the errors is the one under
which all pairs together are likeliest (a composite likelihood: Varin, Reid and Firth, Statistica Sinica 21, 5, 2011).
A statement, which could be of many happenings, counts once: as the sum over all that were perceived near it.

One factor for each class of source, in steps, never for a single source; where little tells, errors hold as stated.
Clocks that are rounded alike agree whatever their errors are, and so do places. So errors are narrowed only where
places ask for it that are stated and not the very same, with the clocks as stated, and the clocks do not object; and a
class only for what it gains itself.
What the sides supply has factors of its own, the same for all sides, from pairs with neutral perceptions alone: how
neutral eyes are believed is learned from neutral eyes. It is never narrowed, nor is any statement: with several
perceptions near it a narrower error is likelier by itself. Nothing depends on a party's name or on an order.
"""

from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass

import numpy as np

from trucewatch.assess import kinds
from trucewatch.assess.locate import Fix, fixes
from trucewatch.assess.octaves import AS_STATED, NARROWER, OCTAVES, Asked, fitted, mixture
from trucewatch.assess.samples import GROUPS, PLACES_ALONE, Lines, Ratios, Sample, sample
from trucewatch.assess.table import Floats, Ints
from trucewatch.model import HeldErrors, Observation
from trucewatch.spacetime import Plane

MOST_ROWS, BLOCKS = 4_000, 4  # of a large record these many rows are asked, in stretches of time of equal numbers


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
        samples.append(sample([observations[i] for i in rows], lines, plane, whole=whole))
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


def _learned(samples: Sequence[Sample]) -> tuple[HeldErrors, ...]:
    whose, words = [np.zeros(0, dtype=np.int64)], 0
    for s in samples:
        spoken, number = np.unique(s.word, return_inverse=True)
        whose.append(number + words)
        words += len(spoken)
    owner = np.concatenate(whose)
    pairs = Ratios(samples, [(s.i, s.j) for s in samples])
    shown = Ratios(samples, [(s.shown, s.beside) for s in samples])
    about = Ratios(samples, [(s.word, s.seen) for s in samples])
    seen = _counted(samples, [np.r_[s.i, s.j] for s in samples])
    of_sides = _counted(samples, [s.shown for s in samples])
    said = _counted(samples, [s.word for s in samples])
    narrowing = np.concatenate([np.zeros(0, dtype=np.bool_), *(s.narrowing for s in samples)])
    clear = _counted(samples, [np.r_[s.i[s.narrowing], s.j[s.narrowing]] for s in samples])

    def narrowed(at: Ints) -> float:  # the lesser of what is gained with clocks and by places alone
        alone = np.where(at == NARROWER, PLACES_ALONE, at)
        return min(mixture(pairs.at(way)[narrowing]) for way in (at, alone))

    wider = range(AS_STATED, len(OCTAVES))
    steps = np.full(len(GROUPS), AS_STATED)
    # fmt: off
    for asked in (
        Asked(which=seen > 0, reports=seen, allowed=wider, likelihood=lambda at: mixture(pairs.at(at))),
        Asked(which=clear > 0, reports=clear, allowed=(NARROWER, AS_STATED), likelihood=narrowed),
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


def _counted(samples: Sequence[Sample], reports: Sequence[Ints]) -> Ints:
    """Return how many different reports of each group there are among these of each sample."""
    found = np.zeros(len(GROUPS), dtype=np.int64)
    for s, some in zip(samples, reports, strict=True):
        found += np.bincount(s.groups[np.unique(some)], minlength=len(GROUPS))
    return found
