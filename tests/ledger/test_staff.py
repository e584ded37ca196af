"""Who is of the staff of a log, and what they said, as an outsider checks it."""

import hashlib
import json
from functools import cache

import pytest
from charters import DEVICE, DIGEST, FILE, act, by, charter, entry_of, files_of, passkey
from charters import KEYS as GUARANTORS
from charters import STRANGER as NEW
from hypothesis import given, settings
from hypothesis import strategies as st
from ledgers import CENTRE, ORIGIN, lay
from second import ask
from staffs import KEYS, PAGE, POSTS, STAFF, approve, dismissed, member, to_say

from trucewatch.ledger import signed_files
from trucewatch.ledger import verify as module
from trucewatch.ledger.acts import act_entry, approval, challenge
from trucewatch.ledger.encoding import encode
from trucewatch.ledger.note import verifier_key
from trucewatch.ledger.verify import VerificationError, from_base64url, main, to_base64url, verify

TRUSTED = str(verifier_key(CENTRE))
FIRST = encode(charter(staff=STAFF))
ENTRY, _ = to_say(log=ORIGIN)


def log_of(*more: bytes, first: bytes = FIRST) -> dict[str, bytes]:
    return files_of(*more, first=first)


def refused(tmp_path, files, why: str) -> None:
    with pytest.raises(VerificationError, match=why) as caught:
        verify(lay(tmp_path, files), TRUSTED)
    assert "\n" not in str(caught.value)


def said(key=None, page=PAGE, **how) -> bytes:
    return encode(approve(to_say(log=ORIGIN, **how)[0], key, page))


def appointing(*staff, **other) -> bytes:
    return entry_of(act("appoint", staff=[*staff], **other))


# --- the staff --------------------------------------------------------------------------------------


def test_a_log_with_staff_is_verified_and_says_who_said_how_much(tmp_path, capsys):
    more = [said(nonce=at) for at in range(3)] + [
        said(who="liaison-a"),
        said(who="reviewer-b"),
        appointing(dismissed("officer-2")),
    ]
    verified = verify(lay(tmp_path, log_of(*more)), TRUSTED)
    assert verified.approved == (("liaison-a", 1), ("officer-1", 3), ("reviewer-b", 1))
    assert verified.acts == (("appoint", 1),)
    assert main([str(tmp_path), "--vkey", TRUSTED]) == 0
    told = capsys.readouterr().out
    assert "Staff: 10 were appointed, 1 of them dismissed since. 5 entries are theirs" in told
    assert "officer-1 3, liaison-a 1, reviewer-b 1." in told
    assert "a page may have shown them other words" in told
    assert ask(tmp_path).stdout.startswith(f"ok 8 {verified.root}; ")


def test_a_log_whose_staff_said_nothing_says_so(tmp_path, capsys):
    assert verify(lay(tmp_path, log_of()), TRUSTED).approved == ()
    main([str(tmp_path), "--vkey", TRUSTED])
    told = capsys.readouterr().out
    assert "0 entries are theirs" in told
    assert "other words" not in told


def keyless(**other) -> dict:
    return {"id": "officer-1", "role": "officer", "of": "", "passkeys": []} | other


@pytest.mark.parametrize(
    ("staff", "why"),
    [
        (None, "not a list of members"),
        ({}, "not a list of members"),
        (["officer-1"], "not a list of members"),
        ([{"id": "officer-1"}], "not id, role, of, passkeys"),
        ([keyless(more=1)], "not id, role, of, passkeys"),
        ([keyless(id=1)], "has no id"),
        ([keyless(id="")], "has no id"),
        ([keyless(id="Officer")], "has no id"),
        ([keyless(id="-officer")], "has no id"),
        ([keyless(id="a" * 65)], "has no id"),
        ([keyless(id="officer\n")], "has no id"),
        ([keyless(role=1)], "has no id"),
        ([keyless(role="president")], "not a role"),
        ([keyless(of="a")], "with that side"),
        ([keyless(role="liaison")], "with that side"),
        ([keyless(role="reviewer")], "with that side"),
        ([keyless(role="reviewer", of="c")], "with that side"),
        ([keyless(zones=["zone-1"])], "is no monitor"),
        ([keyless(role="monitor", zones="zone-1")], "no sorted list"),
        ([keyless(role="monitor", zones=[])], "no sorted list"),
        ([keyless(role="monitor", zones=[""])], "no sorted list"),
        ([keyless(role="monitor", zones=[1])], "no sorted list"),
        ([keyless(role="monitor", zones=["b", "a"])], "no sorted list"),
        ([keyless(role="monitor", zones=["a", "a"])], "no sorted list"),
        ([keyless(), keyless()], "stands twice"),
        ([keyless(passkeys={})], "not a list"),
        ([keyless(passkeys=["x"])], "not a list"),
        ([keyless(passkeys=[{"id": "AAAA"}])], "no id and public key"),
        ([keyless(passkeys=[{"id": "AAAA", "public": 1}])], "no id and public key"),
        ([keyless(passkeys=[{"id": "", "public": passkey(NEW)["public"]}])], "no id"),
        ([keyless(passkeys=[{"id": "AB", "public": passkey(NEW)["public"]}])], "not canonical"),
        ([keyless(passkeys=[{"id": "AAAA", "public": "AAAA"}])], "COSE key"),
        ([keyless(passkeys=[passkey(NEW), passkey(NEW)])], "enrolled twice"),
        ([keyless(passkeys=[passkey(NEW), passkey(NEW) | {"id": "AAAA"}])], "one hand"),
        ([member("officer-1"), member("officer-2", KEYS["officer-1"])], "one hand"),
        ([member("officer-1", GUARANTORS["a"])], "one hand"),
        ([member("officer-1", passkeys=[passkey(NEW) | {"id": passkey(GUARANTORS["a"])["id"]}])], "one hand"),
    ],
)
def test_a_staff_that_is_none_is_refused_in_the_charter_and_in_an_act(tmp_path, staff, why):
    refused(tmp_path / "charter", log_of(first=encode(charter() | {"staff": staff})), why)
    if isinstance(staff, list) and staff and isinstance(staff[0], dict) and why not in {"stands twice", "has no id"}:
        refused(tmp_path / "act", files_of(entry_of(act("appoint", staff=staff))), why)


def test_a_charter_without_a_domain_appoints_nobody_with_a_passkey(tmp_path):
    refused(tmp_path, log_of(first=encode(charter(rp_id="", guarantors=[], staff=[member("officer-1")]))), "no domain")


@pytest.mark.parametrize(
    ("staff", "why"),
    [
        ([], "appoints nobody"),
        ([keyless(), keyless()], "sorted by id"),
        ([keyless(id="officer-2"), keyless()], "sorted by id"),
        ([keyless(id=1)], "sorted by id"),
        ([keyless(role="auditor")], "another role or side before"),
        ([keyless(id="liaison-a", role="liaison", of="b")], "another role or side before"),
    ],
)
def test_an_act_that_appoints_otherwise_is_refused(tmp_path, staff, why):
    refused(tmp_path, log_of(entry_of(act("appoint", staff=staff))), why)


def test_a_guarantors_new_passkey_is_not_one_of_the_staff_nor_the_other_way_round(tmp_path):
    of_staff = [{"guarantor": "a", **passkey(KEYS["officer-1"])}]
    enrolled = entry_of(act("enrol", authors=[], passkeys=of_staff))
    refused(tmp_path / "1", log_of(enrolled), "one hand")
    gone = appointing(dismissed("officer-1"))
    verify(lay(tmp_path / "2", log_of(gone, enrolled)), TRUSTED)
    refused(tmp_path / "3", log_of(gone, enrolled, appointing(member("officer-1"), nonce=1)), "one hand")


def test_two_of_the_staff_may_exchange_their_passkeys_in_one_act(tmp_path):
    exchanged = appointing(member("officer-1", KEYS["officer-2"]), member("officer-2", KEYS["officer-1"]))
    late = said(KEYS["officer-2"], who="officer-1", nonce=9)
    assert verify(lay(tmp_path / "1", log_of(said(), exchanged, late)), TRUSTED).approved == (("officer-1", 2),)
    refused(tmp_path / "2", log_of(exchanged, said()), "no such passkey, or not any more")


def test_a_monitor_is_given_zones_and_others_and_none_again(tmp_path):
    given = [member("monitor-1", zones=["north", "south"]), member("monitor-1", zones=["south"]), member("monitor-1")]
    acts = [appointing(one, nonce=at) for at, one in enumerate(given)]
    verified = verify(lay(tmp_path, log_of(*acts, said(who="monitor-1"))), TRUSTED)
    assert (verified.acts, verified.approved) == ((("appoint", 3),), (("monitor-1", 1),))
    assert ask(tmp_path).stdout.startswith("ok ")
    first = log_of(first=encode(charter(staff=[member("monitor-1", zones=["north"])])))
    verify(lay(tmp_path / "charter", first), TRUSTED)


# --- what they say ----------------------------------------------------------------------------------


def test_who_is_dismissed_says_no_more_and_what_was_said_stays(tmp_path):
    gone = appointing(dismissed("officer-1"))
    assert verify(lay(tmp_path / "1", log_of(said(), gone)), TRUSTED).approved == (("officer-1", 1),)
    refused(tmp_path / "2", log_of(gone, said()), "not any more")


def test_nobody_speaks_before_being_appointed(tmp_path):
    new, late = appointing(member("officer-9", NEW)), said(NEW, who="officer-9")
    assert verify(lay(tmp_path / "1", log_of(new, late)), TRUSTED).approved == (("officer-9", 1),)
    refused(tmp_path / "2", log_of(late, new), "entry 2: said by somebody who was not appointed before it")


def test_what_was_approved_once_stands_once_whatever_the_second_approval(tmp_path):
    other = encode(approve(ENTRY, counter=2))
    assert other != said()
    for again in (said(), other):
        refused(tmp_path / hashlib.sha256(again).hexdigest(), log_of(said(), again), "entry 3: it stands a second time")


def test_whether_a_role_may_say_so_is_not_for_a_checker(tmp_path):
    verified = verify(lay(tmp_path, log_of(*(said(who=who, kind="determination", of=1) for who in POSTS))), TRUSTED)
    assert verified.approved == tuple((who, 1) for who in sorted(POSTS))


def alike(**other) -> bytes:
    return encode(approve(ENTRY) | other)


def by_hand(**other) -> bytes:
    """An entry that has what it should not have, approved all the same."""
    return encode(
        approve({name: value for name, value in (ENTRY | other).items() if value is not None}, KEYS["officer-1"])
    )


def with_client_data(page: str = PAGE, **other) -> bytes:
    """An entry approved with such client data, truly signed."""
    entry = approve(ENTRY, page=page)
    client = json.dumps(json.loads(from_base64url(entry["approval"]["client_data"])) | other).encode()
    message = from_base64url(entry["approval"]["authenticator_data"]) + hashlib.sha256(client).digest()
    given = {"client_data": to_base64url(client), "signature": to_base64url(KEYS["officer-1"]._sign(message))}
    return encode(entry | {"approval": entry["approval"] | given})


@pytest.mark.parametrize(
    ("entry", "why"),
    [
        (encode(ENTRY), "nobody approved it"),
        (by(CENTRE, type="statement"), "nobody approved it"),
        (encode({"type": "statement", "v": "1"}), "nobody approved it"),
        (encode(ENTRY | {"type": "observation"}), "nobody approved it"),
        (encode({"type": "record", "v": "1", "who": "officer-1"}), "nobody approved it"),
        (encode({"type": "observation", "v": "1", "who": None}), "nobody approved it"),
        (by(DEVICE, who="officer-1"), "nobody approved it"),
        (by_hand(type="incident"), "something that the staff does not say"),
        (by_hand(type="case"), "something that the staff does not say"),
        (by_hand(type="act"), "something that the staff does not say"),
        (by_hand(type="charter"), "something that the staff does not say"),
        (by_hand(type="beat"), "something that the staff does not say"),
        (by_hand(log="other.example/log"), "said for another log"),
        (by_hand(log=None), "said for another log"),
        (by_hand(nonce=None), "a nonce of 16 bytes"),
        (by_hand(nonce="AAAA"), "a nonce of 16 bytes"),
        (by_hand(nonce=16), "a nonce of 16 bytes"),
        (by_hand(who="officer-9"), "not appointed before it"),
        (by_hand(who=None), "not appointed before it"),
        (by_hand(who=["officer-1"]), "not appointed before it"),
        (by_hand(who="officer-2"), "no such passkey"),
        (said(GUARANTORS["a"]), "no such passkey"),
        (said(NEW), "no such passkey"),
        (said(page="elsewhere.example"), "page of another domain"),
        (alike(kind="call"), "other words"),
        (alike(commitments=[]), "other words"),
        (alike(blobs=[]), "other words"),
        (alike(more=1), "other words"),
        (alike(approval={}), "does not say just what it must"),
        (alike(approval=None), "does not say just what it must"),
        (alike(approval=approve(ENTRY)["approval"] | {"more": ""}), "does not say just what it must"),
        (alike(approval=approve(ENTRY)["approval"] | {"signature": 1}), "no text"),
        (alike(approval=approve(ENTRY)["approval"] | {"credential": 1}), "no text"),
        (encode(approve(ENTRY, flags=1)), "not verified"),
        (encode(approve(ENTRY, flags=4)), "not verified"),
        (with_client_data(origin="http://centre.example"), "another domain"),
        (with_client_data(origin="http://localhost"), "another domain"),
        (with_client_data(crossOrigin=True), "inside a page"),
        (with_client_data(type="webauthn.create"), "not those of an assertion"),
    ],
)
def test_what_nobody_of_the_staff_approved_so_is_refused(tmp_path, entry, why):
    refused(tmp_path, log_of(entry), why)


def test_an_entry_that_an_author_signed_is_not_approved_as_well(tmp_path):
    entry = by(DEVICE, **{name: value for name, value in approve(ENTRY).items() if name not in {"type", "v"}})
    refused(tmp_path, log_of(entry), "said by one of them")


def test_in_a_log_without_a_charter_nobody_of_the_staff_speaks(tmp_path):
    unapproved = [{"type": "statement", "v": "1"}, {"type": "observation", "v": "1", "who": "officer-1"}]
    for at, entry in enumerate((said(), by_hand(type="observation"), *map(encode, unapproved))):
        files = signed_files([entry], {}, {}, CENTRE)
        refused(tmp_path / str(at), files, "entry 0: said by staff in a log without a charter")


@cache
def tampered_log() -> tuple[bytes, ...]:
    return tuple(said(who=who) for who in ("officer-1", "officer-2"))


@settings(max_examples=150, deadline=None)
@given(st.integers(0, 1), st.integers(0, 10**6), st.integers(1, 255))
def test_any_altered_byte_of_an_approved_entry_is_refused(tmp_path_factory, which, at, change):
    data = bytearray(tampered_log()[which])
    data[at % len(data)] ^= change
    with pytest.raises((VerificationError, UnicodeError)):
        heard(bytes(data))


def heard(*entries: bytes, first: bytes = FIRST) -> module.Rules | None:
    """What the rules of a log with these entries come to."""
    read = [module.parse_entry(entry).fields for entry in (first, *entries)]
    ruled = [at for at, fields in enumerate(read) if module.is_ruled(fields)]
    if len(ruled) <= len(entries):
        raise VerificationError("an entry that is not approved any more, and is nobody's")
    return module.follow_rules(None, ORIGIN, ruled, {}, lambda index: read[index])


# --- a rehearsal on one's own machine -----------------------------------------------------------------


def local_log(*entries: bytes, rp_id: str = "localhost") -> dict[str, bytes]:
    return log_of(*entries, first=encode(charter(staff=STAFF, rp_id=rp_id)))


def on_page(origin: str, rp_id: str = "localhost") -> bytes:
    return with_client_data(rp_id, origin=origin)


@pytest.mark.parametrize(
    ("origin", "holds"),
    [
        ("https://localhost", True),
        ("http://localhost", True),
        ("http://localhost:8700", True),
        ("http://localhost:870000", False),
        ("http://localhost:8700/", False),
        ("http://a.localhost", False),
        ("http://127.0.0.1:8700", False),
        ("http://localhost.example", False),
        ("HTTP://localhost", False),
    ],
)
def test_only_on_ones_own_machine_a_page_without_encryption_counts_and_that_is_said(tmp_path, capsys, origin, holds):
    files = local_log(on_page(origin))
    if not holds:
        refused(tmp_path, files, "another domain")
        return
    verify(lay(tmp_path, files), TRUSTED)
    assert main([str(tmp_path), "--vkey", TRUSTED]) == 0
    assert "localhost: a rehearsal" in capsys.readouterr().out


def test_a_domain_that_only_looks_like_this_machine_needs_encryption(tmp_path):
    refused(
        tmp_path,
        local_log(on_page("http://localhost", "localhost.example"), rp_id="localhost.example"),
        "another domain",
    )


# --- who may read: the policy in force ----------------------------------------------------------------

POLICY = b"permit (principal, action, resource);\n"
POLICY_DIGEST = hashlib.sha256(POLICY).hexdigest()


def access(digest: str = POLICY_DIGEST, **other) -> bytes:
    made = act("access", policy=digest)
    approvals = [approval(GUARANTORS[name].assertion(challenge(made), PAGE), name) for name in "ab"]
    return encode(act_entry(made, approvals) | other)


def test_an_access_policy_is_approved_by_two_and_its_text_is_in_the_log(tmp_path):
    files = files_of(access(), first=FIRST, blobs={DIGEST: FILE, POLICY_DIGEST: POLICY})
    assert verify(lay(tmp_path, files), TRUSTED).acts == (("access", 1),)


@pytest.mark.parametrize(
    ("entry", "why"),
    [
        (access(blobs=[]), "just the policy"),
        (access(blobs=["0" * 64]), "just the policy"),
        (access(blobs=sorted([POLICY_DIGEST, "0" * 64])), "just the policy"),
        (access("x"), "not a list of digests"),
        (access(more=1), "not an act and approvals"),
        (access(), "it names a blob that is missing"),
    ],
)
def test_an_access_policy_without_its_text_is_refused(tmp_path, entry, why):
    refused(tmp_path, log_of(entry), why)


def test_other_acts_bring_no_files(tmp_path):
    refused(tmp_path, log_of(encode(json.loads(entry_of(act("publish"))) | {"blobs": []})), "not an act and approvals")
