"""Counts that outlive a process that is killed: three numbers in a file that is mapped into memory."""

import mmap
import struct
from pathlib import Path

_FORM = struct.Struct("<QQQ")  # inputs, of them taken, of them with a fault


class Tally:
    """How many inputs a target was given, how many of them it took, and how many showed a fault."""

    def __init__(self, path: Path, *, new: bool = False) -> None:
        if new:
            path.write_bytes(bytes(_FORM.size))
        with path.open("r+b") as file:
            self._map = mmap.mmap(file.fileno(), _FORM.size)

    def add(self, *, taken: bool = False, fault: bool = False) -> None:
        """Count one input."""
        inputs, took, faults = self.counts()
        _FORM.pack_into(self._map, 0, inputs + 1, took + bool(taken), faults + bool(fault))

    def counts(self) -> tuple[int, int, int]:
        """Return inputs, taken, faults."""
        found: tuple[int, int, int] = _FORM.unpack_from(self._map)
        return found
