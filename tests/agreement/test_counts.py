"""Counts against limits: whose count, how sure, by when; a limit within an interval decides nothing."""

import pytest
from books import MONITOR, PAPER, arms, at, counted, of, one, side

from trucewatch.vocabulary import SourceClass, State, Status

A, B, MISSION = side("a"), side("b"), side("mission")

CEILING = """id = "1"
kind = "ceiling"
bearer = ["a"]
act = "do:it"
verify = { any_of = ["other_party_confirms", "monitor_confirms"] }
[[limits]]
item = "men"
at_most = 1960
"""


def test_an_interval_about_the_limit_decides_nothing():
    found = one(CEILING, [counted(MONITOR, "2030-06-25", 1850, 2100)])
    assert (found.state, found.status) == (State.UNRESOLVED, Status.NOT_VERIFIABLE)
    assert "men at most 1960; 1850 to 2100 on 2030-06-25 by the word of 1 monitor" in found.why


def test_a_count_below_a_ceiling_says_so_only_as_long_as_it_is_fresh():
    below = [counted(MONITOR, "2030-06-25", 1800, 1900)]
    assert one(CEILING, below).state is State.NO_BREACH_OBSERVED
    assert one(CEILING, below, "2030-07-26").state is State.NO_BREACH_OBSERVED
    assert one(CEILING, below, "2030-07-28").state is State.NOT_COVERED
    assert one(CEILING).state is State.NOT_COVERED


def test_the_bearers_own_count_keeps_no_ceiling_and_admits_a_breach():
    assert one(CEILING, [counted(A, "2030-06-25", 1900)]).state is State.NOT_COVERED
    found = one(CEILING, [counted(A, "2030-06-25", 2000)])
    assert (found.state, found.since) == (State.BREACHED, at("2030-06-24"))


@pytest.mark.parametrize(
    ("source", "state"), [(MONITOR, State.BREACHED), (B, State.UNRESOLVED), (PAPER, State.UNRESOLVED)]
)
def test_only_a_monitors_person_or_the_bearer_confirms_a_count_above_it(source, state: State):
    assert one(CEILING, [counted(source, "2030-06-25", 2000, 2100)]).state is state


def test_a_confirmed_excess_stays_one_when_a_later_count_is_below_it():
    found = one(CEILING, [counted(MONITOR, "2030-06-10", 2000), counted(MONITOR, "2030-06-25", 1900)])
    assert found.state is State.BREACHED
    assert "outside it: 2000 on 2030-06-10" in found.why


def test_a_count_from_before_the_limit_holds_says_nothing_beside_one_from_since():
    """Men counted before they were drawn down, by an outlet that never counts again."""
    later = CEILING.replace('act = "do:it"', 'act = "do:it"\nfrom = 2030-06-20')
    before = counted(PAPER, "2030-06-10", 30000)
    assert one(later, [before]).state is State.NOT_COVERED
    found = one(later, [before, counted(MONITOR, "2030-06-25", 1850, 2100)])
    assert found.state is State.UNRESOLVED
    assert "30000" not in found.why


def test_two_sides_that_count_otherwise_are_in_dispute():
    assert one(CEILING, [counted(A, "2030-06-25", 1900), counted(B, "2030-06-25", 2100)]).state is State.DISPUTED_FACT


def test_an_old_count_is_of_another_time_and_contradicts_no_new_one():
    then = [counted(PAPER, "2030-06-05", 3000)]
    assert one(CEILING, [*then, counted(B, "2030-08-05", 1900)], "2030-08-06").state is State.UNRESOLVED
    since = CEILING.replace("act =", "from = 2030-08-01\nact =")
    assert one(since, [*then, counted(B, "2030-08-05", 1900)], "2030-08-06").state is State.NO_BREACH_OBSERVED


def test_an_open_bound_is_neither_nought_nor_without_limit():
    assert one(CEILING, [counted(MONITOR, "2030-06-25", None, 1900)]).state is State.NO_BREACH_OBSERVED
    assert one(CEILING, [counted(MONITOR, "2030-06-25", 1900, None)]).state is State.UNRESOLVED


def test_as_a_composition_too_few_are_wrong_as_well():
    both = f'{CEILING}[[reading]]\nby = ["a"]\n[[reading]]\nby = ["b"]\nlimits_apply = "composition"\n'
    found = one(both, [counted(MONITOR, "2030-06-25", 1500)])
    assert [r.state for r in found.readings] == [State.NO_BREACH_OBSERVED, State.BREACHED]
    assert found.state is State.DISPUTED_READING
    assert one(both, [counted(MONITOR, "2030-06-25", 1960)]).state is State.NO_BREACH_OBSERVED


def test_a_limit_that_held_for_a_time_is_judged_by_the_counts_of_that_time():
    once = CEILING.replace("act =", "until = 2030-06-20\nact =")
    below, above = counted(MONITOR, "2030-06-15", 1900), counted(MONITOR, "2030-06-25", 2100)
    assert one(once, [below], "2030-06-16").next_deadline == at("2030-06-19")
    assert one(once, [below, above], "2031-06-25").state is State.NO_BREACH_OBSERVED


# --- stages ---------------------------------------------------------------------------------------

STAGES = """id = "1"
kind = "ceiling"
bearer = ["a"]
act = "do:it"
basis = "accepted_by_monitor"
[[limits]]
item = "arms"
at_least = 210
by = 2030-06-10
label = "stage 1"
[[limits]]
item = "arms"
at_least = 420
by = 2030-06-20
label = "stage 2"
"""


def test_stages_are_done_one_after_the_other_and_the_next_day_is_named():
    first = [arms(MISSION, "2030-06-08", offered=300, monitor=243)]
    assert one(STAGES, (), "2030-06-05").state is State.PENDING
    half = one(STAGES, first, "2030-06-12")
    assert (half.state, half.next_deadline) == (State.PENDING, at("2030-06-20"))
    assert "stage 1: arms at least 210; 243 on 2030-06-08" in half.why
    assert one(STAGES, first).state is State.OVERDUE_UNVERIFIED
    assert one(STAGES, [*first, arms(MISSION, "2030-06-19", monitor=476)]).state is State.FULFILLED


def test_a_first_count_after_the_day_shows_nothing_of_the_day_and_one_of_too_few_does():
    late = arms(MISSION, "2030-06-12", monitor=243)
    found = one(STAGES, [late], "2030-06-15")
    assert found.state is State.PENDING  # of the second stage
    assert "due 2030-06-11T00:00:00Z; reached, and no count shows by when; stage 2" in found.why
    short = arms(MISSION, "2030-06-11", monitor=200)
    done = [short, late, arms(MISSION, "2030-06-19", monitor=476)]
    assert one(STAGES, done).state is State.FULFILLED_LATE


def test_too_few_after_the_day_by_the_mission_itself_is_a_breach_and_in_a_newspaper_is_not():
    assert one(STAGES, [arms(MISSION, "2030-06-12", monitor=200)], "2030-06-15").state is State.BREACHED
    assert one(STAGES, [arms(PAPER, "2030-06-12", monitor=200)], "2030-06-15").state is State.OVERDUE_UNVERIFIED


def test_what_a_monitor_accepted_is_its_word_whoever_reports_it_but_the_bearer():
    on_time = "2030-06-10"
    assert "stage 1" in one(STAGES, [arms(PAPER, on_time, monitor=243)], "2030-06-12").why
    assert one(STAGES, [arms(PAPER, on_time, monitor=430)], "2030-06-12").state is State.FULFILLED
    assert one(STAGES, [arms(A, on_time, monitor=430)], "2030-06-12").state is not State.FULFILLED


def test_fulfilled_by_one_count_and_disputed_by_another_stand_side_by_side():
    bases = f'{STAGES}[[reading]]\nby = ["a"]\nbasis = "accepted_by_monitor"\n[[reading]]\nby = ["b"]\nbasis = "accepted_by_other"\n'
    found = one(bases, [arms(MISSION, "2030-06-09", monitor=476, other=405)], "2030-06-25")
    assert [r.state for r in found.readings] == [State.FULFILLED, State.OVERDUE_UNVERIFIED]
    assert found.status is Status.DISPUTED


def test_two_accounts_of_what_was_accepted_that_part_over_the_stage_are_a_dispute():
    told = [arms(PAPER, "2030-06-09", monitor=424), arms(of(SourceClass.MEDIA, "x"), "2030-06-09", monitor=410)]
    assert one(STAGES, told, "2030-06-25").state is State.DISPUTED_FACT
    assert one(STAGES, [told[0], arms(of(SourceClass.MEDIA, "x"), "2030-06-09", monitor=476)]).state is State.FULFILLED


def test_men_drawn_down_to_a_number_by_a_day():
    down = CEILING + "by = 2030-06-20\n"
    assert one(down, [counted(B, "2030-06-18", 1900)]).state is State.FULFILLED
    assert one(down, [counted(B, "2030-06-18", 2100)], "2030-06-19").state is State.PENDING
    assert one(down, [counted(MONITOR, "2030-06-22", 2100)]).state is State.BREACHED


def test_what_a_source_of_some_side_reports_as_accepted_counts_for_nothing_while_nobody_says_which_side():
    ministry = of(SourceClass.PARTY, "a ministry")
    assert one(STAGES, [arms(ministry, "2030-06-09", monitor=430)], "2030-06-12").state is State.UNRESOLVED
