"""Commands of the vault as people type them, in one process."""

from pathlib import Path

from typer.testing import CliRunner

from trucewatch import cli


def run(*arguments: object, given: str = "", code: int = 0) -> str:
    """What a command printed, which ended with this exit code and said no more than people read."""
    done = CliRunner().invoke(cli.app, [*map(str, arguments)], input=given)
    assert done.exit_code == code, (done.output, done.exception)
    assert "Traceback" not in done.output
    return done.output


def new(centre: Path, kind: str, *more: object, code: int = 0) -> str:
    """What is printed of a new act, which lies beside the centre."""
    out = centre.parent / "act"
    basis = ("--basis", "Article 7: at the wish of those concerned.")
    return run("act", "new", kind, "--ledger", centre / "ledger", *basis, "--out", out, *more, code=code)
