from dataclasses import replace
from datetime import UTC, datetime

import handmade
import pytest
from hypothesis import given
from hypothesis import strategies as st

from trucewatch.model import Attribution, Coded, Count, Party, Point, Ray, Sector, Span, StandardOfProof
from trucewatch.report import words
from trucewatch.spacetime import COMPASS, compass
from trucewatch.vocabulary import Phenomenon, Qualifier

CASE = replace(
    handmade.assessment().case,
    parties=(Party(id="alfa", names=(("en", "Alfa"),)), Party(id="bravo", names=(("en", "Bravo"),))),
)
HYPOTHESES = ("alfa", "bravo", "both", "other", "no_violation")


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
    assert words.determination_words(attribution(p), CASE) == said


def test_an_indication_is_given_from_likely_upwards_and_stays_undetermined() -> None:
    assert (
        words.determination_words(attribution(0.6, "undetermined"), CASE) == "undetermined; indication: Alfa (likely)"
    )
    assert words.determination_words(attribution(0.5, "undetermined"), CASE) == "undetermined"


def test_two_equal_leaders_give_no_indication() -> None:
    level = replace(attribution(0.5, "undetermined"), probabilities=(("alfa", 0.5), ("bravo", 0.5)))
    assert words.leading(level) is None
    assert words.determination_words(level, CASE) == "undetermined"


@pytest.mark.parametrize("side", ["alfa", "bravo", "both"])
@given(p=st.floats(min_value=0, max_value=1), lines=st.integers(0, 5), least=st.integers(1, 4))
def test_no_side_is_named_as_an_indication_below_likely_or_on_fewer_lines_than_a_finding_asks(
    side: str, p: float, lines: int, least: int
) -> None:
    shares = tuple((name, p if name == side else (1 - p) / 4) for name in HYPOTHESES)
    given_ = replace(attribution(p, "undetermined"), probabilities=shares, lines=lines)
    case = replace(CASE, standard=StandardOfProof(lines=least))
    is_named = words.determination_words(given_, case) != "undetermined"
    assert is_named == (p >= 0.55 and lines >= least)
    assert words.indicated(given_, case.standard) == (side if is_named else None)


@pytest.mark.parametrize("nobody", ["other", "no_violation"])
@pytest.mark.parametrize(("p", "lines", "said"), [(0.55, 1, "indication"), (0.55, 0, ""), (0.54, 3, "")])
def test_what_accuses_no_side_may_be_indicated_on_one_line(nobody: str, p: float, lines: int, said: str) -> None:
    shares = tuple((name, p if name == nobody else (1 - p) / 4) for name in HYPOTHESES)
    given_ = replace(attribution(p, "undetermined"), probabilities=shares, lines=lines)
    tail = words.determination_words(given_, CASE).removeprefix("undetermined")
    assert tail.removeprefix("; ").split(":")[0] == said


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
    assert words.sector_words(130, 140, 10) == "bearings 130–140° (about SE)"
    assert words.sector_words(132, 132, 0) == "bearing 132° (SE)"


def test_a_word_that_we_do_not_know_is_quoted_as_it_was_written() -> None:
    unknown: Coded[Phenomenon] = Coded(term=None, verbatim="bang")
    assert (words.spoken(unknown), words.term(unknown)) == ("“bang”", "bang")


def test_times_are_local_and_the_second_day_is_named_only_where_it_differs() -> None:
    start = handmade.START
    assert words.window_words(start, start.replace(hour=18), "Europe/Kyiv") == "2017-08-14 20:00 – 21:00"
    assert words.window_words(start, start.replace(hour=22), "Europe/Kyiv") == "2017-08-14 20:00 – 2017-08-15 01:00"


def test_the_hour_that_the_clocks_repeat_is_written_with_its_offset() -> None:
    summer, winter = datetime(2016, 10, 30, 0, 30, tzinfo=UTC), datetime(2016, 10, 30, 1, 30, tzinfo=UTC)
    first, second = "2016-10-30 03:30 UTC+03:00", "2016-10-30 03:30 UTC+02:00"
    assert (words.local_words(summer, "Europe/Kyiv"), words.local_words(winter, "Europe/Kyiv")) == (first, second)
    assert words.window_words(summer, winter, "Europe/Kyiv") == f"{first} – 03:30 UTC+02:00"
    assert words.local_words(winter.replace(hour=2), "Europe/Kyiv") == "2016-10-30 04:30"
    assert words.local_words(summer, "UTC") == "2016-10-30 00:30"


@given(st.floats(min_value=-0.004, max_value=0.004))
def test_bits_that_round_to_nothing_have_no_sign(weight: float) -> None:
    assert words.bits(weight) == "0"


def test_of_three_parties_it_is_not_said_that_both_fired() -> None:
    case = handmade.assessment().case
    third = Party(id="charlie", names=(("en", "Charlie"),))
    assert words.hypothesis_names(case)["both"] == "both sides"
    assert words.hypothesis_names(replace(case, parties=(*case.parties, third)))["both"] == "more than one side"
