"""A made-up front on which vignettes happen, and rows in its kilometres as rows of the tables that `assess` reads.

The line of contact runs north through (0, 0); the first party, "west", holds what lies west of it, "east" what lies
east. Places are written in km east and north of (0, 0). A vignette's day is 20 March 2021, clock UTC+2.
"""

import json
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from math import sqrt

from benchmarks.vignettes.reading import Row

from trucewatch.spacetime import Plane

PLANE = Plane(38.0, 48.0)
DAY = datetime.fromisoformat("2021-03-20T00:00:00+02:00")
SIDES = ("west", "east", "south")
FAR_NORTH, FAR_SOUTH, DEPTH = 110.0, -110.0, 60.0
HOLDING_AREA = (-24.0, -20.0, -4.0, 4.0)  # west's depot, west to east and south to north, km
FOREST = (-1.5, 1.5, 6.0, 10.0)  # the disengagement area across the line

PAPER = """+++
id = "truce"
title = "Truce of 1 March 2021"
signed = 2021-03-01
in_force = 2021-03-01T00:00:00+02:00
tz = "Europe/Kyiv"
[quotation.en]
language = "en"
source = "made up"
verbatim = false
+++
## 1
> [en] All sides cease fire.
```toml
id = "1.a"
kind = "prohibit"
bearer = "all"
```
## 2
> [en] Tanks, mortars and artillery stay 15 km from the line, rocket launchers 25 km.
```toml
id = "2.a"
kind = "withdraw"
bearer = "all"
[[bands]]
distance_km = 15
weapon_classes = ["tank", "mortar", "artillery"]
[[bands]]
distance_km = 25
weapon_classes = ["mlrs"]
```
## 3
> [en] Nobody enters the disengagement area.
```toml
id = "3.a"
kind = "prohibit"
bearer = "all"
phenomena = ["entry_into_the_zone"]
zone = "forest"
```
"""

_CLASS_MEANS = {
    "observer": "heard", "camera": "recorded_camera", "acoustic": "acoustic", "seismic": "seismic",
    "drone": "mid_range_uav", "satellite": "satellite",
    "party": "party_report", "media": "media", "interlocutor": "told_by_interlocutor",
}  # fmt: skip
_PLAIN = {
    "id": "id", "source": "source", "class": "source_class", "side": "source_side", "what": "phenomenon",
    "way": "direction", "means": "means", "accuses": "accuses", "stance": "stance", "weapon": "weapon", "text": "text",
    "sd_s": "time_sd_s", "time_sd_s": "time_sd_s", "post_on": "observer_held_by", "place_on": "place_held_by",
    "place_name": "place_name", "about": "about", "notice": "notice", "radius_km": "radius_km",
}  # fmt: skip


def files(
    tables: Iterable[tuple[Sequence[Row], int]], setting: Mapping[str, object], *, exchanged: bool = False
) -> dict[str, str]:
    """Return the files of a case folder by their paths; `exchanged`: each side stands where the other stood.

    Each table stands with how many days later it happens than it is written.
    `setting`: `sides` (2 or 3), `line_km` (error of the line, standard deviation), `grey_km` (width of ground that
    nobody holds along the line).
    """
    names = SIDES[: int(str(setting.get("sides", 2)))]
    other = (
        dict(zip(names, (names[1], names[0], *names[2:]), strict=True))
        if exchanged
        else dict(zip(names, names, strict=True))
    )
    found = {
        "case.toml": _case(names if not exchanged else (names[1], names[0], *names[2:])),
        "places.geojson": json.dumps(_places(names, other, setting)),
        "agreements/truce.md": PAPER,
    }
    for n, (table, later) in enumerate(tables):
        rows = [canonical(row, later) for row in table]
        if rows:
            found[f"observations/table-{n}.csv"] = csv_of([_named(row, other) for row in rows])
    return found


def csv_of(rows: Sequence[Row]) -> str:
    """Return rows as CSV text; every row has every column that one of them has."""
    columns = list(dict.fromkeys(column for row in rows for column in row))
    lines = [",".join(columns)]
    lines.extend(",".join('"' + row.get(c, "").replace('"', '""') + '"' for c in columns) for row in rows)
    return "\n".join(lines) + "\n"


def canonical(row: Row, later: int = 0) -> Row:
    """Return a row of a vignette as a row of the table that it belongs to (`cases/README.md` says what cells mean).

    It happens so many days `later`; a full time with its offset stays.
    """
    found = {_PLAIN[column]: cell for column, cell in row.items() if column in _PLAIN and cell}
    if "class" in row and "notice" not in row and not found.get("means"):
        found["means"] = _CLASS_MEANS.get(row["class"], "")
    for column, cell in row.items():
        if column in _TIMES and cell:
            stamps = _time(cell, later)
            found.update(stamps if column == "time" else {column: stamps["time"]})
        elif column not in _PLAIN and cell:
            found.update(_READ[column](cell))
    for column in ("time", *(("starts", "ends", "received") if "notice" in row else ())):
        found.setdefault(column, "")
    return found


def _time(cell: str, later: int) -> Row:
    """`14:00:05`, `14:00–16:00` (a stretch), `-1 14:00` (the day before), or a full time with its offset."""
    if "T" in cell:
        return {"time": cell}
    day = later
    if found := re.fullmatch(r"([+-]\d+) (.*)", cell):
        day, cell = later + int(found[1]), found[2]
    start, _, end = cell.partition("–")
    first, last = _clock(start, day), _clock(end or start, day)
    middle, half = first + (last - first) / 2, (last - first).total_seconds() / 2
    return {"time": middle.isoformat(), **({"time_sd_s": f"{half / sqrt(3):.0f}"} if end else {})}


def _clock(cell: str, day: int) -> datetime:
    hours, minutes, *seconds = (float(part) for part in cell.split(":"))
    return DAY + timedelta(days=day, hours=hours, minutes=minutes, seconds=sum(seconds))


def _count(cell: str) -> Row:
    if cell.startswith("≥"):
        return {"count_min": cell[1:]}
    low, dash, high = cell.partition("–")
    return {"count_min": low, "count_max": high} if dash else {"count": low}


def _degrees(east: float, north: float) -> tuple[str, str]:
    lon, lat = PLANE.degrees([east], [north])
    return f"{float(lon[0]):.6f}", f"{float(lat[0]):.6f}"


def _place(cell: str) -> Row:
    at, _, sd = cell.partition("±")
    lon, lat = _degrees(*(float(part) for part in at.split()))
    return {"lon": lon, "lat": lat, **({"position_sd_km": sd} if sd else {})}


def _post(cell: str) -> Row:
    lon, lat = _degrees(*(float(part) for part in cell.split()))
    return {"observer_lon": lon, "observer_lat": lat}


def _with_sd(column: str, sd_column: str) -> Callable[[str], Row]:
    def read(cell: str) -> Row:
        value, _, sd = cell.partition("±")
        return {column: value.strip(), **({sd_column: sd} if sd else {})}

    return read


_TIMES = frozenset({"time", "starts", "ends", "received"})
_READ: dict[str, Callable[[str], Row]] = {
    "count": _count,
    "place": _place,
    "post": _post,
    "bearing": _with_sd("bearing_deg", "bearing_sd_deg"),
    "distance": _with_sd("distance_km", "distance_sd_km"),
}


def _named(row: Row, other: Mapping[str, str]) -> Row:
    """Return a row with the sides called as `other` says, in every cell that names one."""
    sides = ("source_side", "accuses", "observer_held_by", "place_held_by")
    return {column: other.get(cell, cell) if column in sides else cell for column, cell in row.items()}


def _case(names: Sequence[str]) -> str:
    head = 'id = "vignette"\ntime_zone = "Europe/Kyiv"\ncut_off = "19:30"\n[title]\nen = "A vignette"\n'
    return head + "".join(f'[[party]]\nid = "{n}"\n[party.name]\nen = "{n.capitalize()}ern side"\n' for n in names)


def _places(names: Sequence[str], other: Mapping[str, str], setting: Mapping[str, object]) -> dict[str, object]:
    sd, grey = float(str(setting.get("line_km", 0.3))), float(str(setting.get("grey_km", 0.0))) / 2
    bottom = FAR_SOUTH if len(names) == 2 else -10.0
    features = [
        _feature("line_of_contact", [(0, bottom), (0, FAR_NORTH)], sd),
        _feature("control", _box(-DEPTH, -grey, bottom, FAR_NORTH), sd, party=other["west"]),
        _feature("control", _box(grey, DEPTH, bottom, FAR_NORTH), sd, party=other["east"]),
        _feature("zone", _box(*FOREST), 0.05, id="forest"),
        _feature("site", _box(*HOLDING_AREA), 0.1, id="depot"),
        _settlement(3.0, 0.0, {"en": "Oakford", "uk": "Дубовий Брід", "ru": "Дубовый Брод"}),
    ]
    if len(names) > 2:
        features.append(_feature("line_of_contact", [(-DEPTH, -10), (DEPTH, -10)], sd))
        features.append(_feature("control", _box(-DEPTH, DEPTH, FAR_SOUTH, -10), sd, party="south"))
    return {"type": "FeatureCollection", "features": features}


def _settlement(east: float, north: float, names: Mapping[str, str]) -> dict[str, object]:
    point = [float(part) for part in _degrees(east, north)]
    properties = {"role": "settlement", "names": names}
    return {"type": "Feature", "geometry": {"type": "Point", "coordinates": point}, "properties": properties}


def _box(west: float, east: float, south: float, north: float) -> list[tuple[float, float]]:
    return [(west, south), (east, south), (east, north), (west, north), (west, south)]


def _feature(role: str, corners: Sequence[tuple[float, float]], sd: float, **more: str) -> dict[str, object]:
    points = [[float(part) for part in _degrees(*corner)] for corner in corners]
    is_line = role == "line_of_contact"
    shape = {"type": "LineString", "coordinates": points} if is_line else {"type": "Polygon", "coordinates": [points]}
    return {"type": "Feature", "geometry": shape, "properties": {"role": role, "accuracy_km": sd, **more}}
