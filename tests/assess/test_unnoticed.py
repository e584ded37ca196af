"""What attentive posts did not notice weighs against what only words speak of, alike for every party, and finds nobody."""

import math

import pytest
from tests.build import EAST, PLANE, WEST, assessed, at, observation

from trucewatch.assess import unnoticed
from trucewatch.assess.unnoticed import LEAST, MISSES, Unnoticed
from trucewatch.vocabulary import Means, Phenomenon, SourceClass


def claim(**said):
    given = {"place": at(4.0, 0.0, 0.5), "sd_s": 600.0, "accuses": WEST, "source": "ministry", "side": EAST} | said
    return observation("claim", source_class=SourceClass.PARTY, means=Means.PARTY_REPORT, **given)


def quiet(name="post", east=5.0, hours=4.0, **said):
    return observation(
        name, source=name, source_class=SourceClass.OBSERVER, means=Means.HEARD, phenomenon=Phenomenon.QUIET,
        sd_s=hours * 3600 / 2 / math.sqrt(3), observer=at(east, 0.0), **said,
    )  # fmt: skip


def nothing(*rows):
    _, (attribution,) = assessed(list(rows))
    assert attribution.determination == "undetermined"
    return dict(attribution.probabilities), [w for w in attribution.weights if "noted nothing" in w.reason]


def odds(chances):
    return chances["no_violation"] / (1 - chances["no_violation"])


def test_each_source_that_listened_all_the_while_halves_the_odds_of_fire_down_to_an_eighth():
    without, said = nothing(claim())
    assert not said
    for number in range(1, 6):
        chances, (weight,) = nothing(claim(), *(quiet(f"post {n}") for n in range(number)))
        assert odds(chances) == pytest.approx(odds(without) / max(MISSES**number, LEAST))
        assert not weight.line
    assert weight.reason == "post 0, post 1, post 2 and 2 more listened within reach all the while and noted nothing"


def test_a_source_that_says_so_twice_counts_once():
    once, _ = nothing(claim(), quiet())
    again, _ = nothing(claim(), quiet(), quiet(hours=5.0), quiet("POST"))
    assert again == once


@pytest.mark.parametrize(
    ("row", "why"),
    [
        (quiet(hours=0.5), "it may have been before or after"),
        (quiet(minutes=240), "another time"),
        (quiet(east=60.0), "out of reach"),
        (quiet(side=WEST), "a side's own post"),
        (quiet(hours=30.0), "nobody is attentive for so long"),
    ],
)
def test_who_would_not_surely_have_noticed_says_nothing(row, why):
    without, _ = nothing(claim())
    assert nothing(claim(), row) == (without, []), why


def test_small_arms_are_heard_from_near_only():
    shot = {"phenomenon": Phenomenon.SHOT, "place": at(4.0, 0.0, 0.2)}
    assert len(nothing(claim(**shot), quiet(east=5.0))[1]) == 1
    assert not nothing(claim(**shot), quiet(east=8.0))[1]
    assert len(nothing(claim(), quiet(east=8.0))[1]) == 1


def test_what_somebody_perceived_is_left_to_those_who_perceived_it():
    seen = observation("camera", place=at(4.0, 0.0, 0.3))
    incidents, attributions = assessed([claim(), seen, quiet()])
    assert not [w for a in attributions for w in a.weights if "noted nothing" in w.reason]
    assert incidents


def test_who_listens_hears_no_soldiers_in_a_zone():
    assert not nothing(claim(phenomenon=Phenomenon.LINE_CROSSED), quiet())[1]


def test_refused_access_cuts_the_watch():
    refused = observation(
        "no", source="post", source_class=SourceClass.OBSERVER, phenomenon=Phenomenon.MOVEMENT_RESTRICTED, sd_s=0.0,
        minutes=-30, lasts_minutes=60, observer=at(5.0, 0.0),
    )  # fmt: skip
    assert not nothing(claim(), quiet(), refused)[1]


def test_it_weighs_the_same_whoever_claims():
    ours, _ = nothing(claim(), quiet())
    theirs, _ = nothing(claim(accuses=EAST, side=WEST), quiet())
    assert theirs["no_violation"] == ours["no_violation"]
    assert unnoticed.weight(("a", "b"), ["x"]).bits[0][1] == unnoticed.weight(("b", "a"), ["x"]).bits[0][1]


def test_nobody_listened():
    assert Unnoticed([], PLANE).by(assessed([claim()])[0][0], {}) == ()
