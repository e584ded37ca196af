"""Exact intervals: held to the sums they invert, to printed tables, and to the confidence they promise."""

import math
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trucewatch.intervals import (
    EXACT_UP_TO,
    beta_share,
    gamma_tail,
    poisson_interval,
    proportion_bound,
    proportion_interval,
    sum_interval,
)


def poisson_at_most(count, mean):
    return math.fsum(math.exp(k * math.log(mean) - mean - math.lgamma(k + 1)) for k in range(count + 1))


def binomial_at_least(hits, trials, p):
    return math.fsum(math.comb(trials, k) * p**k * (1 - p) ** (trials - k) for k in range(hits, trials + 1))


@given(st.integers(0, 60), st.floats(0.01, 120))
def test_the_tail_of_a_poisson_count_is_the_sum_of_its_terms(count, mean):
    assert gamma_tail(count + 1, mean) == pytest.approx(poisson_at_most(count, mean), rel=1e-9, abs=1e-12)


@given(st.integers(1, 60), st.integers(0, 59), st.floats(0.001, 0.999))
def test_the_tail_of_a_binomial_count_is_the_sum_of_its_terms(trials, hits, p):
    hits = min(hits, trials - 1) + 1
    expected = binomial_at_least(hits, trials, p)
    assert beta_share(hits, trials - hits + 1, p) == pytest.approx(expected, rel=1e-8, abs=1e-12)


# Garwood's limits as printed in tables of the Poisson distribution (Pearson and Hartley, Biometrika Tables 1, table 40)
@pytest.mark.parametrize(
    ("count", "low", "high"),
    [(0, 0.0, 3.69), (1, 0.0253, 5.57), (5, 1.62, 11.67), (10, 4.80, 18.39), (50, 37.11, 65.92)],
)
def test_poisson_intervals_are_those_of_the_printed_table(count, low, high):
    found = poisson_interval(count)
    assert found[0] == pytest.approx(low, abs=0.005)
    assert found[1] == pytest.approx(high, abs=0.005)


@pytest.mark.parametrize(("hits", "trials"), [(0, 10), (1, 10), (7, 20), (20, 20), (3, 300)])
def test_proportion_intervals_leave_a_fortieth_in_each_tail(hits, trials):
    low, high = proportion_interval(hits, trials)
    if hits:
        assert binomial_at_least(hits, trials, low) == pytest.approx(0.025, rel=1e-6)
    if hits < trials:
        assert 1 - binomial_at_least(hits + 1, trials, high) == pytest.approx(0.025, rel=1e-6)


def test_no_error_in_299_is_what_it_takes_to_promise_one_per_cent():
    assert proportion_bound(0, 298) > 0.01 > proportion_bound(0, 299)


@given(st.integers(0, 400), st.integers(0, 400))
def test_hits_and_misses_mirror_each_other_bit_for_bit(hits, misses):
    low, high = proportion_interval(hits, hits + misses)
    other = proportion_interval(misses, hits + misses)
    assert (other[0], 1.0 - other[1]) == (1.0 - high, low)


def test_of_nothing_tried_nothing_is_known():
    assert proportion_interval(0, 0) == (0.0, 1.0)


@given(st.lists(st.floats(0, 1), max_size=40), st.randoms())
def test_a_sum_of_chances_does_not_depend_on_their_order(chances, dice):
    shuffled = chances[:]
    dice.shuffle(shuffled)
    low, high = sum_interval(chances)
    assert sum_interval(shuffled) == (low, high)
    assert 0 <= low <= high <= len(chances)


def test_a_sum_of_equal_chances_is_binomial_and_its_interval_holds_what_it_says():
    low, high = sum_interval([0.3] * 50)
    inside = binomial_at_least(low, 50, 0.3) - binomial_at_least(high + 1, 50, 0.3)
    assert inside >= 0.95
    assert binomial_at_least(high, 50, 0.3) > 0.025
    assert sum_interval([]) == (0, 0)
    assert sum_interval([1.0] * 7) == (7, 7)


def test_very_many_chances_give_the_same_by_the_normal_curve():
    dice = random.Random(1)
    chances = [dice.random() * 0.1 for _ in range(EXACT_UP_TO)]
    exact = sum_interval(chances)
    by_curve = sum_interval([*chances, 1e-12])
    assert all(abs(a - b) <= 1 for a, b in zip(exact, by_curve, strict=True))


def test_the_bound_on_wrong_accusations_is_the_exact_one():
    assert proportion_bound(0, 100) == pytest.approx(1 - 0.05 ** (1 / 100))  # closed form without a failure
    assert proportion_bound(1, 10) == pytest.approx(0.3941633, abs=1e-6)  # Clopper & Pearson 1934, one-sided 95 %
    assert proportion_bound(3, 3) == 1.0
    assert proportion_bound(0, 0) == 1.0
