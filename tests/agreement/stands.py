"""Where the obligations of a bundled case stand as of the end of a day, whatever is left out, added or changed."""

from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from functools import cache

from trucewatch import centre, inquiry
from trucewatch.agreement.examples import Example, parse_examples
from trucewatch.agreement.hold import hold
from trucewatch.model import Attribution, Case, ClauseStatus, Incident, Record
from trucewatch.pipeline import Assessment
from trucewatch.spacetime import local, local_day


@cache
def read(name: str) -> Assessment:
    """A bundled case on the whole path; what it found is taken as given below."""
    return inquiry.concluded(centre.find_case(name))


def examples_of(name: str) -> tuple[Example, ...]:
    """The examples beside a bundled case; whether they come out is test_cases' business."""
    tz = read(name).case.time_zone
    return tuple(e for file in inquiry.example_files(name) for e in parse_examples(file.read_bytes(), file.name, tz))


def days_of(name: str) -> list[date]:
    """The days that the examples of a bundled case speak of, in order."""
    return sorted({local_day(e.as_of - timedelta(hours=1), read(name).case.time_zone) for e in examples_of(name)})


def stands(
    name: str,
    as_of: date,
    as_known: date | None = None,
    *,
    without: Iterable[str] = (),
    records: Iterable[Record] | None = None,
    found: Assessment | None = None,
    case: Case | None = None,
    incidents: tuple[Incident, ...] | None = None,
    attributions: tuple[Attribution, ...] | None = None,
) -> dict[tuple[str, str], ClauseStatus]:
    """Statuses by obligation and bearer; `without` are ids of records, `found` stands in for the case as bundled."""
    known, left_out = found or read(name), set(without)
    tz = known.case.time_zone
    stood, _ = hold(
        case or known.case,
        known.incidents if incidents is None else incidents,
        known.attributions if attributions is None else attributions,
        known.efforts,
        end_of(as_of, tz),
        records=[r for r in (known.records if records is None else records) if r.id not in left_out],
        as_known=None if as_known is None else end_of(as_known, tz),
    )
    return {(status.obligation_id, status.bearer): status for status in stood}


def end_of(day: date, tz: str) -> datetime:
    return local(day + timedelta(days=1), time(), tz)
