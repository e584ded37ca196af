"""A mirror holds all that it cosigns, cosigns nothing that excludes what it cosigned, and proves it when it is lied to."""

from contextlib import suppress
from pathlib import Path

import pytest
from authorities import Authority
from hypothesis import given, settings
from hypothesis import strategies as st
from keepers import (
    MIRROR_A,
    MIRROR_B,
    POLICY,
    Dict,
    Log,
    blob,
    fast_disk,
    head_of,
    history,
    keys_of,
    log_files,
    policy_text,
    sha256,
)
from ledgers import CENTRE
from rfc3161_client import HashAlgorithm, TimestampRequestBuilder

from trucewatch.ledger.commitments import disclosure_files
from trucewatch.ledger.disk import RealDisk
from trucewatch.ledger.equivocation import FILES
from trucewatch.ledger.heads import ForkedError
from trucewatch.ledger.mirror import Mirror, follow
from trucewatch.ledger.note import sign, verifier_key
from trucewatch.ledger.sources import FolderSource, UnreachableError
from trucewatch.ledger.tlog import checkpoint
from trucewatch.ledger.verify import (
    VerificationError,
    check_cosignatures,
    check_equivocation,
    has_quorum,
    parse_checkpoint,
    verify,
)

LOG = verifier_key(CENTRE)


def clock() -> int:
    return 1_800_000_000


def copy(source, store: Path, keys=MIRROR_A, disk=None):
    return follow(source, store, POLICY, keys, clock, disk=disk or fast_disk())


def cosigners(store: Path) -> list[str]:
    return [
        found.witness for found in check_cosignatures(parse_checkpoint((store / "checkpoint").read_bytes()), POLICY)
    ]


def test_a_copy_is_a_log_that_verifies_and_carries_both_cosignatures(tmp_path):
    followed = copy(Dict(log_files(history(300))), tmp_path / "store")
    assert (followed.entries, followed.files, followed.behind) == (300, 60, 0)
    verified = verify(tmp_path / "store")
    assert (verified.size, verified.blobs, verified.withheld) == (300, 60, 0)
    assert cosigners(tmp_path / "store") == ["a0", "a1"]
    assert not verified.witnessed


@settings(max_examples=15)
@given(st.lists(st.integers(1, 600), min_size=1, max_size=4))
def test_a_log_followed_in_any_steps_is_the_log_itself(tmp_path_factory, sizes):
    store = tmp_path_factory.mktemp("copy") / "store"
    for size in sorted(sizes):
        copy(Dict(log_files(history(size))), store)
        verify(store)
    whole = log_files(history(max(sizes)))
    found = {path: (store / path).read_bytes() for path in RealDisk().names(store)}
    assert found | {"checkpoint": b""} == whole | {"checkpoint": b""}


def test_only_what_is_new_is_fetched(tmp_path):
    copy(Dict(log_files(history(600))), tmp_path / "store")
    source = Dict(log_files(history(602)))
    copy(source, tmp_path / "store")
    new = f"blobs/{sha256(blob(601))}"
    assert source.asked[:5] == ["checkpoint", "policy", "tile/entries/002.p/90", "disclosures/002", new]
    assert [path.partition("/")[0] for path in source.asked[5:]] == ["timestamps"]
    copy(source, tmp_path / "store")
    assert source.asked[6:] == ["checkpoint"]


def test_a_mirror_of_a_mirror_of_a_folder_joins_the_cosignatures_of_both(tmp_path):
    Log(tmp_path / "log").show(log_files(history(40)))
    copy(FolderSource(tmp_path / "log"), tmp_path / "a", MIRROR_A)
    copy(FolderSource(tmp_path / "a"), tmp_path / "b", MIRROR_B)
    assert cosigners(tmp_path / "b") == ["a0", "a1", "b0", "b1"]
    assert verify(tmp_path / "b", policy=policy_text()).witnessed
    copy(FolderSource(tmp_path / "b"), tmp_path / "a", MIRROR_A)
    assert has_quorum(POLICY, cosigners(tmp_path / "a"))


def test_the_same_tree_is_not_cosigned_again(tmp_path):
    source = Dict(log_files(history(9)))
    copy(source, tmp_path / "store")
    before = (tmp_path / "store/checkpoint").read_bytes()
    follow(source, tmp_path / "store", POLICY, MIRROR_A, lambda: clock() + 60)
    assert (tmp_path / "store/checkpoint").read_bytes() == before


def test_an_older_view_is_behind_and_no_fraud(tmp_path):
    copy(Dict(log_files(history(40))), tmp_path / "store")
    followed = copy(Dict(log_files(history(33))), tmp_path / "store")
    assert (followed.behind, followed.checkpoint.size) == (7, 40)
    assert verify(tmp_path / "store").size == 40


@pytest.mark.parametrize(("seen", "shown"), [(40, 40), (40, 300), (300, 40), (255, 256), (256, 257), (1, 2)])
@pytest.mark.parametrize("since", [0, 0.5, 1])
def test_a_second_history_is_refused_and_proved(tmp_path, seen, shown, since):
    told = history(seen)
    copy(Dict(log_files(told)), tmp_path / "store")
    other = history(shown, "another", since=int(since * (min(seen, shown) - 1)))
    with pytest.raises(ForkedError) as caught:
        copy(Dict(log_files(other)), tmp_path / "store")
    proof = tmp_path / "store.equivocation"
    first, second = ((proof / name).read_bytes() for name in ("first.note", "second.note"))
    assert (first, second) == (caught.value.first, caught.value.second)
    assert check_equivocation(first, second, LOG).first.size == min(seen, shown)
    assert verify(tmp_path / "store").size == seen
    assert (
        parse_checkpoint((tmp_path / "store/checkpoint").read_bytes()).text.encode()
        == head_of(told).split(b"\n\n")[0] + b"\n"
    )


@pytest.mark.parametrize("withheld", ["tile/0", "tile/1", "tile/entries", "disclosures"])
def test_who_withholds_one_thing_is_proved_from_another(tmp_path, withheld):
    copy(Dict(log_files(history(280))), tmp_path / "store")
    files = log_files(history(520, "another", since=100))
    with pytest.raises(ForkedError):
        copy(Dict(files, [path for path in files if path.startswith(withheld)]), tmp_path / "store")


def test_a_head_that_nothing_backs_is_kept_until_the_log_grows_past_it_and_is_then_the_proof(tmp_path):
    store, made_up = tmp_path / "store", sign(checkpoint(CENTRE.name, 25, bytes(32)), CENTRE)
    copy(Dict(log_files(history(20))), store)
    for head in (made_up, head_of(history(27))):
        with pytest.raises(VerificationError):
            copy(Dict({"checkpoint": head, "policy": policy_text()}), store)
    copy(Dict(log_files(history(24))), store)
    with pytest.raises(ForkedError):
        copy(Dict(log_files(history(30))), store)
    assert (
        check_equivocation(*((tmp_path / "store.equivocation" / n).read_bytes() for n in FILES), LOG).first.size == 25
    )
    assert verify(store).size == 30
    assert "a0" not in cosigners(store)


def test_a_head_that_came_without_its_tree_holds_once_the_log_has_grown_into_it(tmp_path):
    store = tmp_path / "store"
    copy(Dict(log_files(history(20))), store)
    with pytest.raises(VerificationError):
        copy(Dict({"checkpoint": head_of(history(27)), "policy": policy_text()}), store)
    copy(Dict(log_files(history(30))), store)
    assert cosigners(store) == ["a0", "a1"]
    assert RealDisk().names(tmp_path / "store.suspects") == []


def test_a_log_that_was_caught_is_still_copied_but_no_longer_cosigned(tmp_path):
    copy(Dict(log_files(history(20))), tmp_path / "store")
    with pytest.raises(ForkedError):
        copy(Dict(log_files(history(25, "another"))), tmp_path / "store")
    assert copy(Dict(log_files(history(30))), tmp_path / "store").entries == 10
    assert cosigners(tmp_path / "store") == []
    assert verify(tmp_path / "store").size == 30


def refused(tmp_path, files, *, match: str, kind=VerificationError, seen: int = 20):
    """The mirror refuses these files, and its copy is as it was."""
    copy(Dict(log_files(history(seen))), tmp_path / "store")
    disk = RealDisk()
    before = {path: (tmp_path / "store" / path).read_bytes() for path in disk.names(tmp_path / "store")}
    with pytest.raises(kind, match=match) as caught:
        copy(files if isinstance(files, Dict) else Dict(files), tmp_path / "store")
    assert not isinstance(caught.value, ForkedError)
    assert {path: (tmp_path / "store" / path).read_bytes() for path in disk.names(tmp_path / "store")} == before
    assert verify(tmp_path / "store").size == seen


def test_a_tree_without_its_evidence_is_not_cosigned(tmp_path):
    files = log_files(history(40))
    refused(tmp_path, Dict(files, [f"blobs/{sha256(blob(31))}"]), match="does not give blobs")


class Growing:
    """A log that has always gone on by the time that its tiles are asked for, as a busy machine finds it."""

    def __init__(self, sizes):
        self.trees = [log_files(history(size)) for size in sizes]
        self.at = -1

    def __str__(self):
        return "a busy log"

    def fetch(self, path, most):
        if path == "checkpoint":
            self.at += 1
        files = self.trees[self.at]
        gone = {name for name in files if ".p/" in name}  # they gave way to wider ones
        return Dict(files, gone).fetch(path, most)


def test_a_log_that_goes_on_faster_than_it_is_read_is_not_accused_of_withholding(tmp_path):
    with pytest.raises(UnreachableError, match="goes on faster"):
        copy(Growing(range(20, 30)), tmp_path / "store")
    assert not (tmp_path / "store.suspects").exists()


def test_evidence_that_is_not_its_name_is_not_cosigned(tmp_path):
    files = log_files(history(40)) | {f"blobs/{sha256(blob(31))}": blob(30)}
    refused(tmp_path, files, match="SHA-256 is not its name")


def test_a_tree_without_its_disclosures_is_not_cosigned(tmp_path):
    refused(tmp_path, Dict(log_files(history(40)), ["disclosures/000"]), match="does not give disclosures")


def test_a_withheld_field_is_not_cosigned(tmp_path):
    told = history(40)
    shown = disclosure_files({i: lines[:1] if i == 33 else lines for i, (_, lines) in enumerate(told)})
    refused(tmp_path, log_files(told) | shown, match="entry 33: 1 of its fields are withheld")


def test_another_disclosure_is_not_cosigned(tmp_path):
    told = history(40)
    shown = disclosure_files({i: told[36][1] if i == 33 else lines for i, (_, lines) in enumerate(told)})
    refused(tmp_path, log_files(told) | shown, match="entry 33: a disclosure that no commitment")


def test_a_root_that_the_entries_do_not_give_is_no_proof_and_is_not_cosigned(tmp_path):
    files = log_files(history(40)) | {"checkpoint": sign(checkpoint(CENTRE.name, 40, bytes(32)), CENTRE)}
    refused(tmp_path, files, match="hashes of the 40 entries do not give the root")


def test_entries_that_are_no_entries_are_not_cosigned(tmp_path):
    told = [*history(30), (b'{"v":"1","type":"beat"}', ())]
    refused(tmp_path, log_files(told), match="entry 30: its names are not in canonical order")


def test_a_tree_of_a_size_that_nothing_backs_is_refused(tmp_path):
    files = log_files(history(40)) | {"checkpoint": sign(checkpoint(CENTRE.name, 10**17, bytes(32)), CENTRE)}
    refused(tmp_path, files, match="does not give tile/entries/000")


def test_a_checkpoint_by_a_stranger_is_refused(tmp_path):
    stranger = keys_of("x")[0].seed
    told = history(40)
    files = log_files(told) | {"checkpoint": head_of(told, type(CENTRE)(name=CENTRE.name, seed=stranger))}
    refused(tmp_path, files, match="signed by another key")


def test_another_policy_is_refused(tmp_path):
    refused(tmp_path, log_files(history(40), policy=policy_text(heads="none")), match="another policy")


def test_a_key_that_the_policy_does_not_know_is_refused(tmp_path):
    with pytest.raises(ValueError, match="no witness line with the key of x"):
        copy(Dict(log_files(history(4))), tmp_path / "store", keys_of("x"))


def test_a_folder_of_other_things_is_never_taken_for_a_store(tmp_path):
    (tmp_path / "store").mkdir()
    (tmp_path / "store/diary.txt").write_bytes(b"mine")
    with pytest.raises(ValueError, match="something else"):
        copy(Dict(log_files(history(4))), tmp_path / "store")
    assert (tmp_path / "store/diary.txt").read_bytes() == b"mine"


def test_two_processes_do_not_share_a_store(tmp_path):
    with Mirror(tmp_path / "store", POLICY, MIRROR_A), pytest.raises(BlockingIOError):
        copy(Dict(log_files(history(4))), tmp_path / "store")


def test_a_damaged_store_says_so_and_a_damaged_tile_of_hashes_is_worked_out_anew(tmp_path):
    copy(Dict(log_files(history(300))), tmp_path / "store")
    tile, bundle = tmp_path / "store/tile/0/000", tmp_path / "store/tile/entries/000"
    right = tile.read_bytes()
    tile.write_bytes(bytes(8192))
    copy(Dict(log_files(history(300))), tmp_path / "store")
    assert tile.read_bytes() == right
    bundle.write_bytes(bundle.read_bytes().replace(b'"n":7,', b'"n":8,'))
    with pytest.raises(VerificationError, match="damaged, its entries do not give the root, tile/0/000 differs"):
        copy(Dict(log_files(history(300))), tmp_path / "store")
    assert tile.read_bytes() == right  # what may be right is not written over


class PowerCut(BaseException):
    """The machine stops."""


class Dying(RealDisk):
    """A disk whose machine stops before the given writing or removal."""

    def __init__(self, left: int) -> None:
        super().__init__(fast_disk()._system)
        self.left = left

    def _count(self) -> None:
        self.left -= 1
        if self.left < 0:
            raise PowerCut

    def write(self, path, data):
        self._count()
        super().write(path, data)

    def remove(self, *paths):
        self._count()
        super().remove(*paths)


@pytest.mark.parametrize("left", range(12))
def test_a_crash_anywhere_leaves_a_whole_copy_and_the_next_step_goes_on(tmp_path, left):
    store = tmp_path / "store"
    copy(Dict(log_files(history(17))), store)
    disk = Dying(left)
    with suppress(PowerCut):
        copy(Dict(log_files(history(41))), store, disk=disk)
    assert disk.left < 0 or left >= 11
    Mirror(store, POLICY, MIRROR_A).close()
    size = verify(store).size
    assert size in {17, 41}
    # cosigned is only what is there; what was cosigned once is never left again
    if size == 41:
        with pytest.raises(ForkedError):
            copy(Dict(log_files(history(41, "another", since=40))), store)
    copy(Dict(log_files(history(50))), store)
    assert verify(store).size == 50


def test_a_source_that_is_not_there_is_said_in_one_line(tmp_path):
    with pytest.raises(UnreachableError, match="no checkpoint there"):
        copy(FolderSource(tmp_path), tmp_path / "store")


def test_a_log_that_grows_while_it_is_read_is_read_again(tmp_path):
    class Growing(Dict):
        def fetch(self, path, most):
            if path.startswith("tile/"):
                self.files = log_files(history(45))
            return super().fetch(path, most)

    assert copy(Growing(log_files(history(40))), tmp_path / "store").checkpoint.size == 45


@pytest.fixture(scope="module")
def stamped(tmp_path_factory):
    """A log's files, and the time stamp over its checkpoint by an authority of this test."""
    files = log_files(history(9))
    text = files["checkpoint"].partition(b"\n\n")[0] + b"\n"
    request = TimestampRequestBuilder().data(text).hash_algorithm(HashAlgorithm.SHA256).build().as_bytes()
    return files, f"timestamps/{sha256(text)}.tsr", Authority(tmp_path_factory.mktemp("tsa") / "a")(request)


def test_time_stamps_are_copied_from_a_folder_and_from_mirror_to_mirror(tmp_path, stamped):
    files, name, token = stamped
    other = f"timestamps/{sha256(b'another text')}.tsr"
    Log(tmp_path / "log").show(files | {name: token, other: token, "timestamps/readme": b"x"})
    copy(FolderSource(tmp_path / "log"), tmp_path / "a")
    copy(FolderSource(tmp_path / "a"), tmp_path / "b")
    assert (tmp_path / "b" / name).read_bytes() == token
    assert RealDisk().names(tmp_path / "b/timestamps") == [name.removeprefix("timestamps/")]
    assert verify(tmp_path / "b").stamps == 1


def test_over_http_the_time_stamp_of_the_tree_before_is_asked_for(tmp_path, stamped):
    files, name, token = stamped
    copy(Dict(files | {name: token}), tmp_path / "a")
    assert not (tmp_path / "a" / name).exists()
    copy(Dict(log_files(history(10)) | {name: token}), tmp_path / "a")
    assert (tmp_path / "a" / name).read_bytes() == token
