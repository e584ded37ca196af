"""Reader of footprints: which ground a drone of a finished mission had in view, from when until when, and how surely.

A row promises that each part of its polygon was in view at least once in every `REVISIT_MIN` minutes from `time` to
`until`.
"""

import re
from dataclasses import replace
from datetime import timedelta
from itertools import pairwise

import shapely

from trucewatch.intake import cells as cell
from trucewatch.intake.columns import cell as text_of
from trucewatch.intake.reader import Context, Reader
from trucewatch.intake.records.common import Cells, moment, record, stated, term
from trucewatch.model import Clocks, Footprint, Interval, Record
from trucewatch.spacetime import ground_km2, ground_wide_km
from trucewatch.vocabulary import FootprintGrade, View

COLUMNS = ("unit", "until", "footprint", "error_m", "grade", "view")

REVISIT_MIN = 5  # what is looked at this often is watched: smoke and a fresh crater stay that long; a guess
LONGEST = timedelta(hours=18)  # of one row, as of any watch (`assess.watch.LONGEST_WATCH`)
MOST_ERROR_M = 20_000.0  # of an edge known worse than this nothing is left
MOST_CORNERS = 500  # a footprint is coarse; more corners are a drawing of something else
MOST_KM2 = 10_000.0  # a hundred times what a drone sees in a quarter of an hour: a slip of the pen
MOST_WIDE_KM = 200.0  # from side to side; what is long and thin beyond this has a slip of the pen in one corner

_POLYGON = re.compile(r"polygon\s*\((\s*\([^()]*\)\s*(?:,\s*\([^()]*\)\s*)*)\)", re.ASCII | re.IGNORECASE)
_RING = re.compile(r"\(([^()]*)\)")
_WRITE = "write it as POLYGON ((lon lat, lon lat, lon lat, lon lat)), the last corner being the first"

Ring = tuple[tuple[float, float], ...]


def _read(cells: Cells, context: Context) -> Record:
    for column in ("lon", "lat", "position_sd_km"):
        if text_of(cells, column):
            raise ValueError(f"has an entry in {column}: a footprint is ground, and names no point that was aimed at")
    grade, view = term(cells, "grade", FootprintGrade), term(cells, "view", View)
    rings = _rings(text_of(cells, "footprint"), context)
    if not rings and view is not View.DENIED and grade is not FootprintGrade.UNLOCATED:
        raise ValueError(f"has no footprint: {_WRITE}; where no ground is known, view is denied or grade unlocated")
    body = Footprint(
        unit=stated(cells, "unit", "the mission, by the name that its other rows have as source"),
        grade=grade,
        view=view,
        rings=rings,
        sd_km=_sd_km(cells) if rings else None,
    )
    return replace(record(cells, context, FOOTPRINTS.kind, body), clocks=_clocks(cells, context))


def _sd_km(cells: Cells) -> float:
    error_m = stated(cells, "error_m", "the error of its edge in metres, one standard deviation")
    return cell.between(error_m, "error_m", 0, MOST_ERROR_M) / 1000


def _clocks(cells: Cells, context: Context) -> Clocks:
    start, end = _instant(cells, "time", context), _instant(cells, "until", context)
    if end.start <= start.start:
        raise ValueError("its until is not after its time")
    if end.start - start.start > LONGEST:
        raise ValueError(f"lasts more than {LONGEST // timedelta(hours=1)} hours; a row is one pass over its ground")
    received = moment(cells, "received", context)
    if received is None:
        raise ValueError("has no received: a footprint comes in after its mission, and the row says when")
    if received.end < end.start:
        raise ValueError("was received before its until: footprints come in after the mission, never live")
    return Clocks(claimed=Interval(start=start.start, end=end.start), received=received.end)


def _instant(cells: Cells, name: str, context: Context) -> Interval:
    found = moment(cells, name, context)
    if found is None or found.start != found.end:
        said = "has no" if found is None else "has a whole day in"
        raise ValueError(f"{said} {name}: write the moment with its offset, such as 2020-11-20T10:00:00+04:00")
    return found


# --- the ground -----------------------------------------------------------------------------------


def _rings(text: str, context: Context) -> tuple[Ring, ...]:
    """Return the rings of a polygon in well-known text (OGC 06-103r4, section 7), none of an empty cell."""
    if not text:
        return ()
    match = _POLYGON.fullmatch(text)
    if match is None:
        raise ValueError(f"footprint {text[:40]!r} is not one polygon; {_WRITE}, and several polygons as several rows")
    rings = tuple(_ring(each, context) for each in _RING.findall(match[1]))
    if sum(map(len, rings)) > MOST_CORNERS:
        raise ValueError(f"footprint has more than {MOST_CORNERS} corners; a footprint is coarse: simplify it")
    _check(rings)
    return rings


def _ring(text: str, context: Context) -> Ring:
    corners = tuple(_corner(each, context) for each in text.split(","))
    if len(corners) < 4 or corners[0] != corners[-1]:
        raise ValueError(f"footprint has a ring that does not come back to its first corner; {_WRITE}")
    for (west, _), (east, _) in pairwise(corners):
        if abs(west - east) > 180:
            raise ValueError("footprint crosses the 180th meridian; cut it there into two rows")
    return corners


def _corner(text: str, context: Context) -> tuple[float, float]:
    words = text.split()
    if len(words) != 2:
        raise ValueError(f"footprint has the corner {text.strip()[:40]!r}, which is not lon lat; {_WRITE}")
    found = cell.position(words[0], words[1], context, "footprint")
    if found is None:
        raise ValueError(f"footprint has a corner without coordinates; {_WRITE}")
    return found


def _check(rings: tuple[Ring, ...]) -> None:
    """Refuse what encloses no ground, crosses itself, or is larger than any drone's view."""
    outer, *holes = rings
    if not shapely.is_valid(shapely.Polygon(outer, holes)):
        raise ValueError(
            "footprint crosses itself or encloses nothing; give its corners in their order round the ground"
        )
    km2 = ground_km2(rings)
    if km2 > MOST_KM2:
        raise ValueError(f"footprint has {km2:,.0f} km²; more than {MOST_KM2:,.0f} are no drone's view")
    wide_km = ground_wide_km(rings)
    if wide_km > MOST_WIDE_KM:
        raise ValueError(f"footprint is {wide_km:,.0f} km wide; more than {MOST_WIDE_KM:.0f} are no drone's view")


FOOTPRINTS = Reader(kind="footprints", columns=frozenset({"footprint", "grade", "view"}), read=_read)
