"""What a file is by its first bytes: a table of our own, and no file name or declared type is asked. Pure.

It tells which parser the child is to run, and keeps what no parser here reads (videos, sealed files) out of every
parser. Formats: those that cameras, phones and offices send; each mark is from its format's own specification.
"""

from dataclasses import dataclass

MOST_BEFORE_PDF = 1_024  # readers of PDF look for its mark this far into a file (ISO 32000-1, annex H.3.4.1)
MOST_ZIP_END = 22 + 65_535  # APPNOTE 4.3.16: the end record and its comment


@dataclass(frozen=True, slots=True, kw_only=True)
class Sort:
    """The media type of a file and the task of the child that looks into it; "" for what is not looked into."""

    media_type: str
    task: str = ""


_MARKS: tuple[tuple[int, bytes, Sort], ...] = (
    (0, b"\xff\xd8\xff", Sort(media_type="image/jpeg", task="picture")),
    (0, b"\x89PNG\r\n\x1a\n", Sort(media_type="image/png", task="picture")),
    (0, b"GIF87a", Sort(media_type="image/gif", task="picture")),
    (0, b"GIF89a", Sort(media_type="image/gif", task="picture")),
    (0, b"II*\x00", Sort(media_type="image/tiff", task="picture")),
    (0, b"MM\x00*", Sort(media_type="image/tiff", task="picture")),
    (8, b"WEBP", Sort(media_type="image/webp", task="picture")),
    (0, b"%PDF-", Sort(media_type="application/pdf", task="document")),
    (0, b"PK\x03\x04", Sort(media_type="application/zip", task="archive")),
    (0, b"PK\x05\x06", Sort(media_type="application/zip", task="archive")),
    (0, b"\x1f\x8b", Sort(media_type="application/gzip", task="archive")),
    (0, b"BZh", Sort(media_type="application/x-bzip2", task="archive")),
    (0, b"\xfd7zXZ\x00", Sort(media_type="application/x-xz", task="archive")),
    (257, b"ustar", Sort(media_type="application/x-tar", task="archive")),
    (0, b"\x06\x0e\x2b\x34", Sort(media_type="application/smpte336m", task="packets")),  # RFC 6597
    (0, b"age-encryption.org/v1\n", Sort(media_type="application/age")),
    (4, b"ftypheic", Sort(media_type="image/heic")),
    (4, b"ftypmif1", Sort(media_type="image/heif")),
    (4, b"ftypavif", Sort(media_type="image/avif")),
    (4, b"ftypqt  ", Sort(media_type="video/quicktime")),
    (4, b"ftyp", Sort(media_type="video/mp4")),
    (0, b"\x1a\x45\xdf\xa3", Sort(media_type="video/x-matroska")),
    (8, b"AVI ", Sort(media_type="video/x-msvideo")),
    (8, b"WAVE", Sort(media_type="audio/wav")),
    (0, b"OggS", Sort(media_type="audio/ogg")),
    (0, b"ID3", Sort(media_type="audio/mpeg")),
    (0, b"fLaC", Sort(media_type="audio/flac")),
    (0, b"7z\xbc\xaf\x27\x1c", Sort(media_type="application/x-7z-compressed")),
    (0, b"Rar!\x1a\x07", Sort(media_type="application/vnd.rar")),
    (0, b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", Sort(media_type="application/x-ole-storage")),
)
_RIFF = frozenset({"image/webp", "video/x-msvideo", "audio/wav"})  # these stand inside a RIFF header
_XML_BEGINNINGS = (b"<?xml", b"<!doctype", b"<!--", b"\xff\xfe<\x00", b"\xfe\xff\x00<")
_HTML = (b"<!doctype html", b"<html")
TEXT = Sort(media_type="text/plain", task="text")
MARKUP = Sort(media_type="application/xml", task="markup")
UNKNOWN = Sort(media_type="application/octet-stream")


def sort_of(data: bytes) -> Sort:
    """Return what the bytes begin like; text where they begin like nothing else, which the child then finds out."""
    for at, mark, sort in _MARKS:
        if data.startswith(mark, at) and (sort.media_type not in _RIFF or data.startswith(b"RIFF")):
            return sort
    beginning = data[:MOST_BEFORE_PDF].removeprefix(b"\xef\xbb\xbf").lstrip().lower()
    if beginning.startswith(b"%pdf-"):
        return Sort(media_type="application/pdf", task="document")
    if beginning.startswith(_HTML):
        return TEXT
    if beginning.startswith(_XML_BEGINNINGS) or (beginning[:1] == b"<" and beginning[1:2].isalpha()):
        return MARKUP
    return TEXT


def is_two_kinds(data: bytes, sort: Sort) -> bool:
    """Tell whether another program would take the file for another kind: a ZIP at its end, a PDF near its beginning.

    ZIP is read from its end and PDF from anywhere near the beginning, so both hide in other files; the usual trick is
    a picture that passes every check of pictures and is an archive for who renames it.
    """
    if sort.media_type != "application/zip" and _ends_as_zip(data):
        return True
    return sort.task == "picture" and b"%PDF-" in data[:MOST_BEFORE_PDF]


def _ends_as_zip(data: bytes) -> bool:
    begin = max(0, len(data) - MOST_ZIP_END)
    at = data.rfind(b"PK\x05\x06", begin)
    while at >= 0:
        if at + 22 + int.from_bytes(data[at + 20 : at + 22], "little") == len(data):
            return True
        at = data.rfind(b"PK\x05\x06", begin, at + 3)
    return False
