"""Admiralty numbers come from independent lines alone."""

from dataclasses import replace

import pytest
from tests.build import EAST, WEST, assessed, at, observation

from trucewatch.assess.grades import credibility
from trucewatch.vocabulary import Credibility, SourceClass, Stance


def seen(key, **more):
    return observation(key, place=at(3, 0), **more)


def said(key, side=WEST, **more):
    return observation(
        key,
        place=at(3, 0),
        accuses=EAST,
        source_class=SourceClass.PARTY,
        side=side,
        means=None,
        source=f"m {key}",
        **more,
    )


CLAIM, DENIAL = said("c"), replace(said("d"), claim=replace(said("d").claim, stance=Stance.DENIES))


@pytest.mark.parametrize(
    ("rows", "grade"),
    [
        ([seen("a"), seen("b"), seen("c")], Credibility.CONFIRMED),
        ([seen("a"), seen("b")], Credibility.PROBABLY_TRUE),
        ([seen("a", source="post"), seen("b", source=" POST")], Credibility.CANNOT_BE_JUDGED),
        ([seen("a"), CLAIM], Credibility.POSSIBLY_TRUE),
        ([seen("a", side=WEST), CLAIM], Credibility.CANNOT_BE_JUDGED),
        ([seen("a", side=EAST), CLAIM], Credibility.POSSIBLY_TRUE),
        ([seen("a"), DENIAL], Credibility.CANNOT_BE_JUDGED),
        ([CLAIM, said("e", side=EAST)], Credibility.CANNOT_BE_JUDGED),
    ],
)
def test_the_grade_counts_independent_lines_and_words_confirm_no_words(rows, grade):
    (some, *_), _ = assessed([seen("x")])
    incident = replace(some, observations=tuple(rows), shares=())
    assert credibility(incident) is grade
    assert credibility(replace(incident, observations=(*rows[::-1], *rows))) is grade


@pytest.mark.parametrize(
    ("share", "grade"),
    [(0.3, Credibility.CANNOT_BE_JUDGED), (0.52, Credibility.CANNOT_BE_JUDGED), (0.9, Credibility.PROBABLY_TRUE)],
)
def test_a_record_that_may_well_belong_elsewhere_confirms_nothing(share, grade):
    (some, *_), _ = assessed([seen("x")])
    both = replace(some, observations=(seen("a"), seen("b")), shares=(1.0, share))
    assert credibility(both) is grade
