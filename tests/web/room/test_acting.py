"""Two guarantors approve one act on two pages, and nobody else does; what cannot be done is refused before."""

import json
from dataclasses import asdict

import pytest
from room_visits import key_of, running
from two_pages import approved, by_both, carried, written

from trucewatch.ledger.rehearsal import SoftwarePasskey
from trucewatch.web.room.access import packaged_policy
from trucewatch.web.room.enrolling import check_words, line_of

NEW = SoftwarePasskey(seed=b"the key of a second monitor".ljust(32, b"."))
LINE = json.dumps({"id": "monitor-2", "role": "monitor", "of": "", "passkeys": [
    {"id": NEW.public().id, "public": NEW.public().public}]})  # fmt: skip


@pytest.fixture(scope="module")
def rooms(tmp_path_factory):
    with running(tmp_path_factory.mktemp("acts")) as rooms:
        yield rooms


def test_both_guarantors_appoint_somebody_on_two_pages_after_reading_whom(rooms):
    page = written(rooms, "reviewer-n", kind="appoint", lines=LINE).text
    assert "monitor-2 is appointed monitor; passkeys: 1 new, 0 kept, 0 taken away." in page
    check = check_words(line_of(json.loads(LINE)))
    assert check in page
    assert check in written(rooms, "reviewer-s", act=carried(page)).text, "the other staff reads the same check"
    assert by_both(rooms, kind="appoint", lines=LINE).status_code == 303
    rooms.beat()
    assert rooms.service.counter.book.staff["monitor-2"].passkeys == (NEW.public(),)
    assert "As both agreed." in rooms.visitor("auditor-1").page("/room/acts")
    assert by_both(rooms, kind="appoint", dismiss=["monitor-2"]).status_code == 303
    rooms.beat()
    assert rooms.service.counter.book.staff["monitor-2"].passkeys == ()
    page = written(rooms, "reviewer-n", kind="appoint", lines=LINE).text
    assert "monitor-2 was dismissed and is again appointed monitor; passkeys: 1 new" in page


def test_another_key_under_the_name_of_one_that_stands_is_told_as_new(rooms):
    own = rooms.service.counter.book.staff["reviewer-s"]
    line = {
        "id": own.id,
        "role": own.role,
        "of": own.of,
        "passkeys": [asdict(NEW.public()) | {"id": own.passkeys[0].id}],
    }
    page = written(rooms, "reviewer-n", kind="appoint", lines=json.dumps(line)).text
    assert "reviewer-s stays reviewer" in page
    assert "passkeys: 1 new, 0 kept, 1 taken away." in page


def test_one_hand_does_not_do_for_two_and_a_reviewers_own_passkey_for_none(rooms):
    page = written(rooms, "reviewer-n", kind="appoint", lines=LINE.replace("monitor-2", "monitor-3")).text
    own = approved(rooms, "reviewer-n", page, key_of("reviewer-n"))
    assert (own.status_code, "passkey that its guarantor does not have" in own.text) == (422, True)
    half = approved(rooms, "reviewer-n", page, key_of("north-power")).text
    again = written(rooms, "reviewer-n", act=carried(half)).text
    assert "/room/acts/approve" not in again
    other = written(rooms, "reviewer-s", act=carried(half)).text
    assert approved(rooms, "reviewer-s", other, key_of("north-power")).status_code == 422
    assert approved(rooms, "officer-1", other, key_of("south-power")).status_code == 403
    rooms.beat()
    assert "monitor-3" not in rooms.service.counter.book.staff


def test_rules_of_access_are_in_force_with_the_heartbeat_and_their_text_is_carried_with_the_act(rooms):
    text = packaged_policy().replace("Everybody sees what is of class 0", "Everybody reads what is of class 0")
    assert by_both(rooms, kind="access", text=text).status_code == 303
    rooms.beat()
    assert rooms.room.access.digest == rooms.service.counter.book.access
    assert "Everybody reads what is of class 0" in rooms.visitor("auditor-1").page("/room/staff")


def test_words_of_an_entry_are_destroyed_by_both_alone(rooms):
    receipt = rooms.visitor("officer-1").say("/room/shift", "shift", what="begin", text="A name that must go.")
    rooms.beat()
    entry = rooms.service.counter.book.standing(receipt.rsplit("/", 1)[1]).index
    assert "A name that must go." in rooms.visitor("auditor-1").page(f"/room/entries/{entry}")
    assert (
        f'href="/room/entries/{entry}">Read'
        in written(rooms, "reviewer-n", kind="erase", entry=str(entry), fields="text").text
    )
    assert by_both(rooms, kind="erase", entry=str(entry), fields="text").status_code == 303
    rooms.beat()
    assert "A name that must go." not in rooms.visitor("auditor-1").page(f"/room/entries/{entry}")


@pytest.mark.parametrize(
    ("wrong", "why"),
    [
        ({"kind": "appoint", "lines": LINE.replace("monitor", "king")}, "role"),
        ({"kind": "appoint", "lines": LINE.replace("monitor-2", "officer-1")}, "another role"),
        ({"kind": "appoint", "lines": "{"}, ""),
        ({"kind": "appoint", "lines": ""}, ""),
        ({"kind": "appoint", "lines": "[1]"}, ""),
        ({"kind": "appoint", "lines": 40_000 * "["}, ""),
        ({"kind": "erase", "entry": "3", "fields": "nothing"}, "shows nothing"),
        ({"kind": "erase", "entry": "99999", "fields": "text"}, "no entry"),
        ({"kind": "redact", "entry": "x", "fields": "text"}, ""),
        ({"kind": "access", "text": "permit(principal, action, resource);"}, ""),
        ({"kind": "policy"}, "here are written"),
        ({"act": "nonsense"}, "not the file of an act"),
    ],
)
def test_what_could_not_stand_is_refused_before_anybody_signs_it(rooms, wrong, why):
    answer = written(rooms, "reviewer-n", **wrong)
    assert answer.status_code == 422, answer.text[-500:]
    assert why in answer.text
