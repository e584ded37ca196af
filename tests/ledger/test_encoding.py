import json

import pytest
import rfc8785
from hypothesis import given
from hypothesis import strategies as st

from trucewatch.ledger.encoding import decode, encode
from trucewatch.ledger.verify import VerificationError

TEXT = st.text(st.characters(exclude_categories=["Cs"]))
NAMES = st.text(st.characters(exclude_categories=["Cs"], max_codepoint=0xFFFF))  # beyond them UTF-16 sorts otherwise
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53) + 1, 2**53 - 1) | TEXT,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(NAMES, inner, max_size=4),
    max_leaves=20,
)
ENTRIES = st.dictionaries(NAMES, VALUES, max_size=5).map(lambda entry: entry | {"type": "observation"})


@given(ENTRIES)
def test_an_entry_comes_back_as_it_went_in(entry):
    assert decode(encode(entry)) == entry


@given(ENTRIES)
def test_the_order_in_which_names_were_written_does_not_matter(entry):
    assert encode(dict(reversed(entry.items()))) == encode(entry)


@given(ENTRIES)
def test_an_entry_has_the_bytes_that_the_rfc_8785_package_writes(entry):
    assert encode(entry) == rfc8785.dumps(entry)


@given(ENTRIES, st.data())
def test_two_independent_readings_of_rfc_8785_agree_on_what_is_canonical(entry, data):
    spoilt = bytearray(encode(entry))
    at = data.draw(st.integers(0, len(spoilt) - 1))
    spoilt[at] = data.draw(st.integers(0, 255))
    try:
        value = json.loads(spoilt.decode(), parse_float=str)
        canonical = rfc8785.dumps(value) == spoilt and isinstance(value.get("type"), str)
    except (ValueError, AttributeError):
        canonical = False
    if canonical:
        assert decode(bytes(spoilt)) == value
    else:
        with pytest.raises(VerificationError):
            decode(bytes(spoilt))


@pytest.mark.parametrize(
    "data",
    [
        b'{"type": "a"}',
        b'{"type":"a"}\n',
        b'{"type":"a","n":1}',
        b'{"n":1,"n":1,"type":"a"}',
        b'{"n":1.0,"type":"a"}',
        b'{"n":1.5,"type":"a"}',
        b'{"n":1e3,"type":"a"}',
        b'{"n":-0,"type":"a"}',
        b'{"n":NaN,"type":"a"}',
        b'{"n":9007199254740992,"type":"a"}',
        b'{"n":' + b"9" * 60_000 + b',"type":"a"}',
        b'{"n":"\\u0041","type":"a"}',
        b'{"n":"\\ud800","type":"a"}',
        b'{"\\ud800":"","type":"a"}',
        b'\xef\xbb\xbf{"type":"a"}',
        '{"type":"a"}'.encode("utf-16"),
        b'{"type":"\xff"}',
        b'{"\xf0\x9f\x98\x80":1,"\xee\x80\x80":1,"type":"a"}',
        b'{"type":1}',
        b'["type"]',
        b"",
        b'{"n":' + b"[" * 60_000 + b"]" * 60_000 + b',"type":"a"}',
    ],
)
def test_bytes_that_we_would_not_have_written_are_refused(data):
    with pytest.raises(ValueError, match=r"^(it|its|an entry) "):
        decode(data)


def test_names_are_sorted_by_utf_16_as_the_standard_says():
    # U+1F600 is written with surrogates D83D DE00, which sort before U+E000.
    entry = {"type": "a", "\ue000": 1, "\U0001f600": 2}
    assert list(decode(rfc8785.dumps(entry))) == ["type", "\U0001f600", "\ue000"]
    with pytest.raises(
        ValueError, match="canonical order"
    ):  # our own names are ASCII; these are refused, not misplaced
        encode(entry)


@pytest.mark.parametrize("value", [1.5, float("nan"), 2**53, b"bytes", {1: 2}, {"a"}, "\ud800"])
def test_what_readers_of_json_would_read_differently_is_not_written(value):
    with pytest.raises(ValueError):  # noqa: PT011 - from two places, with two wordings
        encode({"type": "a", "value": value})


def test_an_entry_that_does_not_fit_its_length_prefix_is_refused():
    room = 65_535 - len(encode({"type": ""}))
    assert len(encode({"type": "a" * room})) == 65_535
    with pytest.raises(ValueError, match="65536 bytes"):
        encode({"type": "a" * (room + 1)})
