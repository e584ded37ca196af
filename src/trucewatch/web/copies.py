"""What a keeper of copies shows over HTTP on loopback: the public part of its store, and a witness's add-checkpoint.

    GET  /checkpoint, /policy, /tile/…       C2SP tlog-tiles; disclosures and files leave a mirror as a folder only
    GET  /<SHA-256 of origin>/checkpoint     C2SP tlog-witness, the monitoring interface
    POST /add-checkpoint                     C2SP tlog-witness; of a witness only

Whoever opens it to a network puts a server with TLS before it.
"""

import hashlib
import re
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import uvicorn
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from trucewatch.ledger.heads import MOST_BUNDLE_BYTES
from trucewatch.ledger.sources import FolderSource, UnreachableError
from trucewatch.ledger.witness import MOST_REQUEST_BYTES, Witness

_LOOPBACK = ["127.0.0.1", "localhost"]  # see web/app.py: a foreign name pointed at us is not answered
_PUBLIC = re.compile(r"checkpoint|policy|tile/(entries|[0-7])/(x[0-9]{3}/){0,5}[0-9]{3}(\.p/[1-9][0-9]{0,2})?")
_HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Cache-Control": "no-store",
    "Cross-Origin-Resource-Policy": "same-origin",
}


def create(store: Path, origin: str, witness: Witness | None, clock: Callable[[], int]) -> Starlette:
    """Build the application over one store of a log of that origin; with a witness also add-checkpoint."""
    folder = FolderSource(store)
    monitoring = f"{hashlib.sha256(origin.encode()).hexdigest()}/checkpoint"

    async def get(request: Request) -> Response:
        path = request.path_params["path"]
        path = "checkpoint" if path == monitoring else path
        if not _PUBLIC.fullmatch(path):
            raise HTTPException(404)
        try:
            data = await run_in_threadpool(folder.fetch, path, MOST_BUNDLE_BYTES)
        except (FileNotFoundError, UnreachableError):
            raise HTTPException(404) from None
        kind = "application/octet-stream" if path.startswith("tile/") else "text/plain; charset=utf-8"
        return Response(data, media_type=kind, headers=_HEADERS)

    async def add(request: Request) -> Response:
        if witness is None:
            raise HTTPException(404)
        answer = await run_in_threadpool(witness.add_checkpoint, await _body(request), clock)
        return Response(answer.body, answer.status, headers=_HEADERS | {"Content-Type": answer.kind})

    routes = [Route("/add-checkpoint", add, methods=["POST"]), Route("/{path:path}", get, methods=["GET"])]
    return Starlette(routes=routes, middleware=[Middleware(TrustedHostMiddleware, allowed_hosts=_LOOPBACK)])


async def _body(request: Request) -> bytes:
    parts, size = [], 0
    async for part in request.stream():
        parts.append(part)
        size += len(part)
        if size > MOST_REQUEST_BYTES:
            raise HTTPException(413)
    return b"".join(parts)


@contextmanager
def serving(application: Starlette, port: int) -> Iterator[str]:
    """Serve on loopback from a thread of its own and yield the URL; port 0: one that is free. Raises OSError."""
    try:
        listening = socket.create_server(("127.0.0.1", port))
    except OSError as error:
        raise OSError(error.errno, f"port {port} on loopback cannot be used ({error.strerror})") from None
    server = uvicorn.Server(uvicorn.Config(application, log_level="warning", lifespan="off"))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]}, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{listening.getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join()
        listening.close()
