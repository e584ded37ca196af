"""What neutral and other eyes perceived, weighed against the scenes: arrays over all incidents at once.

Each sighting becomes a likelihood of every scene; those of one line multiply, those of all lines multiply, and a
cause's likelihood is its mixture of scenes. Two things are learned in each run, both blind to the parties: which end
of the fire each sort of perception of each class of source shows (from incidents with two neutral sightings or more),
and how common innocent causes are.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from trucewatch.assess.exact import Numbers, even_sum, exp2, on_grid
from trucewatch.assess.joint import Evidence, Grounds, Marks, Together, alone, believed
from trucewatch.assess.scenes import Scenes
from trucewatch.assess.sightings import FLIGHT, OF_NOTHING, OF_NOTHING_TOLD, UNTOLD, WEAPON, Sighting
from trucewatch.assess.weigh import LEAST_SHARE

KAPPA = 10.0  # sightings that the guess of which end a sort of perception shows is worth; a guess itself
SUREST = 0.98  # no sort of perception is ever surer of its end; a guess
LEAST_SD_S = 0.5  # no clock and no hearing is compared more sharply; a guess

# Weights of the causes before any evidence, each party alone 1. An exchange 1/3: association parts fire from its
# answer, so that most of what an exchange left stands in several incidents; a guess. A third actor 1/48: a guess, small
# since a party answers for what is fired from the ground it holds. Nothing prohibited: on 15 December 2021, 154 of 257
# recordings of the Donetsk region were live-fire training (OSCE SMM daily report 295/2021), most of it announced or in
# its areas; so an innocent noise is as likely as one side's fire, and unannounced training across nobody's line 1/32,
# a guess.
BOTH, OTHER, TRAINING, NO_FIRE = 1 / 3, 1 / 48, 1 / 32, 1.0
# However rare they seem, so common are innocent noises at least: one in eight of all. What neutral eyes note cannot
# tell a lone blast from a lone shot, and learning from what can be told takes them for rarer and rarer. A guess, held
# against simulated development worlds (seed 3).
LEAST_NO_FIRE = 0.3
KAPPA_CAUSES = 50.0  # incidents that these weights are worth; a guess
ROUNDS = 20
ROUNDS_ENDS = 5  # of learning the ends; further ones change less than the guess is worth


@dataclass(frozen=True, slots=True)
class Perceived:
    """What was perceived: log-likelihoods (bits) of every scene, per incident and per line, and each sighting's own.

    `owner` numbers the incident of each line, `line` the line of each sighting. `whole` and `neutral` are of the
    incidents, from all and from neutral lines; `own` of each line, `without` of its incident without it.
    """

    scenes: Scenes
    owner: NDArray[np.intp]
    line: NDArray[np.intp]
    alone: Numbers
    whole: Numbers
    neutral: Numbers
    own: Numbers
    without: Numbers
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
    *,
    told: Numbers,
    grounds: Grounds,
) -> Perceived:
    """Weigh all sightings of `count` incidents.

    `ground` is how well each fits each party's ground; `neutral_bits` (incidents × causes) what else neutral eyes saw;
    `told` (incidents) are bits against there having been no fire at all, of how it was told; `grounds` answers for any
    other place, at the time of a sighting.
    """
    lines: dict[tuple[int, str], int] = {}
    line = np.array([lines.setdefault((s.incident, s.line), len(lines)) for s in sightings], dtype=np.intp)
    owner = np.array([n for n, _ in lines], dtype=np.intp)
    groups: dict[tuple[str, str, bool], int] = {}
    group = np.array([groups.setdefault(s.group, len(groups)) for s in sightings], dtype=np.intp)
    neutral = np.zeros(len(lines), dtype=bool)
    neutral[line] = [s.neutral for s in sightings]
    return _Weighing(scenes, sightings, ground, line, owner, group, neutral, neutral_bits, told, count, grounds).run(
        len(groups)
    )


def _marks(sightings: Sequence[Sighting]) -> Marks:
    def column(values: Iterable[float]) -> Numbers:
        return np.array(list(values), dtype=np.float64)

    return Marks(
        east=column(s.at.east for s in sightings),
        north=column(s.at.north for s in sightings),
        var_east=column(s.at.var_east for s in sightings),
        var_north=column(s.at.var_north for s in sightings),
        cov=column(s.at.cov for s in sightings),
        time_s=column(s.time_s for s in sightings),
        time_sd_s=column(max(s.time_sd_s, LEAST_SD_S) for s in sightings),
        paired=np.array([s.sort not in (FLIGHT, WEAPON) for s in sightings], dtype=bool),
    )


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
    told: Numbers
    count: int
    grounds: Grounds

    def run(self, groups: int) -> Perceived:
        causes = first_causes(self.scenes.n)
        whole, clean, own, without = self._jobs()
        together = Together(self.scenes, _marks(self.sightings), whole, self.grounds)
        evidence = self._learn_ends(together, groups)
        every = range(self.count)
        told = np.zeros((self.count, self.scenes.count))
        told[:, -1] = self.told
        of_all = together.bits(evidence, whole, every)
        neutral = self._of_neutral(together, evidence, clean, of_all) + told
        single = np.bincount(self.owner, minlength=self.count)[self.owner] == 1  # its line is all that it has
        of_line, left = of_all[self.owner], np.zeros((len(self.owner), self.scenes.count))
        several = np.flatnonzero(~single)
        for found, jobs in ((of_line, own), (left, without)):
            found[several] = together.bits(evidence, [jobs[k] for k in several.tolist()], self.owner[several])
        return Perceived(
            scenes=self.scenes,
            owner=self.owner,
            line=self.line,
            alone=alone(self.scenes, evidence),
            whole=of_all + told,
            neutral=neutral,
            own=of_line,
            without=left + told[self.owner],
            causes=self._learn_causes(neutral, causes),
        )

    def _of_neutral(
        self, together: Together, evidence: Evidence, clean: Sequence[Sequence[int]], of_all: Numbers
    ) -> Numbers:
        """Return the bits of each incident's neutral lines; `of_all` are those of all its lines."""
        sides = np.unique(self.owner[~self.neutral])
        found = of_all.copy()
        found[sides] = together.bits(evidence, [clean[n] for n in sides.tolist()], sides)
        return found

    def _jobs(self) -> tuple[list[list[int]], ...]:
        """Return the sightings of each incident, of its neutral lines, of each line, and of its incident without it.

        Each in the order of what they state.
        """
        whole: list[list[int]] = [[] for _ in range(self.count)]
        for k in sorted(range(len(self.sightings)), key=lambda k: _content(self.sightings[k])):
            whole[self.sightings[k].incident].append(k)
        line, neutral = self.line.tolist(), self.neutral.tolist()
        clean = [[k for k in group if neutral[line[k]]] for group in whole]
        own: list[list[int]] = [[] for _ in self.owner]
        for group in whole:
            for k in group:
                own[line[k]].append(k)
        without = [[k for k in whole[n] if line[k] != at] for at, n in enumerate(self.owner.tolist())]
        return whole, clean, own, without

    def _learn_ends(self, together: Together, groups: int) -> Evidence:
        """Return the evidence, with how surely each group shows the origin, its own incident's sightings aside.

        By expectation and maximisation over the sightings of neutral lines that do not stand alone.
        """
        first = np.array([s.at_origin for s in self.sightings], dtype=np.float64)
        fixed = np.array([s.sort == WEAPON for s in self.sightings], dtype=bool)
        nothing = [OF_NOTHING.get(s.sort, OF_NOTHING_TOLD if s.tells else 1.0) for s in self.sightings]
        share = np.array([s.share for s in self.sightings], dtype=np.float64)
        share = np.where(share >= LEAST_SHARE, share, 0.0)

        n = self.scenes.n
        scene = even_sum(self.scenes.given[:n, : n * n].T) / n

        def given(origin: Numbers) -> Evidence:
            return believed(self.scenes, origin, self.ground, np.array(nothing, dtype=np.float64), share)

        origin = first
        if not self.sightings:
            return given(origin)
        _, slot = np.unique(self.owner[self.line] * groups + self.group, return_inverse=True)
        for _ in range(ROUNDS_ENDS):
            left, teaches = together.ends(given(origin), self.neutral[self.line], scene)
            origins, every = np.bincount(self.group, left, groups), np.bincount(self.group, teaches, groups)
            own, own_every = np.bincount(slot, left)[slot], np.bincount(slot, teaches)[slot]
            rate = (KAPPA * first + origins[self.group] - own) / (KAPPA + every[self.group] - own_every)
            rate = np.clip(np.round(rate, 9), 1.0 - SUREST, SUREST)
            # whoever assessed an end is wrong half the time at worst: nobody's word is turned round
            rate = np.where(
                first > UNTOLD, np.maximum(rate, UNTOLD), np.where(first < UNTOLD, np.minimum(rate, UNTOLD), rate)
            )
            origin = np.where(fixed, first, rate)
        return given(origin)

    def _learn_causes(self, bits: Numbers, causes: Numbers) -> Numbers:
        """Return how common each sort of cause is among incidents that neutral eyes perceived; blind to the parties.

        The mixture's weights by expectation and maximisation, which has one answer. The third actor's stays a guess,
        since no perception tells him from the side whose ground he stands on; so does that of an exchange, for which
        any disagreement between two records would be taken.
        """
        seen = np.zeros(self.count, dtype=bool)
        seen[self.owner[self.neutral]] = True
        if not seen.any():
            return causes
        n = self.scenes.n
        total = bits[seen]
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
            share[n], share[n + 1] = one * BOTH, one * OTHER
        learned: Numbers = np.round(share / share[0], 9)
        learned[:n] = 1.0
        least: Numbers = np.maximum(learned, 1e-6)
        least[-1] = max(least[-1], LEAST_NO_FIRE)
        return least


def _content(sighting: Sighting) -> tuple[Any, ...]:
    """Return what puts sightings in order: what they state, and a digest of it with the names only among twins."""
    at = sighting.at
    stated = (sighting.time_s, sighting.time_sd_s, at.east, at.north, sighting.sort, sighting.bearing_deg)
    return *stated, sighting.group, sighting.rows[0].key


def ground_fit(ground: Sequence[Mapping[str, float]], parties: Sequence[str]) -> Numbers:
    """Return how well each place fits each party's ground; ground that nobody is known to hold fits all alike."""
    known = on_grid(np.array([[g[p] for p in parties] for g in ground]).reshape(len(ground), len(parties)))
    unknown = np.maximum(0.0, 1.0 - even_sum(known))
    fit: Numbers = known + unknown[:, None] / len(parties)
    return fit
