"""What a published map says of happenings, settlements and hours of watching: read from the bytes of `map.json`."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np

from trucewatch.report.places import Settlements, in_turn
from trucewatch.report.words import local_words
from trucewatch.spacetime import utc
from trucewatch.vocabulary import Phenomenon

Json = Mapping[str, Any]

PHENOMENA = frozenset(Phenomenon)
UNLIKE = "in other words than the vocabulary has"  # a source's own words are not for everybody


@dataclass(frozen=True, slots=True, kw_only=True)
class Happening:
    """One incident of a map: `place` is (longitude, latitude, radius in km that holds it with 68 %), None: not known.

    `place_of` says whether that is where fire came from, where it landed or where it was perceived.
    """

    first: datetime | None
    last: datetime | None
    place: tuple[float, float, float] | None
    place_of: str
    what: str
    is_only_claimed: bool


@dataclass(frozen=True, kw_only=True)
class Facts:
    """What of a map the release needs; `map` is its JSON."""

    map: Json

    @property
    def case_id(self) -> str:
        """Return the case's id."""
        return str(self.map["case"]["id"])

    @property
    def title(self) -> str:
        """Return the case's title."""
        return str(self.map["case"]["title"])

    @property
    def zone(self) -> str:
        """Return the case's time zone."""
        return str(self.map["case"]["time_zone"])

    @property
    def parties(self) -> tuple[tuple[str, str], ...]:
        """Return id and name of each side, in the case's order."""
        return tuple((one["id"], one["name"]) for one in self.map["case"]["parties"])

    @property
    def efforts(self) -> tuple[Json, ...]:
        """Return the hours of watching, by day and side."""
        return tuple(self.map["efforts"])

    @cached_property
    def happenings(self) -> dict[str, Happening]:
        """Return the incidents that the map shows, by their ids."""
        return {one["properties"]["id"]: _happening(one) for one in self.map["incidents"]["features"]}

    @cached_property
    def settlements(self) -> Settlements:
        """Return the settlements that the map shows."""
        as_of = utc(self.map["case"]["as_of"])
        named = [
            (" / ".join(in_turn(tuple(one["properties"]["names"].items()), as_of)), _first(one["geometry"]))
            for one in self.map["features"]["features"]
            if one["properties"]["role"] == "settlement" and one["properties"]["names"]
        ]
        points = np.array([point for _, point in named], dtype=float).reshape(-1, 2)
        return Settlements(names=tuple(name for name, _ in named), lon=points[:, 0], lat=points[:, 1])

    def day(self, happening: Happening) -> str:
        """Return the local day on which it began, "" where no time is stated."""
        return local_words(happening.first, self.zone)[:10] if happening.first else ""

    def ended(self, happening: Happening) -> datetime:
        """Return the end of its last local day; without any time that of the map's own day."""
        last = happening.last or happening.first or utc(self.map["case"]["as_of"])
        midnight = last.astimezone(ZoneInfo(self.zone)).replace(hour=0, minute=0, second=0, microsecond=0)
        return midnight + timedelta(days=1)


def _first(geometry: Json) -> tuple[float, float]:
    """Return the first vertex of any geometry."""
    found = geometry["coordinates"]
    while isinstance(found[0], list):
        found = found[0]
    return found[0], found[1]


def _happening(feature: Json) -> Happening:
    told, geometry = feature["properties"], feature["geometry"]
    place = (*geometry["coordinates"], told["radius_km_68"]) if geometry else None
    return Happening(
        first=utc(told["first"]) if told["first"] else None,
        last=utc(told["last"]) if told["last"] else None,
        place=place,
        place_of=told["place_of"] or "",
        what=told["phenomenon"] if told["phenomenon"] in PHENOMENA else UNLIKE,
        is_only_claimed=all(one["claim"] is not None for one in told["observations"]),
    )
