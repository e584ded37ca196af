"""Reader of notices: what a side announced beforehand, for which time and where (R3)."""

from trucewatch.intake import cells as cell
from trucewatch.intake.reader import Context, Reader
from trucewatch.intake.records.common import Cells, moment, record, term
from trucewatch.model import Interval, Notice, Record
from trucewatch.vocabulary import NoticeOf

COLUMNS = ("notice", "starts", "ends", "radius_km")


def _read(cells: Cells, context: Context) -> Record:
    radius_km = cell.optional(cells.get("radius_km", ""), cell.distance_km, "radius_km")
    body = Notice(of=term(cells, "notice", NoticeOf), window=_window(cells, context), radius_km=radius_km)
    found = record(cells, context, NOTICES.kind, body)
    if found.place is None and radius_km is not None:
        raise ValueError("radius_km is that of a circle about a place, and neither lon nor lat is stated")
    return found


def _window(cells: Cells, context: Context) -> Interval:
    """Return from the beginning of `starts` to the end of `ends`, each a moment or a day."""
    starts, ends = moment(cells, "starts", context), moment(cells, "ends", context)
    if starts is None or ends is None:
        missing = "starts" if starts is None else "ends"
        raise ValueError(f"has no {missing}: a notice says from when to when; of one day write the same day in both")
    if ends.end < starts.start:
        raise ValueError("its ends is before its starts")
    return Interval(start=starts.start, end=ends.end)


# before the table of mandates, which has a notice too, but no window
NOTICES = Reader(kind="notices", columns=frozenset({"notice", "starts", "ends"}), read=_read)
