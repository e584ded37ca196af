"""The cells of a TOML table, each read or refused with its line: times, words, lists, numbers."""

from collections.abc import Mapping
from datetime import date, datetime, time
from enum import StrEnum
from typing import Any, TypeVar

from trucewatch.agreement.fault import Block, at_key, not_one_of
from trucewatch.spacetime import local, utc, within_years

Word = TypeVar("Word", bound=StrEnum)

VAST = 100_000.0  # km or mm: more than twice round the Earth, and wider than any barrel


def instant(block: Block, key: str, value: object, tz: str) -> datetime:
    """Return a TOML time as UTC: an offset is applied once, a local time or date is of the agreement's time zone."""
    try:
        if isinstance(value, datetime):
            if value.tzinfo is not None:
                return utc(value.isoformat())
            return within_years(local(value.date(), value.time(), tz))
        if isinstance(value, date):
            return within_years(local(value, time(), tz))
    except (ValueError, OverflowError) as error:
        raise at_key(block, key, f"{key}: {error}") from None
    raise at_key(block, key, f"{key} must be a time such as 2015-02-15T00:00:00+02:00, without quotation marks")


def word(block: Block, key: str, value: object, vocabulary: type[Word]) -> Word:
    """Return a word of a vocabulary."""
    known = tuple(term.value for term in vocabulary)
    if not isinstance(value, str) or value not in known:
        raise at_key(block, key, not_one_of(key, "" if value is None else value, known))
    return vocabulary(value)


def words(block: Block, key: str) -> tuple[str, ...]:
    """Return a list of words of the block; empty where the key is missing."""
    return words_of(block, block.table, key)


def words_of(block: Block, table: Mapping[str, Any], key: str) -> tuple[str, ...]:
    """Return a list of words of a table of the block; empty where the key is missing."""
    values = table.get(key, [])
    if not isinstance(values, list) or not all(isinstance(value, str) and value for value in values):
        raise at_key(block, key, f'{key} must be a list of words, such as {key} = ["..."]')
    return tuple(values)


def optional_text(block: Block, key: str) -> str | None:
    """Return a text of the block, None where the key is missing."""
    value = block.table.get(key)
    if value is not None and not isinstance(value, str):
        raise at_key(block, key, f'{key} must be text in quotation marks, such as {key} = "..."')
    return value


def number(block: Block, key: str, value: object) -> float:
    """Return a number from 0 to VAST."""
    wanted = isinstance(value, (int, float)) and not isinstance(value, bool) and 0 <= value < VAST
    if not wanted:
        raise at_key(block, key, f"{key} must be a number from 0 to {VAST:.0f}")
    return float(str(value))
