"""What a map shows: its extent in degrees, and a plain local projection onto the page."""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from trucewatch.model import Case, Feature, Incident
from trucewatch.spacetime import vertices
from trucewatch.vocabulary import FeatureRole

KM_PER_DEGREE = 111.32  # of longitude on the equator, WGS 84; the scale bar needs no better
LEAST_DEG = 0.1  # a map smaller than some 10 km shows nothing that a reader can place: a guess
STRAY = 0.5  # an incident farther off the line than half its extent does not shrink the map: a guess
MARGIN = 0.06

Period = tuple[datetime, datetime]
Bounds = tuple[float, float, float, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame:
    """Longitude and latitude to page units: equirectangular, longitudes scaled by the cosine of the middle latitude.

    Away from the middle latitude shapes stretch by the change of the cosine: 1 % for 80 km at 49° N.
    """

    west: float
    south: float
    east: float
    north: float
    width: float
    height: float

    def x(self, lon: float) -> float:
        """Return the page unit of a longitude."""
        return (self._near(lon) - self.west) / (self.east - self.west) * self.width

    def y(self, lat: float) -> float:
        """Return the page unit of a latitude, downwards."""
        return (self.north - lat) / (self.north - self.south) * self.height

    def per_km(self) -> float:
        """Return page units per kilometre."""
        return self.height / ((self.north - self.south) * KM_PER_DEGREE)

    def holds(self, lon: float, lat: float) -> bool:
        """Tell whether a point lies on the map."""
        return self.west <= self._near(lon) <= self.east and self.south <= lat <= self.north

    def _near(self, lon: float) -> float:
        """Return the longitude as it is counted on a map across the 180th meridian: 181 for -179."""
        return unwrapped((self.west + self.east) / 2, lon)


def unwrapped(middle: float, lon: float) -> float:
    """Return the longitude that differs from the middle by at most 180°; one that does is returned as it is."""
    return lon - 360 if lon - middle > 180 else lon + 360 if lon - middle < -180 else lon


def span(period: Period | None, incidents: Iterable[Incident], as_of: datetime) -> Period:
    """Return the time that a map is about: the period, else from the first incident to the last, else `as_of`.

    Lines are drawn as they were then, not as they are when the report is made.
    """
    if period is not None:
        return period
    times = [t for i in incidents for t in (i.first_time, i.last_time) if t is not None]
    return (min(times), max(times)) if times else (as_of, as_of)


def within(features: Iterable[Feature], window: Period) -> list[Feature]:
    """Return the dated places that held at some time of the window, ends included."""
    return [
        f
        for f in features
        if (f.valid_from is None or f.valid_from <= window[1]) and (f.valid_to is None or window[0] < f.valid_to)
    ]


def extent(case: Case, incidents: Iterable[Incident]) -> Bounds:
    """Return (west, south, east, north) of the line of contact and of the incidents about it, with a margin.

    Without a line: of all incidents; without both: of all places of the case; else the whole globe.
    """
    line = _line(case)
    shown = [*line, *_about(line, incidents)] or _corners(case.places)
    return _box(shown, MARGIN) if shown else (-180.0, -90.0, 180.0, 90.0)


def closer(case: Case, incidents: Iterable[Incident]) -> Bounds | None:
    """Return the bounds of the incidents about the line alone, with half their extent around; None: no place."""
    points = _about(_line(case), incidents)
    return _box(points, STRAY) if points else None


def frame(bounds: Bounds, width: float) -> Frame:
    """Return the frame of that width; a strip is widened to a height between 0.45 and 0.95 of it."""
    west, south, east, north = bounds
    narrow = math.cos(math.radians((south + north) / 2)) or 1.0
    wide, high = (east - west) * narrow, north - south
    ratio = min(max(high / wide, 0.45), 0.95)
    more_high, more_wide = max(wide * ratio - high, 0.0) / 2, max(high / ratio - wide, 0.0) / 2 / narrow
    return Frame(
        west=west - more_wide,
        south=south - more_high,
        east=east + more_wide,
        north=north + more_high,
        width=width,
        height=width * ratio,
    )


def _line(case: Case) -> list[tuple[float, float]]:
    return _corners(f for f in case.places if f.role is FeatureRole.LINE_OF_CONTACT)


def _about(line: Sequence[tuple[float, float]], incidents: Iterable[Incident]) -> list[tuple[float, float]]:
    points = [(i.place.lon, i.place.lat) for i in incidents if i.place is not None]
    if not line:
        return points
    west, south, east, north = _box(line, STRAY)
    middle = (west + east) / 2
    return [(lon, lat) for lon, lat in points if west <= unwrapped(middle, lon) <= east and south <= lat <= north]


def _corners(features: Iterable[Feature]) -> list[tuple[float, float]]:
    return [corner for feature in features for corner in vertices(feature.geometry)]


def _box(points: Sequence[tuple[float, float]], margin: float) -> Bounds:
    lons, lats = [lon for lon, _ in points], [lat for _, lat in points]
    if max(lons) - min(lons) > 180:  # nobody's line is half the Earth long: it crosses the 180th meridian
        lons = [unwrapped(180.0, lon) for lon in lons]
    wide, high = max(max(lons) - min(lons), LEAST_DEG), max(max(lats) - min(lats), LEAST_DEG)
    mid_lon, mid_lat = (min(lons) + max(lons)) / 2, (min(lats) + max(lats)) / 2
    half_wide, half_high = wide * (0.5 + margin), high * (0.5 + margin)
    return mid_lon - half_wide, mid_lat - half_high, mid_lon + half_wide, mid_lat + half_high
