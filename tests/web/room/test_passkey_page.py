"""A real browser and the real navigator.credentials: signing in, and approving a determination, with scripts and keys."""

import pytest
from passkey_browser import Keys
from picture import browser_page
from room_visits import key_of, running

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
