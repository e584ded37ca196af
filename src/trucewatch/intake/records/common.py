"""What all tables of records other than fire have in common: who says it, of which act, when, known since when, where.

Every mistake is a ValueError that says what to write instead; a blank cell was not stated. A day is a whole day of the
case's time zone.
"""

import re
from collections.abc import Mapping
from functools import partial

from trucewatch.intake import cells as cell
from trucewatch.intake.columns import cell as text_of
from trucewatch.intake.columns import day
from trucewatch.intake.daytimes import days
from trucewatch.intake.reader import Context
from trucewatch.model import Body, Clocks, Interval, Point, Record, Source, Term
from trucewatch.spacetime import utc
from trucewatch.vocabulary import SourceClass

COMMON = (
    *("id", "source", "source_class", "source_side", "about", "time", "received"),
    *("lon", "lat", "position_sd_km", "text"),
)

MOST = 100_000_000  # of anything in one record; more is a slip of the pen: a guess (a busy line has millions a month)

_ACT = re.compile(r"[a-z0-9-]+(:[a-z0-9_.-]+)?", re.ASCII)  # an act as the agreement file writes it
_DAY = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
_SHOWN = 40  # characters of a cell that a message repeats

Cells = Mapping[str, str]


def record(cells: Cells, context: Context, kind: str, body: Body) -> Record:
    """Return the record of one row of a table of this kind around its body."""
    return Record(
        id=text_of(cells, "id"),
        source=source(cells, context),
        clocks=clocks(cells, context),
        about=about(cells),
        body=body,
        place=place(cells, context),
        text=cells.get("text", ""),
        reader=kind,
        raw=tuple(cells.items()),
    )


def source(cells: Cells, context: Context) -> Source:
    """Return who says it; somebody has to have. A class that is not in the vocabulary is kept as written."""
    name = text_of(cells, "source")
    if not name:
        raise ValueError("has no source: somebody has to have said it")
    source_class = cell.coded(cells.get("source_class", ""), SourceClass)
    return Source(name=name, source_class=source_class, side=context.named(cells.get("source_side", "")))


def about(cells: Cells) -> str:
    """Return the act of the paper that a row is about, in lower case."""
    act = text_of(cells, "about").lower()
    if not act:
        raise ValueError("has no about: write the act of the obligation that it is about, such as transfer:agdam")
    if not _ACT.fullmatch(act):
        raise ValueError(f"about {act[:_SHOWN]!r} is not an act as the agreement writes it, such as transfer:agdam")
    return act


def clocks(cells: Cells, context: Context) -> Clocks:
    """Return when it was so, and when the centre could know it: of a day its end, the latest moment."""
    received = moment(cells, "received", context)
    return Clocks(claimed=moment(cells, "time", context), received=None if received is None else received.end)


def moment(cells: Cells, name: str, context: Context) -> Interval | None:
    """Return the instant of an RFC 3339 time, the whole local day of YYYY-MM-DD, None of a blank cell."""
    text = text_of(cells, name)
    if not text:
        return None
    if _DAY.fullmatch(text):
        of_day = day(text, name)
        return days(of_day, of_day, context.time_zone)
    try:
        instant = utc(text)
    except ValueError as error:
        raise ValueError(f"{name} cannot be read: {error}; a whole day is written as 2020-11-20") from None
    return Interval(start=instant, end=instant)


def place(cells: Cells, context: Context) -> Point | None:
    """Return where, None where no place is stated."""
    stated = cell.position(cells.get("lon", ""), cells.get("lat", ""), context, "place")
    sd_km = cell.optional(cells.get("position_sd_km", ""), cell.distance_km, "position_sd_km")
    if stated is None and sd_km is not None:
        raise ValueError("position_sd_km is the error of a place, and neither lon nor lat is stated")
    return None if stated is None else Point(lon=stated[0], lat=stated[1], sd_km=sd_km)


def stated(cells: Cells, name: str, what: str) -> str:
    """Return a text that has to be there; `what` says what it should be."""
    text = text_of(cells, name)
    if not text:
        raise ValueError(f"has no {name}: write {what}")
    return text


def term(cells: Cells, name: str, vocabulary: type[Term]) -> Term:
    """Return the word of a vocabulary; any other is refused with those that there are."""
    word = text_of(cells, name)
    try:
        return vocabulary(word.lower())
    except ValueError:
        known = ", ".join(each.value for each in vocabulary)
        said = f"{name} {word[:_SHOWN]!r} is not one of" if word else f"has no {name}: write one of"
        raise ValueError(f"{said} {known}") from None


def number(cells: Cells, name: str) -> int | None:
    """Return a whole number of things or people, None where it is not stated."""
    return cell.optional(cells.get(name, ""), partial(cell.count, most=MOST), name)


def in_order(low: int | None, high: int | None, names: tuple[str, str]) -> None:
    """Refuse bounds that run backwards; `names` are their columns."""
    if low is not None and high is not None and low > high:
        raise ValueError(f"{names[0]} {low} is more than {names[1]} {high}")
