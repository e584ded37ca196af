"""When a deadline passes: moved by pauses, counted from anchors that are a date or are told by records."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from trucewatch.agreement.bonds import Bond
from trucewatch.agreement.days import moment_of, passes
from trucewatch.agreement.docket import Docket, heard
from trucewatch.agreement.facts import Fact, Span, by, fact_line
from trucewatch.agreement.kleene import Truth
from trucewatch.agreement.variants import Variant
from trucewatch.paper import Anchor, AnchorReading, Deadline, Pause
from trucewatch.vocabulary import Proof

# How long a word or a count says that what must always hold is kept: missions report such things by the month; a guess
FRESH = timedelta(days=31)
# What shows the event from which a paper counts: it is no side's own deed, so that every side must say so, or a
# monitor, or two sources
ANCHOR_PROOFS = (Proof.BOTH_PARTIES, Proof.MONITOR, Proof.TWO_SOURCES)
_INSTANT = timedelta(microseconds=1)


@dataclass(frozen=True, slots=True)
class Due:
    """When a deadline passes: not before `low`, not after `high`; they differ where its anchor is not known exactly.

    `is_inclusive`: what happens at that very moment is still in time (a moment), or not any more (the edge of a day).
    """

    low: datetime
    high: datetime
    is_inclusive: bool


Dues = Callable[[datetime], Due | None]  # as of a time; None: no deadline, or one whose anchor has no moment yet


def dues(docket: Docket, bond: Bond, variant: Variant, deadline: Deadline | None) -> Dues:
    """Return when a deadline of an obligation passes, as a function of the time as of which."""
    tz, pauses = bond.paper.time_zone, variant.duty.pauses
    if deadline is None:
        return lambda _as_of: None
    anchor = next((a for a in bond.paper.anchors if a.id == deadline.after), None)
    own = variant.duty.deadline
    number = variant.anchor if own is not None and own.after == deadline.after else 0  # a limit may have another
    if anchor is not None and anchor.act and number == 0:
        told = _told(docket, bond, anchor)
        return lambda as_of: _moved(_counted(deadline, told(as_of), tz), pauses, as_of)
    stated = None if anchor is None else moment_of(_read(anchor, number), tz)
    moment = passes(deadline, tz, stated)
    fixed = None if moment is None else Due(moment, moment, _is_moment(deadline))
    if not pauses:
        return lambda _as_of: fixed
    return lambda as_of: _moved(fixed, pauses, as_of)


def _is_moment(deadline: Deadline) -> bool:
    return deadline.at is not None or bool(deadline.hours)


def _read(anchor: Anchor, number: int) -> Anchor | AnchorReading:
    return anchor.readings[number - 1] if number else anchor


def _told(docket: Docket, bond: Bond, anchor: Anchor) -> Callable[[datetime], Fact]:
    everybody = frozenset(party.id for party in docket.case.parties)
    cast = replace(bond.cast, bearer="", own=frozenset(), holders=everybody)
    return fact_line(heard(docket, bond, anchor.act), anchor.event, ANCHOR_PROOFS, cast)


def _counted(deadline: Deadline, told: Fact, tz: str) -> Due | None:
    if told.truth is not True or told.start is None or told.end is None:
        return None
    last = max(told.end - _INSTANT, told.start)  # the end of a day is no moment of that day
    low, high = passes(deadline, tz, told.start), passes(deadline, tz, last)
    return None if low is None or high is None else Due(low, high, _is_moment(deadline))


def _moved(due: Due | None, pauses: Sequence[Pause], as_of: datetime) -> Due | None:
    """Return a deadline put off by the pauses that began before it and are over; a pause still on stops all else."""
    if due is None:
        return None
    low, high = due.low, due.high
    for pause in pauses:
        if pause.until is not None and pause.until <= as_of and pause.start < high:
            low, high = low + (pause.until - pause.start), high + (pause.until - pause.start)
    return Due(low, high, due.is_inclusive)


def in_time(span: Span, due: Due | None) -> Truth:
    """Tell whether something happened by its deadline; true where there is none."""
    if due is None:
        return True
    if due.low == due.high:
        return by(span, due.low, inclusive=due.is_inclusive)
    early, late = by(span, due.low, inclusive=due.is_inclusive), by(span, due.high, inclusive=due.is_inclusive)
    return True if early is True else False if late is False else None


def is_over(due: Due | None, as_of: datetime) -> bool:
    """Tell whether a deadline has surely passed."""
    return due is not None and as_of >= due.high


def ahead(due: Due | None, as_of: datetime) -> datetime | None:
    """Return when a deadline passes at the latest if that is still to come."""
    return due.high if due is not None and as_of < due.high else None
