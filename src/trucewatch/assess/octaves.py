"""The likeliest factors on the errors of several groups of reports: a mixture's likelihood, climbed step by step.

No group is named here: groups are numbers, and what their reports say of each other is asked of the caller.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from trucewatch.assess.table import Flags, Floats, Ints

# The factors that are tried, in octaves: half of what is stated to four times, for people rather understate an error.
# Narrower errors join less and claim more, so that they are taken only where the errors are twice too wide.
OCTAVES = (-1.0, 0.0, 0.5, 1.0, 1.5, 2.0)
NARROWER, AS_STATED = OCTAVES.index(-1.0), OCTAVES.index(0.0)
# How much likelier (natural log) all pairs must be for each half octave away from the errors as stated, and for each by
# which one group differs from the others; and at least so much for each report that is asked, twice that for one group,
# since the pairs of one report hang together, and a small misfit of what they are weighed with passes for a mis-stated
# error. On simulated development worlds (8 mixed, 4 with posts) half an octave more gains observers -0.3 to 0.04 for
# each report where errors are as stated, and 0.16 to 0.64 where they are stated 0.7 of what they are.
STEP_COSTS, GROUP_COSTS, EACH_COSTS = 8.0, 12.0, 0.03
ROUNDS = 60  # of fitting a proportion


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """Which groups are fitted, how many reports of each told, and the positions of OCTAVES that they may come to.

    `likelihood` is ln of that of all that is asked, with the groups' errors at such positions.
    """

    which: Flags
    reports: Ints
    allowed: Sequence[int]
    likelihood: Callable[[Ints], float]


def mixture(ratios: Floats) -> float:
    """Return ln of the likelihood of likelihood ratios as a mixture of 1 and each, in the proportion that fits best."""
    share = 0.2
    for _ in range(ROUNDS):
        share = min(max(float((share * ratios / (1 - share + share * ratios)).mean()), 1e-6), 1 - 1e-6)
    # rounded, so that the last bit of a library's exponential decides nothing
    return round(float(np.log(1 - share + share * ratios).sum()), 3)


def fitted(steps: Ints, asked: Asked) -> Ints:
    """Return the steps with those of some groups fitted that hold as stated so far; others stay.

    From all as stated, and from the best step not below that they have alike, the change of one group that gains most
    is made again and again; the better of both ends is the answer. So a group is narrowed for what it gains by itself.
    """
    which = asked.which & (steps == AS_STATED)
    if not which.any():
        return steps
    costs = np.where(which, np.maximum(GROUP_COSTS, 2 * EACH_COSTS * asked.reports), 0.0)
    cost = max(STEP_COSTS, EACH_COSTS * float(asked.reports[which].sum()))
    alike = {n: np.where(which, n, steps) for n in asked.allowed if n >= AS_STATED}
    value = {n: asked.likelihood(at) - cost * float(_far(n, AS_STATED)) for n, at in alike.items()}
    common = min(value, key=lambda n: (-value[n], abs(OCTAVES[n])))
    ends = [_climbed(alike[n], value[n], costs, replace(asked, which=which)) for n in sorted({AS_STATED, common})]
    return max(ends, key=lambda end: end[1])[0]


def _far(one: Ints | int, other: Ints | int) -> Floats:
    """Return how many half octaves lie between positions of OCTAVES."""
    found: Floats = 2 * np.abs(np.take(OCTAVES, one) - np.take(OCTAVES, other))
    return found


def _climbed(start: Ints, value: float, costs: Floats, asked: Asked) -> tuple[Ints, float]:
    """Return the steps that single changes lead to from a start of some value, and what those are worth."""
    steps, paid = start, asked.likelihood(start) - value  # what being alike and not as stated costs
    while True:
        worth = []
        for n in np.flatnonzero(asked.which).tolist():
            for to in asked.allowed:
                moved = np.where(np.arange(len(steps)) == n, to, steps)
                worth.append((asked.likelihood(moved) - paid - float((costs * _far(moved, start)).sum()), moved))
        best = max(worth, key=lambda one: one[0])
        if best[0] <= value:
            return steps, value
        steps, value = best[1], best[0]
