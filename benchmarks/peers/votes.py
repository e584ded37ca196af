"""Crowd-kit's majority vote, Dawid-Skene, one-coin Dawid-Skene and GLAD, given who each record speaks against.

Every record of an incident that points at a party is a vote of its source: a claim for the party that it accuses or
admits; fire assessed as outgoing for the party whose ground it left; fire seen landing, where there are two parties,
for the one that was not hit. Denials, notices and the other hypotheses have no place in these methods. They run on
the whole world at once, as they are meant to; a party is named where its probability reaches the standard.
"""

import warnings
from collections.abc import Hashable, Mapping, Sequence

import pandas as pd
from benchmarks.worlds import Seen
from crowdkit.aggregation import GLAD, DawidSkene, MajorityVote, OneCoinDawidSkene

from trucewatch.assess import kinds
from trucewatch.assess.ground import ground_probabilities
from trucewatch.model import Observation
from trucewatch.spacetime import Moments
from trucewatch.vocabulary import Stance

METHODS = {
    "majority vote": MajorityVote,
    "Dawid-Skene": lambda: DawidSkene(n_iter=100),
    "one-coin Dawid-Skene": lambda: OneCoinDawidSkene(n_iter=100),
    "GLAD": lambda: GLAD(n_iter=10, silent=True),
}
ON_GROUND = 0.5  # more likely than not on that party's ground


def votes(seen: Seen) -> dict[str, str]:
    """Return the party that a record points at, by observation key; records that point at nobody are left out."""
    found: dict[str, str] = {}
    asked: list[tuple[Observation, Moments]] = []
    for o in seen.scored:
        claim = o.claim
        if claim is not None and claim.stance in (Stance.ACCUSES, Stance.ADMITS):
            if claim.accused is not None and claim.accused.party is not None:
                found[o.key] = claim.accused.party
        elif (kinds.is_outgoing(o) or kinds.is_impact(o)) and kinds.is_physical(o):
            fix = seen.gathered.fixes[o.key]
            if fix is not None and fix.at is not None and o.clocks.claimed is not None:
                asked.append((o, fix.at))
    plane = seen.gathered.plane
    grounds = ground_probabilities(
        seen.case, plane, [(o.clocks.claimed.start, at) for o, at in asked if o.clocks.claimed]
    )
    for (o, _), ground in zip(asked, grounds, strict=True):
        party = _pointed_at(o, ground, seen.parties)
        if party is not None:
            found[o.key] = party
    return found


def _pointed_at(o: Observation, ground: Mapping[str, float], parties: Sequence[str]) -> str | None:
    on = [party for party, share in ground.items() if share > ON_GROUND]
    if not on or kinds.is_outgoing(o):
        return on[0] if on else None
    others = [party for party in parties if party != on[0]]
    return others[0] if len(others) == 1 else None


def probabilities(
    found: Mapping[str, str], groups: Mapping[Hashable, Sequence[Observation]], methods: Sequence[str] = tuple(METHODS)
) -> dict[str, dict[Hashable, dict[str, float]]]:
    """Return, by method, each incident's probabilities over the parties; incidents without a vote are left out."""
    rows = [
        (task, kinds.source_key(o), found[o.key]) for task, members in groups.items() for o in members if o.key in found
    ]
    table = pd.DataFrame(rows, columns=["task", "worker", "label"]).drop_duplicates()
    out: dict[str, dict[Hashable, dict[str, float]]] = {}
    for name in methods:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            shares = METHODS[name]().fit_predict_proba(table)
        out[name] = {task: dict(zip(shares.columns, map(float, row), strict=True))
                     for task, row in zip(shares.index, shares.to_numpy(), strict=True)}  # fmt: skip
    return out
