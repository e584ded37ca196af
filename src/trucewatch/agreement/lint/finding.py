"""What a check of an agreement file finds, and what it is checked against."""

from dataclasses import dataclass

from trucewatch.agreement.fault import Block, line_of
from trucewatch.agreement.toml_lines import Path
from trucewatch.model import Feature


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """What is wrong on a line, with its remedy; `is_note`: it may be meant."""

    line: int
    what: str
    is_note: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Surroundings:
    """What of a case an agreement's words lead to: the ids of its parties, and its places."""

    parties: tuple[str, ...]
    places: tuple[Feature, ...]


def at(block: Block, path: str | Path, what: str, *, is_note: bool = False) -> Finding:
    """Return a finding on the line where a key of a block stands."""
    return Finding(line=line_of(block, path), what=what, is_note=is_note)


def note(block: Block, path: str | Path, what: str) -> Finding:
    """Return a note on the line where a key of a block stands."""
    return at(block, path, what, is_note=True)
