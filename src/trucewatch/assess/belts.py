"""Each side's ground near the line as grid cells, and what of it an attentive observer has within reach."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import numpy as np
import numpy.typing as npt
import shapely

from trucewatch.assess.watch import Watch
from trucewatch.model import Case, Feature
from trucewatch.spacetime import Plane, grounds, valid_at
from trucewatch.vocabulary import FeatureRole

BELT_KM = 5.0  # each side's ground that matters for a cease-fire: this near the line; a guess
CELL_KM = 2.0  # grid of that ground
MOST_CELLS = 100_000
AT_ONCE = 1024  # places that are held against cells at once: of a belt that runs east, thousands of cells each

Mask = npt.NDArray[np.bool_]
Shares = npt.NDArray[np.float64]
Places = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Belt:
    """One side's ground near the line: the centres (km) of square cells of `cell_km`, none where nothing is known.

    The centres stand row by row, from south to north.
    """

    centres: npt.NDArray[np.float64]
    cell_km: float = CELL_KM

    @property
    def km2(self) -> float:
        """Return its area in square kilometres."""
        return len(self.centres) * self.cell_km**2

    def holds(self, at: Places) -> Mask:
        """Tell of each place (km east, north) whether it lies in it or within one cell of one of its cells."""
        found = np.zeros(len(at), dtype=bool)
        for start in range(0, len(at), AT_ONCE):
            some = at[start : start + AT_ONCE]
            # of the cells of the rows about each place, all places' one after the other
            first = np.searchsorted(self.centres[:, 1], some[:, 1] - 2 * self.cell_km)
            count = np.searchsorted(self.centres[:, 1], some[:, 1] + 2 * self.cell_km) - first
            place = np.repeat(np.arange(len(some)), count)
            cell = np.arange(len(place)) - np.repeat(np.cumsum(count) - count - first, count)
            east, north = (self.centres[cell] - some[place]).T
            found[start + place[np.hypot(east, north) <= self.cell_km]] = True
        return found


NOWHERE = Belt(centres=np.empty((0, 2)))


class Belts:
    """The belts of a case by the set of features valid at an instant, and who watches what of them."""

    def __init__(self, case: Case, plane: Plane) -> None:
        self._case, self._plane = case, plane
        self._kept: dict[tuple[bool, ...], Mapping[str, Belt]] = {}
        self._masks: dict[tuple[int, tuple[float, float], float], Mask] = {}
        self._shares: dict[tuple[int, bytes], Shares] = {}

    def belt(self, side: str, instant: datetime) -> Belt:
        """Return a side's belt; an empty one where the case does not say what it holds."""
        valid = tuple(valid_at(f, instant) for f in self._case.places)
        if valid not in self._kept:
            features = [f for f, holds in zip(self._case.places, valid, strict=True) if holds]
            self._kept[valid] = _belts(features, instant, self._plane)
        return self._kept[valid].get(side, NOWHERE)

    def watched(self, belt: Belt, watch: Watch) -> Mask:
        """Tell of each cell whether the watch could perceive fire there; of one that saw ground, in a part of it."""
        if watch.ground is not None:
            return self.shares(belt, watch.ground) > 0
        key = (id(belt), watch.at, watch.reach_km)
        if key not in self._masks:
            self._masks[key] = watch.reaches(belt.centres[:, 0], belt.centres[:, 1])
        return self._masks[key]

    def shares(self, belt: Belt, ground: shapely.Geometry) -> Shares:
        """Return the share of each cell that lies in the ground (km): a drone sees less than a cell."""
        key = (id(belt), ground.wkb)
        if key not in self._shares:
            half = belt.cell_km / 2
            west, south, east, north = ground.bounds
            x, y = belt.centres[:, 0], belt.centres[:, 1]
            near = np.flatnonzero((x > west - half) & (x < east + half) & (y > south - half) & (y < north + half))
            cells = shapely.box(x[near] - half, y[near] - half, x[near] + half, y[near] + half)
            found = np.zeros(len(x))
            found[near] = np.minimum(shapely.area(shapely.intersection(cells, ground)) / belt.cell_km**2, 1.0)
            self._shares[key] = found
        return self._shares[key]


def _belts(features: Sequence[Feature], instant: datetime, plane: Plane) -> dict[str, Belt]:
    lines = [plane.shape(f.geometry) for f in features if f.role is FeatureRole.LINE_OF_CONTACT]
    near = shapely.union_all(lines).buffer(BELT_KM) if lines else None
    found = {}
    for party, held in grounds(features, instant, plane).items():
        belt = held if near is None else held.intersection(near)
        if not belt.is_empty:
            found[party] = _grid(belt)
    return found


def _grid(shape: shapely.Geometry) -> Belt:
    west, south, east, north = shape.bounds
    # coarser over a continent, so that there are never more than about MOST_CELLS
    cell = CELL_KM * max(1, math.ceil(math.sqrt((east - west) * (north - south) / MOST_CELLS) / CELL_KM))
    # cells on a fixed lattice of the plane, so that both sides are cut by the same grid
    x = np.arange(math.floor(west / cell), math.ceil(east / cell) + 1) * cell
    y = np.arange(math.floor(south / cell), math.ceil(north / cell) + 1) * cell
    mesh = np.stack(np.meshgrid(x, y), axis=-1).reshape(-1, 2)
    inside = mesh[shapely.contains_xy(shape, mesh[:, 0], mesh[:, 1])]
    if not len(inside):
        inside = np.array([[shape.centroid.x, shape.centroid.y]])
    return Belt(centres=inside, cell_km=cell)
