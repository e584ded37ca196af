"""Which places a belt holds: those within a cell of one of its cells, however many are asked at once."""

import math
import random

import numpy as np
import pytest

from trucewatch.assess.belts import AT_ONCE, NOWHERE, Belt

STEP_KM = 2.0


def belt(cells):
    """A belt of these cells (column, row), row by row from south to north."""
    return Belt(centres=np.array(sorted(cells, key=lambda cell: cell[::-1]), dtype=float) * STEP_KM, cell_km=STEP_KM)


@pytest.mark.parametrize("seed", range(3))
def test_it_holds_a_place_within_a_cell_of_one_of_its_cells_and_no_other(seed):
    chance = random.Random(seed)
    cells = {(chance.randrange(-12, 12), chance.randrange(-30, 30)) for _ in range(200)}
    places = [(chance.uniform(-60, 60), chance.uniform(-80, 80)) for _ in range(AT_ONCE + 100)]
    near = [min(math.hypot(STEP_KM * x - e, STEP_KM * y - n) for x, y in cells) <= STEP_KM for e, n in places]
    assert True in near[AT_ONCE:]
    assert belt(cells).holds(np.array(places)).tolist() == near


def test_its_edge_belongs_to_it():
    assert belt({(0, 0)}).holds(np.array([(0.0, STEP_KM), (0.0, STEP_KM + 1e-9), (-STEP_KM, 0.0)])).tolist() == [
        True,
        False,
        True,
    ]


def test_where_nobody_holds_anything_no_place_is_held():
    assert NOWHERE.holds(np.array([(0.0, 0.0)])).tolist() == [False]
