"""Two real seismic catalogues of the same seven hours: which pairs of their events association joins.

The catalogues are public and not part of this repository: `tests/catalog_scsn.csv` (703 events of analysts, SCSN) and
`tests/catalog_gamma.csv` (1,479 automatic ones with covariances) of github:AI4EPS/GaMMA (MIT; the SCSN catalogue is
public), 4 July 2019, 17:02 to 24:00 UTC, Ridgecrest. Fetch them into a folder and give that as the argument. They hold
earthquakes, not fire: asked is whether the records of one event meet, at three to four events a minute.

The match that they are held against is made without association: pairs, one of each catalogue, that are each other's
nearest within a window, the distances in time and place being measured in widths of the window. No pair is proved.
"""

import argparse
import csv
import math
from collections.abc import Mapping, Sequence
from datetime import datetime
from itertools import combinations
from pathlib import Path

from trucewatch.assess.associate import associate
from trucewatch.assess.errors import located
from trucewatch.intake import read
from trucewatch.intake.enrol import enrol
from trucewatch.intake.gazetteer import Gazetteer
from trucewatch.intake.reader import Context
from trucewatch.model import Observation, Point
from trucewatch.spacetime import plane_about

COLUMNS = "id,source,source_class,means,phenomenon,direction,time,time_sd_s,lon,lat,position_sd_km"
WINDOWS = ((1.0, 3.0), (2.0, 5.0), (3.0, 10.0), (5.0, 15.0))  # seconds, km
Rows = Sequence[Mapping[str, str]]


def catalogue(path: Path) -> list[dict[str, str]]:
    """Return the events of a catalogue: tab separated, times UTC without saying so."""
    with path.open(newline="") as file:
        return [dict(row, time=f"{row['time']}Z") for row in csv.DictReader(file, delimiter="\t")]


def observed(scsn: Rows, gamma: Rows, direction: str, *, errors: bool) -> tuple[Observation, ...]:
    """Return both catalogues as the canonical table says them; `errors`: with what is known of them, else with none.

    The automatic catalogue states a covariance, of which the first is taken as that of time (s²); the analysts' states
    none: 0.3 s and 0.5 km are guesses, as are the 1.5 km of the other.
    """
    lines = [COLUMNS]
    for name, rows, place in (("scsn", scsn, 0.5), ("gamma", gamma, 1.5)):
        for n, row in enumerate(rows):
            sd_s = math.sqrt(float(row["covariance"].split(",")[0])) if "covariance" in row else 0.3
            told = f"{sd_s:.3f}", row["longitude"], row["latitude"], f"{place}"
            cells = told if errors else ("", told[1], told[2], "")
            lines.append(",".join([f"{name}-{n}", name, "seismic,seismic,explosion", direction, row["time"], *cells]))
    context = Context(parties=(), time_zone="UTC", gazetteer=Gazetteer(), theatre=None)
    found = read("catalogues.csv", ["\n".join(lines).encode()], context)
    return enrol([o for o in found if isinstance(o, Observation)], ())


def nearest(scsn: Rows, gamma: Rows, seconds: float, km: float) -> set[frozenset[str]]:
    """Return the pairs that are each other's nearest within a window."""
    east = 111.2 * math.cos(math.radians(35.7))  # km of a degree of longitude there
    at = [
        [(datetime.fromisoformat(r["time"]).timestamp(), float(r["longitude"]) * east, float(r["latitude"]) * 111.2)
         for r in rows]
        for rows in (scsn, gamma)
    ]  # fmt: skip
    best: dict[str, tuple[float, str]] = {}
    for i, (t, x, y) in enumerate(at[0]):
        for j, (u, v, w) in enumerate(at[1]):
            away, apart = math.hypot(x - v, y - w) / km, abs(t - u) / seconds
            if away <= 1 and apart <= 1:
                for one, other in ((f"scsn-{i}", f"gamma-{j}"), (f"gamma-{j}", f"scsn-{i}")):
                    best[one] = min(best.get(one, (math.inf, "")), (math.hypot(away, apart), other))
    return {frozenset((one, other)) for one, (_, other) in best.items() if best[other][1] == one}


def joined(observations: Sequence[Observation]) -> set[frozenset[str]]:
    """Return the pairs of one catalogue and the other that association puts into one incident."""
    plane = plane_about((), points=[(p.lon, p.lat) for o in observations if isinstance(p := o.place, Point)])
    where = located(observations, plane, lambda _: ()).fixes
    groups = associate(observations, where).groups
    pairs = (frozenset((observations[i].id, observations[j].id)) for group in groups for i, j in combinations(group, 2))
    return {pair for pair in pairs if len({one.split("-")[0] for one in pair}) == 2}


def main() -> None:
    """Print precision, recall and F1 of the joined pairs for each way of telling the records and each window."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path, help="where catalog_scsn.csv and catalog_gamma.csv lie")
    folder = parser.parse_args().folder
    scsn, gamma = catalogue(folder / "catalog_scsn.csv"), catalogue(folder / "catalog_gamma.csv")
    matches = [(window, nearest(scsn, gamma, *window)) for window in WINDOWS]
    print(f"{len(scsn)} and {len(gamma)} events; nearest pairs: {', '.join(str(len(found)) for _, found in matches)}")
    for direction, errors in (("", True), ("", False), ("impact", True), ("impact", False)):
        found = joined(observed(scsn, gamma, direction, errors=errors))
        told = f"{'one end told' if direction else 'no end told':13} {'errors stated' if errors else 'no errors':14}"
        print(f"{told} {len(found)} pairs joined")
        for (seconds, km), truth in matches:
            right = len(found & truth)
            of = right / len(found), right / len(truth), 2 * right / (len(found) + len(truth))
            print(f"  within {seconds:g} s and {km:g} km: precision {of[0]:.3f}, recall {of[1]:.3f}, F1 {of[2]:.3f}")


if __name__ == "__main__":
    main()
