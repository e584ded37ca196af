"""The ways in which an obligation is judged side by side: its readings, those of its anchor, changes not all accepted.

What every one concerned has accepted is simply so from its day on; what only some have accepted is one more reading.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields, replace
from datetime import datetime

from trucewatch.agreement.bonds import Bond
from trucewatch.agreement.changes import changed
from trucewatch.agreement.days import passes
from trucewatch.paper import EVERY_PARTY, Agreement, Amendment, Change, Deadline, Ended, Obligation, Pause, Reading
from trucewatch.spacetime import stamp

AS_WRITTEN = "as written"


@dataclass(frozen=True, slots=True, kw_only=True)
class Variant:
    """One way to read an obligation: `duty` as it then is, `anchor` the number of its anchor's reading (0: as stated).

    `label` names it by its place in the file and by what it sets, never by who holds it.
    """

    duty: Obligation
    label: str = AS_WRITTEN
    written: str = AS_WRITTEN
    by: tuple[str, ...] = ()
    anchor: int = 0


def moments(duty: Obligation, as_known: datetime | None) -> tuple[datetime, ...]:
    """Return when the ways to read an obligation change, as far as it was known."""
    pauses = (pause.start for pause in duty.pauses)
    ends = () if duty.ended is None else (duty.ended.on,)
    found = {*(amendment.on for amendment in duty.amendments), *pauses, *ends}
    return tuple(sorted(moment for moment in found if as_known is None or moment <= as_known))


def variants(bond: Bond, until: datetime | None) -> tuple[Variant, ...]:
    """Return the ways to read an obligation by the changes up to a time (None: none of them).

    Where no reading leaves the words as they are, and somebody concerned is named by no reading, the words as written
    stand first: who has not argued otherwise reads what is written.
    """
    duty, loose = _settled(bond, until)
    given = duty.readings if not duty.method_missing else ()
    read = tuple(_reading(n, reading, duty) for n, reading in enumerate(given, start=1))
    plain = replace(duty, readings=())
    if not _is_read_as_written(read, plain) and not _all_have_read(given, bond):
        read = (Variant(duty=plain), *read)
    if duty.method_missing:
        return read
    return (*read, *_by_anchor(plain, given, bond.paper), *loose)


def _reading(number: int, reading: Reading, duty: Obligation) -> Variant:
    kept = _without(reading.change, [a.change for a in duty.amendments])
    written = ", ".join(f"{key} {value}" for key, value in reading.written) or AS_WRITTEN
    return Variant(
        duty=replace(changed(duty, kept), readings=()),
        label=f"reading {number} ({written})",
        written=written,
        by=reading.by,
        anchor=kept.anchor or 0,
    )


def _without(change: Change, settled: Sequence[Change]) -> Change:
    """Return a reading's change without what everybody has agreed on since: of that there is nothing left to read."""
    plain = Change()
    agreed = {
        field.name
        for field in fields(Change)
        if any(getattr(each, field.name) != getattr(plain, field.name) for each in settled)
    }
    if "deadline" in agreed:
        agreed |= {"deadline_rule", "anchor"}
    return replace(change, **{name: getattr(plain, name) for name in agreed})


def _is_read_as_written(read: Sequence[Variant], plain: Obligation) -> bool:
    return any(each.duty == plain and each.anchor == 0 for each in read)


def _all_have_read(given: Sequence[Reading], bond: Bond) -> bool:
    return bool(given) and concerned(bond) <= {name for reading in given for name in reading.by}


def concerned(bond: Bond) -> frozenset[str]:
    """Return everybody who owes an obligation or to whom it is owed."""
    return bond.cast.own | bond.cast.holders


def _by_anchor(plain: Obligation, given: Sequence[Reading], paper: Agreement) -> Iterator[Variant]:
    """Yield a variant for each reading of the deadline's anchor, where no reading of the obligation picks one."""
    if plain.deadline is None or any(reading.change.anchor is not None for reading in given):
        return
    anchor = next((a for a in paper.anchors if a.id == plain.deadline.after), None)
    for number, reading in enumerate(() if anchor is None else anchor.readings, start=1):
        day = reading.day.isoformat() if reading.day is not None else stamp(reading.at)
        written = f"{plain.deadline.after} {day}"
        yield Variant(duty=plain, label=f"counted from {written}", written=written, by=reading.by, anchor=number)


# --- what changed since ---------------------------------------------------------------------------


def _settled(bond: Bond, until: datetime | None) -> tuple[Obligation, tuple[Variant, ...]]:
    """Return the obligation with all that is accepted by everybody concerned, and one variant for all that is not."""
    duty = bond.duty
    known = [a for a in duty.amendments if until is not None and a.on <= until]
    bare = replace(duty, amendments=(), pauses=(), ended=None)
    settled = bare
    binding: list[Amendment] = []
    for amendment in known:
        if _binds(amendment, settled, bond):
            settled = changed(settled, amendment.change)
            binding.append(amendment)
    pauses = [p for p in duty.pauses if until is not None and p.start <= until]
    ended = duty.ended if duty.ended is not None and until is not None and duty.ended.on <= until else None
    settled = replace(
        settled,
        amendments=tuple(binding),
        pauses=tuple(p for p in pauses if _is_accepted(p.accepted_by, bond)),
        ended=ended if ended is not None and _is_accepted(ended.accepted_by, bond) else None,
    )
    return settled, tuple(_loose(settled, known, pauses, ended))


def _loose(
    settled: Obligation, known: Sequence[Amendment], pauses: Sequence[Pause], ended: Ended | None
) -> Iterator[Variant]:
    plain = replace(settled, readings=())
    for amendment in known:
        if amendment not in settled.amendments:
            what = ", ".join(f"{key} {value}" for key, value in amendment.written)
            yield _aside(changed(plain, amendment.change), amendment, f"amended {_day(amendment.on)}: {what}")
    for pause in pauses:
        if pause not in settled.pauses:
            yield _aside(replace(plain, pauses=(*plain.pauses, pause)), pause, f"suspended {_day(pause.start)}")
    if ended is not None and settled.ended is None:
        yield _aside(replace(plain, ended=ended), ended, f"ended {_day(ended.on)}")


def _aside(duty: Obligation, by: Amendment | Pause | Ended, what: str) -> Variant:
    label = f"{what} by {by.form.value}, not accepted by all"
    return Variant(duty=duty, label=label, written=label, by=by.accepted_by)


def _day(moment: datetime) -> str:
    return stamp(moment)


def _is_accepted(by: Sequence[str], bond: Bond) -> bool:
    return EVERY_PARTY in by or concerned(bond) <= set(by)


def _binds(amendment: Amendment, duty: Obligation, bond: Bond) -> bool:
    """Tell whether a change is accepted: by all concerned, or by those whom a moved deadline puts at a disadvantage."""
    by = set(amendment.accepted_by)
    if _is_accepted(amendment.accepted_by, bond):
        return True
    moved = _moved(amendment.change, duty, bond.paper.time_zone)
    if moved is None:
        return False
    losing = bond.cast.holders if moved else bond.cast.own
    return bool(losing) and losing <= by


def _moved(change: Change, duty: Obligation, tz: str) -> bool | None:
    """Tell whether a change does nothing but move the deadline to later (True) or to earlier (False); else None."""
    plain = Change(deadline=change.deadline, deadline_rule=change.deadline_rule)
    before, after = _fixed(duty.deadline, tz), _fixed(changed(duty, plain).deadline, tz)
    if change != plain or before is None or after is None or before == after:
        return None
    return after > before


def _fixed(due: Deadline | None, tz: str) -> datetime | None:
    return None if due is None else passes(due, tz)
