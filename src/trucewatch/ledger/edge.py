"""The right edge of a growing tree: what a keeper needs to work out the next root and the tiles itself. Pure.

A tile that is full never changes (C2SP tlog-tiles), so the last, partial tile of each level is enough to go on from.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from trucewatch.ledger.verify import HASH_BYTES, TILE_WIDTH, VerificationError, fold, root_of, tile_path

_TILE_HEIGHT = 8  # levels of the tree in a tile of 256 hashes


@dataclass(frozen=True, slots=True, kw_only=True)
class Edge:
    """A tree of `size` leaves; `rows` are the hashes of the last, partial tile of each level, lowest first."""

    size: int = 0
    rows: tuple[tuple[bytes, ...], ...] = ()


EMPTY = Edge()


def root(edge: Edge) -> bytes:
    """Return the root of the tree (RFC 6962, section 2.1), 32 bytes."""
    return root_of(edge.rows)


def room(edge: Edge) -> int:
    """Return how many leaves the last bundle can still take: 1 to 256."""
    return TILE_WIDTH - edge.size % TILE_WIDTH


def extended(edge: Edge, leaves: Sequence[bytes]) -> tuple[Edge, dict[str, bytes]]:
    """Return the edge after these leaf hashes, at most `room(edge)` of them, and the tiles that became full."""
    if len(leaves) > room(edge):
        raise ValueError(f"the last bundle has room for {room(edge)} leaves, not for {len(leaves)}")
    size, rows, full = edge.size + len(leaves), list(edge.rows), {}
    rising = tuple(leaves)
    for level in range(len(rows) + 2):  # a first bundle that comes whole opens two levels
        row = (*(rows[level] if level < len(rows) else ()), *rising)
        rows[level : level + 1] = [row]
        if len(row) < TILE_WIDTH:
            break
        index = (size >> _TILE_HEIGHT * (level + 1)) - 1
        full[tile_path(level, index, TILE_WIDTH)] = b"".join(row)
        rows[level], rising = (), (fold(row),)
    return Edge(size=size, rows=tuple(rows)), full


def partial(edge: Edge) -> dict[str, bytes]:
    """Return path to bytes of the partial tiles."""
    return {
        tile_path(level, edge.size >> _TILE_HEIGHT * (level + 1), len(row)): b"".join(row)
        for level, row in enumerate(edge.rows)
        if row
    }


def read(size: int, tile: Callable[[str], bytes]) -> Edge:
    """Return the edge of a tree of that size from its stored tiles, which `tile` returns by their path.

    Raises VerificationError for a tile of another length, and whatever `tile` raises.
    """
    rows, level = [], 0
    while size >> _TILE_HEIGHT * level:
        index, width = divmod(size >> _TILE_HEIGHT * level, TILE_WIDTH)
        rows.append(hashes(tile(tile_path(level, index, width)), width) if width else ())
        level += 1
    return Edge(size=size, rows=tuple(rows))


def hashes(tile: bytes, width: int) -> tuple[bytes, ...]:
    """Return the hashes of a tile of that width, or raise VerificationError where it has another length."""
    if len(tile) != width * HASH_BYTES:
        raise VerificationError(f"a tile of {width} hashes has {len(tile)} bytes")
    return tuple(tile[at : at + HASH_BYTES] for at in range(0, len(tile), HASH_BYTES))


def runs(start: int, end: int) -> Iterator[tuple[int, int]]:
    """Yield (first, last + 1) of what each bundle holds of the leaves from `start` up to `end`."""
    while start < end:
        stop = min(end, (start // TILE_WIDTH + 1) * TILE_WIDTH)
        yield start, stop
        start = stop
