"""Which end of the fire each report of an incident tells of, and from that the place to publish with an honest error.

Fire leaves one place and arrives at another, a flight later (`flights`); most reports do not say of which they
are, and the two may lie ten kilometres apart. So no report is taken to be of a certain end: every way of giving the
reports to the two ends is weighed. A place is the mixture over these ways: its mean, its covariance, and the radius
about the mean that holds 68 % of it, which for a mixture is less than the covariance alone would have.

What each report tells is in `telling`, the ways of giving them to the ends in `ways`. Where rays meet, each is as wide
as it is there.
"""

import math
from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np

from trucewatch.assess.locate import LEAST_SD_KM
from trucewatch.assess.sightings import TELLS_END, UNTOLD
from trucewatch.assess.table import Flags, Floats, Ints
from trucewatch.assess.telling import Report
from trucewatch.assess.ways import GROSS_KM, GROSS_TIMES, MOST_REPORTS, SUMS, Columns, fused, information, ways_of
from trucewatch.spacetime import MANY, PROBABLE, Moments
from trucewatch.vocabulary import End

KNOWN = 0.9  # an end is published as such where some report is of it this surely (`_sure`); a guess
AT_ONCE = 512  # incidents of up to MOST_REPORTS reports that are worked on together, fewer of more: some 100 MB
MEETINGS = 2  # times that rays are made as wide as where they meet; further ones change less than the errors
NEAREST, FARTHEST = 0.4, 2.5  # of a stated distance: within this a ray is made as wide as where it meets others


class Placed(NamedTuple):
    """The place to publish: of which end it is, its moments, and the radius in km that holds 68 % of it."""

    end: End
    at: Moments
    radius_km_68: float


def places(incidents: Sequence[Sequence[Report]]) -> list[Placed | None]:
    """Return the place of each incident by its reports in any order, None where there are none."""
    found: list[Placed | None] = [None] * len(incidents)
    sizes: dict[int, list[int]] = {}
    for n, some in enumerate(incidents):
        if some:
            sizes.setdefault(len(some), []).append(n)
    for size, numbers in sizes.items():
        at_once = max(AT_ONCE * MOST_REPORTS // max(size, MOST_REPORTS), 1)
        for start in range(0, len(numbers), at_once):
            now = numbers[start : start + at_once]
            ranked = [_ranked(incidents[n]) for n in now]
            columns = np.array([reports for reports, _ in ranked], dtype=np.float64)
            for n, placed in zip(now, _places(columns, np.array([equal for _, equal in ranked])), strict=True):
                found[n] = placed
    return found


def _ranked(some: Sequence[Report]) -> tuple[list[Report], int]:
    """Return the reports, those that find the ends first, and how many share the first rank.

    The sharpest come first, of equally sharp ones the earliest, and of those the nearest to the middle of all: nothing
    that turns with the map decides. Where more than there is room for are equally sharp, they are taken evenly spread
    in time, so that they are of both ends.
    """
    if len(some) == 1:
        return list(some), 1
    middle = [math.fsum(place) / len(some) for place in ((r.east for r in some), (r.north for r in some))]
    ranks = sorted((_rank(report, middle), report) for report in some)
    ordered = [report for _, report in ranks]
    equal = sum(rank == ranks[0][0] for rank, _ in ranks)
    if len(some) <= MOST_REPORTS:
        return ordered, equal
    edge = ranks[MOST_REPORTS - 1][0][0]
    alike = [n for n, (rank, _) in enumerate(ranks) if rank[0] == edge]
    room = MOST_REPORTS - alike[0]
    leading = [*range(alike[0]), *(alike[(2 * n + 1) * len(alike) // (2 * room)] for n in range(room))]
    further = sorted({*range(len(some))} - {*leading})
    return [ordered[n] for n in (*leading, *further)], equal


def _rank(report: Report, middle: Sequence[float]) -> tuple[float, ...]:
    sharpness = math.log((report.var_east * report.var_north - report.cov**2) / report.weight**2)
    away = math.hypot(report.east - middle[0], report.north - middle[1])
    # rounded, so that the last bit of a sine cannot tell two equal ones apart
    return round(sharpness, 9), report.time, report.var_time, report.origin, report.gross, round(away, 6)


def _places(columns: Floats, equal: Ints) -> Iterator[Placed]:
    """Yield the places of incidents of equally many reports: (incidents, reports, fields of `Report`).

    `equal` is how many of the first reports share the first rank.
    """
    # about the sharpest report's place and time, so that the sums keep their digits
    middle = {name: columns[:, :1, Report._fields.index(name)].copy() for name in ("east", "north", "time")}
    of = {name: columns[..., n] for n, name in enumerate(Report._fields)}
    for name in ("east", "north", "time", "from_east", "from_north"):
        of[name] = of[name] - middle[name.removeprefix("from_")]
    sums, ways, values, left = ways_of(of)
    likely = np.exp(values - values.max(axis=1, keepdims=True))
    at = np.stack([_met(of, sums, ways, end) for end in (0, 1)], axis=2)
    of_end = np.stack([ways < 2, ways >= 2], axis=-1)
    has: Flags = np.stack([(ways < 2).any(axis=-1), (ways >= 2).any(axis=-1)], axis=-1)
    sure = _sure(of, likely, has, left)
    end = np.where(sure[:, 0], 0, np.where(sure[:, 1], 1, 2))
    # of neither end surely: where what the sharpest report perceived took place
    which = np.where(end[:, None] < 2, end[:, None], ways[..., 0] // 2)
    shares = np.where(np.take_along_axis(has, which[..., None], axis=2)[..., 0], likely, 0.0)
    there = np.take_along_axis(at, which[..., None, None], axis=2)[:, :, 0]
    mixed, radius = _mixed(shares / shares.sum(axis=1, keepdims=True), there)
    for n in np.flatnonzero((end == 2) & (equal > 1)):  # several are the sharpest: each of them as likely
        shares = likely[n][:, None] * of_end[n, :, : equal[n]].mean(axis=1)
        one, r = _mixed(shares.reshape(1, -1) / shares.sum(), at[n].reshape(1, -1, at.shape[-1]))
        mixed[n], radius[n] = one[0], r[0]
    mixed[:, :2] += np.hstack([middle["east"], middle["north"]])
    # rounded, so that the last bit of a library's logarithm is not published
    for n, moments, r in zip(end.tolist(), np.round(mixed, 9).tolist(), np.round(radius, 6).tolist(), strict=True):
        yield Placed(tuple(End)[n], Moments(*moments), r)


def _sure(of: Columns, likely: Floats, has: Flags, left: Floats) -> Flags:
    """Return which ends are known (incidents, ends): that surely some report is of it, and one for itself tells so.

    Without the latter, of many reports one or another is of each end by their number alone. A report that tells no end
    tells so where it is of it as surely by its place and time beside the others'.
    """
    whole = likely.sum(axis=1)[:, None]
    each = (likely[..., None, None] * np.stack([left, 1 - left], axis=-1)).sum(axis=1) / whole[..., None]
    tells = (each >= np.where(of["origin"] == UNTOLD, KNOWN, TELLS_END)[..., None]).any(axis=1)
    sure: Flags = ((likely[..., None] * has).sum(axis=1) / whole >= KNOWN) & tells
    return sure


def _met(of: Columns, sums: Floats, ways: Ints, end: int) -> Floats:
    """Return (east, north, var east, var north, cov) of an end in each way, rays being as wide as where they meet."""
    at = fused(sums[..., end * SUMS : (end + 1) * SUMS])
    members = ways // 2 == end
    wrong = ways % 2 == 1
    times, km2 = np.where(wrong, GROSS_TIMES**2, 1.0), np.where(wrong, GROSS_KM**2, 0.0)
    weight = np.where(members, of["weight"][:, None], 0.0)
    meet = members & (members.sum(axis=-1) > 1)[..., None] & (of["distance"] > 0)[:, None]
    for _ in range(MEETINGS):
        east, north, a, b, c = _widths(of, at, meet)
        parts = information(east, north, a * times + km2, b * times + km2, c * times)
        columns = [(part * weight).sum(axis=-1) for part in parts]
        known = weight.sum(axis=-1)
        at = fused(np.stack([*columns, known], axis=-1))
    return np.stack(at, axis=-1)


def _widths(of: Columns, at: Sequence[Floats], meet: Flags) -> list[Floats]:
    """Return each report's place and covariance in each way: of rays that meet as they are near the place `at`.

    A distance stated as m with an error of a share s of the true one, linearised about r (Gauss-Newton), says
    r (2 - r/m) with an error of s r²/m: a reading that is too short for the place is as doubtful as it should be.
    """
    ray = {name: column[:, None] for name, column in of.items()}
    sine, cosine = np.sin(ray["bearing"]), np.cos(ray["bearing"])
    stated = np.where(ray["distance"] > 0, ray["distance"], 1.0)
    away = (at[0][..., None] - ray["from_east"]) * sine + (at[1][..., None] - ray["from_north"]) * cosine
    away = np.clip(away, NEAREST * stated, FARTHEST * stated)
    forth = away * (2 - away / stated)
    along, across = (away * (away / stated) * ray["ratio_sd"]) ** 2, (away * ray["bearing_sd"]) ** 2
    there = [
        ray["from_east"] + forth * sine,
        ray["from_north"] + forth * cosine,
        along * sine**2 + across * cosine**2 + LEAST_SD_KM**2,
        along * cosine**2 + across * sine**2 + LEAST_SD_KM**2,
        (along - across) * sine * cosine,
    ]
    alone = [ray[name] for name in ("east", "north", "var_east", "var_north", "cov")]
    return [np.where(meet, one, other) for one, other in zip(there, alone, strict=True)]


_POINTS = np.array(MANY)


def _mixed(share: Floats, at: Floats) -> tuple[Floats, Floats]:
    """Return the moments of each mixture (shares, places: incidents × ways) and the radius about its mean of 68 %."""
    mean = (share[..., None] * at[..., :2]).sum(axis=1)
    off = at[..., :2] - mean[:, None]
    squares = np.stack([off[..., 0] ** 2, off[..., 1] ** 2, off[..., 0] * off[..., 1]], axis=-1)
    moments = np.hstack([mean, (share[..., None] * (at[..., 2:] + squares)).sum(axis=1)])
    a = np.sqrt(at[..., 2])
    b = at[..., 4] / a
    c = np.sqrt(np.maximum(at[..., 3] - b * b, 0.0))
    x = off[..., :1] + a[..., None] * _POINTS[:, 0]
    y = off[..., 1:] + b[..., None] * _POINTS[:, 0] + c[..., None] * _POINTS[:, 1]
    away = np.hypot(x, y).reshape(len(share), -1)
    order = np.argsort(away, axis=1)  # points equally far off may stand in any order: the radius is the same
    reached = np.cumsum(np.take_along_axis(np.repeat(share, len(MANY), axis=1), order, axis=1), axis=1)
    # rounded, so that a sum's last bit cannot decide which point is the first beyond
    beyond = np.argmax(np.round(reached / len(MANY), 9) >= PROBABLE, axis=1)
    return moments, np.take_along_axis(away, np.take_along_axis(order, beyond[:, None], axis=1), axis=1)[:, 0]
