"""The observers' rows: what was perceived, from where, how many, and never more than was written."""

from dataclasses import replace
from datetime import date

import pytest

from trucewatch.intake.gazetteer import Settlement, gazetteer
from trucewatch.intake.reader import Context
from trucewatch.intake.smm import (
    OBSERVATIONS,
    TOTALS,
    WITHDRAWAL,
    count,
    direction,
    distance,
    flights_deg,
    sighting_days,
)
from trucewatch.model import Count, Point, Ray, Span
from trucewatch.vocabulary import Direction, Means, Phenomenon, Qualifier, SourceClass, WeaponClass

TOWNS = gazetteer(
    (
        Settlement(id=1, name="Donetsk", lon=37.80, lat=48.02, population=900_000),
        Settlement(id=2, name="Avdiivka", lon=37.75, lat=48.14, population=35_000),
    )
)
CONTEXT = Context(parties=(), time_zone="Europe/Kyiv", gazetteer=TOWNS)
ROW = {
    "report_url": "https://example.org/1",
    "obs_date": "2017-08-15",
    "start_local": "evening",
    "end_local": "",
    "means": "camera",
    "observer_place": "Avdiivka",
    "place_held_by": "gov",
    "place_offset": "17km N of Donetsk",
    "event": "explosion",
    "n_min": "1",
    "n_max": "1",
    "n_is_approximate": "0",
    "assessment": "undetermined",
    "weapon": "",
    "dist_min_km": "3",
    "dist_max_km": "5",
    "bearing_from_observer": "ESE",
    "flight": "",
    "note": "sequence 1",
}
SIGHTING = {
    "date": "2018-07-30/31",
    "means": "UAV",
    "place": "near Donetsk",
    "area": "non-gov",
    "offset": "",
    "weapon": "MLRS BM-21 122mm",
    "n": "6",
    "category": "in violation of withdrawal lines",
    "source_url": "https://example.org/2",
}
TOTAL = {"report_url": "u", "region": "Donetsk", "date": "2016-08-24", "explosions": "350", "qualifier": "at least"}


def read(**cells):
    return OBSERVATIONS.read(ROW | cells, CONTEXT)


def test_a_camera_is_one_source_whatever_it_saw():
    one, other = read(), read(event="projectile", n_min="6", n_max="6")
    assert one.source == other.source
    assert one.source.name == "SMM camera Avdiivka"
    assert one.source.source_class.term is SourceClass.CAMERA
    assert one.means.term is Means.RECORDED_CAMERA
    assert one.source.side is None


def test_a_patrol_does_not_say_whether_it_heard_or_saw():
    seen = read(means="patrol")
    assert (seen.means.term, seen.means.verbatim) == (None, "patrol")
    assert seen.source.source_class.term is SourceClass.OBSERVER


def test_who_holds_the_post_is_told_of_the_post_and_accuses_nobody():
    gov, other, nobody = read(place_held_by="gov"), read(place_held_by="DPR"), read(place_held_by="none")
    assert gov.observer_held_by != other.observer_held_by
    assert nobody.observer_held_by.party is None
    assert read(place_held_by="N/K").observer_held_by is None
    assert replace(gov, observer_held_by=None) == replace(other, observer_held_by=None)
    assert gov.claim is None


def test_a_row_is_a_ray_from_the_post():
    seen = read()
    assert isinstance(seen.place, Ray)
    assert seen.place.observer == seen.observer == Point(lon=37.75, lat=48.14, sd_km=2.0)
    assert [(s.from_deg, s.to_deg) for s in seen.place.sectors] == [(101.25, 123.75)]
    assert (seen.place.distance.low_km, seen.place.distance.high_km) == (3, 5)


def test_without_bearing_and_distance_the_ray_is_open():
    seen = read(bearing_from_observer="", dist_min_km="", dist_max_km="")
    assert (seen.place.sectors, seen.place.distance) == ((), None)


@pytest.mark.parametrize(
    ("event", "term"),
    [
        ("explosion", Phenomenon.EXPLOSION),
        ("burst", Phenomenon.BURST),
        ("shot", Phenomenon.SHOT),
        ("projectile", Phenomenon.PROJECTILE_IN_FLIGHT),
        ("salvo", None),
    ],
)
def test_events_are_the_missions_words_and_an_unknown_one_is_kept(event, term):
    assert (read(event=event).phenomenon.term, read(event=event).phenomenon.verbatim) == (term, event)


@pytest.mark.parametrize(
    ("words", "term"),
    [
        ("outgoing", Direction.OUTGOING),
        ("impact", Direction.IMPACT),
        ("incoming", Direction.IMPACT),
        ("airburst", Direction.AIRBURST),
        ("undetermined", Direction.UNDETERMINED),
        ("mostly undetermined", Direction.UNDETERMINED),
        ("12 assessed, rest undetermined", Direction.UNDETERMINED),
        ("30 anti-aircraft cannon, rest undetermined", Direction.UNDETERMINED),
        ("32 impacts", Direction.UNDETERMINED),
        ("", None),
        ("from the north, they say", None),
    ],
)
def test_an_assessment_of_a_part_is_never_stretched_over_the_whole(words, term):
    assert (direction(words).term, direction(words).verbatim) == (term, words)


@pytest.mark.parametrize(
    ("cells", "found"),
    [
        (("53", "53", "0", ""), Count(low=53, high=53, qualifier=Qualifier.EXACT)),
        (("300", "300", "1", ""), Count(low=300, high=300, qualifier=Qualifier.ABOUT)),
        (("160", "160", "1", "almost 160"), Count(low=160, high=160, qualifier=Qualifier.ABOUT)),
        (("15", "20", "0", ""), Count(low=15, high=20, qualifier=Qualifier.RANGE)),
        (("59", "", "0", "at least"), Count(low=59, qualifier=Qualifier.AT_LEAST)),
        (("14", "14", "", "outside storage sites; at least"), Count(low=14, qualifier=Qualifier.AT_LEAST)),
        (("", "9", "0", ""), Count(high=9, qualifier=Qualifier.AT_MOST)),
        (("", "", "1", "hundreds"), Count(low=200, qualifier=Qualifier.AT_LEAST)),
        (("", "", "0", ""), Count()),
    ],
)
def test_every_hedge_of_a_count(cells, found):
    assert count(*cells) == found


def test_ends_in_the_wrong_order_are_refused():
    with pytest.raises(ValueError, match="count runs backwards"):
        count("9", "3", "0", "")
    with pytest.raises(ValueError, match="distance runs backwards"):
        distance("9", "3")


def test_a_distance_errs_by_a_fifth_and_by_its_rounding_at_least():
    assert distance("8", "10") == Span(low_km=8, high_km=10, sd_km=pytest.approx(1.8))
    assert distance("1", "") == Span(low_km=1, high_km=1, sd_km=0.3)
    assert distance("", "") is None


def test_a_flight_is_towards_its_second_letter():
    assert flights_deg("W>E") == (90,)
    assert flights_deg("W>E and E>W") == flights_deg("E>W and W>E") == (90, 270)
    assert flights_deg("S>N") == (0,)
    assert flights_deg("") == ()
    with pytest.raises(ValueError, match="flight"):
        flights_deg("eastwards")


def test_a_flight_may_be_towards_any_of_sixteen_points():
    assert flights_deg("SE>NW") == flights_deg("from SE to NW") == (315,)
    assert flights_deg("NNE>SSW and W > E") == (90, 202.5)
    for words in ("NN>E", "X>E", "SE-NW", "SE>"):
        with pytest.raises(ValueError, match="of the sixteen points"):
            flights_deg(words)


def test_the_missions_words_are_known_whatever_their_case_and_number():
    seen = read(event="Explosions", assessment="Impact", means="Recorded")
    assert (seen.phenomenon.term, seen.phenomenon.verbatim) == (Phenomenon.EXPLOSION, "Explosions")
    assert seen.direction.term is Direction.IMPACT
    assert (seen.means.term, seen.source.source_class.term) == (Means.RECORDED_CAMERA, SourceClass.CAMERA)
    assert read(event="Projectile in flight").phenomenon.term is Phenomenon.PROJECTILE_IN_FLIGHT
    assert direction("outgoing and subsequent impacts").term is Direction.OUTGOING_AND_IMPACT
    assert read(means="Mini-UAV").source.source_class.term is SourceClass.DRONE


def test_what_a_patrol_heard_and_saw_from_one_post_are_one_source():
    sources = {read(means=means).source.name for means in ("Heard", "saw", "patrol")}
    assert sources == {"SMM patrol Avdiivka"}
    assert read(means="Recorded").source.name == read(means="camera").source.name == "SMM camera Avdiivka"
    spelt = read(observer_place="SMM camera in Avdiivka (government-controlled, 17km N of Donetsk)", place_offset="")
    assert (spelt.source, spelt.observer) == (read().source, read().observer)


def test_what_the_mission_writes_as_not_known_was_not_stated():
    blank = dict.fromkeys(("n_min", "n_max", "dist_min_km", "dist_max_km", "bearing_from_observer", "assessment"), "")
    assert read(**dict.fromkeys(blank, "N/K")) == read(**blank)


def test_the_total_of_a_day_belongs_to_no_single_happening():
    assert read(note="total of the day").is_total
    assert not read().is_total


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("obs_date", "15.08.2017"),
        ("obs_date", "0000-01-01"),
        ("obs_date", "9999-12-31"),
        ("start_local", "soon"),
        ("observer_place", "Nowhere"),
        ("bearing_from_observer", "400"),
        ("dist_max_km", "NaN"),
        ("dist_max_km", "500"),
        ("dist_min_km", "-1"),
        ("n_min", "many"),
        ("flight", "up"),
    ],
)
def test_a_cell_that_cannot_be_is_refused_with_a_reason(column, value):
    with pytest.raises(ValueError, match=r"\w+ \w+"):
        read(**{column: value, "place_offset": ""})


def test_a_weapon_seen_is_a_place_with_a_count_and_the_missions_category():
    seen = WITHDRAWAL.read(SIGHTING, CONTEXT)
    assert seen.phenomenon.term is Phenomenon.WEAPON_SEEN
    assert (seen.weapon.weapon_class.term, seen.weapon.calibres_mm) == (WeaponClass.MLRS, (122,))
    assert seen.count == Count(low=6, high=6, qualifier=Qualifier.EXACT)
    assert seen.place == Point(lon=37.80, lat=48.02, sd_km=3.0)
    assert seen.text == "in violation of withdrawal lines"
    assert seen.claim is None


@pytest.mark.parametrize(
    ("means", "term", "source_class"),
    [
        ("UAV", None, SourceClass.DRONE),
        ("mini-UAV", Means.MINI_UAV, SourceClass.DRONE),
        ("long-range UAV", Means.LONG_RANGE_UAV, SourceClass.DRONE),
        ("patrol", None, SourceClass.OBSERVER),
    ],
)
def test_the_range_of_a_drone_is_known_only_where_it_is_stated(means, term, source_class):
    seen = WITHDRAWAL.read(SIGHTING | {"means": means}, CONTEXT)
    assert (seen.means.term, seen.means.verbatim) == (term, means)
    assert seen.source.source_class.term is source_class


@pytest.mark.parametrize("sign", ["N/K", "n/a", "Not known"])
def test_what_the_mission_writes_as_not_known_is_no_weapon_and_no_number(sign):
    seen = WITHDRAWAL.read(SIGHTING | dict.fromkeys(("weapon", "n", "category"), sign), CONTEXT)
    assert seen == WITHDRAWAL.read(SIGHTING | dict.fromkeys(("weapon", "n", "category"), ""), CONTEXT)
    assert (seen.weapon, seen.count) == (None, Count())
    with pytest.raises(ValueError, match="needs a number and a qualifier"):
        TOTALS.read(TOTAL | {"explosions": sign}, CONTEXT)


def test_a_sighting_may_span_two_days():
    assert sighting_days("2018-07-30/31") == (date(2018, 7, 30), date(2018, 7, 31))
    assert sighting_days("2018-07-30") == (date(2018, 7, 30), date(2018, 7, 30))
    with pytest.raises(ValueError, match="July"):
        sighting_days("30 July")
    with pytest.raises(ValueError, match="does not exist"):
        sighting_days("2018-07-30/32")


@pytest.mark.parametrize(
    ("qualifier", "low", "high"),
    [("exact", 350, 350), ("about", 350, 350), ("at least", 350, None), ("at most", None, 350)],
)
def test_a_total_keeps_its_hedge_and_is_marked_as_a_total(qualifier, low, high):
    seen = TOTALS.read(TOTAL | {"qualifier": qualifier}, CONTEXT)
    assert (seen.count.low, seen.count.high) == (low, high)
    assert seen.is_total
    assert seen.place is None


@pytest.mark.parametrize(("column", "value"), [("qualifier", "roughly"), ("explosions", ""), ("date", "yesterday")])
def test_a_total_that_says_too_little_is_refused(column, value):
    with pytest.raises(ValueError, match=r"\w+ \w+"):
        TOTALS.read(TOTAL | {column: value}, CONTEXT)


@pytest.mark.parametrize("note", ["about", "approximately 20", "some 20, of small arms", "ca. 20; cut off", "~20"])
def test_a_hedge_of_the_number_is_kept(note):
    assert count("20", "20", "", note).qualifier is Qualifier.ABOUT


@pytest.mark.parametrize("note", ["not less than", "more than 20", "no fewer than 20 heard"])
def test_a_least_number_is_no_exact_one(note):
    assert count("20", "20", "", note) == Count(low=20, qualifier=Qualifier.AT_LEAST)


@pytest.mark.parametrize(
    "note", ["about 200 m away", "at some distance", "over the road", "about 2", "for around 20.5 s"]
)
def test_a_hedge_of_something_else_is_none(note):
    assert count("20", "20", "", note).qualifier is Qualifier.EXACT


@pytest.mark.parametrize("yes", ["1", "yes", "Y", "TRUE"])
def test_approximate_may_be_said_in_a_word(yes):
    assert count("20", "20", yes, "").qualifier is Qualifier.ABOUT
    assert count("20", "20", "no", "").qualifier is Qualifier.EXACT


def test_none_perceived_is_no_event():
    with pytest.raises(ValueError, match="quiet"):
        OBSERVATIONS.read(ROW | {"n_min": "0", "n_max": "0"}, CONTEXT)


@pytest.mark.parametrize("words", ["From W to E", "W to E", "W>E"])
def test_a_flight_in_the_column_of_the_assessment_is_a_flight(words):
    seen = OBSERVATIONS.read(ROW | {"event": "projectile", "assessment": words, "flight": ""}, CONTEXT)
    assert seen.flights_deg == (90,)
    assert (seen.direction.term, seen.direction.verbatim) == (None, "")


def test_a_patrol_that_heard_and_saw_is_a_patrol():
    seen = OBSERVATIONS.read(ROW | {"means": "Heard and saw"}, CONTEXT)
    assert seen.source.source_class.term is SourceClass.OBSERVER
    assert seen.source.name == OBSERVATIONS.read(ROW | {"means": "heard"}, CONTEXT).source.name


@pytest.mark.parametrize("text", ["1-2", "1 – 2 km", "1 to 2"])
def test_two_distances_in_one_cell_are_told_their_columns(text):
    with pytest.raises(ValueError, match="dist_min_km and dist_max_km"):
        distance(text, "")
