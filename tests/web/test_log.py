"""The centre's log over HTTP on loopback: what anybody, a keeper and a device may do, and what nobody may."""

import hashlib
import http.client
import json
import re
import socket
import threading
import time
from dataclasses import replace

import pytest
from couriers import quick_disk
from live_books import (
    BOTH,
    CENTRE,
    DEVICE,
    MIRRORS,
    NOON,
    OFFICER,
    POLICY,
    STRANGER,
    cosigned,
    submission,
)
from log_server import running

from trucewatch.ledger.courier import check_receipt
from trucewatch.ledger.door import HttpDoor
from trucewatch.ledger.note import Key, sign
from trucewatch.ledger.outbox import Outbox
from trucewatch.ledger.stamps import authority
from trucewatch.ledger.verify import COSIGN_ED25519, parse_policy, verify
from trucewatch.web import counter
from trucewatch.web.service import Service
from trucewatch.web.sessions import NONCE_S, SESSION_S, Sessions, session_text

SECRET = "the name of a village"


@pytest.fixture
def centre(tmp_path):
    with running(tmp_path / "centre") as found:
        yield found


@pytest.fixture(scope="module")
def shared(tmp_path_factory):
    """One for the tests that change nothing that another looks at."""
    with running(tmp_path_factory.mktemp("shared") / "centre") as found:
        yield found


# --- the ladder, over the wire --------------------------------------------------------------------


def test_an_outbox_brings_a_record_up_the_ladder(centre, tmp_path):
    files = (b"a picture",)
    made = submission("two shots", blobs=[hashlib.sha256(files[0]).hexdigest()], hidden={"village": SECRET})
    box = Outbox(tmp_path / "box")
    digest = box.save(made, files)
    with HttpDoor(centre.address) as door:
        assert box.advance(door, digest, NOON).state == "received"
        centre.beat(by=())
        assert box.advance(door, digest, NOON).state == "sequenced"
        centre.beat()
        assert box.advance(door, digest, NOON).state == "witnessed"
    box.close()
    verify(centre.folder / "ledger", policy=POLICY.encode())


def test_a_receipt_is_signed_by_the_log_and_says_the_state(centre):
    made = submission("two shots")
    answer = centre.ask("POST", "/submissions", content=made.wire)
    check_receipt(answer.content, parse_policy(POLICY.encode()), made.digest)
    assert answer.headers["trucewatch-state"] == "received"
    centre.beat()
    again = centre.ask("POST", "/submissions", content=made.wire)
    assert (again.content, again.headers["trucewatch-state"]) == (answer.content, "witnessed")
    assert centre.ask("GET", f"/submissions/{made.digest}").json() == {
        "state": "witnessed",
        "index": 2,
        "by": list(BOTH),
    }


def test_a_form_without_its_files_is_told_which(centre):
    digests = sorted(hashlib.sha256(data).hexdigest() for data in (b"one", b"two"))
    made = submission("two shots", blobs=digests)
    answer = centre.ask("POST", "/submissions", content=made.wire)
    assert (answer.status_code, answer.json()["missing"]) == (409, digests)
    assert centre.ask("GET", f"/submissions/{made.digest}").status_code == 404
    centre.put(b"one")
    assert centre.ask("POST", "/submissions", content=made.wire).json()["missing"] == [
        hashlib.sha256(b"two").hexdigest()
    ]
    centre.put(b"two")
    assert centre.ask("POST", "/submissions", content=made.wire).status_code == 200


def test_a_file_that_a_parser_refuses_is_kept_and_the_log_says_so_once(centre):
    digest = centre.put(b"bad")
    for text in ("one", "two"):
        assert centre.ask("POST", "/submissions", content=submission(text, blobs=[digest]).wire).status_code == 200
    centre.beat(by=())
    types = [line.type for line in centre.service.seen(10).lines]
    assert types == ["beat", "observation", "observation", "quarantine", "beat", "charter"]
    assert (centre.folder / "ledger" / "blobs" / digest).read_bytes() == b"bad"


def test_the_status_counts_each_entry_on_its_highest_rung(centre):
    centre.ask("POST", "/submissions", content=submission("one").wire)
    centre.beat()
    centre.beat(by=())
    centre.ask("POST", "/submissions", content=submission("two").wire)
    found = centre.ask("GET", "/status").json()
    assert {name: found[name] for name in ("size", "received", "sequenced", "witnessed", "heartbeat_s")} == {
        "size": 5, "received": 1, "sequenced": 1, "witnessed": 4, "heartbeat_s": 60,
    }  # fmt: skip
    assert found["last_beat"] == "2026-11-22T12:00:00Z"


def test_a_mirror_reads_the_newest_checkpoint_and_the_newest_witnessed_one(centre):
    assert centre.ask("GET", "/witnessed").status_code == 404
    centre.beat()
    centre.beat(by=())
    newest, witnessed = centre.ask("GET", "/checkpoint").text, centre.ask("GET", "/witnessed").text
    assert (newest.split("\n")[1], witnessed.split("\n")[1]) == ("4", "3")
    assert (newest.count("— "), witnessed.count("— ")) == (1, 5)
    assert centre.ask("GET", "/policy").text == POLICY


def test_a_file_that_a_heartbeat_replaces_is_the_old_one_or_the_new_one(centre):
    centre.beat()
    path, done = centre.folder / "witnessed", threading.Event()
    notes = [path.read_bytes(), path.read_bytes() * 3]

    def replacing() -> None:
        disk = quick_disk()
        while not done.is_set():
            for note in notes:
                disk.write(path, note)

    writer = threading.Thread(target=replacing)
    writer.start()
    try:
        found = [centre.ask("GET", "/witnessed") for _ in range(100)]
    finally:
        done.set()
        writer.join()
    assert {(answer.status_code, answer.content in notes) for answer in found} == {(200, True)}


# --- the heart ------------------------------------------------------------------------------------


def test_the_heart_beats_by_itself_and_each_beat_is_a_line(tmp_path):
    told: list[str] = []
    with running(tmp_path / "centre", heartbeat_s=0.05, tell=told.append, clock=lambda: NOON):
        deadline = time.monotonic() + 10
        while len(told) < 4 and time.monotonic() < deadline:
            time.sleep(0.01)
    assert told[:3] == [f"2026-11-22T12:00:00Z  beat: {n} entries, 0 of them new; witnessed 0" for n in (2, 3, 4)]


def test_a_stale_heart_is_red_in_words(tmp_path):
    times = [NOON]
    with running(tmp_path / "centre", clock=lambda: times[-1]) as centre:
        assert centre.ask("GET", "/status").json()["red"] is False
        assert "RED" not in centre.ask("GET", "/").text
        for moved in (121, -121):
            times.append(NOON.replace(minute=30) if moved > 0 else NOON.replace(hour=11))
            found = centre.ask("GET", "/status").json()
            assert found["red"] is True
            assert "RED: " in centre.ask("GET", "/").text
            assert ("old" if moved > 0 else "clock") in found["why"]


def test_the_heart_beats_on_when_nobody_listens_to_its_lines(tmp_path):
    def gone(_: str) -> None:
        raise BrokenPipeError

    with running(tmp_path / "centre", heartbeat_s=0.05, tell=gone) as centre:
        deadline = time.monotonic() + 10
        while (size := centre.ask("GET", "/status").json()["size"]) < 5:
            assert time.monotonic() < deadline, size


def test_a_log_whose_heart_stopped_for_whatever_reason_stops_too(tmp_path, monkeypatch):
    gone = threading.Event()
    monkeypatch.setattr(Service, "_beat_once", lambda _: 1 / 0)
    with running(tmp_path / "centre", gone=gone.set):
        assert gone.wait(10)


def test_a_centre_whose_disk_fails_says_so_gives_no_receipt_and_asks_to_be_started_again(tmp_path):
    told: list[str] = []
    gone = threading.Event()
    with running(tmp_path / "centre", heartbeat_s=0.2, tell=told.append, gone=gone.set) as centre:
        centre.service.counter.book._trouble = "the disk failed"
        answer = centre.ask("POST", "/submissions", content=submission("two shots").wire)
        assert (answer.status_code, answer.json()["error"].split(";")[1]) == (503, " keep it and send it again")
        assert gone.wait(10)
        assert any(line.startswith("NO HEARTBEAT: ") for line in told)


def test_the_day_is_stamped_beside_the_heart_or_its_lack_is_in_sight(tmp_path):
    told: list[str] = []
    no_line = authority("http://127.0.0.1:9/")
    with running(tmp_path / "centre", authority=no_line, tell=told.append) as centre:
        deadline = time.monotonic() + 10
        while len(told) < 2 and time.monotonic() < deadline:
            time.sleep(0.01)
        words = "no time stamp for 2026-11-22: the authority cannot be reached"
        assert told[1:] == [words]
        assert centre.ask("GET", "/status").json()["time_stamp"] == words
        assert words in centre.ask("GET", "/").text


# --- who may hand in what -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("wire", "status", "words"),
    [
        (submission("x", by=(STRANGER,)).wire, 403, "enrolled"),
        (submission("x", by=(DEVICE, STRANGER)).wire, 403, "enrolled"),
        (b'{"disclosures":[],"entry":"{\\"type\\":\\"observation\\",\\"v\\":\\"1\\"}"}', 403, "enrolled"),
        (b'{"disclosures":[],"entry":"{\\"type\\":\\"charter\\",\\"v\\":\\"1\\"}"}', 403, "enrolled"),
        (submission("x").wire.replace(b"patrol", b"Patrol"), 422, "signature"),
        (submission("x").wire + b" ", 422, "canonical"),
        (submission("x").wire[:-5], 422, "JSON"),
        (b"", 422, "JSON"),
        (b"[" * 5000, 422, "nested"),
        (b"\xff", 422, "UTF-8"),
        (b"x" * 2_000_000, 413, "at most"),
    ],
)
def test_only_what_an_enrolled_author_signed_is_taken(shared, wire, status, words):
    before = shared.ask("GET", "/status").json()["received"]
    answer = shared.ask("POST", "/submissions", content=wire)
    assert answer.status_code == status
    assert words in answer.json()["error"]
    assert shared.ask("GET", "/status").json()["received"] == before


@pytest.mark.parametrize("kind", ["act", "publication", "status", "quarantine", "beat", "charter", "case"])
def test_an_author_cannot_say_what_is_the_centres_or_two_guarantors_to_say(shared, kind):
    from trucewatch.ledger.encoding import encode
    from trucewatch.ledger.note import verifier_key
    from trucewatch.ledger.submission import Submission

    entry = sign(encode({"type": kind, "v": "1", "by": [str(verifier_key(OFFICER))]}) + b"\n", OFFICER)
    assert shared.ask("POST", "/submissions", content=Submission(entry=entry).wire).status_code == 403


def test_two_signers_of_one_record_are_both_enrolled(shared):
    assert (
        shared.ask("POST", "/submissions", content=submission("both saw it", by=(DEVICE, OFFICER)).wire).status_code
        == 200
    )


def test_no_error_repeats_what_was_hidden(shared):
    made = submission("x", hidden={"village": SECRET})
    body = json.loads(made.wire)
    for change in (
        {**body, "disclosures": body["disclosures"] * 2},
        {**body, "disclosures": [body["disclosures"][0][:-4]]},
        {**body, "entry": body["entry"].replace("patrol", SECRET)},
        {**body, "disclosures": [SECRET]},
    ):
        answer = shared.ask("POST", "/submissions", content=json.dumps(change, separators=(",", ":"), sort_keys=True))
        assert answer.status_code in {403, 422}
        assert SECRET not in answer.text
        assert body["disclosures"][0] not in answer.text


# --- files ----------------------------------------------------------------------------------------


def test_a_file_with_other_bytes_than_its_name_says_leaves_nothing(shared):
    digest = hashlib.sha256(b"the whole file").hexdigest()
    answer = shared.ask("PUT", f"/blobs/{digest}", content=b"the whole fil")
    assert (answer.status_code, "nothing of them was kept" in answer.json()["error"]) == (422, True)
    assert digest not in {path.name for path in shared.folder.rglob("*")}


def test_an_upload_that_is_cut_short_leaves_nothing(shared):
    data = b"x" * 100_000
    digest = hashlib.sha256(data).hexdigest()
    before = {path for path in shared.folder.rglob("*") if "centre.db" not in path.name}
    for ending in ("close", "shutdown"):
        line = socket.create_connection(("127.0.0.1", int(shared.address.rsplit(":", 1)[1])))
        line.sendall(f"PUT /blobs/{digest} HTTP/1.1\r\nHost: localhost\r\nContent-Length: {len(data)}\r\n\r\n".encode())
        line.sendall(data[:50_000])
        if ending == "shutdown":
            line.shutdown(socket.SHUT_WR)
            assert b" 200 " not in line.recv(100)
        line.close()
    time.sleep(0.2)
    assert {path for path in shared.folder.rglob("*") if "centre.db" not in path.name} == before
    assert shared.ask("PUT", f"/blobs/{digest}", content=data).status_code == 200


def test_a_file_that_is_too_large_is_refused_before_it_is_sent(shared):
    line = http.client.HTTPConnection(shared.address.removeprefix("http://"))
    line.putrequest("PUT", f"/blobs/{'0' * 64}")
    line.putheader("Content-Length", str((256 << 20) + 1))
    line.endheaders()
    answer = line.getresponse()
    assert (answer.status, b"at most" in answer.read()) == (413, True)
    line.close()


def test_strangers_fill_no_disk_with_files_that_no_form_names(tmp_path, monkeypatch):
    monkeypatch.setattr(counter, "MOST_LOOSE_BYTES", 10)
    with running(tmp_path / "centre") as centre:
        centre.put(b"12345")
        late = hashlib.sha256(b"123456").hexdigest()
        assert centre.ask("PUT", f"/blobs/{late}", content=b"123456").status_code == 429
        made = submission("it is mine", blobs=[late])
        assert centre.ask("POST", "/submissions", content=made.wire).status_code == 409
        assert centre.ask("PUT", f"/blobs/{late}", content=b"123456").status_code == 200
        assert centre.ask("POST", "/submissions", content=made.wire).status_code == 200


# --- keepers --------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def guarded(tmp_path_factory):
    with running(tmp_path_factory.mktemp("guarded") / "centre") as centre:
        digest = centre.put(b"a picture")
        made = submission("x", blobs=[digest], hidden={"village": SECRET})
        assert centre.ask("POST", "/submissions", content=made.wire).status_code == 200
        centre.beat()
        yield centre, [f"/blobs/{digest}", "/disclosures/000"]


def test_files_and_disclosures_are_for_keepers_with_a_session(guarded):
    centre, paths = guarded
    for path in paths:
        for headers in (
            {},
            {"authorization": "Bearer"},
            {"authorization": "Bearer x"},
            {"authorization": "Basic eDp4"},
        ):
            answer = centre.ask("GET", path, headers=headers)
            assert (answer.status_code, answer.headers["www-authenticate"]) == (401, "Bearer")
        for name in ("a-ed", "b-ed"):
            token = centre.token(MIRRORS[name])
            answer = centre.ask("GET", path, headers={"authorization": f"Bearer {token}"})
            assert answer.content == (centre.folder / "ledger" / path[1:]).read_bytes()
            assert centre.ask("GET", path, headers={"authorization": f"Bearer {token[:-1]}x"}).status_code == 401


def test_a_nonce_opens_one_session(guarded):
    centre, _ = guarded
    nonce = centre.ask("POST", "/challenge").json()["nonce"]
    note = sign(session_text(CENTRE.name, nonce), MIRRORS["a-ed"])
    assert centre.ask("POST", "/session", content=note).status_code == 200
    answer = centre.ask("POST", "/session", content=note)
    assert (answer.status_code, "used up" in answer.json()["error"]) == (403, True)


MIRROR = MIRRORS["a-ed"]


@pytest.mark.parametrize(
    ("key", "text"),
    [
        (
            Key(name=MIRROR.name, seed=b"z" * 32, kind=COSIGN_ED25519),
            b"trucewatch session\ncentre.example/log\nNONCE\n",
        ),
        (Key(name=MIRROR.name, seed=MIRROR.seed), b"trucewatch session\ncentre.example/log\nNONCE\n"),
        (DEVICE, b"trucewatch session\ncentre.example/log\nNONCE\n"),
        (CENTRE, b"trucewatch session\ncentre.example/log\nNONCE\n"),
        (MIRROR, b"trucewatch session\nelsewhere.example/log\nNONCE\n"),
        (MIRROR, b"trucewatch session\ncentre.example/log\nNONCE\nmore\n"),
        (MIRROR, b"trucewatch receipt\ncentre.example/log\nNONCE\n"),
        (MIRROR, b"cosignature/v1\ntime 1\ncentre.example/log\nNONCE\n"),
        (MIRROR, b"trucewatch session\ncentre.example/log\nmade-up-nonce\n"),
    ],
)
def test_only_a_keepers_signature_over_our_nonce_opens_a_session(guarded, key, text):
    centre, _ = guarded
    nonce = centre.ask("POST", "/challenge").json()["nonce"]
    answer = centre.ask("POST", "/session", content=sign(text.replace(b"NONCE", nonce.encode()), key))
    assert answer.status_code == 403
    assert nonce not in answer.text
    good = sign(session_text(CENTRE.name, nonce), MIRROR)
    assert centre.ask("POST", "/session", content=good).status_code == 200  # a stranger used nothing up


def test_a_session_ends_after_an_hour_and_a_challenge_after_two_minutes():
    clock = [0.0]
    sessions, policy = Sessions(lambda: clock[0]), parse_policy(POLICY.encode())
    nonce = sessions.challenge()
    token = sessions.open(sign(session_text(CENTRE.name, nonce), MIRROR), policy)
    clock[0] = SESSION_S - 1
    assert sessions.keeper(f"Bearer {token}", policy) == "a-ed"
    clock[0] = SESSION_S
    assert sessions.keeper(f"Bearer {token}", policy) is None
    late = sessions.challenge()
    clock[0] += NONCE_S
    with pytest.raises(ValueError, match="too old"):
        sessions.open(sign(session_text(CENTRE.name, late), MIRROR), policy)


def test_a_keeper_who_is_no_longer_in_the_policy_has_no_session():
    sessions, policy = Sessions(lambda: 0.0), parse_policy(POLICY.encode())
    token = sessions.open(sign(session_text(CENTRE.name, sessions.challenge()), MIRROR), policy)
    changed = replace(policy, witnesses=policy.witnesses[1:])
    assert sessions.keeper(f"Bearer {token}", policy) == "a-ed"
    assert sessions.keeper(f"Bearer {token}", changed) is None


def test_asking_for_challenges_and_sessions_uses_up_no_memory():
    sessions, policy = Sessions(lambda: 0.0), parse_policy(POLICY.encode())
    for _ in range(3000):
        sessions.challenge()
    for _ in range(300):
        sessions.open(sign(session_text(CENTRE.name, sessions.challenge()), MIRROR), policy)
    assert (len(sessions._nonces) <= 1024, len(sessions._sessions) <= 256) == (True, True)


# --- everything else ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "path",
    [
        "/centre.db", "/lock", "/ledger/checkpoint", "/received/", "/blobs-in/", "/tile", "/tile/", "/tile/0/", "/tile/0/000/",
        "/tile/0/00", "/tile/0/0000", "/tile/64/000", "/tile/00/000", "/tile/entries/000.p/0", "/tile/entries/000.p/1000",
        "/tile/entries/x000", "/tile/0/000.p/2%00", "/checkpoint/", "/policy.bak", "/timestamps/x.tsr", "/disclosures",
        "/disclosures/", "/disclosures/../checkpoint", "/blobs/", "/blobs/" + "A" * 64, "/blobs/" + "0" * 63, "/submissions/x",
        "/docs", "/redoc", "/tile/..%2f..%2fcentre.db", "/tile/%2e%2e/checkpoint", "//etc/passwd",
    ],
)  # fmt: skip
def test_nothing_else_exists(guarded, path):
    centre, _ = guarded
    line = http.client.HTTPConnection(centre.address.removeprefix("http://"))
    line.request("GET", path, headers={"Authorization": f"Bearer {centre.token()}"})
    answer = line.getresponse()
    assert (path, answer.status) == (path, 404)
    assert json.loads(answer.read()) == {"error": "there is nothing under this address"}
    line.close()


def test_the_tiles_of_the_log_are_for_anybody_and_links_lead_nowhere(guarded, tmp_path):
    centre, _ = guarded
    size = int(centre.ask("GET", "/checkpoint").text.split("\n")[1])
    for path in (f"/tile/0/000.p/{size}", f"/tile/entries/000.p/{size}"):
        assert centre.ask("GET", path).content == (centre.folder / "ledger" / path[1:]).read_bytes()
    secret = tmp_path / "secret"
    secret.write_text(SECRET)
    (centre.folder / "ledger" / "tile" / "0" / "777").symlink_to(secret)
    assert centre.ask("GET", "/tile/0/777").status_code == 404


def test_who_read_a_checkpoint_before_a_heartbeat_still_finds_its_tiles_after_it(centre):
    for number in range(3):
        centre.ask("POST", "/submissions", content=submission(f"shot {number}").wire)
        centre.beat()
    size = int(centre.ask("GET", "/checkpoint").text.split("\n")[1])
    paths = [f"/tile/0/000.p/{size}", f"/tile/entries/000.p/{size}"]
    before = [centre.ask("GET", path).content for path in paths]
    # over the edge of a tile, too
    for many in (1, 257):
        for number in range(many):
            assert centre.ask("POST", "/submissions", content=submission(f"{many}, {number}").wire).status_code == 200
        centre.beat()
        assert not any((centre.folder / "ledger" / path[1:]).exists() for path in paths)
        assert [centre.ask("GET", path).content for path in paths] == before
    assert centre.ask("GET", "/tile/0/001.p/255").status_code == 404, "no longer one has been there yet"
    assert centre.ask("GET", "/tile/entries/002.p/1").status_code == 404


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH", "POST"])
@pytest.mark.parametrize("path", ["/checkpoint", "/policy", "/tile/0/000", "/status", "/"])
def test_nothing_of_the_log_can_be_written_over(shared, method, path):
    answer = shared.ask(method, path, content=b"x")
    assert answer.status_code == 405
    assert set(answer.json()) == {"error"}


def test_a_foreign_name_pointed_at_loopback_is_refused(shared):
    answer = shared.ask("GET", "/status", headers={"host": "elsewhere.example"})
    assert (answer.status_code, set(answer.json())) == (400, {"error"})


@pytest.mark.parametrize("path", ["/", "/status", "/checkpoint", "/nowhere", "/blobs/" + "0" * 64])
def test_every_answer_carries_the_strict_headers(shared, path):
    headers = shared.ask("GET", path).headers
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["x-frame-options"] == "DENY"
    assert headers["cache-control"] == "no-store"
    assert headers["content-security-policy"].startswith("default-src 'none'")
    assert "server" not in headers


@pytest.mark.parametrize("note", [b"", b"x", b"\xff\n\n", sign(b"centre.example/log\n1\nAAAA\n", CENTRE)])
def test_cosignatures_of_anything_else_are_refused_in_a_line(shared, note):
    answer = shared.ask("POST", "/cosignatures", content=note)
    assert (answer.status_code, set(answer.json())) == (422, {"error"})


def test_a_cosignature_by_a_stranger_is_left_out(centre):
    head = centre.service.counter.book.beat(NOON)
    lines = (
        cosigned(head, ("a-ed",)) + cosigned(head, ("b-ed",)).split(b"\n")[-2].replace(b"mirror-b", b"mirror-c") + b"\n"
    )
    assert centre.ask("POST", "/cosignatures", content=lines).json() == {"accepted": ["a-ed"]}


def test_a_failure_of_our_own_is_one_line_without_its_inside(tmp_path, monkeypatch):
    with running(tmp_path / "centre") as centre:
        monkeypatch.setattr(centre.service, "status", lambda: 1 / 0)
        answer = centre.ask("GET", "/status")
    assert (answer.status_code, answer.json()) == (
        500,
        {"error": "the centre failed at this; keep it and send it again"},
    )


# --- the page -------------------------------------------------------------------------------------


def test_the_page_says_the_ladder_in_words_and_shows_nothing_that_an_entry_says(guarded):
    centre, _ = guarded
    page = centre.ask("GET", "/").text
    for words in (
        "received",
        "sequenced",
        "witnessed",
        "The heart beats",
        "Who has cosigned",
        "north.example/device-7",
    ):
        assert words in page
    assert SECRET not in page
    assert "<script" not in page
    assert not re.findall(r'(?:src|href)="', page)
