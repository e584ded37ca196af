"""The interactive page on loopback: the built front end, and one output directory, read only.

Nothing is concluded here and nothing outside is asked for: the page draws what the report wrote into `map.json`,
which `mapped` hands over in pieces. Only the files named below leave the directory; the ledger and anything else stay
inside.
"""

import os
import re
from collections.abc import Awaitable, Callable
from functools import partial
from pathlib import Path

from fastapi import FastAPI, HTTPException, Request, Response
from fastapi.responses import FileResponse
from fastapi.staticfiles import StaticFiles
from starlette.middleware.trustedhost import TrustedHostMiddleware

from trucewatch.web import mapped

STATIC = Path(__file__).with_name("static")

ENVIRONMENT = "TRUCEWATCH_DIRECTORY"

# What the page and the report link to. A pattern must match the whole path.
OPEN_FILES = re.compile(
    r"map\.json|relief\.png|report\.html|daily/[0-9A-Za-z][0-9A-Za-z_-]*\.html|(incidents|links|clauses|rejected)\.csv"
)

# A page elsewhere could point its own name at 127.0.0.1 and read us (DNS rebinding): only loopback names are answered.
LOOPBACK = ["127.0.0.1", "localhost"]

PAGE_POLICY = (
    "default-src 'self'; img-src 'self' data: blob:; object-src 'none'; base-uri 'none'; "
    "form-action 'none'; frame-ancestors 'none'"
)
# The report carries its own styles and drawings, and works without scripts: none may run in it.
REPORT_POLICY = (
    "default-src 'none'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; base-uri 'none'; "
    "form-action 'none'; frame-ancestors 'none'"
)

HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "X-Frame-Options": "DENY",
    "Cache-Control": "no-cache",  # files keep their names when the bundle or the case changes
}


def create(directory: Path) -> FastAPI:
    """Build the web application over one output directory of `assess` or `demo`.

    Raises NotADirectoryError when there is no such directory.
    """
    if not directory.is_dir():
        raise NotADirectoryError(directory)
    root = directory.resolve()
    app = FastAPI(title="Trucewatch", docs_url=None, redoc_url=None, openapi_url=None)
    app.add_middleware(TrustedHostMiddleware, allowed_hosts=LOOPBACK)
    app.middleware("http")(_with_headers)
    app.get("/", include_in_schema=False)(_page)
    app.get("/case/{name:path}", include_in_schema=False)(partial(_case, root))
    app.mount("/assets", StaticFiles(directory=STATIC / "assets"))
    return app


def from_environment() -> FastAPI:
    """Do `create` for uvicorn's factory mode, over the directory named by TRUCEWATCH_DIRECTORY. Raises KeyError."""
    return create(Path(os.environ[ENVIRONMENT]))


def _page() -> FileResponse:
    return FileResponse(STATIC / "index.html")


def _case(root: Path, name: str, request: Request) -> Response:
    if name != mapped.OVERVIEW and mapped.incident_of(name) is None:
        return FileResponse(_open(root, name))
    found = mapped.answer(_open(root, "map.json"), name, request.headers.get("accept-encoding", ""))
    if found is None:
        raise HTTPException(status_code=404)
    return found


def _open(root: Path, name: str) -> Path:
    path = root / name
    # resolve: a link inside the directory must not lead out of it
    if not OPEN_FILES.fullmatch(name) or not path.is_file() or not path.resolve().is_relative_to(root):
        raise HTTPException(status_code=404)
    return path


async def _with_headers(request: Request, call_next: Callable[[Request], Awaitable[Response]]) -> Response:
    response = await call_next(request)
    response.headers.update(HEADERS)
    response.headers["Content-Security-Policy"] = _policy(request.url.path)
    return response


def _policy(path: str) -> str:
    return REPORT_POLICY if path.startswith("/case/") and path.endswith(".html") else PAGE_POLICY
