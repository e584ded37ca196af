"""What posts, cameras, sound networks and satellites make of an incident: pure, given the dice."""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from random import Random

from benchmarks.another_world.fire import Happening, is_night
from benchmarks.another_world.rows import Row
from benchmarks.another_world.settings import DAY_S, SOUND_KM_S, World
from benchmarks.another_world.theatre import Point, Site, Theatre, away, bearing, other

POINT = 22.5  # degrees of a compass point of sixteen
SHIFT_S = 6 * 3600.0
WATCH_SD_S = 30.0  # of a person's watch and pen beside the rounding to the minute; guess
RANGE_SD = 0.25  # share of the distance that an ear or eye is wrong by; guess
SENSE = {"observer": 0.75, "camera": 0.55, "acoustic": 0.8}  # attention; line of sight; stations up; guesses
OVERPASSES_H = (1.0, 2.6, 13.0, 14.6)  # of two satellites that see fires, local hours; guess after VIIRS
BURNS = {"mortar": 0.08, "artillery": 0.15, "AGL": 0.03}  # an impact lights a fire that a satellite sees; guess
LOCATED = {"HMG": 0.05, "AGL": 0.3, "IFV_cannon_30mm": 0.15, "mortar": 0.7, "artillery": 0.85}
"""Share that a sound network locates [sensors: gunfire cannot be located by stations 10 km apart]; guess."""


@dataclass(frozen=True, slots=True)
class End:
    """One end of the fire as somebody may perceive it: when the sound or light leaves it."""

    name: str
    at: Point
    time_s: float


def ends(h: Happening) -> tuple[End, ...]:
    """Return muzzle and impact of the first round; a charge or thunder has one place, which nobody hears leave."""
    impact = End("impact", h.impact, h.start_s + h.flight_s)
    return (End("outgoing", h.origin, h.start_s), impact) if h.kind in {"fire", "training"} else (impact,)


def turned(h: Happening, rng: Random) -> Happening:
    """Return an exchange as one of its two halves, which a source happens to perceive; anything else as it is."""
    if h.who != "both" or rng.random() < 0.5:
        return h
    return replace(h, origin=h.impact, impact=h.origin, fired=other(h.fired))


def manned(site: Site, time_s: float, world: World, seed: int) -> bool:
    """Tell whether somebody stands at a post in that shift of six hours."""
    share = world.manned[is_night(time_s)]
    return Random(f"{seed}/shift/{site.name}/{int(time_s // SHIFT_S)}").random() < share


def patrol_row(world: World, seed: int, team: Sequence[Site], source: str, h: Happening, rng: Random) -> Row | None:
    """Return what the post of the team that hears it best writes down, or None."""
    h = turned(h, rng)
    reach = {"outgoing": h.weapon.muzzle_km * world.sound_range, "impact": h.weapon.impact_km * world.sound_range}
    best: tuple[float, Site, list[End]] | None = None
    for post in team:
        if min(away(post.at, h.origin), away(post.at, h.impact)) > 25 or not manned(post, h.start_s, world, seed):
            continue
        heard = [
            end
            for end in ends(h)
            if (km := reach[end.name]) and rng.random() < SENSE["observer"] * _falls_off(away(post.at, end.at) / km)
        ]
        if heard:
            nearest = min(away(post.at, end.at) for end in heard)
            if best is None or nearest < best[0]:
                best = nearest, post, heard
    return None if best is None else _heard(world, source, best[1], best[2], h, rng)


def _heard(world: World, source: str, post: Site, heard: list[End], h: Happening, rng: Random) -> Row:
    end = heard[0] if len(heard) == 2 else min(heard, key=lambda e: away(post.at, e.at))
    km = away(post.at, end.at)
    told = _direction(h, heard, end, rng)
    when = end.time_s + km / SOUND_KM_S + rng.uniform(0, 0.2) * h.duration_s + rng.gauss(0, WATCH_SD_S)
    said = km * math.exp(rng.gauss(0, RANGE_SD))
    weapon = h.weapon.word if h.kind in {"fire", "training"} and rng.random() < 0.6 else "undetermined"
    ear = (bearing(post.at, end.at) + rng.gauss(0, world.bearing_error)) / POINT
    return Row(
        source=source, source_class="observer", means="heard", phenomenon=h.weapon.phenomenon,
        time_s=float(round(when / 60) * 60), time_sd_s=60.0, direction=told,
        count=max(1, round(h.rounds * rng.uniform(0.6, 1.0))),
        weapon=weapon, observer=post.at, observer_held_by=post.side,
        bearing_deg=round(ear) * POINT % 360, bearing_sd_deg=math.hypot(world.bearing_error, POINT / math.sqrt(12)),
        distance_km=max(0.1, said), distance_sd_km=max(0.1, RANGE_SD * said),
    )  # fmt: skip


def _direction(h: Happening, heard: list[End], end: End, rng: Random) -> str:
    """Return the assessment; many explosions stay undetermined [SMM], 4 % are told wrongly (guess)."""
    if len(heard) == 2 and rng.random() < 0.5:
        return rng.choice(("outgoing_and_impact", "outgoing"))
    if h.kind == "thunder":
        return "undetermined"
    if rng.random() < (0.35 if h.weapon.phenomenon == "explosion" else 0.25):
        wrong = rng.random() < 0.04
        return {"outgoing": "impact", "impact": "outgoing"}[end.name] if wrong else end.name
    return "undetermined"


def camera_row(world: World, sites: Sequence[Site], source: str, h: Happening, rng: Random) -> Row | None:
    """Return what the nearest camera of a network shows: a flash, an impact or a projectile under way."""
    if h.kind == "thunder":
        return None
    h = turned(h, rng)
    for site in sorted(sites, key=lambda s: min(away(s.at, h.origin), away(s.at, h.impact))):
        near = [end for end in ends(h) if away(site.at, end.at) < world.camera_km]
        if not near:
            return None
        if rng.random() > SENSE["camera"] * (1.0 if is_night(h.start_s) else 0.6):
            continue
        end = rng.choice(near)
        km = away(site.at, end.at)
        said = km * math.exp(rng.gauss(0, 0.2))
        flies = len(ends(h)) == 2 and rng.random() < 0.2  # nothing flies where a charge goes off
        word = "projectile_in_flight" if flies else ("muzzle_flash" if end.name == "outgoing" else "impact")
        return Row(
            source=source, source_class="camera", means="recorded_camera", phenomenon=word,
            time_s=end.time_s + rng.gauss(0, 3), time_sd_s=5.0, direction="undetermined" if flies else end.name,
            count=max(1, round(h.rounds * rng.uniform(0.5, 1.0))), observer=site.at, observer_held_by=site.side,
            bearing_deg=(bearing(site.at, end.at) + rng.gauss(0, 1.5)) % 360, bearing_sd_deg=1.5,
            distance_km=said, distance_sd_km=0.2 * said,
        )  # fmt: skip
    return None


def sound_rows(
    world: World, covered: tuple[float, float], source: str, h: Happening, rng: Random
) -> list[Row]:  # fmt: skip
    """Return what a network of stations locates; which end it was is told only where both were found [sensors]."""
    h = turned(h, rng)
    low, high = covered
    if not low <= h.origin[0] <= high:
        return []
    found = [e for e in ends(h) if rng.random() < SENSE["acoustic"] * LOCATED.get(h.weapon.word, 0.0)]
    if not found:
        return []
    pair = len(found) == 2 and rng.random() < 0.5
    said = found if pair and world.two_ends else [found[0] if pair else rng.choice(found)]
    sd = rng.uniform(0.1, 0.5)  # km [sensors: medians of 60 to 300 m]
    return [
        Row(
            source=source, source_class="acoustic", means="acoustic", phenomenon="explosion",
            time_s=end.time_s + rng.gauss(0, 2), time_sd_s=2.0, direction=end.name if pair else "undetermined",
            count=max(1, round(h.rounds * rng.uniform(0.4, 1.0))),
            place=(end.at[0] + rng.gauss(0, sd), end.at[1] + rng.gauss(0, sd)), position_sd_km=sd,
        )
        for end in said
    ]  # fmt: skip


def satellite_row(source: str, h: Happening, rng: Random) -> Row | None:
    """Return the fire that an impact lit, seen at the next pass; its time is the middle of the six hours before."""
    if rng.random() > BURNS.get(h.weapon.word, 0.0):
        return None
    passes = sorted(day * DAY_S + hour * 3600 for day in range(-1, 60) for hour in OVERPASSES_H)
    seen = next(t for t in passes if t > h.start_s)
    if seen - h.start_s > 6 * 3600:
        return None
    sd = 0.3  # km, of a pixel of 375 m
    return Row(
        source=source, source_class="satellite", means="satellite", phenomenon="hot_spot",
        time_s=seen - 3 * 3600, time_sd_s=6 * 3600 / math.sqrt(12),
        place=(h.impact[0] + rng.gauss(0, sd), h.impact[1] + rng.gauss(0, sd)), position_sd_km=sd,
        text=f"pass at {int(seen % DAY_S // 3600):02}:{int(seen % 3600 // 60):02}",
    )  # fmt: skip


def again(row: Row, rng: Random) -> Row:
    """Return the same source's second word on the same incident; all guesses.

    A patrol counts on and gives another minute; footage is reviewed and a sound's place worked out again, both a little
    sharper; a side corrects its number; a satellite's row comes twice.
    """
    if row.count is None:
        return row
    told = replace(row, count=max(1, row.count - 1 + rng.randint(0, 3)))
    if row.source_class == "observer":
        return replace(told, time_s=row.time_s + 60 * rng.randint(-1, 2))
    if row.source_class == "camera" and row.distance_km is not None and row.distance_sd_km is not None:
        km = row.distance_km * math.exp(rng.gauss(0, 0.1))
        return replace(told, time_s=row.time_s + rng.gauss(0, 1), distance_km=km, distance_sd_km=0.15 * km)
    if row.source_class == "acoustic" and row.place is not None and row.position_sd_km is not None:
        sd = 0.7 * row.position_sd_km
        moved = row.place[0] + rng.gauss(0, sd), row.place[1] + rng.gauss(0, sd)
        return replace(told, time_s=row.time_s + rng.gauss(0, 1), place=moved, position_sd_km=sd)
    return told


def _falls_off(share: float) -> float:
    """Return how likely an attentive listener hears something at this share of the range where half of them do."""
    return 1 / (1 + math.exp(min(50.0, (share - 1) / 0.15)))


def middle(theatre: Theatre, site: Site) -> float:
    """Return where along the line a site stands, 0 to 1."""
    return site.at[0] / theatre.length_km + 0.5
