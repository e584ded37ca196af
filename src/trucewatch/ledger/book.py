"""The centre's live log: what comes in is kept, put in order, signed at every heartbeat, and its standing told.

One process has it. The order of writing is what makes it safe (docs/ledger.md, section 4): a submission is a file
before it is a row, a tree lies on the disk and was read back before it is signed, a signed checkpoint is on the disk
before anything is removed. After a cut at any moment `Book.open` goes on from the last checkpoint that is on the disk:
it is the truth, the database is a cache.

A checkpoint that can be read is one that no cut takes back, in the folder too: it lies in `signed` for good before it
has its name in the log. A renamed file can be read before it is flushed, and a mirror that had cosigned it would have
caught an honest centre forking.
"""

import hashlib
import itertools
import os
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from threading import RLock
from typing import Any, Self

from trucewatch.ledger import recovery
from trucewatch.ledger.charter import chartered, read_charter
from trucewatch.ledger.commitments import commit, pepper
from trucewatch.ledger.cosigned import Cosigned
from trucewatch.ledger.database import Database, DatabaseError, DatabaseFullError, Line, Received
from trucewatch.ledger.disk import Disk, RealDisk
from trucewatch.ledger.encoding import encode
from trucewatch.ledger.growth import Edge, edge_at, read_bundle
from trucewatch.ledger.heartbeat import Tree, lay, no_longer_there, read_tree
from trucewatch.ledger.note import Key, sign, verifier_key
from trucewatch.ledger.premises import CHECKPOINT, POLICY, SIGNED, WITNESSED, Premises, sha256
from trucewatch.ledger.recovery import OWN
from trucewatch.ledger.submission import Read, Submission, blobs_of, fields_of, read_submission
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

__all__ = ["Book", "Standing", "Status", "Submission", "UnknownError", "rebuild"]

RECEIVED, SEQUENCED, WITNESSED_STATE = "received", "sequenced", "witnessed"
MOST_BLOB_BYTES = 256 << 20  # a guess: an hour of video from a phone; it is in memory as a whole
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
        _check_log(premises)
        self._head = _head(premises, CHECKPOINT, key)
        self._database = Database(premises.path / "centre.db", premises.disk.vfs, str(verifier_key(key)), new=new)
        try:
            self._go_on()
        except BaseException:
            self._database.close()
            raise

    def _go_on(self) -> None:
        premises = self._premises
        recovery.check_not_ahead(self._database, self._head.size)  # before anything beyond the checkpoint is removed
        signed = _head(premises, SIGNED, self._key) if premises.has(SIGNED) else self._head
        shown, self._head = self._head, max(self._head, signed, key=lambda head: head.size)
        size = self._head.size
        premises.tidy_tree(size)
        self._tree = read_tree(premises, self._head)
        if self._head is not shown:  # a heartbeat was cut short when it had signed: it may have been seen
            premises.write(CHECKPOINT, premises.read(SIGNED))
        self._last_beat = _last_beat(premises, size)
        self.charter = read_charter(fields_of(read_bundle(premises.read_log, 0, size)[0]))
        if not premises.has(POLICY) or premises.read(POLICY) != self.charter.text:
            premises.write(POLICY, self.charter.text)
        recovery.catch_up(premises, self._database, self._tree)
        premises.tidy_blobs(self._database.blobs())
        self._next = recovery.find_waiting(premises, self._database, lambda found: self._admit(found, own=True))
        self._cosigned = Cosigned(self.charter.policy, self._database.lines())
        for name in (WITNESSED, CHECKPOINT):  # the database may be new, and the files have lines that it has not
            if self._premises.has(name):
                self._keep_lines(parse_checkpoint(self._premises.read(name)))

    # --- its life ---------------------------------------------------------------------------------

    @classmethod
    def create(cls, folder: Path, key: Key, charter: Mapping[str, Any], *, disk: Disk | None = None) -> Self:
        """Return a new log whose only entry is this charter, signed by the log's key; `charter.chartered` has its form.

        Raises ValueError where it is no charter for this key or the folder has a log; BlockingIOError where another
        process has the folder.
        """
        entry = Submission(entry=encode(chartered(charter, key)))
        with _held(folder, disk, new=True) as (premises, release):
            if premises.has(CHECKPOINT):
                raise ValueError(f"{folder}: there is a log already; open it")
            premises.write(POLICY, read_charter(fields_of(entry.entry)).text)
            Database(folder / "centre.db", premises.disk.vfs, str(verifier_key(key)), new=True).close()
            tree = lay(premises, Tree(edge=Edge(), root=Edge().root), [entry], [])
            premises.write(CHECKPOINT, _sign(tree, key))
            return cls._begun(premises, key, release)

    @classmethod
    def open(cls, folder: Path, key: Key, *, disk: Disk | None = None) -> Self:
        """Return the log of a folder, gone on from its last checkpoint, whatever happened to its last process.

        Raises ValueError, with one line on what to do, where there is no log, the key is another one's, or what lies
        there is not what was signed; BlockingIOError where another process has the folder.
        """
        with _held(folder, disk) as (premises, release):
            return cls._begun(premises, key, release)

    @classmethod
    def rebuild(cls, folder: Path, key: Key, *, disk: Disk | None = None) -> Self:
        """See the function of that name."""
        with _held(folder, disk) as (premises, release):
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
        """Keep a file that an entry is going to name, durably; return its SHA-256. The same again is fine."""
        if len(data) > MOST_BLOB_BYTES:
            raise ValueError(f"a file has {len(data):,} bytes, more than {MOST_BLOB_BYTES:,}")
        digest = sha256(data)
        with self._working():
            folder = "ledger/blobs" if self._database.names_blob(bytes.fromhex(digest)) else "blobs-in"
            if not self._premises.holds(f"{folder}/{digest}", digest):
                self._premises.write(f"{folder}/{digest}", data)
        return digest

    def missing(self, submission: Submission) -> list[str]:
        """Return the digests of files that the entry names and that are not here yet."""
        blobs = blobs_of(fields_of(submission.entry))
        with self._working():
            return [digest for digest in blobs if not self._has_blob(digest)]

    def _has_blob(self, digest: str) -> bool:
        return self._database.names_blob(bytes.fromhex(digest)) or self._premises.has(f"blobs-in/{digest}")

    def receive(self, submission: Submission) -> str:
        """Keep a submission of an enrolled author, durably when it returns, and return its digest.

        The same again is fine, and mends what the disk has lost of it meanwhile. Raises ValueError, and keeps nothing,
        where `verify` would refuse the entry, nobody signed it or somebody who is not enrolled, a file that it names
        is missing, or the same entry came with other disclosures.
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
            fresh: dict[bytes, Submission] = {}
            for submission in {found.digest: found for found in submissions}.values():
                if not self._knows(submission):
                    self._check_new(submission, fresh)
                    self._admit(submission, own=own)
                    fresh[hashlib.sha256(submission.entry).digest()] = submission
            if fresh:
                self._keep(fresh)
            return [submission.digest for submission in submissions]

    def _knows(self, submission: Submission) -> bool:
        digest = bytes.fromhex(submission.digest)
        row = self._database.row(digest)
        if row is None:
            return self._database.position(digest) is not None
        if not self._premises.holds(f"received/{row.file}", row.file[-64:]):
            self._mend(row, submission)
        return True

    def _mend(self, row: Received, submission: Submission) -> None:
        file = self._premises.keep(row.arrival, [submission])
        if not self._database.moved(row, file):
            self._premises.remove([f"received/{row.file}"])

    def _check_new(self, submission: Submission, fresh: Mapping[bytes, Submission]) -> None:
        entry = hashlib.sha256(submission.entry).digest()
        if entry in fresh or self._database.has_entry(entry):
            raise ValueError("this entry was received before, with other disclosures; those count")

    def _admit(self, submission: Submission, *, own: bool) -> None:
        read = read_submission(submission)
        if read.fields["type"] in OWN:
            raise ValueError(f"an entry of the type {read.fields['type']!a} is only the log's own to write")
        self._check_authors(read, own=own)
        if missing := [digest for digest in read.blobs if not self._has_blob(digest)]:
            raise ValueError(f"the entry names a file that was not handed in: {missing[0]}")

    def _check_authors(self, read: Read, *, own: bool) -> None:
        if not read.authors and not own:
            raise ValueError("nobody signed this entry; unsigned, only the centre itself speaks in its log")
        for author in read.authors:
            if author not in self.charter.authors:
                raise ValueError(f"the entry's author is not enrolled in this log: {author}")

    def _keep(self, fresh: Mapping[bytes, Submission]) -> None:
        first, self._next = self._next, self._next + len(fresh)  # a number is never used twice, whatever fails
        file = self._premises.keep(first, fresh.values())
        self._database.receive(
            Received(arrival=first + at, digest=bytes.fromhex(submission.digest), entry=entry, file=file)
            for at, (entry, submission) in enumerate(fresh.items())
        )

    # --- what is there -----------------------------------------------------------------------------

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
            return self._waiting(self._database.received())

    def blob(self, digest: str) -> bytes:
        """Return a file that the log names or that waits; ValueError where it is not here or was altered."""
        if not _DIGEST.fullmatch(digest):
            raise ValueError("a digest is 64 hexadecimal digits, a to f in lower case")
        with self._working():
            named = self._database.names_blob(bytes.fromhex(digest))
            return self._premises.blob(digest, "ledger/blobs" if named else "blobs-in")

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
            new = self._waiting(rows)
            beat = {"type": "beat", "v": "1", "time": stamp(now), "received": len(new)}
            blobs = [blobs_of(fields_of(submission.entry)) for submission in new]
            wanted = sorted({d for named in blobs for d in named if not self._database.names_blob(bytes.fromhex(d))})
            tree = lay(self._premises, self._tree, [*new, Submission(entry=encode(beat))], wanted)
            note = _sign(tree, self._key)
            head = parse_checkpoint(note)
            check_signature(head, verifier_key(self._key))
            try:
                self._premises.write(SIGNED, note)
                self._premises.write(CHECKPOINT, note)
                self._sequenced(tree, new, blobs)
                self._premises.remove(f"received/{file}" for file in {row.file for row in rows})
                self._premises.remove(f"blobs-in/{digest}" for digest in wanted)
                self._premises.remove(no_longer_there(self._tree.edge.size, tree.edge.size))
            except BaseException as error:
                self._trouble = f"after signing: {error}"
                raise
            self._tree, self._head, self._last_beat = tree, head, now
            return head

    def _waiting(self, rows: Sequence[Received]) -> list[Submission]:
        kept: dict[bytes, Submission] = {}
        for file in dict.fromkeys(row.file for row in rows):
            kept |= self._premises.kept(file)
        return [kept[row.digest] for row in rows]

    def _sequenced(self, tree: Tree, new: Sequence[Submission], blobs: Sequence[tuple[str, ...]]) -> None:
        first = self._tree.edge.size
        rows = (
            recovery.sequenced(first + at, submission, named)
            for at, (submission, named) in enumerate(zip(new, blobs, strict=True))
        )
        self._database.sequence(rows, tree.edge.size, tree.root)

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
            size = self._head.size
            if not 0 < checkpoint.size <= size:
                raise ValueError(f"a checkpoint of {checkpoint.size} entries, and this log has {size}")
            if edge_at(self._premises.read_log, checkpoint.size, size).root != checkpoint.root:
                raise ValueError(
                    f"this log's key signed a checkpoint of {checkpoint.size} entries that is not of this log: "
                    "somebody else has the key, or this is an old copy of the log"
                )
            lines = self._keep_lines(checkpoint)
            if lines and checkpoint.size == size:
                self._premises.write(CHECKPOINT, self._cosigned.shown(self._head))
            return tuple(Cosignature(witness=line.witness, time=line.time) for line in lines)

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


@contextmanager
def _held(folder: Path, disk: Disk | None, *, new: bool = False) -> Iterator[tuple[Premises, Callable[[], None]]]:
    """Hold a centre's folder and settle it; on an error it is released, else by whoever got the release."""
    premises = Premises(folder, RealDisk() if disk is None else disk)
    if not new:
        _check_log(premises)  # before a folder is made just to be held
    with ExitStack() as stack:
        stack.callback(premises.disk.hold(folder / "lock"))
        premises.disk.settle(folder)
        later = stack.pop_all()  # closed once, whoever comes first
        try:
            yield premises, later.close
        except BaseException:
            later.close()
            raise


def _check_log(premises: Premises) -> None:
    if not premises.has(CHECKPOINT):
        raise ValueError(f"{premises.path}: there is no log in this folder; create one")


def _sign(tree: Tree, key: Key) -> bytes:
    return sign(checkpoint_text(key.name, tree.edge.size, tree.root), key)


def _head(premises: Premises, name: str, key: Key) -> Checkpoint:
    head = parse_checkpoint(premises.read(name))
    check_signature(head, verifier_key(key))
    return head


def _last_beat(premises: Premises, size: int) -> datetime | None:
    last = fields_of(read_bundle(premises.read_log, (size - 1) // TILE_WIDTH, size)[-1])
    return datetime.fromisoformat(last["time"]) if last["type"] == "beat" else None


def _said(fields: Mapping[str, Any], hidden: Mapping[str, Any]) -> Submission:
    entry, disclosures = commit(fields, hidden, lambda count: os.urandom(SALT_BYTES * count))
    return Submission(entry=encode(entry), disclosures=disclosures)
