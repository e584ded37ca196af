"""Who could perceive what: sound with its travel time and the wind, flashes in sight, tremors in the ground."""

from dataclasses import dataclass, fields

import numpy as np

from trucewatch.sim import weapons
from trucewatch.sim.air import CARRIES, PATH_ERROR, Air
from trucewatch.sim.chance import Bools, Floats, Generator, Ints
from trucewatch.sim.ground import Ground
from trucewatch.sim.happenings import SHOOTING, Cause, Happenings
from trucewatch.sim.roster import Mover, Roster, Station, attended, position

MUZZLE, ARRIVAL, BOTH_ENDS, POINT = 0, 1, 2, 3
WIDEST_KM = 22.0  # more than any range here, with the wind
STEEP = 6  # how sharply attention ends at the range: chance = best / (1 + (distance / range)^STEEP): a guess
BEST = {"post": 0.9, "patrol": 0.75, "camera": 0.85, "acoustic": 0.9, "drone": 0.7}
ACOUSTIC_GAIN = 1.25  # an array hears farther than a person: a guess
DRONE_SEES_KM = 6.0
ARRAY_APART = 0.3  # the same of an array, which records arrivals: a guess
APART = 0.15  # who perceives both ends of a shot writes two rows: a guess
SEES_TOO = 0.25  # who hears a flash's report within its range also saw it: a guess
CAMERA_BY_DAY = 0.5  # of the flashes that it would catch at night: a guess
# heard_km, flash_km, seismic_km of what is no shot
POINTS = {
    Cause.DEMINING: (7.0, 3.0, 15.0),
    Cause.DEMINING_ANNOUNCED: (7.0, 3.0, 15.0),
    Cause.QUARRY: (9.0, 0.0, 80.0),
    Cause.THUNDER: (9.0, 12.0, 0.0),
}


@dataclass(frozen=True, slots=True)
class Emissions:
    """Everything that could be heard, seen or felt, by `east`; `role` is MUZZLE, ARRIVAL or POINT."""

    incident: Ints
    role: Ints
    east: Floats
    north: Floats
    time: Floats
    heard_km: Floats
    flash_km: Floats
    seismic_km: Floats

    def take(self, which: Ints | slice) -> "Emissions":
        """Return some of them."""
        return Emissions(*(getattr(self, f.name)[which] for f in fields(self)))


@dataclass(frozen=True, slots=True)
class Sightings:
    """Who perceived what, from where and when (the sound's travel included); `seen` where light told the place.

    `answered`: shots of both sides were perceived; `paired`: both ends of a shot.
    """

    source: Ints
    incident: Ints
    role: Ints
    east: Floats
    north: Floats
    observer_e: Floats
    observer_n: Floats
    time: Floats
    seen: Bools
    answered: Bools
    paired: Bools

    def __len__(self) -> int:
        return len(self.source)

    def take(self, which: Ints) -> "Sightings":
        """Return some of them."""
        return Sightings(*(getattr(self, f.name)[which] for f in fields(self)))


def joined(parts: list[Sightings]) -> Sightings:
    """Return all sightings, one part after another."""
    return Sightings(*(np.concatenate([getattr(p, f.name) for p in parts]) for f in fields(Sightings)))


def emissions(h: Happenings) -> Emissions:
    """Return both ends of each shot and of each answer, and the places of what is no shot."""
    heard, burst = weapons.column("heard_km")[h.weapon], weapons.column("burst_km")[h.weapon]
    flash, tremor = weapons.column("flash_km")[h.weapon], weapons.column("seismic_km")[h.weapon]
    every, none = np.arange(len(h)), np.zeros(len(h))
    shoots, reply = np.isin(h.cause, SHOOTING), h.cause == Cause.EXCHANGE
    back = h.time + h.reply_s
    parts = [
        (shoots, MUZZLE, h.origin_e, h.origin_n, h.time, heard, flash, none),
        (shoots & (burst > 0), ARRIVAL, h.target_e, h.target_n, h.time + h.flight_s, burst, flash * 0.6, tremor),
        (reply, MUZZLE, h.reply_e, h.reply_n, back, heard, flash, none),
        (reply & (burst > 0), ARRIVAL, h.reply_to_e, h.reply_to_n, back + h.flight_s, burst, flash * 0.6, tremor),
    ]
    for cause, (sound, light, shake) in POINTS.items():
        parts.append(
            (h.cause == cause, POINT, h.target_e, h.target_n, h.time, none + sound, none + light, none + shake)
        )
    columns = [
        (every[m], np.full(int(m.sum()), role), e[m], n[m], t[m], s[m], f[m], q[m])
        for m, role, e, n, t, s, f, q in parts
    ]
    found = Emissions(*(np.concatenate(c) for c in zip(*columns, strict=True)))
    return found.take(np.argsort(found.east, kind="stable"))


@dataclass(frozen=True, slots=True)
class Watcher:
    """One who perceives, at the time of each emission: where it is, and whether it is awake."""

    kind: str
    source: int
    east: Floats
    north: Floats
    awake: Bools


def fixed(e: Emissions, station: Station, weather: Air, draw: Generator) -> Sightings:
    """Return what a post, camera or array perceives."""
    near = e.take(slice(*np.searchsorted(e.east, [station.east - WIDEST_KM, station.east + WIDEST_KM])))
    count = len(near.time)
    east, north = np.full(count, station.east), np.full(count, station.north)
    return _perceived(
        near, Watcher(station.kind, station.source, east, north, attended(station, near.time)), weather, draw
    )


def moving(e: Emissions, mover: Mover, ground: Ground, weather: Air, draw: Generator) -> Sightings:
    """Return what a patrol or drone perceives on its way."""
    east, north, out = position(mover, ground, e.time)
    if mover.kind == "drone":
        out = out & ~mover.stopped[weather.day(e.time)]
    near = np.flatnonzero(out & (np.abs(east - e.east) < WIDEST_KM) & (np.abs(north - e.north) < WIDEST_KM))
    awake = np.ones(len(near), dtype=np.bool_)
    return _perceived(e.take(near), Watcher(mover.kind, mover.source, east[near], north[near], awake), weather, draw)


def tremors(e: Emissions, who: Roster, draw: Generator) -> Sightings:
    """Return what the seismic network locates: strong blasts, by their own coordinates and origin times."""
    chance = np.where(e.seismic_km > 0, 0.9 * e.seismic_km / (e.seismic_km + 40), 0)
    got = np.flatnonzero(draw.random(len(chance)) < chance)
    found = e.take(got)
    none = np.full(len(got), np.nan)
    felt = np.zeros(len(got), dtype=np.bool_)
    return _collapsed(
        Sightings(
            np.full(len(got), who.seismic), found.incident, found.role, found.east, found.north, none, none, found.time,
            felt, felt, felt,
        ),
        draw,
        0.0,
    )  # fmt: skip


def _perceived(e: Emissions, who: Watcher, weather: Air, draw: Generator) -> Sightings:
    """Return what one perceives: light at once, sound when it has come, as likely as its distance lets it."""
    kind, east, north = who.kind, who.east, who.north
    to_e, to_n = east - e.east, north - e.north
    distance = np.hypot(to_e, to_n)
    draws = draw.random((3, len(distance)))
    delay = weather.delay_s(e.time, to_e, to_n) * (1 + PATH_ERROR * draw.standard_normal(len(distance)))
    if kind in ("camera", "drone"):
        dark = (e.time % 86_400 < 6 * 3600) | (e.time % 86_400 > 18 * 3600)
        light = np.where(dark, 1.0, CAMERA_BY_DAY) if kind == "camera" else np.ones(len(dark))
        reach = e.flash_km if kind == "camera" else np.where(e.flash_km > 0, DRONE_SEES_KM, 0.0)
        delay, seen = np.zeros(len(delay)), np.ones(len(delay), dtype=np.bool_)
    else:
        light = np.ones(len(delay))
        carried = np.clip(1 + CARRIES * weather.along(e.time, to_e, to_n), 0.6, 1.4)
        reach = e.heard_km * carried * (ACOUSTIC_GAIN if kind == "acoustic" else 1.0)
        seen = (distance < e.flash_km) & (draws[1] < SEES_TOO) & (kind != "acoustic")
    chance = BEST[kind] * light / (1 + (distance / np.maximum(reach, 1e-6)) ** STEEP)
    got = np.flatnonzero(who.awake & (draws[0] < chance))
    part = e.take(got)
    place, none = (east[got], north[got]), np.zeros(len(got), dtype=np.bool_)
    found = Sightings(
        np.full(len(got), who.source), part.incident, part.role, part.east, part.north, *place,
        part.time + np.where(seen, 0.0, delay)[got], seen[got], none, none,
    )  # fmt: skip
    return _collapsed(found, draw, ARRAY_APART if kind == "acoustic" else APART)


def _collapsed(s: Sightings, draw: Generator, apart: float) -> Sightings:
    """Return one row for each incident, from its first perception; now and then the ends stand in rows of their own."""
    order = np.lexsort((s.time, s.incident))
    s = s.take(order)
    first = np.ones(len(s), dtype=np.bool_)
    first[1:] = s.incident[1:] != s.incident[:-1]
    group: Ints = np.cumsum(first) - 1
    own_row = (draw.random(len(s)) < apart) & (np.bincount(group, minlength=1)[group] > 1 if len(s) else first)
    kept = first | own_row
    merged = ~kept
    ends = np.zeros((len(s), 2), dtype=np.bool_)
    starts = np.flatnonzero(first)
    for role in (MUZZLE, ARRIVAL):
        of_role = (merged | first) & (s.role == role)
        if len(s):
            ends[:, role] = np.maximum.reduceat(of_role, starts)[group]
    shots = (
        np.bincount(group[s.role == MUZZLE], minlength=len(starts))[group] if len(s) else np.zeros(0, dtype=np.int64)
    )
    said = np.where(first & ends.all(axis=1), BOTH_ENDS, s.role)
    pair = _any(group, s.role == MUZZLE) & _any(group, s.role == ARRIVAL)
    whole = Sightings(
        s.source,
        s.incident,
        said,
        s.east,
        s.north,
        s.observer_e,
        s.observer_n,
        s.time,
        s.seen,
        first & (shots > 1),
        pair,
    )
    return whole.take(np.flatnonzero(kept))


def _any(group: Ints, which: Bools) -> Bools:
    """Return for each sighting whether the condition holds for any of its group."""
    found = np.zeros(int(group[-1]) + 1 if len(group) else 0, dtype=np.bool_)
    found[group[which]] = True
    return found[group]
