"""Lines that stay open, or would: streams of events, forms that never end, a browser that signs in again."""

import asyncio
from types import SimpleNamespace
from urllib.parse import urlencode

import pytest
from room_visits import key_of
from starlette.requests import Request

from trucewatch.web import bodies
from trucewatch.web.counter import RefusalError
from trucewatch.web.room import doing, events, visiting
from trucewatch.web.room.desk import Event
from trucewatch.web.room.signin import sign_in_challenge

PIECE = {"type": "http.request", "body": b"a=b&", "more_body": True}


class Desk:
    """A desk that counts how often somebody looks at its events."""

    def __init__(self) -> None:
        self.kept = [Event(after=n, name="entry", data={}) for n in (1, 2, 3)]
        self.looks = 0

    @property
    def events(self):
        self.looks += 1
        return self.kept


def read(stream, until: str) -> list[str]:
    async def some() -> list[str]:
        found = []
        async for piece in stream:
            found.append(piece.decode())
            if until in found[-1]:
                break
        await stream.aclose()
        return found

    return asyncio.run(some())


def test_events_are_looked_at_when_something_rang_and_not_every_second(monkeypatch):
    monkeypatch.setattr(events, "LOOK_S", 0.001)
    monkeypatch.setattr(events, "STILL_HERE_S", 0.02)
    desk = Desk()
    found = read(events.stream(desk, events.Bell(), "officer-1", 1, lambda: True), "still here")
    assert (len(found), desk.looks) == (4, 1)


def test_what_rings_while_an_event_is_sent_is_heard():
    desk, bell = Desk(), events.Bell()

    async def listening() -> list[str]:
        found = []
        async for piece in events.stream(desk, bell, "officer-1", 2, lambda: True):
            found.append(piece.decode())
            if "id: 3" in found[-1]:
                desk.kept = [*desk.kept, Event(after=4, name="beat", data={})]
                bell.ring()
            if "id: 4" in found[-1]:
                break
        return found

    assert len(asyncio.run(asyncio.wait_for(listening(), 0.5))) == 3


def test_a_browser_that_was_away_for_too_long_is_told_so():
    desk = Desk()
    desk.kept = desk.kept[1:]
    found = read(events.stream(desk, events.Bell(), "officer-1", 0, lambda: True), "id: 3")
    assert [piece.split("\n")[1] for piece in found[1:]] == ["event: missed", "event: entry", "event: entry"]


def test_one_member_of_staff_does_not_use_up_the_lines_of_the_others():
    bell = events.Bell()
    lines = [bell.join("officer-1") for _ in range(events.MOST_OF_ONE)]
    assert bell.is_full_for("officer-1")
    assert not bell.is_full_for("officer-2")
    assert read(events.stream(Desk(), bell, "officer-1", 0, lambda: True), "never") == []
    bell.leave(lines[0])
    assert not bell.is_full_for("officer-1")
    for number in range(events.MOST_STREAMS):
        bell.join(f"officer-{number}")
    assert bell.is_full_for("reviewer-1")


def sent(receive, **headers: str) -> Request:
    told = [(name.replace("_", "-").encode(), value.encode()) for name, value in headers.items()]
    return Request({"type": "http", "method": "POST", "path": "/", "headers": told}, receive)


async def nothing() -> dict:
    await asyncio.sleep(60)
    raise AssertionError


async def now_and_then() -> dict:
    await asyncio.sleep(0.005)
    return PIECE


async def gone() -> dict:
    return {"type": "http.disconnect"}


@pytest.mark.parametrize(("receive", "status"), [(nothing, 408), (now_and_then, 408), (gone, 422)])
def test_a_form_that_never_ends_keeps_no_line(monkeypatch, receive, status):
    monkeypatch.setattr(bodies, "PATIENCE_S", 0.05)
    monkeypatch.setattr(bodies, "SLOWEST_BYTES_S", 1e9)
    with pytest.raises(RefusalError) as refused:
        asyncio.run(asyncio.wait_for(visiting.fields(sent(receive)), 2))
    assert refused.value.status == status


def test_a_form_that_says_it_is_too_long_is_not_read():
    with pytest.raises(RefusalError) as refused:
        asyncio.run(visiting.fields(sent(nothing, content_length=str(visiting.MOST_FORM_BYTES + 1))))
    assert refused.value.status == 413


def test_whoever_signs_in_again_ends_the_session_that_the_browser_had():
    ended = []

    def opened(nonce: str, assertion: bytes, address: str, *, instead_of: str) -> str:
        ended.append(instead_of)
        return "t" * 43

    async def form() -> dict:
        given = key_of("officer-1").assertion(sign_in_challenge("room.example/log", "n"), "localhost").decode()
        return {
            "type": "http.request",
            "body": urlencode({"nonce": "n", "assertion": given}).encode(),
            "more_body": False,
        }

    request = sent(form, cookie=f"{doing.guard.COOKIE}={'s' * 43}", origin="http://localhost", host="localhost")
    room = SimpleNamespace(rp_id="localhost", origin="room.example/log", sign_in=SimpleNamespace(open=opened))
    request.scope |= {"app": SimpleNamespace(state=SimpleNamespace(room=room)), "client": ("127.0.0.1", 1)}
    assert asyncio.run(doing._sign_in(request)).status_code == 303
    assert ended == ["s" * 43]
