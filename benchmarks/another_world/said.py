"""What sides claim, invent and leave out, and what the press prints of it; pure, given the dice."""

import math
from collections.abc import Sequence
from dataclasses import replace
from random import Random

from benchmarks.another_world.fire import Happening
from benchmarks.another_world.rows import Row
from benchmarks.another_world.settings import DAY_S, Speaker, World
from benchmarks.another_world.theatre import Point, Site, Theatre, away, other

HOUR_SD_S = 3600 / math.sqrt(12)
DAY_SD_S = DAY_S / math.sqrt(12)
MOVED = {"small_arms": 0.6, "HMG": 0.7, "AGL": 1.0, "IFV_cannon_30mm": 1.0, "mortar": 1.3, "artillery": 1.6}
"""How much likelier than `Speaker.claims` a side speaks of this kind of fire; guess."""
OTHERS_FIRE, NO_FIRE = 1.0, 0.15  # the same of somebody else's fire and of noises; the enemy is accused; guess


def claim_row(theatre: Theatre, side: str, speaker: Speaker, h: Happening, rng: Random) -> Row | None:
    """Return what a side says of an incident, or None: it accuses the other for what it suffers, and lies at times."""
    victims = {other(h.fired)} if h.who != "both" else {h.fired, other(h.fired)}
    moved = MOVED[h.weapon.word] * {"other": OTHERS_FIRE, "no_violation": NO_FIRE}.get(h.who, 1.0)
    if side in victims:
        share, at = speaker.claims * moved, h.impact if side != h.fired else h.origin
    else:
        share, at = speaker.lies * moved, h.origin
    if rng.random() > share:
        return None
    village = _nearest([v for v in theatre.villages if v.side == side] or theatre.villages, at)
    time_s, time_sd_s = _told_time(h.start_s, rng)
    count = max(1, round(h.rounds * math.exp(rng.gauss(0.2, 0.3))))
    return Row(
        source=f"Press service {side}", source_class="party", source_side=side, means="party_report",
        phenomenon=h.weapon.phenomenon, direction="impact", time_s=time_s, time_sd_s=time_sd_s, count=count,
        weapon=h.weapon.word, place=village.at, position_sd_km=2.0, accuses=other(side), stance="accuses",
        text=f"{other(side)} fired {count} rounds at {village.name}",
    )  # fmt: skip


def _told_time(when: float, rng: Random) -> tuple[float, float]:
    """Return the time as told and its sd: five minutes, the hour, or a quarter of the day; shares are guesses."""
    lot = rng.random()
    if lot < 0.5:
        return round((when + rng.gauss(0, 240)) / 300) * 300.0, 300.0
    if lot < 0.8:
        return (when // 3600 + 0.5) * 3600.0, HOUR_SD_S
    return (when // 21600 + 0.5) * 21600.0, 6 * HOUR_SD_S


def notice_row(h: Happening, rng: Random) -> Row | None:
    """Return the notice of a range or of demining that its side gave beforehand, if it did (guess: half of them)."""
    if h.kind not in {"training", "demining"} or rng.random() > 0.5:
        return None
    return Row(
        source=f"Liaison {h.fired}", source_class="notification", source_side=h.fired, means="party_report",
        phenomenon=f"announced_{h.kind}", time_s=(h.start_s // 7200 + 0.5) * 7200, time_sd_s=2 * HOUR_SD_S,
        place=h.origin, position_sd_km=1.0,
    )  # fmt: skip


def news_row(theatre: Theatre, outlet: str, h: Happening, rng: Random) -> Row:
    """Return what an outlet has by itself: a village and a day, or an hour; who fired it does not say."""
    village = _nearest(theatre.villages, rng.choice((h.origin, h.impact)))
    by_day = rng.random() < 0.7
    step = DAY_S if by_day else 3600.0
    return Row(
        source=outlet, source_class="media", means="media", phenomenon=h.weapon.phenomenon,
        time_s=(h.start_s // step + 0.5) * step, time_sd_s=DAY_SD_S if by_day else HOUR_SD_S,
        place=village.at, position_sd_km=2.0, text=f"residents of {village.name} heard {h.weapon.word} fire",
    )  # fmt: skip


def copied(claim: Row, outlet: str, world: World, rng: Random) -> Row:
    """Return a side's claim as an outlet prints it: half by the day only (guess), with or without the speaker."""
    named = rng.random() < world.attributes_copies
    by_day = rng.random() < 0.5
    return replace(
        claim, source=outlet, source_class="media", means="media", source_side="",
        time_s=(claim.time_s // DAY_S + 0.5) * DAY_S if by_day else claim.time_s,
        time_sd_s=DAY_SD_S if by_day else claim.time_sd_s,
        text=f"{claim.source} says: {claim.text}" if named else claim.text,
    )  # fmt: skip


def _nearest(sites: Sequence[Site], at: Point) -> Site:
    return min(sites, key=lambda s: away(s.at, at))
