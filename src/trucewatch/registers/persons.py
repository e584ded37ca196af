"""People: lists reconciled without a name, returns, harm and how far it was followed up (R13, R14, R16)."""

from collections.abc import Iterable, Iterator, Mapping, Sequence

from trucewatch.model import Harm, Listed, Party, Record, Register, RegisterRow, Returned
from trucewatch.registers.rows import Told, bounds, grouped, keys, lines, number, side, since, told, until
from trucewatch.spelling import name_key
from trucewatch.vocabulary import HarmStage, PersonCategory, PersonState

# --- exchange -------------------------------------------------------------------------------------

Latest = Mapping[tuple[str, str], Told[Listed]]  # by (commitment, whose list)


def exchanges(records: Iterable[Record], parties: Sequence[Party]) -> Register:
    """Return counts of both sides' lists held against each other by commitment: no person stands in it."""
    groups = grouped(told(records, Listed)).items()
    return Register(
        name="exchanges",
        title="Exchange of persons and bodies",
        columns=("exchange", "category", "measure", "count"),
        rows=tuple(row for (about,), said in groups for row in _reconciled(about, said, parties)),
        note="Counts only: persons are salted commitments, which the two sides make without the centre. A person whom "
        "the lists put into different states is disputed, and nothing else.",
    )


def _reconciled(about: str, said: Sequence[Told[Listed]], parties: Sequence[Party]) -> Iterator[RegisterRow]:
    for category in PersonCategory:
        of = [row for row in said if row.body.category is category]
        if not of:
            continue
        latest = {(row.body.person, side(row.record)): row for row in of}  # a later word of a list replaces its earlier
        for measure, persons in _measures(latest, [party.id for party in parties]):
            behind = [row for (person, _), row in latest.items() if person in persons]
            yield RegisterRow(
                cells=(about, category.value, measure, str(len(persons))), record_keys=tuple(sorted(keys(behind)))
            )


def _measures(latest: Latest, parties: Sequence[str]) -> Iterator[tuple[str, frozenset[str]]]:
    lists = {person: frozenset(whose for one, whose in latest if one == person) for person, _ in latest}
    for party in parties:
        yield f"on the list of {party}", frozenset(p for p, whose in lists.items() if party in whose)
    yield "on the lists of more than one side", frozenset(p for p, whose in lists.items() if len(whose) > 1)
    yield "on one list only", frozenset(p for p, whose in lists.items() if len(whose) == 1)
    state = {person: _state([row for (one, _), row in latest.items() if one == person]) for person in lists}
    for wanted in PersonState:
        yield wanted.value, frozenset(person for person, found in state.items() if found is wanted)


def _state(rows: Sequence[Told[Listed]]) -> PersonState:
    states = {row.body.state for row in rows}
    return states.pop() if len(states) == 1 else PersonState.DISPUTED


# --- returns --------------------------------------------------------------------------------------


def returns(records: Iterable[Record]) -> Register:
    """Return how many came back, where and when, and what kept others away."""
    return Register(
        name="returns",
        title="Return of displaced people",
        columns=("about", "place", "from", "until", "persons_min", "persons_max", "obstacle", "counted_by", "side"),
        rows=lines(
            told(records, Returned),
            lambda row: (
                row.record.about,
                row.body.place,
                since(row.record),
                until(row.record),
                *bounds(row.body.persons),
                row.body.obstacle,
                row.record.source.name,
                side(row.record),
            ),
        ),
        note="Counts of different sources and periods are never added.",
    )


# --- harm -----------------------------------------------------------------------------------------

_RANK = {HarmStage.REPORTED: 0, HarmStage.FOLLOWED_UP: 1, HarmStage.NOT_CORROBORATED: 2, HarmStage.CORROBORATED: 2}


def harms(records: Iterable[Record]) -> Register:
    """Return each report of harm with how far it got, and by how many sources."""
    groups = grouped(told(records, Harm)).items()
    return Register(
        name="harm",
        title="Harm to civilians and civilian objects",
        columns=("report", "stage", "first_reported", "killed", "injured", "cause", "sources"),
        rows=tuple(_harm(about, said) for (about,), said in groups),
        note="Killed and injured are those of the furthest stage, smallest to largest where sources differ. What was "
        "followed up and not corroborated is not thereby untrue.",
    )


def _harm(about: str, said: Sequence[Told[Harm]]) -> RegisterRow:
    furthest = max(_RANK[row.body.stage] for row in said)
    rows = [row for row in said if _RANK[row.body.stage] == furthest]
    stages = {row.body.stage for row in rows}
    causes = dict.fromkeys(c.term.value if c.term else c.verbatim for row in said if (c := row.body.cause) is not None)
    sources = {(name_key(row.record.source.name), side(row.record)) for row in said}
    return RegisterRow(
        cells=(
            about,
            stages.pop().value if len(stages) == 1 else "sources differ",
            min(since(row.record) for row in said),
            _range(row.body.killed for row in rows),
            _range(row.body.injured for row in rows),
            " or ".join(causes),
            str(len(sources)),
        ),
        record_keys=keys(said),
    )


def _range(counts: Iterable[int | None]) -> str:
    known = sorted(count for count in counts if count is not None)
    return "" if not known else number(known[0]) if known[0] == known[-1] else f"{known[0]} to {known[-1]}"
