"""Reader of inventories: how many of an item in all were offered, and accepted by whom, up to a time."""

from trucewatch.intake.reader import Context, Reader
from trucewatch.intake.records.common import Cells, in_order, number, record, stated
from trucewatch.model import Inventory, Record

COLUMNS = ("item", "offered", "accepted_by_monitor", "accepted_by_other")


def _read(cells: Cells, context: Context) -> Record:
    item = stated(cells, "item", "what was counted, such as arms").lower()
    offered, *accepted = (number(cells, name) for name in COLUMNS[1:])
    if offered is None and accepted == [None, None]:
        raise ValueError(f"counts nothing: {', '.join(COLUMNS[1:])} are all empty")
    for count, name in zip(accepted, COLUMNS[2:], strict=True):
        in_order(count, offered, (name, "offered"))
    body = Inventory(item=item, offered=offered, accepted_by_monitor=accepted[0], accepted_by_other=accepted[1])
    return record(cells, context, INVENTORY.kind, body)


INVENTORY = Reader(kind="inventory", columns=frozenset(COLUMNS), read=_read)
