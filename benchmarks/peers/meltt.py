"""MELTT 0.4.3 (Donnay, Dunford, McGrath, Backer & Cunningham, Journal of Conflict Resolution 63, 2019): its own core.

None of it stands here: it is LGPL and not ours. Where the environment variable MELTT_CORE names the file
`inst/python/match.py` of a checkout of https://github.com/kdonnay/meltt, its `run` is called as the R package calls it:
data sets one after the other, each merged into what stands already, at most one match for each of their entries. A data
set is one source. Distances in km, times in seconds instead of its days; its taxonomy is our phenomena on three levels.
Its core is worse than quadratic, so it gets a small world. Without the file the table says "not at hand".
"""

import importlib.util
import os
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType

from benchmarks.peers.rows import Rows


@dataclass(frozen=True, slots=True)
class Setting:
    """Both windows."""

    km: float
    minutes: float

    def __str__(self) -> str:
        return f"{self.km:g} km, {self.minutes:g} min"


TRIED = tuple(
    Setting(km, minutes)
    for km, minutes in (
        (1, 15),
        (2, 15),
        (3, 15),
        (3, 60),
        (5, 15),
        (5, 60),
        (8, 15),
        (8, 30),
        (8, 120),
        (12, 30),
        (5, 1440),
    )
)
COLUMNS = ("dataset", "event", "date", "enddate", "latitude", "longitude", "word", "sort", "any")

# the middle level of the taxonomy: what a rough ear cannot tell apart
_SORTS = {
    **dict.fromkeys(("burst", "shot", "overhead_bullets", "exchange_of_fire"), "small arms"),
    "hot_spot": "heat",
    "weapon_seen": "weapon",
}


def core() -> ModuleType | None:
    """Return MELTT's own module, None where it is not at hand."""
    path = os.environ.get("MELTT_CORE", "")
    if not path or not Path(path).is_file():
        return None
    spec = importlib.util.spec_from_file_location("meltt_match", path)
    if spec is None or spec.loader is None:
        return None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def cluster(rows: Rows, setting: Setting) -> list[int]:
    """Return the cluster of each row: that of the first row of the entry with which it was merged."""
    match = core()
    if match is None:
        raise RuntimeError("MELTT_CORE names no file")
    sizes = Counter(rows.source)
    order = sorted(sizes, key=lambda source: (-sizes[source], rows.source.index(source)))
    stands: list[int] = [n for n, source in enumerate(rows.source) if source == order[0]]
    label = list(range(len(rows.source)))
    for source in order[1:]:
        new = [n for n, other in enumerate(rows.source) if other == source]
        for entry, partner in _merged(match, rows, stands, new, setting):
            label[partner] = entry
        stands += [n for n in new if label[n] == n]
    return label


def _merged(
    match: ModuleType, rows: Rows, stands: Sequence[int], new: Sequence[int], setting: Setting
) -> list[tuple[int, int]]:
    entries = sorted([(1, n) for n in stands] + [(2, n) for n in new], key=lambda e: rows.time[e[1]])
    data: dict[str, list[object]] = {name: [] for name in COLUMNS}
    for dataset, n in entries:
        word = rows.phenomenon[n] or "unknown"
        time = float(rows.time[n])
        values = (
            dataset,
            n,
            time,
            time,
            float(rows.lat[n]),
            float(rows.lon[n]),
            word,
            _SORTS.get(word, "heavy"),
            "any",
        )
        for name, value in zip(COLUMNS, values, strict=True):
            data[name].append(value)
    # one taxonomy of three levels, matched on the finest that agrees; no partial matches; events, not episodes
    _, chosen = match.run(data, list(COLUMNS), setting.minutes * 60, setting.km, 1, 1, 3, 0, 0, 1.0, 0, 1)
    return [(int(row[1]), int(row[3])) for row in chosen]
