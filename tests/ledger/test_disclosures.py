"""What may be shown of an entry beside its words: every refusal of docs/ledger.md, section 3, has its test."""

import hashlib
import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from ledgers import CENTRE, lay

from trucewatch.ledger import ledger_files, signed_files
from trucewatch.ledger.commitments import commit, derived
from trucewatch.ledger.encoding import canonical, encode
from trucewatch.ledger.verify import (
    SALT_BYTES,
    VerificationError,
    commitment,
    commitments_of,
    disclosed,
    from_base64url,
    parse_disclosures,
    to_base64url,
    verify,
)

OWN = {"type": "observation", "v": "1"}
HIDDEN = {"00:place": "Ağdam", "01:calibre": "120 mm", "02:names": ["x", None, {"a": 1}]}
ENTRY, SHOWN = commit(OWN, HIDDEN, derived(b"secret", b"0"))
SALT = to_base64url(bytes(range(16)))


def made(*parts: object) -> str:
    return to_base64url(canonical(list(parts)))


def committing(*disclosures: str, **fields) -> dict:
    return {**OWN, **fields, "commitments": sorted(map(commitment, disclosures))}


def refused(fields: dict, disclosures, why: str) -> None:
    with pytest.raises(VerificationError, match=why) as caught:
        disclosed(fields, disclosures)
    assert "\n" not in str(caught.value)


def test_all_fields_may_be_shown():
    assert disclosed(ENTRY, SHOWN) == HIDDEN


@given(st.sets(st.sampled_from(range(3))))
def test_any_fields_may_be_withheld_without_any_harm_to_the_others(which):
    assert list(disclosed(ENTRY, [SHOWN[at] for at in sorted(which)])) == [sorted(HIDDEN)[at] for at in sorted(which)]


def test_a_disclosure_is_what_its_entry_says_letter_by_letter():
    # Worked out apart from our code: printf '["AAECAwQFBgcICQoLDA0ODw","00:place","x"]' | base64, sha256sum.
    text = "WyJBQUVDQXdRRkJnY0lDUW9MREEwT0R3IiwiMDA6cGxhY2UiLCJ4Il0"
    assert made(SALT, "00:place", "x") == text
    assert commitment(text) == to_base64url(hashlib.sha256(text.encode()).digest())
    assert disclosed(committing(text), [text]) == {"00:place": "x"}


def test_a_disclosure_that_no_commitment_stands_for_is_refused():
    refused(ENTRY, [made(SALT, "00:place", "Elsewhere")], "no commitment of its entry stands for")
    refused(OWN, SHOWN[:1], "no commitment of its entry stands for")


def test_a_disclosure_of_another_entry_is_refused():
    _, others = commit(OWN, HIDDEN, derived(b"secret", b"1"))
    refused(ENTRY, others[:1], "no commitment of its entry stands for")


def test_a_disclosure_that_stands_twice_is_refused():
    refused(ENTRY, [SHOWN[0], SHOWN[0]], "or that stands twice")


def test_disclosures_out_of_order_are_refused():
    refused(ENTRY, [SHOWN[1], SHOWN[0]], "a disclosure is out of order, its name stands twice or hides a field")


def test_two_disclosures_of_one_name_are_refused():
    two = [made(SALT, "a", "1"), made(SALT, "a", "2")]
    refused(committing(*two), two, "a disclosure is out of order, its name stands twice or hides a field")


@pytest.mark.parametrize("name", ["type", "v", "commitments", "blobs"])
def test_a_disclosure_of_a_name_that_the_entry_has_itself_is_refused(name):
    one = made(SALT, name, "other")
    refused(committing(one, blobs=[]), [one], "hides a field")


@pytest.mark.parametrize(
    ("text", "why"),
    [
        (made(SALT, "a", "1") + "=", "base64url that is not canonical"),
        (made(SALT, "a", "1") + "\n", "base64url that is not canonical"),
        (made(SALT, "a", "12")[:-1] + "B", "base64url that is not canonical|not JSON|not UTF-8"),
        ("A", "base64url that is not canonical"),
        ("", "not JSON"),
        ("AAAA+AAA", "base64url that is not canonical"),
        (to_base64url(f'["{SALT}", "a", "1"]'.encode()), "not in canonical form"),
        (to_base64url(f'["{SALT}","a","\\u0041"]'.encode()), "not in canonical form"),
        (to_base64url(f'["{SALT}","a",1.5]'.encode()), "not an integer"),
        (to_base64url(f'["{SALT}","a",{{"b":1,"a":1}}]'.encode()), "canonical order"),
        (to_base64url(f'["{SALT}","a",{{"b":1,"b":1}}]'.encode()), "stands twice"),
        (to_base64url(b"\xff"), "not UTF-8"),
        (to_base64url(b"["), "not JSON"),
        (made(), "not a salt, a name and a value"),
        (made(SALT, "a"), "not a salt, a name and a value"),
        (made(SALT, "a", "1", "2"), "not a salt, a name and a value"),
        (made(SALT, 1, "1"), "not a salt, a name and a value"),
        (made(1, "a", "1"), "not a salt, a name and a value"),
        (to_base64url(canonical({"a": 1})), "not a salt, a name and a value"),
        (made(to_base64url(bytes(15)), "a", "1"), "salt of 16 bytes"),
        (made(to_base64url(bytes(17)), "a", "1"), "salt of 16 bytes"),
        (made(SALT + "=", "a", "1"), "salt of 16 bytes"),
        (made(SALT[:-1] + "x", "a", "1"), "salt of 16 bytes in canonical base64url"),
        (made("", "a", "1"), "salt of 16 bytes"),
        (made(SALT, "", "1"), "name in ASCII"),
        (made(SALT, "Ağdam", "1"), "name in ASCII"),
    ],
)
def test_a_disclosure_that_is_not_in_its_one_form_is_refused_though_its_entry_committed_to_it(text, why):
    refused(committing(text), [text], why)


@pytest.mark.parametrize(
    "commitments",
    [
        None,
        "",
        {},
        [1],
        [""],
        ["A" * 42],
        ["A" * 44],
        ["A" * 42 + "="],
        ["A" * 42 + "+"],
        ["A" * 43] * 2,
        ["B" * 43, "A" * 43],
    ],
)
def test_commitments_that_are_no_sorted_list_of_digests_are_refused(commitments):
    with pytest.raises(VerificationError, match='its "commitments"'):
        commitments_of({**OWN, "commitments": commitments})


# --- the file of a bundle ---------------------------------------------------------------------------


def test_a_file_has_a_line_for_each_entry_that_shows_something():
    assert parse_disclosures(b"256~a\n300~b~c\n511~d\n", 256, 256) == {256: ["a"], 300: ["b", "c"], 511: ["d"]}


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (b"", "not lines"),
        (b"256~a", "not lines"),
        (b"\n", "not an index and its disclosures"),
        (b"256~a\n\n", "not an index and its disclosures"),
        (b"256\n", "not an index and its disclosures"),
        (b"~a\n", "not an index and its disclosures"),
        (b"0256~a\n", "not an index and its disclosures"),
        (b"+256~a\n", "not an index and its disclosures"),
        (b" 256~a\n", "not an index and its disclosures"),
        (b"256 ~a\n", "not an index and its disclosures"),
        (b"256~a\r\n257~b\n", None),
        (b"9" * 30 + b"~a\n", "not an index and its disclosures"),
        ("٢٥٦~a\n".encode(), "not lines"),
        (b"255~a\n", "out of order, or not of this bundle"),
        (b"512~a\n", "out of order, or not of this bundle"),
        (b"257~a\n256~b\n", "out of order, or not of this bundle"),
        (b"256~a\n256~b\n", "out of order, or not of this bundle"),
    ],
)
def test_a_file_of_other_lines_is_refused(data, why):
    if why is None:  # the carriage return is read as a part of a disclosure, which no commitment stands for
        refused(ENTRY, parse_disclosures(data, 256, 256)[256], "no commitment")
        return
    with pytest.raises(VerificationError, match=why):
        parse_disclosures(data, 256, 256)


def log(tmp_path, said=300, **other):
    files = dict(ledger_files([(OWN, {"00:n": str(n)} if n % 2 else {}) for n in range(said)], {}, CENTRE))
    return lay(tmp_path / "log", {**files, **{path.replace("__", "/"): data for path, data in other.items()}})


def test_a_log_counts_what_it_shows_and_what_it_withholds(tmp_path):
    verified = verify(log(tmp_path))
    assert (verified.shown, verified.withheld) == (150, 0)
    (tmp_path / "log/disclosures/000").unlink()
    verified = verify(tmp_path / "log")
    assert (verified.shown, verified.withheld) == (22, 128)


def test_a_line_for_an_entry_beyond_the_last_is_refused(tmp_path):
    folder = log(tmp_path)
    data = (folder / "disclosures/001").read_bytes()
    (folder / "disclosures/001").write_bytes(data + b"300~" + SHOWN[0].encode() + b"\n")
    with pytest.raises(VerificationError, match="'disclosures/001': a line for entry 300 is out of order, or not of"):
        verify(folder)


def test_a_disclosure_moved_to_another_entry_is_refused(tmp_path):
    folder = log(tmp_path)
    lines = (folder / "disclosures/001").read_bytes().splitlines(keepends=True)
    (folder / "disclosures/001").write_bytes(b"256~" + lines[0].partition(b"~")[2] + b"".join(lines[1:]))
    with pytest.raises(VerificationError, match="entry 256: a disclosure that no commitment of its entry stands for"):
        verify(folder)


@pytest.mark.parametrize("name", ["002", "x001/000", "000.p/17", "001.p/44", "other"])
def test_a_file_of_disclosures_for_no_bundle_is_refused(tmp_path, name):
    folder = log(tmp_path)
    (folder / "disclosures" / name).parent.mkdir(exist_ok=True)
    (folder / "disclosures" / name).write_bytes(b"600~a\n")
    with pytest.raises(VerificationError, match=f"does not know this file: 'disclosures/{name}'"):
        verify(folder)


FILES = signed_files([encode(ENTRY)], {0: SHOWN}, {}, CENTRE)


@settings(max_examples=300, deadline=None)
@given(st.data())
def test_no_byte_of_what_is_shown_can_be_changed(data):
    lines = FILES["disclosures/000"]
    at = data.draw(st.integers(0, len(lines) - 1))
    value = data.draw(st.integers(0, 255).filter(lambda value: value != lines[at]))
    spoilt = lines[:at] + bytes([value]) + lines[at + 1 :]
    with pytest.raises(VerificationError):
        disclosed(ENTRY, parse_disclosures(spoilt, 0, 1)[0])


@given(
    hidden=st.dictionaries(st.from_regex(r"0[a-z]{0,9}", fullmatch=True), st.text(max_size=9), min_size=1, max_size=9)
)
def test_what_is_written_for_all_fields_at_once_is_what_is_written_for_each(hidden):
    salts = derived(b"secret", b"label")
    entry, disclosures = commit(OWN, hidden, salts)
    assert entry["commitments"] == sorted(map(commitment, disclosures))
    random = salts(len(hidden))
    for at, (name, disclosure) in enumerate(zip(sorted(hidden), disclosures, strict=True)):
        salt = to_base64url(random[at * SALT_BYTES : (at + 1) * SALT_BYTES])
        assert json.loads(from_base64url(disclosure)) == [salt, name, hidden[name]]
