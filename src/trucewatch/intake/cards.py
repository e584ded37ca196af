"""The cards of methods: TOML between lines of +++, then Markdown for people."""

import tomllib
from typing import Any

from trucewatch.model import Card

FENCE = "+++\n"
LISTS = ("inputs", "assumes", "measured", "fails")


def parse_card(data: bytes, name: str) -> Card:
    """Return the front part of a card.

    Raises:
        ValueError: when it has none, or lacks what a card must say.

    """
    opening, _, rest = data.decode().partition(FENCE)
    front, closed, _ = rest.partition(f"\n{FENCE}")
    if opening or not closed:
        raise ValueError(f"{name}: a card begins with TOML between two lines of +++")
    table: dict[str, Any] = tomllib.loads(front)
    lists = {key: _sentences(table.get(key), f"{name}: {key}") for key in LISTS}
    words = [_sentences([table.get(key)], f"{name}: {key}")[0] for key in ("method", "does")]
    return Card(method=words[0], does=words[1], **lists)


def _sentences(given: Any, what: str) -> tuple[str, ...]:
    if isinstance(given, list) and given and all(isinstance(line, str) and line for line in given):
        return tuple(given)
    raise ValueError(f"{what} is missing or not made of sentences")
