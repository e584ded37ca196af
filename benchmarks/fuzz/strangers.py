"""Targets: files of strangers. In the product their parsers run in the child; here in this very process, for speed.

What a parser raises is caught in the child and means "broken", so it is no fault here; an answer that the parent
would not take is one, because the file would be said to have killed its parser. Memory and time are the fuzzer's.
"""

import contextlib
import io
import json
import tarfile
import zipfile
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

import pikepdf
from benchmarks.fuzz.faults import Check, Targets
from PIL import Image

from trucewatch.sandbox import archive, copy, document, markup, packets, picture, text
from trucewatch.sandbox.bare import is_bare
from trucewatch.sandbox.findings import Reason, read_facts
from trucewatch.sandbox.kinds import is_two_kinds, sort_of
from trucewatch.sandbox.run import read_answer


def answered(look: Callable[[bytes], dict[str, Any]]) -> Check:
    """Return the check of a parser: whatever it says is of the form in which the parent takes it."""

    def check(data: bytes) -> bool:
        try:
            said = look(data)
        except Exception:  # noqa: BLE001 - the child does the same
            return False
        wire = json.loads(json.dumps(said))
        assert read_facts(wire["kind"], wire["facts"]) is not None, "an answer that the parent does not take"
        return True

    return check


def _answer(data: bytes) -> bool:
    """Check that an answer is made of whatever a child leaves, and that its reason is one of the closed set."""
    status = {0: 0, 1: -9, 2: 1, 3: None}[data[0] % 4] if data else 0
    answer = read_answer(status, data[1:])
    facts = read_facts(answer.said.get("kind"), answer.said.get("facts"))
    assert answer.reason is None or isinstance(answer.reason, Reason)
    return answer.reason is None and facts is not None


def _sort(data: bytes) -> bool:
    sort = sort_of(data)
    assert sort.task in {"", "picture", "document", "archive", "markup", "packets", "text"}
    return not is_two_kinds(data, sort)


def _pictures() -> Iterator[bytes]:
    exif = Image.Exif()
    exif[271] = "m"
    exif.get_ifd(0x8825)[1] = "N"
    for kind in ("JPEG", "PNG", "GIF", "TIFF", "WEBP"):
        out = io.BytesIO()
        Image.linear_gradient("L").resize((8, 6)).save(out, kind, exif=exif)
        yield out.getvalue()


def _documents() -> Iterator[bytes]:
    for script in (False, True):
        made = pikepdf.new()
        made.add_blank_page()
        if script:
            made.Root.OpenAction = pikepdf.Dictionary(S=pikepdf.Name.JavaScript, JS=pikepdf.String("1"))
            made.attachments["a"] = b"b"
        out = io.BytesIO()
        made.save(out)
        yield out.getvalue()


def _archives() -> Iterator[bytes]:
    for method in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        out = io.BytesIO()
        with zipfile.ZipFile(out, "w", method) as made:
            made.writestr("a.txt", b"abc")
            made.writestr("../b.zip", b"")
        yield out.getvalue()
    for mode in ("w", "w:gz", "w:bz2", "w:xz"):
        out = io.BytesIO()
        with contextlib.closing(tarfile.open(fileobj=out, mode=mode)) as made:
            made.addfile(tarfile.TarInfo("a"))
        yield out.getvalue()


def _packets() -> Iterator[bytes]:
    packet = bytes.fromhex("060e2b34020b01010e01030101000000") + b"\x0e\x02\x08" + bytes(8) + b"\x01\x02"
    yield packet + packets.checksum(packet).to_bytes(2, "big")
    yield bytes.fromhex("060e2b34") + bytes(12) + b"\x81\x03abc"


MARKUP = (
    b'<?xml version="1.0"?><kml xmlns="http://www.opengis.net/kml/2.2"><Document><name>x</name></Document></kml>',
    b'<?xml version="1.0" encoding="windows-1251"?><a b="c"><!-- d --><![CDATA[e]]></a>',
    b'<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>',
)
TEXTS = (b'{"a":[1,2.5,null]}', "é\n".encode(), "é".encode("utf-16"), "é".encode("utf-32"), b"\xef\xbb\xbfa")
ANSWERS = (
    b'\x00["audit","limits","seccomp"]\n{"kind":"opaque","facts":{}}',
    b'\x00["audit","limits"]\n{"reason":"BROKEN"}',
    b'\x00["audit","limits"]\n{"copy":3}\nabc',
    b'\x00["audit"]\n{"kind":"text","facts":{"encoding":"ascii","form":"plain","lines":1}}',
)


def _copy(data: bytes) -> bool:
    """Check that a copy that is taken has no room for words: each of its parts is one of those of a bare JPEG."""
    taken = is_bare(data)
    assert not (taken and (b"Exif" in data[:1_500] or b"\xff\xfe" in data)), "a copy with metadata is taken"
    return taken


def _all() -> Iterator[bytes]:
    for seeds in (_pictures, _documents, _archives, _packets):
        yield from seeds()
    yield from (*MARKUP, *TEXTS)


TARGETS: Targets = (
    ("working-copy", _copy, lambda: [copy.look(data) for data in _pictures()]),
    ("file-kind", _sort, _all),
    ("child-answer", _answer, partial(iter, ANSWERS)),
    ("klv", answered(packets.look), _packets),
    ("text", answered(text.look), partial(iter, TEXTS)),
    ("xml", answered(markup.look), partial(iter, MARKUP)),
    ("archive", answered(archive.look), _archives),
    ("picture", answered(picture.look), _pictures),
    ("pdf", answered(document.look), _documents),
)
