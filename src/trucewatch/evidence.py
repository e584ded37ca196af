"""Weights of evidence in bits: add them, turn them into probabilities. Order-free and blind to labels.

A weight is a base-2 log likelihood per hypothesis (Good, Probability and the Weighing of Evidence, 1950).
Sums are `math.fsum`, which is exactly rounded and therefore does not depend on order; every hypothesis
is treated by the same expression, so exchanging two of them exchanges their probabilities bit for bit.
"""

import math
from collections.abc import Iterable, Mapping, Sequence

from trucewatch.model import Observation, Weight
from trucewatch.vocabulary import PERCEIVING

BOTH, OTHER, NO_VIOLATION, UNDETERMINED = "both", "other", "no_violation", "undetermined"

ALIKE = 0.05  # bits: hypotheses that a reason favours equally but for this are named together; a guess
FEW = 2  # explanations that are named when a reason favours them alike
WEIGHED = ". Weighed: "  # between what was concluded and on what


def hypotheses(party_ids: Iterable[str]) -> tuple[str, ...]:
    """Return the hypotheses in the order of every table: each party alone, both, another actor, nothing prohibited."""
    return (*party_ids, BOTH, OTHER, NO_VIOLATION)


def head_of(why: str) -> str:
    """Return of the line that says why what was concluded, without what was weighed."""
    return why.partition(WEIGHED)[0].removesuffix(".") + "."


def is_physical(observation: Observation) -> bool:
    """Tell whether somebody or something perceived it; the words of a ministry that accuse nobody are words still."""
    return observation.source.source_class.term in PERCEIVING


def fired(shares: Mapping[str, float], found: str) -> float:
    """Return the probability that whoever is found fired: a side alone or in an exchange; else the hypothesis's own.

    It is what a finding against a side must reach, and what is wrong where that side did not fire.
    """
    return shares[found] if found in (BOTH, OTHER, NO_VIOLATION) else math.fsum((shares[found], shares[BOTH]))


def leaning(bits: Iterable[tuple[str, float]]) -> tuple[tuple[str, ...], float, tuple[str, ...], float]:
    """Return whom a reason favours and by how many bits over the next, whom it speaks against and how far those lag.

    Explanations that lie within `ALIKE` of the best, or of the worst, are named together, in the order given.
    """
    stated = [(hypothesis, round(value, 6)) for hypothesis, value in bits]
    values = [value for _, value in stated]
    most, least = max(values), min(values)
    favoured = tuple([hypothesis for hypothesis, value in stated if most - value < ALIKE])
    lead = most - max([value for value in values if most - value >= ALIKE], default=most)
    against = tuple([hypothesis for hypothesis, value in stated if value - least < ALIKE])
    return favoured, lead, against, most - least


def strength(bits: Sequence[tuple[str, float]], names: Mapping[str, str]) -> str:
    """Say how strongly a reason speaks for whom and over whom; `names` are what hypotheses are called.

    The first number is the lead over the next explanation, never over the worst: what hardly tells two sides apart must
    not read as if it did, because it leads far over a third explanation. "" where it tells nothing apart.
    """
    favoured, lead, against, gap = leaning(bits)
    if round(gap, 1) == 0:
        return ""
    if len(favoured) > FEW:
        # "over" and not "against": a reason that fits a side worst must not read as if it were held against that side
        over = f" over {_together(against, names)}" if len(against) <= FEW else ""
        return f"{gap:.1f} bits towards several alike{over}"
    ahead = f"{lead:.1f} bits towards {_together(favoured, names)}"
    return ahead if round(gap, 1) <= round(lead, 1) else f"{ahead}, {gap:.1f} over {_together(against, names)}"


def _together(found: Sequence[str], names: Mapping[str, str]) -> str:
    return " and ".join(names.get(one, one) for one in found) if len(found) <= FEW else "several alike"


def total_bits(prior: Mapping[str, float], weights: Iterable[Weight]) -> dict[str, float]:
    """Return the sum of the prior and all weights for each hypothesis of the prior, in bits."""
    columns = {hypothesis: [bits] for hypothesis, bits in prior.items()}
    for weight in weights:
        for hypothesis, bits in weight.bits:
            columns[hypothesis].append(bits)
    return {hypothesis: math.fsum(bits) for hypothesis, bits in columns.items()}


def probabilities(bits: Mapping[str, float]) -> dict[str, float]:
    """Return probabilities proportional to 2**bits; they sum to 1 within 2 ulp."""
    top = max(bits.values())
    shares = {hypothesis: 2.0 ** (value - top) for hypothesis, value in bits.items()}
    whole = math.fsum(shares.values())
    return {hypothesis: share / whole for hypothesis, share in shares.items()}
