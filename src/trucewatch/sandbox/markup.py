"""In the child: what an XML document is (defusedxml over expat): its root and its extent, and no word of its text."""

import re
from typing import Any

from defusedxml.common import DefusedXmlException  # type: ignore[import-untyped]
from defusedxml.ElementTree import DefusedXMLParser  # type: ignore[import-untyped]

from trucewatch.sandbox.findings import Reason
from trucewatch.sandbox.refusals import RefusedError, bounded

MOST_DEEP = 100  # levels; a guess: KML, GPX, NIEM and office documents stay below thirty
MOST_ELEMENTS = 500_000  # a track of a day has 260,000: a point a second with its height and time
_ROOT = re.compile(r"[A-Za-z][A-Za-z0-9_.-]{0,63}")


class _Extent:
    """What expat tells of the elements, added up; no tree is built, and no text is looked at."""

    def __init__(self) -> None:
        self.root, self.deep, self.deepest, self.elements = "", 0, 0, 0

    def start(self, tag: str, _: dict[str, str]) -> None:
        self.root = self.root or tag.rpartition("}")[2]
        self.deep = bounded(self.deep + 1, MOST_DEEP)
        self.elements = bounded(self.elements + 1, MOST_ELEMENTS)
        self.deepest = max(self.deep, self.deepest)

    def end(self, _: str) -> None:
        self.deep -= 1

    def close(self) -> "_Extent":
        return self


def look(data: bytes) -> dict[str, Any]:
    """Return the facts of a well-formed document; one that declares a type or entities is refused unread."""
    parser = DefusedXMLParser(target=_Extent(), forbid_dtd=True)
    try:
        parser.feed(data)
        found = parser.close()
    except DefusedXmlException:
        raise RefusedError(Reason.ENTITIES) from None
    root = found.root if _ROOT.fullmatch(found.root) else "other"
    return {"kind": "markup", "facts": {"root": root, "depth": found.deepest, "elements": found.elements}}
