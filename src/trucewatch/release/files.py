"""The files of a release: the values as JSON, a table, a map of cells, and a page on what it is and how to check it."""

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from trucewatch.release.build import Release
from trucewatch.release.checks import CHECKS
from trucewatch.release.method import method_page
from trucewatch.report.tables import csv, one_line, text

RELEASE, TABLE, MAP, METHOD = "release.json", "findings.csv", "findings.geojson", "METHOD.md"
COVERAGE = "coverage.csv"
FILES = (RELEASE, TABLE, MAP, COVERAGE, METHOD)
SIGNED = "signed.json"  # who signed it: no part of what is signed

Json = Mapping[str, Any]

COLUMNS = (
    "entry", "incident", "standing", "withdrawn_by", "published", "reply_by", "day", "what", "only_claimed", "place",
    "cell", "cell_km", "proposal", "outcome", "finding", "replies", "corrections",
)  # fmt: skip
WATCHED = ("side", "month", "days", "hours_watched", "hours_possible", "observer_hours", "entry")


def files(release: Release) -> dict[str, bytes]:
    """Return the files by name; the same release gives the same bytes."""
    value = release.value
    return {
        RELEASE: _json({**value, "checks": [{"name": one.name, "asks": one.asks} for one in CHECKS]}),
        TABLE: _table(value),
        MAP: _json(_map(value)),
        COVERAGE: csv(WATCHED, ([str(row[name]) for name in WATCHED] for row in value["coverage"])),
        METHOD: method_page(value).encode("utf-8", "backslashreplace"),
    }


def digest_of(made: Mapping[str, bytes]) -> str:
    """Return what an officer signs: the SHA-256 of the list of all files with their own, in the order of `FILES`."""
    lines = "".join(f"{hashlib.sha256(made[name]).hexdigest()}  {name}\n" for name in FILES)
    return hashlib.sha256(lines.encode()).hexdigest()


def signed_file(*, entry: int, of: int, who: str, digest: str, day: str) -> bytes:
    """Return who signed a release, in which entry, and what: for the files, beside which it lies."""
    return _json({"entry": entry, "of": of, "who": who, "day": day, "digest": digest})


def _json(value: Any) -> bytes:
    # sorted by the names of fields, which are no names of sides: these stand in lists, in the case's order
    return (json.dumps(value, ensure_ascii=True, allow_nan=False, indent=1, sort_keys=True) + "\n").encode("ascii")


# --- the table ------------------------------------------------------------------------------------


def _table(value: Json) -> bytes:
    """Return one row per finding, with a column for each guarantor's own word in the charter's order."""
    named = [f"found_by_{n}" for n in range(1, len(value["guarantors"]) + 1)]
    return csv((*COLUMNS, *named), (_row(one) for one in value["findings"]))


def _row(one: Json) -> Iterator[str]:
    happening, place = one["happening"], one["happening"]["place"]
    yield from (str(one["entry"]), text(one["incident"]), one["standing"], _number(one["withdrawn_by"]))
    yield from (one["published"], one["reply_by"], happening["day"], one_line(happening["what"]))
    yield from ("yes" if happening["only_claimed"] else "no", one_line(place["words"]), place["cell"])
    yield from (str(place["cell_km"]), text(one["proposal"]["finding"] if one["proposal"] else ""))
    yield from (one["outcome"], text(one["finding"]))
    yield from (text(_stances(one["replies"])), text(_entries(one)))
    yield from (text(_own(voice)) for voice in one["determinations"])


def _own(voice: Json) -> str:
    return str(voice.get("finding") or voice["position"])


def _stances(replies: Sequence[Json]) -> str:
    return " ".join(f"{reply['side']}:{reply['stance']}" for reply in replies)


def _entries(one: Json) -> str:
    """Return the entries of all corrections that stand beside a finding, or beside what it rests on."""
    beside = [*one["corrections"]]
    for part in (*one["determinations"], *one["replies"]):
        beside += part.get("corrections", [])
    return " ".join(str(each["entry"]) for each in beside)


def _number(value: int | None) -> str:
    return "" if value is None else str(value)


# --- the map --------------------------------------------------------------------------------------


def _map(value: Json) -> Json:
    return {"type": "FeatureCollection", "features": [*_features(value["findings"])]}


def _features(findings: Iterable[Json]) -> Iterator[Json]:
    for one in findings:
        place = one["happening"]["place"]
        yield {
            "type": "Feature",
            "geometry": {"type": "Polygon", "coordinates": [_ring(place["edges"])]},
            "properties": {
                **{name: one[name] for name in ("entry", "incident", "standing", "outcome", "finding")},
                "day": one["happening"]["day"],
                "what": one["happening"]["what"],
                "place": place["words"],
                "cell_km": place["cell_km"],
            },
        }


def _ring(edges: Mapping[str, float]) -> list[list[float]]:
    """Return a cell's ring against the clock, as RFC 7946 (3.1.6) has it."""
    west, south, east, north = (edges[side] for side in ("west", "south", "east", "north"))
    return [[west, south], [east, south], [east, north], [west, north], [west, south]]
