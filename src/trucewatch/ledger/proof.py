"""Proofs about the tree: that an entry is in it, and that one tree is the beginning of another. Pure.

The paths are those of RFC 6962, sections 2.1.1 and 2.1.2; `verify` has the checks, for the outsider. A tree is given
by all its leaf hashes, or by what reads the tiles of a log's folder or server (`from_tiles`), and then only those that
a proof needs are read.
"""

import base64
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache

from trucewatch.ledger.verify import (
    HASH_BYTES,
    TILE_WIDTH,
    VerificationError,
    check_consistency,
    check_inclusion,
    fold,
    node_hash,
    tile_path,
)

__all__ = [
    "Tree",
    "as_tree",
    "check_consistency",
    "check_inclusion",
    "consistency",
    "from_tiles",
    "inclusion",
    "tlog_proof",
]

_TILE_HEIGHT = 8  # C2SP tlog-tiles: 256 hashes, 8 levels of the tree
_KEPT_TILES = 64  # a proof reads at most two tiles of each of 8 levels


@dataclass(frozen=True, slots=True, kw_only=True)
class Tree:
    """A tree of `size` leaves; `subtree` hashes those from one index up to another, which is not included."""

    size: int
    subtree: Callable[[int, int], bytes]


def from_tiles(read: Callable[[str], bytes], size: int) -> Tree:
    """Return the tree of a log of that size, from its tiles by their paths.

    What `read` returns is believed but for its length: a root worked out from it is what a checkpoint signs or is not.
    Raises VerificationError for a tile of another length, and whatever `read` raises.
    """

    @lru_cache(_KEPT_TILES)
    def tile(level: int, index: int) -> bytes:
        width = min(TILE_WIDTH, (size >> _TILE_HEIGHT * level) - index * TILE_WIDTH)
        data = read(tile_path(level, index, width))
        if len(data) != width * HASH_BYTES:
            raise VerificationError(f"{tile_path(level, index, width)!a} has {len(data)} bytes")
        return data

    def hashed(start: int, end: int) -> bytes:
        height = (end - start - 1).bit_length()
        if end - start != 1 << height:  # not a complete subtree: RFC 6962 splits it
            middle = start + _split(end - start)
            return node_hash(hashed(start, middle), hashed(middle, end))
        level = height // _TILE_HEIGHT
        at, number = start >> _TILE_HEIGHT * level, (end - start) >> _TILE_HEIGHT * level
        data = tile(level, at // TILE_WIDTH)
        first = at % TILE_WIDTH
        return fold([data[i * HASH_BYTES : (i + 1) * HASH_BYTES] for i in range(first, first + number)])

    return Tree(size=size, subtree=hashed)


def as_tree(leaves: Tree | Sequence[bytes]) -> Tree:
    """Return the tree of these leaf hashes, or the tree itself."""
    if isinstance(leaves, Tree):
        return leaves
    return Tree(size=len(leaves), subtree=lambda start, end: fold(leaves[start:end]))


def _split(size: int) -> int:
    """Return the largest power of two below a size of at least 2."""
    return 1 << (size - 1).bit_length() - 1


def inclusion(leaves: Tree | Sequence[bytes], index: int) -> tuple[bytes, ...]:
    """Return the audit path of one leaf, lowest hash first, from the tree or the leaf hashes of the whole tree."""
    tree = as_tree(leaves)
    if not 0 <= index < tree.size:
        raise ValueError(f"there is no entry {index} among {tree.size}")
    path, start, end = [], 0, tree.size
    while end - start > 1:
        middle = start + _split(end - start)
        if index < middle:
            path.append(tree.subtree(middle, end))
            end = middle
        else:
            path.append(tree.subtree(start, middle))
            start = middle
    return tuple(reversed(path))


def consistency(leaves: Tree | Sequence[bytes], earlier: int) -> tuple[bytes, ...]:
    """Return the proof that the first `earlier` leaves are the beginning of the tree."""
    tree = as_tree(leaves)
    if not 0 < earlier <= tree.size:
        raise ValueError(f"a tree of {tree.size} entries has no beginning of {earlier}")
    path, start, end = [], 0, tree.size
    while earlier != end:
        middle = start + _split(end - start)
        if earlier <= middle:
            path.append(tree.subtree(middle, end))
            end = middle
        else:
            path.append(tree.subtree(start, middle))
            start = middle
    if start:  # otherwise this subtree is the earlier tree itself, whose root the verifier has
        path.append(tree.subtree(start, end))
    return tuple(reversed(path))


def tlog_proof(index: int, path: Sequence[bytes], checkpoint: bytes, disclosures: Sequence[str] = ()) -> bytes:
    """Return the file, `.tlog-proof` by custom, that proves one entry without its log (C2SP tlog-proof).

    `path` is its audit path in the tree of the checkpoint, `disclosures` what is to be shown of it.
    """
    extra = f"extra {base64.b64encode('~'.join(disclosures).encode()).decode()}\n" if disclosures else ""
    hashes = "".join(base64.b64encode(hashed).decode() + "\n" for hashed in path)
    return f"c2sp.org/tlog-proof@v1\n{extra}index {index}\n{hashes}\n".encode() + checkpoint
