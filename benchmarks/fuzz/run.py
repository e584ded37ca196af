"""Fuzz every target for a while: `python -m benchmarks.fuzz.run [--seconds N] [--seed N] [TARGET ...]` (make fuzz).

Corpora, words and faults lie in out/fuzz/TARGET; the page of results is written with --page FILE. Exit status 1 where
any target showed a fault: its input is kept, and belongs into tests/fuzz/found once the fault is mended.
"""

import argparse
import os
import platform
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

from benchmarks.fuzz.tally import Tally
from benchmarks.fuzz.targets import TARGETS

ROOT = Path(__file__).parents[2]
OUT = ROOT / "out" / "fuzz"


@dataclass(frozen=True, slots=True, kw_only=True)
class Fuzzed:
    """What came of one target: inputs, how many of them it took, those with a fault, kinds of faults, seconds."""

    name: str
    inputs: int
    taken: int
    faults: int
    kinds: tuple[str, ...]
    seconds: float
    ended: str


def fuzzed(name: str, seconds: int, seed: int) -> Fuzzed:
    """Run one target in a process of its own."""
    home = OUT / name
    shutil.rmtree(home / "faults", ignore_errors=True)
    home.mkdir(parents=True, exist_ok=True)
    (home / "tally").unlink(missing_ok=True)
    asked = [TARGETS[name].group, name, str(home), str(seconds), str(seed)]
    one = [sys.executable, "-W", "ignore", "-m", "benchmarks.fuzz.one", *asked]
    begun = time.monotonic()
    with (home / "log").open("wb") as log:
        status = subprocess.run(one, cwd=ROOT, check=False, stdout=log, stderr=log).returncode
    inputs, taken, faults = Tally(home / "tally", new=not (home / "tally").exists()).counts()
    kinds = tuple(path.read_text().splitlines()[0] for path in sorted((home / "faults").glob("*.txt")))
    broke = tuple(path.name.partition("-")[0] for path in sorted((home / "faults").glob("*-*")))
    return Fuzzed(
        name=name,
        inputs=inputs,
        taken=taken,
        faults=faults + len(broke),
        kinds=(*kinds, *broke),
        seconds=time.monotonic() - begun,
        ended="" if status == 0 else f"ended with {status}",
    )


def page(results: Sequence[Fuzzed], seed: int) -> Iterator[str]:
    """Yield the lines of the page of results."""
    total = sum(one.inputs for one in results)
    yield "# Fuzzing of what reads bytes of others"
    yield ""
    yield f"`make fuzz` (seed {seed}): atheris {version('atheris')}, Python {platform.python_version()}, "
    yield f"{platform.machine()}, {os.cpu_count()} shared cores, one at a time, niced; "
    yield f"load average at the end {os.getloadavg()[0]:.1f}."
    yield ""
    yield f"**{total:,} inputs, {sum(one.faults for one in results):,} with a fault**, "
    yield f"in {sum(one.seconds for one in results) / 60:.0f} minutes. *Taken*: the target accepted the bytes, or at "
    yield "least one row of them. What each target asks: `benchmarks/fuzz`."
    yield ""
    yield "| target | inputs | taken | with a fault | inputs/s |"
    yield "|---|---:|---:|---:|---:|"
    for one in results:
        rate = one.inputs / max(one.seconds, 1)
        faults = " ".join([f"{one.faults:,}", *one.kinds, one.ended]).strip()
        yield f"| {one.name} | {one.inputs:,} | {one.taken:,} | {faults} | {rate:,.0f} |"


def main() -> int:
    """Run what the command line names; return the exit status."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("targets", nargs="*", metavar="TARGET", help=f"of: {', '.join(TARGETS)}")
    parser.add_argument("--seconds", type=int, default=20, help="for each target (default 20)")
    parser.add_argument("--seed", type=int, default=1, help="where chance begins (default 1)")
    parser.add_argument("--page", type=Path, help="write the page of results here")
    options = parser.parse_args()
    results = []
    for name in options.targets or TARGETS:
        results.append(one := fuzzed(name, options.seconds, options.seed))
        print(
            f"{name}: {one.inputs:,} inputs, {one.taken:,} taken, {one.faults:,} faults {one.kinds} {one.ended}",
            flush=True,
        )
    if options.page:
        options.page.write_text("\n".join(page(results, options.seed)) + "\n")
    return int(any(one.faults or one.ended for one in results))


if __name__ == "__main__":
    sys.exit(main())
