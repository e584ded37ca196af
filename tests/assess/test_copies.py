"""Statements that repeat one another are one report; what only resembles is not."""

from itertools import permutations

import numpy as np
import pytest
from tests.build import EAST, PLANE, WEST, at, observation

from trucewatch.assess.associate import associate
from trucewatch.assess.background import against, background
from trucewatch.assess.copies import originals
from trucewatch.assess.locate import fixes
from trucewatch.assess.table import table
from trucewatch.vocabulary import Means, SourceClass


def said(id_, source, *, x=3.0, minutes=0.0, **more):
    return observation(
        id_, place=at(x, 1, 2.0), minutes=minutes, sd_s=3600.0, source=source, means=Means.MEDIA,
        source_class=SourceClass.MEDIA, **more,
    )  # fmt: skip


def found(rows):
    columns = table(rows, fixes(rows, PLANE), range(len(rows)))
    return originals(against(columns, background(columns))).tolist()


def elsewhere(count=20):
    return [said(f"e{n}", "paper", x=20.0 + 20 * n, minutes=700 * n) for n in range(count)]


def test_the_same_hour_and_village_in_another_paper_is_a_copy():
    assert found([said("a", "ministry"), said("b", "agency"), *elsewhere()])[:2] == [0, 0]


def test_a_copy_may_be_dated_later_and_a_chain_leads_to_its_first():
    rows = [said("a", "ministry"), said("b", "agency", minutes=90), said("c", "paper", minutes=150), *elsewhere()]
    assert found(rows)[:3] == [0, 0, 0]


def test_another_place_number_accused_or_a_later_word_of_the_same_mouth_is_no_copy():
    first = said("a", "ministry", count=12)
    for other in (
        said("b", "agency", x=6.5),
        said("b", "agency", count=3),
        said("b", "ministry", minutes=45, count=12),
        said("b", "agency", minutes=60 * 24),
    ):
        assert found([first, other, *elsewhere()])[1] == 1


def test_what_somebody_perceived_is_never_a_copy():
    rows = [observation("a", place=at(3, 1), source="post"), observation("b", place=at(3, 1), source="camera")]
    assert found([*rows, *elsewhere()])[:2] == [0, 1]


def test_neither_order_nor_a_name_decides_which_is_the_copy():
    rows = [said("a", "ministry"), said("b", "agency", x=3.2), said("c", "paper", x=3.4, minutes=40), *elsewhere()]
    there = found(rows)
    back = [len(rows) - 1 - n for n in found(rows[::-1])][::-1]
    together = {frozenset(np.flatnonzero(np.array(there) == root).tolist()) for root in there}
    assert together == {frozenset(np.flatnonzero(np.array(back) == root).tolist()) for root in back}


def mutual(order, minutes=0.0):
    """A ministry of each side and a neutral agency on one village and one hour, in this order of the table."""
    rows = {
        "a": said("a", "ministry of a", accuses=EAST),
        "b": said("b", "ministry of b", accuses=WEST),
        "n": said("n", "agency", minutes=minutes),
    }
    return dict(zip(order, found([*(rows[name] for name in order), *elsewhere()]), strict=False))


@pytest.mark.parametrize("minutes", [0.0, 60.0])
def test_who_repeats_two_who_accuse_each_other_repeats_neither_in_any_order(minutes):
    for order in permutations("abn"):
        assert mutual(order, minutes) == dict(zip(order, range(3), strict=True))


def test_what_accuses_nobody_joins_no_two_accusations_of_different_parties():
    chain = [
        said("a", "ministry of a", accuses=EAST),
        said("n", "agency", minutes=60, x=3.6),
        said("b", "ministry of b", accuses=WEST, minutes=120, x=4.2),
        said("c", "paper of b", accuses=WEST, minutes=150, x=4.2),
    ]
    assert found([*chain, *elsewhere()])[:4] == [0, 0, 2, 2]


def test_of_equal_statements_the_one_that_accuses_is_the_original_in_any_order():
    for order in permutations([said("a", "ministry of a", accuses=EAST), said("n", "agency"), said("m", "paper")]):
        there = found([*order, *elsewhere()])[:3]
        assert {order[n].id for n in there} == {"a"}


def test_a_copy_stands_where_its_original_stands():
    seen = [observation(f"s{n}", place=at(3.1, 1, 0.3), sd_s=5.0, source=f"camera {n}") for n in range(2)]
    rows = [*seen, said("a", "ministry"), said("b", "agency", minutes=120), *elsewhere()]
    association = associate(rows, fixes(rows, PLANE))
    home = [next(g for g, group in enumerate(association.groups) if n in group) for n in (2, 3)]
    assert home[0] == home[1]
