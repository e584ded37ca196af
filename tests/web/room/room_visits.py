"""A room on a made-up case for these tests, and people who walk through its pages as a browser without scripts would.

The heart beats only when it is told to. Passkeys are made in software; nobody here takes a way that a form does not have.
"""

import asyncio
import html
import json
import re
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from html.parser import HTMLParser
from pathlib import Path

import httpx
import uvicorn
from couriers import quick_disk
from live_books import CENTRE, POLICY
from tests.test_whole_path import case_of, exchanged, fired

from trucewatch import live
from trucewatch.ledger.book import Book
from trucewatch.ledger.rehearsal import SoftwarePasskey
from trucewatch.ledger.statements import statement_challenge
from trucewatch.ledger.submission import parse_submission
from trucewatch.ledger.verify import disclosed, from_base64url
from trucewatch.web import log
from trucewatch.web.room import guard

GUARANTORS = ("north-power", "south-power")
SIDES = ("xanthe", "zephyr")
POSTS = {
    "auditor-1": ("auditor", ""),
    "investigator-1": ("investigator", ""),
    "liaison-x": ("liaison", "xanthe"),
    "liaison-z": ("liaison", "zephyr"),
    "monitor-1": ("monitor", ""),
    "monitor-far": ("monitor", ""),
    "monitor-near": ("monitor", ""),
    "officer-1": ("officer", ""),
    "officer-2": ("officer", ""),
    "reporter-1": ("reporter", ""),
    "reviewer-n": ("reviewer", "north-power"),
    "reviewer-s": ("reviewer", "south-power"),
}
ZONES = {"monitor-far": ["far"], "monitor-near": ["near"]}  # of the other monitors nobody has one
NOON = datetime(2021, 3, 2, 12, tzinfo=UTC)


def key_of(name: str) -> SoftwarePasskey:
    return SoftwarePasskey(seed=name.encode().ljust(32, b"."))


def staff(posts: dict) -> list[dict]:
    return [
        {"id": name, "role": role, "of": of, "passkeys": [asdict(key_of(name).public())]}
        | ({"zones": ZONES[name]} if name in ZONES else {})
        for name, (role, of) in sorted(posts.items())
    ]


def with_zones(case: Path) -> Path:
    """Give a case a zone about what the cameras saw, and one that was there until a month before, and is elsewhere."""

    def zone(name: str, west: float, **dates: str) -> dict:
        ring = [[west, 47.9], [west + 0.1, 47.9], [west + 0.1, 48.1], [west, 48.1], [west, 47.9]]
        properties = {"role": "zone", "id": name, "names": {"en": f"The {name} one"}, **dates}
        geometry = {"type": "Polygon", "coordinates": [ring]}
        return {"type": "Feature", "properties": properties, "geometry": geometry}

    path = case / "places.geojson"
    places = json.loads(path.read_text())
    far = [zone("far", 37.9, valid_to="2021-02-01"), zone("far", 38.3, valid_from="2021-02-01")]
    permitted = zone("permitted", 37.6)
    permitted["properties"] |= {"role": "permitted_area", "for": "monitors"}
    places["features"] += [zone("near", 37.9), *far, permitted]
    path.write_text(json.dumps(places))
    return case


def charter(posts: dict, guarantors: tuple[str, ...] = GUARANTORS) -> dict:
    return {
        "policy": POLICY.replace("quorum both", "quorum none"),
        "heartbeat_s": 60,
        "rp_id": "localhost",
        "guarantors": [{"name": name, "passkeys": [asdict(key_of(name).public())]} for name in guarantors],
        "staff": staff(posts),
    }


class Forms(HTMLParser):
    """The forms of a page: action, and the fields with what they hold."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.forms: list[dict] = []
        self._area = self._select = None
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        attributes = dict(attrs)
        if tag == "form":
            self.forms.append(
                {"action": attributes.get("action", ""), "options": attributes.get("data-options"), "fields": {}}
            )
        elif self.forms and "name" in attributes and tag in {"input", "textarea", "select"}:
            fields, name = self.forms[-1]["fields"], attributes["name"]
            if tag == "select":
                self._select = name
            elif tag == "textarea":
                self._area = name
                fields[name] = ""
            elif attributes.get("type") != "radio":
                fields.setdefault(name, []).append(attributes.get("value", ""))
            elif "checked" in attributes:
                fields[name] = [attributes["value"]]
        elif tag == "option" and self._select and "selected" in attributes:
            self.forms[-1]["fields"][self._select] = [attributes["value"]]

    def handle_endtag(self, tag):
        if tag == "textarea":
            self._area = None
        elif tag == "select":
            self._select = None

    def handle_data(self, data):
        if self._area:
            self.forms[-1]["fields"][self._area] = data

    def of(self, action: str, **having: str) -> dict:
        found = [
            form
            for form in self.forms
            if form["action"] == action and all(form["fields"].get(name) == [value] for name, value in having.items())
        ]
        assert found, f"no form to {action} with {having} among {[form['action'] for form in self.forms]}"
        return found[0]


class Visitor:
    """Somebody at a browser; `who` is "" for the public."""

    def __init__(self, rooms: "Rooms", who: str = "", client: httpx.Client | None = None) -> None:
        self.rooms, self.who, self.cookie, self.client = rooms, who, "", client or rooms.client

    def get(self, path: str, **headers: str) -> httpx.Response:
        answer = self.client.get(path, headers=self._headers(headers), follow_redirects=False)
        self.rooms.pages.append((self.who, path, answer.text))
        return answer

    def page(self, path: str, status: int = 200) -> str:
        answer = self.get(path)
        assert answer.status_code == status, (path, answer.status_code, answer.text[-600:])
        return answer.text

    def post(self, path: str, fields: dict, **headers: str) -> httpx.Response:
        sent = {"origin": self.rooms.address, **self._headers(headers)}
        return self.client.post(path, data=fields, headers=sent, follow_redirects=False)

    def _headers(self, more: dict) -> dict:
        return ({"cookie": f"{guard.COOKIE}={self.cookie}"} if self.cookie else {}) | more

    def sign_in(self, key: SoftwarePasskey | None = None) -> "Visitor":
        form = Forms(self.page(f"/room/sign-in?who={self.who}")).of("/room/sign-in")
        answer = self.post("/room/sign-in", form["fields"] | {"assertion": self._signed(form["options"], key)})
        assert answer.status_code == 303, answer.text
        self.cookie = re.match(r"[^=]+=([^;]+);", answer.headers["set-cookie"])[1]
        return self

    def _signed(self, options: str, key: SoftwarePasskey | None = None) -> str:
        given = json.loads(options)
        assert given["rpId"] == "localhost"
        return (key or key_of(self.who)).assertion(from_base64url(given["challenge"]), "localhost").decode()

    def draft(self, path: str, kind: str, having: dict | None = None, **fields) -> httpx.Response:
        """Fill in the form for a kind of statement that a page offers, and send it."""
        form = Forms(self.page(path)).of(f"/room/say/{kind}", **(having or {}))
        return self.post(f"/room/say/{kind}", form["fields"] | fields)

    def say(self, path: str, kind: str, having: dict | None = None, **fields) -> str:
        """Say something through the page that offers it, approve it, and return the receipt's address."""
        return self.approve(self.draft(path, kind, having, **fields))

    def observe(self, *, quiet: bool = False, **fields) -> str:
        path = "/room/observations/new" + ("?quiet=1" if quiet else "")
        form = Forms(self.page(path)).of(path)
        return self.approve(self.post(path, form["fields"] | fields))

    def approve(self, answer: httpx.Response) -> str:
        assert answer.status_code == 200, answer.text[-3000:]
        form = Forms(answer.text).of("/room/approve")
        (carried,) = form["fields"]["said"]
        assert html.unescape(re.search(r'id="shown-entry" readonly>([^<]*)<', answer.text)[1]) == carried
        whole = parse_submission(carried.encode())
        shown = json.loads(whole.entry)
        assert statement_challenge(shown).hex() in answer.text
        assert len(disclosed(shown, whole.disclosures)) == len(shown.get("commitments", ()))
        answer = self.post("/room/approve", form["fields"] | {"assertion": self._signed(form["options"])})
        assert answer.status_code == 303, answer.text[-3000:]
        return answer.headers["location"]


async def _this_thread() -> int:
    return threading.get_ident()


class Rooms:
    """A running log with its room."""

    def __init__(self, app, port: int, loop: asyncio.AbstractEventLoop, folder: Path, clock: list[datetime]) -> None:
        self.app = app
        self.address, self.folder, self.clock, self._loop = f"http://localhost:{port}", folder, clock, loop
        self.client, self.other_client = (
            httpx.Client(
                base_url=f"http://127.0.0.1:{port}", headers={"host": f"localhost:{port}"}, trust_env=False, timeout=60,
                transport=httpx.HTTPTransport(local_address=address),
            )
            for address in ("127.0.0.1", "127.0.0.2")
        )  # fmt: skip
        self.service, self.room = app.state.service, app.state.room
        self.loop_thread = asyncio.run_coroutine_threadsafe(_this_thread(), loop).result(timeout=30)
        self._visitors: dict[str, Visitor] = {}
        self.pages: list[tuple[str, str, str]] = []  # who was shown what, under which address

    def do(self, work) -> None:
        asyncio.run_coroutine_threadsafe(work, self._loop).result(timeout=30)

    def visitor(self, who: str = "") -> Visitor:
        """Somebody who stays signed in once they are; one address may not try as often as these tests would."""
        if who not in self._visitors:
            client = self.other_client if who.startswith("monitor") else self.client
            self._visitors[who] = Visitor(self, who, client).sign_in() if who else Visitor(self)
        return self._visitors[who]

    def beat(self) -> None:
        """Let the heart beat once."""

        async def once() -> None:
            await self.service._beat()
            await self.service.after_beat()
            if self.room._listed:
                await asyncio.wait({self.room._listed})  # a heart waits a moment only, these tests as long as it takes

        self.clock[0] += timedelta(minutes=1)
        self.do(once())

    def assess(self, officer: "Visitor") -> None:
        """Let an officer press the button, and wait for the conclusions."""
        form = Forms(officer.page("/room/")).of("/room/assess")
        assert officer.post("/room/assess", form["fields"]).status_code == 303
        self.wait()

    def wait(self) -> None:
        deadline = time.monotonic() + 60
        while self.room.drawing_since is not None:
            assert time.monotonic() < deadline
            time.sleep(0.005)
        assert self.room.trouble == ""

    def later(self, **delta) -> None:
        self.clock[0] += timedelta(**delta)


TWO_CAMERAS = [
    {"id": "row-0", **fired("camera 1")},
    {"id": "row-1", **fired("camera 2", lat="48.0001")},
]


def said_into(folder: Path, case: Path, posts: dict, guarantors: tuple[str, ...] = GUARANTORS) -> Book:
    book = Book.create(folder, CENTRE, charter(posts, guarantors), disk=quick_disk())
    live.import_case(book, case)
    return book


@contextmanager
def running(
    folder: Path, *, is_exchanged: bool = False, guarantors: tuple[str, ...] = GUARANTORS, database: str = ""
) -> Iterator[Rooms]:
    """A room over two cameras that saw one explosion; exchanged: each side is called as the other one was.

    `guarantors`: what the two are called, in the charter's order. `database`: of the lists, the centre's file if "".
    """
    case, posts = with_zones(case_of(folder / "case", TWO_CAMERAS)), POSTS
    if is_exchanged:
        case = exchanged(case, folder / "exchanged", *SIDES)
        posts = {
            name: (role, dict(zip(SIDES, SIDES[::-1], strict=True)).get(of, of)) for name, (role, of) in POSTS.items()
        }
    called = dict(zip(GUARANTORS, guarantors, strict=True))
    posts = {name: (role, called.get(of, of)) for name, (role, of) in posts.items()}
    book = said_into(folder / "centre", case, posts, guarantors)
    with opened(folder, book, database=database) as rooms:
        yield rooms


@contextmanager
def opened(folder: Path, book: Book, clock: list[datetime] | None = None, *, database: str = "") -> Iterator[Rooms]:
    clock = clock or [NOON]
    app = log.create(
        book, folder / "centre", CENTRE, heartbeat_s=3600.0, clock=lambda: clock[0], assess_every_s=1e9,
        inspect=lambda _: None, is_leaving=lambda: server.should_exit, database=database,
    )  # fmt: skip
    server = uvicorn.Server(uvicorn.Config(app, host="127.0.0.1", port=0, log_level="error", server_header=False))
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=lambda: loop.run_until_complete(server.serve()), daemon=True)
    thread.start()
    while not server.started:
        assert thread.is_alive()
        time.sleep(0.005)
    rooms = Rooms(app, server.servers[0].sockets[0].getsockname()[1], loop, folder / "centre", clock)
    try:
        deadline = time.monotonic() + 60
        while rooms.room.desk.conclusions is None and time.monotonic() < deadline:
            time.sleep(0.005)
        assert rooms.room.desk.conclusions is not None, rooms.room.trouble
        rooms.wait()
        yield rooms
    finally:
        rooms.client.close()
        rooms.other_client.close()
        server.should_exit = True
        thread.join(timeout=60)
        loop.close()
    assert not thread.is_alive()
