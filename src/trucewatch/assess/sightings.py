"""What was perceived of where fire left and landed: one sighting for each incident, line and sort of perception.

A line that says the same end of one shot in several rows has said it once, at their fused place. A row belongs to its
incident with its share (`Incident.shares`); of several rows of one sighting the smallest share counts.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from sys import intern

from trucewatch.assess import held, kinds, weigh
from trucewatch.assess.held import Word
from trucewatch.assess.kinds import Family
from trucewatch.assess.locate import Fix, fuse
from trucewatch.model import Incident, Observation, Weight
from trucewatch.spacetime import Moments, Plane
from trucewatch.vocabulary import Direction, Phenomenon, SourceClass

FLIGHT, WEAPON = "flight", "weapon"

# How surely a sort of perception is of where fire left (else of where it landed), before anything is learned: where a
# source assessed it, it is wrong one time in twenty; where it did not, what it perceived may tell. A shot or burst of
# small arms is heard from the muzzle, an explosion from either end. Who perceived both ends of a shot states the place
# of what came first, and it left before it landed. A projectile is seen first where it rises. Guesses.
AT_ORIGIN: dict[str, float] = {
    Direction.OUTGOING: 0.95,
    Direction.IMPACT: 0.05,
    Direction.OUTGOING_AND_IMPACT: 0.85,
    Phenomenon.MUZZLE_FLASH: 0.90,
    Phenomenon.IMPACT: 0.08,
    Phenomenon.SHOT: 0.75,
    Phenomenon.BURST: 0.75,
    Phenomenon.PROJECTILE_IN_FLIGHT: 0.75,
    FLIGHT: 0.95,
    WEAPON: 1.0,
}
# A network of seismic stations registers shells that burst in the ground, and hardly the muzzle's blast in the air
# (B. D. E. Dando et al., Nature 621, 2023, located bombardments so); how much more often is a guess.
BY_CLASS: dict[tuple[str, str], float] = {(SourceClass.SEISMIC, Phenomenon.EXPLOSION): 0.15}
UNTOLD = 0.50
# What somebody assessed or saw; the rest are sounds
ASSESSED = frozenset(
    {Direction.OUTGOING, Direction.IMPACT, Direction.OUTGOING_AND_IMPACT, Phenomenon.MUZZLE_FLASH, Phenomenon.IMPACT,
     Phenomenon.PROJECTILE_IN_FLIGHT, FLIGHT, WEAPON}
)  # fmt: skip
TELLS_END = 0.70  # a sort that is at least this surely of one end tells a direction; a guess
# How readily the same is perceived where nothing was fired (thunder, a quarry, a door, a burning field), against where
# there was fire: an assessed end or a flash seldom, shots less than explosions. Guesses.
OF_NOTHING: dict[str, float] = {
    Phenomenon.SHOT: 0.5,
    Phenomenon.BURST: 0.3,
    Phenomenon.PROJECTILE_IN_FLIGHT: 0.05,
    Phenomenon.OVERHEAD_BULLETS: 0.05,
    Phenomenon.EXCHANGE_OF_FIRE: 0.1,
}
OF_NOTHING_TOLD = 0.10

# how far behind its seen place a projectile's origin is looked for: 0 to 10 km, tracers to mortars; a guess
FLIGHT_BACK_KM = 5.0


@dataclass(frozen=True, slots=True)
class Sighting:
    """One line's perception of one end of the fire, at a place and an instant; `bearing_deg` of a flight only.

    `time_s` is that of its sharpest clock, with its sd. `sort` is the direction where it was assessed, else the
    phenomenon. `words` are what neutral sources of the incident say of whose ground is near. `group` names the
    perceptions whose errors are learned together: the class of the source, the sort, and whether a side supplied it.
    """

    incident: int
    line: str
    sort: str
    group: tuple[str, str, bool]
    rows: tuple[Observation, ...]
    share: float
    at: Moments
    when: datetime
    time_s: float
    time_sd_s: float
    bearing_deg: float = 0.0
    words: tuple[Word, ...] = ()

    @property
    def neutral(self) -> bool:
        """Tell whether no side supplied it."""
        return not self.group[2]

    @property
    def at_origin(self) -> float:
        """Return how surely it is of where fire left, before anything is learned."""
        return BY_CLASS.get(self.group[:2], AT_ORIGIN.get(self.sort, UNTOLD))

    @property
    def tells(self) -> bool:
        """Tell whether its sort of perception tells one end of the fire from the other."""
        origin = AT_ORIGIN.get(self.sort, UNTOLD)
        return max(origin, 1 - origin) >= TELLS_END

    @property
    def alike(self) -> bool:
        """Tell whether it is a sound that nobody gave an end: whoever stands near hears the same."""
        return self.sort not in ASSESSED


def sightings(incidents: Sequence[Incident], fixes: Mapping[str, Fix | None], plane: Plane) -> list[Sighting]:
    """Return the sightings in the incidents' order."""
    found: list[Sighting] = []
    for n, incident in enumerate(incidents):
        found.extend(_of_one(n, incident, fixes, plane))
    return found


def _of_one(n: int, incident: Incident, fixes: Mapping[str, Fix | None], plane: Plane) -> list[Sighting]:
    when = incident.first_time
    if when is None:
        return []
    shares = incident.shares or (1.0,) * len(incident.observations)
    sorts: dict[tuple[str, str, float], list[tuple[Observation, Moments, float, Fix]]] = {}
    said: list[tuple[str, Word]] = []
    lines = weigh.lines_of(incident.observations)
    for o, line, share in zip(incident.observations, lines, shares, strict=True):
        if not kinds.is_physical(o):
            continue
        fix = fixes[o.key]
        if fix is None or fix.at is None:
            continue
        said.extend((o.key, word) for word in held.words(o, fix.at, plane))
        for sort, bearing, moments in _sorts(o, fix.at, plane):
            sorts.setdefault((line, sort, bearing), []).append((o, moments, share, fix))
    return [_heard(_sighting(n, key, rows, when), said) for key, rows in sorts.items()]


def _heard(sighting: Sighting, said: Sequence[tuple[str, Word]]) -> Sighting:
    """Return the sighting with what was said of whose ground is near; its own rows' words are its own."""
    if not said:
        return sighting
    own = {o.key for o in sighting.rows}
    behind = sighting.sort == FLIGHT  # of where the projectile came from nobody said a word
    words = [replace(word, own=key in own, itself=word.itself and not behind) for key, word in said]
    return replace(sighting, words=tuple(dict.fromkeys(words)))


def _sighting(
    n: int, key: tuple[str, str, float], found: Sequence[tuple[Observation, Moments, float, Fix]], when: datetime
) -> Sighting:
    line, sort, bearing = key
    rows = sorted(found, key=lambda row: row[0].key)
    sharpest = min((fix.time_sd_s, fix.time_s) for _, _, _, fix in rows)
    # two rows of one report do not make its place twice as certain
    places = list(dict.fromkeys(moments for _, moments, _, _ in rows)) if len(rows) > 1 else [rows[0][1]]
    return Sighting(
        incident=n,
        line=line,
        sort=sort,
        group=min(group_of(o, sort) for o, _, _, _ in rows),
        rows=tuple(o for o, _, _, _ in rows),
        share=min(share for _, _, share, _ in rows),
        at=fuse(places),
        when=when,
        time_s=sharpest[1],
        time_sd_s=sharpest[0],
        bearing_deg=bearing,
    )


def group_of(observation: Observation, sort: str) -> tuple[str, str, bool]:
    """Return whose errors are learned together: class of the source, sort, and whether it is a side's."""
    term = observation.source.source_class.term
    return term.value if term else "", sort, observation.source.side is not None


def _sorts(observation: Observation, at: Moments, plane: Plane) -> list[tuple[str, float, Moments]]:
    family = kinds.family(observation)
    if family is Family.WEAPON:
        return [(WEAPON, 0.0, at)]
    if family is not Family.FIRE:
        return []
    found = [(FLIGHT, bearing, _behind(at, bearing, plane)) for bearing in observation.flights_deg]
    told, what = observation.direction.term, observation.phenomenon.term
    if told is Direction.AIRBURST or what is Phenomenon.AIRBURST or (observation.flights_deg and not _is_told(told)):
        return found
    sort = told if _is_told(told) else what
    return [*found, (sort.value if sort is not None else "", 0.0, at)]


def _is_told(direction: Direction | None) -> bool:
    return direction is not None and direction is not Direction.UNDETERMINED


def _behind(at: Moments, bearing_deg: float, plane: Plane) -> Moments:
    """Return where a projectile seen at a place and flying towards a bearing came from, with that much more doubt."""
    lon, lat = plane.degrees([at.east], [at.north])
    turn = math.radians(bearing_deg + float(plane.north_deg(lon, lat)[0]))
    doubt = FLIGHT_BACK_KM**2 / 3  # uniform from 0 to twice that far back
    return Moments(
        at.east - FLIGHT_BACK_KM * math.sin(turn),
        at.north - FLIGHT_BACK_KM * math.cos(turn),
        at.var_east + doubt,
        at.var_north + doubt,
        at.cov,
    )


_COMPASS_WORDS = {0: "north", 45: "north-east", 90: "east", 135: "south-east"}
_COMPASS_WORDS |= {180: "south", 225: "south-west", 270: "west", 315: "north-west"}
_WORDS = {
    Direction.OUTGOING.value: "outgoing fire perceived by {} from ground of {}",
    Direction.IMPACT.value: "impact perceived by {} on ground of {}",
    Direction.OUTGOING_AND_IMPACT.value: "outgoing fire and impact perceived by {} on ground of {}",
    WEAPON: "weapon seen by {} on ground of {}",
    "": "what has no word in the vocabulary, perceived by {}, direction not told, on ground of {}",
}


def weight(sighting: Sighting, ground: Mapping[str, float], bits: tuple[tuple[str, float], ...]) -> Weight:
    """Return a sighting as a named weight."""
    rows = sighting.rows
    names = ", ".join(dict.fromkeys(o.source.name for o in rows))
    if sighting.sort == FLIGHT:
        toward = _COMPASS_WORDS.get(round(sighting.bearing_deg), f"{sighting.bearing_deg:.0f}°")
        words = f"projectile seen by {names} flying towards the {toward}, from ground of {_shares(ground)}"
    else:
        what = sighting.sort.replace("_", " ") + " perceived by {}, direction not told, on ground of {}"
        words = _WORDS.get(sighting.sort, what).format(names, _shares(ground))
    return Weight(
        # of few posts and shares: most are said again
        reason=intern(words + _said(sighting, ground) + weigh.belonging(sighting.share)),
        bits=bits,
        line=sighting.line,
        supplied_by=weigh.speaker(rows[0]),
        keys=tuple(o.key for o in rows),
    )


def _said(sighting: Sighting, ground: Mapping[str, float]) -> str:
    """Say what neutral sources say of it, where it bears on the ground that is printed."""
    word = held.heeded(sighting.words, sighting.at)
    if word is None or not ground.get(word.party):
        return ""
    what = "the place" if word.itself else "its post" if word.own else "a post near it"
    return f", {what} said to be on ground of {word.party}"


def _shares(ground: Mapping[str, float]) -> str:
    """Say whose ground it is, the likeliest first; equal shares by value only, so no party comes first by name."""
    stated = [(share, party) for party, share in ground.items() if share >= 0.005]
    unknown = 1.0 - math.fsum(ground.values())
    if unknown >= 0.005:
        stated.append((unknown, "nobody known"))
    stated.sort(key=lambda item: -round(item[0], 2))
    return ", ".join(f"{party} {share:.2f}" for share, party in stated)
