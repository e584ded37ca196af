"""The words of an attribution: one line for the table, and what would change it."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from trucewatch.assess.verdict import least_alone
from trucewatch.evidence import WEIGHED, strength
from trucewatch.model import StandardOfProof, Weight

_BELOW = "below the standard of"
_EXCHANGE = "one side is named without the other only where it was alone, from"
# What a finding must not rest on: see `verdict`.
_CONTRADICTED = "the places and times that were perceived contradict each other beyond the errors that they state"
_BY_COUNT = "without the rounds and weapons that were told of, which innocent causes have too, it is not likely enough"
_BY_HABIT = "it is likely enough only since innocent causes are common in this record"
INDICATION = 0.55  # "likely" begins here (ICD 203); below it no hypothesis is named, not even as an indication


@dataclass(frozen=True, slots=True)
class Reached:
    """How far an incident comes of the standard of proof.

    `proven`: the probability is there; `lines` of evidence support the leading explanation, `carried`: one of them is
    perceived. `firm`: it is there without what nothing in the incident bears out (`verdict`), and the incident is not
    `contradicted`: its perceptions do not contradict each other. `clears`: the leading explanation is that nothing
    prohibited happened. `shared`: what keeps a side from being named is only that an exchange is likely
    (`verdict.MOSTLY_ALONE`). `shields`: it is named all the same, since that an exchange is likely rests on its own
    word. `told`: somebody of no side perceived where fire left or landed, or a weapon standing; `is_fire`: it is about
    fire at all.
    """

    proven: bool
    lines: int
    carried: bool = True
    firm: bool = True
    contradicted: bool = False
    clears: bool = False
    shared: bool = False
    shields: bool = False
    told: bool = False
    is_fire: bool = True


def lacking(standard: StandardOfProof, reached: Reached) -> str:
    """Say what an incident lacks of the standard of proof."""
    if reached.shared:
        return f"{_EXCHANGE} {least_alone(standard.probability):.2f} on"
    if not reached.proven:
        return f"{_BELOW} {standard.probability:g}"
    if reached.lines < standard.lines:
        counted = "1 independent line" if reached.lines == 1 else f"{reached.lines} independent lines"
        return f"{counted} of evidence where the standard asks for {standard.lines}"
    if not reached.carried:
        return "what points there is the word of somebody or comes from an accuser"
    if reached.contradicted:
        return _CONTRADICTED
    return _BY_HABIT if reached.clears else _BY_COUNT


def explain(determination: str, leads: str, weights: Sequence[Weight]) -> str:
    """Say in one line what was concluded and on what, the strongest reason first."""
    head = f"{determination}: {leads}"
    if not weights:
        return head + ". No evidence bears on who did it."
    return head + WEIGHED + "; ".join(map(in_words, weights)) + "."


def leading_words(
    best: str | None,
    probability: float,
    alone: float,
    *,
    lacks: str,
    may_be_named: bool,
    is_fire: bool = True,
    shields: bool = False,
) -> str:
    """Say what leads; a side is not named, not even as an indication, on fewer lines than a finding needs.

    `probability` is that of the finding; of a side, that it fired, of which `alone` is the part without an exchange.
    Where no fire is spoken of (a weapon that stands, an entry), nobody is said to have fired.
    """
    least = float(lacks.removeprefix(_BELOW)) if lacks.startswith(_BELOW) else None
    shown = _below(probability, least)
    does, other = (" fired,", "in an exchange") if is_fire else ("", "with another side")
    named = f"{best} at {shown}" if probability == alone else f"{best}{does} at {shown}"
    exchange = "" if probability == alone else f" (alone {alone:.2f}, {other} {probability - alone:.2f})"
    if not lacks:
        return named + exchange + ("; that an exchange is likely rests on its own word" if shields else "")
    if best and may_be_named and probability >= INDICATION:
        return f"most likely {named}{exchange}, but {lacks}"
    whole = f"{shown} with an exchange of fire" if is_fire else f"{shown} with another side's"
    share = _below(alone, least) if probability == alone else f"{alone:.2f} ({whole})"
    kept_back = best is not None and probability >= INDICATION
    hint = "; no side is hinted at on fewer lines of evidence than a finding needs" if kept_back else ""
    return f"no indication, the best share is {share}, {lacks}{hint}"


def _below(value: float, least: float | None) -> str:
    """Return a probability with two decimals; one that is below the standard is never rounded up to it."""
    written = f"{value:.2f}"
    if least is None or value >= least or float(written) < least:
        return written
    return f"{math.floor(value * 100) / 100:.2f}"


def in_words(weight: Weight) -> str:
    """Say a reason with its strength, whom it favours and whom it speaks against."""
    return f"{weight.reason} ({_strength(weight.bits)})"


@lru_cache(maxsize=4096)  # a claim weighs in one incident what it weighs in hundreds
def _strength(bits: tuple[tuple[str, float], ...]) -> str:
    return strength(bits, {}) or "0.0 bits"


@lru_cache(maxsize=1024)
def stands_on(needed: tuple[str, ...]) -> tuple[str, ...]:
    """Say which single lines a finding cannot do without; a side's line is named as such, by what it says."""
    if not needed:
        return ("it would stand without any single one of its lines",)
    return tuple(f"without {line} it would be undetermined" for line in needed)


@lru_cache(maxsize=1024)
def wanted(standard: StandardOfProof, reached: Reached) -> tuple[str, ...]:
    """Say what an undetermined incident lacks, naming no side: it hints at none."""
    missing = []
    if reached.lines < standard.lines:
        more = standard.lines - reached.lines
        needed = "1 more independent line of evidence that agrees" if more == 1 else f"{more} more independent lines of"
        missing.append(needed if more == 1 else f"{needed} evidence that agree")
    if not reached.carried:
        missing.append(_unperceived(reached))
    if reached.shared:
        missing.append("evidence whether anybody else fired there as well")
    elif reached.contradicted:
        missing.append("what the errors of these sources truly are: their places and times contradict each other")
    elif not reached.proven or not reached.firm:
        apart = (
            "where the fire left, where it landed, or an innocent cause"
            if reached.is_fire
            else "whose it was, or that there was nothing of the kind"
        )
        missing.append(f"evidence that tells the likeliest apart: {apart}")
    return tuple(missing)


def _unperceived(reached: Reached) -> str:
    if not reached.is_fire:
        return "a perception of whose it was that no accuser supplied"
    if reached.told:
        return "on whose ground it left or landed: a better line, or a source of no side that says who holds that place"
    return "a perception of where fire left or landed that no accuser supplied"
