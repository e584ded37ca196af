"""Nothing protected gets through, each named check can fail, and no side can stop a finding by what it writes."""

import json
import re
from copy import deepcopy
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.cases.rooms import NORTH
from tests.release.made_up import failed, feature, judged, made, source, world

from trucewatch.release import CHECKS, COARSE_KM, Given, cell_of, check, coarse_words, files
from trucewatch.report.places import Settlements
from trucewatch.spacetime import GEODESIC

ROW = {
    "id": "row-17", "source": "Old Miller", "source_class": "observer",
    "text": "I stood behind the second barn and saw three men carry it",
}  # fmt: skip
CANARIES = (
    "38.012",
    "48.005",
    "09:17",
    "row-17",
    "camera 7",
    "old miller",
    "second barn",
    "reviewer-one",
    "harm answer",
)


def everything(release) -> str:
    return "".join(data.decode() for data in files(release).values()).casefold()


def test_no_canary_comes_through():
    room, index = judged(text="Old miller told us.")
    room.say("liaison-n", "reply", "He stood behind the second barn and saw three men", to=index, stance="rejects")
    room.say("officer", "message", "Both of you: hold your fire at the harm answer", about="")
    room.say("officer", "correction", "It was at 48.0057, 38.0123.", corrects=index)
    release, checks = made(source(room), [ROW])
    assert failed(checks) == set()
    assert [canary for canary in CANARIES if canary in everything(release)] == []
    (one,) = release.value["findings"]
    assert [v["withheld"] for v in one["determinations"]] == ["names", "names"]
    assert [one["replies"][0]["withheld"], one["corrections"][0]["withheld"]] == ["quotes", "place"]


def test_words_are_whole_or_not_there_and_hold_no_finding_back():
    room, index = judged(NORTH, text="two independent lines")
    room.say("liaison-n", "reply", "Old Miller lies", to=index, stance="rejects")
    release, _ = made(source(room), [ROW])
    (one,) = release.value["findings"]
    assert (one["finding"], one["replies"][0]["stance"], one["replies"][0]["words"]) == (NORTH, "rejects", None)
    assert [v["words"] for v in one["determinations"]] == ["two independent lines"] * 2


def test_what_a_side_calls_itself_in_public_is_no_secret():
    room, _ = judged(text="The ministry of the north says otherwise.")
    said = {"id": "claim-7", "source": "ministry of the north"}
    for source_class, withheld in (("party", ""), ("media", ""), ("observer", "names"), ("", "names")):
        release, _ = made(source(room), [said | {"source_class": source_class}])
        assert release.value["findings"][0]["determinations"][0]["withheld"] == withheld


def test_words_that_two_guarantors_erased_are_said_to_be_erased():
    room, _ = judged()
    hidden = replace(room, said=[replace(one, shown={}) for one in room.said])
    release, checks = made(source(hidden))
    assert {v["withheld"] for v in release.value["findings"][0]["determinations"]} == {"erased"}
    assert failed(checks) == set()


def test_a_phenomenon_in_a_sources_own_words_is_not_repeated():
    room, _ = judged()
    release, _ = made(source(room, shown=world(feature(what="my uncle's barn blew up"))))
    assert "uncle" not in everything(release)


def spoiled(change, *, names=frozenset(), quotes=frozenset(), room=None):
    given_ = source(room or judged()[0])
    release, checks = made(given_)
    assert failed(checks) == set()
    value = deepcopy(release.value)
    texts = change(value) or release.texts
    return failed(
        check(Given(release=replace(release, value=value, texts=texts), source=given_, names=names, quotes=quotes))
    )


def _set(*path_and_value):
    *path, last, new = path_and_value

    def change(value):
        for part in path:
            value = value[part]
        value[last] = new

    return change


HAPPENING = ("findings", 0, "happening")
SPOILS = {
    "kilometres": (_set(*HAPPENING, "place", "edges", {"west": 38.0, "south": 48.0, "east": 38.01, "north": 48.1}), {}),
    "place": (_set(*HAPPENING, "place", "words", ""), {}),
    "delay": (_set(*HAPPENING, "day", "2026-03-08"), {}),
    "days": (_set("findings", 0, "published", "2026-03-01 12:04"), {}),
    "names": (
        _set("findings", 0, "determinations", 0, "words", "Old Miller"),
        {"names": frozenset({("old", "miller")})},
    ),
    "sources": (
        lambda _: ("one two three four five six seven",),
        {"quotes": frozenset({("one", "two", "three", "four", "five", "six")})},
    ),
    "fields": (_set("findings", 0, "sealed", "x"), {}),
    "effort": (_set("coverage", []), {}),
    "fairness": (lambda value: value["findings"][0]["determinations"].pop() and None, {}),
}


@pytest.mark.parametrize("name", SPOILS)
def test_each_check_finds_what_it_is_named_after(name):
    change, more = SPOILS[name]
    assert name in spoiled(change, **more)


def test_what_was_said_for_the_room_is_found_by_its_check():
    room, _ = judged()
    words = "both of you hold your fire until noon tomorrow"
    room.say("officer", "message", words, about="")
    assert "inside" in spoiled(lambda _: (f"They were told: {words}",), room=room)
    assert {*SPOILS, "inside"} == {one.name for one in CHECKS}


def test_nothing_is_early():
    room, index = judged()
    late, early = source(room), source(room, days=2.0)
    release, _ = made(late)
    value = {**release.value, "log": early.origin and {"time": "2026-03-03T12:00:00Z"}}
    found = check(Given(release=replace(release, value=value), source=early, names=frozenset(), quotes=frozenset()))
    (delay,) = [one for one in found if one.name == "delay"]
    assert f"entry {index}: the time to reply is not over" in delay.found


# --- the grid -------------------------------------------------------------------------------------

KNOWN = Settlements(names=("Mill", "Ford"), lon=np.array([38.1, 38.2]), lat=np.array([48.1, 48.0]))


@given(st.floats(-179.9, 179.9), st.floats(-85, 85), st.floats(0, 200))
def test_a_cell_holds_its_place_and_is_ten_kilometres_wide_or_as_wide_as_the_doubt(lon, lat, radius):
    cell = cell_of(lon, lat, radius, "impact")
    assert cell.west - 1e-5 <= lon <= cell.east + 1e-5
    assert cell.south - 1e-5 <= lat <= cell.north + 1e-5
    lines = ((cell.west, y, cell.east, y) for y in (cell.south, cell.north))
    sides = [*(GEODESIC.inv(*line)[2] for line in lines), GEODESIC.inv(cell.west, cell.south, cell.west, cell.north)[2]]
    assert min(sides) / 1000 >= max(COARSE_KM, radius) * (cell.east - cell.west < 180)


@given(st.floats(38.0, 38.4), st.floats(47.9, 48.3), st.floats(0, 1), st.floats(0, 1))
def test_the_words_of_a_place_say_no_more_than_its_cell(lon, lat, x, y):
    cell = cell_of(lon, lat, 0.3, "impact")
    inside = cell_of(
        cell.west + (cell.east - cell.west) * (0.01 + 0.98 * x),
        cell.south + (cell.north - cell.south) * (0.01 + 0.98 * y),
        0.3,
        "impact",
    )
    assert (inside, coarse_words(inside, 0.3, KNOWN)) == (cell, coarse_words(cell, 0.3, KNOWN))


def test_the_table_the_map_and_the_page_say_what_the_values_say():
    room, index = judged()
    release, _ = made(source(room))
    made_files = files(release)
    one = json.loads(made_files["findings.geojson"])["features"][0]
    assert one["properties"]["entry"] == index
    assert one["geometry"]["coordinates"][0][0] == one["geometry"]["coordinates"][0][-1]
    rows = made_files["findings.csv"].decode().splitlines()
    assert len(rows) == 2
    assert rows[1].startswith(f"{index},i-1,stands,,")
    assert made_files["coverage.csv"].decode().splitlines()[1].startswith(f"{NORTH},2026-03,1,6.5,24,13.0,")
    assert release.value["log"]["root"] in made_files["METHOD.md"].decode()
    assert rows[0].endswith("found_by_1,found_by_2")


def test_where_only_somebody_who_observed_is_known_the_cell_is_twice_as_wide():
    room, _ = judged()
    cells = [
        made(source(room, shown=world(feature(place_of=end))))[0].value["findings"][0]["happening"]["place"]["cell_km"]
        for end in ("origin", "impact", "perceived")
    ]
    assert cells == [10, 10, 20]


def test_the_page_lists_every_check_in_the_programs_words():
    page = (Path(__file__).resolve().parents[2] / "docs" / "release.md").read_text(encoding="utf-8")
    shown = dict(re.findall(r"^\| `(\w+)` \| ([^|]+?) \|$", page, re.MULTILINE))
    plain = {name: words.split(" (")[0].replace("three days", "3 days") for name, words in shown.items()}
    assert plain == {one.name: one.asks.rstrip(".") for one in CHECKS}
