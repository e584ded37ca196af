"""Files made to bring a program down: each is stopped within the limits, and the centre's process never falls."""

import os
import random
import resource
import time

import files
import pytest

from trucewatch.sandbox import Inspected, Limits, Quarantined, Reason, inspect, strip

MEBIBYTE = 1 << 20
BOMBS = [
    ("a PNG of 4.3 gigapixels", files.png_of_gigapixels, Reason.TOO_MUCH),
    ("a PNG with 512 MB of packed text", files.png_of_text, Reason.BROKEN),
    ("a GIF of fifty thousand frames", lambda: files.gif_of_frames(50_000), Reason.TOO_MUCH),
    ("a ZIP of 1 GB", lambda: files.zip_of(1024 * MEBIBYTE), Reason.TOO_MUCH),
    ("a ZIP whose 1,000 members are one", lambda: files.zip_of_overlaps(1_000, 16 * MEBIBYTE), Reason.TOO_MUCH),
    ("gzip of 1 GB", lambda: files.zeros(1024 * MEBIBYTE, "gzip"), Reason.TOO_MUCH),
    ("a billion laughs", lambda: files.LAUGHS, Reason.ENTITIES),
    ("XML that asks for another file", lambda: files.OUTSIDE, Reason.ENTITIES),
    ("XML of a hundred thousand levels", lambda: b"<a>" * 100_000, Reason.TOO_MUCH),
]
GENTLE = [  # what is there is counted, what is not asked for stays packed
    ("ZIPs in ZIPs", lambda: files.zip_in_zips(3, 4)),
    ("a PDF with a stream of 300 MB", lambda: files.pdf_of_stream(300 * MEBIBYTE)),
    ("a PDF whose objects unfold to 300 MB", lambda: files.pdf_of_stream(300 * MEBIBYTE, of_objects=True)),
    ("JSON of ten million levels", lambda: b"[" * 10_000_000),
    ("a tar that leads upwards", files.tarred),
]


def used_s():
    """Processor seconds of all children that have ended."""
    spent = resource.getrusage(resource.RUSAGE_CHILDREN)
    return spent.ru_utime + spent.ru_stime


LONG = [
    ("a GIF of a million frames", lambda: files.gif_of_frames(1_000_000), Reason.TOO_MUCH),
    ("XML of a million elements", lambda: b"<a>" + b"<b/>" * 1_000_000 + b"</a>", Reason.TOO_MUCH),
]
CASES = [
    *(pytest.param(*each[1:], id=each[0]) for each in BOMBS),
    *(pytest.param(*each[1:], id=each[0], marks=pytest.mark.slow) for each in LONG),
]


@pytest.mark.parametrize(("make", "reason"), CASES)
def test_a_bomb_is_quarantined_within_the_limits(make, reason):
    data = make()
    before, begun = used_s(), time.monotonic()
    found = inspect(data)
    assert isinstance(found, Quarantined)
    # On a busy machine the limits may come before the count is finished; that, too, is stopped.
    assert found.reason in {reason, Reason.TIME, Reason.MEMORY}
    assert used_s() - before < 6
    assert time.monotonic() - begun < 12


@pytest.mark.parametrize("make", [each[1] for each in GENTLE], ids=[each[0] for each in GENTLE])
def test_what_only_looks_like_a_bomb_costs_little(make):
    before = used_s()
    assert isinstance(inspect(make()), Inspected)
    assert used_s() - before < 5


def test_a_bomb_has_no_working_copy():
    found = strip(files.png_of_gigapixels())
    assert isinstance(found, Quarantined)
    assert found.reason is Reason.TOO_MUCH


def test_a_parser_out_of_memory_says_so():
    found = inspect(files.png(9_000, 9_000, files.zeros(10 * MEBIBYTE)), limits=Limits(memory_bytes=80 * MEBIBYTE))
    assert isinstance(found, Quarantined)
    assert found.reason is Reason.MEMORY


def hostile(drawn: random.Random) -> bytes:
    """A good file, cut short or with bytes changed, or random bytes behind a mark."""
    kinds = (
        files.picture(drawn.choice(["JPEG", "PNG", "GIF", "TIFF", "WEBP"]), exif=files.metadata()),
        files.pdf(script=True, attached=True),
        files.zip_with_links(),
        files.tarred(drawn.choice(["", "gz", "bz2", "xz"])),
        files.KML,
        files.telemetry({2: bytes(8), 5: b"ab"}) * 3,
    )
    data = bytearray(drawn.choice(kinds))
    way = drawn.randrange(4)
    if way == 0:
        return bytes(data[: drawn.randrange(len(data))])
    if way == 1:
        return bytes(data[: drawn.choice([2, 4, 8, 16])] + drawn.randbytes(drawn.randrange(2_000)))
    for _ in range(drawn.choice([1, 3, 30])):
        data[drawn.randrange(len(data))] = drawn.randrange(256)
    return bytes(data)


@pytest.mark.parametrize("times", [8, pytest.param(1_000, marks=pytest.mark.slow)])
def test_whatever_is_broken_the_centre_goes_on_and_no_child_lives_on(times):
    drawn = random.Random(20_261_122)
    for _ in range(times):
        data = hostile(drawn)
        found = inspect(data)
        assert isinstance(found, Inspected | Quarantined)
        assert found.size == len(data)
        if isinstance(found, Quarantined):
            assert found.reason is not Reason.UNCONFINED
    with pytest.raises(ChildProcessError):
        os.waitpid(-1, os.WNOHANG)
