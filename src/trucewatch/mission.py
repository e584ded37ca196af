"""The command that turns a drone's finished mission into a table of footprints: the shell of `intake.missions`."""

import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from trucewatch.terminal import refusing

if TYPE_CHECKING:
    from trucewatch.intake.missions.frames import Frames
    from trucewatch.intake.missions.rows import Mission

OVER = timedelta(hours=1)  # after its last packet a mission is over; a guess

mission = typer.Typer(no_args_is_help=True, rich_markup_mode=None)


@mission.command()
def footprints(
    file: Annotated[Path, typer.Argument(help="KLV packets of MISB ST 0601 of a mission that is over.")],
    unit: Annotated[str, typer.Option("--unit", help="The mission, by the name that its reports have as source.")],
    out: Annotated[Path, typer.Option("--out", help="Where to write the table; it must not exist.")],
    about: Annotated[str, typer.Option("--about", help="The act of the paper.")] = "watch:drones",
    received: Annotated[
        str | None, typer.Option("--received", help="When the file came in, RFC 3339. Without it: now.")
    ] = None,
) -> None:
    """Make a table of footprints out of the telemetry of a drone's finished mission.

    The file is decoded in a child without network or files. Each way to read its angles is tried against the frame
    centre that it publishes; what fits none is kept as unlocated, and no ground counts as seen. Put the table into
    the case's observations/. Of the file no track, no point of aim and no word goes into it.
    """
    from trucewatch.intake.missions.rows import Told, table
    from trucewatch.intake.missions.rows import mission as found_in
    from trucewatch.spacetime import utc

    with refusing():
        if out.exists():
            raise ValueError(f"{out}: exists already; it is not written over")
        if not unit.strip():
            raise ValueError("--unit is empty: name the mission as its other rows name it")
        now = datetime.fromtimestamp(time.time(), UTC).replace(microsecond=0)
        came = utc(received) if received else now
        frames = _decoded(file)
        found = found_in(frames)
        if found.end > min(came, now) - OVER:
            raise ValueError(
                f"{file.name}: its last packet is of {found.end:%d %B %Y %H:%M} UTC, less than an hour before "
                f"{min(came, now):%d %B %Y %H:%M}; footprints come in when a mission is over, never live"
            )
        told = Told(unit=unit.strip(), source=unit.strip(), about=about, received=came)
        rows = table(found, told)
        with out.open("x", encoding="utf-8", newline="") as written:
            written.write(rows)
    for line in _said(frames, found):
        typer.echo(f"  {line}")
    typer.echo(f"  wrote {out}; put it into observations/. Hours count where rows of class drone with the source")
    typer.echo(f"  {unit.strip()!r} say from when to when somebody watched the pictures")


def _decoded(file: Path) -> "Frames":
    from trucewatch.intake.missions.frames import frames
    from trucewatch.sandbox import MOST_BYTES, Limits, Reason, telemetry_of

    if file.stat().st_size > MOST_BYTES:
        raise ValueError(f"{file.name}: more than {MOST_BYTES >> 20} MiB; cut it into parts between packets")
    answer = telemetry_of(file.read_bytes(), limits=Limits(cpu_s=120, clock_s=300))
    if answer is Reason.BROKEN:
        raise ValueError(
            f"{file.name}: not one whole packet of MISB ST 0601 with a right checksum is in it; nothing was taken and "
            "the file is as it was. Out of a video take the metadata first: "
            "ffmpeg -i VIDEO -map 0:d -c copy -f data FILE.klv"
        )
    if isinstance(answer, Reason):
        raise ValueError(f"{file.name}: {answer}; nothing was taken and the file is as it was")  # noqa: TRY004
    return frames(answer)


def _said(frames: "Frames", found: "Mission") -> list[str]:
    import numpy as np

    landed = found.landed
    lost = [
        f"{number:,} {what}"
        for number, what in ((frames.wrong, "packets cut short or altered"), (frames.skipped, "bytes of no packet"))
        if number
    ]
    said = [
        f"{frames.packets:,} packets, {found.start:%d %B %Y %H:%M} to {found.end:%H:%M} UTC"
        + (f"; left out: {' and '.join(lost)}" if lost else "")
    ]
    if not landed.convention:
        said.append(
            "no packet states where the middle of its picture lies and how it looked there: nothing to check by"
        )
    elif landed.is_one:
        miss = float(np.nanmedian(landed.miss_m))
        said.append(
            f"angles read as: {landed.convention}; they miss the published frame centre by {miss:.0f} m (median)"
        )
    else:
        nearest = min(landed.misses.values())
        said.append(f"no way to read its angles fits (the nearest misses by {nearest:,.0f} m): kept as unlocated")
    grades = [row.grade.value for row in found.rows]
    said.append(f"{len(grades)} rows: {', '.join(f'{grades.count(grade)} {grade}' for grade in sorted(set(grades)))}")
    return said
