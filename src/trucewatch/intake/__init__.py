"""Bytes in; Observation, Record or Rejection out. `READERS` is the one table of source kinds.

Rows in = observations + records + rejections, always: what cannot be read is listed with its file, row and reason.
"""

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from trucewatch.intake import smm
from trucewatch.intake.canonical import CANONICAL
from trucewatch.intake.cells import of_column
from trucewatch.intake.claims import CLAIMS
from trucewatch.intake.firms import HOT_SPOTS
from trucewatch.intake.reader import Context, Reader
from trucewatch.intake.records import RECORDS
from trucewatch.intake.rows import BadRow, Extract, Row, bad_row, rows
from trucewatch.intake.sealed import SealedError, refuse_names, refuse_unknown
from trucewatch.model import Observation, Record, Rejection

# The first whose columns the header has reads the file; tables of records have the canonical columns too, and more.
READERS: tuple[Reader, ...] = (*RECORDS, CANONICAL, smm.OBSERVATIONS, smm.WITHDRAWAL, smm.TOTALS, HOT_SPOTS, CLAIMS)

Raw = tuple[tuple[str, str], ...]

# A file with more bad rows than this is the wrong file. Listing each of 100 million two-byte rows would take
# gigabytes; the tail is counted and the file itself kept beside the log.
MOST_REJECTED = 10_000
MOST_ENTRY_BYTES = 60_000  # of a row written as JSON: an entry of the log has 65,535 bytes and says a little more
MOST_LISTED = 100_000  # people on one list, which is held in memory until its last row is read: a guess
SURELY_FITS = 5_000  # characters: of four bytes each, or two where JSON escapes them, with their punctuation


class Cells(dict[str, str]):
    """The cells of a row by column; an absent column reads as an empty cell, so that both mean "not stated"."""

    __slots__ = ()

    def __missing__(self, column: str) -> str:
        return ""


def read(
    name: str, chunks: Iterable[bytes], context: Context, *, as_they_come: bool = False
) -> Iterator[Observation | Record | Rejection]:
    """Return one observation, record or rejection for each row below the header; `name` is the file's, for rejections.

    A file that has no header of a known kind is one rejection of row 0. So is one that names people, and a list with
    any fault: of these nothing is kept. `as_they_come`: chunks are lines, and each row is read before the next is asked
    for.
    """
    whole = Extract()
    table = rows(map(whole.add, chunks), as_they_come=as_they_come)
    header = next(table, None)
    try:
        columns, reader = _recognised(header, whole.beginning)
    except ValueError as error:
        following = sum(1 for _ in table)
        also = f"; its {following:,} rows were not read" if following else ""
        yield _refused(name, whole, f"{error}{also}", following, is_sealed=isinstance(error, SealedError))
        return
    if reader.is_sealed:
        listed, seen, fault = _listed(table, columns, reader, context)
        yield from [_refused(name, whole, fault, seen, is_sealed=True)] if fault else listed
    else:
        yield from _tail_folded(_one(name, row, columns, reader, context) for row in table)


def _tail_folded(
    outcomes: Iterable[Observation | Record | Rejection],
) -> Iterator[Observation | Record | Rejection]:
    """Yield the outcomes; of one file's rejections beyond MOST_REJECTED a single one that stands for them all."""
    rejected = 0
    tail: Rejection | None = None
    for outcome in outcomes:
        rejected += isinstance(outcome, Rejection)
        if not isinstance(outcome, Rejection) or rejected <= MOST_REJECTED:
            yield outcome
        elif tail is None:
            tail = outcome
    if tail is not None:
        more = rejected - MOST_REJECTED
        reason = f"{tail.reason} (and {more - 1:,} more rejected rows from here on; the file is kept whole)"
        yield replace(tail, reason=reason, rows=more)


def _listed(
    table: Iterable[Row | BadRow], columns: tuple[str, ...], reader: Reader, context: Context
) -> tuple[list[Observation | Record], int, str]:
    """Return the records of a sealed table, the number of its rows, and what is wrong with the first bad one ("")."""
    found: list[Observation | Record] = []
    seen, fault = 0, ""
    for seen, row in enumerate(table, start=1):
        if fault:
            continue
        try:
            if seen > MOST_LISTED:
                raise ValueError(f"is one more than the {MOST_LISTED:,} that a list may have")  # noqa: TRY301
            found.append(_read_row(row, columns, reader, context))
        except ValueError as error:
            fault = f"row {row.line} {error}; a list is read whole or not at all, and nothing of this file is kept"
    return found, seen, fault


def reread(kind: str, raw: Raw, context: Context) -> Observation | Record:
    """Return the observation or record that a reader makes of kept cells: the same that it made of the file.

    Raises:
        ValueError: when no reader has that name, or the cells cannot be read in this context.

    """
    for reader in READERS:
        if reader.kind == kind:
            return _observe(reader, raw, context)
    raise ValueError(f"no reader is called {kind[:40]!r}; there are {_kinds()}")


def _observe(reader: Reader, raw: Raw, context: Context) -> Observation | Record:
    """Return what the reader makes of the cells; from `read` and from `reread` alike."""
    made = reader.read(Cells(raw), context)
    done = made.reader == reader.kind and made.raw == raw
    return made if done else replace(made, reader=reader.kind, raw=raw)


def _one(
    name: str, row: Row | BadRow, columns: tuple[str, ...], reader: Reader, context: Context
) -> Observation | Record | Rejection:
    try:
        return _read_row(row, columns, reader, context)
    except ValueError as error:
        return _rejection(name, row if isinstance(row, BadRow) else bad_row(row.line, row.text.encode(), str(error)))


def _read_row(row: Row | BadRow, columns: tuple[str, ...], reader: Reader, context: Context) -> Observation | Record:
    if isinstance(row, BadRow):
        raise ValueError(row.reason)  # noqa: TRY004 - the row is wrong, not the call
    if len(row.cells) != len(columns):
        raise ValueError(f"has {len(row.cells)} cells, the header has {len(columns)}")
    raw = tuple([of_column(column, cell) for column, cell in zip(columns, row.cells, strict=True) if cell])
    if not raw:
        raise ValueError("has nothing in any cell: a blank row of a spreadsheet, which may be deleted")
    if len(row.text) + sum(map(len, columns)) > SURELY_FITS:
        _check_fits(raw)
    return _observe(reader, raw, context)


def _check_fits(raw: Raw) -> None:
    if len(json.dumps(raw, ensure_ascii=False).encode()) > MOST_ENTRY_BYTES:
        raise ValueError("is with its columns too long for an entry of the log; shorten the header or the row")


def _rejection(name: str, bad: BadRow) -> Rejection:
    return Rejection(file=name, row=bad.line, reason=bad.reason, raw=bad.beginning, size=bad.size, sha256=bad.sha256)


def _refused(name: str, whole: Extract, reason: str, following: int, *, is_sealed: bool) -> Rejection:
    """Return the rejection of a whole file, which stands for all its rows; of a sealed one without its bytes."""
    refused = replace(_rejection(name, whole.bad(0, reason)), rows=max(following, 1))
    return replace(refused, raw="") if is_sealed else refused


# --- the header -----------------------------------------------------------------------------------


def _recognised(header: Row | BadRow | None, beginning: bytes) -> tuple[tuple[str, ...], Reader]:
    """Return the columns and the reader of a header; ValueError says why there is none.

    `beginning` is that of the file; SealedError says that it names people or may do so.
    """
    if header is None:
        raise ValueError("the file is empty")
    refuse_names(header, beginning)
    if isinstance(header, BadRow):
        raise ValueError(header.reason if header.line == 0 else f"the header cannot be read: it {header.reason}")  # noqa: TRY004
    columns = tuple(cell.strip() or f"column {number}" for number, cell in enumerate(header.cells, start=1))
    twice = [column for column, times in Counter(columns).items() if times > 1]
    reader = next((each for each in READERS if each.columns <= set(columns)), None)
    if twice or reader is None or ("person" in columns and not reader.is_sealed):
        refuse_unknown(columns, beginning)
    if twice:
        raise ValueError(f"the header has the column {twice[0][:40]!r} more than once")
    if reader is not None:
        return columns, reader
    raise ValueError(f"the header is of no known kind{_hint(header.text, columns)}")


def _kinds() -> str:
    return "; ".join(f"{reader.kind} ({', '.join(sorted(reader.columns))})" for reader in READERS)


def _hint(header: str, columns: Sequence[str]) -> str:
    """Return what to do about a header; no word of it is repeated, for it may be anything.

    All kinds are listed only where the header is like none of them.
    """
    for sign, word in ((";", "semicolons"), ("\t", "tabs")):
        if header.count(sign) > header.count(","):
            return f": its cells seem to be separated by {word}; use commas"
    small = {column.lower() for column in columns}
    nearest = max(READERS, key=lambda reader: len(reader.columns & small) / len(reader.columns))
    lacks = nearest.columns - small
    if 2 * len(lacks) > len(nearest.columns):
        return (
            ". If its first line is the header, write its rows as a canonical table, one row each of who perceived or "
            "said what, when and where (docs/sources/canonical.md); else put the header first. Known "
            f"are {_kinds()}"
        )
    if lacks:
        some = f"column{'s' if len(lacks) > 1 else ''} {', '.join(sorted(lacks))}"
        filled = "; but source says who says it, and may not be empty" if "source" in lacks else ""
        return (
            f": nearest is {nearest.kind}, but for the {some}; add what is missing, if need be with empty cells{filled}"
        )
    return f": of {nearest.kind} the columns are written in small letters"
