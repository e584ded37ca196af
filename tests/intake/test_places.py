"""Dated places from GeoJSON, and the feature that is wrong by its number."""

import json
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trucewatch.intake.case import CaseError
from trucewatch.intake.places import parse_places, theatre
from trucewatch.model import Feature, Geometry, Party
from trucewatch.vocabulary import FeatureRole, UnitKind

PARTIES = (Party(id="north", names=(("en", "Northland"),), aliases=("N.",)), Party(id="south", names=(("en", "S"),)))
SQUARE = [[[44, 39], [45, 39], [45, 40], [44, 40], [44, 39]]]


def feature(kind="Point", coordinates=(44.5, 39.5), role="observation_post", **properties):
    return {
        "type": "Feature",
        "geometry": {"type": kind, "coordinates": coordinates},
        "properties": {"role": role, **properties},
    }


def places(*features) -> tuple[Feature, ...]:
    return parse_places(json.dumps({"type": "FeatureCollection", "features": features}).encode(), PARTIES)


def one(**settings) -> Feature:
    (found,) = places(feature(**settings))
    return found


def refusal(*features) -> str:
    with pytest.raises(CaseError) as caught:
        places(*features)
    assert "\n" not in str(caught.value)
    return str(caught.value)


def test_a_dated_place_keeps_all_that_is_said_of_it():
    assert one(
        kind="Polygon",
        coordinates=SQUARE,
        role="control",
        id="c1",
        party="N.",
        name={"hy": "Ա", "az": "A"},
        valid_from="2020-11-10",
        valid_to="2020-11-20T00:00:00+04:00",
        accuracy_km=0.5,
        source="Somebody",
    ) == Feature(
        role=FeatureRole.CONTROL,
        geometry=Geometry(
            kind="Polygon", coordinates=(((44.0, 39.0), (45.0, 39.0), (45.0, 40.0), (44.0, 40.0), (44.0, 39.0)),)
        ),
        id="c1",
        names=(("hy", "Ա"), ("az", "A")),
        party="north",
        valid_from=datetime(2020, 11, 10, tzinfo=UTC),
        valid_to=datetime(2020, 11, 19, 20, tzinfo=UTC),
        accuracy_km=0.5,
        source="Somebody",
    )


@pytest.mark.parametrize(
    ("properties", "names"),
    [
        ({"name": "Pass"}, (("und", "Pass"),)),
        ({"name:en": "Pass", "name:ru": "Перевал"}, (("en", "Pass"), ("ru", "Перевал"))),
        ({"names": {"en": "Pass", "ru": None}}, (("en", "Pass"),)),
        ({"name_en": "Pass", "name": None}, (("en", "Pass"),)),
        ({}, ()),
    ],
)
def test_names_may_be_written_in_several_ways(properties, names):
    assert one(**properties).names == names


@pytest.mark.parametrize(
    ("given_", "camera"), [(True, True), (False, False), (None, False), ("yes", True), ("no", False)]
)
def test_a_post_may_be_a_camera(given_, camera):
    assert one(camera=given_).camera is camera


@pytest.mark.parametrize(
    ("words", "party", "units"),
    [
        ("north", "north", ()),
        ("drones", None, (UnitKind.DRONES,)),
        (["drones", "N.", "monitors"], "north", (UnitKind.MONITORS, UnitKind.DRONES)),
        (["monitors", "monitors"], None, (UnitKind.MONITORS,)),
        (None, None, ()),
        ([], None, ()),
    ],
)
def test_a_permitted_area_is_for_a_party_or_for_kinds_of_units_or_for_both(words, party, units):
    found = one(kind="Polygon", coordinates=SQUARE, role="permitted_area", **{"for": words})
    assert (found.party, found.units) == (party, units)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("dornes", "for 'dornes' is neither a party nor one of monitors, drones, forces, aircraft"),
        (["north", "south"], "for names more than one party"),
        ([["drones"]], "for is not a line of text"),
    ],
)
def test_a_permitted_area_for_nobody_that_we_know_is_refused(words, said):
    area = feature(kind="Polygon", coordinates=SQUARE, role="permitted_area", **{"for": words})
    assert said in refusal(area)


def test_a_zone_across_the_180th_meridian_must_be_cut_there():
    across = [[[179, 1], [-179, 1], [-179, 2], [179, 2], [179, 1]]]
    assert "cut it there" in refusal(feature(kind="Polygon", coordinates=across, role="zone"))
    cut = [[[[179, 1], [180, 1], [180, 2], [179, 1]]], [[[-180, 1], [-179, 1], [-180, 2], [-180, 1]]]]
    assert one(kind="MultiPolygon", coordinates=cut, role="zone").geometry.kind == "MultiPolygon"


@pytest.mark.parametrize(
    "end", ["9999-12-31", "9999-12-31T23:59:59-05:00", "2200-01-01", "2199-12-31T23:00:00-05:00", "9996-02-29"]
)
def test_an_end_beyond_2199_is_open(end):
    assert one(valid_to=end).valid_to is None


@pytest.mark.parametrize("start", ["0001-01-01", "0000-01-01T00:00:00Z", "1899-12-31", "1900-01-01T01:00:00+05:00"])
def test_a_beginning_before_1900_is_open(start):
    assert one(valid_from=start, valid_to="1950-01-01").valid_from is None


def test_the_first_and_the_last_instant_that_we_can_name_are_kept():
    found = one(valid_from="1900-01-01", valid_to="2199-12-31T23:59:59Z")
    assert found.valid_from == datetime(1900, 1, 1, tzinfo=UTC)
    assert found.valid_to == datetime(2199, 12, 31, 23, 59, 59, tzinfo=UTC)


@pytest.mark.parametrize(
    ("kind", "coordinates"),
    [
        ("LineString", [[1, 1], [1, 1], [2, 2], [2, 2], [1, 1]]),
        ("MultiLineString", [[[1, 1], [2, 2]], [[3, 3], [3, 3], [3, 4]]]),
    ],
)
def test_a_line_may_repeat_a_position(kind, coordinates):
    assert one(kind=kind, coordinates=coordinates, role="line_of_contact").geometry.kind == kind


@pytest.mark.parametrize(
    "ring",
    [
        [[1, 1], [1, 1], [2, 1], [2, 2], [2, 2], [1, 1]],
        [[0, 0], [1, 1], [1, 0], [0, 1], [0, 0]],  # crosses itself: two triangles that cancel out when they are summed
        [[0, 0], [0, 0.0001], [0.0001, 0], [0, 0]],  # about 11 m
    ],
)
def test_a_ring_may_cross_itself_and_be_small(ring):
    assert one(kind="Polygon", coordinates=[ring], role="zone").role is FeatureRole.ZONE


def test_heights_are_dropped():
    assert one(coordinates=[44.5, 39.5, 1200]).geometry.coordinates == (44.5, 39.5)


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        (feature(role="fortress"), "'fortress' is not one of line_of_contact, control"),
        (feature(role=None), "is not one of"),
        (feature(role=["control"]), "is not one of"),
        (feature(coordinates=[39.5, 144.5]), "exchanged?"),
        (feature(coordinates=[544.5, 39.5]), "not on the globe"),
        (feature(coordinates=["44.5", "39.5"]), "not a position"),
        (feature(coordinates=[True, False]), "not a position"),
        (feature(coordinates=[44.5]), "not a position"),
        (feature(coordinates=None), "not a position"),
        (feature(kind="LineString", coordinates=[[1, 2]], role="line_of_contact"), "needs 2"),
        (feature(kind="Polygon", coordinates=[[[1, 2], [1, 3], [2, 3], [2, 2]]], role="zone"), "not closed"),
        (feature(kind="Polygon", coordinates=[[[1, 2], [1, 3], [1, 2]]], role="zone"), "needs 4"),
        (feature(kind="Polygon", coordinates=[], role="zone"), "nested"),
        *[
            (feature(kind="LineString", coordinates=[[1, 2]] * n, role="line_of_contact"), "one position")
            for n in (2, 5)
        ],
        (
            feature(kind="MultiLineString", coordinates=[[[1, 2], [1, 3]], [[1, 2], [1, 2]]], role="line_of_contact"),
            "one position",
        ),
        *[
            (feature(kind=kind, coordinates=nested, role="zone"), "encloses no area")
            for ring in (
                [[1, 2]] * 4,
                [[1, 2], [1, 3], [1, 3], [1, 2]],
                [[0, 0], [0.1, 0.1], [0.3, 0.3], [0, 0]],
                [[-170, -80.1], [0.3, 2], [170.6, 84.1], [-170, -80.1]],
                [[0, 0], [1, 0], [1, 1], [1, 0], [0, 0]],
            )
            for kind, nested in (
                ("Polygon", [ring]),
                ("Polygon", [*SQUARE, ring]),
                ("MultiPolygon", [SQUARE, [ring]]),
            )
        ],
        (feature(kind="GeometryCollection"), "not one of Point"),
        (feature(kind=["Point"]), "not one of Point"),
        (feature(kind="Polygon", coordinates=SQUARE, role="line_of_contact"), "is a LineString"),
        (feature(kind="Polygon", coordinates=SQUARE, role="control"), "has no party"),
        (
            feature(kind="Polygon", coordinates=SQUARE, role="control", party="west"),
            "'west' is not one of north, south",
        ),
        (feature(valid_from="2020-13-01"), "valid_from: time '2020-13-01"),
        (feature(valid_to="9999-13-01"), "valid_to: time '9999-13-01"),
        (feature(valid_from="9999-01-01"), "outside 1900 to 2199"),
        (feature(valid_to="1899-01-01"), "outside 1900 to 2199"),
        (feature(valid_from="2020-11-10T00:00:00"), "offset"),
        (feature(valid_from=2020), "RFC 3339"),
        (feature(valid_from="2020-11-10", valid_to="2020-11-10"), "not before"),
        (feature(accuracy_km=-1), "accuracy_km"),
        (feature(accuracy_km="good"), "accuracy_km"),
        (feature(id={}), "id"),
        ({"type": "Feature"}, "properties"),
        (None, "properties"),
    ],
)
def test_the_feature_that_is_wrong_is_named_by_its_number(wrong, words):
    message = refusal(feature(), wrong)
    assert message.startswith("places.geojson, feature 2: ")
    assert words in message


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "not JSON"),
        (b"[]", "not a FeatureCollection"),
        (b'{"features": {}}', "not a FeatureCollection"),
        (b'{"features": [NaN]}', "NaN"),
        (b"\xff\xfe{\x00", "UTF-8"),
        (b"[" * 100_000, "deep"),
        (b'{"features":[' + b'{"a":' * 100_000, "deep"),
        (b'{"features":[1e400]}', "feature 1"),
    ],
)
def test_a_file_that_is_no_collection_is_refused(content, words):
    with pytest.raises(CaseError, match=words):
        parse_places(content, PARTIES)


def test_coordinates_nested_without_end_are_refused():
    deep = b'{"features":[{"properties":{"role":"zone"},"geometry":{"type":"Polygon","coordinates":'
    with pytest.raises(CaseError, match=r"not a position|nest"):
        parse_places(deep + b"[" * 900 + b"]" * 900 + b"}}]}", PARTIES)


@pytest.mark.parametrize("number", ["1e400", "-1e400", "1" * 400])
def test_a_number_beyond_all_bounds_is_not_on_the_globe(number):
    text = (
        f'{{"features":[{{"properties":{{"role":"site"}},"geometry":{{"type":"Point","coordinates":[{number},1]}}}}]}}'
    )
    with pytest.raises(CaseError, match="not on the globe"):
        parse_places(text.encode(), PARTIES)


json_like = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8) | st.sampled_from(list(FeatureRole)),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.sampled_from(
                ["features", "properties", "geometry", "type", "coordinates", "role", "party", "name", "valid_to"]
            ),
            inner,
            max_size=5,
        )
    ),
)


@given(st.lists(json_like, max_size=3), st.binary(max_size=60))
def test_whatever_is_written_it_is_places_or_a_case_error(features, junk):
    for content in (json.dumps({"features": features}).encode(), junk):
        try:
            parse_places(content, PARTIES)
        except CaseError as error:
            assert "\n" not in str(error)  # noqa: PT017


def test_the_theatre_is_all_places_with_a_margin_of_a_degree():
    assert theatre(places(feature(), feature(kind="Polygon", coordinates=SQUARE, role="zone"))) == (43, 38, 46, 41)
    assert theatre(places(feature(coordinates=[179.5, -89.5]))) == (178.5, -90, 180, -88.5)
    assert theatre(()) is None
