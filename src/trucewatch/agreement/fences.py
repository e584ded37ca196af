"""Which of many positions lie in which dated zones: every pair, exactly, for millions of one and hundreds of the other.

Positions are sorted into the cells of a lattice in degrees, column by column. A cell that no edge of a zone's boundary
can reach lies wholly inside or outside, so one test settles it; only positions in the other cells, and only those that
the zone is about by kind, calibre and time, meet the polygon itself, prepared once. Edges are straight in degrees
(RFC 7946, section 3.1.1), so no projection enters and no pair is approximate; the boundary belongs to the zone.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np
import numpy.typing as npt
import shapely

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]

ANY_KIND = -1  # the kind of a position of which nobody said what it is of: it may concern every zone
ALWAYS = (-(2**63), 2**63 - 1)  # microseconds: a zone that is always valid
PER_CELL = 24  # positions in a mean cell; between 8 and 100 the time hardly changes
LEAST_CELL_DEG = 1e-6  # a tenth of a metre: far above what rounding does to a degree
OUTSIDE, INSIDE, DOUBTFUL = 0, 1, 2
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class Positions:
    """Positions as columns of equal length: WGS 84 degrees, microseconds since 1970 UTC, and what each is of.

    `kind` is a code of the caller's for actor and class together, ANY_KIND where unknown. `least_mm` to `most_mm` are
    the calibres it may have, NaN where nobody said.
    """

    lon: Floats
    lat: Floats
    time_us: Ints
    kind: Ints
    least_mm: Floats
    most_mm: Floats

    def __len__(self) -> int:
        return len(self.lon)


@dataclass(frozen=True, slots=True, kw_only=True)
class Fence:
    """A polygon in degrees, when it is valid (from inclusive, to exclusive) and what it is about.

    No `kinds`: about everything. Calibres from `from_mm` to `to_mm`, both inclusive, None where open. A polygon across
    the 180th meridian is cut there (RFC 7946, section 3.1.9).
    """

    shape: shapely.Geometry
    valid_us: tuple[int, int] = ALWAYS
    kinds: tuple[int, ...] = ()
    from_mm: float | None = None
    to_mm: float | None = None


def microseconds(instant: datetime) -> int:
    """Return an instant as microseconds since 1970 UTC, exactly."""
    return (instant - _EPOCH) // timedelta(microseconds=1)


def pairs(laid: "Laid", fences: Sequence[Fence]) -> tuple[Ints, Ints]:
    """Return every (fence, position) where the fence may be about the position and holds it: two columns of numbers.

    They are sorted by fence, then by position.
    """
    found = [np.sort(_held(laid, fence)) for fence in fences]
    which = np.repeat(np.arange(len(fences)), [len(rows) for rows in found])
    return which, np.concatenate([np.empty(0, dtype=np.int64), *found])


def beside(laid: "Laid", fence: Fence, across_deg: float, up_deg: float) -> Ints:
    """Return positions that a fence may be about, among them all within so many degrees of its edge, in any order."""
    (low, high), margin = _edges(fence.shape), np.array([across_deg, up_deg])
    low, high = low - margin, high + margin
    if low[:, 0].min() < -180 or high[:, 0].max() > 180:  # the cells do not go round
        return about(laid.given, laid.rows, fence)
    first, reached = _reached(laid, low, high)
    rows, states = laid.slab(first, reached)
    return about(laid.given, rows[states], fence)


def about(given: Positions, rows: Ints, fence: Fence) -> Ints:
    """Return those of the rows that a fence may be about, wherever they lie: by kind, time and calibre."""
    if fence.kinds:
        rows = rows[np.isin(given.kind[rows], (*fence.kinds, ANY_KIND))]
    if fence.valid_us != ALWAYS:
        time = given.time_us[rows]
        rows = rows[(fence.valid_us[0] <= time) & (time < fence.valid_us[1])]
    if fence.from_mm is not None:
        rows = rows[~(given.most_mm[rows] < fence.from_mm)]
    if fence.to_mm is not None:
        rows = rows[~(given.least_mm[rows] > fence.to_mm)]
    return rows


# --- cells ----------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Axis:
    """Cells along one axis: `count` of them, `step` degrees wide, the first beginning at `origin`."""

    origin: float
    step: float
    count: int

    def cell(self, degrees: Floats) -> Ints:
        """Return the cell of each coordinate; a larger one is never in an earlier cell."""
        found: Ints = np.clip((degrees - self.origin) / self.step, 0, self.count - 1).astype(np.int64)
        return found

    def middles(self, cells: Ints) -> Floats:
        """Return a coordinate inside each cell."""
        degrees: Floats = self.origin + (cells.astype(np.float64) + 0.5) * self.step
        return degrees


@dataclass(frozen=True, slots=True)
class Laid:
    """Positions laid out in cells: `rows` are their numbers in the order of the `cells`, column by column."""

    given: Positions
    across: _Axis
    up: _Axis
    rows: Ints
    cells: Ints

    def slab(self, first: int, states: npt.NDArray[Any]) -> tuple[Ints, npt.NDArray[Any]]:
        """Return the rows of whole columns of cells from `first` on, and the state of the cell of each."""
        begin, end = np.searchsorted(self.cells, (first, first + states.size)).tolist()
        return self.rows[begin:end], states.ravel()[self.cells[begin:end] - first]


def lay(given: Positions) -> Laid:
    """Return positions laid out in cells, about PER_CELL in each."""
    count = max(1, int((len(given) / PER_CELL) ** 0.5))
    across, up = _axis(given.lon, count), _axis(given.lat, count)
    cells = across.cell(given.lon) * count + up.cell(given.lat)
    rows = np.argsort(cells)
    return Laid(given, across, up, rows, cells[rows])


def _axis(degrees: Floats, count: int) -> _Axis:
    low, high = (float(degrees.min()), float(degrees.max())) if len(degrees) else (0.0, 0.0)
    return _Axis(low, max((high - low) / count, LEAST_CELL_DEG), count)


def _held(laid: Laid, fence: Fence) -> Ints:
    """Return the positions that a fence may be about and holds, in any order."""
    shapely.prepare(fence.shape)
    rows, states = laid.slab(*_states(laid, fence.shape))
    near = about(laid.given, rows[states == DOUBTFUL], fence)
    inside = near[shapely.intersects_xy(fence.shape, laid.given.lon[near], laid.given.lat[near])]
    return np.concatenate([about(laid.given, rows[states == INSIDE], fence), inside])


def _states(laid: Laid, shape: shapely.Geometry) -> tuple[int, npt.NDArray[np.int8]]:
    """Return the first cell of the columns that a shape's box reaches, and the state of their cells.

    The cell of a coordinate never falls where the coordinate rises, so that what lies in one cell is a rectangle; where
    the box of no edge reaches that cell, no edge crosses the rectangle.
    """
    low, high = _edges(shape)
    first, reached = _reached(laid, low, high)
    states = np.where(reached, DOUBTFUL, OUTSIDE).astype(np.int8)
    south, north = laid.up.cell(np.array([low[:, 1].min(), high[:, 1].max()])).tolist()
    x, y = np.nonzero(~reached[:, south : north + 1])
    middles = laid.across.middles(x + first // laid.up.count), laid.up.middles(y + south)
    states[x, y + south] = shapely.intersects_xy(shape, *middles)
    return first, states


def _edges(shape: shapely.Geometry) -> tuple[Floats, Floats]:
    """Return the south-western and north-eastern corners of the boxes of a shape's edges."""
    at, ring = shapely.get_coordinates(shapely.get_rings(shapely.get_parts(shape)), return_index=True)
    edges = np.flatnonzero(ring[1:] == ring[:-1])
    return np.minimum(at[edges], at[edges + 1]), np.maximum(at[edges], at[edges + 1])


def _reached(laid: Laid, low: Floats, high: Floats) -> tuple[int, Flags]:
    """Return the first cell of the columns that boxes reach, and of their cells which lie in one box at least.

    By sums of the boxes' corners, as in a table of running sums.
    """
    x, to_x = laid.across.cell(low[:, 0]), laid.across.cell(high[:, 0]) + 1
    y, to_y = laid.up.cell(low[:, 1]), laid.up.cell(high[:, 1]) + 1
    west, height = int(x.min()), laid.up.count + 1
    x, to_x, columns = x - west, to_x - west, int(to_x.max()) - west
    corners = (x * height + y, to_x * height + to_y, x * height + to_y, to_x * height + y)
    a, b, c, d = (np.bincount(corner, minlength=(columns + 1) * height) for corner in corners)
    running = (a + b - c - d).reshape(columns + 1, height).cumsum(axis=0).cumsum(axis=1)
    return west * laid.up.count, running[:-1, :-1] > 0
