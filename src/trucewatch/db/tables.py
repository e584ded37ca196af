"""What the room lists, as tables: the same ones in a GeoPackage and in PostGIS.

`incidents` has one row for each incident, a layer of points that QGIS opens. `voices` has what each guarantor last
said of it, `named` the sides that the proposal, a determination or the procedure's finding names. `made` has one row:
of which log's entries all this was made. Names of columns are read by people in QGIS; units stand in them.
"""

import struct
from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime
from typing import Any
from urllib.parse import quote

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    ColumnElement,
    Dialect,
    Double,
    Index,
    Integer,
    MetaData,
    Table,
    Text,
    func,
)
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.schema import CreateIndex, CreateTable
from sqlalchemy.types import UserDefinedType

WGS84 = 4326  # EPSG: longitude and latitude in degrees
TIMELESS = -(2**53)  # `newest_ms` of an incident without a time: after all others; any reader's number holds it whole
_EWKB_POINT, _HAS_SRID = 1, 0x20000000  # PostGIS, ST_AsEWKB; OGC 06-103r4, section 8.2


class Point(UserDefinedType[tuple[float, float]]):
    """A point (longitude, latitude) in the bytes of either database; None where there is no place."""

    cache_ok = True

    def bind_processor(self, dialect: Dialect) -> Callable[[Any], Any]:
        """Return what writes a point: a GeoPackage's own bytes, or for PostGIS EWKB in hexadecimal."""
        written = _geopackage if dialect.name == "sqlite" else _ewkb
        return lambda at: None if at is None else written(*at)

    def result_processor(self, dialect: Dialect, coltype: object) -> Callable[[Any], Any]:  # noqa: ARG002 - SQLAlchemy's
        """Return what reads a point: both end with its two numbers."""
        return lambda point: None if point is None else struct.unpack("<dd", _raw(point)[-16:])


def _raw(point: bytes | str) -> bytes:
    return bytes.fromhex(point) if isinstance(point, str) else point


def _geopackage(lon: float, lat: float) -> bytes:
    """Return a point as OGC 12-128r19, clause 2.1.3 has it: little-endian, no envelope, then its WKB."""
    return struct.pack("<2sBBi", b"GP", 0, 1, WGS84) + struct.pack("<BIdd", 1, _EWKB_POINT, lon, lat)


def _ewkb(lon: float, lat: float) -> str:
    return struct.pack("<BIIdd", 1, _EWKB_POINT | _HAS_SRID, WGS84, lon, lat).hex()


class Instant(UserDefinedType[datetime]):
    """A moment in UTC: text as a GeoPackage has it, with milliseconds; PostGIS has a type of its own."""

    cache_ok = True

    def bind_processor(self, dialect: Dialect) -> Callable[[Any], Any]:
        """Return what writes a moment."""
        if dialect.name != "sqlite":
            return lambda moment: moment
        return lambda m: None if m is None else f"{m.astimezone(UTC).isoformat(timespec='milliseconds')[:23]}Z"

    def result_processor(self, dialect: Dialect, coltype: object) -> Callable[[Any], Any]:  # noqa: ARG002 - SQLAlchemy's
        """Return what reads a moment."""
        return lambda m: datetime.fromisoformat(m) if isinstance(m, str) else m


@compiles(Point, "sqlite")
def _point_sqlite(_type: Point, _compiler: Any, **_: Any) -> str:
    return "POINT"


@compiles(Point, "postgresql")
def _point_postgis(_type: Point, _compiler: Any, **_: Any) -> str:
    return f"geometry(Point, {WGS84})"


@compiles(Instant, "sqlite")
def _instant_sqlite(_type: Instant, _compiler: Any, **_: Any) -> str:
    return "DATETIME"


@compiles(Instant, "postgresql")
def _instant_postgis(_type: Instant, _compiler: Any, **_: Any) -> str:
    return "TIMESTAMP WITH TIME ZONE"


# a GeoPackage knows no BIGINT; its INTEGER has 64 bits. TEXT, never VARCHAR: GDAL hides such a column
Whole = BigInteger().with_variant(Integer, "sqlite")


def thing_columns() -> tuple[Column[Any], ...]:
    """Return new columns by which a table says of each row what the access policy asks of a thing.

    `embargo` is milliseconds since 1970 in UTC, 0 where nothing holds the row back; `zones` is a set (`words_of`).
    """
    texts = ("kind", "id", "side", "guarantor", "zones", "owner")
    return (
        *(Column(name, Text, nullable=False) for name in texts),
        Column("protection", Whole, nullable=False),
        Column("embargo", Whole, nullable=False),
    )


def words_of(names: Iterable[str]) -> str:
    """Return a set of names as one text: each percent-encoded, between commas, such as `,zone-1,zone-2,`; none: ``."""
    written = sorted(quote(name, safe="", errors="surrogatepass") for name in names)
    return f",{','.join(written)}," if written else ""


def has_word(column: ColumnElement[str], name: str) -> ColumnElement[bool]:
    """Return whether a column of `words_of` has a name; by letters, large and small apart, in either database."""
    # without LIKE, for which SQLite takes large and small letters for the same; both databases have replace()
    return func.replace(column, words_of([name]), "") != column


METADATA = MetaData()

INCIDENTS = Table(
    "incidents",
    METADATA,
    Column("fid", Integer, primary_key=True),
    Column("geom", Point),
    *thing_columns(),
    Column("entry", Whole),  # of the log, which proposes; NULL: not in the log yet
    Column("first_utc", Instant),
    Column("last_utc", Instant),
    Column("newest_ms", Whole, nullable=False),  # since 1970 in UTC, of the last time; TIMELESS where there is none
    Column("lon", Double),
    Column("lat", Double),
    Column("radius_km_68", Double),
    # what holds the circle of doubt, in degrees: a box is searched by it, and what may lie in the box is found
    *(Column(name, Double) for name in ("west", "south", "east", "north")),
    *(Column(name, Text, nullable=False) for name in ("time_words", "place_words", "what_words", "proposal_words")),
    Column("determination", Text, nullable=False),
    Column("outcome", Text, nullable=False),
    Column("finding", Text, nullable=False),
    Column("is_stale", Boolean, nullable=False),
    Column("readiness", Text, nullable=False),  # waiting, ready, published: on its way to a finding
    Index("incidents_newest", "newest_ms", "id"),
    Index("incidents_id", "id", unique=True),
    Index("incidents_outcome", "outcome", "newest_ms", "id"),
    Index("incidents_readiness", "readiness", "newest_ms", "id"),
    # all that the counts ask, so that they are not read from the wide rows: of 100,000 in 35 ms instead of 900
    Index(
        "incidents_counted",
        *(
            "outcome",
            "is_stale",
            "readiness",
            "newest_ms",
            "lon",
            "protection",
            "side",
            "owner",
            "zones",
            "guarantor",
            "kind",
        ),
        *("embargo", "id", "west", "south", "east", "north"),
    ),
)

VOICES = Table(
    "voices",
    METADATA,
    Column("fid", Integer, primary_key=True),
    Column("incident", Text, nullable=False),
    Column("guarantor", Text, nullable=False),
    Column("position", Text, nullable=False),  # "" : has not spoken
    Column("finding", Text, nullable=False),
    Index("voices_incident", "incident", "guarantor", "position"),
)

NAMED = Table(
    "named",
    METADATA,
    Column("fid", Integer, primary_key=True),
    Column("incident", Text, nullable=False),
    Column("party", Text, nullable=False),
    Index("named_incident", "incident", "party"),
)

MADE = Table(
    "made",
    METADATA,
    Column("fid", Integer, primary_key=True),
    Column("entries", Whole, nullable=False),  # of the log, that the statements are from
    Column("conclusions_of", Whole, nullable=False),  # entries that the conclusions were drawn from
    Column("doubt_lon", Double, nullable=False),  # half the widest circle of doubt, in degrees
    Column("doubt_lat", Double, nullable=False),
    Column("maker", Text, nullable=False),  # which process made it: what another one made is never shown
)


def creation(dialect: Dialect) -> tuple[list[str], list[str]]:
    """Return the statements that make the tables, and those for what is made when they are full: the indices."""
    tables = METADATA.sorted_tables
    indices = [one for held in tables for one in sorted(held.indexes, key=lambda index: str(index.name))]
    return (
        [str(CreateTable(held).compile(dialect=dialect)) for held in tables],
        [str(CreateIndex(one).compile(dialect=dialect)) for one in indices],
    )


def poured(table: Table, dialect: Dialect) -> Callable[[Sequence[Any]], list[Any]]:
    """Return what turns a row (see `rows`) into what the driver of the database takes."""
    types = [column.type.dialect_impl(dialect) for column in table.columns if column.name != "fid"]
    own = [(at, kind.bind_processor(dialect)) for at, kind in enumerate(types) if isinstance(kind, (Point, Instant))]

    def pour(row: Sequence[Any]) -> list[Any]:
        values = list(row)
        for at, written in own:
            values[at] = written(values[at])
        return values

    return pour
