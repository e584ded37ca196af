"""Files made to bring a program down: each is stopped within the limits, and the centre's process never falls."""

import random
import resource
import time

import pytest
from benchmarks.fuzz import files
from benchmarks.fuzz.bombs import BOMBS
from offspring import children

from trucewatch.sandbox import Inspected, Limits, Quarantined, Reason, inspect, strip

MEBIBYTE = 1 << 20
LONG = {"XML of a million elements"}
CASES = [pytest.param(bomb, id=bomb.name, marks=[pytest.mark.slow] if bomb.name in LONG else []) for bomb in BOMBS]


def used_s():
    """Processor seconds of all children that have ended."""
    spent = resource.getrusage(resource.RUSAGE_CHILDREN)
    return spent.ru_utime + spent.ru_stime


@pytest.mark.parametrize("bomb", CASES)
def test_a_bomb_is_stopped_within_the_limits(bomb):
    data = bomb.make()
    before, begun = used_s(), time.monotonic()
    found = inspect(data)
    if bomb.reason is None:
        assert isinstance(found, Inspected), "what is there is counted, what is not asked for stays packed"
    else:
        assert isinstance(found, Quarantined)
        # On a busy machine the limits may come before the count is finished; that, too, is stopped.
        assert found.reason in {bomb.reason, Reason.TIME, Reason.MEMORY}
    assert used_s() - before < 6
    assert time.monotonic() - begun < 12


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
    before = children()  # other tests of this process may have left some
    for _ in range(times):
        data = hostile(drawn)
        found = inspect(data)
        assert isinstance(found, Inspected | Quarantined)
        assert found.size == len(data)
        if isinstance(found, Quarantined):
            assert found.reason is not Reason.UNCONFINED
    assert children() <= before
