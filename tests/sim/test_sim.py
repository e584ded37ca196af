"""The folder: every row is read, the truth covers all of them, the same seed gives the same bytes."""

import csv
import tomllib

import pytest

from trucewatch import centre
from trucewatch.sim import folder
from trucewatch.sim.settings import Regime, Settings, World


def written(settings: Settings) -> dict[str, str]:
    return {name: "".join(parts) for name, parts in folder.files(folder.simulate(settings))}


@pytest.mark.parametrize(
    ("world", "parties"), [(w, ("alpha", "beta")) for w in World] + [(World.MIXED, ("a1", "b2", "c3"))]
)
def test_every_row_is_read_and_the_truth_names_every_record(world, parties, tmp_path):
    case = tmp_path / "case"
    folder.write(folder.simulate(Settings(world=world, incidents=50, seed=3, parties=parties)), case)
    run = centre.assess(case, tmp_path / "out")
    assert not run.assessment.rejections
    assert not run.notes
    with (case / "truth/links.csv").open() as file:
        links = [(row["observation_id"], row["incident_id"]) for row in csv.DictReader(file)]
    assert len(links) == len(dict(links)) == run.rows
    with (tmp_path / "out/links.csv").open() as file:
        assert {o for o, _ in links} == {row["observation_id"] for row in csv.DictReader(file)}
    with (case / "truth/incidents.csv").open() as file:
        truth = list(csv.DictReader(file))
    assert len({row["incident_id"] for row in truth}) == 50
    assert {i for _, i in links} - {""} <= {row["incident_id"] for row in truth}
    assert {row["who"] for row in truth} <= {*parties, "both", "other", "no_violation"}
    assert [row["time"] for row in truth] == sorted(row["time"] for row in truth)


def test_the_truth_of_a_satellite_row_is_found_by_the_name_that_enrolment_gives_it(tmp_path):
    sim = folder.simulate(Settings(incidents=400, seed=4))
    links = dict(folder.links(sim))
    fires = [i for o, i in links.items() if o.startswith("firms_hot_spots-")]
    assert len(fires) == len(sim.heat) > 10
    assert "" in fires
    assert any(fires)


def test_the_same_seed_gives_the_same_bytes_and_another_seed_others():
    settings = Settings(incidents=150, seed=5)
    plain, other = written(settings), written(Settings(incidents=150, seed=6))
    assert plain == written(settings)
    assert all(plain[name] != other[name] for name in plain if name.endswith(".csv"))


@pytest.mark.parametrize("parties", [("alpha", "beta"), ("alpha", "beta", "gamma")])
@pytest.mark.parametrize("regime", list(Regime))
def test_other_names_of_the_parties_change_nothing_but_the_names(regime, parties):
    plain = written(Settings(incidents=150, seed=7, regime=regime, parties=parties))
    names = tuple(f"{p}zz" for p in reversed(parties))
    other = written(Settings(incidents=150, seed=7, regime=regime, parties=names))
    for name, text in plain.items():
        renamed = other[name]
        for old, new in zip(names, parties, strict=True):
            renamed = renamed.replace(old, f"<{new}>")
        assert renamed.replace("<", "").replace(">", "") == text, name


def test_what_a_regime_changes_is_what_is_said_and_nothing_that_happened_or_was_perceived():
    worlds = {regime: written(Settings(incidents=200, seed=8, regime=regime)) for regime in Regime}
    balanced = worlds[Regime.BALANCED]
    for regime, world in worlds.items():
        assert world["truth/incidents.csv"] == balanced["truth/incidents.csv"]
        assert world["places.geojson"] == balanced["places.geojson"]
        same = world["observations/statements.csv"] == balanced["observations/statements.csv"]
        assert same == (regime is Regime.BALANCED)
        for name in ("observations/observers.csv", "observations/instruments.csv"):
            without_ids = [[row.partition(",")[2] for row in w[name].splitlines()] for w in (world, balanced)]
            assert without_ids[0] == without_ids[1]  # ids number all rows by time, whoever speaks


def test_stated_errors_can_be_told_wrong_and_nothing_else_changes():
    right, wrong = (written(Settings(incidents=200, seed=9, sigma_scale=s)) for s in (1.0, 2.0))
    errors = {"time_sd_s", "bearing_sd_deg", "distance_sd_km", "position_sd_km"}
    told = 0
    for name in (n for n in right if n.startswith("observations/") and n != folder.HEAT):
        for a, b in zip(
            csv.DictReader(right[name].splitlines()), csv.DictReader(wrong[name].splitlines()), strict=True
        ):
            scaled = a["phenomenon"] not in ("quiet", "movement_restricted") and not a["phenomenon"].startswith(
                "announced"
            )
            for column, cell in a.items():
                if column in errors and cell and scaled:
                    assert float(b[column]) == pytest.approx(2 * float(cell), abs=0.11)
                    told += 1
                else:
                    assert b[column] == cell
    assert told > 500


def test_the_case_names_its_parties_and_asks_for_two_lines():
    case = tomllib.loads(written(Settings(incidents=1, parties=("x.1", "y-2")))["case.toml"])
    assert [p["id"] for p in case["party"]] == ["x.1", "y-2"]
    assert case["standard_of_proof"] == {"probability": 0.95, "lines": 2}
