"""A source is a stranger: it gives bytes of plain files, not too many, not too slowly, and never a way out."""

import json
import os
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import ClassVar

import pytest
from keepers import MIRROR_A, MIRROR_B, head_of, history, log_files
from ledgers import lay

from trucewatch.ledger.note import verifier_key
from trucewatch.ledger.sources import FolderSource, HttpSource, UnreachableError, source_of
from trucewatch.ledger.verify import VerificationError, check_ed25519, is_by, parse_note


def test_a_folder_gives_its_files(tmp_path):
    files = log_files(history(20))
    source = FolderSource(lay(tmp_path, files))
    assert all(source.fetch(path, 10**6) == data for path, data in files.items())


@pytest.mark.parametrize("path", ["tile/0/999", "nothing", "checkpoint/below", "tile/nothing/at/all"])
def test_what_is_not_there_is_not_found(tmp_path, path):
    with pytest.raises(FileNotFoundError):
        FolderSource(lay(tmp_path, log_files(history(5)))).fetch(path, 100)


@pytest.mark.parametrize("path", ["../secret", "/etc/passwd", "tile/../../secret", "", ".hidden", "a//b", "blobs/\n"])
def test_no_path_leads_out_of_a_source(tmp_path, path):
    (tmp_path / "secret").write_bytes(b"secret")
    with pytest.raises(VerificationError):
        FolderSource(lay(tmp_path / "log", log_files(history(5)))).fetch(path, 100)
    with pytest.raises(VerificationError):
        HttpSource("http://127.0.0.1:9").fetch(path, 100)


@pytest.mark.parametrize("what", ["file", "folder"])
def test_no_link_is_followed(tmp_path, what):
    lay(tmp_path, {"secret/000": b"secret", "log/checkpoint": b"x"})
    if what == "file":
        (tmp_path / "log/tile").mkdir()
        (tmp_path / "log/tile/000").symlink_to(tmp_path / "secret/000")
    else:
        (tmp_path / "log/tile").symlink_to(tmp_path / "secret")
    with pytest.raises((UnreachableError, FileNotFoundError)):
        FolderSource(tmp_path / "log").fetch("tile/000", 100)


def test_a_pipe_is_not_waited_for_and_a_folder_is_no_file(tmp_path):
    os.mkfifo(tmp_path / "checkpoint")
    (tmp_path / "policy").mkdir()
    for path in ("checkpoint", "policy"):
        with pytest.raises(UnreachableError):
            FolderSource(tmp_path).fetch(path, 100)


def test_more_bytes_than_were_asked_for_are_refused(tmp_path):
    lay(tmp_path, {"blob": bytes(101)})
    assert len(FolderSource(tmp_path).fetch("blob", 101)) == 101
    with pytest.raises(UnreachableError, match="more than 100 bytes"):
        FolderSource(tmp_path).fetch("blob", 100)


class Centre(BaseHTTPRequestHandler):
    """The centre's side of reading: public files, guarded ones by a session, and some misbehaviour."""

    protocol_version = "HTTP/1.1"
    files: ClassVar[dict[str, bytes]] = {}
    log: ClassVar[list[str]] = []

    def log_message(self, *_):
        pass

    def answer(self, status: int, body: bytes = b"", **headers: str) -> None:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def do_GET(self):
        path = self.path.removeprefix("/log/")
        guarded = path.startswith(("disclosures/", "blobs/"))
        self.log.append(path)
        if path == "moved":
            self.answer(302, Location="/log/checkpoint")
        elif path == "packed":
            self.answer(200, b"\x1f\x8b", Content_Encoding="gzip")
        elif guarded and self.headers.get("Authorization") != "Bearer token-of-mirror-a-000":
            self.answer(401)
        elif guarded or path in self.files:
            self.answer(200 if path in self.files else 404, self.files.get(path, b""))
        else:
            self.answer(404)

    def do_POST(self):
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        path = self.path.removeprefix("/log/")
        if path == "challenge":
            self.answer(200, json.dumps({"nonce": "n0nce-n0nce-n0nce-n0nce"}).encode())
        elif path == "session":
            note = parse_note(body)
            (line,) = note.signatures
            origin = self.files["checkpoint"].split(b"\n")[0].decode()
            assert note.text == f"trucewatch session\n{origin}\nn0nce-n0nce-n0nce-n0nce\n"
            key = verifier_key(MIRROR_A[0])
            if is_by(line, key):
                check_ed25519(key, note.text.encode(), line.signature)
                self.answer(200, json.dumps({"token": "token-of-mirror-a-000"}).encode())
            else:
                self.answer(403)
        else:
            self.answer(200, json.dumps({"accepted": ["a0", "a1"]}).encode())


@pytest.fixture
def url():
    Centre.files, Centre.log = log_files(history(20)), []
    server = ThreadingHTTPServer(("127.0.0.1", 0), Centre)
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    yield f"http://127.0.0.1:{server.server_address[1]}/log/"
    server.shutdown()
    thread.join()
    server.server_close()


def test_http_gives_public_files_to_anybody_and_guarded_ones_after_one_session(url):
    source = HttpSource(url, MIRROR_A[0])
    assert all(source.fetch(path, 10**6) == data for path, data in Centre.files.items())
    assert source.hand_in(head_of(history(20))) == ("a0", "a1")
    with pytest.raises(FileNotFoundError):
        source.fetch("blobs/" + "0" * 64, 100)
    source.close()


def test_nobody_else_opens_a_session(url):
    for key, words in ((MIRROR_B[0], "opens no session for the key b.example/mirror"), (None, "answers 401")):
        source = HttpSource(url, key)
        with pytest.raises(UnreachableError, match=words):
            source.fetch("disclosures/000", 10**6)
        source.close()


@pytest.mark.parametrize(
    ("path", "words"), [("moved", "answers 302"), ("packed", "packs"), ("checkpoint", "more than 9 bytes")]
)
def test_http_that_misbehaves_is_unreachable_in_one_line(url, path, words):
    source = HttpSource(url)
    with pytest.raises(UnreachableError, match=words):
        source.fetch(path, 9)
    source.close()


def test_a_centre_that_is_down_is_unreachable():
    source = HttpSource("http://127.0.0.1:9")
    with pytest.raises(UnreachableError, match=r"127\.0\.0\.1:9"):
        source.fetch("checkpoint", 100)
    source.close()


def test_a_body_that_comes_by_drops_is_given_up():
    class Drip(BaseHTTPRequestHandler):
        def log_message(self, *_):
            pass

        def do_GET(self):
            self.send_response(200)
            self.send_header("Content-Length", "10000")
            self.end_headers()
            try:
                while not over.wait(0.02):
                    self.wfile.write(b"x")
                    self.wfile.flush()
            except OSError:
                pass

    over = threading.Event()
    server = ThreadingHTTPServer(("127.0.0.1", 0), Drip)
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    source = HttpSource(f"http://127.0.0.1:{server.server_address[1]}", wait_s=0.3)
    with pytest.raises(UnreachableError, match="too slowly"):
        source.fetch("checkpoint", 10_000)
    over.set()
    source.close()
    server.shutdown()
    thread.join()
    server.server_close()


def test_a_command_line_names_a_folder_or_a_url(tmp_path):
    assert str(source_of(str(tmp_path))) == str(tmp_path)
    assert str(source_of("http://127.0.0.1:1/")) == "http://127.0.0.1:1"
    for wrong in ("ftp://x", str(tmp_path / "nowhere")):
        with pytest.raises(ValueError, match="neither a folder nor a URL"):
            source_of(wrong)


@pytest.mark.parametrize(
    "url",
    ["http://centre.example/log", "http://10.0.0.1/", "http://a:b@127.0.0.1/", "https://h/?x=1", "https://", "http:"],
)
def test_nothing_goes_over_a_network_unencrypted_and_no_password_stands_in_an_address(url):
    with pytest.raises(ValueError, match="https://"):
        HttpSource(url)
