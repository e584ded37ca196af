"""The trend of a whole case: no side in it, no order, no repetition; only what was watched is counted."""

import random
import time
from dataclasses import replace
from datetime import date, timedelta

import pytest
from tests.build import EAST, NOON, WEST, at, front, observation, post, quiet

from trucewatch import pipeline
from trucewatch.assess.watch import _post
from trucewatch.evidence import PERCEIVING
from trucewatch.report.tables import trend_csv
from trucewatch.report.trend import trend_part
from trucewatch.trend.windows import _is_neutral, beginning
from trucewatch.vocabulary import ATTENTIVE, Direction, Phenomenon, SourceClass

DAY = 24 * 60  # minutes
WEEKS = 16


def rows(fires=lambda week: 2 + week % 3, *, first=WEST, second=EAST, watched=lambda week: True):
    """Weeks of a sound post in the middle of the line, so many shots a week, and each side's claims of more."""
    start = -NOON_MINUTES
    out = []
    for week in range(WEEKS):
        if watched(week):
            out += [quiet(f"q{week}-{d}", 24, minutes=start + (7 * week + d) * DAY) for d in range(7)]
        for n in range(fires(week)):
            when = start + (7 * week + n % 7) * DAY + 600 + 30 * (n // 7)
            place = at(-2.0 if n % 2 else 2.0, -5.0, 0.3)
            out.append(observation(f"s{week}-{n}", place=place, minutes=when, source="sound post", observer=at(0, 0, 0),
                                   direction=Direction.OUTGOING, source_class=SourceClass.ACOUSTIC))  # fmt: skip
            out.append(observation(f"c{week}-{n}", minutes=when + 400, sd_s=600, source="ministry", side=first,
                                   source_class=SourceClass.PARTY, means=None, accuses=second, place=at(9, 9, 1)))  # fmt: skip
    return out


NOON_MINUTES = 12 * 60  # the helper's times count from noon of Monday, 1 March 2021


def trend_of(observations, case=None, **more):
    return pipeline.trend(pipeline.assess(case or front(), observations, []), **more)


def test_weeks_begin_on_monday():
    assert {beginning(date(2021, 3, 1) + timedelta(days=n), "week") for n in range(7)} == {date(2021, 3, 1)}
    assert date(2021, 3, 1).weekday() == 0


@pytest.mark.parametrize("source_class", list(SourceClass))
@pytest.mark.parametrize("side", [None, WEST, EAST])
def test_counted_is_what_counts_as_effort(source_class, side):
    o = observation("one", source_class=source_class, side=side, observer=post())
    assert _is_neutral(o) == (_post(o) is not None)
    assert _is_neutral(o) == (side is None and source_class in ATTENTIVE)


def test_those_who_watch_are_all_that_perceive_but_satellites_and_radars():
    assert {SourceClass.SATELLITE, SourceClass.RADAR} == PERCEIVING - ATTENTIVE


def test_the_count_is_of_what_neutral_watchers_perceived_and_claims_add_nothing():
    found = trend_of(rows())
    assert len(found.windows) == WEEKS
    assert all(2 <= len(w.chances) <= 4 for w in found.windows)
    without = trend_of([o for o in rows() if o.claim is None])
    assert replace(found, unperceived=0) == replace(without, unperceived=0)


def test_exchanging_the_sides_changes_no_byte():
    ours = trend_of(rows(), front())
    theirs = trend_of(rows(first=EAST, second=WEST), front(swapped=True))
    renamed = trend_of(rows(first="a", second="b"), front(("a", "b")))
    listed = trend_of(rows(first=EAST, second=WEST), front((EAST, WEST)))
    for other in (theirs, renamed, listed):
        assert other == ours
        assert trend_csv(other) == trend_csv(ours)
        assert trend_part(other) == trend_part(ours)


def test_no_side_is_named():
    part = trend_part(trend_of(rows(), front(("Ruritania", "Borduria"))))
    assert "ruritania" not in str(part).lower()
    assert "borduria" not in str(part).lower()


def test_order_and_repetition_change_nothing():
    first = rows()
    mixed = [*first, *first[::3]]
    random.Random(1).shuffle(mixed)
    assert trend_of(mixed) == trend_of(first)


def test_the_worst_week_is_ranked_first_and_says_of_what():
    found = trend_of(rows(lambda week: 12 if week == WEEKS - 1 else 2 + week % 3))
    (ranking, *_) = found.rankings
    assert len(ranking.compared) == WEEKS - 1
    assert ranking.chances[0] > 0.95
    said = " ".join(s for _, sentences in trend_part(found).paragraphs for s in sentences)
    assert "rank 1 of 16 weeks" in said
    assert "per hour of ground watched" in said


def test_a_week_that_nobody_watched_is_neither_ranked_nor_forecast_nor_called_quiet():
    found = trend_of(rows(lambda _: 7, watched=lambda week: week != WEEKS - 1))
    assert (found.windows[-1].effort, found.windows[-1].chances, found.windows[-1].chanced) == (0, (), 7)
    assert found.rankings[0].refused
    part = str(trend_part(found).paragraphs)
    assert "not ranked; nobody is known to have watched" in part
    assert "quiet" not in part


def test_a_week_that_is_not_over_is_not_ranked():
    found = trend_of([o for o in rows() if o.clocks.claimed.end <= NOON + timedelta(weeks=WEEKS - 1, days=3)])
    assert found.windows[-1].first == found.rankings[0].first + timedelta(days=7)
    assert "not over" in trend_csv(found).decode().splitlines()[-1]
    assert "ranked" in trend_csv(found).decode().splitlines()[-2]


def test_a_new_sort_of_source_is_a_break():
    late = [
        observation(f"d{week}", place=at(3, 3), minutes=week * 7 * DAY, source_class=SourceClass.DRONE, source="drone")
        for week in range(10, WEEKS)
    ]
    found = trend_of([*rows(), *late])
    assert len(found.rankings[0].compared) == WEEKS - 10 - 1
    assert [reason for reason, _ in found.rankings[0].left_out] == ["other sorts of source were in use"]


def test_a_quiet_week_of_a_source_that_goes_on_is_no_break():
    some = [
        observation(f"d{week}", place=at(3, 3), minutes=week * 7 * DAY, source_class=SourceClass.DRONE, source="drone")
        for week in range(0, WEEKS - 1, 3)
    ]
    assert len(trend_of([*rows(), *some]).rankings[0].compared) == WEEKS - 1


def test_seen_weapons_and_satellites_are_not_counted_by_hours_of_watching():
    extra = [
        observation("w", place=at(3, 3), phenomenon=Phenomenon.WEAPON_SEEN, source_class=SourceClass.DRONE),
        observation("h", place=at(3, 9), phenomenon=Phenomenon.HOT_SPOT, source_class=SourceClass.SATELLITE),
    ]
    counts = [len(w.chances) for w in trend_of([*rows(), *extra]).windows]
    assert counts == [len(w.chances) for w in trend_of(rows()).windows]


def test_stretches_have_their_own_effort():
    found = trend_of(rows())
    assert [v.stretch[:12] for v in found.vigils[1:]] == ["stretch 1 of", "stretch 2 of"]  # 60 km of line
    assert {v.judged for v in found.vigils} == {WEEKS - 6}


def test_a_slip_of_the_pen_in_another_century_costs_one_window():
    # beside a record of the week after, since attribution learns from one record more in both
    after = observation("slip", place=at(1, 1), minutes=7 * WEEKS * DAY)
    slip = observation("slip", place=at(1, 1), minutes=170 * 365 * DAY)
    found = trend_of([*rows(), slip])
    assert len(found.windows) == WEEKS + 1
    assert found.windows[:-1] == trend_of([*rows(), after]).windows[:-1]


def test_days_are_windows_too():
    found = trend_of(rows(), by="day")
    assert len(found.windows) == 7 * WEEKS
    assert sum(len(w.chances) for w in found.windows) == sum(2 + week % 3 for week in range(WEEKS))


def test_nothing_perceived_and_nobody_watching_is_said_in_words():
    found = trend_of([o for o in rows() if o.claim is not None])
    assert found.windows == ()
    assert "Nobody is known" in str(trend_part(found)) or "nobody is known" in str(trend_part(found))


@pytest.mark.slow
def test_half_a_million_incidents_take_seconds():
    a = pipeline.assess(front(), rows(), [])
    pairs = [p for p in zip(a.incidents, a.attributions, strict=True) if p[0].observations[0].claim is None]
    many = 500_000 // len(pairs) + 1
    big = replace(a, incidents=tuple(i for i, _ in pairs) * many, attributions=tuple(x for _, x in pairs) * many)
    began = time.process_time()
    pipeline.trend(big)
    assert time.process_time() - began < 30
