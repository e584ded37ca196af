"""Which ground drones had in view, and when: what their footprints leave of it once their error is taken off.

A footprint says where, not that anybody watched: it stands in for the circle of a watch that its mission reports
(`watch`), and never adds one. What a side's own source states, or one that watches nothing, is left out: by
giving a neutral mission's name it could take ground away from it, or give it some.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise

import shapely

from trucewatch.model import Footprint, Geometry, Record
from trucewatch.spacetime import Plane
from trucewatch.spelling import name_key
from trucewatch.vocabulary import FootprintGrade, View

# standard deviations that an edge moves inwards before ground counts as seen; guesses: 84 and 98 of 100 edges
MARGIN_SD: Mapping[FootprintGrade, float] = {
    FootprintGrade.CHECKED: 1.0,
    FootprintGrade.REINTERPRETED: 2.0,
    FootprintGrade.STATED: 2.0,
}
DEGRADED = 2.0  # times that, where the view was degraded: positions drift then; a guess

Window = tuple[datetime, datetime]


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """What one footprint gives: from `start` to `end` this ground (km of the plane) was in view; None: none counts."""

    start: datetime
    end: datetime
    ground: shapely.Geometry | None
    denied: bool = False


def looks(records: Sequence[Record], plane: Plane) -> Mapping[str, tuple[Look, ...]]:
    """Return by mission (`name_key`) what its footprints give, whatever the order of the records."""
    found: dict[str, list[Look]] = {}
    for record in records:
        body, claimed = record.body, record.clocks.claimed
        if isinstance(body, Footprint) and record.source.is_watcher and claimed is not None:
            ground = _seen(body, plane)
            look = Look(start=claimed.start, end=claimed.end, ground=ground, denied=body.view is View.DENIED)
            found.setdefault(name_key(body.unit), []).append(look)
    return {unit: tuple(sorted(each, key=_order)) for unit, each in found.items()}


def _order(look: Look) -> tuple[datetime, datetime, bool, bytes]:
    return look.start, look.end, look.denied, b"" if look.ground is None else look.ground.wkb


def _seen(body: Footprint, plane: Plane) -> shapely.Geometry | None:
    margin = MARGIN_SD.get(body.grade)
    if margin is None or not body.rings or body.view is View.DENIED:
        return None
    if body.view is View.DEGRADED:
        margin *= DEGRADED
    ground = plane.shape(Geometry(kind="Polygon", coordinates=body.rings)).buffer(-margin * (body.sd_km or 0.0))
    return None if ground.is_empty else ground


def held(looking: Sequence[Look], window: Window) -> shapely.Geometry | None:
    """Return the ground that was in somebody's view all through a window; None where there is none.

    Between any two changes of who looks where, the ground is all that was in view; what stays in each of these is held.
    """
    start, end = window
    edges = {edge for look in looking for edge in (look.start, look.end) if start < edge < end}
    ground = None
    for begin, until in pairwise(sorted({start, *edges, end})):
        now = [look.ground for look in looking if look.ground is not None and look.start <= begin and until <= look.end]
        if not now:
            return None
        there = shapely.union_all(sorted(now, key=shapely.to_wkb))  # the order decides the last bit of a corner
        ground = there if ground is None else shapely.intersection(ground, there)
        if ground.is_empty:
            return None
    return ground
