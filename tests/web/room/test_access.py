import hashlib
import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from importlib.resources import files
from pathlib import Path

import cedarpy
import pytest
from benchmarks.access import by_cedar, things
from cedarpy import pst
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import table

from trucewatch.db.tables import thing_columns
from trucewatch.web.room.access import (
    ACTIONS,
    ANYBODY,
    ROLES,
    SAYING,
    Access,
    Person,
    Thing,
    packaged_policy,
    reading,
    row,
)
from trucewatch.web.room.where import PolicyError

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
LATER = NOW + timedelta(hours=1)
TEXT = packaged_policy()
ACCESS = Access(TEXT)
OFFICER, AUDITOR = Person(id="officer-1", role="officer"), Person(id="auditor-1", role="auditor")
INVESTIGATOR, REPORTER = Person(id="investigator-1", role="investigator"), Person(id="reporter-1", role="reporter")
MONITOR = Person(id="monitor-1", role="monitor", zones=frozenset({"zone-1"}))
EAST, WEST = Person(id="liaison-1", role="liaison", of="east"), Person(id="liaison-2", role="liaison", of="west")
FIRST, SECOND = (
    Person(id="reviewer-1", role="reviewer", of="first"),
    Person(id="reviewer-2", role="reviewer", of="second"),
)
STAFF = (OFFICER, AUDITOR, INVESTIGATOR, REPORTER, MONITOR, EAST, WEST, FIRST, SECOND)
EVERYBODY = (ANYBODY, *STAFF)
# the kinds of statements of docs/room.md, section 2
KINDS = (
    "release",
    *("determination", "reply", "finding", "message", "receipt", "call", "meeting", "measure", "measure_done"),
    *("shift", "case", "task", "task_done", "evidence", "heard", "case_finding", "remedy", "remedied", "correction"),
)
HEAD = '@id("x")\n@rule("x")\n'


def thing(protection=1, embargo=LATER, kind="observation", **more):
    return Thing(kind=kind, id="7", protection=protection, embargo=embargo, **more)


def who(action, about, *, on_shift=True, people=EVERYBODY):
    return {one.id or "anybody" for one in people if ACCESS.may(one, action, about, NOW, on_shift=on_shift)}


# --- who sees what --------------------------------------------------------------------------------


def test_nobody_sees_what_is_sealed():
    for owner in ("", *(one.id for one in STAFF)):
        assert who("read", thing(3, None, owner=owner, zones=frozenset({"zone-1"}))) == set()


def test_class_2_is_for_those_who_investigate_and_judge():
    assert who("read", thing(2, None, zones=frozenset({"zone-1"}), owner="monitor-1")) == {
        "officer-1",
        "investigator-1",
        "reviewer-1",
        "reviewer-2",
        "auditor-1",
    }


def test_class_1_is_for_the_centre_and_for_the_side_that_it_concerns():
    assert who("read", thing(1, side="east", zones=frozenset({"zone-1"}))) == {one.id for one in STAFF} - {"liaison-2"}
    assert who("read", thing(1, side="west", zones=frozenset({"zone-1"}))) == {one.id for one in STAFF} - {"liaison-1"}
    assert who("read", thing(1, side="", zones=frozenset({"zone-1"}))) == {one.id for one in STAFF}


def test_a_monitor_sees_the_own_zones_and_the_own_reports():
    assert "monitor-1" in who("read", thing(zones=frozenset({"zone-1"})))
    assert "monitor-1" not in who("read", thing(zones=frozenset({"zone-2"})))
    assert "monitor-1" not in who("read", thing())
    assert "monitor-1" in who("read", thing(zones=frozenset({"zone-1", "zone-2"}))), "what may lie in the own one"
    assert "monitor-1" in who("read", thing(zones=frozenset({"zone-2"}), owner="monitor-1"))


def test_the_public_sees_class_0_from_the_end_of_the_embargo_on():
    assert "anybody" in who("read", thing(0, None))
    assert "anybody" in who("read", thing(0, NOW))
    assert "anybody" not in who("read", thing(0, NOW + timedelta(microseconds=1)))
    assert "anybody" not in who("read", thing(1, None))
    assert who("read", thing(0, None, side="west", zones=frozenset({"zone-2"}))) == {
        "anybody",
        *(one.id for one in STAFF),
    }


def test_what_is_read_agrees_with_the_rules_written_a_second_time():
    """The contract of the room, section 4, in Python: an oracle that shares nothing with the Cedar text."""
    clear = {"officer": 2, "investigator": 2, "reviewer": 2, "auditor": 2, "reporter": 1, "monitor": 1, "liaison": 1}

    def sees(person, of):
        if of.protection == 0 and (of.embargo is None or of.embargo <= NOW):
            return True
        if of.protection > clear.get(person.role, -1):
            return False
        if person.role == "monitor":
            return bool(of.zones & person.zones) or of.owner == person.id
        return person.role != "liaison" or of.side in {"", person.of}

    some = things(every=157)
    for person in EVERYBODY:
        assert by_cedar(ACCESS, (person, False, "read"), some) == [sees(person, of) for of in some]


def test_protected_evidence_is_shown_with_an_entry_about_it():
    assert reading(FIRST, thing(2)) == {"type": "read", "v": "1", "who": "reviewer-1", "what": "observation:7"}
    assert reading(FIRST, thing(1)) is None


# --- who does what --------------------------------------------------------------------------------


def test_what_a_monitor_observed_is_taken_wherever_it_was_and_at_any_hour():
    for zones in ((), ("zone-1",), ("zone-2",), ("zone-1", "zone-2"), ("ZONE-1", "zone-11")):
        for protection in range(4):
            about = thing(protection, zones=frozenset(zones), owner="monitor-1")
            assert who("submit", about, on_shift=False) == {"monitor-1"}


def test_a_liaison_hands_in_reports_of_the_own_side_as_that_sides():
    assert who("submit", thing(side="east", owner="liaison-1")) == {"liaison-1"}
    assert who("submit", thing(side="west", owner="liaison-1")) == set()
    assert who("submit", thing(side="", owner="liaison-1")) == set()


def test_each_guarantor_is_spoken_for_by_its_own_staff_alone():
    for action in ("determine", "find"):
        assert who(action, thing(guarantor="first")) == {"reviewer-1"}
        assert who(action, thing(guarantor="second")) == {"reviewer-2"}
    assert who("determine", thing()) == set()
    assert who("find", thing()) == {"investigator-1"}
    assert who("correct", thing(guarantor="first")) == {"reviewer-1"}


def test_a_message_goes_to_both_sides_or_to_nobody():
    assert who("message", thing(kind="message")) == {"officer-1"}
    for side in ("east", "west"):
        assert who("message", thing(kind="message", side=side)) == set()


def test_a_liaison_answers_what_concerns_the_own_side_or_both():
    for action in ("reply", "receive"):
        assert who(action, thing(side="")) == {"liaison-1", "liaison-2"}
        assert who(action, thing(side="east")) == {"liaison-1"}
        assert who(action, thing(2, side="east")) == set()


@pytest.mark.parametrize(
    ("action", "others"),
    [
        ("publish", {"reporter-1"}),
        ("message", set()),
        ("meet", set()),
        ("open_case", {"investigator-1", "reviewer-1", "reviewer-2"}),
        ("task", set()),
        ("remedy", {"reviewer-1", "reviewer-2"}),
        ("correct", {"reporter-1", "reviewer-1", "reviewer-2"}),
    ],
)
def test_an_officer_acts_on_shift_alone(action, others):
    assert who(action, thing()) == {"officer-1"} | others
    assert who(action, thing(), on_shift=False) == others


def test_whoever_begins_a_shift_is_not_on_shift_yet():
    assert who("shift", thing(kind="shift"), on_shift=False) == {"officer-1"}


def test_what_is_of_class_2_is_neither_published_nor_sent():
    for action in ("publish", "message"):
        assert who(action, thing(2)) == set()


def test_who_carries_something_out_says_so():
    assert who("task", thing(kind="task_done", owner="monitor-1")) == {"monitor-1"}
    assert who("task", thing(kind="task_done", owner="")) == set()
    assert who("meet", thing(kind="measure_done", side="west")) == {"officer-1", "liaison-2"}
    assert who("meet", thing(kind="measure", side="west")) == {"officer-1"}
    assert who("remedy", thing(kind="remedied", side="west")) == {"officer-1", "liaison-2"}
    assert who("hear", thing(kind="heard")) == {"investigator-1"}
    assert who("hear", thing(kind="evidence")) == {"investigator-1", "officer-1"}
    assert who("call", thing(kind="call", side="east")) == {"officer-1", "liaison-1"}


def test_the_register_of_staff_is_seen_by_officers_reviewers_and_auditors():
    assert who("administer", thing(kind="staff")) == {"officer-1", "reviewer-1", "reviewer-2", "auditor-1"}


def test_the_public_does_nothing_but_see():
    assert {action for action in ACTIONS if "anybody" in who(action, thing(0, None))} == {"read"}


def test_every_kind_of_statement_is_said_by_an_action_of_the_room():
    assert SAYING.keys() == {*KINDS}
    assert {*SAYING.values()} <= {*ACTIONS}


# --- what cannot be decided is refused ------------------------------------------------------------


def test_an_action_that_there_is_not_is_refused_even_by_a_rule_for_all_actions():
    lax = Access(HEAD + "permit (principal, action, resource);")
    assert lax.may(OFFICER, "read", thing(), NOW, on_shift=True)
    assert not lax.may(OFFICER, "erase", thing(), NOW, on_shift=True)
    assert str(lax.where(OFFICER, "erase", table("t", *thing_columns()), NOW, on_shift=True)) == "false"


def test_a_policy_without_rules_allows_nothing():
    assert not any(Access("").may(OFFICER, action, thing(), NOW, on_shift=True) for action in ACTIONS)
    assert Access("").refused(OFFICER, "read", thing(), NOW, on_shift=True) == "No rule of the policy allows this."


@pytest.mark.parametrize("name", ["\ud800", "\x00", '"', "\\u0022", "a\nb", 'Person::"x"', "' OR 1=1 --"])
def test_no_name_breaks_the_question(name):
    stranger = Person(id=name, role="monitor", zones=frozenset({name}))
    own = thing(owner=name, zones=frozenset({name}), kind=name)
    assert ACCESS.may(stranger, "read", own, NOW, on_shift=True) is (name != "\ud800")
    assert not ACCESS.may(stranger, "read", replace(own, protection=2), NOW, on_shift=True)
    assert not ACCESS.may(MONITOR, "read", own, NOW, on_shift=True)


@pytest.mark.parametrize(
    "wrong", [{"protection": 4}, {"protection": -1}, {"protection": True}, {"embargo": NOW.replace(tzinfo=None)}]
)
def test_a_thing_of_no_class_or_with_a_bare_time_is_no_thing(wrong):
    with pytest.raises(ValueError, match=r"class|offset"):
        thing(**wrong)


@pytest.mark.parametrize(
    "wrong",
    [
        {"id": "x", "role": "king"},
        {"id": "", "role": "officer"},
        {"id": "x", "role": "public"},
        {"id": "x", "role": "liaison"},
        {"id": "x", "role": "reviewer"},
        {"id": "x", "role": "officer", "of": "east"},
        {"id": "x", "role": "monitor", "zones": frozenset({""})},
    ],
)
def test_a_person_without_a_role_or_without_anybody_to_speak_for_is_no_person(wrong):
    with pytest.raises(ValueError, match=r"role|speaks|zone"):
        Person(**wrong)


@given(st.datetimes(timezones=st.just(timezone(timedelta(hours=4)))))
def test_an_embargo_never_ends_early(embargo):
    held = row(thing(0, embargo))["embargo"]
    since = datetime(1970, 1, 1, tzinfo=UTC)
    assert timedelta(0) <= since + timedelta(milliseconds=held) - embargo < timedelta(milliseconds=1)


# --- words ----------------------------------------------------------------------------------------


def test_who_is_refused_reads_which_rule_says_so_and_nothing_of_the_thing():
    sealed = thing(3, side="secret side", owner="secret owner", zones=frozenset({"secret zone"}))
    words = ACCESS.refused(OFFICER, "read", sealed, NOW, on_shift=True)
    assert words == ACCESS.rules["sealed"]
    assert ACCESS.refused(OFFICER, "message", thing(), NOW, on_shift=False).endswith(ACCESS.rules["message"])
    assert ACCESS.refused(OFFICER, "message", thing(), NOW, on_shift=True) == ""
    assert "secret" not in words + ACCESS.refused(EAST, "read", sealed, NOW, on_shift=True)


def test_both_sides_are_refused_in_the_same_words():
    for action in ACTIONS:
        about = thing(side="south", kind="remedied")
        assert len({ACCESS.refused(one, action, about, NOW, on_shift=True) for one in (EAST, WEST)}) == 1


def test_every_rule_has_a_comment_above_it_and_its_words_stand_in_the_page():
    page = " ".join((Path(__file__).parents[3] / "docs" / "access.md").read_text(encoding="utf-8").split())
    for name, words in ACCESS.rules.items():
        assert re.search(rf'^// [^-].*\n@id\("{name}"\)\n@rule\(', TEXT, re.MULTILINE), name
        assert words in page, name
    assert len(ACCESS.rules) == TEXT.count("\npermit (") + TEXT.count("\nforbid (")


# --- the text -------------------------------------------------------------------------------------


def test_the_packaged_policy_is_what_its_schema_allows():
    schema = (files("trucewatch") / "data" / "policy" / "room.cedarschema").read_text(encoding="utf-8")
    checked = cedarpy.validate_policies(TEXT, cedarpy.Schema.from_str(schema))
    assert checked.validation_passed, checked.errors
    for action in ACTIONS:
        assert re.search(rf"\b{action}\b", schema), action
    assert ACCESS.digest == hashlib.sha256(TEXT.encode()).hexdigest()


def literals(node):
    if isinstance(node, pst.StringLit):
        return {node.value}
    if isinstance(node, tuple):
        return set().union(*map(literals, node))
    return set().union(*(literals(getattr(node, name)) for name in getattr(node, "__slots__", ())))


def test_the_words_in_the_rules_are_those_of_roles_and_kinds():
    rules = cedarpy.PolicySet.from_str(TEXT).to_pst().static_policies.values()
    assert literals(tuple(rule.clauses for rule in rules)) <= {"", *ROLES, *KINDS}


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("permit (principal, action, resource", "not a policy"),
        ("permit (principal, action, resource);", "@id"),
        ('@id("x") permit (principal, action, resource);', "@rule"),
        (2 * (HEAD + "permit (principal, action, resource);\n"), "@id of its own"),
        (HEAD + "permit (principal, action, resource) when { resource.colour == 1 };", "what there is not"),
        (HEAD + "permit (principal, action, resource) when { resource.protection == true };", "what there is not"),
        (HEAD + 'permit (principal, action == Action::"erase", resource);', "what there is not"),
        (HEAD + "permit (principal == ?principal, action, resource);", "blanks"),
        (HEAD + 'permit (principal == Person::"officer-1", action, resource);', "one person"),
        (HEAD + 'permit (principal, action, resource == Thing::"7");', "one thing"),
        (HEAD + 'permit (principal, action, resource) when { resource.side == "east" };', "names a side"),
        (HEAD + 'permit (principal, action, resource) unless { "east" == principal.of };', "names a side"),
        (HEAD + 'permit (principal, action, resource) when { ["", "first"].contains(resource.guarantor) };', "names"),
        (HEAD + 'permit (principal, action, resource) when { principal.zones.contains("zone-1") };', "names"),
        (HEAD + 'permit (principal, action, resource) when { false && resource.side == "east" };', "names a side"),
        (HEAD + 'permit (principal, action, resource) when { resource.side like "e*" };', "cannot follow"),
        (HEAD + "permit (principal, action, resource) when { resource.protection + 1 == 2 };", "cannot follow"),
        (HEAD + "permit (principal, action, resource) when { if context.on_shift then true else false };", "follow"),
        (HEAD + "permit (principal, action, resource) when { principal.zones == resource.zones };", "cannot follow"),
        (HEAD + "permit (principal, action, resource) when { resource.zones == resource.zones };", "cannot follow"),
        (HEAD + "permit (principal, action, resource) when { principal.zones.containsAll(resource.zones) };", "follow"),
        (HEAD + "permit (principal, action, resource) when { resource.zones.contains(resource.side) };", "follow"),
        (HEAD + 'permit (principal, action, resource) when { resource.zones.contains("zone-1") };', "names a side"),
        (HEAD + 'permit (principal, action, resource) when { resource.zones.containsAny(["zone-1"]) };', "names a"),
        # how the packaged text had it before things had several zones
        (
            HEAD + "permit (principal, action, resource) when { principal.zones.contains(resource.zone) };",
            "there is not",
        ),
        (HEAD + "permit (principal, action, resource) when { principal == principal };", "cannot follow"),
    ],
)
def test_a_policy_that_is_unfair_unclear_or_unlistable_is_never_in_force(text, reason):
    with pytest.raises(PolicyError, match=reason):
        Access(text)


def test_every_test_that_the_page_of_requirements_names_is_there():
    root = Path(__file__).parents[3]
    named = re.findall(r"`(tests/[^`]+\.py)::(\w+)`", (root / "docs" / "access.md").read_text(encoding="utf-8"))
    assert len(named) > 40
    missing = [name for file, name in named if f"def {name}(" not in (root / file).read_text(encoding="utf-8")]
    assert missing == []
