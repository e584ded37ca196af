"""One world, measured: a cell goes in, plain figures come out. Runs in a process of its own, knows no table."""

import time
from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from benchmarks import judged, metrics
from benchmarks.judged import Regions
from benchmarks.metrics import Accusations, Bin, Pairs, Tally, Verdict
from benchmarks.peers.rows import Rows, rows_of
from benchmarks.worlds import Cell, Seen, see

from trucewatch.evidence import hypotheses

OURS = "Trucewatch"
SPLINK, ST_DBSCAN, MELTT = "Splink 5.0.0", "ST-DBSCAN", "MELTT 0.4.3 core"
VOTES, GLAD = ("majority vote", "Dawid-Skene", "one-coin Dawid-Skene"), "GLAD"


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """A cell and what to run on it: peers of association with these settings each, peers of attribution by name."""

    cell: Cell
    peers: tuple[tuple[str, tuple[object, ...]], ...] = ()
    votes: tuple[str, ...] = ()
    verdicts: bool = True


@dataclass(frozen=True, slots=True)
class Grouped:
    """How well rows were put together; CPU seconds are of the method alone, without reading."""

    pairs: Pairs
    b_cubed: float
    tally: Tally
    seconds: float


@dataclass(frozen=True, slots=True)
class Judged:
    """What verdicts are worth: counts of accusations, ten bins of each party, scores, counts at thresholds."""

    accusations: Accusations
    reliability: tuple[tuple[Bin, ...], ...]
    brier: float
    log_score: float
    thresholds: tuple[tuple[float, Accusations], ...]


@dataclass(frozen=True, slots=True)
class Measured:
    """All of one world. `grouped` by (method, setting); `judged` by (method, whose incidents: ours or true)."""

    cell: Cell
    rows: int
    grouped: Mapping[tuple[str, str], Grouped]
    judged: Mapping[tuple[str, str], Judged]
    regions: Mapping[str, Regions]


def measure(task: Task) -> Measured:
    """Simulate the cell, run ours and the peers on the same rows, and count."""
    seen = see(task.cell)
    truth = seen.true_groups(seen.scored)
    grouped = {(OURS, ""): _grouped(seen.our_groups(seen.scored), truth, seen.seconds)}
    if task.peers:
        rows = rows_of(seen)
        for name, settings in task.peers:
            for setting, (labels, seconds) in _clusters(name, rows, settings).items():
                grouped[name, str(setting)] = _grouped(metrics.each_alone(rows.spread(labels)), truth, seconds)
    return Measured(
        cell=task.cell,
        rows=len(seen.rows),
        grouped=grouped,
        judged=_verdicts(seen, task.votes) if task.verdicts else {},
        regions=judged.regions(seen),
    )


def _timed(run: Callable[[], Any]) -> tuple[Any, float]:
    begun = time.process_time()
    result = run()
    return result, time.process_time() - begun


def _grouped(found: Sequence[Hashable | None], truth: Sequence[Hashable | None], seconds: float) -> Grouped:
    return Grouped(metrics.pairs(found, truth), metrics.b_cubed(found, truth)[2], metrics.tally(found, truth), seconds)


def _clusters(
    name: str, rows: Rows, settings: Sequence[object]
) -> dict[object, tuple[Sequence[Hashable | None], float]]:
    from benchmarks.peers import density, linkage, meltt  # here, because the tests have none of the peers

    if name == SPLINK:
        found, seconds = _timed(lambda: linkage.cluster_all(rows, settings))  # type: ignore[arg-type]
        return {setting: (labels, seconds) for setting, labels in found.items()}
    cluster = {ST_DBSCAN: density.cluster, MELTT: meltt.cluster}[name]
    return {setting: _timed(lambda setting=setting: cluster(rows, setting)) for setting in settings}


def _verdicts(seen: Seen, votes: Sequence[str]) -> dict[tuple[str, str], Judged]:
    found = {(OURS, "ours"): _judged(judged.ours(seen), seen)}
    if votes:
        from benchmarks.peers import votes as peer

        true = judged.with_true_incidents(seen)
        found[OURS, "true"] = _judged(judged.ours(true), true)
        cast = peer.votes(seen)
        for world, whose in ((seen, "ours"), (true, "true")):
            # GLAD costs minutes a world: once is enough
            some = [name for name in votes if name != GLAD or whose == "ours"]
            for name, shares in peer.probabilities(cast, judged.members(world), some).items():
                found[name, whose] = _judged(judged.of_votes(world, shares), world)
    return found


def _judged(verdicts: Sequence[Verdict], seen: Seen) -> Judged:
    return Judged(
        metrics.accusations(verdicts, seen.parties),
        tuple(metrics.reliability(verdicts, party) for party in seen.parties),
        metrics.brier(verdicts, hypotheses(seen.parties)),
        metrics.log_score(verdicts),
        metrics.risk_coverage(verdicts, seen.parties),
    )
