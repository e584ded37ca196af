"""Reader of positions: where a unit of monitors, drones, forces or aircraft was at a time."""

from trucewatch.intake.reader import Context, Reader
from trucewatch.intake.records.common import Cells, record, stated, term
from trucewatch.model import Position, Record
from trucewatch.vocabulary import UnitKind

COLUMNS = ("unit", "unit_kind")


def _read(cells: Cells, context: Context) -> Record:
    unit = stated(cells, "unit", "the unit, by a name that stays the same in all rows")
    found = record(cells, context, POSITIONS.kind, Position(unit=unit, unit_kind=term(cells, "unit_kind", UnitKind)))
    if found.place is None:
        raise ValueError("has no lon and no lat: a position is a place")
    return found


POSITIONS = Reader(kind="positions", columns=frozenset(COLUMNS), read=_read)
