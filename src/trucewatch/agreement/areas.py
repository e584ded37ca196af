"""An area of the map with the error of its edge: who is so near that it matters, and how far from the edge anybody is.

Distances are geodesics to the point of the edge that is nearest in the plane about the area: never too short, and at
most 0.1 % too long where the area reaches no farther than 490 km from the plane's centre.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import shapely

from trucewatch.agreement.fences import ALWAYS, Fence, Floats, Ints, Laid, beside
from trucewatch.depth import depths
from trucewatch.model import Feature
from trucewatch.spacetime import (
    GEODESIC,
    LEAST_LINE_SD_KM,
    Moments,
    Plane,
    degrees_of,
    inside_probability,
    plane_about,
    sound,
)

# Farther from the edge than so many standard deviations of position and edge together, a position is inside, or is
# outside, with probability 0.95 at least, whatever the edge's shape. The depth changes by no more than the way walked;
# so that is at least the probability of a Gaussian of three dimensions (two of the position, one of the edge) within
# this radius: the root of the 95 % quantile of χ² with three degrees of freedom.
SURE = 2.7955
DEGREE_KM = 110.5  # no degree along a meridian or the equator is shorter (WGS 84: 110.57 and 111.32)


@dataclass(frozen=True, slots=True)
class Ground:
    """Areas that are one for a time and for some kinds of units.

    `fence` is in degrees, `outline` in km of `plane`; `accuracy_km` is the standard deviation of the least exact edge.
    """

    fence: Fence
    outline: shapely.Geometry
    plane: Plane
    accuracy_km: float

    @property
    def sd_km(self) -> float:
        """Return the standard deviation of the edge that counts."""
        return max(self.accuracy_km, LEAST_LINE_SD_KM)


def joined(areas: Sequence[Feature], valid_us: tuple[int, int] = ALWAYS, kinds: tuple[int, ...] = ()) -> Ground:
    """Return the areas as one."""
    shapes = [sound(degrees_of(area.geometry)) for area in areas]
    shape = shapes[0] if len(shapes) == 1 else shapely.union_all(shapes)
    west, _, east, _ = shapely.bounds(shape).tolist()
    # cut at the 180th meridian, as it must be: sewn together there, or the cut would count as an edge
    whole = sound(shapely.transform(shape, _eastward)) if (west, east) == (-180, 180) else shape
    plane = plane_about(areas)
    fence = Fence(shape=shape, valid_us=valid_us, kinds=kinds)
    return Ground(fence, plane.projected(whole), plane, max(area.accuracy_km for area in areas))


def _eastward(degrees: Floats) -> Floats:
    return np.column_stack([np.where(degrees[:, 0] < 0, degrees[:, 0] + 360, degrees[:, 0]), degrees[:, 1]])


def doubtful(each: Ground, laid: Laid, sd_km: Floats) -> tuple[Ints, Floats]:
    """Return the rows that a ground is about and that lie so near its edge that errors matter, and their P(inside).

    `sd_km` is the standard deviation of each position along each axis. All other rows are surely in or out.
    """
    if not len(sd_km):
        return np.empty(0, dtype=np.int64), np.empty(0)
    reach_km = SURE * np.hypot(sd_km, each.sd_km)
    rows = beside(laid, each.fence, *_degrees(each, float(reach_km.max())))
    edge = shapely.boundary(each.outline)
    shapely.prepare(edge)
    at = np.column_stack(each.plane.km(laid.given.lon[rows], laid.given.lat[rows]))
    close = shapely.dwithin(edge, shapely.points(at), reach_km[rows])
    rows, at = rows[close], at[close]
    moments = [Moments(x, y, sd**2, sd**2, 0.0) for (x, y), sd in zip(at.tolist(), sd_km[rows].tolist(), strict=True)]
    return rows, inside_probability(each.outline, moments, each.accuracy_km)


def _degrees(each: Ground, km: float) -> tuple[float, float]:
    """Return how many degrees across and up a distance from the ground is at most."""
    _, south, _, north = shapely.bounds(each.fence.shape).tolist()
    up = km / DEGREE_KM
    farthest = max(abs(south), abs(north)) + up
    return (up / math.cos(math.radians(farthest)) if farthest < 89 else 360.0), up


def signed_km(each: Ground, lon: Floats, lat: Floats) -> Floats:
    """Return the geodesic distance to the edge, negative outside."""
    found = depths(each.outline)
    if found is None:
        raise ValueError("an area has no extent")
    x, y = each.plane.km(lon, lat)
    nearest = found.tree.query_nearest(shapely.points(x, y), all_matches=False)[1]
    from_x, from_y, to_x, to_y = found.edges[nearest].T
    dx, dy = to_x - from_x, to_y - from_y
    along = np.clip(((x - from_x) * dx + (y - from_y) * dy) / np.maximum(dx * dx + dy * dy, 1e-18), 0.0, 1.0)
    km = np.asarray(GEODESIC.inv(lon, lat, *each.plane.degrees(from_x + along * dx, from_y + along * dy))[2]) / 1000
    signed: Floats = np.where(shapely.intersects_xy(each.fence.shape, lon, lat), km, -km)
    return signed
