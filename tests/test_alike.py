"""What counts as the same in a mirror run: the short way says what the long one says."""

import math
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trucewatch.alike import MOST_SOUGHT, alike, identical, unordered
from trucewatch.impartial import StandIns

OTHER = StandIns(ids={"a": "\U00010000", "b": "\U00010001"}, names={}, letters={"\U00010000": "a", "\U00010001": "b"})
WORDED = st.lists(st.sampled_from(["a", "b", "towards", "and", " ", "."]), max_size=4).map(" ".join)
LEAVES = st.one_of(st.none(), st.booleans(), st.sampled_from([0, 1, 0.0, -0.0, 1.0, 0.1, math.nan, math.inf]), WORDED)
VALUES = st.recursive(LEAVES, lambda part: st.lists(part, max_size=5).map(tuple), max_leaves=12)


def mirror_of(value, order, nudge):
    """The value as a mirror run would have it: the other names, lists and words in any order, now and then a bit off."""
    if isinstance(value, tuple):
        return tuple(order.sample([mirror_of(part, order, nudge) for part in value], len(value)))
    if isinstance(value, str):
        words = value.replace("a", "\U00010000").replace("b", "\U00010001").split(" ")
        return " ".join(order.sample(words, len(words)))
    if isinstance(value, float) and order.random() < nudge:
        return math.nextafter(value, 2)
    return value


@given(value=VALUES, another=VALUES, seed=st.integers(0, 10**6), nudge=st.sampled_from([0, 0.1, 1]))
def test_alike_is_what_is_written_alike_in_any_order(value, another, seed, nudge):
    for mirror in (another, mirror_of(value, random.Random(seed), nudge)):
        written = unordered(value) == unordered(mirror, OTHER.back)
        assert alike(value, mirror, OTHER.back) == written


@pytest.mark.parametrize("count", [3, MOST_SOUGHT, 500])
def test_long_lists_in_another_order_are_alike_until_one_bit_differs(count):
    value = tuple(("a", n / 7) for n in range(count))
    mirror = mirror_of(value, random.Random(1), 0)[::-1]
    assert alike(value, mirror, OTHER.back)
    for at in (0, count - 1):
        party, share = mirror[at]
        other = (*mirror[:at], (party, math.nextafter(share, 2)), *mirror[at + 1 :])
        assert not alike(value, other, OTHER.back)
    assert not alike(value, mirror[1:], OTHER.back)
    assert not alike(value, (*mirror[1:], mirror[1]), OTHER.back)


class InOrder(random.Random):
    """A chance that leaves every list and every word in its place."""

    def sample(self, population, k):
        return list(population)


@given(value=VALUES, another=VALUES, seed=st.integers(0, 10**6), nudge=st.sampled_from([0, 0.1, 1]))
def test_identical_is_what_is_written_identically(value, another, seed, nudge):
    for mirror in (another, *(mirror_of(value, chance(seed), nudge) for chance in (InOrder, random.Random))):
        written = repr(value) in (repr(mirror), OTHER.back(repr(mirror)))
        assert identical(value, mirror, OTHER.back) == written
    assert identical(value, mirror_of(value, InOrder(), 0), OTHER.back)


A, B = "\U00010000", "\U00010001"


@pytest.mark.parametrize(
    ("value", "mirror", "same", "same_in_order"),
    [
        (("a", "b", 1.0), (A, B, 1.0), True, True),
        (("a", "b", 1.0), (B, A, 1.0), True, False),
        (("a", "b", "b"), (B, A, "c"), False, False),  # no part of a list stands for two
        (("a", "b", "b"), (B, A, B), True, False),
        ("towards a and b", f"towards {A} and {B}", True, True),
        ("towards a and b", f"towards {B} and {A}", True, False),
        ("towards a and b", f"towards {B} and {B}", False, False),
        ("towards a", f"towards {B}", False, False),
        ((("a", 0.25), ("b", 0.75)), ((B, 0.75), (A, 0.25)), True, False),
        ((("a", 0.25), ("b", 0.75)), ((B, 0.25), (A, 0.75)), False, False),
        (0.0, -0.0, False, False),
        (1, 1.0, False, False),
        ((1.0,), (1.0, 1.0), False, False),
    ],
)
def test_what_is_alike_and_what_is_identical(value, mirror, same, same_in_order):
    assert alike(value, mirror, OTHER.back) is same
    assert identical(value, mirror, OTHER.back) is same_in_order
