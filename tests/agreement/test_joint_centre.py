"""The memorandum on the joint centre: a monitor's own mandate is a set of rules, known from statements alone."""

from datetime import UTC, datetime

from papers import bundled

from trucewatch.paper import Agreement, Ceiling, KeepOut, Obligation, Prohibit
from trucewatch.vocabulary import ObligationKind, Role, UnitKind

ACTORS = ("russia", "turkey")


def memorandum() -> Agreement:
    return bundled("karabakh", "nk-joint-centre-2020-11-11.md")


def about(act: str) -> Obligation:
    return next(d for clause in memorandum().clauses for d in clause.obligations if d.act == act)


def test_no_word_of_the_memorandum_is_quoted_because_its_text_was_not_published():
    assert not any(q.verbatim for clause in memorandum().clauses for q in clause.quotations)
    assert "not published" in memorandum().note


def test_its_two_signatories_bear_its_duties_and_no_side_of_the_conflict_does():
    assert {actor.id: actor.role for actor in memorandum().actors} == dict.fromkeys(ACTORS, Role.MONITOR)
    bearers = {bearer for clause in memorandum().clauses for d in clause.obligations for bearer in d.bearers}
    assert bearers == set(ACTORS)


def test_it_sends_out_no_missions_does_not_move_and_observes_from_a_distance():
    for act in ("send-out:missions", "move:joint-centre", "observe-on-the-spot:line-of-contact"):
        assert about(act).terms == Prohibit()
        assert about(act).bearers == ACTORS


def test_its_observers_stay_inside_coordinates_that_nobody_published():
    fence = about("position:turkish-monitors")
    assert fence.terms == KeepOut(unit=UnitKind.MONITORS, within=("joint-centre-coordinates",))
    assert "not published" in fence.method_missing


def test_each_staff_has_the_same_bound():
    staffs = [about(f"staff:joint-centre-{actor}").terms for actor in ACTORS]
    assert staffs[0] == staffs[1]
    assert isinstance(staffs[0], Ceiling)
    assert [(limit.item, limit.at_most) for limit in staffs[0].limits] == [("personnel", 60)]


def test_its_three_tasks_are_duties_of_their_own():
    assert all(about(f"{task}:ceasefire-information") for task in ("collect", "summarise", "verify"))


def test_its_opening_is_told_by_the_records_that_tell_the_centre_of_point_5():
    assert about("centre:ceasefire-control").kind is ObligationKind.ESTABLISH
    assert memorandum().in_force == datetime(2020, 11, 10, 21, tzinfo=UTC)


def test_its_term_is_unknown_and_the_file_says_so():
    assert "no term" in memorandum().clauses[-1].not_verifiable
