import json

import pytest
import rfc8785
from hypothesis import given
from hypothesis import strategies as st

from trucewatch.ledger.encoding import decode, encode
from trucewatch.ledger.verify import VerificationError

TEXT = st.text(st.characters(exclude_categories=["Cs"]))
NAMES = st.text(st.characters(max_codepoint=0x7F))
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53) + 1, 2**53 - 1) | TEXT,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(NAMES, inner, max_size=4),
    max_leaves=20,
)
ENTRIES = st.dictionaries(NAMES, VALUES, max_size=5).map(lambda entry: entry | {"type": "observation", "v": "1"})


def ascii_names(value) -> bool:
    if isinstance(value, dict):
        return "".join(value).isascii() and all(map(ascii_names, value.values()))
    return not isinstance(value, list) or all(map(ascii_names, value))


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
        canonical = (
            rfc8785.dumps(value) == spoilt
            and isinstance(value.get("type"), str)
            and isinstance(value.get("v"), str)
            and ascii_names(value)
        )
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
        b'{"type": "a","v":"1"}',
        b'{"type":"a","v":"1"}\n',
        b'{"type":"a","n":1}',
        b'{"n":1,"n":1,"type":"a","v":"1"}',
        b'{"n":1.0,"type":"a","v":"1"}',
        b'{"n":1.5,"type":"a","v":"1"}',
        b'{"n":1e3,"type":"a","v":"1"}',
        b'{"n":-0,"type":"a","v":"1"}',
        b'{"n":NaN,"type":"a","v":"1"}',
        b'{"n":9007199254740992,"type":"a","v":"1"}',
        b'{"n":' + b"9" * 60_000 + b',"type":"a","v":"1"}',
        b'{"n":"\\u0041","type":"a","v":"1"}',
        b'{"n":"\\ud800","type":"a","v":"1"}',
        b'{"\\ud800":"","type":"a","v":"1"}',
        b'\xef\xbb\xbf{"type":"a","v":"1"}',
        '{"type":"a","v":"1"}'.encode("utf-16"),
        b'{"type":"\xff"}',
        b'{"\xf0\x9f\x98\x80":1,"\xee\x80\x80":1,"type":"a","v":"1"}',
        b'{"type":1,"v":"1"}',
        b'{"type":"a"}',
        b'{"type":"a","v":1}',
        '{"Ağdam":1,"type":"a","v":"1"}'.encode(),
        b'{"type":"a","v":"1","n":{"b":1,"a":1}}',
        b'{"n":{"a":1,"a":1},"type":"a","v":"1"}',
        b'{"n":"\xc3\xa9","n":1,"type":"a","v":"1"}',
        b'{"n":1E3,"type":"a","v":"1"}',
        b'{"n":"\\/","type":"a","v":"1"}',
        b'{"n":"\\u001F","type":"a","v":"1"}',
        b'{"n":Infinity,"type":"a","v":"1"}',
        b'["type"]',
        b"",
        b'{"n":' + b"[" * 60_000 + b"]" * 60_000 + b',"type":"a","v":"1"}',
    ],
)
def test_bytes_that_we_would_not_have_written_are_refused(data):
    with pytest.raises(ValueError, match=r"^(it|its|an entry) "):
        decode(data)


def test_the_refused_bytes_stand_beside_accepted_ones():
    assert decode('{"n":["é\\u001f/",1,-1,null,true],"type":"a","v":"1"}'.encode())["type"] == "a"


@pytest.mark.parametrize("name", ["Ağdam", "\ue000", "\U0001f600"])
def test_names_are_ascii_since_readers_sort_others_differently(name):
    # U+1F600 is written with surrogates D83D DE00, which RFC 8785 sorts before U+E000 and most programs after it.
    entry = {"type": "a", "v": "1", name: 1}
    for written in (lambda: encode(entry), lambda: decode(rfc8785.dumps(entry))):
        with pytest.raises(ValueError, match="not ASCII"):
            written()


@pytest.mark.parametrize("value", [1.5, float("nan"), 2**53, b"bytes", {1: 2}, {"a"}, "\ud800"])
def test_what_readers_of_json_would_read_differently_is_not_written(value):
    with pytest.raises(ValueError):  # noqa: PT011 - from two places, with two wordings
        encode({"type": "a", "v": "1", "value": value})


def test_an_entry_that_does_not_fit_its_length_prefix_is_refused():
    room = 65_535 - len(encode({"type": "", "v": "1"}))
    assert len(encode({"type": "a" * room, "v": "1"})) == 65_535
    with pytest.raises(ValueError, match="65536 bytes"):
        encode({"type": "a" * (room + 1), "v": "1"})


def test_lists_and_objects_are_at_most_64_in_one_another():
    for opening, closing in (("[", "]"), ('{"a":', "}")):
        for depth, inner in ((63, "1"), (63, '"[[["'), (62, "[]")):  # the entry itself is one more
            data = f'{{"n":{opening * depth}{inner}{closing * depth},"type":"a","v":"1"}}'.encode()
            assert encode(decode(data)) == data
            deeper = f'{{"n":{opening * 2}{opening * depth}{inner}{closing * depth}{closing * 2},"type":"a","v":"1"}}'
            with pytest.raises(ValueError, match="nested too deeply"):
                decode(deeper.encode())
            with pytest.raises(ValueError, match="nested too deeply"):
                encode(json.loads(deeper))
