"""Reader of statements: public claims about what the paper provides, to be held against its clauses (R20)."""

from trucewatch.intake.columns import cell as text_of
from trucewatch.intake.reader import Context, Reader
from trucewatch.intake.records.common import Cells, in_order, moment, number, record, stated, term
from trucewatch.model import Record, Statement
from trucewatch.vocabulary import Modality

COLUMNS = ("speaker", "outlet", "actor", "modality", "at_most", "at_least", "by")


def _read(cells: Cells, context: Context) -> Record:
    at_most, at_least = number(cells, "at_most"), number(cells, "at_least")
    in_order(at_least, at_most, ("at_least", "at_most"))
    body = Statement(
        speaker=stated(cells, "speaker", "who made the claim"),
        outlet=text_of(cells, "outlet"),
        actor=context.named(cells.get("actor", "")),
        modality=term(cells, "modality", Modality),
        at_most=at_most,
        at_least=at_least,
        by=moment(cells, "by", context),
    )
    return record(cells, context, STATEMENTS.kind, body)


STATEMENTS = Reader(kind="statements", columns=frozenset({"speaker", "outlet", "modality"}), read=_read)
