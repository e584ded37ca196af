"""What a full run learns from all of its incidents; others may be judged by it too. No party's name enters it."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from trucewatch.assess import clutter, kinds
from trucewatch.assess.exact import Numbers, even_sum, log2
from trucewatch.assess.leave_out import LeftOut
from trucewatch.assess.origins import Origins
from trucewatch.assess.reliability import DECIDED, Lesson, Record, lesson
from trucewatch.assess.verdict import Judged, Priors, leading, probabilities, proven
from trucewatch.assess.weigh import Saying
from trucewatch.model import Incident

KAPPA_SIDES = 20.0  # incidents that an equal share of the fire is worth before anything is learned; a guess


@dataclass(frozen=True, slots=True)
class Lone:
    """Reports that stand alone: which share of them is of nothing, and the bits that make it so many."""

    nothing: float
    bits: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Learned:
    """Which end each sort of perception shows, how common causes are, what speakers and lone reports are worth."""

    origins: Origins
    causes: Numbers
    record: Record
    lone: Lone


def lessons(priors: Priors, neutral: Numbers, beside: Numbers, said: Sequence[Sequence[Saying]]) -> dict[int, Lesson]:
    """Return what each incident teaches in which neutral perception alone finds a side, by its number.

    `neutral` (incidents × scenes) and `beside` (incidents × hypotheses) are the bits of what neutral eyes perceived.
    """
    chances = probabilities(priors.likelihood_bits(neutral) + beside + priors.bits)
    best = leading(chances)
    sure = (best < priors.scenes.n) & proven(chances, best, DECIDED)
    return {n: lesson(int(best[n]), said[n]) for n in np.flatnonzero(sure).tolist()}


def stand_alone(incidents: Sequence[Incident]) -> list[int]:
    """Return the numbers of the incidents that one source alone perceived, and nobody else noted."""
    return [n for n, i in enumerate(incidents) if clutter.is_lone(i) and any(map(kinds.is_physical, i.observations))]


def learned_lone(priors: Priors, known: Numbers, incidents: Sequence[Incident]) -> Lone:
    """Return what standing alone weighs; `known` are the bits of all else that is known of those that do."""
    nothing = clutter.share_of_nothing(incidents)
    innocent = priors.causes[-2:].sum() / even_sum(priors.causes)
    return Lone(nothing, clutter.weight(known, priors.bits, nothing + (1.0 - nothing) * float(innocent)))


def with_shares(judged: Judged, record: Record, left_out: LeftOut) -> Numbers:
    """Return the probabilities with the sides' learned shares of the fire, which are shown and decide nothing."""
    n = len(record.parties)
    unheard = left_out.each(len(judged.bits))
    found = np.array([record.others_found(numbers) for numbers in unheard], np.float64).reshape(-1, n)
    share = (found + KAPPA_SIDES / n) / (found.sum(axis=1, keepdims=True) + KAPPA_SIDES)
    return probabilities(judged.bits + np.column_stack([log2(share * n), np.zeros((len(found), 3))]))
