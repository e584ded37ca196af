"""The outsider's program on a machine without the package `cryptography`, or with an old one: a lawyer's laptop."""

import os
import random
import subprocess
import sys
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from hypothesis import given, settings
from hypothesis import strategies as st
from ledgers import CENTRE, KEY, honest, lay

from trucewatch.ledger import verify as program
from trucewatch.ledger.note import Key, cosign, sign, verifier_key
from trucewatch.ledger.verify import (
    COSIGN_ED25519,
    COSIGN_ML_DSA_44,
    Policy,
    VerificationError,
    check_cosignatures,
    parse_checkpoint,
    slow_ed25519,
)

SOURCE = Path(program.__file__)
MISSING = {"cryptography": "cryptography", "an old one": "cryptography.hazmat.primitives.asymmetric.mldsa"}


CLASSIC = Key(name="a.example", seed=bytes([1] * 32), kind=COSIGN_ED25519)
LATTICE = Key(name="a.example", seed=bytes([2] * 32), kind=COSIGN_ML_DSA_44)


def cosigned_by(*keys: Key) -> dict[str, bytes]:
    """A log and what was published with it, whose policy asks for the last of these keys."""
    files = honest(30, CENTRE)
    note = files["ledger/checkpoint"]
    lines = [f"witness w{at} {verifier_key(key)}\n" for at, key in enumerate(keys)]
    policy = f"log {verifier_key(CENTRE)}\n{''.join(lines)}quorum w{len(keys) - 1}\n".encode()
    cosignatures = b"".join(cosign(parse_checkpoint(note), key, 7) for key in keys)
    return files | {"ledger/checkpoint": note + cosignatures, "ledger/policy": policy}


def alone(folder: Path, missing: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run the file by itself in a Python that lacks a package."""
    start = (
        "import sys, runpy; sys.modules[sys.argv[1]] = None; path = sys.argv[2]; sys.argv = sys.argv[2:]; "
        "runpy.run_path(path, run_name='__main__')"
    )
    command = [sys.executable, "-I", "-c", start, MISSING[missing], str(SOURCE), str(folder), *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=False, env={**os.environ, "TZ": "UTC"})


@pytest.mark.parametrize("missing", MISSING)
def test_it_verifies_all_the_same_and_says_what_it_could_not_check(tmp_path, missing):
    folder = lay(tmp_path / "log", cosigned_by(CLASSIC, LATTICE))
    (tmp_path / "policy").write_bytes((folder / "ledger" / "policy").read_bytes())
    done = alone(folder, missing, "--policy", str(tmp_path / "policy"))
    assert done.returncode == 0, done.stdout + done.stderr
    assert "ML-DSA-44 cosignatures are right: this Python cannot check them" in done.stdout


@pytest.mark.parametrize("missing", MISSING)
def test_what_it_could_not_check_is_no_quorum_by_itself(tmp_path, missing):
    folder = lay(tmp_path / "log", cosigned_by(LATTICE))
    (tmp_path / "policy").write_bytes((folder / "ledger" / "policy").read_bytes())
    done = alone(folder, missing, "--policy", str(tmp_path / "policy"))
    assert done.returncode == 1
    assert "fewer than your policy asks for" in done.stdout


@pytest.mark.parametrize("missing", MISSING)
def test_it_knows_the_rehearsal_key_and_refuses_a_wrong_signature(tmp_path, missing):
    files = honest(30, KEY)
    assert "the rehearsal key" in alone(lay(tmp_path / "one", files), missing).stdout
    forged = files | {"ledger/checkpoint": files["ledger/checkpoint"].replace(b"AA", b"AB", 1)}
    if forged == files:
        forged["ledger/checkpoint"] = honest(31, KEY)["ledger/checkpoint"]
    assert alone(lay(tmp_path / "other", forged), missing).returncode == 1


@settings(deadline=None, max_examples=25)
@given(st.binary(min_size=32, max_size=32), st.binary(max_size=200), st.integers(0, 2**32))
def test_slow_signatures_are_right_where_the_library_says_so(seed, message, chance):
    key = Ed25519PrivateKey.from_private_bytes(seed)
    public, signature = key.public_key().public_bytes_raw(), key.sign(message)
    assert slow_ed25519(public, message, signature)
    altered = bytearray(signature)
    altered[random.Random(chance).randrange(64)] ^= 1 << random.Random(chance).randrange(8)
    assert not slow_ed25519(public, message, bytes(altered))
    assert not slow_ed25519(public, message + b"x", signature)


def test_points_that_are_none_and_numbers_too_large_are_refused_as_the_library_refuses_them():
    key = Ed25519PrivateKey.from_private_bytes(bytes(32))
    public, signature = key.public_key().public_bytes_raw(), key.sign(b"a")
    order = 2**252 + 27742317777372353535851937790883648493
    larger = signature[:32] + (int.from_bytes(signature[32:], "little") + order).to_bytes(32, "little")
    chance = random.Random(1)
    for other, proof in [(public, larger), *((chance.randbytes(32), signature) for _ in range(20))]:
        assert not slow_ed25519(other, b"a", proof)
        with pytest.raises(Exception):  # noqa: B017, PT011 - whichever the library raises
            Ed25519PublicKey.from_public_bytes(other).verify(proof, b"a")


def test_an_unchecked_cosignature_counts_only_beside_a_checked_one_of_the_same_keeper(monkeypatch):
    log = Key(name="log.example", seed=bytes(32))
    policy = Policy(
        log=verifier_key(log), witnesses=(("a1", verifier_key(CLASSIC)), ("a2", verifier_key(LATTICE))), quorum="a2"
    )
    note = sign(b"log.example\n0\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n", log)
    head = parse_checkpoint(note)
    forged = cosign(head, LATTICE, 7)[:-40] + b"A" * 36 + cosign(head, LATTICE, 7)[-4:]
    with pytest.raises(VerificationError):
        check_cosignatures(parse_checkpoint(note + forged), policy)
    monkeypatch.setattr(program, "MLDSA44PublicKey", None)
    assert check_cosignatures(parse_checkpoint(note + forged), policy) == ()
    both = check_cosignatures(parse_checkpoint(note + cosign(head, CLASSIC, 7) + cosign(head, LATTICE, 7)), policy)
    assert [found.witness for found in both] == ["a1", "a2"]
