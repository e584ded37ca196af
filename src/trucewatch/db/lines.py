"""What goes into the lists and what is asked of them: plain values, of no database."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

STALE = "stale"  # the status of what was judged on an older conclusion, beside the outcomes
_KM_PER_DEGREE = 110.5  # of latitude at the equator, where it is least (WGS 84): a circle is never made too small


@dataclass(frozen=True, slots=True, kw_only=True)
class Box:
    """A box in degrees. Raises ValueError where it is none; one over the 180th meridian is two boxes."""

    west: float
    south: float
    east: float
    north: float

    def __post_init__(self) -> None:
        if not (-180 <= self.west <= self.east <= 180 and -90 <= self.south <= self.north <= 90):
            raise ValueError("a box is west, south, east, north in degrees, the smaller number first")

    def wider(self, lon: float, lat: float) -> "Box":
        """Return a box that is wider by so many degrees on each side, as far as there are any."""
        return Box(
            west=max(-180.0, self.west - lon),
            south=max(-90.0, self.south - lat),
            east=min(180.0, self.east + lon),
            north=min(90.0, self.north + lat),
        )


def circle(lon: float, lat: float, radius_km: float) -> Box:
    """Return a box that holds a circle, rather too large; all longitudes where it touches 180° or a pole."""
    high = radius_km / _KM_PER_DEGREE
    edge = abs(lat) + high
    wide = high / math.cos(math.radians(edge)) if edge < 89 else 360.0
    if abs(lon) + wide > 180:
        lon, wide = 0.0, 180.0
    return Box(west=lon - wide, east=lon + wide, south=max(-90.0, lat - high), north=min(90.0, lat + high))


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where an incident was: degrees, and the radius that holds 68 % of the probability, in km."""

    lon: float
    lat: float
    radius_km: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """What a guarantor last said of an incident; position "" where it has not spoken, finding "" for none."""

    guarantor: str
    position: str
    finding: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One incident as it is listed.

    `thing` is what the access policy asks about (`tables.thing_columns`); `entry` the index of the entry that proposes
    it, None while there is none; `named` are the parties that the proposal, a guarantor or the procedure names.
    """

    id: str
    thing: Mapping[str, str | int]
    entry: int | None
    first: datetime | None
    last: datetime | None
    place: Place | None
    time_words: str
    place_words: str
    what_words: str
    proposal_words: str
    determination: str
    outcome: str
    finding: str
    is_stale: bool
    readiness: str
    voices: tuple[Said, ...]
    named: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Made:
    """Of what the lists are made: statements of the first `entries` of the log, conclusions from the first `of`."""

    entries: int
    of: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Cursor:
    """A place in the list: just after, or with `is_newer` just before, the incident of this time and id."""

    newest_ms: int
    id: str
    is_newer: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Sought:
    """What of the list is asked for; everything where nothing is named.

    `since`: what was, or may have been, at that time or later. `status`: an outcome, STALE or a readiness. `awaits`: a
    guarantor that has not spoken. `names`: a party. `box`: what lies, or may lie, in it. An incident without a time may
    have been at any time, one without a place anywhere: they are never left out for that.
    """

    since: datetime | None = None
    status: str = ""
    awaits: str = ""
    names: str = ""
    box: Box | None = None
    cursor: Cursor | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """One incident as it was found in the list."""

    id: str
    time_words: str
    place_words: str
    what_words: str
    proposal_words: str
    outcome: str
    is_stale: bool
    readiness: str
    voices: tuple[Said, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """A page of the list, newest first, with counts of the same moment.

    `tally` counts what was sought by status ("" for all), whatever status was asked for; `timeless` and `placeless` are
    those of the asked status without a time or a place. `newer` and `older` lead on, None where there is nothing.
    """

    lines: tuple[Listed, ...]
    tally: Mapping[str, int]
    timeless: int
    placeless: int
    newer: Cursor | None
    older: Cursor | None
    made: Made
