"""Peers on the same rows, in the environment of `make scoreboard`: Splink, ST-DBSCAN; crowd-kit on our incidents.

What they are given is worked out here from the table alone: bearing and distance as a place with its errors, the
sound's travel taken off. Blank errors get a guess. Their best setting is chosen with the truth in hand, for each world.
"""

import csv
import math
import warnings
from collections.abc import Hashable
from pathlib import Path

import numpy as np
import pandas as pd
from benchmarks import metrics
from benchmarks.another_world.judge import Found, Truth
from benchmarks.another_world.rows import seconds
from benchmarks.another_world.settings import SOUND_KM_S
from benchmarks.another_world.theatre import SIDES, WGS84, Theatre, other, point
from benchmarks.metrics import Accusations, Pairs, Verdict
from benchmarks.peers import density, linkage
from benchmarks.peers.rows import Rows
from crowdkit.aggregation import GLAD, DawidSkene, MajorityVote

GUESSED = {"time_sd_s": 120.0, "bearing_sd_deg": 8.0, "position_sd_km": 1.0}
STANDARD = 0.95
VOTING = {
    "majority vote": MajorityVote,
    "Dawid-Skene": lambda: DawidSkene(n_iter=100),
    "GLAD": lambda: GLAD(n_iter=10, silent=True),
}


def association(case: Path, true: Truth) -> dict[str, tuple[Pairs, float, str]]:
    """Return pairs, B³ and the setting of each peer's best."""
    rows, tried = _rows(case, true), {}
    tried["ST-DBSCAN"] = {str(s): density.cluster(rows, s) for s in density.TRIED}
    tried["Splink"] = {str(s): found for s, found in linkage.cluster_all(rows, linkage.TRIED).items()}
    return {name: _best(rows, true, settings) for name, settings in tried.items()}


def _best(rows: Rows, true: Truth, settings: dict[str, list[int]]) -> tuple[Pairs, float, str]:
    scored = []
    for setting, labels in settings.items():
        groups = rows.spread(labels)
        scored.append((metrics.pairs(groups, true.groups), metrics.b_cubed(groups, true.groups)[2], setting))
    return max(scored, key=lambda one: one[0].f1)


def votes(case: Path, theatre: Theatre, true: Truth, found: Found) -> dict[str, Accusations]:
    """Return what voting methods say of our incidents."""
    table = [
        (found.of_row[row["id"]], row["source"], side)
        for row in _table(case)
        if found.of_row.get(row["id"]) and (side := _points_at(row, theatre))
    ]
    frame = pd.DataFrame(table, columns=["task", "worker", "label"]).drop_duplicates()
    matched = metrics.matched(found.groups(true.rows), true.groups)
    said = {}
    for name, method in VOTING.items():
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            shares = method().fit_predict_proba(frame).to_dict("index")
        said[name] = metrics.accusations([_verdict(i, shares, matched, true) for i in found.incidents], SIDES)
    return said


def _verdict(
    i: str, shares: dict[str, dict[str, float]], matched: dict[Hashable, Hashable], true: Truth
) -> Verdict:  # fmt: skip
    given = shares.get(i, {})
    named = [side for side, share in given.items() if share >= STANDARD]
    return Verdict(given, named[0] if named else "", true.who.get(str(matched.get(i)), ""))


def _points_at(row: dict[str, str], theatre: Theatre) -> str | None:
    if row["accuses"]:
        return row["accuses"]
    where = _place(row)
    if where is None or row["direction"] not in {"outgoing", "outgoing_and_impact", "impact"}:
        return None
    holder = theatre.drawn_holder(point(*where[:2]))
    return other(holder) if row["direction"] == "impact" else holder


def _place(row: dict[str, str]) -> tuple[float, float, float, float, float] | None:
    """Return longitude, latitude, bearing, and the sd along and across it, km."""
    if row["lon"]:
        sd = _number(row, "position_sd_km")
        return float(row["lon"]), float(row["lat"]), 0.0, sd, sd
    if not row["bearing_deg"] or not row["distance_km"]:
        return None
    km, towards = float(row["distance_km"]), float(row["bearing_deg"])
    lon, lat, _ = WGS84.fwd(float(row["observer_lon"]), float(row["observer_lat"]), towards, km * 1000)
    along = float(row["distance_sd_km"] or 0.25 * km)
    return lon, lat, towards, along, max(0.05, km * math.radians(_number(row, "bearing_sd_deg")))


def _number(row: dict[str, str], column: str) -> float:
    return float(row[column]) if row[column] else GUESSED[column]


def _rows(case: Path, true: Truth) -> Rows:
    at = {row: n for n, row in enumerate(true.rows)}
    given = [(row, where) for row in _table(case) if row["id"] in at and (where := _place(row))]
    plane = np.array([point(lon, lat) for _, (lon, lat, *_) in given])
    turn = np.radians([towards for _, (_, _, towards, _, _) in given]) + math.radians(35)  # the plane is tilted so far
    along, across = (np.array([where[k] for _, where in given]) for k in (3, 4))
    x, y = np.sin(turn), np.cos(turn)
    heard = [SOUND_KM_S if row["means"] == "heard" else math.inf for row, _ in given]
    return Rows(
        at=tuple(at[row["id"]] for row, _ in given), count=len(true.rows),
        source=tuple(row["source"] for row, _ in given), phenomenon=tuple(row["phenomenon"] for row, _ in given),
        time=np.array([
            seconds(row["time"]) - float(row["distance_km"] or 0) / speed
            for (row, _), speed in zip(given, heard, strict=True)
        ]),
        time_sd=np.array([_number(row, "time_sd_s") for row, _ in given]),
        east=plane[:, 0], north=plane[:, 1],
        lon=np.array([where[0] for _, where in given]), lat=np.array([where[1] for _, where in given]),
        var_e=(along * x) ** 2 + (across * y) ** 2, var_n=(along * y) ** 2 + (across * x) ** 2,
        cov=(along**2 - across**2) * x * y,
    )  # fmt: skip


def _table(case: Path) -> list[dict[str, str]]:
    with (case / "observations" / "reports.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))
