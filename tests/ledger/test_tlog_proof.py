"""One entry proved without its log (C2SP tlog-proof), with as much of it shown as its holder wishes."""

import base64
import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rich_logs import COSIGNERS, LOG, ORIGIN, cosigned, key, policy, said

from trucewatch.ledger.commitments import commit, derived
from trucewatch.ledger.encoding import encode
from trucewatch.ledger.note import sign, verifier_key
from trucewatch.ledger.proof import inclusion, tlog_proof
from trucewatch.ledger.tlog import checkpoint, root
from trucewatch.ledger.verify import Policy, VerificationError, check_proof, leaf_hash, main, parse_policy, parse_proof

HIDDEN = {"00:place": "Ağdam", "01:witness": "a name", "02:calibre": "120 mm"}
FIELDS, SHOWN = commit({"type": "observation", "v": "1"}, HIDDEN, derived(b"secret", b"17"))
AUTHOR = key("device-1.example")
ENTRIES = [encode({"type": "beat", "v": "1", "n": n}) for n in range(40)]
ENTRIES[17] = encode(FIELDS)
ENTRIES[18] = said({"type": "record", "v": "1"}, [AUTHOR])
HEAD = cosigned(sign(checkpoint(ORIGIN, 40, root(ENTRIES)), LOG))
POLICY = parse_policy(policy())
HASHES = [leaf_hash(entry) for entry in ENTRIES]


def proof(index: int, disclosures=(), head: bytes = HEAD) -> bytes:
    return tlog_proof(index, inclusion(HASHES, index), head, disclosures)


def refused(data: bytes, entry: bytes, why: str, trusted: Policy = POLICY) -> None:
    with pytest.raises(VerificationError, match=why) as caught:
        check_proof(data, entry, trusted)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("index", range(40))
def test_every_entry_is_proved_to_somebody_who_has_not_the_log(index):
    proved = check_proof(proof(index), ENTRIES[index], POLICY)
    assert (proved.index, proved.checkpoint.size, proved.shown) == (index, 40, {})
    assert [c.witness for c in proved.cosigned] == list(COSIGNERS)


@given(st.sets(st.sampled_from(range(3))))
def test_as_much_of_it_is_shown_as_its_holder_wishes(which):
    proved = check_proof(proof(17, [SHOWN[at] for at in sorted(which)]), ENTRIES[17], POLICY)
    assert proved.shown == {sorted(HIDDEN)[at]: HIDDEN[sorted(HIDDEN)[at]] for at in which}
    assert proved.withheld == 3 - len(which)


def test_a_disclosure_that_is_not_of_this_entry_is_refused():
    _, others = commit({}, HIDDEN, derived(b"secret", b"18"))
    refused(proof(17, others[:1]), ENTRIES[17], "no commitment of its entry stands for")
    refused(proof(16, SHOWN[:1]), ENTRIES[16], "no commitment of its entry stands for")
    refused(proof(17, [SHOWN[1], SHOWN[0]]), ENTRIES[17], "out of order")


def test_another_entry_is_not_proved():
    refused(proof(17), ENTRIES[16], "does not lead to the root")
    refused(proof(17).replace(b"index 17", b"index 16"), ENTRIES[17], "does not lead to the root")
    refused(proof(17).replace(b"index 17", b"index 40"), ENTRIES[17], "no entry 40 in a tree of 40")


def test_an_entry_is_checked_as_in_its_log():
    bad = [b'{"type": "a","v":"1"}', *ENTRIES[1:]]
    head = cosigned(sign(checkpoint(ORIGIN, 40, root(bad)), LOG))
    path = inclusion([leaf_hash(entry) for entry in bad], 0)
    refused(tlog_proof(0, path, head), bad[0], "canonical form")
    refused(tlog_proof(0, path, head), bytes(65_536), "65536 bytes, more than 65535")


def test_fewer_cosignatures_than_the_policy_asks_for_are_not_enough():
    for missing in COSIGNERS:
        fewer = {name: each for name, each in COSIGNERS.items() if name != missing}
        head = cosigned(sign(checkpoint(ORIGIN, 40, root(ENTRIES)), LOG), fewer)
        refused(proof(17, head=head), ENTRIES[17], "fewer than your policy asks for")
        assert check_proof(proof(17, head=head), ENTRIES[17], parse_policy(policy(quorum="none"))).cosigned


def test_a_log_that_the_policy_does_not_trust_proves_nothing():
    refused(proof(17), ENTRIES[17], "do not carry the same name", parse_policy(policy(key("other.example/log"))))
    refused(
        proof(17),
        ENTRIES[17],
        "by no witness of the policy",
        parse_policy(policy(cosigners=dict(reversed(COSIGNERS.items())))),
    )


def lines(at: int, *, put: bytes) -> bytes:
    found = proof(17, SHOWN[:1]).splitlines(keepends=True)
    found[at] = put
    return b"".join(found)


@pytest.mark.parametrize(
    ("spoilt", "why"),
    [
        (b"", "not the lines of a tlog-proof"),
        (lines(0, put=b""), "not the lines of a tlog-proof"),
        (lines(0, put=b"c2sp.org/tlog-proof@v2\n"), "not the lines of a tlog-proof"),
        (lines(1, put=b"extra \n"), "not the lines of a tlog-proof"),
        (lines(1, put=b"extra YQ\n"), "extra line is not canonical base64"),
        (lines(1, put=b"extra YR==\n"), "extra line is not canonical base64"),
        (lines(1, put=b"extra " + base64.b64encode(b"a~~b") + b"\n"), "does not hold disclosures"),
        (lines(1, put=b"extra " + base64.b64encode(b"a~") + b"\n"), "does not hold disclosures"),
        (lines(1, put=b"extra " + base64.b64encode(b"\xff") + b"\n"), "does not hold disclosures"),
        (lines(1, put=b"Extra YQ==\n"), "not the lines of a tlog-proof"),
        (lines(2, put=b""), "not the lines of a tlog-proof"),
        (lines(2, put=b"index 017\n"), "not the lines of a tlog-proof"),
        (lines(2, put=b"index -1\n"), "not the lines of a tlog-proof"),
        (lines(2, put=b"index 17 \n"), "not the lines of a tlog-proof"),
        (lines(2, put=b"index 17\r\n"), "not the lines of a tlog-proof"),
        (lines(2, put=b"index " + b"9" * 40 + b"\n"), "not the lines of a tlog-proof"),
        (lines(3, put=b""), "does not lead to the root"),
        (lines(3, put=b"A" * 43 + b"=\n"), "does not lead to the root"),
        (lines(3, put=b"A" * 42 + b"B=\n"), "hash of a proof is not canonical base64"),
        (lines(3, put=b"A" * 44 + b"\n"), "not the lines of a tlog-proof"),
        (lines(3, put=(b"A" * 43 + b"=\n") * 2), "proof is too long|does not lead"),
        (lines(3, put=(b"A" * 43 + b"=\n") * 70), "not the lines of a tlog-proof"),
    ],
)
def test_a_file_in_another_form_is_refused(spoilt, why):
    refused(spoilt, ENTRIES[17], why)


@settings(max_examples=200, deadline=None)
@given(st.data())
def test_no_byte_of_a_proof_can_be_changed(data):
    whole = proof(17, SHOWN[:2])
    at = data.draw(st.integers(0, len(whole) - 1))
    value = data.draw(st.integers(0, 255).filter(lambda value: value != whole[at]))
    with pytest.raises(VerificationError):
        check_proof(whole[:at] + bytes([value]) + whole[at + 1 :], ENTRIES[17], POLICY)


def test_the_file_is_that_of_the_specification():
    # The example of C2SP tlog-proof, without what it leaves out.
    text = (
        b"c2sp.org/tlog-proof@v1\n"
        b"extra YWdlLXYxLjIuMS1kYXJ3aW4tYXJtNjQudGFyLmd6\n"
        b"index 73894\n"
        b"gSKyXoYZUgZ6jduWYrkDOARinOMGJveXjgMkBTcdPlQ=\n"
        b"B95lDa8R83lS8n0eG+o0buTxRKQTYFi//1U8anccXmA=\n"
        b"\n"
        b"example.com/fancylog\n"
    )
    with pytest.raises(VerificationError, match="disclosures"):  # its extra line is another application's
        parse_proof(text)
    found = parse_proof(text.replace(b"extra YWdlLXYxLjIuMS1kYXJ3aW4tYXJtNjQudGFyLmd6\n", b""))
    assert (found.index, len(found.path), found.checkpoint) == (73894, 2, b"example.com/fancylog\n")
    assert tlog_proof(found.index, found.path, found.checkpoint) == text.replace(text.splitlines(keepends=True)[1], b"")


def laid(tmp_path, data: bytes, entry: bytes) -> list[str]:
    for name, content in (("proof", data), ("entry", entry), ("policy", policy())):
        (tmp_path / name).write_bytes(content)
    return ["--proof", str(tmp_path / "proof"), str(tmp_path / "entry"), "--policy", str(tmp_path / "policy")]


def test_the_program_shows_what_is_shown_and_counts_what_is_withheld(tmp_path, capsys):
    assert main(laid(tmp_path, proof(17, SHOWN[::2]), ENTRIES[17])) == 0
    printed = capsys.readouterr().out
    assert printed.startswith(f"PROVED: this is entry 17 of 40 of the log {ORIGIN}.")
    assert "2 shown as committed to, 1 withheld" in printed
    assert json.dumps("Ağdam") in printed
    assert "a name" not in printed


def test_the_program_names_the_author(tmp_path, capsys):
    assert main(laid(tmp_path, proof(18), ENTRIES[18])) == 0
    assert f"Said by: {verifier_key(AUTHOR)}." in capsys.readouterr().out


def test_the_program_says_in_one_line_why_nothing_is_proved(tmp_path, capsys):
    assert main(laid(tmp_path, proof(17), ENTRIES[16])) == 1
    assert capsys.readouterr().out == "NOT PROVED: the inclusion proof does not lead to the root\n"


def test_nothing_is_proved_to_somebody_who_trusts_nobody(tmp_path, capsys):
    with pytest.raises(SystemExit, match="2"):
        main(laid(tmp_path, proof(17), ENTRIES[17])[:3])
    assert "whose signatures do you trust?" in capsys.readouterr().err
