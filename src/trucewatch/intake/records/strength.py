"""Reader of strengths: how many people, vehicles or other items were there at a time, between two bounds."""

from trucewatch.intake.reader import Context, Reader
from trucewatch.intake.records.common import Cells, record, stated
from trucewatch.intake.records.counts import bounds
from trucewatch.model import Count, Record, Strength

COLUMNS = ("item", "count_min", "count_max")


def _read(cells: Cells, context: Context) -> Record:
    item = stated(cells, "item", "what was counted, such as personnel").lower()
    count = bounds(cells, "count_min", "count_max")
    if count == Count():
        raise ValueError("counts nothing: count_min and count_max are both empty")
    return record(cells, context, STRENGTH.kind, Strength(item=item, count=count))


STRENGTH = Reader(kind="strength", columns=frozenset(COLUMNS), read=_read)
