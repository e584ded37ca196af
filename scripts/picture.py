"""The README's pictures: the page and the report of `trucewatch demo`, a sheet and a timeline of the statement.

usage: scripts/picture.py [DIR [PICTURES]]   DIR holds map.json and report.html (default: out/donbas)
"""

import json
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

import uvicorn
from fastapi import FastAPI
from playwright.sync_api import Page, ViewportSize, sync_playwright

from trucewatch.web.app import create

ROOT = Path(__file__).resolve().parent.parent
CHROMIUM = "/usr/bin/chromium"
FLAGS = [  # a page without a screen, a sandbox or a GPU, in a browser that calls nobody
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--enable-unsafe-swiftshader",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
SIZE: ViewportSize = {"width": 1440, "height": 900}
PATIENCE_MS = 30_000


def served(directory: Path) -> AbstractContextManager[str]:
    """Serve the directory on loopback, on a port that the system chooses; gives the address."""
    return serving(create(directory))


@contextmanager
def serving(app: FastAPI) -> Iterator[str]:
    """Do the same for an application."""
    config = uvicorn.Config(app, host="127.0.0.1", port=0, log_level="warning", lifespan="off")
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        if not thread.is_alive():
            raise RuntimeError("the server did not start")
        time.sleep(0.02)
    try:
        port = server.servers[0].sockets[0].getsockname()[1]
        yield f"http://127.0.0.1:{port}/"
    finally:
        server.should_exit = True
        thread.join(timeout=10)


@contextmanager
def browser_page() -> Iterator[Page]:
    """Open a page of Debian's Chromium with a profile of its own that is thrown away."""
    with tempfile.TemporaryDirectory() as profile, sync_playwright() as playwright:
        context = playwright.chromium.launch_persistent_context(
            profile, executable_path=CHROMIUM, headless=True, args=FLAGS, viewport=SIZE, reduced_motion="reduce"
        )
        yield context.pages[0] if context.pages else context.new_page()
        context.close()


def wait_for_map(page: Page) -> None:
    """Until the map has drawn everything that it was given."""
    page.wait_for_selector(".chart[data-state=idle]", timeout=PATIENCE_MS)


def telling(directory: Path) -> str:
    """Return the incident to show: most sources among those in which no side leads.

    A README is a publication, and nothing that names a side is published without both staffs' signatures.
    """
    drawn = json.loads((directory / "map.json").read_text(encoding="utf-8"))
    sides = [party["id"] for party in drawn["case"]["parties"]]
    rays = Counter(ray["properties"]["incident"] for ray in drawn["rays"]["features"])
    even = [
        incident["properties"]["id"]
        for incident in drawn["incidents"]["features"]
        if incident["geometry"] and len({round(incident["properties"]["p"][side], 3) for side in sides}) == 1
    ]
    sources = {
        incident["properties"]["id"]: len({o["source"] for o in incident["properties"]["observations"]})
        for incident in drawn["incidents"]["features"]
    }
    return max(even, key=lambda name: (sources[name], rays[name], name), default="")


def main(directory: Path, pictures: Path) -> None:
    pictures.mkdir(parents=True, exist_ok=True)
    with served(directory) as address, browser_page() as page:
        page.goto(f"{address}#incident={telling(directory)}")
        wait_for_map(page)
        near = page.get_by_role("button", name="Closer on the map")
        if near.count():
            near.click()
            page.mouse.move(0, 0)
            for _ in range(2):  # back a little: the towns and the line around it belong in the picture
                wait_for_map(page)
                page.get_by_role("button", name="Zoom out").click()
            wait_for_map(page)
        page.screenshot(path=pictures / "map.png")
        page.goto(f"{address}case/report.html")
        page.screenshot(path=pictures / "report.png")
        with tempfile.TemporaryDirectory() as folder:
            sheet, board = Path(folder) / "sheet.html", Path(folder) / "board.html"
            trucewatch("agreement", "show", "nk-2020-11-10", "--case", "karabakh", "--out", str(sheet))
            # a day on which nothing was due yet: what is shown is the plan, and no finding names a side
            trucewatch("board", "karabakh", "--as-of", "2020-11-17", "--out", str(board))
            page.goto(sheet.as_uri())
            page.emulate_media(media="print")
            page.set_viewport_size({"width": 800, "height": 900})
            page.add_style_tag(content="section { padding: 12px 16px }")
            page.locator("section", has=page.get_by_role("heading", name="Clause 2", exact=True)).last.screenshot(
                path=pictures / "sheet.png"
            )
            page.emulate_media(media="screen")
            page.set_viewport_size({"width": 1200, "height": 1500})
            page.goto(board.as_uri())
            page.locator("figure").first.screenshot(path=pictures / "board.png")
    print(f"wrote map.png, report.png, sheet.png and board.png into {pictures}")


def trucewatch(*arguments: str) -> None:
    """Run the command line of this checkout."""
    subprocess.run([sys.executable, "-c", "from trucewatch.cli import main; main()", *arguments], check=True)


if __name__ == "__main__":
    given = [Path(argument) for argument in sys.argv[1:3]]
    main(*given, *(ROOT / "out" / "donbas", ROOT / "docs" / "pictures")[len(given) :])
