"""What strangers send to a centre: malformed, refused, cut short, each with a name in it; and what it answers.

Nothing of it may be kept, answered or printed.
"""

import hashlib
import json
import os
import socket
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import quote, urlsplit

import httpx

from trucewatch.ledger.commitments import commit
from trucewatch.ledger.encoding import canonical
from trucewatch.ledger.note import Key, sign, verifier_key
from trucewatch.ledger.submission import Submission

Word = Callable[[], str]
CASE = """id = "made"
time_zone = "Europe/Kyiv"
[[party]]
id = "north"
[[party]]
id = "south"
"""


def answers(url: str, word: Word, device: Key) -> Iterator[bytes]:
    """Yield the whole answers to one round of requests, each with at least one new canary."""
    with httpx.Client(base_url=url, trust_env=False) as client:
        for method, path, body, headers in _requests(word, device):
            yield whole(client.request(method, path, content=body, headers=headers))
    yield from (_raw(url, data) for data in _broken(word))


def whole(answer: httpx.Response) -> bytes:
    """Return an answer's status, headers and body."""
    head = "\n".join(f"{name}: {value}" for name, value in answer.headers.items())
    return f"{answer.status_code}\n{head}\n\n".encode() + answer.content


def _requests(word: Word, device: Key) -> Iterator[tuple[str, str, bytes, dict[str, str]]]:
    yield "POST", "/submissions", word().encode(), {}
    yield "POST", "/submissions", canonical({word(): word()}), {}
    yield "POST", "/submissions", canonical({"disclosures": [word()], "entry": word()}), {}
    yield "POST", "/submissions", canonical({"disclosures": [], "entry": canonical({"type": word()}).decode()}), {}
    yield from (("POST", "/submissions", form, {}) for form in _forms(word, device))
    yield "PUT", f"/blobs/{hashlib.sha256(b'another').hexdigest()}", word().encode(), {}
    yield "PUT", f"/blobs/{word()}", word().encode(), {}
    for path in ("", "tile/", "tile/entries/", "submissions/", "disclosures/", "blobs/", "../", "timestamps/"):
        yield "GET", f"/{path}{quote(word())}?name={word()}", b"", {}
    yield "GET", "/blobs/" + "0" * 64, b"", {"Authorization": f"Bearer {word()}", "Cookie": f"name={word()}"}
    yield "GET", "/status", b"", {"Host": word()}
    yield "GET", "/status", b"", {"User-Agent": word(), "Referer": f"https://{word()}.example"}
    yield "POST", "/session", f"trucewatch session\n{word()}\n{word()}\n\n— {word()} AAAA\n".encode(), {}
    yield "POST", "/cosignatures", f"{word()}\n1\nAAAA\n\n— {word()} AAAA\n".encode(), {}
    yield "DELETE", f"/submissions/{word()}", b"", {}
    yield "POST", "/challenge", word().encode(), {"Content-Type": word()}


def _forms(word: Word, device: Key) -> Iterator[bytes]:
    """Yield submissions in their form that are refused for what they say."""
    stranger = Key(name=f"{word()}.example/device", seed=os.urandom(32))
    salts = os.urandom(1600)

    def form(
        fields: dict[str, object], key: Key, hidden: dict[str, str], change: tuple[bytes, bytes] = (b"", b"")
    ) -> bytes:
        own = {"type": "observation", "v": "2", "by": [str(verifier_key(key))], **fields}
        entry, disclosures = commit(own, hidden, lambda count: salts[: 16 * count])
        note = (
            sign(canonical(entry) + b"\n", key).replace(*change) if change[0] else sign(canonical(entry) + b"\n", key)
        )
        return Submission(entry=note, disclosures=disclosures).wire

    yield form({"remark": word()}, stranger, {"name": word()})
    yield form({"type": word()}, device, {})
    yield form({"type": "act", "act": word()}, device, {})
    yield form({"blobs": [word()]}, device, {})
    yield form({"blobs": ["0" * 64], "remark": word()}, device, {"name": word()})  # 409: a file is missing
    yield form({"remark": word()}, device, {}, (b"observation", b"observatiom"))
    yield form({"remark": word(), "commitments": [word()]}, device, {})
    # disclosures that nothing commits to, that stand twice, out of their order, or hide a field of the entry
    one = json.loads(form({}, device, {word(): word(), word(): word()}))
    other = json.loads(form({}, device, {word(): word()}))
    yield canonical(one | {"disclosures": other["disclosures"]})
    yield canonical(one | {"disclosures": one["disclosures"][::-1]})
    yield canonical(one | {"disclosures": one["disclosures"][:1] * 2})
    yield canonical(one | {"disclosures": [word()]})
    yield form({"v": 7, "remark": word()}, device, {word(): word()})
    yield word().encode() * 60_000  # more than a form may have


def _broken(word: Word) -> Iterator[bytes]:
    """Yield what is no HTTP, or is cut short."""
    post = "POST /submissions HTTP/1.1\r\nHost: 127.0.0.1\r\n"
    put = f"PUT /blobs/{'0' * 64} HTTP/1.1\r\nHost: 127.0.0.1\r\n"
    yield f"{word()} {word()}\r\n\r\n".encode()
    yield f"GET /{word()} HTTP/9.9\r\n{word()}: {word()}\r\n\r\n".encode()
    yield f"{post}Content-Length: 5000\r\n\r\n{word()}".encode()
    yield f"{put}Content-Length: -1\r\nX: {word()}\r\n\r\n{word()}".encode()
    yield f"{put}Content-Length: 5000\r\n\r\n{word()}".encode()
    yield f"{post}Transfer-Encoding: chunked\r\n\r\nzz{word()}\r\n".encode()


def _raw(url: str, data: bytes) -> bytes:
    parts = urlsplit(url)
    with socket.create_connection((parts.hostname or "", parts.port or 0), timeout=10) as line:
        line.sendall(data)
        line.shutdown(socket.SHUT_WR)
        answer = b""
        try:
            while piece := line.recv(65_536):
                answer += piece
        except OSError:
            pass
        return answer


def named_table(folder: Path, word: Word) -> None:
    """Write a case folder with a table that names people, one that cannot be read, and one row that can."""
    (folder / "observations").mkdir(parents=True)
    (folder / "case.toml").write_text(CASE)
    (folder / "places.geojson").write_text('{"type":"FeatureCollection","features":[]}')
    rows = "".join(f"{n},{word()},{word()}\n" for n in range(50))
    (folder / "observations" / "people.csv").write_text(f"id,surname,firstname\n{rows}")
    (folder / "observations" / "people16.csv").write_bytes(f"id,surname\n1,{word()}\n".encode("utf-16"))
    (folder / "observations" / "list.xlsx").write_bytes(b"PK\x03\x04" + word().encode())
    (folder / "observations" / "rows.csv").write_text(
        "id,source,source_class,time,phenomenon\n1,post 7,observer,2026-03-01T10:00:00Z,shelling\n"
    )
