"""The board by itself: where every obligation stands at one moment, as known at one, and what changed since another."""

from collections.abc import Sequence
from dataclasses import replace

from trucewatch.model import Assessment, ClauseStatus
from trucewatch.report.answers import answers
from trucewatch.report.choice import NOTHING, PlainWords, choose
from trucewatch.report.happenings import incident_parts
from trucewatch.report.paper import anchors, paper_parts
from trucewatch.report.parts import BoardPart, ChangePart, PaperPart
from trucewatch.report.places import settlements
from trucewatch.report.registers import other_parts
from trucewatch.report.status import STATE_WORDS, STATUS_WORDS, until_words
from trucewatch.report.words import chosen

Duty = tuple[str, str, str, str]  # agreement, clause, obligation, bearer


def only(assessment: Assessment, agreement: str) -> Assessment:
    """Return the assessment with one agreement and its statuses.

    Raises:
        ValueError: when the case has no agreement of that id.

    """
    papers = tuple(paper for paper in assessment.case.agreements if paper.id == agreement)
    if not papers:
        known = ", ".join(paper.id for paper in assessment.case.agreements) or "none"
        raise ValueError(f"agreement {agreement[:60]!r} is not one of this case's: {known}")
    return replace(
        assessment,
        case=replace(assessment.case, agreements=papers),
        statuses=tuple(status for status in assessment.statuses if status.agreement_id == agreement),
        answers=tuple(answer for answer in assessment.answers if answer.agreement_id == agreement),
    )


def board(
    assessment: Assessment, as_known: str = "", before: Assessment | None = None, plain: PlainWords = NOTHING
) -> BoardPart:
    """Return the board of an assessment; `as_known` says in words what was known, "" everything that came in.

    `before` is the assessment at an earlier moment: the statuses that changed since stand first. `plain` are sentences
    of what each obligation asks.
    """
    case = assessment.case
    choice = choose(_cited(assessment), None, plain)
    papers = paper_parts(choice)
    leads = anchors(papers)
    return BoardPart(
        case=chosen(case.titles, case.id),
        case_id=case.id,
        zone=case.time_zone,
        as_of=until_words(assessment.as_of, case.time_zone),
        as_known=as_known,
        papers=papers,
        incidents=incident_parts(choice, settlements(case, assessment.as_of), leads),
        others=other_parts(choice),
        answers=answers(choice, leads),
        since="" if before is None else until_words(before.as_of, case.time_zone),
        changes=() if before is None else _changes(before.statuses, assessment.statuses, papers),
    )


def _cited(assessment: Assessment) -> Assessment:
    """Return the assessment with the incidents and records alone that a status or an answer rests on."""
    ids = {name for status in assessment.statuses for name in status.incident_ids}
    keys = {key for status in assessment.statuses for key in status.record_keys}
    keys |= {answer.record_key for answer in assessment.answers}
    pairs = zip(assessment.incidents, assessment.attributions, strict=True)
    found = [(incident, attribution) for incident, attribution in pairs if incident.id in ids]
    return replace(
        assessment,
        incidents=tuple(incident for incident, _ in found),
        attributions=tuple(attribution for _, attribution in found),
        records=tuple(record for record in assessment.records if record.key in keys),
    )


def _changes(
    before: Sequence[ClauseStatus], now: Sequence[ClauseStatus], papers: Sequence[PaperPart]
) -> tuple[ChangePart, ...]:
    """Return the obligations whose state is another, in the order of the board."""
    was = {_duty(status): status for status in before}
    cells = {cell.anchor: cell for paper in papers for clause in paper.clauses for cell in clause.statuses}
    return tuple(
        ChangePart(now=cells[f"s-{n}"], was=_words(was[_duty(status)]), agreement=status.agreement_id)
        for n, status in enumerate(now, start=1)
        if _duty(status) in was and was[_duty(status)].state is not status.state
    )


def _duty(status: ClauseStatus) -> Duty:
    return status.agreement_id, status.clause_id, status.obligation_id, status.bearer


def _words(status: ClauseStatus) -> str:
    return f"{STATUS_WORDS[status.status]}: {STATE_WORDS[status.state]}"
