"""The scoreboard: association, places and verdicts on simulated worlds, ours beside peers of the same run.

    make scoreboard              everything, with 20 untouched seeds; about 40 minutes on two idle cores
    make scoreboard QUICK=1      development seeds 1 and 2, small worlds, minutes; opens no untouched seed

Peers choose their settings on development seeds and are scored with these on the untouched ones. The figures are of
simulated worlds: they say how methods compare under this simulator's assumptions, nothing of any real front.
"""

import argparse
import json
import os
import platform
import subprocess
import sys
import time
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks import picture, plan, summary, table
from benchmarks.measure import MELTT, Measured, Task, measure
from benchmarks.peers import meltt
from benchmarks.plan import EVERYTHING, GROUPING, SMALL_WORLD, TUNED_ON
from benchmarks.worlds import DEVELOPMENT, UNTOUCHED, Cell

from trucewatch.pipeline import METHODS

RESULTS = Path(__file__).parent / "results"
Chosen = dict[Cell, dict[str, tuple[object, ...]]]


def run(tasks: Sequence[Task], jobs: int, what: str) -> list[Measured]:
    """Run tasks in so many processes, saying on stderr how far it is; the results are in the tasks' order."""
    begun = time.monotonic()
    done: dict[int, Measured] = {}
    with ProcessPoolExecutor(jobs) as pool:
        waiting = {pool.submit(measure, task): n for n, task in enumerate(tasks)}
        for future in as_completed(waiting):
            done[waiting[future]] = future.result()
            spent = time.monotonic() - begun
            left = spent / len(done) * (len(tasks) - len(done))
            print(
                f"\r{what}: {len(done)} of {len(tasks)} worlds, {spent / 60:.1f} min, about {left / 60:.0f} more ",
                end="", file=sys.stderr, flush=True,
            )  # fmt: skip
    print(file=sys.stderr)
    return [done[n] for n in range(len(tasks))]


def choose(runs: Sequence[Measured], tried: dict[Cell, dict[str, tuple[object, ...]]]) -> Chosen:
    """Return for each world the settings with which peers did best."""
    chosen: Chosen = {}
    for cell, peers in tried.items():
        some = [r for r in runs if plan.same_world(r.cell, cell)]
        best = {name: summary.best_setting(some, name) for name in peers}
        chosen[cell] = {name: tuple(s for s in peers[name] if str(s) == best[name]) for name in peers}
    return chosen


def settings_of(chosen: Chosen) -> dict[tuple[str, str, float, float], dict[str, str]]:
    """Return the chosen settings in words, by kind of world."""
    return {
        (c.world, c.regime, c.share, c.sigma_scale): {name: str(s[0]) for name, s in peers.items()}
        for c, peers in chosen.items()
    }


@dataclass(frozen=True, slots=True, kw_only=True)
class Extent:
    """How much is run: seeds, kinds of worlds for each of the two parts, incidents in a world, crowd-kit's seeds."""

    untouched: Sequence[int]
    development: Sequence[int]
    tuning: Sequence[Cell]
    incidents: int
    voted: int
    glad: int


def score(extent: Extent, jobs: int) -> dict[str, Any]:
    """Run everything and return the figures."""
    tried = {cell: plan.tried() for cell in GROUPING if cell in extent.tuning}
    small = {SMALL_WORLD: {MELTT: meltt.TRIED}} if meltt.core() is not None else {}
    votes = plan.voters(extent.voted, extent.glad)
    first = plan.tasks(extent.development, extent.tuning, extent.incidents, tried, () if extent.untouched else votes)
    tuned = run(first, jobs, "development seeds")
    tuned_small = run(plan.small_tasks(extent.development, meltt.TRIED), jobs, "development seeds, small world")
    chosen, chosen_small = choose(tuned, tried), choose(tuned_small, small)
    parts = {"development": (extent.development, tuned, tuned_small)}
    if extent.untouched:
        best = chosen_small[SMALL_WORLD][MELTT] if small else ()
        second = plan.tasks(extent.untouched, EVERYTHING, extent.incidents, chosen, votes)
        parts["untouched"] = (
            extent.untouched,
            run(second, jobs, "untouched seeds"),
            run(plan.small_tasks(extent.untouched, best), jobs, "untouched seeds, small world"),
        )
    return {
        part: {
            "seeds": list(which),
            "worlds": summary.summary(runs, settings_of(chosen)),
            "small_world": summary.summary(few, settings_of(chosen_small)),
        }
        for part, (which, runs, few) in parts.items()
    }


def about() -> dict[str, Any]:
    """Return what was run, on what, when."""
    commit = subprocess.run(["git", "describe", "--always", "--dirty"], capture_output=True, text=True, check=False)
    return {
        "day": time.strftime("%Y-%m-%d", time.gmtime()),
        "commit": commit.stdout.strip(),
        "methods": list(METHODS),
        "meltt": "at hand" if meltt.core() is not None else "not at hand",
        "cores": os.cpu_count(),
        "python": platform.python_version(),
    }


def as_json(result: dict[str, Any]) -> str:
    """Return the figures to six decimals, one line for each kind of world."""

    def rounded(value: Any) -> Any:
        if isinstance(value, dict):
            return {key: rounded(inner) for key, inner in sorted(value.items())}
        if isinstance(value, list):
            return [rounded(inner) for inner in value]
        return round(value, 6) if isinstance(value, float) else value

    text = json.dumps(rounded(result), ensure_ascii=False)
    return text.replace('{"association"', '\n{"association"').replace('], "worlds"', '],\n"worlds"') + "\n"


def write(result: dict[str, Any], folder: Path, name: str) -> None:
    """Write the figures as JSON, the table as Markdown, the picture as SVG."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / f"{name}.json").write_text(as_json(result), encoding="utf-8")
    (folder / f"{name}.md").write_text(table.markdown(result, f"{name}.svg"), encoding="utf-8")
    (folder / f"{name}.svg").write_text(picture.svg(result), encoding="utf-8")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help="two development seeds of small worlds")
    parser.add_argument("--seeds", type=int, default=len(UNTOUCHED), help="how many untouched seeds (20)")
    parser.add_argument("--tuning", type=int, default=TUNED_ON, help="how many development seeds (5)")
    parser.add_argument("--incidents", type=int, default=0, help="per world and seed (1,500; 300 if quick)")
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--out", type=Path, default=None, help="folder (benchmarks/results; out/scoreboard if quick)")
    given = parser.parse_args()
    begun = time.monotonic()
    quick = given.quick
    extent = Extent(
        untouched=() if quick else UNTOUCHED[: given.seeds],
        development=DEVELOPMENT[: 2 if quick else given.tuning],
        tuning=plan.QUICK if quick else plan.TUNING,
        incidents=given.incidents or (plan.QUICK_INCIDENTS if quick else plan.INCIDENTS),
        voted=1 if quick else plan.VOTED,
        glad=0 if quick else plan.GLAD_SEEDS,
    )
    figures = score(extent, given.jobs)
    result = {"about": {**about(), "minutes": round((time.monotonic() - begun) / 60, 1)}, **figures}
    folder = given.out or (Path("out/scoreboard") if given.quick else RESULTS)
    write(result, folder, result["about"]["day"])
    print(table.markdown(result, f"{result['about']['day']}.svg"))
    print(f"written: {folder}/{result['about']['day']}.json, .md, .svg", file=sys.stderr)


if __name__ == "__main__":
    main()
