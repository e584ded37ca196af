"""Acts that need two staffs: written, approved by passkeys of two guarantors, put into the log. Pure.

An approval is a WebAuthn assertion whose challenge is the SHA-256 of the act's canonical JSON, so that a guarantor's
authenticator signs just this act. It is checked here with the `webauthn` library, before anything enters the log; what
an outsider checks afterwards is written a second time, in `verify`, without that library.
"""

import hashlib
import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import webauthn
from cbor2 import CBORError
from webauthn.helpers.cose import COSEAlgorithmIdentifier
from webauthn.helpers.exceptions import WebAuthnException

from trucewatch.ledger.encoding import canonical, encode
from trucewatch.ledger.verify import NAME, from_base64url, read_entry, to_base64url

NONCE_BYTES = 16  # of chance, so that an approved act cannot be put into the log a second time under another index
LONGEST_BASIS = 4096  # characters; a guess: a paragraph that names the article and the reason
APPROVALS = 2  # different guarantors
# what each kind of act says beside kind, log, basis and nonce
NEEDS: Mapping[str, tuple[str, ...]] = {
    "publish": ("publication",),
    "enrol": ("authors", "passkeys"),
    "policy": ("policy",),
    "unseal": ("blobs", "entry"),
    "redact": ("entry", "fields"),
    "erase": ("blobs", "entry", "fields"),
}
_COMMON = frozenset({"kind", "log", "basis", "nonce"})
_APPROVAL = frozenset({"guarantor", "credential", "authenticator_data", "client_data", "signature"})
_DIGEST = re.compile("[0-9a-f]{64}")
# COSE keys in the one form that CTAP2 allows (canonical CBOR): ES256 on P-256, EdDSA on Ed25519
_ES256 = re.compile(rb"\xa5\x01\x02\x03\x26\x20\x01\x21\x58\x20.{32}\x22\x58\x20.{32}", re.DOTALL)
_EDDSA = re.compile(rb"\xa4\x01\x01\x03\x27\x20\x06\x21\x58\x20.{32}", re.DOTALL)


class ActError(ValueError):
    """An act or an approval is not what it must be; the message is one line for a person."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Passkey:
    """One credential of a guarantor: its id and its public key, a COSE key, both base64url."""

    id: str
    public: str

    def __post_init__(self) -> None:
        if not from_base64url(self.id) or not _is_cose(from_base64url(self.public)):
            raise ActError("a passkey is an id and a COSE key of ES256 or EdDSA, both base64url without padding")


@dataclass(frozen=True, slots=True, kw_only=True)
class Guarantor:
    """One of those whose approval counts, as the charter and later acts name it."""

    name: str
    passkeys: tuple[Passkey, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Appointed:
    """Whose approval counts in a log: of what origin, on the page of which domain, and by which guarantors."""

    origin: str
    rp_id: str
    guarantors: tuple[Guarantor, ...]


# --- the act --------------------------------------------------------------------------------------


def new_act(kind: str, *, log: str, basis: str, nonce: bytes, says: Mapping[str, Any]) -> dict[str, Any]:
    """Return an act of that kind on the log of that origin, with its reason in words and what the kind needs.

    Raises ActError where something is missing or too much. The act is public and stays: no names in the basis.
    """
    act = {"kind": kind, "log": log, "basis": basis, "nonce": to_base64url(nonce), **says}
    check_act(act)
    return act


def check_act(act: Any) -> None:
    """Raise ActError unless this is an act of a known kind with just what it needs."""
    if not isinstance(act, dict) or not isinstance(act.get("kind"), str) or act["kind"] not in NEEDS:
        raise ActError(f"an act is of one of these kinds: {', '.join(NEEDS)}")
    kind = act["kind"]
    _check(act, "log", re.fullmatch(NAME, str(act.get("log"))), "the origin of a log")
    basis = act.get("basis")
    _check(act, "basis", isinstance(basis, str) and 0 < len(basis.strip()) <= LONGEST_BASIS, "a reason in words")
    _check(act, "nonce", len(_bytes(act.get("nonce"), "the nonce")) == NONCE_BYTES, "16 bytes, base64url")
    said = act.keys() - _COMMON
    if said != set(NEEDS[kind]):
        raise ActError(f"an act to {kind} says {', '.join(NEEDS[kind])}; this one says {', '.join(sorted(said))}")
    for name in NEEDS[kind]:
        _check_said(act, name)
    if kind in {"unseal", "erase"} and not any(act.get(name) for name in ("blobs", "fields")):
        raise ActError(f"an act to {kind} names no field and no file")
    if kind == "enrol" and not (act["authors"] or act["passkeys"]):
        raise ActError("an act to enrol names nobody")


def _check_said(act: Mapping[str, Any], name: str) -> None:
    value = act[name]
    if name == "entry":
        _check(act, name, type(value) is int and value >= 0, "the index of an entry")
    elif name == "publication":
        _check(act, name, isinstance(value, str) and _DIGEST.fullmatch(value), "a SHA-256 digest")
    elif name == "policy":
        _check(act, name, isinstance(value, str) and value.endswith("\n"), "the text of a tlog-policy")
    elif name == "blobs":
        _check(act, name, _rising(value) and all(map(_DIGEST.fullmatch, value)), "a sorted list of SHA-256 digests")
    elif name == "passkeys":
        _check(act, name, isinstance(value, list) and all(map(_is_enrolment, value)), "passkeys, each of a guarantor")
    else:
        wanted = "a sorted list of names" if name == "fields" else "a sorted list of vkeys"
        _check(act, name, _rising(value) and (act["kind"] != "redact" or value), wanted)


def _check(act: Mapping[str, Any], name: str, holds: object, wanted: str) -> None:
    if not holds:
        raise ActError(f"{name!r} of an act to {act['kind']} is not {wanted}")


def _rising(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(v, str) and v for v in value) and value == sorted(set(value))


def _is_enrolment(value: Any) -> bool:
    if not isinstance(value, dict) or value.keys() != {"guarantor", "id", "public"}:
        return False
    if not all(isinstance(part, str) for part in value.values()):
        return False
    Passkey(id=value["id"], public=value["public"])
    return bool(value["guarantor"])


def challenge(act: Mapping[str, Any]) -> bytes:
    """Return what an authenticator signs for this act: the SHA-256 of its canonical JSON."""
    return hashlib.sha256(canonical(dict(act))).digest()


# --- approvals ------------------------------------------------------------------------------------


def options(act: Mapping[str, Any], guarantor: Guarantor, rp_id: str) -> dict[str, Any]:
    """Return what the page hands to navigator.credentials.get, in WebAuthn's JSON form of request options."""
    return {
        "challenge": to_base64url(challenge(act)),
        "rpId": rp_id,
        "allowCredentials": [{"type": "public-key", "id": passkey.id} for passkey in guarantor.passkeys],
        "userVerification": "required",
    }


def approval(assertion: bytes, guarantor: str) -> dict[str, str]:
    """Return an approval from the JSON of a browser's assertion (PublicKeyCredential.toJSON), not yet checked."""
    try:
        found = json.loads(assertion)
        response = found["response"]
        made = {
            "guarantor": guarantor,
            "credential": found["id"],
            "authenticator_data": response["authenticatorData"],
            "client_data": response["clientDataJSON"],
            "signature": response["signature"],
        }
    except (ValueError, KeyError, TypeError, RecursionError):
        raise ActError("this is not the JSON of an assertion, as PublicKeyCredential.toJSON gives it") from None
    for name, value in made.items():
        if name != "guarantor":
            _bytes(value, f"the {name.replace('_', ' ')} of the assertion")
    return made


def check_approval(act: Mapping[str, Any], given: Any, appointed: Appointed) -> str:
    """Return the name of the guarantor who approved this act; raise ActError where the approval does not hold.

    WebAuthn, section 7.2, with user verification required, on a page of the log's domain. The authenticator's counter
    is not held against earlier ones: approvals are made apart and arrive in any order.
    """
    if act.get("log") != appointed.origin:
        raise ActError(f"the act is for another log than {appointed.origin}")
    if not isinstance(given, dict) or given.keys() != _APPROVAL:
        raise ActError(f"an approval is {', '.join(sorted(_APPROVAL))}")
    name = given["guarantor"]
    passkey = _passkey(given, appointed.guarantors)
    origin = _origin(_bytes(given["client_data"], "the client data"), appointed.rp_id)
    _bytes(given["authenticator_data"], "the authenticator data")
    _bytes(given["signature"], "the signature")
    try:
        webauthn.verify_authentication_response(
            credential={
                "id": passkey.id,
                "rawId": passkey.id,
                "type": "public-key",
                "response": {
                    "authenticatorData": given["authenticator_data"],
                    "clientDataJSON": given["client_data"],
                    "signature": given["signature"],
                },
            },
            expected_challenge=challenge(act),
            expected_rp_id=appointed.rp_id,
            expected_origin=origin,
            credential_public_key=from_base64url(passkey.public),
            credential_current_sign_count=0,
            require_user_verification=True,
        )
    except (WebAuthnException, ValueError, TypeError) as error:
        raise ActError(f"the approval of {name} does not hold: {error}") from None
    return str(name)


def check_approved(act: Mapping[str, Any], approvals: Any, appointed: Appointed) -> tuple[str, ...]:
    """Return who approved, in the order of the approvals; raise ActError unless that is two different guarantors.

    Every approval must hold: one that does not is no approval less, but something that should not be there.
    """
    check_act(act)
    if not isinstance(approvals, list):
        raise ActError("the approvals are not a list")
    names = tuple(check_approval(act, given, appointed) for given in approvals)
    if len(set(names)) != len(names):
        raise ActError("one guarantor approved twice: the other staff's approval is needed")
    if len(names) < APPROVALS:
        raise ActError(f"an act needs the approval of two guarantors; this one has {len(names)}")
    return names


def _passkey(given: Mapping[str, Any], guarantors: Sequence[Guarantor]) -> Passkey:
    """Return the passkey that an approval names, of the guarantor that it names."""
    check_apart(guarantors)
    for guarantor in guarantors:
        for passkey in guarantor.passkeys:
            if (guarantor.name, passkey.id) == (given["guarantor"], given["credential"]):
                return passkey
    raise ActError("an approval is by a passkey that its guarantor does not have")


def check_apart(guarantors: Sequence[Guarantor]) -> None:
    """Raise ActError where guarantors share a name or a passkey: one hand would do for two."""
    names = [guarantor.name for guarantor in guarantors]
    keys = [passkey for guarantor in guarantors for passkey in guarantor.passkeys]
    for found in (names, [key.id for key in keys], [key.public for key in keys]):
        if len(set(found)) != len(found):
            raise ActError("two guarantors have one name or one passkey, or a passkey stands twice")


def _origin(client_data: bytes, rp_id: str) -> str:
    """Return the origin that client data state; raise ActError where it is no page of this domain, or a framed one.

    Also for what readers of JSON read in different ways. The domain itself the authenticator has signed (its hash).
    """
    try:
        found = json.loads(client_data, object_pairs_hook=_once)
    except (ValueError, RecursionError):
        raise ActError("the client data of an approval is not JSON, or a name stands twice in it") from None
    if not isinstance(found, dict) or found.get("crossOrigin", False) is not False:
        raise ActError("an approval was made on a page inside a page of another origin")
    origin = found.get("origin")
    host = re.fullmatch(r"https://([a-z0-9.-]+)(?::[0-9]{1,5})?", origin) if isinstance(origin, str) else None
    if not host or not rp_id or not f".{host[1]}".endswith(f".{rp_id}"):
        raise ActError(f"an approval was made on a page of another origin than https://{rp_id}")
    return str(origin)


def _once(pairs: Iterable[tuple[str, Any]]) -> dict[str, Any]:
    found = list(pairs)
    if len({name for name, _ in found}) != len(found):
        raise ValueError("a name stands twice")
    return dict(found)


def _bytes(text: Any, what: str) -> bytes:
    if not isinstance(text, str):
        raise ActError(f"{what} is not base64url")
    try:
        return from_base64url(text)
    except ValueError:
        raise ActError(f"{what} is not base64url without padding") from None


def _is_cose(key: bytes) -> bool:
    return bool(_ES256.fullmatch(key) or _EDDSA.fullmatch(key))


# --- the file of an act, which becomes its entry ----------------------------------------------------


def act_entry(act: Mapping[str, Any], approvals: Sequence[Mapping[str, str]]) -> dict[str, Any]:
    """Return the entry that an act becomes; its canonical bytes are also the file that goes from hand to hand."""
    return {"type": "act", "v": "1", "act": dict(act), "approvals": [dict(given) for given in approvals]}


def write_act(entry: Mapping[str, Any]) -> bytes:
    """Return the bytes of the file of an act."""
    return encode(entry)


def read_act(data: bytes) -> tuple[dict[str, Any], list[dict[str, str]]]:
    """Return act and approvals of the file of an act, the approvals not yet checked; raise ActError for another."""
    try:
        entry = read_entry(data)
    except ValueError as error:
        raise ActError(f"this is not the file of an act: {error}") from None
    if entry.keys() != {"type", "v", "act", "approvals"} or (entry["type"], entry["v"]) != ("act", "1"):
        raise ActError("this is not the file of an act")
    if not isinstance(entry["approvals"], list) or not all(isinstance(given, dict) for given in entry["approvals"]):
        raise ActError("the approvals are not a list of objects")
    check_act(entry["act"])
    return entry["act"], entry["approvals"]


def with_approval(
    act: Mapping[str, Any],
    approvals: Sequence[Mapping[str, str]],
    given: Mapping[str, str],
    appointed: Appointed,
) -> list[dict[str, str]]:
    """Return the approvals with one more, in the guarantors' order, whoever came first.

    Raises ActError where one of them does not hold or the guarantor has approved already.
    """
    more = [dict(one) for one in (*approvals, given)]
    names = [check_approval(act, one, appointed) for one in more]
    if len(set(names)) != len(names):
        raise ActError(f"{names[-1]} has approved this act already")
    places = [guarantor.name for guarantor in appointed.guarantors]
    return sorted(more, key=lambda one: places.index(one["guarantor"]))


# --- who may approve --------------------------------------------------------------------------------


def appointed(entries: Iterable[Mapping[str, Any]]) -> Appointed:
    """Return whose approval counts after these entries of a log that verifies: by its charter and its `enrol` acts."""
    charter: Mapping[str, Any] = {}
    keys: dict[str, list[Passkey]] = {}
    for entry in entries:
        if not charter:
            if entry.get("type") != "charter":
                raise ActError("the log has no charter: nobody approves anything in it")
            charter = entry
            keys = {one["name"]: [Passkey(**key) for key in one["passkeys"]] for one in charter["guarantors"]}
        elif entry.get("type") == "act" and entry["act"]["kind"] == "enrol":
            for key in entry["act"]["passkeys"]:
                keys[key["guarantor"]].append(Passkey(id=key["id"], public=key["public"]))
    if not charter:
        raise ActError("the log is empty: nobody approves anything in it")
    guarantors = tuple(Guarantor(name=name, passkeys=tuple(found)) for name, found in keys.items())
    check_apart(guarantors)
    return Appointed(origin=charter["origin"], rp_id=charter.get("rp_id", ""), guarantors=guarantors)


# --- a new passkey ----------------------------------------------------------------------------------


def registered(response: str, expected: bytes, rp_id: str) -> Passkey:
    """Return the passkey of a browser's registration (PublicKeyCredential.toJSON) over the expected challenge.

    WebAuthn, section 7.1, without attestation: which make of authenticator it is is not asked. Raises ActError.
    """
    try:
        said = _bytes(json.loads(response)["response"]["clientDataJSON"], "the client data")
        found = webauthn.verify_registration_response(
            credential=response,
            expected_challenge=expected,
            expected_rp_id=rp_id,
            expected_origin=_origin(said, rp_id),
            require_user_verification=True,
            supported_pub_key_algs=[COSEAlgorithmIdentifier.EDDSA, COSEAlgorithmIdentifier.ECDSA_SHA_256],
        )
        return Passkey(id=to_base64url(found.credential_id), public=to_base64url(found.credential_public_key))
    except (WebAuthnException, CBORError, ValueError, TypeError, KeyError, IndexError) as error:
        raise ActError(f"the registration does not hold: {error}") from None
