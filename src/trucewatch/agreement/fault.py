"""What is wrong with an agreement file: where, what, and what to write instead, in one line."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from typing import Any

from trucewatch.agreement.toml_lines import Path


class AgreementError(ValueError):
    """An agreement file cannot be read as it stands; the message is `<file> line <n>: <what, and the remedy>`."""

    def __init__(self, name: str, line: int, what: str) -> None:
        super().__init__(f"{name} line {line}: {what}")
        self.line = line
        self.what = what


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """A TOML table of an agreement file, or a table inside one.

    `line` is the line of the file, from 1, on which the whole text begins; `lines` are those of its keys, by the path
    from the top of the text, and `path` leads to this table.
    """

    name: str
    line: int
    table: Mapping[str, Any]
    lines: Mapping[Path, int] = field(default_factory=dict)
    path: Path = ()


def at_line(name: str, line: int, message: str) -> AgreementError:
    """Return the error for a line of the file, on one line whatever the file wrote into the message."""
    return AgreementError(name, line, " ".join(message.split()))


def at_key(block: Block, key: str | Path, message: str) -> AgreementError:
    """Return the error for the line on which a key of a block stands, else for the line of the block."""
    return at_line(block.name, line_of(block, key), message)


def line_of(block: Block, key: str | Path = ()) -> int:
    """Return the line on which a key, or a path of keys, of a block stands; where it is missing, that of its table."""
    path = (*block.path, *((key,) if isinstance(key, str) else key))
    known = (block.lines[path[:length]] for length in range(len(path), 0, -1) if path[:length] in block.lines)
    return next(known, block.line)


def inner(block: Block, *path: str | int) -> Block:
    """Return the table that a path inside a block leads to."""
    table: Any = block.table
    for part in path:
        table = table[part]
    return Block(name=block.name, line=block.line, table=table, lines=block.lines, path=(*block.path, *path))


def not_one_of(what: str, word: object, known: Iterable[str]) -> str:
    """Return a message that lists the known words and offers the nearest one."""
    words = tuple(known)
    near = get_close_matches(str(word), words, n=1)
    offer = f"; did you mean {near[0]}?" if near else ""
    return f"{what} {str(word)[:40]!r} is not one of {', '.join(words) or 'those that are there (none)'}{offer}"
