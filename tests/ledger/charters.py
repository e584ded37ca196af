"""Logs with a charter of two guarantors, whose passkeys are made in software, and acts that both approved."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from typing import Any

from ledgers import CENTRE, ORIGIN
from rich_logs import key, said

from trucewatch.ledger import signed_files
from trucewatch.ledger.acts import act_entry, approval, challenge
from trucewatch.ledger.commitments import commit, derived
from trucewatch.ledger.encoding import encode
from trucewatch.ledger.note import Key, verifier_key
from trucewatch.ledger.rehearsal import SoftwarePasskey
from trucewatch.ledger.verify import to_base64url

PAGE = "centre.example"
KEYS = {"a": SoftwarePasskey(seed=bytes([1]) * 32), "b": SoftwarePasskey(seed=bytes([2]) * 32, eddsa=True)}
STRANGER = SoftwarePasskey(seed=bytes([3]) * 32)
DEVICE, OTHER_DEVICE = key("device-1.example"), key("device-2.example")
FILE = b"a photograph\n"
DIGEST = hashlib.sha256(FILE).hexdigest()
HIDDEN = {"00:place": "Ağdam", "01:name": "a name", "02:kind": "shot"}


def vkey_of(device: Key) -> str:
    return str(verifier_key(device))


def passkey(made: SoftwarePasskey) -> dict[str, str]:
    return {"id": made.public().id, "public": made.public().public}


def charter(**other: Any) -> dict[str, Any]:
    """The fields of a charter, some of them otherwise; None leaves one out."""
    fields = {
        "type": "charter",
        "v": "1",
        "origin": ORIGIN,
        "policy": f"log {vkey_of(CENTRE)}\nquorum none\n",
        "heartbeat_s": 60,
        "rp_id": PAGE,
        "guarantors": [{"name": name, "passkeys": [passkey(made)]} for name, made in KEYS.items()],
        "authors": [vkey_of(DEVICE)],
    }
    return {name: value for name, value in (fields | other).items() if value is not None}


SAYS: Mapping[str, Mapping[str, Any]] = {
    "publish": {"publication": "0" * 64},
    "enrol": {"authors": [vkey_of(OTHER_DEVICE)], "passkeys": [{"guarantor": "a", **passkey(STRANGER)}]},
    "policy": {"policy": f"log {vkey_of(CENTRE)} https://{ORIGIN}\nquorum none\n"},
    "unseal": {"entry": 1, "blobs": [DIGEST]},
    "redact": {"entry": 1, "fields": ["00:place"]},
    "erase": {"entry": 1, "fields": ["01:name"], "blobs": [DIGEST]},
}


def act(kind: str, nonce: int = 0, **other: Any) -> dict[str, Any]:
    """An act of that kind, some of it otherwise."""
    common = {"kind": kind, "log": ORIGIN, "basis": "Article 7: the witness asked for it.", "nonce": ""}
    common["nonce"] = to_base64url(nonce.to_bytes(16, "big"))
    return {**common, **SAYS.get(kind, {}), **other}


def approved(of: Mapping[str, Any], by: str, made: SoftwarePasskey | None = None, **how: Any) -> dict[str, str]:
    """The approval of an act by a guarantor, with his own passkey or another one."""
    page = how.pop("page", PAGE)
    return approval((made or KEYS[by]).assertion(challenge(of), page, **how), by)


def entry_of(of: Mapping[str, Any], approvals: Sequence[Mapping[str, Any]] | None = None) -> bytes:
    """The entry of an act; approved by both unless other approvals are given."""
    given = [approved(of, "a"), approved(of, "b")] if approvals is None else approvals
    return encode(act_entry(of, given))


def witnessed() -> tuple[bytes, list[str]]:
    """An entry with three hidden fields and a file, and its disclosures."""
    fields = {"type": "observation", "v": "1", "blobs": [DIGEST]}
    entry, shown = commit(fields, HIDDEN, derived(b"secret", b"1"))
    return encode(entry), list(shown)


def by(device: Key, **fields: Any) -> bytes:
    """An entry that a device signed."""
    return said({"type": "observation", "v": "1", **fields}, [device])


def files_of(
    *more: bytes,
    first: bytes | None = None,
    shown: Sequence[str] | None = None,
    blobs: Mapping[str, bytes] | None = None,
) -> dict[str, bytes]:
    """The folder of a log: a charter, the entry of `witnessed`, and more entries."""
    entry, disclosures = witnessed()
    entries = [encode(charter()) if first is None else first, entry, *more]
    held = {DIGEST: FILE} if blobs is None else blobs
    return signed_files(entries, {1: disclosures if shown is None else shown}, held, CENTRE)


def client_data(of: Mapping[str, Any], **other: Any) -> bytes:
    """Client data as a browser writes them, some of it otherwise."""
    said = {"type": "webauthn.get", "challenge": to_base64url(challenge(of)), "origin": f"https://{PAGE}"}
    return json.dumps({**said, "crossOrigin": False, **other}, separators=(",", ":")).encode()
