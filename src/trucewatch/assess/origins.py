"""Which end of the fire each sort of perception shows: learned in each run by class of source, blind to the parties.

By expectation and maximisation over the neutral sightings of incidents that have two of them or more.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from trucewatch.assess.exact import Numbers
from trucewatch.assess.leave_out import LeftOut, itself
from trucewatch.assess.sightings import UNTOLD, WEAPON, Sighting

KAPPA = 10.0  # sightings that the guess of which end a sort of perception shows is worth; a guess itself
SUREST = 0.98  # no sort of perception is ever surer of its end; a guess
ROUNDS = 5  # further ones change less than the guess is worth

Group = tuple[str, str, bool]  # `Sighting.group`
Told = Callable[[Numbers], tuple[Numbers, Numbers]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Origins:
    """Of each group, by its `number`: how many sightings teach (`every`), and how many of them are of the origin.

    The last of both is of groups that nothing taught. `slot` are an incident's number and a group's, as one number, in
    order; `own` and `own_every` are what that incident taught of that group.
    """

    number: Mapping[Group, int]
    origin: Numbers
    every: Numbers
    slot: NDArray[np.intp]
    own: Numbers
    own_every: Numbers

    def chances(self, seen: Sequence[Sighting], left_out: LeftOut) -> Numbers:
        """Return how surely each sighting is of where fire left, but for what its `left_out` ones taught."""
        first = first_chances(seen)
        if not seen:
            return first
        group = np.array([self.number.get(s.group, len(self.number)) for s in seen], dtype=np.intp)
        own, own_every = self._own(np.array([s.incident for s in seen], dtype=np.intp), group, left_out)
        rate = (KAPPA * first + self.origin[group] - own) / (KAPPA + self.every[group] - own_every)
        rate = np.clip(np.round(rate, 9), 1.0 - SUREST, SUREST)
        # whoever assessed an end is wrong half the time at worst: nobody's word is turned round
        rate = np.where(
            first > UNTOLD, np.maximum(rate, UNTOLD), np.where(first < UNTOLD, np.minimum(rate, UNTOLD), rate)
        )
        return np.where([s.sort == WEAPON for s in seen], first, rate)

    def _own(self, incident: NDArray[np.intp], group: NDArray[np.intp], left_out: LeftOut) -> tuple[Numbers, Numbers]:
        at, taught = left_out.pairs(incident)
        slot = taught * len(self.every) + group[at]
        place = np.searchsorted(self.slot, slot)
        known = np.flatnonzero(np.append(self.slot, -1)[place] == slot)
        at, place = at[known], place[known]
        return _counted(at, self.own[place], len(incident)), _counted(at, self.own_every[place], len(incident))


def first_chances(seen: Sequence[Sighting]) -> Numbers:
    """Return how surely each sighting is of where fire left before anything is learned."""
    return np.array([s.at_origin for s in seen], dtype=np.float64)


def learn(seen: Sequence[Sighting], count: int, told: Told) -> Origins:
    """Learn from the sightings of `count` incidents.

    `told` returns of each sighting, given how surely each is of the origin, P(it is) and P(it is of either end); both
    0 where it teaches nothing. Only an incident in which somebody told an end teaches: where nobody does, one class
    taken for seeing the origin would make the others see the landing, and those it, from nothing but small errors of
    the clocks.
    """
    number: dict[Group, int] = {}
    group = np.array([number.setdefault(s.group, len(number)) for s in seen], dtype=np.intp)
    groups = len(number) + 1
    teaching = _beside_told_ends(seen, count)
    slot, which = np.unique(np.array([s.incident for s in seen], dtype=np.intp) * groups + group, return_inverse=True)

    def taught(chances: Numbers) -> Origins:
        left, teaches = (teaching * of_each for of_each in told(chances))
        return Origins(
            number=number,
            origin=_counted(group, left, groups),
            every=_counted(group, teaches, groups),
            slot=slot,
            own=_counted(which, left, len(slot)),
            own_every=_counted(which, teaches, len(slot)),
        )

    found, alone = taught(first_chances(seen)), itself(count)
    for _ in range(ROUNDS - 1):
        found = taught(found.chances(seen, alone))
    return found


def _beside_told_ends(seen: Sequence[Sighting], count: int) -> Numbers:
    """Return of each sighting 1 where a neutral one of its incident tells an end, and 0 where none does."""
    incident = np.array([s.incident for s in seen], dtype=np.intp)
    tells = np.array([s.neutral and s.tells for s in seen], dtype=np.float64)
    found: Numbers = np.minimum(_counted(incident, tells, count), 1.0)[incident]
    return found


def _counted(which: NDArray[np.intp], values: Numbers, count: int) -> Numbers:
    found: Numbers = np.bincount(which, values, count).astype(np.float64)
    return found
