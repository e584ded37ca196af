"""A TOML table against the shape that it must have: refused with line and remedy, or known to be right."""

from collections.abc import Mapping

from trucewatch.agreement.fault import Block, at_key, not_one_of
from trucewatch.agreement.shapes import Cell, Either, Listed, Named, Shape, Table, Tables, Word
from trucewatch.agreement.toml_lines import Path


def check(table: Table, block: Block) -> None:
    """Refuse a block that is not such a table.

    Raises:
        AgreementError: for the first key that is wrong, in the order of the file; then for one that is missing.

    """
    for key, value in block.table.items():
        if key not in table.keys:
            raise at_key(block, key, not_one_of(f"key of {table.what}", key, table.keys))
        _check(table.keys[key].shape, block, (key,), value)
    _complete(table, block)


def _complete(table: Table, block: Block) -> None:
    there = block.table.keys()
    for key in table.required:
        if key not in there:
            raise at_key(block, (), f"{key} is missing in {table.what}; write {_written(table, key)}")
    for keys in (*table.one_of, *table.some_of):
        if not there & set(keys):
            either = " or ".join(_written(table, key) for key in keys)
            raise at_key(block, (), f"{table.what} needs {' or '.join(keys)}; write {either}")
    for keys in table.one_of:
        named = [key for key in keys if key in there]
        if len(named) > 1:
            raise at_key(block, named[1], f"{' and '.join(named)} exclude each other in {table.what}; keep one")
    for first, second in table.together:
        if (first in there) != (second in there):
            here, missing = (first, second) if first in there else (second, first)
            raise at_key(block, here, f"{here} needs {missing} beside it; write {_written(table, missing)}")


def _written(table: Table, key: str) -> str:
    shape = table.keys[key].shape
    return f"[[{key}]] tables" if isinstance(shape, Tables) else f"{key} = {shape.example}"


def _check(shape: Shape, block: Block, path: Path, value: object) -> None:
    match shape:
        case Cell():
            if not shape.fits(value):
                raise at_key(block, path, f"{_name(path)} must be {shape.must}")
        case Word():
            if not isinstance(value, str) or value not in shape.known:
                raise at_key(block, path, not_one_of(_name(path), value, shape.known))
        case Either():
            _check_either(shape, block, path, value)
        case Listed() | Tables():
            _check_list(shape, block, path, value)
        case Table() | Named():
            _check_table(shape, block, path, value)


def _check_either(shape: Either, block: Block, path: Path, value: object) -> None:
    if isinstance(value, Mapping if isinstance(shape.nested, Table) else list):
        _check(shape.nested, block, path, value)
        return
    plain = shape.plain
    fits = plain.fits(value) if isinstance(plain, Cell) else value in plain.known
    if not fits:
        must = plain.must if isinstance(plain, Cell) else plain.example
        raise at_key(block, path, f"{_name(path)} must be {must}, or such as {shape.nested.example}")


def _check_list(shape: Listed | Tables, block: Block, path: Path, value: object) -> None:
    kind = f"tables such as [[{_name(path)}]]" if isinstance(shape, Tables) else f"a list such as {shape.example}"
    if not isinstance(value, list) or len(value) < shape.least:
        some = f" with at least {shape.least} of them" if shape.least else ""
        raise at_key(block, path, f"{_name(path)} must be {kind}{some}")
    for number, item in enumerate(value):
        _check(shape.table if isinstance(shape, Tables) else shape.item, block, (*path, number), item)


def _check_table(shape: Table | Named, block: Block, path: Path, value: object) -> None:
    if not isinstance(value, Mapping):
        raise at_key(block, path, f"{_name(path)} must be a table such as {shape.example}")
    if isinstance(shape, Named):
        for name, table in value.items():
            if not shape.name.fits(name):
                raise at_key(block, (*path, name), f"the name {name[:40]!r} must be {shape.name.must}")
            _check(shape.table, block, (*path, name), table)
        return
    check(shape, Block(name=block.name, line=block.line, table=value, lines=block.lines, path=(*block.path, *path)))


def _name(path: Path) -> str:
    """Return the last key of a path: what a list holds is called by the list's own name."""
    return next((part for part in reversed(path) if isinstance(part, str)), "it")
