"""What a world is made of: every number with its source, or called a guess.

Sources: [verdicts] the design's description of its rehearsal world; [SMM] its notes on the practice of the OSCE mission
in Ukraine; [sensors] its notes on technical means; [tables] common range and sound tables, rounded.
Lengths are km, times s, angles degrees.
"""

from dataclasses import dataclass, replace

DENSITY = 50_000 / 450 / 400  # incidents a day and km of line [verdicts]
SOUND_KM_S = 0.34  # [sensors]
DAY_S = 86_400.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Weapon:
    """One kind of fire: how far behind the line it stands, how far beyond it lands, how it flies and sounds."""

    word: str
    phenomenon: str
    share: float  # of incidents; guess, small arms first as in [SMM]
    behind_km: tuple[float, float]
    beyond_km: tuple[float, float]
    speed_km_s: float  # mean along the path; for lobbed rounds slow enough to give the flight times of [tables]
    muzzle_km: float  # half of attentive listeners hear it from there; guess
    impact_km: float  # 0: not told from the shots
    rounds: tuple[int, int]
    duration_s: tuple[float, float]  # of the whole series; guess


WEAPONS = (
    Weapon(word="small_arms", phenomenon="shot", share=0.28, behind_km=(0.1, 0.6), beyond_km=(0.1, 0.5),
           speed_km_s=0.6, muzzle_km=3, impact_km=0, rounds=(3, 60), duration_s=(10, 240)),
    Weapon(word="HMG", phenomenon="burst", share=0.16, behind_km=(0.2, 1.0), beyond_km=(0.2, 1.0),
           speed_km_s=0.6, muzzle_km=4.5, impact_km=0, rounds=(2, 30), duration_s=(10, 180)),
    Weapon(word="AGL", phenomenon="explosion", share=0.14, behind_km=(0.4, 1.2), beyond_km=(0.1, 0.6),
           speed_km_s=0.12, muzzle_km=3, impact_km=4, rounds=(3, 30), duration_s=(10, 120)),
    Weapon(word="IFV_cannon_30mm", phenomenon="shot", share=0.08, behind_km=(0.4, 1.5), beyond_km=(0.2, 1.0),
           speed_km_s=0.7, muzzle_km=5, impact_km=4, rounds=(3, 40), duration_s=(5, 120)),
    Weapon(word="mortar", phenomenon="explosion", share=0.24, behind_km=(1.0, 4.0), beyond_km=(0.3, 2.0),
           speed_km_s=0.12, muzzle_km=6, impact_km=9, rounds=(2, 24), duration_s=(20, 300)),
    Weapon(word="artillery", phenomenon="explosion", share=0.10, behind_km=(3.0, 6.0), beyond_km=(0.8, 4.5),
           speed_km_s=0.25, muzzle_km=11, impact_km=14, rounds=(2, 20), duration_s=(20, 300)),
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Speaker:
    """How a side speaks; all guesses."""

    claims: float = 0.35  # of what hits its ground
    lies: float = 0.05  # of its own fire is put upon the other
    invents: float = 0.20  # of its claims are about nothing [verdicts: 5-30 % clutter]


@dataclass(frozen=True, slots=True, kw_only=True)
class World:
    """One world; the defaults are the design's rehearsal world as well as its description allows."""

    name: str
    says: str  # what it is, for the table
    incidents: int = 800
    line_km: float = 400.0  # [verdicts]
    winding_km: float = 5.0  # amplitude of the line's bends; guess
    density: float = DENSITY
    line_error_km: float = 0.5  # of the drawn line, stated as such; guess
    bursts: float = 0.40  # share of incidents in bursts [verdicts]
    burst_size: float = 3.0  # Poisson mean beyond the second; guess ("one of these four", [verdicts])
    burst_span_s: float = 1800.0  # guess
    burst_spread_km: float = 0.8  # sd along the line; guess
    answered: float = 0.5  # in a burst the next incident is the other side's; guess
    night: float = 0.6  # of fire from 18 to 6 h; guess after [SMM]
    first_fires: float = 0.5  # share of the first side among what sides fire
    both: float = 0.03  # guesses, these three
    other: float = 0.01
    no_violation: float = 0.06
    first: Speaker = Speaker()
    second: Speaker = Speaker()
    outlets: int = 1  # press
    copies: tuple[float, float] = (0.25, 0.25)  # of each side's claims an outlet prints; guess
    attributes_copies: float = 0.8  # of these name the side as the speaker in the text
    own_news: float = 0.10  # of incidents a paper has by itself; guess
    patrol_posts: int = 40
    posts_apart: bool = False  # each post a source of its own, else one team for a quarter of the line
    manned: tuple[float, float] = (0.55, 0.35)  # by day, by night; guess
    cameras: int = 40
    camera_km: float = 5.0  # [SMM] cameras see 3-6 km
    sound_networks: int = 2
    words: bool = True  # sides and press
    patrols: bool = True
    quiet: bool = False  # posts write down shifts in which nothing was noticed
    bearing_error: float = 6.0  # an ear's, sd before rounding to 16 points; guess
    sound_range: float = 1.0  # times the ranges above: walls and traffic in a town
    stated: float | None = 1.0  # factor on every stated error; None: left blank
    minutes: int = 1  # clocks of patrols rounded to so many
    ranges: bool = True  # patrols and cameras state a distance
    directions: bool = True  # anybody says outgoing or impact
    repeats: float = 0.0  # of perceived rows come again from the same source, changed
    two_ends: bool = False  # sound networks report both ends as two rows


BASE = World(name="mixed", says="the design's rehearsal world, rebuilt")
LYING = Speaker(claims=0.35, lies=0.45, invents=0.45)
WORLDS = tuple(
    replace(BASE, name=name, says=says, **changed)
    for name, says, changed in (
        ("mixed", BASE.says, {}),
        ("sensors", "cameras, sound and satellites only", {"words": False, "patrols": False}),
        ("no bursts", "nothing in bursts", {"bursts": 0.0}),
        ("bursts", "80 % in bursts", {"bursts": 0.8}),
        ("loud", "one side claims three times as much", {"first": Speaker(claims=0.6), "second": Speaker(claims=0.2)}),
        ("lying", "one side puts its fire upon the other", {"first": LYING}),
        ("silent", "one side says nothing", {"first": Speaker(claims=0.0, lies=0.0)}),
        ("copying", "three outlets print one side, half without its name",
         {"outlets": 3, "copies": (0.7, 0.1), "attributes_copies": 0.5}),
        ("70/30", "one side fires 70 %", {"first_fires": 0.7}),
        ("posts", "80 posts, each its own source, quiet shifts written down",
         {"posts_apart": True, "patrol_posts": 80, "manned": (0.9, 0.8), "quiet": True}),
        ("town", "30 km of urban front, ten times as dense",
         {"line_km": 30.0, "winding_km": 2.0, "density": 10 * DENSITY, "line_error_km": 0.15, "patrol_posts": 12,
          "cameras": 12, "camera_km": 2.5, "bearing_error": 15.0, "sound_range": 0.6, "manned": (0.8, 0.6)}),
        ("errors blank", "no error stated anywhere", {"stated": None}),
        ("errors halved", "every error stated half as large", {"stated": 0.5}),
        ("errors doubled", "every error stated twice as large", {"stated": 2.0}),
        ("5 minutes", "patrols' clocks to five minutes, no errors stated", {"minutes": 5, "stated": None}),
        ("bearings", "patrols and cameras state no distance", {"ranges": False}),
        ("no direction", "nobody says outgoing or impact", {"directions": False}),
        ("repeats", "sources report again, sound reports both ends", {"repeats": 0.15, "two_ends": True}),
    )
)  # fmt: skip
BY_NAME = {world.name: world for world in WORLDS}
