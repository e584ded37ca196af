"""The commands of acts that two guarantors approve: write one, look at it, approve it, put it into the centre's log."""

import base64
import json
import os
from collections.abc import Mapping, Sequence
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from trucewatch.terminal import refusing
from trucewatch.vault.files import read_bounded, write_new

if TYPE_CHECKING:
    from trucewatch.ledger.acts import Appointed, Guarantor

act = typer.Typer(
    help="Acts that two guarantors approve with their passkeys: publish, enrol, policy, unseal, redact, erase.",
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
    kind: Annotated[str, typer.Argument(help="publish, enrol, policy, unseal, redact or erase.")],
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
    policy: Annotated[Path | None, typer.Option("--policy", help="The new policy's file: policy.")] = None,
    author: Annotated[
        list[str] | None, typer.Option("--author", help="Public key of a device or officer: enrol; repeat it.")
    ] = None,
    passkey: Annotated[
        list[Path] | None, typer.Option("--passkey", help="What `act passkey` printed: enrol; repeat it.")
    ] = None,
) -> None:
    """Write an act for two guarantors to approve: what is to be done to which log, and why.

    It is refused where your copy of the log shows that it cannot be done: no such entry, field or file. Nothing happens
    by it before two different guarantors have approved it (`act approve`) and it stands in the log (`act log`).
    """
    from trucewatch.ledger.acts import NEEDS, NONCE_BYTES, ActError, act_entry, new_act, write_act

    with refusing():
        if kind not in NEEDS:
            raise ActError(f"an act is of one of these kinds: {', '.join(NEEDS)}")
        given: dict[str, Any] = {
            "entry": entry,
            "fields": sorted(field or []),
            "blobs": sorted(blob or []),
            "publication": publication,
            "policy": None if policy is None else policy.read_text(encoding="ascii"),
            "authors": sorted(author or []),
            "passkeys": [json.loads(read_bounded(path, MOST_ANSWER_BYTES)) for path in passkey or []],
        }
        _check_wanted(kind, given, NEEDS[kind])
        by, entries = _log_of(ledger)
        says = {name: given[name] for name in NEEDS[kind]}
        made = new_act(kind, log=by.origin, basis=basis, nonce=os.urandom(NONCE_BYTES), says=says)
        _check_possible(made, entries)
        write_new(out, write_act(act_entry(made, [])))
    typer.echo(f"  an act to {kind:<12} {out}; to be approved by two of {_names(by)}")
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
    from trucewatch.ledger.acts import ActError, check_approved, read_act
    from trucewatch.ledger.acts import options as asked

    with refusing():
        made, approvals = read_act(read_bounded(file, MOST_ACT_BYTES))
        by, entries = _log_of(ledger)
        if options is not None:
            typer.echo(json.dumps(asked(made, _guarantor(by, options), by.rp_id), indent=2))
            return
        _check_possible(made, entries)
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
    from trucewatch.ledger.acts import act_entry, approval, read_act, with_approval, write_act
    from trucewatch.ledger.disk import RealDisk

    with refusing():
        made, approvals = read_act(read_bounded(file, MOST_ACT_BYTES))
        by, entries = _log_of(ledger)
        _check_possible(made, entries)
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
) -> None:
    """Put an approved act into the centre's log; from the next heartbeat on it is in force for every reader.

    Stop `log run` for it: one process has the folder. An act that does not hold is refused here, and would be by every
    checker.
    """
    from trucewatch.ledger.acts import act_entry, read_act
    from trucewatch.ledger.book import Book
    from trucewatch.ledger.note import read_key

    with refusing():
        made, approvals = read_act(read_bounded(file, MOST_ACT_BYTES))
        with closing(Book.open(centre, read_key(key))) as book:
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
    from trucewatch.ledger.rehearsal import SoftwarePasskey

    with refusing():
        seed = os.urandom(32)
        write_new(file, f"trucewatch rehearsal passkey\n{base64.b64encode(seed).decode()}\n".encode())
    made = SoftwarePasskey(seed=seed).public()
    typer.echo(json.dumps({"guarantor": guarantor, "id": made.id, "public": made.public}))


@act.command()
def rehearse(
    file: ActArgument,
    passkey: Annotated[Path, typer.Option("--passkey", help="A software passkey (`act rehearsal-passkey`).")],
    ledger: LedgerOption,
    out: Annotated[Path, typer.Option("--out", help="The assertion's file to write, for `act approve`.")],
) -> None:
    """REHEARSALS ONLY: answer for an act as a browser with an authenticator would, from a software passkey."""
    from trucewatch.ledger.acts import challenge, read_act
    from trucewatch.ledger.rehearsal import SoftwarePasskey

    with refusing():
        made, _ = read_act(read_bounded(file, MOST_ACT_BYTES))
        head, _, line = read_bounded(passkey, 1000).decode("ascii", errors="replace").partition("\n")
        if head != "trucewatch rehearsal passkey":
            raise ValueError(f"{passkey.name}: not a software passkey of a rehearsal")
        soft = SoftwarePasskey(seed=base64.b64decode(line.strip(), validate=True))
        by, _ = _log_of(ledger)
        write_new(out, soft.assertion(challenge(made), by.rp_id))
    typer.echo(f"  a rehearsal's answer  {out}: no person was asked")


# --- the log, and what is possible in it ------------------------------------------------------------


def _log_of(ledger: Path) -> "tuple[Appointed, list[tuple[dict[str, Any], frozenset[str]]]]":
    """Return whose approval counts in a log that verifies, and of each entry its object and the names that it shows."""
    from trucewatch.ledger.acts import appointed
    from trucewatch.ledger.store import read_entries
    from trucewatch.ledger.submission import fields_of
    from trucewatch.ledger.verify import disclosed, verify

    verify(ledger)
    log = ledger if (ledger / "checkpoint").is_file() else ledger / "ledger"
    read = [(fields_of(entry), shown) for entry, shown in read_entries(log)]
    entries = [(fields, frozenset(disclosed(fields, shown))) for fields, shown in read]
    return appointed(fields for fields, _ in entries), entries


def _check_wanted(kind: str, given: Mapping[str, Any], needed: Sequence[str]) -> None:
    """Raise ValueError for an option that this kind of act does not take, or one that it lacks."""
    lists = {"fields", "blobs", "authors", "passkeys"}
    options = {"fields": "--field", "blobs": "--blob", "authors": "--author", "passkeys": "--passkey"}
    for name, value in given.items():
        option = options.get(name, f"--{name}")
        if name not in needed and value not in (None, []):
            raise ValueError(f"an act to {kind} takes no {option}")
        if name in needed and name not in lists and value is None:
            raise ValueError(f"an act to {kind} needs {option}")


def _check_possible(made: Mapping[str, Any], entries: Sequence[tuple[Mapping[str, Any], frozenset[str]]]) -> None:
    """Raise ValueError where an act names what is not there, or stands in the log already."""
    if any(fields["type"] == "act" and fields["act"] == made for fields, _ in entries):
        raise ValueError("this act stands in the log already")
    at = made.get("entry")
    if at is None:
        return
    if at >= len(entries):
        raise ValueError(f"the log has {len(entries)} entries, and no entry {at}")
    fields, shown = entries[at]
    if missing := sorted(set(made.get("fields", ())) - shown):
        raise ValueError(f"entry {at} shows no field {missing[0]!a}; it shows {', '.join(sorted(shown)) or 'none'}")
    if strange := sorted(set(made.get("blobs", ())) - set(fields.get("blobs", ()))):
        raise ValueError(f"entry {at} names no file {strange[0]}")


def _guarantor(by: "Appointed", name: str) -> "Guarantor":
    found = next((one for one in by.guarantors if one.name == name), None)
    if found is None:
        raise ValueError(f"the charter knows no guarantor {name!a}; it has {_names(by)}")
    return found


def _names(by: "Appointed") -> str:
    return ", ".join(one.name for one in by.guarantors)


def _tell(made: Mapping[str, Any]) -> None:
    from trucewatch.ledger.acts import NEEDS, challenge

    typer.echo(f"  of the log            {made['log']}")
    for name in NEEDS[made["kind"]]:
        typer.echo(f"  {name:<21} {json.dumps(made[name], ensure_ascii=True)}")
    typer.echo(f"  because               {json.dumps(made['basis'], ensure_ascii=True)}")
    typer.echo(f"  its digest            {challenge(made).hex()}")
