"""Association alone on large records: CPU seconds by stage, peak memory, and how both grow with the record.

    python benchmarks/scale.py [SIZE ...]

The rows are those of one simulated mixed world (20,000 incidents, development seed 1). Larger records are tiled: the
columns of association (`assess.table`) are copied one after another in time, each copy the record's span and three days
later, so that sources, places and density stay while the record grows; nothing is joined across copies. Turning
observations into columns (`table`) is measured on the simulated rows alone, since a million observations as Python
objects would be most of the memory. Each size runs in a process of its own, with the kernels compiled before.
"""

import argparse
import json
import pickle
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

import numpy as np

from trucewatch import pipeline
from trucewatch.assess import associate, kinds
from trucewatch.assess.errors import learned, located
from trucewatch.assess.front import across
from trucewatch.assess.locate import Fix
from trucewatch.assess.table import Table, table
from trucewatch.centre import batch, open_case
from trucewatch.intake import read
from trucewatch.intake.enrol import enrol
from trucewatch.model import Observation
from trucewatch.spacetime import Plane

INCIDENTS, SEED = 20_000, 1
BETWEEN_S = 3 * 86_400.0  # more than any two reports of one happening are apart
WARM = 300  # rows of the run that compiles
STAGES = ("stated_order", "repeats", "background", "against", "originals", "edges", "_components", "resolve")


@dataclass(frozen=True, slots=True, kw_only=True)
class Simulated:
    """The simulated world as the path sees it, and the CPU seconds that `table` took for its columns."""

    observations: Sequence[Observation]
    where: Sequence[Fix | None]
    plane: Plane
    columns: Table
    seconds: float
    errors_s: float


def simulated(scratch: Path) -> Simulated:
    """Simulate the world and read it."""
    # fmt: off
    subprocess.run(
        [sys.executable, "-c", "from trucewatch.cli import main; main()", "simulate", "--out", str(scratch / "case"),
         "--world", "mixed", "--seed", str(SEED), "--incidents", str(INCIDENTS)], check=True, stdout=subprocess.DEVNULL,
    )
    # fmt: on
    opened = open_case(scratch / "case")
    rows: list[Observation] = []
    for path in sorted((scratch / "case" / "observations").rglob("*")):
        outcomes = read(path.relative_to(scratch / "case").as_posix(), [path.read_bytes()], opened.context)
        rows.extend(o for o in outcomes if isinstance(o, Observation))
    observations = enrol(rows, opened.case.parties)
    plane = pipeline._plane(opened.case, observations)  # noqa: SLF001 - the plane of the one path
    at = located(observations, plane, lambda fixes: across(opened.case, plane, fixes))  # and warms what is compiled
    where, ways = at.fixes, at.across
    begun = time.process_time()
    learned(observations, where, ways, plane)
    errors_s = time.process_time() - begun
    placed = [
        i for i, o in enumerate(observations) if kinds.is_associable(o) and (fix := where[i]) is not None and fix.at
    ]
    begun = time.process_time()
    columns = table(observations, where, placed, ways)
    seconds = time.process_time() - begun
    return Simulated(
        observations=observations, where=where, plane=plane, columns=columns, seconds=seconds, errors_s=errors_s
    )


def tiled(base: Table, size: int) -> Table:
    """Return `size` rows: the base again and again, each time later."""
    copies = -(-size // len(base))
    rows = np.tile(np.arange(len(base)), copies)[:size]
    columns = {field.name: getattr(base, field.name)[rows] for field in fields(Table)}
    later = float(base.time.max() - base.time.min()) + BETWEEN_S
    columns["time"] += np.arange(size) // len(base) * later
    columns["index"] = np.arange(size)
    return Table(**columns)


def timed(name: str, step: Callable[..., Any], spent: dict[str, float]) -> Callable[..., Any]:
    """Return the step, which notes its CPU seconds."""

    def run(*given: Any) -> Any:
        begun = time.process_time()
        result = step(*given)
        spent[name] = spent.get(name, 0.0) + time.process_time() - begun
        return result

    return run


def measure(base: Path, size: int) -> dict[str, Any]:
    """Return the CPU seconds of each stage of dividing `size` rows, and the memory before and at the peak, MiB."""
    rows = tiled(pickle.loads(base.read_bytes()), size)  # written by this script
    associate.divide_rows(rows.take(np.arange(WARM)))
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    spent: dict[str, float] = {}
    for name in STAGES:
        setattr(associate, name, timed(name, getattr(associate, name), spent))
    begun = time.process_time()
    with batch():  # as a whole run does
        division, _ = associate.divide_rows(rows)
    spent["all"] = time.process_time() - begun
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return {"spent": spent, "before": before, "peak": peak, "happenings": len(np.unique(division.happening))}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("sizes", nargs="*", type=int, default=[10_000, 100_000, 1_000_000])
    parser.add_argument("--one", nargs=2, metavar=("BASE", "SIZE"), help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.one:
        print(json.dumps(measure(Path(given.one[0]), int(given.one[1]))))
        return
    names = [name.strip("_") for name in STAGES]
    with tempfile.TemporaryDirectory() as folder:
        world = simulated(Path(folder))
        base = Path(folder) / "base"
        base.write_bytes(pickle.dumps(world.columns))
        print(f"{len(world.columns):,} simulated rows; table: {world.seconds:.2f} CPU-s of them; stated errors held "
              f"against each other: {world.errors_s:.2f} CPU-s, by a sample of 4,000")  # fmt: skip
        print(f"{'rows':>9} {' '.join(f'{n:>13}' for n in names)} {'rest':>6} {'CPU s':>7} {'rows/CPU s':>10} "
              f"{'peak MiB':>8} {'of it before':>12} {'happenings':>10} ratio")  # fmt: skip
        last = 0.0
        for size in given.sizes:
            run = [sys.executable, __file__, "--one", str(base), str(size)]
            found = json.loads(subprocess.run(run, check=True, capture_output=True, text=True).stdout)
            spent = found["spent"]
            whole = spent["all"]
            stages = [spent[name] for name in STAGES]
            print(
                f"{size:>9,} {' '.join(f'{s:>13.2f}' for s in stages)} {whole - sum(stages):>6.2f} {whole:>7.1f} "
                f"{size / whole:>10,.0f} {found['peak']:>8,.0f} {found['before']:>12,.0f} {found['happenings']:>10,} "
                + (f"{whole / last:.1f}" if last else ""),
                flush=True,
            )
            last = whole


if __name__ == "__main__":
    main()
