"""Scenes: on whose ground fire left and landed, and how likely each hypothesis makes each of them.

What several observers perceived of one happening hangs together: if the fire truly left the other side's ground,
all of them see it there. So the records are weighed against scenes, each hypothesis is a mixture of scenes, and a
doubt that observers share counts once. Scenes, for parties numbered as in the case: fire from ground a to ground b
(n × n), an exchange across the line between two parties (each unordered pair), and no fire at all. Of an exchange an
incident holds both shots, or one of them.
Every number is a guess by hand with what it leans on; none depends on a party.
"""

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from trucewatch.assess.exact import Numbers, even_sum

# A side fires from its own ground, but for raids and for a front that the map has not followed; a guess.
ON_OWN_GROUND = 0.99
# Fire of a side lands across the line but for short rounds, 1 in 20: a guess.
ACROSS = 0.95
# Training, demining and accidents stay on one side's ground; the rest: misplaced, a guess.
TRAINING_STAYS = 0.97
# Most exchanges are parted into shots that are weighed alone; what one of these holds is one shot as often as this. A
# guess, held against simulated development worlds (of findings of one side one in nine was half of an exchange, one in
# fifty said).
ONE_SHOT = 0.6


@dataclass(frozen=True, slots=True)
class Scenes:
    """The scenes for `n` parties.

    `origins` and `impacts` are the parties' numbers for each scene of fire; `pairs` those of each exchange.
    `given` holds P(scene | cause) with the causes in rows: each party alone, both, other, training, no fire.
    """

    n: int
    origins: NDArray[np.intp] = field(init=False)
    impacts: NDArray[np.intp] = field(init=False)
    pairs: tuple[tuple[int, int], ...] = field(init=False)
    given: Numbers = field(init=False)

    def __post_init__(self) -> None:
        """Fill in what follows from the number of parties."""
        ends = [(a, b) for a in range(self.n) for b in range(self.n)]
        put = object.__setattr__
        put(self, "origins", np.array([a for a, _ in ends], dtype=np.intp))
        put(self, "impacts", np.array([b for _, b in ends], dtype=np.intp))
        put(self, "pairs", tuple((a, b) for a, b in ends if a < b))
        put(self, "given", self._given())

    @property
    def count(self) -> int:
        """Return how many scenes there are."""
        return self.n * self.n + len(self.pairs) + 1

    def _given(self) -> Numbers:
        n, fires = self.n, self.n * self.n
        others = max(n - 1, 1)
        table = np.zeros((n + 4, self.count))
        for k, (a, b) in enumerate(zip(self.origins.tolist(), self.impacts.tolist(), strict=True)):
            for party in range(n):
                left = ON_OWN_GROUND if a == party else (1 - ON_OWN_GROUND) / others
                landed = 1 - ACROSS if b == party else ACROSS / others
                table[party, k] = left * landed
            table[n + 1, k] = 1 / fires
            table[n + 2, k] = TRAINING_STAYS / n if a == b else (1 - TRAINING_STAYS) / (n * others)
        if n == 1:
            table[:1, :fires] = 1.0
            table[n + 2, :fires] = 1.0
        table[n, fires:-1] = (1 - ONE_SHOT) / max(len(self.pairs), 1)
        table[n, :fires] = ONE_SHOT * even_sum(table[:n, :fires].T) / n
        if not self.pairs:
            table[n, :fires] = 1 / fires
        table[n + 3, -1] = 1.0
        return table

    def mixed(self, weights: Numbers) -> Numbers:
        """Return P(scene | cause) × scene weights, summed over the scenes, for each row of `weights` and each cause."""
        return np.stack([even_sum(weights * row) for row in self.given], axis=-1)
