"""The commands of a device: write, sign, save, send, and see how far it has come."""

import os
import random
import time
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from trucewatch.post.common import UrlArgument, now, red
from trucewatch.terminal import refusing

if TYPE_CHECKING:
    from trucewatch.ledger.outbox import Kept, Outbox

PolicyOption = Annotated[
    Path | None,
    typer.Option("--policy", help="The policy that you trust, got by another way than this line: whose signatures."),
]
WAITING_S = 2.0  # between two questions while witnesses are awaited; a guess

NEXT = {
    "saved on device": "not sent yet. Nothing is lost: keep the device, and run `outbox` when there is a line.",
    "received": "the centre has it on its disk and signed for it. Keep the device: it is not in the log yet.",
    "sequenced": "it is in the log. Keep the device: the witnesses have not been seen to cosign it yet.",
    "witnessed": "this device has checked that the witnesses hold it. `outbox --forget` may clear it from here.",
}


def submit(
    url: UrlArgument,
    outbox: Annotated[Path, typer.Option("--outbox", help="This device's outbox; made if it does not exist.")],
    key: Annotated[Path, typer.Option("--key", help="This device's private key file (see `keygen`).")],
    *,
    kind: Annotated[str, typer.Option("--type", help="observation (of fire) or record (of something else).")] = (
        "observation"
    ),
    reader: Annotated[str, typer.Option("--reader", help="How its cells are to be read, such as smm.")] = "",
    cell: Annotated[
        list[str] | None, typer.Option("--cell", help="column=value of the row, in its order; repeat it.")
    ] = None,
    field: Annotated[
        list[str] | None, typer.Option("--field", help="name=value that everybody may read for ever; repeat it.")
    ] = None,
    hidden: Annotated[
        list[str] | None,
        typer.Option("--hidden", help="name=value of which the log holds a salted digest; it can be withheld later."),
    ] = None,
    file: Annotated[list[Path] | None, typer.Option("--file", help="A file that belongs to it; repeat it.")] = None,
    sealed: Annotated[
        list[Path] | None, typer.Option("--sealed", help="What `seal` wrote, its .json beside it; repeat it.")
    ] = None,
    policy: PolicyOption = None,
    wait: Annotated[
        float, typer.Option("--wait", min=0, help="Seconds to go on trying, and to wait for witnesses.")
    ] = 0,
) -> None:
    """Write a record, sign it with this device's key, save it here, then send it to the centre.

    It is saved before anything is sent, and can be sent again as often as need be: it lands once. Without a line
    nothing is lost; run `outbox` later. Keep the device until it says witnessed. Words that could harm somebody go
    into --cell or --hidden, never into --field: what is open in the log stays open.
    """
    from trucewatch.ledger.note import read_key
    from trucewatch.ledger.outbox import written
    from trucewatch.ledger.verify import SALT_BYTES

    with refusing():
        files = [_file_of(path) for path in file or []]
        seals = [_seal_of(path) for path in sealed or []]
        brought = [*files, *(data for data, _ in seals)]
        own = {"type": kind, "v": "2", **({"reader": reader} if reader else {}), **dict(_pairs(field, "--field"))}
        submission = written(
            own | ({"sealed": [said for _, said in seals]} if seals else {}),
            _hidden(cell, hidden, file or [], files),
            brought,
            read_key(key),
            lambda fields: os.urandom(SALT_BYTES * fields),
        )
        with _opened(outbox, policy) as box:
            digest = box.save(submission, brought)
            typer.echo(f"  ○ saved on device     {digest}")
            trouble = _carried(url, box, [digest], wait)
            kept = box.kept(digest)
            _explain([kept], trouble, outbox, url, box.policy_origin())
    raise typer.Exit(1 if kept.red else 0)


def outbox(
    url: UrlArgument,
    directory: Annotated[Path, typer.Argument(metavar="DIR", help="The device's outbox.")],
    *,
    wait: Annotated[
        float, typer.Option("--wait", min=0, help="Seconds to go on trying, and to wait for witnesses.")
    ] = 0,
    forget: Annotated[
        bool, typer.Option("--forget", help="Clear words and files of what is proved to be witnessed from this device.")
    ] = False,
    policy: PolicyOption = None,
) -> None:
    """Send what is saved on this device, and show how far each record has come.

    A record counts as witnessed only when this device has checked it: the log's signature, the cosignatures that the
    policy asks for, and the path of hashes from the record to that checkpoint. Until then nothing is deleted. Where a
    centre denies what it signed for, that is said in red, and the signed receipt in DIR is the evidence.
    """
    with refusing():
        if not directory.is_dir():
            raise ValueError(f"{directory}: there is no outbox here; `submit` makes one")
        with _opened(directory, policy) as box:
            trouble = _carried(url, box, box.unfinished(), wait)
            found = [box.kept(digest) for digest in box.digests()]
            _explain(found, trouble, directory, url, box.policy_origin())
            if forget:
                _forget(box, found)
    raise typer.Exit(1 if any(kept.red for kept in found) else 0)


@contextmanager
def _opened(folder: Path, policy: Path | None) -> "Iterator[Outbox]":
    from trucewatch.ledger.outbox import Outbox

    try:
        box = Outbox(folder)
    except BlockingIOError:
        raise ValueError(f"{folder}: another `submit` or `outbox` is working on it; wait until it is done") from None
    with closing(box):
        if policy is not None:
            box.pin(policy.read_bytes(), f"brought by hand: {policy.name}")
        yield box


def _carried(url: str, box: "Outbox", digests: Sequence[str], wait_s: float) -> str:
    """Bring submissions on until they are witnessed or the time is over; return why they could not be sent, if so."""
    from trucewatch.ledger.courier import RefusedError, UnreachedError
    from trucewatch.ledger.door import HttpDoor
    from trucewatch.ledger.ladder import WITNESSED, pause_s

    todo, failures, end = list(digests), 0, time.monotonic() + wait_s
    with HttpDoor(url) as door:
        while True:
            trouble = ""
            try:
                todo = [digest for digest in todo if box.advance(door, digest, now()).state != WITNESSED]
                failures = 0
            except (UnreachedError, RefusedError) as error:
                trouble, failures = str(error), failures + 1
            pause = pause_s(failures, random.random()) if trouble else WAITING_S  # noqa: S311 - it spreads devices out
            if not todo or time.monotonic() + pause > end:
                return trouble
            time.sleep(pause)


def _explain(found: "Sequence[Kept]", trouble: str, folder: Path, url: str, origin: str) -> None:
    from trucewatch.ledger.ladder import LADDER, MARKS, clock

    for kept in found:
        by = ", ".join(f"{c.witness} {clock(datetime.fromtimestamp(c.time, UTC))}" for c in kept.by)
        entry = "" if kept.index is None else f"  entry {kept.index:,}"
        typer.echo(f"  {MARKS[kept.state]} {kept.state:<19} {kept.digest}{entry}{f'  by {by}' if by else ''}")
        if kept.said:
            typer.echo(f"      {kept.said}")
        if kept.red:
            red(f"      {kept.red}")
            red(f"      The evidence is in {folder / kept.digest}: keep this device and show it to both guarantors.")
    for state in LADDER:
        if any(kept.state == state for kept in found):
            typer.echo(f"  {state}: {NEXT[state]}")
    if trouble:
        typer.echo(f"  not done now: {trouble}. Try again: trucewatch outbox {url} {folder}")
    if origin:
        typer.echo(f"  signatures are checked by a policy {origin}")


def _forget(box: "Outbox", found: "Sequence[Kept]") -> None:
    from trucewatch.ledger.ladder import WITNESSED

    clear = [kept for kept in found if kept.state == WITNESSED and not kept.red]
    for kept in clear:
        box.forget(kept.digest)
    typer.echo(f"  cleared from this device: {len(clear)}; their receipts and proofs stay")


def _hidden(
    cell: list[str] | None, hidden: list[str] | None, paths: Sequence[Path], files: Sequence[bytes]
) -> dict[str, Any]:
    import hashlib

    from trucewatch.ledger.commitments import cells

    names = [[path.name, hashlib.sha256(data).hexdigest()] for path, data in zip(paths, files, strict=True)]
    own = {"claimed_time": now().isoformat(timespec="seconds"), **({"file_names": names} if names else {})}
    return {**own, **cells(_pairs(cell, "--cell")), **dict(_pairs(hidden, "--hidden"))}


def _pairs(given: list[str] | None, option: str) -> list[tuple[str, str]]:
    pairs = [(name, value) for name, equals, value in (text.partition("=") for text in given or []) if equals and name]
    if len(pairs) != len(given or []) or len({name for name, _ in pairs}) != len(pairs):
        raise ValueError(f"{option} is name=value, each name once")
    return pairs


def _seal_of(path: Path) -> tuple[bytes, dict[str, Any]]:
    from trucewatch.ledger.seal import read_said

    data = _file_of(path)
    return data, read_said(path.with_name(f"{path.name}.json").read_bytes(), data)


def _file_of(path: Path) -> bytes:
    from trucewatch.ledger.outbox import MOST_FILE_BYTES

    if path.stat().st_size > MOST_FILE_BYTES:
        raise ValueError(f"{path.name}: larger than {MOST_FILE_BYTES >> 20} MiB, which is more than a centre takes")
    return path.read_bytes()
