"""A time stamping authority that openssl makes, on this machine, for these tests."""

import http.server
import subprocess
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

CONFIG = """
[ tsa ]
serial = serial
signer_digest = sha256
default_policy = 1.2.3.4.1
digests = sha256
accuracy = secs:1
ordering = yes
ess_cert_id_alg = sha256
[ ca ]
basicConstraints = critical,CA:TRUE
keyUsage = critical,keyCertSign
[ stamping ]
basicConstraints = critical,CA:FALSE
keyUsage = critical,digitalSignature
extendedKeyUsage = critical,timeStamping
[ other ]
basicConstraints = critical,CA:FALSE
keyUsage = critical,digitalSignature
"""


class Authority:
    """A time stamping authority that openssl makes; `roots` is its root in PEM."""

    def __init__(self, folder: Path, usage: str = "stamping") -> None:
        folder.mkdir()
        self.folder = folder
        (folder / "ts.cnf").write_text(CONFIG)
        (folder / "serial").write_text("01\n")
        new = ("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes")
        self._openssl("req", "-x509", *new, "-keyout", "ca.key", "-out", "ca.pem", "-days", "30", "-subj", "/CN=root",
                      "-config", "ts.cnf", "-extensions", "ca", "-section", "ca")  # fmt: skip
        self._openssl("req", *new, "-keyout", "ts.key", "-out", "ts.csr", "-subj", "/CN=stamping", "-section", "ca",
                      "-config", "ts.cnf")  # fmt: skip
        self._openssl("x509", "-req", "-in", "ts.csr", "-CA", "ca.pem", "-CAkey", "ca.key", "-CAcreateserial", "-days",
                      "30", "-extfile", "ts.cnf", "-extensions", usage, "-out", "ts.pem")  # fmt: skip
        self.roots = (folder / "ca.pem").read_bytes()

    def _openssl(self, *arguments: str) -> None:
        subprocess.run(["openssl", *arguments], cwd=self.folder, check=True, capture_output=True)

    def __call__(self, request: bytes) -> bytes:
        (self.folder / "query").write_bytes(request)
        # without `certs=`: with it openssl writes a set of certificates in an order that the client refuses
        self._openssl("ts", "-reply", "-queryfile", "query", "-section", "tsa", "-config", "ts.cnf", "-inkey", "ts.key",
                      "-signer", "ts.pem", "-out", "reply")  # fmt: skip
        return (self.folder / "reply").read_bytes()


@contextmanager
def served(answer: Callable[[bytes], bytes | None]) -> Iterator[str]:
    """An authority at an address; no answer: an error of the server."""

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["content-length"]))
            found = answer(body) if self.headers["content-type"] == "application/timestamp-query" else None
            self.send_response(500 if found is None else 200)
            self.end_headers()
            self.wfile.write(found or b"")

        def log_message(self, *_: object) -> None:
            pass

    with http.server.HTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/"
        server.shutdown()
