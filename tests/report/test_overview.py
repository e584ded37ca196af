import json
from array import array
from dataclasses import replace

import handmade

from trucewatch.report.geo import map_json
from trucewatch.report.overview import TYPES, WHOLE, overview, overview_of


def read(packed: bytes) -> tuple[dict, dict[str, list[float]]]:
    """As the page reads it."""
    at = 8 + int(packed[:8])
    head, found = json.loads(packed[8:at]), {}
    for name, kind in head["columns"]:
        column = array(TYPES[kind])
        column.frombytes(packed[at : at + head["size"] * column.itemsize])
        assert at % column.itemsize == 0  # or no browser reads it
        at += len(column) * column.itemsize
        found[name] = list(column)
    assert at == len(packed)
    return head, found


def written() -> dict:
    return json.loads(map_json(handmade.assessment()))


def test_the_first_view_has_every_incident_as_map_json_has_it() -> None:
    features = {f["properties"]["id"]: f for f in written()["incidents"]["features"]}
    head, columns = read(overview(handmade.assessment()))
    assert sorted(head["ids"]) == sorted(features)
    for row, name in enumerate(head["ids"]):
        feature, properties = features[name], features[name]["properties"]
        words = {key: head["words"][key][int(columns[key][row])] for key in head["words"]}
        assert words["determination"] == properties["determination"]
        assert words["words"] == properties["words"]
        assert words["count"] == properties["count"]
        assert (words["clauses"] or []) == properties["clauses"]
        assert columns["records"][row] == len(properties["observations"])
        shares = {key: columns[f"p{number}"][row] / WHOLE for number, key in enumerate(head["shares"])}
        assert all(abs(shares[key] - share) < 1e-5 for key, share in properties["p"].items())
        if feature["geometry"]:
            assert abs(columns["lon"][row] - feature["geometry"]["coordinates"][0]) < 1e-5
        else:
            assert columns["lon"][row] != columns["lon"][row]


def test_the_newest_stands_first_and_what_has_no_time_last() -> None:
    _, columns = read(overview(handmade.assessment()))
    timed = [first for first in columns["from"] if first == first]
    assert timed == sorted(timed, reverse=True)
    assert all(first != first for first in columns["from"][len(timed) :])


def test_the_end_of_a_time_is_not_in_it() -> None:
    given = written()
    properties = given["incidents"]["features"][0]["properties"]
    properties |= {"first": "2020-11-10T00:00:00Z", "last": "2020-11-11T00:00:00Z"}
    given["incidents"]["features"] = given["incidents"]["features"][:1]
    _, columns = read(overview_of(given))
    assert columns["to"][0] - columns["from"][0] == 24 * 3_600_000 - 1


def test_nothing_that_is_possible_is_written_as_impossible_or_certain() -> None:
    given = written()
    given["incidents"]["features"] = given["incidents"]["features"][:1]
    given["incidents"]["features"][0]["properties"]["p"] = {"a": 1e-9, "b": 1 - 1e-9, "c": 0.0, "d": 1.0}
    _, columns = read(overview_of(given))
    assert [columns[f"p{number}"][0] for number in range(4)] == [1, WHOLE - 1, 0, WHOLE]


def test_the_view_of_a_file_is_the_view_of_the_conclusions_it_was_written_from() -> None:
    from_file, from_memory = read(overview_of(written())), read(overview(handmade.assessment()))
    assert repr(from_file) == repr(from_memory)  # NaN is NaN


def test_no_word_of_a_source_is_in_the_first_view() -> None:
    """What sources wrote is asked for one incident at a time, so that whoever reads it is on record with it."""
    assessment = handmade.assessment()
    secret = "a word that only one source wrote"
    incidents = tuple(
        replace(one, observations=tuple(replace(o, text=secret) for o in one.observations))
        for one in assessment.incidents
    )
    assert secret.encode() in map_json(replace(assessment, incidents=incidents))
    assert secret.encode() not in overview(replace(assessment, incidents=incidents))
