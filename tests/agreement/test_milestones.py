"""The days of the bundled papers, and where each stood, as a timeline needs them."""

from datetime import date
from functools import cache

import boards
import pytest

from trucewatch import centre, inquiry, pipeline
from trucewatch.agreement.milestones import milestones
from trucewatch.model import Milestone
from trucewatch.report.timewords import due_words
from trucewatch.spacetime import asked
from trucewatch.vocabulary import MilestoneOf, State


@cache
def dated(case: str, as_of: str, as_known: str = "") -> dict[tuple[str, str], Milestone]:
    folder = centre.find_case(case)
    zone = centre.open_case(folder).case.time_zone
    known = asked(as_known, zone) if as_known else None
    found = inquiry.concluded(folder, pipeline.Moment(as_of=asked(as_of, zone), as_known=known))
    return {(each.obligation_id, each.label): each for each in found.milestones}


def test_a_deadline_moved_by_announcement_keeps_the_day_that_it_was() -> None:
    kelbajar = dated("karabakh", "2020-11-26")["6.a", ""]
    assert [each.day for each in kelbajar.was] == [date(2020, 11, 15)]
    assert kelbajar.due.day == date(2020, 11, 25)


def test_before_the_announcement_is_known_the_deadline_is_the_signed_one() -> None:
    kelbajar = dated("karabakh", "2020-11-14")["6.a", ""]
    assert (kelbajar.due.day, kelbajar.was) == (date(2020, 11, 15), ())
    later = dated("karabakh", "2020-11-26", "2020-11-14")["6.a", ""]
    assert (later.due.day, later.was) == (date(2020, 11, 15), ())


def test_by_and_before_a_day_are_its_end_and_its_beginning() -> None:
    agdam = dated("karabakh", "2020-11-19")["2.a", ""]
    written = {due_words(each, "Europe/Moscow") for each in (agdam.due, *agdam.read)}
    assert written == {"by 2020-11-20", "before 2020-11-20"}


def test_a_term_has_its_beginning_its_end_and_its_last_day_of_notice() -> None:
    stay = dated("karabakh", "2020-11-26")["4.c", ""]
    assert stay.of is MilestoneOf.TERM
    days = [each.day for each in (stay.start, stay.notice, stay.due)]
    assert days == [date(2020, 11, 10), date(2025, 5, 10), date(2025, 11, 10)]


def test_each_stage_of_a_count_stands_by_itself() -> None:
    case = boards.assessment().case
    stages = [m for m in milestones(case, (), (), (), boards.AS_OF) if m.obligation_id == "3.a"]
    assert [(each.of, each.label) for each in stages] == [(MilestoneOf.STAGE, f"stage {n}") for n in (1, 2, 3)]
    assert [each.due.day for each in stages] == [date(2017, 8, 15), date(2017, 8, 25), date(2017, 9, 4)]
    late, ahead, _ = ({stood.state for stood in each.stood} for each in stages)
    assert (late, ahead) == ({State.OVERDUE_UNVERIFIED}, {State.PENDING})


def test_days_that_run_from_an_event_are_unknown_until_it_happens() -> None:
    assert dated("bosnia", "1995-12-19")["IV.2.a", ""].due is None
    assert dated("bosnia", "1995-12-27")["IV.2.a", ""].due.day == date(1996, 1, 19)


@pytest.mark.parametrize("case", ["karabakh", "aceh"])
def test_what_has_no_day_is_there_once_it_is_done(case: str) -> None:
    deeds = [each for each in dated(case, "2006-12-31" if case == "aceh" else "2021-03-01").values()
             if each.of is MilestoneOf.DEED]  # fmt: skip
    assert all(each.due is None for each in deeds)
    assert all(any(s.state in {State.FULFILLED, State.FULFILLED_LATE} for s in each.stood) for each in deeds)
