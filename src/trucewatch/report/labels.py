"""Labels that do not collide: each takes the first free place about its point, or is left off."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

CELL = 4.0  # page units of the grid in which room is counted
WIDE = 0.6  # mean width of a letter of DejaVu Sans in em; a guess from its digits (0.636) and lower case
LINE = 1.15  # height of a line in em
GAPS = (5.0, 12.0)  # between a point and its label, in page units; the second where the first finds no room


@dataclass(frozen=True, slots=True)
class Room:
    """The free room of a drawing of this size; `taken` is the one thing here that changes."""

    width: float
    height: float
    taken: set[tuple[int, int]] = field(default_factory=set)

    def take(self, x: float, y: float, width: float, height: float) -> None:
        """Occupy a box, given by its upper left corner."""
        self.taken.update(_cells(x, y, width, height))

    def take_line(self, points: Sequence[tuple[float, float]]) -> None:
        """Occupy the cells along a line, so that no label crosses it."""
        for (x, y), (u, v) in pairwise(points):
            steps = int(max(abs(u - x), abs(v - y)) // CELL) + 1
            self.taken.update(
                (int((x + (u - x) * n / steps) // CELL), int((y + (v - y) * n / steps) // CELL))
                for n in range(steps + 1)
            )

    def free(self, x: float, y: float, width: float, height: float) -> bool:
        """Tell whether a box lies in the drawing and touches nothing."""
        inside = x >= 2 and y >= 2 and x + width <= self.width - 2 and y + height <= self.height - 2
        return inside and self.taken.isdisjoint(_cells(x, y, width, height))


def place(lines: Sequence[str], x: float, y: float, size: float, room: Room) -> tuple[float, float] | None:
    """Return the upper left corner of a free box for the lines about a point, and occupy it; None: no room."""
    width = max(len(line) for line in lines) * size * WIDE
    height = len(lines) * size * LINE
    for gap in GAPS:
        for left, top in _corners(x, y, width, height, gap):
            if room.free(left, top, width, height):
                room.take(left, top, width, height)
                return left, top
    return None


def _corners(x: float, y: float, width: float, height: float, gap: float) -> Iterable[tuple[float, float]]:
    """Return boxes right, left, below and above a point, then between those."""
    right, left, middle = x + gap, x - gap - width, x - width / 2
    below, above, level = y + gap, y - gap - height, y - height / 2
    flat = ((right, level), (left, level), (middle, below), (middle, above))
    return (*flat, *((side, end) for side in (right, left) for end in (above, below)))


def _cells(x: float, y: float, width: float, height: float) -> Iterable[tuple[int, int]]:
    columns = range(int(x // CELL), int((x + width) // CELL) + 1)
    rows = range(int(y // CELL), int((y + height) // CELL) + 1)
    return ((column, row) for column in columns for row in rows)
