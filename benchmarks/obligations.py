"""Obligations at scale: statuses a second, and a million positions in two hundred dated zones beside peers.

    make obligations              everything; a few minutes; writes results/DAY-obligations.md
    python -m benchmarks.obligations --one NAME [--size N]      one part alone, as JSON

Statuses are those of `statuses.py`, joins those of `joining.py`, zones those of `fenced.py`. Each part runs in a
process of its own, as many times as its row says; the median counts. All joins must find the same pairs: the SHA-256 of
the sorted pairs is compared.
"""

import argparse
import json
import os
import platform
import statistics
import subprocess
import sys
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

import shapely
from benchmarks import statuses
from benchmarks.fenced import world
from benchmarks.joining import METHODS, measured

RESULTS = Path(__file__).parent / "results"
SIZE = 1_000_000
STATUSES, STATUS_RUNS = "statuses", 3
PINNED = {"TOKIO_WORKER_THREADS": "1", "OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}
PEERS = ("sedona", "geopandas", "geopandas-usual")
VERSIONS = ("numpy", "shapely", "sedonadb", "geopandas")


def in_process(name: str, size: int) -> dict[str, Any]:
    """Measure one method in a process of its own."""
    command = [sys.executable, "-m", "benchmarks.obligations", "--one", name, "--size", str(size)]
    print(f"{name} ...", file=sys.stderr)
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

Commit {commit}, Python {python}, {versions}, GEOS {geos}.

Other work ran on the same {cores} cores, so that all figures are CPU seconds of all threads and none is wall time. Made
by `make obligations`; the heads of `benchmarks/statuses.py`, `joining.py` and `fenced.py` say what is counted. SedonaDB
ran on one partition and one worker; the others have one thread.

| bar | measured |  |
|---|---|---|
{bars}

## {given[statuses]:,} statuses

The {given[papers]} papers of the bundled Karabakh case with {given[obligations]} obligations, on each of {days:,} days,
as known on {known}; {given[judged]:,} of the statuses are of obligations that this version has a method for.

| what is given | CPU-s, median | range (runs) | statuses per CPU-s |
|---|---|---|---|
{status}

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


def status_rows(found: dict[str, Any]) -> list[str]:
    """Return the rows of the table of statuses."""
    labels = {"bare": "the state, its dates and what it rests on", "worded": "the same with the sentence that says why"}
    return [
        f"| {label} | {(s := statistics.median(found[name])):.2f} | "
        f"{min(found[name]):.2f} to {max(found[name]):.2f} ({len(found[name])}) | {found['statuses'] / s:,.0f} |"
        for name, label in labels.items()
    ]


def bars(found: dict[str, dict[str, Any]], given: dict[str, Any]) -> list[str]:
    """Return the bars of means-and-rules §12 with what was measured, by medians."""
    spent = {name: statistics.median(each["seconds"]) for name, each in found.items()}
    a_second = given["statuses"] / statistics.median(given["bare"])
    peer = min((name for name in spent if name in PEERS), key=lambda name: spent[name])
    asked = [
        ("at least 50,000 statuses a second", f"{a_second:,.0f}", a_second >= 50_000),
        ("filtered join in at most 1 CPU-s", f"{spent['ours-filtered']:.2f} CPU-s", spent["ours-filtered"] <= 1),
        (
            "unfiltered join faster than every peer",
            f"{spent['ours']:.2f} CPU-s, the fastest peer ({METHODS[peer].label}) {spent[peer]:.2f}",
            spent["ours"] < spent[peer],
        ),
    ]
    return [f"| {bar} | {said} | {'met' if is_met else '**missed**'} |" for bar, said, is_met in asked]


def page(found: dict[str, dict[str, Any]], given: dict[str, Any], size: int, day: str) -> str:
    fences = world(1).fences
    corners = sum(int(shapely.get_num_coordinates(fence.shape)) for fence in fences)
    commit = subprocess.run(["git", "rev-parse", "--short", "HEAD"], capture_output=True, text=True, check=False)
    return PAGE.format(
        day=day,
        commit=commit.stdout.strip(),
        versions=", ".join(f"{name} {version(name)}" for name in VERSIONS),
        python=platform.python_version(),
        geos=shapely.geos_version_string,
        cores=os.cpu_count(),
        bars="\n".join(bars(found, given)),
        status="\n".join(status_rows(given)),
        given=given,
        days=statuses.DAYS,
        known=" and ".join(known.date().isoformat() for known in statuses.KNOWN),
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
    parser.add_argument("--one", choices=[STATUSES, *METHODS], help="measure one method in this process")
    given = parser.parse_args()
    if given.one:
        result = statuses.measured(STATUS_RUNS) if given.one == STATUSES else measured(given.one, given.size)
        print(json.dumps(result))
        return
    of_statuses = in_process(STATUSES, given.size)
    found = {name: in_process(name, given.size) for name in METHODS}
    if wrong := differing(found):
        sys.exit(f"not the same pairs: {', '.join(wrong)}")
    day = datetime.now(UTC).date().isoformat()  # noqa: TID251 - the day of a page of figures
    text = page(found, of_statuses, given.size, day)
    print(text)
    if given.size == SIZE:
        (RESULTS / f"{day}-obligations.md").write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
