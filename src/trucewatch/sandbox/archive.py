"""In the child: what an archive holds and what it really unfolds to (zipfile, tarfile, zlib, bz2, lzma).

Nothing is written anywhere: members are unfolded piece by piece and counted. An archive inside an archive is one
member more and is not opened, so that nesting cannot multiply.
"""

import bz2
import gzip
import lzma
import stat
import tarfile
import zipfile
from collections.abc import Iterable
from io import BytesIO
from typing import Any, Protocol

from trucewatch.sandbox.findings import Reason
from trucewatch.sandbox.refusals import RefusedError, bounded

MOST_MEMBERS = 10_000  # a guess: a telephone's whole picture folder
MOST_UNFOLDED = 256 << 20  # bytes of all members together; what is larger is sent as itself
PIECE = 1 << 16

_ARCHIVES = (".zip", ".jar", ".tar", ".gz", ".tgz", ".bz2", ".xz", ".7z", ".rar", ".zst", ".iso", ".cab")
_ENCRYPTED = 0x1  # APPNOTE 4.4.4, bit 0


class _Reads(Protocol):
    def read(self, size: int, /) -> bytes: ...


def look(data: bytes) -> dict[str, Any]:
    """Return the facts of an archive, or of one file that is packed alone."""
    if data[:2] == b"PK":
        return _zip(data)
    if data[257:262] == b"ustar":
        return _tar(data, "tar", len(data))
    if data[:2] == b"\x1f\x8b":
        return _packed("gzip", gzip.open(BytesIO(data)))
    if data[:3] == b"BZh":
        return _packed("bzip2", bz2.open(BytesIO(data)))
    return _packed("xz", lzma.open(BytesIO(data)))


def _said(kind: str, **facts: int) -> dict[str, Any]:
    names = ("members", "declared", "expanded", "escapes", "links", "repeated", "nested", "encrypted")
    return {
        "kind": "archive",
        "facts": {
            "format": kind,
            "macros": bool(facts.pop("macros", 0)),
            **{name: facts.get(name, 0) for name in names},
        },
    }


def _names(names: Iterable[str]) -> dict[str, int]:
    """Return what the names of the members tell."""
    all_names = [name.replace("\\", "/").lower() for name in names]
    return {
        "members": len(all_names),
        "escapes": sum(map(_escapes, all_names)),
        "repeated": len(all_names) - len(set(all_names)),
        "nested": sum(name.endswith(_ARCHIVES) for name in all_names),
        "macros": any(name.endswith("vbaproject.bin") for name in all_names),
    }


def _escapes(name: str) -> bool:
    return name.startswith("/") or name[1:2] == ":" or ".." in name.split("/") or "\x00" in name


def _zip(data: bytes) -> dict[str, Any]:
    try:
        with zipfile.ZipFile(BytesIO(data)) as archive:
            members = archive.infolist()
            bounded(len(members), MOST_MEMBERS)
            readable = [member for member in members if not member.flag_bits & _ENCRYPTED]
            expanded = 0
            for member in readable:
                expanded = _add_up(archive, member, expanded)
    except NotImplementedError:
        raise RefusedError(Reason.METHOD) from None
    return _said(
        "zip",
        **_names(member.orig_filename for member in members),
        declared=sum(member.file_size for member in members),
        expanded=expanded,
        links=sum(stat.S_ISLNK(member.external_attr >> 16) for member in members),
        encrypted=len(members) - len(readable),
    )


def _add_up(archive: zipfile.ZipFile, member: zipfile.ZipInfo, expanded: int) -> int:
    with archive.open(member) as file:  # its checksum is compared at its end
        while piece := file.read(PIECE):
            expanded = bounded(expanded + len(piece), MOST_UNFOLDED)
    return expanded


def _tar(data: bytes, kind: str, expanded: int) -> dict[str, Any]:
    members: list[tarfile.TarInfo] = []
    with tarfile.open(fileobj=BytesIO(data), mode="r:", errorlevel=2) as archive:
        while (member := archive.next()) is not None:
            members.append(member)
            bounded(len(members), MOST_MEMBERS)
    if not members or members[-1].offset_data + (members[-1].size if members[-1].isreg() else 0) > len(data):
        raise RefusedError(Reason.BROKEN)
    return _said(
        kind,
        **_names(member.name for member in members),
        declared=sum(member.size for member in members),
        expanded=expanded,
        links=sum(not (member.isfile() or member.isdir()) for member in members),
    )


def _packed(kind: str, file: _Reads) -> dict[str, Any]:
    data = _unfolded(file)
    if data[257:262] == b"ustar":
        return _tar(data, f"tar+{kind}", len(data))
    return _said(kind, members=1, declared=len(data), expanded=len(data))


def _unfolded(file: _Reads) -> bytes:
    out = bytearray()
    while piece := file.read(PIECE):
        out += piece
        bounded(len(out), MOST_UNFOLDED)
    return bytes(out)
