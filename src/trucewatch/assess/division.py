"""From divisions of a component and their weights to what is said of it: who belongs together, and the published one.

Which reports belong together is a sum over the divisions; of a report that may be of many happenings, over all that
could become of it when it was placed (`partitions`). The division that is published has the most expected agreement on
pairs (Binder, Biometrika 65, 1978, p. 31) at the share JOINS. The functions of this page are compiled.
"""

import math

import numpy as np

from trucewatch.assess.table import Flags, Floats, Ints
from trucewatch.compiled import njit

# Share of a pair from which joining serves better than parting: half the F1 that is reached (Lipton 2014). Nobody is
# joined to what he belongs to less likely than he stands alone: incidents would fill with words that speak of another.
JOINS = 0.4

EQUAL = 1e-7  # sums of rounded probabilities this near are equal; they come with six digits


@njit(cache=True)
def shares(of: Ints, weight: Floats, live: int, out: Floats) -> None:
    """Write the probability of each pair being together, and of each report being alone."""
    size = of.shape[1]
    total = 0.0
    for h in range(live):
        total += math.exp(weight[h] - weight[0])
    for h in range(live):
        share = math.exp(weight[h] - weight[0]) / total
        for i in range(size):
            single = True
            for j in range(size):
                if j != i and of[h, i] == of[h, j]:
                    out[i, j] += share
                    single = False
            if single:
                out[i, i] += share


@njit(cache=True)
def replaced(placed: Floats, wide: Flags, order: Ints, out: Floats) -> None:
    """Write over what `shares` wrote of the `wide` reports: how likely each was to join each one placed before it.

    `placed` holds that of the moment when it was placed, and on the diagonal how likely it was to begin a happening.
    Who comes later is taken to join it whatever others do.
    """
    for step in range(len(order)):
        r = order[step]
        if wide[r]:
            for q in range(step):
                out[r, order[q]] = out[order[q], r] = placed[r, order[q]]
    for step in range(len(order)):
        r = order[step]
        if wide[r]:
            alone = placed[r, r]
            for q in range(step + 1, len(order)):
                alone *= 1.0 - min(1.0, out[r, order[q]] / max(placed[r, r], EQUAL))
            out[r, r] = alone
    _left_alone(wide, out)


@njit(cache=True)
def _left_alone(wide: Flags, out: Floats) -> None:
    """Let nobody sharp be surer to stand alone than each of the wide ones leaves open."""
    for r in range(len(wide)):
        for q in range(len(wide)):
            if wide[q] and not wide[r]:
                out[r, r] = min(out[r, r], 1.0 - out[r, q])


@njit(cache=True)
def agreement(of: Ints, together: Floats) -> float:
    """Return by how much the pairs that a division joins are together more surely than JOINS, summed."""
    total = 0.0
    for i in range(len(of)):
        for j in range(i):
            if of[i] == of[j]:
                total += together[i, j] - JOINS
    return total


@njit(cache=True)
def joined(of: Ints, live: int, together: Floats) -> Flags:
    """Return which reports the kept division with the most expected agreement on pairs joins.

    Where several have the most, what all of them join: which of them came first says nothing.
    """
    gain = np.empty(live)
    for h in range(live):
        gain[h] = agreement(of[h], together)
    least = np.max(gain) - EQUAL
    found = np.ones(together.shape, np.bool_)
    for h in range(live):
        if gain[h] > least:
            for i in range(len(found)):
                for j in range(len(found)):
                    found[i, j] &= of[h, i] == of[h, j]
    return found


@njit(cache=True)
def published(of: Ints, live: int, together: Floats, out: Ints) -> None:
    """Write the block of each report in the division that is published.

    The kept divisions may all join what is of several: who belongs to nobody there with JOINS stands apart.
    """
    size = of.shape[1]
    join = joined(of, live, together)
    loose = np.ones(size, np.bool_)
    for i in range(size):
        for j in range(size):
            if j != i and join[i, j] and together[i, j] >= max(JOINS, together[i, i]):
                loose[i] = False
    for i in range(size):
        out[i] = i
        for j in range(i):
            if not loose[i] and not loose[j] and join[i, j]:
                out[i] = j
                break
