"""How common each cause is: a side alone, both, another actor, training, an innocent noise; the same for every party.

How common innocent causes are is learned in each run, from what neutral eyes perceived; the rest are guesses.
"""

import numpy as np
from numpy.typing import NDArray

from trucewatch.assess.exact import Numbers, even_sum, exp2, on_grid
from trucewatch.assess.scenes import Scenes

# Weights of the causes before any evidence, each party alone 1. An exchange 1/4: association joins fire with its answer
# where clocks tell, and each of these is weighed alone; what is left are exchanges that nobody could tell apart; a
# guess. A third actor 1/48: a guess, small since a party answers for what is fired from the ground it holds. Nothing
# prohibited: on 15 December 2021, 154 of 257 recordings of the Donetsk region were live-fire training (OSCE SMM daily
# report 295/2021), most of it announced or in its areas; so an innocent noise is as likely as one side's fire, and
# unannounced training across nobody's line 1/32, a guess.
BOTH, OTHER, TRAINING, NO_FIRE = 1 / 4, 1 / 48, 1 / 32, 1.0
# However rare they seem, so common are innocent noises at least: one in eight of all. What neutral eyes note cannot
# tell a lone blast from a lone shot, and learning from what can be told takes them for rarer and rarer. A guess, held
# against simulated development worlds (seed 3).
LEAST_NO_FIRE = 0.3
KAPPA_CAUSES = 50.0  # incidents that these weights are worth; a guess
ROUNDS = 20


def first_causes(n: int) -> Numbers:
    """Return the weights of the causes before anything is learned, each party alone 1."""
    return np.array([1.0] * n + [BOTH, OTHER, TRAINING, NO_FIRE])


def hypothesised(by_cause: Numbers, causes: Numbers) -> Numbers:
    """Return likelihoods per hypothesis, training and noises together by how common each is."""
    innocent = causes[-2] + causes[-1]
    none = (by_cause[:, -2] * causes[-2] + by_cause[:, -1] * causes[-1]) / innocent
    return np.column_stack([by_cause[:, :-2], none])


def learned_causes(scenes: Scenes, bits: Numbers, beside: Numbers, watched: NDArray[np.bool_]) -> Numbers:
    """Return how common each sort of cause is among the incidents that neutral eyes `watched`; blind to the parties.

    `bits` (incidents × scenes) are of their sightings, `beside` (incidents × causes) of what else they saw. The
    mixture's weights by expectation and maximisation, which has one answer. The third actor's stays a guess, since no
    perception tells him from the side whose ground he stands on; so does that of an exchange, for which any
    disagreement between two records would be taken, and that of training, for which fire would be taken of which
    nobody perceives the far end: posts on one side's ground alone would find that this side trains.
    """
    causes = first_causes(scenes.n)
    if not watched.any():
        return causes
    n = scenes.n
    total = bits[watched]
    likely = scenes.mixed(exp2(total - total.max(axis=1, keepdims=True)))
    likely = likely * exp2(beside[watched])
    start = causes / even_sum(causes)
    share = start
    for _ in range(ROUNDS):
        belief = likely * share
        belief = on_grid(belief / even_sum(belief)[:, None])
        share = (belief.sum(axis=0) + KAPPA_CAUSES * start) / (len(belief) + KAPPA_CAUSES)
        one = even_sum(share[:n]) / n
        share = np.array([one] * n + share[n:].tolist())
        share[n], share[n + 1], share[n + 2] = one * BOTH, one * OTHER, one * TRAINING
    learned: Numbers = np.round(share / share[0], 9)
    learned[:n] = 1.0
    least: Numbers = np.maximum(learned, 1e-6)
    least[-1] = max(least[-1], LEAST_NO_FIRE)
    return least
