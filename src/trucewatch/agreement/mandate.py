"""Terms that run, renew themselves unless notice is given in time, and may end early by everybody's consent.

A notice counts when it is received, and only from somebody concerned: an outlet's report of one is no notice.
"""

from bisect import bisect_left, bisect_right
from calendar import monthrange
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache, partial
from zoneinfo import ZoneInfo

from trucewatch.agreement.bonds import Bond
from trucewatch.agreement.docket import Docket, heard
from trucewatch.agreement.facts import Heard, as_of_line, common, keys_of
from trucewatch.agreement.said import when
from trucewatch.agreement.states import Finding, Rule, as_said
from trucewatch.agreement.variants import Variant, concerned
from trucewatch.agreement.voices import BOUND, told_by
from trucewatch.model import MandateRecord
from trucewatch.paper import Mandate
from trucewatch.spacetime import LATEST, local, stamp
from trucewatch.vocabulary import MandateNotice, State


@dataclass(frozen=True, slots=True)
class Terms:
    """The ends of the first term and of each renewal, with the last moment for a notice before each."""

    begins: datetime
    ends: tuple[datetime, ...]
    last: tuple[datetime, ...]


@dataclass(frozen=True, slots=True)
class Course:
    """What was said of a mandate up to a time: notices of its end, what is no notice, and that it ended."""

    notices: tuple[Heard, ...]
    doubts: tuple[Heard, ...]
    ended: tuple[Heard, ...]
    is_agreed: bool


def mandate(docket: Docket, bond: Bond, variant: Variant) -> Rule:
    """Return the rule of a term: in force while it runs, fulfilled when it is over and records tell that it ended."""
    terms, tz = variant.duty.terms, docket.case.time_zone
    assert isinstance(terms, Mandate)
    runs = terms_of(terms, variant.duty.from_time, bond.paper.time_zone)
    said = [each for each in heard(docket, bond, bond.duty.act) if isinstance(each.record.body, MandateRecord)]
    line = as_of_line(said, [each.end for each in said], lambda some: _course(some, bond))

    def find(as_of: datetime) -> Finding:
        course = line(as_of)
        found = _as_it_runs(runs, course, as_of, bond)
        early = min((each.start for each in course.ended), default=None)
        if early is None or (found.state is not State.IN_FORCE and found.since is not None and found.since <= early):
            return found
        return _ended_early(course, bond, tz)

    return find


@lru_cache(maxsize=64)
def terms_of(terms: Mandate, begins: datetime, tz: str) -> Terms:
    """Return the ends of all terms of a mandate, were it always renewed, from its beginning on."""
    ends: list[datetime] = []
    months = terms.term_months
    while not ends or (terms.renews_months and ends[-1] < LATEST):
        ends.append(_months_on(begins, months, tz))
        months += terms.renews_months
    last = tuple(_months_on(end, -terms.notice_months, tz) for end in ends)
    return Terms(begins, tuple(ends), last)


def _months_on(moment: datetime, months: int, tz: str) -> datetime:
    """Return the same local day and clock so many months on; where a month has no such day, its last."""
    there = moment.astimezone(ZoneInfo(tz))
    year, month = divmod(there.year * 12 + there.month - 1 + months, 12)
    day = min(there.day, monthrange(year, month + 1)[1])
    return local(there.date().replace(year=year, month=month + 1, day=day), there.time(), tz)


def _course(said: Sequence[Heard], bond: Bond) -> Course:
    def of(notice: MandateNotice) -> list[Heard]:
        return [e for e in said if isinstance(e.record.body, MandateRecord) and e.record.body.notice is notice]

    given = of(MandateNotice.NOTICE_OF_END)
    ended = of(MandateNotice.ENDED)
    named = concerned(bond)
    return Course(
        notices=tuple(each for each in given if _is_named(each, named)),
        doubts=(*(each for each in given if not _is_named(each, named)), *of(MandateNotice.OBJECTION)),
        ended=tuple(ended),
        is_agreed=named <= {each.voice.name for each in ended if each.voice.sort in BOUND},
    )


def _is_named(each: Heard, named: frozenset[str]) -> bool:
    return each.voice.sort in BOUND and each.voice.name in named


# --- as the clock has it --------------------------------------------------------------------------


def _as_it_runs(runs: Terms, course: Course, as_of: datetime, bond: Bond) -> Finding:
    now = bisect_right(runs.ends, as_of)  # the term that runs, were it always renewed
    noticed, doubted = _noticed_for(runs, course.notices), _noticed_for(runs, course.doubts)
    keys = keys_of((*course.notices, *course.doubts))
    if now > min(noticed, len(runs.ends) - 1):
        end = runs.ends[min(noticed, len(runs.ends) - 1)]
        # the calendar alone shows that a term is over, never that anybody left; nor does the bearer's own word
        told = tuple(each for each in course.ended if each.end >= end)
        state = State.FULFILLED if any(each.voice.name not in bond.cast.own for each in told) else State.UNRESOLVED
        why = partial(_over_words, end, course, bond)
        keys = (*keys, *keys_of(told))
        return Finding(state, why, since=end, keys=keys, span=(end, end) if state is State.FULFILLED else None)
    if now > doubted:
        return Finding(State.UNRESOLVED, partial(_doubt_words, course, bond), since=runs.ends[doubted], keys=keys)
    is_open = noticed > now and now < len(runs.ends) - 1
    return Finding(
        State.IN_FORCE,
        partial(_running_words, runs, now, course, bond),
        since=runs.ends[now - 1] if now else runs.begins,
        until=runs.last[now] if is_open and as_of < runs.last[now] else runs.ends[now],
        keys=keys,
    )


def _noticed_for(runs: Terms, given: Sequence[Heard]) -> int:
    """Return the first term that notices end: that before whose last moment for it the first was received."""
    return min((bisect_left(runs.last, each.known) for each in given), default=len(runs.ends))


def _ended_early(course: Course, bond: Bond, tz: str) -> Finding:
    span = common([(each.start, each.end) for each in course.ended])
    who = told_by((each.voice for each in course.ended), bond.cast)
    why = f"ended before its term, {when(span, tz)} by the word of {who}"
    if course.is_agreed:
        return Finding(
            State.FULFILLED, as_said(f"{why}: all concerned"), span[0], None, keys_of(course.ended), span=span
        )
    why = f"{why}; not all concerned have said that they agreed"
    return Finding(State.UNRESOLVED, as_said(why), since=span[0], keys=keys_of(course.ended))


# --- words ----------------------------------------------------------------------------------------


def _running_words(runs: Terms, now: int, course: Course, bond: Bond) -> str:
    end, last = runs.ends[now], runs.last[now]
    if now == len(runs.ends) - 1:
        return f"the term runs until {stamp(end)}"
    if _noticed_for(runs, course.notices) <= now:
        return f"the term runs until {stamp(end)}{_notice_words(course, bond)}"
    doubt = f"; {_doubt_words(course, bond)}" if course.doubts else ""
    return f"the term runs until {stamp(end)} and is renewed unless notice is received by {stamp(last)}{doubt}"


def _over_words(end: datetime, course: Course, bond: Bond) -> str:
    told = "" if course.ended else "; no record tells that it was ended in fact"
    return f"the term was over {stamp(end)}{_notice_words(course, bond)}{told}"


def _notice_words(course: Course, bond: Bond) -> str:
    if not course.notices:
        return ""
    first = min(each.known for each in course.notices)
    return f"; notice by {told_by((each.voice for each in course.notices), bond.cast)}, first received {stamp(first)}"


def _doubt_words(course: Course, bond: Bond) -> str:
    who = told_by((each.voice for each in course.doubts), bond.cast)
    return f"whether notice was given is open: an objection, or the report of a notice, by {who}"
