"""The power is cut, or the process killed, between any two effects on the disk: nothing acknowledged is lost."""

import gc
import random
from pathlib import Path

import pytest
from faults.medium import File, KilledError, Medium, Replay, snapshot
from faults.simulated import SimulatedDisk
from live_books import BOTH, CENTRE, MINUTE, NOON, STRANGER, approved, cosigned, new_book, submission

from trucewatch.ledger.book import Book
from trucewatch.ledger.note import verifier_key
from trucewatch.ledger.premises import sha256
from trucewatch.ledger.store import read_entries
from trucewatch.ledger.verify import parse_checkpoint, verify

CENTRE_FOLDER = Path("/centre")
RANK = {"received": 0, "sequenced": 1, "witnessed": 2}
ERASED = approved("erase", entry=1, fields=["place"], blobs=[sha256(b"photo")])
SEEN = submission("seen", hidden={"place": "x"})


def work(book: Book, medium: Medium) -> None:
    """A morning at the centre; every promise made is marked in the medium's journal."""

    def promise(digest: str) -> None:
        medium.mark((digest, RANK[book.standing(digest).state]))

    photo = book.put_blob(b"photo")
    promise(one := book.receive(submission("one", blobs=[photo], hidden={"place": "y"})))
    for digest in book.receive_many([submission("two"), SEEN]):
        promise(digest)
    head = book.beat(NOON)
    medium.mark(("head", head))
    promise(one)
    promise(three := book.receive(submission("three", blobs=[book.put_blob(b"map")], hidden={"place": "z"})))
    book.accept(cosigned(head, BOTH))
    promise(one)
    medium.mark(("head", book.beat(NOON + MINUTE)))
    promise(three)
    promise(book.say(ERASED))
    promise(book.say(approved("enrol", authors=[str(verifier_key(STRANGER))], passkeys=[])))
    promise(book.receive(submission("four", by=[STRANGER])))
    medium.mark(("head", book.beat(NOON + MINUTE)))


@pytest.fixture(scope="module")
def morning() -> Medium:
    medium = Medium()
    book = new_book(CENTRE_FOLDER, disk := SimulatedDisk(medium))
    book.close()
    disk.die()
    started = flushed(medium)
    book = Book.open(CENTRE_FOLDER, CENTRE, disk=(disk := SimulatedDisk(started)))
    work(book, started)
    disk.die()
    return started


def flushed(medium: Medium) -> Medium:
    """The same files, all of them flushed."""
    return Medium({number: snapshot(node) for number, node in medium.nodes.items()})


def lay_out(medium: Medium, folder: Path, number: int = 0) -> Path:
    """Write what is on the medium to a real folder."""
    folder.mkdir(parents=True)
    for name, child in medium.nodes[number].nodes.items():
        node = medium.nodes[child]
        if isinstance(node, File):
            (folder / name).write_bytes(bytes(node.data))
        else:
            lay_out(medium, folder / name, child)
    return folder


def check_after(medium: Medium, promised: list, folder: Path) -> None:
    disk = SimulatedDisk(medium)
    book = Book.open(CENTRE_FOLDER, CENTRE, disk=disk)
    sizes = [head.size for what, head in promised if what == "head"]
    assert parse_checkpoint(book.checkpoint).size >= max(sizes, default=1)
    for digest, rank in promised:
        if digest != "head":
            assert RANK[book.standing(digest).state] >= rank
    assert verify(lay_out(medium, folder / "opened") / "centre" / "ledger")
    book.receive(SEEN)  # its sender has had no answer, perhaps
    book.beat(NOON + 2 * MINUTE)
    promises = {digest for digest, _ in promised if digest != "head"}
    assert all(book.standing(digest).index is not None for digest in promises)
    book.close()
    disk.die()
    laid = lay_out(medium, folder / "beaten") / "centre"
    assert verify(laid / "ledger")
    acts = [entry for entry, _ in read_entries(laid / "ledger") if b'"erase"' in entry]
    assert all(not shown or not acts for at, (_, shown) in enumerate(read_entries(laid / "ledger")) if at == 1)
    entries = [entry for entry, _ in read_entries(laid / "ledger") if b'"observation"' in entry]
    assert len(entries) == len(set(entries)) >= 1
    assert list(laid.rglob("received/*")) == []


def test_after_a_power_cut_at_any_moment_every_promise_is_kept(morning, tmp_path):
    replay = Replay(morning)
    for at in range(0, len(morning.journal) + 1, 6):
        replay.forward(at)
        check_after(replay.cut(random.Random(at)), list(replay.promised), tmp_path / str(at))


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")  # SQLite is killed in its own calls
def test_after_a_kill_at_any_moment_every_promise_is_kept(morning, tmp_path):
    at = 0
    while True:
        medium = Medium({number: snapshot(node) for number, node in morning.start.items()})
        disk = SimulatedDisk(medium)
        book = Book.open(CENTRE_FOLDER, CENTRE, disk=disk)
        disk.die_at(at)
        try:
            work(book, medium)
        except (KilledError, OSError):  # SQLite turns what kills it into an error of its own
            promised = [act[1] for act in medium.journal if act[0] == "mark"]
            disk.die()
            medium.before = lambda _: None
            check_after(medium, promised, tmp_path / str(at))
        else:
            break
        at += 11
    assert at > 100
    del book
    gc.collect()  # what SQLite still says of its death is said here
