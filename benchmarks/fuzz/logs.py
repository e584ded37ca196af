"""Targets: what comes with a log or is handed in at one. Nothing may be accepted that nobody signed."""

import base64
import json
from collections.abc import Iterator
from functools import partial
from typing import Any

import pyrage
import rfc8785
from benchmarks.fuzz.faults import Targets, refuses

from trucewatch.ledger import signed_files
from trucewatch.ledger.acts import (
    Appointed,
    Guarantor,
    act_entry,
    approval,
    challenge,
    check_approved,
    new_act,
    read_act,
    write_act,
)
from trucewatch.ledger.charter import read_charter
from trucewatch.ledger.commitments import commit, derived, disclosure_files
from trucewatch.ledger.courier import check_receipt, receipt_text
from trucewatch.ledger.encoding import canonical, encode
from trucewatch.ledger.equivocation import prove
from trucewatch.ledger.note import Key, cosign, sign, verifier_key
from trucewatch.ledger.passkeys import registered
from trucewatch.ledger.proof import inclusion, tlog_proof
from trucewatch.ledger.rehearsal import SoftwarePasskey
from trucewatch.ledger.seal import open_layer, read_envelope, seal, seal_fields
from trucewatch.ledger.submission import Submission, parse_submission, read_submission
from trucewatch.ledger.tlog import checkpoint, root
from trucewatch.ledger.verify import (
    MOST_INTEGER,
    VerificationError,
    check_cosignatures,
    check_equivocation,
    check_proof,
    check_signature,
    commitments_of,
    leaf_hash,
    parse_checkpoint,
    parse_disclosures,
    parse_entry,
    parse_note,
    parse_policy,
    parse_vkey,
    read_entry,
    read_json,
    split_bundle,
)

ORIGIN = "trucewatch.example/fuzz"
KEY = Key(name=ORIGIN, seed=bytes(range(32)))
AUTHORS = tuple(Key(name=f"author-{n}", seed=bytes([n]) * 32) for n in (1, 2))
COSIGNERS = (
    Key(name="mirror-a", seed=b"a" * 32, kind=b"\x04"),
    Key(name="mirror-a", seed=b"A" * 32, kind=b"\x06"),
    Key(name="mirror-b", seed=b"b" * 32, kind=b"\x04"),
)
POLICY_TEXT = (
    f"log {verifier_key(KEY)}\n"
    + "".join(f"witness w{n} {verifier_key(key)}\n" for n, key in enumerate(COSIGNERS))
    + "group a all w0 w1\ngroup both all a w2\nquorum both\n"
).encode()
POLICY = parse_policy(POLICY_TEXT)
IDENTITIES = [pyrage.x25519.Identity.generate() for _ in range(2)]


def _signed_entry(fields: dict[str, Any], *authors: Key) -> bytes:
    said = {**fields, "by": [str(verifier_key(key)) for key in authors]}
    return sign(encode(said) + b"\n", *authors)


HIDDEN = {"00:id": "1", "01:text": "Ü\n", "02:count": "3"}
COMMITTED, DISCLOSURES = commit({"type": "observation", "v": "2", "reader": "canonical"}, HIDDEN, derived(b"s", b"l"))
ENTRIES = [encode({"type": "beat", "v": "1", "n": n}) for n in range(6)] + [
    encode(COMMITTED),
    _signed_entry(COMMITTED, *AUTHORS),
]
OTHERS = [*ENTRIES[:3], encode({"type": "beat", "v": "1", "n": 99}), *ENTRIES[4:]]


def _head(entries: list[bytes], *cosigners: Key) -> bytes:
    note = sign(checkpoint(ORIGIN, len(entries), root(entries)), KEY)
    return note + b"".join(cosign(parse_checkpoint(note), key, 1_700_000_000) for key in cosigners)


HEADS = (_head(ENTRIES, *COSIGNERS), _head(ENTRIES[:4]), _head(OTHERS), _head(OTHERS[:4]))
SIGNED = {parse_checkpoint(head).text for head in HEADS}
LEAVES, OTHER_LEAVES = [*map(leaf_hash, ENTRIES)], [*map(leaf_hash, OTHERS)]
PROOFS = tuple(
    tlog_proof(at, inclusion(LEAVES, at), HEADS[0], DISCLOSURES if at == 6 else ()) for at in range(len(ENTRIES))
)
FRAUDS = (prove(HEADS[0], HEADS[2], OTHER_LEAVES), prove(HEADS[0], HEADS[3], LEAVES))
CUT = b"\n-- the second file --\n"


# --- canonical JSON ---------------------------------------------------------------------------------


def _json(data: bytes) -> bool:
    """Check our reading of canonical JSON against `rfc8785`, both ways; we leave out floats and names beyond ASCII."""
    oracle = _oracle(data)
    try:
        value = read_json(data)
    except VerificationError:
        assert oracle is None, "rfc8785 writes just these bytes, and we refuse them"
        return False
    assert rfc8785.dumps(value) == data, "we take what rfc8785 writes otherwise"
    assert canonical(value) == data, "we read what we write otherwise"
    return True


def _oracle(data: bytes) -> Any:
    """Return the value of bytes that rfc8785 would have written and that we are to take; None for others."""
    try:
        value = json.loads(data.decode())
        return [value] if rfc8785.dumps(value) == data and _is_ours(value) else None
    except (ValueError, RecursionError, rfc8785.CanonicalizationError):
        return None


def _is_ours(value: Any) -> bool:
    if isinstance(value, dict):
        return all(name.isascii() for name in value) and all(map(_is_ours, value.values()))
    if isinstance(value, list):
        return all(map(_is_ours, value))
    return not isinstance(value, float) and not (isinstance(value, int) and abs(value) > MOST_INTEGER)


def _entry(data: bytes) -> bool:
    """Check that what is taken as an entry is one in its one form, and that whoever is named in it signed it."""
    try:
        entry = parse_entry(data)
        commitments_of(entry.fields)
    except VerificationError:
        return False
    said = encode(entry.fields)
    if not entry.authors:
        assert data == said, "an entry has one form"
    else:
        assert data.startswith(said + b"\n\n"), "the signatures are over the object"
        known = {verifier_key(key) for key in AUTHORS}
        assert not set(entry.authors) & known or data in ENTRIES, "an author signs what he did not sign"
    return True


# --- notes, checkpoints, policies -------------------------------------------------------------------


def _note(data: bytes) -> bool:
    try:
        note = parse_note(data)
    except VerificationError:
        return False
    lines = (f"— {s.name} {base64.b64encode(s.key_id + s.signature).decode()}\n" for s in note.signatures)
    assert f"{note.text}\n{''.join(lines)}".encode() == data, "a note is written back as it was read"
    return True


def _checkpoint(data: bytes) -> bool:
    try:
        head = parse_checkpoint(data)
        check_signature(head, POLICY.log)
        check_cosignatures(head, POLICY)
    except VerificationError:
        return False
    assert head.text in SIGNED, "the log signed it"
    return True


def _policy(data: bytes) -> bool:
    try:
        policy = parse_policy(data)
    except VerificationError:
        return False
    lines = [f"log {policy.log}", *(f"witness {name} {key}" for name, key in policy.witnesses)]
    lines += [f"group {group.name} {group.least} {' '.join(group.members)}" for group in policy.groups]
    again = parse_policy("\n".join([*lines, f"quorum {policy.quorum}", ""]).encode())
    assert again == policy, "a policy that is written out is the same"
    return True


def _vkey(data: bytes) -> bool:
    try:
        text = data.decode()
        key = parse_vkey(text)
    except ValueError:
        return False
    assert str(key) == text, "a key has one form"
    return True


# --- disclosures, bundles, proofs -------------------------------------------------------------------


def _disclosures(data: bytes) -> bool:
    try:
        found = parse_disclosures(data, 0, 256)
    except VerificationError:
        return False
    assert "".join("~".join((str(at), *lines)) + "\n" for at, lines in found.items()).encode() == data
    return True


def _bundle(data: bytes) -> bool:
    width = data[0] + 1 if data else 1
    try:
        entries = split_bundle(data[1:], width)
    except VerificationError:
        return False
    assert len(entries) == width
    assert b"".join(len(entry).to_bytes(2, "big") + entry for entry in entries) == data[1:]
    return True


def _proof(data: bytes) -> bool:
    """Check that a proof is taken only for the very entry that stands there; the file may differ in what it shows."""
    proof, _, entry = data.partition(CUT)
    try:
        proved = check_proof(proof, entry, POLICY)
    except VerificationError:
        return False
    assert ENTRIES[proved.index] == entry, "the entry stands in the log"
    assert proved.shown.items() <= HIDDEN.items(), "what is shown is what was committed to"
    return True


def _fraud(data: bytes) -> bool:
    first, _, second = data.partition(CUT)
    try:
        found = check_equivocation(first, second, POLICY.log)
    except VerificationError:
        return False
    assert {found.first.text, found.second.text} <= SIGNED, "the log signed both"
    return True


def _submission(data: bytes) -> bool:
    try:
        submission = parse_submission(data)
    except ValueError:
        return False
    assert submission.wire == data, "a submission has one form"
    try:
        read_submission(submission)
    except ValueError:
        return False
    return True


# --- acts, charters, sealed envelopes ---------------------------------------------------------------

ACT = new_act("redact", log=ORIGIN, basis="a name", nonce=bytes(16), says={"entry": 6, "fields": ["00:id"]})
APPROVALS = [dict.fromkeys(("guarantor", "credential", "authenticator_data", "client_data", "signature"), "")]
CHARTER = {
    "type": "charter",
    "v": "1",
    "origin": ORIGIN,
    "policy": POLICY_TEXT.decode(),
    "heartbeat_s": 60,
    "rp_id": "localhost",
    "guarantors": [{"name": "a", "passkeys": []}],
    "authors": [str(verifier_key(AUTHORS[0]))],
}
ASSERTION = {
    "id": "aWQ",
    "rawId": "aWQ",
    "type": "public-key",
    "response": {"authenticatorData": "YQ", "clientDataJSON": "e30", "signature": "cw", "userHandle": None},
    "clientExtensionResults": {},
}
RECIPIENTS = [[str(identity.to_public())] for identity in IDENTITIES]
SEALED = seal_fields({"name": "x"}, b"file", RECIPIENTS, derived(b"s", b"x")).data
ENVELOPE = open_layer(open_layer(SEALED, str(IDENTITIES[0])), str(IDENTITIES[1]))


PAGE = "log.example"
PASSKEYS = (SoftwarePasskey(seed=b"1" * 32), SoftwarePasskey(seed=b"2" * 32, eddsa=True))
APPOINTED = Appointed(
    origin=ORIGIN,
    rp_id=PAGE,
    guarantors=tuple(Guarantor(name=name, passkeys=(key.public(),)) for name, key in zip("ab", PASSKEYS, strict=True)),
)
APPROVED = write_act(
    act_entry(
        ACT,
        [approval(key.assertion(challenge(ACT), PAGE), name) for name, key in zip("ab", PASSKEYS, strict=True)],
    )
)
CHALLENGE = b"c" * 32
REGISTRATION = PASSKEYS[0].registration(CHALLENGE, PAGE)
RECEIPT = sign(receipt_text(ORIGIN, "0" * 64), KEY)


def _approved(data: bytes) -> bool:
    """Check that two guarantors are found to have approved only what they approved."""
    try:
        act, approvals = read_act(data)
        check_approved(act, approvals, APPOINTED)
    except ValueError:
        return False
    assert act == ACT, "they approved this act"
    return True


def _registered(data: bytes) -> None:
    registered(data.decode(), CHALLENGE, PAGE)


def _receipt(data: bytes) -> bool:
    try:
        check_receipt(data, POLICY, "0" * 64)
    except ValueError:
        return False
    assert data == RECEIPT, "the log wrote this receipt"
    return True


def _act(data: bytes) -> None:
    act, approvals = read_act(data)
    assert write_act(act_entry(act, approvals)) == data, "an act has one form"


def _envelope(data: bytes) -> None:
    read_envelope(data + bytes(-len(data) % 1_024))


def _layer(data: bytes) -> None:
    open_layer(data, str(IDENTITIES[0]))


def _charter(data: bytes) -> None:
    read_charter(read_entry(data))


def _disclosure_seeds() -> Iterator[bytes]:
    yield from disclosure_files({0: DISCLOSURES, 7: DISCLOSURES[:1], 255: DISCLOSURES[1:]}).values()


def _json_seeds() -> Iterator[bytes]:
    yield from ENTRIES[:7]
    values = [
        {"": {"b": [], "c": {}}},
        {"é": 1},
        ['\u2028\U0001f600\x7f\x1f"\\/', -1, 0, True, None],
        {"\ufb33": 1, "😀": 2},
        1.5,
    ]
    yield from map(rfc8785.dumps, values)
    yield b'{"a":-0}'


TARGETS: Targets = (
    ("canonical-json", _json, _json_seeds),
    ("entry", _entry, lambda: ENTRIES),
    ("signed-note", _note, lambda: (*HEADS, ENTRIES[7])),
    ("checkpoint", _checkpoint, lambda: HEADS),
    ("policy", _policy, lambda: (POLICY_TEXT, signed_files(ENTRIES[:1], {}, {}, KEY)["policy"])),
    ("verifier-key", _vkey, lambda: [str(verifier_key(key)).encode() for key in (KEY, *COSIGNERS)]),
    ("disclosures", _disclosures, _disclosure_seeds),
    ("bundle", _bundle, lambda: [b"\x01\x00\x01a\x00\x02bc", b"\x00\x00\x00"]),
    ("tlog-proof", _proof, lambda: [p + CUT + e for p, e in zip(PROOFS, ENTRIES, strict=True)]),
    ("equivocation", _fraud, lambda: [CUT.join(fraud) for fraud in FRAUDS]),
    (
        "submission",
        _submission,
        lambda: [Submission(entry=entry, disclosures=DISCLOSURES).wire for entry in ENTRIES[6:]],
    ),
    ("act", refuses(_act), lambda: [write_act(act_entry(ACT, APPROVALS))]),
    ("approval", refuses(partial(approval, guarantor="a")), lambda: [json.dumps(ASSERTION).encode()]),
    ("approved-act", _approved, lambda: [APPROVED]),
    ("registration", refuses(_registered), lambda: [REGISTRATION]),
    ("receipt", _receipt, lambda: [RECEIPT]),
    ("charter", refuses(_charter), lambda: [encode(CHARTER)]),
    (
        "sealed-layer",
        refuses(partial(open_layer, identity=str(IDENTITIES[0]))),
        lambda: [SEALED, seal(b"x", RECIPIENTS)],
    ),
    ("sealed-envelope", refuses(_envelope), lambda: [ENVELOPE]),
)
