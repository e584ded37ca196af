"""Where drones looked, for the staffs' map: coarse, pass by pass, and nothing that a camera could be aimed by.

A pass is what one mission had in view under one grade and one view without a pause longer than PAUSE. It is drawn in
squares of SQUARE_KM that it touches, which is more than was seen: `km2` says how much that was. What a side's own
source states is its word, and is not drawn.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import numpy as np
import shapely
from shapely.geometry import mapping

from trucewatch.model import Footprint, Geometry, Record
from trucewatch.spacetime import EARLIEST, plane_about, stamp
from trucewatch.vocabulary import FootprintGrade

MINUTE = timedelta(minutes=1)  # times on the map are whole ones, and hold all of the pass
PAUSE = timedelta(minutes=10)  # a longer one begins another pass; a guess
SQUARE_KM = 0.5  # of the squares that are drawn; a guess: several times what a long-range footprint errs
MOST_PASSES = 2_000  # drawn; more than anybody can tell apart

Json = dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Pass:
    """The footprints of one pass of a mission, in the order of their beginning."""

    rows: tuple[tuple[Footprint, datetime, datetime], ...]

    @property
    def end(self) -> datetime:
        """Return when the last of its footprints ends."""
        return max(end for _, _, end in self.rows)


def passes(records: Iterable[Record]) -> tuple[Pass, ...]:
    """Return the passes of neutral missions, newest first; the order of the records does not matter."""
    told: dict[tuple[str, str, str], list[tuple[Footprint, datetime, datetime]]] = {}
    for record in records:
        body, claimed = record.body, record.clocks.claimed
        if isinstance(body, Footprint) and record.source.is_watcher and claimed is not None:
            kind = (body.unit, body.grade.value, body.view.value)
            told.setdefault(kind, []).append((body, claimed.start, claimed.end))
    found = [each for rows in told.values() for each in _parted(sorted(rows, key=_order))]
    return tuple(sorted(found, key=_newest))


def _order(row: tuple[Footprint, datetime, datetime]) -> tuple[datetime, datetime, str]:
    body, start, end = row
    return start, end, repr((body.rings, body.sd_km))


def _newest(one: Pass) -> tuple[float, float, str, str, str]:
    body, start, _ = one.rows[0]
    return -start.timestamp(), -one.end.timestamp(), body.unit, body.grade.value, body.view.value


def _parted(rows: Sequence[tuple[Footprint, datetime, datetime]]) -> Iterable[Pass]:
    begun: list[tuple[Footprint, datetime, datetime]] = []
    for row in rows:
        if begun and row[1] - max(end for _, _, end in begun) > PAUSE:
            yield Pass(rows=tuple(begun))
            begun = []
        begun.append(row)
    yield Pass(rows=tuple(begun))


def footprints(records: Iterable[Record]) -> Json:
    """Return the passes as features of a map, and how many older ones were left out.

    Those of which no ground is known, or which lie nowhere near where they say, have a null geometry.
    """
    found = passes(records)
    return {
        "footprints": {"type": "FeatureCollection", "features": [_feature(each) for each in found[:MOST_PASSES]]},
        "footprints_left_out": max(len(found) - MOST_PASSES, 0),
    }


def _feature(one: Pass) -> Json:
    body, start, _ = one.rows[0]
    is_known = body.grade is not FootprintGrade.UNLOCATED
    shape, km2 = _squares([each.rings for each, _, _ in one.rows if each.rings and is_known])
    errors = [each.sd_km for each, _, _ in one.rows if each.sd_km is not None]
    return {
        "type": "Feature",
        "geometry": shape,
        "properties": {
            "unit": body.unit,
            "from": stamp(start - (start - EARLIEST) % MINUTE),
            "to": stamp(one.end + (EARLIEST - one.end) % MINUTE),
            "view": body.view.value,
            "grade": body.grade.value,
            "error_m": round(1000 * max(errors)) if errors else None,
            "km2": km2,
        },
    }


def _squares(grounds: Sequence[tuple[tuple[tuple[float, float], ...], ...]]) -> tuple[Json | None, float | None]:
    """Return the squares that some ground touches as one GeoJSON shape, and the area of the ground itself in km²."""
    if not grounds:
        return None, None
    plane = plane_about((), [corner for rings in grounds for corner in rings[0]])
    pieces = [plane.shape(Geometry(kind="Polygon", coordinates=rings)) for rings in grounds]
    touched = shapely.union_all(np.concatenate([_touched(piece) for piece in pieces]))

    def degrees(km: Any) -> Any:
        lon, lat = plane.degrees(km[:, 0], km[:, 1])
        return np.round(np.column_stack([lon, lat]), 5)

    shape = mapping(shapely.normalize(shapely.transform(touched, degrees)))
    return {"type": shape["type"], "coordinates": _lists(shape["coordinates"])}, round(
        float(shapely.union_all(pieces).area), 1
    )


def _touched(piece: Any) -> Any:
    """Return the squares that one piece of ground touches, within its own bounds: pieces may lie far apart."""
    west, south, east, north = np.floor(np.array(piece.bounds) / SQUARE_KM)
    x, y = np.meshgrid(np.arange(west, east + 1) * SQUARE_KM, np.arange(south, north + 1) * SQUARE_KM)
    squares = shapely.box(x, y, x + SQUARE_KM, y + SQUARE_KM).ravel()
    shapely.prepare(piece)
    return squares[shapely.intersects(piece, squares)]


def _lists(nested: Any) -> Any:
    return [_lists(inner) for inner in nested] if isinstance(nested, tuple) else nested
