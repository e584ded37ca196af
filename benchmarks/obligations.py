"""Obligations at scale: a million positions in two hundred dated zones, ours beside its peers, in CPU seconds.

    make obligations              everything; a few minutes; writes results/DAY-obligations.md
    python -m benchmarks.obligations --one NAME [--size N]      one method alone, as JSON

Each method runs in a process of its own, after a small join that warms it up, as many times as its row says; the median
counts. CPU seconds are of all threads of the process and of its children, from tables in memory to the pairs; making
the tables is not in them. All methods must find the same pairs: the SHA-256 of the sorted pairs is compared.
"""

import argparse
import json
import os
import platform
import resource
import statistics
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
import shapely
from benchmarks.fenced import World, concerned, digest, world

from trucewatch.agreement.areas import doubtful, joined
from trucewatch.agreement.fences import Ints, lay, pairs
from trucewatch.model import Feature, Geometry
from trucewatch.vocabulary import FeatureRole

RESULTS = Path(__file__).parent / "results"
SIZE, WARM = 1_000_000, 2_000
ERROR_KM = 0.06  # the uncertainty band of means-and-rules §11
PINNED = {"TOKIO_WORKER_THREADS": "1", "OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}

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
    "sedona": Method("SedonaDB 0.5.0", sedona, is_filtered=False, times=5),
    "geopandas": Method(
        "geopandas 1.2.0 `sjoin`, zones on the left", geopandas_zones_first, is_filtered=False, times=3
    ),
    "geopandas-usual": Method(
        "geopandas 1.2.0 `sjoin`, positions on the left", geopandas_positions_first, is_filtered=False, times=1
    ),
    "ours-filtered": Method("Trucewatch", ours_filtered, is_filtered=True, times=5),
    "sedona-filtered": Method("SedonaDB 0.5.0, the same in its join", sedona_filtered, is_filtered=True, times=5),
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


def in_process(name: str, size: int) -> dict[str, Any]:
    """Measure one method in a process of its own."""
    command = [sys.executable, "-m", "benchmarks.obligations", "--one", name, "--size", str(size)]
    done = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True, env={**os.environ, **PINNED})
    return json.loads(done.stdout)


def differing(found: dict[str, dict[str, Any]]) -> list[str]:
    """Return the methods whose pairs are not those of the first one."""
    truth = next(iter(found.values()))
    return [
        name
        for name, each in found.items()
        if each["digest"] != truth["concerned" if METHODS[name].is_filtered else "digest"]
        or each["concerned"] != truth["concerned"]
    ]


# --- the page -------------------------------------------------------------------------------------


def rows(found: dict[str, dict[str, Any]], size: int, *, is_filtered: bool) -> list[str]:
    """Return the rows of a table, ours first: CPU seconds, positions per CPU second, how many times ours."""
    some = {name: each for name, each in found.items() if METHODS[name].is_filtered is is_filtered}
    base = statistics.median(next(iter(some.values()))["seconds"])
    return [
        f"| {METHODS[name].label} | {(s := statistics.median(each['seconds'])):.2f} | "
        f"{min(each['seconds']):.2f} to {max(each['seconds']):.2f} ({len(each['seconds'])}) | "
        f"{size / s / 1e6:.2f} | {s / base:.1f} |"
        for name, each in some.items()
    ]


PAGE = """# Obligations at scale, {day}

Commit {commit}, {versions}, {cores} cores that others used too: CPU seconds of all threads, never wall time. Made by
`make obligations`; what is counted stands at the head of `benchmarks/obligations.py`, what the zones are in
`benchmarks/fenced.py`. SedonaDB ran on one partition and one worker; the others have one thread.

## {size:,} positions, {zones} dated zones of {corners:,} vertices

Every position against every zone, whatever either is about: {pairs:,} pairs, the same in every method.

| method | CPU-s, median | range (runs) | M positions per CPU-s | times ours |
|---|---|---|---|---|
{plain}

With actor, class, calibre and time: {filtered_pairs:,} pairs, those of the above whose zone is about the position.

| method | CPU-s, median | range (runs) | M positions per CPU-s | times ours |
|---|---|---|---|---|
{filtered}
"""


def page(found: dict[str, dict[str, Any]], size: int, day: str) -> str:
    fences = world(1).fences
    corners = sum(int(shapely.get_num_coordinates(fence.shape)) for fence in fences)
    commit = subprocess.run(["git", "rev-parse", "--short", "HEAD"], capture_output=True, text=True, check=False)
    return PAGE.format(
        day=day,
        commit=commit.stdout.strip(),
        versions=f"Python {platform.python_version()}, NumPy {np.__version__}, Shapely {shapely.__version__}, "
        f"GEOS {shapely.geos_version_string}",
        cores=os.cpu_count(),
        size=size,
        zones=len(fences),
        corners=corners,
        pairs=found["ours"]["pairs"],
        filtered_pairs=found["ours-filtered"]["pairs"],
        plain="\n".join(rows(found, size, is_filtered=False)),
        filtered="\n".join(rows(found, size, is_filtered=True)),
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--size", type=int, default=SIZE)
    parser.add_argument("--one", choices=METHODS, help="measure one method in this process")
    given = parser.parse_args()
    if given.one:
        print(json.dumps(measured(given.one, given.size)))
        return
    found = {}
    for name, method in METHODS.items():
        print(f"{method.label}{', filtered' if method.is_filtered else ''} ...", file=sys.stderr)
        found[name] = in_process(name, given.size)
    if wrong := differing(found):
        sys.exit(f"not the same pairs: {', '.join(wrong)}")
    day = datetime.now(UTC).date().isoformat()  # noqa: TID251 - the day of a page of figures
    text = page(found, given.size, day)
    print(text)
    if given.size == SIZE:
        (RESULTS / f"{day}-obligations.md").write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
