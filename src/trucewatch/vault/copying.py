"""The commands that make copies for others: of a log with fields withheld, of a picture without its metadata."""

from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from trucewatch.terminal import refusing
from trucewatch.vault.files import read_bounded, write_new

if TYPE_CHECKING:
    from trucewatch.ledger.redact import Redacted

FEW = 20  # places that are named one by one


def redact(
    ledger: Annotated[Path, typer.Argument(help="A log's folder, or one that holds it as ledger/.")],
    out: Annotated[Path, typer.Option("--out", help="The copy's folder; it must not exist.")],
    *,
    entry: Annotated[
        list[int] | None, typer.Option("--entry", min=0, help="Index of an entry; repeat it for more entries.")
    ] = None,
    field: Annotated[
        list[str] | None,
        typer.Option("--field", help="A field to withhold, such as 05:note; repeat it. Without --entry: everywhere."),
    ] = None,
    anyway: Annotated[
        bool, typer.Option("--anyway", help="Make the copy although a withheld value still stands elsewhere in it.")
    ] = False,
) -> None:
    """Copy a log for others with fields withheld; every proof of the copy still verifies.

    Each --field is withheld from each --entry, or without --entry from every entry that shows it. With a cell of a row
    goes the pepper of its key. The copy has the same root, checkpoint and cosignatures; `trucewatch verify` counts what
    is withheld, and refuses a disclosure that was altered. What stands beside ledger/ is not copied.

    What entries state openly and the files that they name stay in every copy, published reports among them. So the copy
    is searched for each withheld value of four characters or more; where one still stands, its place is printed and no
    copy is made, unless you say --anyway. Withholding is not erasing: see `trucewatch act new erase`.

    Exit code 1: the log does not verify, or a withheld value still stands in the copy.
    """
    from trucewatch.ledger import redact as redaction
    from trucewatch.ledger.verify import VerificationError

    with refusing():
        names = field or []
        if not names:
            raise ValueError("--field is needed: what to withhold")
        try:
            chosen = dict.fromkeys(entry or [], names)
            made = redaction.redact(ledger, out, chosen, () if entry else names, anyway=anyway)
        except redaction.StillThereError as error:
            typer.echo(f"trucewatch: {error}; no copy was made (--anyway)", err=True)
            _places(error.places)
            raise typer.Exit(1) from None
        except VerificationError as error:
            typer.echo(f"trucewatch: the log does not verify: {error}", err=True)
            raise typer.Exit(1) from None
    typer.echo(f"  a copy for others     {out}: {made.verified.size:,} entries, root {made.verified.root}")
    for line in _withheld(made):
        typer.echo(line)
    for at in list(made.open)[:FEW]:
        files = "".join(f"; file {digest}" for digest in made.files[at])
        typer.echo(f"  still open, entry {at:<4}{', '.join(made.open[at])}; how many fields it has{files}")
    if made.found:
        typer.echo(f"  LOOK: a withheld value still stands in {len(made.found):,} places of the copy:", err=True)
        _places(made.found)


def _places(places: Sequence[str]) -> None:
    for place in places[:FEW]:
        typer.echo(f"    {place}", err=True)
    if len(places) > FEW:
        typer.echo(f"    and {len(places) - FEW:,} more", err=True)


def _withheld(made: "Redacted") -> Iterator[str]:
    entries = dict.fromkeys(at for at, _ in made.withheld)
    if len(entries) <= FEW:
        for at in entries:
            yield f"  withheld, entry {at:<6}{', '.join(name for index, name in made.withheld if index == at)}"
        return
    for name, count in sorted(Counter(name for _, name in made.withheld).items()):
        yield f"  withheld              {name} of {count:,} entries"


def strip(
    picture: Annotated[Path, typer.Argument(help="A picture as it was received.")],
    out: Annotated[Path, typer.Option("--out", help="The working copy to write, a JPEG; it must not exist.")],
) -> None:
    """Make a working copy of a picture: its pixels alone, without place, time, device, names and thumbnails.

    The file of a stranger is read in a child without network, with little memory and little time. The original is the
    evidence: seal it (`trucewatch seal --file`), do not throw it away. What the pixels show, faces and house numbers,
    is in the copy too, and a camera's sensor leaves a pattern in them that no program here removes.
    """
    from trucewatch.sandbox import MOST_BYTES, Quarantined
    from trucewatch.sandbox import strip as stripped

    with refusing():
        made = stripped(read_bounded(picture, MOST_BYTES))
        if isinstance(made, Quarantined):
            raise ValueError(f"{picture.name}: {made.reason.value}; nothing was written")  # noqa: TRY004 - of the file
        write_new(out, made)
    typer.echo(f"  working copy          {out}, {len(made):,} bytes; the original stays as it is")
