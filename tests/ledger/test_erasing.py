"""What two guarantors erase is destroyed in every copy; what one of them, or nobody, wants erased stays."""

from collections.abc import Sequence
from contextlib import suppress

import pytest
from keepers import MIRROR_A, MIRROR_B, POLICY, Dict, blob, fast_disk, policy_text, sha256
from ledgers import CENTRE

from trucewatch.ledger import signed_files
from trucewatch.ledger.acts import act_entry, approval, challenge, new_act
from trucewatch.ledger.commitments import commit, derived
from trucewatch.ledger.encoding import canonical, encode
from trucewatch.ledger.mirror import Mirror, follow
from trucewatch.ledger.note import Key, sign, verifier_key
from trucewatch.ledger.rehearsal import SoftwarePasskey
from trucewatch.ledger.sources import FolderSource
from trucewatch.ledger.verify import VerificationError, check_cosignatures, parse_checkpoint, verify

SITE = "centre.example"
PASSKEYS = {name: SoftwarePasskey(seed=name.encode() * 32) for name in ("a", "b")}
DEVICE = Key(name="device.example/1", seed=bytes([7]) * 32)
STRANGER = Key(name="device.example/2", seed=bytes([8]) * 32)
SAID = {
    "type": "charter", "v": "1", "origin": CENTRE.name, "policy": policy_text().decode(), "heartbeat_s": 60,
    "rp_id": SITE, "authors": [str(verifier_key(DEVICE))],
    "guarantors": [
        {"name": name, "passkeys": [{"id": key.public().id, "public": key.public().public}]}
        for name, key in PASSKEYS.items()
    ],
}  # fmt: skip
CHARTER = encode(SAID)

Told = list[tuple[bytes, Sequence[str]]]


def observed(number: int) -> tuple[bytes, Sequence[str]]:
    fields = {"type": "observation", "v": "1", "n": number, "blobs": [sha256(blob(number))]}
    hidden = {"name": f"witness {number}", "place": f"village {number}"}
    entry, shown = commit(fields, hidden, derived(b"salt", bytes([number])))
    return encode(entry), shown


def by(key: Key, number: int) -> tuple[bytes, Sequence[str]]:
    fields = {"type": "observation", "v": "1", "n": number, "by": [str(verifier_key(key))]}
    return sign(canonical(fields) + b"\n", key), ()


def erasing(entry: int, fields=("name",), blobs=(), approved=("a", "b")) -> tuple[bytes, Sequence[str]]:
    says = {"entry": entry, "fields": list(fields), "blobs": list(blobs)}
    act = new_act("erase", log=CENTRE.name, basis="Article 7.", nonce=bytes([entry]) * 16, says=says)
    given = [approval(PASSKEYS[name].assertion(challenge(act), SITE), name) for name in approved]
    return encode(act_entry(act, given)), ()


def files(told: Told, gone: Sequence[str] = ()) -> dict[str, bytes]:
    """The log's files as its operator shows them; `gone` are files that it has erased already."""
    blobs = {sha256(blob(n)): blob(n) for n in range(9) if sha256(blob(n)).encode() in b"".join(e for e, _ in told)}
    made = signed_files([entry for entry, _ in told], {at: shown for at, (_, shown) in enumerate(told)}, blobs, CENTRE)
    made = made | {"policy": policy_text()}
    return {path: data for path, data in made.items() if path not in gone}


def copy(source, store, keys=MIRROR_A):
    return follow(source, store, POLICY, keys, lambda: 1_800_000_000, disk=fast_disk())


def cosigners(store) -> list[str]:
    return [
        found.witness for found in check_cosignatures(parse_checkpoint((store / "checkpoint").read_bytes()), POLICY)
    ]


START: Told = [(CHARTER, ()), observed(1), observed(2), by(DEVICE, 3)]
FIRST = f"blobs/{sha256(blob(1))}"


def test_what_was_copied_is_destroyed_when_the_act_comes(tmp_path):
    store = tmp_path / "store"
    copy(Dict(files(START)), store)
    assert (store / FIRST).exists()
    told = [*START, erasing(1, ["name"], [sha256(blob(1))])]
    copy(Dict(files(told)), store)  # the operator still shows it all: the copy does not go by what the operator shows
    assert not (store / FIRST).exists()
    shown = (store / "disclosures/000").read_text().splitlines()
    assert [len(line.split("~")) for line in shown] == [2, 3]  # entry 1 shows its place, entry 2 both
    verified = verify(store)
    assert (verified.withheld, verified.blobs, cosigners(store)) == (1, 1, ["a0", "a1"])


def test_what_was_erased_before_it_was_copied_is_not_asked_for(tmp_path):
    told = [*START, erasing(1, ["name", "place"], [sha256(blob(1))]), erasing(2, ["name", "place"])]
    copy(Dict(files(told, [FIRST, "disclosures/000"])), tmp_path / "store")
    assert verify(tmp_path / "store").withheld == 4
    copy(FolderSource(tmp_path / "store"), tmp_path / "other", MIRROR_B)
    assert cosigners(tmp_path / "other") == ["a0", "a1", "b0", "b1"]


def test_a_field_that_no_act_names_may_not_be_missing(tmp_path):
    told = [*START, erasing(1, ["name"], [sha256(blob(1))])]
    for gone, words in (
        ("disclosures/000", "does not give disclosures/000"),
        (f"blobs/{sha256(blob(2))}", "does not give"),
    ):
        with pytest.raises(VerificationError, match=words):
            copy(Dict(files(told, [gone])), tmp_path / "store")


@pytest.mark.parametrize("approved", [(), ("a",), ("a", "a")])
def test_an_act_of_fewer_than_two_guarantors_destroys_nothing_and_is_not_cosigned(tmp_path, approved):
    store = tmp_path / "store"
    copy(Dict(files(START)), store)
    told = [*START, erasing(1, ["name"], [sha256(blob(1))], approved)]
    with pytest.raises(VerificationError, match="entry 4: "):
        copy(Dict(files(told)), store)
    assert (store / FIRST).exists()
    assert verify(store).size == 4


def test_an_act_in_a_log_without_a_charter_is_refused(tmp_path):
    with pytest.raises(VerificationError, match="without a charter"):
        copy(Dict(files([observed(1), erasing(0)])), tmp_path / "store")


def test_an_author_who_is_not_enrolled_is_refused(tmp_path):
    with pytest.raises(VerificationError, match="entry 4: its author was not enrolled"):
        copy(Dict(files([*START, by(STRANGER, 4)])), tmp_path / "store")
    copy(Dict(files([observed(1), by(STRANGER, 2)])), tmp_path / "other")  # without a charter nobody is enrolled
    assert verify(tmp_path / "other").signed == 1


def test_a_policy_that_is_not_the_charters_is_refused(tmp_path):
    charter = encode(SAID | {"policy": policy_text(heads="none").decode()})
    with pytest.raises(VerificationError, match="another policy than that of the log's charter"):
        copy(Dict(files([(charter, ()), *START[1:]])), tmp_path / "store")


class PowerCut(BaseException):
    """The machine stops."""


@pytest.mark.parametrize("left", range(10))
def test_a_crash_while_erasing_is_made_good_when_the_copy_is_opened(tmp_path, left):
    store, disk = tmp_path / "store", fast_disk()
    copy(Dict(files(START)), store)

    def dying(change):
        def changed(*arguments):
            nonlocal left
            left -= 1
            if left < 0:
                raise PowerCut
            change(*arguments)

        return changed

    disk.write, disk.remove = dying(disk.write), dying(disk.remove)
    told = [*START, erasing(1, ["name", "place"], [sha256(blob(1))]), erasing(2, ["name", "place"])]
    with suppress(PowerCut):
        follow(Dict(files(told)), store, POLICY, MIRROR_A, lambda: 1_800_000_000, disk=disk)
    Mirror(store, POLICY, MIRROR_A, disk=fast_disk()).close()
    assert verify(store).size in {4, 6}
    assert (store / FIRST).exists() == (verify(store).size == 4)
