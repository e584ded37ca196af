"""What a whole copy of a log holds: which fields and files its entries need, who may have signed them, what was erased.

Pure.
"""

import re
from collections.abc import Callable, Collection, Mapping, Sequence
from copy import deepcopy
from typing import Any

from rfc3161_client import decode_timestamp_response

from trucewatch.ledger.verify import (
    Rules,
    VerificationError,
    commitments_of,
    disclosed,
    follow_rules,
    parse_note,
    read_disclosure,
    read_entry,
)

_DIGEST = re.compile(r"[0-9a-f]{64}")
_OURS = re.compile(r"checkpoint|policy|(tile|disclosures)/[0-9a-z/.]+|blobs/[0-9a-f]{64}")


def fields_of(entry: bytes) -> dict[str, Any]:
    """Return the object of an entry whose form and authors were checked when it came (`verify.parse_entry`)."""
    return read_entry(parse_note(entry).text[:-1].encode() if entry.endswith(b"\n") else entry)


_RULED = (b'"type":"act"', b'"type":"charter"', b'"type":"statement"', b'"approval":', b'"who":')


def may_be_ruled(entry: bytes) -> bool:
    """Return whether an entry may be one that `verify.is_ruled`: quickly, and never wrongly no."""
    # Canonical JSON has no spaces, and within a string a quotation mark has a backslash before it.
    return any(mark in entry for mark in _RULED)


def ruled(
    before: Rules | None,
    origin: str,
    acts: Sequence[int],
    authors: Mapping[str, int],
    entry_at: Callable[[int], dict[str, Any]],
) -> Rules | None:
    """Return the rules of a log after more entries: `before` with what the acts at these indexes changed.

    `authors` has for each author's key the first of the new entries that it signed. Raises VerificationError as
    `verify` does: for an act that two guarantors have not approved, for an author who is not enrolled, for what nobody
    of the staff has approved.
    """
    return follow_rules(deepcopy(before), origin, acts, authors, entry_at)


def named_blobs(fields: Mapping[str, Any]) -> list[str]:
    """Return the digests of the files that an entry brings, or raise VerificationError."""
    names = fields.get("blobs", [])
    if not isinstance(names, list) or not all(isinstance(n, str) and _DIGEST.fullmatch(n) for n in names):
        raise VerificationError('its "blobs" is not a list of SHA-256 digests')
    if names != sorted(set(names)):
        raise VerificationError('its "blobs" are not sorted, or one stands twice')
    return names


def kept_disclosures(fields: Mapping[str, Any], lines: Sequence[str], erased: Collection[str]) -> list[str]:
    """Return the disclosures of an entry without those of erased fields.

    Raises VerificationError where one does not belong to the entry, or where one is missing that no act has erased.
    """
    shown = disclosed(dict(fields), lines)
    missing = len(commitments_of(dict(fields))) - len(shown)
    if missing > len(set(erased) - shown.keys()):
        raise VerificationError(f"{missing} of its fields are withheld from this copy")
    return [line for line, name in zip(lines, shown, strict=True) if name not in erased]


def without(lines: Sequence[str], erased: Collection[str]) -> list[str]:
    """Return disclosures that were checked before, without those of these fields."""
    return [line for line in lines if not erased or read_disclosure(line)[0] not in erased]


def is_stamp(data: bytes, digest: str) -> bool:
    """Return whether this is a time stamp (RFC 3161) over a text of this SHA-256; whose, the reader has to ask."""
    try:
        return decode_timestamp_response(data).tst_info.message_imprint.message == bytes.fromhex(digest)
    except ValueError:
        return False


def is_ours(path: str) -> bool:
    """Return whether a path within a folder is one that a log may have."""
    return bool(_OURS.fullmatch(path))
