"""What an obligation of each of the twelve kinds asks, in a sentence with its bearer as the subject."""

from collections.abc import Callable, Mapping
from typing import Any

from trucewatch.agreement.plain.speaker import (
    Speaker,
    act_named,
    act_words,
    called,
    joined,
    place_words,
    spaced,
    subject,
    unhyphened,
)
from trucewatch.agreement.terms import FIRE
from trucewatch.paper import (
    Achieve,
    Allow,
    Ceiling,
    Condition,
    Establish,
    Exchange,
    KeepOut,
    Mandate,
    Notify,
    Obligation,
    PermitIf,
    Prohibit,
    Withdraw,
)
from trucewatch.vocabulary import Order, PersonCategory

ORDERS = {Order.BEFORE: "before", Order.IN_PARALLEL: "in parallel with", Order.AFTER: "after"}
PERSONS = {
    PersonCategory.PRISONER: "prisoners",
    PersonCategory.HOSTAGE: "hostages",
    PersonCategory.DETAINEE: "other detained persons",
    PersonCategory.BODY: "bodies of the dead",
    PersonCategory.MISSING: "missing persons",
}


def duty_words(duty: Obligation, by: Speaker) -> str:
    """Return the sentence that says what is asked of whom."""
    return _SENTENCES[type(duty.terms)](duty.terms, duty, by)


def _prohibit(terms: Prohibit, duty: Obligation, by: Speaker) -> str:
    seen = joined((spaced(each.value) for each in terms.phenomena), "or")
    fire = f"any fire ({seen})" if terms.phenomena == FIRE else seen
    what = "; ".join(part for part in (fire, act_named(duty.act, by) if duty.act else "") if part)
    return f"Forbidden to {called(duty.bearers, by)}: {what}{_where(terms.zone, by)}."


def _withdraw(terms: Withdraw, duty: Obligation, by: Speaker) -> str:
    line = f"the line {place_words(terms.line, by)}" if terms.line else "the line of contact"
    return f"{subject(duty.bearers, by)} keep weapons away from {line}, as far as each band says{_about(duty, by)}."


def _keep_out(terms: KeepOut, duty: Obligation, by: Speaker) -> str:
    inside = joined((place_words(each, by) for each in terms.within), "or")
    kept = f"out of the zone {place_words(terms.zone, by)}" if terms.zone else f"inside the permitted area {inside}"
    return f"{subject(duty.bearers, by)} keep {terms.unit.value} {kept}{_about(duty, by)}."


def _achieve(_: Achieve, duty: Obligation, by: Speaker) -> str:
    return f"{subject(duty.bearers, by)} {act_words(duty.act, by)}."


def _exchange(terms: Exchange, duty: Obligation, by: Speaker) -> str:
    who = joined(PERSONS[each] for each in terms.categories) or "persons and bodies"
    every = "everybody on either side's list" if terms.all_for_all else "not necessarily everybody on the lists"
    return f"{subject(duty.bearers, by)} exchange {who}: {every}."


def _ceiling(terms: Ceiling, duty: Obligation, by: Speaker) -> str:
    bound = "keep within these numbers"
    if all(limit.at_most is None for limit in terms.limits):
        bound = "reach these numbers"
    if terms.is_composition:
        bound = "keep to exactly these numbers, neither more nor fewer"
    return f"{subject(duty.bearers, by)} {bound}{_about(duty, by)}."


def _allow(terms: Allow, duty: Obligation, by: Speaker) -> str:
    return f"{subject(duty.bearers, by)} allow this: {act_named(duty.act, by)}{_where(terms.zone, by)}."


def _notify(terms: Notify, duty: Obligation, by: Speaker) -> str:
    hours = terms.lead.total_seconds() / 3600
    lead = f"at least {hours:g} hours before" if hours else "at any time before; no number of hours is named"
    return f"{subject(duty.bearers, by)} announce this beforehand: {act_named(duty.act, by)}; {lead}."


def _mandate(terms: Mandate, duty: Obligation, by: Speaker) -> str:
    before = f" {_months(terms.notice_months)} before its end" if terms.notice_months else ""
    if terms.renews_months:
        again = f"then {_months(terms.renews_months)} at a time, unless notice is given{before}"
        term = f"a first term of {_months(terms.term_months)}, {again}"
    else:
        notice = f"; notice is given{before}" if before else ""
        term = f"a term of {_months(terms.term_months)}, not renewed by itself{notice}"
    return f"A mandate of {called(duty.bearers, by)}: {act_named(duty.act, by)}; {term}."


def _permit_if(terms: PermitIf, duty: Obligation, by: Speaker) -> str:
    conditions = joined(f"“{unhyphened(each, by)}”" for each in terms.conditions)
    what = f"what {joined(terms.exception_to)} forbids is allowed{_about(duty, by)}"
    return f"A defence of {called(duty.bearers, by)}: {what} where all of this holds: {conditions}."


def _establish(terms: Establish, duty: Obligation, by: Speaker) -> str:
    opens, closes = unhyphened(terms.opens_on, by), unhyphened(terms.closes_on, by)
    there = f"it is there from the event “{opens}” to the event “{closes}”"
    return f"{subject(duty.bearers, by)} set this up: {act_named(duty.act, by)}; {there}."


def _condition(terms: Condition, duty: Obligation, by: Speaker) -> str:
    order = f"{terms.first} is done {ORDERS[terms.relation]} {terms.then}"
    return f"{subject(duty.bearers, by)} keep this order: {order}."


_SENTENCES: Mapping[type, Callable[[Any, Obligation, Speaker], str]] = {
    Prohibit: _prohibit,
    Withdraw: _withdraw,
    KeepOut: _keep_out,
    Achieve: _achieve,
    Exchange: _exchange,
    Ceiling: _ceiling,
    Allow: _allow,
    Notify: _notify,
    Mandate: _mandate,
    PermitIf: _permit_if,
    Establish: _establish,
    Condition: _condition,
}


def _about(duty: Obligation, by: Speaker) -> str:
    """Return what it is about, where the kind alone does not say it."""
    return f": {act_named(duty.act, by)}" if duty.act else ""


def _where(zone: str | None, by: Speaker) -> str:
    return f", in the zone {place_words(zone, by)}" if zone else ""


def _months(months: int) -> str:
    """Return a term in months, and in years where it is whole years."""
    years = f" ({months // 12} years)" if months % 12 == 0 and months > 12 else ""
    return f"{months} month{'' if months == 1 else 's'}{years}"
