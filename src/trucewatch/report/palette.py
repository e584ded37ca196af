"""Colours and shapes of the maps and bars: by place in the case, of equal weight, and never colour alone.

The two first hues are the blue and the vermilion of Okabe and Ito's palette for colour-blind readers
(Color Universal Design, 2008), darkened to the same lightness; no red and green, no friend and foe.
"""

from trucewatch.evidence import BOTH, NO_VIOLATION, OTHER, UNDETERMINED

PARTY_COLOURS = ("#1b62a5", "#b35300", "#6a4c93", "#00736b")
COLOURS = {BOTH: "#4d3b53", OTHER: "#2b2b2b", NO_VIOLATION: "#4a4a4a", UNDETERMINED: "#75777a"}


def colour(kind: str) -> str:
    """Return the colour of side1, side2, ..., both, other, no_violation or undetermined."""
    if kind.startswith("side"):
        return PARTY_COLOURS[(int(kind.removeprefix("side")) - 1) % len(PARTY_COLOURS)]
    return COLOURS[kind]
