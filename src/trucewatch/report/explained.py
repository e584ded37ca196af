"""A verdict in at most seven lines that a delegation can read; how sure and how broad never share a sentence."""

from collections.abc import Mapping, Sequence

from trucewatch.evidence import UNDETERMINED
from trucewatch.model import Attribution, Case, Weight
from trucewatch.report.naming import first_words, line_words, reason_words
from trucewatch.report.words import hypothesis_names, indicated, leading, percent
from trucewatch.vocabulary import MATTERS, Intent, Phenomenon

TELLS = 0.5  # bits from which a reason is worth a line; as in the counting of lines of evidence


NOT_FIRE = (
    "The numbers say whose {}; “nothing prohibited” means that there was nothing of the kind. Whether it is forbidden "
    "is asked under its clauses, and nobody is said to have fired."
)


def explained(attribution: Attribution, case: Case, phenomenon: Phenomenon | None = None) -> tuple[str, ...]:
    """Return the lines: what speaks for it and against, how broad, what would change it, the prior, the order.

    Of a `phenomenon` that is no fire they begin with what the numbers are of.
    """
    names = hypothesis_names(case)
    found = attribution.determination
    best = found if found != UNDETERMINED else indicated(attribution, case.standard)
    not_fire = (
        "weapon it is" if phenomenon is Phenomenon.WEAPON_SEEN else "doing it was" if phenomenon in MATTERS else ""
    )
    lines = [
        *([NOT_FIRE.format(not_fire)] if not_fire else []),
        *_for_and_against(attribution, best, names),
        _breadth(attribution),
    ]
    if attribution.flips:
        lines.append(
            f"{'What carries it' if found != UNDETERMINED else 'What is missing'}: "
            f"{_joined([line_words(flip, names) for flip in attribution.flips])}."
        )
    if best is not None and attribution.learned:
        shown = percent(dict(attribution.learned)[best])
        lines.append(f"With each side's usual share of the fire as the prior it would be {shown}; that is never used.")
    if attribution.sequence or attribution.intent is not Intent.UNDETERMINED:
        lines.append(_order(attribution, names))
    return tuple(lines)


def _for_and_against(attribution: Attribution, best: str | None, names: Mapping[str, str]) -> list[str]:
    if best is None:
        return []
    weighed = [(w, _speaks(w, best)) for w in attribution.weights if w.line]
    most = max(weighed, key=lambda item: round(item[1], 6), default=None)
    least = min(weighed, key=lambda item: round(item[1], 6), default=None)
    lines = []
    if most is not None and most[1] >= TELLS:
        lines.append(f"Most for {names.get(best, best)}: {reason_words(most[0], names)}.")
    if least is not None and least[1] <= -TELLS:
        lines.append(f"Most against it: {reason_words(least[0], names)}.")
    return lines


def _speaks(weight: Weight, hypothesis: str) -> float:
    bits = dict(weight.bits)
    return bits[hypothesis] - max(value for name, value in bits.items() if name != hypothesis)


def _breadth(attribution: Attribution) -> str:
    """Say how broad the evidence is; what rests on words is told apart."""
    lines = {w.line for w in attribution.weights if w.line}
    spoken = {w.line for w in attribution.weights if w.line and w.said}
    if not lines:
        return "No evidence bears on who did it."
    words = f", {len(spoken)} of them words" if spoken else ""
    first = leading(attribution)
    speaking = f"; {attribution.lines} speak for the likeliest explanation" if first is not None else ""
    return f"Independent lines of evidence: {len(lines)}{words}{speaking}."


def _order(attribution: Attribution, names: Mapping[str, str]) -> str:
    said = f"Said of intent: {attribution.intent.value}" if attribution.intent is not Intent.UNDETERMINED else ""
    order = f"Order of fire: {first_words(attribution.sequence, names)}" if attribution.sequence else ""
    return _joined([part for part in (order, said) if part]) + "."


def _joined(parts: Sequence[str]) -> str:
    return "; ".join(parts)
