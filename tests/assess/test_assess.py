"""From observations to attributions, without files: what must hold whatever the numbers are tuned to."""

import itertools
import math
import random
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.build import EAST, PLANE, WEST, at, box, front, observation

from trucewatch.assess import kinds
from trucewatch.assess.associate import associate
from trucewatch.assess.attribute import attribute
from trucewatch.assess.coverage import efforts
from trucewatch.assess.incidents import incidents
from trucewatch.assess.kinds import Family
from trucewatch.assess.locate import fixes, fuse
from trucewatch.intake.enrol import enrol
from trucewatch.model import Geometry, Point, Ray, Sector, Span, StandardOfProof
from trucewatch.spacetime import Moments, Plane, destination, distance_km, inside_probability, plane_about, radius_68
from trucewatch.vocabulary import Direction, Listening, Means, Phenomenon, SourceClass, Stance


def assessed(rows, case=None):
    case = case or front()
    where = fixes(rows, PLANE)
    found = incidents(rows, where, associate(rows, where), PLANE)
    by_key = {o.key: f for o, f in zip(rows, where, strict=True)}
    notices = [o for o in rows if kinds.family(o) is Family.NOTICE]
    return found, attribute(case, PLANE, found, by_key, notices)


def members(rows):
    return {frozenset(o.key for o in incident.observations) for incident in assessed(rows)[0]}


# --- association ----------------------------------------------------------------------------------


def test_two_cameras_that_see_one_flash_make_one_incident():
    rows = [observation("a", place=at(3, 1)), observation("b", place=at(3.3, 1.2), minutes=0.1)]
    assert members(rows) == {frozenset("ab")}


def test_flashes_far_apart_in_space_or_time_stay_apart():
    rows = [
        observation("a", place=at(3, 1)),
        observation("b", place=at(9, 1)),
        observation("c", place=at(3, 1), minutes=90),
    ]
    assert members(rows) == {frozenset("a"), frozenset("b"), frozenset("c")}


def test_one_camera_reports_two_flashes_of_a_burst_as_two_incidents():
    rows = [
        observation("a", place=at(3, 1), source="camera"),
        observation("b", place=at(3.2, 1), minutes=0.5, source="camera"),
    ]
    assert members(rows) == {frozenset("a"), frozenset("b")}


def test_a_message_sent_twice_is_one_incident():
    rows = [
        observation("a", place=at(3, 1), source="camera"),
        observation("b", place=at(3, 1), source="camera"),
    ]
    assert members(rows) == {frozenset("ab")}


def test_a_vague_observer_may_join_what_a_precise_one_may_not():
    precise = [observation("a", place=at(3, 1, 0.2)), observation("b", place=at(6, 1, 0.2))]
    vague = [observation("a", place=at(3, 1, 0.2)), observation("b", place=at(6, 1, 3.0))]
    assert members(precise) == {frozenset("a"), frozenset("b")}
    assert members(vague) == {frozenset("ab")}


def test_the_leaving_and_landing_of_one_round_seen_by_one_post_is_one_incident():
    rows = [
        observation("a", place=at(-2, 1), source="post", direction=Direction.OUTGOING, count=12),
        observation("b", place=at(2, 1), source="post", direction=Direction.IMPACT, count=12),
    ]
    assert members(rows) == {frozenset("ab")}


def test_a_weapon_seen_is_never_part_of_gunfire():
    rows = [observation("a", place=at(3, 1)), observation("b", place=at(3, 1), phenomenon=Phenomenon.WEAPON_SEEN)]
    assert members(rows) == {frozenset("a"), frozenset("b")}


def test_quiet_notices_restrictions_totals_and_lone_denials_make_no_incident():
    rows = [
        observation("a", place=at(3, 1), phenomenon=Phenomenon.QUIET),
        observation("b", place=at(3, 1), phenomenon=Phenomenon.ANNOUNCED_TRAINING),
        observation("c", place=at(3, 1), phenomenon=Phenomenon.MOVEMENT_RESTRICTED),
        replace(observation("d", place=at(3, 1)), is_total=True),
        observation("e", place=at(3, 1), stance=Stance.DENIES, side=WEST, source_class=SourceClass.PARTY),
    ]
    assert members(rows) == set()


def test_an_observation_without_time_or_place_stands_alone():
    rows = [
        observation("a", place=None),
        replace(observation("b", place=at(3, 1)), clocks=replace(observation("b").clocks, claimed=None)),
        observation("c", place=at(3, 1)),
    ]
    assert members(rows) == {frozenset("a"), frozenset("b"), frozenset("c")}


@st.composite
def tables(draw):
    count = draw(st.integers(1, 12))
    return [
        observation(
            f"{n:02d}",
            place=at(draw(st.floats(-8, 8)), draw(st.floats(-8, 8)), draw(st.sampled_from([0.2, 1.0, 3.0]))),
            minutes=draw(st.floats(0, 60)),
            sd_s=draw(st.sampled_from([5.0, 60.0, 900.0])),
            source=draw(st.sampled_from(["camera 1", "camera 2", "post", "ministry of one"])),
            direction=draw(st.sampled_from(list(Direction))),
            flights=draw(st.sampled_from([(), (90.0,), (270.0,), (90.0, 270.0)])),
            phenomenon=draw(st.sampled_from([Phenomenon.EXPLOSION, Phenomenon.SHOT, Phenomenon.HOT_SPOT, None])),
            accuses=draw(st.sampled_from([None, WEST, EAST])),
            side=draw(st.sampled_from([None, WEST, EAST])),
            source_class=draw(st.sampled_from(list(SourceClass))),
        )
        for n in range(count)
    ]


@settings(max_examples=60, deadline=None)
@given(tables(), st.randoms(use_true_random=False))
def test_order_of_arrival_does_not_change_what_belongs_together(rows, chance):
    parties = front().parties
    shuffled = rows[:]
    chance.shuffle(shuffled)

    def ids(arrived):
        return {frozenset(o.id for o in i.observations) for i in assessed(enrol(arrived, parties))[0]}

    assert ids(shuffled) == ids(rows)


@settings(max_examples=60, deadline=None)
@given(tables())
def test_every_associable_row_is_in_exactly_one_incident_unless_it_only_denies(rows):
    keys = list(itertools.chain.from_iterable(sorted(group) for group in members(rows)))
    assert len(keys) == len(set(keys))
    assert set(keys) == {o.key for o in rows if kinds.is_associable(o)}


# --- location -------------------------------------------------------------------------------------


def test_crossing_bearings_meet_where_they_cross():
    rays = [
        Ray(
            observer=at(x, 0, 0.05),
            sectors=(Sector(from_deg=b, to_deg=b, sd_deg=2),),
            distance=Span(low_km=4, high_km=4, sd_km=2),
        )
        for x, b in ((0, 45.0), (6, 315.0))
    ]
    rows = [observation("a", place=rays[0]), observation("b", place=rays[1])]
    (incident,), _ = assessed(rows)
    east, north = PLANE.km([incident.place.lon], [incident.place.lat])
    assert (float(east[0]), float(north[0])) == pytest.approx((3, 3), abs=0.2)
    assert incident.place.radius_km_68 < 1.0


def test_sectors_of_a_ray_have_the_moments_of_a_simulation():
    ray = Ray(
        observer=at(0, 0, 0.0),
        sectors=(Sector(from_deg=300, to_deg=20), Sector(from_deg=90, to_deg=110)),
        distance=Span(low_km=2, high_km=10),
    )
    (fix,) = fixes([observation("a", place=ray)], PLANE)
    chance = random.Random(7)
    points = []
    for _ in range(60_000):
        bearing = math.radians(chance.uniform(300, 380) if chance.random() < 80 / 100 else chance.uniform(90, 110))
        away = chance.uniform(2, 10)
        points.append((away * math.sin(bearing), away * math.cos(bearing)))
    mean = [sum(p[k] for p in points) / len(points) for k in (0, 1)]
    variance = [sum((p[k] - mean[k]) ** 2 for p in points) / len(points) for k in (0, 1)]
    assert (fix.at.east, fix.at.north) == pytest.approx(mean, abs=0.08)
    assert (fix.at.var_east, fix.at.var_north) == pytest.approx(variance, rel=0.03)


@pytest.mark.parametrize(("a", "b", "c"), [(1, 1, 0), (4, 1, 0), (9, 0.5, 1.5), (2, 2, 1.9)])
def test_the_68_percent_circle_holds_68_percent(a, b, c):
    (radius,) = radius_68(np.array([a]), np.array([b]), np.array([c])).tolist()
    chance = random.Random(3)
    root = a**0.5
    other, rest = c / root, (b - c * c / a) ** 0.5
    inside = 0
    for _ in range(40_000):
        u, v = chance.gauss(0, 1), chance.gauss(0, 1)
        x, y = root * u, other * u + rest * v
        inside += x * x + y * y <= radius * radius
    assert inside / 40_000 == pytest.approx(0.68, abs=0.012)


def test_estimates_that_contradict_each_other_widen_the_region():
    agreeing = fuse([Moments(0, 0, 1, 1, 0), Moments(0.5, 0, 1, 1, 0)])
    quarrelling = fuse([Moments(0, 0, 1, 1, 0), Moments(8, 0, 1, 1, 0)])
    assert agreeing.var_east == pytest.approx(0.5)
    assert quarrelling.var_east > 5 * agreeing.var_east


# --- attribution ----------------------------------------------------------------------------------


def only(rows, case=None):
    _, (attribution,) = assessed(rows, case)
    return attribution


def outgoing(key, x, **more):
    return observation(key, place=at(x, 0), direction=Direction.OUTGOING, **more)


def test_two_independent_sights_of_fire_leaving_held_ground_name_the_side_that_holds_it():
    rows = [outgoing("a", -4), outgoing("b", -4.2)]
    assert only(rows).determination == WEST
    assert only([outgoing("a", 4), outgoing("b", 4.2)]).determination == EAST


def test_one_line_of_evidence_never_names_a_party():
    assert only([outgoing("a", -4)]).determination == "undetermined"
    twice = [outgoing("a", -4, source="post"), outgoing("b", -4, source="post")]
    assert only(twice).determination == "undetermined"
    assert only(twice, front(standard=StandardOfProof(probability=0.6))).determination == "undetermined"


def test_claims_alone_never_name_a_party_however_many():
    rows = [
        observation(
            f"{n:02d}",
            place=at(-4, 0),
            source=f"outlet {n}",
            source_class=SourceClass.MEDIA,
            accuses=WEST,
            means=Means.MEDIA,
        )
        for n in range(30)
    ]
    rows += [
        observation("m1", place=at(-4, 0), source="ministry", source_class=SourceClass.PARTY, side=EAST, accuses=WEST),
        observation("m2", place=at(-4, 0), source="army", source_class=SourceClass.PARTY, side=EAST, accuses=WEST),
    ]
    assert only(rows, front(standard=StandardOfProof(probability=0.51))).determination == "undetermined"


def test_evidence_supplied_by_the_accuser_alone_never_names_the_other():
    rows = [
        outgoing("a", -4, source="their camera 1", side=EAST),
        outgoing("b", -4.1, source="their camera 2", side=EAST),
        observation("c", place=at(-4, 0), source="ministry", source_class=SourceClass.PARTY, side=EAST, accuses=WEST),
    ]
    assert only(rows).determination == "undetermined"


def test_an_admission_weighs_more_than_an_accusation():
    accused = only([observation("a", place=at(0, 0), source_class=SourceClass.PARTY, side=EAST, accuses=WEST)])
    admitted = only(
        [
            observation(
                "a", place=at(0, 0), source_class=SourceClass.PARTY, side=WEST, accuses=WEST, stance=Stance.ADMITS
            )
        ]
    )
    assert dict(admitted.probabilities)[WEST] > dict(accused.probabilities)[WEST] > 1 / 3


def test_an_announced_exercise_speaks_for_nothing_prohibited():
    plain = dict(only([outgoing("a", -4)]).probabilities)
    notice = observation(
        "n", place=at(-4, 0), phenomenon=Phenomenon.ANNOUNCED_TRAINING, source_class=SourceClass.NOTIFICATION
    )
    announced = dict(only([outgoing("a", -4), notice]).probabilities)
    assert announced["no_violation"] > 3 * plain["no_violation"]


def test_a_hot_spot_alone_names_nobody_and_leans_to_nothing_prohibited():
    attribution = only(
        [observation("a", place=at(4, 0), phenomenon=Phenomenon.HOT_SPOT, source_class=SourceClass.SATELLITE)]
    )
    assert attribution.determination not in (WEST, EAST, "both")
    assert max(dict(attribution.probabilities), key=dict(attribution.probabilities).get) == "no_violation"


def test_projectiles_seen_flying_both_ways_speak_for_an_exchange():
    rows = [observation(k, place=at(0, 0), flights=(90.0, 270.0)) for k in "abcd"]
    assert only(rows, front(standard=StandardOfProof(probability=0.9))).determination == "both"


def test_a_place_on_no_known_ground_names_nobody():
    far = [observation(k, place=at(0, 200), direction=Direction.OUTGOING) for k in "ab"]
    attribution = only(far)
    assert attribution.determination == "undetermined"
    assert dict(attribution.probabilities)[WEST] == dict(attribution.probabilities)[EAST]


def exchange(value):
    if isinstance(value, str):
        return value.replace(WEST, "\0").replace(EAST, WEST).replace("\0", EAST)
    if isinstance(value, tuple):
        return tuple(exchange(v) for v in value)
    return value


def exchanged(o):
    side = o.source.side and replace(o.source.side, party=exchange(o.source.side.party))
    accused = o.claim and o.claim.accused and replace(o.claim.accused, party=exchange(o.claim.accused.party))
    return replace(o, source=replace(o.source, side=side), claim=o.claim and replace(o.claim, accused=accused))


@settings(max_examples=80, deadline=None)
@given(tables())
def test_exchanging_the_parties_exchanges_the_attribution_bit_for_bit(rows):
    found, plain = assessed(rows, front((WEST, EAST)))
    again, mirrored = assessed([exchanged(o) for o in rows], front((EAST, WEST)))
    assert [i.id for i in found] == [i.id for i in again]
    for one, other in zip(plain, mirrored, strict=True):
        assert exchange(one.probabilities) == other.probabilities
        assert exchange(one.determination) == other.determination
        assert exchange(one.why) == other.why


@settings(max_examples=80, deadline=None)
@given(tables())
def test_the_order_of_the_parties_in_the_case_changes_no_probability(rows):
    _, plain = assessed(rows, front((WEST, EAST)))
    _, turned = assessed(rows, front((EAST, WEST), swapped=True))
    for one, other in zip(plain, turned, strict=True):
        assert dict(one.probabilities) == dict(other.probabilities)
        assert one.determination == other.determination


@settings(max_examples=80, deadline=None)
@given(tables())
def test_probabilities_sum_to_one_and_no_finding_rests_on_one_line(rows):
    case = front(standard=StandardOfProof(probability=0.51))
    for attribution in assessed(rows, case)[1]:
        assert sum(p for _, p in attribution.probabilities) == pytest.approx(1, abs=1e-12)
        assert all(0 < p < 1 for _, p in attribution.probabilities)
        if attribution.determination in (WEST, EAST, "both"):
            assert attribution.lines >= 2
            assert len({w.line for w in attribution.weights}) >= 2


# --- coverage -------------------------------------------------------------------------------------


def post(x=0.0):
    return at(x, 0, 0.0)


def quiet(key, hours, **more):
    return observation(
        key,
        phenomenon=Phenomenon.QUIET,
        observer=post(),
        place=Ray(observer=post()),
        lasts_minutes=60 * hours,
        sd_s=0.0,
        means=Means.ACOUSTIC,
        source_class=SourceClass.ACOUSTIC,
        **more,
    )


def test_no_hour_without_a_watch_is_quiet():
    for effort in efforts(front(), PLANE, [observation("a", place=at(3, 1))], ()):
        assert set(effort.by_hour) == {Listening.NOT_COVERED}
        assert effort.hours == 0


def test_hours_watched_over_most_of_the_belt_are_quiet_and_the_others_are_not():
    for effort in efforts(front(), PLANE, [quiet("a", 3)], ()):
        assert effort.by_hour[12:15] == (Listening.QUIET,) * 3
        assert set(effort.by_hour[:12] + effort.by_hour[15:]) == {Listening.NOT_COVERED}
        assert (effort.hours, effort.observer_hours, effort.observers) == (3.0, 3.0, 1)


def test_a_watch_over_a_corner_of_the_belt_does_not_make_its_hour_quiet():
    near = replace(quiet("a", 3), means=replace(quiet("a", 3).means, term=Means.MINI_UAV))
    for effort in efforts(front(), PLANE, [near], ()):
        assert effort.by_hour[12] is Listening.PARTLY_COVERED


def test_fire_on_one_side_is_told_on_that_side_only():
    rows = [quiet("a", 3), observation("b", place=at(-4, 0), minutes=30)]
    found, _ = assessed(rows)
    by_side = {e.side: e for e in efforts(front(), PLANE, rows, found)}
    assert by_side[WEST].by_hour[12] is Listening.FIRE
    assert by_side[EAST].by_hour[12] is Listening.QUIET


def test_two_windows_of_one_observer_count_once_and_a_whole_day_or_a_night_is_no_watch():
    def window(key, hours, sd_s):
        return observation(
            key, source="patrol", observer=post(), place=Ray(observer=post()), lasts_minutes=60 * hours, sd_s=sd_s
        )

    for effort in efforts(front(), PLANE, [window("a", 3, 30.0), window("b", 2, 30.0)], ()):
        assert (effort.hours, effort.observer_hours, effort.observers) == (3.0, 3.0, 1)
    for effort in efforts(front(), PLANE, [window("a", 24, 0.0), window("b", 8, 1800.0)], ()):
        assert (effort.hours, effort.observers) == (0.0, 0)


def test_what_a_party_watches_is_no_coverage():
    for effort in efforts(front(), PLANE, [quiet("a", 3, side=WEST)], ()):
        assert effort.hours == 0


@pytest.mark.parametrize(
    ("eve", "hours"), [(datetime(2021, 3, 27, 22, tzinfo=UTC), 23), (datetime(2021, 10, 30, 21, tzinfo=UTC), 25)]
)
def test_days_of_a_clock_change_have_23_and_25_hours(eve, hours):
    case = replace(front(), time_zone="Europe/Kyiv")
    watch = quiet("a", 1)
    claimed = replace(watch.clocks.claimed, start=eve, end=eve + timedelta(hours=hours))
    watch = replace(watch, clocks=replace(watch.clocks, claimed=claimed))
    for effort in efforts(case, PLANE, [watch], ()):
        assert (len(effort.by_hour), effort.hours) == (hours, hours)
        assert set(effort.by_hour) == {Listening.QUIET}


def test_fire_until_four_does_not_mark_the_hour_from_four():
    rows = [quiet("q", 6), observation("a", place=at(4, 0), lasts_minutes=240)]
    found, _ = assessed(rows)
    by_side = {e.side: e.by_hour for e in efforts(front(), PLANE, rows, found)}
    assert by_side[EAST][16] is Listening.QUIET


def test_an_announcement_covers_its_own_time_and_no_more():
    def excused(minutes, sd_s):
        notice = observation(
            "n", place=at(-4, 0), minutes=minutes, sd_s=sd_s, phenomenon=Phenomenon.ANNOUNCED_TRAINING,
            source_class=SourceClass.NOTIFICATION,
        )  # fmt: skip
        return any("announced" in w.reason for w in only([outgoing("a", -4), notice]).weights)

    assert excused(5, 600)
    assert not excused(55, 600)
    assert not excused(0, 365 * 86400)


# --- whose ground -------------------------------------------------------------------------------------


@pytest.mark.parametrize("offset", [-4.0, -2.0, -1.0, -0.3, 0.0, 0.5, 1.6, 2.5, 4.0])
@pytest.mark.parametrize(("a", "b", "c"), [(1.0, 1.0, 0.0), (4.0, 0.5, 0.6), (9.0, 9.0, -3.0)])
def test_the_share_beyond_a_straight_boundary_is_the_normal_integral(offset, a, b, c):
    half = shapely.box(0, -500, 500, 500)
    (share,) = inside_probability(half, [Moments(offset, 0.0, a, b, c)], 0.5)
    assert share == pytest.approx(0.5 * (1 + math.erf(offset / math.sqrt(2 * (a + 0.25)))), abs=0.015)


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


def test_a_source_written_in_capitals_is_not_a_second_line():
    rows = [outgoing("a", -4, source="Patrol 1"), outgoing("b", -4.1, source=" PATROL  1", minutes=0.2)]
    for attribution in assessed(rows)[1]:
        assert attribution.determination == "undetermined"
        assert attribution.lines <= 1


def test_people_that_monitors_talked_to_convict_nobody_however_many():
    rows = [
        observation(
            f"{n:02d}", place=at(-4, 0), source=f"resident {n}", source_class=SourceClass.INTERLOCUTOR, accuses=WEST
        )
        for n in range(20)
    ]
    assert only(rows, front(standard=StandardOfProof(probability=0.51))).determination == "undetermined"


def test_an_announcement_and_its_copies_alone_do_not_settle_that_nothing_was_prohibited():
    notices = [
        observation(k, place=at(-4, 0), phenomenon=Phenomenon.ANNOUNCED_TRAINING, source_class=SourceClass.NOTIFICATION)
        for k in "nmo"
    ]
    attribution = only([observation("a", place=at(-4, 0)), *notices])
    assert attribution.determination == "undetermined"


def test_no_side_is_hinted_at_on_one_line():
    attribution = only([outgoing("a", -4)])
    assert dict(attribution.probabilities)[WEST] > 0.7
    assert WEST not in attribution.why.split("Weighed")[0]


def test_unlike_phenomena_are_not_added_and_parts_of_one_report_are():
    place = at(3, 0)
    rows = [
        observation("a", place=place, source="post", count=483),
        observation("b", place=place, source="post", count=170, phenomenon=Phenomenon.BURST),
        observation("c", place=place, source="post", count=7),
    ]
    (incident,), _ = assessed(rows)
    assert (incident.phenomenon.verbatim, incident.count.low, incident.count.high) == ("explosion", 490, 490)


def test_equal_counts_pair_what_left_with_what_landed():
    window = {"source": "post", "lasts_minutes": 400, "sd_s": 30.0}
    rows = [
        observation("a", place=at(-2, 2), direction=Direction.OUTGOING, count=12, **window),
        observation("b", place=at(1, -2), direction=Direction.IMPACT, count=12, **window),
        observation("c", place=at(-1, -2), direction=Direction.OUTGOING, count=4, **window),
        observation("d", place=at(1, -2), direction=Direction.IMPACT, count=4, **window),
    ]
    assert members(rows) == {frozenset("ab"), frozenset("cd")}


def test_an_hour_with_fire_near_the_line_or_of_unknown_place_is_never_quiet():
    watch = quiet("q", 5)
    for rows in (
        [watch, observation("a", place=at(0, 0), minutes=30)],
        [watch, observation("a", place=None, minutes=30)],
        [
            watch,
            observation("h", place=at(4, 0), minutes=29, phenomenon=Phenomenon.HOT_SPOT),
            observation("a", place=at(4, 0), minutes=30),
        ],
    ):
        found, _ = assessed(rows)
        hours = {e.side: e.by_hour[12] for e in efforts(front(), PLANE, rows, found)}
        assert hours[EAST] is not Listening.QUIET
        if rows[-1].place is None or rows[-1].place == at(0, 0):
            assert Listening.QUIET not in hours.values()


def test_forty_explosions_at_some_time_of_four_hours_leave_none_of_them_quiet():
    rows = [quiet("q", 6), observation("a", place=at(4, 0), lasts_minutes=240, count=40)]
    found, _ = assessed(rows)
    by_side = {e.side: e.by_hour for e in efforts(front(), PLANE, rows, found)}
    assert by_side[EAST][12:16] == (Listening.FIRE_AT_SOME_TIME,) * 4
    assert by_side[WEST][12:16] == (Listening.QUIET,) * 4


# --- the plane far from its centre --------------------------------------------------------------------


@pytest.mark.parametrize(("lon", "lat"), [(38.0, 48.0), (45.0, 52.0), (179.9, 65.0), (-179.9, 10.0), (20.0, -40.0)])
@pytest.mark.parametrize("centre", [Plane(38.0, 48.0), Plane(60.0, 55.0), Plane(180.0, 0.0)])
def test_a_bearing_is_from_true_north_wherever_the_planes_centre_is(lon, lat, centre):
    if distance_km(lon, lat, centre.lon, centre.lat) > 3000:
        return
    for bearing in (0.0, 77.0, 200.0):
        ray = Ray(
            observer=Point(lon=lon, lat=lat, sd_km=0.0),
            sectors=(Sector(from_deg=bearing, to_deg=bearing),),
            distance=Span(low_km=8, high_km=8),
        )
        (fix,) = fixes([observation("a", place=ray)], centre)
        there = centre.degrees([fix.at.east], [fix.at.north])
        aim = destination(lon, lat, bearing, 8)
        off = distance_km(float(there[0][0]), float(there[1][0]), *aim)
        assert off < 0.35  # scale across the radius at 3,000 km is 4 %; the direction is what must hold


def test_a_control_area_of_half_a_continent_moves_no_incident():
    rows = [observation("a", place=at(3, 1))]
    case = front()
    wide = replace(case.places[2], geometry=box(0, -30, 40, 30))
    huge = Geometry(
        kind="Polygon", coordinates=(((38.0, 47.0), (178.0, 47.0), (178.0, 70.0), (38.0, 70.0), (38.0, 47.0)),)
    )
    for feature in (wide, replace(wide, geometry=huge)):
        plane = plane_about((case.places[0], case.places[1], feature))
        where = fixes(rows, plane)
        (incident,) = incidents(rows, where, associate(rows, where), plane)
        assert distance_km(incident.place.lon, incident.place.lat, rows[0].place.lon, rows[0].place.lat) < 0.001


def test_a_theatre_across_the_180th_meridian_has_its_centre_inside():
    points = [(179.5, 65.0), (-179.7, 66.0)]
    plane = plane_about((), points)
    assert abs(plane.lon) > 179
    assert plane.lat == 65.5


# --- everything at one place and minute ---------------------------------------------------------------


def test_a_thousand_repeats_of_one_source_are_one_incident_and_a_thousand_sources_are_few():
    same = [observation(f"{n:04d}", place=at(3, 1), source="post") for n in range(1000)]
    assert len(members(same)) == 1
    crowd = [observation(f"{n:04d}", place=at(3, 1)) for n in range(1000)]
    groups = members(crowd)
    assert sum(map(len, groups)) == 1000
    assert len(groups) <= 8


def test_seven_rounds_that_left_and_landed_are_seven_not_fourteen():
    window = {"source": "post", "lasts_minutes": 400, "sd_s": 30.0}
    rows = [
        observation("a", place=at(-2, 2), direction=Direction.OUTGOING, count=7, **window),
        observation("b", place=at(1, -2), direction=Direction.IMPACT, count=7, **window),
    ]
    (incident,), _ = assessed(rows)
    assert (incident.count.low, incident.count.high) == (7, 7)
