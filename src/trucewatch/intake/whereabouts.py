"""Where "17km N of Donetsk" is: named places, offsets from them, and how well each is known.

All standard deviations are along each axis and are guesses, except where a line says what they come from.
"""

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass

from trucewatch.intake.gazetteer import Gazetteer, Settlement
from trucewatch.model import Area, Point, Sector
from trucewatch.spacetime import COMPASS, COMPASS_STEP_DEG, compass, destination, distance_km

# GeoNames puts Donetsk 2.2 km from where the mission measures from (its 17 km to Avdiivka are 13.6 km there)
TOWN_SD_KM = 2.0
AREA_SD_KM = 3.0  # "Shyrokyne area", "N of Khrustalnyi", "near Vasylivka"
ROUNDING_SD_KM = 0.3  # a distance given in whole kilometres is uniform over one: 1/sqrt(12)
BEARING_SD_DEG = 5.0  # how far a person's compass bearing goes beyond its half point
SINE_SPREAD = math.tan(math.radians(COMPASS_STEP_DEG / 2)) / math.sqrt(3)  # a bearing uniform over its point

_WAY = "(?:north|east|south|west)"
_SPELT = re.compile(rf"\b{_WAY}(?:[\s-]?{_WAY})*\b", re.IGNORECASE)  # "north-west" and "north west" are NW
_WORD = re.compile(r"(n)orth[\s-]?|(e)ast[\s-]?|(s)outh[\s-]?|(w)est[\s-]?", re.IGNORECASE)
_RANGE = re.compile(r"\b([NESW]{1,3})(?:\s?[-–]\s?| to )([NESW]{1,3})\b", re.ASCII | re.IGNORECASE)
_EDGE = "(?: (?:edge|outskirts|part|side|suburbs?))?"  # "on the SE edge of Popasna"
_WAY_OF = re.compile(rf"\b({_WAY}(?:[\s-]?{_WAY})*)(?:ern)?(?={_EDGE} of\b)", re.IGNORECASE)  # "north-eastern edge of"
_POINT = "|".join(sorted(COMPASS, key=len, reverse=True))
_BRACKET = re.compile(r"([^()]+?)\s*\(([^()]*)\)")
_POSITION = re.compile(r"^(?:the )?SMM (?:camera|patrol|position)s? (?:in|at) ", re.IGNORECASE)
_OFFSET = re.compile(rf"(?:.*?\s)?(\d{{1,3}}(?:\.\d{{1,2}})?)\s*km ({_POINT}) of (.+)", re.ASCII)
_DIRECTION = re.compile(rf"(?:.*?\s)?({_POINT}){_EDGE} of (.+)", re.ASCII)
_BETWEEN = re.compile(r"(?:.*?\s)?between (.+) and (.+)")
_VAGUE = re.compile(r"^(?:.*?\s)?near (.+)$|^(.+) area$")
_CENTRE = re.compile(r"(?:.*?\bcent(?:re|er) of )?(.+?)(?: city)?(?: cent(?:re|er))?")


@dataclass(frozen=True, slots=True)
class _Finder:
    """Looks names up with the same hint: where the offset says that the place must be."""

    gazetteer: Gazetteer
    hint: Point | None

    def town(self, name: str) -> Point | None:
        """Return the settlement of that name; one that contradicts the offset is another of the same name."""
        core = _CENTRE.fullmatch(name.strip())
        near = None if self.hint is None else (self.hint.lon, self.hint.lat)
        found = self.gazetteer.find(core[1] if core else name, near)
        if found is None or (self.hint is not None and not _agree(found, self.hint)):
            return None
        return Point(lon=found.lon, lat=found.lat, sd_km=TOWN_SD_KM)


def whereabouts(place: str, offset: str, gazetteer: Gazetteer) -> Point:
    """Return the position of a place as a source names it, with the offset that it states beside the name.

    The gazetteer's point is preferred where it agrees with the offset; a place that it lacks is put at the
    offset from the named anchor. `offset` may hold several, divided by "/".

    Raises:
        ValueError: when neither the name nor the offset leads anywhere.

    """
    name, inside = (_lettered(part) for part in named(place))
    offset = _lettered(offset)
    beside = "/".join(filter(None, [offset, *(part for part in inside.split(",") if _OFFSET.fullmatch(part.strip()))]))
    hint = _from_offsets(beside, gazetteer)
    found = _from_name(name, _Finder(gazetteer, hint)) or hint
    if found is None:
        stated = f" and its offset {offset[:60]!r} has no known anchor" if offset else " and it states no offset"
        raise ValueError(
            f"place {place[:60]!r} is not in the gazetteer{stated}, such as 17km N of Donetsk; places elsewhere "
            "than in Donbas and the South Caucasus are written as degrees, in a canonical table"
        )
    return found


def _lettered(words: str) -> str:
    """Return the words with the letters of a direction that is spelt out before "of": "69 km W of Luhansk"."""
    return _WAY_OF.sub(lambda found: _WORD.sub(r"\1\2\3\4", found[1]).upper(), words)


def named(place: str) -> tuple[str, str]:
    """Return the name of a place, and what stands in brackets after it.

    The mission's reports write "SMM camera in Avdiivka (government-controlled, 17km N of Donetsk)".
    """
    name = _POSITION.sub("", place.strip())
    bracket = _BRACKET.fullmatch(name)
    return (name, "") if bracket is None else (bracket[1], bracket[2])


def town(name: str, gazetteer: Gazetteer, hint: Point | None = None) -> Point | None:
    """Return the settlement of that name; one too far from the hint is another of the same name, so None."""
    return _Finder(gazetteer, hint).town(name)


def extent(points: Sequence[Point]) -> Area:
    """Return the box about several points and their errors: a uniform of that standard deviation reaches √3 of it."""
    reach = [math.sqrt(3) * (p.sd_km or 0.0) for p in points]
    edges = [
        destination(p.lon, p.lat, bearing_deg, km)
        for p, km in zip(points, reach, strict=True)
        for bearing_deg in (0, 90, 180, 270)
    ]
    west, east = min(lon for lon, _ in edges), max(lon for lon, _ in edges)
    south, north = min(lat for _, lat in edges), max(lat for _, lat in edges)
    return Area(ring=((west, south), (east, south), (east, north), (west, north), (west, south)))


def sectors(bearings: str) -> tuple[Sector, ...]:
    """Return the sectors of 16-point names divided by blanks; neighbouring points merge into one sector.

    "N-NE", "N to NE" are all points between, the shorter way round; "north-west" is NW. All sixteen say no more than
    none. The bearing's own error is `BEARING_SD_DEG`.

    Raises:
        ValueError: when a name is not one of the sixteen, or a range could go either way round.

    """
    letters = _SPELT.sub(lambda found: _WORD.sub(r"\1\2\3\4", found[0]), bearings)
    plain = _RANGE.sub(r"\1-\2", letters)
    named: set[int] = set()
    for name in re.split(r"[\s,;/]+|\band\b", plain.strip()):
        if name:
            named.update(_between(*name.split("-", 1)) if "-" in name.strip("-") else [COMPASS.index(_point(name))])
    if len(named) == len(COMPASS):
        return ()
    starts = [i for i in sorted(named) if (i - 1) % len(COMPASS) not in named]
    return tuple(_run(start, named) for start in starts)


def _point(name: str) -> str:
    try:
        compass(name)
    except ValueError as error:
        degrees = "; degrees are written in a canonical table" if any(c.isdigit() for c in name) else ""
        raise ValueError(
            f"{error}; write it as NNW, and leave it empty where none or all were stated{degrees}"
        ) from None
    return name.strip().upper()


def _between(one: str, other: str) -> list[int]:
    """Return the points from one to the other, the shorter way round."""
    start, stop = COMPASS.index(_point(one)), COMPASS.index(_point(other))
    if (way := (stop - start) % len(COMPASS)) == len(COMPASS) // 2:
        raise ValueError(f"bearings from {one[:5]} to {other[:5]} go either way round; name the points between")
    if way > len(COMPASS) // 2:
        start, way = stop, len(COMPASS) - way
    return [(start + n) % len(COMPASS) for n in range(way + 1)]


def _run(start: int, named: set[int]) -> Sector:
    last = start
    while (last + 1) % len(COMPASS) in named:
        last = (last + 1) % len(COMPASS)
    return Sector(
        from_deg=compass(COMPASS[start]).from_deg,
        to_deg=compass(COMPASS[last]).to_deg,
        sd_deg=BEARING_SD_DEG,
    )


def _from_name(place: str, finder: _Finder) -> Point | None:
    between = _BETWEEN.fullmatch(place)
    if between is not None:
        return _middle(finder.town(between[1]), finder.town(between[2]))
    shifted = _OFFSET.fullmatch(place)
    if shifted is not None:
        return _shift(finder.town(shifted[3]) or finder.hint, float(shifted[1]), shifted[2])
    vague = _DIRECTION.fullmatch(place) or _VAGUE.fullmatch(place)
    if vague is not None:
        return _blurred(finder.town(vague[vague.lastindex or 1]))
    return finder.town(place)


def _from_offsets(offset: str, gazetteer: Gazetteer) -> Point | None:
    """Return where the offsets lead, weighted by how well each is known; None where no anchor is known."""
    found = [point for part in offset.split("/") if (point := _from_offset(part.strip(), gazetteer))]
    if not found:
        return None
    weights = [1 / (p.sd_km or TOWN_SD_KM) ** 2 for p in found]
    return Point(
        lon=math.fsum(w * p.lon for w, p in zip(weights, found, strict=True)) / math.fsum(weights),
        lat=math.fsum(w * p.lat for w, p in zip(weights, found, strict=True)) / math.fsum(weights),
        sd_km=math.sqrt(1 / math.fsum(weights)),
    )


def _from_offset(offset: str, gazetteer: Gazetteer) -> Point | None:
    match = _OFFSET.fullmatch(offset)
    return None if match is None else _shift(_Finder(gazetteer, None).town(match[3]), float(match[1]), match[2])


def _shift(anchor: Point | None, km: float, point: str) -> Point | None:
    if anchor is None:
        return None
    bearing_deg = COMPASS.index(point) * COMPASS_STEP_DEG
    lon, lat = destination(anchor.lon, anchor.lat, bearing_deg, km)
    return Point(lon=lon, lat=lat, sd_km=math.hypot(anchor.sd_km or 0.0, km * SINE_SPREAD, ROUNDING_SD_KM))


def _middle(one: Point | None, other: Point | None) -> Point | None:
    """Return the middle of two towns; anywhere between them is equally likely."""
    if one is None or other is None:
        return one or other
    apart_km = distance_km(one.lon, one.lat, other.lon, other.lat)
    sd_km = math.hypot(apart_km / math.sqrt(12), TOWN_SD_KM)
    return Point(lon=(one.lon + other.lon) / 2, lat=(one.lat + other.lat) / 2, sd_km=sd_km)


def _blurred(town: Point | None) -> Point | None:
    return None if town is None else Point(lon=town.lon, lat=town.lat, sd_km=AREA_SD_KM)


def _agree(found: Settlement, hint: Point) -> bool:
    """Tell whether a settlement can be the one that the offset means: within three errors and a town's width."""
    return distance_km(found.lon, found.lat, hint.lon, hint.lat) <= 3 * (hint.sd_km or 0.0) + TOWN_SD_KM
