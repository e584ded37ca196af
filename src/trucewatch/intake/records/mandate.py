"""Reader of mandates: what somebody gave notice of, and what became of the term."""

from trucewatch.intake.reader import Context, Reader
from trucewatch.intake.records.common import Cells, record, term
from trucewatch.model import MandateRecord, Record
from trucewatch.vocabulary import MandateNotice

COLUMNS = ("notice",)


def _read(cells: Cells, context: Context) -> Record:
    return record(cells, context, MANDATE.kind, MandateRecord(notice=term(cells, "notice", MandateNotice)))


# one column of its own is little to know a table by, so this one needs the act as well
MANDATE = Reader(kind="mandate", columns=frozenset({"about", *COLUMNS}), read=_read)
