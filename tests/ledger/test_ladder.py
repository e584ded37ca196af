"""A centre that falls silent is shown red; a device that lost the line comes back without haste."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trucewatch.ledger.ladder import LADDER, LONGEST_PAUSE_S, MARKS, pause_s, red, span

NOON = datetime(2021, 3, 1, 12, tzinfo=UTC)


@given(st.integers(1, 3600), st.floats(-2, 2))
def test_up_to_two_heartbeats_either_way_nothing_is_red(heartbeat_s: int, beats: float) -> None:
    assert red(NOON, NOON + timedelta(seconds=heartbeat_s * beats), heartbeat_s) == ""


@given(st.integers(1, 3600), st.floats(2.001, 1e6), st.sampled_from([1, -1]))
def test_beyond_two_heartbeats_it_is(heartbeat_s: int, beats: float, sign: int) -> None:
    said = red(NOON, NOON + sign * timedelta(seconds=heartbeat_s * beats + 0.01), heartbeat_s)
    assert ("old" if sign == 1 else "clock") in said


def test_no_heartbeat_at_all_is_red() -> None:
    assert red(None, NOON, 60)


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(0, "0 s"), (0.9, "0 s"), (59, "59 s"), (60, "1 min"), (200, "3 min 20 s"), (7500, "2 h 5 min"), (86_400 * 3652, "3652 d")],
)  # fmt: skip
def test_lengths_are_said_in_two_units(seconds: float, words: str) -> None:
    assert span(timedelta(seconds=seconds)) == words


@given(st.integers(1, 10_000), st.floats(0, 1))
def test_pauses_grow_and_stay_bounded(failures: int, chance: float) -> None:
    assert 0.5 <= pause_s(failures, chance) <= LONGEST_PAUSE_S
    assert pause_s(failures + 1, chance) >= pause_s(failures, chance)
    assert pause_s(failures, 1) <= 2 * pause_s(failures, 0)


def test_every_rung_has_a_mark_of_its_own() -> None:
    assert list(MARKS) == list(LADDER)
    assert len(set(MARKS.values())) == len(LADDER)
