"""Two guarantors approve one act on two pages, and nobody else does; what cannot be done is refused before."""

import hashlib
import json
from dataclasses import asdict, replace
from html import unescape

import pytest
from live_books import DEVICE, MIRRORS, ORIGIN, POLICY
from pyrage.x25519 import Identity
from room_visits import Forms, Rooms, key_of, running
from two_pages import approved, by_both, carried, written

from trucewatch.ledger.acts import act_entry, new_act, write_act
from trucewatch.ledger.note import verifier_key
from trucewatch.ledger.rehearsal import SoftwarePasskey
from trucewatch.ledger.seal import seal_fields
from trucewatch.ledger.submission import fields_of, sealed_in
from trucewatch.web.room.access import packaged_policy
from trucewatch.web.room.enrolling import check_words, line_of

NEW = SoftwarePasskey(seed=b"the key of a second monitor".ljust(32, b"."))
LINE = json.dumps({"id": "monitor-2", "role": "monitor", "of": "", "passkeys": [
    {"id": NEW.public().id, "public": NEW.public().public}]})  # fmt: skip


ANOTHER = replace(MIRRORS["a-ed"], name="another.example/mirror", seed=b"\x77" * 32)  # a witness of nobody yet


def publishing(digest: str) -> str:
    """An act to publish that no page of ours wrote."""
    made = new_act("publish", log=ORIGIN, basis="So.", nonce=bytes(16), says={"publication": digest})
    return write_act(act_entry(made, ())).decode()


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


def test_both_stand_for_a_publication_which_the_page_knows_by_its_entry(rooms):
    digest, index = next(reversed(rooms.room.desk.publications.items()))
    (_, entry, _), *_ = rooms.service.counter.book.read(index, 1)
    assert digest == hashlib.sha256(entry).hexdigest()
    offered = Forms(rooms.visitor("reviewer-n").page("/room/acts")).of("/room/acts", kind="publish")
    assert offered["fields"]["entry"] == [str(index)]
    page = written(rooms, "reviewer-n", kind="publish", entry=str(index)).text
    of = fields_of(entry)["of"]
    assert f"the publication in entry {index}: the conclusions from the first {of} entries of the log" in page
    assert "report.html" in page
    assert f'href="/room/entries/{index}">Read' in page
    assert by_both(rooms, kind="publish", entry=str(index)).status_code == 303
    rooms.beat()
    assert rooms.service.counter.book.law.entries[-1]["act"]["publication"] == digest


def test_the_logs_own_policy_is_changed_by_both_after_reading_who_has_to_cosign(rooms):
    offered = Forms(rooms.visitor("reviewer-n").page("/room/acts")).of("/room/acts", kind="policy")
    assert offered["fields"]["text"].strip() == POLICY.replace("quorum both", "quorum none").strip()
    changed = POLICY.replace(f"witness b-ml {verifier_key(MIRRORS['b-ml'])}\n", "").replace(
        "group b all b-ed b-ml", f"witness c-ed {verifier_key(ANOTHER)}\ngroup b 1 b-ed c-ed"
    )
    gone = str(verifier_key(MIRRORS["b-ml"]))
    page = unescape(written(rooms, "reviewer-n", kind="policy", text=changed.replace("\n", "\r\n")).text)
    assert (
        "A tree then counts as witnessed when all of “both” (all of “a” (a-ed, a-ml), 1 of “b” (b-ed, c-ed)) cosigned it; "
        "until now with nobody's cosignature."
    ) in page
    assert (
        f"New: the witness c-ed (another.example/mirror, the check of its key: {check_words(str(verifier_key(ANOTHER)))})."
        in page
    )
    assert f"Not any more: the witness b-ml (mirror-b.example, the check of its key: {check_words(gone)})." in page
    assert "As before: the witnesses a-ed, a-ml, b-ed." in page
    assert f'<pre class="says">{changed}</pre>' in page
    refused_text = written(rooms, "reviewer-n", kind="policy", text=f"{changed}quorum both\n").text
    assert "quorum both\nquorum both" in refused_text, "what was written is not lost"
    assert by_both(rooms, kind="policy", text=changed).status_code == 303
    rooms.beat()
    assert rooms.service.counter.book.law.charter.text.decode() == changed
    back = POLICY.replace("quorum both", "quorum none")
    assert by_both(rooms, kind="policy", text=back).status_code == 303
    rooms.beat()
    assert rooms.service.counter.book.law.charter.text.decode() == back


def sealed_entry(rooms: Rooms) -> int:
    """Put an entry into the log with one field sealed to two guarantors, and return its index."""
    book = rooms.service.counter.book
    to_both = [[str(Identity.generate().to_public())] for _ in range(2)]
    given = seal_fields({"name": "Somebody of Upper Village"}, None, to_both, lambda fields: bytes(16 * fields))
    book.put_blob(given.data)
    digest = book.say({"type": "unread", "v": "1", "sealed": [given.said()], "blobs": [given.sha256]})
    rooms.beat()
    return book.standing(digest).index


def test_what_is_sealed_in_an_entry_is_to_be_opened_when_both_say_so_and_the_room_opens_nothing(rooms):
    index = sealed_entry(rooms)
    (blob,) = sealed_in(fields_of(rooms.service.counter.book.read(index, 1)[0][1]))
    page = written(rooms, "reviewer-n", kind="unseal", entry=str(index)).text
    assert f"Of entry {index}, what is sealed in the file {blob} is to be opened: 1 field." in page
    assert "This room opens nothing" in page
    assert written(rooms, "reviewer-n", kind="unseal", entry=str(index), blobs=blob).status_code == 200
    assert by_both(rooms, kind="unseal", entry=str(index)).status_code == 303
    rooms.beat()
    act = rooms.service.counter.book.law.entries[-1]["act"]
    assert (act["kind"], act["entry"], act["blobs"]) == ("unseal", index, [blob])


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
        ({"kind": "crown"}, "an act is to publish, enrol"),
        ({"kind": "redact", "entry": "one", "fields": "text"}, "by its number"),
        ({"kind": "publish", "entry": "1"}, "entry 1 is no publication"),
        ({"kind": "publish", "entry": "99999"}, "is no publication"),
        ({"kind": "publish", "entry": "the last"}, "by its number"),
        ({"kind": "unseal", "entry": "1"}, "names no field and no file"),
        ({"kind": "unseal", "entry": "1", "blobs": "0" * 64}, "has nothing sealed"),
        ({"kind": "unseal", "entry": "99999"}, "no entry"),
        ({"kind": "policy", "text": ""}, "one log and one quorum"),
        ({"kind": "policy", "text": POLICY.replace("quorum both", "quorum none")}, "in force already"),
        ({"kind": "policy", "text": POLICY.replace("quorum both", "quorum all")}, "cannot be read"),
        ({"kind": "policy", "text": f"{POLICY}# für beide\n"}, "ASCII"),
        ({"kind": "policy", "text": f"log {verifier_key(ANOTHER)}\nquorum none\n"}, "Ed25519"),
        ({"kind": "policy", "text": f"log {verifier_key(DEVICE)}\nquorum none\n"}, "another log"),
        ({"act": publishing("0" * 64)}, "no entry of this log is a publication"),
        ({"act": "nonsense"}, "not the file of an act"),
    ],
)
def test_what_could_not_stand_is_refused_before_anybody_signs_it(rooms, wrong, why):
    answer = written(rooms, "reviewer-n", **wrong)
    assert answer.status_code == 422, answer.text[-500:]
    assert why in answer.text
