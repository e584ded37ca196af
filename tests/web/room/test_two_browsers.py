"""Two browsers side by side: two worlds with the sides and guarantors exchanged, and the two guarantors in one world.

A page is compared as it is drawn, to the pixel, after each label was put in the other's place where the page holds it;
what chance makes (digests, tokens) is written as zeros of the same length first.
"""

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import pytest
from browsers import WIDTHS, Stage, stage
from playwright.sync_api import Page
from room_visits import GUARANTORS, SIDES, Rooms, running
from tests.web.room.test_story import HARM, PAGES, only_incident, shift

from trucewatch.web.room import guard

pytestmark = [pytest.mark.browser, pytest.mark.slow]
BOTH = {**dict(zip(SIDES, SIDES[::-1], strict=True)), **dict(zip(GUARANTORS, GUARANTORS[::-1], strict=True))}
CHANCE = "[0-9a-f]{8,}|[A-Za-z0-9_-]{40,}"
WRITE = """([labels, chance, where]) => {
  const names = new RegExp(`${chance}|${Object.keys(labels).join('|') || '$^'}`, 'g')
  const write = (text) => text.replace(names, (word) => labels[word] ?? '0'.repeat(word.length))
  for (const root of document.querySelectorAll(where)) {
    const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT | NodeFilter.SHOW_ELEMENT)
    for (let node = walker.currentNode; node; node = walker.nextNode()) {
      if (node.nodeType === Node.TEXT_NODE) node.data = write(node.data)
      else for (const one of [...node.attributes]) if (names.test(one.value)) one.value = write(one.value)
    }
  }
}"""


def visiting(found: Stage, rooms: Rooms, who: str) -> Page:
    """Return a page with the session that this post has already."""
    page = found.person()
    if cookie := rooms.visitor(who).cookie:
        page.context.add_cookies([{"name": guard.COOKIE, "value": cookie, "url": "https://localhost/", "secure": True}])
    return page


def drawn(page: Page, address: str, labels: Mapping[str, str], where: str = "html") -> Iterator[bytes]:
    """Yield what a page is: its text in HTML, and its pixels on a desktop and on a phone."""
    page.goto(address)
    page.evaluate("document.querySelectorAll('details').forEach((each) => (each.open = true))")
    page.evaluate(WRITE, [{}, CHANCE, "html"])
    page.evaluate(WRITE, [labels, CHANCE, where])
    yield re.sub(r"localhost:\d+", "localhost", page.content()).encode()
    for width, height in WIDTHS.values():
        page.set_viewport_size({"width": width, "height": height})
        yield page.screenshot(full_page=True)


@contextmanager
def world(folder: Path, **more) -> Iterator[tuple[Rooms, Stage]]:
    folder.mkdir()
    with running(folder, **more) as rooms, stage(rooms.address) as found:
        yield rooms, found


def test_with_sides_and_guarantors_exchanged_every_page_is_drawn_the_same_with_the_labels_exchanged(tmp_path):
    pictures = []
    for name, labels, more in (
        ("plain", {}, {}),
        ("mirrored", BOTH, {"is_exchanged": True, "guarantors": GUARANTORS[::-1]}),
    ):
        with world(tmp_path / name, **more) as (rooms, found):
            finding = shift(rooms)
            own = ["/room/", finding, f"/room/incidents/{only_incident(rooms)}", "/room/messages"]
            seen = {"officer-1": [*own, *PAGES, "/room/case/report.html"], "reviewer-n": own, "liaison-x": own, "": own}
            people = {who: visiting(found, rooms, who) for who in seen}
            pictures.append(
                {
                    (who, at): list(drawn(people[who], f"{rooms.address}{path}", labels))
                    for who, paths in seen.items()
                    for at, path in enumerate(paths)
                }
            )
    plain, mirrored = pictures
    assert plain.keys() == mirrored.keys()
    assert [where for where in plain if plain[where] != mirrored[where]] == []
    assert len({picture for page in plain.values() for picture in page}) > 40, "the pages are different pages"


def test_both_guarantors_see_the_same_page_but_for_their_own_name(tmp_path):
    own = {"north-power": "south-power", "south-power": "north-power", "reviewer-s": "reviewer-n"}
    with world(tmp_path / "one") as (rooms, found):
        first, second = (visiting(found, rooms, who) for who in ("reviewer-n", "reviewer-s"))
        for path in ("/room/", f"/room/incidents/{only_incident(rooms)}", "/room/counts", "/room/messages"):
            north = list(drawn(first, f"{rooms.address}{path}", {}))
            south = list(drawn(second, f"{rooms.address}{path}", own, ".who, #judge, .own"))
            assert north == south, path


def test_both_guarantors_have_the_same_box_to_the_pixel_and_so_have_both_sides(tmp_path):
    one_name = {"south-power": "north-power", "zephyr": "xanthe"}
    with world(tmp_path / "one") as (rooms, found):
        page = visiting(found, rooms, "officer-1")
        at = f"/room/incidents/{only_incident(rooms)}"
        list(drawn(page, f"{rooms.address}{at}", one_name))
        boxes = page.locator(".voice")
        for device, (width, height) in WIDTHS.items():
            page.set_viewport_size({"width": width, "height": height})
            assert boxes.nth(0).screenshot() == boxes.nth(1).screenshot(), device
        rooms.visitor("officer-1").say("/room/shift", "shift", what="begin", text="Begun.")
        for who in ("reviewer-n", "reviewer-s"):
            rooms.visitor(who).say(at, "determination", position="concur", text="Two cameras, apart from each other.")
        rooms.beat()
        rooms.visitor("officer-1").say(at, "finding", **HARM)
        rooms.beat()
        finding = rooms.room.desk.office(rooms.clock[0]).findings[0].said.index
        list(drawn(page, f"{rooms.address}/room/findings/{finding}", one_name))
        sides = page.locator("h2:has-text('What the sides say') + .voices > .voice")
        assert sides.nth(0).screenshot() == sides.nth(1).screenshot()
