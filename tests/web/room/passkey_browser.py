"""Chromium with a passkey that it believes to be built in: the virtual authenticator of the DevTools protocol."""

import base64

from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from playwright.sync_api import Page

from trucewatch.ledger.rehearsal import SoftwarePasskey

AUTHENTICATOR = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": False,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


class Keys:
    """The authenticator of a page; `hold` puts one post's passkey into it, in place of the last."""

    def __init__(self, page: Page) -> None:
        self._protocol = page.context.new_cdp_session(page)
        self._protocol.send("WebAuthn.enable")
        made = self._protocol.send("WebAuthn.addVirtualAuthenticator", {"options": AUTHENTICATOR})
        self._id = made["authenticatorId"]

    def hold(self, key: SoftwarePasskey) -> None:
        self._protocol.send("WebAuthn.clearCredentials", {"authenticatorId": self._id})
        private = key._p256().private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())
        credential = {
            "credentialId": base64.b64encode(key.id).decode(),
            "isResidentCredential": False,
            "rpId": "localhost",
            "privateKey": base64.b64encode(private).decode(),
            "signCount": 1,
        }
        self._protocol.send("WebAuthn.addCredential", {"authenticatorId": self._id, "credential": credential})
