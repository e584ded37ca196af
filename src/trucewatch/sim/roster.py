"""Who watches, and where: posts, cameras, stations, patrols, drones; one side better covered than the other."""

from dataclasses import dataclass

import numpy as np

from trucewatch.sim.air import Air
from trucewatch.sim.chance import Bools, Chance, Floats, Ints
from trucewatch.sim.ground import Ground
from trucewatch.sim.happenings import QUARRIES, quarries
from trucewatch.sim.rows import Speaker
from trucewatch.sim.settings import DAY_S, SHIFT_S, Settings
from trucewatch.vocabulary import SourceClass

COVERED_SIDE = 0.62  # of the posts and cameras stand on the side that grants better access: a guess
POST_BACK_KM, CAMERA_BACK_KM, STATION_BACK_KM = (0.8, 3.0), (0.1, 0.6), (1.5, 4.0)
FIRST_SHIFT_S = 6 * 3600.0  # shifts begin at 06:00, 14:00 and 22:00
CAMERA_UP = 0.92  # of the days
PATROL_HOURS = (8.0, 17.0)
PATROL_KM = 30.0  # of the line, that a patrol covers in a day
REFUSED = (
    0.08,
    0.25,
)  # of a patrol's days, on the side with better and with worse access; as told of the SMM: "a black box"
STOPPED_KM = 8.0  # behind the line is the checkpoint where a refused patrol waits
DRONE_HOURS, DRONE_KM, DRONE_GROUNDED = 6.0, 40.0, 0.3


@dataclass(frozen=True, slots=True, kw_only=True)
class Station:
    """A fixed source: its position in the list of speakers, its kind, its place, and the hours of a day it attends."""

    source: int
    kind: str
    east: float
    north: float
    hours: float = 24.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Mover:
    """A patrol or drone: where it is at any time; `stopped` are the days on which it was refused or grounded."""

    source: int
    kind: str
    start_e: Floats
    length_e: Floats
    begins_s: Floats
    hours: float
    side: int
    back_km: float
    stopped: Bools


@dataclass(frozen=True, slots=True, kw_only=True)
class Roster:
    """All that perceives, with the list of speakers that every source is a position in."""

    speakers: tuple[Speaker, ...]
    stations: tuple[Station, ...]
    movers: tuple[Mover, ...]
    quarries: tuple[Floats, Floats]
    settlements: tuple[Floats, Floats]
    better_side: int
    seismic: int = -1


def roster(settings: Settings, ground: Ground, weather: Air, chance: Chance) -> Roster:
    """Place the watchers; which side is better covered is a coin's choice, never a party's."""
    watch = settings.watch
    better = 1 if chance.stream("access").random() < 0.5 else -1
    speakers: list[Speaker] = []
    stations: list[Station] = []
    for kind, label, source_class, every, back, hours in (
        ("post", "Post", SourceClass.OBSERVER, watch.post_every_km, POST_BACK_KM, watch.post_hours),
        ("camera", "Camera", SourceClass.CAMERA, watch.camera_every_km, CAMERA_BACK_KM, 24.0),
        ("acoustic", "Array", SourceClass.ACOUSTIC, watch.acoustic_every_km, STATION_BACK_KM, 24.0),
    ):
        if not every:
            continue
        east, north = _along(ground, settings.line_km / every, back, better, kind, chance)
        for number in range(len(east)):
            stations.append(Station(
                source=len(speakers), kind=kind, east=float(east[number]), north=float(north[number]), hours=hours,
            ))  # fmt: skip
            speakers.append(Speaker(name=f"{label} {number + 1}", source_class=source_class))
    movers = _movers(settings, ground, better, len(weather.sound_m_s), speakers, chance)
    seismic = -1
    if watch.seismic:
        seismic = len(speakers)
        speakers.append(Speaker(name="Seismic network", source_class=SourceClass.SEISMIC))
    assert len(quarries(settings, ground, chance)[0]) == QUARRIES
    return Roster(
        speakers=tuple(speakers),
        stations=tuple(stations),
        movers=tuple(movers),
        quarries=quarries(settings, ground, chance),
        settlements=_settlements(settings, ground, chance),
        better_side=better,
        seismic=seismic,
    )


def attended(station: Station, time: Floats) -> Bools:
    """Return whether somebody attends the station at these times; of three shifts the night's is given up first."""
    return shift(time) % 3 < round(station.hours * 3600 / SHIFT_S)


def shift(time: Floats) -> Ints:
    """Return the number of the shift; 0 begins at 06:00 of the first day."""
    return np.floor((time - FIRST_SHIFT_S) / SHIFT_S).astype(np.int64)


def position(mover: Mover, ground: Ground, weather: Air, time: Floats) -> tuple[Floats, Floats, Bools]:
    """Return where a mover is at these times, and whether it is out and looking."""
    day = weather.day(time)
    since = time - day * DAY_S - mover.begins_s[day]
    out = (since >= 0) & (since < mover.hours * 3600)
    part = np.clip(since / (mover.hours * 3600), 0, 1)
    stopped = mover.stopped[day]
    along = np.clip(
        mover.start_e[day] + np.where(stopped, 0, part) * mover.length_e[day], ground.east[0], ground.east[-1]
    )
    back = np.where(stopped, STOPPED_KM, mover.back_km)
    east, north = ground.beside(along, np.full(len(time), mover.side), back)
    return east, north, out


def _along(
    ground: Ground, number: float, back: tuple[float, float], better: int, kind: str, chance: Chance
) -> tuple[Floats, Floats]:
    draw = chance.stream(f"places of {kind}")
    count = max(1, round(number))
    span = ground.east[-1] - ground.east[0]
    east = ground.east[0] + (np.arange(count) + draw.uniform(0.3, 0.7, count)) * span / count
    side = np.where((np.arange(count) + 0.5) * COVERED_SIDE % 1 < COVERED_SIDE, better, -better)
    return ground.beside(east, draw.permutation(side), draw.uniform(*back, count))


def _movers(
    settings: Settings, ground: Ground, better: int, days: int, speakers: list[Speaker], chance: Chance
) -> list[Mover]:
    movers: list[Mover] = []
    span = float(ground.east[-1] - ground.east[0])
    for kind, label, number, hours, length, source_class in (
        (
            "patrol",
            "Patrol",
            settings.watch.patrols,
            PATROL_HOURS[1] - PATROL_HOURS[0],
            PATROL_KM,
            SourceClass.OBSERVER,
        ),
        ("drone", "Drone", settings.watch.drones, DRONE_HOURS, DRONE_KM, SourceClass.DRONE),
    ):
        draw = chance.stream(f"ways of {kind}")
        for at in range(number):
            side = better if at % 2 == 0 else -better
            refused = REFUSED[0] if side == better else REFUSED[1]
            start = ground.east[0] + (at + draw.random(days)) * span / number
            begins = np.full(days, PATROL_HOURS[0]) if kind == "patrol" else draw.uniform(0, 24 - hours, days)
            movers.append(Mover(
                source=len(speakers), kind=kind, start_e=start,
                length_e=np.where(draw.random(days) < 0.5, length, -length), begins_s=begins * 3600, hours=hours,
                side=side, back_km=1.5,
                stopped=draw.random(days) < (refused if kind == "patrol" else DRONE_GROUNDED),
            ))  # fmt: skip
            speakers.append(Speaker(name=f"{label} {at + 1}", source_class=source_class))
    return movers


def _settlements(settings: Settings, ground: Ground, chance: Chance) -> tuple[Floats, Floats]:
    """Return villages on both sides, one for every 2.5 km of the line: what statements name places by."""
    draw = chance.stream("settlements")
    count = round(settings.line_km / 2.5)
    east = draw.uniform(ground.east[0], ground.east[-1], count)
    side = np.where(np.arange(count) % 2 == 0, 1, -1)
    return ground.beside(east, side, draw.uniform(0.5, settings.belt_km, count))
