"""The lists as a GeoPackage (OGC 12-128r19, version 1.4): one file that QGIS and GDAL open as it is.

`incidents` is a layer of points with an R-tree (annex F.3); `voices`, `named` and `made` are its tables of attributes.
The functions that the R-tree's triggers call are given to the connection that writes; QGIS has its own.
"""

import struct
from collections.abc import Callable, Iterable
from itertools import islice
from pathlib import Path
from typing import Any

import apsw
from sqlalchemy import ColumnElement, Connection, Engine, Table, column, create_engine, event, select, table, text
from sqlalchemy.pool import NullPool

from trucewatch.db import apsw_dbapi
from trucewatch.db.lines import Box
from trucewatch.db.rows import Row, columns
from trucewatch.db.tables import INCIDENTS, METADATA, creation, poured

_AT_ONCE = 5000  # rows of one statement: some 10 MB on their way
_BUSY_MS = 10_000  # longer than any page or any writing of a heartbeat takes
_POINT_AT = 13  # header of 8 bytes without an envelope, then byte order and type of the WKB
_APPLICATION_ID, _VERSION = 0x47504B47, 10400  # "GPKG", clause 1.1.1.1.1

_CORE = (
    """CREATE TABLE gpkg_spatial_ref_sys (
    srs_name TEXT NOT NULL, srs_id INTEGER PRIMARY KEY, organization TEXT NOT NULL,
    organization_coordsys_id INTEGER NOT NULL, definition TEXT NOT NULL, description TEXT)""",
    """INSERT INTO gpkg_spatial_ref_sys VALUES
    ('Undefined Cartesian', -1, 'NONE', -1, 'undefined', NULL),
    ('Undefined geographic', 0, 'NONE', 0, 'undefined', NULL),
    ('WGS 84', 4326, 'EPSG', 4326, 'GEOGCS["WGS 84",DATUM["WGS_1984",SPHEROID["WGS 84",6378137,298.257223563]],'
    || 'PRIMEM["Greenwich",0],UNIT["degree",0.0174532925199433],AUTHORITY["EPSG","4326"]]', NULL)""",
    """CREATE TABLE gpkg_contents (
    table_name TEXT NOT NULL PRIMARY KEY, data_type TEXT NOT NULL, identifier TEXT UNIQUE, description TEXT DEFAULT '',
    last_change DATETIME NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ','now')),
    min_x DOUBLE, min_y DOUBLE, max_x DOUBLE, max_y DOUBLE, srs_id INTEGER REFERENCES gpkg_spatial_ref_sys(srs_id))""",
    """CREATE TABLE gpkg_geometry_columns (table_name TEXT NOT NULL UNIQUE REFERENCES gpkg_contents(table_name),
    column_name TEXT NOT NULL, geometry_type_name TEXT NOT NULL, srs_id INTEGER NOT NULL
    REFERENCES gpkg_spatial_ref_sys(srs_id), z TINYINT NOT NULL, m TINYINT NOT NULL,
    PRIMARY KEY (table_name, column_name))""",
    """CREATE TABLE gpkg_extensions (table_name TEXT, column_name TEXT, extension_name TEXT NOT NULL,
    definition TEXT NOT NULL, scope TEXT NOT NULL, UNIQUE (table_name, column_name, extension_name))""",
    """INSERT INTO gpkg_contents (table_name, data_type, identifier, srs_id)
    VALUES ('incidents', 'features', 'incidents', 4326)""",
    "INSERT INTO gpkg_geometry_columns VALUES ('incidents', 'geom', 'POINT', 4326, 0, 0)",
    """INSERT INTO gpkg_extensions VALUES ('incidents', 'geom', 'gpkg_rtree_index',
    'http://www.geopackage.org/spec120/#extension_rtree', 'write-only')""",
    "CREATE VIRTUAL TABLE rtree_incidents_geom USING rtree(id, minx, maxx, miny, maxy)",
)

# annex F.3 (1.4): what is written to the layer reaches the R-tree, whoever writes it
_BOUNDS = "ST_MinX(NEW.geom), ST_MaxX(NEW.geom), ST_MinY(NEW.geom), ST_MaxY(NEW.geom)"
_FULL, _EMPTY = "(NEW.geom NOT NULL AND NOT ST_IsEmpty(NEW.geom))", "(NEW.geom ISNULL OR ST_IsEmpty(NEW.geom))"
_PUT = f"INSERT OR REPLACE INTO rtree_incidents_geom VALUES (NEW.fid, {_BOUNDS})"
_DROP = "DELETE FROM rtree_incidents_geom WHERE id = OLD.fid"
_FILL_TREE = "INSERT INTO rtree_incidents_geom SELECT fid, lon, lon, lat, lat FROM incidents WHERE geom NOT NULL"
_TRIGGERS = (
    f"CREATE TRIGGER rtree_incidents_geom_insert AFTER INSERT ON incidents WHEN {_FULL} BEGIN {_PUT}; END",
    f"""CREATE TRIGGER rtree_incidents_geom_update2 AFTER UPDATE OF geom ON incidents
    WHEN OLD.fid = NEW.fid AND {_EMPTY} BEGIN {_DROP}; END""",
    f"""CREATE TRIGGER rtree_incidents_geom_update4 AFTER UPDATE ON incidents
    WHEN OLD.fid != NEW.fid AND {_EMPTY} BEGIN DELETE FROM rtree_incidents_geom WHERE id IN (OLD.fid, NEW.fid); END""",
    f"""CREATE TRIGGER rtree_incidents_geom_update5 AFTER UPDATE ON incidents
    WHEN OLD.fid != NEW.fid AND {_FULL} BEGIN {_DROP}; {_PUT}; END""",
    f"""CREATE TRIGGER rtree_incidents_geom_update6 AFTER UPDATE OF geom ON incidents
    WHEN OLD.fid = NEW.fid AND {_FULL} AND (OLD.geom NOT NULL AND NOT ST_IsEmpty(OLD.geom))
    BEGIN UPDATE rtree_incidents_geom SET minx = ST_MinX(NEW.geom), maxx = ST_MaxX(NEW.geom),
    miny = ST_MinY(NEW.geom), maxy = ST_MaxY(NEW.geom) WHERE id = NEW.fid; END""",
    f"""CREATE TRIGGER rtree_incidents_geom_update7 AFTER UPDATE OF geom ON incidents
    WHEN OLD.fid = NEW.fid AND {_FULL} AND (OLD.geom ISNULL OR ST_IsEmpty(OLD.geom)) BEGIN {_PUT}; END""",
    f"CREATE TRIGGER rtree_incidents_geom_delete AFTER DELETE ON incidents WHEN OLD.geom NOT NULL BEGIN {_DROP}; END",
)


def engines(path: Path) -> tuple[Engine, Engine]:
    """Return what reads the file and what writes it. Each page opens it anew: a file that was exchanged is noticed."""
    reading = _engine(path, apsw.SQLITE_OPEN_READONLY, "BEGIN")
    writing = _engine(path, apsw.SQLITE_OPEN_READWRITE | apsw.SQLITE_OPEN_CREATE, "BEGIN IMMEDIATE")
    event.listen(writing, "connect", _writes)
    return reading, writing


def _engine(path: Path, flags: int, begin: str) -> Engine:
    def opened() -> apsw_dbapi.Connection:
        return apsw_dbapi.connect(str(path), flags=flags, begin=begin, busy_ms=_BUSY_MS)

    return create_engine("sqlite://", module=apsw_dbapi, creator=opened, poolclass=NullPool)


def _writes(connection: Any, _record: Any) -> None:
    held = connection.held
    try:
        held.pragma("synchronous", "off")  # a cache: what a power cut damaged is made anew
    except apsw.Error as error:  # a damaged file
        raise OSError(str(error)) from error
    for name, function in _FUNCTIONS.items():
        held.create_scalar_function(name, function, 1, deterministic=True)


def _coordinate(at: int) -> Callable[[bytes], float]:
    return lambda point: float(struct.unpack_from("<d", point, at)[0])


_FUNCTIONS: dict[str, Callable[[bytes], float | int]] = {
    "ST_MinX": _coordinate(_POINT_AT),
    "ST_MaxX": _coordinate(_POINT_AT),
    "ST_MinY": _coordinate(_POINT_AT + 8),
    "ST_MaxY": _coordinate(_POINT_AT + 8),
    "ST_IsEmpty": lambda _: 0,  # what this writes is never empty: no place is NULL
}


def make_anew(path: Path, writing: Engine) -> None:
    """Make an empty file with its tables, without indices; what was there before is gone."""
    path.parent.mkdir(mode=0o700, exist_ok=True)
    for old in (path, Path(f"{path}-wal"), Path(f"{path}-shm"), Path(f"{path}-journal")):
        old.unlink(missing_ok=True)
    path.touch(mode=0o600)
    with writing.connect() as connection:
        # SQLAlchemy types it as a driver's that may be gone; here it was just opened, and is ours (`apsw_dbapi`)
        held = connection.connection.dbapi_connection.held  # type: ignore[union-attr]
        held.pragma("application_id", _APPLICATION_ID)  # before the write-ahead log, or GDAL does not see it
        held.pragma("user_version", _VERSION)
        held.pragma("journal_mode", "wal")
    with writing.begin() as connection:
        _make(connection)


def complete(connection: Connection) -> None:
    """Make the indices of full tables, in a fraction of the time that they cost row by row."""
    for statement in (*creation(connection.dialect)[1], _FILL_TREE, *_TRIGGERS):
        connection.exec_driver_sql(statement)


def pour(connection: Connection, table: Table, rows: Iterable[Row]) -> None:
    """Write many rows, past what SQLAlchemy does for each value."""
    names, bound = columns(table), poured(table, connection.dialect)
    statement = f"INSERT INTO {table.name} ({', '.join(names)}) VALUES ({', '.join('?' * len(names))})"
    left = iter(rows)
    while some := [tuple(bound(row)) for row in islice(left, _AT_ONCE)]:
        connection.exec_driver_sql(statement, some)


def _make(connection: Connection) -> None:
    for statement in (*creation(connection.dialect)[0], *_CORE):
        connection.exec_driver_sql(statement)
    attributes = [{"name": name} for name in METADATA.tables if name != INCIDENTS.name]
    connection.execute(
        text("INSERT INTO gpkg_contents (table_name, data_type, identifier) VALUES (:name, 'attributes', :name)"),
        attributes,
    )


_TREE = table("rtree_incidents_geom", *map(column, ("id", "minx", "maxx", "miny", "maxy")))


def points_in(box: Box) -> ColumnElement[bool]:
    """Return the condition that the point of an incident lies in a box; by the R-tree, whose numbers have 32 bits."""
    tree = _TREE.c
    found = select(tree.id).where(
        tree.minx <= box.east, tree.maxx >= box.west, tree.miny <= box.north, tree.maxy >= box.south
    )
    return INCIDENTS.c.fid.in_(found)
