"""How many of the happenings that one source alone noted were nothing: learned from how often several note one.

What is real is noticed by one source, by two, by three; what is imagined, misheard or a passing headlight hardly ever
by two. So the numbers of happenings that two and three sources noticed tell how many real ones were noticed by one
alone, whatever the sources' reach: for any mixture of happenings, easy and hard to notice, f1 is at least 2/3 f2²/f3
(the Cauchy-Schwarz bound of A. Chao, Biometrics 43, 783-791, 1987, one step further up). A bound: where some are far
easier to notice than others, more lone reports are taken for nothing than are. On simulated development worlds it met
the true number within a tenth. Blind to the parties: only counts enter.
"""

from collections import Counter
from collections.abc import Iterable

import numpy as np

from trucewatch.assess import kinds, weigh
from trucewatch.assess.exact import Numbers, even_sum, exp2, on_grid
from trucewatch.assess.incidents import SURE
from trucewatch.assess.kinds import Family
from trucewatch.model import Incident
from trucewatch.vocabulary import FIRED

AS_NOT = 0.5  # of lone reports that are of nothing, before anything is learned; a guess
# The bound's error is mostly that of the number of happenings that three noted. So many of these the guess is worth (a
# guess itself): where posts stand far apart nothing is learned, and nobody is disbelieved for standing alone.
KAPPA_THREE = 10.0
KAPPA = 20.0  # lone reports of which nothing is known, beside those that the weight is fitted to; a guess
LEAST, MOST = 0.2, 0.95  # nobody is believed, or disbelieved, more than this for standing alone; guesses
# A noise that was no fire, imagined, a blast in a quarry or a door, is a bang or a few, and its weapon is not named as
# often. So n rounds are FEW / n times as readily told of it as of fire, beyond FEW, and a weapon half as readily; never
# less than a fiftieth together, since a storm of thunder or fireworks is counted too. Guesses; of the 66 public rows
# of the observers in the Donbas case half count 14 or more, and 28 name a weapon.
FEW, NAMED, LEAST_RATIO = 3.0, 0.5, 0.02
STEP, MOST_BITS = 1 / 16, 8.0  # in which the weight of standing alone is sought, and what it is at most


def is_lone(incident: Incident) -> bool:
    """Tell whether one source alone perceived something, and nobody else noted it in any way; a weapon stands there."""
    weapon = any(kinds.family(o) is Family.WEAPON for o in incident.observations)
    return not weapon and len(set(weigh.lines_of(incident.observations))) == 1


def told(incident: Incident) -> tuple[int, bool]:
    """Return how many rounds a neutral row of it counted at least, and whether one names a weapon; 0: none counted.

    A weapon that is fired: whoever names a mine or a dud tells of no fire. What a side perceived is not asked: who
    accuses may count as high as he likes. Nor is a row that may be of another happening.
    """
    shares = incident.shares or (1.0,) * len(incident.observations)
    surely = [o for o, share in zip(incident.observations, shares, strict=True) if share >= SURE]
    heard = [o for o in surely if kinds.is_physical(o) and kinds.family(o) is Family.FIRE and o.source.side is None]
    counted = (o.count.low for o in heard if o.count.low is not None)
    named = any(o.weapon is not None and o.weapon.weapon_class.term in FIRED for o in heard)
    return max(counted, default=0), named


def ratio(rounds: int, *, named: bool) -> float:
    """Return how much less readily that is told of a noise that was no fire than of fire, against a single bang."""
    return max(min(1.0, FEW / max(rounds, 1)) * (NAMED if named else 1.0), LEAST_RATIO)


def share_of_nothing(incidents: Iterable[Incident]) -> float:
    """Return which share of the happenings that one source alone noted were nothing, 0 to 1.

    A happening that one source perceived and others spoke of counts among the real ones of f1.
    """
    seen = Counter(_watchers(i) for i in incidents if any(kinds.family(o) is Family.FIRE for o in i.observations))
    lone = seen[1, True]
    real = min(2 / 3 * _of(seen, 2) * max(_of(seen, 2) - 1, 0) / (_of(seen, 3) + 1), _of(seen, 1))
    learned = min(_of(seen, 1) - real, lone) / max(lone, 1)
    worth = _of(seen, 3) / (_of(seen, 3) + KAPPA_THREE)
    return min(max(worth * learned + (1.0 - worth) * AS_NOT, LEAST), MOST)


def weight(bits: Numbers, prior: Numbers, share: float) -> float:
    """Return how many bits make nothing prohibited as common among lone reports as `share`, 0 to 1.

    `bits` (reports × hypotheses, nothing prohibited last) are all that is known of each otherwise; `prior` those of
    a report of which nothing is known, which counts as `KAPPA` reports, so that few reports do not fit the weight to
    their own evidence.
    """
    rest = even_sum(exp2(bits[:, :-1] - bits[:, -1:]))
    unknown = even_sum(exp2(prior[:-1] - prior[-1]))
    tried = np.arange(0.0, MOST_BITS + STEP, STEP)
    ratios = exp2(-tried)
    of_reports = np.array([on_grid(1.0 / (1.0 + rest * ratio)).sum() for ratio in ratios])
    reached = of_reports + KAPPA / (1.0 + unknown * ratios) >= share * (len(bits) + KAPPA)
    return float(tried[int(reached.argmax())]) if reached.any() else MOST_BITS


def _watchers(incident: Incident) -> tuple[int, bool]:
    """Return how many neutral lines perceived it, and whether nobody else noted it."""
    each = zip(incident.observations, weigh.lines_of(incident.observations), strict=True)
    neutral = {line for o, line in each if kinds.is_physical(o) and o.source.side is None}
    return len(neutral), is_lone(incident)


def _of(seen: Counter[tuple[int, bool]], number: int) -> int:
    return seen[number, True] + seen[number, False]
