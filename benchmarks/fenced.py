"""A million positions and two hundred dated zones, seeded: what `obligations.py` joins, by ours and by the peers.

After means-and-rules §11: 160 districts that tile the theatre, with wriggling borders that neighbours share, 30 circles
about sites, and 10 bands nested about a line of contact. Whom, what and when the zones are about is drawn at random:
half of the districts change hands on some day of the five years, sites count for a year, bands for heavy weapons.
"""

import hashlib
from dataclasses import dataclass

import numpy as np
import shapely

from trucewatch.agreement.fences import ALWAYS, ANY_KIND, Fence, Flags, Ints, Positions
from trucewatch.spacetime import Plane

SEED = 4
WEST, SOUTH, EAST, NORTH = 36.0, 47.0, 41.0, 50.0
DISTRICTS, CIRCLES = 160, 30
BANDS_KM = (1, 2, 5, 10, 15, 25, 35, 50, 70, 140)
YEARS_US = 5 * 365 * 86_400 * 10**6
ACTORS, CLASSES = 3, 10
KINDS = ACTORS * CLASSES
CALIBRES_MM = (7.62, 12.7, 30, 82, 100, 120, 122, 152, 220, 300)
UNKNOWN, ALTERNATIVES = 0.05, 0.1  # shares of positions of which nobody said the kind, of which two calibres are named


@dataclass(frozen=True, slots=True, kw_only=True)
class World:
    """Positions as the product takes them, and the zones with whom, what and when they are about."""

    positions: Positions
    fences: tuple[Fence, ...]

    def everywhere(self) -> tuple[Fence, ...]:
        """Return the zones about everything at all times, each a shape that nobody has prepared."""
        return tuple(Fence(shape=fresh(fence.shape)) for fence in self.fences)

    def anew(self) -> tuple[Fence, ...]:
        """Return the zones as they are, each a shape that nobody has prepared."""
        return tuple(
            Fence(shape=fresh(f.shape), valid_us=f.valid_us, kinds=f.kinds, from_mm=f.from_mm, to_mm=f.to_mm)
            for f in self.fences
        )


def fresh(shape: shapely.Geometry) -> shapely.Geometry:
    return shapely.from_wkb(shapely.to_wkb(shape))


def world(size: int) -> World:
    """Return the world with so many positions; the zones do not depend on their number."""
    rng = np.random.default_rng(SEED)
    shapes = [*_districts(rng), *_circles(rng), *_bands(rng)]
    fences = tuple(_about(rng, n, shape) for n, shape in enumerate(shapes))
    return World(positions=_positions(rng, size), fences=fences)


def _districts(rng: np.random.Generator) -> list[shapely.Geometry]:
    seeds = np.column_stack([rng.uniform(WEST, EAST, DISTRICTS), rng.uniform(SOUTH, NORTH, DISTRICTS)])
    theatre = shapely.box(WEST, SOUTH, EAST, NORTH)
    cells = shapely.get_parts(shapely.voronoi_polygons(shapely.multipoints(seeds), extend_to=theatre))
    waves, phases = rng.normal(size=(12, 2)) * (14, 20), rng.uniform(0, 2 * np.pi, (12, 2))

    def wriggled(at):  # a smooth way for every point, so that neighbours still meet
        turn = at @ waves.T
        east, north = np.sin(turn + phases[:, 0]).sum(axis=1), np.sin(turn + phases[:, 1]).sum(axis=1)
        return at + np.column_stack([0.006 * east, 0.0042 * north])

    cut = shapely.segmentize(shapely.intersection(cells, theatre), 0.0042)
    return list(shapely.transform(cut, wriggled))


def _plane() -> Plane:
    return Plane((WEST + EAST) / 2, (SOUTH + NORTH) / 2)


def _degrees(shape: shapely.Geometry) -> shapely.Geometry:
    return shapely.transform(shape, lambda km: np.column_stack(_plane().degrees(km[:, 0], km[:, 1])))


def _circles(rng: np.random.Generator) -> list[shapely.Geometry]:
    middles = shapely.points(rng.uniform(-150, 150, CIRCLES), rng.uniform(-140, 140, CIRCLES))
    return [_degrees(c) for c in shapely.buffer(middles, rng.uniform(2, 30, CIRCLES), quad_segs=32)]


def _bands(rng: np.random.Generator) -> list[shapely.Geometry]:
    along = np.linspace(-1, 1, 5000)
    walk = np.cumsum(rng.normal(size=len(along)))
    walk = np.convolve(walk - np.linspace(walk[0], walk[-1], len(walk)), np.ones(9) / 9, "same")
    line = shapely.LineString(np.column_stack([40 * np.sin(3 * along) + 0.15 * walk, 150 * along]))
    return [_degrees(shapely.buffer(line, km, quad_segs=8)) for km in BANDS_KM]


def _about(rng: np.random.Generator, number: int, shape: shapely.Geometry) -> Fence:
    day = int(rng.integers(0, YEARS_US))
    if number < DISTRICTS:
        actor = rng.integers(0, ACTORS)
        kinds = range(actor * CLASSES, (actor + 1) * CLASSES) if number % 2 else ()
        valid = (ALWAYS, (ALWAYS[0], day), (day, ALWAYS[1]), ALWAYS)[number % 4]
        return Fence(shape=shape, valid_us=valid, kinds=tuple(kinds))
    classes = rng.choice(CLASSES, 3, replace=False)
    kinds = tuple(sorted(a * CLASSES + c for a in range(ACTORS) for c in classes.tolist()))
    if number < DISTRICTS + CIRCLES:
        return Fence(shape=shape, valid_us=(day, day + YEARS_US // 5), kinds=kinds)
    return Fence(shape=shape, from_mm=100.0, to_mm=None if number % 2 else 152.0)


def _positions(rng: np.random.Generator, size: int) -> Positions:
    calibre = rng.choice([*CALIBRES_MM, np.nan], size)
    other = rng.choice(CALIBRES_MM, size)
    two = rng.random(size) < ALTERNATIVES
    return Positions(
        lon=rng.uniform(WEST, EAST, size),
        lat=rng.uniform(SOUTH, NORTH, size),
        time_us=rng.integers(0, YEARS_US, size),
        kind=np.where(rng.random(size) < UNKNOWN, ANY_KIND, rng.integers(0, KINDS, size)),
        least_mm=np.where(two, np.minimum(calibre, other), calibre),
        most_mm=np.where(two, np.maximum(calibre, other), calibre),
    )


# --- what must be equal ---------------------------------------------------------------------------


def digest(which: Ints, rows: Ints) -> str:
    """Return the SHA-256 of pairs in the order of zones, then of positions."""
    order = np.lexsort((rows, which))
    return hashlib.sha256(np.column_stack([which[order], rows[order]]).astype("<i8").tobytes()).hexdigest()


def concerned(world_: World, which: Ints, rows: Ints) -> Flags:
    """Tell of each pair whether its zone is about its position, asked of each pair alone."""
    p, fences = world_.positions, world_.fences
    begins, ends = np.array([f.valid_us for f in fences]).T
    table = np.array([[not f.kinds or k in f.kinds for k in range(KINDS)] + [True] for f in fences])  # -1 is the last
    low = np.array([-np.inf if f.from_mm is None else f.from_mm for f in fences])
    high = np.array([np.inf if f.to_mm is None else f.to_mm for f in fences])
    in_time = (begins[which] <= p.time_us[rows]) & (p.time_us[rows] < ends[which])
    of_calibre = ~(p.most_mm[rows] < low[which]) & ~(p.least_mm[rows] > high[which])
    return in_time & table[which, p.kind[rows]] & of_calibre
