"""What could have been noticed, where and when: attentive periods against each side's ground near the line.

An attentive period is a window that a neutral observer, camera or sensor reports on: a `quiet` row, or a
window with exact ends in which something was noticed. A single detection proves attention at that moment
only and counts no hours; nor does "night", which says when something was noticed, not for how long one
listened. A side's ground is watched where an attentive observer is within reach of it; an hour is quiet only
where somebody attentive covered all of it over at least QUIET_SHARE of that ground.
"""

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

import numpy as np
import numpy.typing as npt
import shapely

from trucewatch.assess import kinds
from trucewatch.assess.ground import ground_probabilities
from trucewatch.assess.kinds import Family
from trucewatch.model import Case, Effort, Feature, Incident, Observation, Ray
from trucewatch.spacetime import Moments, Plane, grounds, hours_of, local_day, valid_at
from trucewatch.vocabulary import FeatureRole, Listening, Phenomenon, SourceClass

BELT_KM = 5.0  # each side's ground that matters for a cease-fire: this near the line; a guess
CELL_KM = 2.0  # grid of that ground
MOST_CELLS = 100_000
QUIET_SHARE = 0.5  # least watched share of a side's belt for an hour to be called quiet there; a guess
SLOT_S = 900  # every time zone's hours begin at a quarter of an hour of UTC
POSSIBLE = 0.05  # least share of a side's ground at which fire near the line may have been on it; a guess
LONGEST_QUIET = timedelta(hours=25)  # nobody is attentive for longer than the longest day; a longer period says nothing
LONGEST_WATCH = timedelta(hours=18)  # in a longer window something was noticed at some time of a day; a guess
EXACT_SD_S = 120.0  # ends known better than this are a watch's, worse ones are words such as "night"; a guess

ATTENTIVE = frozenset(
    {SourceClass.OBSERVER, SourceClass.CAMERA, SourceClass.ACOUSTIC, SourceClass.SEISMIC, SourceClass.DRONE}
)

Cells = npt.NDArray[np.float64]
Mask = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True, kw_only=True)
class Watch:
    """One attentive period of one observer: its window, position in the plane (km) and reach (km)."""

    observer: str
    start: datetime
    end: datetime
    at: tuple[float, float]
    reach_km: float


def watches(observations: Sequence[Observation], plane: Plane) -> tuple[Watch, ...]:
    """Return the attentive periods in the order of the observations."""
    posts = [(o, post, window) for o in observations if (post := _post(o)) and (window := _window(o))]
    east, north = plane.km([p[0] for _, p, _ in posts], [p[1] for _, p, _ in posts])
    return tuple(
        Watch(observer=kinds.source_key(o), start=start, end=end, at=(x, y), reach_km=kinds.reach_km(o))
        for (o, _, (start, end)), x, y in zip(posts, east.tolist(), north.tolist(), strict=True)
    )


def _post(o: Observation) -> tuple[float, float] | None:
    """Return where a neutral attentive source stood, None for any other."""
    if o.source.side is not None or o.source.source_class.term not in ATTENTIVE or o.is_total:
        return None
    if o.observer is not None:
        return o.observer.lon, o.observer.lat
    return (o.place.observer.lon, o.place.observer.lat) if isinstance(o.place, Ray) else None


def _window(o: Observation) -> tuple[datetime, datetime] | None:
    claimed = o.clocks.claimed
    if claimed is None:
        return None
    if o.phenomenon.term is Phenomenon.QUIET:
        # a table with one time and its sd: the period is the uniform window with that sd, half-width √3 sd
        half = timedelta(seconds=math.sqrt(3) * claimed.sd_s)
        start, end = claimed.start - half, claimed.end + half
        return (start, end) if timedelta() < end - start <= LONGEST_QUIET else None
    watched = claimed.sd_s <= EXACT_SD_S and timedelta() < claimed.end - claimed.start <= LONGEST_WATCH
    return (claimed.start, claimed.end) if watched else None


def efforts(
    case: Case, plane: Plane, observations: Sequence[Observation], incidents: Sequence[Incident]
) -> tuple[Effort, ...]:
    """Return the effort of every local day with a record, for each party in the case's order."""
    watching = watches(observations, plane)
    fire = _fire_by_side(case, plane, incidents)
    days = _days(case, observations, watching)
    by_day: dict[date, list[Watch]] = {}
    for watch in watching:
        for day in _span(watch.start, watch.end, case.time_zone):
            by_day.setdefault(day, []).append(watch)
    belts = _Belts(case, plane)
    return tuple(
        _effort(case, day, party.id, watching=by_day.get(day, []), belts=belts, fire=fire[party.id])
        for day in days
        for party in case.parties
    )


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
    """When fire was perceived, in slots of SLOT_S seconds since 1970: on a side's ground, or some time perhaps there.

    A slot of either kind keeps its hour from being called quiet.
    """

    recorded: set[int]
    some_time: set[int]


def _slots(start: datetime, end: datetime) -> range:
    """Return the slots that a window touches; its end is exclusive, an instant touches its own slot."""
    first = int(start.timestamp() // SLOT_S)
    return range(first, max(first + 1, math.ceil(end.timestamp() / SLOT_S)))


def _fire_by_side(case: Case, plane: Plane, incidents: Sequence[Incident]) -> Mapping[str, _Fire]:
    """Return for each side when fire was perceived on its ground, or may have been.

    Fire more likely there than not, in a window of an hour or less, is recorded there. Fire that has a longer window,
    a POSSIBLE share of this side's ground, or no place at all, was there at some time.
    """
    perceived = [i for i in incidents if any(_is_perceived_fire(o) for o in i.observations)]
    shares = _grounds_of(case, plane, perceived)
    found = {party.id: _Fire(recorded=set(), some_time=set()) for party in case.parties}
    for incident in perceived:
        start, end = incident.first_time, incident.last_time
        if start is None or end is None:
            continue
        placed = shares.get(incident.id)
        for party, fire in found.items():
            share = 1.0 if placed is None else placed[party]
            if share >= POSSIBLE:
                fire.some_time.update(_slots(start, end))
            if placed is not None and share >= 0.5 and end - start <= timedelta(hours=1):
                fire.recorded.update(_slots(start, start))
    return found


def _is_perceived_fire(o: Observation) -> bool:
    return kinds.is_physical(o) and kinds.family(o) is Family.FIRE


def _grounds_of(case: Case, plane: Plane, incidents: Sequence[Incident]) -> dict[str, Mapping[str, float]]:
    """Return by id whose ground an incident lies on; absent are those without a place or on ground nobody holds."""
    placed = [(i, i.place, i.first_time) for i in incidents if i.place and i.first_time]
    east, north = plane.km([p.lon for _, p, _ in placed], [p.lat for _, p, _ in placed])
    asked = [
        (when, Moments(x, y, p.var_east, p.var_north, p.cov_east_north))
        for (_, p, when), x, y in zip(placed, east.tolist(), north.tolist(), strict=True)
    ]
    answers = ground_probabilities(case, plane, asked)
    return {i.id: ground for (i, _, _), ground in zip(placed, answers, strict=True) if any(ground.values())}


class _Belts:
    """Each side's ground near the line as grid cells, by the set of features valid at an instant."""

    def __init__(self, case: Case, plane: Plane) -> None:
        self._case, self._plane = case, plane
        self._kept: dict[tuple[bool, ...], Mapping[str, Cells]] = {}
        self._masks: dict[tuple[int, tuple[float, float], float], Mask] = {}

    def cells(self, side: str, instant: datetime) -> Cells:
        """Return the cell centres (km) of a side's belt; none where the case does not say what it holds."""
        valid = tuple(valid_at(f, instant) for f in self._case.places)
        if valid not in self._kept:
            features = [f for f, holds in zip(self._case.places, valid, strict=True) if holds]
            self._kept[valid] = _belts(features, instant, self._plane)
        return self._kept[valid].get(side, np.empty((0, 2)))

    def watched(self, cells: Cells, watch: Watch) -> Mask:
        """Tell of each cell whether the watch could perceive fire there."""
        key = (id(cells), watch.at, watch.reach_km)
        if key not in self._masks:
            self._masks[key] = np.hypot(cells[:, 0] - watch.at[0], cells[:, 1] - watch.at[1]) <= watch.reach_km
        return self._masks[key]


def _belts(features: Sequence[Feature], instant: datetime, plane: Plane) -> dict[str, Cells]:
    lines = [plane.shape(f.geometry) for f in features if f.role is FeatureRole.LINE_OF_CONTACT]
    near = shapely.union_all(lines).buffer(BELT_KM) if lines else None
    found = {}
    for party, held in grounds(features, instant, plane).items():
        belt = held if near is None else held.intersection(near)
        if not belt.is_empty:
            found[party] = _grid(belt)
    return found


def _grid(shape: shapely.Geometry) -> Cells:
    west, south, east, north = shape.bounds
    # coarser over a continent, so that there are never more than about MOST_CELLS
    cell = CELL_KM * max(1, math.ceil(math.sqrt((east - west) * (north - south) / MOST_CELLS) / CELL_KM))
    # cells on a fixed lattice of the plane, so that both sides are cut by the same grid
    x = np.arange(math.floor(west / cell), math.ceil(east / cell) + 1) * cell
    y = np.arange(math.floor(south / cell), math.ceil(north / cell) + 1) * cell
    mesh = np.stack(np.meshgrid(x, y), axis=-1).reshape(-1, 2)
    inside: Cells = mesh[shapely.contains_xy(shape, mesh[:, 0], mesh[:, 1])]
    return inside if len(inside) else np.array([[shape.centroid.x, shape.centroid.y]])


def _effort(case: Case, day: date, side: str, *, watching: Sequence[Watch], belts: _Belts, fire: _Fire) -> Effort:
    hours = hours_of(day, case.time_zone)
    cells = belts.cells(side, hours[0][0])
    near = [w for w in watching if len(cells) and belts.watched(cells, w).any()]
    clipped: dict[str, list[tuple[datetime, datetime]]] = {}
    for w in near:
        clipped.setdefault(w.observer, []).append((max(w.start, hours[0][0]), min(w.end, hours[-1][1])))
    shares = [_watched_share(near, cells, belts, hour) for hour in hours]
    return Effort(
        day=day,
        side=side,
        hours=_union_hours([window for windows in clipped.values() for window in windows]),
        observer_hours=math.fsum(_union_hours(windows) for windows in clipped.values()),
        observers=len(clipped),
        by_hour=tuple(_listening(hour, near, share, fire) for hour, share in zip(hours, shares, strict=True)),
        ground_share=math.fsum(shares) / len(shares),
    )


def _watched_share(near: Sequence[Watch], cells: Cells, belts: _Belts, hour: tuple[datetime, datetime]) -> float:
    """Return the share of the belt within reach of observers who were attentive for the whole hour."""
    whole = [w for w in near if w.start <= hour[0] and w.end >= hour[1]]
    if not whole or not len(cells):
        return 0.0
    seen = np.zeros(len(cells), dtype=bool)
    for w in whole:
        seen |= belts.watched(cells, w)
    return float(seen.mean())


def _listening(hour: tuple[datetime, datetime], near: Sequence[Watch], share: float, fire: _Fire) -> Listening:
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
