"""Why an incident stays undetermined, as one of a few categories: from the evidence itself, not from words on it."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

from trucewatch.assess import kinds
from trucewatch.assess.grades import credibility
from trucewatch.assess.kinds import Family
from trucewatch.evidence import UNDETERMINED
from trucewatch.model import Attribution, Case, Incident, Observation, Weight
from trucewatch.vocabulary import Undecided

TELLS = 0.5  # bits between two parties from which a reason tells them apart; a guess, as in the counting of lines
SURELY = 2.0  # bits between two parties below which the ground of a perceived end is in doubt (4 to 1); a guess
SURE = 0.9  # least probability of a record to belong to the incident for its line to count as surely of it; a guess


def with_labels(
    case: Case, incidents: Sequence[Incident], attributions: Iterable[Attribution]
) -> Iterator[Attribution]:
    """Yield the attributions with why each stays undetermined, and with the grade of its information."""
    for incident, attribution in zip(incidents, attributions, strict=True):
        yield replace(attribution, undecided=undecided(case, incident, attribution), credibility=credibility(incident))


def undecided(case: Case, incident: Incident, attribution: Attribution) -> Undecided | None:
    """Return the first category that fits, as an investigator would ask: what is there at all, then is it enough."""
    if attribution.determination != UNDETERMINED:
        return None
    if not any(kinds.is_physical(o) for o in incident.observations):
        return Undecided.ONLY_CLAIMED
    parties = [p.id for p in case.parties]
    telling = [w for w in attribution.weights if w.keys and _spread(w, parties) >= TELLS]
    if all(w.said for w in telling):
        return _nothing_perceived(incident, [w for w in attribution.weights if w.said and _spread(w, parties) > 0])
    shares = _shares(incident)
    sure = {w.line for w in telling if max(shares.get(key, 1.0) for key in w.keys) >= SURE}
    if len(sure) < case.standard.lines <= len({w.line for w in telling}):
        return Undecided.WHICH_INCIDENT
    return _not_enough(case, incident, attribution)


def _nothing_perceived(incident: Incident, said: Sequence[Weight]) -> Undecided:
    """Return why what was perceived does not tell the sides apart."""
    if any(_directed(o) for o in incident.observations):
        return Undecided.GROUND_IN_DOUBT
    return Undecided.WORDS_ALONE if said else Undecided.NO_DIRECTION


def _not_enough(case: Case, incident: Incident, attribution: Attribution) -> Undecided:
    standard = case.standard
    top = max(p for _, p in attribution.probabilities)
    if sum(p == top for _, p in attribution.probabilities) > 1:
        return Undecided.EQUAL
    if attribution.lines < standard.lines:
        return (
            Undecided.GROUND_IN_DOUBT if _ground_is_in_doubt(case, incident, attribution) else Undecided.TOO_FEW_LINES
        )
    return Undecided.BELOW_STANDARD if top < standard.probability else Undecided.FROM_ACCUSER


def _ground_is_in_doubt(case: Case, incident: Incident, attribution: Attribution) -> bool:
    """Tell whether lines enough perceived an end of the fire, and none of them surely on one side's ground."""
    directed = {o.key for o in incident.observations if o.source.side is None and _directed(o)}
    telling = [w for w in attribution.weights if directed & {*w.keys} and not w.said]
    parties = [p.id for p in case.parties]
    return len({w.line for w in telling}) >= case.standard.lines and all(_spread(w, parties) < SURELY for w in telling)


def _directed(o: Observation) -> bool:
    """Tell whether it says where fire came from or arrived, or whose weapon stood there."""
    says = kinds.is_outgoing(o) or kinds.is_impact(o) or bool(o.flights_deg) or kinds.family(o) is Family.WEAPON
    return says and kinds.is_physical(o) and o.place is not None


def _spread(weight: Weight, parties: Sequence[str]) -> float:
    bits = dict(weight.bits)
    values = [bits.get(party, 0.0) for party in parties]
    return max(values) - min(values)


def _shares(incident: Incident) -> Mapping[str, float]:
    return {o.key: share for o, share in zip(incident.observations, incident.shares, strict=False)}
