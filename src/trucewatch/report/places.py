"""Where a point lies, in the words of the field: so many km in this direction of that settlement."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import numpy as np

from trucewatch.model import Area, Case, Feature, Place, Ray
from trucewatch.report.words import compass_point, ray_words
from trucewatch.spacetime import GEODESIC, Floats, vertices
from trucewatch.vocabulary import FeatureRole

AT_KM = 1.0  # nearer than this a point is said to be at the settlement: a guess at the size of one


@dataclass(frozen=True, slots=True, kw_only=True)
class Settlements:
    """The settlements of a case with both names of each, and their positions in degrees."""

    names: tuple[str, ...]
    lon: Floats
    lat: Floats


def settlements(case: Case, as_of: datetime) -> Settlements:
    """Return the settlements of the case that carry a name."""
    named = [f for f in case.places if f.role is FeatureRole.SETTLEMENT and f.names and vertices(f.geometry)]
    points = np.array([vertices(f.geometry)[0] for f in named], dtype=float).reshape(-1, 2)
    names = tuple(" / ".join(both_names(f, as_of)) for f in named)
    return Settlements(names=names, lon=points[:, 0], lat=points[:, 1])


def both_names(feature: Feature, as_of: datetime) -> tuple[str, ...]:
    """Return the distinct names of a place: the English one, where there is one, then those of its people.

    Those take turns: each moves one place to the front from one day of report to the next, and stands first equally
    often, however many there are.
    """
    return in_turn(feature.names, as_of)


def in_turn(names: Sequence[tuple[str, str]], as_of: datetime) -> tuple[str, ...]:
    """Return distinct names, given with their languages, in the order that `both_names` has on that day."""
    english = dict(names).get("en")
    others = tuple(dict.fromkeys(name for _, name in names if name != english))
    first = as_of.toordinal() % len(others) if others else 0
    turned = (*others[first:], *others[:first])
    return turned if english is None else (english, *turned)


def nearest(lon: float, lat: float, known: Settlements) -> tuple[float, str, str] | None:
    """Return the distance in km to the nearest settlement, in which direction from it, and both of its names.

    None where the case names no settlement.
    """
    if not known.names:
        return None
    east = (known.lon - lon) * math.cos(math.radians(lat))
    at = int(np.argmin(east**2 + (known.lat - lat) ** 2))
    bearing, _, metres = GEODESIC.inv(float(known.lon[at]), float(known.lat[at]), lon, lat)
    return metres / 1000, compass_point(bearing % 360), known.names[at]


def near(lon: float, lat: float, known: Settlements) -> str:
    """Return 'X' or '3.2 km NE of X' with both names of X; nothing where the case names no settlement."""
    if (found := nearest(lon, lat, known)) is None:
        return ""
    km, direction, name = found
    return name if km < AT_KM else f"{km:.1f} km {direction} of {name}"


def coordinates(lon: float, lat: float) -> str:
    """Return latitude and longitude with three decimals (about 100 m) and their letters."""
    return f"{abs(lat):.3f}° {'N' if lat >= 0 else 'S'}, {abs(lon):.3f}° {'E' if lon >= 0 else 'W'}"


def point_words(lon: float, lat: float, known: Settlements) -> str:
    """Return the place in words with its coordinates."""
    words = near(lon, lat, known)
    return f"{words} ({coordinates(lon, lat)})" if words else coordinates(lon, lat)


def event_words(place: Place | None, known: Settlements) -> str:
    """Return the location of an event as its source gave it: from the observer, or a place, or an area."""
    if place is None:
        return "not stated"
    if isinstance(place, Ray):
        return f"{ray_words(place)} of the position"
    if isinstance(place, Area):
        return f"inside an area about {point_words(*_middle(place.ring), known)}"
    return point_words(place.lon, place.lat, known)


def _middle(ring: Sequence[tuple[float, float]]) -> tuple[float, float]:
    lons, lats = [lon for lon, _ in ring], [lat for _, lat in ring]
    return (min(lons) + max(lons)) / 2, (min(lats) + max(lats)) / 2
