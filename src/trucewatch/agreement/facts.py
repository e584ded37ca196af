"""Whether an event of an act has happened, when, and by whose word: true, false or unknown, and whether in dispute.

Each voice counts once, by its latest word, so that repetition and order change nothing. The word of those who owe a
thing shows nothing by itself; against the denial of those whom it is owed to it leaves the thing in dispute.
"""

from bisect import bisect_right
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

from trucewatch.agreement.kleene import Truth, taken
from trucewatch.agreement.voices import Cast, Voice, shown_by, undoes
from trucewatch.model import Event, Record
from trucewatch.vocabulary import Proof, Says

Span = tuple[datetime, datetime]  # not before, not after
Said = TypeVar("Said")
Made = TypeVar("Made")


@dataclass(frozen=True, slots=True)
class Heard:
    """A record with whose voice it is, when it was so, and when the centre could know it."""

    record: Record
    voice: Voice
    start: datetime
    end: datetime
    known: datetime


@dataclass(frozen=True, slots=True)
class Fact:
    """What is known of an event. `spans` are the voices' own claims of when, `start` and `end` what they come to.

    `before` say that it had not happened yet, of a time before it is said to have: whoever says that it happened later
    agrees with them.
    """

    truth: Truth
    is_disputed: bool = False
    start: datetime | None = None
    end: datetime | None = None
    spans: tuple[Span, ...] = ()
    stating: tuple[Heard, ...] = ()
    denying: tuple[Heard, ...] = ()
    before: tuple[Heard, ...] = ()

    @property
    def keys(self) -> tuple[str, ...]:
        """The records that it rests on, by their time."""
        return keys_of((*self.stating, *self.denying))


UNHEARD = Fact(truth=None)


def keys_of(heard: Iterable[Heard]) -> tuple[str, ...]:
    """Return the keys of records in the order of their times, each once."""
    ordered = sorted(heard, key=lambda each: (each.end, each.start, each.record.key))
    return tuple(dict.fromkeys(each.record.key for each in ordered))


def fact(heard: Iterable[Heard], proofs: Collection[Proof], cast: Cast) -> Fact:
    """Return what records of one event come to; every one of them must have an `Event` as its body.

    Who states a thing before the day of it announces it, and an announcement shows nothing.
    """
    heard = tuple(each for each in heard if not (_says(each) is Says.STATES and each.known < each.start))
    last = last_words(heard)
    stating = tuple(each for each in last if _says(each) is Says.STATES)
    others = tuple(each for each in last if _says(each) is not Says.STATES)
    if not stating:
        return Fact(truth=False, denying=others) if others else UNHEARD
    spans = tuple(sorted({(each.start, each.end) for each in stating}))
    start, end = common(spans)
    against = tuple(each for each in others if _contradicts(each, start, end))
    truth, is_disputed = weighed({each.voice for each in stating}, {each.voice for each in against}, proofs, cast)
    before = tuple(
        each for each in heard if _says(each) is Says.NOT_YET and each not in against and not _taken_back(each, last)
    )
    return Fact(truth, is_disputed, start, end, spans, stating, against, before)


def _taken_back(word: Heard, last: Iterable[Heard]) -> bool:
    """Tell whether somebody who said that it had not happened yet says now that by then it had, or nothing of it."""
    own = [each for each in last if each.voice == word.voice]
    return word not in own and any(_says(each) is not Says.STATES or each.start < word.end for each in own)


def last_words(heard: Iterable[Heard]) -> tuple[Heard, ...]:
    """Return each voice's latest word: the one that became known last; several where it said several at once."""
    latest: dict[Voice, list[Heard]] = {}
    for each in heard:
        kept = latest.setdefault(each.voice, [])
        if not kept or _moment(each) > _moment(kept[0]):
            latest[each.voice] = [each]
        elif _moment(each) == _moment(kept[0]) and each not in kept:
            kept.append(each)
    return tuple(each for kept in latest.values() for each in kept)


def _moment(each: Heard) -> Span:
    return each.known, each.end


def _says(each: Heard) -> Says | None:
    return each.record.body.says if isinstance(each.record.body, Event) else None


def _contradicts(each: Heard, start: datetime, end: datetime) -> bool:
    """Tell whether a word is against an event of that time: what had not happened yet before it may well have then."""
    if _says(each) is Says.NOT_YET:
        return each.start >= end
    return each.end > start or each.start >= start


def weighed(
    stating: Collection[Voice], against: Collection[Voice], proofs: Collection[Proof], cast: Cast
) -> tuple[Truth, bool]:
    """Return whether voices show a thing against others that say the contrary, and whether it is in dispute."""
    shown = [proof for proof in proofs if shown_by(proof, stating, cast)]
    if any(not any(undoes(voice, proof, cast) for voice in against) for proof in shown):
        return True, False
    return None, bool(against)


def common(spans: Sequence[Span]) -> Span:
    """Return when all claims say that it was; where they do not meet, from the first to the last of them."""
    start, end = max(s for s, _ in spans), min(e for _, e in spans)
    if start < end or (start == end and any(s == e for s, e in spans)):
        return start, end
    return min(s for s, _ in spans), max(e for _, e in spans)


def by(span: Span, moment: datetime, *, inclusive: bool = True) -> Truth:
    """Tell whether what happened at some time of a span, any of it as likely as another, happened by a moment."""
    start, end = span
    if start == end:
        return start < moment or (inclusive and start == moment)
    if end <= moment or start >= moment:
        return end <= moment
    return taken((moment - start) / (end - start))


# --- as time goes on ------------------------------------------------------------------------------


def as_of_line(
    said: Sequence[Said], ends: Sequence[datetime], made: Callable[[Sequence[Said]], Made]
) -> Callable[[datetime], Made]:
    """Return what is made of all that is over by a time, as a function of that time.

    `said` must be in the order of its `ends`. Between two of these nothing changes, so that each state is made once.
    """
    kept: dict[int, Made] = {}

    def line(as_of: datetime) -> Made:
        count = bisect_right(ends, as_of)
        if count not in kept:
            kept[count] = made(said[:count])
        return kept[count]

    return line


def fact_line(said: Sequence[Heard], event: str, proofs: Collection[Proof], cast: Cast) -> Callable[[datetime], Fact]:
    """Return what is known of an event, as a function of the time as of which; `said` is in the order of its end."""
    of = [each for each in said if isinstance(each.record.body, Event) and each.record.body.event == event]
    return as_of_line(of, [each.end for each in of], lambda some: fact(some, proofs, cast))
