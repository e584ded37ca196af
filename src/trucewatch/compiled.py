"""Where compiled functions are kept between runs: by a digest of all the modules that they are made of.

Numba keys what it keeps by the one file that a function stands in. A function that calls another one holds that one's
machine code too, and the numbers that it reads: after an update of the other file alone the old code would go on
running, and two copies of one version would find different probabilities.
"""

import hashlib
import re
from pathlib import Path

from numba import config, njit

__all__ = ["njit"]

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


def kept_in(folder: Path) -> Path:
    """Return where the functions compiled from the modules of a folder are kept."""
    digest = hashlib.sha256()
    for source in made_of(folder):
        digest.update(source.name.encode() + b"\0" + hashlib.sha256(source.read_bytes()).digest())
    return folder / "__pycache__" / f"compiled-{digest.hexdigest()[:16]}"


# Where this cannot be written, Numba looks for a place of its own, in the user's cache.
setattr(config, "CACHE_DIR", str(kept_in(WHERE)))  # noqa: B010 (Numba makes its settings at run time)
