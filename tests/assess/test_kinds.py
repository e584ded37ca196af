"""What a record is of: fire, heat, a weapon, a notice, or nothing that an incident is made of."""

from dataclasses import replace

import pytest
from tests.build import EAST, WEST, assessed, at, members, observation

from trucewatch.assess.kinds import Family, family
from trucewatch.evidence import UNDETERMINED
from trucewatch.intake.cells import coded
from trucewatch.model import Coded, Count
from trucewatch.vocabulary import MATTERS, Means, Phenomenon, Qualifier, SourceClass, Stance

WEEKS_S = 14 * 86_400.0


def told(word, key="a", **how):
    """Return what a ministry of neither side states."""
    made = observation(
        key, phenomenon=None, place=at(0, 0), source=f"ministry {key}", source_class=SourceClass.INTERLOCUTOR,
        means=Means.TOLD_BY_INTERLOCUTOR, **how,
    )  # fmt: skip
    return replace(made, phenomenon=Coded(term=None, verbatim=word))


@pytest.mark.parametrize(
    ("word", "found"),
    [("violation", Family.FIRE), ("Ceasefire  violations", Family.FIRE), ("withdrawal completed", Family.CONTEXT)],
)
def test_a_statement_that_names_nobody_is_of_fire_where_it_tells_of_a_violation(word, found):
    assert family(told(word)) is found


def test_a_sum_over_weeks_is_of_no_one_happening_and_one_violation_some_time_in_them_is():
    several = Count(low=2, high=2, qualifier=Qualifier.EXACT)
    assert family(told("violation", sd_s=WEEKS_S)) is Family.CONTEXT
    assert family(replace(told("violation", sd_s=WEEKS_S), count=several)) is Family.CONTEXT
    assert family(told("violation", sd_s=WEEKS_S, count=1)) is Family.FIRE
    assert family(told("violation", lasts_minutes=60 * 24 * 30)) is Family.CONTEXT
    assert family(replace(told("violation"), count=several)) is Family.FIRE
    assert family(told("violation", count=0)) is Family.CONTEXT


def test_a_violation_of_which_nobody_is_named_makes_an_incident_in_which_nobody_is_accused():
    (incident,), (found,) = assessed([told("violation", count=1)])
    chances = dict(found.probabilities)
    assert (incident.count.low, incident.count.high) == (1, 1)
    assert chances[WEST] == chances[EAST]
    assert found.determination == UNDETERMINED
    assert found.lines == 0


def test_it_meets_who_accuses_for_the_same_hour_and_place():
    named = observation(
        "b", phenomenon=None, place=at(0, 0), source="ministry of one", source_class=SourceClass.PARTY,
        means=Means.PARTY_REPORT, side=WEST, accuses=EAST, stance=Stance.ACCUSES,
    )  # fmt: skip
    assert members([told("violation"), named]) == {frozenset({"a", "b"})}


# --- other matters than fire ----------------------------------------------------------------------


def claimed(key, phenomenon, side=WEST, accuses=EAST, **how):
    return observation(
        key, phenomenon=phenomenon, place=at(0, 0), source=f"ministry {key}", source_class=SourceClass.PARTY,
        means=Means.PARTY_REPORT, side=side, accuses=accuses, **how,
    )  # fmt: skip


@pytest.mark.parametrize("matter", sorted(MATTERS))
def test_another_matter_is_joined_to_its_like_and_never_to_fire(matter):
    rows = [
        claimed("a", matter), claimed("b", matter, EAST, EAST), claimed("c", Phenomenon.SHOT),
        claimed("d", Phenomenon.EXPLOSION, EAST, WEST), observation("e", place=at(0, 0)),
    ]  # fmt: skip
    found = members(rows)
    assert frozenset("ab") in found
    assert not [group for group in found if group & set("ab") and group & set("cde")]


def test_two_matters_of_one_place_and_hour_are_two_incidents():
    said = [claimed(str(n), matter) for n, matter in enumerate(sorted(MATTERS))]
    assert members(said) == {frozenset({o.key}) for o in said}
    assert members([replace(o, source=said[0].source) for o in said]) == {frozenset({o.key}) for o in said}


def test_a_matter_of_which_only_words_tell_is_found_of_nobody_and_alike_for_both_sides():
    (_,), (west,) = assessed([claimed("a", Phenomenon.LINE_CROSSED), claimed("b", Phenomenon.LINE_CROSSED)])
    (_,), (east,) = assessed([claimed(key, Phenomenon.LINE_CROSSED, EAST, WEST) for key in "ab"])
    chances, mirrored = dict(west.probabilities), dict(east.probabilities)
    assert west.determination == east.determination == UNDETERMINED
    assert (chances[WEST], chances[EAST]) == (mirrored[EAST], mirrored[WEST])
    assert chances[EAST] > chances[WEST]


@pytest.mark.parametrize("word", ["line crossed", "Line_Crossed", "LINE  CROSSED"])
def test_blanks_may_stand_for_underscores_in_words_of_the_vocabulary(word):
    assert coded(word, Phenomenon) == Coded(term=Phenomenon.LINE_CROSSED, verbatim=word)
    assert coded("crossed line", Phenomenon).term is None
