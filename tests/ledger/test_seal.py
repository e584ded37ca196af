import hashlib
import os
import shutil
import subprocess
from pathlib import Path

import pyrage
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from trucewatch.ledger.seal import AGE, STEP, is_sealed, open_layer, read_envelope, seal, seal_fields
from trucewatch.ledger.verify import disclosed

A, B, OTHER = (pyrage.x25519.Identity.generate() for _ in range(3))
TO_BOTH = [[str(A.to_public())], [str(B.to_public())]]
NAME = "Somebody who saw it, Upper Village"
PAIRS = [(A, B), (B, A)]


def salts(fields: int) -> bytes:
    return os.urandom(16 * fields)


def sealed(fields=None, file=None, to=TO_BOTH):
    return seal_fields({"witness": NAME} if fields is None else fields, file, to, salts)


ONCE = sealed().data


def opened(data: bytes, *identities):
    for identity in identities:
        data = open_layer(data, str(identity))
    return read_envelope(data)


@pytest.mark.parametrize(("first", "second"), PAIRS, ids=["a then b", "b then a"])
def test_both_guarantors_together_open_it_in_the_charters_order_whichever_that_is(first, second):
    data = sealed(to=[[str(first.to_public())], [str(second.to_public())]]).data
    assert opened(data, first, second).fields == {"witness": NAME}


@pytest.mark.parametrize(("first", "second"), PAIRS, ids=["a then b", "b then a"])
def test_neither_guarantor_alone_opens_it_nor_does_somebody_else(first, second):
    data = sealed(to=[[str(first.to_public())], [str(second.to_public())]]).data
    for identity in (second, OTHER):
        with pytest.raises(ValueError, match="sealed to another key"):
            open_layer(data, str(identity))
    under = open_layer(data, str(first))
    assert is_sealed(under)
    for identity in (first, OTHER):
        with pytest.raises(ValueError, match="sealed to another key"):
            open_layer(under, str(identity))


def test_the_name_stands_in_no_byte_of_what_the_centre_or_one_guarantor_has():
    made = sealed()
    under = open_layer(made.data, str(A))
    for held in (made.data, under, repr(made.said()).encode()):
        assert NAME.encode() not in held
        assert b"witness" not in held


def test_what_was_opened_is_shown_to_be_what_the_entry_committed_to():
    made = sealed()
    said = made.said()
    found = opened(made.data, A, B)
    assert disclosed(said, found.disclosures) == {"witness": NAME}
    assert found.commitments() == said["commitments"]
    assert said["blob"] == hashlib.sha256(made.data).hexdigest()
    other = opened(sealed({"witness": "somebody else"}).data, A, B)
    with pytest.raises(ValueError, match="no commitment"):
        disclosed(said, other.disclosures)


def test_the_same_name_sealed_twice_looks_different_each_time():
    assert len({(made := sealed()).sha256 for _ in range(5)}) == 5
    assert len({sealed().commitments for _ in range(5)}) == 5
    assert made.sha256 == hashlib.sha256(made.data).hexdigest()


@settings(max_examples=30, deadline=None)
@given(st.text(max_size=300), st.none() | st.binary(max_size=5000))
def test_whatever_is_sealed_comes_out_as_it_went_in(name, file):
    found = opened(sealed({"source": name}, file).data, A, B)
    assert found.fields["source"] == name
    assert found.file == (file or b"")
    assert ("sha256" in found.fields) == (file is not None)


@settings(max_examples=30, deadline=None)
@given(st.binary(max_size=100), st.integers(0, 3))
def test_a_file_that_ends_like_the_fill_keeps_its_end(file, times):
    file += (b"\x80" + bytes(7)) * times
    assert opened(sealed({}, file).data, A, B).file == file


def test_the_length_of_a_name_does_not_tell_the_name():
    # rage puts a random "grease" line into each header: lengths vary by chance, and just as much for every name
    innermost = {
        len(open_layer(open_layer(sealed({"witness": "x" * n}).data, str(A)), str(B))) for n in range(0, 600, 50)
    }
    assert innermost == {STEP}


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 10**6), st.integers(1, 255))
def test_an_altered_byte_is_found_by_the_first_who_opens_it(at, change):
    made = bytearray(ONCE)
    made[at % len(made)] ^= change
    with pytest.raises(ValueError, match=r"not sealed|does not open"):
        open_layer(bytes(made), str(A))


@pytest.mark.parametrize(
    ("to", "reason"),
    [
        ([TO_BOTH[0]], "at least two guarantors"),
        ([], "at least two guarantors"),
        ([TO_BOTH[0], []], "at least two guarantors"),
        ([TO_BOTH[0], TO_BOTH[0]], "stands twice"),
        ([TO_BOTH[0], [*TO_BOTH[1], *TO_BOTH[0]]], "stands twice"),
        ([TO_BOTH[0], ["age1nobody"]], "no key to seal to"),
        ([TO_BOTH[0], [str(B)]], "no key to seal to"),
        ([TO_BOTH[0], [str(pyrage.x25519.Identity.generate().to_public()) for _ in range(21)]], "at most 20"),
    ],
)
def test_what_one_person_could_open_alone_is_not_sealed(to, reason):
    with pytest.raises(ValueError, match=reason):
        seal(b"x", to)


def test_a_private_key_given_by_mistake_is_not_repeated_in_full():
    with pytest.raises(ValueError, match="no key") as refused:
        seal(b"x", [TO_BOTH[0], [f"{B}, my key"]])
    assert str(B) not in str(refused.value)


def test_each_guarantor_may_have_several_keys_and_any_of_them_opens_the_layer():
    more = [[*TO_BOTH[0], str(OTHER.to_public())], TO_BOTH[1]]
    data = sealed(to=more).data
    assert opened(data, A, B).fields == opened(data, OTHER, B).fields
    assert read_envelope(open_layer(open_layer(data, f"# made today\n{OTHER}\n\n"), str(B))).fields


@pytest.mark.parametrize(
    ("identity", "reason"),
    [("", "no identity"), ("# only a remark", "no identity"), ("secret words", "no age identity")],
)
def test_what_is_no_identity_is_refused_and_not_repeated(identity, reason):
    with pytest.raises(ValueError, match=reason) as refused:
        open_layer(sealed().data, identity)
    assert "secret words" not in str(refused.value)


@pytest.mark.parametrize(
    "envelope",
    [b"", b"x", b"\x80" + bytes(1023), b"a\n\x80" + bytes(1021), b"\xff\n\x80" + bytes(1021), b"a\n" + bytes(1022)],
)
def test_what_is_no_envelope_is_refused(envelope):
    with pytest.raises(ValueError, match=r"envelope|disclosure|base64"):
        read_envelope(envelope)


def test_a_file_that_was_exchanged_before_sealing_is_found():
    data = open_layer(open_layer(sealed({}, b"picture").data, str(A)), str(B))
    with pytest.raises(ValueError, match="not the one whose digest"):
        read_envelope(data.replace(b"picture", b"another"))


@pytest.mark.parametrize(("fields", "file"), [({}, None), ({"sha256": "0"}, b"x"), ({"имя": "x"}, None)])
def test_nothing_and_what_has_no_plain_name_is_not_sealed(fields, file):
    with pytest.raises(ValueError, match=r"nothing to seal|ASCII"):
        sealed(fields, file)


@pytest.mark.skipif(shutil.which("age") is None, reason="Debian's age is not here")
def test_debians_age_opens_what_was_sealed_here_and_seals_what_opens_here(tmp_path: Path):
    file = b"picture" * 1000
    data = sealed({"witness": NAME}, file).data
    for number, identity in enumerate((A, B)):
        key = tmp_path / f"{number}.key"
        key.write_text(f"{identity}\n")
        data = subprocess.run(["age", "-d", "-i", key], input=data, capture_output=True, check=True).stdout
    assert read_envelope(data).fields["witness"] == NAME
    for identity in (B, A):
        data = subprocess.run(
            ["age", "-r", str(identity.to_public())], input=data, capture_output=True, check=True
        ).stdout
    assert data.startswith(AGE)
    assert opened(data, A, B).file == file
