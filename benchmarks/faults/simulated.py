"""The product's disk and SQLite's file layer over one simulated medium, so that one cut hits both."""

import errno
import itertools
import os
import random
from collections.abc import Callable
from pathlib import Path

import apsw

from faults.medium import File, KilledError, Medium
from trucewatch.ledger.disk import RealDisk

_counter = itertools.count()
_JOURNALS = apsw.SQLITE_OPEN_MAIN_JOURNAL | apsw.SQLITE_OPEN_SUPER_JOURNAL | apsw.SQLITE_OPEN_WAL


class SimulatedDisk(RealDisk):
    """`RealDisk` itself, with the simulated medium in place of the operating system. `die` when done."""

    def __init__(self, medium: Medium, seed: int = 0) -> None:
        super().__init__(medium)
        self.medium = medium
        self._layer = _Layer(medium, seed)
        self.vfs = self._layer.registered
        self._held: set[str] = set()

    def hold(self, path: Path) -> Callable[[], None]:
        """Hold a lock; it dies with the process and leaves no trace on the medium."""
        self._refuse_after_failure()
        if str(path) in self._held:
            raise BlockingIOError(errno.EWOULDBLOCK, "another process works in this folder", str(path))
        self._held.add(str(path))
        return lambda: self._held.discard(str(path))

    @property
    def alive(self) -> bool:
        """Whether the process still runs."""
        return self._layer.alive

    def die(self) -> None:
        """Let the process be gone: whatever still runs of it no longer reaches the medium."""
        if self._layer.alive:
            self._layer.alive = False
            self._layer.unregister()

    def die_at(self, act: int) -> None:
        """Let the process be killed just before its effect of that number on the medium, counted from now."""
        acts = itertools.count()

        def kill(_: str) -> None:
            if next(acts) >= act:
                self.die()
                raise KilledError

        self.medium.before = kill


class _Layer(apsw.VFS):
    """SQLite's file layer. No shared memory: a write-ahead log works in `locking_mode=EXCLUSIVE` only."""

    def __init__(self, medium: Medium, seed: int) -> None:
        self.medium, self.alive = medium, True
        self.registered = f"simulated-{os.getpid()}-{next(_counter)}"
        self._chance = random.Random(seed)
        super().__init__(self.registered, "")

    def xOpen(self, name, flags):  # noqa: N802 - SQLite's names
        path = name.filename() if isinstance(name, apsw.URIFilename) else name
        if path is None:
            return _Open(self, None, "", is_journal=False)  # a temporary file: no part of what must survive
        made = False
        try:
            number = self.medium.node(path)
        except FileNotFoundError:
            if not flags[0] & apsw.SQLITE_OPEN_CREATE:
                raise apsw.CantOpenError(path) from None
            number, made = self.tell(lambda: self.medium.make(path, File())), True
        flags[1] = flags[0]
        return _Open(self, number, path, is_journal=made and bool(flags[0] & _JOURNALS))

    def xDelete(self, path, sync_folder):  # noqa: N802
        try:
            self.tell(lambda: self.medium.unlink(path))
        except FileNotFoundError:
            error = apsw.IOError(path)
            error.extendedresult = apsw.SQLITE_IOERR_DELETE_NOENT
            raise error from None
        if sync_folder:
            self.flush_folder(path)

    def xAccess(self, path, _flags):  # noqa: N802
        try:
            return isinstance(self.medium.nodes[self.medium.node(path)], File)
        except OSError:
            return False

    def xFullPathname(self, name):  # noqa: N802
        return name

    def xRandomness(self, count):  # noqa: N802
        return self._chance.randbytes(count)

    def xCurrentTimeInt64(self):  # noqa: N802
        return 212_666_000_000_000

    def flush_folder(self, path):
        self.tell(lambda: self.medium.flush(self.medium.node(path.rpartition("/")[0])))

    def tell(self, act):
        """Do it, in SQLite's own codes if the medium refuses; nothing that a dead process does has an effect."""
        try:
            return act() if self.alive else None
        except KilledError:
            return None  # SQLite would not know what to do with it; the process ends with its next act elsewhere
        except FileNotFoundError:
            raise
        except OSError as error:
            kind = apsw.FullError if error.errno == errno.ENOSPC else apsw.IOError
            raise kind(str(error)) from error


class _Open:
    """An open file of SQLite's, with what its own `unix` layer does: a new journal's folder is flushed with it."""

    def __init__(self, layer, number, path, *, is_journal):
        self._layer, self._number, self._path, self._is_journal = layer, number, path, is_journal
        self._medium = Medium() if number is None else layer.medium
        if number is None:
            self._number = self._medium.make("/temporary", File())

    def xRead(self, amount, at):  # noqa: N802
        return bytes(self._medium.file(self._number).data[at : at + amount])

    def xWrite(self, data, at):  # noqa: N802
        self._layer.tell(lambda: self._medium.put(self._number, at, bytes(data)))

    def xTruncate(self, size):  # noqa: N802
        self._layer.tell(lambda: self._medium.put(self._number, size, None))

    def xSync(self, _flags):  # noqa: N802
        self._layer.tell(lambda: self._medium.flush(self._number))
        if self._is_journal:
            self._layer.flush_folder(self._path)
            self._is_journal = False

    def xFileSize(self):  # noqa: N802
        return len(self._medium.file(self._number).data)

    def xSectorSize(self):  # noqa: N802
        return 4096

    def xDeviceCharacteristics(self):  # noqa: N802
        return apsw.SQLITE_IOCAP_POWERSAFE_OVERWRITE  # as SQLite assumes of every Unix file

    def xLock(self, level):  # noqa: N802
        pass

    def xUnlock(self, level):  # noqa: N802
        pass

    def xCheckReservedLock(self):  # noqa: N802
        return False

    def xFileControl(self, _operation, _pointer):  # noqa: N802
        return False

    def xClose(self):  # noqa: N802
        pass
