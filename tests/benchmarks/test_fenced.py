"""The positions and zones of the benchmark of joins: the same on every machine, and judged pair by pair as we judge."""

import numpy as np
import shapely
from benchmarks.fenced import concerned, digest, world

from trucewatch.agreement.fences import lay, pairs


def test_the_zones_are_sound_and_about_as_many_corners_as_were_asked_for():
    shapes = [fence.shape for fence in world(1).fences]
    assert len(shapes) == 200
    assert shapely.is_valid(shapes).all()
    assert shapely.get_num_coordinates(shapes).sum() == 70_515


def test_the_pairs_that_a_zone_is_about_are_the_same_asked_before_the_join_or_after_it():
    given = world(3_000)
    which, rows = pairs(lay(given.positions), given.everywhere())
    kept = concerned(given, which, rows)
    before = pairs(lay(given.positions), given.anew())
    assert 0 < kept.sum() < len(kept)
    assert digest(which[kept], rows[kept]) == digest(*before)


def test_a_digest_does_not_depend_on_the_order_of_pairs_and_shows_every_change():
    which, rows = np.array([0, 0, 1]), np.array([5, 7, 5])
    assert digest(which, rows) == digest(which[::-1], rows[::-1])
    assert digest(which, rows) != digest(which, np.array([5, 7, 6]))
