"""What a reader of a source kind is: one function from the cells of one row to one observation or record."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from trucewatch.intake.actors import party_of
from trucewatch.intake.gazetteer import Gazetteer
from trucewatch.intake.mentions import NO_NAMES, Mentions
from trucewatch.model import Named, Observation, Party, Record


@dataclass(frozen=True, slots=True, kw_only=True)
class Context:
    """What a reader may know of the case: names, the local clock, place names, and roughly where it is.

    `gazetteer` is of places anywhere, `settlements` are the case's own, as words name them. `theatre` is (west, south,
    east, north) in degrees, with a margin; None where the case has no places.
    `third_parties` and `unplaced` are as in `case.Claims`.
    """

    parties: tuple[Party, ...]
    time_zone: str
    gazetteer: Gazetteer
    settlements: Mentions = NO_NAMES
    theatre: tuple[float, float, float, float] | None = None
    third_parties: tuple[str, ...] = ()
    unplaced: tuple[str, ...] = ()

    def named(self, verbatim: str) -> Named | None:
        """Return the actor that a word means (`actors.party_of`); None for an empty word."""
        word = verbatim.strip()
        return Named(party=party_of(word, self.parties), verbatim=word) if word else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Reader:
    """A kind of table: a table belongs to it when its header has all of `columns`.

    `read` takes the cells of one row by column name and returns one observation, or one record of something other
    than fire, not yet enrolled (`key` empty), or raises ValueError with a reason that the person who made the row
    understands. A table that `is_sealed` is read whole or not at all, and of one that is refused nothing is kept.
    """

    kind: str
    columns: frozenset[str]
    read: Callable[[Mapping[str, str], Context], Observation | Record]
    is_sealed: bool = False
