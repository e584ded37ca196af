"""Whether an obligation applies at all as of a time: begun, not waiting for another, not suspended, not ended."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from trucewatch.agreement.bonds import Bond, bound
from trucewatch.agreement.kleene import Truth
from trucewatch.agreement.states import Finding, Rule, as_said, remembering
from trucewatch.agreement.voices import Voice
from trucewatch.model import Case
from trucewatch.paper import Agreement, Condition, Ended, Obligation
from trucewatch.spacetime import stamp
from trucewatch.vocabulary import ObligationKind, State

# What is asked for all the time, and not once: what happens after that time is no matter of it
LASTING = frozenset(
    {
        ObligationKind.PROHIBIT,
        ObligationKind.WITHDRAW,
        ObligationKind.KEEP_OUT,
        ObligationKind.CEILING,
        ObligationKind.ALLOW,
        ObligationKind.NOTIFY,
        ObligationKind.PERMIT_IF,
    }
)


@dataclass(frozen=True, slots=True)
class Done:
    """Whether an obligation is fulfilled by everybody whom it binds, when, and by whose word; None: nobody can tell."""

    truth: Truth
    span: tuple[datetime, datetime] | None = None
    keys: tuple[str, ...] = ()
    told: tuple[Voice, ...] = ()


Others = Callable[[str, datetime], Done]  # the obligation of an id of the same paper, as of a time


@dataclass(frozen=True, slots=True)
class Rest:
    """A time in which an obligation asks for nothing, and why."""

    start: datetime
    until: datetime | None
    why: str


def waits_for(duty: Obligation) -> tuple[str, ...]:
    """Return the obligations of the same paper on which an obligation's own status depends."""
    ordered = (duty.terms.first, duty.terms.then) if isinstance(duty.terms, Condition) else ()
    return (*duty.requires, *ordered)


def rests(duty: Obligation, bond: Bond, case: Case) -> tuple[Rest, ...]:
    """Return when an obligation is suspended, or gives way to another that is about the same act."""
    paused = (
        Rest(p.start, p.until, f"suspended from {stamp(p.start)} by {p.form.value} ({p.source})") for p in duty.pauses
    )
    return tuple(sorted((*paused, *_displaced(duty, bond, case)), key=lambda rest: rest.start))


def _displaced(duty: Obligation, bond: Bond, case: Case) -> Iterator[Rest]:
    for special in specials(duty, bond.paper):
        if duty.act and special.act == duty.act and bond.bearer in bound(special, case, bond.paper):
            yield Rest(special.from_time, special.until_time, f"gives way to obligation {special.id}")


def specials(duty: Obligation, paper: Agreement) -> tuple[Obligation, ...]:
    """Return the obligations of a paper that take another's place where both apply."""
    return tuple(other for clause in paper.clauses for other in clause.obligations if duty.id in other.overrides)


def is_resting(start: datetime, end: datetime, resting: Sequence[Rest]) -> bool:
    """Tell whether all of a time lies in one in which nothing is asked for."""
    return any(rest.start <= start and (rest.until is None or end < rest.until) for rest in resting)


def gated(make: Callable[[Obligation], Rule], duty: Obligation, resting: Sequence[Rest], others: Others) -> Rule:
    """Return the rule of an obligation as it applies; `make` gives it once it does, its beginning being known."""
    rule = _in_its_time(_waiting(make, duty, others) if duty.requires else make(duty), duty)
    early = Finding(State.NOT_YET_APPLICABLE, as_said(f"applies from {stamp(duty.from_time)}"), until=duty.from_time)

    def find(as_of: datetime) -> Finding:
        if as_of < duty.from_time:
            return early
        for rest in resting:
            if rest.start <= as_of and (rest.until is None or as_of < rest.until):
                return Finding(State.SUSPENDED, as_said(rest.why), since=rest.start, until=rest.until)
        if duty.ended is not None and as_of >= duty.ended.on:
            return _after(rule(duty.ended.on), duty.ended)
        return rule(as_of)

    return find


def _in_its_time(rule: Rule, duty: Obligation) -> Rule:
    """Return the rule of an obligation that binds for a time only: what comes after it changes nothing any more."""
    until = duty.until_time
    if until is None or duty.kind not in LASTING:
        return rule
    bounded = remembering(lambda found: found if found.until is not None else replace(found, until=until))
    return lambda as_of: bounded(rule(as_of)) if as_of < until else rule(until)


def _after(found: Finding, ended: Ended) -> Finding:
    """Return what stood when an obligation ended; what was still to come then is asked for no more."""
    is_open = found.state in (State.PENDING, State.IN_FORCE, State.NOT_YET_APPLICABLE)
    return replace(
        found,
        state=State.SUSPENDED if is_open else found.state,
        since=ended.on if is_open else found.since,
        until=None,
        why=lambda: f"{found.why()}; ended {stamp(ended.on)} by {ended.form.value} ({ended.source})",
    )


def _waiting(make: Callable[[Obligation], Rule], duty: Obligation, others: Others) -> Rule:
    """Return the rule of an obligation whose clock starts when others are fulfilled."""
    made: dict[datetime, Rule] = {}
    names = " and ".join(duty.requires)

    def find(as_of: datetime) -> Finding:
        done = [others(name, as_of) for name in duty.requires]
        if any(each.truth is False for each in done):
            return Finding(State.NOT_YET_APPLICABLE, as_said(f"its clock starts when {names} is fulfilled"))
        spans = [each.span for each in done if each.truth is True and each.span is not None]
        if len(spans) < len(done):
            return Finding(State.UNRESOLVED, as_said(f"whether its clock has started is open: {names}"))
        begun = max(duty.from_time, *(start for start, _ in spans))
        if begun not in made:
            made[begun] = make(replace(duty, from_time=begun))
        return made[begun](as_of)

    return find
