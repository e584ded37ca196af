"""What the next count will be: a mixture of gamma-Poisson filters with effort, learned from the past alone.

Each expert holds a gamma belief about the rate per unit of effort, discounts it from window to window (Harvey and
Fernandes, Time Series Models for Count or Qualitative Observations, JBES 1989; West and Harrison) and adds a burst
noise of its own size, so that its prediction is negative binomial. The experts are weighted by how well they
predicted what came (Bayesian model averaging). There is no number to tune and no chance in it.
"""

import math
from dataclasses import dataclass

import numpy as np

from trucewatch.trend.count import Floats

DISCOUNTS = (0.5, 0.7, 0.85, 0.93, 0.97, 1.0)  # memory from about two windows to all of them
SIZES = (
    0.7,
    1.0,
    1.5,
    2.2,
    3.3,
    5.0,
    7.5,
    11.0,
    17.0,
    40.0,
    math.inf,
)  # bursts: from a variance of the mean squared to none beyond Poisson's
KEEP = np.repeat(DISCOUNTS, len(SIZES))
SIZE = np.tile(SIZES, len(DISCOUNTS))
LIGHT = 1e-3  # experts of less weight are left out of a prediction
FAR = 8.0  # standard deviations to which a prediction is written out
LEAST = 0.01  # shape: after years without an incident a short memory still does not hold one for impossible
START = 0.5  # Jeffreys' prior for a Poisson rate


@dataclass(frozen=True, slots=True, kw_only=True)
class Belief:
    """For each expert the gamma's shape and rate (per unit of effort) and its log weight."""

    shape: Floats
    rate: Floats
    log_weight: Floats


def begin(count: int, effort: float, before: Belief | None = None) -> Belief:
    """Return the belief after so much alone; the weights of the experts stay those of `before`."""
    every = np.ones(len(KEEP))
    weight = np.zeros(len(KEEP)) if before is None else before.log_weight
    return Belief(shape=every * (count + START), rate=every * effort, log_weight=weight)


def _negative_binomial(belief: Belief, effort: float) -> tuple[Floats, Floats]:
    """Return mean and size of each expert's prediction."""
    return belief.shape / belief.rate * effort, 1.0 / (1.0 / (KEEP * belief.shape) + 1.0 / SIZE)


def predict(belief: Belief, effort: float) -> Floats:
    """Return the probabilities of the counts 0, 1, 2, ... of a window with that effort."""
    means, sizes = _negative_binomial(belief, effort)
    weights = np.exp(belief.log_weight - belief.log_weight.max())
    weights /= weights.sum()
    used = weights > LIGHT
    means, sizes, weights = means[used], sizes[used], weights[used]
    most = int(np.max(means + FAR * np.sqrt(means + means**2 / sizes))) + 10
    k = np.arange(most)
    steps = np.log((sizes[:, None] + k) / (k + 1)) - np.log1p(sizes / means)[:, None]
    none = -sizes * np.log1p(means / sizes)
    logs = np.concatenate([none[:, None], none[:, None] + np.cumsum(steps, axis=1)], axis=1)
    mixed = weights @ np.exp(logs)
    found: Floats = mixed / mixed.sum()
    return found


def learn(belief: Belief, count: int, effort: float) -> Belief:
    """Return the belief after a window; an expert with bursts believes a count less than one without."""
    means, sizes = _negative_binomial(belief, effort)
    trust = 1.0 / (1.0 + means / SIZE)
    said = [_log_mass(count, mean, size) for mean, size in zip(means.tolist(), sizes.tolist(), strict=True)]
    weight = belief.log_weight + np.array(said)
    return Belief(
        shape=np.maximum(KEEP * belief.shape + trust * count, LEAST),
        rate=KEEP * belief.rate + trust * effort,
        log_weight=weight - weight.max(),
    )


def _log_mass(count: int, mean: float, size: float) -> float:
    choose = math.lgamma(size + count) - math.lgamma(size) - math.lgamma(count + 1)
    return choose - size * math.log1p(mean / size) - count * math.log1p(size / mean)
