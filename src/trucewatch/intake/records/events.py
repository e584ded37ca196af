"""Reader of events: that something a paper asks for happened, did not, or has not yet, as somebody says."""

from trucewatch.intake.reader import Context, Reader
from trucewatch.intake.records.common import Cells, record, stated, term
from trucewatch.model import Event, Record
from trucewatch.vocabulary import Says

COLUMNS = ("event", "says")


def _read(cells: Cells, context: Context) -> Record:
    event = stated(cells, "event", "what happened or did not, such as done, opened or entry-of-other-side").lower()
    return record(cells, context, EVENTS.kind, Event(event=event, says=term(cells, "says", Says)))


EVENTS = Reader(kind="events", columns=frozenset(COLUMNS), read=_read)
