import re
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from html import unescape

import handmade
import pytest

from trucewatch.model import Coded, Doubt
from trucewatch.paper import Clause
from trucewatch.report import choice
from trucewatch.report.build import build, reporting_day
from trucewatch.report.html import report_html
from trucewatch.report.words import local_words
from trucewatch.vocabulary import Listening, Phenomenon, Stance, Undecided

DAY = date(2017, 8, 15)


def test_a_reporting_day_runs_from_cut_off_to_cut_off_in_local_time() -> None:
    case = handmade.assessment().case
    assert reporting_day(case, DAY) == (
        datetime(2017, 8, 14, 16, 30, tzinfo=UTC),
        datetime(2017, 8, 15, 16, 30, tzinfo=UTC),
    )


def test_every_incident_with_a_time_is_in_exactly_one_daily_report() -> None:
    assessment = handmade.assessment()
    seen = [
        incident.id
        for n in range(-3, 4)
        for incident in build(assessment, reporting_day(assessment.case, DAY + timedelta(days=n)), "").incidents
    ]
    assert sorted(seen) == [incident.id for incident in assessment.incidents]


def test_rows_in_are_records_and_rejections() -> None:
    assessment = handmade.assessment()
    read, lost, *_ = build(assessment, None, "").funnel
    assert read.count == len(assessment.observations) + len(assessment.records) + len(assessment.rejections)
    assert lost.count == len(assessment.rejections)


def test_the_records_fall_into_groups_that_add_up() -> None:
    report = build(handmade.assessment(), None, "")
    count = {tally.id.removeprefix("n-"): tally.count for tally in report.funnel}
    assert count["read"] == sum(
        count[name] for name in ("rejected", "associated", "quiet", "totals", "torn", "rest", "others")
    )
    total, *reasons = report.undetermined
    assert total.count == sum(reason.count for reason in reasons)
    assert count["incidents"] == count["attributed"] + count["cleared"] + count["left"]
    assert count["left"] == total.count
    assert count["assessed"] <= count["incidents"] >= count["perceived"]


def test_a_record_of_one_of_several_incidents_says_so_and_is_counted_apart() -> None:
    assessment = handmade.assessment()
    first, second, *_ = assessment.incidents
    loose = next(o for o in assessment.observations if not any(o in i.observations for i in assessment.incidents))
    held = first.observations[0]
    doubts = (
        Doubt(key=loose.key, candidates=((first.id, 0.35), (second.id, 0.25))),
        Doubt(key=held.key, candidates=((second.id, 0.6), (first.id, 0.4))),
    )
    report = build(replace(assessment, doubts=doubts), None, "")
    rows = {row.anchor: row for row in (*report.observations, *report.claims, *report.totals)}
    torn = {text for row in rows.values() if (text := row.incident.text).startswith("one of 2: ")}
    assert any(text.endswith("(0.40)") for text in torn)
    perhaps = {part.id: [(link.text, share) for link, share in part.perhaps] for part in report.incidents}
    number = {o.key: str(n) for n, o in enumerate(assessment.observations, start=1)}
    assert perhaps[first.id] == [(number[loose.key], "0.35")]  # its own record is among its records already
    assert perhaps[second.id] == [(number[held.key], "0.60"), (number[loose.key], "0.25")]
    page = unescape(re.sub(r"<[^>]*>", "", report_html(report).decode()))
    assert f"(and perhaps {number[loose.key]} with 0.35, not counted here)" in page
    count = {tally.id.removeprefix("n-"): tally.count for tally in report.funnel}
    assert count["torn"] == int(not loose.is_total and loose.phenomenon.term is not Phenomenon.QUIET)


def test_a_day_without_effort_is_not_covered_in_any_hour() -> None:
    _, second = build(handmade.assessment(), None, "").sides
    last = second.days[-1]
    assert last.hours == "0.0 of 24"
    assert set(last.cells) == {Listening.NOT_COVERED}


@pytest.mark.parametrize(("day", "hours"), [(date(2017, 3, 26), 23), (date(2017, 10, 29), 25)])
def test_a_day_on_which_the_clocks_change_has_its_own_number_of_hours(day: date, hours: int) -> None:
    assessment = handmade.assessment()
    ours = replace(assessment, efforts=(replace(assessment.efforts[0], day=day, by_hour=()),))
    first, _ = build(ours, None, "").sides
    assert len(first.days[0].cells) == hours


def test_hours_outside_the_reporting_period_say_nothing() -> None:
    assessment = handmade.assessment()
    first, _ = build(assessment, reporting_day(assessment.case, DAY), "").sides
    eve, day = first.days
    assert eve.cells[:19] == (None,) * 19
    assert eve.cells[19] is not None
    assert day.cells[20:] == (None,) * 4


def test_the_report_of_a_day_that_is_not_over_speaks_of_no_time_that_had_not_come() -> None:
    whole = handmade.assessment()
    period = reporting_day(whole.case, DAY)
    until = period[1] - timedelta(hours=5, minutes=30)
    open_day = build(replace(whole, case=replace(whole.case, heard_until=until)), period, "")
    assert open_day.header.as_of == local_words(until, whole.case.time_zone)
    assert open_day.header.is_open
    assert b"This day is not over." in report_html(open_day)
    closed = build(replace(whole, case=replace(whole.case, heard_until=period[1] + timedelta(days=1))), period, "")
    assert closed == build(whole, period, "")
    for now, later in zip(open_day.sides, closed.sides, strict=True):
        assert sum(hours for _, hours in now.hours) == sum(hours for _, hours in later.hours) - 6
        (*_, today), (*_, over) = now.days, later.days
        assert today.cells[:14] == over.cells[:14]
        assert today.cells[14:] == (None,) * 10


def test_no_side_is_counted_without_its_effort() -> None:
    for side in build(handmade.assessment(), None, "").sides:
        assert "somebody watched in" in side.effort
        assert sum(hours for _, hours in side.hours) == 48


def test_what_is_too_long_to_print_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(choice, "INCIDENTS_PRINTED", 3)
    monkeypatch.setattr(choice, "RECORDS_PRINTED", 4)
    monkeypatch.setattr("trucewatch.report.build.INCIDENTS_PRINTED", 3)
    monkeypatch.setattr("trucewatch.report.build.RECORDS_PRINTED", 4)
    monkeypatch.setattr("trucewatch.report.happenings.INCIDENTS_PRINTED", 3)
    report = build(handmade.assessment(), None, "")
    written = report_html(report).decode()
    assert len(report.incidents) == 3
    assert len(report.observations) + len(report.claims) + len(report.totals) == 4
    assert "5 more incidents are counted here and listed in incidents.csv." in written
    assert "18 more records are counted here and listed in links.csv." in written
    assert next(t for t in report.funnel if t.id == "n-incidents").left_out == 5


def test_an_incident_that_only_claims_speak_of_says_so() -> None:
    assessment = handmade.assessment()
    claims = tuple(o for o in assessment.observations if o.claim)
    only = replace(assessment.incidents[0], observations=claims[:1])
    report = build(replace(assessment, incidents=(only, *assessment.incidents[1:])), None, "")
    assert "only claimed" in report.incidents[0].phenomenon
    assert "only claimed" not in report.incidents[1].phenomenon


def test_words_of_a_ministry_that_accuse_nobody_are_no_observation() -> None:
    assessment = handmade.assessment()
    said = next(o for o in assessment.observations if o.claim)
    only = replace(assessment.incidents[3], observations=(replace(said, claim=None),))
    incidents = (*assessment.incidents[:3], only, *assessment.incidents[4:])
    report = build(replace(assessment, incidents=incidents), None, "")
    assert "only claimed" in report.incidents[3].phenomenon


@pytest.mark.parametrize("reason", [*Undecided, None])
def test_each_undetermined_incident_stands_under_its_reason_and_the_reasons_add_up(reason: Undecided | None) -> None:
    assessment = handmade.assessment()
    changed = tuple(replace(a, undecided=reason) if a.incident_id == "I0005" else a for a in assessment.attributions)
    total, *reasons = build(replace(assessment, attributions=changed), None, "").undetermined
    assert total.count == sum(tally.count for tally in reasons) == 3
    (ours,) = (tally for tally in reasons if "I0005" in [link.text for link in tally.links])
    assert (ours.label == "no reason was stated") is (reason is None)


def test_a_reason_says_whether_it_rests_on_words_or_on_what_was_perceived() -> None:
    assessment = handmade.assessment()
    prior, camera, claim = build(assessment, None, "").incidents[0].reasons
    assert (prior.basis, camera.basis, claim.basis) == ("no record", "perceived", "words only")
    alone = replace(assessment.attributions[0].weights[0], said=True, keys=())
    lone = replace(assessment.attributions[0], weights=(alone,))
    report = build(replace(assessment, attributions=(lone, *assessment.attributions[1:])), None, "")
    assert report.incidents[0].reasons[0].basis == "no record"  # that nobody else noted it are nobody's words
    said = next(o for o in assessment.observations if o.claim)
    own = replace(said, claim=replace(said.claim, stance=Stance.ADMITS))
    first = assessment.attributions[0]
    admitted = replace(first, weights=(replace(first.weights[1], keys=(own.key,)),))
    observations = tuple(own if o.key == own.key else o for o in assessment.observations)
    changed = replace(assessment, attributions=(admitted, *assessment.attributions[1:]), observations=observations)
    assert build(changed, None, "").incidents[0].reasons[0].basis == "admitted"


def test_a_side_is_not_counted_as_indicated_on_one_line_of_evidence() -> None:
    assessment = handmade.assessment()
    two = tuple(replace(a, lines=2) if a.incident_id == "I0007" else a for a in assessment.attributions)

    def count(**changes: object) -> list[int]:
        report = build(replace(assessment, **changes), None, "")
        return [t.count for side in report.sides for t in side.tallies if t.id.endswith("-indicated")]

    assert count() == [0, 0]
    assert count(attributions=two) == [0, 1]


def test_an_hour_of_a_longer_window_of_fire_is_its_own_row_and_neither_quiet_nor_fire() -> None:
    first, _ = build(handmade.assessment(), None, "").sides
    hours = dict(first.hours)
    assert [listening for listening, _ in first.hours] == list(Listening)
    assert hours[Listening.FIRE_AT_SOME_TIME] == 2
    assert hours[Listening.FIRE] == 2
    assert hours[Listening.QUIET] == 2 * 12


def test_a_count_is_of_the_main_phenomenon_and_the_others_are_named_beside_it() -> None:
    assessment = handmade.assessment()
    first = assessment.incidents[0]
    burst = replace(first.observations[0], phenomenon=Coded(term=Phenomenon.BURST))
    mixed = replace(first, observations=(burst, *first.observations))
    report = build(replace(assessment, incidents=(mixed, *assessment.incidents[1:])), None, "")
    assert (report.incidents[0].others, report.incidents[1].others) == ("burst", "")
    assert "records also speak of <bdi>burst</bdi>, not in this count" in report_html(report).decode()


def test_every_clause_of_the_paper_is_listed_also_those_without_a_duty() -> None:
    assessment = handmade.assessment()
    paper = assessment.case.agreements[0]
    bare = Clause(id="minsk-10", quotations=())
    case = replace(assessment.case, agreements=(replace(paper, clauses=(*paper.clauses, bare)),))
    report = build(replace(assessment, case=case), None, "")
    assert [clause.id for clause in report.clauses] == ["minsk-1", "minsk-9", "minsk-10"]
    assert [bool(clause.not_verifiable) for clause in report.clauses] == [False, True, True]
    written = report_html(report).decode()
    assert "No source of this case watches the state border." in written
    assert "3 in all; clauses that have a reason instead of an obligation: 2." in written


def test_a_status_stands_with_its_time_and_an_unmeasured_coverage_says_so() -> None:
    assessment = handmade.assessment()
    then = datetime(2017, 8, 14, 16, 30, tzinfo=UTC)
    statuses = tuple(replace(status, coverage=None, as_of=then) for status in assessment.statuses)
    written = report_html(build(replace(assessment, statuses=statuses), None, "")).decode()
    assert ', as of <span class="nb">2017-08-14</span>' in written
    assert written.count("<td>not measured by hours of watching</td>") == len(statuses)


def test_two_agreements_may_number_their_clauses_alike() -> None:
    assessment = handmade.assessment()
    paper = assessment.case.agreements[0]
    second = replace(paper, id="second", clauses=tuple(replace(c, obligations=()) for c in paper.clauses))
    case = replace(assessment.case, agreements=(second, paper))
    clauses = build(replace(assessment, case=case), None, "").clauses
    assert [len(clause.statuses) for clause in clauses] == [0, 0, 2, 0]


def test_an_obligation_that_no_paper_holds_is_shown_as_built_in() -> None:
    assessment = handmade.assessment()
    (paper,) = build(replace(assessment, case=replace(assessment.case, agreements=())), None, "").papers
    assert [(clause.id, len(clause.statuses)) for clause in paper.clauses] == [("minsk-1", 2)]
    assert "built in" in paper.title


def test_the_smallest_case_has_a_report_too() -> None:
    assessment = handmade.assessment(
        observations=(), rejections=(), incidents=(), attributions=(), efforts=(), statuses=(), touched=()
    )
    bare = replace(assessment, case=replace(assessment.case, places=(), agreements=(), relief=None))
    assert "No incident was recorded in this period" in report_html(build(bare, None, "")).decode()


def test_the_order_of_rejections_and_records_is_kept() -> None:
    report = build(handmade.assessment(), None, "")
    assert [row.file for row in report.rejected] == ["smm.csv", "claims.csv"]
    assert [o.number for o in report.observations] == sorted(o.number for o in report.observations)
