"""Place names to positions."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Gazetteer:
    """Placeholder shape until the reader of the bundled tables lands."""
