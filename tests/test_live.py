"""A case said into a live log gives the very files that `assess` writes of its folder, and whoever has the log sees it."""

import shutil
from datetime import timedelta
from pathlib import Path

import pytest
from live_books import CENTRE, DEVICE, MINUTE, NOON, approved, new_book
from staffs import POSTS, approve, member, saying, staffed_book
from tests.test_whole_path import HEADER, ONE, case_of, fired

from trucewatch import centre, live
from trucewatch.hearing import Hearing
from trucewatch.intake.case import CaseError
from trucewatch.ledger.book import Book, Submission, rebuild
from trucewatch.ledger.commitments import cells, commit, derived
from trucewatch.ledger.encoding import encode
from trucewatch.ledger.note import sign, verifier_key
from trucewatch.ledger.rehearsal import SoftwarePasskey
from trucewatch.ledger.statements import unapproved
from trucewatch.ledger.store import read_entries
from trucewatch.ledger.submission import fields_of
from trucewatch.ledger.verify import verify
from trucewatch.received import OBSERVERS, heard_in

KARABAKH = centre.find_case("karabakh")


def said(folder: Path, kind: str = "") -> list[dict]:
    found = [fields_of(entry) for entry, _ in read_entries(folder / "ledger")]
    return [fields for fields in found if kind in {"", fields["type"]}]


def published(folder: Path) -> dict[str, bytes]:
    """The files of the newest publication, from the blobs of the log."""
    files = said(folder, "publication")[-1]["files"]
    return {name: (folder / "ledger" / "blobs" / digest).read_bytes() for name, digest in files.items()}


def assessed(case: Path, out: Path) -> dict[str, bytes]:
    """What `assess` writes of a case folder with the same key."""
    centre.assess(case, out, CENTRE)
    files = {path.relative_to(out).as_posix(): path.read_bytes() for path in out.rglob("*") if path.is_file()}
    return {name: data for name, data in files.items() if not name.startswith("ledger/")}


def seen_by(device: str, **more: str) -> Submission:
    """A row that a device signs, of somebody who saw fire leave the ground of the first party."""
    raw = {**dict.fromkeys(HEADER.split(","), ""), "id": device, **fired(device), **more}
    fields = {"type": "observation", "v": "2", "reader": centre.CANONICAL, "by": [str(verifier_key(DEVICE))]}
    entry, shown = commit(fields, cells(raw.items()), derived(b"x", device.encode()))
    return Submission(entry=sign(encode(entry) + b"\n", DEVICE), disclosures=shown)


@pytest.fixture
def case(tmp_path) -> Path:
    rows = [{"id": "row-0", **fired("camera 1")}, {"id": "row-1", "source": "camera 2", "time": "yesterday"}]
    return case_of(tmp_path / "case", rows)


@pytest.fixture
def book(tmp_path):
    opened = new_book(tmp_path / "centre")
    yield opened
    opened.close()


def test_a_bundled_case_in_a_live_log_is_published_byte_by_byte_as_assess_does(book, tmp_path):
    imported = live.import_case(book, KARABAKH)
    assert imported.known == 0
    book.beat(NOON)
    run = live.assess(book, NOON + MINUTE)
    assert published(tmp_path / "centre") == run.published == assessed(KARABAKH, tmp_path / "out")
    assert verify(tmp_path / "centre" / "ledger").size == book.status().size


def test_from_the_log_alone_anybody_draws_the_same_conclusions(book, case, tmp_path):
    live.import_case(book, case)
    book.beat(NOON)
    live.assess(book, NOON)
    book.receive(seen_by("camera 3"))  # later than what was concluded from, which stays as it is
    book.beat(NOON)
    same = live.recompute(tmp_path / "centre" / "ledger")
    assert {"the log's own entries", "incidents.csv", "report.html", "rejected.csv"} <= same.keys()
    assert all(same.values())


def test_what_comes_in_while_the_centre_runs_is_in_the_report_of_its_day_whatever_days_the_case_asks_for(
    book, case, tmp_path
):
    toml = case / "case.toml"
    toml.write_text(f'days = ["2021-03-01"]\n{toml.read_text()}')
    live.import_case(book, case)
    book.beat(NOON)
    asked = "daily/2021-03-01.html"
    reports = {asked}
    for later, own in enumerate((["22"], ["22", "23"], ["23", "24"])):
        day = NOON + timedelta(days=later)
        book.receive(seen_by(f"camera {day.day}", time=day.isoformat(), text=f"Seen on the {day.day}."))
        book.receive(seen_by(f"mistyped {day.day}", time=(day + timedelta(days=365)).isoformat()))
        book.beat(day)
        found = live.assess(book, day).published
        reports = {name for name in found if name.startswith("daily/")}
        assert reports == {asked, *(f"daily/2026-11-{number}.html" for number in own)}
        today = f"daily/2026-11-{day.day}.html"
        assert [name for name in reports if f"Seen on the {day.day}." in found[name].decode()] == [today]
    assert all(live.recompute(tmp_path / "centre" / "ledger").values())


def test_what_two_staffs_say_today_of_an_older_incident_is_in_todays_report_with_the_day_it_is_of(
    staffed, case, tmp_path
):
    live.import_case(staffed, case)
    staffed.beat(NOON)
    run = live.assess(staffed, NOON)
    (incident,) = run.assessment.incidents
    of = next(each["of"] for each in said(tmp_path / "staffed", "publication"))
    staffed.receive(
        saying("As proposed.", who="reviewer-a", kind="determination", incident=incident.id, of=of, clause="",
               position="concur", finding="undetermined")
    )  # fmt: skip
    staffed.beat(NOON + MINUTE)
    found = {name: data.decode() for name, data in live.assess(staffed, NOON + MINUTE).published.items()}
    assert {name for name in found if name.startswith("daily/")} == {"daily/2021-03-01.html", "daily/2026-11-22.html"}
    assert "As proposed." in found["daily/2026-11-22.html"]
    assert "Of another day: 2021-03-01 12:00" in found["daily/2026-11-22.html"]
    assert "As proposed." in found["report.html"]
    assert "Of another day" not in found["report.html"]


def test_what_a_device_signed_counts_as_what_the_centre_read(book, case, tmp_path):
    live.import_case(book, case)
    book.receive(seen_by("camera 2", lat="48.0001"))
    book.beat(NOON)
    run = live.assess(book, NOON)
    assert [a.determination for a in run.assessment.attributions] == [ONE]
    rows = [{"id": "row-0", **fired("camera 1")}, {"id": "camera 2", **fired("camera 2", lat="48.0001")}]
    same = case_of(tmp_path / "same", [*rows, {"id": "row-1", "source": "camera 2", "time": "yesterday"}])
    whole = assessed(same, tmp_path / "out")
    assert published(tmp_path / "centre")["incidents.csv"] == whole["incidents.csv"]
    assert published(tmp_path / "centre")["links.csv"] == whole["links.csv"]


def test_nothing_is_said_twice(book, case, tmp_path):
    first = live.import_case(book, case)
    assert live.import_case(book, case) == live.Imported(said=0, known=first.said)
    book.beat(NOON)
    assert live.import_case(book, case) == live.Imported(said=0, known=first.said)
    live.assess(book, NOON)
    before = len(said(tmp_path / "centre"))
    book.close()
    (tmp_path / "centre" / "centre.db").unlink()
    again = rebuild(tmp_path / "centre", CENTRE)
    assert live.import_case(again, case).said == 0
    again.beat(NOON)
    again.close()
    assert len(said(tmp_path / "centre")) == before + 1
    assert [len(said(tmp_path / "centre", kind)) for kind in ("case", "observation", "rejection")] == [1, 1, 1]


def test_rows_that_come_later_are_added_and_only_they(book, case):
    live.import_case(book, case)
    book.beat(NOON)
    shutil.copy(case / "observations" / "rows.csv", case / "observations" / "more.csv")
    table = case / "observations" / "more.csv"
    table.write_text(table.read_text().replace("camera 1", "camera 9"))
    imported = live.import_case(book, case)
    assert (imported.said, imported.known) == (
        3,
        4,
    )  # a row, a row that cannot be read and the file that has it; the case


def test_an_assessment_that_was_cut_short_is_said_once(book, case, tmp_path, monkeypatch):
    live.import_case(book, case)
    book.beat(NOON)
    with monkeypatch.context() as patch:
        patch.setattr(Book, "beat", lambda *_: (_ for _ in ()).throw(OSError("cut")))
        with pytest.raises(OSError, match="cut"):
            live.assess(book, NOON)
    live.assess(book, NOON)
    assert len(said(tmp_path / "centre", "run")) == len(said(tmp_path / "centre", "publication")) == 1


def test_a_row_that_cannot_be_read_or_is_withheld_is_listed_never_dropped(book, case, tmp_path):
    live.import_case(book, case)
    digest = book.receive(seen_by("camera 2"))
    book.receive(seen_by("camera 4", time="never"))
    fields = {"type": "observation", "v": "2", "reader": centre.CANONICAL}
    book.say(fields, cells([("source", "camera 5"), ("source", "camera 6")]))
    book.beat(NOON)
    book.say(approved("erase", entry=book.standing(digest).index, fields=["00:id"], blobs=[]))
    book.beat(NOON)
    rejected = live.assess(book, NOON).published["rejected.csv"].decode().splitlines()
    assert len(rejected) == 1 + 1 + 3
    assert sum("the log" in line for line in rejected) == 3
    assert any("withheld" in line for line in rejected)
    assert any("two cells of one column" in line for line in rejected)


def test_nobody_but_the_centre_states_the_case(book, case):
    fields = {"type": "case", "v": "1", "id": "mine", "files": [], "by": [str(verifier_key(DEVICE))]}
    live.import_case(book, case)
    book.receive(Submission(entry=sign(encode(fields) + b"\n", DEVICE)))
    book.beat(NOON)
    assert live.assess(book, NOON).assessment.case.id == "made"


def seen_from_the_page(who: str, camera: str, key: SoftwarePasskey | None = None, **more: str) -> Submission:
    """The row of `seen_by`, written on the page by one of the staff."""
    raw = {**dict.fromkeys(HEADER.split(","), ""), "id": camera, **fired(camera), **more}
    fields = {"type": "observation", "v": "2", "reader": centre.CANONICAL}
    salts = derived(b"x", f"{who} {camera}".encode())
    entry, shown = unapproved(fields, cells(raw.items()), who=who, log=CENTRE.name, nonce=bytes(16), salts=salts)
    return Submission(entry=encode(approve(entry, key)), disclosures=shown)


@pytest.fixture
def staffed(tmp_path):
    opened = staffed_book(tmp_path / "staffed")
    yield opened
    opened.close()


def test_a_row_from_the_page_is_read_like_one_of_a_device_if_it_is_by_those_who_observe(book, staffed, case):
    new = SoftwarePasskey(seed=b"\x09" * 32)
    live.import_case(staffed, case)
    staffed.receive(seen_from_the_page("officer-1", "camera 3", source="officer-1"))
    staffed.say(approved("appoint", staff=[member("monitor-9", new, role="monitor")]))
    staffed.receive(seen_from_the_page("monitor-9", "camera 4", new, source="monitor-9"))
    others = sorted(name for name, (role, _) in POSTS.items() if role not in OBSERVERS)
    for who in others:
        staffed.receive(seen_from_the_page(who, "camera 3"))
    live.import_case(book, case)
    for camera, who in (("camera 3", "officer-1"), ("camera 4", "monitor-9")):
        book.receive(seen_by(camera, source=who))
    for one in (book, staffed):
        one.beat(NOON)
    ours, theirs = live.assess(staffed, NOON), live.assess(book, NOON)
    assert ours.published["incidents.csv"] == theirs.published["incidents.csv"]
    assert len(ours.assessment.observations) == len(theirs.assessment.observations) == 3
    assert ours.published["rejected.csv"].decode().count("is said by") == len(others) == 6


def test_nobody_of_the_staff_is_several_witnesses_or_the_voice_of_a_side(staffed):
    rows = {
        "1": {"source": "officer-1"},
        "2": {"source": "officer-2"},
        "3": {"source": ""},
        "4": {"source": "officer-1", "source_class": "party", "source_side": "a"},
    }
    for name, cell in rows.items():
        staffed.receive(seen_from_the_page("officer-1", name, **cell))
    staffed.beat(NOON)
    heard = heard_in(staffed.read(0), Hearing())
    assert [dict(cells)["id"] for _, _, cells, _, _ in heard.rows] == ["1"]
    assert [rejection.reason for rejection in heard.rejections] == [
        "does not name the one of the staff who says it as its source, as an observer"
    ] * 3


@pytest.mark.parametrize(("liaison", "side"), [("liaison-a", "a"), ("liaison-b", "b")])
def test_a_liaison_reports_for_the_own_side_as_that_sides_and_for_no_other(staffed, liaison, side):
    other = "b" if side == "a" else "a"
    rows = {
        "1": {"source_class": "party", "source_side": side},
        "2": {"source_class": "party", "source_side": other},
        "3": {"source_class": "observer", "source_side": side},
        "4": {"source_class": "party"},
        "5": {"source_class": "camera"},
    }
    for name, cell in rows.items():
        staffed.receive(seen_from_the_page(liaison, name, **cell))
    staffed.beat(NOON)
    heard = heard_in(staffed.read(0), Hearing())
    assert [dict(cells)["id"] for _, _, cells, _, _ in heard.rows] == ["1"]
    assert [rejection.reason for rejection in heard.rejections] == [
        "is said by a liaison, and is not a report of the liaison's own side as such"
    ] * 4


def test_what_the_staff_says_changes_no_conclusion_even_where_it_is_of_the_same_entries(staffed, case, tmp_path):
    live.import_case(staffed, case)
    staffed.receive(saying(who="officer-1"))
    staffed.beat(NOON)
    size = staffed.status().size
    live.assess(staffed, NOON)
    staffed.receive(saying("concur", who="reviewer-a", kind="determination", of=size, position="concur"))
    staffed.receive(saying("alleged", who="officer-1", kind="case", of=size, nonce=1))
    staffed.beat(NOON)
    assert all(live.recompute(tmp_path / "staffed" / "ledger").values())


def heard(folder: Path) -> Hearing:
    hearing = Hearing()
    for index, (entry, shown) in enumerate(read_entries(folder / "ledger")):
        hearing.hear(index, fields_of(entry), shown)
    return hearing


def test_a_new_procedure_changes_nothing_of_what_was_published_under_the_old_one(staffed, case, tmp_path):
    live.import_case(staffed, case)
    staffed.beat(NOON)
    of = staffed.status().size
    incident = live.assess(staffed, NOON).assessment.incidents[0].id
    about = {"incident": incident, "of": of}
    at = staffed.status().size
    for n, (who, finding) in enumerate([("reviewer-a", ONE), ("reviewer-b", "undetermined")]):
        judged = {"kind": "determination", "position": "contest", "finding": finding, "clause": ""}
        staffed.receive(saying("because", who=who, nonce=n, **about, **judged))
    published = {"kind": "finding", "outcome": "differing", "determinations": [at, at + 1], "reply_by": str(NOON)}
    staffed.receive(saying("no harm", nonce=2, **about, **published))
    staffed.beat(NOON)
    text = (case / "case.toml").read_text()
    (case / "case.toml").write_text(f'{text}[review]\nrule = "either"\nreply_days = 90\n')
    live.import_case(staffed, case)
    staffed.beat(NOON + MINUTE)
    opened = live.draw(staffed).opened
    (reviewed,) = heard(tmp_path / "staffed").staffs(opened.case, staffed.blob)
    (finding,) = reviewed.published
    assert (finding.finding, finding.reply_by) == ("undetermined", NOON + timedelta(days=3))
    assert reviewed.finding == ONE
    live.assess(staffed, NOON + MINUTE)
    assert all(live.recompute(tmp_path / "staffed" / "ledger").values())


def test_terms_that_nobody_can_read_any_more_leave_those_before_them_in_force(staffed, case, tmp_path):
    live.import_case(staffed, case)
    for days in (5, 9):
        text = (case / "case.toml").read_text().partition("[review]")[0]
        (case / "case.toml").write_text(f"{text}[review]\nreply_days = {days}\n")
        live.import_case(staffed, case)
    staffed.beat(NOON)
    cases = [at for at, fields in enumerate(said(tmp_path / "staffed")) if fields["type"] == "case"]
    whole = heard(tmp_path / "staffed").procedure(staffed.blob)
    assert [(at, terms.reply_days) for at, terms in whole.changes] == [(cases[1], 5), (cases[2], 9)]

    def erased(digest: str) -> bytes:
        data = staffed.blob(digest)
        if b"reply_days = 5" in data:
            raise ValueError("erased")
        return data

    assert heard(tmp_path / "staffed").procedure(erased).changes == whole.changes[1:]


def test_a_case_whose_party_is_called_as_a_guarantor_of_the_log_is_refused_before_anything_is_said(book, tmp_path):
    folder = case_of(tmp_path / "case", [])
    (folder / "case.toml").write_text((folder / "case.toml").read_text().replace(ONE, "a"))
    (folder / "places.geojson").write_text((folder / "places.geojson").read_text().replace(ONE, "a"))
    with pytest.raises(ValueError, match="'a' is a guarantor of this log and a party"):
        live.import_case(book, folder)
    assert book.status().received == 0


def test_a_log_without_a_case_says_so(book, tmp_path):
    with pytest.raises(CaseError, match="import a case folder first"):
        live.assess(book, NOON)
    book.beat(NOON)
    with pytest.raises(CaseError, match="nothing was published"):
        live.recompute(tmp_path / "centre" / "ledger")
