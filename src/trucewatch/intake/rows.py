"""Bytes to the rows of a table, one at a time, in bounded memory; what is not a row is kept as such.

Comma-separated values after RFC 4180, more strictly: UTF-8, no control characters, at most 16 KiB a row,
because an observation is a row of a table and not a document, and has to fit an entry of the log. More
kindly: LF, CRLF or CR end a line, and a quote inside an unquoted cell is an ordinary character.
"""

import csv
import hashlib
import re
from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import chain

MAX_ROW_BYTES = 16_384  # without its line end
MAX_ROW_LINES = 100  # a cell that holds more lines than this is an unbalanced quote: a guess
HEAD_BYTES = 1_024  # of what cannot be read; the digest stands for the rest
BLOCK_BYTES = 65_536  # read at a time: large enough to be fast, small enough not to matter

LINE_ENDS = (b"\n", b"\r")
UTF8_BOM = b"\xef\xbb\xbf"
WRAPPED = (  # the first bytes of what holds a table in a form that is not looked into
    (b"PK\x03\x04", "a ZIP archive or an Excel workbook"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "an old Excel or Word document"),
    (b"\x1f\x8b", "compressed with gzip"),
    (b"%PDF-", "a PDF document"),
)
_FOREIGN = (  # the first bytes of what people send instead of a CSV file; longer marks first
    (b"\xff\xfe\x00\x00", "UTF-32"),
    (b"\x00\x00\xfe\xff", "UTF-32"),
    (b"\xff\xfe", "UTF-16"),
    (b"\xfe\xff", "UTF-16"),
    *WRAPPED,
)
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")  # Unicode category Cc but tab, LF, CR
_UNCLOSED = (
    f"opens a quote that is not closed within {MAX_ROW_LINES} lines, {MAX_ROW_BYTES:,} bytes and the header's cells"
)


@dataclass(frozen=True, slots=True)
class Row:
    """One row: the `line` it begins on, counted from 1, its text without the line end, and its cells."""

    line: int
    text: str
    cells: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class BadRow:
    """Bytes that are not a row: where they begin (0: the whole file), why, and what is kept of them."""

    line: int
    reason: str
    beginning: str
    size: int
    sha256: str


@dataclass(slots=True)
class Extract:
    """What is kept of bytes that cannot be read: their beginning, number and digest, added up piece by piece."""

    beginning: bytes = b""
    size: int = 0
    digest: "hashlib._Hash" = field(default_factory=hashlib.sha256)

    def add(self, piece: bytes) -> bytes:
        """Take in a piece and return it."""
        if self.size < HEAD_BYTES:
            self.beginning += piece[: HEAD_BYTES - self.size]
        self.size += len(piece)
        self.digest.update(piece)
        return piece

    def bad(self, line: int, reason: str) -> BadRow:
        """Return what was taken in as a bad row."""
        text = self.beginning.decode("utf-8", "backslashreplace")
        shown = _CONTROL.sub(lambda sign: f"\\x{ord(sign[0]):02x}", text)
        return BadRow(line, reason, shown, self.size, self.digest.hexdigest())


Line = tuple[int, bytes | Extract]


def rows(chunks: Iterable[bytes], *, as_they_come: bool = False) -> Iterator[Row | BadRow]:
    """Return the rows of a file in its order; blank lines are skipped, everything else is a Row or a BadRow.

    A quote that nothing closes costs its own line only. A file that is not text is one BadRow of line 0. Chunks are
    gathered into large blocks first, but where each is a line that is asked for as it comes.
    """
    blocks = iter(chunks) if as_they_come else _blocks(chunks)
    first = next(blocks, b"")
    if reason := _not_text(first):
        yield _gathered(chain([first], blocks)).bad(0, reason)
    else:
        yield from _rows(enumerate(_lines(chain([first.removeprefix(UTF8_BOM)], blocks)), start=1))


def bad_row(line: int, content: bytes, reason: str) -> BadRow:
    """Return the bytes of a row as a bad row."""
    return _gathered([content]).bad(line, reason)


# --- from bytes to lines --------------------------------------------------------------------------


def _gathered(pieces: Iterable[bytes]) -> Extract:
    extract = Extract()
    for piece in pieces:
        extract.add(piece)
    return extract


def _blocks(chunks: Iterable[bytes]) -> Iterator[bytes]:
    """Yield the same bytes in blocks of even size, so that neither tiny nor huge chunks cost anything."""
    held: list[bytes] = []
    size = 0
    for chunk in chunks:
        for start in range(0, len(chunk), BLOCK_BYTES):
            held.append(chunk[start : start + BLOCK_BYTES])
            size += len(held[-1])
            if size >= BLOCK_BYTES:
                yield b"".join(held)
                held, size = [], 0
    if held:
        yield b"".join(held)


def _not_text(beginning: bytes) -> str:
    for mark, what in _FOREIGN:
        if beginning.startswith(mark):
            return f"the file is {what}, not CSV text in UTF-8; save it as CSV in UTF-8"
    zeros = [byte == 0 for byte in beginning[:4]]
    if zeros in ([False, True, False, True], [True, False, True, False]):
        return "the file is UTF-16, not CSV text in UTF-8; save it as CSV in UTF-8"
    return "the file is binary, not CSV text in UTF-8" if sum(zeros) >= 3 else ""


def _pieces(blocks: Iterable[bytes]) -> Iterator[bytes]:
    """Yield lines with their ends; a line longer than a row may be comes in several pieces, each too long itself."""
    held = b""
    for block in blocks:
        pieces = (held + block).splitlines(keepends=True)
        held = pieces.pop() if pieces and not pieces[-1].endswith(b"\n") else b""
        yield from pieces
        if len(held) > MAX_ROW_BYTES + 2:
            # a CR may be the first half of a CRLF, so it waits for what follows
            keep = 1 if held.endswith(b"\r") else 0
            yield held[: len(held) - keep]
            held = held[len(held) - keep :]
    if held:
        yield held


def _lines(blocks: Iterable[bytes]) -> Iterator[bytes | Extract]:
    """Yield each line with its end, or what is kept of it where it is too long for a row."""
    pieces = _pieces(blocks)
    for piece in pieces:
        if len(piece) <= MAX_ROW_BYTES or len(_bare(piece)) <= MAX_ROW_BYTES:
            yield piece
        else:
            yield _gathered(map(_bare, chain([piece], () if _ended(piece) else _rest(pieces))))


def _rest(pieces: Iterator[bytes]) -> Iterator[bytes]:
    for piece in pieces:
        yield piece
        if _ended(piece):
            return


def _ended(piece: bytes) -> bool:
    return piece.endswith(LINE_ENDS)


def _bare(line: bytes) -> bytes:
    return line.rstrip(b"\r\n")


# --- from lines to rows ---------------------------------------------------------------------------


def _rows(lines: Iterator[Line]) -> Iterator[Row | BadRow]:
    ahead: deque[Line] = deque()
    width = 0
    while (line := ahead.popleft() if ahead else next(lines, None)) is not None:
        number, content = line
        if isinstance(content, Extract):
            yield content.bad(number, f"has {content.size:,} bytes; a row has at most {MAX_ROW_BYTES:,}")
        elif not content.isspace():
            row = _row(number, content, ahead, lines, width)
            if isinstance(row, Row):
                width = width or len(row.cells)
            yield row


def _row(number: int, content: bytes, ahead: deque[Line], lines: Iterator[Line], width: int) -> Row | BadRow:
    try:
        text = _text(content)
        if '"' not in text:
            return Row(number, text, tuple(text.split(",")))
        cells = _cells(text)
        if cells is None:
            text, cells = _over_lines(content, ahead, lines, width)
    except ValueError as error:
        return bad_row(number, _bare(content), str(error))
    return Row(number, text, cells)


def _text(content: bytes) -> str:
    try:
        text = _bare(content).decode("utf-8")
    except UnicodeDecodeError as error:
        byte = error.object[error.start]
        raise ValueError(f"is not UTF-8 at byte {error.start + 1} (0x{byte:02x}); is it another encoding?") from None
    if not text.isprintable() and (sign := _CONTROL.search(text)):  # the first is fast and nearly always true
        raise ValueError(f"holds the control character U+{ord(sign[0]):04X} at position {sign.start() + 1}")
    return text


def _cells(text: str) -> tuple[str, ...] | None:
    """Return the cells of a row with quotes, None where a quote is still open, ValueError where it is misplaced."""
    try:
        return tuple(next(csv.reader([text], strict=True)))
    except csv.Error:
        pass
    try:
        next(csv.reader([text + '"'], strict=True))
    except csv.Error:
        raise ValueError("has a quoted cell that goes on after its closing quote") from None
    return None


def _over_lines(content: bytes, ahead: deque[Line], lines: Iterator[Line], width: int) -> tuple[str, tuple[str, ...]]:
    """Return text and cells of a row that goes on over further lines, and take these from what lies ahead.

    A row that does not come out with the header's number of cells was a stray quote: nothing is taken.
    """
    tails = _tails(len(content), ahead, lines)
    text = _text(b"".join([content, *tails]))
    cells = _cells(text)
    if not tails or cells is None or len(cells) != (width or len(cells)):
        raise ValueError(_UNCLOSED)
    for _ in tails:
        ahead.popleft()
    return text, cells


def _tails(size: int, ahead: deque[Line], lines: Iterator[Line]) -> list[bytes]:
    """Return the lines up to the one that closes the open quote; none where nothing closes it."""
    tails: list[bytes] = []
    while len(tails) < MAX_ROW_LINES - 1:
        if len(tails) == len(ahead):
            following = next(lines, None)
            if following is None:
                return []
            ahead.append(following)
        tail = ahead[len(tails)][1]
        if isinstance(tail, Extract) or size + len(tail) > MAX_ROW_BYTES:
            return []
        tails.append(tail)
        size += len(tail)
        # only a quote can close a quote, and the state inside one is that after an opening quote
        if b'"' in tail and _cells('"' + _text(tail)) is not None:
            return tails
    return []
