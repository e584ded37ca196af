"""Which pairs of reports could be of one happening at all: a sweep through time that drops what is hopeless.

Of two reports within the gates the evidence is bounded from above before it is worked out: ends and conflicts only take
away, one report's rows apart, so it is at most the density at one place, or at the best of all flights; and a flight's
density is at most what the place or the time alone leave of it. Most pairs of a record fall here. The functions of this
page are compiled.
"""

import math
from typing import NamedTuple

from trucewatch.assess.clusters import LOG_2PI
from trucewatch.assess.flights import ACROSS, ANYHOW
from trucewatch.assess.table import Flags, Floats, Ints
from trucewatch.compiled import njit

SLACK = 1e-4  # what rounding may add to a bound
NARROWEST_KM2 = float(min(ACROSS[:, 2:4].min(), ANYHOW[:, 2:4].min()))
NARROWEST_S2 = float(min(ACROSS[:, 5].min(), ANYHOW[:, 5].min()))


class Columns(NamedTuple):
    """What a sweep reads of each report: `mean` and `cov` as in `clusters.MOMENTS`, `size` the sum of both variances.

    `ends` is ln of the probabilities that it is of where fire left and arrived, `across` the unit vector across the
    line or (0, 0); `sort` differs between reports that speak of unlike things; `rarity` is -ln of the density of
    happenings about it, with and without the floor for what was `perceived`; `source` its source; `numbered` tells
    whether it states a number.
    """

    mean: Floats
    cov: Floats
    ends: Floats
    size: Floats
    sort: Ints
    across: Floats
    rarity: Floats
    source: Ints
    perceived: Flags
    numbered: Flags


class Gate(NamedTuple):
    """How far two reports may be apart: km² for each km² of both variances and km² besides; the least evidence.

    `by_number` is the most that two equal numbers add, `by_report` what standing in one report does (natural log).
    """

    by_size: float
    besides: float
    least: float
    by_number: float
    by_report: float


@njit(cache=True)
def sweep(
    t: Columns, gate: Gate, some: Ints, others: Ints, begin: Ints, end: Ints, start: int, first: Ints, second: Ints
) -> tuple[int, int]:  # fmt: skip
    """Write the pairs of some reports, from the position `start` on, with those of the others from `begin` to `end`.

    Return the position that was reached before `first` and `second` were full, and how many pairs there are.
    """
    found = 0
    for a in range(start, len(some)):
        if end[a] - begin[a] > len(first) - found:
            return a, found
        i = some[a]
        for b in range(begin[a], end[a]):
            j = others[b]
            x, y = t.mean[j, 0] - t.mean[i, 0], t.mean[j, 1] - t.mean[i, 1]
            if x * x + y * y > gate.by_size * (t.size[i] + t.size[j]) + gate.besides or t.sort[i] != t.sort[j]:
                continue
            floor = 0 if t.perceived[i] or t.perceived[j] else 1
            wanted = gate.least - SLACK - (t.rarity[i, floor] + t.rarity[j, floor]) / 2
            if t.numbered[i] and t.numbered[j]:
                wanted -= gate.by_number
            if t.source[i] == t.source[j]:
                wanted -= gate.by_report
            if may_reach(t, min(i, j), max(i, j), wanted):
                first[found], second[found] = i, j
                found += 1
    return len(some), found


@njit(cache=True)
def may_reach(t: Columns, i: int, j: int, wanted: float) -> bool:
    """Tell whether what two reports say of one happening (`clusters.pair_evidence`) may be as likely as `wanted`.

    At one place and time it is a Gaussian of both errors. A flight's is at most that of the place across the line, of
    the place along it or of the time alone, as wide as the narrowest flight.
    """
    x, y, late = t.mean[j, 0] - t.mean[i, 0], t.mean[j, 1] - t.mean[i, 1], t.mean[j, 2] - t.mean[i, 2]
    a, b, c = t.cov[i, 0] + t.cov[j, 0], t.cov[i, 1] + t.cov[j, 1], t.cov[i, 2] + t.cov[j, 2]
    d, e, f = t.cov[i, 3] + t.cov[j, 3], t.cov[i, 4] + t.cov[j, 4], t.cov[i, 5] + t.cov[j, 5]
    p, q, r = d * f - e * e, c * e - b * f, b * e - c * d
    determinant = a * p + b * q + c * r
    misfit = p * x * x + (a * f - c * c) * y * y + (a * d - b * b) * late * late
    misfit = (misfit + 2 * (q * x * y + r * x * late + (b * c - a * e) * y * late)) / determinant
    if -1.5 * LOG_2PI - 0.5 * math.log(determinant) - 0.5 * misfit >= wanted:
        return True
    wide, along, long = a + NARROWEST_KM2, d + NARROWEST_KM2, f + NARROWEST_S2
    volume = wide * (along * long - e * e) + b * (c * e - b * long) + c * (b * e - c * along)
    limit = -3.0 * LOG_2PI - math.log(volume) - 2 * wanted  # the largest misfit
    if limit < 0:
        return False
    wide, along, flights = a, d, ANYHOW
    one, two = t.across[i, 0], t.across[i, 1]
    if one != 0.0 or two != 0.0:
        flights = ACROSS
        x, y = one * x + two * y, one * y - two * x
        wide = one * one * a + 2 * one * two * b + two * two * d
        along = two * two * a - 2 * one * two * b + one * one * d
    for k in range(flights.shape[0]):
        # of both directions of the flight the one that fits better
        if (
            (abs(late) - flights[k, 4]) ** 2 <= limit * (f + flights[k, 5])
            and (abs(x) - flights[k, 1]) ** 2 <= limit * (wide + flights[k, 2])
            and y * y <= limit * (along + flights[k, 3])
        ):
            return True
    return False
