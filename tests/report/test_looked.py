"""What the staffs' map is given of where drones looked: coarse passes, no side's word, no place that was aimed at."""

import json
from dataclasses import replace
from datetime import timedelta
from itertools import pairwise

import handmade
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.build import NOON, PLANE, box

from trucewatch.model import Clocks, Coded, Footprint, Interval, Named, Record, Source
from trucewatch.report.geo import map_json
from trucewatch.report.looked import MOST_PASSES, SQUARE_KM, footprints
from trucewatch.vocabulary import FootprintGrade, SourceClass, View

MINUTE = timedelta(minutes=1)


def record(west, south, east, north, *, start=0.0, minutes=15.0, side=None, empty=False, **more) -> Record:
    begin = NOON + start * MINUTE
    body = Footprint(
        **{
            "unit": "flight 1", "grade": FootprintGrade.CHECKED, "view": View.CLEAR, "sd_km": 0.02,
            "rings": () if empty else box(west, south, east, north).coordinates, **more,
        }
    )  # fmt: skip
    return Record(
        source=Source(
            name="desk", source_class=Coded(term=SourceClass.DRONE, verbatim="drone"),
            side=Named(party=side, verbatim=side) if side else None,
        ),
        clocks=Clocks(claimed=Interval(start=begin, end=begin + minutes * MINUTE)),
        about="watch:drones", body=body, reader="footprints", raw=(),
    )  # fmt: skip


def drawn(*records):
    return footprints(records)["footprints"]["features"]


def km(feature):
    return PLANE.projected(shapely.from_geojson(json.dumps(feature["geometry"])))


def test_the_footprints_of_one_pass_are_one_shape_with_its_whole_time_and_its_worst_error():
    (one,) = drawn(
        record(0.1, 0.1, 1.4, 0.9),
        record(1.1, 0.1, 2.4, 0.9, start=15.2, minutes=10.5, sd_km=0.07),
    )
    assert one["properties"] == {
        "unit": "flight 1", "from": "2021-03-01T12:00:00Z", "to": "2021-03-01T12:26:00Z", "view": "clear",
        "grade": "checked", "error_m": 70, "km2": 1.8,
    }  # fmt: skip
    shape = km(one)
    assert shape.buffer(0.01).contains(shapely.box(0.1, 0.1, 2.4, 0.9))
    assert shape.area > 1.84


def test_grounds_that_lie_far_apart_take_no_more_than_their_own_squares():
    (one,) = drawn(record(-1, -1, 1, 1), record(900, 900, 902, 902, start=5))
    assert one["properties"]["km2"] == pytest.approx(8, rel=0.05)
    assert 8 <= km(one).area < 40


def test_what_others_than_watchers_state_of_a_mission_is_not_drawn():
    told = record(-1, -1, 1, 1)
    media = replace(told, source=Source(name="desk", source_class=Coded(term=SourceClass.MEDIA, verbatim="media")))
    assert not drawn(media)


def test_a_pause_another_view_or_another_mission_is_another_pass_newest_first():
    found = drawn(
        record(0, 0, 1, 1),
        record(0, 0, 1, 1, start=26),
        record(0, 0, 1, 1, start=41, view=View.DENIED),
        record(0, 0, 1, 1, start=41, unit="flight 2"),
    )
    assert [(each["properties"]["unit"], each["properties"]["from"][11:16]) for each in found] == [
        ("flight 1", "12:41"), ("flight 2", "12:41"), ("flight 1", "12:26"), ("flight 1", "12:00"),
    ]  # fmt: skip


def test_what_a_side_states_is_not_drawn():
    assert drawn(record(0, 0, 1, 1, side="north"), record(0, 0, 1, 1, side="south")) == []


def test_ground_that_is_not_known_has_no_shape_and_is_told_all_the_same():
    found = drawn(
        record(0, 0, 1, 1, grade=FootprintGrade.UNLOCATED),
        record(0, 0, 0, 0, empty=True, sd_km=None, view=View.DENIED, start=60),
    )
    assert [each["geometry"] for each in found] == [None, None]
    assert [(each["properties"]["error_m"], each["properties"]["km2"]) for each in found] == [(None, None), (20, None)]


@given(st.floats(-20, 20), st.floats(-20, 20), st.floats(0.01, 3), st.floats(0.01, 3))
@settings(max_examples=60)
def test_squares_hold_what_was_seen_and_say_no_more_than_their_own_size(x, y, wide, high):
    (one,) = drawn(record(x, y, x + wide, y + high))
    shape = km(one)
    assert shape.buffer(0.01).contains(shapely.box(x, y, x + wide, y + high))
    assert shape.area >= SQUARE_KM**2 * 0.99
    # every edge is as long as a square's at least: no corner of the drawing is a corner of what was seen
    corners = shapely.get_coordinates(shapely.simplify(shape, 0.002))
    steps = [shapely.Point(one).distance(shapely.Point(other)) for one, other in pairwise(corners)]
    assert min(steps) > SQUARE_KM * 0.98


def test_older_passes_beyond_what_is_drawn_are_counted():
    many = [record(0, 0, 0.1, 0.1, start=30 * n) for n in range(MOST_PASSES + 3)]
    found = footprints(many)
    assert (len(found["footprints"]["features"]), found["footprints_left_out"]) == (MOST_PASSES, 3)
    assert found["footprints"]["features"][-1]["properties"]["from"] == "2021-03-01T13:30:00Z"


@given(st.permutations(range(5)))
def test_the_order_of_the_records_changes_no_byte(order):
    records = [record(n * 0.7, 0, n * 0.7 + 1, 1 + n / 3, start=8 * n, view=list(View)[n % 2]) for n in range(5)]
    assert json.dumps(footprints([records[n] for n in order])) == json.dumps(footprints(records))


@pytest.mark.parametrize("told", [True, False])
def test_the_map_has_them_and_a_case_without_any_has_none(told):
    assessment = handmade.assessment()
    given = replace(assessment, records=(*assessment.records, record(0, 0, 1, 1))) if told else assessment
    written = json.loads(map_json(given))
    assert len(written["footprints"]["features"]) == told
    assert written["footprints_left_out"] == 0
