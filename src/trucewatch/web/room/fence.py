"""Which zone of the case a place lies in, and whether something was observed outside the areas permitted to a person.

A geofence filters what a monitor reads (`access`) and marks what a monitor captured. It never keeps an observation out.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime

import shapely

from trucewatch.agreement.areas import joined
from trucewatch.agreement.geofence import UNSTATED_SD_KM
from trucewatch.agreement.kleene import Truth, negated, taken
from trucewatch.model import Feature, Point
from trucewatch.spacetime import Moments, degrees_of, inside_probability, sound, valid_at
from trucewatch.vocabulary import FeatureRole

ROLES = frozenset({FeatureRole.ZONE, FeatureRole.PERMITTED_AREA})


def areas_of(zones: frozenset[str], places: Iterable[Feature]) -> tuple[Feature, ...]:
    """Return the zones and permitted areas of a case that a person's zones name, as they were at any time."""
    return tuple(place for place in places if place.role in ROLES and place.id in zones)


def zone_of(point: Point, at: datetime, places: Iterable[Feature]) -> str:
    """Return the id of the zone or permitted area, as it was then, that a point lies in or on the edge of; "" for none.

    Of several the smallest, by its extent in square degrees; of equal ones the first by name. Errors of the point and
    of the edge do not count here: where a row is listed is not a finding.
    """
    then = [
        (sound(degrees_of(place.geometry)), place.id) for place in places if place.role in ROLES and valid_at(place, at)
    ]
    inside = [(shape.area, name) for shape, name in then if name and shapely.intersects_xy(shape, point.lon, point.lat)]
    return min(inside, default=(0.0, ""))[1]


def captured_outside(areas: Sequence[Feature], point: Point | None, at: datetime | None) -> Truth:
    """Tell whether something was captured outside all of these areas, as they were then; areas that touch are one.

    With the errors of the point and of the edge: true from a probability of 0.95 on. Unknown in between, without a
    point or a time, and where none of the areas was valid.
    """
    then = [] if at is None else [area for area in areas if valid_at(area, at)]
    if point is None or not then:
        return None
    ground = joined(then)
    east, north = ground.plane.km([point.lon], [point.lat])
    variance = (UNSTATED_SD_KM if point.sd_km is None else point.sd_km) ** 2
    moments = Moments(float(east[0]), float(north[0]), variance, variance, 0.0)
    return negated(taken(float(inside_probability(ground.outline, [moments], ground.accuracy_km)[0])))
