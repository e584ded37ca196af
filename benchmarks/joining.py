"""Positions joined with dated zones by ours and by the peers, each measured in CPU seconds in this process.

CPU seconds are of all threads of the process and of its children, from tables in memory to the pairs; making the tables
is not in them. Every run has shapes that nobody has prepared; a small join before the first warms the process up.
"""

import resource
import sys
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import shapely
from benchmarks.fenced import World, concerned, digest, world

from trucewatch.agreement.areas import doubtful, joined
from trucewatch.agreement.fences import Ints, lay, pairs
from trucewatch.model import Feature, Geometry
from trucewatch.vocabulary import FeatureRole

WARM = 2_000  # positions of the first join
ERROR_KM = 0.06  # the uncertainty band of means-and-rules §11

Pairs = tuple[Ints, Ints]
Made = tuple[Callable[[], Any], Callable[[Any], Pairs]]


# --- the methods ----------------------------------------------------------------------------------


def ours(given: World) -> Made:
    fences = given.everywhere()
    return lambda: pairs(lay(given.positions), fences), lambda found: found


def ours_filtered(given: World) -> Made:
    fences = given.anew()
    return lambda: pairs(lay(given.positions), fences), lambda found: found


def ours_with_errors(given: World) -> Made:
    """Find the same pairs, and weigh what an error of ERROR_KM leaves in doubt; the zones are ready made."""
    grounds = []
    for fence in given.anew():
        drawn = shapely.geometry.mapping(fence.shape)
        geometry = Geometry(kind=drawn["type"], coordinates=drawn["coordinates"])
        grounds.append(replace(joined([Feature(role=FeatureRole.ZONE, geometry=geometry)]), fence=fence))
    sd_km = np.full(len(given.positions), ERROR_KM)

    def run() -> Pairs:
        laid = lay(given.positions)
        found = pairs(laid, [ground.fence for ground in grounds])
        in_doubt = sum(len(doubtful(ground, laid, sd_km)[0]) for ground in grounds)
        print(f"{in_doubt:,} positions beside an edge", file=sys.stderr)
        return found

    return run, lambda found: found


def sedona(given: World) -> Made:
    from benchmarks.peers import joins

    return joins.sedona(given, joins.PLAIN)


def sedona_filtered(given: World) -> Made:
    from benchmarks.peers import joins

    return joins.sedona(given, joins.FILTERED)


def geopandas_zones_first(given: World) -> Made:
    from benchmarks.peers import joins

    return joins.geopandas_join(given, zones_first=True)


def geopandas_positions_first(given: World) -> Made:
    from benchmarks.peers import joins

    return joins.geopandas_join(given, zones_first=False)


@dataclass(frozen=True, slots=True)
class Method:
    """How a row is called, what makes its join, whether it asks whom and when zones are about, how often it runs."""

    label: str
    make: Callable[[World], Made]
    is_filtered: bool
    times: int


METHODS = {
    "ours": Method("Trucewatch", ours, is_filtered=False, times=5),
    "sedona": Method("SedonaDB", sedona, is_filtered=False, times=5),
    "geopandas": Method("geopandas `sjoin`, zones on the left", geopandas_zones_first, is_filtered=False, times=3),
    "geopandas-usual": Method(
        "geopandas `sjoin`, positions on the left", geopandas_positions_first, is_filtered=False, times=1
    ),
    "ours-filtered": Method("Trucewatch", ours_filtered, is_filtered=True, times=5),
    "sedona-filtered": Method("SedonaDB, the same in its join", sedona_filtered, is_filtered=True, times=5),
    "ours-errors": Method("Trucewatch, and errors of 60 m weighed", ours_with_errors, is_filtered=True, times=1),
}


# --- measuring ------------------------------------------------------------------------------------


def cpu_s() -> float:
    """Return the CPU seconds of all threads of this process and of its children so far."""
    spent = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(each.ru_utime + each.ru_stime for each in spent)


def measured(name: str, size: int) -> dict[str, Any]:
    """Return the CPU seconds of each run, the number of pairs, and digests: of the pairs, and of those that concern."""
    method, given = METHODS[name], world(size)
    run, columns = method.make(world(WARM))
    columns(run())
    seconds = []
    for _ in range(method.times):
        run, columns = method.make(given)
        begun = cpu_s()
        found = run()
        seconds.append(cpu_s() - begun)
    which, rows = columns(found)
    kept = concerned(given, which, rows)
    return {
        "seconds": seconds,
        "pairs": len(which),
        "digest": digest(which, rows),
        "concerned": digest(which[kept], rows[kept]),
    }
