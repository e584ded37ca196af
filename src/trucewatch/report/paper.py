"""The papers with their clauses, and beside each obligation where every one stands whom it binds: the board."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from trucewatch.model import ClauseStatus, ReadingStatus
from trucewatch.paper import Agreement, Clause
from trucewatch.report.choice import Choice, incident_tally, record_tally, tally
from trucewatch.report.naming import names_in, told
from trucewatch.report.parts import ClausePart, DutyPart, Link, PaperPart, ReadingPart, Standings, StatusPart
from trucewatch.report.status import (
    STATE_WORDS,
    STATUS_WORDS,
    act_words,
    coverage_words,
    covered_words,
    since_words,
    until_words,
)
from trucewatch.report.timeline import timeline
from trucewatch.report.words import local_words, party_name
from trucewatch.vocabulary import State, Status

NO_REASON = "it has no obligation here, and its file gives no reason"

BUILT_IN = "built in: no paper of this case holds these words"

BESIDE = "its readings do not give the same; each stands here with what it gives"

Numbered = tuple[int, ClauseStatus]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Frame:
    """What every cell of a paper needs: the choice, the paper's clock, names of those it can bind, and the columns."""

    choice: Choice
    zone: str
    names: Mapping[str, str]
    columns: tuple[str, ...]

    def told(self, sentence: str) -> str:
        """Return a sentence of a status for a reader of this paper, on the paper's own clock."""
        return told(sentence, self.names, self.zone)


def paper_parts(choice: Choice) -> tuple[PaperPart, ...]:
    """Return every agreement of the case, then the built-in obligations that no paper holds.

    A status without its agreement's id stands with the first paper that holds its clause and obligation.
    """
    left: list[Numbered] = list(enumerate(choice.assessment.statuses, start=1))
    parts: list[PaperPart] = []
    before = 0
    for number, paper in enumerate(choice.assessment.case.agreements, start=1):
        held = {(clause.id, duty.id) for clause in paper.clauses for duty in clause.obligations}
        own = [pair for pair in left if _is_of(pair[1], paper, held)]
        left = [pair for pair in left if pair not in own]
        parts.append(_paper(number, paper, own, choice, before))
        before += len(paper.clauses)
    if left:
        clauses = tuple(Clause(id=name, quotations=()) for name in dict.fromkeys(s.clause_id for _, s in left))
        zone = choice.assessment.case.time_zone
        paper = Agreement(id="", title=BUILT_IN, digest="", signed=None, clauses=clauses, time_zone=zone)
        parts.append(_paper(len(parts) + 1, paper, left, choice, before))
    return tuple(parts)


def anchors(parts: Iterable[PaperPart]) -> dict[str, str]:
    """Return where each clause id leads: to the first clause of that id."""
    found: dict[str, str] = {}
    for part in parts:
        for clause in part.clauses:
            found.setdefault(clause.id, clause.anchor)
    return found


def _is_of(status: ClauseStatus, paper: Agreement, held: set[tuple[str, str]]) -> bool:
    return status.agreement_id in {"", paper.id} and (status.clause_id, status.obligation_id) in held


def _paper(number: int, paper: Agreement, own: Sequence[Numbered], choice: Choice, before: int) -> PaperPart:
    case = choice.assessment.case
    parties = {party.id: party_name(party) for party in case.parties}
    actors = {actor.id: actor.name for actor in paper.actors}
    bound = {status.bearer for _, status in own}
    columns = tuple(parties) if bound & set(parties) or not bound else tuple(a for a in actors if a in bound)
    frame = _Frame(choice=choice, zone=paper.time_zone, names={**names_in(case), **actors, **parties}, columns=columns)
    return PaperPart(
        anchor=f"p-{number}",
        id=paper.id,
        title=paper.title or paper.id,
        zone=paper.time_zone,
        columns=tuple(frame.names[name] for name in columns),
        clauses=tuple(
            _clause(f"c-{n}", paper.id, clause, own, frame) for n, clause in enumerate(paper.clauses, before + 1)
        ),
        standings=_standings(number, own, frame),
        timeline=timeline(paper, choice.assessment, frame.names, str(number)) if choice.period is None else None,
    )


def _clause(anchor: str, paper: str, clause: Clause, statuses: Sequence[Numbered], frame: _Frame) -> ClausePart:
    own = [pair for pair in statuses if pair[1].clause_id == clause.id]
    said = {duty.id: frame.choice.plain.get((paper, duty.id)) or act_words(duty) for duty in clause.obligations}
    bound = dict.fromkeys(status.obligation_id for _, status in own)
    return ClausePart(
        anchor=anchor,
        id=clause.id,
        quotations=clause.quotations,
        not_verifiable=clause.not_verifiable or ("" if bound or clause.obligations else NO_REASON),
        duties=tuple(_duty(name, said.get(name, ""), own, frame) for name in bound),
    )


def _duty(name: str, said: str, statuses: Sequence[Numbered], frame: _Frame) -> DutyPart:
    cells = {s.bearer: _status(n, s, frame) for n, s in statuses if s.obligation_id == name}
    return DutyPart(
        id=name,
        said=said,
        cells=tuple(cells.get(column) for column in frame.columns),
        others=tuple(cell for bearer, cell in cells.items() if bearer not in frame.columns),
    )


# --- one cell -------------------------------------------------------------------------------------


def _status(number: int, status: ClauseStatus, frame: _Frame) -> StatusPart:
    name = _name(status, frame)
    behind = f"behind {status.obligation_id} of {name}"
    incidents = incident_tally(f"status{number}", f"incidents {behind}", status.incident_ids, frame.choice)
    return StatusPart(
        anchor=f"s-{number}",
        obligation=status.obligation_id,
        bearer=name,
        status=STATUS_WORDS[status.status],
        state=STATE_WORDS[status.state],
        since=since_words(status.since, frame.choice.assessment.case.time_zone, frame.zone),
        as_of=local_words(status.as_of, frame.choice.assessment.case.time_zone),
        coverage=coverage_words(status.coverage),
        why=BESIDE if status.state is State.DISPUTED_READING and status.readings else frame.told(status.why),
        would_change=frame.told(status.would_change),
        next_deadline=until_words(status.next_deadline, frame.zone),
        readings=tuple(_reading(reading, status, frame) for reading in status.readings),
        incidents=incidents,
        records=record_tally(f"told{number}", f"records {behind}", status.record_keys, frame.choice),
    )


def _reading(reading: ReadingStatus, status: ClauseStatus, frame: _Frame) -> ReadingPart:
    key = (status.agreement_id, status.obligation_id, reading.written, *reading.by)
    by = " and ".join(frame.names.get(name, name) for name in reading.by)
    written = frame.told(reading.written)
    plain = f"As read by {by}: {written}." if by else f"{written.capitalize()}."
    return ReadingPart(
        said=frame.choice.plain.get(key, plain), state=STATE_WORDS[reading.state], why=frame.told(reading.why)
    )


def _standings(number: int, statuses: Sequence[Numbered], frame: _Frame) -> tuple[Standings, ...]:
    def counted(status: Status, word: str) -> Standings:
        ours = [pair for pair in statuses if pair[1].status is status]
        links = [Link(text=f"{s.obligation_id} ({_name(s, frame)})", href=f"#s-{n}") for n, s in ours]
        return Standings(
            status=word,
            tally=tally(f"paper{number}-{status.value}", f"obligations {word}", links),
            coverage=covered_words(s for _, s in ours),
        )

    return tuple(counted(status, word) for status, word in STATUS_WORDS.items())


def _name(status: ClauseStatus, frame: _Frame) -> str:
    return frame.names.get(status.bearer, status.bearer)
