"""What was published of an incident, and the right of reply: every side has it, for as long as the procedure gives.

A finding concerns whom it names, and as much whoever was fired at or complained: neither has a better right to answer.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from trucewatch.cases.reviews import Review, named_in
from trucewatch.cases.said import WAITING, RefusedError, Said, Terms
from trucewatch.cases.told import Told
from trucewatch.vocabulary import Answered, DecisionRule, Outcome, Readiness


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """What a side answers to entry `to`; it is shown whether or not it `is_late`."""

    said: Said
    to: int
    side: str
    stance: Answered
    is_late: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """A published finding: what the procedure made of an incident, with the determinations (indices) it rests on.

    `concerned` are the sides with a right of reply until `reply_by`: all of them, always. `named` are those that the
    proposal, a determination or the finding names. `is_superseded`: a newer one of the incident stands beside it.
    """

    said: Said
    incident: str
    of: int
    outcome: Outcome
    finding: str
    determinations: tuple[int, ...]
    concerned: tuple[str, ...]
    named: tuple[str, ...]
    reply_by: datetime
    replies: tuple[Reply, ...] = ()
    is_superseded: bool = False


def published(told: Told, review: Review, terms: Terms) -> Finding:
    """Return the finding that a statement publishes; RefusedError where it is not what the procedure makes of it."""
    of, outcome = told.index("of"), told.choice("outcome", Outcome)
    _check_spoken(review, terms)
    if (proposal := review.judged(of)) is None:
        raise RefusedError(f"no conclusion from {of} entries has this incident", review.proposal.said.index)
    if outcome is not review.outcome:
        raise RefusedError(f"says {outcome}, and the determinations are {review.outcome}", proposal.said.index)
    if told.word("finding", or_none=True) not in ("", review.finding):
        raise RefusedError("says another finding than the procedure makes of the determinations", proposal.said.index)
    return Finding(
        said=told.said,
        incident=review.incident,
        of=of,
        outcome=outcome,
        finding=review.finding,
        determinations=_determinations(told, review),
        concerned=terms.parties,
        named=named_in(review, terms),
        reply_by=later(told.time("reply_by"), told.said.time, terms.reply_days),
    )


def readiness(review: Review | None, newest: Finding | None, terms: Terms) -> Readiness:
    """Return how far an incident is on its way; `newest` is the newest finding published of it, None: none is."""
    if review is None or not _may_be_published(review, terms):
        return Readiness.WAITING
    rests_on = tuple(sorted(determination.said.index for determination in review.spoken))
    if newest is not None and newest.determinations == rests_on:
        return Readiness.PUBLISHED
    return Readiness.WAITING if WAITING in rests_on else Readiness.READY


def _may_be_published(review: Review, terms: Terms) -> bool:
    return bool(review.spoken) and not (terms.rule is DecisionRule.UNANIMOUS and review.outcome is Outcome.AWAITED)


def _check_spoken(review: Review, terms: Terms) -> None:
    if not _may_be_published(review, terms):
        raise RefusedError("is published before the determinations are there that the procedure asks for")


def _determinations(told: Told, review: Review) -> tuple[int, ...]:
    """Return the determinations that it rests on: the newest of every guarantor that has spoken, no other."""
    named = told.indices("determinations")
    newest = tuple(sorted(determination.said.index for determination in review.spoken))
    if WAITING in newest:
        raise RefusedError("rests on a determination that is not in the log yet")
    if named != newest:
        raise RefusedError("does not name just the newest determination of every guarantor that has spoken", newest[0])
    return named


def later(stated: datetime, since: datetime | None, days: int) -> datetime:
    """Return the stated day or, where that is later, the one that the procedure gives (`since` None: not known yet)."""
    return stated if since is None else max(stated, since + timedelta(days=days))


def replied(told: Told, to: int, concerned: tuple[str, ...], reply_by: datetime | None) -> Reply:
    """Return a side's reply to the entry `to`; RefusedError where that does not concern it."""
    stance = told.choice("stance", Answered)
    if told.side not in concerned:
        raise RefusedError(f"replies for {told.side!r}, whom entry {to} does not concern", to)
    time = told.said.time
    is_late = time is not None and reply_by is not None and time > reply_by
    return Reply(said=told.said, to=to, side=told.side, stance=stance, is_late=is_late)


def with_reply(finding: Finding, told: Told) -> Finding:
    """Return the published finding with a reply to it."""
    reply = replied(told, finding.said.index, finding.concerned, finding.reply_by)
    return replace(finding, replies=(*finding.replies, reply))
