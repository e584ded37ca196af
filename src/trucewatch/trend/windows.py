"""From an assessment to one series of windows: what was counted, with what effort, under which definition.

Counted is fire under watch: a neutral observer, camera or sensor perceived it, and in its hour somebody attentive had
its place within reach (`Standing.watched_hour`), so that what is divided belongs to what it is divided by. Words, a
side's own instruments, satellites and seen weapons (hours are no measure of those) and fire that somebody chanced
upon are not counted; their numbers are stated. Parties appear nowhere.
"""

import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import pairwise

from trucewatch.evidence import NO_VIOLATION
from trucewatch.model import Assessment, Case, Effort, Incident, Observation, Window
from trucewatch.spacetime import local, local_day
from trucewatch.trend.count import distribution, quantile
from trucewatch.vocabulary import ObligationKind

DAYS = {"day": 1, "week": 7}
MONDAY = date(1, 1, 1)  # weeks begin on Mondays (ISO 8601), as this day was one
LONGEST_GAP_DAYS = 366  # a longer time without effort and without fire perceived is left out of the series; a guess
MOST = 5200  # windows of one series, a hundred years of weeks; of a longer one the last are taken
PATIENCE = 2  # a source is taken for gone when it is silent for more than this many times its longest silence; a guess


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """Fire that neutral means perceived: the window it began in, the chance that something prohibited happened.

    `watched` tells whether it is counted or was chanced upon.
    """

    first: date
    chance: float
    watched: bool
    incident: Incident


def beginning(day: date, by: str) -> date:
    """Return the first day of the window that holds a day."""
    return day - timedelta(days=(day - MONDAY).days % DAYS[by])


def events(assessment: Assessment, by: str) -> tuple[tuple[Event, ...], int]:
    """Return the fire perceived that has a time, and the number of all other incidents."""
    zone = assessment.case.time_zone
    found = tuple(
        Event(
            first=beginning(local_day(incident.first_time, zone), by),
            chance=chance,
            watched=standing.watched_hour is not None,
            incident=incident,
        )
        for incident, attribution, standing in zip(
            assessment.incidents, assessment.attributions, assessment.standings, strict=True
        )
        if incident.first_time is not None and standing.perceived
        if any(map(_is_neutral, incident.observations))
        for chance in [min(max(1.0 - dict(attribution.probabilities).get(NO_VIOLATION, 0.0), 0.0), 1.0)]
    )
    return found, len(assessment.incidents) - len(found)


def _is_neutral(o: Observation) -> bool:
    return o.source.is_watcher and not o.is_total


def windows(assessment: Assessment, perceived: Sequence[Event], by: str) -> tuple[Window, ...]:
    """Return the windows from the first to the last that has effort or fire perceived, oldest first."""
    effort = _effort(assessment.efforts, by)
    chances: dict[date, list[float]] = {}
    for event in perceived:
        if event.watched:
            chances.setdefault(event.first, []).append(event.chance)
    chanced = Counter(event.first for event in perceived if not event.watched)
    there = sorted({*chances, *chanced, *(first for first, hours in effort.items() if hours > 0)})
    if not there:
        return ()
    firsts = _firsts(there, DAYS[by])
    kinds = _kinds_in_use(assessment, firsts, by)
    return tuple(
        _window(
            first,
            DAYS[by],
            chances.get(first, ()),
            chanced=chanced[first],
            effort=effort.get(first, 0.0),
            kinds=tuple(sorted(kind for kind, span in kinds.items() if first.toordinal() in span)),
            case=assessment.case,
        )
        for first in firsts
    )


def _firsts(there: Sequence[date], days: int) -> list[date]:
    """Return every window from the first to the last, but no years of nothing: a slip of the pen may lie in 2199."""
    found = list(there[:1])
    for before, after in pairwise(there):
        apart = (after - before).days
        found += [before + timedelta(days=n) for n in range(days, apart, days)] if apart <= LONGEST_GAP_DAYS else []
        found.append(after)
    return found[-MOST:]


def _effort(efforts: Sequence[Effort], by: str) -> dict[date, float]:
    """Return hours of ground watched by window; `ground_share` is a mean over all hours of the day, watched or not."""
    parts: dict[date, list[float]] = {}
    for e in efforts:
        parts.setdefault(beginning(e.day, by), []).append(e.ground_share * len(e.by_hour))
    return {first: math.fsum(hours) for first, hours in parts.items()}


def _window(
    first: date,
    days: int,
    chances: Sequence[float],
    *,
    chanced: int,
    effort: float,
    kinds: tuple[str, ...],
    case: Case,
) -> Window:
    start, mass = distribution(chances)
    return Window(
        first=first,
        days=days,
        chances=tuple(sorted(chances)),
        expected=math.fsum(chances),
        low=quantile(start, mass, 0.025),
        high=quantile(start, mass, 0.975),
        chanced=chanced,
        effort=effort,
        kinds=kinds,
        duties=_duties(case, *(local(d, time(), case.time_zone) for d in (first, first + timedelta(days=days)))),
    )


def _kinds_in_use(assessment: Assessment, firsts: Sequence[date], by: str) -> dict[str, range]:
    """Return for each sort of neutral source the days (ordinals) of the windows in which it was in use.

    From its first to its last record, and about them for PATIENCE times as long as it was ever silent in between: a
    window in which a source that works found nothing is not to be set aside for being quiet.
    """
    seen: dict[str, set[int]] = {}
    for o in assessment.observations:
        if _is_neutral(o) and o.clocks.claimed is not None:
            day = beginning(local_day(o.clocks.claimed.start, assessment.case.time_zone), by)
            term = o.source.source_class.term
            seen.setdefault(f"{term.value if term else ''} ({o.reader})", set()).add(day.toordinal())
    found = {}
    for kind, days in seen.items():
        order = sorted(days)
        silent = max((b - a for a, b in pairwise(order)), default=DAYS[by]) - DAYS[by]
        found[kind] = range(order[0] - PATIENCE * silent, order[-1] + PATIENCE * silent + 1)
    return {k: span for k, span in found.items() if span.start <= firsts[-1].toordinal()}


def _duties(case: Case, start: datetime, end: datetime) -> tuple[str, ...]:
    """Return what was prohibited in a window, and of what for a part of it only, in the order of the papers."""
    return tuple(
        f"{o.id}{'' if o.from_time <= start and (o.until_time is None or o.until_time >= end) else ' (in part)'}"
        for paper in case.agreements
        for clause in paper.clauses
        for o in clause.obligations
        if o.kind is ObligationKind.PROHIBIT and o.from_time < end and (o.until_time is None or o.until_time > start)
    )
