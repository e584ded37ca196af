"""Who takes part in the made-up centre: its log's key, two guarantors' mirrors, a device, a monitor; what they send."""

import hashlib
import random
from dataclasses import asdict, dataclass, field
from functools import cache

from trucewatch.ledger.book import Submission
from trucewatch.ledger.commitments import commit, derived
from trucewatch.ledger.encoding import encode
from trucewatch.ledger.note import Key, sign, verifier_key
from trucewatch.ledger.rehearsal import SoftwarePasskey
from trucewatch.ledger.statements import approved_entry, statement_challenge, unapproved
from trucewatch.ledger.verify import COSIGN_ED25519, COSIGN_ML_DSA_44, ED25519, Policy, parse_policy


def _key(name: str, kind: bytes = ED25519) -> Key:
    return Key(name=name, seed=hashlib.sha256(f"made up: {name} {kind.hex()}".encode()).digest(), kind=kind)


LOG = _key("centre.example/log")
DEVICE = _key("device.example/north-1")
PAGE = "centre.example"
MONITOR = SoftwarePasskey(seed=_key("monitor-1").seed, eddsa=True)  # what it signs twice has the same bytes
APPROVED_EVERY = 3  # submissions, of which one has a passkey's approval in place of a device's signature
MIRRORS = {
    name: (_key(f"{name}.example/mirror", COSIGN_ED25519), _key(f"{name}.example/mirror-pq", COSIGN_ML_DSA_44))
    for name in "ab"
}


@cache
def policy_text() -> str:
    """Return the policy: all of both mirrors, each with both of its keys."""
    lines = [f"log {verifier_key(LOG)}"]
    for name, (old, new) in MIRRORS.items():
        lines += [f"witness {name}1 {verifier_key(old)}", f"witness {name}2 {verifier_key(new)}"]
        lines += [f"group {name} all {name}1 {name}2"]
    return "\n".join([*lines, "group both all a b", "quorum both", ""])


@cache
def policy() -> Policy:
    """Return it as read."""
    return parse_policy(policy_text().encode())


@cache
def charter() -> dict[str, object]:
    """Return what the log's first entry says."""
    monitor = {"id": "monitor-1", "role": "monitor", "of": "", "passkeys": [asdict(MONITOR.public())]}
    said = {"policy": policy_text(), "heartbeat_s": 60, "authors": [str(verifier_key(DEVICE))]}
    return {**said, "rp_id": PAGE, "staff": [monitor]}


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """A submission and the files that it brings."""

    submission: Submission
    blobs: tuple[bytes, ...] = field(default=(), repr=False)


def observation(number: int, chance: random.Random) -> Sent:
    """Return what is sent: an entry that a device signs or a passkey approves, with fields to hide, files, or none."""
    blobs = tuple(
        f"evidence {number} {at} ".encode() + chance.randbytes(chance.choice((40, 40, 700, 700, 700, 70_000)))
        for at in range(chance.choice((0, 0, 1, 1, 2)))
    )
    fields: dict[str, object] = {"type": "observation", "v": "1", "number": number}
    fields["blobs"] = sorted(hashlib.sha256(blob).hexdigest() for blob in blobs)
    hidden = {"00:place": f"village {number}", "01:what": "a shot was heard"} if chance.random() < 0.7 else {}
    said = _approved if number % APPROVED_EVERY == APPROVED_EVERY - 1 else _signed
    return Sent(submission=said(number, fields, hidden), blobs=blobs)


def _signed(number: int, fields: dict[str, object], hidden: dict[str, str]) -> Submission:
    by = [str(verifier_key(DEVICE))]
    entry, disclosures = commit({**fields, "by": by}, hidden, derived(DEVICE.seed, number.to_bytes(8, "big")))
    return Submission(entry=sign(encode(entry) + b"\n", DEVICE), disclosures=disclosures)


def _approved(number: int, fields: dict[str, object], hidden: dict[str, str]) -> Submission:
    nonce = number.to_bytes(16, "big")
    entry, disclosures = unapproved(
        fields, hidden, who="monitor-1", log=LOG.name, nonce=nonce, salts=derived(MONITOR.seed, nonce)
    )
    assertion = MONITOR.assertion(statement_challenge(entry), PAGE)
    return Submission(entry=encode(approved_entry(entry, assertion)), disclosures=disclosures)
