"""Which way lies across the line of contact: the way that fire goes."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

import numpy as np
import shapely

from trucewatch.assess.locate import Fix
from trucewatch.model import Case
from trucewatch.spacetime import Floats, Plane, valid_at
from trucewatch.vocabulary import FeatureRole

STRETCH_KM = 3.0  # the line's way is that of so much of it on either side: as far as fire reaches; a guess
NEAR_KM = 40.0  # farther from every line nothing says which way fire goes; twice the range of common artillery


def across(case: Case, plane: Plane, fixes: Sequence[Fix | None]) -> tuple[tuple[float, float], ...]:
    """Return for each fix the unit vector (east, north) across the nearest line of contact valid at its time.

    (0, 0) where there is no fix, no place or no line near. Which of the two ways along the vector is meant says
    nothing.
    """
    lines = [f for f in case.places if f.role is FeatureRole.LINE_OF_CONTACT]
    shapes = [plane.shape(f.geometry) for f in lines]
    parts = [[p for p in shapely.get_parts(s) if p.geom_type == "LineString" and p.length > 0] for s in shapes]
    found: list[tuple[float, float]] = [(0.0, 0.0)] * len(fixes)
    epochs: dict[tuple[int, ...], list[int]] = {}
    for n, fix in enumerate(fixes):
        if fix is not None and fix.at is not None:
            instant = datetime.fromtimestamp(fix.time_s, UTC)
            epochs.setdefault(tuple(k for k, f in enumerate(lines) if valid_at(f, instant)), []).append(n)
    for valid, members in epochs.items():
        candidates = [part for k in valid for part in parts[k]]
        if not candidates:
            continue
        at = [fix.at for n in members if (fix := fixes[n]) is not None and fix.at is not None]
        points = shapely.points([m.east for m in at], [m.north for m in at])
        nearest, line = shapely.STRtree(candidates).query_nearest(points, max_distance=NEAR_KM, all_matches=False)
        east, north = _normals(np.array(candidates)[line], points[nearest])
        for n, e, m in zip(nearest.tolist(), east.tolist(), north.tolist(), strict=True):
            found[members[n]] = (e, m)
    return tuple(found)


def _normals(lines: Any, points: Any) -> tuple[Floats, Floats]:
    """Return the unit vectors across the lines where they pass the points, one for each."""
    along = shapely.line_locate_point(lines, points)
    one = shapely.line_interpolate_point(lines, np.maximum(along - STRETCH_KM, 0.0))
    other = shapely.line_interpolate_point(lines, np.minimum(along + STRETCH_KM, shapely.length(lines)))
    east, north = shapely.get_x(other) - shapely.get_x(one), shapely.get_y(other) - shapely.get_y(one)
    length = np.hypot(east, north)
    safe = np.where(length > 0, length, 1.0)  # a line that ends where it begins has no way there
    return -north / safe, east / safe
