"""The joint evidence of several reports, against integrals done by brute force, and its division into happenings."""

from dataclasses import replace

import numpy as np
import pytest
from tests.build import PLANE, at, observation

from trucewatch.assess.clusters import components, evidence, features
from trucewatch.assess.locate import fixes
from trucewatch.assess.pairs import (
    FLIGHTS,
    SPREAD_KM,
    conflicts,
    density,
    effective_density,
    log_densities,
    number_shares,
    scores,
    slid,
    unlike,
)
from trucewatch.assess.partitions import Component, _approximated, divided, subsets
from trucewatch.assess.table import table
from trucewatch.vocabulary import Direction

QUIET = 1e-7  # unrelated reports per km² and second
OUT, IN, NONE = Direction.OUTGOING, Direction.IMPACT, Direction.UNDETERMINED


def columns(rows):
    return table(rows, fixes(rows, PLANE), range(len(rows)))


def component(rows):
    t = columns(rows)
    size = len(t)
    zero = np.zeros(size)
    i, j = (index.ravel() for index in np.meshgrid(np.arange(size), np.arange(size), indexing="ij"))
    same, cross = (flags.reshape(1, size, size) & ~np.eye(size, dtype=bool) for flags in conflicts(t, i, j))
    nodes = features(t, QUIET, (zero, zero, zero + t.time[0]))[None]
    return t, Component(nodes=nodes, same=same, cross=cross, words=np.zeros((1, size, size)))


@pytest.mark.parametrize("ends", [(OUT, OUT), (OUT, IN), (OUT, NONE), (IN, NONE), (NONE, NONE), (IN, IN)])
def test_the_evidence_of_two_is_the_score_of_their_pair(ends):
    t, given = component([
        observation(f"{n}", place=at(2 + n, 1 - n, 0.4 + n), minutes=n / 2, sd_s=20.0, direction=end)
        for n, end in enumerate(ends)
    ])  # fmt: skip
    (pair,) = scores(t, np.array([0]), np.array([1]), *log_densities(t, QUIET))
    assert float(subsets(given)[0, 3]) == pytest.approx(pair, abs=2e-6)


def test_the_evidence_of_three_is_the_integral_over_both_ends_and_their_times():
    rows = [
        observation("a", place=at(1, 1, 0.5), sd_s=20.0, direction=OUT),
        observation("b", place=at(1.4, 0.6, 0.8), sd_s=60.0, minutes=0.5, direction=OUT),
        observation("c", place=at(-3, 2, 0.6), sd_s=5.0, minutes=0.2, direction=IN),
    ]
    t, given = component(rows)
    grid = np.linspace(-9, 9, 61)
    step = grid[1] - grid[0]
    x, y = (axis.ravel() for axis in np.meshgrid(grid, grid))
    seconds = np.linspace(-500, 500, 1001)

    def seen(n):
        variance = t.var_e[n] + SPREAD_KM**2
        return np.exp(-((x - t.east[n]) ** 2 + (y - t.north[n]) ** 2) / (2 * variance)) / (2 * np.pi * variance)

    def heard(n, mean=0.0, extra=0.0):
        variance = t.time_sd[n] ** 2 + t.duration[n] ** 2 + extra
        return np.exp(-((seconds + mean - (t.time[n] - t.time[0])) ** 2) / (2 * variance)) / np.sqrt(
            2 * np.pi * variance
        )

    apart = (x[:, None] - x) ** 2 + (y[:, None] - y) ** 2
    whole = 0.0
    for share, sd_km, mean_s, sd_s in FLIGHTS:
        flight = np.exp(-apart / (2 * sd_km**2)) / (2 * np.pi * sd_km**2)
        place = (seen(0) * seen(1)) @ flight @ seen(2) * step**4
        whole += share * place * (heard(0) * heard(1) * heard(2, mean_s, sd_s**2)).sum()
    told = evidence(given.nodes[0, 0, 0] + given.nodes[0, 1, 0] + given.nodes[0, 2, 1])
    assert float(told) == pytest.approx(np.log(whole) + 3 * np.log(0.9) - 2 * np.log(QUIET), abs=2e-3)


def chance_rows(size, seed):
    draw = np.random.default_rng(seed)
    return [
        observation(
            f"{n}",
            place=at(*draw.uniform(-3, 3, 2), draw.choice([0.2, 1.0])),
            minutes=draw.uniform(0, 8),
            sd_s=draw.choice([10.0, 120.0]),
            direction=[OUT, IN, NONE][draw.integers(3)],
            source=f"post {min(n, 3)}",
        )
        for n in range(size)
    ]


@pytest.mark.parametrize("seed", range(6))
def test_probabilities_follow_from_all_partitions_and_from_no_order(seed):
    _, given = component(chance_rows(5, seed))
    _, together = divided(given)
    turn = np.array([3, 0, 4, 1, 2])
    again = Component(
        nodes=given.nodes[:, turn],
        same=given.same[:, turn][:, :, turn],
        cross=given.cross[:, turn][:, :, turn],
        words=given.words,
    )
    assert np.allclose(divided(again)[1][0], together[0][np.ix_(turn, turn)], atol=2e-6)
    assert together.min() >= 0
    assert together.max() <= 1


def test_two_of_two_is_the_odds_of_their_pair():
    _, given = component(chance_rows(2, 3))
    ratio = np.exp(float(subsets(given)[0, 3]))
    _, together = divided(given)
    assert together[0, 0, 1] == pytest.approx(ratio / (1 + ratio), abs=2e-6)
    assert together[0, 0, 0] == pytest.approx(1 / (1 + ratio), abs=2e-6)


@pytest.mark.parametrize("seed", range(20))
def test_the_approximation_divides_clear_components_as_the_enumeration_does(seed):
    draw = np.random.default_rng(seed)
    rows = []
    for n in range(6):
        shot = int(draw.integers(3))
        rows.append(observation(f"{n}", place=at(6 * shot, 0, 0.2), minutes=10 * shot + draw.normal(0, 0.1), sd_s=10.0))
    _, given = component(rows)
    exact, _ = divided(given)
    greedy, shares = _approximated(given)
    assert np.array_equal(exact[0], greedy[0])
    same = greedy[0][:, None] == greedy[0]
    assert shares[0][same & ~np.eye(6, dtype=bool)].min(initial=1.0) > 0.9


@pytest.mark.parametrize("method", [divided, _approximated])
def test_one_source_is_never_joined_with_itself_by_either_method(method):
    hour = {"lasts_minutes": 60, "sd_s": 30.0}
    rows = [
        observation(f"{n}", place=at(0.3 * (n // 3), 0, 0.4), source=f"post {n % 3}", count=n, **hour) for n in range(6)
    ]
    _, given = component(rows)
    block, _ = method(given)
    for n in range(3):
        assert block[0, n] != block[0, n + 3]
    assert len(np.unique(block[0])) == 2


def test_rare_equal_numbers_speak_for_one_happening_and_unlike_ones_against():
    rows = [observation(f"{n}", place=at(n, 0), count=[1, 1, 1, 3, 3, 40, 1, 2][n % 8]) for n in range(120)]
    t = columns(rows)
    equal, near = number_shares(t)
    t = replace(t, equal_share=equal, near_share=near)

    def said(i, j):
        return float(unlike(t, np.array([i]), np.array([j]))[0])

    assert said(5, 13) > said(3, 4) > said(0, 1)
    assert said(0, 5) < 0 < said(3, 7)
    assert said(0, 1) == said(1, 0)
    assert number_shares(columns(rows[:40]))[0][3] == pytest.approx(1 / 12)  # too few to tell: a guess


def test_sliding_keeps_hours_and_parts_every_two_sources():
    rows = [
        observation(f"{n}", place=at(n % 7, 0), minutes=1440 * (n % 9) + 5, source=f"post {n % 5}") for n in range(90)
    ]
    t = columns(rows)
    away, moved = slid(t)
    assert np.allclose((away.time - t.time) % 86400, 0)
    assert len({(int(s), float(m)) for s, m in zip(t.source, moved, strict=True)}) == 5
    assert away.time.min() >= t.time.min()
    assert away.time.max() < t.time.min() + 9 * 86400


def test_the_effective_density_is_the_box_density_for_small_records():
    t = columns(chance_rows(20, 1))
    i, j = np.array([0, 1]), np.array([5, 6])
    assert effective_density(t, i, j) == density(t)


def test_components_are_what_edges_connect_however_long_the_chain():
    size = 1000
    turn = np.random.default_rng(1).permutation(size)
    chain = np.stack([turn[:499], turn[1:500]])
    label = components(size, chain.min(axis=0), chain.max(axis=0))
    assert len(np.unique(label)) == 501
    assert (label[turn[:500]] == turn[:500].min()).all()
