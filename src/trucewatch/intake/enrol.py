"""Give each observation its key, drop exact repeats, and put all in one order that no file or name decides.

A key is a digest of the cells with every party's id replaced by one neutral sign: exchanging the parties
leaves it alone. Rows that differ in nothing but the parties share the digest; among them the order is that
of their cells with each id replaced by the party's position in the case, which goes with the exchange.
"""

import hashlib
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import fields
from datetime import UTC, datetime
from itertools import chain
from operator import attrgetter

from trucewatch.model import Observation, Party

KEY_DIGITS = 12  # hexadecimal, 48 bits: 100,000 rows share one by chance once in 56,000 runs, and get suffixes
_LAST = datetime.max.replace(tzinfo=UTC)  # what states no time stands last
_BETWEEN = "\x00"  # no cell holds a control character, so nothing in a cell can pass for one of these
_SIGN = "\x01"

# what dataclasses.replace does, without asking for the fields of each observation anew
_FIELDS = tuple(field.name for field in fields(Observation))
_VALUES = attrgetter(*_FIELDS)

Rewrite = Callable[[str], str]


def enrol(observations: Iterable[Observation], parties: Sequence[Party]) -> tuple[Observation, ...]:
    """Return the observations with their keys, each once, by claimed time and then by key.

    `parties` are those of the case in its order. Rows of the same cells are one, whatever the order of
    their columns; different rows of the same id are all kept. An empty id becomes the reader's kind and
    the key.
    """
    ids = [party.id for party in parties]
    blind = rewriter(dict.fromkeys(ids, _SIGN))
    placed = rewriter({party: f"{_SIGN}{position}{_SIGN}" for position, party in enumerate(ids)})
    alike: dict[str, list[Observation]] = {}
    for observation in observations:
        digest = hashlib.sha256(_encoded(observation, blind)).hexdigest()[:KEY_DIGITS]
        alike.setdefault(digest, []).append(observation)
    entries = [
        (_start(observation), digest, number, observation)
        for digest, group in alike.items()
        for number, observation in enumerate(_distinct(group, placed), start=1)
    ]
    entries.sort(key=lambda entry: entry[:3])
    return tuple(_keyed(observation, digest, number) for _, digest, number, observation in entries)


def rewriter(signs: Mapping[str, str]) -> Rewrite:
    """Return a function that replaces each id by its sign, the longest first where several fit."""
    if not signs:
        return str
    longest_first = sorted(signs, key=len, reverse=True)
    pattern = re.compile("|".join(map(re.escape, longest_first)))

    return lambda cells: pattern.sub(lambda match: signs[match[0]], cells)


def _encoded(observation: Observation, rewrite: Rewrite) -> bytes:
    """Return the reading's name, then each column and its cell by column, rewritten, with NUL between them."""
    words = rewrite(_BETWEEN.join(chain.from_iterable(observation.raw))).split(_BETWEEN)
    pairs = sorted(zip(words[::2], words[1::2], strict=False))  # strict would refuse no cells at all: one empty word
    return _BETWEEN.join(chain([observation.reader], chain.from_iterable(pairs))).encode()


def _distinct(group: list[Observation], placed: Rewrite) -> Iterator[Observation]:
    """Yield those of one digest that differ, in an order that exchanging the parties carries along."""
    if len(group) == 1:
        yield group[0]
        return
    by_cells: dict[bytes, Observation] = {}
    for observation in group:
        cells = _encoded(observation, placed)
        by_cells[cells] = min(observation, by_cells.get(cells, observation), key=lambda o: _columns(o, placed))
    for cells in sorted(by_cells):
        yield by_cells[cells]


def _columns(observation: Observation, placed: Rewrite) -> tuple[str, ...]:
    return tuple(placed(column) for column, _ in observation.raw)


def _start(observation: Observation) -> datetime:
    claimed = observation.clocks.claimed
    return _LAST if claimed is None else claimed.start


def _keyed(observation: Observation, digest: str, number: int) -> Observation:
    key = digest if number == 1 else f"{digest}-{number}"
    values = dict(zip(_FIELDS, _VALUES(observation), strict=True))
    values["key"], values["id"] = key, observation.id or f"{observation.reader}-{key}"
    return Observation(**values)
