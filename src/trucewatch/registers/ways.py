"""Corridors and crossings, forces of a mandate, notices: what each source said, from when on (R3, R11, R12)."""

from collections.abc import Iterable, Iterator, Sequence

from trucewatch.model import MandateRecord, Notice, Passage, Record, Register, RegisterRow, Strength
from trucewatch.registers.rows import Told, bounds, grouped, keys, lines, side, since, told
from trucewatch.spacetime import known_since, stamp
from trucewatch.vocabulary import WayCondition


def ways(records: Iterable[Record]) -> Register:
    """Return what each corridor or crossing was, since when and on whose word, with the passages counted."""
    groups = grouped(told(records, Passage), by_source=True).items()
    return Register(
        name="ways",
        title="Corridors and crossings",
        columns=("way", "condition", "since", "until", "passages", "barred_by", "on_the_word_of", "side"),
        rows=tuple(row for (way, _, _), said in groups for row in _spells(way, said)),
        note="Each source's word stands by itself, until that source says otherwise. Passages are those it counted.",
    )


def _spells(way: str, said: Sequence[Told[Passage]]) -> Iterator[RegisterRow]:
    """Yield the spells of one condition, by the same doing, that one source tells of."""
    starts = [n for n, row in enumerate(said) if n == 0 or _state(row.body) != _state(said[n - 1].body)]
    for start, end in zip(starts, [*starts[1:], len(said)], strict=True):
        spell, first = said[start:end], said[start].record
        counted = [row.body.passages for row in spell if row.body.passages is not None]
        yield RegisterRow(
            cells=(
                way,
                spell[0].body.condition.value,
                since(first),
                since(said[end].record) if end < len(said) else "",
                str(sum(counted)) if counted else "",
                _state(spell[0].body)[1],
                first.source.name,
                side(first),
            ),
            record_keys=keys(spell),
        )


def _state(body: Passage) -> tuple[WayCondition, str]:
    """Return what a way is and whose doing it is: the party's id, else the name that was written."""
    by = body.barred_by
    return body.condition, "" if by is None else by.party or by.verbatim


def strengths(records: Iterable[Record]) -> Register:
    """Return how many of what were where, as intervals, and who counted."""
    return Register(
        name="strengths",
        title="Strength of forces",
        columns=("of", "item", "time", "count_min", "count_max", "counted_by", "side"),
        rows=lines(
            told(records, Strength),
            lambda row: (
                row.record.about,
                row.body.item,
                since(row.record),
                *bounds(row.body.count),
                row.record.source.name,
                side(row.record),
            ),
        ),
        note="An empty bound was not stated: it is neither nought nor without limit.",
    )


def mandates(records: Iterable[Record]) -> Register:
    """Return the notices about mandates, and what became of them."""
    return Register(
        name="mandates",
        title="Mandates",
        columns=("mandate", "notice", "time", "said_by", "side"),
        rows=lines(
            told(records, MandateRecord),
            lambda row: (
                row.record.about,
                row.body.notice.value,
                since(row.record),
                row.record.source.name,
                side(row.record),
            ),
        ),
        note="The clocks that these start and stop stand on the board of obligations.",
    )


def notices(records: Iterable[Record]) -> Register:
    """Return what was announced for when, and how long before it the centre knew."""
    return Register(
        name="notices",
        title="Notices given beforehand",
        columns=("about", "of", "from", "until", "lead_hours", "radius_km", "given_by", "side"),
        rows=lines(
            told(records, Notice),
            lambda row: (
                row.record.about,
                row.body.of.value,
                stamp(row.body.window.start),
                stamp(row.body.window.end),
                _lead(row),
                "" if row.body.radius_km is None else f"{row.body.radius_km:g}",
                row.record.source.name,
                side(row.record),
            ),
        ),
        note="Only what was known before it began can explain a noise; a negative lead is an explanation afterwards.",
    )


def _lead(row: Told[Notice]) -> str:
    known = known_since(row.record.clocks)
    return "" if known is None else f"{(row.body.window.start - known).total_seconds() / 3600:.1f}"
