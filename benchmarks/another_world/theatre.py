"""The ground: a winding line, what lies on it, and the line as a map draws it. Plane km, and degrees for the tables."""

import math
from collections.abc import Iterator
from dataclasses import dataclass
from random import Random

from benchmarks.another_world.settings import World
from pyproj import Geod, Proj

SIDES = ("alder", "birch")
WGS84 = Geod(ellps="WGS84")
PLANE = Proj(proj="aeqd", lat_0=45.0, lon_0=-30.0, ellps="WGS84")  # an ocean, so that no real front is meant
TILT = math.radians(35)  # the line runs neither along a parallel nor along a meridian
DEPTH_KM = 40.0  # of the ground drawn as held
BENDS = 4  # of the true line; three more of the drawn one's error

Point = tuple[float, float]  # along the line's axis and across it, km


@dataclass(frozen=True, slots=True)
class Site:
    """A post, a camera or a village; `side` is on whose ground it truly stands."""

    name: str
    at: Point
    side: str


@dataclass(frozen=True, slots=True)
class Theatre:
    """The line and what stands beside it; `up` is the side that holds the ground above the line."""

    length_km: float
    bends: tuple[tuple[float, float, float], ...]
    errors: tuple[tuple[float, float, float], ...]
    up: str
    posts: tuple[Site, ...]
    cameras: tuple[Site, ...]
    villages: tuple[Site, ...]

    def line(self, x: float) -> float:
        """Return how far across the true line runs at `x` along."""
        return _sum(self.bends, x)

    def drawn(self, x: float) -> float:
        """Return the same of the line on the map."""
        return self.line(x) + _sum(self.errors, x)

    def towards(self, side: str) -> int:
        """Return the sign of the way from the line into a side's ground."""
        return 1 if side == self.up else -1

    def behind(self, side: str, x: float, km: float) -> Point:
        """Return the point so far behind the true line on a side's ground."""
        return x, self.line(x) + self.towards(side) * km

    def holder(self, at: Point) -> str:
        """Return whose ground a point truly is."""
        return self.up if at[1] > self.line(at[0]) else other(self.up)

    def drawn_holder(self, at: Point) -> str:
        """Return whose ground a point is on the map."""
        return self.up if at[1] > self.drawn(at[0]) else other(self.up)


def other(side: str) -> str:
    """Return the other side."""
    return SIDES[1 - SIDES.index(side)]


def degrees(at: Point) -> tuple[float, float]:
    """Return longitude and latitude."""
    x, y = at
    east, north = x * math.cos(TILT) - y * math.sin(TILT), x * math.sin(TILT) + y * math.cos(TILT)
    return PLANE(east * 1000, north * 1000, inverse=True)


def point(lon: float, lat: float) -> Point:
    """Return the plane's point of a longitude and latitude."""
    east, north = (metres / 1000 for metres in PLANE(lon, lat))
    return east * math.cos(TILT) + north * math.sin(TILT), north * math.cos(TILT) - east * math.sin(TILT)


def bearing(one: Point, two: Point) -> float:
    """Return the true bearing from one point to another, degrees from true north."""
    return WGS84.inv(*degrees(one), *degrees(two))[0] % 360


def away(one: Point, two: Point) -> float:
    """Return the distance, km; the plane is good to 2 in 10,000 there."""
    return math.dist(one, two)


def made(world: World, seed: int) -> Theatre:
    """Return the ground of a world: which side holds what is drawn too."""
    rng = Random(f"{seed}/theatre")
    half = world.line_km / 2
    waves = [world.line_km / (k + 1) / rng.uniform(0.8, 1.3) for k in range(BENDS)]
    bends = tuple((world.winding_km / (k + 1), w, rng.uniform(0, math.tau)) for k, w in enumerate(waves))
    # a sum of three sines of amplitude a has the standard deviation a * sqrt(3 / 2)
    a = world.line_error_km / math.sqrt(1.5)
    errors = tuple((a, rng.uniform(8, 25) * min(1.0, half / 60), rng.uniform(0, math.tau)) for _ in range(3))
    bare = Theatre(world.line_km, bends, errors, rng.choice(SIDES), (), (), ())
    return Theatre(
        world.line_km, bends, errors, bare.up,
        tuple(_along(bare, rng, "Post", world.patrol_posts, (1.0, 4.0))),
        tuple(_along(bare, rng, "Camera", world.cameras, (0.3, 2.0))),
        tuple(_along(bare, rng, "Village", max(8, int(world.line_km / 2.5)), (0.3, 6.0))),
    )  # fmt: skip


def _along(theatre: Theatre, rng: Random, name: str, number: int, behind_km: tuple[float, float]) -> Iterator[Site]:
    """Yield sites in even steps along the line, on one side and the other by turns."""
    step = theatre.length_km / number
    for n in range(number):
        side = SIDES[n % 2]
        x = -theatre.length_km / 2 + (n + rng.uniform(0.2, 0.8)) * step
        yield Site(f"{name} {n + 1}", theatre.behind(side, x, rng.uniform(*behind_km)), side)


def _sum(waves: tuple[tuple[float, float, float], ...], x: float) -> float:
    return math.fsum(a * math.sin(math.tau * x / length + phase) for a, length, phase in waves)


def features(theatre: Theatre, accuracy_km: float) -> list[dict[str, object]]:
    """Return the map of the case: the drawn line, the ground held by its word, posts and villages."""
    half = theatre.length_km / 2 + 10
    xs = [-half + 2 * half * n / 400 for n in range(401)]
    line = [(x, theatre.drawn(x)) for x in xs]
    found = [_feature({"role": "line_of_contact", "id": "line", "accuracy_km": accuracy_km}, "LineString", _ring(line))]
    for side in SIDES:
        edge = theatre.towards(side) * DEPTH_KM
        ring = [*line, *((x, edge) for x in reversed(xs)), line[0]]
        # written counter-clockwise, as RFC 7946 has it
        ring = ring if edge > 0 else ring[::-1]
        properties = {"role": "control", "id": f"ground-{side}", "party": side, "accuracy_km": accuracy_km}
        found.append(_feature(properties, "Polygon", [_ring(ring)]))
    for role, sites in (("observation_post", theatre.posts), ("settlement", theatre.villages)):
        for site in sites:
            properties = {"role": role, "id": site.name.lower().replace(" ", "-"), "names": {"en": site.name}}
            found.append(_feature(properties, "Point", _ring([site.at])[0]))
    return found


def _ring(points: list[Point]) -> list[list[float]]:
    return [[round(value, 5) for value in degrees(at)] for at in points]


def _feature(properties: dict[str, object], kind: str, coordinates: object) -> dict[str, object]:
    return {"type": "Feature", "properties": properties, "geometry": {"type": kind, "coordinates": coordinates}}
