"""From a simulated world to the table and the picture, without the peers, which are not installed for the tests."""

from xml.etree import ElementTree as ET

import pytest
from benchmarks import judged, metrics, picture, summary, table
from benchmarks.measure import OURS, Task, measure
from benchmarks.worlds import Cell, see

WORLDS = (Cell(incidents=60), Cell(incidents=60, seed=2), Cell(world="sensors", incidents=60))


@pytest.fixture(scope="module")
def runs():
    return [measure(Task(cell=cell)) for cell in WORLDS]


@pytest.fixture(scope="module")
def result(runs):
    worlds = summary.summary(runs, {})
    about = {"day": "2021-03-01", "commit": "x", "methods": ["m"], "meltt": "not at hand", "cores": 1, "python": "3"}
    part = {"seeds": [1, 2], "worlds": worlds, "small_world": worlds[:1]}
    return {"about": {**about, "minutes": 1.0}, "development": part}


def test_the_page_states_every_bar_and_every_missing_peer(result):
    page = table.markdown(result, "picture.svg")
    assert "pair F1 ≥ 0.80, mixed" in page
    assert "not at hand" in page
    assert "not a result" in page


def test_the_picture_is_well_formed(result):
    assert ET.fromstring(picture.svg(result)).tag.endswith("svg")


def test_means_over_seeds_are_those_of_the_single_worlds(runs, result):
    mixed = result["development"]["worlds"][0]
    single = [run.grouped[OURS, ""].pairs.f1 for run in runs[:2]]
    assert mixed["association"][0]["f1"]["mean"] == pytest.approx(sum(single) / 2)


def test_with_the_true_incidents_association_is_perfect_but_for_what_denies_only():
    seen = see(WORLDS[0])
    true = judged.with_true_incidents(seen)
    rows = true.scored
    counts = metrics.pairs(true.our_groups(rows), true.true_groups(rows))
    assert counts.precision == 1.0
    assert counts.recall > 0.97
