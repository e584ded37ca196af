"""What attentive posts did not notice: a claim of fire where somebody listened all the while and noted nothing.

A row of quiet says that its source was attentive from then to then and noticed nothing (`watch`). Of what only words
speak of, at a place within its reach and surely within that time, it says that somebody who would have noticed about
every second time did not. Only watches of no side count, and each source once. The silence supports nobody's finding.
"""

import math
from collections.abc import Iterator, Mapping, Sequence

import numpy as np

from trucewatch.assess import kinds
from trucewatch.assess.kinds import Family
from trucewatch.assess.locate import Fix, fuse
from trucewatch.assess.watch import Watch, watches
from trucewatch.assess.weigh import bits, towards_nothing
from trucewatch.evidence import hypotheses
from trucewatch.model import Incident, Observation, Record, Weight
from trucewatch.spacetime import Moments, Plane
from trucewatch.vocabulary import Phenomenon

# How often an attentive source within reach misses fire; a guess. On simulated development worlds (mixed, and posts;
# seeds 1 and 2, three regimes) a claim of nothing real met a quiet post 2.3 and 3.9 times as often as one of real fire,
# three of them 8 times as often. Never taken for more than that: a wind that carries the sound away spares all posts.
MISSES, LEAST = 0.5, 1 / 8
SMALL_ARMS_KM = 2.0  # so far a shot or a burst is surely heard, whatever the reach of the means; a guess
MOST_NAMED = 3
_SMALL = frozenset({Phenomenon.SHOT, Phenomenon.BURST, Phenomenon.OVERHEAD_BULLETS})
_HOUR_S = 3600


class Unnoticed:
    """Quiet watches by hour, so that each incident looks at few of them."""

    def __init__(self, observations: Sequence[Observation], plane: Plane, records: Sequence[Record] = ()) -> None:
        """Sort them into the hours that they cover; `records` are of other things, of which footprints count."""
        asked = (Phenomenon.QUIET, Phenomenon.MOVEMENT_RESTRICTED)
        rows = [o for o in observations if o.phenomenon.term in asked]
        self._hours: dict[int, list[Watch]] = {}
        for watch in watches(rows, plane, records):
            if not watch.refused:
                first, last = (int(edge.timestamp() // _HOUR_S) for edge in (watch.start, watch.end))
                for hour in range(first, last + 1):
                    self._hours.setdefault(hour, []).append(watch)
        self._names: dict[str, str] = {}
        for o in rows:
            name = kinds.source_key(o)
            self._names[name] = min(o.source.name, self._names.get(name, o.source.name))

    def by(self, incident: Incident, fixes: Mapping[str, Fix | None]) -> tuple[str, ...]:
        """Return the names of those who would have noticed the fire that only words speak of, and did not."""
        rows = incident.observations
        is_told_fire = any(kinds.family(o) is Family.FIRE for o in rows) and not any(map(kinds.is_physical, rows))
        if not self._hours or not is_told_fire:
            return ()
        known = [fix for o in rows if (fix := fixes[o.key]) is not None and fix.at is not None]
        if not known:
            return ()
        sharpest = min(known, key=lambda fix: (fix.time_sd_s, fix.time_s))
        at = fuse([fix.at for fix in known if fix.at is not None])
        heard_km = SMALL_ARMS_KM if incident.phenomenon.term in _SMALL else math.inf
        found = {watch.observer for watch in self._attentive(sharpest) if _reaches(watch, at, heard_km)}
        return tuple(sorted(self._names[observer] for observer in found))

    def _attentive(self, fix: Fix) -> Iterator[Watch]:
        """Yield the watches that hold all of the time that a statement leaves open: ±√3 sd, as of a window."""
        open_s = math.sqrt(3) * fix.time_sd_s
        for watch in self._hours.get(int(fix.time_s // _HOUR_S), ()):
            if watch.start.timestamp() <= fix.time_s - open_s and fix.time_s + open_s <= watch.end.timestamp():
                yield watch


def _reaches(watch: Watch, at: Moments, heard_km: float) -> bool:
    """Tell whether a watch reaches a place with its error, and not farther than the weapon is heard."""
    if watch.ground is not None:
        return bool(watch.reaches(np.array([at.east]), np.array([at.north]))[0])
    sd_km = math.sqrt((at.var_east + at.var_north) / 2)
    return math.hypot(watch.at[0] - at.east, watch.at[1] - at.north) + sd_km <= min(watch.reach_km, heard_km)


def weight(parties: Sequence[str], names: Sequence[str]) -> Weight:
    """Return what it weighs that these sources were attentive within reach and noted nothing; it belongs to no line."""
    ratio = max(MISSES ** len(names), LEAST)
    said = ", ".join(names[:MOST_NAMED]) + (f" and {len(names) - MOST_NAMED} more" if len(names) > MOST_NAMED else "")
    return Weight(
        reason=f"{said} listened within reach all the while and noted nothing",
        bits=bits(towards_nothing(parties, 1.0, ratio), hypotheses(parties)),
        line="",
    )
