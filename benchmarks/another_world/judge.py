"""Holds what `trucewatch assess` wrote against the truth: published files in, counts out."""

import csv
import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks import metrics
from benchmarks.another_world.theatre import SIDES, WGS84
from benchmarks.metrics import Accusations, Bin, Group, Pairs, Tally, Verdict

Degrees = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Truth:
    """The truth of one world: of each scored row its incident, and of each incident who fired, from where, to where."""

    rows: tuple[str, ...]
    of_row: dict[str, str]
    perceived: frozenset[str]  # rows that are no words
    who: dict[str, str]
    origin: dict[str, Degrees]
    impact: dict[str, Degrees]

    @property
    def groups(self) -> list[Group]:
        """Return each row's true incident, None for those of nothing."""
        return [self.of_row[row] or None for row in self.rows]


@dataclass(frozen=True, slots=True)
class Found:
    """What the product published: each row's incident, and of each incident its verdict and place."""

    of_row: dict[str, str]
    incidents: dict[str, dict[str, str]]
    place_of: dict[str, str]

    def groups(self, rows: Sequence[str]) -> list[Group]:
        """Return the incident of each row, None for those of none."""
        return [self.of_row.get(row) or None for row in rows]


@dataclass(frozen=True, slots=True)
class Score:
    """The counts of one world and seed; scores of several seeds are added."""

    rows: int
    pairs: Pairs
    b_cubed: tuple[float, ...]
    tally: Tally
    accusations: Accusations
    reliability: tuple[tuple[Bin, ...], ...]
    places: tuple[int, int]
    wrong: tuple[str, ...]  # of each wrong accusation, what it truly was: see `_instead`

    def __add__(self, other: "Score") -> "Score":
        return Score(
            self.rows + other.rows,
            self.pairs + other.pairs,
            self.b_cubed + other.b_cubed,
            Tally(*(a + b for a, b in zip(_counts(self.tally), _counts(other.tally), strict=True))),
            self.accusations + other.accusations,
            tuple(metrics.pooled(both) for both in zip(self.reliability, other.reliability, strict=True)),
            (self.places[0] + other.places[0], self.places[1] + other.places[1]),
            self.wrong + other.wrong,
        )


def _counts(tally: Tally) -> tuple[int, int, int]:
    return tally.real, tally.found, tally.true


def truth(case: Path) -> Truth:
    """Read the truth beside a case."""
    links = _rows(case / "truth" / "links.csv")
    incidents = {row["incident_id"]: row for row in _rows(case / "truth" / "incidents.csv")}
    return Truth(
        tuple(row["observation_id"] for row in links),
        {row["observation_id"]: row["incident_id"] for row in links},
        frozenset(row["observation_id"] for row in links if row["perceived"]),
        {i: row["who"] for i, row in incidents.items()},
        {i: (float(row["origin_lon"]), float(row["origin_lat"])) for i, row in incidents.items()},
        {i: (float(row["impact_lon"]), float(row["impact_lat"])) for i, row in incidents.items()},
    )


def found(out: Path) -> Found:
    """Read what a run published."""
    drawn = json.loads((out / "map.json").read_text(encoding="utf-8"))["incidents"]["features"]
    ends = {one["properties"]["id"]: str(one["properties"].get("place_of", "")) for one in drawn}
    return Found(
        {row["observation_id"]: row["incident_id"] for row in _rows(out / "links.csv")},
        {row["incident_id"]: row for row in _rows(out / "incidents.csv")},
        ends,
    )


def score(true: Truth, said: Found) -> Score:
    """Return all counts of one world."""
    ours, theirs = said.groups(true.rows), true.groups
    matched = metrics.matched(ours, theirs)
    verdicts = {i: verdict(row, true.who.get(str(matched.get(i)), "")) for i, row in said.incidents.items()}
    wrong = tuple(_instead(true, said, i, v.who) for i, v in verdicts.items() if metrics.accusations([v], SIDES).wrong)
    return Score(
        len(true.rows),
        metrics.pairs(ours, theirs),
        (metrics.b_cubed(ours, theirs)[2],),
        metrics.tally(ours, theirs),
        metrics.accusations(verdicts.values(), SIDES),
        tuple(metrics.reliability(list(verdicts.values()), side) for side in SIDES),
        _places(true, said, {str(i): str(t) for i, t in matched.items()}),
        wrong,
    )


def verdict(row: dict[str, str], who: str) -> Verdict:
    """Return a published verdict beside the truth of the incident that it speaks of."""
    probabilities = {name[2:]: float(value) for name, value in row.items() if name.startswith("p_")}
    named = row["determination"]
    return Verdict(probabilities, "" if named == "undetermined" else named, who)


def _instead(true: Truth, said: Found, incident: str, who: str) -> str:
    """Return what a wrong accusation truly is of: the other `side`, some `other` actor, or `nothing` prohibited.

    `perceived`: most of what was perceived there the accused did fire; rows of words, of something else, make the
    incident count as that.
    """
    named = said.incidents[incident]["determination"]
    fired = [
        true.who.get(true.of_row[row], "")
        for row in true.rows
        if said.of_row.get(row) == incident and row in true.perceived
    ]
    if 2 * sum(one in {named, "both"} for one in fired) > len(fired):
        return "perceived"
    return "side" if who in SIDES else "other" if who == "other" else "nothing"


def _places(true: Truth, said: Found, matched: dict[str, str]) -> tuple[int, int]:
    """Count incidents with a place, and those whose true place lies in the circle of 68 %; exchanges are left out."""
    number = inside = 0
    for i, row in said.incidents.items():
        t = matched.get(i)
        if t is None or not row["lon"] or true.who[t] == "both":
            continue
        wanted = {"origin": [true.origin[t]], "impact": [true.impact[t]]}.get(
            said.place_of.get(i, ""), [true.origin[t], true.impact[t]]
        )
        miss = min(WGS84.inv(float(row["lon"]), float(row["lat"]), *at)[2] / 1000 for at in wanted)
        number, inside = number + 1, inside + (miss <= float(row["radius_km_68"]))
    return number, inside


def _rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))
