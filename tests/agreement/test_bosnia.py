"""The traps of the military annex of Dayton, 14 December 1995: days from an event, three parties (means-and-rules §6)."""

from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest
from papers import at, attribution, bundled, incident, sighting
from stands import read, stands

from trucewatch.agreement.changes import changed
from trucewatch.agreement.days import moment_of, passes
from trucewatch.model import Case, Feature, Geometry, Record
from trucewatch.paper import Agreement, Anchor, Obligation, PermitIf, Withdraw
from trucewatch.spacetime import local, local_day
from trucewatch.vocabulary import DayRule, FeatureRole, ObligationKind, Phenomenon, Proof, State, Status, WeaponClass

PARTIES = ("republic", "federation", "srpska")
ZONE = "Europe/Sarajevo"
ENTRY = date(1995, 12, 14)
TRANSFER = date(1995, 12, 20)


def annex() -> Agreement:
    return bundled("bosnia", "dayton-annex-1a.md")


def regional() -> Agreement:
    return bundled("bosnia", "dayton-annex-1b.md")


def duties(paper: Agreement | None = None) -> dict[str, Obligation]:
    return {duty.id: duty for clause in (paper or annex()).clauses for duty in clause.obligations}


def anchor(name: str) -> Anchor:
    return {each.id: each for each in annex().anchors}[name]


def last_day(duty: Obligation, transfer: date = TRANSFER) -> date:
    """Return the last day of a deadline: the one at whose end it passes."""
    started = {"entry": ENTRY, "transfer": transfer}[duty.deadline.after]
    passed = passes(duty.deadline, ZONE, local(started, datetime.min.time(), ZONE))
    assert duty.deadline.rule is DayRule.END_OF_DAY
    return local_day(passed - timedelta(seconds=1), ZONE)


# --- the file -------------------------------------------------------------------------------------


def test_every_clause_has_a_duty_or_a_reason_and_every_duty_its_source():
    for paper in (annex(), regional()):
        assert all(bool(clause.obligations) != bool(clause.not_verifiable) for clause in paper.clauses)
        assert all(duty.source for duty in duties(paper).values())
    assert len(duties()) >= 25


def test_a_summary_of_ours_is_never_marked_as_the_words_of_the_paper():
    quotations = [q for paper in (annex(), regional()) for clause in paper.clauses for q in clause.quotations]
    assert all(q.verbatim != q.source.startswith("our summary") for q in quotations)


def test_three_parties_and_no_fourth_bear_the_annex_beside_those_whom_it_declares():
    for paper in (annex(), regional()):
        bearers = {bearer for duty in duties(paper).values() for bearer in duty.bearers}
        assert bearers <= {"all", *PARTIES, *(actor.id for actor in paper.actors)}


@pytest.mark.parametrize(
    "family", ["III.1.a III.1.b III.1.c", "IX.1.b.1 IX.1.b.2 IX.1.b.3", "IX.1.e.1 IX.1.e.2 IX.1.e.3"]
)
def test_what_is_split_by_party_is_word_for_word_the_same_for_all_three(family: str):
    split = [duties()[each] for each in family.split()]
    assert [duty.bearers for duty in split] == [(party,) for party in PARTIES]
    plain = [replace(duty, id="", bearers=(), act="", doubts=()) for duty in split]
    assert plain[0] == plain[1] == plain[2]


# --- days from an event ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("obligation_id", "day"),
    [
        ("IV.3.a", date(1995, 12, 27)),  # D+7
        ("IV.2.a", date(1996, 1, 19)),  # D+30
        ("II.3.a", date(1996, 1, 19)),
        ("IX.1.c", date(1996, 1, 19)),
        ("IV.4.a", date(1996, 2, 3)),  # D+45
        ("IV.5.a", date(1996, 4, 18)),  # D+120, past the 29 February
        ("IX.1.d", date(1996, 1, 4)),  # 21 days from the entry into force
        ("III.1.a", date(1996, 1, 13)),  # 30 days from the entry into force
        ("VI.9.c", date(1995, 12, 17)),  # 72 hours from the entry into force
    ],
)
def test_day_offsets_fall_on_the_known_calendar_days(obligation_id: str, day: date):
    assert last_day(duties()[obligation_id]) == day


def test_the_91st_day_is_20_march_of_a_leap_year_and_the_ban_on_entering_ends_as_it_begins():
    assert local_day(duties()["IV.4.b"].until_time, ZONE) == TRANSFER + timedelta(days=91) == date(1996, 3, 20)


def test_before_the_transfer_of_authority_nobody_knows_the_days_that_run_from_it():
    transfer = anchor("transfer")
    assert (transfer.act, transfer.event) == ("transfer:authority", "transferred")
    assert moment_of(transfer, ZONE) is None
    assert passes(duties()["IV.2.a"].deadline, ZONE, moment_of(transfer, ZONE)) is None


def test_a_transfer_a_day_later_moves_what_runs_from_it_by_a_day_and_nothing_else():
    later = TRANSFER + timedelta(days=1)
    assert last_day(duties()["IV.2.a"], later) == date(1996, 1, 20)
    assert last_day(duties()["III.1.a"], later) == date(1996, 1, 13)


def test_the_hour_of_the_transfer_moves_no_day():
    deadline = duties()["IV.2.a"].deadline
    morning, evening = (local(TRANSFER, datetime.min.time(), ZONE) + timedelta(hours=h) for h in (0.5, 23.5))
    assert passes(deadline, ZONE, morning) == passes(deadline, ZONE, evening)


@pytest.mark.parametrize("party", "abc")
def test_thirty_days_for_foreign_forces_run_from_the_signature_or_from_the_transfer_which_is_a_reading(party: str):
    foreign = duties()[f"III.1.{party}"]
    (reading,) = foreign.readings
    assert not reading.by  # no party argued it: the press and a spokesman did
    assert last_day(foreign) == date(1996, 1, 13)
    assert last_day(changed(foreign, reading.change)) == date(1996, 1, 19)


def test_a_mistake_in_counting_that_nobody_argued_is_no_reading():
    assert anchor("transfer").readings == ()
    assert duties()["IV.2.a"].readings == duties()["IV.4.a"].readings == ()
    assert last_day(duties()["IV.4.a"]) == date(1996, 2, 3)  # not 28 January, 45 days from the signature


def test_an_agreement_on_arms_due_in_180_days_was_due_on_11_june_and_signed_on_the_14th():
    arms = duties(regional())["B.IV.a"]
    assert last_day(arms) == date(1996, 6, 11)
    assert date(1996, 6, 14) - last_day(arms) == timedelta(days=3)


# --- prisoners ------------------------------------------------------------------------------------


def test_prisoner_exchanges_is_a_heading_and_no_exchange_is_asked():
    assert not any(duty.kind is ObligationKind.EXCHANGE for duty in duties().values())
    assert duties()["IX.1.c"].bearers == ("all",)


def test_the_red_cross_confirms_releases_and_lists():
    assert {duties()[each].verify for each in ("IX.1.c", "IX.1.d", "IX.1.b.1")} == {(Proof.MONITOR,)}


def test_those_held_for_the_tribunal_are_a_doubt_of_the_release_and_no_breach_of_it():
    assert "no breach" in duties()["IX.1.c"].doubts[0]


# --- permission -----------------------------------------------------------------------------------


@pytest.mark.parametrize("permitted", ["II.2.d", "VI.9.b", "VI.9.e"])
def test_what_is_forbidden_without_leave_is_allowed_with_the_leave_of_ifors_commander_alone(permitted: str):
    permit = duties()[permitted]
    assert isinstance(permit.terms, PermitIf)
    (forbidden,) = (duties()[each] for each in permit.terms.exception_to)
    assert forbidden.act == permit.act
    assert len(permit.terms.conditions) == 1
    assert "ifor" in permit.terms.conditions[0]


# --- the zone of separation -----------------------------------------------------------------------


def test_two_kilometres_on_either_side_and_one_in_sarajevo():
    wide, narrow = duties()["IV.2.b"], duties()["IV.3.b"]
    assert isinstance(wide.terms, Withdraw)
    assert [band.distance_km for band in wide.terms.bands] == [2]
    assert [band.distance_km for band in narrow.terms.bands] == [1]
    assert narrow.overrides == ("IV.2.b",)
    assert wide.terms.line != narrow.terms.line


# --- what comes out -------------------------------------------------------------------------------


def states(obligation_id: str, as_of: date, as_known: date | None = None, **changed_by) -> list[State]:
    """States of an obligation of all three parties, in the order of the case."""
    found = stands("bosnia", as_of, as_known, **changed_by)
    return [found[obligation_id, party].state for party in PARTIES]


def moved(record: Record, days: int) -> Record:
    """A record of something that happened so many days later, known as much later."""
    by, said = timedelta(days=days), record.clocks.claimed
    claimed = replace(said, start=said.start + by, end=said.end + by)
    return replace(record, clocks=replace(record.clocks, claimed=claimed, received=record.clocks.received + by))


def test_on_d_plus_30_what_runs_from_the_transfer_is_open_and_a_day_later_it_is_over():
    silent = [r for r in read("bosnia").records if r.about == "transfer:authority"]
    assert states("II.3.a", date(1996, 1, 18), records=silent) == [State.PENDING] * 3
    assert states("II.3.a", date(1996, 1, 19), records=silent) == [State.OVERDUE_UNVERIFIED] * 3


def test_a_transfer_told_of_a_day_later_gives_a_day_more():
    later = [moved(r, 1) for r in read("bosnia").records if r.about == "transfer:authority"]
    assert states("II.3.a", date(1996, 1, 19), records=later) == [State.PENDING] * 3
    assert states("II.3.a", date(1996, 1, 20), records=later) == [State.OVERDUE_UNVERIFIED] * 3


def test_one_outlet_alone_does_not_start_the_clock():
    alone = [r for r in read("bosnia").records if r.id == "transfer-2"]
    assert states("II.3.a", date(1996, 6, 1), records=alone) == [State.PENDING] * 3


def test_what_one_of_three_says_of_all_three_shows_it_of_none():
    """Each owes it and each is owed it: one party's word would confirm the others by its boast."""
    (ifors,) = (r for r in read("bosnia").records if r.id == "zone-1")
    a_party = next(r.source for r in read("bosnia").records if r.id == "foreign-3")
    transfer = [r for r in read("bosnia").records if r.about == "transfer:authority"]
    boast = [*transfer, replace(ifors, source=a_party)]
    assert states("IV.2.a", date(1996, 1, 21), records=boast) == [State.OVERDUE_UNVERIFIED] * 3
    assert states("IV.2.a", date(1996, 1, 21), records=[*transfer, ifors]) == [State.FULFILLED] * 3


def test_what_ifor_says_of_one_partys_foreigners_says_nothing_of_anothers():
    found = stands("bosnia", date(1996, 3, 18))
    assert found["III.1.a", "republic"].status is Status.VIOLATED
    assert found["III.1.b", "federation"].status is found["III.1.c", "srpska"].status is Status.NOT_VERIFIABLE


def test_a_total_of_prisoners_falls_on_all_three_alike():
    assert states("IX.1.c", date(1996, 1, 29)) == [State.BREACHED] * 3
    assert states("IX.1.c", date(1996, 4, 12)) == [State.FULFILLED_LATE] * 3


def test_without_any_record_nothing_is_fulfilled_and_nothing_is_breached():
    found = stands("bosnia", date(1996, 12, 31), records=())
    assert {status.status for status in found.values()} <= {Status.PENDING, Status.NOT_VERIFIABLE, Status.DISPUTED}
    disputed = {duty for (duty, _), status in found.items() if status.status is Status.DISPUTED}
    assert disputed <= {"III.1.a", "III.1.b", "III.1.c"}  # two last days, and nobody knows the second


# --- weapons in the zone, on lines drawn for these tests ------------------------------------------

WIDE = "agreed-cease-fire-line"
CITY = "agreed-cease-fire-line-sarajevo"
ROUND_THE_CITY = (18.3, 18.5)  # longitudes


def line(line_id: str, west: float, east: float) -> Feature:
    geometry = Geometry(kind="LineString", coordinates=((west, 43.85), (east, 43.85)))
    return Feature(role=FeatureRole.LINE_OF_CONTACT, geometry=geometry, id=line_id, accuracy_km=0.05)


def drawn() -> Case:
    return replace(read("bosnia").case, places=(line(WIDE, 16.5, 19.0), line(CITY, *ROUND_THE_CITY)))


def seen(north_km: float, lon: float, day: date) -> dict:
    """A gun that somebody saw so far north of the line, and whose it was by both lines of evidence."""
    when = local(day, datetime.min.time(), ZONE) + timedelta(hours=10)
    gun = incident(
        "gun",
        sighting(WeaponClass.ARTILLERY, 122),
        time=when,
        place=at(lon, 43.85 + north_km / 111.1, 0.05),
        phenomenon=Phenomenon.WEAPON_SEEN,
    )
    return {"case": drawn(), "incidents": (gun,), "attributions": (attribution("gun", "srpska"),)}


@pytest.mark.parametrize(
    ("north_km", "lon", "wide", "narrow"),
    [
        (0.5, 17.0, Status.VIOLATED, Status.NOT_VERIFIABLE),  # outside the city: the wide zone
        (1.5, 17.0, Status.VIOLATED, Status.NOT_VERIFIABLE),
        (2.5, 17.0, Status.NOT_VERIFIABLE, Status.NOT_VERIFIABLE),
        (0.5, 18.4, Status.NOT_VERIFIABLE, Status.VIOLATED),  # in the city: the narrow one, and it alone
    ],
)
def test_a_gun_in_the_zone_breaks_the_rule_of_its_place_and_only_that(north_km, lon, wide, narrow):
    day = date(1996, 1, 25)
    found = stands("bosnia", day, **seen(north_km, lon, day))
    assert found["IV.2.b", "srpska"].status is wide
    assert found["IV.3.b", "srpska"].status is narrow
    assert found["IV.2.b", "federation"].status is not Status.VIOLATED


def test_before_d_plus_30_a_gun_in_the_zone_is_no_breach():
    found = stands("bosnia", date(1996, 1, 18), **seen(0.5, 17.0, date(1996, 1, 10)))
    assert found["IV.2.b", "srpska"].status is Status.PENDING
