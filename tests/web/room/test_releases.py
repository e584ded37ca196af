"""A release from the room's page to everybody: signed after a harm check, the same bytes from a copy, nothing protected."""

import hashlib
import json
import shutil

import pytest
from live_books import POLICY
from room_visits import Forms, running
from tests.web.room.test_story import CHECKED, HARM, NOTES, SEEN, only_incident, shift
from typer.testing import CliRunner

from trucewatch import releasing
from trucewatch.cli import app
from trucewatch.ledger import store, tlog
from trucewatch.ledger.verify import verify
from trucewatch.release import FILES, SIGNED
from trucewatch.web.room import guard

ANSWERS = dict.fromkeys(HARM, "An answer of the officer that is for the room alone.")
PAGE = "/room/release"
PROTECTED = (
    SEEN,
    CHECKED,
    NOTES,
    ANSWERS["harm_use"],
    "camera 1",
    "row-0",
    "monitor-1",
    "48.000",
    "37.95",
    "T12:",
    "T09:",
)


@pytest.fixture(scope="module")
def told(tmp_path_factory):
    """A room in which a finding was published, answered and released; with the files that everybody gets."""
    folder = tmp_path_factory.mktemp("release")
    with running(folder) as rooms:
        finding = shift(rooms)
        officer, public = rooms.visitor("officer-1"), rooms.visitor()
        early = officer.page(PAGE)
        rooms.later(days=4)
        rooms.beat()
        officer.say(PAGE, "release", **ANSWERS)
        rooms.beat()
        (signed,) = rooms.room.desk.office(rooms.clock[0]).releases
        at = f"{PAGE}/{signed.said.index}"
        yield (
            rooms,
            folder,
            finding,
            early,
            signed,
            {name: public.get(f"{at}/{name}").content for name in (*FILES, SIGNED)},
        )


def test_before_the_time_to_reply_is_over_the_page_says_what_waits(told):
    _, _, _, early, *_ = told
    assert "the time to reply is not over" in early
    assert "Nobody has signed a release yet" in early


def test_everybody_gets_the_files_that_were_signed_and_none_has_what_is_protected(told):
    rooms, _, finding, _, signed, files = told
    lines = "".join(f"{hashlib.sha256(files[name]).hexdigest()}  {name}\n" for name in FILES)
    assert hashlib.sha256(lines.encode()).hexdigest() == signed.digest
    value = json.loads(files["release.json"])
    (one,) = value["findings"]
    assert finding.endswith(f"/{one['entry']}")
    assert (one["incident"], one["happening"]["day"]) == (only_incident(rooms), "2021-03-01")
    assert [v["position"] for v in one["determinations"]] == ["concur", "contest"]
    assert [(r["side"], r["stance"]) for r in one["replies"]] == [("xanthe", "explains")]
    assert {row["side"] for row in value["coverage"]} == {"xanthe", "zephyr"}
    shown = {name: data.decode().replace(value["log"]["time"], "") for name, data in files.items()}
    assert [(words, name) for words in PROTECTED for name, text in shown.items() if words in text] == []
    assert json.loads(files[SIGNED])["who"] == "officer-1"


def test_a_copy_of_the_log_makes_the_same_bytes(told, tmp_path):
    _, folder, _, _, signed, files = told
    copy = shutil.copytree(folder / "centre" / "ledger", tmp_path / "copy")
    verify(copy, policy=POLICY.replace("quorum both", "quorum none").encode())
    done = CliRunner().invoke(app, ["log", "release", str(copy), "--out", str(tmp_path / "out")])
    assert done.exit_code == 0, done.output
    assert {name: (tmp_path / "out" / name).read_bytes() for name in files} == files
    log = json.loads(files["release.json"])["log"]
    entries = [entry for entry, _ in store.read_entries(copy)][: signed.of]
    assert (log["size"], log["root"]) == (signed.of, tlog.root(entries).hex())


def test_a_copy_that_withholds_words_makes_no_release_and_says_so(told, tmp_path):
    _, folder, *_ = told
    copy = shutil.copytree(folder / "centre" / "ledger", tmp_path / "copy")
    shutil.rmtree(copy / "disclosures")
    done = CliRunner().invoke(app, ["log", "release", str(copy), "--out", str(tmp_path / "out")])
    assert (done.exit_code, "these are not the files" in done.output) == (1, True)
    none = CliRunner().invoke(app, ["log", "release", str(copy), "--out", str(tmp_path / "out"), "--entry", "3"])
    assert (none.exit_code, "nobody has signed a release in entry 3" in none.output) == (1, True)
    assert not (tmp_path / "out").exists()


def test_the_page_shows_every_check_and_who_signed_and_not_what_was_answered(told):
    rooms, *_, signed, _ = told
    page = rooms.visitor().page(PAGE)
    assert page.count('<td data-of="found">holds</td>') == 10
    assert "officer-1" in page
    entry = f"/room/entries/{signed.said.index}"
    assert ANSWERS["harm_use"] in rooms.visitor("officer-1").page(entry)
    assert ANSWERS["harm_use"] not in rooms.visitor().page(entry) + page
    assert "The next release" not in page


def test_everybody_may_see_every_entry_that_a_finding_rests_on(told):
    rooms, *_, files = told
    (one,) = json.loads(files["release.json"])["findings"]
    said = [one, *one["determinations"], *one["replies"], *one["corrections"]]
    assert len(said) == 4
    for each in said:
        rooms.visitor().page(f"/room/entries/{each['entry']}")


def test_while_one_is_being_made_no_page_waits_for_it(told):
    rooms, *_, signed, _ = told
    releases = rooms.room.releases
    kept, releases._made = releases._made, {}
    with releases._one_at_a_time:
        for path in (PAGE, f"{PAGE}/{signed.said.index}/release.json"):
            assert "look again in a minute" in rooms.visitor().page(path, 503)
    releases._made = kept


def test_who_may_sign_reads_the_next_files_and_nobody_else_does(told):
    rooms, *_, signed, files = told
    path = f"{PAGE}/draft-{signed.of}/release.json"
    assert path.replace(f"-{signed.of}/", f"-{rooms.room.desk.seen.size}/") in rooms.visitor("officer-1").page(PAGE)
    assert rooms.visitor("officer-1").get(path).content == files["release.json"]
    for who in ("", "liaison-x", "reviewer-n", "officer-2"):
        rooms.visitor(who).page(path, 404)


def test_nobody_signs_other_files_than_the_log_makes_and_nobody_else_signs(told):
    rooms, *_ = told
    officer = rooms.visitor("officer-1")
    answer = officer.draft(PAGE, "release", digest="ab" * 32, **ANSWERS)
    assert (answer.status_code, "not the files that the log makes" in answer.text) == (422, True)
    answer = officer.draft(PAGE, "release", **ANSWERS | {"harm_use": "no"})
    assert (answer.status_code, "Answer it in a sentence" in answer.text) == (422, True)
    assert Forms(answer.text).of("/room/say/release")["fields"]["digest"] != [""]
    for who in ("liaison-x", "reviewer-n", "monitor-1"):
        visitor = rooms.visitor(who)
        assert "The next release" not in visitor.page(PAGE)
        given = {"token": guard.form_token(visitor.cookie, "say/release"), "of": "5", "digest": "ab" * 32, **ANSWERS}
        assert visitor.post("/room/say/release", given).status_code == 403


@pytest.mark.parametrize("path", ["1/release.json", "x/release.json", "{at}/other.json", "{at}/..%2Frelease.json"])
def test_nothing_else_is_under_these_addresses(told, path):
    rooms, *_, signed, _ = told
    rooms.visitor().page(f"{PAGE}/" + path.format(at=signed.said.index), 404)


def test_what_was_erased_since_is_not_handed_out_any_more(told, monkeypatch):
    rooms, *_, signed, _ = told
    made = rooms.room.releases.prepared(signed.of, rooms.room.desk.seen)
    monkeypatch.setattr(
        rooms.room.releases,
        "prepared",
        lambda *_: releasing.Prepared(**{**_fields(made), "files": {**made.files, "METHOD.md": b""}}),
    )
    answer = rooms.visitor().get(f"{PAGE}/{signed.said.index}/release.json")
    assert (answer.status_code, "not handed out any more" in answer.text) == (410, True)
    assert "It is not handed out any more" in rooms.visitor().page(PAGE)


def _fields(made):
    return {name: getattr(made, name) for name in ("of", "files", "checks", "findings", "held_back")}
