"""The traps of the statement of 9/10 November 2020, each by name (means-and-rules §10 i)."""

from datetime import UTC, date, datetime, timedelta

from papers import attribution, case, incident, statement

from trucewatch.agreement.changes import changed
from trucewatch.agreement.days import passes
from trucewatch.agreement.hold import hold
from trucewatch.paper import Ceiling, Condition, Mandate, Obligation, Quotation
from trucewatch.vocabulary import AmendmentForm, DayRule, ObligationKind, Order, PersonCategory, Role, Status

PARTIES = ("armenia", "azerbaijan")
NINE_PM = datetime(2020, 11, 9, 21, tzinfo=UTC)


def duty(obligation_id: str) -> Obligation:
    return next(d for clause in statement().clauses for d in clause.obligations if d.id == obligation_id)


def due(obligation: Obligation) -> datetime | None:
    return None if obligation.deadline is None else passes(obligation.deadline, statement().time_zone)


def words(clause: int) -> dict[str, Quotation]:
    return {quotation.tag: quotation for quotation in statement().clauses[clause - 1].quotations}


def status_of_fire(time: datetime) -> dict[str, Status]:
    happened = (incident(time=time),)
    given = case(statement(), parties=PARTIES)
    found, _ = hold(given, happened, (attribution("i1", "both"),), (), NINE_PM + timedelta(days=1))
    return {each.bearer: each.status for each in found if each.obligation_id == "1.a"}


# --- the whole paper ------------------------------------------------------------------------------


def test_all_nine_points_are_clauses_with_a_duty_or_a_reason():
    assert [clause.id for clause in statement().clauses] == [str(n) for n in range(1, 10)]
    assert all(bool(clause.obligations) != bool(clause.not_verifiable) for clause in statement().clauses)
    assert sum(len(clause.obligations) for clause in statement().clauses) >= 24


def test_every_duty_says_from_which_words_it_comes_and_every_reading_and_amendment_who_said_so():
    for each in (d for clause in statement().clauses for d in clause.obligations):
        assert each.source
        assert all(reading.source for reading in each.readings)
        assert all(amendment.source for amendment in each.amendments)


def test_a_summary_of_ours_is_never_marked_as_the_words_of_the_paper():
    quotations = [q for clause in statement().clauses for q in clause.quotations]
    assert {q.tag for q in quotations if not q.verbatim} == {"summary", "circulated", "announcement"}
    assert all("our summary" in q.source for q in quotations if not q.verbatim)
    assert not any("our summary" in q.source for q in quotations if q.verbatim)


def test_the_guarantor_and_the_agency_bear_duties_without_being_parties_of_the_case():
    actors = {actor.id: actor.role for actor in statement().actors}
    assert actors == {"russia": Role.GUARANTOR, "unhcr": Role.AGENCY}
    bearers = {bearer for clause in statement().clauses for d in clause.obligations for bearer in d.bearers}
    assert bearers == {"all", *PARTIES, *actors}


# --- point 1 --------------------------------------------------------------------------------------


def test_midnight_in_moscow_on_10_november_is_21_utc_on_the_9th_and_the_paper_was_signed_the_evening_before():
    assert duty("1.a").from_time == NINE_PM
    assert statement().in_force == NINE_PM
    assert statement().signed == date(2020, 11, 9)


def test_fire_before_that_hour_is_before_the_ceasefire_for_both():
    assert set(status_of_fire(NINE_PM - timedelta(seconds=1)).values()) == {Status.NOT_VERIFIABLE}
    assert set(status_of_fire(NINE_PM).values()) == {Status.VIOLATED}


def test_staying_at_the_positions_held_is_owed_by_each_party_in_the_same_words():
    one, other = duty("1.b"), duty("1.c")
    assert (one.bearers, one.toward) == (other.toward, other.bearers)
    assert one.terms == other.terms


# --- point 2 --------------------------------------------------------------------------------------


def test_by_and_before_and_until_20_november_stand_beside_each_other_in_words():
    texts = {tag: quotation.text for tag, quotation in words(2).items()}
    assert "by 20 November" in texts["am-pm-en"]
    assert "before 20 November" in texts["az-mfa-en"]
    assert "before November 20" in texts["ru-mfa-en"]
    assert "by November 20" in texts["kremlin-en"]
    assert "until November 20" in texts["informal-en"]


def test_by_and_before_are_readings_that_nobody_has_argued_and_lie_a_day_apart():
    agdam = duty("2.a")
    readings = {reading.by: due(changed(agdam, reading.change)) for reading in agdam.readings}
    assert readings == {
        ("armenia",): datetime(2020, 11, 20, 21, tzinfo=UTC),  # the end of that day in Moscow
        ("azerbaijan",): datetime(2020, 11, 19, 21, tzinfo=UTC),
    }
    assert all(reading.inferred for reading in agdam.readings)


def test_gazakh_stands_in_a_text_that_circulated_and_binds_nobody():
    assert "Gazakh" in words(2)["circulated"].text
    assert not words(2)["circulated"].verbatim
    acts = {d.act for clause in statement().clauses for d in clause.obligations}
    assert not any("gazakh" in act for act in acts)


# --- points 3 and 4 -------------------------------------------------------------------------------


def test_the_numbers_of_point_3_are_a_ceiling_by_one_reading_and_a_composition_by_another():
    numbers = duty("3.b")
    assert isinstance(numbers.terms, Ceiling)
    assert {limit.item: limit.at_most for limit in numbers.terms.limits} == {
        "personnel": 1960,
        "armoured_carriers": 90,
        "vehicles": 380,
    }
    assert {r.by: r.change.is_composition for r in numbers.readings} == {("armenia",): True, ("azerbaijan",): False}
    assert all(reading.inferred for reading in numbers.readings)


def test_whether_only_the_named_contingent_may_deploy_is_a_reading_and_not_the_words():
    assert not duty("3.a").exclusive
    assert {r.by: r.change.exclusive for r in duty("3.a").readings} == {("russia",): True, ("azerbaijan",): False}


def test_the_withdrawal_of_point_4_has_no_day_and_goes_in_parallel_with_the_deployment():
    assert duty("4.a").deadline is None
    assert duty("4.b").terms == Condition(first="3.a", then="4.a", relation=Order.IN_PARALLEL)


def test_whose_forces_withdraw_is_a_reading():
    asked = {reading.by: reading.change.completes_on for reading in duty("4.a").readings}
    assert asked == {("armenia",): ("army-exit",), ("azerbaijan",): ("army-exit", "local-forces-exit")}


def test_the_mandate_runs_five_years_and_five_more_unless_a_party_says_so_six_months_before():
    assert duty("4.c").terms == Mandate(term_months=60, renews_months=60, notice_months=6)
    assert duty("4.c").from_time == NINE_PM


# --- points 5 and 6 -------------------------------------------------------------------------------


def test_the_centre_of_point_5_says_not_who_sets_it_up_and_the_file_says_so():
    assert duty("5.a").kind is ObligationKind.ESTABLISH
    assert "Who sets it up is not said" in duty("5.a").doubts[0]


def test_kelbajar_is_due_on_15_november_in_the_paper_and_on_25_november_by_an_announcement():
    kelbajar = duty("6.a")
    (moved,) = kelbajar.amendments
    assert due(kelbajar) == datetime(2020, 11, 15, 21, tzinfo=UTC)
    assert due(changed(kelbajar, moved.change)) == datetime(2020, 11, 25, 21, tzinfo=UTC)
    assert (moved.form, set(moved.accepted_by)) == (AmendmentForm.ANNOUNCEMENT, set(PARTIES))
    assert moved.change.deadline_rule is DayRule.END_OF_DAY


def test_the_announcement_leaves_the_days_of_agdam_and_lachin_as_they_are():
    assert not duty("2.a").amendments
    assert not duty("6.b").amendments
    assert due(duty("6.b")) == datetime(2020, 12, 1, 21, tzinfo=UTC)


def test_circumvent_not_affect_and_not_include_shusha_is_three_things_and_no_line():
    assert all(word in duty("6.e").source for word in ("circumvent", "not affect", "not include", "Shusha (Shushi)"))
    assert duty("6.e").method_missing


def test_the_plan_of_a_new_route_is_due_within_three_years_and_what_counts_as_one_is_a_reading():
    assert due(duty("6.f")) == datetime(2023, 11, 10, 21, tzinfo=UTC)
    asked = {reading.by: reading.change.completes_on for reading in duty("6.f").readings}
    assert asked == {("armenia",): ("plan-agreed",), ("azerbaijan",): ("route-determined",)}


def test_the_redeployment_waits_for_the_plan():
    assert duty("6.g").requires == ("6.f",)


# --- points 7 to 9 --------------------------------------------------------------------------------


def test_returns_have_no_day_and_their_supervision_is_an_agency_s_that_did_not_sign():
    assert duty("7.a").deadline is None
    assert duty("7.b").bearers == ("unhcr",)


def test_bodies_are_exchanged_apart_from_the_living_and_missing_persons_are_not_in_the_paper():
    kinds = {d.id: d.terms.categories for c in statement().clauses for d in c.obligations if d.kind == "exchange"}
    assert kinds["8.c"] == (PersonCategory.BODY,)
    assert set(kinds["8.a"]) == {PersonCategory.PRISONER, PersonCategory.HOSTAGE, PersonCategory.DETAINEE}


def test_who_is_a_prisoner_is_a_reading_of_each_party_in_its_own_words():
    readings = {reading.by: reading for reading in duty("8.b").readings}
    assert readings.keys() == {("armenia",), ("azerbaijan",)}
    assert not any(reading.inferred for reading in readings.values())


def test_who_controls_the_transport_of_point_9_is_a_reading():
    held = {reading.by: reading.change.exclusive for reading in duty("9.c").readings}
    assert held == {("azerbaijan",): True, ("russia",): True, ("armenia",): False}


def test_new_links_are_built_only_once_they_are_agreed():
    assert duty("9.e").requires == ("9.d",)
