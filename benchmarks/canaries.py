"""Names that nobody bears, to be hidden and looked for: in every byte, however it may be written.

A canary is a mark, the letter of its class and a number. All share the mark, so that one search finds any of them, also
one that was planted elsewhere than where it is found, and says which it is.
"""

import base64
import re
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

MARK = "Xqjvkwyzhgpf"  # twelve letters that stand in no word; long enough to be told in base64 of base64
LENGTH = len(MARK) + 7
_TOKEN = re.compile(rf"{MARK}([A-Z])([0-9]{{6}})", re.IGNORECASE)
_RUN = re.compile(rb"[A-Za-z0-9+/_-]+")
_AROUND = 400  # bytes on each side of a find in which the whole of it stands


class Canaries:
    """Canaries by class: a letter, and how many of it there are."""

    def __init__(self) -> None:
        self.planted: dict[str, int] = defaultdict(int)

    def of(self, letter: str) -> str:
        """Return a new canary of a class."""
        self.planted[letter] += 1
        return f"{MARK}{letter}{self.planted[letter]:06}"

    def source(self, letter: str) -> Callable[[], str]:
        """Return what gives a new canary of that class each time it is called."""
        return lambda: self.of(letter)


def _in_base64(data: bytes) -> Iterator[bytes]:
    """Yield what of base64 shows the data at each of the three places where it may begin, without the edges."""
    for before in range(3):
        text = base64.b64encode(bytes(before) + data)
        yield text[-(-before * 8 // 6) : (before + len(data)) * 8 // 6]


def _forms() -> dict[str, tuple[bytes, ...]]:
    utf8, wide = MARK.encode(), MARK.encode("utf-16-le")
    once = tuple(_in_base64(utf8))
    return {
        "UTF-8": (utf8.lower(),),  # looked for in lower case
        "UTF-16": (wide, MARK.encode("utf-16-be")),
        "hexadecimal": (utf8.hex().encode(),),
        "percent": ("".join(f"%{byte:02x}" for byte in utf8).encode(),),
        "quoted-printable": ("".join(f"={byte:02x}" for byte in utf8).encode(),),
        "JSON escapes": ("".join(f"\\u{byte:04x}" for byte in utf8).encode(),),
        "base64": once,
        "base64 of UTF-16": tuple(_in_base64(wide)),
        "base64 of base64": tuple(form for text in once for form in _in_base64(text)),
        "backwards": (utf8[::-1].lower(),),
    }


FORMS: Mapping[str, tuple[bytes, ...]] = _forms()
_LOWERED = frozenset({"UTF-8", "hexadecimal", "percent", "quoted-printable", "JSON escapes", "backwards"})
UNKNOWN = ("?", "?")  # a mark whose class and number could not be read


def found(data: bytes) -> dict[tuple[str, str], set[str]]:
    """Return the canaries in these bytes, as class and number, each with the forms in which it stands there."""
    hits: dict[tuple[str, str], set[str]] = defaultdict(set)
    lowered = data.lower()
    for name, forms in FORMS.items():
        hay = lowered if name in _LOWERED else data
        for form in forms:
            for needle in {form, form.translate(bytes.maketrans(b"+/", b"-_"))}:
                at = hay.find(needle)
                while at >= 0:
                    hits[_which(data, at, name)].add(name)
                    at = hay.find(needle, at + len(needle))
    return dict(hits)


def _which(data: bytes, at: int, name: str) -> tuple[str, str]:
    around = data[max(0, at - _AROUND) : at + _AROUND]
    here = min(at, _AROUND)
    for text in _readings(around, here, name):
        for match in _TOKEN.finditer(text):
            return match[1].upper(), match[2]
    return UNKNOWN


def _readings(around: bytes, here: int, name: str) -> Iterator[str]:
    rest = around[here:]
    match name:
        case "UTF-8":
            yield rest.decode("latin-1")
        case "UTF-16":
            yield rest[: 2 * LENGTH].decode("utf-16-le", "replace")
            yield rest[: 2 * LENGTH].decode("utf-16-be", "replace")
        case "backwards":
            yield around[: here + len(MARK)][::-1].decode("latin-1")
        case "hexadecimal":
            yield _unhex(rest[: 2 * LENGTH])
        case "percent" | "quoted-printable":
            yield _unhex(rest[: 3 * LENGTH].translate(None, b"%="))
        case "JSON escapes":
            yield _unhex(rest[: 6 * LENGTH].replace(b"\\u00", b""))
        case _:
            yield from _from_base64(around, here, 2 if name.endswith("base64") and name != "base64" else 1)


def _unhex(digits: bytes) -> str:
    try:
        return bytes.fromhex(digits.decode()).decode("latin-1")
    except ValueError:
        return ""


def _from_base64(around: bytes, here: int, times: int) -> Iterator[str]:
    run = next((match for match in _RUN.finditer(around) if match.start() <= here < match.end()), None)
    for shift in range(4) if run else ():
        text = run[0][shift:].translate(bytes.maketrans(b"-_", b"+/"))
        text = text[:-1] if len(text) % 4 == 1 else text
        data = base64.b64decode(text + b"=" * (-len(text) % 4))
        yield data.decode("latin-1")
        yield data.decode("utf-16-le", "replace")
        yield data[1:].decode("utf-16-le", "replace")
        if times == 2:
            for inner in _RUN.finditer(data):
                yield from _from_base64(inner[0], 0, 1)


def searched(folder: Path) -> tuple[dict[tuple[str, str], set[str]], int, int]:
    """Return the canaries in the files of a folder and in their names, how many files there are, and their bytes."""
    hits: dict[tuple[str, str], set[str]] = defaultdict(set)
    files = total = 0
    for path in sorted(folder.rglob("*")):
        for key in found(path.name.encode("utf-8", "surrogateescape")):
            hits[key].add("a file's name")
        if path.is_file() and not path.is_symlink():
            data = path.read_bytes()
            files, total = files + 1, total + len(data)
            for key, forms in found(data).items():
                hits[key] |= forms
    return dict(hits), files, total
