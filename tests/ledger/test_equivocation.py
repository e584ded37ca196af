"""Two heads that no one log can both have, proved to somebody who has nothing but the log's public key."""

import base64
import os
from functools import cache

import pytest
from hypothesis import given
from hypothesis import strategies as st
from ledgers import CENTRE, KEY, ORIGIN, STRANGER

from trucewatch.ledger.equivocation import FILES, connected, prove
from trucewatch.ledger.note import Key, sign, verifier_key
from trucewatch.ledger.proof import consistency, from_tiles
from trucewatch.ledger.tlog import checkpoint, root, tiles
from trucewatch.ledger.verify import VerificationError, check_equivocation, fold, leaf_hash, main

HONEST = [b"entry %d" % i for i in range(300)]
REWRITTEN = [*HONEST[:7], b"another entry 7", *HONEST[8:]]
VKEY = verifier_key(CENTRE)


@cache
def head(size: int, *, rewritten: bool = False, key: Key = CENTRE) -> bytes:
    entries = (REWRITTEN if rewritten else HONEST)[:size]
    return sign(checkpoint(key.name, size, root(entries)), key)


def leaves(size: int, *, rewritten: bool = False) -> list[bytes]:
    return [leaf_hash(entry) for entry in (REWRITTEN if rewritten else HONEST)[:size]]


@given(st.integers(8, 300), st.integers(8, 300), st.booleans())
def test_two_histories_of_any_sizes_are_proved_whichever_was_met_first(size, other, rewritten_is_met_first):
    rewritten_is_larger = other > size
    larger = leaves(max(size, other), rewritten=rewritten_is_larger)
    notes = [head(size), head(other, rewritten=True)]
    first, second = prove(*(reversed(notes) if rewritten_is_met_first else notes), larger)
    fraud = check_equivocation(first, second, VKEY)
    assert fraud.first.size == min(size, other)
    assert fraud.second.size == max(size, other)
    assert fraud.prefix != fraud.first.root


@given(st.integers(1, 300), st.integers(1, 300))
def test_an_honest_log_is_never_proved_to_be_a_fraud(size, other):
    first, second = prove(head(size), head(other), leaves(max(size, other)))
    with pytest.raises(VerificationError, match="no fraud: the second tree begins with the first"):
        check_equivocation(first, second, VKEY)


def test_the_proof_needs_only_the_tiles_of_the_larger_log():
    files, read = tiles(REWRITTEN), []

    def reader(path: str) -> bytes:
        read.append(path)
        return files[path]

    proof = prove(head(260), head(300, rewritten=True), from_tiles(reader, 300))
    assert proof == prove(head(260), head(300, rewritten=True), leaves(300, rewritten=True))
    assert not any("entries" in path for path in read)
    check_equivocation(*proof, VKEY)


def test_one_who_has_only_a_consistency_proof_can_accuse_as_well():
    larger = leaves(300, rewritten=True)
    second = connected(fold(larger[:100]), consistency(larger, 100), head(300, rewritten=True))
    check_equivocation(head(100), second, VKEY)


def test_a_tree_of_another_size_is_not_taken_for_that_of_the_checkpoint():
    with pytest.raises(ValueError, match="a tree of 299 entries is not that of a checkpoint of 300"):
        prove(head(100), head(300), leaves(299))


def test_a_log_without_entries_contradicts_nothing():
    with pytest.raises(ValueError, match="no beginning of 0"):
        prove(head(0), head(300), leaves(300))


PROOF = prove(head(100), head(300, rewritten=True), leaves(300, rewritten=True))


@given(st.integers(0, 1), st.data())
def test_no_byte_of_the_two_files_can_be_changed(which, data):
    files = list(PROOF)
    at = data.draw(st.integers(0, len(files[which]) - 1))
    value = data.draw(st.integers(0, 255).filter(lambda value: value != files[which][at]))
    files[which] = files[which][:at] + bytes([value]) + files[which][at + 1 :]
    with pytest.raises(VerificationError):
        check_equivocation(files[0], files[1], VKEY)


def lines(note: bytes) -> list[bytes]:
    return note.splitlines(keepends=True)


@pytest.mark.parametrize(
    ("first", "second", "why"),
    [
        (PROOF[1], PROOF[0], "the checkpoint is not origin, size and root"),
        (head(300, rewritten=True), head(100), "two sizes need the lines"),
        (head(100), head(300, rewritten=True), "two sizes need the lines"),
        (head(100), head(100), "no fraud"),
        (PROOF[0], b"".join(lines(PROOF[1])[:2] + lines(PROOF[1])[3:]), "consistency proof"),
        (PROOF[0], b"".join([*lines(PROOF[1])[:2], *lines(PROOF[1])[1:]]), "consistency proof"),
        (PROOF[0], b"prefix " + base64.b64encode(bytes(32)) + b"\n" + b"".join(lines(PROOF[1])[1:]), "consistency"),
        (head(100, key=KEY), PROOF[1], "signed by another key"),
        (head(100, key=STRANGER), PROOF[1], "signed by another key"),
        (PROOF[0], PROOF[1].replace(ORIGIN.encode(), b"other.example/log"), "do not carry the same name"),
        (head(100, rewritten=True), PROOF[1], "no fraud"),
        (b"", PROOF[1], "not a text, a blank line"),
        (PROOF[0], b"", "not a text, a blank line"),
    ],
)
def test_an_accusation_without_proof_is_refused(first, second, why):
    with pytest.raises(VerificationError, match=why):
        check_equivocation(first, second, VKEY)


def test_one_checkpoint_of_one_size_with_connecting_lines_is_not_a_proof():
    second = connected(root(REWRITTEN), (), head(300, rewritten=True))
    with pytest.raises(VerificationError, match="those of one size have none"):
        check_equivocation(head(300), second, VKEY)


def laid(tmp_path, files) -> list[str]:
    for name, data in zip(FILES, files, strict=True):
        (tmp_path / name).write_bytes(data)
    return [str(tmp_path / name) for name in FILES]


def test_the_program_tells_a_third_person_that_the_fraud_is_proved(tmp_path, capsys):
    assert main(["--equivocation", *laid(tmp_path, PROOF), "--vkey", str(VKEY)]) == 0
    said = capsys.readouterr().out
    assert said.startswith(f"FRAUD PROVED: the holder of the key of {ORIGIN} signed two histories")
    assert "its first 100 entries have the root" in said


def test_the_program_says_that_an_honest_log_is_no_fraud(tmp_path, capsys):
    honest = prove(head(100), head(300), leaves(300))
    assert main(["--equivocation", *laid(tmp_path, honest), "--vkey", str(VKEY)]) == 1
    assert capsys.readouterr().out.startswith("NOT PROVED: no fraud")


def test_a_fraud_under_the_published_key_accuses_nobody(tmp_path, capsys):
    pair = head(100, key=KEY), head(100, rewritten=True, key=KEY)
    assert main(["--equivocation", *laid(tmp_path, pair), "--vkey", str(verifier_key(KEY))]) == 0
    assert "published, anybody can sign with it" in capsys.readouterr().out


def test_nobody_is_accused_without_a_key(tmp_path, capsys):
    with pytest.raises(SystemExit, match="2"):
        main(["--equivocation", *laid(tmp_path, PROOF)])
    assert "which log is accused?" in capsys.readouterr().err
    assert main(["--equivocation", *laid(tmp_path, PROOF), "--vkey", "nonsense"]) == 1


def test_a_file_of_any_length_is_not_read_whole(tmp_path, capsys):
    paths = laid(tmp_path, PROOF)
    os.truncate(paths[0], 1 << 40)
    assert main(["--equivocation", *paths, "--vkey", str(VKEY)]) == 1
    assert "'first.note' has more than 131072 bytes" in capsys.readouterr().out
