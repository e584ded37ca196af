"""An invented case in the shape of map.json, for the tests of the page and for looking at it.

`python tests/web/invented_case.py DIR [INCIDENTS]` writes it where `trucewatch.web.app.create` can serve it.
Places and names are real (GeoNames), everything that happens is invented.
"""

import json
import math
import struct
import sys
import zlib
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from itertools import islice
from pathlib import Path
from random import Random

from trucewatch.report.geo import MOST_RAYS

SIDES = ("government", "armed_formations")
ZONE_HOURS = 3  # EEST; all the invented days lie in summer
WEST, SOUTH, EAST, NORTH = 37.2, 47.4, 39.0, 48.8
LINE = (
    (38.95, 48.72),
    (38.6, 48.62),
    (38.45, 48.4),
    (38.1, 48.35),
    (37.85, 48.13),
    (37.68, 48.05),
    (37.62, 47.85),
    (37.75, 47.55),
)
SETTLEMENTS = (
    ("Донецьк", "Донецк", 37.8, 48.02), ("Горлівка", "Горловка", 38.09, 48.33), ("Авдіївка", "Авдеевка", 37.75, 48.14),
    ("Світлодарськ", "Светлодарск", 38.22, 48.43), ("Ясинувата", "Ясиноватая", 37.86, 48.13), ("Волноваха", "Волноваха", 37.49, 47.6),
    ("Маріуполь", "Мариуполь", 37.55, 47.1), ("Луганськ", "Луганск", 39.3, 48.57), ("Дебальцеве", "Дебальцево", 38.44, 48.34),
)  # fmt: skip
DAYS = (
    "2016-06-15",
    "2016-06-16",
    "2016-07-21",
    "2016-08-04",
    "2016-08-05",
    "2016-08-14",
    "2016-08-15",
    "2016-08-16",
    "2016-08-19",
    "2016-08-20",
)
HYPOTHESES = (*SIDES, "both", "other", "no_violation")


def case_map(incidents: int = 120, *, credit: str = "GeoNames CC BY 4.0") -> dict:
    """The whole map.json."""
    chance = Random(20201110)
    points = [_incident(chance, number) for number in range(incidents)]
    return {
        "case": {
            "id": "sample",
            "title": "An invented case along a real line",
            "parties": [
                {"id": SIDES[0], "name": "Government side", "colour": "#1d5fa8"},
                {"id": SIDES[1], "name": "Armed formations side", "colour": "#b4531a"},
            ],
            "time_zone": "Europe/Kyiv",
            "as_of": "2016-08-20T16:30:00Z",
        },
        "line": [
            _feature(
                "LineString",
                [list(p) for p in LINE],
                id="line",
                names={"en": "line of contact"},
                source="sketch",
                accuracy_km=3.0,
                valid_from=None,
                valid_to=None,
            )
        ],
        "features": _collection([*_settlements(credit), *_posts(), _control(), _zone()]),
        "relief": {
            "url": "relief.png",
            "west": WEST,
            "south": SOUTH,
            "east": EAST,
            "north": NORTH,
            "credit": "invented relief",
        },
        "incidents": _collection(points),
        "efforts": [_effort(chance, day, side) for day in DAYS for side in SIDES],
        "footprints": _collection(_flights()),
        "footprints_left_out": 0,
        "rays": _collection(islice((ray for point in points for ray in _rays(chance, point)), MOST_RAYS)),
        "bounds": [37.3, 47.7, 38.9, 48.7],
    }


def write(directory: Path, incidents: int = 120) -> Path:
    """The directory as `assess` would leave it, with stand-ins for the report and the tables."""
    (directory / "daily").mkdir(parents=True, exist_ok=True)
    (directory / "map.json").write_text(json.dumps(case_map(incidents), ensure_ascii=False), encoding="utf-8")
    (directory / "relief.png").write_bytes(_png(240, 200))
    for name in ("report.html", "daily/2016-08-15.html"):
        (directory / name).write_text(
            "<!doctype html><html lang=en><title>Report</title><h1>Report</h1>", encoding="utf-8"
        )
    for name in ("incidents", "links", "clauses", "rejected"):
        (directory / f"{name}.csv").write_text("a,b\n", encoding="utf-8")
    return directory


def _incident(chance: Random, number: int) -> dict:
    lon, lat = LINE[chance.randrange(len(LINE) - 1)]
    first = datetime.fromisoformat(f"{chance.choice(DAYS)}T00:00:00+00:00") + timedelta(
        minutes=chance.randrange(-180, 1080)
    )
    last = first + timedelta(minutes=chance.choice((0, 0, 4, 25, 240)))
    timeless, placeless = number % 40 == 7, number % 15 == 3
    weights = [chance.random() ** 3 + 0.02 for _ in HYPOTHESES]
    if number % 5 == 0:
        weights[chance.randrange(5)] = 40.0
    p = {name: weight / sum(weights) for name, weight in zip(HYPOTHESES, weights, strict=True)}
    best = max(p, key=p.__getitem__)
    determination = best if p[best] > 0.95 else "undetermined"
    place = (
        None
        if placeless
        else {
            "type": "Point",
            "coordinates": [round(lon + chance.gauss(0, 0.07), 5), round(lat + chance.gauss(0, 0.05), 5)],
        }
    )
    rounds = chance.choice((1, 3, 12, 53, 120))
    return {
        "type": "Feature",
        "geometry": place,
        "properties": {
            "id": f"inc-{number:05d}",
            "first": None if timeless else _stamp(first),
            "last": None if timeless else _stamp(last),
            "radius_km_68": None if placeless else round(chance.uniform(0.3, 5.5), 2),
            "phenomenon": chance.choice(
                ("explosion", "explosion", "burst", "hot_spot", "muzzle_flash", "projectile_in_flight")
            ),
            "count": chance.choice((f"{rounds}", f"about {rounds}", f"at least {rounds}")),
            "determination": determination,
            "words": "Cannot be determined at the agreed standard"
            if determination == "undetermined"
            else "Points to one explanation at the agreed standard; both staffs still decide",
            "p": p,
            "why": "Two posts heard it from different directions (+2.1 bits); one side's claim repeats the other's (0 bits); no satellite pass in the hour (0 bits).",
            "clauses": ["1"] if number % 3 else [],
            "observations": [_observation(chance, number, index, first) for index in range(1 + number % 4)],
        },
    }


def _observation(chance: Random, number: int, index: int, first: datetime) -> dict:
    return {
        "key": f"{number:05d}-{index}", "id": f"obs-{number}-{index}",
        "source": chance.choice(("Observers at Avdiivka", "Camera at Svitlodarsk", "Observers in Horlivka", "VIIRS S-NPP")),
        "means": chance.choice(("heard", "saw", "recorded_camera", "satellite")),
        "direction": chance.choice(("", "outgoing", "impact", "undetermined")), "count": f"{1 + number % 60}",
        "time": _stamp(first), "text": "Heard 5 to 8 km to the north-north-east." if index == 0 else "",
    }  # fmt: skip


def _effort(chance: Random, day: str, side: str) -> dict:
    start, length = chance.randrange(0, 12), chance.choice((0, 4, 9, 12, 24))
    heard = [start <= hour < start + length for hour in range(24)]
    by_hour = [
        chance.choice(("fire_recorded", "quiet", "quiet", "partly_covered")) if here else "not_covered"
        for here in heard
    ]
    if heard[1]:  # fire at some time of the night's first hours
        by_hour[:3] = ["fire_at_some_time"] * 3
    return {
        "day": day,
        "side": side,
        "hours": float(sum(heard)),
        "observer_hours": 1.5 * sum(heard),
        "observers": 2,
        "by_hour": by_hour,
    }


def _rays(chance: Random, incident: dict) -> list[dict]:
    if incident["geometry"] is None or int(incident["properties"]["id"][-1]) % 2:
        return []
    lon, lat = incident["geometry"]["coordinates"]
    return [_wedge(lon, lat, chance.uniform(0, 360), incident["properties"]["id"]) for _ in range(2)]


def _wedge(lon: float, lat: float, bearing_deg: float, incident: str) -> dict:
    """From an observer 9 km away towards the place, 22 degrees wide."""
    foot = _shift(lon, lat, bearing_deg + 180, 9)
    arc = [_shift(*foot, bearing_deg + turn, 12) for turn in range(-11, 12, 2)]
    return _feature("Polygon", [[foot, *arc, foot]], incident=incident)


def _shift(lon: float, lat: float, bearing_deg: float, km: float) -> list[float]:
    turn = math.radians(bearing_deg)
    return [
        round(lon + math.sin(turn) * km / (111.2 * math.cos(math.radians(lat))), 5),
        round(lat + math.cos(turn) * km / 111.2, 5),
    ]


def _settlements(credit: str) -> list[dict]:
    return [
        _place("settlement", [lon, lat], f"s{lon}", {"uk": one, "ru": other}, credit)
        for one, other, lon, lat in SETTLEMENTS
    ]


def _posts() -> list[dict]:
    return [
        _place("observation_post", [37.71, 48.16], "post-1", {"en": "Post 1"}, "invented"),
        _place("observation_post", [38.24, 48.41], "camera-1", {"en": "Camera 1"}, "invented", camera=True),
    ]


def _control() -> dict:
    ring = [*(list(p) for p in LINE), [38.95, 47.45], list(LINE[0])]
    return _feature(
        "Polygon",
        [ring],
        role="control",
        id="control-1",
        names={"en": "control, sketch"},
        camera=False,
        source="sketch",
    )


def _zone() -> dict:
    ring = [[38.4, 48.35], [38.5, 48.35], [38.5, 48.42], [38.4, 48.42], [38.4, 48.35]]
    return _feature("Polygon", [ring], role="zone", id="zone-1", names={"en": "Zone 1"}, camera=False, source="sketch")


def _flights() -> list[dict]:
    """Passes of two made-up missions as `report.looked` writes them, newest first; of the last no ground is known."""
    return [
        _flight("flight 7", "2016-08-19T06:10:00Z", 95, "clear", "checked", 22, 41.3, [[38.05, 48.2, 38.2, 48.3]]),
        _flight("flight 7", "2016-08-19T07:45:00Z", 20, "denied", "stated", 60, 17.0, [[38.2, 48.22, 38.28, 48.28]]),
        _flight("flight 6", "2016-08-15T16:00:00Z", 50, "degraded", "reinterpreted", 180, 12.9, [[37.7, 47.98, 37.8, 48.05], [37.85, 48.0, 37.9, 48.04]]),
        _flight("flight 6", "2016-08-15T15:00:00Z", 15, "clear", "unlocated", None, None, []),
    ]  # fmt: skip


def _flight(
    unit: str, start: str, minutes: int, view: str, grade: str, error_m: int | None, km2: float | None, boxes: list
) -> dict:
    end = datetime.fromisoformat(start) + timedelta(minutes=minutes)
    rings = [[[[w, s], [e, s], [e, n], [w, n], [w, s]]] for w, s, e, n in boxes]
    told = {
        "unit": unit,
        "from": start,
        "to": _stamp(end),
        "view": view,
        "grade": grade,
        "error_m": error_m,
        "km2": km2,
    }
    return _feature("MultiPolygon", rings, **told) | ({} if boxes else {"geometry": None})


def _place(
    role: str, where: list[float], key: str, names: dict[str, str], source: str, *, camera: bool = False
) -> dict:
    return _feature("Point", where, role=role, id=key, names=names, camera=camera, source=source)


def _feature(kind: str, coordinates: list, **properties: object) -> dict:
    return {"type": "Feature", "geometry": {"type": kind, "coordinates": coordinates}, "properties": properties}


def _collection(features: Iterable[dict]) -> dict:
    return {"type": "FeatureCollection", "features": list(features)}


def _stamp(when: datetime) -> str:
    return when.astimezone(UTC).isoformat().replace("+00:00", "Z")


def _png(width: int, height: int) -> bytes:
    """Grey hills: PNG, 8-bit greyscale (W3C PNG specification, third edition, section 11)."""
    rows = b"".join(
        b"\0" + bytes(int(205 + 30 * math.sin(x / 9 + y / 23) * math.cos(y / 11 - x / 31)) for x in range(width))
        for y in range(height)
    )
    head = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + _chunk(b"IHDR", head) + _chunk(b"IDAT", zlib.compress(rows)) + _chunk(b"IEND", b"")


def _chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


if __name__ == "__main__":
    write(Path(sys.argv[1]), int((*sys.argv[2:], "120")[0]))
