from dataclasses import replace

import pytest
from benchmarks.access import (
    CASES,
    NOW,
    PEOPLE,
    THE_GUARANTORS,
    THE_SIDES,
    by_cedar,
    by_where,
    exchanged,
    exchanged_thing,
    measured,
    table_of,
    things,
)
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import create_engine, insert, select, table

from trucewatch.db.tables import thing_columns
from trucewatch.web.room.access import ACTIONS, ROLES, SEALED, Access, Asked, packaged_policy, row

ACCESS = Access(packaged_policy())
SOME = things(every=2003)  # a prime: every value of everything comes with many values of everything else
FEW = things(every=4001)
ON_SHIFT = [case for case in CASES if case[1]]


def asked_all(cases, given):
    questions = [
        Asked(person=person, action=action, thing=thing, now=NOW, on_shift=on_shift)
        for person, on_shift, action in cases
        for thing in given
    ]
    return ACCESS.decide(questions)


def test_a_list_shows_just_what_the_policy_allows_one_by_one():
    held = table_of(SOME)
    listed = [yes for case in CASES for yes in by_where(ACCESS, case, held, len(SOME))]
    assert listed == asked_all(CASES, SOME)
    assert len(listed) > 4000
    assert {*listed} == {True, False}


ZONED = Access(
    '@id("any")@rule("x")permit (principal, action == Action::"read", resource)'
    "when { principal.zones.containsAny(resource.zones) };"
    '@id("turned")@rule("x")permit (principal, action == Action::"submit", resource)'
    "when { resource.zones.containsAny(principal.zones) };"
    '@id("one")@rule("x")permit (principal, action == Action::"call", resource)'
    "when { resource.zones.contains(principal.id) };"
    '@id("own")@rule("x")permit (principal, action == Action::"meet", resource)'
    "when { principal.zones.contains(resource.owner) && !resource.zones.containsAny(principal.zones) };"
)
NAMES = st.text(st.sampled_from("aA,%2C_'\\ \néя"), min_size=1, max_size=4)


@given(st.sets(NAMES), st.lists(st.tuples(st.sets(NAMES), NAMES), min_size=1, max_size=6), NAMES)
def test_zones_of_any_name_are_the_same_to_cedar_and_to_the_list(own, held, name):
    monitor = replace(next(one for one in PEOPLE if one.role == "monitor"), id=name, zones=frozenset(own))
    some = [replace(SOME[0], id=str(at), zones=frozenset(zones), owner=owner) for at, (zones, owner) in enumerate(held)]
    rows = table_of(some)
    for action in ("read", "submit", "call", "meet"):
        case = (monitor, False, action)
        assert by_where(ZONED, case, rows, len(some)) == by_cedar(ZONED, case, some)
    rows.close()


@pytest.mark.parametrize("names", [THE_SIDES, THE_GUARANTORS], ids=["the sides", "the guarantors"])
def test_exchanging_the_two_changes_whose_an_answer_is_and_nothing_else(names):
    labels = {one: other for one, other in names.items() if not one[-1].isdigit()}  # not who they are
    other_cases = [(exchanged(labels, person), on_shift, action) for person, on_shift, action in ON_SHIFT]
    other_things = [exchanged_thing(labels, thing) for thing in FEW]
    assert other_cases != ON_SHIFT
    assert other_things != FEW
    assert asked_all(other_cases, other_things) == asked_all(ON_SHIFT, FEW)


def test_a_canary_of_no_open_class_is_selected_for_nobody():
    names = [column.name for column in thing_columns()]
    connection, loose = create_engine("sqlite://").connect(), table("loose", *thing_columns())
    connection.exec_driver_sql(f"create table loose ({', '.join(names)})")
    canary = row(replace(SOME[0], protection=0, embargo=None, zones=frozenset({"zone-1"})))
    canaries = [
        {**canary, "protection": protection, "owner": owner, "side": side, "guarantor": guarantor}
        for protection in (SEALED, SEALED + 1, -1, None)
        for owner in {person.id for person in PEOPLE}
        for side in ("", "east", "west")
        for guarantor in ("", "first", "second")
    ]
    connection.execute(insert(loose), canaries)
    for person, on_shift, action in CASES:
        if action != "submit":
            where = ACCESS.where(person, action, loose, NOW, on_shift=on_shift)
            assert connection.scalars(select(loose.c.id).where(where)).all() == []


@pytest.mark.parametrize("missing", [column.name for column in thing_columns() if column.name != "id"])
def test_a_row_in_which_something_is_missing_is_shown_to_nobody_whom_that_would_keep_from_it(missing):
    names = [column.name for column in thing_columns()]
    connection, loose = create_engine("sqlite://").connect(), table("loose", *thing_columns())
    connection.exec_driver_sql(f"create table loose ({', '.join(names)})")
    whole = [row(thing) for thing in SOME]
    connection.execute(insert(loose), [{**one, missing: None} for one in whole])
    possible = {one[missing] for one in whole}
    for person, on_shift, action in CASES[::11]:
        where = ACCESS.where(person, action, loose, NOW, on_shift=on_shift)
        found = {int(number) for number in connection.scalars(select(loose.c.id).where(where))}
        for number in found:
            connection.exec_driver_sql("delete from loose")
            connection.execute(insert(loose), [{**whole[number], missing: value} for value in possible])
            assert len(connection.scalars(select(loose.c.id).where(where)).all()) == len(possible)
        if found:
            connection.exec_driver_sql("delete from loose")
            connection.execute(insert(loose), [{**one, missing: None} for one in whole])


@pytest.mark.slow
def test_a_hundred_thousand_questions_have_one_answer_no_leak_and_need_every_rule():
    tally = measured(things(every=67))
    assert tally.questions >= 100_000
    assert tally.is_well, tally


def test_the_matrix_has_every_action_and_every_role():
    assert {action for _, _, action in CASES} == {*ACTIONS}
    assert {person.role for person in PEOPLE} == {*ROLES}
