import math
import random

import numpy as np
import pytest
import shapely

from trucewatch.depth import CELLS, depths
from trucewatch.spacetime import LEAST_LINE_SD_KM, Moments, inside_probability

_BEND = [(6 * math.sin(y / 12), y) for y in range(-100, 101, 3)]
SHAPES = {
    "winding": shapely.Polygon([*_BEND, (-60.0, 101.0), (-60.0, -101.0)]),
    "corner": shapely.box(0, 0, 100, 100),
    "tongue": shapely.Polygon([(0, 0), (100, 20), (100, -20)]),
    "strip": shapely.box(-2, -100, 2, 100),
    "isle": shapely.Point(0, 0).buffer(1.0),
    "two parts": shapely.MultiPolygon([shapely.box(-9, -9, -1, 9), shapely.box(1, -9, 9, 9)]),
    "hole": shapely.box(-9, -9, 9, 9).difference(shapely.Point(1, 1).buffer(2.0)),
}


def _places(count: int, chance: random.Random) -> list[Moments]:
    made = []
    for _ in range(count):
        widest = chance.choice((0.6, 3.0))
        a, b, r = chance.uniform(0.05, widest), chance.uniform(0.05, widest), chance.uniform(-0.9, 0.9)
        made.append(Moments(chance.gauss(0, 2), chance.gauss(0, 2), a * a, b * b, r * a * b))
    return made


def _signed(shape: shapely.Geometry, points: np.ndarray) -> np.ndarray:
    away = shapely.distance(shapely.boundary(shape), shapely.points(points))
    return np.where(shapely.contains_xy(shape, points[:, 0], points[:, 1]), away, -away)


def _by_chance(shape: shapely.Geometry, m: Moments, sigma: float, draws: np.ndarray) -> float:
    """Return the share of random points of the place that lie inside, each with its chance to: Monte Carlo."""
    root = np.linalg.cholesky([[m.var_east, m.cov], [m.cov, m.var_north]])
    depth = _signed(shape, draws @ root.T + (m.east, m.north))
    return math.fsum(0.5 * (1 + math.erf(d / sigma / math.sqrt(2))) for d in depth.tolist()) / len(draws)


@pytest.mark.parametrize("accuracy", [0.0, 0.3, 2.0])
@pytest.mark.parametrize("name", SHAPES)
def test_a_share_inside_is_what_random_points_give(name, accuracy):
    draws = np.random.default_rng(5).standard_normal((4_000, 2))
    draws = np.concatenate([draws, -draws])  # each with its opposite: the mean is met exactly
    places = _places(25, random.Random(name))
    sigma = max(accuracy, LEAST_LINE_SD_KM)
    wanted = np.array([_by_chance(SHAPES[name], m, sigma, draws) for m in places])
    off = np.abs(inside_probability(SHAPES[name], places, accuracy) - wanted)
    assert off.max() < 0.03  # about the narrowest bends, with the best of lines
    assert math.sqrt((off**2).mean()) < 0.01


def test_a_place_has_the_same_share_alone_among_others_and_in_any_order():
    places = _places(300, random.Random(8))
    together = inside_probability(SHAPES["winding"], places, 0.3)
    backwards = inside_probability(SHAPES["winding"], places[::-1], 0.3)[::-1]
    apart = [inside_probability(shapely.Polygon(SHAPES["winding"]), [m], 0.3)[0] for m in places]
    assert together.tolist() == backwards.tolist() == apart


@pytest.mark.parametrize("level", [-4, -1, 2])
def test_at_a_node_the_depth_is_the_distance_to_the_boundary(level):
    step = 2.0**level
    points = np.array([(x * step, y * step) for x in range(-CELLS - 3, CELLS + 4) for y in (-CELLS - 1, 0, 5, 40)])
    found = depths(SHAPES["hole"])
    assert found is not None
    got = found.lattice(level).at(points[:, 0], points[:, 1])
    assert got == pytest.approx(_signed(SHAPES["hole"], points), abs=1e-9)


def test_between_nodes_the_depth_is_off_by_no_more_than_half_a_cell():
    points = np.random.default_rng(1).uniform(-8, 8, (2000, 2))
    for shape in SHAPES.values():
        found = depths(shape)
        assert found is not None
        off = found.lattice(-2).at(points[:, 0], points[:, 1]) - _signed(shape, points)
        assert np.abs(off).max() < 0.5 * 0.25


def test_nothing_lies_in_a_ground_without_extent():
    empty = shapely.GeometryCollection([shapely.Point(0, 0), shapely.LineString([(0, 0), (1, 1)])])
    assert depths(empty) is None
    assert inside_probability(empty, [Moments(0, 0, 1, 1, 0)], 1.0).tolist() == [0.0]
    assert inside_probability(SHAPES["isle"], [], 1.0).tolist() == []


def test_a_place_without_any_doubt_is_in_or_out():
    sharp = [Moments(0.5, 0, 0, 0, 0), Moments(30, 0, 0, 0, 0), Moments(1e5, -1e5, 1e4, 0, 0)]
    assert inside_probability(SHAPES["isle"], sharp, 0.0).tolist() == [1.0, 0.0, 0.0]
