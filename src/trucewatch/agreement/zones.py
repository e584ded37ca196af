"""Where an incident lies against the paper's places: inside a zone, or how far from the line as it was then."""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

import shapely
import shapely.geometry

from trucewatch.agreement.kleene import Truth, some, taken
from trucewatch.model import Estimate, Feature, Geometry, Incident
from trucewatch.spacetime import LEAST_LINE_SD_KM, Moments, Plane, inside_probability, plane_about, valid_at
from trucewatch.vocabulary import FeatureRole

EDGE_DEG = 0.05


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


def dense(feature: Feature) -> Feature:
    """Return a feature with vertices at most 0.05° apart along its edges.

    An edge of GeoJSON is straight in degrees (RFC 7946 §3.1.1), not on the ground: one that follows the 48th
    parallel for 4° is 2 km off the straight way half-way along. Cut into 0.05° pieces it is less than 1 m off.
    """
    kind, coordinates = feature.geometry.kind, feature.geometry.coordinates
    cut = shapely.segmentize(shapely.geometry.shape({"type": kind, "coordinates": coordinates}), EDGE_DEG)
    return replace(feature, geometry=Geometry(kind=kind, coordinates=shapely.geometry.mapping(cut)["coordinates"]))


def lines_of(places: Sequence[Feature]) -> tuple[Feature, ...]:
    """Return the lines of contact of a case, with short edges."""
    return tuple(dense(feature) for feature in places if feature.role is FeatureRole.LINE_OF_CONTACT)


def zones_of(places: Sequence[Feature]) -> tuple[Zone, ...]:
    """Return the zones of a case with short edges, each in the plane about itself."""
    found = [dense(feature) for feature in places if feature.role is FeatureRole.ZONE]
    planes = [plane_about((feature,)) for feature in found]
    return tuple(Zone(f, plane.shape(f.geometry), plane) for f, plane in zip(found, planes, strict=True))


def inside(incident: Incident, zone_id: str, zones: Sequence[Zone]) -> Truth:
    """Tell whether an incident lies in a zone as it was then; unknown without a place or without such a zone."""
    at, place = incident.first_time, incident.place
    if at is None or place is None:
        return None
    then = [zone for zone in zones if zone.feature.id == zone_id and valid_at(zone.feature, at)]
    return some(taken(_share(zone, place)) for zone in then) if then else None


def _share(zone: Zone, place: Estimate) -> float:
    east, north = zone.plane.km([place.lon], [place.lat])
    spread = (place.var_east, place.var_north, place.cov_east_north)
    moments = Moments(float(east[0]), float(north[0]), *spread)
    return float(inside_probability(zone.polygon, [moments], zone.feature.accuracy_km)[0])


def reach(incident: Incident, lines: Sequence[Feature], bearer: str) -> Reach | None:
    """Return how far an incident lies from the line that counts for a bearer, as it was then; None if none is known.

    A line that names a party counts for that party alone: a paper may set a different line for each side.
    The plane is centred on the incident, where azimuthal equidistant distances are geodesic.
    """
    at, place = incident.first_time, incident.place
    if at is None or place is None:
        return None
    plane = Plane(place.lon, place.lat)
    then = [line for line in lines if line.party in (None, bearer) and valid_at(line, at)]
    return _nearest([_to_line(plane.shape(line.geometry), place, line.accuracy_km) for line in then])


def _nearest(reaches: Sequence[Reach]) -> Reach | None:
    return min(reaches, key=lambda each: (each.distance_km, -each.sigma_km)) if reaches else None


def _to_line(line: shapely.Geometry, place: Estimate, accuracy_km: float) -> Reach:
    """Return the distance of the origin to a line in km, with the place's variance along the way to it."""
    east, north = shapely.get_coordinates(shapely.shortest_line(shapely.Point(0, 0), line))[1].tolist()
    distance_km = math.hypot(east, north)
    if distance_km > 0:
        x, y = east / distance_km, north / distance_km
        variance = x * x * place.var_east + y * y * place.var_north + 2 * x * y * place.cov_east_north
    else:
        variance = max(place.var_east, place.var_north)
    return Reach(distance_km, math.sqrt(max(variance, 0.0) + max(accuracy_km, LEAST_LINE_SD_KM) ** 2))


def nearer_than(band_km: float, at: Reach | None) -> Truth:
    """Tell whether a place is nearer than a distance, with probability Φ((band - d)/σ) along the way to the line."""
    if at is None:
        return None
    return taken((1 + math.erf((band_km - at.distance_km) / (at.sigma_km * math.sqrt(2)))) / 2)
