"""The submission page: what an observer heard or saw becomes the cells of the interchange's own table. Pure.

"Undetermined" stands first and is what is sent where nothing else was chosen: an observer who does not know is right
to say so. A watch in which nothing was noticed has a form of its own, because an hour that nobody covered must never
look like a quiet one (docs/interchange.md; docs/sources/canonical.md says what the columns mean).
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from trucewatch.spacetime import stamp
from trucewatch.vocabulary import Direction, Means, Phenomenon, WeaponClass
from trucewatch.web.room.filling import Data, FormError, moment

READER = "canonical"
LONGEST_WATCH = timedelta(days=1)  # a longer one says nothing and would not be counted (docs/sources/canonical.md)
_UNDETERMINED = "undetermined"

# what a monitor in the field may have perceived; notices and hot spots come from elsewhere
PHENOMENA = tuple(
    each.value
    for each in Phenomenon
    if each is not Phenomenon.QUIET and each is not Phenomenon.HOT_SPOT and not each.value.startswith("announced")
)
DIRECTIONS = (_UNDETERMINED, *(each.value for each in Direction if each.value != _UNDETERMINED))
WEAPONS = (_UNDETERMINED, *(each.value for each in WeaponClass if each.value != _UNDETERMINED))
MEANS = (Means.HEARD.value, Means.SAW.value, *(m.value for m in Means if m not in {Means.HEARD, Means.SAW}))
# how well the time is known: seconds of standard deviation, in words
PRECISIONS = (("1", "to the second"), ("30", "to the minute"), ("150", "to five minutes"), ("450", "to a quarter hour"))
SOURCE_CLASS = {"liaison": "party"}  # whoever speaks for a side is no observer; all others are

_IN_WORDS = {  # what is no plain word by itself; the rest is, with blanks
    "ifv_cannon": "cannon of an IFV",
    "mlrs": "rocket launcher (MLRS)",
    "anti_aircraft": "anti-aircraft weapon",
    "atgm": "anti-tank missile (ATGM)",
    "armed_uav": "armed drone (UAV)",
    "mine_uxo_ied": "mine, dud or IED",
    "recorded_camera": "recording of a camera",
    "mini_uav": "small drone (mini-UAV)",
    "mid_range_uav": "drone of middle range",
    "long_range_uav": "drone of long range",
    "acoustic": "acoustic sensor",
    "seismic": "seismic sensor",
    "told_by_interlocutor": "was told it",
    "party_report": "report of a side",
    "media": "in the media",
}
# what the columns are called on the page where a row is approved, and where it is read
COLUMNS = {
    "id": "Id",
    "source": "Source",
    "source_class": "Kind of source",
    "source_side": "Speaks for",
    "means": "How",
    "phenomenon": "What",
    "direction": "Direction",
    "weapon": "Weapon",
    "time": "When (of a watch: its middle)",
    "time_sd_s": "give or take, seconds",
    "count": "How many",
    "count_min": "at least",
    "count_max": "at most",
    "observer_lon": "Where it was observed from, degrees east",
    "observer_lat": "Where it was observed from, degrees north",
    "bearing_deg": "Bearing, degrees from north",
    "bearing_sd_deg": "give or take, degrees",
    "distance_km": "Distance, km",
    "distance_sd_km": "give or take, km",
    "lon": "Where it was, degrees east",
    "lat": "Where it was, degrees north",
    "position_sd_km": "give or take, km",
    "text": "In words",
}

_NUMBERS = {  # column: its label, least, most
    "count": ("How many", 0, 1_000_000),
    "count_min": ("At least", 0, 1_000_000),
    "count_max": ("At most", 0, 1_000_000),
    "observer_lon": ("Your longitude", -180, 180),
    "observer_lat": ("Your latitude", -90, 90),
    "bearing_deg": ("Bearing", 0, 360),
    "bearing_sd_deg": ("Error of the bearing", 0, 180),
    "distance_km": ("Distance", 0, 1000),
    "distance_sd_km": ("Error of the distance", 0, 1000),
    "lon": ("Longitude of the place", -180, 180),
    "lat": ("Latitude of the place", -90, 90),
    "position_sd_km": ("Error of the place", 0, 1000),
}
_WHOLE = frozenset({"count", "count_min", "count_max"})
_PAIRS = (("observer_lon", "observer_lat"), ("lon", "lat"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Observer:
    """Who hands it in: a staff id, what kind of source that is, the side that it speaks for ("" neutral)."""

    name: str
    source_class: str
    side: str = ""


def in_words(value: str) -> str:
    """Return what a value of the table is called on the page."""
    return _IN_WORDS.get(value, value.replace("_", " "))


def observer(person_id: str, role: str, of: str) -> Observer:
    """Return the source that a member of the staff is."""
    return Observer(
        name=person_id, source_class=SOURCE_CLASS.get(role, "observer"), side=of if role == "liaison" else ""
    )


def perceived(data: Data, by: Observer, time_zone: str) -> dict[str, str]:
    """Return the cells of what somebody perceived; FormError says all that is wrong."""
    faults: list[tuple[str, str]] = []
    cells = _source(by)
    cells |= _choices(
        data,
        {
            "means": ("How it was perceived", MEANS, ""),
            "phenomenon": ("What was perceived", PHENOMENA, ""),
            "direction": ("Direction", DIRECTIONS, _UNDETERMINED),
            "weapon": ("Weapon", WEAPONS, _UNDETERMINED),
        },
        faults,
    )
    cells |= _times(data, time_zone, faults) | _numbers(data, faults) | _words(data)
    if faults:
        raise FormError(faults)
    return cells


def nothing_heard(data: Data, by: Observer, time_zone: str) -> dict[str, str]:
    """Return the cells of a watch in which nothing was noticed, from its beginning to its end."""
    faults: list[tuple[str, str]] = []
    cells = _source(by) | {"phenomenon": Phenomenon.QUIET.value}
    cells |= _choices(data, {"means": ("How you kept watch", MEANS, "")}, faults)
    begin, end = (_moment(data, name, label, time_zone, faults) for name, label in _WATCH)
    if begin and end and not timedelta() < end - begin <= LONGEST_WATCH:
        faults.append(("end", "The end: a watch ends after it begins, and within a day"))
    elif begin and end:
        # the table has one time: the middle, and the spread of a uniform window (docs/sources/canonical.md)
        half_s = (end - begin).total_seconds() / 2
        cells |= {"time": stamp(begin + (end - begin) / 2), "time_sd_s": f"{half_s / math.sqrt(3):.0f}"}
    cells |= _numbers(data, faults) | _words(data)
    if "observer_lon" not in cells and not faults:
        faults.append(("observer_lon", "Your longitude: a watch without a place covers nothing"))
    if faults:
        raise FormError(faults)
    return cells


_WATCH = (("begin", "The beginning"), ("end", "The end"))


def _source(by: Observer) -> dict[str, str]:
    cells = {"id": "", "source": by.name, "source_class": by.source_class}
    return cells | ({"source_side": by.side} if by.side else {})


def _choices(
    data: Data, asked: Mapping[str, tuple[str, Sequence[str], str]], faults: list[tuple[str, str]]
) -> dict[str, str]:
    found: dict[str, str] = {}
    for name, (label, offered, otherwise) in asked.items():
        word = _one(data, name) or otherwise
        if not word:
            faults.append((name, f"{label}: is missing"))
        elif word not in offered:
            faults.append((name, f"{label}: is none of those offered"))
        else:
            found[name] = word
    return found


def _times(data: Data, time_zone: str, faults: list[tuple[str, str]]) -> dict[str, str]:
    at = _moment(data, "time", "When", time_zone, faults)
    precision = _one(data, "time_sd_s") or PRECISIONS[1][0]
    if precision not in dict(PRECISIONS):
        faults.append(("time_sd_s", "How well the time is known: is none of those offered"))
    return {"time": stamp(at), "time_sd_s": precision} if at else {}


def _moment(data: Data, name: str, label: str, time_zone: str, faults: list[tuple[str, str]]) -> datetime | None:
    word = _one(data, name)
    try:
        return moment(word, time_zone)
    except ValueError as error:
        faults.append((name, f"{label}: {error if word else 'is missing'}"))
        return None


def _numbers(data: Data, faults: list[tuple[str, str]]) -> dict[str, str]:
    found: dict[str, str] = {}
    for name, (label, least, most) in _NUMBERS.items():
        word = _one(data, name).replace(",", ".")
        if not word:
            continue
        try:
            value = int(word) if name in _WHOLE else float(word)
        except ValueError:
            value = math.nan
        if least <= value <= most:
            found[name] = word
        else:
            faults.append((name, f"{label}: is no number between {least} and {most:,}"))
    for one, other in _PAIRS:
        if (one in found) != (other in found) and not {one, other} & {name for name, _ in faults}:
            faults.append((one, "A place needs both longitude and latitude"))
    return found


def _words(data: Data) -> dict[str, str]:
    text = _one(data, "text")[:20_000]
    return {"text": text} if text else {}


def _one(data: Data, name: str) -> str:
    return next((word.strip() for word in data.get(name, ()) if word.strip()), "")
