"""What truly happened: series of fire by one side on the other, exchanges, others' fire, and noise that was no fire."""

import math
from dataclasses import dataclass
from random import Random

from benchmarks.another_world.settings import DAY_S, WEAPONS, Weapon, World
from benchmarks.another_world.theatre import SIDES, Point, Theatre, away, other

NIGHT_H = (18, 6)
NO_FIRE = {"training": 0.4, "demining": 0.3, "thunder": 0.3}  # of what was no violation; guess


@dataclass(frozen=True, slots=True, kw_only=True)
class Happening:
    """One true incident; `fired` is the side on whose ground the muzzle stands, `who` the answer wanted."""

    id: str
    who: str
    fired: str
    start_s: float
    duration_s: float
    weapon: Weapon
    origin: Point
    impact: Point
    rounds: int
    kind: str = "fire"  # or training, demining, thunder

    @property
    def flight_s(self) -> float:
        """Return the flight time of a round, s."""
        return away(self.origin, self.impact) / self.weapon.speed_km_s


def days(world: World) -> float:
    """Return how many days the world's incidents fill at its density."""
    return world.incidents / (world.density * world.line_km)


def happenings(world: World, theatre: Theatre, seed: int) -> list[Happening]:
    """Return all true incidents in the order of time."""
    rng = Random(f"{seed}/fire")
    made: list[Happening] = []
    while len(made) < world.incidents:
        x, start, side = _x(theatre, rng), moment(world, rng), _side(world, rng)
        # b incidents of bursts for one alone, so that the share of incidents in bursts is as wanted
        mean = 2 + world.burst_size
        begins = world.bursts / (world.bursts + mean * (1 - world.bursts))
        weapon = draw(rng)
        for n in range(2 + poisson(rng, world.burst_size) if rng.random() < begins else 1):
            if n:
                side = other(side) if rng.random() < world.answered else side
                weapon = weapon if rng.random() < 0.7 else draw(rng)  # guess: a burst stays with its weapon
            at = x + (rng.gauss(0, world.burst_spread_km) if n else 0)
            when = start + (rng.uniform(0, world.burst_span_s) if n else 0)
            made.append(_one(world, theatre, rng, f"h{len(made):05}", at, when, side, weapon))
    return sorted(made[: world.incidents], key=lambda h: (h.start_s, h.id))


def imagined(world: World, theatre: Theatre, rng: Random) -> Happening:
    """Return an incident that never was: what clutter and invented claims speak of."""
    return _one(world, theatre, rng, "", _x(theatre, rng), moment(world, rng), rng.choice(SIDES), draw(rng))


def draw(rng: Random) -> Weapon:
    """Return a weapon by its share."""
    return rng.choices(WEAPONS, [w.share for w in WEAPONS])[0]


def moment(world: World, rng: Random) -> float:
    """Return a time from the world's start, s, more of them by night."""
    day = rng.uniform(0, days(world))
    evening, morning = NIGHT_H
    hour = rng.uniform(evening, 24 + morning) % 24 if rng.random() < world.night else rng.uniform(morning, evening)
    return (math.floor(day) + hour / 24) * DAY_S


def is_night(time_s: float) -> bool:
    """Tell whether the local hour is between 18 and 6."""
    hour = time_s % DAY_S / 3600
    return hour >= NIGHT_H[0] or hour < NIGHT_H[1]


def _one(
    world: World, theatre: Theatre, rng: Random, name: str, x: float, when: float, side: str, weapon: Weapon
) -> Happening:
    lot, who, fired = rng.random(), side, side
    origin = theatre.behind(side, x, rng.uniform(*weapon.behind_km))
    impact = theatre.behind(other(side), x + rng.gauss(0, 0.3), rng.uniform(*weapon.beyond_km))
    rounds, kind = rng.randint(*weapon.rounds), "fire"
    if lot < world.no_violation:
        who, kind = "no_violation", rng.choices(tuple(NO_FIRE), NO_FIRE.values())[0]
        weapon = rng.choice([w for w in WEAPONS if w.phenomenon == "explosion"])
        origin = theatre.behind(side, x, rng.uniform(2, 6))
        # a range points away from the line or along it; a charge and thunder have one place
        impact = theatre.behind(side, x + rng.gauss(0, 1.5), rng.uniform(3, 8)) if kind == "training" else origin
        rounds = rng.randint(*weapon.rounds) if kind == "training" else rng.randint(1, 4)
        when = when // DAY_S * DAY_S + rng.uniform(8, 17) * 3600 if kind != "thunder" else when
    elif lot < world.no_violation + world.other:
        who = "other"
    elif lot < world.no_violation + world.other + world.both:
        who = "both"
    return Happening(
        id=name, who=who, fired=fired, start_s=when, duration_s=rng.uniform(*weapon.duration_s), weapon=weapon,
        origin=origin, impact=impact, rounds=rounds, kind=kind,
    )  # fmt: skip


def _side(world: World, rng: Random) -> str:
    return SIDES[0] if rng.random() < world.first_fires else SIDES[1]


def _x(theatre: Theatre, rng: Random) -> float:
    return rng.uniform(-theatre.length_km / 2, theatre.length_km / 2)


def poisson(rng: Random, mean: float) -> int:
    number, left = 0, math.exp(-mean)
    product = rng.random()
    while product > left:
        number, product = number + 1, product * rng.random()
    return number
