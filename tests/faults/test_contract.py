"""What every disk promises."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from faults.medium import Medium
from faults.simulated import SimulatedDisk

from trucewatch.ledger.disk import Disk, RealDisk


@pytest.fixture(params=["real", "simulated"])
def disk(request) -> Iterator[Disk]:
    if request.param == "real":
        yield RealDisk()
    else:
        simulated = SimulatedDisk(Medium())
        yield simulated
        simulated.die()


def test_what_was_written_is_read_and_has_its_size(disk, tmp_path):
    disk.write(tmp_path / "a" / "b" / "file", b"evidence")
    assert disk.read(tmp_path / "a" / "b" / "file") == b"evidence"
    assert disk.size(tmp_path / "a" / "b" / "file") == 8
    assert disk.exists(tmp_path / "a" / "b" / "file")


def test_a_file_may_be_empty_and_may_be_large(disk, tmp_path):
    for data in (b"", bytes(3_000_000)):
        disk.write(tmp_path / "file", data)
        assert disk.read(tmp_path / "file") == data
        assert disk.size(tmp_path / "file") == len(data)


def test_the_last_writing_counts(disk, tmp_path):
    disk.write(tmp_path / "checkpoint", b"a long first one")
    disk.write(tmp_path / "checkpoint", b"second")
    assert disk.read(tmp_path / "checkpoint") == b"second"
    assert disk.names(tmp_path) == ["checkpoint"]


@pytest.mark.parametrize("path", ["absent", "no/such/folder", "folder", "file/below"])
def test_what_is_not_a_plain_file_is_not_there(disk, tmp_path, path):
    disk.write(tmp_path / "folder" / "x", b"1")
    disk.write(tmp_path / "file", b"1")
    assert not disk.exists(tmp_path / path)
    for ask in (disk.read, disk.size):
        with pytest.raises(FileNotFoundError):
            ask(tmp_path / path)


def test_files_are_listed_by_their_relative_paths_in_order(disk, tmp_path):
    for name in ("b", "a/z", "a.b", "a/b/c"):
        disk.write(tmp_path / "log" / name, b"1")
    assert disk.names(tmp_path / "log") == ["a.b", "a/b/c", "a/z", "b"]
    assert disk.names(tmp_path / "log" / "a") == ["b/c", "z"]
    assert disk.names(tmp_path / "nothing") == []


def test_what_is_removed_is_gone_and_may_be_removed_again(disk, tmp_path):
    disk.write(tmp_path / "received" / "file", b"1")
    for _ in range(2):
        disk.remove(tmp_path / "received" / "file")
        assert disk.names(tmp_path) == []
    disk.remove(tmp_path / "no" / "such" / "folder")


def test_many_are_removed_at_once(disk, tmp_path):
    for name in ("received/a", "received/b", "blobs/c", "blobs/d"):
        disk.write(tmp_path / name, b"1")
    disk.remove(tmp_path / "received" / "a", tmp_path / "blobs" / "c", tmp_path / "received" / "b")
    assert disk.names(tmp_path) == ["blobs/d"]


def test_only_a_folder_that_holds_nothing_is_pruned_and_it_can_be_written_to_again(disk, tmp_path):
    disk.write(tmp_path / "tile" / "000.p" / "17", b"1")
    disk.prune(tmp_path / "tile" / "000.p")
    assert disk.names(tmp_path) == ["tile/000.p/17"]
    disk.remove(tmp_path / "tile" / "000.p" / "17")
    for _ in range(2):
        disk.prune(tmp_path / "tile" / "000.p")
    disk.write(tmp_path / "tile" / "000.p" / "18", b"1")
    assert disk.names(tmp_path) == ["tile/000.p/18"]


def test_settling_on_a_real_disk_removes_folders_that_hold_nothing(tmp_path):
    disk = RealDisk()
    disk.write(tmp_path / "log" / "a" / "b", b"1")
    (tmp_path / "log" / "x" / "y").mkdir(parents=True)
    (tmp_path / "log" / "x" / ".0123456789abcdef.partial").write_bytes(b"half")
    disk.settle(tmp_path / "log")
    assert [path.name for path in (tmp_path / "log").iterdir()] == ["a"]


def test_settling_keeps_every_file_and_makes_the_folder(disk, tmp_path):
    disk.write(tmp_path / "log" / "a" / "b", b"1")
    disk.settle(tmp_path / "log")
    disk.settle(tmp_path / "new")
    assert disk.names(tmp_path) == ["log/a/b"]


def test_a_folder_is_held_by_one_at_a_time(disk, tmp_path):
    release = disk.hold(Path(tmp_path / "centre" / "lock"))
    with pytest.raises(BlockingIOError):
        disk.hold(tmp_path / "centre" / "lock")
    release()
    disk.hold(tmp_path / "centre" / "lock")()
