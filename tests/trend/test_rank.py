"""Where a window stands among earlier ones, or why it is not ranked."""

import itertools
import math
from dataclasses import replace
from datetime import date, timedelta

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from trucewatch.model import Window
from trucewatch.report.trend import spread
from trucewatch.trend.count import distribution
from trucewatch.trend.rank import LAST_NO_EFFORT, NO_EFFORT, OTHER_DUTIES, OTHER_EFFORT, OTHER_KINDS, ranking, ranks

FIRST = date(2021, 3, 1)


def window(n, chances=(1.0,), effort=100.0, kinds=("camera (test)",), duties=("no fire",)):
    return Window(first=FIRST + timedelta(days=7 * n), days=7, chances=tuple(chances), expected=math.fsum(chances),
                  low=0, high=len(chances), chanced=0, effort=effort, kinds=kinds, duties=duties)  # fmt: skip


@given(
    st.lists(st.tuples(st.lists(st.floats(0, 1), max_size=3), st.sampled_from([1.0, 1.5, 2.0])), min_size=1, max_size=4)
)
def test_ranks_are_the_sum_over_everything_that_may_have_happened(windows):
    wanted = np.zeros(len(windows))
    ways = [list(itertools.product((0, 1), repeat=len(chances))) for chances, _ in windows]
    for world in itertools.product(*ways):
        pairs = [
            (p, h) for (chances, _), way in zip(windows, world, strict=True) for p, h in zip(chances, way, strict=True)
        ]
        rates = [sum(way) / effort for (_, effort), way in zip(windows, world, strict=True)]
        wanted[sum(rate > rates[0] + 1e-9 for rate in rates)] += math.prod(p if h else 1 - p for p, h in pairs)
    found = ranks([distribution(chances) for chances, _ in windows], [effort for _, effort in windows])
    assert np.allclose(found, wanted, atol=1e-12)


def test_what_is_certain_is_ranked_without_doubt():
    series = [window(n, [1.0] * count) for n, count in enumerate([2, 9, 4, 1, 5])]
    assert spread(ranking(series).chances) == (2, 1.0, 2, 2)


def test_twice_the_incidents_in_twice_the_hours_are_no_higher_rate():
    series = [window(n, [1.0] * 3) for n in range(4)] + [window(4, [1.0] * 6, effort=200.0)]
    assert spread(ranking(series).chances)[0] == 1
    assert spread(ranking([*series[:4], window(4, [1.0] * 5, effort=200.0)]).chances)[0] == 5


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"effort": 0.0}, NO_EFFORT),
        ({"effort": 49.0}, OTHER_EFFORT),
        ({"effort": 201.0}, OTHER_EFFORT),
        ({"kinds": ("camera (test)", "drone (test)")}, OTHER_KINDS),
        ({"duties": ("no fire", "no flights")}, OTHER_DUTIES),
    ],
)
def test_a_window_under_another_definition_or_coverage_is_left_out_and_named(change, reason):
    series = [window(n) for n in range(6)]
    series[2] = replace(series[2], **change)
    found = ranking(series)
    assert found.left_out == ((reason, (series[2].first,)),)
    assert len(found.compared) == 4


def test_without_effort_nothing_is_ranked():
    found = ranking([*(window(n) for n in range(6)), window(6, effort=0.0)])
    assert found.chances == ()
    assert found.refused == LAST_NO_EFFORT


def test_two_comparable_windows_are_too_few():
    found = ranking([window(0, effort=0.0), *(window(n) for n in range(1, 4))])
    assert found.chances == ()
    assert found.refused.startswith("only 2 earlier ones can be compared")


def test_a_part_is_ranked_among_the_same_windows():
    series = [window(n, [1.0] * 5) for n in range(5)]
    part = {series[0].first: [1.0, 1.0], series[-1].first: [1.0]}
    found = ranking(series, "2.b", part)
    assert spread(found.chances)[0] == 2
    assert found.compared == ranking(series).compared
