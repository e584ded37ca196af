"""A place that directs nobody's fire: a cell of a fixed grid, and words that are made of the cell alone.

Everything that is made public of a place follows from its cell. If words were made of the place and a cell were shown
beside them, the two together would say more than either: a circle about a village cuts a cell into slivers.
"""

import math
from dataclasses import dataclass

from trucewatch.report.places import Settlements, nearest
from trucewatch.spacetime import GEODESIC
from trucewatch.vocabulary import End

COARSE_KM = 10  # no side of a cell is shorter; as the room's pages have had it from the beginning (a guess)
STEP = 0.1  # degrees of latitude from row to row at the finest level: 11.06 to 11.17 km on WGS 84
COARSEST = 6  # the level of 6.4 degrees; whoever does not know better than that does not know the place


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """One cell of the grid, its edges in degrees; at each `level` the rows are twice as high as at the one before."""

    level: int
    row: int
    column: int
    west: float
    south: float
    east: float
    north: float

    @property
    def km(self) -> int:
        """Return how long its shortest side is at least, in km."""
        return COARSE_KM << self.level

    @property
    def name(self) -> str:
        """Return what the cell is called: its level, row and column."""
        return f"{self.level}/{self.row}/{self.column}"

    @property
    def middle(self) -> tuple[float, float]:
        """Return longitude and latitude of its middle."""
        return (self.west + self.east) / 2, (self.south + self.north) / 2

    @property
    def reach_km(self) -> float:
        """Return how far its farthest corner is from its middle, in km."""
        lon, lat = self.middle
        corners = ((self.west, self.south), (self.west, self.north))
        return max(float(GEODESIC.inv(lon, lat, *corner)[2]) for corner in corners) / 1000


def cell_of(lon: float, lat: float, radius_km: float, place_of: str) -> Cell:
    """Return the cell that a place lies in, no smaller than the radius that holds it with 68 % probability.

    Where no end of the fire is known, the place is where it was perceived, near somebody who observed: then the cell is
    twice as wide at least.
    """
    finest = 1 if place_of == End.PERCEIVED else 0
    level = min(max(finest, math.ceil(math.log2(max(radius_km, COARSE_KM) / COARSE_KM))), COARSEST)
    tenths = 2**level
    row = math.floor(lat / STEP / tenths)
    columns = _columns(row, tenths)
    column = min(int((lon + 180) / 360 * columns), columns - 1)
    edges = [column / columns * 360 - 180, (column + 1) / columns * 360 - 180]
    return Cell(
        level=level,
        row=row,
        column=column,
        west=round(edges[0], 5),
        south=round(row * tenths / 10, 5),
        east=round(edges[1], 5),
        north=round((row + 1) * tenths / 10, 5),
    )


def _columns(row: int, tenths: int) -> int:
    """Return into how many columns a row is cut: at its edge nearer to the pole they are as wide as rows are high."""
    edge = min(max(abs(row), abs(row + 1)) * tenths * STEP, 90.0)
    return max(1, int(360 * math.cos(math.radians(edge)) / (tenths * STEP)))


def coarse_words(cell: Cell, radius_km: float, known: Settlements) -> str:
    """Return where a cell is: within so many km of which settlement, both names of it."""
    found = nearest(*cell.middle, known)
    if found is None:
        return "near the line"
    km, _, named = found
    reach = km + cell.reach_km + radius_km
    return f"within about {math.ceil(reach / COARSE_KM) * COARSE_KM} km of {named}"
