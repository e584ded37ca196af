"""Example cases beside an agreement: what a negotiator expects of it, in sentences, dates and statuses.

A YAML file, read with the safe loader only: a list of cases, each with a sentence, the day as of which it is asked (and
as known on which), what is expected, and records that are added or left out. The form is in docs/interchange.md.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any, TypeVar

import yaml

from trucewatch.agreement.fault import AgreementError, at_line, not_one_of
from trucewatch.spacetime import asked, stamp, within_years
from trucewatch.vocabulary import State, Status

KEYS = ("case", "as_of", "as_known", "expect", "records", "without")
EXPECTED_KEYS = ("obligation", "bearer", "status", "state", "because", "agreement")

Word = TypeVar("Word", bound=StrEnum)
Cells = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Expected:
    """What one obligation of one bearer should come to; `state` None and `agreement` "" where that is left open."""

    obligation: str
    bearer: str
    status: Status
    state: State | None = None
    because: str = ""
    agreement: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Example:
    """One case: `records` are added, each by its table and cells; the records of the ids in `without` are left out.

    `place` says where it stands, file and line.
    """

    place: str
    sentence: str
    as_of: datetime
    as_known: datetime | None
    expected: tuple[Expected, ...]
    records: tuple[tuple[str, Cells], ...] = ()
    without: tuple[str, ...] = ()


def parse_examples(data: bytes, name: str, time_zone: str) -> tuple[Example, ...]:
    """Return the cases of a file in their order; a day means its end in that zone.

    Raises:
        AgreementError: naming the line of the case and what is wrong with it.

    """
    try:
        node, read = _read(data.decode("utf-8"))
    except yaml.MarkedYAMLError as error:
        line = 1 if error.problem_mark is None else error.problem_mark.line + 1
        raise at_line(name, line, f"this is not YAML: {error.problem or error}") from None
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        raise at_line(name, 1, f"this cannot be read as YAML in UTF-8: {error}") from None
    if not isinstance(read, list) or not read or not isinstance(node, yaml.SequenceNode):
        raise at_line(name, 1, 'the file must be a list of cases, each beginning with - case: "a sentence"')
    lines = [item.start_mark.line + 1 for item in node.value]
    pairs = zip(lines, read, strict=True)
    return tuple(_example(_Place(name=name, line=line), each, time_zone) for line, each in pairs)


class _Plain(yaml.SafeLoader):
    """The safe loader without references: nine lines of them unfold to a billion words, by `<<` even while reading."""

    def compose_node(self, parent: yaml.Node | None, index: Any) -> yaml.Node | None:
        if self.check_event(yaml.AliasEvent):
            mark = self.peek_event().start_mark  # type: ignore[no-untyped-call]
            raise yaml.composer.ComposerError(None, None, "* refers to another place; write out what is there", mark)
        return super().compose_node(parent, index)


def _read(text: str) -> tuple[yaml.Node | None, object]:
    """Return the nodes of a text, which know their lines, and what they say."""
    loader = _Plain(text)
    try:
        node = loader.get_single_node()
        return node, None if node is None else loader.construct_document(node)
    finally:
        loader.dispose()


@dataclass(frozen=True, slots=True, kw_only=True)
class _Place:
    """Where in the files a case begins, for what is wrong with it."""

    name: str
    line: int

    def fault(self, message: str) -> AgreementError:
        return at_line(self.name, self.line, message)


def _example(place: _Place, table: object, time_zone: str) -> Example:
    given = _table(place, table, KEYS, "case")
    sentence = given.get("case")
    if not isinstance(sentence, str) or not sentence.strip():
        raise place.fault('case is missing; say in a sentence what the case is, such as case: "Late by a day."')
    if "as_of" not in given:
        raise place.fault("as_of is missing; write the day, such as as_of: 2020-11-20")
    return Example(
        place=f"{place.name} line {place.line}",
        sentence=sentence,
        as_of=_moment(place, "as_of", given["as_of"], time_zone),
        as_known=_moment(place, "as_known", given["as_known"], time_zone) if "as_known" in given else None,
        expected=tuple(_expected(place, each) for each in _list(place, given, "expect", least=1)),
        records=tuple(_record(place, each) for each in _list(place, given, "records")),
        without=tuple(_text(each) for each in _list(place, given, "without")),
    )


def _expected(place: _Place, table: object) -> Expected:
    given = _table(place, table, EXPECTED_KEYS, "expect")
    for key in ("obligation", "bearer", "status"):
        if key not in given:
            raise place.fault(f"{key} is missing of {dict(given)}; an expectation names obligation, bearer and status")
    return Expected(
        obligation=_text(given["obligation"]),
        bearer=_text(given["bearer"]),
        status=_word(place, given["status"], Status),
        state=_word(place, given["state"], State) if "state" in given else None,
        because=_text(given.get("because", "")),
        agreement=_text(given.get("agreement", "")),
    )


def _record(place: _Place, table: object) -> tuple[str, Cells]:
    if not isinstance(table, dict) or "table" not in table:
        raise place.fault("a record needs its table, such as {table: events, about: ..., event: ..., says: states}")
    cells = ((str(column), _text(cell)) for column, cell in table.items() if column != "table")
    return _text(table["table"]), tuple(pair for pair in cells if pair[1])


def _table(place: _Place, table: object, known: Sequence[str], what: str) -> Mapping[str, Any]:
    if not isinstance(table, dict):
        raise place.fault(f"{what} must be written as keys with values: {', '.join(known)}")
    for key in table:
        if key not in known:
            raise place.fault(not_one_of(f"key of {what}", str(key), known))
    return table


def _list(place: _Place, table: Mapping[str, Any], key: str, *, least: int = 0) -> list[Any]:
    found = table.get(key, [])
    if not isinstance(found, list) or len(found) < least:
        raise place.fault(f"{key} must be a list{' with at least one entry' if least else ''}")
    return found


def _word(place: _Place, word: object, words: type[Word]) -> Word:
    try:
        return words(_text(word))
    except ValueError:
        raise place.fault(not_one_of(words.__name__.lower(), _text(word), tuple(words))) from None


def _moment(place: _Place, key: str, value: object, time_zone: str) -> datetime:
    if isinstance(value, datetime) and value.tzinfo is None:
        raise place.fault(f"{key}: {value} has no offset; write a day, or a time such as 2020-11-20T12:00:00+04:00")
    try:
        return within_years(value) if isinstance(value, datetime) else asked(_text(value), time_zone)
    except ValueError as error:
        raise place.fault(f"{key}: {error}") from None


def _text(value: object) -> str:
    """Return a cell as a table has it: days and times in RFC 3339, nothing for null."""
    if isinstance(value, datetime):
        return stamp(value) if value.tzinfo is not None else value.isoformat()
    if isinstance(value, date):
        return value.isoformat()
    return "" if value is None else str(value)
