import hashlib
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from ledgers import CENTRE, KEY, PUBLISHED, STRANGER, honest, lay, publication, sha256, signed
from rich_logs import policy, rich

from trucewatch.ledger import ledger_files, signed_files, verify
from trucewatch.ledger.note import rehearsal, verifier_key
from trucewatch.ledger.store import read_entries, write
from trucewatch.ledger.verify import VerificationError, read_disclosure

PROGRAM = Path(verify.__file__)


def run(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    environment = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
    command = [sys.executable, "-I", PROGRAM, *arguments]
    return subprocess.run(command, capture_output=True, encoding="ascii", env=environment, check=False)


@pytest.mark.parametrize("size", [1, 2, 3, 7, 255, 256, 257, 511, 512, 513, 600, 1000])
def test_an_honest_ledger_is_verified_whatever_its_size(tmp_path, size):
    verified = verify.verify(lay(tmp_path, honest(size)))
    assert verified.size == size
    assert verified.blobs == min(2, size - 1)
    assert verified.files == tuple(sorted((path, sha256(data)) for path, data in PUBLISHED.items()))


@pytest.mark.parametrize("size", [65_535, 65_536, 65_537])
def test_an_honest_ledger_with_a_third_level_of_tiles_is_verified(tmp_path, size):
    entries = [b'{"type":"quiet","v":"1"}'] * (size - 1)
    assert verify.verify(lay(tmp_path, signed([*entries, publication()]))).size == size


def test_a_ledger_written_by_the_store_is_verified_and_read_back(tmp_path):
    files = {p.removeprefix("ledger/"): data for p, data in honest(600).items() if p.startswith("ledger/")}
    write(tmp_path / "ledger", files)
    lay(tmp_path, PUBLISHED)
    assert verify.verify(tmp_path).size == 600
    entries = [entry for entry, _ in read_entries(tmp_path / "ledger")]
    blobs = {p.removeprefix("blobs/"): data for p, data in files.items() if p.startswith("blobs/")}
    assert signed_files(entries, {}, blobs, KEY) == files


def test_what_the_centre_says_and_commits_to_is_verified_and_read_back(tmp_path):
    said = [({"type": "observation", "v": "1", "n": n}, {"where": "north", "n2": str(n)}) for n in range(300)]
    write(tmp_path / "log", ledger_files(said, {}, CENTRE))
    verified = verify.verify(tmp_path / "log", str(verifier_key(CENTRE)))
    assert (verified.size, verified.shown, verified.withheld) == (300, 600, 0)
    for (entry, disclosures), (fields, hidden) in zip(read_entries(tmp_path / "log"), said, strict=True):
        own = verify.parse_entry(entry).fields
        assert own.items() >= fields.items()
        assert verify.disclosed(own, disclosures) == hidden


def test_the_folder_of_a_log_is_verified_without_what_it_published(tmp_path):
    inside = {p.removeprefix("ledger/"): d for p, d in honest(300).items() if p.startswith("ledger/")}
    verified = verify.verify(lay(tmp_path, inside))
    assert (verified.size, verified.files) == (300, ())
    with pytest.raises(VerificationError, match=r"does not know this file: 'incidents\.csv'"):
        verify.verify(lay(tmp_path, {"incidents.csv": PUBLISHED["incidents.csv"]}))


def test_the_program_runs_alone_and_lists_what_it_does_not_prove(tmp_path):
    done = run(lay(tmp_path, honest(300)))
    assert (done.returncode, done.stderr) == (0, "")
    assert [line[:2] for line in done.stdout.splitlines()[:5]] == ["1.", "2.", "3.", "4.", "5."]
    assert "rehearsal key: published, anybody can sign with it" in done.stdout
    assert "an observation is true" in done.stdout
    assert "an older, honest copy" in done.stdout


def test_the_program_says_in_one_line_what_is_wrong(tmp_path):
    lay(tmp_path, honest(300) | {"report.html": b"<p>all is well</p>"})
    done = run(tmp_path)
    assert (done.returncode, done.stderr) == (1, "")
    assert done.stdout.splitlines()[-1].startswith("NOT VERIFIED, at step 7: 'report.html' was altered")


@pytest.mark.parametrize("name", ["no such folder", "file", b"\xff\n".decode(errors="surrogateescape")])
def test_the_program_says_in_one_line_that_it_cannot_read(tmp_path, name):
    (tmp_path / "file").touch()
    done = run(tmp_path / name)
    assert (done.returncode, done.stderr, len(done.stdout.splitlines())) == (1, "", 1)
    assert done.stdout.startswith("CANNOT CHECK, nothing was looked at: there is no folder")


def test_the_reader_brings_the_key_and_learns_that_it_signed(tmp_path):
    vkey = str(verifier_key(CENTRE))
    verified = verify.verify(lay(tmp_path, honest(3, CENTRE)), vkey)
    assert (verified.vkey, verified.trusted, verified.rehearsal) == (vkey, True, False)
    assert "the one that you brought" in run(tmp_path, "--vkey", vkey).stdout


def test_without_a_key_the_reader_is_told_that_it_is_unknown_who_signed(tmp_path):
    verified = verify.verify(lay(tmp_path, honest(3, CENTRE)))
    assert (verified.trusted, verified.rehearsal) == (False, False)
    assert "integrity, not who signed" in run(tmp_path).stdout


def test_the_rehearsal_key_is_named_even_when_the_reader_brings_it(tmp_path):
    done = run(lay(tmp_path, honest(3)), "--vkey", str(verifier_key(KEY)))
    assert done.returncode == 0
    assert "rehearsal key: published, anybody can sign with it" in done.stdout


def test_a_ledger_signed_anew_by_a_stranger_shows_only_against_the_key_that_one_trusts(tmp_path):
    lay(tmp_path, honest(3, STRANGER))
    assert not verify.verify(tmp_path).trusted
    with pytest.raises(VerificationError, match="not signed by the key that you trust"):
        verify.verify(tmp_path, str(verifier_key(CENTRE)))


def with_policy(tmp_path, text: bytes, *options) -> subprocess.CompletedProcess[str]:
    (tmp_path / "trusted").write_bytes(text)
    return run(lay(tmp_path / "log", rich(30)), "--policy", tmp_path / "trusted", *options)


def test_the_reader_brings_the_policy_and_learns_who_vouches_for_the_log(tmp_path):
    done = with_policy(tmp_path, b"# what I was given\n" + policy())
    assert (done.returncode, done.stderr) == (0, "")
    assert "the one that you brought" in done.stdout
    assert "cosigned by a-ed25519 at 2026-11-18T11:06:40Z, a-ml-dsa-44 at" in done.stdout
    assert "as the policy asks" in done.stdout


def test_a_log_under_another_policy_than_the_readers_is_refused(tmp_path):
    done = with_policy(tmp_path, policy(quorum="a"))
    assert done.returncode == 1
    assert "NOT VERIFIED, at step 1: the log ships another policy than the one that you trust" in done.stdout


def test_a_key_beside_the_policy_is_held_against_the_log_too(tmp_path):
    done = with_policy(tmp_path, policy(), "--vkey", str(verifier_key(CENTRE)))
    assert "NOT VERIFIED, at step 1: the log is not signed by the key that you trust" in done.stdout


def test_a_log_without_the_cosignatures_of_the_readers_policy_is_refused_and_without_one_the_reader_is_told(tmp_path):
    files = rich(30)
    files["ledger/checkpoint"] = files["ledger/checkpoint"].partition("— a.".encode())[0]
    (tmp_path / "trusted").write_bytes(policy())
    done = run(lay(tmp_path / "log", files), "--policy", tmp_path / "trusted")
    assert "NOT VERIFIED, at step 2: the cosignatures are fewer than your policy asks for" in done.stdout
    told = run(tmp_path / "log")
    assert told.returncode == 0
    assert "cosigned by nobody; NOT the quorum that the policy asks for, both" in told.stdout
    assert "the cosignatures that its policy asks for are not all there" in told.stdout
    assert not verify.verify(tmp_path / "log").witnessed
    assert "VERIFIED, BUT NOT COSIGNED as the policy asks" in told.stdout
    assert "VERIFIED." not in told.stdout


def test_the_policys_fingerprint_is_worked_out_from_the_file_and_not_believed(tmp_path):
    log = lay(tmp_path / "log", rich(30))
    assert f"Policy: SHA-256 {hashlib.sha256(policy()).hexdigest()}." in run(log).stdout


def test_a_policy_from_inside_what_is_checked_is_nobodys_word(tmp_path):
    log = lay(tmp_path / "log", rich(30))
    done = run(log, "--policy", log / "ledger" / "policy")
    assert (done.returncode, done.stdout.splitlines()[-1][:12]) == (1, "CANNOT CHECK")
    assert "get the policy from somebody else" in done.stdout


def test_a_mistyped_name_is_no_accusation(tmp_path):
    for wrong in ((tmp_path / "nowhere",), (lay(tmp_path / "log", rich(30)), "--policy", tmp_path / "none")):
        done = run(*wrong)
        assert done.returncode == 1
        assert done.stdout.startswith("CANNOT CHECK, nothing was looked at")
        assert "NOT VERIFIED" not in done.stdout


def test_what_the_entries_say_is_written_out_where_the_log_verifies_and_only_there(tmp_path):
    log, said = lay(tmp_path / "log", rich(30)), tmp_path / "entries.txt"
    assert run(log, "--entries", said).returncode == 0
    lines = said.read_text(encoding="utf-8").splitlines()
    assert sum(line.startswith("entry ") for line in lines) == 30
    shown = [disclosed for _, disclosed in map(read_disclosure, all_disclosures(log))]
    assert shown
    assert all(any(json.dumps(value, ensure_ascii=False) in line for line in lines) for value in shown)
    (log / "ledger" / "checkpoint").write_bytes(b"")
    assert run(log, "--entries", said).returncode == 1
    assert not said.exists()  # what was there before is of another check
    assert "would lie in what is to be checked" in run(log, "--entries", log / "said.txt").stdout


def test_a_policy_that_mail_has_changed_is_no_accusation_either(tmp_path):
    done = with_policy(tmp_path, policy().replace(b"\n", b"\r\n"))
    assert (done.returncode, done.stdout[:12]) == (1, "CANNOT CHECK")
    assert "mail may change it" in done.stdout


def test_on_a_bare_python_line_three_says_which_cosignatures_were_not_checked(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(verify, "MLDSA44PublicKey", None)
    assert verify.main([str(lay(tmp_path / "log", rich(30)))]) == 0
    third = capsys.readouterr().out.splitlines()[2]
    assert third.count("(NOT CHECKED)") == third.count("ml-dsa-44 at") == 2
    assert third.count(" at 20") == 4


def all_disclosures(log):
    for path in (log / "ledger" / "disclosures").rglob("*"):
        if path.is_file():
            for line in path.read_text().splitlines():
                yield from line.split("~")[1:]


def test_a_log_whose_policy_asks_for_nobody_is_said_to_be_vouched_for_by_nobody(tmp_path):
    assert "its policy asks for no witness" in run(lay(tmp_path, honest(3))).stdout


@pytest.mark.parametrize("vkey", ["", "nonsense", str(verifier_key(rehearsal("other.example/log")))])
def test_a_key_that_is_not_the_logs_own_is_refused(tmp_path, vkey):
    lay(tmp_path, honest(3))
    with pytest.raises(VerificationError):
        verify.verify(tmp_path, vkey)


def test_a_folder_of_too_many_files_is_given_up(tmp_path, monkeypatch):
    lay(tmp_path, honest(3))
    monkeypatch.setattr(verify, "MOST_FILES", 10)
    with pytest.raises(VerificationError, match="more than 10 files"):
        verify.verify(tmp_path)


def test_the_centre_does_not_file_evidence_under_a_wrong_digest():
    with pytest.raises(ValueError, match="not what its name says"):
        dict(ledger_files([], {sha256(b"one"): b"two"}, KEY))
