"""What sort of record an observation is, how far its means reach and how well its clock is known.

The numbers of this page are guesses, marked as such with what they lean on; what their probabilities are worth is
measured by `trucewatch calibrate`. None of them depends on a party.
"""

import math
from enum import Enum
from functools import lru_cache

from trucewatch.evidence import is_physical as is_physical  # noqa: PLC0414 - one question to ask of a record
from trucewatch.model import Interval, Observation, Span
from trucewatch.spelling import name_key
from trucewatch.vocabulary import MATTERS, Direction, Means, Phenomenon, SourceClass, Stance


class Family(Enum):
    """Observations of different families never belong to one incident, fire and heat excepted."""

    FIRE = "fire"
    HEAT = "heat"
    WEAPON = "weapon"
    NOTICE = "notice"
    CONTEXT = "context"
    MATTER = "matter"  # of no fire: an incident holds one sort of it


_FAMILY = {
    Phenomenon.HOT_SPOT: Family.HEAT,
    Phenomenon.WEAPON_SEEN: Family.WEAPON,
    Phenomenon.ANNOUNCED_TRAINING: Family.NOTICE,
    Phenomenon.ANNOUNCED_DEMINING: Family.NOTICE,
    Phenomenon.ANNOUNCED_QUARRY: Family.NOTICE,
    Phenomenon.MOVEMENT_RESTRICTED: Family.CONTEXT,
    Phenomenon.QUIET: Family.CONTEXT,
    **dict.fromkeys(MATTERS, Family.MATTER),
}

# How far each means perceives gunfire, km. Guesses, leaning on the distances that the SMM's rows state:
# patrols 0.7 to 12 km (median 8), cameras 1 to 6 km.
_REACH_KM = {
    Means.HEARD: 12.0,
    Means.SAW: 8.0,
    Means.RECORDED_CAMERA: 6.0,
    Means.MINI_UAV: 3.0,
    Means.MID_RANGE_UAV: 5.0,
    Means.LONG_RANGE_UAV: 8.0,
    Means.ACOUSTIC: 20.0,
    Means.SEISMIC: 60.0,
    Means.RADAR: 20.0,
}
_CLASS_REACH_KM = {
    SourceClass.CAMERA: 6.0,
    SourceClass.ACOUSTIC: 20.0,
    SourceClass.SEISMIC: 60.0,
    SourceClass.RADAR: 20.0,
    SourceClass.DRONE: 5.0,
}
DEFAULT_REACH_KM = 12.0

# Clock error where none is stated, seconds; guesses: instruments carry GNSS time, people a watch and a notebook,
# ministries and newspapers round to the quarter of an hour and worse.
_CLOCK_SD_S = {
    SourceClass.CAMERA: 5.0,
    SourceClass.ACOUSTIC: 2.0,
    SourceClass.SEISMIC: 2.0,
    SourceClass.RADAR: 2.0,
    SourceClass.DRONE: 5.0,
    SourceClass.SATELLITE: 60.0,
    SourceClass.OBSERVER: 60.0,
    SourceClass.PARTY: 600.0,
    SourceClass.NOTIFICATION: 600.0,
    SourceClass.MEDIA: 1800.0,
    SourceClass.INTERLOCUTOR: 1800.0,
}
DEFAULT_CLOCK_SD_S = 300.0

# Position error of a stated point without one, km; a guess: a village is about a kilometre across.
DEFAULT_POINT_SD_KM = 1.0

# Words by which a statement tells of a violation although it names nobody: what is not in the vocabulary of phenomena
# and yet no withdrawal, no visit and no crossing that opened.
VIOLATIONS = frozenset(
    {"violation", "violations", "ceasefire violation", "ceasefire violations", "breach", "ceasefire breach", "shelling"}
)
# A statement about longer than this (standard deviation, s; a window of three and a half days) that does not speak of
# just one violation sums up a time, and is not of one happening; a guess.
LONGEST_TOLD_SD_S = 86_400.0

HEARD = frozenset({Means.HEARD, Means.ACOUSTIC})
ASSOCIATED = frozenset({Family.FIRE, Family.HEAT, Family.WEAPON, Family.MATTER})


def family(observation: Observation) -> Family:
    """Return the family; an unknown or unstated phenomenon is fire only when perceived, or told as a violation.

    "salvo" of a patrol, "the truce was broken" by somebody and "one violation" by nobody who is named are; "withdrawal
    completed" of a ministry and "two violations since April" are not.
    """
    term = observation.phenomenon.term
    if term is not None:
        return _FAMILY.get(term, Family.FIRE)
    claim = observation.claim
    stands = claim is not None and claim.stance is not Stance.REPORTS
    fire = stands or is_physical(observation) or _is_violation(observation)
    return Family.FIRE if fire else Family.CONTEXT


def _is_violation(observation: Observation) -> bool:
    """Tell whether a statement that accuses nobody tells of a violation, and not of all those of a longer time."""
    word, claimed = " ".join(observation.phenomenon.verbatim.casefold().split()), observation.clocks.claimed
    if word not in VIOLATIONS or observation.count.high == 0:
        return False
    one = observation.count.low == observation.count.high == 1
    return one or claimed is None or _spread_s(claimed) <= LONGEST_TOLD_SD_S


def _spread_s(claimed: Interval) -> float:
    return math.hypot(claimed.sd_s, (claimed.end - claimed.start).total_seconds() / 12**0.5)


def source_key(observation: Observation) -> str:
    """Return what tells one source from another: its name, however it is spelt."""
    return name_key(observation.source.name)


def is_denial(observation: Observation) -> bool:
    """Tell whether it only denies: a denial alone makes no incident."""
    return observation.claim is not None and observation.claim.stance is Stance.DENIES


def is_associable(observation: Observation) -> bool:
    """Tell whether the observation can belong to an incident; totals, notices, quiet and restrictions cannot."""
    return not observation.is_total and family(observation) in ASSOCIATED


def reach(observation: Observation) -> Span:
    """Return the distances, km, at which the means could have perceived it when none is stated."""
    return _within(reach_km(observation))


@lru_cache(maxsize=64)  # of a few means and classes
def _within(reach_km: float) -> Span:
    return Span(low_km=0.0, high_km=reach_km)


def reach_km(observation: Observation) -> float:
    """Return the farthest distance, km, at which the means perceives gunfire."""
    means, source_class = observation.means.term, observation.source.source_class.term
    if means in _REACH_KM:
        return _REACH_KM[means]
    return _CLASS_REACH_KM.get(source_class, DEFAULT_REACH_KM) if source_class else DEFAULT_REACH_KM


def clock_sd_s(observation: Observation, factor: float = 1.0) -> float:
    """Return the clock's standard deviation in seconds: the stated one times `factor`, else the class's habit."""
    stated = observation.clocks.claimed.sd_s * factor if observation.clocks.claimed else 0.0
    if stated > 0:
        return stated
    source_class = observation.source.source_class.term
    return _CLOCK_SD_S.get(source_class, DEFAULT_CLOCK_SD_S) if source_class else DEFAULT_CLOCK_SD_S


def is_outgoing(observation: Observation) -> bool:
    """Tell whether the place is where fire came from."""
    return observation.direction.term is Direction.OUTGOING


def is_impact(observation: Observation) -> bool:
    """Tell whether the place is where fire arrived."""
    term = observation.direction.term
    return term is Direction.IMPACT or (term is None and observation.phenomenon.term is Phenomenon.IMPACT)
