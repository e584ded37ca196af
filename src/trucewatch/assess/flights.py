"""How far rounds fly, how long, and which way: what links the place that fire left with the place where it arrived.

Direct fire (rifles, machine guns, grenade launchers, cannon, tanks) crosses 0.3 to 3 km in a few seconds. A lobbed
round flies sqrt(2 R tan(elevation) / g) in vacuum: 1.5, 3 and 5 km of a mortar at 60° take 23, 33 and 42 s; 8, 12,
16 and 25 km of a howitzer or a rocket at 45° take 40, 50, 57 and 71 s. Where a line of contact is known, fire
crosses it: the flight's length lies across the line, and what is left goes along it.
"""

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]

# share, mean length in km, sd in km of the length and along the line, mean and sd of the duration in s. Lengths and
# durations from the formula above and rounded handbook ranges; shares and spreads are guesses.
FLIGHTS = (
    (0.20, 0.6, 0.35, 0.35, 1.5, 1.5),
    (0.14, 1.4, 0.60, 0.60, 5.0, 4.0),
    (0.08, 2.8, 1.00, 1.00, 5.0, 3.0),
    (0.12, 1.5, 0.50, 0.60, 22.0, 4.0),
    (0.14, 3.0, 0.80, 1.00, 31.0, 4.5),
    (0.12, 5.0, 1.00, 1.60, 41.0, 5.0),
    (0.08, 8.0, 1.80, 2.40, 41.0, 7.0),
    (0.08, 12.0, 2.00, 3.50, 50.0, 8.0),
    (0.03, 16.0, 2.50, 5.00, 58.0, 9.0),
    (0.01, 25.0, 5.00, 8.00, 71.0, 12.0),
)
LONGEST_KM, LONGEST_S = 40.0, 120.0  # how far and long the farthest of them goes, for gates


def _across() -> Floats:
    """Return the flights over the line, a row each, of which half goes one way and half the other."""
    rows = [(share / 2, km, sd**2, along**2, s, sd_s**2) for share, km, sd, along, s, sd_s in FLIGHTS]
    return np.array(rows)


def _anyhow() -> Floats:
    """Return the flights in any direction: a round Gaussian with the same mean square."""
    rows = []
    for share, km, sd, along, s, sd_s in FLIGHTS:
        each_axis = (km**2 + sd**2 + along**2) / 2
        rows.append((share, 0.0, each_axis, each_axis, s, sd_s**2))
    return np.array(rows)


# Gaussians that sum up to the flights: share, mean across the line in km, variance across and along it in km², mean of
# the duration in s and its variance in s². A row whose mean is not 0 stands for two, one for each way over the line.
# ACROSS where a line is near, ANYHOW where none is known.
ACROSS, ANYHOW = _across(), _anyhow()
