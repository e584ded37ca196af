"""Errors are taken as large as they are found to be, class by class, and as stated where little tells."""

import math
from dataclasses import replace
from datetime import timedelta

import numpy as np
import pytest
from tests.build import EAST, NOON, PLANE, WEST, at, observation

from trucewatch.assess.errors import MOST_ROWS, learned, located
from trucewatch.assess.locate import fixes, group_of
from trucewatch.assess.telling import reports
from trucewatch.model import Coded, Named, Ray, Sector, Span
from trucewatch.vocabulary import Direction, Means, Phenomenon, SourceClass

SD_KM, SD_S = 1.0, 15.0  # well above the extent of a happening


def front(count, factor=1.0, *, seed=5, classes=(SourceClass.CAMERA, SourceClass.DRONE), side=None):
    """Happenings twenty minutes and kilometres apart, each noted by two sources that state `factor` of their errors."""
    random = np.random.default_rng(seed)
    rows = []
    for n in range(count):
        east, north = random.uniform(-15, 15, 2)
        for k, source_class in enumerate(classes):
            off_e, off_n, late = random.normal(0.0, (SD_KM, SD_KM, SD_S))
            rows.append(
                observation(
                    f"{n:04d}{k}", place=at(east + off_e, north + off_n, SD_KM * factor), minutes=20 * n + late / 60,
                    sd_s=SD_S * factor, source=f"source {k}", source_class=source_class, side=side, count=1,
                    direction=Direction.IMPACT,
                )
            )  # fmt: skip
    return rows


def found(rows):
    where = fixes(rows, PLANE)
    return {held.source_class: held.factor for held in learned(rows, where, (), PLANE) if not held.of_sides}


def of_sides(rows):
    where = fixes(rows, PLANE)
    return {held.source_class: held.factor for held in learned(rows, where, (), PLANE) if held.of_sides}


@pytest.mark.parametrize(("stated", "factor"), [(1.0, 1.0), (0.5, 2.0), (0.25, 4.0), (2.0, 0.5)])
def test_the_factor_is_found_by_which_errors_are_misstated(stated, factor):
    classes = (SourceClass.CAMERA, SourceClass.DRONE, SourceClass.SEISMIC)
    assert found(front(120, stated, classes=classes)) == dict.fromkeys(classes, factor)


def corrected(rows, factors):
    """The rows with the errors that they state multiplied by their group's factor."""
    return [
        replace(
            row,
            place=fix.place,
            clocks=replace(
                row.clocks,
                claimed=replace(row.clocks.claimed, sd_s=row.clocks.claimed.sd_s * factors.get(group_of(row), 1.0)),
            ),
        )
        for row, fix in zip(rows, fixes(rows, PLANE, factors), strict=True)
    ]


def test_a_few_reports_leave_errors_as_they_are_stated():
    assert set(found(front(3, 0.5)).values()) <= {1.0}
    assert found([]) == {}
    assert found(front(40, 0.5, classes=(SourceClass.CAMERA,))) == {}  # nobody to be held against


def test_one_class_may_differ_from_the_others():
    rows = front(200, classes=(SourceClass.CAMERA, SourceClass.DRONE, SourceClass.SEISMIC))
    too_sure = corrected(rows, {(SourceClass.SEISMIC, False): 0.35})
    answer = found(too_sure)
    assert answer[SourceClass.SEISMIC] == 2.83
    assert answer[SourceClass.CAMERA] == answer[SourceClass.DRONE] == 1.0


def rounded(rows, seconds, *, of=None, sd_s=None):
    """The rows of a class (of all) with their clocks at the middle of such a stretch, and the error of doing so."""
    said = []
    for row in rows:
        claimed = row.clocks.claimed
        since = (claimed.start - NOON).total_seconds()
        instant = NOON + timedelta(seconds=round(since / seconds) * seconds)
        stated = replace(claimed, start=instant, end=instant, sd_s=sd_s or math.hypot(claimed.sd_s, seconds / 12**0.5))
        coarse = of is None or row.source.source_class.term is of
        said.append(replace(row, clocks=replace(row.clocks, claimed=stated)) if coarse else row)
    return said


@pytest.mark.parametrize("several", [3, 5])
def test_days_that_all_write_as_noon_narrow_no_place(several):
    classes = (
        SourceClass.OBSERVER,
    ) * several  # 150 sources of one village, each knows the day: 24942 s, as is advised
    random, rows = np.random.default_rng(4), []
    for day in range(30):
        rows += [
            observation(
                f"{day}x{k}", place=at(*random.normal((3.0, 0.0), 1.0), 1.0), minutes=1440 * day, sd_s=24942.0,
                source=f"source {k}", source_class=source_class, means=Means.HEARD, direction=Direction.IMPACT,
            )
            for k, source_class in enumerate(classes)
        ]  # fmt: skip
    assert found(rows) == {SourceClass.OBSERVER: 1.0}


@pytest.mark.parametrize("seconds", [60, 300, 900, 1800, 3600])
def test_clocks_of_whole_minutes_and_hours_narrow_neither_their_class_nor_another(seconds):
    classes = (SourceClass.OBSERVER, SourceClass.OBSERVER, SourceClass.OBSERVER, SourceClass.CAMERA, SourceClass.CAMERA)
    rows = rounded(front(60, classes=classes), seconds, of=SourceClass.OBSERVER)
    assert found(rows) == {SourceClass.OBSERVER: 1.0, SourceClass.CAMERA: 1.0}


def clocks(rows, true_s, stated_s):
    """The rows with clocks of such an error that state such a one."""
    random, said = np.random.default_rng(6), []
    for row in rows:
        instant = row.clocks.claimed.start + timedelta(seconds=random.normal(0.0, true_s))
        stated = replace(row.clocks.claimed, start=instant, end=instant, sd_s=stated_s)
        said.append(replace(row, clocks=replace(row.clocks, claimed=stated)))
    return said


def test_clocks_stated_too_wide_narrow_no_honest_place():
    assert set(found(clocks(front(120), 60, 120)).values()) == {1.0}
    vague = [replace(row, place=replace(row.place, sd_km=2 * SD_KM)) for row in front(120)]
    assert set(found(clocks(vague, 45, 90)).values()) == {0.5}


def test_villages_that_all_give_as_one_point_narrow_nothing():
    rows = front(120)
    village = [
        replace(row, place=at(*(6 * np.round(np.array(east_north) / 6)), 2.0))
        for row, fix in zip(rows, fixes(rows, PLANE), strict=True)
        for east_north in [(fix.at.east, fix.at.north)]
    ]
    assert set(found(village).values()) == {1.0}


def test_bearings_without_a_distance_are_as_wide_as_a_guess_and_narrow_nothing():
    random, rows = np.random.default_rng(2), []
    arrays = random.uniform((-4, -12), (4, 12), (12, 2))
    for n in range(40):
        east, north = random.uniform((-4, -10), (4, 10))
        for k, (x, y) in enumerate(arrays.tolist()):
            away = math.dist((east, north), (x, y))
            if away > 12:
                continue
            bearing = (math.degrees(math.atan2(east - x, north - y)) + random.normal(0.0, 2.0)) % 360
            rows.append(
                observation(
                    f"{n}x{k}", minutes=40 * n + away / 0.34 / 60, sd_s=0.02, source=f"array {k}",
                    source_class=SourceClass.ACOUSTIC, means=Means.ACOUSTIC, observer=at(x, y, None),
                    place=Ray(
                        observer=at(x, y, None), sectors=(Sector(from_deg=bearing, to_deg=bearing, sd_deg=2.0),)
                    ),
                )
            )  # fmt: skip
    assert found(rows) == {SourceClass.ACOUSTIC: 1.0}


def test_a_class_is_narrowed_for_what_it_gains_itself_and_never_with_the_others():
    classes = (SourceClass.DRONE, SourceClass.SEISMIC, SourceClass.CAMERA)
    honest = SourceClass.CAMERA
    rows = [row for row in front(150, classes=classes) if row.source.source_class.term is not honest or row.key < "003"]
    vague = corrected(rows, {(term, False): 2.0 for term in classes if term is not honest})
    assert found(vague) == {SourceClass.DRONE: 0.5, SourceClass.SEISMIC: 0.5, honest: 1.0}


def test_statements_are_held_against_what_was_perceived_about_them():
    random = np.random.default_rng(9)
    rows = front(150)
    for n in range(0, 300, 2):
        off_e, off_n, late_s = random.normal(0.0, (1.0, 1.0, 900.0))
        seen = fixes([rows[n]], PLANE)[0]
        rows.append(
            observation(
                f"w{n}", place=at(seen.at.east + off_e, seen.at.north + off_n, 0.4), minutes=10 * n + late_s / 60,
                sd_s=360.0, source=f"outlet {n % 7}", source_class=SourceClass.MEDIA, means=Means.MEDIA, accuses=WEST,
            )
        )  # fmt: skip
    answer = found(rows)
    assert answer[SourceClass.MEDIA] > 1.0
    assert answer[SourceClass.CAMERA] == 1.0


def test_what_one_has_from_the_other_narrows_no_error():
    rows = front(120)
    same = [replace(row, place=rows[n - n % 2].place, clocks=rows[n - n % 2].clocks) for n, row in enumerate(rows)]
    assert set(found(same).values()) <= {1.0}


def test_neither_order_nor_repetition_matters():
    rows = front(60, 0.5)
    again = [replace(r, key=f"{r.key}x{n}", id=f"x{n}{r.id}") for n in range(3) for r in rows]
    assert found(rows) == found(rows[::-1]) == found([*rows, *again])
    many = front(MOST_ROWS // 2 + 200, 0.5)
    flood = [replace(r, key=f"{r.key}x{n}") for n in range(200) for r in many[:40]]
    assert learned([*many, *flood], fixes([*many, *flood], PLANE), (), PLANE) == learned(
        many, fixes(many, PLANE), (), PLANE
    )


@pytest.mark.parametrize("side", [WEST, EAST])
def test_how_neutral_eyes_are_believed_is_learned_from_neutral_eyes(side):
    neutral = front(80)
    cameras = (SourceClass.CAMERA, SourceClass.CAMERA)
    for stated in (0.25, 4.0):
        of_side = [replace(r, key=f"s{r.key}") for r in front(60, stated, seed=8, classes=cameras, side=side)]
        assert found([*neutral, *of_side]) == found(neutral)
        assert of_sides(of_side) == {}


@pytest.mark.parametrize(("stated", "wider"), [(0.25, True), (1.0, False), (4.0, False)])
def test_what_a_side_supplies_is_widened_and_never_narrowed(stated, wider):
    rows = corrected(front(400), {(SourceClass.CAMERA, False): stated})
    side = Named(party=WEST, verbatim=WEST)
    rows = [
        replace(row, source=replace(row.source, side=side))
        if row.source.source_class.term is SourceClass.CAMERA
        else row
        for row in rows
    ]
    (factor,) = of_sides(rows).values()
    assert (factor > 1.0) is wider
    assert factor >= 1.0
    assert found(rows) == {}


def test_statements_are_never_narrowed_by_much_that_was_perceived_near_them():
    random = np.random.default_rng(4)
    rows = [
        observation(
            f"p{n}", place=at(*random.normal(0.0, 3.0, 2), 0.5), minutes=random.uniform(0, 4000), source=f"c{n % 9}"
        )
        for n in range(900)
    ]
    rows += [
        observation(
            f"w{n}", place=at(*random.normal(0.0, 1.0, 2), 2.0), minutes=random.uniform(0, 4000), sd_s=3600.0,
            source=f"outlet {n % 5}", source_class=SourceClass.MEDIA, means=Means.MEDIA, accuses=WEST,
        )
        for n in range(200)
    ]  # fmt: skip
    assert found(rows)[SourceClass.MEDIA] >= 1.0


def test_of_a_large_record_a_sample_tells_and_tells_the_same():
    rows = front(MOST_ROWS, 0.5)
    assert set(found(rows).values()) == {2.0}
    (first, *_) = learned(rows, fixes(rows, PLANE), (), PLANE)
    assert first.reports < MOST_ROWS


def test_everything_of_one_minute_is_not_asked():
    rows = [replace(row, clocks=front(1)[0].clocks) for row in front(MOST_ROWS)]
    assert found(rows) == {}


def test_only_what_is_stated_is_multiplied():
    ray = Ray(
        observer=at(0, 0),
        sectors=(Sector(from_deg=10.0, to_deg=10.0, sd_deg=3.0),),
        distance=Span(low_km=2.0, high_km=3.0, sd_km=0.4),
    )
    seen = observation("a", place=ray, sd_s=5.0)
    twice = {(SourceClass.CAMERA, False): 2.0}
    (fix,) = fixes([seen], PLANE, twice)
    assert fix.place.sectors[0] == Sector(from_deg=10.0, to_deg=10.0, sd_deg=6.0)
    assert fix.place.distance == Span(low_km=2.0, high_km=3.0, sd_km=0.8)
    assert fix.time_sd_s == 2 * fixes([seen], PLANE)[0].time_sd_s
    assert fix.place.observer == ray.observer
    assert (fix,) == fixes(corrected([seen], twice), PLANE)
    unsaid = observation("b", place=at(1, 1, None), sd_s=0.0)
    assert fixes([unsaid], PLANE, twice) == fixes([unsaid], PLANE)
    assert fixes([seen], PLANE, {(SourceClass.DRONE, False): 2.0}) == fixes([seen], PLANE)
    announced = replace(seen, phenomenon=Coded(term=Phenomenon.ANNOUNCED_TRAINING))
    assert fixes([announced], PLANE, twice) == fixes([announced], PLANE)


def test_published_places_are_made_of_the_errors_as_they_are_taken():
    ray = Ray(
        observer=at(0, 0, 0.1),
        sectors=(Sector(from_deg=90.0, to_deg=90.0, sd_deg=4.0),),
        distance=Span(low_km=5.0, high_km=5.0, sd_km=0.5),
    )
    rows = [observation("a", place=ray)]
    stated, taken = (
        reports(rows, fixes(rows, PLANE, {(SourceClass.CAMERA, False): factor}), PLANE)[0] for factor in (1.0, 2.0)
    )
    assert taken.var_east == pytest.approx(4 * stated.var_east, rel=0.1)
    assert taken.var_north == pytest.approx(4 * stated.var_north, rel=0.2)


def test_where_errors_hold_the_fixes_are_those_of_what_was_stated():
    rows = front(100)
    held = located(rows, PLANE, lambda _: ())
    assert held.fixes == fixes(rows, PLANE)
    assert [one.factor for one in held.errors] == [1.0, 1.0]
    wider = located(front(100, 0.5), PLANE, lambda _: ())
    stated = fixes(front(100, 0.5), PLANE)
    assert all(a.at.var_east > 3 * b.at.var_east for a, b in zip(wider.fixes, stated, strict=True))
