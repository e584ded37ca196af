"""The lines of an agreement file to its sections: a heading, quotations, fenced blocks, paragraphs for the reader.

Every line has one meaning. A fence or a heading that is nearly right is refused: passed over in silence, it would take
an obligation out of the paper, or put it under another clause.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from trucewatch.agreement.fault import Block, at_line
from trucewatch.agreement.front import toml_block
from trucewatch.agreement.shapes import UNSEEN

_HEADING = re.compile(r"##\s+(\S.*)")
_CLAUSE_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*", re.ASCII)  # no blanks: ids stand side by side in incidents.csv
_FENCE = re.compile(r"\s*(```|~~~)")
_UNSEEN = re.compile(f"[{UNSEEN}]")


@dataclass(slots=True)
class Section:
    """What stands under one clause heading, each line with its number; `id` is empty before the first heading."""

    id: str
    line: int
    quoted: list[tuple[int, str]] = field(default_factory=list)
    paragraphs: list[list[str]] = field(default_factory=list)
    blocks: list[Block] = field(default_factory=list)


def decoded(markdown: bytes, name: str) -> str:
    """Return the text of a file; a byte order mark and Windows' line ends are dropped.

    Raises:
        AgreementError: where it is not UTF-8, or holds a sign that is not seen.

    """
    try:
        found = markdown.decode("utf-8-sig").replace("\r\n", "\n")
    except UnicodeDecodeError as error:
        line = markdown[: error.start].count(b"\n") + 1
        raise at_line(name, line, f"byte {markdown[error.start]:#04x} is not UTF-8; save the file as UTF-8") from None
    unseen = _UNSEEN.search(found)
    if unseen:
        line = found.count("\n", 0, unseen.start()) + 1
        remedy = "take it out: what is read must be what is seen"
        raise at_line(name, line, f"the sign U+{ord(unseen.group()):04X} is not seen or turns the text; {remedy}")
    return found


def sections(lines: Sequence[str], after: int, name: str) -> tuple[Section, ...]:
    """Return the sections of the lines from the index `after` on; the first is what stands before any heading.

    Raises:
        AgreementError: for a line that is nearly a heading or a fence, or stands where it says nothing.

    """
    found = [Section(id="", line=after + 1)]
    numbered = iter(enumerate(lines[after:], start=after + 1))
    for number, line in numbered:
        here = found[-1]
        if line.startswith("#"):
            found.append(Section(id=_clause_id(line, number, name), line=number))
            continue
        is_words = not _FENCE.match(line) and not line.startswith(">")
        _read_on(here.paragraphs, line.strip() if is_words else "")  # what is no paragraph ends one
        if _FENCE.match(line):
            here.blocks.append(_block(line, number, numbered, name))
        elif line.startswith(">"):
            here.quoted.append((number, line[1:].strip()))
    _refuse_misplaced(found, name)
    return tuple(found)


def _clause_id(heading: str, line: int, name: str) -> str:
    match = _HEADING.fullmatch(heading.rstrip())
    if match is None:
        raise at_line(name, line, f"{heading.strip()[:40]!r} is no clause's heading; write ## and its id, such as ## 1")
    word = match.group(1)
    if not _CLAUSE_ID.fullmatch(word):
        remedy = "write one word of letters, digits, dot or hyphen, such as ## 2.a"
        raise at_line(name, line, f"clause id {word[:40]!r} must be one word; {remedy}")
    return word


def _block(fence: str, line: int, numbered: Iterator[tuple[int, str]], name: str) -> Block:
    """Return the block that begins after a fence, and step over the fence that ends it."""
    if fence.rstrip() != "```toml":
        raise at_line(
            name, line, f"{fence.strip()[:40]!r} opens nothing that is read; write ```toml at the line's start"
        )
    inside: list[str] = []
    for _, each in numbered:
        if each.rstrip() == "```":
            return toml_block(name, line + 1, inside)
        inside.append(each)
    raise at_line(name, line, "this ```toml block is never closed; end it with a line ```")


def _read_on(paragraphs: list[list[str]], line: str) -> None:
    """Add a line to the last paragraph; an empty one, or the mark of a list, begins a new paragraph."""
    if line.startswith(("- ", "* ")):
        paragraphs.append([line])
    elif line and paragraphs:
        paragraphs[-1].append(line)
    elif line or (paragraphs and paragraphs[-1]):
        paragraphs.append([line] if line else [])


def _refuse_misplaced(found: Sequence[Section], name: str) -> None:
    before, *clauses = found
    if not clauses:
        raise at_line(name, before.line, "the agreement has no clause; begin each with a heading such as ## 1")
    if before.blocks:
        raise at_line(name, before.blocks[0].line, "this block stands before any clause; put a heading such as ## 1")
    if before.quoted:
        raise at_line(name, before.quoted[0][0], "this quotation stands before any clause; put a heading such as ## 1")
    seen: set[str] = set()
    for section in clauses:
        if section.id in seen:
            raise at_line(name, section.line, f"clause {section.id} stands twice; give each clause its own id")
        seen.add(section.id)
