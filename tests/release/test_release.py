"""What everybody may have of the findings: who is heard in it, what it counts, what waits, and that labels decide nothing."""

import json
from dataclasses import replace

import pytest
from hypothesis import given, settings
from tests.cases.rooms import FIRST, NORTH, SECOND, SOUTH, STAFF, exchange, renamed, rooms
from tests.release.made_up import LATE, effort, failed, feature, judged, made, source, world

from trucewatch.release import FILES, digest_of, files

BOTH = exchange(NORTH, SOUTH)


def value(room, rows=(), **more):
    return made(source(room, **more), rows)[0].value


def counted(found, by, finding):
    return next(one for one in found["counts"] if (one["by"], one["finding"]) == (by, finding))


def test_a_finding_stands_with_both_guarantors_the_replies_and_the_corrections():
    room, index = judged("undetermined", text="two lines")
    room.say("liaison-n", "reply", "we were not there", to=index, stance="rejects")
    room.say("officer", "correction", "it was the day before", corrects=index)
    (one,) = value(room)["findings"]
    assert [(v["guarantor"], v["words"], v["entry"]) for v in one["determinations"]] == [
        (FIRST, "two lines", 3),
        (SECOND, "two lines", 4),
    ]
    assert [(r["side"], r["stance"], r["words"]) for r in one["replies"]] == [(NORTH, "rejects", "we were not there")]
    assert one["silent"] == [SOUTH]
    assert [(c["words"], c["corrects"]) for c in one["corrections"]] == [("it was the day before", index)]


def test_dissent_is_shown_and_no_side_named():
    room, _ = judged()
    voices = [room.find("reviewer-one", NORTH, 0, "i-2"), room.find("reviewer-two", SOUTH, 0, "i-2")]
    room.publish(0, voices, "differing", incident="i-2")
    found = value(room, shown=world(feature(), feature("i-2")))
    one = found["findings"][1]
    assert (one["outcome"], one["finding"]) == ("differing", "undetermined")
    assert [v["finding"] for v in one["determinations"]] == [NORTH, SOUTH]
    assert [counted(found, name, NORTH)["number"] for name in ("finding", FIRST, SECOND)] == [1, 2, 1]


def test_a_withdrawn_finding_stays_as_withdrawn_and_is_counted_apart():
    room, first = judged(NORTH)
    _, second = judged("undetermined", room=room)
    found = value(room)
    assert [(one["entry"], one["standing"], one["withdrawn_by"]) for one in found["findings"]] == [
        (first, "withdrawn", second),
        (second, "stands", None),
    ]
    assert counted(found, "finding", NORTH)["entries"] == []
    assert counted(found, "withdrawn", "")["entries"] == [first]


def test_what_waits_is_listed_with_the_reason_and_nothing_else_of_it():
    room, index = judged()
    secret = "the words of both"
    judged("undetermined", incident="i-2", room=room, text=secret)
    for more, why in (
        ({"days": 2.0}, "the time to reply is not over"),
        ({"days": 3.5, "shown": world(feature(day="2026-03-02"))}, "the happening is not 3 days old"),
        ({"shown": world(feature(at=None))}, "no place is known, so none can be shown coarsely"),
        ({"shown": world(feature("i-9"))}, "the published map of its conclusion does not show the incident"),
    ):
        found = value(room, **more)
        assert {"entry": index, "because": why} in found["held_back"]
        assert index not in [one["entry"] for one in found["findings"]]
    assert secret not in json.dumps(found)


def test_every_number_names_the_entries_that_it_counts():
    room, _ = judged()
    judged("undetermined", incident="i-2", room=room)
    found = value(room, shown=world(feature(), feature("i-2")))
    indices = {one["entry"] for one in found["findings"]}
    assert all(one["number"] == len(one["entries"]) and {*one["entries"]} <= indices for one in found["counts"])
    assert all(type(row["entry"]) is int for row in found["coverage"])


def test_hours_watched_are_sums_of_a_month_for_every_side_and_late():
    days = [effort(day, side) for day in ("2026-03-01", "2026-03-02", "2026-03-08") for side in (NORTH, SOUTH)]
    room, _ = judged()
    rows = value(room, shown=world(efforts=days))["coverage"]
    assert [(row["side"], row["month"], row["days"], row["hours_watched"]) for row in rows] == [
        (NORTH, "2026-03", 2, "13.0"),
        (SOUTH, "2026-03", 2, "13.0"),
    ]
    none = value(room, shown=world(efforts=[]))["coverage"]
    assert [(row["side"], row["days"], row["hours_watched"]) for row in none] == [(NORTH, 0, "0.0"), (SOUTH, 0, "0.0")]


@settings(max_examples=40)
@given(rooms)
def test_with_the_sides_exchanged_only_labels_change(room):
    given_ = source(room, days=LATE + 9, shown=world(feature(), feature("i-2", at=(38.3, 48.1))))
    other = replace(
        source(room, days=LATE + 9, shown=renamed(given_.conclusions[0].facts.map, BOTH)),
        office=replace(room, said=renamed(room.said, BOTH)).office(
            LATE + 9, terms=renamed(given_.office.terms, BOTH), staff=renamed(STAFF, BOTH)
        ),
    )
    ours, theirs = made(given_), made(other)
    assert renamed(ours[0].value, BOTH) == theirs[0].value
    assert failed(ours[1]) == failed(theirs[1])


@settings(max_examples=40)
@given(rooms)
def test_a_repeated_statement_and_another_order_of_the_rows_change_no_byte(room):
    rows = [{"id": "row-1", "source": "camera 7", "text": "x"}, {"id": "row-2", "source": "because"}]
    once = files(made(source(room, days=LATE + 9), rows)[0])
    again = files(made(source(room, days=LATE + 9), rows[::-1] * 2)[0])
    assert [*once] == [*FILES]
    assert once == again
    assert digest_of(once) == digest_of(again)


@settings(max_examples=40)
@given(rooms)
def test_whoever_has_the_open_fields_alone_works_out_all_but_words_places_and_hours(room):
    hidden = replace(room, said=[replace(one, shown={}) for one in room.said])
    ours, theirs = (value(each, days=LATE + 9) for each in (room, hidden))
    assert _open(ours) == _open(theirs)


def _open(found):
    if isinstance(found, dict):
        return {name: _open(inner) for name, inner in found.items() if name not in {"words", "withheld"}}
    return [_open(inner) for inner in found] if isinstance(found, list) else found


@pytest.mark.parametrize("claims", [(None, "accuses"), ("reports", "accuses")])
def test_what_is_only_claimed_is_said_to_be_only_claimed(claims):
    room, _ = judged()
    (one,) = value(room, shown=world(feature(claims=claims)))["findings"]
    assert one["happening"]["only_claimed"] is (None not in claims)


def test_where_drones_looked_never_leaves_the_house():
    room, _ = judged()
    flight = {"type": "Feature", "geometry": None, "properties": {"unit": "flight 9", "from": "2026-03-01T09:00:00Z"}}
    flown = world() | {"footprints": {"type": "FeatureCollection", "features": [flight]}, "footprints_left_out": 0}
    given_, bare = (source(room, shown=shown) for shown in (flown, world()))
    assert files(made(given_)[0]) == files(made(bare)[0])
