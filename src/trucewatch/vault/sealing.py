"""The commands of the observer's and the guarantors' own machines: seal what the centre must not read, and open it."""

import getpass
import hashlib
import json
import os
import resource
import sys
from collections.abc import Iterator, Sequence
from importlib.metadata import version
from importlib.resources import files as package_files
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from trucewatch.terminal import refusing
from trucewatch.vault.files import read_bounded, write_new

if TYPE_CHECKING:
    from trucewatch.ledger.seal import Opened

SAID = ".json"  # beside the sealed file: what the entry says of it
MOST_IDENTITY_BYTES = 65_536

_NO_CORE = (0, 0)  # bytes: a crash must not write what is in memory, names among it, to the disk

GuarantorOption = Annotated[
    list[str],
    typer.Option(help="A key of theirs (age1...), or a file of such lines; repeat it for several keys."),
]


def sealing_key(
    file: Annotated[Path, typer.Argument(help="Where to write your identity; it must not exist.")],
) -> None:
    """Make a guarantor's key for seals: FILE stays with its officer, the line that is printed goes to the observers.

    It is an age identity, as age-keygen makes one. Make it on a machine that the centre's operator never touches, and
    keep a copy of FILE where only the guarantor has it: without it nothing that was sealed to it opens again.
    """
    import pyrage  # type: ignore[import-untyped]  # compiled, without stubs

    with refusing():
        resource.setrlimit(resource.RLIMIT_CORE, _NO_CORE)
        made = pyrage.x25519.Identity.generate()
        write_new(file, f"# a guarantor's key for seals; to be kept secret\n{made}\n".encode())
    typer.echo(str(made.to_public()))


def seal(
    fields: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="FIELD...",
            help="Names such as witness, each asked for or read as a line of the input; or NAME=VALUE, which stays in "
            "the history of your shell.",
        ),
    ] = None,
    guarantor_a: GuarantorOption = [],  # noqa: B006 - Typer copies it
    guarantor_b: GuarantorOption = [],  # noqa: B006
    file: Annotated[Path | None, typer.Option("--file", help="Also seal this file, such as a picture's original.")] = (
        None
    ),
    out: Annotated[
        Path | None, typer.Option("--out", help="The sealed file to write; OUT.json goes beside it.")
    ] = None,
    *,
    program: Annotated[
        bool, typer.Option("--program", help="Only print the SHA-256 of each file of this program (sha256sum -c).")
    ] = False,
) -> None:
    """Seal names and files on this machine, so that only both guarantors together can open them.

    OUT may go to the centre (`trucewatch submit --sealed OUT`): neither the centre nor one guarantor alone reads it.
    --guarantor-a is the charter's first guarantor, who opens the outer layer. The length tells only how many KiB it is.
    Nothing of what you seal is printed, and it is not written anywhere else; the file that you seal stays where it is.

    The last line is a digest of this program: both guarantors compare it with that of the program which they gave you.
    A program that was altered can lie about itself, so let another tool compute it: `trucewatch seal --program` is the
    list that it is the digest of, and `sha256sum -c` in the package's folder checks that list.
    """
    from trucewatch.ledger.encoding import canonical
    from trucewatch.ledger.seal import MOST_SEALED, seal_fields
    from trucewatch.ledger.verify import SALT_BYTES

    if program:
        typer.echo("".join(_program()), nl=False)
        return
    with refusing():
        resource.setrlimit(resource.RLIMIT_CORE, _NO_CORE)
        if out is None:
            raise ValueError("--out is needed: where the sealed file goes")
        recipients = [_recipients(guarantor_a, "--guarantor-a"), _recipients(guarantor_b, "--guarantor-b")]
        for path in (out, _said(out)):
            if path.exists():
                raise ValueError(f"{path}: exists already; it is not written over")
        data = None if file is None else read_bounded(file, MOST_SEALED)
        sealed = seal_fields(_values(fields or []), data, recipients, lambda n: os.urandom(SALT_BYTES * n))
        write_new(out, sealed.data)
        write_new(_said(out), canonical(sealed.said()) + b"\n")
    typer.echo(f"  sealed                {out}, {len(sealed.data):,} bytes; what the log says of it: {_said(out)}")
    typer.echo(f"  SHA-256 of the seal   {sealed.sha256}")
    for name, keys in zip(("first", "second"), recipients, strict=True):
        typer.echo(f"  {name + ' guarantor':<21} {', '.join(keys)}")
    typer.echo(f"  this program          {hashlib.sha256(''.join(_program()).encode()).hexdigest()}")


def unseal(
    sealed: Annotated[Path, typer.Argument(help="A sealed file, or what the other guarantor has opened of it.")],
    identity: Annotated[Path, typer.Option("--identity", help="Your age identity file (AGE-SECRET-KEY-1...).")],
    out: Annotated[
        Path, typer.Option("--out", help="The first guarantor: a new file. The second: a new folder for what is in it.")
    ],
    *,
    ledger: Annotated[
        Path | None,
        typer.Option("--ledger", help="The second guarantor: check it against the log that names the seal."),
    ] = None,
) -> None:
    """Open one layer of a seal with your key; the second guarantor's machine is the one that shows what is in it.

    The charter's first guarantor opens the outer layer and hands OUT to the second. That they may do so is an act of
    both (`trucewatch act new unseal`), which belongs into the log before the keys are used: no key can force that.

    With --ledger: exit code 0: an entry of that log committed to just this; 1: none did, and nothing is written.
    """
    from trucewatch.ledger.seal import MOST_SEALED, is_sealed, open_layer, read_envelope

    with refusing():
        resource.setrlimit(resource.RLIMIT_CORE, _NO_CORE)
        if out.exists():
            raise ValueError(f"{out}: exists already; it is not written over")
        text = read_bounded(identity, MOST_IDENTITY_BYTES).decode("ascii", errors="replace")
        under = open_layer(read_bounded(sealed, 2 * MOST_SEALED), text)
        if is_sealed(under):
            write_new(out, under)
            typer.echo(f"  one layer is open     {out}: hand it to the other guarantor, who opens the next")
            return
        opened = read_envelope(under)
        where = None if ledger is None else _entry_of(ledger, opened)
        if where is None and ledger is not None:
            typer.echo(f"trucewatch: no entry of {ledger} committed to what is in this seal", err=True)
            raise typer.Exit(1)
        _write_opened(out, opened)
    names = ", ".join(opened.fields)
    typer.echo(f"  both layers are open  {out}/: fields.json ({names}){', file' if opened.file else ''}, disclosures")
    typer.echo(
        f"  in the log            {'not looked for' if where is None else f'entry {where:,} committed to just this'}"
    )


def _recipients(given: Sequence[str], option: str) -> list[str]:
    """Return a guarantor's keys, those in files among them."""
    keys: list[str] = []
    for each in given:
        lines = [each] if each.startswith(("age1", "AGE-")) else Path(each).read_text(encoding="ascii").splitlines()
        keys += [line.strip() for line in lines if line.strip() and not line.startswith("#")]
    if not keys:
        raise ValueError(f"{option} is needed: a key of each guarantor, so that no one of them opens it alone")
    return keys


def _values(given: Sequence[str]) -> dict[str, str]:
    """Return what is to be sealed; names without a value are asked for, or read as lines where nobody can be asked."""
    values: dict[str, str] = {}
    for each in given:
        name, equals, value = each.partition("=")
        if not name or name in values:
            raise ValueError("each field is NAME or NAME=VALUE, each name once")
        values[name] = value if equals else _asked(name)
    return values


def _asked(name: str) -> str:
    if sys.stdin.isatty():
        return getpass.getpass(f"{name} (not shown): ")
    line = sys.stdin.readline()
    if not line:
        raise ValueError(f"the input ends before the line for {name!a}")
    return line.rstrip("\n")


def _said(out: Path) -> Path:
    return out.with_name(out.name + SAID)


def _program() -> Iterator[str]:
    """Yield a line of `sha256sum` for each file of this program and for the compiled library that encrypts."""
    import pyrage

    package = Path(str(package_files("trucewatch")))
    yield f"# Python {sys.version_info.major}.{sys.version_info.minor}, pyrage {version('pyrage')}\n"
    for path in sorted(package.rglob("*.py")):
        yield f"{hashlib.sha256(path.read_bytes()).hexdigest()}  {path.relative_to(package).as_posix()}\n"
    for path in sorted(Path(str(pyrage.__file__)).parent.glob("*.so")):
        yield f"# {hashlib.sha256(path.read_bytes()).hexdigest()}  {path.name}\n"


def _entry_of(ledger: Path, opened: "Opened") -> int | None:
    """Return the index of the entry of a log that verifies whose `sealed` has the commitments of what was opened."""
    from trucewatch.ledger.store import read_entries
    from trucewatch.ledger.submission import fields_of
    from trucewatch.ledger.verify import verify

    verify(ledger)
    log = ledger if (ledger / "checkpoint").is_file() else ledger / "ledger"
    wanted = opened.commitments()
    for at, (entry, _) in enumerate(read_entries(log)):
        if any(_commitments(said) == wanted for said in _list(fields_of(entry).get("sealed"))):
            return at
    return None


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def _commitments(said: Any) -> Any:
    return said.get("commitments") if isinstance(said, dict) else None


def _write_opened(out: Path, opened: "Opened") -> None:
    out.mkdir(mode=0o700)
    write_new(out / "fields.json", json.dumps(dict(opened.fields), ensure_ascii=False, indent=2).encode() + b"\n")
    write_new(out / "disclosures", "~".join(opened.disclosures).encode() + b"\n")
    if opened.file:
        write_new(out / "file", opened.file)
