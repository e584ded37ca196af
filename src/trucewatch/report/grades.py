"""Admiralty grades as labels: they are read off what was weighed and enter no sum.

Numbers 1 to 6 say how far an incident's information is confirmed by independent lines; letters A to F how a source's
past reports held. No source here has a record of past reports whose truth is known, so every source is F. Six and F
mean "cannot be judged", never "bad".
"""

from trucewatch.vocabulary import Credibility

MEANINGS = {
    Credibility.CONFIRMED: "confirmed: three independent lines or more perceived it",
    Credibility.PROBABLY_TRUE: "probably true: two independent lines perceived it",
    Credibility.POSSIBLY_TRUE: "possibly true: one line perceived it, and somebody independent of it says so too",
    Credibility.CANNOT_BE_JUDGED: "cannot be judged: one line alone, or words alone",
}

GRADES = (
    *((grade.value, meaning) for grade, meaning in MEANINGS.items()),
    ("4, 5", "doubtful, improbable: not given, since that nobody else perceived it contradicts nobody"),
    ("F", "every source here, as to reliability: it has no record of past reports whose truth is known"),
)


def grade_words(credibility: Credibility | None) -> str:
    """Return '2, probably true: two independent lines perceived it'."""
    return "not graded" if credibility is None else f"{credibility.value}, {MEANINGS[credibility]}"
