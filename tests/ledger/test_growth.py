import pytest
from hypothesis import given
from hypothesis import strategies as st

from trucewatch.ledger.growth import Edge, edge_at, grown, read_back, superseded
from trucewatch.ledger.tlog import root, tiles
from trucewatch.ledger.verify import VerificationError

SIZES = st.lists(st.sampled_from([1, 2, 17, 255, 256, 257, 511, 700]), min_size=1, max_size=6)
LARGE = 65_536 + 256 + 3


def entries(first: int, count: int) -> list[bytes]:
    return [b"entry %d" % at for at in range(first, first + count)]


def grow(files: dict[str, bytes], edge: Edge, new: list[bytes]) -> Edge:
    added, larger = grown(edge, new)
    files.update(added)
    for path in superseded(edge.size, larger.size):
        del files[path]
    return larger


@given(SIZES)
def test_a_tree_that_grew_step_by_step_is_the_one_written_at_once(steps):
    files, edge = {}, Edge()
    for step in steps:
        edge = grow(files, edge, entries(edge.size, step))
        assert files == tiles(entries(0, edge.size))
        assert edge.root == root(entries(0, edge.size))
        assert edge == edge_at(files.__getitem__, edge.size, edge.size)


def test_a_third_level_grows_too():
    files, edge = {}, Edge()
    for step in (65_000, 535, 2, LARGE - 65_537):
        edge = grow(files, edge, entries(edge.size, step))
    assert files == tiles(entries(0, LARGE))
    assert edge.root == root(entries(0, LARGE))
    for earlier in (1, 255, 256, 65_535, 65_536, 65_537, LARGE):
        assert edge_at(files.__getitem__, earlier, LARGE).root == root(entries(0, earlier))


def test_nothing_more_changes_nothing():
    _, edge = grown(Edge(), entries(0, 300))
    assert grown(edge, [])[1] == edge


def test_an_entry_that_no_bundle_can_hold_is_refused():
    with pytest.raises(ValueError, match="65535"):
        grown(Edge(), [bytes(65_536)])


@given(st.integers(1, 600), st.integers(1, 600), st.data())
def test_whatever_byte_the_disk_returns_otherwise_is_found_before_signing(before, more, data):
    files, edge = {}, Edge()
    edge = grow(files, edge, entries(0, before))
    added, larger = grown(edge, entries(before, more))
    files |= added
    assert read_back(files.__getitem__, edge, edge.root, larger.size) == (entries(before, more), larger)
    path = data.draw(st.sampled_from(sorted(added)))
    at = data.draw(st.integers(0, len(files[path]) - 1))
    rotten = bytes([*files[path][:at], files[path][at] ^ 1 << data.draw(st.integers(0, 7)), *files[path][at + 1 :]])
    with pytest.raises(VerificationError):
        read_back((files | {path: rotten}).__getitem__, edge, edge.root, larger.size)


def test_a_memory_that_changed_since_the_last_signature_is_found():
    files, edge = {}, Edge()
    edge = grow(files, edge, entries(0, 300))
    added, larger = grown(edge, entries(300, 5))
    files |= added
    first = (b"\x00" * 32, *edge.levels[0][1:])
    others = [
        Edge(size=300, levels=(first, *edge.levels[1:]), bundle=edge.bundle),
        Edge(size=300, levels=(edge.levels[0], (b"\x00" * 32,)), bundle=edge.bundle),
        Edge(size=300, levels=edge.levels, bundle=(b"x", *edge.bundle[1:])),
    ]
    for other in others:
        with pytest.raises(VerificationError, match="in memory"):
            read_back(files.__getitem__, other, edge.root, larger.size)
