"""What comes in at a centre: files, submissions; what may, what is here already, what waits. One thread at a time."""

from collections.abc import Mapping, Sequence

from trucewatch.ledger import law, recovery
from trucewatch.ledger.database import Database, Received
from trucewatch.ledger.law import Law, Look
from trucewatch.ledger.premises import Premises, sha256
from trucewatch.ledger.submission import Read, Submission, blobs_of, fields_of, read_submission, said_digest

MOST_BLOB_BYTES = 256 << 20  # a guess: an hour of video from a phone; it is in memory as a whole


class Intake:
    """The way in. `coming` is what holds after everything that waits: the next submission is judged by it."""

    def __init__(self, premises: Premises, database: Database, sequenced: Law, look: Look) -> None:
        """Find what waits, also what nothing is known of its row; ValueError where it may not be received."""
        self._premises = premises
        self._database = database
        self._look = look
        waiting = (fields_of(row.act) for row in database.received() if row.act is not None)
        self.coming = law.folded(sequenced, list(waiting))
        self._next = recovery.find_waiting(premises, database, self._found)

    def _found(self, submission: Submission) -> Read:
        read = self._admitted(submission, self.coming, own=True)
        self.coming = self.coming.after(read.fields)
        return read

    # --- files ------------------------------------------------------------------------------------

    def put_blob(self, data: bytes) -> str:
        """See `Book.put_blob`."""
        if len(data) > MOST_BLOB_BYTES:
            raise ValueError(f"a file has {len(data):,} bytes, more than {MOST_BLOB_BYTES:,}")
        digest = sha256(data)
        if digest in self.coming.erased:
            raise ValueError(f"the file {digest} was erased by an act of two guarantors, and is not taken again")
        name = f"{self.folder_of(digest)}/{digest}"
        if not self._premises.holds(name, digest):
            self._premises.write(name, data)
        return digest

    def folder_of(self, digest: str) -> str:
        """Return where a file lies: in the log where an entry of it names it."""
        return "ledger/blobs" if self._database.names_blob(bytes.fromhex(digest)) else "blobs-in"

    def missing(self, submission: Submission) -> list[str]:
        """Return the digests of files that the entry names and that are not here."""
        return self._missing(blobs_of(fields_of(submission.entry)), self.coming)

    def _missing(self, blobs: Sequence[str], held: Law) -> list[str]:
        return [d for d in blobs if d in held.erased or not self._has_blob(d)]

    def _has_blob(self, digest: str) -> bool:
        return self._database.names_blob(bytes.fromhex(digest)) or self._premises.has(f"blobs-in/{digest}")

    # --- submissions ------------------------------------------------------------------------------

    def take(self, submissions: Sequence[Submission], *, own: bool) -> list[str]:
        """Keep submissions, all or none, with one file and one commit; see `Book.receive`."""
        fresh: dict[bytes, tuple[Submission, Read]] = {}
        coming = self.coming
        for submission in {found.digest: found for found in submissions}.values():
            if not self._knows(submission):
                self._check_new(submission, fresh)
                read = self._admitted(submission, coming, own=own)
                coming = coming.after(read.fields)
                fresh[said_digest(submission.entry)] = submission, read
        if fresh:
            self._keep(list(fresh.values()))
            self.coming = coming
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

    def _check_new(self, submission: Submission, fresh: Mapping[bytes, object]) -> None:
        entry = said_digest(submission.entry)
        if entry in fresh or self._database.has_entry(entry):
            raise ValueError("this entry was received before, with other disclosures or another approval; those count")

    def _admitted(self, submission: Submission, held: Law, *, own: bool) -> Read:
        """Return what a submission says if it may be the next under that law; ValueError where it may not."""
        read = read_submission(submission)
        law.check(held, read, self._look, own=own)
        if missing := self._missing(read.blobs, held):
            raise ValueError(f"the entry names a file that was not handed in: {missing[0]}")
        return read

    def _keep(self, fresh: Sequence[tuple[Submission, Read]]) -> None:
        first, self._next = self._next, self._next + len(fresh)  # a number is never used twice, whatever fails
        file = self._premises.keep(first, [submission for submission, _ in fresh])
        self._database.receive(
            recovery.received(first + at, submission, read.fields, file) for at, (submission, read) in enumerate(fresh)
        )

    def waiting(self, rows: Sequence[Received]) -> list[Submission]:
        """Return the submissions of these rows; ValueError where a file of theirs is missing or was altered."""
        kept: dict[bytes, Submission] = {}
        for file in dict.fromkeys(row.file for row in rows):
            kept |= self._premises.kept(file)
        return [kept[row.digest] for row in rows]
