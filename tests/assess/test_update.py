"""One report more: what is divided anew comes out as in the whole record, and nothing else can change."""

from dataclasses import replace

import numpy as np
import pytest
from tests.build import PLANE, at, observation

from trucewatch.assess.associate import divide_rows
from trucewatch.assess.background import background
from trucewatch.assess.exchanges import NOT_LEARNED
from trucewatch.assess.locate import fixes
from trucewatch.assess.table import table
from trucewatch.assess.update import add, standing
from trucewatch.vocabulary import Direction, Means, SourceClass, Stance

ENDS = (Direction.OUTGOING, Direction.IMPACT, Direction.UNDETERMINED)
SAID = {"source_class": SourceClass.MEDIA, "means": Means.MEDIA, "sd_s": 600.0, "stance": Stance.ACCUSES}


def evening(seed, count=60):
    """Return the columns of an evening of bursts: posts, vague words, copies and repeats, in one place or in several."""
    draw = np.random.default_rng(seed)
    apart, later = (6, 12) if seed % 2 else (30, 120)
    rows = []
    for n in range(count):
        shot = int(draw.integers(6))
        place = at(apart * (shot % 3) + draw.normal(0, 0.5), 3 * (shot // 3), 10 ** draw.uniform(-1, 0.6))
        kind = draw.uniform()
        if kind < 0.25:
            rows.append(
                observation(
                    f"{n:03d}", place=place, minutes=later * shot + draw.normal(0, 8), source=f"paper {n % 5}", **SAID
                )
            )
        elif kind < 0.35 and rows:
            rows.append(rows[int(draw.integers(len(rows)))])
        else:
            rows.append(
                observation(f"{n:03d}", place=place, minutes=later * shot + draw.normal(0, 0.5), sd_s=10 ** draw.uniform(0, 2),
                            source=f"post {n % 4}", direction=ENDS[n % 3], count=1 + n % 3)
            )  # fmt: skip
    rows.sort(key=lambda o: o.clocks.claimed.start)
    return table(rows, fixes(rows, PLANE), range(len(rows)))


def divided(rows, division, said):
    """Return what a division says of each row: with whom, how surely, which others, and whether it is of none."""
    ids = [rows[again[0]] for again in said]
    groups = {}
    for n, first in enumerate(division.happening.tolist()):
        groups.setdefault(first, set()).update(rows[k] for k in said[n])
    others = {}
    for n, other, share in division.others:
        others.setdefault(n, set()).add((ids[other], share))
    return {
        rows[k]: (frozenset(groups[division.happening[n]]), float(division.share[n]).hex(), frozenset(others.get(n, ())),
                  n in division.nowhere, bool(division.answer[n]))
        for n, again in enumerate(said)
        for k in again
    }  # fmt: skip


def shooting(seed, count=60):
    """Return the columns of a day of fire across a line, of answers to it and of more of it: cameras with good clocks."""
    draw = np.random.default_rng(seed)
    rows = []
    for n in range(count):
        engagement, shot, end = int(draw.integers(4)), int(draw.integers(3)), int(draw.integers(2))
        east = 1.5 if (shot % 2) ^ end else -1.5
        rows.append(
            observation(f"{n:03d}", place=at(east + draw.normal(0, 0.2), 8 * engagement, 0.3), sd_s=2.0,
                        minutes=40 * engagement + 1.6 * shot + 0.1 * end + draw.normal(0, 0.05),
                        source=f"camera {n % 4}", direction=ENDS[end])
        )  # fmt: skip
    rows.sort(key=lambda o: o.clocks.claimed.start)
    return table(rows, fixes(rows, PLANE), range(len(rows)))


@pytest.mark.parametrize("seed", range(6))
def test_an_answer_found_row_by_row_is_the_one_of_the_whole_record(seed):
    t = shooting(seed)
    assert divide_rows(t)[0].answer.any()
    one_by_one(t, seed)


@pytest.mark.parametrize("seed", range(6))
def test_rows_added_one_by_one_in_any_order_are_divided_as_the_whole_record(seed):
    one_by_one(evening(seed), seed)


def one_by_one(t, seed):
    known = replace(background(t), recurrence=NOT_LEARNED)
    draw = np.random.default_rng(seed)
    early = np.sort(draw.permutation(len(t))[: 20 * (seed % 3)])
    now = standing(t.take(early), known)
    found = {}
    if len(early):
        found = divided(early.tolist(), *divide_rows(now.record, record=known))
    number = early.tolist()
    for n in draw.permutation(np.setdiff1d(np.arange(len(t)), early)).tolist():
        place = (int(np.searchsorted(early, n)), float(n), "")
        now, touched = add(now, t.take(np.array([n])), place)
        number.append(n)
        found |= divided([number[row] for row in touched.rows.tolist()], touched.division, touched.said)
    assert found == divided(list(range(len(t))), *divide_rows(t, record=known))


def test_what_is_far_from_the_new_report_is_not_touched():
    t = evening(1)
    now = standing(t, NOT_LEARNED)
    rows = [observation("far", place=at(300, 300, 0.5), minutes=5)]
    _, touched = add(now, table(rows, fixes(rows, PLANE), [0]), (3, 0.0, "far"))
    assert touched.rows.tolist() == [len(t)]
