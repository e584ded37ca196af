"""Which end of the fire reports tell of, and regions that hold what they say."""

import math
import random

import pytest
from tests.build import EAST, PLANE, at, observation

from trucewatch.assess.ends import MOST_REPORTS, Report, heard, places, reports
from trucewatch.assess.groups import Association
from trucewatch.assess.incidents import incidents
from trucewatch.assess.locate import fixes
from trucewatch.model import Ray, Sector, Span
from trucewatch.spacetime import Moments
from trucewatch.vocabulary import Direction, End, Means, Phenomenon, SourceClass


def report(east=0.0, north=0.0, sd=0.5, time=0.0, origin=0.5, gross=0.02, weight=1.0):
    return Report(east, north, sd**2, sd**2, 0.0, time, 100.0, origin, gross, weight)


def the_place(rows):
    """Return the place of the incident that all rows are of."""
    together = Association(groups=(tuple(range(len(rows))),), shares=((1.0,) * len(rows),))
    (found,) = incidents(rows, fixes(rows, PLANE), together, PLANE)
    return found.place


def km(place):
    east, north = PLANE.km([place.lon], [place.lat])
    return float(east[0]), float(north[0])


def size(moments: Moments) -> float:
    return math.sqrt(moments.var_east * moments.var_north - moments.cov**2)


def test_reports_of_two_ends_that_nobody_told_apart_are_not_averaged_to_a_place_between_them():
    left = [report(0.0, 0.0, time=0.0), report(0.2, -0.1, time=1.0)]
    landed = [report(6.0, 0.0, time=25.0), report(5.9, 0.2, time=26.0)]
    (placed,) = places([left + landed])
    assert min(math.dist((placed.at.east, placed.at.north), end) for end in ((0, 0), (6, 0))) < 0.5
    assert placed.radius_km_68 < 1.0


def test_the_place_says_which_end_of_the_fire_it_is():
    left = observation("a", place=at(3, 0), direction=Direction.OUTGOING)
    landed = observation("b", place=at(3, 0), direction=Direction.IMPACT)
    untold = observation("c", place=at(3, 0))
    assert [the_place([o]).end for o in (left, landed, untold)] == [End.ORIGIN, End.IMPACT, End.PERCEIVED]


@pytest.mark.parametrize("what", [Phenomenon.WEAPON_SEEN, Phenomenon.HOT_SPOT])
def test_a_weapon_seen_and_a_burning_field_are_no_end_of_a_fire(what):
    assert the_place([observation("a", place=at(3, 0), phenomenon=what)]).end is End.PERCEIVED


def test_where_fire_came_from_is_published_before_where_it_landed():
    rows = [
        observation("a", place=at(0, 0), direction=Direction.OUTGOING),
        observation("b", place=at(6, 0, 0.1), direction=Direction.IMPACT, minutes=0.4),
    ]
    place = the_place(rows)
    assert place.end is End.ORIGIN
    assert km(place) == pytest.approx((0, 0), abs=0.3)


def test_neither_the_order_of_reports_nor_the_company_of_other_incidents_changes_a_place():
    chance = random.Random(1)
    groups = [
        [report(chance.gauss(0, 3), chance.gauss(0, 3), 1.0, chance.gauss(0, 20)) for _ in range(n)]
        for n in (1, 2, 3, 3, 5, MOST_REPORTS + 4)
    ]
    together = places(groups)
    assert together == [places([group])[0] for group in groups]
    for group in groups:
        chance.shuffle(group)
    assert places(groups[::-1])[::-1] == together
    assert places([[]]) == [None]


def test_a_source_that_says_it_again_makes_nothing_surer():
    once = observation("a", place=at(3, 0), source="post")
    again = observation("b", place=at(3, 0), source="post")
    nearly = observation("c", place=at(3.01, 0), source="post")
    other = observation("d", place=at(3.01, 0), source="another post")
    assert the_place([once, again]) == the_place([once])
    spread = [the_place([once, row]).var_east for row in (nearly, other)]
    assert spread[0] > 0.25
    assert spread[1] < 0.7 * spread[0]


def test_words_that_copy_each_other_weigh_as_one():
    said = [
        observation(
            key,
            place=at(3, 0, 2.0),
            side=EAST,
            source=key,
            source_class=SourceClass.MEDIA,
            means=Means.MEDIA,
            sd_s=600.0,
        )
        for key in "abc"
    ]
    assert the_place(said).var_east == pytest.approx(the_place(said[:1]).var_east, rel=0.25)


def test_one_report_of_another_happening_does_not_drag_the_place_away():
    good = [report(0.0, 0.1 * n, 0.3, origin=0.95) for n in range(3)]
    (placed,) = places([[*good, report(4.0, 0.0, 0.3, origin=0.95)]])
    assert (placed.at.east, placed.at.north) == pytest.approx((0, 0.1), abs=0.2)


def test_a_member_in_doubt_and_a_report_alone_leave_a_wider_place():
    one, two = (observation(key, place=at(3, 0), source=key) for key in "ab")
    known = reports([one, two], fixes([one, two], PLANE), PLANE)
    sure, doubtful = (places([heard([one, two], known, (1.0, share))])[0] for share in (1.0, 0.5))
    assert size(sure.at) < size(doubtful.at)
    assert heard([one], known[:1], ())[0].gross > heard([one, two], known, ())[0].gross


def test_a_judged_distance_reaches_farther_out_than_in_and_is_sharpened_where_rays_meet():
    def ray(east, bearing, km_away=5.0):
        return Ray(
            observer=at(east, 0, 0.05),
            sectors=(Sector(from_deg=bearing, to_deg=bearing, sd_deg=3),),
            distance=Span(low_km=km_away, high_km=km_away, sd_km=0.3 * km_away),
        )

    alone = the_place([observation("a", place=ray(0, 0.0))])
    assert km(alone)[1] == pytest.approx(5 * math.exp(0.3**2 / 2), abs=0.02)
    assert alone.var_north > 1.5**2
    one = the_place([observation("a", place=ray(0, 0.0, 6.0))])
    met = the_place([observation("a", place=ray(0, 0.0, 6.0)), observation("b", place=ray(-8, 45.0, 14.0))])
    assert km(met) == pytest.approx((0, 8), abs=1.0)
    assert met.var_north < 0.5 * one.var_north


@pytest.mark.parametrize(("a", "b", "c"), [(1, 1, 0), (4, 1, 0), (9, 0.5, 1.5), (2, 2, 1.9)])
def test_the_68_percent_circle_holds_68_percent(a, b, c):
    (placed,) = places([[Report(0.0, 0.0, a, b, c, 0.0, 1.0, 0.99, 1e-9, 1.0)]])
    chance = random.Random(3)
    root = a**0.5
    other, rest = c / root, (b - c * c / a) ** 0.5
    inside = 0
    for _ in range(40_000):
        u, v = chance.gauss(0, 1), chance.gauss(0, 1)
        inside += math.hypot(root * u, other * u + rest * v) <= placed.radius_km_68
    assert inside / 40_000 == pytest.approx(0.68, abs=0.015)


@pytest.mark.parametrize("count", [1, 2, 4, 7])
def test_regions_hold_what_they_say_when_reports_are_of_either_end(count):
    chance = random.Random(count)
    truths, groups = [], []
    for _ in range(600):
        ends = ((0.0, 0.0, 0.0), (chance.gauss(0, 4), chance.gauss(0, 4), chance.gauss(25, 10)))
        groups.append([])
        truths.append(ends)
        for _ in range(count):
            sd, (east, north, time) = chance.choice((0.3, 1.0, 2.0)), chance.choice(ends)
            where = (chance.gauss(east, sd), chance.gauss(north, sd))
            groups[-1].append(report(*where, sd, chance.gauss(time, 10.0), origin=0.5))
    inside = [0, 0]
    for placed, (origin, impact) in zip(places(groups), truths, strict=True):
        known = {End.ORIGIN: (origin,), End.IMPACT: (impact,), End.PERCEIVED: (origin, impact)}[placed.end]
        m = placed.at
        x, y = min(((e - m.east, n - m.north) for e, n, _ in known), key=lambda off: math.hypot(*off))
        inside[0] += math.hypot(x, y) <= placed.radius_km_68
        square = (m.var_north * x * x - 2 * m.cov * x * y + m.var_east * y * y) / size(m) ** 2
        inside[1] += square <= -2 * math.log(0.05)
    # the nearer of two unknown ends is sooner inside: never less than promised, seldom much more
    assert 0.64 <= inside[0] / 600 <= 0.85
    assert 0.93 <= inside[1] / 600 <= 0.995
