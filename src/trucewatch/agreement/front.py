"""The front matter of an agreement file: what it is, from when it binds, its clock, and where its words come from."""

import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from trucewatch.agreement.cells import flag, moment, named, term, text
from trucewatch.agreement.check import check
from trucewatch.agreement.fault import Block, at_key, at_line
from trucewatch.agreement.keys import FRONT
from trucewatch.agreement.toml_lines import lines_of
from trucewatch.paper import Actor, Quotation
from trucewatch.vocabulary import Role


@dataclass(frozen=True, slots=True, kw_only=True)
class Paper:
    """What the clauses need of the front matter; `tags` are the quotations' sources, as quotations without words."""

    name: str
    tz: str
    in_force: datetime
    tags: Mapping[str, Quotation]


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
    written = "\n".join(lines)
    try:
        return Block(name=name, line=line, table=tomllib.loads(written), lines=lines_of(written, line))
    except tomllib.TOMLDecodeError as error:
        where = re.search(r"\s*\(at (?:line (\d+), column \d+|end of document)\)", str(error))
        offset = int(where.group(1)) - 1 if where and where.group(1) else max(len(lines) - 1, 0)
        what = str(error)[: where.start()] if where else str(error)
        raise at_line(
            name, line + offset, f"this is not TOML: {what}; each line is key = value, with text in quotation marks"
        ) from None
    except (ValueError, RecursionError):
        what = "this TOML has a number of thousands of digits, or a thousand brackets in each other"
        raise at_line(name, line, f"{what}; write plain values") from None


def bound_by(front: Block) -> Paper:
    """Return what the clauses need, once every key is known to be right.

    Raises:
        AgreementError: naming the line and the remedy.

    """
    check(FRONT, front)
    tz = _zone_name(front)
    tags = {tag: _tag(tag, block) for tag, block in named(front, "quotation")}
    return Paper(name=front.name, tz=tz, in_force=moment(front, "in_force", tz), tags=tags)


def _zone_name(front: Block) -> str:
    tz = text(front, "tz")
    try:
        return ZoneInfo(tz).key
    except (KeyError, ValueError, OSError):
        raise at_key(front, "tz", f"time zone {tz[:40]!r} is unknown; write one such as Europe/Kyiv") from None


def _tag(tag: str, block: Block) -> Quotation:
    return Quotation(
        tag=tag,
        text="",
        verbatim=flag(block, "verbatim"),
        language=text(block, "language"),
        source=text(block, "source"),
    )


def actors(front: Block) -> tuple[Actor, ...]:
    """Return whom the paper binds or names beside the parties, in its order."""
    return tuple(
        Actor(id=name, name=text(block, "name"), role=term(block, "role", Role))
        for name, block in named(front, "actor")
    )
