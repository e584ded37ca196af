"""Moments, days and deadlines in plain words: on the paper's own clock, with UTC beside it."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from trucewatch.agreement.days import edge, moment_of, passes
from trucewatch.agreement.plain.speaker import Speaker, act_named, joined, unhyphened
from trucewatch.paper import Anchor, AnchorReading, Deadline
from trucewatch.spacetime import local_day
from trucewatch.vocabulary import DayRule

_MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)
_GREENWICH = frozenset({"UTC", "GMT", "UCT", "Zulu", "Greenwich", "Universal"})  # the IANA database's names for it


def zone_words(tz: str) -> str:
    """Return what a time zone is called: 'Moscow time', 'UTC', 'UTC+04:00'."""
    name = tz.rpartition("/")[2].replace("_", " ")
    if name in _GREENWICH:
        return "UTC"
    if name.startswith("GMT"):  # the signs of Etc/GMT-4 are those of POSIX: it is ahead of UTC
        return f"UTC{datetime(2000, 1, 1, tzinfo=ZoneInfo(tz)).isoformat()[-6:]}"
    return f"{name} time"


def day_words(day: date) -> str:
    """Return a day: '20 November 2020'."""
    return f"{day.day} {_MONTHS[day.month - 1]} {day.year}"


def utc_words(at: datetime, beside: date | None = None) -> str:
    """Return a moment of Greenwich: '21:00 UTC on 9 November 2020'; without its day where that stands beside it."""
    greenwich = at.astimezone(UTC)
    clock = f"{_clock(greenwich)} UTC"
    return clock if greenwich.date() == beside else f"{clock} on {day_words(greenwich.date())}"


def clock_words(at: datetime, tz: str) -> str:
    """Return a moment on the paper's clock: '14:30 Moscow time on 10 November 2020 (11:30 UTC on ...)'."""
    if zone_words(tz) == "UTC":
        return utc_words(at)
    wall = at.astimezone(ZoneInfo(tz))
    return f"{_clock(wall)} {zone_words(tz)} on {day_words(wall.date())} ({utc_words(at, wall.date())})"


def moment_words(at: datetime, tz: str) -> str:
    """Return a moment on the paper's clock; a midnight as the beginning of its day, which is what the file writes."""
    wall = at.astimezone(ZoneInfo(tz))
    return f"the beginning of {_beside(wall.date(), at, tz)}" if wall.time() == time() else clock_words(at, tz)


def on_words(at: datetime, tz: str) -> str:
    """Return when something was said or done: 'on 15 November 2020', 'at 14:30 Moscow time on 15 November 2020'."""
    wall = at.astimezone(ZoneInfo(tz))
    return f"on {day_words(wall.date())}" if wall.time() == time() else f"at {clock_words(at, tz)}"


def _clock(wall: datetime) -> str:
    """Return the time of day, as fine as it was written: '21:00', '21:00:30'."""
    written = wall.time().isoformat()
    return written.removesuffix(":00") if wall.second == wall.microsecond == 0 else written


def _beside(day: date, at: datetime, tz: str) -> str:
    zone = zone_words(tz)
    return f"{day_words(day)} (UTC)" if zone == "UTC" else f"{day_words(day)} ({zone}; {utc_words(at, day)})"


# --- deadlines ------------------------------------------------------------------------------------


def due_words(due: Deadline, by: Speaker, reading: int = 0) -> str:
    """Return by when: 'by the end of 20 November 2020 (Moscow time; 21:00 UTC on 20 November 2020)'.

    `reading` is the number of the reading of its anchor, 0 for the anchor as stated.
    """
    if due.at is not None:
        return f"by {clock_words(due.at, by.tz)}"
    if due.day is not None:
        return _edge_words(due.day, due.rule, by.tz)
    return _after_words(due, by, reading)


def _edge_words(day: date, rule: DayRule, tz: str) -> str:
    at = edge(day, rule, tz)
    if rule is DayRule.START_OF_DAY:
        return f"before the beginning of {_beside(day, at, tz)}"
    return f"by the end of {_beside(day, at, tz)}"


def _after_words(due: Deadline, by: Speaker, reading: int) -> str:
    anchor = by.anchors.get(due.after)
    named = anchor_words(anchor, by, reading) if anchor else f"“{due.after}”"
    start = _start(anchor, by.tz, reading) if anchor else None
    if due.hours:
        counted = f"within {due.hours:g} hours of {named}"
        return counted if start is None else f"{counted}; that is by {_ends(due, by, start)}"
    edge_of = "before the beginning" if due.rule is DayRule.START_OF_DAY else "by the end"
    counted = f"{edge_of} of day {due.days}, day 0 being {named}" if due.days else f"{edge_of} of that day: {named}"
    if start is None:
        return counted
    return f"{counted}; that is {_edge_words(local_day(start, by.tz) + timedelta(days=due.days), due.rule, by.tz)}"


def _ends(due: Deadline, by: Speaker, start: datetime) -> str:
    ends = passes(due, by.tz, start)
    return clock_words(ends, by.tz) if ends else ""


def _start(anchor: Anchor, tz: str, reading: int) -> datetime | None:
    counted_from = anchor.readings[reading - 1] if 0 < reading <= len(anchor.readings) else anchor
    return moment_of(counted_from, tz)


def anchor_words(anchor: Anchor, by: Speaker, reading: int = 0) -> str:
    """Return what day an anchor is, when that was or what tells it, and from which days others count."""
    if 0 < reading <= len(anchor.readings):
        return f"{anchor.words} (reading {reading}: {start_words(anchor.readings[reading - 1], by.tz)})"
    others = joined(dict.fromkeys(start_words(each, by.tz) for each in anchor.readings), "or")
    aside = f"; others count from {others}" if others else ""
    if anchor.act:
        told = f"told by records of {act_named(anchor.act, by)}, event “{unhyphened(anchor.event, by)}”"
        return f"{anchor.words} ({told}{aside})"
    return f"{anchor.words} ({start_words(anchor, by.tz)}{aside})"


def start_words(start: Anchor | AnchorReading, tz: str) -> str:
    """Return the day or moment from which is counted."""
    if start.day is not None:
        return day_words(start.day)
    return clock_words(start.at, tz) if start.at is not None else "no day yet"
