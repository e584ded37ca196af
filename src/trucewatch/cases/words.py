"""The sentences that people read: plain, the same for every side, with the display names that the caller passes in.

`names` are the display names of parties, guarantors and posts by id; what has none is called by its id. Times are UTC.
"""

from collections.abc import Iterable, Mapping, Sequence

from trucewatch.cases.counts import Counts, Difference, Why
from trucewatch.cases.deadlines import Late, Overdue
from trucewatch.cases.investigations import Investigation, Remedy
from trucewatch.cases.liaison import Measure, Message
from trucewatch.cases.moves import open_moves
from trucewatch.cases.reviews import Determination, Review
from trucewatch.cases.said import Terms
from trucewatch.evidence import BOTH, NO_VIOLATION, OTHER, UNDETERMINED
from trucewatch.spacetime import stamp
from trucewatch.vocabulary import CaseState, DecisionRule, Followed, Obstacle, Outcome, Position, StaffRole

Names = Mapping[str, str]

FINDINGS = {
    BOTH: "violations by both sides",
    OTHER: "an act of another actor",
    NO_VIOLATION: "nothing prohibited",
    UNDETERMINED: "that it cannot be determined",
}
RULE_WORDS = {
    DecisionRule.UNANIMOUS: "every guarantor must find the same",
    DecisionRule.EITHER: "one guarantor is enough, unless another contradicts",
}
STATES = {
    CaseState.ALLEGED: "Somebody says that it happened; nothing has been examined yet",
    CaseState.PRELIMINARY: "It is being looked at whether there is something to investigate",
    CaseState.TASKED: "Investigators are at work",
    CaseState.SUSPENDED: "The work is suspended",
    CaseState.REPORTED: "The investigators have reported; the guarantors have not all decided",
    CaseState.REVIEWED: "Every guarantor has given its final finding",
    CaseState.REMEDY_DUE: "A remedy is due",
    CaseState.CLOSED: "The case is closed",
}
OBSTACLES = {
    Obstacle.ACCESS: "there is no access",
    Obstacle.SECURITY: "it is not safe",
    Obstacle.MANDATE: "the mandate is in dispute",
}
POSITIONS = {Position.CONCUR: "concurring with", Position.CONTEST: "contesting"}
FOLLOWED = {Followed.DONE: "done", Followed.NOT_DONE: "not done", Followed.PARTLY: "partly done"}


def finding_words(finding: str, names: Names) -> str:
    """Return what a finding says, to stand after "finds"."""
    return FINDINGS.get(finding) or f"a violation by {_name(finding, names)}"


# --- a review -------------------------------------------------------------------------------------


def outcome_words(review: Review, terms: Terms, names: Names) -> str:
    """Say what every guarantor finds and what the procedure makes of it; never one without the other."""
    return " ".join([_said(review, names), *_made_of_it(review, terms, names), *_old(review)])


def _said(review: Review, names: Names) -> str:
    if review.outcome is Outcome.AGREED:
        voices = [_name(voice.guarantor, names) for voice in review.voices]
        finds = "find" if len(voices) > 1 else "finds"
        return f"{_listed(voices)} {finds} the same: {finding_words(review.finding, names)}."
    said = "; ".join(_voice(voice.guarantor, voice.newest, names) for voice in review.voices)
    return f"{said}." if said else "This log has no guarantors."


def _voice(guarantor: str, newest: Determination | None, names: Names) -> str:
    name = _name(guarantor, names)
    if newest is None:
        return f"{name} has not given its determination"
    if newest.position is Position.ABSTAIN:
        return f"{name} abstains"
    return f"{name} finds {finding_words(newest.finding, names)}"


def _made_of_it(review: Review, terms: Terms, names: Names) -> Iterable[str]:
    if review.outcome is Outcome.AGREED:
        return
    made = "undetermined" if review.finding == UNDETERMINED else finding_words(review.finding, names)
    so_far = "so far " if review.outcome is Outcome.AWAITED else ""
    yield f"By the agreement's rule ({RULE_WORDS[terms.rule]}) the finding is {so_far}{made}."


def _old(review: Review) -> Iterable[str]:
    if review.is_gone:
        became = f"; what was observed belongs to {_listed(review.became)} now" if review.became else ""
        yield f"The newest conclusion has no incident of this name{became}."
    elif review.is_stale:
        yield "A determination was given on an older conclusion, which the newest one differs from."


# --- two counts -----------------------------------------------------------------------------------


def difference_words(difference: Difference, names: Names) -> str:
    """Say why one incident is not counted alike."""
    said = "; ".join(_voice(guarantor, newest, names) + _basis(newest) for guarantor, newest in difference.voices)
    return f"{said}.{_looked_at_others(difference)}"


def _basis(newest: Determination | None) -> str:
    if newest is None or newest.position is Position.ABSTAIN:
        return ""
    clause = f"clause {newest.clause}" if newest.clause else "no clause cited"
    return f" ({POSITIONS[newest.position]} the proposal from {newest.of} entries, {clause})"


def _looked_at_others(difference: Difference) -> str:
    sizes = {newest.of for _, newest in difference.voices if newest is not None}
    if difference.why is not Why.FINDING or len(sizes) == 1:
        return ""
    return " They looked at different conclusions: one had more of the log before it than the other."


def count_words(counts: Counts, names: Names) -> tuple[str, ...]:
    """Say, for each finding that the guarantors do not count alike, how many each has and which incidents those are."""
    findings = [finding for finding, _ in counts.counts[0].found] if counts.counts else []
    said = (_count(finding, at, counts, names) for at, finding in enumerate(findings))
    return tuple(line for line in said if line)


def _count(finding: str, at: int, counts: Counts, names: Names) -> str:
    own = [(count.guarantor, count.found[at][1], _alone(finding, count.guarantor, counts)) for count in counts.counts]
    if not any(incidents for _, _, incidents in own):
        return ""
    numbers = ", ".join(f"{_name(guarantor, names)} {number}" for guarantor, number, _ in own)
    which = "; ".join(f"by {_name(name, names)} and not by all: {', '.join(found)}" for name, _, found in own if found)
    return f"{_capital(finding_words(finding, names))}: {numbers} ({which})."


def _alone(finding: str, guarantor: str, counts: Counts) -> tuple[str, ...]:
    """Return the incidents of which this guarantor finds this and not every other one does."""
    own = ((difference.incident, dict(difference.voices)[guarantor]) for difference in counts.differences)
    return tuple(incident for incident, newest in own if newest is not None and newest.finding == finding)


# --- an investigation -----------------------------------------------------------------------------


def case_words(case: Investigation, names: Names) -> str:
    """Say where a case stands since when, why it is suspended, and what the guarantors' final findings come to."""
    move = case.moves[-1]
    why = f": {OBSTACLES[move.obstacle]}" if move.obstacle else ""
    since = f", since {stamp(move.said.time)}" if move.said.time else ""
    return f"{STATES[case.state]}{why}{since}. {_case_outcome(case, names)}".strip()


def _case_outcome(case: Investigation, names: Names) -> str:
    own = [(voice.guarantor, voice.newest) for voice in case.voices if voice.newest is not None]
    if not own:
        return ""
    said = "; ".join(f"{_name(name, names)} finds {finding_words(found.finding, names)}" for name, found in own)
    made = "undetermined" if case.finding == UNDETERMINED else finding_words(case.finding, names)
    return f"{said}. Together: {made}."


def next_words(case: Investigation, terms: Terms, names: Names) -> tuple[str, ...]:
    """Say which moves come next, each with what is missing for it."""
    moves = open_moves(case, terms, names)
    return tuple(f"{_spoken(state)}{f' ({missing})' if missing else ''}" for state, missing in moves)


# --- what is agreed, sent, and late ---------------------------------------------------------------


def message_words(message: Message, names: Names) -> str:
    """Say to whom a message went and who has not received it."""
    to = _listed([_post(post, side, names) for post, side in message.to]) or "nobody"
    missing = _listed([_post(post, side, names) for post, side in message.missing])
    left = f" Not received yet: {missing}." if missing else ""
    alone = f" Without a liaison: {_listed([_name(side, names) for side in message.unreached])}."
    return f"Sent to {to} at once.{left}{alone if message.unreached else ''}"


def _post(post: str, side: str, names: Names) -> str:
    return f"{_name(post, names)} ({_name(side, names)})"


def measure_words(measure: Measure | Remedy, names: Names) -> str:
    """Say what became of a measure or a remedy and by whose word; a bearer's own word is called that."""
    if not measure.follow_ups:
        return "Nobody has said what became of it."
    newest = measure.follow_ups[-1]
    by = f"{_name(newest.by.of, names)}'s own word" if newest.by.role == StaffRole.LIAISON else "the centre's word"
    return f"{_capital(FOLLOWED[newest.state])}, by {by}."


def overdue_words(late: Overdue, names: Names) -> str:
    """Say what is past its time; that a side did not use its right of reply says nothing about the matter."""
    bearer, since = _name(late.bearer, names), stamp(late.due)
    about = f" ({late.about})" if late.about else ""
    return {
        Late.REPLY: f"{bearer}: no reply until {since}{about}; the right was not used, and nothing follows from that.",
        Late.MEASURE: f"{bearer}: an agreed measure was due {since} and is not reported done.",
        Late.TASK: f"{bearer}: a task was due {since} and is not reported done{about}.",
        Late.REMEDY: f"{bearer}: a remedy was due {since} and is not reported done{about}.",
        Late.NO_REMEDY: f"{bearer}: a remedy is due, and until {since} nobody has said which{about}.",
    }[late.what]


# --- small change ---------------------------------------------------------------------------------


def _name(given: str, names: Names) -> str:
    return names.get(given, given)


def _spoken(state: CaseState) -> str:
    return state.replace("_", " ")


def _listed(words: Sequence[str]) -> str:
    *first, last = words or ("",)
    return f"{', '.join(first)} and {last}" if first else last


def _capital(words: str) -> str:
    return words[:1].upper() + words[1:]
