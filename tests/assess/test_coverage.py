"""What each hour on each side allows to be said."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from tests.build import (
    EAST,
    PLANE,
    WEST,
    assessed,
    at,
    front,
    observation,
    post,
    quiet,
)

from trucewatch.assess.coverage import cover
from trucewatch.model import Ray
from trucewatch.vocabulary import Listening, Means, Phenomenon


def efforts(case, plane, rows, found):
    return cover(case, plane, rows, found)[0]


def test_no_hour_without_a_watch_is_quiet():
    for effort in efforts(front(), PLANE, [observation("a", place=at(3, 1))], ()):
        assert set(effort.by_hour) == {Listening.NOT_COVERED}
        assert effort.hours == 0


def test_hours_watched_over_most_of_the_belt_are_quiet_and_the_others_are_not():
    for effort in efforts(front(), PLANE, [quiet("a", 3)], ()):
        assert effort.by_hour[12:15] == (Listening.QUIET,) * 3
        assert set(effort.by_hour[:12] + effort.by_hour[15:]) == {Listening.NOT_COVERED}
        assert (effort.hours, effort.observer_hours, effort.observers) == (3.0, 3.0, 1)


def test_a_watch_over_a_corner_of_the_belt_does_not_make_its_hour_quiet():
    near = replace(quiet("a", 3), means=replace(quiet("a", 3).means, term=Means.MINI_UAV))
    for effort in efforts(front(), PLANE, [near], ()):
        assert effort.by_hour[12] is Listening.PARTLY_COVERED


def test_fire_on_one_side_is_told_on_that_side_only():
    rows = [quiet("a", 3), observation("b", place=at(-4, 0), minutes=30)]
    found, _ = assessed(rows)
    by_side = {e.side: e for e in efforts(front(), PLANE, rows, found)}
    assert by_side[WEST].by_hour[12] is Listening.FIRE
    assert by_side[EAST].by_hour[12] is Listening.QUIET


def test_two_windows_of_one_observer_count_once_and_a_whole_day_or_a_night_is_no_watch():
    def window(key, hours, sd_s):
        return observation(
            key, source="patrol", observer=post(), place=Ray(observer=post()), lasts_minutes=60 * hours, sd_s=sd_s
        )

    for effort in efforts(front(), PLANE, [window("a", 3, 30.0), window("b", 2, 30.0)], ()):
        assert (effort.hours, effort.observer_hours, effort.observers) == (3.0, 3.0, 1)
    for effort in efforts(front(), PLANE, [window("a", 24, 0.0), window("b", 8, 1800.0)], ()):
        assert (effort.hours, effort.observers) == (0.0, 0)


def test_what_a_party_watches_is_no_coverage():
    for effort in efforts(front(), PLANE, [quiet("a", 3, side=WEST)], ()):
        assert effort.hours == 0


@pytest.mark.parametrize(
    ("eve", "hours"), [(datetime(2021, 3, 27, 22, tzinfo=UTC), 23), (datetime(2021, 10, 30, 21, tzinfo=UTC), 25)]
)
def test_days_of_a_clock_change_have_23_and_25_hours(eve, hours):
    case = replace(front(), time_zone="Europe/Kyiv")
    watch = quiet("a", 1)
    claimed = replace(watch.clocks.claimed, start=eve, end=eve + timedelta(hours=hours))
    watch = replace(watch, clocks=replace(watch.clocks, claimed=claimed))
    for effort in efforts(case, PLANE, [watch], ()):
        assert (len(effort.by_hour), effort.hours) == (hours, hours)
        assert set(effort.by_hour) == {Listening.QUIET}


def test_fire_until_four_does_not_mark_the_hour_from_four():
    rows = [quiet("q", 6), observation("a", place=at(4, 0), lasts_minutes=240)]
    found, _ = assessed(rows)
    by_side = {e.side: e.by_hour for e in efforts(front(), PLANE, rows, found)}
    assert by_side[EAST][16] is Listening.QUIET


def test_an_hour_with_fire_near_the_line_or_of_unknown_place_is_never_quiet():
    watch = quiet("q", 5)
    for rows in (
        [watch, observation("a", place=at(0, 0), minutes=30)],
        [watch, observation("a", place=None, minutes=30)],
        [
            watch,
            observation("h", place=at(4, 0), minutes=29, phenomenon=Phenomenon.HOT_SPOT),
            observation("a", place=at(4, 0), minutes=30),
        ],
    ):
        found, _ = assessed(rows)
        hours = {e.side: e.by_hour[12] for e in efforts(front(), PLANE, rows, found)}
        assert hours[EAST] is not Listening.QUIET
        if rows[-1].place is None or rows[-1].place == at(0, 0):
            assert Listening.QUIET not in hours.values()


def test_forty_explosions_at_some_time_of_four_hours_leave_none_of_them_quiet():
    rows = [quiet("q", 6), observation("a", place=at(4, 0), lasts_minutes=240, count=40)]
    found, _ = assessed(rows)
    by_side = {e.side: e.by_hour for e in efforts(front(), PLANE, rows, found)}
    assert by_side[EAST][12:16] == (Listening.FIRE_AT_SOME_TIME,) * 4
    assert by_side[WEST][12:16] == (Listening.QUIET,) * 4
