"""What a statement is to the policy is what the folds make of it, never what it says of itself."""

from dataclasses import replace
from datetime import timedelta

import pytest
from tests.cases.rooms import FIRST, NOON, NORTH, SOUTH, STAFF, TERMS, Room

from trucewatch.cases import Procedure, office
from trucewatch.web.room.access import ANYBODY, INSIDE, Access, Person, packaged_policy
from trucewatch.web.room.desk import Seen
from trucewatch.web.room.things import Things

ACCESS = Access(packaged_policy())
PEOPLE = {name: Person(id=name, role=role, of=of) for name, (role, of) in STAFF.items()} | {"": ANYBODY}
ROOM_STAFF = {"officer", "reviewer-one", "reviewer-two", "investigator", "reporter", "auditor"}
LIAISONS = {"liaison-n", "liaison-s"}


def things(room: Room) -> Things:
    seen = Seen(size=len(room.said), time=NOON, said=tuple(room.said), staff=STAFF)
    return Things(seen=seen, office=office(room.said, Procedure(first=TERMS), STAFF, NOON))


def shown_to(room: Room, index: int, days: float = 0.0) -> set[str]:
    """Who may see the entry so many days after noon; the public is ""."""
    found, now = things(room), NOON + timedelta(days=days)
    thing = found.statement(found.seen.statement(index))
    return {name for name, person in PEOPLE.items() if ACCESS.may(person, "read", thing, now, on_shift=False)}


def published(reply_by: str = "2020-01-01T00:00:00Z") -> tuple[Room, list[int], int]:
    """A room with two determinations and a finding that rests on them, by default with a time to reply long past."""
    room = Room()
    of = room.conclude("i-1")
    said = room.both_find(SOUTH, of)
    return room, said, room.publish(of, said, reply_by=reply_by)


def test_a_time_to_reply_that_is_stated_too_short_publishes_nothing_early():
    room, _, finding = published()
    assert shown_to(room, finding, days=2.9) == ROOM_STAFF | LIAISONS
    assert shown_to(room, finding, days=3.1) == ROOM_STAFF | LIAISONS | {"", "monitor"}


def test_until_the_time_to_reply_that_counts_is_over_no_side_sees_the_other_sides_reply():
    room = Room()
    of = room.conclude("i-1")
    finding = room.publish(of, room.both_find("undetermined", of), reply_by="2020-01-01T00:00:00Z")
    reply = room.say("liaison-n", "reply", to=finding, stance="rejects")
    assert shown_to(room, reply, days=2.9) == ROOM_STAFF | {"liaison-n"}
    assert shown_to(room, reply, days=3.1) > LIAISONS


def test_a_finding_that_waits_or_that_no_fold_knows_is_not_for_the_public():
    room, _, finding = published()
    seen, said = things(room).seen, room.said[finding]
    waiting = replace(said, index=-1, time=None)
    found = Things(seen=seen, office=office([*room.said[:finding], waiting], Procedure(first=TERMS), STAFF, NOON))
    assert [one.said for one in found.office.findings] == [waiting]
    assert not ACCESS.may(ANYBODY, "read", found.statement(waiting), NOON + timedelta(days=999), on_shift=False)
    unknown = Things(seen=seen, office=None)
    assert unknown.statement(said).protection == 1
    assert unknown.statement(said).side == INSIDE


@pytest.mark.parametrize("who", ["liaison-n", "liaison-s"])
@pytest.mark.parametrize(
    ("kind", "fields"),
    [
        ("finding", {"incident": "i-1", "of": 0, "outcome": "agreed", "determinations": [], "reply_by": "2020-01-01T00:00:00Z"}),
        ("message", {"about": ""}),
        ("meeting", {"time": "2026-03-01T12:00:00Z", "present": []}),
        ("remedy", {"case": "c-1", "side": NORTH, "due": "2026-03-01T12:00:00Z"}),
        ("correction", {"corrects": 4}),
        ("reply", {"to": 2, "stance": "accepts"}),
    ],
)  # fmt: skip
def test_what_the_rules_do_not_allow_is_shown_inside_alone_whatever_it_pretends_to_be(who, kind, fields):
    room, _, finding = published()
    assert finding == 4
    index = room.say(who, kind, **fields)
    found = things(room)
    assert found.why_odd(room.said[index])
    assert shown_to(room, index, days=99) == ROOM_STAFF


def test_odd_evidence_stays_protected():
    room, *_ = published()
    index = room.say("reporter", "evidence", case="c-1", entries=[], blobs=[])
    assert shown_to(room, index) == ROOM_STAFF - {"reporter"}


def test_whoever_is_shown_a_determination_is_shown_its_correction():
    room, (one, other), finding = published()
    for index in (one, other):
        correction = room.say(room.said[index].who, "correction", corrects=index)
        assert shown_to(room, correction) == shown_to(room, index) == shown_to(room, finding) == ROOM_STAFF | LIAISONS
        assert "" in shown_to(room, correction, days=4)


def test_a_determination_that_no_published_finding_rests_on_is_the_centres_own_work():
    room, (one, _), _ = published()
    of = room.conclude("i-2")
    alone = room.find("reviewer-one", NORTH, of, incident="i-2")
    correction = room.say("reviewer-one", "correction", corrects=alone)
    newer = room.find("reviewer-one", NORTH, room.said[one].fields["of"])
    for index in (alone, correction, newer):
        assert shown_to(room, index, days=99) == ROOM_STAFF


@pytest.mark.parametrize("of", [INSIDE, "centre", FIRST])
def test_no_liaison_is_of_the_side_of_the_centres_own_work(of):
    if of == INSIDE:
        with pytest.raises(ValueError, match="nobody speaks"):
            Person(id="x", role="liaison", of=of)
        return
    room, (one, _), _ = published()
    liaison = Person(id="x", role="liaison", of=of)
    newer = room.find("reviewer-one", NORTH, room.said[one].fields["of"])
    thing = things(room).statement(room.said[newer])
    assert not ACCESS.may(liaison, "read", thing, NOON, on_shift=False)


def test_a_statement_is_found_by_its_place_and_nothing_else_is():
    room, said, finding = published()
    seen = things(room).seen
    assert [seen.statement(at) is room.said[at] for at in (*said, finding)] == [True] * 3
    assert [seen.statement(at) for at in (-1, 0, 1, len(room.said))] == [None] * 4
