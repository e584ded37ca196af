"""Which ways of dividing a component are followed: the best, whatever order they come in."""

import numpy as np
import pytest

from trucewatch.assess.partitions import EQUAL, WINDOW, best_of

KEPT = 4


def by_sorting(offered):
    """Return the same by its definition: sorted, cut where the next one is worse, all or none of equal ones."""
    ranked = sorted((a for a in offered if a >= max(offered) - WINDOW), reverse=True)
    if len(ranked) <= KEPT:
        return ranked
    clear = [a for a in ranked[:KEPT] if a > ranked[KEPT] + EQUAL]
    return clear or ranked[:KEPT]


@pytest.mark.parametrize("seed", range(200))
def test_the_best_offers_are_followed_and_of_equal_ones_all_or_none(seed):
    draw = np.random.default_rng(seed)
    # few values, so that many are equal, some of them but for rounding; and some that nothing is kept of
    offered = draw.choice([0.0, 1.0, 1.0 + EQUAL / 3, 2.0, 2.5, -WINDOW, 3.0], size=draw.integers(1, 12))
    best = best_of(offered, len(offered), KEPT)
    assert offered[best[0]] == offered.max()
    assert len(set(best.tolist())) == len(best)
    assert sorted(offered[best], reverse=True) == pytest.approx(by_sorting(offered.tolist()), abs=EQUAL)


def test_what_is_behind_the_last_offer_is_not_looked_at():
    assert best_of(np.array([1.0, 2.0, 9.0]), 2, KEPT).tolist() == [1, 0]
