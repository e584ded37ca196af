"""Which worlds the scoreboard runs, how large and with which peers: fixed before the run."""

from collections.abc import Iterable, Sequence

from benchmarks.measure import GLAD, MELTT, SPLINK, ST_DBSCAN, VOTES, Task
from benchmarks.peers import density, linkage, meltt
from benchmarks.worlds import Cell

REGIMES = ("balanced", "loud", "silent", "lying", "flipping", "copying")
TUNED_ON = 5  # development seeds on which peers choose their settings, and on which ours is shown beside the untouched
FEWER_SEEDS = 10  # at base rates other than one half, and where posts cover the line but for the balanced regime
VOTED = 5  # seeds on which crowd-kit's methods run and ours gets the true incidents too
GLAD_SEEDS = 1  # of these; GLAD takes some 3 CPU-s an iteration
INCIDENTS, QUICK_INCIDENTS, SMALL = 1_500, 300, 400

EVEN = tuple(Cell(regime=regime) for regime in REGIMES)
UNEVEN = tuple(Cell(regime=regime, share=share) for share in (0.7, 0.3) for regime in REGIMES)
POSTS = tuple(Cell(world="posts", regime=regime) for regime in REGIMES)
GROUPING = (
    Cell(world="mixed"),
    Cell(world="sensors"),
    Cell(world="posts"),
    Cell(world="mixed", sigma_scale=0.5),
    Cell(world="mixed", sigma_scale=2.0),
)
EVERYTHING = tuple(dict.fromkeys((*GROUPING, *EVEN, *POSTS, *UNEVEN)))
TUNING = tuple(dict.fromkeys((*GROUPING, *EVEN)))
QUICK = tuple(dict.fromkeys((*GROUPING[:2], *EVEN)))
SMALL_WORLD = Cell(world="mixed", incidents=SMALL)


def seeded(cells: Iterable[Cell], seeds: Sequence[int], incidents: int) -> list[Cell]:
    """Return every cell with every seed, seed by seed, so that a run cut short has whole seeds."""
    return [
        Cell(world=c.world, regime=c.regime, share=c.share, sigma_scale=c.sigma_scale, seed=seed, incidents=incidents)
        for seed in seeds
        for c in cells
    ]


def tried() -> dict[str, tuple[object, ...]]:
    """Return the settings that each peer of association may choose from."""
    return {ST_DBSCAN: density.TRIED, SPLINK: linkage.TRIED}


def same_world(one: Cell, two: Cell) -> bool:
    """Tell whether two cells differ in seed and size only."""
    return (one.world, one.regime, one.share, one.sigma_scale) == (two.world, two.regime, two.share, two.sigma_scale)


def tasks(
    seeds: Sequence[int],
    cells: Sequence[Cell],
    incidents: int,
    chosen: dict[Cell, dict[str, tuple[object, ...]]],
    votes: Sequence[tuple[str, ...]],
) -> list[Task]:
    """Return the tasks of these seeds; `chosen` has, for cells of `GROUPING`, what each peer of association runs with.

    `votes` are, seed by seed, the methods of crowd-kit that run in the mixed worlds of equal base rates.
    """
    out = []
    for cell in seeded(cells, seeds, incidents):
        number = seeds.index(cell.seed)
        if number >= FEWER_SEEDS and not any(same_world(cell, c) for c in (*GROUPING, *EVEN)):
            continue
        world = next((c for c in GROUPING if same_world(cell, c)), None)
        even = any(same_world(cell, c) for c in EVEN)
        out.append(Task(
            cell=cell,
            peers=tuple(chosen.get(world, {}).items()) if world is not None else (),
            votes=votes[number] if even and number < len(votes) else (),
            verdicts=any(same_world(cell, c) for c in (*EVEN, *UNEVEN, *POSTS)),
        ))  # fmt: skip
    return out


def voters(seeds: int, glad: int) -> tuple[tuple[str, ...], ...]:
    """Return for each of so many seeds the methods of crowd-kit, GLAD on the first of them only."""
    return tuple((*VOTES, GLAD) if number < glad else VOTES for number in range(seeds))


def small_tasks(seeds: Sequence[int], settings: tuple[object, ...]) -> list[Task]:
    """Return the tasks of the small world, on which MELTT runs if it is at hand."""
    peers = ((MELTT, settings),) if meltt.core() is not None else ()
    return [Task(cell=cell, peers=peers, verdicts=False) for cell in seeded((SMALL_WORLD,), seeds, SMALL)]
