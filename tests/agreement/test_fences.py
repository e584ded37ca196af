"""Positions in dated zones: every pair, whatever the method, the order and the cells."""

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from trucewatch.agreement import fences
from trucewatch.agreement.fences import ALWAYS, ANY_KIND, Fence, Positions, about, beside, lay, pairs
from trucewatch.spacetime import sound

NONE = float("nan")


def positions(lon, lat, time_us=None, kind=None, least_mm=None, most_mm=None) -> Positions:
    size = len(lon)

    def column(given_, default, kind_of):
        return np.full(size, default, dtype=kind_of) if given_ is None else np.asarray(given_, dtype=kind_of)

    return Positions(
        lon=np.asarray(lon, dtype=float),
        lat=np.asarray(lat, dtype=float),
        time_us=column(time_us, 0, np.int64),
        kind=column(kind, ANY_KIND, np.int64),
        least_mm=column(least_mm, NONE, float),
        most_mm=column(least_mm if most_mm is None else most_mm, NONE, float),
    )


def found(given_: Positions, zones) -> list[tuple[int, int]]:
    which, rows = pairs(lay(given_), zones)
    return list(zip(which.tolist(), rows.tolist(), strict=True))


def one_by_one(given_: Positions, zones) -> list[tuple[int, int]]:
    """The pairs as one would find them by hand: every position against every zone, each question asked of it alone."""

    def is_about(n, zone):
        mm = given_.least_mm[n], given_.most_mm[n]
        return (
            zone.valid_us[0] <= given_.time_us[n] < zone.valid_us[1]
            and (not zone.kinds or given_.kind[n] in (*zone.kinds, ANY_KIND))
            and (zone.from_mm is None or np.isnan(mm[1]) or mm[1] >= zone.from_mm)
            and (zone.to_mm is None or np.isnan(mm[0]) or mm[0] <= zone.to_mm)
        )

    return [
        (z, n)
        for z, zone in enumerate(zones)
        for n in range(len(given_))
        if is_about(n, zone) and zone.shape.intersects(shapely.Point(given_.lon[n], given_.lat[n]))
    ]


SQUARE = shapely.box(44, 39, 45, 40)
WITH_A_HOLE = shapely.difference(SQUARE, shapely.box(44.4, 39.4, 44.6, 39.6))
TWO_PARTS = shapely.MultiPolygon([shapely.box(44, 39, 44.2, 40), shapely.box(44.8, 39, 45, 40)])


def test_a_position_in_the_hole_of_a_zone_is_outside_and_one_on_its_edge_inside():
    given_ = positions([44.5, 44.4, 44.3, 45, 45.0001], [39.5, 39.5, 39.5, 40, 40])
    assert found(given_, [Fence(shape=WITH_A_HOLE)]) == [(0, 1), (0, 2), (0, 3)]


def test_a_zone_of_two_parts_holds_what_either_holds_and_nothing_between():
    given_ = positions([44.1, 44.5, 44.9], [39.5, 39.5, 39.5])
    assert found(given_, [Fence(shape=TWO_PARTS)]) == [(0, 0), (0, 2)]


def test_a_dated_zone_holds_from_its_first_instant_to_just_before_its_last():
    given_ = positions([44.5] * 4, [39.5] * 4, time_us=[9, 10, 19, 20])
    assert found(given_, [Fence(shape=SQUARE, valid_us=(10, 20))]) == [(0, 1), (0, 2)]


def test_a_zone_about_one_kind_holds_that_kind_and_what_may_be_of_it():
    given_ = positions([44.5] * 3, [39.5] * 3, kind=[3, 4, ANY_KIND])
    assert found(given_, [Fence(shape=SQUARE, kinds=(3,))]) == [(0, 0), (0, 2)]


def test_a_zone_for_100_mm_and_more_is_not_about_82_mm_but_about_122_or_82_and_about_what_nobody_measured():
    given_ = positions([44.5] * 4, [39.5] * 4, least_mm=[82, 100, 82, NONE], most_mm=[82, 100, 122, NONE])
    assert found(given_, [Fence(shape=SQUARE, from_mm=100)]) == [(0, 1), (0, 2), (0, 3)]
    assert found(given_, [Fence(shape=SQUARE, to_mm=90)]) == [(0, 0), (0, 2), (0, 3)]


def test_no_positions_and_no_zones_give_no_pairs():
    assert found(positions([], []), [Fence(shape=SQUARE)]) == []
    assert found(positions([44.5], [39.5]), []) == []


def test_positions_at_one_single_place_are_all_found():
    given_ = positions([44.5] * 500, [39.5] * 500)
    assert found(given_, [Fence(shape=SQUARE)]) == [(0, n) for n in range(500)]


def test_positions_far_from_every_zone_are_in_none():
    rng = np.random.default_rng(1)
    given_ = positions(rng.uniform(10, 11, 2000), rng.uniform(10, 11, 2000))
    assert found(given_, [Fence(shape=SQUARE), Fence(shape=TWO_PARTS)]) == []


def test_a_zone_that_was_cut_at_the_180th_meridian_holds_both_of_its_sides():
    cut = shapely.MultiPolygon([shapely.box(179, 1, 180, 2), shapely.box(-180, 1, -179, 2)])
    given_ = positions([179.5, 180, -180, -179.5, 0, 178], [1.5] * 6)
    assert found(given_, [Fence(shape=cut)]) == [(0, 0), (0, 1), (0, 2), (0, 3)]


def world(seed: int, size: int):
    """Positions and zones on top of each other, some of them on the very corners and edges of the zones."""
    rng = np.random.default_rng(seed)
    spots = rng.uniform(0, 10, (12, 2)).round(1)
    stars = [
        shapely.Polygon(spot + r * np.column_stack([np.cos(turn), np.sin(turn)]))
        for spot, turn, r in (
            (spot, np.linspace(0, 2 * np.pi, 17)[:-1], rng.uniform(0.2, 3, (16, 1)).round(1)) for spot in spots[:6]
        )
    ]
    shapes = [*stars, WITH_A_HOLE, shapely.box(2, 2, 5, 5), shapely.Polygon([(0, 0), (10, 1), (3, 9)]), TWO_PARTS]
    zones = [
        Fence(
            shape=sound(shape),
            valid_us=ALWAYS if rng.random() < 0.5 else (20, 70),
            kinds=tuple(rng.choice(4, rng.integers(0, 3), replace=False).tolist()),
            from_mm=100.0 if rng.random() < 0.5 else None,
            to_mm=120.0 if rng.random() < 0.5 else None,
        )
        for shape in shapes
    ]
    corners = np.concatenate([shapely.get_coordinates(zone.shape) for zone in zones])
    at = np.concatenate([rng.uniform(-1, 11, (size, 2)), rng.integers(0, 10, (size // 4, 2)), rng.permutation(corners)])
    calibre = rng.choice([30, 82, 100, 120, 122, np.nan], len(at))
    given_ = positions(
        *at.T,
        time_us=rng.integers(0, 100, len(at)),
        kind=rng.integers(-1, 4, len(at)),
        least_mm=calibre,
        most_mm=calibre + rng.choice([0, 40], len(at)),
    )
    return given_, zones


@given(st.integers(0, 10**6), st.sampled_from([1, 7, 40, 400]))
def test_the_pairs_are_those_of_every_position_held_against_every_zone(seed: int, size: int):
    given_, zones = world(seed, size)
    assert found(given_, zones) == one_by_one(given_, zones)


@given(st.integers(0, 10**6))
def test_the_order_of_the_positions_changes_nothing(seed: int):
    given_, zones = world(seed, 60)
    order = np.random.default_rng(seed).permutation(len(given_))
    mixed = Positions(**{name: getattr(given_, name)[order] for name in Positions.__slots__})
    assert sorted((zone, order[row]) for zone, row in found(mixed, zones)) == found(given_, zones)


@pytest.mark.parametrize("per_cell", [1, 3, 1000])
def test_how_many_positions_share_a_cell_changes_nothing(per_cell: int, monkeypatch):
    given_, zones = world(5, 2000)
    expected = found(given_, zones)
    monkeypatch.setattr(fences, "PER_CELL", per_cell)
    assert found(given_, zones) == expected


@given(st.integers(0, 10**6))
def test_what_a_zone_is_about_does_not_depend_on_where_it_lies(seed: int):
    given_, zones = world(seed, 40)
    for zone in zones:
        everywhere = Fence(
            shape=shapely.box(-50, -50, 50, 50),
            valid_us=zone.valid_us,
            kinds=zone.kinds,
            from_mm=zone.from_mm,
            to_mm=zone.to_mm,
        )
        assert [n for _, n in found(given_, [everywhere])] == about(given_, np.arange(len(given_)), zone).tolist()


@given(st.integers(0, 10**6), st.sampled_from([0.0, 0.01, 0.3]), st.sampled_from([30, 3000]))
def test_what_lies_beside_an_edge_is_never_left_out(seed: int, margin: float, size: int):
    given_, zones = world(seed, size)
    points = shapely.points(given_.lon, given_.lat)
    for zone in zones:
        near = np.flatnonzero(shapely.distance(shapely.boundary(zone.shape), points) <= margin)
        assert set(about(given_, near, zone).tolist()) <= set(beside(lay(given_), zone, margin, margin).tolist())


def test_beside_an_edge_at_the_180th_meridian_lies_what_is_across_it():
    zone = Fence(shape=shapely.box(179, 1, 179.99, 2))
    rng = np.random.default_rng(2)
    given_ = positions([*rng.uniform(-180, 180, 500), -179.99], [*rng.uniform(-5, 5, 500), 1.5])
    assert 500 in beside(lay(given_), zone, 0.05, 0.05)
