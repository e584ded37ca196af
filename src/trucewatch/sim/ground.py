"""The winding line, whose ground lies where, and the places that are known. Kilometres east and north of `CENTRE`."""

from dataclasses import dataclass

import numpy as np

from trucewatch.sim.chance import Bools, Chance, Floats, Generator, Ints
from trucewatch.sim.settings import Settings
from trucewatch.spacetime import Plane

CENTRE = Plane(lon=-30.0, lat=45.0)  # in the open Atlantic, so that nobody takes it for a real front
STEP_KM = 0.5  # between the points of the line
DEPTH_KM = 60.0  # how far back held ground is drawn: a guess
WAVES_KM = ((210.0, 12.0), (90.0, 5.0), (38.0, 2.0))  # (wavelength, amplitude) of the line's windings: guesses
DRIFT_KM = 8.0  # over which the error of the drawn line changes: a guess
CELL_KM = 5.0  # stretches of the line that are livelier or calmer than others
THIRD_SHARE = 0.25  # of one side's length, where there is a third party


@dataclass(frozen=True, slots=True)
class Ground:
    """The line as a graph `north` over `east`; `upper` and `lower` are the parties (by position) on its two sides.

    `third` is (side, from, to): the third party's stretch on that side, in km east; side 0 where there is none.
    """

    east: Floats
    north: Floats
    drawn: Floats
    upper: int
    lower: int
    third: tuple[int, float, float]
    lively: Floats

    def line(self, east: Floats) -> Floats:
        """Return how far north the line lies at each `east`."""
        return np.interp(east, self.east, self.north)

    def side(self, east: Floats, north: Floats) -> Ints:
        """Return +1 north of the line, -1 south of it."""
        return np.where(north > self.line(east), 1, -1)

    def holder(self, east: Floats, side: Ints) -> Ints:
        """Return the position of the party that holds that side of the line there."""
        third_side, start, end = self.third
        held = np.where(side > 0, self.upper, self.lower)
        return np.where((side == third_side) & (east >= start) & (east < end), 2, held)

    def normals(self, east: Floats) -> tuple[Floats, Floats]:
        """Return the unit vector across the line, pointing to its north side."""
        slope = (self.line(east + STEP_KM) - self.line(east - STEP_KM)) / (2 * STEP_KM)
        length = np.hypot(slope, 1)
        return -slope / length, 1 / length

    def beside(self, east: Floats, side: Ints, depth_km: Floats) -> tuple[Floats, Floats]:
        """Return points that far from the line at `east`, on that side; nearer where the line winds back."""
        across_e, across_n = self.normals(east)
        base = self.line(east)
        depth = depth_km.copy()
        for _ in range(4):
            there_e, there_n = east + side * across_e * depth, base + side * across_n * depth
            wrong: Bools = self.side(there_e, there_n) != side
            if not wrong.any():
                break
            depth = np.where(wrong, depth / 2, depth)
        return east + side * across_e * depth, base + side * across_n * depth

    def somewhere(self, chance: Generator, count: int, party: Ints | None = None) -> tuple[Floats, Ints]:
        """Return (east, side) of places along the line, lively stretches more often; on a party's ground if given."""
        cells = chance.choice(len(self.lively), size=count, p=self.lively)
        east = self.east[0] + (cells + chance.random(count)) * CELL_KM
        side = np.where(chance.random(count) < 0.5, 1, -1)
        if party is None:
            return east, side
        for _ in range(60):  # a third party holds a quarter of one side: a miss has a chance below 1e-3
            lost = np.flatnonzero(self.holder(east, side) != party)
            if not len(lost):
                break
            either = -side[lost]
            fits = self.holder(east[lost], either) == party[lost]
            side[lost[fits]] = either[fits]
            rest = lost[~fits]
            drawn = chance.choice(len(self.lively), size=len(rest), p=self.lively)
            east[rest] = self.east[0] + (drawn + chance.random(len(rest))) * CELL_KM
        return east, side


def lay(settings: Settings, chance: Chance) -> Ground:
    """Draw the line, who holds which side, and how lively each stretch is; neither side is preferred."""
    draw = chance.stream("line")
    phases = draw.random(len(WAVES_KM))
    width = settings.line_km
    for _ in range(8):  # the east-west extent at which the windings make the wanted length
        east = np.linspace(-width / 2, width / 2, round(settings.line_km / STEP_KM) + 1)
        north = _windings(east, phases)
        width *= settings.line_km / float(np.sum(np.hypot(np.diff(east), np.diff(north))))
    error = chance.stream("drawn line")
    knots = np.arange(east[0] - DRIFT_KM, east[-1] + 2 * DRIFT_KM, DRIFT_KM)
    drawn = north + np.interp(east, knots, error.normal(0, settings.accuracy_km, len(knots)))
    upper = int(chance.stream("who is north").integers(2))
    cells = int((east[-1] - east[0]) // CELL_KM)
    lively = chance.stream("lively stretches").lognormal(0, 0.7, cells)
    return Ground(east, north, drawn, upper, 1 - upper, _third(settings, chance, east), lively / lively.sum())


def _windings(east: Floats, phases: Floats) -> Floats:
    north: Floats = np.sum(
        [size * np.sin(2 * np.pi * (east / length + p)) for (length, size), p in zip(WAVES_KM, phases, strict=True)],
        axis=0,
    )
    return north


def _third(settings: Settings, chance: Chance, east: Floats) -> tuple[int, float, float]:
    if len(settings.parties) < 3:
        return 0, 0.0, 0.0
    draw = chance.stream("third party")
    length = (east[-1] - east[0]) * THIRD_SHARE
    start = float(draw.uniform(east[0] + 10, east[-1] - length - 10))
    return (1 if draw.random() < 0.5 else -1), start, float(start + length)
