"""Three-valued truth: true, false, or unknown (None), after Kleene (Introduction to Metamathematics, 1952, §64)."""

from collections.abc import Iterable

Truth = bool | None

# A likely statement counts as true, an unlikely one as false, the rest is unknown. 0.95 is the default
# standard of proof (model.StandardOfProof): no atom is taken for a fact on less than a finding needs.
LIKELY = 0.95
UNLIKELY = 1 - LIKELY


def every(truths: Iterable[Truth]) -> Truth:
    """Return the conjunction: false if one is false, else unknown if one is unknown, else true."""
    seen = tuple(truths)
    return False if False in seen else None if None in seen else True


def some(truths: Iterable[Truth]) -> Truth:
    """Return the disjunction: true if one is true, else unknown if one is unknown, else false."""
    seen = tuple(truths)
    return True if True in seen else None if None in seen else False


def agreed(truths: Iterable[Truth]) -> Truth:
    """Return what all alternatives say alike, else unknown; there must be one at least."""
    first, *rest = truths
    return first if all(truth is first for truth in rest) else None


def negated(truth: Truth) -> Truth:
    """Return the negation; the negation of unknown is unknown."""
    return None if truth is None else not truth


def taken(probability: float) -> Truth:
    """Return the truth of a statement that holds with a probability."""
    return True if probability >= LIKELY else False if probability <= UNLIKELY else None
