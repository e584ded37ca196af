"""Reader of active-fire tables of NASA FIRMS (VIIRS and MODIS), in either order of columns and either spelling.

A hot spot is heat seen from above, whatever burns: a cue, never a violation by itself. Field meanings are
those of the FIRMS attribute tables (earthdata.nasa.gov, "VIIRS I-Band 375 m Active Fire", "MODIS Collection 6").
"""

import re
from collections.abc import Mapping
from datetime import UTC, date, datetime, time

from trucewatch.intake import cells as numbers
from trucewatch.intake.columns import cell, day
from trucewatch.intake.reader import Context, Reader
from trucewatch.model import Area, Clocks, Coded, Interval, Observation, Source
from trucewatch.spacetime import destination
from trucewatch.vocabulary import Means, Phenomenon, SourceClass

OVERPASS_SD_S = 180.0  # the time is that of a swath of about six minutes, not of the pixel: a guess
WIDEST_PIXEL_KM = 10.0  # a MODIS pixel at the edge of the swath is 4.8 km long; twice that is a slip
MOST_MEGAWATTS = 1e6  # a thousand times the hottest pixels of large fires: more is a slip, a guess
FARTHEST_DEG = 85.0  # from the equator: a box of kilometres has no sense at the poles

_CONFIDENCE = {"l": "low", "low": "low", "n": "nominal", "nominal": "nominal", "h": "high", "high": "high"}
_CONFIDENCE |= {"m": "medium", "medium": "medium"}  # as the Landsat product calls it
_TYPES = {"1": "active volcano", "2": "other static source on land", "3": "offshore"}  # of the archive's column "type"
_CLOCK = re.compile(r"(\d{1,2}):(\d\d)(?::(\d\d))?", re.ASCII)
_DIGITS = re.compile(r"\d{1,4}", re.ASCII)


def overpass(of_day: date, text: str) -> datetime:
    """Return the acquisition time, always UTC, written as 0030, 30, 00:30 or 00:30:00.

    Raises:
        ValueError: when it is none of these or no time of day.

    """
    match = _CLOCK.fullmatch(text)
    if match is not None:
        hours, minutes, seconds = int(match[1]), int(match[2]), int(match[3] or 0)
    elif _DIGITS.fullmatch(text):
        hours, minutes, seconds = int(text) // 100, int(text) % 100, 0
    else:
        raise ValueError(f"acq_time {text[:20]!r} is not written as 0030 or 00:30")
    if hours > 23 or minutes > 59 or seconds > 59:
        raise ValueError(f"acq_time {text[:20]!r} is no time of day")
    return datetime.combine(of_day, time(hours, minutes, seconds), tzinfo=UTC)


def confidence(text: str) -> str:
    """Return the detection's confidence in words: VIIRS has low, nominal and high, MODIS 0 to 100.

    Raises:
        ValueError: when it is on neither scale.

    """
    word = _CONFIDENCE.get(text.casefold())
    return word or f"{numbers.between(text, 'confidence', 0, 100):g} of 100"


def footprint(lon: float, lat: float, scan_km: float, track_km: float) -> Area:
    """Return the pixel as a box about its centre: `scan_km` wide from west to east, `track_km` from south to north.

    The true pixel is turned with the orbit, by some 10 to 20° at these latitudes; the box ignores that.
    """
    half_lon = (destination(lon, lat, 90, scan_km / 2)[0] - lon + 180) % 360 - 180
    half_lat = destination(lon, lat, 0, track_km / 2)[1] - lat
    west, east, south, north = lon - half_lon, lon + half_lon, lat - half_lat, lat + half_lat
    return Area(ring=((west, south), (east, south), (east, north), (west, north), (west, south)))


def _position(cells: Mapping[str, str], context: Context) -> tuple[float, float]:
    found = numbers.position(cell(cells, "longitude"), cell(cells, "latitude"), context, "hot spot")
    if found is None or abs(found[1]) > FARTHEST_DEG:
        raise ValueError("a hot spot needs a longitude and a latitude within ±85°")
    return found


def _source(cells: Mapping[str, str]) -> Source:
    instrument = cell(cells, "instrument") or _instrument(cells)
    name = f"{instrument} {cell(cells, 'satellite')}".strip()
    return Source(name=name, source_class=Coded(term=SourceClass.SATELLITE))


def _instrument(cells: Mapping[str, str]) -> str:
    """Return what measured, told by its columns of brightness; the Landsat product has none."""
    if cell(cells, "bright_ti4"):
        return "VIIRS"
    return "MODIS" if cell(cells, "brightness") or cell(cells, "bright_t31") else ""


def _text(cells: Mapping[str, str]) -> str:
    words = [f"confidence {confidence(cell(cells, 'confidence'))}"]
    power = cell(cells, "frp")
    if power:
        words.append(f"radiative power {numbers.between(power, 'frp', 0, MOST_MEGAWATTS):g} MW")
    if of := _TYPES.get(cell(cells, "type")):
        words.append(of)
    light = {"D": "by day", "N": "by night"}.get(cell(cells, "daynight"))
    return ", ".join([*words, light] if light else words)


def _read(cells: Mapping[str, str], context: Context) -> Observation:
    lon, lat = _position(cells, context)
    scan_km = numbers.between(cell(cells, "scan"), "scan", 0.01, WIDEST_PIXEL_KM)
    track_km = numbers.between(cell(cells, "track"), "track", 0.01, WIDEST_PIXEL_KM)
    seen = overpass(day(cell(cells, "acq_date"), "acq_date"), cell(cells, "acq_time"))
    return Observation(
        source=_source(cells),
        means=Coded(term=Means.SATELLITE),
        phenomenon=Coded(term=Phenomenon.HOT_SPOT),
        direction=Coded(term=None),
        clocks=Clocks(claimed=Interval(start=seen, end=seen, sd_s=OVERPASS_SD_S)),
        reader=HOT_SPOTS.kind,
        raw=(),
        place=footprint(lon, lat, scan_km, track_km),
        text=_text(cells),
    )


HOT_SPOTS = Reader(
    kind="firms_hot_spots",
    columns=frozenset(
        {"latitude", "longitude", "scan", "track", "acq_date", "acq_time", "satellite", "confidence"},
    ),
    read=_read,
)
