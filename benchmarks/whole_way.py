"""The whole way of a record, by real processes: a centre, mirrors, a witness, observers, strangers, a copy for others.

What is planted on it and where it may be found is `leaks.py`'s to say.
"""

import json
import shutil
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path

import httpx
import strangers
from leak_setting import ERRORS, FREE_TEXT, HEARTBEAT_S, TYPED_TEXT, Campaign, await_text, make_keys, process, run
from observers import Observers, typed

from trucewatch.ledger.door import HttpDoor
from trucewatch.ledger.note import Key, verifier_key
from trucewatch.ledger.seal import is_sealed, open_layer
from trucewatch.ledger.verify import parse_checkpoint

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


# --- erasing ------------------------------------------------------------------------------------------


def indexes(campaign: Campaign, door: HttpDoor) -> list[int]:
    """Return where what is to be erased stands in the log."""
    asked = [door.ask("GET", f"submissions/{digest}").body for digest, _ in campaign.erasable]
    return [json.loads(body)["index"] for body in asked]


def erase(campaign: Campaign, entries: Sequence[int]) -> None:
    """Let both guarantors approve an act for each, and put them into the centre's log while it stands still."""
    folder, keys = campaign.folder, campaign.folder / "keys"
    ledger = ("--ledger", folder / "mirror-a")
    for number, (index, (_, blob)) in enumerate(zip(entries, campaign.erasable, strict=True)):
        act = folder / "observer" / f"{number}.act"
        what = ("--entry", index, "--field", FREE_TEXT, "--blob", blob, "--basis", "Article 7: at their wish.")
        run(campaign, "act", "new", "erase", *ledger, *what, "--out", act)
        for side in "ab":
            answer = act.with_suffix(f".{side}")
            run(campaign, "act", "rehearse", act, "--passkey", keys / f"{side}.passkey", *ledger, "--out", answer)
            run(campaign, "act", "approve", act, "--guarantor", side, "--assertion", answer, *ledger)
        run(campaign, "act", "log", act, folder / "centre", "--key", keys / "log")
        campaign.counts["acts to erase"] += 1


# --- the whole ---------------------------------------------------------------------------------------


def begin(campaign: Campaign, device: Key) -> None:
    """Make the guarantors' software passkeys, and the log with its charter."""
    folder, keys = campaign.folder, campaign.folder / "keys"
    guarantors = []
    for side in "ab":
        made = json.loads(run(campaign, "act", "rehearsal-passkey", keys / f"{side}.passkey", "--guarantor", side))
        guarantors.append({"name": made.pop("guarantor"), "passkeys": [made]})
    (keys / "guarantors").write_text(json.dumps(guarantors))
    run(
        *(campaign, "log", "new", folder / "centre", "--key", keys / "log", "--policy", keys / "policy"),
        *("--heartbeat", HEARTBEAT_S, "--author", verifier_key(device)),
        *("--guarantors", keys / "guarantors", "--rp-id", "centre.example"),
    )


@contextmanager
def running(campaign: Campaign, which: str) -> Iterator[tuple[HttpDoor, str]]:
    """Run the centre, both mirrors and the witness; return the way to the centre and its address."""
    folder, keys = campaign.folder, campaign.folder / "keys"
    with ExitStack() as stack:
        start = stack.enter_context
        serve = ("log", "run", folder / "centre", "--key", keys / "log", "--port", 0)
        url = await_text(start(process(campaign, f"centre-{which}", *serve)), r"http://127\.0\.0\.1:[0-9]+")
        for side in "ab":
            signed = ("--key", keys / f"{side}-ed", "--key2", keys / f"{side}-ml", "--every", 1)
            name = f"mirror-{side}"
            start(
                process(campaign, f"{name}-{which}", "mirror", url, folder / name, "--policy", keys / "policy", *signed)
            )
        await_text(folder / "mirror-a" / "checkpoint", "\n")
        watched = (url, folder / "mirror-a", "--store", folder / "witness", "--policy", keys / "policy", "--every", 1)
        start(process(campaign, f"witness-{which}", "witness", *watched))
        yield start(HttpDoor(url)), url


def take_place(campaign: Campaign) -> None:
    """Run all of it; what is left lies in the campaign's folder."""
    _, device, policy = make_keys(campaign)
    folder = campaign.folder
    (folder / "observer").mkdir()
    begin(campaign, device)
    with running(campaign, "first") as (door, url):
        observers = Observers(campaign, door, device, policy)
        for step in (observers.seals, observers.pictures, observers.documents, observers.damaged, observers.erasable):
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
        entries = indexes(campaign, door)
    erase(campaign, entries)
    with running(campaign, "second") as (door, url):
        await_witnessed(door)
        crawl(campaign, url)
        taken, other = take(campaign, "mirror-a"), take(campaign, "mirror-b")
    strangers.named_table(folder / "case", campaign.canaries.source(ERRORS))
    run(campaign, "assess", folder / "case", "--out", folder / "assessed")
    open_outer(campaign)
    hand_over(campaign, taken, other)
    for path in (taken, other):
        shutil.rmtree(path)
