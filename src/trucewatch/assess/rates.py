"""Counts per side that can be compared: divided by what was watched, with exact intervals, or refused with a reason.

Only incidents under watch are divided (`coverage.cover`), and only by the hours and the ground that were watched, so
that a side watched twice as long does not look twice as bad. What is left is what the means miss within their reach,
which no record here tells. A rate is refused where too little was watched, where the ground near the line is not
known or changed its size within the period, and no two sides are compared where either is refused.

Two rates: incidents *on* a side's ground, by the effort on that ground; and incidents determined to be *by* a side, by
the effort on all ground near the line, which is one number for every side. Intervals are Garwood's for a Poisson
mean; bursts are not independent, so with many incidents in few bursts the truth is wider than they are.
"""

import math
from collections.abc import Sequence
from datetime import datetime, timedelta

from trucewatch.evidence import fired
from trucewatch.intervals import poisson_interval, sum_interval
from trucewatch.model import Attribution, Case, Effort, Expected, Incident, Rate, SideRates, Standing
from trucewatch.spacetime import hours_of
from trucewatch.vocabulary import MATTERS

LEAST_SHARE = 0.10  # of the hours and the ground: below it the watched part stands for the rest badly; a guess
LEAST_HOURS = 12.0  # half a day of all the ground; below it one quiet night decides the rate; a guess
MOST_UNEQUAL = 2.0  # times more watched on one side's ground: then who was found fired is who was watched; a guess
SAME_GROUND = 0.01  # share by which the ground near the line may change in size and still be called the same; a guess

Period = tuple[datetime, datetime]
Found = tuple[Incident, Attribution, Standing]

Row = tuple[Attribution, Standing]

TOO_LITTLE = "not comparable: what is known of the effort does not allow it for every side"
ELSEWHERE = "not comparable: there is no such rate of another side"
_HOUR = timedelta(hours=1)


def rates(
    case: Case, found: Sequence[Found], efforts: Sequence[Effort], period: Period | None = None
) -> tuple[SideRates, ...]:
    """Return what was found of each party in a period (UTC, None: all of it), in the case's order.

    Incidents of other matters than fire are in none of it. An hour that the period cuts is in no rate, neither its
    incidents nor its watching.
    """
    efforts = [e for e in efforts if period is None or _touches(e, period, case.time_zone)]
    watched = {p.id: _Watched(case, [e for e in efforts if e.side == p.id], period) for p in case.parties}
    common = _Common(list(watched.values()))
    found = [row for row in found if row[0].phenomenon.term not in MATTERS]
    inside = [(a, s) for incident, a, s in found if _begins(incident, period)]
    timed = [(a, s) for _, a, s in found if s.watched_hour is not None and _within(s.watched_hour, period)]
    return tuple(
        _side(party.id, case.standard.lines, (inside, timed), watched[party.id], common) for party in case.parties
    )


def _side(
    side: str, lines: int, rows: tuple[Sequence[Row], Sequence[Row]], watched: "_Watched", common: "_Common"
) -> SideRates:
    """Return one side's rates; `rows` are what happened in the period, and of that what stood under watch."""
    inside, timed = rows
    elsewhere = ELSEWHERE if common.refusal and not watched.refusal and common.refusal == TOO_LITTLE else ""
    against = [a for a, _ in inside if a.determination == side]
    enough = [a for a, _ in inside if a.lines >= lines]
    return SideRates(
        side=side,
        belt_km2=watched.belt_km2,
        watched_h=watched.hours,
        possible_h=watched.possible,
        refused_h=watched.refused,
        perceived=sum(dict(s.grounds).get(side, 0.0) > 0.5 for _, s in inside),
        attributed=len(against),
        on_ground=_rate(sum(s.belt == side for _, s in timed), watched.hours, watched.refusal or elsewhere),
        by_side=_rate(sum(a.determination == side for a, _ in timed), common.hours, common.refusal),
        right=_expected([fired(dict(a.probabilities), side) for a in against]),
        by_it=_expected([dict(a.probabilities)[side] for a in enough]),
    )


class _Watched:
    """One side's effort in a period: hours weighed by the share of its ground that was covered."""

    def __init__(self, case: Case, efforts: Sequence[Effort], period: Period | None) -> None:
        hours = [
            (share, effort.belt_km2)
            for effort in efforts
            for hour, share in zip(hours_of(effort.day, case.time_zone), effort.shares, strict=False)
            if _within(hour[0], period)
        ]
        self.refused = math.fsum(effort.refused_hours for effort in efforts)
        self.hours = math.fsum(share for share, _ in hours)
        self.possible = float(len(hours))
        self.share = self.hours / self.possible if hours else 0.0
        sizes = [km2 for _, km2 in hours]
        self.belt_km2 = max(sizes, default=0.0)
        self.refusal = self._refusal(min(sizes, default=0.0))

    def _refusal(self, smallest: float) -> str:
        if self.belt_km2 == 0.0:
            return "not comparable: the case does not say what ground this is"
        if smallest == 0.0:
            return "not comparable: for some days of the period the case does not say what ground this is"
        if smallest < self.belt_km2 * (1.0 - SAME_GROUND):
            return (
                f"not comparable: the ground near the line changed within the period, from {smallest:.0f} to "
                f"{self.belt_km2:.0f} km² or back, so that its hours count different ground"
            )
        if self.share < LEAST_SHARE or self.hours < LEAST_HOURS:
            return (
                f"not comparable: {self.hours:.1f} hours of all the ground watched, {self.share:.1%} of the hours; "
                f"a rate needs {LEAST_HOURS:g} and {LEAST_SHARE:.0%} on every side"
            )
        return ""


class _Common:
    """The effort on all ground near the line: hours in which all of it would have been watched, sides by their size."""

    def __init__(self, sides: Sequence[_Watched]) -> None:
        whole = math.fsum(w.belt_km2 for w in sides)
        self.hours = math.fsum(w.hours * w.belt_km2 for w in sides) / whole if whole else 0.0
        shares = [w.share for w in sides]
        self.refusal = TOO_LITTLE if any(w.refusal for w in sides) else _unequal(min(shares), max(shares))


def _unequal(least: float, most: float) -> str:
    if most <= MOST_UNEQUAL * least:
        return ""
    return (
        f"not comparable: one side's ground was watched {most / least:.1f} times as much as another's, so that who was "
        "found to fire depends on who was watched"
    )


def _rate(count: int, exposure_h: float, refusal: str) -> Rate:
    if refusal:
        return Rate(count=count, exposure_h=exposure_h, refusal=refusal)
    low, high = poisson_interval(count)
    scale = 100.0 / exposure_h
    return Rate(count=count, exposure_h=exposure_h, per_100h=count * scale, low=low * scale, high=high * scale)


def _expected(chances: Sequence[float]) -> Expected:
    low, high = sum_interval(chances)
    return Expected(among=len(chances), mean=math.fsum(chances), low=low, high=high)


def _begins(incident: Incident, period: Period | None) -> bool:
    when = incident.first_time
    return period is None or (when is not None and period[0] <= when < period[1])


def _within(hour: datetime, period: Period | None) -> bool:
    return period is None or (period[0] <= hour and hour + _HOUR <= period[1])


def _touches(effort: Effort, period: Period, time_zone: str) -> bool:
    hours = hours_of(effort.day, time_zone)
    return hours[0][0] < period[1] and period[0] < hours[-1][1]
