"""Time zones as people write them, and the words that mean another zone on another machine."""

from datetime import datetime, timedelta
from importlib.resources import files
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trucewatch.intake.zones import time_zone

ZONES = [name for name in files("tzdata").joinpath("zones").read_text("ascii").split() if name != "Factory"]


def test_every_zone_of_the_database_has_its_own_name_in_any_case_of_letters():
    assert len(ZONES) > 400
    for name in ZONES:
        assert time_zone(name) == time_zone(name.lower()) == time_zone(name.upper()) == name


@pytest.mark.parametrize(
    ("written", "name"),
    [
        ("europe/kiev", "Europe/Kiev"),
        ("utc", "UTC"),
        ("Z", "UTC"),
        ("+04:00", "Etc/GMT-4"),
        ("+0400", "Etc/GMT-4"),
        ("+4", "Etc/GMT-4"),
        ("UTC+4", "Etc/GMT-4"),
        ("utc +04:00", "Etc/GMT-4"),
        ("-05:00", "Etc/GMT+5"),
        ("UTC−5", "Etc/GMT+5"),
        ("+00:00", "UTC"),
        ("UTC-0", "UTC"),
    ],
)
def test_a_zone_may_be_written_in_several_ways(written, name):
    assert time_zone(written) == name


@given(st.integers(-12, 14))
def test_a_zone_of_whole_hours_is_as_far_ahead_as_it_is_written(hours):
    for written in (f"{hours:+d}", f"{hours:+03d}:00", f"UTC{hours:+d}"):
        offset = datetime(2021, 7, 1, tzinfo=ZoneInfo(time_zone(written))).utcoffset()
        assert offset == timedelta(hours=hours)


@pytest.mark.parametrize("word", ["+05:30", "+04:60", "+15:00", "-13", "UTC+99"])
def test_an_offset_that_no_zone_has_is_refused_in_words(word):
    with pytest.raises(ValueError, match="whole number of hours from -12 to"):
        time_zone(word)


@pytest.mark.parametrize(
    "word",
    ["posixrules", "localtime", "Factory", "factory", "Europe", "posix/Europe/Kiev", "right/UTC", "tzdata.zi", "GMT+4"],
)
def test_a_word_that_is_no_place_or_another_one_elsewhere_is_refused(word):
    with pytest.raises(ValueError, match="there is no time zone"):
        time_zone(word)
