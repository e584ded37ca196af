"""Clauses in their own words, each with the statuses of its obligations or the reason why it has none."""

from collections.abc import Iterable, Sequence

from trucewatch.model import ClauseStatus
from trucewatch.paper import Clause
from trucewatch.report.choice import Choice, incident_tally
from trucewatch.report.parts import ClausePart, StatusPart
from trucewatch.report.sides import STATUS_WORDS
from trucewatch.report.words import local_words, party_name

UNMEASURED = "not measured by hours of watching"
NO_REASON = "it has no obligation here, and its file gives no reason"

BUILT_IN = "built in: no paper of this case holds these words"

Numbered = tuple[int, ClauseStatus]


def clause_parts(choice: Choice) -> tuple[ClausePart, ...]:
    """Return every clause of the case's agreements, then the built-in obligations that no paper holds.

    A status names its clause without the agreement: where two agreements number a clause alike, it stands
    with the first that holds an obligation of its id.
    """
    left: list[Numbered] = list(enumerate(choice.assessment.statuses, start=1))
    parts: list[ClausePart] = []
    for agreement in choice.assessment.case.agreements:
        for clause in agreement.clauses:
            held = {obligation.id for obligation in clause.obligations}
            own = [pair for pair in left if pair[1].clause_id == clause.id and pair[1].obligation_id in held]
            left = [pair for pair in left if pair not in own]
            parts.append(_part(len(parts) + 1, agreement.title or agreement.id, clause, own, choice))
    for name in dict.fromkeys(status.clause_id for _, status in left):
        own = [pair for pair in left if pair[1].clause_id == name]
        parts.append(_part(len(parts) + 1, BUILT_IN, Clause(id=name, quotations=()), own, choice))
    return tuple(parts)


def anchors(parts: Iterable[ClausePart]) -> dict[str, str]:
    """Return where each clause id leads: to the first clause of that id."""
    found: dict[str, str] = {}
    for part in parts:
        found.setdefault(part.id, part.anchor)
    return found


def _part(number: int, title: str, clause: Clause, own: Sequence[Numbered], choice: Choice) -> ClausePart:
    return ClausePart(
        anchor=f"c-{number}",
        id=clause.id,
        agreement=title,
        quotations=clause.quotations,
        not_verifiable=clause.not_verifiable or ("" if own or clause.obligations else NO_REASON),
        statuses=tuple(_status(index, status, choice) for index, status in own),
    )


def _status(number: int, status: ClauseStatus, choice: Choice) -> StatusPart:
    names = {party.id: party_name(party) for party in choice.assessment.case.parties}
    label = f"incidents behind {status.obligation_id} of {names.get(status.bearer, status.bearer)}"
    return StatusPart(
        anchor=f"s-{number}",
        obligation=status.obligation_id,
        bearer=names.get(status.bearer, status.bearer),
        status=STATUS_WORDS[status.status],
        as_of=local_words(status.as_of, choice.assessment.case.time_zone),
        coverage=UNMEASURED if status.coverage is None else f"{status.coverage * 100:.1f} %",
        why=status.why,
        incidents=incident_tally(f"status{number}", label, status.incident_ids, choice),
    )
