"""What a centre and two mirrors do, run once on the simulated medium, with every promise noted as it is made.

A promise is (kind, ...):

    ("begun", at)                  no promise: the device begins to send its submission of that number
    ("received", digest)           `Book.receive` returned, the device may forget its copy
    ("blob", sha256)               `Book.put_blob` returned
    ("left", size, root)           `Book.beat` returned: this checkpoint may be in anybody's hands
    ("seen", size, root)           the checkpoint's file could be read in the folder, flushed or not
    ("cosigned", mirror, size, root)  a mirror's cosignature left it: it has every entry and file of the tree
    ("witnessed", size)            `Book.accept` brought the quorum together
"""

import random
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

from faults.medium import KilledError, Medium
from faults.people import LOG, MIRRORS, Sent, charter, observation, policy
from faults.simulated import SimulatedDisk
from trucewatch.ledger.book import Book
from trucewatch.ledger.disk import Disk
from trucewatch.ledger.mirror import follow
from trucewatch.ledger.verify import parse_checkpoint

CENTRE, MIRROR = Path("/centre"), {name: Path(f"/{name}/log") for name in MIRRORS}
START = datetime(2026, 11, 22, tzinfo=UTC)
TEN_YEARS_S = 10 * 365 * 86_400

OpenDisk = Callable[[Medium], SimulatedDisk]


class DiskSource:
    """The centre's log as a mirror sees it in a folder."""

    def __init__(self, disk: Disk, folder: Path) -> None:
        self._disk, self._folder = disk, folder

    def fetch(self, path: str, most: int) -> bytes:
        """Return a file of the log."""
        data = self._disk.read(self._folder / path)
        assert len(data) <= most
        return data


@dataclass(slots=True)
class Run:
    """A run so far: the medium with its journal, all that was ever sent, the number of the next observation."""

    medium: Medium
    chance: random.Random
    sent: list[Sent] = field(default_factory=list)
    number: int = 0
    now: datetime = START
    open_disk: OpenDisk = SimulatedDisk
    weaken: Callable[[Book], None] = lambda _: None
    kills: int = 0

    def __post_init__(self) -> None:
        self.medium.renamed = self._see

    def _see(self, path: str, data: bytes) -> None:
        if path == str(CENTRE / "ledger" / "checkpoint"):
            head = parse_checkpoint(data)
            self.medium.mark(("seen", head.size, head.root))

    def tick(self) -> datetime:
        """Let a minute pass on a clock that is sometimes ten years off."""
        self.now += timedelta(seconds=60)
        return self.now + timedelta(seconds=self.chance.choice((0, 0, 0, 0, TEN_YEARS_S, -TEN_YEARS_S)))


def receive(book: Book, at: int, run: Run) -> None:
    """Send one submission with its files, as an outbox does."""
    sent = run.sent[at]
    run.medium.mark(("begun", at))
    for blob in sent.blobs:
        run.medium.mark(("blob", book.put_blob(blob)))
    run.medium.mark(("received", book.receive(sent.submission)))


def beat(book: Book, run: Run) -> None:
    """Let the heart beat."""
    left = book.beat(run.tick())
    run.medium.mark(("left", left.size, left.root))


def witness(book: Book | None, name: str, disk: SimulatedDisk, run: Run) -> None:
    """Let a mirror follow the centre's folder and cosign, and bring the cosignatures back if the centre is there."""
    source = DiskSource(disk, CENTRE / "ledger")
    head = follow(
        source, MIRROR[name], policy(), MIRRORS[name], lambda: int(run.tick().timestamp()), disk=disk
    ).checkpoint
    run.medium.mark(("cosigned", name, head.size, head.root))
    if book is not None:
        book.accept(disk.read(MIRROR[name] / "checkpoint"))
        if book.status().witnessed >= head.size:
            run.medium.mark(("witnessed", head.size))


def made(book: Book, disk: SimulatedDisk, run: Run) -> None:
    """Do one thing that happens in a centre."""
    what = run.chance.random()
    if what < 0.55:
        run.sent.append(observation(run.number, run.chance))
        run.number += 1
        receive(book, len(run.sent) - 1, run)
    elif what < 0.62 and run.sent:
        receive(book, run.chance.randrange(len(run.sent)), run)
    elif what < 0.68:
        run.medium.mark(("received", book.say({"type": "case", "v": "1", "number": run.number}, {"note": "shown"})))
        run.number += 1
    elif what < 0.84:
        beat(book, run)
    else:
        witness(book, run.chance.choice("ab"), disk, run)


def work(run: Run, steps: int, kills: float = 0.0) -> None:
    """Let the centre start on the medium and do so many things; its process is killed now and then and starts anew."""
    disk = run.open_disk(run.medium)
    book = start(run, disk)
    for _ in range(steps):
        if run.chance.random() < kills:
            disk.die_at(run.chance.randrange(40))
        try:
            made(book, disk, run)
        except (KilledError, Exception):  # SQLite turns what it does not know into an error of its own
            if disk.alive:
                raise
            run.kills += 1
            disk, book = _anew(run, book)
            if run.sent:
                receive(book, len(run.sent) - 1, run)  # its device was told nothing and sends it again
        run.medium.before = lambda _: None
    disk.die()
    with suppress(Exception):
        book.close()


def _anew(run: Run, dead: Book) -> tuple[SimulatedDisk, Book]:
    run.medium.before = lambda _: None
    with suppress(Exception):
        dead.close()
    disk = run.open_disk(run.medium)
    return disk, start(run, disk)


def start(run: Run, disk: SimulatedDisk) -> Book:
    """Open the centre's book, or make it if there is none yet."""
    if disk.exists(CENTRE / "ledger" / "checkpoint"):
        book = Book.open(CENTRE, LOG, disk=disk)
    else:
        book = Book.create(CENTRE, LOG, charter(), disk=disk)
    run.medium.mark(("created",))
    run.weaken(book)
    return book
