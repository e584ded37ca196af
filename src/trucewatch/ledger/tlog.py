"""The log as static files (C2SP tlog-tiles): tiles of hashes, bundles of entries, and the checkpoint's text. Pure."""

import base64
from collections.abc import Iterator, Sequence
from itertools import count

from trucewatch.ledger.verify import (
    MOST_ENTRY_BYTES,
    TILE_WIDTH,
    leaf_hash,
    levels_from,
    root_of,
    tile_path,
)


def bundle(index: int, entries: Sequence[bytes]) -> tuple[str, bytes]:
    """Return path and bytes of the bundle of that number, counted from 0, of up to 256 entries.

    Raises ValueError for an entry of more than 65,535 bytes.
    """
    if any(len(entry) > MOST_ENTRY_BYTES for entry in entries):
        raise ValueError(f"an entry has more than {MOST_ENTRY_BYTES} bytes")
    data = b"".join(len(entry).to_bytes(2, "big") + entry for entry in entries)
    return tile_path("entries", index, len(entries)), data


def hash_tiles(levels: Sequence[Sequence[bytes]]) -> Iterator[tuple[str, bytes]]:
    """Yield path and bytes of every tile of hashes, full and partial, the lowest level first."""
    for level, hashes in enumerate(levels):
        for at in range(0, len(hashes), TILE_WIDTH):
            row = hashes[at : at + TILE_WIDTH]
            yield tile_path(level, at // TILE_WIDTH, len(row)), b"".join(row)


def tiles(entries: Sequence[bytes]) -> dict[str, bytes]:
    """Return path to bytes of every hash tile and entry bundle, full and partial."""
    rows = (entries[at : at + TILE_WIDTH] for at in range(0, len(entries), TILE_WIDTH))
    return dict([*map(bundle, count(), rows), *hash_tiles(_levels(entries))])


def root(entries: Sequence[bytes]) -> bytes:
    """Return the Merkle tree hash of RFC 6962, section 2.1, 32 bytes."""
    return root_of(_levels(entries))


def _levels(entries: Sequence[bytes]) -> list[list[bytes]]:
    return list(levels_from([leaf_hash(entry) for entry in entries]))


def checkpoint(origin: str, size: int, root: bytes) -> bytes:
    """Return the text of a checkpoint, as it is signed (C2SP tlog-checkpoint)."""
    return f"{origin}\n{size}\n{base64.b64encode(root).decode()}\n".encode()
