"""A disk that refuses: full, failing or read-only from one effect on, for some time; what was promised stays."""

import errno
import random
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass

from faults.campaign import no_chance_but_this
from faults.medium import Medium, Replay
from faults.promises import Scratch
from faults.recovery import Cut, cut_of, recovered
from faults.simulated import SimulatedDisk
from faults.workload import OpenDisk, Run, made, start
from trucewatch.ledger.book import Book


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusal:
    """What the disk answers, and to which acts of `Medium`."""

    name: str
    code: int
    acts: frozenset[str]


FULL = Refusal(name="disk full", code=errno.ENOSPC, acts=frozenset({"make", "put", "rename"}))
FAILING = Refusal(name="fsync fails", code=errno.EIO, acts=frozenset({"flush file", "flush folder"}))
READ_ONLY = Refusal(
    name="read-only", code=errno.EROFS, acts=frozenset({"make", "put", "rename", "unlink", "flush file"})
)


class TriesAgain(SimulatedDisk):
    """A control: where fsync fails it is tried again, and believed."""

    def _fsync(self, handle: int) -> None:
        while True:
            try:
                self.medium.fsync(handle)
            except OSError:
                continue
            return


class Refusing:
    """Counts the acts of its kind on a medium, and refuses some of them."""

    def __init__(self, refusal: Refusal, first: int, lasts: int) -> None:
        self.refusal, self.first, self.last = refusal, first, first + lasts
        self.seen = self.refused = 0

    def __call__(self, act: str) -> None:
        """Answer to one act."""
        if act not in self.refusal.acts:
            return
        self.seen += 1
        if self.first < self.seen <= self.last:
            self.refused += 1
            raise OSError(self.refusal.code, "refused, as it was told to")


def persevere(run: Run, steps: int) -> list[str]:
    """Do so many things, whatever the disk answers; a centre that says that it has to be opened anew is.

    Returns a line for every error that is not one of the disk's: those are what an operator may see.
    """
    strange: list[str] = []
    disk: SimulatedDisk | None = None
    book: Book | None = None
    for _ in range(steps):
        try:
            if disk is None or book is None:
                disk = run.open_disk(run.medium)
                book = start(run, disk)
            made(book, disk, run)
        except OSError:
            if run.chance.random() < 0.5 or (book is not None and _is_closed(book)):
                _let_go(disk, book)
                disk = book = None
        except ValueError as error:
            strange.append(f"strange: {type(error).__name__}: {error}")
            _let_go(disk, book)
            disk = book = None
    _let_go(disk, book)
    return strange


def _is_closed(book: Book) -> bool:
    try:
        book.status()
    except OSError:
        return True
    return False


def _let_go(disk: SimulatedDisk | None, book: Book | None) -> None:
    if disk is not None:
        disk.die()
    with suppress(Exception):
        if book is not None:
            book.close()


def refused_at(
    seed: str, refusal: Refusal, first: int, lasts: int, scratch: Scratch, open_disk: OpenDisk = SimulatedDisk
) -> tuple[int, int, list[str]]:
    """Do a run whose disk refuses for a while, cut its power at the end, and look for every promise.

    Returns how many acts were refused, how many promises were made, and a line for each that is broken.
    """
    medium = Medium()
    refusing = Refusing(refusal, first, lasts)
    medium.before = refusing
    run = Run(medium=medium, chance=random.Random(seed), open_disk=open_disk)
    with no_chance_but_this(random.Random(f"salts {seed}")):
        broken = persevere(run, 14)
        medium.before = lambda _: None
        replay = Replay(medium)
        cut = Cut(seed=f"{seed} {refusal.name} {first}", at=len(medium.journal))
        after = Run(medium=cut_of(replay, cut), chance=cut.chance, sent=run.sent, number=run.number, now=run.now)
        broken += recovered(after, replay.promised, scratch, mirrors=first % 10 == 0)
    return refusing.refused, len(replay.promised), broken


def acts_of(seed: str, refusal: Refusal) -> int:
    """Return how many acts of that kind the run of a seed has when nothing is refused."""
    medium = Medium()
    counting = Refusing(refusal, 0, 0)
    medium.before = counting
    with no_chance_but_this(random.Random(f"salts {seed}")):
        persevere(Run(medium=medium, chance=random.Random(seed)), 14)
    return counting.seen


def at_every_act(
    seed: str, refusal: Refusal, scratch: Scratch, every: int = 1, open_disk: OpenDisk = SimulatedDisk
) -> Iterator[tuple[int, int, list[str]]]:
    """Do the run of a seed again and again, refused first at each of its acts, for one act or for many."""
    for first in range(0, acts_of(seed, refusal), every):
        yield refused_at(
            seed, refusal, first, random.Random(f"{seed} {first}").choice((1, 1, 3, 20)), scratch, open_disk
        )
