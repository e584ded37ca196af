"""`python -m benchmarks.vignettes`: prints the tables of docs/vignettes.md; with names, all that is said of these.

`python -m benchmarks.vignettes NAME --out DIR` writes the case folder too, for `trucewatch assess`.
"""

import argparse
from pathlib import Path

from benchmarks.vignettes.expected import differences, records_of
from benchmarks.vignettes.page import tables
from benchmarks.vignettes.reading import Vignette, vignettes
from benchmarks.vignettes.running import folder, run


def main() -> None:
    """Print."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.vignettes")
    parser.add_argument("names", nargs="*", help="vignettes; none: the tables of all")
    parser.add_argument("--record", default="alone", choices=("alone", "quiet", "busy"))
    parser.add_argument("--out", type=Path, help="where to write their case folders")
    asked = parser.parse_args()
    known = {each.name: each for each in vignettes()}
    if unknown := [name for name in asked.names if name not in known]:
        parser.error(f"no vignette of the name {', '.join(unknown)}")
    if not asked.names:
        print("\n".join(tables(tuple(known.values()))))
    for name in asked.names:
        _tell(known[name], asked.record, asked.out)


def _tell(vignette: Vignette, record: str, out: Path | None) -> None:
    if record not in records_of(vignette):
        raise SystemExit(f"{vignette.name} is not run in the record {record}")
    outcome = run(vignette, record)
    print(f"{vignette.name}: {vignette.title}\n{vignette.words}")
    for line in differences(vignette, outcome) or ["as expected"]:
        print(f"  ! {line}")
    for found in outcome.incidents:
        print(f"  rows {', '.join(found.rows)}; clauses {', '.join(found.touches) or 'none'}")
        print(f"    {found.attribution.why}")
        print(f"    missing, or carried by: {'; '.join(found.attribution.flips)}")
    if out is not None:
        for path, text in folder((vignette,), record).items():
            (out / vignette.name / path).parent.mkdir(parents=True, exist_ok=True)
            (out / vignette.name / path).write_text(text)
        print(f"  written: {out / vignette.name}")


main()
