"""The scoreboard's figures on examples small enough to count by hand."""

import math
from dataclasses import replace

import pytest
from benchmarks import metrics
from benchmarks.metrics import Bin, Pairs, Tally, Verdict

# rows       1    2    3    4    5    6     7
TRUTH = ["a", "a", "a", "b", "b", None, None]
FOUND = ["x", "x", "y", "y", None, "y", "z"]
PARTIES = ("left", "right")


def verdict(who, named="", **probabilities):
    return Verdict(probabilities, named, who)


def test_pairs_are_counted_and_lone_rows_are_in_none():
    # true: 12 13 23 45; joined: 12 34 36 46; common: 12
    counts = metrics.pairs(FOUND, TRUTH)
    assert counts == Pairs(common=1, joined=4, true=4)
    assert (counts.precision, counts.recall, counts.f1) == (0.25, 0.25, 0.25)


def test_finding_everything_and_nothing_at_all():
    assert metrics.pairs(TRUTH, TRUTH).f1 == 1.0
    nothing = metrics.pairs([None] * 7, TRUTH)
    assert (nothing.precision, nothing.recall, nothing.f1) == (1.0, 0.0, 0.0)


def test_pairs_by_kind_add_up_to_all_pairs():
    kinds = ["camera", "post", "camera", "post", "post", "media", "media"]
    split = metrics.pairs_by(FOUND, TRUTH, kinds)
    assert split["camera", "post"] == Pairs(common=1, joined=2, true=2)  # joined 12 34, true 12 23
    assert split["post", "post"] == Pairs(common=0, joined=0, true=1)
    assert sum(split.values(), Pairs()) == metrics.pairs(FOUND, TRUTH)


def test_b_cubed_of_the_example_by_hand():
    precision, recall, f = metrics.b_cubed(FOUND, TRUTH)
    assert precision == pytest.approx((1 + 1 + 1 / 3 + 1 / 3 + 1 + 1 / 3 + 1) / 7)
    assert recall == pytest.approx((2 / 3 + 2 / 3 + 1 / 3 + 1 / 2 + 1 / 2 + 1 + 1) / 7)
    assert f == pytest.approx(2 * precision * recall / (precision + recall))
    assert metrics.b_cubed(TRUTH, TRUTH) == (1.0, 1.0, 1.0)


def test_incidents_are_counted_with_and_without_clutter():
    # x and y hold real rows, z is clutter only; row 5 is in no incident, and where each stands alone it is one
    counts = metrics.tally(FOUND, TRUTH)
    assert counts == Tally(real=2, found=3, true=2)
    assert (counts.error, counts.raw_error) == (0.0, 0.5)
    assert metrics.tally(metrics.each_alone(FOUND), TRUTH) == Tally(real=3, found=4, true=2)


def test_a_found_incident_is_matched_to_what_it_shares_most_with():
    found = ["x", "x", "x", "y", "y", "z"]
    truth = ["a", "a", "b", "b", "c", None]
    assert metrics.matched(found, truth) == {"x": "a", "y": "c"}  # of one row each, the smaller incident


def test_the_order_of_rows_moves_nothing():
    back = slice(None, None, -1)
    assert metrics.pairs(FOUND[back], TRUTH[back]) == metrics.pairs(FOUND, TRUTH)
    assert metrics.b_cubed(FOUND[back], TRUTH[back]) == metrics.b_cubed(FOUND, TRUTH)
    assert metrics.matched(FOUND[back], TRUTH[back]) == metrics.matched(FOUND, TRUTH)


def test_a_region_holds_what_lies_inside_its_ellipse():
    round_one, slanted = (1.0, 1.0, 0.0), (4.0, 4.0, 3.6)
    edge = math.sqrt(metrics.CHI2_68)
    assert metrics.in_region(edge * 0.999, 0.0, round_one, metrics.CHI2_68)
    assert not metrics.in_region(edge * 1.001, 0.0, round_one, metrics.CHI2_68)
    assert metrics.in_region(2.4, 2.4, slanted, metrics.CHI2_95)
    assert not metrics.in_region(2.4, -2.4, slanted, metrics.CHI2_95)


def test_accusations_are_counted_by_what_they_get_wrong():
    said = [
        verdict("left", "left"),
        verdict("left", "right"),  # pinned on the other side
        verdict("right", "right"),
        verdict("right", ""),  # nobody named
        verdict("both", "left"),  # half of it: not wrong, not complete
        verdict("left", "both"),  # accuses one that did not fire
        verdict("no_violation", "right"),  # a quarry
        verdict("", "left"),  # an invention
        verdict("other", "no_violation"),  # accuses nobody
    ]
    counts = metrics.accusations(said, PARTIES)
    assert (counts.accusations, counts.wrong, counts.incomplete) == (7, 4, 1)
    assert counts.of_perceived == 0
    # most rows are words of the other side's fire, and what was perceived there the accused did fire
    other = [
        replace(said[1], perceived="left"),
        replace(said[1], perceived="right"),
        replace(said[0], perceived="left"),
    ]
    counts_of_other = metrics.accusations(other, PARTIES)
    assert (counts_of_other.wrong, counts_of_other.of_perceived) == (2, 1)
    assert (counts_of_other + counts_of_other).of_perceived == 2
    assert (counts.fired, counts.fired_named) == (5, 4)
    assert counts.by_party == (("left", 3, 2), ("right", 2, 0))
    assert counts.far == 4 / 7
    assert counts.coverage == 0.8
    assert counts.gap == pytest.approx(200 / 3)
    assert metrics.accusations(said, PARTIES[::-1]).gap == -counts.gap
    assert (counts + counts).by_party == (("left", 6, 4), ("right", 4, 0))


def test_calibration_by_hand():
    said = [verdict("left", left=0.95), verdict("right", left=0.95), verdict("left", left=0.15), verdict("", left=0.15)]
    bins = metrics.reliability(said, "left")
    assert bins[9] == Bin(2, pytest.approx(1.9), 1)
    assert bins[1] == Bin(2, pytest.approx(0.3), 1)
    assert metrics.ece(bins) == pytest.approx((0.9 + 0.7) / 4)
    assert metrics.ece(metrics.pooled([bins, bins])) == pytest.approx(0.4)
    assert metrics.reliability([verdict("left", left=1.0)], "left")[9].number == 1


def test_scores_of_sure_and_unsure_forecasts():
    hypotheses = (*PARTIES, "no_violation")
    sure, half = verdict("left", left=1.0), verdict("", left=0.5, no_violation=0.5)
    assert metrics.brier([sure, half], hypotheses) == pytest.approx(0.25)
    assert metrics.log_score([sure, half]) == pytest.approx(0.5)
    assert metrics.log_score([verdict("right", left=1.0)]) == pytest.approx(-math.log2(1e-6))


def test_risk_falls_with_the_threshold_where_probabilities_are_honest():
    said = [verdict("left", left=0.96), verdict("right", left=0.7), verdict("left", left=0.5, right=0.5)]
    at = dict(metrics.risk_coverage(said, PARTIES))
    assert (at[0.5].accusations, at[0.5].wrong) == (2, 1)
    assert (at[0.95].accusations, at[0.95].wrong) == (1, 0)


def test_mean_and_interval_over_seeds():
    mean = metrics.over_seeds([1.0, 2.0, 3.0])
    assert mean.value == 2.0
    assert mean.half == pytest.approx(4.303 / math.sqrt(3))
    assert math.isnan(metrics.over_seeds([1.0]).half)
