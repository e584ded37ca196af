"""What was read but not understood: columns and words that nobody knows. Kept, and said aloud."""

from collections import Counter
from collections.abc import Iterable

from trucewatch.intake.canonical import CANONICAL, COLUMNS
from trucewatch.model import Observation


def strays(observations: Iterable[Observation]) -> tuple[str, ...]:
    """Return one sentence for each unknown column of the canonical table and each unknown word of a vocabulary."""
    columns: Counter[str] = Counter()
    words: Counter[tuple[str, str]] = Counter()
    for o in observations:
        if o.reader == CANONICAL.kind:
            columns.update(column for column, _ in o.raw if column not in COLUMNS)
        source_class = o.source.source_class
        coded = (
            ("source_class", source_class.term, source_class.verbatim),
            ("means", o.means.term, o.means.verbatim),
            ("phenomenon", o.phenomenon.term, o.phenomenon.verbatim),
            ("direction", o.direction.term, o.direction.verbatim),
        )
        words.update((kind, verbatim) for kind, term, verbatim in coded if term is None and verbatim)
    return (
        *(f"column {name[:40]!r} is not known and was kept unread ({_rows(n)})" for name, n in sorted(columns.items())),
        *(
            f"{kind} {word[:40]!r} is not in the vocabulary and was kept as written ({_rows(n)})"
            for (kind, word), n in sorted(words.items())
        ),
    )


def _rows(number: int) -> str:
    return "1 row" if number == 1 else f"{number:,} rows"
