"""The charter: the first entry of a centre's log, which says who may speak in it and who watches it. Pure.

docs/ledger.md, section 3, has its fields.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from trucewatch.ledger.note import Key, verifier_key
from trucewatch.ledger.verify import (
    ED25519,
    MOST_SIGNATURES,
    Policy,
    VerifierKey,
    parse_charter,
    parse_policy,
    parse_vkey,
)

LONGEST_HEARTBEAT_S = 86_400  # a day; a guess: whoever looks at the log daily sees that it lives


@dataclass(frozen=True, slots=True, kw_only=True)
class Charter:
    """What a charter says: the log's origin, its policy, the seconds between heartbeats, the enrolled authors.

    `text` is the policy as it was written, the file `policy`.
    """

    origin: str
    policy: Policy
    text: bytes
    heartbeat_s: int
    authors: frozenset[VerifierKey]


def chartered(said: Mapping[str, Any], key: Key) -> dict[str, Any]:
    """Return the entry of a charter that says this; `origin` is the key's name and may be left out.

    Raises ValueError where it is no charter for the log of this key, or its guarantors are not what an act needs.
    """
    entry = {"origin": key.name, "heartbeat_s": 60, "rp_id": "", "guarantors": [], "authors": [], **said}
    entry |= {"type": "charter", "v": "1"}
    charter = read_charter(entry)
    if charter.origin != key.name or charter.policy.log != verifier_key(key):
        raise ValueError(f"the charter is for another log, or another key, than {verifier_key(key)}")
    parse_charter(entry, key.name)
    return entry


def read_charter(fields: Mapping[str, Any]) -> Charter:
    """Return what the first entry of a log says; ValueError where it is no charter."""
    if fields.get("type") != "charter":
        raise ValueError("the log does not begin with a charter")
    policy, heartbeat_s, authors = fields.get("policy"), fields.get("heartbeat_s"), fields.get("authors")
    if not isinstance(policy, str):
        raise ValueError("the charter has no policy")  # noqa: TRY004 - like every other refusal
    parsed = parse_policy(policy.encode())
    if len(parsed.witnesses) >= MOST_SIGNATURES:
        raise ValueError(f"the policy has more witnesses than a checkpoint has lines for, {MOST_SIGNATURES - 1}")
    if type(heartbeat_s) is not int or not 0 < heartbeat_s <= LONGEST_HEARTBEAT_S:
        raise ValueError(f"the charter's heartbeat is not between 1 and {LONGEST_HEARTBEAT_S} seconds")
    if not isinstance(authors, list) or not all(isinstance(vkey, str) for vkey in authors):
        raise ValueError("the charter has no list of authors")
    keys = [parse_vkey(vkey) for vkey in authors]
    if len(set(keys)) != len(keys) or any(key.kind != ED25519 for key in keys):
        raise ValueError("an author of the charter stands twice, or has not an Ed25519 key")
    if fields.get("origin") != parsed.log.name:
        raise ValueError("the charter's origin is not the name of its policy's log")
    return Charter(
        origin=parsed.log.name,
        policy=parsed,
        text=policy.encode(),
        heartbeat_s=heartbeat_s,
        authors=frozenset(keys),
    )
