"""All of it: the series, its ranks, its changes on the whole line and on each stretch, the next window."""

import math
from collections.abc import Sequence
from datetime import date, time, timedelta

from trucewatch.model import Assessment, Ranking, Trend, Vigil, Window
from trucewatch.spacetime import Plane, local, local_day
from trucewatch.trend.change import Counted, changes
from trucewatch.trend.forecast import forecast
from trucewatch.trend.rank import ranking
from trucewatch.trend.stretches import Watched, hours_watched, placed, stretches
from trucewatch.trend.windows import DAYS, Event, events, windows

METHOD = "trend/1"
ALARM_EVERY = 52  # windows between false alarms, each stretch by itself, unless the operator says otherwise; a guess


def trend(
    assessment: Assessment,
    watching: Sequence[Watched],
    plane: Plane,
    *,
    by: str = "week",
    alarm_every: int = ALARM_EVERY,
) -> Trend:
    """Return how the counts go on, by local days or by weeks; `watching` are the attentive periods, in that plane."""
    perceived, others = events(assessment, by)
    series = windows(assessment, perceived, by)
    counted = [event for event in perceived if event.watched]
    if not series:
        why = "no neutral means perceived fire, and nobody is known to have watched"
        return Trend(by=by, alarm_every=alarm_every, windows=(), unperceived=others, rankings=(), vigils=(),
                     forecast=None, refused=why)  # fmt: skip
    whole = [(window.first, _whole(window.expected), window.effort) for window in series]
    over = _over(series, local_day(assessment.as_of, assessment.case.time_zone))
    parts = _by_stretch(assessment, counted, series, watching, plane)
    return Trend(
        by=by,
        alarm_every=alarm_every,
        windows=series,
        unperceived=others,
        rankings=(ranking(over), *_by_clause(assessment, counted, over)),
        vigils=tuple(_vigil(name, part, alarm_every) for name, part in [("", whole), *parts]),
        forecast=forecast(whole, DAYS[by]),
    )


def _whole(expected: float) -> int:
    return math.floor(expected + 0.5)


def _over(series: Sequence[Window], read_until: date) -> Sequence[Window]:
    """Return the windows that the record has read to their last day, all where there is none: the last is ranked."""
    return [w for w in series if w.first + timedelta(days=w.days - 1) <= read_until] or series


def _vigil(name: str, series: Sequence[Counted], alarm_every: int) -> Vigil:
    judged, found = changes(series, alarm_every)
    return Vigil(stretch=name, judged=judged, changes=found)


def _by_clause(assessment: Assessment, counted: Sequence[Event], series: Sequence[Window]) -> list[Ranking]:
    """Return the rank of what bears on each clause, in the order of the papers."""
    touched = dict(assessment.touched)
    parts: dict[str, dict[date, list[float]]] = {}
    for event in counted:
        for clause in touched.get(event.incident.id, ()):
            parts.setdefault(clause, {}).setdefault(event.first, []).append(event.chance)
    papers = [clause.id for paper in assessment.case.agreements for clause in paper.clauses]
    order = {clause: n for n, clause in enumerate(dict.fromkeys([*papers, *parts]))}
    return [ranking(series, clause, parts[clause]) for clause in sorted(parts, key=lambda clause: order[clause])]


def _by_stretch(
    assessment: Assessment,
    counted: Sequence[Event],
    series: Sequence[Window],
    watching: Sequence[Watched],
    plane: Plane,
) -> list[tuple[str, list[Counted]]]:
    """Return the series of each stretch of the line, with the effort within reach of that stretch."""
    case = assessment.case
    parts = stretches(case, plane, local(series[-1].first, time(), case.time_zone))
    if not parts:
        return []
    firsts = [window.first for window in series]
    hours = hours_watched(parts, watching, firsts, series[-1].days, case.time_zone)
    chances: dict[tuple[int, date], list[float]] = {}
    for event, part in zip(counted, placed(counted, parts, plane).tolist(), strict=True):
        chances.setdefault((part, event.first), []).append(event.chance)
    return [
        (s.name, [(f, _whole(math.fsum(chances.get((n, f), ()))), float(hours[f][n])) for f in firsts])
        for n, s in enumerate(parts)
    ]
