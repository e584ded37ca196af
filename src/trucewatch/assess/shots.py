"""Who fired in an exchange: each of its two shots is weighed alone, and the two are put together.

So nobody is named in an exchange whom the lines of one shot do not find alone: who perceived the fire says nothing of
whose the answer was, and a witness more of the one takes nothing from the other. That the one answers the other makes
it likelier that they were of two sides, and finds nobody. Where each shot finds another side, both fired, whether or
not the one answers the other. Else, where the two are no exchange after all, the incident is the shot that more
perceived; so whom the other one finds is named only where it surely belongs here.
"""

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

from trucewatch.assess import sequence, words
from trucewatch.assess.sequence import First
from trucewatch.evidence import BOTH, NO_VIOLATION, OTHER, UNDETERMINED, fired, head_of, hypotheses
from trucewatch.model import Attribution, Case, Incident, Weight
from trucewatch.vocabulary import Intent

SEVERAL = 0.5  # probability of several sides from which it is said who was first; a guess
NAMES = ("first shot", "second shot")  # in words; who answered whom is what is asked
LEAST = 1e-12  # in place of a logarithm of nothing


def shots_of(incidents: Iterable[Incident]) -> list[Incident]:
    """Return what is weighed alone: the incidents, and of an exchange its two shots, the earlier one first."""
    return [shot for incident in incidents for shot in incident.shots or (incident,)]


def together(case: Case, incidents: Iterable[Incident], each: Iterable[Attribution]) -> Iterator[Attribution]:
    """Yield an attribution for each incident from those of `shots_of`, in their order."""
    found = iter(each)
    for incident in incidents:
        yield _exchange(case, incident, next(found), next(found)) if incident.shots else next(found)


def _exchange(case: Case, incident: Incident, fire: Attribution, answer: Attribution) -> Attribution:
    parties = [party.id for party in case.parties]
    order = hypotheses(parties)
    larger = fire if _is_larger(incident) else answer
    joint, first = _joint(parties, dict(fire.probabilities), dict(answer.probabilities), incident.exchange)
    chances = joint
    if not _is_of_two(parties, fire, answer):
        chances = _mixed(joint, dict(larger.probabilities), incident.exchange)
    determination = _found(case, parties, chances, (fire, answer), larger)
    weights = [w for name, one in zip(NAMES, (fire, answer), strict=True) for w in _of(name, parties, one.weights)]
    weights.append(_beside(order, chances, weights))
    named = [one for one in (fire, answer) if one.determination != UNDETERMINED]
    lines = min(one.lines for one in named or (fire, answer))
    first, said = _first(incident, first) if chances[BOTH] >= SEVERAL else ((), "")
    learned, _ = _joint(parties, dict(fire.learned), dict(answer.learned), incident.exchange)
    return Attribution(
        incident_id=incident.id,
        method=fire.method,
        probabilities=tuple((h, chances[h]) for h in order),
        determination=determination,
        weights=tuple(weights),
        lines=lines,
        why=words.explain(determination, _leads(incident.exchange, chances, (fire, answer)), weights),
        learned=tuple(_mixed(learned, dict(larger.learned), incident.exchange).items()),
        flips=_flips(fire.flips, answer.flips),
        first=first,
        sequence=said,
        intent=next(
            (one.intent for one in (fire, answer) if one.intent is not Intent.UNDETERMINED), Intent.UNDETERMINED
        ),
    )


def _joint(
    parties: Sequence[str], fire: Mapping[str, float], answer: Mapping[str, float], exchange: float
) -> tuple[dict[str, float], First]:
    """Return the probabilities of who fired in either shot, and of each side's having fired first, if two did.

    An exchange is of two sides; what is none leaves the two as they are. Every sum is exactly rounded, so that no order
    of the parties enters it.
    """
    terms: dict[str, list[float]] = {h: [] for h in hypotheses(parties)}
    began: dict[str, list[float]] = {party: [] for party in parties}
    for one, p in fire.items():
        for other, q in answer.items():
            sides = one in began and other in began
            opposed = sides and one != other
            value = p * q * (1.0 + exchange if opposed else 1.0 - exchange if sides else 1.0)
            terms[_who(began, one, other)].append(value)
            if opposed:
                began[one].append(value)
    sums = {h: math.fsum(values) for h, values in terms.items()}
    whole, two = math.fsum(sums.values()), math.fsum(value for values in began.values() for value in values)
    first = tuple((party, math.fsum(began[party]) / two if two > 0 else 1.0 / len(parties)) for party in parties)
    return {h: value / whole for h, value in sums.items()}, first


def _who(parties: Mapping[str, object], one: str, other: str) -> str:
    """Return who fired of two shots: several sides, the one side among them, else another actor, else nobody."""
    named = {h for h in (one, other) if h in parties}
    if BOTH in (one, other) or len(named) > 1:
        return BOTH
    if named:
        return named.pop()
    return OTHER if OTHER in (one, other) else NO_VIOLATION


def _is_of_two(parties: Sequence[str], fire: Attribution, answer: Attribution) -> bool:
    """Tell whether each shot finds another side by its own lines."""
    sides = {fire.determination, answer.determination} & {*parties}
    return len(sides) > 1


def _is_larger(incident: Incident) -> bool:
    """Tell whether the first shot is what the incident is where the two are no exchange: its records surely belong."""
    of = {o.key: share for o, share in zip(incident.observations, incident.shares, strict=True)}
    fire = incident.shots[0]
    return all(of[o.key] >= share for o, share in zip(fire.observations, fire.shares, strict=True))


def _mixed(joint: Mapping[str, float], larger: Mapping[str, float], exchange: float) -> dict[str, float]:
    """Return the probabilities of what is an exchange with this probability, and else the larger shot."""
    return {h: exchange * p + (1.0 - exchange) * larger[h] for h, p in joint.items()}


def _found(
    case: Case,
    parties: Sequence[str],
    chances: Mapping[str, float],
    shots: tuple[Attribution, Attribution],
    larger: Attribution,
) -> str:
    """Return whom the shots find, each by its own lines, where that reaches the standard for the incident too."""
    found = {one.determination for one in shots}
    sides = found & {*parties, BOTH}
    if BOTH in sides or len(sides) > 1:
        only = BOTH  # nobody alone, where the other is as well proven
    elif sides:
        only = next(iter(sides))
    else:
        only = larger.determination if len(found) == 1 else UNDETERMINED
    sure = only != UNDETERMINED and fired(chances, only) >= case.standard.probability
    return only if sure else UNDETERMINED


def _leads(exchange: float, chances: Mapping[str, float], shots: tuple[Attribution, Attribution]) -> str:
    said = [f"{name} {head_of(one.why).rstrip('.')}" for name, one in zip(NAMES, shots, strict=True)]
    several = f"two shots, fire and its answer with {exchange:.2f}, of several sides with {chances[BOTH]:.2f}"
    return "; ".join([several, *said])


def _first(incident: Incident, first: First) -> tuple[First, str]:
    """Return who fired first, with the words for it; nothing where the shots have no times."""
    began, then = (shot.first_time for shot in incident.shots)
    if began is None or then is None:
        return (), ""
    return first, sequence.in_words(first, abs((then - began).total_seconds()))


def _flips(fire: Sequence[str], answer: Sequence[str]) -> tuple[str, ...]:
    """Return what would change it, by shot where it is not the same of both."""
    both = [said for said in fire if said in answer]
    alone = [f"{shot}: {said}" for shot, all_ in zip(NAMES, (fire, answer), strict=True) for said in all_]
    return (*both, *(said for said in alone if said.partition(": ")[2] not in both))


def _of(shot: str, parties: Sequence[str], weights: Iterable[Weight]) -> Iterator[Weight]:
    """Yield the reasons of one shot as of the incident: where both fired, either side's is the shot, as likely."""
    for weight in weights:
        bits = dict(weight.bits)
        bits[BOTH] = math.log2(math.fsum(2.0 ** bits[party] for party in parties) / len(parties))
        yield replace(weight, reason=f"{shot}: {weight.reason}", bits=tuple(bits.items()))


def _beside(order: Sequence[str], chances: Mapping[str, float], weights: Sequence[Weight]) -> Weight:
    """Return what the two shots weigh together beyond the sum of their reasons."""
    said = {h: math.fsum(dict(weight.bits)[h] for weight in weights) for h in order}
    bits = {h: math.log2(max(chances[h], LEAST)) - said[h] for h in order}
    top = max(bits.values())
    return Weight(
        reason="the two shots together: who fired in either, and of two sides as surely as it is an exchange",
        bits=tuple((h, round(value - top, 9)) for h, value in bits.items()),
        line="",
    )
