"""Readers of the tables of records other than fire: who says what, of which act, when it was so, known since when."""

from trucewatch.intake.reader import Reader
from trucewatch.intake.records import (
    events,
    footprints,
    harm,
    inventory,
    lists,
    mandate,
    notices,
    passage,
    positions,
    returns,
    sites,
    statements,
    strength,
)
from trucewatch.intake.records.common import COMMON


def _with_common(*own: str) -> frozenset[str]:
    return frozenset({*COMMON, *own})


# Each reader with all the columns that it reads. The first whose columns the header has reads the file: lists before
# all, so that no other reader gets to see one, and notices before mandates, which have a notice too, but no window.
_TABLES: tuple[tuple[Reader, frozenset[str]], ...] = (
    (lists.LISTS, lists.KNOWN),
    (events.EVENTS, _with_common(*events.COLUMNS)),
    (inventory.INVENTORY, _with_common(*inventory.COLUMNS)),
    (strength.STRENGTH, _with_common(*strength.COLUMNS)),
    (passage.PASSAGE, _with_common(*passage.COLUMNS)),
    (notices.NOTICES, _with_common(*notices.COLUMNS)),
    (mandate.MANDATE, _with_common(*mandate.COLUMNS)),
    (returns.RETURNS, _with_common(*returns.COLUMNS)),
    (sites.SITES, _with_common(*sites.COLUMNS)),
    (harm.HARM, _with_common(*harm.COLUMNS)),
    (positions.POSITIONS, _with_common(*positions.COLUMNS)),
    (footprints.FOOTPRINTS, _with_common(*footprints.COLUMNS)),
    (statements.STATEMENTS, _with_common(*statements.COLUMNS)),
)

RECORDS = tuple(reader for reader, _ in _TABLES)
COLUMNS = {reader.kind: columns for reader, columns in _TABLES}
