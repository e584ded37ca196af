"""How many lone reports are of nothing, from how many happenings several sources noted."""

from dataclasses import replace

import numpy as np
import pytest
from tests.build import EAST, PLANE, assessed, at, observation, outgoing

from trucewatch.assess import clutter
from trucewatch.assess.groups import Association
from trucewatch.assess.incidents import incidents
from trucewatch.assess.locate import fixes
from trucewatch.model import Coded, Weapon
from trucewatch.vocabulary import Phenomenon, SourceClass, WeaponClass


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


def nothing(*rows):
    """How likely it is that nothing was prohibited, by incident."""
    return [dict(found.probabilities)["no_violation"] for found in assessed(list(rows))[1]]


def test_a_lone_report_of_many_rounds_is_less_of_nothing_than_one_of_a_bang():
    few, some, many = (nothing(observation("a", place=at(-4, 0), count=n))[0] for n in (1, 12, 120))
    assert few > some + 0.1
    assert some > many + 0.05
    assert many < 0.15


def test_a_weapon_by_its_name_makes_a_lone_report_less_of_nothing():
    named = replace(observation("a", place=at(-4, 0)), weapon=Weapon(weapon_class=Coded(term=WeaponClass.MORTAR)))
    assert nothing(named)[0] < nothing(observation("a", place=at(-4, 0)))[0] - 0.05


@pytest.mark.parametrize("term", [WeaponClass.MINE_UXO_IED, WeaponClass.UNDETERMINED])
def test_what_is_not_fired_is_no_weapon_by_its_name(term):
    mine = replace(observation("a", place=at(-4, 0)), weapon=Weapon(weapon_class=Coded(term=term)))
    (one,) = assessed([mine])[0]
    assert clutter.told(one) == (0, False)
    assert nothing(mine)[0] == nothing(observation("a", place=at(-4, 0)))[0]


def test_what_a_side_counts_at_its_own_camera_weighs_nothing():
    one, many = (
        nothing(observation("a", place=at(-4, 0), count=n, source="their camera", side=EAST))[0] for n in (1, 500)
    )
    assert one == many


def test_what_strangers_count_clears_no_bang():
    bang = observation("a", place=at(-4, 0), count=1)
    far = [observation(f"{n}", place=at(-4, 0), count=100, source=f"post {n}", minutes=600.0 * n) for n in range(1, 9)]
    few = [observation(f"{n}", place=at(-4, 0), count=1, source=f"post {n}", minutes=600.0 * n) for n in range(1, 9)]
    beside_many, beside_few = (
        next(
            dict(found.probabilities)["no_violation"]
            for incident, found in zip(*assessed([bang, *others]), strict=True)
            if incident.count.low == 1 and incident.observations[0].id == "a"
        )
        for others in (far, few)
    )
    assert beside_many == pytest.approx(beside_few, abs=0.03)


def test_a_row_that_may_be_of_another_happening_and_a_weapon_not_told_say_nothing():
    (incident,) = assessed(
        [observation(key, place=at(-4, 0), count=n, source=key) for key, n in (("a", 1), ("b", 500))]
    )[0]
    assert clutter.told(replace(incident, shares=(1.0, 1.0))) == (500, False)
    doubted = tuple(0.45 if o.count.low == 500 else 1.0 for o in incident.observations)
    assert clutter.told(replace(incident, shares=doubted)) == (1, False)
    unknown = Weapon(weapon_class=Coded(term=None, verbatim="N/K"))
    (one,) = assessed([replace(observation("a", place=at(-4, 0)), weapon=unknown)])[0]
    assert not clutter.told(one)[1]


def test_weapons_that_stand_are_no_rounds():
    seen = observation("a", place=at(-4, 0), count=18, phenomenon=Phenomenon.WEAPON_SEEN)
    seen = replace(seen, weapon=Weapon(weapon_class=Coded(term=WeaponClass.MORTAR)))
    (found,) = assessed([seen])[1]
    assert not [w.reason for w in found.weights if "rounds" in w.reason or "by its name" in w.reason]


def test_many_rounds_where_training_is_announced_are_training():
    notice = observation(
        "n", place=at(-4, 0), phenomenon=Phenomenon.ANNOUNCED_TRAINING, source_class=SourceClass.NOTIFICATION
    )
    plain, told = (nothing(observation("a", place=at(-4, 0), count=200), *rest)[0] for rest in ([], [notice]))
    assert told > 3 * plain


def test_the_number_weighs_once_however_many_tell_it():
    def reasons(keys):
        rows = [observation(key, place=at(-4, 0), count=40, source=key) for key in keys]
        return [w for found in assessed(rows)[1] for w in found.weights if "40 rounds" in w.reason]

    ((one,), (two,)) = reasons("a"), reasons("ab")
    assert one.bits[-1][1] == pytest.approx(two.bits[-1][1], abs=0.01)


def test_no_number_makes_a_report_certain():
    assert clutter.ratio(10_000, named=True) == clutter.LEAST_RATIO == clutter.ratio(10**9, named=True)
    assert clutter.ratio(0, named=False) == clutter.ratio(3, named=False) == 1.0
