"""What the incidents that bear on a duty say of one bearer: determined, contested, unresolved, or somebody else's."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum, auto

from trucewatch.agreement.kleene import UNLIKELY, Truth
from trucewatch.model import Attribution, Incident, Observation
from trucewatch.vocabulary import Stance

BOTH = "both"
UNDETERMINED = "undetermined"


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """An incident that bears on a duty, or may (`bears` None), with its attribution, if it has one."""

    incident: Incident
    bears: Truth
    attribution: Attribution | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Weighed:
    """The incidents of one duty and one bearer, in the order given; none of them stands in two places."""

    bearing: int
    determined: tuple[Held, ...]
    contested: tuple[Held, ...]
    unresolved: tuple[Held, ...]


class _Says(Enum):
    DETERMINED = auto()
    CONTESTED = auto()
    UNRESOLVED = auto()
    NOTHING = auto()


def weigh(held: Iterable[Held], bearer: str) -> Weighed:
    """Part incidents by what they say of a bearer.

    Determined: it surely bears on the duty and the attribution names this bearer or both. Contested: it surely
    bears, nothing is determined, and claims about this bearer stand against each other. Unresolved: it may
    bear on the duty and may be this bearer's. The others were determined to somebody else, to nobody, or are
    this bearer's with a probability of at most 0.05.
    """
    said = tuple((_says(each, bearer), each) for each in held)

    def those(what: _Says) -> tuple[Held, ...]:
        return tuple(each for says, each in said if says is what)

    return Weighed(
        bearing=len(said),
        determined=those(_Says.DETERMINED),
        contested=those(_Says.CONTESTED),
        unresolved=those(_Says.UNRESOLVED),
    )


def _says(held: Held, bearer: str) -> _Says:
    if held.bears is True and _names(held, bearer):
        return _Says.DETERMINED
    if held.bears is True and _is_open(held) and contradicted(held.incident, bearer):
        return _Says.CONTESTED
    return _Says.UNRESOLVED if _may_be(held, bearer) else _Says.NOTHING


def _names(held: Held, bearer: str) -> bool:
    return held.attribution is not None and held.attribution.determination in (bearer, BOTH)


def _is_open(held: Held) -> bool:
    return held.attribution is None or held.attribution.determination == UNDETERMINED


def _may_be(held: Held, bearer: str) -> bool:
    if held.attribution is None or _names(held, bearer):
        return True
    probability = dict(held.attribution.probabilities)
    mine = probability.get(bearer, 0.0) + probability.get(BOTH, 0.0)
    return _is_open(held) and (mine > UNLIKELY or not probability)


def contradicted(incident: Incident, bearer: str) -> bool:
    """Tell whether claims about a bearer stand against each other: one accuses it, another disputes that.

    It is disputed by whoever denies that it was this bearer, and by the bearer's own side when that denies
    without naming anybody, or accuses somebody else of the same incident.
    """
    claims = incident.observations
    return any(_accuses(o, bearer) for o in claims) and any(_disputes(o, bearer) for o in claims)


def _accuses(observation: Observation, bearer: str) -> bool:
    claim = observation.claim
    if claim is None or claim.stance is not Stance.ACCUSES or claim.accused is None:
        return False
    return claim.accused.party == bearer


def _disputes(observation: Observation, bearer: str) -> bool:
    claim, side = observation.claim, observation.source.side
    if claim is None:
        return False
    if claim.stance is Stance.DENIES and claim.accused is not None:
        return claim.accused.party == bearer
    if side is None or side.party != bearer:
        return False
    other = claim.accused is not None and claim.accused.party != bearer
    return claim.stance is Stance.DENIES or (claim.stance is Stance.ACCUSES and other)
