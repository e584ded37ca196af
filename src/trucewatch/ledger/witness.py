"""A witness: it keeps no entries, only hashes, and says with its cosignature that a tree continues all it has seen.

It asks several sources for their newest checkpoint (the centre, each guarantor's mirror) and holds each against what it
knows. Every leaf hash is fetched once and kept, 32 bytes an entry, so that later any two trees are compared, and a
fraud is proved, without asking anybody again: who forks a log will not help to prove it.

C2SP tlog-witness over HTTP is `add_checkpoint`; there the proof comes with the checkpoint, and the hashes later.
"""

import base64
import re
import threading
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from types import TracebackType
from typing import Self

from trucewatch.ledger import edge as edges
from trucewatch.ledger.disk import Disk, RealDisk
from trucewatch.ledger.edge import EMPTY, Edge
from trucewatch.ledger.heads import (
    MOST_BUNDLE_BYTES,
    ForkedError,
    check_keys,
    clear,
    compare,
    cosigned,
    joined,
    keep_proof,
    lines_of,
    note_of,
    proof_folder,
    read_head,
    read_own,
    refute,
    remove,
    suspect,
)
from trucewatch.ledger.mirror import Clock
from trucewatch.ledger.note import Key, verifier_key
from trucewatch.ledger.proof import from_tiles
from trucewatch.ledger.sources import Source, UnreachableError
from trucewatch.ledger.verify import (
    HASH_BYTES,
    MOST_TEXT_BYTES,
    TILE_WIDTH,
    Checkpoint,
    Policy,
    VerificationError,
    check_consistency,
    check_signature,
    is_by,
    leaf_hash,
    parse_checkpoint,
    split_bundle,
    tile_path,
    tile_shapes,
)

MOST_REQUEST_BYTES = MOST_TEXT_BYTES + 64 * 45  # a checkpoint and at most 63 lines of proof
_REQUEST = re.compile(rb"old (0|[1-9][0-9]{0,17})\n((?:[A-Za-z0-9+/]{43}=\n){0,63})\n(.*)", re.DOTALL)
_TRIES = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """What one source showed: a tree of `size` entries, `new` to the witness or `behind` by so many."""

    size: int
    new: bool = False
    behind: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """An HTTP answer of `add-checkpoint`."""

    status: int
    body: bytes
    kind: str = "text/plain; charset=utf-8"


class _MovedError(Exception):
    """Another thread took a newer checkpoint meanwhile; what was compared is compared anew."""


class Witness:
    """What one witness knows of one log, in a folder that it holds alone; a context manager, safe for threads.

    The folder holds `checkpoint`, the newest tree seen, and `tile/`, hashes without entries. Beside it lie a lock and,
    once the log was caught, the proof, `STORE.equivocation/`; as long as that is there nothing more is cosigned.
    `STORE.suspects/` has signed heads that no tree came with: the log has to grow into them, or is caught.
    """

    def __init__(self, store: Path, policy: Policy, keys: Sequence[Key], *, disk: Disk | None = None) -> None:
        """Open the store.

        Raises:
            VerificationError: where its checkpoint is not one of the policy's log.
            ValueError: where a key is none of the policy's.
            OSError: where the disk refuses, or another process works in the store.

        """
        check_keys(policy, keys)
        self._store, self._policy, self._keys = store, policy, tuple(keys)
        self._disk = RealDisk() if disk is None else disk
        self._head: Checkpoint | None = None
        self._edge = EMPTY
        self._lock = threading.Lock()  # held while the newest checkpoint is compared and replaced, never while waiting
        self._release = self._disk.hold(store.with_name(f"{store.name}.lock"))
        try:
            self._open()
        except BaseException:
            self._release()
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()

    def close(self) -> None:
        """Let go of the store."""
        self._release()

    @property
    def head(self) -> Checkpoint | None:
        """The newest tree seen; None before the first."""
        return self._head

    @property
    def policy(self) -> Policy:
        """The policy under which it works."""
        return self._policy

    @property
    def accuses(self) -> bool:
        """Whether a proof lies beside the store that the log was forked."""
        return bool(self._disk.names(proof_folder(self._store)))

    # --- looking at sources -------------------------------------------------------------------------

    def look(self, source: Source) -> Seen:
        """Hold what a source shows against all that was seen before, and remember it if it is newer.

        Raises:
            ForkedError: where the log signed two histories; the proof lies beside the store by then.
            VerificationError: where the source does not show the tree that its checkpoint speaks of.
            UnreachableError: where the source cannot be asked; OSError: where this disk refuses.

        """
        missing = ""
        for _ in range(_TRIES):
            try:
                shown = read_head(source.fetch("checkpoint", MOST_TEXT_BYTES), self._policy)
            except FileNotFoundError:
                raise UnreachableError(f"{source}: no checkpoint there") from None
            try:
                return self._hold(source, shown)
            except ForkedError as forked:
                keep_proof(self._disk, self._store, forked)
                raise
            except VerificationError:
                suspect(self._disk, self._store, shown)
                raise
            except _MovedError:
                continue
            except FileNotFoundError as gone:
                missing = str(gone.filename)
        try:
            refute(self._head, shown, source, self._policy.log)
        except ForkedError as forked:
            keep_proof(self._disk, self._store, forked)
            raise
        except (VerificationError, OSError):
            if read_head(source.fetch("checkpoint", MOST_TEXT_BYTES), self._policy).text != shown.text:  # see `Mirror`
                raise UnreachableError(f"{source}: goes on faster than it can be read from here; ask again") from None
            suspect(self._disk, self._store, shown)
            what = f"{source} signs {shown.size} entries and does not give {missing or 'their hashes'}"
            raise VerificationError(what) from None

    def _hold(self, source: Source, shown: Checkpoint) -> Seen:
        with self._lock:
            own, edge = self._head, self._edge
        if own is None or shown.size > own.size or (shown.size == own.size > edge.size and shown.root == own.root):
            self._learn(source, shown, own, edge)
            return Seen(size=shown.size, new=own is None or shown.size > own.size)
        if shown.size < own.size != edge.size:
            raise VerificationError(f"{source}: {shown.size} entries cannot be held against {own.size} yet")
        compare(shown, own, lambda: from_tiles(self._read, own.size), self._policy.log)
        if shown.size == own.size:
            self._keep(own, joined(self._policy, own, shown))
        return Seen(size=shown.size, behind=own.size - shown.size)

    def _learn(self, source: Source, shown: Checkpoint, own: Checkpoint | None, edge: Edge) -> None:
        """Fetch the new leaf hashes and make the tree the newest, when it continues the newest so far."""
        try:
            new = self._extend(source, shown, own, edge)
        except (ValueError, OSError):
            with suppress(OSError):
                self._clean()
            raise
        self._keep(own, shown if own is None or shown.size > own.size else joined(self._policy, own, shown))
        self._edge = new
        self._clean()
        clear(self._disk, self._store, shown, lambda: from_tiles(self._read, shown.size), self._policy)

    def _extend(self, source: Source, shown: Checkpoint, own: Checkpoint | None, edge: Edge) -> Edge:
        for first, stop in edges.runs(edge.size, shown.size):
            leaves = self._leaves(source, first, stop)
            start = first - first % TILE_WIDTH
            if start < first and leaves[: first - start] != edge.rows[0]:
                refute(own, shown, source, self._policy.log)
            # the newest tree so far may end within this tile, and is met on the way
            met = own.size if own is not None and first < own.size < stop else first
            for at, upto in ((first, met), (met, stop)):
                edge, full = edges.extended(edge, leaves[at - start : upto - start])
                for path, tile in full.items():
                    self._put(path, tile)
                if own is not None and edge.size == own.size and edges.root(edge) != own.root:
                    refute(own, shown, source, self._policy.log)
        if edges.root(edge) != shown.root:
            refute(own, shown, source, self._policy.log)
        for path, tile in edges.partial(edge).items():
            self._put(path, tile)
        return edge

    def _leaves(self, source: Source, first: int, stop: int) -> tuple[bytes, ...]:
        index = first // TILE_WIDTH
        width = stop - index * TILE_WIDTH
        try:
            return edges.hashes(source.fetch(tile_path(0, index, width), TILE_WIDTH * HASH_BYTES), width)
        except FileNotFoundError:
            # whoever shows entries and hides their hashes has shown the tree all the same
            bundle = source.fetch(tile_path("entries", index, width), MOST_BUNDLE_BYTES)
            return tuple(leaf_hash(entry) for entry in split_bundle(bundle, width))

    def charter(self, source: Source) -> bytes | None:
        """Return the log's first entry, from a source, if it is the one whose hash is known; None where it is not."""
        with self._lock:
            head, edge = self._head, self._edge
        if head is None or not edge.size:
            return None
        # the bundle that goes with the source's own checkpoint, which may be another than ours
        shown = read_head(source.fetch("checkpoint", MOST_TEXT_BYTES), self._policy)
        width = min(TILE_WIDTH, shown.size)
        entry = split_bundle(source.fetch(tile_path("entries", 0, width), MOST_BUNDLE_BYTES), width)[0]
        known = self._read(tile_path(0, 0, min(TILE_WIDTH, edge.size)))[:HASH_BYTES]
        return entry if leaf_hash(entry) == known else None

    # --- cosigning ----------------------------------------------------------------------------------

    def cosign(self, clock: Clock) -> Checkpoint | None:
        """Return the newest checkpoint with our cosignatures; None where there is none or the log was caught.

        It was durable before: no crash lets an older or another tree be cosigned after it. `clock` gives the seconds
        since 1970.
        """
        with self._lock:
            if self._head is None or self.accuses:
                return None
            self._write(cosigned(self._policy, self._head, self._keys, clock()))
            return self._head

    def add_checkpoint(self, body: bytes, clock: Clock) -> Answer:
        """Answer a request `add-checkpoint` of C2SP tlog-witness: our cosignature lines, or why there are none."""
        request = _REQUEST.fullmatch(body)
        if not request:
            return Answer(status=400, body=b"not an old size, a proof, an empty line and a checkpoint\n")
        try:
            shown = parse_checkpoint(request[3])
        except VerificationError as error:
            return Answer(status=400, body=f"{error}\n".encode())
        if shown.origin != self._policy.log.name:
            return Answer(status=404, body=b"this witness does not know that log\n")
        try:
            shown = _by_log(shown, self._policy)
            proof = tuple(base64.b64decode(line, validate=True) for line in request[2].split())
        except ValueError as error:
            return Answer(status=403, body=f"{error}\n".encode())
        with self._lock:
            return self._add(int(request[1]), proof, shown, clock)

    def _add(self, old: int, proof: tuple[bytes, ...], shown: Checkpoint, clock: Clock) -> Answer:
        own = self._head
        if old > shown.size:
            return Answer(status=400, body=b"the old size is larger than the checkpoint's\n")
        if old != (own.size if own else 0):
            return Answer(status=409, body=f"{own.size if own else 0}\n".encode(), kind="text/x.tlog.size")
        if shown.size == 0:
            return Answer(status=422, body=b"an empty tree is not cosigned here\n")
        try:
            self._check_continues(own, shown, proof)
        except VerificationError as error:
            return Answer(status=422, body=f"{error}\n".encode())
        if self.accuses:
            return Answer(status=403, body=b"this log signed two histories: nothing of it is cosigned any more\n")
        self._write(shown if own is None or own.text != shown.text else joined(self._policy, own, shown))
        self._write(cosigned(self._policy, self._head or shown, self._keys, clock()))
        return Answer(status=200, body=self._own_lines())

    def _check_continues(self, own: Checkpoint | None, shown: Checkpoint, proof: tuple[bytes, ...]) -> None:
        if own is None:
            if proof:
                raise VerificationError("nothing has to be proved of a first tree")
            return
        if own.size == shown.size:
            try:
                compare(own, shown, lambda: from_tiles(self._read, own.size), self._policy.log)
            except ForkedError as forked:
                keep_proof(self._disk, self._store, forked)
                raise
        check_consistency(own.size, own.root, shown.size, shown.root, proof)

    def _own_lines(self) -> bytes:
        lines = self._head.signatures[1:] if self._head else ()
        return lines_of([line for line in lines if any(is_by(line, verifier_key(key)) for key in self._keys)])

    # --- the store ----------------------------------------------------------------------------------

    def _keep(self, before: Checkpoint | None, head: Checkpoint) -> None:
        with self._lock:
            if self._head is not before:
                raise _MovedError
            self._write(head)

    def _write(self, head: Checkpoint) -> None:
        if head != self._head:
            self._put("checkpoint", note_of(head))
            self._head = head

    def _read(self, path: str) -> bytes:
        return self._disk.read(self._store / path)

    def _put(self, path: str, data: bytes) -> None:
        self._disk.write(self._store / path, data)
        if self._read(path) != data:
            raise OSError(f"the disk does not give back what was written: {path}")

    def _open(self) -> None:
        self._disk.settle(self._store)
        if self._disk.exists(self._store / "checkpoint"):
            self._head = read_own(self._read("checkpoint"), self._policy)
            # Hashes that came with no checkpoint, or were lost, are fetched again: what counts is the checkpoint.
            with suppress(FileNotFoundError, VerificationError):
                edge = edges.read(self._head.size, self._read)
                self._edge = edge if edges.root(edge) == self._head.root else EMPTY
        elif any(not path.startswith("tile/") for path in self._disk.names(self._store)):
            raise ValueError(f"{self._store}: the folder holds something else than a witness's hashes")
        self._clean()

    def _clean(self) -> None:
        wanted = {tile_path(*shape) for shape in tile_shapes(self._edge.size)}
        found = self._disk.names(self._store / "tile")
        remove(self._disk, self._store, [f"tile/{path}" for path in found if f"tile/{path}" not in wanted])


def _by_log(shown: Checkpoint, policy: Policy) -> Checkpoint:
    """Return the checkpoint with the log's line first and those of the policy's witnesses that verify, no others.

    tlog-witness: signatures by unknown keys are ignored, wherever they stand.
    """
    lines = [line for line in shown.signatures if is_by(line, policy.log)]
    others = (line for line in shown.signatures if not is_by(line, policy.log))
    if len(lines) != 1:
        raise VerificationError("it is not signed once by the log's key")
    first = replace(shown, signatures=(lines[0], *others))
    check_signature(first, policy.log)
    return joined(policy, first)
