"""The keepers' commands as real processes on loopback: mirror, witness, recover, equivocation, keygen."""

import json
import os
import re
import select
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from contextlib import contextmanager
from pathlib import Path

import pytest
from keepers import LIAISON, MIRROR_A, MIRROR_B, Log, head_of, history, log_files, policy_text
from ledgers import CENTRE
from typer.testing import CliRunner

from trucewatch.cli import app
from trucewatch.ledger.note import verifier_key, write_key
from trucewatch.ledger.verify import check_equivocation, parse_policy, verify

SOURCE = Path(__file__).parents[2] / "src"
ENVIRONMENT = os.environ | {"PYTHONPATH": str(SOURCE), "COLUMNS": "200"}
COMMAND = [sys.executable, "-c", "from trucewatch.cli import main; main()"]


def run(*arguments: object) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*COMMAND, *map(str, arguments)], check=False, env=ENVIRONMENT, capture_output=True, text=True, timeout=120
    )


def inside(*arguments: object):
    """The same command in this process: quicker, where its being a process is not the point."""
    return CliRunner().invoke(app, [*map(str, arguments)])


@contextmanager
def running(*arguments: object):
    """A process that goes on until the test is over; it is told to stop, and ends with exit code 0."""
    process = subprocess.Popen(
        [*COMMAND, *map(str, arguments)], env=ENVIRONMENT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, bufsize=0
    )
    try:
        yield process
    finally:
        process.send_signal(signal.SIGTERM)
        assert process.wait(60) == 0
        process.stdout.close()


def line_with(process, words: str, seconds: float = 60) -> str:
    """The next line of a process that has these words."""
    until = time.monotonic() + seconds
    said = []
    while time.monotonic() < until:
        if select.select([process.stdout], [], [], 0.05)[0]:
            line = process.stdout.readline().decode()
            said.append(line)
            if re.search(words, line):
                return line
            if not line:
                break
    raise AssertionError(f"no {words!r} in {said}")


@pytest.fixture
def desk(tmp_path):
    """A folder with the policy and everybody's keys."""
    (tmp_path / "policy").write_bytes(policy_text())
    for name, pair in (("a", MIRROR_A), ("b", MIRROR_B), ("l", LIAISON), ("log", (CENTRE,))):
        for number, key in enumerate(pair):
            write_key(tmp_path / f"{name}{number}.key", key)
    return tmp_path


def who(desk: Path, name: str) -> list[object]:
    return ["--policy", desk / "policy", "--key", desk / f"{name}0.key", "--key2", desk / f"{name}1.key"]


def test_a_folder_is_mirrored_forked_proved_and_the_proof_checked(desk):
    log = Log(desk / "log")
    log.show(log_files(history(30)))
    assert (
        "cosigned by a0, a1; not witnessed yet"
        in inside("mirror", log.folder, desk / "a", *who(desk, "a"), "--once").stdout
    )
    done = inside("mirror", desk / "a", desk / "b", *who(desk, "b"), "--once")
    assert (done.exit_code, "cosigned by a0, a1, b0, b1; witnessed" in done.stdout) == (0, True)
    log.show(log_files(history(34, "another", since=29)))
    forked = run("mirror", log.folder, desk / "a", *who(desk, "a"), "--once")
    assert (forked.returncode, "signed two histories" in forked.stderr) == (1, True)
    files = [desk / "a.equivocation" / name for name in ("first.note", "second.note")]
    proved = inside("equivocation", *files, "--vkey", verifier_key(CENTRE))
    assert (proved.exit_code, "FRAUD PROVED" in proved.stdout) == (0, True)
    assert inside("equivocation", *reversed(files), "--vkey", verifier_key(CENTRE)).exit_code == 1
    assert inside("verify", desk / "a").exit_code == 0


def test_mirrors_serve_and_a_witness_of_both_catches_the_fork(desk):
    """The operator shows each mirror a history of its own; neither mirror can know, the liaison's laptop does."""
    one, other = Log(desk / "one"), Log(desk / "other")
    one.show(log_files(history(12)))
    other.show(log_files(history(12)))
    served = ["--every", "0.05", "--port", "0"]
    with (
        running("mirror", one.folder, desk / "a", *who(desk, "a"), *served) as a,
        running("mirror", other.folder, desk / "b", *who(desk, "b"), *served) as b,
    ):
        urls = [line_with(each, "serving ").split()[-1] for each in (a, b)]
        for each in (a, b):
            line_with(each, "12 entries")
        witnessing = ("witness", *urls, *who(desk, "l"), "--store", desk / "l")
        honest = run(*witnessing, "--once")
        assert (honest.returncode, honest.stderr) == (0, "")
        with pytest.raises(urllib.error.HTTPError, match="404"):
            urllib.request.urlopen(f"{urls[0]}/disclosures/000")
        one.show(log_files(history(15, "for a", since=12)))
        other.show(log_files(history(17, "for b", since=12)))
        line_with(a, r"15 entries \(\+3\)")
        line_with(b, r"17 entries \(\+5\)")
        caught = run(*witnessing, "--once")
    assert (caught.returncode, "signed two histories: 15 and 17 entries" in caught.stderr) == (1, True)
    proof = ((desk / "l.equivocation" / name).read_bytes() for name in ("first.note", "second.note"))
    assert check_equivocation(*proof, verifier_key(CENTRE)).second.size == 17


def test_a_log_that_stalls_turns_red_within_its_heartbeats(desk):
    charter = json.dumps({"heartbeat_s": 1, "type": "charter", "v": "1"}, separators=(",", ":")).encode()
    log = Log(desk / "log")
    log.show(log_files([(charter, ()), *history(3)]))
    started = time.monotonic()
    with running("witness", log.folder, *who(desk, "l"), "--store", desk / "l", "--every", "0.1") as process:
        line_with(process, "4 entries")
        assert "RED" in line_with(process, "two heartbeats of 1 s")
        assert time.monotonic() - started > 2


def test_a_witness_answers_add_checkpoint(desk):
    Log(desk / "log").show(log_files(history(3)))
    watching = ("witness", desk / "log", *who(desk, "l"), "--store", desk / "l", "--every", "9", "--port", "0")
    with running(*watching) as process:
        url = line_with(process, "serving ").split()[-1]
        line_with(process, "3 entries")
        body = b"old 3\n\n" + head_of(history(3))
        with urllib.request.urlopen(f"{url}/add-checkpoint", body) as answer:
            assert answer.read().count("— liaison.example ".encode()) == 2
        with pytest.raises(urllib.error.HTTPError) as refused:
            urllib.request.urlopen(f"{url}/add-checkpoint", b"old 0\n\n" + head_of(history(3)))
        assert (refused.value.code, refused.value.read()) == (409, b"3\n")
        assert refused.value.headers["Content-Type"] == "text/x.tlog.size"
        request = urllib.request.Request(f"{url}/checkpoint", headers={"Host": "rebound.example"})
        with pytest.raises(urllib.error.HTTPError, match="400"):
            urllib.request.urlopen(request)


def test_what_cannot_be_asked_or_read_is_exit_code_2_in_one_line(desk):
    Log(desk / "log").show(log_files(history(3)))
    for arguments in (
        ("mirror", "http://127.0.0.1:9", desk / "s", *who(desk, "a"), "--once"),
        ("mirror", desk / "nowhere", desk / "s", *who(desk, "a"), "--once"),
        ("mirror", desk / "log", desk / "s", "--policy", desk / "a0.key", "--once"),
        ("mirror", desk / "log", desk / "s", "--policy", desk / "policy", "--key", desk / "log0.key", "--once"),
        ("witness", "http://127.0.0.1:9", "--store", desk / "w", "--policy", desk / "policy", "--once"),
    ):
        done = inside(*arguments)
        assert (done.exit_code, done.stderr.count("\n")) == (2, 1), done.output
        assert "Traceback" not in done.stderr


def test_cosigner_keys_come_with_their_lines_for_the_policy(desk):
    made = inside("keygen", desk / "new.key", "--name", "c.example/mirror", "--cosigner")
    policy = f"log {verifier_key(CENTRE)}\n{made.stdout}quorum c.example/mirror\n"
    assert [name for name, _ in parse_policy(policy.encode()).witnesses] == [
        "c.example/mirror:ed25519",
        "c.example/mirror:ml-dsa-44",
    ]
    (desk / "policy").write_text(policy)
    Log(desk / "log").show(log_files(history(3), policy=policy.encode()))
    keys = ("--key", desk / "new.key", "--key", desk / "new.key.ml-dsa-44")
    done = inside("mirror", desk / "log", desk / "s", "--policy", desk / "policy", *keys, "--once")
    assert (done.exit_code, "; witnessed" in done.stdout) == (0, True)
    assert verify(desk / "s", policy=policy.encode()).witnessed
    assert inside("keygen", desk / "new.key", "--name", "x", "--cosigner").exit_code == 2
