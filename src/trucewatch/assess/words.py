"""The words of an attribution: one line for the table, and what would change it."""

from collections.abc import Sequence
from functools import lru_cache

from trucewatch.assess.verdict import least_alone
from trucewatch.evidence import WEIGHED, strength
from trucewatch.model import StandardOfProof, Weight

_BELOW = "below the standard of"
_EXCHANGE = "one side is named without the other only where it was alone, from"
INDICATION = 0.55  # "likely" begins here (ICD 203); below it no hypothesis is named, not even as an indication


def lacking(standard: StandardOfProof, *, proven: bool, chance: float, lines: int) -> str:
    """Say what an incident lacks of the standard of proof; `chance` is that of the finding, `proven`: it suffices.

    That a side fired may be likely enough, and that it fired alone may not (`verdict.MOSTLY_ALONE`).
    """
    if not proven and chance >= standard.probability:
        return f"{_EXCHANGE} {least_alone(standard.probability):.2f} on"
    if not proven:
        return f"{_BELOW} {standard.probability:g}"
    if lines < standard.lines:
        counted = "1 independent line" if lines == 1 else f"{lines} independent lines"
        return f"{counted} of evidence where the standard asks for {standard.lines}"
    return "every line of evidence is the word of somebody or comes from an accuser"


def explain(determination: str, leads: str, weights: Sequence[Weight]) -> str:
    """Say in one line what was concluded and on what, the strongest reason first."""
    head = f"{determination}: {leads}"
    if not weights:
        return head + ". No evidence bears on who did it."
    return head + WEIGHED + "; ".join(map(in_words, weights)) + "."


def leading_words(best: str | None, probability: float, alone: float, *, lacks: str, may_be_named: bool) -> str:
    """Say what leads; a side is not named, not even as an indication, on fewer lines than a finding needs.

    `probability` is that of the finding; of a side, that it fired, of which `alone` is the part without an exchange.
    """
    named = f"{best} at {probability:.2f}" if probability == alone else f"{best} fired, at {probability:.2f}"
    exchange = "" if probability == alone else f" (alone {alone:.2f}, in an exchange {probability - alone:.2f})"
    if not lacks:
        return named + exchange
    if best and may_be_named and probability >= INDICATION:
        return f"most likely {named}{exchange}, but {lacks}"
    share = f"{alone:.2f}" if probability == alone else f"{alone:.2f} ({probability:.2f} with an exchange of fire)"
    kept_back = best is not None and probability >= INDICATION
    hint = "; no side is hinted at on fewer lines of evidence than a finding needs" if kept_back else ""
    return f"no indication, the best share is {share}, {lacks}{hint}"


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
def wanted(
    standard: StandardOfProof, *, proven: bool, chance: float, lines: int, carried: bool
) -> tuple[str, ...]:  # fmt: skip
    """Say what an undetermined incident lacks, naming no side: it hints at none."""
    missing = []
    if lines < standard.lines:
        more = standard.lines - lines
        needed = "1 more independent line of evidence that agrees" if more == 1 else f"{more} more independent lines of"
        missing.append(needed if more == 1 else f"{needed} evidence that agree")
    if not carried:
        missing.append("a perception of where fire left or landed that no accuser supplied")
    if not proven and chance >= standard.probability:
        missing.append("evidence whether anybody else fired there as well")
    elif not proven:
        missing.append(
            "evidence that tells the likeliest apart: where the fire left, where it landed, or an innocent cause"
        )
    return tuple(missing)
