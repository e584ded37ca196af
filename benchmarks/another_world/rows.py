"""A row of the canonical table before it is written: what its source knows, with honest errors."""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import datetime, timedelta, timezone

from benchmarks.another_world.settings import World
from benchmarks.another_world.theatre import Point, degrees

ZONE = timezone(timedelta(hours=2))
START = datetime(2021, 3, 1, tzinfo=ZONE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One cell for each column; None is an empty cell. Times s from the start, places in the plane."""

    source: str
    source_class: str
    means: str
    phenomenon: str
    time_s: float
    time_sd_s: float
    source_side: str = ""
    direction: str | None = None
    count: int | None = None
    weapon: str | None = None
    observer: Point | None = None
    observer_held_by: str | None = None
    bearing_deg: float | None = None
    bearing_sd_deg: float | None = None
    distance_km: float | None = None
    distance_sd_km: float | None = None
    place: Point | None = None
    position_sd_km: float | None = None
    accuses: str | None = None
    stance: str | None = None
    text: str = ""


def cells(row: Row, world: World) -> dict[str, str]:
    """Return the row as the world's clerks write it: errors left blank or mis-stated, columns that they do not fill."""
    found: dict[str, str] = {}
    for field in fields(row):
        found.update(_cell(field.name, getattr(row, field.name), world))
    at_post = row.observer is not None
    if at_post and not world.ranges:
        found.pop("distance_km", None)
        found.pop("distance_sd_km", None)
    if row.source_class == "observer" and world.minutes > 1:
        step = 60 * world.minutes
        found["time"] = stamp(round(row.time_s / step) * step)
    if not world.directions and row.source_class != "party":
        found.pop("direction", None)
    return found


def _cell(name: str, value: object, world: World) -> Mapping[str, str]:
    match value:
        case None | "":
            return {}
        case float() if name == "time_s":
            return {"time": stamp(value)}
        case float() if "_sd_" in name:
            return {} if world.stated is None else {name: f"{value * world.stated:.4g}"}
        case (float(), float()) if name in {"observer", "place"}:
            lon, lat = degrees(value)
            prefix = "observer_" if name == "observer" else ""
            return {f"{prefix}lon": f"{lon:.5f}", f"{prefix}lat": f"{lat:.5f}"}
        case float():
            return {name: f"{value:.2f}"}
        case _:
            return {name: str(value)}


def stamp(time_s: float) -> str:
    """Return a time as RFC 3339, to the second."""
    return (START + timedelta(seconds=round(time_s))).isoformat()


def seconds(text: str) -> float:
    """Return the seconds from the start of a written time."""
    return (datetime.fromisoformat(text) - START).total_seconds()
