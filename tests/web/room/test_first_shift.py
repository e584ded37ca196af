"""Somebody on a first shift finds what to do next on the pages themselves."""

import re

import pytest
from room_visits import running

from trucewatch.web.room.visiting import NOT_YET


@pytest.fixture(scope="module")
def rooms(tmp_path_factory):
    with running(tmp_path_factory.mktemp("first")) as rooms:
        yield rooms


@pytest.mark.parametrize("who", ["", "officer-1", "reviewer-n", "liaison-x", "monitor-1"])
def test_help_is_one_step_from_the_first_page_and_marks_the_readers_own_post(rooms, who):
    assert '<a href="/room/help">Help</a>' in rooms.visitor(who).page("/room/")
    assert rooms.visitor(who).page("/room/help").count(">you</span>") == (1 if who else 0)


def test_the_sign_in_page_shows_the_whole_command_with_its_nonce_and_leaves_it_open_in_a_rehearsal(rooms):
    page = rooms.visitor().page("/room/sign-in?who=officer-1")
    nonce = re.search(r'name="nonce" value="([^"]+)"', page)[1]
    assert f"trucewatch staff sign-in {nonce} --log {rooms.room.origin} --passkey FILE" in page
    assert "open data-stays-open" in page


def test_an_incident_says_whose_word_it_waits_for_and_leads_a_reviewer_to_the_form(rooms):
    (name,) = rooms.room.desk.conclusions.found
    where = f"/room/incidents/{name}"
    assert "It waits for the determination of" in rooms.visitor("officer-1").page(where)
    assert '<a href="#judge">' in rooms.visitor("reviewer-n").page(where)
    assert '<a href="#judge">' not in rooms.visitor("officer-1").page(where)
    own = rooms.visitor("reviewer-s").page("/room/")
    assert 'href="/room/?awaits=south-power"' in own
    assert 'href="/room/?awaits=north-power"' not in own


def test_a_receipt_of_a_log_without_witnesses_says_that_it_has_arrived_and_stops_loading_itself(rooms):
    officer = rooms.visitor("officer-1")
    receipt = officer.say("/room/shift", "shift", what="begin", text="Quiet.")
    waiting = officer.page(receipt)
    assert 'http-equiv="refresh"' in waiting
    assert "it has arrived" not in waiting
    rooms.beat()
    arrived = officer.page(receipt)
    assert 'http-equiv="refresh"' not in arrived
    assert "it has arrived" in arrived


def test_before_the_first_conclusions_map_report_and_counts_say_what_they_wait_for(rooms, monkeypatch):
    officer = rooms.visitor("officer-1")
    monkeypatch.setattr(rooms.room.desk, "conclusions", None)
    for where in ("/room/map", "/room/case/report.html", "/room/counts"):
        page = officer.page(where, 503)
        assert NOT_YET in page, where
        assert 'http-equiv="refresh"' in page, where
