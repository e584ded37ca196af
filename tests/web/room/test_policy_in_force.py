"""Which access policy the room of a running log goes by, from its first moment on and when two guarantors change it."""

import asyncio
import hashlib
from collections.abc import Awaitable, Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from couriers import quick_disk
from live_books import CENTRE, CHARTER, NOON, approved
from staffs import STAFF

from trucewatch.db.lists import store_of
from trucewatch.ledger.book import Book
from trucewatch.web.room.access import ANYBODY, Access, Person, Thing, packaged_policy
from trucewatch.web.room.room import Room

OFFICER = Person(id="officer-1", role="officer")
THING = Thing(kind="room", id="room", protection=1, embargo=None)
ALL_MAY = '@id("all")\n@rule("Everybody does everything.")\npermit (principal, action, resource);\n'
BAD = {
    "no rule has words": b"permit (principal, action, resource);\n",
    "no Cedar": b"allow all\n",
    "no text": b"\xff",
    # the packaged text as it was while a thing was in one zone at most; whoever put it in force has to put another one
    "things in one zone": packaged_policy().replace("containsAny(resource.zones)", "contains(resource.zone)").encode(),
}


class Beating:
    """A service that beats when it is told to."""

    why_red = ""

    def __init__(self, book: Book) -> None:
        self.counter = type("Counter", (), {"book": book})
        self.after_beat: Callable[[], Awaitable[None]]

    async def do(self, work: Callable[..., Any], *arguments: Any) -> Any:
        return work(*arguments)


@pytest.fixture
def book(tmp_path):
    with closing(Book.create(tmp_path / "centre", CENTRE, {**CHARTER, "staff": STAFF}, disk=quick_disk())) as made:
        yield made


def put_in_force(book: Book, text: bytes, nonce: int = 0) -> None:
    book.put_blob(text)
    book.say(approved("access", policy=hashlib.sha256(text).hexdigest(), nonce=nonce))
    book.beat(NOON)


def what_it_allows(room: Room) -> tuple[bool, bool]:
    """Whether an officer, and whether the public, may see the centre's own work."""
    return tuple(room.access.may(who, "read", THING, NOON, on_shift=True) for who in (OFFICER, ANYBODY))


NOWHERE = store_of("", Path("nowhere"), "")  # without conclusions nothing is listed, and nothing is opened


def a_room(book: Book) -> tuple[Room, Beating]:
    service = Beating(book)
    return Room(service, lambda: NOON, NOWHERE, assess_every_s=1e9), service


def test_without_an_act_it_is_the_packaged_one_and_an_act_changes_it_at_the_next_heartbeat(book):
    async def life() -> None:
        room, service = a_room(book)
        assert (room.access.digest, what_it_allows(room)) == (Access(packaged_policy()).digest, (True, False))
        await room.begin()
        put_in_force(book, ALL_MAY.encode())
        await service.after_beat()
        assert (what_it_allows(room), await room.why_red()) == ((True, True), "")
        await room.stop()

    asyncio.run(life())


@pytest.mark.parametrize("text", BAD.values(), ids=BAD)
def test_a_text_that_cannot_be_relied_on_lets_nobody_do_anything_and_is_shown_red(book, text):
    async def life() -> None:
        for nonce, is_running in enumerate((True, False)):
            room, service = a_room(book)
            if is_running:
                await room.begin()
                put_in_force(book, text, nonce)
                await service.after_beat()
            else:
                assert what_it_allows(room) == (False, False), "not even before it has begun"
                await room.begin()
            assert what_it_allows(room) == (False, False)
            assert "access policy in force" in await room.why_red()
            await service.after_beat()  # the heart beats on
            await room.stop()
        # and out of it again, without a restart
        room, service = a_room(book)
        await room.begin()
        put_in_force(book, packaged_policy().encode(), 9)
        await service.after_beat()
        assert (what_it_allows(room), await room.why_red()) == ((True, False), "")
        await room.stop()

    asyncio.run(life())


def test_a_file_that_the_disk_does_not_return_is_no_reason_to_go_by_another_policy(book, tmp_path):
    put_in_force(book, ALL_MAY.encode())
    place: Path = tmp_path / "centre" / "ledger" / "blobs" / book.access
    place.unlink()

    async def life() -> None:
        room, service = a_room(book)
        await room.begin()
        assert what_it_allows(room) == (False, False)
        assert "access policy in force" in await room.why_red()
        book.put_blob(ALL_MAY.encode())
        await service.after_beat()
        assert (what_it_allows(room), await room.why_red()) == ((True, True), "")
        await room.stop()

    asyncio.run(life())


def test_a_log_that_cannot_be_heard_is_shown_red_and_heard_as_soon_as_it_can(book, monkeypatch):
    async def life() -> None:
        room, service = a_room(book)
        with monkeypatch.context() as failing:
            failing.setattr(book, "read", lambda *_: (_ for _ in ()).throw(OSError(5, "the disk refuses")))
            await room.begin()
            assert "cannot be heard" in await room.why_red()
        await service.after_beat()
        assert (await room.why_red(), room.desk.seen.size) == ("", book.status().size)
        await room.stop()

    asyncio.run(life())
