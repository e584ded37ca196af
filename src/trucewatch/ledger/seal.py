"""Sealing: what only both guarantors together can open. Nested age (age-encryption.org/v1), on the observer's machine.

What is sealed is an envelope: a line with disclosures, joined by `~`, then the bytes of a file if there is one. The
entry has the commitments of these disclosures in its field `sealed`, so that whoever reads the opened envelope can
check that this is what was sealed; nobody else has the disclosures. The envelope is filled up to whole KiB, encrypted
to the second guarantor, and the result to the first, in the charter's order: neither alone opens it, nor does the
operator.
"""

import hashlib
import operator
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pyrage  # type: ignore[import-untyped]  # compiled, without stubs

from trucewatch.ledger.commitments import Salts, commit
from trucewatch.ledger.verify import commitment, commitments_of, read_disclosure, read_json

STEP = 1024  # bytes: a name, a date of birth and an address fit into one step, so lengths do not tell them apart
MOST_SEALED = 256 << 20  # bytes of one envelope; a guess: it is in memory three times over
MOST_RECIPIENTS = 20  # keys of one guarantor, any of which opens his layer; a guess
AGE = b"age-encryption.org/v1\n"  # C2SP age: the first line of every sealed file
_END = b"\x80"  # ISO/IEC 7816-4: the fill is one byte 80 and zeros, so that who opens it with `age` alone can read on


@dataclass(frozen=True, slots=True, kw_only=True)
class Sealed:
    """A sealed envelope, and what the entry says of it: nothing but digests."""

    data: bytes
    commitments: tuple[str, ...]

    @property
    def sha256(self) -> str:
        """Return the hexadecimal SHA-256 of the sealed bytes, under which they are a blob."""
        return hashlib.sha256(self.data).hexdigest()

    def said(self) -> dict[str, Any]:
        """Return what the list `sealed` of the entry that brings it says of it."""
        return {"blob": self.sha256, "commitments": list(self.commitments)}


@dataclass(frozen=True, slots=True, kw_only=True)
class Opened:
    """What was sealed: the fields by name, the disclosures that show them, and the file, empty where there is none."""

    fields: Mapping[str, Any]
    disclosures: tuple[str, ...]
    file: bytes

    def commitments(self) -> list[str]:
        """Return the digests that the entry must have for these fields."""
        return sorted(map(commitment, self.disclosures))


def seal(data: bytes, recipients: Sequence[Sequence[str]]) -> bytes:
    """Return the data encrypted to each guarantor's recipients in turn, the last one's layer innermost.

    `recipients` has a list for each guarantor, in the charter's order; any one key of a list opens that layer. Raises
    ValueError for fewer than two guarantors, a key that stands twice, and what is no age X25519 recipient.
    """
    keys = [key for layer in recipients for key in layer]
    if len(recipients) < 2 or not all(recipients):
        raise ValueError("sealing needs keys of at least two guarantors, so that no one of them opens it alone")
    if len(set(keys)) != len(keys):
        raise ValueError("the same key stands twice: who has it would open more than one layer")
    if max(map(len, recipients)) > MOST_RECIPIENTS:
        raise ValueError(f"a guarantor has at most {MOST_RECIPIENTS} keys")
    layers = [[_recipient(key) for key in layer] for layer in recipients]
    for layer in reversed(layers):
        data = pyrage.encrypt(data, layer)
    return data


def _recipient(key: str) -> pyrage.x25519.Recipient:
    try:
        return pyrage.x25519.Recipient.from_str(key)
    except pyrage.RecipientError:
        raise ValueError(
            f"{key[:12]!a}... is no key to seal to; one begins with age1, as age-keygen prints it"
        ) from None


def open_layer(data: bytes, identity: str) -> bytes:
    """Return what lies under one layer, with the text of an age identity file: lines, `#` before a remark.

    Raises ValueError where it is not sealed, not to this identity, or was altered; the message repeats neither.
    """
    if not is_sealed(data):
        raise ValueError("it is not sealed: an age file begins otherwise")
    lines = (line.strip() for line in identity.splitlines())
    try:
        identities = [pyrage.x25519.Identity.from_str(line) for line in lines if line and not line.startswith("#")]
    except pyrage.IdentityError:
        raise ValueError("the identity file holds a line that is no age identity (AGE-SECRET-KEY-1...)") from None
    if not identities:
        raise ValueError("the identity file holds no identity")
    try:
        under: bytes = pyrage.decrypt(data, identities)
    except pyrage.DecryptError:
        raise ValueError("this layer does not open: it is sealed to another key, or was altered") from None
    return under


def is_sealed(data: bytes) -> bool:
    """Return whether the bytes begin as an age file does: another layer is on them."""
    return data.startswith(AGE)


def seal_fields(
    fields: Mapping[str, Any], file: bytes | None, recipients: Sequence[Sequence[str]], salts: Salts
) -> Sealed:
    """Return fields, and the bytes of a file, sealed together; of a file its SHA-256 becomes a field of its own.

    Raises ValueError for nothing to seal, too much of it, names that are not ASCII, and as `seal`.
    """
    hidden = dict(fields)
    if file is not None:
        hidden["sha256"] = hashlib.sha256(file).hexdigest()
    if not hidden or len(hidden) != len(fields) + (file is not None):
        raise ValueError("there is nothing to seal, or a field is called sha256, which is the file's")
    entry, disclosures = commit({}, hidden, salts)
    envelope = "~".join(disclosures).encode() + b"\n" + (file or b"")
    if len(envelope) > MOST_SEALED:
        raise ValueError(f"{len(envelope):,} bytes are more than the {MOST_SEALED:,} that are sealed at once")
    return Sealed(data=seal(_filled(envelope), recipients), commitments=tuple(entry["commitments"]))


def read_said(data: bytes, sealed: bytes) -> dict[str, Any]:
    """Return what an entry says of a seal, from the file that lies beside it; ValueError where it is of another one."""
    said = read_json(data.removesuffix(b"\n"))
    if not isinstance(said, dict) or said.keys() != {"blob", "commitments"} or not commitments_of(said):
        raise ValueError("this is not what `seal` writes beside a sealed file")
    if said["blob"] != hashlib.sha256(sealed).hexdigest() or not is_sealed(sealed):
        raise ValueError("the sealed file is not the one that its .json is about")
    return said


def read_envelope(data: bytes) -> Opened:
    """Return what the bytes under the last layer hold; raise ValueError where they are not an envelope."""
    body = data.rstrip(b"\0")
    line, newline, file = body.removesuffix(_END).partition(b"\n")
    if len(data) % STEP or not body.endswith(_END) or not newline or not line.isascii():
        raise ValueError("what was sealed is not an envelope: disclosures, a file, and the fill to whole KiB")
    disclosures = tuple(line.decode().split("~"))
    read = [read_disclosure(disclosure) for disclosure in disclosures]
    names = [name for name, _ in read]
    if any(map(operator.ge, names, names[1:])):
        raise ValueError("the disclosures of the envelope are out of order, or a name stands twice")
    opened = Opened(fields=dict(read), disclosures=disclosures, file=file)
    if file and opened.fields.get("sha256") != hashlib.sha256(file).hexdigest():
        raise ValueError("the file of the envelope is not the one whose digest was sealed with it")
    return opened


def _filled(envelope: bytes) -> bytes:
    return envelope + _END + bytes(-(len(envelope) + len(_END)) % STEP)
