"""Where a drone's sensor looked: rays to the ground, under the convention of its angles that fits what it publishes.

MISB ST 0601 has azimuth and elevation of the sensor relative to the platform, whose heading, pitch and roll turn them.
Recorders differ: some write the true azimuth there, some the elevation above the horizon, some no height of the
ground. So each convention is tried, the ray is cut with the ground (an ellipsoid of WGS 84 raised to the height of the
published frame centre, or to where the slant range ends), and where it lands is compared with that centre. The
packet's heights are above the sea, both: their common offset cancels.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pyproj

from trucewatch.intake.missions.frames import CORNERS, Frames
from trucewatch.spacetime import GEODESIC, Floats

DECLARED = "declared"  # as the standard has it
GATE_M, GATE_SHARE = 50.0, 0.02  # the farthest miss that fits, in metres or as a share of the slant range
FEW = 0.9  # the least share of frames that a convention has to fit, to be the mission's
FARTHEST = 3.0  # a corner farther from the sensor than so many times the centre is as good as the horizon
HEIGHT_SD_M = 8.0  # of the ground about the centre's height; a guess: under measured stills it was 7 to 11 m off
STEPS = (1.0, 0.75, 0.5, 0.25, 0.0)  # how much of what is above the middle of a picture is kept, at most

_A, _F = 6_378_137.0, 1 / 298.257223563  # WGS 84
_E2 = _F * (2 - _F)
_TO_DEGREES = pyproj.Transformer.from_pipeline("+proj=pipeline +step +inv +proj=cart +ellps=WGS84")


@dataclass(frozen=True, slots=True, kw_only=True)
class Convention:
    """How the angles are read: `true_azimuth`, and the `pitch` put on the elevation (None: as the standard has both).

    `by_range`: the ground is where the slant range ends, and not at the published height.
    """

    true_azimuth: bool = False
    pitch: int | None = None
    by_range: bool = False

    def __str__(self) -> str:
        if self.pitch is None:
            angles = DECLARED
        else:
            added = {0: "from the horizon", -1: "less pitch", 1: "plus pitch"}[self.pitch]
            angles = f"azimuth from {'north' if self.true_azimuth else 'the nose'}, elevation {added}"
        return f"{angles}, height by slant range" if self.by_range else angles


CONVENTIONS = (
    *(Convention(by_range=by_range) for by_range in (False, True)),
    *(
        Convention(true_azimuth=is_true, pitch=pitch, by_range=by_range)
        for by_range in (False, True)
        for is_true in (False, True)
        for pitch in (0, -1, 1)
    ),
)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Landed:
    """Where the frames of a mission lie, under the convention that fits ("" where nothing could be compared).

    `is_one` tells whether that convention fits nearly all of them; if not, nobody knows where the mission looked.

    `corners` are (frames, 4, 2) of (lon, lat), NaN where no ground is known; `miss_m` is the distance of the projected
    centre from the published one, `fits` whether it passes the gate. `range_m` is the slant range to the centre, `down`
    the sine of the angle below the horizon at which it is seen.
    """

    convention: str
    is_one: bool
    miss_m: Floats
    fits: np.ndarray[tuple[int], np.dtype[np.bool_]]
    range_m: Floats
    down: Floats
    corners: Floats
    misses: Mapping[str, float]


def land(frames: Frames) -> Landed:
    """Return where the frames lie; where no convention fits nearly all of them, that of the smallest median miss."""
    range_m = _slant_m(frames)
    limits = np.maximum(GATE_M, GATE_SHARE * np.where(np.isnan(range_m), 0.0, range_m))
    misses = {how: _miss_m(frames, how) for how in CONVENTIONS}
    comparable = ~np.isnan(misses[CONVENTIONS[0]]) | ~np.isnan(misses[CONVENTIONS[1]])
    if not comparable.any():
        return Landed(
            convention="",
            is_one=True,
            miss_m=np.full(len(frames), np.nan),
            fits=np.zeros(len(frames), dtype=bool),
            range_m=range_m,
            down=_down(frames, frames["centre_m"], range_m),
            corners=published(frames),
            misses={},
        )
    medians = {how: _median(miss[comparable]) for how, miss in misses.items()}
    fitting = [how for how, miss in misses.items() if (miss <= limits)[comparable].mean() >= FEW]
    # what the standard declares wins where it fits at all, then published heights, then the least miss
    if CONVENTIONS[0] in fitting:
        best = CONVENTIONS[0]
    else:
        best = min(fitting or CONVENTIONS, key=lambda how: (bool(fitting) and how.by_range, medians[how]))
    return Landed(
        convention=str(best),
        is_one=bool(fitting),
        miss_m=misses[best],
        fits=misses[best] <= limits,
        range_m=range_m,
        down=_down(frames, _ground(frames, best), range_m),
        corners=_corners(frames, best, range_m),
        misses={str(how): median for how, median in medians.items()},
    )


def _median(miss: Floats) -> float:
    return float(np.median(np.where(np.isnan(miss), np.inf, miss)))


# --- rays -----------------------------------------------------------------------------------------


def _rays(frames: Frames, how: Convention, aside: Floats | float, up: Floats | float) -> Floats:
    """Return directions (north, east, down) of a point of the picture, in tangents right of and above its middle."""
    turn = np.where(np.isnan(frames["turn"]), 0.0, frames["turn"])
    ray = np.stack(np.broadcast_arrays(np.ones(len(frames)), aside, -np.asarray(up)), axis=-1).astype(float)
    ray = _about_x(ray, turn)
    if how.pitch is None:
        ray = _about_z(_about_y(ray, frames["elevation"]), frames["azimuth"])
        return _about_z(_about_y(_about_x(ray, frames["roll"]), frames["pitch"]), frames["heading"])
    bearing = frames["azimuth"] if how.true_azimuth else frames["azimuth"] + frames["heading"]
    return _about_z(_about_y(ray, frames["elevation"] + how.pitch * frames["pitch"]), bearing)


def _about_x(ray: Floats, degrees: Floats) -> Floats:
    x, y, z = np.moveaxis(ray, -1, 0)
    cos, sin = np.cos(np.radians(degrees)), np.sin(np.radians(degrees))
    return np.stack([x, cos * y - sin * z, sin * y + cos * z], axis=-1)


def _about_y(ray: Floats, degrees: Floats) -> Floats:
    x, y, z = np.moveaxis(ray, -1, 0)
    cos, sin = np.cos(np.radians(degrees)), np.sin(np.radians(degrees))
    return np.stack([cos * x + sin * z, y, cos * z - sin * x], axis=-1)


def _about_z(ray: Floats, degrees: Floats) -> Floats:
    x, y, z = np.moveaxis(ray, -1, 0)
    cos, sin = np.cos(np.radians(degrees)), np.sin(np.radians(degrees))
    return np.stack([cos * x - sin * y, sin * x + cos * y, z], axis=-1)


# --- the ground -----------------------------------------------------------------------------------


def _cartesian(lon: Floats, lat: Floats, height_m: Floats) -> Floats:
    lon, lat = np.radians(lon), np.radians(lat)
    across = _A / np.sqrt(1 - _E2 * np.sin(lat) ** 2)
    flat = (across + height_m) * np.cos(lat)
    return np.stack([flat * np.cos(lon), flat * np.sin(lon), (across * (1 - _E2) + height_m) * np.sin(lat)], axis=-1)


def _geodetic(there: Floats) -> tuple[Floats, Floats, Floats]:
    """Return longitude, latitude and height; NaN of what is no place."""
    known = np.isfinite(there).all(-1)
    found = np.full((*there.shape[:-1], 3), np.nan)
    found[known] = np.stack(_TO_DEGREES.transform(*there[known].T), axis=-1)
    return found[..., 0], found[..., 1], found[..., 2]


def _turned(frames: Frames, rays: Floats) -> Floats:
    """Return rays of length 1 from (north, east, down) at the sensor to the axes of the Earth."""
    lon, lat = np.radians(frames["lon"]), np.radians(frames["lat"])
    north = np.stack([-np.sin(lat) * np.cos(lon), -np.sin(lat) * np.sin(lon), np.cos(lat)], axis=-1)
    east = np.stack([-np.sin(lon), np.cos(lon), np.zeros_like(lon)], axis=-1)
    down = np.stack([-np.cos(lat) * np.cos(lon), -np.cos(lat) * np.sin(lon), -np.sin(lat)], axis=-1)
    ray = rays[..., :1] * north + rays[..., 1:2] * east + rays[..., 2:] * down
    return np.asarray(ray / np.linalg.norm(ray, axis=-1, keepdims=True))


def _sensor(frames: Frames) -> Floats:
    return _cartesian(frames["lon"], frames["lat"], frames["height_m"])


def _ground(frames: Frames, how: Convention) -> Floats:
    """Return the height of the ground, m: the published centre's, or that of where the slant range ends."""
    if not how.by_range:
        return frames["centre_m"]
    ray = _turned(frames, _rays(frames, how, 0.0, 0.0))
    return _geodetic(_sensor(frames) + frames["range_m"][:, None] * ray)[2]


def _cut(frames: Frames, rays: Floats, ground: Floats) -> tuple[Floats, Floats, Floats]:
    """Return longitude, latitude and distance (m) of where rays meet the ground; NaN where they do not."""
    ray, start = _turned(frames, rays), _sensor(frames)
    wide = np.stack([_A + ground, _A + ground, _A * (1 - _F) + ground], axis=-1)
    p, d = start / wide, ray / wide
    a, b, c = (d * d).sum(-1), (p * d).sum(-1), (p * p).sum(-1) - 1
    root = b * b - a * c
    with np.errstate(invalid="ignore"):
        far = np.where((root >= 0) & (c > 0), (-b - np.sqrt(root)) / a, np.nan)
        far = np.where(far > 0, far, np.nan)
    lon, lat, _ = _geodetic(start + far[..., None] * ray)
    return lon, lat, far


def _miss_m(frames: Frames, how: Convention) -> Floats:
    """Return how far from the published centre the ray lands, m; infinite where it meets no ground; NaN: not stated."""
    rays, ground = _rays(frames, how, 0.0, 0.0), _ground(frames, how)
    lon, lat, _ = _cut(frames, rays, ground)
    stated = np.isfinite(_turned(frames, rays).sum(-1) + _sensor(frames).sum(-1) + ground)
    stated &= np.isfinite(frames["centre_lon"] + frames["centre_lat"])
    landed = stated & np.isfinite(lon)
    found = np.where(stated, np.inf, np.nan)
    _, _, metres = GEODESIC.inv(lon[landed], lat[landed], frames["centre_lon"][landed], frames["centre_lat"][landed])
    found[landed] = metres
    return found


def _slant_m(frames: Frames) -> Floats:
    """Return the distance from the sensor to the published centre."""
    centre_m = np.where(np.isnan(frames["centre_m"]), 0.0, frames["centre_m"])
    centre = _cartesian(frames["centre_lon"], frames["centre_lat"], centre_m)
    return np.asarray(np.linalg.norm(_sensor(frames) - centre, axis=-1))


# --- corners --------------------------------------------------------------------------------------


def _corners(frames: Frames, how: Convention, range_m: Floats) -> Floats:
    """Return the corners by the angle of view, those published where none is stated.

    A picture whose upper edge lies too far away is cut lower, in steps of a quarter of what is above its middle.
    """
    wide = np.tan(np.radians(frames["hfov"]) / 2)
    high = np.tan(np.radians(frames["vfov"]) / 2)
    ground = _ground(frames, how)
    found = np.full((len(frames), 4, 2), np.nan)
    for part in STEPS:
        tried = np.full_like(found, np.nan)
        for at, (aside, up) in enumerate(((-1, part), (1, part), (1, -1), (-1, -1))):  # as ST 0601 numbers them
            lon, lat, far = _cut(frames, _rays(frames, how, aside * wide, up * high), ground)
            near = far <= FARTHEST * range_m
            tried[:, at, 0], tried[:, at, 1] = np.where(near, lon, np.nan), np.where(near, lat, np.nan)
        found = np.where(np.isnan(found).any((1, 2), keepdims=True), tried, found)
    stated = np.isnan(frames["hfov"] + frames["vfov"])[:, None, None]
    return np.where(stated, published(frames), found)


def published(frames: Frames) -> Floats:
    """Return the corners that the packets state: in full, else as offsets from the centre."""
    found = np.full((len(frames), 4, 2), np.nan)
    for at, n in enumerate(CORNERS):
        for axis, (name, centre) in enumerate((("lon", "centre_lon"), ("lat", "centre_lat"))):
            full, offset = frames[f"full{n}_{name}"], frames[centre] + frames[f"corner{n}_{name}"]
            found[:, at, axis] = np.where(np.isnan(full), offset, full)
    return found


def _down(frames: Frames, ground: Floats, range_m: Floats) -> Floats:
    return np.clip((frames["height_m"] - ground) / range_m, -1.0, 1.0)


def sure_m(*, range_m: float, down: float, miss_m: float) -> float:
    """Return the standard deviation of a frame's edge, m: the most of what is known of it; NaN is not known.

    15 m is what stills over flat ground missed by, 0.4 % of the range what two long-range recordings did; ground that
    is higher or lower than the centre's moves the edge by as much over the tangent of the angle of view.
    """
    slope = HEIGHT_SD_M * math.sqrt(1 - down**2) / down if down > 0 else math.nan
    return max([15.0, *(each for each in (0.004 * range_m, slope, miss_m) if math.isfinite(each))])
