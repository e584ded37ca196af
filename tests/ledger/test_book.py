import errno
import shutil
from datetime import timedelta
from pathlib import Path

import pytest
from live_books import (
    BOTH,
    CENTRE,
    CHARTER,
    DEVICE,
    MINUTE,
    NOON,
    OFFICER,
    STRANGER,
    cosigned,
    new_book,
    submission,
)

from trucewatch.ledger import store
from trucewatch.ledger.book import Book, Standing, Submission, UnknownError, rebuild
from trucewatch.ledger.disk import RealDisk
from trucewatch.ledger.note import Key, sign
from trucewatch.ledger.tlog import checkpoint as checkpoint_text
from trucewatch.ledger.verify import parse_checkpoint, read_entry, verify


@pytest.fixture
def centre(tmp_path) -> Path:
    return tmp_path / "centre"


@pytest.fixture
def book(centre):
    opened = new_book(centre)
    yield opened
    opened.close()


def texts(centre: Path) -> list[str]:
    """The texts of the observations in the log, in its order."""
    found = [entry for entry, _ in store.read_entries(centre / "ledger")]
    parsed = [read_entry(e.split(b"\n\n")[0].rstrip(b"\n")) for e in found]
    return [entry["text"] for entry in parsed if entry["type"] == "observation"]


# --- the ladder -----------------------------------------------------------------------------------


def test_a_new_log_has_its_charter_and_verifies(book, centre):
    assert verify(centre / "ledger").size == 1
    assert book.status().last_beat is None
    assert (centre / "ledger" / "policy").read_text() == CHARTER["policy"]


def test_a_submission_is_received_then_sequenced_then_witnessed(book, centre):
    digest = book.receive(submission("two shots"))
    assert book.standing(digest) == Standing(state="received")
    head = book.beat(NOON)
    assert book.standing(digest) == Standing(state="sequenced", index=1)
    book.accept(cosigned(head, ("a-ed", "a-ml")))
    assert book.standing(digest) == Standing(state="sequenced", index=1, by=("a-ed", "a-ml"))
    book.accept(cosigned(head, ("b-ed", "b-ml")))
    assert book.standing(digest) == Standing(state="witnessed", index=1, by=BOTH)
    checked = verify(centre / "ledger", policy=CHARTER["policy"].encode())
    assert [c.witness for c in checked.cosigned] == list(BOTH)


def test_what_nobody_handed_in_has_no_standing(book):
    with pytest.raises(UnknownError):
        book.standing("0" * 64)
    with pytest.raises(ValueError, match="hexadecimal"):
        book.standing("x")


def test_an_empty_minute_has_its_beat(book, centre):
    for at in range(3):
        assert book.beat(NOON + at * MINUTE).size == 2 + at
    found = [read_entry(entry) for entry, _ in store.read_entries(centre / "ledger")]
    assert [entry["type"] for entry in found] == ["charter", "beat", "beat", "beat"]
    assert verify(centre / "ledger").size == 4
    assert book.status().last_beat == NOON + 2 * MINUTE


def test_the_log_is_in_the_order_of_arrival_whatever_clocks_do(book, centre):
    decade = timedelta(days=3653)
    for text, now in (("c", NOON), ("a", NOON + decade), ("b", NOON - decade)):
        book.receive(submission(text))
        book.beat(now)
        assert verify(centre / "ledger")
    assert texts(centre) == ["c", "a", "b"]
    book.close()
    Book.open(centre, CENTRE).close()


def test_a_beat_without_an_offset_is_no_time(book):
    with pytest.raises(ValueError, match="offset"):
        book.beat(NOON.replace(tzinfo=None))


def test_the_centre_speaks_through_the_same_door(book, centre):
    digest = book.say({"type": "status", "v": "2", "status": "open"}, {"name": "Fatima"})
    assert book.standing(digest).state == "received"
    book.beat(NOON)
    assert verify(centre / "ledger").shown == 1
    assert not any(b"Fatima" in path.read_bytes() for path in centre.rglob("*") if path.is_file())


# --- the door -------------------------------------------------------------------------------------


def test_the_same_again_is_one_entry_and_has_one_digest(book, centre):
    first = book.receive(submission("x"))
    assert book.receive(submission("x")) == first
    book.beat(NOON)
    assert book.receive(submission("x")) == first
    book.beat(NOON)
    assert texts(centre) == ["x"]


def test_the_same_entry_with_other_disclosures_is_refused(book):
    whole = submission("x", hidden={"name": "a", "place": "b"})
    less = Submission(entry=whole.entry, disclosures=whole.disclosures[:1])
    book.receive(whole)
    with pytest.raises(ValueError, match="other disclosures"):
        book.receive(less)
    book.beat(NOON)
    with pytest.raises(ValueError, match="other disclosures"):
        book.receive(less)


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        (submission("x", by=[STRANGER]), "not enrolled"),
        (submission("x", by=[DEVICE, STRANGER]), "not enrolled"),
        (submission("x", blobs=["0" * 64]), "was not handed in: 0000"),
        (Submission(entry=submission("x").entry[:-2]), "not JSON"),
        (Submission(entry=b'{"type":"status","v":"1"}'), "nobody signed"),
        (Submission(entry=b'{"type":"status"}'), '"v"'),
        (Submission(entry=b"\xff"), "UTF-8|utf-8"),
        (Submission(entry=bytes(70_000)), "65535"),
        (
            Submission(entry=submission("x").entry, disclosures=submission("y", hidden={"n": "a"}).disclosures),
            "no commitment",
        ),
        (submission("x", hidden={"n": "a" * 300_000}), "256000"),
    ],
)
def test_what_verify_would_refuse_or_nobody_enrolled_said_is_refused_and_leaves_nothing(book, centre, wrong, words):
    with pytest.raises(ValueError, match=words):
        book.receive(wrong)
    assert book.status().received == 0
    assert not list((centre / "received").glob("*"))


@pytest.mark.parametrize("kind", ["beat", "charter"])
def test_nobody_else_writes_what_only_the_log_writes(book, kind):
    with pytest.raises(ValueError, match="only the log"):
        book.say({"type": kind, "v": "1"})


def test_two_officers_sign_one_entry(book, centre):
    book.receive(submission("joint", by=[DEVICE, OFFICER]))
    book.beat(NOON)
    assert verify(centre / "ledger").signed == 1


def test_of_several_none_is_kept_where_one_is_wrong(book):
    with pytest.raises(ValueError, match="not enrolled"):
        book.receive_many([submission("a"), submission("b", by=[STRANGER])])
    assert book.status().received == 0


def test_several_are_one_file_and_keep_their_order(book, centre):
    digests = book.receive_many([submission(text) for text in ("c", "a", "b", "a")])
    assert digests[1] == digests[3]
    assert len(list((centre / "received").iterdir())) == 1
    book.receive(submission("0"))
    book.beat(NOON)
    assert texts(centre) == ["c", "a", "b", "0"]
    assert not list((centre / "received").glob("*"))


# --- files ----------------------------------------------------------------------------------------


def test_a_file_comes_before_the_entry_that_names_it_and_into_the_log_with_it(book, centre):
    photo = b"photo"
    entry = submission("seen", blobs=[digest := book.put_blob(photo)])
    assert book.put_blob(photo) == digest
    assert book.missing(entry) == []
    assert book.missing(submission("other", blobs=["0" * 64])) == ["0" * 64]
    book.receive(entry)
    assert not list((centre / "ledger" / "blobs").glob("*"))
    book.beat(NOON)
    assert verify(centre / "ledger").blobs == 1
    assert not list((centre / "blobs-in").glob("*"))
    book.receive(submission("seen again", blobs=[digest]))
    book.beat(NOON)
    assert verify(centre / "ledger").blobs == 1


def test_a_file_that_nobody_names_stays_out_of_the_log(book, centre):
    book.put_blob(b"photo")
    book.beat(NOON)
    assert verify(centre / "ledger").blobs == 0


# --- what the disk does ---------------------------------------------------------------------------


class Rotten(RealDisk):
    """A disk that returns one file with a flipped bit."""

    name = ""

    def read(self, path: Path) -> bytes:
        data = super().read(path)
        return bytes([data[0] ^ 1]) + data[1:] if self.name and self.name in path.as_posix() else data


@pytest.mark.parametrize(
    "name",
    ["received/", "blobs-in/", "ledger/blobs/", "tile/entries/000.p/5", "tile/0/000.p/5", "disclosures/000"],
)
def test_what_was_altered_on_the_disk_is_not_signed_and_nothing_is_lost(centre, name):
    disk = Rotten()
    book = new_book(centre, disk)
    book.receive(submission("first", hidden={"place": "x"}))
    before = book.beat(NOON)
    digest = book.receive(submission("seen", blobs=[book.put_blob(b"photo")], hidden={"place": "y"}))
    disk.name = name
    with pytest.raises(ValueError):  # noqa: PT011 - each says it in its own words
        book.beat(NOON)
    disk.name = ""
    assert verify(centre / "ledger").size == before.size
    assert book.standing(digest) == Standing(state="received")
    book.beat(NOON)
    assert verify(centre / "ledger").size == before.size + 2
    book.close()


def test_a_submission_that_the_disk_lost_is_mended_when_it_is_handed_in_again(book, centre):
    book.receive_many([submission("a"), submission("b")])
    (file,) = (centre / "received").iterdir()
    file.write_bytes(b"rot")
    with pytest.raises(ValueError, match="hand it in again"):
        book.beat(NOON)
    book.receive(submission("b"))
    with pytest.raises(ValueError, match="hand it in again"):
        book.beat(NOON)
    book.receive(submission("a"))
    book.beat(NOON)
    assert texts(centre) == ["a", "b"]
    assert not list((centre / "received").glob("*"))


def test_a_file_that_the_disk_lost_is_mended_when_it_comes_again(book, centre):
    digest = book.put_blob(b"photo")
    book.receive(submission("a", blobs=[digest]))
    (centre / "blobs-in" / digest).write_bytes(b"rot")
    with pytest.raises(ValueError, match="altered"):
        book.beat(NOON)
    book.put_blob(b"photo")
    book.beat(NOON)
    (centre / "ledger" / "blobs" / digest).write_bytes(b"rot")
    book.put_blob(b"photo")
    assert verify(centre / "ledger").blobs == 1


# --- opening --------------------------------------------------------------------------------------


def test_a_log_goes_on_where_it_was(book, centre):
    seen, waiting = book.receive(submission("seen")), submission("waiting")
    head = book.beat(NOON)
    book.receive(waiting)
    book.accept(cosigned(head, BOTH))
    book.close()
    again = Book.open(centre, CENTRE)
    assert again.status().last_beat == NOON
    assert again.standing(seen).state == "witnessed"
    assert again.standing(waiting.digest).state == "received"
    again.beat(NOON + MINUTE)
    assert texts(centre) == ["seen", "waiting"]
    assert verify(centre / "ledger")
    again.close()


def test_only_one_process_has_a_log(book, centre):
    with pytest.raises(BlockingIOError, match="another process"):
        Book.open(centre, CENTRE)
    book.close()
    book.close()
    Book.open(centre, CENTRE).close()
    with pytest.raises(OSError, match="not open"):
        book.beat(NOON)


def test_a_folder_without_a_log_is_not_touched(tmp_path):
    with pytest.raises(ValueError, match="no log"):
        Book.open(tmp_path / "typo", CENTRE)
    with pytest.raises(ValueError, match="no log"):
        rebuild(tmp_path / "typo", CENTRE)
    assert not (tmp_path / "typo").exists()


def test_a_log_is_not_made_over_a_log_nor_opened_with_another_key(book, centre):
    book.close()
    with pytest.raises(ValueError, match="a log already"):
        new_book(centre)
    with pytest.raises(ValueError, match="another key"):
        Book.open(centre, Key(name=CENTRE.name, seed=bytes(32)))
    Book.open(centre, CENTRE).close()


@pytest.mark.parametrize(
    ("charter", "words"),
    [
        ({"policy": "quorum none\n"}, "not just one log"),
        ({"heartbeat_s": 0}, "heartbeat"),
        ({"heartbeat_s": True}, "heartbeat"),
        ({"authors": "x"}, "authors"),
        ({"authors": [CHARTER["authors"][0]] * 2}, "twice"),
        ({"origin": "other.example"}, "origin"),
        ({"guarantors": CHARTER["guarantors"][:1] * 2}, "twice"),
        ({"guarantors": [{"name": "a"}]}, "passkeys"),
        ({"rp_id": ""}, "domain"),
    ],
)
def test_a_charter_that_is_none_makes_no_log(centre, charter, words):
    with pytest.raises(ValueError, match=words):
        Book.create(centre, CENTRE, CHARTER | charter)
    assert not centre.exists()
    new_book(centre).close()


def test_an_old_copy_of_the_log_is_not_signed_on(book, centre, tmp_path):
    book.beat(NOON)
    book.close()
    shutil.copytree(centre / "ledger", tmp_path / "old")
    later = Book.open(centre, CENTRE)
    later.beat(NOON)
    later.close()
    shutil.rmtree(centre / "ledger")
    shutil.copytree(tmp_path / "old", centre / "ledger")
    with pytest.raises(ValueError, match="would fork"):
        Book.open(centre, CENTRE)


def test_another_log_of_the_same_key_is_not_signed_on(book, centre, tmp_path):
    book.beat(NOON)
    book.close()
    other = new_book(tmp_path / "other")
    for _ in range(3):
        other.beat(NOON + MINUTE)
    other.close()
    shutil.rmtree(centre / "ledger")
    shutil.copytree(tmp_path / "other" / "ledger", centre / "ledger")
    with pytest.raises(ValueError, match="not the one that the database knows"):
        Book.open(centre, CENTRE)


@pytest.mark.parametrize("path", ["tile/0/000.p/3", "tile/entries/000.p/3"])
def test_a_log_that_lost_a_tile_is_not_signed_on(book, centre, path):
    book.receive(submission("a"))
    book.beat(NOON)
    book.close()
    (centre / "ledger" / path).unlink()
    with pytest.raises(ValueError, match="mirror"):
        Book.open(centre, CENTRE)


# --- rebuilding -----------------------------------------------------------------------------------


def test_a_lost_database_is_made_anew_with_every_standing(book, centre):
    digests = [book.receive(submission(text, hidden={"place": text})) for text in "ab"]
    book.receive(submission("p", blobs=[book.put_blob(b"photo")]))
    book.accept(cosigned(book.beat(NOON), BOTH))
    digests += [book.receive(submission(text)) for text in "dc"]
    book.beat(NOON)
    digests += [book.receive(submission(text)) for text in "zy"]
    before = [book.standing(digest) for digest in digests]
    root = parse_checkpoint(book.checkpoint).root
    book.close()
    (centre / "centre.db").unlink()
    with pytest.raises(ValueError, match="rebuild"):
        Book.open(centre, CENTRE)
    again = rebuild(centre, CENTRE)
    assert [again.standing(digest) for digest in digests] == before
    assert parse_checkpoint(again.checkpoint).root == root
    again.beat(NOON)
    assert texts(centre) == [*"abpdczy"]
    again.close()


def test_what_waits_and_can_no_longer_be_received_is_named(book, centre):
    digest = book.put_blob(b"photo")
    book.receive(submission("seen", blobs=[digest]))
    book.close()
    (centre / "blobs-in" / digest).unlink()
    (file,) = (centre / "received").iterdir()
    with pytest.raises(ValueError, match=f"received/{file.name}: .*{digest}.*hand it in again"):
        rebuild(centre, CENTRE)
    file.rename(centre.with_name("kept"))
    again = rebuild(centre, CENTRE)
    again.put_blob(b"photo")
    again.receive(submission("seen", blobs=[digest]))
    again.beat(NOON)
    assert texts(centre) == ["seen"]
    again.close()


def test_a_file_that_is_none_of_the_centres_is_named(book, centre):
    book.close()
    (centre / "received").mkdir(exist_ok=True)
    (centre / "received" / "notes.txt").write_bytes(b"mine")
    with pytest.raises(ValueError, match="is no file of this centre"):
        Book.open(centre, CENTRE)


def test_a_damaged_database_says_so(book, centre):
    book.close()
    (centre / "centre.db").write_bytes(b"SQLite format 3\x00" + bytes(5000))
    with pytest.raises((ValueError, OSError), match="rebuild"):
        Book.open(centre, CENTRE)
    rebuild(centre, CENTRE).close()


def test_a_log_that_does_not_verify_is_not_rebuilt_from(book, centre):
    for at in range(300):
        book.receive(submission(str(at)))
    book.beat(NOON)
    book.close()
    bundle = centre / "ledger" / "tile" / "entries" / "000"
    bundle.write_bytes(bundle.read_bytes().replace(b'"text":"7"', b'"text":"8"'))
    with pytest.raises(ValueError, match=r"entry 8|signature"):
        rebuild(centre, CENTRE)
    assert not (centre / "lock-held").exists()
    bundle.write_bytes(bundle.read_bytes().replace(b'"text":"8"', b'"text":"7"', 1))


# --- cosignatures ---------------------------------------------------------------------------------


def test_late_cosignatures_of_an_earlier_head_count_for_what_it_holds(book):
    digest = book.receive(submission("a"))
    head = book.beat(NOON)
    later = book.receive(submission("b"))
    book.beat(NOON)
    assert [c.witness for c in book.accept(cosigned(head, ["b-ml", "a-ed"]))] == ["b-ml", "a-ed"]
    assert book.standing(digest).state == "sequenced"
    book.accept(cosigned(head, ["a-ml", "b-ed"]))
    assert book.standing(digest).state == "witnessed"
    assert book.standing(later) == Standing(state="sequenced", index=3)
    assert len(parse_checkpoint(book.checkpoint).signatures) == 1


def test_two_halves_of_a_quorum_on_two_heads_are_none(book):
    digest = book.receive(submission("a"))
    book.accept(cosigned(book.beat(NOON), ["a-ed", "a-ml"]))
    book.accept(cosigned(book.beat(NOON), ["b-ed", "b-ml"]))
    assert book.standing(digest) == Standing(state="sequenced", index=1, by=BOTH)


def test_lines_that_do_not_verify_are_left_out(book, centre):
    head = book.beat(NOON)
    stranger = sign(head.text.encode(), CENTRE, STRANGER)
    assert book.accept(stranger) == ()
    other = cosigned(book.beat(NOON), ["a-ed"]).splitlines(keepends=True)[-1]
    assert book.accept(sign(head.text.encode(), CENTRE) + other) == ()
    assert verify(centre / "ledger").cosigned == ()


def test_of_one_witness_the_newest_line_is_shown_once(book, centre):
    head = book.beat(NOON)
    for time in (5, 9, 7):
        book.accept(cosigned(head, ["a-ed"], time))
    assert [c.time for c in verify(centre / "ledger").cosigned] == [9]


def test_a_checkpoint_of_another_tree_under_our_key_is_an_alarm(book):
    book.beat(NOON)
    for size, words in ((2, "somebody else has the key"), (99, "this log has 2")):
        with pytest.raises(ValueError, match=words):
            book.accept(sign(checkpoint_text(CENTRE.name, size, bytes(32)), CENTRE))
    with pytest.raises(ValueError, match=r"signature|key"):
        book.accept(sign(checkpoint_text(CENTRE.name, 2, bytes(32)), STRANGER))


class Full(RealDisk):
    """A disk that has no room for the so-manieth writing from now on, and for none after it until it is emptied."""

    left = 1_000_000

    def write(self, path: Path, data: bytes) -> None:
        if self.left <= 0:
            raise OSError(errno.ENOSPC, "No space left on device")
        self.left -= 1
        super().write(path, data)


def test_a_full_disk_loses_nothing_and_the_log_goes_on_when_there_is_room(tmp_path):
    room, is_through = 0, False
    while not is_through:
        centre, disk = tmp_path / str(room), Full()
        book = new_book(centre, disk)
        book.receive(submission("kept", blobs=[book.put_blob(b"photo")], hidden={"place": "x"}))
        disk.left = 0
        with pytest.raises(OSError, match="No space"):
            book.receive(submission("refused"))
        disk.left = room
        is_through = beats(book)
        disk.left = 1_000
        if not is_through and not answers(book):  # it had signed: only what is on the disk counts
            book.close()
            book = Book.open(centre, CENTRE, disk=disk)
        book.beat(NOON)
        assert texts(centre) == ["kept"]
        assert verify(centre / "ledger").blobs == 1
        book.close()
        room += 1
    assert room > 6  # a file, a bundle, a tile, disclosures, the checkpoint in two places


def beats(book: Book) -> bool:
    try:
        book.beat(NOON)
    except OSError:
        return False
    return True


def answers(book: Book) -> bool:
    try:
        book.status()
    except OSError:
        return False
    return True
