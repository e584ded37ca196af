"""The keepers of copies: a guarantor's mirror, a liaison's witness, and the proofs that they write and check.

Exit code 0: done; 1: a proof failed; 2: the input or the call is wrong, in one line on stderr.
"""

import signal
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, TypeVar

import typer

from trucewatch.terminal import refusing

if TYPE_CHECKING:
    from trucewatch.ledger.note import Key
    from trucewatch.ledger.verify import Policy
    from trucewatch.ledger.witness import Witness

_Store = TypeVar("_Store")
keeper = typer.Typer(no_args_is_help=True, rich_markup_mode=None)

PolicyOption = Annotated[
    Path,
    typer.Option("--policy", help="The policy you trust, got by another way than from the log.", dir_okay=False),
]
KeysOption = Annotated[
    list[Path] | None,
    typer.Option("--key", "--key2", help="A cosigner key of yours (`keygen --cosigner`); one of each kind."),
]
EveryOption = Annotated[float, typer.Option("--every", min=0.05, help="Seconds between two looks.")]
OnceOption = Annotated[bool, typer.Option("--once", help="Look once and say by the exit code how it went.")]
ServeOption = Annotated[
    int | None, typer.Option("--port", min=0, max=65535, help="Serve what is public of it on loopback; 0: a free port.")
]


@keeper.command()
def mirror(
    source: Annotated[str, typer.Argument(help="The centre's URL, or the folder of a log: a disk, a stick, a mirror.")],
    store: Annotated[Path, typer.Argument(help="Your copy: the folder of a log, which `verify` accepts.")],
    policy: PolicyOption,
    key: KeysOption = None,
    *,
    every: EveryOption = 5.0,
    once: OnceOption = False,
    port: ServeOption = None,
) -> None:
    """Keep a whole copy of a log, and cosign each tree once all of it is on your disk.

    Every entry, disclosure and file is fetched and hashed anew, read back, and only then cosigned. A second history is
    refused and proved in two files, STORE.equivocation/first.note and second.note; from then on nothing is cosigned.
    Two heartbeats without a new entry: red. With a URL the cosignatures go back by themselves; with a folder carry
    STORE/checkpoint to the centre (`trucewatch log accept`).

    With --once, exit code 0: the copy is whole and cosigned; 1: something does not hold, in one line; 2: the source
    cannot be asked, or the call is wrong.
    """
    from trucewatch.ledger.mirror import Mirror
    from trucewatch.ledger.rounds import Following
    from trucewatch.ledger.sources import source_of

    with refusing(), ExitStack() as stack:
        trusted, keys = _policy(policy), _keys(key)
        origin = source_of(source, _session_key(keys))
        copy = stack.enter_context(_opened(lambda: Mirror(store, trusted, keys)))
        _serve(stack, store, trusted, None, port)
        _say(f"mirror of {trusted.log.name} in {store}, from {origin}; cosigns as {_names(trusted, keys)}")
        look = Following(
            copy, origin, policy=trusted, keys=keys, store=store, tell=_teller(), clock=_clock, monotonic=time.monotonic
        )
        _run(look, every, once=once)
    raise typer.Exit(look.code if once else 0)


@keeper.command()
def witness(
    sources: Annotated[
        list[str], typer.Argument(help="URLs or folders: the centre, the mirrors.", metavar="SOURCE...")
    ],
    policy: PolicyOption,
    store: Annotated[Path, typer.Option("--store", help="Folder for what you have seen: hashes, no entries.")],
    key: KeysOption = None,
    *,
    every: EveryOption = 5.0,
    once: OnceOption = False,
    port: ServeOption = None,
) -> None:
    """Hold what the centre and the mirrors show against each other, on a laptop, and cosign what continues it all.

    It keeps 32 bytes an entry and no entry. Two histories are proved in two files, STORE.equivocation/first.note and
    second.note, which anybody checks offline (`trucewatch equivocation`). A source that shows no new tree for two
    heartbeats is red, by this machine's own clock. Without --key it watches and cosigns nothing. With --port others
    hand in checkpoints (C2SP tlog-witness: POST /add-checkpoint).

    With --once, exit code 0: all sources show one history; 1: one does not, in one line; 2: none can be asked, or the
    call is wrong.
    """
    from trucewatch.ledger.rounds import Witnessing
    from trucewatch.ledger.sources import source_of
    from trucewatch.ledger.witness import Witness

    with refusing(), ExitStack() as stack:
        trusted, keys = _policy(policy), _keys(key)
        asked = [source_of(each) for each in sources]
        eyes = stack.enter_context(_opened(lambda: Witness(store, trusted, keys)))
        _serve(stack, store, trusted, eyes, port)
        _say(f"witness of {trusted.log.name}: {len(asked)} sources; cosigns as {_names(trusted, keys)}")
        look = Witnessing(eyes, asked, store=store, tell=_teller(), clock=_clock, monotonic=time.monotonic)
        _run(look, every, once=once)
    raise typer.Exit(look.code if once else 0)


@keeper.command()
def recover(
    stores: Annotated[
        list[Path], typer.Argument(help="Copies that are left: mirrors' stores, a bag's ledger.", metavar="STORE...")
    ],
    out: Annotated[Path, typer.Option("--out", help="The centre's new folder; it must not exist or be empty.")],
    policy: PolicyOption,
    key: Annotated[
        Path | None, typer.Option("--key", help="The log's key, if it is left: then the centre can go on at once.")
    ] = None,
    *,
    seen: Annotated[
        list[Path] | None,
        typer.Option(
            "--seen", help="A checkpoint that a witness has seen (its STORE/checkpoint): refuse to go behind it."
        ),
    ] = None,
) -> None:
    """Rebuild a centre's log from any copy that is left: every entry, disclosure and file, the same root.

    The newest copy is taken, after all were checked against each other; cosignatures of all of them are joined. With
    the log's key the database is made anew too, and `trucewatch log run` goes on with OUT. Entries that no mirror had
    are not in it: their senders' outboxes hand them in again, since they were never acknowledged as witnessed. Bring
    the checkpoints that liaisons hold (--seen): a log that goes on behind what they saw would fork itself.

    Exit code 1: the copies exclude each other or what was seen (the proof is written to OUT.equivocation/), what was
    seen is newer than every copy, or none is whole.
    """
    from trucewatch.ledger.book import rebuild
    from trucewatch.ledger.disk import RealDisk
    from trucewatch.ledger.heads import ForkedError, keep_proof, read_own
    from trucewatch.ledger.note import read_key
    from trucewatch.ledger.rescue import check_continued, restored, whole_copies
    from trucewatch.ledger.verify import VerificationError, check_cosignatures, has_quorum

    with refusing():
        trusted, log_key = _policy(policy), read_key(key) if key else None
        if out.exists() and any(out.iterdir()):
            raise ValueError(f"{out}: not empty; a centre is never written over")
        started = time.monotonic()
        try:
            copies = whole_copies(stores, trusted, _say)
            for note in seen or ():
                check_continued(read_own(note.read_bytes(), trusted), copies[0], trusted)
        except VerificationError as error:
            if isinstance(error, ForkedError):
                keep_proof(RealDisk(), out, error)
            _accuse(f"RED: {error}")
            raise typer.Exit(1) from None
        head = restored(copies, out, trusted)
        if log_key is not None:
            rebuild(out, log_key).close()
        quorum = has_quorum(trusted, [found.witness for found in check_cosignatures(head, trusted)])
    _say(
        f"recovered {head.size:,} entries into {out}/ledger, root {head.root.hex()}, {time.monotonic() - started:.1f} s"
    )
    _say("the policy's quorum cosigned this very tree" if quorum else "of this very tree the copies have no quorum")


@keeper.command()
def equivocation(
    first: Annotated[Path, typer.Argument(help="The smaller checkpoint, first.note.", metavar="FIRST.note")],
    second: Annotated[Path, typer.Argument(help="The larger one, second.note.", metavar="SECOND.note")],
    vkey: Annotated[str, typer.Option("--vkey", help="The key of the log that is accused: name+key id+base64.")],
) -> None:
    """Check two files that are said to prove that a log signed two histories. Exit 0: proved; 1: not.

    The same as `python verify.py --equivocation FIRST.note SECOND.note --vkey VKEY`, alone and offline.
    """
    from trucewatch.ledger import verify as outsider

    raise typer.Exit(outsider.main(["--equivocation", str(first), str(second), "--vkey", vkey]))


# --- what both share ------------------------------------------------------------------------------------


def _policy(path: Path) -> "Policy":
    from trucewatch.ledger.verify import MOST_TEXT_BYTES, parse_policy

    with path.open("rb") as file:
        return parse_policy(file.read(MOST_TEXT_BYTES))


def _opened(make: Callable[[], _Store]) -> _Store:
    """Open a store; where it is damaged, exit code 1 and one line."""
    from trucewatch.ledger.verify import VerificationError

    try:
        return make()
    except VerificationError as error:
        _accuse(f"RED: {error}")
        raise typer.Exit(1) from None


def _keys(paths: list[Path] | None) -> list["Key"]:
    from trucewatch.ledger.note import read_key

    return [read_key(path) for path in paths or ()]


def _session_key(keys: Sequence["Key"]) -> "Key | None":
    from trucewatch.ledger.verify import COSIGN_ED25519

    return next((key for key in keys if key.kind == COSIGN_ED25519), None)


def _names(policy: "Policy", keys: Sequence["Key"]) -> str:
    from trucewatch.ledger.note import verifier_key

    own = [verifier_key(key) for key in keys]
    return ", ".join(name for name, key in policy.witnesses if key in own) or "nobody"


def _serve(stack: ExitStack, store: Path, policy: "Policy", eyes: "Witness | None", port: int | None) -> None:
    from trucewatch.web.copies import create, serving

    if port is not None:
        url = stack.enter_context(serving(create(store, policy.log.name, eyes, _clock), port))
        _say(f"serving {url}")


def _run(look: Callable[[], None], every: float, *, once: bool) -> None:
    """Look once, or again and again until told to stop."""
    if once:
        look()
        return
    with _told_to_stop() as stop:
        while not stop.is_set():
            look()
            stop.wait(every)


@contextmanager
def _told_to_stop() -> Iterator[threading.Event]:
    """Yield what is set by Ctrl-C and by SIGTERM: a step that has begun is finished first."""
    stop = threading.Event()
    before = {kind: signal.signal(kind, lambda *_: stop.set()) for kind in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield stop
    finally:
        for kind, handler in before.items():
            signal.signal(kind, handler)


def _clock() -> int:
    # The time that a cosignature states is this machine's, as docs/ledger.md has it.
    return time.time_ns() // 1_000_000_000


REPEAT_S = 60.0  # what stays wrong is said again once a minute


def _say(line: str) -> None:
    typer.echo(f"{time.strftime('%H:%M:%SZ', time.gmtime(_clock()))} {line}")


def _accuse(line: str) -> None:
    typer.echo(f"{time.strftime('%H:%M:%SZ', time.gmtime(_clock()))} {' '.join(line.split())}", err=True)


def _teller() -> Callable[[str, str], None]:
    """Return what prints the lines of rounds: news at once; what is wrong on stderr, and not at every look."""
    told: dict[str, float] = {}

    def tell(how: str, line: str) -> None:
        now, whole = time.monotonic(), f"{how}: {line}"
        if not how:
            _say(line)
        elif now - told.get(whole, now - REPEAT_S) >= REPEAT_S:
            told[whole] = now
            _accuse(whole)

    return tell
