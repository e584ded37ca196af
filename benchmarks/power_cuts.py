"""Cut the power of a whole centre and two mirrors, simulated, very many times; nothing that was promised may be lost.

    make campaign                                              all campaigns with faults
    python benchmarks/power_cuts.py --cuts 100000              this one
    python benchmarks/power_cuts.py --each 250 --replay 7/123  one cut again, by what a failure was printed with

A run is some fifteen things that a centre does: submissions with files come in, some twice; the heart beats, on a clock
that is ten years off now and then; two mirrors follow and cosign; processes are killed and start anew. Its effects on
the medium are noted, and then the power is cut before any of them, with `faults.medium` to say what is left. A cut hits
database, files and mirrors together, or spares one machine. After each cut the centre opens what is left, every promise
made before it is looked for, the devices send again what they were told nothing of, the heart beats, all is sent once
more, and every promise is looked for again. After every twentieth cut both mirrors go on too, and the power is cut
again in the middle of it.
"""

import argparse
import itertools
import os
import sys
import time
from concurrent.futures import ProcessPoolExecutor
from functools import partial

from faults.campaign import HONEST, Tally, campaign
from faults.controls import CONTROLS, Control
from faults.promises import Scratch
from faults.rows import lost_rows, rows_written

EACH = 250  # cuts of a run
CONTROL_CUTS = 2_000


def one_run(seed: str, each: int, control: int = -1) -> Tally:
    """Do one run in a process of its own; a control is named by its number, as functions do not travel."""
    scratch = Scratch()
    try:
        return campaign(seed, each, scratch, HONEST if control < 0 else CONTROLS[control])
    finally:
        scratch.close()


def total(pool: ProcessPoolExecutor, name: str, cuts: int, each: int, control: int = -1) -> Tally:
    """Do as many runs as these cuts need, and show how far it is."""
    tally, begun = Tally(), time.monotonic()
    seeds = [f"{name}{number}" for number in range(-(-cuts // each))]
    for done, one in enumerate(pool.map(partial(one_run, each=each, control=control), seeds), start=1):
        tally.add(one)
        for failure in one.failures[:5] if control < 0 else ():
            print(f"BROKEN {failure}", flush=True)
        if done % 20 == 0 and control < 0:
            said = f"{tally.promises.total():,} promises looked for, {tally.broken.total():,} broken"
            print(f"  {tally.cuts:,} cuts, {said}, {time.monotonic() - begun:.0f} s", file=sys.stderr, flush=True)
    return tally


def show(tally: Tally) -> None:
    """Print what was counted."""
    said = ", ".join(f"{kind} {count:,}" for kind, count in sorted(tally.promises.items()) if kind != "begun")
    broken = ", ".join(f"{kind} {count:,}" for kind, count in tally.broken.most_common()) or "none"
    print(
        f"runs {tally.runs:,}; cuts {tally.cuts:,}; second cuts {tally.second_cuts:,}; killed processes {tally.kills:,}"
    )
    print(f"promises looked for: {said}")
    print(f"broken: {broken}", flush=True)


def show_rows(seeds: int) -> bool:
    """Print what each setting of SQLite loses by itself; return whether FULL loses nothing and the others do."""
    print("\nRows alone, promised by their commit:")
    as_they_must = True
    for journal, synchronous in itertools.product(("wal", "delete"), ("full", "normal", "off")):
        lost = looked_for = 0
        for seed in range(seeds):
            one = lost_rows(rows_written(synchronous, journal), seed, every=1)
            lost, looked_for = lost + one[0], looked_for + one[1]
        print(f"journal_mode={journal} synchronous={synchronous}: lost {lost:,} of {looked_for:,}", flush=True)
        as_they_must &= bool(lost) == (synchronous != "full")
    return as_they_must


def replay(named: str, each: int) -> int:
    """Do one cut again and print every line of it."""
    seed = named.partition("/")[0]
    scratch = Scratch()
    tally = campaign(seed, each, scratch, only=named)
    scratch.close()
    print("\n".join(tally.failures) or "nothing is broken")
    return bool(tally.broken)


def main() -> int:
    """Do the campaign, then the controls; 0 where nothing is lost but by the controls, each of which loses."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--cuts", type=int, default=100_000)
    parser.add_argument("--each", type=int, default=EACH, help="cuts of one run")
    parser.add_argument("--controls", type=int, default=CONTROL_CUTS, help="cuts of each control")
    parser.add_argument("--seed", default="", help="put before the number of each run: another seed, other runs")
    parser.add_argument("--replay", help="SEED/NUMBER of one cut")
    options = parser.parse_args()
    if options.replay:
        return replay(options.replay, options.each)
    os.nice(10)
    with ProcessPoolExecutor(max_workers=os.cpu_count()) as pool:
        begun = time.monotonic()
        tally = total(pool, options.seed, options.cuts, options.each)
        print(f"As it is, {time.monotonic() - begun:.0f} s on {os.cpu_count()} cores:")
        show(tally)
        tried = enumerate(CONTROLS if options.controls else ())
        broken = [(control, shown_control(pool, at, control, options)) for at, control in tried]
        lost_nothing = [control.name for control, count in broken if control.must_lose and not count]
    for name in lost_nothing:
        print(f"CONTROL LOSES NOTHING: {name}")
    rows = show_rows(10) if options.controls else True
    return bool(tally.broken or lost_nothing or not rows)


def shown_control(pool: ProcessPoolExecutor, at: int, control: Control, options: argparse.Namespace) -> int:
    """Do one control and return how many promises it broke."""
    tally = total(pool, f"control {at} ", options.controls, options.each, at)
    print(f"\nControl: {control.name}")
    show(tally)
    return tally.broken.total()


if __name__ == "__main__":
    sys.exit(main())
