"""The cells of a TOML table that `check` has let through, as the values that the nouns hold."""

from collections.abc import Mapping
from datetime import date, datetime, time
from enum import StrEnum
from typing import Any, TypeVar

from trucewatch.agreement.fault import Block, at_key, inner
from trucewatch.agreement.toml_lines import Path
from trucewatch.paper import EVERY_PARTY
from trucewatch.spacetime import local, utc, within_years

Vocabulary = TypeVar("Vocabulary", bound=StrEnum)


def text(block: Block, key: str, missing: str = "") -> str:
    """Return a text of the block."""
    return str(block.table.get(key, missing))


def words(block: Block, key: str) -> tuple[str, ...]:
    """Return a list of words of the block; empty where the key is missing."""
    return tuple(block.table.get(key, ()))


def term(block: Block, key: str, vocabulary: type[Vocabulary]) -> Vocabulary:
    """Return a word of a vocabulary."""
    return vocabulary(block.table[key])


def terms_of(block: Block, key: str, vocabulary: type[Vocabulary]) -> tuple[Vocabulary, ...]:
    """Return words of a vocabulary; empty where the key is missing."""
    return tuple(vocabulary(word) for word in words(block, key))


def flag(block: Block, key: str, *, missing: bool = False) -> bool:
    """Return true or false."""
    return bool(block.table.get(key, missing))


def number(block: Block, key: str) -> float | None:
    """Return a number, None where the key is missing."""
    return float(block.table[key]) if key in block.table else None


def whole(block: Block, key: str) -> int | None:
    """Return a whole number, None where the key is missing."""
    return int(block.table[key]) if key in block.table else None


def named(block: Block, key: str) -> tuple[tuple[str, Block], ...]:
    """Return the tables `[key.<name>]` of a block with their names; empty where there are none."""
    tables: Mapping[str, Any] = block.table.get(key, {})
    return tuple((name, inner(block, key, name)) for name in tables)


def tables(block: Block, key: str) -> tuple[Block, ...]:
    """Return the tables `[[key]]` of a block; empty where there are none."""
    return tuple(inner(block, key, number) for number in range(len(block.table.get(key, ()))))


def parties(block: Block, key: str) -> tuple[str, ...]:
    """Return a list of party ids, or the one word that means all of them."""
    return (EVERY_PARTY,) if block.table.get(key) == EVERY_PARTY else words(block, key)


def moment(block: Block, key: str, tz: str) -> datetime:
    """Return a TOML time as UTC: an offset is applied once, a local time or a day is of the paper's time zone."""
    return instant(block, (key,), block.table[key], tz)


def optional_moment(block: Block, key: str, tz: str) -> datetime | None:
    """Return a TOML time as UTC, None where the key is missing."""
    return moment(block, key, tz) if key in block.table else None


def instant(block: Block, path: Path, value: date, tz: str) -> datetime:
    """Return a TOML time or day that stands at a path as UTC; of a day its beginning.

    Raises:
        AgreementError: where it lies outside the years 1900 to 2199 of Greenwich.

    """
    try:
        if not isinstance(value, datetime):
            return within_years(local(value, time(), tz))
        if value.tzinfo is None:
            return within_years(local(value.date(), value.time(), tz))
        return utc(value.isoformat())
    except (ValueError, OverflowError) as error:
        raise at_key(block, path, f"{path[-1]}: {error}") from None
