"""One statement with its speaker's post, and its fields read one by one: whatever is not as it must be is refused."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, TypeVar

from trucewatch.cases.said import Post, RefusedError, Said, side_of
from trucewatch.spacetime import utc

Word = TypeVar("Word", bound=StrEnum)


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """A statement and the post of who says it, as of the moment of saying. Every reader raises RefusedError."""

    said: Said
    post: Post

    @property
    def side(self) -> str:
        """Return the side that the speaker is liaison of, else nothing."""
        return side_of(self.post)

    def word(self, field: str, *, or_none: bool = False) -> str:
        """Return a text that is not empty, or may be where `or_none`."""
        value = self.said.fields.get(field, "" if or_none else None)
        if not isinstance(value, str) or not (value or or_none):
            raise RefusedError(f"says no {field}")
        return value

    def choice(self, field: str, words: type[Word]) -> Word:
        """Return one word of a vocabulary."""
        value: Any = self.said.fields.get(field)
        try:
            return words(value)
        except ValueError:
            raise RefusedError(f"its {field} is none of {', '.join(words)}") from None

    def one_of(self, field: str, known: Iterable[str], what: str) -> str:
        """Return a text that is one of those known; `what` they are, in words."""
        value = self.word(field)
        if value not in known:
            raise RefusedError(f"its {field}, {value[:60]!r}, is not {what}")
        return value

    def index(self, field: str) -> int:
        """Return the index of an entry, or a number of entries."""
        return _index(self.said.fields.get(field), field)

    def indices(self, field: str) -> tuple[int, ...]:
        """Return indices of entries."""
        return tuple(_index(value, field) for value in self._listed(field))

    def words(self, field: str) -> tuple[str, ...]:
        """Return a list of texts; none where the field is missing."""
        values = self._listed(field)
        if not all(isinstance(value, str) and value for value in values):
            raise RefusedError(f"its {field} is not a list of texts")
        return tuple(values)

    def time(self, field: str) -> datetime:
        """Return an instant as UTC."""
        try:
            return utc(self.word(field))
        except ValueError as error:
            raise RefusedError(f"its {field}: {error}") from None

    def flag(self, field: str) -> bool:
        """Return yes or no."""
        value = self.said.fields.get(field)
        if not isinstance(value, bool):
            raise RefusedError(f"its {field} is neither true nor false")
        return value

    def with_reasons(self, why: str) -> None:
        """Refuse it where it has no words; words that are withheld are words."""
        if (text := self.said.text) is not None and not text.strip():
            raise RefusedError(why)

    def _listed(self, field: str) -> list[Any]:
        value = self.said.fields.get(field, [])
        if not isinstance(value, list):
            raise RefusedError(f"its {field} is not a list")
        return value


def _index(value: Any, field: str) -> int:
    if type(value) is not int or value < 0:
        raise RefusedError(f"its {field} is no index of an entry")
    return value
