import base64

import pytest

from trucewatch.ledger.note import REHEARSAL, Key, read_key, rehearsal, sign, verifier_key, write_key
from trucewatch.ledger.verify import (
    VerificationError,
    check_signature,
    is_rehearsal,
    parse_checkpoint,
    parse_vkey,
)

CENTRE = Key(name="centre.example/log", seed=bytes(range(32)))
TEXT = b"centre.example/log\n0\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n"

# The example of the documentation of golang.org/x/mod/sumdb/note: keys and a signature that we did not make.
PETER = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
PETER_FILE = "PRIVATE+KEY+PeterNeumann+c74f20a3+AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz"
PETER_TEXT = b"If you think cryptography is the answer to your problem,\nthen you don't know what your problem is.\n"
PETER_SIGNATURE = "x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM="


def test_a_key_written_by_another_program_signs_as_it_does_there(tmp_path):
    (tmp_path / "key").touch(mode=0o600)
    (tmp_path / "key").write_text(PETER_FILE)
    key = read_key(tmp_path / "key")
    assert str(verifier_key(key)) == PETER
    assert sign(PETER_TEXT, key) == PETER_TEXT + f"\n— PeterNeumann {PETER_SIGNATURE}\n".encode()


def test_a_public_key_written_by_another_program_is_read():
    assert str(parse_vkey(PETER)) == PETER


def test_what_the_centre_signs_its_public_key_confirms():
    check_signature(parse_checkpoint(sign(TEXT, CENTRE)), verifier_key(CENTRE))


def test_another_key_of_the_same_name_does_not_confirm_it():
    with pytest.raises(VerificationError, match="another key"):
        check_signature(parse_checkpoint(sign(TEXT, CENTRE)), verifier_key(rehearsal(CENTRE.name)))


def test_a_signature_over_other_words_does_not_confirm_it():
    note = sign(TEXT, CENTRE).replace(b"\n0\n", b"\n1\n")
    with pytest.raises(VerificationError, match=r"the signature of centre\.example/log is wrong"):
        check_signature(parse_checkpoint(note), verifier_key(CENTRE))


def test_the_rehearsal_key_is_known_under_every_name():
    assert is_rehearsal(verifier_key(REHEARSAL))
    assert is_rehearsal(verifier_key(rehearsal("a/b")))
    assert not is_rehearsal(verifier_key(CENTRE))


def test_signing_twice_gives_the_same_bytes():
    assert sign(TEXT, CENTRE) == sign(TEXT, CENTRE)


@pytest.mark.parametrize(
    "vkey",
    [
        "",
        PETER + "\n",
        PETER.replace("c74f20a3", "C74F20A3"),
        PETER.replace("c74f20a3", "c74f20a4"),
        PETER.replace("PeterNeumann", "Peter Neumann"),
        PETER.replace("PeterNeumann", "PeterNeumanN"),
        PETER.replace("ARpc", "BRpc"),
        PETER[:-1],
        PETER[:-4],
    ],
)
def test_a_spoilt_public_key_is_refused(vkey):
    with pytest.raises(VerificationError):
        parse_vkey(vkey)


@pytest.mark.parametrize("name", ["", "two words", "a+b", "a\nb", "Ağdam", "a" * 256])
def test_a_key_has_a_name_that_fits_a_signature_line(name):
    with pytest.raises(ValueError, match="name of a key"):
        Key(name=name, seed=bytes(32))


def test_a_seed_of_another_length_is_refused():
    with pytest.raises(ValueError, match="32 bytes"):
        Key(name="a", seed=bytes(31))


def test_the_secret_is_not_shown_when_a_key_is_printed():
    assert "seed" not in repr(CENTRE)


def test_a_text_without_its_last_newline_is_not_signed():
    with pytest.raises(ValueError, match="newline"):
        sign(TEXT[:-1], CENTRE)


def test_a_key_file_comes_back_and_only_its_owner_may_read_it(tmp_path):
    write_key(tmp_path / "key", CENTRE)
    assert read_key(tmp_path / "key") == CENTRE
    assert (tmp_path / "key").stat().st_mode & 0o077 == 0


def test_a_key_file_is_never_written_over(tmp_path):
    write_key(tmp_path / "key", CENTRE)
    with pytest.raises(FileExistsError):
        write_key(tmp_path / "key", REHEARSAL)


def test_a_key_file_that_others_may_read_is_refused(tmp_path):
    write_key(tmp_path / "key", CENTRE)
    (tmp_path / "key").chmod(0o640)
    with pytest.raises(ValueError, match="others may read"):
        read_key(tmp_path / "key")


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b"PRIVATE+KEY", b"PUBLIC+KEY"),
        (b"centre", b"Centre"),
        (base64.b64encode(b"\x01" + bytes(range(32))), b"A" * 44),
        (b"\n", b"\r\n"),
        (b"example", b"\xff"),
    ],
)
def test_a_spoilt_key_file_is_refused(tmp_path, old, new):
    write_key(tmp_path / "key", CENTRE)
    spoilt = (tmp_path / "key").read_bytes().replace(old, new)
    (tmp_path / "key").write_bytes(spoilt)
    with pytest.raises(ValueError, match="not a"):
        read_key(tmp_path / "key")
