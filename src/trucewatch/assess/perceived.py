"""What neutral and other eyes perceived, weighed against the scenes: arrays over all incidents at once.

Each sighting becomes a likelihood of every scene; those of one line multiply, those of all lines multiply, and a
cause's likelihood is its mixture of scenes. Two things are learned in each run, both blind to the parties: which end
of the fire each sort of perception of each class of source shows (from incidents that the other lines decide),
and how common innocent causes are.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from trucewatch.assess.exact import Numbers, even_sum, exp2, on_grid
from trucewatch.assess.joint import Evidence, Marks, alone, anywhere, joint_bits, mixed
from trucewatch.assess.scenes import Scenes
from trucewatch.assess.sightings import AT_ORIGIN, FLIGHT, OF_NOTHING, OF_NOTHING_TOLD, UNTOLD, WEAPON, Sighting
from trucewatch.assess.weigh import LEAST_SHARE

KAPPA = 20.0  # sightings that the guess of which end a sort of perception shows is worth; a guess itself
SUREST = 0.98  # no sort of perception is ever surer of its end; a guess
# A sighting is grossly misplaced, or of something else, this often whatever errors it states; a guess.
BLUNDER = 0.01
LEAST_SD_S = 0.5  # no clock and no hearing is compared more sharply; a guess
DECIDED = 0.90  # posterior of the other lines from which an incident teaches; a guess

# Weights of the causes before any evidence, each party alone 1. An exchange within one incident 1/8 and a third actor
# 1/24: guesses. Nothing prohibited: on 15 December 2021, 154 of 257 recordings of the Donetsk region were live-fire
# training (OSCE SMM daily report 295/2021), most of it announced or in its areas; so an innocent noise is as likely
# as one side's fire, and unannounced training across nobody's line 1/32, a guess.
BOTH, OTHER, TRAINING, NO_FIRE = 1 / 8, 1 / 24, 1 / 32, 1.0
KAPPA_CAUSES = 50.0  # incidents that these weights are worth; a guess
ROUNDS = 20


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
    count: int

    def run(self, groups: int) -> Perceived:
        causes = first_causes(self.scenes.n)
        marks = _marks(self.sightings)
        whole, clean, own, without, others = self._jobs()
        origin = self._learn_ends(marks, others, causes, groups)
        causes = self._learn_causes(joint_bits(self.scenes, self._evidence(marks, origin, causes), clean), causes)
        evidence = self._evidence(marks, origin, causes)
        bits = joint_bits(self.scenes, evidence, whole)
        every = bool(self.neutral.all())
        return Perceived(
            scenes=self.scenes,
            owner=self.owner,
            line=self.line,
            alone=alone(self.scenes, evidence),
            whole=bits,
            neutral=bits if every else joint_bits(self.scenes, evidence, clean),
            own=joint_bits(self.scenes, evidence, own),
            without=joint_bits(self.scenes, evidence, without),
            causes=causes,
        )

    def _jobs(self) -> tuple[list[list[int]], ...]:
        """Return the sightings of each incident, of its neutral lines, of each line, and of its incident without it.

        And last without it and without any line of a side. Each in the order of the records' keys: content alone.
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
        owner = self.owner.tolist()
        without = [[k for k in whole[n] if line[k] != at] for at, n in enumerate(owner)]
        others = [[k for k in clean[n] if line[k] != at] for at, n in enumerate(owner)]
        return whole, clean, own, without, others

    def _evidence(self, marks: Marks, origin: Numbers, causes: Numbers) -> Evidence:
        """Return each sighting's evidence, mixed with nothing by how surely it belongs to its incident."""
        of_nothing = [OF_NOTHING.get(s.sort, OF_NOTHING_TOLD if s.tells else 1.0) for s in self.sightings]
        share = np.array([s.share for s in self.sightings], dtype=np.float64)
        nothing = np.array(of_nothing, dtype=np.float64) * anywhere(self.ground)
        pure = Evidence(origin, self.ground, nothing, share, marks)
        by_hypothesis = hypothesised(self.scenes.mixed(alone(self.scenes, pure)), causes)
        mean = even_sum(by_hypothesis) / by_hypothesis.shape[1]
        return mixed(pure, np.where(share >= LEAST_SHARE, share, 0.0) * (1.0 - BLUNDER), mean)

    def _learn_ends(self, marks: Marks, others: Sequence[Sequence[int]], causes: Numbers, groups: int) -> Numbers:
        """Return for each sighting how surely its group shows the origin, its own incident's sightings aside."""
        first = np.array([AT_ORIGIN.get(s.sort, UNTOLD) for s in self.sightings], dtype=np.float64)
        fixed = np.array([s.sort == WEAPON for s in self.sightings], dtype=bool)
        origin = first
        if not self.sightings:
            return origin
        key = self.owner[self.line] * groups + self.group
        _, slot = np.unique(key, return_inverse=True)
        for _ in range(2):
            bits = joint_bits(self.scenes, self._evidence(marks, origin, causes), others)
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

    def _ends(self, others: Numbers, origin: Numbers, causes: Numbers) -> tuple[Numbers, NDArray[np.bool_]]:
        """Return the chance that each sighting is of the origin, where the incident's other neutral lines decide.

        They decide between the sides: whose fire it was, if anybody's.
        """
        n = self.scenes.n
        top = others.max(axis=1, keepdims=True)
        by_cause = self.scenes.mixed(exp2(others - top)) * exp2(self.neutral_bits)[self.owner] * causes
        share = by_cause[:, :n] / even_sum(by_cause[:, :n])[:, None]
        who = np.argmax(share, axis=1)[self.line]
        ends = self.scenes.given[who][:, : n * n]
        left = origin * even_sum(ends * self.ground[:, self.scenes.origins])
        landed = (1.0 - origin) * even_sum(ends * self.ground[:, self.scenes.impacts])
        decides: NDArray[np.bool_] = share.max(axis=1) >= DECIDED
        return left / np.maximum(left + landed, 1e-12), decides[self.line]

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
        learned = np.round(share / share[0], 9)
        learned[:n] = 1.0
        least: Numbers = np.maximum(learned, 1e-6)
        return least


def _content(sighting: Sighting) -> tuple[str, str, float]:
    return sighting.rows[0].key, sighting.sort, sighting.bearing_deg


def ground_fit(ground: Sequence[Mapping[str, float]], parties: Sequence[str]) -> Numbers:
    """Return how well each place fits each party's ground; ground that nobody is known to hold fits all alike."""
    known = on_grid(np.array([[g[p] for p in parties] for g in ground]).reshape(len(ground), len(parties)))
    unknown = np.maximum(0.0, 1.0 - even_sum(known))
    fit: Numbers = known + unknown[:, None] / len(parties)
    return fit
