"""Read vignettes out of the Markdown pages in `cases/`: a heading, words, a table of rows, and what is expected.

A heading `## name: title` begins one. Paragraphs below it are what an officer would say. Each Markdown table is one
table of observations; the block ```toml is what is expected, written before the case was first run. How cells are
written is on `cases/README.md`.
"""

import re
import tomllib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

PAGES = Path(__file__).parent / "cases"
_HEADING = re.compile(r"## (?P<name>[a-z0-9-]+): (?P<title>.+)")

Row = dict[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Vignette:
    """One small case: its rows as written, table by table, and what is expected of it (`expected.Expected` checks)."""

    name: str
    title: str
    page: str
    words: str
    tables: tuple[tuple[Row, ...], ...]
    expected: dict[str, Any]


@cache
def vignettes() -> tuple[Vignette, ...]:
    """Return all vignettes, page by page.

    Raises:
        ValueError: when a page cannot be read, or two vignettes share a name.

    """
    found = [each for page in sorted(PAGES.glob("[0-9]*.md")) for each in of_page(page.read_text(), page.stem)]
    names = [each.name for each in found]
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        raise ValueError(f"two vignettes have the name {', '.join(twice)}")
    return tuple(found)


def of_page(text: str, page: str) -> Iterator[Vignette]:
    """Yield the vignettes of one page."""
    for part in re.split(r"^(?=## )", text, flags=re.MULTILINE)[1:]:
        head, _, body = part.partition("\n")
        heading = _HEADING.fullmatch(head.strip())
        if heading is None:
            raise ValueError(f"{page}: {head!r} is no heading '## name: title'")
        block = re.search(r"^```toml\n(.*?)^```", body, flags=re.MULTILINE | re.DOTALL)
        if block is None:
            raise ValueError(f"{page}: {heading['name']} does not say what is expected in a block ```toml")
        lines = body[: block.start()].splitlines()
        yield Vignette(
            name=heading["name"],
            title=heading["title"].strip(),
            page=page,
            words=" ".join(line.strip() for line in lines if line.strip() and not line.startswith("|")),
            tables=tuple(_tables(lines, heading["name"])),
            expected=tomllib.loads(block[1]),
        )


def _tables(lines: Sequence[str], name: str) -> Iterator[tuple[Row, ...]]:
    run: list[str] = []
    for line in (*lines, ""):
        if line.startswith("|"):
            run.append(line)
        elif run:
            yield tuple(_rows(run, name))
            run = []


def _rows(lines: Sequence[str], name: str) -> Iterator[Row]:
    cells = [[cell.strip() for cell in line.strip().strip("|").split("|")] for line in lines]
    head = cells[0]
    for row in cells[2:]:
        if len(row) != len(head):
            raise ValueError(
                f"{name}: the row {' | '.join(row)!r} has {len(row)} cells where the header has {len(head)}"
            )
        yield dict(zip(head, row, strict=True))
