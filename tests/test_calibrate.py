"""Calibration from result folders and labels; a standard of proof that rests on a record; cards that can be read."""

import csv
import io
import shutil
from dataclasses import replace
from pathlib import Path

import pytest
from typer.testing import CliRunner

from trucewatch import centre, pipeline
from trucewatch.calibrate import calibrate_runs
from trucewatch.calibration import parse_record, record_json, threshold
from trucewatch.cli import app
from trucewatch.intake.cards import parse_card
from trucewatch.intake.case import CaseError
from trucewatch.model import RiskPoint
from trucewatch.sim import folder
from trucewatch.sim.settings import asked

DATA = Path(centre.__file__).parent / "data"


def simulated(path, ids="alpha,beta"):
    settings = asked(
        world="posts",
        regime="balanced",
        share=0.5,
        parties=2,
        party_ids=ids,
        seed=5,
        incidents=60,
        days=0,
        sigma_scale=1.0,
    )
    folder.write(folder.simulate(settings), path)
    return path


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    place = tmp_path_factory.mktemp("calibrate")
    for name, ids in (("one", "alpha,beta"), ("swapped", "beta,alpha")):
        case = simulated(place / name, ids)
        centre.assess(case, place / f"{name}-out")
    return place


def record_of(made, name="one", **more):
    return calibrate_runs([made / f"{name}-out"], [made / name / "truth"], **more)


def table(path):
    return list(csv.DictReader(io.StringIO(path.read_text(encoding="utf-8"))))


def test_the_command_prints_the_threshold_and_writes_record_and_picture(made):
    arguments = ["calibrate", str(made / "one-out"), "--truth", str(made / "one" / "truth"), "--out", str(made / "rec")]
    done = CliRunner().invoke(app, arguments)
    assert done.exit_code == 0, done.output
    assert "threshold:" in done.output
    assert "alpha: ECE" in done.output
    record = parse_record((made / "rec" / "calibration.json").read_bytes())
    assert record.methods == pipeline.VERDICTS
    assert record.incidents == len(table(made / "one-out" / "incidents.csv"))
    picture = (made / "rec" / "calibration.svg").read_text(encoding="utf-8")
    assert picture.count("<svg") == 4  # two sides and the risks, in one drawing


def test_exchanging_the_ids_exchanges_the_tables_and_nothing_else(made):
    one, other = record_of(made), record_of(made, "swapped")
    assert [s.name for s in one.sides] == [s.name for s in other.sides][::-1]
    assert [replace(s, name="") for s in one.sides] == [replace(s, name="") for s in other.sides]
    assert replace(one, sides=()) == replace(other, sides=())


def test_decided_incidents_alone_are_labels_too(made, tmp_path):
    names = [row["incident_id"] for row in table(made / "one-out" / "incidents.csv")][:7]
    labels = tmp_path / "labels.csv"
    labels.write_text("incident_id,who\n" + "".join(f"{name},alpha\n" for name in names), encoding="utf-8")
    record = calibrate_runs([made / "one-out"], [labels])
    assert (record.incidents, record.fired) == (7, 7)
    for wrong in ("nobody,alpha\n", f"{names[0]},gamma\n"):
        labels.write_text("incident_id,who\n" + wrong, encoding="utf-8")
        with pytest.raises(ValueError, match=r"no incident of|none of alpha"):
            calibrate_runs([made / "one-out"], [labels])


def test_truth_of_another_run_and_runs_of_two_kinds_are_refused(made, tmp_path):
    with pytest.raises(ValueError, match="one --truth for each run"):
        calibrate_runs([made / "one-out"], [])
    with pytest.raises(ValueError, match="calibrate like with like"):
        calibrate_runs([made / "one-out", made / "swapped-out"], [made / "one" / "truth", made / "swapped" / "truth"])
    with pytest.raises(ValueError, match="is no folder that `assess` wrote"):
        calibrate_runs([tmp_path], [made / "one" / "truth"])
    short = tmp_path / "truth"
    shutil.copytree(made / "one" / "truth", short)
    rows = (short / "links.csv").read_text(encoding="utf-8").splitlines(keepends=True)
    (short / "links.csv").write_text("".join(rows[:-1]), encoding="utf-8")
    with pytest.raises(ValueError, match="does not know observation"):
        calibrate_runs([made / "one-out"], [short])


def proof(made, at=0.98):
    """A record that proves a threshold, by invented counts."""
    curve = tuple(RiskPoint(probability=p, accused=1000, wrong=0 if p >= at else 90) for p in (0.99, at, 0.96, 0.95))
    record = replace(record_of(made), curve=curve)
    return replace(record, threshold=threshold(curve, record.target))


def resting_on(made, place, record):
    case = place / "case"
    shutil.copytree(made / "one", case)
    (case / "held.json").write_bytes(record)
    text = (case / "case.toml").read_text(encoding="utf-8")
    (case / "case.toml").write_text(
        text.replace("lines = 2", 'lines = 2\ncalibrated_on = "held.json"'), encoding="utf-8"
    )
    return case


def test_a_standard_may_rest_on_a_record_and_recomputes_from_the_log(made, tmp_path):
    case = resting_on(made, tmp_path, record_json(proof(made)))
    run = centre.assess(case, tmp_path / "out")
    assert run.assessment.case.standard.probability == 0.98
    assert b"at least 0.98 (as held.json proves it" in run.published["report.html"]
    shutil.rmtree(case)
    assert all(centre.recompute(tmp_path / "out").values())


def test_a_record_raises_the_standard_and_never_lowers_it(made, tmp_path):
    case = resting_on(made, tmp_path, record_json(proof(made)))
    text = (case / "case.toml").read_text(encoding="utf-8")
    (case / "case.toml").write_text(text.replace("probability = 0.95", "probability = 0.99"), encoding="utf-8")
    assert centre.open_case(case).case.standard.probability == 0.99


def test_records_that_prove_nothing_here_are_refused(made, tmp_path):
    good = proof(made)
    for n, (record, said) in enumerate((
        (record_json(replace(good, methods=("attribute/0",))), "calibrate again"),
        (record_json(replace(good, threshold=None)), "proves no threshold"),
        (record_json(replace(good, threshold=0.9)), "prove"),
        (b"{}", "no record"),
    )):  # fmt: skip
        with pytest.raises(CaseError, match=said):
            centre.open_case(resting_on(made, tmp_path / str(n), record))


def test_attribution_has_a_card_and_shipped_records_say_that_their_worlds_are_simulated():
    cards = {parse_card(path.read_bytes(), path.name).method for path in (DATA / "methods").glob("*.md")}
    assert {method for method in pipeline.METHODS if method.startswith("attribute/")} <= cards
    for path in (DATA / "calibration").glob("*.json"):
        record = parse_record(path.read_bytes())
        assert "simulated" in record.about
        assert path.stem.replace("-", "/") in record.methods


@pytest.mark.parametrize("broken", ["", "no front", "+++\nmethod = 1\n+++\n", "+++\nmethod = 'a'\ndoes = 'b'\n+++\n"])
def test_a_card_without_its_front_is_refused(broken):
    with pytest.raises(ValueError, match="card"):
        parse_card(broken.encode(), "a card")
