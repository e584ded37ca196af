"""Debian's Chromium as several people: each with a profile and a passkey of their own, and nobody to reach but loopback.

Whatever asks for another address is refused by the browser, aborted, and remembered, as are errors of scripts and what
runs over the edge of a page: the stage says so when it closes.
"""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from passkey_browser import Keys
from picture import CHROMIUM, FLAGS
from playwright.sync_api import Browser, Page, Response, Route, sync_playwright
from room_visits import key_of

LOOPBACK = re.compile(r"^(https?://(localhost|127\.0\.0\.1)(:\d+)?/|data:|blob:|about:)")
NOWHERE = "--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE localhost , EXCLUDE 127.0.0.1"
WIDTHS = {"desktop": (1280, 800), "phone": (390, 844)}  # CSS pixels
SPILLS = """() => {
  const wide = document.documentElement.clientWidth
  const spilled = [...document.body.querySelectorAll('*')].filter((e) => {
    const box = e.getBoundingClientRect()
    return box.width && box.right > wide + 1 && getComputedStyle(e).position !== 'absolute'
  })
  return document.documentElement.scrollWidth > wide ? spilled.map((e) => e.outerHTML.slice(0, 160)).concat('page') : []
}"""


class Stage:
    """The browser, and what it must not have done. `pictures`: where screenshots go, None where nobody looks."""

    def __init__(self, browser: Browser, address: str, pictures: Path | None) -> None:
        self._browser, self.address, self._pictures = browser, address, pictures
        self._taken = 0
        self.outside: list[str] = []
        self._complaints: list[tuple[str, str]] = []
        self._refused: set[str] = set()
        self.spilled: list[tuple[str, str, str]] = []

    def person(self, who: str = "") -> Page:
        """Return the page of somebody, who has signed in; "" is the public."""
        width, height = WIDTHS["desktop"]
        context = self._browser.new_context(
            viewport={"width": width, "height": height}, reduced_motion="reduce", locale="en-GB"
        )
        context.route(lambda address: not LOOPBACK.match(address), self._refuse)
        page = context.new_page()
        page.on("console", lambda said: said.type == "error" and self._complain(said.location["url"], said.text))
        page.on("pageerror", lambda error: self._complain("", str(error)))
        page.on("response", self._note)
        if who:
            self._sign_in(page, who)
        return page

    @property
    def complaints(self) -> list[tuple[str, str]]:
        """What the browser complained of; that a whole page was refused, with words, is no error of a page."""
        return [(url, words) for url, words in self._complaints if url not in self._refused]

    def _complain(self, url: str, words: str) -> None:
        self._complaints.append((url, words))

    def _note(self, response: Response) -> None:
        if response.status >= 400 and response.request.is_navigation_request():
            self._refused.add(response.url)

    def _refuse(self, route: Route) -> None:
        self.outside.append(route.request.url)
        route.abort()

    def _sign_in(self, page: Page, who: str) -> None:
        Keys(page).hold(key_of(who))
        page.goto(f"{self.address}/room/sign-in")
        self.look(page, f"sign-in-{who}")
        page.get_by_label("Your post").fill(who)
        page.get_by_role("button", name="Go on to your passkey").click()
        self.look(page, f"passkey-{who}")
        page.get_by_role("button", name="Sign in with your passkey").click()
        page.wait_for_url(f"{self.address}/room/")

    def look(self, page: Page, name: str) -> None:
        """Take a page in both widths, where pictures are wanted; what runs over its edge is remembered."""
        if self._pictures is None:
            return
        self._taken += 1
        for device, (width, height) in WIDTHS.items():
            page.set_viewport_size({"width": width, "height": height})
            self.spilled += [(name, device, element) for element in page.evaluate(SPILLS)]
            page.screenshot(path=self._pictures / f"{self._taken:02}-{name}-{device}.png", full_page=True)
        width, height = WIDTHS["desktop"]
        page.set_viewport_size({"width": width, "height": height})


@contextmanager
def stage(address: str, pictures: Path | None = None) -> Iterator[Stage]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, headless=True, args=[*FLAGS, NOWHERE])
        found = Stage(browser, address, pictures)
        yield found
        browser.close()
    assert not found.outside, f"the pages asked somebody outside: {found.outside}"
    assert not found.complaints, f"the browser complained: {found.complaints}"
    assert not found.spilled, f"pages run over the edge: {found.spilled}"
