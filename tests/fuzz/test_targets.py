"""Whatever the bytes, each reader takes them or refuses them in a line; the long run is `make fuzz`."""

import random
import time
from pathlib import Path

import pytest
from benchmarks.fuzz.targets import TARGETS

FOUND = Path(__file__).parent / "found"
BUDGET_S = 0.08  # of a target in the normal run: some tens to some thousands of inputs
INTERESTING = (
    b"\0",
    b"\xff",
    b"\n\n",
    b"9" * 30,
    b"-",
    b"NaN",
    b"[" * 200,
    b'"',
    b"\xed\xa0\x80",
    b"\xf4\x90\x80\x80",
    b"~",
)


def mutated(data: bytes, drawn: random.Random) -> bytes:
    """The bytes with some changed, taken out, doubled, or something put in."""
    found = bytearray(data)
    for _ in range(drawn.choice((1, 1, 2, 4, 16))):
        at, end = drawn.randrange(len(found) + 1), drawn.randrange(len(found) + 1)
        match drawn.randrange(5):
            case 0:
                found[at : at + 1] = drawn.randbytes(1)
            case 1:
                found[at : at + drawn.randrange(40)] = b""
            case 2:
                found[at:at] = drawn.choice(INTERESTING)
            case 3:
                found[at:at] = found[end : end + drawn.randrange(60)]
            case _:
                found = found[: max(at, 1)]
    return bytes(found)


@pytest.mark.parametrize("name", TARGETS)
def test_seeds_and_their_mutations_are_taken_or_refused(name):
    target, drawn = TARGETS[name], random.Random(f"{name} 1")
    seeds = list(target.seeds())
    assert any(map(target.check, seeds[:10] + seeds[-3:])), "some seed is good, or the target tests nothing"
    small = [seed for seed in seeds if len(seed) < 6_000] or seeds
    until = time.process_time() + BUDGET_S
    while time.process_time() < until:
        target.check(mutated(drawn.choice(small), drawn))


@pytest.mark.parametrize("path", sorted(FOUND.glob("*/*")), ids=lambda path: f"{path.parent.name}/{path.name}")
def test_what_was_found_stays_mended(path):
    begun = time.process_time()
    TARGETS[path.parent.name].check(path.read_bytes())
    assert time.process_time() - begun < 2
