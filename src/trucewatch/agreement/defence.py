"""Defences: what an obligation forbids may be allowed where every condition of an exception holds.

A defence that nobody pleads is none. Once somebody claims one of its conditions about that time, all of them count:
shown, they take the happening out of what is forbidden; unknown, they keep it open.
"""

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime, timedelta
from functools import partial

from trucewatch.agreement.bonds import Bond, bound
from trucewatch.agreement.docket import Docket, heard
from trucewatch.agreement.facts import fact_line
from trucewatch.agreement.kleene import Truth, every, some
from trucewatch.agreement.occurrences import Occurrence, occurrence_line
from trucewatch.agreement.said import fact_words
from trucewatch.agreement.states import Finding, Rule
from trucewatch.agreement.variants import Variant
from trucewatch.agreement.voices import cast_of
from trucewatch.paper import Obligation, PermitIf
from trucewatch.vocabulary import State

# How long before a happening a condition may have come about and still excuse it: who answers, answers the same day's
# attack; a guess
BEFORE = timedelta(hours=24)

Defence = Callable[[datetime, datetime, datetime], Truth]  # of what happened from, until; as of
_Line = Callable[[datetime], tuple[Occurrence, ...]]


def defence(docket: Docket, bond: Bond, duty: Obligation) -> Defence:
    """Return whether a happening was allowed by an exception, which this bearer may plead."""
    each = [partial(_holds, _conditions(docket, bond, other)) for other in _exceptions(docket, bond, duty)]
    return lambda start, end, as_of: some(holds(start, end, as_of) for holds in each)


def pleading(docket: Docket, bond: Bond, duty: Obligation) -> tuple[str, ...]:
    """Return the acts under which records tell of the conditions of a defence."""
    return tuple(other.act for other in _exceptions(docket, bond, duty))


def _exceptions(docket: Docket, bond: Bond, duty: Obligation) -> Iterator[Obligation]:
    for clause in bond.paper.clauses:
        for other in clause.obligations:
            is_one = isinstance(other.terms, PermitIf) and duty.id in other.terms.exception_to
            if is_one and bond.bearer in bound(other, docket.case, bond.paper):
                yield other


def _conditions(docket: Docket, bond: Bond, other: Obligation) -> list[_Line]:
    cast = cast_of(other, bond.bearer, docket.case, bond.paper)
    named = other.terms.conditions if isinstance(other.terms, PermitIf) else ()
    return [occurrence_line(heard(docket, bond, other.act), each, other.verify, cast) for each in named]


def _holds(lines: Sequence[_Line], start: datetime, end: datetime, as_of: datetime) -> Truth:
    claimed = [[each for each in line(as_of) if each.start <= end and each.end >= start - BEFORE] for line in lines]
    if not any(claimed):
        return False
    return every(some(each.known.truth for each in about) if about else None for about in claimed)


# --- the exception itself -------------------------------------------------------------------------


def permit_if(docket: Docket, bond: Bond, variant: Variant) -> Rule:
    """Return the rule of an exception by itself: what is known of its conditions; nobody breaks a permission."""
    duty = variant.duty
    terms = duty.terms
    assert isinstance(terms, PermitIf)
    said, tz = heard(docket, bond, duty.act), docket.case.time_zone
    lines = [(name, fact_line(said, name, duty.verify, bond.cast)) for name in terms.conditions]

    def find(as_of: datetime) -> Finding:
        facts = [(name, line(as_of)) for name, line in lines]
        known = [each for _, each in facts]
        if any(each.is_disputed for each in known):
            state = State.DISPUTED_FACT
        elif all(each.truth is True for each in known):
            state = State.NO_BREACH_OBSERVED
        else:
            state = State.UNRESOLVED if any(each.stating or each.denying for each in known) else State.NOT_COVERED
        return Finding(
            state,
            lambda: "; ".join(fact_words(name, each, bond.cast, tz) for name, each in facts),
            since=max((each.start for each in known if each.start is not None), default=duty.from_time),
            keys=tuple(dict.fromkeys(key for each in known for key in each.keys)),
        )

    return find
