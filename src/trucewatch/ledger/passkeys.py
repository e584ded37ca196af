"""What a passkey has signed, checked with the `webauthn` library: WebAuthn, Level 3. Pure.

Used for the approvals of acts and of what the staff says, and for new passkeys. An outsider's program checks the same
a second time, without that library (`verify`).
"""

import hashlib
import json
import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import webauthn
from cbor2 import CBORError
from webauthn.helpers.cose import COSEAlgorithmIdentifier
from webauthn.helpers.exceptions import WebAuthnException

from trucewatch.ledger.staff import Passkey, PasskeyError
from trucewatch.ledger.verify import REHEARSAL_PAGE, from_base64url, to_base64url

_ALGORITHMS = [COSEAlgorithmIdentifier.EDDSA, COSEAlgorithmIdentifier.ECDSA_SHA_256]
_ASSERTION = {  # our name of each part of an assertion, and WebAuthn's
    "authenticator_data": "authenticatorData",
    "client_data": "clientDataJSON",
    "signature": "signature",
}


def request(challenge: bytes, passkeys: Sequence[Passkey], rp_id: str) -> dict[str, Any]:
    """Return what a page hands to navigator.credentials.get, in WebAuthn's JSON form of request options."""
    return {
        "challenge": to_base64url(challenge),
        "rpId": rp_id,
        "allowCredentials": [{"type": "public-key", "id": passkey.id} for passkey in passkeys],
        "userVerification": "required",
    }


def creation(challenge: bytes, name: str, passkeys: Sequence[Passkey], origin: str, rp_id: str) -> dict[str, Any]:
    """Return what a page hands to navigator.credentials.create, in WebAuthn's JSON form of creation options.

    `name` is that of the post, `passkeys` those of authenticators that are not asked, such as one that it has already.
    Which make of authenticator it is is not asked (attestation "none").
    """
    user = to_base64url(hashlib.sha256(f"{origin}\n{name}".encode()).digest())
    return {
        "challenge": to_base64url(challenge),
        "rp": {"id": rp_id, "name": origin},
        "user": {"id": user, "name": name, "displayName": name},
        "pubKeyCredParams": [{"type": "public-key", "alg": algorithm.value} for algorithm in _ALGORITHMS],
        "excludeCredentials": [{"type": "public-key", "id": passkey.id} for passkey in passkeys],
        "authenticatorSelection": {"userVerification": "required", "residentKey": "discouraged"},
        "attestation": "none",
    }


def read_assertion(assertion: bytes) -> dict[str, str]:
    """Return `credential` and the three parts of an assertion (PublicKeyCredential.toJSON), not yet checked.

    Raises PasskeyError where it is none.
    """
    try:
        found = json.loads(assertion)
        made = {"credential": found["id"]} | {ours: found["response"][theirs] for ours, theirs in _ASSERTION.items()}
    except (ValueError, KeyError, TypeError, RecursionError):
        raise PasskeyError("this is not the JSON of an assertion, as PublicKeyCredential.toJSON gives it") from None
    for name, value in made.items():
        as_bytes(value, f"the {name.replace('_', ' ')} of the assertion")
    return made


def check_assertion(given: Mapping[str, Any], passkey: Passkey, challenge: bytes, rp_id: str) -> None:
    """Raise PasskeyError unless this passkey has signed this challenge on a page of this domain.

    WebAuthn, section 7.2, with user verification required. The authenticator's counter is not held against earlier
    ones: approvals are made apart and arrive in any order.
    """
    origin = _origin(as_bytes(given["client_data"], "the client data"), rp_id)
    as_bytes(given["authenticator_data"], "the authenticator data")
    as_bytes(given["signature"], "the signature")
    response = {theirs: given[ours] for ours, theirs in _ASSERTION.items()}
    try:
        webauthn.verify_authentication_response(
            credential={"id": passkey.id, "rawId": passkey.id, "type": "public-key", "response": response},
            expected_challenge=challenge,
            expected_rp_id=rp_id,
            expected_origin=origin,
            credential_public_key=from_base64url(passkey.public),
            credential_current_sign_count=0,
            require_user_verification=True,
        )
    except (WebAuthnException, ValueError, TypeError) as error:
        raise PasskeyError(f"does not hold: {error}") from None


def registered(response: str, expected: bytes, rp_id: str) -> Passkey:
    """Return the passkey of a browser's registration (PublicKeyCredential.toJSON) over the expected challenge.

    WebAuthn, section 7.1, without attestation: which make of authenticator it is is not asked. Raises PasskeyError.
    """
    try:
        said = as_bytes(json.loads(response)["response"]["clientDataJSON"], "the client data")
        found = webauthn.verify_registration_response(
            credential=response,
            expected_challenge=expected,
            expected_rp_id=rp_id,
            expected_origin=_origin(said, rp_id),
            require_user_verification=True,
            supported_pub_key_algs=_ALGORITHMS,
        )
        return Passkey(id=to_base64url(found.credential_id), public=to_base64url(found.credential_public_key))
    except (WebAuthnException, CBORError, ValueError, TypeError, KeyError, IndexError, RecursionError) as error:
        raise PasskeyError(f"the registration does not hold: {error}") from None


def as_bytes(text: Any, what: str) -> bytes:
    """Return the bytes of a text in base64url; PasskeyError, naming what it is, where it is none."""
    if not isinstance(text, str):
        raise PasskeyError(f"{what} is not base64url")
    try:
        return from_base64url(text)
    except ValueError:
        raise PasskeyError(f"{what} is not base64url without padding") from None


def _origin(client_data: bytes, rp_id: str) -> str:
    """Return the origin that client data state; PasskeyError where it is no page of this domain, or a framed one.

    Also for what readers of JSON read in different ways. The domain itself the authenticator has signed (its hash).
    """
    try:
        found = json.loads(client_data, object_pairs_hook=_once)
    except (ValueError, RecursionError):
        raise PasskeyError("the client data of an approval is not JSON, or a name stands twice in it") from None
    if not isinstance(found, dict) or found.get("crossOrigin", False) is not False:
        raise PasskeyError("an approval was made on a page inside a page of another origin")
    origin = found.get("origin")
    if not isinstance(origin, str) or not _is_page_of(origin, rp_id):
        raise PasskeyError(f"an approval was made on a page of another origin than https://{rp_id}")
    return origin


def _is_page_of(origin: str, rp_id: str) -> bool:
    if rp_id == REHEARSAL_PAGE and re.fullmatch(r"http://localhost(?::[0-9]{1,5})?", origin):
        return True
    host = re.fullmatch(r"https://([a-z0-9.-]+)(?::[0-9]{1,5})?", origin)
    return bool(host and rp_id and f".{host[1]}".endswith(f".{rp_id}"))


def _once(pairs: Iterable[tuple[str, Any]]) -> dict[str, Any]:
    found = list(pairs)
    if len({name for name, _ in found}) != len(found):
        raise ValueError("a name stands twice")
    return dict(found)
