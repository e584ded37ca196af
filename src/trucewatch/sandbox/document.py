"""In the child: what a PDF holds (pikepdf, which is qpdf). Its pages are counted, not drawn; streams stay packed."""

from collections.abc import Iterator
from io import BytesIO
from typing import Any

import pikepdf

from trucewatch.sandbox.refusals import bounded

MOST_PAGES = 10_000  # a guess
MOST_OBJECTS = 200_000  # a guess: a scanned book of a thousand pages has some ten thousand
MOST_DEEP = 20  # levels of direct objects inside one indirect object; a guess

_STARTERS = frozenset(
    {"/Launch", "/ImportData", "/GoToR", "/GoToE", "/SubmitForm", "/Rendition"}
)  # ISO 32000-1, 12.6.4
_LOOKED = (pikepdf.Dictionary, pikepdf.Stream, pikepdf.Array)


def look(data: bytes) -> dict[str, Any]:
    """Return the facts of a PDF; of one that a password hides, that and no more."""
    try:
        pdf = pikepdf.open(BytesIO(data), attempt_recovery=False)
    except pikepdf.PasswordError:
        return _said(pages=0, encrypted=True)
    bounded(len(pdf.objects), MOST_OBJECTS)
    script = starts = attached = metadata = 0
    for found in _dictionaries(pdf):
        names = set(found.keys())
        action = str(found["/S"]) if "/S" in names else ""
        script += action == "/JavaScript" or "/JS" in names
        starts += action in _STARTERS
        attached += "/EF" in names
        metadata += str(found.get("/Type", "")) == "/Metadata"
    return _said(
        pages=bounded(len(pdf.pages), MOST_PAGES),
        encrypted=pdf.is_encrypted,
        javascript=bool(script),
        launches=bool(starts),
        attachments=attached,
        metadata=bool(metadata) or "/Info" in pdf.trailer,
    )


def _said(
    *,
    pages: int,
    encrypted: bool,
    javascript: bool = False,
    launches: bool = False,
    attachments: int = 0,
    metadata: bool = False,
) -> dict[str, Any]:
    facts = {
        "pages": pages,
        "encrypted": encrypted,
        "javascript": javascript,
        "launches": launches,
        "attachments": attachments,
        "metadata": metadata,
    }
    return {"kind": "document", "facts": facts}


def _dictionaries(pdf: pikepdf.Pdf) -> Iterator[Any]:
    """Yield every dictionary of the file, those inside other objects included; references are not followed."""
    waiting: list[tuple[Any, int]] = [(found, 0) for found in pdf.objects]
    while waiting:
        found, deep = waiting.pop()
        if isinstance(found, _LOOKED) and not (deep and found.is_indirect):
            bounded(deep, MOST_DEEP)
            if isinstance(found, pikepdf.Array):
                parts = list(found)
            else:
                yield found
                parts = [found[name] for name in found.keys()]  # noqa: SIM118 - pikepdf iterates otherwise
            waiting += [(part, deep + 1) for part in parts]
