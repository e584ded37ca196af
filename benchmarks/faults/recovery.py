"""After a cut: the centre and the mirrors start again, what they promised is looked for, and they go on."""

import random
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass

from faults.medium import Medium, Replay
from faults.people import LOG, MIRRORS, charter, policy
from faults.promises import (
    Promises,
    Scratch,
    accepted,
    blobs_kept,
    entries_of,
    mirror_kept,
    once,
    submissions_kept,
    trees_kept,
)
from faults.simulated import SimulatedDisk
from faults.workload import CENTRE, MIRROR, Run, beat, receive, witness
from trucewatch.ledger.book import Book
from trucewatch.ledger.mirror import Mirror

LEDGER = CENTRE / "ledger"
SHOWN = frozenset({"left", "cosigned"})
SEEN = frozenset({"seen"})
KEPT, DONE = frozenset({"received", "sequenced", "witnessed"}), frozenset({"sequenced", "witnessed"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Cut:
    """One cut: of which run, before which act, with which chances, sparing which machine."""

    seed: str
    at: int
    spared: str = ""

    @property
    def chance(self) -> random.Random:
        """The chances of what is left."""
        return random.Random(f"{self.seed} {self.at}")


def cut_of(replay: Replay, cut: Cut) -> Medium:
    """Return what is left."""
    replay.forward(cut.at)
    return replay.cut(cut.chance, cut.spared)


def recovered(run: Run, promises: Promises, scratch: Scratch, *, mirrors: bool = True) -> Iterator[str]:
    """Start centre and mirrors on what is left, and yield a line for each promise that is broken, now or later.

    After the first look the devices send again what they were told nothing of, and the heart beats; then they send
    everything again, as if they had lost what they were told. With `mirrors` both follow then and bring their
    cosignatures, and `verify` is asked once more.
    """
    disk = run.open_disk(run.medium)
    book = None
    try:
        book = _opened(disk, promises)
        yield from _as_found(book, disk, promises, scratch)
        yield from _going_on(book, disk, run, promises)
        if mirrors:
            yield from _witnessed(book, disk, run, promises, scratch)
    except Exception as error:  # noqa: BLE001 - whatever it is, it is a centre or a mirror that does not go on
        yield f"{'cannot open' if book is None else 'cannot go on'}: {type(error).__name__}: {error}"
    finally:
        disk.die()
        with suppress(Exception):
            if book is not None:
                book.close()


def _opened(disk: SimulatedDisk, promises: Promises) -> Book:
    try:
        return Book.open(CENTRE, LOG, disk=disk)
    except (ValueError, OSError):
        if any(promise[0] == "created" for promise in promises):
            raise
        return Book.create(CENTRE, LOG, charter(), disk=disk)


def _as_found(book: Book, disk: SimulatedDisk, promises: Promises, scratch: Scratch) -> Iterator[str]:
    entries = entries_of(disk, LEDGER)
    yield from submissions_kept(book, promises, KEPT)
    yield from blobs_kept(disk, CENTRE, promises)
    yield from trees_kept(entries, promises, SHOWN)
    yield from trees_kept(entries, promises, SEEN)
    yield from accepted(scratch, disk, LEDGER)
    for name, log in MIRROR.items():
        if disk.names(log) or any(promise[:2] == ("cosigned", name) for promise in promises):
            with Mirror(log, policy(), MIRRORS[name], disk=disk):
                pass
            yield from mirror_kept(scratch, disk, name, log, promises)


def _going_on(book: Book, disk: SimulatedDisk, run: Run, promises: Promises) -> Iterator[str]:
    begun = list(dict.fromkeys(promise[1] for promise in promises if promise[0] == "begun"))
    told = {promise[1] for promise in promises if promise[0] == "received"}
    yield from once(entries_of(disk, LEDGER), run.sent, 0)
    run.chance.shuffle(begun)
    for at in begun:
        if run.sent[at].submission.digest not in told:  # the others may have been forgotten where they came from
            receive(book, at, run)
    beat(book, run)
    for at in begun:
        receive(book, at, run)
    if book.status().received:
        yield "not once: what is in the log waits again"
    entries = entries_of(disk, LEDGER)
    yield from once(entries, [run.sent[at] for at in begun], 1)
    yield from submissions_kept(book, promises, DONE)
    yield from blobs_kept(disk, CENTRE, promises)
    yield from trees_kept(entries, promises, SHOWN)


def _witnessed(book: Book, disk: SimulatedDisk, run: Run, promises: Promises, scratch: Scratch) -> Iterator[str]:
    for name, log in MIRROR.items():
        witness(book, name, disk, run)
        yield from mirror_kept(scratch, disk, name, log, promises)
    yield from accepted(scratch, disk, LEDGER, by_policy=True)
    if book.status().witnessed != book.status().size:
        yield "not witnessed: both mirrors cosigned, and the centre does not say so"


def recut(run: Run, promises: Promises, cut: Cut, scratch: Scratch) -> Sequence[str]:
    """Cut the power a second time, while the centre and the mirrors recovered from the first; return what is broken."""
    replay = Replay(run.medium)
    again = Cut(seed=f"{cut.seed} again", at=cut.chance.randrange(len(run.medium.journal) + 1), spared=cut.spared)
    left = cut_of(replay, again)
    second = Run(medium=left, chance=again.chance, sent=run.sent, now=run.now)
    return list(recovered(second, [*promises, *replay.promised], scratch))
