"""Places that words name: the settlements of a case in a sentence that states no degrees.

A ministry says "our positions near Mare came under fire" and no coordinates. Where its words name one settlement of
`places.geojson` and no other, that is where it speaks of, as well as "near" says it. Words are compared as they are
spelt, capitals too: an inflected name is not found, and a name that is a common word is not found in lower case. A
settlement inside a party's name ("Mare Republic") names the party: else its words would be placed less often than
those of a party that is not called after a place.
"""

import math
import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from trucewatch.intake.whereabouts import AREA_SD_KM
from trucewatch.model import Feature, Party, Point
from trucewatch.spacetime import degrees_of, distance_km
from trucewatch.vocabulary import FeatureRole

_WORD = re.compile(r"\w+")
_OR = re.compile(r"\s*/\s*")  # "Shusha / Shushi" are two names of one place

Words = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Mentions:
    """Names as words, by their first word, the longest first, each with the places called so; of a party none."""

    names: Mapping[str, tuple[tuple[Words, tuple[Point, ...]], ...]] = field(default_factory=dict)

    def place(self, text: str) -> Point | None:
        """Return the one place that a text names, however often; None where it names none or several.

        Of a name that several places share nobody knows which is meant, unless they are as good as one.
        """
        if not self.names:
            return None
        found, words, at = set[Point](), _words(text), 0
        while at < len(words):
            for name, points in self.names.get(words[at], ()):
                if words[at : at + len(name)] == name:
                    found.update(points)
                    at += len(name) - 1
                    break
            at += 1
        return _one(found)


NO_NAMES = Mentions()


def mentions(places: Iterable[Feature], parties: Iterable[Party] = ()) -> Mentions:
    """Return the names of all settlements of a case and of its parties, in every language that it gives them in."""
    called: dict[Words, set[Point]] = {}
    for place in places:
        if place.role is FeatureRole.SETTLEMENT:
            at = _point(place)
            for _, names in place.names:
                for name in filter(None, map(_words, _OR.split(names))):
                    called.setdefault(name, set()).add(at)
    for party in parties:
        for name in filter(None, map(_words, (party.id, *party.aliases, *(called_so for _, called_so in party.names)))):
            called[name] = set()
    by_first: dict[str, list[tuple[Words, tuple[Point, ...]]]] = {}
    for name, points in sorted(called.items(), key=lambda item: (-len(item[0]), item[0])):
        by_first.setdefault(name[0], []).append((name, tuple(sorted(points, key=_where))))
    return Mentions({first: tuple(names) for first, names in by_first.items()})


def _words(text: str) -> Words:
    return tuple(_WORD.findall(unicodedata.normalize("NFC", text)))


def _point(place: Feature) -> Point:
    centre = degrees_of(place.geometry).centroid
    return Point(lon=centre.x, lat=centre.y, sd_km=math.hypot(AREA_SD_KM, place.accuracy_km))


def _where(point: Point) -> tuple[float, float]:
    return point.lon, point.lat


def _one(found: set[Point]) -> Point | None:
    points = sorted(found, key=_where)
    if not points or any(distance_km(points[0].lon, points[0].lat, p.lon, p.lat) > AREA_SD_KM for p in points):
        return None
    return points[0]
