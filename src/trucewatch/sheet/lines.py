"""A sheet as lines for a terminal of some width."""

import textwrap
from collections.abc import Iterator

from trucewatch.sheet.parts import Duty, Part, Sheet, Words


def sheet_lines(sheet: Sheet, width: int) -> Iterator[str]:
    """Yield the sheet line by line, none longer than `width` where its words allow."""
    yield from _wrapped(f"{sheet.title} ({sheet.id})", width)
    yield "=" * min(width, len(sheet.title))
    for label, words in (
        *sheet.facts,
        ("In all", sheet.counts),
        ("Case", sheet.case or "none: parties stand by their ids"),
    ):
        yield from _wrapped(f"{label}: {words}", width)
    for note in sheet.notes:
        yield from _wrapped(f"Note: {note}", width)
    for _, name, what in sheet.people:
        yield from _wrapped(f"{name}: {what}", width)
    for words, ways in sheet.days:
        yield from _wrapped(f"Day from which it counts: {words}", width)
        for way in ways:
            yield from _wrapped(way, width, "    ")
    for part in sheet.parts:
        yield from _part(part, width)
    yield ""
    yield from _wrapped(f"SHA-256 of {sheet.file}: {sheet.digest}", width)


def _part(part: Part, width: int) -> Iterator[str]:
    yield ""
    yield f"Clause {part.id}"
    yield "-" * min(width, 40)
    for words in part.words:
        yield from _words(words, width)
    for note in part.notes:
        yield from _wrapped(f"Our note: {note}", width, "  ")
    if part.reason:
        yield from _wrapped(f"No obligation: {part.reason}", width, "  ")
    for duty in part.duties:
        yield from _duty(duty, width)


def _words(words: Words, width: int) -> Iterator[str]:
    whose = "our summary" if words.is_ours else "word for word"
    yield from _wrapped(f"[{words.tag}, {words.language}, {whose}]", width, "  ")
    for paragraph in words.paragraphs:
        yield from _wrapped(paragraph, width, "  > ")


def _duty(duty: Duty, width: int) -> Iterator[str]:
    told = duty.plain
    yield ""
    yield from _wrapped(f"{told.id} ({told.kind.replace('_', ' ')})", width, "  ")
    yield from _wrapped(told.sentences, width, "    ")
    if duty.unverifiable:
        yield from _wrapped(duty.unverifiable, width, "    ")
    for number in duty.numbers:
        yield from _wrapped(f"- {number}", width, "      ")
    for words in duty.beside:
        yield from _wrapped(words, width, "    ")
    for n, voice in enumerate(told.readings, start=1):
        yield from _wrapped(f"- Reading {n}. {voice.text}", width, "    ")
    for voice in (*told.changes, *told.practices):
        yield from _wrapped(f"- {voice.text}", width, "    ")
    for doubt in told.doubts:
        yield from _wrapped(f"Open: {doubt}", width, "    ")
    if told.source:
        yield from _wrapped(f"Source: {told.source}", width, "    ")
    if told.note:
        yield from _wrapped(f"Note: {told.note}", width, "    ")
    yield from _wrapped(f"Review: {duty.review} Hash of these words: {duty.digest}", width, "    ")


def _wrapped(text: str, width: int, indent: str = "") -> Iterator[str]:
    """Yield the lines of a text; blanks at its ends and controls of the terminal are no part of it."""
    seen = "".join(sign for sign in " ".join(text.split()) if sign.isprintable())
    more = " " * (len(indent) + (2 if seen.startswith("- ") else 0))
    yield from textwrap.wrap(
        seen, max(width, 30), initial_indent=indent, subsequent_indent=more, break_on_hyphens=False
    ) or [""]
