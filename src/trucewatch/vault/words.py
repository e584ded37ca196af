"""What is said, word for word, for the person whose passkey is to sign it."""

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

from trucewatch.vault.files import read_bounded

if TYPE_CHECKING:
    from trucewatch.ledger.submission import Submission

MOST_SAID_BYTES = 1 << 20  # of a file of `staff say`: an entry of 64 kB and 256 kB of disclosures, in JSON


def read_said(file: Path) -> "tuple[Submission, dict[str, Any]]":
    """Return what somebody is to approve and its entry; ValueError where not all of its words are shown."""
    from trucewatch.ledger.submission import parse_submission
    from trucewatch.ledger.verify import commitments_of, disclosed, read_entry

    said = parse_submission(read_bounded(file, MOST_SAID_BYTES).strip())  # what was pasted ends in a newline
    entry = read_entry(said.entry)
    if len(disclosed(entry, said.disclosures)) < len(commitments_of(entry)):
        raise ValueError(
            f"{file.name}: it commits to words that it does not show; nobody approves what they cannot read"
        )
    return said, entry


def tell(said: "Submission", *, err: bool = False) -> None:
    """Show an entry and its hidden fields, all of it, so that a terminal does nothing else than show it."""
    from trucewatch.ledger.statements import statement_challenge
    from trucewatch.ledger.submission import fields_of
    from trucewatch.ledger.verify import commitments_of, disclosed

    fields = fields_of(said.entry)
    shown = disclosed(fields, said.disclosures)
    for name, value in fields.items():
        if name not in {"type", "v", "nonce", "approval", "commitments"}:
            typer.echo(f"  {_plain(name):<21} {_plain(value)}", err=err)
    for name, value in shown.items():
        typer.echo(f"  {_plain(name):<21} {_plain(value)} (the log commits to it)", err=err)
    if withheld := len(commitments_of(fields)) - len(shown):
        typer.echo(f"  withheld              {withheld} fields", err=err)
    typer.echo(f"  its digest            {statement_challenge(fields).hex()}", err=err)


def _plain(value: Any) -> str:
    """Return words in any script as they are, and what would steer a terminal or turn the text as its code."""
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return "".join(sign if sign.isprintable() else sign.encode("unicode_escape").decode() for sign in text)
