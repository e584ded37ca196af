"""Prohibitions and withdrawals that are judged by incidents: fire heard, weapons seen, and whose they were."""

from dataclasses import replace
from datetime import datetime

from trucewatch.agreement.bearing import bears, is_unknown_fire, within
from trucewatch.agreement.bonds import Bond
from trucewatch.agreement.clock import Due, dues
from trucewatch.agreement.defence import Defence, defence
from trucewatch.agreement.docket import Docket
from trucewatch.agreement.gate import specials
from trucewatch.agreement.hours import Watch, watch
from trucewatch.agreement.judge import judgement
from trucewatch.agreement.kleene import every, negated
from trucewatch.agreement.said import NO_ANCHOR
from trucewatch.agreement.states import Finding, Rule, as_said
from trucewatch.agreement.variants import Variant
from trucewatch.agreement.weigh import Held, weigh
from trucewatch.paper import Obligation, Prohibit
from trucewatch.spacetime import stamp
from trucewatch.vocabulary import State

NO_SIDE = "incidents are attributed to the parties of the case, and {} is none of them"


def fire(docket: Docket, bond: Bond, variant: Variant) -> Rule:
    """Return the rule of an obligation that incidents bear on; with a deadline it is judged from then."""
    if bond.bearer not in {party.id for party in docket.case.parties}:
        none = Finding(State.NO_METHOD, as_said(NO_SIDE.format(bond.bearer)))
        return lambda _as_of: none
    due_at = dues(docket, bond, variant, variant.duty.deadline)
    others = [(s, dues(docket, bond, Variant(duty=s), s.deadline)) for s in specials(variant.duty, bond.paper)]
    excused = defence(docket, bond, variant.duty)

    def find(as_of: datetime) -> Finding:
        due = due_at(as_of)
        if variant.duty.deadline is not None and (due is None or as_of < due.high):
            return _pending(due)
        ruling = [_judged_from(other, at(as_of)) for other, at in others if other.deadline is None or at(as_of)]
        duty = _judged_from(variant.duty, due)
        held = _held(docket, bond, duty, ruling, as_of)
        return _judged(docket, bond, duty, _excused(held, excused, as_of), as_of)

    return find


def _pending(due: Due | None) -> Finding:
    if due is None:
        return Finding(State.PENDING, as_said(NO_ANCHOR))
    return Finding(State.PENDING, lambda: f"due {stamp(due.high)}", until=due.high)


def _judged_from(duty: Obligation, due: Due | None) -> Obligation:
    """Return an obligation in the time in which incidents count for it: from its deadline on, until it ends."""
    begins = duty.from_time if due is None else max(duty.from_time, due.high)
    ends = [end for end in (duty.until_time, duty.ended.on if duty.ended is not None else None) if end is not None]
    until = min(ends, default=None)
    if (begins, until) == (duty.from_time, duty.until_time):
        return duty
    return replace(duty, from_time=begins, until_time=until)


def _held(docket: Docket, bond: Bond, duty: Obligation, ruling: list[Obligation], as_of: datetime) -> list[Held]:
    truths = ((i, bears(i, duty, ruling, bond.bearer, scene=docket.scene, as_of=as_of)) for i in docket.incidents)
    return [
        Held(incident=incident, bears=truth, attribution=docket.attributions.get(incident.id))
        for incident, truth in truths
        if truth is not False
    ]


def _excused(held: list[Held], excused: Defence, as_of: datetime) -> tuple[Held, ...]:
    """Return what is left when defences that surely hold are taken out, and those that may hold leave it open."""
    left = []
    for each in held:
        first, last = each.incident.first_time, each.incident.last_time
        allowed = excused(first, last or first, as_of) if first is not None else False
        truth = each.bears if allowed is False else every((each.bears, negated(allowed)))
        if truth is not False:
            left.append(each if truth is each.bears else replace(each, bears=truth))
    return tuple(left)


def _judged(docket: Docket, bond: Bond, duty: Obligation, held: tuple[Held, ...], as_of: datetime) -> Finding:
    watched = _watched(docket, bond, duty, as_of)
    found = judgement(
        duty, bond.bearer, weigh(held, bond.bearer, docket.case), watched, _unknown_words(docket, duty, as_of)
    )
    return replace(
        found,
        touching=tuple(each.incident.id for each in held),
        # hours of attention say nothing of weapons
        coverage=watched.share if isinstance(duty.terms, Prohibit) else None,
    )


def _watched(docket: Docket, bond: Bond, duty: Obligation, as_of: datetime) -> Watch:
    end = as_of if duty.until_time is None else min(as_of, duty.until_time)
    return watch(docket.efforts, bond.bearer, duty.from_time, end, docket.case.time_zone)


def _unknown_words(docket: Docket, duty: Obligation, as_of: datetime) -> int:
    """Count the incidents of the duty's time whose phenomenon is a word that the vocabulary does not have."""
    if not isinstance(duty.terms, Prohibit):
        return 0
    return sum(
        incident.phenomenon.term is None
        and not is_unknown_fire(incident)
        and within(incident, duty, as_of) is not False
        for incident in docket.incidents
    )
