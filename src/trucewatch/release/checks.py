"""The harm check by name: what must hold of a release before anybody has it. It reads values, not their making.

It says what a program can say. What each side could do with a sentence, a person answers and signs.
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from trucewatch.release.build import DELAY, FINE, Release, Source, strings_of, without_words
from trucewatch.release.grid import COARSE_KM
from trucewatch.release.names import QUOTED, Grams, grams_of, quoted_in
from trucewatch.spacetime import GEODESIC, utc
from trucewatch.vocabulary import End

Json = Mapping[str, Any]
# kinds of statements whose words are for the room: of findings and releases they are the answers to the harm check
_PRIVATE = """
finding release message call meeting measure measure_done shift case task task_done evidence heard case_finding remedy
remedied
"""
PRIVATE = frozenset(_PRIVATE.split())

# every field that schema 1 has, and no other: what is sealed, protected or only committed to has none
_FIELDS = """
schema log case sides guarantors rule delay_days coverage counts findings held_back
origin size root time id title time_zone name entry entries by finding number because
side month days hours_watched hours_possible observer_hours
incident standing withdrawn_by incident_is_gone incident_became published reply_by happening proposal outcome
day what only_claimed place of words cell cell_km edges west south east north
determinations replies silent corrections guarantor position clause withheld corrects stance is_late
"""
FIELDS = frozenset(_FIELDS.split())
_CLOCK = re.compile(r"\d\d:\d\d")


@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    """What a check looks at: the release, what it was made of, and the names and quotations found in the rows."""

    release: Release
    source: Source
    names: Grams
    quotes: Grams

    @property
    def findings(self) -> Sequence[Json]:
        """Return the findings as they are released."""
        found: Sequence[Json] = self.release.value["findings"]
        return found


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """One question of the harm check: its name, what must hold, and who finds what does not, in words."""

    name: str
    asks: str
    look: Callable[[Given], Iterator[str]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked:
    """What a check found: nothing where it holds."""

    name: str
    asks: str
    found: tuple[str, ...]


def check(given: Given) -> tuple[Checked, ...]:
    """Return every check with what it found. The release may be handed out only where none found anything."""
    return tuple(Checked(name=one.name, asks=one.asks, found=tuple(one.look(given))) for one in CHECKS)


# --- too few kilometres ---------------------------------------------------------------------------


def _too_fine(given: Given) -> Iterator[str]:
    for one in given.findings:
        place = one["happening"]["place"]
        least = 2 * COARSE_KM if place["of"] == End.PERCEIVED else COARSE_KM
        if min(place["cell_km"], _shortest_km(place["edges"])) < least:
            yield f"entry {one['entry']}: its cell has a side below {least} km"
    for text in given.release.texts:
        if FINE.search(text):
            yield "words give degrees, or a distance below ten kilometres"


def _shortest_km(edges: Mapping[str, float]) -> float:
    west, south, east, north = (edges[side] for side in ("west", "south", "east", "north"))
    lines = ((west, south, west, north), (west, south, east, south), (west, north, east, north))
    return min(float(GEODESIC.inv(*line)[2]) for line in lines) / 1000


def _placeless(given: Given) -> Iterator[str]:
    for one in given.findings:
        if not one["happening"]["place"]["words"]:
            yield f"entry {one['entry']}: has no place in words"


# --- too early ------------------------------------------------------------------------------------


def _too_early(given: Given) -> Iterator[str]:
    zone = ZoneInfo(given.release.value["case"]["time_zone"])
    now = utc(given.release.value["log"]["time"])
    waits = {one.said.index for one in given.source.office.findings if one.reply_by >= now}
    for one in given.findings:
        if one["entry"] in waits:
            yield f"entry {one['entry']}: the time to reply is not over"
        day = one["happening"]["day"]
        if day and datetime.fromisoformat(day).replace(tzinfo=zone) + timedelta(days=1) + DELAY > now:
            yield f"entry {one['entry']}: happened less than {DELAY.days} days ago"


def _exact(given: Given) -> Iterator[str]:
    # an hour in somebody's words is as late as the day is; the log's own time is that of a heartbeat
    said = without_words({**given.release.value, "log": {}})
    yield from (f"{found[0]} in a field" for text in strings_of(said) if (found := _CLOCK.search(text)))


# --- people, protected words ----------------------------------------------------------------------


def _named(given: Given) -> Iterator[str]:
    shown = grams_of(strings_of(given.release.value))
    yield from (f"a name of {len(name)} words" for name in sorted(shown & given.names))


def _quoted(given: Given) -> Iterator[str]:
    shown = grams_of(given.release.texts)
    yield from ("six words in a row that a source wrote" for gram in shown & given.quotes if len(gram) == QUOTED)


def _inside(given: Given) -> Iterator[str]:
    open_texts = set(given.release.texts)
    shown = grams_of(open_texts)
    for told in given.source.office.settled.told.values():
        private = told.said.fields.get("kind") in PRIVATE and told.said.text not in open_texts
        if private and any(True for _ in quoted_in(told.said.text or "", shown)):
            yield f"words of entry {told.said.index}, which are for the room"


def _strange(given: Given) -> Iterator[str]:
    yield from (f"the field {name!r}" for name in sorted(_fields(given.release.value) - FIELDS))


def _fields(value: Any) -> set[str]:
    if isinstance(value, Mapping):
        return {*value, *(name for inner in value.values() for name in _fields(inner))}
    return {name for inner in value for name in _fields(inner)} if isinstance(value, list) else set()


# --- fairness -------------------------------------------------------------------------------------


def _no_effort(given: Given) -> Iterator[str]:
    value = given.release.value
    watched = {(row["side"], row["month"]) for row in value["coverage"]}
    for one in given.findings:
        for side in value["sides"]:
            if (month := one["happening"]["day"][:7]) and (side["id"], month) not in watched:
                yield f"entry {one['entry']}: nothing says how much of {month} was watched, for {side['id']}"


def _one_sided(given: Given) -> Iterator[str]:
    value = given.release.value
    for one in given.findings:
        if [voice["guarantor"] for voice in one["determinations"]] != value["guarantors"]:
            yield f"entry {one['entry']}: not every guarantor's word stands beside it"
    rows = [[row["month"] for row in value["coverage"] if row["side"] == side["id"]] for side in value["sides"]]
    if any(row != rows[0] for row in rows):
        yield "the hours of watching are not of the same months for every side"


CHECKS = tuple(
    Check(name=name, asks=asks, look=look)
    for name, asks, look in (
        (
            "kilometres",
            f"No place is finer than {COARSE_KM} km, {2 * COARSE_KM} where just who perceived it is known, nor words.",
            _too_fine,
        ),
        ("place", "Every finding has a coarse place.", _placeless),
        ("delay", f"Every time to reply is over, and every happening is {DELAY.days} days old.", _too_early),
        ("days", "No field has a time of day.", _exact),
        ("names", "No name or id of an observer, a post or a row stands in it.", _named),
        ("sources", "No six words in a row that a source wrote stand in it.", _quoted),
        ("inside", "No words that are for the room stand in it.", _inside),
        ("fields", "No field stands in it that schema 1 does not have: none that is sealed.", _strange),
        ("effort", "Where findings are counted, the hours watched stand beside them for every side.", _no_effort),
        ("fairness", "Every guarantor's word and every side's hours are there alike.", _one_sided),
    )
)
