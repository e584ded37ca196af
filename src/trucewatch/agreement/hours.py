"""How much of a period was watched on a side's ground: without this no status says that anything was observed."""

import math
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from trucewatch.model import Effort
from trucewatch.spacetime import hours_of, local_day
from trucewatch.vocabulary import Listening

_HOUR = timedelta(hours=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Watch:
    """Hours of a period and how many of them were covered on one side's ground.

    `worst_hours` is the share of the least covered day, `worst_ground` the least share of that ground within
    range of somebody attentive on any day; a day without effort makes both 0. `refused_hours` are observer-hours of
    those days in which access to it was refused.
    """

    hours: float
    covered_hours: float
    worst_hours: float
    worst_ground: float
    refused_hours: float = 0.0

    @property
    def share(self) -> float:
        """Covered hours over hours, 0 to 1; 0 of an empty period."""
        return self.covered_hours / self.hours if self.hours else 0.0


def watch(efforts: Iterable[Effort], side: str, start: datetime, end: datetime, time_zone: str) -> Watch:
    """Return the watch on a side's ground from start to end; days without an effort count no covered hour."""
    hours = max((end - start) / _HOUR, 0.0)
    if hours == 0:
        return Watch(hours=0.0, covered_hours=0.0, worst_hours=0.0, worst_ground=0.0)
    first, last = local_day(start, time_zone), local_day(end - timedelta(microseconds=1), time_zone)
    days = [effort for effort in efforts if effort.side == side and first <= effort.day <= last]
    pairs = [_of_day(effort, start, end, time_zone) for effort in days]
    is_whole = len({effort.day for effort in days}) == (last - first).days + 1
    return Watch(
        hours=hours,
        covered_hours=min(math.fsum(covered for covered, _ in pairs), hours),
        worst_hours=min((covered / of for covered, of in pairs), default=0.0) if is_whole else 0.0,
        worst_ground=min((effort.ground_share for effort in days), default=0.0) if is_whole else 0.0,
        refused_hours=math.fsum(effort.refused_hours for effort in days),
    )


def _of_day(effort: Effort, start: datetime, end: datetime, time_zone: str) -> tuple[float, float]:
    """Return (covered hours, hours) of the part of an effort's day that lies in the period.

    Of a day cut by the period we know the least that was covered in it: its quiet hours (an hour with fire may
    have had nobody there), and what is left of the day's hours after the other part is filled with them.
    """
    of_day = hours_of(effort.day, time_zone)
    if start <= of_day[0][0] and of_day[-1][1] <= end:
        return min(effort.hours, float(len(of_day))), float(len(of_day))
    parts = [max((min(until, end) - max(since, start)) / _HOUR, 0.0) for since, until in of_day]
    whole = math.fsum(parts)
    quiet = math.fsum(p for p, said in zip(parts, effort.by_hour, strict=False) if said is Listening.QUIET)
    left = effort.hours - (len(of_day) - whole)
    return min(max(quiet, left), effort.hours, whole), whole
