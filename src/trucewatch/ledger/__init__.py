"""The ledger: what the centre received, concluded and published, so that each side can check it alone.

Entries are canonical JSON (`encoding`) with salted digests of what may have to be withheld (`commitments`), laid out
as a transparency log of static files (`tlog`), signed at its head (`note`), written to the disk as a whole (`store`)
and checked by a program that knows nothing of the centre (`verify`). docs/ledger.md has the format.
"""

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice
from typing import Any

from trucewatch.ledger.commitments import commit, derived, disclosure_files
from trucewatch.ledger.encoding import encode
from trucewatch.ledger.note import Key, sign, verifier_key
from trucewatch.ledger.tlog import bundle, checkpoint, hash_tiles
from trucewatch.ledger.verify import TILE_WIDTH, leaf_hash, levels_from, root_of

Said = tuple[Mapping[str, Any], Mapping[str, Any]]  # an entry's own fields, and those that it only commits to
Told = tuple[bytes, Sequence[str]]  # an entry as it is logged, and its disclosures


def ledger_files(said: Iterable[Said], blobs: Mapping[str, bytes], key: Key) -> Iterator[tuple[str, bytes]]:
    """Yield path and bytes of every file of a log that is written at once, a function of the arguments alone.

    A file is yielded as soon as it is full, so that no more of a large log is held than its hashes. `blobs` are by the
    hexadecimal SHA-256 of their bytes. Salts come from the key: under the rehearsal key, which is published, they hide
    nothing. Raises ValueError where a blob is not what its name says, and for an entry of more than 65,535 bytes.
    """
    return _files(_told(said, key), blobs, key)


def signed_files(
    entries: Sequence[bytes], disclosures: Mapping[int, Sequence[str]], blobs: Mapping[str, bytes], key: Key
) -> dict[str, bytes]:
    """Return the files of a log of these very entries, with a policy that asks for no witness; see `ledger_files`."""
    return dict(_files(((entry, disclosures.get(at, ())) for at, entry in enumerate(entries)), blobs, key))


def _told(said: Iterable[Said], key: Key) -> Iterator[Told]:
    for index, (fields, hidden) in enumerate(said):
        entry, disclosures = commit(fields, hidden, derived(key.seed, index.to_bytes(8, "big")))
        yield encode(entry), disclosures


def _files(told: Iterable[Told], blobs: Mapping[str, bytes], key: Key) -> Iterator[tuple[str, bytes]]:
    for digest, data in blobs.items():
        if hashlib.sha256(data).hexdigest() != digest:
            raise ValueError(f"a blob is not what its name says: {digest}")
    leaves: list[bytes] = []
    rest = iter(told)
    while row := list(islice(rest, TILE_WIDTH)):
        yield bundle(len(leaves) // TILE_WIDTH, [entry for entry, _ in row])
        yield from disclosure_files({len(leaves) + at: shown for at, (_, shown) in enumerate(row)}).items()
        leaves.extend(leaf_hash(entry) for entry, _ in row)
    levels = list(levels_from(leaves))
    yield from hash_tiles(levels)
    yield "checkpoint", sign(checkpoint(key.name, len(leaves), root_of(levels)), key)
    yield "policy", f"log {verifier_key(key)}\nquorum none\n".encode()
    yield from ((f"blobs/{digest}", data) for digest, data in blobs.items())
