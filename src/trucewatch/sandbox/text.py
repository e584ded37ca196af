"""In the child: whether bytes are text, in which encoding, and whether they are one JSON value."""

import json
import re
from typing import Any

MARKED = (  # byte order marks; UTF-32 first, whose mark begins like that of UTF-16
    (b"\xff\xfe\x00\x00", "utf-32"),
    (b"\x00\x00\xfe\xff", "utf-32"),
    (b"\xff\xfe", "utf-16"),
    (b"\xfe\xff", "utf-16"),
    (b"\xef\xbb\xbf", "utf-8-sig"),
)
_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1f\x7f]")  # what text does not hold: not tab, line ends, form feed


def look(data: bytes) -> dict[str, Any]:
    """Return the facts of text; what is no text in a Unicode encoding is opaque: other encodings are guesses."""
    encoding = next((name for mark, name in MARKED if data.startswith(mark)), "ascii" if data.isascii() else "utf-8")
    try:
        text = data.decode(encoding)
    except UnicodeError:
        return {"kind": "opaque", "facts": {}}
    if _CONTROL.search(text):
        return {"kind": "opaque", "facts": {}}
    lines = text.count("\n") + bool(text and not text.endswith("\n"))
    return {"kind": "text", "facts": {"encoding": encoding, "form": _form(text), "lines": lines}}


def _form(text: str) -> str:
    if text.lstrip()[:1] not in {"{", "["}:
        return "plain"
    try:
        json.loads(text)
    except (ValueError, RecursionError):
        return "plain"
    return "json"
