"""What every peer of association is given: the same rows as the product, each as a place and a time with its errors.

Bearings and ranges are reduced to a mean and a covariance, and sound's travel is taken off the clock, as the product
does it: the peers have no such step of their own, and get it as a present. A row without place or time stands alone.
"""

from collections.abc import Hashable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from benchmarks.worlds import Seen

from trucewatch.assess import kinds

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Rows:
    """Columns: seconds, km, km²; `at` are the positions, among the scored rows, of those that have place and time."""

    at: tuple[int, ...]
    count: int
    source: tuple[str, ...]
    phenomenon: tuple[str, ...]
    time: Floats
    time_sd: Floats
    east: Floats
    north: Floats
    lon: Floats
    lat: Floats
    var_e: Floats
    var_n: Floats
    cov: Floats

    def spread(self, labels: Sequence[Hashable]) -> list[Hashable | None]:
        """Return the labels of all scored rows, None for those that no peer was given."""
        out: list[Hashable | None] = [None] * self.count
        for position, label in zip(self.at, labels, strict=True):
            out[position] = label
        return out


def rows_of(seen: Seen) -> Rows:
    """Return the scored rows of a world as columns."""
    scored = seen.scored
    given = [(n, o, fix) for n, o in enumerate(scored) if (fix := seen.gathered.fixes[o.key]) and fix.at is not None]
    moments = [fix.at for _, _, fix in given]
    east, north = np.array([m.east for m in moments]), np.array([m.north for m in moments])
    lon, lat = seen.gathered.plane.degrees(east, north)
    return Rows(
        at=tuple(n for n, _, _ in given),
        count=len(scored),
        source=tuple(kinds.source_key(o) for _, o, _ in given),
        phenomenon=tuple(o.phenomenon.term.value if o.phenomenon.term else "" for _, o, _ in given),
        time=np.array([fix.time_s for _, _, fix in given]),
        time_sd=np.array([fix.time_sd_s for _, _, fix in given]),
        east=east,
        north=north,
        lon=np.asarray(lon),
        lat=np.asarray(lat),
        var_e=np.array([m.var_east for m in moments]),
        var_n=np.array([m.var_north for m in moments]),
        cov=np.array([m.cov for m in moments]),
    )
