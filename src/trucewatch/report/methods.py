"""The methods that concluded, by their cards; how their probabilities held; and what the words of a report mean."""

from trucewatch.model import Card
from trucewatch.report.calibration import record_lines
from trucewatch.report.choice import Choice
from trucewatch.report.parts import CalibrationPart, MethodPart
from trucewatch.report.reliability import reliability_panels, risk_panel

# ICD 203 (Intelligence Community Directive 203, Analytic Standards) for the words of likelihood; "attributed" and
# "largely attributed" are the field's own (CTSAMVM)
WORDS = (
    ("95 % and more", "almost certain", "attributed, where the standard of proof is reached"),
    ("80 to 95 %", "very likely", "largely attributed, where the parties' standard is as low; else undetermined"),
    ("55 to 80 %", "likely", "undetermined, an indication stated"),
    ("45 to 55 %", "roughly even", "undetermined"),
    ("below", "no word", "undetermined"),
)


def methods(choice: Choice) -> tuple[MethodPart, ...]:
    """Return the methods that concluded, in their order, then those of the other cards."""
    cards = {card.method: card for card in choice.assessment.case.cards}
    return tuple(_method(name, cards.get(name)) for name in dict.fromkeys((*choice.assessment.methods, *cards)))


def _method(name: str, card: Card | None) -> MethodPart:
    if card is None:
        return MethodPart(name=name, does="no card describes this method", told=())
    told = (("Takes", card.inputs), ("Assumes", card.assumes), ("Measured", card.measured), ("Fails", card.fails))
    return MethodPart(name=name, does=card.does, told=told)


def calibrations(choice: Choice) -> tuple[CalibrationPart, ...]:
    """Return how the methods' probabilities held; the pictures stand in the report of the whole record alone."""
    return tuple(
        CalibrationPart(
            about=record.about,
            lines=record_lines(record),
            pictures=(*reliability_panels(record), risk_panel(record)) if choice.period is None else (),
        )
        for record in choice.assessment.case.records
    )


def caution(choice: Choice) -> str:
    """Say how far the probabilities may be trusted: what they were measured on, and that it is not this record."""
    guessed = (
        "They follow from likelihoods that are guesses made by hand, some of them moved by what this record itself "
        "shows; none has been calibrated on real incidents whose truth is known."
    )
    about = ", ".join(record.about for record in choice.assessment.case.records)
    return f"{guessed} How often they come true was measured on {about}: see the methods below." if about else guessed


def errors(choice: Choice) -> tuple[tuple[str, int, str], ...]:
    """Return for each class of source how many reports told how well its stated errors hold, and how they are taken."""
    return tuple(
        (
            ("not stated" if held.source_class is None else held.source_class.value)
            + (", supplied by a side" if held.of_sides else ""),
            held.reports,
            "as stated" if held.factor == 1.0 else f"{held.factor:g} times as large as stated",
        )
        for held in choice.assessment.errors
    )
