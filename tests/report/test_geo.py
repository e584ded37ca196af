import json
from dataclasses import replace

import handmade

from trucewatch.report.geo import map_json


def read() -> dict:
    return json.loads(map_json(handmade.assessment()))


def test_the_interactive_page_finds_what_it_was_promised() -> None:
    assert set(read()) == {
        "case", "line", "features", "relief", "incidents", "incidents_left_out", "efforts", "rays", "rays_left_out", "bounds",
        "footprints", "footprints_left_out",
    }  # fmt: skip


def test_every_incident_is_there_with_its_reasons_and_records() -> None:
    incidents = read()["incidents"]["features"]
    assert [i["properties"]["id"] for i in incidents] == [f"I{n:04d}" for n in range(1, 9)]
    first = incidents[0]["properties"]
    assert first["p"] == {"alfa": 0.9712, "bravo-north": 0.0021, "both": 0.01, "other": 0.0067, "no_violation": 0.01}
    assert first["words"] == "attributed to Republic of Alfa (almost certain)"
    assert [o["id"] for o in first["observations"]] == ["obs-10", "obs-11", "obs-12"]


def test_an_incident_without_a_place_has_no_geometry() -> None:
    assert [i["geometry"] is None for i in read()["incidents"]["features"]].index(True) == 3


def test_parties_keep_their_order_and_get_their_colours_by_it() -> None:
    one = [party["colour"] for party in read()["case"]["parties"]]
    turned = json.loads(map_json(handmade.assessment("bravo-north", "alfa")))["case"]["parties"]
    assert [party["colour"] for party in turned] == one
    assert [party["id"] for party in turned] == ["bravo-north", "alfa"]


def test_coordinates_have_five_decimals_at_most() -> None:
    for ray in read()["rays"]["features"]:
        for corner in ray["geometry"]["coordinates"][0]:
            assert all(round(value, 5) == value for value in corner)


def test_the_relief_is_a_neighbouring_file_and_may_be_missing() -> None:
    assert read()["relief"]["url"] == "relief.png"
    assessment = handmade.assessment()
    bare = replace(assessment, case=replace(assessment.case, relief=None))
    assert json.loads(map_json(bare))["relief"] is None
