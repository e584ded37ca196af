import hashlib
import json
import os
import shutil
from pathlib import Path

import altered
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from ledgers import CENTRE, lay
from rich_logs import rich

from trucewatch.ledger import ledger_files
from trucewatch.ledger.redact import StillThereError
from trucewatch.ledger.redact import redact as redacted
from trucewatch.ledger.store import read_entries
from trucewatch.ledger.verify import VerificationError, disclosed, parse_entry, read_disclosure, verify

WITNESS = "Somebody of Upper Village"
BLOB = b"a file that speaks of Upper Village\n"


def redact(source: Path, out: Path, places=None, everywhere=()):
    """A copy, whatever still stands in it."""
    return redacted(source, out, places or {}, everywhere, anyway=True)


def said(rows: int = 3):
    yield {"type": "case", "v": "1", "id": "made", "files": [], "blobs": []}, {"pepper": "ab" * 32}
    for n in range(rows):
        own = {"type": "observation", "v": "2", "key": f"key{n}", "reader": "canonical"}
        yield own, {"00:id": f"row {n}", "01:note": f"{WITNESS} {n}", "02:place": "Upper Village"}
    yield {"type": "incident", "v": "1", "id": "i1", "observations": ["key0"], "why": f"as {WITNESS} 0 said"}, {}


def a_log(folder: Path, rows: int = 3) -> Path:
    return lay(folder / "log", dict(ledger_files(said(rows), {}, CENTRE)))


def content(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def shown(log: Path) -> dict[int, dict]:
    return {
        at: disclosed(parse_entry(entry).fields, lines)
        for at, (entry, lines) in enumerate(read_entries(log))
        if parse_entry(entry).fields.get("commitments")
    }


def test_a_redacted_copy_verifies_with_the_same_root_and_shows_all_but_what_is_withheld(tmp_path):
    log = a_log(tmp_path)
    made = redact(log, tmp_path / "copy", {2: ["01:note", "02:place"]})
    before, after = shown(log), shown(tmp_path / "copy")
    assert after.pop(2) == {"00:id": "row 1"}
    assert after.pop(0) == {}
    assert (len(before.pop(2)), len(before.pop(0))) == (3, 1)
    assert after == before
    assert verify(tmp_path / "copy") == made.verified
    assert (made.verified.root, made.verified.withheld) == (verify(log).root, 3)
    assert verify(log).withheld == 0


def test_with_a_cell_of_a_row_goes_the_pepper_that_would_let_it_be_guessed(tmp_path):
    log = a_log(tmp_path)
    assert redact(log, tmp_path / "copy", {1: ["00:id"]}).withheld == ((0, "pepper"), (1, "00:id"))
    assert b"pepper" not in b"".join(content(tmp_path / "copy").values())


def test_withheld_everywhere_means_in_every_entry_that_shows_it(tmp_path):
    log = a_log(tmp_path, rows=600)  # three bundles
    made = redact(log, tmp_path / "copy", {}, ["01:note"])
    assert len(made.withheld) == 601
    assert made.verified.withheld == 601
    assert not any("01:note" in fields for fields in shown(tmp_path / "copy").values())


def test_nothing_but_disclosures_differs_between_a_log_and_its_redacted_copy(tmp_path):
    log = a_log(tmp_path, rows=300)
    redact(log, tmp_path / "copy", {257: ["00:id"]})
    before, after = content(log), content(tmp_path / "copy")
    assert {path for path in before if before[path] != after.get(path)} == {
        "disclosures/000",
        "disclosures/001",
    }  # the pepper and the cell
    assert after.keys() == before.keys()


def test_a_file_of_disclosures_in_which_nothing_is_left_is_not_there(tmp_path):
    log = a_log(tmp_path, rows=1)
    redact(log, tmp_path / "copy", {}, ["00:id", "01:note", "02:place", "pepper"])
    assert not (tmp_path / "copy" / "disclosures").exists()
    assert verify(tmp_path / "copy").shown == 0


@settings(max_examples=25, deadline=None)
@given(st.data())
def test_any_field_of_any_entry_can_be_withheld_and_the_rest_still_verifies(tmp_path_factory, data):
    folder = tmp_path_factory.mktemp("any")
    log = a_log(folder)
    fields = [(at, name) for at, names in shown(log).items() for name in names]
    chosen = data.draw(st.lists(st.sampled_from(fields), min_size=1, unique=True))
    places: dict[int, list[str]] = {}
    for at, name in chosen:
        places.setdefault(at, []).append(name)
    made = redact(log, folder / "copy", places)
    assert set(chosen) <= set(made.withheld) <= {*chosen, (0, "pepper")}
    left = {(at, name) for at, names in shown(folder / "copy").items() for name in names}
    assert left == set(fields) - set(made.withheld)


@pytest.mark.parametrize(
    ("places", "everywhere", "reason"),
    [
        ({1: ["09:none"]}, [], "shows no field '09:none'; it shows 00:id, 01:note, 02:place"),
        ({4: ["why"]}, [], "states 'why' openly"),
        ({9: ["00:id"]}, [], "no entry 9"),
        ({}, ["09:none"], "no entry shows a field '09:none'"),
        ({}, [], "nothing to withhold"),
    ],
)
def test_what_is_not_there_cannot_be_withheld_and_nothing_is_written(tmp_path, places, everywhere, reason):
    log = a_log(tmp_path)
    with pytest.raises(ValueError, match=reason):
        redact(log, tmp_path / "copy", places, everywhere)
    assert [path.name for path in tmp_path.iterdir()] == ["log"]


def test_a_field_that_was_withheld_before_cannot_be_withheld_again(tmp_path):
    redact(a_log(tmp_path), tmp_path / "copy", {1: ["00:id"]})
    with pytest.raises(ValueError, match="shows no field"):
        redact(tmp_path / "copy", tmp_path / "again", {1: ["00:id"]})
    redact(tmp_path / "copy", tmp_path / "more", {1: ["01:note"]})
    assert verify(tmp_path / "more").withheld == 3


def test_a_log_that_does_not_verify_is_not_copied(tmp_path):
    log = a_log(tmp_path)
    path = log / "tile" / "0" / "000.p" / "5"
    path.write_bytes(os.urandom(len(path.read_bytes())))
    with pytest.raises(VerificationError):
        redact(log, tmp_path / "copy", {1: ["00:id"]})
    assert [path.name for path in tmp_path.iterdir()] == ["log"]


def test_a_copy_is_never_written_over(tmp_path):
    log = a_log(tmp_path)
    with pytest.raises(ValueError, match="never written over"):
        redact(log, log, {1: ["00:id"]})


def test_what_stands_beside_the_ledger_is_not_copied_since_it_repeats_what_it_says(tmp_path):
    folder = lay(tmp_path / "out", {f"ledger/{name}": data for name, data in published().items()} | PUBLISHED)
    redact(folder, tmp_path / "copy", {1: ["01:note"]})
    assert WITNESS.encode() not in b"".join(content(tmp_path / "copy").values())
    assert not (tmp_path / "copy" / "links.csv").exists()
    verify(tmp_path / "copy")


PUBLISHED = {"links.csv": f"{WITNESS} 0\n".encode()}


def published() -> dict[str, bytes]:
    last = {"links.csv": hashlib.sha256(PUBLISHED["links.csv"]).hexdigest()}
    told = [*list(said(1))[:-1], ({"type": "publication", "v": "1", "files": last}, {})]
    return dict(ledger_files(told, {}, CENTRE))


def test_a_copy_in_which_a_withheld_value_still_stands_is_not_made(tmp_path):
    log = a_log(tmp_path)
    with pytest.raises(StillThereError, match="5 places") as refused:
        redacted(log, tmp_path / "copy", {1: ["01:note", "02:place"]})
    assert len(refused.value.places) == 5
    assert WITNESS not in str(refused.value)
    assert [path.name for path in tmp_path.iterdir()] == ["log"]
    assert redacted(log, tmp_path / "copy", {1: ["00:id"]}).found == ()


def test_where_a_withheld_value_still_stands_is_said_without_repeating_it(tmp_path):
    log = a_log(tmp_path)
    made = redact(log, tmp_path / "copy", {1: ["01:note", "02:place"]})
    # the open words of the incident; "Upper Village" in the other rows' cells, two of each
    assert made.found == (
        "entry 2, field 01:note",
        "entry 2, field 02:place",
        "entry 3, field 01:note",
        "entry 3, field 02:place",
        "entry 4, in what it states openly",
    )
    assert WITNESS not in repr(made)


@pytest.mark.parametrize("value", ['a "quoted" word', "Акна\\Ağdam\n", "tab\there"])
def test_a_withheld_value_is_found_however_json_writes_it_and_across_the_pieces_of_a_file(tmp_path, value):
    blob = b"x" * ((1 << 20) - 3) + value.encode()
    digest = hashlib.sha256(blob).hexdigest()
    entries = [
        ({"type": "observation", "v": "2", "blobs": [digest]}, {"00:note": value}),
        ({"type": "incident", "v": "1", "why": f"so said {value}"}, {}),
    ]
    log = lay(tmp_path / "log", dict(ledger_files(entries, {digest: blob}, CENTRE)))
    made = redact(log, tmp_path / "copy", {0: ["00:note"]})
    assert made.found == ("entry 1, in what it states openly", f"file blobs/{digest}")
    assert made.files == {0: (digest,)}
    assert made.open == {0: ("type", "v")}
    assert json.dumps(value)[1:-1] not in repr(made)


def chosen_of(files: dict[str, bytes], disclosure: bytes) -> dict[str, bytes]:
    """The files of the campaign's log, its disclosures without this one."""
    everything = altered.shown(files)
    left = [each for each in everything if each[2] != disclosure]
    change = altered.written(left, {path for path, _, found in everything if found == disclosure})
    return {path: data for path, data in (files | change).items() if data is not None}


@pytest.mark.parametrize("part", [8, pytest.param(1, marks=pytest.mark.slow)])
def test_what_the_campaign_of_mutations_withholds_is_what_this_program_withholds(tmp_path, part):
    files = rich(64, 3)
    log = lay(tmp_path / "log", files)
    everything = altered.shown(files)
    for number, (_, index, disclosure) in enumerate(everything[::part]):
        name, _ = read_disclosure(disclosure.decode())
        made = redact(log, tmp_path / str(number), {int(index): [name]})
        assert (int(index), name) in made.withheld
        expected = files
        for at, field in made.withheld:  # with a cell of a row the pepper
            expected = chosen_of(expected, disclosure_of(everything, at, field))
        assert content(tmp_path / str(number)) == {
            path.removeprefix("ledger/"): data for path, data in expected.items() if path.startswith("ledger/")
        }
        shutil.rmtree(tmp_path / str(number))


def disclosure_of(everything: altered.Shown, at: int, field: str) -> bytes:
    return next(d for _, index, d in everything if int(index) == at and read_disclosure(d.decode())[0] == field)
