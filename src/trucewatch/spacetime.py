"""Times in UTC and places on WGS 84 with their errors; kilometres in a named local plane; the line at a date.

Distances are taken in an azimuthal equidistant projection about the theatre's centre (`Plane`). Its scale
across the radius is (r/R)/sin(r/R) (Snyder, Map Projections: A Working Manual, 1987, eq. 25-13), which
is 1 + (r/R)²/6 to first order: below 0.1 % within 490 km of the centre. A test holds it to geodesics.
"""

import math
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo, reset_tzpath

import numpy as np
import numpy.typing as npt
import pyproj
import shapely

from trucewatch.depth import COARSEST, FINEST, Depths, Lattice, depths
from trucewatch.model import Area, Clocks, Estimate, Feature, Geometry, Place, Ray, Sector, Span
from trucewatch.vocabulary import End, FeatureRole

# "Same input, same bytes out" on every machine: time zones come from the pinned tzdata package, never from the machine
reset_tzpath(to=())

Floats = npt.NDArray[np.float64]

EARLIEST = datetime(1900, 1, 1, tzinfo=UTC)  # nothing this centre watches is older or later: a year 0 or
LATEST = datetime(2200, 1, 1, tzinfo=UTC)  # 9999 is a filled-in blank, and is rejected in those words

PROBABLE = 0.68  # the share of a place's probability that its circle holds, by the interchange's name

GEODESIC = pyproj.Geod(ellps="WGS84")

EDGE_DEG = 0.05  # an edge of 4° along 48° N is 2 km off half-way when joined straight in the plane; this one 0.4 m

COMPASS = ("N", "NNE", "NE", "ENE", "E", "ESE", "SE", "SSE", "S", "SSW", "SW", "WSW", "W", "WNW", "NW", "NNW")
COMPASS_STEP_DEG = 360 / len(COMPASS)

# RFC 3339 section 5.6, with its offset required; a lower-case t or z and a blank for T are allowed there
_RFC3339 = re.compile(
    r"(\d{4}-\d\d-\d\d)[Tt ](\d\d:\d\d(?::\d\d(?:\.\d{1,9})?)?)(Z|z|[+-](?:[01]\d|2[0-3]):?[0-5]\d)", re.ASCII
)

_DAY = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)


# --- time -----------------------------------------------------------------------------------------


def utc(text: str) -> datetime:
    """Return the instant written in RFC 3339 as UTC.

    Raises:
        ValueError: when it is not RFC 3339, has no offset, or lies outside the years 1900 to 2199.

    """
    match = _RFC3339.fullmatch(text.strip())
    if match is None:
        raise ValueError(f"time {text[:40]!r} is not RFC 3339 with an offset, such as 2026-03-01T23:30:00+03:00")
    day, clock, offset = match.groups()
    try:
        written = datetime.fromisoformat(f"{day}T{clock[:15]}{offset.upper()}")
        instant = written.astimezone(UTC)
    except (ValueError, OverflowError) as error:
        raise ValueError(f"time {text[:40]!r} does not exist: {error}") from error
    return within_years(instant)


def within_years(instant: datetime) -> datetime:
    """Return the instant; raise ValueError where it lies outside the years that a centre can have records of."""
    if not EARLIEST <= instant < LATEST:
        raise ValueError(f"year {instant.year} is outside 1900 to 2199")
    return instant


def asked(text: str, time_zone: str) -> datetime:
    """Return the instant that somebody asks for: an RFC 3339 time, or the end of a day of that zone.

    Raises:
        ValueError: when it is neither, or no such day exists.

    """
    if not _DAY.fullmatch(text.strip()):
        return utc(text)
    try:
        following = date.fromisoformat(text.strip()) + timedelta(days=1)
    except OverflowError as error:
        raise ValueError(f"day {text[:40]!r} is outside the years 1900 to 2199") from error
    except ValueError as error:
        raise ValueError(f"day {text[:40]!r} does not exist: {error}") from error
    return within_years(local(following, time(), time_zone))


def local(day: date, clock: time, time_zone: str) -> datetime:
    """Return the wall-clock time of a zone as UTC; of a doubled hour the first, a skipped hour moves forward."""
    return datetime.combine(day, clock, tzinfo=ZoneInfo(time_zone)).astimezone(UTC)


def known_since(clocks: Clocks) -> datetime | None:
    """Return since when the centre could know of a row: its receipt, else the end of the time that it claims."""
    return clocks.received or (None if clocks.claimed is None else clocks.claimed.end)


def local_day(instant: datetime, time_zone: str) -> date:
    """Return the calendar day of an instant in a zone."""
    return instant.astimezone(ZoneInfo(time_zone)).date()


@lru_cache(maxsize=1 << 14)
def hours_of(day: date, time_zone: str) -> tuple[tuple[datetime, datetime], ...]:
    """Return the hours of a local day as UTC pairs; 23 or 25 of them when the clocks change."""
    start = local(day, time(), time_zone)
    end = local(day + timedelta(days=1), time(), time_zone)
    count = round((end - start) / timedelta(hours=1))
    hour = timedelta(hours=1)
    return tuple((start + hour * i, start + hour * (i + 1)) for i in range(count))


def stamp(instant: datetime | None) -> str:
    """Write an instant as RFC 3339 in UTC with a trailing Z, or nothing for None."""
    if instant is None:
        return ""
    if instant.tzinfo is not UTC:
        instant = instant.astimezone(UTC)
    return f"{instant.isoformat()[:-6]}Z"


# --- bearings -------------------------------------------------------------------------------------


def compass(name: str) -> Sector:
    """Return the sector of a 16-point compass name, half a point to each side (11.25°).

    Raises:
        ValueError: when the name is not one of the sixteen.

    """
    try:
        centre = COMPASS.index(name.strip().upper()) * COMPASS_STEP_DEG
    except ValueError:
        raise ValueError(f"bearing {name[:20]!r} is not one of the sixteen points of the compass") from None
    half = COMPASS_STEP_DEG / 2
    return Sector(from_deg=(centre - half) % 360, to_deg=(centre + half) % 360)


def opened_deg(sector: Sector) -> float:
    """Return the width of a sector in degrees, 0 to 360."""
    return (sector.to_deg - sector.from_deg) % 360


def destination(lon: float, lat: float, bearing_deg: float, distance_km: float) -> tuple[float, float]:
    """Return the (lon, lat) reached along a geodesic."""
    there_lon, there_lat, _ = GEODESIC.fwd(lon, lat, bearing_deg, distance_km * 1000)
    return float(there_lon), float(there_lat)


def distance_km(lon_a: float, lat_a: float, lon_b: float, lat_b: float) -> float:
    """Return the geodesic distance between two points in kilometres."""
    return float(GEODESIC.inv(lon_a, lat_a, lon_b, lat_b)[2]) / 1000


# --- the plane ------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Plane:
    """Kilometres east and north of a centre, azimuthal equidistant on WGS 84."""

    lon: float
    lat: float

    def km(self, lon: Sequence[float] | Floats, lat: Sequence[float] | Floats) -> tuple[Floats, Floats]:
        """Return (east, north) in km of arrays of degrees."""
        east, north = _projection(self)(np.asarray(lon, dtype=float), np.asarray(lat, dtype=float))
        return np.asarray(east), np.asarray(north)

    def degrees(self, east: Sequence[float] | Floats, north: Sequence[float] | Floats) -> tuple[Floats, Floats]:
        """Return (lon, lat) in degrees of arrays of km."""
        lon, lat = _projection(self)(np.asarray(east, dtype=float), np.asarray(north, dtype=float), inverse=True)
        return np.asarray(lon), np.asarray(lat)

    def shape(self, geometry: Geometry) -> shapely.Geometry:
        """Return a GeoJSON geometry as a valid shapely geometry in km of this plane.

        Its edges are straight in degrees (RFC 7946, section 3.1.1) and are cut to EDGE_DEG before they are projected.
        """
        return _shape(self, geometry)

    def projected(self, shape: shapely.Geometry) -> shapely.Geometry:
        """Return a shape in degrees, its edges straight there, as a valid one in km of this plane."""

        def project(degrees: Floats) -> Floats:
            east, north = self.km(degrees[:, 0], degrees[:, 1])
            return np.column_stack([east, north])

        return sound(shapely.transform(shapely.segmentize(shape, EDGE_DEG), project))

    def north_deg(self, lon: Sequence[float] | Floats, lat: Sequence[float] | Floats) -> Floats:
        """Return the direction of true north in the plane, degrees clockwise from its own north: the convergence."""
        lat = np.asarray(lat, dtype=float)
        step = np.where(lat > 0, -0.01, 0.01)  # towards the equator, so that the pole itself has a direction
        east, north = self.km(lon, lat)
        further_east, further_north = self.km(lon, lat + step)
        sign = np.sign(step)
        turn: Floats = np.degrees(np.arctan2(sign * (further_east - east), sign * (further_north - north)))
        return turn


def degrees_of(geometry: Geometry) -> shapely.Geometry:
    """Return a GeoJSON geometry as a shapely geometry in degrees, as it was written."""
    try:
        return shapely.geometry.shape({"type": geometry.kind, "coordinates": geometry.coordinates})
    except shapely.GEOSException as error:
        raise ValueError(f"a {geometry.kind} of places.geojson has no extent: {error}") from None


def sound(shape: shapely.Geometry) -> shapely.Geometry:
    """Return a valid shape of the same ground; where parts of it overlap they are one (`make_valid` cuts a hole)."""
    if shapely.get_dimensions(shape) < 2 or shapely.is_valid(shape):
        return shapely.make_valid(shape)
    pieces = [piece for part in shapely.get_parts(shape) for piece in shapely.get_parts(shapely.make_valid(part))]
    return shapely.union_all([piece for piece in pieces if shapely.get_dimensions(piece) == 2])


@lru_cache(maxsize=256)  # the drawn lines and grounds of a case, which every question asks for again
def _shape(plane: Plane, geometry: Geometry) -> shapely.Geometry:
    return plane.projected(degrees_of(geometry))


@lru_cache(maxsize=16)
def _projection(plane: Plane) -> pyproj.Proj:
    return pyproj.Proj(proj="aeqd", lon_0=plane.lon, lat_0=plane.lat, ellps="WGS84", units="km")


def plane_about(features: Iterable[Feature], points: Iterable[tuple[float, float]] = ()) -> Plane:
    """Return the plane about the middle of the line of contact, else of the points, else of all features; to 0.01°.

    Held ground may be half a continent, the line is where it matters. Longitudes are averaged on the circle, so that
    a theatre across the 180th meridian has its centre inside it.
    """
    features = tuple(features)
    line = [corner for f in features if f.role is FeatureRole.LINE_OF_CONTACT for corner in vertices(f.geometry)]
    corners = line or list(points) or [corner for f in features for corner in vertices(f.geometry)]
    if not corners:
        return Plane(0.0, 0.0)
    turns = [math.radians(lon) for lon, _ in corners]
    centre = math.degrees(math.atan2(math.fsum(map(math.sin, turns)), math.fsum(map(math.cos, turns))))
    offsets = [(lon - centre + 180) % 360 - 180 for lon, _ in corners]
    middle = (centre + (min(offsets) + max(offsets)) / 2 + 180) % 360 - 180
    lats = [lat for _, lat in corners]
    return Plane(round(middle, 2), round((min(lats) + max(lats)) / 2, 2))


def ground_km2(rings: Sequence[Sequence[tuple[float, float]]]) -> float:
    """Return the area of a polygon of rings in degrees, km², in a plane of its own."""
    if not rings:
        return 0.0
    shape = plane_about((), rings[0]).shape(Geometry(kind="Polygon", coordinates=tuple(rings)))
    return float(shape.area)


def ground_wide_km(rings: Sequence[Sequence[tuple[float, float]]]) -> float:
    """Return how far a polygon of rings in degrees reaches from west to east or from south to north, the more, km."""
    shape = plane_about((), rings[0]).shape(Geometry(kind="Polygon", coordinates=tuple(rings)))
    west, south, east, north = shape.bounds
    return float(max(east - west, north - south))


def vertices(geometry: Geometry) -> tuple[tuple[float, float], ...]:
    """Return all (lon, lat) of a geometry in the order they are written."""

    def walk(nested: Any) -> Iterable[tuple[float, float]]:
        if nested and isinstance(nested[0], (int, float)):
            yield float(nested[0]), float(nested[1])
        else:
            for inner in nested:
                yield from walk(inner)

    return tuple(walk(geometry.coordinates))


# --- places with their errors ---------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Moments:
    """Mean (km east, north) and covariance (km²) of a place in the plane."""

    east: float
    north: float
    var_east: float
    var_north: float
    cov: float


def bearing_moments(sectors: Sequence[Sector], north_deg: float = 0.0) -> tuple[float, float, float, float]:
    """Return E[sin], E[cos], E[sin 2θ], E[cos 2θ] of a bearing uniform over the sectors with their Gaussian error.

    `north_deg` is the direction of true north in the frame of the answer.

    Exact: the characteristic function of a uniform of half-width h about c with normal error s is
    e^{inc} · sin(nh)/(nh) · e^{-n²s²/2}, for n = 1, 2. No sector: any bearing, all four are 0.
    """
    if not sectors:
        return 0.0, 0.0, 0.0, 0.0
    turned = [(sector.from_deg + north_deg, sector.to_deg + north_deg) for sector in sectors]
    widths = [(to_deg - from_deg) % 360 for from_deg, to_deg in turned]
    shares = [w / sum(widths) for w in widths] if sum(widths) > 0 else [1 / len(sectors)] * len(sectors)
    totals = [[], [], [], []]  # type: list[list[float]]
    for sector, (from_deg, _), width, share in zip(sectors, turned, widths, shares, strict=True):
        centre = math.radians(from_deg + width / 2)
        half, error = math.radians(width / 2), math.radians(sector.sd_deg)
        for n, (sine, cosine) in ((1, (0, 1)), (2, (2, 3))):
            spread = (math.sin(n * half) / (n * half) if half else 1.0) * math.exp(-((n * error) ** 2) / 2)
            totals[sine].append(share * math.sin(n * centre) * spread)
            totals[cosine].append(share * math.cos(n * centre) * spread)
    sin1, cos1, sin2, cos2 = (math.fsum(total) for total in totals)
    return sin1, cos1, sin2, cos2


LARGEST_SHARE = 0.4  # a larger one is a distance that is hardly known: the series does not hold for it


def ray_moments(ray: Ray, observer: tuple[float, float], reach: Span, north_deg: float = 0.0) -> Moments:
    """Return the moments of a ray; distance uniform over its span (or `reach`), independent of the bearing.

    A distance judged by ear or eye errs by a share r of the true one, so that a reading comes from farther away more
    easily than from nearer: with z a standard normal error the true one is the reading / (1 + r z), of which these are
    the moments up to r⁴ (r at most LARGEST_SHARE). `observer` is its position in the plane (km), `north_deg` the
    direction of true north there.
    """
    span = ray.distance or reach
    sin1, cos1, sin2, cos2 = bearing_moments(ray.sectors, north_deg)
    middle = (span.low_km + span.high_km) / 2
    share = min(span.sd_km / middle, LARGEST_SHARE) ** 2 if middle > 0 else 0.0
    mean = middle * (1 + share + 3 * share**2)
    square = mean**2 + (span.high_km - span.low_km) ** 2 / 12 + span.sd_km**2 * (1 + 8 * share)
    mean_east, mean_north = mean * sin1, mean * cos1
    own = (ray.observer.sd_km or 0.0) ** 2
    return Moments(
        observer[0] + mean_east,
        observer[1] + mean_north,
        square * (1 - cos2) / 2 - mean_east**2 + own,
        square * (1 + cos2) / 2 - mean_north**2 + own,
        square * sin2 / 2 - mean_east * mean_north,
    )


def area_moments(east: Floats, north: Floats) -> Moments:
    """Return the moments of a uniform density over a simple closed ring in km; of a degenerate ring its vertices'."""
    x0, y0 = float(east[0]), float(north[0])
    x, y = east - x0, north - y0  # about a vertex: small numbers keep their digits
    cross = x[:-1] * y[1:] - x[1:] * y[:-1]
    area = float(cross.sum()) / 2
    if abs(area) < 1e-9:
        return Moments(x0 + float(x.mean()), y0 + float(y.mean()), float(x.var()), float(y.var()), 0.0)
    mx = float(((x[:-1] + x[1:]) * cross).sum()) / (6 * area)
    my = float(((y[:-1] + y[1:]) * cross).sum()) / (6 * area)
    xx = float(((x[:-1] ** 2 + x[:-1] * x[1:] + x[1:] ** 2) * cross).sum()) / (12 * area)
    yy = float(((y[:-1] ** 2 + y[:-1] * y[1:] + y[1:] ** 2) * cross).sum()) / (12 * area)
    mixed = x[:-1] * y[1:] + 2 * x[:-1] * y[:-1] + 2 * x[1:] * y[1:] + x[1:] * y[:-1]
    xy = float((mixed * cross).sum()) / (24 * area)
    return Moments(x0 + mx, y0 + my, xx - mx**2, yy - my**2, xy - mx * my)


def place_moments(places: Sequence[tuple[Place, Span, float]], plane: Plane) -> list[Moments]:
    """Return the moments of each (place, reach where a ray has no distance, sd in km where a point states none)."""
    anchors = [_anchor(place) for place, _, _ in places]
    lons, lats = [a[0] for a in anchors], [a[1] for a in anchors]
    east, north = plane.km(lons, lats)
    turns = plane.north_deg(lons, lats).tolist()
    moments = []
    for (place, reach, sd_km), x, y, turn in zip(places, east.tolist(), north.tolist(), turns, strict=True):
        if isinstance(place, Ray):
            moments.append(ray_moments(place, (x, y), reach, turn))
        elif isinstance(place, Area):
            ring = np.array(place.ring)
            moments.append(area_moments(*plane.km(ring[:, 0], ring[:, 1])))
        else:
            variance = (sd_km if place.sd_km is None else place.sd_km) ** 2
            moments.append(Moments(x, y, variance, variance, 0.0))
    return moments


def _anchor(place: Place) -> tuple[float, float]:
    if isinstance(place, Ray):
        return place.observer.lon, place.observer.lat
    return place.ring[0] if isinstance(place, Area) else (place.lon, place.lat)


def estimates(places: Sequence[tuple[End, Moments, float]], plane: Plane) -> tuple[Estimate, ...]:
    """Return each (which place, its moments, the radius in km that holds 68 % of it) in degrees."""
    lon, lat = plane.degrees([m.east for _, m, _ in places], [m.north for _, m, _ in places])
    return tuple(
        Estimate(
            lon=x, lat=y, var_east=m.var_east, var_north=m.var_north, cov_east_north=m.cov, radius_km_68=r, end=end
        )
        for (end, m, r), x, y in zip(places, lon.tolist(), lat.tolist(), strict=True)
    )


# --- the line and the ground at a date ------------------------------------------------------------


def valid_at(feature: Feature, instant: datetime) -> bool:
    """Tell whether a dated place holds at an instant."""
    begun = feature.valid_from is None or feature.valid_from <= instant
    return begun and (feature.valid_to is None or instant < feature.valid_to)


# Twelve weighted points of a standard Gaussian, exact for polynomials of degree 7 (A. H. Stroud, Approximate
# Calculation of Multiple Integrals, 1971, E2r2 7-1, its points times √2 because its weight is exp(-r²)).
_FAR, _NEAR, _MID = math.sqrt(6), math.sqrt((9 - 3 * math.sqrt(5)) / 4), math.sqrt((9 + 3 * math.sqrt(5)) / 4)
_SIGNS = ((1, 1), (1, -1), (-1, 1), (-1, -1))
FEW = (
    *((x, y, 1 / 36) for x, y in ((_FAR, 0.0), (-_FAR, 0.0), (0.0, _FAR), (0.0, -_FAR))),
    *((x * _NEAR, y * _NEAR, (5 + 2 * math.sqrt(5)) / 45) for x, y in _SIGNS),
    *((x * _MID, y * _MID, (5 - 2 * math.sqrt(5)) / 45) for x, y in _SIGNS),
)

# Ninety-six equally weighted points of it: equal shares of the radius (r² = -2 ln(1 - q)), each turned by the golden
# angle against the last (H. Vogel, Math. Biosciences 44, 179, 1979), so that no straight edge meets many at once.
_MANY = [(math.sqrt(-2 * math.log(1 - (k + 0.5) / 96)), k * math.pi * (3 - math.sqrt(5))) for k in range(96)]
MANY = tuple((r * math.cos(turn), r * math.sin(turn)) for r, turn in _MANY)

BENT = 0.03  # of its own spread: a boundary that leaves the straight by less moves a probability by less than 0.01
CERTAIN = 4.0  # standard deviations beyond which a side is not in doubt: 3 in 100,000
AT_ONCE = 8192  # places that are worked on together: what the processor's cache holds
LEAST_LINE_SD_KM = 0.05  # a line drawn by hand is never better than its stroke: 50 m, a guess


def inside_probability(
    polygon: shapely.Geometry,
    moments: Sequence[Moments],
    accuracy_km: float,
) -> Floats:
    """Return, for each Gaussian place, the probability that it lies in the polygon (both in km of one plane).

    The boundary itself is uncertain: a point at signed distance d counts Φ(d/σ), σ its accuracy; over a Gaussian that
    sees the boundary straight this is Φ(d/√(σ² + its variance across)), else the mean over MANY. Places farther
    from it than CERTAIN standard deviations are simply in or out.
    """
    places = np.array([(m.east, m.north, m.var_east, m.var_north, m.cov) for m in moments]).reshape(-1, 5)
    shares = np.zeros(len(places))
    found = depths(polygon)
    if found is None:
        return shares
    sigma = max(accuracy_km, LEAST_LINE_SD_KM)
    levels = _levels(places, sigma)
    for level in np.unique(levels).tolist():
        same = np.flatnonzero(levels == level)
        for start in range(0, len(same), AT_ONCE):
            some = same[start : start + AT_ONCE]
            shares[some] = _shares(found, int(level), places[some], sigma)
    return shares


def _levels(places: Floats, sigma: float) -> Floats:
    """Return for each place the level of its lattice: cells of a quarter to a half of the narrowest spread."""
    middle = (places[:, 2] + places[:, 3]) / 2
    minor = np.maximum(middle - np.hypot((places[:, 2] - places[:, 3]) / 2, places[:, 4]), 0.0)
    levels: Floats = np.clip(np.floor(np.log2(np.sqrt(minor / 2 + sigma**2))) - 1, FINEST, COARSEST)
    return levels


def _shares(found: Depths, level: int, places: Floats, sigma: float) -> Floats:
    """Return the probability of places whose lattice has this level; what a coarser one shows far is in or out."""
    coarse = found.lattice(level + 2)
    east, north, var_east, var_north, _ = places.T
    depth = coarse.at(np.round(east / coarse.step) * coarse.step, np.round(north / coarse.step) * coarse.step)
    # a distance changes by no more than the way walked: half a diagonal of a coarse cell
    doubt = CERTAIN * np.sqrt(var_east + var_north + sigma**2) + coarse.step * math.sqrt(0.5)
    shares = np.where(depth > 0, 1.0, 0.0)
    doubtful = np.flatnonzero(np.abs(depth) < doubt)
    shares[doubtful], bent = _if_straight(found.lattice(level), places[doubtful], sigma)
    shares[doubtful[bent]] = _by_points(found.lattice(level), places[doubtful[bent]], sigma)
    return shares


def _if_straight(lattice: Lattice, places: Floats, sigma: float) -> tuple[Floats, npt.NDArray[np.bool_]]:
    """Return Φ(d/√(σ² + variance across)) by the plane that fits the depths at FEW, and where they leave it."""
    mean, square, along, beside = np.zeros((4, len(places)))
    for (x, y, weight), at in zip(FEW, _depths_at(lattice, places, [(x, y) for x, y, _ in FEW]), strict=True):
        depth = weight * at
        mean += depth
        square += depth * at
        along += depth * x
        beside += depth * y
    across = along * along + beside * beside
    spread = across + sigma**2
    return _phi(mean / np.sqrt(spread)), square - mean * mean - across > BENT**2 * spread


def _by_points(lattice: Lattice, places: Floats, sigma: float) -> Floats:
    """Return the share of MANY that lie inside, each counted Φ(depth/σ)."""
    total = np.zeros(len(places))
    for depth in _depths_at(lattice, places, MANY):
        total += _phi(depth / sigma)
    shares: Floats = total / len(MANY)
    return shares


def _depths_at(lattice: Lattice, places: Floats, points: Sequence[tuple[float, float]]) -> Iterator[Floats]:
    """Yield for each point of a standard Gaussian the depths there of all places; of few, many points at once."""
    east, north, a, b, c = _rooted(places)
    together = max(1, AT_ONCE // max(1, len(places)))
    for start in range(0, len(points), together):
        x, y = np.array(points[start : start + together]).T[:, :, None]
        depth = lattice.at((east + a * x).ravel(), (north + b * x + c * y).ravel())
        yield from depth.reshape(len(x), len(places))


def _rooted(places: Floats) -> tuple[Floats, Floats, Floats, Floats, Floats]:
    """Return the means and the lower Cholesky factor of the covariance: its first diagonal, its corner, its second."""
    east, north, var_east, var_north, cov = places.T
    a = np.sqrt(np.maximum(var_east, 0.0))
    b = np.divide(cov, a, out=np.zeros_like(a), where=a > 0)
    return east, north, a, b, np.sqrt(np.maximum(var_north - b * b, 0.0))


# Φ by table, linear between steps of 1/256: within 5e-7, and the same bits wherever numpy runs
_STEP = 1 / 256
_PHI = np.array([0.5 * (1 + math.erf(n * _STEP / math.sqrt(2))) for n in range(-8 * 256, 8 * 256 + 1)])


def _phi(x: Floats) -> Floats:
    """Return the standard normal distribution function."""
    steps = np.clip((x + 8) / _STEP, 0.0, len(_PHI) - 1.001)
    whole = steps.astype(np.int64)
    low = _PHI[whole]
    values: Floats = low + (steps - whole) * (_PHI[whole + 1] - low)
    return values


def grounds(features: Iterable[Feature], instant: datetime, plane: Plane) -> dict[str, shapely.Geometry]:
    """Return each party's held ground at an instant (km), as `control` features say; parties without one are absent."""
    held: dict[str, list[shapely.Geometry]] = {}
    for feature in features:
        if feature.role is FeatureRole.CONTROL and feature.party and valid_at(feature, instant):
            held.setdefault(feature.party, []).append(plane.shape(feature.geometry))
    return {party: shapely.union_all(shapes) for party, shapes in held.items()}
