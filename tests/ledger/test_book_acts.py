"""Acts of two guarantors in a live log: who may speak from then on, who watches, what is destroyed."""

from dataclasses import asdict
from pathlib import Path

import pytest
from live_books import (
    BOTH,
    CENTRE,
    MINUTE,
    MIRRORS,
    NOON,
    POLICY,
    STRANGER,
    approved,
    cosigned,
    new_book,
    submission,
)

from trucewatch.ledger.book import Book, Standing, Submission, rebuild
from trucewatch.ledger.encoding import encode
from trucewatch.ledger.note import Key, cosign, sign, verifier_key
from trucewatch.ledger.premises import sha256
from trucewatch.ledger.rehearsal import SoftwarePasskey
from trucewatch.ledger.verify import COSIGN_ED25519, from_base64url, parse_checkpoint, verify

PHOTO, MAP = b"photo", b"map"
VKEY = str(verifier_key(STRANGER))


@pytest.fixture
def centre(tmp_path) -> Path:
    return tmp_path / "centre"


@pytest.fixture
def book(centre):
    opened = new_book(centre)
    yield opened
    opened.close()


def everything(folder: Path) -> bytes:
    return b"\n".join(path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file())


# --- who may speak --------------------------------------------------------------------------------


def test_whom_two_guarantors_enrol_may_speak_from_the_next_entry_on(book):
    with pytest.raises(ValueError, match="not enrolled"):
        book.receive(submission("early", by=[STRANGER]))
    book.say(approved("enrol", authors=[VKEY], passkeys=[]))
    digest = book.receive(submission("late", by=[STRANGER]))
    book.beat(NOON)
    assert book.standing(digest).index == 2
    assert verifier_key(STRANGER) in book.charter.authors


def test_an_enrolment_holds_after_reopening_and_rebuilding_waiting_or_not(book, centre):
    book.say(approved("enrol", authors=[VKEY], passkeys=[]))
    for again in (Book.open, rebuild):
        book.close()
        book = again(centre, CENTRE)
        book.receive(submission(again.__name__, by=[STRANGER]))
    book.beat(NOON)
    for again in (Book.open, rebuild):
        book.close()
        book = again(centre, CENTRE)
        assert verifier_key(STRANGER) in book.charter.authors
        book.receive(submission(again.__name__ + " again", by=[STRANGER]))
    book.beat(NOON)
    assert book.status().size == 1 + 1 + 2 + 1 + 2 + 1
    book.close()


def test_a_passkey_that_was_enrolled_approves(book):
    new = SoftwarePasskey(seed=b"\x09" * 32)
    book.say(approved("enrol", authors=[], passkeys=[{"guarantor": "a", **asdict(new.public())}]))
    with pytest.raises(ValueError, match="passkey"):
        book.say(approved("enrol", nonce=1, authors=[], passkeys=[{"guarantor": "b", **asdict(new.public())}]))


@pytest.mark.parametrize(
    ("act", "words"),
    [
        (approved("enrol", by=["a"], authors=[VKEY], passkeys=[]), "two guarantors"),
        (approved("enrol", by=["a", "a"], authors=[VKEY], passkeys=[]), "twice"),
        (approved("erase", entry=99, fields=["place"], blobs=[]), "no entry 99"),
        (approved("erase", entry=1, fields=[], blobs=["0" * 64]), "its entry does not bring"),
        (approved("policy", policy=POLICY.replace(CENTRE.name, "other.example")), "key id|another log"),
        (approved("enrol", authors=[str(verifier_key(MIRRORS["a-ed"]))], passkeys=[]), "Ed25519 key"),
        ({"type": "act", "v": "1", "act": {"kind": "erase"}, "approvals": []}, "act to erase|log"),
        ({"type": "act", "v": "1"}, "not the file of an act"),
    ],
)
def test_an_act_that_does_not_hold_never_enters_the_log(book, act, words):
    book.receive(submission("a"))
    book.beat(NOON)
    with pytest.raises(ValueError, match=words):
        book.say(act)
    assert book.status().received == 0


def test_an_act_stands_once(book):
    act = approved("enrol", authors=[VKEY], passkeys=[])
    assert book.say(act) == book.say(act)
    with pytest.raises(ValueError, match="stands a second time"):
        book.say({**act, "approvals": act["approvals"][::-1]})
    book.beat(NOON)
    with pytest.raises(ValueError, match="enrolled twice"):
        book.say(approved("enrol", nonce=1, authors=[VKEY], passkeys=[]))


def test_of_several_entries_the_later_ones_are_judged_by_the_acts_before_them(book):
    act = Submission(entry=encode(approved("enrol", authors=[VKEY], passkeys=[])))
    late = submission("late", by=[STRANGER])
    with pytest.raises(ValueError, match="not enrolled"):
        book.receive_many([late])
    with pytest.raises(ValueError, match="nobody signed"):
        book.receive_many([act, late])
    assert book.status().received == 0


# --- who watches ----------------------------------------------------------------------------------

OTHER = Key(name="mirror-c.example", seed=b"\x51" * 32, kind=COSIGN_ED25519)
NEW_POLICY = "\n".join(
    [
        POLICY.splitlines()[0],
        f"witness a-ed {verifier_key(MIRRORS['a-ed'])}",
        f"witness b-ed {verifier_key(OTHER)}",  # the name of a former witness, the key of another
        "group both all a-ed b-ed",
        "quorum both",
        "",
    ]
)


def test_a_new_policy_is_in_force_with_the_heartbeat_that_brings_it(book, centre):
    digest = book.receive(submission("a"))
    book.accept(cosigned(book.beat(NOON), BOTH))
    book.say(approved("policy", policy=NEW_POLICY))
    assert (centre / "ledger" / "policy").read_text() == POLICY
    head = book.beat(NOON)
    assert (centre / "ledger" / "policy").read_text() == NEW_POLICY
    assert book.standing(digest) == Standing(state="witnessed", index=1, by=("a-ed",))
    assert book.accept(cosigned(head, ["b-ed"])) == ()
    later = book.receive(submission("b"))
    head = book.beat(NOON)
    lines = cosign(head, MIRRORS["a-ed"], 7) + cosign(head, OTHER, 8)
    assert [c.witness for c in book.accept(sign(head.text.encode(), CENTRE) + lines)] == ["a-ed", "b-ed"]
    assert book.standing(later).state == "witnessed"


@pytest.mark.parametrize("again", [Book.open, rebuild])
def test_what_was_witnessed_under_a_former_policy_stays_so(book, centre, again):
    digest = book.receive(submission("a"))
    book.accept(cosigned(book.beat(NOON), BOTH))
    book.say(approved("policy", policy=NEW_POLICY))
    book.beat(NOON)
    book.close()
    opened = again(centre, CENTRE)
    assert opened.standing(digest).state == "witnessed"
    assert opened.charter.text.decode() == NEW_POLICY
    assert len(parse_checkpoint(opened.checkpoint).signatures) == 1
    opened.close()


# --- what is destroyed ----------------------------------------------------------------------------


def told(book: Book) -> str:
    """An observation of a witness, with a name to be protected, a photo and a map; its digest."""
    blobs = [book.put_blob(data) for data in (PHOTO, MAP)]
    return book.receive(submission("seen", blobs=blobs, hidden={"name": "Fatima", "place": "orchard"}))


def an_erasure(**more) -> dict:
    return approved("erase", entry=1, fields=["name"], blobs=[sha256(PHOTO)], **more)


def test_what_an_act_erases_is_gone_from_every_file_and_the_rest_stays(book, centre):
    digest = told(book)
    other = book.receive(submission("other", hidden={"name": "Amina"}))
    book.beat(NOON)
    book.say(an_erasure())
    assert b"orchard" in read_shown(centre)
    book.beat(NOON)
    shown = read_shown(centre)
    assert b"Fatima" not in shown
    assert b"orchard" in shown
    assert b"Amina" in shown
    assert PHOTO not in everything(centre)
    assert MAP in everything(centre)
    assert book.standing(digest).index == 1
    assert book.standing(other).index == 2
    book.receive(submission("later", hidden={"name": "Leyla"}))
    book.beat(NOON)
    assert b"Leyla" in read_shown(centre)
    assert b"Fatima" not in read_shown(centre)


def read_shown(centre: Path) -> bytes:
    lines = (centre / "ledger" / "disclosures" / "000").read_text().splitlines()
    return b"\n".join(from_base64url(part) for line in lines for part in line.split("~")[1:])


def test_what_was_erased_is_not_taken_again(book):
    told(book)
    book.beat(NOON)
    book.say(an_erasure())
    for _ in range(2):
        with pytest.raises(ValueError, match="erased"):
            book.put_blob(PHOTO)
        again = submission("again", blobs=[sha256(PHOTO)])
        assert book.missing(again) == [sha256(PHOTO)]
        with pytest.raises(ValueError, match="erased"):
            book.receive(again)
        book.beat(NOON)


def test_the_last_field_and_the_last_file_leave_no_empty_folder(book, centre):
    book.receive(submission("seen", blobs=[book.put_blob(PHOTO)], hidden={"name": "Fatima"}))
    book.beat(NOON)
    book.say(an_erasure())
    book.beat(NOON)
    assert not (centre / "ledger" / "blobs").exists()
    assert not (centre / "ledger" / "disclosures").exists()
    book.close()
    Book.open(centre, CENTRE).close()


def test_who_handed_in_what_was_erased_still_learns_where_it_stands(book, centre):
    digest = told(book)
    book.beat(NOON)
    book.say(an_erasure())
    book.beat(NOON)
    checked = verify(centre / "ledger")
    assert (checked.acts, checked.erased, checked.blobs) == ((("erase", 1),), 2, 1)
    book.close()
    (centre / "centre.db").unlink()
    opened = rebuild(centre, CENTRE)
    assert opened.standing(digest) == Standing(state="sequenced", index=1)
    with pytest.raises(ValueError, match="other disclosures"):
        opened.receive(Submission(entry=opened.read(1)[0][1]))
    opened.close()


def test_an_erasure_that_was_cut_short_is_finished_when_the_log_is_opened(book, centre, monkeypatch):
    told(book)
    book.beat(NOON)
    book.say(an_erasure())
    with monkeypatch.context() as patch:
        patch.setattr("trucewatch.ledger.premises.Premises.erase", lambda *_: (_ for _ in ()).throw(OSError("cut")))
        with pytest.raises(OSError, match="cut"):
            book.beat(NOON)
    with pytest.raises(OSError, match="open it anew"):
        book.status()
    book.close()
    assert b"Fatima" in read_shown(centre)
    opened = Book.open(centre, CENTRE)
    assert b"Fatima" not in read_shown(centre)
    assert PHOTO not in everything(centre)
    opened.beat(NOON + MINUTE)
    opened.close()
