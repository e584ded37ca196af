"""Whoever pastes something else than the answer of the passkey is told what it is and what to paste."""

import json
import re

import pytest
from room_visits import Forms, key_of, running

from trucewatch.web.room.outlook import SEES
from trucewatch.web.room.pasted import PastedError, answer
from trucewatch.web.room.visiting import NOT_YET

ASKED = bytes(range(32))
GIVEN = key_of("officer-1").assertion(ASKED, "localhost").decode()


@pytest.fixture(scope="module")
def rooms(tmp_path_factory):
    with running(tmp_path_factory.mktemp("pasted")) as rooms:
        yield rooms


@pytest.mark.parametrize(
    "pasted",
    [
        GIVEN,
        f"  {GIVEN}\n",
        f"$ ./sign-in officer-1 NONCE\n{GIVEN}\n$ ",
        "\n".join(re.findall(".{1,80}", GIVEN)),
        f"What it approves: {{}}\n\n{GIVEN}",
    ],
    ids=[
        "as printed",
        "with blanks",
        "with the command and the prompt",
        "broken by the terminal",
        "with what it showed",
    ],
)
def test_the_answer_is_found_in_what_a_terminal_shows(pasted):
    found = answer(pasted, ASKED, "it")
    assert json.loads(found) == json.loads(GIVEN)


@pytest.mark.parametrize(
    ("pasted", "words"),
    [
        ("", "nothing was pasted"),
        ("/tmp/room/sign-in officer-1 AAAAAA", "this is the command itself"),
        ("trucewatch staff sign-in AAAAAA --log room.example/log --passkey FILE", "this is the command itself"),
        ("AAAAAAALSDHzgdeaYec6aJcoLCwmBF2", "this is one word, such as the nonce"),
        ("trucewatch: [Errno 2] No such file or directory", "what the command said when it failed"),
        ('{"type":"statement","nonce":"x"}', "this is what is to be approved"),
        (GIVEN[:-40], "a part of this answer is missing"),
        (GIVEN[60:], "a part of this answer is missing"),
        ("what the page said", "this is no answer of a passkey"),
        ("\ud800{", "this is no answer of a passkey"),
        ("[" * 100_000, "this is one word"),
    ],
)
def test_anything_else_is_named_with_what_to_paste(pasted, words):
    with pytest.raises(PastedError, match=re.escape(words)) as told:
        answer(pasted, ASKED, "the command")
    assert "run the command in a terminal, and paste the one line that it prints, from { to }" in str(told.value)


def test_the_answer_to_another_page_is_told_from_the_answer_to_this_one():
    with pytest.raises(PastedError, match="the answer to another page than this one"):
        answer(GIVEN, bytes(32), "the command")
    tampered = json.loads(GIVEN)
    tampered["response"]["clientDataJSON"] = "AAAA"
    with pytest.raises(PastedError, match="another page"):
        answer(json.dumps(tampered), ASKED, "the command")


def signed(key: str, options: str) -> str:
    from trucewatch.ledger.verify import from_base64url

    return key_of(key).assertion(from_base64url(json.loads(options)["challenge"]), "localhost").decode()


def test_whoever_pastes_the_command_into_the_sign_in_is_told_and_gets_a_fresh_nonce(rooms):
    stranger = rooms.visitor()
    form = Forms(stranger.page("/room/sign-in?who=officer-1")).of("/room/sign-in")
    wrong = form["fields"] | {"assertion": "./sign-in officer-1 AAAA"}
    told = stranger.post("/room/sign-in", wrong)
    assert told.status_code == 403
    assert "this is the command itself" in told.text
    again = Forms(told.text).of("/room/sign-in")
    assert again["fields"]["nonce"] != form["fields"]["nonce"]
    late = stranger.post("/room/sign-in", again["fields"] | {"assertion": signed("officer-1", form["options"])})
    assert "the answer to another page than this one" in late.text


def test_whoever_pastes_a_wrong_approval_keeps_the_draft_and_is_told(rooms):
    officer = rooms.visitor("officer-1")
    draft = officer.draft("/room/shift", "shift", what="begin", text="The night was quiet.")
    form = Forms(draft.text).of("/room/approve")
    for wrong, words in (
        ("./approve officer-1 saved", "this is the command itself"),
        (form["fields"]["said"][0], "this is what is to be approved"),
        (signed("officer-2", form["options"]), "no such passkey"),
    ):
        told = officer.post("/room/approve", form["fields"] | {"assertion": wrong})
        assert told.status_code == 422
        assert words in told.text
        assert Forms(told.text).of("/room/approve")["fields"]["said"] == form["fields"]["said"]
    receipt = officer.post("/room/approve", form["fields"] | {"assertion": f"$ {signed('officer-1', form['options'])}"})
    assert receipt.status_code == 303


def test_in_a_rehearsal_the_pages_name_the_whole_short_command_first(rooms, monkeypatch):
    page = rooms.visitor().page("/room/sign-in?who=officer-1")
    assert "program’s own command" not in page
    monkeypatch.setattr(rooms.room, "commands", "/tmp/a room")
    page = rooms.visitor().page("/room/sign-in?who=officer-1")
    short = page.index("<code>&#39;/tmp/a room/sign-in&#39; officer-1 ")
    assert short < page.index("trucewatch staff sign-in")
    assert ">reviewer-n</bdi>" in rooms.visitor().page("/room/sign-in")
    draft = rooms.visitor("officer-2").draft("/room/shift", "shift", what="begin", text="The night was quiet.")
    assert "<code>&#39;/tmp/a room/approve&#39; officer-2 SAVED</code>" in draft.text


@pytest.mark.parametrize("who", ["liaison-x", "liaison-z", "monitor-1"])
def test_whoever_may_not_see_a_page_reads_what_is_seen_and_why_and_never_not_yet(rooms, monkeypatch, who):
    visitor = rooms.visitor(who)
    role = who.partition("-")[0]
    for is_drawn in (True, False):
        if not is_drawn:
            monkeypatch.setattr(rooms.room.desk, "conclusions", None)
        for where in ("/room/shift", "/room/counts", "/room/map", "/room/case/report.html", "/room/incidents/none"):
            page = visitor.page(where, 404)
            assert "What you see here, and why" in page, where
            assert SEES[role][0].replace("'", "&#39;") in page
            assert NOT_YET not in page
    assert SEES[role][-1].replace("'", "&#39;") in visitor.page("/room/help")
