"""Where: moments of rays and areas, fusion, regions, the plane and whose ground it is."""

import math
import random
from dataclasses import replace

import numpy as np
import pytest
import shapely
from tests.build import PLANE, assessed, at, box, front, observation

from trucewatch.assess.associate import associate
from trucewatch.assess.incidents import incidents
from trucewatch.assess.locate import fixes, fuse
from trucewatch.model import Geometry, Point, Ray, Sector, Span
from trucewatch.spacetime import (
    Moments,
    Plane,
    destination,
    distance_km,
    inside_probability,
    plane_about,
    ray_moments,
)


def test_crossing_bearings_meet_where_they_cross():
    rays = [
        Ray(
            observer=at(x, 0, 0.05),
            sectors=(Sector(from_deg=b, to_deg=b, sd_deg=2),),
            distance=Span(low_km=4, high_km=4, sd_km=2),
        )
        for x, b in ((0, 45.0), (6, 315.0))
    ]
    rows = [observation("a", place=rays[0]), observation("b", place=rays[1])]
    (incident,), _ = assessed(rows)
    east, north = PLANE.km([incident.place.lon], [incident.place.lat])
    assert (float(east[0]), float(north[0])) == pytest.approx((3, 3), abs=0.2)
    assert incident.place.radius_km_68 < 1.0


def test_sectors_of_a_ray_have_the_moments_of_a_simulation():
    ray = Ray(
        observer=at(0, 0, 0.0),
        sectors=(Sector(from_deg=300, to_deg=20), Sector(from_deg=90, to_deg=110)),
        distance=Span(low_km=2, high_km=10),
    )
    (fix,) = fixes([observation("a", place=ray)], PLANE)
    chance = random.Random(7)
    points = []
    for _ in range(60_000):
        bearing = math.radians(chance.uniform(300, 380) if chance.random() < 80 / 100 else chance.uniform(90, 110))
        away = chance.uniform(2, 10)
        points.append((away * math.sin(bearing), away * math.cos(bearing)))
    mean = [sum(p[k] for p in points) / len(points) for k in (0, 1)]
    variance = [sum((p[k] - mean[k]) ** 2 for p in points) / len(points) for k in (0, 1)]
    assert (fix.at.east, fix.at.north) == pytest.approx(mean, abs=0.08)
    assert (fix.at.var_east, fix.at.var_north) == pytest.approx(variance, rel=0.03)


def test_estimates_that_contradict_each_other_widen_the_region():
    agreeing = fuse([Moments(0, 0, 1, 1, 0), Moments(0.5, 0, 1, 1, 0)])
    quarrelling = fuse([Moments(0, 0, 1, 1, 0), Moments(8, 0, 1, 1, 0)])
    assert agreeing.var_east == pytest.approx(0.5)
    assert quarrelling.var_east > 5 * agreeing.var_east


@pytest.mark.parametrize("offset", [-4.0, -2.0, -1.0, -0.3, 0.0, 0.5, 1.6, 2.5, 4.0])
@pytest.mark.parametrize(("a", "b", "c"), [(1.0, 1.0, 0.0), (4.0, 0.5, 0.6), (9.0, 9.0, -3.0)])
def test_the_share_beyond_a_straight_boundary_is_the_normal_integral(offset, a, b, c):
    half = shapely.box(0, -500, 500, 500)
    (share,) = inside_probability(half, [Moments(offset, 0.0, a, b, c)], 0.5)
    assert share == pytest.approx(0.5 * (1 + math.erf(offset / math.sqrt(2 * (a + 0.25)))), abs=0.002)


@pytest.mark.parametrize(("lon", "lat"), [(38.0, 48.0), (45.0, 52.0), (179.9, 65.0), (-179.9, 10.0), (20.0, -40.0)])
@pytest.mark.parametrize("centre", [Plane(38.0, 48.0), Plane(60.0, 55.0), Plane(180.0, 0.0)])
def test_a_bearing_is_from_true_north_wherever_the_planes_centre_is(lon, lat, centre):
    if distance_km(lon, lat, centre.lon, centre.lat) > 3000:
        return
    for bearing in (0.0, 77.0, 200.0):
        ray = Ray(
            observer=Point(lon=lon, lat=lat, sd_km=0.0),
            sectors=(Sector(from_deg=bearing, to_deg=bearing),),
            distance=Span(low_km=8, high_km=8),
        )
        (fix,) = fixes([observation("a", place=ray)], centre)
        there = centre.degrees([fix.at.east], [fix.at.north])
        aim = destination(lon, lat, bearing, 8)
        off = distance_km(float(there[0][0]), float(there[1][0]), *aim)
        assert off < 0.35  # scale across the radius at 3,000 km is 4 %; the direction is what must hold


def test_a_control_area_of_half_a_continent_moves_no_incident():
    rows = [observation("a", place=at(3, 1))]
    case = front()
    wide = replace(case.places[2], geometry=box(0, -30, 40, 30))
    huge = Geometry(
        kind="Polygon", coordinates=(((38.0, 47.0), (178.0, 47.0), (178.0, 70.0), (38.0, 70.0), (38.0, 47.0)),)
    )
    for feature in (wide, replace(wide, geometry=huge)):
        plane = plane_about((case.places[0], case.places[1], feature))
        where = fixes(rows, plane)
        (incident,) = incidents(rows, where, associate(rows, where), plane)
        assert distance_km(incident.place.lon, incident.place.lat, rows[0].place.lon, rows[0].place.lat) < 0.001


def test_a_theatre_across_the_180th_meridian_has_its_centre_inside():
    points = [(179.5, 65.0), (-179.7, 66.0)]
    plane = plane_about((), points)
    assert abs(plane.lon) > 179
    assert plane.lat == 65.5


def test_a_distance_judged_by_ear_comes_from_farther_away_more_easily_than_from_nearer():
    ray = Ray(
        observer=Point(lon=0.0, lat=0.0, sd_km=0.0),
        sectors=(Sector(from_deg=90.0, to_deg=90.0, sd_deg=0.0),),
        distance=Span(low_km=4.0, high_km=4.0, sd_km=1.0),
    )
    found = ray_moments(ray, (0.0, 0.0), Span(low_km=0.0, high_km=12.0))
    true = 4.0 / (1 + 0.25 * np.random.default_rng(2).standard_normal(200_000))
    true = true[(true > 0) & (true < 20)]
    assert found.east == pytest.approx(true.mean(), rel=0.02)
    assert found.var_east**0.5 == pytest.approx(true.std(), rel=0.15)  # a series: the tail is longer still
    assert found.var_north < 1e-12
