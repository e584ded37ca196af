"""How many of several uncertain things happened."""

import itertools
import math
import time

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from trucewatch.trend.count import distribution, quantile

CHANCES = st.lists(st.floats(0, 1), max_size=9)


@given(CHANCES)
def test_it_is_the_sum_over_all_ways_in_which_it_can_happen(chances):
    wanted = np.zeros(len(chances) + 1)
    for happened in itertools.product((0, 1), repeat=len(chances)):
        wanted[sum(happened)] += math.prod(p if h else 1 - p for p, h in zip(chances, happened, strict=True))
    start, mass = distribution(chances)
    found = np.zeros(len(chances) + 1)
    found[start : start + len(mass)] = mass
    assert np.allclose(found, wanted, atol=1e-12)


@given(CHANCES, st.randoms(use_true_random=False))
def test_the_order_of_incidents_changes_no_bit(chances, draw):
    other = draw.sample(chances, len(chances))
    (a, p), (b, q) = distribution(chances), distribution(other)
    assert (a, p.tobytes()) == (b, q.tobytes())


def test_many_incidents_have_the_moments_that_they_must_have():
    p = np.random.default_rng(1).random(3001)
    start, mass = distribution(p)
    k = start + np.arange(len(mass))
    assert math.isclose(mass @ k, p.sum(), rel_tol=1e-9)
    assert math.isclose(mass @ (k - p.sum()) ** 2, (p * (1 - p)).sum(), rel_tol=1e-9)


def test_certain_incidents_are_counted_without_doubt():
    assert [quantile(*distribution([1.0] * 200), share) for share in (0.025, 0.975)] == [200, 200]


def test_half_a_million_incidents_take_seconds():
    p, began = np.random.default_rng(2).random(500_000), time.process_time()
    distribution(p.tolist())
    assert time.process_time() - began < 10  # 0.3 s when measured
