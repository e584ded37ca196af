"""What an officer is told of a file that somebody sent: what it is and what is in it, by its content alone."""

import hashlib
import lzma
import zipfile

import pytest
from benchmarks.fuzz import files

from trucewatch.sandbox import (
    MOST_BYTES,
    Archive,
    Document,
    Inspected,
    Markup,
    Opaque,
    Packets,
    Picture,
    Quarantined,
    Reason,
    Text,
    archive,
    copy,
    document,
    inspect,
    markup,
    packets,
    picture,
    quarantine_entry,
    strip,
    text,
)
from trucewatch.sandbox.bare import is_bare
from trucewatch.sandbox.findings import read_facts
from trucewatch.sandbox.kinds import is_two_kinds, sort_of
from trucewatch.sandbox.refusals import RefusedError
from trucewatch.sandbox.run import Answer


def facts(task, data):
    """What the child's parser says, asked here for speed, through the check of the child's answers."""
    said = task.look(data)
    found = read_facts(said["kind"], said["facts"])
    assert found is not None
    return found


def reason(task, data):
    with pytest.raises(RefusedError) as refused:
        task.look(data)
    return refused.value.reason


GOOD = [
    ("image/jpeg", files.picture(), Picture),
    ("image/png", files.picture("PNG"), Picture),
    ("image/gif", files.picture("GIF"), Picture),
    ("image/tiff", files.picture("TIFF", compression="tiff_lzw"), Picture),
    ("image/webp", files.picture("WEBP"), Picture),
    ("application/pdf", files.pdf(), Document),
    ("application/zip", files.zipped({"a.txt": b"abc"}), Archive),
    ("application/x-tar", files.tarred(), Archive),
    ("application/gzip", files.packed("gz", b"abc"), Archive),
    ("application/xml", files.KML, Markup),
    ("application/smpte336m", files.telemetry({2: bytes(8)}), Packets),
    ("text/plain", "Überfahrt\n".encode(), Text),
    ("application/json", b'{"a":[1]}', Text),
    ("application/octet-stream", bytes(range(256)), Opaque),
]


@pytest.mark.parametrize(("media_type", "data", "kind"), GOOD, ids=[each[0] for each in GOOD])
def test_a_good_file_of_each_kind_passes_through_the_confined_child(media_type, data, kind):
    found = inspect(data)
    assert isinstance(found, Inspected)
    assert (found.media_type, type(found.facts)) == (media_type, kind)
    assert (found.sha256, found.size) == (hashlib.sha256(data).hexdigest(), len(data))
    assert {"limits", "audit"} < set(found.layers)


@pytest.mark.parametrize(
    ("data", "media_type"),
    [
        (b"\0\0\0\x18ftypheic" + bytes(20), "image/heic"),
        (b"\0\0\0\x18ftypmp42" + bytes(20), "video/mp4"),
        (b"age-encryption.org/v1\n-> X25519", "application/age"),
        (b"RIFF\0\0\0\0AVI ", "video/x-msvideo"),
    ],
)
def test_what_nothing_here_parses_is_named_and_left_alone(data, media_type):
    found = inspect(data)
    assert isinstance(found, Inspected)
    assert (found.media_type, found.facts, found.layers) == (media_type, Opaque(), ())


# --- pictures -------------------------------------------------------------------------------------


def test_of_a_picture_the_size_and_the_kinds_of_metadata_are_told_and_none_of_their_words():
    plain = facts(picture, files.picture())
    assert (plain.format, plain.width, plain.height, plain.frames) == ("JPEG", 64, 48, 1)
    assert (plain.exif, plain.gps, plain.xmp) == (False, False, False)
    full = facts(picture, files.picture(exif=files.metadata(), xmp=b"<x:xmpmeta>Canary-Name</x:xmpmeta>"))
    assert (full.exif, full.gps, full.xmp) == (True, True, True)
    assert files.CANARY not in repr(full)


@pytest.mark.parametrize("kind", ["PNG", "WEBP", "TIFF"])
def test_metadata_is_found_in_every_format_that_has_it(kind):
    found = facts(picture, files.tiff_with_place() if kind == "TIFF" else files.picture(kind, exif=files.metadata()))
    assert (found.exif, found.gps) == (True, True)
    bare = facts(picture, files.picture(kind))
    assert (bare.exif, bare.gps) == (False, False)


def test_metadata_that_cannot_be_read_counts_as_there():
    whole = files.picture(exif=files.metadata())
    at = whole.index(b"Exif\0\0") + 6
    found = facts(picture, whole[:at] + b"XX\xff\xff\xff\xff\xff\xff" + whole[at + 8 :])
    assert (found.exif, found.gps) == (True, True)


def test_frames_are_counted():
    assert facts(picture, files.gif_of_frames(7)).frames == 7
    assert facts(picture, files.gif_of_frames(10_000)).frames == 10_000
    assert reason(picture, files.gif_of_frames(10_001)) is Reason.TOO_MUCH


# --- documents ------------------------------------------------------------------------------------


def test_of_a_pdf_it_is_told_what_it_does_when_it_is_opened():
    plain = facts(document, files.pdf(3))
    assert plain == Document(pages=3, encrypted=False, javascript=False, launches=False, attachments=0, metadata=False)
    busy = facts(document, files.pdf(script=True, attached=True, launch=True))
    assert (busy.javascript, busy.launches, busy.attachments) == (True, True, 1)
    hidden = facts(document, files.pdf(password="secret"))
    assert (hidden.encrypted, hidden.pages) == (True, 0)


# --- archives -------------------------------------------------------------------------------------


def test_of_an_archive_names_that_lead_outside_links_and_archives_inside_are_counted():
    found = facts(archive, files.zip_with_links())
    assert (found.format, found.members, found.escapes, found.links, found.nested) == ("zip", 7, 4, 1, 1)
    assert (found.declared, found.expanded) == (17, 17)
    for kind in ("", "gz", "bz2", "xz"):
        found = facts(archive, files.tarred(kind))
        assert (found.members, found.escapes, found.links, found.declared) == (7, 2, 4, 9)


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_a_name_that_stands_twice_is_counted_because_programs_differ_on_which_they_show():
    out = files.zipped({"a.txt": b"x", "A.TXT": b"y"})
    assert facts(archive, out).repeated == 1


def test_macros_of_an_office_document_are_told():
    assert facts(archive, files.zipped({"[Content_Types].xml": b"", "word/vbaProject.bin": b""})).macros


@pytest.mark.parametrize("method", [zipfile.ZIP_STORED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_each_method_of_packing_is_unfolded(method):
    assert facts(archive, files.zipped({"a": bytes(100_000)}, method)).expanded == 100_000


def test_what_is_declared_and_what_is_there_are_both_told_where_they_may_differ():
    whole = files.zipped({"a": bytes(1_000)}, zipfile.ZIP_STORED)
    encrypted = bytearray(whole)
    encrypted[whole.index(b"PK\x01\x02") + 8] |= 1
    found = facts(archive, bytes(encrypted))
    assert (found.encrypted, found.declared, found.expanded) == (1, 1_000, 0)


def test_a_method_that_is_not_read_here_is_said():
    whole = bytearray(files.zipped({"a": b"abc"}, zipfile.ZIP_STORED))
    whole[8] = whole[whole.index(b"PK\x01\x02") + 10] = 93  # Zstandard, APPNOTE 4.4.5
    assert reason(archive, bytes(whole)) is Reason.METHOD


def test_one_packed_file_is_an_archive_of_one():
    found = facts(archive, files.packed("xz", b"abc"))
    assert (found.format, found.members, found.expanded) == ("xz", 1, 3)


# --- XML ------------------------------------------------------------------------------------------


def test_of_xml_the_root_and_the_extent_are_told():
    assert facts(markup, files.KML) == Markup(root="kml", depth=3, elements=3)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "windows-1251", "koi8-r"])
def test_xml_in_the_encodings_of_the_field_is_read_in_the_child(encoding):
    found = inspect(f'<?xml version="1.0" encoding="{encoding}"?><отчёт><a/></отчёт>'.encode(encoding))
    assert isinstance(found, Inspected)
    assert found.facts == Markup(root="other", depth=2, elements=2)


@pytest.mark.parametrize("data", [files.LAUGHS, files.OUTSIDE, b"<!DOCTYPE a []><a/>"])
def test_xml_that_declares_a_type_or_entities_is_refused_unread(data):
    assert reason(markup, data) is Reason.ENTITIES


# --- KLV ------------------------------------------------------------------------------------------


def test_of_telemetry_packets_and_checksums_are_counted():
    good, bad = files.telemetry({2: bytes(8), 5: b"\x01\x02"}), files.telemetry({2: bytes(8)}, right=False)
    other = bytes.fromhex("060e2b34") + bytes(12) + files.ber(300) + bytes(300)
    assert facts(packets, good + other + bad + good) == Packets(packets=4, telemetry=3, right=2, wrong=1)


def test_the_checksum_is_the_one_of_the_standard():
    # MISB ST 0601.8, section 6.6: bytes at even places count 256-fold; over the whole packet up to the checksum's value
    assert packets.checksum(b"\x01\x02\xff\xff") == (0x0102 + 0xFFFF) % 65_536


@pytest.mark.parametrize("cut", range(1, 30))
def test_telemetry_that_is_cut_short_is_broken(cut):
    assert reason(packets, files.telemetry({2: bytes(8)})[:-cut]) is Reason.BROKEN


def test_a_packet_whose_items_do_not_fill_it_is_not_right():
    packet = bytearray(files.telemetry({2: bytes(8)}))
    packet[18] = 3  # the length of the first item
    assert facts(packets, bytes(packet)).right == 0


# --- text -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("encoding", ["ascii", "utf-8", "utf-8-sig", "utf-16", "utf-32"])
def test_the_encoding_of_text_is_told(encoding):
    word = "abc\n" if encoding == "ascii" else "Übergang\n"
    assert facts(text, (word * 2).encode(encoding)) == Text(encoding=encoding, form="plain", lines=2)


def test_bytes_that_are_no_text_are_opaque():
    assert facts(text, "Übergang".encode("latin-1")) == Opaque()
    assert facts(text, b"a\x00b") == Opaque()


# --- quarantine -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "data",
    [
        files.picture() + files.zipped({"a": b"b"}),
        files.pdf() + files.zipped({"a": b"b"}),
        b"hello\n" + files.zipped({"a": b"b"}),
        files.picture("GIF")[:20] + b"%PDF-1.4\n",
        b"\0\0\0\x18ftypmp42" + files.zipped({"a": b"b"}),
    ],
)
def test_a_file_that_is_two_kinds_at_once_is_quarantined(data):
    found = inspect(data)
    assert isinstance(found, Quarantined)
    assert found.reason is Reason.TWO_KINDS


@pytest.mark.parametrize("data", [each[1] for each in GOOD], ids=[each[0] for each in GOOD])
def test_no_good_file_is_taken_for_two_kinds(data):
    assert not is_two_kinds(data, sort_of(data))


def test_a_file_too_large_for_a_parser_is_not_given_to_one():
    found = inspect(b"<" + b"a" * MOST_BYTES)
    assert isinstance(found, Quarantined)
    assert found.reason is Reason.TOO_LARGE


def test_the_entry_of_a_quarantined_file_names_it_and_repeats_nothing_of_it():
    data = files.picture(exif=files.metadata())[:-300]
    found = inspect(data)
    assert isinstance(found, Quarantined)
    digest = hashlib.sha256(data).hexdigest()
    assert quarantine_entry(found) == {
        "type": "quarantine",
        "v": "1",
        "sha256": digest,
        "size": len(data),
        "reason": "it is cut short, damaged, or not what its first bytes say",
        "blobs": [digest],
    }


@pytest.mark.parametrize(
    ("kind", "said"),
    [
        (None, None),
        ("picture", None),
        ("picture", {}),
        (["picture"], {}),
        ("opaque", {"more": 1}),
        ("text", {"encoding": "a person's name", "form": "plain", "lines": 1}),
        ("text", {"encoding": "utf-8", "form": "plain", "lines": -1}),
        ("text", {"encoding": "utf-8", "form": "plain", "lines": True}),
        ("text", {"encoding": "utf-8", "form": "plain", "lines": 2**60}),
        ("text", {"encoding": "u" * 65, "form": "plain", "lines": 1}),
        ("text", {"encoding": "utf-8", "form": 1, "lines": 1}),
    ],
)
def test_an_answer_that_is_not_of_the_form_is_no_answer(kind, said):
    assert read_facts(kind, said) is None


@pytest.mark.parametrize("data", [lzma.compress(b"abc")[:20], files.packed("gz", b"abc")[:-1], files.tarred()[:700]])
def test_a_packed_file_that_is_cut_short_is_broken(data):
    assert isinstance(found := inspect(data), Quarantined)
    assert found.reason is Reason.BROKEN


# --- the working copy -----------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "GIF", "TIFF", "WEBP"])
def test_the_working_copy_has_the_pixels_and_nothing_else_of_the_file(kind):
    data = files.picture(kind, mode="L" if kind == "GIF" else "RGB", comment=files.CANARY, exif=files.metadata())
    stripped = strip(data)
    assert isinstance(stripped, bytes)
    assert files.CANARY.encode() not in stripped
    found = facts(picture, stripped)
    assert (found.format, found.exif, found.gps, found.xmp) == ("JPEG", False, False, False)
    turned = kind != "GIF"  # which has no EXIF that says how the camera was held
    assert (found.width, found.height) == ((48, 64) if turned else (64, 48))


def test_the_working_copy_is_of_bounded_size():
    stripped = strip(files.picture("PNG", (8_192, 10), "L"))
    assert isinstance(stripped, bytes)
    found = facts(picture, stripped)
    assert (found.width, found.height) == (4_096, 5)


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGBA", "CMYK", "I;16"])
def test_pictures_of_every_mode_have_a_working_copy(mode):
    kind = {"CMYK": "JPEG"}.get(mode, "PNG")
    assert isinstance(strip(files.picture(kind, mode=mode)), bytes)


def test_what_is_no_picture_has_no_working_copy():
    for data, why in (
        (b"text", Reason.NO_PICTURE),
        (files.picture()[:400], Reason.BROKEN),
        (files.picture() + files.zipped({"a": b""}), Reason.TWO_KINDS),
    ):
        found = strip(data)
        assert isinstance(found, Quarantined)
        assert found.reason is why


COPY = copy.look(files.picture(exif=files.metadata()))
SCAN = COPY.index(b"\xff\xda")


@pytest.mark.parametrize(
    "altered",
    [
        b"",
        COPY[:-1],
        COPY + b"more",
        COPY + COPY,
        COPY[:20] + b"\xff\xfe\x00\x06name" + COPY[20:],
        COPY[:20] + b"\xff\xe1\x00\x08Exif\0\0" + COPY[20:],
        COPY[:20] + COPY[20:89] * 20 + COPY[20:],
        COPY[:SCAN] + COPY[SCAN:].replace(b"\xff\xd9", b"\xff\xe1\x00\x04ab\xff\xd9"),
        COPY.replace(b"\xff\xc0\x00\x11\x08\x00", b"\xff\xc0\x00\x11\x08\x7f"),
        files.picture("PNG"),
        files.picture(progressive=True),
        files.picture(comment=files.CANARY),
    ],
)
def test_a_copy_is_taken_from_the_child_only_in_the_form_that_has_room_for_pixels_alone(altered, monkeypatch):
    assert is_bare(COPY)
    assert not is_bare(altered)
    monkeypatch.setattr("trucewatch.sandbox.run", lambda *_: Answer(copy=altered))
    assert isinstance(strip(files.picture()), Quarantined)
