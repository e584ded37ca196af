"""The stages, deadlines and terms of the papers, each with where it stands: what a timeline is drawn from.

A ceiling of several dated limits is judged limit by limit here, as an obligation of its own each, so that one stage
done and the next to come can be told apart; its status as a whole is hold's.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from itertools import chain, groupby

from trucewatch.agreement.bonds import Bond
from trucewatch.agreement.clock import Due, dues
from trucewatch.agreement.docket import Docket, docket, let_go
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
    found = tuple(chain.from_iterable(_milestones(ready, tuple(bonds), as_of) for _, bonds in groups))
    let_go(ready)
    return found


def _milestones(ready: Docket, bonds: Sequence[Bond], as_of: datetime) -> Iterator[Milestone]:
    """Yield the milestone of an obligation: one for all whose days are the same, for a change may bind only some."""
    duty = bonds[0].duty
    if not _can_be_dated(duty):
        return
    due, is_term = _deadline(duty), isinstance(duty.terms, Mandate)
    stood = {bond.bearer: _stood(ready, bond, as_of) for bond in bonds}
    if not is_term and due is None and not any(each.state in DONE for each in stood.values()):
        return
    name, _, part = duty.id.partition(_PART)
    alike: dict[Milestone, list[Stood]] = {}
    for bond in bonds:
        days = _term(bond, as_of, stood[bond.bearer]) if is_term else _days(ready, bond, as_of)
        found = Milestone(
            agreement_id=bond.paper.id,
            clause_id=bond.clause.id,
            obligation_id=name,
            of=_of(part, due, is_term=is_term),
            label=_label(duty) if part else "",
            due=days.due,
            was=days.was,
            read=days.read,
            stood=(),
            start=days.start,
            notice=days.notice,
        )
        alike.setdefault(found, []).append(stood[bond.bearer])
    yield from (replace(found, stood=tuple(stands)) for found, stands in alike.items())


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


@dataclass(frozen=True, slots=True)
class _Days:
    """When something is due, was, and is by other readings; of a term its beginning and last moment of notice."""

    due: Dated | None
    was: tuple[Dated, ...] = ()
    read: tuple[Dated, ...] = ()
    start: Dated | None = None
    notice: Dated | None = None


def _days(ready: Docket, bond: Bond, as_of: datetime) -> _Days:
    """Return when it is due, what it was before each change that binds, and what it is by the other readings."""
    changes = [moment for moment in moments(bond.duty, ready.as_known) if moment <= as_of]
    first = (_due(ready, bond, variants(bond, until)[0], as_of) for until in (None, *changes))
    dates = tuple(dict.fromkeys(each for each in first if each is not None))
    others = (_due(ready, bond, variant, as_of) for variant in variants(bond, changes[-1] if changes else None)[1:])
    read = tuple(dict.fromkeys(each for each in others if each is not None and each not in dates[-1:]))
    return _Days(due=dates[-1] if dates else None, was=dates[:-1], read=read)


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


def _term(bond: Bond, as_of: datetime, stood: Stood) -> _Days:
    """Return the beginning, the last moment for a notice and the end of the term that runs, or that was the last."""
    duty, tz = variants(bond, as_of)[0].duty, bond.paper.time_zone
    assert isinstance(duty.terms, Mandate)
    runs = terms_of(duty.terms, duty.from_time, tz)
    ended = stood.since if stood.state is State.FULFILLED else None
    number = bisect_right(runs.ends, as_of) if ended is None else bisect_left(runs.ends, ended)
    at = min(number, len(runs.ends) - 1)
    start = runs.ends[at - 1] if at else runs.begins
    notice = _plain(runs.last[at], tz) if duty.terms.notice_months else None
    return _Days(due=_plain(runs.ends[at], tz), start=_plain(start, tz), notice=notice)


def _plain(moment: datetime, tz: str) -> Dated:
    return Dated(day=local_day(moment, tz), at=moment)
