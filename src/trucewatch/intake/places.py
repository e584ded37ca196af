"""`places.geojson` to dated places: the line, who controls what, posts, zones. GeoJSON is RFC 7946."""

import json
import re
from calendar import isleap
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from itertools import pairwise
from typing import Any

import shapely

from trucewatch import spacetime
from trucewatch.intake.actors import party_of
from trucewatch.intake.case import CaseError, texts
from trucewatch.model import Feature, Geometry, Party
from trucewatch.vocabulary import FeatureRole, UnitKind

MARGIN_DEG = 1.0  # about 100 km: farther from every place of the case, a record is not about it: a guess

_DEPTH = {"Point": 0, "MultiPoint": 1, "LineString": 1, "MultiLineString": 2, "Polygon": 2, "MultiPolygon": 3}
_LEAST = {"LineString": 2, "MultiLineString": 2, "Polygon": 4, "MultiPolygon": 4}  # RFC 7946 section 3.1
_SHAPES = {
    FeatureRole.LINE_OF_CONTACT: ("LineString", "MultiLineString"),
    FeatureRole.CONTROL: ("Polygon", "MultiPolygon"),
    FeatureRole.OBSERVATION_POST: ("Point",),
    FeatureRole.ZONE: ("Polygon", "MultiPolygon"),
    FeatureRole.PERMITTED_AREA: ("Polygon", "MultiPolygon"),
}
_LEAST_AREA_DEG2 = 1e-10  # about a square metre; rounding gives a ring along a meridian up to 1e-11: a guess
_DATE = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
_YEAR = re.compile(r"\s*(\d{4})(-.*)", re.ASCII)


def parse_places(geojson: bytes, parties: Sequence[Party]) -> tuple[Feature, ...]:
    """Return the features in the order of the file.

    A `valid_from` before 1900 and a `valid_to` after 2199 (often 9999) say that this end is open. `for` of a
    permitted area is a word or several: a party is its `party`, the others are its `units`. Heights are dropped.

    Raises:
        CaseError: one line that says which feature, counted from 1, and what is wrong with it.

    """
    try:
        collection = json.loads(geojson.decode("utf-8-sig"), parse_constant=_refuse)
        if not isinstance(collection, Mapping) or not isinstance(collection.get("features"), list):
            raise CaseError("places.geojson is not a FeatureCollection")  # noqa: TRY301
        return tuple(_numbered(at, given, parties) for at, given in enumerate(collection["features"], start=1))
    except RecursionError:
        raise CaseError("places.geojson nests too deeply") from None
    except CaseError:
        raise
    except UnicodeDecodeError as error:
        raise CaseError(f"places.geojson is not UTF-8 (byte {error.start + 1})") from error
    except ValueError as error:
        raise CaseError(f"places.geojson is not JSON: {error}") from error


def theatre(features: Iterable[Feature]) -> tuple[float, float, float, float] | None:
    """Return (west, south, east, north) around all features with a margin of one degree; None without features.

    A case across the 180th meridian gets the whole belt between its latitudes.
    """
    corners = [corner for feature in features for corner in spacetime.vertices(feature.geometry)]
    if not corners:
        return None
    lons, lats = zip(*corners, strict=True)
    west, east = max(min(lons) - MARGIN_DEG, -180.0), min(max(lons) + MARGIN_DEG, 180.0)
    return west, max(min(lats) - MARGIN_DEG, -90.0), east, min(max(lats) + MARGIN_DEG, 90.0)


def _refuse(constant: str) -> float:
    raise ValueError(f"{constant} is not a number of JSON")


def _numbered(at: int, given: Any, parties: Sequence[Party]) -> Feature:
    try:
        return _feature(given, parties)
    except ValueError as error:
        raise CaseError(f"places.geojson, feature {at}: {error}") from error


def _feature(given: Any, parties: Sequence[Party]) -> Feature:
    properties = given.get("properties") if isinstance(given, Mapping) else None
    if not isinstance(properties, Mapping):
        raise CaseError("is not a Feature with properties")
    role = _role(properties.get("role"))
    named, units = _for(properties, role, parties)
    begins, ends = _instant(properties, "valid_from"), _instant(properties, "valid_to")
    if begins and ends and begins >= ends:
        raise CaseError("valid_from is not before valid_to")
    return Feature(
        role=role,
        geometry=_geometry(given.get("geometry"), role),
        id=_word(properties.get("id", given.get("id")), "id"),
        names=texts(properties, "it"),
        party=_party(properties, role, parties) or named,
        camera=_camera(properties.get("camera")),
        valid_from=begins,
        valid_to=ends,
        accuracy_km=_accuracy(properties.get("accuracy_km")),
        source=_word(properties.get("source"), "source"),
        units=units,
    )


# --- properties -----------------------------------------------------------------------------------


def _role(given: Any) -> FeatureRole:
    try:
        return FeatureRole(given)
    except ValueError:
        raise CaseError(f"role {given!r:.40} is not one of {', '.join(FeatureRole)}") from None


def _word(given: Any, what: str) -> str:
    if given is None or type(given) is int:
        return "" if given is None else str(given)
    if not isinstance(given, str) or (given and not given.isprintable()):
        raise CaseError(f"{what} is not a line of text: {given!r:.60}")
    return given.strip()


def _party(properties: Mapping[str, Any], role: FeatureRole, parties: Sequence[Party]) -> str | None:
    word = _word(properties.get("party"), "party")
    if not word:
        if role is FeatureRole.CONTROL:
            raise CaseError("a control area has no party")
        return None
    party = party_of(word, parties)
    if party is None:
        raise CaseError(f"party {word[:40]!r} is not one of {', '.join(known.id for known in parties)}")
    return party


def _for(
    properties: Mapping[str, Any], role: FeatureRole, parties: Sequence[Party]
) -> tuple[str | None, tuple[UnitKind, ...]]:
    """Return the party and the kinds of units that a permitted area is for; None and none where it says nothing."""
    given = properties.get("for") or []
    if role is not FeatureRole.PERMITTED_AREA:
        return None, ()
    words = {_word(word, "for") for word in (given if isinstance(given, list) else [given])}
    units = tuple(unit for unit in UnitKind if unit in words)
    named = {word: party_of(word, parties) for word in sorted(words.difference(units))}
    if unknown := [word for word, party in named.items() if party is None]:
        raise CaseError(f"for {unknown[0][:40]!r} is neither a party nor one of {', '.join(UnitKind)}")
    if len(set(named.values())) > 1:
        raise CaseError("for names more than one party; give each an area of its own")
    return next(iter(named.values()), None), units


def _camera(given: Any) -> bool:
    return given if isinstance(given, bool) else str(given or "").strip().lower() not in {"", "0", "no", "false"}


def _instant(properties: Mapping[str, Any], what: str) -> datetime | None:
    given = properties.get(what)
    if given is None or given == "":
        return None
    if not isinstance(given, str):
        raise CaseError(f"{what} {given!r:.40} is not RFC 3339")
    text = f"{given}T00:00:00Z" if _DATE.fullmatch(given) else given
    try:
        return None if _means_open(text, what) else spacetime.utc(text)
    except ValueError as error:
        raise CaseError(f"{what}: {error}") from error


def _means_open(text: str, what: str) -> bool:
    """Return whether an instant lies before 1900 for a beginning, after 2199 for an end: a filled-in blank.

    Such a year is beyond what `spacetime.utc` reads; a year of the same calendar stands in for it there.
    """
    match = _YEAR.fullmatch(text)
    if match is None:
        return False
    year = int(match[1])
    if spacetime.EARLIEST.year < year < spacetime.LATEST.year - 1:
        return False
    stand_in = 2000 if isleap(year) else 2001
    try:
        reached = spacetime.utc(f"{stand_in}{match[2]}").year - stand_in + year
    except ValueError:
        return False  # no date of any year; whoever reads it next says so in its own words
    return reached < spacetime.EARLIEST.year if what == "valid_from" else reached >= spacetime.LATEST.year


def _accuracy(given: Any) -> float:
    if given is None:
        return 0.0
    if type(given) not in (int, float) or not 0 <= given <= 20_004:  # km, half the way round the Earth
        raise CaseError(f"accuracy_km {given!r:.40} is not a distance in kilometres")
    return float(given)


# --- geometry -------------------------------------------------------------------------------------


def _geometry(given: Any, role: FeatureRole) -> Geometry:
    kind = given.get("type") if isinstance(given, Mapping) else None
    if not isinstance(kind, str) or kind not in _DEPTH:
        raise CaseError(f"geometry {kind!r:.40} is not one of {', '.join(_DEPTH)}")
    if kind not in _SHAPES.get(role, tuple(_DEPTH)):
        raise CaseError(f"a place of role {role} is a {' or '.join(_SHAPES[role])}, not a {kind}")
    nested = _nested(given.get("coordinates"), _DEPTH[kind], kind)
    return Geometry(kind=kind, coordinates=nested)


def _nested(given: Any, depth: int, kind: str) -> tuple[object, ...]:
    if depth == 0:
        return _position(given)
    if not isinstance(given, list) or not given:
        raise CaseError(f"the coordinates of a {kind} are not nested as RFC 7946 asks")
    inner = tuple(_nested(item, depth - 1, kind) for item in given)
    if depth == 1:
        _check_line(inner, kind)
    return inner


def _check_line(line: tuple[object, ...], kind: str) -> None:
    if len(line) < _LEAST.get(kind, 1):
        raise CaseError(f"a {kind} has a part of {len(line)} positions; it needs {_LEAST[kind]}")
    if "LineString" in kind and len(set(line)) < 2:
        raise CaseError(f"a {kind} has a part that stays at one position, {line[0]}; it needs two")
    if "Polygon" in kind:
        _check_ring(line, kind)
        _check_meridian(line, kind)


def _check_ring(ring: tuple[object, ...], kind: str) -> None:
    if ring[0] != ring[-1]:
        raise CaseError("a polygon is not closed: its first and last position differ")
    if len(set(ring)) < 3 or shapely.make_valid(shapely.Polygon(ring)).area < _LEAST_AREA_DEG2:
        raise CaseError(f"a {kind} has a ring about {ring[0]} that encloses no area, or less than a square metre")


def _check_meridian(ring: tuple[Any, ...], kind: str) -> None:
    """Refuse a ring that jumps from one end of the longitudes to the other: it would hold the rest of the Earth."""
    if any(abs(lon - to_lon) > 180 for (lon, _), (to_lon, _) in pairwise(ring)):
        raise CaseError(f"a {kind} crosses the 180th meridian; cut it there, as RFC 7946 asks in section 3.1.9")


def _position(given: Any) -> tuple[float, float]:
    if not isinstance(given, list) or len(given) < 2 or any(type(number) not in (int, float) for number in given):
        raise CaseError(f"{given!r:.40} is not a position of longitude and latitude")
    lon, lat = given[0], given[1]
    if not (-180 <= lon <= 180 and -90 <= lat <= 90):
        hint = "; are latitude and longitude exchanged?" if abs(lon) <= 90 and 90 < abs(lat) <= 180 else ""
        raise CaseError(f"longitude {lon!r:.20}, latitude {lat!r:.20} is not on the globe{hint}")
    return float(lon), float(lat)
