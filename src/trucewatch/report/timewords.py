"""What a row of a timeline shows, in a sentence: for whoever does not see the picture, and for whoever doubts it."""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta

from trucewatch.model import Dated, Milestone
from trucewatch.report.status import STATE_WORDS, since_words
from trucewatch.report.words import local_words
from trucewatch.spacetime import local
from trucewatch.vocabulary import MilestoneOf


def row_words(label: str, bearers: Sequence[str], milestones: Sequence[Milestone], zone: str, theatre: str) -> str:
    """Return what a row shows: whose obligation it is, each day in it, and where it stands.

    `zone` is the time zone of the paper's days, `theatre` that of deeds.
    """
    said = "; ".join(", ".join(_facts(each, zone, theatre)) for each in milestones)
    return f"{label}, {' and '.join(bearers)}: {said}"


def due_words(dated: Dated, zone: str) -> str:
    """Return a deadline as papers write it: by a day, before a day, or by an hour."""
    start, end = (local(dated.day + timedelta(days=n), datetime.min.time(), zone) for n in (0, 1))
    if dated.at in {start, end}:
        return f"{'before' if dated.at == start else 'by'} {dated.day.isoformat()}"
    return f"by {local_words(dated.at, zone)}"


def _facts(milestone: Milestone, zone: str, theatre: str) -> Iterator[str]:
    stood = milestone.stood[0]
    since = "" if stood.since is None else f" since {since_words(stood.since, theatre, zone)}"
    if milestone.label:
        yield milestone.label
    if milestone.of is MilestoneOf.TERM and milestone.start is not None and milestone.due is not None:
        yield f"term from {milestone.start.day.isoformat()} until {milestone.due.day.isoformat()}"
        if milestone.notice is not None:
            yield f"notice {due_words(milestone.notice, zone)}"
    elif milestone.due is not None:
        yield f"due {due_words(milestone.due, zone)}"
        if milestone.was:
            yield f"moved from {', '.join(due_words(each, zone) for each in milestone.was)}"
        if milestone.read:
            yield f"by another reading {', '.join(due_words(each, zone) for each in milestone.read)}"
    elif milestone.of is not MilestoneOf.DEED:
        yield "due on a day that nothing fixes yet"
    yield f"{STATE_WORDS[stood.state]}{since}"
