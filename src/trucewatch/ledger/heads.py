"""Checkpoints in a keeper's hands: read under its policy, compared, joined with others' cosignatures, cosigned.

Pure, but for the last functions, which write down what was caught, and what may be.
"""

import base64
import hashlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import NoReturn

from trucewatch.ledger.disk import Disk
from trucewatch.ledger.edge import hashes, runs
from trucewatch.ledger.equivocation import FILES, prove
from trucewatch.ledger.note import Key, cosign, verifier_key
from trucewatch.ledger.proof import Tree, as_tree, consistency, from_tiles
from trucewatch.ledger.sources import Source
from trucewatch.ledger.verify import (
    HASH_BYTES,
    MOST_ENTRY_BYTES,
    TILE_WIDTH,
    Checkpoint,
    Policy,
    Signature,
    VerificationError,
    VerifierKey,
    check_consistency,
    check_cosignature,
    check_cosignatures,
    check_equivocation,
    check_signature,
    is_by,
    leaf_hash,
    parse_checkpoint,
    parse_note,
    split_bundle,
    tile_path,
)

MOST_BUNDLE_BYTES = TILE_WIDTH * (2 + MOST_ENTRY_BYTES)
_MOST_LEAVES = 1 << 24  # half a gigabyte of hashes; a guess: a log of decades
_MOST_SUSPECTS = 64  # heads without a tree that are kept; a guess: the first of them is proof enough one day
HEARTBEAT_S = 60  # where the log's charter does not say
_LONGEST_HEARTBEAT_S = 86_400


class ForkedError(VerificationError):
    """The log signed two histories that exclude each other; `first` and `second` are the proof, see `equivocation`."""

    def __init__(self, message: str, first: bytes, second: bytes) -> None:
        super().__init__(message)
        self.first = first
        self.second = second


def read_head(data: bytes, policy: Policy) -> Checkpoint:
    """Return a checkpoint that the policy's log signed, with no line that the policy cannot place.

    Raises VerificationError, also for a tree without entries: there is nothing to keep or to compare in it.
    """
    head = parse_checkpoint(data)
    check_signature(head, policy.log)
    check_cosignatures(head, policy)
    if head.size == 0:
        raise VerificationError("the log has no entries yet")
    return head


def read_own(data: bytes, policy: Policy) -> Checkpoint:
    """Return a checkpoint that this keeper wrote itself, without the lines of witnesses that left the policy since."""
    head = parse_checkpoint(data)
    check_signature(head, policy.log)
    return joined(policy, head)


def note_of(head: Checkpoint) -> bytes:
    """Return the bytes of a checkpoint: its text, a blank line and its signature lines."""
    return f"{head.text}\n".encode() + lines_of(head.signatures)


def lines_of(signatures: Iterable[Signature]) -> bytes:
    """Return signature lines as they stand in a note."""
    lines = (f"— {s.name} {base64.b64encode(s.key_id + s.signature).decode()}\n" for s in signatures)
    return "".join(lines).encode()


def joined(policy: Policy, head: Checkpoint, *others: Checkpoint) -> Checkpoint:
    """Return the checkpoint with every cosignature of it that verifies, in the policy's order, the first of each kept.

    Raises ValueError for a checkpoint of another tree.
    """
    if any(other.text != head.text for other in others):
        raise ValueError("cosignatures of two different trees are not joined")
    lines = [line for each in (head, *others) for line in each.signatures[1:]]
    found = (_valid(head, key, lines) for _, key in policy.witnesses)
    return replace(head, signatures=(head.signatures[0], *(line for line in found if line is not None)))


def _valid(head: Checkpoint, key: VerifierKey, lines: Iterable[Signature]) -> Signature | None:
    for line in lines:
        if is_by(line, key):
            try:
                check_cosignature(head, key, line.signature)
            except VerificationError:
                continue
            return line
    return None


def cosigned(policy: Policy, head: Checkpoint, keys: Sequence[Key], time: int) -> Checkpoint:
    """Return the checkpoint with a cosignature by each of these keys that has none in it yet.

    `time` is the keeper's own clock in seconds since 1970. Raises ValueError for a time that no cosignature can state.
    """
    lines = b"".join(cosign(head, key, time) for key in keys if not has_line(head, key))
    if not lines:
        return head
    added = replace(head, signatures=(head.signatures[0], *parse_note(f"{head.text}\n".encode() + lines).signatures))
    signed = joined(policy, head, added)
    if not all(has_line(signed, key) for key in keys):
        raise ValueError("a cosignature that was just made does not verify: is the clock set?")
    return signed


def has_line(head: Checkpoint, key: Key) -> bool:
    """Return whether the checkpoint has a cosignature line of this key."""
    return any(is_by(line, verifier_key(key)) for line in head.signatures[1:])


def check_keys(policy: Policy, keys: Sequence[Key]) -> None:
    """Raise ValueError for a key with which this policy would not let anybody cosign."""
    known = {witness for _, witness in policy.witnesses}
    for key in keys:
        if verifier_key(key) not in known:
            raise ValueError(f"the policy has no witness line with the key of {key.name}: {verifier_key(key)}")


def compare(one: Checkpoint, other: Checkpoint, tree: Callable[[], Tree], key: VerifierKey) -> None:
    """Return where one tree is the beginning of the other or both are the same; raise ForkedError if not.

    `tree` gives that of the larger checkpoint; of two of one size it is not asked. Raises VerificationError where what
    it gives is not the tree that the larger checkpoint signs: then nothing is proved, and the tree is not accepted.
    """
    small, large = sorted((one, other), key=lambda head: head.size)
    if small.size == large.size:
        if small.root != large.root:
            raise _fraud(small, large, (), key)
        return
    whole = tree()
    prefix, proof = whole.subtree(0, small.size), consistency(whole, small.size)
    try:
        check_consistency(small.size, prefix, large.size, large.root, proof)
    except VerificationError:
        raise VerificationError(
            f"the hashes of the {large.size} entries do not give the root that was signed"
        ) from None
    if prefix != small.root:
        raise _fraud(small, large, whole, key)


def refute(own: Checkpoint | None, shown: Checkpoint, source: Source, key: VerifierKey) -> NoReturn:
    """Raise ForkedError with the proof against a source's larger tree, or VerificationError where there is no proof.

    For when what the source gave does not continue `own`. Its tiles of hashes are the shortest way to a proof; who
    withholds them may still show all leaf hashes, or all entries, and has proved it too.
    """
    wrong = VerificationError(f"what {source} gives is not the tree of {shown.size} entries whose root was signed")
    for tree in (_by_tiles, _by_leaves, _by_entries) if own is not None else ():
        try:
            compare(own or shown, shown, partial(tree, source, shown.size), key)
        except ForkedError:
            raise
        except (VerificationError, FileNotFoundError) as error:
            if isinstance(error, VerificationError):
                wrong = error
    raise wrong


def _by_tiles(source: Source, size: int) -> Tree:
    return from_tiles(lambda path: source.fetch(path, TILE_WIDTH * HASH_BYTES), size)


def _by_leaves(source: Source, size: int) -> Tree:
    return as_tree([leaf for tile, width in _whole(source, 0, size) for leaf in hashes(tile, width)])


def _by_entries(source: Source, size: int) -> Tree:
    bundles = _whole(source, "entries", size)
    return as_tree([leaf_hash(entry) for bundle, width in bundles for entry in split_bundle(bundle, width)])


def _whole(source: Source, level: int | str, size: int) -> Iterator[tuple[bytes, int]]:
    if size > _MOST_LEAVES:
        raise VerificationError(f"{size} entries are too many to prove anything from each of them")
    for first, stop in runs(0, size):
        yield source.fetch(tile_path(level, first // TILE_WIDTH, stop - first), MOST_BUNDLE_BYTES), stop - first


def _fraud(small: Checkpoint, large: Checkpoint, tree: Tree | Sequence[bytes], key: VerifierKey) -> ForkedError:
    # The cosignatures are left out: whoever checks the proof needs the log's key and no policy.
    one, other = (note_of(replace(head, signatures=head.signatures[:1])) for head in (small, large))
    first, second = prove(one, other, tree)
    check_equivocation(first, second, key)
    return ForkedError(
        f"{small.origin} signed two histories: {small.size} and {large.size} entries exclude each other", first, second
    )


def heartbeat_s(fields: dict[str, object]) -> int:
    """Return the seconds between two checkpoints of a log, from its first entry; 60 where that does not say."""
    stated = fields.get("heartbeat_s") if fields.get("type") == "charter" else None
    sound = isinstance(stated, int) and not isinstance(stated, bool) and 1 <= stated <= _LONGEST_HEARTBEAT_S
    return stated if sound and isinstance(stated, int) else HEARTBEAT_S


def is_sha256(data: bytes, digest: str) -> bool:
    """Return whether the bytes have this digest, in hexadecimal."""
    return hashlib.sha256(data).hexdigest() == digest


def remove(disk: Disk, store: Path, paths: Iterable[str]) -> None:
    """Remove files of a store and the folders that nothing is left in: `verify` refuses those."""
    gone = [store / path for path in paths]
    if gone:
        disk.remove(*gone)
    emptied = {above for path in gone for above in path.parents if above.is_relative_to(store)}
    for folder in sorted(emptied - {store}, reverse=True):  # the deepest first
        disk.prune(folder)


def proof_folder(store: Path) -> Path:
    """Return the folder beside a keeper's store in which the proof against the log lies once there is one."""
    return store.with_name(f"{store.name}.equivocation")


def keep_proof(disk: Disk, store: Path, forked: ForkedError) -> None:
    """Write the two files of a proof beside the store, durably; the first proof is kept, one is enough."""
    folder = proof_folder(store)
    if set(FILES) <= set(disk.names(folder)):
        return
    for name, data in zip(FILES, (forked.first, forked.second), strict=True):
        disk.write(folder / name, data)


@dataclass(frozen=True, slots=True, kw_only=True)
class Watch:
    """How long a log, or what one source shows of it, has not grown.

    `since` is on the keeper's own monotonic clock, in seconds: no date, neither the log's nor the keeper's, has a say.
    """

    heartbeat_s: int
    since: float
    size: int = 0

    def seen(self, size: int, at: float) -> "Watch":
        """Return the watch after a tree of that size was seen at that moment."""
        return replace(self, size=size, since=at) if size > self.size else self

    def is_red(self, at: float) -> bool:
        """Return whether two heartbeats were missed: a log appends an entry with each, even if nothing happened."""
        return at - self.since > 2 * self.heartbeat_s


def suspect(disk: Disk, store: Path, head: Checkpoint) -> None:
    """Keep a signed head that nothing was given for: once the log has grown past it, it holds or it is the proof."""
    folder = _suspects(store)
    bare = note_of(replace(head, signatures=head.signatures[:1]))
    name = hashlib.sha256(bare).hexdigest()
    known = disk.names(folder)
    if name not in known and len(known) < _MOST_SUSPECTS:
        disk.write(folder / name, bare)


def clear(disk: Disk, store: Path, own: Checkpoint, tree: Callable[[], Tree], policy: Policy) -> None:
    """Hold the heads that were kept as suspect against a tree that has reached their size, and forget those that hold.

    Raises ForkedError with the proof where one does not.
    """
    folder = _suspects(store)
    for name in disk.names(folder):
        kept = read_own(disk.read(folder / name), policy)
        if kept.size <= own.size:
            compare(kept, own, tree, policy.log)
            disk.remove(folder / name)


def _suspects(store: Path) -> Path:
    return store.with_name(f"{store.name}.suspects")
