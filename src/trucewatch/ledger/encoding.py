"""One encoding of ledger entries: canonical JSON (RFC 8785), so that equal statements are equal bytes.

Entries are written here by the few rules that strings, integers, lists and sorted names need; `read_entry`, the
outsider's check, and the `rfc8785` package judge the bytes in the tests. Reading each entry back as it is written, as
this module once did, took a fifth of a whole run.
"""

import json
from collections.abc import Mapping, Sequence
from itertools import chain
from json import encoder
from typing import Any

from trucewatch.ledger.verify import MOST_DEPTH, MOST_ENTRY_BYTES, MOST_INTEGER, read_entry, read_json

quoted = encoder.encode_basestring  # escapes exactly what RFC 8785, section 3.2.2.2, does
_WRITER = json.JSONEncoder(ensure_ascii=False, check_circular=False, sort_keys=True, separators=(",", ":"))  # in C


def encode(value: Mapping[str, Any]) -> bytes:
    """Return the canonical bytes of an entry: an object with the strings "type" and "v".

    Values are strings, integers up to 2^53 - 1, booleans, null, lists and objects with string names; other numbers
    are written as strings by the caller, since readers of JSON differ on them. Raises ValueError for anything
    else, for names that are not ASCII, and for more than 65,535 bytes (C2SP tlog-tiles prefixes an entry by a uint16).
    """
    if not isinstance(value.get("type"), str) or not isinstance(value.get("v"), str):
        raise ValueError('an entry is not an object with the strings "type" and "v"')  # noqa: TRY004 - like the others
    data = canonical(value)
    _check_length(data)
    return data


def canonical(value: Any) -> bytes:
    """Return the canonical bytes of any value of the kinds that an entry may hold."""
    try:
        data = _value(value).encode()
    except RecursionError:
        raise ValueError("an entry is nested too deeply") from None
    if data.count(b"[") + data.count(b"{") > MOST_DEPTH:  # hardly ever; brackets in texts count here, not there
        read_json(data)
    return data


def _object(value: Mapping[str, Any]) -> str:
    try:
        names = sorted(value)
        whole = "".join(names)
    except TypeError:
        raise ValueError("an entry holds a name that is no string") from None
    if not whole.isascii():  # sorting by UTF-16, as RFC 8785 asks, differs from Unicode's order only beyond ASCII
        raise ValueError("an entry's names are not ASCII")
    if all(type(one) is str or (type(one) is list and _of_strings(one)) for one in value.values()):
        return _WRITER.encode(value)
    return "{" + ",".join([f"{quoted(name)}:{_value(value[name])}" for name in names]) + "}"


def _value(value: Any) -> str:
    if isinstance(value, str):
        return quoted(value)
    if isinstance(value, list):
        return _WRITER.encode(value) if _of_strings(value) else "[" + ",".join(map(_value, value)) + "]"
    if isinstance(value, dict):
        return _object(value)
    if value is None or isinstance(value, bool):
        return {None: "null", True: "true", False: "false"}[value]
    if isinstance(value, int) and abs(value) <= MOST_INTEGER:
        return int.__repr__(value)
    raise ValueError(f"an entry holds what JSON has no one form for: {type(value).__name__}")


def _of_strings(values: Sequence[Any]) -> bool:
    """Tell whether these are strings, or lists of strings: the cells of a row, where nearly all bytes are."""
    kinds = {*map(type, values)}
    return kinds == {str} or (kinds == {list} and {*map(type, chain.from_iterable(values))} == {str})


def decode(data: bytes) -> dict[str, Any]:
    """Return the entry of canonical bytes; raise ValueError for bytes that `encode` would not have written."""
    _check_length(data)
    return read_entry(data)


def _check_length(data: bytes) -> None:
    if len(data) > MOST_ENTRY_BYTES:
        raise ValueError(f"an entry has {len(data)} bytes, more than {MOST_ENTRY_BYTES}")
