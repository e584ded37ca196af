"""Which end of the fire reports tell of, and regions that hold what they say."""

import math
import random

import pytest
from tests.build import EAST, PLANE, WEST, at, observation

from trucewatch.assess.ends import places
from trucewatch.assess.groups import Association
from trucewatch.assess.incidents import incidents
from trucewatch.assess.locate import fixes
from trucewatch.assess.telling import Report, heard, reports
from trucewatch.assess.ways import MOST_REPORTS
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


@pytest.mark.parametrize("count", [1, 2, 4, 7, 24, 60])
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


def mirrored(group):
    """Return the reports on a map whose east is west."""
    turned = {"cov": -1, "east": -1, "from_east": -1, "bearing": -1}
    return [r._replace(**{name: sign * getattr(r, name) for name, sign in turned.items()}) for r in group]


def crowd(chance, count, east, origin, sd=1.0):
    """Return equally sharp reports of one place, with clocks of half a minute."""
    return [
        report(chance.gauss(east, sd), chance.gauss(0, sd), sd, chance.gauss(0, 30), origin)._replace(var_time=900.0)
        for _ in range(count)
    ]


def inside_95(placed, east, north):
    m, x, y = placed.at, east - placed.at.east, north - placed.at.north
    square = (m.var_north * x * x - 2 * m.cov * x * y + m.var_east * y * y) / size(m) ** 2
    return square <= -2 * math.log(0.05)


@pytest.mark.parametrize("origin", [0.05, 0.5, 0.95])
@pytest.mark.parametrize("count", [10, 40, 150])
@pytest.mark.parametrize("east", [-1.0, 1.0])
def test_of_a_crowd_everybody_counts_and_nobody_for_where_he_stands(count, east, origin):
    chance = random.Random(count)
    groups = [crowd(chance, count, east, origin) for _ in range(60)]
    found = places(groups)
    off = [placed.at.east - east for placed in found]
    assert abs(math.fsum(off) / 60) < 4 / math.sqrt(60 * count)
    assert math.sqrt(math.fsum(x * x for x in off) / 60) < 1.5 / math.sqrt(count)
    assert sum(inside_95(placed, east, 0.0) for placed in found) / 60 >= 0.85
    assert math.fsum(math.sqrt(p.at.var_east) for p in found) / 60 < 2 / math.sqrt(count)


@pytest.mark.parametrize("origin", [0.2, 0.5])
@pytest.mark.parametrize("count", [2, 3, 6, 16, 17, 40])
@pytest.mark.parametrize("clock", [0.0, 30.0])
def test_a_mirrored_map_only_mirrors_the_place(count, origin, clock):
    chance = random.Random(count)
    where = [
        [(chance.gauss(0, 2), chance.gauss(0, 2), clock * chance.gauss(0, 1)) for _ in range(count)] for _ in range(20)
    ]
    groups = [[report(east, north, 1.0, time, origin) for east, north, time in some] for some in where]
    for one, other in zip(places(groups), places([mirrored(group) for group in groups]), strict=True):
        assert one.end is other.end
        assert (one.at.east, one.at.north) == pytest.approx((-other.at.east, other.at.north), abs=1e-6)
        assert (one.at.var_east, one.at.cov) == pytest.approx((other.at.var_east, -other.at.cov), abs=1e-6)
        # of 96 points that do not mirror each other
        assert one.radius_km_68 == pytest.approx(other.radius_km_68, rel=0.05)


def test_of_two_equal_reports_of_different_places_neither_is_the_place():
    for east in (-3.0, 3.0):
        (placed,) = places([[report(0.0, 0.0), report(east, 0.0)]])
        assert placed.at.east == pytest.approx(east / 2)
        assert placed.radius_km_68 > 1.4


def test_crowds_at_both_ends_are_not_averaged_and_strays_do_not_drag_them():
    chance = random.Random(4)
    left, landed = crowd(chance, 30, 0.0, 0.9), crowd(chance, 30, 4.0, 0.1)
    landed = [r._replace(time=r.time + 35) for r in landed]
    strays = [report(chance.gauss(0, 15), 12.0, 1.0, 0.0, 0.9) for _ in range(3)]
    (placed,) = places([left + landed + strays])
    assert placed.end is End.ORIGIN
    assert math.hypot(placed.at.east, placed.at.north) < 0.6
    (landing,) = places([[*landed, *(stray._replace(north=-6.0, time=60.0, origin=0.05) for stray in strays)]])
    assert landing.end is End.IMPACT
    assert math.hypot(landing.at.east - 4, landing.at.north) < 0.6


def test_the_one_who_tells_of_the_other_end_is_not_lost_in_the_crowd():
    chance = random.Random(5)
    landed = [r._replace(time=r.time + 30) for r in crowd(chance, 40, 3.0, 0.05)]
    (placed,) = places([[*landed, report(0.0, 0.0, 1.5, 0.0, 0.95)]])
    assert placed.end is End.ORIGIN
    assert math.hypot(placed.at.east, placed.at.north) < 1.0


@pytest.mark.parametrize("count", [2, 5, 10, 40, 120])
def test_number_alone_tells_no_end(count):
    chance = random.Random(count)
    untold = places([crowd(chance, count, 0.0, 0.5) for _ in range(40)])
    landed = places([crowd(chance, count, 0.0, 0.05) for _ in range(40)])
    assert sum(placed.end is End.PERCEIVED for placed in untold) >= 39
    assert sum(placed.end is End.IMPACT for placed in landed) >= 39


def test_ends_that_nobody_told_are_known_where_places_and_times_tell_them():
    left = [report(0.0, 0.1 * n, 0.3, time=0.1 * n) for n in range(4)]
    landed = [report(5.0, 0.1 * n, 0.3, time=40 + 0.1 * n) for n in range(4)]
    (placed,) = places([left + landed])
    assert placed.end is End.ORIGIN
    assert math.hypot(placed.at.east, placed.at.north - 0.15) < 0.3


def seen_leaving(key, east, side=None, sd_km=0.5):
    return observation(
        key, place=at(east, 0.02 * len(key), sd_km), side=side, source=key, direction=Direction.OUTGOING, sd_s=5.0
    )


@pytest.mark.parametrize("side", [EAST, WEST])
@pytest.mark.parametrize("towards", [-1, 1])
def test_a_side_cannot_outnumber_what_nobody_supplied(side, towards):
    neutral = [seen_leaving(f"neutral {n}", towards * (1 + 0.1 * n)) for n in range(2)]
    supplied = [seen_leaving(f"camera {n}", towards * (-2 + 0.05 * n), side, 0.2) for n in range(12)]
    alone = the_place(neutral)
    for cameras in (1, 5, 12):
        place = the_place([*neutral, *supplied[:cameras]])
        assert km(place) == pytest.approx(km(alone), abs=0.5)
        assert place.radius_km_68 < 1.0
    against_one = [the_place([neutral[0], *supplied[:cameras]]) for cameras in (1, 5, 12)]
    for place in against_one:
        assert math.dist(km(place), (towards * 1.0, 0.0)) < place.radius_km_68
        assert towards * km(place)[0] > 0
    assert km(against_one[2])[0] == pytest.approx(km(against_one[1])[0], abs=0.3)


def test_a_side_alone_is_one_source_and_where_it_agrees_it_helps():
    supplied = [seen_leaving(f"camera {n}", -2 + 0.05 * n, EAST, 0.3) for n in range(8)]
    one, many = the_place(supplied[:1]), the_place(supplied)
    assert many.end is one.end is End.ORIGIN
    assert many.radius_km_68 > 0.8 * one.radius_km_68
    neutral = seen_leaving("neutral", -2.0)
    assert the_place([neutral, *supplied]).radius_km_68 < the_place([neutral]).radius_km_68
    independent = [seen_leaving(f"camera {n}", -2 + 0.05 * n, None, 0.3) for n in range(8)]
    assert the_place(independent).radius_km_68 < 0.6 * many.radius_km_68


def test_exchanging_the_sides_changes_no_place():
    def rows(one, other):
        return [
            seen_leaving("neutral", 1.0),
            *(seen_leaving(f"camera {n}", -2 + 0.3 * n, one, 0.2) for n in range(3)),
            *(seen_leaving(f"lens {n}", 2 + 0.3 * n, other, 0.3) for n in range(5)),
        ]

    assert the_place(rows(EAST, WEST)) == the_place(rows(WEST, EAST))


def test_one_perception_told_under_two_names_is_one_report():
    post, ray = at(0, 0, 0.05), at(3, 0)
    once, again = (
        observation(key, place=ray, observer=post, source=key, minutes=0.1, source_class=SourceClass.OBSERVER)
        for key in ("Патруль", "A patrol")
    )
    assert the_place([once, again]) == the_place([once])
