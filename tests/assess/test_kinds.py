"""What a record is of: fire, heat, a weapon, a notice, or nothing that an incident is made of."""

from dataclasses import replace

import pytest
from tests.build import EAST, WEST, assessed, at, members, observation

from trucewatch.assess.kinds import Family, family
from trucewatch.evidence import UNDETERMINED
from trucewatch.model import Coded, Count
from trucewatch.vocabulary import Means, Qualifier, SourceClass, Stance

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
