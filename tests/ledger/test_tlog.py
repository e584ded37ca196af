import base64
from functools import cache

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pymerkle import InmemoryTree

from trucewatch.ledger.tlog import checkpoint, root, tiles
from trucewatch.ledger.verify import fold, leaf_hash, node_hash, tile_path, tile_shapes

BIG = 65_536


def entry(number: int) -> bytes:
    return b"entry %d" % number


@cache
def oracle(size: int) -> InmemoryTree:
    """A tree that we did not write; it grows, and gives the root of every earlier size."""
    tree = InmemoryTree(algorithm="sha256")
    tree.append_entries([entry(number) for number in range(size)])
    return tree


def test_roots_of_all_small_trees_are_those_of_an_independent_tree():
    entries = [entry(i) for i in range(600)]
    for size in range(1, 601):
        assert root(entries[:size]) == oracle(600).get_root(size)


def test_roots_around_the_second_level_of_tiles_are_those_of_an_independent_tree():
    entries = [entry(i) for i in range(BIG + 257)]
    tree = oracle(len(entries))
    for size in (BIG - 1, BIG, BIG + 1, BIG + 255, BIG + 256, BIG + 257):
        assert root(entries[:size]) == tree.get_root(size)


def test_the_empty_tree_has_the_root_of_rfc_6962():
    assert root([]).hex() == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
    assert tiles([]) == {}


@given(st.lists(st.binary(max_size=40), max_size=600))
def test_tiles_hold_every_entry_and_every_hash_once(entries):
    files = tiles(entries)
    assert set(files) == {tile_path(*shape) for shape in tile_shapes(len(entries))}
    leaves = b"".join(files[tile_path(*s)] for s in tile_shapes(len(entries)) if s[0] == 0)
    assert leaves == b"".join(leaf_hash(data) for data in entries)
    bundles = b"".join(files[tile_path(*s)] for s in tile_shapes(len(entries)) if s[0] == "entries")
    assert bundles == b"".join(len(data).to_bytes(2, "big") + data for data in entries)


@given(st.lists(st.binary(max_size=3), min_size=2, max_size=40))
def test_folding_splits_at_the_largest_power_of_two(entries):
    middle = max(2**k for k in range(6) if 2**k < len(entries))
    hashes = [leaf_hash(data) for data in entries]
    assert fold(hashes) == node_hash(fold(hashes[:middle]), fold(hashes[middle:]))


def test_a_tree_of_70_000_has_the_tiles_that_tlog_tiles_counts():
    # The example of C2SP tlog-tiles, "Partial Tiles".
    shapes = [s for s in tile_shapes(70_000) if s[0] != "entries"]
    assert sum(1 for level, _, width in shapes if level == 0 and width == 256) == 273
    assert [s for s in shapes if s[2] < 256] == [(0, 273, 112), (1, 1, 17), (2, 0, 1)]
    assert [s for s in shapes if s[0] == 1 and s[2] == 256] == [(1, 0, 256)]


def test_a_tree_of_256_has_a_full_tile_and_one_hash_above_it():
    assert sorted(tiles([entry(i) for i in range(256)])) == ["tile/0/000", "tile/1/000.p/1", "tile/entries/000"]


@pytest.mark.parametrize(
    ("index", "path"),
    [
        (0, "tile/0/000"),
        (999, "tile/0/999"),
        (1000, "tile/0/x001/000"),
        (1_234_067, "tile/0/x001/x234/067"),  # the example of C2SP tlog-tiles
    ],
)
def test_tiles_lie_where_the_specification_puts_them(index, path):
    assert tile_path(0, index, 256) == path
    assert tile_path(0, index, 7) == f"{path}.p/7"


def test_an_entry_too_long_for_its_prefix_is_refused():
    assert len(tiles([bytes(65_535)])["tile/entries/000.p/1"]) == 65_537
    with pytest.raises(ValueError, match="65535"):
        tiles([bytes(65_536)])


def test_the_text_of_a_checkpoint_is_origin_size_and_root():
    assert checkpoint("a/b", 3, bytes(32)) == b"a/b\n3\n" + base64.b64encode(bytes(32)) + b"\n"
