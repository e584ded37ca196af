"""One encoding of ledger entries: canonical JSON (RFC 8785), so that equal statements are equal bytes.

For strings, integers and ASCII names Python's own encoder writes that form; `read_entry`, the outsider's check, is
applied to every entry that is written, and the tests compare with the `rfc8785` package. Using that package here
instead took half of the time of a whole run (100 µs an entry).
"""

import json
from collections.abc import Mapping
from typing import Any

from trucewatch.ledger.verify import MOST_ENTRY_BYTES, read_entry

_WRITER = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), sort_keys=True, allow_nan=False)


def encode(value: Mapping[str, Any]) -> bytes:
    """Return the canonical bytes of an entry: an object with a string "type".

    Values are strings, integers up to 2^53 - 1, booleans, null, lists and objects with string names; other numbers
    are written as strings by the caller, since readers of JSON differ on them. Raises ValueError for anything
    else, for names that UTF-16 would sort otherwise than Unicode, and for more than 65,535 bytes (C2SP
    tlog-tiles prefixes an entry by a uint16).
    """
    try:
        data = _WRITER.encode(dict(value)).encode()
    except TypeError as error:
        raise ValueError(f"an entry holds what JSON has no form for: {error}") from None
    except RecursionError:
        raise ValueError("an entry is nested too deeply") from None
    if decode(data) != value:
        raise ValueError("an entry holds something that reads back as something else, such as a name that is no string")
    return data


def decode(data: bytes) -> dict[str, Any]:
    """Return the entry of canonical bytes; raise ValueError for bytes that `encode` would not have written."""
    if len(data) > MOST_ENTRY_BYTES:
        raise ValueError(f"an entry has {len(data)} bytes, more than {MOST_ENTRY_BYTES}")
    return read_entry(data)
