"""How deep inside a polygon points lie, asked a hundred thousand times: exact on a lattice, linear in between.

The signed distance to a boundary is smooth but at the boundary's own bends, so it is computed exactly at the nodes of a
square lattice as places ask for them, and interpolated bilinearly within a cell. A node's value depends on nothing but
the polygon and the node: what was asked before, beside or in which order changes no bit. Lengths are in km.
"""

import math
from dataclasses import dataclass, field
from functools import lru_cache

import numpy as np
import numpy.typing as npt
import shapely

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

BITS = 4
CELLS = 1 << BITS  # a tile of the lattice is 16 × 16 cells, which share their search for the nearest edges
FINEST, COARSEST = -10, 12  # lattices from 2⁻¹⁰ km (a metre) to 2¹² km (a continent) apart
REACH = 1 << 20  # tiles are numbered within ± a million of the plane's centre along either axis
SLOTS = 1 << 14  # tiles that are found at once; the rest are looked up
SLACK_KM = 1e-6  # rounding must not lose the nearest edge


@dataclass(slots=True)
class _Memory:
    """The tiles made so far: their nodes one after the other, where each begins, a table of those asked for last."""

    nodes: Floats = field(default_factory=lambda: np.empty(0))
    starts: dict[int, int] = field(default_factory=dict)
    slot_number: Ints = field(default_factory=lambda: np.full(SLOTS, -1, dtype=np.int64))
    slot_start: Ints = field(default_factory=lambda: np.zeros(SLOTS, dtype=np.int64))


@dataclass(frozen=True, slots=True)
class Lattice:
    """The signed distances of one polygon at nodes `step` = 2**level km apart, tile by tile as they are asked for."""

    polygon: shapely.Geometry
    edges: Floats
    tree: shapely.STRtree
    level: int
    memory: _Memory = field(default_factory=_Memory)

    @property
    def step(self) -> float:
        """Return the width of a cell in km."""
        return 2.0**self.level

    def at(self, east: Floats, north: Floats) -> Floats:
        """Return the signed distance at each point, negative outside."""
        x, y = east / self.step, north / self.step
        column, row = np.floor(x), np.floor(y)
        u, v = x - column, y - row
        corner = self._corner(column.astype(np.int64), row.astype(np.int64))
        nodes = self.memory.nodes
        a, b = nodes[corner], nodes[corner + 1]
        c, d = nodes[corner + CELLS + 1], nodes[corner + CELLS + 2]
        low, high = a + u * (b - a), c + u * (d - c)
        depth: Floats = low + v * (high - low)
        return depth

    def _corner(self, column: Ints, row: Ints) -> Ints:
        """Return where the lower left node of each cell stands among the nodes; tiles not yet known are made."""
        across, up = column >> BITS, row >> BITS
        number = (across + REACH) * (2 * REACH) + up + REACH
        slot = (across * 5003 + up) & (SLOTS - 1)  # neighbours fall into different slots
        start = self.memory.slot_start[slot]
        missed = np.flatnonzero(self.memory.slot_number[slot] != number)
        if len(missed):
            wanted, which = np.unique(number[missed], return_inverse=True)
            if new := [n for n in wanted.tolist() if n not in self.memory.starts]:
                self._make(new)
            start[missed] = np.array([self.memory.starts[n] for n in wanted.tolist()])[which]
            self.memory.slot_number[slot[missed]] = number[missed]
            self.memory.slot_start[slot[missed]] = start[missed]
        corner: Ints = start + (row & (CELLS - 1)) * (CELLS + 1) + (column & (CELLS - 1))
        return corner

    def _make(self, numbers: list[int]) -> None:
        places = [divmod(number, 2 * REACH) for number in numbers]
        made = [self._tile(across - REACH, up - REACH) for across, up in places]
        begun = len(self.memory.nodes)
        self.memory.starts.update((number, begun + n * (CELLS + 1) ** 2) for n, number in enumerate(numbers))
        self.memory.nodes = np.concatenate([self.memory.nodes, *made])

    def _tile(self, across: int, up: int) -> Floats:
        """Return the signed distances of a tile's nodes, row by row: exact, from the edges that can be the nearest."""
        ticks = np.arange(CELLS + 1, dtype=float)
        east = np.tile((across * CELLS + ticks) * self.step, CELLS + 1)
        north = np.repeat((up * CELLS + ticks) * self.step, CELLS + 1)
        centre = shapely.Point((across + 0.5) * CELLS * self.step, (up + 0.5) * CELLS * self.step)
        _, away = self.tree.query_nearest(centre, return_distance=True, all_matches=False)
        within = float(away[0]) + CELLS * self.step * math.sqrt(2) + SLACK_KM
        near = self.edges[self.tree.query(centre, predicate="dwithin", distance=within)]
        depth = _distances(near, east, north)
        inside = shapely.contains_xy(self.polygon, east, north)
        return np.where(inside, depth, -depth)


def _distances(edges: Floats, east: Floats, north: Floats) -> Floats:
    """Return the distance of each point to the nearest edge; a row of edges is (from east, north, to east, north)."""
    nearest = np.full(len(east), np.inf)
    for start in range(0, len(edges), 256):
        x, y, to_x, to_y = edges[start : start + 256].T
        dx, dy = to_x - x, to_y - y
        length = np.maximum(dx * dx + dy * dy, 1e-18)
        px, py = east[:, None] - x, north[:, None] - y
        t = np.clip((px * dx + py * dy) / length, 0.0, 1.0)
        away = (px - t * dx) ** 2 + (py - t * dy) ** 2
        nearest = np.minimum(nearest, away.min(axis=1))
    depth: Floats = np.sqrt(nearest)
    return depth


@dataclass(frozen=True, slots=True)
class Depths:
    """The lattices of one polygon by their level."""

    polygon: shapely.Geometry
    edges: Floats
    tree: shapely.STRtree
    lattices: dict[int, Lattice] = field(default_factory=dict)

    def lattice(self, level: int) -> Lattice:
        """Return the lattice of 2**level km."""
        if level not in self.lattices:
            self.lattices[level] = Lattice(self.polygon, self.edges, self.tree, level)
        return self.lattices[level]


def depths(polygon: shapely.Geometry) -> Depths | None:
    """Return the depths of a polygon, None where it has no extent."""
    return _depths(shapely.to_wkb(polygon))


@lru_cache(maxsize=64)
def _depths(wkb: bytes) -> Depths | None:
    """Return the depths of a polygon by its bytes: the same ground is asked about by several steps of one run."""
    polygon = shapely.from_wkb(wkb)
    rings = [shapely.get_coordinates(ring) for part in _polygons(polygon) for ring in (part.exterior, *part.interiors)]
    if not rings:
        return None
    edges = np.concatenate([np.hstack([ring[:-1], ring[1:]]) for ring in rings])
    shapely.prepare(polygon)
    return Depths(polygon, edges, shapely.STRtree(shapely.linestrings(edges.reshape(-1, 2, 2))))


def _polygons(geometry: shapely.Geometry) -> list[shapely.Polygon]:
    if isinstance(geometry, shapely.Polygon):
        return [] if geometry.is_empty else [geometry]
    return [polygon for part in getattr(geometry, "geoms", ()) for polygon in _polygons(part)]
