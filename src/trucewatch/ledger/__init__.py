"""The ledger: what the centre received, concluded and published, so that each side can check it alone.

Entries are canonical JSON (`encoding`) with salted digests of what may have to be withheld (`commitments`), laid out
as a transparency log of static files (`tlog`), signed at its head (`note`), written to the disk as a whole (`store`)
and checked by a program that knows nothing of the centre (`verify`). docs/ledger.md has the format.
"""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from trucewatch.ledger.commitments import commit, derived, disclosure_files
from trucewatch.ledger.encoding import encode
from trucewatch.ledger.note import Key, sign, verifier_key
from trucewatch.ledger.tlog import checkpoint, tiles_and_root

Said = tuple[Mapping[str, Any], Mapping[str, Any]]  # an entry's own fields, and those that it only commits to


def ledger_files(said: Iterable[Said], blobs: Mapping[str, bytes], key: Key) -> dict[str, bytes]:
    """Return path to bytes of every file of a log that is written at once, a function of the arguments alone.

    `blobs` are by the hexadecimal SHA-256 of their bytes. Salts come from the key: under the rehearsal key, which is
    published, they hide nothing. Raises ValueError where a blob is not what its name says, and for an entry of more
    than 65,535 bytes.
    """
    entries: list[bytes] = []
    disclosures: dict[int, Sequence[str]] = {}
    for index, (fields, hidden) in enumerate(said):
        entry, disclosures[index] = commit(fields, hidden, derived(key.seed, index.to_bytes(8, "big")))
        entries.append(encode(entry))
    return signed_files(entries, disclosures, blobs, key)


def signed_files(
    entries: Sequence[bytes], disclosures: Mapping[int, Sequence[str]], blobs: Mapping[str, bytes], key: Key
) -> dict[str, bytes]:
    """Return the files of a log of these very entries, with a policy that asks for no witness; see `ledger_files`."""
    for digest, data in blobs.items():
        if hashlib.sha256(data).hexdigest() != digest:
            raise ValueError(f"a blob is not what its name says: {digest}")
    files, root = tiles_and_root(entries)
    files["checkpoint"] = sign(checkpoint(key.name, len(entries), root), key)
    files["policy"] = f"log {verifier_key(key)}\nquorum none\n".encode()
    return files | disclosure_files(disclosures) | {f"blobs/{digest}": data for digest, data in blobs.items()}
