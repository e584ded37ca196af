"""Acts that no sensor perceives, defences, announcements, ways, lists and positions: told by records."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from books import (
    ACTORS,
    CAMERA,
    MONITOR,
    RADIO,
    announced,
    at,
    denies,
    front,
    listed,
    one,
    position,
    record,
    side,
    states,
    told,
    way,
)
from papers import CEASEFIRE, NOON, attribution, case, effort, incident, parsed, zone

from trucewatch.agreement.hold import hold
from trucewatch.model import Count, Named, Returned
from trucewatch.vocabulary import FeatureRole, PersonState, State, Status, WayCondition

A, B, MISSION = side("a"), side("b"), side("mission")

NO_FLIGHT = """id = "1"
kind = "prohibit"
bearer = ["a"]
act = "do:it"
"""


def flight(source, when: str = "2030-06-10", **more):
    return states(source, when, "occurred", **more)


def test_silence_about_an_act_that_nobody_watches_for_is_no_compliance():
    found = one(NO_FLIGHT)
    assert (found.state, found.status) == (State.NOT_COVERED, Status.NOT_VERIFIABLE)
    assert "no effort of watching says that it did not happen" in found.why


@pytest.mark.parametrize(
    ("records", "state"),
    [
        ([flight(A)], State.BREACHED),
        ([flight(MONITOR), flight(RADIO)], State.BREACHED),
        ([flight(MONITOR)], State.UNRESOLVED),
        ([flight(CAMERA), flight(B)], State.UNRESOLVED),
        ([flight(B)], State.UNRESOLVED),
        ([flight(B), denies(A, "2030-06-20", "occurred")], State.UNRESOLVED),
        ([flight(B), denies(A, "2030-06-11", "occurred")], State.DISPUTED_FACT),
        ([flight(MONITOR), flight(RADIO), denies(A, "2030-06-10", "occurred")], State.BREACHED),
        ([flight(MONITOR), flight(RADIO), denies(CAMERA, "2030-06-10", "occurred")], State.DISPUTED_FACT),
        ([denies(A, "2030-06-10", "occurred")], State.NOT_COVERED),
        ([flight(MONITOR), flight(RADIO, "2030-06-11")], State.UNRESOLVED),  # two days, one line each
        ([flight(MONITOR, "2030-06-01"), flight(RADIO, "2030-06-01")], State.NOT_COVERED),  # before it bound
    ],
)
def test_a_breach_is_an_admission_or_a_monitors_person_with_a_second_line(records, state: State):
    assert one(NO_FLIGHT, records).state is state


def test_of_an_act_that_several_owe_only_ones_own_word_says_whose_it_was():
    found = told(NO_FLIGHT.replace('["a"]', '"all"'), [flight(MONITOR), flight(RADIO)])
    assert {s.state for s in found.values()} == {State.UNRESOLVED}
    assert "whose act it was is not said" in found["1", "a"].why
    admitted = told(NO_FLIGHT.replace('["a"]', '"all"'), [flight(A)])
    assert {bearer: s.state for (_, bearer), s in admitted.items()} == {"a": State.BREACHED, "b": State.UNRESOLVED}


def test_what_happened_while_the_duty_was_suspended_breaks_nothing():
    pause = '[[pause]]\nfrom = 2030-06-09\nuntil = 2030-06-12\nform = "protocol"\nsource = "s"\naccepted_by = "all"\n'
    assert one(NO_FLIGHT + pause, [flight(A)]).state is State.NOT_COVERED
    assert one(NO_FLIGHT + pause, [flight(A, "2030-06-12")]).state is State.BREACHED


# --- defences -------------------------------------------------------------------------------------

PERMIT = """id = "2"
kind = "permit_if"
bearer = ["a"]
act = "return:fire"
exception_to = ["1"]
conditions = ["attacked", "ordered"]
"""


def plea(event: str, source=MONITOR, when: str = "2030-06-10"):
    return [states(source, when, event, about="return:fire"), states(RADIO, when, event, about="return:fire")]


def defended(*records):
    found = told(case(parsed(NO_FLIGHT, PERMIT, front=front(ACTORS))), [flight(A), *records])
    return found["1", "a"].state, found["2", "a"].state


def test_a_defence_that_nobody_pleads_is_none():
    assert defended() == (State.BREACHED, State.NOT_COVERED)


def test_a_defence_that_is_shown_takes_the_happening_out_and_one_half_shown_keeps_it_open():
    assert defended(*plea("attacked"), *plea("ordered")) == (State.NOT_COVERED, State.NO_BREACH_OBSERVED)
    assert defended(*plea("attacked")) == (State.UNRESOLVED, State.UNRESOLVED)
    assert defended(states(A, "2030-06-10", "attacked", about="return:fire"))[0] is State.UNRESOLVED


def test_what_was_shown_of_another_day_excuses_nothing():
    other = [*plea("attacked", when="2030-06-07"), *plea("ordered", when="2030-06-07")]
    assert defended(*other)[0] is State.BREACHED


def test_a_shown_defence_takes_an_incident_of_fire_out_as_well():
    paper = case(parsed(CEASEFIRE.replace("c1.a", "1"), PERMIT, front=front(ACTORS)))
    shots = (incident(time=NOON),)
    shown = [*plea("attacked", when="2030-06-03"), *plea("ordered", when="2030-06-03")]
    for records, state in (((), State.BREACHED), (shown[:2], State.UNRESOLVED), (shown, State.NOT_COVERED)):
        found, _ = hold(paper, shots, (attribution("i1", "a"),), (), at("2030-06-10"), records=records)
        assert found[0].state is state


# --- announcements --------------------------------------------------------------------------------

ANNOUNCE = """id = "1"
kind = "notify"
bearer = ["a"]
act = "do:it"
lead = { hours = 48 }
"""


def test_a_movement_announced_long_enough_before_breaks_nothing_and_shows_nothing_unwatched():
    moved = [flight(A), announced(A, "2030-06-07", "2030-06-10")]
    found = one(ANNOUNCE, moved)
    assert found.state is State.NOT_COVERED
    assert found.why.startswith("1 known to have happened, announced in time")
    days = tuple(effort("a", date(2030, 6, 3) + timedelta(days=n)) for n in range(29))
    assert one(ANNOUNCE, moved, efforts=days).state is State.NO_BREACH_OBSERVED


def test_a_notice_is_counted_from_its_receipt():
    late = announced(A, "2030-06-07", "2030-06-10", known="2030-06-09")
    assert one(ANNOUNCE, [flight(A), late]).state is State.BREACHED
    assert one(ANNOUNCE, [flight(A)]).state is State.BREACHED
    assert one(ANNOUNCE, [flight(B)]).state is State.UNRESOLVED
    assert one(ANNOUNCE, [flight(A), announced(A, "2030-06-07", "2030-06-20")]).state is State.BREACHED  # another day


# --- ways -----------------------------------------------------------------------------------------

PASSAGE = """id = "1"
kind = "allow"
bearer = ["a"]
act = "do:it"
verify = { any_of = ["other_party_confirms", "monitor_confirms"] }
"""
OPEN, CLOSED, RESTRICTED = WayCondition.OPEN, WayCondition.CLOSED, WayCondition.RESTRICTED


@pytest.mark.parametrize(
    ("records", "state"),
    [
        ([], State.NOT_COVERED),
        ([way(A, "2030-06-20", OPEN)], State.NOT_COVERED),
        ([way(B, "2030-06-20", OPEN)], State.NO_BREACH_OBSERVED),
        ([way(MONITOR, "2030-06-20", CLOSED)], State.BREACHED),
        ([way(A, "2030-06-20", WayCondition.DENIED)], State.BREACHED),
        ([way(B, "2030-06-20", CLOSED)], State.UNRESOLVED),
        ([way(B, "2030-06-20", CLOSED), way(A, "2030-06-20", OPEN)], State.DISPUTED_FACT),
        ([way(B, "2030-06-10", CLOSED), way(B, "2030-06-20", OPEN)], State.UNRESOLVED),
        ([way(MONITOR, "2030-06-10", CLOSED), way(MONITOR, "2030-06-20", OPEN)], State.BREACHED),
        ([way(MONITOR, "2030-06-20", RESTRICTED)], State.UNRESOLVED),
    ],
)
def test_a_way_is_judged_by_whose_word_has_it_open_or_closed(records, state: State):
    assert one(PASSAGE, records).state is state


def test_an_old_word_that_it_was_open_says_nothing_of_today():
    assert one(PASSAGE, [way(B, "2030-06-20", OPEN)], "2030-08-20").state is State.NOT_COVERED


def test_an_obstacle_to_a_return_leaves_it_open_and_that_some_came_back_shows_nothing():
    def back(obstacle: str, persons: int | None):
        count = Count(low=persons, high=persons)
        return record(B, Returned(place="a town", persons=count, obstacle=obstacle), "2030-06-20")

    assert one(PASSAGE, [back("", 4000)]).state is State.NOT_COVERED
    assert one(PASSAGE, [back("the road is mined", None)]).state is State.UNRESOLVED


def test_a_monitor_who_finds_a_way_closed_does_not_say_which_of_two_sides_closed_it():
    found = told(PASSAGE.replace('["a"]', '"all"'), [way(MONITOR, "2030-06-20", CLOSED)])
    assert {s.state for s in found.values()} == {State.UNRESOLVED}


def barred(source, condition=CLOSED, by="b", when="2030-06-20"):
    party = by if by in {"a", "b"} else None
    return way(source, when, condition, Named(party=party, verbatim=by))


@pytest.mark.parametrize("condition", [CLOSED, WayCondition.DENIED])
@pytest.mark.parametrize(("by", "other"), [("a", "b"), ("b", "a")])
def test_a_monitor_who_says_who_closed_a_way_says_nothing_against_the_other(condition, by, other):
    found = told(PASSAGE.replace('["a"]', '"all"'), [barred(MONITOR, condition, by)])
    assert (found["1", by].state, found["1", other].state) == (State.UNRESOLVED, State.NOT_COVERED)
    assert all(f"{condition.value} (barred by {by}) on" in each.why for each in found.values())


@pytest.mark.parametrize(
    ("records", "a", "b"),
    [
        ([barred(A)], State.NOT_COVERED, State.UNRESOLVED),  # an accuser's word, and no admission of its own
        ([barred(B)], State.NOT_COVERED, State.BREACHED),
        ([barred(MONITOR, RESTRICTED)], State.NOT_COVERED, State.UNRESOLVED),
        ([barred(CAMERA)], State.NOT_COVERED, State.UNRESOLVED),
        ([barred(MONITOR, by="nobody that we know")], State.UNRESOLVED, State.UNRESOLVED),
        ([barred(MONITOR, by="mission")], State.NOT_COVERED, State.NOT_COVERED),
        ([barred(MONITOR, by="a"), barred(RADIO, by="b")], State.UNRESOLVED, State.UNRESOLVED),
        # the other's closing neither ends one's own nor leaves the way open
        ([barred(MONITOR, by="a", when="2030-06-10"), barred(MONITOR)], State.UNRESOLVED, State.UNRESOLVED),
        ([way(MONITOR, "2030-06-15", OPEN), barred(MONITOR)], State.NOT_COVERED, State.UNRESOLVED),
    ],
)
def test_whose_doing_it_was_is_asked_of_each_word(records, a, b):
    found = told(PASSAGE.replace('["a"]', '"all"'), records)
    assert (found["1", "a"].state, found["1", "b"].state) == (a, b)


def test_where_one_side_alone_owes_a_way_a_monitor_who_names_another_says_nothing_against_it():
    assert one(PASSAGE, [barred(MONITOR, by="a")]).state is State.BREACHED
    assert one(PASSAGE, [barred(MONITOR, by="b")]).state is State.NOT_COVERED
    assert one(PASSAGE, [barred(A, by="b")]).state is State.NOT_COVERED


# --- lists ----------------------------------------------------------------------------------------

ALL_FOR_ALL = """id = "1"
kind = "exchange"
bearer = "all"
act = "do:it"
categories = ["prisoner"]
"""
GONE, RETURNED = PersonState.RELEASED, PersonState.RETURNED
BOTH_LIST = [listed(s, "2030-06-10", person) for s in (A, B) for person in ("p", "q")]


def exchange(*records, duty: str = ALL_FOR_ALL, as_of: str = "2030-07-01"):
    states = {s.state for s in told(duty, [*BOTH_LIST, *records], as_of).values()}
    assert len(states) == 1
    return states.pop()


def test_an_exchange_is_done_when_both_lists_say_that_everybody_is_back():
    p = [listed(s, "2030-06-15", "p", GONE) for s in (A, B)]
    q = [listed(A, "2030-06-15", "q", GONE), listed(B, "2030-06-16", "q", RETURNED)]
    assert exchange() is State.IN_FORCE
    assert exchange(*p) is State.IN_FORCE
    assert exchange(*p, *q) is State.FULFILLED
    assert exchange(*p, q[0]) is State.IN_FORCE  # one side's word
    assert exchange(*p, q[0], listed(MONITOR, "2030-06-16", "q", GONE)) is State.FULFILLED


def test_a_person_on_one_list_only_or_in_dispute_puts_the_exchange_in_dispute():
    assert exchange(listed(A, "2030-06-11", "r")) is State.DISPUTED_FACT
    assert exchange(listed(A, "2030-06-11", "q", PersonState.DISPUTED)) is State.DISPUTED_FACT
    found = told(ALL_FOR_ALL, [*BOTH_LIST, listed(A, "2030-06-11", "r")])["1", "a"]
    assert "2 lists of 3 persons: 0 released or returned by both, 2 still open, 1 on one list only" in found.why


def test_one_list_alone_is_a_claim():
    lone = told(ALL_FOR_ALL, [listed(A, "2030-06-10", "p")])["1", "a"]
    assert lone.state is State.UNRESOLVED
    assert told(ALL_FOR_ALL)["1", "a"].state is State.IN_FORCE


def test_an_exchange_with_a_day_is_overdue_and_never_a_breach_by_its_lists():
    assert exchange(duty=f"{ALL_FOR_ALL}deadline = 2030-06-20\n") is State.OVERDUE_UNVERIFIED
    assert exchange(duty=f"{ALL_FOR_ALL}deadline = 2030-06-20\n", as_of="2030-06-15") is State.PENDING


# --- positions ------------------------------------------------------------------------------------

FENCE = """id = "1"
kind = "keep_out"
bearer = ["mission"]
unit = "monitors"
within = ["zone"]
"""
AREA = replace(zone(), role=FeatureRole.PERMITTED_AREA)


def fenced(*records, duty: str = FENCE, as_of: str = "2030-06-04"):
    return one(case(parsed(duty, front=front(ACTORS)), places=(AREA,)), records, as_of)


def test_without_positions_nobody_knows_where_they_were():
    assert fenced().state is State.NOT_COVERED


def test_an_excursion_by_their_own_word_is_one_and_an_instrument_alone_leaves_it_open():
    inside, outside = (38.2, 48.1), (38.6, 48.1)
    assert fenced(position(MISSION, "2030-06-03T12:00:00+00:00", *outside)).state is State.BREACHED
    assert fenced(position(CAMERA, "2030-06-03T12:00:00+00:00", *outside)).state is State.UNRESOLVED
    assert fenced(position(MISSION, "2030-06-03T12:00:00+00:00", *inside)).state is State.NOT_COVERED
    assert fenced(position(MISSION, "2030-06-03T12:00:00+00:00", 38.4, 48.1)).state is State.UNRESOLVED  # on the edge


def test_only_a_unit_that_was_followed_all_the_time_by_others_is_known_to_have_stayed_inside():
    hours = [position(CAMERA, f"2030-06-{3 + n // 24:02}T{n % 24:02}:30:00+00:00", 38.2, 48.1) for n in range(48)]
    found = fenced(*hours)
    assert (found.state, found.coverage) == (State.NO_BREACH_OBSERVED, 1.0)
    assert fenced(*hours[:40]).state is State.NOT_COVERED


def test_a_zone_of_separation_is_entered_by_whose_unit_it_was():
    separation = FENCE.replace('within = ["zone"]', 'zone = "zone"').replace('["mission"]', '["a"]')
    inside = position(MONITOR, "2030-06-03T12:00:00+00:00", 38.2, 48.1)
    assert fenced(inside, duty=separation).state is State.BREACHED
    both = told(case(parsed(separation.replace('["a"]', '"all"'), front=front(ACTORS)), places=(AREA,)), [inside])
    assert {s.state for s in both.values()} == {State.UNRESOLVED}
