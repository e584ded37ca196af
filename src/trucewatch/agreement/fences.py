"""Which of many positions lie in which dated zones: every pair, exactly, for millions of one and hundreds of the other.

Positions are sorted into the cells of a lattice in degrees, column by column. A cell that no edge of a zone's boundary
can reach lies wholly inside or outside, so one test settles it; only positions in the other cells, and only those that
the zone is about by kind, calibre and time, meet the polygon itself, prepared once. Edges are straight in degrees
(RFC 7946, section 3.1.1), so no projection enters and no pair is approximate; the boundary belongs to the zone.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

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


def pairs(given: Positions, fences: Sequence[Fence]) -> tuple[Ints, Ints]:
    """Return every (fence, position) where the fence may be about the position and holds it: two columns of numbers.

    They are sorted by fence, then by position.
    """
    laid = _laid(given)
    found = [np.sort(_held(given, laid, fence)) for fence in fences]
    which = np.repeat(np.arange(len(fences)), [len(rows) for rows in found])
    return which, np.concatenate([np.empty(0, dtype=np.int64), *found])


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
class _Laid:
    """The positions in the order of their cells: `rows` their numbers, `ends` where each cell of `cells` stops."""

    across: _Axis
    up: _Axis
    rows: Ints
    cells: Ints


def _laid(given: Positions) -> _Laid:
    count = max(1, int((len(given) / PER_CELL) ** 0.5))
    across, up = _axis(given.lon, count), _axis(given.lat, count)
    cells = across.cell(given.lon) * count + up.cell(given.lat)
    rows = np.argsort(cells)
    return _Laid(across, up, rows, cells[rows])


def _axis(degrees: Floats, count: int) -> _Axis:
    low, high = (float(degrees.min()), float(degrees.max())) if len(degrees) else (0.0, 0.0)
    return _Axis(low, max((high - low) / count, LEAST_CELL_DEG), count)


def _held(given: Positions, laid: _Laid, fence: Fence) -> Ints:
    """Return the positions that a fence is about and holds, in no particular order."""
    shapely.prepare(fence.shape)
    first, states = _states(laid, fence.shape)
    begin, end = np.searchsorted(laid.cells, (first, first + len(states))).tolist()
    state = states[laid.cells[begin:end] - first]
    rows = laid.rows[begin:end]
    near = about(given, rows[state == DOUBTFUL], fence)
    inside = near[shapely.intersects_xy(fence.shape, given.lon[near], given.lat[near])]
    return np.concatenate([about(given, rows[state == INSIDE], fence), inside])


def _states(laid: _Laid, shape: shapely.Geometry) -> tuple[int, npt.NDArray[np.int8]]:
    """Return the first cell of the columns that a shape's box reaches, and the state of each cell from there on.

    The cells of coordinates never fall where coordinates rise, so that all that lies in one cell is a rectangle; where
    the box of no edge reaches that cell, no edge crosses the rectangle.
    """
    rings = shapely.get_rings(shapely.get_parts(shape))
    at, ring = shapely.get_coordinates(rings, return_index=True)
    edges = np.flatnonzero(ring[1:] == ring[:-1])
    x, y = laid.across.cell(at[:, 0]), laid.up.cell(at[:, 1])
    west, south = x.min(), y.min()
    x, y, size = x - west, y - south, (x.max() - west + 1, y.max() - south + 1)
    reached = _covered(x[edges], x[edges + 1], y[edges], y[edges + 1], size)
    states = np.where(reached, DOUBTFUL, OUTSIDE).astype(np.int8)
    free_x, free_y = np.nonzero(~reached)
    middles = laid.across.middles(free_x + west), laid.up.middles(free_y + south)
    states[free_x, free_y] = shapely.intersects_xy(shape, *middles)
    whole = np.zeros((size[0], laid.up.count), dtype=np.int8)
    whole[:, south : south + size[1]] = states
    return int(west) * laid.up.count, whole.ravel()


def _covered(x: Ints, to_x: Ints, y: Ints, to_y: Ints, size: tuple[int, int]) -> Flags:
    """Tell which cells lie in the box of one edge at least: sums of corners, as in a table of running sums."""
    low_x, high_x = np.minimum(x, to_x), np.maximum(x, to_x) + 1
    low_y, high_y = np.minimum(y, to_y), np.maximum(y, to_y) + 1
    height = size[1] + 1
    corners = [low_x * height + low_y, high_x * height + high_y, low_x * height + high_y, high_x * height + low_y]
    counts = [np.bincount(corner, minlength=(size[0] + 1) * height) for corner in corners]
    steps = (counts[0] + counts[1] - counts[2] - counts[3]).reshape(size[0] + 1, height)
    covered: Flags = steps.cumsum(axis=0).cumsum(axis=1)[:-1, :-1] > 0
    return covered
