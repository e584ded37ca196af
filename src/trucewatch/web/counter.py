"""The counter at which submissions are handed in: what HTTP brings, checked before the book sees it. One at a time.

Only what an enrolled author signed or one of the staff approved, and only types that are theirs to say: what the centre
concludes, and acts that two guarantors approve, come through the centre's own commands. Every file that a form brings
is looked at by the parsers' sandbox before the form is taken; what a parser refuses is kept all the same, and the log
says so.
"""

import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from trucewatch.ledger.book import MOST_BLOB_BYTES, Book, UnknownError
from trucewatch.ledger.courier import plain, receipt_text
from trucewatch.ledger.note import Key, sign
from trucewatch.ledger.statements import StatementError, check_approved
from trucewatch.ledger.submission import Read, Submission, parse_submission, read_submission
from trucewatch.ledger.verify import MOST_TEXT_BYTES

SAID_BY_AUTHORS = ("observation", "record")
MOST_LOOSE_BYTES = 1 << 30  # of files that no form has announced; a guess: strangers may fill this much, not the disk
MOST_ANNOUNCED = 100_000  # digests of files that forms in memory wait for; a guess: some 10 MB
MOST_FILES = 600  # of one form; a guess, and as many as an answer that lists them all has room for

JSON, TEXT = "application/json", "text/plain; charset=utf-8"

Inspect = Callable[[bytes], Mapping[str, Any] | None]  # what the log is to say of a file that should not be opened


class RefusalError(Exception):
    """A request that is not done: an HTTP status, one line for a person, and what else the answer holds."""

    def __init__(self, status: int, words: str, **more: Any) -> None:
        super().__init__(words)
        self.status = status
        self.body = {"error": plain(words)} | more


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """What is answered where it was done."""

    body: bytes
    media_type: str = JSON
    headers: Mapping[str, str] = field(default_factory=dict)


def said(value: Mapping[str, Any]) -> Reply:
    """Return a reply in JSON."""
    return Reply(body=json.dumps(value).encode() + b"\n")


class Counter:
    """A book, its folder and its key, as the outside meets them. Not for several threads at once.

    `inspect` looks at a file of a stranger; it raises OSError where it cannot.
    """

    def __init__(self, book: Book, folder: Path, key: Key, inspect: Inspect) -> None:
        self.book = book
        self._folder = folder
        self._key = key
        self._inspect = inspect
        self._looked_at: set[str] = set()
        self._announced: dict[str, None] = {}
        self._loose: dict[str, int] = {}

    # --- submissions ------------------------------------------------------------------------------

    def submit(self, wire: bytes) -> Reply:
        """Take a submission and return its receipt; the same again is fine.

        Raises RefusalError, ValueError and OSError; then nothing was taken.
        """
        submission, read = self.read(wire)
        for digest in self.unseen(read):
            self.judge(digest, self._inspect(self.file(digest)))
        return self.take(submission)

    def read(self, wire: bytes) -> tuple[Submission, Read]:
        """Return a submission that may be taken, all of its files at hand; RefusalError says why not, or what lacks."""
        submission = parse_submission(wire)
        read = read_submission(submission)
        self._check_who(read)
        if len(read.blobs) > MOST_FILES:
            raise RefusalError(422, f"a submission brings at most {MOST_FILES} files")
        if missing := self.book.missing(submission):
            self._announce(missing)
            raise RefusalError(409, f"{len(missing)} files are missing; hand them in first", missing=missing)
        return submission, read

    def _check_who(self, read: Read) -> None:
        """Raise RefusalError unless an enrolled author signed this, or one of the staff approved it.

        Before anything else is done for a stranger: files that an entry names are taken, and looked at.
        """
        if "approval" in read.fields:
            try:
                check_approved(read.fields, self.book.staff, self.book.charter.origin, self.book.rp_id)
            except StatementError as error:
                raise RefusalError(403, str(error)) from None
            return
        if not read.authors or not self.book.charter.authors.issuperset(read.authors):
            raise RefusalError(403, "this is not signed by an author who is enrolled in this log")
        if read.fields["type"] not in SAID_BY_AUTHORS:
            raise RefusalError(403, f"an author says {' or '.join(SAID_BY_AUTHORS)}; this is of another type")

    def _announce(self, missing: list[str]) -> None:
        for digest in missing:
            self._announced.pop(digest, None)
            self._announced[digest] = None
        while len(self._announced) > MOST_ANNOUNCED:
            del self._announced[next(iter(self._announced))]

    def unseen(self, read: Read) -> list[str]:
        """Return the files of a submission that this process has not looked at yet."""
        return [digest for digest in read.blobs if digest not in self._looked_at]

    def file(self, digest: str) -> bytes:
        """Return the bytes of a file that was handed in; raise OSError."""
        try:
            return (self._folder / "blobs-in" / digest).read_bytes()
        except FileNotFoundError:
            return (self._folder / "ledger" / "blobs" / digest).read_bytes()

    def judge(self, digest: str, entry: Mapping[str, Any] | None) -> None:
        """Let the log say what was found of a file; after a restart it is said again, and stands once all the same."""
        if entry is not None:
            self.book.say(entry)
        self._looked_at.add(digest)

    def take(self, submission: Submission) -> Reply:
        """Take what `read` returned, and return the receipt: signed by the log, after the disk has it."""
        digest = self.book.receive(submission)
        for name in read_submission(submission).blobs:
            self._announced.pop(name, None)
            self._loose.pop(name, None)
        receipt = sign(receipt_text(self._key.name, digest), self._key)
        state = self.book.standing(digest).state
        return Reply(body=receipt, media_type=TEXT, headers={"Trucewatch-State": state})

    def standing(self, digest: str) -> Reply:
        """Return how far a submission has come; RefusalError 404 where none of that digest was received."""
        try:
            found = self.book.standing(digest)
        except UnknownError:
            raise RefusalError(404, "nothing was received under this digest") from None
        return said({"state": found.state, "index": found.index, "by": list(found.by)})

    # --- files ------------------------------------------------------------------------------------

    def check_room(self, digest: str, size: int) -> None:
        """Raise RefusalError where a file is too large, or one too many of those that no form has announced."""
        if size > MOST_BLOB_BYTES:
            raise RefusalError(413, f"a file has at most {MOST_BLOB_BYTES:,} bytes")
        if digest not in self._announced and sum(self._loose.values()) + size > MOST_LOOSE_BYTES:
            raise RefusalError(429, "too many files came that no form has named: hand in the form first")

    def put(self, digest: str, data: bytes) -> Reply:
        """Keep a file, durably; RefusalError where these are not its bytes."""
        self.check_room(digest, len(data))
        if hashlib.sha256(data).hexdigest() != digest:
            raise RefusalError(422, "these bytes have another SHA-256: nothing of them was kept")
        if digest not in self._announced:
            self._loose[digest] = len(data)
        self.book.put_blob(data)
        return said({"sha256": digest, "bytes": len(data)})

    # --- cosignatures and the whole ---------------------------------------------------------------

    def cosignatures(self, note: bytes) -> Reply:
        """Keep the cosignatures of a checkpoint of this log, and return whose they are."""
        if len(note) > MOST_TEXT_BYTES:
            raise RefusalError(413, f"a checkpoint has at most {MOST_TEXT_BYTES:,} bytes")
        return said({"accepted": [cosignature.witness for cosignature in self.book.accept(note)]})
