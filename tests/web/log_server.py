"""A centre's log on loopback in a thread of the tests, with a heart that beats only when it is told to."""

import hashlib
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import uvicorn
from couriers import quick_disk
from live_books import BOTH, CENTRE, MIRRORS, NOON, cosigned, new_book

from trucewatch.ledger.note import Key, sign
from trucewatch.web import log
from trucewatch.web.sessions import session_text

QUARANTINE = {"type": "quarantine", "v": "1", "size": 3, "reason": "two kinds"}


def suspicious(data: bytes) -> dict | None:
    digest = hashlib.sha256(data).hexdigest()
    return {**QUARANTINE, "sha256": digest, "blobs": [digest]} if data == b"bad" else None


class Centre:
    def __init__(self, folder: Path, address: str, service) -> None:
        self.folder, self.address, self.service = folder, address, service
        self.client = httpx.Client(base_url=address, trust_env=False, timeout=60)

    def ask(self, method: str, path: str, **more) -> httpx.Response:
        return self.client.request(method, path, **more)

    def beat(self, *, by=BOTH) -> None:
        head = self.service.counter.book.beat(NOON)
        if by:
            assert self.ask("POST", "/cosignatures", content=cosigned(head, by, int(NOON.timestamp()))).json()[
                "accepted"
            ] == list(by)

    def token(self, key: Key = MIRRORS["a-ed"]) -> str:
        nonce = self.ask("POST", "/challenge").json()["nonce"]
        return self.ask("POST", "/session", content=sign(session_text(CENTRE.name, nonce), key)).json()["token"]

    def put(self, data: bytes) -> str:
        digest = hashlib.sha256(data).hexdigest()
        assert self.ask("PUT", f"/blobs/{digest}", content=data).status_code == 200
        return digest


@contextmanager
def running(folder: Path, **more) -> Iterator[Centre]:
    book = new_book(folder, quick_disk())
    app = log.create(
        book, folder, CENTRE, **{"inspect": suspicious, "heartbeat_s": 3600.0, "clock": lambda: NOON, **more}
    )
    server = uvicorn.Server(uvicorn.Config(app, host="127.0.0.1", port=0, log_level="critical", server_header=False))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        assert thread.is_alive()
        time.sleep(0.01)
    port = server.servers[0].sockets[0].getsockname()[1]
    centre = Centre(folder, f"http://127.0.0.1:{port}", app.state.service)
    try:
        yield centre
    finally:
        centre.client.close()
        server.should_exit = True
        thread.join(timeout=60)
    assert not thread.is_alive()
