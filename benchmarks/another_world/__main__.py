"""A second simulator, written from the design's description alone, and what `trucewatch assess` makes of its worlds.

Writes each world as a case folder with its truth beside it, runs the command, reads what it published, and prints
one table.
"""

import argparse
import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

from benchmarks import metrics
from benchmarks.another_world import case, judge
from benchmarks.another_world.settings import BY_NAME, WORLDS, World

from trucewatch.intervals import proportion_bound

HEAD = (
    "world", "rows", "P", "R", "F1", "B³", "count", "accused", "wrong side", "perceived", "other", "no fire", "≤",
    "coverage", "gap", "ECE", "in 68 %",
)  # fmt: skip


def main() -> None:
    """Make the worlds asked for, judge them, print the table."""
    asked = _asked()
    print(_line(HEAD), _line(["---"] * len(HEAD)), sep="\n", flush=True)
    peers: list[str] = []
    for name in asked.worlds or BY_NAME:
        scores = []
        for seed in asked.seeds:
            folder = asked.folder / name.replace(" ", "-").replace("/", "-") / str(seed)
            world = _resized(BY_NAME[name], asked.incidents)
            made = case.make(world, seed)
            case.write(made, folder / "case")
            _assess(folder / "case", folder / "out")
            true, found = judge.truth(folder / "case"), judge.found(folder / "out")
            scores.append(judge.score(true, found))
            if asked.peers:
                peers += _peers(f"{name}, seed {seed}", folder / "case", made, true, found)
        print(_line(_figures(name, scores)), flush=True)
    print(*peers, sep="\n")


def _asked() -> argparse.Namespace:
    worlds = "\n".join(f"  {world.name:<15} {world.says}" for world in WORLDS)
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.another_world", description=__doc__, epilog=f"worlds:\n{worlds}",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )  # fmt: skip
    parser.add_argument("--worlds", nargs="*", choices=BY_NAME, metavar="WORLD", help="which worlds; all, if left out")
    parser.add_argument("--seeds", nargs="*", type=int, default=[1, 2, 3], help="numbers of worlds of each kind")
    parser.add_argument("--incidents", type=int, help="true incidents a world (800, at the same density)")
    parser.add_argument("--folder", type=Path, default=Path("out/another-world"), help="where worlds and results go")
    parser.add_argument("--peers", action="store_true", help="run Splink, ST-DBSCAN and crowd-kit too (bench extras)")
    return parser.parse_args()


def _resized(world: World, incidents: int | None) -> World:
    return world if incidents is None else replace(world, incidents=incidents)


def _assess(folder: Path, out: Path) -> None:
    """Run the command as a user does; what it says goes into a file beside its results."""
    out.mkdir(parents=True, exist_ok=True)
    program = os.environ.get("TRUCEWATCH", str(Path(sys.executable).with_name("trucewatch")))
    said = subprocess.run(
        [program, "assess", str(folder), "--out", str(out)], capture_output=True, text=True, check=False
    )
    (out.parent / "said.txt").write_text(said.stdout + said.stderr, encoding="utf-8")
    if said.returncode:
        raise SystemExit(f"assess {folder}: {said.stdout}{said.stderr}")


def _figures(name: str, scores: list[judge.Score]) -> list[str]:
    total = sum(scores[1:], scores[0])
    f1 = metrics.over_seeds([s.pairs.f1 for s in scores])
    a = total.accusations
    return [
        name, str(total.rows), f"{total.pairs.precision:.3f}", f"{total.pairs.recall:.3f}",
        f"{f1.value:.3f} ± {f1.half:.3f}", f"{metrics.over_seeds(total.b_cubed).value:.3f}",
        f"{100 * total.tally.error:+.0f} %", str(a.accusations),
        *(str(sum(kind == of for kind in total.wrong)) for of in ("side", "perceived", "other", "nothing")),
        f"{100 * proportion_bound(a.wrong, a.accusations):.1f} %" if a.accusations else "–",
        f"{100 * a.coverage:.1f} %", f"{a.gap:+.2f}",
        " ".join(f"{metrics.ece(bins):.3f}" for bins in total.reliability),
        f"{100 * total.places[1] / max(1, total.places[0]):.0f} %",
    ]  # fmt: skip


def _peers(of: str, folder: Path, made: case.Made, true: judge.Truth, found: judge.Found) -> list[str]:
    from benchmarks.another_world import peers

    lines = [
        _line([of, name, f"{p.precision:.3f}", f"{p.recall:.3f}", f"{p.f1:.3f}", f"{b:.3f}", setting])
        for name, (p, b, setting) in peers.association(folder, true).items()
    ]
    for name, a in peers.votes(folder, made.theatre, true, found).items():
        lines.append(
            _line(
                [
                    of,
                    name,
                    f"accused {a.accusations}",
                    f"wrong {a.wrong}",
                    f"{100 * a.coverage:.1f} %",
                    f"gap {a.gap:+.1f}",
                ]
            )
        )
    return lines


def _line(cells: "list[str] | tuple[str, ...]") -> str:
    return "| " + " | ".join(cells) + " |"


if __name__ == "__main__":
    main()
