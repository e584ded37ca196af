"""The reference case: its examples come out, and what §10 of the design demands on the days that decide something."""

import shutil
from dataclasses import replace
from datetime import date, timedelta

import pytest
from stands import days_of, end_of, read, stands

from trucewatch import centre, inquiry
from trucewatch.model import Case
from trucewatch.paper import Agreement
from trucewatch.vocabulary import State, Status

NAME = "karabakh"
DAYS = (
    *(date(2020, 11, 19), date(2020, 11, 20), date(2020, 11, 21), date(2020, 11, 26)),
    *(date(2020, 12, 1), date(2020, 12, 2), date(2021, 1, 30), date(2025, 5, 10)),
)


def state(obligation: str, bearer: str, day: date, **given) -> State:
    return stands(NAME, day, **given)[obligation, bearer].state


def without_amendments(case: Case) -> Case:
    return replace(case, agreements=tuple(unamended(paper) for paper in case.agreements))


def unamended(paper: Agreement) -> Agreement:
    clauses = (
        replace(clause, obligations=tuple(replace(duty, amendments=()) for duty in clause.obligations))
        for clause in paper.clauses
    )
    return replace(paper, clauses=tuple(clauses))


def test_the_examples_speak_of_every_day_that_decides_something():
    assert set(days_of(NAME)) >= set(DAYS)


def test_agdam_is_pending_then_disputed_because_by_and_before_lie_a_day_apart():
    found = [state("2.a", "armenia", day) for day in DAYS[:3]]
    assert found == [State.PENDING, State.DISPUTED_READING, State.DISPUTED_READING]
    readings = stands(NAME, DAYS[1])["2.a", "armenia"].readings
    assert {each.by: each.state for each in readings} == {
        ("armenia",): State.FULFILLED,
        ("azerbaijan",): State.FULFILLED_LATE,
    }


def test_kelbajar_is_in_time_only_because_of_the_announcement():
    bare = without_amendments(read(NAME).case)
    assert state("6.a", "armenia", DAYS[3]) is State.FULFILLED
    assert state("6.a", "armenia", DAYS[3], case=bare) is State.FULFILLED_LATE


def test_lachin_is_in_time_on_its_day_and_stays_so():
    assert [state("6.b", "armenia", day) for day in DAYS[3:6]] == [State.PENDING, State.FULFILLED, State.FULFILLED]


def test_the_centre_stands_opened_on_30_january_2021_and_not_before():
    opened = [state("5.a", "russia", day) for day in (DAYS[5], DAYS[6] - timedelta(days=1), DAYS[6])]
    assert opened == [State.IN_FORCE, State.IN_FORCE, State.FULFILLED]


def test_the_mandate_runs_until_it_ends_early_and_then_nobody_can_say_that_all_agreed():
    assert state("4.c", "russia", DAYS[6]) is State.IN_FORCE
    assert state("4.c", "russia", DAYS[7]) is State.UNRESOLVED


def test_who_counts_as_a_prisoner_stays_disputed():
    assert state("8.b", "azerbaijan", DAYS[7]) is State.DISPUTED_READING


def test_one_count_across_the_bound_leaves_the_ceiling_open_whatever_the_other_says():
    assert state("3.b", "russia", DAYS[5]) is State.UNRESOLVED


@pytest.mark.parametrize("day", DAYS)
def test_without_any_word_nothing_is_observed_or_violated(day: date):
    bare = stands(NAME, day, records=(), incidents=(), attributions=())
    assert not {each.status for each in bare.values()} & {Status.OBSERVED, Status.VIOLATED}


def test_the_order_of_rows_and_their_repetition_change_nothing(tmp_path):
    shutil.copytree(centre.find_case(NAME), tmp_path / NAME)
    for table in (tmp_path / NAME / "observations").glob("*.csv"):
        head, *rows = table.read_text(encoding="utf-8").splitlines(keepends=True)
        table.write_text("".join([head, *reversed(rows), *rows]), encoding="utf-8")
    again = inquiry.concluded(tmp_path / NAME)
    for day in DAYS:
        assert stands(NAME, day, found=again) == stands(NAME, day)


@pytest.mark.parametrize("day", DAYS)
def test_what_becomes_known_later_changes_nothing_that_was_known_on_a_day(day: date):
    until = end_of(day, read(NAME).case.time_zone)
    later = [record.id for record in read(NAME).records if record.clocks.received > until]
    assert stands(NAME, day, day) == stands(NAME, day, day, without=later)
