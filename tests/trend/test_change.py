"""Changes of a rate: the false alarms are as rare as the operator asked, and real changes are found soon."""

from datetime import date, timedelta

import numpy as np
import pytest

from trucewatch.trend.change import LEARNING, changes

FIRST = date(2000, 1, 3)


def series(rng, means, efforts, size=None):
    lam = np.asarray(means) * efforts
    counts = rng.poisson(lam if size is None else rng.gamma(size, lam / size))
    return [
        (FIRST + timedelta(days=7 * n), int(c), float(e)) for n, (c, e) in enumerate(zip(counts, efforts, strict=True))
    ]


def run_length(mean, size, every, *, vary, windows=300, runs=10):
    """Mean number of judged windows between alarms where nothing changes."""
    rng, judged, alarms = np.random.default_rng(1), 0, 0
    for _ in range(runs):
        efforts = np.exp(rng.normal(0, 0.5, windows)) if vary else np.ones(windows)
        number, found = changes(series(rng, [mean] * windows, efforts, size), every)
        judged, alarms = judged + number, alarms + len(found)
    return judged / max(alarms, 1)


GRID = [(mean, size, vary) for mean in (0.3, 2.0, 10.0, 80.0) for size in (None, 4.0) for vary in (False, True)]
QUICK = [(2.0, None, True), (10.0, 4.0, False), (80.0, None, False)]


@pytest.mark.parametrize(("mean", "size", "vary"), QUICK)
def test_false_alarms_come_about_as_rarely_as_set(mean, size, vary):
    # whole counts cannot meet a chance exactly, so that rare incidents alarm more rarely than asked
    assert 52 * 0.75 < run_length(mean, size, 52, vary=vary) < 52 * 3.0


@pytest.mark.slow
@pytest.mark.parametrize(("mean", "size", "vary"), GRID)
@pytest.mark.parametrize("every", [26, 52])
def test_false_alarms_come_about_as_rarely_as_set_whatever_the_counts(mean, size, vary, every):
    assert every * 0.75 < run_length(mean, size, every, vary=vary, runs=20) < every * 3.0


def test_the_operator_sets_how_rare():
    often, seldom = (run_length(10.0, None, every, vary=False, runs=5) for every in (15, 100))
    assert often * 2 < seldom


@pytest.mark.parametrize("factor", [3.0, 0.2])
def test_a_real_change_is_found_within_weeks_and_dated(factor):
    rng, found = np.random.default_rng(3), 0
    for _ in range(10):
        _, seen = changes(series(rng, [10.0] * 60 + [10.0 * factor] * 10, np.ones(70)), 52)
        found += any(c.noticed >= c.since >= FIRST + timedelta(days=7 * 56) and c.up == (factor > 1) for c in seen)
    assert found >= 8


def test_more_watching_alone_is_no_change():
    rng = np.random.default_rng(4)
    efforts = np.concatenate([np.ones(40), np.full(40, 5.0)])
    _, seen = changes(series(rng, [20.0] * 80, efforts), 500)
    assert seen == ()


def test_windows_without_effort_are_passed_over():
    rng = np.random.default_rng(5)
    whole = series(rng, [10.0] * 40, np.ones(40))
    holes = [entry for pair in zip(whole, [(w[0], 0, 0.0) for w in whole], strict=True) for entry in pair]
    assert changes(holes, 52) == changes(whole, 52)


def test_an_incident_after_years_of_none_is_a_change():
    none = [(FIRST + timedelta(days=n), 0, 1.0) for n in range(1500)]
    some = [(FIRST + timedelta(days=1500 + n), 3, 1.0) for n in range(4)]
    _, found = changes([*none, *some], 365)
    assert [c.up for c in found] == [True]


def test_nothing_is_judged_before_it_has_learned():
    assert changes([(FIRST, 3, 1.0)] * LEARNING, 52) == (0, ())
