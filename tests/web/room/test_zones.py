"""A monitor reads what may have happened in the own zones and nothing else; what a monitor saw is taken from anywhere."""

import json
import re
from dataclasses import replace

import httpx
import pytest
from room_visits import Forms, Rooms, key_of, running
from said_room import told
from two_pages import by_both, written

from trucewatch.ledger.rehearsal import SoftwarePasskey
from trucewatch.web.room import guard

NEAR, FAR, NOBODY = "monitor-near", "monitor-far", "monitor-1"
SEEN = {"phenomenon": "explosion", "means": "saw", "time": "2021-03-01T12:00", "lon": "37.95", "lat": "48.0002"}
INSIDE = {"observer_lon": "37.93", "observer_lat": "48.0"}
OUTSIDE = {"observer_lon": "38.35", "observer_lat": "48.0"}
NEW = SoftwarePasskey(seed=b"the key of another monitor".ljust(32, b"."))


@pytest.fixture(scope="module")
def judged(tmp_path_factory):
    """A room in which one guarantor contests what the machine proposes of the only incident."""
    with running(tmp_path_factory.mktemp("judged")) as rooms:
        of = str(rooms.room.desk.conclusions.of)
        contests = {"incident": incident(rooms), "of": of, "clause": "", "position": "contest", "finding": "xanthe"}
        told(rooms, "reviewer-n", "determination", "north", **contests)
        rooms.beat()
        yield rooms


@pytest.fixture
def rooms(tmp_path):
    with running(tmp_path) as rooms:
        yield rooms


def incident(rooms: Rooms) -> str:
    (name,) = rooms.room.desk.conclusions.found
    return name


def listed(page: str) -> list[str]:
    return re.findall(r'href="/room/incidents/([^"]+)"', page)


# --- reading ----------------------------------------------------------------------------------------


def test_the_queue_of_a_monitor_has_what_may_have_happened_in_the_own_zones(judged):
    pages = {who: judged.visitor(who).page("/room/") for who in (NEAR, FAR, NOBODY)}
    assert {who: listed(page) for who, page in pages.items()} == {NEAR: [incident(judged)], FAR: [], NOBODY: []}
    assert "Your zones: <bdi>near (The near one)</bdi>." in pages[NEAR]
    assert "No incident is like that." in pages[FAR]
    assert all("counted and not shown" not in page for page in pages.values())
    assert "You have no zone, so no incident is shown." in pages[NOBODY]


def test_what_the_staffs_said_is_told_to_no_monitor_neither_by_a_column_nor_by_a_filter_or_a_number(judged):
    officers, monitors = (judged.visitor(who).page("/room/") for who in ("officer-1", NEAR))
    for words in ("contests", "awaiting a guarantor (1)", 'name="awaits"', 'name="names"', 'name="outcome"'):
        assert words in officers
        assert words not in monitors
    for asked in ("outcome=awaited", "awaits=south-power", "names=xanthe"):
        assert listed(judged.visitor("officer-1").page(f"/room/?{asked}")) == [incident(judged)]
        judged.visitor(NEAR).page(f"/room/?{asked}", 422)
    assert listed(judged.visitor(NEAR).page("/room/?box=37,47,39,49")) == [incident(judged)]


def test_the_page_of_an_incident_shows_a_monitor_what_happened_and_nothing_that_others_wrote_or_judge(judged):
    page = judged.visitor(NEAR).page(f"/room/incidents/{incident(judged)}")
    assert "What the machine proposed" in page
    assert "for those who judge" in page
    for words in ("contest", "canary", "camera", "has not spoken", "the records behind it"):
        assert words not in page.lower()
    reporter = judged.visitor("reporter-1").page(f"/room/incidents/{incident(judged)}")
    assert ("contests" in reporter, "camera" in reporter) == (True, False), "nor are the reasons for whoever publishes"
    assert "canary-north-words" in judged.visitor("officer-1").page(f"/room/incidents/{incident(judged)}")
    for who in (FAR, NOBODY, ""):
        judged.visitor(who).page(f"/room/incidents/{incident(judged)}", 404)


def test_the_line_of_news_tells_a_monitor_that_something_was_said_and_not_what_of_which_incident(judged):
    told_to = {}
    for who in ("officer-1", "reporter-1", NEAR, "liaison-x"):
        cookie = f"{guard.COOKIE}={judged.visitor(who).cookie}"
        headers = {"cookie": cookie, "last-event-id": "3", "host": "localhost"}
        with httpx.stream("GET", f"{judged.client.base_url}/room/events", headers=headers, trust_env=False) as stream:
            for line in stream.iter_lines():
                if line.startswith("data: ") and '"statement"' in line:
                    told_to[who] = json.loads(line.removeprefix("data: "))
                    break
    of = {"kind": "determination", "incident": incident(judged)}
    bare = {name: value for name, value in told_to["officer-1"].items() if name not in of}
    assert told_to == {"officer-1": bare | of, "reporter-1": bare | of, NEAR: bare, "liaison-x": bare}
    assert bare.keys() == {"index", "type"}


def test_an_incident_that_the_newest_conclusions_do_not_have_lies_nowhere(judged, monkeypatch):
    name, drawn = incident(judged), judged.room.desk.conclusions
    nothing = replace(drawn, assessment=replace(drawn.assessment, incidents=(), attributions=()))
    monkeypatch.setattr(judged.room.desk, "conclusions", nothing)
    assert "camera" in judged.visitor("officer-1").page(f"/room/incidents/{name}"), "with the reasons, as they were"
    assert "camera" not in judged.visitor("reporter-1").page(f"/room/incidents/{name}")
    judged.visitor(NEAR).page(f"/room/incidents/{name}", 404)


def test_a_finding_that_is_for_everybody_has_for_a_monitor_of_elsewhere_the_place_that_everybody_reads(rooms):
    of = str(rooms.room.desk.conclusions.of)
    for who in ("reviewer-n", "reviewer-s"):
        told(rooms, who, "determination", "x", incident=incident(rooms), of=of, clause="", position="concur")
    told(rooms, "officer-1", "shift", "x", what="begin", time="2021-03-02T14:00")
    rooms.beat()
    form = Forms(rooms.visitor("officer-1").page(f"/room/incidents/{incident(rooms)}")).of("/room/say/finding")
    harm = {name: "Nothing that was not known." for name, held in form["fields"].items() if held == ""}
    receipt = rooms.visitor("officer-1").approve(
        rooms.visitor("officer-1").post("/room/say/finding", form["fields"] | harm)
    )
    rooms.beat()
    index = rooms.service.counter.book.standing(receipt.rsplit("/", 1)[1]).index
    rooms.visitor(NEAR).page(f"/room/findings/{index}", 404)
    rooms.later(days=9)
    rooms._visitors.clear()  # their sessions are over
    where = {}
    for who in ("", FAR, NEAR, "officer-1"):
        page = rooms.visitor(who).page(f"/room/findings/{index}")
        where[who] = re.search(r"<dt>When</dt><dd>(.*?)</dd>\n<dt>Where</dt><dd>(.*?)</dd>", page).groups()
    assert where[FAR] == where[""]
    assert where[NEAR] == where["officer-1"] != where[""]


# --- handing in -------------------------------------------------------------------------------------


def test_an_observation_from_outside_the_own_zones_is_taken_counts_and_is_marked(rooms):
    near, officer = rooms.visitor(NEAR), rooms.visitor("officer-1")
    receipts = {}
    for name, place in (("inside", INSIDE), ("outside", OUTSIDE)):
        draft = near.post(
            "/room/observations/new",
            Forms(near.page("/room/observations/new")).of("/room/observations/new")["fields"]
            | {**SEEN, **place, "position_sd_km": "0.3"},
        )
        assert ("you stood outside your zones" in draft.text) == (name == "outside")
        receipts[name] = near.approve(draft)
    rooms.beat()
    told(rooms, "officer-1", "shift", "x", what="begin", time="2021-03-02T14:00")
    rooms.assess(officer)
    rooms.beat()
    conclusions = rooms.room.desk.conclusions
    (found, _) = conclusions.found[incident(rooms)]
    assert sum(o.source.name == NEAR for o in found.observations) == 2, "both are of the incident"
    assert len(conclusions.outside) == 1
    for name, receipt in receipts.items():
        index = rooms.service.counter.book.standing(receipt.rsplit("/", 1)[1]).index
        assert ("Observed from outside" in officer.page(f"/room/entries/{index}")) == (name == "outside")
        assert ("You observed it from outside your zones" in near.page(receipt)) == (name == "outside")
        assert "You observed it" not in officer.page(receipt)
    page = officer.page(f"/room/incidents/{incident(rooms)}")
    assert re.search(r"Observed from outside the zones that the observer had.*?record \d+ \(<bdi>monitor-near", page)


def test_whoever_has_no_zone_is_outside_of_none(rooms):
    rooms.visitor(NOBODY).observe(**SEEN, **OUTSIDE, position_sd_km="0.3")
    rooms.beat()
    told(rooms, "officer-1", "shift", "x", what="begin", time="2021-03-02T14:00")
    rooms.assess(rooms.visitor("officer-1"))
    assert rooms.room.desk.conclusions.outside == frozenset()


# --- giving them ------------------------------------------------------------------------------------


def test_two_guarantors_give_a_monitor_zones_and_take_them_away_in_the_same_session(rooms):
    monitor = rooms.visitor(NOBODY)
    assert listed(monitor.page("/room/")) == []
    ticked = {"kind": "appoint", "zoned": NOBODY, "zones": [f"{NOBODY} near", f"{NOBODY} permitted"]}
    page = written(rooms, "reviewer-n", **ticked).text
    assert "passkeys: 0 new, 1 kept, 0 taken away." in page
    told_zones = "It reads what may have happened in near (The near one), permitted (The permitted one)"
    assert f"{told_zones}; until now it had none." in page
    assert by_both(rooms, **ticked).status_code == 303
    assert listed(monitor.page("/room/")) == [], "not before the heartbeat"
    rooms.beat()
    assert rooms.service.counter.book.staff[NOBODY].zones == ("near", "permitted")
    assert listed(monitor.page("/room/")) == [incident(rooms)]
    staff = rooms.visitor("auditor-1").page("/room/staff")
    assert "<bdi>near (The near one)</bdi>, <bdi>permitted (The permitted one)</bdi>" in staff
    assert by_both(rooms, kind="appoint", zoned=NOBODY).status_code == 303
    rooms.beat()
    assert rooms.service.counter.book.staff[NOBODY].zones == ()
    assert listed(monitor.page("/room/")) == []


def test_a_form_that_is_sent_as_it_stands_changes_nobodys_zones(rooms):
    form = next(
        form for form in Forms(rooms.visitor("reviewer-n").page("/room/acts")).forms if "zoned" in form["fields"]
    )
    assert form["fields"]["zoned"] == [NOBODY, FAR, NEAR]
    sent = {"zoned": form["fields"]["zoned"], "zones": [f"{FAR} far", f"{NEAR} near"], "dismiss": "officer-2"}
    page = written(rooms, "reviewer-n", kind="appoint", **sent).text
    assert "officer-2, officer, is dismissed" in page
    assert "monitor" not in page.split("What it does")[1].split("</section>")[0]


def test_a_line_with_a_new_passkey_keeps_the_zones_and_a_new_monitor_gets_those_that_are_ticked(rooms):
    key = f'{{"id":"{NEW.public().id}","public":"{NEW.public().public}"}}'
    own = key_of(NEAR).public()
    both = f'[{{"id":"{own.id}","public":"{own.public}"}},{key}]'
    line = f'{{"id":"{NEAR}","role":"monitor","of":"","passkeys":{both}}}'
    page = written(rooms, "reviewer-n", kind="appoint", lines=line, new_zones=["far"]).text
    assert "passkeys: 1 new, 1 kept" in page
    assert "It reads what may have happened in near (The near one), as before." in page
    fresh = f'{{"id":"monitor-9","role":"monitor","of":"","passkeys":[{key}]}}'
    page = written(rooms, "reviewer-n", kind="appoint", lines=fresh, new_zones=["far", "near"]).text
    assert "It reads what may have happened in far (The far one), near (The near one)." in page
    assert by_both(rooms, kind="appoint", lines=fresh, new_zones=["far", "near"]).status_code == 303
    rooms.beat()
    assert rooms.service.counter.book.staff["monitor-9"].zones == ("far", "near")
    page = written(rooms, "reviewer-n", kind="appoint", dismiss="monitor-9").text
    assert "monitor-9, monitor, is dismissed" in page
    assert by_both(rooms, kind="appoint", dismiss="monitor-9").status_code == 303


@pytest.mark.parametrize(
    ("given", "why"),
    [
        ({"zoned": NOBODY, "zones": f"{NOBODY} nowhere"}, "the case has no zone or permitted area &#39;nowhere&#39;"),
        ({"zoned": "monitor-7", "zones": "monitor-7 near"}, "monitor-7 is not of the staff"),
        ({"zoned": "officer-1", "zones": "officer-1 near"}, "officer-1: has zones, and is no monitor"),
        ({"lines": f'{{"id":"{NOBODY}","role":"monitor","of":"","passkeys":[],"zones":5}}'}, "not a list of names"),
        ({"zoned": NEAR, "zones": f"{NEAR} near"}, "changes nobody"),
    ],
)
def test_zones_that_could_not_stand_are_refused_in_words(judged, given, why):
    answer = written(judged, "reviewer-n", kind="appoint", **given)
    assert answer.status_code == 422
    assert why in answer.text
