"""An entry that its authors say, not the centre: a signed note whose object names them."""

import base64

import pytest
from rich_logs import key

from trucewatch.ledger.encoding import encode
from trucewatch.ledger.note import sign, verifier_key
from trucewatch.ledger.verify import COSIGN_ED25519, VerificationError, key_id, parse_entry

ONE, OTHER, STRANGER = (key(f"{name}.example") for name in ("one", "other", "stranger"))
FIELDS = {"type": "observation", "v": "1", "n": 1}


def names(*keys) -> list[str]:
    return [str(verifier_key(each)) for each in keys]


def said(by: object, *signers, fields=FIELDS) -> bytes:
    return sign(encode({**fields, "by": by}) + b"\n", *signers)


def refused(entry: bytes, why: str) -> None:
    with pytest.raises(VerificationError, match=why) as caught:
        parse_entry(entry)
    assert "\n" not in str(caught.value)


def test_an_entry_of_the_centre_has_no_author():
    assert parse_entry(encode(FIELDS)).authors == ()


def test_the_authors_of_a_signed_entry_are_known_in_their_order():
    entry = parse_entry(said(names(ONE, OTHER), ONE, OTHER))
    assert entry.fields == FIELDS | {"by": names(ONE, OTHER)}
    assert entry.authors == (verifier_key(ONE), verifier_key(OTHER))


def test_sixteen_authors_may_sign_and_no_more():
    keys = [key(f"officer-{n}.example") for n in range(17)]
    assert len(parse_entry(said(names(*keys[:16]), *keys[:16])).authors) == 16
    refused(said(names(*keys), *keys), "has 17 signatures, more than 16")


def test_a_name_in_by_without_a_signature_is_refused():
    refused(encode(FIELDS | {"by": names(ONE)}), "names authors .* and nobody signed it")
    refused(encode(FIELDS | {"by": []}), "names authors .* and nobody signed it")


@pytest.mark.parametrize("by", [None, "", {}, [1], [None], [["x"]]])
def test_by_that_is_no_list_of_keys_is_refused(by):
    refused(said(by, ONE), "is not a list of its authors' keys")


def test_a_signed_entry_without_by_is_refused():
    refused(sign(encode(FIELDS) + b"\n", ONE), "is not a list of its authors' keys")


def test_a_signature_more_or_less_than_authors_is_refused():
    just = "not signed by just those whom it names, in their order"
    refused(said(names(ONE, OTHER), ONE), just)
    refused(said(names(ONE), ONE, OTHER), just)
    refused(said(names(ONE), ONE, ONE), just)
    refused(said([], ONE), just)


def test_signatures_in_another_order_than_the_authors_are_refused():
    refused(said(names(OTHER, ONE), ONE, OTHER), "in their order")


def test_an_author_named_twice_is_refused():
    refused(said(names(ONE, ONE), ONE, ONE), "is not a list of its authors' keys")


def test_the_signature_of_somebody_else_is_refused():
    refused(said(names(ONE), STRANGER), "in their order")


def test_the_signature_over_other_words_is_refused():
    words = said(names(ONE), ONE)
    refused(words.replace(b'"n":1', b'"n":2'), r"the signature of one\.example is wrong")


@pytest.mark.parametrize("length", [0, 1, 63, 65])
def test_a_signature_of_another_length_is_refused(length):
    text, blank, _ = said(names(ONE), ONE).partition(b"\n\n")
    payload = base64.b64encode(key_id(verifier_key(ONE)) + bytes(length)).decode()
    refused(text + blank + f"— one.example {payload}\n".encode(), "signature of one.example is wrong")


def test_a_key_for_cosignatures_is_no_authors_key():
    cosigner = key("one.example", COSIGN_ED25519)
    refused(said(names(cosigner), cosigner), "an author signs with an Ed25519 key")


def test_an_authors_key_that_is_not_in_its_one_form_is_refused():
    (own,) = names(ONE)
    refused(said([own.replace("one", "ONE")], ONE), "has not its own key id")
    refused(said([own + "="], ONE), "not canonical base64|not of the form")
    refused(said(["x"], ONE), "not of the form")


@pytest.mark.parametrize(
    "spoil",
    [
        lambda note: note + b"\n",
        lambda note: note[:-1] + b"\r\n",
        lambda note: note.replace(b"\n\n", b"\n"),
        lambda note: note.replace(b"\n\n", b"\n\n\n"),
        lambda note: note.replace(b"\n\n", b" \n\n"),
        lambda note: b"\n" + note,
        lambda note: note.replace("—".encode(), b"-"),
        lambda note: note.replace("— ".encode(), "—  ".encode()),
        lambda note: b"\xef\xbb\xbf" + note,
        lambda note: b"\n",
        lambda note: b"\n\n",
    ],
)
def test_a_note_that_is_not_in_its_one_form_is_refused(spoil):
    note = said(names(ONE), ONE)
    parse_entry(note)
    refused(spoil(note), "^(the|it) ")


def test_a_note_of_words_that_are_no_entry_is_refused():
    refused(sign(b"what we agreed\n", ONE), "not JSON")
    refused(sign(b'{"by":[],"type": "a","v":"1"}\n', ONE), "canonical form")
    refused(sign(b'["a"]\n', ONE), 'strings "type" and "v"')
