"""What a record says of each of its reports: how densely happenings and statements lie, how common numbers are.

All of it is counted over the record once, and may then be asked of any report, of that record or not: a report that
comes later is held against the record as it was counted last.
"""

from dataclasses import dataclass, replace

import numpy as np

from trucewatch.assess.table import Floats, Ints, Table

# Least density of happenings where something was perceived, per km² and second, so that a sparse table does not glue a
# whole day together. On a busy front SMM region-days hold 10 to 1,450 explosions (median 155, the bundled totals) over
# about 3,000 km² of watched belt; at ten explosions to a record that is 6e-8. On a quiet one there are fewer: 1e-8, a
# guess.
LEAST_DENSITY = 1e-8
REPORTS_EACH = 2.0  # reports of one happening, on average; the measured sketch of association had a median of two
NEAR_CELLS, CELL_KM = 3, 2.5  # happenings are counted within this many cells of a report each way: 17.5 km square
ABOUT_KM = 15.0  # the density of statements is that of a cell so wide
LEAST_LONG_S = 86_400.0
NEAR_NUMBER = 1.5  # two numbers are near each other within this factor; a guess
LEAST_NUMBERS = 50  # reports with a number from which the table tells how common each is
_WIDE = 1 << 32  # more than there are cells from north to south


@dataclass(frozen=True, slots=True, kw_only=True)
class Counted:
    """How many reports stand in each cell, and the seconds that the middle 98 % of them span.

    So one wrong year does not thin them out.
    """

    cell: Ints
    count: Ints
    span_s: float


@dataclass(frozen=True, slots=True)
class Recurrence:
    """How many answers a shot has, and how many others of a burst in each way, on average (`exchanges`)."""

    answers: float
    others: tuple[float, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Background:
    """A record as counted: its reports and its statements by cells, and every exact number stated, in order.

    `recurrence` is how often its shots are answered; None where it was not divided yet.
    """

    reports: Counted
    statements: Counted
    numbers: Ints
    recurrence: Recurrence | None = None


def background(table: Table) -> Background:
    """Count a record of reports, none of which repeats another."""
    return Background(
        reports=_counted(table, CELL_KM),
        statements=_counted(table.take(np.flatnonzero(~table.physical)), ABOUT_KM),
        numbers=np.sort(table.number[table.number > 0]),
    )


def against(table: Table, record: Background) -> Table:
    """Return the reports with the densities and the shares of numbers that the record gives them."""
    equal, near = number_shares(table.number, record.numbers)
    return replace(
        table,
        density=_densities(table, record.reports),
        statements=_about(table, record.statements, ABOUT_KM, 0) / (ABOUT_KM**2 * record.statements.span_s),
        equal_share=equal,
        near_share=near,
    )


def _cells(table: Table, wide_km: float) -> Ints:
    column, row = np.floor(table.east / wide_km).astype(np.int64), np.floor(table.north / wide_km).astype(np.int64)
    return column * _WIDE + row


def _counted(table: Table, wide_km: float) -> Counted:
    cell, count = np.unique(_cells(table, wide_km), return_counts=True)
    early, late = np.quantile(table.time, (0.01, 0.99)) if len(table) else (0.0, 0.0)
    return Counted(cell=cell, count=count, span_s=max(float(late - early), LEAST_LONG_S))


def _about(table: Table, counted: Counted, wide_km: float, steps: int) -> Ints:
    """Return how many stand within so many cells of each report each way, itself if it is the only one."""
    cell, of = np.unique(_cells(table, wide_km), return_inverse=True)
    found = np.zeros(len(cell), dtype=np.int64)
    ways = range(-steps, steps + 1)
    if len(counted.cell):
        for shift in (across * _WIDE + up for across in ways for up in ways):
            place = np.minimum(np.searchsorted(counted.cell, cell + shift), len(counted.cell) - 1)
            found += np.where(counted.cell[place] == cell + shift, counted.count[place], 0)
    return np.maximum(found, 1)[of]


def _densities(table: Table, counted: Counted) -> Floats:
    """Return for each report the density of happenings about it, per km² and second, as the record shows it."""
    side = (2 * NEAR_CELLS + 1) * CELL_KM
    found = _about(table, counted, CELL_KM, NEAR_CELLS) / (side * side * counted.span_s * REPORTS_EACH)
    return np.where(table.physical, np.maximum(found, LEAST_DENSITY), found)


def number_shares(number: Ints, stated: Ints) -> tuple[Floats, Floats]:
    """Return for each number how common it is among those stated, and how common others within NEAR_NUMBER of it are.

    Where fewer than LEAST_NUMBERS are stated, n is taken to be as common as 1/(n(n + 1)): half of all are single
    rounds, a quarter of the numbers n and above lie within NEAR_NUMBER; guesses. 0 where there is no number.
    """
    known, exact = number > 0, np.maximum(number, 1).astype(np.float64)
    if len(stated) < LEAST_NUMBERS:
        return np.where(known, 1 / (exact * (exact + 1)), 0.0), np.where(known, 0.25 / exact, 0.0)

    def share(low: Floats, high: Floats) -> Floats:
        within = np.searchsorted(stated, high, side="right") - np.searchsorted(stated, low, side="left")
        found: Floats = np.where(known, within / len(stated), 0.0)
        return found

    equal = share(exact, exact)
    return equal, share(np.ceil(exact / NEAR_NUMBER - 1e-9), np.floor(exact * NEAR_NUMBER + 1e-9)) - equal
