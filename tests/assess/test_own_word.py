"""Nobody is kept from being named by his own word that the other fired as well; what others say and see still counts."""

import numpy as np
import pytest
from tests.build import EAST, WEST, at, observation, only, outgoing

from trucewatch.assess.verdict import proven
from trucewatch.vocabulary import Direction, SourceClass


def chances(*values):
    return np.array([values])


WITH = chances(0.55, 0.00, 0.42, 0.02, 0.01)  # west, east, both, another actor, nothing prohibited


@pytest.mark.parametrize(
    ("without", "named"),
    [
        (chances(0.87, 0.00, 0.11, 0.01, 0.01), True),  # the exchange rests on its own word
        (chances(0.60, 0.00, 0.37, 0.02, 0.01), False),  # somebody else saw the other fire
    ],
)
def test_how_likely_it_was_alone_is_asked_without_its_own_word_too(without, named):
    best = np.array([0])
    assert not proven(WITH, best, 0.95)[0]
    assert proven(WITH, best, 0.95, without)[0] is np.bool_(named)


def test_its_word_never_makes_it_likelier_that_it_fired():
    below = chances(0.70, 0.10, 0.18, 0.01, 0.01)
    assert not proven(below, np.array([0]), 0.95, chances(0.97, 0.00, 0.02, 0.005, 0.005))[0]


def test_an_exchange_needs_the_same_as_before():
    both = chances(0.03, 0.03, 0.93, 0.005, 0.005)
    assert not proven(both, np.array([2]), 0.95, chances(0.0, 0.0, 0.99, 0.005, 0.005))[0]


def seen(*more):
    landing = observation("landing", place=at(4, 0), minutes=0.4, direction=Direction.IMPACT, source="camera b")
    return only([outgoing("gun", -4.0, source="camera a"), landing, *more])


def word(by, of):
    return observation("word", place=at(4, 0, 1.0), minutes=0.4, sd_s=300.0, source=f"ministry of {by}", means=None,
                       source_class=SourceClass.PARTY, side=by, accuses=of)  # fmt: skip


def test_the_numbers_stay_what_they_are_and_what_they_rest_on_is_said():
    plain, cried = seen(), seen(word(WEST, EAST))
    assert plain.determination == cried.determination == WEST
    assert dict(cried.probabilities)["both"] > dict(plain.probabilities)["both"]
    assert "own word" not in plain.why
