"""A form as somebody filled it in: read strictly, by the row of the table that asks for it. Pure.

What nobody asks for is not read; what is missing is said in words, field by field, all at once. Times are asked for in
the case's zone and written in UTC.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from trucewatch.spacetime import stamp, utc, within_years
from trucewatch.web.room.forms import FORMS, Ask, Choices

LONGEST_TEXT = 20_000  # characters; a guess: ten pages, and with commitments far below what an entry may show
LONGEST_LINE = 200
MOST_IN_A_LIST = 500  # references of one statement; an entry holds 65,535 bytes

_DIGEST = re.compile(r"[0-9a-f]{64}")
_WORD = re.compile(r"[^\x00-\x1f\x7f]{1,200}")

Data = Mapping[str, Sequence[str]]  # what a browser sent: the values of each field


class FormError(ValueError):
    """A form cannot be taken: `faults` are (name of the field, what is wrong in words)."""

    def __init__(self, faults: Sequence[tuple[str, str]]) -> None:
        super().__init__("; ".join(words for _, words in faults))
        self.faults = tuple(faults)


def read(kind: str, data: Data, lists: Choices, time_zone: str) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return the statement's own fields and those that it only commits to; FormError says all that is wrong."""
    own: dict[str, Any] = {}
    hidden: dict[str, Any] = {}
    faults: list[tuple[str, str]] = []
    for ask in FORMS[kind].asks:
        try:
            (hidden if ask.kind == "text" else own)[ask.name] = _value(ask, data.get(ask.name, ()), lists, time_zone)
        except ValueError as error:
            faults.append((ask.name, f"{ask.label}: {error}"))
    faults.extend(_contradictions(kind, own))
    if faults:
        raise FormError(faults)
    return {"type": "statement", "v": "1", "kind": kind, **own}, hidden


def _contradictions(kind: str, own: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Yield what each field allows and all of them together do not."""
    if kind == "determination":
        if own.get("position") == "abstain" and own.get("finding"):
            yield "finding", "Who: whoever abstains names nobody; choose “—”"
        if own.get("position") in {"concur", "contest"} and not own.get("finding"):
            yield "finding", "Who: say what your own judgement is; “undetermined” is one"


def _value(ask: Ask, given: Sequence[str], lists: Choices, time_zone: str) -> Any:
    words = [word.strip().replace("\r\n", "\n") for word in given]
    stated = [word for word in words if word]
    if not stated:
        if ask.is_needed:
            raise ValueError("is missing")
        return [] if ask.kind in _LISTS else ""
    if ask.kind in _LISTS:
        return _LISTS[ask.kind](stated)
    if len(stated) > 1:
        raise ValueError("is there more than once")
    return _single(ask, stated[0], lists, time_zone)


def _single(ask: Ask, word: str, lists: Choices, time_zone: str) -> Any:
    match ask.kind:
        case "text":
            return _bounded(word, LONGEST_TEXT)
        case "line":
            return _bounded(_one_line(word), LONGEST_LINE)
        case "index":
            return _index(word)
        case "time":
            return stamp(moment(word, time_zone))
        case "yes_no":
            return _yes(word)
        case _:
            return _chosen(word, lists[ask.options])


def _chosen(word: str, offered: Sequence[tuple[str, str]]) -> str:
    if word not in {value for value, _ in offered}:
        raise ValueError("is none of those offered")
    return word


def _yes(word: str) -> bool:
    if word not in {"yes", "no"}:
        raise ValueError("is neither yes nor no")
    return word == "yes"


def _bounded(word: str, most: int) -> str:
    if len(word) > most:
        raise ValueError(f"has more than {most:,} characters")
    return word


def _one_line(word: str) -> str:
    if not _WORD.fullmatch(word):
        raise ValueError("is not one line")
    return word


def _index(word: str) -> int:
    if not re.fullmatch(r"[0-9]{1,15}", word):
        raise ValueError("is not the number of an entry")
    return int(word)


def _split(words: Sequence[str]) -> list[str]:
    found = [part for word in words for part in re.split(r"[\s,;]+", word) if part]
    if len(found) > MOST_IN_A_LIST:
        raise ValueError(f"names more than {MOST_IN_A_LIST}")
    return found


def _digests(words: Sequence[str]) -> list[str]:
    found = sorted(set(_split(words)))
    if not all(map(_DIGEST.fullmatch, found)):
        raise ValueError("has something that is no SHA-256")
    return found


_LISTS = {
    "indices": lambda words: sorted(set(map(_index, _split(words)))),
    "names": lambda words: sorted(set(map(_one_line, _split(words)))),
    "digests": _digests,
}


def moment(word: str, time_zone: str) -> datetime:
    """Return the instant of a browser's local time in that zone, or of an RFC 3339 time; ValueError for neither."""
    if re.search(r"(Z|[+-]\d\d:\d\d)$", word):
        return utc(word)
    try:
        wall = datetime.fromisoformat(word)
    except ValueError:
        raise ValueError("is no time such as 2026-03-01T23:30") from None
    if wall.tzinfo is not None or len(word) < len("2026-03-01T23:30"):
        raise ValueError("is no time such as 2026-03-01T23:30")
    return within_years(utc(wall.replace(tzinfo=ZoneInfo(time_zone)).isoformat()))
