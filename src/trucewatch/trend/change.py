"""Changes of a rate, with a rate of false alarms that the operator sets.

Page's CUSUM of how surprising each count was to a prediction from its own past (self-starting, Hawkins 1987). The limit
is no constant: at each window it is the lowest one that a series without change, which has not alarmed so far,
would exceed with the chosen probability (dynamic probability limits, Zhang and Woodall 2015). That needs the
distribution of the sum under no change, which is carried along on a grid (as Brook and Evans 1972), not drawn.
"""

import math
from collections.abc import Sequence
from datetime import date

import numpy as np

from trucewatch.model import Change
from trucewatch.trend.count import Floats
from trucewatch.trend.rate import Belief, begin, learn, predict

LEARNING = 6  # windows with effort before anything is judged; a guess
SHIFT = 0.5  # Page's reference value: half of a shift of one standard deviation, the least that is looked for
STEP = 0.05  # of the grid, in standard deviations
MOST = 4.0  # one count surprises by no more than this, so that no single window outweighs all others
TOP = 20.0  # where the grid ends

_EDGES = np.array([0.5 * (1 + math.erf((n + 0.5) * STEP / math.sqrt(2))) for n in range(-80, 80)])

Counted = tuple[date, int, float]


def changes(series: Sequence[Counted], alarm_every: float) -> tuple[int, tuple[Change, ...]]:
    """Return how many windows were judged, and the changes; `series` are (window, count, effort), oldest first.

    Windows without effort say nothing and are passed over. Rises and falls share the false alarms evenly.
    """
    watched = [entry for entry in series if entry[2] > 0]
    judged, found, begun = 0, [], 0
    belief: Belief | None = None
    sums: tuple[_Sum, ...] = ()
    for n, (_, count, effort) in enumerate(watched):
        if belief is None or n == begun:
            # anew after a change, since the windows that raised the alarm were chosen for being extreme
            belief, sums = begin(count, effort, belief), (_Sum(up=True), _Sum(up=False))
            continue
        if n - begun >= LEARNING:
            judged += 1
            mass = predict(belief, effort)
            alarms = [s for s in sums if s.alarms(n, count, mass, 1.0 / (2.0 * alarm_every))]
            if alarms:
                since = min(s.since for s in alarms)
                found.append(Change(since=watched[since][0], noticed=watched[n][0], up=alarms[0].up))
                begun = n + 1
                continue
        belief = learn(belief, count, effort)
    return judged, tuple(found)


class _Sum:
    """One running sum with its distribution under no change; it lives within one call of `changes`."""

    def __init__(self, *, up: bool) -> None:
        self.up, self.since, self._at = up, -1, 0
        self._mass = np.zeros(round(TOP / STEP) + 1)
        self._mass[0] = 1.0

    def alarms(self, n: int, count: int, mass: Floats, chance: float) -> bool:
        """Add the surprise of a count under its prediction and tell whether the limit of that chance is exceeded."""
        reached = np.cumsum(mass)
        middle = reached - mass / 2
        if not self.up:
            middle = 1.0 - middle
        steps = np.searchsorted(_EDGES, middle) - round(MOST / STEP) - round(SHIFT / STEP)
        if self._at == 0:
            self.since = n
        self._at = max(self._at + int(steps[min(count, len(steps) - 1)]), 0)
        lowest = int(steps.min())
        moved = np.convolve(self._mass, np.bincount(steps - lowest, weights=mass))
        self._mass = np.zeros_like(self._mass)
        self._mass[0] = moved[: max(-lowest + 1, 0)].sum()
        rest = moved[max(-lowest + 1, 0) :][: len(self._mass) - 1]
        self._mass[1 : len(rest) + 1] = rest
        beyond = np.cumsum(self._mass[::-1])[::-1]  # P(sum >= grid point)
        limit = int(np.searchsorted(-beyond, -chance))  # the first point that is reached with no more than the chance
        if self._at >= limit > 0:
            return True
        self._mass[max(limit, 1) :] = 0.0
        self._mass /= self._mass.sum()
        return False
