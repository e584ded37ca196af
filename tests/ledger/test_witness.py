"""A witness keeps hashes only, and no two histories of one log pass it by."""

import base64

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from keepers import LIAISON, POLICY, Dict, fast_disk, head_of, history, log_files
from ledgers import CENTRE

from trucewatch.ledger.disk import RealDisk
from trucewatch.ledger.heads import ForkedError, Watch, heartbeat_s
from trucewatch.ledger.note import Key, sign, verifier_key
from trucewatch.ledger.proof import consistency
from trucewatch.ledger.sources import UnreachableError
from trucewatch.ledger.tlog import checkpoint
from trucewatch.ledger.verify import (
    VerificationError,
    check_cosignatures,
    check_equivocation,
    leaf_hash,
    parse_checkpoint,
    tile_path,
    tile_shapes,
)
from trucewatch.ledger.witness import Witness

LOG = verifier_key(CENTRE)


def clock() -> int:
    return 1_800_000_000


def watching(store, keys=LIAISON) -> Witness:
    return Witness(store, POLICY, keys, disk=fast_disk())


def proof_beside(store) -> tuple[bytes, bytes]:
    folder = store.with_name(f"{store.name}.equivocation")
    return (folder / "first.note").read_bytes(), (folder / "second.note").read_bytes()


@settings(max_examples=12)
@given(st.lists(st.tuples(st.integers(1, 700), st.booleans()), min_size=1, max_size=6))
def test_honest_views_in_any_order_give_no_alarm_and_leave_only_hashes(tmp_path_factory, views):
    store = tmp_path_factory.mktemp("w") / "w"
    newest = 0
    for size, opened_anew in views:
        with watching(store) as witness:
            source = Dict({p: d for p, d in log_files(history(size)).items() if not p.startswith("tile/entries")})
            seen = witness.look(source)
            assert (seen.size, seen.new, seen.behind) == (size, size > newest, max(0, newest - size))
            newest = max(newest, size)
            if opened_anew:
                continue
            assert witness.cosign(clock).size == newest
    hashes = {tile_path(*shape) for shape in tile_shapes(newest) if shape[0] != "entries"}
    assert set(RealDisk().names(store)) == {"checkpoint", *hashes}


def test_its_cosignature_verifies_and_only_new_hashes_are_fetched(tmp_path):
    with watching(tmp_path / "w") as witness:
        witness.look(Dict(log_files(history(600))))
        source = Dict(log_files(history(602)))
        witness.look(source)
        assert source.asked == ["checkpoint", "tile/0/002.p/90"]
        signed = witness.cosign(clock)
    assert [found.witness for found in check_cosignatures(signed, POLICY)] == ["l0", "l1"]
    assert signed == parse_checkpoint((tmp_path / "w/checkpoint").read_bytes())


@pytest.mark.parametrize(
    ("seen", "shown"), [(40, 40), (40, 300), (300, 40), (256, 257), (257, 256), (1, 2), (513, 600)]
)
@pytest.mark.parametrize("since", [0, 0.5, 1])
def test_two_sources_of_two_histories_are_caught_with_a_proof(tmp_path, seen, shown, since):
    other = history(shown, "another", since=int(since * (min(seen, shown) - 1)))
    with watching(tmp_path / "w") as witness:
        witness.look(Dict(log_files(history(seen))))
        with pytest.raises(ForkedError):
            witness.look(Dict(log_files(other)))
        assert witness.cosign(clock) is None
    fraud = check_equivocation(*proof_beside(tmp_path / "w"), LOG)
    assert {fraud.first.size, fraud.second.size} == {seen, shown}
    with watching(tmp_path / "w") as witness:
        assert witness.cosign(clock) is None
        assert witness.head.size == seen


def test_who_withholds_hashes_is_proved_from_the_entries(tmp_path):
    with watching(tmp_path / "w") as witness:
        witness.look(Dict(log_files(history(280))))
        files = log_files(history(520, "another", since=100))
        with pytest.raises(ForkedError):
            witness.look(Dict(files, [path for path in files if path.startswith("tile/0")]))


def test_who_shows_entries_without_hashes_has_shown_the_tree(tmp_path):
    with watching(tmp_path / "w") as witness:
        witness.look(Dict(log_files(history(280))))
        files = log_files(history(520, "another", since=280))
        assert witness.look(Dict(files, [path for path in files if path.startswith("tile/0")])).new
        with pytest.raises(ForkedError):
            witness.look(Dict(log_files(history(500))))


def test_a_fraud_is_proved_without_asking_whoever_committed_it(tmp_path):
    with watching(tmp_path / "w") as witness:
        witness.look(Dict(log_files(history(300))))
        silent = Dict({"checkpoint": head_of(history(200, "another"))})
        with pytest.raises(ForkedError):
            witness.look(silent)
        assert silent.asked == ["checkpoint"]


def test_a_checkpoint_that_nothing_backs_is_refused_without_a_proof(tmp_path):
    with watching(tmp_path / "w") as witness:
        witness.look(Dict(log_files(history(300))))
        with pytest.raises(VerificationError, match="does not give tile/entries/001") as caught:
            witness.look(Dict({"checkpoint": head_of(history(301, "another"))}))
        assert not isinstance(caught.value, ForkedError)
        made_up = sign(checkpoint(CENTRE.name, 301, bytes(32)), CENTRE)
        with pytest.raises(VerificationError, match="do not give the root") as caught:
            witness.look(Dict(log_files(history(301)) | {"checkpoint": made_up}))
        assert not isinstance(caught.value, ForkedError)
        assert not witness.accuses
        assert witness.head.size == 300
        # what the log signed and did not show is the proof as soon as it shows another tree of that size
        with pytest.raises(ForkedError):
            witness.look(Dict(log_files(history(301))))
        assert check_equivocation(*proof_beside(tmp_path / "w"), LOG).first.size == 301


def test_a_source_without_a_checkpoint_is_unreachable(tmp_path):
    with watching(tmp_path / "w") as witness, pytest.raises(UnreachableError):
        witness.look(Dict({}))


def test_two_missed_heartbeats_turn_red_by_the_witness_own_clock():
    watch = Watch(heartbeat_s=60, since=1000.0).seen(5, 1000.0)
    assert not watch.is_red(1120.0)
    assert watch.is_red(1120.1)
    assert not watch.seen(6, 1119.0).is_red(1239.0)
    assert watch.seen(5, 1119.0).is_red(1120.1)  # the same tree again is no sign of life
    assert watch.seen(4, 1119.0).is_red(1120.1)  # nor is an older one


@pytest.mark.parametrize(
    ("first", "seconds"),
    [
        ({"type": "charter", "heartbeat_s": 5}, 5),
        ({"type": "charter", "heartbeat_s": True}, 60),
        ({"type": "charter", "heartbeat_s": 0}, 60),
        ({"type": "charter", "heartbeat_s": 10**9}, 60),
        ({"type": "charter"}, 60),
        ({"type": "beat", "heartbeat_s": 5}, 60),
    ],
)
def test_the_charter_says_how_often_the_log_beats(first, seconds):
    assert heartbeat_s(first) == seconds


def test_the_first_entry_is_believed_only_by_its_hash(tmp_path):
    with watching(tmp_path / "w") as witness:
        files = log_files(history(9))
        assert witness.charter(Dict(files)) is None
        witness.look(Dict(files))
        assert witness.charter(Dict(files)) == history(1)[0][0]
        told = log_files(history(9, "another"))
        assert witness.charter(Dict(files | {p: d for p, d in told.items() if p.startswith("tile/entries")})) is None


# --- add-checkpoint, C2SP tlog-witness ----------------------------------------------------------------


def request(old: int, told, note: bytes | None = None, proof=None) -> bytes:
    leaves = [leaf_hash(entry) for entry, _ in told]
    if proof is None:
        proof = consistency(leaves, old) if 0 < old < len(leaves) else ()
    lines = "".join(base64.b64encode(hashed).decode() + "\n" for hashed in proof)
    return f"old {old}\n{lines}\n".encode() + (note or head_of(told))


def test_add_checkpoint_gives_cosignatures_and_goes_on_from_there(tmp_path):
    with watching(tmp_path / "w") as witness:
        for old, new in ((0, 5), (5, 5), (5, 300), (300, 301)):
            answer = witness.add_checkpoint(request(old, history(new)), clock)
            assert answer.status == 200
            note = head_of(history(new)) + answer.body
            assert [found.witness for found in check_cosignatures(parse_checkpoint(note), POLICY)] == ["l0", "l1"]
    with watching(tmp_path / "w") as witness:
        assert witness.head.size == 301
        answer = witness.add_checkpoint(request(5, history(300)), clock)
        assert (answer.status, answer.body, answer.kind) == (409, b"301\n", "text/x.tlog.size")


@pytest.mark.parametrize(
    ("status", "body"),
    [
        (400, b"nonsense"),
        (400, request(0, history(9)) + b"more"),
        (400, request(00, history(9)).replace(b"old 0", b"old 00")),
        (400, request(12, history(9))),
        (404, request(0, history(9), sign(checkpoint("other.example", 9, bytes(32)), Key(name="other.example", seed=bytes(32))))),
        (403, request(0, history(9), head_of(history(9), Key(name=CENTRE.name, seed=bytes(32))))),
        (403, request(5, history(9), head_of(history(9)).replace(b"\n9\n", b"\n8\n"))),
        (409, request(0, history(9))),
        (409, request(4, history(9))),
        (422, request(5, history(9), proof=[bytes(32)])),
        (422, request(5, history(9, "another"))),
        (422, request(5, history(5, "another"))),
    ],
)  # fmt: skip
def test_add_checkpoint_refuses_what_tlog_witness_refuses(tmp_path, status, body):
    with watching(tmp_path / "w") as witness:
        assert witness.add_checkpoint(request(0, history(5)), clock).status == 200
        assert witness.add_checkpoint(body, clock).status == status
        assert witness.head.size == 5


def test_two_roots_of_one_size_over_http_are_kept_as_a_proof_and_end_the_cosigning(tmp_path):
    with watching(tmp_path / "w") as witness:
        witness.add_checkpoint(request(0, history(5)), clock)
        assert witness.add_checkpoint(request(5, history(5, "another")), clock).status == 422
        assert check_equivocation(*proof_beside(tmp_path / "w"), LOG).first.size == 5
        assert witness.add_checkpoint(request(5, history(9)), clock).status == 403


def test_a_signature_of_somebody_unknown_is_ignored_wherever_it_stands(tmp_path):
    stranger = Key(name="stranger.example", seed=bytes(32))
    text = head_of(history(5)).partition(b"\n\n")[0] + b"\n"
    with watching(tmp_path / "w") as witness:
        answer = witness.add_checkpoint(request(0, history(5), sign(text, stranger, CENTRE)), clock)
        assert (answer.status, answer.body.count(b"\n")) == (200, 2)


def test_hashes_are_fetched_for_what_was_added_without_them(tmp_path):
    with watching(tmp_path / "w") as witness:
        witness.look(Dict(log_files(history(20))))
        witness.add_checkpoint(request(20, history(300)), clock)
        with pytest.raises(VerificationError, match="cannot be held against 300 yet"):
            witness.look(Dict(log_files(history(30))))
        assert not witness.look(Dict(log_files(history(300)))).new
        assert witness.look(Dict(log_files(history(30)))).behind == 270
        witness.add_checkpoint(request(300, history(301)), clock)
        with pytest.raises(ForkedError):
            witness.look(Dict(log_files(history(520, "another", since=299))))
