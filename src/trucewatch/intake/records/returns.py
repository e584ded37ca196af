"""Reader of returns: people who came back to a place in a period, and what kept others away."""

from dataclasses import replace

from trucewatch.intake.columns import cell as text_of
from trucewatch.intake.reader import Context, Reader
from trucewatch.intake.records.common import Cells, moment, record, stated
from trucewatch.intake.records.counts import bounds
from trucewatch.model import Count, Interval, Record, Returned

COLUMNS = ("persons_min", "persons_max", "place", "until", "obstacle")


def _read(cells: Cells, context: Context) -> Record:
    place = stated(cells, "place", "where people came back to")
    persons, obstacle = bounds(cells, "persons_min", "persons_max"), text_of(cells, "obstacle")
    if persons == Count() and not obstacle:
        raise ValueError("says nothing: persons_min, persons_max and obstacle are all empty")
    found = record(cells, context, RETURNS.kind, Returned(place=place, persons=persons, obstacle=obstacle))
    return replace(found, clocks=replace(found.clocks, claimed=_period(cells, context)))


def _period(cells: Cells, context: Context) -> Interval | None:
    """Return from the beginning of `time` to the end of `until`; of `time` alone where there is no `until`."""
    start, end = moment(cells, "time", context), moment(cells, "until", context)
    if end is None:
        return start
    if start is None:
        raise ValueError("has an until but no time: write in time when the period began")
    if end.end < start.start:
        raise ValueError("its until is before its time")
    return Interval(start=start.start, end=end.end)


RETURNS = Reader(kind="returns", columns=frozenset({"persons_min", "persons_max", "place"}), read=_read)
