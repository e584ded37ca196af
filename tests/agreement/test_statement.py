"""The traps of the statement of 9/10 November 2020, each by name (means-and-rules §10 i)."""

from datetime import UTC, date, datetime, timedelta

from papers import attribution, case, incident, statement

from trucewatch.agreement.days import passes
from trucewatch.agreement.hold import hold
from trucewatch.paper import Obligation
from trucewatch.vocabulary import ObligationKind, Status

PARTIES = ("armenia", "azerbaijan")
NINE_PM = datetime(2020, 11, 9, 21, tzinfo=UTC)


def duty(obligation_id: str) -> Obligation:
    return next(d for clause in statement().clauses for d in clause.obligations if d.id == obligation_id)


def due(obligation_id: str) -> datetime | None:
    deadline = duty(obligation_id).deadline
    return None if deadline is None else passes(deadline, statement().time_zone)


def status_of_fire(time: datetime) -> dict[str, Status]:
    happened = (incident(time=time),)
    given = case(statement(), parties=PARTIES)
    found, _ = hold(given, happened, (attribution("i1", "both"),), (), NINE_PM + timedelta(days=1))
    return {each.bearer: each.status for each in found if each.obligation_id == "1.a"}


def test_midnight_in_moscow_on_10_november_is_21_utc_on_the_9th():
    assert duty("1.a").from_time == NINE_PM
    assert statement().signed == date(2020, 11, 9)


def test_fire_before_that_hour_is_before_the_ceasefire_for_both():
    assert set(status_of_fire(NINE_PM - timedelta(seconds=1)).values()) == {Status.NOT_VERIFIABLE}
    assert set(status_of_fire(NINE_PM).values()) == {Status.VIOLATED}


def test_all_nine_points_are_clauses_with_a_duty_or_a_reason():
    assert [clause.id for clause in statement().clauses] == [str(n) for n in range(1, 10)]
    assert all(bool(clause.obligations) != bool(clause.not_verifiable) for clause in statement().clauses)


def test_by_and_before_20_november_stand_beside_each_other_in_words_and_in_readings():
    clause = statement().clauses[1]
    words = {quotation.tag: quotation.text for quotation in clause.quotations}
    assert "by 20 November" in words["am-pm-en"]
    assert "before 20 November" in words["az-mfa-en"]
    rules = {dict(reading.written)["deadline_rule"]: reading.by for reading in duty("2.a").readings}
    assert rules == {"end_of_day": ("armenia",), "start_of_day": ("azerbaijan",)}
    assert all(reading.inferred for reading in duty("2.a").readings)


def test_a_summary_of_ours_is_never_marked_as_the_words_of_the_paper():
    quotations = [q for clause in statement().clauses for q in clause.quotations]
    assert {q.tag for q in quotations if q.verbatim} == {"am-pm-en", "az-mfa-en"}
    assert all("our summary" in q.source for q in quotations if not q.verbatim)


def test_kelbajar_is_due_by_25_november_because_of_the_announcement():
    assert due("6.a") == datetime(2020, 11, 25, 21, tzinfo=UTC)  # the end of that day in Moscow
    assert due("6.b") == datetime(2020, 12, 1, 21, tzinfo=UTC)


def test_hand_overs_are_read_and_say_that_this_version_has_no_method():
    given = case(statement(), parties=PARTIES)
    found, _ = hold(given, (), (), (), datetime(2021, 1, 1, tzinfo=UTC))
    handed = {each.obligation_id: each for each in found if each.obligation_id in ("2.a", "6.a", "6.b")}
    assert {each.bearer for each in handed.values()} == {"armenia"}
    assert {each.status for each in handed.values()} == {Status.NOT_VERIFIABLE}
    assert all("no method for the kind achieve" in each.why for each in handed.values())
    assert duty("2.a").kind is ObligationKind.ACHIEVE


def test_the_guarantor_is_no_party_and_bears_no_duty_of_the_case():
    bearers = {bearer for clause in statement().clauses for d in clause.obligations for bearer in d.bearers}
    assert bearers == {"all", *PARTIES}
    assert "guarantor" in statement().clauses[2].not_verifiable
