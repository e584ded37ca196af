"""The way to a centre over HTTP: one request at a time, bounded in size and time, following no redirect."""

import ipaddress
import time
from types import TracebackType
from typing import Self
from urllib.parse import urlsplit

import httpx

from trucewatch.ledger.courier import MOST_ANSWER_BYTES, Answer, UnreachedError

PATIENCE_S = 20.0  # for a connection and for each next piece of an answer; a guess: a slow satellite link
SLOWEST_BYTES_S = 2048  # an answer that comes slower than this on the whole is given up; a guess for the same link
_HEADERS = {"Accept-Encoding": "identity", "User-Agent": "trucewatch"}


class HttpDoor:
    """A centre's log at a base URL; a context manager. Proxies of the environment are not used."""

    def __init__(self, url: str) -> None:
        """Raise ValueError where this is no base URL, or no encryption would protect what is sent over a network."""
        parts = urlsplit(url)
        if parts.scheme not in {"http", "https"} or not parts.hostname or parts.query or parts.fragment:
            raise ValueError("the centre's address is not of the form http://127.0.0.1:PORT or https://HOST")
        if parts.username is not None:
            raise ValueError("an address with a name or password in it is not used: it would be written to logs")
        if parts.scheme == "http" and not _is_loopback(parts.hostname):
            raise ValueError("over a network only https://: what an observer writes would be read on the way")
        self._client = httpx.Client(
            base_url=url.rstrip("/") + "/", timeout=PATIENCE_S, trust_env=False, headers=_HEADERS
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Give the connection back."""
        self._client.close()

    def ask(self, method: str, path: str, body: bytes = b"", *, most_bytes: int = MOST_ANSWER_BYTES) -> Answer:
        """See `courier.Door.ask`."""
        try:
            with self._client.stream(method, path, content=body or None) as response:
                received, started = bytearray(), time.monotonic()
                for piece in response.iter_raw():
                    received += piece
                    if len(received) > most_bytes:
                        raise UnreachedError(f"an answer of more than {most_bytes} bytes is not read")
                    # a byte now and then would keep every wait short and hold the device up for ever
                    if time.monotonic() - started > PATIENCE_S + len(received) / SLOWEST_BYTES_S:
                        raise UnreachedError("the answer comes too slowly")
                return Answer(status=response.status_code, body=bytes(received))
        except httpx.HTTPError as error:
            raise UnreachedError(_words(error)) from None


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _words(error: httpx.HTTPError) -> str:
    match error:
        case httpx.ConnectError() | httpx.ConnectTimeout():
            return "the centre cannot be reached"
        case httpx.TimeoutException():
            return "the centre did not answer in time"
        case _:
            return "the line broke"
