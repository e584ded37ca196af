"""Records of where units stood, and areas, with plain numbers."""

from datetime import datetime, timedelta

from papers import NOON

from trucewatch.model import Clocks, Coded, Feature, Geometry, Interval, Point, Position, Record, Source
from trucewatch.spacetime import destination
from trucewatch.vocabulary import FeatureRole, SourceClass, UnitKind

POST = Source(name="post", source_class=Coded(term=SourceClass.OBSERVER))
CORNER = (38.0, 48.0)  # the south-western corner of the square
SQUARE = ((38, 48), (39, 48), (39, 49), (38, 49), (38, 48))
MINUTE = timedelta(minutes=1)


def area(*rings, start=None, end=None, accuracy_km=0.0, units=()) -> Feature:
    """A permitted area: a polygon of its rings, the first its shell (none: the square)."""
    return Feature(
        role=FeatureRole.PERMITTED_AREA,
        geometry=Geometry(kind="Polygon", coordinates=rings or (SQUARE,)),
        id="area",
        valid_from=start,
        valid_to=end,
        accuracy_km=accuracy_km,
        units=units,
    )


def box(west, south, east, north):
    return ((west, south), (east, south), (east, north), (west, north), (west, south))


def stood(
    lon,
    lat,
    at: datetime = NOON,
    until: datetime | None = None,
    sd_km=0.0,
    unit="team 1",
    kind=UnitKind.MONITORS,
    key="",
) -> Record:
    return Record(
        source=POST,
        clocks=Clocks(claimed=Interval(start=at, end=until or at)),
        about="movement",
        body=Position(unit=unit, unit_kind=kind),
        reader="test",
        raw=(),
        key=key or f"{unit} {at.isoformat()} {lon:.6f} {lat:.6f}",
        place=None if lon is None else Point(lon=lon, lat=lat, sd_km=sd_km),
    )


def west_of_the_square(km: float, **more) -> Record:
    """Somewhere half-way up the western edge, so many km outside (negative: inside)."""
    lon, lat = destination(38.0, 48.5, 270 if km >= 0 else 90, abs(km))
    return stood(lon, lat, **more)
