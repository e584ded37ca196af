"""Simulated worlds as the scoreboard uses them: written by `trucewatch simulate`, read and assessed by the product.

The truth is read here and nowhere in the product. A row counts for association where it tells of a happening at all
(`kinds.is_associable`): notices, quiet hours and region totals are in nobody's score.
"""

import csv
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from trucewatch import pipeline
from trucewatch.assess import kinds
from trucewatch.centre import open_case
from trucewatch.intake import read
from trucewatch.intake.enrol import enrol
from trucewatch.model import Case, Observation, Rejection
from trucewatch.pipeline import Gathered

DEVELOPMENT, UNTOUCHED = tuple(range(1, 21)), tuple(range(101, 121))


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """One world to be simulated; `share` is the first party's share of the fire."""

    world: str = "mixed"
    regime: str = "balanced"
    share: float = 0.5
    seed: int = 1
    incidents: int = 2_000
    sigma_scale: float = 1.0


@dataclass(frozen=True, slots=True)
class Happened:
    """One true incident: `who` is a party, `both`, `other` or `no_violation`; places are (lon, lat) or None."""

    who: str
    cause: str
    origin: tuple[float, float] | None
    impact: tuple[float, float] | None
    burst: str


@dataclass(frozen=True, slots=True)
class Seen:
    """A world as read: the enrolled observations with what the product gathered, and the truth of each row.

    `rows` are the positions of the observations that count for association; `truth` is by observation id.
    """

    cell: Cell
    case: Case
    gathered: Gathered
    rejected: tuple[Rejection, ...]
    truth: Mapping[str, str | None]
    happened: Mapping[str, Happened]
    rows: tuple[int, ...]
    seconds: float  # CPU, of finding the incidents

    @property
    def parties(self) -> tuple[str, ...]:
        """Return the parties' ids in the case's order."""
        return tuple(party.id for party in self.case.parties)

    @property
    def scored(self) -> list[Observation]:
        """Return the observations that count for association."""
        return [self.gathered.observations[i] for i in self.rows]

    def true_groups(self, observations: Sequence[Observation]) -> list[str | None]:
        """Return the true incident of each observation."""
        return [self.truth[o.id] for o in observations]

    def our_groups(self, observations: Sequence[Observation]) -> list[str | None]:
        """Return the incident in which the product puts each observation."""
        belongs = {o.key: incident.id for incident in self.gathered.incidents for o in incident.observations}
        return [belongs.get(o.key) for o in observations]


@contextmanager
def scratch() -> Iterator[Path]:
    """Give a folder that is gone afterwards."""
    folder = Path(tempfile.mkdtemp(prefix="trucewatch-scoreboard-"))
    try:
        yield folder
    finally:
        shutil.rmtree(folder)


def simulate(cell: Cell, folder: Path) -> None:
    """Write the case folder of a cell, by the same command that anybody would use."""
    # fmt: off
    arguments = [
        "simulate", "--out", str(folder), "--world", cell.world, "--regime", cell.regime, "--share", str(cell.share),
        "--seed", str(cell.seed), "--incidents", str(cell.incidents), "--sigma-scale", str(cell.sigma_scale),
    ]
    # fmt: on
    run = [sys.executable, "-c", "from trucewatch.cli import main; main()", *arguments]
    done = subprocess.run(run, capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(f"trucewatch {' '.join(arguments)}: {done.stderr.strip() or done.stdout.strip()}")


def see(cell: Cell) -> Seen:
    """Simulate a cell, read it and let the product find its incidents."""
    with scratch() as folder:
        simulate(cell, folder / "case")
        return look(cell, folder / "case")


def look(cell: Cell, folder: Path) -> Seen:
    """Read a case folder with its truth and let the product find its incidents."""
    opened = open_case(folder)
    outcomes: list[Observation | Rejection] = []
    for path in sorted((folder / "observations").rglob("*")):
        outcomes.extend(read(path.relative_to(folder).as_posix(), [path.read_bytes()], opened.context))
    observations = enrol([o for o in outcomes if isinstance(o, Observation)], opened.case.parties)
    begun = time.process_time()
    gathered = pipeline.gather(opened.case, observations)
    return Seen(
        cell=cell,
        case=opened.case,
        gathered=gathered,
        seconds=time.process_time() - begun,
        rejected=tuple(o for o in outcomes if isinstance(o, Rejection)),
        truth={row["observation_id"]: row["incident_id"] or None for row in _table(folder / "truth" / "links.csv")},
        happened={row["incident_id"]: _happened(row) for row in _table(folder / "truth" / "incidents.csv")},
        rows=tuple(i for i, o in enumerate(observations) if kinds.is_associable(o)),
    )


def regrouped(seen: Seen, gathered: Gathered) -> Seen:
    """Return the same world with other incidents."""
    return replace(seen, gathered=gathered)


def _table(path: Path) -> list[dict[str, str]]:
    with path.open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def _happened(row: Mapping[str, str]) -> Happened:
    def place(name: str) -> tuple[float, float] | None:
        lon, lat = row[f"{name}_lon"], row[f"{name}_lat"]
        return (float(lon), float(lat)) if lon and lat else None

    return Happened(row["who"], row["cause"], place("origin"), place("impact"), row["burst_id"])
