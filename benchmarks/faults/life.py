"""A centre and its mirrors in one real folder, where processes are killed or refused, and looked at after."""

import os
import pickle
import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from faults.people import LOG, MIRRORS, Sent, observation, policy
from faults.promises import Scratch, accepted, blobs_kept, entries_of, mirror_kept, once, submissions_kept, trees_kept
from faults.recovery import DONE, KEPT, SEEN, SHOWN
from faults.workload import START
from trucewatch.ledger.book import Book
from trucewatch.ledger.disk import RealDisk
from trucewatch.ledger.mirror import follow
from trucewatch.ledger.sources import FolderSource

Say = Callable[..., None]


def at_start() -> int:
    """Return the time on the mirrors' clocks, seconds since 1970."""
    return int(START.timestamp())


@dataclass(slots=True)
class Life:
    """One folder with a centre and a mirror, and all that was promised in it."""

    seed: str
    folder: Path
    open_disk: Callable[[], RealDisk] = RealDisk
    promises: list[tuple[Any, ...]] = field(default_factory=list)
    sent: list[Sent] = field(default_factory=list)

    @property
    def centre(self) -> Path:
        """The centre's folder."""
        return self.folder / "centre"

    def log(self, name: str) -> Path:
        """Return the folder of a mirror's copy."""
        return self.folder / name / "log"

    def begun(self, number: int) -> Sent:
        """Return what the device sends under that number: known to both sides of the pipe."""
        return observation(number, random.Random(f"{self.seed} {number}"))


def forked(work: Callable[[Say], None]) -> tuple[int, int]:
    """Start a process that does this; return its id and the pipe on which it speaks."""
    hears, speaks = os.pipe()
    child = os.fork()
    if child:
        os.close(speaks)
        return child, hears
    os.close(hears)

    def say(*what: Any) -> None:
        data = pickle.dumps(what)
        os.write(speaks, len(data).to_bytes(4, "big") + data)

    try:
        work(say)
    except BaseException as error:  # noqa: BLE001 - told to the parent, which counts it
        say("failed", f"{type(error).__name__}: {error}")
    finally:
        os._exit(1)


def heard(pipe: int) -> Iterator[tuple[Any, ...]]:
    """Yield what a process said before it was killed; a word cut short was not said.

    All of it fits into the pipe, 64 KiB, so nobody waits for it to be read.
    """
    with os.fdopen(pipe, "rb") as words:
        while len(head := words.read(4)) == 4:
            data = words.read(int.from_bytes(head, "big"))
            if len(data) == int.from_bytes(head, "big"):
                yield pickle.loads(data)


def as_found(life: Life, scratch: Scratch, *, thorough: bool) -> Iterator[str]:
    """Open what is there and yield a line for each promise that is broken; then send again what was not acknowledged.

    With `thorough`, the heart beats, both mirrors follow to the end and `verify` is asked under the policy.
    """
    disk = life.open_disk()
    book = Book.open(life.centre, LOG, disk=disk)
    try:
        ledger = life.centre / "ledger"
        entries = entries_of(disk, ledger)
        yield from submissions_kept(book, life.promises, KEPT)
        yield from blobs_kept(disk, life.centre, life.promises)
        yield from trees_kept(entries, life.promises, SHOWN | SEEN)
        yield from once(entries, life.sent, 0)
        told = {promise[1] for promise in life.promises if promise[0] == "received"}
        for sent in life.sent:
            if sent.submission.digest not in told:
                send(life, book, sent)
        if thorough:
            yield from _to_the_end(life, book, disk, scratch)
    finally:
        book.close()


def send(life: Life, book: Book, sent: Sent) -> None:
    """Send a submission with its files."""
    for blob in sent.blobs:
        life.promises.append(("blob", book.put_blob(blob)))
    life.promises.append(("received", book.receive(sent.submission)))


def _to_the_end(life: Life, book: Book, disk: RealDisk, scratch: Scratch) -> Iterator[str]:
    ledger = life.centre / "ledger"
    book.beat(START)
    for sent in life.sent:
        send(life, book, sent)
    if book.status().received:
        yield "not once: what is in the log waits again"
    yield from once(entries_of(disk, ledger), life.sent, 1)
    yield from submissions_kept(book, life.promises, DONE)
    for name in MIRRORS:
        follow(FolderSource(ledger), life.log(name), policy(), MIRRORS[name], at_start, disk=disk)
        yield from mirror_kept(scratch, disk, name, life.log(name), life.promises)
        book.accept(disk.read(life.log(name) / "checkpoint"))
    yield from accepted(scratch, disk, ledger, by_policy=True)
