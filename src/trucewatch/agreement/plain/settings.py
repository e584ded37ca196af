"""An obligation as it stands, setting by setting, in plain words."""

from collections.abc import Iterator, Mapping

from trucewatch.agreement.plain.numbers import numbers_said
from trucewatch.agreement.plain.speaker import Said, Speaker, called, joined, unhyphened
from trucewatch.agreement.plain.terms import duty_words
from trucewatch.agreement.plain.times import due_words, moment_words
from trucewatch.paper import Achieve, Establish, Exchange, Obligation, Prohibit
from trucewatch.vocabulary import ObligationKind, Proof

PROOFS = {
    Proof.OTHER_PARTY: "those whom it is owed to confirm it",
    Proof.BOTH_PARTIES: "both sides confirm it",
    Proof.MONITOR: "a monitor confirms it",
    Proof.TWO_SOURCES: "two independent sources say so",
}
SHOWN: Mapping[ObligationKind, str] = {  # what it is that is shown, where the sentence does not say it
    ObligationKind.PROHIBIT: "That it happened is shown",
    ObligationKind.CEILING: "A count counts",
    ObligationKind.ALLOW: "That it is open is shown",
    ObligationKind.NOTIFY: "That it happened is shown",
    ObligationKind.PERMIT_IF: "Each of these is shown",
}
UNPROVED: Mapping[ObligationKind, str] = {  # what is judged by other means than somebody's word
    ObligationKind.PROHIBIT: "Judged by what was perceived, at the case's standard of proof.",
    ObligationKind.WITHDRAW: "Judged by what was perceived, at the case's standard of proof.",
    ObligationKind.KEEP_OUT: "Judged by recorded positions and their errors.",
    ObligationKind.MANDATE: "A notice counts when it is received, from somebody whom the mandate concerns.",
    ObligationKind.CONDITION: "Judged by when each of the two was done.",
}


def is_proved(duty: Obligation) -> bool:
    """Tell whether somebody's word shows what an obligation is about, so that `verify` says whose."""
    told = isinstance(duty.terms, Prohibit) and not duty.terms.phenomena
    return told or duty.kind not in UNPROVED


def settings(duty: Obligation, by: Speaker, *, reading: int = 0, is_closed: bool | None = None) -> tuple[Said, ...]:
    """Return every setting of an obligation that is said of it, in the order in which a lawyer reads them.

    `reading` is the number of the reading of its deadline's anchor; `is_closed` is what somebody says of the list of
    those who may do it, where the obligation itself is silent about that.
    """
    said = [Said(what="duty", words=duty_words(duty, by))]
    said += numbers_said(duty.terms, by)
    said += _when(duty, by, reading)
    said += _proved(duty, by)
    said += _beside(duty, by, is_closed=is_closed)
    return tuple(said)


def _when(duty: Obligation, by: Speaker, reading: int) -> Iterator[Said]:
    if duty.deadline is not None:
        yield Said(what="due", words=f"Due {due_words(duty.deadline, by, reading)}.")
    elif isinstance(duty.terms, Achieve | Establish | Exchange):
        yield Said(what="due", words="No day is named by which it is due.")
    until = f" until {moment_words(duty.until_time, by.tz)}" if duty.until_time else ""
    begins = "when the paper is in force" if duty.from_time == by.in_force else moment_words(duty.from_time, by.tz)
    yield Said(what="applies", words=f"Applies from {begins}{until}.")
    if duty.requires:
        yield Said(what="requires", words=f"Its clock starts when these are fulfilled: {joined(duty.requires)}.")


def _proved(duty: Obligation, by: Speaker) -> Iterator[Said]:
    if isinstance(duty.terms, Achieve):
        yield Said(what="done", words=f"Counted as done when {_events(duty.terms, by)}.")
    if duty.method_missing:
        yield Said(what="not verifiable", words=f"Nobody can verify this: {duty.method_missing}")
    elif is_proved(duty):
        whose = joined((PROOFS[each] for each in duty.verify), "or")
        yield Said(what="shown", words=f"{SHOWN.get(duty.kind, 'Shown')} when {whose}.")
    else:
        yield Said(what="shown", words=UNPROVED[duty.kind])


def _events(terms: Achieve, by: Speaker) -> str:
    if terms == Achieve():
        return "records say that it is done"
    events = joined(f"“{unhyphened(each, by)}”" for each in terms.completes_on)
    return f"{events} {'have' if len(terms.completes_on) > 1 else 'has'} happened"


def _beside(duty: Obligation, by: Speaker, *, is_closed: bool | None) -> Iterator[Said]:
    to = called(duty.toward, by) if duty.toward else "every other party"
    yield Said(what="toward", words=f"Owed to {to}.")
    if duty.overrides:
        yield Said(what="overrides", words=f"Where both would apply, it takes the place of {joined(duty.overrides)}.")
    closed = is_closed if is_closed is not None else duty.exclusive or None
    if closed is not None:
        words = "The list is closed: nobody else may do it." if closed else "The list is open: others may do it too."
        yield Said(what="closed", words=words)
    if duty.act:
        yield Said(what="act", words=f"Records speak of it as {duty.act}.")
