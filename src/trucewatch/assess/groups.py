"""From happenings to groups of observations: shots with their answers, copies with their originals, and doubts."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from trucewatch.assess import kinds
from trucewatch.assess.background import Recurrence
from trucewatch.assess.exchanges import NOT_LEARNED, exchanges
from trucewatch.assess.table import Flags, Floats, Ints, Runs, Table
from trucewatch.model import Observation

LEAST_OF_SEVERAL = 0.5  # of its candidates together, for what several sources tell to stand in none; a guess


@dataclass(frozen=True, slots=True, kw_only=True)
class Association:
    """Groups of indices into the observations, the share of each member, and the reports that are in doubt.

    `doubts` are (index, ((group, probability), ...)), the likeliest first; an index in no group is in doubt alone.
    `exchanges` are the groups that are two shots, each with its probability, and `answers` the indices that are of
    the later shot; `sure` by how much that lessened the shares of the shot that fewer perceived. `recurrence` is how
    often shots are answered, by which these were found.
    """

    groups: tuple[tuple[int, ...], ...]
    shares: tuple[tuple[float, ...], ...]
    doubts: tuple[tuple[int, tuple[tuple[int, float], ...]], ...] = ()
    exchanges: Mapping[int, float] = field(default_factory=dict)
    answers: frozenset[int] = frozenset()
    sure: Mapping[int, float] = field(default_factory=dict)
    recurrence: Recurrence = NOT_LEARNED


@dataclass(frozen=True, slots=True, kw_only=True)
class Division:
    """For each report: the first report of its happening, how surely it belongs there, and other candidates.

    `others` are (report, first report of another happening, probability); `nowhere` are reports placed in none.
    Where two shots are one exchange, `exchange` is the probability of it (else 0), `answer` tells of each report
    whether it is of the later one, and its share is `sure` times what it was in its shot. `recurrence` is how often
    shots are answered, by which that was found.
    """

    happening: Ints
    share: Floats
    others: tuple[tuple[int, int, float], ...]
    nowhere: frozenset[int]
    exchange: Floats
    answer: Flags
    sure: Floats
    recurrence: Recurrence


def with_answers(shots: Division, reports: Table, known: Recurrence | None = None) -> Division:
    """Return the division with every shot and its answer, and what a gross error parted, as one happening.

    The reports of the one of the two that fewer perceived (of equals, of the later one) belong there as surely as the
    two are one: were they not, the happening would be the other. `known` is how often shots are answered in another
    record; None: it is learned from this one.
    """
    standing = np.ones(len(reports), dtype=bool)
    standing[list(shots.nowhere)] = False
    found, recurrence = exchanges(reports, shots.happening, standing, known)
    if not found:
        return replace(shots, recurrence=recurrence)
    # what a side supplies must not make its shot the larger one
    number = np.bincount(shots.happening, reports.physical & ~reports.supplied & standing, minlength=len(reports))
    root, sure, back = np.arange(len(reports)), np.ones(len(reports)), np.zeros(len(reports), dtype=bool)
    exchange = np.zeros(len(reports))
    for two in found:
        root[two.earlier] = root[two.later] = min(two.earlier, two.later)
        sure[two.earlier if number[two.earlier] < number[two.later] else two.later] = two.chance
        back[two.later] = two.answers
        exchange[[two.earlier, two.later]] = two.chance if two.answers else 0.0
    happening, share = root[shots.happening], shots.share * sure[shots.happening]
    others: dict[tuple[int, int], float] = {}
    own, roots, surely = happening.tolist(), root.tolist(), sure.tolist()
    for n, other, p in shots.others:
        there = roots[other]
        also = p * surely[n] * surely[other]  # of the other shot as surely as the two are one
        if there == own[n]:
            share[n] += also
        else:
            others[n, there] = others.get((n, there), 0.0) + also
    return Division(
        happening=happening,
        share=np.minimum(share, 1.0).round(9),
        others=tuple(sorted((n, other, round(min(p, 1.0), 9)) for (n, other), p in others.items())),
        nowhere=shots.nowhere,
        exchange=exchange[shots.happening],
        answer=back[shots.happening],
        sure=sure[shots.happening],
        recurrence=recurrence,
    )


def with_copies(division: Division, copies: Ints, original: Ints) -> Division:
    """Return the division with every copy where its original is, as surely and in the same doubt."""
    happening, share = division.happening.copy(), division.share.copy()
    happening[copies], share[copies] = happening[original[copies]], share[original[copies]]
    firsts = original[copies].tolist()
    copied, of = set(firsts), dict[int, list[tuple[int, float]]]()
    for n, other, p in division.others:
        if n in copied:
            of.setdefault(n, []).append((other, p))
    more = [(c, other, p) for c, o in zip(copies.tolist(), firsts, strict=True) for other, p in of.get(o, ())]
    torn = {c for c, o in zip(copies.tolist(), firsts, strict=True) if o in division.nowhere}
    return Division(
        happening=happening,
        share=share,
        others=tuple(sorted([*division.others, *more])),
        nowhere=division.nowhere | torn,
        exchange=division.exchange[original],
        answer=division.answer[original],
        sure=division.sure[original],
        recurrence=division.recurrence,
    )


def gathered(
    observations: Sequence[Observation], division: Division, rows_of: Runs, alone: Sequence[int]
) -> Association:
    """Return the groups of a division of reports: `rows_of` are the observations of each, `alone` are in none of it."""
    groups: dict[int, list[tuple[int, float]]] = {}
    share, nowhere = division.share.tolist(), _nowhere(division, observations, rows_of)
    for n, (first, rows) in enumerate(zip(division.happening.tolist(), rows_of, strict=True)):
        if n not in nowhere:
            groups.setdefault(first, []).extend((row, share[n]) for row in rows)
    made = [(sorted(members), first) for first, members in groups.items()]
    made += [([(i, 1.0)], -1) for i in alone]
    spoken = sorted(m for m in made if not all(kinds.is_denial(observations[i]) for i, _ in m[0]))
    number = {first: k for k, (_, first) in enumerate(spoken) if first >= 0}
    candidates: dict[int, list[tuple[int, float]]] = {}
    for n, other, p in division.others:
        if other in number:
            candidates.setdefault(n, []).append((number[other], p))
    doubts: list[tuple[int, tuple[tuple[int, float], ...]]] = []
    for n, found in candidates.items():
        own = int(division.happening[n])
        if n not in nowhere and own in number:
            found.append((number[own], share[n]))
        # where several candidates may be one happening themselves, their shares overlap: they are scaled to add up to 1
        excess = max(1.0, math.fsum(p for _, p in found))
        ranked = tuple(sorted(((group, p / excess) for group, p in found), key=lambda item: (-item[1], item[0])))
        doubts.extend((row, ranked) for row in rows_of[n])
    two = np.flatnonzero(division.exchange > 0).tolist()
    return Association(
        groups=tuple(tuple(i for i, _ in m) for m, _ in spoken),
        shares=tuple(tuple(p if len(m) > 1 else 1.0 for _, p in m) for m, _ in spoken),
        doubts=tuple(sorted(doubts)),
        exchanges={
            number[first]: float(division.exchange[n]) for n in two if (first := int(division.happening[n])) in number
        },
        answers=frozenset(row for n in two if division.answer[n] for row in rows_of[n]),
        sure={row: float(division.sure[n]) for n in two if division.sure[n] < 1.0 for row in rows_of[n]},
        recurrence=division.recurrence,
    )


def _nowhere(division: Division, observations: Sequence[Observation], rows_of: Runs) -> frozenset[int]:
    """Return the reports that are one of several happenings; two that could only be each other's are none of them.

    What several sources tell alike is something that happened: it stands for itself, unless its candidates, which do
    not hold those that stand nowhere themselves, are more likely than not.
    """
    real = {n for n in range(len(division.happening)) if n not in division.nowhere}
    chances: dict[int, list[float]] = {}
    for n, other, p in division.others:
        if n in division.nowhere and other in real:
            chances.setdefault(n, []).append(p)
    sources: dict[int, set[str]] = {}
    for n in chances:
        told = {kinds.source_key(observations[row]) for row in rows_of[n]}
        sources.setdefault(int(division.happening[n]), set()).update(told)
    return frozenset(
        n
        for n, found in chances.items()
        if len(sources[int(division.happening[n])]) < 2 or math.fsum(found) >= LEAST_OF_SEVERAL
    )
