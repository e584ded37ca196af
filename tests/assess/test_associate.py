"""Which observations are of one incident."""

import itertools
from dataclasses import replace

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.build import (
    PLANE,
    WEST,
    assessed,
    at,
    front,
    members,
    observation,
    tables,
)

from trucewatch.assess import kinds
from trucewatch.assess.associate import associate
from trucewatch.assess.locate import fixes
from trucewatch.intake.enrol import enrol
from trucewatch.model import Coded, Weapon
from trucewatch.vocabulary import Direction, Means, Phenomenon, SourceClass, Stance, WeaponClass


def test_two_cameras_that_see_one_flash_make_one_incident():
    rows = [observation("a", place=at(3, 1)), observation("b", place=at(3.3, 1.2), minutes=0.1)]
    assert members(rows) == {frozenset("ab")}


def test_flashes_far_apart_in_space_or_time_stay_apart():
    rows = [
        observation("a", place=at(3, 1)),
        observation("b", place=at(33, 1)),
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
    precise = [observation("a", place=at(3, 1, 0.2)), observation("b", place=at(33, 1, 0.2))]
    vague = [observation("a", place=at(3, 1, 0.2)), observation("b", place=at(33, 1, 20.0))]
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


def test_two_sorts_of_weapon_at_one_place_are_two_sightings():
    def seen(key, weapon):
        row = observation(key, place=at(3, 1), source="drone", phenomenon=Phenomenon.WEAPON_SEEN)
        return replace(row, weapon=Weapon(weapon_class=Coded(term=weapon, verbatim=weapon.value)))

    rows = [seen("a", WeaponClass.ATGM), seen("b", WeaponClass.ARTILLERY), seen("c", WeaponClass.ARTILLERY)]
    assert members(rows) == {frozenset("a"), frozenset("bc")}


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


@settings(max_examples=25, deadline=None)
@given(tables(), st.randoms(use_true_random=False))
def test_order_of_arrival_does_not_change_what_belongs_together(rows, chance):
    parties = front().parties
    shuffled = rows[:]
    chance.shuffle(shuffled)

    def ids(arrived):
        return {frozenset(o.id for o in i.observations) for i in assessed(enrol(arrived, parties))[0]}

    assert ids(shuffled) == ids(rows)


@settings(max_examples=25, deadline=None)
@given(tables())
def test_every_associable_row_is_in_one_incident_or_is_one_of_several(rows):
    where = fixes(rows, PLANE)
    association = associate(rows, where)
    held = list(itertools.chain.from_iterable(association.groups))
    assert len(held) == len(set(held))
    torn = {i for i, candidates in association.doubts if candidates[0][1] < 1}
    assert set(held) | torn >= {i for i, o in enumerate(rows) if kinds.is_associable(o)}
    for i, candidates in association.doubts:
        assert candidates
        assert sum(share for _, share in candidates) <= 1 + 1e-5
        held_by = [group for group, members in enumerate(association.groups) if i in members]
        assert set(held_by) <= {group for group, _ in candidates}


def test_news_that_cannot_pick_one_shot_of_a_burst_says_which_ones_it_may_be_of():
    burst = [
        observation(f"{n}{c}", place=at(3 + 0.4 * n, 1, 0.1), minutes=2 * n, source=f"camera {c}", count=1)
        for n in range(3)
        for c in "ab"
    ]
    news = observation("news", place=at(3.4, 1, 1.5), minutes=2, sd_s=900, source="paper", means=Means.MEDIA,
                       source_class=SourceClass.MEDIA)  # fmt: skip
    rows = [*burst, news]
    association = associate(rows, fixes(rows, PLANE))
    assert sorted(map(len, association.groups)) == [2, 2, 2]
    ((index, candidates),) = association.doubts
    assert rows[index] is news
    assert len(candidates) == 3
    assert all(0.2 < share < 0.45 for _, share in candidates)


def test_many_that_speak_of_any_of_many_are_in_doubt_each_of_them():
    # five shots at one place within an hour, and as many speakers who each know the hour: whichever shots the others
    # mean, each may mean any of five
    shots = [
        observation(f"{n}{c}", place=at(3, 1, 0.1), minutes=12 * n, source=f"camera {c}")
        for n in range(5)
        for c in "ab"
    ]
    words = [
        observation(f"said {n}", place=at(3, 1, 1.0 + 0.1 * n), minutes=24 + n, sd_s=1800, source=f"paper {n}",
                    means=Means.MEDIA, source_class=SourceClass.MEDIA)
        for n in range(5)
    ]  # fmt: skip
    rows = [*shots, *words]
    association = associate(rows, fixes(rows, PLANE))
    doubts = {rows[i].id: dict(candidates) for i, candidates in association.doubts}
    assert set(doubts) == {word.id for word in words}
    assert all(len(candidates) == 5 and max(candidates.values()) < 0.45 for candidates in doubts.values())


def test_equal_counts_pair_what_left_with_what_landed():
    window = {"source": "post", "lasts_minutes": 400, "sd_s": 30.0}
    rows = [
        observation("a", place=at(-2, 2), direction=Direction.OUTGOING, count=12, **window),
        observation("b", place=at(1, -2), direction=Direction.IMPACT, count=12, **window),
        observation("c", place=at(-1, -2), direction=Direction.OUTGOING, count=4, **window),
        observation("d", place=at(1, -2), direction=Direction.IMPACT, count=4, **window),
    ]
    assert members(rows) == {frozenset("ab"), frozenset("cd")}


def test_a_thousand_repeats_of_one_source_are_one_incident_and_a_thousand_sources_are_few():
    same = [observation(f"{n:04d}", place=at(3, 1), source="post") for n in range(1000)]
    assert len(members(same)) == 1
    crowd = [observation(f"{n:04d}", place=at(3, 1)) for n in range(1000)]
    groups = members(crowd)
    assert sum(map(len, groups)) == 1000
    assert len(groups) <= 4  # at most 256 different reports are divided together


def phones(explosions, each, every_minutes):
    """Everybody of a town tells of every explosion of an evening, by a clock good to a minute."""
    draw = np.random.default_rng(explosions)
    return [
        observation(
            f"{e:02d} {n:03d}", place=at(3 + draw.normal(0, 0.5), 1 + draw.normal(0, 0.5)), sd_s=60.0,
            minutes=e * every_minutes + draw.normal(), source=f"phone {n}", source_class=SourceClass.OBSERVER,
            means=Means.HEARD,
        )
        for e in range(explosions)
        for n in range(each)
    ]  # fmt: skip


def test_a_town_that_tells_of_an_evening_s_explosions_tells_of_as_many():
    rows = phones(explosions=12, each=80, every_minutes=15)
    association = associate(rows, fixes(rows, PLANE))
    assert sorted(map(len, association.groups)) == [80] * 12
    assert [len({rows[i].id[:2] for i in group}) for group in association.groups] == [1] * 12


def test_one_explosion_that_hundreds_tell_of_is_one():
    rows = phones(explosions=1, each=400, every_minutes=0)
    assert [len(group) for group in associate(rows, fixes(rows, PLANE)).groups] == [400]


def test_what_burns_at_two_places_is_two_fires_and_seen_twice_in_an_hour_it_is_one():
    def burning(id_, x, minutes, satellite):
        return observation(
            id_, place=at(x, 1, 0.2), minutes=minutes, sd_s=180.0, source=satellite, phenomenon=Phenomenon.HOT_SPOT,
            source_class=SourceClass.SATELLITE,
        )  # fmt: skip

    rows = [burning("a", 3, 0, "one"), burning("b", 3.1, 40, "two"), burning("c", 9, 40, "two")]
    assert members(rows) == {frozenset("ab"), frozenset("c")}


def test_what_several_outlets_tell_alike_is_not_left_without_an_incident():
    """Four papers on one day, two on a week about it, four on the day after next: the first four stand for themselves."""

    def told(key, source, day, sd_s):
        return observation(
            key, place=at(0, 0, 1.0), minutes=1440 * day, sd_s=sd_s, source=source, means=None,
            source_class=SourceClass.MEDIA, phenomenon=Phenomenon.EXCHANGE_OF_FIRE,
        )  # fmt: skip

    rows = [
        *(told(f"a{n}", f"outlet {n}", 0, 24_942) for n in range(4)),
        told("b", "outlet 1", 1, 100_000),
        told("c", "outlet 0", 0.8, 100_000),
        told("d", "outlet 9", 0.8, 100_000),
        *(told(f"e{n}", f"outlet {n + 1}", 1.5, 24_942) for n in range(4)),
    ]
    assert frozenset({"a0", "a1", "a2", "a3"}) in members(rows)
