"""What could have been noticed, where and when: attentive periods against each side's ground near the line.

A side's ground is watched where an attentive observer (`watch`) is within reach of it; an hour is quiet only
where somebody attentive covered all of it over at least QUIET_SHARE of that ground. An incident stood under watch
where somebody attentive had its place within reach for the whole of its hour: only such incidents may be divided by
the hours and the ground that were watched (`rates`). Ground that drones saw counts for an hour where it was in the view
of one of them all through it.
"""

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

import numpy as np
import shapely

from trucewatch.assess import kinds
from trucewatch.assess.belts import Belt, Belts
from trucewatch.assess.held import held_ground, posts_words
from trucewatch.assess.kinds import Family
from trucewatch.assess.looks import Look, held
from trucewatch.assess.watch import QUARTER_S, Watch, watches
from trucewatch.model import Case, Effort, Incident, Observation, Record, Standing
from trucewatch.spacetime import Moments, Plane, hours_of, local_day
from trucewatch.vocabulary import Listening

QUIET_SHARE = 0.5  # least watched share of a side's belt for an hour to be called quiet there; a guess
POSSIBLE = 0.05  # least share of a side's ground at which fire near the line may have been on it; a guess

_Hour = tuple[datetime, datetime]

NOT_PERCEIVED, PERCEIVED = Standing(), Standing(perceived=True)


def cover(
    case: Case,
    plane: Plane,
    observations: Sequence[Observation],
    incidents: Sequence[Incident],
    records: Sequence[Record] = (),
) -> tuple[tuple[Effort, ...], tuple[Standing, ...]]:
    """Return the effort of every local day with a record for each party in the case's order, and where incidents stood.

    The second holds one value for each incident, in their order. `records` are those of other things (`watches`).
    """
    parts = watches(observations, plane, records)
    watching = [w for w in parts if not w.refused]
    perceived = [i for i in incidents if any(_is_perceived_fire(o) for o in i.observations)]
    places = _places(perceived, plane)
    shares = _grounds_of(case, plane, perceived, places)
    fire = _fire_by_side(case, perceived, shares)
    by_day: dict[date, list[Watch]] = {}
    for watch in parts:
        for day in _span(watch.start, watch.end, case.time_zone):
            by_day.setdefault(day, []).append(watch)
    belts = Belts(case, plane)
    found = tuple(
        _effort(case, day, party.id, parts=by_day.get(day, []), belts=belts, fire=fire[party.id])
        for day in _days(case, observations, watching)
        for party in case.parties
    )
    stood = _Stood(case, belts, watching).standings(perceived, places, shares)
    return found, tuple(stood.get(i.id, NOT_PERCEIVED) for i in incidents)


def _days(case: Case, observations: Sequence[Observation], watching: Sequence[Watch]) -> list[date]:
    starts = [o.clocks.claimed.start for o in observations if o.clocks.claimed is not None]
    days = {local_day(start, case.time_zone) for start in starts}
    for watch in watching:
        days.update(_span(watch.start, watch.end, case.time_zone))
    return sorted(days)


def _span(start: datetime, end: datetime, time_zone: str) -> Iterator[date]:
    day, last = local_day(start, time_zone), local_day(end - timedelta(microseconds=1), time_zone)
    while day <= last:
        yield day
        day += timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Fire:
    """When fire was perceived, in slots of QUARTER_S since 1970: on a side's ground, or some time perhaps there.

    A slot of either kind keeps its hour from being called quiet.
    """

    recorded: set[int]
    some_time: set[int]


def _slots(start: datetime, end: datetime) -> range:
    """Return the slots that a window touches; its end is exclusive, an instant touches its own slot."""
    first = int(start.timestamp() // QUARTER_S)
    return range(first, max(first + 1, math.ceil(end.timestamp() / QUARTER_S)))


def _fire_by_side(
    case: Case, perceived: Sequence[Incident], shares: Mapping[str, Mapping[str, float]]
) -> Mapping[str, _Fire]:
    """Return for each side when fire was perceived on its ground, or may have been.

    Fire more likely there than not, in a window of an hour or less, is recorded there. Fire that has a longer window,
    a POSSIBLE share of this side's ground, or no place at all, was there at some time.
    """
    found = {party.id: _Fire(recorded=set(), some_time=set()) for party in case.parties}
    for incident in perceived:
        start, end = incident.first_time, incident.last_time
        if start is None or end is None:
            continue
        placed, slots = shares.get(incident.id), _slots(start, end)
        for party, fire in found.items():
            share = 1.0 if placed is None else placed[party]
            if share >= POSSIBLE:
                fire.some_time.update(slots)
            if placed is not None and share >= 0.5 and end - start <= timedelta(hours=1):
                fire.recorded.add(slots.start)
    return found


def _is_perceived_fire(o: Observation) -> bool:
    return kinds.is_physical(o) and kinds.family(o) is Family.FIRE


def _places(incidents: Sequence[Incident], plane: Plane) -> dict[str, Moments]:
    """Return the places (km) of the incidents that have one, by id."""
    placed = [(i.id, i.place) for i in incidents if i.place]
    east, north = plane.km([p.lon for _, p in placed], [p.lat for _, p in placed])
    return {
        name: Moments(x, y, p.var_east, p.var_north, p.cov_east_north)
        for (name, p), x, y in zip(placed, east.tolist(), north.tolist(), strict=True)
    }


def _grounds_of(
    case: Case, plane: Plane, incidents: Sequence[Incident], places: Mapping[str, Moments]
) -> dict[str, Mapping[str, float]]:
    """Return by id whose ground an incident lies on; absent are those without a place or on ground nobody holds."""
    placed = [(i, i.first_time) for i in incidents if i.id in places and i.first_time]
    answers = held_ground(case, plane, [(when, places[i.id], posts_words(i.observations, plane)) for i, when in placed])
    return {i.id: ground for (i, _), ground in zip(placed, answers, strict=True) if any(ground.values())}


class _Stood:
    """Who was attentive for the whole of which hour, so that each incident looks at few of them."""

    def __init__(self, case: Case, belts: Belts, watching: Sequence[Watch]) -> None:
        self._case, self._belts = case, belts
        self._days: dict[date, tuple[_Hour, ...]] = {}
        self._whole: dict[datetime, list[Watch]] = {}
        self._drones = [watch for watch in watching if watch.ground is not None]
        self._held: dict[datetime, shapely.Geometry | None] = {}
        for watch in (w for w in watching if w.ground is None):
            for day in _span(watch.start, watch.end, case.time_zone):
                for start, end in self._hours(day):
                    if watch.start <= start and end <= watch.end:
                        self._whole.setdefault(start, []).append(watch)

    def _hours(self, day: date) -> tuple[_Hour, ...]:
        if day not in self._days:
            self._days[day] = hours_of(day, self._case.time_zone)
        return self._days[day]

    def standings(
        self, perceived: Sequence[Incident], places: Mapping[str, Moments], shares: Mapping[str, Mapping[str, float]]
    ) -> dict[str, Standing]:
        """Return by id where perceived fire stood: on whose ground, and on whose belt under somebody's watch."""
        hours = {
            i.id: self._hour(i.first_time)
            for i in perceived
            if i.first_time is not None and i.id in places and i.id in shares
        }
        belts = self._on_belts(hours, places, shares)
        found = {i.id: PERCEIVED for i in perceived}
        for name, hour in hours.items():
            belt = belts.get(name)
            found[name] = Standing(
                perceived=True,
                grounds=tuple(shares[name].items()),
                belt=belt,
                watched_hour=hour[0] if belt is not None and self._is_near(hour, places[name]) else None,
            )
        return found

    def _hour(self, when: datetime) -> _Hour:
        return next(h for h in self._hours(local_day(when, self._case.time_zone)) if h[0] <= when < h[1])

    def _on_belts(
        self, hours: Mapping[str, _Hour], places: Mapping[str, Moments], shares: Mapping[str, Mapping[str, float]]
    ) -> dict[str, str]:
        """Return by id the party on whose belt an incident lies, more likely than not; absent are those on none."""
        asked: dict[tuple[str, datetime], list[str]] = {}
        for name, hour in hours.items():
            for party in [party for party, share in shares[name].items() if share > 0.5][:1]:
                asked.setdefault((party, hour[0]), []).append(name)
        by_belt: dict[tuple[str, int], tuple[Belt, list[str]]] = {}
        for (party, hour_start), names in asked.items():
            belt = self._belts.belt(party, hour_start)
            by_belt.setdefault((party, id(belt)), (belt, []))[1].extend(names)
        found: dict[str, str] = {}
        for (party, _), (belt, names) in by_belt.items():
            holds = belt.holds(np.array([(places[name].east, places[name].north) for name in names]))
            found.update((name, party) for name, held_there in zip(names, holds.tolist(), strict=True) if held_there)
        return found

    def _is_near(self, hour: _Hour, at: Moments) -> bool:
        """Tell whether somebody attentive for the whole hour had the place within reach, or in view."""
        if any(math.hypot(w.at[0] - at.east, w.at[1] - at.north) <= w.reach_km for w in self._whole.get(hour[0], ())):
            return True
        ground = self._seen(hour)
        return ground is not None and bool(shapely.intersects_xy(ground, at.east, at.north))

    def _seen(self, hour: _Hour) -> shapely.Geometry | None:
        if hour[0] not in self._held:
            self._held[hour[0]] = _held(self._drones, hour)
        return self._held[hour[0]]


def _held(drones: Sequence[Watch], hour: _Hour) -> shapely.Geometry | None:
    """Return the ground that drones had in view all through an hour; None where there is none."""
    flown = [w for w in drones if w.start < hour[1] and hour[0] < w.end]
    return held([Look(start=w.start, end=w.end, ground=w.ground) for w in flown], hour)


def _effort(case: Case, day: date, side: str, *, parts: Sequence[Watch], belts: Belts, fire: _Fire) -> Effort:
    hours = hours_of(day, case.time_zone)
    belt = belts.belt(side, hours[0][0])
    reaching = [w for w in parts if len(belt.centres) and belts.watched(belt, w).any()]
    near = [w for w in reaching if not w.refused]
    clipped = _by_observer(near, hours)
    shares = tuple(_watched_share(near, belt, belts, hour) for hour in hours)
    return Effort(
        day=day,
        side=side,
        hours=_union_hours([window for windows in clipped.values() for window in windows]),
        observer_hours=math.fsum(_union_hours(windows) for windows in clipped.values()),
        observers=len(clipped),
        by_hour=tuple(_listening(hour, near, share, fire) for hour, share in zip(hours, shares, strict=True)),
        ground_share=math.fsum(shares) / len(shares),
        shares=shares,
        belt_km2=belt.km2,
        refused_hours=math.fsum(
            _union_hours(windows) for windows in _by_observer([w for w in reaching if w.refused], hours).values()
        ),
    )


def _by_observer(near: Sequence[Watch], hours: Sequence[_Hour]) -> dict[str, list[_Hour]]:
    """Return each observer's windows, cut to the day."""
    found: dict[str, list[_Hour]] = {}
    for w in near:
        found.setdefault(w.observer, []).append((max(w.start, hours[0][0]), min(w.end, hours[-1][1])))
    return found


def _watched_share(near: Sequence[Watch], belt: Belt, belts: Belts, hour: _Hour) -> float:
    """Return the share of the belt in reach or in view of observers who were attentive for the whole hour."""
    whole = [w for w in near if w.ground is None and w.start <= hour[0] and w.end >= hour[1]]
    ground = _held([w for w in near if w.ground is not None], hour)
    if not len(belt.centres) or (ground is None and not whole):
        return 0.0
    seen = np.zeros(len(belt.centres), dtype=bool)
    for w in whole:
        seen |= belts.watched(belt, w)
    return float(seen.mean() if ground is None else np.maximum(seen, belts.shares(belt, ground)).mean())


def _listening(hour: _Hour, near: Sequence[Watch], share: float, fire: _Fire) -> Listening:
    slots = _slots(*hour)
    if not fire.recorded.isdisjoint(slots):
        return Listening.FIRE
    if not fire.some_time.isdisjoint(slots):
        return Listening.FIRE_AT_SOME_TIME
    if share >= QUIET_SHARE:
        return Listening.QUIET
    watched = any(w.start < hour[1] and w.end > hour[0] for w in near)
    return Listening.PARTLY_COVERED if watched else Listening.NOT_COVERED


def _union_hours(windows: Sequence[tuple[datetime, datetime]]) -> float:
    total, reached = timedelta(), None
    for start, end in sorted(windows):
        begin = start if reached is None else max(start, reached)
        if end > begin:
            total += end - begin
        reached = end if reached is None else max(reached, end)
    return total / timedelta(hours=1)
