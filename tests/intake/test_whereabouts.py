"""Places in words: the gazetteer where it agrees with the offset, the offset where the name is unknown."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trucewatch.intake.gazetteer import Settlement as Town
from trucewatch.intake.gazetteer import gazetteer
from trucewatch.intake.whereabouts import AREA_SD_KM, TOWN_SD_KM, extent, sectors, whereabouts
from trucewatch.model import Point
from trucewatch.spacetime import COMPASS, distance_km, opened_deg

DONETSK = Town(id=1, name="Donetsk", lon=37.80, lat=48.02, population=900_000)
HORLIVKA = Town(id=2, name="Horlivka", lon=38.02, lat=48.30, population=240_000)
FAR_NAMESAKE = Town(id=3, name="Vasylivka", lon=38.52, lat=47.67, population=878)
COAST = Town(id=4, name="Novoazovsk", lon=38.09, lat=47.11), Town(id=5, name="Siedove", lon=38.15, lat=47.08)
TOWNS = gazetteer((DONETSK, HORLIVKA, FAR_NAMESAKE, *COAST))


def km(place, lon, lat):
    return distance_km(place.lon, place.lat, lon, lat)


@pytest.mark.parametrize(
    "words", ["Donetsk", "Donetsk city centre", "Donetsk city", "compound in the centre of Donetsk"]
)
def test_words_about_the_middle_of_a_town_mean_its_own_point(words):
    assert whereabouts(words, "", TOWNS) == Point(lon=37.80, lat=48.02, sd_km=TOWN_SD_KM)


@pytest.mark.parametrize(
    "words",
    [
        "Donetsk area",
        "near Donetsk",
        "N of Donetsk",
        "compound S of Donetsk",
        "SE edge of Donetsk",
        "the north-eastern outskirts of Donetsk",
        "western part of Donetsk",
    ],
)
def test_vague_words_about_a_town_mean_its_point_less_well_known(words):
    assert whereabouts(words, "", TOWNS) == Point(lon=37.80, lat=48.02, sd_km=AREA_SD_KM)


def test_an_unknown_place_is_put_at_its_offset_and_the_doubt_grows_with_the_distance():
    near = whereabouts("Donetsk railway station", "8km NW of Donetsk centre", TOWNS)
    far = whereabouts("Markyne", "94km S of Donetsk", TOWNS)
    assert km(near, 37.80, 48.02) == pytest.approx(8, abs=0.01)
    assert near.lon < 37.80
    assert near.lat > 48.02
    assert TOWN_SD_KM < near.sd_km < 3 < 10 < far.sd_km < 12


def test_a_namesake_that_contradicts_the_offset_is_another_place():
    place = whereabouts("near Vasylivka", "47km S of Donetsk", TOWNS)
    assert km(place, 37.80, 48.02) == pytest.approx(47, abs=0.01)
    assert km(place, 38.52, 47.67) > 30


def test_a_name_that_agrees_with_the_offset_is_better_than_the_offset():
    assert whereabouts("Horlivka", "39km NE of Donetsk", TOWNS) == Point(lon=38.02, lat=48.30, sd_km=TOWN_SD_KM)


def test_offsets_chain_through_a_place_that_only_the_offset_knows():
    place = whereabouts("1km SE of the destroyed airport", "airport 9km NW of Donetsk", TOWNS)
    assert km(place, 37.80, 48.02) == pytest.approx(8, abs=0.05)


def test_an_offset_within_the_name_is_applied():
    place = whereabouts("7km N of Horlivka", "", TOWNS)
    assert place.lat > 48.30
    assert km(place, 38.02, 48.30) == pytest.approx(7, abs=0.01)


def test_between_two_towns_is_their_middle_with_the_doubt_of_the_way():
    place = whereabouts("field between Novoazovsk and Siedove", "", TOWNS)
    assert (place.lon, place.lat) == (pytest.approx(38.12), pytest.approx(47.095))
    assert place.sd_km > TOWN_SD_KM


def test_two_offsets_are_known_better_than_either():
    both = whereabouts("a field", "40km E of Donetsk / 50km SE of Horlivka", TOWNS)
    assert both.sd_km < whereabouts("a field", "40km E of Donetsk", TOWNS).sd_km


@pytest.mark.parametrize("offset", ["", "5km N of Atlantis", "somewhere"])
def test_a_place_that_nothing_leads_to_is_refused_by_its_name(offset):
    with pytest.raises(ValueError, match="Nowhere"):
        whereabouts("Nowhere", offset, TOWNS)


def test_neighbouring_bearings_merge_and_others_stay_apart():
    assert [(s.from_deg, s.to_deg) for s in sectors("NW NNW")] == [(303.75, 348.75)]
    assert [(s.from_deg, s.to_deg) for s in sectors("NNW N NNE")] == [(326.25, 33.75)]
    assert len(sectors("N NW W S")) == 4
    assert len(sectors("W SW")) == 2  # west-south-west lies between them


def test_no_bearing_and_all_bearings_say_the_same():
    assert sectors("") == sectors(" ".join(COMPASS)) == ()


@given(st.sets(st.sampled_from(COMPASS), min_size=1, max_size=15), st.randoms(use_true_random=False))
def test_sectors_open_as_wide_as_the_points_named_in_any_order_and_however_often(points, chance):
    named = [*sorted(points), *sorted(points)]
    chance.shuffle(named)
    found = sectors(" ".join(named))
    assert found == sectors(" ".join(sorted(points)))
    assert sum(opened_deg(s) for s in found) == pytest.approx(22.5 * len(points))


def test_a_bearing_off_the_compass_is_refused():
    with pytest.raises(ValueError, match="NNNW"):
        sectors("N NNNW")


def test_a_box_about_points_holds_them_with_their_errors():
    ring = extent([Point(lon=45, lat=41, sd_km=10), Point(lon=46, lat=40.5, sd_km=2)]).ring
    assert ring[0] == ring[-1]
    west, south = ring[0]
    east, north = ring[2]
    assert west < 45 - 0.15
    assert east > 46.01
    assert south < 40.5
    assert north > 41.1


@pytest.mark.parametrize(
    ("words", "same"),
    [
        ("N-NE", "N NNE NE"),
        ("NE to N", "N NNE NE"),
        ("NW – NNE", "NW NNW N NNE"),
        ("north-west", "NW"),
        ("north west and South", "NW S"),
        ("south south-west, W", "SSW W"),
    ],
)
def test_ranges_and_spelt_points_are_the_points_that_they_mean(words, same):
    assert sectors(words) == sectors(same)


@pytest.mark.parametrize("words", ["N-S", "northerly", "N-NNNW", "NE-"])
def test_a_bearing_that_could_be_two_is_refused(words):
    with pytest.raises(ValueError, match=r"either way round|sixteen points"):
        sectors(words)


@pytest.mark.parametrize(
    "place",
    [
        "Avdiivka (government-controlled, 17km N of Donetsk)",
        "Avdiivka (17 km N of Donetsk)",
        "SMM camera in Avdiivka (government-controlled, 17km N of Donetsk)",
    ],
)
def test_an_offset_in_brackets_after_the_name_is_its_offset(place):
    assert whereabouts(place, "", TOWNS) == whereabouts("Avdiivka", "17km N of Donetsk", TOWNS)


def test_a_place_in_brackets_that_is_no_offset_changes_nothing():
    assert whereabouts("Donetsk (non-government-controlled)", "", TOWNS) == whereabouts("Donetsk", "", TOWNS)


@pytest.mark.parametrize("offset", ["39 km north-east of Donetsk", "39km NE of Donetsk", "39 km North East of Donetsk"])
def test_an_offset_may_be_spelt_out(offset):
    assert whereabouts("an unknown farm", offset, TOWNS) == whereabouts("an unknown farm", "39km NE of Donetsk", TOWNS)


def test_a_direction_in_a_name_is_a_part_of_the_name():
    west = gazetteer([*TOWNS.settlements, Town(id=99, name="West Farm", lon=38, lat=48)])
    assert (whereabouts("West Farm", "", west).lon, whereabouts("N of West Farm", "", west).lon) == (38, 38)


def test_who_has_places_elsewhere_is_told_how_to_write_them():
    with pytest.raises(ValueError, match="written as degrees"):
        whereabouts("Trincomalee", "8.5711N 81.2335E", TOWNS)


@pytest.mark.parametrize("bearing", ["120°", "all", "southerly"])
def test_a_bearing_in_other_words_is_told_how_to_write_it(bearing):
    with pytest.raises(ValueError, match="write it as NNW"):
        sectors(bearing)
