"""The queue is a list in a database: filtered there, by what is asked and by the policy; a cache that anybody may delete."""

import re
from dataclasses import replace

import apsw
import pytest
from room_visits import running
from sqlalchemy import update

from trucewatch.db.lists import FILE
from trucewatch.db.tables import INCIDENTS
from trucewatch.web.room import things
from trucewatch.web.room.listing import Listing


@pytest.fixture(scope="module")
def rooms(tmp_path_factory):
    with running(tmp_path_factory.mktemp("queue")) as rooms:
        yield rooms


def only_incident(rooms) -> str:
    (name,) = rooms.room.desk.conclusions.found
    return name


def listed(page: str) -> list[str]:
    return re.findall(r'<a href="/room/incidents/([^"]+)">', page)


def rows(rooms, query: str) -> list[tuple]:
    held = apsw.Connection(str(rooms.folder / FILE))
    try:
        return list(held.execute(query))
    finally:
        held.close()


def test_a_determination_is_listed_with_the_heartbeat_that_brings_it(rooms):
    name, north = only_incident(rooms), rooms.visitor("reviewer-n")
    where = "/room/?awaits=north-power"
    assert listed(north.page(where)) == [name]
    north.say(f"/room/incidents/{name}", "determination", position="contest", finding="xanthe", text="Three saw it.")
    assert listed(north.page(where)) == [name], "what waits is on the page of the incident, not in the list"
    rooms.beat()
    page = north.page("/room/?awaits=south-power&outcome=awaited&names=xanthe")
    assert listed(page) == [name]
    assert "contests: <bdi>" in page
    assert "awaiting a guarantor (1)" in page
    for other in ("awaits=north-power", "outcome=agreed", "names=zephyr", "hours=1", "box=0,0,1,1"):
        assert listed(north.page(f"/room/?{other}")) == [], other
    assert listed(north.page("/room/?box=37,47,39,49&hours=168")) == [name]
    ((entry,),) = rows(rooms, "SELECT entry FROM incidents")
    assert rooms.room.desk.office(rooms.clock[0]).reviews[name].proposal.said.index == entry


@pytest.mark.parametrize(
    "asked", ["outcome=all", "hours=2", "awaits=xanthe", "names=north-power", "box=1,2,3", "box=3,0,1,1", "older=1"]
)
def test_what_the_form_does_not_offer_is_refused_and_never_passed_over(rooms, asked):
    page = rooms.visitor("officer-1").page(f"/room/?{asked}", 422)
    assert listed(page) == []


def test_whoever_deletes_the_file_finds_it_again_after_a_heartbeat(rooms):
    officer, name = rooms.visitor("officer-1"), only_incident(rooms)
    (rooms.folder / FILE).unlink()
    page = officer.page("/room/")
    assert "The list cannot be shown" in page
    rooms.beat()
    assert listed(officer.page("/room/")) == [name]


def test_a_heartbeat_that_changes_nothing_of_an_incident_does_not_write_it_again(rooms):
    before = rows(rooms, "SELECT fid FROM incidents")
    rooms.visitor("officer-1").say("/room/shift", "shift", what="begin", text="Quiet.")
    rooms.beat()
    assert rows(rooms, "SELECT fid FROM incidents") == before
    assert rows(rooms, "SELECT entries FROM made") == [(rooms.room.desk.seen.size,)]


def test_at_a_start_all_is_made_anew_so_that_what_somebody_changed_is_right_again(rooms):
    room, held = rooms.room, "SELECT fid, what_words FROM incidents"
    before = rows(rooms, held)
    Listing(replace(room.lists, maker="the next process")).bring_up(room.desk, rooms.clock[0])
    assert rows(rooms, held) == before
    with room.lists.writing.begin() as connection:
        connection.execute(update(INCIDENTS).values(what_words="nothing happened"))
    Listing(replace(room.lists, maker="the one after it")).bring_up(room.desk, rooms.clock[0])
    assert [words for _, words in rows(rooms, held)] == [words for _, words in before]
    rooms.beat()  # and the room's own process finds that the lists are not its own, and makes them
    assert listed(rooms.visitor("officer-1").page("/room/")) == [only_incident(rooms)]


def test_what_the_database_lets_through_and_the_policy_does_not_is_counted_and_not_shown(rooms, monkeypatch):
    officer = rooms.visitor("officer-1")
    proposal = things.proposal
    monkeypatch.setattr(things, "proposal", lambda *what: replace(proposal(*what), protection=3))
    page = officer.page("/room/")
    assert listed(page) == []
    assert "1 more</strong> is counted and not shown" in page


def test_a_row_that_the_policy_forbids_is_left_out_in_the_database(rooms):
    officer = rooms.visitor("officer-1")
    with rooms.room.lists.writing.begin() as connection:
        connection.execute(update(INCIDENTS).values(protection=3))
    page = officer.page("/room/")
    assert listed(page) == []
    assert "all incidents (0)" in page
