"""Give each observation its key, drop exact repeats, and put all in one order that no file or name decides.

A key is a digest of the cells with every party's id replaced by one neutral sign: exchanging the parties
leaves it alone. Rows that differ in nothing but the parties share the digest; among them the order is that
of their cells with each id replaced by the party's position in the case, which goes with the exchange.

A key stands in the log for good, also where a cell of its row is withheld. So that nobody finds such a cell by trying,
a centre mixes a secret of its own into its keys, the pepper, and withholds it together with the cell.
"""

import hashlib
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import fields
from datetime import UTC, datetime
from itertools import chain
from operator import attrgetter
from typing import TypeVar

from trucewatch.model import Observation, Party, Record

Row = TypeVar("Row", Observation, Record)

KEY_DIGITS = 12  # hexadecimal, 48 bits: 100,000 rows share one by chance once in 56,000 runs, and get suffixes
LAST = datetime.max.replace(tzinfo=UTC)  # what states no time stands last
_BETWEEN = "\x00"  # no cell holds a control character, so nothing in a cell can pass for one of these
_SIGN = "\x01"

# what dataclasses.replace does, without asking for the fields of each observation anew
_FIELDS = {kind: tuple(field.name for field in fields(kind)) for kind in (Observation, Record)}
_VALUES = {kind: attrgetter(*names) for kind, names in _FIELDS.items()}

Rewrite = Callable[[str], str]


def enrol(rows: Iterable[Row], parties: Sequence[Party], pepper: bytes = b"") -> tuple[Row, ...]:
    """Return the observations, or the records of something else, with their keys, each once, by claimed time, then key.

    `parties` are those of the case in its order. Rows of the same cells are one, whatever the order of
    their columns; different rows of the same id are all kept. An empty id becomes the reader's kind and
    the key. `pepper` is what of the centre's own goes into every key; a rehearsal has none.
    """
    ids = [party.id for party in parties]
    blind = rewriter(dict.fromkeys(ids, _SIGN))
    placed = rewriter({party: f"{_SIGN}{position}{_SIGN}" for position, party in enumerate(ids)})
    alike: dict[str, list[Row]] = {}
    for row in rows:
        digest = hashlib.sha256(pepper + _encoded(row, blind)).hexdigest()[:KEY_DIGITS]
        alike.setdefault(digest, []).append(row)
    entries = [
        (_start(row), digest, number, row)
        for digest, group in alike.items()
        for number, row in enumerate(_distinct(group, placed), start=1)
    ]
    entries.sort(key=lambda entry: entry[:3])
    return tuple(_keyed(row, digest, number) for _, digest, number, row in entries)


def rewriter(signs: Mapping[str, str]) -> Rewrite:
    """Return a function that replaces each id by its sign, the longest first where several fit."""
    if not signs:
        return str
    longest_first = sorted(signs, key=len, reverse=True)
    pattern = re.compile("|".join(map(re.escape, longest_first)))

    return lambda cells: pattern.sub(lambda match: signs[match[0]], cells)


def _encoded(row: Observation | Record, rewrite: Rewrite) -> bytes:
    """Return the reading's name, then each column and its cell by column, rewritten, with NUL between them."""
    words = rewrite(_BETWEEN.join(chain.from_iterable(row.raw))).split(_BETWEEN)
    pairs = sorted(zip(words[::2], words[1::2], strict=False))  # strict would refuse no cells at all: one empty word
    return _BETWEEN.join(chain([row.reader], chain.from_iterable(pairs))).encode()


def _distinct(group: list[Row], placed: Rewrite) -> Iterator[Row]:
    """Yield those of one digest that differ, in an order that exchanging the parties carries along."""
    if len(group) == 1:
        yield group[0]
        return
    by_cells: dict[bytes, Row] = {}
    for row in group:
        cells = _encoded(row, placed)
        by_cells[cells] = min(row, by_cells.get(cells, row), key=lambda r: _columns(r, placed))
    for cells in sorted(by_cells):
        yield by_cells[cells]


def _columns(row: Observation | Record, placed: Rewrite) -> tuple[str, ...]:
    return tuple(placed(column) for column, _ in row.raw)


def _start(row: Observation | Record) -> datetime:
    claimed = row.clocks.claimed
    return LAST if claimed is None else claimed.start


def _keyed(row: Row, digest: str, number: int) -> Row:
    key = digest if number == 1 else f"{digest}-{number}"
    kind = type(row)
    values = dict(zip(_FIELDS[kind], _VALUES[kind](row), strict=True))
    values["key"], values["id"] = key, row.id or f"{row.reader}-{key}"
    return kind(**values)
