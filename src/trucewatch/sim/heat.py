"""Satellites that see heat: three passing twice a day, clouds, burning fields, and much that is none of the war's."""

import numpy as np

from trucewatch.sim.air import CLOUDY
from trucewatch.sim.chance import Bools, Chance, Floats, Ints
from trucewatch.sim.ground import CENTRE
from trucewatch.sim.happenings import SHOOTING, Happenings
from trucewatch.sim.scene import Scene
from trucewatch.sim.settings import DAY_S, START
from trucewatch.sim.weapons import column

# Local solar time of the passes: VIIRS crosses the equator at about 13:30 (Suomi NPP, NOAA-21 and -20 within an hour)
SATELLITES = (("N", 0.0), ("N20", -0.83), ("N21", -0.42))
PASS_HOURS = (1.5, 13.5)
PASS_SPREAD_H = 0.6  # the swath's edge passes earlier or later
BLOCK_KM = 100.0  # clouds cover or leave free blocks of this length
FOUND = 0.85  # of the fires under a clear pass: a guess
IGNITES = 0.03  # of the explosive impacts set a field on fire: a guess
BURNS_S = (3600.0, 6 * 3600.0)
MORE_PIXELS = 0.3  # mean number of further pixels of one fire
CLUTTER = 0.30  # of the rows: stubble, steelworks, flares
PIXEL_KM = 0.375
COLUMNS = (
    "latitude", "longitude", "bright_ti4", "scan", "track", "acq_date", "acq_time", "satellite", "instrument",
    "confidence", "version", "bright_ti5", "frp", "daynight",
)  # fmt: skip


def hot_spots(scene: Scene) -> tuple[list[tuple[str, ...]], Ints]:
    """Return the rows of a FIRMS table by time, and the incident that each is of (-1: none)."""
    ground, h, chance = scene.ground, scene.happened, scene.chance
    burning, start, length = _fires(h, chance)
    draw = chance.stream("passes")
    when, clear = _passes(scene)
    incident, pixel_time, satellite = [], [], []
    for at in range(len(SATELLITES)):
        times = when[at]
        first, last = np.searchsorted(times, start), np.searchsorted(times, start + length)
        seen = np.repeat(np.arange(len(burning)), last - first)
        offset = np.arange(len(seen)) - np.repeat(np.cumsum(last - first) - (last - first), last - first)
        pass_at = first[seen] + offset
        block = np.clip(
            ((h.target_e[burning[seen]] - ground.east[0]) // BLOCK_KM).astype(np.int64), 0, clear.shape[2] - 1
        )
        got = clear[at, pass_at, block] & (draw.random(len(seen)) < FOUND)
        pixels = np.repeat(np.flatnonzero(got), 1 + draw.poisson(MORE_PIXELS, int(got.sum())))
        incident.append(burning[seen[pixels]])
        pixel_time.append(times[pass_at[pixels]])
        satellite.append(np.full(len(pixels), at))
    of, time, who = np.concatenate(incident), np.concatenate(pixel_time), np.concatenate(satellite)
    east = h.target_e[of] + draw.uniform(-PIXEL_KM, PIXEL_KM, len(of))
    north = h.target_n[of] + draw.uniform(-PIXEL_KM, PIXEL_KM, len(of))
    draw = chance.stream("other heat")
    more = int(draw.poisson(len(of) * CLUTTER / (1 - CLUTTER)))
    along, side = ground.somewhere(draw, more)
    other_e, other_n = ground.beside(along, side, draw.uniform(0, 3 * scene.settings.belt_km, more))
    other_who = draw.integers(0, len(SATELLITES), more)
    other_pass = draw.integers(0, when.shape[1], more)
    east, north = np.concatenate([east, other_e]), np.concatenate([north, other_n])
    time = np.concatenate([time, when[other_who, other_pass]])
    who, of = np.concatenate([who, other_who]), np.concatenate([of, np.full(more, -1)])
    return _table((east, north), time, who, of, chance)


def _fires(h: Happenings, chance: Chance) -> tuple[Ints, Floats, Floats]:
    """Return (incident, when it begins to burn, for how long): burning fields, and what impacts set alight."""
    draw = chance.stream("ignition")
    explosive = np.isin(h.cause, SHOOTING) & (column("burst_km")[h.weapon] > 0)
    lit = explosive & (draw.random(len(h)) < IGNITES)
    length = np.where(lit, draw.uniform(*BURNS_S, len(h)), h.lasts_s)
    which = np.flatnonzero(length > 0)
    return which, h.time[which] + np.nan_to_num(h.flight_s[which]), length[which]


def _passes(scene: Scene) -> tuple[Floats, Bools]:
    """Return when each satellite passes, and whether it then sees each block of the line."""
    ground, draw = scene.ground, scene.chance.stream("orbits")
    days = int(np.ceil(scene.settings.length_days)) + 1
    shape = (len(SATELLITES), days, len(PASS_HOURS))
    hours = np.array(PASS_HOURS) + np.array([lag for _, lag in SATELLITES])[:, None, None]
    hours = hours + draw.uniform(-PASS_SPREAD_H, PASS_SPREAD_H, shape) + 24 * np.arange(days)[:, None]
    times = np.round(hours.reshape(len(SATELLITES), -1) * 60) * 60
    blocks = int((ground.east[-1] - ground.east[0]) // BLOCK_KM) + 1
    cover = scene.chance.stream("clouds").random((days, blocks))
    return times, np.repeat(cover > CLOUDY, len(PASS_HOURS), axis=0)[None].repeat(len(SATELLITES), axis=0)


def _table(
    where: tuple[Floats, Floats], time: Floats, who: Ints, of: Ints, chance: Chance
) -> tuple[list[tuple[str, ...]], Ints]:
    draw = chance.stream("pixels")
    order = np.lexsort((who, time))
    lon, lat = CENTRE.degrees(where[0][order], where[1][order])
    stamps = np.datetime_as_string(START + time[order].astype("timedelta64[s]"), unit="m").tolist()
    count = len(order)
    hour = time[order] % DAY_S / 3600
    light = ((hour >= 6) & (hour < 18)).tolist()
    power, hot = draw.lognormal(0.5, 0.8, count), draw.normal(320, 12, count)
    level = draw.choice(np.array(["l", "n", "h"]), count, p=[0.1, 0.8, 0.1]).tolist()
    rows = [
        (
            f"{lat[i]:.5f}", f"{lon[i]:.5f}", f"{hot[i]:.2f}", "0.39", "0.36", stamps[i][:10],
            stamps[i][11:].replace(":", ""), SATELLITES[who[order[i]]][0], "VIIRS", level[i], "2.0NRT",
            f"{hot[i] - 25:.2f}", f"{power[i]:.2f}", "D" if light[i] else "N",
        )
        for i in range(count)
    ]  # fmt: skip
    kept = {row: i for i, row in reversed(list(enumerate(rows)))}
    which = np.array(sorted(kept.values()), dtype=np.int64)
    return [rows[i] for i in which], of[order][which]
