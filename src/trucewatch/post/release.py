"""The command that makes a release again from any copy of the log, and compares it with what an officer signed."""

from pathlib import Path
from typing import Annotated

import typer

from trucewatch.terminal import refusing


def release(
    folder: Annotated[
        Path, typer.Argument(metavar="LOG", help="A centre's folder, a mirror's, or the ledger of a bag.")
    ],
    out: Annotated[Path, typer.Option("--out", help="Write the files here: a folder that is not there yet.")],
    *,
    entry: Annotated[
        int | None, typer.Option("--entry", min=0, help="The entry that signed it; without it the newest one.")
    ] = None,
) -> None:
    """Write the public release that an officer signed: findings, coarse places, days, hours watched, and entries.

    It is made again from the entries of which it was signed, and nothing is written unless every harm check holds and
    the files are those that were signed, byte for byte. Run `verify` first: this believes the folder. The room hands
    out the same files under /room/release. Exit 0: written; 1: nobody has signed one, a check fails, or the files
    differ; 2: the call is wrong.
    """
    from trucewatch.ledger import store
    from trucewatch.releasing import NoReleaseError, release_of_folder

    with refusing():
        if out.exists():
            raise ValueError(f"{out}: is there already; name a new folder")
        ledger = folder / "ledger" if (folder / "ledger").is_dir() else folder
        if not (ledger / "checkpoint").is_file():
            raise ValueError(f"{folder}: is not the folder of a log")
        try:
            signed, files = release_of_folder(ledger, entry)
        except NoReleaseError as error:
            typer.echo(f"  not released          {error}", err=True)
            raise typer.Exit(1) from None
        store.write(out.resolve(), files)
    typer.echo(f"  signed by             {signed.said.who}, entry {signed.said.index:,}, after a harm check in words")
    typer.echo(f"  made of               the first {signed.of:,} entries; every named check holds")
    typer.echo(
        f"  files                 {', '.join(files)} in {out}; the same bytes that were signed ({signed.digest})"
    )
