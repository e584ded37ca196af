"""A cell of a row by the name of its column, and the day that it holds."""

import re
from collections.abc import Mapping
from datetime import date

from trucewatch.spacetime import EARLIEST, LATEST

_DAY = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)


def cell(cells: Mapping[str, str], name: str) -> str:
    """Return a cell without the blanks around it, empty where the column is missing."""
    return cells.get(name, "").strip()


def day(text: str, name: str) -> date:
    """Return the day written as YYYY-MM-DD; raise ValueError where it is none or outside 1900 to 2199."""
    if _DAY.fullmatch(text) is None:
        raise ValueError(f"{name} {text[:30]!r} is not written as YYYY-MM-DD")
    try:
        found = date.fromisoformat(text)
    except ValueError as error:
        raise ValueError(f"{name} {text!r} does not exist: {error}") from error
    if not EARLIEST.date() < found < LATEST.date():
        raise ValueError(f"{name} {text!r} is outside the years 1900 to 2199")
    return found
