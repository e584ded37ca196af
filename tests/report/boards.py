"""A paper made by hand with every way to stand: deadlines, readings, an amendment, stages, a mandate, a guarantor."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import handmade

from trucewatch.model import (
    Assessment,
    ClauseStatus,
    Clocks,
    Coded,
    Dated,
    Event,
    Interval,
    Milestone,
    Named,
    ReadingStatus,
    Record,
    Source,
    Stood,
)
from trucewatch.paper import (
    Achieve,
    Actor,
    Agreement,
    Amendment,
    Ceiling,
    Change,
    Clause,
    Deadline,
    Limit,
    Mandate,
    Obligation,
    Quotation,
    Reading,
)
from trucewatch.vocabulary import (
    AmendmentForm,
    CountedBy,
    DayRule,
    MilestoneOf,
    ObligationKind,
    Role,
    Says,
    SourceClass,
    State,
    Status,
)

GUARANTOR = "guarantor-state"
FORCE = datetime(2017, 8, 1, tzinfo=UTC)
AS_OF = datetime(2017, 8, 20, tzinfo=UTC)


def day(n: int) -> datetime:
    """Return the beginning of that day of August 2017."""
    return datetime(2017, 8, n, tzinfo=UTC)


def assessment(first: str = handmade.ALFA, second: str = handmade.BRAVO, **changes: Any) -> Assessment:
    """Return the sample of `handmade` under this paper; exchanging the arguments exchanges the parties in it."""
    sample = handmade.assessment(first, second)
    case = replace(sample.case, agreements=(paper(first, second),))
    values: dict[str, Any] = {
        "case": case,
        "statuses": statuses(first, second),
        "records": records(first, second),
        "milestones": milestones(first, second),
        "as_of": AS_OF,
    }
    return replace(sample, **(values | changes))


def paper(first: str, second: str) -> Agreement:
    readings = tuple(
        Reading(by=(side,), change=Change(deadline_rule=rule), written=(("deadline_rule", rule.value),))
        for side, rule in ((first, DayRule.END_OF_DAY), (second, DayRule.START_OF_DAY))
    )
    moved = Amendment(
        on=day(9),
        form=AmendmentForm.ANNOUNCEMENT,
        accepted_by=(second,),
        change=Change(deadline=Deadline(day=date(2017, 8, 15))),
        source="a press release",
    )
    clauses = (
        Clause(
            id="1",
            quotations=(Quotation(tag="en", text="The town of Ay is handed over by 10 August.", language="en"),),
            obligations=(
                _achieve("1.a", first, "hand-over:ay", 10, readings=readings),
                _achieve("1.b", second, "hand-over:be", 11),
            ),
        ),
        Clause(id="2", quotations=(), obligations=(_achieve("2.a", first, "hand-over:ce", 12, amendments=(moved,)),)),
        Clause(id="3", quotations=(), obligations=(_stages((first, second)), _mandate())),
        Clause(id="4", quotations=(), not_verifiable="No source of this case speaks of it."),
    )
    return Agreement(
        id="made-up",
        title="A paper made for tests",
        digest="0" * 64,
        signed=date(2017, 7, 31),
        clauses=clauses,
        in_force=FORCE,
        time_zone="Europe/Kyiv",
        actors=(Actor(id=GUARANTOR, name="A guarantor", role=Role.GUARANTOR),),
    )


def _achieve(name: str, bearer: str, act: str, due: int, **more: Any) -> Obligation:
    return Obligation(
        id=name, kind=ObligationKind.ACHIEVE, bearers=(bearer,), from_time=FORCE, terms=Achieve(), act=act,
        deadline=Deadline(day=date(2017, 8, due)), **more,
    )  # fmt: skip


def _stages(bearers: tuple[str, ...]) -> Obligation:
    limits = tuple(
        Limit(item="arms", at_least=210 * n, by=Deadline(day=date(2017, 8, 5) + timedelta(days=10 * n)), label=f"stage {n}")
        for n in (1, 2, 3)
    )  # fmt: skip
    return Obligation(
        id="3.a", kind=ObligationKind.CEILING, bearers=bearers, from_time=FORCE, act="hand-in:arms",
        terms=Ceiling(limits=limits, basis=CountedBy.MONITOR),
    )  # fmt: skip


def _mandate() -> Obligation:
    return Obligation(
        id="3.b", kind=ObligationKind.MANDATE, bearers=(GUARANTOR,), from_time=FORCE, act="stay:guarantor",
        terms=Mandate(term_months=60, renews_months=60, notice_months=6),
    )  # fmt: skip


def milestones(first: str, second: str) -> tuple[Milestone, ...]:
    stages = tuple(
        _milestone("3", "3.a", MilestoneOf.STAGE, _by(5 + 10 * n), label=f"stage {n}", stood=stood)
        for n, stood in (
            (1, (_stood(first, State.FULFILLED, 15), _stood(second, State.OVERDUE_UNVERIFIED, 16))),
            (2, (_stood(first, State.PENDING), _stood(second, State.PENDING))),
        )
    )
    begins, notice, ends = (Dated(day=at.date(), at=at) for at in (FORCE, _later(2022, 2), _later(2022, 8)))
    return (
        _milestone("1", "1.a", MilestoneOf.DEADLINE, _by(10), read=(Dated(day=date(2017, 8, 10), at=_midnight(10)),),
                   stood=(_stood(first, State.DISPUTED_READING, 10),)),
        _milestone("1", "1.b", MilestoneOf.DEADLINE, _by(11), stood=(_stood(second, State.FULFILLED_LATE, 14),)),
        _milestone("2", "2.a", MilestoneOf.DEADLINE, _by(15), was=(_by(12),), stood=(_stood(first, State.BREACHED, 16),)),
        *stages,
        _milestone("3", "3.b", MilestoneOf.TERM, ends, start=begins, notice=notice,
                   stood=(_stood(GUARANTOR, State.IN_FORCE, 1),)),
    )  # fmt: skip


def _by(n: int) -> Dated:
    return Dated(day=date(2017, 8, n), at=_midnight(n + 1))


def _midnight(n: int) -> datetime:
    return datetime(2017, 8, n, tzinfo=UTC) - timedelta(hours=3)  # of Kyiv in summer


def _later(year: int, month: int) -> datetime:
    return datetime(year, month, 1, tzinfo=UTC)


def _stood(bearer: str, state: State, since: int = 0) -> Stood:
    return Stood(bearer=bearer, state=state, since=day(since) if since else None)


def _milestone(clause: str, duty: str, of: MilestoneOf, due: Dated, **more: Any) -> Milestone:
    return Milestone(
        agreement_id="made-up", clause_id=clause, obligation_id=duty, of=of, due=due,
        **({"label": "", "was": (), "read": (), "stood": ()} | more),
    )  # fmt: skip


def statuses(first: str, second: str) -> tuple[ClauseStatus, ...]:
    readings = (
        ReadingStatus(by=(first,), written="deadline_rule end_of_day", state=State.FULFILLED, why="in time"),
        ReadingStatus(by=(second,), written="deadline_rule start_of_day", state=State.FULFILLED_LATE, why="a day late"),
    )
    return (
        _status("1", "1.a", first, Status.DISPUTED, State.DISPUTED_READING, since=day(10), readings=readings,
                record_keys=("e1",), would_change="a common reading of the day"),
        _status("1", "1.b", second, Status.OBSERVED, State.FULFILLED_LATE, since=day(14), record_keys=("e2",)),
        _status("2", "2.a", first, Status.OBSERVED, State.FULFILLED, since=day(15)),
        _status("3", "3.a", first, Status.PENDING, State.PENDING, next_deadline=day(25), coverage=0.25,
                incident_ids=("I0001",)),
        _status("3", "3.a", second, Status.NOT_VERIFIABLE, State.OVERDUE_UNVERIFIED, next_deadline=day(25)),
        _status("3", "3.b", GUARANTOR, Status.PENDING, State.IN_FORCE, since=FORCE,
                next_deadline=datetime(2022, 2, 1, tzinfo=UTC)),
    )  # fmt: skip


def _status(clause: str, duty: str, bearer: str, status: Status, state: State, **more: Any) -> ClauseStatus:
    return ClauseStatus(
        clause_id=clause, obligation_id=duty, bearer=bearer, status=status, state=state, as_of=AS_OF,
        agreement_id="made-up", why=f"why {duty} stands so", **({"coverage": None} | more),
    )  # fmt: skip


def records(first: str, second: str) -> tuple[Record, ...]:
    return (_told("e1", "hand-over:ay", day(10), second), _told("e2", "hand-over:be", day(14), first))


def _told(key: str, about: str, at: datetime, by: str) -> Record:
    return Record(
        source=Source(name="press service", source_class=Coded(term=SourceClass.PARTY), side=Named(party=by, verbatim=by)),
        clocks=Clocks(claimed=Interval(start=at, end=at)), about=about, body=Event(event="done", says=Says.STATES),
        reader="events", raw=(), id=f"said-{key}", key=key, text="it was done",
    )  # fmt: skip
