"""The ledger: what the centre received, concluded and published, so that each side can check it alone.

Entries are canonical JSON (`encoding`), laid out as a transparency log of static files (`tlog`), signed at its
head (`note`), written to the disk as a whole (`store`) and checked by a program that knows nothing of the
centre (`verify`). Evidence is named by its SHA-256 in an entry's "blobs" and lies beside the log as a file of
that name; the last entry is the "publication" that names every published file and its SHA-256.
"""

import hashlib
from collections.abc import Mapping, Sequence

from trucewatch.ledger.note import Key, sign, verifier_key
from trucewatch.ledger.tlog import checkpoint, tiles_and_root


def ledger_files(entries: Sequence[bytes], blobs: Mapping[str, bytes], origin: str, key: Key) -> dict[str, bytes]:
    """Return path to bytes of every file under ledger/, a function of the arguments alone.

    `blobs` are by the hexadecimal SHA-256 of their bytes. Raises ValueError where one is not, where the key
    does not carry the origin as its name, and for an entry of more than 65,535 bytes.
    """
    if key.name != origin:
        raise ValueError(f"the key {key.name} does not sign for {origin}")
    for digest, data in blobs.items():
        if hashlib.sha256(data).hexdigest() != digest:
            raise ValueError(f"a blob is not what its name says: {digest}")
    files, root = tiles_and_root(entries)
    files["checkpoint"] = sign(checkpoint(origin, len(entries), root), key)
    files["vkey"] = f"{verifier_key(key)}\n".encode()
    return files | {f"blobs/{digest}": data for digest, data in blobs.items()}
