"""In which areas of a case a happening may lie, with the error of its place, and who surely stood outside."""

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from papers import NOON
from shapely import Point as Point2
from units import SQUARE, area, box

from trucewatch.agreement.touched import is_outside, named_areas, touched
from trucewatch.model import Coded, Count, Estimate, Feature, Geometry, Incident, Interval, Point
from trucewatch.spacetime import Moments, destination, inside_probability
from trucewatch.vocabulary import FeatureRole, Phenomenon

HOUR = timedelta(hours=1)
R68 = 1.5096  # radius of a circle that holds 68 % of a round Gaussian, in standard deviations


def happening(km_west: float, sd_km: float = 1.0, *, at=NOON, until=None, name: str = "i-1") -> Incident:
    """Something so many km west of the square's western edge, half-way up it (negative: inside)."""
    lon, lat = destination(38.0, 48.5, 270 if km_west >= 0 else 90, abs(km_west))
    place = Estimate(
        lon=lon, lat=lat, var_east=sd_km**2, var_north=sd_km**2, cov_east_north=0.0, radius_km_68=R68 * sd_km
    )
    return Incident(
        id=name, observations=(), first_time=at, last_time=until, place=place,
        phenomenon=Coded(term=Phenomenon.EXPLOSION), count=Count(),
    )  # fmt: skip


def zones_of(one: Incident, *areas: Feature) -> set[str]:
    return set(touched([one], named_areas(areas or (area(),)))[one.id])


def test_it_lies_in_an_area_that_the_circle_of_68_percent_touches_and_in_no_other():
    assert zones_of(happening(-30.0)) == {"area"}
    assert zones_of(happening(1.4)) == {"area"}, "it may well have been inside"
    assert zones_of(happening(1.6)) == set()
    assert zones_of(happening(30.0)) == set()


def test_what_is_surely_outside_lies_in_no_area_however_wide_its_circle_is():
    hamlet = area(box(38.0, 48.49, 38.01, 48.51))
    assert zones_of(happening(1.0, 1.0), hamlet) == {"area"}
    assert zones_of(happening(20.0, 40.0), hamlet) == set(), "it touches it, and is elsewhere with 99 %"
    assert zones_of(happening(20.0, 40.0)) == {"area"}


def test_it_lies_in_every_area_that_it_may_lie_in():
    west = replace(area(box(37.0, 48.0, 38.0, 49.0)), id="west", role=FeatureRole.ZONE)
    assert zones_of(happening(0.0), area(), west) == {"area", "west"}
    assert zones_of(happening(-5.0), area(), west) == {"area"}
    assert zones_of(happening(5.0), west, area()) == {"west"}


def test_areas_are_taken_as_they_were_then():
    until, since = area(end=NOON), area(start=NOON)
    assert zones_of(happening(-30.0, at=NOON - HOUR), until) == {"area"}
    assert zones_of(happening(-30.0, at=NOON), until) == set()
    assert zones_of(happening(-30.0, at=NOON), since) == {"area"}
    assert zones_of(happening(-30.0, at=NOON - HOUR), since) == set()
    assert zones_of(happening(-30.0, at=NOON - HOUR, until=NOON), since) == {"area"}, "it lasted until then"


def test_without_a_place_it_lies_nowhere_and_without_a_time_in_no_dated_area():
    assert zones_of(replace(happening(-30.0), place=None)) == set()
    timeless = replace(happening(-30.0), first_time=None)
    assert zones_of(timeless) == {"area"}
    assert zones_of(timeless, area(end=NOON), area(start=NOON)) == set()


@pytest.mark.parametrize("role", [role for role in FeatureRole if role not in {"zone", "permitted_area"}])
def test_no_other_place_of_the_case_is_a_zone_of_anybody(role):
    assert named_areas([replace(area(), role=role)]) == ()
    assert named_areas([replace(area(), id="")]) == (), "nor one that nobody can name"


def said_by_the_words(one: Incident, zone) -> bool:
    """The rule as docs/access.md has it, asked of one happening alone and without any short way."""
    at = one.place
    (east,), (north,) = zone.plane.km([at.lon], [at.lat])
    moments = Moments(east, north, at.var_east, at.var_north, at.cov_east_north)
    (share,) = inside_probability(zone.polygon, [moments], zone.feature.accuracy_km)
    return zone.polygon.distance(Point2(east, north)) <= at.radius_km_68 and share > 1 - 0.95


@given(st.lists(st.tuples(st.floats(-60, 80), st.floats(0.05, 20)), max_size=8), st.floats(0, 5))
def test_many_at_once_lie_where_each_lies_alone_and_never_where_the_circle_does_not_reach(drawn, accuracy_km):
    areas = named_areas([area(accuracy_km=accuracy_km)])
    every = [happening(km, sd, name=f"i-{n}") for n, (km, sd) in enumerate(drawn)]
    together = touched(every, areas)
    assert together == {one.id: touched([one], areas)[one.id] for one in every}
    for (km, sd), one in zip(drawn, every, strict=True):
        assert bool(together[one.id]) == said_by_the_words(one, areas[0])
        if km > R68 * sd + 0.05:
            assert not together[one.id]
        if km < -0.05:
            assert together[one.id], "the likeliest place is inside"


# --- where somebody stood ---------------------------------------------------------------------------


def stood_outside(km_west: float, *areas: Feature, sd_km: float | None = None, at=NOON) -> bool:
    lon, lat = destination(38.0, 48.5, 270 if km_west >= 0 else 90, abs(km_west))
    return is_outside(Point(lon=lon, lat=lat, sd_km=sd_km), Interval(start=at, end=at), named_areas(areas or (area(),)))


def test_who_surely_stood_outside_is_told_and_who_stood_near_the_edge_is_not():
    assert [stood_outside(km) for km in (-5.0, -0.05, 0.05, 0.1, 0.3, 5.0)] == [False, False, False, False, True, True]
    assert not stood_outside(5.0, sd_km=5.0)
    assert not stood_outside(5.0, area(accuracy_km=5.0))


def test_who_stood_in_one_of_the_own_areas_stood_in_them():
    west = replace(area(box(37.0, 48.0, 38.0, 49.0)), id="west")
    assert not stood_outside(5.0, area(), west)
    assert stood_outside(5.0, area(), replace(west, valid_to=NOON)), "it was not there any more"
    assert is_outside(Point(lon=38.5, lat=48.5), Interval(start=NOON, end=NOON), ())


def test_a_polygon_with_a_hole_has_its_hole():
    ring = area(SQUARE, box(38.4, 48.4, 38.6, 48.6))
    assert is_outside(Point(lon=38.5, lat=48.5), Interval(start=NOON, end=NOON), named_areas([ring]))
    two = Geometry(kind="MultiPolygon", coordinates=((SQUARE,), (box(30, 48, 31, 49),)))
    both = replace(area(), geometry=two)
    assert not is_outside(Point(lon=30.5, lat=48.5), Interval(start=NOON, end=NOON), named_areas([both]))
