"""Sums that know neither order nor label: what the verdicts add, they add on a grid.

Bits are rounded to multiples of 2**-32 before they are added. Such sums are exact in a double while they stay below
2**20, so that numpy's sums equal `math.fsum` in any order. Logarithms and powers come from the C library, as those of
`math` do, number by number: a vector library may round the same number differently at another place of an array.
"""

import math
from collections.abc import Callable, Iterable
from functools import cache

import numpy as np
from numpy.typing import NDArray

from trucewatch.compiled import njit

Numbers = NDArray[np.float64]

GRID = 2.0**32
LEAST = 2.0**-60  # stands for an impossibility, which no evidence shows


def on_grid(values: Numbers) -> Numbers:
    """Return the values rounded to the grid."""
    rounded: Numbers = np.rint(values * GRID) / GRID
    return rounded


def log2(values: Numbers) -> Numbers:
    """Return base-2 logarithms on the grid."""
    return on_grid(each(math.log2, np.maximum(values, LEAST)))


def exp2(values: Numbers) -> Numbers:
    """Return powers of two."""
    return each(math.exp2, values)


def even_sum(values: Numbers) -> Numbers:
    """Return the sum along the last axis from the smallest to the largest: the order of the columns changes no bit."""
    ordered = np.sort(values, axis=-1)
    total = np.zeros(ordered.shape[:-1])
    for n in range(ordered.shape[-1]):
        total = total + ordered[..., n]
    return total


def sums(rows: Numbers, owner: NDArray[np.intp], count: int) -> Numbers:
    """Return for each of `count` owners the sum of its rows, which must lie on the grid."""
    total = np.zeros((count, *rows.shape[1:]))
    np.add.at(total, owner, rows)
    return total


def total(values: Iterable[float]) -> float:
    """Return one exact sum on the grid."""
    return math.fsum(round(value * GRID) / GRID for value in values)


def each(function: Callable[[float], float], values: Numbers) -> Numbers:
    """Return a function of `math` of every number; what is out of its domain is NaN or infinite."""
    found: Numbers = _compiled(function)(np.ascontiguousarray(values).ravel()).reshape(values.shape)
    return found


@cache
def _compiled(function: Callable[[float], float]) -> Callable[[Numbers], Numbers]:
    @njit(cache=True)
    def of_all(values: Numbers) -> Numbers:
        found = np.empty_like(values)
        for n in range(len(values)):
            found[n] = function(values[n])
        return found

    return of_all
