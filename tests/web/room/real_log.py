"""A real `trucewatch log run` on loopback, over a case, with a calendar whose pages the test turns.

The process is the one that users start. Only the clock that enters it (`web.service.now_utc`) is the machine's plus as
many days as a file says, so that a story has a next day without anybody waiting for it.
"""

import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path

import httpx
from couriers import quick_disk
from live_books import CENTRE, POLICY
from room_visits import key_of, staff

from trucewatch import live
from trucewatch.ledger.book import Book
from trucewatch.ledger.note import write_key

OPEN_POLICY = POLICY.replace("quorum both", "quorum none")
SOURCE = Path(__file__).parents[3] / "src"
RUN = """
import sys
from datetime import timedelta
from pathlib import Path
from trucewatch.web import service
calendar, machine = Path(sys.argv.pop(1)), service.now_utc
service.now_utc = lambda: machine() + timedelta(days=int(calendar.read_text()))
from trucewatch.cli import main
main()
"""
PATIENCE_S = 90.0


@dataclass(frozen=True, kw_only=True)
class RealLog:
    address: str
    folder: Path

    def days_later(self, days: int) -> None:
        """Turn the calendar: so many days after the machine's."""
        beside = self.folder / "calendar.new"
        beside.write_text(str(days))
        beside.replace(self.folder / "calendar")

    def settled(self, digest: str) -> int:
        """Wait until the heartbeat has sequenced a submission, and return its index."""
        until = time.monotonic() + PATIENCE_S
        while time.monotonic() < until:
            found = httpx.get(f"{self.address}/submissions/{digest}", trust_env=False).json()
            if found.get("index") is not None:
                return int(found["index"])
            time.sleep(0.1)
        raise AssertionError(f"{digest} is in no heartbeat")


@contextmanager
def real_log(folder: Path, case: Path, posts: dict, guarantors: tuple[str, ...]) -> Iterator[RealLog]:
    """Say the case into a new log with these posts, and run it; it is told to stop, and must end with exit code 0."""
    charter = {
        "policy": OPEN_POLICY, "heartbeat_s": 1, "rp_id": "localhost", "staff": staff(posts),
        "guarantors": [{"name": name, "passkeys": [asdict(key_of(name).public())]} for name in guarantors],
    }  # fmt: skip
    book = Book.create(folder / "centre", CENTRE, charter, disk=quick_disk())
    live.import_case(book, case)
    book.close()
    write_key(folder / "centre.key", CENTRE)
    (folder / "calendar").write_text("0")
    call = ["log", "run", folder / "centre", "--key", folder / "centre.key", "--port", "0", "--assess-every", "1"]
    environment = os.environ | {"PYTHONPATH": str(SOURCE), "PYTHONUNBUFFERED": "1"}
    with (folder / "said").open("wb") as said:
        process = subprocess.Popen(
            [sys.executable, "-c", RUN, folder / "calendar", *call], env=environment, stdout=said, stderr=said
        )
    try:
        yield RealLog(address=_address(folder / "said", process), folder=folder)
    finally:
        process.send_signal(signal.SIGTERM)
        assert process.wait(60) == 0, (folder / "said").read_text()


def _address(said: Path, process: subprocess.Popen) -> str:
    until = time.monotonic() + PATIENCE_S
    while time.monotonic() < until and process.poll() is None:
        found = re.search(r"http://localhost:\d+", said.read_text())
        if found:
            return found[0]
        time.sleep(0.05)
    raise AssertionError(said.read_text())
