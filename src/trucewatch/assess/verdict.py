"""From the lines of evidence of all incidents to posteriors, the standard of proof, and what each line carries.

What would be concluded without a line is had by weighing all else without it: exactly, for all lines at once.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from trucewatch.assess.causes import first_causes, hypothesised
from trucewatch.assess.exact import Numbers, even_sum, exp2, log2, on_grid, sums
from trucewatch.assess.scenes import Scenes
from trucewatch.model import StandardOfProof

SPEAKS_FOR = 0.5  # bits by which a line must favour a hypothesis to count as a line for it; a guess
POINTS = 1.0  # bits by which what others than an accuser perceived must favour a side over any other side; a guess
MOSTLY_ALONE = 0.80  # "very likely" (ICD 203) that it was this side alone, before it alone is named


@dataclass(frozen=True, slots=True)
class Lines:
    """The independent lines of evidence: each with its incident, its bits, and whose finding it may carry.

    `whole` are the scenes' bits of each incident; `own` those of each line, `without` of its incident without it.
    `direct` are the bits of the hypotheses that a line adds; `words` those of them that are a side's own words, and
    `speaker` the number of that side, -1 where no side speaks. `perceived` (lines × hypotheses): more than words, and
    not supplied by anybody but the one whom it finds.
    """

    owner: NDArray[np.intp]
    whole: Numbers
    own: Numbers
    without: Numbers
    direct: Numbers
    words: Numbers
    speaker: NDArray[np.intp]
    perceived: NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Priors:
    """How common each cause is before evidence (a party alone: 1), the same for every party."""

    scenes: Scenes
    causes: Numbers

    @property
    def bits(self) -> Numbers:
        """Return the prior of each hypothesis in bits."""
        return log2(np.append(self.causes[:-2], self.causes[-2] + self.causes[-1]))

    def of_nothing(self, ratio: float) -> float:
        """Return how much less likely nothing prohibited makes what noises make `ratio` times as likely as fire does.

        Training is fire, and as likely to be told so.
        """
        training, noise = float(self.causes[-2]), float(self.causes[-1])
        return (training + noise * ratio) / (training + noise)

    def likelihood_bits(self, scene_bits: Numbers) -> Numbers:
        """Return the bits of each hypothesis from those of the scenes."""
        if not scene_bits.any():
            return np.zeros((len(scene_bits), self.scenes.n + 3))
        top = scene_bits.max(axis=1, keepdims=True)
        bits: Numbers = log2(hypothesised(self.scenes.mixed(exp2(scene_bits - top)), self.causes)) + top
        return bits


@dataclass(frozen=True, slots=True)
class Judged:
    """What follows for each incident: bits and probabilities of the hypotheses, and the standard of proof.

    `best` is the number of the leading hypothesis, -1 where two share the lead; `chance` the probability of what would
    be found: of a side, that it fired, alone or in an exchange. `proven`: that reaches the standard's probability;
    `firm`: it does so without what nothing in the incident bears out, and the incident is not `contradicted`; `found`:
    that and the standard's other conditions hold as well.
    `support` is the number of lines for the leading one; `carried`: one of them is perceived, and who accuses nobody
    perceived what points to this side rather than to another. Of each line: `bits`
    are its own, `speaks` that it supports, and `needed` that without it the finding would not stand.
    """

    bits: Numbers
    probabilities: Numbers
    best: NDArray[np.intp]
    chance: Numbers
    proven: NDArray[np.bool_]
    firm: NDArray[np.bool_]
    contradicted: NDArray[np.bool_]
    found: NDArray[np.bool_]
    support: NDArray[np.intp]
    carried: NDArray[np.bool_]
    line_bits: Numbers
    speaks: NDArray[np.bool_]
    needed: NDArray[np.bool_]


def weighed(priors: Priors, lines: Lines, loose: Numbers) -> Numbers:
    """Return the bits of each incident's hypotheses, the prior's among them."""
    bits: Numbers = priors.likelihood_bits(lines.whole) + sums(lines.direct, lines.owner, len(loose)) + loose
    return bits + priors.bits


@dataclass(frozen=True, slots=True)
class Caveats:
    """What no finding may rest on: `told` (incidents) are the bits against no fire of how it was told.

    They are among those of the scenes. `contradicted`: its neutral sightings contradict each other (`perceived`).
    `neutral` (incidents × scenes) are the bits of what no side supplied.
    """

    told: Numbers
    contradicted: NDArray[np.bool_]
    neutral: Numbers


def judge(priors: Priors, lines: Lines, loose: Numbers, standard: StandardOfProof, caveats: Caveats) -> Judged:
    """Judge all incidents; `loose` (incidents × hypotheses) are bits that belong to no line, such as silence.

    A line speaks for the leading hypothesis by what it says alone, or by what it adds to all others: two sightings of
    the two ends tell who fired only together.
    """
    count, n = len(loose), priors.scenes.n
    direct_sum = sums(lines.direct, lines.owner, count) + loose
    bits = weighed(priors, lines, loose)
    chances = probabilities(bits)
    best = leading(chances)
    of_line, whole = best[lines.owner], bits[lines.owner]
    line_bits = priors.likelihood_bits(lines.own) + lines.direct
    left = priors.likelihood_bits(lines.without) + direct_sum[lines.owner] - lines.direct + priors.bits
    adds = _margin(whole, of_line, n) - _margin(left, of_line, n)
    speaks = (of_line >= 0) & (np.maximum(_margin(line_bits, of_line, n), adds) >= SPEAKS_FOR - 1e-9)
    carries = speaks & np.take_along_axis(lines.perceived, np.maximum(of_line, 0)[:, None], axis=1)[:, 0]
    support = np.bincount(lines.owner, speaks, count).astype(np.intp)
    carried = np.bincount(lines.owner, carries, count).astype(np.intp)
    pointed, pointed_left = _pointed(priors, lines, caveats.neutral, best, carries)
    shielding = np.where((lines.speaker == of_line)[:, None], lines.words, 0.0)
    shield = sums(shielding, lines.owner, count)
    unshielded = probabilities(bits - shield)
    found = _reached(chances, best, (support >= standard.lines) & (carried > 0) & pointed, standard, unshielded)
    without = probabilities(left)
    still = (support[lines.owner] - speaks >= standard.lines) & (carried[lines.owner] - carries > 0) & pointed_left
    unshielded_left = probabilities(left - shield[lines.owner] + shielding)
    stands = (leading(without) == of_line) & _reached(without, of_line, still, standard, unshielded_left)
    firm, held = _Firm(priors, standard), np.flatnonzero(found)
    is_firm = ~caveats.contradicted
    is_firm[held] &= firm.holds(lines.whole[held], direct_sum[held], caveats.told[held], best[held])
    found &= is_firm
    asked = np.flatnonzero(stands & found[lines.owner])
    direct_left = direct_sum[lines.owner[asked]] - lines.direct[asked]
    stands[asked] = firm.holds(lines.without[asked], direct_left, caveats.told[lines.owner[asked]], of_line[asked])
    return Judged(
        bits=bits,
        probabilities=chances,
        best=best,
        chance=fired(chances, best),
        proven=proven(chances, best, standard.probability, unshielded),
        firm=is_firm,
        contradicted=caveats.contradicted,
        found=found,
        support=support,
        carried=(carried > 0) & pointed,
        line_bits=line_bits,
        speaks=speaks,
        needed=found[lines.owner] & ~stands,
    )


def _pointed(
    priors: Priors, lines: Lines, neutral: Numbers, best: NDArray[np.intp], carries: NDArray[np.bool_]
) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """Tell whether others than an accuser point to the side that leads: of each incident, and without each line.

    A post that heard a bang and tells no end is no witness against one side rather than the other: beside it a side's
    own cameras would find whom they like. What a side shows against itself points to it.
    """
    n, count = priors.scenes.n, len(best)
    neutral_line: NDArray[np.bool_] = np.asarray(lines.perceived.all(axis=1))
    only_neutral: NDArray[np.bool_] = np.bincount(lines.owner, ~neutral_line, count) == 0
    against_itself = carries & ~neutral_line
    admitted = np.bincount(lines.owner, against_itself, count).astype(np.intp)

    def points(bits: Numbers, at: NDArray[np.intp]) -> NDArray[np.bool_]:
        sides = priors.likelihood_bits(bits)[:, :n]
        rival = np.where(np.arange(n) == at[:, None], -np.inf, sides)
        own = np.take_along_axis(sides, np.clip(at, 0, n - 1)[:, None], axis=1)[:, 0]
        far: NDArray[np.bool_] = own - rival.max(axis=1, initial=-np.inf) >= POINTS - 1e-9
        return far | (at >= n) | (at < 0)

    whole = only_neutral | (admitted > 0) | points(neutral, best)
    left = neutral[lines.owner] - np.where(neutral_line[:, None], lines.own, 0.0)
    others = admitted[lines.owner] > against_itself
    return whole, only_neutral[lines.owner] | others | points(left, best[lines.owner])


@dataclass(frozen=True, slots=True)
class _Firm:
    """Whether a finding would stand without what nothing in the incident itself bears out.

    Against anybody: without how many rounds were counted and whether a weapon was named, since unannounced training and
    blasting are told so too. Clearing both sides: with innocent causes as common as before anything was learned, since
    a record that explains itself badly takes them for common, and would clear what three stations heard leave.
    """

    priors: Priors
    standard: StandardOfProof

    def holds(self, scenes: Numbers, direct: Numbers, told: Numbers, best: NDArray[np.intp]) -> NDArray[np.bool_]:
        """Tell of each finding; `scenes` are the bits of the scenes, `told` among them, `direct` of hypotheses."""
        n = self.priors.scenes.n
        untold = scenes.copy()
        untold[:, -1] -= told
        unlearned = Priors(self.priors.scenes, first_causes(n))
        against = self.priors.likelihood_bits(untold) + direct + self.priors.bits
        clearing = unlearned.likelihood_bits(scenes) + direct + unlearned.bits
        chances = probabilities(np.where((best == n + 2)[:, None], clearing, against))
        sure: NDArray[np.bool_] = (fired(chances, best) >= self.standard.probability) & (leading(chances) == best)
        return sure


def probabilities(bits: Numbers) -> Numbers:
    """Return probabilities proportional to 2**bits, row by row."""
    shares = exp2(bits - bits.max(axis=1, keepdims=True, initial=-np.inf))
    result: Numbers = shares / even_sum(shares)[:, None]
    return result


def leading(chances: Numbers) -> NDArray[np.intp]:
    """Return the number of the likeliest hypothesis of each row, -1 where two are equally likely."""
    top = chances.max(axis=1, keepdims=True, initial=0.0)
    alone = (chances == top).sum(axis=1) == 1
    return np.where(alone, chances.argmax(axis=1), -1)


def _reached(
    chances: Numbers,
    best: NDArray[np.intp],
    enough: NDArray[np.bool_],
    standard: StandardOfProof,
    unshielded: Numbers,
) -> NDArray[np.bool_]:
    """Tell where the finding stands; `enough`: on lines enough, one of them perceived."""
    reached: NDArray[np.bool_] = proven(chances, best, standard.probability, unshielded) & enough
    return reached


def fired(chances: Numbers, best: NDArray[np.intp]) -> Numbers:
    """Return the probability of each finding: of one side, that it fired, alone or in an exchange.

    Where two share the lead it is that of either: never that of whoever is listed first.
    """
    n = chances.shape[1] - 3
    led = np.take_along_axis(chances, np.maximum(best, 0)[:, None], axis=1)[:, 0]
    alone = np.where(best >= 0, led, chances.max(axis=1, initial=0.0))
    total: Numbers = np.where((best >= 0) & (best < n), alone + chances[:, n], alone)
    return total


def least_alone(probability: float) -> float:
    """Return how likely it must be that a side fired alone, before it is named without the other."""
    return min(probability, MOSTLY_ALONE)


def proven(
    chances: Numbers, best: NDArray[np.intp], probability: float, unshielded: Numbers | None = None
) -> NDArray[np.bool_]:
    """Tell where the leading hypothesis has the probability that the standard asks for.

    A side's finding is that it fired. Where an exchange is more than a remote chance, no side is named without the
    other; but nobody is kept from being named by his own word that the other fired as well: how likely it was alone is
    asked of the probabilities as they are without all that it says, too (`unshielded`).
    """
    alone, whole = _alone(chances, best), fired(chances, best)
    if unshielded is not None:
        n = chances.shape[1] - 3
        part = whole * _alone(unshielded, best) / np.maximum(fired(unshielded, best), np.finfo(np.float64).tiny)
        alone = np.where(best < n, np.maximum(alone, on_grid(part)), alone)
    sure = whole >= probability
    proof: NDArray[np.bool_] = (best >= 0) & (alone >= least_alone(probability)) & sure
    return proof


def _alone(chances: Numbers, best: NDArray[np.intp]) -> Numbers:
    alone: Numbers = np.take_along_axis(chances, np.maximum(best, 0)[:, None], axis=1)[:, 0]
    return alone


def _margin(bits: Numbers, best: NDArray[np.intp], n: int) -> Numbers:
    """Return by how many bits each line favours a hypothesis over its best rival.

    One side's finding is held against every other hypothesis but an exchange, of which it would be a part; an
    exchange only against another actor and nothing prohibited, since each line of it may show but one side firing.
    """
    rival = np.ones((len(bits), n + 3), dtype=bool)
    rows = np.arange(len(bits))
    rival[rows, np.maximum(best, 0)] = False
    rival[best < n, n] = False
    rival[best == n, :n] = False
    own = bits[rows, np.maximum(best, 0)]
    margin: Numbers = own - np.where(rival, bits, -np.inf).max(axis=1, initial=-np.inf)
    return on_grid(margin)
