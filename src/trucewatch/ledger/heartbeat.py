"""What one heartbeat writes before it signs: tiles, bundles, disclosures, files; read back and hashed again.

A CT log once signed a root that its own entries did not give, by one flipped bit (Yeti 2022). So what is signed is
worked out from what the disk returns, never from what was handed to it.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace

from trucewatch.ledger.commitments import disclosure_files
from trucewatch.ledger.growth import Edge, edge_at, grown, read_back, superseded
from trucewatch.ledger.premises import Premises
from trucewatch.ledger.submission import Submission
from trucewatch.ledger.verify import (
    TILE_WIDTH,
    Checkpoint,
    VerificationError,
    disclosed,
    disclosures_path,
    parse_disclosures,
    parse_entry,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Tree:
    """A signed tree as far as it can still grow: its right edge, its root, the last bundle's disclosures if partial."""

    edge: Edge
    root: bytes
    shown: bytes = b""


def read_tree(premises: Premises, head: Checkpoint) -> Tree:
    """Return the tree of a checkpoint from the disk.

    Raises:
        ValueError: where the tiles are not those of this checkpoint, or the last disclosures not what entries hold.

    """
    try:
        edge = edge_at(premises.read_log, head.size, head.size)
    except FileNotFoundError as error:
        raise ValueError(f"a tile of the log is missing: bring it back from a mirror ({error.filename})") from None
    if edge.root != head.root:
        raise ValueError("the log's tiles do not give the root that was signed: bring them back from a mirror")
    return with_shown(premises, Tree(edge=edge, root=head.root))


def with_shown(premises: Premises, tree: Tree) -> Tree:
    """Return the tree with the last bundle's disclosures as they are on the disk; ValueError where they do not fit."""
    edge = tree.edge
    name = _last_disclosures(edge.size)
    shown = premises.read(name) if edge.bundle and premises.has(name) else b""
    start = edge.size - len(edge.bundle)
    for index, disclosures in (parse_disclosures(shown, start, len(edge.bundle)) if shown else {}).items():
        disclosed(parse_entry(edge.bundle[index - start]).fields, disclosures)
    return replace(tree, shown=shown)


def lay(premises: Premises, tree: Tree, new: Sequence[Submission], blobs: Sequence[str]) -> Tree:
    """Write what these entries add to the log, durably, and return the new tree as read back from the disk.

    `blobs` are the files that came with them and are not in the log yet. Where anything fails, what was written is
    taken back as far as the disk allows; `premises` tidies up the rest.

    Raises:
        ValueError: where the disk does not return what was written: nothing may be signed then.

    """
    first = tree.edge.size
    if tree.shown and premises.read(_last_disclosures(first)) != tree.shown:
        raise VerificationError(f"{_last_disclosures(first)} was altered since it was written")
    files, _ = grown(tree.edge, [submission.entry for submission in new])
    shown = disclosure_files({first + at: submission.disclosures for at, submission in enumerate(new)})
    if tree.shown and (tail := disclosures_path(first // TILE_WIDTH)) in shown:
        shown[tail] = tree.shown + shown[tail]
    files |= shown
    with _taken_back_on_error(premises, tree, [*files, *(f"blobs/{digest}" for digest in blobs)]):
        for digest in blobs:  # one after the other: together they may be more than the memory holds
            premises.write(f"ledger/blobs/{digest}", premises.blob(digest))
        for name, data in files.items():
            premises.write(f"ledger/{name}", data)
        return _read_back(premises, tree, new, shown, blobs)


def _last_disclosures(size: int) -> str:
    return f"ledger/{disclosures_path(size // TILE_WIDTH)}"


def _read_back(
    premises: Premises,
    tree: Tree,
    new: Sequence[Submission],
    shown: Mapping[str, bytes],
    blobs: Sequence[str],
) -> Tree:
    size = tree.edge.size + len(new)
    entries, edge = read_back(premises.read_log, tree.edge, tree.root, size)
    if entries != [submission.entry for submission in new]:
        raise VerificationError("entries are not on the disk as they were received")
    for name, data in shown.items():
        if premises.read_log(name) != data:
            raise VerificationError(f"{name} is not on the disk as it was written")
    for digest in blobs:
        if not premises.holds(f"ledger/blobs/{digest}", digest):
            raise VerificationError(f"blobs/{digest} is not on the disk as it was written")
    last = disclosures_path(size // TILE_WIDTH)
    kept = tree.shown if size // TILE_WIDTH == tree.edge.size // TILE_WIDTH else b""
    return Tree(edge=edge, root=edge.root, shown=shown.get(last, kept))


@contextmanager
def _taken_back_on_error(premises: Premises, tree: Tree, files: Sequence[str]) -> Iterator[None]:
    try:
        yield
    except BaseException:
        tail = _last_disclosures(tree.edge.size)
        with suppress(OSError):
            premises.remove(f"ledger/{name}" for name in files if not (tree.shown and f"ledger/{name}" == tail))
            if tree.shown:
                premises.write(tail, tree.shown)
        raise


def no_longer_there(earlier: int, size: int) -> list[str]:
    """Return the partial tiles and bundles of an earlier tree that the one of this size replaces."""
    return [f"ledger/{name}" for name in superseded(earlier, size)]
