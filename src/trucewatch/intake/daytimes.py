"""Local clock times and the words that stand for them, to intervals in UTC.

The hours of a word are guesses, for the observers do not define them; all are the local wall clock of the
day that the row names. "night" does not say which of the two nights that touch a day is meant, so it covers
both. The edges of a word are softened by `WORD_SD_S`.
"""

import re
from datetime import date, datetime, time, timedelta

from trucewatch.model import Interval
from trucewatch.spacetime import local

WORD_SD_S = 1800.0  # half an hour at either edge of a word: a guess
CLOCK_SD_S = 30.0  # a time written to the minute: a guess
ABOUT_SD_S = 900.0  # "about 21:00": a guess

# A stretch that would run into the next day to within an hour of its own start is as likely a moment told by two
# watches, two exchanged cells or a whole reporting day (19:30 to 19:30): a guess.
NEARLY_A_DAY = timedelta(hours=1)

NIGHTFALL_H, DAYBREAK_H = 20, 6  # the night of "night", "night to 16": a guess for any season

# word: hours from the local midnight that begins the day, all guesses
WORDS = {
    "": (0, 24),
    "night": (0, 24 + DAYBREAK_H),
    "overnight": (0, 24 + DAYBREAK_H),
    "after midnight": (0, 3),
    "early morning": (0, 6),
    "dawn": (3, 8),
    "morning": (6, 12),
    "late morning": (9, 12),
    "day": (6, 20),
    "daytime": (6, 20),
    "noon": (11, 13),
    "midday": (11, 13),
    "early afternoon": (12, 15),
    "afternoon": (12, 18),
    "late afternoon": (15, 18),
    "dusk": (16, 22),
    "early evening": (17, 20),
    "evening": (17, 24),
    "late evening": (21, 24),
    "before midnight": (21, 24),
}

_CLOCK = re.compile(r"([01]?\d|2[0-3]):([0-5]\d)(?::([0-5]\d))?(?:\s?(?:hrs?|hours|h))?", re.ASCII | re.IGNORECASE)
_MILITARY = re.compile(r"([01]\d|2[0-3])([0-5]\d)(?:\s?(?:hrs?|hours|h))?", re.ASCII | re.IGNORECASE)  # "0635 hrs"
_HALVES = re.compile(r"(0?[1-9]|1[0-2])(?:[:.]([0-5]\d))?\s?([ap])\.?\s?m\.?", re.ASCII | re.IGNORECASE)  # "6:35 p.m."
_MIDNIGHT = re.compile(r"24:?00(?::00)?(?:\s?(?:hrs?|hours|h))?", re.ASCII | re.IGNORECASE)  # the end of a day
_ABOUT = re.compile(r"(?:about|around|approximately|approx\.?|circa|ca\.?|c\.|~)\s*(.+)", re.ASCII | re.IGNORECASE)
_BETWEEN = re.compile(r"(?:between |from )?(.+?)(?:\s?[-–]\s?| to | and )(.+)", re.IGNORECASE)
_NIGHT_TO = re.compile(r"night to (\d{1,2})(?: \(\d{1,4} min\))?", re.ASCII)


def interval(day: date, start: str, end: str, time_zone: str) -> Interval:
    """Return when, from the cells of a local day: clock times, or a word of `WORDS` with no end.

    "21:00-22:30" in the first cell is both. An end before its start is of the next day, but for one less than an hour
    before it, or at the same time: nobody can tell that moment from that day. "night to 16" is the night that ends on
    the 16th, with the row's day on either side of it. In the hour that the clocks repeat a clock time is either of two
    instants, and both are in the interval.

    Raises:
        ValueError: when the words are unknown, a stretch is a moment or a day, or a night does not touch the day.

    """
    both = None if end else _BETWEEN.fullmatch(start.strip())
    if both is not None and clock(both[1]) and (clock(both[2]) or _MIDNIGHT.fullmatch(both[2].strip())):
        start, end = both[1], both[2]
    first, sd_s = _spoken(start)
    if first is None:
        if end:
            raise ValueError(f"end {end[:30]!r} stands beside a start {start[:30]!r} that is no clock time")
        return _of_words(day, start, time_zone)
    begun, begun_or = readings(day, first, time_zone)
    if not end:
        return Interval(start=begun, end=begun_or, sd_s=sd_s)
    if _MIDNIGHT.fullmatch(end.strip()):
        return Interval(start=begun, end=local(day + timedelta(days=1), time(), time_zone), sd_s=sd_s)
    last, other_sd_s = _spoken(end)
    if last is None:
        raise ValueError(f"end {end[:30]!r} is not a clock time such as 19:30")
    ended = readings(day, last, time_zone)[1]
    if ended < begun and first <= last:  # the start is in the hour that the clocks skip: somebody's stood still
        begun = local(day, first.replace(fold=1), time_zone)
    if timedelta() <= begun - ended < NEARLY_A_DAY:
        raise ValueError(
            f"it begins at {start[:30]!r} and ends at {end[:30]!r}: a moment, or a whole day? "
            "write one time alone for a moment, and none for the day"
        )
    if ended < begun:
        ended = readings(day + timedelta(days=1), last, time_zone)[1]
    return Interval(start=begun, end=ended, sd_s=max(sd_s, other_sd_s))


def readings(day: date, clock: time, time_zone: str) -> tuple[datetime, datetime]:
    """Return the first and the last instant that a wall clock can mean: two in the hour that the clocks repeat."""
    first = local(day, clock, time_zone)
    return first, max(first, local(day, clock.replace(fold=1), time_zone))


def _spoken(text: str) -> tuple[time | None, float]:
    """Return a clock time, None where the text is none, and how well it is known: "about 21:00" to a quarter."""
    about = _ABOUT.fullmatch(text.strip())
    return (clock(text), CLOCK_SD_S) if about is None else (clock(about[1]), ABOUT_SD_S)


def clock(text: str) -> time | None:
    """Return a clock time such as 8:05, 19:30:10, 1930 hrs or 7:30 p.m., None where the text is none."""
    plain = text.strip()
    if match := _CLOCK.fullmatch(plain):
        return time(int(match[1]), int(match[2]), int(match[3] or 0))
    if match := _MILITARY.fullmatch(plain):
        return time(int(match[1]), int(match[2]))
    if match := _HALVES.fullmatch(plain):
        return time(int(match[1]) % 12 + (12 if match[3] in "pP" else 0), int(match[2] or 0))
    return None


def days(first: date, last: date, time_zone: str) -> Interval:
    """Return the local days from first to last, both whole."""
    if last < first:
        raise ValueError(f"the days {first} to {last} run backwards")
    return Interval(start=local(first, time(), time_zone), end=local(last + timedelta(days=1), time(), time_zone))


def _of_words(day: date, words: str, time_zone: str) -> Interval:
    plain = " ".join(words.casefold().split()).removesuffix(" hours")
    night = _NIGHT_TO.fullmatch(plain)
    if night is not None:
        return _night(_eve(day, int(night[1])), time_zone)
    if plain not in WORDS:
        raise ValueError(
            f"time {words[:40]!r} is neither a clock time (09:15, 0915 hrs, about 21:00, 21:00-22:30) nor a known part "
            "of the day (night, morning, late evening); 24:00 is 00:00 of the next day"
        )
    from_h, to_h = WORDS[plain]
    return Interval(
        start=_hour(day, from_h, time_zone),
        end=_hour(day, to_h, time_zone),
        sd_s=WORD_SD_S if plain else 0.0,
    )


def _eve(day: date, number: int) -> date:
    """Return the day on which the night that ends on the day of the month `number` begins."""
    for eve in (day, day - timedelta(days=1)):
        if (eve + timedelta(days=1)).day == number:
            return eve
    raise ValueError(f"the night to {number} does not touch {day}")


def _night(eve: date, time_zone: str) -> Interval:
    return Interval(
        start=_hour(eve, NIGHTFALL_H, time_zone),
        end=_hour(eve, 24 + DAYBREAK_H, time_zone),
        sd_s=WORD_SD_S,
    )


def _hour(day: date, hours: int, time_zone: str) -> datetime:
    """Return the wall-clock hour of a day as UTC; 24 and more are of the next day."""
    return local(day + timedelta(days=hours // 24), time(hours % 24), time_zone)
