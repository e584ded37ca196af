"""The words of an attribution: one line for the table, and what would change it."""

from collections.abc import Sequence

from trucewatch.evidence import ALIKE, WEIGHED
from trucewatch.model import StandardOfProof, Weight

INDICATION = 0.55  # "likely" begins here (ICD 203); below it no hypothesis is named, not even as an indication


def lacking(standard: StandardOfProof, *, proven: bool, lines: int) -> str:
    """Say what an incident lacks of the standard of proof; `proven`: the probability is there."""
    if not proven:
        return f"below the standard of {standard.probability:g}"
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
    kept_back = best is not None and probability >= INDICATION
    hint = "; fewer lines of evidence than a finding needs hint at no side" if kept_back else ""
    return f"no indication, the best share is {probability:.2f}, {lacks}{hint}"


def in_words(weight: Weight) -> str:
    """Say a reason with its strength and whom it favours."""
    ranked = sorted(weight.bits, key=lambda item: -round(item[1], 6))
    favoured = [h for h, bits in ranked if ranked[0][1] - bits < ALIKE]
    gap = ranked[0][1] - ranked[-1][1]
    if round(gap, 1) == 0:
        return f"{weight.reason} (0.0 bits)"
    towards = " and ".join(favoured) if len(favoured) <= 2 else "several alike"
    return f"{weight.reason} ({gap:.1f} bits towards {towards})"


def stands_on(needed: Sequence[str]) -> tuple[str, ...]:
    """Say which single lines a finding cannot do without; a side's line is named as such, by what it says."""
    if not needed:
        return ("it would stand without any single one of its lines",)
    return tuple(f"without {line} it would be undetermined" for line in needed)


def wanted(standard: StandardOfProof, *, proven: bool, lines: int, carried: bool) -> tuple[str, ...]:
    """Say what an undetermined incident lacks, naming no side: it hints at none."""
    missing = []
    if lines < standard.lines:
        more = standard.lines - lines
        missing.append(f"{more} more independent line{'s' if more > 1 else ''} of evidence that agree")
    if not carried:
        missing.append("a perception of where fire left or landed that no accuser supplied")
    if not proven:
        missing.append("evidence that tells the likeliest apart: the other end of the fire, or an innocent cause")
    return tuple(missing)
