"""One observation more in a large record, the whole way: from the row as read to who did the incidents it changes.

    python -m benchmarks.follow [SIZE]

Milliseconds of `following.add`, by the clock and CPU time, median and worst, each of ADDED observations that were held
back from a record of SIZE rows, each added to that record alone; and how much of it is dividing anew (`assess.update`),
making incidents anew, and who did them. The record is one simulated mixed world (20,000 incidents, development seed 1)
again and again, each time later by its span and three days, with its own line and grounds. A full run over all of it
comes first.
"""

import argparse
import resource
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any

import numpy as np
from benchmarks.worlds import Cell, scratch, simulate

from trucewatch import centre, following, pipeline
from trucewatch.assess import update
from trucewatch.intake.enrol import enrol
from trucewatch.model import Observation

INCIDENTS, SEED, ADDED, WARM = 20_000, 1, 200, 20
BETWEEN = timedelta(days=3)  # more than any two reports of one happening are apart


def tiled(base: Sequence[Observation], size: int) -> Iterator[Observation]:
    """Yield `size` observations with keys of their own: the base again and again, each time later."""
    times = [o.clocks.claimed for o in base if o.clocks.claimed is not None]
    span = max(t.end for t in times) - min(t.start for t in times) + BETWEEN
    for n in range(size):
        copy, o = n // len(base), base[n % len(base)]
        claimed, raw = o.clocks.claimed, (*o.raw, ("copy", str(copy)))
        if claimed is not None:
            claimed = replace(claimed, start=claimed.start + copy * span, end=claimed.end + copy * span)
        key = f"{o.key}{copy:03x}"
        yield replace(o, id=f"{o.id}/{copy}", key=key, raw=raw, clocks=replace(o.clocks, claimed=claimed))


class Watch:
    """How long some steps of `following` took in the last addition, in ms."""

    def __init__(self) -> None:
        """Begin with nothing."""
        self.spent: dict[str, float] = {}

    def on(self, module: Any, name: str) -> None:
        """Note from now on how long a step takes."""
        step: Callable[..., Any] = getattr(module, name)

        def timed(*given: Any, **more: Any) -> Any:
            begun = time.perf_counter()
            try:
                return step(*given, **more)
            finally:
                self.spent[name] = self.spent.get(name, 0.0) + 1e3 * (time.perf_counter() - begun)

        setattr(module, name, timed)


def main() -> None:
    """Print the milliseconds."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("size", nargs="?", type=int, default=1_000_000)
    size = parser.parse_args().size
    with scratch() as folder:
        simulate(Cell(seed=SEED, incidents=INCIDENTS), folder / "case")
        opened = centre.open_case(folder / "case")
        rows = [o for o in centre.rows_of(folder / "case", opened)[0] if isinstance(o, Observation)]
    case, begun = opened.case, time.process_time()
    every = list(tiled(enrol(rows, case.parties), size))
    held = set(np.random.default_rng(SEED).permutation(size)[: ADDED + WARM].tolist())
    later = [every[n] for n in sorted(held)]
    with centre.batch():
        record = sorted((o for n, o in enumerate(every) if n not in held), key=following.in_order)
        del every
        found = pipeline.gather(case, tuple(record))
        learned, _ = pipeline.judged(case, found)
        now = following.follow(case, found, learned)
    centre.settle()
    print(
        f"{len(record):,} observations, {len(found.incidents):,} incidents; full run, not mirrored, and made ready in "
        f"{time.process_time() - begun:,.0f} CPU-s, {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss >> 10:,} MiB",
        flush=True,
    )
    watch, spent, touched = Watch(), [], []
    watch.on(update, "add")
    watch.on(following, "incidents")
    watch.on(following, "attributions")
    order = np.random.default_rng(SEED).permutation(len(later)).tolist()
    for k, n in enumerate(order):  # the first ones only warm up
        watch.spent.clear()
        begun_s, cpu_s = time.perf_counter(), time.process_time()
        _, change = following.add(now, later[n])
        whole, cpu = 1e3 * (time.perf_counter() - begun_s), 1e3 * (time.process_time() - cpu_s)
        if k >= WARM:
            spent.append([whole, cpu, *(watch.spent.get(name, 0.0) for name in ("add", "incidents", "attributions"))])
            touched.append([len(change.incidents), len(change.replaced)])
    print(f"{'ms':>20} {'median':>8} {'95 %':>8} {'worst':>8}")
    names = ("the whole way", "CPU time of it", "divided anew", "incidents anew", "who did them")
    for name, values in zip(names, np.array(spent).T, strict=True):
        print(f"{name:>20} {np.median(values):>8.0f} {np.quantile(values, 0.95):>8.0f} {values.max():>8.0f}")
    for name, counts in zip(("incidents made", "replaced"), np.array(touched).T, strict=True):
        print(f"{name:>20} {np.median(counts):>8.0f} {np.quantile(counts, 0.95):>8.0f} {counts.max():>8.0f}")
    print(f"over 200 ms: {sum(one[0] > 200 for one in spent)} of {len(spent)}")


if __name__ == "__main__":
    main()
