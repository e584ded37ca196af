"""Association shared out over processes gives the answers of one, to the last bit, and so the same files."""

import pytest
from tests.build import at, observation
from typer.testing import CliRunner

from trucewatch.assess import associate as association
from trucewatch.assess.locate import fixes
from trucewatch.assess.table import table
from trucewatch.cli import app
from trucewatch.engines import local
from trucewatch.engines.association import local as processes
from trucewatch.spacetime import Plane
from trucewatch.vocabulary import Direction

ENDS = (Direction.OUTGOING, Direction.IMPACT, Direction.UNDETERMINED)


def parts():
    """Return the parts of a made-up evening: bursts of every size that several posts report."""
    rows = [
        observation(
            f"{shot:02d}-{post}",
            place=at(12 * (shot % 9) + 0.4 * post, (shot * post) % 3, 0.3 + 0.2 * post),
            minutes=9 * shot + 0.2 * post,
            sd_s=20.0,
            source=f"post {post}",
            direction=ENDS[(shot + post) % 3],
            count=1 + shot % 4,
        )
        for shot in range(40)
        for post in range(2 + shot % 8)
    ]
    found = []

    def kept(given):
        found.extend(given)
        return association.in_turn(given)

    association.divide(table(rows, fixes(rows, Plane(38.0, 48.0)), range(len(rows))), kept)
    return found


def answers(spread, given):
    resolved = (spread or association.in_turn)(given)
    return [(block.tolist(), [share.hex() for share in together.ravel().tolist()]) for block, together in resolved]


def test_two_processes_give_what_one_gives():
    given = parts()
    assert len(given) > 5
    assert max(part.size for part in given) > 6  # both methods are asked
    assert answers(processes(2), given) == answers(None, given)


def test_the_published_folder_has_the_same_bytes_with_two_processes(tmp_path):
    for name, options in (("one", []), ("two", ["--processes", "2"])):
        result = CliRunner().invoke(app, ["assess", "karabakh", "--out", str(tmp_path / name), *options])
        assert result.exit_code == 0, result.output
    files = {p.relative_to(tmp_path / "one") for p in (tmp_path / "one").rglob("*") if p.is_file()}
    assert files == {p.relative_to(tmp_path / "two") for p in (tmp_path / "two").rglob("*") if p.is_file()}
    for name in files:
        assert (tmp_path / "one" / name).read_bytes() == (tmp_path / "two" / name).read_bytes(), name


def test_no_process_and_no_kernel_are_refused_in_words():
    with pytest.raises(ValueError, match="at least one"):
        local.run("builtins:sorted", [], 0)
    with pytest.raises(ValueError, match="no kernel is called"):
        local.run("trucewatch.nowhere:kernel", [(1,)])


def test_an_engine_that_is_not_installed_is_refused_in_one_line(tmp_path, monkeypatch):
    monkeypatch.setitem(__import__("sys").modules, "trucewatch.engines.spark", None)
    asked = ["assess", "karabakh", "--out", str(tmp_path / "out"), "--engine", "sc://127.0.0.1:1"]
    result = CliRunner().invoke(app, asked)
    assert result.exit_code == 2
    assert "--engine" in result.output
    assert not (tmp_path / "out").exists()
