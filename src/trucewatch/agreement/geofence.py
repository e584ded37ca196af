"""Where units stood against dated areas: inside, outside or in doubt, with the errors of the position and of the edge.

Exact pairs (`fences`) settle nearly all. Only positions so near an edge that its error and theirs matter are weighed,
P(inside) = Φ(d/σ) where the edge is straight (`spacetime.inside_probability`): true from 0.95 on, false up to 0.05.
"""

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from trucewatch.agreement.areas import Ground, doubtful, joined, signed_km
from trucewatch.agreement.fences import ALWAYS, Floats, Positions, about, lay, microseconds, pairs
from trucewatch.agreement.kleene import Truth, agreed, taken
from trucewatch.model import Feature, Position, Record
from trucewatch.vocabulary import UnitKind

UNSTATED_SD_KM = 0.1  # of a position that states no error, as one reads it off a map: a guess
UNITS = tuple(UnitKind)


@dataclass(frozen=True, slots=True)
class Depth:
    """How far inside (negative: outside) a position lies, geodesic km, and the standard deviation of that."""

    km: float
    sd_km: float


def inside_areas(positions: Sequence[Record], areas: Sequence[Feature]) -> tuple[Truth, ...]:
    """Tell of each record of a position whether it lay in one of the areas valid then for its kind of unit.

    Unknown without a place or a time, where no such area was valid, in the middle of probability, and where a record
    of a longer time would be inside for one part of it and outside for another. Areas that touch are one area.
    """
    grounds = grounds_of(areas)
    bounds = sorted({edge for ground in grounds for edge in ground.fence.valid_us})
    owners, columns, sd_km = _columns(positions, bounds)
    truths: list[list[Truth]] = [[] for _ in positions]
    for owner, share in zip(owners, _shares(grounds, columns, sd_km).tolist(), strict=True):
        truths[owner].append(taken(share) if share >= 0 else None)  # NaN: no area was valid
    return tuple(agreed(each) if each else None for each in truths)


def depths_km(positions: Sequence[Record], areas: Sequence[Feature]) -> tuple[Depth | None, ...]:
    """Return how deep each position lies in the areas valid at the beginning of its time; None where none was."""
    owners, columns, sd_km = _columns(positions, ())
    found: list[Depth | None] = [None] * len(positions)
    for ground in grounds_of(areas):
        rows = about(columns, np.arange(len(columns)), ground.fence)
        kms = signed_km(ground, columns.lon[rows], columns.lat[rows]).tolist()
        for row, km, sd in zip(rows.tolist(), kms, np.hypot(sd_km[rows], ground.sd_km).tolist(), strict=True):
            found[owners[row]] = Depth(km, sd)
    return tuple(found)


def _columns(positions: Sequence[Record], bounds: Sequence[int]) -> tuple[list[int], Positions, Floats]:
    """Return the records with a place and a time as rows, one more for each bound within that time.

    That is: whose each row is, the rows, and the standard deviations of the positions in km.
    """
    rows = [
        (number, place.lon, place.lat, time_us, UNITS.index(record.body.unit_kind), place.sd_km)
        for number, record in enumerate(positions)
        if isinstance(record.body, Position) and (place := record.place) and record.clocks.claimed
        for time_us in _times(record, bounds)
    ]
    owners, lon, lat, time_us, kind, sd_km = zip(*rows, strict=True) if rows else ((),) * 6
    unknown = np.full(len(rows), np.nan)
    columns = Positions(
        lon=np.array(lon, dtype=float),
        lat=np.array(lat, dtype=float),
        time_us=np.array(time_us, dtype=np.int64),
        kind=np.array(kind, dtype=np.int64),
        least_mm=unknown,
        most_mm=unknown,
    )
    return list(owners), columns, np.array([UNSTATED_SD_KM if sd is None else sd for sd in sd_km], dtype=float)


def _times(record: Record, bounds: Sequence[int]) -> list[int]:
    """Return the beginning of a record's time and each bound after it, to its end."""
    if (claimed := record.clocks.claimed) is None:
        return []
    start, end = microseconds(claimed.start), microseconds(claimed.end)
    return [start, *bounds[bisect_right(bounds, start) : bisect_right(bounds, end)]]


def _shares(grounds: Sequence[Ground], given: Positions, sd_km: Floats) -> Floats:
    """Return P(inside) of each row, 0 or 1 where it is sure, NaN where no ground is about it."""
    found = np.full(len(given), np.nan)
    laid = lay(given)
    which, inside = pairs(laid, [each.fence for each in grounds])
    ends = np.searchsorted(which, np.arange(len(grounds) + 1)).tolist()
    for each, (begin, end) in zip(grounds, pairwise(ends), strict=True):
        rows = about(given, np.arange(len(given)), each.fence)
        found[rows] = 0.0
        found[inside[begin:end]] = 1.0
        near, share = doubtful(each, laid, sd_km)
        found[near] = share
    return found


# --- areas in time ----------------------------------------------------------------------------------


def grounds_of(areas: Iterable[Feature]) -> tuple[Ground, ...]:
    """Return what was one area, for each kind of unit where the areas tell them apart, between any two changes."""
    areas = tuple(areas)
    if not any(area.units for area in areas):
        return tuple(joined(valid, times) for times, valid in _spells(areas))
    return tuple(
        joined(valid, times, (kind,))
        for kind, unit in enumerate(UNITS)
        for times, valid in _spells([area for area in areas if not area.units or unit in area.units])
    )


def _spells(areas: Sequence[Feature]) -> list[tuple[tuple[int, int], list[Feature]]]:
    """Return each time between two changes, in microseconds, with the areas that were valid; none without any."""
    lives = [
        (
            ALWAYS[0] if area.valid_from is None else microseconds(area.valid_from),
            ALWAYS[1] if area.valid_to is None else microseconds(area.valid_to),
        )
        for area in areas
    ]
    edges = sorted({edge for life in lives for edge in life})
    spells = [
        ((begin, end), [area for area, life in zip(areas, lives, strict=True) if life[0] <= begin and end <= life[1]])
        for begin, end in pairwise(edges)
    ]
    return [(times, valid) for times, valid in spells if valid]
