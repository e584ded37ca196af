"""The commands of those who speak in a log with a passkey: write what is to be said, approve it, hand it in.

For an officer's own machine: it shows the words that are signed, and needs nothing that the operator could change.
"""

import json
import os
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from trucewatch.terminal import refusing
from trucewatch.vault.files import read_bounded, write_new
from trucewatch.vault.possible import law_of
from trucewatch.vault.software import new_passkey, read_passkey
from trucewatch.vault.words import read_said, tell

if TYPE_CHECKING:
    from trucewatch.ledger.law import Law
    from trucewatch.ledger.staff import Member, Passkey

staff = typer.Typer(
    help="What the staff of a centre, of the guarantors and of the sides says, approved with passkeys.",
    no_args_is_help=True,
    rich_markup_mode=None,
)

MOST_ANSWER_BYTES = 65_536  # of what a browser says of a passkey; a guess

IdOption = Annotated[str, typer.Option("--id", help="The name of the post, never a person's: officer-2.")]
RoleOption = Annotated[
    str, typer.Option("--role", help="officer, reviewer, liaison, investigator, reporter, monitor or auditor.")
]
OfOption = Annotated[
    str, typer.Option("--of", help="A reviewer's guarantor, by its name; a liaison's side, by its id; else nothing.")
]
SaidArgument = Annotated[Path, typer.Argument(metavar="SAID", help="What `staff say` wrote, or the page gave.")]
LedgerOption = Annotated[
    Path, typer.Option("--ledger", help="Your own copy of the log, or a mirror's.", file_okay=False, exists=True)
]


# --- passkeys ---------------------------------------------------------------------------------------


@staff.command()
def passkey(
    response: Annotated[Path, typer.Argument(help="What the browser gave when the passkey was made: toJSON().")],
    name: IdOption,
    role: RoleOption,
    challenge: Annotated[str, typer.Option("--challenge", help="The challenge of that page, base64url.")],
    rp_id: Annotated[str, typer.Option("--rp-id", help="The domain of the page, as in the charter.")],
    *,
    of: OfOption = "",
) -> None:
    """Check the registration of a passkey and print the member of the staff that a charter, or an act, then holds.

    For the charter put several into one list (`log new --staff`); later ones are appointed (`act new appoint --staff`).
    Whether the authenticator is one in hardware is for those who appoint to see to.
    """
    from trucewatch.ledger.passkeys import registered
    from trucewatch.ledger.verify import from_base64url

    with refusing():
        text = read_bounded(response, MOST_ANSWER_BYTES).decode()
        made = registered(text, from_base64url(challenge), rp_id)
        typer.echo(_member(name, role, of, made))


@staff.command("rehearsal-passkey")
def rehearsal_passkey(
    file: Annotated[Path, typer.Argument(help="Where to write the software passkey; it must not exist.")],
    name: IdOption,
    role: RoleOption,
    of: OfOption = "",
) -> None:
    """REHEARSALS ONLY: make a passkey in software, a file, and print the member of the staff that a charter then holds.

    It proves nothing about a person: whoever copies the file approves.
    """
    with refusing():
        typer.echo(_member(name, role, of, new_passkey(file).public()))


def _member(name: str, role: str, of: str, made: "Passkey") -> str:
    return json.dumps({"id": name, "role": role, "of": of, "passkeys": [{"id": made.id, "public": made.public}]})


# --- saying, approving, handing in ------------------------------------------------------------------


@staff.command()
def say(
    kind: Annotated[str, typer.Argument(help="The statement's kind: determination, message, finding, …")],
    name: IdOption,
    ledger: LedgerOption,
    out: Annotated[Path, typer.Option("--out", help="The file to write; it must not exist.")],
    *,
    field: Annotated[list[str] | None, typer.Option("--field", help="NAME=WORDS, open in the log; repeat it.")] = None,
    number: Annotated[
        list[str] | None, typer.Option("--number", help="NAME=INTEGER, such as the index of an entry; repeat it.")
    ] = None,
    more: Annotated[
        Path | None, typer.Option("--json", help="A file with an object in JSON: more fields, such as lists.")
    ] = None,
    blob: Annotated[list[str] | None, typer.Option("--blob", help="SHA-256 of a file it brings; repeat it.")] = None,
    text: Annotated[
        str | None, typer.Option("--text", help="Your words, which the log only commits to; asked for if left out.")
    ] = None,
) -> None:
    """Write what you are going to say, not approved yet, and show it word for word.

    The text is asked for, so that it stays in no shell's history; the log has a digest of it, and the words beside it.
    Nothing is said before you have approved it (`staff approve`, or the page) and it was handed in.
    """
    from trucewatch.ledger.encoding import encode
    from trucewatch.ledger.statements import NONCE_BYTES, unapproved
    from trucewatch.ledger.submission import Submission
    from trucewatch.ledger.verify import SALT_BYTES

    with refusing():
        law = law_of(ledger)
        member = _speaker(law, name)
        words = typer.prompt("Your words") if text is None else text
        own = {"type": "statement", "v": "1", "kind": kind, **_object(more), **dict(_pairs(field, "--field"))}
        own |= {each: _whole(value) for each, value in _pairs(number, "--number")}
        entry, disclosures = unapproved(
            own | ({"blobs": sorted(blob)} if blob else {}),
            {"text": words},
            who=member.id,
            log=law.charter.origin,
            nonce=os.urandom(NONCE_BYTES),
            salts=lambda fields: os.urandom(SALT_BYTES * fields),
        )
        made = Submission(entry=encode(entry), disclosures=disclosures)
        write_new(out, made.wire)
    tell(made)
    typer.echo(f"  to be approved        trucewatch staff approve {out} … (a rehearsal; people say it on the page)")


@staff.command()
def approve(
    file: SaidArgument,
    soft: Annotated[Path, typer.Option("--passkey", help="A software passkey (`staff rehearsal-passkey`).")],
    ledger: LedgerOption,
) -> None:
    """REHEARSALS ONLY: show what is to be approved word for word, and print what a browser with a passkey would answer.

    The words go to standard error, the answer to standard output: the page without scripts takes it, and
    `staff hand-in`. Refused: what is not for this log, somebody else's passkey, words that are not all shown.
    """
    from trucewatch.ledger.statements import approved_entry, check_approved, statement_challenge

    with refusing():
        said, entry = read_said(file)
        law = law_of(ledger)
        assertion = read_passkey(soft).assertion(statement_challenge(entry), law.rp_id)
        check_approved(approved_entry(entry, assertion), law.staff, law.charter.origin, law.rp_id)
    tell(said, err=True)
    typer.echo(assertion.decode())


@staff.command("sign-in")
def sign_in(
    nonce: Annotated[str, typer.Argument(help="The nonce that the page of the room shows.")],
    soft: Annotated[Path, typer.Option("--passkey", help="A software passkey (`staff rehearsal-passkey`).")],
    origin: Annotated[str, typer.Option("--log", help="The log's origin, as the page shows it.")],
    rp_id: Annotated[str, typer.Option("--rp-id", help="The domain of the page.")] = "localhost",
) -> None:
    """REHEARSALS ONLY: print what a browser with a passkey would answer to the page that signs in to the room.

    Good for two minutes and once. What is signed begins otherwise than any entry: nothing is approved by it.
    """
    from trucewatch.web.room.signin import sign_in_challenge

    with refusing():
        typer.echo(read_passkey(soft).assertion(sign_in_challenge(origin, nonce), rp_id).decode())


@staff.command("hand-in")
def hand_in(
    file: SaidArgument,
    assertion: Annotated[
        Path, typer.Option("--assertion", help="What the passkey answered: PublicKeyCredential.toJSON.")
    ],
    url: Annotated[str, typer.Argument(metavar="URL", help="The centre's address.")],
) -> None:
    """Hand in what was approved, and print under which digest the centre received it.

    Its receipt is not kept here: look after it in a copy of the log that is not the centre's (`staff said`).
    """
    from trucewatch.ledger.courier import plain
    from trucewatch.ledger.door import HttpDoor
    from trucewatch.ledger.encoding import encode
    from trucewatch.ledger.statements import approved_entry
    from trucewatch.ledger.submission import Submission

    with refusing():
        said, entry = read_said(file)
        made = approved_entry(entry, read_bounded(assertion, MOST_ANSWER_BYTES))
        handed = Submission(entry=encode(made), disclosures=said.disclosures)
        with HttpDoor(url) as door:
            answer = door.ask("POST", "submissions", handed.wire)
        if answer.status != 200:
            raise ValueError(f"the centre answered {answer.status}: {plain(answer.body.decode(errors='replace'))}")
    typer.echo(f"  received              {handed.digest}")


@staff.command()
def said(name: IdOption, ledger: LedgerOption) -> None:
    """Show what stands in a log under a name: each entry with its index, word for word.

    Read it now and then in a copy that is not the centre's. What you did not say, your passkey has signed all the same:
    a page showed you other words. Say so, and correct it in the log. What you said and is not there was withheld.
    """
    from trucewatch.ledger.store import read_entries
    from trucewatch.ledger.submission import Submission, fields_of

    with refusing():
        law_of(ledger)
        log = ledger if (ledger / "checkpoint").is_file() else ledger / "ledger"
        found = 0
        for at, (entry, shown) in enumerate(read_entries(log)):
            fields = fields_of(entry)
            if "approval" in fields and fields["who"] == name:
                typer.echo(f"entry {at}")
                tell(Submission(entry=entry, disclosures=tuple(shown)))
                found += 1
    typer.echo(f"{found} entries are said by {name}")


def _speaker(law: "Law", name: str) -> "Member":
    member = law.staff.get(name)
    if member is None or not member.passkeys:
        others = ", ".join(sorted(each.id for each in law.staff.values() if each.passkeys)) or "nobody"
        raise ValueError(f"{name!a} is not of the staff of this log, or not any more; it has {others}")
    return member


# --- what is given -------------------------------------------------------------------


def _pairs(given: Sequence[str] | None, option: str) -> Iterator[tuple[str, str]]:
    for each in given or ():
        name, equals, value = each.partition("=")
        if not equals or not name:
            raise ValueError(f"{option} is NAME=VALUE")
        yield name, value


def _whole(value: str) -> int:
    try:
        return int(value)
    except ValueError:
        raise ValueError("--number is NAME=INTEGER") from None


def _object(path: Path | None) -> Mapping[str, Any]:
    if path is None:
        return {}
    try:
        found = json.loads(read_bounded(path, MOST_ANSWER_BYTES))
    except (ValueError, RecursionError):
        found = None
    if not isinstance(found, dict):
        raise ValueError(f"{path.name}: not an object in JSON")  # noqa: TRY004 - like every other refusal
    return found
