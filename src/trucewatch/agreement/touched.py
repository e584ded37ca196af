"""In which areas of the case a happening may lie, and whether somebody stood outside the own ones; errors included.

What a monitor may read follows from it (docs/access.md), so doubt has one rule. A happening is in each area that the
circle holding 68 % of its place touches, as the area was at that time, unless it is surely outside: 95 % sure, with the
errors of its place and of the edge. Without a known place it is in none; without a known time in none that is dated.
"""

from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import shapely

from trucewatch.agreement.areas import DEGREE_KM
from trucewatch.agreement.fences import Flags
from trucewatch.agreement.geofence import UNSTATED_SD_KM
from trucewatch.agreement.kleene import Truth, some, taken
from trucewatch.agreement.zones import Zone
from trucewatch.model import Estimate, Feature, Incident, Interval, Point
from trucewatch.spacetime import LEAST_LINE_SD_KM, Moments, inside_probability, plane_about, vertices
from trucewatch.vocabulary import FeatureRole

AREAS = frozenset({FeatureRole.ZONE, FeatureRole.PERMITTED_AREA})  # what a monitor's zones may be


def named_areas(places: Iterable[Feature]) -> tuple[Zone, ...]:
    """Return the zones and permitted areas of a case that have an id, each version in the plane about itself."""
    found = [feature for feature in places if feature.role in AREAS and feature.id]
    planes = [plane_about((feature,)) for feature in found]
    return tuple(Zone(f, plane.shape(f.geometry), plane) for f, plane in zip(found, planes, strict=True))


def touched(incidents: Sequence[Incident], areas: Iterable[Zone]) -> dict[str, frozenset[str]]:
    """Return of each incident, by its id, the ids of the areas that it may lie in."""
    found: dict[str, set[str]] = {incident.id: set() for incident in incidents}
    placed = [(i.id, i.place, _times(i)) for i in incidents if i.place is not None]
    lat, radius_km = np.array([(at.lat, at.radius_km_68) for _, at, _ in placed]).reshape(-1, 2).T
    for area in areas:
        lats = [corner[1] for corner in vertices(area.feature.geometry)]
        # a circle farther north or south than it is wide touches nothing, and most are: they need no projection
        near = (lat + radius_km / DEGREE_KM >= min(lats)) & (lat - radius_km / DEGREE_KM <= max(lats))
        then = [placed[n] for n in np.flatnonzero(near).tolist() if _held(area.feature, placed[n][2])]
        for (name, _, _), is_in in zip(then, _may_lie(area, [at for _, at, _ in then]), strict=True):
            if is_in:
                found[name].add(area.feature.id)
    return {name: frozenset(ids) for name, ids in found.items()}


def _may_lie(area: Zone, places: Sequence[Estimate]) -> list[bool]:
    if not places:
        return []
    east, north = area.plane.km([at.lon for at in places], [at.lat for at in places])
    shapely.prepare(area.polygon)
    here = shapely.points(np.column_stack([east, north]))
    is_in = shapely.dwithin(area.polygon, here, np.array([at.radius_km_68 for at in places]))
    near = np.flatnonzero(is_in)
    doubtful = near[~_are_deep(area, here[near], [places[n] for n in near.tolist()])].tolist()
    moments = [
        Moments(float(east[n]), float(north[n]), at.var_east, at.var_north, at.cov_east_north)
        for n, at in ((n, places[n]) for n in doubtful)
    ]
    shares = inside_probability(area.polygon, moments, area.feature.accuracy_km)
    is_in[doubtful] = [taken(share) is not False for share in shares.tolist()]
    return [bool(each) for each in is_in]


def _are_deep(area: Zone, here: npt.NDArray[Any], places: Sequence[Estimate]) -> Flags:
    """Tell of each place whether it is farther inside than it may be off: far more than 5 % of it is nearer than that.

    A disc of one standard deviation holds 39 % of a round Gaussian, the polygon in it 35, and the edge leaves half.
    """
    spread = np.array([(at.var_east, at.var_north, at.cov_east_north) for at in places]).reshape(-1, 3).T
    widest = (spread[0] + spread[1]) / 2 + np.hypot((spread[0] - spread[1]) / 2, spread[2])
    edge = max(area.feature.accuracy_km, LEAST_LINE_SD_KM) ** 2
    found: Flags = shapely.covers(area.polygon, shapely.buffer(here, np.sqrt(widest + edge), quad_segs=3))
    return found


def is_outside(at: Point, when: Interval, own: Iterable[Zone]) -> bool:
    """Tell whether somebody surely stood outside all of the own areas, as they were then; in doubt nobody did."""
    sd_km = UNSTATED_SD_KM if at.sd_km is None else at.sd_km
    truths = [_holds(area, at, sd_km) for area in own if _held(area.feature, when)]
    return some(truths) is False


def _holds(area: Zone, at: Point, sd_km: float) -> Truth:
    east, north = area.plane.km([at.lon], [at.lat])
    moments = Moments(float(east[0]), float(north[0]), sd_km**2, sd_km**2, 0.0)
    return taken(float(inside_probability(area.polygon, [moments], area.feature.accuracy_km)[0]))


def _times(incident: Incident) -> Interval | None:
    first, last = incident.first_time, incident.last_time
    return None if first is None else Interval(start=first, end=last or first)


def _held(feature: Feature, when: Interval | None) -> bool:
    """Tell whether an area was valid at some moment of that time; without a time, whether it always is."""
    if when is None:
        return feature.valid_from is None and feature.valid_to is None
    has_begun = feature.valid_from is None or feature.valid_from <= when.end
    return has_begun and (feature.valid_to is None or when.start < feature.valid_to)
