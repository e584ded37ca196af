"""Claims of two sides: who said it, whom it accuses, when and where as wide as the words leave it."""

from datetime import UTC, date, datetime, timedelta

import pytest

from trucewatch.evidence import is_physical
from trucewatch.intake.claims import CLAIMS, count, place, when
from trucewatch.intake.gazetteer import Settlement, gazetteer
from trucewatch.intake.reader import Context
from trucewatch.model import Area, Count, Party, Point
from trucewatch.vocabulary import Means, Qualifier, SourceClass, Stance

TOWNS = gazetteer(
    (
        Settlement(id=1, name="Gazakh", lon=45.37, lat=41.09),
        Settlement(id=2, name="Tovuz", lon=45.63, lat=40.99),
        Settlement(id=3, name="Gizilhajili", lon=46.86, lat=40.58),  # a namesake 130 km from Gazakh
        Settlement(id=4, name="Gegharkunik", lon=45.15, lat=40.26),  # a village, not the province
        Settlement(id=5, name="Vazashen", lon=45.28, lat=41.00),
        Settlement(id=6, name="Ijevan", lon=45.15, lat=40.88),
    )
)
ONE = Party(id="one", names=(("en", "Onia"),), aliases=("ON MoD",))
TWO = Party(id="two", names=(("en", "Twonia"),), aliases=("TW MoD",))
CONTEXT = Context(
    parties=(ONE, TWO),
    time_zone="Asia/Baku",
    gazetteer=TOWNS,
    third_parties=("The mission",),
    unplaced=("Gegharkunik",),
)
ROW = {
    "date": "2020-04-10",
    "speaker": "ON MoD",
    "accused": "Twonia",
    "count": "24 in a day",
    "firing_place": "Vazashen (Ijevan)",
    "target": "Gizilhajili (Gazakh)",
    "weapon": "large-calibre machine guns",
    "note": "",
}
DAY = date(2020, 4, 10)


def read(**cells):
    return CLAIMS.read(ROW | cells, CONTEXT)


def test_a_statement_of_a_side_is_a_claim_of_that_side():
    said = read()
    assert said.source.name == "ON MoD"
    assert said.source.source_class.term is SourceClass.PARTY
    assert said.source.side.party == "one"
    assert said.means.term is Means.PARTY_REPORT
    assert (said.claim.stance, said.claim.accused.party) == (Stance.ACCUSES, "two")


def test_exchanging_the_sides_exchanges_the_claim_and_nothing_else():
    said, mirrored = read(), read(speaker="TW MoD", accused="Onia")
    assert mirrored.claim.accused.party == "one"
    assert mirrored.source.side.party == "two"
    assert (mirrored.place, mirrored.clocks, mirrored.count) == (said.place, said.clocks, said.count)


def test_a_speaker_that_is_no_party_of_the_case_is_kept_by_its_name():
    said = read(speaker="Third MoD")
    assert (said.source.side.party, said.source.side.verbatim) == (None, "Third MoD")


def test_a_third_party_of_the_case_speaks_for_no_side_and_its_words_are_words():
    said = read(speaker="The mission", accused="", count="1")
    assert said.source.side is None
    assert said.source.source_class.term is SourceClass.INTERLOCUTOR
    assert not is_physical(said)
    assert said.claim.stance is Stance.REPORTS


@pytest.mark.parametrize("speaker", ["EUMA", "OSCE", "Another mission"])
def test_no_speaker_is_known_by_name_unless_the_case_names_it(speaker):
    said = read(speaker=speaker, accused="")
    assert (said.source.source_class.term, said.source.side.party) == (SourceClass.PARTY, None)
    assert not is_physical(said)


def test_a_denial_accuses_nobody():
    said = read(count="0")
    assert (said.claim.stance, said.claim.accused) == (Stance.DENIES, None)


def test_a_statement_without_a_speaker_is_refused():
    with pytest.raises(ValueError, match="speaker"):
        read(speaker=" ")


@pytest.mark.parametrize(
    ("words", "low", "high", "qualifier", "total"),
    [
        ("23 in a day", 23, 23, Qualifier.EXACT, True),
        ("120 in 24 h", 120, 120, Qualifier.EXACT, True),
        ("0", 0, 0, Qualifier.EXACT, False),
        ("1", 1, 1, Qualifier.EXACT, False),
        ("1+", 1, None, Qualifier.AT_LEAST, False),
        ("", None, None, Qualifier.NOT_STATED, False),
        ("at least 5", 5, None, Qualifier.AT_LEAST, False),
        ("more than 40 violations per day", 40, None, Qualifier.AT_LEAST, True),
        ("Approx. 40", 40, 40, Qualifier.ABOUT, False),
        ("about 12 times", 12, 12, Qualifier.ABOUT, False),
        ("5-7", 5, 7, Qualifier.RANGE, False),
        ("5 to 7 in 24 hours", 5, 7, Qualifier.RANGE, True),
        ("3 ceasefire violations", 3, 3, Qualifier.EXACT, False),
        ("nil", 0, 0, Qualifier.EXACT, False),
    ],
)
def test_every_form_of_count(words, low, high, qualifier, total):
    assert count(words) == (Count(low=low, high=high, qualifier=qualifier), total)


@pytest.mark.parametrize("words", ["many", "none", "-1", "1.5", "23 in a week", "1234567", "7-5", "3 wounded"])
def test_a_count_in_other_words_is_refused(words):
    with pytest.raises(ValueError, match="count"):
        count(words)


def baku(*args):
    return datetime(*args, tzinfo=UTC) - timedelta(hours=4)


@pytest.mark.parametrize(
    ("words", "start", "end"),
    [
        ("", baku(2020, 4, 10), baku(2020, 4, 11)),
        ("claim: 22:20 on 9 April to 01:40 on 10 April", baku(2020, 4, 9, 22, 20), baku(2020, 4, 10, 1, 40)),
        ("covers 9-10 April", baku(2020, 4, 9), baku(2020, 4, 11)),
        ("for 10 and 11 April", baku(2020, 4, 10), baku(2020, 4, 12)),
        ("about 01:30", baku(2020, 4, 10, 1, 30), baku(2020, 4, 10, 1, 30)),
        ("; a patrol near a village, 12:20", baku(2020, 4, 10, 12, 20), baku(2020, 4, 10, 12, 20)),
        ("night to 05:00 GMT+4", baku(2020, 4, 9, 20), baku(2020, 4, 10, 5)),
    ],
)
def test_the_time_is_as_wide_as_the_words_leave_it(words, start, end):
    found = when(DAY, words, day_total=False, time_zone="Asia/Baku")
    assert (found.start, found.end) == (start, end)


def test_a_total_of_a_day_may_have_begun_the_day_before():
    assert when(DAY, "", day_total=True, time_zone="Asia/Baku").start == baku(2020, 4, 9)
    assert read().is_total


def test_a_date_that_does_not_exist_is_refused():
    with pytest.raises(ValueError, match="31 April"):
        when(DAY, "covers 30-31 April", day_total=False, time_zone="Asia/Baku")


def test_a_village_that_the_gazetteer_lacks_is_put_at_its_district_not_at_a_far_namesake():
    found = place("Gizilhajili (Gazakh)", TOWNS)
    assert isinstance(found, Point)
    assert (found.lon, found.lat) == (45.37, 41.09)
    assert found.sd_km > 10


def test_a_district_holds_for_the_names_before_it():
    assert place("Gizilhajili; Elsewhere (Gazakh)", TOWNS) == place("Gizilhajili (Gazakh); Elsewhere (Gazakh)", TOWNS)


def test_several_places_are_a_box_that_holds_each():
    found = place("Gizilhajili (Gazakh); Munjuglu (Tovuz)", TOWNS)
    assert isinstance(found, Area)
    lons, lats = zip(*found.ring, strict=True)
    assert min(lons) < 45.37 < 45.63 < max(lons)
    assert min(lats) < 40.99 < 41.09 < max(lats)


def test_a_known_village_near_its_district_is_better_than_the_district():
    found = place("Vazashen (Ijevan)", TOWNS)
    assert (found.lon, found.lat) == (45.28, 41.00)


@pytest.mark.parametrize("words", ["", "E and SE border", "EU patrol near Verin Shorzha (Gegharkunik), 12:20"])
def test_better_no_place_than_a_wrong_one(words):
    assert place(words, TOWNS, ("Gegharkunik",)) is None


def test_a_district_is_unplaced_only_where_the_case_says_so():
    words = "Nowhere (Gegharkunik)"
    assert (place(words, TOWNS).lon, place(words, TOWNS, ("Gegharkunik",))) == (45.15, None)


def test_without_a_known_target_the_place_of_firing_stands_in():
    found = read(target="positions by Nowhere").place
    assert (found.lon, found.lat) == (45.28, 41.00)


@pytest.mark.parametrize(
    ("of_day", "words", "first", "last"),
    [
        (date(2020, 1, 2), "18:00 on 31 December to 06:00 on 1 January", baku(2019, 12, 31, 18), baku(2020, 1, 1, 6)),
        (date(2020, 1, 1), "18:00 on 31 December to 06:00 on 1 January", baku(2019, 12, 31, 18), baku(2020, 1, 1, 6)),
        (date(2019, 12, 31), "18:00 on 31 December to 06:00 on 1 January", baku(2019, 12, 31, 18), baku(2020, 1, 1, 6)),
        (date(2020, 1, 2), "31 December and 1 January", baku(2019, 12, 31), baku(2020, 1, 2)),
        (date(2022, 3, 2), "28 February to 1 March", baku(2022, 2, 28), baku(2022, 3, 2)),
        (date(2020, 4, 10), "8-9 April", baku(2020, 4, 8), baku(2020, 4, 10)),
    ],
)
def test_days_without_a_year_are_the_last_such_days(of_day, words, first, last):
    found = when(of_day, words, day_total=False, time_zone="Asia/Baku")
    assert (found.start, found.end) == (first, last)


@pytest.mark.parametrize(
    "words", ["23:10 on 1 March to 22:50 on 1 March", "3-1 March", "28-29 February", "30 February to 1 March"]
)
def test_a_time_that_runs_backwards_or_does_not_exist_is_refused(words):
    with pytest.raises(ValueError, match=r"backwards|does not exist"):
        when(date(2022, 3, 2), words, day_total=False, time_zone="Asia/Baku")
