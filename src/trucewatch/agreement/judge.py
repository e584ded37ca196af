"""What the fire and the weapons that bear on a duty come to, and the sentence that says why, with its numbers."""

from collections.abc import Sequence
from datetime import datetime

from trucewatch.agreement.hours import Watch
from trucewatch.agreement.states import Finding
from trucewatch.agreement.weigh import Held, Weighed
from trucewatch.paper import Obligation
from trucewatch.vocabulary import ObligationKind, State

# "Observed" must be as well founded as "violated": the default standard of proof asks 0.95 of a finding against
# a side (model.StandardOfProof), so we ask that share of the hours, and of the ground, of every single day.
# Were a breach equally likely at any hour, this is the chance that somebody was there to notice it.
LEAST_COVERAGE = 0.95

PROPOSED = "proposed by machine; both staffs decide"
NOTHING_SEARCHED = "hours of attention are no search for weapons, so their absence is never shown"


def judgement(duty: Obligation, bearer: str, found: Weighed, watched: Watch, unknown_words: int) -> Finding:
    """Return the finding: determined goes before contested, contested before unresolved, unresolved before coverage."""
    effort = _effort(duty, bearer, watched)
    aside = f"; {_count(unknown_words, 'incident')} with an unknown word set aside" if unknown_words else ""
    if found.determined:
        said = f"determined to {bearer}{_left_open(found)}; {effort}{aside}; {PROPOSED}"
        return _resting_on(State.BREACHED, found.determined, found, said)
    if found.contested:
        said = f"not determined, and claims about {bearer} stand against each other{_left_open(found)}; {effort}{aside}"
        return _resting_on(State.DISPUTED_FACT, found.contested, found, said)
    if found.unresolved:
        said = f"unresolved for {bearer}{_single_lines(found)}; {effort}{aside}"
        return _resting_on(State.UNRESOLVED, found.unresolved, found, said)
    return Finding(
        by_coverage(watched) if duty.kind is ObligationKind.PROHIBIT else State.NOT_COVERED,
        lambda: f"{_nothing(bearer, found)}; {effort}{aside}",
        since=duty.from_time,
    )


def _resting_on(state: State, part: Sequence[Held], found: Weighed, said: str) -> Finding:
    return Finding(
        state,
        lambda: f"{len(part)} of {_count(found.bearing, 'incident')} bearing on this obligation {said}",
        since=_first(part),
        incidents=tuple(held.incident.id for held in part),
    )


def _first(part: Sequence[Held]) -> datetime | None:
    return min((h.incident.first_time for h in part if h.incident.first_time is not None), default=None)


def by_coverage(watched: Watch) -> State:
    """Return what silence comes to: observed only where every day was covered in time and in ground.

    Access is what lacked where the hours in which monitors were refused it would have made up for what is missing.
    """
    if min(watched.worst_hours, watched.worst_ground) >= LEAST_COVERAGE:
        return State.NO_BREACH_OBSERVED
    missing = LEAST_COVERAGE * watched.hours - watched.covered_hours
    return State.ACCESS_DENIED if 0 < missing <= watched.refused_hours else State.NOT_COVERED


def effort_words(bearer: str, watched: Watch) -> str:
    """Return how much of a bearer's ground was watched, in words."""
    hours = f"{watched.covered_hours:.1f} of {watched.hours:.1f} hours covered on the ground of {bearer}"
    least = (
        f"on the least covered day {watched.worst_hours:.0%} of the hours and {watched.worst_ground:.0%} of the ground"
    )
    refused = f", access refused in {watched.refused_hours:.1f} observer-hours" if watched.refused_hours else ""
    return f"{hours}, {least} ({LEAST_COVERAGE:.0%} needed to say observed){refused}"


def _effort(duty: Obligation, bearer: str, watched: Watch) -> str:
    return effort_words(bearer, watched) if duty.kind is ObligationKind.PROHIBIT else NOTHING_SEARCHED


def _nothing(bearer: str, found: Weighed) -> str:
    if not found.bearing:
        return "no incident bears on this obligation"
    return f"none of {_count(found.bearing, 'incident')} bearing on this obligation is determined to {bearer} or open"


def _left_open(found: Weighed) -> str:
    return f", {len(found.unresolved)} unresolved" if found.unresolved else ""


def _single_lines(found: Weighed) -> str:
    """Say how many rest on one line of evidence: a single sighting never names whose weapon it was."""
    single = sum(h.attribution is not None and h.attribution.lines < 2 for h in found.unresolved)
    unsure = sum(h.bears is None for h in found.unresolved)
    lines = f", {single} resting on one line of evidence or none" if single else ""
    return lines + (f", {unsure} perhaps outside its time, place or kind" if unsure else "")


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"
