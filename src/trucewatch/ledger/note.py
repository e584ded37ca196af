"""Signing: a key with a name, notes signed by it (C2SP signed-note), and cosignatures (C2SP tlog-cosignature).

A key file is one line, `PRIVATE+KEY+name+key id+base64(kind || seed)`: with the kind 0x01 it is the private form that
Go's golang.org/x/mod/sumdb/note reads and writes, so that a centre may make its key with another tool.
"""

import base64
import os
import re
import stat
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.mldsa import MLDSA44PrivateKey

from trucewatch.ledger.verify import (
    COSIGN_ED25519,
    COSIGN_ML_DSA_44,
    ED25519,
    KEY_BYTES,
    NAME,
    REHEARSAL_SEED,
    Checkpoint,
    VerifierKey,
    cosigned_text,
    key_id,
)

_KEY_FILE = re.compile(rf"PRIVATE\+KEY\+({NAME})\+([0-9a-f]{{8}})\+([A-Za-z0-9+/]{{44}})\n?")
_OTHERS = stat.S_IRWXG | stat.S_IRWXO


@dataclass(frozen=True, slots=True, kw_only=True)
class Key:
    """A signing key: the `name` it signs under (of a log: its origin), 32 secret bytes, the `kind` of its signatures.

    `seed` is that of RFC 8032, section 5.1.5, or of FIPS 204, algorithm 1.
    """

    name: str
    seed: bytes = field(repr=False)
    kind: bytes = ED25519

    def __post_init__(self) -> None:
        if not re.fullmatch(NAME, self.name):
            raise ValueError("the name of a key is 1 to 255 printable ASCII characters without space and plus")
        if len(self.seed) != 32 or self.kind not in KEY_BYTES:
            raise ValueError("the seed of a key has 32 bytes, and its kind is one of signed-note's")


def rehearsal(origin: str) -> Key:
    """Return the published key under a log's name: it signs rehearsals, and proves nothing about who signed."""
    return Key(name=origin, seed=REHEARSAL_SEED)


REHEARSAL = rehearsal("trucewatch.example/rehearsal")


@lru_cache(64)
def verifier_key(key: Key) -> VerifierKey:
    """Return the public half; its `str` is what stands in a policy, and what `verify --vkey` takes."""
    if key.kind == COSIGN_ML_DSA_44:
        public = MLDSA44PrivateKey.from_seed_bytes(key.seed).public_key().public_bytes_raw()
    else:
        public = Ed25519PrivateKey.from_private_bytes(key.seed).public_key().public_bytes_raw()
    return VerifierKey(name=key.name, public=public, kind=key.kind)


def policy_lines(*keys: Key) -> str:
    """Return the lines with which a policy (C2SP tlog-policy) names one keeper by all its keys."""
    kinds = {COSIGN_ED25519: "ed25519", COSIGN_ML_DSA_44: "ml-dsa-44"}
    names = [f"{key.name}:{kinds[key.kind]}" for key in keys]
    lines = [f"witness {name} {verifier_key(key)}" for name, key in zip(names, keys, strict=True)]
    return "\n".join([*lines, f"group {keys[0].name} all {' '.join(names)}"])


def sign(text: bytes, *keys: Key) -> bytes:
    """Return the note: the text (which ends in a newline), a blank line and a signature line for each key."""
    if not text.endswith(b"\n"):
        raise ValueError("the text of a note ends in a newline")
    lines = (_line(key, Ed25519PrivateKey.from_private_bytes(key.seed).sign(text)) for key in keys)
    return text + b"\n" + b"".join(lines)


def cosign(checkpoint: Checkpoint, key: Key, time: int) -> bytes:
    """Return the line with which a mirror or witness cosigns, at a time of its own clock in seconds since 1970."""
    message = cosigned_text(verifier_key(key), checkpoint, time)
    if key.kind == COSIGN_ML_DSA_44:
        signature = MLDSA44PrivateKey.from_seed_bytes(key.seed).sign(message)
    else:
        signature = Ed25519PrivateKey.from_private_bytes(key.seed).sign(message)
    return _line(key, time.to_bytes(8, "big") + signature)


def _line(key: Key, signature: bytes) -> bytes:
    payload = base64.b64encode(key_id(verifier_key(key)) + signature).decode()
    return f"— {key.name} {payload}\n".encode()


def read_key(path: Path) -> Key:
    """Return the key of a key file; raise ValueError where it is not one or where others may read it."""
    if path.stat().st_mode & _OTHERS:
        raise ValueError(f"{path.name}: others may read this key; chmod 600 it")
    match = _KEY_FILE.fullmatch(path.read_bytes().decode("ascii", errors="replace"))
    if not match:
        raise ValueError(f"{path.name}: not a key file: PRIVATE+KEY+name+key id+base64")
    payload = base64.b64decode(match[3])
    if payload[:1] not in KEY_BYTES:
        raise ValueError(f"{path.name}: not a key of a known kind")
    key = Key(name=match[1], seed=payload[1:], kind=payload[:1])
    if key_id(verifier_key(key)).hex() != match[2]:
        raise ValueError(f"{path.name}: not a key with its own key id")
    return key


def write_key(path: Path, key: Key) -> None:
    """Write a new key file that only its owner may read; never over an existing file."""
    secret = base64.b64encode(key.kind + key.seed).decode()
    line = f"PRIVATE+KEY+{key.name}+{key_id(verifier_key(key)).hex()}+{secret}\n"
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="ascii") as file:
        file.write(line)
