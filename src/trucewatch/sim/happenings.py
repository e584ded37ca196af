"""What really happened: fire, exchanges, training, blasting, thunder and burning fields, alone and in bursts."""

from dataclasses import dataclass
from enum import IntEnum
from typing import Any

import numpy as np
import numpy.typing as npt

from trucewatch.sim import weapons
from trucewatch.sim.chance import Bools, Chance, Floats, Generator, Ints
from trucewatch.sim.ground import Ground
from trucewatch.sim.settings import DAY_S, Settings


class Cause(IntEnum):
    """Why there was something to perceive; the names are those of `truth/incidents.csv`."""

    FIRE = 0
    EXCHANGE = 1
    OTHER_ACTOR = 2
    TRAINING_ANNOUNCED = 3
    TRAINING = 4
    DEMINING_ANNOUNCED = 5
    DEMINING = 6
    QUARRY = 7
    THUNDER = 8
    FIELD_FIRE = 9


# Shares of all incidents; guesses, but for exchanges and training, of which the observers' reports speak daily
MIX = {
    Cause.FIRE: 0.73,
    Cause.EXCHANGE: 0.08,
    Cause.OTHER_ACTOR: 0.01,
    Cause.TRAINING_ANNOUNCED: 0.03,
    Cause.TRAINING: 0.02,
    Cause.DEMINING_ANNOUNCED: 0.02,
    Cause.DEMINING: 0.01,
    Cause.QUARRY: 0.03,
    Cause.THUNDER: 0.03,
    Cause.FIELD_FIRE: 0.04,
}
ALONE = (Cause.QUARRY, Cause.FIELD_FIRE)  # these never come in bursts
SHOOTING = (Cause.FIRE, Cause.EXCHANGE, Cause.OTHER_ACTOR, Cause.TRAINING_ANNOUNCED, Cause.TRAINING)

BURST_MORE = 2.0  # a burst is two incidents and a Poisson number of this mean more: a guess
BURST_GAP_S = 600.0  # mean time between the incidents of a burst, exponential, at least `LEAST_GAP_S`: a guess
LEAST_GAP_S = 20.0
BURST_ORIGIN_KM = 0.3  # the same unit fires: standard deviation of its places within a burst, each axis: a guess
BURST_TARGET, BURST_TARGET_KM = 0.2, 0.8  # the same of where they land: a part of the range, at most so many km
ANSWERED = 0.25  # of the incidents within a burst, where both sides shoot equally often: fired by the other side
REPLY_S = (10.0, 180.0)  # within an exchange, from the first shot to the answer: a guess
NIGHT_SHARE = 0.6  # of the fire falls between 18:00 and 06:00: a guess
OTHER_WEAPONS = 3  # unknown actors have the first three weapons of the list: light ones
OTHER_BACK_KM = (0.05, 0.5)  # and shoot from close to the line, whoever holds that ground
SIDEWAYS = 0.3  # of the range: how far along the line a round lands from straight across, at most twice that
QUARRIES = 6
STORM_DAYS = 0.08  # of the days

NOBODY, BOTH, OTHER = -1, -2, -3  # `who` where it is no party


@dataclass(frozen=True, slots=True)
class Happenings:
    """The incidents in order of time, one array each; places in km, nan where there is none.

    `who` is a party's position, `NOBODY`, `BOTH` or `OTHER`; `first` is who fired first (-1: nobody or unknown actor);
    `victim` is whose ground was hit (-1: nobody's). In an exchange the second shot goes from `target2` side: its muzzle
    is at (`reply_e`, `reply_n`), it lands at (`reply_to_e`, `reply_to_n`), `reply_s` after the first.
    """

    time: Floats
    cause: Ints
    who: Ints
    first: Ints
    victim: Ints
    weapon: Ints
    rounds: Ints
    origin_e: Floats
    origin_n: Floats
    target_e: Floats
    target_n: Floats
    flight_s: Floats
    reply_s: Floats
    reply_e: Floats
    reply_n: Floats
    reply_to_e: Floats
    reply_to_n: Floats
    burst: Ints
    lasts_s: Floats

    def __len__(self) -> int:
        return len(self.time)


@dataclass(frozen=True, slots=True)
class Spread:
    """Each incident's engagement: a lone incident or a burst, with the incident's number in it (0: the first)."""

    engagement: Ints
    number: Ints
    sizes: Ints


@dataclass(frozen=True, slots=True)
class Plan:
    """Who begins each engagement, what each incident is, and whether it is the answer from across the line."""

    spread: Spread
    cause: Ints
    lead: Ints
    answers: Bools


def happen(settings: Settings, ground: Ground, chance: Chance) -> Happenings:
    """Draw the incidents; party positions enter only as labels of whose ground it is."""
    spread = _spread(settings, chance.stream("bursts"))
    cause = _causes(spread, chance.stream("causes"))
    plan = _plan(settings, spread, cause, chance.stream("who fires"))
    time = _times(settings, spread, cause, chance.stream("times"))
    places = _places(settings, ground, plan, chance)
    who = places.actor
    count = len(time)
    draw = chance.stream("rounds")
    rounds = 1 + draw.poisson(draw.exponential(weapons.column("rounds")[places.weapon]))
    shoots = np.isin(cause, SHOOTING)
    reply = cause == Cause.EXCHANGE
    draw = chance.stream("replies")
    reply_s = np.where(reply, draw.uniform(*REPLY_S, count), np.nan)
    origin_e, origin_n = np.where(shoots, places.origin_e, np.nan), np.where(shoots, places.origin_n, np.nan)
    span = np.hypot(places.target_e - places.origin_e, places.target_n - places.origin_n)
    near = draw.normal(0, BURST_TARGET_KM / 2, (4, count))
    lasts = chance.stream("burning").uniform(1, 8, count) * 3600
    public = np.select(
        [cause == Cause.EXCHANGE, cause == Cause.OTHER_ACTOR, cause == Cause.FIRE], [BOTH, OTHER, who], NOBODY
    )
    order = np.argsort(time, kind="stable")
    alone = spread.sizes[spread.engagement] == 1
    burst = np.where(alone, -1, spread.engagement)
    columns: tuple[npt.NDArray[Any], ...] = (
        time, cause, public, np.where((cause == Cause.FIRE) | reply, who, -1), places.victim, places.weapon,
        np.where(shoots, rounds, 1), origin_e, origin_n, places.target_e, places.target_n,
        np.where(shoots, weapons.flight_s(places.weapon, span), 0.0), reply_s,
        np.where(reply, places.target_e + near[0], np.nan), np.where(reply, places.target_n + near[1], np.nan),
        np.where(reply, places.origin_e + near[2], np.nan), np.where(reply, places.origin_n + near[3], np.nan),
        burst, np.where(cause == Cause.FIELD_FIRE, lasts, 0.0),
    )  # fmt: skip
    return Happenings(*(values[order] for values in columns))


def _spread(settings: Settings, draw: Generator) -> Spread:
    """Return engagements so that the wanted share of the incidents stands in bursts."""
    bursting = round(settings.incidents * settings.in_bursts)
    drawn = 2 + draw.poisson(BURST_MORE, size=bursting // 2 + 1)
    enough = int(np.searchsorted(np.cumsum(drawn), bursting))
    bursts = drawn[:enough]
    alone = np.ones(settings.incidents - int(bursts.sum()), dtype=np.int64)
    sizes = draw.permutation(np.concatenate([bursts, alone]))
    engagement = np.repeat(np.arange(len(sizes)), sizes)
    starts = np.cumsum(sizes) - sizes
    return Spread(engagement, np.arange(len(engagement)) - starts[engagement], sizes)


def _causes(spread: Spread, draw: Generator) -> Ints:
    """Return the cause of each incident; those that never burst are made up for among the lone ones."""
    kinds, shares = np.array(list(MIX), dtype=np.int64), np.array(list(MIX.values()))
    single = np.isin(kinds, ALONE)
    alone_share = max(float(np.mean(spread.sizes[spread.engagement] == 1)), 1e-9)
    lone = min(float(shares[single].sum()) / alone_share, 1.0)
    of_engagement = draw.choice(kinds[~single], size=len(spread.sizes), p=shares[~single] / shares[~single].sum())
    other = draw.choice(kinds[single], size=len(spread.sizes), p=shares[single] / shares[single].sum())
    takes = (spread.sizes == 1) & (draw.random(len(spread.sizes)) < lone)
    return np.where(takes, other, of_engagement)[spread.engagement]


def _plan(settings: Settings, spread: Spread, cause: Ints, draw: Generator) -> Plan:
    """Return the party that leads each engagement, and which incidents are the answer from across the line.

    Of the fire the first party's share is as set; else nobody is preferred.

    Within a burst the others answer in a way that leaves the shares as they are: from p to j as often as from j to p.
    """
    number = len(settings.parties)
    weights = np.array([settings.share] + [(1 - settings.share) / (number - 1)] * (number - 1))
    fires = np.isin(cause, (Cause.FIRE, Cause.EXCHANGE))
    leads = draw.choice(number, size=len(spread.sizes), p=weights)
    level = draw.integers(number, size=len(spread.sizes))
    answering = draw.choice(number, size=len(cause), p=weights)
    lead = np.where(fires[np.cumsum(spread.sizes) - spread.sizes], leads, level)
    again = (spread.number > 0) & (draw.random(len(cause)) < 2 * ANSWERED) & (cause == Cause.FIRE)
    return Plan(spread, cause, lead, again & (answering != lead[spread.engagement]))


def _times(settings: Settings, spread: Spread, cause: Ints, draw: Generator) -> Floats:
    """Return seconds from the beginning: busier and calmer days, more fire by night, blasting by day."""
    days = max(1, int(np.ceil(settings.length_days)))
    busy = draw.lognormal(0, 0.4, days)
    busy[-1] *= settings.length_days - (days - 1)
    stormy = draw.random(days) < STORM_DAYS
    stormy[int(draw.integers(days))] = True
    count = len(spread.sizes)
    first = cause[np.cumsum(spread.sizes) - spread.sizes]
    day = draw.choice(days, size=count, p=busy / busy.sum())
    storm_day = draw.choice(np.flatnonzero(stormy), size=count)
    night = draw.random(count) < NIGHT_SHARE
    fight = np.isin(first, (Cause.FIRE, Cause.EXCHANGE, Cause.OTHER_ACTOR))
    hour = np.where(night, (18 + 12 * draw.random(count)) % 24, 6 + 12 * draw.random(count))
    hour = np.where(first == Cause.THUNDER, 24 * draw.random(count), hour)
    by_day = ~fight & (first != Cause.THUNDER)
    hour = np.where(by_day, 7 + 10 * draw.random(count), hour)
    day = np.where(first == Cause.THUNDER, storm_day, day)
    # what would fall after the end falls on the day before at the same hour, or anywhere in a world of hours
    wanted, within = day + hour / 24, settings.length_days * draw.random(count)
    wanted = np.where(wanted < settings.length_days, wanted, wanted - 1)
    start = np.where(wanted >= 0, wanted, within) * DAY_S
    gap = np.where(spread.number > 0, np.maximum(draw.exponential(BURST_GAP_S, len(spread.number)), LEAST_GAP_S), 0.0)
    run = np.cumsum(gap)
    begins = np.cumsum(spread.sizes) - spread.sizes
    time: Floats = np.round(start[spread.engagement] + run - run[begins][spread.engagement], 3)
    return time


@dataclass(frozen=True, slots=True)
class _Places:
    weapon: Ints
    origin_e: Floats
    origin_n: Floats
    target_e: Floats
    target_n: Floats
    victim: Ints
    actor: Ints


def _places(settings: Settings, ground: Ground, plan: Plan, chance: Chance) -> _Places:
    """Return from where to where: across the line for fire, on the shooter's own ground for training."""
    draw = chance.stream("places")
    spread, cause = plan.spread, plan.cause
    count, groups = len(cause), len(spread.sizes)
    of = spread.engagement
    east, side = ground.somewhere(draw, groups, plan.lead)
    arms = draw.choice(len(weapons.WEAPONS), size=groups, p=weapons.SHARES)
    train = np.isin(cause, (Cause.TRAINING, Cause.TRAINING_ANNOUNCED))
    weapon = np.where(spread.number == 0, arms[of], np.where(draw.random(count) < 0.8, arms[of], draw.choice(
        len(weapons.WEAPONS), size=count, p=weapons.SHARES)))  # fmt: skip
    other = cause == Cause.OTHER_ACTOR
    weapon = np.where(other, weapon % OTHER_WEAPONS, weapon)
    mine = np.where(plan.answers, -side[of], side[of])  # who answers stands across the line
    back = _between("origin_km", weapon, draw.random(groups)[of])
    back = np.where(other, draw.uniform(*OTHER_BACK_KM, groups)[of], back)
    ahead = _between("target_km", weapon, draw.random(groups)[of])
    lateral = SIDEWAYS * np.clip(draw.normal(0, 1, groups), -2, 2)[of] * (back + ahead)
    at = np.clip(east[of], ground.east[0], ground.east[-1])
    origin_e, origin_n = ground.beside(at, mine, back)
    to_e, to_n = ground.beside(np.clip(at + lateral, ground.east[0], ground.east[-1]), -mine, ahead)
    shake = draw.normal(0, 1, (4, count)) * (spread.sizes[of] > 1)
    origin = _kept(ground, origin_e, origin_n, shake[:2] * np.minimum(BURST_ORIGIN_KM, back / 2), mine)
    scatter = np.minimum(BURST_TARGET_KM, BURST_TARGET * (back + ahead))
    target = _kept(ground, to_e, to_n, shake[2:] * scatter, -mine)
    # those who train stand behind their line and shoot along or away from it
    deep = draw.uniform(5, settings.belt_km - 2, groups)[of]
    range_e, range_n = ground.beside(at, mine, deep)
    bearing = draw.uniform(0, 2 * np.pi, groups)[of]
    reach = np.minimum(back + ahead, 4.0)
    own = _kept(ground, range_e, range_n, shake[:2] * BURST_ORIGIN_KM, mine)
    landed = _kept(ground, own[0] + reach * np.sin(bearing), own[1] + reach * np.cos(bearing), shake[2:] * 0, mine)
    # the rest happens at a point: near the line (demining), in a quarry, anywhere (thunder, burning fields)
    anywhere = ground.beside(at, side[of], draw.uniform(0, settings.belt_km, groups)[of])
    lanes = ground.beside(at, side[of], draw.uniform(0, 2, groups)[of])
    pits = quarries(settings, ground, chance)
    pit = draw.integers(QUARRIES, size=groups)[of]
    demining = np.isin(cause, (Cause.DEMINING, Cause.DEMINING_ANNOUNCED))
    where = [train, demining, cause == Cause.QUARRY, np.isin(cause, (Cause.THUNDER, Cause.FIELD_FIRE))]
    spill = shake[2:] * np.where(cause == Cause.THUNDER, 3.0, 0.2)
    target_e = np.select(where, [landed[0], lanes[0] + spill[0], pits[0][pit], anywhere[0] + spill[0]], target[0])
    target_n = np.select(where, [landed[1], lanes[1] + spill[1], pits[1][pit], anywhere[1] + spill[1]], target[1])
    hit = ground.holder(target_e, ground.side(target_e, target_n))
    hostile = np.isin(cause, (Cause.FIRE, Cause.EXCHANGE, Cause.OTHER_ACTOR))
    return _Places(
        weapon, np.where(train, own[0], origin[0]), np.where(train, own[1], origin[1]), target_e, target_n,
        np.where(hostile, hit, -1), ground.holder(origin[0], mine),
    )  # fmt: skip


def quarries(settings: Settings, ground: Ground, chance: Chance) -> tuple[Floats, Floats]:
    """Return where stone is blasted, behind either side."""
    draw = chance.stream("quarries")
    east = draw.uniform(ground.east[0], ground.east[-1], QUARRIES)
    side = np.where(np.arange(QUARRIES) % 2 == 0, 1, -1)
    return ground.beside(east, side, draw.uniform(3, settings.belt_km - 1, QUARRIES))


def _between(name: str, weapon: Ints, part: Floats) -> Floats:
    bounds = np.array([getattr(w, name) for w in weapons.WEAPONS])[weapon]
    between: Floats = bounds[:, 0] + part * (bounds[:, 1] - bounds[:, 0])
    return between


def _kept(ground: Ground, east: Floats, north: Floats, shake: Floats, side: Ints) -> tuple[Floats, Floats]:
    """Return the points moved a little, but not across the line, nor off its ends."""
    moved_e, moved_n = east + shake[0], north + shake[1]
    stays = ground.side(moved_e, moved_n) == side
    return np.where(stays, moved_e, east), np.where(stays, moved_n, north)
