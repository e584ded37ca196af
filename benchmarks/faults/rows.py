"""SQLite alone on the simulated medium: what `synchronous` is worth to whoever promises by a row."""

import random

import apsw

from faults.medium import Medium, Replay
from faults.simulated import SimulatedDisk

ROWS, DELETED = 25, 5


def rows_written(synchronous: str, journal: str) -> Medium:
    """Return the medium after rows were committed one by one, each marked as promised, and the first ones deleted."""
    medium = Medium()
    medium.mkdir("/centre")
    medium.fsync(medium.open("/", 0))
    disk = SimulatedDisk(medium)
    rows = apsw.Connection("/centre/db", vfs=disk.vfs)
    for name, value in (("locking_mode", "exclusive"), ("journal_mode", journal), ("synchronous", synchronous)):
        rows.pragma(name, value)
    rows.execute("create table rows(name integer primary key, data)")
    for number in range(ROWS):
        rows.execute("insert into rows values(?, hex(randomblob(600)))", (number,))
        medium.mark(number)
    rows.execute("delete from rows where name < ?", (DELETED,))
    disk.die()
    rows.close()
    return medium


def lost_rows(medium: Medium, seed: int, every: int = 2) -> tuple[int, int]:
    """Return how many promised rows are lost over cuts before each act, or every second, and how many were looked for.

    A database that is broken has lost all of them.
    """
    replay, lost, looked_for, chance = Replay(medium), 0, 0, random.Random(seed)
    for at in range(2, len(medium.journal) + 1, every):  # the folder itself is there
        replay.forward(at)
        disk = SimulatedDisk(replay.cut(chance))
        kept = {number for number in replay.promised if number >= DELETED}
        looked_for += len(kept)
        lost += len(kept - _found(disk)) if kept else 0
        disk.die()
    return lost, looked_for


def _found(disk: SimulatedDisk) -> set[int]:
    try:
        rows = apsw.Connection("/centre/db", vfs=disk.vfs)
        rows.pragma("locking_mode", "exclusive")
        found = {number for (number,) in rows.execute("select name from rows")}
        return found if rows.pragma("integrity_check") == "ok" else set()
    except apsw.Error:
        return set()
