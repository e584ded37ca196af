"""Cutting a record into slabs of time that can be worked on apart, and joining what they find. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

Ints = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Slab:
    """Rows `start` to `end` are the slab's own, those up to `reach` its halo: a pair is its first row's slab's."""

    start: int
    end: int
    reach: int


def slabs(times_s: Sequence[float] | npt.NDArray[np.float64], halo_s: float, rows: int) -> tuple[Slab, ...]:
    """Return slabs of at most `rows` own rows of a record sorted by time; the halo holds what lies within `halo_s`.

    Raises:
        ValueError: when the times are not sorted, or there are to be no rows in a slab.

    """
    times = np.asarray(times_s, dtype=float)
    if rows < 1 or bool(np.any(times[1:] < times[:-1])):
        raise ValueError("a record is cut into slabs of at least one row, sorted by time")
    ends = [min(start + rows, len(times)) for start in range(0, len(times), rows)]
    reaches = [int(np.searchsorted(times, times[end - 1] + halo_s, side="right")) for end in ends]
    return tuple(
        Slab(start, end, max(end, reach))
        for start, end, reach in zip(range(0, len(times), rows), ends, reaches, strict=True)
    )


def components(count: int, one: npt.NDArray[Any], other: npt.NDArray[Any]) -> Ints:
    """Return for each of `count` rows the least row that edges connect it with; the order of edges changes nothing."""
    label: Ints = np.arange(count, dtype=np.int64)
    while True:
        least = np.minimum(label[one], label[other])
        before = label.copy()
        for end in (one, other):
            np.minimum.at(label, before[end], least)
        while not np.array_equal(label, shorter := label[label]):
            label = shorter
        if np.array_equal(label, before):
            return label
