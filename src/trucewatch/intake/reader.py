"""What a reader of a source kind is: one function from the cells of one row to one observation."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from trucewatch.intake.gazetteer import Gazetteer
from trucewatch.model import Named, Observation, Party


@dataclass(frozen=True, slots=True, kw_only=True)
class Context:
    """What a reader may know of the case: names, the local clock, place names, and roughly where it is.

    `theatre` is (west, south, east, north) in degrees, with a margin; None where the case has no places.
    """

    parties: tuple[Party, ...]
    time_zone: str
    gazetteer: Gazetteer
    theatre: tuple[float, float, float, float] | None = None

    def named(self, verbatim: str) -> Named | None:
        """Return the actor of that id, name or alias (exact, ignoring case); None for an empty word."""
        word = verbatim.strip()
        if not word:
            return None
        for party in self.parties:
            words = (party.id, *party.aliases, *(name for _, name in party.names))
            if word == party.id or word.casefold() in {w.casefold() for w in words}:
                return Named(party=party.id, verbatim=word)
        return Named(party=None, verbatim=word)


@dataclass(frozen=True, slots=True, kw_only=True)
class Reader:
    """A kind of table: a table belongs to it when its header has all of `columns`.

    `read` takes the cells of one row by column name and returns one observation, not yet enrolled
    (`key` empty), or raises ValueError with a reason that the person who made the row understands.
    """

    kind: str
    columns: frozenset[str]
    read: Callable[[Mapping[str, str], Context], Observation]
