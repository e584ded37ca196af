"""What could be attributed at all: a judge who learns from the truth of other worlds, beside ours on the same evidence.

    python -m benchmarks.yardstick [--world mixed] [--seeds 16] [--incidents 800]     (needs the bench extras)

The judge is gradient boosting (scikit-learn's histogram kind) on what the product itself found of each incident: its
probabilities, the ground and sort of every sighting, the words, the weapons named, times and distances. It is trained
on the truth of other seeds of the same world, so it knows the simulator as nothing in the field can be known. It is
asked whether the side that leads truly fired (alone or in an exchange), of incidents with two lines of evidence and
one of them perceived; then the most certain are named until the stated share of them is wrong. Development seeds only.
"""

import argparse
import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from benchmarks.verdicts import attributed, truly_grouped, verdicts
from benchmarks.worlds import Cell, Seen, see
from numpy.typing import NDArray
from sklearn.ensemble import HistGradientBoostingClassifier

from trucewatch.assess import kinds, weigh
from trucewatch.assess.ground import ground_probabilities
from trucewatch.assess.sightings import Sighting, sightings
from trucewatch.evidence import BOTH, NO_VIOLATION, OTHER
from trucewatch.model import Incident
from trucewatch.vocabulary import Stance

WRONG = (0.005, 0.01, 0.02, 0.03, 0.05)
FOLDS = 4
SORTS = ("outgoing", "impact", "outgoing_and_impact", "muzzle_flash", "shot", "burst", "projectile_in_flight",
         "explosion", "exchange_of_fire", "flight", "")  # fmt: skip
CLASSES = ("observer", "camera", "acoustic", "seismic", "drone")
WEAPONS = ("small arms", "machine", "grenade", "cannon", "mortar", "tank", "artillery", "rocket")


@dataclass(frozen=True, slots=True)
class Asked:
    """One incident that may be judged: its seed, what the judge is told, our odds, and the truth."""

    seed: int
    told: list[float]
    odds: float
    lead_fired: bool
    one_fired: bool


def of_world(seen: Seen) -> tuple[list[Asked], int]:
    """Return the incidents that may be judged, and how many there are that one side alone fired."""
    attributions = attributed(seen)
    marks = sightings(seen.gathered.incidents, seen.gathered.fixes, seen.gathered.plane)
    ground = ground_probabilities(seen.case, seen.gathered.plane, [(s.when, s.at) for s in marks])
    of_incident: dict[int, list[tuple[Sighting, dict[str, float]]]] = {}
    for mark, fit in zip(marks, ground, strict=True):
        of_incident.setdefault(mark.incident, []).append((mark, dict(fit)))
    asked, fired = [], 0
    for n, ((verdict, _, incident), found) in enumerate(zip(verdicts(seen, attributions), attributions, strict=True)):
        fired += verdict.who in seen.parties
        lines = {weigh.line_of(o) for o in incident.observations}
        perceived = {weigh.line_of(o) for o in incident.observations if kinds.is_physical(o)}
        if not perceived or len(lines) < 2:
            continue
        chances = dict(verdict.probabilities)
        lead, rival = sorted(seen.parties, key=lambda party: -chances[party])[:2]
        odds = math.log((chances[lead] + chances[BOTH]) / (chances[rival] + chances[NO_VIOLATION] + chances[OTHER]))
        told = [
            odds, math.log(chances[lead] / chances[rival]), math.log(chances[lead] / chances[NO_VIOLATION]),
            chances[BOTH], chances[OTHER], len(lines), len(perceived), found.lines,
            *_of_marks(of_incident.get(n, []), lead, rival), *_of_words(incident, lead),
        ]  # fmt: skip
        asked.append(
            Asked(seen.cell.seed, told, odds, verdict.who in (lead, BOTH), one_fired=verdict.who in seen.parties)
        )
    return asked, fired


def _of_marks(marks: Sequence[tuple[Sighting, dict[str, float]]], lead: str, rival: str) -> Iterator[float]:
    sides = [math.log((ground[lead] + 0.005) / (ground[rival] + 0.005)) for _, ground in marks]
    for sort in SORTS:
        mine = [
            side * s.share
            for side, (s, _) in zip(sides, marks, strict=True)
            if (s.sort if s.sort in SORTS else "") == sort
        ]
        yield from (len(mine), sum(mine), max(map(abs, mine), default=0.0))
    for kind in CLASSES:
        mine = [side for side, (s, _) in zip(sides, marks, strict=True) if s.group[0] == kind]
        yield from (len(mine), sum(mine))
    yield from (len(sides), sum(sides), min(sides, default=0.0), max(sides, default=0.0))
    timed = sorted((s.time_s, side) for side, (s, _) in zip(sides, marks, strict=True))
    yield from (timed[0][1], timed[-1][1], timed[-1][0] - timed[0][0]) if timed else (0.0, 0.0, 0.0)
    apart = [math.hypot(a.at.east - b.at.east, a.at.north - b.at.north) for a, _ in marks for b, _ in marks]
    yield max(apart, default=0.0)
    yield min((math.sqrt(s.at.var_east + s.at.var_north) for s, _ in marks), default=0.0)


def _of_words(incident: Incident, lead: str) -> Iterator[float]:
    said = weigh.sayings(incident.observations, incident.shares or (1.0,) * len(incident.observations))
    for stance in (Stance.ACCUSES, Stance.ADMITS, Stance.DENIES):
        yield sum(s.stance is stance and s.named == lead for s in said)
        yield sum(s.stance is stance and s.named != lead for s in said)
    text = " ".join(o.text or "" for o in incident.observations).casefold()
    yield from (float(weapon in text) for weapon in WEAPONS)


def learned(asked: Sequence[Asked]) -> NDArray[np.float64]:
    """Return the judge's odds of each, by a judge who never saw its seed."""
    told, fired = np.array([a.told for a in asked], dtype=np.float64), np.array([a.lead_fired for a in asked])
    fold, odds = np.array([a.seed % FOLDS for a in asked]), np.zeros(len(asked))
    for n in range(FOLDS):
        judge = HistGradientBoostingClassifier(
            max_iter=200, learning_rate=0.04, max_leaf_nodes=12, min_samples_leaf=30, l2_regularization=3.0
        )
        odds[fold == n] = judge.fit(told[fold != n], fired[fold != n]).decision_function(told[fold == n])
    return odds


def named(asked: Sequence[Asked], odds: NDArray[np.float64], fired: int) -> list[str]:
    """Return which share of one side's fire is named where the most certain are, until so many are wrong."""
    order = np.argsort(-odds, kind="stable")
    wrong = np.cumsum([not asked[n].lead_fired for n in order]) / np.arange(1, len(order) + 1)
    right = np.cumsum([asked[n].one_fired for n in order])
    within = [np.flatnonzero(wrong <= rate) for rate in WRONG]
    return [f"{100 * right[found[-1]] / fired:.1f} %" if len(found) else "none" for found in within]


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--world", default="mixed")
    parser.add_argument("--seeds", type=int, default=16)
    parser.add_argument("--incidents", type=int, default=800)
    given = parser.parse_args()
    worlds = [see(Cell(world=given.world, seed=n, incidents=given.incidents)) for n in range(1, given.seeds + 1)]
    print("| incidents | judge | " + " | ".join(f"{100 * rate:g} % wrong" for rate in WRONG) + " |")
    print("|---|---|" + "---|" * len(WRONG))
    for title, group in (("as associated", lambda seen: seen), ("as they truly were", truly_grouped)):
        found = [of_world(group(seen)) for seen in worlds]
        asked, fired = [a for some, _ in found for a in some], sum(number for _, number in found)
        for judge, odds in (("ours", np.array([a.odds for a in asked])), ("learned", learned(asked))):
            print(f"| {title} | {judge} | " + " | ".join(named(asked, odds, fired)) + " |", flush=True)


if __name__ == "__main__":
    main()
