"""The centre's live log over HTTP, on loopback: what anybody may read, what keepers may, and the door for submissions.

    GET  /                               a page for people
    GET  /checkpoint /policy /witnessed  the newest checkpoint, the policy, the newest checkpoint that has its quorum
    GET  /tile/… /timestamps/…           the log, for anybody
    GET  /disclosures/… /blobs/<sha256>  for keepers of the policy: Authorization: Bearer <token>
    POST /challenge, POST /session       a nonce; a keeper's signature over it -> a token for an hour
    PUT  /blobs/<sha256>                 a file
    POST /submissions                    a form -> a signed receipt, or 409 with the files that are missing
    GET  /submissions/<digest>           how far it has come
    POST /cosignatures                   a checkpoint with the lines of a keeper
    GET  /status                         the whole at a glance
    GET  /openapi.json                   these addresses, for programs (OpenAPI 3.1)
    /room/…                              the operations room, where the charter has staff (docs/room.md)

One worker thread has the book: what writes waits its turn. Files of the log are read beside it, since they are only
ever replaced whole. The process speaks to loopback names only; whoever opens it to a network puts a server with TLS
before it.
"""

import asyncio
import os
import re
import stat
import tempfile
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from datetime import datetime
from pathlib import Path

from fastapi import FastAPI, Request, Response
from fastapi.responses import FileResponse, JSONResponse
from starlette.exceptions import HTTPException

from trucewatch.db.lists import store_of
from trucewatch.ledger.book import MOST_BLOB_BYTES, Book
from trucewatch.ledger.courier import plain
from trucewatch.ledger.earlier import read_now_or_before
from trucewatch.ledger.note import Key
from trucewatch.ledger.stamps import Asks
from trucewatch.ledger.submission import MOST_WIRE_BYTES
from trucewatch.ledger.verify import MOST_TEXT_BYTES
from trucewatch.web.bodies import body_of, pieces_of, stated_length
from trucewatch.web.counter import TEXT, Counter, Inspect, RefusalError, Reply, said
from trucewatch.web.ladderpage import PAGE_POLICY
from trucewatch.web.openapi import description
from trucewatch.web.room import acting, doing, enrolling, releases, routes, tracing, watching
from trucewatch.web.room.guard import GuardError
from trucewatch.web.room.room import ASSESS_EVERY_S, Room
from trucewatch.web.room.visiting import refused as room_refused
from trucewatch.web.service import Service, look_at, now_utc

LOOPBACK = frozenset({"127.0.0.1", "localhost"})  # see web/app.py: a foreign name pointed at us is not answered
HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "X-Frame-Options": "DENY",
    "Cache-Control": "no-store",
}

_DIGEST = re.compile(r"[0-9a-f]{64}")
_PATH = r"(?:x[0-9]{3}/){0,5}[0-9]{3}"
_OPEN = re.compile(
    rf"tile/(?:entries|[0-9]|[1-5][0-9]|6[0-3])/{_PATH}(?:\.p/[1-9][0-9]{{0,2}})?|timestamps/[0-9a-f]{{64}}\.tsr"
)
_KEEPERS = re.compile(rf"disclosures/{_PATH}|blobs/[0-9a-f]{{64}}")
_BYTES = "application/octet-stream"


def create(
    book: Book,
    folder: Path,
    key: Key,
    *,
    inspect: Inspect = look_at,
    clock: Callable[[], datetime] = now_utc,
    heartbeat_s: float | None = None,
    tell: Callable[[str], None] = lambda _: None,
    gone: Callable[[], None] = lambda: None,
    authority: Asks | None = None,
    assess_every_s: float = ASSESS_EVERY_S,
    is_leaving: Callable[[], bool] = lambda: False,
    database: str = "",
    commands: str = "",
) -> FastAPI:
    """Return the application over an open book in a centre's folder; it closes the book when it ends.

    `heartbeat_s` is the charter's unless a test wants another. `tell` gets one line for each beat, `gone` is called
    when the book can go on only after a restart; `authority` stamps a checkpoint of each day. Where the charter has
    staff, the operations room is served under /room/: new conclusions are drawn at most every `assess_every_s`, and
    `is_leaving` says that the server is about to end. Its lists are in `database`, an address of PostgreSQL, or in a
    GeoPackage in the folder; ValueError for what is no such address. `commands` is a folder of a rehearsal's short
    commands, which the room's pages then print; "" where people have passkeys in hardware.
    """
    counter = Counter(book, folder, key, inspect)
    lists = store_of(database, folder, book.charter.origin)

    @asynccontextmanager
    async def life(app: FastAPI) -> AsyncIterator[None]:
        service = Service(
            counter,
            folder,
            inspect=inspect,
            clock=clock,
            heartbeat_s=heartbeat_s or book.charter.heartbeat_s,
            tell=tell,
            gone=gone,
            authority=authority,
        )
        app.state.service = service
        app.state.room = room = (
            Room(
                service,
                clock,
                lists,
                assess_every_s=assess_every_s,
                commands=commands,
                tell=tell,
                is_leaving=is_leaving,
            )
            if book.staff
            else None
        )
        opening = asyncio.create_task(room.begin()) if room else None
        heart = asyncio.create_task(service.beat_on())
        heart.add_done_callback(lambda task: None if task.cancelled() else gone())  # a log without a heart is no log
        try:
            yield
        finally:
            if room and opening:
                opening.cancel()
                await room.stop()
            heart.cancel()
            with suppress(asyncio.CancelledError, Exception):
                await heart
            service.stop()

    app = FastAPI(title="Trucewatch log", docs_url=None, redoc_url=None, openapi_url=None, lifespan=life)
    app.middleware("http")(_guarded)
    app.exception_handler(HTTPException)(_refused)
    app.exception_handler(RefusalError)(_refused)
    app.exception_handler(GuardError)(_refused)
    app.exception_handler(ValueError)(_refused)
    app.exception_handler(OSError)(_refused)
    app.exception_handler(Exception)(_refused)
    _routes(app)
    return app


def _routes(app: FastAPI) -> None:
    app.get("/")(_page)
    app.get("/checkpoint")(_checkpoint)
    app.get("/policy")(_policy)
    app.get("/witnessed")(_witnessed)
    app.get("/status")(_status)
    app.get("/openapi.json")(_openapi)
    app.post("/challenge")(_challenge)
    app.post("/session")(_session)
    app.post("/submissions")(_submit)
    app.get("/submissions/{digest}")(_standing)
    app.post("/cosignatures")(_cosignatures)
    app.put("/blobs/{digest}")(_put_blob)
    routes.add(app.router)
    tracing.add(app.router)
    watching.add(app.router)
    enrolling.add(app.router)
    acting.add(app.router)
    doing.add(app.router)
    releases.add(app.router)
    app.get("/{path:path}")(_file)


# --- the endpoints --------------------------------------------------------------------------------


def _service(request: Request) -> Service:
    service: Service = request.app.state.service
    return service


def _answer(reply: Reply) -> Response:
    return Response(reply.body, media_type=reply.media_type, headers=dict(reply.headers))


async def _page(request: Request) -> Response:
    service = _service(request)
    html = await service.do(service.page)
    return Response(html, media_type="text/html", headers={"Content-Security-Policy": PAGE_POLICY})


async def _checkpoint(request: Request) -> Response:
    service = _service(request)
    # never the file: a moment long it may be newer than what a power cut would leave
    return Response(await service.do(lambda: service.counter.book.checkpoint), media_type=TEXT)


async def _policy(request: Request) -> Response:
    return Response(_service(request).counter.book.charter.text, media_type=TEXT)


async def _witnessed(request: Request) -> Response:
    return await _whole(_service(request).folder / "witnessed", TEXT)


async def _status(request: Request) -> Response:
    service = _service(request)
    return _answer(await service.do(service.status))


async def _openapi(request: Request) -> Response:
    return JSONResponse(description(has_room=request.app.state.room is not None))


async def _challenge(request: Request) -> Response:
    return _answer(said({"nonce": _service(request).sessions.challenge()}))


async def _session(request: Request) -> Response:
    service = _service(request)
    note = await body_of(request, MOST_TEXT_BYTES)
    try:
        token = service.sessions.open(note, service.counter.book.charter.policy)
    except ValueError as error:
        raise RefusalError(403, str(error)) from None
    return _answer(said({"token": token}))


async def _submit(request: Request) -> Response:
    service = _service(request)
    return _answer(await service.submit(await body_of(request, MOST_WIRE_BYTES)))


async def _standing(request: Request, digest: str) -> Response:
    if not _DIGEST.fullmatch(digest):
        raise RefusalError(404, "there is nothing under this address")
    service = _service(request)
    return _answer(await service.do(service.counter.standing, digest))


async def _cosignatures(request: Request) -> Response:
    service = _service(request)
    return _answer(await service.do(service.counter.cosignatures, await body_of(request, MOST_TEXT_BYTES)))


async def _put_blob(request: Request, digest: str) -> Response:
    if not _DIGEST.fullmatch(digest):
        raise RefusalError(404, "there is nothing under this address")
    service = _service(request)
    service.counter.check_room(digest, stated_length(request, MOST_BLOB_BYTES))
    async with service.uploads:
        # without a name from the start: what is cut short is gone, whatever happens to this process
        with tempfile.TemporaryFile(dir=service.folder) as file:
            async for piece in pieces_of(request, MOST_BLOB_BYTES):
                file.write(piece)
            file.seek(0)
            data = file.read()
        return _answer(await service.do(service.counter.put, digest, data))


async def _file(request: Request, path: str) -> Response:
    service = _service(request)
    if _KEEPERS.fullmatch(path):
        policy = service.counter.book.charter.policy
        if service.sessions.keeper(request.headers.get("authorization", ""), policy) is None:
            raise HTTPException(401, headers={"WWW-Authenticate": "Bearer"})
    elif not _OPEN.fullmatch(path):
        raise HTTPException(404)
    place = service.folder / "ledger" / path
    return _blob(place) if path.startswith("blobs/") else await _whole(place, _BYTES)


def _blob(path: Path) -> Response:
    """Return a file that is never replaced, as it comes from the disk: it may be large."""
    return FileResponse(path, media_type=_BYTES, stat_result=_plain(path))


async def _whole(path: Path, media_type: str) -> Response:
    """Return a file that a heartbeat may replace: read at once, so that it is the old one or the new one."""
    try:
        data = await asyncio.to_thread(read_now_or_before, path)
    except FileNotFoundError:
        raise HTTPException(404) from None
    return Response(data, media_type=media_type)


def _plain(path: Path) -> os.stat_result:
    with suppress(FileNotFoundError, NotADirectoryError):
        status = path.lstat()
        if stat.S_ISREG(status.st_mode):
            return status
    raise HTTPException(404)


# --- every answer ---------------------------------------------------------------------------------

_WORDS = {
    401: "only keepers of the policy read this: sign in, and send the token",
    404: "there is nothing under this address",
    405: "this address does not take this method",
}


async def _refused(request: Request, error: Exception) -> Response:
    """Return one line in JSON, or a page of the room. Neither has what a stranger sent, nor a path of this machine."""
    if request.url.path.startswith("/room/") and getattr(request.app.state, "room", None):
        return await room_refused(request, error)
    match error:
        case RefusalError():
            return JSONResponse(error.body, status_code=error.status)
        case HTTPException():
            words = _WORDS.get(error.status_code, "this cannot be done")
            return JSONResponse({"error": words}, status_code=error.status_code, headers=error.headers)
        case ValueError():
            return JSONResponse({"error": plain(str(error))}, status_code=422)
        case OSError():
            words = f"the centre's disk refuses ({os.strerror(error.errno) if error.errno else 'see its own log'})"
            return JSONResponse({"error": f"{words}; keep it and send it again"}, status_code=503)
        case _:
            return JSONResponse({"error": "the centre failed at this; keep it and send it again"}, status_code=500)


async def _guarded(request: Request, call_next: Callable[[Request], Awaitable[Response]]) -> Response:
    host = request.headers.get("host", "").rsplit(":", 1)[0]
    if host in LOOPBACK:
        response = await call_next(request)
    else:
        response = JSONResponse({"error": "only loopback names are answered here"}, status_code=400)
    for name, value in {**HEADERS, "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'"}.items():
        response.headers.setdefault(name, value)
    return response
