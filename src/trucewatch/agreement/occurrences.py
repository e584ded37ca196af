"""Things that may happen any number of times: each told by one or more voices, each with its own proof and denial."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from trucewatch.agreement.facts import Fact, Heard, as_of_line, fact
from trucewatch.agreement.voices import Cast, is_another, is_bearers, is_neutral, is_person
from trucewatch.model import Event
from trucewatch.vocabulary import Proof, Says

OCCURRED = "occurred"
ANSWERED = timedelta(days=2)  # a denial is dated by the day of the thing or by its own, a day or two later: a guess


@dataclass(frozen=True, slots=True)
class Occurrence:
    """One happening: not before `start`, not after `end`, with what is known of it."""

    start: datetime
    end: datetime
    known: Fact


def occurrence_line(
    said: Iterable[Heard], event: str, proofs: Sequence[Proof], cast: Cast
) -> Callable[[datetime], tuple[Occurrence, ...]]:
    """Return the happenings of an event, as a function of the time as of which; `said` is in the order of its end."""
    of = [each for each in said if isinstance(each.record.body, Event) and each.record.body.event == event]
    return as_of_line(of, [each.end for each in of], lambda some: tuple(_occurrences(some, proofs, cast)))


def _occurrences(said: Sequence[Heard], proofs: Sequence[Proof], cast: Cast) -> Iterator[Occurrence]:
    stated = [each for each in said if _says(each) is Says.STATES]
    others = [each for each in said if _says(each) is not Says.STATES]
    for group in _overlapping(stated):
        start, end = min(each.start for each in group), max(each.end for each in group)
        about = [each for each in others if _is_about(each, start, end)]
        known = fact([*group, *about], proofs, cast)
        if known.stating:
            yield Occurrence(start, end, known)


def _overlapping(said: Iterable[Heard]) -> Iterator[list[Heard]]:
    """Part what was told into happenings: claims whose times meet are of one; days that only touch are of two."""
    group: list[Heard] = []
    last: datetime | None = None
    for each in sorted(said, key=lambda one: (one.start, one.end)):
        if last is not None and (each.start > last or (each.start == last and each.start < each.end)):
            yield group
            group, last = [], None
        group.append(each)
        last = each.end if last is None else max(last, each.end)
    if group:
        yield group


def _is_about(each: Heard, start: datetime, end: datetime) -> bool:
    """Tell whether a denial is of that time, or answers it soon after; "not yet" is of all the time before it."""
    if _says(each) is Says.NOT_YET:
        return each.start >= end
    return each.start <= end + ANSWERED and each.end >= start


def _says(each: Heard) -> Says | None:
    return each.record.body.says if isinstance(each.record.body, Event) else None


def is_confirmed(known: Fact, cast: Cast, lines: int) -> bool:
    """Tell whether a happening is confirmed against a bearer: it says so, or a monitor's person with further lines.

    `lines` is how many the case asks of a finding, the monitor's with them; several words of one voice are one line.
    Another monitor's word to the contrary takes the confirmation away; a denial by those concerned does not.
    """
    if any(is_neutral(each.voice, cast) for each in known.denying):
        return False
    voices = {each.voice for each in known.stating}
    if any(is_bearers(voice, cast) for voice in voices):
        return True
    others = [voice for voice in voices if is_another(voice, cast)]
    return len(others) >= lines and any(is_person(voice, cast) for voice in others)
