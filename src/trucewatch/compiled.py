"""Where compiled functions are kept between runs: by a digest of all the modules that they are made of.

Numba keys what it keeps by the one file that a function stands in. A function that calls another one holds that one's
machine code too, and the numbers that it reads: after an update of the other file alone the old code would go on
running, and two copies of one version would find different probabilities.
"""

import atexit
import hashlib
import os
import re
import shutil
import tempfile
from collections.abc import Callable
from functools import partial
from pathlib import Path

import numba
from numba import config

__all__ = ["njit"]

# Divisions by 0 give what NumPy gives: to look for each before it is made takes a fifth of the time.
njit = partial(numba.njit, error_model="numpy")

WHERE = Path(__file__).parent / "assess"  # all modules that compile anything stand there

_COMPILES = re.compile(r"^from trucewatch\.compiled import", re.MULTILINE)
_IMPORTS = re.compile(r"^from trucewatch\.assess\.(\w+) import", re.MULTILINE)


def made_of(folder: Path) -> tuple[Path, ...]:
    """Return the modules of a folder that compile functions, and those of it that they import, by name."""
    sources = {path.stem: path.read_text("utf-8") for path in folder.glob("*.py")}
    found = {name for name, source in sources.items() if _COMPILES.search(source)}
    while more := {name for one in found for name in _IMPORTS.findall(sources[one])} - found:
        found |= more
    return tuple(folder / f"{name}.py" for name in sorted(found))


def digest(folder: Path) -> str:
    """Return what tells the functions compiled from the modules of a folder from those of any other version."""
    found = hashlib.sha256()
    for source in made_of(folder):
        found.update(source.name.encode() + b"\0" + hashlib.sha256(source.read_bytes()).digest())
    return f"compiled-{found.hexdigest()[:16]}"


def kept_in(folder: Path, asked: str = "") -> Path:
    """Return where the functions compiled from the modules of a folder are kept: the first place that can be written.

    That is where the user `asked` Numba to (its NUMBA_CACHE_DIR), beside the modules, in the user's cache, or anew each
    time. A place of an earlier version is never that of this one.
    """
    name = digest(folder)
    if asked:
        asked_for = Path(asked)  # of a process that was started by ours it has the name already
        return (asked_for.parent if asked_for.name.startswith("compiled-") else asked_for) / name
    for place in (folder / "__pycache__", Path("~/.cache/trucewatch")):
        try:
            made = place.expanduser() / name
            made.mkdir(parents=True, exist_ok=True)
        except (OSError, RuntimeError):  # it cannot be written, or nobody is at home
            continue
        if os.access(made, os.W_OK):
            return made
    passing = Path(tempfile.mkdtemp(prefix="trucewatch-"))  # never a place that others could have filled
    atexit.register(shutil.rmtree, passing, ignore_errors=True)
    return passing / name


def are_kept(folder: Path) -> bool:
    """Tell whether functions of this version were compiled into a folder already, so that no run waits for them."""
    return any(folder.rglob("partitions.*.nbi"))


def announce(tell: Callable[[str], None]) -> None:
    """Say so where the kernels of association are not compiled yet: the first run would seem to hang."""
    if not are_kept(KEPT):
        tell("compiling the kernels of association: once, about half a minute ...")


# Numba makes its settings at run time.
KEPT = kept_in(WHERE, getattr(config, "CACHE_DIR"))  # noqa: B009
setattr(config, "CACHE_DIR", str(KEPT))  # noqa: B010
