"""What the paper says to the public claims about it: the clauses beside each claim."""

from collections.abc import Mapping

from trucewatch.model import Record, Statement, StatementAnswer
from trucewatch.report.choice import Choice, record_link
from trucewatch.report.naming import act_of, names_in
from trucewatch.report.parts import AnswerPart, Link
from trucewatch.report.words import party_name
from trucewatch.vocabulary import Answer

ANSWERS = {
    Answer.SUPPORTED: "supported by the paper",
    Answer.CONTRADICTED: "contradicted by the paper",
    Answer.NOT_ADDRESSED: "the paper says nothing of it",
    Answer.READING: "a matter of reading",
}


def answers(choice: Choice, anchors: Mapping[str, str]) -> tuple[AnswerPart, ...]:
    """Return what the paper says to each printed public claim; `anchors` lead from clause ids to where they stand."""
    return tuple(
        _answer(answer, choice.told[answer.record_key], choice, anchors)
        for answer in choice.assessment.answers
        if answer.record_key in choice.printed_records
    )


def _answer(answer: StatementAnswer, claim: Record, choice: Choice, anchors: Mapping[str, str]) -> AnswerPart:
    return AnswerPart(
        record=record_link(answer.record_key, choice),
        said=_claimed(claim, choice),
        answer=ANSWERS[answer.answer],
        clauses=tuple(Link(text=c, href=f"#{anchors[c]}" if c in anchors else "") for c in answer.clause_ids),
        why=answer.why,
    )


def _claimed(claim: Record, choice: Choice) -> str:
    """Return a claim in words: who said where that who will, must or may do what; and its own words."""
    body = claim.body
    assert isinstance(body, Statement)
    names = {party.id: party_name(party) for party in choice.assessment.case.parties}
    actor = body.actor
    others = {one: name for one, name in names_in(choice.assessment.case).items() if one not in names}
    who = "it is not said who"
    if actor is not None:
        who = names.get(actor.party or "") or others.get(actor.verbatim, actor.verbatim)
    act = act_of(claim.about)
    words = f" “{claim.text}”" if claim.text else ""
    return f"{body.speaker} in {body.outlet}: {who} {body.modality.value.replace('_', ' ')} {act}.{words}"
