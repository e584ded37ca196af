"""The file is a GeoPackage by the letter of the standard (OGC 12-128r19), as far as QGIS and GDAL rely on it."""

import struct

import apsw
import pytest
from test_lists import MADE, at, incident, put

from trucewatch.db.lines import Place
from trucewatch.db.lists import FILE, ListsError, Store, store_of
from trucewatch.db.tables import METADATA


@pytest.fixture
def store(tmp_path):
    store = store_of("", tmp_path, "a log")
    store.begin()
    yield store
    store.close()


def ask(folder, query: str) -> list[tuple]:
    held = apsw.Connection(str(folder / FILE), flags=apsw.SQLITE_OPEN_READONLY)
    try:
        return list(held.execute(query))
    finally:
        held.close()


def tree(folder) -> list[tuple]:
    return ask(folder, "SELECT i.id, t.minx, t.maxx, t.miny, t.maxy FROM rtree_incidents_geom t JOIN incidents i"
                       " ON i.fid = t.id ORDER BY i.id")  # fmt: skip


def test_the_file_says_what_it_is_and_lists_what_it_holds(store, tmp_path):
    put(store, [incident("i-1")], [], MADE)
    assert ask(tmp_path, "PRAGMA application_id") == [(0x47504B47,)]
    assert ask(tmp_path, "PRAGMA integrity_check") == [("ok",)]
    assert ask(tmp_path, "PRAGMA foreign_key_check") == []
    assert dict(ask(tmp_path, "SELECT table_name, data_type FROM gpkg_contents")) == {
        name: "features" if name == "incidents" else "attributes" for name in METADATA.tables
    }
    assert {srs for (srs,) in ask(tmp_path, "SELECT srs_id FROM gpkg_spatial_ref_sys")} == {-1, 0, 4326}
    assert ask(tmp_path, "SELECT * FROM gpkg_geometry_columns") == [("incidents", "geom", "POINT", 4326, 0, 0)]
    types = {t for name in METADATA.tables for _, _, t, *_ in ask(tmp_path, f"PRAGMA table_info({name})")}
    assert types == {"INTEGER", "POINT", "TEXT", "DATETIME", "DOUBLE", "BOOLEAN"}, "a VARCHAR is hidden by GDAL"
    assert oct((tmp_path / FILE).stat().st_mode)[-3:] == "600"


def test_a_point_and_a_time_are_written_as_the_standard_says(store, tmp_path):
    put(store, [incident("i-1", place=Place(lon=38.5, lat=-48.25, radius_km=1.0))], [], MADE)
    ((point, first),) = ask(tmp_path, "SELECT geom, first_utc FROM incidents")
    assert point[:8] == b"GP\x00\x01" + struct.pack("<i", 4326)
    assert struct.unpack("<BIdd", point[8:]) == (1, 1, 38.5, -48.25)
    assert first == "2026-11-22T12:00:00.000Z"


def test_the_tree_has_each_place_once_through_all_changes(store, tmp_path):
    put(store, [at(1, "i-1"), at(2, "i-2"), at(3, "i-3", place=None)], [], MADE)
    assert [row[0] for row in tree(tmp_path)] == ["i-1", "i-2"]
    put(store, [at(3, "i-3"), at(2, "i-2", place=None)], ["i-1"], MADE)
    ((name, *bounds),) = tree(tmp_path)
    assert (name, bounds) == ("i-3", [38.0, 38.0, 48.0, 48.0])
    assert ask(tmp_path, "SELECT count(*) FROM rtree_incidents_geom") == [(1,)]


def test_a_file_that_somebody_deleted_is_noticed_and_made_anew(store, tmp_path):
    put(store, [incident("i-1")], [], MADE)
    (tmp_path / FILE).unlink()
    assert not store.is_whole()
    with pytest.raises(ListsError):
        store.find(*everything())
    store.begin()
    put(store, [incident("i-2")], [], MADE)
    assert [line.id for line in store.find(*everything()).lines] == ["i-2"]


def test_a_file_of_somebody_else_is_never_read(store, tmp_path):
    put(store, [incident("i-1")], [], MADE)
    stranger: Store = store_of("", tmp_path, "a log")
    with pytest.raises(ListsError, match="being made"):
        stranger.find(*everything())
    (tmp_path / FILE).write_bytes(b"no database at all")
    assert not store.is_whole()
    store.begin()
    put(store, [], [], MADE)
    assert store.is_whole()


def everything():
    from sqlalchemy import true

    from trucewatch.db.lines import Sought

    return Sought(), true()
