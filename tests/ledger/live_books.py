"""A centre's live log for these tests: its key, its charter with two guarantors' mirrors, authors, what they hand in."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from trucewatch.ledger.acts import act_entry, approval, challenge, new_act
from trucewatch.ledger.book import Book, Submission
from trucewatch.ledger.commitments import commit, derived
from trucewatch.ledger.disk import Disk
from trucewatch.ledger.encoding import encode
from trucewatch.ledger.note import Key, cosign, sign, verifier_key
from trucewatch.ledger.rehearsal import SoftwarePasskey
from trucewatch.ledger.verify import COSIGN_ED25519, COSIGN_ML_DSA_44, Checkpoint, parse_checkpoint

ORIGIN = "centre.example/log"
CENTRE = Key(name=ORIGIN, seed=bytes(range(32)))
DEVICE = Key(name="north.example/device-7", seed=b"\x07" * 32)
OFFICER = Key(name="south.example/officer-2", seed=b"\x02" * 32)
STRANGER = Key(name="elsewhere.example/device", seed=b"\x63" * 32)
MIRRORS: dict[str, Key] = {
    f"{side}-{kind}": Key(name=f"mirror-{side}.example", seed=bytes([at]) * 32, kind=code)
    for at, (side, kind, code) in enumerate(
        [
            ("a", "ed", COSIGN_ED25519),
            ("a", "ml", COSIGN_ML_DSA_44),
            ("b", "ed", COSIGN_ED25519),
            ("b", "ml", COSIGN_ML_DSA_44),
        ],
        start=101,
    )
}
POLICY = "\n".join(
    [
        f"log {verifier_key(CENTRE)}",
        *(f"witness {name} {verifier_key(key)}" for name, key in MIRRORS.items()),
        "group a all a-ed a-ml",
        "group b all b-ed b-ml",
        "group both all a b",
        "quorum both",
        "",
    ]
)
GUARANTORS = {name: SoftwarePasskey(seed=name.encode() * 32, eddsa=name == "b") for name in ("a", "b")}
CHARTER: dict[str, Any] = {
    "policy": POLICY,
    "heartbeat_s": 60,
    "rp_id": "centre.example",
    "guarantors": [{"name": name, "passkeys": [asdict(key.public())]} for name, key in GUARANTORS.items()],
    "authors": [str(verifier_key(DEVICE)), str(verifier_key(OFFICER))],
}
NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


def new_book(folder: Path, disk: Disk | None = None) -> Book:
    return Book.create(folder, CENTRE, CHARTER, disk=disk)


def submission(
    text: str, *, by: Sequence[Key] = (DEVICE,), blobs: Sequence[str] = (), hidden: Mapping[str, Any] | None = None
) -> Submission:
    """A signed observation with that text, and with fields that it only commits to."""
    fields = {"type": "observation", "v": "2", "reader": "patrol", "text": text, "blobs": sorted(blobs)}
    fields["by"] = [str(verifier_key(key)) for key in by]
    entry, disclosures = commit(fields, hidden or {}, derived(b"salts", text.encode()))
    return Submission(entry=sign(encode(entry) + b"\n", *by), disclosures=disclosures)


def approved(kind: str, *, by: Sequence[str] = ("a", "b"), nonce: int = 0, **says: Any) -> dict[str, Any]:
    """The entry of an act that these guarantors approve."""
    act = new_act(kind, log=ORIGIN, basis="Article 7", nonce=nonce.to_bytes(16, "big"), says=says)
    page = CHARTER["rp_id"]
    return act_entry(act, [approval(GUARANTORS[name].assertion(challenge(act), page), name) for name in by])


def cosigned(head: Checkpoint | bytes, witnesses: Sequence[str], time: int = 1_000_000) -> bytes:
    """A checkpoint as a witness hands it in: the log's line and those of these witnesses."""
    head = parse_checkpoint(head) if isinstance(head, bytes) else head
    return sign(head.text.encode(), CENTRE) + b"".join(cosign(head, MIRRORS[name], time) for name in witnesses)


BOTH = tuple(MIRRORS)
