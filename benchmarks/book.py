"""What a centre's live log costs: receiving, a heartbeat, opening and making the database anew, beside a bare floor.

    python benchmarks/book.py [--entries 1000000] [--page]

The log is made once under `out/book/` and the same on every machine: a charter and observations of a centre with four
committed fields, about 270 bytes each, no disclosures.

- receive: signed submissions of about 700 bytes, each on the disk as a file and a row when it returns. Beside it, in
  turn, the floor: APSW alone, the same database settings, one INSERT of the same bytes and one commit for each.
- a heartbeat of 1,000 submissions that were received one by one, on a log of one entry and on the large one, in turn:
  what is there may not slow down what is new.
- opening the large log, and making its database anew (`rebuild`: `verify` of the whole log included).

Seconds are of the wall, with every flush that the product makes; other work on the machine makes them longer. CPU
seconds are of this process.
"""

import argparse
import os
import platform
import random
import shutil
import statistics
import sys
import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path

import apsw

from trucewatch.ledger.book import Book, Submission, rebuild
from trucewatch.ledger.charter import chartered
from trucewatch.ledger.commitments import commit, derived
from trucewatch.ledger.encoding import encode
from trucewatch.ledger.growth import Edge, grown, superseded
from trucewatch.ledger.note import Key, sign, verifier_key
from trucewatch.ledger.tlog import checkpoint

HERE = Path(__file__).parents[1] / "out" / "book"
PAGE = Path(__file__).parent / "results" / "2026-11-22-book.md"
LOG = Key(name="centre.example/benchmark", seed=b"\x01" * 32)
DEVICE = Key(name="device.example", seed=b"\x02" * 32)
POLICY = f"log {verifier_key(LOG)}\nquorum none\n"
CHARTER = {"policy": POLICY, "rp_id": "centre.example", "guarantors": [], "authors": [str(verifier_key(DEVICE))]}
NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
CHUNK = 20_480  # entries that are written at once while the large log is made


def _cells(chance: random.Random) -> dict[str, str]:
    place = f"{47 + chance.random():.5f} {37 + chance.random():.5f}"
    return {"00:time": f"2026-11-22T{chance.randrange(24):02}:00:00Z", "01:place": place, "02:kind": "explosion"}


def _observation(number: int) -> bytes:
    fields = {"type": "observation", "v": "2", "reader": "acoustic", "key": f"acoustic-{number:07}"}
    hidden = {"id": str(number), **_cells(random.Random(number))}
    return encode(commit(fields, hidden, derived(LOG.seed, number.to_bytes(8, "big")))[0])


def submissions(first: int, count: int) -> list[Submission]:
    """Return signed observations with three committed fields that are shown."""
    made = []
    for number in range(first, first + count):
        fields = {"type": "observation", "v": "2", "reader": "patrol", "by": [str(verifier_key(DEVICE))]}
        hidden = {**_cells(random.Random(number)), "03:number": str(number)}
        entry, shown = commit(fields, hidden, derived(DEVICE.seed, number.to_bytes(8, "big")))
        made.append(Submission(entry=sign(encode(entry) + b"\n", DEVICE), disclosures=shown))
    return made


def large_log(entries: int) -> Path:
    """Return a centre's folder with a log of that many entries and no database, made where it is not there yet."""
    kept = HERE / f"made-{entries}"
    if not (kept / "checkpoint").exists():
        edge, new = Edge(), [encode(chartered(CHARTER, LOG))]
        while edge.size < entries:
            new += [_observation(at) for at in range(edge.size + len(new), min(edge.size + CHUNK, entries))]
            files, larger = grown(edge, new)
            for name, data in files.items():
                (kept / name).parent.mkdir(parents=True, exist_ok=True)
                (kept / name).write_bytes(data)
            for name in superseded(edge.size, larger.size):
                (kept / name).unlink()
            for folder in kept.rglob("*.p"):
                if not any(folder.iterdir()):
                    folder.rmdir()
            edge, new = larger, []
        (kept / "policy").write_text(POLICY)
        (kept / "checkpoint").write_bytes(sign(checkpoint(LOG.name, edge.size, edge.root), LOG))
    centre = HERE / "large"
    shutil.rmtree(centre, ignore_errors=True)
    shutil.copytree(kept, centre / "ledger")
    os.sync()
    return centre


def seconds(act: Callable[[], object]) -> float:
    """Return how long an act took."""
    return both(act)[0]


def both(act: Callable[[], object]) -> tuple[float, float]:
    """Return how long an act took, by the wall and in CPU seconds of this process."""
    begun, worked = time.perf_counter(), time.process_time()
    act()
    return time.perf_counter() - begun, time.process_time() - worked


def floor(folder: Path, wires: Sequence[bytes]) -> float:
    """Return the seconds that APSW alone takes to keep these, each in a commit of its own."""
    connection = apsw.Connection(str(folder / "floor.db"))
    connection.pragma("locking_mode", "exclusive")
    connection.pragma("journal_mode", "wal")
    connection.pragma("synchronous", "full")
    connection.execute("CREATE TABLE IF NOT EXISTS kept (wire BLOB NOT NULL)")

    def insert() -> None:
        for wire in wires:
            connection.execute("INSERT INTO kept VALUES (?)", (wire,))

    took = seconds(insert)
    connection.close()
    return took


def spread(values: Sequence[float], digits: int = 0) -> str:
    """Say median and range."""
    return f"{statistics.median(values):,.{digits}f} ({min(values):,.{digits}f} to {max(values):,.{digits}f})"


def receiving(book: Book, folder: Path, count: int, runs: int) -> list[str]:
    """Return lines of a table: submissions a second, one by one, by hundreds, and the floor, in turn."""
    rates: dict[str, list[float]] = {
        "one by one": [],
        "by hundreds (`receive_many`)": [],
        "floor: INSERT and commit": [],
    }
    for run in range(runs):
        single, many = submissions(run * 2 * count, count), submissions((run * 2 + 1) * count, count)
        hundreds = [many[at : at + 100] for at in range(0, count, 100)]
        took = (
            seconds(lambda given=single: [book.receive(one) for one in given]),
            seconds(lambda given=hundreds: [book.receive_many(some) for some in given]),
            floor(folder, [one.wire for one in single]),
        )
        for name, each in zip(rates, took, strict=True):
            rates[name].append(count / each)
        book.beat(NOON)
    base = statistics.median(rates["floor: INSERT and commit"])
    return [f"| {name} | {spread(values)} | {statistics.median(values) / base:.2f} |" for name, values in rates.items()]


def beating(books: dict[str, Book], count: int, runs: int) -> list[str]:
    """Return lines of a table: seconds of a heartbeat with that many new entries on each log, in turn."""
    took: dict[str, list[tuple[float, float]]] = {name: [] for name in books}
    for run in range(runs):
        for at, (name, book) in enumerate(books.items()):
            for one in submissions(10_000_000 + (run * len(books) + at) * count, count):
                book.receive(one)
            took[name].append(both(lambda book=book: book.beat(NOON)))
    parted = {name: tuple(zip(*values, strict=True)) for name, values in took.items()}
    base = statistics.median(next(iter(parted.values()))[1])
    return [
        f"| {name} | {spread(wall, 2)} | {spread(cpu, 2)} | {statistics.median(cpu) / base:.2f} |"
        for name, (wall, cpu) in parted.items()
    ]


def facts() -> str:
    """Say what machine this is."""
    models = [line for line in Path("/proc/cpuinfo").read_text().splitlines() if line.startswith("model name")]
    model = models[0].partition(": ")[2] if models else platform.machine()
    load = " ".join(f"{each:.1f}" for each in os.getloadavg())
    return (
        f"{model}, {os.cpu_count()} cores, Python {platform.python_version()}, SQLite {apsw.sqlite_lib_version()}; "
        f"load average {load}; other work ran on the same cores."
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--entries", type=int, default=1_000_000, help="of the large log")
    parser.add_argument("--count", type=int, default=1000, help="submissions of one run")
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--page", action="store_true", help=f"write {PAGE.name}")
    chosen = parser.parse_args()
    centre = large_log(chosen.entries)
    shutil.rmtree(HERE / "small", ignore_errors=True)
    small = Book.create(HERE / "small", LOG, CHARTER)
    rebuilt, worked = both(lambda: rebuild(centre, LOG).close())
    opened = []
    for _ in range(chosen.runs):
        books: list[Book] = []
        opened.append(seconds(lambda kept=books: kept.append(Book.open(centre, LOG))))
        books[0].close()
    large = Book.open(centre, LOG)
    received = receiving(small, HERE, chosen.count, chosen.runs)
    logs = {f"log of {book.status().size:,}": book for book in (small, large)}
    beats = beating(logs, chosen.count, chosen.runs)
    small.close()
    large.close()
    database = (centre / "centre.db").stat().st_size / 1e6
    text = "\n".join(
        [
            "# The centre's live log, 2026-11-22",
            "",
            facts(),
            "Made by `python benchmarks/book.py --page`; its head says what is counted.",
            "",
            "| receiving | submissions a second, median (range) | times the floor |",
            "|---|---|---|",
            *received,
            "",
            f"| heartbeat with {chosen.count:,} new | seconds, median (range) | CPU seconds | times the small log |",
            "|---|---|---|---|",
            *beats,
            "",
            f"Opening the log of {chosen.entries:,} entries: {spread(opened, 2)} s.",
            f"Making its database anew: {rebuilt:.0f} s, {worked:.0f} CPU seconds, and `verify` beside it;",
            f"once. The database has {database:.0f} MB.",
            "",
        ]
    )
    sys.stdout.write(text)
    if chosen.page:
        PAGE.write_text(text)
    shutil.rmtree(centre)
    shutil.rmtree(HERE / "small")
    (HERE / "floor.db").unlink()


if __name__ == "__main__":
    main()
