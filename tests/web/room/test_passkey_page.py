"""A real browser and the real navigator.credentials: making a passkey, signing in, approving, with scripts and keys."""

import json

import pytest
from live_books import CENTRE
from passkey_browser import Keys
from picture import browser_page
from room_visits import GUARANTORS, Rooms, key_of, running

from trucewatch.ledger.acts import act_entry, approval, challenge, new_act

pytestmark = pytest.mark.browser


def test_a_reviewer_signs_in_and_approves_a_determination_with_a_passkey(tmp_path):
    with running(tmp_path) as rooms, browser_page() as page:
        complaints: list[str] = []
        page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        Keys(page).hold(key_of("reviewer-n"))
        page.goto(f"{rooms.address}/room/sign-in")
        page.get_by_label("Your post").fill("reviewer-n")
        page.get_by_role("button", name="Go on to your passkey").click()
        page.get_by_role("button", name="Sign in with your passkey").click()
        page.wait_for_url(f"{rooms.address}/room/")
        page.locator("tbody a").first.click()
        page.get_by_label("concurs with the proposal").check()
        page.get_by_label("Reasons").fill("Two cameras, apart from each other.")
        page.get_by_role("button", name="Look at it before you approve it").click()
        page.get_by_role("button", name="Approve with your passkey").click()
        page.wait_for_url("**/room/receipts/*")
        assert "received – here it is" in page.locator("[aria-current=step]").inner_text()
        rooms.beat()
        (review,) = rooms.room.desk.office(rooms.clock[0]).reviews.values()
        assert review.voices[0].newest.said.text == "Two cameras, apart from each other."
        page.goto(f"{rooms.address}/room/map")
        page.locator("p.case").wait_for(state="attached")  # the case was read: in a worker, under the room's policy
        assert complaints == []


def appointed_by_both(rooms: Rooms, line: str) -> None:
    """Let both guarantors approve the act that holds this line, and the heart beat."""
    act = new_act(
        "appoint", log=CENTRE.name, basis="A second monitor.", nonce=bytes(16), says={"staff": [json.loads(line)]}
    )
    given = [approval(key_of(name).assertion(challenge(act), "localhost"), name) for name in GUARANTORS]
    rooms.service.counter.book.say(act_entry(act, given))
    rooms.beat()


def test_somebody_new_makes_a_passkey_and_signs_in_with_it_once_two_guarantors_have_appointed_them(tmp_path):
    with running(tmp_path) as rooms, browser_page() as page:
        complaints: list[str] = []
        page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
        Keys(page)
        page.goto(f"{rooms.address}/room/sign-in")
        page.get_by_role("link", name="Make one").click()
        page.get_by_label("The post").fill("monitor-2")
        page.get_by_label("Role").select_option("monitor")
        page.get_by_role("button", name="Go on to your authenticator").click()
        page.get_by_role("button", name="Make the passkey").click()
        line = page.get_by_label("The line to hand over").input_value()
        assert "Nobody is appointed by this" in page.inner_text("main")
        assert rooms.service.counter.book.staff.get("monitor-2") is None
        appointed_by_both(rooms, line)
        page.get_by_role("link", name="sign in", exact=True).click()
        page.get_by_role("button", name="Sign in with your passkey").click()
        page.wait_for_url(f"{rooms.address}/room/")
        assert "monitor-2, monitor" in page.inner_text("header")
        assert complaints == []
