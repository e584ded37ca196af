"""Local times and words to UTC: offsets of the day, nights that span midnight, words that are known or refused."""

from contextlib import suppress
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trucewatch.intake.daytimes import WORDS, clock, days, interval

KYIV = "Europe/Kyiv"
SUMMER, WINTER = date(2016, 8, 15), date(2016, 11, 8)


def at(year, month, day, hour, minute=0):
    return datetime(year, month, day, hour, minute, tzinfo=UTC)


def test_summer_time_is_three_hours_ahead_and_winter_time_two():
    assert interval(SUMMER, "08:15", "17:30", KYIV).start == at(2016, 8, 15, 5, 15)
    assert interval(WINTER, "08:15", "17:30", KYIV).start == at(2016, 11, 8, 6, 15)


def test_an_exact_time_without_an_end_is_an_instant_with_the_doubt_of_its_minute():
    when = interval(WINTER, "13:02", "", KYIV)
    assert when.start == when.end == at(2016, 11, 8, 11, 2)
    assert when.sd_s == 30


def test_an_end_before_its_start_is_of_the_next_day():
    when = interval(SUMMER, "22:20", "01:40", KYIV)
    assert when.end - when.start == timedelta(hours=3, minutes=20)


def test_a_blank_time_is_the_whole_local_day_even_when_the_clocks_change():
    long_day = interval(date(2016, 10, 30), "", "", KYIV)
    assert long_day.end - long_day.start == timedelta(hours=25)


@pytest.mark.parametrize("word", sorted(WORDS))
def test_every_known_word_touches_its_own_day(word):
    when = interval(SUMMER, word, "", KYIV)
    day = interval(SUMMER, "", "", KYIV)
    assert when.start < when.end
    assert when.start < day.end
    assert when.end > day.start


@pytest.mark.parametrize(
    ("words", "from_hour", "to_hour"),
    [
        ("early morning", (15, 0), (15, 6)),
        ("morning", (15, 6), (15, 12)),
        ("day", (15, 6), (15, 20)),
        ("afternoon", (15, 12), (15, 18)),
        ("evening", (15, 17), (16, 0)),
        ("late evening", (15, 21), (16, 0)),
        ("before midnight", (15, 21), (16, 0)),
        ("after midnight", (15, 0), (15, 3)),
        ("night", (15, 0), (16, 6)),
        ("night to 16", (15, 20), (16, 6)),
        ("night to 16 (83 min)", (15, 20), (16, 6)),
        ("night to 15", (14, 20), (15, 6)),
    ],
)
def test_the_documented_hours_of_each_word(words, from_hour, to_hour):
    when = interval(SUMMER, words, "", KYIV)
    assert when.start == at(2016, 8, *from_hour) - timedelta(hours=3)
    assert when.end == at(2016, 8, *to_hour) - timedelta(hours=3)


def test_a_night_to_the_first_of_a_month_begins_on_the_last_day_of_the_month_before():
    when = interval(date(2016, 8, 31), "night to 1", "", KYIV)
    assert when.start == at(2016, 8, 31, 17)
    assert when.end == at(2016, 9, 1, 3)


@pytest.mark.parametrize("words", ["night to 17", "tea time", "25:00", "8.15", "night to 16 and 17", "٠٨:١٥"])
def test_a_time_that_is_not_understood_is_refused_in_words(words):
    with pytest.raises(ValueError, match=r"night to|neither a clock time"):
        interval(SUMMER, words, "", KYIV)


def test_an_end_needs_a_start_on_the_clock_and_must_be_on_the_clock_itself():
    with pytest.raises(ValueError, match="no clock time"):
        interval(SUMMER, "evening", "19:30", KYIV)
    with pytest.raises(ValueError, match="not a clock time"):
        interval(SUMMER, "19:30", "late", KYIV)


@pytest.mark.parametrize("words", ["about 21:00", "Around 21:00", "approx. 21:00", "~21:00"])
def test_about_a_time_is_a_quarter_of_an_hour(words):
    when = interval(SUMMER, words, "", KYIV)
    assert (when.start, when.end, when.sd_s) == (at(2016, 8, 15, 18), at(2016, 8, 15, 18), 900)
    assert interval(SUMMER, "20:00", words, KYIV).sd_s == 900


@pytest.mark.parametrize("words", ["22:20-01:40", "22:20 – 01:40", "22:20 to 01:40", "between 22:20 and 01:40"])
def test_a_stretch_of_time_may_stand_in_the_first_cell(words):
    assert interval(SUMMER, words, "", KYIV) == interval(SUMMER, "22:20", "01:40", KYIV)


@pytest.mark.parametrize(
    ("start", "end"),
    [("21:00", "about 20:55"), ("21:00", "20:55"), ("21:00", "21:00"), ("about 21:00", "21:00"), ("19:30-19:30", "")],
)
def test_a_stretch_that_may_be_a_moment_or_a_whole_day_is_refused(start, end):
    with pytest.raises(ValueError, match=r"a moment, or a whole day.*write one time alone"):
        interval(SUMMER, start, end, KYIV)


def test_an_end_an_hour_before_its_start_is_of_the_next_day():
    when = interval(SUMMER, "10:00", "09:00", KYIV)
    assert when.end - when.start == timedelta(hours=23)


@given(st.times(timezones=st.none()), st.times(timezones=st.none()), st.dates(date(2015, 1, 1), date(2017, 1, 1)))
def test_a_stretch_never_runs_backwards_and_never_lasts_a_day(first, last, of_day):
    with suppress(ValueError):
        when = interval(of_day, first.strftime("%H:%M"), last.strftime("%H:%M"), KYIV)
        assert timedelta() < when.end - when.start < timedelta(hours=25)


def test_evening_hours_are_the_evening_and_about_the_evening_is_refused():
    assert interval(SUMMER, "Evening hours", "", KYIV) == interval(SUMMER, "evening", "", KYIV)
    with pytest.raises(ValueError, match="neither a clock time"):
        interval(SUMMER, "about evening", "", KYIV)


def test_days_run_forwards():
    assert days(date(2018, 7, 30), date(2018, 7, 31), KYIV).end == at(2018, 7, 31, 21)
    with pytest.raises(ValueError, match="backwards"):
        days(date(2018, 7, 31), date(2018, 7, 30), KYIV)


@given(st.times(timezones=st.none()))
def test_a_clock_time_reads_back_to_the_minute(moment):
    assert clock(moment.strftime("%H:%M")) == moment.replace(second=0, microsecond=0)


@pytest.mark.parametrize(
    ("words", "hour", "minute"),
    [
        ("0635 hrs", 6, 35),
        ("0635hrs", 6, 35),
        ("1015", 10, 15),
        ("06:35 h", 6, 35),
        ("19:30 hours", 19, 30),
        ("6:35 a.m.", 6, 35),
        ("12:05 am", 0, 5),
        ("12:05 PM", 12, 5),
        ("7 p.m.", 19, 0),
    ],
)
def test_the_clock_times_of_other_missions(words, hour, minute):
    when = interval(WINTER, words, "", KYIV)
    assert when.start == when.end == interval(WINTER, f"{hour:02}:{minute:02}", "", KYIV).start


@pytest.mark.parametrize("words", ["9.15", "2515", "1060", "13 p.m.", "0 am", "915", "12345", "24:00", "2400 hrs"])
def test_what_could_be_read_in_two_ways_is_refused_with_how_to_write_it(words):
    with pytest.raises(ValueError, match="0915 hrs"):
        interval(WINTER, words, "", KYIV)


@pytest.mark.parametrize("words", ["0635-0710 hrs", "from 0635 hrs to 0710 hrs", "between 6:35 a.m. and 7:10 a.m."])
def test_a_stretch_in_the_words_of_other_missions(words):
    assert interval(WINTER, words, "", KYIV) == interval(WINTER, "06:35", "07:10", KYIV)


@pytest.mark.parametrize(("start", "end"), [("22:00", "24:00"), ("22:00", "2400 hrs"), ("22:00-24:00", "")])
def test_twenty_four_hours_is_the_end_of_the_day(start, end):
    when = interval(WINTER, start, end, KYIV)
    assert (when.start, when.end) == (at(2016, 11, 8, 20), at(2016, 11, 8, 22))
    assert interval(WINTER, "00:00", end or "24:00", KYIV).end == at(2016, 11, 8, 22)


BACK, FORTH = date(2019, 10, 27), date(2019, 3, 31)  # 04:00 becomes 03:00; 03:00 becomes 04:00


def test_a_clock_time_that_the_night_has_twice_is_either_of_both():
    when = interval(BACK, "03:30", "", KYIV)
    assert (when.start, when.end) == (at(2019, 10, 27, 0, 30), at(2019, 10, 27, 1, 30))
    assert interval(BACK, "02:59", "", KYIV).end == at(2019, 10, 26, 23, 59)
    assert interval(BACK, "04:00", "", KYIV).start == interval(BACK, "04:00", "", KYIV).end == at(2019, 10, 27, 2)


@pytest.mark.parametrize(
    ("start", "end", "first", "last"),
    [
        ("03:50", "03:10", (27, 0, 50), (27, 1, 10)),  # over the change: 20 minutes, not a day
        ("02:50", "03:20", (26, 23, 50), (27, 1, 20)),
        ("03:20", "04:20", (27, 0, 20), (27, 2, 20)),
        ("04:10", "03:10", (27, 2, 10), (28, 1, 10)),  # of the next day
    ],
)
def test_a_stretch_in_the_night_with_an_hour_twice(start, end, first, last):
    when = interval(BACK, start, end, KYIV)
    assert (when.start, when.end) == (at(2019, 10, *first), at(2019, 10, *last))


@pytest.mark.parametrize(("start", "end"), [("03:30", "04:10"), ("02:30", "04:10"), ("03:10", "03:50")])
def test_a_stretch_in_the_night_without_an_hour_does_not_run_into_the_next_day(start, end):
    when = interval(FORTH, start, end, KYIV)
    assert at(2019, 3, 31, 0) <= when.start <= when.end < at(2019, 3, 31, 3)
