"""The order of two obligations in time: one before, after, or in parallel with the other."""

from collections.abc import Callable

from trucewatch.agreement.bonds import Bond
from trucewatch.agreement.facts import Span
from trucewatch.agreement.gate import Done, Others
from trucewatch.agreement.judge import PROPOSED
from trucewatch.agreement.kleene import Truth
from trucewatch.agreement.said import when
from trucewatch.agreement.states import Finding, Rule, remembering
from trucewatch.agreement.variants import Variant
from trucewatch.agreement.voices import confirms_breach
from trucewatch.paper import Condition
from trucewatch.vocabulary import Order, State

VAGUE = "the paper does not say how far apart in parallel may be"


def condition(bond: Bond, variant: Variant, others: Others, tz: str) -> Rule:
    """Return the rule of an order; it is judged by when each obligation was fulfilled, not by when it was due."""
    terms = variant.duty.terms
    assert isinstance(terms, Condition)
    names = (terms.then, terms.first) if terms.relation is Order.AFTER else (terms.first, terms.then)

    def made(one: Done, two: Done) -> Finding:
        state = _beside(one, two) if terms.relation is Order.IN_PARALLEL else _in_order(one, two, bond)
        spans = [each.span for each in (one, two) if each.truth is True and each.span is not None]
        done = max(spans) if state is State.FULFILLED else None
        return Finding(
            state,
            _words(names, (one, two), state, terms.relation, tz),
            since=variant.duty.from_time if not spans else max(start for start, _ in spans),
            keys=tuple(dict.fromkeys((*one.keys, *two.keys))),
            span=done,
            told=(*one.told, *two.told),
        )

    found = remembering(made)
    return lambda as_of: found(*[others(name, as_of) for name in names])


def _in_order(earlier: Done, later: Done, bond: Bond) -> State:
    """Return what an order comes to: kept once the earlier is done alone; broken only by two times that are shown."""
    if earlier.span is None:
        return State.IN_FORCE if later.truth is False else State.UNRESOLVED
    if later.span is None:
        return State.FULFILLED
    kept = _precedes(earlier.span, later.span)
    if kept is False and all(any(confirms_breach(v, bond.cast) for v in each.told) for each in (earlier, later)):
        return State.BREACHED
    return State.FULFILLED if kept else State.UNRESOLVED


def _precedes(one: Span, two: Span) -> Truth:
    if one[1] <= two[0]:
        return True
    return False if two[1] <= one[0] else None


def _beside(one: Done, two: Done) -> State:
    if one.span is None and two.span is None:
        return State.IN_FORCE if one.truth is False and two.truth is False else State.UNRESOLVED
    if one.span is None or two.span is None:
        return State.UNRESOLVED
    return State.UNRESOLVED if _precedes(one.span, two.span) is not None else State.FULFILLED


def _words(
    names: tuple[str, str], done: tuple[Done, Done], state: State, relation: Order, tz: str
) -> Callable[[], str]:
    def told() -> str:
        asked = "in parallel with" if relation is Order.IN_PARALLEL else "before"
        each = [f"{name} {_of(one, tz)}" for name, one in zip(names, done, strict=True)]
        vague = f"; {VAGUE}" if relation is Order.IN_PARALLEL and state is State.UNRESOLVED else ""
        proposed = f"; {PROPOSED}" if state is State.BREACHED else ""
        return f"{names[0]} {asked} {names[1]}: {' and '.join(each)}{vague}{proposed}"

    return told


def _of(done: Done, tz: str) -> str:
    if done.span is not None:
        return f"was done {when(done.span, tz)}"
    return "is not done" if done.truth is False else "is open"
