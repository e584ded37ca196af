"""What the campaign against leaks works with: its plan, keys, commands, processes, classes of canaries."""

import os
import random
import re
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pyrage
from canaries import Canaries

from trucewatch.ledger.note import Key, verifier_key, write_key
from trucewatch.ledger.verify import COSIGN_ED25519, COSIGN_ML_DSA_44, SALT_BYTES

SEED = 20261122
HEARTBEAT_S = 2
ORIGIN = "centre.example/log"
SEALED, METADATA, WITHHELD, ERASED, QUARANTINED, ERRORS, OPEN = "SMWXQEC"  # the classes of canaries
FREE_TEXT = "04:text"  # the cell of the free text that devices hand in
TYPED_TEXT = "00:text"  # and of that which people type


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """How much is planted.

    Records with three sealed fields each, pictures, documents, damaged files, rounds of strangers, records whose free
    text and file are erased.
    """

    seals: int = 2000
    pictures: int = 120
    documents: int = 60
    damaged: int = 30
    rounds: int = 20
    erasures: int = 5


@dataclass(slots=True, kw_only=True)
class Campaign:
    """What the campaign works with."""

    folder: Path
    plan: Plan
    canaries: Canaries = field(default_factory=Canaries)
    chance: random.Random = field(default_factory=lambda: random.Random(SEED))
    identities: dict[str, str] = field(default_factory=dict)
    recipients: list[list[str]] = field(default_factory=list)
    counts: Counter[str] = field(default_factory=Counter)
    erasable: list[tuple[str, str]] = field(default_factory=list)  # digests of submissions, and of their files

    def place(self, name: str) -> Path:
        """Return the folder of a place, made where it is not there."""
        path = self.folder / name
        path.mkdir(exist_ok=True)
        return path

    def salts(self, fields: int) -> bytes:
        """Return salts of chance."""
        return os.urandom(SALT_BYTES * fields)

    def say(self, name: str, data: bytes) -> None:
        """Keep what was said, to be searched."""
        place = self.place("said")
        (place / f"{len(list(place.iterdir())):05}-{name}").write_bytes(data)


# --- keys and processes -----------------------------------------------------------------------------


def command(*words: object) -> list[str]:
    return [sys.executable, "-c", "from trucewatch.cli import main; main()", *map(str, words)]


def environment(campaign: Campaign) -> dict[str, str]:
    return {**os.environ, "TMPDIR": str(campaign.place("tmp").resolve()), "COLUMNS": "100"}


def run(campaign: Campaign, *words: object, given: str = "", codes: Sequence[int] = (0,)) -> str:
    """Run a command; keep what it printed and return it."""
    done = subprocess.run(
        command(*words), input=given.encode(), capture_output=True, check=False, env=environment(campaign), timeout=600
    )
    campaign.say(f"{words[0]}", done.stdout + done.stderr)
    if done.returncode not in codes:
        raise SystemExit(f"{words[0]}: exit code {done.returncode}: {done.stderr.decode()[-500:]}")
    return done.stdout.decode()


def make_keys(campaign: Campaign) -> tuple[Key, Key, bytes]:
    """Write the keys and the policy beside the places; return the log's key, the device's, and the policy."""
    keys = campaign.folder / "keys"
    keys.mkdir()
    log, device = Key(name=ORIGIN, seed=os.urandom(32)), Key(name="post-7.example/device", seed=os.urandom(32))
    write_key(keys / "log", log)
    write_key(keys / "device", device)
    lines = [f"log {verifier_key(log)}"]
    for side in "ab":
        for name, kind in (("ed", COSIGN_ED25519), ("ml", COSIGN_ML_DSA_44)):
            key = Key(name=f"mirror-{side}.example", seed=os.urandom(32), kind=kind)
            write_key(keys / f"{side}-{name}", key)
            lines.append(f"witness {side}-{name} {verifier_key(key)}")
        identity = pyrage.x25519.Identity.generate()
        campaign.identities[side] = str(identity)
        campaign.recipients.append([str(identity.to_public())])
        (keys / f"{side}.identity").write_text(f"{identity}\n")
    policy = "\n".join([*lines, "group both all a-ed a-ml b-ed b-ml", "quorum both", ""]).encode()
    (keys / "policy").write_bytes(policy)
    return log, device, policy


@contextmanager
def process(campaign: Campaign, name: str, *words: object) -> Iterator[Path]:
    """Run a command in the background, all that it prints in a file; end it by SIGTERM."""
    said = campaign.place("said") / f"{name}.out"
    with said.open("wb") as out:
        running = subprocess.Popen(command(*words), stdout=out, stderr=out, env=environment(campaign))
        try:
            yield said
        finally:
            running.terminate()
            running.wait(60)


def await_text(path: Path, pattern: str, seconds: float = 60) -> str:
    """Return what a pattern finds in a file as soon as it is there."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if path.exists() and (match := re.search(pattern, path.read_text())):
            return match[0]
        time.sleep(0.1)
    raise SystemExit(f"{path}: nothing like {pattern!r} in {seconds:g} s")
