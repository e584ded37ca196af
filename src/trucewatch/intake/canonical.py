"""The canonical observation table of the interchange: one row, one observation, exactly its columns."""

import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from functools import lru_cache

from trucewatch import spacetime
from trucewatch.intake import cells as cell
from trucewatch.intake.mission_words import DIRECTIONS, PHENOMENA, Found, term
from trucewatch.intake.reader import Context, Reader
from trucewatch.intake.weapons import weapon
from trucewatch.intake.whereabouts import whereabouts
from trucewatch.model import (
    Claim,
    Clocks,
    Coded,
    Count,
    Interval,
    Named,
    Observation,
    Place,
    Point,
    Ray,
    Sector,
    Source,
    Span,
    Weapon,
)
from trucewatch.vocabulary import (
    PERCEIVING,
    Direction,
    Means,
    Phenomenon,
    Qualifier,
    SourceClass,
    Stance,
    WeaponClass,
)

COLUMNS = (
    *("id", "source", "source_class", "source_side", "means", "phenomenon", "direction"),
    *("count", "count_min", "count_max", "observer_lon", "observer_lat"),
    *("bearing_deg", "bearing_sd_deg", "distance_km", "distance_sd_km", "time", "time_sd_s"),
    *("lon", "lat", "position_sd_km", "accuses", "text", "stance"),
)
_BARE = re.compile(r"\d{4}-\d\d-\d\d([T ]\d\d:\d\d(?::\d\d(?:\.\d{1,9})?)?(?: [A-Z]{2,5})?)?", re.ASCII)
_DAY_SD_S = 24_942  # of anywhen in a day: its half / √3
BEARING_SD_DEG = 8.0  # of a bearing whose error is not stated: half a point and a person's own error, a guess
FARTHEST_KM = 60.0  # nobody hears or sees fire farther than this: a row that says so holds a slip (metres, mostly)
_PEOPLE = frozenset({SourceClass.OBSERVER, SourceClass.CAMERA})  # as far as ears and eyes reach; instruments go farther
# what whoever else would have perceived it only passes on, by these means: he is no witness of it
_TOLD = {
    Means.TOLD_BY_INTERLOCUTOR: SourceClass.INTERLOCUTOR,
    Means.PARTY_REPORT: SourceClass.PARTY,
    Means.MEDIA: SourceClass.MEDIA,
}
_FROM_AFAR = frozenset(
    {Means.HEARD, Means.ACOUSTIC, Means.SEISMIC, Means.RADAR}
)  # who perceives so does not stand where it was
# read where somebody states them; the simulator and older tables have none
OPTIONAL = ("weapon", "place_name", "observer_held_by", "place_held_by")


def observation(cells: Mapping[str, str], context: Context) -> Observation:
    """Return the observation of one row; an absent column is an empty cell.

    A row without a time is kept with no claimed time, one without a place with no place: an observer's
    half of a record is still a record. A row without a source is not: nobody said it.
    """
    text = cells.get
    name = text("source", "").strip()
    if not name:
        raise ValueError("has no source: somebody has to have said it")
    side, accused = context.named(text("source_side", "")), context.named(text("accuses", ""))
    stand = _stand(text("observer_lon", ""), text("observer_lat", ""), context)
    stated = text("count", "")
    means = cell.coded(text("means", ""), Means)
    source = _source(name, text("source_class", ""), means.term, side)
    phenomenon = _coded(text("phenomenon", ""), Phenomenon, PHENOMENA)
    count = _count(stated, text("count_min", ""), text("count_max", ""))
    if side is None and source.source_class.term in PERCEIVING and phenomenon.term is not Phenomenon.QUIET:
        cell.check_perceived(count)  # where a side counts nothing, it denies
    return Observation(
        id=text("id", "").strip(),
        source=source,
        means=means,
        phenomenon=phenomenon,
        direction=_coded(text("direction", ""), Direction, DIRECTIONS),
        clocks=Clocks(claimed=_claimed(text("time", ""), text("time_sd_s", ""))),
        place=_place(cells, context, stand, source.source_class.term, means.term),
        observer=stand,
        count=count,
        weapon=_weapon(text("weapon", "")),
        claim=_claim(text("stance", ""), accused, side, stated.strip()),
        observer_held_by=context.named(text("observer_held_by", "")),
        place_held_by=context.named(text("place_held_by", "")),
        text=text("text", ""),
        reader=CANONICAL.kind,
        raw=tuple(map(cell.of_column, cells.keys(), cells.values())),
    )


CANONICAL = Reader(kind="canonical", columns=frozenset({"id", "source", "source_class", "time"}), read=observation)


@lru_cache(maxsize=1024)  # a few sources say most of what is said: the same words are the same value
def _source(name: str, source_class: str, means: Means | None, side: Named | None) -> Source:
    """Return who says it; what an observer was told, or has read, is the words of those who said it."""
    stated = cell.coded(source_class, SourceClass)
    if means is not None and means in _TOLD and stated.term in PERCEIVING:
        stated = replace(stated, term=_TOLD[means])
    return Source(name=name, source_class=stated, side=side)


def passed_on(row: Observation) -> bool:
    """Tell whether a source that perceives was told it, or read it: its class is then that of who said so."""
    term, means = row.source.source_class.term, row.means.term
    return means in _TOLD and cell.coded(row.source.source_class.verbatim, SourceClass).term not in {term, None}


def _stand(lon: str, lat: str, context: Context) -> Point | None:
    place = cell.position(lon, lat, context, "observer")
    return None if place is None else _point(*place)


@lru_cache(maxsize=1024)  # posts and cameras stay where they are
def _point(lon: float, lat: float) -> Point:
    return Point(lon=lon, lat=lat)


def _claimed(time: str, sd: str) -> Interval | None:
    sd_s = cell.optional(sd, cell.time_sd_s, "time_sd_s")
    if not time.strip():
        return None
    instant = _instant(time)
    return Interval(start=instant, end=instant, sd_s=sd_s or 0.0)


def _instant(time: str) -> datetime:
    """Return the instant of a cell; ValueError says how to write a day, or a clock whose offset is not stated."""
    try:
        return spacetime.utc(time)
    except ValueError as error:
        bare = _BARE.fullmatch(time.strip())
        if bare is None:
            raise
        how = (
            "it does not say which clock; add its offset from UTC"
            if bare[1]
            else f"a whole day is its noon with time_sd_s {_DAY_SD_S}"
        )
        raise ValueError(f"{error}; {how}") from error


def _place(
    cells: Mapping[str, str], context: Context, observer: Point | None, by: SourceClass | None, means: Means | None
) -> Place | None:
    """Return the place itself where stated, else where the observer perceived it, else what words name, else None.

    A name in its own column says more than that an observer stood somewhere; a sentence may name where he stood. The
    very place where he stood is not that of what he heard, or of what he saw in some direction or distance.
    """
    stated = cell.position(cells.get("lon", ""), cells.get("lat", ""), context, "place")
    sd_km = cell.optional(cells.get("position_sd_km", ""), cell.distance_km, "position_sd_km")
    sectors, distance = _sectors(cells), _distance(cells)
    if distance is not None and by in _PEOPLE and distance.low_km > FARTHEST_KM:
        raise ValueError(
            f"distance_km {distance.low_km:g} is farther than {FARTHEST_KM:g} km, where nobody hears or sees fire; "
            "are these metres?"
        )
    is_away = bool(sectors) or (distance is not None and distance.low_km > 0) or means in _FROM_AFAR
    if stated and not (is_away and observer is not None and stated == (observer.lon, observer.lat)):
        return Point(lon=stated[0], lat=stated[1], sd_km=sd_km)
    if observer is not None and (sectors or distance is not None):
        return Ray(observer=observer, sectors=sectors, distance=distance)
    named = _called(cells.get("place_name", ""), context)
    if observer is not None:
        return named or Ray(observer=observer)
    return named or context.settlements.place(cells.get("text", ""))


def _called(name: str, context: Context) -> Point | None:
    """Return the place of that name: a settlement of the case, else one of the gazetteer about the case's places."""
    own = context.settlements.place(name)
    if own is not None or not name.strip() or context.theatre is None:
        return own
    try:
        found = whereabouts(name, "", context.gazetteer)
    except ValueError:
        return None
    west, south, east, north = context.theatre
    return found if west <= found.lon <= east and south <= found.lat <= north else None


def _sectors(cells: Mapping[str, str]) -> tuple[Sector, ...]:
    stated = cell.optional(cells.get("bearing_sd_deg", ""), cell.angle_sd_deg, "bearing_sd_deg")
    bearing = cell.optional(cells.get("bearing_deg", ""), cell.bearing_deg, "bearing_deg")
    sd = BEARING_SD_DEG if stated is None else stated
    return () if bearing is None else (Sector(from_deg=bearing, to_deg=bearing, sd_deg=sd),)


def _distance(cells: Mapping[str, str]) -> Span | None:
    stated = cell.optional(cells.get("distance_sd_km", ""), cell.distance_km, "distance_sd_km")
    distance = cell.optional(cells.get("distance_km", ""), cell.distance_km, "distance_km")
    if distance is None:
        return None
    sd = cell.estimate_sd_km(distance) if stated is None else stated
    return Span(low_km=distance, high_km=distance, sd_km=sd)


def _count(stated: str, least: str, most: str) -> Count:
    """Return the bounds where there are any, else the count itself."""
    if not (stated or least or most):
        return _NO_COUNT
    exact = cell.optional(stated, cell.count, "count")
    low = cell.optional(least, cell.count, "count_min")
    high = cell.optional(most, cell.count, "count_max")
    if low is None and high is None:
        return _NO_COUNT if exact is None else _exactly(exact)
    _check_ordered(low, exact, high)
    if high is None:
        return Count(low=low, qualifier=Qualifier.AT_LEAST)
    return Count(low=low, high=high, qualifier=Qualifier.AT_MOST if low is None else Qualifier.RANGE)


_NO_COUNT = Count()


@lru_cache(maxsize=1024)
def _exactly(number: int) -> Count:
    return Count(low=number, high=number, qualifier=Qualifier.EXACT)


def _check_ordered(low: int | None, exact: int | None, high: int | None) -> None:
    stated = [number for number in (low, exact, high) if number is not None]
    if stated != sorted(stated):
        raise ValueError(f"count_min, count and count_max are not in order: {', '.join(map(str, stated))}")


def _coded(word: str, vocabulary: type[Found], words: Mapping[str, Found]) -> Coded[Found]:
    """Return the word of the vocabulary, or the one that missions mean by it; any other one is kept."""
    stated = cell.coded(word, vocabulary)
    return stated if stated.term is not None else replace(stated, term=term(words, word))


def _weapon(word: str) -> Weapon | None:
    """Return the weapon that is named, None where nobody could tell or none was stated.

    By a word of the vocabulary, else in a mission's own words ("HMG", "mortar_120mm"), as its own tables are read.
    """
    stated = cell.coded(word, WeaponClass)
    if not word.strip() or stated.term is WeaponClass.UNDETERMINED:
        return None
    found = None if stated.term is not None else weapon(word.replace("_", " "))
    if found is None:
        return Weapon(weapon_class=stated)
    return replace(found, weapon_class=replace(found.weapon_class, verbatim=stated.verbatim))


def _claim(stance: str, accused: Named | None, side: Named | None, count: str) -> Claim | None:
    """Return the claim: the stance that is stated, else what follows from whom it names.

    A source that names its own side admits; a side that counts nothing and names nobody denies.
    """
    if stance.strip():
        return Claim(stance=_stance(stance), accused=accused)
    if accused is None:
        return Claim(stance=Stance.DENIES) if side is not None and count == "0" else None
    own = side is not None and accused.party is not None and side.party == accused.party
    return Claim(stance=Stance.ADMITS if own else Stance.ACCUSES, accused=accused)


def _stance(word: str) -> Stance:
    try:
        return Stance(word.strip().lower())
    except ValueError:
        known = ", ".join(stance.value for stance in Stance)
        raise ValueError(f"stance {word[:40]!r} is not one of {known}") from None
