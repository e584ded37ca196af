"""How often attribution accuses rightly on simulated worlds: with the true groups, and through the whole path.

Of wrong accusations it says what truly happened; and how many name a side that did fire what was perceived there, the
incident counting as another one because more rows of words about that one were put with it, or because of two shots one
counts (`perceived`).
`--true` gives attribution the incidents as they truly were (its own share of the errors alone), else it gets what
association found. Development seeds only; the untouched ones belong to the scoreboard. Figures as in `metrics`.
"""

import argparse
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace

from benchmarks import metrics
from benchmarks.judged import perceived
from benchmarks.worlds import Cell, Seen, see

from trucewatch import pipeline
from trucewatch.assess.groups import Association
from trucewatch.assess.incidents import incidents
from trucewatch.calibration import accused
from trucewatch.intervals import proportion_bound
from trucewatch.model import Attribution, Incident

REGIMES = ("balanced", "loud", "silent", "lying", "flipping", "copying")


def truly_grouped(seen: Seen) -> Seen:
    """Return the world with its incidents as they were; rows of nothing real stand alone."""
    groups: dict[object, list[int]] = {}
    for i in seen.rows:
        groups.setdefault(seen.truth[seen.gathered.observations[i].id] or ("alone", i), []).append(i)
    where = [seen.gathered.fixes[o.key] for o in seen.gathered.observations]
    certain = Association(groups=tuple(map(tuple, groups.values())), shares=((),) * len(groups))
    found = incidents(seen.gathered.observations, where, certain, seen.gathered.plane)
    return replace(seen, gathered=replace(seen.gathered, incidents=found, doubts=()))


def attributed(seen: Seen) -> tuple[Attribution, ...]:
    """Return who did it, as the product says."""
    return tuple(pipeline.judge(seen.case, seen.gathered))


def verdicts(seen: Seen, found: Sequence[Attribution]) -> Iterator[tuple[metrics.Verdict, str, Incident]]:
    """Return for each incident the verdict, the true cause and the incident."""
    rows = seen.scored
    truth, seen_to = metrics.matched(seen.our_groups(rows), seen.true_groups(rows)), perceived(seen)
    for incident, attribution in zip(seen.gathered.incidents, found, strict=True):
        real = truth.get(incident.id)
        happened = seen.happened[str(real)] if real is not None else None
        who, cause = ("", "nothing") if happened is None else (happened.who, happened.cause)
        said = metrics.Verdict(
            dict(attribution.probabilities), attribution.determination, who, seen_to.get(incident.id, "")
        )
        yield said, cause, incident


def main() -> None:
    """Print one line per regime and one for all."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--worlds", nargs="*", default=["mixed"])
    parser.add_argument("--regimes", nargs="*", default=list(REGIMES))
    parser.add_argument("--shares", nargs="*", type=float, default=[0.5])
    parser.add_argument("--seeds", nargs="*", type=int, default=[1])
    parser.add_argument("--incidents", type=int, default=2_000)
    parser.add_argument("--true", action="store_true", help="the true groups instead of association's")
    given = parser.parse_args()
    if any(seed > 20 for seed in given.seeds):
        parser.error("seeds above 20 are not for development")
    print(
        "world    regime    share  accused  wrong   FAR %  <=    coverage %  gap   ECE by side    "
        "wrong by cause; right of what was perceived"
    )
    for world in given.worlds:
        for regime in given.regimes:
            for share in given.shares:
                cells = [
                    Cell(world=world, regime=regime, share=share, seed=seed, incidents=given.incidents)
                    for seed in given.seeds
                ]
                _line(cells, truly=given.true)


def _line(cells: Sequence[Cell], *, truly: bool) -> None:
    pairs: list[tuple[metrics.Verdict, str]] = []
    parties: tuple[str, ...] = ()
    for cell in cells:
        seen = see(cell)
        if truly:
            seen = truly_grouped(seen)
        parties = seen.parties
        pairs += [(verdict, cause) for verdict, cause, _ in verdicts(seen, attributed(seen))]
    every = [verdict for verdict, _ in pairs]
    counts = metrics.accusations(every, parties)
    real = [v for v in every if v.who]
    eces = [metrics.ece(metrics.reliability(real, party)) for party in parties]
    wrong = Counter(cause for v, cause in pairs if accused(v.named, parties) - accused(v.who, parties))
    bound = proportion_bound(counts.wrong, counts.accusations) if counts.accusations else 1.0
    print(
        f"{cells[0].world:8} {cells[0].regime:9} {cells[0].share:4.1f} {counts.accusations:8} {counts.wrong:6} "
        f"{100 * counts.far:7.2f} {100 * bound:5.1f} {100 * counts.coverage:9.1f} {counts.gap:+7.2f}   "
        f"{' '.join(f'{e:.3f}' for e in eces)}   {dict(wrong)}; {counts.of_perceived}",
        flush=True,
    )


if __name__ == "__main__":
    main()
