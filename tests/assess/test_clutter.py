"""How many lone reports are of nothing, from how many happenings several sources noted."""

import numpy as np
import pytest
from tests.build import PLANE, assessed, at, observation, outgoing

from trucewatch.assess import clutter
from trucewatch.assess.associate import Association
from trucewatch.assess.incidents import incidents
from trucewatch.assess.locate import fixes
from trucewatch.vocabulary import Phenomenon, SourceClass


def happenings(counts, extra=0):
    """Incidents noted by this many sources each, and by one alone `extra` times more."""
    rows, groups = [], []
    for n, count in enumerate([*counts, *[1] * extra]):
        groups.append(tuple(range(len(rows), len(rows) + count)))
        rows += [outgoing(f"{n}-{k}", -4, source=f"post {k}", minutes=90.0 * n) for k in range(count)]
    certain = Association(groups=tuple(groups), shares=((),) * len(groups))
    return incidents(rows, fixes(rows, PLANE), certain, PLANE)


@pytest.mark.parametrize("imagined", [0, 100, 500])
def test_what_nobody_else_noted_is_told_from_what_nobody_else_could(imagined):
    # half of the happenings hard to notice, half easy: 0.7 and 2.5 sources notice one on the average
    drawn = np.random.default_rng(7).poisson(np.repeat([0.7, 2.5], 600))
    lone = int((drawn == 1).sum())
    share = clutter.share_of_nothing(happenings(drawn[drawn > 0].tolist(), imagined))
    truly = imagined / (lone + imagined)
    # the more unequal the happenings, the more real lone reports the bound leaves out
    assert max(truly - 0.05, clutter.LEAST) <= share <= max(truly, clutter.LEAST) + 0.13


def test_where_hardly_anything_is_noticed_by_several_a_lone_report_is_of_nothing_as_often_as_not():
    assert clutter.share_of_nothing([]) == clutter.AS_NOT
    # posts far apart, as in the Donbas record: 41 alone, two by two
    assert clutter.share_of_nothing(happenings([1] * 41 + [2] * 2)) == clutter.AS_NOT
    assert clutter.share_of_nothing(happenings([1] * 41 + [2] * 2 + [3])) == pytest.approx(clutter.AS_NOT, abs=0.05)


def test_a_thousand_lone_reports_of_a_crowded_line_are_hardly_ever_believed_and_never_for_certain_nothing():
    assert clutter.share_of_nothing(happenings([3, 4] * 200, 1000)) == clutter.MOST


def test_what_others_spoke_of_is_not_alone():
    word = observation("w", place=at(-4, 0), source="ministry", source_class=SourceClass.MEDIA)
    (together,) = assessed([outgoing("a", -4), word])[0]
    assert not clutter.is_lone(together)


def test_the_weight_of_standing_alone_makes_many_lone_reports_nothing_as_often_as_they_are():
    draw = np.random.default_rng(3)
    bits = np.column_stack([draw.normal(2.0, 1.5, (400, 2)), np.zeros(400)])  # two parties, nothing prohibited last
    prior = np.zeros(3)
    for share in (0.3, 0.6, 0.9):
        found = clutter.weight(bits, prior, share)
        chances = np.exp2(bits + np.array([0.0, 0.0, found]))
        assert (chances[:, 2] / chances.sum(axis=1)).mean() == pytest.approx(share, abs=0.03)


def test_the_weight_of_standing_alone_knows_neither_order_nor_label():
    draw = np.random.default_rng(3)
    bits = np.rint(draw.normal(2.0, 1.5, (400, 4)) * 64) / 64
    prior = np.array([0.0, 0.0, -1.0, 0.5])
    swapped = [1, 0, 2, 3]
    assert clutter.weight(bits, prior, 0.6) == clutter.weight(bits[::-1][:, swapped], prior[swapped], 0.6)


def test_one_lone_report_is_not_fitted_to_itself():
    notice = observation(
        "n", place=at(-4, 0), phenomenon=Phenomenon.ANNOUNCED_TRAINING, source_class=SourceClass.NOTIFICATION
    )
    (plain,), (told,) = (assessed(rows)[1] for rows in ([outgoing("a", -4)], [outgoing("a", -4), notice]))
    assert dict(told.probabilities)["no_violation"] > dict(plain.probabilities)["no_violation"] + 0.2
