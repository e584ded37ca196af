"""What no finding may rest on: how many rounds were told of, what a record is used to, places that contradict."""

from dataclasses import replace
from random import Random

import numpy as np
import pytest
from tests.build import EAST, PLANE, WEST, at, front, observation, only

from trucewatch.assess.associate import associate
from trucewatch.assess.causes import first_causes
from trucewatch.assess.incidents import incidents
from trucewatch.assess.locate import fixes
from trucewatch.assess.origins import learn
from trucewatch.assess.scenes import Scenes
from trucewatch.assess.sightings import sightings
from trucewatch.assess.verdict import Caveats, Lines, Priors, judge
from trucewatch.model import StandardOfProof
from trucewatch.vocabulary import Direction, Means, SourceClass


def at_standard(probability, rows):
    return only(rows, replace(front(), standard=StandardOfProof(probability=probability)))


@pytest.mark.parametrize(("by", "of", "x"), [(EAST, WEST, -3), (WEST, EAST, 3)])
def test_no_side_is_named_for_the_number_of_rounds(by, of, x):
    claim = observation(
        "m", place=at(-2 * x / 3, 0, 1.0), source_class=SourceClass.PARTY, side=by, accuses=of, means=None
    )
    heard = observation("b", place=at(x, 0), direction=Direction.OUTGOING, count=40)
    assert at_standard(0.88, [heard, claim]).determination == of
    found = at_standard(0.92, [heard, claim])
    chances = dict(found.probabilities)
    assert chances[of] + chances["both"] > 0.92
    assert found.determination == "undetermined"
    assert "without the rounds and weapons that were told of" in found.why


@pytest.mark.parametrize("bits", [2.0, 8.0])
def test_nobody_is_cleared_since_innocent_causes_are_common_in_a_record(bits):
    scenes = Scenes(2)
    used_to = first_causes(2)
    used_to[-1] = 60.0
    of_line = np.zeros((2, scenes.count))
    of_line[:, -1] = bits
    owner, none = np.zeros(2, dtype=np.intp), np.zeros((2, 5))
    lines = Lines(
        owner=owner, whole=of_line.sum(axis=0, keepdims=True), own=of_line, without=of_line[::-1], direct=none,
        words=none, speaker=np.full(2, -1), perceived=np.ones((2, 5), dtype=bool),
    )  # fmt: skip
    caveats = Caveats(told=np.zeros(1), contradicted=np.zeros(1, dtype=bool), neutral=lines.whole)
    judged = judge(Priors(scenes, used_to), lines, np.zeros((1, 5)), StandardOfProof(), caveats)
    assert judged.best[0] == 4
    assert judged.proven[0]
    assert judged.found[0] == (bits > 4)
    contradicted = replace(caveats, contradicted=np.ones(1, dtype=bool))
    assert not judge(Priors(scenes, used_to), lines, np.zeros((1, 5)), StandardOfProof(), contradicted).found[0]


@pytest.mark.parametrize("seed", range(4))
def test_stations_whose_places_contradict_each_other_find_nobody(seed):
    draw = Random(seed)
    rows = [
        observation(
            f"s{k}", place=at(-2 + draw.gauss(0, 2), draw.gauss(0, 2), 0.01), sd_s=1.0, minutes=draw.gauss(0, 0.01),
            source_class=SourceClass.ACOUSTIC, means=Means.ACOUSTIC, direction=Direction.OUTGOING,
        )
        for k in range(4)
    ]  # fmt: skip
    found = at_standard(0.3, rows)
    assert found.determination == "undetermined"
    assert "contradict each other beyond the errors that they state" in found.why
    assert "what the errors of these sources truly are: their places and times contradict each other" in found.flips


def test_which_end_a_class_sees_is_learned_only_beside_who_told_an_end():
    def taught(direction):
        rows = [observation("a", place=at(-3, 0)), observation("b", place=at(-3, 0), direction=direction)]
        where = fixes(rows, PLANE)
        found = incidents(rows, where, associate(rows, where), PLANE)
        assert len(found) == 1
        seen = sightings(found, {o.key: f for o, f in zip(rows, where, strict=True)}, PLANE)
        every = np.ones(len(seen))
        return learn(seen, len(found), lambda chances: (chances, every)).every.sum()

    assert taught(Direction.UNDETERMINED) == 0
    assert taught(Direction.OUTGOING) == 2


def judged_by(film, bang, filmed_by):
    """Judge one incident of two sides by a side's film and what a neutral post perceived, in bits of the scenes."""
    scenes, owner, none = Scenes(2), np.zeros(2, dtype=np.intp), np.zeros((2, 5))
    of_line = np.array([film, bang])
    mine = [k == filmed_by for k in range(5)]
    lines = Lines(
        owner=owner, whole=of_line.sum(axis=0, keepdims=True), own=of_line, without=of_line[::-1], direct=none,
        words=none, speaker=np.full(2, -1), perceived=np.array([mine, [True] * 5]),
    )  # fmt: skip
    caveats = Caveats(told=np.zeros(1), contradicted=np.zeros(1, dtype=bool), neutral=of_line[1:])
    return judge(Priors(scenes, first_causes(2)), lines, np.zeros((1, 5)), StandardOfProof(), caveats)


def test_beside_a_post_that_heard_a_bang_a_side_does_not_find_its_enemy_by_its_own_films():
    film, bang = [0.0, 8.0, 0.0, 0.0, 0.0, 6.0], [3.0, 3.0, 3.0, 3.0, 0.0, 0.0]  # fire across; fire from anywhere
    accuser, firer = 1, 0
    beside_a_bang = judged_by(film, bang, accuser)
    assert beside_a_bang.proven[0]
    assert beside_a_bang.support[0] == 2
    assert not beside_a_bang.found[0]
    assert not beside_a_bang.carried[0]
    heard_it_leave = [0.0, 3.0, 1.0, 0.0, 0.0, 0.0]
    assert judged_by(film, heard_it_leave, accuser).found[0]
    # what a side shows of its own fire speaks against itself, and needs nobody else to point at it
    assert judged_by(film, bang, firer).found[0]
