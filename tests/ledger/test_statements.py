"""What the staff says, approved with passkeys: made, checked, taken into a live log."""

import json

import pytest
from couriers import Straight
from live_books import CENTRE, DEVICE, GUARANTORS, MIRRORS, NOON, ORIGIN, approved, submission
from staffs import KEYS, PAGE, POSTS, STAFF, STRANGER, approve, dismissed, member, saying, staffed_book, to_say

from trucewatch.ledger.book import Book, Submission, rebuild
from trucewatch.ledger.commitments import commit, derived
from trucewatch.ledger.encoding import encode
from trucewatch.ledger.mirror import follow
from trucewatch.ledger.note import sign, verifier_key
from trucewatch.ledger.overview import overview
from trucewatch.ledger.premises import sha256
from trucewatch.ledger.rehearsal import USER_PRESENT, USER_VERIFIED, SoftwarePasskey
from trucewatch.ledger.sources import FolderSource
from trucewatch.ledger.staff import members
from trucewatch.ledger.statements import (
    Member,
    StatementError,
    approved_entry,
    check_approved,
    statement_challenge,
    statement_options,
    unapproved,
)
from trucewatch.ledger.verify import SAID_BY_STAFF, from_base64url, to_base64url, verify

PEOPLE = members(STAFF)
ENTRY, DISCLOSURES = to_say()


@pytest.fixture
def book(tmp_path):
    opened = staffed_book(tmp_path / "centre")
    yield opened
    opened.close()


# --- one entry ------------------------------------------------------------------------------------


@pytest.mark.parametrize("who", POSTS)
def test_what_one_of_the_staff_approved_is_theirs(who):
    entry, _ = to_say(who=who)
    assert check_approved(approve(entry), PEOPLE, ORIGIN, PAGE) == PEOPLE[who]


@pytest.mark.parametrize(
    ("entry", "reason"),
    [
        (ENTRY, "an approval is"),
        (approve(ENTRY) | {"log": "other.example/log"}, "another log"),
        (approve(ENTRY) | {"who": "officer-9"}, "nobody of the staff"),
        (approve(ENTRY) | {"who": ["officer-1"]}, "nobody of the staff"),
        (approve(ENTRY) | {"who": "officer-2"}, "no such passkey"),
        (approve(ENTRY) | {"nonce": "AAAA"}, "16 bytes"),
        (approve(ENTRY) | {"nonce": 7}, "base64url"),
        (approve(ENTRY) | {"nonce": to_base64url(b"1" * 16)}, "challenge"),
        (approve(ENTRY) | {"kind": "call"}, "challenge"),
        (approve(ENTRY) | {"commitments": []}, "challenge"),
        (approve(ENTRY) | {"blobs": ["0" * 64]}, "challenge"),
        (approve(ENTRY) | {"by": []}, "nobody else signs"),
        (approve(ENTRY) | {"type": "incident"}, "nobody else signs"),
        (approve(ENTRY, STRANGER), "no such passkey"),
        (approve(ENTRY, GUARANTORS["a"]), "no such passkey"),
        (approve(ENTRY, page="elsewhere.example"), "origin"),
        (approve(ENTRY, flags=USER_PRESENT), "not verified"),
        (approve(ENTRY, flags=USER_VERIFIED), "not present"),
    ],
)
def test_what_nobody_approved_so_is_refused(entry, reason):
    with pytest.raises(StatementError, match=reason):
        check_approved(entry, PEOPLE, ORIGIN, PAGE)


@pytest.mark.parametrize(
    ("fields", "hidden", "reason"),
    [
        ({"type": "incident", "v": "1"}, {}, "the staff says"),
        ({"type": "statement"}, {}, "the staff says"),
        ({"type": "statement", "v": "1", "text": "x"}, {}, "never open"),
        ({"type": "statement", "v": "1", "who": "x"}, {}, "'who'"),
        ({"type": "statement", "v": "1", "approval": {}}, {}, "'approval'"),
        ({"type": "statement", "v": "1", "a": "x"}, {"a": "y"}, "does not have itself"),
    ],
)
def test_what_the_staff_cannot_say_is_not_made(fields, hidden, reason):
    with pytest.raises(StatementError, match=reason):
        unapproved(fields, hidden, who="officer-1", log=ORIGIN, nonce=bytes(16), salts=bytes)


def test_a_nonce_is_of_sixteen_bytes():
    with pytest.raises(StatementError, match="16 bytes"):
        unapproved({"type": "statement", "v": "1"}, {}, who="officer-1", log=ORIGIN, nonce=bytes(15), salts=bytes)


def test_what_is_no_assertion_is_refused_in_words():
    with pytest.raises(StatementError, match="JSON of an assertion"):
        approved_entry(ENTRY, b"{}")


def test_the_page_asks_for_the_passkey_of_who_says_it_and_for_the_person():
    asked = statement_options(ENTRY, PEOPLE["officer-1"], PAGE)
    assert asked["challenge"] == to_base64url(statement_challenge(ENTRY))
    assert [one["id"] for one in asked["allowCredentials"]] == [KEYS["officer-1"].public().id]
    assert (asked["rpId"], asked["userVerification"]) == (PAGE, "required")


def test_the_text_is_committed_to_and_so_is_signed_without_being_in_the_entry():
    other, _ = to_say("the line was shelled")
    assert "text" not in ENTRY
    assert "quiet" not in str(ENTRY)
    assert statement_challenge(other) != statement_challenge(ENTRY)
    assert b"quiet" in from_base64url(DISCLOSURES[0])


# --- a live log -----------------------------------------------------------------------------------


def test_a_book_takes_what_the_staff_approved_and_verify_agrees(book, tmp_path):
    digest = book.receive(saying(who="officer-1"))
    book.receive(saying(who="reviewer-b"))
    book.beat(NOON)
    assert book.standing(digest).index == 1
    assert book.staff["reviewer-b"] == Member(
        id="reviewer-b", role="reviewer", of="b", passkeys=(KEYS["reviewer-b"].public(),)
    )
    assert book.rp_id == PAGE
    verify(tmp_path / "centre" / "ledger")


@pytest.mark.parametrize("again", [None, Book.open, rebuild])
def test_what_was_approved_once_is_said_once_waiting_or_not(book, tmp_path, again):
    entry, disclosures = to_say(who="officer-1")
    once = Submission(entry=encode(approve(entry)), disclosures=disclosures)
    other = Submission(entry=encode(approve(entry, counter=2)), disclosures=disclosures)
    assert once.entry != other.entry
    digest = book.receive(once)
    for _ in range(2):
        if again:
            book.close()
            book = again(tmp_path / "centre", CENTRE)
        with pytest.raises(ValueError, match="received before"):
            book.receive(other)
        assert book.receive(once) == digest
        book.beat(NOON)
    with pytest.raises(ValueError, match="received before"):
        book.receive_many([saying(nonce=5), other])
    book.close()


def test_two_approvals_of_one_statement_at_once_are_refused(book):
    entry, disclosures = to_say(who="officer-1")
    both = [Submission(entry=encode(approve(entry, counter=at)), disclosures=disclosures) for at in (1, 2)]
    with pytest.raises(ValueError, match="received before"):
        book.receive_many(both)
    assert book.status().received == 0


def test_the_centre_itself_cannot_say_what_the_staff_says(book):
    entry, _ = to_say(hidden={})
    for fields in (entry, approve(entry, STRANGER), {"type": "statement", "v": "1"}, entry | {"type": "observation"}):
        with pytest.raises(ValueError, match="approval"):
            book.say(fields)
    with pytest.raises(ValueError, match="an approval is"):
        book.say({"type": "incident", "v": "1", "approval": {}})
    assert book.status().received == 0


def test_who_is_dismissed_says_no_more_and_what_was_said_stays(book, tmp_path):
    book.receive(saying(who="officer-1"))
    book.say(approved("appoint", staff=[dismissed("officer-1")]))
    with pytest.raises(ValueError, match="dismissed"):
        book.receive(saying(who="officer-1", nonce=1))
    book.beat(NOON)
    assert book.staff["officer-1"].passkeys == ()
    with pytest.raises(ValueError, match="dismissed"):
        book.receive(saying(who="officer-1", nonce=1))
    verify(tmp_path / "centre" / "ledger")


def test_who_is_appointed_speaks_from_the_next_entry_on_also_after_reopening(book, tmp_path):
    new = SoftwarePasskey(seed=b"\x09" * 32)
    late = saying(who="officer-9", key=new)
    with pytest.raises(ValueError, match="nobody of the staff"):
        book.receive(late)
    book.say(approved("appoint", staff=[member("officer-9", new)]))
    book.receive(late)
    book.beat(NOON)
    for again in (Book.open, rebuild):
        book.close()
        book = again(tmp_path / "centre", CENTRE)
        book.receive(saying(again.__name__, who="officer-9", key=new, nonce=len(again.__name__)))
    book.beat(NOON)
    verify(tmp_path / "centre" / "ledger")
    book.close()


def test_a_log_of_devices_alone_has_no_staff(tmp_path):
    opened = staffed_book(tmp_path / "centre", staff=[])
    assert not opened.staff
    opened.receive(submission("a device's"))
    with pytest.raises(ValueError, match="nobody of the staff"):
        opened.receive(saying())
    opened.close()


# --- at the counter ---------------------------------------------------------------------------------


@pytest.fixture
def counter(book, tmp_path):
    return Straight(tmp_path / "centre", book)


@pytest.mark.parametrize("kind", SAID_BY_STAFF)
def test_the_counter_takes_what_the_staff_approved_from_anybody_who_brings_it(book, counter, kind):
    entry = {**to_say(hidden={})[0], "type": kind}
    made = Submission(entry=encode(approve(entry)))
    assert counter.ask("POST", "submissions", made.wire).status == 200
    assert counter.ask("POST", "submissions", made.wire).status == 200
    assert book.standing(made.digest).state == "received"


DIGEST = "ab" * 32


@pytest.mark.parametrize(
    "entry",
    [
        approve(to_say(blobs=[DIGEST], hidden={})[0], STRANGER),
        approve(to_say(blobs=[DIGEST], hidden={})[0]) | {"kind": "call"},
        approve(to_say(blobs=[DIGEST], hidden={}, who="officer-1")[0] | {"type": "incident"}),
        to_say(blobs=[DIGEST], hidden={})[0],
        approve(to_say(blobs=[DIGEST], hidden={})[0] | {"who": "officer-9"}, STRANGER),
        approve(to_say(blobs=[DIGEST], hidden={})[0] | {"who": ["officer-1"]}, STRANGER),
    ],
)
def test_of_what_nobody_of_the_staff_approved_not_even_the_files_are_awaited(counter, entry):
    asked = counter.ask("POST", "submissions", Submission(entry=encode(entry)).wire)
    assert asked.status == 403
    assert not counter.counter._announced


def with_one_more(entry: dict, disclosures: tuple[str, ...]) -> tuple[dict, tuple[str, ...]]:
    """The entry with a commitment more, that nothing stands for."""
    return {**entry, "commitments": sorted([*entry["commitments"], to_base64url(b"chance" * 5 + b"!!")])}, disclosures


def unshown() -> list[Submission]:
    """A statement, a row of the page and a device's row, each with one random commitment that nobody can show."""
    statement, shown = with_one_more(*to_say())
    row, cells = with_one_more(*to_say(who="monitor-1"))
    own = {"type": "observation", "v": "2", "by": [str(verifier_key(DEVICE))]}
    device, words = with_one_more(*commit(own, {"00:id": "7"}, derived(b"salts", b"7")))
    return [
        Submission(entry=encode(approve(statement)), disclosures=shown),
        Submission(entry=encode(approve({**row, "type": "observation"})), disclosures=cells),
        Submission(entry=sign(encode(device) + b"\n", DEVICE), disclosures=words),
    ]


@pytest.mark.parametrize("made", unshown(), ids=["a statement", "a row of the page", "a device's row"])
def test_what_does_not_show_all_that_it_commits_to_is_refused_and_mirrors_go_on(book, counter, tmp_path, made):
    def mirror() -> bool:
        source = FolderSource(tmp_path / "centre" / "ledger")
        keys = (MIRRORS["a-ed"], MIRRORS["a-ml"])
        return follow(source, tmp_path / "copy", book.charter.policy, keys, lambda: 1_800_000_000).behind == 0

    book.beat(NOON)
    assert mirror()
    asked = counter.ask("POST", "submissions", made.wire)
    words = "1 of its fields is committed to and not shown: no mirror could keep this entry whole"
    assert (asked.status, json.loads(asked.body)) == (422, {"error": words})
    with pytest.raises(ValueError, match=words):
        book.receive(made)
    assert counter.ask("POST", "submissions", saying(nonce=7).wire).status == 200
    book.beat(NOON)
    assert mirror()
    assert verify(tmp_path / "copy").size == book.status().size == 4


def test_files_are_handed_in_before_the_statement_that_brings_them(counter):
    photo = b"a crater"
    made = saying(kind="evidence", blobs=[sha256(photo)], hidden={})
    asked = counter.ask("POST", "submissions", made.wire)
    assert (asked.status, json.loads(asked.body)["missing"]) == (409, [sha256(photo)])
    assert counter.ask("PUT", f"blobs/{sha256(photo)}", photo).status == 200
    assert counter.ask("POST", "submissions", made.wire).status == 200


def test_at_a_glance_a_statement_is_by_who_said_it_and_not_by_the_centre(book, tmp_path):
    book.receive(saying(who="reviewer-b"))
    book.beat(NOON)
    ledger = tmp_path / "centre" / "ledger"
    seen = overview(lambda path, _: (ledger / path).read_bytes(), NOON, 3, [])
    assert [line.authors for line in seen.lines] == [(), ("reviewer-b",), ()]
