"""An agreement file to clauses: Markdown with TOML front matter, quotations, and fenced TOML for what binds.

The form is laid down in docs/decisions/0004-agreement-as-text.md. The file is read line by line, so that
every complaint names its line; a paragraph that is neither quotation nor block is a note for the reader.
"""

import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from trucewatch.agreement.cells import text_of, words
from trucewatch.agreement.days import anchors
from trucewatch.agreement.fault import AgreementError, Block, at_key, at_line, not_one_of
from trucewatch.agreement.front import Paper, actors, bound_by, front_matter, required, signed_on, toml_block
from trucewatch.agreement.links import refuse_strays
from trucewatch.agreement.obligations import obligation
from trucewatch.agreement.review import review
from trucewatch.paper import Agreement, Clause, Quotation

_HEADING = re.compile(r"##\s+(\S.*)")
_CLAUSE_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*", re.ASCII)  # no blanks: ids stand side by side in incidents.csv
_TAGGED = re.compile(r"\[([A-Za-z0-9._-]+)\]\s*(.*)", re.ASCII)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Section:
    """The lines under one clause heading; `line` is that of the heading."""

    id: str
    line: int
    lines: tuple[str, ...]


def parse_agreement(markdown: bytes, name: str) -> Agreement:
    """Return the agreement that a file holds; `name` is the file's name, for complaints.

    Raises:
        AgreementError: with file, line and remedy in one line.

    """
    lines = _decoded(markdown, name).split("\n")
    front, after = front_matter(lines, name)
    paper = bound_by(front)
    named = Agreement(
        id=required(front, "id"),
        title=required(front, "title"),
        digest=hashlib.sha256(markdown).hexdigest(),
        signed=signed_on(front),
        clauses=(),
        in_force=paper.in_force,
        time_zone=paper.tz,
        authentic=words(front, "authentic"),
        note=text_of(front, front.table, "note"),
        amends=words(front, "amends"),
        actors=actors(front),
        anchors=anchors(front, paper.tz),
    )
    sections = _sections(lines, after, name)
    _each_once(sections, name)
    clauses = tuple(_clause(section, paper) for section in sections)
    whole = replace(named, clauses=clauses)
    refuse_strays(whole, {section.id: section.line for section in sections}, name)
    return whole


def _decoded(markdown: bytes, name: str) -> str:
    try:
        return markdown.decode("utf-8-sig").replace("\r\n", "\n")
    except UnicodeDecodeError as error:
        line = markdown[: error.start].count(b"\n") + 1
        raise at_line(name, line, f"byte {markdown[error.start]:#04x} is not UTF-8; save the file as UTF-8") from None


# --- clauses --------------------------------------------------------------------------------------


def _sections(lines: Sequence[str], after: int, name: str) -> tuple[_Section, ...]:
    """Return the clauses' lines; what stands before the first heading is a note."""
    starts = [index for index in range(after, len(lines)) if lines[index].startswith("## ")]
    if not starts:
        raise at_line(name, after + 1, "the agreement has no clause; begin each with a heading such as ## 1")
    ends = [*starts[1:], len(lines)]
    return tuple(
        _Section(id=_clause_id(lines[start], start + 1, name), line=start + 1, lines=tuple(lines[start + 1 : end]))
        for start, end in zip(starts, ends, strict=True)
    )


def _clause_id(heading: str, line: int, name: str) -> str:
    match = _HEADING.fullmatch(heading.rstrip())
    word = match.group(1) if match else ""
    if not _CLAUSE_ID.fullmatch(word):
        raise at_line(name, line, f"clause id {word[:40]!r} must be one word of letters, digits, dot or hyphen")
    return word


def _clause(section: _Section, paper: Paper) -> Clause:
    quotations = _quotations(section, paper)
    blocks = _blocks(section, paper.name)
    reasons = [block for block in blocks if "not_verifiable" in block.table and "kind" not in block.table]
    duties = tuple(
        replace(duty, review=review(block, quotations))
        for block, duty in (
            (b, obligation(b, tz=paper.tz, in_force=paper.in_force)) for b in blocks if b not in reasons
        )
    )
    if len(reasons) > 1 or (reasons and duties):
        raise at_line(
            paper.name, reasons[-1].line, f"clause {section.id} says not_verifiable beside another block; keep one"
        )
    if not reasons and not duties:
        remedy = 'add a ```toml block with an obligation, or with not_verifiable = "reason"'
        raise at_line(paper.name, section.line, f"clause {section.id} has no obligation; {remedy}")
    reason = _reason(reasons[0]) if reasons else ""
    return Clause(
        id=section.id,
        quotations=quotations,
        obligations=duties,
        not_verifiable=reason,
        notes=_notes(section),
        line=section.line,
    )


def _notes(section: _Section) -> tuple[str, ...]:
    """Return the paragraphs that are neither quotation nor block."""
    kept: list[str] = []
    is_fenced = False
    for line in section.lines:
        fence = line.startswith("```")
        is_fenced ^= fence
        kept.append("" if fence or is_fenced or line.startswith(">") else line.strip())
    return tuple(
        " ".join(part.split("\n")) for part in re.split(r"\n{2,}", "\n".join(kept).strip("\n")) if part.strip()
    )


def _reason(block: Block) -> str:
    reason = block.table["not_verifiable"]
    if set(block.table) != {"not_verifiable"}:
        raise at_key(
            block, "not_verifiable", "not_verifiable stands alone in its block; put obligations into their own"
        )
    if not isinstance(reason, str) or not reason.strip():
        raise at_key(block, "not_verifiable", 'not_verifiable must say why, such as not_verifiable = "binds no party"')
    return reason


def _blocks(section: _Section, name: str) -> tuple[Block, ...]:
    blocks = []
    opened = None  # index of the line after the opening fence
    for index, line in enumerate(section.lines):
        if opened is None and line.rstrip() == "```toml":
            opened = index + 1
        elif opened is not None and line.rstrip() == "```":
            blocks.append(toml_block(name, section.line + 1 + opened, section.lines[opened:index]))
            opened = None
    if opened is not None:
        raise at_line(name, section.line + opened, "this ```toml block is never closed; end it with a line ```")
    return tuple(blocks)


def _quotations(section: _Section, paper: Paper) -> tuple[Quotation, ...]:
    quoted: list[tuple[str, list[str]]] = []
    for offset, line in enumerate(section.lines, start=section.line + 1):
        if not line.startswith(">"):
            continue
        words = line[1:].strip()
        tagged = _TAGGED.fullmatch(words)
        if tagged:
            _declared(tagged.group(1), offset, paper)
            quoted.append((tagged.group(1), [tagged.group(2)]))
        elif quoted:
            quoted[-1][1].append(words)
        else:
            raise at_line(paper.name, offset, "a quotation must begin with its tag, such as > [un-en] text")
    return tuple(_quotation(tag, words, paper) for tag, words in quoted)


def _declared(tag: str, line: int, paper: Paper) -> None:
    if tag not in paper.tags:
        remedy = f"declare it in the front matter as [quotation.{tag}] with source, language and verbatim"
        raise at_line(paper.name, line, f"{not_one_of('quotation tag', tag, paper.tags)}; {remedy}")


def _quotation(tag: str, words: Sequence[str], paper: Paper) -> Quotation:
    """Return the quotation; its lines are joined by blanks, an empty quoted line begins a new paragraph."""
    paragraphs = " ".join(word or "\n" for word in words).split("\n")
    table = paper.tags[tag]
    return Quotation(
        tag=tag,
        text="\n".join(paragraph.strip() for paragraph in paragraphs).strip(),
        verbatim=table["verbatim"] is True,
        language=str(table["language"]),
        source=str(table["source"]),
    )


def _each_once(sections: Sequence[_Section], name: str) -> None:
    seen: set[str] = set()
    for section in sections:
        if section.id in seen:
            raise at_line(name, section.line, f"clause {section.id} stands twice; give each clause its own id")
        seen.add(section.id)


__all__ = ["AgreementError", "parse_agreement"]
