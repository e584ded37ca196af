"""No incident teaches what judges it: which of the incidents that were learned from are not heard on which at hand.

In a full run each incident leaves itself out. An incident that came about since leaves out those of the last full run
in which any of its records stood.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class LeftOut:
    """Pairs: number `taught` of the incidents learned from is not heard on number `judged` of those at hand, in order.

    Nobody is left out of what no pair names: then all that was learned counts.
    """

    judged: NDArray[np.intp]
    taught: NDArray[np.intp]

    def of(self, judged: int) -> list[int]:
        """Return the numbers that are not heard on one incident."""
        begin, end = np.searchsorted(self.judged, [judged, judged + 1])
        numbers: list[int] = self.taught[begin:end].tolist()
        return numbers

    def each(self, count: int) -> Iterator[list[int]]:
        """Yield what `of` returns for the incidents 0 to `count` - 1, in their order."""
        bounds = np.searchsorted(self.judged, np.arange(count + 1)).tolist()
        taught: list[int] = self.taught.tolist()
        return (taught[begin:end] for begin, end in pairwise(bounds))

    def pairs(self, judged: NDArray[np.intp]) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
        """Return for incidents, each named any number of times: positions in `judged`, and who is not heard there."""
        begin = np.searchsorted(self.judged, judged)
        count = np.searchsorted(self.judged, judged, side="right") - begin
        within = np.arange(count.sum()) - np.repeat(np.cumsum(count) - count, count)
        return np.repeat(np.arange(len(judged)), count), self.taught[np.repeat(begin, count) + within]


def itself(count: int) -> LeftOut:
    """Return that each of `count` incidents leaves out itself: they are those learned from."""
    numbers = np.arange(count, dtype=np.intp)
    return LeftOut(numbers, numbers)


def left_out(taught: Sequence[Iterable[int]]) -> LeftOut:
    """Return that each incident leaves out these."""
    pairs = [(n, number) for n, numbers in enumerate(taught) for number in sorted(set(numbers))]
    both = np.array(pairs, dtype=np.intp).reshape(len(pairs), 2)
    return LeftOut(both[:, 0], both[:, 1])
