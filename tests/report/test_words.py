from dataclasses import replace

import handmade
import pytest
from hypothesis import given
from hypothesis import strategies as st

from trucewatch.model import Attribution, Coded, Count, Point, Ray, Sector, Span
from trucewatch.report import words
from trucewatch.spacetime import COMPASS, compass
from trucewatch.vocabulary import Phenomenon, Qualifier

NAMES = {"alfa": "Alfa", "bravo": "Bravo", "both": "both sides", "other": "another actor"}


def attribution(p: float, determination: str = "alfa") -> Attribution:
    rest = (1 - p) / 4
    shares = (("alfa", p), ("bravo", rest), ("both", rest), ("other", rest), ("no_violation", rest))
    return Attribution(
        incident_id="I", method="m/1", probabilities=shares, determination=determination, weights=(), lines=2, why=""
    )


@pytest.mark.parametrize(
    ("p", "said"),
    [(0.97, "attributed to Alfa (almost certain)"), (0.85, "largely attributed to Alfa (very likely)")],
)
def test_a_finding_says_how_likely_it_is_in_the_words_of_the_field(p: float, said: str) -> None:
    assert words.determination_words(attribution(p), NAMES) == said


def test_an_indication_is_given_from_likely_upwards_and_stays_undetermined() -> None:
    assert (
        words.determination_words(attribution(0.6, "undetermined"), NAMES) == "undetermined; indication: Alfa (likely)"
    )
    assert words.determination_words(attribution(0.5, "undetermined"), NAMES) == "undetermined"


def test_two_equal_leaders_give_no_indication() -> None:
    level = replace(attribution(0.5, "undetermined"), probabilities=(("alfa", 0.5), ("bravo", 0.5)))
    assert words.leading(level) is None
    assert words.determination_words(level, NAMES) == "undetermined"


@given(st.floats(min_value=0, max_value=1))
def test_no_probability_is_said_to_be_nothing_or_everything(p: float) -> None:
    assert words.percent(p) not in {"0.0 %", "100.0 %"}


@pytest.mark.parametrize(
    ("low", "high", "qualifier", "said"),
    [
        (610, 610, Qualifier.ABOUT, "about 610"),
        (120, None, Qualifier.AT_LEAST, "at least 120"),
        (120, None, Qualifier.NOT_STATED, "at least 120"),
        (None, 9, Qualifier.NOT_STATED, "at most 9"),
        (14, 22, Qualifier.RANGE, "14–22"),
        (7, 7, Qualifier.EXACT, "7"),
        (None, None, Qualifier.NOT_STATED, "not stated"),
    ],
)
def test_a_count_keeps_its_hedge(low, high, qualifier, said) -> None:
    assert words.count_words(Count(low=low, high=high, qualifier=qualifier)) == said


@pytest.mark.parametrize("name", COMPASS)
def test_a_compass_point_is_written_as_it_was_read(name: str) -> None:
    ray = Ray(observer=Point(lon=0, lat=0), sectors=(compass(name),), distance=Span(low_km=4, high_km=8))
    assert words.ray_words(ray) == f"4–8 km {name}"


def test_a_sector_of_several_points_names_its_ends_and_others_their_degrees() -> None:
    joined = Sector(from_deg=compass("NW").from_deg, to_deg=compass("NNW").to_deg)
    assert words.ray_words(Ray(observer=Point(lon=0, lat=0), sectors=(joined,))) == "distance not stated, NW–NNW"
    assert words.sector_words(130, 140, 10) == "bearings 130–140°"
    assert words.sector_words(132, 132, 0) == "bearing 132°"


def test_a_word_that_we_do_not_know_is_quoted_as_it_was_written() -> None:
    unknown: Coded[Phenomenon] = Coded(term=None, verbatim="bang")
    assert (words.spoken(unknown), words.term(unknown)) == ("“bang”", "bang")


def test_times_are_local_and_the_second_day_is_named_only_where_it_differs() -> None:
    start = handmade.START
    assert words.window_words(start, start.replace(hour=18), "Europe/Kyiv") == "2017-08-14 20:00 – 21:00"
    assert words.window_words(start, start.replace(hour=22), "Europe/Kyiv") == "2017-08-14 20:00 – 2017-08-15 01:00"


@given(st.floats(min_value=-0.004, max_value=0.004))
def test_bits_that_round_to_nothing_have_no_sign(weight: float) -> None:
    assert words.bits(weight) == "0"
