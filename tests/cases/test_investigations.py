"""A case from the first allegation to its remedy: only the table's moves, both sides heard, every guarantor's finding."""

from dataclasses import replace
from itertools import product

import pytest
from tests.cases.rooms import FIRST, NOON, NORTH, SECOND, SOUTH, TERMS, Room, reasons, time

from trucewatch.cases import MOVES, open_moves
from trucewatch.cases.moves import missing_for
from trucewatch.vocabulary import CaseState, Followed

# one way to each state by the table, with all that it asks for
WAYS = {
    "alleged": ["alleged"],
    "preliminary": ["alleged", "preliminary"],
    "tasked": ["alleged", "preliminary", "tasked"],
    "suspended": ["alleged", "preliminary", "suspended"],
}


def brought_to(state) -> Room:
    room = Room()
    if state in WAYS:
        room.case(*WAYS[state])
        return room
    if state == "reported":
        room.report()
        return room
    room.review()
    if state != "reviewed":
        room.case("remedy_due")
    if state == "closed":
        room.case("closed")
    return room


@pytest.mark.parametrize("state", [state.value for state in CaseState])
def test_each_state_is_reached_and_left_by_the_moves_of_the_table_only(state):
    for move in CaseState:
        room = brought_to(state)
        # all that any move asks for is there, so that only the table decides
        before = room.office().cases["c-1"]
        if move in MOVES[CaseState(state)] and missing_for(move, before, TERMS):
            continue
        room.case(move.value)
        found = room.office()
        moved = found.cases["c-1"].state == move and not found.odd
        assert moved == (move in MOVES[CaseState(state)]), (state, move, reasons(found))


def test_every_state_can_be_reached_and_none_is_a_trap():
    reached, rest = {None}, [None]
    while rest:
        more = {*MOVES[rest.pop()]} - reached
        reached |= more
        rest += more
    assert reached == {None, *CaseState}
    assert all(MOVES[state] for state in CaseState)


def test_the_first_move_opens_a_case_and_is_the_allegation():
    room = Room()
    room.case("preliminary")
    room.case("alleged")
    found = room.office()
    assert reasons(found) == ["moves a case from nothing to preliminary, which the rules do not allow"]
    assert found.cases["c-1"].state == "alleged"


def test_a_case_is_reported_when_each_side_was_heard_or_its_refusal_is_on_record():
    room = Room()
    room.case("alleged", "preliminary", "tasked", "reported")
    room.case_find("investigator", NORTH, stage="preliminary")
    room.hear(NORTH)
    room.case("reported")
    assert [reason.partition(", and ")[2] for reason in reasons(room.office())] == [
        "there is no preliminary finding", f"neither heard nor refusing to be heard: {SOUTH}",
    ]  # fmt: skip
    room.hear(SOUTH, present=False)
    room.case("reported")
    case = room.office().cases["c-1"]
    assert (case.state, [(h.side, h.present) for h in case.heard]) == ("reported", [(NORTH, True), (SOUTH, False)])


def test_a_case_is_reviewed_when_every_guarantor_has_given_its_final_finding():
    room = brought_to("reported")
    room.case_find("reviewer-one", NORTH)
    assert open_moves(room.office().cases["c-1"], TERMS)[0] == ("reviewed", f"there is no final finding by {SECOND}")
    room.case_find("reviewer-two", SOUTH)
    room.case("reviewed")
    case = room.office().cases["c-1"]
    assert (case.state, case.outcome, case.finding) == ("reviewed", "differing", "undetermined")
    assert [voice.newest.finding for voice in case.voices] == [NORTH, SOUTH]


def test_a_final_finding_supersedes_the_guarantors_earlier_one_in_sight():
    room = brought_to("reported")
    room.case_find("reviewer-one", NORTH)
    room.case_find("reviewer-one", "undetermined")
    voice = room.office().cases["c-1"].voices[0]
    assert (voice.newest.finding, [old.finding for old in voice.earlier]) == ("undetermined", [NORTH])


@pytest.mark.parametrize(
    ("state", "who", "stage", "reason"),
    [
        ("tasked", "investigator", "final", "finds preliminarily as a guarantor, or finally as an investigator"),
        ("reported", "reviewer-one", "preliminary", "finds preliminarily as a guarantor"),
        ("tasked", "reviewer-one", "final", "is a final finding, and the case is tasked"),
        ("reported", "investigator", "preliminary", "is a preliminary finding, and the case is reported"),
        ("reported", "officer", "final", "is for investigator or reviewer to say"),
    ],
)
def test_who_finds_what_when_is_the_procedures(state, who, stage, reason):
    room = brought_to(state)
    room.case_find(who, NORTH, stage=stage)
    assert reason in reasons(room.office())[0]


@pytest.mark.parametrize("standard", ["1", "0.5", "0.2", "95 %", "0.99999", ""])
def test_a_finding_without_a_standard_of_proof_between_a_half_and_one_is_odd(standard):
    room = brought_to("reported")
    room.case_find("reviewer-one", NORTH, standard=standard)
    assert len(room.office().odd) == 1


def test_a_suspension_says_why_in_a_word_or_in_words():
    room = brought_to("tasked")
    room.case("suspended", text="")
    room.case("suspended", reason="weather")
    room.case("suspended", reason="access", text="")
    found = room.office()
    assert reasons(found) == [
        "moves a case to suspended without a reason", "its reason is none of access, security, mandate_dispute",
    ]  # fmt: skip
    assert found.cases["c-1"].moves[-1].obstacle == "access"


def test_a_suspended_case_goes_on_and_keeps_what_it_had():
    room = brought_to("tasked")
    room.hear(NORTH)
    room.case("suspended", "tasked")
    case = room.office().cases["c-1"]
    assert ([move.state for move in case.moves[-2:]], case.heard[0].side) == (["suspended", "tasked"], NORTH)


def test_tasks_go_to_a_post_and_only_that_post_reports_them():
    room = brought_to("tasked")
    task = room.say("officer", "task", case="c-1", to="monitor", due=time(1))
    room.say("officer", "task", case="c-1", to="a stranger", due=time(1))
    room.say("investigator", "task_done", task=task)
    done = room.say("monitor", "task_done", task=task)
    found = room.office()
    assert reasons(found) == ["its to, 'a stranger', is not of the staff", "reports a task of somebody else"]
    assert [said.index for said in found.cases["c-1"].tasks[0].done] == [done]


def test_evidence_is_entries_that_stand_before_it_and_files():
    room = brought_to("tasked")
    room.say("investigator", "evidence", case="c-1", entries=[0, 1], blobs=["a" * 64])
    room.say("officer", "evidence", case="c-1", entries=[99], blobs=[])
    room.say("officer", "evidence", case="c-1", entries=[], blobs=[])
    room.say("officer", "evidence", case="c-1", entries=[], blobs=["picture.jpg"])
    found = room.office()
    assert ([e.entries for e in found.cases["c-1"].evidence], len(found.odd)) == ([(0, 1)], 3)


def test_every_side_has_a_right_of_reply_to_a_finding_of_a_case_with_its_deadline():
    room = brought_to("reported")
    final = room.case_find("reviewer-one", NORTH)
    room.say("liaison-n", "reply", to=final, stance="rejects")
    room.say("liaison-s", "reply", to=final, stance="accepts")
    found = room.office()
    one = found.cases["c-1"].voices[0].newest
    assert ((one.reply_by - one.said.time).days, [reply.side for reply in one.replies]) == (3, [NORTH, SOUTH])
    assert found.odd == ()


def test_a_remedy_is_due_only_from_a_side_that_both_final_findings_name():
    for one, two in product([NORTH, SOUTH, "undetermined"], repeat=2):
        room = brought_to("reported")
        room.case_find("reviewer-one", one)
        room.case_find("reviewer-two", two)
        room.case("reviewed")
        room.say("officer", "remedy", case="c-1", side=NORTH, due=time(20))
        assert bool(room.office().cases["c-1"].remedies) == (one == two == NORTH)


def test_what_became_of_a_remedy_is_said_by_its_side_or_the_room_and_stays():
    room = brought_to("reviewed")
    remedy = room.say("reviewer-one", "remedy", case="c-1", side=NORTH, due=time(5))
    room.say("liaison-s", "remedied", remedy=remedy, state="done")
    room.say("liaison-n", "remedied", remedy=remedy, state="done")
    room.say("officer", "remedied", remedy=remedy, state="partly")
    found = room.office()
    assert reasons(found) == [f"speaks of what '{NORTH}' is to do"]
    (one,) = found.cases["c-1"].remedies
    assert (one.state, [(f.by.role, f.state) for f in one.follow_ups]) == (
        Followed.PARTLY, [("liaison", "done"), ("officer", "partly")],
    )  # fmt: skip


def test_a_remedy_without_a_day_is_due_when_the_procedure_says():
    room = brought_to("reviewed")
    index = room.say("officer", "remedy", case="c-1", side=NORTH, due="")
    (remedy,) = room.office().cases["c-1"].remedies
    assert (remedy.due - room.said[index].time).days == TERMS.remedy_days


def test_a_closed_case_takes_nothing_more_until_it_is_opened_again():
    room = brought_to("closed")
    room.hear(NORTH)
    room.case("preliminary")
    room.hear(SOUTH)
    found = room.office()
    assert reasons(found) == ["is about a case that is closed"]
    assert found.cases["c-1"].state == "preliminary"


def test_a_case_that_is_opened_again_hears_the_sides_and_finds_anew_and_what_was_said_stays_in_sight():
    room = brought_to("reviewed")
    room.say("officer", "task", case="c-1", to="monitor", due=time(1))
    room.say("officer", "remedy", case="c-1", side=NORTH, due=time(2))
    room.case("closed", "preliminary", "tasked", "reported")
    room.case_find("investigator", SOUTH, stage="preliminary")
    room.case("reported")
    room.hear(NORTH, SOUTH)
    room.case("reported", "reviewed")
    room.case_find("reviewer-one", SOUTH)
    room.case("reviewed", "remedy_due")
    found = room.office(days=9)
    assert [reason.partition(", and ")[2] for reason in reasons(found) if ", and " in reason] == [
        "there is no preliminary finding", f"neither heard nor refusing to be heard: {NORTH}, {SOUTH}",
        f"there is no final finding by {FIRST}, {SECOND}", f"there is no final finding by {SECOND}",
    ]  # fmt: skip
    case = found.cases["c-1"]
    assert (case.state, case.outcome, case.finding) == ("reported", "awaited", "undetermined")
    assert [(len(voice.earlier), voice.newest is None) for voice in case.voices] == [(1, False), (1, True)]
    assert (len(case.heard), len(case.preliminary), len(case.remedies)) == (4, 2, 1)
    assert [(late.what, late.bearer) for late in found.overdue] == [
        ("reply", NORTH),
        ("reply", SOUTH),
    ]  # none of what was closed


def test_a_remedy_of_before_does_not_hide_that_none_is_set_since_the_case_was_opened_again():
    room = brought_to("remedy_due")
    room.say("officer", "remedy", case="c-1", side=NORTH, due=time(2))
    room.case("closed", "preliminary", "tasked")
    room.hear(NORTH, SOUTH)
    room.case_find("investigator", NORTH, stage="preliminary")
    room.case("reported")
    room.case_find("reviewer-one", NORTH)
    room.case_find("reviewer-two", NORTH)
    room.case("reviewed", "remedy_due")
    assert [late.bearer for late in room.office(days=30).overdue if late.what == "no_remedy"] == [NORTH]


def test_the_officers_word_on_a_remedy_stands_against_the_sides_own():
    room = brought_to("reviewed")
    remedy = room.say("officer", "remedy", case="c-1", side=NORTH, due=time(2))
    room.say("officer", "remedied", remedy=remedy, state="not_done")
    room.say("liaison-n", "remedied", remedy=remedy, state="done")
    assert [late.bearer for late in room.office(days=2.5).overdue] == [NORTH]


def test_the_days_of_a_remedy_are_those_of_the_terms_when_the_case_was_moved():
    room = brought_to("remedy_due")
    changes = ((len(room.said), replace(TERMS, remedy_days=300, parties=(SOUTH,))),)
    room.say("officer", "message", about="")
    late = room.office(days=TERMS.remedy_days + 1, changes=changes).overdue
    assert [one.bearer for one in late if one.what == "no_remedy"] == [NORTH]


def test_what_is_late_in_a_case_is_listed_until_it_is_done():
    room = brought_to("reviewed")
    room.say("officer", "task", case="c-1", to="monitor", due=time(1))
    room.say("officer", "remedy", case="c-1", side=NORTH, due=time(2))
    late = room.office(days=5).overdue
    assert [(one.what, one.bearer, one.about) for one in late] == [
        ("task", "monitor", "c-1"), ("remedy", NORTH, "c-1"),
        *[("reply", side, "c-1") for _ in (FIRST, SECOND) for side in (NORTH, SOUTH)],
    ]  # fmt: skip
    assert room.office(days=0.5).overdue == ()


def test_a_remedy_that_nobody_has_set_is_late_after_the_procedures_days():
    room = brought_to("remedy_due")
    assert [one.what for one in room.office(days=TERMS.remedy_days + 1).overdue][-1] == "no_remedy"
    room.say("officer", "remedy", case="c-1", side=NORTH, due=time(40))
    assert "no_remedy" not in [one.what for one in room.office(days=TERMS.remedy_days + 1).overdue]


def test_what_waits_to_be_sequenced_is_folded_with_no_day_of_its_own():
    room = brought_to("reported")
    room.case_find("reviewer-one", NORTH)
    room.said[-1] = replace(room.said[-1], index=-1, time=None)
    one = room.office().cases["c-1"].voices[0].newest
    assert (one.reply_by, one.said.index, NOON.year) == (None, -1, 2026)
