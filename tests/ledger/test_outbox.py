"""A device's outbox: nothing is lost on the way, nothing lands twice, and nothing is believed that is not proved."""

import hashlib
import json
from contextlib import suppress
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from couriers import Line, Straight, quick_disk
from hypothesis import given, settings
from hypothesis import strategies as st
from live_books import (
    BOTH,
    CENTRE,
    CHARTER,
    DEVICE,
    MIRRORS,
    NOON,
    POLICY,
    STRANGER,
    cosigned,
    new_book,
    submission,
)

from trucewatch.ledger.book import Book
from trucewatch.ledger.commitments import derived
from trucewatch.ledger.courier import Answer, UnreachedError, check_receipt, plain
from trucewatch.ledger.note import Key, cosign, sign, verifier_key
from trucewatch.ledger.outbox import Outbox, written
from trucewatch.ledger.store import read_entries
from trucewatch.ledger.verify import VerificationError, check_proof, parse_checkpoint, parse_policy, verify

FILES = (b"a picture", b"a recording")
TEN_YEARS = timedelta(days=3653)


def record(text: str, files=FILES, key=DEVICE):
    return written(
        {"type": "observation", "v": "2", "reader": "patrol"},
        {"00:text": text},
        files,
        key,
        derived(b"", text.encode()),
    )


@pytest.fixture
def centre(tmp_path):
    folder = tmp_path / "centre"
    book = new_book(folder)
    door = Straight(folder, book)
    yield door
    door.book.close()


@pytest.fixture
def box(tmp_path):
    found = Outbox(tmp_path / "box")
    yield found
    found.close()


def beat(door: Straight, *, by=BOTH, at: datetime = NOON) -> None:
    head = door.book.beat(at)
    if by:
        door.book.accept(cosigned(head, by))


def in_the_log(door: Straight) -> list[bytes]:
    return [entry for entry, _ in read_entries(door.folder / "ledger") if entry.endswith(b"\n")]


# --- the ladder -----------------------------------------------------------------------------------


def test_a_record_climbs_the_ladder_with_its_files(centre, box):
    digest = box.save(record("two shots"), FILES)
    assert box.kept(digest).state == "saved on device"
    assert box.advance(centre, digest, NOON).state == "received"
    beat(centre, by=())
    assert box.advance(centre, digest, NOON).state == "sequenced"
    beat(centre)
    kept = box.advance(centre, digest, NOON)
    assert (kept.state, kept.index, [c.witness for c in kept.by], kept.red) == ("witnessed", 1, ["a", "b"], "")
    assert box.unfinished() == []
    assert {hashlib.sha256(f).hexdigest() for f in FILES} == {
        p.name for p in (centre.folder / "ledger" / "blobs").iterdir()
    }
    verify(centre.folder / "ledger", policy=POLICY.encode())


def test_what_is_witnessed_is_proved_by_a_file_that_others_can_check(centre, box, tmp_path):
    submission = record("two shots")
    digest = box.save(submission, FILES)
    box.advance(centre, digest, NOON)
    beat(centre)
    box.advance(centre, digest, NOON)
    proved = check_proof(
        (tmp_path / "box" / digest / "proof").read_bytes(), submission.entry, parse_policy(POLICY.encode())
    )
    assert proved.index == 1


def test_an_entry_is_proved_by_an_earlier_checkpoint_when_the_newest_is_not_cosigned_yet(centre, box):
    digests = [box.save(record(text), FILES) for text in ("first", "middle", "last")]
    for digest, others in zip(digests, (range(127), range(127, 298), ()), strict=True):
        box.advance(centre, digest, NOON)
        centre.book.receive_many([submission(f"other {n}") for n in others])
    beat(centre)
    for _ in range(3):
        beat(centre, by=())
    kept = [box.advance(centre, digest, NOON) for digest in digests]
    assert [(k.state, k.index) for k in kept] == [("witnessed", n) for n in (1, 129, 301)]


def test_only_files_that_are_missing_are_sent(centre, box):
    first, second = box.save(record("one"), FILES), box.save(record("two", FILES[:1]), FILES[:1])
    box.advance(centre, first, NOON)
    centre.asked.clear()
    box.advance(centre, second, NOON)
    assert not [asked for asked in centre.asked if asked.startswith("PUT")]


def test_the_centres_word_that_it_is_witnessed_is_not_believed(centre, box):
    digest = box.save(record("two shots"), FILES)
    box.advance(centre, digest, NOON)
    beat(centre, by=BOTH[:2])

    class Boasting(Straight):
        def ask(self, method, path, body=b"", **more):
            if method == "GET" and path.startswith("submissions/"):
                return Answer(
                    status=200, body=json.dumps({"state": "witnessed", "index": 1, "by": ["a", "b"]}).encode()
                )
            return super().ask(method, path, body, **more)

    kept = box.advance(Boasting(centre.folder, centre.book), digest, NOON)
    assert kept.state == "sequenced"
    assert "not proved to this device" in kept.said
    assert box.unfinished() == [digest]


def test_where_the_policy_asks_for_no_witness_nothing_is_ever_called_witnessed(tmp_path, box):
    alone = {**CHARTER, "policy": f"{POLICY.splitlines()[0]}\nquorum none\n"}
    door = Straight(tmp_path / "centre", Book.create(tmp_path / "centre", CENTRE, alone))
    digest = box.save(record("two shots"), FILES)
    box.advance(door, digest, NOON)
    beat(door, by=())
    assert box.advance(door, digest, NOON).state == "sequenced"
    with pytest.raises(ValueError, match="not proved"):
        box.forget(digest)
    door.book.close()


# --- nothing is lost ------------------------------------------------------------------------------


def test_a_saved_record_is_there_when_the_device_starts_again(tmp_path):
    box = Outbox(tmp_path / "box")
    digest = box.save(record("two shots"), FILES)
    box.close()
    again = Outbox(tmp_path / "box")
    assert again.unfinished() == [digest]
    assert again.submission(digest) == record("two shots")
    again.close()


def test_two_programs_do_not_work_on_one_outbox(tmp_path, box):
    with pytest.raises(BlockingIOError):
        Outbox(tmp_path / "box")


def test_no_form_is_saved_without_just_its_files(box):
    for files in ((), FILES[:1], (*FILES, b"another")):
        with pytest.raises(ValueError, match="not just those"):
            box.save(record("two shots"), files)
    assert box.digests() == []


def test_saved_bytes_that_changed_on_the_device_are_not_sent(centre, box, tmp_path):
    digest = box.save(record("two shots"), FILES)
    path = tmp_path / "box" / digest / "submission"
    path.write_bytes(path.read_bytes().replace(b"patrol", b"Patrol"))
    kept = box.advance(centre, digest, NOON)
    assert "altered on this device" in kept.red
    assert centre.asked == ["GET policy", "GET checkpoint"]


def test_nothing_is_forgotten_before_it_is_proved(centre, box):
    digest = box.save(record("two shots"), FILES)
    for step in (lambda: None, lambda: box.advance(centre, digest, NOON), lambda: beat(centre, by=BOTH[:2])):
        step()
        with pytest.raises(ValueError, match="so it is kept"):
            box.forget(digest)
    assert box.submission(digest) == record("two shots")


def test_what_was_forgotten_leaves_receipt_and_proof_and_files_that_others_need(centre, box, tmp_path):
    first, second = box.save(record("one"), FILES), box.save(record("two", FILES[:1]), FILES[:1])
    box.advance(centre, first, NOON)
    beat(centre)
    box.advance(centre, first, NOON)
    box.forget(first)
    box.forget(first)
    assert {p.name for p in (tmp_path / "box" / "blobs").iterdir()} == {hashlib.sha256(FILES[0]).hexdigest()}
    assert box.kept(first).state == "witnessed"
    assert not (tmp_path / "box" / first / "submission").exists()
    check_receipt(box.receipt(first), parse_policy(POLICY.encode()), first)
    assert box.advance(centre, second, NOON).state == "received"


# --- exactly once ---------------------------------------------------------------------------------

FAULTS = st.sampled_from(["", "", "no line", "lost answer", "cut", "twice"])
STEPS = st.sampled_from(["send", "send", "send", "beat", "witness", "restart centre", "restart device"])


@settings(max_examples=12, deadline=None)
@given(st.data())
def test_whatever_the_line_does_each_record_lands_once(tmp_path_factory, data: st.DataObject) -> None:
    folder: Path = tmp_path_factory.mktemp("once")
    book = new_book(folder / "centre", quick_disk())
    door = Straight(folder / "centre", book)
    box = Outbox(folder / "box", disk=quick_disk())
    line = Line(door, lambda: data.draw(FAULTS))
    digests = [
        box.save(record(f"record {n}", FILES[: n % 3]), FILES[: n % 3]) for n in range(data.draw(st.integers(1, 4)))
    ]
    for step in data.draw(st.lists(STEPS, min_size=3, max_size=15)):
        clock = NOON + data.draw(st.sampled_from([timedelta(0), TEN_YEARS, -TEN_YEARS]))
        match step:
            case "send":
                for digest in data.draw(st.permutations(digests)):
                    with suppress(UnreachedError):
                        box.advance(line, digest, clock)
            case "beat" | "witness":
                beat(door, by=BOTH if step == "witness" else (), at=clock)
            case "restart centre":
                door.book.close()
                door.reopen(Book.open(folder / "centre", CENTRE, disk=quick_disk()))
            case "restart device":
                box.close()
                box = Outbox(folder / "box", disk=quick_disk())
    for digest in digests:
        box.advance(door, digest, NOON)
    beat(door)
    assert [box.advance(door, digest, NOON).state for digest in digests] == ["witnessed"] * len(digests)
    assert not [box.kept(digest).red for digest in digests if box.kept(digest).red]
    assert sorted(in_the_log(door)) == sorted(box.submission(digest).entry for digest in digests)
    verify(folder / "centre" / "ledger", policy=POLICY.encode())
    door.book.close()
    box.close()


# --- a centre that does not keep its word ---------------------------------------------------------


class Lying(Straight):
    """A centre that answers some questions with something else; the first matching answer counts."""

    def __init__(self, honest: Straight, **lies) -> None:
        super().__init__(honest.folder, honest.book)
        self.lies = lies

    def ask(self, method, path, body=b"", **more):
        what = f"{method} {path.split('/')[0]}".replace(" ", "_")
        lie = self.lies.get(what)
        return super().ask(method, path, body, **more) if lie is None else lie


def refusal(status: int, **body) -> Answer:
    return Answer(status=status, body=json.dumps(body).encode())


def test_a_centre_that_denies_what_it_signed_for_is_shown_red_and_the_receipt_stays(centre, box):
    digest = box.save(record("two shots"), FILES)
    box.advance(centre, digest, NOON)
    kept = box.advance(Lying(centre, GET_submissions=refusal(404, error="no")), digest, NOON)
    assert kept.red.startswith("DENIED")
    check_receipt(box.receipt(digest), parse_policy(POLICY.encode()), digest)
    assert box.advance(centre, digest, NOON).red.startswith("DENIED")  # and it stays so, whatever it says later
    beat(centre)
    assert box.advance(centre, digest, NOON).state == "witnessed"
    with pytest.raises(ValueError, match="so it is kept"):
        box.forget(digest)
    assert len(in_the_log(centre)) == 1


def test_a_centre_whose_log_goes_on_without_what_it_signed_for_is_shown_red(centre, box):
    digest = box.save(record("two shots"), FILES)
    box.advance(centre, digest, NOON)
    withholding = Straight(centre.folder, centre.book)
    row = centre.book._database.row(bytes.fromhex(digest))
    centre.book._database._connection.execute("DELETE FROM received")  # an operator who drops it

    def still(method, path, body=b"", **more):
        if path == f"submissions/{digest}":
            return Answer(status=200, body=b'{"state":"received","index":null,"by":[]}')
        return Straight.ask(withholding, method, path, body, **more)

    withholding.ask = still
    beat(centre)
    assert box.advance(withholding, digest, NOON).red == ""  # the heart may have been beating when it came
    beat(centre, at=NOON - TEN_YEARS)
    assert box.advance(withholding, digest, NOON).red.startswith("WITHHELD")
    assert row is not None


def test_another_entry_at_the_place_that_the_centre_names_is_shown_red(centre, box, tmp_path):
    digest, other = box.save(record("two shots"), FILES), box.save(record("three shots"), FILES)
    box.advance(centre, other, NOON)
    box.advance(centre, digest, NOON)
    beat(centre)
    place = json.dumps({"state": "witnessed", "index": 1, "by": []}).encode()
    kept = box.advance(Lying(centre, GET_submissions=Answer(status=200, body=place)), digest, NOON)
    assert "another entry there" in kept.red
    assert centre.book.checkpoint in (tmp_path / "box" / digest / "contradicted").read_bytes()


def test_a_tile_that_does_not_lead_to_the_signed_root_is_shown_red(centre, box):
    digest = box.save(record("two shots"), FILES)
    box.advance(centre, digest, NOON)
    beat(centre)
    path = centre.folder / "ledger" / "tile" / "0" / "000.p" / "3"
    path.write_bytes(bytes([path.read_bytes()[0] ^ 1]) + path.read_bytes()[1:])
    assert "does not lead to the root" in box.advance(centre, digest, NOON).red


def test_a_log_that_is_shorter_than_what_was_cosigned_is_shown_red(centre, box):
    digest = box.save(record("two shots"), FILES)
    box.advance(centre, digest, NOON)
    beat(centre, by=())
    old = centre.book.checkpoint
    beat(centre)
    kept = box.advance(Lying(centre, GET_checkpoint=Answer(status=200, body=old)), digest, NOON)
    assert "were cosigned, and the centre now shows" in kept.red


def test_a_state_that_goes_back_down_the_ladder_is_shown_red(centre, box):
    digest = box.save(record("two shots"), FILES)
    box.advance(centre, digest, NOON)
    beat(centre, by=())
    box.advance(centre, digest, NOON)
    back = Answer(status=200, body=b'{"state":"received","index":null,"by":[]}')
    assert box.advance(Lying(centre, GET_submissions=back), digest, NOON).red.startswith("WENT BACK")


@pytest.mark.parametrize(
    ("note", "words"),
    [
        (sign(b"trucewatch receipt\ncentre.example/log\n" + b"0" * 64 + b"\n", CENTRE), "for something else"),
        (sign(b"trucewatch receipt\ncentre.example/log\nDIGEST\n", STRANGER), "another key"),
        (b"thank you", "note"),
    ],
)
def test_a_receipt_that_does_not_hold_is_none(centre, box, note, words):
    digest = box.save(record("two shots"), FILES)
    if b"DIGEST" in note:
        note = sign(f"trucewatch receipt\ncentre.example/log\n{digest}\n".encode(), STRANGER)
    kept = box.advance(Lying(centre, POST_submissions=Answer(status=200, body=note)), digest, NOON)
    assert kept.state == "saved on device"
    assert words in kept.red


@pytest.mark.parametrize(
    "body", [b"", b"[]", b"\xff", b'{"state":"lost"}', b'{"state":"sequenced","index":"1"}', b"[" * 9999]
)
def test_an_answer_that_cannot_be_read_changes_nothing(centre, box, body):
    digest = box.save(record("two shots"), FILES)
    with pytest.raises(UnreachedError, match="cannot be read"):
        box.advance(Lying(centre, GET_submissions=Answer(status=200, body=body)), digest, NOON)
    assert (box.kept(digest).state, box.kept(digest).red) == ("received", "")


def test_a_centre_cannot_fish_for_files_of_the_device(centre, box):
    digest = box.save(record("two shots"), FILES)
    lie = refusal(409, missing=[hashlib.sha256(b"something else").hexdigest()])
    kept = box.advance(Lying(centre, POST_submissions=lie), digest, NOON)
    assert "does not belong to this" in kept.said
    assert kept.state == "saved on device"


def test_a_refusal_is_shown_in_plain_words_and_goes_when_it_is_taken(centre, box):
    digest = box.save(record("two shots"), FILES)
    kept = box.advance(Lying(centre, POST_submissions=refusal(403, error="no\x1b[2J\u202e way")), digest, NOON)
    assert (kept.state, kept.said) == ("saved on device", "the centre answered 403 to a submission: no?[2J? way")
    assert box.advance(centre, digest, NOON).said == ""


# --- whose signatures count -----------------------------------------------------------------------


def test_a_policy_that_was_brought_counts_and_no_other(centre, box):
    box.pin(POLICY.encode(), "brought by hand")
    box.pin(POLICY.encode(), "brought by hand")
    with pytest.raises(ValueError, match="another log"):
        box.pin(f"log {verifier_key(STRANGER)}\nquorum none\n".encode(), "by a stranger")
    digest = box.save(record("two shots"), FILES)
    centre.asked.clear()
    box.advance(centre, digest, NOON)
    assert "GET policy" not in centre.asked
    assert box.policy_origin() == "brought by hand"


def test_without_one_the_first_policy_shown_is_kept_to(centre, box):
    digest = box.save(record("two shots"), FILES)
    box.advance(centre, digest, NOON)
    assert "first contact" in box.policy_origin()
    beat(centre)
    looser = f"{POLICY.splitlines()[0]}\nquorum none\n".encode()
    kept = box.advance(Lying(centre, GET_policy=Answer(status=200, body=looser)), digest, NOON)
    assert kept.state == "witnessed"


def test_a_policy_that_two_guarantors_changed_is_no_fraud_and_counts_when_it_is_brought(centre, box):
    before, after = box.save(record("before"), FILES), box.save(record("after"), FILES)
    box.pin(POLICY.encode(), "brought by hand")
    box.advance(centre, before, NOON)
    beat(centre)
    assert box.advance(centre, before, NOON).state == "witnessed"
    box.advance(centre, after, NOON)
    new = POLICY.replace("group a all a-ed a-ml\ngroup b all b-ed b-ml\ngroup both all a b\nquorum both", "quorum a-ed")
    head = centre.book.beat(NOON)
    note = cosigned(head, BOTH[:1])
    place = json.dumps({"state": "witnessed", "index": 3, "by": ["a-ed"]}).encode()
    changed = Lying(
        centre,
        GET_policy=Answer(status=200, body=new.encode()),
        GET_checkpoint=Answer(status=200, body=note),
        GET_witnessed=Answer(status=200, body=note),
        GET_submissions=Answer(status=200, body=place),
    )
    kept = box.advance(changed, after, NOON)
    assert (kept.state, kept.red) == ("sequenced", "")
    assert "another policy than this device" in kept.said
    box.pin(new.encode(), "brought by hand")
    assert box.advance(changed, after, NOON).state == "witnessed"
    assert box.kept(after).said == ""
    assert [c.witness for c in box.kept(before).by] == ["a", "b"]  # what was proved stays proved


def test_lines_of_keepers_whom_the_device_does_not_know_neither_count_nor_harm(centre, box):
    digest = box.save(record("two shots"), FILES)
    box.advance(centre, digest, NOON)
    head = centre.book.beat(NOON)
    stranger = Key(name="mirror-c.example", seed=b"c" * 32, kind=MIRRORS["a-ed"].kind)
    lines = cosigned(head, BOTH)
    forged = lines.split(b"\n")[-2].replace(b"mirror-b", b"mirror-a") + b"\n"
    note = lines + cosign(head, stranger, 5) + forged
    shown = Lying(centre, GET_checkpoint=Answer(status=200, body=note))
    assert box.advance(shown, digest, NOON).state == "witnessed"


def test_one_side_alone_cannot_make_a_record_witnessed(centre, box):
    digest = box.save(record("two shots"), FILES)
    box.advance(centre, digest, NOON)
    for by in (BOTH[:2], BOTH[2:], BOTH[:3], BOTH[1:], BOTH[::2]):
        head = centre.book.beat(NOON)
        note = cosigned(head, by)
        lying = Lying(centre, GET_checkpoint=Answer(status=200, body=note), GET_witnessed=Answer(status=200, body=note))
        kept = box.advance(lying, digest, NOON)
        assert (kept.state, kept.red) == ("sequenced", "")


# --- what a device writes -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("fields", "hidden"),
    [({"blobs": "x"}, {}), ({"by": "x"}, {}), ({"commitments": []}, {}), ({}, {"type": "x"}), ({}, {"by": "x"})],
)
def test_an_observer_cannot_choose_what_the_format_keeps_for_itself(fields, hidden):
    with pytest.raises(ValueError, match="not fields to be chosen"):
        written({"type": "observation", "v": "2", **fields}, hidden, (), DEVICE, derived(b"", b""))


def test_more_than_an_entry_holds_is_refused_before_it_is_saved():
    with pytest.raises(ValueError, match=r"65,?535"):
        written({"type": "observation", "v": "2", "text": "x" * 65_400}, {}, (), DEVICE, derived(b"", b""))


def test_words_of_another_machine_do_nothing_to_a_terminal():
    assert plain("a\nb\x1b]0;x\x07\u202e" + "c" * 999) == "a b?]0;x??" + "c" * 290


def test_the_proof_of_an_entry_proves_no_other(centre, box, tmp_path):
    digest = box.save(record("two shots"), FILES)
    box.advance(centre, digest, NOON)
    beat(centre)
    box.advance(centre, digest, NOON)
    proof = (tmp_path / "box" / digest / "proof").read_bytes()
    with pytest.raises(VerificationError):
        check_proof(proof, record("three shots").entry, parse_policy(POLICY.encode()))
    assert parse_checkpoint(proof.split(b"\n\n", 1)[1]).origin == CENTRE.name
