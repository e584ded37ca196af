"""Somebody on a first shift finds what to do next on the pages themselves."""

import re
from zoneinfo import ZoneInfo

import pytest
from room_visits import running

from trucewatch.web.room.visiting import NOT_YET


@pytest.fixture(scope="module")
def quiet(tmp_path_factory):
    """A room in which nobody says anything: for tests that only look."""
    with running(tmp_path_factory.mktemp("first")) as rooms:
        yield rooms


@pytest.fixture
def rooms(tmp_path):
    """A room of its own, for a test in which somebody says something: none hangs on another's."""
    with running(tmp_path) as rooms:
        yield rooms


@pytest.mark.parametrize("who", ["", "officer-1", "reviewer-n", "liaison-x", "monitor-1"])
def test_help_is_one_step_from_the_first_page_and_marks_the_readers_own_post(quiet, who):
    assert '<a href="/room/help">Help</a>' in quiet.visitor(who).page("/room/")
    assert quiet.visitor(who).page("/room/help").count(">you</span>") == (1 if who else 0)


def test_the_sign_in_page_shows_the_whole_command_with_its_nonce_and_leaves_it_open_in_a_rehearsal(quiet):
    page = quiet.visitor().page("/room/sign-in?who=officer-1")
    nonce = re.search(r'name="nonce" value="([^"]+)"', page)[1]
    assert f"trucewatch staff sign-in {nonce} --log {quiet.room.origin} --passkey FILE" in page
    assert "open data-stays-open" in page


def test_an_incident_says_whose_word_it_waits_for_and_leads_a_reviewer_to_the_form(quiet):
    (name,) = quiet.room.desk.conclusions.found
    where = f"/room/incidents/{name}"
    assert "It waits for the determination of" in quiet.visitor("officer-1").page(where)
    assert '<a href="#judge">' in quiet.visitor("reviewer-n").page(where)
    assert '<a href="#judge">' not in quiet.visitor("officer-1").page(where)
    own = quiet.visitor("reviewer-s").page("/room/")
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


def test_before_the_first_conclusions_map_report_and_counts_say_what_they_wait_for(quiet, monkeypatch):
    officer = quiet.visitor("officer-1")
    monkeypatch.setattr(quiet.room.desk, "conclusions", None)
    for where in ("/room/map", "/room/case/report.html", "/room/counts"):
        page = officer.page(where, 503)
        assert NOT_YET in page, where
        assert 'http-equiv="refresh"' in page, where


def test_a_shift_begins_and_an_observation_is_handed_in_before_the_first_conclusions(rooms, monkeypatch):
    officer = rooms.visitor("officer-2")
    monkeypatch.setattr(rooms.room.desk, "conclusions", None)
    assert "Europe/Kyiv" in officer.page("/room/shift"), "times stand in the case's zone"
    officer.say("/room/shift", "shift", what="begin", text="The night was quiet.")
    officer.observe(**EXPLOSION)
    rooms.beat()
    assert ">on shift</a>" in officer.page("/room/shift")
    assert "Quiet" not in officer.page("/room/messages")


EXPLOSION = {
    "phenomenon": "explosion", "means": "saw", "time": "2021-03-01T12:00", "observer_lon": "38.0",
    "observer_lat": "48.0", "lon": "37.95", "lat": "48.0002", "position_sd_km": "0.3", "text": "One explosion.",
}  # fmt: skip


def test_the_form_of_an_observation_stands_at_now_and_says_what_a_bearing_is(rooms):
    monitor = rooms.visitor("monitor-1")
    now = rooms.clock[0].astimezone(ZoneInfo("Europe/Kyiv")).strftime("%Y-%m-%dT%H:%M")
    page = monitor.page("/room/observations/new")
    assert f'name="time" value="{now}"' in page
    assert "N 0, E 90, S 180, W 270" in page
    assert f'name="end" value="{now}"' in monitor.page("/room/observations/new?quiet=1")


def test_a_receipt_leads_to_what_became_of_it_whoever_may_see_that(rooms):
    officer, monitor = rooms.visitor("officer-1"), rooms.visitor("monitor-1")
    own = monitor.observe(**EXPLOSION | {"text": "Seen from the post."})
    rooms.beat()
    assert "What comes next" in monitor.page(own)
    rooms.assess(officer)
    (name,) = rooms.room.desk.conclusions.found
    assert f'<a href="/room/incidents/{name}">' in officer.page(own)
    assert "The newest conclusions were drawn with it." in monitor.page(own)
    assert name not in monitor.page(own)
    said = rooms.visitor("reviewer-n").say(
        f"/room/incidents/{name}", "determination", position="concur", text="Seen by two."
    )
    rooms.beat()
    assert f'<a href="/room/incidents/{name}">' in rooms.visitor("reviewer-s").page(said)
    assert name not in rooms.visitor("liaison-x").page(said)


def test_the_page_of_an_approval_says_in_sentences_what_is_signed_with_the_entry_folded_away_below(quiet):
    (name,) = quiet.room.desk.conclusions.found
    answer = quiet.visitor("reviewer-s").draft(
        f"/room/incidents/{name}", "determination", position="contest", finding="xanthe", text="It came from the west."
    )
    page = answer.text
    first = page[page.index("What you sign") : page.index("<details")]
    assert "For the guarantor south-power: this staff contests what the machine proposes of the incident" in first
    assert f"Its own finding: {quiet.room.desk.conclusions.case.parties[0].names[0][1]}." in first
    assert "It came from the west." in first
    assert page.index("<details>") < page.index("Position on the machine&#39;s proposal") < page.index("SHA-256")


def test_why_an_incident_is_undetermined_names_sides_and_shows_each_record_with_its_words_time_and_place(quiet):
    (name,) = quiet.room.desk.conclusions.found
    page = quiet.visitor("officer-1").page(f"/room/incidents/{name}")
    why = page[page.index("Why, reason by reason") : page.index("The records behind it")]
    found, attribution = quiet.room.desk.conclusions.found[name]
    behind = {key for weight in attribution.weights for key in weight.keys}
    for one in found.observations:
        assert (f'href="#r-{one.key}"' in why) == (one.key in behind)
        assert f'id="r-{one.key}"' in page
    assert "2021-03-01" in why
    assert "no_violation" not in why


def test_the_shift_page_leads_to_the_report_of_today_which_holds_what_came_today(rooms):
    officer = rooms.visitor("officer-1")
    officer.observe(**EXPLOSION | {"time": "2021-03-02T13:30", "text": "Seen at noon today."})
    rooms.beat()
    rooms.assess(officer)
    assert '<a href="/room/case/daily/2021-03-02.html">2021-03-02</a>' in officer.page("/room/shift")
    report = officer.page("/room/case/daily/2021-03-02.html")
    assert "Seen at noon today." in report
    assert "as of 2021-03-02 14:01 (Europe/Kyiv" in report, "not as of the cut-off at 19:30, which is still to come"
    assert "This day is not over." in report
    assert '<a href="/room/">Queue of the room</a>' in report
    file = officer.get("/room/case/daily/2021-03-02.html?file").content
    assert file == rooms.room.desk.conclusions.published["daily/2021-03-02.html"]
    assert "/room/case/daily" not in rooms.visitor("reporter-1").page("/room/shift"), "who may not read it is not led"


@pytest.mark.parametrize("where", ["/room/incidents/", "/room/case/report.html"])
def test_pages_say_names_and_the_day_of_a_number_is_said_to_be_in_utc(rooms, where):
    (name, *_) = rooms.room.desk.conclusions.found
    page = rooms.visitor("officer-1").page(where + (name if where.endswith("incidents/") else ""))
    read = re.sub(r"<style.*?</style>|<[^>]*>", " ", page, flags=re.DOTALL)
    assert "in UTC" in read
    assert not re.findall(r"(?<![\w-])(?:xanthe|zephyr|no_violation)(?= at [01]\.| [01]\.\d\d|,| fired)", read)
