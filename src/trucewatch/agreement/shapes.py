"""The shapes of what an agreement file may say.

One list of keys (`keys`, `term_keys`, `duty_keys`) serves the reader (`check`) and the published JSON Schema
(`schema`), so that the two cannot drift apart.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any

Schema = Mapping[str, Any]

VAST = 100_000  # km, mm, days, hours or months: more than twice round the Earth, wider than any barrel
MANY = 100_000_000  # of whatever a paper counts: more than any army has

# A sign that is not seen, or turns the text around it, would let a file say one thing to the reader and another to the
# program (CVE-2021-42574): controls but tab and line end, and the embeddings, overrides and isolates of UAX 9.
UNSEEN = r"\u0000-\u0008\u000b-\u001f\u007f-\u009f\u2028-\u202e\u2066-\u2069\ufeff"
_TEXT = re.compile(rf"(?=[\s\S]*\S)[^{UNSEEN}]*")
_YEAR = r"(19|20|21)\d\d"  # spacetime.within_years: what a centre can have records of
DAY_PATTERN = rf"^{_YEAR}-\d\d-\d\d$"
MOMENT_PATTERN = rf"^{_YEAR}-\d\d-\d\d([T ]\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d)?)?$"


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """A value of one kind: what it `must` be in words, an `example` as the file writes it, and how to tell."""

    must: str
    example: str
    fits: Callable[[Any], bool]
    schema: Schema


@dataclass(frozen=True, slots=True, kw_only=True)
class Word:
    """One of the words of a vocabulary."""

    known: tuple[str, ...]

    @property
    def example(self) -> str:
        """The first of them."""
        return f'"{self.known[0]}"'


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """A list of at least `least` values of one shape."""

    item: "Cell | Word"
    least: int = 0

    @property
    def example(self) -> str:
        """One of them."""
        return f"[{self.item.example}]"


@dataclass(frozen=True, slots=True, kw_only=True)
class Key:
    """What a key may hold and what it means, in words for its reader."""

    shape: "Shape"
    says: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """A table of known keys: those that it must have, those of which it has exactly one, at least one, both or none."""

    what: str
    keys: Mapping[str, Key]
    required: tuple[str, ...] = ()
    one_of: tuple[tuple[str, ...], ...] = ()
    some_of: tuple[tuple[str, ...], ...] = ()
    together: tuple[tuple[str, str], ...] = ()
    example: str = "{ ... }"


@dataclass(frozen=True, slots=True, kw_only=True)
class Tables:
    """A list of tables, [[key]]."""

    table: Table
    least: int = 0
    example: str = "[{ ... }]"


@dataclass(frozen=True, slots=True, kw_only=True)
class Named:
    """Tables by a name that the file chooses, [key.name]."""

    table: Table
    name: Cell
    example: str = "{ name = { ... } }"


@dataclass(frozen=True, slots=True, kw_only=True)
class Either:
    """A value of the first shape, or of the second, which is a table or a list."""

    plain: Cell | Word
    nested: Listed | Table

    @property
    def example(self) -> str:
        """The first, or the second."""
        return f"{self.plain.example} or {self.nested.example}"


Shape = Cell | Word | Listed | Table | Tables | Named | Either


# --- leaves ---------------------------------------------------------------------------------------


def matching(pattern: str, must: str, example: str) -> Cell:
    """Return the shape of a text that a pattern describes as a whole."""
    compiled = re.compile(pattern)
    return Cell(
        must=must,
        example=example,
        fits=lambda value: isinstance(value, str) and compiled.fullmatch(value) is not None,
        schema={"type": "string", "pattern": f"^(?:{pattern})$"},
    )


def counted(least: int, most: int = VAST) -> Cell:
    """Return the shape of a whole number."""
    return Cell(
        must=f"a whole number from {least} to {most}",
        example=str(max(least, 1)),
        fits=lambda value: type(value) is int and least <= value <= most,
        schema={"type": "integer", "minimum": least, "maximum": most},
    )


def measured(above: float | None = None) -> Cell:
    """Return the shape of a number from 0, or above a bound, to VAST."""
    low = 0 if above is None else above
    return Cell(
        must=f"a number from 0 to {VAST}" if above is None else f"a number above {above:g}, up to {VAST}",
        example="25",
        fits=lambda value: type(value) in (int, float) and low <= value <= VAST and (above is None or value > above),
        schema={
            "type": "number",
            "maximum": VAST,
            **({"minimum": 0} if above is None else {"exclusiveMinimum": above}),
        },
    )


def of(vocabulary: type[StrEnum]) -> Word:
    """Return the shape of a word of a vocabulary."""
    return Word(known=tuple(term.value for term in vocabulary))


def _is_day(value: object) -> bool:
    return isinstance(value, date) and not isinstance(value, datetime) and 1900 <= value.year < 2200


def _is_moment(value: object) -> bool:
    return _is_day(value) or (isinstance(value, datetime) and 1900 <= value.year < 2200)


TEXT = Cell(
    must="text in quotation marks that says something",
    example='"..."',
    fits=lambda value: isinstance(value, str) and _TEXT.fullmatch(value) is not None,
    schema={"type": "string", "pattern": f"^{_TEXT.pattern}$"},
)
FLAG = Cell(
    must="true or false, without quotation marks",
    example="true",
    fits=lambda value: isinstance(value, bool),
    schema={"type": "boolean"},
)
DAY = Cell(
    must="a date such as 2020-11-20, without quotation marks",
    example="2020-11-20",
    fits=_is_day,
    schema={"type": "string", "pattern": DAY_PATTERN},
)
MOMENT = Cell(
    must="a time such as 2015-02-15T00:00:00+02:00 or a date such as 2015-02-15, of the years 1900 to 2199, without "
    "quotation marks",
    example="2015-02-15",
    fits=_is_moment,
    schema={"type": "string", "pattern": MOMENT_PATTERN},
)
