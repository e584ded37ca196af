from datetime import UTC, datetime, timedelta

import pytest

from trucewatch.model import Feature, Geometry, Point
from trucewatch.vocabulary import FeatureRole
from trucewatch.web.room.fence import areas_of, captured_outside, zone_of

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)


def square(name, west, south, size=0.1, role=FeatureRole.PERMITTED_AREA, **dates):
    east, north = west + size, south + size
    ring = ((west, south), (east, south), (east, north), (west, north), (west, south))
    return Feature(role=role, geometry=Geometry(kind="Polygon", coordinates=(ring,)), id=name, **dates)


AREA, NEXT = square("a", 46.0, 40.0), square("b", 46.1, 40.0)
WIDE = square("wide", 45.5, 39.5, size=1.0, role=FeatureRole.ZONE)
INSIDE, FAR = Point(lon=46.05, lat=40.05, sd_km=0.01), Point(lon=46.5, lat=40.5, sd_km=0.01)
ON_THE_EDGE, BETWEEN = Point(lon=46.0, lat=40.05, sd_km=0.01), Point(lon=46.1, lat=40.05, sd_km=0.01)


def test_inside_is_not_outside_and_far_away_is():
    assert captured_outside([AREA], INSIDE, NOW) is False
    assert captured_outside([AREA], FAR, NOW) is True


def test_so_near_the_edge_that_the_errors_matter_is_unknown():
    assert captured_outside([AREA], ON_THE_EDGE, NOW) is None
    assert captured_outside([AREA], Point(lon=46.05, lat=40.05, sd_km=50.0), NOW) is not False
    assert captured_outside([AREA], Point(lon=46.101, lat=40.05), NOW) is None  # no stated error: 100 m are taken


def test_areas_that_touch_are_one_area():
    assert captured_outside([AREA], BETWEEN, NOW) is None
    assert captured_outside([AREA, NEXT], BETWEEN, NOW) is False
    assert captured_outside([NEXT, AREA], BETWEEN, NOW) is False


def test_without_a_place_a_time_or_an_area_of_then_nothing_is_known():
    assert captured_outside([AREA], None, NOW) is None
    assert captured_outside([AREA], INSIDE, None) is None
    assert captured_outside([], INSIDE, NOW) is None
    assert captured_outside([square("a", 46.0, 40.0, valid_to=NOW)], INSIDE, NOW) is None


def test_the_area_is_the_one_of_that_moment():
    before, after = square("a", 46.0, 40.0, valid_to=NOW), square("a", 46.45, 40.45, valid_from=NOW)
    assert captured_outside([before, after], FAR, NOW) is False
    assert captured_outside([before, after], FAR, NOW - timedelta(seconds=1)) is True


def test_a_persons_areas_are_those_that_the_persons_zones_name():
    line = square("a", 46.0, 40.0, role=FeatureRole.CONTROL)
    assert areas_of(frozenset({"a", "nowhere"}), [AREA, NEXT, WIDE, line]) == (AREA,)


def test_a_place_is_in_the_smallest_zone_about_it_whatever_their_order():
    for places in ([AREA, NEXT, WIDE], [WIDE, NEXT, AREA]):
        assert zone_of(INSIDE, NOW, places) == "a"
        assert zone_of(BETWEEN, NOW, places) == "a"
        assert zone_of(Point(lon=46.3, lat=40.3), NOW, places) == "wide"
        assert zone_of(Point(lon=50.0, lat=40.3), NOW, places) == ""


@pytest.mark.parametrize("places", [[], [square("a", 46.0, 40.0, role=FeatureRole.SITE)], [square("", 46.0, 40.0)]])
def test_what_is_no_zone_or_has_no_name_is_no_zone(places):
    assert zone_of(INSIDE, NOW, places) == ""
