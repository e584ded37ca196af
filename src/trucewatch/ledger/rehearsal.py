"""A passkey made in software, for rehearsals and tests. It proves nothing about a person: no finger, no PIN, no device.

It does what WebAuthn, section 6.3.3, asks of an authenticator: signs the authenticator data (the page's host name
hashed, flags, a counter) and the SHA-256 of the client data. A centre's charter has passkeys in hardware instead.
"""

import hashlib
import json
from dataclasses import dataclass, field

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.hashes import SHA256

from trucewatch.ledger.staff import Passkey
from trucewatch.ledger.verify import to_base64url

USER_PRESENT, USER_VERIFIED, ATTESTED = 0x01, 0x04, 0x40  # WebAuthn, section 6.1: bits 0, 2 and 6 of the flags
_P256_ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551  # SEC 2, section 2.4.2


@dataclass(frozen=True, slots=True, kw_only=True)
class SoftwarePasskey:
    """A private key computed from 32 bytes, ES256 or EdDSA; the same seed is the same passkey."""

    seed: bytes = field(repr=False)
    eddsa: bool = False

    @property
    def id(self) -> bytes:
        """Return the credential's id."""
        return hashlib.sha256(b"rehearsal passkey\0" + self.seed).digest()[:16]

    @property
    def cose(self) -> bytes:
        """Return the public key as COSE (RFC 9053), in CTAP2's canonical CBOR."""
        if self.eddsa:
            return b"\xa4\x01\x01\x03\x27\x20\x06\x21\x58\x20" + self._ed25519().public_key().public_bytes_raw()
        at = self._p256().public_key().public_numbers()
        x, y = at.x.to_bytes(32, "big"), at.y.to_bytes(32, "big")
        return b"\xa5\x01\x02\x03\x26\x20\x01\x21\x58\x20" + x + b"\x22\x58\x20" + y

    def public(self) -> Passkey:
        """Return what a charter holds of it."""
        return Passkey(id=to_base64url(self.id), public=to_base64url(self.cose))

    def assertion(
        self, challenge: bytes, rp_id: str, *, counter: int = 1, flags: int = USER_PRESENT | USER_VERIFIED
    ) -> bytes:
        """Return the JSON that a browser would give for this challenge on this page."""
        client_data = _client_data("webauthn.get", challenge, rp_id)
        data = _authenticator_data(rp_id, flags, counter)
        message = data + hashlib.sha256(client_data).digest()
        response = {
            "authenticatorData": to_base64url(data),
            "clientDataJSON": to_base64url(client_data),
            "signature": to_base64url(self._sign(message)),
        }
        return self._credential(response)

    def registration(self, challenge: bytes, rp_id: str) -> bytes:
        """Return the JSON that a browser would give when this passkey is made, without attestation."""
        attested = bytes(16) + len(self.id).to_bytes(2, "big") + self.id + self.cose
        data = _authenticator_data(rp_id, USER_PRESENT | USER_VERIFIED | ATTESTED, 0) + attested
        # an attestation object in CBOR: the format "none", an empty statement, and the data as bytes
        head = b"\xa3\x63fmt\x64none\x67attStmt\xa0\x68authData\x58" + bytes([len(data)])
        client_data = _client_data("webauthn.create", challenge, rp_id)
        return self._credential(
            {"attestationObject": to_base64url(head + data), "clientDataJSON": to_base64url(client_data)}
        )

    def _credential(self, response: dict[str, str]) -> bytes:
        name = to_base64url(self.id)
        made = {"id": name, "rawId": name, "type": "public-key", "clientExtensionResults": {}, "response": response}
        return json.dumps(made).encode()

    def _sign(self, message: bytes) -> bytes:
        return self._ed25519().sign(message) if self.eddsa else self._p256().sign(message, ec.ECDSA(SHA256()))

    def _ed25519(self) -> Ed25519PrivateKey:
        return Ed25519PrivateKey.from_private_bytes(self.seed)

    def _p256(self) -> ec.EllipticCurvePrivateKey:
        secret = int.from_bytes(hashlib.sha512(self.seed).digest(), "big") % (_P256_ORDER - 1) + 1
        return ec.derive_private_key(secret, ec.SECP256R1())


def _client_data(kind: str, challenge: bytes, rp_id: str) -> bytes:
    said = {"type": kind, "challenge": to_base64url(challenge), "origin": f"https://{rp_id}", "crossOrigin": False}
    return json.dumps(said, separators=(",", ":")).encode()  # WebAuthn, section 5.8.1.1


def _authenticator_data(rp_id: str, flags: int, counter: int) -> bytes:
    return hashlib.sha256(rp_id.encode()).digest() + bytes([flags]) + counter.to_bytes(4, "big")
