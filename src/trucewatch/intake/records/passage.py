"""Reader of corridors and crossings: what they are since when, by whose doing, and how many passages were counted."""

from trucewatch.intake.columns import cell
from trucewatch.intake.reader import Context, Reader
from trucewatch.intake.records.common import Cells, number, record, term
from trucewatch.model import Passage, Record
from trucewatch.vocabulary import WayCondition

COLUMNS = ("condition", "passages", "barred_by")


def _read(cells: Cells, context: Context) -> Record:
    condition, barred_by = term(cells, "condition", WayCondition), context.named(cell(cells, "barred_by"))
    if barred_by is not None and condition is WayCondition.OPEN:
        raise ValueError("says who barred a way that is open: leave barred_by empty, or correct the condition")
    body = Passage(condition=condition, passages=number(cells, "passages"), barred_by=barred_by)
    return record(cells, context, PASSAGE.kind, body)


PASSAGE = Reader(kind="passage", columns=frozenset({"condition", "passages"}), read=_read)
