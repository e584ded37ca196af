"""Counts divided by effort: only what stood under watch, only by what was watched, or a refusal with its reason."""

from dataclasses import replace
from datetime import timedelta

import pytest
from tests.build import EAST, NOON, PLANE, WEST, at, box, front, observation, post, quiet

from trucewatch.assess.associate import associate
from trucewatch.assess.coverage import cover
from trucewatch.assess.incidents import incidents
from trucewatch.assess.locate import fixes
from trucewatch.assess.rates import LEAST_HOURS, rates
from trucewatch.assess.watch import watches
from trucewatch.intervals import poisson_interval
from trucewatch.model import Attribution, Case, Feature, Party, Ray
from trucewatch.pipeline import assess
from trucewatch.spacetime import hours_of
from trucewatch.vocabulary import MATTERS, FeatureRole, Phenomenon, SourceClass

MIDDAY = (NOON, NOON + timedelta(hours=6))


def attributed(incident, case, who="undetermined", lines=0, share=0.2):
    names = [*(p.id for p in case.parties), "both", "other", "no_violation"]
    rest = (1 - share) / (len(names) - 1)
    return Attribution(
        incident_id=incident.id,
        method="test",
        probabilities=tuple((n, share if n == who else rest) for n in names),
        determination=who,
        weights=(),
        lines=lines,
        why="",
    )


def rated(rows, case=None, *, who=(), period=None):
    """`who` names the side of each incident, in order of time; the rest stay undetermined."""
    case = case or front()
    where = fixes(rows, PLANE)
    found = incidents(rows, where, associate(rows, where), PLANE)
    efforts, stood = cover(case, PLANE, rows, found)
    said = [
        attributed(i, case, *([(*who, *["undetermined"] * 99)[n]]), lines=2, share=0.96) for n, i in enumerate(found)
    ]
    result = rates(case, list(zip(found, said, stood, strict=True)), efforts, period)
    return {r.side: r for r in result}


def all_day(key="q", hours=24, observer=None):
    watch = quiet(key, 1)
    if observer is not None:
        watch = replace(watch, observer=observer, place=Ray(observer=observer))
    start = hours_of(NOON.date(), "UTC")[0][0]
    claimed = replace(watch.clocks.claimed, start=start, end=start + timedelta(hours=hours))
    return replace(watch, clocks=replace(watch.clocks, claimed=claimed))


def boom(key, x, minutes, **more):
    return observation(key, place=at(x, 0, 0.2), minutes=minutes, **more)


def test_incidents_under_watch_are_divided_by_the_hours_watched():
    found = rated([all_day(), boom("a", -3, 10), boom("b", -3, 100), boom("c", 3, 200)])
    west, east = found[WEST], found[EAST]
    assert west.belt_km2 == pytest.approx(east.belt_km2, rel=0.3)
    assert (west.on_ground.count, east.on_ground.count) == (2, 1)
    assert 12 < west.watched_h <= west.possible_h == 24
    low, high = poisson_interval(2)
    scale = 100 / west.watched_h
    assert (west.on_ground.per_100h, west.on_ground.low, west.on_ground.high) == (2 * scale, low * scale, high * scale)


def test_what_happened_outside_every_watch_is_counted_and_not_divided():
    found = rated([all_day(hours=20), boom("a", -3, 10), boom("late", -3, 9 * 60), boom("far", -15, 30)])
    assert found[WEST].perceived == 3
    assert found[WEST].on_ground.count == 1


@pytest.mark.parametrize("matter", sorted(MATTERS))
def test_what_is_no_fire_is_in_no_count_and_keeps_no_hour_from_being_quiet(matter):
    rows = [all_day(), boom("a", -3, 10), boom("b", 3, 100)]
    seen = boom("m", -3, 200, phenomenon=matter, source="patrol")
    told = boom("w", -3, 300, phenomenon=matter, source="ministry", source_class=SourceClass.PARTY, accuses=WEST)
    assert rated([*rows, seen, told], who=[WEST, EAST, WEST, WEST]) == rated(rows, who=[WEST, EAST])


def test_a_side_watched_too_little_has_no_rate_and_none_is_compared_with_it():
    far_west = all_day("w", observer=at(-19, 0, 0.0))
    found = rated([far_west, boom("a", -3, 10)])
    assert found[EAST].watched_h < LEAST_HOURS
    assert "a rate needs" in found[EAST].on_ground.refusal
    assert "another side" in found[WEST].on_ground.refusal or "a rate needs" in found[WEST].on_ground.refusal
    for side in found.values():
        assert side.by_side.refusal
        assert side.on_ground.per_100h == 0


def test_ground_that_changed_within_the_period_has_no_rate():
    case = front()
    moved = NOON - timedelta(hours=12) + timedelta(days=1)
    west, east = case.places[1:]
    places = (
        case.places[0],
        *(replace(f, valid_to=moved) for f in (west, east)),
        replace(west, geometry=box(-40, -30, -3, 30), valid_from=moved),
        replace(east, geometry=box(-3, -30, 40, 30), valid_from=moved),
    )
    second = all_day("r")
    claimed = replace(
        second.clocks.claimed,
        start=second.clocks.claimed.start + timedelta(days=1),
        end=second.clocks.claimed.end + timedelta(days=1),
    )
    second = replace(second, clocks=replace(second.clocks, claimed=claimed))
    found = rated([all_day(), second], replace(case, places=places))
    assert all("changed within the period" in side.on_ground.refusal for side in found.values())


def test_a_case_that_does_not_say_who_holds_what_has_no_rate():
    case = front()
    found = rated([all_day(), boom("a", 3, 10)], replace(case, places=case.places[:1]))
    assert all("does not say" in side.on_ground.refusal for side in found.values())


def test_no_watch_at_all_is_refused_and_never_divided_by_zero():
    assert all(side.on_ground.refusal for side in rated([boom("a", -3, 10)]).values())
    assert all(side.possible_h == 0 for side in rated([], period=MIDDAY).values())


def test_findings_against_both_sides_are_divided_by_one_and_the_same_effort():
    rows = [all_day(), boom("a", -3, 10), boom("b", 3, 100)]
    found = rated(rows, who=(EAST, EAST))
    assert found[WEST].by_side.exposure_h == found[EAST].by_side.exposure_h
    assert (found[WEST].by_side.count, found[EAST].by_side.count) == (0, 2)
    assert found[WEST].by_side.low == 0 < found[WEST].by_side.high


def test_findings_are_not_compared_where_one_side_was_watched_much_more():
    rows = [all_day("w", observer=at(-10.5, 0, 0.0)), all_day("z", observer=at(-10.5, 20, 0.0)), all_day("y", hours=13)]
    found = rated(rows)
    assert not found[WEST].on_ground.refusal
    unequal = found[WEST].watched_h / found[EAST].watched_h
    assert ("times as much" in found[WEST].by_side.refusal) == (unequal > 2)


def test_soft_counts_come_from_the_probabilities_with_their_interval():
    found = rated([all_day(), *(boom(str(n), -3, 15 * n) for n in range(4))], who=(WEST,) * 4)
    right = found[WEST].right
    assert (right.among, right.high) == (4, 4)
    assert right.mean == pytest.approx(4 * 0.97)  # 0.96 alone and 0.01 in an exchange
    assert right.low in (3, 4)
    assert found[EAST].right.among == 0
    assert found[EAST].by_it.among == 4


def test_an_hour_that_the_period_cuts_counts_on_neither_side_of_the_division():
    rows = [all_day(), boom("a", -3, 10), boom("b", -3, 70)]
    cut = (NOON + timedelta(minutes=30), NOON + timedelta(hours=14, minutes=30))
    found = rated(rows, period=cut)
    assert found[WEST].perceived == 1
    assert (found[WEST].possible_h, found[WEST].on_ground.count) == (11, 1)


def exchanged(case: Case) -> Case:
    swap = {WEST: EAST, EAST: WEST}
    return replace(
        case,
        parties=tuple(replace(p, id=swap[p.id], names=((("en", swap[p.id])),)) for p in case.parties),
        places=tuple(replace(f, party=swap.get(f.party)) for f in case.places),
    )


def test_exchanging_the_parties_exchanges_the_rates_and_nothing_else():
    rows = [all_day(hours=17), boom("a", -3, 10), boom("b", -3, 100), boom("c", 3, 200)]
    one = rated(rows, who=(WEST, EAST, EAST))
    other = rated(rows, exchanged(front()), who=(EAST, WEST, WEST))
    assert replace(one[WEST], side=EAST) == other[EAST]
    assert replace(one[EAST], side=WEST) == other[WEST]
    assert list(other) == [EAST, WEST]


def test_order_and_repetition_of_rows_change_no_rate():
    rows = [all_day(), boom("a", -3, 10), boom("b", -3, 100), boom("c", 3, 200)]
    case = front()
    once = assess(case, rows, ())
    assert once.rates == assess(case, rows[::-1], ()).rates == assess(case, [*rows, *rows], ()).rates


def test_three_parties_have_three_rates():
    case = front()
    third = Feature(role=FeatureRole.CONTROL, geometry=box(0, 0, 40, 30), party="third", accuracy_km=0.2)
    south = replace(case.places[2], geometry=box(0, -30, 40, 0))
    case = replace(
        case,
        parties=(*case.parties, Party(id="third", names=(("en", "third"),))),
        places=(*case.places[:2], south, third),
    )
    found = rated(
        [
            all_day(),
            observation("s", place=at(3, -8, 0.2), minutes=10),
            observation("t", place=at(3, 8, 0.2), minutes=100),
        ],
        case,
    )
    assert [side.on_ground.count for side in found.values()] == [0, 1, 1]


def test_refused_access_shortens_attention():
    def refusal(lasts_minutes, minutes=60):
        return observation(
            "r",
            source="camera q",
            phenomenon=Phenomenon.MOVEMENT_RESTRICTED,
            minutes=minutes,
            lasts_minutes=lasts_minutes,
            observer=post(),
            source_class=SourceClass.OBSERVER,
        )

    watch = quiet("q", 4)
    for row, left, lost in ((refusal(60), 3.0, 1.0), (refusal(0), 1.0, 3.0), (refusal(60, 300), 4.0, 0.0)):
        for effort in cover(front(), PLANE, [watch, row], ())[0]:
            assert (effort.hours, effort.refused_hours) == (left, lost)
    # whoever was refused all the time watched nothing, and a refusal itself is no watch
    assert all(e.hours == 0 for e in cover(front(), PLANE, [refusal(600, -60), watch], ())[0])
    assert watches([refusal(120)], PLANE) == ()


def test_refusals_that_overlap_take_each_hour_once_and_other_patrols_keep_theirs():
    rows = [
        quiet("q", 6),
        quiet("other", 6),
        *(
            observation(
                f"r{n}", source="camera q", phenomenon=Phenomenon.MOVEMENT_RESTRICTED, minutes=60 * n, lasts_minutes=120,
                observer=post(), source_class=SourceClass.OBSERVER,
            )
            for n in (1, 2)
        ),
    ]  # fmt: skip
    for effort in cover(front(), PLANE, rows, ())[0]:
        assert (effort.hours, effort.observer_hours, effort.refused_hours) == (6.0, 9.0, 3.0)
