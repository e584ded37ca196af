"""The commands of a centre: `log …` and `rebuild`."""

import json
import re
import signal
import socket
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from trucewatch.post.common import json_object, now, red
from trucewatch.terminal import refusing

if TYPE_CHECKING:
    from trucewatch.ledger.book import Book
    from trucewatch.ledger.courier import Door
    from trucewatch.ledger.note import Key
    from trucewatch.ledger.overview import Overview
    from trucewatch.ledger.stamps import Asks

log = typer.Typer(
    help="The centre's live log: make it, run it, see how far its entries have come.",
    no_args_is_help=True,
    rich_markup_mode=None,
)

CentreArgument = Annotated[Path, typer.Argument(help="The centre's folder: its log, what waits, its database.")]
CentreKeyOption = Annotated[Path, typer.Option("--key", help="The log's private key file (see `keygen`).")]
RootsOption = Annotated[
    Path | None, typer.Option("--roots", help="PEM: the roots by which its tokens are checked; kept with the centre.")
]


@log.command()
def new(
    centre: CentreArgument,
    key: CentreKeyOption,
    policy: Annotated[
        Path, typer.Option("--policy", help="A tlog-policy: this log, its mirrors and witnesses, their quorum.")
    ],
    *,
    heartbeat: Annotated[int, typer.Option("--heartbeat", min=1, help="Seconds between signed checkpoints.")] = 60,
    author: Annotated[
        list[str] | None, typer.Option("--author", help="Public key of a device or officer who may write; repeat it.")
    ] = None,
    guarantors: Annotated[
        Path | None, typer.Option("--guarantors", help="JSON: a list of {name, passkeys: [{id, public}]}.")
    ] = None,
    staff: Annotated[
        Path | None, typer.Option("--staff", help="JSON: a list of {id, role, of, passkeys} (`staff passkey`).")
    ] = None,
    rp_id: Annotated[
        str, typer.Option("--rp-id", help="The domain of the page on which guarantors and staff approve.")
    ] = "",
) -> None:
    """Begin a centre's log in a new folder: its first entry is the charter, which says who may write and who watches.

    The charter cannot be changed later but by an act that two guarantors approve, so check it twice: the mirrors and
    witnesses of the policy, the observers' keys, the heartbeat. `keygen` makes the keys.
    """
    from trucewatch.ledger.book import Book
    from trucewatch.ledger.note import read_key, verifier_key

    with refusing():
        charter: dict[str, Any] = {
            "policy": policy.read_text(encoding="ascii"),
            "heartbeat_s": heartbeat,
            "authors": author or [],
            "rp_id": rp_id,
            "guarantors": _json_list(guarantors) if guarantors else [],
            **({"staff": _json_list(staff)} if staff else {}),
        }
        centre_key = read_key(key)
        Book.create(centre, centre_key, charter).close()
    typer.echo(f"  a new log             {centre}, of {verifier_key(centre_key)}")
    typer.echo(f"  a heartbeat           every {heartbeat} s; {len(author or [])} authors, quorum as in {policy}")
    typer.echo(f"  run it                trucewatch log run {centre} --key {key} --port 8700")


@log.command(name="run")
def run_log(
    centre: CentreArgument,
    key: CentreKeyOption,
    port: Annotated[int, typer.Option("--port", min=0, max=65535, help="Port on loopback; 0: any free one.")] = 8700,
    tsa: Annotated[
        str | None,
        typer.Option("--tsa", help="A time stamping authority (RFC 3161): each day's checkpoint goes there."),
    ] = None,
    roots: RootsOption = None,
    *,
    assess_every: Annotated[
        int, typer.Option("--assess-every", min=1, help="Seconds at least between new conclusions, in the room.")
    ] = 300,
    database: Annotated[
        str,
        typer.Option("--database", help="Where the room's lists are: postgresql://…; else a file of the centre."),
    ] = "",
    commands: Annotated[
        Path | None,
        typer.Option("--commands", help="Rehearsals: the folder of the short commands that the room's pages name."),
    ] = None,
) -> None:
    """Serve the log on loopback and beat: every heartbeat what came in is sequenced, signed and shown.

    Where the charter has staff, the operations room is under /room/: open it as http://localhost:PORT/room/. What it
    lists is in a GeoPackage, cache/room.gpkg, or with --database in PostGIS: a cache, made anew at each start.

    Each heartbeat is one line. SIGTERM or Ctrl-C ends it after what is being written. Killed at any moment, it goes on
    from what is on the disk. To open it to a network, put a server with TLS before it.
    """
    from trucewatch.ledger.book import Book
    from trucewatch.ledger.note import read_key
    from trucewatch.ledger.stamps import Stamps, authority

    with refusing():
        centre_key, ask = read_key(key), authority(tsa) if tsa else None
        with _listening(port) as listener:
            book = Book.open(centre, centre_key)
            if roots is not None:
                Stamps(centre).trust(roots.read_bytes())
            served = _serve(
                book, centre, centre_key, listener, ask=ask, assess_every=assess_every, database=database,
                commands=str(commands.resolve()) if commands else "",
            )  # fmt: skip
    raise typer.Exit(served)


@contextmanager
def _listening(port: int) -> Iterator[socket.socket]:
    try:
        listener = socket.create_server(("127.0.0.1", port))
    except OSError as error:
        raise ValueError(f"port {port} on loopback cannot be used ({error.strerror}); choose one with --port") from None
    with listener:
        yield listener


def _serve(
    book: "Book",
    centre: Path,
    key: "Key",
    listener: socket.socket,
    *,
    ask: "Asks | None",
    assess_every: int,
    database: str,
    commands: str,
) -> int:
    import uvicorn

    from trucewatch.web.log import create

    failed: list[bool] = []

    def gone() -> None:
        typer.echo("the disk or the database failed: stopping; start it again to go on from what is on the disk")
        failed.append(True)
        server.should_exit = True

    app = create(
        book, centre, key, tell=typer.echo, gone=gone, authority=ask, assess_every_s=float(assess_every),
        is_leaving=lambda: server.should_exit, database=database, commands=commands,
    )  # fmt: skip
    config = uvicorn.Config(
        app, log_level="warning", server_header=False, ws="none", timeout_keep_alive=15,
        timeout_graceful_shutdown=20, limit_concurrency=200,
    )  # fmt: skip
    server = uvicorn.Server(config)
    # the server ends by itself on these and then raises them anew; asked to stop, we have stopped, and that is success
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: None)
    typer.echo(f"{key.name} listens on http://127.0.0.1:{listener.getsockname()[1]}   (Ctrl-C ends it)")
    if book.staff:
        typer.echo(f"the operations room is http://localhost:{listener.getsockname()[1]}/room/")
    server.run(sockets=[listener])
    typer.echo("stopped: everything that was received is on the disk")
    return 1 if failed else 0


@log.command("import")
def import_(
    centre: CentreArgument,
    case: Annotated[str, typer.Argument(help="A case folder, or the name of a bundled case.")],
    key: CentreKeyOption,
) -> None:
    """Say into the log what a case folder holds: the case with its files, every row, what could not be read.

    What the log has already is not said again, so a folder that grew is imported again as it is. Stop `log run` for it:
    one process has the folder.
    """
    from trucewatch import live
    from trucewatch.centre import find_case
    from trucewatch.ledger.book import Book
    from trucewatch.ledger.note import read_key

    with refusing(), closing(Book.open(centre, read_key(key))) as book:
        done = live.import_case(book, find_case(case))
        head = book.beat(now())
    typer.echo(f"  said into the log     {done.said:,} entries; {done.known:,} were there already")
    typer.echo(f"  sequenced             {head.size:,} entries, root {head.root.hex()}")


@log.command()
def publish(
    centre: CentreArgument,
    key: CentreKeyOption,
    out: Annotated[
        Path | None, typer.Option("--out", help="Write the published files here too: a folder that is not there yet.")
    ] = None,
) -> None:
    """Draw the conclusions from all that the log holds, and say them into it with the published files.

    The findings are machine proposals for the two staffs. Whoever holds the log, a mirror too, draws them again with
    `trucewatch recompute STORE`. Stop `log run` for it: one process has the folder.
    """
    from trucewatch import live
    from trucewatch.ledger import store
    from trucewatch.ledger.book import Book
    from trucewatch.ledger.note import read_key

    with refusing():
        if out is not None and out.exists():
            raise ValueError(f"{out}: is there already; name a new folder")
        with closing(Book.open(centre, read_key(key))) as book:
            run = live.assess(book, now())
            size = book.status().size
        if out is not None:
            store.write(out.resolve(), run.published)
    found = run.assessment
    determined = sum(each.determination != "undetermined" for each in found.attributions)
    typer.echo(
        f"  assessed              {len(found.observations):,} observations, {len(found.records):,} other records"
    )
    typer.echo(f"  incidents             {len(found.incidents):,}, of which {determined:,} determined")
    typer.echo(f"  in the log            {size:,} entries, {len(run.published)} published files among its blobs")
    typer.echo("  machine proposals for the two staffs, not for publication")


@log.command()
def status(
    target: Annotated[str, typer.Argument(metavar="CENTRE|URL", help="A centre's or a copy's folder, or an address.")],
    last: Annotated[int, typer.Option("--last", min=0, max=1000, help="So many of the last entries.")] = 5,
) -> None:
    """Show how far the log has come: its heartbeat, counts, who cosigned when, the last entries with their state.

    received: on the centre's disk. sequenced: in the log, under a signed checkpoint. witnessed: cosigned by those whom
    the policy asks for. RED when the newest checkpoint is older than two heartbeats. Whether the log is whole and
    unforked is for `verify`, the mirrors and the witnesses to say.
    """
    with refusing():
        seen, received, notes = _seen(target, last)
    _show(seen, received, notes)


def _seen(target: str, last: int) -> "tuple[Overview, int | None, list[str]]":
    from trucewatch.ledger.courier import plain
    from trucewatch.ledger.door import HttpDoor
    from trucewatch.ledger.earlier import read_now_or_before
    from trucewatch.ledger.overview import overview
    from trucewatch.ledger.stamps import Stamps

    if re.match(r"https?://", target):
        with HttpDoor(target) as door:
            fetch = _fetching(door)
            seen = overview(fetch, now(), last, _optional(lambda: fetch("witnessed", 131_072)))
            told = door.ask("GET", "status")
        said = json_object(told.body) if told.status == 200 else {}
        waiting = said.get("received")
        notes = [plain(str(said[name])) for name in ("why", "time_stamp") if said.get(name)]
        return seen, waiting if isinstance(waiting, int) else None, notes
    folder = Path(target)
    ledger = folder / "ledger" if (folder / "ledger").is_dir() else folder
    if not (ledger / "checkpoint").is_file():
        raise ValueError(f"{target}: neither the folder of a log nor an address that begins with http:// or https://")
    heads = _optional((folder / "witnessed").read_bytes)
    seen = overview(lambda path, _: read_now_or_before(ledger / path), now(), last, heads)
    waiting = sum(path.read_bytes().count(b"\n") + 1 for path in (folder / "received").glob("[0-9]*"))
    return seen, waiting, [Stamps(folder).words()] if ledger != folder else []


def _fetching(door: "Door") -> Callable[[str, int], bytes]:
    def fetch(path: str, most_bytes: int) -> bytes:
        answer = door.ask("GET", path, most_bytes=most_bytes)
        if answer.status != 200:
            raise FileNotFoundError(f"the centre answers {answer.status} to a question for {path}")
        return answer.body

    return fetch


def _optional(read: Callable[[], bytes]) -> list[bytes]:
    try:
        return [read()]
    except FileNotFoundError:
        return []


def _show(seen: "Overview", received: int | None, notes: Iterable[str]) -> None:
    from trucewatch.ledger.ladder import MARKS, RECEIVED, SEQUENCED, WITNESSED
    from trucewatch.ledger.overview import beat_words, keeper_words, line_words

    typer.echo(f"{seen.origin}: {seen.size:,} entries")
    if seen.red:
        red(f"  RED                   {seen.red}")
    typer.echo(f"  last heartbeat        {beat_words(seen)}")
    counts = {RECEIVED: received, SEQUENCED: seen.size - (seen.witnessed or 0), WITNESSED: seen.witnessed}
    for word, count in counts.items():
        typer.echo(f"  {MARKS[word]} {word:<19} {'not known' if count is None else f'{count:,}'}")
    for keeper in seen.keepers:
        typer.echo(f"  {keeper.name:<21} {keeper_words(keeper, seen)}")
    if not seen.keepers:
        typer.echo("  witnesses             the policy names none: nobody but the centre vouches for this log")
    for note in notes:
        typer.echo(f"  {note}")
    for line in seen.lines:
        by = ", ".join(line.authors) or "the centre"
        typer.echo(f"  {line.index:>9,} {MARKS[line.state]} {line.state:<10} {line.type} by {by}; {line_words(line)}")


@log.command()
def accept(
    centre: Annotated[str, typer.Argument(metavar="CENTRE|URL", help="The centre's folder, or its address.")],
    source: Annotated[Path, typer.Argument(metavar="STORE|FILE", help="A mirror's folder, or its checkpoint's file.")],
    key: Annotated[Path | None, typer.Option("--key", help="The log's private key file; for a folder.")] = None,
) -> None:
    """Take cosignatures that came on a stick: a checkpoint of this log with a mirror's or witness's lines.

    Lines by nobody of the policy, or that do not verify, are left out, and said. While `log run` has the folder, give
    its address instead.
    """
    from trucewatch.ledger.verify import MOST_TEXT_BYTES

    with refusing():
        note = _checkpoint_of(source, MOST_TEXT_BYTES)
        names = _accept_there(centre, note) if re.match(r"https?://", centre) else _accept_here(Path(centre), key, note)
    if not names:
        typer.echo("no cosignature in it is by a witness of the policy and verifies", err=True)
        raise typer.Exit(1)
    typer.echo(f"  taken                 cosignatures of {', '.join(names)}")


def _accept_here(centre: Path, key: Path | None, note: bytes) -> list[str]:
    from trucewatch.ledger.book import Book
    from trucewatch.ledger.note import read_key

    if key is None:
        raise ValueError("--key is needed to open a centre's folder")
    with closing(Book.open(centre, read_key(key))) as book:
        return [cosignature.witness for cosignature in book.accept(note)]


def _accept_there(url: str, note: bytes) -> list[str]:
    from trucewatch.ledger.courier import plain
    from trucewatch.ledger.door import HttpDoor

    with HttpDoor(url) as door:
        answer = door.ask("POST", "cosignatures", note)
    said = json_object(answer.body)
    if answer.status != 200:
        raise ValueError(f"the centre answered {answer.status}: {plain(str(said.get('error', '')))}")
    return [plain(str(name)) for name in said.get("accepted", [])]


def _bounded(path: Path, most_bytes: int) -> bytes:
    with path.open("rb") as file:
        data = file.read(most_bytes + 1)
    if len(data) > most_bytes:
        raise ValueError(f"{path.name}: more than {most_bytes:,} bytes")
    return data


def _checkpoint_of(source: Path, most_bytes: int) -> bytes:
    for path in (source, source / "checkpoint", source / "ledger" / "checkpoint"):
        if path.is_file():
            return _bounded(path, most_bytes)
    raise ValueError(f"{source}: neither a checkpoint nor a folder that has one")


@log.command()
def stamp(
    centre: CentreArgument,
    *,
    tsa: Annotated[str | None, typer.Option("--tsa", help="Ask this authority now.")] = None,
    request: Annotated[
        Path | None, typer.Option("--request", help="Write the day's request here, for a stick; it must not exist.")
    ] = None,
    responses: Annotated[
        Path | None, typer.Option("--responses", help="A folder with responses (*.tsr) that came back.")
    ] = None,
    roots: RootsOption = None,
) -> None:
    """Have the day's checkpoint stamped by an authority (RFC 3161), and show which days have a time stamp.

    With --tsa over the network, else with --request and --responses by a stick. The authority sees a SHA-256 and
    nothing else. A day without a token stays in sight, with the reason. Exit 1 where the newest day has none.
    """
    from trucewatch.ledger.stamps import MOST_TOKEN_BYTES, Stamps, authority, stamp_words

    with refusing():
        stamps = Stamps(centre)
        checkpoint = (centre / "ledger" / "checkpoint").read_bytes()
        if roots is not None:
            stamps.trust(roots.read_bytes())
        if responses is not None:
            stamps.bring(_bounded(path, MOST_TOKEN_BYTES) for path in sorted(responses.glob("*.tsr")))
        if request is not None:
            with request.open("xb") as file:
                file.write(stamps.request(checkpoint, now()))
        if tsa is not None:
            stamps.stamp(authority(tsa), checkpoint, now())
        found = stamps.all()
    for day in found:
        typer.echo(f"  {stamp_words(day)}")
    if not found:
        typer.echo(f"  {stamps.words()}")
    raise typer.Exit(0 if found and found[0].time is not None else 1)


def rebuild(centre: CentreArgument, key: CentreKeyOption) -> None:
    """Make the centre's database anew from the log's files and from what waits; the log itself is not touched.

    For a database that is lost or damaged. It is a cache: every line of it follows from the files, and every
    submission stands afterwards where it stood before.
    """
    from trucewatch.ledger.book import rebuild as made_anew
    from trucewatch.ledger.note import read_key

    with refusing(), closing(made_anew(centre, read_key(key))) as book:
        found = book.status()
    typer.echo(
        f"  made anew             {found.size:,} entries, {found.received:,} waiting, {found.witnessed:,} witnessed"
    )


def _json_list(path: Path) -> list[Any]:
    try:
        found = json.loads(path.read_bytes())
    except (ValueError, RecursionError):
        found = None
    if isinstance(found, list):
        return found
    raise ValueError(f"{path.name}: not a list in JSON")
