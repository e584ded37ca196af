"""Monitors and drones that leave the areas permitted to them (R6): recorded, with what is known of when and how far."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from papers import NOON
from units import MINUTE, area, stood, west_of_the_square

from trucewatch.agreement.excursions import excursions
from trucewatch.vocabulary import UnitKind


def track(*kms, every=10 * MINUTE, **more):
    """A team that passes the western edge: km outside at each time (negative: inside), None where nobody saw it."""
    return [
        west_of_the_square(km, at=NOON + n * every, key=f"{more.get('unit', 'team 1')} {n}", **more)
        for n, km in enumerate(kms)
        if km is not None
    ]


def minutes(when) -> float | None:
    return None if when is None else (when - NOON) / MINUTE


def times(found) -> tuple:
    return tuple(minutes(when) for when in (found.left_after, found.left_before, found.back_after, found.back_before))


def test_a_team_that_stays_inside_has_no_excursion():
    assert excursions(track(-5, -3, -1, -4), [area()]) == ()


def test_an_excursion_says_between_which_positions_a_team_left_and_came_back_and_how_far_it_went():
    (found,) = excursions(track(-5, -1, 2, 7, 3, -2, -6), [area()])
    assert (found.unit, found.unit_kind) == ("team 1", UnitKind.MONITORS)
    assert times(found) == (10, 20, 40, 50)
    assert (found.least, found.most) == (20 * MINUTE, 40 * MINUTE)
    assert found.depth_km == pytest.approx(7, rel=1e-3)
    assert found.depth_sd_km == pytest.approx(0.05)
    assert found.positions == ("team 1 2", "team 1 3", "team 1 4")


def test_a_team_first_and_last_seen_outside_left_and_came_back_nobody_knows_when():
    (found,) = excursions(track(2, 3), [area()])
    assert times(found) == (None, 0, 10, None)
    assert (found.least, found.most) == (10 * MINUTE, None)


def test_one_position_outside_is_an_excursion_of_which_no_length_is_shown():
    (found,) = excursions(track(-2, 3, -2), [area()])
    assert (found.least, found.most) == (timedelta(), 20 * MINUTE)


def test_positions_in_doubt_near_the_edge_are_no_excursion_and_do_not_end_one():
    assert excursions(track(-5, 0.02, -0.03, 0.05, -5), [area()]) == ()
    (found,) = excursions(track(-5, 0.02, 4, 0.02, 4, -0.02, -5), [area()])
    assert times(found) == (0, 20, 40, 60)


def test_a_position_known_to_no_better_than_some_kilometres_shows_no_excursion_of_one_kilometre():
    assert excursions(track(-5, 1, -5, sd_km=3), [area()]) == ()
    assert len(excursions(track(-5, 1, -5, sd_km=0.3), [area()])) == 1


def test_two_days_outside_with_a_night_between_that_nobody_saw_are_two_excursions():
    night = [None] * 12
    first, second = excursions(track(-1, 4, 4, *night, 6, 6, -1, every=60 * MINUTE), [area()])
    assert times(first) == (0, 60, 120, None)
    assert times(second) == (None, 900, 960, 1020)
    assert first.most is second.most is None


def test_units_are_told_apart_by_their_name_and_by_their_kind():
    both = [*track(-2, 3, -2), *track(-2, 5, -2, kind=UnitKind.DRONES), *track(-2, -3, -2, unit="team 2")]
    found = excursions(both, [area()])
    assert {(each.unit, each.unit_kind, round(each.depth_km)) for each in found} == {
        ("team 1", UnitKind.MONITORS, 3),
        ("team 1", UnitKind.DRONES, 5),
    }


def test_an_area_for_drones_lets_drones_out_and_nobody_else():
    wide = area(((37, 48), (38, 48), (38, 49), (37, 49), (37, 48)), units=(UnitKind.DRONES,))
    drones = track(-2, 3, -2, kind=UnitKind.DRONES)
    assert excursions(drones, [area(), wide]) == ()
    assert len(excursions(track(-2, 3, -2), [area(), wide])) == 1


def test_where_no_area_was_in_force_nobody_was_outside():
    assert excursions(track(-2, 3, -2), [area(start=NOON + 60 * MINUTE)]) == ()
    assert excursions(track(-2, 3, -2), []) == ()


def test_two_sources_that_contradict_each_other_at_one_time_show_nothing():
    out, inside = west_of_the_square(3, key="a"), west_of_the_square(-3, key="b")
    assert excursions([out, inside], [area()]) == ()
    vague = west_of_the_square(-3, key="c", sd_km=9)  # knows too little to contradict
    assert len(excursions([out, vague], [area()])) == 1


def test_a_record_of_a_whole_day_outside_shows_no_length():
    (found,) = excursions([stood(37.5, 48.5, at=NOON, until=NOON + 600 * MINUTE)], [area()])
    assert (found.least, found.most) == (timedelta(), None)


# surely outside is from 1.645 times the 50 m of a drawn line on: nothing here comes near that
clear = st.floats(-20, 20).filter(lambda km: not 0.05 < km < 0.12)
kilometres = st.lists(st.none() | clear, min_size=1, max_size=15)


@given(kilometres, kilometres, st.randoms())
def test_neither_order_nor_repetition_of_the_records_changes_an_excursion(one, other, random):
    records = [*track(*one), *track(*other, unit="team 2", kind=UnitKind.DRONES)]
    mixed = [*records, *records[:4]]
    random.shuffle(mixed)
    assert excursions(mixed, [area()]) == excursions(records, [area()])


@given(kilometres)
def test_every_position_surely_outside_is_in_one_excursion_and_no_other_position_is(kms):
    outside = sorted(f"team 1 {n}" for n, km in enumerate(kms) if km is not None and km >= 0.12)
    found = excursions(track(*kms), [area()])
    assert sorted(key for each in found for key in each.positions) == outside


@given(kilometres)
def test_an_excursion_is_never_longer_at_least_than_at_most(kms):
    for found in excursions(track(*kms), [area()]):
        assert found.most is None or found.least <= found.most
