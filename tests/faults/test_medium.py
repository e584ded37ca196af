"""The simulator loses what may be lost, and only that; with it, the disk and SQLite as we use them lose nothing."""

import itertools
import random
from collections import Counter
from contextlib import suppress
from pathlib import Path
from unittest.mock import ANY

import pytest
from faults.medium import KilledError, Medium, Replay
from faults.rows import lost_rows, rows_written
from faults.simulated import SimulatedDisk

FOLDER = Path("/centre")
CUTS = 400


def read_all(medium: Medium) -> dict[str, bytes]:
    disk = SimulatedDisk(medium)
    files = {name: disk.read(Path("/") / name) for name in disk.names(Path("/"))}
    disk.die()
    return files


def after_cuts(medium: Medium, at: int | None = None) -> Counter[tuple[tuple[str, bytes], ...]]:
    replay = Replay(medium)
    replay.forward(len(medium.journal) if at is None else at)
    return Counter(tuple(sorted(read_all(replay.cut(random.Random(seed))).items())) for seed in range(CUTS))


def write(medium: Medium, path: str, data: bytes, *, flush: bool) -> None:
    handle = medium.open(path, 0o100)
    medium.write(handle, memoryview(data))
    if flush:
        medium.fsync(handle)
    medium.close(handle)


def flush_folder(medium: Medium, path: str) -> None:
    medium.fsync(medium.open(path, 0))


def test_what_is_flushed_stays():
    medium = Medium()
    write(medium, "/file", b"evidence", flush=True)
    flush_folder(medium, "/")
    assert after_cuts(medium) == {(("file", b"evidence"),): CUTS}


def test_bytes_that_are_not_flushed_are_lost_kept_or_torn():
    medium = Medium()
    data = random.Random(1).randbytes(2000)
    write(medium, "/file", data, flush=False)
    flush_folder(medium, "/")
    left = [dict(files)["file"] for files in after_cuts(medium)]
    assert data in left
    assert b"" in left
    assert any(0 < len(some) < 2000 and data.startswith(some) for some in left)
    torn = [some for some in left if not data.startswith(some)]
    assert any(some[512:1024] == data[512:1024] and some[:512] != data[:512] for some in torn)


def test_a_name_that_is_not_flushed_is_lost_or_kept():
    medium = Medium()
    write(medium, "/file", b"evidence", flush=True)
    assert set(after_cuts(medium)) == {(), (("file", b"evidence"),)}


def test_of_two_writings_the_second_may_survive_alone():
    medium = Medium()
    write(medium, "/file", b"1", flush=True)
    flush_folder(medium, "/")
    number = medium.node("/file")
    medium.put(number, 0, b"2")
    medium.put(number, 1, b"3")
    left = {dict(files)["file"] for files in after_cuts(medium)}
    assert {b"1", b"2", b"23", b"1" + b"3"} <= left


def test_a_rename_that_is_not_flushed_may_leave_both_names_or_none():
    medium = Medium()
    write(medium, "/partial", b"1", flush=True)
    flush_folder(medium, "/")
    medium.replace("/partial", "/file")
    assert {tuple(dict(files)) for files in after_cuts(medium)} == {("file",), ("partial",), ("file", "partial"), ()}


def test_a_folder_whose_name_is_lost_takes_its_files_with_it():
    medium = Medium()
    medium.mkdir("/a")
    write(medium, "/a/file", b"1", flush=True)
    flush_folder(medium, "/a")
    assert set(after_cuts(medium)) == {(), (("a/file", b"1"),)}


def test_another_machine_is_spared():
    medium = Medium()
    for top in ("/a", "/b"):
        medium.mkdir(top)
        write(medium, f"{top}/file", b"1", flush=False)
    replay = Replay(medium)
    replay.forward(len(medium.journal))
    for seed in range(50):
        assert read_all(replay.cut(random.Random(seed), "b"))["b/file"] == b"1"


def test_a_cut_is_a_function_of_its_seed():
    medium = Medium()
    SimulatedDisk(medium).write(FOLDER / "file", random.Random(1).randbytes(9000))
    replay = Replay(medium)
    replay.forward(len(medium.journal) - 3)
    first, second = (read_all(replay.cut(random.Random("seed"))) for _ in range(2))
    assert first == second


def test_a_killed_process_has_no_further_effect():
    medium = Medium()
    disk = SimulatedDisk(medium)
    disk.write(FOLDER / "file", b"1")
    disk.die_at(3)
    with pytest.raises(KilledError):
        disk.write(FOLDER / "file", b"2")
    with pytest.raises(KilledError):
        disk.write(FOLDER / "other", b"2")
    medium.before = lambda _: None
    assert SimulatedDisk(medium).read(FOLDER / "file") == b"1"


def lost_files(medium: Medium) -> int:
    """Return how many files are missing or not whole that were acknowledged, over all cuts."""
    replay, lost, chance = Replay(medium), 0, random.Random(2)
    for at in range(len(medium.journal) + 1):
        replay.forward(at)
        for _ in range(3):
            files = read_all(replay.cut(chance))
            lost += sum(files.get(name) != data for name, data in dict(replay.promised).items())
    return lost


def files_written(**control: bool) -> Medium:
    medium = Medium()
    for name, value in control.items():
        setattr(medium, name, value)
    disk = SimulatedDisk(medium)
    for number in range(8):
        name, data = f"centre/{number % 3}/{number}", random.Random(number).randbytes(700)
        disk.write(Path("/") / name, data)
        medium.mark((name, data))
    disk.die()
    return medium


def test_no_file_that_was_written_is_lost_wherever_the_power_is_cut():
    assert lost_files(files_written()) == 0


@pytest.mark.parametrize("control", ["flushes_files", "flushes_folders"])
def test_control_without_one_of_the_two_flushes_files_are_lost(control):
    assert lost_files(files_written(**{control: False})) > 0


def test_a_file_that_a_killed_process_left_is_safe_once_the_folder_is_settled():
    lost_without = 0
    for settles, at in itertools.product((True, False), range(2, 9)):
        medium = Medium()
        SimulatedDisk(medium).write(FOLDER / "old", b"0")
        disk = SimulatedDisk(medium)
        disk.die_at(at)
        with suppress(KilledError):
            for number in range(3):
                disk.write(FOLDER / str(number), b"1")
        medium.before = lambda _: None
        successor = SimulatedDisk(medium)
        if settles:
            successor.settle(FOLDER)
        for name in successor.names(FOLDER):
            medium.mark((f"centre/{name}", successor.read(FOLDER / name)))
        lost = lost_files(medium)
        assert not (settles and lost)
        lost_without += lost
    assert lost_without > 0


@pytest.mark.parametrize("journal", ["wal", "delete"])
def test_no_row_that_was_committed_is_lost_wherever_the_power_is_cut(journal):
    assert lost_rows(rows_written("full", journal), 3) == (0, ANY)


@pytest.mark.parametrize(("synchronous", "journal"), [("normal", "wal"), ("off", "wal"), ("off", "delete")])
def test_control_with_less_synchronous_rows_are_lost(synchronous, journal):
    assert lost_rows(rows_written(synchronous, journal), 3)[0] > 0
