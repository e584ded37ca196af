"""Weights of evidence in bits: add them, turn them into probabilities. Order-free and blind to labels.

A weight is a base-2 log likelihood per hypothesis (Good, Probability and the Weighing of Evidence, 1950).
Sums are `math.fsum`, which is exactly rounded and therefore does not depend on order; every hypothesis
is treated by the same expression, so exchanging two of them exchanges their probabilities bit for bit.
"""

import math
from collections.abc import Iterable, Mapping

from trucewatch.model import Observation, Weight
from trucewatch.vocabulary import ATTENTIVE, SourceClass

BOTH, OTHER, NO_VIOLATION, UNDETERMINED = "both", "other", "no_violation", "undetermined"

ALIKE = 0.05  # bits: hypotheses that a reason favours equally but for this are named together; a guess
WEIGHED = ". Weighed: "  # between what was concluded and on what

# what perceives by senses or sensors; every other source passes on words
PERCEIVING = ATTENTIVE | {SourceClass.SATELLITE}


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
