"""A shift from the first observation to the correction, through the pages alone, and what everybody can check of it."""

import pytest
from live_books import POLICY
from room_visits import running

from trucewatch import live
from trucewatch.ledger.verify import verify

HARM = dict.fromkeys(("harm_use", "harm_trace", "harm_done"), "Nothing that either side did not know already.")


@pytest.fixture
def rooms(tmp_path):
    with running(tmp_path) as found:
        yield found


def only_incident(rooms) -> str:
    (name,) = rooms.room.desk.conclusions.found
    return name


def test_a_shift_as_a_story(rooms):
    officer, monitor = rooms.visitor("officer-1"), rooms.visitor("monitor-1")
    officer.say("/room/shift", "shift", what="begin", text="Quiet so far.")
    before = only_incident(rooms)
    receipt = monitor.observe(
        phenomenon="explosion", means="saw", direction="outgoing", time="2021-03-01T12:00", time_sd_s="30",
        observer_lon="38.0", observer_lat="48.0", lon="37.95", lat="48.0002", position_sd_km="0.3",
        text="One explosion beyond the mill.",
    )  # fmt: skip
    assert "here it is" in monitor.page(receipt)
    rooms.beat()
    rooms.assess(officer)
    name = only_incident(rooms)
    assert name != before, "the machine takes the new observation into the incident"
    assert name in officer.page("/room/")
    page = officer.page(f"/room/incidents/{name}")
    assert "One explosion beyond the mill." in page
    assert "Reasons weighed" in page
    # the two guarantors: A concurs, B contests
    north, south = rooms.visitor("reviewer-n"), rooms.visitor("reviewer-s")
    at = f"/room/incidents/{name}"
    north.say(at, "determination", position="concur", text="Three who saw it, independent of each other.")
    south.say(at, "determination", position="contest", finding="undetermined", text="The mill lies on the line itself.")
    rooms.beat()
    page = officer.page(at)
    assert page.index("Guarantor <bdi>north-power") < page.index("Guarantor <bdi>south-power")
    assert "the guarantors differ; <bdi>undetermined" in page
    # published after a harm check
    officer.say(at, "finding", **HARM)
    rooms.beat()
    finding = f"/room/findings/{rooms.room.desk.office(rooms.clock[0]).findings[0].said.index}"
    liaison, other, public = rooms.visitor("liaison-x"), rooms.visitor("liaison-z"), rooms.visitor()
    page = liaison.page(finding)
    for words in ("Three who saw it", "The mill lies on the line itself.", "The sides may reply until"):
        assert words in page
    assert public.page(finding, 404)
    # the reply, and what the other side sees of it
    liaison.say(finding, "reply", stance="explains", text="Our own engineers cleared mines there.")
    rooms.beat()
    assert "cleared mines" in officer.page(finding)
    assert "cleared mines" in liaison.page(finding)
    assert "cleared mines" not in other.page(finding)
    rooms.later(days=4)
    assert "cleared mines" in rooms.visitor("liaison-z").page(finding)
    # a correction, the next days
    officer = rooms.visitor("officer-1")
    officer.say(finding, "correction", text="The hour was 12:00, not noon sharp.")
    rooms.beat()
    page = public.page(finding)
    for words in ("not noon sharp", "cleared mines", "Three who saw it", "The mill lies"):
        assert words in page
    for words in ("Harm check", "38.0", "47.9", "12:00 –"):
        assert words not in page
    rooms.assess(officer)
    report = rooms.room.desk.conclusions.published["report.html"].decode()
    for words in ("What the two staffs say", "Three who saw it", "The mill lies", "cleared mines", "not noon sharp"):
        assert words in report
    verify(rooms.folder / "ledger", policy=POLICY.replace("quorum both", "quorum none").encode())
    assert all(live.recompute(rooms.folder / "ledger").values())
