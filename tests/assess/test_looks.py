"""Ground that drones saw counts instead of the circle of their watch: shrunk by its error, held for whole hours."""

from dataclasses import replace
from datetime import timedelta

import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.build import EAST, NOON, PLANE, WEST, assessed, at, box, front, observation, post

from trucewatch.assess.belts import CELL_KM, Belts
from trucewatch.assess.coverage import cover
from trucewatch.assess.looks import Look, held
from trucewatch.assess.watch import by_quarters, watches
from trucewatch.model import Clocks, Coded, Footprint, Interval, Named, Ray, Record, Source
from trucewatch.vocabulary import FootprintGrade, Listening, Phenomenon, SourceClass, View

MINUTE = timedelta(minutes=1)
BELT = (-6.0, -30.0, 6.0, 30.0)  # km; all the ground within 5 km of the line of `front`, and a little more


def flown(hours=3, name="flight 1", source_class=SourceClass.DRONE, start=0):
    """A watch of a drone over the middle of the line, told by whoever looked at its pictures: nothing noticed."""
    return observation(
        f"w{name}{start}", source=name, source_class=source_class, means=None, phenomenon=Phenomenon.QUIET,
        observer=post(), place=Ray(observer=post()), minutes=start, lasts_minutes=60 * hours, sd_s=0.0,
    )  # fmt: skip


def footprint(
    west, south, east, north, *, start=0, minutes=180, unit="flight 1", error_m=0.0, grade=FootprintGrade.CHECKED,
    view=View.CLEAR, side=None, key="f", empty=False,
):  # fmt: skip
    """Ground (km of the plane) that was in view from some minutes after noon on."""
    begin = NOON + start * MINUTE
    return Record(
        source=Source(
            name="mission desk",
            source_class=Coded(term=SourceClass.DRONE, verbatim="drone"),
            side=Named(party=side, verbatim=side) if side else None,
        ),
        clocks=Clocks(claimed=Interval(start=begin, end=begin + minutes * MINUTE)),
        about="watch:drones",
        body=Footprint(
            unit=unit, grade=grade, view=view, sd_km=error_m / 1000,
            rings=() if empty else box(west, south, east, north).coordinates,
        ),
        reader="footprints",
        raw=(("id", key),),
        key=key,
    )  # fmt: skip


def effort(rows, records, side=WEST, case=None, found=()):
    efforts, _ = cover(case or front(), PLANE, rows, found, records)
    return next(e for e in efforts if e.side == side)


def share(records, hour=12, rows=None, side=WEST):
    return effort(rows or [flown()], records, side).shares[hour]


def area(case, side, ground):
    """The share of a side's belt that lies in a ground, reckoned cell by cell."""
    belt = Belts(case, PLANE).belt(side, NOON)
    half = CELL_KM / 2
    cells = [shapely.box(x - half, y - half, x + half, y + half) for x, y in belt.centres.tolist()]
    return sum(cell.intersection(ground).area for cell in cells) / (CELL_KM**2 * len(cells))


def test_a_drone_watches_the_ground_of_its_footprints_and_no_circle():
    without = share([])
    seen = share([footprint(-3, -2, -1, 2)])
    assert 0 < seen < without
    assert seen == pytest.approx(area(front(), WEST, shapely.box(-3, -2, -1, 2)), rel=1e-3)
    assert share([footprint(-3, -2, -1, 2)], side=EAST) == 0


def test_a_footprint_alone_is_no_watch_for_nobody_says_that_the_picture_was_looked_at():
    boom = observation("b", place=at(-3, 0), minutes=30)
    told = effort([boom], [footprint(*BELT)])
    assert (told.hours, told.observers, max(told.shares)) == (0, 0, 0)


def test_footprints_of_another_mission_and_of_another_kind_of_source_leave_a_watch_alone():
    circle = share([])
    assert share([footprint(-3, -2, -1, 2, unit="flight 2")]) == circle
    camera = [flown(source_class=SourceClass.CAMERA)]
    assert share([footprint(-3, -2, -1, 2)], rows=camera) == share([], rows=camera)
    assert share([footprint(-3, -2, -1, 2, unit="  FLIGHT\u00a01 ")]) < circle


@pytest.mark.parametrize("kind", [SourceClass.MEDIA, SourceClass.PARTY, SourceClass.INTERLOCUTOR])
@pytest.mark.parametrize("view", list(View))
def test_what_is_told_by_those_who_do_not_watch_changes_nothing(kind, view):
    told = footprint(*BELT, view=view)
    told = replace(told, source=replace(told.source, source_class=Coded(term=kind, verbatim=kind.value), side=None))
    assert share([told]) == share([])


@pytest.mark.parametrize("side", [WEST, EAST, "somebody else"])
def test_what_a_side_states_takes_no_ground_from_a_neutral_mission(side):
    assert share([footprint(-3, -2, -1, 2, side=side)]) == share([])


@pytest.mark.parametrize(
    ("changes", "inwards_km"),
    [
        ({}, 0.1),
        ({"grade": FootprintGrade.REINTERPRETED}, 0.2),
        ({"grade": FootprintGrade.STATED}, 0.2),
        ({"view": View.DEGRADED}, 0.2),
        ({"view": View.DEGRADED, "grade": FootprintGrade.STATED}, 0.4),
    ],
)
def test_the_edge_moves_inwards_by_its_error_and_farther_the_less_is_known(changes, inwards_km):
    counted = share([footprint(-4, -4, -1, 4, error_m=100, **changes)])
    ground = shapely.box(-4, -4, -1, 4).buffer(-inwards_km)
    assert counted == pytest.approx(area(front(), WEST, ground), rel=1e-3)


@pytest.mark.parametrize(
    "changes", [{"grade": FootprintGrade.UNLOCATED}, {"view": View.DENIED}, {"error_m": 20_000.0}, {"empty": True}]
)
def test_ground_that_is_not_known_to_have_been_seen_counts_for_nothing(changes):
    told = effort([flown()], [footprint(-4, -4, -1, 4, **changes)])
    assert (told.hours, max(told.shares)) == (0, 0)


def test_a_denied_view_ends_the_watch_while_it_lasts_and_is_told_as_lost():
    rows = [footprint(*BELT, minutes=180), footprint(0, 0, 1, 1, start=70, minutes=20, view=View.DENIED)]
    told = effort([flown(3)], rows)
    assert [told.by_hour[hour] for hour in (12, 13, 14)] == [
        Listening.QUIET,
        Listening.PARTLY_COVERED,
        Listening.QUIET,
    ]
    assert told.hours == pytest.approx(3 - 1 / 3)
    assert told.refused_hours == pytest.approx(1 / 3)


def test_an_hour_counts_the_ground_that_stayed_in_view_all_through_it():
    quarters = [footprint(-4, -8 + n, -1, n, start=15 * n, minutes=15) for n in range(4)]
    assert share(quarters) == pytest.approx(area(front(), WEST, shapely.box(-4, -5, -1, 0)), rel=1e-3)
    assert share([footprint(-4, -8, -1, 0, minutes=55)]) == 0  # five minutes are missing
    halves = [footprint(-4, -8, -1, 0, minutes=30), footprint(-4, 2, -1, 8, start=30, minutes=30)]
    assert share(halves) == 0  # nothing was seen all the time


def test_two_drones_that_relieve_each_other_hold_the_ground_together():
    relay = [
        footprint(-4, -8, -1, 0, minutes=30),
        footprint(-4, -8, -1, 0, start=25, minutes=35, unit="flight 2"),
    ]
    rows = [flown(1), flown(1, "flight 2")]
    whole = effort(rows, relay)
    assert whole.shares[12] == pytest.approx(area(front(), WEST, shapely.box(-4, -8, -1, 0)), rel=1e-3)
    assert (whole.observers, whole.hours, whole.observer_hours) == (2, 1.0, pytest.approx(65 / 60))


def test_fire_stood_under_watch_only_where_a_drone_had_its_place_in_view_all_through_the_hour():
    def stood(*records):
        rows = [flown(), observation("b", place=at(-3, 0, 0.05), minutes=30)]
        found, _ = assessed(rows)
        return [s.watched_hour for s in cover(front(), PLANE, rows, found, records)[1] if s.perceived]

    assert stood() == [NOON]  # the circle
    assert stood(footprint(-4, -1, -2, 1)) == [NOON]
    assert stood(footprint(-4, 2, -2, 4)) == [None]
    assert stood(footprint(-4, -1, -2, 1, minutes=59)) == [None]


def test_a_watch_beyond_its_footprints_is_no_circle_again():
    (part,) = watches([flown(3)], PLANE, [footprint(-3, -2, -1, 2, minutes=30)])
    assert (part.start, part.end) == (NOON, NOON + 30 * MINUTE)
    assert watches([flown(3, start=600)], PLANE, [footprint(-3, -2, -1, 2)])[0].ground is None  # another flight of it


ROWS = st.lists(
    st.builds(
        lambda west, south, start, minutes, grade, view, unit: footprint(
            west, south, west + 3, south + 5, start=15 * start, minutes=15 * minutes, grade=grade, view=view,
            unit=f"flight {unit}", error_m=30,
        ),
        st.integers(-6, 3), st.integers(-8, 3), st.integers(0, 10), st.integers(1, 12),
        st.sampled_from(FootprintGrade), st.sampled_from(View), st.integers(1, 2),
    ),
    max_size=6,
)  # fmt: skip


@settings(max_examples=60)
@given(ROWS, st.randoms())
def test_the_order_of_footprints_changes_no_bit_and_no_footprint_makes_a_watch_longer(records, chance):
    rows = [flown(4), flown(2, "flight 2", start=90)]
    turned = list(records)
    chance.shuffle(turned)
    one, other = (cover(front(), PLANE, rows, (), each)[0] for each in (records, turned))
    assert one == other
    bare, _ = cover(front(), PLANE, rows, ())
    for with_them, without in zip(one, bare, strict=True):
        assert with_them.hours <= without.hours
    swapped, _ = cover(front(swapped=True), PLANE, rows, (), records)
    assert {e.side: e.shares for e in swapped} == {
        {WEST: EAST, EAST: WEST}[e.side]: e.shares for e in one
    }  # who holds the ground decides nothing


def test_ground_held_by_several_looks_is_what_stays_in_their_union():
    hour = (NOON, NOON + 60 * MINUTE)
    looking = [
        Look(start=NOON, end=NOON + 60 * MINUTE, ground=shapely.box(0, 0, 4, 1)),
        Look(start=NOON, end=NOON + 30 * MINUTE, ground=shapely.box(0, 1, 4, 2)),
        Look(start=NOON + 30 * MINUTE, end=NOON + 90 * MINUTE, ground=shapely.box(2, 1, 6, 2)),
    ]
    assert held(looking, hour).equals(shapely.box(0, 0, 4, 1).union(shapely.box(2, 1, 4, 2)))
    assert held(looking[1:], hour).equals(shapely.box(2, 1, 4, 2))
    assert held(looking[2:], hour) is None
    assert held([replace(looking[0], ground=None)], hour) is None


def test_whoever_counts_whole_quarters_gets_what_short_looks_held_all_through_one_together():
    short = [footprint(-4, -8 + n, -1, n, start=5 * n, minutes=5) for n in range(5)]
    (quarter,) = by_quarters(watches([flown()], PLANE, short))  # the second ends before its quarter does
    assert (quarter.start, quarter.end) == (NOON, NOON + 15 * MINUTE)
    assert quarter.ground.symmetric_difference(shapely.box(-4, -6, -1, 0)).area < 1e-3
    circle = watches([flown()], PLANE)
    assert by_quarters(circle) == circle
