"""How the commands of this folder write: new files only, for their owner alone."""

import os
from pathlib import Path


def write_new(path: Path, data: bytes) -> None:
    """Write a file that only its owner may read, durably; ValueError where there is one already."""
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        raise ValueError(f"{path}: exists already; it is not written over") from None
    with os.fdopen(handle, "wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())


def read_bounded(path: Path, most_bytes: int) -> bytes:
    """Return the bytes of a file; ValueError where it is larger than it may be."""
    with path.open("rb") as file:
        data = file.read(most_bytes + 1)
    if len(data) > most_bytes:
        raise ValueError(f"{path.name}: has more than {most_bytes:,} bytes")
    return data
