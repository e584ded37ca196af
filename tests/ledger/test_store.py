import contextlib
import os
from pathlib import Path

import pytest

from trucewatch.ledger import ledger_files, store
from trucewatch.ledger.note import REHEARSAL
from trucewatch.ledger.verify import VerificationError

OLD = {"checkpoint": b"old", "tile/0/000": b"1", "tile/0/001": b"2"}
NEW = {"checkpoint": b"new", "blobs/aa": b"3"}


def content(directory: Path) -> dict[str, bytes]:
    return {str(p.relative_to(directory)): p.read_bytes() for p in directory.rglob("*") if p.is_file()}


class PowerCutError(Exception):
    pass


def cut_power_at(monkeypatch: pytest.MonkeyPatch, moment: int) -> list[str]:
    """Let the `moment`-th act of the store on the disk fail; return the acts, as they are noted."""
    acts: list[str] = []

    def watched(name, act):
        def wrapped(*arguments, **options):
            acts.append(name)
            if len(acts) == moment:
                raise PowerCutError
            return act(*arguments, **options)

        return wrapped

    for owner, name in [
        (os, "fsync"),
        (Path, "mkdir"),
        (Path, "rename"),
        (Path, "write_bytes"),
        (store.shutil, "rmtree"),
    ]:
        monkeypatch.setattr(owner, name, watched(name, getattr(owner, name)))
    return acts


def test_a_directory_holds_what_was_written(tmp_path):
    store.write(tmp_path / "out" / "ledger", OLD)
    assert content(tmp_path / "out") == {f"ledger/{path}": data for path, data in OLD.items()}


def test_a_second_writing_replaces_the_first_and_leaves_nothing_behind(tmp_path):
    store.write(tmp_path / "ledger", OLD)
    store.write(tmp_path / "ledger", NEW)
    assert content(tmp_path) == {f"ledger/{path}": data for path, data in NEW.items()}


def test_after_a_power_cut_at_any_moment_there_is_the_old_ledger_or_the_new_one(tmp_path):
    moment, survivors = 0, []
    while True:
        moment += 1
        place = tmp_path / str(moment)
        store.write(place / "ledger", OLD)
        with pytest.MonkeyPatch.context() as patch:
            acts = cut_power_at(patch, moment)
            with contextlib.suppress(PowerCutError):
                store.write(place / "ledger", NEW)
            if len(acts) < moment:
                break
        store.recover(place / "ledger")
        survivors.append(content(place / "ledger"))
        assert survivors[-1] in (OLD, NEW)
        assert [p.name for p in place.iterdir()] == ["ledger"]
    assert survivors[0] == OLD
    assert survivors[-1] == NEW


def test_files_that_are_made_one_after_another_are_not_held_together(tmp_path):
    there = []

    def made():
        for name, data in NEW.items():
            yield name, data
            there.append((tmp_path / "ledger.partial-new" / name).read_bytes())

    store.write(tmp_path / "ledger", made())
    assert there == list(NEW.values())
    assert content(tmp_path / "ledger") == NEW


def test_files_that_cannot_be_made_to_the_end_leave_what_was_there_and_nothing_beside_it(tmp_path):
    def made():
        yield "checkpoint", b"new"
        raise ValueError("an entry is too long")

    store.write(tmp_path / "ledger", OLD)
    with pytest.raises(ValueError, match="too long"):
        store.write(tmp_path / "ledger", made())
    assert content(tmp_path) == {f"ledger/{path}": data for path, data in OLD.items()}


def test_every_file_and_folder_is_flushed_before_it_gets_its_name(tmp_path, monkeypatch):
    acts = cut_power_at(monkeypatch, 0)
    store.write(tmp_path / "ledger", OLD)
    assert acts.index("rename") > acts.index("fsync")
    # three files; the folders tile/0, tile, and the ledger itself
    assert acts[: acts.index("rename")].count("fsync") == 6


def test_an_error_of_the_disk_is_raised_not_tried_again(tmp_path, monkeypatch):
    store.write(tmp_path / "ledger", OLD)
    calls = []

    def failing(handle):
        calls.append(handle)
        raise OSError(5, "Input/output error")

    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", failing)
        with pytest.raises(OSError, match="Input/output"):
            store.write(tmp_path / "ledger", NEW)
    assert len(calls) == 1
    store.recover(tmp_path / "ledger")
    assert content(tmp_path / "ledger") == OLD


@pytest.mark.parametrize("path", ["../escape", "/etc/passwd", "a/../b", "", "a//b", ".hidden"])
def test_nothing_is_written_outside(tmp_path, path):
    with pytest.raises(VerificationError, match="unsafe"):
        store.write(tmp_path / "ledger", {path: b""})
    assert not (tmp_path / "ledger").exists()


@pytest.mark.parametrize("size", [1, 255, 256, 257, 600])
def test_the_last_entry_is_read_without_the_others(tmp_path, size):
    said = [({"type": "thing", "v": "1", "n": str(n)}, {"word": f"w{n}"} if n % 2 else {}) for n in range(size)]
    store.write(tmp_path / "log", ledger_files(said, {}, REHEARSAL))
    *others, last = store.read_entries(tmp_path / "log")
    assert len(others) == size - 1
    assert store.read_last(tmp_path / "log") == [last]


def test_of_an_empty_log_there_is_no_last_entry(tmp_path):
    store.write(tmp_path / "log", ledger_files([], {}, REHEARSAL))
    assert store.read_last(tmp_path / "log") == list(store.read_entries(tmp_path / "log")) == []
