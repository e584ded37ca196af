"""What neutral sources say of whose ground is theirs moves the drawn line near them, and no farther."""

import math
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.build import EAST, NOON, PLANE, WEST, assessed, at, box, front, observation, outgoing

from trucewatch.assess.ground import ground_probabilities
from trucewatch.assess.held import ALONG_KM, WRONG, Word, heeded, held_ground, words
from trucewatch.model import Feature, Named
from trucewatch.spacetime import Moments
from trucewatch.vocabulary import FeatureRole, Means, SourceClass

LINE_SD_KM = 3.0


def case(*, swapped=False):
    """A straight line far longer than anything here, drawn to 3 km."""
    drawn = front(swapped=swapped)
    holders = [f.party for f in drawn.places if f.role is FeatureRole.CONTROL]
    shapes = [box(-200, -200, 0, 200), box(0, -200, 200, 200)]
    ground = tuple(
        Feature(role=FeatureRole.CONTROL, geometry=shape, party=party, accuracy_km=LINE_SD_KM)
        for shape, party in zip(shapes, holders, strict=True)
    )
    return replace(drawn, places=ground)


def place(east, north=0.0, sd_km=0.5):
    return Moments(east, north, sd_km**2, sd_km**2, 0.0)


def shares(where, *said, of=None):
    return held_ground(of or case(), PLANE, [(NOON, where, said)])[0]


def held(row, *, observer=None, itself=None):
    def name(party):
        return None if party is None else Named(party=party, verbatim=party)

    return replace(row, observer_held_by=name(observer), place_held_by=name(itself))


def test_without_a_word_the_ground_is_the_maps():
    asked = [(NOON, place(-1.0)), (NOON, place(2.5, 7.0))]
    assert held_ground(case(), PLANE, [(*one, ()) for one in asked]) == ground_probabilities(case(), PLANE, asked)


def test_a_word_about_a_post_on_the_drawn_line_tells_of_what_is_near_and_hardly_of_what_is_far():
    word = Word(place(0.0), WEST)
    near, further, far = (shares(place(0.0, north), word)[WEST] for north in (1.0, 8.0, 60.0))
    assert near > further > far
    assert near > 0.8
    assert far == pytest.approx(0.5, abs=0.01)


def test_it_is_what_a_line_that_is_off_alike_near_by_would_give():
    # the model itself, by trial: Gaussian depths of two places that share part of the line's error
    random = np.random.default_rng(3)
    post, target, sd_km = (1.0, 0.0), (2.0, 5.0), 0.5
    correlation = math.exp(-((post[0] - target[0]) ** 2 + (post[1] - target[1]) ** 2) / (2 * ALONG_KM**2))
    line = random.multivariate_normal([0, 0], LINE_SD_KM**2 * np.array([[1, correlation], [correlation, 1]]), 400_000)
    own = random.normal(0, sd_km, (400_000, 2))
    in_west = line + own - np.array([post[0], target[0]]) > 0
    says_west = in_west[:, 0] ^ (random.random(400_000) < WRONG)
    found = shares(place(*target, sd_km), Word(place(*post, sd_km), WEST))[WEST]
    assert found == pytest.approx(in_west[says_west, 1].mean(), abs=0.006)


def test_one_error_of_the_posts_position_is_in_both_where_the_observer_is_the_same():
    post = place(0.0, sd_km=3.0)
    assert (
        shares(place(0.0, 6.0, 3.5), Word(post, WEST, own=True))[WEST]
        > shares(place(0.0, 6.0, 3.5), Word(post, WEST))[WEST]
    )


def test_a_word_deep_in_the_other_sides_ground_is_taken_for_a_slip():
    assert shares(place(30.0), Word(place(30.0), WEST))[WEST] < 0.01
    assert shares(place(30.0), Word(place(30.0), WEST, itself=True, own=True))[WEST] < 0.01


def test_a_word_about_the_very_place_is_as_good_as_such_words_are():
    word = Word(place(0.0), WEST, itself=True, own=True)
    assert shares(place(0.0), word)[WEST] == pytest.approx(1 - WRONG, abs=1e-6)


@given(st.floats(-9, 9), st.floats(-9, 9), st.floats(-20, 20), st.floats(0.0, 4.0), st.booleans())
def test_exchanging_the_sides_exchanges_the_answer_to_the_last_bit(post, target, north, sd_km, own):
    where, there = place(target, north, sd_km), place(post, 0.0, sd_km)
    ours = shares(where, Word(there, WEST, own=own))
    theirs = shares(where, Word(there, EAST, own=own), of=case(swapped=True))
    assert (ours[WEST], ours[EAST]) == (theirs[EAST], theirs[WEST])
    assert math.fsum(ours.values()) == pytest.approx(1.0, abs=1e-6)


def test_the_nearest_word_counts_and_two_that_contradict_each_other_count_nothing():
    near, far, against = Word(place(1.0), WEST), Word(place(9.0), EAST), Word(place(1.0), EAST)
    assert heeded([far, near], place(0.0)) == heeded([near, far], place(0.0)) == near
    assert heeded([near, against, far], place(0.0)) is None
    assert heeded([], place(0.0)) is None


def test_where_no_ground_is_known_a_word_tells_of_that_very_place_alone():
    nowhere = replace(case(), places=())
    assert shares(place(0.0), Word(place(0.0), WEST), of=nowhere) == {WEST: 0.0, EAST: 0.0}
    assert shares(place(0.0), Word(place(0.0), WEST, itself=True), of=nowhere) == {WEST: 1 - WRONG, EAST: 0.0}


def test_a_word_for_a_side_whose_ground_is_not_drawn_speaks_against_the_others_too():
    drawn = case()
    one = replace(drawn, places=tuple(f for f in drawn.places if f.party == EAST))
    border = place(0.0)
    unsaid = shares(border, of=one)
    assert (unsaid[WEST], unsaid[EAST]) == (0.0, pytest.approx(0.5, abs=0.01))
    west = shares(border, Word(border, WEST, itself=True), of=one)
    east = shares(border, Word(border, EAST, itself=True), of=one)
    assert west[WEST] > 0.9 > 0.1 > west[EAST]
    assert east[EAST] > 0.9 > 0.1 > east[WEST]
    near = shares(place(0.0, 2.0), Word(border, WEST), of=one)
    assert near[WEST] > 0.3 > near[EAST]


def test_a_word_about_one_end_tells_of_the_other_only_by_the_line():
    itself = Word(place(0.0, 6.0), WEST, itself=True)
    by_post = Word(place(0.0, 6.0), WEST)
    assert shares(place(0.0), itself)[WEST] == shares(place(0.0), by_post)[WEST] < 0.9


def test_of_two_words_of_one_place_the_better_known_counts_whatever_their_order():
    sharp, vague = Word(place(0.0, 0.0, 0.1), WEST), Word(place(0.0, 0.0, 4.0), WEST)
    assert heeded([sharp, vague], place(1.0)) == heeded([vague, sharp], place(1.0)) == sharp


def test_a_side_or_who_perceived_nothing_gives_no_word():
    seen = observation("a", place=at(-4, 0), observer=at(-8, 0))
    assert len(words(held(seen, observer=WEST, itself=WEST), place(-4.0), PLANE)) == 2
    own = observation("b", place=at(-4, 0), observer=at(-8, 0), side=WEST)
    assert words(held(own, observer=WEST, itself=WEST), place(-4.0), PLANE) == ()
    told = observation(
        "c", place=at(-4, 0), observer=at(-8, 0), source_class=SourceClass.MEDIA, means=Means.MEDIA, accuses=EAST
    )
    assert words(held(told, observer=WEST, itself=WEST), place(-4.0), PLANE) == ()
    assert words(held(seen), place(-4.0), PLANE) == ()


@pytest.mark.parametrize(("holder", "other"), [(WEST, EAST), (EAST, WEST)])
def test_two_cameras_on_a_doubtful_line_name_whose_ground_they_are_said_to_have_looked_at(holder, other):
    rows = [outgoing("a", 0.0), outgoing("b", 0.1)]
    _, (unsaid,) = assessed(rows, case())
    assert unsaid.determination == "undetermined"
    _, (said,) = assessed([held(row, itself=holder) for row in rows], case())
    chances = dict(said.probabilities)
    assert chances[holder] > 5 * chances[other]
    assert any(f"said to be on ground of {holder}" in weight.reason for weight in said.weights)
