"""Signing: an Ed25519 key with a name, and notes signed by it (C2SP signed-note).

A key file is one line, `PRIVATE+KEY+name+key id+base64(0x01 || seed)`: the private form that Go's
golang.org/x/mod/sumdb/note reads and writes, so that a centre may make its key with another tool.
"""

import base64
import os
import re
import stat
from dataclasses import dataclass, field
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from trucewatch.ledger.verify import ED25519, NAME, REHEARSAL_SEED, VerifierKey, key_id

_KEY_FILE = re.compile(rf"PRIVATE\+KEY\+({NAME})\+([0-9a-f]{{8}})\+([A-Za-z0-9+/]{{44}})\n?")
_OTHERS = stat.S_IRWXG | stat.S_IRWXO


@dataclass(frozen=True, slots=True, kw_only=True)
class Key:
    """A signing key: `name` is the origin of its log, `seed` the 32 secret bytes of RFC 8032, section 5.1.5."""

    name: str
    seed: bytes = field(repr=False)

    def __post_init__(self) -> None:
        if not re.fullmatch(NAME, self.name):
            raise ValueError("the name of a key is 1 to 255 printable ASCII characters without space and plus")
        if len(self.seed) != 32:
            raise ValueError("the seed of a key has 32 bytes")


def rehearsal(origin: str) -> Key:
    """Return the published key under a log's name: it signs rehearsals, and proves nothing about who signed."""
    return Key(name=origin, seed=REHEARSAL_SEED)


REHEARSAL = rehearsal("trucewatch.example/rehearsal")


def verifier_key(key: Key) -> VerifierKey:
    """Return the public half; its `str` is what the centre publishes and `verify --vkey` takes."""
    private = Ed25519PrivateKey.from_private_bytes(key.seed)
    return VerifierKey(name=key.name, public=private.public_key().public_bytes_raw())


def sign(text: bytes, key: Key) -> bytes:
    """Return the note: the text (which ends in a newline), a blank line and one signature line."""
    if not text.endswith(b"\n"):
        raise ValueError("the text of a note ends in a newline")
    signature = key_id(verifier_key(key)) + Ed25519PrivateKey.from_private_bytes(key.seed).sign(text)
    return text + f"\n— {key.name} {base64.b64encode(signature).decode()}\n".encode()


def read_key(path: Path) -> Key:
    """Return the key of a key file; raise ValueError where it is not one or where others may read it."""
    if path.stat().st_mode & _OTHERS:
        raise ValueError(f"{path.name}: others may read this key; chmod 600 it")
    match = _KEY_FILE.fullmatch(path.read_bytes().decode("ascii", errors="replace"))
    if not match:
        raise ValueError(f"{path.name}: not a key file: PRIVATE+KEY+name+key id+base64")
    payload = base64.b64decode(match[3])
    key = Key(name=match[1], seed=payload[1:])
    if payload[:1] != ED25519 or key_id(verifier_key(key)).hex() != match[2]:
        raise ValueError(f"{path.name}: not an Ed25519 key with its own key id")
    return key


def write_key(path: Path, key: Key) -> None:
    """Write a new key file that only its owner may read; never over an existing file."""
    secret = base64.b64encode(ED25519 + key.seed).decode()
    line = f"PRIVATE+KEY+{key.name}+{key_id(verifier_key(key)).hex()}+{secret}\n"
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="ascii") as file:
        file.write(line)
