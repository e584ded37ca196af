"""The simulator: every row is read, the truth covers all of them, the same seed gives the same bytes."""

import csv

import pytest

from trucewatch import centre
from trucewatch.sim import folder
from trucewatch.sim.settings import Regime, Settings, World


def written(settings: Settings) -> dict[str, str]:
    return {name: "".join(parts) for name, parts in folder.files(folder.simulate(settings))}


@pytest.mark.parametrize("world", list(World))
def test_every_row_is_read_and_the_truth_names_every_record(world, tmp_path):
    case = tmp_path / "case"
    folder.write(folder.simulate(Settings(world=world, incidents=60, seed=3)), case)
    run = centre.assess(case, tmp_path / "out")
    assert not run.assessment.rejections
    assert not run.notes
    with (case / "truth/links.csv").open() as file:
        links = {row["observation_id"]: row["incident_id"] for row in csv.DictReader(file)}
    assert links.keys() == {o.id for o in run.assessment.observations}
    with (case / "truth/incidents.csv").open() as file:
        known = {row["incident_id"] for row in csv.DictReader(file)}
    assert len(known) == 60
    assert set(links.values()) - {""} <= known


def test_the_same_seed_gives_the_same_bytes_and_another_seed_others():
    settings = Settings(incidents=150, seed=5)
    assert written(settings) == written(settings)
    assert written(settings) != written(Settings(incidents=150, seed=6))


@pytest.mark.parametrize("parties", [("alpha", "beta"), ("alpha", "beta", "gamma")])
@pytest.mark.parametrize("regime", list(Regime))
def test_other_names_of_the_parties_change_nothing_but_the_names(regime, parties):
    plain = written(Settings(incidents=150, seed=7, regime=regime, parties=parties))
    other = written(Settings(incidents=150, seed=7, regime=regime, parties=tuple(f"{p}zz" for p in parties)))
    heat = "truth/links.csv"  # its satellite rows are named by enrolment, whose digest no party enters either
    for name, text in plain.items():
        renamed = other[name]
        for party in parties:
            renamed = renamed.replace(f"{party}zz", party)
        assert renamed == text, (name, heat)
