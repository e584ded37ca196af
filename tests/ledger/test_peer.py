"""The same ledgers, read by a program that we did not write: golang.org/x/mod/sumdb, of Debian's packages."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest
from ledgers import honest, lay

from trucewatch.ledger.verify import verify

SOURCE = Path(__file__).parent / "peer" / "peer.go"
GO_PATH = Path("/usr/share/gocode")  # where Debian's golang-golang-x-mod-dev lies

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(
        not (shutil.which("go") and (GO_PATH / "src/golang.org/x/mod").exists()),
        reason="needs Debian's golang-go and golang-golang-x-mod-dev",
    ),
]


@pytest.fixture(scope="module")
def peer(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("peer")
    settings = {"GO111MODULE": "off", "GOPATH": str(GO_PATH), "GOCACHE": str(folder / "cache"), "GOFLAGS": ""}
    program = folder / "peer"
    subprocess.run(["go", "build", "-o", program, SOURCE], env=os.environ | settings, check=True)
    return program


def ask(peer: Path, directory: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run([peer, directory / "ledger"], capture_output=True, encoding="utf-8", check=False)


@pytest.mark.parametrize("size", [1, 2, 255, 256, 257, 512, 600, 65_536, 65_537, 70_000])
def test_the_peer_finds_the_same_root(tmp_path, peer, size):
    verified = verify(lay(tmp_path, honest(size)))
    assert ask(peer, tmp_path).stdout == f"{size} {verified.root}\n"


@pytest.mark.parametrize("name", ["tile/entries/000", "tile/0/001", "tile/1/000.p/2", "checkpoint", "vkey"])
def test_the_peer_refuses_what_we_refuse(tmp_path, peer, name):
    files = honest(600)
    data = files[f"ledger/{name}"]
    lay(tmp_path, files | {f"ledger/{name}": data[:20] + bytes([data[20] ^ 1]) + data[21:]})
    assert ask(peer, tmp_path).returncode == 1
