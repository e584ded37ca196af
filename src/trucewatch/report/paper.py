"""Clauses in their own words, each with the statuses of its obligations or the reason why it has none."""

from trucewatch.model import Agreement, Clause, ClauseStatus
from trucewatch.report.choice import Choice, anchor, incident_tally
from trucewatch.report.parts import ClausePart, StatusPart
from trucewatch.report.sides import STATUS_WORDS
from trucewatch.report.words import local_words, party_name

Numbered = tuple[int, ClauseStatus]


def clause_parts(choice: Choice) -> tuple[ClausePart, ...]:
    """Return every clause of the case's agreements, then the built-in obligations that no paper holds."""
    numbered = tuple(enumerate(choice.assessment.statuses, start=1))
    agreements = choice.assessment.case.agreements
    written = tuple(
        _part(agreement, clause, numbered, choice) for agreement in agreements for clause in agreement.clauses
    )
    known = {clause.id for agreement in agreements for clause in agreement.clauses}
    unwritten = dict.fromkeys(s.clause_id for _, s in numbered if s.clause_id not in known)
    return (*written, *(_built_in(clause_id, numbered, choice) for clause_id in unwritten))


def _part(agreement: Agreement, clause: Clause, numbered: tuple[Numbered, ...], choice: Choice) -> ClausePart:
    return ClausePart(
        anchor=anchor("c", clause.id),
        id=clause.id,
        agreement=agreement.title or agreement.id,
        quotations=clause.quotations,
        not_verifiable=clause.not_verifiable,
        statuses=_statuses(clause.id, numbered, choice),
    )


def _built_in(clause_id: str, numbered: tuple[Numbered, ...], choice: Choice) -> ClausePart:
    return ClausePart(
        anchor=anchor("c", clause_id),
        id=clause_id,
        agreement="built in: no paper of this case holds these words",
        quotations=(),
        not_verifiable="",
        statuses=_statuses(clause_id, numbered, choice),
    )


def _statuses(clause_id: str, numbered: tuple[Numbered, ...], choice: Choice) -> tuple[StatusPart, ...]:
    return tuple(_status(number, status, choice) for number, status in numbered if status.clause_id == clause_id)


def _status(number: int, status: ClauseStatus, choice: Choice) -> StatusPart:
    names = {party.id: party_name(party) for party in choice.assessment.case.parties}
    return StatusPart(
        anchor=f"s-{number}",
        obligation=status.obligation_id,
        bearer=names.get(status.bearer, status.bearer),
        status=STATUS_WORDS[status.status],
        as_of=local_words(status.as_of, choice.assessment.case.time_zone),
        coverage=f"{status.coverage:.1%}".replace("%", " %"),
        why=status.why,
        incidents=incident_tally(
            f"status{number}", f"incidents behind {status.obligation_id}", status.incident_ids, choice
        ),
    )
