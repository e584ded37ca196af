"""One encoding of ledger entries: canonical JSON (RFC 8785), so that equal statements are equal bytes."""

from collections.abc import Mapping
from typing import Any

import rfc8785

from trucewatch.ledger.verify import MOST_ENTRY_BYTES, read_entry


def encode(value: Mapping[str, Any]) -> bytes:
    """Return the canonical bytes of an entry: an object with a string "type".

    Values are strings, integers up to 2^53 - 1, booleans, null, lists and objects; other numbers are written
    as strings by the caller, since readers of JSON differ on them. Raises ValueError for anything else and
    for more than 65,535 bytes (C2SP tlog-tiles prefixes an entry by a uint16).
    """
    try:
        data = rfc8785.dumps(dict(value))
    except RecursionError:
        raise ValueError("an entry is nested too deeply") from None
    if len(data) > MOST_ENTRY_BYTES:
        raise ValueError(f"an entry has {len(data)} bytes, more than {MOST_ENTRY_BYTES}")
    read_entry(data)
    return data


def decode(data: bytes) -> dict[str, Any]:
    """Return the entry of canonical bytes; raise ValueError for bytes that `encode` would not have written."""
    if len(data) > MOST_ENTRY_BYTES:
        raise ValueError(f"an entry has {len(data)} bytes, more than {MOST_ENTRY_BYTES}")
    return read_entry(data)
