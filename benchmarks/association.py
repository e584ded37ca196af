"""How well the product's own association does on simulated worlds: for whoever works on it; no peers, no verdicts.

    python -m benchmarks.association --world mixed --seeds 1 2 3

Splits every figure by the two rows' source classes and by whether either row is of a burst. Development seeds only.
"""

import argparse
import sys
import time
from collections import Counter
from collections.abc import Mapping

from benchmarks import metrics
from benchmarks.judged import Regions, regions
from benchmarks.metrics import Mean, Pairs, over_seeds
from benchmarks.worlds import UNTOUCHED, Cell, Seen, see

from trucewatch.assess import kinds


def split(seen: Seen) -> tuple[dict[tuple[str, str], Pairs], dict[str, Pairs]]:
    """Return the pairs by source classes and by burst; a pair is of a burst where one of its rows is."""
    rows = seen.scored
    truth, ours = seen.true_groups(rows), seen.our_groups(rows)
    classes = [term.value if (term := o.source.source_class.term) else "unknown" for o in rows]
    bursts = ["burst" if t is not None and seen.happened[t].burst else "no burst" for t in truth]
    by_burst: dict[str, Pairs] = {}
    for (one, two), counts in metrics.pairs_by(ours, truth, bursts).items():
        name = one if one == two else "burst"
        by_burst[name] = by_burst.get(name, Pairs()) + counts
    return metrics.pairs_by(ours, truth, classes), by_burst


def belonging(seen: Seen) -> Counter[tuple[str, int, str]]:
    """Count rows of perceived incidents of several rows: by how surely they are said to belong, what is said and holds.

    A row belongs where most of the perceived rows of the incident are of its happening; those of no happening do not.
    """
    found: Counter[tuple[str, int, str]] = Counter()
    for incident in seen.gathered.incidents:
        perceived = [seen.truth[o.id] for o in incident.observations if kinds.is_physical(o)]
        if not perceived or len(incident.shares) < 2:
            continue
        most = Counter(perceived).most_common(1)[0][0]
        for o, share in zip(incident.observations, incident.shares, strict=True):
            at = "perceived" if kinds.is_physical(o) else "words", min(int(10 * share), 9)
            found[*at, "rows"] += 1
            found[*at, "said"] += share
            found[*at, "belong"] += most is not None and seen.truth[o.id] == most
    return found


def line(name: str, counts: Pairs) -> str:
    """Return one line of the table."""
    return (
        f"{name:<28} {counts.precision:6.3f} {counts.recall:6.3f} {counts.f1:6.3f}"
        f" {counts.true:>9,} {counts.joined:>9,} {counts.true - counts.common:>8,} {counts.joined - counts.common:>8,}"
    )


def show(mean: Mean, places: int = 3) -> str:
    """Return a mean with its interval over seeds."""
    return f"{mean.value:.{places}f}" + ("" if mean.half != mean.half else f" ± {mean.half:.{places}f}")


def added(tables: list[Mapping]) -> dict:
    """Return the sum of several tables of pairs."""
    total: dict = {}
    for table in tables:
        for name, counts in table.items():
            total[name] = total.get(name, Pairs()) + counts
    return total


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--world", default="mixed", choices=["mixed", "sensors", "posts"])
    parser.add_argument("--seeds", type=int, nargs="+", default=[1, 2, 3])
    parser.add_argument("--incidents", type=int, default=2_000)
    parser.add_argument("--regime", default="balanced")
    parser.add_argument("--share", type=float, default=0.5)
    parser.add_argument("--sigma-scale", type=float, default=1.0)
    given = parser.parse_args()
    if set(given.seeds) & set(UNTOUCHED):
        sys.exit("seeds 101 to 120 are untouched: only the final scoreboard opens them")
    totals, b_cubed, errors, raw, splits, surely, places = [], [], [], [], [], Counter(), []
    for seed in given.seeds:
        begun = time.process_time()
        cell = Cell(
            world=given.world, regime=given.regime, share=given.share, seed=seed,
            incidents=given.incidents, sigma_scale=given.sigma_scale,
        )  # fmt: skip
        seen = see(cell)
        rows = seen.scored
        truth, ours = seen.true_groups(rows), seen.our_groups(rows)
        totals.append(metrics.pairs(ours, truth))
        b_cubed.append(metrics.b_cubed(ours, truth)[2])
        counted = metrics.tally(ours, truth)
        errors.append(100 * counted.error)
        raw.append(100 * counted.raw_error)
        splits.append(split(seen))
        surely.update(belonging(seen))
        places.append(sum(regions(seen).values(), Regions()))
        other = [e for e in seen.gathered.errors if e.factor != 1.0]
        held = ", ".join(f"{e.source_class or 'not stated'} {e.factor:g}" for e in other)
        spent = time.process_time() - begun
        print(
            f"seed {seed}: {len(rows):,} rows, F1 {totals[-1].f1:.3f}, B3 {b_cubed[-1]:.3f}, incidents "
            f"{counted.real:,} for {counted.true:,} ({counted.found:,} with clutter), {spent:.1f} CPU-s; "
            f"stated errors taken {held or 'as stated'}",
            file=sys.stderr,
        )
    print(f"{given.world}, {given.regime}, share {given.share:g}, stated sigmas x {given.sigma_scale:g}")
    print(f"pair F1 {show(over_seeds([t.f1 for t in totals]))}   B3 {show(over_seeds(b_cubed))}   "
          f"incident count {show(over_seeds(errors), 1)} %   with clutter {show(over_seeds(raw), 1)} %")  # fmt: skip
    inside = [(100 * p.in_68 / p.number, 100 * p.in_95 / p.number) for p in places]
    print(f"true places inside the 68 % region {show(over_seeds([one for one, _ in inside]), 1)} %, "
          f"inside the 95 % region {show(over_seeds([other for _, other in inside]), 1)} %")  # fmt: skip
    print(
        f"\n{'pairs of':<28} {'prec':>6} {'recall':>6} {'F1':>6} {'true':>9} {'joined':>9} {'missed':>8} {'wrong':>8}"
    )
    print(line("all", sum(totals, Pairs())))
    for name, counts in sorted(added([burst for _, burst in splits]).items()):
        print(line(name, counts))
    print(f"\n{'said to belong':<28} {'said':>6} {'do':>6} {'rows':>9}")
    for kind, tenth in sorted({at[:2] for at in surely}):
        rows, said, belong = (surely[kind, tenth, what] for what in ("rows", "said", "belong"))
        print(f"{kind + f', {tenth / 10:.1f} or more':<28} {said / rows:6.3f} {belong / rows:6.3f} {rows:>9,}")
    lost = added([by_class for by_class, _ in splits])
    for (one, two), counts in sorted(lost.items(), key=lambda item: 2 * item[1].common - item[1].true - item[1].joined):
        print(line(f"{one} - {two}", counts))


if __name__ == "__main__":
    main()
