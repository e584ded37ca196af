"""One fenced TOML table to one obligation of the closed set of kinds."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from trucewatch.agreement.cells import instant, number, optional_text, word, words, words_of
from trucewatch.agreement.fault import Block, at_key, not_one_of
from trucewatch.model import Band, Obligation, Reading
from trucewatch.spacetime import stamp
from trucewatch.vocabulary import ObligationKind, Phenomenon, WeaponClass

EVERY_PARTY = "all"  # as a bearer: every party of the case, so that the file names none

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

KINDS = tuple(kind.value for kind in ObligationKind)
KNOWN = ("id", "kind", "bearer", "from", "until", "deadline", "source", "note", "reading")
OWN = {  # keys that a kind with a method adds; a misspelt key would otherwise widen or narrow a duty in silence
    ObligationKind.PROHIBIT: ("phenomena", "zone", "overrides", "lex_specialis_of"),
    ObligationKind.WITHDRAW: ("bands", "overrides", "lex_specialis_of"),
}
SETTINGS = {  # what a reading may set otherwise
    ObligationKind.PROHIBIT: ("from", "until", "phenomena"),
    ObligationKind.WITHDRAW: ("from", "until", "distances_km"),
}
BAND_KEYS = ("distance_km", "weapon_classes", "from_mm", "to_mm", "models")
READING_KEYS = ("by", "source", "inferred", "note")


def obligation(block: Block, *, tz: str, in_force: datetime) -> Obligation:
    """Return the obligation of a block; it applies from `in_force` where it does not say otherwise.

    Raises:
        AgreementError: naming the line and the remedy.

    """
    kind = word(block, "kind", block.table.get("kind"), ObligationKind)
    _known_keys(block, kind)
    begins = instant(block, "from", block.table["from"], tz) if "from" in block.table else in_force
    ends = instant(block, "until", block.table["until"], tz) if "until" in block.table else None
    if ends is not None and ends <= begins:
        raise at_key(block, "until", "until must be later than from (or than in_force where from is not given)")
    bands = _bands(block) if kind is ObligationKind.WITHDRAW else ()
    return Obligation(
        id=_id(block),
        kind=kind,
        bearers=_bearers(block),
        from_time=begins,
        until_time=ends,
        phenomena=_phenomena(block) if kind is ObligationKind.PROHIBIT else (),
        zone=optional_text(block, "zone") if kind is ObligationKind.PROHIBIT else None,
        bands=bands,
        overrides=(*words(block, "overrides"), *words(block, "lex_specialis_of")) if kind in OWN else (),
        readings=_readings(block, kind, bands, tz),
        source=optional_text(block, "source") or "",
        method_missing="" if kind in OWN else f"this version has no method for the kind {kind.value}",
        deadline=_deadline(block, tz),
    )


def _deadline(block: Block, tz: str) -> datetime | None:
    """Return the instant at which the duty is overdue: a day's deadline runs to the end of that day.

    Where the words can mean the beginning of the day ("before"), that is a reading of its own.
    """
    value = block.table.get("deadline")
    if value is None:
        return None
    if isinstance(value, date) and not isinstance(value, datetime) and value < date.max:
        value += timedelta(days=1)
    return instant(block, "deadline", value, tz)


def _known_keys(block: Block, kind: ObligationKind) -> None:
    if kind not in OWN:
        return  # what a kind without a method will need is kept in the file and not judged yet
    known = (*KNOWN, *OWN[kind])
    for key in block.table:
        if key not in known:
            raise at_key(block, key, not_one_of(f"key of {kind.value}", key, known))


def _id(block: Block) -> str:
    text = optional_text(block, "id")
    if not text or text.split() != [text]:
        raise at_key(block, "id", 'an obligation needs an id of one word, such as id = "2.a"')
    return text


def _bearers(block: Block) -> tuple[str, ...]:
    if block.table.get("bearer") == EVERY_PARTY:
        return (EVERY_PARTY,)
    bearers = words(block, "bearer")
    if not bearers:
        raise at_key(block, "bearer", 'bearer is missing; write bearer = "all" or a list of party ids')
    return bearers


def _phenomena(block: Block) -> tuple[Phenomenon, ...]:
    return tuple(word(block, "phenomena", each, Phenomenon) for each in words(block, "phenomena")) or FIRE


def _bands(block: Block) -> tuple[Band, ...]:
    tables = block.table.get("bands")
    if not isinstance(tables, list) or not tables or not all(isinstance(table, dict) for table in tables):
        raise at_key(block, "bands", "withdraw needs bands; write [[bands]] tables with distance_km")
    return tuple(_band(block, table) for table in tables)


def _band(block: Block, table: Mapping[str, Any]) -> Band:
    for key in table:
        if key not in BAND_KEYS:
            raise at_key(block, key, not_one_of("key of a band", key, BAND_KEYS))
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


def _readings(block: Block, kind: ObligationKind, bands: Sequence[Band], tz: str) -> tuple[Reading, ...]:
    tables = block.table.get("reading", [])
    if not isinstance(tables, list) or not all(isinstance(table, dict) for table in tables):
        raise at_key(block, "reading", "readings are tables [[reading]] with by and what each sets otherwise")
    return tuple(_reading(block, table, kind, bands, tz) for table in tables)


def _reading(block: Block, table: Mapping[str, Any], kind: ObligationKind, bands: Sequence[Band], tz: str) -> Reading:
    settings = {key: value for key, value in table.items() if key not in READING_KEYS}
    for key, value in settings.items():
        if kind in SETTINGS:
            _check_setting(block, key, value, kind, bands)
    if not isinstance(table.get("inferred", False), bool):
        raise at_key(block, "inferred", "inferred must be true or false, without quotation marks")
    return Reading(
        by=words_of(block, table, "by"),
        settings=tuple((key, _written(block, key, value, tz)) for key, value in settings.items()),
        source=str(table.get("source", "")),
        inferred=table.get("inferred", False),
    )


def _check_setting(block: Block, key: str, value: object, kind: ObligationKind, bands: Sequence[Band]) -> None:
    if key not in SETTINGS[kind]:
        raise at_key(block, key, not_one_of(f"setting of a reading of {kind.value}", key, SETTINGS[kind]))
    if key in ("from", "until") and not isinstance(value, date):
        raise at_key(block, key, f"{key} must be a time such as 2015-02-15T00:00:00+02:00, without quotation marks")
    if key == "phenomena":
        for each in words_of(block, {key: value}, key):
            word(block, key, each, Phenomenon)
    if key == "distances_km":
        if not isinstance(value, list) or len(value) != len(bands):
            raise at_key(block, key, f"distances_km needs one distance for each of the {len(bands)} bands, in order")
        for each in value:
            number(block, key, each)


def _written(block: Block, key: str, value: object, tz: str) -> str:
    """Return a setting as text: times in UTC, lists parted by blanks."""
    if isinstance(value, date):
        return stamp(instant(block, key, value, tz))
    return " ".join(str(item) for item in value) if isinstance(value, list) else str(value)
