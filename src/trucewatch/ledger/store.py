"""Write a whole directory so that after a power cut there is the old one or the new one, never a mixture.

A new directory is built beside the old one, every file and folder is flushed to the disk, and then the two
change places by renaming. One instant is left in which neither stands under its name; `recover`, which every
`write` begins with, puts the old one back. An error of fsync is raised and never tried again: after it the
kernel may have dropped the data (PostgreSQL's "fsyncgate", 2018).
"""

import fcntl
import os
import shutil
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from trucewatch.ledger.verify import (
    TILE_WIDTH,
    disclosures_path,
    parse_checkpoint,
    parse_disclosures,
    safe_path,
    split_bundle,
    tile_path,
    tile_shapes,
)


def _partial(directory: Path) -> Path:
    return directory.with_name(f"{directory.name}.partial-new")


def _previous(directory: Path) -> Path:
    return directory.with_name(f"{directory.name}.partial-previous")


def _flush(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def flush_tree(directory: Path) -> None:
    """Put a folder and all that lies below on the disk: files first, then the folders that name them, deepest first."""
    for folder, _, names in os.walk(directory, topdown=False):
        for name in names:
            _flush(Path(folder, name))
        _flush(Path(folder))


def _build(directory: Path, files: Iterable[tuple[str, bytes]]) -> None:
    directory.mkdir()
    for name, data in files:
        path = directory / safe_path(name)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    flush_tree(directory)


@contextmanager
def _alone(parent: Path) -> Iterator[None]:
    """Hold the parent folder against a second writer; it waits."""
    handle = os.open(parent, os.O_RDONLY)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)


def _recover(directory: Path) -> None:
    if _previous(directory).exists() and not directory.exists():
        _previous(directory).rename(directory)
        _flush(directory.parent)
    for stale in (_partial(directory), _previous(directory)):
        if stale.exists():
            shutil.rmtree(stale)


def recover(directory: Path) -> None:
    """Undo a `write` that was cut short: put the previous directory back if need be, remove what is half built."""
    with _alone(directory.parent):
        _recover(directory)


def write(
    directory: Path, files: Mapping[str, bytes] | Iterable[tuple[str, bytes]], check: Callable[[], None] | None = None
) -> None:
    """Make the directory hold exactly these files (relative path to bytes), durably; replace what was there.

    Files that are made one after another are written as they come; what raises on the way leaves what was there.
    `check` is asked last of all, with other writers shut out, whether what is there may be replaced; it raises if not.
    Raises ValueError for a path that would leave the directory, OSError where the disk refuses.
    """
    directory.parent.mkdir(parents=True, exist_ok=True)
    with _alone(directory.parent):
        _recover(directory)
        if check is not None:
            check()
        try:
            _build(_partial(directory), files.items() if isinstance(files, Mapping) else files)
        except ValueError:  # what was to be written is at fault, not the disk: no half of it stays
            shutil.rmtree(_partial(directory))
            raise
        if directory.exists():
            directory.rename(_previous(directory))
        _partial(directory).rename(directory)
        _flush(directory.parent)
        _recover(directory)


def read_entries(directory: Path) -> Iterator[tuple[bytes, list[str]]]:
    """Yield the entries of a log's folder in their order, each with its disclosures; for one that `verify` accepted."""
    for level, index, width in tile_shapes(_size(directory)):
        if level == "entries":
            yield from _read_bundle(directory, index, width)


def read_last(directory: Path) -> list[tuple[bytes, list[str]]]:
    """Return the last entry of a log's folder with its disclosures, and no other one; none of an empty log."""
    size = _size(directory)
    index = (size - 1) // TILE_WIDTH
    return list(_read_bundle(directory, index, size - index * TILE_WIDTH))[-1:] if size else []


def _size(directory: Path) -> int:
    return parse_checkpoint((directory / "checkpoint").read_bytes()).size


def _read_bundle(directory: Path, index: int, width: int) -> Iterator[tuple[bytes, list[str]]]:
    shown = directory / disclosures_path(index)
    first = index * TILE_WIDTH
    disclosures = parse_disclosures(shown.read_bytes(), first, width) if shown.exists() else {}
    bundle = split_bundle((directory / tile_path("entries", index, width)).read_bytes(), width)
    yield from ((entry, disclosures.get(at, [])) for at, entry in enumerate(bundle, start=first))
