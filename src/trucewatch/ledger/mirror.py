"""A mirror: a second copy of a log in other hands, which cosigns a tree only once all of it is on its own disk.

Of the log's words it believes its key and nothing else: bundles, disclosures and evidence are fetched, every hash is
worked out anew from them, and what was written is read back, before the tree is called its own. The store is the folder
of a log (docs/ledger.md, section 1): `verify` accepts it, and another mirror can take it as its source.

The order of writing keeps two promises across any crash. What is cosigned is there: the files come first. No two trees
are cosigned that exclude each other: the checkpoint is durable before the first cosignature of it is made, and the next
tree has to continue it (C2SP tlog-witness, "the witness MUST persist the new checkpoint before responding").
"""

from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Self

from trucewatch.ledger import edge as edges
from trucewatch.ledger.commitments import disclosure_files
from trucewatch.ledger.copies import fields_of, is_ours, kept_disclosures, named_blobs, up_to
from trucewatch.ledger.disk import Disk, RealDisk
from trucewatch.ledger.edge import EMPTY, Edge
from trucewatch.ledger.heads import (
    MOST_BUNDLE_BYTES,
    ForkedError,
    check_keys,
    clear,
    compare,
    cosigned,
    is_sha256,
    joined,
    keep_proof,
    note_of,
    proof_folder,
    read_head,
    read_own,
    refute,
    remove,
    suspect,
)
from trucewatch.ledger.note import Key
from trucewatch.ledger.proof import Tree, from_tiles
from trucewatch.ledger.sources import MOST_BLOB_BYTES, Source, UnreachableError
from trucewatch.ledger.verify import (
    MOST_DISCLOSED_BYTES,
    MOST_TEXT_BYTES,
    TILE_WIDTH,
    Checkpoint,
    Policy,
    VerificationError,
    commitments_of,
    disclosures_path,
    leaf_hash,
    parse_disclosures,
    parse_entry,
    parse_policy,
    split_bundle,
    tile_path,
    tile_shapes,
)

Clock = Callable[[], int]  # seconds since 1970
_TRIES = 3  # a log that goes on while it is read removes partial tiles; then its new checkpoint is asked for


@dataclass(frozen=True, slots=True, kw_only=True)
class Followed:
    """What one step did.

    `checkpoint` is the newest that this copy holds in full, `entries` and `files` count what came with this step.
    `behind` is how many entries fewer the source showed than this copy holds: an older, consistent view, no proof.
    """

    checkpoint: Checkpoint
    entries: int = 0
    files: int = 0
    behind: int = 0


def follow(
    source: Source, store: Path, policy: Policy, keys: Sequence[Key], clock: Clock, *, disk: Disk | None = None
) -> Followed:
    """Bring the copy in `store` up to the source's newest tree, and cosign it; see `Mirror.follow`."""
    with Mirror(store, policy, keys, disk=disk) as mirror:
        return mirror.follow(source, clock)


class Mirror:
    """The copy of one log in one folder, held alone; a context manager.

    Beside the folder lie a lock, `STORE.lock`, and, if the log was caught, the proof, `STORE.equivocation/`: as long as
    that is there the copy goes on, and nothing more is cosigned. `STORE.suspects/` has signed heads that no tree came
    with: the log has to grow into them, or is caught.
    """

    def __init__(self, store: Path, policy: Policy, keys: Sequence[Key], *, disk: Disk | None = None) -> None:
        """Open the store, put right what a crash left half done, and work out its root anew.

        Raises:
            VerificationError: where the store is damaged.
            ValueError: where a key is none of the policy's, or the folder holds something else than a log.
            OSError: where the disk refuses, or another process works in the store.

        """
        check_keys(policy, keys)
        self._store, self._policy, self._keys = store, policy, tuple(keys)
        self._disk = RealDisk() if disk is None else disk
        self._head: Checkpoint | None = None
        self._edge = EMPTY
        self._named: set[bytes] = set()  # digests of the files that its entries bring
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
        """The newest tree that this copy holds in full; None before the first."""
        return self._head

    @property
    def accuses(self) -> bool:
        """Whether a proof lies beside the store that the log was forked."""
        return bool(self._disk.names(proof_folder(self._store)))

    def first_entry(self) -> bytes | None:
        """Return the first entry of the copy, by custom the log's charter."""
        if self._head is None:
            return None
        width = min(TILE_WIDTH, self._head.size)
        return split_bundle(self._read(tile_path("entries", 0, width)), width)[0]

    def follow(self, source: Source, clock: Clock) -> Followed:
        """Copy what the source has more, check all of it, and cosign the new tree.

        `clock` is asked for the time of the cosignature, in seconds since 1970. After any error the copy is as before.

        Raises:
            ForkedError: where the log signed two histories; the proof lies beside the store by then.
            VerificationError: where the source shows what its checkpoint does not sign, or withholds what it signs.
            UnreachableError: where the source cannot be asked; OSError: where this disk refuses.

        """
        asked: Checkpoint | None = None
        for left in reversed(range(_TRIES)):
            head = self._ask_head(source)
            if asked is not None and head.text == asked.text:
                left = 0  # noqa: PLW2901 - it has not moved: what is missing stays missing
            asked = head
            try:
                return self._step(source, head, clock)
            except FileNotFoundError as missing:
                self._clean()
                if not left:
                    what = f"{source} signs {head.size} entries and does not give {missing.filename}"
                    raise self._caught(source, head, VerificationError(what)) from None
            except ForkedError as forked:
                self._clean()
                keep_proof(self._disk, self._store, forked)
                raise
            except VerificationError:
                self._clean()
                suspect(self._disk, self._store, head)
                raise
            except (ValueError, OSError):
                with suppress(OSError):
                    self._clean()
                raise
        raise AssertionError  # the last try returns or raises

    def _caught(self, source: Source, head: Checkpoint, missing: VerificationError) -> VerificationError:
        """Return the proof of a fork if what a source does give is enough for one, else what it does not give."""
        try:
            refute(self._head, head, source, self._policy.log)
        except ForkedError as forked:
            keep_proof(self._disk, self._store, forked)
            return forked
        except (VerificationError, OSError):
            suspect(self._disk, self._store, head)
            return missing

    # --- one step ---------------------------------------------------------------------------------

    def _ask_head(self, source: Source) -> Checkpoint:
        try:
            return read_head(source.fetch("checkpoint", MOST_TEXT_BYTES), self._policy)
        except FileNotFoundError:
            raise UnreachableError(f"{source}: no checkpoint there") from None

    def _step(self, source: Source, head: Checkpoint, clock: Clock) -> Followed:
        own = self._head
        if own is not None and head.size <= own.size:
            compare(head, own, self._own_tree, self._policy.log)
            if head.size == own.size:
                self._sign(joined(self._policy, own, head), clock)
            return Followed(checkpoint=self._head or own, behind=own.size - head.size)
        policy = source.fetch("policy", MOST_TEXT_BYTES)
        if parse_policy(policy) != self._policy:
            raise VerificationError(f"{source} ships another policy than the one that you trust")
        self._take_entries(source, head)
        edge, files = self._take_rest(source, head)
        self._put("policy", policy)
        return self._adopt(head, edge, files, clock)

    def _take_entries(self, source: Source, head: Checkpoint) -> None:
        """Copy the new bundles, when their entries are sound and give the root that was signed."""
        edge = self._edge
        for first, stop in edges.runs(edge.size, head.size):
            start = first - first % TILE_WIDTH
            path = tile_path("entries", first // TILE_WIDTH, stop - start)
            bundle = source.fetch(path, MOST_BUNDLE_BYTES)
            entries = split_bundle(bundle, stop - start)
            leaves = [leaf_hash(entry) for entry in entries]
            if start < first and tuple(leaves[: first - start]) != edge.rows[0]:
                refute(self._head, head, source, self._policy.log)
            for at, entry in enumerate(entries[first - start :], start=first):
                self._check_entry(at, entry)
            edge, _ = edges.extended(edge, leaves[first - start :])
            self._put(path, bundle)
        if edges.root(edge) != head.root:
            refute(self._head, head, source, self._policy.log)

    def _check_entry(self, at: int, data: bytes) -> None:
        try:
            named_blobs(parse_entry(data).fields)
        except VerificationError as error:
            raise VerificationError(f"entry {at}: {error}") from None

    def _take_rest(self, source: Source, head: Checkpoint) -> tuple[Edge, set[bytes]]:
        """Copy disclosures and evidence of the new entries, and write the tiles, all from what this disk gives back.

        Returns the new edge and the digests of the files that the new entries bring.
        """
        edge, named = self._edge, set[bytes]()
        for first, stop in edges.runs(edge.size, head.size):
            start = first - first % TILE_WIDTH
            bundle = self._read(tile_path("entries", first // TILE_WIDTH, stop - start))
            entries = split_bundle(bundle, stop - start)[first - start :]
            edge, full = edges.extended(edge, [leaf_hash(entry) for entry in entries])
            new = {at: fields_of(entry) for at, entry in enumerate(entries, start=first)}
            self._take_disclosures(source, first, new)
            for fields in new.values():
                for digest in named_blobs(fields):
                    self._take_blob(source, digest, named)
            for path, tile in full.items():
                self._put(path, tile)
        if edges.root(edge) != head.root:
            raise OSError("the disk does not give back the entries that were written to it")
        for path, tile in edges.partial(edge).items():
            self._put(path, tile)
        return edge, named

    def _take_disclosures(self, source: Source, first: int, new: Mapping[int, Mapping[str, object]]) -> None:
        if not any(commitments_of(dict(fields)) for fields in new.values()):
            return
        index = first // TILE_WIDTH
        path = disclosures_path(index)
        # A log may have grown since its checkpoint was read: what it says of later entries is left for later.
        shown = parse_disclosures(source.fetch(path, MOST_DISCLOSED_BYTES), index * TILE_WIDTH, TILE_WIDTH)
        kept = self._own_disclosures(index, first)
        for at, fields in new.items():
            try:
                kept[at] = kept_disclosures(fields, shown.get(at, ()), frozenset())
            except VerificationError as error:
                raise VerificationError(f"{path!a}: entry {at}: {error}") from None
        for name, data in disclosure_files(kept).items():
            self._put(name, data)

    def _own_disclosures(self, index: int, size: int) -> dict[int, Sequence[str]]:
        path = disclosures_path(index)
        if not self._disk.exists(self._store / path):
            return {}
        lines = parse_disclosures(self._read(path), index * TILE_WIDTH, TILE_WIDTH)
        return {at: lines[at] for at in lines if at < size}

    def _take_blob(self, source: Source, digest: str, named: set[bytes]) -> None:
        if bytes.fromhex(digest) in self._named or bytes.fromhex(digest) in named:
            return
        path = f"blobs/{digest}"
        data = source.fetch(path, MOST_BLOB_BYTES)
        if not is_sha256(data, digest):
            raise VerificationError(f"{source} gives a file whose SHA-256 is not its name: {digest}")
        self._put(path, data)
        named.add(bytes.fromhex(digest))

    def _adopt(self, head: Checkpoint, edge: Edge, named: set[bytes], clock: Clock) -> Followed:
        before = self._edge.size
        # From here on this tree is what every later one has to continue: durable, before anything is cosigned.
        self._put("checkpoint", note_of(head))
        self._head, self._edge = head, edge
        self._named |= named
        clear(self._disk, self._store, head, self._own_tree, self._policy)
        remove(self._disk, self._store, _partial_paths(before) - _partial_paths(edge.size))
        self._sign(head, clock)
        return Followed(checkpoint=self._head, entries=edge.size - before, files=len(named))

    def _sign(self, head: Checkpoint, clock: Clock) -> None:
        """Write the checkpoint with the cosignatures of others and, while the log is not caught, our own."""
        signed = head if self.accuses else cosigned(self._policy, head, self._keys, clock())
        if signed != self._head:
            self._put("checkpoint", note_of(signed))
            self._head = signed

    # --- the store --------------------------------------------------------------------------------

    def _read(self, path: str) -> bytes:
        return self._disk.read(self._store / path)

    def _put(self, path: str, data: bytes) -> None:
        self._disk.write(self._store / path, data)
        if self._read(path) != data:
            raise OSError(f"the disk does not give back what was written: {path}")

    def _is_loose(self, path: str) -> bool:
        folder, _, digest = path.partition("/")
        return is_ours(path) and not (folder == "blobs" and bytes.fromhex(digest) in self._named)

    def _own_tree(self) -> Tree:
        return from_tiles(self._read, self._edge.size)

    def _open(self) -> None:
        self._disk.settle(self._store)
        found = self._disk.names(self._store)
        if "checkpoint" in found:
            self._head = read_own(self._read("checkpoint"), self._policy)
            self._replay(self._head)
        elif not all(map(is_ours, found)):
            raise ValueError(f"{self._store}: the folder holds something else than the copy of a log")
        self._clean()

    def _replay(self, head: Checkpoint) -> None:
        """Work out the root from the stored entries; write anew each tile of hashes that is not as they say."""
        edge = EMPTY
        try:
            for first, stop in edges.runs(0, head.size):
                entries = split_bundle(
                    self._read(tile_path("entries", first // TILE_WIDTH, stop - first)), stop - first
                )
                edge, full = edges.extended(edge, [leaf_hash(entry) for entry in entries])
                self._mend(full)
                for entry in entries:
                    if b'"blobs":["' in entry:
                        self._named.update(map(bytes.fromhex, named_blobs(fields_of(entry))))
        except FileNotFoundError as missing:
            raise VerificationError(f"{self._store} is damaged, {missing.filename} is missing: copy anew") from None
        if edges.root(edge) != head.root:
            raise VerificationError(f"{self._store} is damaged, its entries do not give the root: copy anew")
        self._mend(edges.partial(edge))
        self._edge = edge

    def _mend(self, tiles: Mapping[str, bytes]) -> None:
        for path, tile in tiles.items():
            if not self._disk.exists(self._store / path) or self._read(path) != tile:
                self._put(path, tile)

    def _clean(self) -> None:
        """Remove what a step that was cut short left: files of a larger tree, or of a smaller one."""
        size = self._edge.size
        wanted = {"checkpoint", "policy", *(tile_path(*shape) for shape in tile_shapes(size))}
        wanted.update(disclosures_path(index) for index in range(-(-size // TILE_WIDTH)))
        found = self._disk.names(self._store)
        remove(self._disk, self._store, [path for path in found if path not in wanted and self._is_loose(path)])
        last = disclosures_path(max(0, size - 1) // TILE_WIDTH)
        if size % TILE_WIDTH and self._disk.exists(self._store / last):
            data = self._read(last)
            trimmed = up_to(data, size // TILE_WIDTH, size)
            if not trimmed:
                remove(self._disk, self._store, [last])
            elif trimmed != data:
                self._put(last, trimmed)


def _partial_paths(size: int) -> set[str]:
    return {tile_path(*shape) for shape in tile_shapes(size) if shape[2] != TILE_WIDTH}
