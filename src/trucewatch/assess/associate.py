"""Which observations are of one incident, and how surely.

Statements that repeat one another are one report (`copies`). Pairs that agree within their own errors better than two
unrelated reports would (`pairs`) connect reports into components; each component is divided into happenings by the
joint evidence of their members (`clusters`), the divisions being weighed against each other (`partitions`). A source
reports an incident once, its repeats and corrections, its outgoing with its impact, and neighbouring pixels of one
overpass excepted. What cannot pick one of several happenings is placed in none and says "one of these". Neither order
nor a party's name can matter. Method name: `associate/8`.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from trucewatch.assess import kinds
from trucewatch.assess.background import Background, against, background
from trucewatch.assess.clusters import components, joined
from trucewatch.assess.copies import nobodys, originals
from trucewatch.assess.exchanges import NOT_LEARNED
from trucewatch.assess.groups import Association, Division, gathered, with_answers, with_copies
from trucewatch.assess.locate import Fix
from trucewatch.assess.pairs import (
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

METHOD = "associate/8"

# The most different reports that are divided together. A larger component (a bombardment that hundreds report) is built
# up from its best pairs to parts of so many, and what these part is not joined again: an approximation, and only there.
MOST_TOGETHER = 256
MOST_A_PART, MOST_PAIRS = 2_000, 1_000_000  # components, and their pairs, that are resolved at once, here or elsewhere
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
    groups = [some for members in _by_size(label) for some in _in_parts(members)]
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
    """Return the component of each report; those of more than MOST_TOGETHER are parted, their best pairs kept."""
    label = components(size, i, j)
    large = (np.bincount(label, minlength=size)[label] > MOST_TOGETHER)[i]
    if large.any():
        i, j, score = i[large], j[large], score[large]
        best = np.lexsort((j, i, -score))
        label[i] = label[j] = -1
        label = np.where(label < 0, joined(size, i[best], j[best], MOST_TOGETHER), label)
    return label


def _by_size(label: Ints) -> list[Ints]:
    """Return the components of two reports or more as arrays (components, reports), one for each size."""
    order = np.argsort(label, kind="stable")
    starts = runs(label[order])
    sizes = np.diff(np.r_[starts, len(order)])
    return [order[starts[sizes == n][:, None] + np.arange(n)] for n in np.unique(sizes).tolist() if n > 1]


def _in_parts(members: Ints) -> list[Ints]:
    """Return components of one size as arrays of as many as are resolved at once."""
    size = members.shape[1]
    each = max(1, min(MOST_A_PART, MOST_PAIRS // size**2))
    return np.split(members, range(each, len(members), each))


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
