"""Hand records in over lines that lose, repeat, reorder and cut, to a centre that restarts: is each there just once.

    python benchmarks/outbox.py [--submissions N] [--http M] [--seed S] [--write PAGE]

Real outboxes and a real book in folders, without a network (`--submissions`) and then through a real server process on
loopback that is killed again and again (`--http`). Each request meets a fault with the chances below; the devices'
clocks and the centre's are wrong by up to ten years. At the end every record must be in the log just once, with all of
its files, proved to its device to be witnessed, and `verify` must accept the log.

The controls must fail: a device that writes a record anew for each try, and one that deletes it once it was sent.
The folders lie in memory where the machine has one (/dev/shm): what is kept through power cuts is measured elsewhere.
"""

import argparse
import hashlib
import random
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections import Counter as Tally
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import urlsplit

from straight import asked

from trucewatch.ledger.book import Book
from trucewatch.ledger.courier import MOST_ANSWER_BYTES, Answer, Door, UnreachedError
from trucewatch.ledger.disk import RealDisk
from trucewatch.ledger.door import HttpDoor
from trucewatch.ledger.note import Key, cosign, sign, verifier_key, write_key
from trucewatch.ledger.outbox import Outbox, written
from trucewatch.ledger.store import read_entries
from trucewatch.ledger.submission import Submission
from trucewatch.ledger.verify import (
    COSIGN_ED25519,
    COSIGN_ML_DSA_44,
    SALT_BYTES,
    parse_checkpoint,
    parse_entry,
    verify,
)
from trucewatch.web.counter import Counter

CENTRE = Key(name="centre.example/log", seed=b"c" * 32)
MIRRORS = {
    f"{side}-{kind}": Key(name=f"mirror-{side}.example", seed=f"{side}{kind}".encode().ljust(32), kind=code)
    for side in "ab"
    for kind, code in (("ed", COSIGN_ED25519), ("ml", COSIGN_ML_DSA_44))
}
POLICY = "\n".join(
    [
        f"log {verifier_key(CENTRE)}",
        *(f"witness {name} {verifier_key(key)}" for name, key in MIRRORS.items()),
        "group a all a-ed a-ml", "group b all b-ed b-ml", "group both all a b", "quorum both", "",
    ]
)  # fmt: skip

PER_DEVICE = 250  # a charter of 64 KiB names some 700 devices
PER_BEAT = 400  # requests between two heartbeats
PER_RESTART = 4000  # requests between two restarts of the centre; over HTTP it is killed
FAULTS = {  # chances of each request
    "arrives twice": 0.30,
    "answer lost": 0.10,
    "cut short": 0.10,
    "no line": 0.05,
    "arrives again later, out of order": 0.20,
}
TEN_YEARS_S = 10 * 365.25 * 86_400


def device(number: int) -> Key:
    return Key(name=f"post-{number}.example/device", seed=hashlib.sha256(b"device %d" % number).digest())


@dataclass
class Centre:
    """A centre in this process: its book, its counter, the requests that it has had."""

    folder: Path
    chance: random.Random
    book: Book = field(init=False)
    counter: Counter = field(init=False)
    requests: int = 0
    restarts: int = -1
    beats: int = 0
    clock: datetime = datetime(2026, 11, 22, tzinfo=UTC)

    def create(self, devices: int) -> None:
        """Begin its log, with these devices as authors."""
        authors = [str(verifier_key(device(number))) for number in range(devices)]
        Book.create(self.folder, CENTRE, {"policy": POLICY, "authors": authors}).close()
        self.open()

    def open(self) -> None:
        """Open its log, as after a restart."""
        self.book = Book.open(self.folder, CENTRE)
        self.counter = Counter(self.book, self.folder, CENTRE, lambda _: None)
        self.restarts += 1

    def ask(self, method: str, path: str, body: bytes = b"", *, most_bytes: int = MOST_ANSWER_BYTES) -> Answer:
        """See `courier.Door.ask`."""
        self.requests += 1
        if self.requests % PER_RESTART == 0:
            self.book.close()
            self.open()
        if self.requests % PER_BEAT == 0:
            self.beat(witnessed=self.chance.random() < 0.8)
        return asked(self.counter, self.folder, method, path, body, most_bytes)

    def beat(self, *, witnessed: bool) -> None:
        """Beat by a clock that is wrong by up to ten years, and have both mirrors cosign or not."""
        self.beats += 1
        wrong = timedelta(seconds=self.chance.uniform(-TEN_YEARS_S, TEN_YEARS_S))
        head = self.book.beat(self.clock + wrong)
        if witnessed:
            lines = b"".join(cosign(head, key, 1_800_000_000 + self.beats) for key in MIRRORS.values())
            self.book.accept(sign(head.text.encode(), CENTRE) + lines)


@dataclass
class Line:
    """A line on which each request meets faults by chance; what comes again later comes in any order."""

    door: Door
    chance: random.Random
    cut: Callable[[str, str, bytes], object]
    met: Tally = field(default_factory=Tally)
    waiting: list[tuple[str, str, bytes]] = field(default_factory=list)

    def ask(self, method: str, path: str, body: bytes = b"", *, most_bytes: int = MOST_ANSWER_BYTES) -> Answer:
        """See `courier.Door.ask`."""
        self.met["requests"] += 1
        hit = {name for name, share in FAULTS.items() if self.chance.random() < share}
        self.met.update(hit)
        if "no line" in hit:
            raise UnreachedError("no line")
        if "arrives again later, out of order" in hit:
            self.waiting.append((method, path, body))
        if self.waiting and self.chance.random() < 0.2:
            late = self.waiting.pop(self.chance.randrange(len(self.waiting)))
            with suppress(UnreachedError):
                self.door.ask(*late)
        if "cut short" in hit:
            if body:
                self.cut(method, path, body[: self.chance.randrange(len(body))])
            raise UnreachedError("cut short")
        for _ in range(2 if "arrives twice" in hit else 1):
            answer = self.door.ask(method, path, body, most_bytes=most_bytes)
        if "answer lost" in hit:
            raise UnreachedError("the answer was lost")
        return answer


def record(number: int, key: Key, chance: random.Random) -> tuple[Submission, list[bytes]]:
    """Return a record of up to three files, some of which others bring as well."""
    files = [b"file %d of %d" % (at, number % 997) * (1 + number % 50) for at in range(number % 4)]
    hidden = {"00:text": f"record {number}", "claimed_time": f"{chance.uniform(-TEN_YEARS_S, TEN_YEARS_S):.0f}"}
    fields = {"type": "observation", "v": "2", "reader": "canonical", "number": number}
    salts = random.Random(number)
    return written(fields, hidden, files, key, lambda count: salts.randbytes(SALT_BYTES * count)), files


def wrong_clock(chance: random.Random) -> datetime:
    return datetime(2026, 11, 22, tzinfo=UTC) + timedelta(seconds=chance.uniform(-TEN_YEARS_S, TEN_YEARS_S))


def send_all(boxes: list[Outbox], todo: list[tuple[int, str]], line: Line, chance: random.Random, until: str) -> int:
    """Send in any order until everything is in that state; return how many tries it took."""
    tries = 0
    while todo:
        chance.shuffle(todo)
        left = []
        for number, digest in todo:
            tries += 1
            try:
                reached = boxes[number].advance(line, digest, wrong_clock(chance)).state
            except UnreachedError:
                reached = ""
            if reached not in {until, "witnessed"}:
                left.append((number, digest))
        todo[:] = left
        if until == "witnessed" and left:
            line.door.ask("GET", "checkpoint")  # the heart beats on, whether or not anything comes through
    return tries


def judge(folder: Path, boxes: list[Outbox], saved: list[tuple[int, str]]) -> dict[str, int]:
    """Compare what the devices saved with what the log holds."""
    found = Tally(entry for entry, _ in read_entries(folder / "ledger") if entry.endswith(b"\n"))
    wanted = {boxes[number].submission(digest).entry for number, digest in saved}
    files = {name for entry in found for name in parse_entry(entry).fields.get("blobs", [])}
    kept = [boxes[number].kept(digest) for number, digest in saved]
    return {
        "records saved": len(saved),
        "in the log": sum(found.values()),
        "lost": len(wanted - found.keys()),
        "more than once": sum(count - 1 for count in found.values()),
        "never saved by a device": len(found.keys() - wanted),
        "files without bytes": sum(not (folder / "ledger" / "blobs" / name).is_file() for name in files),
        "proved to their device to be witnessed": sum(k.state == "witnessed" for k in kept),
        "accused of anything": sum(bool(k.red) for k in kept),
    }


def straight(submissions: int, seed: int, root: Path) -> tuple[dict[str, int], Tally, dict[str, float]]:
    """Run the campaign without a network."""
    chance = random.Random(seed)
    devices = -(-submissions // PER_DEVICE)
    centre = Centre(root / "centre", random.Random(seed + 1))
    centre.create(devices)

    # what a server does with a body that is cut is what it does with any other bytes: they have another digest
    line = Line(centre, chance, centre.ask)
    boxes: list[Outbox] = []
    saved: list[tuple[int, str]] = []
    tries, began = 0, time.monotonic()
    for number in range(devices):
        boxes.append(Outbox(root / "devices" / str(number), disk=RealDisk()))
        count = min(PER_DEVICE, submissions - number * PER_DEVICE)
        made = [record(number * PER_DEVICE + at, device(number), chance) for at in range(count)]
        new = [(number, boxes[number].save(*one)) for one in made]
        saved += new
        tries += send_all(boxes, list(new), line, chance, "received")
        if number % 20 == 19 or number == devices - 1:
            batch = [one for one in saved if one[0] > number - 20]
            tries += send_all(boxes, batch, line, chance, "witnessed")
            print(f"{len(saved):,} of {submissions:,} after {time.monotonic() - began:,.0f} s", flush=True)
    found = judge(centre.folder, boxes, saved)
    centre.book.close()
    verify(centre.folder / "ledger", policy=POLICY.encode())
    for box in boxes:
        box.close()
    met = line.met + Tally({"restarts of the centre": centre.restarts, "heartbeats": centre.beats})
    return found, met, {"seconds": time.monotonic() - began, "tries": tries}


# --- over HTTP, with a server that is killed --------------------------------------------------------


@dataclass
class Server:
    """A real `trucewatch log run`, started again whenever it was killed."""

    folder: Path
    key: Path
    process: subprocess.Popen[str] | None = None
    url: str = ""
    door: HttpDoor | None = None
    kills: int = 0

    def start(self) -> None:
        """Start it, on any free port."""
        run = "from trucewatch.cli import main; main()"
        command = [sys.executable, "-c", run, "log", "run", str(self.folder), "--key", str(self.key), "--port", "0"]
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        assert self.process.stdout is not None
        self.url = self.process.stdout.readline().split("listens on ")[1].split()[0]
        self.process.stdout.close()

    def kill(self) -> None:
        """Kill it and start it again."""
        assert self.process is not None
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()
        self.kills += 1
        if self.door is not None:
            self.door.close()
            self.door = None
        self.start()

    def ask(self, method: str, path: str, body: bytes = b"", *, most_bytes: int = MOST_ANSWER_BYTES) -> Answer:
        """See `courier.Door.ask`."""
        if self.door is None:
            self.door = HttpDoor(self.url)
        return self.door.ask(method, path, body, most_bytes=most_bytes)

    def cut(self, method: str, path: str, body: bytes) -> None:
        """Begin a request that says it is longer than it is, and hang up."""
        where = urlsplit(self.url)
        with suppress(OSError), socket.create_connection((str(where.hostname), where.port or 0), timeout=5) as line:
            head = f"{method} /{path} HTTP/1.1\r\nHost: localhost\r\nContent-Length: {len(body) + 9}\r\n\r\n"
            line.sendall(head.encode() + body)

    def cosign(self) -> None:
        """Have both mirrors cosign what it shows."""
        head = parse_checkpoint(self.ask("GET", "checkpoint", most_bytes=131_072).body)
        lines = b"".join(cosign(head, key, int(time.time())) for key in MIRRORS.values())
        self.ask("POST", "cosignatures", sign(head.text.encode(), CENTRE) + lines)


@contextmanager
def running(root: Path, devices: int) -> Iterator[Server]:
    authors = [str(verifier_key(device(number))) for number in range(devices)]
    Book.create(root / "centre", CENTRE, {"policy": POLICY, "authors": authors, "heartbeat_s": 1}).close()
    write_key(root / "log.key", CENTRE)
    server = Server(root / "centre", root / "log.key")
    server.start()
    try:
        yield server
    finally:
        assert server.process is not None
        server.process.terminate()
        server.process.wait(timeout=60)
        if server.door is not None:
            server.door.close()


def by_http(submissions: int, seed: int, root: Path, per_kill: int) -> tuple[dict[str, int], Tally, dict[str, float]]:
    """Run the smaller campaign through a real server that is killed every so many requests."""
    chance, devices, began, tries = random.Random(seed), -(-submissions // PER_DEVICE), time.monotonic(), 0
    with running(root, devices) as server:

        class Killing:
            asked = 0

            def ask(self, method: str, path: str, body: bytes = b"", *, most_bytes: int = MOST_ANSWER_BYTES) -> Answer:
                Killing.asked += 1
                if Killing.asked % per_kill == 0:
                    server.kill()
                if Killing.asked % 50 == 0:
                    server.cosign()
                return server.ask(method, path, body, most_bytes=most_bytes)

        line = Line(Killing(), chance, server.cut)
        boxes = [Outbox(root / "devices" / str(number), disk=RealDisk()) for number in range(devices)]
        saved: list[tuple[int, str]] = []
        for number in range(devices):
            count = min(PER_DEVICE, submissions - number * PER_DEVICE)
            made = [record(number * PER_DEVICE + at, device(number), chance) for at in range(count)]
            saved += [(number, boxes[number].save(*one)) for one in made]
        tries += send_all(boxes, list(saved), line, chance, "received")
        tries += send_all(boxes, list(saved), line, chance, "witnessed")
    found = judge(root / "centre", boxes, saved)
    verify(root / "centre" / "ledger")
    for box in boxes:
        box.close()
    return found, line.met + Tally({"kills of the server": server.kills}), {
        "seconds": time.monotonic() - began, "tries": tries,
    }  # fmt: skip


# --- controls that must fail ------------------------------------------------------------------------


def careless(submissions: int, seed: int, root: Path, *, rewrites: bool) -> dict[str, int]:
    """Hand in by a device that writes a record anew for each try, or that deletes it once sent, answer or not."""
    chance = random.Random(seed)
    centre = Centre(root / "centre", random.Random(seed + 1))
    centre.create(1)
    line = Line(centre, chance, centre.ask)
    for number in range(submissions):
        answered, tries = False, 0
        while not answered:
            tries += 1
            salts = random.Random(number * 1000 + tries * rewrites)
            fields = {"type": "observation", "v": "2", "reader": "canonical", "number": number}
            made = written(fields, {"00:text": "x"}, (), device(0), lambda n, s=salts: s.randbytes(SALT_BYTES * n))
            try:
                answered = line.ask("POST", "submissions", made.wire).status == 200
            except UnreachedError:
                answered = not rewrites
    centre.beat(witnessed=True)
    entries = [e for e, _ in read_entries(centre.folder / "ledger") if e.endswith(b"\n")]
    numbers = Tally(parse_entry(entry).fields["number"] for entry in entries)
    centre.book.close()
    return {"lost": submissions - len(numbers), "more than once": sum(count - 1 for count in numbers.values())}


def machine() -> str:
    cpu = next(
        (line.split(":")[1].strip() for line in Path("/proc/cpuinfo").read_text().splitlines() if "model name" in line),
        "?",
    )
    load = Path("/proc/loadavg").read_text().split()[0]
    return f"Python {sys.version.split()[0]}, {cpu}, load {load}"


def table(title: str, found: dict[str, int], met: Tally, cost: dict[str, float]) -> str:
    lines = [f"## {title}", "", "| what was found | count |", "|---|---|"]
    lines += [f"| {name} | {count:,} |" for name, count in found.items()]
    lines += ["", "| what the line and the centre did | times |", "|---|---|"]
    lines += [f"| {name} | {count:,} |" for name, count in sorted(met.items())]
    lines += ["", f"{cost['tries']:,.0f} tries in {cost['seconds']:,.0f} s.", ""]
    return "\n".join(lines)


def main() -> int:
    """Run both campaigns and the controls; exit 1 where anything is lost or stands twice."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--submissions", type=int, default=100_000)
    parser.add_argument("--http", type=int, default=2_000)
    parser.add_argument("--per-kill", type=int, default=400)
    parser.add_argument("--controls", type=int, default=1_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--write", type=Path, help="a page for the figures")
    options = parser.parse_args()
    memory = Path("/dev/shm")
    root = Path(tempfile.mkdtemp(prefix="outbox-", dir=memory if memory.is_dir() else None))
    pages, bad = [], 0
    try:
        for title, run in (
            ("Without a network", lambda at: straight(options.submissions, options.seed, at)),
            ("Over HTTP, the server killed", lambda at: by_http(options.http, options.seed, at, options.per_kill)),
        ):
            place = root / str(len(pages))
            place.mkdir()
            found, met, cost = run(place)
            pages.append(table(title, found, met, cost))
            print(pages[-1], flush=True)
            bad += sum(count for name, count in found.items() if not name.startswith(("records", "in the", "proved")))
            bad += abs(found["records saved"] - found["proved to their device to be witnessed"])
        rewriting = careless(options.controls, options.seed, root / "rewriting", rewrites=True)
        deleting = careless(options.controls, options.seed, root / "deleting", rewrites=False)
        pages.append(
            f"## Controls, which must fail\n\nOf {options.controls:,} records each: a device that writes a record anew "
            f"for each try puts {rewriting['more than once']:,} into the log more than once; one that deletes it "
            f"once it was sent loses {deleting['lost']:,}.\n"
        )
        print(pages[-1])
        bad += (rewriting["more than once"] == 0) + (deleting["lost"] == 0)
    finally:
        shutil.rmtree(root)
    if options.write:
        chances = ", ".join(f"{name} {share:.0%}" for name, share in FAULTS.items())
        head = f"# Exactly once: the outbox\n\n{machine()}, seed {options.seed}. Chances of each request: {chances}.\n"
        options.write.write_text("\n".join([head, *pages]))
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
