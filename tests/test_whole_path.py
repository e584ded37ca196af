"""The whole path through files, as `trucewatch assess` runs it: what must hold of everything it writes."""

import csv
import io
import json
import os
import random
import re
import shutil
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from trucewatch import centre
from trucewatch.intake.case import CaseError
from trucewatch.ledger import ledger_files
from trucewatch.ledger.note import REHEARSAL
from trucewatch.ledger.store import read_entries, write
from trucewatch.ledger.verify import disclosed, parse_entry, verify

BUNDLED = Path(centre.__file__).parent / "bundled"
ONE, OTHER = "xanthe", "zephyr"
EACH_CASE = pytest.mark.parametrize("name", ["donbas", "karabakh"])


def published(out: Path) -> dict[str, bytes]:
    return {
        p.relative_to(out).as_posix(): p.read_bytes()
        for p in sorted(out.rglob("*"))
        if p.is_file() and "ledger" not in p.relative_to(out).parts
    }


def entries(out: Path) -> list[str]:
    """The log's entries in order, each digest replaced by a sign: digests of exchanged bytes differ, nothing else may."""
    said = ((parse_entry(entry).fields, shown) for entry, shown in read_entries(out / "ledger"))
    whole = ({**fields, "commitments": "", **disclosed(fields, shown)} for fields, shown in said)
    return [re.sub(r"\b[0-9a-f]{64}\b", "<sha256>", json.dumps(entry, ensure_ascii=False)) for entry in whole]


def table(data: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(data.decode(), newline="")))


@pytest.fixture(scope="module")
def assessed(tmp_path_factory):
    made = {}
    for name in ("donbas", "karabakh"):
        out = tmp_path_factory.mktemp(name) / "out"
        made[name] = (centre.assess(BUNDLED / name, out), out)
    return made


# --- what interchange promises --------------------------------------------------------------------


@EACH_CASE
def test_both_cases_give_every_promised_file_with_its_columns(assessed, name):
    run, out = assessed[name]
    files = published(out)
    parties = [p.id for p in run.assessment.case.parties]
    head = {n: next(csv.reader(io.StringIO(files[n].decode()))) for n in files if n.endswith(".csv")}
    assert head["incidents.csv"] == [
        *[
            "incident_id",
            "first_time",
            "last_time",
            "lon",
            "lat",
            "radius_km_68",
            "phenomenon",
            "count_min",
            "count_max",
            "observations",
        ],
        *(f"p_{p}" for p in parties),
        *["p_both", "p_other", "p_no_violation", "determination", "clauses", "why"],
    ]
    assert head["links.csv"][:2] == ["observation_id", "incident_id"]
    assert head["clauses.csv"][:7] == ["clause_id", "obligation_id", "bearer", "status", "as_of", "coverage", "why"]
    assert head["rejected.csv"] == ["file", "row", "reason"]
    assert {"report.html", "map.json"} <= set(files)
    assert (out / "ledger" / "checkpoint").is_file()


@EACH_CASE
def test_every_row_is_linked_or_rejected(assessed, name):
    run, out = assessed[name]
    links = table(published(out)["links.csv"])
    incidents = {r["incident_id"] for r in table(published(out)["incidents.csv"])}
    assert len(links) == len(run.assessment.observations) + len(run.assessment.records)
    assert {r["incident_id"] for r in links} - {""} == incidents
    rows = sum(
        max(0, sum(1 for line in path.read_text().splitlines() if line.strip()) - 1)
        for path in (BUNDLED / name / "observations").glob("*.csv")
    )
    assert run.rows == rows


@EACH_CASE
def test_published_probabilities_sum_to_one_and_the_determination_follows_the_standard(assessed, name):
    run, out = assessed[name]
    standard = run.assessment.case.standard
    for row in table(published(out)["incidents.csv"]):
        shares = {k[2:]: float(v) for k, v in row.items() if k.startswith("p_")}
        assert sum(round(10_000 * p) for p in shares.values()) == 10_000
        assert row["determination"] in {*shares, "undetermined"}
        if row["determination"] != "undetermined":
            assert shares[row["determination"]] >= standard.probability


def fired(source: str, side: str = "", **more: str) -> dict[str, str]:
    """A row of somebody who saw fire leave the ground of the first party."""
    return {
        "source": source, "source_class": "camera", "source_side": side, "means": "saw", "phenomenon": "explosion",
        "direction": "outgoing", "observer_lon": "38.0", "observer_lat": "48.0", "time": "2021-03-01T12:00:00+02:00",
        "time_sd_s": "5", "lon": "37.95", "lat": "48.0", "position_sd_km": "0.3", **more,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("rows", "determination"),
    [
        ([fired("camera 1"), fired("camera 2")], ONE),
        ([fired("camera 1")], "undetermined"),
        ([fired("camera 1"), fired("CAMERA  1", lat="48.0001")], "undetermined"),
        ([fired("Пост Гора\u0438\u0306"), fired("Пост Гора\u0439", lat="48.0001")], "undetermined"),
        ([fired("camera 1", OTHER), fired("camera 2", OTHER, lat="48.0001")], "undetermined"),
        ([fired("camera 1", "a brigade"), fired("camera 2", "an army", lat="48.0001")], "undetermined"),
        ([fired("camera 1"), fired("camera 2", OTHER)], ONE),
    ],
    ids=[
        "two cameras",
        "one",
        "one in capitals",
        "one in two spellings",
        "the accuser's",
        "unknown sides'",
        "one each",
    ],
)
def test_a_side_is_named_on_two_independent_lines_of_which_one_is_not_the_accusers(tmp_path, rows, determination):
    run = centre.assess(case_of(tmp_path / "case", rows), tmp_path / "out")
    assert {a.determination for a in run.assessment.attributions} == {determination}
    statuses = {s.bearer: s.status.value for s in run.assessment.statuses}
    assert statuses == {ONE: "violated" if determination == ONE else "not_verifiable", OTHER: "not_verifiable"}


@EACH_CASE
def test_no_hour_without_a_watch_is_called_quiet(assessed, name):
    run, _ = assessed[name]
    for effort in run.assessment.efforts:
        if effort.hours == 0:
            assert "quiet" not in {hour.value for hour in effort.by_hour}


@EACH_CASE
def test_the_ledger_verifies_and_the_report_recomputed_from_it_has_the_same_bytes(assessed, name):
    _, out = assessed[name]
    verify(out)
    assert all(centre.recompute(out).values())
    assert set(centre.recompute(out)) == {*published(out), "the log's own entries"}


def resigned(out: Path, change) -> None:
    """Write the log of `out` anew, each entry changed, and sign it as an operator could."""
    log = out / "ledger"
    said = ((parse_entry(entry).fields, shown) for entry, shown in read_entries(log))
    changed = (change({**fields, **disclosed(fields, shown)}) for fields, shown in said)
    blobs = {p.name: p.read_bytes() for p in (log / "blobs").iterdir()}
    write(log, ledger_files((hidden_again(entry) for entry in changed if entry is not None), blobs, REHEARSAL))


def hidden_again(entry):
    """The entry's own fields, and those that a log only commits to."""
    hidden = {name for name in entry if ":" in name} | ({"id"} if entry["type"] in {"observation", "record"} else set())
    hidden |= {"reason", "raw"} if entry["type"] == "rejection" else set()
    own = {name: value for name, value in entry.items() if name not in {"commitments", *hidden}}
    return own, {name: entry[name] for name in hidden if name in entry}


def test_a_log_that_says_one_thing_and_publishes_another_is_noticed(assessed, tmp_path):
    out = tmp_path / "out"
    shutil.copytree(assessed["karabakh"][1], out)
    resigned(out, lambda e: {**e, "determination": "armenia"} if e["type"] == "incident" else e)
    verify(out)
    compared = centre.recompute(out)
    assert compared.pop("the log's own entries") is False
    assert all(compared.values())


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (lambda e: None if e["type"] == "case" else e, "no case"),
        (lambda e: {**e, "files": [["case.toml", "../../outside"]]} if e["type"] == "case" else e, "does not name"),
        (lambda e: {**e, "files": []} if e["type"] == "case" else e, "does not understand"),
        (lambda e: {k: v for k, v in e.items() if k != "reader"}, "does not understand"),
    ],
)
def test_a_foreign_log_is_refused_in_one_line(assessed, tmp_path, change, says):
    out = tmp_path / "out"
    shutil.copytree(assessed["karabakh"][1], out)
    resigned(out, change)
    with pytest.raises(CaseError, match=says):
        centre.recompute(out)


def test_recomputing_notices_a_published_byte_that_does_not_follow_from_the_ledger(assessed, tmp_path):
    out = tmp_path / "out"
    shutil.copytree(assessed["karabakh"][1], out)
    path = out / "incidents.csv"
    path.write_bytes(path.read_bytes().replace(b"undetermined", b"armenia", 1))
    assert centre.recompute(out)["incidents.csv"] is False


# --- order, repetition, files ---------------------------------------------------------------------


def rewritten(name: str, folder: Path, change) -> Path:
    """A copy of a bundled case whose observation tables went through `change(file name, header, rows)`."""
    shutil.copytree(BUNDLED / name, folder)
    for path in sorted((folder / "observations").glob("*.csv")):
        header, *rows = path.read_text(encoding="utf-8").splitlines()
        path.unlink()
        for new, lines in change(path.name, rows).items():
            (folder / "observations" / new).write_text("\n".join([header, *lines]) + "\n", encoding="utf-8")
    return folder


def everything(folder: Path, out: Path):
    centre.assess(folder, out)
    return published(out), list(read_entries(out / "ledger"))


@EACH_CASE
def test_shuffling_splitting_renaming_and_repeating_change_no_byte(assessed, name, tmp_path):
    chance = random.Random(5)

    def change(file, rows):
        rows = [*rows, *chance.sample(rows, len(rows) // 3)]
        chance.shuffle(rows)
        cut = len(rows) // 2
        return {f"z-{file}": rows[:cut], f"a-{file}": rows[cut:]}

    folder = rewritten(name, tmp_path / name, change)
    files, log = everything(folder, tmp_path / "out")
    assert files == published(assessed[name][1])
    assert log == list(read_entries(assessed[name][1] / "ledger"))


# --- exchange of the parties ----------------------------------------------------------------------


def exchange(text: str, one: str, other: str) -> str:
    return text.replace(one, "\0").replace(other, one).replace("\0", other)


def exchanged(source: Path, folder: Path, one: str, other: str) -> Path:
    """The case with the two party ids exchanged everywhere in its files."""
    shutil.copytree(source, folder)
    for path in folder.rglob("*"):
        if path.suffix in {".toml", ".geojson", ".md", ".csv"}:
            path.write_text(exchange(path.read_text(encoding="utf-8"), one, other), encoding="utf-8")
    return folder


def test_exchanging_the_parties_of_the_bundled_cases_changes_only_labels(assessed, tmp_path):
    for name, one, other in (("donbas", "ukraine", "formations"), ("karabakh", "armenia", "azerbaijan")):
        folder = exchanged(BUNDLED / name, tmp_path / "swapped" / name, one, other)
        centre.assess(folder, tmp_path / name)
        plain, mirrored = assessed[name][1], tmp_path / name
        before, after = published(plain), published(mirrored)
        assert before.keys() == after.keys()
        for file, data in before.items():
            if file.endswith(".png"):
                assert data == after[file]
            else:
                assert exchange(data.decode(), one, other) == after[file].decode(), file
        assert [exchange(e, one, other) for e in entries(plain)] == entries(mirrored)


HEADER = (
    "id,source,source_class,source_side,means,phenomenon,direction,count,count_min,count_max,observer_lon,"
    "observer_lat,bearing_deg,distance_km,bearing_sd_deg,distance_sd_km,time,time_sd_s,lon,lat,position_sd_km,"
    "accuses,text"
)


@st.composite
def canonical(draw):
    side = draw(st.sampled_from(["", ONE, OTHER]))
    located = draw(st.booleans())
    return {
        "source": draw(st.sampled_from(["post 1", "post 2", "camera", f"ministry of {ONE}", f"ministry of {OTHER}"])),
        "source_class": draw(st.sampled_from(["observer", "camera", "party", "media", "satellite", "notification"])),
        "source_side": side,
        "means": draw(st.sampled_from(["heard", "saw", "party_report", "", "smelled"])),
        "phenomenon": draw(
            st.sampled_from(
                ["explosion", "shot", "hot_spot", "weapon_seen", "announced_training", "quiet", "salvo", ""]
            )
        ),
        "direction": draw(st.sampled_from(["outgoing", "impact", "undetermined", ""])),
        "count": draw(st.sampled_from(["", "1", "12"])),
        "observer_lon": "38.0",
        "observer_lat": draw(st.sampled_from(["48.0", "48.05"])),
        "bearing_deg": "" if located else str(draw(st.integers(0, 360))),
        "distance_km": "" if located else str(draw(st.integers(0, 9))),
        "time": f"2021-03-01T12:{draw(st.integers(0, 59)):02d}:00+02:00",
        "time_sd_s": draw(st.sampled_from(["", "10", "600"])),
        "lon": str(38 + draw(st.integers(-9, 9)) / 100) if located else "",
        "lat": str(48 + draw(st.integers(-9, 9)) / 100) if located else "",
        "accuses": draw(st.sampled_from(["", "", ONE, OTHER, "somebody"])),
        "text": draw(st.sampled_from(["", f"{ONE} fired", f"{OTHER} fired", "=1+1", "<b>bold</b>"])),
    }


def case_of(folder: Path, rows: list[dict[str, str]]) -> Path:
    (folder / "observations").mkdir(parents=True)
    parties = "".join(f'[[party]]\nid = "{p}"\n[party.name]\nen = "The {p} side"\n' for p in (ONE, OTHER))
    (folder / "case.toml").write_text(f'id = "made"\ntime_zone = "Europe/Kyiv"\n{parties}')

    def ground(west: float, east: float, party: str):
        ring = [[west, 47.5], [east, 47.5], [east, 48.5], [west, 48.5], [west, 47.5]]
        return {
            "type": "Feature",
            "properties": {"role": "control", "party": party},
            "geometry": {"type": "Polygon", "coordinates": [ring]},
        }

    line = {
        "type": "Feature",
        "properties": {"role": "line_of_contact", "accuracy_km": 0.3},
        "geometry": {"type": "LineString", "coordinates": [[38.0, 47.5], [38.0, 48.5]]},
    }
    features = [line, ground(37.5, 38.0, ONE), ground(38.0, 38.5, OTHER)]
    (folder / "places.geojson").write_text(json.dumps({"type": "FeatureCollection", "features": features}))
    with (folder / "observations" / "rows.csv").open("w", newline="") as file:
        writer = csv.DictWriter(file, HEADER.split(","), lineterminator="\n")
        writer.writeheader()
        writer.writerows({"id": f"row-{n}", **cells} for n, cells in enumerate(rows))
    return folder


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rows=st.lists(canonical(), min_size=1, max_size=10), chance=st.randoms(use_true_random=False))
def test_exchange_and_order_on_made_up_cases(tmp_path_factory, rows, chance):
    folder = tmp_path_factory.mktemp("made")
    plain, log = everything(case_of(folder / "case", rows), folder / "out")
    assert len(table(plain["links.csv"])) + len(table(plain["rejected.csv"])) == len(rows)
    verify(folder / "out")

    mirrored, _ = everything(exchanged(folder / "case", folder / "swapped", ONE, OTHER), folder / "out-swapped")
    for file, data in plain.items():
        assert exchange(data.decode(), ONE, OTHER) == mirrored[file].decode(), file
    assert [exchange(e, ONE, OTHER) for e in entries(folder / "out")] == entries(folder / "out-swapped")

    path = folder / "case" / "observations" / "rows.csv"
    header, *lines = path.read_text().splitlines()
    lines += chance.sample(lines, len(lines) // 2)
    chance.shuffle(lines)
    path.write_text("\n".join([header, *lines]) + "\n")
    assert everything(folder / "case", folder / "out-shuffled") == (plain, log)


# --- hostile and mistaken input -------------------------------------------------------------------


def test_a_rehearsal_does_not_write_over_a_centres_own_log(tmp_path):
    from trucewatch.ledger.note import Key

    own = Key(name="centre.example/log", seed=bytes(32))
    centre.assess(BUNDLED / "karabakh", tmp_path / "out", own)
    with pytest.raises(CaseError, match="never written over"):
        centre.assess(BUNDLED / "karabakh", tmp_path / "out")
    assert verify(tmp_path / "out").rehearsal is False


def test_an_unreadable_file_is_kept_whole_beside_the_log(tmp_path):
    folder = tmp_path / "case"
    shutil.copytree(BUNDLED / "karabakh", folder)
    data = "id,source,source_class,time\nэто не юникод,x,y,z\n".encode("cp1251")
    (folder / "observations" / "wrong.csv").write_bytes(data)
    run = centre.assess(folder, tmp_path / "out")
    assert [(r.file, r.row) for r in run.assessment.rejections] == [("observations/wrong.csv", 2)]
    blobs = [p.read_bytes() for p in (tmp_path / "out" / "ledger" / "blobs").iterdir()]
    assert data in blobs
    verify(tmp_path / "out")
    assert all(centre.recompute(tmp_path / "out").values())


def test_only_its_own_rehearsal_is_written_over(tmp_path):
    out = tmp_path / "out"
    out.mkdir()
    (out / "incidents.csv").write_text("somebody's")
    with pytest.raises(CaseError, match="no log of ours"):
        centre.assess(BUNDLED / "karabakh", out)
    assert (out / "incidents.csv").read_text() == "somebody's"
    (out / "incidents.csv").unlink()
    centre.assess(BUNDLED / "karabakh", out)
    (out / "photo.jpg").write_bytes(b"x")
    with pytest.raises(CaseError, match=r"photo\.jpg"):
        centre.assess(BUNDLED / "karabakh", out)
    (out / "photo.jpg").unlink()
    centre.assess(BUNDLED / "donbas", out)  # more daily reports than before, then fewer
    centre.assess(BUNDLED / "karabakh", out)
    verify(out)


def test_results_are_not_written_over_the_case_or_among_its_observations(tmp_path):
    folder = case_of(tmp_path / "case", [])
    for out in (folder, folder / "observations", folder / "observations" / "out", tmp_path):
        with pytest.raises(CaseError, match="over the case"):
            centre.assess(folder, out)


def test_the_folder_that_one_stands_in_is_not_replaced_and_a_linked_one_is_followed(tmp_path, monkeypatch):
    folder = case_of(tmp_path / "case", [])
    (tmp_path / "real").mkdir()
    (tmp_path / "linked").symlink_to(tmp_path / "real")
    for _ in range(2):
        centre.assess(folder, tmp_path / "linked")
    verify(tmp_path / "real")
    assert (tmp_path / "linked").is_symlink()
    (tmp_path / "here").mkdir()
    monkeypatch.chdir(tmp_path / "here")
    with pytest.raises(CaseError, match="where you stand"):
        centre.assess(folder, Path())


def test_a_rerun_with_nothing_to_say_still_verifies(tmp_path):
    full = case_of(tmp_path / "full", [{"source": "post", "source_class": "observer", "time": "2021-03-01T12:00:00Z"}])
    empty = case_of(tmp_path / "empty", [])
    for folder in (full, empty, full):
        centre.assess(folder, tmp_path / "out")
        verify(tmp_path / "out")


def test_a_link_that_leads_out_of_the_case_is_listed_and_not_read(tmp_path):
    folder = case_of(tmp_path / "case", [])
    secret = tmp_path / "secret.csv"
    secret.write_text("id,source,source_class,time\n1,a,b,c\n")
    (folder / "observations" / "link.csv").symlink_to(secret)
    (folder / "observations" / "nowhere.csv").symlink_to(tmp_path / "not-there")
    (folder / "observations" / "folder").symlink_to(tmp_path)
    (folder / "observations" / "inside").symlink_to(folder / "observations")
    run = centre.assess(folder, tmp_path / "out")
    assert [(r.file, "out of the case" in r.reason) for r in run.assessment.rejections] == [
        ("observations/folder", True),
        ("observations/link.csv", True),
        ("observations/nowhere.csv", True),
    ]
    assert b"1,a,b,c" not in b"".join(p.read_bytes() for p in (tmp_path / "out").rglob("*") if p.is_file())


def test_a_file_name_that_is_not_utf_8_blocks_nothing(tmp_path):
    folder = case_of(tmp_path / "case", [])
    (Path(os.fsdecode(os.fsencode(folder) + b"/observations/\xff.csv"))).write_bytes(b"what is this\n1\n")
    run = centre.assess(folder, tmp_path / "out")
    assert [r.file for r in run.assessment.rejections] == ["observations/\\xff.csv"]
    verify(tmp_path / "out")


def test_more_days_than_the_log_can_name_are_refused_before_anything_is_written(tmp_path):
    folder = case_of(tmp_path / "case", [])
    days = ", ".join(f'"{2020 + n // 336}-{n // 28 % 12 + 1:02d}-{n % 28 + 1:02d}"' for n in range(600))
    path = folder / "case.toml"
    path.write_text(f"days = [{days}]\n{path.read_text()}")
    with pytest.raises(CaseError, match="600 days"):
        centre.assess(folder, tmp_path / "out")
    assert not (tmp_path / "out").exists()
