"""What the incidents that bear on a duty say of one bearer: determined, contested, unresolved, or somebody else's."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum, auto

from trucewatch.agreement.kleene import Truth
from trucewatch.evidence import BOTH, UNDETERMINED
from trucewatch.model import Attribution, Case, Incident, Observation
from trucewatch.vocabulary import Stance


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


def weigh(held: Iterable[Held], bearer: str, case: Case) -> Weighed:
    """Part incidents by what they say of a bearer.

    Determined: it surely bears on the duty and the attribution names this bearer, or both of two parties. Contested:
    it surely bears, nobody is determined, and claims about this bearer stand against each other. Unresolved: it may
    bear on the duty and may be this bearer's. The others were determined to somebody else, to nobody, or are as
    improbably this bearer's, and on as many lines, as the case asks of a finding: one line clears no side either.
    Of three parties or more, `both` says that more than one side fired and names none of them.
    """
    said = tuple((_says(each, bearer, case), each) for each in held)

    def those(what: _Says) -> tuple[Held, ...]:
        return tuple(each for says, each in said if says is what)

    return Weighed(
        bearing=len(said),
        determined=those(_Says.DETERMINED),
        contested=those(_Says.CONTESTED),
        unresolved=those(_Says.UNRESOLVED),
    )


def _says(held: Held, bearer: str, case: Case) -> _Says:
    if held.bears is True and _names(held, bearer, case):
        return _Says.DETERMINED
    if held.bears is True and _is_open(held, case) and contradicted(held.incident, bearer):
        return _Says.CONTESTED
    return _Says.UNRESOLVED if _may_be(held, bearer, case) else _Says.NOTHING


def _names(held: Held, bearer: str, case: Case) -> bool:
    named = (bearer, BOTH) if len(case.parties) == 2 else (bearer,)
    return held.attribution is not None and held.attribution.determination in named


def _is_open(held: Held, case: Case) -> bool:
    unnamed = (UNDETERMINED,) if len(case.parties) == 2 else (UNDETERMINED, BOTH)
    return held.attribution is None or held.attribution.determination in unnamed


def _may_be(held: Held, bearer: str, case: Case) -> bool:
    if held.attribution is None or _names(held, bearer, case):
        return True
    return _is_open(held, case) and not _is_cleared(held.attribution, bearer, case)


def _is_cleared(attribution: Attribution, bearer: str, case: Case) -> bool:
    standard = case.standard
    if not attribution.probabilities or attribution.lines < standard.lines:
        return False
    probability = dict(attribution.probabilities)
    mine = probability.get(bearer, 0.0) + probability.get(BOTH, 0.0)
    return 1 - mine >= standard.probability


def contradicted(incident: Incident, bearer: str) -> bool:
    """Tell whether claims about a bearer stand against each other: one accuses it, another disputes that.

    It is disputed by whoever denies that it was this bearer, and by the bearer's own side when that denies
    without naming anybody, or accuses somebody else of the same incident.
    """
    claims = [o for o in incident.observations if o.claim is not None]
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
