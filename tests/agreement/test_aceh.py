"""The traps of the Memorandum of Helsinki, 15 August 2005, each by name (means-and-rules §10 iii)."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from papers import bundled
from stands import read, stands

from trucewatch.agreement.changes import changed
from trucewatch.agreement.days import moment_of, passes
from trucewatch.model import Case, Inventory
from trucewatch.paper import Agreement, Ceiling, Condition, Mandate, Notify, Obligation
from trucewatch.vocabulary import AmendmentForm, CountedBy, ObligationKind, Order, Proof, Role, State, Status

PARTIES = ("indonesia", "gam")
SIGNED = datetime(2005, 8, 15, 9, tzinfo=UTC)  # noon in Helsinki, four in the afternoon in Jakarta


def memorandum() -> Agreement:
    return bundled("aceh", "aceh-2005-08-15.md")


def duties() -> dict[str, Obligation]:
    return {duty.id: duty for clause in memorandum().clauses for duty in clause.obligations}


def due(duty: Obligation) -> datetime | None:
    """Return when the duty's deadline passes, counted from its anchor as that is stated."""
    if duty.deadline is None:
        return None
    (anchor,) = memorandum().anchors
    return passes(duty.deadline, memorandum().time_zone, moment_of(anchor, memorandum().time_zone))


def ceiling(obligation_id: str) -> Ceiling:
    terms = duties()[obligation_id].terms
    assert isinstance(terms, Ceiling)
    return terms


def end_of(year: int, month: int, day: int) -> datetime:
    """The end of a day in Jakarta, seven hours ahead of Greenwich all year."""
    return datetime(year, month, day, 17, tzinfo=UTC)


# --- the file -------------------------------------------------------------------------------------


def test_every_clause_has_a_duty_or_a_reason_and_every_duty_its_source():
    assert all(bool(clause.obligations) != bool(clause.not_verifiable) for clause in memorandum().clauses)
    assert all(duty.source for duty in duties().values())
    assert len(duties()) >= 22


def test_a_summary_of_ours_is_never_marked_as_the_words_of_the_paper():
    quotations = [q for clause in memorandum().clauses for q in clause.quotations]
    assert {q.tag for q in quotations if q.verbatim} == {"pam-en", "tji-en"}
    assert all("our summary" in q.source for q in quotations if not q.verbatim)


def test_bearers_are_the_two_parties_or_actors_that_the_file_declares():
    roles = {actor.id: actor.role for actor in memorandum().actors}
    bearers = {bearer for duty in duties().values() for bearer in duty.bearers}
    assert bearers <= {"all", *PARTIES, *roles}
    assert roles["amm"] is Role.MONITOR


def test_an_article_of_the_agreement_of_2002_that_a_database_prints_under_this_paper_is_no_clause_of_it():
    assert "8" not in {clause.id for clause in memorandum().clauses}
    assert not any("joint-council" in duty.act for duty in duties().values())


def test_the_paper_binds_from_noon_in_helsinki_which_is_nine_in_greenwich():
    assert memorandum().in_force == SIGNED
    assert duties()["4.1.a"].from_time == SIGNED


# --- days -----------------------------------------------------------------------------------------


def test_fifteen_days_from_the_signature_end_with_30_august():
    assert due(duties()["3.1.1.a"]) == end_of(2005, 8, 30)
    assert due(duties()["3.1.2.a"]) == end_of(2005, 8, 30)


def test_the_press_that_gives_31_august_for_the_amnesty_is_one_more_reading():
    (reading,) = duties()["3.1.1.a"].readings
    assert due(changed(duties()["3.1.1.a"], reading.change)) == end_of(2005, 8, 31)
    assert not reading.inferred


def test_another_hour_of_the_signature_moves_none_of_the_fifteen_days():
    (anchor,) = memorandum().anchors
    (reading,) = anchor.readings
    zone, deadline = memorandum().time_zone, duties()["3.1.1.a"].deadline
    assert moment_of(reading, zone) != moment_of(anchor, zone)
    assert passes(deadline, zone, moment_of(reading, zone)) == passes(deadline, zone, moment_of(anchor, zone))


def test_a_year_or_at_the_latest_18_months_is_february_2007_by_the_minister_and_august_2006_by_another_reading():
    parties = duties()["1.2.1.b"]
    days = {reading.by: changed(parties, reading.change).deadline.day for reading in parties.readings}
    assert days[("indonesia",)] == date(2007, 2, 15)
    assert date(2006, 8, 15) in {changed(parties, r.change).deadline.day for r in parties.readings}


def test_whether_the_law_or_the_regulation_lets_local_parties_exist_is_a_reading():
    asked = {changed(duties()["1.2.1.b"], r.change).terms.completes_on for r in duties()["1.2.1.b"].readings}
    assert asked == {("regulation-issued",), ("law-provides",)}


def test_identity_cards_come_before_the_elections_so_the_deadline_is_the_beginning_of_a_day():
    assert due(duties()["1.2.5.a"]) == end_of(2006, 3, 31)


def test_the_elections_come_under_the_law_and_the_law_comes_first():
    assert duties()["1.2.3.c"].terms == Condition(first="1.1.1.a", then="1.2.3.a", relation=Order.BEFORE)


# --- counts ---------------------------------------------------------------------------------------


def test_840_arms_by_the_end_of_2005_and_which_count_counts_is_a_reading():
    (limit,) = ceiling("4.3.b").limits
    assert (limit.item, limit.at_least, limit.at_most) == ("arms", 840, None)
    assert passes(limit.by, memorandum().time_zone) == end_of(2005, 12, 31)
    readings = {reading.by: reading.change.basis for reading in duties()["4.3.b"].readings}
    assert readings == {("gam",): CountedBy.MONITOR, ("indonesia",): CountedBy.OTHER_PARTY}


def test_what_was_offered_is_nobodys_reading_of_the_840():
    bases = {ceiling("4.3.b").basis, *(reading.change.basis for reading in duties()["4.3.b"].readings)}
    assert CountedBy.OFFERED not in bases


def test_the_words_of_21_december_are_an_amendment_by_announcement_to_what_the_other_side_held_all_along():
    (moved,) = duties()["4.3.b"].amendments
    assert (moved.form, moved.accepted_by) == (AmendmentForm.ANNOUNCEMENT, ("indonesia", "gam"))
    assert moved.change.basis is CountedBy.MONITOR
    assert moved.on == datetime(2005, 12, 20, 17, tzinfo=UTC)  # the beginning of 21 December in Jakarta
    assert "accept the mission's count or only end the talk" in duties()["4.3.b"].doubts[1]


def test_four_stages_add_up_to_840_in_quarters_that_the_file_calls_practice():
    stages = [ceiling(each) for each in ("4.4.b1", "4.4.b2", "4.4.b3", "4.3.b")]
    assert [limit.at_least for stage in stages for limit in stage.limits] == [210, 420, 630, 840]
    assert all("not the paper's words" in duties()[f"4.4.b{n}"].doubts[0] for n in range(1, 4))


def test_each_stage_is_verified_by_the_mission_and_by_nobody_else():
    stages = [duties()[f"4.4.s{n}"] for n in range(1, 5)]
    assert {stage.verify for stage in stages} == {(Proof.MONITOR,)}
    assert [stage.deadline is not None for stage in stages] == [False, False, False, True]


@pytest.mark.parametrize("stage", range(1, 5))
def test_the_governments_clock_of_a_stage_starts_when_gams_stage_is_verified(stage: int):
    assert duties()[f"4.6.s{stage}"].requires == (f"4.4.s{stage}",)
    assert duties()[f"4.6.s{stage}"].toward == ("gam",)


def test_soldiers_and_police_have_ceilings_of_their_own_after_the_relocation():
    limits = [(limit.item, limit.at_most) for n in "ab" for limit in ceiling(f"4.7.{n}").limits]
    assert limits == [("soldiers", 14_700), ("police", 9_100)]
    assert duties()["4.7.a"].from_time == end_of(2005, 12, 31)


def test_whether_14700_is_a_ceiling_or_a_composition_is_a_reading_that_nobody_argued():
    (reading,) = duties()["4.7.a"].readings
    assert changed(duties()["4.7.a"], reading.change).terms.is_composition
    assert reading.inferred
    assert not ceiling("4.7.a").is_composition


# --- what is not confirmed ------------------------------------------------------------------------


def test_the_notice_rule_for_larger_movements_is_marked_unconfirmed_and_asks_for_no_number_of_hours():
    notice = duties()["4.8.b"]
    assert notice.terms == Notify(lead=timedelta())
    assert notice.toward == ("amm",)
    assert notice.doubts[0].startswith("unconfirmed")
    assert duties()["4.8.a"].doubts[0].startswith("unconfirmed")


def test_uniforms_have_a_clause_and_the_black_of_the_last_ceremony_is_a_doubt_and_no_verdict():
    assert duties()["4.2.b"].kind is ObligationKind.PROHIBIT
    assert "the pages do not say" in duties()["4.2.b"].doubts[0]


def test_the_term_of_the_mission_is_not_the_papers_and_the_file_says_so():
    assert duties()["5.1.b"].terms == Mandate(term_months=6, renews_months=3, notice_months=0)
    assert "not of the Memorandum" in duties()["5.1.b"].doubts[0]


def test_the_monitors_own_word_does_not_show_that_the_monitor_kept_the_paper():
    own = [duty for duty in duties().values() if duty.bearers == ("amm",)]
    assert own
    assert all(Proof.MONITOR not in duty.verify for duty in own)


def test_violence_by_either_side_is_the_same_obligation_with_the_sides_exchanged():
    one, other = duties()["4.1.b"], duties()["4.1.c"]
    assert (one.bearers, one.toward) == (other.toward, other.bearers)
    assert (one.terms, one.verify, one.from_time) == (other.terms, other.verify, other.from_time)


# --- what comes out, count by count and stage by stage --------------------------------------------


def by_reading(obligation_id: str, as_of: date, as_known: date | None = None) -> dict[tuple[str, ...], State]:
    return {each.by: each.state for each in stands("aceh", as_of, as_known)[obligation_id, "gam"].readings}


def with_duty(obligation_id: str, **changes) -> Case:
    """The case with one obligation of the paper changed."""
    known = read("aceh").case
    clauses = tuple(
        replace(
            clause, obligations=tuple(replace(d, **changes) if d.id == obligation_id else d for d in clause.obligations)
        )
        for clause in memorandum().clauses
    )
    return replace(known, agreements=(replace(memorandum(), clauses=clauses),))


def test_840_by_the_mission_and_769_by_the_army_are_both_true_and_the_readings_differ():
    read_so = by_reading("4.3.b", date(2005, 12, 19), date(2005, 12, 20))
    assert read_so == {("gam",): State.FULFILLED, ("indonesia",): State.PENDING}


def test_without_the_words_of_21_december_the_count_would_stay_in_dispute_past_the_last_day():
    unamended = with_duty("4.3.b", amendments=())
    stood = stands("aceh", date(2006, 1, 5), case=unamended)["4.3.b", "gam"]
    assert (stood.status, stood.state) == (Status.DISPUTED, State.DISPUTED_READING)
    assert stands("aceh", date(2006, 1, 5))["4.3.b", "gam"].state is State.FULFILLED


def test_424_and_476_part_only_where_the_limit_lies_between_them():
    told = date(2005, 10, 18), date(2005, 11, 18)
    assert by_reading("4.4.b2", *told) == {("gam",): State.FULFILLED, ("indonesia",): State.FULFILLED}
    (limit,) = ceiling("4.4.b2").limits
    between = with_duty("4.4.b2", terms=replace(ceiling("4.4.b2"), limits=(replace(limit, at_least=450),)))
    assert stands("aceh", *told, case=between)["4.4.b2", "gam"].state is State.DISPUTED_READING


def test_570_arms_that_were_handed_in_count_by_neither_reading():
    assert max(r.body.offered or 0 for r in read("aceh").records if isinstance(r.body, Inventory)) == 1023
    stood = stands("aceh", date(2005, 10, 18), date(2005, 11, 18))["4.4.b2", "gam"]
    assert all("570" not in each.why for each in stood.readings)


def test_of_what_the_army_accepted_in_three_stages_there_are_two_accounts_on_either_side_of_630():
    first = by_reading("4.4.b3", date(2005, 11, 22), date(2005, 12, 12))
    second = by_reading("4.4.b3", date(2005, 11, 22), date(2005, 12, 14))
    assert first == {("gam",): State.FULFILLED, ("indonesia",): State.FULFILLED}  # 631
    assert second == {("gam",): State.FULFILLED, ("indonesia",): State.DISPUTED_FACT}  # and 628


def test_soldiers_left_in_time_and_police_five_days_late():
    late = stands("aceh", date(2006, 1, 5))
    assert late["4.5.a", "indonesia"].state is State.FULFILLED
    assert late["4.5.b", "indonesia"].state is State.FULFILLED_LATE


def test_some_14700_lies_on_both_sides_of_14700():
    assert stands("aceh", date(2006, 1, 5))["4.7.a", "indonesia"].state is State.UNRESOLVED


def test_a_decree_of_31_august_would_be_late_by_the_paper_and_in_time_by_the_press():
    moved = [
        replace(
            r,
            clocks=replace(
                r.clocks, claimed=replace(r.clocks.claimed, start=end_of(2005, 8, 30), end=end_of(2005, 8, 31))
            ),
        )
        if r.about == "grant:amnesty"
        else r
        for r in read("aceh").records
    ]
    assert stands("aceh", date(2005, 12, 28))["3.1.1.a", "indonesia"].state is State.FULFILLED
    assert stands("aceh", date(2005, 12, 28), records=moved)["3.1.1.a", "indonesia"].state is State.DISPUTED_READING


def test_gams_own_word_demobilises_nobody_and_the_other_sides_word_does():
    assert stands("aceh", date(2005, 12, 31), date(2005, 12, 31))["4.2.a", "gam"].status is Status.PENDING
    assert stands("aceh", date(2005, 12, 31), date(2006, 3, 15))["4.2.a", "gam"].state is State.FULFILLED


@pytest.mark.parametrize("stage", range(1, 5))
def test_the_government_owes_a_stage_only_once_gams_is_verified(stage: int):
    verified = [r.id for r in read("aceh").records if r.about == f"decommission:stage-{stage}"]
    stood = stands("aceh", date(2005, 12, 30), without=verified)[f"4.6.s{stage}", "indonesia"]
    assert stood.state is State.NOT_YET_APPLICABLE
    assert stands("aceh", date(2005, 12, 30))[f"4.6.s{stage}", "indonesia"].state is State.FULFILLED


def test_without_any_record_nothing_is_fulfilled_and_nothing_is_breached():
    found = stands("aceh", date(2007, 12, 31), records=()).values()
    assert {status.status for status in found} <= {Status.PENDING, Status.NOT_VERIFIABLE}


def test_of_two_shots_that_the_mission_ruled_on_the_one_that_nobody_else_tells_of_stays_open():
    """By the lines of evidence alone: with the claims exchanged the statuses are."""
    assert stands("aceh", date(2005, 10, 19))["4.1.b", "indonesia"].state is State.BREACHED
    assert stands("aceh", date(2005, 10, 19))["4.1.c", "gam"].state is State.UNRESOLVED
    (claim,) = (r for r in read("aceh").records if r.id == "violence-01")
    (ruling,) = (r for r in read("aceh").records if r.id == "violence-03")
    told = [*read("aceh").records, replace(claim, clocks=ruling.clocks)]
    assert stands("aceh", date(2005, 10, 19), records=told)["4.1.c", "gam"].state is State.BREACHED
    heard = stands("aceh", date(2005, 10, 19), without=["violence-04"])
    assert heard["4.1.b", "indonesia"].state is State.UNRESOLVED
