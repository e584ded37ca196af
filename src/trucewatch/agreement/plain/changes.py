"""What others set otherwise, in plain words: readings beside each other, amendments, pauses, the end, practice."""

from dataclasses import dataclass

from trucewatch.agreement.changes import changed
from trucewatch.agreement.plain.settings import settings
from trucewatch.agreement.plain.speaker import Speaker, called
from trucewatch.agreement.plain.times import moment_words, on_words
from trucewatch.paper import Amendment, Change, Ended, Obligation, Pause, Practice, Reading
from trucewatch.vocabulary import AmendmentForm

FORMS = {
    AmendmentForm.ANNOUNCEMENT: "by announcement",
    AmendmentForm.PROTOCOL: "by protocol",
    AmendmentForm.LETTER: "by letter",
    AmendmentForm.ORAL: "by word of mouth",
    AmendmentForm.PRACTICE: "by practice",
    AmendmentForm.RESOLUTION: "by resolution",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Voice:
    """What somebody says of an obligation: `who` said it and how, what that sets, where it stands, what to know."""

    who: str
    says: tuple[str, ...]
    source: str = ""
    note: str = ""

    @property
    def text(self) -> str:
        """All of it in one line."""
        after = (f"Source: {self.source}." if self.source else "", f"Note: {self.note}" if self.note else "")
        return " ".join(part for part in (f"{self.who}:", *self.says, *after) if part)


def reading_voice(reading: Reading, duty: Obligation, by: Speaker) -> Voice:
    """Return a reading: 'As read by Armenia (from the wording, not argued by it): due by the end of ...'."""
    who = f"As read by {called(reading.by, by)}" if reading.by else "As some may read it"
    argued = "not argued by them" if reading.by else "argued by nobody"
    inferred = f" (from the wording; {argued})" if reading.inferred else ""
    return Voice(who=f"{who}{inferred}", says=_set(duty, reading.change, by), source=reading.source, note=reading.note)


def amendment_voice(amendment: Amendment, duty: Obligation, by: Speaker) -> Voice:
    """Return an amendment: 'On 15 November 2020 by announcement: due by the end of ...'."""
    return Voice(
        who=f"Amended {on_words(amendment.on, by.tz)} {FORMS[amendment.form]}",
        says=(*_set(duty, amendment.change, by), _accepted(amendment.accepted_by, by)),
        source=amendment.source,
        note=amendment.note,
    )


def pause_voice(pause: Pause, by: Speaker) -> Voice:
    """Return a time in which the clock of an obligation stood."""
    until = f"until {moment_words(pause.until, by.tz)}" if pause.until else "and has not been taken up again"
    says = f"from {moment_words(pause.start, by.tz)} {until}; its clock stands in that time."
    return Voice(
        who=f"Suspended {FORMS[pause.form]}", says=(says, _accepted(pause.accepted_by, by)), source=pause.source
    )


def end_voice(end: Ended, by: Speaker) -> Voice:
    """Return the event after which an obligation binds nobody."""
    says = f"it binds nobody any more from {moment_words(end.on, by.tz)} on."
    who = f"Ended {on_words(end.on, by.tz)} {FORMS[end.form]}"
    return Voice(who=who, says=(says, _accepted(end.accepted_by, by)), source=end.source)


def practice_voice(practice: Practice) -> Voice:
    """Return how the parties behaved."""
    return Voice(who="How they behaved (a hint, applied to nothing)", says=(practice.text,), source=practice.source)


def _accepted(ids: tuple[str, ...], by: Speaker) -> str:
    return f"Accepted by {called(ids, by)}." if ids else "The file names nobody who accepted it."


# --- what is set ----------------------------------------------------------------------------------


def _set(duty: Obligation, change: Change, by: Speaker) -> tuple[str, ...]:
    """Return what a change sets, in the words in which the obligation as changed says it."""
    touched = tuple(what for what, is_set in _touches(change) if is_set)
    if not touched:
        return ("As it is written.",)
    said = settings(changed(duty, change), by, reading=change.anchor or 0, is_closed=change.exclusive)
    return tuple(each.words for each in said if each.what.rstrip(" 0123456789") in touched)


def _touches(change: Change) -> tuple[tuple[str, bool], ...]:
    """Return for each setting in plain words whether a change sets it."""
    return (
        ("duty", bool(change.phenomena) or change.is_composition is not None),
        ("band", bool(change.distances_km)),
        ("limit", bool(change.limits) or change.is_composition is not None),
        ("count", change.basis is not None),
        ("done", bool(change.completes_on)),
        ("due", change.deadline is not None or change.deadline_rule is not None or change.anchor is not None),
        ("applies", change.from_time is not None or change.until_time is not None),
        ("closed", change.exclusive is not None),
    )
