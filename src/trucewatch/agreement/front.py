"""The front matter of an agreement file: what it is, from when it binds, its clock, and where its words come from."""

import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from trucewatch.agreement.cells import instant, required_text, table_of, word
from trucewatch.agreement.fault import Block, at_key, at_line, not_one_of
from trucewatch.paper import Actor
from trucewatch.vocabulary import Role

FRONT_KEYS = (
    *("id", "title", "signed", "in_force", "tz", "authentic", "note", "amends", "quotation", "actor", "anchor"),
)
ACTOR_KEYS = ("name", "role")
TAG_KEYS = ("source", "language", "verbatim")


@dataclass(frozen=True, slots=True, kw_only=True)
class Paper:
    """What the clauses need of the front matter."""

    name: str
    tz: str
    in_force: datetime
    tags: Mapping[str, Mapping[str, object]]


def front_matter(lines: Sequence[str], name: str) -> tuple[Block, int]:
    """Return the front matter and the index of the first line after it."""
    if not lines or lines[0].strip() != "+++":
        raise at_line(name, 1, "the file must begin with TOML front matter between two lines +++")
    for index in range(1, len(lines)):
        if lines[index].strip() == "+++":
            return toml_block(name, 2, lines[1:index]), index + 1
    raise at_line(name, 1, "the front matter is never closed; end it with a line +++")


def toml_block(name: str, line: int, lines: Sequence[str]) -> Block:
    """Return the TOML table that these lines hold; `line` is the number of the first in the file."""
    text = "\n".join(lines)
    try:
        return Block(name=name, line=line, text=text, table=tomllib.loads(text))
    except tomllib.TOMLDecodeError as error:
        where = re.search(r"at line (\d+)", str(error))
        offset = int(where.group(1)) - 1 if where else len(lines) - 1
        raise at_line(name, line + offset, f"this is not TOML: {error}") from None
    except (ValueError, RecursionError) as error:  # a number of thousands of digits, or a thousand brackets
        raise at_line(name, line, f"this TOML is not an obligation's: {error}") from None


def bound_by(front: Block) -> Paper:
    """Return what the clauses need, once every key is known."""
    for key in front.table:
        if key not in FRONT_KEYS:
            raise at_key(front, key, not_one_of("front matter key", key, FRONT_KEYS))
    tz = _zone_name(front)
    if "in_force" not in front.table:
        raise at_key(front, "in_force", "in_force is missing; write the moment from which the paper binds")
    in_force = instant(front, "in_force", front.table["in_force"], tz)
    return Paper(name=front.name, tz=tz, in_force=in_force, tags=_tags(front))


def _zone_name(front: Block) -> str:
    tz = required(front, "tz")
    try:
        return ZoneInfo(tz).key
    except (KeyError, ValueError, OSError):
        raise at_key(front, "tz", f"time zone {tz[:40]!r} is unknown; write one such as Europe/Kyiv") from None


def _tags(front: Block) -> Mapping[str, Mapping[str, object]]:
    tags = front.table.get("quotation", {})
    if not isinstance(tags, dict):
        raise at_key(front, "quotation", "quotation must be tables such as [quotation.un-en]")
    for tag, table in tags.items():
        kinds = {"source": str, "language": str, "verbatim": bool}
        if not isinstance(table, dict) or any(not isinstance(table.get(k), kind) for k, kind in kinds.items()):
            raise at_key(
                front, f"quotation.{tag}", f"quotation {tag!r} needs source, language and verbatim = true|false"
            )
        for key in table:
            if key not in TAG_KEYS:
                raise at_key(front, key, not_one_of("key", key, TAG_KEYS))
    return tags


def actors(front: Block) -> tuple[Actor, ...]:
    """Return whom the paper binds or names beside the parties, in its order."""
    return tuple(_actor(front, name, table) for name, table in table_of(front, "actor").items())


def _actor(front: Block, name: str, table: Mapping[str, Any]) -> Actor:
    for key in table:
        if key not in ACTOR_KEYS:
            raise at_key(front, f"actor.{name}", not_one_of("key of an actor", key, ACTOR_KEYS))
    role = word(front, f"actor.{name}", table.get("role"), Role)
    return Actor(id=name, name=required_text(front, table, "name"), role=role)


def required(front: Block, key: str) -> str:
    """Return a text that every agreement must have."""
    value = front.table.get(key)
    if not isinstance(value, str) or not value.strip():
        raise at_key(front, key, f'{key} is missing; write {key} = "..." in the front matter')
    return value


def signed_on(front: Block) -> date | None:
    """Return the day of signature, None where the file gives none."""
    signed = front.table.get("signed")
    if signed is None or (isinstance(signed, date) and not isinstance(signed, datetime)):
        return signed
    raise at_key(front, "signed", "signed must be a date such as 2015-02-12, without quotation marks")
