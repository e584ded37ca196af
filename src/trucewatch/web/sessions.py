"""Who may read what is not for everybody: keepers of the policy, by a signature over a nonce, for an hour.

Nothing of it touches the disk: after a restart every keeper signs in again. A token is opaque, and only its SHA-256
stays in memory. The hour is one of the monotonic clock, so that setting the clock neither opens nor closes anything.
"""

import hashlib
import hmac
import secrets
from collections.abc import Callable
from dataclasses import dataclass

from trucewatch.ledger.verify import (
    COSIGN_ED25519,
    Policy,
    Signature,
    VerificationError,
    VerifierKey,
    check_ed25519,
    is_by,
    parse_note,
)

SESSION_S = 3600.0
NONCE_S = 120.0  # between the challenge and its answer; a guess: a person with a key on a stick has a script do it
MOST_NONCES = 1024  # open challenges; the oldest gives way, so that asking costs a stranger more than us
MOST_SESSIONS = 256  # far above the keepers of any policy (31 cosignatures); the oldest gives way


@dataclass(frozen=True, slots=True, kw_only=True)
class _Session:
    token: bytes  # SHA-256 of it
    keeper: str
    key: VerifierKey
    ends: float


def session_text(origin: str, nonce: str) -> bytes:
    """Return what a keeper signs to open a session; no checkpoint and no receipt begins like this."""
    return f"trucewatch session\n{origin}\n{nonce}\n".encode()


class Sessions:
    """The open challenges and sessions of one process. `monotonic` gives seconds that only ever grow."""

    def __init__(self, monotonic: Callable[[], float]) -> None:
        self._monotonic = monotonic
        self._nonces: dict[str, float] = {}
        self._sessions: list[_Session] = []

    def challenge(self) -> str:
        """Return a nonce that opens one session, once, within two minutes."""
        now = self._monotonic()
        self._nonces = {nonce: ends for nonce, ends in self._nonces.items() if ends > now}
        while len(self._nonces) >= MOST_NONCES:
            del self._nonces[next(iter(self._nonces))]
        nonce = secrets.token_urlsafe(24)
        self._nonces[nonce] = now + NONCE_S
        return nonce

    def open(self, note: bytes, policy: Policy) -> str:
        """Return a token for the keeper who signed a challenge of ours; raise VerificationError for all else."""
        signed = parse_note(note, most=1)
        head, *rest = signed.text.split("\n")
        if head != "trucewatch session" or len(rest) != 3 or rest[0] != policy.log.name:
            raise VerificationError("this is not the signed challenge of a session of this log")
        keeper, key = _keeper(policy, signed.signatures[0])
        check_ed25519(key, signed.text.encode(), signed.signatures[0].signature)
        # only after the signature: nobody but its keeper can use up a nonce
        if self._nonces.pop(rest[1], 0.0) <= self._monotonic():
            raise VerificationError("the challenge is not one of ours, is used up, or is too old")
        token = secrets.token_urlsafe(32)
        session = _Session(token=_digest(token), keeper=keeper, key=key, ends=self._monotonic() + SESSION_S)
        self._sessions = [*self._sessions[-(MOST_SESSIONS - 1) :], session]
        return token

    def keeper(self, authorization: str, policy: Policy) -> str | None:
        """Return the name of the keeper whose session an Authorization header names; None where it names none.

        Who is no longer in the policy has no session either.
        """
        scheme, _, token = authorization.partition(" ")
        if scheme.lower() != "bearer" or not token.isascii() or len(token) > 128:
            return None
        now, wanted, found = self._monotonic(), _digest(token), None
        self._sessions = [session for session in self._sessions if session.ends > now]
        keys = {key for _, key in policy.witnesses}
        for session in self._sessions:  # all of them, so that the time taken tells nothing
            if hmac.compare_digest(session.token, wanted) and session.key in keys:
                found = session.keeper
        return found


def _keeper(policy: Policy, line: Signature) -> tuple[str, VerifierKey]:
    for witness, key in policy.witnesses:
        if key.kind == COSIGN_ED25519 and is_by(line, key):
            return witness, key
    raise VerificationError("this key is no keeper's in the policy of this log")


def _digest(token: str) -> bytes:
    return hashlib.sha256(token.encode()).digest()
