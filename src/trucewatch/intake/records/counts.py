"""A count between two bounds of a row, such as how many people were there or came back."""

from trucewatch.intake.records.common import Cells, in_order, number
from trucewatch.model import Count
from trucewatch.vocabulary import Qualifier


def bounds(cells: Cells, low_name: str, high_name: str) -> Count:
    """Return the count of two columns; one bound alone leaves the other open, none states no count."""
    low, high = number(cells, low_name), number(cells, high_name)
    in_order(low, high, (low_name, high_name))
    return Count(low=low, high=high, qualifier=_qualifier(low, high))


def _qualifier(low: int | None, high: int | None) -> Qualifier:
    if low is None:
        return Qualifier.NOT_STATED if high is None else Qualifier.AT_MOST
    if high is None:
        return Qualifier.AT_LEAST
    return Qualifier.EXACT if low == high else Qualifier.RANGE
