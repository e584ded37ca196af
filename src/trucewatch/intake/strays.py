"""What was read but not understood: columns and words that nobody knows. Kept, and said aloud."""

from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Any

from trucewatch.intake import records
from trucewatch.intake.canonical import CANONICAL, COLUMNS, OPTIONAL
from trucewatch.model import Coded, Harm, Observation, Record

KNOWN = {CANONICAL.kind: frozenset((*COLUMNS, *OPTIONAL)), **records.COLUMNS}


def strays(rows: Iterable[Observation | Record]) -> tuple[str, ...]:
    """Return one sentence for each unknown column of our own tables and each unknown word of a vocabulary."""
    columns: Counter[str] = Counter()
    words: Counter[tuple[str, str]] = Counter()
    for row in rows:
        known = KNOWN.get(row.reader)
        if known is not None:
            columns.update(column for column, _ in row.raw if column not in known)
        words.update((kind, word.verbatim) for kind, word in _coded(row) if word.term is None and word.verbatim)
    return (
        *(f"column {name[:40]!r} is not known and was kept unread ({_rows(n)})" for name, n in sorted(columns.items())),
        *(
            f"{kind} {word[:40]!r} is not in the vocabulary and was kept as written ({_rows(n)})"
            for (kind, word), n in sorted(words.items())
        ),
    )


def _coded(row: Observation | Record) -> Iterator[tuple[str, Coded[Any]]]:
    yield "source_class", row.source.source_class
    if isinstance(row, Observation):
        yield "means", row.means
        yield "phenomenon", row.phenomenon
        yield "direction", row.direction
    elif isinstance(row.body, Harm) and row.body.cause is not None:
        yield "cause", row.body.cause


def _rows(number: int) -> str:
    return "1 row" if number == 1 else f"{number:,} rows"
