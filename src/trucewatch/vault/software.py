"""Passkeys in software, each a file, for rehearsals: whoever copies the file approves."""

import base64
import os
from pathlib import Path
from typing import TYPE_CHECKING

from trucewatch.vault.files import read_bounded, write_new

if TYPE_CHECKING:
    from trucewatch.ledger.rehearsal import SoftwarePasskey

_HEAD = "trucewatch rehearsal passkey"


def new_passkey(path: Path) -> "SoftwarePasskey":
    """Write a new software passkey to a file, and return it; ValueError where there is one already."""
    from trucewatch.ledger.rehearsal import SoftwarePasskey

    seed = os.urandom(32)
    write_new(path, f"{_HEAD}\n{base64.b64encode(seed).decode()}\n".encode())
    return SoftwarePasskey(seed=seed)


def read_passkey(path: Path) -> "SoftwarePasskey":
    """Return the software passkey of a file; ValueError where it has none."""
    from trucewatch.ledger.rehearsal import SoftwarePasskey

    head, _, line = read_bounded(path, 1000).decode("ascii", errors="replace").partition("\n")
    if head != _HEAD:
        raise ValueError(f"{path.name}: not a software passkey of a rehearsal")
    return SoftwarePasskey(seed=base64.b64decode(line.strip(), validate=True))
