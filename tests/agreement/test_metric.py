"""A true 70 km near 48° N, the distance of the Minsk package (means-and-rules §10): the traps, and what we measure."""

import math

import pyproj
import pytest
from papers import at, incident
from units import area, stood

from trucewatch.agreement.geofence import depths_km, inside_areas
from trucewatch.agreement.zones import reaches
from trucewatch.model import Feature, Geometry
from trucewatch.spacetime import destination
from trucewatch.vocabulary import FeatureRole

HERE = (38.13, 48.0)
TRUE_KM = 70.0


def across(line_bearing: float) -> tuple[Feature, tuple[float, float]]:
    """A line of contact of 400 km through HERE, and the place 70 km off it, at a right angle."""
    ends = (destination(*HERE, line_bearing + 180, 200), destination(*HERE, line_bearing, 200))
    line = Feature(
        role=FeatureRole.LINE_OF_CONTACT, geometry=Geometry(kind="LineString", coordinates=(ends[0], HERE, ends[1]))
    )
    return line, destination(*HERE, line_bearing + 90, TRUE_KM)


def projected_km(code: str) -> float:
    """70 km to the north-east of HERE as a map projection measures them."""
    there = destination(*HERE, 45, TRUE_KM)
    project = pyproj.Transformer.from_crs("EPSG:4326", code, always_xy=True).transform
    return math.dist(project(*HERE), project(*there)) / 1000


def test_a_true_70_km_is_35_km_too_long_on_a_web_map():
    assert projected_km("EPSG:3857") - TRUE_KM == pytest.approx(35.027, abs=0.001)


def test_a_true_70_km_is_26_m_short_in_its_own_utm_zone_and_114_m_long_in_the_neighbouring_one():
    assert projected_km("EPSG:32637") - TRUE_KM == pytest.approx(-0.026, abs=0.001)
    assert projected_km("EPSG:32636") - TRUE_KM == pytest.approx(0.114, abs=0.001)


@pytest.mark.parametrize("line_bearing", [0, 30, 45, 90, 135, 160])
def test_a_true_70_km_from_the_line_is_70_km_in_every_direction(line_bearing: float):
    line, there = across(line_bearing)
    ((_, reach),) = reaches([incident(place=at(*there))], [line])["i1"]
    assert reach.distance_km == pytest.approx(TRUE_KM, rel=1e-3)


@pytest.mark.parametrize("bearing", [0, 90, 180, 270])
def test_a_true_70_km_outside_an_area_is_a_depth_of_70_km(bearing: float):
    corners = [destination(*HERE, turn, 3.0) for turn in (0, 90, 180, 270)]
    lon, lat = destination(*corners[[0, 90, 180, 270].index(bearing)], bearing, TRUE_KM)
    (depth,) = depths_km([stood(lon, lat)], [area((*corners, corners[0]))])
    assert depth.km == pytest.approx(-TRUE_KM, rel=1e-3)


@pytest.mark.parametrize(("km", "is_inside"), [(69.8, True), (70.2, False)])
def test_a_zone_of_70_km_about_a_post_ends_at_70_km_on_the_ground(km: float, is_inside: bool):  # noqa: FBT001
    ring = [destination(*HERE, turn, TRUE_KM) for turn in range(360)]
    for bearing in (0.5, 90.5, 200.5):
        there = destination(*HERE, bearing, km)
        assert inside_areas([stood(*there)], [area((*ring, ring[0]))]) == (is_inside,)
