"""The addresses of the room that show what happens while it happens, and the files that pages are made of.

GET  /room/events                    what happens, as it happens
GET  /room/map, /room/case/<file>    the map over the newest conclusions, what it asks for, and the published files
GET  /room/assets/<file>, /room/static/<file>    parts of the pages; nothing of them depends on who asks
"""

import asyncio
import re
from collections.abc import Callable
from pathlib import Path

from fastapi import APIRouter, Request, Response
from fastapi.responses import FileResponse, StreamingResponse

from trucewatch.web import mapped
from trucewatch.web.app import OPEN_FILES, REPORT_POLICY, STATIC
from trucewatch.web.app import PAGE_POLICY as MAP_POLICY
from trucewatch.web.counter import RefusalError
from trucewatch.web.room import events, things
from trucewatch.web.room.access import Thing
from trucewatch.web.room.desk import Conclusions
from trucewatch.web.room.visit import Visit
from trucewatch.web.room.visiting import (
    HEADERS,
    NOT_YET,
    NOTHING,
    person_of,
    room_of,
    staff_of,
    tell_readings,
    visit_of,
)

RELIEF = "relief.png"
HERE = Path(__file__).with_name("static")
_MEDIA = {
    "room.css": "text/css",
    **dict.fromkeys(("approve.js", "live.js", "passkey.js", "webauthn.js"), "text/javascript"),
}
_TYPES = {".json": "application/json", ".png": "image/png", ".html": "text/html", ".csv": "text/csv; charset=utf-8"}
_WAY_BACK = b"""<header>
<nav aria-label="The room"><ul><li><a href="/room/">Queue of the room</a></li><li><a href="/room/shift">Shift</a></li>\
<li><a href="/room/map">Map</a></li><li><a href="?file">This page as it was published, without this line</a></li>\
</ul></nav>
"""


def add(router: APIRouter) -> None:
    """Give a router these addresses."""
    router.get("/room/events")(_events)
    router.get("/room/map")(_map)
    router.get("/room/case/{name:path}")(_published)
    router.get("/room/assets/{name}")(_asset)
    router.get("/room/static/{name}")(_static)


async def _events(request: Request) -> Response:
    room = room_of(request)
    if not (who := person_of(request, room).id):
        raise RefusalError(401, "Sign in first.")
    if room.bell.is_full_for(who):
        raise RefusalError(503, "Too many pages listen already; this one is not told of news.")
    last = events.last_seen(request.headers.get("last-event-id"), room.desk.seen.size)

    def may_listen() -> bool:
        return room.may_stay and person_of(request, room, is_used=False).id == who

    visit = await visit_of(request)
    is_whole = await asyncio.to_thread(visit.sees, things.room())
    stream = events.stream(room.desk, room.bell, who, last, may_listen, is_whole=is_whole)
    return StreamingResponse(stream, media_type="text/event-stream", headers={**HEADERS, "X-Accel-Buffering": "no"})


async def _map(request: Request) -> Response:
    visit = await _looking_at(request, lambda _: things.overview())
    if not visit.conclusions:
        raise RefusalError(503, NOT_YET)
    return FileResponse(STATIC / "index.html", headers={**HEADERS, "Content-Security-Policy": MAP_POLICY})


async def _published(request: Request, name: str) -> Response:
    """Return a file of the newest conclusions, or what the map asks of them, to those who may see what is in it."""
    incident = mapped.incident_of(name)
    visit = await _looking_at(request, lambda visit: _shown(visit, name, incident))
    if not visit.conclusions:
        raise RefusalError(503, NOT_YET)
    if name == mapped.OVERVIEW:
        return await _overview(request, visit, visit.conclusions)
    if incident is not None:
        return await _records(request, visit, visit.conclusions.incident_json(incident))
    data = visit.conclusions.published.get(name)
    if data is None or not OPEN_FILES.fullmatch(name):
        raise NOTHING
    await tell_readings(room_of(request), visit)
    policy = REPORT_POLICY if name.endswith(".html") else MAP_POLICY
    if name.endswith(".html") and "file" not in request.query_params:
        data = data.replace(b"<header>\n", _WAY_BACK, 1)  # the file itself stays as it was published
    return Response(data, media_type=_TYPES[Path(name).suffix], headers={**HEADERS, "Content-Security-Policy": policy})


def _shown(visit: Visit, name: str, incident: str | None) -> Thing:
    """Return what a file is to the policy: the picture is of the land alone, an incident is that incident."""
    if incident is not None:
        return visit.records(incident)
    if name == mapped.OVERVIEW:
        return things.overview()
    return things.room() if name == RELIEF else things.published(name)


async def _overview(request: Request, visit: Visit, conclusions: Conclusions) -> Response:
    await tell_readings(room_of(request), visit)
    packed = await asyncio.to_thread(lambda: conclusions.overview)
    return mapped.sent(packed, request.headers.get("accept-encoding", ""), HEADERS)


async def _records(request: Request, visit: Visit, data: bytes | None) -> Response:
    if data is None:
        raise NOTHING
    await tell_readings(room_of(request), visit)
    return Response(data, media_type="application/json", headers=HEADERS)


async def _looking_at(request: Request, thing: Callable[[Visit], Thing]) -> Visit:
    visit = staff_of(await visit_of(request))
    if not await asyncio.to_thread(lambda: visit.sees(thing(visit))):
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
