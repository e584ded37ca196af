"""The whole way of a record, by real processes: a centre, mirrors, a witness, observers, strangers, a copy for others.

What is planted on it and where it may be found is `leaks.py`'s to say.
"""

import hashlib
import os
import random
import re
import shutil
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import httpx
import planted
import pyrage
import strangers
from canaries import Canaries

from trucewatch.ledger.courier import hand_in
from trucewatch.ledger.door import HttpDoor
from trucewatch.ledger.note import Key, verifier_key, write_key
from trucewatch.ledger.outbox import written
from trucewatch.ledger.seal import Sealed, is_sealed, open_layer, seal_fields
from trucewatch.ledger.verify import COSIGN_ED25519, COSIGN_ML_DSA_44, SALT_BYTES, parse_checkpoint, parse_policy
from trucewatch.sandbox import Quarantined, strip

SEED = 20261122
HEARTBEAT_S = 2
ORIGIN = "centre.example/log"
SEALED, METADATA, WITHHELD, QUARANTINED, ERRORS, OPEN = "SMWQEC"  # the classes of canaries
FREE_TEXT = "04:text"  # the cell of the free text that devices hand in
TYPED_TEXT = "00:text"  # and of that which people type


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """How much is planted: submissions with three sealed fields each, pictures, documents, damaged files, rounds."""

    seals: int = 2000
    pictures: int = 120
    documents: int = 60
    damaged: int = 30
    rounds: int = 20


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


# --- what observers hand in -------------------------------------------------------------------------


class Observers:
    """Observers' devices: what they seal, strip and hand in."""

    def __init__(self, campaign: Campaign, door: HttpDoor, device: Key, policy: bytes) -> None:
        self._campaign, self._door, self._device = campaign, door, device
        self._policy = parse_policy(policy)

    def record(self, files: Sequence[bytes], seals: Sequence[Sealed], *, is_open: bool = False) -> None:
        """Hand in an observation with a canary in its free text, and where asked one in an open field."""
        campaign = self._campaign
        own = {"type": "observation", "v": "2", "reader": "canonical"}
        own |= {"sealed": [seal.said() for seal in seals]} if seals else {}
        own |= {"remark": campaign.canaries.of(OPEN)} if is_open else {}
        hidden = {
            "00:source": "post 7",
            "01:phenomenon": "shelling",
            FREE_TEXT: f"he said {campaign.canaries.of(WITHHELD)}",
        }
        brought = [*files, *(seal.data for seal in seals)]
        submission = written(own, hidden, brought, self._device, campaign.salts)
        named = dict(zip((_sha256(data) for data in brought), brought, strict=True))
        hand_in(self._door, self._policy, submission.digest, submission.wire, named.__getitem__)
        campaign.counts["records"] += 1

    def seals(self) -> None:
        """Hand in records with a witness, a source and an address sealed."""
        campaign = self._campaign
        for number in range(campaign.plan.seals):
            fields = {name: campaign.canaries.of(SEALED) for name in ("witness", "source", "address")}
            self.record([], [self._seal(fields, None)], is_open=number % 20 == 0)

    def pictures(self) -> None:
        """Hand in working copies of pictures, their originals sealed."""
        campaign = self._campaign
        for number in range(campaign.plan.pictures):
            make = planted.PICTURES[number % len(planted.PICTURES)]
            original = make(campaign.canaries.source(METADATA), campaign.chance)
            copy = strip(original)
            if isinstance(copy, Quarantined):
                raise SystemExit(f"{make.__name__}: {copy.reason.value}")
            self.record([copy], [self._seal({}, original)])

    def documents(self) -> None:
        """Hand in documents and archives, sealed as they are: there is no working copy of them."""
        campaign = self._campaign
        for number in range(campaign.plan.documents):
            make = planted.DOCUMENTS[number % len(planted.DOCUMENTS)]
            self.record([], [self._seal({}, make(campaign.canaries.source(METADATA), campaign.chance))])

    def damaged(self) -> None:
        """Hand in files cut short, in the clear: parsers refuse them, and the log must say so without their words."""
        campaign = self._campaign
        makers = (*planted.PICTURES, *planted.DOCUMENTS)
        for number in range(campaign.plan.damaged):
            data = makers[number % len(makers)](lambda: "a name", campaign.chance)
            self.record([data[: len(data) * 2 // 3] + campaign.canaries.of(QUARANTINED).encode()], [])

    def _seal(self, fields: dict[str, str], file: bytes | None) -> Sealed:
        return seal_fields(fields, file, self._campaign.recipients, self._campaign.salts)


def _sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def typed(campaign: Campaign, url: str) -> None:
    """Let people type the commands of sealing and sending, well and badly; keep all that is printed."""
    keys, work = campaign.folder / "keys", campaign.folder / "observer"
    work.mkdir()
    to = [word for side in (0, 1) for word in (("--guarantor-a", "--guarantor-b")[side], campaign.recipients[side][0])]
    word = campaign.canaries.source(SEALED)
    for number in range(max(1, campaign.plan.rounds // 4)):
        original = work / f"{number}.jpg"
        original.write_bytes(planted.jpeg(campaign.canaries.source(METADATA), campaign.chance))
        seal, copy = work / f"{number}.age", work / f"{number}-copy.jpg"
        run(
            campaign, "seal", "witness", f"source={word()}", "--file", original, *to, "--out", seal, given=f"{word()}\n"
        )
        run(campaign, "strip", original, "--out", copy)
        form = ("--outbox", campaign.folder / "device", "--key", keys / "device", "--policy", keys / "policy")
        text = ("--cell", f"text={campaign.canaries.of(WITHHELD)}")
        run(campaign, "submit", url, *form, *text, "--file", copy, "--sealed", seal, codes=(0, 1))
        campaign.counts["records"] += 1
        run(campaign, "unseal", seal, "--identity", keys / "b.identity", "--out", work / "x", codes=(2,))
        run(campaign, "unseal", seal, "--identity", keys / "a.identity", "--out", work / f"{number}.under")
        run(campaign, "seal", f"witness={word()}", *to[:2], "--out", work / "y", codes=(2,))
        run(campaign, "seal", f"witness={word()}", f"witness={word()}", *to, "--out", work / "y", codes=(2,))
        run(campaign, "seal", f"имя={word()}", *to, "--out", work / "y", codes=(2,))
        (work / "broken.jpg").write_bytes(original.read_bytes()[:300])
        run(campaign, "strip", work / "broken.jpg", "--out", work / "z", codes=(2,))


# --- what is then made of it ------------------------------------------------------------------------


def await_witnessed(door: HttpDoor) -> None:
    """Wait until a checkpoint with all that was handed in has the cosignatures of both mirrors."""
    head = parse_checkpoint(door.ask("GET", "checkpoint", most_bytes=131_072).body)
    end = time.monotonic() + 600
    while time.monotonic() < end:
        answer = door.ask("GET", "witnessed", most_bytes=131_072)
        if answer.status == 200 and parse_checkpoint(answer.body).size > head.size:
            return
        time.sleep(0.5)
    raise SystemExit("the mirrors do not cosign")


def crawl(campaign: Campaign, url: str) -> None:
    """Fetch all that the centre shows to anybody, and what it shows only to keepers, without a token."""
    ledger, public = campaign.folder / "centre" / "ledger", campaign.place("public")
    with httpx.Client(base_url=url, trust_env=False) as client:
        for _ in range(20):  # a heartbeat in between puts another partial tile in the place of one
            names = [path.relative_to(ledger).as_posix() for path in ledger.rglob("*") if path.is_file()]
            answers = [
                (path, client.get(f"/{path}")) for path in ("", "checkpoint", "witnessed", "status", "no", *names)
            ]
            for path, answer in answers:
                if path.startswith(("disclosures/", "blobs/")) and answer.status_code != 401:
                    raise SystemExit(f"{path}: {answer.status_code} without a token")
            if not any(answer.status_code == 404 and path.startswith("tile/") for path, answer in answers):
                break
        else:
            raise SystemExit("the tiles change faster than they can be fetched")
    for number, (_, answer) in enumerate(answers):
        (public / f"{number:05}").write_bytes(strangers.whole(answer))
    campaign.counts["answers in public"] = len(answers)


def open_outer(campaign: Campaign) -> None:
    """Let each guarantor alone open what a mirror has: A every outer layer, B none."""
    for path in sorted((campaign.folder / "mirror-a" / "blobs").iterdir()):
        data = path.read_bytes()
        if not is_sealed(data):
            continue
        (campaign.place("opened-a") / path.name).write_bytes(open_layer(data, campaign.identities["a"]))
        campaign.counts["outer layers opened by A alone"] += 1
        try:
            open_layer(data, campaign.identities["b"])
        except ValueError:
            campaign.counts["outer layers that B alone could not open"] += 1
        under = (campaign.folder / "opened-a" / path.name).read_bytes()
        try:
            open_layer(under, campaign.identities["a"])
        except ValueError:
            campaign.counts["inner layers that A alone could not open"] += 1


def take(campaign: Campaign, name: str) -> Path:
    """Return a copy of a mirror that has the other mirror's cosignature on its newest tree too."""
    taken = campaign.folder / f"taken-{name}"
    for _ in range(100):
        shutil.copytree(campaign.folder / name, taken)
        asked = ("verify", taken, "--policy", campaign.folder / "keys" / "policy")
        if run(campaign, *asked, codes=(0, 1)).count("NOT VERIFIED") == 0:
            return taken
        shutil.rmtree(taken)
    raise SystemExit(f"{name}: never whole and cosigned by both")


def hand_over(campaign: Campaign, mirror: Path, other: Path) -> None:
    """Make the copy for others from a mirror and pack it; check everything by the commands that others use."""
    folder, policy = campaign.folder, campaign.folder / "keys" / "policy"
    typed_too = (TYPED_TEXT,) if campaign.plan.rounds else ()
    withheld = [word for name in (FREE_TEXT, *typed_too) for word in ("--field", name)]
    run(campaign, "redact", mirror, *withheld, "--out", folder / "copy")
    run(campaign, "verify", folder / "copy", "--policy", policy)
    run(campaign, "bag", folder / "copy", "--out", folder / "bag")
    run(campaign, "log", "status", folder / "centre", "--last", 1000)
    for path in sorted((other / "disclosures").iterdir())[:1]:  # altered, to hear what is said of it
        path.write_bytes(path.read_bytes().replace(b"~", b"~A", 1))
    run(campaign, "verify", other, codes=(1,))


# --- the whole -----------------------------------------------------------------------


def take_place(campaign: Campaign) -> None:
    """Run all of it; what is left lies in the campaign's folder."""
    _, device, policy = make_keys(campaign)
    folder, keys = campaign.folder, campaign.folder / "keys"
    author = str(verifier_key(device))
    run(
        *(campaign, "log", "new", folder / "centre", "--key", keys / "log", "--policy", keys / "policy"),
        *("--heartbeat", HEARTBEAT_S, "--author", author),
    )
    with ExitStack() as stack:
        start = stack.enter_context
        said = start(process(campaign, "centre", "log", "run", folder / "centre", "--key", keys / "log", "--port", 0))
        url = await_text(said, r"http://127\.0\.0\.1:[0-9]+")
        for side in "ab":
            signed = ("--key", keys / f"{side}-ed", "--key2", keys / f"{side}-ml", "--every", 1)
            name = f"mirror-{side}"
            start(process(campaign, name, "mirror", url, folder / name, "--policy", keys / "policy", *signed))
        await_text(folder / "mirror-a" / "checkpoint", "\n")
        watched = (url, folder / "mirror-a", "--store", folder / "witness", "--policy", keys / "policy", "--every", 1)
        start(process(campaign, "witness", "witness", *watched))
        door = start(HttpDoor(url))
        observers = Observers(campaign, door, device, policy)
        for step in (observers.seals, observers.pictures, observers.documents, observers.damaged):
            step()
        if campaign.plan.rounds:
            typed(campaign, url)
        refusals = campaign.place("refusals")
        for number in range(campaign.plan.rounds):
            word = campaign.canaries.source(ERRORS)
            for at, answer in enumerate(strangers.answers(url, word, device)):
                (refusals / f"{number:04}-{at:02}").write_bytes(answer)
                campaign.counts["malformed requests"] += 1
        await_witnessed(door)
        crawl(campaign, url)
        taken, other = take(campaign, "mirror-a"), take(campaign, "mirror-b")
    strangers.named_table(campaign.folder / "case", campaign.canaries.source(ERRORS))
    run(campaign, "assess", folder / "case", "--out", folder / "assessed")
    open_outer(campaign)
    hand_over(campaign, taken, other)
    for path in (taken, other):
        shutil.rmtree(path)
