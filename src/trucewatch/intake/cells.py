"""The text of one cell to a value, or a ValueError that the person who wrote the cell understands.

Numbers are finite decimals in ASCII: no NaN, no infinity, no hexadecimal, no underscores, no decimal comma.
Bounds that are not physical are there to keep a slip of the pen out of the arithmetic, and say so.
"""

import re
from collections.abc import Callable
from functools import lru_cache
from math import isfinite
from typing import TypeVar

from trucewatch.intake.reader import Context
from trucewatch.model import Coded, Count, Term
from trucewatch.spacetime import COMPASS, COMPASS_STEP_DEG

Value = TypeVar("Value")

MAX_COUNT = 1_000_000  # of one perception: the largest daily totals of the OSCE SMM are a hundredth of it
MAX_DISTANCE_KM = 20_004.0  # half the meridian of WGS 84 is 20,003.93 km: nothing on Earth is farther
MAX_TIME_SD_S = 31_557_600.0  # a Julian year; a clock in more doubt than that tells nothing: a guess

EYE_SD_SHARE = 0.2  # an estimated distance errs by a fifth of itself: a guess
EYE_SD_LEAST_KM = 0.3  # and by no less than the rounding of whole kilometres

_WHOLE = re.compile(r"\+?0*(\d{1,9})(?:\.0*)?", re.ASCII)
_DECIMAL_COMMA = re.compile(r"[+-]?\d+,\d+", re.ASCII)
_GROUPED = re.compile(r"[0-9]{1,3}(?:[,'’\s][0-9]{3})+")  # thousands apart
_RANGE = re.compile(r"\d\D{0,5}(?:-|–|to)\D{0,3}\d", re.ASCII)
_NUMBER = re.compile(r"[+-]?[\d.,]+", re.ASCII)
_GRID = re.compile(r"\d{1,2}\s?[C-HJ-NP-X]\s?[A-HJ-NP-Z]{2}[\s\d]*", re.ASCII)  # MGRS: 36S YC 12345 67890
_SEXAGESIMAL = re.compile(
    r"(\d{1,3})\s*[°\s]\s*([0-5]?\d)\s*(?:['′’\s]\s*(?:([0-5]?\d(?:\.\d{1,6})?)\s*(?:\"|″|”|''|’’)?)?)?\s*([NSEWnsew])?"
)
_SHOWN = 40  # characters of a cell that a message repeats


@lru_cache(maxsize=8192)  # most cells of a table say what another row said; what is repeated is held once
def of_column(column: str, cell: str) -> tuple[str, str]:
    """Return a column's name with a cell of it, as a row keeps it."""
    return column, cell


def optional(cell: str, parse: Callable[[str, str], Value], name: str) -> Value | None:
    """Return what `parse` makes of the cell, None where the cell is blank; `name` is the column."""
    return parse(cell, name) if cell and not cell.isspace() else None


@lru_cache(maxsize=4096)  # errors and coordinates of posts are few
def decimal(cell: str, name: str) -> float:
    """Return a finite number; ValueError for anything else."""
    try:
        value = float(cell) if cell.isascii() and "_" not in cell else None
    except ValueError:
        value = None
    if value is None:
        raise ValueError(f"{name} {cell[:_SHOWN]!r} is not a decimal number{_hint(cell)}")
    if not isfinite(value):
        raise ValueError(f"{name} {cell[:_SHOWN]!r} is not a finite number")
    return value + 0.0  # -0.0 becomes 0.0: the same place, the same bytes


def _hint(cell: str) -> str:
    """Return how to write what stands in a cell that holds no number."""
    if _DECIMAL_COMMA.fullmatch(cell.strip()):
        return "; write the decimal point as '.'"
    if _RANGE.search(cell):
        return "; of a range write the middle, and its half width / √3 as the standard deviation"
    if _GRID.fullmatch(cell.strip()):
        return "; a grid reference is turned into degrees before it is written here"
    if any(c.isdigit() for c in cell):
        return "; write the number alone, in the unit of the column"
    return "; leave empty what was not stated"


def between(cell: str, name: str, low: float, high: float) -> float:
    """Return a number within inclusive bounds."""
    value = decimal(cell, name)
    if not low <= value <= high:
        raise ValueError(f"{name} {cell.strip()[:_SHOWN]} is not between {low:g} and {high:g}")
    return value


def bearing_deg(cell: str, name: str) -> float:
    """Return degrees from true north, 0 <= bearing < 360; 360 is north, as 0 is."""
    point = cell.strip().upper()
    if point in COMPASS:
        degrees = COMPASS.index(point) * COMPASS_STEP_DEG
        raise ValueError(f"{name} {cell[:_SHOWN]!r} is no number of degrees; write {degrees:g}, and 6.5 as its error")
    return between(cell, name, 0, 360) % 360


def angle_sd_deg(cell: str, name: str) -> float:
    """Return the standard deviation of a bearing in degrees, 0 to 360."""
    return between(cell, name, 0, 360)


def distance_km(cell: str, name: str) -> float:
    """Return a distance, or its standard deviation, in kilometres, 0 to half the way round the Earth."""
    return between(cell, name, 0, MAX_DISTANCE_KM)


def time_sd_s(cell: str, name: str) -> float:
    """Return the standard deviation of a clock in seconds, 0 to a year."""
    return between(cell, name, 0, MAX_TIME_SD_S)


def count(cell: str, name: str, most: int = MAX_COUNT) -> int:
    """Return a whole number from 0 to `most`, a million where nothing else is said ("7" and "7.0", not "7.5")."""
    match = _WHOLE.fullmatch(cell.strip())
    if match is None or int(match[1]) > most:
        raise ValueError(
            f"{name} {cell[:_SHOWN]!r} is not a whole number from 0 to {most:,}{_count_hint(cell.strip())}"
        )
    return int(match[1])


def _count_hint(cell: str) -> str:
    """Return how to write what stands in a cell that holds no whole number."""
    if _GROUPED.fullmatch(cell):
        digits = "".join(sign for sign in cell if sign.isdigit())
        return f"; write thousands without a sign between them, as {digits}"
    bounds = any(c.isdigit() for c in cell) and not _NUMBER.fullmatch(cell)
    return "; write bounds (at least, at most, 10-15) in columns of their own" if bounds else ""


def estimate_sd_km(distance_km: float) -> float:
    """Return how much a distance errs that a person judged by ear or eye, kilometres."""
    return max(EYE_SD_LEAST_KM, EYE_SD_SHARE * distance_km)


def check_perceived(number: Count) -> None:
    """Refuse a row of somebody who perceived none of it: that is a quiet time, or nothing at all."""
    if number.high == 0:
        raise ValueError(
            "a count of 0 says that nothing was perceived; write the hours of listening as phenomenon quiet in a "
            "canonical table, or leave the row out"
        )


@lru_cache(maxsize=1024)  # a few words make up whole columns
def coded(cell: str, vocabulary: type[Term]) -> Coded[Term]:
    """Return the word of the vocabulary, whatever its case and with blanks for underscores; any other one is kept."""
    word = cell.strip()
    if not word:
        return Coded(term=None)
    try:
        return Coded(term=vocabulary("_".join(word.lower().split())), verbatim=word)
    except ValueError:
        return Coded(term=None, verbatim=word)


def position(lon: str, lat: str, context: Context, name: str) -> tuple[float, float] | None:
    """Return (longitude, latitude) in degrees, None where both cells are blank; `name` says whose place it is.

    Raises:
        ValueError: when one is missing or out of range, or when the two are exchanged: the place lies
            outside the theatre and its exchange inside. A place outside either way is kept.

    """
    if not lon and not lat:
        return None
    given = (bool(lon.strip()), bool(lat.strip()))
    if given == (False, False):
        return None
    if given != (True, True):
        raise ValueError(f"{name} has a {'longitude' if given[0] else 'latitude'} but not the other coordinate")
    return _placed(lon, lat, context.theatre, name)


@lru_cache(maxsize=1024)  # posts and cameras stay where they are
def _placed(lon: str, lat: str, theatre: tuple[float, float, float, float] | None, name: str) -> tuple[float, float]:
    place = _degrees(lon, f"{name} longitude"), _degrees(lat, f"{name} latitude")
    _check_range(place, name)
    _check_exchange(place, theatre, name)
    return place


def _degrees(cell: str, name: str) -> float:
    """Return decimal degrees; of degrees, minutes and seconds the error says which these are."""
    parts = _SEXAGESIMAL.fullmatch(cell.strip())
    if parts is None or "." in cell[: parts.end(1)]:
        return decimal(cell, name)
    degrees = int(parts[1]) + int(parts[2]) / 60 + float(parts[3] or 0) / 3600
    signed = -degrees if (parts[4] or "").upper() in {"S", "W"} else degrees
    raise ValueError(f"{name} {cell[:_SHOWN]!r} is not a decimal number; in decimal degrees it is {signed:.5f}")


def _check_range(place: tuple[float, float], name: str) -> None:
    lon, lat = place
    if abs(lat) > 90:
        hint = "; are latitude and longitude exchanged?" if abs(lat) <= 180 and abs(lon) <= 90 else ""
        raise ValueError(f"{name} latitude {lat:g} is not within ±90{hint}")
    if abs(lon) > 180:
        raise ValueError(f"{name} longitude {lon:g} is not within ±180")


def _check_exchange(place: tuple[float, float], theatre: tuple[float, float, float, float] | None, name: str) -> None:
    if theatre is None:
        return
    lon, lat = place
    west, south, east, north = theatre
    inside = west <= lon <= east and south <= lat <= north
    if not inside and west <= lat <= east and south <= lon <= north:
        raise ValueError(
            f"{name} longitude {lon:g}, latitude {lat:g} lies far outside the places of the case, "
            "and inside when exchanged: latitude and longitude are exchanged"
        )
