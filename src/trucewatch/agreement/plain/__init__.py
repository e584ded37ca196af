"""An obligation in plain words, so that a lawyer of either side can compare it with the paper.

The words are generated from the obligation, not written beside it: a setting that changes changes the words (a test
holds every setting to that).
"""

from dataclasses import dataclass

from trucewatch.agreement.plain.changes import (
    Voice,
    amendment_voice,
    end_voice,
    pause_voice,
    practice_voice,
    reading_voice,
)
from trucewatch.agreement.plain.settings import is_proved, settings
from trucewatch.agreement.plain.speaker import Said, Speaker, speaker
from trucewatch.paper import Obligation

MAIN = ("duty", "due", "done", "shown")  # what the sentences say; the rest stands beside them


@dataclass(frozen=True, slots=True, kw_only=True)
class Plain:
    """An obligation in plain words: what it sets, how some read it, what became of it, what is open."""

    id: str
    kind: str
    settings: tuple[Said, ...]
    readings: tuple[Voice, ...] = ()
    changes: tuple[Voice, ...] = ()
    practices: tuple[Voice, ...] = ()
    doubts: tuple[str, ...] = ()
    source: str = ""
    note: str = ""

    @property
    def sentences(self) -> str:
        """What is asked of whom, by when, and what shows it: one to four sentences."""
        return " ".join(said.words for said in self.settings if said.what in MAIN)


def plain(duty: Obligation, by: Speaker) -> Plain:
    """Return an obligation in plain words."""
    end = (end_voice(duty.ended, by),) if duty.ended else ()
    return Plain(
        id=duty.id,
        kind=duty.kind.value,
        settings=settings(duty, by),
        readings=tuple(reading_voice(each, duty, by) for each in duty.readings),
        changes=(
            *(amendment_voice(each, duty, by) for each in duty.amendments),
            *(pause_voice(each, by) for each in duty.pauses),
            *end,
        ),
        practices=tuple(practice_voice(each) for each in duty.practices),
        doubts=duty.doubts,
        source=duty.source,
        note=duty.note,
    )


def every_word(one: Plain) -> tuple[Said, ...]:
    """Return all of it, each part with the name of what it says: what two versions of a file are compared by."""
    return (
        *one.settings,
        *(Said(what=f"reading {n}", words=each.text) for n, each in enumerate(one.readings, start=1)),
        *(Said(what=f"change {n}", words=each.text) for n, each in enumerate(one.changes, start=1)),
        *(Said(what=f"practice {n}", words=each.text) for n, each in enumerate(one.practices, start=1)),
        *(Said(what=f"doubt {n}", words=each) for n, each in enumerate(one.doubts, start=1)),
        *((Said(what="source", words=one.source),) if one.source else ()),
        *((Said(what="note", words=one.note),) if one.note else ()),
    )


__all__ = ["Plain", "Said", "Speaker", "Voice", "every_word", "is_proved", "plain", "settings", "speaker"]
