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


def whole(block: Block, key: str, value: object) -> int:
    """Return a whole number from 0 to VAST."""
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value < VAST:
        raise at_key(block, key, f"{key} must be a whole number from 0 to {VAST:.0f}")
    return value


def flag(block: Block, table: Mapping[str, Any], key: str) -> bool:
    """Return true or false of a table; false where the key is missing."""
    value = table.get(key, False)
    if not isinstance(value, bool):
        raise at_key(block, key, f"{key} must be true or false, without quotation marks")
    return value


def required_text(block: Block, table: Mapping[str, Any], key: str) -> str:
    """Return a text that a table must have."""
    value = table.get(key)
    if not isinstance(value, str) or not value.strip():
        raise at_key(block, key, f'{key} is missing; write {key} = "..."')
    return value


def text_of(block: Block, table: Mapping[str, Any], key: str) -> str:
    """Return a text of a table; empty where the key is missing."""
    value = table.get(key, "")
    if not isinstance(value, str):
        raise at_key(block, key, f'{key} must be text in quotation marks, such as {key} = "..."')
    return value


def table_of(block: Block, key: str) -> Mapping[str, Any]:
    """Return the tables `[key.<name>]` of a block by name; empty where there are none."""
    tables = block.table.get(key, {})
    if not isinstance(tables, dict) or not all(isinstance(table, dict) for table in tables.values()):
        raise at_key(block, key, f"{key} must be tables such as [{key}.name]")
    return tables


def tables_of(block: Block, table: Mapping[str, Any], key: str) -> tuple[Mapping[str, Any], ...]:
    """Return the tables `[[key]]` of a table; empty where there are none."""
    tables = table.get(key, [])
    if not isinstance(tables, list) or not all(isinstance(each, dict) for each in tables):
        raise at_key(block, key, f"{key} must be tables such as [[{key}]]")
    return tuple(tables)
