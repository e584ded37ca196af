"""Where an incident lies against the paper's places: inside a zone, or how far from the line as it was then."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import shapely
import shapely.geometry

from trucewatch.agreement.geofence import UNSTATED_SD_KM
from trucewatch.agreement.kleene import Truth, some, taken
from trucewatch.model import Estimate, Feature, Incident, Record
from trucewatch.spacetime import GEODESIC, LEAST_LINE_SD_KM, Moments, Plane, inside_probability, plane_about, valid_at
from trucewatch.vocabulary import FeatureRole


@dataclass(frozen=True, slots=True)
class Reach:
    """Distance from the line of contact in km and its standard deviation (of the place and of the line)."""

    distance_km: float
    sigma_km: float


@dataclass(frozen=True, slots=True)
class Zone:
    """A zone of the paper, projected once; `polygon` is in km of `plane`."""

    feature: Feature
    polygon: shapely.Geometry
    plane: Plane


def lines_of(places: Sequence[Feature]) -> tuple[Feature, ...]:
    """Return the lines of contact of a case."""
    return tuple(feature for feature in places if feature.role is FeatureRole.LINE_OF_CONTACT)


def zones_of(places: Sequence[Feature]) -> tuple[Zone, ...]:
    """Return the zones of a case, each in the plane about itself."""
    found = [feature for feature in places if feature.role is FeatureRole.ZONE]
    planes = [plane_about((feature,)) for feature in found]
    return tuple(Zone(f, plane.shape(f.geometry), plane) for f, plane in zip(found, planes, strict=True))


def inside(incident: Incident, zone_id: str, zones: Sequence[Zone]) -> Truth:
    """Tell whether an incident lies in a zone as it was then; unknown without a place or without such a zone."""
    at, place = incident.first_time, incident.place
    if at is None or place is None:
        return None
    then = [zone for zone in zones if zone.feature.id == zone_id and valid_at(zone.feature, at)]
    spread = (place.var_east, place.var_north, place.cov_east_north)
    return some(taken(_share(zone, place.lon, place.lat, spread)) for zone in then) if then else None


def told_inside(record: Record, zone_id: str | None, zones: Sequence[Zone]) -> Truth:
    """Tell whether what a record tells of lies in a zone as it was then.

    A record without a place tells of the act that it is about, wherever the paper means it.
    """
    if zone_id is None or record.place is None or record.clocks.claimed is None:
        return True
    variance = (UNSTATED_SD_KM if record.place.sd_km is None else record.place.sd_km) ** 2
    lon, lat, spread = record.place.lon, record.place.lat, (variance, variance, 0.0)
    then = [z for z in zones if z.feature.id == zone_id and valid_at(z.feature, record.clocks.claimed.start)]
    return some(taken(_share(zone, lon, lat, spread)) for zone in then) if then else None


def _share(zone: Zone, lon: float, lat: float, spread: tuple[float, float, float]) -> float:
    east, north = zone.plane.km([lon], [lat])
    moments = Moments(float(east[0]), float(north[0]), *spread)
    return float(inside_probability(zone.polygon, [moments], zone.feature.accuracy_km)[0])


def reaches(incidents: Sequence[Incident], lines: Sequence[Feature]) -> Mapping[str, tuple[tuple[Feature, Reach], ...]]:
    """Return for each incident id how far it lies from each line as it was then, in the order of the lines.

    Which point of the line is nearest is found in a plane about the lines; the distance to it is the geodesic.
    """
    plane = plane_about(lines)
    found: dict[str, list[tuple[Feature, Reach]]] = {}
    for line in lines:
        then = [
            i for i in incidents if i.place is not None and i.first_time is not None and valid_at(line, i.first_time)
        ]
        for incident, at in zip(then, reached(plane, line, [i.place for i in then if i.place]), strict=True):
            found.setdefault(incident.id, []).append((line, at))
    return {incident_id: tuple(pairs) for incident_id, pairs in found.items()}


def reached(plane: Plane, line: Feature, places: Sequence[Estimate]) -> list[Reach]:
    """Return how far places lie from a line, or from any other feature: 0 inside an area."""
    lons, lats = [place.lon for place in places], [place.lat for place in places]
    here = shapely.points(np.column_stack(plane.km(lons, lats)))
    there = shapely.get_coordinates(shapely.shortest_line(here, plane.shape(line.geometry)))[1::2]
    metres = GEODESIC.inv(lons, lats, *plane.degrees(there[:, 0], there[:, 1]))[2]
    ways = (there - shapely.get_coordinates(here)).tolist()
    return [
        Reach(float(m) / 1000, math.hypot(_sd_along(place, *way), max(line.accuracy_km, LEAST_LINE_SD_KM)))
        for m, place, way in zip(metres, places, ways, strict=True)
    ]


def _sd_along(place: Estimate, east: float, north: float) -> float:
    """Return the standard deviation of a place along a direction; its largest along an axis where there is none."""
    length = math.hypot(east, north)
    if length == 0:
        return math.sqrt(max(place.var_east, place.var_north, 0.0))
    x, y = east / length, north / length
    return math.sqrt(max(x * x * place.var_east + y * y * place.var_north + 2 * x * y * place.cov_east_north, 0.0))


def nearest_for(bearer: str, known: Sequence[tuple[Feature, Reach]], line_id: str = "") -> Reach | None:
    """Return the reach to the nearest line that counts for a bearer, None if there is none.

    A line that names a party counts for that party alone: a paper may set a different line for each side. `line_id` is
    the line that an obligation names; "" takes any.
    """
    mine = [at for line, at in known if line.party in (None, bearer) and line_id in ("", line.id)]
    return min(mine, key=lambda at: (at.distance_km, -at.sigma_km), default=None)


def nearer_than(band_km: float, at: Reach | None) -> Truth:
    """Tell whether a place is nearer than a distance, with probability Φ((band - d)/σ) along the way to the line."""
    if at is None:
        return None
    return taken((1 + math.erf((band_km - at.distance_km) / (at.sigma_km * math.sqrt(2)))) / 2)
