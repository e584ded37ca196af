"""Scores counted by hand; a threshold that holds what it promises; the same for every side."""

import random
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from trucewatch.calibration import (
    GRID,
    Labelled,
    brier,
    calibrate,
    calibration_error,
    log_score,
    matched,
    parse_record,
    record_json,
    reliability,
    threshold,
)
from trucewatch.intervals import proportion_bound
from trucewatch.model import RiskPoint

A, B = "zulu", "a-longer-name"
OTHERS = ("both", "other", "no_violation")


def row(truth, determination="undetermined", parties=(A, B), **p):
    given = {h: p.get(h, 0.0) for h in (*parties, *OTHERS)}
    return Labelled(probabilities=given, determination=determination, truth=truth)


def record(rows, parties=(A, B), **more):
    return calibrate(rows, parties, **({"methods": ("attribute/10",), "about": "made up", "least": 0.95} | more))


def accusations(right, wrong, at=0.97):
    return [
        *(row(A, A, **{A: at, "no_violation": 1 - at}) for _ in range(right)),
        *(row("no_violation", A, **{A: at, "no_violation": 1 - at}) for _ in range(wrong)),
    ]


def test_scores_are_those_counted_by_hand():
    rows = [row(A, **{A: 0.75, B: 0.25}), row("other", **{A: 0.5, B: 0.5})]
    assert brier(rows) == pytest.approx(((0.25**2 + 0.25**2) + (0.5**2 + 0.5**2 + 1)) / 2)
    assert log_score([rows[0]]) == pytest.approx(0.41503749927884376)
    assert log_score([rows[1]]) == pytest.approx(14.2877, abs=1e-4)  # what was printed as 0 is not infinitely wrong


def test_bins_hold_their_tenth_and_the_last_one_holds_certainty():
    bins = reliability([(0.0, False), (0.05, True), (0.1, False), (0.95, True), (1.0, True)])
    assert [b.number for b in bins] == [2, 1, 0, 0, 0, 0, 0, 0, 0, 2]
    assert bins[9].mean == 0.975
    assert calibration_error(bins) == pytest.approx((abs(0.05 - 1) + 0.1 + abs(1.95 - 2)) / 5)


def test_a_threshold_needs_enough_accusations_and_few_enough_wrong_ones():
    assert record(accusations(298, 0)).threshold is None
    assert record(accusations(299, 0)).threshold == 0.95
    assert record(accusations(299, 1)).threshold is None
    assert record(accusations(2000, 10)).threshold == 0.95
    assert record(accusations(2000, 30)).threshold is None
    assert record(accusations(100, 1), target=0.05).threshold == 0.95


def test_testing_goes_from_high_to_low_and_stops_at_the_first_failure():
    point = {p: RiskPoint(probability=p, accused=n, wrong=w) for p, n, w in (
        (0.99, 100, 0), (0.98, 400, 0), (0.97, 1000, 3), (0.96, 1200, 30), (0.95, 20000, 32),
    )}  # fmt: skip
    assert threshold(tuple(point.values()), 0.01) == 0.97  # 0.95 would pass, but nobody looks past a failure
    assert threshold(tuple(point.values())[:1], 0.01) is None


def test_the_promise_holds_in_nineteen_of_twenty_draws():
    dice = random.Random(7)
    broken = 0
    for _ in range(80):
        # accusations are worse the lower their probability: the true risk passes 5 % below 0.90
        rows = []
        for _ in range(400):
            p = dice.choice(GRID[2:30])
            risk = 0.05 * (1 - p) / 0.10
            rows.append(row(B if dice.random() < risk else A, A, **{A: p, "other": 1 - p}))
        found = record(rows, target=0.05, least=0.55).threshold
        if found is not None:
            levels = [q for q in GRID[2:30] if q >= found]
            broken += sum(0.05 * (1 - q) / 0.10 for q in levels) / len(levels) > 0.05
    assert proportion_bound(80 - broken, 80, 0.99) > 0.95


def test_naming_one_where_both_fired_is_not_wrong_and_naming_both_where_one_fired_is():
    rows = [
        row("both", A, **{A: 0.96}),
        row(A, "both", both=0.97),
        row("both", "both", both=0.97),
        row(B, A, **{A: 0.99}),
    ]
    found = record(rows)
    assert [(p.accused, p.wrong) for p in found.curve if p.probability == 0.95] == [(4, 2)]
    assert [(side.accused, side.wrong) for side in found.sides] == [(2, 1), (0, 0)]


def test_an_accusation_is_as_probable_as_that_its_side_fired_alone_or_not():
    (point,) = (p for p in record([row(A, A, **{A: 0.93, "both": 0.04, B: 0.03})]).curve if p.probability == 0.97)
    assert point.accused == 1
    assert record([row(A, A, **{A: 0.93, "both": 0.04, B: 0.03})]).curve[4].accused == 0


def test_incidents_are_matched_by_what_they_share_most():
    ours = {"1": "x", "2": "x", "3": "x", "4": "y", "5": "z", "6": ""}
    truth = {"1": "T1", "2": "T2", "3": "T2", "4": "", "5": "T1", "6": "T3"}
    assert matched(ours, truth) == {"x": "T2", "z": "T1"}
    # as much of each: the true incident of which more is here
    assert matched({"1": "x", "2": "x"}, {"1": "big", "2": "small", "3": "big"}) == {"x": "small"}


def test_the_record_comes_back_from_its_file_and_a_forged_threshold_does_not():
    found = record(accusations(400, 1))
    again = parse_record(record_json(found))
    assert record_json(again) == record_json(found)
    assert again.threshold == 0.95 or again.threshold is None
    with pytest.raises(ValueError, match="prove"):
        parse_record(record_json(replace(record(accusations(400, 40)), threshold=0.6)))
    for broken in (b"", b"[]", b"{}", b'{"format": "trucewatch-calibration/1"}', b"\xff", b"[" * 100_000):
        with pytest.raises(ValueError, match=r"\w"):
            parse_record(broken)


rows_drawn = st.lists(
    st.tuples(st.sampled_from((0, 1, "both", "other", "no_violation")), st.integers(0, 1), st.floats(0.5, 1)),
    max_size=30,
)


def drawn(items, parties):
    def named(word):
        return parties[word] if isinstance(word, int) else word

    return [
        row(named(truth), parties[of] if p > 0.9 else "undetermined", parties, **{parties[of]: p, "other": 1 - p})
        for truth, of, p in items
    ]


@settings(max_examples=25)
@given(rows_drawn, st.randoms())
def test_neither_names_nor_order_move_any_figure(items, dice):
    one = record(drawn(items, (A, B)), (A, B))
    other = record(drawn(items, (B, A)), (B, A))
    assert [replace(side, name="") for side in one.sides] == [replace(side, name="") for side in other.sides]
    assert replace(one, sides=()) == replace(other, sides=())
    shuffled = items[:]
    dice.shuffle(shuffled)
    assert record(drawn(shuffled, (A, B)), (A, B)) == one


def test_three_sides_have_three_tables():
    parties = (A, B, "third")
    found = record([row("third", "third", parties, third=0.96), row(A, A, parties, **{A: 0.99})], parties)
    assert [side.accused for side in found.sides] == [1, 0, 1]
    assert found.fired == 2
