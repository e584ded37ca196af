"""Where: each observation as a Gaussian in the plane and on the clock, and their fusion.

Fusion is the information sum of independent Gaussians; where the members disagree more than their errors
allow, the covariance is widened by the Birge ratio (R. T. Birge, Phys. Rev. 40, 207, 1932), so that a
region stays honest when an error was understated.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from trucewatch.assess import kinds
from trucewatch.model import Area, Observation, Place, Point, Ray, Sector, Span
from trucewatch.spacetime import Moments, Plane, place_moments
from trucewatch.vocabulary import SourceClass

SOUND_KM_S = 0.34  # dry air at 15 °C, ISO 9613-1; temperature and wind move it by a few per cent
SOUND_ERROR = 0.02  # of the travel time: 10 °C or 5 m/s of wind along the path each move the speed by about 1.7 %
LEAST_SD_KM = 0.03  # nobody's position is better known than a receiver's own error; a guess

Group = tuple[SourceClass | None, bool]  # a class of source, and whether a side supplies it
Factors = Mapping[Group, float]  # on stated errors
NO_FACTORS: Factors = MappingProxyType({})


@dataclass(frozen=True, slots=True, kw_only=True)
class Fix:
    """One observation reduced to moments: `time_s` since 1970 (UTC) and its sd; `at` None where no place is known.

    `lean_e` and `lean_n` are the covariances in km s of the place and the time: of what was heard, the farther it
    happened the earlier it did. `place` is what they are the moments of, with its errors as they were taken.
    """

    time_s: float
    time_sd_s: float
    at: Moments | None
    lean_e: float = 0.0
    lean_n: float = 0.0
    place: Place | None = None


def fixes(
    observations: Sequence[Observation], plane: Plane, factors: Factors = NO_FACTORS, clocks: Factors | None = None
) -> tuple[Fix | None, ...]:
    """Return the fix of each observation, its stated errors times its group's factor; None where no time was stated.

    `clocks` are the factors on the errors of clocks, where those are others than the factors on the errors of places.
    """
    times = [_factor(o, factors if clocks is None else clocks) for o in observations]
    places = [_wider(o.place, _factor(o, factors)) for o in observations]
    placed = [
        (place, kinds.reach(o), kinds.DEFAULT_POINT_SD_KM)
        for o, place in zip(observations, places, strict=True)
        if place is not None
    ]
    moments = iter(place_moments(placed, plane))
    at = [None if place is None else _floored(next(moments)) for place in places]
    posts = [(o.observer.lon, o.observer.lat) if o.observer else (plane.lon, plane.lat) for o in observations]
    east, north = plane.km([lon for lon, _ in posts], [lat for _, lat in posts])
    stood = zip(east.tolist(), north.tolist(), strict=True)
    return tuple(map(_fix, observations, places, times, at, stood))


def group_of(observation: Observation) -> Group:
    """Return the class of an observation's source, and whether a side supplied it."""
    return observation.source.source_class.term, observation.source.side is not None


def _factor(observation: Observation, factors: Factors) -> float:
    # what was announced is not widened by hearsay's errors
    return factors.get(group_of(observation), 1.0) if factors and kinds.is_associable(observation) else 1.0


def _wider(place: Place | None, factor: float) -> Place | None:
    """Return the place with its stated errors multiplied; what is not stated stays so."""
    if factor == 1.0 or place is None or isinstance(place, Area):
        return place
    if isinstance(place, Point):
        return place if place.sd_km is None else Point(lon=place.lon, lat=place.lat, sd_km=place.sd_km * factor)
    away = place.distance
    return Ray(
        observer=place.observer,
        sectors=tuple([Sector(from_deg=s.from_deg, to_deg=s.to_deg, sd_deg=s.sd_deg * factor) for s in place.sectors]),
        distance=away and Span(low_km=away.low_km, high_km=away.high_km, sd_km=away.sd_km * factor),
    )


def _floored(m: Moments) -> Moments:
    return Moments(m.east, m.north, m.var_east + LEAST_SD_KM**2, m.var_north + LEAST_SD_KM**2, m.cov)


def _fix(
    observation: Observation, place: Place | None, factor: float, at: Moments | None, post: tuple[float, float]
) -> Fix | None:
    claimed = observation.clocks.claimed
    if claimed is None:
        return None
    width = (claimed.end - claimed.start).total_seconds()
    middle = claimed.start.timestamp() + width / 2
    variance = kinds.clock_sd_s(observation, factor) ** 2 + width**2 / 12
    sound = _sound(observation, at, post)
    return Fix(
        time_s=middle - sound.delay_s,
        time_sd_s=math.sqrt(variance + sound.variance),
        at=at,
        lean_e=sound.lean_e,
        lean_n=sound.lean_n,
        place=place,
    )


@dataclass(frozen=True, slots=True)
class _Sound:
    """How long the sound travelled, the variance of that in s², and its covariances with the place in km s."""

    delay_s: float = 0.0
    variance: float = 0.0
    lean_e: float = 0.0
    lean_n: float = 0.0


_SILENT = _Sound()


def _sound(observation: Observation, at: Moments | None, post: tuple[float, float]) -> _Sound:
    """Return the sound's travel to the observer; nothing where it was not heard."""
    if at is None or observation.observer is None or observation.means.term not in kinds.HEARD:
        return _SILENT
    east, north = at.east - post[0], at.north - post[1]
    away = math.hypot(east, north)
    sd = math.sqrt((at.var_east + at.var_north) / 2)
    if away <= sd:  # around the listener (no bearing) the mean lies at the post: the distance is of the order of the sd
        return _Sound(sd / SOUND_KM_S, (sd / SOUND_KM_S) ** 2)
    east, north = east / away, north / away
    # the time of what happened is the note's less distance / speed: linear in the place about its mean
    lean_e = -(at.var_east * east + at.cov * north) / SOUND_KM_S
    lean_n = -(at.cov * east + at.var_north * north) / SOUND_KM_S
    along = -(lean_e * east + lean_n * north) / SOUND_KM_S
    return _Sound(away / SOUND_KM_S, along + (SOUND_ERROR * away / SOUND_KM_S) ** 2, lean_e, lean_n)


def fuse(parts: Sequence[Moments]) -> Moments:
    """Return the fusion of independent estimates of one place, widened where they disagree.

    Raises:
        ValueError: when there is none.

    """
    if not parts:
        raise ValueError("nothing to fuse")
    if len(parts) == 1:
        return parts[0]
    inverses = [_inverse(m) for m in parts]
    a, b, c = (math.fsum(column) for column in zip(*inverses, strict=True))
    u = math.fsum(i[0] * m.east + i[2] * m.north for i, m in zip(inverses, parts, strict=True))
    v = math.fsum(i[2] * m.east + i[1] * m.north for i, m in zip(inverses, parts, strict=True))
    determinant = a * b - c * c
    east, north = (b * u - c * v) / determinant, (a * v - c * u) / determinant
    misfit = math.fsum(
        i[0] * (m.east - east) ** 2 + 2 * i[2] * (m.east - east) * (m.north - north) + i[1] * (m.north - north) ** 2
        for i, m in zip(inverses, parts, strict=True)
    )
    widen = max(1.0, misfit / (2 * len(parts) - 2))
    return Moments(east, north, widen * b / determinant, widen * a / determinant, -widen * c / determinant)


def _inverse(m: Moments) -> tuple[float, float, float]:
    """Return the inverse covariance as (east-east, north-north, east-north)."""
    determinant = m.var_east * m.var_north - m.cov**2
    return m.var_north / determinant, m.var_east / determinant, -m.cov / determinant
