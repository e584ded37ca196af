"""How many of several uncertain things happened: the Poisson-binomial distribution, exact up to rounding."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]

AT_ONCE = 64  # up to this length, all pairs of a level are convolved together
NOTHING = 1e-15  # a tail that light is cut; the rest is scaled back to 1


def distribution(chances: Sequence[float]) -> tuple[int, Floats]:
    """Return (k, P(k), P(k + 1), ...): the number that happened, each with its own chance, independently.

    Convolved pair by pair in the order of size, so that the order of the chances changes no bit.
    """
    p = np.sort(np.asarray(chances, dtype=np.float64))
    rows = np.stack([1.0 - p, p], axis=1) if len(p) else np.ones((1, 1))
    while len(rows) > 1 and rows.shape[1] <= AT_ONCE:
        rows = _halved(rows)
    parts = [_trimmed(0, row) for row in rows]
    while len(parts) > 1:
        last = parts[-1:] if len(parts) % 2 else []
        pairs = zip(parts[0::2], parts[1::2], strict=False)
        parts = [*(_trimmed(a[0] + b[0], np.convolve(a[1], b[1])) for a, b in pairs), *last]
    start, mass = parts[0]
    return start, mass / mass.sum()


def _halved(rows: Floats) -> Floats:
    """Return the convolutions of each two neighbouring rows; an odd last one stays as it is."""
    if len(rows) % 2:
        alone = np.zeros((1, rows.shape[1]))
        alone[0, 0] = 1.0
        rows = np.concatenate([rows, alone])
    left, right, width = rows[0::2], rows[1::2], rows.shape[1]
    out = np.zeros((len(left), 2 * width - 1))
    for shift in range(width):
        out[:, shift : shift + width] += left[:, shift, None] * right
    return out


def _trimmed(start: int, mass: Floats) -> tuple[int, Floats]:
    low = int(np.searchsorted(np.cumsum(mass), NOTHING))
    high = len(mass) - int(np.searchsorted(np.cumsum(mass[::-1]), NOTHING))
    return start + low, mass[low:high]


def quantile(start: int, mass: Floats, share: float) -> int:
    """Return the least number that is not exceeded with at least that probability."""
    return start + min(int(np.searchsorted(np.cumsum(mass), share - 1e-12)), len(mass) - 1)
