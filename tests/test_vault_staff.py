"""What the staff of a log says, as people type it."""

import hashlib
import json
import shutil
from contextlib import closing
from pathlib import Path

import pytest
from couriers import Straight, quick_disk
from live_books import CENTRE, CHARTER, DEVICE, NOON
from staffs import KEYS as SOFT
from staffs import STAFF
from typed import new, run

from trucewatch import live
from trucewatch.ledger.book import Book
from trucewatch.ledger.note import verifier_key, write_key
from trucewatch.ledger.submission import Submission, parse_submission
from trucewatch.ledger.verify import commitments_of, to_base64url, verify
from trucewatch.vault import acting

ALL_MAY = '@id("all")\n@rule("Everybody does everything.")\npermit (principal, action, resource) when { true };\n'
WORDS = "Die Linie ist ruhig. / Линия спокойна. \u202e\x1b[2J"


@pytest.fixture(scope="module")
def made(tmp_path_factory) -> Path:
    """A log whose staff has an officer with a software passkey in a file, and whose guarantors have theirs."""
    folder, guarantors = tmp_path_factory.mktemp("made"), []
    for name in "ab":
        own = json.loads(run("act", "rehearsal-passkey", folder / f"{name}.passkey", "--guarantor", name))
        guarantors.append({"name": own.pop("guarantor"), "passkeys": [own]})
    member = json.loads(run("staff", "rehearsal-passkey", folder / "officer", "--id", "officer-7", "--role", "officer"))
    write_key(folder / "centre.key", CENTRE)
    (folder / "policy").write_text(CHARTER["policy"])
    (folder / "staff.json").write_text(json.dumps([*STAFF, member]))
    (folder / "guarantors.json").write_text(json.dumps(guarantors))
    options = ("--policy", folder / "policy", "--guarantors", folder / "guarantors.json")
    more = ("--staff", folder / "staff.json", "--rp-id", "localhost", "--key", folder / "centre.key")
    run("log", "new", folder / "centre", *options, *more)
    return folder


@pytest.fixture
def centre(made, tmp_path) -> Path:
    """That log's folder; what else was made lies beside it."""
    shutil.copytree(made, tmp_path, dirs_exist_ok=True)
    return tmp_path / "centre"


def say(centre: Path, *more: object, code: int = 0, who: str = "officer-7") -> str:
    out = ("--ledger", centre / "ledger", "--out", centre.parent / "said")
    return run("staff", "say", "shift", "--id", who, *out, *more, code=code)


def answer(centre: Path, code: int = 0) -> str:
    soft = ("--passkey", centre.parent / "officer", "--ledger", centre / "ledger")
    return run("staff", "approve", centre.parent / "said", *soft, code=code)


class Door:
    """The way to a centre whose counter stands in this process."""

    def __init__(self, straight: Straight) -> None:
        self._straight = straight

    def __call__(self, _url: str) -> "Door":
        return self

    def __enter__(self) -> Straight:
        return self._straight

    def __exit__(self, *_: object) -> None:
        pass


def test_an_officer_says_something_reads_it_approves_it_and_finds_it_in_a_copy_of_the_log(centre, monkeypatch):
    told = say(centre, "--field", "what=begin", "--number", "of=3", "--text", WORDS)
    assert '"what"' not in told
    assert "Линия спокойна. \\u202e\\x1b[2J (the log commits to it)" in told
    entry = json.loads(parse_submission((centre.parent / "said").read_bytes()).entry)
    assert (entry["kind"], entry["what"], entry["of"], entry["who"]) == ("shift", "begin", 3, "officer-7")
    assert "Linie" not in str(entry)
    with (centre.parent / "said").open("a") as file:
        file.write("\n")  # as an editor does with what was pasted from the page
    lines = answer(centre).splitlines()
    assert any("Линия" in line for line in lines[:-1])
    (centre.parent / "answer").write_text(lines[-1])
    with closing(Book.open(centre, CENTRE, disk=quick_disk())) as book:
        monkeypatch.setattr("trucewatch.ledger.door.HttpDoor", Door(Straight(centre, book)))
        given = ("--assertion", centre.parent / "answer", "http://127.0.0.1:1")
        told = run("staff", "hand-in", centre.parent / "said", *given)
        book.beat(NOON)
        assert book.standing(told.split()[-1]).index == 1
        (centre.parent / "answer").write_text(lines[-1].replace('"id": "', '"id": "AAAA'))
        assert "answered 403" in run("staff", "hand-in", centre.parent / "said", *given, code=2)
    assert verify(centre / "ledger").approved == (("officer-7", 1),)
    told = run("staff", "said", "--id", "officer-7", "--ledger", centre / "ledger")
    assert "entry 1" in told
    assert "Линия" in told
    assert "1 entries are said by officer-7" in told
    assert "0 entries are said by officer-1" in run("staff", "said", "--id", "officer-1", "--ledger", centre / "ledger")


def test_words_are_asked_for_where_none_are_given_and_other_fields_come_from_a_file(tmp_path, centre):
    (tmp_path / "more.json").write_text(json.dumps({"entries": [1, 2]}))
    out = ("--ledger", centre / "ledger", "--out", tmp_path / "said")
    blobs = ("--json", tmp_path / "more.json", "--blob", "b" * 64, "--blob", "a" * 64)
    run("staff", "say", "evidence", "--id", "officer-7", *out, *blobs, given="a crater\n")
    entry = json.loads(parse_submission((tmp_path / "said").read_bytes()).entry)
    assert (entry["entries"], entry["blobs"]) == ([1, 2], ["a" * 64, "b" * 64])
    assert len(commitments_of(entry)) == 1


@pytest.mark.parametrize(
    ("more", "who", "reason"),
    [
        (["--field", "x"], "officer-7", "NAME=VALUE"),
        (["--number", "x=y"], "officer-7", "NAME=INTEGER"),
        (["--field", "text=open"], "officer-7", "never open"),
        (["--field", "who=officer-1"], "officer-7", "'who'"),
        ([], "officer-9", "not of the staff"),
    ],
)
def test_what_cannot_be_said_is_not_written(centre, more, who, reason):
    assert reason in say(centre, "--text", "x", *more, code=2, who=who)
    assert not (centre.parent / "said").exists()


def test_nobody_approves_words_that_are_not_shown_or_are_anothers(centre):
    say(centre, "--text", "x")
    path = centre.parent / "said"
    whole = parse_submission(path.read_bytes())
    path.write_bytes(Submission(entry=whole.entry).wire)
    assert "cannot read" in answer(centre, code=2)
    path.unlink()
    say(centre, "--text", "x", who="officer-1")
    assert "no such passkey" in answer(centre, code=2)


def test_a_registration_from_a_browser_becomes_a_member_of_the_staff(tmp_path):
    soft = SOFT["reviewer-a"]
    (tmp_path / "made.json").write_bytes(soft.registration(b"c" * 32, "centre.example"))
    options = ("--id", "reviewer-a", "--role", "reviewer", "--of", "a", "--rp-id", "centre.example")
    made = run("staff", "passkey", tmp_path / "made.json", *options, "--challenge", to_base64url(b"c" * 32))
    assert json.loads(made) == next(member for member in STAFF if member["id"] == "reviewer-a")


def put(centre: Path, *more: object, code: int = 0) -> str:
    for name in "ab":
        soft, out = centre.parent / f"{name}.passkey", centre.parent / f"{name}.answer"
        out.unlink(missing_ok=True)
        run("act", "rehearse", centre.parent / "act", "--passkey", soft, "--ledger", centre / "ledger", "--out", out)
        given = ("--guarantor", name, "--assertion", out, "--ledger", centre / "ledger")
        run("act", "approve", centre.parent / "act", *given)
    told = run("act", "log", centre.parent / "act", centre, "--key", centre.parent / "centre.key", *more, code=code)
    (centre.parent / "act").unlink()
    with closing(Book.open(centre, CENTRE)) as book:
        book.beat(NOON)
    return told


def test_both_guarantors_appoint_dismiss_and_set_who_may_read(tmp_path, centre):
    made = run("staff", "rehearsal-passkey", tmp_path / "new", "--id", "liaison-c", "--role", "liaison", "--of", "c")
    (tmp_path / "new.json").write_text(made)
    new(centre, "appoint", "--staff", tmp_path / "new.json", "--dismiss", "officer-7")
    put(centre)
    assert "not any more" in say(centre, "--text", "x", code=2)
    say(centre, "--text", "x", who="liaison-c")
    (tmp_path / "room.cedar").write_text(ALL_MAY)
    new(centre, "access", "--policy", tmp_path / "room.cedar")
    put(centre, "--policy", tmp_path / "room.cedar")
    with closing(Book.open(centre, CENTRE)) as book:
        assert book.blob(book.access) == (tmp_path / "room.cedar").read_bytes()
        assert book.staff["officer-7"].passkeys == ()
    assert verify(centre / "ledger").acts == (("access", 1), ("appoint", 1))


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        (b"permit (principal, action, resource);\n", "needs an @id"),
        (b"whoever asks may do it\n", "not a policy in Cedar"),
        (ALL_MAY.replace("when { true }", 'when { principal.of == "c" }').encode(), "names a side"),
        (b"// \xff\n", "utf-8"),
    ],
)
def test_an_access_policy_that_no_room_could_rely_on_is_refused_before_and_after_the_approvals(
    tmp_path, centre, monkeypatch, text, reason
):
    (tmp_path / "room.cedar").write_bytes(text)
    assert reason in new(centre, "access", "--policy", tmp_path / "room.cedar", code=2)
    with monkeypatch.context() as careless:  # an act that was written by something that does not look
        careless.setattr(acting, "_access_of", lambda given: hashlib.sha256(given).hexdigest())
        new(centre, "access", "--policy", tmp_path / "room.cedar")
    assert reason in put(centre, "--policy", tmp_path / "room.cedar", code=2)
    with closing(Book.open(centre, CENTRE)) as book:
        assert book.access == ""


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        (["appoint"], "changes nobody"),
        (["appoint", "--dismiss", "officer-9"], "not of the staff"),
        (["access"], "needs --policy"),
        (["publish", "--publication", "0" * 64, "--dismiss", "officer-7"], "takes no --staff"),
    ],
)
def test_an_appointment_that_cannot_be_is_not_written(centre, arguments, reason):
    assert reason in new(centre, *arguments, code=2)


def test_an_appointment_that_every_checker_would_refuse_is_refused_before_anybody_approves_it(tmp_path, centre):
    for at, member in enumerate([{**STAFF[0], "role": "officer"}, {**STAFF[0], "id": "auditor-2"}]):
        (tmp_path / f"{at}.json").write_text(json.dumps(member))
        assert (
            "before" in (said := new(centre, "appoint", "--staff", tmp_path / f"{at}.json", code=2)) or "hand" in said
        )


@pytest.mark.parametrize(
    ("kind", "given", "reason"),
    [
        ("policy", "same", "in force already"),
        ("policy", "other log", "another log"),
        ("policy", "nonsense", "policy"),
        ("unseal", "", "names no sealed file"),
    ],
)
def test_a_policy_or_a_seal_that_is_none_is_refused_before_anybody_approves_it(tmp_path, centre, kind, given, reason):
    texts = {
        "same": CHARTER["policy"],
        "other log": f"log {verifier_key(DEVICE)}\nquorum none\n",
        "nonsense": "quorum\n",
    }
    (tmp_path / "new-policy").write_text(texts.get(given, ""))
    options = {"policy": ("--policy", tmp_path / "new-policy"), "unseal": ("--entry", 0, "--blob", "0" * 64)}
    assert reason in new(centre, kind, *options[kind], code=2)


def with_a_case(centre: Path) -> Path:
    """The centre, with a case in its log that has two zones, one of them twice, and a line."""
    case = centre.parent / "case"
    (case / "observations").mkdir(parents=True)
    (case / "case.toml").write_text('id = "made"\n[[party]]\nid = "one"\n[[party]]\nid = "two"\n')
    (case / "observations" / "rows.csv").write_text("id,source\n1,a post\n")
    square = {"type": "Polygon", "coordinates": [[[38, 48], [39, 48], [39, 49], [38, 49], [38, 48]]]}
    line = {"type": "LineString", "coordinates": [[38, 48], [39, 48]]}
    named = (("zone", "north", square), ("permitted_area", "south", square), ("zone", "north", square))
    features = [
        {"type": "Feature", "properties": {"role": role, "id": name}, "geometry": geometry}
        for role, name, geometry in (*named, ("line_of_contact", "front", line))
    ]
    (case / "places.geojson").write_text(json.dumps({"type": "FeatureCollection", "features": features}))
    with closing(Book.open(centre, CENTRE)) as book:
        live.import_case(book, case)
        book.beat(NOON)
    return centre


def test_two_guarantors_give_a_monitor_zones_of_the_case_by_an_act(tmp_path, centre):
    with_a_case(centre)
    new(centre, "appoint", "--zone", "monitor-1=south", "--zone", "monitor-1=north")
    assert '"zones": ["north", "south"]' in run("act", "show", tmp_path / "act", "--ledger", centre / "ledger", code=1)
    put(centre)
    with closing(Book.open(centre, CENTRE)) as book:
        assert book.staff["monitor-1"].zones == ("north", "south")
        assert book.staff["monitor-1"].passkeys == (SOFT["monitor-1"].public(),)
    made = run("staff", "rehearsal-passkey", tmp_path / "new", "--id", "monitor-1", "--role", "monitor")
    (tmp_path / "new.json").write_text(made)
    new(centre, "appoint", "--staff", tmp_path / "new.json")
    put(centre)
    with closing(Book.open(centre, CENTRE)) as book:
        assert book.staff["monitor-1"].zones == ("north", "south"), "another passkey changes no zone"
    new(centre, "appoint", "--zone", "monitor-1=")
    put(centre)
    with closing(Book.open(centre, CENTRE)) as book:
        assert book.staff["monitor-1"].zones == ()
    assert verify(centre / "ledger").acts == (("appoint", 3),)


@pytest.mark.parametrize(
    ("zones", "reason"),
    [
        (["monitor-1=front"], "no zone or permitted area 'front'; it has north, south"),
        (["monitor-1"], "--zone is MONITOR=ZONE"),
        (["=north"], "--zone is MONITOR=ZONE"),
        (["officer-7=north"], "no monitor"),
        (["monitor-9=north"], "monitor-9 is not of the staff"),
        (["monitor-1="], "changes nobody"),
    ],
)
def test_zones_that_could_not_stand_are_refused_before_anybody_approves_them(centre, zones, reason):
    given = [word for zone in zones for word in ("--zone", zone)]
    assert reason in new(with_a_case(centre), "appoint", *given, code=2)


def test_without_a_case_nobody_is_given_a_zone(centre):
    assert "has no case yet" in new(centre, "appoint", "--zone", "monitor-1=north", code=2)
