"""Compiled functions are kept by all that they are made of."""

import re
import shutil
from pathlib import Path

import pytest

from trucewatch import cli, compiled
from trucewatch.assess import partitions

FOLDER = compiled.WHERE


def edited(folder: Path, name: str) -> Path:
    """Return a copy of the modules with a remark more in one of them."""
    copy = folder / name
    shutil.copytree(FOLDER, copy, ignore=shutil.ignore_patterns("__pycache__"))
    with (copy / name).open("a", encoding="utf-8") as module:
        module.write("# a remark\n")
    return copy


@pytest.mark.parametrize("name", ["partitions.py", "division.py", "clusters.py", "flights.py", "sweep.py"])
def test_an_edit_of_anything_that_they_are_made_of_compiles_them_anew(tmp_path, name):
    assert compiled.digest(edited(tmp_path, name)) != compiled.digest(FOLDER)


def test_an_edit_elsewhere_does_not(tmp_path):
    assert compiled.digest(edited(tmp_path, "words.py")) == compiled.digest(FOLDER)


def test_numba_keeps_them_there():
    assert partitions.divided.__module__ == "trucewatch.assess.partitions"
    kept = Path(partitions._divide.stats.cache_path)
    assert compiled.digest(FOLDER) in [folder.name for folder in kept.parents]


def test_nobody_compiles_past_it():
    users = {
        path.name
        for path in FOLDER.parent.rglob("*.py")
        if re.search(r"^(from|import) numba", path.read_text("utf-8"), re.MULTILINE)
    }
    assert users == {"compiled.py"}


def test_where_the_user_asks_and_where_nothing_beside_the_modules_can_be_written(tmp_path, monkeypatch):
    name = compiled.digest(FOLDER)
    assert compiled.kept_in(FOLDER, str(tmp_path)) == tmp_path / name
    assert compiled.kept_in(FOLDER, str(tmp_path / "compiled-0123456789abcdef")) == tmp_path / name
    installed, home = edited(tmp_path, "words.py"), tmp_path / "home"
    (installed / "__pycache__").write_bytes(b"no folder can be made here")
    monkeypatch.setenv("HOME", str(home))
    assert compiled.kept_in(installed) == home / ".cache" / "trucewatch" / name
    home.rename(tmp_path / "gone")
    home.write_bytes(b"nor here")
    assert compiled.kept_in(installed).name == name


def test_a_run_waits_for_compiling_only_where_nothing_of_this_version_is_kept(tmp_path, monkeypatch, capsys):
    other = tmp_path / "compiled-0123456789abcdef" / "assess_1"
    other.mkdir(parents=True)
    (other / "partitions._divide-1.py311.nbi").write_bytes(b"")
    monkeypatch.setattr(compiled, "KEPT", tmp_path / "compiled-fedcba9876543210")
    cli._compiling()
    assert "compiling" in capsys.readouterr().out
    monkeypatch.setattr(compiled, "KEPT", other.parent)
    cli._compiling()
    assert not capsys.readouterr().out
