"""Where a keeper of copies gets a log from: a folder (another disk, a USB stick) or the centre's HTTP.

A source is a stranger. It returns bytes and no more: whoever asks says how many bytes at most, checks what they are,
and asks only for plain relative paths. A file that is not there is a FileNotFoundError; everything else that goes wrong
is an `UnreachableError` with one line, after which the same may be asked again later.
"""

import errno
import ipaddress
import json
import os
import re
import ssl
import stat
import time
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import islice
from pathlib import Path
from typing import Protocol
from urllib.parse import urlsplit

import httpx

from trucewatch.ledger.note import Key, sign
from trucewatch.ledger.verify import COSIGN_ED25519, MOST_TEXT_BYTES, safe_path

MOST_BLOB_BYTES = 256 << 20  # of one file of evidence, as at the centre (`book`): it is in memory as a whole
MOST_WAIT_S = 10.0  # until a connection, or until the next bytes; a guess for a satellite link
SLOWEST_BYTES_S = 2048  # a body that comes slower than this on the whole is given up; a guess for the same link
MOST_STAMPS = 20_000  # one for each day: half a century
_STAMP = re.compile(r"[0-9a-f]{64}\.tsr")
_NONCE = re.compile(r"[A-Za-z0-9_-]{16,128}")
_TOKEN = re.compile(r"[A-Za-z0-9._~+/=-]{16,4096}")
_GUARDED = ("disclosures/", "blobs/")  # for keepers of the policy only


class UnreachableError(OSError):
    """A source did not give what it was asked for; the message is one line for a person."""


class Source(Protocol):
    """A log somewhere else."""

    def fetch(self, path: str, most: int) -> bytes:
        """Return the bytes of a file of the log, at most that many.

        Raises FileNotFoundError where there is no such file, UnreachableError for everything else, also a larger file.
        """

    def __str__(self) -> str:
        """Return what it is called in a line for a person."""


class FolderSource:
    """A log in a folder: of this machine, of another that is mounted, on a stick. Links are never followed."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def __str__(self) -> str:
        """Return the folder's path."""
        return str(self._path)

    def fetch(self, path: str, most: int) -> bytes:
        """See `Source.fetch`."""
        try:
            return self._read(safe_path(path).split("/"), most)
        except (FileNotFoundError, NotADirectoryError):
            raise FileNotFoundError(errno.ENOENT, "the log has no such file", path) from None
        except OSError as error:
            raise UnreachableError(f"{self}: cannot read {path}: {error.strerror or error}") from None

    def stamps(self) -> list[str]:
        """Return the names of the time stamps that lie there, at most `MOST_STAMPS`; what they are is not looked at."""
        try:
            with os.scandir(self._path / "timestamps") as found:
                names = [item.name for item in islice(found, MOST_STAMPS)]
        except (FileNotFoundError, NotADirectoryError):
            return []
        except OSError as error:
            raise UnreachableError(f"{self}: cannot list timestamps: {error.strerror}") from None
        return sorted(name for name in names if _STAMP.fullmatch(name))

    def _read(self, parts: list[str], most: int) -> bytes:
        # From folder to folder by handle: a link that a stranger puts on the way leads nowhere.
        handle = os.open(self._path, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
        try:
            for part in parts[:-1]:
                below = os.open(part, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC, dir_fd=handle)
                os.close(handle)
                handle = below
            flags = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
            file = os.fdopen(os.open(parts[-1], flags, dir_fd=handle), "rb")
        finally:
            os.close(handle)
        with file:
            status = os.fstat(file.fileno())
            if not stat.S_ISREG(status.st_mode):
                raise OSError(errno.EINVAL, "it is not a plain file")
            data = file.read(most + 1)
        if len(data) > most:
            raise OSError(errno.EFBIG, f"it has more than {most} bytes")
        return data


class HttpSource:
    """A log at a URL. With the key of a keeper it opens a session where the centre asks for one.

    `key` is the keeper's Ed25519 cosigner key (kind 0x04): with it the challenge is signed, and nothing else. Raises
    ValueError for an address that is none, and for one without encryption that is not this machine's own.
    """

    def __init__(
        self,
        url: str,
        key: Key | None = None,
        *,
        wait_s: float = MOST_WAIT_S,
        transport: httpx.BaseTransport | None = None,
    ) -> None:
        _check_url(url)
        if key is not None and key.kind != COSIGN_ED25519:
            raise ValueError("a keeper opens its session with its Ed25519 cosigner key")
        self._url = url.rstrip("/")
        self._key = key
        self._token: str | None = None
        self._wait_s = wait_s
        # No proxy and no .netrc of the environment, no redirects: it speaks to this address and to nobody else.
        self._client = httpx.Client(
            timeout=wait_s,
            follow_redirects=False,
            trust_env=False,
            verify=_trusted(url),
            headers={"Accept-Encoding": "identity", "User-Agent": "trucewatch"},
            transport=transport,
        )

    def __str__(self) -> str:
        """Return the URL."""
        return self._url

    def close(self) -> None:
        """Give the connection back."""
        self._client.close()

    def fetch(self, path: str, most: int) -> bytes:
        """See `Source.fetch`."""
        safe_path(path)
        status, body = self._ask("GET", path, most, token=self._token)
        if status in {401, 403} and path.startswith(_GUARDED) and self._key is not None:
            self._token = self._session()
            status, body = self._ask("GET", path, most, token=self._token)
        if status in {404, 410}:
            raise FileNotFoundError(errno.ENOENT, "the log has no such file", path)
        if status != httpx.codes.OK:
            raise UnreachableError(f"{self}: answers {status} for {path}")
        return body

    def hand_in(self, note: bytes) -> tuple[str, ...]:
        """Bring a checkpoint with our cosignature lines back to the centre; return the names that it accepted."""
        status, body = self._ask("POST", "cosignatures", MOST_TEXT_BYTES, content=note)
        if status != httpx.codes.OK:
            raise UnreachableError(f"{self}: answers {status} to our cosignatures")
        accepted = self._json(body).get("accepted")
        if not isinstance(accepted, list) or not all(isinstance(name, str) for name in accepted):
            raise UnreachableError(f"{self}: answers our cosignatures with something else than names")
        return tuple(accepted)

    def _session(self) -> str:
        assert self._key is not None
        status, body = self._ask("POST", "challenge", MOST_TEXT_BYTES)
        nonce = self._json(body).get("nonce") if status == httpx.codes.OK else None
        if not isinstance(nonce, str) or not _NONCE.fullmatch(nonce):
            raise UnreachableError(f"{self}: gives no challenge to open a session with (it answers {status})")
        # The first line keeps this signature from ever being read as a cosignature, which begins otherwise.
        text = f"trucewatch session\n{self._origin()}\n{nonce}\n"
        status, body = self._ask("POST", "session", MOST_TEXT_BYTES, content=sign(text.encode(), self._key))
        token = self._json(body).get("token") if status == httpx.codes.OK else None
        if not isinstance(token, str) or not _TOKEN.fullmatch(token):
            raise UnreachableError(f"{self}: opens no session for the key {self._key.name} (it answers {status})")
        return token

    def _origin(self) -> str:
        status, body = self._ask("GET", "checkpoint", MOST_TEXT_BYTES)
        origin = body.partition(b"\n")[0].decode(errors="replace")
        if status != httpx.codes.OK or not re.fullmatch(r"[!-*,-~]{1,255}", origin):
            raise UnreachableError(f"{self}: shows no checkpoint (it answers {status})")
        return origin

    def _json(self, body: bytes) -> dict[str, object]:
        try:
            value = json.loads(body)
        except (ValueError, RecursionError):
            value = None
        return value if isinstance(value, dict) else {}

    def _ask(
        self, method: str, path: str, most: int, *, token: str | None = None, content: bytes | None = None
    ) -> tuple[int, bytes]:
        headers = {"Authorization": f"Bearer {token}"} if token and path.startswith(_GUARDED) else {}
        request = self._client.build_request(method, f"{self._url}/{path}", headers=headers, content=content)
        with self._one_line(path):
            response = self._client.send(request, stream=True)
            try:
                return response.status_code, self._body(response, path, most)
            finally:
                response.close()

    @contextmanager
    def _one_line(self, path: str) -> Iterator[None]:
        try:
            yield
        except httpx.HTTPError as error:
            what = " ".join(str(error).split())[:200] or type(error).__name__
            raise UnreachableError(f"{self}: {path}: {what}") from None

    def _body(self, response: httpx.Response, path: str, most: int) -> bytes:
        if response.headers.get("content-encoding", "identity") != "identity":
            raise UnreachableError(f"{self}: packs {path}, which was not asked for")
        parts: list[bytes] = []
        size, started = 0, time.monotonic()
        for part in response.iter_raw():
            parts.append(part)
            size += len(part)
            if size > most:
                raise UnreachableError(f"{self}: {path} has more than {most} bytes")
            # A byte now and then keeps every wait short and holds a keeper up for ever.
            if time.monotonic() - started > self._wait_s + size / SLOWEST_BYTES_S:
                raise UnreachableError(f"{self}: {path} comes too slowly")
        return b"".join(parts)


def _check_url(url: str) -> None:
    parts = urlsplit(url)
    plain = re.fullmatch(r"https?://[!-~]+", url) and parts.hostname and not (parts.query or parts.fragment)
    if not plain or parts.username is not None:
        raise ValueError("a source is a folder, or an address http://127.0.0.1:PORT or https://HOST without a password")
    if parts.scheme == "http" and not _is_loopback(parts.hostname or ""):
        raise ValueError("over a network only https://: evidence would be read on the way")


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _trusted(url: str) -> ssl.SSLContext | bool:
    # The machine's own authorities, or those of SSL_CERT_FILE: a centre's may be its own.
    return ssl.create_default_context() if url.startswith("https:") else False


def log_folder(path: Path) -> Path:
    """Return the folder of a log: this one, or `ledger/` in it (a centre, a bag, what `assess` wrote)."""
    return path / "ledger" if not (path / "checkpoint").exists() and (path / "ledger").is_dir() else path


def source_of(where: str, key: Key | None = None) -> FolderSource | HttpSource:
    """Return the source that a command line names: a folder, or a URL for which a keeper's key may be needed."""
    if re.match(r"https?://", where):
        return HttpSource(where, key)
    if not Path(where).is_dir():
        raise ValueError(f"{where}: neither a folder nor a URL that begins with http:// or https://")
    return FolderSource(log_folder(Path(where)))
