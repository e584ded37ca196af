"""The lists in PostGIS, in a schema of their own for each log: two centres may share one database."""

import hashlib
from collections.abc import Iterable
from importlib.util import find_spec

from sqlalchemy import ColumnElement, Connection, Engine, Table, create_engine, func, make_url, text
from sqlalchemy.exc import ArgumentError

from trucewatch.db.lines import Box
from trucewatch.db.rows import Row, columns
from trucewatch.db.tables import INCIDENTS, WGS84, creation, poured

_POOL = 10  # pages that are made at once; further ones wait
_WAIT_S = 5


def schema_of(origin: str) -> str:
    """Return the schema of a log: a name of digits and letters, whatever the log is called."""
    return f"trucewatch_{hashlib.sha256(origin.encode()).hexdigest()[:12]}"


def engines(address: str, origin: str) -> tuple[Engine, Engine]:
    """Return what reads and what writes. Raises ValueError for what is no address of a PostgreSQL database."""
    try:
        url = make_url(address)
    except ArgumentError:
        raise ValueError("--database takes an address such as postgresql://user@host/name") from None
    if url.get_backend_name() not in {"postgresql", "postgres"}:
        raise ValueError("--database takes an address such as postgresql://user@host/name")
    if find_spec("psycopg") is None:
        raise ValueError("PostgreSQL needs its driver: install trucewatch with the extra 'postgis'")
    engine = create_engine(
        url.set(drivername="postgresql+psycopg"),
        pool_size=_POOL,
        pool_pre_ping=True,  # a server that was started again is no fault of a page
        connect_args={"connect_timeout": _WAIT_S, "options": f"-csearch_path={schema_of(origin)},public"},
    )
    # one moment for all that a page counts and shows
    reading = engine.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
    return reading, engine


def make_anew(origin: str, writing: Engine) -> None:
    """Make the empty tables of this log, without indices; what was there before is gone."""
    schema = schema_of(origin)
    with writing.begin() as connection:
        connection.execute(text("CREATE EXTENSION IF NOT EXISTS postgis WITH SCHEMA public"))
        connection.execute(text(f"DROP SCHEMA IF EXISTS {schema} CASCADE"))
        connection.execute(text(f"CREATE SCHEMA {schema}"))
        for statement in creation(connection.dialect)[0]:
            connection.exec_driver_sql(statement)


def complete(connection: Connection) -> None:
    """Make the indices of full tables, in a fraction of the time that they cost row by row."""
    for statement in creation(connection.dialect)[1]:
        connection.exec_driver_sql(statement)
    connection.execute(text("CREATE INDEX incidents_geom ON incidents USING gist (geom)"))


def pour(connection: Connection, table: Table, rows: Iterable[Row]) -> None:
    """Write many rows by COPY. Raises OSError."""
    import psycopg

    held, bound = connection.connection.cursor(), poured(table, connection.dialect)
    try:
        with held.copy(f"COPY {table.name} ({', '.join(columns(table))}) FROM STDIN") as copy:
            for row in rows:
                copy.write_row(bound(row))
    except psycopg.Error as error:
        raise OSError(str(error)) from error


def points_in(box: Box) -> ColumnElement[bool]:
    """Return the condition that the point of an incident lies in a box; by the index."""
    envelope = func.ST_MakeEnvelope(box.west, box.south, box.east, box.north, WGS84)
    return INCIDENTS.c.geom.bool_op("&&")(envelope)
