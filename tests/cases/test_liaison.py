"""Between the room and the sides: the same message to all, receipts, calls, meetings, measures, the shift log."""

from dataclasses import replace

import pytest
from tests.cases.rooms import FIRST, NORTH, SECOND, SOUTH, STAFF, TERMS, Room, reasons, time


def test_a_message_goes_to_every_liaison_at_once_and_says_who_has_not_received_it():
    room = Room()
    sent = room.say("officer", "message", about="")
    room.say("liaison-s", "receipt", message=sent)
    (message,) = room.office().messages
    assert message.to == (("liaison-n", NORTH), ("liaison-s", SOUTH))
    assert (message.missing, message.unreached) == ((("liaison-n", NORTH),), ())


def test_the_liaisons_stand_in_one_order_however_the_staff_is_listed():
    room = Room()
    room.say("officer", "message", about="")
    turned = dict(reversed(STAFF.items()))
    assert room.office(staff=turned).messages == room.office().messages


def test_the_liaisons_stand_in_the_cases_order_of_the_sides_whatever_their_posts_are_called():
    room = Room()
    named = {"ant": NORTH, "bee": SOUTH, "cat": NORTH, "dog": SOUTH}
    room.entry(
        type="charter",
        staff=staff_entry(("officer", "officer", "", ["key"]), *((n, "liaison", s, ["key"]) for n, s in named.items())),
    )
    room.say("officer", "message", about="")
    to = [
        [post for post, _ in room.office(terms=replace(TERMS, parties=parties)).messages[0].to]
        for parties in ((NORTH, SOUTH), (SOUTH, NORTH))
    ]
    assert to == [["ant", "cat", "bee", "dog"], ["bee", "dog", "ant", "cat"]]


def test_a_side_without_a_liaison_is_named_as_not_reached():
    room = Room()
    room.say("officer", "message", about="")
    staff = {name: post for name, post in STAFF.items() if name != "liaison-s"}
    assert room.office(staff=staff).messages[0].unreached == (SOUTH,)


def staff_entry(*posts):
    return [{"id": name, "role": role, "of": of, "passkeys": keys} for name, role, of, keys in posts]


def test_a_message_is_to_those_who_were_liaison_at_that_moment():
    room = Room()
    officer, north, south = ("officer", "officer", "", ["key"]), ("ln", "liaison", NORTH), ("ls", "liaison", SOUTH)
    room.entry(type="charter", staff=staff_entry(officer, (*north, ["key"])))
    room.say("officer", "message", about="")
    room.entry(type="act", act={"kind": "appoint", "staff": staff_entry((*north, []), (*south, ["key"]))})
    room.say("officer", "message", about="")
    assert [message.to for message in room.office().messages] == [(("ln", NORTH),), (("ls", SOUTH),)]


def test_what_somebody_said_before_another_post_was_theirs_still_counts():
    room = Room()
    room.entry(type="charter", staff=staff_entry(("p", "officer", "", ["key"])))
    room.say("p", "message", about="")
    room.entry(type="act", act={"kind": "appoint", "staff": staff_entry(("p", "auditor", "", ["key"]))})
    room.say("p", "message", about="")
    found = room.office(staff={"p": ("auditor", "")})
    assert (len(found.messages), reasons(found)) == (1, ["is said by an auditor, and is for officer to say"])


def test_staff_that_cannot_be_read_is_odd_and_appoints_nobody():
    room = Room()
    room.entry(type="act", act={"kind": "appoint", "staff": [{"id": "x"}]})
    assert reasons(room.office()) == ["lists the staff in a form that cannot be read"]


def test_both_sides_may_answer_a_message_and_receipts_are_for_those_it_went_to():
    room = Room()
    sent = room.say("officer", "message", about="")
    room.say("liaison-n", "reply", to=sent, stance="explains")
    room.say("liaison-s", "reply", to=sent, stance="rejects")
    room.say("officer", "receipt", message=sent)
    room.say("liaison-n", "receipt", message=0 + 99)
    found = room.office()
    assert [reply.side for reply in found.messages[0].replies] == [NORTH, SOUTH]
    assert reasons(found) == [
        "is said by an officer, and is for liaison to say", "names entry 99, which is no message",
    ]  # fmt: skip


@pytest.mark.parametrize("about", ["i-9", "c-9"])
def test_a_message_about_what_nobody_knows_is_odd(about):
    room = Room()
    room.conclude("i-1")
    room.case("alleged")
    room.say("officer", "message", about="i-1")
    room.say("officer", "message", about="c-1")
    room.say("officer", "message", about=about)
    found = room.office()
    assert (len(found.messages), len(found.odd)) == (2, 1)


def test_a_liaison_writes_down_calls_of_its_own_side():
    room = Room()
    room.say("officer", "call", side=NORTH, time=time(), direction="in")
    room.say("liaison-s", "call", side=SOUTH, time=time(), direction="out")
    room.say("liaison-s", "call", side=NORTH, time=time(), direction="out")
    found = room.office()
    assert ([call.side for call in found.calls], reasons(found)) == (
        [NORTH, SOUTH], ["writes down a call of another side"],
    )  # fmt: skip


def test_a_measure_is_late_until_somebody_says_that_it_is_done_and_every_word_stays():
    room = Room()
    met = room.say("officer", "meeting", time=time(), present=["officer", f"side:{NORTH}", f"side:{SOUTH}"])
    agreed = room.say("officer", "measure", meeting=met, bearer=SOUTH, due=time(2))
    room.say("officer", "measure", meeting=met, bearer=SECOND, due=time(9))
    room.say("liaison-s", "measure_done", measure=agreed, state="partly")
    found = room.office(days=3)
    assert [(late.what, late.bearer) for late in found.overdue] == [("measure", SOUTH)]
    room.say("officer", "measure_done", measure=agreed, state="done")
    found = room.office(days=3)
    assert (found.overdue, [f.state for f in found.measures[0].follow_ups]) == ((), ["partly", "done"])


@pytest.mark.parametrize(("bearer", "who"), [(NORTH, "liaison-n"), (SOUTH, "liaison-s")])
def test_the_officers_word_on_a_measure_stands_against_the_sides_own(bearer, who):
    room = Room()
    met = room.say("officer", "meeting", time=time(), present=[])
    agreed = room.say("officer", "measure", meeting=met, bearer=bearer, due=time(2))
    room.say(who, "measure_done", measure=agreed, state="done")
    assert room.office(days=3).overdue == ()
    room.say("officer", "measure_done", measure=agreed, state="not_done")
    room.say(who, "measure_done", measure=agreed, state="done")
    found = room.office(days=3)
    assert (found.measures[0].state, [late.bearer for late in found.overdue]) == ("not_done", [bearer])
    assert [word.state for word in found.measures[0].follow_ups] == ["done", "not_done", "done"]
    room.say("officer", "measure_done", measure=agreed, state="done")
    assert room.office(days=3).overdue == ()


@pytest.mark.parametrize("of", ["centre", FIRST, "no-side"])
def test_a_liaison_of_no_party_says_nothing_for_anybody(of):
    room = Room()
    staff = {**STAFF, "stray": ("liaison", of)}
    met = room.say("officer", "meeting", time=time(), present=[])
    for bearer in ("centre", FIRST):
        agreed = room.say("officer", "measure", meeting=met, bearer=bearer, due=time(2))
        room.say("stray", "measure_done", measure=agreed, state="done")
    found = room.office(staff=staff, days=3)
    assert reasons(found) == [f"speaks for {of!r}, who is no party of the case"] * 2
    assert len(found.overdue) == 2


def test_nobody_speaks_of_the_other_sides_measure_and_none_is_agreed_outside_a_meeting():
    room = Room()
    met = room.say("officer", "meeting", time=time(), present=["somebody"])
    met = room.say("officer", "meeting", time=time(), present=[])
    agreed = room.say("officer", "measure", meeting=met, bearer=SOUTH, due=time(2))
    room.say("liaison-n", "measure_done", measure=agreed, state="not_done")
    room.say("officer", "measure", meeting=agreed, bearer=SOUTH, due=time(2))
    room.say("officer", "measure", meeting=met, bearer="the neighbours", due=time(2))
    assert len(room.office().odd) == 4


def test_the_shift_log_knows_who_is_on_shift_and_its_cut_off_never_moves_back():
    room = Room()
    for what, at in [
        ("cut_off", 0), ("begin", 0), ("begin", 0), ("cut_off", 1), ("cut_off", 0.5), ("end", 2), ("end", 2),
    ]:  # fmt: skip
        room.say("officer", "shift", what=what, time=time(at))
    found = room.office()
    assert [line.what for line in found.shifts] == ["begin", "cut_off", "end"]
    assert reasons(found) == [
        "is not on shift", "is on shift already", "sets a cut-off that is not after the last one", "is not on shift",
    ]  # fmt: skip
    assert (found.on_shift, found.cut_off) == ((), found.shifts[1].time)


def test_whoever_hands_over_is_no_longer_on_shift_and_the_others_are():
    room = Room()
    staff = {**STAFF, "officer-2": ("officer", "")}
    for who, what in [("officer", "begin"), ("officer-2", "begin"), ("officer", "hand_over"), ("officer", "cut_off")]:
        room.say(who, "shift", what=what, time=time())
    found = room.office(staff=staff)
    assert (found.on_shift, reasons(found)) == (("officer-2",), ["is not on shift"])


def test_a_cut_off_is_at_most_a_day_ahead_so_that_a_mistyped_year_ends_none_that_come():
    room = Room()
    room.say("officer", "shift", what="begin", time=time())
    room.say("officer", "shift", what="cut_off", time=time(365 * 36))
    right = room.say("officer", "shift", what="cut_off", time=time(1))
    found = room.office()
    assert reasons(found) == ["sets a cut-off more than a day ahead"]
    assert [line.said.index for line in found.shifts] == [0, right]
    room.said.append(replace(room.said[1], index=-1, time=None, fields={**room.said[1].fields, "nonce": "w"}))
    assert reasons(room.office(days=40)) == ["sets a cut-off more than a day ahead"] * 2
    assert reasons(room.office(days=365 * 36)) == ["sets a cut-off more than a day ahead"]


# --- corrections ----------------------------------------------------------------------------------


def test_a_correction_stands_beside_what_it_corrects_and_changes_nothing_of_it():
    room = Room()
    sent = room.say("officer", "message", about="")
    before = room.office().messages
    room.say("reporter", "correction", corrects=sent)
    second = room.say("officer", "correction", corrects=sent)
    found = room.office()
    assert found.messages == before
    assert [said.index for said in found.corrections[sent]] == [sent + 1, second]


def test_publications_and_what_the_rules_do_not_allow_can_be_corrected_and_nothing_else():
    room = Room()
    room.conclude("i-1")
    odd = room.say("monitor", "message", about="")
    for index in (0, 1, odd, 77):
        room.say("reporter", "correction", corrects=index)
    found = room.office()
    assert [*found.corrections] == [1, odd]
    assert [odd.reason for odd in found.odd[1:]] == [
        f"corrects entry {n}, which is no statement and no publication" for n in (0, 77)
    ]


def test_what_a_guarantor_or_a_side_said_nobody_else_corrects():
    room = Room()
    said = room.find("reviewer-one", NORTH, room.conclude("i-1"))
    for who in ("officer", "reviewer-two", "reviewer-one"):
        room.say(who, "correction", corrects=said)
    found = room.office()
    assert [one.who for one in found.corrections[said]] == ["reviewer-one"]
    assert reasons(found) == ["corrects what is for others to correct"] * 2


def test_a_guarantor_that_is_called_as_a_side_is_corrects_nothing_of_that_sides():
    room = Room()
    staff = {**STAFF, "reviewer-n": ("reviewer", NORTH)}
    call = room.say("liaison-n", "call", side=NORTH, time=time(), direction="in")
    room.say("reviewer-n", "correction", corrects=call)
    found = room.office(staff=staff)
    assert (dict(found.corrections), reasons(found)) == ({}, ["corrects what is for others to correct"])


def test_a_correction_without_words_is_odd():
    room = Room()
    sent = room.say("officer", "message", about="")
    room.say("officer", "correction", text="", corrects=sent)
    assert reasons(room.office()) == ["corrects something, and does not say what"]
