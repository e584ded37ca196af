"""Which observations are of one incident, and how surely.

Statements that repeat one another are one report (`copies`). Pairs that agree within their own errors better than two
unrelated reports would (`pairs`) connect reports into components; each component is divided into happenings by the
joint evidence of their members (`clusters`), the divisions being weighed against each other (`partitions`). A source
reports an incident once, its repeats and corrections, its outgoing with its impact, and neighbouring pixels of one
overpass excepted. What cannot pick one of several happenings is placed in none and says "one of these". Neither order
nor a party's name can matter. Method name: `associate/7`.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from trucewatch.assess import kinds
from trucewatch.assess.background import Background, against, background
from trucewatch.assess.clusters import components
from trucewatch.assess.copies import nobodys, originals
from trucewatch.assess.exchanges import NOT_LEARNED
from trucewatch.assess.groups import Association, Division, gathered, with_answers, with_copies
from trucewatch.assess.locate import Fix
from trucewatch.assess.pairs import (
    LEAST_EDGE,
    conflicts,
    covariances,
    edges,
    log_ends,
    means,
    repeats,
    unlike,
)
from trucewatch.assess.partitions import Component, divided
from trucewatch.assess.table import Floats, Ints, Runs, Table, runs, stated_order, table
from trucewatch.model import Observation

METHOD = "associate/7"

# The most different reports that are divided together. A larger component (a bombardment that dozens report) is first
# cut at its weakest pairs, and what the cut parts is not joined again: an approximation, and only there.
MOST_TOGETHER = 48
MOST_A_PART = 2_000  # components that are resolved at once, here or elsewhere
# How often a source that told of one happening tells of another one near it too; guesses. Two lone reports are two
# happenings only if each source missed the other's.
INSTRUMENT_TELLS, PERSON_TELLS, SPEAKER_TELLS = 0.75, 0.6, 0.2
# Others of one burst about a happening, on average; words do not pick one of a burst, and name what nobody else saw
COMPANY, COMPANY_OF_WORDS = 0.1, 0.3
CERTAIN = 0.9  # a report that belongs where it stands with less than this is listed with its other candidates
LEAST_SHARE = 0.05  # candidates less likely than this are not listed


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """Some components of one size: their reports one after another."""

    reports: Table
    size: int


Answer = tuple[Ints, Floats]  # the block of each report and the probability of each pair, as `partitions.divided` gives
Spread = Callable[[Sequence[Part]], Sequence[Answer]]


def resolve(part: Part) -> Answer:
    """Divide the components of a part: the kernel that may run anywhere, since no part asks anything of another."""
    flat, size = part.reports, part.size
    count = len(flat) // size
    members = np.arange(count * size).reshape(count, size)
    i, j = np.triu_indices(size, 1)
    first, second = members[:, i].ravel(), members[:, j].ravel()
    same, cross = conflicts(flat, first, second)

    def square(of_pairs: Any) -> Any:
        found = np.zeros((count, size, size), dtype=of_pairs.dtype)
        found[:, i, j] = found[:, j, i] = of_pairs.reshape(count, -1)
        return found

    tells = np.where(flat.instrument, INSTRUMENT_TELLS, np.where(flat.physical, PERSON_TELLS, SPEAKER_TELLS))
    return divided(
        Component(
            size=size,
            mean=means(flat),
            cov=covariances(flat),
            ends=log_ends(flat),
            across=np.stack([flat.across_e, flat.across_n], axis=1),
            density=flat.density,
            company=np.where(flat.physical, COMPANY, COMPANY_OF_WORDS),
            missed=np.log(1 - tells),
            source=flat.source,
            same=square(same),
            cross=square(cross),
            words=square(unlike(flat, first, second)),
        )
    )


def in_turn(parts: Sequence[Part]) -> Sequence[Answer]:
    """Resolve parts one after another in this process."""
    return [resolve(part) for part in parts]


def associate(
    observations: Sequence[Observation],
    fixes: Sequence[Fix | None],
    spread: Spread | None = None,
    across: Sequence[tuple[float, float]] = (),
) -> Association:
    """Return the incidents as groups of indices into `observations`, which must be in enrolment order.

    `spread` says where components are resolved (None: here, in turn); the answer does not depend on it. `across` is for
    each observation the unit vector across the line near it (`front.across`); empty where no line is known. An
    associable observation without a time or a place stands alone. Groups of nothing but denials are left out.
    """
    usable = [i for i, o in enumerate(observations) if kinds.is_associable(o)]
    placed = [i for i in usable if (fix := fixes[i]) is not None and fix.at is not None]
    standing = set(placed)
    alone = [i for i in usable if i not in standing]
    division, said = divide_rows(table(observations, fixes, placed, across), spread or in_turn)
    rows = Runs(np.array(placed, dtype=np.int64)[said.values], said.starts)
    return gathered(observations, division, rows, alone)


def divide_rows(rows: Table, spread: Spread = in_turn, record: Background | None = None) -> tuple[Division, Runs]:
    """Divide rows, of which some may repeat others; return the division of the reports and the rows of each of them.

    The reports are numbered by what they state, whatever the order of the rows: rows of one time come by a digest of
    their cells, and no wording may decide which of two goes first.
    """
    order = stated_order(rows)
    first = repeats(rows.take(order))
    by_report = np.argsort(first, kind="stable")
    starts = runs(first[by_report])
    reports = rows.take(order[first[by_report[starts]]])
    return divide(reports, spread, record), Runs(order[by_report], starts)


def divide(reports: Table, spread: Spread = in_turn, record: Background | None = None) -> Division:
    """Divide reports, none of which repeats another, into happenings; `spread` says where parts are resolved.

    `record` is what they are held against; None: the reports themselves.
    """
    size = len(reports)
    reports = against(reports, record or background(reports))
    original = originals(reports)
    reports = replace(reports, source=nobodys(reports, original))
    own = np.flatnonzero(original == np.arange(size))
    i, j, score = edges(reports.take(own))
    label = np.arange(size)
    label[own] = own[_components(len(own), i, j, score)]
    happening, share = np.arange(size), np.ones(size)
    others: list[tuple[int, int, float]] = []
    nowhere: set[int] = set()
    groups = [
        some for members in _by_size(label) for some in np.split(members, range(MOST_A_PART, len(members), MOST_A_PART))
    ]
    parts = [Part(reports=reports.take(m.ravel()), size=m.shape[1]) for m in groups]
    for members, (block, together) in zip(groups, spread(parts), strict=True):
        happening[members] = np.take_along_axis(members, block, axis=1)
        share[members], candidates, torn = _shares(members, block, together)
        others += candidates
        nowhere |= torn
    shots = Division(
        happening=happening,
        share=share,
        others=tuple(sorted(others)),
        nowhere=frozenset(nowhere),
        exchange=np.zeros(size),
        answer=np.zeros(size, dtype=bool),
        sure=np.ones(size),
        recurrence=NOT_LEARNED,
    )
    return with_copies(
        with_answers(shots, reports, record.recurrence if record else None),
        np.flatnonzero(original != np.arange(size)),
        original,
    )


def _components(size: int, i: Ints, j: Ints, score: Floats) -> Ints:
    """Return the component of each report; those of more than MOST_TOGETHER are cut at their weakest pairs."""
    label = components(size, i, j)
    cut = np.full(size, -1)  # what no threshold parts, in pieces
    least = LEAST_EDGE + 1.0
    while True:
        many = (np.bincount(label, minlength=size)[label] > MOST_TOGETHER) & (cut < 0)
        if not many.any():
            return np.where(cut < 0, label, cut)
        keep = ~many[i] | (score > least)
        parting = np.zeros(size, dtype=bool)
        parting[label[i[keep]]] = True
        _chop(label, many & ~parting[label], cut)
        keep |= cut[i] >= 0
        label = components(size, i[keep], j[keep])
        i, j, score = i[keep], j[keep], score[keep]
        least += 1.0


def _chop(label: Ints, whole: np.ndarray, cut: Ints) -> None:
    """Write into `cut` the pieces, in order, of components of dozens of like reports of one place and minute."""
    for large in np.unique(label[whole]).tolist():
        members = np.flatnonzero(label == large)
        cut[members] = members[np.arange(len(members)) // MOST_TOGETHER * MOST_TOGETHER]


def _by_size(label: Ints) -> list[Ints]:
    """Return the components of two reports or more as arrays (components, reports), one for each size."""
    order = np.argsort(label, kind="stable")
    starts = runs(label[order])
    sizes = np.diff(np.r_[starts, len(order)])
    return [order[starts[sizes == n][:, None] + np.arange(n)] for n in np.unique(sizes).tolist() if n > 1]


def _shares(members: Ints, block: Ints, together: Floats) -> tuple[Floats, list[tuple[int, int, float]], set[int]]:
    """Return how surely each report belongs where it stands, the candidates of those in doubt, who is of several."""
    _, size = members.shape
    same = block[:, :, None] == block[:, None, :]
    pairs = np.where(np.eye(size, dtype=bool), 0.0, together)
    # the member that belongs most surely with the rest stands for a happening; where several do (of two reports both),
    # the mean of what each would give: who came first, or whose words sort first, belongs no more surely than another
    rest = np.where(same, np.round(np.where(same, pairs, 0.0).sum(axis=2), 6)[:, None, :], -1.0)
    leads = rest == rest.max(axis=2, keepdims=True)
    with_leaders = np.where(np.eye(size, dtype=bool), 1.0, together) @ np.swapaxes(
        leads / leads.sum(axis=2, keepdims=True), 1, 2
    )
    to_happening = np.round(with_leaders, 9)
    single = same.sum(axis=2) == 1
    alone = together[:, np.arange(size), np.arange(size)]
    own = to_happening[:, np.arange(size), np.arange(size)]
    belongs = np.where(single, alone, own)
    at = np.arange(size)
    other = (block == at)[:, None, :] & (block[:, :, None] != at)  # the happenings of its component, but its own
    c, r, b = np.nonzero((belongs < CERTAIN)[:, :, None] & other & (to_happening >= LEAST_SHARE))
    others = list(zip(members[c, r].tolist(), members[c, b].tolist(), to_happening[c, r, b].tolist(), strict=True))
    torn = single[c, r] & (alone[c, r] < 0.5)  # more likely than not it is one of these
    return belongs, others, set(members[c, r][torn].tolist())
