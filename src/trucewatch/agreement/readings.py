"""What others set otherwise: readings, amendments, pauses, the end; each with what it changes, typed and as written."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from trucewatch.agreement.ceilings import basis, is_composition, limits
from trucewatch.agreement.cells import (
    flag,
    instant,
    moment,
    optional_moment,
    parties,
    tables,
    term,
    terms_of,
    text,
    whole,
    words,
)
from trucewatch.agreement.days import day_rule, deadline
from trucewatch.agreement.duty_keys import AMENDMENT, READING
from trucewatch.agreement.fault import Block, at_key, inner
from trucewatch.paper import Amendment, Change, Ended, Pause, Practice, Reading, Terms, Withdraw
from trucewatch.spacetime import stamp
from trucewatch.vocabulary import AmendmentForm, Phenomenon


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame:
    """What a change is read in: the terms of its obligation, and the paper's time zone."""

    terms: Terms
    tz: str


def readings(block: Block, frame: Frame) -> tuple[Reading, ...]:
    """Return the readings of a block in their order."""
    return tuple(_reading(each, frame) for each in tables(block, "reading"))


def _reading(block: Block, frame: Frame) -> Reading:
    return Reading(
        by=words(block, "by"),
        change=_change(block, frame),
        written=_written(block, READING, frame.tz),
        source=text(block, "source"),
        inferred=flag(block, "inferred"),
        note=text(block, "note"),
    )


def amendments(block: Block, frame: Frame) -> tuple[Amendment, ...]:
    """Return the amendments of a block by their day."""
    return tuple(sorted((_amendment(each, frame) for each in tables(block, "amendment")), key=lambda each: each.on))


def _amendment(block: Block, frame: Frame) -> Amendment:
    return Amendment(
        on=moment(block, "on", frame.tz),
        form=term(block, "form", AmendmentForm),
        accepted_by=parties(block, "accepted_by"),
        change=_change(block, frame),
        written=_written(block, AMENDMENT, frame.tz),
        source=text(block, "source"),
        note=text(block, "note"),
    )


def practices(block: Block) -> tuple[Practice, ...]:
    """Return the practices of a block in their order."""
    return tuple(Practice(text=text(each, "text"), source=text(each, "source")) for each in tables(block, "practice"))


def pauses(block: Block, tz: str) -> tuple[Pause, ...]:
    """Return the times in which an obligation was suspended, in their order.

    Raises:
        AgreementError: where one ends before it begins.

    """
    return tuple(sorted((_pause(each, tz) for each in tables(block, "pause")), key=lambda each: each.start))


def _pause(block: Block, tz: str) -> Pause:
    start, until = moment(block, "from", tz), optional_moment(block, "until", tz)
    if until is not None and until <= start:
        raise at_key(block, "until", "a pause ends after it begins; until must be later than from")
    return Pause(
        start=start,
        until=until,
        form=term(block, "form", AmendmentForm),
        source=text(block, "source"),
        accepted_by=parties(block, "accepted_by"),
    )


def ended(block: Block, tz: str) -> Ended | None:
    """Return the dated event that ended an obligation, None where none did."""
    if "ended" not in block.table:
        return None
    table = inner(block, "ended")
    return Ended(
        on=moment(table, "on", tz),
        form=term(table, "form", AmendmentForm),
        source=text(table, "source"),
        accepted_by=parties(table, "accepted_by"),
    )


# --- what changes ---------------------------------------------------------------------------------


def _change(block: Block, frame: Frame) -> Change:
    rule = day_rule(block)
    return Change(
        deadline=deadline(block, "deadline", frame.tz, rule),
        deadline_rule=rule,
        from_time=optional_moment(block, "from", frame.tz),
        until_time=optional_moment(block, "until", frame.tz),
        completes_on=words(block, "completes_on"),
        basis=basis(block),
        phenomena=terms_of(block, "phenomena", Phenomenon),
        distances_km=_distances(block, frame.terms),
        limits=limits(block, frame.tz),
        is_composition=is_composition(block),
        exclusive=flag(block, "exclusive") if "exclusive" in block.table else None,
        anchor=whole(block, "anchor"),
    )


def _distances(block: Block, terms: Terms) -> tuple[float, ...]:
    given = block.table.get("distances_km", [])
    bands = terms.bands if isinstance(terms, Withdraw) else ()
    if given and len(given) != len(bands):
        raise at_key(
            block, "distances_km", f"distances_km needs one distance for each of the {len(bands)} bands, in their order"
        )
    return tuple(float(each) for each in given)


def _written(block: Block, aside: Iterable[str], tz: str) -> tuple[tuple[str, str], ...]:
    settings = {key: value for key, value in block.table.items() if key not in set(aside)}
    return tuple((key, _text(block, key, value, tz)) for key, value in settings.items())


def _text(block: Block, key: str, value: Any, tz: str) -> str:
    """Return a setting as text: days as they are, times in UTC, lists parted by blanks."""
    if isinstance(value, datetime):
        return stamp(instant(block, (key,), value, tz))
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Mapping):
        return ", ".join(f"{name} {_text(block, key, each, tz)}" for name, each in value.items())
    if isinstance(value, Sequence) and not isinstance(value, str):
        return " ".join(_text(block, key, each, tz) for each in value)
    return str(value).lower() if isinstance(value, bool) else str(value)
