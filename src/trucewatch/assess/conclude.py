"""From what was judged to attributions in words: what was found, on what, what carries it and what is missing."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from trucewatch.assess import kinds, words
from trucewatch.assess.exact import Numbers, on_grid, sums
from trucewatch.assess.kinds import Family
from trucewatch.assess.locate import Fix
from trucewatch.assess.sequence import First, intent, who_first
from trucewatch.assess.sightings import Sighting, weight
from trucewatch.assess.verdict import Judged, Lines, Priors, least_alone
from trucewatch.assess.words import Reached
from trucewatch.evidence import NO_VIOLATION, OTHER, UNDETERMINED, hypotheses
from trucewatch.model import Attribution, Case, Incident, Weight

METHOD = "attribute/10"
TELLS = 0.05  # bits: what hangs together by less is not printed; a guess


@dataclass(frozen=True, slots=True, kw_only=True)
class Grounds:
    """What attributions rest on: priors, judgement, the probabilities with the learned prior, and the named lines."""

    priors: Priors
    judged: Judged
    learned: Numbers
    lines: Lines
    names: Sequence[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """The sightings in the incidents' order, whose ground each lies on, and its bits for each hypothesis."""

    sightings: Sequence[Sighting]
    ground: Sequence[Mapping[str, float]]
    bits: Numbers
    fixes: Mapping[str, Fix | None]


@dataclass(frozen=True, slots=True)
class _Standing:
    """Where one incident stands: see `Judged` and `words.Reached`."""

    chances: tuple[float, ...]
    best: int
    chance: float
    found: bool
    reached: Reached
    shared: tuple[float, ...]
    learned: tuple[float, ...]
    needed: tuple[str, ...]


def conclude(
    case: Case,
    incidents: Sequence[Incident],
    weights: list[list[Weight]],
    seen: Seen,
    grounds: Grounds,
) -> Iterator[Attribution]:
    """Yield the attributions in the incidents' order; `weights` are theirs, but for those of what was seen.

    Each is made as it is asked for, and its weights are taken out of `weights`: whoever keeps no attribution, such as
    the mirror run, does not keep its words either.
    """
    parties = [p.id for p in case.parties]
    order = hypotheses(parties)
    owner = np.array([s.incident for s in seen.sightings], dtype=np.intp)
    shared = _shared(grounds, weights, seen.bits, owner)
    starts = np.searchsorted(owner, np.arange(len(incidents) + 1)).tolist()
    needed = _needed(grounds)
    for n, (incident, judged) in enumerate(zip(incidents, _each_judged(grounds.judged), strict=True)):
        its = range(starts[n], starts[n + 1])
        bits = map(tuple, (zip(order, seen.bits[k].tolist(), strict=True) for k in its))
        found = [
            *weights[n],
            *(weight(seen.sightings[k], seen.ground[k], of) for k, of in zip(its, bits, strict=True)),
        ]
        weights[n] = []
        first = who_first(parties, [(seen.sightings[k], seen.ground[k]) for k in its], seen.fixes)
        told = any(seen.sightings[k].tells and seen.sightings[k].neutral for k in its)
        reached = _reached(case, grounds.judged, judged, told=told, is_fire=_is_of_fire(incident))
        where = _standing(grounds, judged, reached, tuple(shared[n].tolist()), needed.get(n, ()))
        yield _attribution(case, order, found, where, (incident, first))


def _needed(grounds: Grounds) -> dict[int, tuple[str, ...]]:
    """Return the names of the lines that the finding of an incident cannot do without, by its number."""
    needed: dict[int, tuple[str, ...]] = {}
    for line in np.flatnonzero(grounds.judged.needed).tolist():
        owner = int(grounds.lines.owner[line])
        needed[owner] = (*needed.get(owner, ()), grounds.names[line])
    return needed


def _is_of_fire(incident: Incident) -> bool:
    """Tell whether somebody may have fired: no weapon that only stands, and no other matter."""
    return not all(kinds.family(o) in (Family.WEAPON, Family.MATTER) for o in incident.observations)


class _JudgedOne(NamedTuple):
    """What `Judged` says of incident number `n` in single numbers."""

    n: int
    best: int
    chance: float
    proven: bool
    firm: bool
    contradicted: bool
    found: bool
    support: int
    carried: bool


def _each_judged(judged: Judged) -> Iterator[_JudgedOne]:
    columns = (
        judged.best,
        judged.chance,
        judged.proven,
        judged.firm,
        judged.contradicted,
        judged.found,
        judged.support,
        judged.carried,
    )
    return map(_JudgedOne._make, zip(range(len(judged.best)), *(column.tolist() for column in columns), strict=True))


def _reached(case: Case, judged: Judged, one: _JudgedOne, *, told: bool, is_fire: bool) -> Reached:
    return Reached(
        proven=one.proven,
        lines=one.support,
        carried=one.carried,
        firm=one.firm,
        contradicted=one.contradicted,
        clears=one.best == judged.probabilities.shape[1] - 1,
        shared=not one.proven and one.best >= 0 and one.chance >= case.standard.probability,
        shields=one.proven
        and one.best < judged.probabilities.shape[1] - 3
        and _is_shared(case, judged, one.n, one.best),
        told=told,
        is_fire=is_fire,
    )


def _is_shared(case: Case, judged: Judged, n: int, best: int) -> bool:
    return float(judged.probabilities[n, best]) < least_alone(case.standard.probability)


def _standing(
    grounds: Grounds, one: _JudgedOne, reached: Reached, shared: tuple[float, ...], needed: tuple[str, ...]
) -> _Standing:
    return _Standing(
        chances=tuple(grounds.judged.probabilities[one.n].tolist()),
        best=one.best,
        chance=one.chance,
        found=one.found,
        reached=reached,
        shared=shared,
        learned=tuple(grounds.learned[one.n].tolist()),
        needed=needed,
    )


def _shared(
    grounds: Grounds, weights: Sequence[Sequence[Weight]], seen_bits: Numbers, seen_owner: NDArray[np.intp]
) -> Numbers:
    """Return what the weights of each incident weigh together beyond their sum: the doubt that they share."""
    owner = np.array([n for n, found in enumerate(weights) for _ in found], dtype=np.intp)
    bits = np.array([[b for _, b in w.bits] for found in weights for w in found], dtype=np.float64)
    apart = sums(on_grid(bits.reshape(len(owner), grounds.judged.bits.shape[1])), owner, len(weights))
    apart += sums(on_grid(seen_bits), seen_owner, len(weights))
    shared = grounds.judged.bits - grounds.priors.bits - apart
    level: Numbers = shared - shared.max(axis=1, keepdims=True, initial=-np.inf)
    return level


def _attribution(
    case: Case,
    order: Sequence[str],
    found: Sequence[Weight],
    where: _Standing,
    happening: tuple[Incident, tuple[First, str]],
) -> Attribution:
    incident, (first, sequence) = happening
    weights = sorted(found, key=_blind_order) if len(found) > 1 else list(found)
    if len(weights) > 1 and -min(where.shared) >= TELLS:
        weights.append(_together(order, where.shared))
    leads = order[where.best] if where.best >= 0 else None
    reached = where.reached
    lacks = "" if where.found else words.lacking(case.standard, reached)
    may = leads in (OTHER, NO_VIOLATION) or reached.lines >= case.standard.lines
    determination = leads if where.found and leads is not None else UNDETERMINED
    alone = where.chances[where.best] if where.best >= 0 else where.chance
    said = words.leading_words(
        leads,
        where.chance,
        alone,
        lacks=lacks,
        may_be_named=may,
        is_fire=reached.is_fire,
        shields=reached.shields,
    )
    return Attribution(
        incident_id=incident.id,
        method=METHOD,
        probabilities=tuple(zip(order, where.chances, strict=True)),
        determination=determination,
        weights=tuple(weights),
        lines=reached.lines,
        why=words.explain(determination, said, weights),
        learned=tuple(zip(order, where.learned, strict=True)),
        flips=words.stands_on(where.needed) if where.found else words.wanted(case.standard, reached),
        first=first,
        sequence=sequence,
        intent=intent(incident),
    )


def _together(order: Sequence[str], shared: Sequence[float]) -> Weight:
    return Weight(
        reason="taken together: a doubt that several share counts once, both ends of the fire count jointly",
        bits=tuple(zip(order, shared, strict=True)),
        line="",
    )


def _blind_order(weight: Weight) -> tuple[float, tuple[str, ...]]:
    """Order by strength, then by the records behind it: nothing here knows a party's name."""
    values = [bits for _, bits in weight.bits]
    return -round(max(values) - min(values), 6), weight.keys
