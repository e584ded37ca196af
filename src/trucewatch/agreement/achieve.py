"""What is done once: handed over, opened, published, signed; and what is set up and may close again."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial

from trucewatch.agreement.bonds import Bond
from trucewatch.agreement.clock import Due, ahead, dues, in_time
from trucewatch.agreement.docket import Docket, known_of
from trucewatch.agreement.facts import Fact, Heard, keys_of
from trucewatch.agreement.judge import PROPOSED
from trucewatch.agreement.kleene import every
from trucewatch.agreement.said import NO_ANCHOR, due_words, fact_words, when
from trucewatch.agreement.states import Finding, Rule, remembering
from trucewatch.agreement.variants import Variant
from trucewatch.agreement.voices import confirms_breach, told_by
from trucewatch.paper import Achieve, Establish
from trucewatch.vocabulary import State


@dataclass(frozen=True, slots=True)
class Deed:
    """What an obligation asks to be done, with the events that make it up and the time zone for words."""

    bond: Bond
    begins: datetime
    events: tuple[str, ...]
    has_deadline: bool
    tz: str


def achieve(docket: Docket, bond: Bond, variant: Variant) -> Rule:
    """Return the rule of what is done when all its events have happened."""
    terms = variant.duty.terms
    assert isinstance(terms, Achieve)
    return deed_rule(docket, bond, variant, terms.completes_on)


def establish(docket: Docket, bond: Bond, variant: Variant) -> Rule:
    """Return the rule of what is set up: fulfilled once it has opened, though it may have closed since."""
    terms = variant.duty.terms
    assert isinstance(terms, Establish)
    rule = deed_rule(docket, bond, variant, (terms.opens_on,))
    closing = known_of(docket, bond, terms.closes_on, variant.duty.verify)

    def find(as_of: datetime) -> Finding:
        found, closed = rule(as_of), closing(as_of)
        if not closed.stating:
            return found
        also = fact_words(terms.closes_on, closed, bond.cast, docket.case.time_zone)
        return replace(found, why=lambda: f"{found.why()}; {also}", keys=(*found.keys, *closed.keys))

    return find


def deed_rule(docket: Docket, bond: Bond, variant: Variant, events: tuple[str, ...]) -> Rule:
    """Return the rule of what is done when events have happened, by the deadline if it has one."""
    duty = variant.duty
    deed = Deed(bond, duty.from_time, events, duty.deadline is not None, docket.case.time_zone)
    due_at = dues(docket, bond, variant, duty.deadline)
    lines = tuple(known_of(docket, bond, event, duty.verify) for event in events)
    finding = remembering(partial(_found, deed))

    def find(as_of: datetime) -> Finding:
        due = due_at(as_of)
        return finding(tuple([line(as_of) for line in lines]), due, ahead(due, as_of))

    return find


def _found(deed: Deed, facts: tuple[Fact, ...], due: Due | None, until: datetime | None) -> Finding:
    if all(each.truth is True for each in facts):
        return _done(deed, facts, due)
    return _not_done(deed, facts, due, until)


# --- done -----------------------------------------------------------------------------------------


def _done(deed: Deed, facts: Sequence[Fact], due: Due | None) -> Finding:
    spans = [(each.start, each.end) for each in facts if each.start is not None and each.end is not None]
    kept = every(in_time(span, due) for span in spans)
    whole = max(start for start, _ in spans), max(end for _, end in spans)
    if kept is None:
        state = State.DISPUTED_FACT if _part_over(facts, due) else State.UNRESOLVED
    else:
        state = State.FULFILLED if kept else State.FULFILLED_LATE
    told = tuple(said.voice for each in facts for said in each.stating)
    return Finding(
        state, lambda: _done_words(deed, facts, due, state), since=whole[0], keys=_keys(facts), span=whole, told=told
    )


def _part_over(facts: Sequence[Fact], due: Due | None) -> bool:
    """Tell whether the claims of when part over the deadline: in time by one word, late by another."""
    return any({True, False} <= {in_time(span, due) for span in each.spans} for each in facts)


def _done_words(deed: Deed, facts: Sequence[Fact], due: Due | None, state: State) -> str:
    verdicts = {
        State.FULFILLED: "in time: ",
        State.FULFILLED_LATE: "late: ",
        State.UNRESOLVED: "done, and whether in time cannot be told: ",
    }
    verdict = verdicts.get(state, "done, in time by one word and late by another: ") if due is not None else ""
    return f"{_facts_words(deed, facts)}; {verdict}{due_words(due, deed.tz)}"


# --- not done -------------------------------------------------------------------------------------


def _not_done(deed: Deed, facts: Sequence[Fact], due: Due | None, until: datetime | None) -> Finding:
    keys = _keys(facts)

    def told() -> str:
        return f"{_facts_words(deed, facts)}; {due_words(due, deed.tz)}"

    if any(each.is_disputed for each in facts):
        since = min((f.start for f in facts if f.is_disputed and f.start is not None), default=None)
        return Finding(State.DISPUTED_FACT, told, since, until, keys)
    if due is None:
        state = State.PENDING if deed.has_deadline else State.IN_FORCE
        why = (lambda: f"{_facts_words(deed, facts)}; {NO_ANCHOR}") if deed.has_deadline else told
        return Finding(state, why, since=deed.begins, keys=keys)
    if until is not None:
        return Finding(State.PENDING, told, deed.begins, until, keys)
    late = _confirmations(deed, facts, due)
    if late:
        also = [said for said in late if any(said in each.before for each in facts)]
        keys = keys_of((*also, *(said for each in facts for said in (*each.stating, *each.denying))))
        return Finding(
            State.BREACHED, lambda: f"{told()}{_late_words(deed, also)}; {PROPOSED}", since=due.high, keys=keys
        )
    return Finding(State.OVERDUE_UNVERIFIED, told, since=due.high, keys=keys)


def _confirmations(deed: Deed, facts: Sequence[Fact], due: Due) -> list[Heard]:
    """Return the words that confirm that it was still not done when it was due: a monitor's, or the bearer's own.

    A claim without proof that it was done later takes nothing back: it, too, is that it was not done in time.
    """
    return [
        said
        for each in facts
        for said in (*each.denying, *each.before)
        if confirms_breach(said.voice, deed.bond.cast) and in_time((said.start, said.end), due) is False
    ]


def _late_words(deed: Deed, late: Sequence[Heard]) -> str:
    if not late:
        return ""
    last = max(late, key=lambda each: (each.end, each.start, each.record.key))
    return f"; not yet {when((last.start, last.end), deed.tz)} by the word of {told_by((last.voice,), deed.bond.cast)}"


def _facts_words(deed: Deed, facts: Sequence[Fact]) -> str:
    pairs = zip(deed.events, facts, strict=True)
    return "; ".join(fact_words(event, each, deed.bond.cast, deed.tz) for event, each in pairs)


def _keys(facts: Sequence[Fact]) -> tuple[str, ...]:
    return keys_of(said for each in facts for said in (*each.stating, *each.denying))
