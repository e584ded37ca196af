"""How a tree grows: from its right edge alone, so that a heartbeat costs what is new and not what is there. Pure.

The right edge is of every level the hashes in its last, partial tile, and the entries of the last, partial bundle. What
is full never changes again (C2SP tlog-tiles).
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from trucewatch.ledger.verify import (
    HASH_BYTES,
    MOST_ENTRY_BYTES,
    TILE_WIDTH,
    VerificationError,
    fold,
    leaf_hash,
    root_of,
    split_bundle,
    tile_path,
)

Read = Callable[[str], bytes]  # a path within the log's folder
Shape = tuple[int | str, int, int]  # level, index, width of a tile


@dataclass(frozen=True, slots=True, kw_only=True)
class Edge:
    """The right edge of a tree of `size` entries; `levels` from the leaves upwards."""

    size: int = 0
    levels: tuple[tuple[bytes, ...], ...] = ()
    bundle: tuple[bytes, ...] = ()

    @property
    def root(self) -> bytes:
        """The Merkle tree hash of RFC 6962, section 2.1."""
        return root_of(self.levels)


def grown(edge: Edge, entries: Sequence[bytes]) -> tuple[dict[str, bytes], Edge]:
    """Return path to bytes of every tile and bundle that these entries add or replace, and the new right edge.

    Raises ValueError for an entry of more than 65,535 bytes.
    """
    if any(len(entry) > MOST_ENTRY_BYTES for entry in entries):
        raise ValueError(f"an entry has more than {MOST_ENTRY_BYTES} bytes")
    files: dict[str, bytes] = {}
    bundle = [*edge.bundle, *entries]
    for shape, row in _rows("entries", edge.size, bundle):
        files[tile_path(*shape)] = b"".join(len(entry).to_bytes(2, "big") + entry for entry in row)
    levels: list[tuple[bytes, ...]] = []
    rising, hashes = [leaf_hash(entry) for entry in entries], edge.size
    while rising or len(levels) < len(edge.levels):
        level = len(levels)
        row = [*(edge.levels[level] if level < len(edge.levels) else ()), *rising]
        if rising:
            files |= {tile_path(*shape): b"".join(part) for shape, part in _rows(level, hashes, row)}
        full = len(row) - len(row) % TILE_WIDTH
        levels.append(tuple(row[full:]))
        rising = [fold(row[at : at + TILE_WIDTH]) for at in range(0, full, TILE_WIDTH)]
        hashes //= TILE_WIDTH
    tail = len(bundle) - len(bundle) % TILE_WIDTH
    return files, Edge(size=edge.size + len(entries), levels=tuple(levels), bundle=tuple(bundle[tail:]))


def _rows(level: int | str, before: int, items: Sequence[bytes]) -> Iterator[tuple[Shape, Sequence[bytes]]]:
    """Yield each tile that these items fill, the first of which begins the tile after `before // 256` full ones."""
    for at in range(0, len(items), TILE_WIDTH):
        row = items[at : at + TILE_WIDTH]
        yield (level, before // TILE_WIDTH + at // TILE_WIDTH, len(row)), row


def edge_shapes(size: int) -> Iterator[Shape]:
    """Yield the partial bundle and the partial tiles of a tree of that size, the bundle first."""
    level, hashes = 0, size
    while hashes:
        if width := hashes % TILE_WIDTH:
            if level == 0:
                yield "entries", hashes // TILE_WIDTH, width
            yield level, hashes // TILE_WIDTH, width
        level, hashes = level + 1, hashes // TILE_WIDTH


def superseded(earlier: int, size: int) -> Iterator[str]:
    """Yield the paths of the partial tiles and bundles of an earlier tree that a larger one no longer has."""
    now = set(edge_shapes(size))
    yield from (tile_path(*shape) for shape in edge_shapes(earlier) if shape not in now)


def edge_at(read: Read, earlier: int, size: int) -> Edge:
    """Return the right edge that the tree had at an earlier size, from the tiles of the tree of this size.

    What is read is not checked but for its length: compare the root.

    Raises VerificationError for a tile or bundle of another length than its name says, and what `read` raises.
    """
    levels: list[tuple[bytes, ...]] = []
    hashes, now = earlier, size
    while hashes:
        row = _row(read, len(levels), hashes // TILE_WIDTH, now) if hashes % TILE_WIDTH else []
        levels.append(tuple(row[: hashes % TILE_WIDTH]))
        hashes, now = hashes // TILE_WIDTH, now // TILE_WIDTH
    bundle = read_bundle(read, earlier // TILE_WIDTH, size) if earlier % TILE_WIDTH else []
    return Edge(size=earlier, levels=tuple(levels), bundle=tuple(bundle[: earlier % TILE_WIDTH]))


def _row(read: Read, level: int, index: int, hashes: int) -> list[bytes]:
    width = min(TILE_WIDTH, hashes - index * TILE_WIDTH)
    path = tile_path(level, index, width)
    data = read(path)
    if len(data) != width * HASH_BYTES:
        raise VerificationError(f"{path} has {len(data)} bytes instead of {width * HASH_BYTES}")
    return [data[at : at + HASH_BYTES] for at in range(0, len(data), HASH_BYTES)]


def read_bundle(read: Read, index: int, size: int) -> list[bytes]:
    """Return the entries of a bundle of a tree of that size.

    Raises VerificationError where the bundle is not so many entries, and what `read` raises.
    """
    width = min(TILE_WIDTH, size - index * TILE_WIDTH)
    path = tile_path("entries", index, width)
    try:
        return split_bundle(read(path), width)
    except VerificationError as error:
        raise VerificationError(f"{path}: {error}") from None


def read_back(read: Read, edge: Edge, root: bytes, size: int) -> tuple[list[bytes], Edge]:
    """Return the entries added since an edge, and the new edge, worked out from what now lies on the disk.

    Nothing that was in memory while it was written is believed: `root` is the one that was signed for the old edge, the
    bundles are hashed again and every tile that follows from them is compared with the disk.

    Raises:
        VerificationError: where something differs: a disk or a memory that does not keep what it was given.

    """
    if edge.root != root or [leaf_hash(entry) for entry in edge.bundle] != [*(edge.levels or ((),))[0]]:
        raise VerificationError("the tree in memory is not the one that was signed")
    first = edge.size // TILE_WIDTH
    found = [entry for index in range(first, -(-size // TILE_WIDTH)) for entry in read_bundle(read, index, size)]
    if found[: len(edge.bundle)] != [*edge.bundle]:
        raise VerificationError("entries that were signed before are not on the disk as they were")
    entries = found[len(edge.bundle) :]
    files, new = grown(edge, entries)
    for path, data in files.items():
        if read(path) != data:
            raise VerificationError(f"{path} is not on the disk as it was written")
    return entries, new
