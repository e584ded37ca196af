"""A museum of faulty ledgers, each made by hand and named for its fault.

In the first room somebody altered files; in the second the log is well signed, by a centre that errs or lies.
"""

import base64
import os

import pytest
from ledgers import CENTRE, KEY, ORIGIN, PUBLISHED, honest, lay, observations, publication, sha256, signed

from trucewatch.ledger.encoding import encode
from trucewatch.ledger.note import sign
from trucewatch.ledger.tlog import checkpoint, root, tiles
from trucewatch.ledger.verify import VerificationError, verify

HONEST = honest(600)
LOG = "ledger/checkpoint"
BLOB = "ledger/blobs/" + sha256(b"evidence 0\n")


def refused(tmp_path, files: dict[str, bytes], why: str) -> None:
    with pytest.raises(VerificationError, match=why) as caught:
        verify(lay(tmp_path, files))
    assert "\n" not in str(caught.value)


def replaced(name: str, old: bytes, new: bytes) -> dict[str, bytes]:
    assert old in HONEST[name]
    return HONEST | {name: HONEST[name].replace(old, new, 1)}


def without(name: str) -> dict[str, bytes]:
    return {path: data for path, data in HONEST.items() if path != name}


# --- altered by somebody --------------------------------------------------------------------------


def test_report_reworded(tmp_path):
    refused(tmp_path, replaced("report.html", b"Daily", b"Final"), "'report.html' was altered")


def test_table_saved_again_by_a_spreadsheet_with_other_line_ends(tmp_path):
    refused(tmp_path, replaced("incidents.csv", b"\n", b"\r\n"), "'incidents.csv' was altered")


def test_observation_reworded_in_its_bundle(tmp_path):
    name = "ledger/tile/entries/000"
    refused(tmp_path, replaced(name, b'"n":17', b'"n":18'), "tile/0/000' and what it is worked out from differ")


def test_observation_reworded_and_its_tile_recomputed(tmp_path):
    name = "ledger/tile/entries/000"
    files = replaced(name, b'"n":17', b'"n":18')
    entries = observations(599, {b.removeprefix("ledger/blobs/"): b"" for b in HONEST if "blobs" in b})
    entries[17] = entries[17].replace(b'"n":17', b'"n":18')
    files["ledger/tile/0/000"] = tiles([*entries, publication()])["tile/0/000"]
    refused(tmp_path, files, r"tile/1/000\.p/2' and what it is worked out from differ")


def test_upper_tile_that_nobody_reads_spoilt(tmp_path):
    name = "ledger/tile/1/000.p/2"
    refused(tmp_path, HONEST | {name: HONEST[name][::-1]}, "and what it is worked out from differ")


def test_bytes_appended_to_a_partial_tile(tmp_path):
    name = "ledger/tile/0/002.p/88"
    refused(tmp_path, HONEST | {name: HONEST[name] + bytes(32)}, "and what it is worked out from differ")


def test_partial_tile_of_an_earlier_size_left_behind(tmp_path):
    refused(tmp_path, HONEST | {"ledger/tile/0/002.p/87": bytes(32 * 87)}, r"not part of a log of 600 entries: .*p/87")


def test_evidence_destroyed(tmp_path):
    refused(tmp_path, without(BLOB), "entry 0: it names a blob that is missing")


def test_evidence_exchanged(tmp_path):
    refused(tmp_path, HONEST | {BLOB: b"evidence 1\n"}, "blobs/.*' was altered")


def test_evidence_that_no_entry_names_slipped_in(tmp_path):
    text = b"planted\n"
    refused(tmp_path, HONEST | {f"ledger/blobs/{sha256(text)}": text}, "does not know this file: 'ledger/blobs/")


def test_page_slipped_in_beside_the_published_ones(tmp_path):
    refused(tmp_path, HONEST | {"daily/2021-01-02.html": b""}, "does not know this file: 'daily/2021-01-02.html'")


def test_report_withdrawn(tmp_path):
    refused(tmp_path, without("report.html"), "missing: 'report.html'")


def test_report_replaced_by_a_link_to_the_same_words(tmp_path):
    lay(tmp_path / "out", HONEST)
    (tmp_path / "out" / "report.html").rename(tmp_path / "elsewhere.html")
    (tmp_path / "out" / "report.html").symlink_to(tmp_path / "elsewhere.html")
    refused(tmp_path / "out", {}, "'report.html' is neither a plain file nor a folder")


def test_folder_replaced_by_a_link_to_the_same_files(tmp_path):
    lay(tmp_path / "out", HONEST)
    (tmp_path / "out" / "ledger").rename(tmp_path / "elsewhere")
    (tmp_path / "out" / "ledger").symlink_to(tmp_path / "elsewhere")
    refused(tmp_path / "out", {}, "'ledger' is neither a plain file nor a folder")


def test_pipe_in_place_of_a_tile(tmp_path):
    lay(tmp_path, without("ledger/tile/0/000"))
    os.mkfifo(tmp_path / "ledger/tile/0/000")
    refused(tmp_path, {}, "'ledger/tile/0/000' is neither")


def test_folder_in_place_of_the_checkpoint(tmp_path):
    refused(tmp_path, without(LOG) | {LOG + "/inside": b""}, "missing: 'ledger/checkpoint'")


def test_empty_folder_left_in_the_log(tmp_path):
    (tmp_path / "ledger" / "tile" / "2").mkdir(parents=True)
    refused(tmp_path, HONEST, "empty folder: 'ledger/tile/2/'")


def test_file_whose_name_is_not_text(tmp_path):
    lay(tmp_path, HONEST)
    (tmp_path / os.fsdecode(b"\xff\n\x1b[2J")).touch()
    refused(tmp_path, {}, r"does not know this file: '\\udcff\\n\\x1b")


def test_file_of_a_terabyte_that_takes_no_space(tmp_path):
    lay(tmp_path, HONEST)
    os.truncate(tmp_path / "report.html", 1 << 40)
    refused(tmp_path, {}, "more than .* bytes: not read")


def test_padding_bit_flipped_in_the_signature(tmp_path):
    # 68 bytes leave two bits of padding, zero in the canonical form; the next character sets the lower one.
    last = HONEST[LOG][-3]
    assert base64.b64decode(b"AA" + bytes([last]) + b"=") == base64.b64decode(b"AA" + bytes([last + 1]) + b"=")
    spoilt = HONEST[LOG][:-3] + bytes([last + 1]) + b"=\n"
    refused(tmp_path, HONEST | {LOG: spoilt}, "signature is not canonical base64")


def test_checkpoint_signed_by_the_key_of_another_name(tmp_path):
    files = HONEST | {LOG: HONEST[LOG].replace(ORIGIN.encode(), b"other.example/log")}
    refused(tmp_path, files, "do not carry the same name")


def test_older_checkpoint_put_back(tmp_path):
    refused(tmp_path, HONEST | {LOG: honest(599)[LOG]}, "missing: .*p/87")


def test_policy_of_another_centre(tmp_path):
    refused(tmp_path, HONEST | {"ledger/policy": honest(600, CENTRE)["ledger/policy"]}, "signed by another key")


def test_policy_without_its_last_line_end(tmp_path):
    refused(tmp_path, HONEST | {"ledger/policy": HONEST["ledger/policy"][:-1]}, "does not end in a newline")


def test_policy_saved_again_with_other_line_ends(tmp_path):
    refused(tmp_path, replaced("ledger/policy", b"\n", b"\r\n"), "control character")


# --- signed by a centre that errs or lies ---------------------------------------------------------


def test_root_signed_that_the_entries_do_not_give(tmp_path):
    # What happened to the CT log Yeti 2022: one flipped bit before signing.
    wrong = sign(checkpoint(ORIGIN, 600, bytes(32)), KEY)
    refused(tmp_path, HONEST | {LOG: wrong}, "do not give the root that was signed")


def test_head_of_another_log_signed_by_the_same_key(tmp_path):
    wrong = HONEST[LOG].split(b"\n\n")[0].replace(ORIGIN.encode(), b"other.example/log") + b"\n"
    refused(tmp_path, HONEST | {LOG: sign(wrong, KEY)}, "do not carry the same name")


def test_more_entries_signed_than_there_can_be(tmp_path):
    wrong = sign(checkpoint(ORIGIN, 10**18 - 1, bytes(32)), KEY)
    refused(tmp_path, HONEST | {LOG: wrong}, "tiles for them are not there")


@pytest.mark.parametrize("size", ["0600", "+600", " 600", "6e2", "600" * 9, "-1", ""])
def test_size_written_in_another_way(tmp_path, size):
    text = f"{ORIGIN}\n{size}\n".encode() + HONEST[LOG].split(b"\n")[2] + b"\n"
    refused(tmp_path, HONEST | {LOG: sign(text, KEY)}, "not origin, size and root")


def test_line_hidden_in_the_checkpoint(tmp_path):
    text = HONEST[LOG].split(b"\n\n")[0] + b"\nwhat no monitor can check\n"
    refused(tmp_path, HONEST | {LOG: sign(text, KEY)}, "not origin, size and root")


def test_log_without_entries(tmp_path):
    refused(tmp_path, signed([]), 'last entry is not a "publication"')


def test_publication_followed_by_another_word(tmp_path):
    refused(tmp_path, signed([publication(), *observations(1, {})]), 'last entry is not a "publication"')


@pytest.mark.parametrize(
    "path",
    ["../other/report.html", "/etc/passwd", "a/../report.html", "a\\b", ".", "", "daily//x", "a\x00b", "a" * 256],
)
def test_publication_of_a_file_elsewhere(tmp_path, path):
    entry = encode({"type": "publication", "v": "1", "files": {path: sha256(b"")}})
    refused(tmp_path, signed([entry]), "unsafe path")


def test_publication_of_a_file_of_the_log_itself(tmp_path):
    entry = encode({"type": "publication", "v": "1", "files": {"ledger/policy": sha256(b"")}})
    refused(tmp_path, signed([entry]), "inside itself")


@pytest.mark.parametrize("digest", ["", "00", "G" * 64, sha256(b"").upper(), None, 1, ["a"]])
def test_publication_with_a_digest_that_is_none(tmp_path, digest):
    entry = encode({"type": "publication", "v": "1", "files": {"report.html": digest}})
    refused(tmp_path, signed([entry]), "not a SHA-256 digest")


@pytest.mark.parametrize(
    "entry",
    [
        {"type": "publication", "v": "1"},
        {"type": "publication", "v": "1", "files": []},
        {"type": "draft", "v": "1", "files": {}},
    ],
)
def test_publication_of_nothing(tmp_path, entry):
    refused(tmp_path, signed([encode(entry)]), 'last entry is not a "publication"')


@pytest.mark.parametrize(
    ("entry", "why"),
    [
        (b'{"type": "observation"}', "canonical form"),
        (b'{"type":"a","n":1}', "canonical order"),
        (b'{"n":1,"n":2,"type":"a"}', "stands twice"),
        (b'{"lat":47.5,"type":"a"}', "not an integer"),
        (b'{"n":' + b"9" * 60_000 + b',"type":"a"}', "beyond 2"),
        (b'{"n":' + b"[" * 32_000 + b"]" * 32_000 + b',"type":"a"}', "too deeply"),
        (b'{"type":"\xff"}', "not UTF-8"),
        (b'{"n":"\\ud800","type":"a","v":"1"}', "canonical form"),
        (b'{"note":"no type","v":"1"}', 'strings "type" and "v"'),
        (b'{"type":"a"}', 'strings "type" and "v"'),
        (b"[]", 'strings "type" and "v"'),
        ('{"Ağdam":"","type":"a","v":"1"}'.encode(), "not ASCII"),
        (b"", "not JSON"),
        (b'{"blobs":"none","type":"a","v":"1"}', "not a list of digests"),
        (b'{"blobs":["../policy"],"type":"a","v":"1"}', "not a list of digests"),
        (b'{"blobs":[[]],"type":"a","v":"1"}', "not a list of digests"),
    ],
)
def test_entry_that_programs_would_read_differently(tmp_path, entry, why):
    refused(tmp_path, signed([entry, publication()]), f"^entry 0: .*{why}")


def test_evidence_named_out_of_order_or_twice(tmp_path):
    blobs = {sha256(text): text for text in (b"1", b"2")}
    low, high = sorted(blobs)
    for place, names in enumerate(([high, low], [low, low])):
        entry = encode({"type": "observation", "v": "1", "blobs": names})
        refused(tmp_path / str(place), signed([entry, publication()], blobs), "not sorted, or one stands twice")


@pytest.mark.parametrize("cut", [1, 2, 3, 30])
def test_bundle_that_ends_too_early_or_too_late(tmp_path, cut):
    files = signed([publication()])
    name = "ledger/tile/entries/000.p/1"
    refused(tmp_path / "a", files | {name: files[name][:-cut]}, "a bundle of 1 entries should have")
    refused(tmp_path / "b", files | {name: files[name] + bytes(cut)}, "a bundle of 1 entries should have")


def test_the_museum_stands_beside_an_honest_ledger(tmp_path):
    assert verify(lay(tmp_path, HONEST)).root == root([*_entries()]).hex()
    assert set(PUBLISHED) <= set(HONEST)


def _entries() -> list[bytes]:
    blobs = {path.removeprefix("ledger/blobs/"): data for path, data in HONEST.items() if "blobs" in path}
    return [*observations(599, blobs), publication()]
