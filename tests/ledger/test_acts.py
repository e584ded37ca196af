import hashlib
import json
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from ledgers import ORIGIN

from trucewatch.ledger.acts import (
    NEEDS,
    ActError,
    Appointed,
    Guarantor,
    act_entry,
    appointed,
    approval,
    challenge,
    check_act,
    check_approval,
    check_approved,
    new_act,
    options,
    read_act,
    with_approval,
    write_act,
)
from trucewatch.ledger.passkeys import registered
from trucewatch.ledger.rehearsal import USER_PRESENT, USER_VERIFIED, SoftwarePasskey
from trucewatch.ledger.staff import Passkey, PasskeyError
from trucewatch.ledger.verify import from_base64url, to_base64url

PAGE, OTHER_PAGE = "centre.example", "elsewhere.example"
KEY_A = SoftwarePasskey(seed=bytes([1]) * 32)  # ES256
KEY_B = SoftwarePasskey(seed=bytes([2]) * 32, eddsa=True)
STRANGER = SoftwarePasskey(seed=bytes([3]) * 32)
A = Guarantor(name="a", passkeys=(KEY_A.public(),))
B = Guarantor(name="b", passkeys=(KEY_B.public(),))
BY = Appointed(origin=ORIGIN, rp_id=PAGE, guarantors=(A, B))
KEYS = {"a": KEY_A, "b": KEY_B}
DIGEST = "0" * 64
VKEY = "device.example+00000000+AAAA"
SAYS = {
    "publish": {"publication": DIGEST},
    "enrol": {"authors": [VKEY], "passkeys": [{"guarantor": "a", "id": "AAAA", "public": STRANGER.public().public}]},
    "policy": {"policy": "log x\nquorum none\n"},
    "unseal": {"entry": 3, "blobs": [DIGEST]},
    "redact": {"entry": 3, "fields": ["05:note", "06:place"]},
    "erase": {"entry": 3, "fields": [], "blobs": [DIGEST]},
    "appoint": {"staff": [{"id": "officer-1", "role": "officer", "of": "", "passkeys": []}]},
    "access": {"policy": DIGEST},
}


def an_act(kind="erase", nonce=bytes(16), log=ORIGIN, **other):
    return new_act(kind, log=log, basis="Article 7: the witness asked for it.", nonce=nonce, says=SAYS[kind] | other)


ACT = an_act()


def approved(by, act=ACT, key=None, page=PAGE, **how):
    return approval((key or KEYS[by]).assertion(challenge(act), page, **how), by)


BOTH = [approved("a"), approved("b")]


@pytest.mark.parametrize("kind", NEEDS)
def test_an_act_that_two_guarantors_approved_holds(kind):
    act = an_act(kind)
    assert check_approved(act, [approved("a", act), approved("b", act)], BY) == ("a", "b")


def test_exchanging_the_guarantors_changes_nothing_but_the_names():
    a, b = Guarantor(name="b", passkeys=A.passkeys), Guarantor(name="a", passkeys=B.passkeys)
    exchanged = [approved("b", key=KEY_A), approved("a", key=KEY_B)]
    assert check_approved(ACT, BOTH, BY) == ("a", "b")
    assert check_approved(ACT, exchanged, replace(BY, guarantors=(a, b))) == ("b", "a")


@pytest.mark.parametrize("first", ["a", "b"])
def test_who_approves_first_makes_no_difference_to_the_entry(first):
    approvals: list = []
    for name in (first, "b" if first == "a" else "a"):
        given = next(one for one in BOTH if one["guarantor"] == name)
        approvals = with_approval(ACT, approvals, given, BY)
    assert write_act(act_entry(ACT, approvals)) == write_act(act_entry(ACT, BOTH))
    assert read_act(write_act(act_entry(ACT, approvals))) == (ACT, BOTH)


@pytest.mark.parametrize("approvals", [[], BOTH[:1], BOTH[1:]], ids=["nobody", "only a", "only b"])
def test_an_act_of_fewer_than_two_guarantors_is_refused(approvals):
    with pytest.raises(ActError, match="approval of two guarantors"):
        check_approved(ACT, approvals, BY)


@pytest.mark.parametrize("by", ["a", "b"])
def test_one_guarantor_twice_is_not_two_guarantors(by):
    second = SoftwarePasskey(seed=bytes([9]) * 32)
    more = {"a": A, "b": B} | {by: Guarantor(name=by, passkeys=(KEYS[by].public(), second.public()))}
    twice = [approved(by), approved(by, key=second)]
    with pytest.raises(ActError, match="approved twice"):
        check_approved(ACT, twice, replace(BY, guarantors=(more["a"], more["b"])))
    with pytest.raises(ActError, match="already"):
        with_approval(ACT, twice[:1], twice[1], replace(BY, guarantors=(more["a"], more["b"])))


def test_one_passkey_under_two_names_is_not_two_guarantors():
    both = (A, Guarantor(name="b", passkeys=A.passkeys))
    with pytest.raises(ActError, match="one passkey"):
        check_approved(ACT, [approved("a"), approved("b", key=KEY_A)], replace(BY, guarantors=both))


def test_an_approval_of_another_act_is_no_approval_of_this_one():
    for other in (
        an_act(entry=4),
        an_act(nonce=bytes([1]) * 16),
        an_act(log="elsewhere.example/log"),
        an_act("unseal"),
    ):
        with pytest.raises(ActError, match="challenge"):
            check_approved(ACT, [approved("a", other), BOTH[1]], BY)


@pytest.mark.parametrize(
    ("given", "reason"),
    [
        (approved("a", key=STRANGER), "does not have"),
        (approved("b", key=KEY_A), "does not have"),
        (approved("c", key=KEY_A), "does not have"),
        (approved("a", page=OTHER_PAGE), "origin"),
        (approved("a", flags=USER_PRESENT), "not verified"),
        (approved("a", flags=USER_VERIFIED), "not present"),
        (approved("a", flags=0), "not present"),
        ({**BOTH[0], "credential": BOTH[1]["credential"]}, "does not have"),
        ({**BOTH[0], "guarantor": "b", "credential": BOTH[1]["credential"]}, "signature"),
        ({**BOTH[0], "signature": BOTH[0]["signature"] + "="}, "base64url"),
        ({**BOTH[0], "signature": 7}, "base64url"),
        ({**BOTH[0], "more": ""}, "an approval is"),
        ({}, "an approval is"),
        ("", "an approval is"),
    ],
)
def test_an_approval_that_does_not_hold_is_refused(given, reason):
    with pytest.raises(ActError, match=reason):
        check_approval(ACT, given, BY)


def test_an_approval_that_was_made_when_the_passkey_was_made_is_none():
    response = json.loads(KEY_A.assertion(challenge(ACT), PAGE))
    created = json.loads(KEY_A.registration(challenge(ACT), PAGE))
    response["response"]["clientDataJSON"] = created["response"]["clientDataJSON"]
    with pytest.raises(ActError, match="client data type"):
        check_approval(ACT, approval(json.dumps(response).encode(), "a"), BY)


@pytest.mark.parametrize("said", [b'{"type":"webauthn.get","type":"webauthn.get"}', b"[]", b"\xff", b"[" * 100_000])
def test_client_data_that_readers_read_in_different_ways_is_refused(said):
    with pytest.raises(ActError, match=r"client data|page inside"):
        check_approval(ACT, {**BOTH[0], "client_data": to_base64url(said)}, BY)


def test_an_approval_from_a_page_inside_another_page_is_refused():
    client_data = json.loads(from_base64url(BOTH[0]["client_data"]))
    for crossed in (True, "false", 1):
        framed = json.dumps(client_data | {"crossOrigin": crossed}).encode()
        with pytest.raises(ActError, match="page inside"):
            check_approval(ACT, {**BOTH[0], "client_data": to_base64url(framed)}, BY)


@pytest.mark.parametrize(
    ("origin", "holds"),
    [
        ("https://centre.example", True),
        ("https://centre.example:8443", True),
        ("https://acts.centre.example", True),
        ("http://centre.example", False),
        ("https://notcentre.example", False),
        ("https://centre.example.elsewhere.example", False),
        ("https://elsewhere.example", False),
        ("android:apk-key-hash:x", False),
        (7, False),
    ],
)
def test_a_page_of_the_logs_domain_counts_and_no_other(origin, holds):
    response = json.loads(KEY_A.assertion(challenge(ACT), PAGE))
    client_data = json.loads(from_base64url(response["response"]["clientDataJSON"])) | {"origin": origin}
    data = json.dumps(client_data).encode()
    authenticator_data = from_base64url(response["response"]["authenticatorData"])
    signature = KEY_A._sign(authenticator_data + hashlib.sha256(data).digest())
    response["response"] |= {"clientDataJSON": to_base64url(data), "signature": to_base64url(signature)}
    made = approval(json.dumps(response).encode(), "a")
    if holds:
        assert check_approval(ACT, made, BY) == "a"
    else:
        with pytest.raises(ActError, match="another origin"):
            check_approval(ACT, made, BY)


def test_a_page_that_lies_about_its_domain_is_found_by_what_the_authenticator_signed():
    elsewhere = approved("a", page=OTHER_PAGE)["authenticator_data"]
    with pytest.raises(ActError, match="RP ID"):
        check_approval(ACT, {**BOTH[0], "authenticator_data": elsewhere}, BY)


def charter(**more):
    guarantors = [
        {"name": one.name, "passkeys": [{"id": key.id, "public": key.public} for key in one.passkeys]} for one in (A, B)
    ]
    return {"type": "charter", "v": "1", "origin": ORIGIN, "rp_id": PAGE, "guarantors": guarantors, **more}


def test_who_approves_follows_from_the_charter_and_from_what_was_enrolled_since():
    assert appointed([charter(), {"type": "beat"}]) == BY
    act = an_act("enrol")
    later = appointed([charter(), act_entry(act, [approved("a", act), approved("b", act)])])
    assert [key.public for key in later.guarantors[0].passkeys] == [KEY_A.public().public, STRANGER.public().public]
    given = SAYS["enrol"]["passkeys"][0]
    assert check_approval(ACT, {**approved("a", key=STRANGER), "credential": given["id"]}, later) == "a"
    with pytest.raises(ActError, match="does not have"):
        check_approval(ACT, {**approved("a", key=STRANGER), "credential": given["id"]}, BY)


@pytest.mark.parametrize("entries", [[], [{"type": "observation"}, charter()]])
def test_without_a_charter_nobody_approves(entries):
    with pytest.raises(ActError, match="nobody approves"):
        appointed(entries)


def test_an_approval_of_an_act_on_another_log_does_not_count_here():
    act = an_act(log="elsewhere.example/log")
    with pytest.raises(ActError, match="another log"):
        check_approved(act, [approved("a", act), approved("b", act)], BY)


@settings(max_examples=300, deadline=None)
@given(
    st.sampled_from(["a", "b"]),
    st.sampled_from(["client_data", "authenticator_data", "signature"]),
    st.integers(0, 10**6),
    st.integers(1, 255),
)
def test_any_altered_byte_of_an_approval_is_refused(by, part, at, change):
    given = BOTH[0] if by == "a" else BOTH[1]
    data = bytearray(from_base64url(given[part]))
    data[at % len(data)] ^= change
    with pytest.raises(ActError):
        check_approval(ACT, {**given, part: to_base64url(bytes(data))}, BY)


@settings(max_examples=300, deadline=None)
@given(st.integers(0, 10**6), st.integers(1, 255))
def test_any_altered_byte_of_an_act_is_refused(at, change):
    data = bytearray(write_act(act_entry(ACT, BOTH)))
    data[at % len(data)] ^= change
    with pytest.raises(ActError):
        check_approved(*read_act(bytes(data)), BY)


@pytest.mark.parametrize(
    ("kind", "says", "reason"),
    [
        ("forget", {}, "one of these kinds"),
        ("erase", {"entry": 3, "fields": []}, "says blobs"),
        ("erase", {**SAYS["erase"], "more": 1}, "says blobs"),
        ("erase", {**SAYS["erase"], "blobs": []}, "no field and no file"),
        ("erase", {**SAYS["erase"], "entry": -1}, "index"),
        ("erase", {**SAYS["erase"], "entry": True}, "index"),
        ("erase", {**SAYS["erase"], "blobs": ["x"]}, "SHA-256"),
        ("erase", {**SAYS["erase"], "fields": ["b", "a"]}, "sorted"),
        ("redact", {"entry": 3, "fields": []}, "sorted"),
        ("publish", {"publication": "x"}, "SHA-256"),
        ("policy", {"policy": "x"}, "tlog-policy"),
        ("enrol", {"authors": [], "passkeys": []}, "nobody"),
        ("enrol", {"authors": [], "passkeys": [{"guarantor": "a"}]}, "passkeys"),
        ("enrol", {"authors": [], "passkeys": [{"guarantor": "a", "id": "AAAA", "public": "AAAA"}]}, "COSE"),
        ("enrol", {"authors": [], "passkeys": [{"guarantor": "a", "id": 5, "public": ["AAAA"]}]}, "passkeys"),
        ({"erase": 1}, {}, "one of these kinds"),
    ],
)
def test_an_act_that_does_not_say_what_it_needs_is_refused(kind, says, reason):
    with pytest.raises(ActError, match=reason):
        new_act(kind, log=ORIGIN, basis="because", nonce=bytes(16), says=says)


@pytest.mark.parametrize(
    "change", [{"basis": " "}, {"basis": "x" * 5000}, {"nonce": "AAAA"}, {"log": "two words"}, {"basis": 3}]
)
def test_an_act_without_a_reason_a_nonce_or_a_log_is_refused(change):
    with pytest.raises(ActError):
        check_act(ACT | change)


def test_a_registration_gives_the_passkey_that_a_charter_holds():
    for key in (KEY_A, KEY_B):
        made = registered(key.registration(b"c" * 32, PAGE).decode(), b"c" * 32, PAGE)
        assert made == key.public()
        for expected, page in ((b"d" * 32, PAGE), (b"c" * 32, OTHER_PAGE)):
            with pytest.raises(PasskeyError, match="does not hold"):
                registered(key.registration(b"c" * 32, PAGE).decode(), expected, page)
    with pytest.raises(PasskeyError, match="does not hold"):
        registered("{}", b"c" * 32, PAGE)


@pytest.mark.parametrize("text", [b"", b"[]", b"{}", b'{"id":1,"response":{}}', b'{"id":"a","response":[]}'])
def test_what_is_no_assertion_is_refused_in_words(text):
    with pytest.raises(ActError, match="JSON of an assertion"):
        approval(text, "a")


def test_the_page_is_told_to_ask_for_the_right_passkey_and_for_the_person():
    asked = options(ACT, B, PAGE)
    assert asked["challenge"] == to_base64url(challenge(ACT))
    assert [one["id"] for one in asked["allowCredentials"]] == [KEY_B.public().id]
    assert asked["userVerification"] == "required"


@pytest.mark.parametrize("public", ["", "AAAA", to_base64url(KEY_A.cose[:-1]), to_base64url(KEY_A.cose + b"\0")])
def test_what_is_no_key_of_a_passkey_is_refused(public):
    with pytest.raises(ValueError, match=r"COSE|base64url"):
        Passkey(id="AAAA", public=public)
