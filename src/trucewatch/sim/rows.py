"""What the sources wrote, column by column, before it is text: one array per column, nan or -1 where not stated."""

from dataclasses import dataclass, fields
from typing import Any

import numpy as np
import numpy.typing as npt

from trucewatch.sim.chance import Ints
from trucewatch.sim.happenings import NOBODY
from trucewatch.vocabulary import Direction, Means, Phenomenon, SourceClass, Stance

MEANS = tuple(Means)
PHENOMENA = tuple(Phenomenon)
DIRECTIONS = tuple(Direction)
STANCES = tuple(Stance)

Column = npt.NDArray[Any]  # a column holds numbers or whole numbers; `_WHOLE` says which


@dataclass(frozen=True, slots=True, kw_only=True)
class Speaker:
    """A source: its name, with {party} where the party's id belongs, and the position of the party it belongs to."""

    name: str
    source_class: SourceClass
    party: int = NOBODY


@dataclass(frozen=True, slots=True, kw_only=True)
class Rows:
    """Rows of one table. Times are seconds from the beginning, places kilometres; words are positions in their lists.

    `incident` is the truth and is never written beside the row. `text` is a position in `words.TEXTS`; `near` names
    a settlement (-1: none) and `arms` a weapon in it.
    """

    source: Column
    incident: Column
    time: Column
    time_sd: Column
    means: Column
    phenomenon: Column
    direction: Column
    count: Column
    at_least: Column
    observer_e: Column
    observer_n: Column
    bearing: Column
    bearing_sd: Column
    distance: Column
    distance_sd: Column
    place_e: Column
    place_n: Column
    place_sd: Column
    accuses: Column
    stance: Column
    text: Column
    near: Column
    arms: Column

    def __len__(self) -> int:
        return len(self.source)

    def take(self, which: Ints) -> "Rows":
        """Return some of the rows, in that order."""
        return Rows(**{f.name: getattr(self, f.name)[which] for f in fields(self)})


_WHOLE = frozenset(
    (
        "source",
        "incident",
        "means",
        "phenomenon",
        "direction",
        "count",
        "at_least",
        "accuses",
        "stance",
        "text",
        "near",
        "arms",
    )
)


def make(size: int, /, **given: Column | float) -> Rows:
    """Return rows with the given columns; the others are not stated."""
    made: dict[str, Column] = {}
    for field in fields(Rows):
        whole = field.name in _WHOLE
        value = given.pop(field.name, -1 if whole else np.nan)
        made[field.name] = np.broadcast_to(np.asarray(value, dtype=np.int64 if whole else np.float64), size).copy()
    assert not given, given
    return Rows(**made)


def join(parts: list[Rows]) -> Rows:
    """Return all rows, one part after another."""
    parts = parts or [make(0)]
    return Rows(**{f.name: np.concatenate([getattr(p, f.name) for p in parts]) for f in fields(Rows)})


def changed(rows: Rows, **columns: Column) -> Rows:
    """Return the rows with other columns."""
    return Rows(**{f.name: columns.get(f.name, getattr(rows, f.name)) for f in fields(Rows)})
