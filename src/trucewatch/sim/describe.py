"""From what was perceived to what is written: errors, words for either end of a shot, counts, repeats, corrections."""

from dataclasses import dataclass

import numpy as np

from trucewatch.sim.air import Air
from trucewatch.sim.chance import Floats, Generator, Ints
from trucewatch.sim.ground import CENTRE
from trucewatch.sim.happenings import Happenings
from trucewatch.sim.roster import FIRST_SHIFT_S, Mover, attended, position, shift
from trucewatch.sim.rows import DIRECTIONS, MEANS, PHENOMENA, Rows, changed, join, make
from trucewatch.sim.scene import Scene
from trucewatch.sim.settings import DAY_S, SHIFT_S
from trucewatch.sim.sightings import (
    ARRIVAL,
    BOTH_ENDS,
    MUZZLE,
    POINT,
    Sightings,
    emissions,
    fixed,
    joined,
    moving,
    tremors,
)
from trucewatch.sim.texts import SEEMS, STOPPED
from trucewatch.spacetime import GEODESIC
from trucewatch.vocabulary import Direction, Means, Phenomenon

BETTER = 0.5  # the errors of a second, corrected row, times the first's: a guess
ROUND_S, ROUND_DEG = 60.0, 5.0  # people write to the minute and to five degrees
QUIET_SD = 12**-0.5  # of its length: the standard deviation of a stretch of time


@dataclass(frozen=True, slots=True, kw_only=True)
class Errs:
    """How one kind errs: standard deviations, and shares of its rows. nan: it does not state that."""

    time_s: float
    bearing_deg: float = np.nan
    distance: float = np.nan  # of the distance
    states_distance: float = 1.0
    place_km: float = np.nan
    tells_end: float = 0.0  # says rightly whether it was the firing or the arrival
    mistakes_end: float = 0.0
    tells_pair: float = 0.0  # says which end is which where it perceived both of them
    clutter: float = 0.1  # of its rows: about nothing
    clutter_km: float = 8.0  # how far away that nothing seems to be
    repeats: float = 0.0
    corrects: float = 0.0
    rounds: bool = False  # to the minute and to five degrees, as people do


# Directions as stated in the observers' public rows of the Donbas case (21 of 66 say one); ±4° as in the project's
# study of sound stations; clutter 5 to 30 % as in the sketch of association; all else is a guess.
ERRS = {
    "post": Errs(time_s=60, bearing_deg=8, distance=0.3, states_distance=0.9, tells_end=0.30, mistakes_end=0.03,
                 clutter=0.10, repeats=0.03, corrects=0.05, rounds=True),
    "patrol": Errs(time_s=90, bearing_deg=10, distance=0.35, states_distance=0.85, tells_end=0.30, mistakes_end=0.03,
                   clutter=0.10, repeats=0.02, corrects=0.04, rounds=True),
    "camera": Errs(time_s=1.5, bearing_deg=1.5, distance=0.15, states_distance=0.7, tells_end=0.50, mistakes_end=0.02,
                   clutter=0.05, clutter_km=5, repeats=0.01, corrects=0.02),
    "acoustic": Errs(time_s=0.5, bearing_deg=4, distance=0.25, tells_pair=0.6, clutter=0.20, clutter_km=12,
                     corrects=0.02),
    "seismic": Errs(time_s=1.5, place_km=0.6, clutter=0.15, corrects=0.05),
    "drone": Errs(time_s=3, place_km=0.15, tells_end=0.70, mistakes_end=0.02, clutter=0.05, clutter_km=4,
                  corrects=0.02),
}  # fmt: skip
NAMES_WEAPON = 0.42  # of the observers' rows: 28 of the 66 public rows of the Donbas case
WRONG_WEAPON = 0.10
AT_LEAST = 0.15  # of the counts are a lower bound
SEEMING_ROUNDS = 3.0  # mean of what is counted, beyond the first, where there was nothing
COUNT_ERROR = 0.25  # of the count, standard deviation

_MEANS = {"post": Means.HEARD, "patrol": Means.HEARD, "camera": Means.RECORDED_CAMERA, "acoustic": Means.ACOUSTIC,
          "seismic": Means.SEISMIC, "drone": Means.MID_RANGE_UAV}  # fmt: skip


_WORDS = (Phenomenon.EXPLOSION, Phenomenon.BURST, Phenomenon.SHOT, Phenomenon.MUZZLE_FLASH,
          Phenomenon.PROJECTILE_IN_FLIGHT, Phenomenon.IMPACT, Phenomenon.EXCHANGE_OF_FIRE)  # fmt: skip


def perceive(scene: Scene) -> list[Rows]:
    """Return the rows of all that perceive, kind by kind, with their clutter, repeats and quiet shifts."""
    e, who = emissions(scene.happened), scene.who
    tables: list[Rows] = []
    for kind in ERRS:
        draw = scene.chance.stream(f"{kind}: perceives")
        parts = [fixed(e, s, scene.air, draw) for s in who.stations if s.kind == kind]
        parts += [moving(e, m, scene.ground, scene.air, draw) for m in who.movers if m.kind == kind]
        if kind == "seismic" and scene.settings.watch.seismic:
            parts.append(tremors(e, who, draw))
        if not parts:
            continue
        told = _told(scene, kind, joined([*parts, _clutter(scene, kind, sum(map(len, parts)))]))
        tables += [told, _quiet(scene, kind, told)]
    return [*tables, _stopped(scene)]


def _told(scene: Scene, kind: str, s: Sightings) -> Rows:
    """Return the rows of one kind: each sighting, and for some of them a repeat or a better second row."""
    chance, h = scene.chance, scene.happened
    rows = _row(kind, s, h, chance.stream(f"{kind}: writes"), 1.0)
    errs, draw = ERRS[kind], chance.stream(f"{kind}: again")
    again = np.flatnonzero(draw.random(len(s)) < errs.repeats)
    better = np.flatnonzero(draw.random(len(s)) < errs.corrects)
    repeated = rows.take(again)
    late = np.where(draw.random(len(again)) < 0.5, 0.0, ROUND_S if errs.rounds else 0.5)
    repeated = changed(repeated, time=repeated.time + late)
    corrected = _row(kind, s.take(better), h, chance.stream(f"{kind}: corrects"), BETTER)
    return scaled(join([rows, repeated, corrected]), scene.settings.sigma_scale)


def scaled(rows: Rows, factor: float) -> Rows:
    """Return the rows with the errors that they state multiplied; what they state otherwise stays."""
    named = ("time_sd", "bearing_sd", "distance_sd", "place_sd")
    return rows if factor == 1 else changed(rows, **{name: getattr(rows, name) * factor for name in named})


def _row(kind: str, s: Sightings, h: Happenings, draw: Generator, factor: float) -> Rows:
    """Return one row for each sighting; `factor` times the usual error."""
    errs, count = ERRS[kind], len(s)
    real = s.incident >= 0
    of = np.where(real, s.incident, 0)
    time_sd = errs.time_s * factor
    time = s.time + draw.normal(0, time_sd, count)
    if errs.rounds:
        time, time_sd = np.round(time / ROUND_S) * ROUND_S, float(np.hypot(time_sd, ROUND_S * QUIET_SD))
    more: dict[str, Floats] = {}
    noise, stated = draw.standard_normal((3, count)), draw.random(count) < errs.states_distance
    if np.isnan(errs.place_km):
        bearing, distance = towards(s.observer_e, s.observer_n, s.east, s.north)
        sd = errs.bearing_deg * factor * np.where(s.seen, 0.5, 1.0)
        bearing = bearing + noise[0] * sd
        away = np.where(stated, np.maximum(distance * (1 + errs.distance * factor * noise[1]), 0.1), np.nan)
        if errs.rounds:
            bearing, sd = np.round(bearing / ROUND_DEG) * ROUND_DEG, np.hypot(sd, ROUND_DEG * QUIET_SD)
        more = {
            "observer_e": s.observer_e, "observer_n": s.observer_n, "bearing": bearing % 360, "bearing_sd": sd,
            "distance": away, "distance_sd": errs.distance * factor * away,
        }  # fmt: skip
    else:
        sd_km = errs.place_km * factor
        more = {"place_e": s.east + noise[0] * sd_km, "place_n": s.north + noise[1] * sd_km,
                "place_sd": np.full(count, sd_km)}  # fmt: skip
    people = errs.rounds
    seeming = 1 + draw.poisson(draw.exponential(SEEMING_ROUNDS, count))
    counted = np.where(real, h.rounds[of], seeming) * np.maximum(0.1, 1 + COUNT_ERROR * noise[2])
    rounds = np.where(real & (s.role == POINT), 1, np.maximum(1, np.rint(counted)))
    hedged = draw.random(count) < (AT_LEAST if people else 0.0)
    named = people & (draw.random(count) < np.where(real, NAMES_WEAPON, NAMES_WEAPON / 2))
    named &= ~real | (s.role != POINT)
    wrong, other = draw.random(count) < WRONG_WEAPON, draw.integers(0, 8, count)
    return make(
        count, source=s.source, incident=s.incident, time=time, time_sd=time_sd,
        means=np.where(people & s.seen, MEANS.index(Means.SAW), MEANS.index(_MEANS[kind])),
        phenomenon=_phenomenon(kind, s, h, of, draw), direction=_direction(errs, s, draw),
        count=np.where(hedged, -1, rounds),
        at_least=np.where(hedged, rounds, -1),
        text=np.where(named, SEEMS, -1), arms=np.where(wrong | ~real, other, h.weapon[of]), **more,
    )  # fmt: skip


def towards(from_e: Floats, from_n: Floats, to_e: Floats, to_n: Floats) -> tuple[Floats, Floats]:
    """Return (bearing from true north in degrees, geodesic distance in km) between places of the plane."""
    from_lon, from_lat = CENTRE.degrees(from_e, from_n)
    to_lon, to_lat = CENTRE.degrees(to_e, to_n)
    bearing, _, metres = GEODESIC.inv(from_lon, from_lat, to_lon, to_lat)
    return np.asarray(bearing) % 360, np.asarray(metres) / 1000


def _direction(errs: Errs, s: Sightings, draw: Generator) -> Ints:
    """Return what is said of firing or arrival: mostly undetermined, sometimes right, now and then wrong."""
    right = np.select([s.role == MUZZLE, s.role == ARRIVAL, s.role == BOTH_ENDS],
                      [DIRECTIONS.index(Direction.OUTGOING), DIRECTIONS.index(Direction.IMPACT),
                       DIRECTIONS.index(Direction.OUTGOING_AND_IMPACT)],
                      DIRECTIONS.index(Direction.UNDETERMINED))  # fmt: skip
    either = np.where(
        draw.random(len(s)) < 0.5, DIRECTIONS.index(Direction.OUTGOING), DIRECTIONS.index(Direction.IMPACT)
    )
    wrong = np.where(s.role == MUZZLE, DIRECTIONS.index(Direction.IMPACT), DIRECTIONS.index(Direction.OUTGOING))
    told = draw.random(len(s))
    tells = np.where(s.paired, max(errs.tells_end, errs.tells_pair), errs.tells_end)
    undetermined = DIRECTIONS.index(Direction.UNDETERMINED)
    said = np.where(told < tells, right, np.where(told < tells + errs.mistakes_end, wrong, undetermined))
    imagined = np.where(told < errs.tells_end / 2, either, undetermined)  # an end of what was no shot
    return np.where(s.incident >= 0, said, imagined)


def _phenomenon(kind: str, s: Sightings, h: Happenings, of: Ints, draw: Generator) -> Ints:
    """Return the word for it: what is heard of light weapons are shots and bursts, of the others explosions.

    What was nothing is taken for any of them.
    """
    explosion, burst, shot, flash, flies, impact, exchange = (PHENOMENA.index(p) for p in _WORDS)
    if kind == "seismic":
        return np.full(len(s), explosion)
    chance, seems = draw.random(len(s)), draw.random(len(s))
    if kind in ("camera", "drone"):
        leaving = np.where(chance < 0.6, flash, flies)
        seen = np.select([s.role == MUZZLE, s.role == ARRIVAL], [leaving, impact], explosion)
        return np.where(s.incident >= 0, seen, np.select([seems < 0.4, seems < 0.7], [flash, impact], explosion))
    light = (h.weapon[of] <= 2) & (s.role == MUZZLE)
    bursts = (h.weapon[of] >= 1) | (h.rounds[of] > 3)
    heard = np.where(light, np.where(bursts, burst, shot), explosion)
    both = s.answered & (chance < 0.5) & (kind in ("post", "patrol"))
    nothing = np.select([seems < 0.25, seems < 0.5], [shot, burst], explosion)
    return np.select([s.incident < 0, both], [nothing, exchange], heard)


def _clutter(scene: Scene, kind: str, real: int) -> Sightings:
    """Return perceptions of nothing: as many as make the kind's share, each at a place and hour of one who attends."""
    errs, who, draw = ERRS[kind], scene.who, scene.chance.stream(f"{kind}: clutter")
    share = min(errs.clutter * scene.settings.watch.clutter, 0.9)
    stations = [s for s in who.stations if s.kind == kind]
    movers = [m for m in who.movers if m.kind == kind]
    hours = stations[0].hours if stations else 24.0
    number = int(draw.poisson(real * share / (1 - share) * 24 / hours))
    time = draw.uniform(0, scene.length_s, number)
    where, far = draw.uniform(0, 2 * np.pi, number), errs.clutter_km * np.sqrt(draw.random(number))
    pick = draw.integers(0, max(1, len(stations) + len(movers)), number)
    east, north = np.full(number, np.nan), np.full(number, np.nan)
    source, out = np.full(number, who.seismic), np.ones(number, dtype=np.bool_)
    for at, station in enumerate(stations):
        mine = pick == at
        east[mine], north[mine], source[mine] = station.east, station.north, station.source
        out[mine] = attended(station, time[mine])
    for at, mover in enumerate(movers):
        mine = pick == at
        time[mine] = _while_out(mover, scene.air, time[mine])
        east[mine], north[mine], _ = position(mover, scene.ground, time[mine])
        source[mine] = mover.source
    at_e, at_n = east + far * np.sin(where), north + far * np.cos(where)
    if kind == "seismic":
        along, side = scene.ground.somewhere(draw, number)
        at_e, at_n = scene.ground.beside(along, side, draw.uniform(0, scene.settings.belt_km, number))
    seen, no = np.full(number, kind in ("camera", "drone")), np.zeros(number, dtype=np.bool_)
    nothing, point = np.full(number, -1), np.full(number, POINT)
    return Sightings(source, nothing, point, at_e, at_n, east, north, time, seen, no, no).take(np.flatnonzero(out))


def _while_out(mover: Mover, weather: Air, time: Floats) -> Floats:
    day = weather.day(time)
    return day * DAY_S + mover.begins_s[day] + (time % DAY_S) / DAY_S * mover.hours * 3600


def _quiet(scene: Scene, kind: str, told: Rows) -> Rows:
    """Return a row for each attended shift of a post, and each day of a camera, without a row of its own."""
    if kind not in ("post", "camera"):
        return make(0)
    together = 3 if kind == "camera" else 1  # whoever looks through a camera's film writes once a day
    last = int(shift(np.array([scene.length_s]))[0])
    parts: list[Rows] = []
    for station in (s for s in scene.who.stations if s.kind == kind):
        spoke = np.unique(shift(told.time[told.source == station.source]) // together)
        silent = np.setdiff1d(np.arange(last // together), spoke).astype(np.float64)
        middle = (silent + 0.5) * (together * SHIFT_S) + FIRST_SHIFT_S
        edge = together * SHIFT_S / 2 - 1
        middle = middle[attended(station, middle - edge) & attended(station, middle + edge)]
        parts.append(make(
            len(middle), source=station.source, time=middle, time_sd=together * SHIFT_S * QUIET_SD,
            means=MEANS.index(_MEANS[kind]), phenomenon=PHENOMENA.index(Phenomenon.QUIET),
            observer_e=station.east, observer_n=station.north,
        ))  # fmt: skip
    return join(parts)


def _stopped(scene: Scene) -> Rows:
    """Return a row for each day on which a patrol was refused: a restriction is itself a record."""
    draw, parts = scene.chance.stream("patrols refused"), []
    for mover in (m for m in scene.who.movers if m.kind == "patrol"):
        days = np.flatnonzero(mover.stopped[: int(scene.settings.length_days)])
        time = np.round((days * DAY_S + mover.begins_s[days] + draw.uniform(0, 3600, len(days))) / ROUND_S) * ROUND_S
        east, north, _ = position(mover, scene.ground, time)
        parts.append(make(
            len(days), source=mover.source, time=time, time_sd=ROUND_S, observer_e=east, observer_n=north,
            phenomenon=PHENOMENA.index(Phenomenon.MOVEMENT_RESTRICTED), text=STOPPED,
        ))  # fmt: skip
    return join(parts)
