"""Time and memory of `trucewatch assess` on made-up fronts: the baseline that the next issues beat.

Each size runs as a process of its own, warm caches, one after the other; seconds are user + system time of the whole
process (what a busy machine cannot falsify) and wall time, memory is its peak. Beside them, as the honest peer that
an analyst would pick instead, stands a spreadsheet-like baseline in the same run: reading the same table with
Python's csv module, sorting it by time and writing it back, which associates nothing.
"""

import argparse
import csv
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from world import write

PEER = """
import csv, sys
rows = sorted(csv.DictReader(open(sys.argv[1], newline="")), key=lambda row: row["time"])
with open(sys.argv[2], "w", newline="") as file:
    writer = csv.DictWriter(file, rows[0].keys()); writer.writeheader(); writer.writerows(rows)
"""


def measured(command: list[str]) -> tuple[float, float, float]:
    """Return CPU seconds, wall seconds and peak memory in MiB of one command."""
    begun = time.perf_counter()
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    if status:
        sys.exit(f"failed: {' '.join(command)}")
    return usage.ru_utime + usage.ru_stime, time.perf_counter() - begun, usage.ru_maxrss / 1024


def pair_scores(folder: Path, out: Path) -> tuple[float, float]:
    """Return precision and recall over pairs of rows that belong to one incident."""
    with (folder / "truth.csv").open(newline="") as file:
        truth = {row["id"]: row["incident"] for row in csv.DictReader(file)}
    with (out / "links.csv").open(newline="") as file:
        links = {row["observation_id"]: row["incident_id"] for row in csv.DictReader(file) if row["incident_id"]}

    def pairs(groups: dict[str, object]) -> int:
        sizes: dict[object, int] = {}
        for group in groups.values():
            sizes[group] = sizes.get(group, 0) + 1
        return sum(n * (n - 1) // 2 for n in sizes.values())

    both = pairs({key: (truth[key], incident) for key, incident in links.items()})
    return both / pairs(dict(links)), both / pairs(dict(truth))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("sizes", nargs="*", type=int, default=[10_000, 100_000])
    sizes = parser.parse_args().sizes
    trucewatch = str(Path(sys.executable).with_name("trucewatch"))
    print(f"{'rows':>8} {'CPU s':>8} {'wall s':>8} {'peak MiB':>9} {'rows/CPU s':>11} {'peer CPU s':>11} pair P, R")
    with tempfile.TemporaryDirectory() as scratch:
        for size in sizes:
            folder = write(Path(scratch) / str(size), size)
            out = Path(scratch) / f"{size}-out"
            cpu, wall, peak = measured([trucewatch, "assess", str(folder), "--out", str(out)])
            table = str(folder / "observations" / "rows.csv")
            peer, _, _ = measured([sys.executable, "-c", PEER, table, str(out / "sorted.csv")])
            precision, recall = pair_scores(folder, out)
            print(
                f"{size:>8,} {cpu:>8.1f} {wall:>8.1f} {peak:>9.0f} {size / cpu:>11,.0f} {peer:>11.1f} "
                f"{precision:.2f}, {recall:.2f}",
                flush=True,
            )
    print(f"on {os.cpu_count()} cores, Python {sys.version.split()[0]}; a made-up front, no result about a real one")


if __name__ == "__main__":
    main()
