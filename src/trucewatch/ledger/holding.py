"""The files of a mirror's copy: read back when written, put right after a crash, freed of what was erased."""

from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from functools import lru_cache
from pathlib import Path
from typing import Any

from trucewatch.ledger import edge as edges
from trucewatch.ledger.commitments import disclosure_files
from trucewatch.ledger.copies import fields_of, is_ours, without
from trucewatch.ledger.disk import Disk
from trucewatch.ledger.edge import EMPTY, Edge
from trucewatch.ledger.heads import remove
from trucewatch.ledger.proof import Tree, from_tiles
from trucewatch.ledger.verify import (
    TILE_WIDTH,
    Rules,
    disclosures_path,
    leaf_hash,
    parse_disclosures,
    split_bundle,
    tile_path,
    tile_shapes,
)

_KEPT_BUNDLES = 8  # acts and what they are about lie close together or far apart; a bundle is at most 16 MiB


class Holding:
    """The folder of one copy. Paths are those of docs/ledger.md, section 1."""

    def __init__(self, store: Path, disk: Disk) -> None:
        self._store, self._disk = store, disk

    def read(self, path: str) -> bytes:
        """Return a file; raise FileNotFoundError, OSError."""
        return self._disk.read(self._store / path)

    def put(self, path: str, data: bytes) -> None:
        """Write a file durably and read it back; raise OSError."""
        self._disk.write(self._store / path, data)
        if self.read(path) != data:
            raise OSError(f"the disk does not give back what was written: {path}")

    def has(self, path: str) -> bool:
        """Tell whether there is such a file."""
        return self._disk.exists(self._store / path)

    def settled(self) -> list[str]:
        """Put right what a crash left of single writings, and return what files there are."""
        self._disk.settle(self._store)
        return self._disk.names(self._store)

    def tree(self, size: int) -> Tree:
        """Return the tree of the copy, from its stored tiles."""
        return from_tiles(self.read, size)

    def bundle(self, index: int, size: int) -> list[bytes]:
        """Return the entries of a bundle as they lie there for a tree of that size."""
        width = min(TILE_WIDTH, size - index * TILE_WIDTH)
        return split_bundle(self.read(tile_path("entries", index, width)), width)

    def entries_at(self, size: int) -> Callable[[int], dict[str, Any]]:
        """Return what gives the object of an entry, by its index, as long as the copy has that size."""

        @lru_cache(_KEPT_BUNDLES)
        def bundle(index: int) -> list[bytes]:
            return self.bundle(index, size)

        return lambda index: fields_of(bundle(index // TILE_WIDTH)[index % TILE_WIDTH])

    def replay(self, size: int, each: Callable[[int, bytes], None]) -> tuple[Edge, dict[str, bytes]]:
        """Return the edge of the tree worked out from the stored entries, and show each of them.

        Also the tiles of hashes that lie there otherwise than the entries say: whichever of the two is wrong. Raises
        VerificationError, FileNotFoundError.
        """
        edge, other = EMPTY, dict[str, bytes]()
        for first, stop in edges.runs(0, size):
            entries = self.bundle(first // TILE_WIDTH, stop)
            edge, full = edges.extended(edge, [leaf_hash(entry) for entry in entries])
            other |= {path: tile for path, tile in full.items() if not self._is(path, tile)}
            for at, entry in enumerate(entries, start=first):
                each(at, entry)
        other |= {path: tile for path, tile in edges.partial(edge).items() if not self._is(path, tile)}
        return edge, other

    def _is(self, path: str, data: bytes) -> bool:
        return self.has(path) and self.read(path) == data

    def disclosures(self, index: int, size: int) -> dict[int, Sequence[str]]:
        """Return what is shown of the entries of a bundle, those beyond a tree of that size left out."""
        with suppress(FileNotFoundError):
            lines = parse_disclosures(self.read(disclosures_path(index)), index * TILE_WIDTH, TILE_WIDTH)
            return {at: lines[at] for at in lines if at < size}
        return {}

    def show(self, index: int, lines: Mapping[int, Sequence[str]]) -> None:
        """Make a bundle's disclosures just these."""
        path, files = disclosures_path(index), disclosure_files(lines)
        if not files and self.has(path):
            remove(self._disk, self._store, [path])
        for name, data in files.items():
            if not self._is(name, data):
                self.put(name, data)

    def grown(self, before: int, size: int) -> None:
        """Remove the partial tiles and bundles of the smaller tree."""
        remove(self._disk, self._store, _partial_paths(before) - _partial_paths(size))

    def clean(self, size: int, named: set[bytes]) -> None:
        """Remove what belongs to no tree of that size and is not one of the files named, by their digests."""
        wanted = {"checkpoint", "policy", *(tile_path(*shape) for shape in tile_shapes(size))}
        wanted.update(disclosures_path(index) for index in range(-(-size // TILE_WIDTH)))
        found = (path for path in self._disk.names(self._store) if path not in wanted and is_ours(path))
        remove(self._disk, self._store, [path for path in found if _digest_of(path) not in named])
        if size % TILE_WIDTH:
            self.show(size // TILE_WIDTH, self.disclosures(size // TILE_WIDTH, size))

    def erase(self, rules: Rules, size: int) -> None:
        """Destroy what two guarantors have erased, as far as it is still there."""
        gone = [f"blobs/{digest}" for digest in sorted(rules.erased_blobs) if self.has(f"blobs/{digest}")]
        remove(self._disk, self._store, gone)
        for index in sorted({entry // TILE_WIDTH for entry in rules.erased_fields}):
            lines = self.disclosures(index, size)
            self.show(index, {at: without(lines[at], rules.erased_fields.get(at, set())) for at in lines})


def _digest_of(path: str) -> bytes:
    folder, _, digest = path.partition("/")
    return bytes.fromhex(digest) if folder == "blobs" else b""


def _partial_paths(size: int) -> set[str]:
    return {tile_path(*shape) for shape in tile_shapes(size) if shape[2] != TILE_WIDTH}
