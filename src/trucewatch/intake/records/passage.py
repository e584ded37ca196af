"""Reader of corridors and crossings: what they are since when, and how many passages were counted."""

from trucewatch.intake.reader import Context, Reader
from trucewatch.intake.records.common import Cells, number, record, term
from trucewatch.model import Passage, Record
from trucewatch.vocabulary import WayCondition

COLUMNS = ("condition", "passages")


def _read(cells: Cells, context: Context) -> Record:
    body = Passage(condition=term(cells, "condition", WayCondition), passages=number(cells, "passages"))
    return record(cells, context, PASSAGE.kind, body)


PASSAGE = Reader(kind="passage", columns=frozenset(COLUMNS), read=_read)
