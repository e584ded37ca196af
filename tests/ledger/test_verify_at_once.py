"""Entries are read many at a time, and by several processes: nothing passes thereby that would not pass alone."""

import os
import subprocess
import sys

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from ledgers import CENTRE, honest, lay, signed
from rich_logs import rich

from trucewatch.ledger import verify
from trucewatch.ledger.commitments import commit, derived
from trucewatch.ledger.encoding import encode
from trucewatch.ledger.note import verifier_key
from trucewatch.ledger.verify import VerificationError, read_json

RICH = rich(300)
TRAPS = [
    b"{}",
    b"[]",
    b'{"a":1}',
    b'{"a":1,"b":2}',
    b'{"b":1,"a":2}',
    b'{"a":1,"a":1}',
    b'{"a":{"c":1,"b":1}}',
    b'[{"b":1,"b":1}]',
    b'{"a":1.0}',
    b'{"a":1.5}',
    b'{"a":1e5}',
    b'{"a":-0}',
    b'{"a":-1}',
    b'{"a":9007199254740991}',
    b'{"a":9007199254740992}',
    b'{"a":NaN}',
    b'{"a": 1}',
    b' {"a":1}',
    b'{"a":1} ',
    b'{"a":1}\n',
    b'{"a":"b c"}',
    b'{"a":"\\u0041"}',
    b'{"a":"\\u001f"}',
    b'{"a":"\\u001F"}',
    b'{"a":"\\/"}',
    b'{"a":"\\ud800"}',
    b'{"\\u00e9":1}',
    '{"é":1}'.encode(),
    '{"a":"é"}'.encode(),
    b'{"a":"\xff"}',
    b'{"\\ud83d\\ude00":1}',
    b'{"a":"\\ud83d\\ude00"}',
    b'"a"',
    b"1",
    b"null",
    b"",
    b'{"a":1',
    b'"b":2}',
    b'{"a":1},{"b":2}',
    b'{"a":1},{"a":"b"',
    b'["a"',
    b'"b"]',
    b"[" * 63 + b"]" * 63,
    b"[" * 64 + b"]" * 64,
    b"[" * 65 + b"]" * 65,
    b"[" * 64 + b"1" + b"]" * 64,
    b'{"a":' * 70 + b"1" + b"}" * 70,
    b"[" * 70 + b'"]"' + b"]" * 70,
    b'["' + b"[" * 2000 + b'"]',
]


def alone(data: bytes):
    try:
        return read_json(data)
    except VerificationError:
        return None


@settings(max_examples=400, deadline=None)
@given(st.lists(st.sampled_from(TRAPS) | st.binary(max_size=4), max_size=4))
def test_what_is_read_at_once_is_what_each_is_alone(texts):
    together = verify._read_at_once(texts)
    if together is not None:
        assert together == [alone(text) for text in texts]
        assert not any(value is None for value in together)


@pytest.mark.parametrize("trap", TRAPS)
@pytest.mark.parametrize("beside", [b'{"a":1}', b'["x","y",1]'])
def test_one_that_is_refused_alone_is_refused_between_good_ones(trap, beside):
    for texts in ([trap], [beside, trap], [trap, beside], [beside, trap, beside]):
        together = verify._read_at_once(texts)
        assert together is None or together == [alone(text) for text in texts]
        assert alone(trap) is not None or together is None


def test_values_are_nested_at_most_64_deep():
    # Readers differ beyond some depth; the bound is the same in both verifiers.
    assert alone(b"[" * 64 + b"]" * 64) is not None
    assert alone(b"[" * 64 + b"1" + b"]" * 64) is not None
    for deeper in (b"[" * 65 + b"]" * 65, b'{"a":' * 64 + b"[]" + b"}" * 64):
        with pytest.raises(VerificationError, match="nested too deeply"):
            read_json(deeper)


@settings(max_examples=400, deadline=None)
@given(
    st.lists(st.sampled_from(["AA", "AB", "AAA", "AAAA", "-_8", "+/8", "A", "AA=", "", "é", "A\n", "AAB"]), max_size=4)
)
def test_base64url_read_at_once_is_what_each_is_alone(texts):
    together = verify._from_base64url_at_once(texts)
    try:
        each = [verify.from_base64url(text) for text in texts]
    except VerificationError:
        assert together is None
    else:
        assert together is None or together == each


def entries_and_shown() -> tuple[list[bytes], list[list[str]]]:
    """Entries of every sort, the centre's and signed ones, with what is shown of them."""
    entries = verify.split_bundle(RICH["ledger/tile/entries/000"], 256)
    lines = verify.parse_disclosures(RICH["ledger/disclosures/000"], 0, 256)
    return entries[:64], [lines.get(at, []) for at in range(64)]


ENTRIES, SHOWN = entries_and_shown()


def singly(entries, shown):
    try:
        return verify._said_singly(entries, shown, 0)
    except VerificationError:
        return None


def test_honest_entries_of_every_sort_are_read_at_once():
    plain = [at for at, entry in enumerate(ENTRIES) if entry.isascii() or entry.endswith(b"\n")]
    plain = [at for at in plain if all(verify.from_base64url(each).isascii() for each in SHOWN[at])]
    entries, shown = [ENTRIES[at] for at in plain], [SHOWN[at] for at in plain]
    assert {True, False} == {entry.endswith(b"\n") for entry in entries}
    found = verify._said_at_once(entries, shown)
    assert found is not None
    assert found == singly(entries, shown)
    assert sum(count for _, _, count in found) > 10


@settings(max_examples=300, deadline=None)
@given(st.data())
def test_whatever_is_changed_is_never_accepted_at_once_and_refused_alone(data):
    start = data.draw(st.integers(0, 36))
    entries, shown = ENTRIES[start : start + 4], [[*each] for each in SHOWN[start : start + 4]]
    which = data.draw(st.integers(0, 3))
    if shown[which] and data.draw(st.booleans()):
        at = data.draw(st.integers(0, len(shown[which]) - 1))
        text = data.draw(changed(shown[which][at].encode())).decode("latin-1")
        shown[which][at : at + 1] = data.draw(st.sampled_from([[text], [text, text], [], [shown[which][at]] * 2]))
    else:
        entries[which] = data.draw(changed(entries[which]))
    found = verify._said_at_once(entries, shown)
    assert found is None or found == singly(entries, shown)


def changed(text: bytes) -> st.SearchStrategy[bytes]:
    place = st.integers(0, len(text) - 1)
    letter = st.sampled_from(
        [b"", b" ", b"\n", b'"', b",", b"0", b"A", b"=", b"}", b"\\", b"\xc3", b'"by":[],', b"1.0"]
    )
    return st.builds(lambda at, cut, put: text[:at] + put + text[at + cut :], place, st.integers(0, 2), letter)


def test_by_in_an_entry_that_nobody_signed_and_words_after_the_object_are_not_read_at_once():
    note = next(entry for entry in ENTRIES if entry.endswith(b"\n"))
    text, _, signature = note.partition(b"\n\n")
    for spoilt in (text, text + b"\nmore\n\n" + signature, b"\n" + note, text + b"\n"):
        assert verify._said_at_once([spoilt], [[]]) is None


# --- by several processes -----------------------------------------------------------------------------


@pytest.fixture
def small_runs(monkeypatch):
    monkeypatch.setattr(verify, "_RUN", 1)


@pytest.mark.usefixtures("small_runs")
def test_several_processes_find_what_one_finds(tmp_path):
    for name, files in (("rich", rich(900)), ("honest", honest(1024))):
        folder = lay(tmp_path / name, files)
        assert verify.verify(folder, processes=3) == verify.verify(folder, processes=1)


@pytest.mark.usefixtures("small_runs")
def test_several_processes_report_the_first_fault_as_one_does(tmp_path):
    files = honest(1500)
    for name in ("tile/entries/001", "tile/0/003", "tile/0/005.p/220", "tile/entries/005.p/220"):
        spoilt = files[f"ledger/{name}"]
        files[f"ledger/{name}"] = spoilt[:100] + bytes([spoilt[100] ^ 1]) + spoilt[101:]
    lay(tmp_path, files)
    said = []
    for processes in (1, 3):
        with pytest.raises(VerificationError) as caught:
            verify.verify(tmp_path, processes=processes)
        said.append(str(caught.value))
    assert said[0] == said[1]


@pytest.mark.usefixtures("small_runs")
def test_a_process_that_is_killed_makes_it_slower_and_no_less_sure(tmp_path, monkeypatch):
    monkeypatch.setattr(verify, "gc", type("Gc", (), {"disable": staticmethod(die)}))
    folder = lay(tmp_path / "honest", honest(1024))
    assert verify.verify(folder, processes=2).size == 1024
    bundle = folder / "ledger/tile/entries/003"
    bundle.write_bytes(bundle.read_bytes().replace(b'"n":1000', b'"n":1001'))
    with pytest.raises(VerificationError, match="and what it is worked out from differ"):
        verify.verify(folder, processes=2)


def die() -> None:
    os._exit(1)


def test_the_program_alone_shares_the_work_on_a_large_log(tmp_path):
    said = [
        commit({"type": "record", "v": "1"}, {"text": "x" * 60_000}, derived(b"s", b"%d" % n))[0] for n in range(10)
    ]
    entries = [encode({**fields, "filler": "y" * 60_000}) for fields in said] * 30
    publication = honest(1)["ledger/tile/entries/000.p/1"][2:]
    lay(tmp_path, signed([*entries, publication], key=CENTRE))
    environment = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
    command = [sys.executable, "-I", verify.__file__, tmp_path, "--vkey", str(verifier_key(CENTRE))]
    done = subprocess.run(command, capture_output=True, encoding="ascii", env=environment, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    assert "all 301 are canonical" in done.stdout


def test_a_log_that_names_more_files_than_there_can_be_is_given_up_before_memory_is_full(tmp_path, monkeypatch):
    digests = [f"{n:064x}" for n in range(40)]
    entries = [encode({"type": "record", "v": "1", "blobs": digests[n : n + 1]}) for n in range(40)] * 60
    lay(tmp_path, signed(entries, key=CENTRE))
    monkeypatch.setattr(verify, "_RUN", 1)
    monkeypatch.setattr(verify, "MOST_FILES", 60)
    with pytest.raises(VerificationError, match="more than 60 files"):
        verify.verify(tmp_path, processes=1)
