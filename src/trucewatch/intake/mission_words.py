"""The words that missions use for what the vocabulary has another word for: what they mean by them, never the nearest.

In any case and with any spaces; "shots" and "a shot" are one word.
"""

from collections.abc import Mapping
from enum import StrEnum
from typing import TypeVar

from trucewatch.vocabulary import Direction, Phenomenon

PHENOMENA = {
    "explosion": Phenomenon.EXPLOSION,
    "burst": Phenomenon.BURST,
    "shot": Phenomenon.SHOT,
    "projectile": Phenomenon.PROJECTILE_IN_FLIGHT,
    "projectile in flight": Phenomenon.PROJECTILE_IN_FLIGHT,
    "airburst": Phenomenon.AIRBURST,
    "muzzle flash": Phenomenon.MUZZLE_FLASH,
}
DIRECTIONS = {
    "outgoing": Direction.OUTGOING,
    "impact": Direction.IMPACT,
    "incoming": Direction.IMPACT,  # the mission's "incoming" is an arrival, whether or not the impact was seen
    "incoming/impact": Direction.IMPACT,
    "airburst": Direction.AIRBURST,
    "outgoing and impact": Direction.OUTGOING_AND_IMPACT,
    "outgoing and subsequent impact": Direction.OUTGOING_AND_IMPACT,
}

Found = TypeVar("Found", bound=StrEnum)


def term(table: Mapping[str, Found], word: str) -> Found | None:
    """Return what a table has for a word, whatever its case and spaces and be it of one or several; else None."""
    plain = " ".join(word.casefold().replace("_", " ").split())
    return table.get(plain) or table.get(plain.removesuffix("s"))
