"""A mirror: a second copy of a log in other hands, which cosigns a tree only once all of it is on its own disk.

Of the log's words it believes its key and nothing else: bundles, disclosures and evidence are fetched, every hash is
worked out anew from them, and what was written is read back, before the tree is called its own. The store is the folder
of a log (docs/ledger.md, section 1): `verify` accepts it, and another mirror can take it as its source.

The order of writing keeps two promises across any crash. What is cosigned is there: the files come first. No two trees
are cosigned that exclude each other: the checkpoint is durable before the first cosignature of it is made, and the next
tree has to continue it (C2SP tlog-witness, "the witness MUST persist the new checkpoint before responding").
"""

import hashlib
from collections.abc import Callable, Collection, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from trucewatch.ledger import edge as edges
from trucewatch.ledger.copies import (
    fields_of,
    is_ours,
    is_stamp,
    kept_disclosures,
    may_be_ruled,
    named_blobs,
    ruled,
)
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
    suspect,
)
from trucewatch.ledger.holding import Holding
from trucewatch.ledger.note import Key
from trucewatch.ledger.sources import MOST_BLOB_BYTES, FolderSource, Source, UnreachableError
from trucewatch.ledger.verify import (
    MOST_DISCLOSED_BYTES,
    MOST_TEXT_BYTES,
    TILE_WIDTH,
    Checkpoint,
    Policy,
    Rules,
    VerificationError,
    commitments_of,
    disclosures_path,
    is_ruled,
    leaf_hash,
    parse_disclosures,
    parse_entry,
    parse_policy,
    split_bundle,
    tile_path,
)

Clock = Callable[[], int]  # seconds since 1970
MOST_STAMP_BYTES = 65_536  # as at the centre (`stamps`)
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


@dataclass(slots=True, kw_only=True)
class _New:
    """What came with a larger tree: where acts, and what the staff says, stand; the first entry of each author; files.

    `named` are the digests of its files.
    """

    acts: list[int] = field(default_factory=list)
    authors: dict[str, int] = field(default_factory=dict)
    named: set[bytes] = field(default_factory=set)


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
        self._copy = Holding(store, self._disk)
        self._head: Checkpoint | None = None
        self._edge = EMPTY
        self._rules: Rules | None = None
        self._named: set[bytes] = set()  # digests of the files that its entries bring, but for those erased
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
        return self._copy.bundle(0, self._head.size)[0]

    def follow(self, source: Source, clock: Clock) -> Followed:
        """Copy what the source has more, check all of it, and cosign the new tree.

        `clock` is asked for the time of the cosignature, in seconds since 1970. After any error the copy is as before.

        Raises:
            ForkedError: where the log signed two histories; the proof lies beside the store by then.
            VerificationError: where the source shows what its checkpoint does not sign, or withholds what it signs.
            UnreachableError: where the source cannot be asked; OSError: where this disk refuses.

        """
        before = self._head
        followed = self._followed(source, clock)
        self._take_stamps(source, before if followed.entries else None)
        return followed

    def _followed(self, source: Source, clock: Clock) -> Followed:
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
                    raise self._caught(source, head, what) from None
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

    def _caught(self, source: Source, head: Checkpoint, missing: str) -> VerificationError | UnreachableError:
        """Return the proof of a fork if what a source does give is enough for one, else what it does not give.

        A log that has gone on meanwhile withholds nothing: what was asked for has given way to newer, and this
        machine was too slow, or busy. Who goes on for ever so that nobody can follow turns red by the heartbeat.
        """
        try:
            refute(self._head, head, source, self._policy.log)
        except ForkedError as forked:
            keep_proof(self._disk, self._store, forked)
            return forked
        except (VerificationError, OSError):
            if self._ask_head(source).text != head.text:
                return UnreachableError(f"{source}: goes on faster than it can be copied from here; ask again")
            suspect(self._disk, self._store, head)
            return VerificationError(missing)

    # --- one step ---------------------------------------------------------------------------------

    def _ask_head(self, source: Source) -> Checkpoint:
        try:
            return read_head(source.fetch("checkpoint", MOST_TEXT_BYTES), self._policy)
        except FileNotFoundError:
            raise UnreachableError(f"{source}: no checkpoint there") from None

    def _step(self, source: Source, head: Checkpoint, clock: Clock) -> Followed:
        own = self._head
        if own is not None and head.size <= own.size:
            compare(head, own, lambda: self._copy.tree(own.size), self._policy.log)
            if head.size == own.size:
                self._sign(joined(self._policy, own, head), clock)
            return Followed(checkpoint=self._head or own, behind=own.size - head.size)
        policy = source.fetch("policy", MOST_TEXT_BYTES)
        if parse_policy(policy) != self._policy:
            raise VerificationError(f"{source} ships another policy than the one that you trust")
        new = self._take_entries(source, head)
        rules = ruled(self._rules, head.origin, new.acts, new.authors, self._copy.entries_at(head.size))
        if rules is not None and parse_policy(rules.policy.encode()) != self._policy:
            raise VerificationError(f"{source} ships another policy than that of the log's charter and its acts")
        edge = self._take_rest(source, head, new, rules)
        self._copy.put("policy", policy)
        return self._adopt(head, edge, new, rules, clock)

    def _take_entries(self, source: Source, head: Checkpoint) -> _New:
        """Copy the new bundles, when their entries are sound and give the root that was signed."""
        edge, new = self._edge, _New()
        for first, stop in edges.runs(edge.size, head.size):
            start = first - first % TILE_WIDTH
            path = tile_path("entries", first // TILE_WIDTH, stop - start)
            bundle = source.fetch(path, MOST_BUNDLE_BYTES)
            entries = split_bundle(bundle, stop - start)
            leaves = [leaf_hash(entry) for entry in entries]
            if start < first and tuple(leaves[: first - start]) != edge.rows[0]:
                refute(self._head, head, source, self._policy.log)
            for at, entry in enumerate(entries[first - start :], start=first):
                _check_entry(at, entry, new)
            edge, _ = edges.extended(edge, leaves[first - start :])
            self._copy.put(path, bundle)
        if edges.root(edge) != head.root:
            refute(self._head, head, source, self._policy.log)
        return new

    def _take_rest(self, source: Source, head: Checkpoint, new: _New, rules: Rules | None) -> Edge:
        """Copy disclosures and evidence of the new entries, and write the tiles, all from what this disk gives back."""
        edge = self._edge
        for first, stop in edges.runs(edge.size, head.size):
            start = first - first % TILE_WIDTH
            entries = self._copy.bundle(first // TILE_WIDTH, stop)[first - start :]
            edge, full = edges.extended(edge, [leaf_hash(entry) for entry in entries])
            came = {at: fields_of(entry) for at, entry in enumerate(entries, start=first)}
            self._take_disclosures(source, first, came, rules)
            for fields in came.values():
                for digest in named_blobs(fields):
                    self._take_blob(source, digest, new.named, rules.erased_blobs if rules else ())
            for path, tile in full.items():
                self._copy.put(path, tile)
        if edges.root(edge) != head.root:
            raise OSError("the disk does not give back the entries that were written to it")
        for path, tile in edges.partial(edge).items():
            self._copy.put(path, tile)
        return edge

    def _take_disclosures(
        self, source: Source, first: int, came: Mapping[int, dict[str, Any]], rules: Rules | None
    ) -> None:
        if not any(commitments_of(fields) for fields in came.values()):
            return
        index = first // TILE_WIDTH
        path = disclosures_path(index)
        erased = rules.erased_fields if rules else {}
        # A log may have grown since its checkpoint was read: what it says of later entries is left for later.
        shown = self._shown(source, path, index, came, erased)
        kept = self._copy.disclosures(index, first)
        for at, fields in came.items():
            try:
                kept[at] = kept_disclosures(fields, shown.get(at, ()), erased.get(at, ()))
            except VerificationError as error:
                raise VerificationError(f"{path!a}: entry {at}: {error}") from None
        self._copy.show(index, kept)

    def _shown(
        self, source: Source, path: str, index: int, came: Mapping[int, dict[str, Any]], erased: Mapping[int, set[str]]
    ) -> dict[int, list[str]]:
        try:
            return parse_disclosures(source.fetch(path, MOST_DISCLOSED_BYTES), index * TILE_WIDTH, TILE_WIDTH)
        except FileNotFoundError:
            # all that stood in it may have been erased since; whether so, is asked of each entry
            if any(commitments_of(fields) and at not in erased for at, fields in came.items()):
                raise
            return {}

    def _take_blob(self, source: Source, digest: str, named: set[bytes], erased: Collection[str]) -> None:
        name = bytes.fromhex(digest)
        if digest in erased or name in self._named or name in named:
            return
        data = source.fetch(f"blobs/{digest}", MOST_BLOB_BYTES)
        if not is_sha256(data, digest):
            raise VerificationError(f"{source} gives a file whose SHA-256 is not its name: {digest}")
        self._copy.put(f"blobs/{digest}", data)
        named.add(name)

    def _adopt(self, head: Checkpoint, edge: Edge, new: _New, rules: Rules | None, clock: Clock) -> Followed:
        before = self._edge.size
        # From here on this tree is what every later one has to continue: durable, before anything is cosigned.
        self._copy.put("checkpoint", note_of(head))
        self._head, self._edge, self._rules = head, edge, rules
        self._named |= new.named
        clear(self._disk, self._store, head, lambda: self._copy.tree(head.size), self._policy)
        self._copy.grown(before, edge.size)
        self._erase()
        self._sign(head, clock)
        return Followed(checkpoint=self._head, entries=edge.size - before, files=len(new.named))

    def _take_stamps(self, source: Source, before: Checkpoint | None) -> None:
        """Copy time stamps: all that a folder has; over HTTP, which has no list, that of the tree before this one."""
        with suppress(FileNotFoundError, UnreachableError):  # they vouch for a tree and are no part of one
            if isinstance(source, FolderSource):
                names = source.stamps()
            else:
                names = [f"{hashlib.sha256(before.text.encode()).hexdigest()}.tsr"] if before else []
            for path in (f"timestamps/{name}" for name in names):
                if not self._copy.has(path):
                    data = source.fetch(path, MOST_STAMP_BYTES)
                    if is_stamp(data, path[len("timestamps/") : -len(".tsr")]):
                        self._copy.put(path, data)

    def _erase(self) -> None:
        # after the checkpoint: nothing is destroyed on the word of a tree that is not ours for good
        if self._rules is not None:
            self._copy.erase(self._rules, self._edge.size)
            self._named -= {bytes.fromhex(digest) for digest in self._rules.erased_blobs}

    def _sign(self, head: Checkpoint, clock: Clock) -> None:
        """Write the checkpoint with the cosignatures of others and, while the log is not caught, our own."""
        signed = head if self.accuses else cosigned(self._policy, head, self._keys, clock())
        if signed != self._head:
            self._copy.put("checkpoint", note_of(signed))
            self._head = signed

    # --- the store --------------------------------------------------------------------------------

    def _open(self) -> None:
        found = self._copy.settled()
        if "checkpoint" in found:
            head = read_own(self._copy.read("checkpoint"), self._policy)
            self._replay(head)
            self._head = head
        elif not all(map(is_ours, found)):
            raise ValueError(f"{self._store}: the folder holds something else than the copy of a log")
        self._erase()
        self._clean()

    def _replay(self, head: Checkpoint) -> None:
        """Work out the root from the stored entries, and from the acts among them what was erased."""
        acts: list[int] = []

        def look(at: int, entry: bytes) -> None:
            if b'"blobs":["' in entry:
                self._named.update(map(bytes.fromhex, named_blobs(fields_of(entry))))
            if may_be_ruled(entry) and is_ruled(fields_of(entry)):
                acts.append(at)

        try:
            self._edge, other = self._copy.replay(head.size, look)
            _check_root(self._edge, head, other)
            # who signed what was checked when it came
            self._rules = ruled(None, head.origin, acts, {}, self._copy.entries_at(head.size))
        except (VerificationError, FileNotFoundError) as error:
            what = f"{error.filename} is missing" if isinstance(error, FileNotFoundError) else str(error)
            raise VerificationError(f"{self._store} is damaged, {what}: copy anew") from None
        for path, tile in other.items():  # the entries give the root that was signed, so the tiles are what is wrong
            self._copy.put(path, tile)

    def _clean(self) -> None:
        """Remove what a step that was cut short left: files of a larger tree, or of a smaller one."""
        self._copy.clean(self._edge.size, self._named)


def _check_root(edge: Edge, head: Checkpoint, other: Mapping[str, bytes]) -> None:
    if edges.root(edge) != head.root:
        where = f", {next(iter(other))} differs from what lies below it" if other else ""
        raise VerificationError(f"its entries do not give the root{where}")


def _check_entry(at: int, data: bytes, new: _New) -> None:
    try:
        entry = parse_entry(data)
        named_blobs(entry.fields)
    except VerificationError as error:
        raise VerificationError(f"entry {at}: {error}") from None
    if is_ruled(entry.fields):
        new.acts.append(at)
    for key in entry.authors:
        new.authors.setdefault(str(key), at)
