"""An axis of days that is not to scale: every day that matters has room for its label, gaps between days are shortened.

A paper names three days in its first month and one five years later: on a true scale the first three would be one.
"""

import math
from bisect import bisect_right
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import pairwise

from trucewatch.model import Dated
from trucewatch.spacetime import local

LEVEL = 44.0  # width of a day whose label lies level: "20 Nov" at 11 units of DejaVu Sans with room beside it
UPRIGHT = 15.0  # of one whose label stands
INSIDE = 0.6  # the share of a day's width in which its hours lie: its first and last moment do not touch its neighbours


@dataclass(frozen=True, slots=True, kw_only=True)
class Axis:
    """Where days lie: the left edge of each, all of one width; `is_level` tells whether labels lie level."""

    lefts: Mapping[date, float]
    width: float
    right: float
    zone: str

    @property
    def is_level(self) -> bool:
        """Tell whether a label lies level under its day."""
        return self.width >= LEVEL

    def middle(self, day: date) -> float:
        """Return where the middle of a named day lies."""
        return self.lefts[day] + self.width / 2

    def at(self, dated: Dated) -> float:
        """Return where a moment of a named day lies: early left in it, late right; its end is of that day still."""
        start = local(dated.day, datetime.min.time(), self.zone)
        share = min(max((dated.at - start) / timedelta(days=1), 0.0), 1.0)
        return self.lefts[dated.day] + self.width * (INSIDE * share + (1 - INSIDE) / 2)

    def near(self, moment: datetime, day: date) -> float:
        """Return where a moment of any day lies: in its day where that is named, else between its neighbours."""
        if day in self.lefts:
            return self.at(Dated(day=day, at=moment))
        days = list(self.lefts)
        after = bisect_right(days, day)
        if after in {0, len(days)}:
            return self.lefts[days[0]] if after == 0 else self.right
        before, behind = days[after - 1], days[after]
        share = (day - before).days / (behind - before).days
        left = self.lefts[before] + self.width
        return left + share * (self.lefts[behind] - left)


def axis(days: Iterable[date], left: float, right: float, zone: str) -> Axis:
    """Return the axis of these days between two edges; what is left beside the labels goes to the longer gaps."""
    named = sorted(set(days))
    room = right - left
    width = max(min(LEVEL, room / len(named)), 1.0)
    if width < LEVEL:
        width = min(UPRIGHT, room / len(named))
    gaps = [math.log1p((b - a).days - 1) for a, b in pairwise(named)]
    spare, whole = room - width * len(named), math.fsum(gaps)
    lefts = {named[0]: left if whole else left + spare / 2}
    for (before, day), gap in zip(pairwise(named), gaps, strict=True):
        lefts[day] = lefts[before] + width + (spare * gap / whole if whole else 0.0)
    return Axis(lefts=lefts, width=width, right=right, zone=zone)
