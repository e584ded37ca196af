"""A statement without degrees is placed at the one settlement of its case that its words name, and said to be."""

import json

import pytest

from trucewatch.intake import read
from trucewatch.intake.gazetteer import Gazetteer, Settlement, gazetteer
from trucewatch.intake.mentions import Mentions, mentions
from trucewatch.intake.places import parse_places, theatre
from trucewatch.intake.reader import Context
from trucewatch.intake.strays import strays
from trucewatch.model import Party, Point, Ray

PARTIES = (Party(id="north", names=()), Party(id="south", names=()))
HEADER = "id,source,source_class,time,place_name,lon,lat,observer_lon,observer_lat,bearing_deg,text"
SETTLEMENTS = (
    ({"en": "Mare", "hy": "Մարե"}, 44.0, 40.0, None),
    ({"en": "Old Mare"}, 44.5, 40.0, None),
    ({"en": "Shana / Şana"}, 45.0, 40.5, 4.0),
    ({"en": "Twin"}, 44.2, 40.2, None),
    ({"en": "Twin"}, 44.9, 40.2, None),
)


def places():
    features = [
        {
            "type": "Feature",
            "properties": {"role": "settlement", "names": names} | ({} if km is None else {"accuracy_km": km}),
            "geometry": {"type": "Point", "coordinates": [lon, lat]},
        }
        for names, lon, lat, km in SETTLEMENTS
    ]
    return parse_places(json.dumps({"type": "FeatureCollection", "features": features}).encode(), PARTIES)


def row(**cells):
    stated = {"id": "1", "source": "A ministry", "source_class": "party", "time": "2031-01-01T10:00:00Z"} | cells
    table = "\n".join([HEADER, ",".join(f'"{stated.get(name, "")}"' for name in HEADER.split(","))])
    known = gazetteer(
        [Settlement(id=1, name="Farther", lon=45.2, lat=40.1), Settlement(id=2, name="Away", lon=9, lat=9)]
    )
    context = Context(
        parties=PARTIES, time_zone="UTC", gazetteer=known, settlements=mentions(places()), theatre=theatre(places())
    )
    return next(iter(read("t.csv", [table.encode()], context)))


@pytest.mark.parametrize(
    ("text", "lon", "sd_km"),
    [
        ("Our positions near Mare came under fire.", 44.0, 3.0),
        ("Mare: shelling; Mare's school was hit.", 44.0, 3.0),
        ("Կրակ Մարե գյուղի մոտ", 44.0, 3.0),
        ("From the heights about Old Mare.", 44.5, 3.0),  # the longer name, not the one inside it
        ("tirs près de Şana (mortar)", 45.0, 5.0),  # 3 km of "near" and its own 4 km
    ],
)
def test_the_one_settlement_that_words_name_is_the_place(text, lon, sd_km):
    place = row(text=text).place
    assert isinstance(place, Point)
    assert (place.lon, place.sd_km) == (lon, sd_km)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Fire along the whole line.",
        "From positions near Mare they fired at Shana.",  # which of both?
        "Shelling of Twin.",  # there are two, 60 km apart
        "The mare was hit.",  # no name
        "Maren came under fire.",
    ],
)
def test_words_that_name_none_or_several_place_nothing(text):
    assert row(text=text).place is None


def test_degrees_come_first_then_a_bearing_then_the_column_then_the_text():
    text = "near Mare"
    assert row(text=text, lon="44.7", lat="40.1", place_name="Shana").place.lon == 44.7
    heard = {"observer_lon": "44.6", "observer_lat": "40.1", "text": text}
    assert isinstance(row(**heard, bearing_deg="90", place_name="Shana").place, Ray)
    assert isinstance(row(**heard).place, Ray)  # an observer's sentence may name where he stood
    assert row(**heard, place_name="Shana").place.lon == 45.0
    assert row(text=text, place_name="Shana").place.lon == 45.0
    assert row(bearing_deg="90", place_name="Shana").place.lon == 45.0  # a bearing from nowhere


def test_a_place_name_that_the_case_lacks_is_looked_up_about_its_places_only():
    assert row(place_name="near Farther").place.lon == 45.2
    assert row(place_name="Away").place is None
    assert row(place_name="Away", text="near Mare").place.lon == 44.0


def test_what_words_placed_and_what_no_list_knows_is_said():
    by_text, by_name, unknown = row(text="near Mare"), row(id="2", place_name="Shana"), row(place_name="Away")
    assert strays([by_text, by_name]) == (
        "no degrees: placed at the one settlement that place_name or text names (2 rows)",
    )
    assert strays([unknown]) == ("place_name is in neither places.geojson nor the gazetteer: without a place (1 row)",)
    assert strays([row(id=text, text=text) for text in ("", "near Mare and Shana")]) == ()


def test_a_party_that_is_called_after_a_place_is_placed_as_often_as_one_that_is_not():
    one = Party(id="mr", names=(("en", "Mare Republic"),), aliases=("Mare army",))
    other = Party(id="os", names=(("en", "Other State"),), aliases=("State army",))
    known, turned = mentions(places(), (one, other)), mentions(places(), (other, one))
    assert known == turned
    for name in ("Mare Republic", "Mare army", "Other State", "State army"):
        assert known.place(f"{name}: our positions near Shana came under fire").lon == 45.0
        assert known.place(f"{name} says nothing of where") is None
    assert known.place("Mare Republic: fire at Mare").lon == 44.0


def test_the_order_of_the_places_decides_nothing():
    assert mentions(reversed(places())) == mentions(places())
    assert Mentions().place("near Mare") is None


def test_a_case_without_settlements_reads_as_before():
    assert Context(parties=PARTIES, time_zone="UTC", gazetteer=Gazetteer()).settlements.place("near Mare") is None
