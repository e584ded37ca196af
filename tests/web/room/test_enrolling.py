"""A passkey made on the page becomes a line that an act of two guarantors holds, and nothing else happens by it."""

import json
import re
import threading
import time
from html import unescape

import pytest
from room_visits import GUARANTORS, Forms, Visitor, key_of, running

from trucewatch.ledger.acts import new_act
from trucewatch.ledger.rehearsal import SoftwarePasskey
from trucewatch.ledger.verify import from_base64url
from trucewatch.web.room import enrolling
from trucewatch.web.room.enrolling import check_words
from trucewatch.web.room.enrolling import line_of as line_of_staff
from trucewatch.web.room.throttle import BURST, Throttle

NEW = SoftwarePasskey(seed=b"a new key of somebody".ljust(32, b"."), eddsa=True)


@pytest.fixture(scope="module")
def one_room(tmp_path_factory):
    with running(tmp_path_factory.mktemp("enrolling")) as rooms:
        yield rooms


@pytest.fixture
def rooms(one_room, monkeypatch):
    """A room in which nobody has tried yet."""
    monkeypatch.setattr(one_room.room, "enrolling", Throttle(time.monotonic))
    return one_room


def made(visitor: Visitor, key: SoftwarePasskey = NEW, page: str = "localhost", **asked: str) -> str:
    """Make a passkey through the page, and return what it answers."""
    query = "&".join(f"{name}={word}" for name, word in asked.items())
    form = Forms(visitor.page(f"/room/passkey?{query}")).of("/room/passkey")
    given = json.loads(form["options"])
    assert given["rp"]["id"] == "localhost"
    fields = {name: value for name, value in form["fields"].items() if name != "registration"}
    registration = key.registration(from_base64url(given["challenge"]), page).decode()
    return visitor.post("/room/passkey", fields | {"registration": registration}).text


def line_of(page: str) -> dict:
    return json.loads(unescape(re.search(r'id="line" readonly>([^<]*)<', page)[1]))


def appoints(line: dict) -> None:
    new_act("appoint", log="centre.example/log", basis="why", nonce=bytes(16), says={"staff": [line]})


def test_a_new_post_gets_a_line_that_an_act_takes_and_a_check_to_read_to_each_other(rooms):
    page = made(rooms.visitor(), who="liaison-y", role="liaison", of="zephyr")
    line = line_of(page)
    assert line == {
        "id": "liaison-y", "role": "liaison", "of": "zephyr",
        "passkeys": [{"id": NEW.public().id, "public": NEW.public().public}],
    }  # fmt: skip
    appoints(line)
    assert check_words(unescape(re.search(r'id="line" readonly>([^<]*)<', page)[1])) in page
    assert check_words(line_of_staff(line)) in page
    assert check_words(line_of_staff(line | {"id": "liaison-q"})) not in page
    assert "liaison-y" not in rooms.service.counter.book.staff


def test_a_post_that_is_there_keeps_its_role_and_its_passkeys_unless_the_old_ones_are_left_out(rooms):
    page = made(rooms.visitor(), who="reviewer-n", role="officer", of="")
    line = line_of(page)
    assert (line["role"], line["of"]) == ("reviewer", "north-power")
    assert [key["id"] for key in line["passkeys"]] == [key_of("reviewer-n").public().id, NEW.public().id]
    alone = json.loads(unescape(re.search(r'new passkey alone">([^<]*)<', page)[1]))
    assert alone == {**line, "passkeys": line["passkeys"][1:]}


def test_a_guarantors_passkey_is_a_line_for_an_act_to_enrol(rooms):
    line = line_of(made(rooms.visitor(), who="north-desk", role="guarantor", of=GUARANTORS[0]))
    new_act(
        "enrol", log="centre.example/log", basis="why", nonce=bytes(16), says={"authors": [], "passkeys": [line]}
    )  # fmt: skip
    assert line["guarantor"] == GUARANTORS[0]


@pytest.mark.parametrize(
    ("asked", "why"),
    [
        ({"who": "Officer One"}, "small letters"),
        ({"who": "officer-9"}, "which role"),
        ({"who": "liaison-9", "role": "liaison", "of": "north-power"}, "which side"),
        ({"who": "reviewer-9", "role": "reviewer", "of": "zephyr"}, "which guarantor"),
        ({"who": "officer-9", "role": "officer", "of": "zephyr"}, "speak for somebody"),
    ],
)
def test_a_post_that_no_charter_could_hold_is_refused_before_a_key_is_made(rooms, asked, why):
    query = "&".join(f"{name}={word}" for name, word in asked.items())
    assert why in rooms.visitor().page(f"/room/passkey?{query}", 422)


def test_what_was_made_elsewhere_for_another_page_or_is_somebodys_already_gives_no_line(rooms):
    visitor = rooms.visitor()
    assert "another origin" in made(visitor, page="elsewhere.example", who="officer-9", role="officer")
    assert "somebody has this passkey already" in made(visitor, key_of("officer-2"), who="officer-9", role="officer")
    form = Forms(visitor.page("/room/passkey?who=officer-9&role=officer")).of("/room/passkey")
    stale = {"who": "officer-9", "role": "officer", "nonce": "AAAA", "registration": "{}"}
    ours = {**stale, "nonce": form["fields"]["nonce"][0]}
    for given in (stale, ours, {**ours, "registration": 40_000 * "["}):
        answer = visitor.post("/room/passkey", given)
        assert (answer.status_code, 'id="line"' in answer.text) == (422, False)
    from_elsewhere = visitor.post("/room/passkey", stale, origin="https://elsewhere.example")
    assert from_elsewhere.status_code == 403


def test_no_guarantors_passkey_becomes_somebodys_nor_is_its_authenticator_asked(rooms):
    visitor = rooms.visitor()
    for name in GUARANTORS:
        for asked in ({"who": "officer-9", "role": "officer"}, {"who": "a-desk", "role": "guarantor", "of": name}):
            assert "somebody has this passkey already" in made(visitor, key_of(name), **asked)
    kept = {"officer-9": (), "reviewer-n": ("reviewer-n",)}
    for who, own in kept.items():
        form = Forms(visitor.page(f"/room/passkey?who={who}&role=officer")).of("/room/passkey")
        left_out = [one["id"] for one in json.loads(form["options"])["excludeCredentials"]]
        assert left_out == [key_of(name).public().id for name in (*own, *GUARANTORS)]


def test_what_strangers_send_is_looked_at_beside_the_loop_and_only_so_often(rooms, monkeypatch):
    threads, registered = [], enrolling.registered

    def looked_at(*given):
        threads.append(threading.current_thread())
        return registered(*given)

    monkeypatch.setattr(enrolling, "registered", looked_at)
    visitor = rooms.visitor()
    for _ in range(BURST):
        assert 'id="line"' in made(visitor, who="officer-9", role="officer")
    assert "too many attempts; try again in" in made(visitor, who="officer-9", role="officer")
    loop = next(thread for thread in threading.enumerate() if thread.ident == rooms.loop_thread)
    assert len(threads) == BURST
    assert loop not in threads
