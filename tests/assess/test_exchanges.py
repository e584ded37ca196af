"""Fire and its answer are one exchange, with who came first; the next shot of a burst is another incident."""

import math
from dataclasses import replace
from datetime import timedelta

import numpy as np
import pytest
from tests.build import EAST, NOON, PLANE, WEST, assessed, at, attributed, front, observation

from trucewatch.assess.associate import associate, divide_rows
from trucewatch.assess.background import background
from trucewatch.assess.exchanges import ANSWERS, NOT_LEARNED
from trucewatch.assess.incidents import incidents
from trucewatch.assess.locate import fixes
from trucewatch.assess.table import table
from trucewatch.evidence import BOTH
from trucewatch.vocabulary import Direction, Phenomenon, SourceClass

OUT, IN = Direction.OUTGOING, Direction.IMPACT


def shot(name, west, *, seconds=0.0, north=0.0, sd_s=2.0, cameras=("A", "B"), **more):
    """Return what cameras saw of a shot from one side, 3 km across the line: it leaving and, 5 s later, landing."""
    here, there = (-1.5, 1.5) if west else (1.5, -1.5)
    return [
        observation(f"{name}{camera}{end.value}", place=at(east, north, 0.3), minutes=(seconds + late) / 60, sd_s=sd_s,
                    source=f"camera {camera} {end.value}", direction=end, **more)
        for camera in cameras
        for east, late, end in ((here, 0.0, OUT), (there, 5.0, IN))
    ]  # fmt: skip


def found(rows):
    where = fixes(rows, PLANE)
    return incidents(rows, where, associate(rows, where), PLANE)


def test_an_answer_is_of_one_incident_with_the_fire_and_is_told_from_it():
    (incident,) = found([*shot("f", west=True), *shot("r", west=False, seconds=90)])
    assert [{o.key[0] for o in one.observations} for one in incident.shots] == [{"f"}, {"r"}]
    assert (incident.first_time, incident.last_time) == (NOON, NOON + timedelta(seconds=95))
    assert min(incident.shares) > 0.6
    # the place is that of the first shot, of where it left
    east, north = PLANE.km([incident.place.lon], [incident.place.lat])
    assert math.hypot(float(east[0]) + 1.5, float(north[0])) < 0.3


def surely(rows, case=None):
    """Return incidents and who did them, as if every exchange were surely one."""
    where = fixes(rows, PLANE)
    sure = [replace(incident, exchange=0.999) if incident.shots else incident for incident in found(rows)]
    return sure, attributed(case or front(), sure, {o.key: fix for o, fix in zip(rows, where, strict=True)})


def test_both_are_found_where_each_shot_finds_one_and_who_was_first():
    (incident,), (attribution,) = surely([*shot("f", west=False), *shot("r", west=True, seconds=90)])
    assert attribution.determination == BOTH
    assert dict(attribution.first)[EAST] > 0.99
    assert any("the two shots together" in weight.reason for weight in attribution.weights)
    assert incident.shots


def test_exchanged_sides_exchange_who_was_first_and_nothing_else():
    rows = [*shot("f", west=False), *shot("r", west=True, seconds=90)]
    one, other = (assessed(rows, front(swapped=swapped))[1][0] for swapped in (False, True))
    assert dict(one.probabilities)[BOTH] == dict(other.probabilities)[BOTH]
    assert dict(one.probabilities)[WEST] == dict(other.probabilities)[EAST]
    assert dict(one.first)[WEST] == dict(other.first)[EAST]


@pytest.mark.parametrize(
    "second",
    [
        shot("s", west=True, seconds=90),  # the same gun again
        shot("s", west=False, seconds=900),  # a quarter of an hour later
        shot("s", west=False, seconds=90, north=12.0),  # of another place
    ],
    ids=["again", "late", "elsewhere"],
)
def test_what_is_no_answer_is_another_incident(second):
    assert len(found([*shot("f", west=True), *second])) == 2


def test_clocks_that_do_not_tell_two_shots_apart_tell_no_answer():
    rows = [*shot("f", west=True, sd_s=60.0), *shot("r", west=False, seconds=90, sd_s=60.0)]
    assert not any(incident.shots for incident in found(rows))


def test_of_two_answers_that_are_as_likely_neither_is_joined():
    one, other = (shot(name, west=False, seconds=90, north=north) for name, north in (("r", 0.7), ("s", -0.7)))
    fire = shot("f", west=True)
    assert not any(incident.shots for incident in found([*fire, *one, *other]))
    assert sum(bool(incident.shots) for incident in found([*fire, *one])) == 1


def test_the_order_of_the_rows_changes_nothing():
    rows = [*shot("f", west=True), *shot("r", west=False, seconds=90), *shot("x", west=True, seconds=4000)]
    turned = found(rows[::-1])
    assert [(i.id, [shot.id for shot in i.shots], i.place) for i in found(rows)] == [
        (i.id, [shot.id for shot in i.shots], i.place) for i in turned
    ]


def test_one_camera_that_sees_both_muzzles_does_not_see_one_between_them():
    def seen(rows):
        _, (attribution,) = assessed(rows)
        return [w.reason for w in attribution.weights if "outgoing fire perceived by camera A outgoing" in w.reason]

    reasons = seen([*shot("f", west=False), *shot("r", west=True, seconds=90)])
    assert len(reasons) == 2
    assert sum(EAST in reason for reason in reasons) == 1


def test_rounds_are_at_least_what_one_tells_and_at_most_those_of_both_shots():
    rows = [*shot("f", west=True, count=5), *shot("r", west=False, seconds=90, count=3, cameras=("A",))]
    (incident,) = found(rows)
    assert incident.phenomenon.term is Phenomenon.EXPLOSION
    assert (incident.count.low, incident.count.high) == (5, 8)


def test_a_record_that_a_wrong_place_parted_is_of_the_shot_and_no_answer():
    more = [observation(f"p{n}", place=at(-1.5, 0.0, 0.8), source=f"post {n}", sd_s=20.0,
                        source_class=SourceClass.OBSERVER, direction=OUT) for n in range(4)]  # fmt: skip
    astray = observation("q", place=at(-6.0, 1.0, 1.0), source="post q", sd_s=20.0, source_class=SourceClass.OBSERVER)
    (incident,) = found([*shot("f", west=True), *more, astray])
    assert len(incident.observations) == 9
    assert not incident.shots
    (share,) = (s for o, s in zip(incident.observations, incident.shares, strict=True) if o.key == "q")
    assert share < 0.95


def record(answered, count=40):
    rows = []
    for n in range(count):
        rows += shot(f"f{n}", west=bool(n % 2), seconds=7200 * n, north=3.0 * (n % 5), cameras=("A",))
        if answered:
            rows += shot(f"r{n}", west=not n % 2, seconds=7200 * n + 100, north=3.0 * (n % 5), cameras=("B",))
    return table(rows, fixes(rows, PLANE), range(len(rows)))


def test_how_often_fire_is_answered_is_learned_from_the_record():
    often, never = (divide_rows(record(answered))[0].recurrence for answered in (True, False))
    assert often.answers > 2 * ANSWERS > 2 * never.answers
    assert divide_rows(record(answered=False, count=1))[0].recurrence.answers == pytest.approx(ANSWERS, rel=0.05)


def test_a_record_may_be_divided_by_the_recurrence_of_another():
    t = record(answered=True, count=1)
    seldom = replace(background(t), recurrence=replace(NOT_LEARNED, answers=1e-9))
    assert not divide_rows(t, record=seldom)[0].answer.any()
    assert np.flatnonzero(divide_rows(t)[0].answer).tolist()


def test_what_a_side_supplies_makes_no_exchange_of_its_fire():
    rows = [*shot("f", west=True), *shot("r", west=False, seconds=90, side=WEST)]
    assert not any(incident.shots for incident in found(rows))


def test_where_each_shot_proves_another_side_both_fired_whether_or_not_one_answers_the_other():
    fire, answer = shot("f", west=True, cameras=("A", "B", "C")), shot("r", west=False, seconds=90)
    assert [assessed(rows)[1][0].determination for rows in (fire, answer)] == [WEST, EAST]
    (incident,), (attribution,) = assessed([*fire, *answer])
    assert incident.exchange < 0.95
    assert attribution.determination == BOTH  # who answers takes nothing from what is proven of whom he answers
    assert dict(attribution.probabilities)[BOTH] > 0.95


def test_whom_the_shot_finds_that_fewer_perceived_is_named_only_where_it_surely_belongs_here():
    doubtful = [observation("f", place=at(-1.5, 0.0, 0.3), sd_s=2.0, source="camera Z", direction=OUT)]
    bangs = [observation(f"n{n}", place=at(-1.5, 0.0, 0.3), sd_s=2.0, source=f"post {n}") for n in range(4)]
    rows = [*doubtful, *bangs, *shot("r", west=False, seconds=90)]
    ((incident,), (attribution,)), sure = assessed(rows), surely(rows)[1][0].determination
    assert incident.exchange < 0.95
    assert (attribution.determination, sure) == ("undetermined", EAST)


def named(rows):
    found, attributions = surely(rows)
    return [a.determination for i, a in zip(found, attributions, strict=True) if i.shots], attributions


def test_two_records_that_prove_nothing_alone_find_nobody_together():
    determinations, (attribution,) = named(
        [*shot("f", west=True, cameras=("A",)), *shot("r", west=False, seconds=90, cameras=("B",))]
    )
    # each camera's two ends are two rows of two names in `shot`: of one name they are one line
    one_line = [
        replace(o, source=replace(o.source, name=o.source.name[:8]))
        for o in [*shot("f", west=True, cameras=("A",)), *shot("r", west=False, seconds=90, cameras=("B",))]
    ]
    assert named(one_line)[0] == ["undetermined"]
    assert math.fsum(p for _, p in attribution.probabilities) == pytest.approx(1.0)
    assert determinations == [BOTH]


def test_a_side_is_found_where_only_its_shot_is_proven():
    answer = observation("r", place=at(1.5, 0.0, 0.3), minutes=1.5, sd_s=2.0, source="camera Z", direction=OUT)
    determinations, (attribution,) = named([*shot("f", west=True), answer])
    assert determinations == [WEST]
    assert dict(attribution.probabilities)[BOTH] > 0.5
    assert dict(attribution.first)[WEST] > 0.9


def test_what_a_side_shows_of_its_enemys_answer_finds_nobody_and_takes_no_finding_back():
    bang = observation("n", place=at(1.5, 0.0, 0.5), minutes=1.0, sd_s=5.0, source="post U")
    shown = shot("w", west=False, seconds=60, side=WEST, cameras=("W1", "W2", "W3"))
    for more in ([], [bang], shown, [bang, *shown]):
        _, attributions = assessed([*shot("f", west=True), *more])
        assert WEST in {a.determination for a in attributions}
        assert not {BOTH, EAST} & {a.determination for a in attributions}


@pytest.mark.parametrize("side", [None, WEST, EAST])
def test_one_witness_more_of_a_shot_takes_nothing_from_the_other(side):
    rows = [*shot("f", west=True), *shot("r", west=False, seconds=90)]
    assert named(rows)[0] == [BOTH]
    assert named([*rows, *shot("x", west=True, cameras=("X",), side=side)])[0] == [BOTH]


def test_the_reasons_add_up_to_what_is_said_and_who_fired_one_shot_speaks_against_neither():
    _, (attribution,) = named([*shot("f", west=True), *shot("r", west=False, seconds=90)])
    of_first = [w for w in attribution.weights if w.reason.startswith("first shot: outgoing fire")]
    assert of_first
    assert all(dict(w.bits)[WEST] >= dict(w.bits)[BOTH] > dict(w.bits)[EAST] for w in of_first)
    assert attribution.why.startswith("both: two shots, fire and its answer with 1.00, of several sides with ")
    bits = {h: math.fsum(dict(w.bits)[h] for w in attribution.weights) for h, _ in attribution.probabilities}
    top = max(bits.values())
    whole = math.fsum(2 ** (value - top) for value in bits.values())
    for h, p in attribution.probabilities:
        assert 2 ** (bits[h] - top) / whole == pytest.approx(p, abs=1e-6)
