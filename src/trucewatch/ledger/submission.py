"""What is handed in at a centre: an entry with what it discloses, in one form of bytes and so with one digest. Pure.

The same submission sent twice is the same bytes and is told by their SHA-256 (an ODK server once took one form twice
because a cut transmission was sent again under the same name with other bytes).
"""

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from trucewatch.ledger.encoding import canonical
from trucewatch.ledger.verify import (
    MOST_AUTHORS,
    MOST_ENTRY_BYTES,
    VerificationError,
    VerifierKey,
    commitments_of,
    disclosed,
    parse_entry,
    parse_note,
    read_entry,
    read_json,
)

MOST_DISCLOSED = 256_000  # bytes of disclosures of one entry: 256 of them fit into a file of 64 MiB
MOST_WIRE_BYTES = 6 * MOST_ENTRY_BYTES + 2 * MOST_DISCLOSED  # JSON writes a control character in six bytes
_DIGEST = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True, kw_only=True)
class Submission:
    """An entry as it will stand in the log, and the disclosures that it comes with, in the order of their names."""

    entry: bytes
    disclosures: tuple[str, ...] = ()

    @cached_property
    def wire(self) -> bytes:
        """The one form in which it is sent and kept; ValueError where the entry is not UTF-8."""
        return canonical({"disclosures": list(self.disclosures), "entry": self.entry.decode()})

    @cached_property
    def digest(self) -> str:
        """The SHA-256 of the wire form, in hexadecimal."""
        return hashlib.sha256(self.wire).hexdigest()


@dataclass(frozen=True, slots=True, kw_only=True)
class Read:
    """A submission as read: the entry's own fields, its authors, the fields that it shows, the files that it brings."""

    fields: Mapping[str, Any]
    authors: tuple[VerifierKey, ...]
    shown: Mapping[str, Any]
    blobs: tuple[str, ...]


def parse_submission(data: bytes) -> Submission:
    """Return the submission of its wire form; ValueError for any other bytes. Its entry is not read yet."""
    if len(data) > MOST_WIRE_BYTES:
        raise ValueError(f"a submission has {len(data)} bytes, more than {MOST_WIRE_BYTES}")
    value = read_json(data)
    if not isinstance(value, dict) or value.keys() != {"disclosures", "entry"}:
        raise ValueError('a submission is an object with "disclosures" and "entry"')
    entry, disclosures = value["entry"], value["disclosures"]
    if not isinstance(entry, str) or not isinstance(disclosures, list) or not all(map(_is_text, disclosures)):
        raise ValueError('a submission\'s "entry" is a text, its "disclosures" a list of texts')
    return Submission(entry=entry.encode(), disclosures=tuple(disclosures))


def _is_text(value: object) -> bool:
    return isinstance(value, str)


def read_submission(submission: Submission) -> Read:
    """Return what a submission says, its signatures and disclosures checked as `verify` checks them.

    Raises ValueError for whatever `verify` would refuse in a log, for more than 256,000 bytes of disclosures, and for
    a commitment that nothing is shown of. What is sealed has its commitments apart, and is not shown.
    """
    if len(submission.entry) > MOST_ENTRY_BYTES:
        raise ValueError(f"an entry has {len(submission.entry)} bytes, more than {MOST_ENTRY_BYTES}")
    if sum(map(len, submission.disclosures)) + len(submission.disclosures) > MOST_DISCLOSED:
        raise ValueError(f"an entry shows more than {MOST_DISCLOSED} bytes of fields")
    entry = parse_entry(submission.entry)
    if not isinstance(entry.fields.get("v"), str):
        raise ValueError('an entry has a string "v", the version of its type')  # noqa: TRY004 - like every other refusal
    shown = disclosed(entry.fields, submission.disclosures)
    _check_whole(entry.fields, shown)
    return Read(fields=entry.fields, authors=entry.authors, shown=shown, blobs=blobs_of(entry.fields))


def _check_whole(fields: dict[str, Any], shown: Mapping[str, Any]) -> None:
    """Raise ValueError unless every field that the entry commits to is shown.

    A mirror cosigns what it has whole (docs/ledger.md, section 2): one commitment of chance would stop every mirror.
    """
    if missing := len(commitments_of(fields)) - len(shown):
        verb = "is" if missing == 1 else "are"
        raise ValueError(
            f"{missing} of its fields {verb} committed to and not shown: no mirror could keep this entry whole"
        )


def said_digest(entry: bytes) -> bytes:
    """Return by what an entry is known again: the SHA-256 of its bytes, of one that was approved that of what was said.

    A passkey signs the same twice with other bytes, and what was approved once stands once.
    """
    if b'"approval":' in entry:
        fields = fields_of(entry)
        if fields.pop("approval", None) is not None:
            return hashlib.sha256(canonical(fields)).digest()
    return hashlib.sha256(entry).digest()


def fields_of(entry: bytes) -> dict[str, Any]:
    """Return the object of an entry whose signatures were checked before; VerificationError where it is none."""
    if not entry.endswith(b"\n"):
        return read_entry(entry)
    return read_entry(parse_note(entry, MOST_AUTHORS).text[:-1].encode())


def sealed_in(fields: Mapping[str, Any]) -> dict[str, int]:
    """Return the files that an entry brings sealed, by their digests, each with how many fields are sealed in it."""
    listed = fields.get("sealed", [])
    sealed = [one for one in listed if isinstance(one, dict)] if isinstance(listed, list) else []
    brought = set(blobs_of(fields))
    return {one["blob"]: len(one.get("commitments", ())) for one in sealed if one.get("blob") in brought}


def blobs_of(fields: Mapping[str, Any]) -> tuple[str, ...]:
    """Return the digests of the files that an entry brings, or raise VerificationError where they are none."""
    names = fields.get("blobs", [])
    if not isinstance(names, list) or not all(isinstance(n, str) and _DIGEST.fullmatch(n) for n in names):
        raise VerificationError('its "blobs" is not a list of SHA-256 digests')
    if names != sorted(set(names)):
        raise VerificationError('its "blobs" are not sorted, or one stands twice')
    return tuple(names)
