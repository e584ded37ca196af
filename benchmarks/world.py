"""A small made-up front for the benchmarks: canonical rows whose truth is known. Not the simulator.

A straight-ish line of 200 km runs north; two sides shoot across it, many of the incidents in bursts. Patrols, cameras
and acoustic posts perceive them with stated errors, both sides claim, and a few outlets repeat. Every number
is a guess chosen to make the tables look like a mission's; the truth goes to truth.csv beside the case and is
read by no command.
"""

import argparse
import csv
import json
import math
import random
from datetime import UTC, datetime, timedelta
from pathlib import Path

LON, SOUTH, NORTH = 38.0, 47.2, 49.0
KM_PER_DEG = 111.2
START = datetime(2021, 3, 1, tzinfo=UTC)
# fmt: off
HEADER = (
    "id", "source", "source_class", "source_side", "means", "phenomenon", "direction", "count", "count_min",
    "count_max", "observer_lon", "observer_lat", "bearing_deg", "distance_km", "bearing_sd_deg", "distance_sd_km",
    "time", "time_sd_s", "lon", "lat", "position_sd_km", "accuses", "text",
)
# fmt: on


def line_lon(lat: float) -> float:
    """Return where the winding line lies, degrees."""
    return LON + 0.08 * math.sin((lat - SOUTH) * 7)


def places(one: str, two: str) -> dict[str, object]:
    """Return the features: the line and both sides' ground, a belt of about 60 km."""
    lats = [SOUTH + (NORTH - SOUTH) * k / 60 for k in range(61)]
    line = [[line_lon(lat), lat] for lat in lats]
    west = [*line, [LON - 0.8, NORTH], [LON - 0.8, SOUTH], line[0]]
    east = [*line, [LON + 0.8, NORTH], [LON + 0.8, SOUTH], line[0]]

    def feature(kind: str, coordinates: object, **properties: object) -> dict[str, object]:
        return {
            "type": "Feature",
            "properties": properties,
            "geometry": {"type": kind, "coordinates": coordinates},
        }

    return {
        "type": "FeatureCollection",
        "features": [
            feature("LineString", line, role="line_of_contact", accuracy_km=0.3),
            feature("Polygon", [west], role="control", party=one, accuracy_km=0.3),
            feature("Polygon", [east], role="control", party=two, accuracy_km=0.3),
        ],
    }


def _offset(lon: float, lat: float, east_km: float, north_km: float) -> tuple[float, float]:
    return lon + east_km / (KM_PER_DEG * math.cos(math.radians(lat))), lat + north_km / KM_PER_DEG


def rows(count: int, seed: int, one: str, two: str) -> list[tuple[dict[str, object], int, str]]:
    """Return `count` (row, incident number or -1, who fired) of one world; one incident per row and a half."""
    chance = random.Random(seed)
    posts = [SOUTH + (NORTH - SOUTH) * (k + 0.5) / 20 for k in range(20)]
    days = max(2.0, count / 1000)
    out: list[tuple[dict[str, object], int, str]] = []
    incident = 0
    burst = (0.0, 0.0, "")
    left = 0
    while len(out) < count:
        incident += 1
        if left:
            left -= 1
            when, lat, who = burst[0] + chance.uniform(30, 600), burst[1] + chance.gauss(0, 0.01), burst[2]
        else:
            when = chance.uniform(0, days * 86400)
            lat, who = chance.uniform(SOUTH + 0.02, NORTH - 0.02), chance.choice((one, two))
            left = chance.randint(1, 4) if chance.random() < 0.3 else 0
        burst = (when, lat, who)
        sign = -1 if who == one else 1
        origin = _offset(line_lon(lat), lat, sign * chance.uniform(0.8, 5), 0)
        impact = _offset(line_lon(lat), lat, -sign * chance.uniform(0.5, 4), chance.gauss(0, 1))
        out.extend((row, incident, who) for row in _reports(chance, posts, when, origin, impact, who, (one, two)))
    out = out[:count]
    for n, (row, _, _) in enumerate(out):
        row["id"] = f"r{n:07d}"
    return out


def _reports(chance, posts, when, origin, impact, who, parties):
    seen = []
    for n, lat in enumerate(posts):
        post = (line_lon(lat), lat)
        for place, direction in ((origin, "outgoing"), (impact, "impact")):
            away = math.hypot(
                (place[0] - post[0]) * KM_PER_DEG * math.cos(math.radians(lat)), (place[1] - lat) * KM_PER_DEG
            )
            if away > 8 or chance.random() > 0.5:
                continue
            seen.append(_perceived(chance, n, post, place, away, when, direction))
    accuser = parties[1] if who == parties[0] else parties[0]
    if chance.random() < 0.4:
        seen.append(_claim(chance, f"ministry {accuser}", "party", accuser, when, impact, who))
    if chance.random() < 0.15:
        seen.append(_claim(chance, f"ministry {who}", "party", who, when, origin, accuser))
    if chance.random() < 0.1:
        seen.append(_claim(chance, f"outlet {chance.randint(1, 5)}", "media", "", when, impact, who))
    return seen


def _perceived(chance, n, post, place, away, when, direction):
    camera = n % 2 == 0
    bearing = math.degrees(math.atan2((place[0] - post[0]) * math.cos(math.radians(post[1])), place[1] - post[1]))
    bearing_sd, distance_sd, clock = (2.0, 0.15 * away, 5.0) if camera else (8.0, 0.25 * away, 60.0)
    assessed = direction if chance.random() < 0.6 else "undetermined"
    return {
        "source": f"{'camera' if camera else 'post'} {n}",
        "source_class": "camera" if camera else "observer",
        "means": "recorded_camera" if camera else "saw",
        "phenomenon": "explosion",
        "direction": assessed,
        "count": chance.randint(1, 12),
        "observer_lon": round(post[0], 5),
        "observer_lat": round(post[1], 5),
        "bearing_deg": round((bearing + chance.gauss(0, bearing_sd)) % 360, 1) % 360,
        "distance_km": round(max(0.1, away + chance.gauss(0, distance_sd)), 2),
        "bearing_sd_deg": bearing_sd,
        "distance_sd_km": round(distance_sd, 2),
        "time": _stamp(when + chance.gauss(0, clock)),
        "time_sd_s": clock,
    }


def _claim(chance, source, source_class, side, when, place, accused):
    lon, lat = _offset(*place, chance.gauss(0, 1.5), chance.gauss(0, 1.5))
    return {
        "source": source,
        "source_class": source_class,
        "source_side": side,
        "means": "party_report" if side else "media",
        "phenomenon": "explosion",
        "time": _stamp(when + chance.gauss(0, 900)),
        "time_sd_s": 900,
        "lon": round(lon, 5),
        "lat": round(lat, 5),
        "position_sd_km": 1.5,
        "accuses": accused,
        "text": f"{source} says that {accused} opened fire",
    }


def _stamp(seconds: float) -> str:
    return (START + timedelta(seconds=round(seconds))).isoformat()


def write(folder: Path, count: int, seed: int = 1, one: str = "north_side", two: str = "south_side") -> Path:
    """Write a case folder of `count` canonical rows and its truth; return the folder."""
    (folder / "observations").mkdir(parents=True, exist_ok=True)
    (folder / "case.toml").write_text(
        f'id = "bench"\ntime_zone = "UTC"\n[[party]]\nid = "{one}"\n[[party]]\nid = "{two}"\n', encoding="utf-8"
    )
    (folder / "places.geojson").write_text(json.dumps(places(one, two)), encoding="utf-8")
    made = rows(count, seed, one, two)
    with (folder / "observations" / "rows.csv").open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, HEADER, lineterminator="\n")
        writer.writeheader()
        writer.writerows(row for row, _, _ in made)
    with (folder / "truth.csv").open("w", newline="", encoding="utf-8") as file:
        csv.writer(file, lineterminator="\n").writerows(
            [("id", "incident", "fired"), *((row["id"], incident, who) for row, incident, who in made)]
        )
    return folder


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--count", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    print(write(given.folder, given.count, given.seed))
