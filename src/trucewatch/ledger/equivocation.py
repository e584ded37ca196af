"""The proof in two files that a log was forked, rewritten or rolled back and grown anew. Pure.

The files are two checkpoints that the log signed and that no one log can both have; docs/ledger.md, section 4, has
their form. Whoever has the log's public key checks them offline, with `verify.check_equivocation`, without the log.
"""

import base64
from collections.abc import Sequence

from trucewatch.ledger.proof import Tree, as_tree, consistency
from trucewatch.ledger.verify import parse_checkpoint

FILES = ("first.note", "second.note")


def prove(one: bytes, other: bytes, tree: Tree | Sequence[bytes]) -> tuple[bytes, bytes]:
    """Return the contents of `FILES` from two signed checkpoints, in whichever order they were met.

    `tree` is that of the larger checkpoint, its leaf hashes or `proof.from_tiles`; of two of one size it is not asked.
    Whether fraud is proved is for `check_equivocation` to say. Raises ValueError for a tree of another size.
    """
    first, second = sorted((one, other), key=lambda note: parse_checkpoint(note).size)
    earlier, size = parse_checkpoint(first).size, parse_checkpoint(second).size
    if earlier == size:
        return first, second
    whole = as_tree(tree)
    if whole.size != size:
        raise ValueError(f"a tree of {whole.size} entries is not that of a checkpoint of {size}")
    proof = consistency(whole, earlier)
    return first, connected(whole.subtree(0, earlier), proof, second)


def connected(prefix: bytes, proof: Sequence[bytes], second: bytes) -> bytes:
    """Return the larger checkpoint as it stands in `second.note`.

    `prefix` is the root that its tree gives to the entries of the smaller, `proof` the consistency proof from there.
    """
    lines = "".join(base64.b64encode(hashed).decode() + "\n" for hashed in proof)
    return f"prefix {base64.b64encode(prefix).decode()}\n{lines}\n".encode() + second
