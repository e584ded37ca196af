"""Records other than fire, as received, and the registers that set them out matter by matter."""

from trucewatch.model import (
    Body,
    Count,
    Event,
    Footprint,
    Harm,
    Inventory,
    Listed,
    MandateRecord,
    Notice,
    Passage,
    Position,
    Record,
    Register,
    Returned,
    SiteSeen,
    Statement,
    Strength,
)
from trucewatch.report.choice import Choice, record_link, told_anchor
from trucewatch.report.naming import act_of, cell_words, names_in
from trucewatch.report.parts import OtherPart, RegisterLine, RegisterPart
from trucewatch.report.words import local_words, party_name, window_words

SIDES = frozenset({"side", "bearer", "party", "stated_by", "barred_by"})  # columns of a register that hold a side's id


def other_parts(choice: Choice) -> tuple[OtherPart, ...]:
    """Return the printed records other than fire, in their order."""
    printed = (record for record in choice.assessment.records if record.key in choice.printed_records)
    return tuple(_other(record, choice) for record in printed)


def _other(record: Record, choice: Choice) -> OtherPart:
    case, clocks = choice.assessment.case, record.clocks
    names = {party.id: party_name(party) for party in case.parties}
    side = record.source.side
    return OtherPart(
        anchor=told_anchor(record.key),
        id=record.id,
        source=record.source.name,
        side="" if side is None else names.get(side.party or "", side.verbatim),
        about=act_of(record.about),
        said=said(record.body),
        time=_time(record, case.time_zone),
        received="not stated" if clocks.received is None else local_words(clocks.received, case.time_zone),
        text=record.text,
    )


def _time(record: Record, time_zone: str) -> str:
    claimed = record.clocks.claimed
    if claimed is None:
        return "not stated"
    if isinstance(record.body, Footprint):
        return window_words(claimed.start, claimed.end, time_zone)
    start = local_words(claimed.start, time_zone)
    return f"in the day from {start}" if claimed.end > claimed.start else start


def said(body: Body) -> str:  # noqa: C901, PLR0911, PLR0912 - one arm for each kind of record
    """Return what a record says, in words."""
    match body:
        case Event():
            verb = {"states": "happened", "denies": "did not happen", "not_yet": "has not happened yet"}
            return f"{act_of(body.event)}: {verb[body.says.value]}"
        case Inventory():
            return (
                f"{act_of(body.item)}: {_count(body.offered)} offered, {_count(body.accepted_by_monitor)} accepted by "
                f"the monitor, {_count(body.accepted_by_other)} by the other party"
            )
        case Strength():
            return f"{act_of(body.item)}: {_bounds(body.count)}"
        case Passage():
            counted = "" if body.passages is None else f", {body.passages} passages"
            by = "" if body.barred_by is None else f", barred by {body.barred_by.verbatim}"
            return f"{body.condition.value}{by}{counted}"
        case MandateRecord():
            return body.notice.value.replace("_", " ")
        case Listed():
            return f"one {body.category.value} (sealed): {body.state.value}"
        case Returned():
            return f"{_bounds(body.persons)} returned to {body.place}" + (f"; {body.obstacle}" if body.obstacle else "")
        case SiteSeen():
            return f"{body.site} ({body.community}): {body.condition.value}, by {body.assessor}"
        case Harm():
            return f"{body.stage.value.replace('_', ' ')}: {_count(body.killed)} killed, {_count(body.injured)} injured"
        case Notice():
            return f"notice of {body.of.value.replace('_', ' ')}"
        case Position():
            return f"position of {body.unit} ({body.unit_kind.value})"
        case Footprint():
            return f"{body.unit} looked: view {body.view.value}, {body.grade.value}"
        case Statement():
            actor = "somebody not named" if body.actor is None else body.actor.verbatim
            return f"{body.speaker} in {body.outlet}: {actor} {body.modality.value.replace('_', ' ')} do this"


def _count(number: int | None) -> str:
    return "number not stated" if number is None else str(number)


def _bounds(count: Count) -> str:
    if count.low is not None and count.low == count.high:
        return str(count.low)
    return f"{_count(count.low)} to {_count(count.high)}"


def register_parts(choice: Choice) -> tuple[RegisterPart, ...]:
    """Return every register of the assessment, each line with the records behind it."""
    return tuple(_register(register, choice) for register in choice.assessment.registers)


def _register(register: Register, choice: Choice) -> RegisterPart:
    names, zone = names_in(choice.assessment.case), choice.assessment.case.time_zone
    return RegisterPart(
        name=register.name,
        title=register.title,
        columns=tuple(column.replace("_", " ") for column in register.columns),
        rows=tuple(
            RegisterLine(
                cells=tuple(
                    names.get(cell, cell) if column in SIDES else cell_words(cell, zone)
                    for column, cell in zip(register.columns, row.cells, strict=True)
                ),
                records=tuple(record_link(key, choice) for key in row.record_keys),
            )
            for row in register.rows
        ),
        note=register.note,
    )
