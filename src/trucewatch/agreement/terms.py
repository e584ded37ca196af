"""What each of the twelve kinds says beyond what all obligations say: its terms from a TOML table."""

from collections.abc import Callable, Mapping
from datetime import timedelta

from trucewatch.agreement.ceilings import ceiling
from trucewatch.agreement.cells import flag, number, tables, term, terms_of, text, whole, words
from trucewatch.agreement.fault import Block, inner
from trucewatch.paper import (
    Achieve,
    Allow,
    Band,
    Condition,
    Establish,
    Exchange,
    KeepOut,
    Mandate,
    Notify,
    PermitIf,
    Prohibit,
    Terms,
    Withdraw,
)
from trucewatch.vocabulary import ObligationKind, Order, PersonCategory, Phenomenon, UnitKind, WeaponClass

# The phenomena of the missions' tables (vocabulary.Phenomenon) that only fire makes. A hot spot is a cue,
# a seen weapon is no fire, and an announcement is the opposite of a breach.
FIRE = (
    Phenomenon.EXPLOSION,
    Phenomenon.BURST,
    Phenomenon.SHOT,
    Phenomenon.PROJECTILE_IN_FLIGHT,
    Phenomenon.AIRBURST,
    Phenomenon.IMPACT,
    Phenomenon.MUZZLE_FLASH,
    Phenomenon.OVERHEAD_BULLETS,
    Phenomenon.EXCHANGE_OF_FIRE,
)


def terms(block: Block, kind: ObligationKind, tz: str) -> Terms:
    """Return the terms of a block of a kind, whose shape was checked; `tz` is the paper's time zone."""
    return _TERMS[kind](block, tz)


def _prohibit(block: Block, _tz: str) -> Prohibit:
    named = terms_of(block, "phenomena", Phenomenon)
    told = "act" in block.table and not named
    return Prohibit(phenomena=() if told else named or FIRE, zone=_zone(block))


def _zone(block: Block) -> str | None:
    return text(block, "zone") or None


def _withdraw(block: Block, _tz: str) -> Withdraw:
    return Withdraw(bands=tuple(_band(each) for each in tables(block, "bands")), line=text(block, "line"))


def _band(block: Block) -> Band:
    return Band(
        distance_km=number(block, "distance_km") or 0.0,
        weapon_classes=terms_of(block, "weapon_classes", WeaponClass),
        from_mm=number(block, "from_mm"),
        to_mm=number(block, "to_mm"),
        models=words(block, "models"),
    )


def _keep_out(block: Block, _tz: str) -> KeepOut:
    return KeepOut(unit=term(block, "unit", UnitKind), zone=_zone(block), within=words(block, "within"))


def _achieve(block: Block, _tz: str) -> Achieve:
    return Achieve(completes_on=words(block, "completes_on") or Achieve().completes_on)


def _exchange(block: Block, _tz: str) -> Exchange:
    return Exchange(
        categories=terms_of(block, "categories", PersonCategory),
        all_for_all=flag(block, "all_for_all", missing=Exchange().all_for_all),
    )


def _allow(block: Block, _tz: str) -> Allow:
    return Allow(zone=_zone(block))


def _notify(block: Block, _tz: str) -> Notify:
    lead = inner(block, "lead")
    return Notify(lead=timedelta(hours=number(lead, "hours") or 0.0, days=number(lead, "days") or 0.0))


def _mandate(block: Block, _tz: str) -> Mandate:
    return Mandate(
        term_months=whole(block, "term_months") or 0,
        renews_months=whole(block, "renews_months") or 0,
        notice_months=whole(block, "notice_months") or 0,
    )


def _permit_if(block: Block, _tz: str) -> PermitIf:
    return PermitIf(exception_to=words(block, "exception_to"), conditions=words(block, "conditions"))


def _establish(block: Block, _tz: str) -> Establish:
    plain = Establish()
    return Establish(
        opens_on=text(block, "opens_on", plain.opens_on), closes_on=text(block, "closes_on", plain.closes_on)
    )


def _condition(block: Block, _tz: str) -> Condition:
    return Condition(first=text(block, "first"), then=text(block, "then"), relation=term(block, "relation", Order))


_TERMS: Mapping[ObligationKind, Callable[[Block, str], Terms]] = {
    ObligationKind.PROHIBIT: _prohibit,
    ObligationKind.WITHDRAW: _withdraw,
    ObligationKind.KEEP_OUT: _keep_out,
    ObligationKind.ACHIEVE: _achieve,
    ObligationKind.EXCHANGE: _exchange,
    ObligationKind.CEILING: ceiling,
    ObligationKind.ALLOW: _allow,
    ObligationKind.NOTIFY: _notify,
    ObligationKind.MANDATE: _mandate,
    ObligationKind.PERMIT_IF: _permit_if,
    ObligationKind.ESTABLISH: _establish,
    ObligationKind.CONDITION: _condition,
}
