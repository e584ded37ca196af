"""Proofs about the tree: that an entry is in it, and that one tree is the beginning of another. Pure.

The paths are those of RFC 6962, section 2.1.1 and 2.1.2; the checks follow the algorithms of RFC 9162,
sections 2.1.3.2 and 2.1.4.2. Checking returns nothing or raises VerificationError.
"""

from collections.abc import Sequence

from trucewatch.ledger.verify import VerificationError, fold, node_hash


def _split(size: int) -> int:
    """Return the largest power of two below a size of at least 2."""
    return 1 << (size - 1).bit_length() - 1


def inclusion(hashes: Sequence[bytes], index: int) -> tuple[bytes, ...]:
    """Return the audit path of one leaf, lowest hash first, from the leaf hashes of the whole tree."""
    if not 0 <= index < len(hashes):
        raise ValueError(f"there is no entry {index} among {len(hashes)}")
    if len(hashes) == 1:
        return ()
    middle = _split(len(hashes))
    left, right = hashes[:middle], hashes[middle:]
    if index < middle:
        return (*inclusion(left, index), fold(right))
    return (*inclusion(right, index - middle), fold(left))


def consistency(hashes: Sequence[bytes], earlier: int) -> tuple[bytes, ...]:
    """Return the proof that the first `earlier` leaves are the beginning of the tree."""
    if not 0 < earlier <= len(hashes):
        raise ValueError(f"a tree of {len(hashes)} entries has no beginning of {earlier}")
    return _consistency(hashes, earlier, known=True)


def _consistency(hashes: Sequence[bytes], earlier: int, *, known: bool) -> tuple[bytes, ...]:
    # `known`: the earlier root is this very subtree, so the verifier has it already.
    if earlier == len(hashes):
        return () if known else (fold(hashes),)
    middle = _split(len(hashes))
    left, right = hashes[:middle], hashes[middle:]
    if earlier <= middle:
        return (*_consistency(left, earlier, known=known), fold(right))
    return (*_consistency(right, earlier - middle, known=False), fold(left))


def _odd_or_last(index: int, last: int) -> bool:
    return index % 2 == 1 or index == last


def _up(index: int, last: int) -> tuple[int, int]:
    """Return both indices one level up, or further where `index` is a last node that rises without a sibling."""
    while index % 2 == 0 and index:
        index, last = index // 2, last // 2
    return index // 2, last // 2


def check_inclusion(leaf: bytes, index: int, size: int, path: Sequence[bytes], root: bytes) -> None:
    """Raise VerificationError unless the path leads from a leaf hash at an index to the root of that size."""
    if not 0 <= index < size:
        raise VerificationError(f"there is no entry {index} in a tree of {size}")
    node, last, found = index, size - 1, leaf
    for sibling in path:
        if last == 0:
            raise VerificationError("the inclusion proof is too long")
        if _odd_or_last(node, last):
            found = node_hash(sibling, found)
            node, last = _up(node, last)
        else:
            found = node_hash(found, sibling)
            node, last = node // 2, last // 2
    if last or found != root:
        raise VerificationError("the inclusion proof does not lead to the root")


def check_consistency(earlier: int, earlier_root: bytes, size: int, root: bytes, proof: Sequence[bytes]) -> None:
    """Raise VerificationError unless the tree of `earlier` entries is the beginning of the tree of `size`."""
    if not 0 < earlier <= size:
        raise VerificationError(f"a tree of {size} entries has no beginning of {earlier}")
    if earlier == size:
        if proof or earlier_root != root:
            raise VerificationError("two trees of one size have different roots, or a proof too many")
        return
    # A beginning that is a whole power of two is itself the first node of the path.
    path = [earlier_root, *proof] if earlier & (earlier - 1) == 0 else list(proof)
    if not path:
        raise VerificationError("the consistency proof is empty")
    _check_path(earlier, earlier_root, size, root, path)


def _check_path(earlier: int, earlier_root: bytes, size: int, root: bytes, path: Sequence[bytes]) -> None:
    node, last = earlier - 1, size - 1
    while node % 2:
        node, last = node // 2, last // 2
    old = new = path[0]
    for sibling in path[1:]:
        if last == 0:
            raise VerificationError("the consistency proof is too long")
        if _odd_or_last(node, last):
            old, new = node_hash(sibling, old), node_hash(sibling, new)
            node, last = _up(node, last)
        else:
            new = node_hash(new, sibling)
            node, last = node // 2, last // 2
    if last or old != earlier_root or new != root:
        raise VerificationError("the consistency proof does not lead to both roots")
