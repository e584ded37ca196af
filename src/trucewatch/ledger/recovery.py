"""What a centre does when it opens its folder: bring the database to where the signed log is, and find what waits.

The checkpoint on the disk is the truth. What the log has and the database lacks is added to it; what waits in files and
not in the database was never acknowledged, or the database was lost: it waits again, in its order.
"""

import hashlib
from collections.abc import Callable, Iterator

from trucewatch.ledger.database import Database, Received, Sequenced
from trucewatch.ledger.growth import edge_at
from trucewatch.ledger.heartbeat import Tree
from trucewatch.ledger.premises import Premises
from trucewatch.ledger.submission import Submission, blobs_of, fields_of

OWN = frozenset({"charter", "beat"})  # types of entries that only the book itself writes, and nobody hands in


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
    for position, entry, disclosures in premises.entries(first, size):
        fields = fields_of(entry)
        if fields["type"] not in OWN:
            yield sequenced(position, Submission(entry=entry, disclosures=disclosures), blobs_of(fields))


def sequenced(position: int, submission: Submission, blobs: tuple[str, ...]) -> Sequenced:
    """Return the row of a submission that is in the log at that index."""
    return Sequenced(
        position=position,
        digest=bytes.fromhex(submission.digest),
        entry=hashlib.sha256(submission.entry).digest(),
        blobs=tuple(map(bytes.fromhex, blobs)),
    )


def find_waiting(premises: Premises, database: Database, admit: Callable[[Submission], object]) -> int:
    """Give every submission that lies in a file and that nothing is known of its row; return the next free number.

    `admit` raises ValueError for a submission that may not be received.
    """
    rows = database.received()
    known = {row.file for row in rows}
    free = max((row.arrival for row in rows), default=0) + 1
    for number, name in premises.waiting():
        if name in known:
            continue
        for digest, submission in premises.kept(name).items():
            entry = hashlib.sha256(submission.entry).digest()
            if database.has_entry(entry):
                continue
            admit(submission)
            free = max(free, number)
            database.receive([Received(arrival=free, digest=digest, entry=entry, file=name)])
            known.add(name)
            free += 1
        if name not in known:  # all of it is in the log, or waits in another file
            premises.remove([f"received/{name}"])
    return free
