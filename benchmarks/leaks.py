"""Thousands of names that must not be seen, sent the whole way, and every byte that anybody else has searched for them.

    make leaks            all of it, some minutes; writes results/DAY-leaks.md
    python benchmarks/leaks.py [--seals N] [--pictures N] ... [--folder DIR] [--page FILE]

Real processes on loopback: a centre (`log run`), the mirrors of both guarantors, a liaison's witness; observers seal,
strip and hand in; strangers send what is malformed. Then a copy for others is made with the free text withheld, and
packed. Each class of canary says where it may be found and where never; what may be found must be found, all of it, or
the search itself is at fault.
"""

import argparse
import os
import platform
import shutil
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, fields
from importlib.metadata import version
from pathlib import Path

from canaries import FORMS, searched
from leak_setting import ERASED, ERRORS, METADATA, OPEN, QUARANTINED, SEALED, WITHHELD, Campaign, Plan
from whole_way import take_place

CLASSES = {
    SEALED: "sealed fields: a witness, a source, an address",
    METADATA: "metadata of files: the original sealed, of pictures the stripped copy handed in",
    WITHHELD: "free text, shown to the keepers, withheld from the copy for others",
    ERASED: "free text and files in the clear, erased everywhere by an act of both guarantors",
    QUARANTINED: "names within damaged files that a stranger's device handed in as they are",
    ERRORS: "malformed requests, refused forms, failing commands, a table that names people",
    OPEN: "control: planted in the clear, in an open field",
}
PLACES = {
    "centre": "the centre's folder: log, disclosures, blobs, database pages, what waits",
    "mirror-a": "mirror A",
    "opened-a": "what guarantor A's key opens of it alone: the outer layers",
    "mirror-b": "mirror B (its key opens no outer layer)",
    "witness": "the witness's store",
    "device": "an observer's outbox",
    "public": "every answer of the centre that needs no keeper's token, headers and all",
    "refusals": "every answer to a stranger",
    "said": "all that every process and command printed",
    "copy": "the copy for others",
    "bag": "that copy, packed to hand over",
    "assessed": "what `assess` made of the table that names people",
    "tmp": "temporary files",
}
KEEPERS = frozenset({"centre", "mirror-a", "mirror-b"})
# where a class stands by design, all of it; everywhere else none of it may be
BY_DESIGN = {
    SEALED: frozenset[str](),
    METADATA: frozenset[str](),
    WITHHELD: KEEPERS,
    ERASED: frozenset[str](),
    QUARANTINED: KEEPERS | {"copy", "bag"},
    ERRORS: frozenset[str](),
    OPEN: KEEPERS | {"copy", "bag", "public"},
}
ALSO = {(WITHHELD, "device"), (OPEN, "device")}  # an outbox has the records of its own device, and only those


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """How many canaries of each class were found in each place, and how much was searched there."""

    planted: dict[str, int]
    counts: dict[str, int]
    hits: dict[tuple[str, str], int]
    forms: dict[str, set[str]]
    searched: dict[str, tuple[int, int]]
    seconds: float

    def failures(self) -> list[str]:
        """Return what was found where it must not be, and what was not found where it stands by design."""
        wrong = []
        for letter in (*CLASSES, "?"):
            for place in PLACES:
                number = self.hits.get((letter, place), 0)
                by_design = letter in BY_DESIGN and place in BY_DESIGN[letter]
                if by_design and number != self.planted.get(letter, 0):
                    wrong.append(
                        f"{place}: {number} of {self.planted.get(letter, 0)} of class {letter} found: all should be"
                    )
                if not by_design and (letter, place) not in ALSO and number:
                    wrong.append(f"{place}: {number} canaries of class {letter} found")
        return wrong


def search(way: Campaign, began: float) -> Found:
    """Search every byte of every place."""
    hits: Counter[tuple[str, str]] = Counter()
    forms: dict[str, set[str]] = {}
    amounts = {}
    for place in PLACES:
        found, files, size = searched(way.place(place))
        amounts[place] = files, size
        for (letter, _), how in found.items():
            hits[letter, place] += 1
            forms[f"{letter} {place}"] = forms.get(f"{letter} {place}", set()) | how
    return Found(
        planted=dict(way.canaries.planted),
        counts=dict(way.counts),
        hits=dict(hits),
        forms=forms,
        searched=amounts,
        seconds=time.monotonic() - began,
    )


def campaign(folder: Path, plan: Plan) -> Found:
    """Run the campaign in an empty folder and return what was found."""
    began = time.monotonic()
    folder.mkdir(parents=True)
    way = Campaign(folder=folder.resolve(), plan=plan)
    take_place(way)
    return search(way, began)


# --- what is written down -----------------------------------------------------------------------------


def table(found: Found) -> Iterator[str]:
    """Yield the lines of a table: a row for each place, a column for each class."""
    yield f"| place | files | MB | {' | '.join(CLASSES)} |"
    yield f"|---|--:|--:|{'--:|' * len(CLASSES)}"
    for place, words in PLACES.items():
        files, size = found.searched[place]
        cells = [_cell(found, letter, place) for letter in CLASSES]
        yield f"| {words} | {files:,} | {size / 1e6:,.1f} | {' | '.join(cells)} |"


def _cell(found: Found, letter: str, place: str) -> str:
    number = found.hits.get((letter, place), 0)
    if place in BY_DESIGN[letter]:
        return f"*{number:,}*"
    return f"({number:,})" if (letter, place) in ALSO else f"**{number:,}**"


def page(found: Found, plan: Plan, day: str) -> str:
    """Return the results page."""
    wrong = found.failures()
    verdict = f"{len(wrong)} cells are otherwise than they must be:" if wrong else "Every cell is as it must be."
    ran = ", ".join(f"{each.name} {getattr(plan, each.name):,}" for each in fields(plan))
    lines = [
        f"# Names that must not be seen, {day}",
        "",
        "Canaries are names that nobody bears. Each was sent the whole way by real processes on loopback, then every",
        "byte of every file was searched, and every file's name, for the name in these forms:",
        f"{', '.join(FORMS)}; in either case.",
        "Not searched: memory, and files that a program made and removed again.",
        "",
        "| class | canaries planted | in |",
        "|---|--:|---|",
        *(f"| {letter} | {found.planted.get(letter, 0):,} | {words} |" for letter, words in CLASSES.items()),
        "",
        "How many were found. **Bold**: none may be there. *Italic*: they stand there by design, and all must be",
        "found, or the search is at fault. In brackets: an outbox has the records of its own device.",
        "",
        *table(found),
        "",
        verdict,
        *(f"- {line}" for line in wrong),
        "",
        "Done: " + ", ".join(f"{number:,} {what}" for what, number in sorted(found.counts.items())) + ".",
        "",
        f"`python benchmarks/leaks.py`: {ran}. {found.seconds:,.0f} s on {os.cpu_count()} cores",
        f"({platform.machine()}), Python {platform.python_version()}, pyrage {version('pyrage')},",
        f"Pillow {version('pillow')}.",
        "",
    ]
    return "\n".join(lines)


def main() -> int:
    """Run what the command line asks for; return 1 where something leaked or the search failed."""
    parser = argparse.ArgumentParser(description="Plant names, send them the whole way, search every byte for them.")
    for each in fields(Plan):
        parser.add_argument(f"--{each.name}", type=int, default=each.default)
    parser.add_argument("--folder", type=Path, help="keep everything here; it must not exist")
    parser.add_argument("--page", type=Path, help="where the page goes; without it the table is printed")
    options = parser.parse_args()
    plan = Plan(**{each.name: getattr(options, each.name) for each in fields(Plan)})
    folder = options.folder or Path(tempfile.mkdtemp(prefix="leaks-")) / "way"
    try:
        found = campaign(folder, plan)
    finally:
        if options.folder is None:
            shutil.rmtree(folder.parent)
    print("\n".join(table(found)))
    if options.page:
        options.page.write_text(page(found, plan, options.page.stem[:10]), encoding="utf-8")
    for line in found.failures():
        print(f"LEAK: {line}", file=sys.stderr)
    return 1 if found.failures() else 0


if __name__ == "__main__":
    sys.exit(main())
