"""The joint evidence of several reports, against integrals done by brute force, and its division into happenings."""

import itertools
from dataclasses import replace

import numpy as np
import pytest
from tests.build import PLANE, at, observation

from trucewatch.assess.associate import Part, resolve
from trucewatch.assess.background import against, background
from trucewatch.assess.clusters import INFO, MOMENTS, components, flown, fused, information, joined, pair_evidence
from trucewatch.assess.flights import ACROSS, ANYHOW, FLIGHTS, LONGEST_S
from trucewatch.assess.locate import fixes
from trucewatch.assess.pairs import (
    LEAST_EDGE,
    conflicts,
    covariances,
    edges,
    log_ends,
    means,
    scores,
    unlike,
)
from trucewatch.assess.pairs import columns as read
from trucewatch.assess.sweep import may_reach
from trucewatch.assess.table import TOLD_RIGHT, table
from trucewatch.vocabulary import Direction, Means, SourceClass

QUIET = 1e-7  # happenings per km² and second
OUT, IN, NONE = Direction.OUTGOING, Direction.IMPACT, Direction.UNDETERMINED


def columns(rows):
    t = table(rows, fixes(rows, PLANE), range(len(rows)))
    return replace(t, density=np.full(len(t), QUIET))


def of_itself(rows):
    t = columns(rows)
    return against(t, background(t))


def normal(x, mean, cov):
    away = x - mean
    misfit = np.einsum("...i,ij,...j->...", away, np.linalg.inv(cov), away)
    return np.exp(-0.5 * misfit) / np.sqrt((2 * np.pi) ** len(mean) * np.linalg.det(cov))


def matrix(six):
    a, b, c, d, e, f = six
    return np.array([[a, b, c], [b, d, e], [c, e, f]])


def test_the_evidence_of_one_end_is_the_integral_of_the_product():
    draw = np.random.default_rng(4)
    mean = draw.normal(0, 1, (3, 3))
    roots = draw.normal(0, 1, (3, 3, 3)) + 2 * np.eye(3)
    covs = roots @ roots.transpose(0, 2, 1)
    six = covs[:, [0, 0, 0, 1, 1, 2], [0, 1, 2, 1, 2, 2]]
    info = np.empty((3, INFO))
    information(mean, six, info)
    out = np.empty(MOMENTS)
    value = fused(info.sum(axis=0), out)
    axis = np.linspace(-12, 12, 121)
    grid = np.stack(np.meshgrid(axis, axis, axis, indexing="ij"), axis=-1)
    product = np.prod([normal(grid, m, c) for m, c in zip(mean, covs, strict=True)], axis=0)
    whole = product.sum() * (axis[1] - axis[0]) ** 3
    assert value == pytest.approx(np.log(whole), abs=1e-4)
    assert out[:3] == pytest.approx(np.einsum("ijk,ijkx->x", product, grid) / product.sum(), abs=1e-4)


@pytest.mark.parametrize("way", [(0.0, 0.0), (1.0, 0.0), (0.6, 0.8)])
def test_a_flight_is_as_likely_as_its_gaussians_say_turned_to_the_line(way):
    left = np.array([0.2, -0.4, 3.0, 0.5, 0.1, -0.3, 0.4, 0.2, 30.0])
    landed = np.array([2.6, 1.0, 31.0, 0.3, 0.0, 0.2, 0.6, -0.1, 9.0])
    turn = np.eye(3) if way == (0.0, 0.0) else np.array([[way[0], way[1], 0], [-way[1], way[0], 0], [0, 0, 1]])
    cov = turn @ (matrix(left[3:]) + matrix(landed[3:])) @ turn.T
    away = turn @ (landed[:3] - left[:3])
    modes = ANYHOW if way == (0.0, 0.0) else ACROSS
    total = sum(
        share * normal(away, np.array([way * km, 0, s]), cov + np.diag([sd, along, clock]))
        for share, km, sd, along, s, clock in modes
        for way in ((1, -1) if km else (1,))
    )
    assert flown(left, landed, *way, modes) == pytest.approx(np.log(total), abs=1e-9)
    ways = np.where(modes[:, 1] == 0, 1, 2)
    assert (modes[:, 0] * ways).sum() == pytest.approx(sum(f[0] for f in FLIGHTS)) == pytest.approx(1)


@pytest.mark.parametrize("ends", [(OUT, OUT), (OUT, IN), (OUT, NONE), (IN, NONE), (NONE, NONE), (IN, IN)])
def test_two_of_two_is_the_odds_of_their_pair(ends):
    t = columns([
        observation(f"{n}", place=at(2 + n, 1 - n, 0.4 + n), minutes=n / 2, sd_s=20.0, direction=end)
        for n, end in enumerate(ends)
    ])  # fmt: skip
    one, two = np.array([0]), np.array([1])
    none, across = np.zeros(1), np.zeros((2, 2))
    (together,) = pair_evidence(one, two, means(t), covariances(t), log_ends(t), across, none, none, ACROSS, ANYHOW)
    _, shares = resolve(Part(reports=t, size=2))
    assert shares[0, 0, 1] + shares[0, 0, 0] == pytest.approx(1, abs=2e-6)
    odds = shares[0, 0, 1] / shares[0, 0, 0]
    # two happenings: each source missed the other's, and the second may be of the first one's burst
    apart = np.exp(together) / QUIET / odds
    assert 0.05 < apart < 1e4
    assert shares[0, 0, 1] == shares[0, 1, 0]


def chance_rows(size, seed):
    draw = np.random.default_rng(seed)
    return [
        observation(
            f"{n}",
            place=at(*draw.uniform(-3, 3, 2), draw.uniform(0.2, 1.0)),
            minutes=draw.uniform(0, 8),
            sd_s=draw.uniform(10.0, 120.0),
            direction=[OUT, IN, NONE][draw.integers(3)],
            source=f"post {min(n, 3)}",
        )
        for n in range(size)
    ]


@pytest.mark.parametrize("seed", range(6))
def test_probabilities_follow_from_no_order(seed):
    t = columns(chance_rows(5, seed))
    _, together = resolve(Part(reports=t, size=5))
    turn = np.array([3, 0, 4, 1, 2])
    _, again = resolve(Part(reports=t.take(turn), size=5))
    assert np.allclose(again[0], together[0][np.ix_(turn, turn)], atol=2e-5)
    assert together.min() >= 0
    assert together.max() <= 1


@pytest.mark.parametrize("size", [6, 9])
def test_clear_components_are_divided_as_they_are_made(size):
    for seed in range(8):
        draw = np.random.default_rng(seed)
        shots = [int(draw.integers(3)) for _ in range(size)]
        rows = [
            observation(f"{n}", place=at(6 * shot, 0, 0.2), minutes=10 * shot + draw.normal(0, 0.1), sd_s=10.0)
            for n, shot in enumerate(shots)
        ]
        block, shares = resolve(Part(reports=columns(rows), size=size))
        for i, j in itertools.combinations(range(size), 2):
            assert (block[0, i] == block[0, j]) == (shots[i] == shots[j])
            if shots[i] == shots[j]:
                assert shares[0, i, j] > 0.9


@pytest.mark.parametrize("size", [4, 6])
def test_one_source_is_never_joined_with_itself(size):
    half = size // 2
    hour = {"lasts_minutes": 60, "sd_s": 30.0}
    rows = [
        observation(f"{n}", place=at(0.3 * (n // half), 0, 0.4), source=f"post {n % half}", count=n, **hour)
        for n in range(size)
    ]
    block, shares = resolve(Part(reports=columns(rows), size=size))
    for n in range(half):
        assert block[0, n] != block[0, n + half]
        assert shares[0, n, n + half] == 0


def test_a_better_second_report_of_one_source_corrects_it_and_a_like_one_is_another_shot():
    def both(second_sd):
        rows = [
            observation("a", place=at(3, 1, 0.5), sd_s=2.0, source="camera"),
            observation("b", place=at(3.1, 1, second_sd), minutes=0.02, sd_s=2.0, source="camera"),
            observation("c", place=at(3.05, 1, 0.3), sd_s=2.0, source="array"),
        ]
        return resolve(Part(reports=columns(rows), size=3))[1][0]

    assert both(0.25)[0, 1] > 0.9
    assert both(0.5)[0, 1] == 0


def test_what_is_heard_farther_away_happened_earlier():
    heard = {"means": Means.HEARD, "source_class": SourceClass.ACOUSTIC, "observer": at(0, 0), "sd_s": 0.5}
    t = columns([observation("a", place=at(6, 0, 1.5), **heard)])
    (cov,) = covariances(t)
    assert t.lean_e[0] < 0
    assert abs(t.lean_n[0]) < 0.05 * abs(t.lean_e[0])
    # place and time are known better together than apart, and what is left is a proper covariance
    assert np.linalg.eigvalsh(matrix(cov)).min() > 0
    assert t.lean_e[0] ** 2 > 0.5 * t.var_e[0] * t.time_sd[0] ** 2


def test_who_accuses_names_the_place_that_was_hit():
    t = columns([observation("a", direction=OUT), observation("b", direction=IN), observation("c", direction=NONE)])
    assert t.left.tolist() == pytest.approx([TOLD_RIGHT, 1 - TOLD_RIGHT, 0.5])


def test_happenings_are_denser_where_more_is_reported_and_no_wrong_year_thins_them_out():
    rows = [observation(f"{n}", place=at(n % 3, 0, 0.2), minutes=30 * n) for n in range(300)]
    rows += [observation("far", place=at(200, 0, 0.2), minutes=60)]
    found = of_itself(rows).density
    assert found[0] > 50 * found[-1]
    late = of_itself([*rows, observation("late", place=at(1, 0), minutes=60 * 24 * 900)]).density
    assert late[0] == pytest.approx(found[0], rel=0.05)


def test_rare_equal_numbers_speak_for_one_happening_and_unlike_ones_against():
    rows = [observation(f"{n}", place=at(n, 0), count=[1, 1, 1, 3, 3, 40, 1, 2][n % 8]) for n in range(120)]
    t = of_itself(rows)

    def said(i, j):
        return float(unlike(t, np.array([i]), np.array([j]))[0])

    assert said(5, 13) > said(3, 4) > said(0, 1)
    assert said(0, 5) < 0 < said(3, 7)
    assert said(0, 1) == said(1, 0)
    assert of_itself(rows[:40]).equal_share[3] == pytest.approx(1 / 12)  # too few to tell: a guess


@pytest.mark.parametrize("seed", range(4))
def test_no_pair_is_dropped_whose_evidence_reaches_what_is_wanted(seed):
    draw = np.random.default_rng(seed)
    rows = [
        observation(
            f"{n}",
            place=at(*draw.uniform(-8, 8, 2), 10 ** draw.uniform(-1, 1)),
            minutes=draw.uniform(0, 60),
            sd_s=10 ** draw.uniform(0, 3.2),
        )
        for n in range(60)
    ]
    way = draw.uniform(0, 2 * np.pi, 60)
    lined = np.arange(60) % 5 > 0
    t = replace(columns(rows), across_e=np.where(lined, np.cos(way), 0.0), across_n=np.where(lined, np.sin(way), 0.0))
    given = read(t)
    i, j = (index.ravel() for index in np.meshgrid(np.arange(60), np.arange(60)))
    none = np.zeros(len(i))
    said = pair_evidence(i, j, given.mean, given.cov, given.ends, given.across, none, none, ACROSS, ANYHOW)
    assert all(may_reach(given, *pair) for pair in zip(i, j, said - 1e-9, strict=True))
    assert not all(may_reach(given, *pair) for pair in zip(i, j, said + 3, strict=True))


@pytest.mark.parametrize("seed", range(4))
def test_no_edge_is_dropped_by_the_sweep(seed):
    draw = np.random.default_rng(seed)
    rows = []
    for n in range(30):  # two rows of one report each, half of them of windows of hours
        report = {
            "place": at(*draw.uniform(-6, 6, 2), 10 ** draw.uniform(-1, 1)),
            "minutes": 10 * n + draw.uniform(0, 5),
            "lasts_minutes": 600 * (n % 2),
            "sd_s": 60.0,
            "source": f"post {n}",
        }
        rows += [observation(f"{n}{part}", count=int(draw.integers(1, 9)), **report) for part in "ab"]
    t = replace(of_itself(rows), density=np.full(60, 1e-6))
    i, j = np.triu_indices(60, 1)
    value = scores(t, read(t), i, j)
    wanted = {(a, b) for a, b, v in zip(i.tolist(), j.tolist(), value.tolist(), strict=True) if v > LEAST_EDGE}
    one, two, _ = edges(t)
    gates = np.abs(t.time[i] - t.time[j]) < LONGEST_S
    inside = {pair for pair, near in zip(zip(i.tolist(), j.tolist(), strict=True), gates, strict=True) if near}
    assert wanted & inside <= set(zip(one.tolist(), two.tolist(), strict=True)) <= wanted


def test_conflicts_are_the_same_both_ways():
    t = columns(chance_rows(12, 5))
    i, j = (index.ravel() for index in np.meshgrid(np.arange(12), np.arange(12)))
    for forth, back in zip(conflicts(t, i, j), conflicts(t, j, i), strict=True):
        assert np.array_equal(forth, back)


def test_components_are_what_edges_connect_however_long_the_chain():
    size = 1000
    turn = np.random.default_rng(1).permutation(size)
    chain = np.stack([turn[:499], turn[1:500]])
    label = components(size, chain.min(axis=0), chain.max(axis=0))
    assert len(np.unique(label)) == 501
    assert (label[turn[:500]] == turn[:500].min()).all()


def test_a_heap_is_built_up_from_its_best_pairs_to_no_more_than_is_allowed():
    i, j = np.array([0, 2, 1, 4, 3]), np.array([1, 3, 2, 5, 4])  # 1 and 2 would make four, 3 and 4 too
    assert joined(6, i, j, 3).tolist() == [0, 0, 2, 2, 4, 4]
    assert joined(6, i, j, 4).tolist() == [0, 0, 0, 0, 4, 4]
    assert joined(6, i, j, 6).tolist() == components(6, i, j).tolist() == [0] * 6
