"""The search for canaries finds them however they are written, and the files to be searched have them everywhere."""

import base64
import random

import canaries
import planted
import pytest
from canaries import FORMS, UNKNOWN, Canaries, found, searched

TOKEN = f"{canaries.MARK}S000042"
WRITTEN = {
    "UTF-8": [TOKEN.encode(), TOKEN.upper().encode(), b"x" * 1000 + TOKEN.lower().encode() + b"\0"],
    "UTF-16": [TOKEN.encode("utf-16"), TOKEN.encode("utf-16-be"), b"x" + TOKEN.encode("utf-16-le")],
    "hexadecimal": [TOKEN.encode().hex().encode(), TOKEN.encode().hex().upper().encode()],
    "percent": ["".join(f"%{b:02X}" for b in TOKEN.encode()).encode()],
    "quoted-printable": ["".join(f"={b:02X}" for b in TOKEN.encode()).encode()],
    "JSON escapes": ["".join(f"\\u{b:04x}" for b in TOKEN.encode()).encode()],
    "base64": [base64.b64encode(b"a" * n + TOKEN.encode() + b"?>?" * n) for n in range(7)]
    + [base64.urlsafe_b64encode(b"?" * n + TOKEN.encode()) for n in range(4)],
    "base64 of UTF-16": [base64.b64encode(b"a" * n + TOKEN.encode("utf-16-le")) for n in range(4)],
    "base64 of base64": [
        base64.b64encode(b"~" * m + base64.urlsafe_b64encode(b"a" * n + TOKEN.encode()))
        for n in range(3)
        for m in range(3)
    ],
    "backwards": [TOKEN[::-1].encode()],
}


@pytest.mark.parametrize("form", FORMS)
def test_a_canary_is_found_and_named_in_every_form(form):
    assert WRITTEN.keys() == FORMS.keys()
    for data in WRITTEN[form]:
        for padded in (data, b"before " + data + b" after", bytes(500) + data):
            assert form in found(padded)["S", "000042"], padded


def test_nothing_is_found_where_nothing_is():
    chance = random.Random(1)
    assert not found(chance.randbytes(1 << 20))
    assert not found(canaries.MARK[:-1].encode())


def test_a_mark_that_cannot_be_read_on_is_still_found():
    assert found(canaries.MARK.encode()) == {UNKNOWN: {"UTF-8"}}


def test_each_canary_is_another_one():
    made = Canaries()
    assert len({made.of(letter) for letter in "SSSWW"}) == 5
    assert made.planted == {"S": 3, "W": 2}


def test_files_and_their_names_are_searched(tmp_path):
    (tmp_path / "deep").mkdir()
    (tmp_path / "deep" / TOKEN).write_bytes(b"")
    (tmp_path / "file").write_bytes(f"{canaries.MARK}W000001".encode())
    hits, files, size = searched(tmp_path)
    assert hits == {("S", "000042"): {"a file's name"}, ("W", "000001"): {"UTF-8"}}
    assert (files, size) == (2, 19)


@pytest.mark.parametrize("make", [*planted.PICTURES, *planted.DOCUMENTS])
def test_every_place_of_metadata_has_its_canary(make):
    made = Canaries()
    data = make(made.source("M"), random.Random(1))
    assert len(found(data)) == made.planted["M"] > 1
