"""Units held against dated areas: inside, outside, or so near the edge that nobody can tell."""

import math
from dataclasses import replace
from datetime import UTC, datetime

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st
from papers import HOUR, NOON
from units import SQUARE, area, box, stood, west_of_the_square

from trucewatch.agreement.geofence import depths_km, inside_areas
from trucewatch.model import Clocks, Geometry, Span
from trucewatch.spacetime import (
    LEAST_LINE_SD_KM,
    destination,
    distance_km,
    inside_probability,
    place_moments,
    plane_about,
)
from trucewatch.vocabulary import UnitKind

HOLE = box(38.4, 48.4, 38.6, 48.6)
MIDDLE = (38.2, 48.5)


def inside(record, *areas):
    (truth,) = inside_areas([record], areas or [area()])
    return truth


# --- errors ---------------------------------------------------------------------------------------


def test_a_position_without_error_is_inside_or_outside_but_for_the_stroke_of_the_line():
    assert [inside(west_of_the_square(km)) for km in (-1.0, -0.09, 0.0, 0.09, 1.0)] == [True, True, None, False, False]


@pytest.mark.parametrize("sd_km", [0.2, 1.0, 5.0])
@pytest.mark.parametrize("accuracy_km", [0.0, 0.5])
def test_near_a_straight_edge_the_probability_is_that_of_the_distance_in_standard_deviations(sd_km, accuracy_km):
    sigma = math.hypot(sd_km, max(accuracy_km, LEAST_LINE_SD_KM))
    square = area(accuracy_km=accuracy_km)
    for share, truth in ((-1.75, True), (-1.55, None), (1.55, None), (1.75, False)):  # Φ(1.645) = 0.95
        assert inside(west_of_the_square(share * sigma, sd_km=sd_km), square) is truth


def test_a_position_known_to_no_better_than_a_region_is_inside_nothing_small_and_outside_nothing_large():
    village = area(box(38.0, 48.0, 38.02, 48.02))
    assert inside(stood(38.01, 48.01, sd_km=20), village) is False  # the village holds hardly any of its probability
    assert inside(stood(*MIDDLE, sd_km=40)) is None


def test_a_position_that_states_no_error_is_taken_as_good_to_a_tenth_of_a_kilometre():
    assert [inside(west_of_the_square(km, sd_km=None)) for km in (-0.25, -0.1, 0.1, 0.25)] == [True, None, None, False]


@given(st.floats(-3, 3), st.sampled_from([0.2, 1.0]), st.integers(3, 40), st.floats(0.3, 4))
def test_farther_from_a_ragged_edge_than_errors_reach_a_position_is_surely_in_or_out(km, sd_km, spikes, long_km):
    turns = np.linspace(0, 360, 2 * spikes, endpoint=False)
    ring = [destination(38.5, 48.5, turn, 12 - long_km * (n % 2)) for n, turn in enumerate(turns.tolist())]
    ragged = area((*ring, ring[0]))
    record = stood(*destination(38.5, 48.5, 77, 10 + km), sd_km=sd_km)
    (depth,) = depths_km([record], [ragged])
    if abs(depth.km) > 2.8 * depth.sd_km:
        plane = plane_about([ragged])
        moments = place_moments([(record.place, Span(low_km=0, high_km=0), 0.0)], plane)
        (share,) = inside_probability(plane.shape(ragged.geometry), moments, 0.0)
        assert share >= 0.94 if depth.km > 0 else share <= 0.06  # an integral over 96 points errs by a hundredth
        assert inside(record, ragged) is (depth.km > 0)


# --- areas ----------------------------------------------------------------------------------------


def test_a_position_in_a_hole_of_an_area_is_outside():
    assert inside(stood(38.5, 48.5), area(SQUARE, HOLE)) is False
    assert inside(stood(*MIDDLE), area(SQUARE, HOLE)) is True


def test_two_areas_that_touch_are_one_and_their_common_edge_leaves_nobody_in_doubt():
    halves = area(box(38, 48, 38.5, 49)), area(box(38.5, 48, 39, 49))
    assert inside(stood(38.5, 48.5), *halves) is True
    assert inside(stood(38.5, 48.5), halves[0]) is None


def test_parts_of_one_area_that_overlap_are_one_ground():
    overlapping = Geometry(kind="MultiPolygon", coordinates=((box(38, 48, 38.6, 49),), (box(38.4, 48, 39, 49),)))
    assert inside(stood(38.5, 48.5), replace(area(), geometry=overlapping)) is True
    plane = plane_about([area()])
    assert plane.shape(overlapping).area == pytest.approx(plane.shape(area().geometry).area)


def test_an_area_binds_from_its_first_instant_to_just_before_its_last():
    dated = area(start=NOON, end=NOON + HOUR)
    times = [NOON - HOUR, NOON, NOON + HOUR / 2, NOON + HOUR]
    assert [inside(stood(*MIDDLE, at=at), dated) for at in times] == [None, True, True, None]


def test_when_an_area_is_moved_each_position_is_held_against_the_one_of_its_time():
    before = area(box(38, 48, 38.5, 49), end=NOON)
    after = area(box(38.5, 48, 39, 49), start=NOON)
    given_ = [stood(38.2, 48.5, at=NOON - HOUR), stood(38.2, 48.5, at=NOON), stood(38.7, 48.5, at=NOON)]
    assert inside_areas(given_, [before, after]) == (True, False, True)
    assert inside_areas(given_, [after, before]) == (True, False, True)


def test_a_record_of_a_whole_day_is_inside_only_if_it_would_be_so_throughout():
    before = area(box(38, 48, 38.5, 49), end=NOON)
    after = area(box(38.5, 48, 39, 49), start=NOON)
    day = {"at": NOON - 12 * HOUR, "until": NOON + 12 * HOUR}
    assert inside(stood(38.2, 48.5, **day), before, after) is None
    assert inside(stood(37.2, 48.5, **day), before, after) is False
    assert inside(stood(38.2, 48.5, **day), before, area(start=NOON)) is True


def test_an_area_for_drones_is_not_one_for_monitors():
    mine, ours = area(units=(UnitKind.DRONES,)), area(box(38, 48, 38.5, 49))
    drone, team = stood(38.7, 48.5, kind=UnitKind.DRONES), stood(38.7, 48.5)
    assert inside_areas([drone, team], [mine, ours]) == (True, False)
    assert inside_areas([drone, team], [mine]) == (True, None)  # nothing is said of monitors


def test_without_a_place_a_time_or_an_area_nothing_is_known():
    nowhere = replace(stood(*MIDDLE), place=None)
    undated = replace(stood(*MIDDLE), clocks=Clocks())
    assert inside_areas([nowhere, undated], [area()]) == (None, None)
    assert inside_areas([stood(*MIDDLE)], []) == (None,)
    assert inside_areas([], [area()]) == ()


def test_an_area_cut_at_the_180th_meridian_has_no_edge_there_and_ends_where_it_ends():
    cut = Geometry(kind="MultiPolygon", coordinates=((box(179, 1, 180, 2),), (box(-180, 1, -179, 2),)))
    across = replace(area(), geometry=cut)
    at = [(180, 1.5), (-180, 1.5), (179.999, 1.5), (-179.999, 1.5), (178.9, 1.5), (-178.9, 1.5), (-179, 1.5)]
    assert [inside(stood(*place), across) for place in at] == [True, True, True, True, False, False, None]
    assert depths_km([stood(180, 1.5)], [across])[0].km == pytest.approx(distance_km(180, 1.5, 180, 1), rel=1e-3)


def test_who_stands_just_across_the_180th_meridian_from_an_area_is_in_doubt_too():
    this_side = area(box(179, 1, 179.99, 2))
    assert [inside(stood(lon, 1.5, sd_km=2), this_side) for lon in (179.995, -179.999, -179.9)] == [None, None, False]


# --- how deep -------------------------------------------------------------------------------------


@pytest.mark.parametrize("km", [-30.0, -3.0, 0.4, 7.0, 70.0])
def test_how_far_outside_is_the_geodesic_to_the_edge(km):
    (depth,) = depths_km([west_of_the_square(km, sd_km=0.3)], [area(accuracy_km=0.4)])
    assert depth.km == pytest.approx(-km, rel=1e-3)
    assert depth.sd_km == pytest.approx(0.5)


def test_in_a_hole_the_edge_of_the_hole_is_the_nearest():
    (depth,) = depths_km([stood(38.5, 48.5)], [area(SQUARE, HOLE)])
    assert depth.km == pytest.approx(-distance_km(38.5, 48.5, 38.4, 48.5), rel=1e-3)


def test_there_is_no_depth_where_no_area_was_valid():
    assert depths_km([stood(*MIDDLE)], [area(start=NOON + HOUR)]) == (None,)


# --- always ---------------------------------------------------------------------------------------

STAR = [(38.5 + r * math.cos(a), 48.5 + 0.7 * r * math.sin(a)) for a, r in zip(
    np.linspace(0, 2 * np.pi, 25)[:-1], [0.5, 0.2, 0.35] * 8, strict=True)]  # fmt: skip
AREAS = (
    area((*STAR, STAR[0]), end=NOON, accuracy_km=0.2),
    area(SQUARE, HOLE, start=NOON - HOUR, end=NOON + HOUR),
    area(box(38.9, 48.2, 39.5, 48.4), units=(UnitKind.DRONES,)),
)
spots = st.builds(
    stood,
    st.floats(37.5, 39.8),
    st.floats(47.6, 49.4),
    at=st.sampled_from([NOON - 2 * HOUR, NOON - HOUR / 2, NOON, NOON + HOUR / 2, NOON + 2 * HOUR]),
    sd_km=st.sampled_from([0.0, 0.05, 1.0, 30.0, None]),
    kind=st.sampled_from([UnitKind.MONITORS, UnitKind.DRONES]),
)


@given(st.lists(spots, min_size=1, max_size=30), st.randoms())
def test_neither_order_nor_repetition_nor_company_changes_where_a_unit_stood(records, random):
    alone = {id(record): inside(record, *AREAS) for record in records}
    mixed = [*records, *records[:3]]
    random.shuffle(mixed)
    areas = list(AREAS)
    random.shuffle(areas)
    assert inside_areas(mixed, areas) == tuple(alone[id(record)] for record in mixed)


@given(st.lists(spots, min_size=1, max_size=20))
def test_a_unit_without_error_is_where_the_map_shows_it_unless_it_is_near_the_edge(records):
    at = datetime(2030, 6, 3, 11, 30, tzinfo=UTC)
    records = [replace(r, place=replace(r.place, sd_km=0.0), clocks=stood(*MIDDLE, at=at).clocks) for r in records]
    drawn = shapely.union_all([shapely.Polygon(STAR), shapely.Polygon(SQUARE, [HOLE])])
    more = shapely.union_all([drawn, shapely.box(38.9, 48.2, 39.5, 48.4)])
    for record, truth in zip(records, inside_areas(records, AREAS), strict=True):
        ground = more if record.body.unit_kind is UnitKind.DRONES else drawn
        assert truth in (None, bool(shapely.intersects_xy(ground, record.place.lon, record.place.lat)))


@given(spots, st.floats(0, 20), st.floats(0, 20))
def test_a_larger_error_never_puts_inside_what_was_outside(record, sd_km, more_km):
    sharp = inside(replace(record, place=replace(record.place, sd_km=sd_km)), area(SQUARE))
    vague = inside(replace(record, place=replace(record.place, sd_km=sd_km + more_km)), area(SQUARE))
    assert not (sharp is False and vague is True)


@given(st.floats(0, 360), st.floats(0.1, 60))
def test_the_depth_is_no_shorter_than_the_way_to_any_point_of_the_edge_and_a_thousandth_longer_at_most(bearing, km):
    lon, lat = destination(38.5, 48.5, bearing, km)
    (depth,) = depths_km([stood(lon, lat)], [area((*STAR, STAR[0]))])
    edge = shapely.get_coordinates(shapely.segmentize(shapely.LinearRing(STAR), 0.0005))  # every 40 m
    least = min(distance_km(lon, lat, x, y) for x, y in edge.tolist())
    assert least - 0.02 <= abs(depth.km) <= least * 1.001
