"""When, where and how many an incident is said to be."""

from dataclasses import replace

import pytest
from tests.build import EAST, PLANE, WEST, assessed, at, observation

from trucewatch.assess.groups import Association
from trucewatch.assess.incidents import incidents
from trucewatch.assess.locate import fixes
from trucewatch.model import Count
from trucewatch.vocabulary import Direction, Phenomenon, Qualifier, SourceClass


def test_what_a_ministry_says_moves_neither_the_place_nor_the_number_that_a_camera_saw():
    rows = [
        observation("a", place=at(3, 0, 0.3), direction=Direction.IMPACT, count=3),
        observation(
            "b", place=at(2.6, 0, 0.01), direction=Direction.OUTGOING, count=200, side=EAST,
            source="ministry", source_class=SourceClass.PARTY, accuses=WEST,
        ),
    ]  # fmt: skip
    (incident,), _ = assessed(rows)
    assert len(incident.observations) == 2
    assert (incident.count.low, incident.count.high) == (3, 3)
    east, _ = PLANE.km([incident.place.lon], [incident.place.lat])
    assert float(east[0]) == pytest.approx(3.0, abs=0.01)


def test_unlike_phenomena_are_not_added_and_parts_of_one_report_are():
    place = at(3, 0)
    rows = [
        observation("a", place=place, source="post", count=483),
        observation("b", place=place, source="post", count=170, phenomenon=Phenomenon.BURST),
        observation("c", place=place, source="post", count=7),
    ]
    (incident,), _ = assessed(rows)
    assert (incident.phenomenon.verbatim, incident.count.low, incident.count.high) == ("explosion", 490, 490)


def test_seven_rounds_that_left_and_landed_are_seven_not_fourteen():
    window = {"source": "post", "lasts_minutes": 400, "sd_s": 30.0}
    rows = [
        observation("a", place=at(-2, 2), direction=Direction.OUTGOING, count=7, **window),
        observation("b", place=at(1, -2), direction=Direction.IMPACT, count=7, **window),
    ]
    (incident,), _ = assessed(rows)
    assert (incident.count.low, incident.count.high) == (7, 7)


@pytest.mark.parametrize(
    ("shares", "low", "qualifier"),
    [
        ((1.0, 1.0), 25, Qualifier.EXACT),
        ((1.0, 0.6), 10, Qualifier.RANGE),
        ((0.6, 1.0), 15, Qualifier.RANGE),
        ((0.75, 0.75), 10, Qualifier.RANGE),  # one of the two at least is of this happening
    ],
)
def test_a_row_that_may_be_of_another_happening_counts_for_the_most_and_not_for_the_least(shares, low, qualifier):
    """Ten that landed, and fifteen of no direction, which may be of these ten or of the fourteen that left."""
    rows = [
        observation("a", place=at(0, 0), source="post", direction=Direction.IMPACT, count=10),
        observation("b", place=at(0, 0), source="post", count=15),
    ]
    (found,) = incidents(rows, fixes(rows, PLANE), Association(groups=((0, 1),), shares=(shares,)), PLANE)
    assert (found.count.low, found.count.high, found.count.qualifier) == (low, 25, qualifier)


def test_rows_in_doubt_that_state_no_number_give_none():
    rows = [observation(key, place=at(0, 0), source="satellite") for key in "ab"]
    (found,) = incidents(rows, fixes(rows, PLANE), Association(groups=((0, 1),), shares=((0.6, 0.6),)), PLANE)
    assert found.count == Count()


@pytest.mark.parametrize(("lasts_minutes", "rounds"), [(0, 4), (480, 8)])
def test_a_remark_alone_makes_no_second_report_of_one_instant(lasts_minutes, rounds):
    rows = [
        replace(
            observation(key, place=at(3, 0), source="post", count=4, lasts_minutes=lasts_minutes), text=f"remark {key}"
        )
        for key in "ab"
    ]
    (found,) = incidents(rows, fixes(rows, PLANE), Association(groups=((0, 1),), shares=((1.0, 1.0),)), PLANE)
    assert (found.count.low, found.count.high) == (rounds, rounds)
