"""The commands around the centre's log, as processes: what a person types on both sides, and what it says."""

import json
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest
from authorities import Authority
from live_books import BOTH, CENTRE, DEVICE, NOON, POLICY, STRANGER, cosigned
from log_server import running
from typer.testing import CliRunner

from trucewatch.cli import app
from trucewatch.ledger.book import Book
from trucewatch.ledger.note import verifier_key, write_key
from trucewatch.ledger.verify import verify

RUN = [sys.executable, "-c", "from trucewatch.cli import main; main()"]
BEAT = re.compile(r"20\d\d-\d\d-\d\dT[\d:.]+Z  beat: (\d+) entries, \d+ of them new; witnessed \d+")


@dataclass
class Typed:
    returncode: int
    stdout: str
    stderr: str


def typed(*arguments: object) -> Typed:
    """A command as a person types it; without a process of its own, which would take a second each time."""
    done = CliRunner().invoke(app, [str(argument) for argument in arguments], env={"COLUMNS": "200"})
    assert done.exception is None or isinstance(done.exception, SystemExit), done.exception
    return Typed(done.exit_code, done.stdout, done.stderr)


@pytest.fixture
def place(tmp_path) -> Path:
    """A folder with a new centre whose heart beats every second, and the keys and the policy beside it."""
    write_key(tmp_path / "log.key", CENTRE)
    write_key(tmp_path / "device.key", DEVICE)
    (tmp_path / "policy").write_text(POLICY)
    done = typed(
        "log", "new", tmp_path / "centre", "--key", tmp_path / "log.key", "--policy", tmp_path / "policy",
        "--heartbeat", 1, "--author", verifier_key(DEVICE),
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert "trucewatch log run" in done.stdout
    return tmp_path


@contextmanager
def run(place: Path) -> Iterator[tuple[str, subprocess.Popen[str]]]:
    command = [*RUN, "log", "run", str(place / "centre"), "--key", str(place / "log.key"), "--port", "0"]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    try:
        yield process.stdout.readline().split("listens on ")[1].split()[0], process
    finally:
        if process.poll() is None:
            process.kill()
        process.wait(timeout=20)
        process.stdout.close()


def cosign(address: str, by=BOTH) -> None:
    newest = httpx.get(f"{address}/checkpoint", trust_env=False).content
    answer = httpx.post(f"{address}/cosignatures", content=cosigned(newest, by, int(time.time())), trust_env=False)
    assert answer.json() == {"accepted": list(by)}


def until(wanted, ask):
    deadline = time.monotonic() + 30
    while not wanted(found := ask()):
        assert time.monotonic() < deadline, found
        time.sleep(0.1)
    return found


def test_a_night_at_the_centre_and_at_a_post(place):
    box, picture = place / "box", place / "IMG_0001.jpg"
    picture.write_bytes(b"not really a picture")
    nobody = "http://127.0.0.1:9"
    submit = (
        "--outbox", box, "--key", place / "device.key", "--policy", place / "policy", "--reader", "smm",
        "--cell", "place=the well", "--cell", "count=2", "--field", "shift=night", "--hidden", "guide=his name", "--file", picture,
    )  # fmt: skip
    saved = typed("submit", nobody, *submit)
    assert saved.returncode == 0, saved.stderr
    assert "○ saved on device" in saved.stdout
    assert "Nothing is lost" in saved.stdout
    assert "not done now: the centre cannot be reached" in saved.stdout
    assert f"trucewatch outbox {nobody} {box}" in saved.stdout

    with run(place) as (address, process):
        sent = typed("outbox", address, box)
        assert "◔ received" in sent.stdout or "◑ sequenced" in sent.stdout
        until(lambda s: s["size"] >= 4, lambda: httpx.get(f"{address}/status", trust_env=False).json())
        assert "◑ sequenced" in typed("outbox", address, box).stdout
        assert "0; their receipts" in typed("outbox", address, box, "--forget").stdout
        cosign(address)
        done = typed("outbox", address, box, "--forget", "--wait", 10)
        assert done.returncode == 0, done.stderr
        assert re.search(r"● witnessed +[0-9a-f]{64}  entry [1-9]  by a 20\S+ \S+ UTC, b 20", done.stdout)
        assert "cleared from this device: 1" in done.stdout
        assert "a policy brought by hand" in done.stdout
        shown = typed("log", "status", address, "--last", 50)
        assert re.search(r"● witnessed +[1-9]", shown.stdout)
        assert re.search(
            r" [1-9] ● witnessed  observation by north.example/device-7; sequenced .* witnessed by a 20.*, b 20",
            shown.stdout,
        )
        assert "his name" not in shown.stdout
        # two heartbeats after what was received, however busy the machine is
        until(
            lambda said: said.count("beat by the centre") == 2,
            lambda: typed("log", "status", place / "centre", "--last", 2).stdout,
        )
        process.send_signal(signal.SIGTERM)
        rest = process.stdout.read()
        assert process.wait(timeout=20) == 0
    assert BEAT.search(rest)
    assert rest.endswith("stopped: everything that was received is on the disk\n")
    assert not list((box / "blobs").iterdir())
    found = verify(place / "centre" / "ledger")
    assert (found.signed, found.blobs) == (1, 1)
    time.sleep(2.1)
    shown = typed("log", "status", place / "centre", "--last", 2)
    assert re.search(r"RED +the last heartbeat is \d+ s old; one is due every 1 s", shown.stdout), shown.stdout
    assert len(re.findall(r"beat by the centre", shown.stdout)) == 2


def test_killed_it_goes_on_from_the_disk_and_without_its_database_too(place):
    submit = ("--outbox", place / "box", "--key", place / "device.key", "--cell", "count=2")
    with run(place) as (address, process):
        assert re.search("received|sequenced", typed("submit", address, *submit).stdout)
        process.kill()
    (place / "centre" / "centre.db").unlink()
    anew = typed("rebuild", place / "centre", "--key", place / "log.key")
    assert re.search(r"made anew +\d+ entries, [01] waiting", anew.stdout), anew.stderr
    [digest] = [path.name for path in (place / "box").iterdir() if len(path.name) == 64]
    with closing(Book.open(place / "centre", CENTRE)) as book:
        book.beat(NOON)
        assert book.standing(digest).state == "sequenced"


def test_cosignatures_come_on_a_stick(place):
    stick = place / "stick"
    stick.mkdir()
    newest = (place / "centre" / "ledger" / "checkpoint").read_bytes()
    (stick / "checkpoint").write_bytes(cosigned(newest, BOTH[:2]))
    taken = typed("log", "accept", place / "centre", stick, "--key", place / "log.key")
    assert (taken.returncode, "cosignatures of a-ed, a-ml" in taken.stdout) == (0, True), taken.stderr
    (stick / "checkpoint").write_bytes(newest)
    nothing = typed("log", "accept", place / "centre", stick / "checkpoint", "--key", place / "log.key")
    assert nothing.returncode == 1


def test_a_running_centre_takes_them_by_its_address_and_turns_strangers_away(tmp_path):
    write_key(tmp_path / "stranger.key", STRANGER)
    write_key(tmp_path / "log.key", CENTRE)
    with running(tmp_path / "centre") as centre:
        (tmp_path / "checkpoint").write_bytes(cosigned(centre.ask("GET", "/checkpoint").content, BOTH[2:]))
        assert "b-ed, b-ml" in typed("log", "accept", centre.address, tmp_path / "checkpoint").stdout
        busy = typed("log", "accept", tmp_path / "centre", tmp_path / "checkpoint", "--key", tmp_path / "log.key")
        assert (busy.returncode, busy.stderr.count("\n")) == (2, 1)
        submit = ("--outbox", tmp_path / "box", "--key", tmp_path / "stranger.key", "--cell", "count=2")
        told = typed("submit", centre.address, *submit)
    assert "○ saved on device" in told.stdout
    assert "not signed by an author who is enrolled" in told.stdout


def test_a_centre_that_denies_what_it_signed_for_is_said_in_red_and_fails(tmp_path):
    write_key(tmp_path / "device.key", DEVICE)
    submit = ("--outbox", tmp_path / "box", "--key", tmp_path / "device.key", "--cell", "count=2")
    with running(tmp_path / "before") as centre:
        assert typed("submit", centre.address, *submit).returncode == 0
    with running(tmp_path / "after") as centre:  # an operator who starts over with the same key
        done = typed("outbox", centre.address, tmp_path / "box")
    assert done.returncode == 1
    assert "DENIED: the centre signed a receipt for this" in done.stdout
    assert f"The evidence is in {tmp_path / 'box'}" in done.stdout


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("submit", "http://192.0.2.1:80", "--outbox", "BOX", "--key", "DEVICE"), "only https"),
        (("submit", "ftp://127.0.0.1", "--outbox", "BOX", "--key", "DEVICE"), "not of the form"),
        (("submit", "http://a:b@127.0.0.1", "--outbox", "BOX", "--key", "DEVICE"), "name or password"),
        (("submit", "http://127.0.0.1:9", "--outbox", "BOX", "--key", "DEVICE", "--cell", "x"), "--cell is name=value"),
        (("submit", "http://127.0.0.1:9", "--outbox", "BOX", "--key", "DEVICE", "--field", "é=1"), "ASCII"),
        (("submit", "http://127.0.0.1:9", "--outbox", "BOX", "--key", "DEVICE", "--file", "NONE"), "No such file"),
        (("outbox", "http://127.0.0.1:9", "NONE"), "there is no outbox here"),
        (("log", "status", "NONE"), "neither the folder of a log"),
        (("log", "status", "http://127.0.0.1:9"), "cannot be reached"),
        (("log", "accept", "NONE", "NONE"), "neither a checkpoint"),
        (("log", "run", "NONE", "--key", "LOG", "--port", "0"), "no log"),
        (("log", "new", "OTHER", "--key", "DEVICE", "--policy", "POLICY"), "policy's log"),
        (("log", "new", "OTHER", "--key", "LOG", "--policy", "POLICY", "--author", "x"), "key"),
        (("log", "new", "OTHER", "--key", "LOG", "--policy", "POLICY", "--guarantors", "POLICY"), "not a list in JSON"),
    ],
)
def test_a_wrong_call_is_one_line_and_exit_2(tmp_path, arguments, words):
    write_key(tmp_path / "LOG", CENTRE)
    write_key(tmp_path / "DEVICE", DEVICE)
    (tmp_path / "POLICY").write_text(POLICY)
    done = typed(*(tmp_path / word if word.isupper() else word for word in arguments))
    assert (done.returncode, done.stderr.count("\n")) == (2, 1), done.stderr
    assert words in done.stderr


def test_a_day_without_a_time_stamp_says_so_until_the_stick_has_brought_one(place):
    centre, stick = place / "centre", place / "stick"
    stick.mkdir()
    tsa = Authority(place / "tsa")
    assert "no time stamp: no authority was ever asked for one" in typed("log", "status", centre).stdout
    out = typed("log", "stamp", centre, "--request", stick / "today.tsq", "--roots", tsa.folder / "ca.pem")
    assert (out.returncode, "its response has not come back" in out.stdout) == (1, True), out.stderr
    (stick / "today.tsr").write_bytes(tsa((stick / "today.tsq").read_bytes()))
    back = typed("log", "stamp", centre, "--responses", stick)
    assert (back.returncode, "1 entries were signed before 20" in back.stdout) == (0, True), back.stderr
    assert re.search(r"time stamp for 20\S+: 1 entries", typed("log", "status", centre).stdout)


def test_guarantors_and_their_page_stand_in_the_charter(tmp_path):
    write_key(tmp_path / "log.key", CENTRE)
    (tmp_path / "policy").write_text(POLICY)
    (tmp_path / "guarantors.json").write_text(
        json.dumps([{"name": "a", "passkeys": []}, {"name": "b", "passkeys": []}])
    )
    done = typed(
        "log", "new", tmp_path / "centre", "--key", tmp_path / "log.key", "--policy", tmp_path / "policy",
        "--guarantors", tmp_path / "guarantors.json", "--rp-id", "centre.example",
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    bundle = (tmp_path / "centre" / "ledger" / "tile" / "entries" / "000.p" / "1").read_bytes()
    charter = json.loads(bundle[2:])
    assert (charter["rp_id"], [g["name"] for g in charter["guarantors"]]) == ("centre.example", ["a", "b"])


def test_a_case_goes_through_the_log_and_whoever_has_a_copy_draws_the_same_conclusions(place):
    key = ("--key", place / "log.key")
    first = typed("log", "import", place / "centre", "karabakh", *key)
    assert first.returncode == 0, first.stderr
    assert re.search(r"said into the log +[1-9]\d* entries; 0 were there already", first.stdout)
    again = typed("log", "import", place / "centre", "karabakh", *key)
    assert "said into the log     0 entries" in again.stdout
    done = typed("log", "publish", place / "centre", *key, "--out", place / "out")
    assert done.returncode == 0, done.stderr
    assert "not for publication" in done.stdout
    assert (place / "out" / "report.html").is_file()
    assert "name a new folder" in typed("log", "publish", place / "centre", *key, "--out", place / "out").stderr
    copy = place / "copy"
    mirrored = typed("mirror", place / "centre" / "ledger", copy, "--policy", place / "policy", "--once")
    assert mirrored.returncode == 0, mirrored.stderr
    drawn = typed("recompute", copy)
    assert drawn.returncode == 0, drawn.stdout + drawn.stderr
    assert "and the log's own entries recomputed, all equal" in drawn.stdout
