"""The table of footprints of a mission: what was in view in each five minutes, coarse, as rows that anybody can read.

Of the packets nothing is left but the ground: no track, no point of aim, no word of the file. What is read again
(`records.footprints`) is this table, whoever wrote it.
"""

import csv
import io
import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import pairwise

import numpy as np
import shapely

from trucewatch.intake.missions.frames import Frames
from trucewatch.intake.missions.geometry import DECLARED, Landed, land, sure_m
from trucewatch.intake.records.footprints import LONGEST, MOST_CORNERS, MOST_ERROR_M, REVISIT_MIN
from trucewatch.spacetime import Floats, Plane, plane_about, stamp
from trucewatch.vocabulary import FootprintGrade, SourceClass, View

COLUMNS = (
    *("id", "source", "source_class", "about", "unit", "time", "until", "received"),
    *("footprint", "error_m", "grade", "view", "text"),
)
WINDOW_S = 60 * REVISIT_MIN
LONGEST_DENIED_S = int(LONGEST.total_seconds())
GAP_S = 60  # without a packet for longer, nobody knows where the sensor looked; a guess
FEW = 0.9  # of a window's frames that have to lie where they say, or nobody knows where it was; a guess
LEAST_SATELLITES = 4  # a position in three dimensions and the clock take four
STROKE_KM = 0.025  # outlines are drawn with, and their error holds it
LEAST_KM2 = 0.0025  # a piece of ground smaller than 50 m by 50 m is left out
DEGREE = 1e-4  # of the corners written: 11 m, less than any error


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What whoever brings the file says of the mission, which no file is asked about."""

    unit: str
    source: str
    about: str
    received: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A row before it is written: seconds since 1970, ground in the plane (km) or None, its error in metres."""

    start_s: int
    end_s: int
    ground: shapely.Geometry | None
    error_m: int | None
    grade: FootprintGrade
    view: View


@dataclass(frozen=True, slots=True, kw_only=True)
class Mission:
    """A mission's rows with what was found out about its angles; `plane` is that of the rows' ground."""

    landed: Landed
    plane: Plane
    rows: tuple[Row, ...]
    start: datetime
    end: datetime


def mission(frames: Frames) -> Mission:
    """Return what a mission had in view, in the order of time."""
    landed = land(frames)
    corners = landed.corners[~np.isnan(landed.corners).any((1, 2))].reshape(-1, 2)
    plane = plane_about((), [(float(lon), float(lat)) for lon, lat in corners])
    ends = _ends(frames["time_s"])
    denied = frames["invalid"] == 1
    rows = [*_denied(frames["time_s"], ends, denied), *_seen(frames, landed, plane, ends, denied)]
    return Mission(
        landed=landed,
        plane=plane,
        rows=tuple(sorted(rows, key=lambda row: (row.start_s, row.end_s, row.view.value))),
        start=datetime.fromtimestamp(float(frames["time_s"][0]), UTC),
        end=datetime.fromtimestamp(float(ends[-1]), UTC),
    )


def _ends(times: Floats) -> Floats:
    """Return until when each frame speaks: to the next one, or for a second where that is long after."""
    following = np.append(times[1:], math.inf)
    return np.where(following - times <= GAP_S, following, times + 1)


def _denied(times: Floats, ends: Floats, denied: np.ndarray[tuple[int], np.dtype[np.bool_]]) -> Iterator[Row]:
    for some in _runs(np.flatnonzero(denied).tolist(), times, ends):
        begin = math.floor(times[some[0]])
        end = max(math.ceil(ends[some[-1]]), begin + 1)
        for start_s in range(begin, end, LONGEST_DENIED_S):  # a row may not last for ever
            yield Row(
                start_s=start_s,
                end_s=min(start_s + LONGEST_DENIED_S, end),
                ground=None,
                error_m=None,
                grade=FootprintGrade.STATED,
                view=View.DENIED,
            )


def _runs(which: Sequence[int], times: Floats, ends: Floats) -> Iterator[Sequence[int]]:
    """Yield the frames in runs in which each begins where the one before it ends."""
    cuts = [n for n, (one, other) in enumerate(pairwise(which), start=1) if times[other] > ends[one]]
    for begin, end in pairwise([0, *cuts, len(which)]):
        if begin < end:
            yield which[begin:end]


def _seen(
    frames: Frames, landed: Landed, plane: Plane, ends: Floats, denied: np.ndarray[tuple[int], np.dtype[np.bool_]]
) -> Iterator[Row]:
    times = frames["time_s"]
    window = np.floor(times / WINDOW_S).astype(np.int64)
    for each in np.unique(window).tolist():
        for some in _runs(np.flatnonzero((window == each) & ~denied).tolist(), times, ends):
            first, last = some[0], some[-1]
            # a frame of the window before speaks until this one: the rows follow each other without a gap
            goes_on = first > 0 and not denied[first - 1] and ends[first - 1] == times[first]
            start_s = each * WINDOW_S if goes_on and window[first - 1] < each else math.floor(times[first])
            end_s = min(math.ceil(ends[last]), (each + 1) * WINDOW_S)
            yield from _rows(frames, landed, plane, some, (start_s, max(end_s, start_s + 1)))


def _rows(frames: Frames, landed: Landed, plane: Plane, some: Sequence[int], lasts: tuple[int, int]) -> Iterator[Row]:
    """Yield a row for each piece of ground that these frames saw, or one that says that nobody knows which."""
    known = ~np.isnan(landed.corners[some]).any((1, 2))
    if landed.convention:
        known &= landed.fits[some] & landed.is_one
    few = frames["satellites"][some] < LEAST_SATELLITES
    view = View.DEGRADED if few.mean() > 1 - FEW else View.CLEAR
    pieces, stroke_km = _pieces(landed.corners[some][known], plane) if known.mean() >= FEW else ([], 0.0)
    start_s, end_s = lasts
    error_m = math.ceil(math.hypot(_error_m(landed, np.asarray(some)[known]), 1000 * stroke_km))
    if not pieces or error_m > MOST_ERROR_M:
        pieces = []
        yield Row(start_s=start_s, end_s=end_s, ground=None, error_m=None, grade=FootprintGrade.UNLOCATED, view=view)
    # without an angle of view the corners are those that the packets publish: nothing here has checked them
    is_stated = bool(np.isnan(frames["hfov"][some] + frames["vfov"][some])[known].any())
    grade = FootprintGrade.STATED if is_stated else _grade(landed)
    for ground in pieces:
        yield Row(start_s=start_s, end_s=end_s, ground=ground, error_m=error_m, grade=grade, view=view)


def _error_m(landed: Landed, some: np.ndarray[tuple[int], np.dtype[np.int64]]) -> float:
    """Return the error of these frames by their median range and angle, and the miss that 68 of 100 do not exceed."""
    return sure_m(
        range_m=_quantile(landed.range_m[some], 0.5),
        down=_quantile(landed.down[some], 0.5),
        miss_m=_quantile(landed.miss_m[some], 0.68),
    )


def _quantile(numbers: Floats, share: float) -> float:
    known = numbers[np.isfinite(numbers)]
    return float(np.quantile(known, share)) if len(known) else math.nan


def _grade(landed: Landed) -> FootprintGrade:
    if not landed.convention:
        return FootprintGrade.STATED
    return FootprintGrade.CHECKED if landed.convention == DECLARED else FootprintGrade.REINTERPRETED


def _pieces(corners: Floats, plane: Plane) -> tuple[list[shapely.Geometry], float]:
    """Return the ground that some frames saw together, in pieces with few corners, and how coarsely they are drawn."""
    if not len(corners):
        return [], 0.0
    east, north = plane.km(corners[..., 0].ravel(), corners[..., 1].ravel())
    rings = np.stack([east, north], axis=-1).reshape(-1, 4, 2)
    shapes = shapely.polygons(np.concatenate([rings, rings[:, :1]], axis=1))
    seen = shapely.union_all(shapes[shapely.is_valid(shapes)])
    stroke_km = STROKE_KM
    while True:
        parts = shapely.get_parts(shapely.make_valid(shapely.simplify(seen, stroke_km)))
        pieces = [part for part in parts if shapely.get_dimensions(part) == 2 and part.area >= LEAST_KM2]
        if all(shapely.get_num_coordinates(piece) <= MOST_CORNERS for piece in pieces):
            return pieces, stroke_km
        stroke_km *= 2


# --- the table ------------------------------------------------------------------------------------


def table(found: Mission, told: Told) -> str:
    """Return the rows as CSV."""
    written = io.StringIO()
    writer = csv.DictWriter(written, COLUMNS, lineterminator="\n")
    writer.writeheader()
    for number, row in enumerate(found.rows, start=1):
        for footprint in _polygons(row.ground, found.plane):
            writer.writerow({**_cells(row, found, told, number), "footprint": footprint})
    return written.getvalue()


def _cells(row: Row, found: Mission, told: Told, number: int) -> Mapping[str, str]:
    return {
        "id": f"{told.unit} {number}",
        "source": told.source,
        "source_class": SourceClass.DRONE.value,
        "about": told.about,
        "unit": told.unit,
        "time": stamp(datetime.fromtimestamp(row.start_s, UTC)),
        "until": stamp(datetime.fromtimestamp(row.end_s, UTC)),
        "received": stamp(told.received),
        "error_m": "" if row.error_m is None else str(row.error_m),
        "grade": row.grade.value,
        "view": row.view.value,
        "text": f"angles read as: {found.landed.convention}" if found.landed.convention else "",
    }


def _polygons(ground: shapely.Geometry | None, plane: Plane) -> Iterator[str]:
    """Yield ground as well-known text in degrees, on a grid of DEGREE; an empty text where none is known."""
    if ground is None:
        yield ""
        return

    def degrees(km: Floats) -> Floats:
        lon, lat = plane.degrees(km[:, 0], km[:, 1])
        return np.column_stack([lon, lat])

    # what is sound in km need not be in degrees, and no grid takes what is not
    placed = shapely.set_precision(shapely.make_valid(shapely.transform(ground, degrees)), DEGREE)
    for part in shapely.get_parts(placed):
        if shapely.get_dimensions(part) == 2 and not part.is_empty:
            yield shapely.to_wkt(part, rounding_precision=4, trim=True)
