"""What holds of any log whatever anybody says in it: impartial, repeatable, and nothing lost."""

from collections import Counter
from dataclasses import replace
from datetime import timedelta
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.cases.rooms import (
    FIRST,
    NOON,
    NORTH,
    SECOND,
    SOUTH,
    STAFF,
    TERMS,
    Room,
    all_said,
    any_room,
    exchange,
    renamed,
    rooms,
)

from trucewatch.cases import Late, Procedure, Said, counts, office
from trucewatch.cases.rules import RULES
from trucewatch.vocabulary import DecisionRule, Outcome

LATER = NOON + timedelta(days=20)
TERMS_OF = st.sampled_from([TERMS, replace(TERMS, rule=DecisionRule.EITHER)])


def folded(said, terms=TERMS, staff=STAFF, changes=(), **more):
    return office(said, Procedure(first=terms, changes=tuple(changes)), staff, LATER, **more)


def plain(thing):
    """Return what was folded as nested plain values, without the state to go on from."""
    return renamed(thing, {})


def same(one, other):
    return plain(one) == plain(other)


@settings(max_examples=40)
@given(rooms, TERMS_OF)
def test_with_the_parties_exchanged_the_office_is_the_same_with_the_names_exchanged(room, terms):
    names = exchange(NORTH, SOUTH)
    # the terms keep their order: only what is said, and who says it for whom, is exchanged
    other = folded(renamed(room.said, names), replace(terms, parties=(SOUTH, NORTH)), renamed(STAFF, names))
    assert same(other, renamed(folded(room.said, terms), names))


@settings(max_examples=40)
@given(rooms, TERMS_OF)
def test_with_the_guarantors_exchanged_the_office_is_the_same_with_the_names_exchanged(room, terms):
    names = exchange(FIRST, SECOND)
    other = folded(renamed(room.said, names), replace(terms, guarantors=(SECOND, FIRST)), renamed(STAFF, names))
    assert same(other, renamed(folded(room.said, terms), names))


@given(rooms)
def test_the_order_of_the_parties_and_guarantors_changes_no_outcome(room):
    turned = folded(room.said, replace(TERMS, parties=(SOUTH, NORTH), guarantors=(SECOND, FIRST)))
    straight = folded(room.said)

    def facts(found):
        reviews = {name: (r.outcome, r.finding, r.is_stale, r.is_gone) for name, r in found.reviews.items()}
        cases = {name: (c.state, c.outcome, c.finding) for name, c in found.cases.items()}
        published = [(f.finding, f.outcome, {*f.concerned}, {*f.named}) for f in found.findings]
        return reviews, cases, published, len(found.odd), Counter(late.bearer for late in found.overdue)

    assert facts(turned) == facts(straight)


@given(rooms, st.integers(0, 10**9))
def test_repeated_statements_change_nothing(room, seed):
    again = Random(seed).choices(room.said, k=5)
    repeated = [replace(said, index=-1, time=None) for said in again if said.fields["type"] == "statement"]
    assert same(folded([*room.said, *repeated]), folded(room.said))


@given(rooms)
def test_nothing_said_is_ever_missing(room):
    found = folded(room.said)
    kept = {said.name for said in all_said(found)}
    assert [said.fields for said in room.said if said.fields["type"] == "statement" and said.name not in kept] == []


@given(rooms, st.integers(0, 10**9))
def test_it_goes_on_from_an_earlier_office_as_from_the_beginning(room, seed):
    at = seed % len(room.said)
    changes = ((seed // 7 % len(room.said), replace(TERMS, rule=DecisionRule.EITHER, reply_days=9)),)
    waiting = [replace(said, index=-1, time=None) for said in room.said[at : at + seed % 3]]
    earlier = folded([*room.said[:at], *waiting], changes=[change for change in changes if change[0] < at + seed % 2])
    before = plain(earlier)
    going_on = folded(room.said[max(0, at - 1) :], changes=changes, earlier=earlier)
    assert same(going_on, folded(room.said, changes=changes))
    assert plain(earlier) == before


@given(rooms, st.integers(0, 10**9))
def test_the_order_is_the_logs_and_not_that_of_arrival(room, seed):
    shuffled = [*room.said]
    Random(seed).shuffle(shuffled)
    assert same(folded(shuffled), folded(room.said))


@given(rooms)
def test_no_side_is_named_without_every_guarantor(room):
    found = folded(room.said)
    for review in found.reviews.values():
        assert review.finding == "undetermined" or {v.newest and v.newest.finding for v in review.voices} == {
            review.finding
        }
    for case in found.cases.values():
        own = {voice.newest and voice.newest.finding for voice in case.voices}
        assert case.finding == "undetermined" or own == {case.finding}
    assert all(len(finding.determinations) == 2 for finding in found.findings)


@given(rooms)
def test_the_counts_differ_by_the_incidents_that_are_listed_and_by_no_other(room):
    both = counts(folded(room.said))
    one, two = (dict(count.found) for count in both.counts)
    for finding in one:
        listed = [[newest and newest.finding for _, newest in difference.voices] for difference in both.differences]
        more = sum((a == finding) - (b == finding) for a, b in listed)
        assert one[finding] - two[finding] == more


def test_the_made_up_logs_reach_what_they_are_to_try():
    found = [folded(any_room(seed).said) for seed in range(300)]
    odd = {odd.said.fields.get("kind") for one in found for odd in one.odd}
    folded_kinds = {said.fields.get("kind") for one in found for said in all_said(replace(one, odd=()))}
    assert ({*RULES} - folded_kinds, {*RULES} - odd) == (set(), set())
    assert {review.outcome for one in found for review in one.reviews.values()} == {*Outcome}
    assert {case.state for one in found for case in one.cases.values()} >= {"reported", "reviewed", "remedy_due"}
    assert {late.what for one in found for late in one.overdue} == {*Late}


def test_other_words_under_a_nonce_that_was_used_are_odd_once():
    room = Room()
    room.say("officer", "message", about="")
    other = replace(room.said[0], index=1, fields={**room.said[0].fields, "kind": "call"})
    found = folded([*room.said, other, replace(other, index=-1, time=None)])
    assert [(odd.reason, odd.about) for odd in found.odd] == [("has the nonce of another statement", 0)]
    assert len(found.messages) == 1


def test_it_refuses_to_go_on_by_other_terms():
    earlier, other = folded([Said(index=7, time=NOON, fields={}, shown={})]), replace(TERMS, reply_days=9)
    with pytest.raises(ValueError, match="terms"):
        folded([], other, earlier=earlier)
    with pytest.raises(ValueError, match="terms"):
        folded([], changes=((7, other),), earlier=earlier)
    assert folded([], changes=((8, other),), earlier=earlier).terms == other


STRANGE = (None, True, -1, 0, 3, 10**20, "", " ", "i-1", "c-1", NORTH, [], [1], ["x"], [None], {}, {"a": []}, [[]])


@given(rooms, st.integers(0, 10**9))
def test_whatever_stands_in_a_field_nothing_breaks_and_nothing_is_lost(room, seed):
    chance = Random(seed)
    for old in chance.choices(room.said, k=8):
        name = chance.choice([*old.fields])
        room.said[old.index] = replace(old, fields={**old.fields, name: chance.choice(STRANGE)})
    kept = [said.fields for said in all_said(folded(room.said))]
    told = [said.fields for said in room.said if said.fields["type"] == "statement"]
    assert [fields for fields in told if fields not in kept] == []


def test_entries_that_nobody_decides_anything_by_are_passed_over():
    other = Said(index=0, time=NOON, fields={"type": "observation", "v": "2"}, shown={"id": "x"})
    found = folded([other, replace(other, index=1, fields={"type": ["list"]})])
    assert (dict(found.reviews), found.odd) == ({}, ())
