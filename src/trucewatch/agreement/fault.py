"""What is wrong with an agreement file: where, what, and what to write instead, in one line."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any


class AgreementError(ValueError):
    """An agreement file cannot be read as it stands; the message is `<file> line <n>: <what, and the remedy>`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """A TOML table of an agreement file; `line` is the line of the file, from 1, on which its text begins."""

    name: str
    line: int
    text: str
    table: Mapping[str, Any]


def at_line(name: str, line: int, message: str) -> AgreementError:
    """Return the error for a line of the file, on one line whatever the file wrote into the message."""
    return AgreementError(f"{name} line {line}: {' '.join(message.split())}")


def at_key(block: Block, key: str, message: str) -> AgreementError:
    """Return the error for the line of a block on which a key first stands, else for the block's first line."""
    written = re.compile(rf"""\s*(\[\[?\s*)?["']?{re.escape(key)}["']?\s*(=|\.|\])""")
    for offset, line in enumerate(block.text.split("\n")):
        if written.match(line):
            return at_line(block.name, block.line + offset, message)
    return at_line(block.name, block.line, message)


def not_one_of(what: str, word: object, known: Iterable[str]) -> str:
    """Return a message that lists the known words and offers the nearest one."""
    words = tuple(known)
    near = get_close_matches(str(word), words, n=1)
    offer = f"; did you mean {near[0]}?" if near else ""
    return f"{what} {str(word)[:40]!r} is not one of {', '.join(words)}{offer}"
