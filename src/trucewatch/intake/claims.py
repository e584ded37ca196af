"""Reader of public statements of two sides about each other: what was said, never what happened.

A row is one statement on one day. Its time and place are as wide as its words leave them; where the
statement names no place that the gazetteer knows, it has none.
"""

import re
from collections.abc import Collection, Mapping
from datetime import date, datetime, time, timedelta

from trucewatch.intake import daytimes
from trucewatch.intake.columns import cell, day
from trucewatch.intake.gazetteer import Gazetteer
from trucewatch.intake.reader import Context, Reader
from trucewatch.intake.weapons import weapon
from trucewatch.intake.whereabouts import extent, town
from trucewatch.model import Claim, Clocks, Coded, Count, Interval, Named, Observation, Place, Point, Source
from trucewatch.spacetime import local
from trucewatch.vocabulary import Means, Qualifier, SourceClass, Stance

DISTRICT_SD_KM = 12.0  # a district known only by its seat, as in "Kamarli (Gazakh)": a guess
ABOUT_SD_S = 900.0  # "about 01:30": a guess

_MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)
_MONTH = "|".join(_MONTHS)
_WINDOW = re.compile(rf"(\d\d:\d\d) on (\d\d?) ({_MONTH}) to (\d\d:\d\d) on (\d\d?) ({_MONTH})", re.ASCII)
_DAYS = re.compile(rf"(?<![\d:])(\d\d?)(?: ({_MONTH}))?(?: ?[-–] ?| and | to )(\d\d?) ({_MONTH})", re.ASCII)
_NIGHT = re.compile(r"night to (\d\d:\d\d)", re.ASCII)
_CLOCK = re.compile(r"(?:about|,) (\d\d:\d\d)\b", re.ASCII)
_HEDGE = (
    r"(?:(?P<least>at least|no less than|no fewer than|more than|over) "
    r"|(?P<about>about|around|approx\.?|approximately|some|nearly|almost|~) ?)?"
)
_OF_DAY = r"(?P<day> (?:in|per) (?:a |one )?(?:day|24 ?h(?:ours|rs?)?))?"
_COUNT = re.compile(
    rf"{_HEDGE}(?P<low>\d{{1,6}})(?P<plus>\+)?(?: ?[-–] ?(?P<high>\d{{1,6}})| to (?P<to>\d{{1,6}}))?"
    rf"(?: (?:times|(?:ceasefire )?(?:violations?|incidents?|cases)))?{_OF_DAY}",
    re.ASCII | re.IGNORECASE,
)
_NONE = frozenset({"nil", "zero"})  # not "none", which may be a figure that was not stated
AHEAD = timedelta(days=31)  # a day without a year is the last such one, or one of the coming month: a guess
_PLACE = re.compile(r"(?:hills in |.*\bnear |.*\bpositions by )?([^()]+?)\s*(?:\(([^)]+)\).*)?")


def when(of_day: date, words: str, *, day_total: bool, time_zone: str) -> Interval:
    """Return the time that a statement is about, from a window, days or a clock time in its words.

    Else the day of the statement; a count "in a day" runs back into the day before, for the statement
    does not say at which hour its day begins.
    """
    window, spell = _WINDOW.search(words), _DAYS.search(words)
    night, clock = _NIGHT.search(words), _CLOCK.search(words)
    if window is not None:
        start = _at(of_day, window[2], window[3], window[1], time_zone)
        end = _at(of_day, window[5], window[6], window[4], time_zone)
        if end < start:
            raise ValueError(f"the time runs backwards: {window[0]}")
        return Interval(start=start, end=end, sd_s=daytimes.CLOCK_SD_S)
    if spell is not None:
        last = _date(of_day, spell[3], spell[4])
        return daytimes.days(_date(last, spell[1], spell[2] or spell[4]), last, time_zone)
    if night is not None:
        dusk = local(of_day - timedelta(days=1), time(daytimes.NIGHTFALL_H), time_zone)
        return Interval(start=dusk, end=local(of_day, _time(night[1]), time_zone), sd_s=daytimes.WORD_SD_S)
    if clock is not None:
        instant = local(of_day, _time(clock[1]), time_zone)
        return Interval(start=instant, end=instant, sd_s=ABOUT_SD_S)
    return daytimes.days(of_day - timedelta(days=1) if day_total else of_day, of_day, time_zone)


def count(text: str) -> tuple[Count, bool]:
    """Return how many violations a statement counts, and whether it is a sum over a day ("23 in a day").

    Raises:
        ValueError: when the words are not of a known form.

    """
    if not text:
        return Count(), False
    if text.casefold() in _NONE:
        return Count(low=0, high=0, qualifier=Qualifier.EXACT), False
    match = _COUNT.fullmatch(text)
    if match is None:
        raise ValueError(f"count {text[:30]!r} is not written as 23, 1+, at least 5, about 40, 5-7, nil or 23 in a day")
    low, total = int(match["low"]), match["day"] is not None
    if high := match["high"] or match["to"]:
        if int(high) < low:
            raise ValueError(f"the count runs backwards, from {low} to {high}")
        return Count(low=low, high=int(high), qualifier=Qualifier.RANGE), total
    if match["plus"] or match["least"]:
        return Count(low=low, qualifier=Qualifier.AT_LEAST), total
    return Count(low=low, high=low, qualifier=Qualifier.ABOUT if match["about"] else Qualifier.EXACT), total


def place(names: str, gazetteer: Gazetteer, unplaced: Collection[str] = ()) -> Place | None:
    """Return where the named places are: a point for one, a box about several, None where none is known.

    "A; B (D)" are both of district D, and a namesake far from its seat is another place; a village that the
    gazetteer lacks is put at the seat with `DISTRICT_SD_KM`. A district that is `unplaced` shares its name with a
    village far from the places meant: better no place than a wrong one.
    """
    pairs = [(name, "" if district in unplaced else district) for name, district in _named(names)]
    found = [point for name, district in pairs if (point := _find(name, district, gazetteer))]
    if not found:
        return None
    return found[0] if len(found) == 1 else extent(found)


def _named(names: str) -> list[tuple[str, str]]:
    """Return (name, district) pairs; a district holds for the names before it up to the last one."""
    pairs: list[tuple[str, str]] = []
    district = ""
    for part in reversed(names.split(";")):
        match = _PLACE.fullmatch(part.strip())
        if match is not None:
            wide = "hills in " in part
            district = match[1] if wide else (match[2] or district)
            pairs.append(("" if wide else match[1], district))
    return pairs[::-1]


def _find(name: str, district: str, gazetteer: Gazetteer) -> Point | None:
    seat = town(district, gazetteer)
    wide = None if seat is None else Point(lon=seat.lon, lat=seat.lat, sd_km=DISTRICT_SD_KM)
    return town(name, gazetteer, wide) or wide


def _claim(number: Count, accused: Named | None) -> Claim:
    """Return the stance; a denial accuses nobody, whoever its row mentions."""
    if number.high == 0:
        return Claim(stance=Stance.DENIES)
    return Claim(stance=Stance.ACCUSES if accused else Stance.REPORTS, accused=accused)


def _source(speaker: str, context: Context) -> Source:
    """Return the speaker; what a third party says is passed on too: its own observers' rows come in another table."""
    if speaker in context.third_parties:
        return Source(name=speaker, source_class=Coded(term=SourceClass.INTERLOCUTOR))
    return Source(name=speaker, source_class=Coded(term=SourceClass.PARTY), side=context.named(speaker))


def _place(names: str, context: Context) -> Place | None:
    return place(names, context.gazetteer, context.unplaced)


def _read(cells: Mapping[str, str], context: Context) -> Observation:
    of_day, speaker = day(cell(cells, "date"), "date"), cell(cells, "speaker")
    if not speaker:
        raise ValueError("a statement without a speaker")
    number, total = count(cell(cells, "count"))
    target, note = cell(cells, "target"), cell(cells, "note")
    source = _source(speaker, context)
    of_party = source.source_class.term is SourceClass.PARTY
    claimed = when(of_day, f"{note}; {target}", day_total=total, time_zone=context.time_zone)
    where = _place(target, context) or _place(cell(cells, "firing_place"), context)
    return Observation(
        source=source,
        means=Coded(term=Means.PARTY_REPORT if of_party else None),
        phenomenon=Coded(term=None, verbatim="ceasefire violation"),
        direction=Coded(term=None),
        clocks=Clocks(claimed=claimed),
        reader=CLAIMS.kind,
        raw=(),
        place=where,
        count=number,
        weapon=weapon(cell(cells, "weapon")),
        claim=_claim(number, context.named(cell(cells, "accused"))),
        is_total=total,
        text=note,
    )


def _date(of_day: date, number: str, month: str) -> date:
    """Return the day of that name which a statement of `of_day` means: on New Year's Day the 31 December before it."""
    at = _MONTHS.index(month) + 1
    found: list[date] = []
    reason = ""
    for year in (of_day.year - 1, of_day.year, of_day.year + 1):
        try:
            found.append(date(year, at, int(number)))
        except ValueError as error:
            reason = str(error)
    before = [each for each in found if each <= of_day + AHEAD]
    if not before or (of_day - before[-1]).days > 366:  # 29 February is in no year about a statement of 2022
        raise ValueError(f"{number} {month} does not exist: {reason or 'not in the years about the statement'}")
    return before[-1]


def _time(text: str) -> time:
    found = daytimes.clock(text)
    if found is None:
        raise ValueError(f"{text!r} is not a clock time")
    return found


def _at(of_day: date, number: str, month: str, clock: str, time_zone: str) -> datetime:
    return local(_date(of_day, number, month), _time(clock), time_zone)


CLAIMS = Reader(
    kind="claims",
    columns=frozenset({"date", "speaker", "accused", "count", "firing_place", "target", "weapon"}),
    read=_read,
)
