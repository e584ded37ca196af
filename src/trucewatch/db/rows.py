"""Lines as the rows of three tables, and the digest by which a row that is there is known to be what it should be."""

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import Table

from trucewatch.db.lines import Line, circle
from trucewatch.db.tables import INCIDENTS, NAMED, TIMELESS, VOICES

Row = tuple[Any, ...]
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MS = timedelta(milliseconds=1)
_WORDS = (
    "time_words",
    "place_words",
    "what_words",
    "proposal_words",
    "determination",
    "outcome",
    "finding",
    "readiness",
)


def columns(table: Table) -> tuple[str, ...]:
    """Return the columns that are written: all but the number that the database gives."""
    return tuple(column.name for column in table.columns if column.name != "fid")


@dataclass(frozen=True, slots=True, kw_only=True)
class Rows:
    """What the tables hold of one incident: values in the order of `columns`."""

    incident: Row
    voices: tuple[Row, ...]
    named: tuple[Row, ...]

    @property
    def id(self) -> str:
        """The id of the incident."""
        return str(self.incident[_ID])

    def of(self, table: Table) -> Sequence[Row]:
        """Return what one of the tables holds."""
        return {INCIDENTS.name: (self.incident,), VOICES.name: self.voices, NAMED.name: self.named}[table.name]

    def digest(self) -> bytes:
        """Return what differs wherever any of it differs. Instants are told to the millisecond, which both hold."""
        told = list(self.incident)
        for at in _INSTANTS:
            told[at] = told[at] and milliseconds(told[at])
        return hashlib.blake2b(repr((told, self.voices, self.named)).encode(), digest_size=16).digest()


_COLUMNS = columns(INCIDENTS)
_ID = _COLUMNS.index("id")
_INSTANTS = tuple(_COLUMNS.index(name) for name in ("first_utc", "last_utc"))


def rows_of(line: Line) -> Rows:
    """Return a line as rows."""
    values = _incident(line)
    return Rows(
        incident=tuple(map(values.__getitem__, _COLUMNS)),
        voices=tuple((line.id, *map(text, (s.guarantor, s.position, s.finding))) for s in line.voices),
        named=tuple((line.id, text(party)) for party in line.named),
    )


def _incident(line: Line) -> dict[str, Any]:
    newest = line.last or line.first
    return {
        **line.thing,
        **{name: text(getattr(line, name)) for name in _WORDS},
        **_place(line),
        "entry": line.entry,
        "first_utc": line.first,
        "last_utc": line.last,
        "newest_ms": milliseconds(newest) if newest else TIMELESS,
        "is_stale": line.is_stale,
    }


def _place(line: Line) -> dict[str, Any]:
    at = line.place
    if at is None:
        return dict.fromkeys(("geom", "lon", "lat", "radius_km_68", "west", "south", "east", "north"))
    lon, lat, radius_km = float(at.lon), float(at.lat), float(at.radius_km)
    box = circle(lon, lat, radius_km)
    edges = {"west": box.west, "south": box.south, "east": box.east, "north": box.north}
    return {"geom": (lon, lat), "lon": lon, "lat": lat, "radius_km_68": radius_km, **edges}


def widest(doubt: tuple[float, float], rows: Iterable[Rows]) -> tuple[float, float]:
    """Return half the widest circle of doubt until now, in degrees of longitude and latitude."""
    lon, lat = doubt
    for at, up, west, south, east, north in (_at(one.incident) for one in rows):
        if at is not None:
            lon, lat = max(lon, east - at, at - west), max(lat, north - up, up - south)
    return lon, lat


_EDGES = tuple(_COLUMNS.index(name) for name in ("lon", "lat", "west", "south", "east", "north"))


def _at(row: Row) -> Iterator[Any]:
    return (row[edge] for edge in _EDGES)


def text(words: str) -> str:
    """Return words that any database takes: PostgreSQL has no character of zero, UTF-8 no half of one."""
    if words.isprintable():
        return words  # nearly all of them, and there are a million
    return words.encode("utf-8", "backslashreplace").decode().replace("\x00", "\\x00")


def milliseconds(moment: datetime) -> int:
    """Return milliseconds since 1970."""
    return (moment - _EPOCH) // _MS
