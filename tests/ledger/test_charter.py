"""Who may speak in a log: its charter, whom it enrols, and acts that two guarantors approved, as an outsider checks."""

import hashlib

import pytest
from charters import (
    DEVICE,
    DIGEST,
    KEYS,
    OTHER_DEVICE,
    PAGE,
    SAYS,
    STRANGER,
    act,
    approved,
    by,
    charter,
    client_data,
    entry_of,
    files_of,
    passkey,
    vkey_of,
    witnessed,
)
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from hypothesis import given, settings
from hypothesis import strategies as st
from ledgers import CENTRE, KEY, PUBLISHED, honest, lay, publication, vkey, within
from second import ask

from trucewatch.ledger.encoding import encode
from trucewatch.ledger.note import verifier_key
from trucewatch.ledger.verify import (
    COSIGN_ED25519,
    VerificationError,
    check_es256,
    from_base64url,
    main,
    slow_es256,
    to_base64url,
    verify,
)

TRUSTED = str(verifier_key(CENTRE))
SHOWN = witnessed()[1]


def refused(tmp_path, files, why: str) -> None:
    with pytest.raises(VerificationError, match=why) as caught:
        verify(lay(tmp_path, files), TRUSTED)
    assert "\n" not in str(caught.value)


def enacted(of, approvals=None) -> dict[str, bytes]:
    return files_of(entry_of(of, approvals))


# --- the charter ------------------------------------------------------------------------------------


def test_a_log_with_a_charter_is_verified_and_says_so(tmp_path, capsys):
    verified = verify(lay(tmp_path, files_of(by(DEVICE))), TRUSTED)
    assert (verified.chartered, verified.signed, verified.acts, verified.erased) == (True, 1, (), 0)
    assert main([str(tmp_path), "--vkey", TRUSTED]) == 0
    assert "Charter: guarantors a, b; 1 of the entries signed by authors enrolled before." in capsys.readouterr().out


@pytest.mark.parametrize(
    ("other", "why"),
    [
        ({"v": "2"}, "a version that this program does not know"),
        ({"policy": None}, "has not a policy"),
        ({"policy": 1}, "has not a policy"),
        ({"policy": "quorum none\n"}, "not just one log and one quorum"),
        ({"policy": f"log {verifier_key(KEY)}\nquorum none\n"}, "is not that of its charter"),
        ({"heartbeat_s": None}, "a heartbeat in seconds"),
        ({"heartbeat_s": 0}, "a heartbeat in seconds"),
        ({"heartbeat_s": True}, "a heartbeat in seconds"),
        ({"heartbeat_s": "60"}, "a heartbeat in seconds"),
        ({"rp_id": None}, "a domain"),
        ({"rp_id": ""}, "passkeys and no domain"),
        ({"origin": "other.example/log"}, "for another log"),
        ({"origin": None}, "for another log"),
        ({"authors": None}, "a list of authors"),
        ({"authors": [1]}, "a list of authors"),
        ({"authors": ["x"]}, "not of the form"),
        ({"authors": [vkey_of(DEVICE)] * 2}, "an author is enrolled twice"),
        ({"guarantors": None}, "a list of guarantors"),
        ({"guarantors": ["a"]}, "a list of guarantors"),
        ({"guarantors": [{"passkeys": []}]}, "has no name"),
        ({"guarantors": [{"name": "", "passkeys": []}]}, "has no name"),
        ({"guarantors": [{"name": "a", "passkeys": []}] * 2}, "a guarantor stands twice"),
        ({"guarantors": [{"name": "a"}]}, "not a name and passkeys"),
        ({"guarantors": [{"name": "a", "passkeys": [], "more": 1}]}, "not a name and passkeys"),
        ({"guarantors": [{"name": "a", "passkeys": [1]}]}, "are not a list"),
        ({"guarantors": [{"name": "a", "passkeys": [{"id": "AAAA"}]}]}, "not its guarantor, its id and its public key"),
        ({"guarantors": [{"name": "a", "passkeys": [{**passkey(STRANGER), "id": 1}]}]}, "not its guarantor, its id"),
        ({"guarantors": [{"name": "a", "passkeys": [{**passkey(STRANGER), "id": ""}]}]}, "has no id"),
        ({"guarantors": [{"name": "a", "passkeys": [{**passkey(STRANGER), "id": "AB"}]}]}, "not canonical"),
        (
            {"guarantors": [{"name": "a", "passkeys": [{**passkey(STRANGER), "guarantor": "b"}]}]},
            "an id and a public key",
        ),
    ],
)
def test_a_charter_that_says_something_else_is_refused(tmp_path, other, why):
    refused(tmp_path, files_of(first=encode(charter(**other))), why)


def cose(made) -> bytes:
    return from_base64url(made.public().public)


@pytest.mark.parametrize(
    "public",
    [
        b"",
        b"\x00",
        cose(STRANGER)[:-1],
        cose(STRANGER) + b"\x00",
        cose(STRANGER)[:-1] + bytes([cose(STRANGER)[-1] ^ 1]),
        cose(STRANGER)[:10] + bytes(64),
        cose(KEYS["b"])[:-1],
        b"\xa4\x01\x01\x03\x26\x20\x06\x21\x58\x20" + bytes(32),
    ],
)
def test_what_is_no_passkey_of_a_known_form_is_refused(tmp_path, public):
    guarantors = [{"name": "a", "passkeys": [{"id": "AAAA", "public": to_base64url(public)}]}]
    refused(tmp_path, files_of(first=encode(charter(guarantors=guarantors))), "COSE key|no point of P-256")


def test_one_passkey_or_one_id_is_never_of_two_guarantors(tmp_path):
    one = passkey(STRANGER)
    for at, two in enumerate(({**one, "id": "AAAA"}, {**passkey(KEYS["a"]), "id": one["id"]})):
        guarantors = [{"name": "a", "passkeys": [one]}, {"name": "b", "passkeys": [two]}]
        why = "one hand could approve for two"
        refused(tmp_path / str(at), files_of(first=encode(charter(guarantors=guarantors))), why)


def test_a_charter_stands_first_or_not_at_all(tmp_path):
    refused(tmp_path, files_of(encode(charter())), "entry 2: a charter stands first or not at all")
    refused(tmp_path, files_of(encode(charter()), first=by(DEVICE)), "entry 2: a charter stands first")


def test_a_charter_that_somebody_signed_is_refused_since_nobody_is_enrolled_before_it(tmp_path):
    fields = {name: value for name, value in charter().items() if name != "type"}
    refused(tmp_path, files_of(first=by(DEVICE, **fields, type="charter")), "entry 0: its author was not enrolled")


def test_the_policy_beside_the_log_is_the_charters(tmp_path):
    files = files_of()
    assert verify(lay(tmp_path / "a", files | {"policy": b"# a remark\n" + files["policy"]}), TRUSTED).chartered
    other = files["policy"].replace(b"quorum", f"witness w {vkey('w', COSIGN_ED25519)}\nquorum".encode())
    refused(tmp_path / "b", files | {"policy": other}, "the policy beside the log is not that of its charter")


# --- authors ----------------------------------------------------------------------------------------


def test_an_author_who_is_not_enrolled_is_refused(tmp_path):
    refused(
        tmp_path, files_of(by(DEVICE), by(OTHER_DEVICE)), "entry 3: its author was not enrolled before it: 'device-2"
    )


def test_an_author_is_enrolled_by_an_act_from_the_next_entry_on(tmp_path):
    enrolling = entry_of(act("enrol"))
    assert verify(lay(tmp_path / "a", files_of(enrolling, by(OTHER_DEVICE))), TRUSTED).signed == 1
    refused(tmp_path / "b", files_of(by(OTHER_DEVICE), enrolling), "entry 2: its author was not enrolled before it")
    refused(tmp_path / "c", files_of(by(OTHER_DEVICE), enrolling, by(OTHER_DEVICE)), "entry 2: its author")


def test_nobody_is_enrolled_twice(tmp_path):
    for at, says in enumerate(
        (
            {"authors": [vkey_of(DEVICE)], "passkeys": []},
            {"authors": [], "passkeys": [{"guarantor": "b", **passkey(KEYS["a"])}]},
            {"authors": [], "passkeys": [{"guarantor": "a", **passkey(KEYS["a"])}]},
        )
    ):
        refused(tmp_path / str(at), enacted(act("enrol", **says)), "is enrolled twice")
    refused(tmp_path / "x", files_of(entry_of(act("enrol")), entry_of(act("enrol", 1))), "is enrolled twice")


def test_signatures_in_a_log_without_a_charter_are_checked_and_the_reader_is_told_that_nobody_enrolled_them(
    tmp_path, capsys
):
    lay(tmp_path, files_of(first=by(DEVICE)))
    verified = verify(tmp_path, TRUSTED)
    assert (verified.chartered, verified.signed) == (False, 1)
    assert main([str(tmp_path), "--vkey", TRUSTED]) == 0
    assert "no charter says whose keys these are" in capsys.readouterr().out


# --- acts -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", [kind for kind in SAYS if kind not in {"erase", "policy"}])
def test_an_act_that_both_guarantors_approved_counts(tmp_path, kind):
    verified = verify(lay(tmp_path, enacted(act(kind))), TRUSTED)
    assert verified.acts == ((kind, 1),)


def test_the_order_of_approvals_does_not_matter_nor_which_guarantor_is_which(tmp_path):
    one = act("publish")
    assert verify(lay(tmp_path / "1", enacted(one, [approved(one, "b"), approved(one, "a")])), TRUSTED).acts
    swapped = charter(guarantors=[{"name": n, "passkeys": [passkey(KEYS[m])]} for n, m in (("a", "b"), ("b", "a"))])
    given = [approved(one, "a", KEYS["b"]), approved(one, "b", KEYS["a"])]
    files = files_of(entry_of(one, given), first=encode(swapped))
    assert verify(lay(tmp_path / "2", files), TRUSTED).acts == (("publish", 1),)


def test_an_act_in_a_log_without_a_charter_is_refused(tmp_path):
    files = files_of(entry_of(act("publish")), first=encode({"type": "beat", "v": "1"}))
    refused(tmp_path, files, "entry 2: an act in a log without a charter")


ONE = act("publish")
A, B = approved(ONE, "a"), approved(ONE, "b")
UV, UP = 0x04, 0x01


@pytest.mark.parametrize(
    ("approvals", "why"),
    [
        ([], "approved by 0 guarantor"),
        ([A], "approved by 1 guarantor"),
        ([A, A], "one guarantor approved twice"),
        ([A, B, B], "one guarantor approved twice"),
        ([A, {**B, "guarantor": "a"}], "the guarantor has no such passkey"),
        ([A, {**A, "guarantor": "b"}], "the guarantor has no such passkey"),
        ([A, approved(ONE, "b", STRANGER)], "the guarantor has no such passkey"),
        (
            [A, {**approved(ONE, "b", STRANGER), "credential": B["credential"]}],
            "the signature of this passkey is wrong",
        ),
        (
            [{**approved(ONE, "a", STRANGER), "credential": A["credential"]}, B],
            "approval of 'a': the signature is wrong",
        ),
        ([A, approved(act("publish", 1), "b")], "made for another act"),
        ([A, approved(ONE, "b", page="elsewhere.example")], "page of another domain"),
        ([A, approved(ONE, "b", flags=UV)], "not present, or not verified"),
        ([A, approved(ONE, "b", flags=UP)], "not present, or not verified"),
        ([A, approved(ONE, "b", flags=UP | UV | 0x40)], "no known form"),
        ([A, {**B, "more": ""}], "does not say just what it must"),
        ([A, {name: B[name] for name in B if name != "signature"}], "does not say just what it must"),
        ([A, {**B, "signature": 1}], "something that is no text"),
        ([A, {**B, "signature": ""}], "the signature of this passkey is wrong"),
        ([A, {**B, "signature": B["signature"] + "="}], "not canonical"),
        ([{**A, "signature": ""}, B], "the signature is wrong"),
        ([A, "b"], "not a list of objects"),
        ({"a": A, "b": B}, "not a list of objects"),
        (None, "not a list of objects"),
    ],
)
def test_an_act_that_two_different_guarantors_did_not_approve_is_refused(tmp_path, approvals, why):
    entry = encode({"type": "act", "v": "1", "act": ONE, "approvals": approvals})
    refused(tmp_path, files_of(entry), f"entry 2: .*{why}")


def with_client_data(data: bytes, made=KEYS["b"], name: str = "b") -> dict[str, str]:
    given = approved(ONE, name, made)
    message = from_base64url(given["authenticator_data"]) + hashlib.sha256(data).digest()
    return {**given, "client_data": to_base64url(data), "signature": to_base64url(made._sign(message))}


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (client_data(ONE, type="webauthn.create"), "not those of an assertion"),
        (client_data(ONE, type=None), "not those of an assertion"),
        (client_data(ONE, challenge="AAAA"), "made for another act"),
        (client_data(ONE, challenge=None), "made for another act"),
        (client_data(ONE, crossOrigin=True), "inside a page"),
        (client_data(ONE, crossOrigin="false"), "inside a page"),
        (client_data(ONE, crossOrigin=0), "inside a page"),
        (client_data(ONE, origin="http://centre.example"), "another domain"),
        (client_data(ONE, origin="https://centre.example.evil.example"), "another domain"),
        (client_data(ONE, origin="https://evilcentre.example"), "another domain"),
        (client_data(ONE, origin="https://centre.example/path"), "another domain"),
        (client_data(ONE, origin=1), "another domain"),
        (client_data(ONE)[:-1] + b',"type":"webauthn.get"}', "a name stands twice"),
        (client_data(ONE)[:-1], "not JSON"),
        (b"[]", "not those of an assertion"),
        (b"\xff", "not JSON"),
        (b"[" * 1000 + b"]" * 1000, "not JSON|not those of an assertion"),
    ],
)
def test_client_data_that_say_something_else_are_refused_though_well_signed(tmp_path, data, why):
    refused(tmp_path, enacted(ONE, [A, with_client_data(data)]), f"the approval of 'b': .*{why}")


@pytest.mark.parametrize("origin", ["https://sub.centre.example", "https://centre.example:8443"])
def test_client_data_of_a_page_of_the_domain_count(tmp_path, origin):
    given = with_client_data(client_data(ONE, origin=origin, topOrigin="x"))
    assert verify(lay(tmp_path, enacted(ONE, [A, given])), TRUSTED).acts


def with_authenticator_data(data: bytes) -> dict[str, str]:
    given = approved(ONE, "b")
    message = data + hashlib.sha256(from_base64url(given["client_data"])).digest()
    return {**given, "authenticator_data": to_base64url(data), "signature": to_base64url(KEYS["b"]._sign(message))}


HOST = hashlib.sha256(PAGE.encode()).digest()


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (b"", "another domain"),
        (HOST, "not present"),
        (HOST + b"\x05", "not present"),
        (HOST + b"\x05" + bytes(3), "not present"),
        (HOST + b"\x05" + bytes(5), "no known form"),
        (HOST + b"\x45" + bytes(4), "no known form"),
        (HOST + b"\xc5" + bytes(20), "no known form"),
        (bytes(32) + b"\x05" + bytes(4), "another domain"),
    ],
)
def test_authenticator_data_in_another_form_are_refused_though_well_signed(tmp_path, data, why):
    refused(tmp_path, enacted(ONE, [A, with_authenticator_data(data)]), f"the approval of 'b': .*{why}")


def test_authenticator_data_with_extensions_count(tmp_path):
    given = with_authenticator_data(HOST + b"\x85" + bytes(4) + b"\xa0")
    assert verify(lay(tmp_path, enacted(ONE, [A, given])), TRUSTED).acts


@pytest.mark.parametrize(
    ("of", "why"),
    [
        ({**act("publish"), "kind": "forget"}, "of no known kind"),
        ({**act("publish"), "kind": 1}, "of no known kind"),
        ({**act("publish"), "more": 1}, "just what its kind needs"),
        ({name: value for name, value in act("publish").items() if name != "basis"}, "just what its kind needs"),
        ({name: value for name, value in act("erase").items() if name != "blobs"}, "just what its kind needs"),
        (act("publish", log="other.example/log"), "for another log"),
        (act("publish", basis=" "), "no reason in words"),
        (act("publish", basis=1), "no reason in words"),
        ({**act("publish"), "nonce": ""}, "not a nonce of 16 bytes"),
        ({**act("publish"), "nonce": 1}, "not a nonce of 16 bytes"),
        (act("publish", publication="x"), "no SHA-256 digest"),
        (act("publish", publication=1), "no SHA-256 digest"),
        (act("redact", entry=2), "not before it"),
        (act("redact", entry=3), "not before it"),
        (act("redact", entry=-1), "not before it"),
        (act("redact", entry=True), "not before it"),
        (act("redact", entry="1"), "not before it"),
        (act("redact", fields=[]), "no field and no file"),
        (act("redact", fields=["b", "a"]), "not a sorted list of names"),
        (act("redact", fields=["a", "a"]), "not a sorted list of names"),
        (act("redact", fields=[""]), "not a sorted list of names"),
        (act("redact", fields="a"), "not a sorted list of names"),
        (act("erase", fields=[], blobs=[]), "no field and no file"),
        (act("erase", blobs=["x"]), "not a list of digests"),
        (act("erase", blobs=[DIGEST, DIGEST]), "stands twice"),
        (act("erase", blobs=["0" * 64]), "does not bring"),
        (act("erase", entry=0), "does not bring"),
        (act("unseal", blobs=["0" * 64]), "does not bring"),
        (act("unseal", blobs=[]), "no field and no file"),
        (act("enrol", authors=[], passkeys=[]), "enrols nobody"),
        (act("enrol", authors="x"), "does not enrol a sorted list"),
        (act("enrol", authors=["x"]), "not of the form"),
        (act("enrol", passkeys=[1]), "does not enrol a sorted list"),
        (act("enrol", passkeys=[{"guarantor": "c", **passkey(STRANGER)}]), "for nobody of the charter"),
        (act("enrol", passkeys=[{"guarantor": "a", **passkey(STRANGER), "more": ""}]), "its id and its public key"),
        (act("policy", policy=1), "no text of a policy"),
        (act("policy", policy="quorum none\n"), "not just one log"),
        (act("policy", policy=f"log {verifier_key(KEY)}\nquorum none\n"), "for another log, or key"),
    ],
)
def test_an_act_that_says_something_else_is_refused_whoever_approved_it(tmp_path, of, why):
    refused(tmp_path, enacted(of), f"entry 2: .*({why})")


def test_an_entry_of_an_act_holds_nothing_but_act_and_approvals(tmp_path):
    honest = {"type": "act", "v": "1", "act": ONE, "approvals": [A, B]}
    for at, other in enumerate(({"v": "2"}, {"note": "more"}, {"act": None}, {"act": []}, {"blobs": []})):
        refused(
            tmp_path / str(at), files_of(encode(honest | other)), "entry 2: (it is not an act and|the act is of no)"
        )
    signed = by(DEVICE, **{name: value for name, value in honest.items() if name != "v"})
    refused(tmp_path / "signed", files_of(signed), "entry 2: it is not an act and approvals")


def test_an_act_that_stands_a_second_time_is_refused(tmp_path):
    other = {"policy": f"log {vkey_of(CENTRE)}\nquorum none\n"}
    first, back = act("policy"), act("policy", 1, **other)
    refused(tmp_path / "a", files_of(*map(entry_of, (first, back, first))), "entry 4: the act stands a second time")
    again = {**first, "nonce": to_base64url(bytes(15) + b"\x02")}
    files = files_of(*map(entry_of, (first, back, again)))
    assert verify(lay(tmp_path / "b", files | {"policy": first["policy"].encode()}), TRUSTED).acts == (("policy", 3),)


@settings(max_examples=120, deadline=None)
@given(st.sampled_from(["a", "b"]), st.sampled_from(["authenticator_data", "client_data", "signature"]), st.data())
def test_no_byte_of_an_approval_can_be_changed(tmp_path_factory, name, part, data):
    given = {"a": A, "b": B}
    whole = from_base64url(given[name][part])
    at = data.draw(st.integers(0, len(whole) - 1))
    spoilt = whole[:at] + bytes([whole[at] ^ 1 << data.draw(st.integers(0, 7))]) + whole[at + 1 :]
    given[name] = {**given[name], part: to_base64url(spoilt)}
    refused(tmp_path_factory.mktemp("act"), enacted(ONE, [*given.values()]), "entry 2: the approval of")


# --- the policy, by an act ----------------------------------------------------------------------------


def test_the_policy_beside_the_log_is_the_newest_that_both_approved(tmp_path):
    witness = f"witness w {vkey('w', COSIGN_ED25519)}\n"
    newer = f"log {vkey_of(CENTRE)}\n{witness}quorum none\n"
    files = enacted(act("policy", policy=newer))
    refused(tmp_path / "a", files, "the policy beside the log is not that of its charter and its acts")
    assert verify(lay(tmp_path / "b", files | {"policy": newer.encode()}), TRUSTED).acts == (("policy", 1),)


# --- erasure ------------------------------------------------------------------------------------------


ERASED = entry_of(act("erase"))
LEFT = [SHOWN[0], SHOWN[2]]


def test_what_both_had_erased_may_be_missing_and_is_counted(tmp_path, capsys):
    verified = verify(lay(tmp_path, files_of(ERASED, shown=LEFT, blobs={})), TRUSTED)
    assert (verified.erased, verified.blobs, verified.withheld, verified.acts) == (2, 0, 1, (("erase", 1),))
    assert main([str(tmp_path), "--vkey", TRUSTED]) == 0
    said = capsys.readouterr().out
    assert "approved by two different guarantors: 1 to erase. Erased: 1 fields and 1 files; they are not here." in said
    assert "all 0 files that entries name, but for those erased, are here" in said


def test_a_file_may_not_be_missing_unless_it_was_erased(tmp_path):
    refused(tmp_path, files_of(blobs={}), "entry 1: it names a blob that is missing")
    only = entry_of(act("erase", blobs=[]))
    refused(tmp_path / "b", files_of(only, shown=LEFT, blobs={}), "entry 1: it names a blob that is missing")
    refused(tmp_path / "c", files_of(entry_of(act("redact")), blobs={}), "entry 1: it names a blob that is missing")


def test_a_file_that_was_erased_and_is_still_there_is_refused(tmp_path):
    refused(tmp_path, files_of(ERASED, shown=LEFT), f"a file that was erased is still there: {DIGEST}")


def test_a_field_that_was_erased_and_is_still_shown_is_refused(tmp_path):
    refused(
        tmp_path, files_of(ERASED, shown=SHOWN, blobs={}), "entry 1: a field that was erased is still shown: '01:name'"
    )


def test_a_file_that_two_entries_name_is_erased_for_both(tmp_path):
    again = by(DEVICE, blobs=[DIGEST])
    assert verify(lay(tmp_path, files_of(again, ERASED, shown=LEFT, blobs={})), TRUSTED).erased == 2


def test_erasures_far_apart_in_a_large_log_are_all_heeded(tmp_path):
    beats = [encode({"type": "beat", "v": "1", "n": n}) for n in range(700)]
    acts = [entry_of(act("erase", at, fields=[name], blobs=[])) for at, name in enumerate(["00:place", "02:kind"])]
    files = files_of(*beats[:300], acts[0], *beats[300:], acts[1], shown=[SHOWN[1]])
    verified = verify(lay(tmp_path, files), TRUSTED)
    assert (verified.size, verified.erased, verified.withheld) == (704, 2, 2)
    refused(tmp_path, files_of(*beats[:300], acts[0], *beats[300:], acts[1], shown=SHOWN[1:]), "'02:kind'")


def test_a_redaction_changes_nothing_for_the_checker(tmp_path):
    files = enacted(act("redact"))
    for shown in (SHOWN, SHOWN[1:]):
        lines = files_of(shown=shown)["disclosures/000"]
        assert verify(lay(tmp_path, files | {"disclosures/000": lines}), TRUSTED).acts == (("redact", 1),)


# --- time stamps --------------------------------------------------------------------------------------


def test_time_stamps_are_counted_and_said_to_be_unchecked(tmp_path, capsys):
    stamps = {f"timestamps/{'0' * 63}{n}.tsr": b"x" for n in range(2)}
    assert verify(lay(tmp_path, files_of() | stamps), TRUSTED).stamps == 2
    assert main([str(tmp_path), "--vkey", TRUSTED]) == 0
    assert (
        "Time stamps: 2 are here, by authorities of RFC 3161. This program does not check them."
        in capsys.readouterr().out
    )


@pytest.mark.parametrize(
    "name", ["x", "0" * 64, "0" * 63 + ".tsr", "G" * 64 + ".tsr", "0" * 64 + ".tsr.bak", "a/" + "0" * 64 + ".tsr"]
)
def test_other_files_among_the_time_stamps_are_refused(tmp_path, name):
    refused(tmp_path, files_of() | {f"timestamps/{name}": b"x"}, f"does not know this file: 'timestamps/{name}'")


def test_time_stamps_lie_in_the_log_and_not_beside_it(tmp_path):
    stamp = f"timestamps/{'0' * 64}.tsr"
    assert verify(lay(tmp_path / "a", honest(3, CENTRE) | {f"ledger/{stamp}": b""}), TRUSTED).stamps == 1
    refused(tmp_path / "b", honest(3, CENTRE) | {stamp: b""}, "does not know this file")


def test_a_log_with_a_charter_may_publish(tmp_path):
    files = within(files_of(by(DEVICE), publication())) | PUBLISHED
    verified = verify(lay(tmp_path, files), TRUSTED)
    assert (verified.chartered, len(verified.files)) == (True, 3)


# --- ES256 worked out by hand ---------------------------------------------------------------------------


@settings(max_examples=15, deadline=None)
@given(st.integers(1, 2**255), st.binary(max_size=100), st.data())
def test_slow_es256_is_right_where_the_library_says_so(secret, message, data):
    key = ec.derive_private_key(secret, ec.SECP256R1())
    at = key.public_key().public_numbers()
    public = at.x.to_bytes(32, "big") + at.y.to_bytes(32, "big")
    signature = key.sign(message, ec.ECDSA(SHA256()))
    assert slow_es256(public, message, signature)
    assert not slow_es256(public, message + b"x", signature)
    spoilt = bytearray(signature)
    spoilt[data.draw(st.integers(0, 10_000)) % len(spoilt)] ^= 1 << data.draw(st.integers(0, 7))
    try:
        check_es256(public, message, bytes(spoilt))
        held = True
    except VerificationError:
        held = False
    assert slow_es256(public, message, bytes(spoilt)) == held


def test_an_act_is_checked_on_a_machine_without_the_library_too(tmp_path, monkeypatch):
    monkeypatch.setattr("trucewatch.ledger.verify.Ed25519PublicKey", None)
    monkeypatch.setattr("trucewatch.ledger.verify.InvalidSignature", ValueError)
    assert verify(lay(tmp_path / "a", enacted(ONE)), TRUSTED).acts
    refused(
        tmp_path / "b", enacted(ONE, [{**A, "signature": approved(act("publish", 1), "a")["signature"]}, B]), "wrong"
    )
    refused(
        tmp_path / "c", enacted(ONE, [A, {**B, "signature": approved(act("publish", 1), "b")["signature"]}]), "wrong"
    )


# --- the second verifier: it does not judge approvals, and heeds what was erased --------------------------


@pytest.mark.parametrize(
    ("files", "accepted"),
    [
        (files_of(entry_of(act("enrol")), by(OTHER_DEVICE), by(DEVICE)), True),
        (files_of(ERASED, shown=LEFT, blobs={}), True),
        (files_of(ERASED, shown=LEFT), False),
        (files_of(ERASED, shown=SHOWN, blobs={}), False),
        (files_of(blobs={}), False),
        (files_of() | {f"timestamps/{'0' * 64}.tsr": b"x"}, True),
        (files_of() | {"timestamps/x": b"x"}, False),
    ],
)
def test_both_verifiers_heed_what_was_erased_and_let_time_stamps_lie(tmp_path, files, accepted):
    lay(tmp_path, files)
    assert (ask(tmp_path).returncode == 0) == accepted
    assert (main([str(tmp_path), "--vkey", TRUSTED]) == 0) == accepted
