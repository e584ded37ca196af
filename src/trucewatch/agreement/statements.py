"""Public claims about the paper held against its clauses: supported, contradicted, not addressed, a matter of reading.

A claim says that somebody will, must, may, will not, must not or need not do an act, perhaps so often or by a day. It
is held against the obligations about that act, under each of their readings. What the paper says of it is worked out
from the obligation's kind, bearers, numbers and days; whether the claim is true is nothing that a paper can tell.

What the parties read differently decides no claim about it, also where each reading by itself would say the same: that
the paper is on one side of such a quarrel is not for a program to say. Open doubts stand beside the answer.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from trucewatch.agreement.bonds import Bond
from trucewatch.agreement.days import passes
from trucewatch.agreement.docket import docket
from trucewatch.agreement.variants import variants
from trucewatch.model import Case, Record, Statement, StatementAnswer
from trucewatch.paper import (
    EVERY_PARTY,
    Agreement,
    Allow,
    Ceiling,
    KeepOut,
    Obligation,
    PermitIf,
    Prohibit,
)
from trucewatch.spelling import name_key
from trucewatch.vocabulary import Answer, Modality

AFFIRMS = frozenset({Modality.WILL, Modality.MUST, Modality.MAY})
UNADDRESSED = "no clause of the papers of this case speaks of this act"


@dataclass(frozen=True, slots=True)
class _Said:
    """What one reading of one obligation says to a claim, and why."""

    answer: Answer
    why: str


def answers(case: Case, records: Iterable[Record]) -> tuple[StatementAnswer, ...]:
    """Return what the papers say to each public claim, in the order of the claims, then of the papers that speak of it.

    A claim about an act of which no paper speaks has one answer, without a paper: not addressed. The papers speak as
    they stood at the time of the claim, with the changes that all concerned had accepted.
    """
    bonds = docket(case).bonds
    return tuple(
        answer for record in records if isinstance(record.body, Statement) for answer in _answers(case, bonds, record)
    )


def _answers(case: Case, bonds: Sequence[Bond], record: Record) -> Iterator[StatementAnswer]:
    about: dict[int, dict[str, Bond]] = {}  # by paper, one for each obligation: whom it binds it says itself
    for bond in bonds:
        if bond.duty.act == record.about:
            about.setdefault(bond.paper_number, {}).setdefault(bond.duty.id, bond)
    for duties in about.values():
        yield _by_paper(case, list(duties.values()), record)
    if not about:
        yield StatementAnswer(
            record_key=record.key, agreement_id="", clause_ids=(), answer=Answer.NOT_ADDRESSED, why=UNADDRESSED
        )


def _by_paper(case: Case, about: Sequence[Bond], record: Record) -> StatementAnswer:
    said = [(bond.duty, _by_duty(case, bond, record)) for bond in about]
    told = {each.answer for _, each in said} - {Answer.NOT_ADDRESSED}
    answer = Answer.NOT_ADDRESSED if not told else told.pop() if len(told) == 1 else Answer.READING
    return StatementAnswer(
        record_key=record.key,
        agreement_id=about[0].paper.id,
        clause_ids=tuple(dict.fromkeys(bond.clause.id for bond in about)),
        answer=answer,
        why="; ".join(f"{duty.id}: {each.why}" for duty, each in said),
    )


def _by_duty(case: Case, bond: Bond, record: Record) -> _Said:
    """Return what an obligation says: of one that several read differently, what each reading gives."""
    claimed = record.clocks.claimed
    read = variants(bond, None if claimed is None else claimed.end)
    each = [(one.label, _by_reading(case, bond.paper, one.duty, record)) for one in read]
    open_doubts = f"; open: {' '.join(bond.duty.doubts)}" if bond.duty.doubts else ""
    found = {said.answer for _, said in each}
    if len(found) == 1 and (not bond.duty.readings or found == {Answer.NOT_ADDRESSED}):
        return _Said(each[0][1].answer, each[0][1].why + open_doubts)
    told = ", ".join(f"{label} {said.answer.value.replace('_', ' ')}: {said.why}" for label, said in each)
    return _Said(Answer.READING, f"it is read differently: {told}{open_doubts}")


# --- one reading ----------------------------------------------------------------------------------


def _by_reading(case: Case, paper: Agreement, duty: Obligation, record: Record) -> _Said:
    claim = record.body
    assert isinstance(claim, Statement)
    affirms = claim.modality in AFFIRMS
    if not _is_bearer(case, paper, duty, claim):
        return _of_another(case, paper, duty, claim, affirms=affirms)
    match duty.terms:
        case Prohibit() | KeepOut():
            return _for(not affirms, "the paper forbids this")
        case PermitIf():
            return _Said(Answer.READING, "the paper allows this under conditions only")
        case Ceiling():
            return _by_numbers(duty.terms, claim, affirms=affirms)
        case _:
            return _by_day(paper, duty, claim, affirms=affirms)


def _of_another(case: Case, paper: Agreement, duty: Obligation, claim: Statement, *, affirms: bool) -> _Said:
    """Return what an obligation says of somebody whom it does not bind."""
    if isinstance(duty.terms, Allow) and _is_named(paper, _holders(case, duty), claim):
        return _for(affirms, "the paper has this let happen to whom the claim names")
    if duty.exclusive:
        return _for(not affirms, "the paper names who does this, and not whom the claim names")
    return _Said(Answer.NOT_ADDRESSED, "the paper gives this act to others and says nothing of whom the claim names")


def _for(is_supported: bool, why: str) -> _Said:  # noqa: FBT001 - the one thing that the function is about
    return _Said(Answer.SUPPORTED if is_supported else Answer.CONTRADICTED, why)


def _by_numbers(terms: Ceiling, claim: Statement, *, affirms: bool) -> _Said:
    """Hold the claim's number against the limits: more than every limit, or less, contradicts them."""
    most = [limit.at_most for limit in terms.limits if limit.at_most is not None]
    least = [limit.at_least for limit in terms.limits if limit.at_least is not None]
    if claim.at_least is not None and most and claim.at_least > max(most):
        return _for(not affirms, f"the paper sets at most {max(most)}")
    if claim.at_most is not None and least and claim.at_most < min(least):
        return _for(not affirms, f"the paper sets at least {min(least)}")
    if claim.at_most is None and claim.at_least is None:
        return _Said(Answer.NOT_ADDRESSED, "the paper sets numbers, and the claim names none")
    return _for(affirms, "the number is within what the paper sets")


def _by_day(paper: Agreement, duty: Obligation, claim: Statement, *, affirms: bool) -> _Said:
    due = None if duty.deadline is None else passes(duty.deadline, paper.time_zone)
    if affirms and claim.by is not None and due is not None and claim.by.end > due:
        return _Said(Answer.CONTRADICTED, "the paper sets an earlier day")
    return _for(affirms, "the paper asks for this")


# --- who ------------------------------------------------------------------------------------------


def _is_bearer(case: Case, paper: Agreement, duty: Obligation, claim: Statement) -> bool:
    """Tell whether the claim is about somebody whom the obligation binds; one that names nobody is about the act."""
    parties = tuple(party.id for party in case.parties)
    return claim.actor is None or _is_named(paper, parties if duty.bearers == (EVERY_PARTY,) else duty.bearers, claim)


def _holders(case: Case, duty: Obligation) -> tuple[str, ...]:
    return duty.toward or tuple(party.id for party in case.parties if party.id not in duty.bearers)


def _is_named(paper: Agreement, ids: Sequence[str], claim: Statement) -> bool:
    actor = claim.actor
    if actor is None or actor.party is not None:
        return actor is not None and actor.party in ids
    word = name_key(actor.verbatim)
    return any(each.id in ids and word in {name_key(each.id), name_key(each.name)} for each in paper.actors)
