import pytest
from hypothesis import given
from hypothesis import strategies as st

from trucewatch.ledger.proof import check_consistency, check_inclusion, consistency, from_tiles, inclusion
from trucewatch.ledger.tlog import tiles
from trucewatch.ledger.verify import VerificationError, fold, leaf_hash

HASHES = [leaf_hash(b"%d" % i) for i in range(300)]
ROOTS = [fold(HASHES[:size]) for size in range(301)]
SIZES = st.integers(1, 300)


def test_every_entry_of_every_small_tree_proves_that_it_is_there():
    for size in range(1, 40):
        for index in range(size):
            path = inclusion(HASHES[:size], index)
            check_inclusion(HASHES[index], index, size, path, ROOTS[size])


def test_every_beginning_of_every_small_tree_proves_that_it_is_one():
    for size in range(1, 40):
        for earlier in range(1, size + 1):
            proof = consistency(HASHES[:size], earlier)
            check_consistency(earlier, ROOTS[earlier], size, ROOTS[size], proof)


def altered(data: st.DataObject, proof: tuple[bytes, ...]) -> tuple[bytes, ...]:
    at = data.draw(st.integers(0, len(proof)))
    longer = (*proof[:at], HASHES[0], *proof[at:])
    if not proof or at == len(proof):
        return longer
    shorter = proof[:at] + proof[at + 1 :]
    flipped = (*proof[:at], bytes([proof[at][0] ^ 1]) + proof[at][1:], *proof[at + 1 :])
    return data.draw(st.sampled_from([longer, shorter, flipped]))


@given(SIZES, st.data())
def test_an_altered_inclusion_proof_is_refused(size, data):
    index = data.draw(st.integers(0, size - 1))
    path = altered(data, inclusion(HASHES[:size], index))
    with pytest.raises(VerificationError):
        check_inclusion(HASHES[index], index, size, path, ROOTS[size])


@given(SIZES, st.data())
def test_a_proof_for_one_entry_does_not_serve_another(size, data):
    index, other = data.draw(st.integers(0, size - 1)), data.draw(st.integers(0, size))
    if other == index:
        return
    path = inclusion(HASHES[:size], index)
    with pytest.raises(VerificationError):
        check_inclusion(HASHES[index], other, size, path, ROOTS[size])


@given(SIZES, st.data())
def test_an_altered_consistency_proof_is_refused(size, data):
    earlier = data.draw(st.integers(1, size))
    proof = altered(data, consistency(HASHES[:size], earlier))
    with pytest.raises(VerificationError):
        check_consistency(earlier, ROOTS[earlier], size, ROOTS[size], proof)


@given(st.integers(2, 300), st.data())
def test_a_rewritten_beginning_is_refused(size, data):
    earlier = data.draw(st.integers(1, size - 1))
    proof = consistency(HASHES[:size], earlier)
    rewritten = fold([HASHES[-1], *HASHES[1:earlier]])
    with pytest.raises(VerificationError):
        check_consistency(earlier, rewritten, size, ROOTS[size], proof)


def test_what_does_not_exist_has_no_proof():
    with pytest.raises(ValueError, match="no entry 3"):
        inclusion(HASHES[:3], 3)
    with pytest.raises(ValueError, match="no beginning of 4"):
        consistency(HASHES[:3], 4)
    with pytest.raises(VerificationError, match="no beginning of 4"):
        check_consistency(4, ROOTS[4], 3, ROOTS[3], ())


ENTRIES = [b"%d" % i for i in range(66_100)]
TILES, LARGE = tiles(ENTRIES), [leaf_hash(entry) for entry in ENTRIES]


@pytest.mark.parametrize("size", [1, 2, 255, 256, 257, 511, 65_537, 66_100])
def test_proofs_from_tiles_are_those_from_all_leaves(size):
    files = TILES if size == 66_100 else tiles(ENTRIES[:size])
    tree, leaves = from_tiles(files.__getitem__, size), LARGE[:size]
    for at in {0, size // 3, size - 256, size - 2, size - 1} & {*range(size)}:
        assert inclusion(tree, at) == inclusion(leaves, at)
        assert consistency(tree, at + 1) == consistency(leaves, at + 1)


def test_a_proof_reads_few_tiles():
    read = []

    def reader(path: str) -> bytes:
        read.append(path)
        return TILES[path]

    path = inclusion(from_tiles(reader, 66_100), 12_345)
    check_inclusion(LARGE[12_345], 12_345, 66_100, path, fold(LARGE))
    assert len(read) <= 6
    assert len(set(read)) == len(read)


def test_a_tile_that_is_cut_short_is_refused():
    tree = from_tiles(lambda path: TILES[path][:-1], 66_100)
    with pytest.raises(VerificationError, match=r"tile/1/001\.p/2' has 63 bytes"):
        inclusion(tree, 12_345)
