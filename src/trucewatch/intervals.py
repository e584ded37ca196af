"""Exact intervals for counts and proportions, from nothing but the counts. Pure.

Garwood (Biometrika 28, 1936, 437) for a Poisson mean, Clopper and Pearson (Biometrika 26, 1934, 404) for a proportion:
both invert the exact tail probabilities and therefore hold at least the confidence that they state, for small counts
rather more. The tails are the regularised incomplete gamma and beta functions (NIST DLMF 8.11.4, 8.9.2, 8.17.22), the
inversion is a bisection; a test holds them to sums of the terms themselves. No library is needed for these two curves.
"""

import math
from collections.abc import Callable, Sequence

import numpy as np
import numpy.typing as npt

CONFIDENCE = 0.95
TINY = 1e-300  # stands for 0 in a continued fraction (Lentz's method)
ENOUGH = 1e-15
EXACT_UP_TO = 4000  # trials whose distribution is worked out term by term; above that, the normal curve with its half

Floats = npt.NDArray[np.float64]


def poisson_interval(count: int, confidence: float = CONFIDENCE) -> tuple[float, float]:
    """Return the central interval of a Poisson mean of which `count` events were seen (Garwood 1936)."""
    tail = (1.0 - confidence) / 2.0
    high = _root(lambda mean: gamma_tail(count + 1, mean) - tail, 0.0, _above(count, tail))
    low = 0.0 if count == 0 else _root(lambda mean: 1.0 - gamma_tail(count, mean) - tail, 0.0, float(count))
    return low, high


def proportion_interval(hits: int, trials: int, confidence: float = CONFIDENCE) -> tuple[float, float]:
    """Return the central interval of a probability of which `hits` in `trials` came true (Clopper and Pearson 1934).

    Of no trials nothing is known: 0 to 1.
    """
    tail = (1.0 - confidence) / 2.0
    # read from the other end, so that exchanging hits and misses mirrors the interval bit for bit
    return 1.0 - proportion_bound(trials - hits, trials, 1.0 - tail), proportion_bound(hits, trials, 1.0 - tail)


def proportion_bound(hits: int, trials: int, confidence: float = CONFIDENCE) -> float:
    """Return the upper bound of a probability, one-sided (Clopper and Pearson 1934)."""
    if trials == hits:
        return 1.0
    if hits == 0:
        return -math.expm1(math.log1p(-confidence) / trials)
    # P(at most `hits` | p) falls from 1 to 0 as p rises
    return _root(lambda p: beta_share(trials - hits, hits + 1, 1.0 - p) - (1.0 - confidence), 0.0, 1.0)


def sum_interval(probabilities: Sequence[float], confidence: float = CONFIDENCE) -> tuple[int, int]:
    """Return the central interval of how many of independent events come true, each with its own probability.

    Their sum is Poisson–binomial. Above `EXACT_UP_TO` events, the normal curve with the same mean and variance.
    """
    given = sorted(p for p in probabilities if p > 0.0)  # by value: no order of the evidence enters the rounding
    tail = (1.0 - confidence) / 2.0
    if len(given) > EXACT_UP_TO:
        mean, var = math.fsum(given), math.fsum(p * (1.0 - p) for p in given)
        half = 1.959963984540054 * math.sqrt(var) if confidence == CONFIDENCE else _normal_half(tail) * math.sqrt(var)
        return max(0, math.ceil(mean - half - 0.5)), min(len(given), math.floor(mean + half + 0.5))
    shares = np.cumsum(_convolved([np.array([1.0 - p, p]) for p in given]) if given else np.ones(1))
    low = int(np.searchsorted(shares, tail, side="left"))
    return low, min(int(np.searchsorted(shares, 1.0 - tail, side="left")), len(given))


def _convolved(parts: Sequence[Floats]) -> Floats:
    """Return the distribution of the sum of independent counts."""
    if len(parts) == 1:
        return parts[0]
    middle = len(parts) // 2
    return np.convolve(_convolved(parts[:middle]), _convolved(parts[middle:]))


def gamma_tail(shape: int, x: float) -> float:
    """Return Q(shape, x), which is the probability that a Poisson count of mean x is below `shape`."""
    if x <= 0.0:
        return 1.0
    front = math.exp(shape * math.log(x) - x - math.lgamma(shape))
    if x < shape + 1.0:  # DLMF 8.11.4: the series
        term = total = 1.0 / shape
        n = shape
        while abs(term) > abs(total) * ENOUGH:
            n += 1
            term *= x / n
            total += term
        return 1.0 - front * total
    # DLMF 8.9.2: the continued fraction
    return front * _lentz(x + 1.0 - shape, lambda n: (-n * (n - shape), x + 2.0 * n + 1.0 - shape))


def beta_share(a: int, b: int, x: float) -> float:
    """Return I(x; a, b), which is the probability of `a` successes or more in a + b - 1 trials of probability x."""
    if x <= 0.0 or x >= 1.0:
        return 0.0 if x <= 0.0 else 1.0
    front = math.exp(math.lgamma(a + b) - math.lgamma(a) - math.lgamma(b) + a * math.log(x) + b * math.log1p(-x))
    if x > (a + 1.0) / (a + b + 2.0):
        return 1.0 - front * _beta_fraction(b, a, 1.0 - x) / b
    return front * _beta_fraction(a, b, x) / a


def _beta_fraction(a: int, b: int, x: float) -> float:
    """Return 1/(1 + d1/(1 + d2/(1 + ...))) of DLMF 8.17.22."""

    def coefficient(n: int) -> tuple[float, float]:
        m, odd = divmod(n, 2)
        if odd:
            return -(a + m) * (a + b + m) * x / ((a + 2.0 * m) * (a + 2.0 * m + 1.0)), 1.0
        return m * (b - m) * x / ((a + 2.0 * m - 1.0) * (a + 2.0 * m)), 1.0

    return _lentz(1.0, coefficient)


def _lentz(first: float, coefficient: Callable[[int], tuple[float, float]]) -> float:
    """Return 1/(first + a1/(b1 + a2/(b2 + ...))), by Lentz's method as modified by Thompson and Barnett (1986)."""
    c, d = 1.0 / TINY, 1.0 / (first or TINY)
    value = d
    for n in range(1, 100_000):
        a, b = coefficient(n)
        d = 1.0 / ((b + a * d) or TINY)
        c = (b + a / c) or TINY
        step = c * d
        value *= step
        if abs(step - 1.0) < ENOUGH:
            break
    return value


def _above(count: int, tail: float) -> float:
    high = count + 10.0
    while gamma_tail(count + 1, high) > tail:
        high *= 2.0
    return high


def _normal_half(tail: float) -> float:
    return _root(lambda z: 0.5 * math.erfc(z / math.sqrt(2.0)) - tail, 0.0, 40.0)


def _root(curve: Callable[[float], float], low: float, high: float) -> float:
    """Return where a monotone curve changes its sign between two ends, by halving until nothing lies between."""
    rising = curve(high) > 0.0
    while True:
        middle = low + (high - low) / 2.0
        if middle in (low, high) or high - low <= 1e-14 * high:
            return middle
        if (curve(middle) > 0.0) is rising:
            high = middle
        else:
            low = middle
