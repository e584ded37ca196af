"""On which line of a TOML text each key stands, also inside sub-tables, lists and inline tables.

Python's own reader gives values without their places, and a complaint about the third reading of an obligation must
name the line of that reading. The text has been read by `tomllib` before: it is TOML 1.0 (toml.io/en/v1.0.0), so that
nothing is checked here again.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

Path = tuple[str | int, ...]  # of keys and of numbers in lists, from the top of the text

_TOKEN = re.compile(
    r'''(?P<text>"""(?:[^\\]|\\.)*?"""{1,3}|\'\'\'.*?\'\'\'\'{0,2}|"(?:[^"\\\n]|\\.)*"|'[^'\n]*')'''
    r"""|(?P<sign>[\[\]{},=.\n])|(?P<bare>[^\s\[\]{},=.#"']+)|(?P<blank>[ \t\r]+|\#[^\n]*)""",
    re.DOTALL,
)
_ESCAPED = re.compile(r"\\(?:u([0-9A-Fa-f]{4})|U([0-9A-Fa-f]{8})|(.))")
_SHORT = {"b": "\b", "t": "\t", "n": "\n", "f": "\f", "r": "\r"}


@dataclass(slots=True)
class _Tokens:
    """The words and signs of a text with their lines, and how far they are read."""

    found: list[tuple[str, str, int]]
    at: int = 0
    lines: dict[Path, int] = field(default_factory=dict)

    def peek(self) -> str:
        return self.found[self.at][1] if self.at < len(self.found) else ""

    def take(self) -> tuple[str, str, int]:
        self.at += 1
        return self.found[self.at - 1]

    def skip_line_ends(self) -> None:
        while self.peek() == "\n":
            self.at += 1

    def note(self, path: Path, line: int) -> None:
        self.lines.setdefault(path, line)


def lines_of(text: str, first: int) -> Mapping[Path, int]:
    """Return the line of every key, list item and table of a TOML text whose first line has the number `first`."""
    tokens = _Tokens(list(_tokens(text, first)))
    counts: dict[Path, int] = {}  # of the tables of each [[list]] so far
    table: Path = ()
    while True:
        tokens.skip_line_ends()
        if not tokens.peek():
            return tokens.lines
        if tokens.peek() == "[":
            table = _header(tokens, counts)
        else:
            _pair(tokens, table)


def _tokens(text: str, first: int) -> Iterator[tuple[str, str, int]]:
    line = first
    for match in _TOKEN.finditer(text):
        kind, word = match.lastgroup or "", match.group()
        if kind != "blank":
            yield kind, word, line
        line += word.count("\n")


def _header(tokens: _Tokens, counts: dict[Path, int]) -> Path:
    """Return the path of the table that a header [a.b] or [[a.b]] opens; a list stands for its last table."""
    line = tokens.take()[2]
    is_list = tokens.peek() == "["
    if is_list:
        tokens.take()
    *above, last = _key(tokens, "]")
    if is_list:
        tokens.take()
    path: Path = ()
    for part in above:
        path = _in_list((*path, part), counts)
        tokens.note(path, line)
    path = (*path, last)
    tokens.note(path, line)
    if is_list:
        counts[path] = counts.get(path, -1) + 1
        path = _in_list(path, counts)
        tokens.note(path, line)
    return path


def _in_list(path: Path, counts: Mapping[Path, int]) -> Path:
    return (*path, counts[path]) if path in counts else path


def _pair(tokens: _Tokens, table: Path) -> None:
    line = tokens.found[tokens.at][2]
    path = table
    for part in _key(tokens, "="):
        path = (*path, part)
        tokens.note(path, line)
    _value(tokens, path)


def _key(tokens: _Tokens, end: str) -> list[str]:
    """Return the parts of a dotted key and step over the sign that ends it."""
    parts: list[str] = []
    while True:
        kind, word, _ = tokens.take()
        if kind == "sign":
            if word == end:
                return parts
        else:
            parts.append(_unquoted(word) if kind == "text" else word)


def _unquoted(word: str) -> str:
    """Return the key in quotation marks, of which one pair stands on one line."""
    if word.startswith("'"):
        return word[1:-1]
    return _ESCAPED.sub(lambda m: chr(int(m[1] or m[2], 16)) if m[1] or m[2] else _SHORT.get(m[3], m[3]), word[1:-1])


def _value(tokens: _Tokens, path: Path) -> None:
    """Step over a value, and note what stands inside it."""
    if tokens.peek() == "[":
        _list(tokens, path)
    elif tokens.peek() == "{":
        _inline(tokens, path)
    else:  # a text, a number, a time: up to the sign that ends it; the dot of 1.5 is none
        while tokens.peek() not in ("", "\n", ",", "]", "}"):
            tokens.take()


def _list(tokens: _Tokens, path: Path) -> None:
    tokens.take()
    number = 0
    while True:
        tokens.skip_line_ends()
        if tokens.peek() == "]":
            tokens.take()
            return
        tokens.note((*path, number), tokens.found[tokens.at][2])
        _value(tokens, (*path, number))
        number += 1
        tokens.skip_line_ends()
        if tokens.peek() == ",":
            tokens.take()


def _inline(tokens: _Tokens, path: Path) -> None:
    tokens.take()
    while True:
        tokens.skip_line_ends()  # TOML 1.1 lets an inline table run over lines
        if tokens.peek() == "}":
            tokens.take()
            return
        if tokens.peek() == ",":
            tokens.take()
            continue
        _pair(tokens, path)
