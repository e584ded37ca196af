"""Whatever two of centre and mirrors are destroyed, the third brings the log back, and no log goes on behind what was seen."""

import hashlib
import shutil
from datetime import UTC, datetime
from pathlib import Path

import pytest
from keepers import LIAISON, MIRROR_A, MIRROR_B, POLICY, Dict, Log, fast_disk, history, log_files, policy_text
from ledgers import CENTRE
from typer.testing import CliRunner

from trucewatch.cli import app
from trucewatch.ledger.book import Book
from trucewatch.ledger.mirror import follow
from trucewatch.ledger.note import verifier_key, write_key
from trucewatch.ledger.sources import FolderSource
from trucewatch.ledger.verify import check_equivocation, verify
from trucewatch.ledger.witness import Witness


def copy(source, store: Path, keys=()):
    return follow(source, store, POLICY, keys, lambda: 1_800_000_000, disk=fast_disk())


@pytest.fixture
def desk(tmp_path):
    (tmp_path / "policy").write_bytes(policy_text())
    write_key(tmp_path / "log.key", CENTRE)
    return tmp_path


def recover(desk: Path, *arguments: object):
    called = ["recover", *map(str, arguments), "--out", str(desk / "new"), "--policy", str(desk / "policy")]
    return CliRunner().invoke(app, called)


def files_of(folder: Path) -> dict[str, str]:
    paths = [path for path in folder.rglob("*") if path.is_file() and path.name != "checkpoint"]
    return {str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest() for path in paths}


@pytest.mark.parametrize("left", ["a", "b", "centre"])
def test_one_that_is_left_brings_back_every_entry_and_file_and_the_centre_goes_on(desk, left):
    book = Book.create(desk / "centre", CENTRE, {"policy": policy_text().decode()}, disk=fast_disk())
    for number in range(4):
        blob = book.put_blob(f"evidence {number}".encode())
        book.say({"type": "observation", "v": "1", "n": number, "blobs": [blob]}, {"place": f"village {number}"})
    book.beat(datetime(2026, 11, 22, tzinfo=UTC))
    log = desk / "centre/ledger"
    for name, keys in (("a", MIRROR_A), ("b", MIRROR_B)):
        copy(FolderSource(log), desk / name, keys)
        book.accept((desk / name / "checkpoint").read_bytes())
    copy(FolderSource(log), desk / "a", MIRROR_A)  # the mirrors take each other's cosignatures from the centre
    copy(FolderSource(log), desk / "b", MIRROR_B)
    book.close()
    before, root = files_of(log), verify(log).root
    for name in {"centre", "a", "b"} - {left}:
        shutil.rmtree(desk / name)
    done = recover(desk, desk / left, "--key", desk / "log.key")
    assert (done.exit_code, f"root {root}" in done.stdout) == (0, True), done.output
    assert files_of(desk / "new/ledger") == before
    assert verify(desk / "new/ledger", policy=policy_text()).root == root
    book = Book.open(desk / "new", CENTRE, disk=fast_disk())
    assert book.status().witnessed == verify(desk / "new/ledger").size
    assert book.beat(datetime(2026, 11, 23, tzinfo=UTC)).size == book.status().size
    book.close()


def test_the_newest_whole_copy_is_taken_and_a_damaged_one_is_not(desk):
    copy(Dict(log_files(history(30))), desk / "a", MIRROR_A)
    copy(Dict(log_files(history(40))), desk / "b", MIRROR_B)
    copy(Dict(log_files(history(50))), desk / "c")
    bundle = desk / "c/tile/entries/000.p/50"
    bundle.write_bytes(bundle.read_bytes()[:-1])
    done = recover(desk, desk / "a", desk / "c", desk / "b")
    assert (done.exit_code, "recovered 40 entries" in done.stdout) == (0, True), done.output
    assert "c: not used: 'tile/entries/000.p/50'" in done.stdout
    assert sorted(path.name for path in (desk / "new").iterdir()) == ["ledger"]


def test_copies_that_exclude_each_other_are_a_proof_and_no_recovery(desk):
    copy(Dict(log_files(history(30))), desk / "a", MIRROR_A)
    copy(Dict(log_files(history(33, "another", since=20))), desk / "b", MIRROR_B)
    done = recover(desk, desk / "a", desk / "b")
    assert (done.exit_code, "signed two histories" in done.stderr) == (1, True)
    proof = ((desk / "new.equivocation" / name).read_bytes() for name in ("first.note", "second.note"))
    assert check_equivocation(*proof, verifier_key(CENTRE)).second.size == 33
    assert not (desk / "new").exists()


def test_a_log_does_not_go_on_behind_what_a_witness_has_seen(desk):
    copy(Dict(log_files(history(30))), desk / "a", MIRROR_A)
    with Witness(desk / "l", POLICY, LIAISON, disk=fast_disk()) as witness:
        witness.look(Dict(log_files(history(31))))
    done = recover(desk, desk / "a", "--seen", desk / "l/checkpoint")
    assert (done.exit_code, "a tree of 31 entries was signed and seen" in done.stderr) == (1, True)
    assert not (desk / "new").exists()


def test_nothing_is_written_over_and_nothing_whole_is_exit_code_1(desk):
    Log(desk / "new").show({"mine.txt": b"mine"})
    copy(Dict(log_files(history(3))), desk / "a", MIRROR_A)
    assert (recover(desk, desk / "a").exit_code, files_of(desk / "new").keys()) == (2, {"mine.txt"})
    shutil.rmtree(desk / "new")
    (desk / "a/policy").unlink()
    assert recover(desk, desk / "a").exit_code == 1
