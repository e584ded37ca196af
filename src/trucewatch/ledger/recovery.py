"""What a centre does when it opens its folder: bring the database to where the signed log is, and find what waits.

The checkpoint on the disk is the truth. What the log has and the database lacks is added to it; what waits in files and
not in the database was never acknowledged, or the database was lost: it waits again, in its order.
"""

from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

from trucewatch.ledger.database import Database, Received, Sequenced
from trucewatch.ledger.disk import Disk, RealDisk
from trucewatch.ledger.growth import edge_at, read_bundle
from trucewatch.ledger.heartbeat import Tree
from trucewatch.ledger.law import OWN
from trucewatch.ledger.premises import CHECKPOINT, SIGNED, Premises
from trucewatch.ledger.submission import Read, Submission, blobs_of, fields_of, said_digest
from trucewatch.ledger.verify import TILE_WIDTH, Checkpoint, VerifierKey, check_signature, parse_checkpoint


def check_not_ahead(database: Database, size: int) -> None:
    """Raise ValueError where the database knows of more entries than the log has: an old copy of it was put back."""
    known, _ = database.tree()
    if known > size:
        raise ValueError(
            f"the database knows {known} entries and the log has {size}: an old copy of the log was put back; "
            "signing on would fork it. Bring the log back from a mirror"
        )


def catch_up(premises: Premises, database: Database, tree: Tree) -> None:
    """Bring the database to the tree; ValueError where it is of another one: signing on would fork that."""
    size, root = database.tree()
    if size and edge_at(premises.read_log, size, tree.edge.size).root != root:
        raise ValueError("the log is not the one that the database knows: bring it back from a mirror")
    if size < tree.edge.size:
        database.sequence(_sequenced(premises, size, tree.edge.size), tree.edge.size, tree.root)


def _sequenced(premises: Premises, first: int, size: int) -> Iterator[Sequenced]:
    touched = {int(name) for name in premises.names("erased")}
    for position, entry, disclosures in premises.entries(first, size):
        fields = fields_of(entry)
        if fields["type"] not in OWN:
            found = sequenced(position, Submission(entry=entry, disclosures=disclosures), fields)
            former = premises.digest_of_erased(position) if position in touched else None
            yield replace(found, digest=bytes.fromhex(former)) if former else found


def sequenced(position: int, submission: Submission, fields: Mapping[str, Any]) -> Sequenced:
    """Return the row of a submission with these fields that is in the log at that index."""
    return Sequenced(
        position=position,
        digest=bytes.fromhex(submission.digest),
        entry=said_digest(submission.entry),
        blobs=tuple(map(bytes.fromhex, blobs_of(fields))),
        act=act_of(submission, fields),
    )


def act_of(submission: Submission, fields: Mapping[str, Any]) -> bytes | None:
    """Return the entry of a submission if it is an act."""
    return submission.entry if fields["type"] == "act" else None


def find_waiting(premises: Premises, database: Database, admit: Callable[[Submission], Read]) -> int:
    """Give every submission that lies in a file and that nothing is known of its row; return the next free number.

    `admit` raises ValueError for a submission that may not be received.
    """
    rows = database.received()
    known = {row.file for row in rows}
    free = max((row.arrival for row in rows), default=0) + 1
    for number, name in premises.waiting():
        if name in known:
            continue
        for submission in premises.kept(name).values():
            if database.has_entry(said_digest(submission.entry)):
                continue
            fields = _admitted(admit, submission, name)
            free = max(free, number)
            database.receive([received(free, submission, fields, name)])
            known.add(name)
            free += 1
        if name not in known:  # all of it is in the log, or waits in another file
            premises.remove([f"received/{name}"])
    return free


def _admitted(admit: Callable[[Submission], Read], submission: Submission, name: str) -> Mapping[str, Any]:
    try:
        return admit(submission).fields
    except ValueError as error:
        raise ValueError(
            f"received/{name}: {error}. Nobody was told that it is safe, or the database was lost: move the file "
            "elsewhere, keep it, and ask its sender to hand it in again"
        ) from None


def received(arrival: int, submission: Submission, fields: Mapping[str, Any], file: str) -> Received:
    """Return the row of a submission with these fields that waits in a file."""
    return Received(
        arrival=arrival,
        digest=bytes.fromhex(submission.digest),
        entry=said_digest(submission.entry),
        file=file,
        act=act_of(submission, fields),
    )


@contextmanager
def held(folder: Path, disk: Disk | None, *, new: bool = False) -> Iterator[tuple[Premises, Callable[[], None]]]:
    """Hold a centre's folder and settle it; on an error it is released, else by whoever got the release.

    Raises ValueError where there is no log in it, and it is not to be new; BlockingIOError where another process has
    it.
    """
    premises = Premises(folder, RealDisk() if disk is None else disk)
    if not new:
        check_log(premises)  # before a folder is made just to be held
    with ExitStack() as stack:
        stack.callback(premises.disk.hold(folder / "lock"))
        premises.disk.settle(folder)
        later = stack.pop_all()  # closed once, whoever comes first
        try:
            yield premises, later.close
        except BaseException:
            later.close()
            raise


def check_log(premises: Premises) -> None:
    """Raise ValueError where the folder has no log."""
    if not premises.has(CHECKPOINT):
        raise ValueError(f"{premises.path}: there is no log in this folder; create one")


def signed_head(premises: Premises, key: VerifierKey) -> Checkpoint:
    """Return the checkpoint on the disk; ValueError where there is none, or not by this key."""
    check_log(premises)
    return _head(premises, CHECKPOINT, key)


def newest(premises: Premises, head: Checkpoint, key: VerifierKey) -> Checkpoint:
    """Return the checkpoint of the log's folder, or the one that was signed and has not come there yet."""
    signed = _head(premises, SIGNED, key) if premises.has(SIGNED) else head
    return max(head, signed, key=lambda checkpoint: checkpoint.size)


def _head(premises: Premises, name: str, key: VerifierKey) -> Checkpoint:
    head = parse_checkpoint(premises.read(name))
    check_signature(head, key)
    return head


def last_beat(premises: Premises, size: int) -> datetime | None:
    """Return the time of the last heartbeat in a log of that size; None where there has been none."""
    last = fields_of(read_bundle(premises.read_log, (size - 1) // TILE_WIDTH, size)[-1])
    return datetime.fromisoformat(last["time"]) if last["type"] == "beat" else None
