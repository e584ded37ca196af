import errno
import os
import subprocess
import sys
from pathlib import Path

import pytest

from trucewatch.ledger.disk import RealDisk


class Watched:
    """The operating system, with every call noted, and one of them failing where it is told to."""

    def __init__(self, fails: str = "", at: int = 0, code: int = errno.EIO) -> None:
        self.calls: list[tuple[str, str]] = []
        self.fails, self.at, self.code = fails, at, code
        self.paths: dict[int, str] = {}

    def __getattr__(self, name):
        def call(*arguments):
            subject = self.paths.get(arguments[0], arguments[0])
            self.calls.append((name, Path(subject).name))
            if name == self.fails and [made for made, _ in self.calls].count(name) > self.at:
                raise OSError(self.code, os.strerror(self.code))
            result = getattr(os, name)(*arguments)
            if name == "open":
                self.paths[result] = arguments[0]
            return result

        return call

    def of_this_test(self, folder: Path) -> list[str]:
        """Return the calls on the folder and below it as words; temporary names become `partial`."""
        inside = {folder.name, *(path.name for path in folder.rglob("*"))}
        words = ((name, "partial" if of.endswith(".partial") else of) for name, of in self.calls)
        return [f"{name} {of}" for name, of in words if name not in {"open", "close"} and of in inside | {"partial"}]


def test_a_file_is_flushed_before_it_has_its_name_and_its_folder_after(tmp_path):
    system = Watched()
    RealDisk(system).write(tmp_path / "blobs" / "aa", b"evidence")
    acts = system.of_this_test(tmp_path)
    assert acts[-4:] == ["write partial", "fsync partial", "replace partial", "fsync blobs"]
    assert acts.index("mkdir blobs") < acts.index(f"fsync {tmp_path.name}") < acts.index("write partial")


def test_folders_that_are_known_to_be_durable_are_not_flushed_again(tmp_path):
    system = Watched()
    disk = RealDisk(system)
    disk.write(tmp_path / "blobs" / "aa", b"1")
    system.calls.clear()
    disk.write(tmp_path / "blobs" / "bb", b"2")
    assert [call for call in system.calls if call[0] in {"fsync", "mkdir"}][1:] == [("fsync", "blobs")]


def test_a_folder_that_a_killed_process_may_have_left_unflushed_is_flushed(tmp_path):
    (tmp_path / "a" / "b").mkdir(parents=True)
    system = Watched()
    RealDisk(system).write(tmp_path / "a" / "b" / "file", b"1")
    flushed = [of for name, of in system.calls if name == "fsync"]
    assert {tmp_path.name, "a", "b"} <= set(flushed)


def flushes_of_a_first_writing(folder: Path) -> int:
    system = Watched()
    RealDisk(system).write(folder / "first" / "file", b"new")
    return [name for name, _ in system.calls].count("fsync")


def test_an_error_of_any_fsync_is_raised_never_tried_again_and_nothing_works_after_it(tmp_path):
    RealDisk().write(tmp_path / "old", b"old")
    flushes = flushes_of_a_first_writing(tmp_path)
    assert flushes >= 4  # the folders above, the folder, the file, its name
    for at in range(flushes):
        check_an_error_of_fsync(tmp_path, at)


def check_an_error_of_fsync(tmp_path: Path, at: int) -> None:
    system = Watched("fsync", at)
    disk = RealDisk(system)
    with pytest.raises(OSError, match=os.strerror(errno.EIO)):
        disk.write(tmp_path / f"new{at}" / "file", b"new")
    made = len(system.calls)
    for act in (
        lambda: disk.write(tmp_path / "other", b"1"),
        lambda: disk.read(tmp_path / "old"),
        lambda: disk.exists(tmp_path / "old"),
        lambda: disk.size(tmp_path / "old"),
        lambda: disk.names(tmp_path),
        lambda: disk.remove(tmp_path / "old"),
        lambda: disk.prune(tmp_path / "empty"),
        lambda: disk.settle(tmp_path),
        lambda: disk.hold(tmp_path / "lock"),
    ):
        with pytest.raises(OSError, match="until a restart"):
            act()
    assert len(system.calls) == made
    assert [call[0] for call in system.calls].count("fsync") == at + 1


def test_a_full_disk_refuses_the_new_file_keeps_the_old_one_and_goes_on(tmp_path):
    disk = RealDisk(system := Watched())
    disk.write(tmp_path / "checkpoint", b"old")
    system.fails, system.at, system.code = "write", 0, errno.ENOSPC
    with pytest.raises(OSError, match=os.strerror(errno.ENOSPC)):
        disk.write(tmp_path / "checkpoint", b"new")
    assert disk.read(tmp_path / "checkpoint") == b"old"
    assert [path.name for path in tmp_path.iterdir()] == ["checkpoint"]
    system.fails = ""
    disk.write(tmp_path / "checkpoint", b"new")
    assert disk.read(tmp_path / "checkpoint") == b"new"


def test_what_a_killed_writing_left_is_never_listed_and_settling_removes_it(tmp_path):
    RealDisk().write(tmp_path / "log" / "a" / "b", b"1")
    (tmp_path / "log" / "a" / ".0123456789abcdef.partial").write_bytes(b"half")
    (tmp_path / "log" / ".hidden").write_bytes(b"not ours")
    system = Watched()
    disk = RealDisk(system)
    assert disk.names(tmp_path) == ["log/.hidden", "log/a/b"]
    disk.settle(tmp_path / "log")
    assert not list(tmp_path.rglob("*.partial"))
    assert disk.names(tmp_path) == ["log/.hidden", "log/a/b"]
    acts = [act for act in system.of_this_test(tmp_path) if not act.startswith("scandir")]
    assert acts.index("unlink partial") < acts.index("fsync a")


def test_a_system_that_writes_one_byte_at_a_time_still_writes_all(tmp_path):
    class Slow(Watched):
        def write(self, handle, data):
            return os.write(handle, data[:1])

    RealDisk(Slow()).write(tmp_path / "file", b"evidence")
    assert (tmp_path / "file").read_bytes() == b"evidence"


def test_links_are_neither_read_nor_listed_and_a_writing_replaces_them(tmp_path):
    disk = RealDisk()
    disk.write(tmp_path / "outside", b"secret")
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "link").symlink_to(tmp_path / "outside")
    (tmp_path / "in" / "folder").symlink_to(tmp_path)
    assert disk.names(tmp_path / "in") == []
    assert not disk.exists(tmp_path / "in" / "link")
    with pytest.raises(FileNotFoundError):
        disk.read(tmp_path / "in" / "link")
    disk.write(tmp_path / "in" / "link", b"mine")
    assert disk.read(tmp_path / "outside") == b"secret"


def test_two_processes_never_hold_one_folder(tmp_path):
    disk = RealDisk()
    release = disk.hold(tmp_path / "centre" / "lock")
    with pytest.raises(BlockingIOError, match="another process"):
        RealDisk().hold(tmp_path / "centre" / "lock")
    script = (
        "import sys, pathlib; from trucewatch.ledger.disk import RealDisk; RealDisk().hold(pathlib.Path(sys.argv[1]))"
    )
    other = [sys.executable, "-c", script, str(tmp_path / "centre" / "lock")]
    assert subprocess.run(other, capture_output=True, check=False).returncode == 1
    release()
    RealDisk().hold(tmp_path / "centre" / "lock")()


def test_what_the_owner_writes_is_not_for_everybody_on_the_machine(tmp_path):
    RealDisk().write(tmp_path / "disclosures", b"1")
    assert (tmp_path / "disclosures").stat().st_mode & 0o007 == 0
