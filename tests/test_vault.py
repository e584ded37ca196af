"""Sealing, redacting and acts of two guarantors, as people type them."""

import hashlib
import json
import os
import re
import subprocess
from contextlib import closing
from io import BytesIO
from pathlib import Path

import pyrage
import pytest
from ledgers import lay
from live_books import CENTRE, CHARTER, DEVICE, NOON
from PIL import Image
from typed import new, run

import trucewatch
from trucewatch import live
from trucewatch.ledger import ledger_files
from trucewatch.ledger.book import Book
from trucewatch.ledger.note import write_key
from trucewatch.ledger.outbox import Outbox, written
from trucewatch.ledger.seal import is_sealed, read_said
from trucewatch.ledger.store import read_entries
from trucewatch.ledger.submission import fields_of
from trucewatch.ledger.verify import verify

WITNESS = "Somebody of Upper Village"


@pytest.fixture
def keys(tmp_path) -> dict[str, str]:
    """The two guarantors' sealing keys: what one seals to, by their names, and identity files beside."""
    public = {}
    for name in "ab":
        public[name] = run("sealing-key", tmp_path / f"{name}.key").strip()
        assert public[name].startswith("age1")
        assert (tmp_path / f"{name}.key").stat().st_mode & 0o077 == 0
    return public


def sealed(folder: Path, keys: dict[str, str], *more: object, given: str = f"{WITNESS}\n") -> Path:
    out = folder / "witness.age"
    said = run(
        "seal", "witness", *more, "--guarantor-a", keys["a"], "--guarantor-b", keys["b"], "--out", out, given=given
    )
    assert WITNESS not in said
    return out


def a_log(folder: Path, seal: Path | None = None, guarantors=()) -> Path:
    """A centre's folder whose log has an observation by a device, with a seal where there is one."""
    with closing(Book.create(folder / "centre", CENTRE, {**CHARTER, "guarantors": [*guarantors]})) as book:
        data = [seal.read_bytes()] if seal else []
        said = [read_said(seal.with_name(f"{seal.name}.json").read_bytes(), data[0])] if seal else []
        for each in data:
            book.put_blob(each)
        fields = {"type": "observation", "v": "2", **({"sealed": said} if said else {})}
        book.receive(
            written(
                fields, {"00:place": "Upper Village", "01:note": WITNESS}, data, DEVICE, lambda n: os.urandom(16 * n)
            )
        )
        book.beat(NOON)
    return folder / "centre"


# --- seals ----------------------------------------------------------------------------------------


def test_a_name_is_sealed_carried_through_the_log_and_opened_by_both_guarantors_one_after_the_other(tmp_path, keys):
    seal = sealed(tmp_path, keys)
    ledger = a_log(tmp_path, seal) / "ledger"
    verify(ledger)
    blob = ledger / "blobs" / hashlib.sha256(seal.read_bytes()).hexdigest()
    said = run("unseal", blob, "--identity", tmp_path / "a.key", "--out", tmp_path / "under")
    assert "hand it to the other guarantor" in said
    said += run(
        "unseal", tmp_path / "under", "--identity", tmp_path / "b.key", "--out", tmp_path / "open", "--ledger", ledger
    )
    assert "entry 1 committed to just this" in said
    assert WITNESS not in said
    assert json.loads((tmp_path / "open" / "fields.json").read_bytes()) == {"witness": WITNESS}
    assert (tmp_path / "open").stat().st_mode & 0o077 == 0
    assert (tmp_path / "open" / "fields.json").stat().st_mode & 0o077 == 0


def test_what_was_sealed_elsewhere_is_not_what_this_log_committed_to(tmp_path, keys):
    ledger = a_log(tmp_path, sealed(tmp_path, keys)) / "ledger"
    (tmp_path / "other").mkdir()
    other = sealed(tmp_path / "other", keys)
    run("unseal", other, "--identity", tmp_path / "a.key", "--out", tmp_path / "under")
    said = run(
        *("unseal", tmp_path / "under", "--identity", tmp_path / "b.key", "--out", tmp_path / "open"),
        *("--ledger", ledger),
        code=1,
    )
    assert "no entry" in said
    assert not (tmp_path / "open").exists()


def test_a_file_is_sealed_with_the_names_and_comes_out_as_it_was(tmp_path, keys):
    (tmp_path / "picture.jpg").write_bytes(b"\xff\xd8\xff" + WITNESS.encode())
    seal = sealed(tmp_path, keys, "source=a neighbour", "--file", tmp_path / "picture.jpg")
    run("unseal", seal, "--identity", tmp_path / "a.key", "--out", tmp_path / "under")
    run("unseal", tmp_path / "under", "--identity", tmp_path / "b.key", "--out", tmp_path / "open")
    assert (tmp_path / "open" / "file").read_bytes() == (tmp_path / "picture.jpg").read_bytes()
    assert json.loads((tmp_path / "open" / "fields.json").read_bytes()).keys() == {"sha256", "source", "witness"}


def test_one_guarantor_alone_gets_nothing_in_either_order(tmp_path, keys):
    seal = sealed(tmp_path, keys)
    assert "another key" in run("unseal", seal, "--identity", tmp_path / "b.key", "--out", tmp_path / "x", code=2)
    run("unseal", seal, "--identity", tmp_path / "a.key", "--out", tmp_path / "under")
    assert is_sealed((tmp_path / "under").read_bytes())
    again = run("unseal", tmp_path / "under", "--identity", tmp_path / "a.key", "--out", tmp_path / "x", code=2)
    assert "another key" in again
    assert not (tmp_path / "x").exists()


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        (["witness=x"], "--out is needed"),
        (["witness=x", "--out", "x"], "--guarantor-a is needed"),
        (["witness=x", "--out", "x", "--guarantor-a", "a"], "--guarantor-b is needed"),
        (["witness=x", "--out", "x", "--guarantor-a", "a", "--guarantor-b", "a"], "same key stands twice"),
        (["witness=x", "--out", "x", "--guarantor-a", "a", "--guarantor-b", "age1x"], "no key to seal to"),
        (["witness=x", "witness=y", "--out", "x", "--guarantor-a", "a", "--guarantor-b", "b"], "each name once"),
        (["witness", "--out", "x", "--guarantor-a", "a", "--guarantor-b", "b"], "input ends before"),
        (["--out", "x", "--guarantor-a", "a", "--guarantor-b", "b"], "nothing to seal"),
        (["--file", "none", "--out", "x", "--guarantor-a", "a", "--guarantor-b", "b"], "No such file"),
    ],
)
def test_a_call_that_would_not_seal_is_one_line_and_writes_nothing(tmp_path, keys, monkeypatch, arguments, reason):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "public").write_text(f"{keys['b']}\n")
    before = {path.name for path in tmp_path.iterdir()}
    said = run("seal", *(keys.get(word, word) for word in arguments), code=2)
    assert reason in said
    assert said.count("\n") == 1
    assert {path.name for path in tmp_path.iterdir()} == before


def test_keys_may_come_in_a_file_several_to_a_guarantor(tmp_path, keys):
    more = pyrage.x25519.Identity.generate()
    (tmp_path / "a.pub").write_text(f"# two officers\n{more.to_public()}\n{keys['a']}\n")
    run(
        *("seal", "witness=x", "--guarantor-a", tmp_path / "a.pub", "--guarantor-b", keys["b"]),
        *("--out", tmp_path / "x"),
    )
    (tmp_path / "more.key").write_text(f"{more}\n")
    for number, key in enumerate(("a.key", "more.key")):
        run("unseal", tmp_path / "x", "--identity", tmp_path / key, "--out", tmp_path / f"{number}")


def test_the_guarantors_can_check_which_program_sealed(tmp_path, keys):
    listed = run("seal", "--program")
    package = Path(trucewatch.__file__).parent
    checked = subprocess.run(["sha256sum", "-c", "--quiet"], input=listed, text=True, cwd=package, check=False)
    assert checked.returncode == 0
    assert len(listed.splitlines()) > 100
    said = run(*("seal", "witness=x", "--guarantor-a", keys["a"], "--guarantor-b", keys["b"], "--out", tmp_path / "x"))
    assert re.search(r"this program +([0-9a-f]{64})", said)[1] == hashlib.sha256(listed.encode()).hexdigest()


def test_a_seal_goes_with_a_record_into_the_outbox_of_a_device(tmp_path, keys):
    seal = sealed(tmp_path, keys)
    write_key(tmp_path / "device.key", DEVICE)
    (tmp_path / "view.txt").write_text("smoke")
    arguments = ["http://127.0.0.1:9", "--outbox", tmp_path / "box", "--key", tmp_path / "device.key"]
    said = run("submit", *arguments, "--cell", "kind=shelling", "--file", tmp_path / "view.txt", "--sealed", seal)
    digest = re.search(r"saved on device +([0-9a-f]{64})", said)[1]
    with closing(Outbox(tmp_path / "box")) as box:
        entry = fields_of(box.submission(digest).entry)
    assert entry["sealed"] == [json.loads(Path(f"{seal}.json").read_bytes())]
    assert entry["sealed"][0]["blob"] in entry["blobs"]
    assert len(entry["blobs"]) == 2
    assert WITNESS.encode() not in b"".join(p.read_bytes() for p in (tmp_path / "box").rglob("*") if p.is_file())
    Path(f"{seal}.json").write_bytes(b'{"blob":"x","commitments":[]}')
    assert "seal" in run("submit", *arguments, "--sealed", seal, code=2)


# --- working copies -------------------------------------------------------------------------------


def test_a_working_copy_of_a_picture_has_its_pixels_and_none_of_its_words(tmp_path):
    tags = Image.Exif()
    tags[0x013B] = WITNESS  # the artist
    data = BytesIO()
    Image.new("RGB", (40, 30), (10, 200, 30)).save(data, "JPEG", exif=tags, comment=WITNESS)
    (tmp_path / "picture.jpg").write_bytes(data.getvalue() + WITNESS.encode())
    assert (tmp_path / "picture.jpg").read_bytes().count(WITNESS.encode()) == 3
    run("strip", tmp_path / "picture.jpg", "--out", tmp_path / "copy.jpg")
    made = (tmp_path / "copy.jpg").read_bytes()
    assert WITNESS.encode() not in made
    with Image.open(BytesIO(made)) as copy:
        assert (copy.size, len(copy.getexif())) == ((40, 30), 0)
    assert "exists already" in run("strip", tmp_path / "picture.jpg", "--out", tmp_path / "copy.jpg", code=2)


def test_what_is_no_picture_gets_no_working_copy(tmp_path):
    (tmp_path / "picture.jpg").write_bytes(WITNESS.encode())
    said = run("strip", tmp_path / "picture.jpg", "--out", tmp_path / "copy.jpg", code=2)
    assert "not a picture" in said
    assert WITNESS not in said
    assert not (tmp_path / "copy.jpg").exists()


# --- copies of a log ------------------------------------------------------------------------------


def test_a_log_is_copied_for_others_with_a_field_withheld_and_says_what_is_still_open(tmp_path):
    ledger = a_log(tmp_path) / "ledger"
    said = run("redact", ledger, "--entry", 1, "--field", "01:note", "--out", tmp_path / "copy")
    assert "withheld, entry 1     01:note" in said
    assert "still open, entry 1   by, type, v" in said
    assert WITNESS not in said
    assert "1 withheld" in run("verify", tmp_path / "copy")
    assert WITNESS.encode() not in b"".join(p.read_bytes() for p in (tmp_path / "copy").rglob("*") if p.is_file())


def test_no_copy_is_made_where_a_withheld_word_stands_elsewhere_too_unless_that_is_meant(tmp_path):
    ledger = a_log(tmp_path) / "ledger"
    arguments = ("redact", ledger, "--field", "00:place", "--out", tmp_path / "copy")
    said = run(*arguments, code=1)
    assert "a withheld value still stands in 1 places of the copy; no copy was made" in said
    assert "entry 1, field 01:note" in said
    assert not any(path.name.startswith("copy") for path in tmp_path.iterdir())
    assert "LOOK" in run(*arguments, "--anyway")
    assert "1 withheld" in run("verify", tmp_path / "copy")


def test_a_published_report_that_repeats_a_withheld_word_is_found_out(tmp_path):
    case = tmp_path / "case"
    (case / "observations").mkdir(parents=True)
    (case / "case.toml").write_text(
        'id = "made"\ntime_zone = "UTC"\n[[party]]\nid = "north"\n[[party]]\nid = "south"\n'
    )
    (case / "places.geojson").write_text('{"type":"FeatureCollection","features":[]}')
    (case / "observations" / "rows.csv").write_text(
        f"id,source,source_class,time,phenomenon,text\n1,post 7,observer,2026-03-01T10:00:00Z,shelling,{WITNESS} said\n"
    )
    with closing(Book.create(tmp_path / "centre", CENTRE, CHARTER)) as book:
        live.import_case(book, case)
        book.beat(NOON)
        live.assess(book, NOON)
    said = run("redact", tmp_path / "centre" / "ledger", "--field", "05:text", "--out", tmp_path / "copy", code=1)
    assert "file blobs/" in said


@pytest.mark.parametrize(
    ("more", "reason"),
    [([], "--field is needed"), (["--field", "x"], "no entry shows"), (["--field", "x", "--entry", "9"], "no entry 9")],
)
def test_withholding_what_is_not_there_is_one_line(tmp_path, more, reason):
    ledger = a_log(tmp_path) / "ledger"
    assert reason in run("redact", ledger, *more, "--out", tmp_path / "copy", code=2)
    assert not (tmp_path / "copy").exists()


def test_a_log_that_does_not_verify_is_exit_code_1(tmp_path):
    ledger = a_log(tmp_path) / "ledger"
    (ledger / "checkpoint").write_bytes((ledger / "checkpoint").read_bytes().replace(b"\n3\n", b"\n4\n"))
    assert "does not verify" in run("redact", ledger, "--field", "x", "--out", tmp_path / "copy", code=1)


# --- acts -----------------------------------------------------------------------------------------


@pytest.fixture
def centre(tmp_path) -> Path:
    guarantors = []
    for name in "ab":
        made = json.loads(run("act", "rehearsal-passkey", tmp_path / f"{name}.passkey", "--guarantor", name))
        assert made.pop("guarantor") == name
        guarantors.append({"name": name, "passkeys": [made]})
    write_key(tmp_path / "centre.key", CENTRE)
    return a_log(tmp_path, guarantors=guarantors)


def approve(centre: Path, by: str, *, passkey: str = "", code: int = 0) -> str:
    folder = centre.parent
    answer = folder / f"{by}-{len(list(folder.iterdir()))}.json"
    ledger = ("--ledger", centre / "ledger")
    run("act", "rehearse", folder / "act", "--passkey", folder / f"{passkey or by}.passkey", *ledger, "--out", answer)
    given = ("--guarantor", by, "--assertion", answer)
    return run("act", "approve", folder / "act", *given, *ledger, code=code)


@pytest.mark.parametrize("order", ["ab", "ba"])
def test_an_act_is_written_approved_by_both_in_any_order_and_put_into_the_log(tmp_path, centre, order):
    said = new(centre, "redact", "--entry", 1, "--field", "01:note")
    assert "to be approved by two of a, b" in said
    assert "not in force" in run("act", "show", tmp_path / "act", "--ledger", centre / "ledger", code=1)
    assert "another guarantor's approval is needed" in approve(centre, order[0])
    key = ("--key", tmp_path / "centre.key")
    assert "two guarantors" in run("act", "log", tmp_path / "act", centre, *key, code=2)
    assert "by a and b" in approve(centre, order[1])
    assert "by a and b" in run("act", "show", tmp_path / "act", "--ledger", centre / "ledger")
    assert "received" in run("act", "log", tmp_path / "act", centre, *key)
    with closing(Book.open(centre, CENTRE)) as book:
        book.beat(NOON)
    verify(centre / "ledger")
    entries = [fields_of(entry) for entry, _ in read_entries(centre / "ledger")]
    assert entries[3]["act"]["fields"] == ["01:note"]
    assert [given["guarantor"] for given in entries[3]["approvals"]] == ["a", "b"]
    run("act", "log", tmp_path / "act", centre, *key)  # once more is no second time
    with closing(Book.open(centre, CENTRE)) as book:
        book.beat(NOON)
    assert sum(fields_of(entry)["type"] == "act" for entry, _ in read_entries(centre / "ledger")) == 1


def test_one_guarantor_approves_once_and_with_no_other_ones_passkey(centre):
    new(centre, "publish", "--publication", "0" * 64)
    approve(centre, "a")
    assert "already" in approve(centre, "a", code=2)
    assert "does not have" in approve(centre, "b", passkey="a", code=2)


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        (["forget"], "one of these kinds"),
        (["erase"], "needs --entry"),
        (["publish"], "needs --publication"),
        (["erase", "--entry", 9, "--field", "x"], "no entry 9"),
        (["erase", "--entry", 1, "--field", "x"], "shows no field 'x'"),
        (["erase", "--entry", 1, "--blob", "0" * 64], "names no file"),
        (["erase", "--entry", 1], "names no field and no file"),
        (["publish", "--publication", "0" * 64, "--entry", 1], "takes no --entry"),
        (["redact", "--entry", 1, "--field", "01:note", "--blob", "0" * 64], "takes no --blob"),
        (["enrol"], "names nobody"),
    ],
)
def test_an_act_that_cannot_be_is_not_written(centre, arguments, reason):
    assert reason in new(centre, *arguments, code=2)
    assert not (centre.parent / "act").exists()


def test_in_a_log_without_a_charter_nobody_approves_anything(tmp_path):
    log = lay(tmp_path / "ledger", dict(ledger_files([({"type": "observation", "v": "2"}, {})], {}, CENTRE)))
    said = run(
        "act", "new", "erase", "--entry", 0, "--field", "x", "--ledger", log, "--basis", "b", "--out", "x", code=2
    )
    assert "no charter" in said


def test_the_page_is_handed_what_a_browser_asks_an_authenticator_with(tmp_path, centre):
    new(centre, "publish", "--publication", "0" * 64)
    asked = json.loads(run("act", "show", tmp_path / "act", "--ledger", centre / "ledger", "--options", "b"))
    assert (asked["rpId"], asked["userVerification"]) == ("centre.example", "required")
    assert "knows no guarantor" in run(
        *("act", "show", tmp_path / "act", "--ledger", centre / "ledger", "--options", "c"), code=2
    )


def test_a_passkey_is_enrolled_by_both_and_counts_from_then_on(tmp_path, centre):
    made = run("act", "rehearsal-passkey", tmp_path / "new.passkey", "--guarantor", "b")
    (tmp_path / "new.json").write_text(made)
    new(centre, "enrol", "--passkey", tmp_path / "new.json")
    approve(centre, "a")
    assert "does not have" in approve(centre, "b", passkey="new", code=2)
    approve(centre, "b")
    run("act", "log", tmp_path / "act", centre, "--key", tmp_path / "centre.key")
    with closing(Book.open(centre, CENTRE)) as book:
        book.beat(NOON)
    (tmp_path / "act").unlink()
    new(centre, "publish", "--publication", "0" * 64)
    approve(centre, "a")
    assert "by a and b" in approve(centre, "b", passkey="new")


def test_a_registration_from_a_browser_becomes_what_the_charter_holds(tmp_path):
    from trucewatch.ledger.rehearsal import SoftwarePasskey
    from trucewatch.ledger.verify import to_base64url

    soft = SoftwarePasskey(seed=bytes(32))
    (tmp_path / "made.json").write_bytes(soft.registration(b"c" * 32, "centre.example"))
    arguments = ("act", "passkey", tmp_path / "made.json", "--guarantor", "a", "--rp-id", "centre.example")
    made = json.loads(run(*arguments, "--challenge", to_base64url(b"c" * 32)))
    assert made == {"guarantor": "a", "id": soft.public().id, "public": soft.public().public}
    assert "does not hold" in run(*arguments, "--challenge", to_base64url(b"d" * 32), code=2)
