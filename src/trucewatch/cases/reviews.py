"""An incident before two staffs: the proposal, each guarantor's determination, what the procedure makes of them.

The determinations stand side by side and are never averaged. A newer one supersedes an older one of the same guarantor
in sight of all. A side is named only as the agreement's rule of decision allows; everything else is "undetermined".
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from trucewatch.cases.said import RefusedError, Said, Terms
from trucewatch.cases.told import Told
from trucewatch.evidence import UNDETERMINED
from trucewatch.vocabulary import DecisionRule, Outcome, Position


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """What the machine concluded of an incident from the first `of` entries, and still from the first `until`."""

    said: Said
    of: int
    until: int
    determination: str
    probabilities: tuple[tuple[str, str], ...]
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Determination:
    """What one guarantor's staff found of an incident, looking at the conclusion from the first `of` entries.

    `finding` and `clause` are "" where there is none; an abstention finds nothing.
    """

    said: Said
    guarantor: str
    incident: str
    of: int
    clause: str
    position: Position
    finding: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Voice:
    """One guarantor's newest determination (None: it has not spoken), and all those that it superseded."""

    guarantor: str
    newest: Determination | None = None
    earlier: tuple[Determination, ...] = ()

    def of(self, determination: Determination) -> "Voice":
        """Return the voice after this determination."""
        before = () if self.newest is None else (self.newest,)
        return replace(self, newest=determination, earlier=self.earlier + before)


@dataclass(frozen=True, slots=True, kw_only=True)
class Review:
    """One incident before the guarantors.

    `proposals` are all that differed, oldest first. `finding` is what the procedure makes of the voices. `is_stale`: a
    voice judged another conclusion than the newest; `is_gone`: the newest conclusion has no incident of this id, its
    observations belong to those of `became` now.
    """

    incident: str
    proposals: tuple[Proposal, ...]
    voices: tuple[Voice, ...]
    outcome: Outcome = Outcome.AWAITED
    finding: str = UNDETERMINED
    is_stale: bool = False
    is_gone: bool = False
    became: tuple[str, ...] = ()

    @property
    def proposal(self) -> Proposal:
        """Return the newest proposal."""
        return self.proposals[-1]

    @property
    def spoken(self) -> tuple[Determination, ...]:
        """Return the newest determination of each guarantor that has spoken."""
        return tuple(voice.newest for voice in self.voices if voice.newest is not None)

    def judged(self, of: int) -> Proposal | None:
        """Return the proposal that stood in the conclusion from the first `of` entries, None where there was none."""
        return next((p for p in reversed(self.proposals) if p.of <= of <= p.until), None)


# --- the procedure --------------------------------------------------------------------------------


def decided(findings: Sequence[str], rule: DecisionRule) -> str:
    """Return what the rule makes of the guarantors' own findings; "" stands for one that finds nothing (yet).

    Unanimous: what every guarantor finds. Either: what one of them finds, unless another finds something that
    contradicts it; to be unable to tell contradicts nothing. In every other case: undetermined.
    """
    if rule is DecisionRule.EITHER:
        findings = [finding for finding in findings if finding not in ("", UNDETERMINED)]
    found = {*findings}
    return found.pop() or UNDETERMINED if len(found) == 1 else UNDETERMINED


def stand(findings: Sequence[str | None]) -> Outcome:
    """Return how own findings stand to each other; None has not spoken, "" abstains."""
    if not findings or None in findings:
        return Outcome.AWAITED
    if len({*findings} - {""}) > 1:
        return Outcome.DIFFERING
    return Outcome.ABSTAINED if "" in findings else Outcome.AGREED


def own_finding(voice: Voice) -> str | None:
    """Return a guarantor's own finding: None where it has not spoken, "" where it abstains."""
    return None if voice.newest is None else voice.newest.finding


def _judged(review: Review, terms: Terms, **changes: Any) -> Review:
    """Return the review with these changes, and what follows of its voices and proposals."""
    after = replace(review, **changes)
    own = [own_finding(voice) for voice in after.voices]
    outcome, finding = stand(own), decided([finding or "" for finding in own], terms.rule)
    is_stale = any(after.is_gone or after.judged(said.of) is not after.proposal for said in after.spoken)
    if (outcome, finding, is_stale) == (after.outcome, after.finding, after.is_stale):
        return after
    return replace(after, outcome=outcome, finding=finding, is_stale=is_stale)


def judged_by(review: Review, terms: Terms) -> Review:
    """Return the review as these terms have it, of the same voices and proposals."""
    return _judged(review, terms)


# --- what is said of an incident ------------------------------------------------------------------


def proposed(said: Said, before: Review | None, terms: Terms) -> Review:
    """Return the review after an entry of type `incident`; RefusedError where it is none."""
    proposal = _proposal(said)
    if before is None:
        voices = tuple(Voice(guarantor=name) for name in terms.guarantors)
        return Review(incident=said.fields["id"], proposals=(proposal,), voices=voices)
    last = before.proposal
    if _same(said.fields, last.said.fields):
        proposals = (*before.proposals[:-1], replace(last, until=max(last.until, proposal.of)))
    else:
        proposals = (*before.proposals, proposal)
    return _judged(before, terms, proposals=proposals, is_gone=False, became=())


def _proposal(said: Said) -> Proposal:
    told = said.fields
    of, odds = told.get("of", 0), told.get("probabilities")
    texts = [told.get(name) for name in ("id", "determination", "why")]
    if not all(isinstance(text, str) for text in texts) or type(of) is not int or not _are_odds(odds):
        raise RefusedError("is no incident with its probabilities and a determination")
    return Proposal(
        said=said,
        of=of,
        until=of,
        determination=told["determination"],
        probabilities=tuple((name, share) for name, share in told["probabilities"]),
        why=told["why"],
    )


def _are_odds(given: Any) -> bool:
    return isinstance(given, list) and all(
        isinstance(row, list) and [type(x) for x in row] == [str, str] for row in given
    )


def _same(one: Any, other: Any) -> bool:
    return {**one, "of": 0} == {**other, "of": 0}


def determined(told: Told, review: Review, terms: Terms) -> Review:
    """Return the review after a determination; RefusedError where the rules do not allow it."""
    one = _determination(told, review, terms)
    voices = tuple(voice.of(one) if voice.guarantor == one.guarantor else voice for voice in review.voices)
    return _judged(review, terms, voices=voices)


def _determination(told: Told, review: Review, terms: Terms) -> Determination:
    if told.post.of not in terms.guarantors:
        raise RefusedError(f"{told.post.of!r} is no guarantor of this log")
    told.with_reasons("gives no reasons")
    position, of = told.choice("position", Position), told.index("of")
    if (proposal := review.judged(of)) is None:
        raise RefusedError(f"no conclusion from {of} entries has this incident", review.proposal.said.index)
    finding = _finding(told, position, terms)
    if position is Position.CONCUR and finding != proposal.determination:
        raise RefusedError(
            f"concurs, and finds {finding!r} where the proposal is {proposal.determination!r}", proposal.said.index
        )
    return Determination(
        said=told.said,
        guarantor=told.post.of,
        incident=review.incident,
        of=of,
        clause=told.word("clause", or_none=True),
        position=position,
        finding=finding,
    )


def _finding(told: Told, position: Position, terms: Terms) -> str:
    if position is not Position.ABSTAIN:
        return told.one_of("finding", terms.findings, "what may be found")
    if told.word("finding", or_none=True):
        raise RefusedError("abstains, and finds something")
    return ""


# --- what a newer conclusion has no more ----------------------------------------------------------


def gone(reviews: dict[str, Review], of: int, terms: Terms) -> dict[str, Review]:
    """Return the reviews whose incident the whole conclusion from the first `of` entries has no more, marked so."""
    lost = [review for review in reviews.values() if review.proposal.until < of and not review.is_gone]
    there = _of_observations(reviews.values(), of) if lost else {}
    return {one.incident: _judged(one, terms, is_gone=True, became=_became(one, there)) for one in lost}


def _of_observations(reviews: Iterable[Review], of: int) -> dict[str, str]:
    newest = (review for review in reviews if review.proposal.until == of)
    return {key: review.incident for review in newest for key in _keys(review)}


def _became(review: Review, there: dict[str, str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(there[key] for key in _keys(review) if key in there))


def _keys(review: Review) -> tuple[str, ...]:
    """Return the keys of the incident's observations, of a very large one the first that fit into an entry."""
    keys = review.proposal.said.fields.get("observations", [])
    return tuple(key for key in keys if isinstance(key, str)) if isinstance(keys, list) else ()


def named_in(review: Review, terms: Terms) -> tuple[str, ...]:
    """Return the sides that the proposal, a determination or the finding names, in the case's order."""
    found = [review.proposal.determination, review.finding, *(said.finding for said in review.spoken)]
    sides = {side for finding in found for side in terms.named(finding)}
    return tuple(side for side in terms.parties if side in sides)
