"""The lists of the room: written after each heartbeat, asked by each page; the same statements for both databases.

They are a cache. Only what this process wrote is ever shown: what an earlier one left is made anew. What fails raises
ListsError; then `begin` makes all anew.
"""

import secrets
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Engine,
    Table,
    and_,
    bindparam,
    delete,
    exists,
    func,
    insert,
    or_,
    select,
    text,
    true,
    tuple_,
)
from sqlalchemy.exc import SQLAlchemyError

from trucewatch.db import geopackage, postgis
from trucewatch.db.lines import STALE, Box, Cursor, Found, Listed, Made, Said, Sought
from trucewatch.db.rows import Row, Rows, milliseconds, widest
from trucewatch.db.tables import INCIDENTS, MADE, NAMED, TIMELESS, VOICES
from trucewatch.vocabulary import Readiness

PER_PAGE = 50
FILE = Path("cache") / "room.gpkg"  # in a centre's folder
_AT_ONCE = 5000  # rows of one statement: some 10 MB on their way
_MANY = 1000  # lines written at once after which the planner counts anew
_ROW = INCIDENTS.c
_READINESS = tuple(map(str, Readiness))


class ListsError(OSError):
    """The lists cannot be read or written, or are being made; the message is one line for a person."""


@contextmanager
def _in_words() -> Iterator[None]:
    try:
        yield
    except (SQLAlchemyError, OSError) as error:
        told = str(getattr(error, "orig", None) or error).strip()
        raise ListsError(told.splitlines()[0] if told else type(error).__name__) from error


@dataclass(kw_only=True)
class Store:
    """The lists in one database. One thread writes, any thread asks."""

    reading: Engine
    writing: Engine
    anew: Callable[[], None]  # makes tables without indices
    complete: Callable[[Connection], None]  # makes the indices, when the tables are full
    pour: Callable[[Connection, Table, Iterable[Row]], None]
    points_in: Callable[[Box], ColumnElement[bool]]
    maker: str = field(default_factory=lambda: secrets.token_hex(8))
    _doubt: tuple[float, float] = (0.0, 0.0)
    _is_bare: bool = False

    def begin(self) -> None:
        """Make the lists empty: a page is told that they are being made until something is written."""
        with _in_words():
            self.anew()
        self._is_bare, self._doubt = True, (0.0, 0.0)

    def is_whole(self) -> bool:
        """Tell whether what this store wrote last is still there; somebody may have deleted it."""
        try:
            with _in_words(), self.reading.connect() as connection:
                return connection.execute(select(MADE.c.maker)).scalar() == self.maker
        except ListsError:
            return False

    def close(self) -> None:
        """Let the connections go."""
        self.reading.dispose()
        self.writing.dispose()

    # --- writing ----------------------------------------------------------------------------------

    def write(self, found: Sequence[Rows], gone: Iterable[str], made: Made) -> None:
        """Put these incidents in place of those of the same ids, and take away what is gone: all or nothing."""
        old = [] if self._is_bare else [{"old": name} for name in (*gone, *(rows.id for rows in found))]
        self._doubt = widest(self._doubt, found)
        about = {
            "entries": made.entries, "conclusions_of": made.of, "maker": self.maker,
            "doubt_lon": self._doubt[0], "doubt_lat": self._doubt[1],
        }  # fmt: skip
        with _in_words(), self.writing.begin() as connection:
            for column in (VOICES.c.incident, NAMED.c.incident, _ROW.id):
                _many(connection, delete(column.table).where(column == bindparam("old")), old)
            for table in (INCIDENTS, VOICES, NAMED):
                self.pour(connection, table, (row for rows in found for row in rows.of(table)))
            if self._is_bare:
                self.complete(connection)
            connection.execute(delete(MADE))
            connection.execute(insert(MADE), about)
            if len(found) >= _MANY:
                connection.execute(text("ANALYZE"))  # or neither database knows which index is worth its while
        self._is_bare = False

    # --- asking -----------------------------------------------------------------------------------

    def find(self, sought: Sought, may: ColumnElement[bool]) -> Found:
        """Return a page of what is sought among what `may` lets through, with its counts, all of one moment."""
        with _in_words(), self.reading.connect() as connection:
            made = connection.execute(select(MADE).where(MADE.c.maker == self.maker)).one_or_none()
            if made is None:
                raise ListsError("the list is being made; look again in a moment")
            wanted = and_(may, *self._conditions(sought, (made.doubt_lon, made.doubt_lat)))
            tally, timeless, placeless = _tallied(connection, wanted, sought.status)
            rows, newer, older = _page(connection, and_(wanted, _of_status(sought.status)), sought.cursor)
            voices = _voices_of(connection, [row.id for row in rows])
        return Found(
            lines=tuple(_listed(row, voices.get(row.id, ())) for row in rows),
            tally=tally,
            timeless=timeless,
            placeless=placeless,
            newer=newer,
            older=older,
            made=Made(entries=made.entries, of=made.conclusions_of),
        )

    def _conditions(self, sought: Sought, doubt: tuple[float, float]) -> Iterator[ColumnElement[bool]]:
        if sought.since is not None:
            yield or_(_ROW.newest_ms >= milliseconds(sought.since), _ROW.newest_ms == TIMELESS)
        if sought.awaits:
            silent = and_(VOICES.c.guarantor == sought.awaits, VOICES.c.position == "")
            yield exists().where(VOICES.c.incident == _ROW.id, silent)
        if sought.names:
            yield exists().where(NAMED.c.incident == _ROW.id, NAMED.c.party == sought.names)
        if sought.box is not None:
            yield or_(_ROW.lon.is_(None), and_(self.points_in(sought.box.wider(*doubt)), _may_lie_in(sought.box)))


def _may_lie_in(box: Box) -> ColumnElement[bool]:
    return and_(_ROW.west <= box.east, _ROW.east >= box.west, _ROW.south <= box.north, _ROW.north >= box.south)


def _of_status(status: str) -> ColumnElement[bool]:
    if not status:
        return true()
    if status == STALE:
        return _ROW.is_stale.is_(True)
    return (_ROW.readiness if status in _READINESS else _ROW.outcome) == status


def _tallied(connection: Connection, wanted: ColumnElement[bool], status: str) -> tuple[dict[str, int], int, int]:
    """Return the counts by status ("" for all), and how many of the asked status have no time, no place."""
    timeless = func.count().filter(_ROW.newest_ms == TIMELESS)
    by = (_ROW.outcome, _ROW.readiness, _ROW.is_stale)
    counted = select(*by, func.count(), timeless, func.count(_ROW.lon)).where(wanted)
    tally, no_times, no_places = {"": 0, STALE: 0, **dict.fromkeys(_READINESS, 0)}, 0, 0
    for outcome, ready, is_stale, every, no_time, placed in connection.execute(counted.group_by(*by)):
        of_these = ("", outcome, ready, *([STALE] if is_stale else []))
        for name in of_these:
            tally[name] = tally.get(name, 0) + every
        if status in of_these:
            no_times, no_places = no_times + no_time, no_places + every - placed
    return tally, no_times, no_places


def _page(
    connection: Connection, wanted: ColumnElement[bool], cursor: Cursor | None
) -> tuple[list[Any], Cursor | None, Cursor | None]:
    """Return the rows of a page, newest first, and where the newer and the older ones are."""
    order = (_ROW.newest_ms, _ROW.id)
    upwards = cursor is not None and cursor.is_newer
    asked = select(INCIDENTS).where(wanted).order_by(*(one if upwards else one.desc() for one in order))
    if cursor is not None:
        here, there = tuple_(*order), tuple_(cursor.newest_ms, cursor.id)
        asked = asked.where(here > there if upwards else here < there)
    rows = list(connection.execute(asked.limit(PER_PAGE + 1)))
    more, rows = len(rows) > PER_PAGE, rows[:PER_PAGE]
    if upwards:
        rows.reverse()
    is_newer, is_older = (more, True) if upwards else (cursor is not None, more)
    newer = Cursor(newest_ms=rows[0].newest_ms, id=rows[0].id, is_newer=True) if rows and is_newer else None
    older = Cursor(newest_ms=rows[-1].newest_ms, id=rows[-1].id) if rows and is_older else None
    return rows, newer, older


def _voices_of(connection: Connection, ids: list[str]) -> Mapping[str, Sequence[Said]]:
    found: dict[str, list[Said]] = {}
    said = select(VOICES).where(VOICES.c.incident.in_(ids)).order_by(VOICES.c.fid)
    for row in connection.execute(said):
        one = Said(guarantor=row.guarantor, position=row.position, finding=row.finding)
        found.setdefault(row.incident, []).append(one)
    return found


def _listed(row: Any, voices: Sequence[Said]) -> Listed:
    return Listed(
        id=row.id,
        time_words=row.time_words,
        place_words=row.place_words,
        what_words=row.what_words,
        proposal_words=row.proposal_words,
        outcome=row.outcome,
        is_stale=row.is_stale,
        readiness=row.readiness,
        voices=tuple(voices),
    )


def _many(connection: Connection, statement: Any, rows: Sequence[Mapping[str, Any]]) -> None:
    for at in range(0, len(rows), _AT_ONCE):
        connection.execute(statement, rows[at : at + _AT_ONCE])


# --- which database -------------------------------------------------------------------------------


def store_of(database: str, folder: Path, origin: str) -> Store:
    """Return the store at that address; for "" a GeoPackage in the centre's folder. Nothing is opened yet.

    Raises ValueError for what is no address.
    """
    if database:
        reading, writing = postgis.engines(database, origin)
        return Store(
            reading=reading,
            writing=writing,
            anew=lambda: postgis.make_anew(origin, writing),
            complete=postgis.complete,
            pour=postgis.pour,
            points_in=postgis.points_in,
        )
    path = folder / FILE
    reading, writing = geopackage.engines(path)
    return Store(
        reading=reading,
        writing=writing,
        anew=lambda: geopackage.make_anew(path, writing),
        complete=geopackage.complete,
        pour=geopackage.pour,
        points_in=geopackage.points_in,
    )
