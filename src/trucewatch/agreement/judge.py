"""The status of one duty of one bearer under one reading, and the sentence that says why, with its numbers."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from trucewatch.agreement.hours import Watch
from trucewatch.agreement.weigh import Held, Weighed
from trucewatch.paper import Obligation, Reading
from trucewatch.spacetime import stamp
from trucewatch.vocabulary import ObligationKind, Status

# "Observed" must be as well founded as "violated": the default standard of proof asks 0.95 of a finding against
# a side (model.StandardOfProof), so we ask that share of the hours, and of the ground, of every single day.
# Were a breach equally likely at any hour, this is the chance that somebody was there to notice it.
LEAST_COVERAGE = 0.95

PROPOSED = "proposed by machine; both staffs decide"
NOTHING_SEARCHED = "hours of attention are no search for weapons, so their absence is never shown"


@dataclass(frozen=True, slots=True, kw_only=True)
class Judgement:
    """What one reading gives; `incidents` are those that the status rests on."""

    status: Status
    why: str
    incidents: tuple[str, ...] = ()


def pending(duty: Obligation, as_of: datetime) -> Judgement | None:
    """Return the status of a duty that does not apply yet; else None."""
    if as_of < duty.from_time:
        return Judgement(status=Status.PENDING, why=f"applies from {stamp(duty.from_time)}")
    return None


def without_method(reason: str) -> Judgement:
    """Return the status of a duty that is read but not judged."""
    return Judgement(status=Status.NOT_VERIFIABLE, why=reason)


def judgement(duty: Obligation, bearer: str, found: Weighed, watched: Watch, unknown_words: int) -> Judgement:
    """Return the status: determined goes before contested, contested before unresolved, unresolved before coverage."""
    effort = _effort(duty, bearer, watched)
    aside = f"; {_count(unknown_words, 'incident')} with an unknown word set aside" if unknown_words else ""
    if found.determined:
        why = f"{_of(found.determined, found)} determined to {bearer}{_left_open(found)}; {effort}{aside}; {PROPOSED}"
        return Judgement(status=Status.VIOLATED, why=why, incidents=_ids(found.determined))
    if found.contested:
        claims = f"not determined, and claims about {bearer} stand against each other"
        why = f"{_of(found.contested, found)} {claims}{_left_open(found)}; {effort}{aside}"
        return Judgement(status=Status.DISPUTED, why=why, incidents=_ids(found.contested))
    if found.unresolved:
        why = f"{_of(found.unresolved, found)} unresolved for {bearer}{_single_lines(found)}; {effort}{aside}"
        return Judgement(status=Status.NOT_VERIFIABLE, why=why, incidents=_ids(found.unresolved))
    why = f"{_nothing(bearer, found)}; {effort}{aside}"
    return Judgement(status=_by_coverage(duty, watched), why=why)


def _by_coverage(duty: Obligation, watched: Watch) -> Status:
    """Return observed only where every day was covered in time and in ground; nothing shows that weapons are absent."""
    is_covered = min(watched.worst_hours, watched.worst_ground) >= LEAST_COVERAGE
    is_fire = duty.kind is ObligationKind.PROHIBIT
    return Status.OBSERVED if is_fire and is_covered else Status.NOT_VERIFIABLE


def _effort(duty: Obligation, bearer: str, watched: Watch) -> str:
    if duty.kind is ObligationKind.WITHDRAW:
        return NOTHING_SEARCHED
    hours = f"{watched.covered_hours:.1f} of {watched.hours:.1f} hours covered on the ground of {bearer}"
    least = (
        f"on the least covered day {watched.worst_hours:.0%} of the hours and {watched.worst_ground:.0%} of the ground"
    )
    return f"{hours}, {least} ({LEAST_COVERAGE:.0%} needed to say observed)"


def _of(part: Sequence[Held], found: Weighed) -> str:
    return f"{len(part)} of {_count(found.bearing, 'incident')} bearing on this obligation"


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


def _ids(part: Sequence[Held]) -> tuple[str, ...]:
    return tuple(held.incident.id for held in part)


# --- readings -------------------------------------------------------------------------------------


def side_by_side(readings: Sequence[Reading], given: Sequence[Judgement]) -> Judgement:
    """Return what the readings give together: their common status, else disputed, saying which reading gives what."""
    first = given[0]
    if all(each.status is first.status for each in given):
        common = frozenset(first.incidents).intersection(*(each.incidents for each in given))
        shared = tuple(i for i in first.incidents if i in common)
        alike = f"; the same status under each of {len(given)} readings" if len(given) > 1 else ""
        return Judgement(status=first.status, why=first.why + alike, incidents=shared or first.incidents)
    told = "; ".join(f"{_label(n, r)} gives {j.status.value}: {j.why}" for n, (r, j) in _numbered(readings, given))
    incidents = tuple(dict.fromkeys(i for each in given for i in each.incidents))
    return Judgement(status=Status.DISPUTED, why=f"the readings differ: {told}", incidents=incidents)


def _numbered(
    readings: Sequence[Reading], given: Sequence[Judgement]
) -> Sequence[tuple[int, tuple[Reading, Judgement]]]:
    return tuple(enumerate(zip(readings, given, strict=True), start=1))


def _label(number: int, reading: Reading) -> str:
    """Name a reading by its place in the file and by what it sets, never by who holds it."""
    settings = ", ".join(f"{key} {value}" for key, value in reading.written)
    return f"reading {number} ({settings or 'as written'})"
