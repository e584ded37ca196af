"""What each of the twelve kinds says beyond what all obligations say: its keys, and its terms from a TOML table."""

from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any

from trucewatch.agreement.cells import (
    flag,
    number,
    optional_text,
    required_text,
    table_of,
    tables_of,
    text_of,
    whole,
    word,
    words,
    words_of,
)
from trucewatch.agreement.days import deadline
from trucewatch.agreement.fault import Block, at_key, not_one_of
from trucewatch.paper import (
    Achieve,
    Allow,
    Band,
    Ceiling,
    Condition,
    Establish,
    Exchange,
    KeepOut,
    Limit,
    Mandate,
    Notify,
    PermitIf,
    Prohibit,
    Terms,
    Withdraw,
)
from trucewatch.vocabulary import CountedBy, ObligationKind, Order, PersonCategory, Phenomenon, UnitKind, WeaponClass

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

OWN: Mapping[ObligationKind, tuple[str, ...]] = {  # a misspelt key would widen or narrow a duty in silence
    ObligationKind.PROHIBIT: ("phenomena", "zone"),
    ObligationKind.WITHDRAW: ("bands", "line"),
    ObligationKind.KEEP_OUT: ("zone", "within", "unit"),
    ObligationKind.ACHIEVE: ("completes_on",),
    ObligationKind.EXCHANGE: ("categories", "all_for_all"),
    ObligationKind.CEILING: ("limits", "basis", "limits_apply"),
    ObligationKind.ALLOW: ("zone",),
    ObligationKind.NOTIFY: ("lead",),
    ObligationKind.MANDATE: ("term_months", "renews_months", "notice_months"),
    ObligationKind.PERMIT_IF: ("exception_to", "conditions"),
    ObligationKind.ESTABLISH: ("opens_on", "closes_on"),
    ObligationKind.CONDITION: ("first", "then", "relation"),
}
BAND_KEYS = ("distance_km", "weapon_classes", "from_mm", "to_mm", "models")
LIMIT_KEYS = ("item", "at_most", "at_least", "by", "label")
LEAD_KEYS = ("hours", "days")


def terms(block: Block, kind: ObligationKind, tz: str) -> Terms:
    """Return the terms of a block of a kind.

    Raises:
        AgreementError: naming the line and the remedy.

    """
    return _TERMS[kind](block, tz)


def _prohibit(block: Block, _tz: str) -> Prohibit:
    named = phenomena(block, block.table)
    told = "act" in block.table and not named
    return Prohibit(phenomena=() if told else named or FIRE, zone=optional_text(block, "zone"))


def phenomena(block: Block, table: Mapping[str, Any]) -> tuple[Phenomenon, ...]:
    """Return the phenomena of a table; empty where it names none."""
    return tuple(word(block, "phenomena", each, Phenomenon) for each in words_of(block, table, "phenomena"))


def _withdraw(block: Block, _tz: str) -> Withdraw:
    tables = block.table.get("bands")
    if not isinstance(tables, list) or not tables or not all(isinstance(table, dict) for table in tables):
        raise at_key(block, "bands", "withdraw needs bands; write [[bands]] tables with distance_km")
    return Withdraw(bands=tuple(_band(block, table) for table in tables), line=text_of(block, block.table, "line"))


def _band(block: Block, table: Mapping[str, Any]) -> Band:
    _only(block, table, BAND_KEYS, "key of a band")
    classes = tuple(
        word(block, "weapon_classes", each, WeaponClass) for each in words_of(block, table, "weapon_classes")
    )
    return Band(
        distance_km=number(block, "distance_km", table.get("distance_km")),
        weapon_classes=classes,
        from_mm=number(block, "from_mm", table["from_mm"]) if "from_mm" in table else None,
        to_mm=number(block, "to_mm", table["to_mm"]) if "to_mm" in table else None,
        models=words_of(block, table, "models"),
    )


def _keep_out(block: Block, _tz: str) -> KeepOut:
    zone, within = optional_text(block, "zone"), words(block, "within")
    if (zone is None) == (not within):
        raise at_key(block, "zone", "keep_out needs either zone (stay out) or within (stay inside)")
    return KeepOut(unit=word(block, "unit", block.table.get("unit"), UnitKind), zone=zone, within=within)


def _achieve(block: Block, _tz: str) -> Achieve:
    return Achieve(completes_on=words(block, "completes_on") or Achieve().completes_on)


def _exchange(block: Block, _tz: str) -> Exchange:
    categories = tuple(word(block, "categories", each, PersonCategory) for each in words(block, "categories"))
    return Exchange(categories=categories, all_for_all=flag(block, {"all_for_all": True, **block.table}, "all_for_all"))


def _ceiling(block: Block, tz: str) -> Ceiling:
    found = limits(block, block.table, tz)
    if not found:
        raise at_key(block, "limits", "a ceiling needs limits; write [[limits]] tables with item and at_most")
    return Ceiling(
        limits=found,
        basis=word(block, "basis", block.table.get("basis", CountedBy.COUNTED.value), CountedBy),
        is_composition=is_composition(block, block.table) or False,
    )


def limits(block: Block, table: Mapping[str, Any], tz: str) -> tuple[Limit, ...]:
    """Return the limits of a table; empty where it names none."""
    return tuple(_limit(block, each, tz) for each in tables_of(block, table, "limits"))


def _limit(block: Block, table: Mapping[str, Any], tz: str) -> Limit:
    _only(block, table, LIMIT_KEYS, "key of a limit")
    if not {"at_most", "at_least"} & table.keys():
        raise at_key(block, "limits", "a limit needs at_most or at_least, a whole number")
    return Limit(
        item=required_text(block, table, "item"),
        at_most=whole(block, "at_most", table["at_most"]) if "at_most" in table else None,
        at_least=whole(block, "at_least", table["at_least"]) if "at_least" in table else None,
        by=deadline(block, table["by"], tz) if "by" in table else None,
        label=text_of(block, table, "label"),
    )


def is_composition(block: Block, table: Mapping[str, Any]) -> bool | None:
    """Tell whether limits are a composition (exactly so many) or a ceiling; None where the table does not say."""
    known = ("ceiling", "composition")
    value = table.get("limits_apply")
    if value is not None and value not in known:
        raise at_key(block, "limits_apply", not_one_of("limits_apply", value, known))
    return None if value is None else value == "composition"


def _allow(block: Block, _tz: str) -> Allow:
    return Allow(zone=optional_text(block, "zone"))


def _notify(block: Block, _tz: str) -> Notify:
    lead = table_of_numbers(block, "lead", LEAD_KEYS)
    return Notify(lead=timedelta(hours=lead.get("hours", 0.0), days=lead.get("days", 0.0)))


def table_of_numbers(block: Block, key: str, known: tuple[str, ...]) -> Mapping[str, float]:
    """Return an inline table of numbers such as `lead = { hours = 48 }`."""
    table = block.table.get(key)
    if not isinstance(table, dict) or not table:
        raise at_key(block, key, f"{key} is missing; write {key} = {{ {known[0]} = 48 }}")
    _only(block, table, known, f"key of {key}")
    return {name: number(block, key, value) for name, value in table.items()}


def _mandate(block: Block, _tz: str) -> Mandate:
    term = whole(block, "term_months", block.table.get("term_months"))
    if not term:
        raise at_key(block, "term_months", "term_months must be one or more")
    return Mandate(
        term_months=term,
        renews_months=whole(block, "renews_months", block.table.get("renews_months", 0)),
        notice_months=whole(block, "notice_months", block.table.get("notice_months", 0)),
    )


def _permit_if(block: Block, _tz: str) -> PermitIf:
    exception_to, conditions = words(block, "exception_to"), words(block, "conditions")
    if not exception_to or not conditions:
        raise at_key(block, "conditions", 'permit_if needs exception_to = ["id"] and conditions = ["event", ...]')
    return PermitIf(exception_to=exception_to, conditions=conditions)


def _establish(block: Block, _tz: str) -> Establish:
    plain = Establish()
    return Establish(
        opens_on=text_of(block, block.table, "opens_on") or plain.opens_on,
        closes_on=text_of(block, block.table, "closes_on") or plain.closes_on,
    )


def _condition(block: Block, _tz: str) -> Condition:
    return Condition(
        first=required_text(block, block.table, "first"),
        then=required_text(block, block.table, "then"),
        relation=word(block, "relation", block.table.get("relation"), Order),
    )


def _only(block: Block, table: Mapping[str, Any], known: tuple[str, ...], what: str) -> None:
    for key in table:
        if key not in known:
            raise at_key(block, key, not_one_of(what, key, known))


_TERMS: Mapping[ObligationKind, Callable[[Block, str], Terms]] = {
    ObligationKind.PROHIBIT: _prohibit,
    ObligationKind.WITHDRAW: _withdraw,
    ObligationKind.KEEP_OUT: _keep_out,
    ObligationKind.ACHIEVE: _achieve,
    ObligationKind.EXCHANGE: _exchange,
    ObligationKind.CEILING: _ceiling,
    ObligationKind.ALLOW: _allow,
    ObligationKind.NOTIFY: _notify,
    ObligationKind.MANDATE: _mandate,
    ObligationKind.PERMIT_IF: _permit_if,
    ObligationKind.ESTABLISH: _establish,
    ObligationKind.CONDITION: _condition,
}

__all__ = ["FIRE", "OWN", "is_composition", "limits", "phenomena", "table_of", "terms"]
