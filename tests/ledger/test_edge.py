"""The right edge of a tree is enough to go on from: whatever the steps, the tiles and the root are those of the tree."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from trucewatch.ledger import edge
from trucewatch.ledger.tlog import hash_tiles, root
from trucewatch.ledger.verify import VerificationError, leaf_hash, levels_from

ENTRIES = [str(number).encode() for number in range(66_100)]
LEAVES = [leaf_hash(entry) for entry in ENTRIES]


def tree(size: int) -> tuple[dict[str, bytes], bytes]:
    return dict(hash_tiles(list(levels_from(LEAVES[:size])))), root(ENTRIES[:size])


@settings(max_examples=40)
@given(st.lists(st.integers(1, 256), max_size=12))
def test_a_tree_grown_in_any_steps_has_the_tiles_and_the_root_of_the_whole(steps):
    grown, full = edge.EMPTY, {}
    for step in steps:
        number = min(step, edge.room(grown))
        grown, more = edge.extended(grown, LEAVES[grown.size : grown.size + number])
        full |= more
    assert (full | edge.partial(grown), edge.root(grown)) == tree(grown.size)


def test_three_levels_of_tiles_are_grown_and_read_back():
    for size in (65_535, 65_536, 65_537, 66_100):
        grown, full = edge.EMPTY, {}
        for first, stop in edge.runs(0, size):
            grown, more = edge.extended(grown, LEAVES[first:stop])
            full |= more
        assert (full | edge.partial(grown), edge.root(grown)) == tree(size)
        assert edge.read(size, tree(size)[0].__getitem__) == grown


def test_more_leaves_than_the_last_bundle_takes_are_refused():
    with pytest.raises(ValueError, match="room for 256"):
        edge.extended(edge.EMPTY, LEAVES[:257])


def test_a_tile_of_another_length_is_refused():
    with pytest.raises(VerificationError):
        edge.hashes(bytes(33), 1)
