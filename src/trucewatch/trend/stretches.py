"""The line of contact in stretches: whose effort and whose incidents, by kilometres and hours, never by sides."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from typing import Protocol

import numpy as np
import numpy.typing as npt
import shapely

from trucewatch.model import Case
from trucewatch.spacetime import EARLIEST, Plane, local, valid_at
from trucewatch.trend.count import Floats
from trucewatch.trend.windows import Event
from trucewatch.vocabulary import FeatureRole

LONG_KM = 50.0  # a stretch is no longer than this; a guess: about what one hub of observers watches
APART_KM = 2.0  # between the points of the line at which watching is asked
NEAR_KM = 20.0  # an incident farther from the line belongs to no stretch; a guess
SLOT = timedelta(minutes=15)


class Watched(Protocol):
    """An attentive period of somebody at a place of the plane (km), with a reach (km) or the ground in view."""

    @property
    def start(self) -> datetime:
        """Its beginning."""

    @property
    def end(self) -> datetime:
        """Its end."""

    @property
    def at(self) -> tuple[float, float]:
        """Where somebody stood."""

    @property
    def reach_km(self) -> float:
        """How far away fire is perceived."""

    @property
    def ground(self) -> shapely.Geometry | None:
        """The ground that was in view instead, None where that is a circle."""

    def reaches(self, east: Floats, north: Floats) -> npt.NDArray[np.bool_]:
        """Tell of places whether fire there could be perceived."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Stretch:
    """A part of the line: its name and points along it (km of the plane)."""

    name: str
    points: Floats


def stretches(case: Case, plane: Plane, instant: datetime) -> tuple[Stretch, ...]:
    """Return the line that held at an instant (else its newest version) in equal parts, numbered from the north."""
    every = [f for f in case.places if f.role is FeatureRole.LINE_OF_CONTACT]
    newest = max((f.valid_from or EARLIEST for f in every), default=EARLIEST)
    lines = [f for f in every if valid_at(f, instant)] or [f for f in every if (f.valid_from or EARLIEST) == newest]
    pieces = [piece for f in lines for piece in _pieces(plane.shape(f.geometry))]
    # from the north-west; the way in which a file happens to draw the line changes nothing
    pieces.sort(key=lambda p: (-p[:, 1].mean().round(3), p[:, 0].mean().round(3)))
    return tuple(
        Stretch(name=f"stretch {n} of {len(pieces)} ({_middle(p, plane)})", points=p) for n, p in enumerate(pieces, 1)
    )


def _pieces(shape: shapely.Geometry) -> list[Floats]:
    found = []
    for line in shapely.get_parts(shapely.line_merge(shape)):
        number = max(math.ceil(line.length / LONG_KM), 1)
        for n in range(number):
            steps = max(math.ceil(line.length / number / APART_KM), 1)
            along = (n + (np.arange(steps) + 0.5) / steps) / number
            found.append(shapely.get_coordinates(shapely.line_interpolate_point(line, along, normalized=True)))
    return found


def _middle(points: Floats, plane: Plane) -> str:
    (lon,), (lat,) = plane.degrees(*(points[len(points) // 2, :, None]))
    return f"about {abs(lat):.1f}° {'N' if lat >= 0 else 'S'}, {abs(lon):.1f}° {'E' if lon >= 0 else 'W'}"


def placed(counted: Sequence[Event], parts: Sequence[Stretch], plane: Plane) -> npt.NDArray[np.int64]:
    """Return for each event the stretch nearest to its mean position; -1 where it is far, vague or not placed."""
    found = np.full(len(counted), -1)
    at = [(n, e.incident.place) for n, e in enumerate(counted) if e.incident.place is not None]
    at = [(n, p) for n, p in at if p.radius_km_68 <= LONG_KM / 2]
    if not at or not parts:
        return found
    east, north = plane.km([p.lon for _, p in at if p], [p.lat for _, p in at if p])
    owner = np.repeat(np.arange(len(parts)), [len(s.points) for s in parts])
    tree = shapely.STRtree(shapely.points(np.concatenate([s.points for s in parts])))
    mine, nearest = tree.query_nearest(shapely.points(east, north), max_distance=NEAR_KM, all_matches=False)
    found[np.array([n for n, _ in at])[mine]] = owner[nearest]
    return found


def hours_watched(
    parts: Sequence[Stretch], watching: Sequence[Watched], firsts: Sequence[date], days: int, time_zone: str
) -> Mapping[date, Floats]:
    """Return by window the hours of each stretch watched: the mean over its points, in whole quarters of an hour."""
    starts = np.array([local(first, time(), time_zone).timestamp() for first in firsts])
    ends = np.array([local(first + timedelta(days=days), time(), time_zone).timestamp() for first in firsts])
    points = np.concatenate([s.points for s in parts])
    cuts = np.cumsum([0, *(len(s.points) for s in parts)])
    near: dict[tuple[tuple[float, float], float, bytes], npt.NDArray[np.bool_]] = {}
    by_window: dict[int, list[tuple[int, int, npt.NDArray[np.bool_]]]] = {}
    slot = SLOT.total_seconds()
    for w in watching:
        key = (w.at, w.reach_km, b"" if w.ground is None else w.ground.wkb)
        if key not in near:
            near[key] = w.reaches(points[:, 0], points[:, 1])
        if not near[key].any():
            continue
        begin, end = w.start.astimezone(UTC).timestamp(), w.end.astimezone(UTC).timestamp()
        for n in range(max(int(np.searchsorted(starts, begin, "right")) - 1, 0), len(firsts)):
            if starts[n] >= end:
                break
            low = math.ceil((max(begin, starts[n]) - starts[n]) / slot)
            high = math.floor((min(end, ends[n]) - starts[n]) / slot)
            if low < high:
                by_window.setdefault(n, []).append((low, high, near[key]))
    found = {}
    for n, first in enumerate(firsts):
        seen = np.zeros((math.ceil((ends[n] - starts[n]) / slot), len(points)), dtype=bool)
        for low, high, mask in by_window.get(n, ()):
            seen[low:high] |= mask
        hours = seen.sum(axis=0) * (slot / 3600)
        found[first] = np.array([hours[a:b].mean() for a, b in pairwise(cuts.tolist())])
    return found
