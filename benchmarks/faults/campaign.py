"""Many runs, many cuts of each, and what came of them."""

import random
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from unittest import mock

from faults.controls import Control
from faults.medium import Medium, Nodes, Replay, snapshot
from faults.people import LOG
from faults.promises import Promises, Scratch
from faults.recovery import Cut, cut_of, recovered, recut
from faults.simulated import SimulatedDisk
from faults.workload import CENTRE, Run, work
from trucewatch.ledger.book import Book

HONEST = Control(name="as it is")
BASES = (0, 0, 0, 4, 4, 4, 246, 253)  # entries of the log that a run begins with; from the last two it crosses 256
AGAIN = "after a second cut, "
THOROUGH = 20  # one cut in so many also lets both mirrors go on, and is cut a second time


@dataclass(slots=True)
class Tally:
    """What a campaign counted. `promises` are those that were looked for after a cut, summed over the cuts."""

    runs: int = 0
    cuts: int = 0
    second_cuts: int = 0
    kills: int = 0
    promises: Counter[str] = field(default_factory=Counter)
    broken: Counter[str] = field(default_factory=Counter)
    failures: list[str] = field(default_factory=list)

    def add(self, other: "Tally") -> None:
        """Add another's counts."""
        for name in ("runs", "cuts", "second_cuts", "kills"):
            setattr(self, name, getattr(self, name) + getattr(other, name))
        self.promises.update(other.promises)
        self.broken.update(other.broken)
        self.failures.extend(other.failures)


@contextmanager
def no_chance_but_this(chance: random.Random) -> Iterator[None]:
    """Let salts and temporary names follow from the seed, so that a run is the same again."""
    with mock.patch("os.urandom", chance.randbytes), mock.patch("random._urandom", chance.randbytes):
        yield


@cache
def base(entries: int) -> tuple[Nodes, Promises, int]:
    """Return a log of that many entries at rest, with what it promised and the number of its next observation."""
    run = Run(medium=Medium(), chance=random.Random(f"base {entries}"))
    if not entries:
        return run.medium.nodes, [], 0
    with no_chance_but_this(random.Random(f"base {entries}")):
        work(run, 1)
        disk = SimulatedDisk(run.medium)
        book = Book.open(CENTRE, LOG, disk=disk)
        size = book.status().size + book.status().received
        book.say_all([({"type": "case", "v": "1", "number": number}, {}) for number in range(entries - size - 1)])
        left = book.beat(run.tick())
        run.medium.mark(("left", left.size, left.root))
        disk.die()
        book.close()
    promises = [act[1] for act in run.medium.journal if act[0] == "mark" and act[1][0] != "begun"]
    return run.medium.nodes, promises, 1000


def run_of(seed: str, control: Control = HONEST) -> tuple[Run, Promises]:
    """Return a run of a seed, done to its end, and what had been promised before it."""
    chance = random.Random(seed)
    nodes, promises, number = base(chance.choice(BASES))
    medium = Medium({at: snapshot(node) for at, node in nodes.items()})
    if control.lies:
        setattr(medium, control.lies, False)
    run = Run(medium=medium, chance=chance, number=number, open_disk=control.open_disk, weaken=control.weaken)
    kills = chance.choice((0.0, 0.12)) if control.kills is None else control.kills
    with no_chance_but_this(random.Random(f"salts {seed}")):
        try:
            work(run, chance.randrange(6, 22), kills)
        except (ValueError, OSError):
            if control is HONEST:
                raise  # a control may trip over its own loss before any cut; what it did until then is cut all the same
    return run, promises


def cuts_of(seed: str, run: Run, wanted: int) -> list[Cut]:
    """Return so many cuts of a run, in the order of the journal."""
    chance = random.Random(f"cuts {seed}")
    moments = sorted(chance.randrange(len(run.medium.journal) + 1) for _ in range(wanted))
    spared = ("", "", "", "centre", "a", "b")
    return [Cut(seed=f"{seed}/{n}", at=at, spared=chance.choice(spared)) for n, at in enumerate(moments)]


def campaign(seed: str, wanted: int, scratch: Scratch, control: Control = HONEST, only: str = "") -> Tally:
    """Do one run and cut it so many times; with `only`, look at that one cut and print what is done."""
    tally = Tally(runs=1)
    run, before = run_of(seed, control)
    tally.kills = run.kills
    replay = Replay(run.medium)
    for at, cut in enumerate(cuts_of(seed, run, wanted)):
        replay.forward(cut.at)
        if only and cut.seed != only:
            continue
        promises = [*before, *replay.promised]
        broken = _one(run, replay, cut, promises, scratch, thorough=at % THOROUGH == 0, tally=tally)
        tally.cuts += 1
        tally.promises.update(kind for kind, *_ in set(promises))
        tally.broken.update(line.removeprefix(AGAIN).partition(":")[0] for line in broken)
        tally.failures.extend(f"{cut.seed} of {wanted}, before act {cut.at}: {line}" for line in broken)
    return tally


def _one(
    run: Run, replay: Replay, cut: Cut, promises: Promises, scratch: Scratch, *, thorough: bool, tally: Tally
) -> list[str]:  # fmt: skip
    left = cut_of(replay, cut)
    after = Run(medium=left, chance=cut.chance, sent=run.sent, number=run.number, now=run.now)
    with no_chance_but_this(random.Random(f"salts {cut.seed}")):
        broken = list(recovered(after, promises, scratch, mirrors=thorough))
        if thorough:
            tally.second_cuts += 1
            broken += [f"{AGAIN}{line}" for line in recut(after, promises, cut, scratch)]
    return broken
