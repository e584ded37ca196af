"""A medium that lives in memory, and what is left of it when the power is cut.

`Medium` answers the calls that `RealDisk` makes of the operating system, so that the very code of the product runs on
it, and notes each effect in a journal. `Replay` goes through that journal and can be cut anywhere: what was flushed
stays; of what was not, every piece goes its own way.

- A write of a file since its last fsync is kept, dropped, torn (a prefix of it, or some of its 512-byte sectors), or
  comes before an older one. Where the file grew around a lost piece there are zeros or rubbish.
- A name in a folder is any of what it stood for since the folder's last fsync, each name for itself. A rename is two
  names: both may be there afterwards, or neither.
- A folder whose own name was lost takes everything below with it.

Real file systems with a journal lose less. What survives here survives there; see the limits in the results' page.
"""

import errno
import itertools
import os
import random
import stat
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

SECTOR = 512  # bytes that a disk writes whole
ROOT = 0


class KilledError(BaseException):
    """The process is gone: nothing of it runs any more, not even what catches exceptions."""


@dataclass(slots=True)
class File:
    """A file: its bytes as the process sees them, or as they are on the medium, and what is not flushed."""

    data: bytes | bytearray = b""
    pending: list[tuple[int, bytes | None]] = field(default_factory=list)


@dataclass(slots=True)
class Folder:
    """A folder: number of the node by name; `pending` are the changes that are not flushed."""

    nodes: dict[str, int] = field(default_factory=dict)
    pending: list[tuple[str, int | None]] = field(default_factory=list)


Nodes = dict[int, File | Folder]


def put(data: bytes | bytearray, at: int, piece: bytes | None, filler: Callable[[int], bytes] = bytes) -> bytearray:
    """Return the bytes with a piece put at its place, or cut to size where the piece is None."""
    changed = data if isinstance(data, bytearray) else bytearray(data)
    end = at if piece is None else at + len(piece)
    if end > len(changed):
        changed += filler(end - len(changed))
    if piece is None:
        del changed[at:]
    else:
        changed[at:end] = piece
    return changed


@dataclass(frozen=True, slots=True)
class Seen:
    """What `lstat` and `scandir` say of a node."""

    name: str
    node: File | Folder

    @property
    def st_mode(self) -> int:
        """Whether it is a folder or a file."""
        return stat.S_IFDIR if isinstance(self.node, Folder) else stat.S_IFREG

    @property
    def st_size(self) -> int:
        """Its bytes."""
        return 0 if isinstance(self.node, Folder) else len(self.node.data)

    def is_dir(self, *, follow_symlinks: bool) -> bool:  # noqa: ARG002 - the shape of os.DirEntry; there are no links here
        """Tell whether it is a folder."""
        return isinstance(self.node, Folder)

    def is_file(self, *, follow_symlinks: bool) -> bool:  # noqa: ARG002
        """Tell whether it is a file."""
        return isinstance(self.node, File)


@dataclass(slots=True)
class Handle:
    """An open file or folder, and where the next byte goes."""

    number: int
    at: int = 0


def _error(code: int, path: str) -> OSError:
    return OSError(code, os.strerror(code), path)


class Medium:
    """The operating system as a process sees it, with a journal of what it does to the medium.

    `journal` has (act, node or folder, ...) and ("mark", what), which the workload puts between: a promise made.
    `before` is called with the act before each effect; what it raises happens instead.
    """

    def __init__(self, nodes: Nodes | None = None) -> None:
        self.nodes: Nodes = nodes if nodes is not None else {ROOT: Folder()}
        self.start = {number: snapshot(node) for number, node in self.nodes.items()}
        self.journal: list[tuple[Any, ...]] = []
        self.before: Callable[[str], None] = lambda _: None
        self.renamed: Callable[[str, bytes], None] = lambda _path, _data: None  # told what now stands under a name
        self.flushes_files = self.flushes_folders = True  # controls: a disk that only says that it flushed
        self._handles: dict[int, Handle] = {}
        self._next = max(self.nodes) + 1
        self._next_handle = 3

    def mark(self, what: Any) -> None:
        """Note a promise that was made to somebody; a process that is gone promises nothing."""
        self.before("mark")
        self.journal.append(("mark", what))

    # --- by number: what both the calls below and the SQLite file layer use

    def node(self, path: str) -> int:
        """Return the number of what is at a path."""
        number = ROOT
        for name in [part for part in path.split("/") if part]:
            folder = self.nodes[number]
            if not isinstance(folder, Folder):
                raise _error(errno.ENOTDIR, path)
            if name not in folder.nodes:
                raise _error(errno.ENOENT, path)
            number = folder.nodes[name]
        return number

    def file(self, number: int) -> File:
        """Return a file; a folder is an error."""
        node = self.nodes[number]
        if not isinstance(node, File):
            raise _error(errno.EISDIR, "")
        return node

    def _folder_of(self, path: str) -> tuple[int, str]:
        above, _, name = path.rstrip("/").rpartition("/")
        number = self.node(above)
        if not isinstance(self.nodes[number], Folder):
            raise _error(errno.ENOTDIR, path)
        return number, name

    def _act(self, *act: Any) -> None:
        self.before(act[0])
        self.journal.append(act)

    def _name(self, folder: int, name: str, number: int | None) -> None:
        nodes = self.nodes[folder].nodes
        if number is None:
            del nodes[name]
        else:
            nodes[name] = number

    def make(self, path: str, node: File | Folder) -> int:
        """Make a file or folder under a name that is free, and return its number."""
        folder, name = self._folder_of(path)
        if not name or name in self.nodes[folder].nodes:
            raise _error(errno.EEXIST, path)
        number = self._next
        self._act("make", folder, name, number, isinstance(node, Folder))
        self._next += 1
        self.nodes[number] = node
        self._name(folder, name, number)
        return number

    def put(self, number: int, at: int, piece: bytes | None) -> None:
        """Write into a file, or cut it to size where the piece is None."""
        file = self.file(number)
        self._act("put", number, at, piece)
        file.data = put(file.data, at, piece)

    def flush(self, number: int) -> None:
        """Make a file's bytes or a folder's names durable."""
        kind = "folder" if isinstance(self.nodes[number], Folder) else "file"
        try:
            self.before(f"flush {kind}")
        except OSError:
            if (
                kind == "file"
            ):  # the kernel takes the pages for clean from now on: still to be read, never to be written
                self.journal.append(("forget", number))
            raise
        if self.flushes_folders if kind == "folder" else self.flushes_files:
            self.journal.append(("flush", number))

    # --- the calls of `disk.System`

    def mkdir(self, path: str) -> None:
        """Make a folder."""
        self.make(path, Folder())

    def open(self, path: str, flags: int, mode: int = 0) -> int:  # noqa: ARG002 - nobody else is here to be kept out
        """Open a file or folder."""
        number = self.make(path, File()) if flags & os.O_CREAT else self.node(path)
        self._handles[self._next_handle] = Handle(number)
        self._next_handle += 1
        return self._next_handle - 1

    def write(self, handle: int, data: memoryview) -> int:
        """Write at most 64 KiB: a larger file comes in pieces that are lost one by one."""
        opened = self._handles[handle]
        piece = bytes(data[: 1 << 16])
        self.put(opened.number, opened.at, piece)
        opened.at += len(piece)
        return len(piece)

    def read(self, handle: int, most: int) -> bytes:
        """Read on."""
        opened = self._handles[handle]
        piece = bytes(self.file(opened.number).data[opened.at : opened.at + most])
        opened.at += len(piece)
        return piece

    def fsync(self, handle: int) -> None:
        """Flush."""
        self.flush(self._handles[handle].number)

    def close(self, handle: int) -> None:
        """Close; a process that is gone has no handles left to close."""
        self._handles.pop(handle, None)

    def replace(self, source: str, target: str) -> None:
        """Rename within a folder or across."""
        (folder, name), (onto, other) = self._folder_of(source), self._folder_of(target)
        number = self.node(source)
        self._act("rename", folder, name, onto, other, number)
        self._name(folder, name, None)
        self._name(onto, other, number)
        self.renamed(target, bytes(self.file(number).data))

    def unlink(self, path: str) -> None:
        """Remove a name."""
        folder, name = self._folder_of(path)
        self.node(path)
        self._act("unlink", folder, name)
        self._name(folder, name, None)

    def rmdir(self, path: str) -> None:
        """Remove a folder that nothing is left in."""
        folder = self.nodes[self.node(path)]
        if not isinstance(folder, Folder):
            raise _error(errno.ENOTDIR, path)
        if folder.nodes:
            raise _error(errno.ENOTEMPTY, path)
        self.unlink(path)

    def lstat(self, path: str) -> Seen:
        """Say what is there."""
        return Seen("", self.nodes[self.node(path)])

    @contextmanager
    def scandir(self, path: str) -> Iterator[list[Seen]]:
        """List a folder."""
        folder = self.nodes[self.node(path)]
        if not isinstance(folder, Folder):
            raise _error(errno.ENOTDIR, path)
        yield [Seen(name, self.nodes[number]) for name, number in folder.nodes.items()]


def snapshot(node: File | Folder) -> File | Folder:
    """Return a copy with nothing pending."""
    return Folder(dict(node.nodes)) if isinstance(node, Folder) else File(bytes(node.data))


class Replay:
    """A medium's journal gone through again, up to where the power is cut.

    `promised` are the marks passed so far, `at` the number of acts.
    """

    def __init__(self, medium: Medium) -> None:
        self._journal = medium.journal
        self.nodes: Nodes = {number: snapshot(node) for number, node in medium.start.items()}
        self.promised: list[Any] = []
        self.at = 0

    def forward(self, until: int) -> None:
        """Go on to just before this act of the journal; never backwards."""
        for act in self._journal[self.at : until]:
            getattr(self, f"_{act[0]}")(*act[1:])
        self.at = max(self.at, until)

    def _mark(self, what: Any) -> None:
        self.promised.append(what)

    def _make(self, folder: int, name: str, number: int, is_folder: bool) -> None:  # noqa: FBT001 - as the journal has it
        self.nodes[number] = Folder() if is_folder else File()
        self.nodes[folder].pending.append((name, number))

    def _put(self, number: int, at: int, piece: bytes | None) -> None:
        self.nodes[number].pending.append((at, piece))

    def _rename(self, folder: int, name: str, onto: int, other: str, number: int) -> None:
        self.nodes[folder].pending.append((name, None))
        self.nodes[onto].pending.append((other, number))

    def _unlink(self, folder: int, name: str) -> None:
        self.nodes[folder].pending.append((name, None))

    def _flush(self, number: int) -> None:
        node = self.nodes[number]
        if isinstance(node, Folder):
            node.nodes = _names_seen(node)
        else:
            node.data = _bytes_seen(node)
        node.pending.clear()

    def _forget(self, number: int) -> None:
        self.nodes[number].pending.clear()

    def cut(self, chance: random.Random, spared: str = "") -> Medium:
        """Return what is on the medium after a cut here, as a process finds it after the restart.

        `spared` is the top folder of another machine, which the cut does not reach.
        """
        keeps = chance.choice((0.0, 0.1, 0.5, 0.9, 1.0))
        tears = chance.choice((0.0, 0.0, 0.3, 0.9))
        left: Nodes = {}
        reached = [(ROOT, False)]
        while reached:
            number, whole = reached.pop()
            node = self.nodes[number]
            if isinstance(node, Folder):
                names = _names_seen(node) if whole else _names_left(node, keeps, chance)
                if number == ROOT and spared:
                    names = {**names, **{name: at for name, at in _names_seen(node).items() if name == spared}}
                left[number] = Folder(names)
                reached.extend((at, whole or (number == ROOT and name == spared)) for name, at in names.items())
            else:
                left[number] = File(_bytes_seen(node) if whole else _bytes_left(node, keeps, tears, chance))
        return Medium(left)


def _settle(nodes: dict[str, int], name: str, child: int | None) -> None:
    if child is None:
        nodes.pop(name, None)
    else:
        nodes[name] = child


def _names_seen(folder: Folder) -> dict[str, int]:
    seen = dict(folder.nodes)
    for name, child in folder.pending:
        _settle(seen, name, child)
    return seen


def _bytes_seen(file: File) -> bytes:
    if not file.pending:
        return bytes(file.data)
    data = bytearray(file.data)
    for at, piece in file.pending:
        data = put(data, at, piece)
    return bytes(data)


def _names_left(folder: Folder, keeps: float, chance: random.Random) -> dict[str, int]:
    left = dict(folder.nodes)
    stood_for: dict[str, list[int | None]] = {}
    for name, child in folder.pending:
        stood_for.setdefault(name, [folder.nodes.get(name)]).append(child)
    for name, children in stood_for.items():
        _settle(left, name, children[-1] if chance.random() < keeps else chance.choice(children[:-1]))
    return left


def _bytes_left(file: File, keeps: float, tears: float, chance: random.Random) -> bytes:
    pending = list(file.pending)
    if chance.random() < 0.3:
        chance.shuffle(pending)
    filler = bytes if chance.random() < 0.5 else chance.randbytes
    data = bytearray(file.data)
    for at, piece in pending:
        if chance.random() >= keeps:
            continue
        for where, part in _torn(at, piece, chance) if piece and chance.random() < tears else [(at, piece)]:
            data = put(data, where, part, filler)
    return bytes(data)


def _torn(at: int, piece: bytes, chance: random.Random) -> list[tuple[int, bytes]]:
    if chance.random() < 0.5:
        return [(at, piece[: chance.randrange(len(piece))])]
    edges = [0, *range(SECTOR - at % SECTOR, len(piece), SECTOR), len(piece)]
    sectors = [(at + low, piece[low:high]) for low, high in itertools.pairwise(edges)]
    return [sector for sector in sectors if chance.random() < 0.5]
