"""The second verifier, in Go (`src/trucewatch/ledger/peer`): built once for each state of its source, and asked.

`scripts/go` installs what it is built with. The program lies in `.tools/` under the digest of its source.
"""

import hashlib
import os
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Self

ROOT = Path(__file__).parents[1]
SOURCE = ROOT / "src" / "trucewatch" / "ledger" / "peer"
TOOLS = ROOT / ".tools"
GO_PATH = Path("/usr/share/gocode")  # where Debian's golang-golang-x-mod-dev lies


def program() -> Path:
    """Return the path of the program, building it where this source has not been built yet (seconds)."""
    digest = hashlib.sha256(b"".join(path.read_bytes() for path in sorted(SOURCE.glob("*.go")))).hexdigest()
    built = TOOLS / f"second-verifier-{digest[:16]}"
    if not built.exists():
        TOOLS.mkdir(exist_ok=True)
        settings = {
            "GO111MODULE": "off",
            "GOPATH": str(GO_PATH),
            "GOFLAGS": "",
            "CGO_ENABLED": "0",
            "GOCACHE": str(TOOLS / "go-cache"),
        }
        new = built.with_suffix(f".{os.getpid()}")  # another process may be building it too
        subprocess.run(["go", "build", "-o", new, "."], cwd=SOURCE, env=os.environ | settings, check=True)
        new.rename(built)
    return built


def ask(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    """Run the program and return what it said."""
    return subprocess.run([program(), *arguments], capture_output=True, encoding="utf-8", check=False)


class Second:
    """The program as one process that judges one directory after another."""

    def __init__(self, *arguments: str | Path, cores: int = 1) -> None:
        environment = os.environ | {"GOMAXPROCS": str(cores)}
        self._process = subprocess.Popen(
            [program(), *arguments],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            encoding="utf-8",
            env=environment,
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._process.communicate()

    def asked(self, directory: Path) -> Callable[[], str]:
        """Ask about a directory; return what waits for the verdict, `ok ...` or `no: ...`.

        That raises ChildProcessError where the program died of the directory.
        """
        assert self._process.stdin is not None
        self._process.stdin.write(f"{directory}\n")
        self._process.stdin.flush()

        def answer() -> str:
            assert self._process.stdout is not None
            verdict = self._process.stdout.readline()
            if not verdict.endswith("\n"):
                raise ChildProcessError(f"the second verifier died of {directory}")
            return verdict.rstrip("\n")

        return answer

    def judge(self, directory: Path) -> str:
        """Return the verdict on a directory."""
        return self.asked(directory)()
