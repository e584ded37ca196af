"""Times, events and deadlines in words: a day where it was told as a day, a moment where it was told as one."""

from datetime import datetime, timedelta

from trucewatch.agreement.clock import Due
from trucewatch.agreement.facts import Fact
from trucewatch.agreement.voices import Cast, told_by
from trucewatch.spacetime import local_day, stamp

NO_ANCHOR = "the day from which its deadline counts is not known yet"

_DAY = timedelta(hours=22)  # the shortest local day has 23 hours; less than that was told as hours
_INSTANT = timedelta(microseconds=1)


def when(span: tuple[datetime, datetime], tz: str) -> str:
    """Return a time in words: "on 2020-11-20", "from 2020-11-19 to 2020-11-20", or a moment."""
    start, end = span
    if start == end:
        return f"at {stamp(start)}"
    if end - start < _DAY:
        return f"between {stamp(start)} and {stamp(end)}"
    first, last = local_day(start, tz), local_day(end - _INSTANT, tz)
    return f"on {first.isoformat()}" if first == last else f"from {first.isoformat()} to {last.isoformat()}"


def due_words(due: Due | None, tz: str) -> str:
    """Return by when it was due, in words."""
    if due is None:
        return "no deadline"
    return f"due {stamp(due.high)}" if due.low == due.high else f"due {when((due.low, due.high), tz)}"


def fact_words(event: str, known: Fact, cast: Cast, tz: str) -> str:
    """Return what is known of an event, in words: who says that it happened and when, and who denies it."""
    denied = told_by((each.voice for each in known.denying), cast)
    if not known.stating or known.start is None or known.end is None:
        return f"{event}: not done by the word of {denied}" if denied else f"{event}: no record"
    stated = told_by((each.voice for each in known.stating), cast)
    against = f", denied by {denied}" if denied else ""
    proof = "" if known.truth is True else ", which is no proof"
    return f"{event} {when((known.start, known.end), tz)} by the word of {stated}{proof}{against}"
