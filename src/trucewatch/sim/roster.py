"""Who watches, and where: posts, cameras, stations, patrols, drones; one side better covered than the other."""

from dataclasses import dataclass

import numpy as np

from trucewatch.sim.chance import Bools, Chance, Floats, Ints
from trucewatch.sim.ground import Ground
from trucewatch.sim.happenings import quarries
from trucewatch.sim.rows import Speaker
from trucewatch.sim.settings import DAY_S, SHIFT_S, Settings
from trucewatch.vocabulary import SourceClass

COVERED_SIDE = 0.62  # of the posts and cameras stand on the side that grants better access: a guess
POST_BACK_KM, CAMERA_BACK_KM, STATION_BACK_KM = (0.8, 3.0), (0.1, 0.6), (1.5, 4.0)
FIRST_SHIFT_S = 6 * 3600.0  # shifts begin at 06:00, 14:00 and 22:00
AGENCIES = 2  # news agencies that belong to no party
CAMERA_UP = 0.92  # of the days
PATROL_FROM_H, PATROL_LONG_H = 8.0, 9.0
PATROL_KM = 30.0  # of the line, that a patrol covers in a day
REFUSED = (
    0.08,
    0.25,
)  # of a patrol's days, on the side with better and with worse access; as told of the SMM: "a black box"
STOPPED_KM = 8.0  # behind the line is the checkpoint where a refused patrol waits
DRONE_LONG_H, DRONE_KM, DRONE_GROUNDED = 6.0, 40.0, 0.3


@dataclass(frozen=True, slots=True, kw_only=True)
class Station:
    """A fixed source: its position in the list of speakers, its kind, its place, and the hours of a day it attends."""

    source: int
    kind: str
    east: float
    north: float
    hours: float
    down: Bools  # by day: out of order


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
    """All that perceives and all that speaks; `speakers` is the list that every source is a position in.

    `outlets` are one for each party in the order of the case, then the agencies that belong to none; `liaison` are
    the parties' offices that announce what they are going to do.
    """

    speakers: tuple[Speaker, ...]
    stations: tuple[Station, ...]
    movers: tuple[Mover, ...]
    seismic: int
    ministries: range
    outlets: range
    liaison: range
    residents: int
    inspectorate: int
    quarries: tuple[Floats, Floats]
    settlements: tuple[Floats, Floats]
    better_side: int


def roster(settings: Settings, ground: Ground, days: int, chance: Chance) -> Roster:
    """Place the watchers and name the speakers; which side is better covered is a coin's choice, never a party's."""
    better = 1 if chance.stream("access").random() < 0.5 else -1
    speakers: list[Speaker] = []
    stations = _stations(settings, ground, (better, days), speakers, chance)
    movers = _movers(settings, ground, (better, days), speakers, chance)
    number = len(settings.parties)
    parties = range(number)

    def cast(*new: Speaker) -> range:
        speakers.extend(new)
        return range(len(speakers) - len(new), len(speakers))

    return Roster(
        stations=tuple(stations),
        movers=tuple(movers),
        seismic=cast(Speaker(name="Seismic network", source_class=SourceClass.SEISMIC))[0],
        ministries=cast(*(Speaker(name="{party} ministry", source_class=SourceClass.PARTY, party=p) for p in parties)),
        outlets=cast(
            *(Speaker(name="{party} News", source_class=SourceClass.MEDIA, party=p) for p in parties),
            *(Speaker(name=f"Agency {at + 1}", source_class=SourceClass.MEDIA) for at in range(AGENCIES)),
        ),
        liaison=cast(
            *(Speaker(name="{party} liaison office", source_class=SourceClass.NOTIFICATION, party=p) for p in parties)
        ),
        residents=cast(Speaker(name="Residents' hotline", source_class=SourceClass.INTERLOCUTOR))[0],
        inspectorate=cast(Speaker(name="Mining inspectorate", source_class=SourceClass.NOTIFICATION))[0],
        quarries=quarries(settings, ground, chance),
        settlements=_settlements(settings, ground, chance),
        better_side=better,
        speakers=tuple(speakers),  # the last one: by now everybody is in it
    )


def attended(station: Station, time: Floats) -> Bools:
    """Return whether somebody attends the station at these times; of three shifts the night's is given up first."""
    day = np.clip((time // DAY_S).astype(np.int64), 0, len(station.down) - 1)
    return (shift(time) % 3 < round(station.hours * 3600 / SHIFT_S)) & ~station.down[day]


def shift(time: Floats) -> Ints:
    """Return the number of the shift; 0 begins at 06:00 of the first day."""
    return np.floor((time - FIRST_SHIFT_S) / SHIFT_S).astype(np.int64)


def position(mover: Mover, ground: Ground, time: Floats) -> tuple[Floats, Floats, Bools]:
    """Return where a mover is at these times, and whether it is out and looking."""
    day = np.clip((time // DAY_S).astype(np.int64), 0, len(mover.stopped) - 1)
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


def _stations(
    settings: Settings, ground: Ground, side_and_days: tuple[int, int], speakers: list[Speaker], chance: Chance
) -> list[Station]:
    """Return what stands still, evenly along the line but not quite; adds the speakers."""
    watch, (better, days) = settings.watch, side_and_days
    stations: list[Station] = []
    span = ground.east[-1] - ground.east[0]
    for kind, label, source_class, every, back, hours in (
        ("post", "Post", SourceClass.OBSERVER, watch.post_every_km, POST_BACK_KM, watch.post_hours),
        ("camera", "Camera", SourceClass.CAMERA, watch.camera_every_km, CAMERA_BACK_KM, 24.0),
        ("acoustic", "Array", SourceClass.ACOUSTIC, watch.acoustic_every_km, STATION_BACK_KM, 24.0),
    ):
        draw = chance.stream(f"places of {kind}")
        count = max(1, round(settings.line_km / every)) if every else 0
        along = ground.east[0] + (np.arange(count) + draw.uniform(0.3, 0.7, count)) * span / max(count, 1)
        favoured = draw.permutation(np.arange(count) < round(count * COVERED_SIDE))
        side = np.where(favoured, better, -better)
        east, north = ground.beside(along, side, draw.uniform(*back, count))
        fails = 1 - CAMERA_UP if kind == "camera" else 0.0
        for number in range(count):
            stations.append(Station(
                source=len(speakers), kind=kind, east=float(east[number]), north=float(north[number]), hours=hours,
                down=draw.random(days) < fails,
            ))  # fmt: skip
            speakers.append(Speaker(name=f"{label} {number + 1}", source_class=source_class))
    return stations


def _movers(
    settings: Settings, ground: Ground, side_and_days: tuple[int, int], speakers: list[Speaker], chance: Chance
) -> list[Mover]:
    """Return what moves: patrols by day, each on its part of the line, and drones at any hour; adds the speakers."""
    better, days = side_and_days
    movers: list[Mover] = []
    span = float(ground.east[-1] - ground.east[0])
    for kind, label, number, hours, length, source_class in (
        ("patrol", "Patrol", settings.watch.patrols, PATROL_LONG_H, PATROL_KM, SourceClass.OBSERVER),
        ("drone", "Drone", settings.watch.drones, DRONE_LONG_H, DRONE_KM, SourceClass.DRONE),
    ):
        draw = chance.stream(f"ways of {kind}")
        for at in range(number):
            side = better if at % 2 == 0 else -better
            refused = REFUSED[0] if side == better else REFUSED[1]
            start = ground.east[0] + (at + draw.random(days)) * span / number
            begins = np.full(days, PATROL_FROM_H) if kind == "patrol" else draw.uniform(0, 24 - hours, days)
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
