"""One perception told under two names is one line of evidence."""

from dataclasses import replace
from itertools import permutations

import pytest
from tests.build import WEST, assessed, at, observation

from trucewatch.assess.weigh import lines_of
from trucewatch.evidence import UNDETERMINED
from trucewatch.vocabulary import Direction, Phenomenon


def flash(key, source, **changes):
    said = {
        "place": at(3, 0, 0.1), "minutes": 0.35, "observer": at(-3, 0, None), "phenomenon": Phenomenon.MUZZLE_FLASH,
        "direction": Direction.OUTGOING, "count": 3,
    }  # fmt: skip
    return observation(key, source=source, **(said | changes))


def test_a_patrol_in_two_languages_is_one_line_and_names_nobody():
    rows = [flash("a", "OSCE patrol"), flash("b", "Патруль ОБСЕ")]
    _, (found,) = assessed(rows)
    assert (found.lines, found.determination) == (1, UNDETERMINED)
    for order in permutations([*rows, flash("c", "Patrouille OSCE")]):
        assert lines_of(order) == ["osce patrol"] * 3


@pytest.mark.parametrize(
    "changes",
    [
        {"minutes": 0.0},  # both on the whole minute, as watches are read
        {"observer": None},
        {"side": WEST},
    ],
)
def test_what_two_could_well_say_alike_is_two_lines(changes):
    assert len(set(lines_of([flash("a", "OSCE patrol"), flash("b", "Patrol 7", **changes)]))) == 2
    assert len(set(lines_of([flash("a", "A", **changes), flash("b", "B", **changes)]))) == (
        1 if "side" in changes else 2
    )


@pytest.mark.parametrize(
    "changes",
    [
        {"minutes": 0.37},
        {"observer": at(-3, 0.1, None)},
        {"place": at(3, 0.1, 0.1)},
        {"count": 4},
        {"phenomenon": Phenomenon.EXPLOSION},
        {"direction": Direction.UNDETERMINED},
    ],
)
def test_one_digit_more_makes_two_lines(changes):
    _, (found,) = assessed([flash("a", "OSCE patrol"), flash("b", "Patrol 7", **changes)])
    assert found.lines == 2


def test_all_that_one_source_under_two_names_says_is_one_line():
    landed = {"direction": Direction.IMPACT, "phenomenon": Phenomenon.IMPACT, "place": at(-2, 0, 0.1)}
    rows = [flash("a", "P"), flash("d", "P", **landed), flash("b", "Q", **landed), flash("c", "Q")]
    assert set(lines_of(rows)) == {"p"}
    third = replace(flash("e", "R", count=2), phenomenon=rows[0].phenomenon)
    assert set(lines_of([*rows, third])) == {"p", "r"}
