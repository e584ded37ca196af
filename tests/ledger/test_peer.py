"""The same logs, judged by a second verifier: other language, other hands, the Go project's transparency log."""

import base64
import subprocess
from pathlib import Path

import pytest
from ledgers import honest
from rich_logs import COSIGNERS, LOG, ORIGIN, cosigned, key, lay, policy, rich
from second import ask, program

from trucewatch.ledger.encoding import encode
from trucewatch.ledger.note import Key, sign, verifier_key
from trucewatch.ledger.proof import consistency
from trucewatch.ledger.tlog import checkpoint, root
from trucewatch.ledger.verify import VerificationError, leaf_hash, verify

RICH = rich(300)
STRANGER = Key(name=ORIGIN, seed=bytes(32))


@pytest.mark.parametrize("size", [1, 2, 255, 256, 257, 512, 600])
def test_both_verifiers_find_the_same_root(tmp_path, size):
    verified = verify(lay(tmp_path, honest(size)))
    assert ask(tmp_path).stdout.startswith(f"ok {size} {verified.root}; ")


@pytest.mark.slow
@pytest.mark.parametrize("size", [65_535, 65_536, 65_537, 70_000])
def test_both_verifiers_find_the_same_root_of_a_log_with_a_third_level_of_tiles(tmp_path, size):
    test_both_verifiers_find_the_same_root(tmp_path, size)


def test_both_verifiers_count_the_same_signatures_fields_and_files(tmp_path):
    verified = verify(lay(tmp_path, RICH))
    assert min(verified.signed, verified.shown, verified.withheld) >= 10
    assert ask(tmp_path).stdout == (
        f"ok 300 {verified.root}; 2 cosignatures checked, 2 not checked, quorum met if those not checked are good; "
        f"{verified.signed} entries signed; {verified.shown} fields shown, {verified.withheld} withheld; 4 blobs\n"
    )


@pytest.mark.parametrize(
    ("cosigning", "quorum"),
    [
        ((), "0 cosignatures checked, 0 not checked, quorum not met"),
        (("a-ed25519", "b-ed25519"), "2 cosignatures checked, 0 not checked, quorum not met"),
        (("a-ed25519", "a-ml-dsa-44"), "1 cosignatures checked, 1 not checked, quorum not met"),
        (tuple(COSIGNERS), "2 cosignatures checked, 2 not checked, quorum met if those not checked are good"),
    ],
)
def test_the_second_verifier_says_how_much_of_a_quorum_it_could_check(tmp_path, cosigning, quorum):
    log, *_ = RICH["ledger/checkpoint"].partition("— a.".encode())
    files = RICH | {"ledger/checkpoint": cosigned(log, {name: COSIGNERS[name] for name in cosigning})}
    assert f"; {quorum}; " in ask(lay(tmp_path, files)).stdout


def test_the_second_verifier_holds_a_log_to_the_policy_that_its_reader_brings(tmp_path):
    lay(tmp_path / "log", rich(20))
    for name, brought in (
        ("own", policy()),
        ("other", policy(quorum="either")),
        ("strange", policy(key("strange.example"))),
    ):
        (tmp_path / name).write_bytes(brought)
    assert ask("-policy", tmp_path / "own", tmp_path / "log").returncode == 0
    assert ask("-policy", tmp_path / "other", tmp_path / "log").returncode == 1
    assert ask("-policy", tmp_path / "strange", tmp_path / "log").returncode == 1
    assert ask("-policy", tmp_path / "none", tmp_path / "log").stdout.startswith("no: cannot read the policy")


def test_the_second_verifier_answers_a_list_of_directories_line_by_line(tmp_path):
    good, bad = lay(tmp_path / "good", honest(3)), lay(tmp_path / "bad", honest(3) | {"ledger/other": b"x"})
    done = subprocess.run(
        [program()], input=f"{good}\n{bad}\n{good}\n", capture_output=True, encoding="utf-8", check=False
    )
    assert [line[:3] for line in done.stdout.splitlines()] == ["ok ", "no:", "ok "]
    assert done.returncode == 1


def flipped(data: bytes, at: int) -> bytes:
    return data[:at] + bytes([data[at] ^ 1]) + data[at + 1 :]


@pytest.mark.parametrize("name", sorted(RICH))
def test_the_second_verifier_refuses_every_file_with_a_bit_changed(tmp_path, name):
    done = ask(lay(tmp_path, RICH | {name: flipped(RICH[name], min(40, len(RICH[name]) // 2))}))
    assert (done.returncode, done.stderr) == (1, "")
    assert done.stdout.startswith("no: ")


def test_a_wrong_ml_dsa_cosignature_is_refused_by_the_first_verifier_alone(tmp_path):
    name, middle = "ledger/checkpoint", len(RICH["ledger/checkpoint"]) // 2
    note = RICH[name]  # signed anew in each run; a letter that base64 knows takes the place of its middle one
    other = b"B" if note[middle : middle + 1] == b"A" else b"A"
    lay(tmp_path, RICH | {name: note[:middle] + other + note[middle + 1 :]})
    with pytest.raises(VerificationError, match=r"the cosignature of a\.example is wrong"):
        verify(tmp_path)
    assert "2 not checked" in ask(tmp_path).stdout


ENTRIES = [encode({"type": "beat", "v": "1", "n": n}) for n in range(40)]


def head(entries: list[bytes], by=LOG) -> bytes:
    return sign(checkpoint(ORIGIN, len(entries), root(entries)), by)


def proved(entries: list[bytes], earlier: int) -> bytes:
    """The second file of a proof that a log of these entries does not begin with `earlier` entries shown elsewhere."""
    hashes = (root(entries[:earlier]), *consistency([leaf_hash(entry) for entry in entries], earlier))
    lines = "".join(base64.b64encode(found).decode() + "\n" for found in hashes)
    return f"prefix {lines}\n".encode() + head(entries)


def judged(tmp_path: Path, first: bytes, second: bytes) -> str:
    (tmp_path / "first.note").write_bytes(first)
    (tmp_path / "second.note").write_bytes(second)
    done = ask("-equivocation", tmp_path / "first.note", tmp_path / "second.note", str(verifier_key(LOG)))
    assert done.returncode == (not done.stdout.startswith("ok "))
    return done.stdout


def test_two_trees_of_one_size_prove_two_histories(tmp_path):
    other = [*ENTRIES[:-1], ENTRIES[0]]
    assert judged(tmp_path, head(ENTRIES), head(other)) == f"ok {ORIGIN} signed two trees of 40 entries\n"
    assert judged(tmp_path, cosigned(head(ENTRIES)), cosigned(head(other))).startswith("ok ")


@pytest.mark.parametrize("earlier", [1, 2, 7, 16, 31, 39])
def test_a_tree_that_does_not_begin_as_an_earlier_one_proves_two_histories(tmp_path, earlier):
    shown_elsewhere = [encode({"type": "beat", "v": "2", "n": n}) for n in range(earlier)]
    said = f"ok {ORIGIN} signed {earlier} entries, and 40 that begin otherwise\n"
    assert judged(tmp_path, head(shown_elsewhere), proved(ENTRIES, earlier)) == said
    assert judged(tmp_path, head(shown_elsewhere, STRANGER), proved(ENTRIES, earlier)).startswith("no: ")


def test_an_honest_log_cannot_be_accused(tmp_path):
    assert judged(tmp_path, head(ENTRIES), head(ENTRIES)).startswith("no: ")
    for earlier in (1, 8, 39):
        assert judged(tmp_path, head(ENTRIES[:earlier]), head(ENTRIES)).startswith("no: ")
        assert judged(tmp_path, head(ENTRIES[:earlier]), proved(ENTRIES, earlier)).startswith("no: ")
        lie = proved([*ENTRIES[: earlier - 1], ENTRIES[0], *ENTRIES[earlier:]], earlier).split(b"\n\n")[0]
        assert judged(tmp_path, head(ENTRIES[:earlier]), lie + b"\n\n" + head(ENTRIES)).startswith("no: ")
