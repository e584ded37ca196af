"""What others set otherwise: readings, amendments, pauses, the end; each with what it changes, typed and as written."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from trucewatch.agreement.cells import (
    flag,
    instant,
    number,
    required_text,
    tables_of,
    text_of,
    whole,
    word,
    words_of,
)
from trucewatch.agreement.days import day_rule, deadline
from trucewatch.agreement.fault import Block, at_key, not_one_of
from trucewatch.agreement.terms import is_composition, limits, phenomena
from trucewatch.paper import (
    EVERY_PARTY,
    Achieve,
    Amendment,
    Ceiling,
    Change,
    Ended,
    Obligation,
    Pause,
    Practice,
    Prohibit,
    Reading,
    Terms,
    Withdraw,
)
from trucewatch.spacetime import stamp
from trucewatch.vocabulary import AmendmentForm, CountedBy, DayRule, ObligationKind

READING_KEYS = ("by", "source", "inferred", "note")
AMENDMENT_KEYS = ("on", "form", "source", "accepted_by", "note")
PAUSE_KEYS = ("from", "until", "form", "source", "accepted_by")
ENDED_KEYS = ("on", "form", "source", "accepted_by")
PRACTICE_KEYS = ("text", "source")

ANY_KIND = ("from", "until", "deadline", "deadline_rule", "anchor", "exclusive")
SETTINGS: Mapping[ObligationKind, tuple[str, ...]] = {  # what a kind lets a reading or an amendment set besides
    ObligationKind.PROHIBIT: ("phenomena",),
    ObligationKind.WITHDRAW: ("distances_km",),
    ObligationKind.ACHIEVE: ("completes_on",),
    ObligationKind.CEILING: ("limits", "basis", "limits_apply"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame:
    """What a change is read in: the kind and terms of its obligation, and the paper's time zone."""

    kind: ObligationKind
    terms: Terms
    tz: str


def readings(block: Block, frame: Frame) -> tuple[Reading, ...]:
    """Return the readings of a block in their order."""
    return tuple(_reading(block, table, frame) for table in tables_of(block, block.table, "reading"))


def _reading(block: Block, table: Mapping[str, Any], frame: Frame) -> Reading:
    settings = {key: value for key, value in table.items() if key not in READING_KEYS}
    return Reading(
        by=words_of(block, table, "by"),
        change=_change(block, settings, frame),
        written=_written(block, settings, frame.tz),
        source=text_of(block, table, "source"),
        inferred=flag(block, table, "inferred"),
        note=text_of(block, table, "note"),
    )


def amendments(block: Block, frame: Frame) -> tuple[Amendment, ...]:
    """Return the amendments of a block by their day."""
    found = (_amendment(block, table, frame) for table in tables_of(block, block.table, "amendment"))
    return tuple(sorted(found, key=lambda each: each.on))


def _amendment(block: Block, table: Mapping[str, Any], frame: Frame) -> Amendment:
    settings = {key: value for key, value in table.items() if key not in AMENDMENT_KEYS}
    if not settings:
        raise at_key(block, "amendment", "an amendment sets something otherwise, such as deadline = 2020-11-25")
    return Amendment(
        on=_on(block, table, frame.tz),
        form=word(block, "form", table.get("form"), AmendmentForm),
        accepted_by=_accepted(block, table),
        change=_change(block, settings, frame),
        written=_written(block, settings, frame.tz),
        source=required_text(block, table, "source"),
    )


def practices(block: Block) -> tuple[Practice, ...]:
    """Return the practices of a block in their order."""
    tables = tables_of(block, block.table, "practice")
    for table in tables:
        _only(block, table, PRACTICE_KEYS, "key of a practice")
    return tuple(
        Practice(text=required_text(block, table, "text"), source=text_of(block, table, "source")) for table in tables
    )


def pauses(block: Block, tz: str) -> tuple[Pause, ...]:
    """Return the times in which an obligation was suspended, in their order."""
    return tuple(sorted((_pause(block, t, tz) for t in tables_of(block, block.table, "pause")), key=lambda p: p.start))


def _pause(block: Block, table: Mapping[str, Any], tz: str) -> Pause:
    _only(block, table, PAUSE_KEYS, "key of a pause")
    start = instant(block, "pause", table.get("from"), tz)
    until = instant(block, "until", table["until"], tz) if "until" in table else None
    if until is not None and until <= start:
        raise at_key(block, "until", "a pause ends after it begins")
    return Pause(
        start=start,
        until=until,
        form=word(block, "form", table.get("form"), AmendmentForm),
        source=required_text(block, table, "source"),
        accepted_by=_accepted(block, table),
    )


def ended(block: Block, tz: str) -> Ended | None:
    """Return the dated event that ended an obligation, None where none did."""
    table = block.table.get("ended")
    if table is None:
        return None
    if not isinstance(table, dict):
        raise at_key(block, "ended", "the end of an obligation is a table [ended] with on, form and source")
    _only(block, table, ENDED_KEYS, "key of ended")
    return Ended(
        on=_on(block, table, tz),
        form=word(block, "form", table.get("form"), AmendmentForm),
        source=required_text(block, table, "source"),
        accepted_by=_accepted(block, table),
    )


def _on(block: Block, table: Mapping[str, Any], tz: str) -> datetime:
    if "on" not in table:
        raise at_key(block, "on", "on is missing; write the day, such as on = 2020-11-15")
    return instant(block, "on", table["on"], tz)


def _accepted(block: Block, table: Mapping[str, Any]) -> tuple[str, ...]:
    return (EVERY_PARTY,) if table.get("accepted_by") == EVERY_PARTY else words_of(block, table, "accepted_by")


# --- what changes ---------------------------------------------------------------------------------


def _change(block: Block, settings: Mapping[str, Any], frame: Frame) -> Change:
    known = (*ANY_KIND, *SETTINGS.get(frame.kind, ()))
    _only(block, settings, known, f"setting of {frame.kind.value}")
    rule = day_rule(block, settings)
    return Change(
        deadline=deadline(block, settings["deadline"], frame.tz, rule or DayRule.END_OF_DAY)
        if "deadline" in settings
        else None,
        deadline_rule=rule,
        from_time=instant(block, "from", settings["from"], frame.tz) if "from" in settings else None,
        until_time=instant(block, "until", settings["until"], frame.tz) if "until" in settings else None,
        completes_on=words_of(block, settings, "completes_on"),
        basis=word(block, "basis", settings["basis"], CountedBy) if "basis" in settings else None,
        phenomena=phenomena(block, settings),
        distances_km=_distances(block, settings, frame.terms),
        limits=limits(block, settings, frame.tz),
        is_composition=is_composition(block, settings),
        exclusive=flag(block, settings, "exclusive") if "exclusive" in settings else None,
        anchor=whole(block, "anchor", settings["anchor"]) if "anchor" in settings else None,
    )


def _distances(block: Block, settings: Mapping[str, Any], terms: Terms) -> tuple[float, ...]:
    given = settings.get("distances_km", [])
    bands = terms.bands if isinstance(terms, Withdraw) else ()
    if given and (not isinstance(given, list) or len(given) != len(bands)):
        raise at_key(
            block, "distances_km", f"distances_km needs one distance for each of the {len(bands)} bands, in order"
        )
    return tuple(number(block, "distances_km", each) for each in given)


def _written(block: Block, settings: Mapping[str, Any], tz: str) -> tuple[tuple[str, str], ...]:
    return tuple((key, _text(block, key, value, tz)) for key, value in settings.items())


def _text(block: Block, key: str, value: object, tz: str) -> str:
    """Return a setting as text: days as they are, times in UTC, lists parted by blanks."""
    if isinstance(value, datetime):
        return stamp(instant(block, key, value, tz))
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Mapping):
        return ", ".join(f"{name} {_text(block, key, each, tz)}" for name, each in value.items())
    if isinstance(value, Sequence) and not isinstance(value, str):
        return " ".join(_text(block, key, each, tz) for each in value)
    return str(value).lower() if isinstance(value, bool) else str(value)


def _only(block: Block, table: Mapping[str, Any], known: Sequence[str], what: str) -> None:
    for key in table:
        if key not in known:
            raise at_key(block, key, not_one_of(what, key, known))


# --- an obligation as changed ---------------------------------------------------------------------


def changed(duty: Obligation, change: Change) -> Obligation:
    """Return an obligation as a reading or an amendment has it; settings were checked when the file was read."""
    due = duty.deadline if change.deadline is None else change.deadline
    if due is not None and change.deadline_rule is not None:
        due = replace(due, rule=change.deadline_rule)
    return replace(
        duty,
        from_time=change.from_time or duty.from_time,
        until_time=change.until_time or duty.until_time,
        deadline=due,
        exclusive=duty.exclusive if change.exclusive is None else change.exclusive,
        terms=_changed_terms(duty.terms, change),
    )


def _changed_terms(terms: Terms, change: Change) -> Terms:
    match terms:
        case Prohibit():
            return replace(terms, phenomena=change.phenomena or terms.phenomena)
        case Withdraw():
            pairs = zip(terms.bands, change.distances_km or [b.distance_km for b in terms.bands], strict=True)
            return replace(terms, bands=tuple(replace(band, distance_km=km) for band, km in pairs))
        case Achieve():
            return replace(terms, completes_on=change.completes_on or terms.completes_on)
        case Ceiling():
            return replace(
                terms,
                limits=change.limits or terms.limits,
                basis=change.basis or terms.basis,
                is_composition=terms.is_composition if change.is_composition is None else change.is_composition,
            )
        case _:
            return terms
