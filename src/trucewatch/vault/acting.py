"""The commands of acts that two guarantors approve: write one, look at it, approve it, put it into the centre's log."""

import json
import os
from collections.abc import Mapping, Sequence
from contextlib import closing
from pathlib import Path
from typing import Annotated, Any

import typer

from trucewatch.terminal import refusing
from trucewatch.vault.files import read_bounded, write_new
from trucewatch.vault.possible import (
    appointing,
    check_possible,
    check_wanted,
    check_zones,
    guarantor_of,
    log_of,
    names_of,
    zones_of,
)
from trucewatch.vault.software import new_passkey, read_passkey

act = typer.Typer(
    help="Acts that two guarantors approve with their passkeys: publish, enrol, appoint, erase, …",
    no_args_is_help=True,
    rich_markup_mode=None,
)

MOST_ACT_BYTES = 65_535  # it becomes an entry
MOST_ANSWER_BYTES = 65_536  # of what a browser says of a passkey; a guess

ActArgument = Annotated[Path, typer.Argument(metavar="ACT", help="The file of the act.")]
LedgerOption = Annotated[
    Path, typer.Option("--ledger", help="Your own copy of the log: it says whose approval counts.", file_okay=False)
]
GuarantorOption = Annotated[str, typer.Option("--guarantor", help="Your name in the charter.")]


@act.command()
def new(
    kind: Annotated[str, typer.Argument(help="publish, enrol, policy, unseal, redact, erase, appoint or access.")],
    ledger: LedgerOption,
    basis: Annotated[
        str, typer.Option("--basis", help="Why, and by which rule. It stays in the log for good: name nobody.")
    ],
    out: Annotated[Path, typer.Option("--out", help="The file of the act to write; it must not exist.")],
    *,
    entry: Annotated[
        int | None, typer.Option("--entry", min=0, help="Index of the entry: unseal, redact, erase.")
    ] = None,
    field: Annotated[list[str] | None, typer.Option("--field", help="A field of it: redact, erase; repeat it.")] = None,
    blob: Annotated[
        list[str] | None, typer.Option("--blob", help="SHA-256 of a file of it: unseal, erase; repeat it.")
    ] = None,
    publication: Annotated[
        str | None, typer.Option("--publication", help="SHA-256 of the publication's entry: publish.")
    ] = None,
    policy: Annotated[
        Path | None, typer.Option("--policy", help="The new policy's file: policy; the Cedar text: access.")
    ] = None,
    author: Annotated[
        list[str] | None, typer.Option("--author", help="Public key of a device or officer: enrol; repeat it.")
    ] = None,
    passkey: Annotated[
        list[Path] | None, typer.Option("--passkey", help="What `act passkey` printed: enrol; repeat it.")
    ] = None,
    staff: Annotated[
        list[Path] | None, typer.Option("--staff", help="What `staff passkey` printed: appoint; repeat it.")
    ] = None,
    dismiss: Annotated[
        list[str] | None, typer.Option("--dismiss", help="Who speaks no more, by the name: appoint; repeat it.")
    ] = None,
    zone: Annotated[
        list[str] | None,
        typer.Option(
            "--zone",
            help="MONITOR=ZONE, an id of a zone or permitted area of the case; MONITOR= for none: appoint; repeat it.",
        ),
    ] = None,
) -> None:
    """Write an act for two guarantors to approve: what is to be done to which log, and why.

    It is refused where your copy of the log shows that it cannot be done: no such entry, field or file; and where the
    operations room could not rely on a text of access (docs/access.md). Nothing happens by it before two different
    guarantors have approved it (`act approve`) and it stands in the log (`act log`).
    """
    from trucewatch.ledger.acts import NEEDS, NONCE_BYTES, ActError, act_entry, new_act, write_act

    with refusing():
        if kind not in NEEDS:
            raise ActError(f"an act is of one of these kinds: {', '.join(NEEDS)}")
        by, entries = log_of(ledger)
        given: dict[str, Any] = {
            "entry": entry,
            "fields": sorted(field or []),
            "blobs": sorted(blob or []),
            "publication": publication,
            "policy": None if policy is None else _policy_of(kind, policy),
            "authors": sorted(author or []),
            "passkeys": [json.loads(read_bounded(path, MOST_ANSWER_BYTES)) for path in passkey or []],
            "staff": appointing(_members_of(staff or []), zones_of(zone or []), dismiss or [], entries),
        }
        check_wanted(kind, given, NEEDS[kind])
        if zone:
            check_zones(ledger, given["staff"], entries)
        says = {name: given[name] for name in NEEDS[kind]}
        made = new_act(kind, log=by.origin, basis=basis, nonce=os.urandom(NONCE_BYTES), says=says)
        check_possible(made, entries)
        write_new(out, write_act(act_entry(made, [])))
    typer.echo(f"  an act to {kind:<12} {out}; to be approved by two of {names_of(by)}")
    _tell(made)


@act.command()
def show(
    file: ActArgument,
    ledger: LedgerOption,
    *,
    options: Annotated[
        str | None,
        typer.Option("--options", help="Print for this guarantor what a page hands to navigator.credentials.get."),
    ] = None,
) -> None:
    """Say in words what an act does, who has approved it, and whose approval is still needed.

    Read it on a machine that you trust before you approve: your authenticator shows you no words, it signs a digest.
    Exit code 0: two guarantors approved it, all holds; 1: not yet, or an approval does not hold.
    """
    from trucewatch.ledger.acts import ActError, check_approved
    from trucewatch.ledger.acts import options as asked

    with refusing():
        made, approvals = _read(file)
        by, entries = log_of(ledger)
        if options is not None:
            typer.echo(json.dumps(asked(made, guarantor_of(by, options), by.rp_id), indent=2))
            return
        check_possible(made, entries)
        _tell(made)
        try:
            names = check_approved(made, approvals, by)
        except ActError as error:
            typer.echo(f"  not in force          {error}")
            raise typer.Exit(1) from None
    typer.echo(f"  approved              by {' and '.join(names)}: it can go into the log (act log)")


@act.command()
def approve(
    file: ActArgument,
    guarantor: GuarantorOption,
    assertion: Annotated[
        Path,
        typer.Option("--assertion", help="What the browser gave for the act's digest: PublicKeyCredential.toJSON."),
    ],
    ledger: LedgerOption,
) -> None:
    """Add a guarantor's approval to an act's file, when it holds: by a passkey of theirs, over just this act.

    Refused: a passkey that the charter does not give them, another act, another log, another page, an authenticator
    that did not ask for finger or PIN, a second approval by the same guarantor.
    """
    from trucewatch.ledger.acts import act_entry, approval, with_approval, write_act
    from trucewatch.ledger.disk import RealDisk

    with refusing():
        made, approvals = _read(file)
        by, entries = log_of(ledger)
        check_possible(made, entries)
        given = approval(read_bounded(assertion, MOST_ANSWER_BYTES), guarantor)
        more = with_approval(made, approvals, given, by)
        RealDisk().write(file, write_act(act_entry(made, more)))
    names = [one["guarantor"] for one in more]
    typer.echo(f"  approved              by {' and '.join(names)}")
    if len(names) < 2:
        typer.echo("  not in force          another guarantor's approval is needed")


@act.command()
def log(
    file: ActArgument,
    centre: Annotated[Path, typer.Argument(metavar="CENTRE", help="The centre's folder.")],
    key: Annotated[Path, typer.Option("--key", help="The log's private key file.")],
    policy: Annotated[
        Path | None, typer.Option("--policy", help="The text of an act of access: the log keeps it.")
    ] = None,
) -> None:
    """Put an approved act into the centre's log; from the next heartbeat on it is in force for every reader.

    Stop `log run` for it: one process has the folder. An act that does not hold is refused here, and would be by every
    checker; so is an act of access whose text is not there or could not be relied on.
    """
    from trucewatch.ledger.acts import act_entry
    from trucewatch.ledger.book import Book
    from trucewatch.ledger.note import read_key

    with refusing():
        made, approvals = _read(file)
        with closing(Book.open(centre, read_key(key))) as book:
            if policy is not None:
                book.put_blob(policy.read_bytes())
            if made["kind"] == "access":
                _access_of(book.blob(made["policy"]))
            digest = book.say(act_entry(made, approvals))  # the book holds it to the charter and to all acts before
    names = " and ".join(given["guarantor"] for given in approvals)
    typer.echo(f"  received              {digest}: an act to {made['kind']}, approved by {names}")
    typer.echo("  in force              from the next heartbeat on (trucewatch log run)")


@act.command()
def passkey(
    response: Annotated[Path, typer.Argument(help="What the browser gave when the passkey was made: toJSON().")],
    guarantor: GuarantorOption,
    challenge: Annotated[str, typer.Option("--challenge", help="The challenge of that page, base64url.")],
    rp_id: Annotated[str, typer.Option("--rp-id", help="The domain of the page, as in the charter.")],
) -> None:
    """Check the registration of a guarantor's passkey and print what the charter, or an act to enrol, holds of it.

    The make of the authenticator is not asked: whether it is one in hardware is for the guarantors to see to.
    """
    from trucewatch.ledger.passkeys import registered
    from trucewatch.ledger.verify import from_base64url

    with refusing():
        text = read_bounded(response, MOST_ANSWER_BYTES).decode()
        made = registered(text, from_base64url(challenge), rp_id)
    typer.echo(json.dumps({"guarantor": guarantor, "id": made.id, "public": made.public}))


@act.command("rehearsal-passkey")
def rehearsal_passkey(
    file: Annotated[Path, typer.Argument(help="Where to write the software passkey; it must not exist.")],
    guarantor: GuarantorOption,
) -> None:
    """REHEARSALS ONLY: make a passkey in software, a file, and print what a charter holds of it.

    It proves nothing about a person: whoever copies the file approves. A centre's charter has passkeys in hardware.
    """
    with refusing():
        made = new_passkey(file).public()
    typer.echo(json.dumps({"guarantor": guarantor, "id": made.id, "public": made.public}))


@act.command()
def rehearse(
    file: ActArgument,
    passkey: Annotated[Path, typer.Option("--passkey", help="A software passkey (`act rehearsal-passkey`).")],
    ledger: LedgerOption,
    out: Annotated[Path, typer.Option("--out", help="The assertion's file to write, for `act approve`.")],
) -> None:
    """REHEARSALS ONLY: answer for an act as a browser with an authenticator would, from a software passkey."""
    from trucewatch.ledger.acts import challenge

    with refusing():
        made, _ = _read(file)
        by, _ = log_of(ledger)
        write_new(out, read_passkey(passkey).assertion(challenge(made), by.rp_id))
    typer.echo(f"  a rehearsal's answer  {out}: no person was asked")


def _read(file: Path) -> tuple[dict[str, Any], list[dict[str, str]]]:
    """Return act and approvals of a file; what was pasted into one ends in a newline."""
    from trucewatch.ledger.acts import read_act

    return read_act(read_bounded(file, MOST_ACT_BYTES + 1).strip())


def _policy_of(kind: str, path: Path) -> str:
    """Return what an act says of a policy's file: its text, of an access policy the SHA-256."""
    return _access_of(path.read_bytes()) if kind == "access" else path.read_text(encoding="ascii")


def _access_of(text: bytes) -> str:
    """Return the SHA-256 of the text of an access policy; ValueError for one that no room could rely on."""
    from trucewatch.web.room.access import Access

    return Access(text.decode()).digest


def _members_of(paths: Sequence[Path]) -> list[dict[str, Any]]:
    """Return members of the staff from files that each have one of them, or a list."""
    found: list[dict[str, Any]] = []
    for path in paths:
        read = json.loads(read_bounded(path, MOST_ANSWER_BYTES))
        found += read if isinstance(read, list) else [read]
    if not all(isinstance(each, dict) and isinstance(each.get("id"), str) for each in found):
        raise ValueError("a file of --staff has a member of the staff, or a list of them, as a charter has them")
    return found


def _tell(made: Mapping[str, Any]) -> None:
    from trucewatch.ledger.acts import NEEDS, challenge

    typer.echo(f"  of the log            {made['log']}")
    for name in NEEDS[made["kind"]]:
        typer.echo(f"  {name:<21} {json.dumps(made[name], ensure_ascii=True)}")
    typer.echo(f"  because               {json.dumps(made['basis'], ensure_ascii=True)}")
    typer.echo(f"  its digest            {challenge(made).hex()}")
