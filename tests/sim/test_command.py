"""`trucewatch simulate` as a person types it."""

from typer.testing import CliRunner

from trucewatch.cli import app


def test_the_command_writes_a_case_and_refuses_a_folder_that_is_not_empty(tmp_path):
    out = tmp_path / "case"
    arguments = ["simulate", "--out", str(out), "--incidents", "20", "--seed", "3", "--party-ids", "north,south"]
    done = CliRunner().invoke(app, arguments)
    assert done.exit_code == 0, done.output
    assert "20 incidents" in done.output
    assert 'id = "north"' in (out / "case.toml").read_text()
    assert (out / "truth" / "links.csv").is_file()
    again = CliRunner().invoke(app, arguments)
    assert again.exit_code == 2
    assert len(again.output.strip().splitlines()) == 1
    assert "not empty" in again.output


def test_help_says_which_worlds_and_regimes_there_are():
    shown = CliRunner().invoke(app, ["simulate", "--help"], env={"COLUMNS": "200"}).output
    for word in ("mixed", "sensors", "posts", "balanced", "lying", "copying", "--sigma-scale", "truth"):
        assert word in shown
