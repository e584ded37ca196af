"""From the figures of single worlds to the figures of the table: sums, means over seeds, intervals. Pure."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from benchmarks.judged import Regions
from benchmarks.measure import OURS, Grouped, Judged, Measured
from benchmarks.metrics import Accusations, Mean, ece, over_seeds, pooled

from trucewatch.intervals import proportion_bound

Figures = dict[str, Any]


def name_of(measured: Measured) -> tuple[str, str, float, float]:
    """Return what tells one kind of world from another: world, regime, first party's share, scale of stated sigmas."""
    cell = measured.cell
    return cell.world, cell.regime, cell.share, cell.sigma_scale


def by_world(runs: Sequence[Measured]) -> dict[tuple[str, str, float, float], list[Measured]]:
    """Return the runs of each kind of world, in the order in which kinds first come."""
    found: dict[tuple[str, str, float, float], list[Measured]] = {}
    for run in runs:
        found.setdefault(name_of(run), []).append(run)
    return found


def best_setting(runs: Sequence[Measured], method: str) -> str:
    """Return the setting of a method with the best mean pair F1; of equal ones the first tried."""
    tried = [setting for name, setting in runs[0].grouped if name == method]
    return max(tried, key=lambda s: over_seeds([r.grouped[method, s].pairs.f1 for r in runs]).value)


def grouping(runs: Sequence[Measured], method: str, setting: str) -> Figures:
    """Return the figures of one method of association over the seeds of one world."""
    per_seed = [r.grouped[method, setting] for r in runs]

    def mean(figure: Callable[[Grouped], float]) -> Figures:
        return _mean(over_seeds([figure(g) for g in per_seed]))

    return {
        "method": method,
        "setting": setting,
        "seeds": len(runs),
        "rows": sum(r.rows for r in runs),
        "precision": mean(lambda g: g.pairs.precision),
        "recall": mean(lambda g: g.pairs.recall),
        "f1": mean(lambda g: g.pairs.f1),
        "b_cubed": mean(lambda g: g.b_cubed),
        "count_error_percent": mean(lambda g: 100 * g.tally.error),
        "raw_count_error_percent": mean(lambda g: 100 * g.tally.raw_error),
        "cpu_s": mean(lambda g: g.seconds),
        "ours_ahead": _mean(
            over_seeds([r.grouped[OURS, ""].pairs.f1 - r.grouped[method, setting].pairs.f1 for r in runs])
        ),
    }


def verdicts(runs: Sequence[Measured], method: str, whose: str) -> Figures:
    """Return the figures of one method of attribution over the seeds of one world."""
    per_seed = [r.judged[method, whose] for r in runs if (method, whose) in r.judged]

    def mean(figure: Callable[[Judged], float]) -> Figures:
        return _mean(over_seeds([figure(j) for j in per_seed]))

    total = sum((j.accusations for j in per_seed), Accusations())
    tables = [pooled(j.reliability[side] for j in per_seed) for side in range(len(per_seed[0].reliability))]
    return {
        "method": method,
        "incidents": whose,
        "seeds": len(per_seed),
        "accusations": total.accusations,
        "wrong": total.wrong,
        "incomplete": total.incomplete,
        "of_perceived": total.of_perceived,
        "far": total.far,
        "far_bound_95": proportion_bound(total.wrong, total.accusations),
        "one_party_fired": total.fired,
        "coverage": mean(lambda j: j.accusations.coverage),
        "gap_points": mean(lambda j: j.accusations.gap),
        "ece_per_side": [ece(table) for table in tables],
        "reliability": [[[b.number, b.forecast, b.happened] for b in table] for table in tables],
        "brier": mean(lambda j: j.brier),
        "log_score_bits": mean(lambda j: j.log_score),
        "risk_coverage": [_at(per_seed, at) for at in range(len(per_seed[0].thresholds))],
    }


def _at(per_seed: Sequence[Judged], at: int) -> Figures:
    total = sum((j.thresholds[at][1] for j in per_seed), Accusations())
    return {"threshold": per_seed[0].thresholds[at][0], "far": total.far, "coverage": total.coverage}


def places(runs: Sequence[Measured]) -> Figures:
    """Return how often true places lie inside published regions, in per cent, over the seeds of one world."""
    out: Figures = {}
    for sort in ("all", "perceived", "words", "exchanges"):
        per_seed = [sum((v for k, v in r.regions.items() if sort in ("all", k)), Regions()) for r in runs]
        per_seed = [r for r in per_seed if r.number]
        out[sort] = {
            "incidents": sum(r.number for r in per_seed),
            "in_68_percent": _mean(over_seeds([100 * r.in_68 / r.number for r in per_seed])),
            "in_95_percent": _mean(over_seeds([100 * r.in_95 / r.number for r in per_seed])),
        }
    return out


def summary(
    runs: Sequence[Measured], settings: Mapping[tuple[str, str, float, float], Mapping[str, str]]
) -> list[Figures]:
    """Return all figures, world by world; `settings` are the peers' chosen ones."""
    out = []
    for world, some in by_world(runs).items():
        methods = [(OURS, ""), *settings.get(world, {}).items()]
        judged = list(dict.fromkeys(key for r in some for key in r.judged))
        out.append({
            "world": world[0], "regime": world[1], "first_party_share": world[2], "stated_sigmas_times": world[3],
            "incidents_per_seed": some[0].cell.incidents,
            "association": [grouping(some, method, setting) for method, setting in methods],
            "places": places(some),
            "verdicts": [verdicts(some, method, whose) for method, whose in judged],
        })  # fmt: skip
    return out


def _mean(mean: Mean) -> Figures:
    return {"mean": mean.value, "half_width_95": None if mean.half != mean.half else mean.half}
