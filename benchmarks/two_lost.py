"""Any two of {centre, mirror A, mirror B} destroyed: the third brings back every witnessed entry and file, same root.

    python -m benchmarks.two_lost [--entries 100000] [--files 2000]   (make two-lost)

A live log is made (`book.Book`: received, sequenced, signed), two mirrors follow it from its folder with the real
command and cosign, the centre takes the cosignatures. Then, for each of the three, the folders of the other two are
removed, and the real commands bring them back: `recover`, `mirror`, `verify`. Each file of the log is compared with
what it was. Besides, a survivor with one damaged file must be refused, or the comparing would show nothing.
"""

import argparse
import hashlib
import os
import platform
import random
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

from trucewatch.ledger.book import Book
from trucewatch.ledger.note import Key, verifier_key, write_key
from trucewatch.ledger.verify import COSIGN_ED25519, COSIGN_ML_DSA_44

ROOT = Path(__file__).parents[1]
COMMAND = [sys.executable, "-c", "from trucewatch.cli import main; main()"]
LOG = Key(name="centre.example/log", seed=hashlib.sha256(b"centre").digest())
KEEPERS = {
    name: tuple(
        Key(name=f"{name}.example", seed=hashlib.sha256(name.encode() + kind).digest(), kind=kind)
        for kind in (COSIGN_ED25519, COSIGN_ML_DSA_44)
    )
    for name in ("a", "b")
}
START = datetime(2026, 11, 22, tzinfo=UTC)
BATCH = 1_000  # entries of one commit; a heartbeat after each ten of them


@dataclass(slots=True)
class Place:
    """A folder with the centre, both mirrors, the keys and the policy; and what each step took."""

    path: Path
    took: dict[str, tuple[float, float]] = field(default_factory=dict)

    @contextmanager
    def timed(self, name: str) -> Iterator[None]:
        """Note wall and CPU seconds of a step, its processes included."""
        wall, cpu = time.monotonic(), _cpu_s()
        yield
        self.took[name] = time.monotonic() - wall, _cpu_s() - cpu
        print(f"{name}: {self.took[name][0]:.1f} s wall, {self.took[name][1]:.1f} s CPU", flush=True)

    def run(self, *arguments: object) -> subprocess.CompletedProcess[str]:
        """Run a command of Trucewatch in this folder."""
        return subprocess.run(
            [*COMMAND, *map(str, arguments)], cwd=self.path, capture_output=True, text=True, check=False
        )

    def must(self, *arguments: object) -> str:
        """Run a command that has to succeed; return what it printed."""
        done = self.run(*arguments)
        if done.returncode:
            raise SystemExit(f"{arguments}: exit code {done.returncode}\n{done.stdout}{done.stderr}")
        return done.stdout


def _cpu_s() -> float:
    usages = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(usage.ru_utime + usage.ru_stime for usage in usages)


def policy() -> str:
    """Return the policy: both keys of both mirrors."""
    lines = [f"log {verifier_key(LOG)}"]
    for name, keys in KEEPERS.items():
        lines += [f"witness {name}{at} {verifier_key(key)}" for at, key in enumerate(keys)]
        lines += [f"group {name} all {name}0 {name}1"]
    return "\n".join([*lines, "group both all a b", "quorum both", ""])


def build(place: Place, entries: int, files: int) -> None:
    """Make the centre's log; every entry has a hidden field, and so many bring a file of 1 to 100 kB."""
    (place.path / "policy").write_text(policy())
    write_key(place.path / "log.key", LOG)
    for name, keys in KEEPERS.items():
        for at, key in enumerate(keys):
            write_key(place.path / f"{name}{at}.key", key)
    chance = random.Random(1)
    with_file = set(chance.sample(range(entries), files))
    book = Book.create(place.path / "centre", LOG, {"policy": policy(), "heartbeat_s": 60})
    try:
        for first in range(0, entries, BATCH):
            said = []
            for at in range(first, min(entries, first + BATCH)):
                fields = {"type": "observation", "v": "1", "number": at, "reader": "made up"}
                if at in with_file:
                    fields["blobs"] = [book.put_blob(chance.randbytes(chance.randint(1_000, 100_000)))]
                said.append((fields, {"00:place": f"village {at % 977}"}))
            book.say_all(said)
            if first % (10 * BATCH) == 0:
                book.beat(START + timedelta(seconds=first))
        book.beat(START + timedelta(seconds=entries))
    finally:
        book.close()


def keys_of(name: str) -> list[str]:
    return ["--policy", "policy", "--key", f"{name}0.key", "--key2", f"{name}1.key"]


def witnessed(place: Place) -> int:
    """Let the centre take the cosignatures of both mirrors; return how many entries are witnessed."""
    book = Book.open(place.path / "centre", LOG)
    try:
        for name in KEEPERS:
            if (place.path / name / "checkpoint").exists():
                book.accept((place.path / name / "checkpoint").read_bytes())
        return book.status().witnessed
    finally:
        book.close()


def files_of(folder: Path) -> dict[str, str]:
    """Return path to SHA-256 of each file of a log but its checkpoint, whose lines of others may be more or fewer."""
    return {
        str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and path.name != "checkpoint"
    }


def head_of(folder: Path) -> list[bytes]:
    return (folder / "checkpoint").read_bytes().split(b"\n")[:3]


def lose_two(place: Place, survivor: str, before: Mapping[str, str], head: list[bytes]) -> list[str]:
    """Remove the other two, bring them back, and return what is not as it was."""
    for name in {"centre", "a", "b"} - {survivor}:
        shutil.rmtree(place.path / name)
    kept = place.path / (survivor if survivor != "centre" else "centre/ledger")
    if survivor != "centre":
        with place.timed(f"{survivor} is left: `recover` (log, tiles, files, database)"):
            place.must("recover", kept, "--out", "centre", "--policy", "policy", "--key", "log.key")
    for name in {"a", "b"} - {survivor}:
        with place.timed(f"{survivor} is left: `mirror` {name} anew"):
            place.must("mirror", "centre/ledger", name, *keys_of(name), "--once")
    wrong = []
    count = witnessed(place)
    if count != int(head[1]):
        wrong.append(f"{survivor} is left: {count} entries witnessed, there were {int(head[1])}")
    for name in ("centre/ledger", "a", "b"):
        if files_of(place.path / name) != before:
            wrong.append(f"{survivor} is left: {name} has not the same files")
        if head_of(place.path / name) != head:
            wrong.append(f"{survivor} is left: {name} has not the same root")
    with place.timed(f"{survivor} is left: `verify` of the centre's log, quorum met"):
        place.must("verify", "centre/ledger", "--policy", "policy")
    return wrong


def refuses_damage(place: Place, number: int = 3) -> list[str]:
    """Damage so many files of each kind of the only copy, one after another: `recover` must refuse each."""
    chance, store, wrong = random.Random(2), place.path / "a", []
    victims = [
        *chance.sample(sorted((store / "blobs").iterdir()), number),
        *chance.sample(sorted(path for path in (store / "tile").rglob("*") if path.is_file()), number),
        *chance.sample(sorted(path for path in (store / "disclosures").rglob("*") if path.is_file()), number),
    ]
    for path in victims:
        data = path.read_bytes()
        at = chance.randrange(len(data))
        path.write_bytes(data[:at] + bytes([data[at] ^ 1 << chance.randrange(8)]) + data[at + 1 :])
        done = place.run("recover", "a", "--out", "damaged", "--policy", "policy")
        if done.returncode != 1 or (place.path / "damaged").exists():
            wrong.append(f"a damaged {path.relative_to(store)} was not refused")
        path.write_bytes(data)
    return wrong


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--entries", type=int, default=100_000)
    parser.add_argument("--files", type=int, default=2_000)
    parser.add_argument("--page", type=Path, help="where to write what was counted")
    options = parser.parse_args()
    revision = ["git", "rev-parse", "--short", "HEAD"]
    commit = subprocess.run(revision, cwd=ROOT, capture_output=True, text=True, check=False).stdout.strip()
    with tempfile.TemporaryDirectory() as folder:
        place = Place(Path(folder))
        with place.timed("the log is made: received, sequenced, signed"):
            build(place, options.entries, options.files)
        for name in KEEPERS:
            with place.timed(f"`mirror` {name} the first time"):
                place.must("mirror", "centre/ledger", name, *keys_of(name), "--once")
        assert witnessed(place) == int(head_of(place.path / "centre/ledger")[1])
        before, head = files_of(place.path / "centre/ledger"), head_of(place.path / "centre/ledger")
        size = sum((place.path / "centre/ledger" / path).stat().st_size for path in before)
        wrong = [line for survivor in ("a", "b", "centre") for line in lose_two(place, survivor, before, head)]
        damage = refuses_damage(place)
    blobs = sum(path.startswith("blobs/") for path in before)
    held = (
        (
            "every file of the log at all three places as it was, same root, all entries witnessed",
            f"{3 - len(wrong)} of 3 pairs{''.join('; ' + line for line in wrong)}",
        ),
        ("a last copy with one flipped bit: refused by `recover`", f"{9 - len(damage)} of 9"),
    )
    page = [
        f"# Any two of three destroyed, {time.strftime('%F', time.gmtime())}",
        "",
        f"Commit {commit}, Python {platform.python_version()}, {os.cpu_count()} cores and a disk shared",
        "with other work, every file flushed. Made by `make two-lost`; the head of `benchmarks/two_lost.py` says what",
        "is done.",
        "",
        f"A live log of {int(head[1]):,} entries and {blobs:,} files of evidence, {size / 1e6:,.0f} MB",
        "in all, witnessed by both mirrors. Of centre, mirror A and mirror B two were removed, each pair once.",
        "",
        "| what must hold | counted |",
        "|---|---|",
        *(f"| {what} | {counted} |" for what, counted in held),
        "",
        "| step | wall s | CPU s |",
        "|---|---|---|",
        *(f"| {name} | {wall:.1f} | {cpu:.1f} |" for name, (wall, cpu) in place.took.items()),
        "",
    ]
    print("\n".join(page))
    if options.page:
        options.page.write_text("\n".join(page))
    return 1 if wrong or damage else 0


if __name__ == "__main__":
    raise SystemExit(main())
