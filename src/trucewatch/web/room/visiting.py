"""From a request to a visit, and from a visit to an answer: who asks, by which policy, with which headers.

A page is made in a thread of its own and sent only after the log has what was read of protected things. Whatever goes
wrong is a page in the same words as everywhere, without anything that a stranger sent.
"""

import asyncio
import re
from collections.abc import Callable, Mapping, Sequence
from http import HTTPStatus
from typing import Any
from urllib.parse import parse_qs

from fastapi import Request, Response
from starlette.exceptions import HTTPException

from trucewatch.ledger.courier import plain
from trucewatch.web.bodies import body_of
from trucewatch.web.counter import RefusalError
from trucewatch.web.room import guard, pages, things
from trucewatch.web.room.access import ANYBODY, Person
from trucewatch.web.room.filling import Data
from trucewatch.web.room.outlook import SEES
from trucewatch.web.room.room import Room
from trucewatch.web.room.visit import Visit

MOST_FORM_BYTES = 400_000  # an entry of 65,535 bytes, its disclosures and an assertion, percent-encoded
MOST_FIELDS = 2000
# forms of our own pages say whose they are only with this policy (`guard`); nothing of the room stays in a cache
HEADERS = {"Referrer-Policy": "same-origin", "Cache-Control": "no-store"}
NOT_YET = (
    "No conclusions have been drawn yet, and without them there is nothing here. The first take minutes on a slow "
    "machine; the queue says since when they are being drawn, and this page looks again by itself."
)
_WORDS = {
    401: "Sign in first.",
    403: "Your post may not do this.",
    404: "There is nothing under this address, or nothing that you may see.",
    405: "This address does not take this method.",
    503: "The centre's disk refuses; nothing was said. Try again.",
}
_TITLES = {401: "Sign in first", 403: "Not for your post", 404: "Nothing here for you", 422: "That cannot be read"}
NOTHING = RefusalError(404, _WORDS[404])


def room_of(request: Request) -> Room:
    """Return the room of this log; 404 where its charter has no staff."""
    room: Room | None = getattr(request.app.state, "room", None)
    if room is None:
        raise RefusalError(404, "there is nothing under this address")
    return room


def token_of(request: Request) -> str:
    """Return the token of the session that a request brings."""
    return guard.token_of(request.headers.get("cookie", ""))


def person_of(request: Request, room: Room, *, is_used: bool = True) -> Person:
    """Return who asks: a member of the staff with a session, else the public."""
    member = room.sign_in.member(token_of(request), is_used=is_used)
    if member is None:
        return ANYBODY
    return Person(id=member.id, role=member.role, of=member.of, zones=frozenset(member.zones))


def staff_of(visit: Visit) -> Visit:
    """Return the visit of somebody who has signed in; 401 for the public."""
    if not visit.person.id:
        raise RefusalError(401, _WORDS[401])
    return visit


def number_of(text: str) -> int:
    """Return the number of an entry that an address has in it; 404 where that is none."""
    if not re.fullmatch(r"[0-9]{1,15}", text):
        raise NOTHING
    return int(text)


async def visit_of(request: Request, *, is_used: bool = True) -> Visit:
    """Return the visit that a request is."""
    room = room_of(request)
    person, now = person_of(request, room, is_used=is_used), room.clock()
    seen, office = await asyncio.to_thread(room.desk.looked, now)
    return Visit(
        person=person,
        now=now,
        on_shift=office is not None and person.id in office.on_shift,
        access=room.access,
        seen=seen,
        conclusions=room.desk.conclusions,
        office=office,
        session=token_of(request) if person.id else "",
        origin=room.origin,
        red=await room.why_red(),
        commands=room.commands,
    )


async def page(
    room: Room,
    visit: Visit,
    template: str,
    look: Callable[[], Mapping[str, Any] | None],
    *,
    status: int = 200,
    **more: Any,
) -> Response:
    """Return the page of what `look` finds, 404 where it finds nothing; first the log is told what was read."""

    def made() -> bytes:
        found = look()
        if found is None:
            is_there = visit.conclusions or not visit.sees(things.room())  # of those outside nothing waits for any
            raise NOTHING if is_there else RefusalError(503, NOT_YET)
        return pages.render(template, visit, **{**found, **more})

    html = await asyncio.to_thread(made)
    await tell_readings(room, visit)
    return answer(html, status)


async def tell_readings(room: Room, visit: Visit) -> None:
    """Say into the log what of protected things this visit read, before it is sent."""
    if visit.readings:
        await room.service.do(room.service.counter.book.say_all, [(entry, {}) for entry in stamped(visit)])


def stamped(visit: Visit) -> Sequence[Mapping[str, Any]]:
    """Return what was read, each with when: the same read twice is two entries."""
    return [{**entry, "time": pages.utc_text(visit.now)} for entry in visit.readings]


def answer(html: bytes, status: int = 200) -> Response:
    """Return a page with the room's headers."""
    headers = {**HEADERS, "Content-Security-Policy": pages.PAGE_POLICY}
    return Response(html, status_code=status, media_type="text/html", headers=headers)


async def form(request: Request, name: str) -> Data:
    """Return the fields of a form that a page of ours, of this session, has sent. Raises GuardError, RefusalError."""
    room = room_of(request)
    headers = {key.lower(): value for key, value in request.headers.items()}
    guard.check_same_origin(request.method, headers, room.rp_id)
    data = await fields(request)
    guard.check_form_token(token_of(request), name, next(iter(data.get("token", ())), ""))
    return data


async def fields(request: Request) -> Data:
    """Return the fields of a form, bounded. Raises RefusalError."""
    body = await body_of(request, MOST_FORM_BYTES)
    try:
        return parse_qs(body.decode(), keep_blank_values=True, max_num_fields=MOST_FIELDS)
    except ValueError:
        raise RefusalError(422, "this is no form") from None


async def refused(request: Request, error: Exception) -> Response:
    """Return why something is not done, as a page."""
    status, words = _status(error)
    try:
        visit = await visit_of(request, is_used=False)
    except (RefusalError, OSError, ValueError):
        return answer(words.encode(), status)
    is_not_yet = words == NOT_YET
    title = "Not yet" if is_not_yet else _TITLES.get(status, HTTPStatus(status).phrase)
    sees = SEES.get(visit.person.role, ()) if status == NOTHING.status else ()
    html = pages.render("room_error.html", visit, title=title, words=words, is_not_yet=is_not_yet, sees=sees)
    return answer(html, status)


def _status(error: Exception) -> tuple[int, str]:
    match error:
        case RefusalError():
            return error.status, str(error.body["error"])
        case guard.GuardError():
            return 403, f"{error}."
        case HTTPException():
            return error.status_code, _WORDS.get(error.status_code, "This cannot be done.")
        case ValueError():
            return 422, plain(str(error))
        case OSError():
            return 503, _WORDS[503]
        case _:
            return 500, "The centre failed at this; nothing was said."
