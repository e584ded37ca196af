"""A partial tile that has given way to a longer one, cut from it: a log that beats while somebody reads loses nobody.

A heartbeat removes the partial tiles of the tree before it. Who has read a checkpoint and then asks for its tiles would
find some gone; they are the beginnings of those that are there now (C2SP tlog-tiles, "Partial Tiles").
"""

import errno
import re
import stat
from contextlib import suppress
from pathlib import Path

from trucewatch.ledger.verify import HASH_BYTES

_PARTIAL = re.compile(r"[0-9]{3}\.p/[1-9][0-9]{0,2}")
_TRIES = 3  # the longer one may give way in turn while it is read; a guess, as mirrors have it


def read_now_or_before(path: Path) -> bytes:
    """Return a file of a log's folder; for a partial tile or bundle that is gone, what it held, from a longer one.

    A link leads nowhere. Raises FileNotFoundError where there is no such file and none that it has given way to.
    """
    for _ in range(_TRIES):
        with suppress(FileNotFoundError, NotADirectoryError):
            return _plain(path)
        if _PARTIAL.fullmatch(f"{path.parent.name}/{path.name}"):
            width = int(path.name)
            with suppress(FileNotFoundError, NotADirectoryError):
                longer = _plain(_longer(path.parent, width))
                return _first_entries(longer, width) if "entries" in path.parts else longer[: width * HASH_BYTES]
    raise FileNotFoundError(errno.ENOENT, "the log has no such file", str(path))


def _plain(path: Path) -> bytes:
    if not stat.S_ISREG(path.lstat().st_mode):
        raise FileNotFoundError(errno.ENOENT, "it is no plain file", str(path))
    return path.read_bytes()


def _longer(folder: Path, width: int) -> Path:
    """Return the path of the next longer tile that there is, or else of the full one, which may not be there."""
    widths = sorted(int(file.name) for file in folder.glob("[1-9]*") if file.name.isdecimal())
    return next((folder / str(w) for w in widths if w > width), folder.with_suffix(""))


def _first_entries(bundle: bytes, width: int) -> bytes:
    end = 0
    for _ in range(width):
        end += 2 + int.from_bytes(bundle[end : end + 2], "big")
    return bundle[:end]
