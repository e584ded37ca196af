"""The stages, deadlines and terms of the papers, each with where it stands: what a timeline is drawn from.

A ceiling of several dated limits is judged limit by limit here, as an obligation of its own each, so that one stage
done and the next to come can be told apart; its status as a whole is hold's.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from itertools import groupby

from trucewatch.agreement.clock import Due, dues
from trucewatch.agreement.docket import Bond, Docket, docket
from trucewatch.agreement.mandate import terms_of
from trucewatch.agreement.stand import stand
from trucewatch.agreement.states import DONE
from trucewatch.agreement.variants import Variant, moments, variants
from trucewatch.model import Attribution, Case, Dated, Effort, Incident, Milestone, Record, Stood
from trucewatch.paper import Agreement, Ceiling, Change, Clause, Deadline, Limit, Mandate, Obligation
from trucewatch.spacetime import local_day
from trucewatch.vocabulary import DayRule, MilestoneOf, ObligationKind, State

DEEDS = frozenset({ObligationKind.ACHIEVE, ObligationKind.ESTABLISH, ObligationKind.EXCHANGE})
_PART = "\x00"  # parts an id from the number of its limit: no text of a file holds it
_INSTANT = timedelta(microseconds=1)


def milestones(
    case: Case,
    incidents: Sequence[Incident],
    attributions: Sequence[Attribution],
    efforts: Sequence[Effort],
    as_of: datetime,
    *,
    records: Iterable[Record] = (),
    as_known: datetime | None = None,
) -> tuple[Milestone, ...]:
    """Return every stage, deadline and term in the order of the papers, as of a time; the arguments are those of hold.

    What has no day and was done is there too, so that the picture shows when.
    """
    if not case.agreements:
        return ()
    ready = docket(
        replace(case, agreements=tuple(_staged(paper) for paper in case.agreements)),
        incidents=incidents,
        attributions=attributions,
        efforts=efforts,
        records=records,
        as_known=as_known,
        at_latest=as_of,
    )
    groups = groupby(ready.bonds, key=lambda bond: (bond.paper_number, bond.clause.id, bond.duty.id))
    found = (_milestone(ready, list(bonds), as_of) for _, bonds in groups)
    return tuple(each for each in found if each is not None)


def _milestone(ready: Docket, bonds: Sequence[Bond], as_of: datetime) -> Milestone | None:
    first = bonds[0]
    duty = first.duty
    if not _can_be_dated(duty):
        return None
    stood = tuple(_stood(ready, bond, as_of) for bond in bonds)
    is_term, due = isinstance(duty.terms, Mandate), _deadline(duty)
    if not is_term and due is None and not any(each.state in DONE for each in stood):
        return None
    name, _, part = duty.id.partition(_PART)
    dates = _dates(ready, first, as_of)
    begun = _begun(first, as_of, stood[0]) if is_term else (None, None, None)
    return Milestone(
        agreement_id=first.paper.id,
        clause_id=first.clause.id,
        obligation_id=name,
        of=_of(part, due, is_term=is_term),
        label=_label(duty) if part else "",
        due=begun[2] if is_term else dates[-1] if dates else None,
        was=dates[:-1],
        read=_read(ready, first, as_of, dates),
        stood=stood,
        start=begun[0],
        notice=begun[1],
    )


def _of(part: str, due: Deadline | None, *, is_term: bool) -> MilestoneOf:
    if is_term:
        return MilestoneOf.TERM
    if part:
        return MilestoneOf.STAGE
    return MilestoneOf.DEED if due is None else MilestoneOf.DEADLINE


def _can_be_dated(duty: Obligation) -> bool:
    if isinstance(duty.terms, Ceiling):
        return len(_stages(duty.terms)) == 1 or _PART in duty.id
    return duty.deadline is not None or isinstance(duty.terms, Mandate) or duty.kind in DEEDS


def _stood(ready: Docket, bond: Bond, as_of: datetime) -> Stood:
    found = stand(ready, bond, as_of).finding
    return Stood(bearer=bond.bearer, state=found.state, since=found.since)


# --- stages ---------------------------------------------------------------------------------------


def _stages(terms: Ceiling) -> tuple[Limit, ...]:
    return tuple(limit for limit in terms.limits if limit.by is not None)


def _staged(paper: Agreement) -> Agreement:
    """Return the paper with each stage of a ceiling as an obligation of its own, beside the whole."""
    return replace(paper, clauses=tuple(_with_parts(clause) for clause in paper.clauses))


def _with_parts(clause: Clause) -> Clause:
    parts = (part for duty in clause.obligations for part in (duty, *_parts(duty)))
    return replace(clause, obligations=tuple(parts))


def _parts(duty: Obligation) -> Iterator[Obligation]:
    terms = duty.terms
    if not isinstance(terms, Ceiling) or len(_stages(terms)) < 2:
        return
    for at, limit in enumerate(terms.limits):
        if limit.by is not None:
            yield replace(
                duty,
                id=f"{duty.id}{_PART}{at}",
                terms=replace(terms, limits=(limit,)),
                readings=tuple(replace(r, change=_part(r.change, at)) for r in duty.readings),
                amendments=tuple(replace(a, change=_part(a.change, at)) for a in duty.amendments),
            )


def _part(change: Change, at: int) -> Change:
    return replace(change, limits=change.limits[at : at + 1])


def _label(duty: Obligation) -> str:
    assert isinstance(duty.terms, Ceiling)
    (limit,) = duty.terms.limits
    asked = (("at least", limit.at_least), ("at most", limit.at_most))
    return limit.label or f"{limit.item} {' and '.join(f'{word} {n}' for word, n in asked if n is not None)}"


# --- days -----------------------------------------------------------------------------------------


def _deadline(duty: Obligation) -> Deadline | None:
    stages = _stages(duty.terms) if isinstance(duty.terms, Ceiling) else ()
    return stages[0].by if stages else duty.deadline


def _dates(ready: Docket, bond: Bond, as_of: datetime) -> tuple[Dated, ...]:
    """Return when it was due before each change that binds, and at last when it is due; empty: nothing says when."""
    changes = [moment for moment in moments(bond.duty, ready.as_known) if moment <= as_of]
    found = (_due(ready, bond, variants(bond, until)[0], as_of) for until in (None, *changes))
    return tuple(dict.fromkeys(each for each in found if each is not None))


def _read(ready: Docket, bond: Bond, as_of: datetime, dates: Sequence[Dated]) -> tuple[Dated, ...]:
    """Return when it is due by the other readings, each moment once."""
    last = max((moment for moment in moments(bond.duty, ready.as_known) if moment <= as_of), default=None)
    found = (_due(ready, bond, variant, as_of) for variant in variants(bond, last)[1:])
    return tuple(dict.fromkeys(each for each in found if each is not None and each not in dates[-1:]))


def _due(ready: Docket, bond: Bond, variant: Variant, as_of: datetime) -> Dated | None:
    deadline = _deadline(variant.duty)
    due = dues(ready, bond, variant, deadline)(as_of)
    if due is None or deadline is None:
        return None
    return Dated(day=_day(due, deadline.rule, bond.paper.time_zone), at=due.high)


def _day(due: Due, rule: DayRule, tz: str) -> date:
    """Return the day by which the paper names a deadline: that which ends or begins at its midnight."""
    is_end = not due.is_inclusive and rule is DayRule.END_OF_DAY
    return local_day(due.high - _INSTANT if is_end else due.high, tz)


def _begun(bond: Bond, as_of: datetime, stood: Stood) -> tuple[Dated | None, Dated | None, Dated]:
    """Return the beginning, the last moment for a notice and the end of the term that runs, or that was the last."""
    duty, tz = variants(bond, as_of)[0].duty, bond.paper.time_zone
    assert isinstance(duty.terms, Mandate)
    runs = terms_of(duty.terms, duty.from_time, tz)
    ended = stood.since if stood.state is State.FULFILLED else None
    number = bisect_right(runs.ends, as_of) if ended is None else bisect_left(runs.ends, ended)
    at = min(number, len(runs.ends) - 1)
    start = runs.ends[at - 1] if at else runs.begins
    notice = _plain(runs.last[at], tz) if duty.terms.notice_months else None
    return _plain(start, tz), notice, _plain(runs.ends[at], tz)


def _plain(moment: datetime, tz: str) -> Dated:
    return Dated(day=local_day(moment, tz), at=moment)
