"""The first view of the map page: all incidents as numbers in columns, a hundred thousand of them in some MB.

    8 bytes   length of the head in bytes, as decimal digits
    head      JSON, then blanks, so that what follows begins at a multiple of eight bytes
    columns   little-endian, in the order of the head's `columns`, each `size` numbers long

The head has `map` (`map.json` without incidents; instead of the lines of sight `has_rays`), `size`, `ids`, `columns`
(name and type of each), `shares` (the explanations: a column `p…` for each, in 65,535ths) and `words`: a column that
`words` names holds numbers of its words. Incidents stand newest first, those without a time last. NaN is not stated.
Why, and the records, are not here: whoever opens an incident asks for it by its id.
"""

import math
import sys
from array import array
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from trucewatch.model import Assessment, Ray
from trucewatch.report.geo import Json, encoded, ground, outline

ALIGNED = 8  # bytes
TYPES = {"f8": "d", "f4": "f", "u4": "I", "u2": "H"}  # the widest first: so each begins where its numbers may
WHOLE = 65_535  # of a share; one that is neither 0 nor 1 is never written as such
NUMBERS = (("from", "f8"), ("to", "f8"), ("lon", "f4"), ("lat", "f4"), ("radius", "f4"), ("records", "u4"))
WORDS = ("phenomenon", "count", "determination", "words", "clauses", "review")

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_NAN = math.nan

Numbers = tuple[float, ...]
Word = str | tuple[str, ...]
Numbered = dict[str, dict[Word, int]]


def overview(assessment: Assessment) -> bytes:
    """Return the first view of conclusions, with all incidents, however many."""
    clauses = dict(assessment.touched)
    found = zip(assessment.incidents, assessment.attributions, strict=True)
    outlines = (
        (outline(assessment.case, one, attribution, clauses.get(one.id, ())), len(one.observations))
        for one, attribution in found
    )
    has_rays = any(isinstance(o.place, Ray) for one in assessment.incidents for o in one.observations)
    return _packed({**ground(assessment), "has_rays": has_rays}, outlines)


def overview_of(written: Json) -> bytes:
    """Return the first view of what `map_json` wrote. Raises KeyError, TypeError, ValueError for anything else."""
    around = {name: part for name, part in written.items() if name not in {"incidents", "rays", "rays_left_out"}}
    features = written["incidents"]["features"]
    outlines = ((feature, len(feature["properties"]["observations"])) for feature in features)
    return _packed({**around, "has_rays": bool(written["rays"]["features"])}, outlines)


def _packed(around: Json, outlines: Iterable[tuple[Json, int]]) -> bytes:
    words: Numbered = {name: {} for name in WORDS}
    shares: dict[str, int] = {}
    found = [(str(feature["properties"]["id"]), _row(feature, records, words, shares)) for feature, records in outlines]
    found.sort(key=_newest_first)
    columns = [*NUMBERS, *((name, "u4") for name in WORDS), *((f"p{number}", "u2") for number in range(len(shares)))]
    head = {
        "map": around,
        "size": len(found),
        "ids": [name for name, _ in found],
        "columns": columns,
        "shares": list(shares),
        "words": {name: list(numbers) for name, numbers in words.items()},
    }
    return b"".join([*_head(encoded(head)), *_columns([row for _, row in found], [kind for _, kind in columns])])


def _newest_first(found: tuple[str, Numbers]) -> tuple[bool, float, str]:
    name, (first, *_) = found
    return (True, 0.0, name) if math.isnan(first) else (False, -first, name)


def _head(head: bytes) -> Iterable[bytes]:
    padded = head.ljust(-(-len(head) // ALIGNED) * ALIGNED)
    return b"%08d" % len(padded), padded


def _columns(rows: Sequence[Numbers], kinds: Sequence[str]) -> Iterable[bytes]:
    for at, kind in enumerate(kinds):
        column = [row[at] if at < len(row) else 0 for row in rows]  # an explanation that later rows alone name: 0
        filled = array(TYPES[kind], column if kind[0] == "f" else map(int, column))
        if sys.byteorder == "big":
            filled.byteswap()
        yield filled.tobytes()


def _row(feature: Json, records: int, words: Numbered, shares: dict[str, int]) -> Numbers:
    properties = feature["properties"]
    for name in properties["p"]:
        shares.setdefault(name, len(shares))
    by_number = {shares[name]: _whole(share) for name, share in properties["p"].items()}
    return (
        *_times(properties["first"], properties["last"]),
        *(feature["geometry"]["coordinates"][:2] if feature["geometry"] else (_NAN, _NAN)),
        _NAN if properties["radius_km_68"] is None else properties["radius_km_68"],
        records,
        *(_number(words[name], _word(properties.get(name))) for name in WORDS),
        *(by_number.get(number, 0) for number in range(len(shares))),
    )


def _number(numbers: dict[Word, int], word: Word) -> int:
    return numbers.setdefault(word, len(numbers))


def _word(value: Any) -> Word:
    return tuple(value) if isinstance(value, list) else value or ""


def _whole(share: float) -> int:
    whole = round(share * WHOLE)
    return whole if share in {0, 1} else min(max(whole, 1), WHOLE - 1)


def _times(first: str | None, last: str | None) -> tuple[float, float]:
    """Return the first and the last millisecond. An end is exclusive: until midnight does not touch the next day."""
    if not first:
        return _NAN, _NAN
    start = _milliseconds(first)
    end = _milliseconds(last) if last else start
    return start, end - 1 if end > start else start


def _milliseconds(instant: str) -> float:
    return float((datetime.fromisoformat(instant) - _EPOCH) // timedelta(milliseconds=1))
