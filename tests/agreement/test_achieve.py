"""What is done once, by a day, and by whose word: hand-overs, openings, and institutions that close again."""

import pytest
from books import (
    ACTORS,
    CAMERA,
    MONITOR,
    PAPER,
    RADIO,
    at,
    denies,
    front,
    not_yet,
    of,
    one,
    quoting,
    side,
    states,
    told,
)
from papers import case, parsed

from trucewatch.vocabulary import SourceClass, State, Status

A, B, GUARANTOR = side("a"), side("b"), side("guarantor")

HAND_OVER = """id = "1"
kind = "achieve"
bearer = ["a"]
act = "do:it"
deadline = 2030-06-20
"""


def test_what_the_other_side_confirms_by_the_day_is_fulfilled_since_it_happened():
    found = one(HAND_OVER, [states(B, "2030-06-19")])
    assert (found.state, found.status) == (State.FULFILLED, Status.OBSERVED)
    assert found.since == at("2030-06-18")
    assert "done on 2030-06-19 by the word of b" in found.why
    assert len(found.record_keys) == 1


def test_before_its_day_nothing_is_missing_and_the_day_stands_as_the_next_deadline():
    found = one(HAND_OVER, (), "2030-06-19")
    assert (found.state, found.next_deadline) == (State.PENDING, at("2030-06-20"))
    assert "the word of those whom it is owed to" in found.would_change


def test_after_its_day_without_proof_it_is_overdue_and_never_a_breach():
    found = one(HAND_OVER, (), "2030-06-20")
    assert (found.state, found.status) == (State.OVERDUE_UNVERIFIED, Status.NOT_VERIFIABLE)
    assert found.since == at("2030-06-20")


def test_the_bearers_own_word_fulfils_nothing():
    assert one(HAND_OVER, [states(A, "2030-06-19")]).state is State.OVERDUE_UNVERIFIED
    assert (
        one(HAND_OVER, [states(A, "2030-06-19"), states(quoting("a"), "2030-06-19")]).state is State.OVERDUE_UNVERIFIED
    )


def test_the_bearers_word_against_the_denial_of_the_other_side_is_a_dispute_of_fact():
    found = one(HAND_OVER, [states(A, "2030-06-19"), denies(B, "2030-06-20")])
    assert (found.state, found.status) == (State.DISPUTED_FACT, Status.DISPUTED)
    assert "denied by b" in found.why


def test_what_had_not_happened_yet_the_day_before_is_no_denial():
    assert one(HAND_OVER, [not_yet(B, "2030-06-18"), states(B, "2030-06-19")]).state is State.FULFILLED
    assert one(HAND_OVER, [not_yet(MONITOR, "2030-06-19"), states(B, "2030-06-19")]).state is State.FULFILLED


def test_two_outlets_are_two_sources_only_where_neither_repeats_a_party():
    assert one(HAND_OVER, [states(PAPER, "2030-06-19"), states(RADIO, "2030-06-19")]).state is State.FULFILLED
    own = [states(RADIO, "2030-06-19"), states(quoting("a"), "2030-06-19")]
    assert one(HAND_OVER, own).state is State.OVERDUE_UNVERIFIED
    assert one(HAND_OVER, [states(quoting("b"), "2030-06-19")]).state is State.FULFILLED  # it is b's word


def test_a_monitor_proves_it_where_the_paper_takes_a_monitors_word_and_a_denial_alone_does_not_undo_that():
    duty = f'{HAND_OVER}verify = {{ any_of = ["monitor_confirms"] }}'
    assert one(duty, [states(CAMERA, "2030-06-19"), denies(B, "2030-06-20")]).state is State.FULFILLED
    assert one(duty, [states(side("mission"), "2030-06-19")]).state is State.FULFILLED
    assert one(duty, [states(CAMERA, "2030-06-19"), denies(MONITOR, "2030-06-20")]).state is State.DISPUTED_FACT
    assert one(duty, [states(B, "2030-06-19")]).state is State.OVERDUE_UNVERIFIED


def test_both_parties_means_the_bearer_too():
    duty = f'{HAND_OVER}verify = {{ any_of = ["both_parties_confirm"] }}'
    assert one(duty, [states(B, "2030-06-19")]).state is State.OVERDUE_UNVERIFIED
    assert one(duty, [states(B, "2030-06-19"), states(A, "2030-06-19")]).state is State.FULFILLED


def test_done_after_its_day_is_late():
    found = one(HAND_OVER, [states(B, "2030-06-25")])
    assert (found.state, found.status) == (State.FULFILLED_LATE, Status.OBSERVED)
    assert one(HAND_OVER, [states(B, "2030-06-25")], "2030-06-22").state is State.OVERDUE_UNVERIFIED


def test_claims_of_when_that_part_over_the_deadline_are_a_dispute_and_a_vague_one_is_open():
    parted = [states(A, "2030-06-20"), states(B, "2030-06-21")]
    assert one(HAND_OVER, parted).state is State.DISPUTED_FACT
    before = HAND_OVER.replace("2030-06-20", "2030-06-19T12:00:00")
    assert one(before, [states(B, "2030-06-19")]).state is State.UNRESOLVED  # some time on the 19th
    moments = [states(B, "2030-06-19"), states(MONITOR, "2030-06-19T09:00:00+00:00")]
    assert one(before, moments).state is State.FULFILLED  # the day and the moment in it agree


@pytest.mark.parametrize(
    ("witness", "state"), [(MONITOR, State.BREACHED), (A, State.BREACHED), (B, State.OVERDUE_UNVERIFIED)]
)
def test_a_breach_needs_a_monitors_person_or_an_admission(witness, state: State):
    found = one(HAND_OVER, [not_yet(witness, "2030-06-21")])
    assert found.state is state
    assert (found.status is Status.VIOLATED) == found.why.endswith("proposed by machine; both staffs decide")


def test_a_word_from_before_the_day_confirms_no_breach():
    assert one(HAND_OVER, [not_yet(MONITOR, "2030-06-19")]).state is State.OVERDUE_UNVERIFIED
    assert one(HAND_OVER, [not_yet(CAMERA, "2030-06-21")]).state is State.OVERDUE_UNVERIFIED  # no person


def test_a_claim_without_proof_that_it_was_done_later_takes_back_no_confirmed_breach():
    late = not_yet(MONITOR, "2030-06-22")
    for boast in (states(A, "2030-06-25"), states(PAPER, "2030-06-25")):
        found = one(HAND_OVER, [late, boast])
        assert (found.state, found.since) == (State.BREACHED, at("2030-06-20"))
        assert "not yet on 2030-06-22 by the word of 1 monitor; proposed by machine" in found.why
        assert set(found.record_keys) == {late.key, boast.key}
    assert one(HAND_OVER, [late, states(B, "2030-06-25")]).state is State.FULFILLED_LATE
    assert one(HAND_OVER, [late, states(A, "2030-06-18")]).state is State.DISPUTED_FACT


def test_who_admits_that_it_was_not_done_admits_it_still_when_it_says_that_it_was_done_since():
    admitted = not_yet(A, "2030-06-22")
    assert one(HAND_OVER, [admitted, states(A, "2030-06-25")]).state is State.BREACHED
    corrected = one(HAND_OVER, [admitted, states(A, "2030-06-18", known="2030-06-26")])
    assert corrected.state is State.OVERDUE_UNVERIFIED
    assert one(HAND_OVER, [admitted, states(A, "2030-06-25"), states(B, "2030-06-25")]).state is State.FULFILLED_LATE


def test_each_of_its_events_is_needed():
    both = f'{HAND_OVER}completes_on = ["exit", "entry"]'
    gone = [states(B, "2030-06-19", "exit")]
    assert one(both, gone).state is State.OVERDUE_UNVERIFIED
    found = one(both, [*gone, states(B, "2030-06-21", "entry")])
    assert found.state is State.FULFILLED_LATE
    assert found.since == at("2030-06-20")


def test_what_all_owe_together_nobody_confirms_by_a_boast():
    duty = HAND_OVER.replace('["a"]', '"all"')
    assert {s.state for s in told(duty, [states(B, "2030-06-19")]).values()} == {State.OVERDUE_UNVERIFIED}
    both = told(duty, [states(B, "2030-06-19"), states(A, "2030-06-19")])
    assert {s.state for s in both.values()} == {State.FULFILLED}


def test_a_guarantor_bears_a_duty_and_the_parties_confirm_it():
    duty = HAND_OVER.replace('["a"]', '["guarantor"]')
    assert one(duty, [states(GUARANTOR, "2030-06-19")]).state is State.OVERDUE_UNVERIFIED
    found = one(duty, [states(B, "2030-06-19")])
    assert (found.bearer, found.state) == ("guarantor", State.FULFILLED)


def test_without_a_deadline_it_is_in_force_until_it_is_done():
    open_ended = HAND_OVER.replace("deadline = 2030-06-20\n", "")
    assert one(open_ended).state is State.IN_FORCE
    assert one(open_ended, [states(B, "2030-06-25")]).state is State.FULFILLED


def test_a_monitor_that_bears_the_name_of_a_side_is_not_that_side():
    namesake = of(SourceClass.OBSERVER, "a")
    assert one(HAND_OVER, [not_yet(namesake, "2030-06-21")]).state is State.BREACHED
    assert "by the word of 1 monitor" in one(HAND_OVER, [not_yet(namesake, "2030-06-21")]).why
    assert one(HAND_OVER, [states(namesake, "2030-06-19"), states(RADIO, "2030-06-19")]).state is State.FULFILLED


# --- readings -------------------------------------------------------------------------------------

BY_AND_BEFORE = f"""{HAND_OVER}[[reading]]
by = ["a"]
deadline_rule = "end_of_day"
[[reading]]
by = ["b"]
deadline_rule = "start_of_day"
"""


def test_entry_on_the_day_is_in_time_under_by_and_late_under_before():
    found = one(BY_AND_BEFORE, [states(B, "2030-06-20")])
    assert (found.state, found.status) == (State.DISPUTED_READING, Status.DISPUTED)
    assert [(r.by, r.state) for r in found.readings] == [(("a",), State.FULFILLED), (("b",), State.FULFILLED_LATE)]
    assert "reading 2 (deadline_rule start_of_day) gives fulfilled late" in found.why


def test_the_day_before_both_readings_agree():
    found = one(BY_AND_BEFORE, [states(B, "2030-06-19")])
    assert found.state is State.FULFILLED
    assert found.why.endswith("the same status under each of 2 readings")


def test_who_has_not_argued_otherwise_reads_what_is_written():
    lone = f'{HAND_OVER}[[reading]]\nby = ["b"]\ndeadline_rule = "start_of_day"\n'
    found = one(lone, [states(B, "2030-06-20")])
    assert [r.written for r in found.readings] == ["as written", "deadline_rule start_of_day"]
    assert found.state is State.DISPUTED_READING


# --- days that count from an event ------------------------------------------------------------------

ANCHOR = '[anchor.signature]\nwords = "the signing"\nat = 2030-06-05\n'
AFTER = HAND_OVER.replace("2030-06-20", '{ after = "signature", days = 15 }')


def test_days_count_from_an_anchor_and_each_of_its_readings_is_one_of_the_duty():
    assert one(AFTER, (), "2030-06-19", actors=ACTORS + ANCHOR).next_deadline == at("2030-06-20")
    disputed = f'{ANCHOR}[[anchor.signature.reading]]\nby = ["b"]\nat = 2030-06-03\n'
    found = one(AFTER, [states(B, "2030-06-20")], actors=ACTORS + disputed)
    assert [(r.written, r.state) for r in found.readings] == [
        ("as written", State.FULFILLED),
        ("signature 2030-06-03", State.FULFILLED_LATE),
    ]


def test_an_anchor_told_by_records_has_no_moment_until_the_event_is_a_fact():
    anchor = '[anchor.signature]\nwords = "the transfer"\nact = "transfer:authority"\nevent = "done"\n'
    handed = [states(source, "2030-06-05", about="transfer:authority") for source in (A, B)]
    waiting = one(AFTER, handed[:1], "2030-06-30", actors=ACTORS + anchor)
    assert (waiting.state, waiting.next_deadline) == (State.PENDING, None)
    assert "not known yet" in waiting.why
    assert one(AFTER, handed, "2030-06-30", actors=ACTORS + anchor).state is State.OVERDUE_UNVERIFIED
    assert one(AFTER, [*handed, states(B, "2030-06-20")], actors=ACTORS + anchor).state is State.FULFILLED


# --- changed since ------------------------------------------------------------------------------------

LATER = HAND_OVER + '[[amendment]]\non = 2030-06-15\nform = "announcement"\ndeadline = 2030-06-25\nsource = "s"\n'


def test_a_later_day_announced_by_those_whom_it_is_owed_to_simply_holds_from_then_on():
    moved = f'{LATER}accepted_by = ["b"]\n'
    assert one(moved, (), "2030-06-13").next_deadline == at("2030-06-20")
    assert one(moved, (), "2030-06-15").next_deadline == at("2030-06-25")
    found = one(moved, [states(B, "2030-06-25")])
    assert (found.state, found.readings) == (State.FULFILLED, ())


def test_what_was_not_known_of_it_then_stays_unknown_then():
    moved = f'{LATER}accepted_by = ["b"]\n'
    assert one(moved, (), "2030-06-20", known="2030-06-13").state is State.OVERDUE_UNVERIFIED
    assert one(moved, (), "2030-06-20", known="2030-06-16").state is State.PENDING


def test_a_later_day_that_only_the_bearer_announces_is_one_more_reading():
    found = one(f'{LATER}accepted_by = ["a"]\n', [states(B, "2030-06-25")])
    assert found.state is State.DISPUTED_READING
    assert [(r.by, r.state) for r in found.readings] == [((), State.FULFILLED_LATE), (("a",), State.FULFILLED)]
    assert "by announcement, not accepted by all" in found.readings[1].written


def test_an_earlier_day_binds_when_the_bearer_takes_it_on():
    earlier = LATER.replace("2030-06-25", "2030-06-18")
    assert one(f'{earlier}accepted_by = ["a"]\n', [states(B, "2030-06-19")]).state is State.FULFILLED_LATE
    assert one(f'{earlier}accepted_by = ["b"]\n', [states(B, "2030-06-19")]).state is State.DISPUTED_READING


def test_a_new_day_that_all_accepted_leaves_nothing_to_read_of_the_old_one():
    both = BY_AND_BEFORE + LATER.removeprefix(HAND_OVER) + 'accepted_by = "all"\n'
    assert one(both, [states(B, "2030-06-25")]).state is State.FULFILLED
    assert one(both, (), "2030-06-13").next_deadline == at("2030-06-19")


def test_a_pause_stops_the_clock_and_moves_the_day():
    paused = f'{HAND_OVER}[[pause]]\nfrom = 2030-06-10\nuntil = 2030-06-15\nform = "protocol"\nsource = "s"\naccepted_by = "all"\n'
    assert one(paused, (), "2030-06-08").next_deadline == at("2030-06-20")
    within = one(paused, (), "2030-06-12")
    assert (within.state, within.next_deadline) == (State.SUSPENDED, at("2030-06-14"))
    assert one(paused, (), "2030-06-16").next_deadline == at("2030-06-25")


def test_a_pause_that_one_side_declares_is_one_more_reading():
    paused = f'{HAND_OVER}[[pause]]\nfrom = 2030-06-10\nform = "announcement"\nsource = "s"\naccepted_by = ["a"]\n'
    found = one(paused)
    assert [r.state for r in found.readings] == [State.OVERDUE_UNVERIFIED, State.SUSPENDED]
    assert found.state is State.DISPUTED_READING


def test_what_has_ended_before_it_was_due_is_asked_for_no_more():
    ended = f'{HAND_OVER}[ended]\non = 2030-06-10\nform = "protocol"\nsource = "s"\naccepted_by = "all"\n'
    found = one(ended)
    assert (found.state, found.status) == (State.SUSPENDED, Status.PENDING)
    assert "ended 2030-06-10T00:00:00Z by protocol" in found.why
    assert one(ended, [states(B, "2030-06-05")]).state is State.FULFILLED


# --- one after the other ------------------------------------------------------------------------------

FIRST = HAND_OVER.replace("deadline = 2030-06-20\n", "").replace("do:it", "do:first")
SECOND = HAND_OVER.replace('"1"', '"2"') + 'requires = ["1"]\n'


def chain(*records, as_of: str = "2030-07-01"):
    return told(case(parsed(FIRST, SECOND, front=front(ACTORS))), records, as_of)["2", "a"]


def test_a_clock_that_starts_with_another_duty_waits_for_it():
    assert chain().state is State.NOT_YET_APPLICABLE
    assert chain(states(B, "2030-06-10", about="do:first")).state is State.OVERDUE_UNVERIFIED
    disputed = (states(A, "2030-06-10", about="do:first"), denies(B, "2030-06-10", about="do:first"))
    assert chain(*disputed).state is State.UNRESOLVED


def test_duties_that_wait_for_each_other_stand_open_and_nothing_hangs():
    ring = case(parsed(FIRST + 'requires = ["2"]\n', SECOND, front=front(ACTORS)))
    assert {s.state for s in told(ring).values()} == {State.UNRESOLVED}


def test_a_special_duty_about_the_same_act_takes_the_place_of_the_general_one_while_it_lasts():
    special = f'{HAND_OVER}overrides = ["1"]\nfrom = 2030-06-10\nuntil = 2030-06-15\n'.replace('"1"\nkind', '"2"\nkind')
    both = case(parsed(HAND_OVER, special, front=front(ACTORS)))
    assert told(both, (), "2030-06-08")["1", "a"].state is State.PENDING
    assert told(both, (), "2030-06-12")["1", "a"].why == "gives way to obligation 2"
    assert told(both, (), "2030-06-16")["1", "a"].state is State.PENDING


# --- institutions -------------------------------------------------------------------------------------


def test_an_institution_that_opened_is_set_up_and_that_it_closed_later_is_said():
    duty = HAND_OVER.replace("achieve", "establish")
    opened = states(B, "2030-06-19", "opened")
    closed = states(B, "2030-06-28", "closed")
    assert one(duty, [opened, closed], "2030-06-25").why.startswith("opened on 2030-06-19")
    found = one(duty, [opened, closed])
    assert found.state is State.FULFILLED
    assert found.why.endswith("closed on 2030-06-28 by the word of b")
    assert len(found.record_keys) == 2


# --- who counts as a source -----------------------------------------------------------------------


def test_a_sides_own_source_of_no_named_side_shows_nothing_however_many_of_them_there_are():
    said = [states(of(SourceClass.PARTY, name), "2030-06-19") for name in ("a ministry", "a president")]
    assert one(HAND_OVER, said).state is State.OVERDUE_UNVERIFIED


@pytest.mark.parametrize(
    ("source_class", "names"),
    [(SourceClass.OBSERVER, ("OSCE SMM", "Osce  Smm")), (SourceClass.MEDIA, ("Le Monde", "Le  monde"))],
)
def test_one_source_spelt_in_two_ways_is_one_source(source_class, names):
    assert one(HAND_OVER, [states(of(source_class, name), "2030-06-19") for name in names]).state is (
        State.OVERDUE_UNVERIFIED
    )


def test_what_was_stated_before_its_day_was_announced_and_shows_nothing():
    early = [states(source, "2030-06-19", known="2030-06-17") for source in (PAPER, RADIO)]
    later = [states(source, "2030-06-19", known="2030-06-21") for source in (PAPER, RADIO)]
    assert one(HAND_OVER, early).state is State.OVERDUE_UNVERIFIED
    assert one(HAND_OVER, later).state is State.FULFILLED
