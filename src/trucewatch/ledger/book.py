"""The centre's live log: what comes in is kept, put in order, signed at every heartbeat, and its standing told.

One process has it. The order of writing is what makes it safe (docs/ledger.md, section 4): a submission is a file
before it is a row, a tree lies on the disk and was read back before it is signed, a signed checkpoint is on the disk
before anything is removed. After a cut at any moment `Book.open` goes on from the last checkpoint that is on the disk:
it is the truth, the database is a cache.

A checkpoint that can be read is one that no cut takes back, in the folder too: it lies in `signed` for good before it
has its name in the log. A renamed file can be read before it is flushed, and a mirror that had cosigned it would have
caught an honest centre forking.
"""

import itertools
import os
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from threading import RLock
from typing import Any, Self

from trucewatch.ledger import law, recovery
from trucewatch.ledger.charter import Charter, chartered, read_charter
from trucewatch.ledger.commitments import commit, pepper
from trucewatch.ledger.cosigned import Cosigned
from trucewatch.ledger.database import Database, DatabaseError, DatabaseFullError, Line
from trucewatch.ledger.disk import Disk
from trucewatch.ledger.encoding import encode
from trucewatch.ledger.growth import Edge, edge_at, read_bundle
from trucewatch.ledger.heartbeat import Tree, lay, no_longer_there, read_tree, with_shown
from trucewatch.ledger.intake import MOST_BLOB_BYTES, Intake
from trucewatch.ledger.law import Law
from trucewatch.ledger.note import Key, sign, verifier_key
from trucewatch.ledger.premises import CHECKPOINT, POLICY, SIGNED, WITNESSED, Premises
from trucewatch.ledger.staff import Member
from trucewatch.ledger.submission import Submission, blobs_of, fields_of
from trucewatch.ledger.tlog import checkpoint as checkpoint_text
from trucewatch.ledger.verify import (
    SALT_BYTES,
    TILE_WIDTH,
    Checkpoint,
    Cosignature,
    check_signature,
    is_rehearsal,
    parse_checkpoint,
    verify,
)
from trucewatch.spacetime import stamp

__all__ = ["MOST_BLOB_BYTES", "Book", "Standing", "Status", "Submission", "UnknownError", "rebuild"]

RECEIVED, SEQUENCED, WITNESSED_STATE = "received", "sequenced", "witnessed"
_DIGEST = re.compile(r"[0-9a-f]{64}")


class UnknownError(ValueError):
    """No submission of that digest was received."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """How far a submission has come: received, sequenced or witnessed; its entry's index; whose cosignatures hold it.

    Witnessed: one checkpoint that holds the entry has the policy's quorum. `by` names everybody who cosigned any
    checkpoint that holds it, quorum or not, in the policy's order.
    """

    state: str
    index: int | None = None
    by: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Status:
    """The whole log at a glance: how many entries are signed, wait, are under a quorum; the last beat's time."""

    size: int
    received: int
    witnessed: int
    last_beat: datetime | None
    heartbeat_s: int


class Book:
    """The live log in a centre's folder; `create` or `open` it, and `close` it.

    Safe to use from several threads: one works, the others wait. Where the disk fails between signing and tidying up,
    every further call raises OSError: close it and open it anew, with what really lies on the disk.
    """

    def __init__(self, premises: Premises, key: Key, *, new: bool = False) -> None:
        """Use `create` or `open`: they hold the folder, which this one releases when it is closed."""
        self._premises = premises
        self._key = key
        self._alone = RLock()
        self._trouble = ""
        self._release: Callable[[], None] = lambda: None
        self._head = recovery.signed_head(premises, verifier_key(key))
        self._database = Database(premises.path / "centre.db", premises.disk.vfs, str(verifier_key(key)), new=new)
        try:
            self._go_on()
        except BaseException:
            self._database.close()
            raise

    def _go_on(self) -> None:
        premises = self._premises
        recovery.check_not_ahead(self._database, self._head.size)  # before anything beyond the checkpoint is removed
        shown, self._head = self._head, recovery.newest(premises, self._head, verifier_key(self._key))
        size = self._head.size
        premises.tidy_tree(size)
        self._tree = read_tree(premises, self._head)
        if self._head is not shown:  # a heartbeat was cut short when it had signed: it may have been seen
            premises.write(CHECKPOINT, premises.read(SIGNED))
        self._last_beat = recovery.last_beat(premises, size)
        recovery.catch_up(premises, self._database, self._tree)
        self._law = law.folded(law.begun(self._entry(0)), list(map(fields_of, self._database.acts())))
        premises.tidy_blobs(self._database.blobs(), self._law.erased)
        self._cosigned = Cosigned(self.charter.policy)
        self._in_force(None)
        self._intake = Intake(premises, self._database, self._law, self._entry)
        self._remember_lines()

    def _remember_lines(self) -> None:
        kept = self._database.lines()
        for size in sorted({line.size for line in kept}):
            lines = [line for line in kept if line.size == size]
            self._cosigned.add(self._cosigned.check_again(self._head_of(size), lines))
        for name in (WITNESSED, CHECKPOINT):  # the database may be new, and the files have lines that it has not
            if self._premises.has(name):
                note = parse_checkpoint(self._premises.read(name))
                self._check_ours(note)
                self._keep_lines(note)
                self._cosigned.witnessed_before(note, self._law.policies)

    # --- its life ---------------------------------------------------------------------------------

    @classmethod
    def create(cls, folder: Path, key: Key, charter: Mapping[str, Any], *, disk: Disk | None = None) -> Self:
        """Return a new log whose only entry is this charter, signed by the log's key; `charter.chartered` has its form.

        Raises ValueError where it is no charter for this key or the folder has a log; BlockingIOError where another
        process has the folder.
        """
        said = chartered(charter, key)
        with recovery.held(folder, disk, new=True) as (premises, release):
            if premises.has(CHECKPOINT):
                raise ValueError(f"{folder}: there is a log already; open it")
            premises.write(POLICY, read_charter(said).text)
            Database(folder / "centre.db", premises.disk.vfs, str(verifier_key(key)), new=True).close()
            tree = lay(premises, Tree(edge=Edge(), root=Edge().root), [Submission(entry=encode(said))], [])
            premises.write(CHECKPOINT, _sign(tree, key))
            return cls._begun(premises, key, release)

    @classmethod
    def open(cls, folder: Path, key: Key, *, disk: Disk | None = None) -> Self:
        """Return the log of a folder, gone on from its last checkpoint, whatever happened to its last process.

        Raises ValueError, with one line on what to do, where there is no log, the key is another one's, or what lies
        there is not what was signed; BlockingIOError where another process has the folder.
        """
        with recovery.held(folder, disk) as (premises, release):
            return cls._begun(premises, key, release)

    @classmethod
    def rebuild(cls, folder: Path, key: Key, *, disk: Disk | None = None) -> Self:
        """See the function of that name."""
        with recovery.held(folder, disk) as (premises, release):
            premises.remove(f"centre.db{suffix}" for suffix in ("", "-wal", "-journal"))
            book = cls._begun(premises, key, release, new=True)
            try:
                verify(folder / "ledger")
            except BaseException:
                book.close()
                premises.remove(["centre.db"])
                raise
            return book

    @classmethod
    def _begun(cls, premises: Premises, key: Key, release: Callable[[], None], *, new: bool = False) -> Self:
        book = cls(premises, key, new=new)
        book._release = release
        return book

    def close(self) -> None:
        """Give the folder back; a second time is fine."""
        with self._alone:
            self._trouble = self._trouble or "it was closed"
            try:
                self._database.close()
            finally:
                self._release()
                self._release = lambda: None

    @contextmanager
    def _working(self) -> Iterator[None]:
        with self._alone:
            if self._trouble:
                raise OSError(f"the log is not open ({self._trouble}): open it anew")
            try:
                yield
            except DatabaseFullError:
                raise
            except DatabaseError as error:  # a failed flush may be reported once only: see `disk`
                self._trouble = str(error)
                raise

    # --- what comes in ----------------------------------------------------------------------------

    def put_blob(self, data: bytes) -> str:
        """Keep a file that an entry is going to name, durably; return its SHA-256. The same again is fine.

        Raises ValueError for one of more than 256 MiB, and for one that two guarantors had erased.
        """
        with self._working():
            return self._intake.put_blob(data)

    def missing(self, submission: Submission) -> list[str]:
        """Return the digests of files that the entry names and that are not here yet."""
        with self._working():
            return self._intake.missing(submission)

    def receive(self, submission: Submission) -> str:
        """Keep a submission of an enrolled author, or what one of the staff approved, durably; return its digest.

        The same again is fine, and mends what the disk has lost of it meanwhile. Raises ValueError, and keeps nothing,
        where `verify` would refuse the entry, nobody signed it or somebody who is not enrolled, a file that it names
        is missing, it does not show all that it commits to, or the same entry came with other disclosures.
        """
        return self.receive_many([submission])[0]

    def receive_many(self, submissions: Sequence[Submission]) -> list[str]:
        """Keep several submissions, all or none, with one file and one commit; see `receive`."""
        return self._take(submissions, own=False)

    def say(self, fields: Mapping[str, Any], hidden: Mapping[str, Any] | None = None) -> str:
        """Keep an entry of the centre itself, through the same door, and return the digest of its submission.

        `hidden` are fields that it only commits to, with salts of chance. Without any, the same fields twice are one
        entry.
        """
        return self.say_all([(fields, hidden or {})])[0]

    def say_all(self, said: Sequence[tuple[Mapping[str, Any], Mapping[str, Any]]]) -> list[str]:
        """Keep several entries of the centre itself, all or none; see `say`."""
        return self._take([_said(fields, hidden) for fields, hidden in said], own=True)

    def _take(self, submissions: Sequence[Submission], *, own: bool) -> list[str]:
        with self._working():
            return self._intake.take(submissions, own=own)

    # --- what is there -----------------------------------------------------------------------------

    @property
    def charter(self) -> Charter:
        """The charter, with the policy and the authors as acts have changed them up to the newest checkpoint."""
        return self._law.charter

    @property
    def staff(self) -> Mapping[str, Member]:
        """The staff by their ids, as the charter and acts up to the newest checkpoint appoint them.

        Who was dismissed is in it, without passkeys.
        """
        return self._law.staff

    @property
    def law(self) -> Law:
        """What holds up to the newest checkpoint: the charter's entry, those of acts, and what they come to."""
        return self._law

    @property
    def rp_id(self) -> str:
        """The domain of the page on which guarantors and staff approve; empty where nobody does."""
        return self._law.rp_id

    @property
    def access(self) -> str:
        """The SHA-256, hexadecimal, of the access policy in force, a file of the log; empty where there is none."""
        return self._law.access

    @property
    def pepper(self) -> bytes:
        """What goes into the keys of rows of this log, see `commitments.pepper`; nothing under the rehearsal key."""
        return b"" if is_rehearsal(verifier_key(self._key)) else pepper(self._key.seed, self._key.name.encode())

    def read(self, first: int, most: int = 4096) -> list[tuple[int, bytes, tuple[str, ...]]]:
        """Return index, bytes and disclosures of at most so many entries of the log from an index on; none at its end.

        Raises ValueError where the disk does not return a log, OSError where it refuses.
        """
        with self._working():
            return list(itertools.islice(self._premises.entries(first, self._head.size), most))

    def waiting(self) -> list[Submission]:
        """Return what was received and is not in the log yet, in the order of arrival."""
        with self._working():
            return self._intake.waiting(self._database.received())

    def blob(self, digest: str) -> bytes:
        """Return a file that the log names or that waits; ValueError where it is not here or was altered."""
        if not _DIGEST.fullmatch(digest):
            raise ValueError("a digest is 64 hexadecimal digits, a to f in lower case")
        with self._working():
            return self._premises.blob(digest, self._intake.folder_of(digest))

    # --- the heartbeat ----------------------------------------------------------------------------

    def beat(self, now: datetime) -> Checkpoint:
        """Put everything received into the log in the order of arrival, and a `beat`; sign, and return the checkpoint.

        What is signed was read back from the disk and hashed again. Raises ValueError where the disk does not return
        what was written, OSError where it refuses: nothing was signed then, everything still waits.
        """
        if now.tzinfo is None:
            raise ValueError("a heartbeat's time needs its offset from UTC")
        with self._working():
            rows = self._database.received()
            new = self._intake.waiting(rows)
            objects = [fields_of(submission.entry) for submission in new]
            wanted = self._new_blobs(objects)
            beat = {"type": "beat", "v": "1", "time": stamp(now), "received": len(new)}
            tree = lay(self._premises, self._tree, [*new, Submission(entry=encode(beat))], wanted)
            note = _sign(tree, self._key)
            head = parse_checkpoint(note)
            check_signature(head, verifier_key(self._key))
            try:
                self._premises.write(SIGNED, note)
                self._premises.write(CHECKPOINT, note)
                self._after_signing(tree, head, new, objects)
                self._premises.remove(f"received/{file}" for file in {row.file for row in rows})
                self._premises.remove(f"blobs-in/{digest}" for digest in wanted)
            except BaseException as error:
                self._trouble = f"after signing: {error}"
                raise
            self._last_beat = now
            return head

    def _new_blobs(self, objects: Sequence[Mapping[str, Any]]) -> list[str]:
        named = {digest for fields in objects for digest in blobs_of(fields)}
        return sorted(digest for digest in named if not self._database.names_blob(bytes.fromhex(digest)))

    def _after_signing(
        self, tree: Tree, head: Checkpoint, new: Sequence[Submission], objects: Sequence[Mapping[str, Any]]
    ) -> None:
        before, first = self._law, self._tree.edge.size
        self._tree, self._head = tree, head
        self._law = law.folded(before, objects)
        self._in_force(before)
        rows = (recovery.sequenced(first + at, *said) for at, said in enumerate(zip(new, objects, strict=True)))
        self._database.sequence(rows, head.size, head.root)
        self._premises.remove(no_longer_there(first, head.size))

    def _in_force(self, before: Law | None) -> None:
        """Do what acts since then ask for, all of them where none is given; again is fine."""
        if not self._premises.has(POLICY) or self._premises.read(POLICY) != self.charter.text:
            self._premises.write(POLICY, self.charter.text)
        self._cosigned.follow(self.charter.policy)
        for erasure in self._law.erasures[len(before.erasures) if before else 0 :]:
            self._premises.erase(erasure.entry, erasure.fields, erasure.blobs, self._head.size)
            self._tree = with_shown(self._premises, self._tree)

    def _entry(self, index: int) -> Mapping[str, Any]:
        """Return the object of an entry of the log; LookupError where there is none of that index."""
        if not 0 <= index < self._head.size:
            raise IndexError(index)
        return fields_of(read_bundle(self._premises.read_log, index // TILE_WIDTH, self._head.size)[index % TILE_WIDTH])

    # --- cosignatures and standing ----------------------------------------------------------------

    @property
    def checkpoint(self) -> bytes:
        """The newest checkpoint that is on the disk for good, with the cosignature lines collected so far."""
        with self._working():
            return self._cosigned.shown(self._head)

    def accept(self, note: bytes) -> tuple[Cosignature, ...]:
        """Keep the cosignatures of a checkpoint of this log, the newest or an earlier one, and return them.

        Lines that are by no witness of the policy or that do not verify are left out. Raises ValueError where it is no
        checkpoint of this log; one that this key has signed all the same means that somebody else has the key.
        """
        checkpoint = parse_checkpoint(note)
        check_signature(checkpoint, verifier_key(self._key))
        with self._working():
            self._check_ours(checkpoint)
            lines = self._keep_lines(checkpoint)
            if lines and checkpoint.size == self._head.size:
                self._premises.write(CHECKPOINT, self._cosigned.shown(self._head))
            return tuple(Cosignature(witness=line.witness, time=line.time) for line in lines)

    def _check_ours(self, checkpoint: Checkpoint) -> None:
        if not 0 < checkpoint.size <= self._head.size:
            raise ValueError(f"a checkpoint of {checkpoint.size} entries, and this log has {self._head.size}")
        if self._head_of(checkpoint.size).root != checkpoint.root:
            raise ValueError(
                f"this log's key signed a checkpoint of {checkpoint.size} entries that is not of this log: "
                "somebody else has the key, or this is an old copy of the log"
            )

    def _head_of(self, size: int) -> Checkpoint:
        """Return the checkpoint that the log had at that size."""
        edge = edge_at(self._premises.read_log, size, self._head.size)
        return parse_checkpoint(_sign(Tree(edge=edge, root=edge.root), self._key))

    def _keep_lines(self, checkpoint: Checkpoint) -> tuple[Line, ...]:
        lines = self._cosigned.check(checkpoint)
        if not lines:
            return ()
        self._database.cosigned(lines)
        before = self._cosigned.witnessed
        self._cosigned.add(lines)
        if self._cosigned.witnessed > before:
            self._premises.write(WITNESSED, self._cosigned.shown(checkpoint))
            self._database.forget_lines_below(self._cosigned.forget_below_quorum())
        return lines

    def standing(self, digest: str) -> Standing:
        """Return how far the submission of that digest has come; UnknownError where none was received."""
        if not _DIGEST.fullmatch(digest):
            raise ValueError("a digest is 64 hexadecimal digits, a to f in lower case")
        with self._working():
            index = self._database.position(bytes.fromhex(digest))
            if index is None and self._database.row(bytes.fromhex(digest)) is None:
                raise UnknownError(f"nothing was received under the digest {digest}")
            if index is None:
                return Standing(state=RECEIVED)
            state = WITNESSED_STATE if index < self._cosigned.witnessed else SEQUENCED
            return Standing(state=state, index=index, by=self._cosigned.by(index))

    def status(self) -> Status:
        """Return the whole log at a glance."""
        with self._working():
            return Status(
                size=self._head.size,
                received=self._database.waiting(),
                witnessed=self._cosigned.witnessed,
                last_beat=self._last_beat,
                heartbeat_s=self.charter.heartbeat_s,
            )


def rebuild(folder: Path, key: Key, *, disk: Disk | None = None) -> Book:
    """Make the database of a centre anew from its log and what waits in files, and return the opened log.

    Everybody's standing is as before, but for cosignatures that had not reached the quorum. Raises ValueError where
    `verify` refuses the log.
    """
    return Book.rebuild(folder, key, disk=disk)


def _sign(tree: Tree, key: Key) -> bytes:
    return sign(checkpoint_text(key.name, tree.edge.size, tree.root), key)


def _said(fields: Mapping[str, Any], hidden: Mapping[str, Any]) -> Submission:
    entry, disclosures = commit(fields, hidden, lambda count: os.urandom(SALT_BYTES * count))
    return Submission(entry=encode(entry), disclosures=disclosures)
