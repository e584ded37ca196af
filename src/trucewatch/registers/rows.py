"""The cells that registers share: who says it, when, how many; and records by what they are about."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Generic, TypeVar

from trucewatch.model import Body, Count, Record, RegisterRow
from trucewatch.spacetime import stamp
from trucewatch.spelling import name_key

Kind = TypeVar("Kind", bound=Body)

_DAY = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)


@dataclass(frozen=True, slots=True)
class Told(Generic[Kind]):
    """A record with its body, of one kind."""

    record: Record
    body: Kind


def told(records: Iterable[Record], kind: type[Kind]) -> tuple[Told[Kind], ...]:
    """Return the records of a kind, in the order given (enrolment's: by claimed time, then key)."""
    return tuple(Told(record, record.body) for record in records if isinstance(record.body, kind))


def grouped(rows: Iterable[Told[Kind]], *, by_source: bool = False) -> Mapping[tuple[str, ...], list[Told[Kind]]]:
    """Return the records by what they are about, and by whose word it is; the order given is kept.

    Nothing is sorted by a name: exchanging the parties must not change an order.
    """
    found: dict[tuple[str, ...], list[Told[Kind]]] = {}
    for row in rows:
        source = (name_key(row.record.source.name), side(row.record)) if by_source else ()
        found.setdefault((row.record.about, *source), []).append(row)
    return found


def side(record: Record) -> str:
    """Return the party that a record's source belongs to, as its id or its own word; empty where it is neutral."""
    named = record.source.side
    return "" if named is None else named.party or named.verbatim


def since(record: Record) -> str:
    """Return from when a record speaks: a day as it was written, else a moment in UTC; empty where it has no time."""
    return _day(record, "time") or (stamp(record.clocks.claimed.start) if record.clocks.claimed else "")


def until(record: Record) -> str:
    """Return until when a record speaks: a day as it was written, else a moment in UTC; empty where it has no time."""
    day = _day(record, "until") or _day(record, "time")
    return day or (stamp(record.clocks.claimed.end) if record.clocks.claimed else "")


def _day(record: Record, column: str) -> str:
    """Return the day that a cell states; empty where it states a moment. In UTC, a day would begin on another date."""
    cell = dict(record.raw).get(column, "").strip()
    return cell if _DAY.fullmatch(cell) else ""


def number(value: int | None) -> str:
    """Return a number, empty where it was not stated."""
    return "" if value is None else str(value)


def bounds(count: Count) -> tuple[str, str]:
    """Return the two cells of an interval count."""
    return number(count.low), number(count.high)


def lines(rows: Iterable[Told[Kind]], cells: Callable[[Told[Kind]], tuple[str, ...]]) -> tuple[RegisterRow, ...]:
    """Return a line for each record, resting on it alone."""
    return tuple(RegisterRow(cells=cells(row), record_keys=(row.record.key,)) for row in rows)


def keys(rows: Iterable[Told[Kind]]) -> tuple[str, ...]:
    """Return the keys of records, each once."""
    return tuple(dict.fromkeys(_keys(rows)))


def _keys(rows: Iterable[Told[Kind]]) -> Iterator[str]:
    return (row.record.key for row in rows)
