"""The commands. Exit code 0: done; 1: a proof failed; 2: the input or the call is wrong, in one line on stderr."""

import os
import shutil
import socket
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from trucewatch.analyst import analyst
from trucewatch.desk import agreement
from trucewatch.keeper import keeper
from trucewatch.mission import mission
from trucewatch.post import post
from trucewatch.terminal import refusing as _refusing
from trucewatch.vault import vault
from trucewatch.vocabulary import MATTERS

if TYPE_CHECKING:
    from trucewatch.centre import Run
    from trucewatch.model import Assessment

app = typer.Typer(
    help="Trucewatch: from observers' records to findings that both sides can recompute.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)

lists = typer.Typer(
    help="The tool of the sealed room, where two staffs hold lists of people: no name leaves it.",
    no_args_is_help=True,
    rich_markup_mode=None,
)
app.add_typer(lists, name="lists")
app.add_typer(agreement, name="agreement")
for commands in (post, keeper, vault, mission, analyst):
    app.add_typer(commands)  # without a name of their own: they stand beside `assess`


CaseArgument = Annotated[
    str, typer.Argument(help="A case folder, or the name of a bundled case: donbas, karabakh, aceh, bosnia.")
]
OutOption = Annotated[Path, typer.Option("--out", help="Folder for the results; made if it does not exist.")]
KeyOption = Annotated[
    Path | None,
    typer.Option("--key", help="The centre's signing key (see `keygen`). Without it: the published rehearsal key."),
]
PortOption = Annotated[int, typer.Option("--port", min=0, max=65535, help="Port on loopback.")]


def _version(asked: bool) -> None:  # noqa: FBT001 - Typer's callback
    if asked:
        from trucewatch import __version__

        typer.echo(f"trucewatch {__version__}")
        raise typer.Exit


@app.callback()
def common(
    *, version: Annotated[bool, typer.Option("--version", callback=_version, is_eager=True, help="Say which.")] = False
) -> None:
    """Trucewatch: from observers' records to findings that both sides can recompute."""


def _compiling() -> None:
    from trucewatch import compiled

    compiled.announce(typer.echo)


@app.command()
def assess(
    case: CaseArgument,
    out: OutOption,
    key: KeyOption = None,
    *,
    processes: Annotated[int, typer.Option("--processes", min=1, help="Processes that share out association.")] = 1,
    engine: Annotated[
        str | None,
        typer.Option("--engine", help="Share it out on Spark instead: sc://host:port, spark://… or local-cluster[…]."),
    ] = None,
) -> None:
    """Run the whole path for one case: read, associate, attribute, hold against the paper, log, report.

    Writes into the --out folder incidents.csv, links.csv, clauses.csv, rejected.csv, report.html, daily reports,
    map.json and ledger/. The same input gives the same bytes, on any machine, in any order of rows or files, with any
    number of processes and on any engine.
    """
    from trucewatch import centre
    from trucewatch.ledger.note import REHEARSAL, read_key

    with _refusing():
        folder = centre.find_case(case)
        typer.echo(f"reading {folder.name}: case, places, agreements, observations ...")
        _compiling()
        spread = None
        if engine is not None or processes > 1:
            from trucewatch.engines import association

            spread = association.local(processes) if engine is None else association.connected(engine)
        run = centre.assess(folder, out, read_key(key) if key else REHEARSAL, spread)
    _summary(run, out)


@app.command()
def trend(
    case: CaseArgument,
    *,
    by: Annotated[str, typer.Option("--by", help="What a window is: day or week (from Monday).")] = "week",
    alarm_every: Annotated[
        int, typer.Option("--alarm-every", min=2, help="Windows between false alarms of a change, on each stretch.")
    ] = 52,
    csv: Annotated[bool, typer.Option("--csv", help="Print the series as a table instead of the sentences.")] = False,
) -> None:
    """Say how the counts go on: rank of the last window, changes of the rate, the next window. Never of sides."""
    from trucewatch import centre, inquiry, pipeline
    from trucewatch.report.tables import trend_csv
    from trucewatch.report.trend import trend_part

    with _refusing():
        if by not in {"day", "week"}:
            raise ValueError(f"--by {by[:20]}: a window is a day or a week")
        found = pipeline.trend(inquiry.concluded(centre.find_case(case)), by=by, alarm_every=alarm_every)
    if csv:
        typer.echo(trend_csv(found).decode(), nl=False)
        return
    for heading, sentences in trend_part(found).paragraphs:
        typer.echo(heading)
        for sentence in sentences:
            typer.echo(f"  {sentence}")


@app.command()
def board(
    case: CaseArgument,
    *,
    as_of: Annotated[
        str | None, typer.Option("--as-of", help="A day (its end, in the case's time zone) or an RFC 3339 time.")
    ] = None,
    as_known: Annotated[
        str | None, typer.Option("--as-known", help="Only what the centre could know by then; alone it is --as-of too.")
    ] = None,
    since: Annotated[
        str | None, typer.Option("--diff-since", help="Say first what changed since that day or time.")
    ] = None,
    agreement: Annotated[str, typer.Option("--agreement", help="The id of one agreement, without the others.")] = "",
    csv: Annotated[bool, typer.Option("--csv", help="Print the table of clauses.csv instead.")] = False,
    out: Annotated[Path | None, typer.Option("--out", help="Write the board as a page, with its evidence.")] = None,
) -> None:
    """Say where every obligation stands for each that it binds, clause by clause, as of any date, as known on any date.

    Side by side in the order of the case: status, since when, why, the readings where they differ, what would change
    it, the next deadline, the evidence. It counts obligations by status and never adds up a side.
    """
    from trucewatch import centre, inquiry
    from trucewatch.report.board import board as drawn
    from trucewatch.report.boardtext import board_lines
    from trucewatch.report.html import board_html
    from trucewatch.report.tables import clauses_csv

    with _refusing():
        for option, given in (("--as-of", as_of), ("--as-known", as_known), ("--diff-since", since)):
            if given is not None and not given.strip():
                raise ValueError(f"{option} is empty; write a day such as 2020-11-20, or leave it out")
        found = inquiry.board(
            centre.find_case(case), as_of=as_of or "", as_known=as_known or "", since=since or "", agreement=agreement
        )
        shown = drawn(found.now, found.as_known, found.before, found.plain)
        if csv:
            typer.echo(clauses_csv(found.now).decode(), nl=False)
        elif out is not None:
            out.write_bytes(board_html(shown))
            typer.echo(f"  wrote {out} (machine proposals for the two staffs, not for publication)")
        else:
            for line in board_lines(shown, shutil.get_terminal_size((100, 24)).columns):
                typer.echo(line)
    for note in found.notes:
        typer.echo(f"  note: {note}", err=True)


@app.command()
def verify(
    directory: Annotated[Path, typer.Argument(help="A log's folder, or one that `assess` wrote, with ledger/ inside.")],
    vkey: Annotated[
        str | None,
        typer.Option("--vkey", help="The key you trust, got from the centre by another way than this folder."),
    ] = None,
    policy: Annotated[
        Path | None, typer.Option("--policy", help="The policy you trust: the log, its witnesses and their quorum.")
    ] = None,
) -> None:
    """Check everything an outsider can check about a ledger, offline. Exit 0: holds; 1: does not.

    The same program runs alone, without the rest of Trucewatch: python verify.py DIRECTORY.
    """
    from trucewatch.ledger import verify as outsider

    arguments = [str(directory), *(["--vkey", vkey] if vkey else []), *(["--policy", str(policy)] if policy else [])]
    raise typer.Exit(outsider.main(arguments))


@app.command()
def recompute(
    directory: Annotated[Path, typer.Argument(help="A folder that `assess` wrote, or that of a live log or its copy.")],
) -> None:
    """Recompute every published file from the ledger alone and compare the bytes. Exit 0: all equal; 1: not.

    Of a live log the newest publication is drawn again, from the entries that it says it is of.
    """
    from trucewatch import centre, live
    from trucewatch.ledger.verify import VerificationError
    from trucewatch.ledger.verify import verify as check

    with _refusing():
        try:
            check(directory)
        except VerificationError as error:
            typer.echo(f"trucewatch: the ledger does not verify: {error}", err=True)
            raise typer.Exit(1) from None
        compared = live.recompute(directory) if (directory / "checkpoint").is_file() else centre.recompute(directory)
    for name, equal in compared.items():
        typer.echo(f"{'same bytes' if equal else 'DIFFERS   '}  {name}")
    if not all(compared.values()):
        raise typer.Exit(1)
    typer.echo(f"{len(compared) - 1} published files and the log's own entries recomputed, all equal")


@app.command()
def bag(
    source: Annotated[Path, typer.Argument(help="A log's folder, or one that `assess` wrote, with ledger/ inside.")],
    out: Annotated[Path, typer.Option("--out", help="The bag: a new folder.")],
) -> None:
    """Pack a record to hand over: the log, what was published, both verifiers, a page that explains the check.

    A BagIt bag (RFC 8493) that a lawyer checks on a laptop without network; START-HERE.html in it says how. Only what
    verifies is packed; the same record gives the same bag.
    """
    from trucewatch.ledger import bag as bagging

    with _refusing():
        verified = bagging.bag(source, out)
    typer.echo(f"{out}: {verified.size} entries, root {verified.root}")
    typer.echo(f"open {out / bagging.GUIDE}")


@app.command()
def demo(
    *,
    out: OutOption = Path("out"),
    serve_page: Annotated[
        bool, typer.Option("--serve", help="Open the centre's page on loopback and keep serving it.")
    ] = False,
    port: PortOption = 8080,
) -> None:
    """Run the main job on the bundled Donbas case: the public records of the OSCE observers, 2015 to 2018.

    With them go satellite hot spots of June 2026, which no line of contact of the case covers.
    """
    from trucewatch import centre

    with _refusing():
        typer.echo("Trucewatch demo: public records of the OSCE observers in Donbas, held against the Minsk papers.")
        _compiling()
        run = centre.assess(centre.find_case("donbas"), out / "donbas")
    _summary(run, out / "donbas")
    typer.echo(f"  open the report       {(out / 'donbas' / 'report.html').resolve().as_uri()}")
    typer.echo(f"  check it yourself     {_me()} verify {out / 'donbas'}")
    typer.echo(f"  recompute it          {_me()} recompute {out / 'donbas'}")
    typer.echo(f"  the paper, any day    {_me()} board karabakh --as-of 2020-11-26   (also: donbas, aceh, bosnia)")
    typer.echo(f"  the second case       {_me()} assess karabakh --out {out / 'karabakh'}")
    if serve_page:
        _serve(out / "donbas", port)
    else:
        typer.echo(f"  see the map           make serve   (or: {_me()} demo --serve)")


@app.command()
def serve(
    case: CaseArgument,
    out: Annotated[
        Path | None,
        typer.Option("--out", help="Folder for the results. Without it: out/served-NAME, by the case's folder."),
    ] = None,
    port: PortOption = 8080,
) -> None:
    """Assess a case and open the centre's page for it on loopback."""
    from trucewatch import centre

    with _refusing():
        _compiling()
        folder = centre.find_case(case)
        # two cases served from one place at a time: the page of the first would show the second
        results = out or Path("out", f"served-{folder.resolve().name}")
        run = centre.assess(folder, results)
    _summary(run, results)
    _serve(results, port)


@app.command()
def calibrate(
    runs: Annotated[list[Path], typer.Argument(help="Folders that `assess` wrote, of one kind of case and method.")],
    truth: Annotated[
        list[Path],
        typer.Option("--truth", help="For each run: a folder with incidents.csv and links.csv, or a file of labels."),
    ],
    out: Annotated[Path | None, typer.Option("--out", help="Folder for calibration.json and its picture.")] = None,
    target: Annotated[float, typer.Option("--target", help="Largest share of wrong accusations, such as 0.01.")] = 0.01,
    about: Annotated[str, typer.Option("--about", help="What the labelled incidents are, in a few words.")] = "",
) -> None:
    """Hold verdicts against incidents whose truth is known: scores, reliability per side, the threshold they prove.

    Labels are a CSV file with incident_id and who (a party's id, both, other or no_violation). The threshold is the
    smallest probability at which wrong accusations are at most the target with 95 % confidence; it is no lower than
    the standard at which the runs were made, since below that they accused nobody.
    """
    from trucewatch.calibrate import calibrate_runs, write_record
    from trucewatch.report.calibration import record_lines

    with _refusing():
        record = calibrate_runs(runs, truth, about=about, target=target)
        for line in record_lines(record):
            typer.echo(f"  {line}")
        for path in write_record(record, out) if out else ():
            typer.echo(f"  wrote {path}")


@app.command()
def keygen(
    file: Annotated[Path, typer.Argument(help="Where to write the private key; it must not exist.")],
    name: Annotated[str, typer.Option("--name", help="The log's or keeper's name, such as centre.example.org/log.")],
    *,
    cosigner: Annotated[
        bool,
        typer.Option("--cosigner", help="Keys for a mirror or witness: Ed25519 in FILE, ML-DSA-44 in FILE.ml-dsa-44."),
    ] = False,
) -> None:
    """Make a signing key for a centre's log; prints the public key, which is to be handed over by another way.

    With --cosigner: both keys with which a mirror or a witness cosigns; prints their lines for the policy.
    """
    from trucewatch.ledger.note import Key, policy_lines, verifier_key, write_key
    from trucewatch.ledger.verify import COSIGN_ED25519, COSIGN_ML_DSA_44, ED25519

    kinds = {file: COSIGN_ED25519, Path(f"{file}.ml-dsa-44"): COSIGN_ML_DSA_44} if cosigner else {file: ED25519}
    with _refusing():
        keys = {path: Key(name=name, seed=os.urandom(32), kind=kind) for path, kind in kinds.items()}
        for path in keys:
            if path.exists():
                raise ValueError(f"{path}: exists already; a key is never written over")
        for path, key in keys.items():
            write_key(path, key)
    typer.echo(policy_lines(*keys.values()) if cosigner else str(verifier_key(keys[file])))


@app.command()
def simulate(
    *,
    out: Annotated[Path, typer.Option("--out", help="Folder for the case; it must not exist or be empty.")],
    world: Annotated[
        str, typer.Option("--world", help="Who watches: mixed, sensors (instruments only), posts (all along the line).")
    ] = "mixed",
    regime: Annotated[
        str,
        typer.Option("--regime", help="How parties speak: balanced, loud, silent, lying, flipping, copying."),
    ] = "balanced",
    share: Annotated[float, typer.Option("--share", help="The first party's share of the fire, 0 to 1.")] = 0.5,
    parties: Annotated[int, typer.Option("--parties", help="2 or 3.")] = 2,
    party_ids: Annotated[
        str, typer.Option("--party-ids", help="Their ids with commas between; they change nothing but the labels.")
    ] = "alpha,beta,gamma",
    seed: Annotated[int, typer.Option("--seed", help="Same seed, same bytes.")] = 1,
    incidents: Annotated[
        int, typer.Option("--incidents", help="How many; without it 111 a day of --days, else 5000.")
    ] = 0,
    days: Annotated[
        float, typer.Option("--days", help="How long; without it as long as 111 incidents a day take.")
    ] = 0,
    sigma_scale: Annotated[
        float, typer.Option("--sigma-scale", help="Stated errors are the true ones times this, such as 0.5 or 2.")
    ] = 1.0,
) -> None:
    """Write a case folder of an invented ceasefire, with what really happened beside it in truth/.

    `assess` runs on it as on any case and never reads truth/. Nothing in it is about a real place or party.
    """
    from trucewatch.sim import folder
    from trucewatch.sim.settings import asked

    with _refusing():
        settings = asked(
            world=world, regime=regime, share=share, parties=parties, party_ids=party_ids, seed=seed,
            incidents=incidents, days=days, sigma_scale=sigma_scale,
        )  # fmt: skip
        folder.check(out)
        simulated = folder.simulate(settings)
        folder.write(simulated, out)
    happened, rows, length = folder.counts(simulated)
    typer.echo(f"  simulated             {happened:,} incidents in {length:,.1f} days, {rows:,} rows, seed {seed}")
    typer.echo(f"  the case              {out}/ (assess it: {_me()} assess {out} --out DIR)")
    typer.echo(f"  what really happened  {out / 'truth'}/")


@lists.command()
def commit(
    names: Annotated[Path, typer.Argument(help="Table of names; it stays in the sealed room.", metavar="NAMES.csv")],
    secret: Annotated[Path, typer.Option("--secret", help="File with the secret that both staffs share.")],
    side: Annotated[str, typer.Option("--side", help="Whose list it is: the party's id in case.toml.")],
    out: Annotated[Path, typer.Option("--out", help="Where to write the list; it must not exist.")],
) -> None:
    """Turn one side's table of names into a list of commitments, which may go to the centre.

    NAMES.csv is CSV in UTF-8 with the columns name, birth_year (empty: not known), category (prisoner, hostage,
    detainee, body, missing), about (the act of the paper, such as exchange:prisoners), time (a day such as 2020-12-01)
    and, if wanted, state (listed, released, returned, disputed, dead; without it: listed) and received. Other columns
    are left behind.

    Each person becomes a digest of name and year of birth under the secret (HMAC-SHA-256). Capitals, accents and the
    order of a name's words do not matter; spelling and script do, so agree on them first. Two people of one name and
    year become one: write the father's name too. Whoever has the secret can try names: it stays in the sealed room, and
    the centre must never have it. Nothing is printed of what the table says.
    """
    from trucewatch.intake.records.commit import committed, secret_of

    with _refusing():
        key = secret_of(secret.read_bytes())
        made = committed([names.read_bytes()], key, side.strip())
        _write_new(out, made.table)
    again = f", {made.repeated:,} rows were repeated" if made.repeated else ""
    typer.echo(f"  wrote {out}: {made.entries:,} entries without a name{again}")


@lists.command()
def secret(
    file: Annotated[Path, typer.Argument(help="Where to write the secret; it must not exist.")],
) -> None:
    """Make the secret under which the sealed room's lists are committed to: 256 random bits in hexadecimal.

    Make it once, carry it to the other side's staff by hand, and never let the centre have it. With another secret the
    same person has another commitment: a new one for a new exchange, the same one for both lists of one exchange.
    """
    with _refusing():
        _write_new(file, f"{os.urandom(32).hex()}\n".encode())
    typer.echo(f"  wrote {file}: for the staffs of the sealed room, and nobody else")


def _write_new(path: Path, content: bytes) -> None:
    if path.exists():
        raise ValueError(f"{path}: exists already; it is not written over")
    with path.open("xb") as file:
        file.write(content)


def _me() -> str:
    """Return how this program was called, so that what is printed can be typed."""
    called = sys.argv[0]
    return called if called.endswith("trucewatch") and shutil.which("trucewatch") != called else "trucewatch"


def _serve(directory: Path, port: int) -> None:
    import uvicorn

    with _refusing():
        try:
            socket.create_server(("127.0.0.1", port)).close()
        except OSError as error:
            raise ValueError(
                f"port {port} on loopback cannot be used ({error.strerror}); choose one with --port"
            ) from None
    os.environ["TRUCEWATCH_DIRECTORY"] = str(directory.resolve())
    typer.echo(f"  the centre's page     http://127.0.0.1:{port}   (Ctrl-C ends it)")
    sys.stdout.flush()
    uvicorn.run("trucewatch.web.app:from_environment", factory=True, host="127.0.0.1", port=port, log_level="warning")


def _summary(run: "Run", out: Path) -> None:
    from trucewatch.intake.aside import aside, nameless

    a = run.assessment
    rejected = sum(r.rows for r in a.rejections)
    repeats = run.rows - len(a.observations) - len(a.records) - rejected
    other = f" + {len(a.records):,} records of other things" if a.records else ""
    again = f" + {repeats:,} repeated" if repeats else ""
    typer.echo(f"  rows in {run.rows:,} = {len(a.observations):,} observations{other} + {rejected:,} rejected{again}")
    for rejection in a.rejections[:5]:
        typer.echo(f"    rejected: {rejection.file} row {rejection.row}: {rejection.reason}")
    if len(a.rejections) > 5:
        typer.echo(f"    ... the rest of {rejected:,} in rejected.csv")
    notes = (*nameless(a), *run.notes)
    for note in notes[:10]:
        typer.echo(f"    note: {note}")
    if len(notes) > 10:
        typer.echo(f"    ... and {len(notes) - 10:,} more such notes")
    determined = sum(x.determination != "undetermined" for x in a.attributions)
    matters = sum(i.phenomenon.term in MATTERS for i in a.incidents)
    others = f" ({matters:,} of other matters than fire)" if matters else ""
    typer.echo(
        f"  incidents {len(a.incidents):,}{others}, of which {determined:,} determined at the standard of "
        f"{a.case.standard.probability:g} and {a.case.standard.lines} lines of evidence, the rest undetermined"
    )
    for line in (*aside(a), *_standings(a)):
        typer.echo(f"  {line}")
    typer.echo(f"  results               {out}/ (machine proposals for the two staffs, not for publication)")


FEW_STATUSES = 8  # as many lines as anybody reads here; the board has them all


def _standings(a: "Assessment") -> Iterator[str]:
    """Yield where the obligations stand: each of a few, else how many of each paper with their coverage, no side's."""
    from trucewatch.report.status import STATUS_WORDS, covered_words

    for status in a.statuses if len(a.statuses) <= FEW_STATUSES else ():
        watched = (
            "" if status.coverage is None else f" (some of the ground watched in {status.coverage:.1%} of its hours)"
        )
        words = status.status.value.replace("_", " ")
        yield f"clause {status.clause_id}, obligation {status.obligation_id}, {status.bearer}: {words}{watched}"
    if len(a.statuses) > FEW_STATUSES:
        for name in dict.fromkeys(status.agreement_id for status in a.statuses):
            own = [status for status in a.statuses if status.agreement_id == name]
            counts = Counter(status.status for status in own)
            said = ", ".join(f"{word} {counts[status]}" for status, word in STATUS_WORDS.items())
            yield f"statuses under {name}, all bearers together: {said} ({covered_words(own)})"
        yield "side by side          trucewatch board CASE [--as-of DAY]; also in the report"


def main() -> None:
    """Run the command line; new files are for their owner alone, since results are not for everybody."""
    os.umask(0o077)
    app()
