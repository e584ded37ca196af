"""The published JSON Schema of an agreement file's TOML, written from the list of keys that the reader uses.

JSON has no dates: a TOML date or time stands as the same text (RFC 3339), as editors and validators of TOML do it. What
a schema cannot say is left to `trucewatch agreement check`: that an id is there, that an end comes after a beginning.
"""

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from trucewatch.agreement.duty_keys import OBLIGATIONS
from trucewatch.agreement.keys import FRONT, REASON
from trucewatch.agreement.shapes import Cell, Either, Key, Listed, Named, Schema, Shape, Table, Tables, Word

DIALECT = "https://json-schema.org/draft/2020-12/schema"
ABOUT = (
    "The TOML of an agreement file: its front matter, between two lines +++, and each of its fenced blocks. Dates and "
    "times of TOML stand as text. That ids lead somewhere and times follow each other is not in this schema; "
    "`trucewatch agreement check FILE` tells."
)


def agreement_schema() -> bytes:
    """Return the schema as it is published, in UTF-8."""
    blocks = (*OBLIGATIONS.values(), REASON)
    tables = {_name(table): table for root in (FRONT, *blocks) for table in _tables(root)}
    shared = _shared(tables.values())
    whole = {
        "$schema": DIALECT,
        "title": "Trucewatch agreement file",
        "description": ABOUT,
        "anyOf": [_ref(FRONT), {"$ref": "#/$defs/block"}],
        "$defs": {
            "block": {"description": "One fenced block of a clause.", "oneOf": [_ref(table) for table in blocks]},
            **{name: _key(key) for name, key in shared.items()},
            **{name: _table(table, shared) for name, table in tables.items()},
        },
    }
    return (json.dumps(whole, indent=1) + "\n").encode()


def _shared(tables: Iterable[Table]) -> Mapping[str, Key]:
    """Return the keys that several tables have, each by a name; of two of one name the first."""
    found = [pair for table in tables for pair in table.keys.items()]
    shared: dict[str, Key] = {}
    for name, key in found:
        if sum(key is other for _, other in found) > 1:
            shared.setdefault(f"key_{name}", key)
    return shared


def _tables(table: Table) -> Iterator[Table]:
    yield table
    for key in table.keys.values():
        for inside in _inside(key.shape):
            yield from _tables(inside)


def _inside(shape: Shape) -> tuple[Table, ...]:
    match shape:
        case Table():
            return (shape,)
        case Tables() | Named():
            return (shape.table,)
        case Either() if isinstance(shape.nested, Table):
            return (shape.nested,)
        case _:
            return ()


def _name(table: Table) -> str:
    """Return the name of a table's definition: what it is, without its article."""
    return re.sub(r"[^a-z]+", "_", re.sub(r"^(a|an|the|what) |'s\b", "", table.what))


def _ref(table: Table) -> Schema:
    return {"$ref": f"#/$defs/{_name(table)}"}


def _key(key: Key) -> Schema:
    return {"description": key.says, **_shape(key.shape)}


def _property(key: Key, shared: Mapping[str, Key]) -> Schema:
    name = next((name for name, other in shared.items() if other is key), None)
    return _key(key) if name is None else {"$ref": f"#/$defs/{name}"}


def _table(table: Table, shared: Mapping[str, Key]) -> Schema:
    needs: list[Schema] = [{"oneOf": [{"required": [key]} for key in keys]} for keys in table.one_of]
    needs += [{"anyOf": [{"required": [key]} for key in keys]} for keys in table.some_of]
    beside = {one: [other] for pair in table.together for one, other in (pair, pair[::-1])}
    return {
        "description": table.what,
        "type": "object",
        "additionalProperties": False,
        "properties": {name: _property(key, shared) for name, key in table.keys.items()},
        **({"required": list(table.required)} if table.required else {}),
        **({"allOf": needs} if needs else {}),
        **({"dependentRequired": beside} if beside else {}),
    }


def _shape(shape: Shape) -> Mapping[str, Any]:
    match shape:
        case Cell():
            found = shape.schema
        case Word():
            found = {"enum": list(shape.known)}
        case Listed():
            found = _array(_shape(shape.item), shape.least)
        case Tables():
            found = _array(_ref(shape.table), shape.least)
        case Table():
            found = _ref(shape)
        case Named():
            names = {"pattern": shape.name.schema["pattern"]}
            found = {"type": "object", "propertyNames": names, "additionalProperties": _ref(shape.table)}
        case Either():
            found = {"anyOf": [_shape(shape.plain), _shape(shape.nested)]}
    return found


def _array(items: Schema, least: int) -> Schema:
    return {"type": "array", "items": items, **({"minItems": least} if least else {})}
