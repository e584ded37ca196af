"""Reader of exchange lists: one row, one person of one side's list, known by a commitment and never by a name.

A list is read whole or not at all (`intake.read`), and no message repeats one of its cells: it may hold a name.
"""

import re
from collections.abc import Callable
from typing import TypeVar

from trucewatch.intake.columns import cell as text_of
from trucewatch.intake.reader import Context, Reader
from trucewatch.intake.records.common import Cells, about, clocks, source, term
from trucewatch.model import Clocks, Listed, Record, Source
from trucewatch.vocabulary import PersonCategory, PersonState

COLUMNS = ("person", "category", "state")
# a list has no other columns: a further one is where a name slips in
KNOWN = frozenset({"id", "source", "source_class", "source_side", "about", "time", "received", "text", *COLUMNS})

# 128 bits at least. Hexadecimal only: letters of other alphabets could spell a name with a hyphen between its words
_COMMITMENT = re.compile(r"[0-9a-f]{32,128}", re.ASCII)

Value = TypeVar("Value")


def _read(cells: Cells, context: Context) -> Record:
    _check_bare(cells)
    body = Listed(
        person=_person(cells),
        category=_hushed("category", _one_of(PersonCategory), lambda: term(cells, "category", PersonCategory)),
        state=_hushed("state", _one_of(PersonState), lambda: term(cells, "state", PersonState)),
    )
    return Record(
        source=_source(cells, context),
        clocks=_clocks(cells, context),
        about=_hushed("about", "the act of the obligation, such as exchange:prisoners", lambda: _act(cells)),
        body=body,
        reader=LISTS.kind,
        raw=tuple(cells.items()),
    )


def _check_bare(cells: Cells) -> None:
    """Refuse what could hold a name: columns that a list does not have, an id, free text."""
    strange = sum(bool(cell.strip()) and column not in KNOWN for column, cell in cells.items())
    if strange:
        raise ValueError(f"has {strange} cells in columns that a list does not have; it has {', '.join(sorted(KNOWN))}")
    for column in ("id", "text"):
        if text_of(cells, column):
            raise ValueError(f"has an entry in {column}: leave it empty in a list, for it is where a name slips in")


def _person(cells: Cells) -> str:
    person = text_of(cells, "person").lower()
    if not _COMMITMENT.fullmatch(person):
        raise ValueError(
            "has in person something that is no commitment of 32 to 128 hexadecimal digits; "
            "make the list with `trucewatch lists commit`"
        )
    return person


def _act(cells: Cells) -> str:
    """Return the act; in a list it has a verb and an object, so that no single word passes for one."""
    act = about(cells)
    if ":" not in act:
        raise ValueError("about has no colon")
    return act


def _source(cells: Cells, context: Context) -> Source:
    who = _hushed("source", "who keeps the list", lambda: source(cells, context))
    if who.source_class.term is None and who.source_class.verbatim:
        raise ValueError("has in source_class no class of sources: write party, observer, ..., or nothing")
    if who.side is not None and who.side.party is None:
        raise ValueError(
            "has in source_side no party of the case: write whose list it is, or nothing for a third party"
        )
    return who


def _clocks(cells: Cells, context: Context) -> Clocks:
    remedy = "a day such as 2020-11-20, or a time with its offset such as 2020-11-20T10:00:00+04:00"
    return _hushed("time or received", remedy, lambda: clocks(cells, context))


def _one_of(vocabulary: type[PersonCategory] | type[PersonState]) -> str:
    return f"one of {', '.join(each.value for each in vocabulary)}"


def _hushed(column: str, remedy: str, parse: Callable[[], Value]) -> Value:
    """Return what `parse` makes of a cell; its refusal, which would repeat the cell, becomes one that does not."""
    try:
        return parse()
    except ValueError:
        raise ValueError(f"has in {column} what cannot be read; write {remedy}") from None


LISTS = Reader(kind="lists", columns=frozenset(COLUMNS), read=_read, is_sealed=True)
