"""The addresses of the room that show something; `doing` has those that say something.

GET  /room/                          the queue; to the public the published findings
GET  /room/incidents/<id>            the machine's proposal, both voices, the forms
GET  /room/findings/<index>          a published finding
GET  /room/observations/new          the form for an observation, or for a watch in which nothing was noticed
GET  /room/receipts/<digest>         how far something has come
GET  /room/entries/<index>           one entry with what is shown of it
GET  /room/{counts,cases,messages,meetings,shift,staff,help}
GET  /room/events                    what happens, as it happens
GET  /room/map, /room/case/<file>    the map over the newest conclusions, and the published files
"""

import asyncio
import re
from collections.abc import Awaitable, Callable, Mapping
from pathlib import Path
from typing import Any

from fastapi import APIRouter, Request, Response
from fastapi.responses import FileResponse, StreamingResponse

from trucewatch.ledger.book import SEQUENCED, WITNESSED_STATE, UnknownError
from trucewatch.ledger.ladder import MARKS
from trucewatch.ledger.submission import fields_of
from trucewatch.ledger.verify import commitments_of, disclosed, parse_entry
from trucewatch.web.app import OPEN_FILES, REPORT_POLICY, STATIC
from trucewatch.web.app import PAGE_POLICY as MAP_POLICY
from trucewatch.web.counter import RefusalError
from trucewatch.web.ladderpage import MEANINGS
from trucewatch.web.room import events, looks, observing, pages, things
from trucewatch.web.room.access import Thing
from trucewatch.web.room.forms import FORMS
from trucewatch.web.room.room import Room
from trucewatch.web.room.visit import Visit
from trucewatch.web.room.visiting import HEADERS, NOT_YET, page, person_of, room_of, tell_readings, visit_of

RELIEF = "relief.png"
ASSESS = ("shift", things.room())  # what it is to the policy to have new conclusions drawn at once
HERE = Path(__file__).with_name("static")
NOTHING = RefusalError(404, "There is nothing under this address, or nothing that you may see.")
_DIGEST = re.compile(r"[0-9a-f]{64}")
_MEDIA = {"room.css": "text/css", "approve.js": "text/javascript", "live.js": "text/javascript"}
_TYPES = {".json": "application/json", ".png": "image/png", ".html": "text/html", ".csv": "text/csv; charset=utf-8"}


def add(router: APIRouter) -> None:
    """Give a router the pages."""
    for address, handler in _PAGES.items():
        router.get(address)(handler)


# --- the pages ------------------------------------------------------------------------------------


async def _queue(request: Request) -> Response:
    room, visit = room_of(request), await visit_of(request)
    given = dict(request.query_params)
    more: dict[str, Any] = {
        "drawing_since": room.drawing_since,
        "trouble": room.trouble,
        "fresh": max(0, visit.seen.size - 1 - visit.conclusions.of) if visit.conclusions and room.desk.has_news else 0,
        "may_assess": not visit.why_not(*ASSESS),
        "is_live": True,
    }
    look = lambda: looks.queue(visit, room.lists, given)  # noqa: E731 - made in a thread
    return await page(
        room, visit, "room_queue.html", look, here="/room/", told=_TOLD.get(given.get("told", ""), ()), **more
    )


_TOLD = {
    "drawing": ("New conclusions are being drawn; this page will say when they are there.",),
    "busy": ("Conclusions are being drawn already.",),
}


async def _incident(request: Request, name: str) -> Response:
    visit = await visit_of(request)
    look = lambda: looks.incident(visit, name)  # noqa: E731 - made in a thread
    return await page(room_of(request), visit, "room_incident.html", look, is_live=True)


async def _finding(request: Request, index: str) -> Response:
    visit, number = await visit_of(request), _number(index)
    return await page(room_of(request), visit, "room_finding.html", lambda: looks.finding(visit, number))


async def _counts(request: Request) -> Response:
    visit = await visit_of(request)
    return await page(
        room_of(request), visit, "room_counts.html", lambda: looks.count(visit), here="/room/counts", is_live=True
    )


async def _cases(request: Request) -> Response:
    visit = _member(await visit_of(request))
    return await page(room_of(request), visit, "room_cases.html", lambda: looks.cases(visit), here="/room/cases")


async def _case(request: Request, name: str) -> Response:
    visit = _member(await visit_of(request))
    return await page(room_of(request), visit, "room_case.html", lambda: looks.case(visit, name), is_live=True)


async def _messages(request: Request) -> Response:
    visit = _member(await visit_of(request))
    return await page(
        room_of(request),
        visit,
        "room_messages.html",
        lambda: looks.messages(visit),
        here="/room/messages",
        is_live=True,
    )


async def _meetings(request: Request) -> Response:
    visit = _member(await visit_of(request))
    return await page(
        room_of(request), visit, "room_meetings.html", lambda: looks.meetings(visit), here="/room/meetings"
    )


async def _shift(request: Request) -> Response:
    visit = _member(await visit_of(request))
    return await page(room_of(request), visit, "room_shift.html", lambda: looks.shifts(visit), here="/room/shift")


async def _staff(request: Request) -> Response:
    room, visit = room_of(request), _member(await visit_of(request))
    if why := visit.why_not("administer", things.staff()):
        raise RefusalError(403, why)
    members = sorted(room.service.counter.book.staff.values(), key=lambda member: (member.role, member.id))
    found = {"members": members, "policy": room.access.digest, "rules": list(room.access.rules.values())}
    return await page(room, visit, "room_staff.html", lambda: found, here="/room/staff")


async def _help(request: Request) -> Response:
    return await page(room_of(request), await visit_of(request), "room_help.html", dict, here="/room/help")


async def _observe(request: Request) -> Response:
    room, visit = room_of(request), _member(await visit_of(request))
    person = visit.person
    if why := visit.why_not("submit", things.submission(person.id, person.role, person.of)):
        raise RefusalError(403, why)
    quiet = request.query_params.get("quiet") == "1"
    return await page(room, visit, "room_observe.html", lambda: observe_page(quiet=quiet))


def observe_page(
    *, quiet: bool, given: Mapping[str, Any] | None = None, faults: Mapping[str, str] | None = None
) -> dict[str, Any]:
    """Return what the submission page offers, with what was filled in and what is wrong with it."""
    return {
        "quiet": quiet,
        "given": given or {},
        "faults": faults or {},
        "phenomena": observing.PHENOMENA,
        "means": observing.MEANS,
        "directions": observing.DIRECTIONS,
        "weapons": observing.WEAPONS,
        "precisions": observing.PRECISIONS,
        "in_words": observing.in_words,
        "here": "/room/observations/new",
    }


def _member(visit: Visit) -> Visit:
    if not visit.person.id:
        raise RefusalError(401, "Sign in first.")
    return visit


def _number(text: str) -> int:
    if not re.fullmatch(r"[0-9]{1,15}", text):
        raise NOTHING
    return int(text)


# --- one thing of the log -------------------------------------------------------------------------


async def _receipt(request: Request, digest: str) -> Response:
    room, visit = room_of(request), _member(await visit_of(request))
    book, person = room.service.counter.book, visit.person
    if not _DIGEST.fullmatch(digest):
        raise NOTHING
    try:
        standing = await room.service.do(book.standing, digest)
    except UnknownError:
        raise NOTHING from None
    # a digest is known to whoever handed it in; how far it has come is no secret of the log
    found = {
        "digest": digest,
        "state": standing.state,
        "index": standing.index,
        "by": standing.by,
        "rungs": list(MEANINGS.items()),
        "marks": MARKS,
        "type": await _type_of(room, standing.index),
        "last_rung": SEQUENCED if book.charter.policy.quorum == "none" else WITNESSED_STATE,
        "may_observe": not visit.why_not("submit", things.submission(person.id, person.role, person.of)),
    }
    return await page(room, visit, "room_receipt.html", lambda: found)


async def _type_of(room: Room, index: int | None) -> str:
    """Return of which type an entry is; "" where it waits for the heartbeat."""
    if index is None:
        return ""
    found = await room.service.do(room.service.counter.book.read, index, 1)
    return str(fields_of(found[0][1])["type"]) if found else ""


async def _entry(request: Request, index: str) -> Response:
    room, visit, number = room_of(request), await visit_of(request), _number(index)
    book = room.service.counter.book
    found = await room.service.do(book.read, number, 1)
    if not found:
        raise NOTHING
    witnessed = (await room.service.do(book.status)).witnessed
    look = lambda: _entry_page(visit, *found[0], is_witnessed=number < witnessed)  # noqa: E731 - made in a thread
    return await page(room, visit, "room_entry.html", look)


def _entry_page(
    visit: Visit, index: int, entry: bytes, disclosures: tuple[str, ...], *, is_witnessed: bool
) -> dict[str, Any] | None:
    fields = fields_of(entry)
    said = visit.seen.statement(index)
    shown = disclosed(fields, disclosures)
    thing = visit.things.statement(said) if said else things.entry(index, fields)
    if not visit.sees(thing):
        return None
    kind = str(fields.get("kind", ""))
    if kind in {"finding", "release"} and not visit.sees(
        things.room()
    ):  # the harm check says what could be done to whom
        shown.pop("text", None)
    return {
        "index": index,
        "title": FORMS[kind].title if said and kind in FORMS else str(fields["type"]),
        "who": str(fields.get("who", "")),
        "authors": [author.name for author in parse_entry(entry).authors],
        "state": "witnessed" if is_witnessed else "sequenced",
        "protected": bool(visit.readings),
        "shown": pages.told_fields({**fields, **shown}, visit.names, visit.zone),
        "withheld": len(commitments_of(fields)) - len(shown),
        "said": said,
        "odd": visit.things.why_odd(said) if said else "",
    }


# --- what is live ---------------------------------------------------------------------------------


async def _events(request: Request) -> Response:
    room = room_of(request)
    if not (who := person_of(request, room).id):
        raise RefusalError(401, "Sign in first.")
    if room.bell.is_full_for(who):
        raise RefusalError(503, "Too many pages listen already; this one is not told of news.")
    last = events.last_seen(request.headers.get("last-event-id"), room.desk.seen.size)

    def may_listen() -> bool:
        return room.may_stay and person_of(request, room, is_used=False).id == who

    stream = events.stream(room.desk, room.bell, who, last, may_listen)
    return StreamingResponse(stream, media_type="text/event-stream", headers={**HEADERS, "X-Accel-Buffering": "no"})


async def _map(request: Request) -> Response:
    visit = await _looking_at(request, things.published("map.json"))
    if not visit.conclusions:
        raise RefusalError(503, NOT_YET)
    return FileResponse(STATIC / "index.html", headers={**HEADERS, "Content-Security-Policy": MAP_POLICY})


async def _published(request: Request, name: str) -> Response:
    """Return a file of the newest conclusions, to those who may see what is in it; the picture is of the land alone."""
    visit = await _looking_at(request, things.room() if name == RELIEF else things.published(name))
    if not visit.conclusions:
        raise RefusalError(503, NOT_YET)
    data = visit.conclusions.published.get(name)
    if data is None or not OPEN_FILES.fullmatch(name):
        raise NOTHING
    await tell_readings(room_of(request), visit)
    policy = REPORT_POLICY if name.endswith(".html") else MAP_POLICY
    return Response(data, media_type=_TYPES[Path(name).suffix], headers={**HEADERS, "Content-Security-Policy": policy})


async def _looking_at(request: Request, thing: Thing) -> Visit:
    visit = _member(await visit_of(request))
    if not await asyncio.to_thread(visit.sees, thing):
        raise NOTHING
    return visit


async def _asset(name: str) -> Response:
    """Return a file of the built page; nothing of it depends on who asks. A worker heeds its own script's policy."""
    path = STATIC / "assets" / name
    if not re.fullmatch(r"[A-Za-z0-9._-]{1,80}", name) or not path.is_file():
        raise NOTHING
    return FileResponse(path, headers={**HEADERS, "Content-Security-Policy": MAP_POLICY})


async def _static(name: str) -> Response:
    if name not in _MEDIA:
        raise NOTHING
    return FileResponse(HERE / name, media_type=_MEDIA[name], headers=HEADERS)


_PAGES: Mapping[str, Callable[..., Awaitable[Response]]] = {
    "/room/": _queue,
    "/room/incidents/{name}": _incident,
    "/room/findings/{index}": _finding,
    "/room/observations/new": _observe,
    "/room/receipts/{digest}": _receipt,
    "/room/entries/{index}": _entry,
    "/room/counts": _counts,
    "/room/cases": _cases,
    "/room/cases/{name}": _case,
    "/room/messages": _messages,
    "/room/meetings": _meetings,
    "/room/shift": _shift,
    "/room/staff": _staff,
    "/room/help": _help,
    "/room/events": _events,
    "/room/map": _map,
    "/room/case/{name:path}": _published,
    "/room/assets/{name}": _asset,
    "/room/static/{name}": _static,
}
