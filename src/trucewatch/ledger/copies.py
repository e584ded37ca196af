"""What a whole copy of a log holds: which fields and files its entries need, and which of them were erased. Pure."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from trucewatch.ledger.commitments import disclosure_files
from trucewatch.ledger.verify import (
    TILE_WIDTH,
    VerificationError,
    commitments_of,
    disclosed,
    parse_disclosures,
    parse_note,
    read_entry,
)

_DIGEST = re.compile(r"[0-9a-f]{64}")
_OURS = re.compile(r"checkpoint|policy|(tile|disclosures)/[0-9a-z/.]+|blobs/[0-9a-f]{64}")


def fields_of(entry: bytes) -> dict[str, Any]:
    """Return the object of an entry whose form and authors were checked when it came (`verify.parse_entry`)."""
    return read_entry(parse_note(entry).text[:-1].encode() if entry.endswith(b"\n") else entry)


def is_act(entry: bytes) -> bool:
    """Return whether an entry may be an act or the charter: quickly, and never wrongly no."""
    # Canonical JSON has no spaces, and within a string a quotation mark has a backslash before it.
    return b'"type":"act"' in entry or b'"type":"charter"' in entry


def named_blobs(fields: Mapping[str, Any]) -> list[str]:
    """Return the digests of the files that an entry brings, or raise VerificationError."""
    names = fields.get("blobs", [])
    if not isinstance(names, list) or not all(isinstance(n, str) and _DIGEST.fullmatch(n) for n in names):
        raise VerificationError('its "blobs" is not a list of SHA-256 digests')
    if names != sorted(set(names)):
        raise VerificationError('its "blobs" are not sorted, or one stands twice')
    return names


def kept_disclosures(fields: Mapping[str, Any], lines: Sequence[str], erased: frozenset[str]) -> list[str]:
    """Return the disclosures of an entry without those of erased fields.

    Raises VerificationError where one does not belong to the entry, or where one is missing that no act has erased.
    """
    shown = disclosed(dict(fields), lines)
    missing = len(commitments_of(dict(fields))) - len(shown)
    if missing > len(erased - shown.keys()):
        raise VerificationError(f"{missing} of its fields are withheld from this copy")
    return [line for line, name in zip(lines, shown, strict=True) if name not in erased]


def up_to(data: bytes, index: int, size: int) -> bytes:
    """Return a file of disclosures, of the bundle of that index, without lines for entries beyond a tree of a size."""
    lines = parse_disclosures(data, index * TILE_WIDTH, TILE_WIDTH)
    return b"".join(disclosure_files({at: lines[at] for at in lines if at < size}).values())


def is_ours(path: str) -> bool:
    """Return whether a path within a folder is one that a log may have."""
    return bool(_OURS.fullmatch(path))
