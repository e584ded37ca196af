"""Who was attentive, where and when: the windows that neutral observers and sensors report on.

An attentive period is a window that a neutral observer, camera or sensor reports on: a `quiet` row, or a
window with exact ends in which something was noticed. A single detection proves attention at that moment
only and counts no hours; nor does "night", which says when something was noticed, not for how long one
listened. A drone watches what its footprints show (`looks`), where its mission sent any, else a circle.

A patrol that was refused access perceived nothing meanwhile: a `movement_restricted` row is no attention, and cuts its
window out of what the same source says that it watched; where it states one instant, the rest of that watch, since
nobody says when the way was free again. What denied a drone its view cuts its window out likewise.
"""

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

import numpy as np
import numpy.typing as npt
import shapely

from trucewatch.assess import kinds
from trucewatch.assess.looks import Look, Window, held, looks
from trucewatch.model import Observation, Ray, Record
from trucewatch.spacetime import Floats, Plane
from trucewatch.vocabulary import Phenomenon, SourceClass

LONGEST_QUIET = timedelta(hours=25)  # nobody is attentive for longer than the longest day; a longer period says nothing
LONGEST_WATCH = timedelta(hours=18)  # in a longer window something was noticed at some time of a day; a guess
QUARTER_S = 900  # every time zone's hours begin at a quarter of an hour of UTC
EXACT_SD_S = 120.0  # ends known better than this are a watch's, worse ones are words such as "night"; a guess


@dataclass(frozen=True, slots=True, kw_only=True)
class Watch:
    """One attentive period of one observer: its window, position in the plane (km) and reach (km).

    `ground` (km) is what a drone had in view; the circle counts for nothing then. `refused` marks a part of it in which
    access was refused or the view denied: nothing was watched then.
    """

    observer: str
    start: datetime
    end: datetime
    at: tuple[float, float]
    reach_km: float
    ground: shapely.Geometry | None = None
    refused: bool = False

    def reaches(self, east: Floats, north: Floats) -> npt.NDArray[np.bool_]:
        """Tell of places (km of the plane) whether fire there could be perceived."""
        if self.ground is not None:
            return np.asarray(shapely.intersects_xy(self.ground, east, north))
        return np.hypot(east - self.at[0], north - self.at[1]) <= self.reach_km


def watches(observations: Sequence[Observation], plane: Plane, records: Sequence[Record] = ()) -> tuple[Watch, ...]:
    """Return the attentive periods in the order of the observations; refused parts stand apart, marked.

    `records` are those of other things, of which the footprints count.
    """
    posts = [(o, post, window) for o in observations if (post := _post(o)) and (window := _window(o))]
    east, north = plane.km([p[0] for _, p, _ in posts], [p[1] for _, p, _ in posts])
    stated = [
        Watch(observer=kinds.source_key(o), start=start, end=end, at=(x, y), reach_km=kinds.reach_km(o))
        for (o, _, (start, end)), x, y in zip(posts, east.tolist(), north.tolist(), strict=True)
    ]
    flown = looks(records, plane)
    drones = [o.source.source_class.term is SourceClass.DRONE for o, _, _ in posts]
    refusals = _refusals(observations)
    return tuple(
        part
        for watch, is_drone in zip(stated, drones, strict=True)
        for part in _looked(watch, refusals.get(watch.observer, ()), flown.get(watch.observer, ()) if is_drone else ())
    )


def _looked(watch: Watch, refusals: Sequence[Window], flown: Sequence[Look]) -> Iterator[Watch]:
    """Yield the parts of a watch; where its mission sent footprints of any of it, these instead of its circle."""
    during = [look for look in flown if look.start < watch.end and watch.start < look.end]
    denied = [(look.start, look.end) for look in during if look.denied]
    for part in _parted(watch, sorted([*refusals, *denied])):
        if not during or part.refused:
            yield part
            continue
        for look in during:
            start, end = max(part.start, look.start), min(part.end, look.end)
            if look.ground is not None and start < end:
                yield replace(part, start=start, end=end, ground=look.ground)


def by_quarters(watching: Sequence[Watch]) -> tuple[Watch, ...]:
    """Return the watches for whoever counts whole quarters of an hour: of drones, what was in view all through each."""
    flown: dict[int, list[Watch]] = {}
    for watch in (w for w in watching if w.ground is not None):
        first, last = (int(edge.timestamp() // QUARTER_S) for edge in (watch.start, watch.end))
        for quarter in range(first, last + 1):
            flown.setdefault(quarter, []).append(watch)
    found = [w for w in watching if w.ground is None]
    for quarter, some in sorted(flown.items()):
        start, end = (datetime.fromtimestamp(QUARTER_S * n, UTC) for n in (quarter, quarter + 1))
        ground = held([Look(start=w.start, end=w.end, ground=w.ground) for w in some], (start, end))
        if ground is not None:
            found.append(Watch(observer="drones", start=start, end=end, at=(0.0, 0.0), reach_km=0.0, ground=ground))
    return tuple(found)


def _refusals(observations: Sequence[Observation]) -> Mapping[str, Sequence[Window]]:
    """Return by source the windows in which its movement was restricted; an instant has equal ends."""
    found: dict[str, list[Window]] = {}
    for o in observations:
        claimed = o.clocks.claimed
        if o.phenomenon.term is Phenomenon.MOVEMENT_RESTRICTED and o.source.side is None and claimed is not None:
            found.setdefault(kinds.source_key(o), []).append((claimed.start, claimed.end))
    return {source: sorted(windows) for source, windows in found.items()}


def _parted(watch: Watch, refusals: Sequence[Window]) -> Iterator[Watch]:
    """Yield a watch without the windows of refused access, and these windows marked as refused."""
    begin = watch.start
    for start, stated_end in refusals:
        end = watch.end if stated_end == start else min(stated_end, watch.end)
        cut = max(start, begin)
        if cut >= end:
            continue
        if cut > begin:
            yield replace(watch, start=begin, end=cut)
        yield replace(watch, start=cut, end=end, refused=True)
        begin = end
    if begin < watch.end:
        yield replace(watch, start=begin)


def _post(o: Observation) -> tuple[float, float] | None:
    """Return where a neutral attentive source stood, None for any other."""
    if not o.source.is_watcher or o.is_total:
        return None
    if o.observer is not None:
        return o.observer.lon, o.observer.lat
    return (o.place.observer.lon, o.place.observer.lat) if isinstance(o.place, Ray) else None


def _window(o: Observation) -> Window | None:
    claimed = o.clocks.claimed
    if claimed is None or o.phenomenon.term is Phenomenon.MOVEMENT_RESTRICTED:
        return None
    if o.phenomenon.term is Phenomenon.QUIET:
        # a table with one time and its sd: the period is the uniform window with that sd, half-width √3 sd
        half = timedelta(seconds=math.sqrt(3) * claimed.sd_s)
        start, end = claimed.start - half, claimed.end + half
        return (start, end) if timedelta() < end - start <= LONGEST_QUIET else None
    watched = claimed.sd_s <= EXACT_SD_S and timedelta() < claimed.end - claimed.start <= LONGEST_WATCH
    return (claimed.start, claimed.end) if watched else None
