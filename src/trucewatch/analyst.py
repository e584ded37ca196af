"""The command that holds a case in memory and says of each row that comes what it changes: the shell of `following`."""

import statistics
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, BinaryIO

import typer

from trucewatch.terminal import refusing

if TYPE_CHECKING:
    from trucewatch.following import Change, Followed
    from trucewatch.intake.reader import Context
    from trucewatch.model import Attribution, Case, Incident, Observation, Record, Rejection

LINE_BYTES = 1 << 16  # asked for at a time; a longer line comes in pieces and is refused as a row

analyst = typer.Typer(no_args_is_help=True, rich_markup_mode=None)


@analyst.command()
def follow(
    case: Annotated[str, typer.Argument(help="A case folder, or the name of a bundled case.")],
    *,
    rows: Annotated[
        str, typer.Option("--rows", help="A table of rows to add, of any kind that a case may have; -: standard input.")
    ] = "-",
) -> None:
    """Hold a case in memory and say of each row that comes what it changes, and in how many milliseconds.

    A full run comes first; then each row's incidents are made anew, with who did them, by what that run learned from
    others. Preliminary: no mirror run checks it, nothing is written, logged or published, and the next full run may
    say otherwise, since it learns anew.
    """
    from trucewatch import centre, compiled, inquiry
    from trucewatch.following import add
    from trucewatch.model import Observation

    spent_ms: list[float] = []
    with refusing(), ExitStack() as stack:
        folder = centre.find_case(case)
        table = sys.stdin.buffer if rows == "-" else stack.enter_context(Path(rows).open("rb"))
        compiled.announce(typer.echo)
        opened = centre.open_case(folder)
        now, rejected = inquiry.followed(folder, opened)
        record = now.full.gathered
        typer.echo(
            f"{folder.name}: {len(record.observations):,} observations, {rejected:,} rows rejected, "
            f"{len(record.incidents):,} incidents. What follows is preliminary, weighed by what these taught, and "
            "written nowhere"
        )
        for number, row in enumerate(_read(Path(rows).name, table, opened.context), start=1):
            if not isinstance(row, Observation):
                typer.echo(f"row {number} {_not_taken(row)}")
                continue
            began = time.perf_counter()
            then, change = add(now, row)
            spent_ms.append(1e3 * (time.perf_counter() - began))
            typer.echo(f"row {number}, {row.source.name}, {spent_ms[-1]:.0f} ms: {_said(change)}")
            for line in _in_full(now, change):
                typer.echo(f"  {line}")
            now = then
    if spent_ms:
        median, worst = statistics.median(spent_ms), max(spent_ms)
        typer.echo(f"{len(spent_ms):,} rows, each until who did it: {median:.0f} ms (median), {worst:.0f} ms (worst)")


def _read(name: str, table: BinaryIO, context: "Context") -> Iterator["Observation | Record | Rejection"]:
    """Yield what the rows of a table are, each as soon as its line is there; ValueError where its header is of none."""
    from trucewatch.intake import read
    from trucewatch.model import Rejection

    for row in read(name, iter(lambda: table.readline(LINE_BYTES), b""), context, as_they_come=True):
        if isinstance(row, Rejection) and row.row == 0:
            raise ValueError(f"{name}: {row.reason}")
        yield row


def _not_taken(row: "Record | Rejection") -> str:
    from trucewatch.model import Rejection

    if isinstance(row, Rejection):
        return f"was not taken: it {row.reason}"
    return "is a record of another matter: the next full run takes it"


def _said(change: "Change") -> str:
    """Say how many incidents the row changes."""
    if change.again:
        return "is in the record already"
    if not change.incidents and not change.replaced:
        torn = any(doubt.key == change.observation.key for doubt in change.doubts)
        return "may be of several incidents and stands in none" if torn else "changes no incident"
    made = _several(len(change.incidents), "incident")
    return f"{made} in place of {len(change.replaced):,}" if change.replaced else f"{made} more"


def _in_full(before: "Followed", change: "Change") -> Iterator[str]:
    """Yield what was said of the incidents that the row changes, and what would be said now, where these differ."""
    from trucewatch.following import attributions

    case = before.full.case
    was = _all_shown(change.replaced, attributions(before, change.replaced), case)
    now = _all_shown(change.incidents, change.attributions, case)
    yield from (f"was {line}" for line in was if line not in now)
    yield from (f"now {line}" for line in now if line not in was)
    if alike := len(set(was) & set(now)):
        yield f"{_several(alike, 'incident')} by less than is printed"
    if torn := len(change.doubts):
        yield f"{_several(torn, 'record')} about it may be of several incidents"


def _all_shown(incidents: "Sequence[Incident]", found: "Sequence[Attribution]", case: "Case") -> list[str]:
    return [_shown(incident, attribution, case) for incident, attribution in zip(incidents, found, strict=True)]


def _several(number: int, what: str) -> str:
    return f"{number:,} {what}" if number == 1 else f"{number:,} {what}s"


def _shown(incident: "Incident", attribution: "Attribution", case: "Case") -> str:
    from trucewatch.report.words import determination_words, hypothesis_names, percent

    names, records = hypothesis_names(case), _several(len(incident.observations), "record")
    chances = ", ".join(f"{names[hypothesis]} {percent(chance)}" for hypothesis, chance in attribution.probabilities)
    return f"{incident.id}, {records}: {determination_words(attribution, case)} ({chances})"
