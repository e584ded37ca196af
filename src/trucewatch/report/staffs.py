"""What the two staffs say beside what the machine proposes: both voices, replies, corrections, as a report prints them.

It comes in as plain values, by party ids, so that the mirror run can write the same report with other names. The
guarantors stand in the charter's order, of equal size; nothing of theirs is added up, and nobody is quoted in part.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from trucewatch.report.choice import Choice, anchor
from trucewatch.report.frame import Period
from trucewatch.report.parts import IncidentPart, SaidPart, StaffsPart
from trucewatch.report.words import chosen, hypothesis_names, local_words, window_words

OUTCOMES = {
    "awaited": "not every guarantor has spoken",
    "agreed": "the guarantors agree",
    "differing": "the guarantors differ",
    "abstained": "a guarantor abstains",
}
POSITIONS = {"concur": "concurs", "contest": "contests", "abstain": "abstains"}
STANCES = {"accepts": "accepts the finding", "rejects": "rejects the finding", "explains": "explains"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """What somebody said: which post, when by the log (None: not in it yet), at which index. `text` None: withheld."""

    who: str
    time: datetime | None
    index: int
    text: str | None
    corrections: tuple["Words", ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Judgement:
    """A guarantor's determination of the conclusion from the first `of` entries; `finding` "" where it abstains."""

    position: str
    finding: str
    clause: str
    of: int
    words: Words


@dataclass(frozen=True, slots=True, kw_only=True)
class Voice:
    """One guarantor with its determinations, the newest first; none where it has not spoken."""

    guarantor: str
    judgements: tuple[Judgement, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """A side's reply to a published finding."""

    side: str
    stance: str
    is_late: bool
    words: Words


@dataclass(frozen=True, slots=True, kw_only=True)
class Published:
    """A finding as it was published; its own words are the harm check, which is for the room."""

    outcome: str
    finding: str
    reply_by: datetime
    words: Words
    answers: tuple[Answer, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Reviewed:
    """One incident before the guarantors, and what the agreement's procedure makes of it."""

    incident: str
    voices: tuple[Voice, ...]
    outcome: str
    finding: str
    is_stale: bool
    is_gone: bool
    published: tuple[Published, ...]


Staffs = tuple[Reviewed, ...]
NOBODY: Staffs = ()


def renamed(staffs: Staffs, ids: Mapping[str, str]) -> Staffs:
    """Return the same with other ids of the parties; what people wrote stays as it was written."""

    def voice(one: Voice) -> Voice:
        return replace(one, judgements=tuple(replace(j, finding=ids.get(j.finding, j.finding)) for j in one.judgements))

    def published(one: Published) -> Published:
        answers = tuple(replace(a, side=ids.get(a.side, a.side)) for a in one.answers)
        return replace(one, finding=ids.get(one.finding, one.finding), answers=answers)

    return tuple(
        replace(
            one,
            voices=tuple(map(voice, one.voices)),
            finding=ids.get(one.finding, one.finding),
            published=tuple(map(published, one.published)),
        )
        for one in staffs
    )


# --- as a report prints it ------------------------------------------------------------------------


def staffs_parts(staffs: Staffs, choice: Choice) -> tuple[StaffsPart, ...]:
    """Return what the staffs said of the incidents of a report, and of others what they said in its period.

    Of incidents that are gone there is all of it in the report of the whole record.
    """
    there = {incident.id for incident, _ in choice.found}
    return tuple(
        _part(one, choice)
        for one in staffs
        if any(voice.judgements for voice in one.voices)
        and (one.incident in there or (one.is_gone if choice.period is None else _was_spoken(one, choice.period)))
    )


def _was_spoken(one: Reviewed, period: Period) -> bool:
    """Tell whether anything was said of an incident in a period: judged, published, answered or corrected."""
    words = [j.words for voice in one.voices for j in voice.judgements]
    words += [w for p in one.published for w in (p.words, *(answer.words for answer in p.answers))]
    every = [said.time for w in words for said in (w, *w.corrections)]
    return any(period[0] <= time < period[1] for time in every if time is not None)


def staffs_anchor(incident_id: str) -> str:
    """Return where the two staffs' words on an incident stand in the page."""
    return anchor("staffs", incident_id)


def _part(one: Reviewed, choice: Choice) -> StaffsPart:
    case = choice.assessment.case
    guarantors = {one.id: chosen(one.names, one.id) for one in case.review.guarantors}
    names = {**hypothesis_names(case), "undetermined": "undetermined"}
    zone = case.time_zone
    return StaffsPart(
        incident=one.incident,
        anchor=staffs_anchor(one.incident),
        href=f"#{anchor('i', one.incident)}" if one.incident in choice.printed_incidents else "",
        stands=f"{OUTCOMES[one.outcome]}; by the agreement's procedure: {names.get(one.finding, one.finding)}",
        note=" ".join(filter(None, (_other_day(one, choice), _note(one)))),
        columns=tuple(
            (
                guarantors.get(voice.guarantor, voice.guarantor),
                tuple(_judgement(j, names, zone, n) for n, j in enumerate(voice.judgements)),
            )
            for voice in one.voices
        ),
        published=tuple(_published(p, names, zone) for p in one.published),
        replies=_answers(one, choice),
    )


def _other_day(one: Reviewed, choice: Choice) -> str:
    """Say when an incident was that does not belong to the day on which it was spoken of."""
    if choice.period is None or any(incident.id == one.incident for incident, _ in choice.found):
        return ""
    found = next((each for each in choice.assessment.incidents if each.id == one.incident), None)
    if found is None:
        return ""
    return f"Of another day: {window_words(found.first_time, found.last_time, choice.assessment.case.time_zone)}."


def _note(one: Reviewed) -> str:
    if one.is_gone:
        return "More became known since: the newest conclusions have no incident of this number."
    return "A newer conclusion differs from the one that was judged." if one.is_stale else ""


def _judgement(j: Judgement, names: Mapping[str, str], zone: str, number: int) -> SaidPart:
    found = f": {names.get(j.finding, j.finding)}" if j.finding else ""
    clause = f", clause {j.clause}" if j.clause else ""
    before = "superseded: " if number else ""
    return _said(f"{before}{POSITIONS[j.position]}{found}{clause}", j.words, zone)


def _published(p: Published, names: Mapping[str, str], zone: str) -> SaidPart:
    heading = f"{OUTCOMES[p.outcome]}: {names.get(p.finding, p.finding)}; reply until {local_words(p.reply_by, zone)}"
    return replace(_said(heading, p.words, zone), text="")


def _answers(one: Reviewed, choice: Choice) -> tuple[tuple[str, tuple[SaidPart, ...]], ...]:
    """Return every side with its replies, in the case's order; nothing where nothing was published."""
    case = choice.assessment.case
    names, answers = hypothesis_names(case), [a for p in one.published for a in p.answers]
    return tuple(
        (names[party.id], tuple(_answer(a, names, case.time_zone) for a in answers if a.side == party.id))
        for party in case.parties
        if one.published
    )


def _answer(a: Answer, names: Mapping[str, str], zone: str) -> SaidPart:
    late = ", after the time was over" if a.is_late else ""
    return _said(f"{names.get(a.side, a.side)} {STANCES[a.stance]}{late}", a.words, zone)


def _said(heading: str, words: Words, zone: str) -> SaidPart:
    return SaidPart(
        heading=heading,
        text=words.text,
        by=_by(words, zone),
        corrections=tuple(_corrections(words.corrections, zone)),
    )


def _corrections(corrections: Iterable[Words], zone: str) -> Iterable[SaidPart]:
    return (SaidPart(heading="correction", text=words.text, by=_by(words, zone)) for words in corrections)


def _by(words: Words, zone: str) -> str:
    if words.time is None:
        return f"{words.who}, not in the log yet"
    return f"{words.who}, {local_words(words.time.replace(microsecond=0), zone)}, entry {words.index} of the log"


def told_of(incidents: tuple[IncidentPart, ...], told: Iterable[StaffsPart]) -> tuple[IncidentPart, ...]:
    """Return the incidents of a report, each with the anchor of what the staffs say to it."""
    anchors = {part.incident: part.anchor for part in told}
    return tuple(replace(one, staffs=anchors.get(one.id, "")) for one in incidents)
