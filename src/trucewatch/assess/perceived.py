"""What neutral and other eyes perceived, weighed against the scenes: arrays over all incidents at once.

Each sighting becomes a likelihood of every scene; those of one line multiply, those of all lines multiply, and a
cause's likelihood is its mixture of scenes. Two things are learned in each run, both blind to the parties: which end
of the fire each sort of perception of each class of source shows (from incidents that the other lines decide),
and how common exchanges and innocent causes are.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from trucewatch.assess.exact import Numbers, even_sum, exp2, log2, on_grid, sums
from trucewatch.assess.scenes import Scenes
from trucewatch.assess.sightings import AT_ORIGIN, OF_NOTHING, OF_NOTHING_TOLD, UNTOLD, WEAPON, Sighting
from trucewatch.assess.weigh import LEAST_SHARE

KAPPA = 20.0  # sightings that the guess of which end a sort of perception shows is worth; a guess itself
SUREST = 0.98  # no sort of perception is ever surer of its end; a guess
# A sighting is grossly misplaced, or of something else, this often whatever errors it states; a guess.
BLUNDER = 0.01
DECIDED = 0.90  # posterior of the other lines from which an incident teaches; a guess

# Weights of the causes before any evidence, each party alone 1. An exchange within one incident 1/16 and a third actor
# 1/64: guesses. Nothing prohibited: on 15 December 2021, 154 of 257 recordings of the Donetsk region were live-fire
# training (OSCE SMM daily report 295/2021), most of it announced or in its areas; so an innocent noise is as likely
# as one side's fire, and unannounced training across nobody's line 1/32, a guess.
BOTH, OTHER, TRAINING, NO_FIRE = 1 / 16, 1 / 64, 1 / 32, 1.0
KAPPA_CAUSES = 50.0  # incidents that these weights are worth; a guess
ROUNDS = 20


@dataclass(frozen=True, slots=True)
class Perceived:
    """Lines of perception: for each, its incident, name, side and log-likelihood (bits) of every scene.

    `line` numbers the line of each sighting; `alone` is each sighting's likelihood of each scene.
    """

    scenes: Scenes
    owner: NDArray[np.intp]
    line: NDArray[np.intp]
    alone: Numbers
    bits: Numbers
    causes: Numbers

    def by_hypothesis(self, likelihoods: Numbers) -> Numbers:
        """Return P(evidence | hypothesis) from scene likelihoods: the two innocent causes become one hypothesis."""
        return hypothesised(self.scenes.mixed(likelihoods), self.causes)


def hypothesised(by_cause: Numbers, causes: Numbers) -> Numbers:
    """Return likelihoods per hypothesis, training and noises together by how common each is."""
    innocent = causes[-2] + causes[-1]
    none = (by_cause[:, -2] * causes[-2] + by_cause[:, -1] * causes[-1]) / innocent
    return np.column_stack([by_cause[:, :-2], none])


def first_causes(n: int) -> Numbers:
    """Return the weights of the causes before anything is learned, each party alone 1."""
    return np.array([1.0] * n + [BOTH, OTHER, TRAINING, NO_FIRE])


def perceive(
    scenes: Scenes,
    sightings: Sequence[Sighting],
    ground: Numbers,
    count: int,
    neutral_bits: Numbers,
) -> Perceived:
    """Weigh all sightings of `count` incidents.

    `ground` is how well each fits each party's ground; `neutral_bits` (incidents × causes) what else neutral eyes saw.
    """
    lines: dict[tuple[int, str], int] = {}
    line = np.array([lines.setdefault((s.incident, s.line), len(lines)) for s in sightings], dtype=np.intp)
    owner = np.array([n for n, _ in lines], dtype=np.intp)
    groups: dict[tuple[str, str, bool], int] = {}
    group = np.array([groups.setdefault(s.group, len(groups)) for s in sightings], dtype=np.intp)
    neutral = np.zeros(len(lines), dtype=bool)
    neutral[line] = [s.neutral for s in sightings]
    return _Weighing(scenes, sightings, ground, line, owner, group, neutral, neutral_bits, count).run(len(groups))


@dataclass(frozen=True, slots=True)
class _Weighing:
    scenes: Scenes
    sightings: Sequence[Sighting]
    ground: Numbers
    line: NDArray[np.intp]
    owner: NDArray[np.intp]
    group: NDArray[np.intp]
    neutral: NDArray[np.bool_]
    neutral_bits: Numbers
    count: int

    def run(self, groups: int) -> Perceived:
        causes = first_causes(self.scenes.n)
        origin = self._learn_ends(causes, groups)
        _, bits = self._bits(origin, causes)
        causes = self._learn_causes(bits, causes)
        alone, bits = self._bits(origin, causes)
        return Perceived(self.scenes, self.owner, self.line, alone, bits, causes)

    def _bits(self, origin: Numbers, causes: Numbers) -> tuple[Numbers, Numbers]:
        """Return each sighting's likelihood of each scene, and each line's bits."""
        of_nothing = [OF_NOTHING.get(s.sort, OF_NOTHING_TOLD if s.tells else 1.0) for s in self.sightings]
        pure = self.scenes.likelihoods(origin, np.array(of_nothing, dtype=np.float64), self.ground)
        by_hypothesis = hypothesised(self.scenes.mixed(pure), causes)
        mean = even_sum(by_hypothesis) / by_hypothesis.shape[1]
        share = np.array([s.share for s in self.sightings], dtype=np.float64)
        belongs = np.where(share >= LEAST_SHARE, share, 0.0) * (1.0 - BLUNDER)
        alone = belongs[:, None] * pure + ((1.0 - belongs) * mean)[:, None]
        return alone, sums(log2(alone), self.line, len(self.owner))

    def _learn_ends(self, causes: Numbers, groups: int) -> Numbers:
        """Return for each sighting how surely its group shows the origin, its own incident's sightings aside."""
        first = np.array([AT_ORIGIN.get(s.sort, UNTOLD) for s in self.sightings], dtype=np.float64)
        fixed = np.array([s.sort == WEAPON for s in self.sightings], dtype=bool)
        origin = first
        if not self.sightings:
            return origin
        key = self.owner[self.line] * groups + self.group
        _, slot = np.unique(key, return_inverse=True)
        for _ in range(2):
            _, bits = self._bits(origin, causes)
            share, teaches = self._ends(bits, origin, causes)
            share = on_grid(np.where(teaches, share, 0.0))
            origins, every = np.bincount(self.group, share, groups), np.bincount(self.group, teaches, groups)
            own, own_every = np.bincount(slot, share)[slot], np.bincount(slot, teaches)[slot]
            rate = (KAPPA * first + origins[self.group] - own) / (KAPPA + every[self.group] - own_every)
            rate = np.clip(np.round(rate, 9), 1.0 - SUREST, SUREST)
            # whoever assessed an end is wrong half the time at worst: nobody's word is turned round
            rate = np.where(
                first > UNTOLD, np.maximum(rate, UNTOLD), np.where(first < UNTOLD, np.minimum(rate, UNTOLD), rate)
            )
            origin = np.where(fixed, first, rate)
        return origin

    def _ends(self, bits: Numbers, origin: Numbers, causes: Numbers) -> tuple[Numbers, NDArray[np.bool_]]:
        """Return the chance that each sighting is of the origin, where the incident's other neutral lines decide."""
        n = self.scenes.n
        neutral = np.where(self.neutral[:, None], bits, 0.0)
        others = sums(neutral, self.owner, self.count)[self.owner] - neutral
        top = others.max(axis=1, keepdims=True)
        by_cause = self.scenes.mixed(exp2(others - top)) * exp2(self.neutral_bits)[self.owner] * causes
        share = by_cause[:, :n] / even_sum(by_cause)[:, None]
        who = np.argmax(share, axis=1)[self.line]
        ends = self.scenes.given[who][:, : n * n]
        left = origin * even_sum(ends * self.ground[:, self.scenes.origins])
        landed = (1.0 - origin) * even_sum(ends * self.ground[:, self.scenes.impacts])
        decides: NDArray[np.bool_] = share.max(axis=1) >= DECIDED
        return left / np.maximum(left + landed, 1e-12), decides[self.line]

    def _learn_causes(self, bits: Numbers, causes: Numbers) -> Numbers:
        """Return how common each sort of cause is among incidents that neutral eyes perceived; blind to the parties.

        The mixture's weights by expectation and maximisation, which has one answer; the third actor's stays a guess,
        since no perception tells him from the side whose ground he stands on.
        """
        seen = np.zeros(self.count, dtype=bool)
        seen[self.owner[self.neutral]] = True
        if not seen.any():
            return causes
        n = self.scenes.n
        total = sums(bits[self.neutral], self.owner[self.neutral], self.count)[seen]
        likely = self.scenes.mixed(exp2(total - total.max(axis=1, keepdims=True)))
        likely = likely * exp2(self.neutral_bits[seen])
        start = causes / even_sum(causes)
        share = start
        for _ in range(ROUNDS):
            belief = likely * share
            belief = on_grid(belief / even_sum(belief)[:, None])
            share = (belief.sum(axis=0) + KAPPA_CAUSES * start) / (len(belief) + KAPPA_CAUSES)
            one = even_sum(share[:n]) / n
            share = np.array([one] * n + share[n:].tolist())
            share[n + 1] = one * OTHER
        learned = np.round(share / share[0], 9)
        learned[:n] = 1.0
        least: Numbers = np.maximum(learned, 1e-6)
        return least


def ground_fit(ground: Sequence[Mapping[str, float]], parties: Sequence[str]) -> Numbers:
    """Return how well each place fits each party's ground; ground that nobody is known to hold fits all alike."""
    known = on_grid(np.array([[g[p] for p in parties] for g in ground]).reshape(len(ground), len(parties)))
    unknown = np.maximum(0.0, 1.0 - even_sum(known))
    fit: Numbers = known + unknown[:, None] / len(parties)
    return fit
