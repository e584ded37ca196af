"""The log as static files (C2SP tlog-tiles): tiles of hashes, bundles of entries, and the checkpoint's text. Pure."""

import base64
from collections.abc import Iterator, Sequence

from trucewatch.ledger.verify import (
    MOST_ENTRY_BYTES,
    TILE_WIDTH,
    leaf_hash,
    levels_from,
    root_of,
    tile_path,
)


def _levels(entries: Sequence[bytes]) -> list[list[bytes]]:
    return list(levels_from([leaf_hash(entry) for entry in entries]))


def _bundle(entries: Sequence[bytes]) -> bytes:
    if any(len(entry) > MOST_ENTRY_BYTES for entry in entries):
        raise ValueError(f"an entry has more than {MOST_ENTRY_BYTES} bytes")
    return b"".join(len(entry).to_bytes(2, "big") + entry for entry in entries)


def _rows(level: int | str, items: Sequence[bytes]) -> Iterator[tuple[str, Sequence[bytes]]]:
    for at in range(0, len(items), TILE_WIDTH):
        row = items[at : at + TILE_WIDTH]
        yield tile_path(level, at // TILE_WIDTH, len(row)), row


def _files(entries: Sequence[bytes], levels: Sequence[Sequence[bytes]]) -> dict[str, bytes]:
    bundles = {path: _bundle(row) for path, row in _rows("entries", entries)}
    hashes = {path: b"".join(row) for level, items in enumerate(levels) for path, row in _rows(level, items)}
    return bundles | hashes


def tiles(entries: Sequence[bytes]) -> dict[str, bytes]:
    """Return path to bytes of every hash tile and entry bundle, full and partial.

    Raises ValueError for an entry of more than 65,535 bytes.
    """
    return _files(entries, _levels(entries))


def root(entries: Sequence[bytes]) -> bytes:
    """Return the Merkle tree hash of RFC 6962, section 2.1, 32 bytes."""
    return root_of(_levels(entries))


def tiles_and_root(entries: Sequence[bytes]) -> tuple[dict[str, bytes], bytes]:
    """Return both, hashing the entries once."""
    levels = _levels(entries)
    return _files(entries, levels), root_of(levels)


def checkpoint(origin: str, size: int, root: bytes) -> bytes:
    """Return the text of a checkpoint, as it is signed (C2SP tlog-checkpoint)."""
    return f"{origin}\n{size}\n{base64.b64encode(root).decode()}\n".encode()
