"""After a fault: was everything kept that was promised? Each broken promise is one line that begins with its kind."""

import hashlib
import shutil
import tempfile
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

from faults.people import LOG, Sent, policy_text
from trucewatch.ledger.book import Book
from trucewatch.ledger.disk import Disk
from trucewatch.ledger.note import verifier_key
from trucewatch.ledger.tlog import root
from trucewatch.ledger.verify import (
    VerificationError,
    parse_checkpoint,
    split_bundle,
    tile_path,
    tile_shapes,
    verify,
)

Promises = Sequence[tuple[Any, ...]]


def entries_of(disk: Disk, log: Path) -> list[bytes]:
    """Return the entries of a log's folder."""
    size = parse_checkpoint(disk.read(log / "checkpoint")).size
    bundles = ((disk.read(log / tile_path(*shape)), shape[2]) for shape in tile_shapes(size) if shape[0] == "entries")
    return [entry for data, width in bundles for entry in split_bundle(data, width)]


def digest_of(parts: Iterable[bytes]) -> bytes:
    """Return one digest of these byte strings in their order."""
    whole = hashlib.sha256()
    for part in parts:
        whole.update(len(part).to_bytes(8, "big"))
        whole.update(part)
    return whole.digest()


_roots: dict[bytes, bytes] = {}


def root_of(entries: Sequence[bytes]) -> bytes:
    """Return the root of these entries; after most cuts it is one of a few, so it is kept."""
    known = digest_of(entries)
    if known not in _roots:
        _roots[known] = root(entries)
    return _roots[known]


class Scratch:
    """A folder of this machine into which a simulated log is laid for `verify`, which reads folders only."""

    def __init__(self) -> None:
        shared = Path("/dev/shm")
        self._folder = Path(tempfile.mkdtemp(dir=shared if shared.is_dir() else None))
        self._known: set[bytes] = set()

    def check(self, disk: Disk, log: Path, *, by_policy: bool = False) -> None:
        """Raise VerificationError unless `verify` accepts the log as it lies on that disk.

        Logs whose every byte was accepted before are known and not checked again: after most cuts it is one of a few.
        """
        files = {name: disk.read(log / name) for name in disk.names(log)}
        whole = digest_of((str(by_policy).encode(), *(part for n, d in files.items() for part in (n.encode(), d))))
        if whole in self._known:
            return
        folder = self._folder / "log"
        shutil.rmtree(folder, ignore_errors=True)
        for name, data in files.items():
            path = folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(data)
        if by_policy:
            verify(folder, policy=policy_text().encode())
        else:
            verify(folder, str(verifier_key(LOG)))
        self._known.add(whole)

    def close(self) -> None:
        """Remove it."""
        shutil.rmtree(self._folder)


def trees_kept(entries: Sequence[bytes], promises: Promises, kinds: frozenset[str]) -> Iterator[str]:
    """Yield a line for each tree that was shown and that this log does not continue: a fork, or a rollback."""
    for kind, *_, size, signed in {promise for promise in promises if promise[0] in kinds}:
        if size > len(entries):
            yield f"rolled back: the tree of {size} entries was {kind}, the log has {len(entries)}"
        elif root_of(entries[:size]) != signed:
            yield f"forked: the tree of {size} entries was {kind} with another root"


def submissions_kept(book: Book, promises: Promises, states: frozenset[str]) -> Iterator[str]:
    """Yield a line for each submission that was acknowledged and is not in one of these states."""
    for digest in dict.fromkeys(promise[1] for promise in promises if promise[0] == "received"):
        try:
            state = book.standing(digest).state
        except (ValueError, LookupError) as error:
            yield f"lost submission: {digest[:8]}: {error}"
            continue
        if state not in states:
            yield f"lost submission: {digest[:8]} is only {state}"


def blobs_kept(disk: Disk, centre: Path, promises: Promises) -> Iterator[str]:
    """Yield a line for each file that was acknowledged and is not there as it was."""
    for digest in dict.fromkeys(promise[1] for promise in promises if promise[0] == "blob"):
        places = [centre / "ledger" / "blobs" / digest, centre / "blobs-in" / digest]
        found = [disk.read(place) for place in places if disk.exists(place)]
        if not found or any(hashlib.sha256(data).hexdigest() != digest for data in found):
            yield f"lost blob: {digest[:8]}"


def once(entries: Sequence[bytes], sent: Iterable[Sent], least: int) -> Iterator[str]:
    """Yield a line for each submission that stands in the log twice, or less often than that."""
    counted = Counter(entries)
    for entry in {one.submission.entry for one in sent}:
        if not least <= counted[entry] <= 1:
            yield f"not once: an entry stands {counted[entry]} times in the log"


def accepted(scratch: Scratch, disk: Disk, log: Path, *, by_policy: bool = False) -> Iterator[str]:
    """Yield a line where `verify` refuses the log."""
    try:
        scratch.check(disk, log, by_policy=by_policy)
    except VerificationError as error:
        yield f"refused by verify: {log}: {error}"


def mirror_kept(scratch: Scratch, disk: Disk, name: str, log: Path, promises: Promises) -> Iterator[str]:
    """Yield a line for what a mirror cosigned and does not have, or for its copy if it is no log."""
    mine = [promise for promise in promises if promise[:2] == ("cosigned", name)]
    if not disk.exists(log / "checkpoint"):
        yield from (f"lost at mirror: {promise[2]} entries were cosigned by {name}" for promise in mine)
        return
    yield from (f"mirror {name}: {line}" for line in trees_kept(entries_of(disk, log), mine, frozenset({"cosigned"})))
    yield from (f"mirror {name}: {line}" for line in accepted(scratch, disk, log))
