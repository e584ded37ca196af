"""An agreement file to clauses: Markdown with TOML front matter, quotations, and fenced TOML for what binds.

The form is laid down in docs/decisions/0004-agreement-as-text.md. A paragraph that is neither quotation nor block is a
note for the reader. One reading gives the agreement, or everything that is wrong with the file.
"""

import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from trucewatch.agreement.cells import text, words
from trucewatch.agreement.check import check
from trucewatch.agreement.days import anchors
from trucewatch.agreement.fault import AgreementError, Block, at_key, at_line, not_one_of
from trucewatch.agreement.front import Paper, actors, bound_by, front_matter
from trucewatch.agreement.keys import REASON
from trucewatch.agreement.links import Placed, strays
from trucewatch.agreement.obligations import obligation
from trucewatch.agreement.review import review
from trucewatch.agreement.sections import Section, decoded, sections
from trucewatch.paper import Agreement, Clause, Quotation

_TAGGED = re.compile(r"\[([A-Za-z0-9._-]+)\]\s*(.*)", re.ASCII)


@dataclass(frozen=True, slots=True, kw_only=True)
class Copy:
    """An agreement as it was read, with the tables of its file: the front matter, and one for each obligation."""

    agreement: Agreement
    front: Block
    placed: tuple[Placed, ...]


def parse_agreement(markdown: bytes, name: str) -> Agreement:
    """Return the agreement that a file holds; `name` is the file's name, for complaints.

    Raises:
        AgreementError: with file, line and remedy in one line, for the first mistake.

    """
    read, mistakes = read_agreement(markdown, name)
    if read is None:
        raise min(mistakes, key=lambda mistake: mistake.line)
    return read.agreement


def read_agreement(markdown: bytes, name: str) -> tuple[Copy | None, tuple[AgreementError, ...]]:
    """Return what a file holds, or None and its mistakes: one for each block, or the first that hides the rest."""
    try:
        lines = decoded(markdown, name).split("\n")
        front, after = front_matter(lines, name)
        paper = bound_by(front)
        named = Agreement(
            id=text(front, "id"),
            title=text(front, "title"),
            digest=hashlib.sha256(markdown).hexdigest(),
            signed=front.table.get("signed"),
            clauses=(),
            in_force=paper.in_force,
            time_zone=paper.tz,
            authentic=words(front, "authentic"),
            note=text(front, "note"),
            amends=words(front, "amends"),
            actors=actors(front),
            anchors=anchors(front, paper.tz),
        )
        before, *found = sections(lines, after, name)
    except AgreementError as mistake:
        return None, (mistake,)
    return _with_clauses(replace(named, notes=_notes(before)), front, paper, found)


def _with_clauses(
    named: Agreement, front: Block, paper: Paper, found: Sequence[Section]
) -> tuple[Copy | None, tuple[AgreementError, ...]]:
    mistakes: list[AgreementError] = []
    clauses: list[Clause] = []
    placed: list[Placed] = []
    for section in found:
        read, wrong = _section(section, paper)
        clauses.append(_clause(section, read))
        placed += read.placed
        mistakes += wrong
    whole = replace(named, clauses=tuple(clauses))
    mistakes += [] if mistakes else strays(whole, placed)  # a link may lead to what could not be read
    if mistakes:
        return None, tuple(mistakes)
    return Copy(agreement=whole, front=front, placed=tuple(placed)), ()


# --- one clause -----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class _Read:
    """What could be read of a section."""

    quotations: tuple[Quotation, ...] = ()
    placed: tuple[Placed, ...] = ()
    reason: str = ""


def _section(section: Section, paper: Paper) -> tuple[_Read, tuple[AgreementError, ...]]:
    try:
        quotations = _quotations(section, paper)
        reason = _reason(section, paper.name)
    except AgreementError as mistake:
        return _Read(), (mistake,)
    placed: list[Placed] = []
    mistakes: list[AgreementError] = []
    for block in section.blocks if not reason else ():
        try:
            duty = obligation(block, tz=paper.tz, in_force=paper.in_force)
        except AgreementError as mistake:
            mistakes.append(mistake)
        else:
            placed.append((block, replace(duty, review=review(block, quotations))))
    return _Read(quotations=quotations, placed=tuple(placed), reason=reason), tuple(mistakes)


def _clause(section: Section, read: _Read) -> Clause:
    return Clause(
        id=section.id,
        quotations=read.quotations,
        obligations=tuple(duty for _, duty in read.placed),
        not_verifiable=read.reason,
        notes=_notes(section),
        line=section.line,
    )


def _notes(section: Section) -> tuple[str, ...]:
    return tuple(" ".join(paragraph) for paragraph in section.paragraphs if paragraph)


def _reason(section: Section, name: str) -> str:
    """Return why a clause has no obligation, empty where it has one."""
    reasons = [block for block in section.blocks if "not_verifiable" in block.table and "kind" not in block.table]
    if not section.blocks:
        remedy = 'add a ```toml block with an obligation, or with not_verifiable = "reason"'
        raise at_line(name, section.line, f"clause {section.id} has no obligation; {remedy}")
    if not reasons:
        return ""
    if len(reasons[-1].table) > 1:
        raise at_key(
            reasons[-1], "not_verifiable", "not_verifiable stands alone in its block; put obligations into their own"
        )
    check(REASON, reasons[-1])
    if len(section.blocks) > 1:
        what = f"clause {section.id} says not_verifiable beside another block; keep one"
        raise at_key(reasons[-1], "not_verifiable", what)
    return text(reasons[0], "not_verifiable")


# --- words ----------------------------------------------------------------------------------------


def _quotations(section: Section, paper: Paper) -> tuple[Quotation, ...]:
    quoted: list[tuple[str, list[str]]] = []
    for line, said in section.quoted:
        tagged = _TAGGED.fullmatch(said)
        if tagged:
            _declared(tagged.group(1), line, paper)
            quoted.append((tagged.group(1), [tagged.group(2)]))
        elif quoted:
            quoted[-1][1].append(said)
        else:
            raise at_line(paper.name, line, "a quotation must begin with its tag, such as > [un-en] text")
    return tuple(replace(paper.tags[tag], text=_joined(lines)) for tag, lines in quoted)


def _declared(tag: str, line: int, paper: Paper) -> None:
    if tag not in paper.tags:
        remedy = f"declare it in the front matter as [quotation.{tag}] with source, language and verbatim"
        raise at_line(paper.name, line, f"{not_one_of('quotation tag', tag, paper.tags)}; {remedy}")


def _joined(lines: Sequence[str]) -> str:
    """Return the words of a quotation: its lines joined by blanks, an empty quoted line begins a new paragraph."""
    paragraphs = " ".join(line or "\n" for line in lines).split("\n")
    return "\n".join(paragraph.strip() for paragraph in paragraphs).strip()


__all__ = ["AgreementError", "Copy", "parse_agreement", "read_agreement"]
