import pytest

from trucewatch.agreement.kleene import Truth, agreed, every, negated, some, taken


def test_unknown_never_outweighs_a_decisive_truth():
    assert every((True, None, False)) is False
    assert some((False, None, True)) is True
    assert every((True, None)) is None
    assert some((False, None)) is None


def test_nothing_is_required_of_nothing():
    assert every(()) is True
    assert some(()) is False


def test_alternatives_decide_only_when_they_say_the_same():
    assert agreed((True, True)) is True
    assert agreed((False,)) is False
    assert agreed((True, False)) is None
    assert agreed((True, None)) is None
    assert negated(None) is None


@pytest.mark.parametrize(("probability", "truth"), [(0.95, True), (0.949, None), (0.051, None), (0.05, False)])
def test_a_probability_is_taken_for_a_fact_from_nineteen_in_twenty(probability: float, truth: Truth):
    assert taken(probability) is truth
