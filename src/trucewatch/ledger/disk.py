"""Files that stay: what has returned from here is still there after the power is cut.

A file is written under a temporary name, flushed (fsync), renamed, and then its folder is flushed: after a cut there is
the old file or the new one, whole. A folder is made in the same way from the top down. An error of fsync is raised and
never tried again, and the disk refuses everything from then on, reading too: the kernel may have dropped the data and
may say so only once (PostgreSQL's "fsyncgate", 2018). Start anew, with what really lies on the disk.

Whoever opens a folder after whatever happened calls `settle` first. A process that was killed between a rename and the
flush of the folder has left a file that looks safe and is not: the next cut may take it, and with it what a successor
promised because it saw the file lying there.
"""

import errno
import fcntl
import os
import re
import secrets
import stat
from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
from pathlib import Path
from typing import Protocol

_MODE = 0o640  # what is disclosed to keepers is not for everybody on the machine
_CHUNK = 1 << 20  # bytes of one call of read
_PARTIAL = re.compile(r"\.[0-9a-f]{16}\.partial")  # a dot first: no path of a log begins so, `verify.safe_path`


class Disk(Protocol):
    """Where a centre and a mirror keep their files.

    Every method raises OSError where the machine refuses. Paths are of the machine, not from strangers: what came from
    another machine goes through `verify.safe_path` first.
    """

    vfs: str | None  # APSW's name of the SQLite file layer that belongs to this disk; None: SQLite's own

    def write(self, path: Path, data: bytes) -> None:
        """Make the file hold exactly these bytes, durably when it returns; folders above it are made, durably."""

    def read(self, path: Path) -> bytes:
        """Return the bytes of a plain file; raise FileNotFoundError where there is none."""

    def exists(self, path: Path) -> bool:
        """Tell whether there is a plain file; one that a killed process left may not be durable, see `settle`."""

    def size(self, path: Path) -> int:
        """Return the bytes of a plain file; raise FileNotFoundError where there is none."""

    def names(self, folder: Path) -> list[str]:
        """Return the relative POSIX paths of the plain files below a folder, sorted; none where there is no folder."""

    def remove(self, path: Path, *more: Path) -> None:
        """Remove files, durably when it returns; that one is gone already is fine."""

    def prune(self, folder: Path) -> None:
        """Remove a folder if nothing is left in it: `verify` refuses an empty one. Not durable, see `settle`."""

    def settle(self, folder: Path) -> None:
        """Remove partial files and empty folders below a folder, and make every name that is left durable.

        Only for whoever holds the folder alone.
        """

    def hold(self, path: Path) -> Callable[[], None]:
        """Hold a lock file against other processes until what is returned is called; BlockingIOError if one has it."""


class Found(Protocol):
    """What a listing says of one name; `os.DirEntry` is one."""

    @property
    def name(self) -> str:
        """The name within its folder."""

    def is_dir(self, *, follow_symlinks: bool) -> bool:
        """Tell whether it is a folder."""

    def is_file(self, *, follow_symlinks: bool) -> bool:
        """Tell whether it is a plain file."""


class Status(Protocol):
    """What the system says of one path; `os.stat_result` is one."""

    @property
    def st_mode(self) -> int:
        """Its kind and who may do what."""

    @property
    def st_size(self) -> int:
        """Its bytes."""


class System(Protocol):
    """The calls of the operating system that a disk makes; the module `os` is one, a simulator of cuts another."""

    def mkdir(self, path: str, /) -> None:
        """Make a folder."""

    def open(self, path: str, flags: int, mode: int = ..., /) -> int:
        """Return a handle on a file or folder."""

    def write(self, handle: int, data: memoryview, /) -> int:
        """Write some of the bytes and return how many."""

    def read(self, handle: int, most: int, /) -> bytes:
        """Return the next bytes; none at the end."""

    def fsync(self, handle: int, /) -> None:
        """Flush a file's bytes, or a folder's names, to the medium."""

    def close(self, handle: int, /) -> None:
        """Give the handle back."""

    def replace(self, source: str, target: str, /) -> None:
        """Rename, over what was there."""

    def unlink(self, path: str, /) -> None:
        """Remove the name of a file."""

    def rmdir(self, path: str, /) -> None:
        """Remove a folder that nothing is left in."""

    def lstat(self, path: str, /) -> Status:
        """Say what a path is, without following it."""

    def scandir(self, path: str, /) -> AbstractContextManager[Iterable[Found]]:
        """List a folder."""


class RealDisk:
    """The disk of this machine. Safe to use from several threads; `settle` only while nobody writes."""

    vfs: str | None = None

    def __init__(self, system: System = os) -> None:
        self._system = system
        self._durable: set[Path] = set()  # folders whose own names this object has seen flushed
        self._failed: OSError | None = None

    def write(self, path: Path, data: bytes) -> None:
        """See `Disk.write`."""
        self._refuse_after_failure()
        self._make(path.parent.absolute())
        partial = path.parent / f".{secrets.token_hex(8)}.partial"
        try:
            self._fill(partial, data)
            self._system.replace(str(partial), str(path))
        except OSError:
            if self._failed is None:
                with suppress(OSError):
                    self._system.unlink(str(partial))
            raise
        self._flush(path.parent)

    def read(self, path: Path) -> bytes:
        """See `Disk.read`."""
        self._plain(path)
        with self._opened(path, os.O_RDONLY) as handle:
            return b"".join(iter(lambda: self._system.read(handle, _CHUNK), b""))

    def exists(self, path: Path) -> bool:
        """See `Disk.exists`."""
        self._refuse_after_failure()
        try:
            return stat.S_ISREG(self._system.lstat(str(path)).st_mode)
        except (FileNotFoundError, NotADirectoryError):
            return False

    def size(self, path: Path) -> int:
        """See `Disk.size`."""
        return self._plain(path).st_size

    def names(self, folder: Path) -> list[str]:
        """See `Disk.names`."""
        self._refuse_after_failure()
        found = (f"{below}{name}" for below, files in self._folders(folder) for name in files)
        return sorted(path for path in found if not _PARTIAL.fullmatch(path.rpartition("/")[2]))

    def remove(self, path: Path, *more: Path) -> None:
        """See `Disk.remove`."""
        self._refuse_after_failure()
        for gone in (path, *more):
            with suppress(FileNotFoundError):
                self._system.unlink(str(gone))
        # Flushed even if it was gone: the process that removed it may have been killed before it flushed.
        for folder in dict.fromkeys(gone.parent for gone in (path, *more)):
            with suppress(FileNotFoundError):
                self._flush(folder)

    def prune(self, folder: Path) -> None:
        """See `Disk.prune`."""
        self._refuse_after_failure()
        try:
            self._system.rmdir(str(folder))
        except OSError as error:
            if error.errno in {errno.ENOTEMPTY, errno.EEXIST}:
                return
            if error.errno != errno.ENOENT:
                raise
        self._durable.discard(folder.absolute())

    def settle(self, folder: Path) -> None:
        """See `Disk.settle`."""
        self._refuse_after_failure()
        self._make(folder.absolute())
        # from the bottom up, so that a folder is empty by the time that it is asked
        for below, files in reversed(list(self._folders(folder))):
            for name in filter(_PARTIAL.fullmatch, files):
                self._system.unlink(str(folder / below / name))
            if below:
                self.prune(folder / below)
            with suppress(FileNotFoundError):
                self._flush(folder / below)

    def hold(self, path: Path) -> Callable[[], None]:
        """See `Disk.hold`."""
        self._refuse_after_failure()
        self._make(path.parent.absolute())
        handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW, _MODE)
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(handle)
            raise BlockingIOError(errno.EWOULDBLOCK, "another process works in this folder", str(path)) from None
        return lambda: os.close(handle)

    def _refuse_after_failure(self) -> None:
        if self._failed is not None:
            raise OSError(
                errno.EIO,
                f"the disk failed before ({self._failed.strerror}), nothing is read or written until a restart",
            )

    def _fsync(self, handle: int) -> None:
        try:
            self._system.fsync(handle)
        except OSError as error:
            self._failed = error
            raise

    @contextmanager
    def _opened(self, path: Path, flags: int) -> Iterator[int]:
        handle = self._system.open(str(path), flags | os.O_CLOEXEC | os.O_NOFOLLOW, _MODE)
        try:
            yield handle
        finally:
            self._system.close(handle)

    def _flush(self, folder: Path) -> None:
        self._refuse_after_failure()
        with self._opened(folder, os.O_RDONLY) as handle:
            self._fsync(handle)

    def _fill(self, partial: Path, data: bytes) -> None:
        with self._opened(partial, os.O_WRONLY | os.O_CREAT | os.O_EXCL) as handle:
            rest = memoryview(data)
            while rest:
                rest = rest[self._system.write(handle, rest) :]
            self._fsync(handle)

    def _make(self, folder: Path) -> None:
        # From the top down, and flushed although a folder is there: whoever made it may have been killed before.
        if folder in self._durable:
            return
        above = folder.parent
        if above != folder:
            self._make(above)
            with suppress(FileExistsError):
                self._system.mkdir(str(folder))
            with suppress(
                PermissionError
            ):  # a folder that we may not even read: what stands in it is not of our making
                self._flush(above)
        self._durable.add(folder)

    def _plain(self, path: Path) -> Status:
        self._refuse_after_failure()
        with suppress(NotADirectoryError):
            status = self._system.lstat(str(path))
            if stat.S_ISREG(status.st_mode):
                return status
        raise FileNotFoundError(errno.ENOENT, "there is no plain file here", str(path))

    def _folders(self, folder: Path, below: str = "") -> Iterator[tuple[str, list[str]]]:
        """Yield each folder from here downwards, as a prefix of paths, with the names of its plain files."""
        try:
            with self._system.scandir(str(folder / below)) as listing:
                found = list(listing)
        except FileNotFoundError:
            return
        yield below, [entry.name for entry in found if entry.is_file(follow_symlinks=False)]
        for entry in found:
            if entry.is_dir(follow_symlinks=False):
                yield from self._folders(folder, f"{below}{entry.name}/")
