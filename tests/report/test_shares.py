from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trucewatch.report.shares import UNITS, rounded

weights = st.lists(st.integers(min_value=0, max_value=10**6), min_size=5, max_size=7).filter(any)


def probabilities(counts: list[int]) -> list[float]:
    return [float(Fraction(count, sum(counts))) for count in counts]


@given(weights)
def test_the_decimals_sum_to_exactly_one(counts: list[int]) -> None:
    assert sum(rounded(probabilities(counts))) == UNITS


@given(weights)
def test_no_decimal_but_that_of_no_violation_moves_by_a_unit(counts: list[int]) -> None:
    given_ = probabilities(counts)
    for p, units in zip(given_[:-1], rounded(given_)[:-1], strict=True):
        assert abs(units - p * UNITS) < 1


@given(weights, st.data())
def test_exchanging_two_parties_exchanges_their_decimals_and_nothing_else(
    counts: list[int], data: st.DataObject
) -> None:
    given_ = probabilities(counts)
    parties = len(given_) - 3
    i, j = (data.draw(st.integers(min_value=0, max_value=parties - 1)) for _ in range(2))

    def exchanged(values: list) -> list:
        turned = list(values)
        turned[i], turned[j] = turned[j], turned[i]
        return turned

    assert rounded(exchanged(given_)) == exchanged(rounded(given_))


@given(st.integers(min_value=0, max_value=10**6), st.integers(min_value=1, max_value=10**6))
def test_equally_probable_parties_get_equal_decimals(party: int, rest: int) -> None:
    alfa, bravo, *_ = rounded(probabilities([party, party, rest, 0, 0]))
    assert alfa == bravo


def test_what_two_equal_parties_cannot_share_goes_to_no_violation() -> None:
    assert rounded([1 / 3, 1 / 3, 1 / 9, 1 / 9, 1 / 9]) == [3333, 3333, 1111, 1111, 1112]


def test_probabilities_that_do_not_sum_to_one_are_refused() -> None:
    with pytest.raises(ValueError, match="not to 1"):
        rounded([0.5, 0.2, 0.1, 0.1, 0.0])
