"""Forecasts of counts and their scores."""

import itertools
import math
from datetime import date, timedelta
from pathlib import Path

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from trucewatch.trend.forecast import ALWAYS, LAST, LEARNING, SEASON, crps, crps_of_draws, forecast
from trucewatch.trend.rate import begin, learn, predict

FIRST = date(2000, 1, 3)
WEEKLY = Path(__file__).resolve().parents[2] / "benchmarks" / "data" / "ged_ukraine_weekly.csv"


def weekly(counts, efforts=None):
    efforts = [1.0] * len(counts) if efforts is None else efforts
    return [
        (FIRST + timedelta(days=7 * n), int(c), float(e)) for n, (c, e) in enumerate(zip(counts, efforts, strict=True))
    ]


@given(st.lists(st.integers(0, 30), min_size=1, max_size=8), st.integers(0, 40))
def test_both_forms_of_the_score_are_the_same(draws, count):
    mass = np.bincount(draws, minlength=31) / len(draws)
    assert math.isclose(crps(mass, count), crps_of_draws(np.array(draws, dtype=float), count), abs_tol=1e-9)


@given(st.lists(st.floats(0, 30), min_size=1, max_size=8), st.floats(0, 40))
def test_the_score_of_draws_is_the_textbook_one(draws, count):
    apart = [abs(a - b) for a, b in itertools.product(draws, draws)]
    wanted = np.mean([abs(x - count) for x in draws]) - np.mean(apart) / 2
    assert math.isclose(crps_of_draws(np.array(draws), count), wanted, abs_tol=1e-9)


def test_a_point_scores_its_distance():
    assert crps(np.array([0.0, 0.0, 1.0]), 7) == 5
    assert crps_of_draws(np.array([2.0]), 7) == 5


def test_a_prediction_is_a_distribution_that_grows_with_the_effort():
    belief = begin(10, 1.0)
    for _ in range(20):
        belief = learn(belief, 10, 1.0)
    means = []
    for effort in (1.0, 3.0):
        mass = predict(belief, effort)
        assert math.isclose(mass.sum(), 1.0, rel_tol=1e-9)
        means.append(mass @ np.arange(len(mass)))
    assert math.isclose(means[0], 10, rel_tol=0.05)
    assert math.isclose(means[1] / means[0], 3, rel_tol=0.01)


def test_of_a_hundred_intervals_some_ninety_hold_the_count():
    rng, held, number = np.random.default_rng(1), 0, 0
    for mean in (2.0, 30.0):
        counts = rng.poisson(rng.gamma(4.0, mean / 4.0, 200))
        belief = begin(int(counts[0]), 1.0)
        for n, count in enumerate(counts.tolist()[1:], start=1):
            if n > LEARNING:
                reached = np.cumsum(predict(belief, 1.0))
                low, high = np.searchsorted(reached, [0.05, 0.95])
                held, number = held + (low <= count <= high), number + 1
            belief = learn(belief, count, 1.0)
    assert 0.88 < held / number < 0.97


def test_it_beats_the_last_count_where_counts_are_noise_and_old_counts_where_they_drift():
    rng = np.random.default_rng(2)
    noise = forecast(weekly(rng.poisson(10.0, 150)), 7)
    drift = forecast(weekly(rng.poisson(np.linspace(5, 100, 150))), 7)
    scores = [{name: (ours, theirs) for name, _, ours, theirs in f.scores} for f in (noise, drift)]
    assert scores[0][LAST][0] < 0.85 * scores[0][LAST][1]
    assert scores[1][ALWAYS][0] < 0.6 * scores[1][ALWAYS][1]


def test_on_the_public_record_since_the_ceasefire_no_naive_rival_is_better():
    rows = (line.split(",") for line in WEEKLY.read_text().splitlines()[1:])
    weeks = [(date.fromisoformat(week), int(count), 1.0) for week, count in rows]
    scores = forecast([week for week in weeks if week[0] >= date(2015, 2, 16)], 7).scores
    assert len(scores) == 4
    assert all(ours < theirs for _, _, ours, theirs in scores)


def test_the_same_season_needs_years():
    names = [{score[0] for score in forecast(weekly([3] * n), 7).scores} for n in (40, 200)]
    assert SEASON not in names[0]
    assert SEASON in names[1]


def test_a_forecast_needs_windows_with_effort():
    assert forecast(weekly([3] * 40, [0.0] * 40), 7) is None
    assert forecast(weekly([3] * 40, [0.0] * 10 + [2.0] * 30), 7).effort == 2.0
