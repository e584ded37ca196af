"""What must lose: the same work with one rule of the order of writing broken.

Where a control loses nothing, the campaign has not looked. SQLite with less than synchronous=FULL is one in `rows`,
where a row is the promise; here the database is a cache, and the files have what it lost.
"""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from faults.medium import Medium
from faults.simulated import SimulatedDisk
from trucewatch.ledger.book import Book


@dataclass(frozen=True, slots=True, kw_only=True)
class Control:
    """One broken rule: how the disk is opened, how the medium lies, what is done to the opened book.

    `kills` is how often a process is killed, where that is what the rule is for. One that need not lose shows what a
    second line holds.
    """

    name: str
    open_disk: Callable[[Medium], SimulatedDisk] = SimulatedDisk
    lies: str = ""
    weaken: Callable[[Book], None] = lambda _: None
    kills: float | None = None
    must_lose: bool = True


class Late(SimulatedDisk):
    """Some files reach the disk late, and are read meanwhile as if they were there."""

    def __init__(self, medium: Medium, seed: int = 0) -> None:
        super().__init__(medium, seed)
        self._late: dict[Path, bytes] = {}

    def is_late(self, path: Path) -> bool:
        """Tell whether this file is kept back."""
        raise NotImplementedError

    def is_time(self, path: Path) -> bool:
        """Tell whether the writing of this file brings those that were kept back."""
        raise NotImplementedError

    def write(self, path: Path, data: bytes) -> None:
        """Write what is due first."""
        if self.is_late(path):
            self._late[path] = data
            return
        if self.is_time(path):
            due, self._late = self._late, {}
            for late, kept in due.items():
                super().write(late, kept)
        super().write(path, data)

    def read(self, path: Path) -> bytes:
        """Read what is due as if it were there."""
        return self._late[path] if path in self._late else super().read(path)

    def exists(self, path: Path) -> bool:
        """See `read`."""
        return path in self._late or super().exists(path)

    def names(self, folder: Path) -> list[str]:
        """See `read`."""
        late = [path.relative_to(folder).as_posix() for path in self._late if path.is_relative_to(folder)]
        return sorted({*super().names(folder), *late})

    def remove(self, path: Path, *more: Path) -> None:
        """See `read`."""
        for gone in (path, *more):
            self._late.pop(gone, None)
        super().remove(path, *more)


class RowFirst(Late):
    """The file of a submission is written only when the heart beats; its row was acknowledged long before."""

    def is_late(self, path: Path) -> bool:
        """Keep back what was received."""
        return path.parent.name == "received"

    def is_time(self, path: Path) -> bool:
        """Let the beat bring it."""
        return "tile" in path.parts


class CosignedFirst(Late):
    """A mirror's files reach its disk only after its cosignature left, if at all."""

    def is_late(self, path: Path) -> bool:
        """Keep back all but the checkpoint."""
        return path.parts[1] != "centre" and path.name != "checkpoint"

    def is_time(self, path: Path) -> bool:  # noqa: ARG002
        """Never."""
        return False


class RemovedFirst(SimulatedDisk):
    """What was received is removed before the checkpoint that has it is written."""

    def write(self, path: Path, data: bytes) -> None:
        """Remove first."""
        if path.name == "checkpoint" and path.parent.parent.name == "centre":
            received = path.parent.parent / "received"
            for name in self.names(received):
                self.remove(received / name)
        super().write(path, data)


class Unsettled(SimulatedDisk):
    """A folder is opened as it is found, although the process before was killed."""

    def settle(self, folder: Path) -> None:
        """Do nothing."""


def _synchronous(level: str) -> Callable[[Book], None]:
    def weaken(book: Book) -> None:
        book._database._connection.pragma("synchronous", level)  # noqa: SLF001 - the book offers no such thing

    return weaken


CONTROLS = (
    Control(name="files are not flushed", lies="flushes_files"),
    Control(name="folders are not flushed", lies="flushes_folders"),
    Control(name="SQLite with synchronous=OFF", weaken=_synchronous("off"), must_lose=False),
    Control(name="SQLite with synchronous=NORMAL", weaken=_synchronous("normal"), must_lose=False),
    Control(name="row before file", open_disk=RowFirst),
    Control(name="received is removed before the checkpoint", open_disk=RemovedFirst),
    Control(name="not settled after a kill", open_disk=Unsettled, kills=0.5),
    Control(name="a mirror cosigns before its files are flushed", open_disk=CosignedFirst),
)
