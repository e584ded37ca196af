import random

import numpy as np
import pytest

from trucewatch.engines.slabs import components, slabs


def near(times: list[float], rows: int) -> list[tuple[int, int]]:
    return sorted(
        (i, j)
        for slab in slabs(times, 10, rows)
        for i in range(slab.start, slab.end)
        for j in range(i + 1, slab.reach)
        if times[j] - times[i] <= 10
    )


def test_however_a_record_is_cut_every_near_pair_is_seen_once():
    chance = random.Random(1)
    times = sorted([*(chance.uniform(0, 3000) for _ in range(200)), *[500.0] * 30])
    whole = near(times, len(times))
    assert len(whole) > 400
    assert all(near(times, rows) == whole for rows in (1, 2, 7, 50, 229))
    assert slabs([], 10, 5) == ()
    with pytest.raises(ValueError, match="sorted"):
        slabs([2, 1], 10, 5)


def test_rows_that_edges_connect_have_one_label_whatever_the_order_of_the_edges():
    chance = random.Random(2)
    count = 400
    edges = [(chance.randrange(count), chance.randrange(count)) for _ in range(260)]
    edges += [(n, n + 1) for n in range(300, 399)]  # a long chain
    groups = {n: {n} for n in range(count)}
    for a, b in edges:
        if groups[a] is not groups[b]:
            groups[a] |= groups[b]
            for n in groups[b]:
                groups[n] = groups[a]
    for _ in range(3):
        chance.shuffle(edges)
        label = components(count, *(np.array(end) for end in zip(*edges, strict=True)))
        assert label.tolist() == [min(groups[n]) for n in range(count)]
    assert components(2, np.array([], dtype=int), np.array([], dtype=int)).tolist() == [0, 1]
