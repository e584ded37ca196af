"""What was read but not understood, or not used: columns, words and names that nobody knows. Kept, and said aloud."""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator
from typing import Any

from trucewatch.intake import records
from trucewatch.intake.canonical import CANONICAL, COLUMNS, OPTIONAL, passed_on
from trucewatch.model import Coded, Harm, Named, Observation, Point, Ray, Record
from trucewatch.spelling import name_key
from trucewatch.vocabulary import PERCEIVING, SourceClass

KNOWN = {CANONICAL.kind: frozenset((*COLUMNS, *OPTIONAL)), **records.COLUMNS}
MOST_NAMES = 6  # as many as anybody reads in one line
_AS_WORDS = (
    f": counted as words, not as perceived; what perceives is {', '.join(c for c in SourceClass if c in PERCEIVING)}"
)
_FROM_A_POST = ("bearing_deg", "distance_km")


def strays(rows: Iterable[Observation | Record]) -> tuple[str, ...]:
    """Return one sentence for each unknown column of our own tables, unknown word, and cell of no use."""
    columns: Counter[str] = Counter()
    words: Counter[tuple[str, str]] = Counter()
    unused: Counter[str] = Counter()
    ids: Counter[tuple[str, str]] = Counter()
    for row in rows:
        known = KNOWN.get(row.reader)
        for column, _ in row.raw:
            if known is not None and column not in known:
                columns[column] += 1
        for kind, word in _coded(row):
            if word.term is None and word.verbatim:
                words[kind, word.verbatim] += 1
        if row.reader == CANONICAL.kind:
            ids[name_key(row.source.name), row.id] += bool(row.id)
            unused.update(_unused(row))
    return (
        *_several([(identity, number) for (_, identity), number in ids.items() if number > 1]),
        *(f"{why} ({_rows(n)})" for why, n in sorted(unused.items())),
        *(f"column {name[:40]!r} is not known and was kept unread ({_rows(n)})" for name, n in sorted(columns.items())),
        *(
            f"{kind} {word[:40]!r} is not in the vocabulary and was kept as written ({_rows(n)})"
            + (_AS_WORDS if kind == "source_class" else "")
            for (kind, word), n in sorted(words.items())
        ),
    )


def _several(found: list[tuple[str, int]]) -> Iterator[str]:
    """Yield a sentence on the ids under which one source has different rows; no order of rows tells which is later."""
    if not found:
        return
    first = ", ".join(f"{identity[:40]!r} ({_rows(number)})" for identity, number in sorted(found)[:MOST_NAMES])
    more = f" and {len(found) - MOST_NAMES:,} more" if len(found) > MOST_NAMES else ""
    yield (
        f"one source, one id, rows that differ: {first}{more}; each of them counts, as of another happening where hour "
        "or place differ: where one corrects another, leave out what it corrects"
    )


def strangers(rows: Iterable[Observation], known: Collection[str]) -> str:
    """Return a sentence on the names that rows speak for or accuse and that are no party's, and of `known` neither."""
    names: Counter[str] = Counter()
    for row in rows:
        names.update({named.verbatim for named in _named(row) if named.party is None and named.verbatim not in known})
    if not names:
        return ""
    first = ", ".join(f"{name[:60]!r} ({_rows(n)})" for name, n in sorted(names.items())[:MOST_NAMES])
    more = f" and {len(names) - MOST_NAMES:,} more" if len(names) > MOST_NAMES else ""
    return (
        f"no party of the case is called {first}{more}: what these say, or are accused of, is of no side; "
        "where one of them is a party, add the name to its aliases in case.toml"
    )


def _named(row: Observation) -> Iterator[Named]:
    """Yield whom a row names as its side, and whom it accuses."""
    if row.source.side is not None:
        yield row.source.side
    if row.claim is not None and row.claim.accused is not None:
        yield row.claim.accused


def _unused(row: Observation | Record) -> Iterator[str]:
    """Yield why cells of a canonical row say nothing beside the others, or more than they are there for."""
    stated = {column for column, text in row.raw if text.strip()}
    if isinstance(row, Observation) and passed_on(row):
        yield "means says that it was told or read: the words of whoever said so, nothing that the source perceived"
    if "source_class" not in stated:
        yield f"source_class is empty{_AS_WORDS}"
    if isinstance(row.place, Ray) and "lon" in stated:
        yield "lon and lat are where the observer stood: the place is taken to be where it was heard or seen from there"
    if isinstance(row.place, Point) and "lon" not in stated:
        yield "no degrees: placed at the one settlement that place_name or text names"
    elif row.place is None and "place_name" in stated:
        yield "place_name is in neither places.geojson nor the gazetteer: without a place"
    if stated.isdisjoint(_FROM_A_POST):
        return
    if isinstance(row.place, Point):
        yield "bearing_deg and distance_km were not used, for lon and lat state the place itself"
    elif row.place is None:
        yield "bearing_deg and distance_km were not used, for observer_lon and observer_lat do not say from where"


def _coded(row: Observation | Record) -> Iterator[tuple[str, Coded[Any]]]:
    yield "source_class", row.source.source_class
    if isinstance(row, Observation):
        yield "means", row.means
        yield "phenomenon", row.phenomenon
        yield "direction", row.direction
        if row.reader == CANONICAL.kind and row.weapon is not None:
            yield "weapon", row.weapon.weapon_class
    elif isinstance(row.body, Harm) and row.body.cause is not None:
        yield "cause", row.body.cause


def _rows(number: int) -> str:
    return "1 row" if number == 1 else f"{number:,} rows"
