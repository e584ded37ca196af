"""What a simulated ceasefire is made of. Kilometres, seconds, shares from 0 to 1; sources in `docs/simulator.md`.

A number without a source in that page is a guess.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeVar

import numpy as np

from trucewatch.intake.case import RESERVED

_ID = re.compile(r"\w(?:[\w .-]{0,62}\w)?")  # as `case.toml` wants them
Word = TypeVar("Word", bound=StrEnum)

DAY_S = 86_400.0
TIME_ZONE = "-02:00"  # of the case: the sun's, at the longitude of the invented line
START = np.datetime64("2031-01-01T02:00:00", "ms")  # local midnight of a year that nobody has records of yet
PER_DAY_PER_KM = 50_000 / 450 / 400  # incidents; the measured sketch of association: 50,000 in 450 days on 400 km
SHORTEST_DAYS = 1.0


class World(StrEnum):
    """Who watches: everybody a little, only instruments, or posts and cameras all along the line."""

    MIXED = "mixed"
    SENSORS = "sensors"
    POSTS = "posts"


class Regime(StrEnum):
    """How the parties speak. Where one party differs from the others, it is the first of the case."""

    BALANCED = "balanced"
    LOUD = "loud"
    SILENT = "silent"
    LYING = "lying"
    FLIPPING = "flipping"
    COPYING = "copying"


@dataclass(frozen=True, slots=True, kw_only=True)
class Voice:
    """How one party's ministry speaks; each is a probability per incident unless it says otherwise."""

    accuses: float = 0.30  # says that it came under fire, when it did
    blames: float = 0.01  # accuses an opponent for its own fire
    admits: float = 0.01  # says that it fired
    denies: float = 0.10  # answers an accusation against itself
    misreads: float = 0.10  # takes an opponent's training, blasting or thunder near the line for fire at itself
    invents: float = 0.10  # share of its accusations that are about nothing
    cloaks: float = 0.0  # announces training where it is going to shoot


HONEST = Voice()
LOUD = Voice(accuses=0.90, invents=0.10)
SILENT = Voice(accuses=0.0, blames=0.0, admits=0.0, denies=0.0, misreads=0.0, invents=0.0)
LYING = Voice(accuses=0.45, blames=0.70, admits=0.0, denies=0.40, misreads=0.50, invents=0.30, cloaks=0.03)
COPIED = Voice(accuses=0.45, blames=0.30, admits=0.0, denies=0.20, misreads=0.20, invents=0.20)


@dataclass(frozen=True, slots=True, kw_only=True)
class Watch:
    """Which sources there are: kilometres of line for each of a kind (0: none), numbers of those that move."""

    post_every_km: float
    post_hours: float  # attended hours of a day, in whole shifts of `SHIFT_S`
    camera_every_km: float
    acoustic_every_km: float
    patrols: int
    drones: int
    seismic: bool
    satellites: bool
    words: bool  # whether parties, media and residents speak at all
    clutter: float  # times the clutter of each kind


WATCHES: Mapping[World, Watch] = {
    World.MIXED: Watch(
        post_every_km=16, post_hours=16, camera_every_km=16, acoustic_every_km=40,
        patrols=30, drones=5, seismic=True, satellites=True, words=True, clutter=1.0,
    ),
    World.SENSORS: Watch(
        post_every_km=0, post_hours=0, camera_every_km=8, acoustic_every_km=12,
        patrols=0, drones=6, seismic=True, satellites=False, words=False, clutter=0.2,
    ),
    World.POSTS: Watch(
        post_every_km=5, post_hours=24, camera_every_km=4, acoustic_every_km=40,
        patrols=30, drones=5, seismic=True, satellites=True, words=True, clutter=1.0,
    ),
}  # fmt: skip
SHIFT_S = 8 * 3600.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """One simulated ceasefire; the party ids are labels that enter no draw."""

    world: World = World.MIXED
    regime: Regime = Regime.BALANCED
    share: float = 0.5  # of the fire: the first party's; the others share the rest equally
    parties: tuple[str, ...] = ("alpha", "beta")
    seed: int = 1
    incidents: int = 5_000
    days: float = 0.0  # 0: as many as keep the density of the sketch
    sigma_scale: float = 1.0  # stated errors are the true ones times this
    line_km: float = 400.0
    belt_km: float = 12.0  # incidents lie within this of the line
    accuracy_km: float = 0.3  # how well the drawn line is known: standard deviation across it
    in_bursts: float = 0.40  # of the incidents
    copied: float = 0.45  # of a ministry's statements: what an outlet of its side repeats
    copied_by_neutral: float = 0.12
    quoted: float = 0.05  # what an outlet of the other side quotes
    copied_whole: float = 0.80  # of the copied ministry's statements, by its outlet and all agencies

    @property
    def watch(self) -> Watch:
        """Return who watches in this world."""
        return WATCHES[self.world]

    @property
    def length_days(self) -> float:
        """Return how many days are simulated."""
        return self.days or max(SHORTEST_DAYS, self.incidents / (PER_DAY_PER_KM * self.line_km))

    def voices(self, party: int) -> tuple[Voice, Voice]:
        """Return how a party, by its position in the case, speaks in the first and in the second half of the time."""
        if party != 0 or self.regime is Regime.BALANCED:
            return HONEST, HONEST
        return {
            Regime.LOUD: (LOUD, LOUD),
            Regime.SILENT: (SILENT, SILENT),
            Regime.LYING: (LYING, LYING),
            Regime.FLIPPING: (HONEST, LYING),
            Regime.COPYING: (COPIED, COPIED),
        }[self.regime]


def checked(settings: Settings) -> Settings:
    """Return the settings; ValueError says which of them cannot be simulated."""
    ids = settings.parties
    for word in ids:
        if not _ID.fullmatch(word) or word.casefold() in RESERVED:
            raise ValueError(f"a party cannot be called {word[:60]!r}")
    if not 2 <= len(ids) <= 3 or len(set(ids)) < len(ids):
        raise ValueError("a simulated ceasefire has two or three parties with different ids")
    for name, value, low, high in (
        ("--share", settings.share, 0.0, 1.0),
        ("--incidents", settings.incidents, 1, 5_000_000),
        ("--days", settings.length_days, 1.0 / 24, 36_500),
        ("--sigma-scale", settings.sigma_scale, 0.1, 10.0),
        ("--seed", settings.seed, 0, 2**63),
    ):
        if not low <= value <= high:
            raise ValueError(f"{name} {value:g} is not between {low:g} and {high:g}")
    return settings


def asked(
    *,
    world: str,
    regime: str,
    share: float,
    parties: int,
    party_ids: str,
    seed: int,
    incidents: int,
    days: float,
    sigma_scale: float,
) -> Settings:
    """Return the settings of a command line; 0 incidents or days means: as the density of the sketch has it.

    Raises:
        ValueError: in one line, which of them cannot be simulated.

    """
    ids = tuple(word.strip() for word in party_ids.split(","))
    if not 2 <= parties <= 3 or len(ids) < parties:
        raise ValueError("--parties is 2 or 3, and --party-ids names as many")
    number = incidents or (max(1, round(days * PER_DAY_PER_KM * 400)) if days else 5_000)
    return checked(
        Settings(
            world=_word(World, world, "--world"),
            regime=_word(Regime, regime, "--regime"),
            share=share,
            parties=ids[:parties],
            seed=seed,
            incidents=number,
            days=days,
            sigma_scale=sigma_scale,
        )
    )


def _word(words: type[Word], given: str, option: str) -> Word:
    try:
        return words(given.strip().lower())
    except ValueError:
        raise ValueError(f"{option} {given[:40]!r} is not one of {', '.join(words)}") from None
