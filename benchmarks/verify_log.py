"""How long an outsider waits: verify.py and the second verifier in Go on the same logs, in turn, on all cores.

Three logs, made once under `out/verify-log/` and the same on every machine:

- withheld: 1,000,000 observations of a centre's log, each with a key, a reader and four commitments, about 270 bytes;
  no disclosures lie beside it, as in a copy for somebody who may see that records are there and not what they say;
- shown: 200,000 of the same with every field shown;
- signed: 100,000 observations with three commitments, each a note signed by one of 16 enrolled devices.

Each begins with a charter and carries four cosignatures, Ed25519 and ML-DSA-44. Both programs read every file, hash
every entry and every tile, work out the root, hold every entry to its one form, check the signatures of the log, of
authors and of Ed25519 cosigners, every commitment and disclosure, and that there is no file more. verify.py alone
checks the two ML-DSA-44 cosignatures, the charter, that authors are enrolled, and approvals of acts (none here).
Programs are started anew for each run; a first run of each, which fills the file cache, is not counted.
"""

import argparse
import os
import platform
import random
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from benchmarks.rich_logs import AUTHORS, LOG, cosigned, key, policy
from benchmarks.second import ROOT, program

from trucewatch.ledger import signed_files, store, verify
from trucewatch.ledger.charter import chartered
from trucewatch.ledger.commitments import commit, derived
from trucewatch.ledger.encoding import encode
from trucewatch.ledger.note import sign, verifier_key

DEVICES = (*AUTHORS, *(key(f"device-{n}.example") for n in range(len(AUTHORS), 16)))
VERIFIER = Path(verify.__file__)
HERE = ROOT / "out" / "verify-log"
CHARTER = {"policy": policy().decode(), "authors": [str(verifier_key(device)) for device in DEVICES]}


class Log(NamedTuple):
    """A log to be made: how many entries, whether its fields are shown, whether devices sign."""

    name: str
    entries: int
    shown: bool = False
    signed: bool = False


def _cells(chance: random.Random, number: int) -> dict[str, str]:
    seconds = number * 7 % 86_400
    when = f"2026-11-{1 + number // 86_400 % 28:02}T{seconds // 3600:02}:{seconds // 60 % 60:02}:{seconds % 60:02}Z"
    place = f"{47 + chance.random():.5f} {37 + chance.random():.5f}"
    return {"00:time": when, "01:place": place, "02:kind": chance.choice(("explosion", "shot", "burst"))}


def _said(log: Log) -> Iterator[tuple[bytes, tuple[str, ...]]]:
    chance = random.Random(log.name)
    yield encode(chartered(CHARTER, LOG)), ()
    for number in range(1, log.entries):
        fields = {"type": "observation", "v": "2", "reader": "acoustic"}
        hidden = _cells(chance, number)
        device = chance.choice(DEVICES) if log.signed else None
        if device is None:
            fields["key"] = f"acoustic-{number:07}"
            hidden["id"] = str(number)
        else:
            fields["by"] = [str(verifier_key(device))]
        entry, disclosures = commit(fields, hidden, derived(LOG.seed, number.to_bytes(8, "big")))
        text = encode(entry)
        yield (text if device is None else sign(text + b"\n", device)), disclosures if log.shown else ()


def made(log: Log) -> Path:
    """Return the folder of a log, making it where it is not there yet (1,000,000 entries: a minute or two)."""
    folder = HERE / f"{log.name}-{log.entries}"
    if not (folder / "checkpoint").exists():
        said = list(_said(log))
        files = signed_files([entry for entry, _ in said], {at: shown for at, (_, shown) in enumerate(said)}, {}, LOG)
        files["checkpoint"] = cosigned(files["checkpoint"])
        files["policy"] = policy()
        store.write(folder, files)
    return folder


class Took(NamedTuple):
    """What one run took: seconds on the wall, and of all its processes together on the processors."""

    wall: float
    cpu: float


def took(command: list[str]) -> Took:
    """Run a program that accepts the log; stop where it does not."""
    begun = time.perf_counter()
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    if status:
        sys.exit(f"refused: {' '.join(command)}")
    return Took(time.perf_counter() - begun, usage.ru_utime + usage.ru_stime)


def facts() -> str:
    """Return what the machine is."""
    models = [line for line in Path("/proc/cpuinfo").read_text().splitlines() if line.startswith("model name")]
    go = subprocess.run(["go", "version"], capture_output=True, encoding="utf-8", check=False).stdout.split()[2]
    model = models[0].partition(": ")[2] if models else platform.machine()
    return f"{model}, {os.cpu_count()} cores, Python {platform.python_version()}, {go}"


def load() -> str:
    """Return how many processes wanted a processor, over 1, 5 and 15 minutes."""
    return " ".join(f"{each:.1f}" for each in os.getloadavg())


def _ranges(times: list[float]) -> str:
    return f"{statistics.median(times):.1f} ({min(times):.1f}-{max(times):.1f})"


def compared(log: Log, runs: int) -> str:
    """Return a line of the table: what both programs took on a log, in turn."""
    folder = made(log)
    size = sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())
    commands = ([sys.executable, "-I", str(VERIFIER), str(folder)], [str(program()), str(folder)])
    for command in commands:
        took(command)
    both: tuple[list[Took], ...] = ([], [])
    for _ in range(runs):
        for command, found in zip(commands, both, strict=True):
            found.append(took(command))
    walls, cpus = ([[getattr(each, of) for each in found] for found in both] for of in ("wall", "cpu"))
    cells = [log.name, f"{log.entries:,}", f"{size / 1e6:.0f}"]
    for times in (walls, cpus):
        ratio = statistics.median(times[0]) / statistics.median(times[1])
        cells += [_ranges(times[0]), _ranges(times[1]), f"{ratio:.2f}"]
    return f"| {' | '.join(cells)} |"


HEAD = """| log | entries | MB | ours, s | Go, s | ratio | ours, CPU s | Go, CPU s | ratio |
|---|---|---|---|---|---|---|---|---|"""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--entries", type=int, default=1_000_000, help="of the first log; the others have 1/5 and 1/10")
    parser.add_argument("--runs", type=int, default=7, help="of each program on each log")
    parser.add_argument("--page", type=Path, help="where a page with the table goes")
    options = parser.parse_args()
    first = f"{facts()}; load average {load()} at the beginning, "
    print(f"{first}\n{HEAD}")
    logs = (
        Log("withheld", options.entries),
        Log("shown", options.entries // 5, shown=True),
        Log("signed", options.entries // 10, signed=True),
    )
    lines = []
    for log in logs:
        lines.append(compared(log, options.runs))
        print(lines[-1], flush=True)
    last = f"{load()} at the end. Medians of {options.runs} runs, least and most."
    print(last)
    if options.page:
        about = (__doc__ or "").strip()
        table = "\n".join((HEAD, *lines))
        page = f"# Checking a log: verify.py beside the second verifier\n\n{about}\n\n{first}{last}\n\n{table}\n"
        options.page.write_text(page, encoding="utf-8")


if __name__ == "__main__":
    main()
