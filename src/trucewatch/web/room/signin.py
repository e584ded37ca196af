"""Signing in to the room: a passkey's assertion over a nonce of ours, then an opaque session for at most twelve hours.

What a passkey signs here is the SHA-256 of a text that begins otherwise than any entry: nobody who signs in can have
approved an entry or an act by it, whatever nonce was handed to them. Nothing of it touches the disk: after a restart
everybody signs in again. Of a token only its SHA-256 stays in memory. Times are of the monotonic clock, so that setting
the clock neither opens nor closes anything. Not for several threads at once.
"""

import hashlib
import hmac
import math
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from trucewatch.ledger.passkeys import check_assertion, read_assertion, request
from trucewatch.ledger.staff import Member, Passkey, PasskeyError
from trucewatch.ledger.verify import from_base64url, to_base64url
from trucewatch.web.room.throttle import Throttle

NONCE_S = 120.0  # between the page and its answer; a guess: a person with a key on a stick, or a command on a laptop
IDLE_S = 30 * 60.0  # NIST SP 800-63B-4, section 2.2.3 (AAL2 allows an hour): a room that is left alone is locked sooner
LONGEST_S = 12 * 3600.0  # a shift, and less than AAL2's 24 hours
MOST_SESSIONS = 3  # of one member of staff: a desk, a telephone, one to spare; the oldest gives way
LONGEST_TOKEN = 128  # characters of what is looked up at all; ours have 43
_NOBODY = (
    "this is no passkey of the staff over a fresh page of ours; try again with the nonce of this page, as this post"
)
_OLD = (
    "the page that this answers is too old: a nonce is good for two minutes, for one sign-in, and while the centre "
    "runs; this page has a new one"
)


class SignInError(ValueError):
    """Nobody signs in with this; the message is one line for a person, the same for all that a stranger could try."""


class NonceError(PasskeyError):
    """The nonce of the page is none that still opens anything: too old, used, or of another run of the centre."""


class TooManyError(SignInError):
    """Too many attempts from one address; `wait_s` is when the next one is looked at."""

    def __init__(self, wait_s: float) -> None:
        super().__init__(f"too many attempts; try again in {math.ceil(wait_s)} seconds")
        self.wait_s = wait_s


@dataclass(slots=True, kw_only=True)
class _Session:
    member: Member  # as at sign-in
    passkey: Passkey
    begun: float
    seen: float


def sign_in_text(origin: str, nonce: str) -> str:
    """Return what somebody signs who signs in to the room of the log of that origin; no entry begins like this."""
    return f"trucewatch room\n{origin}\n{nonce}\n"


def sign_in_challenge(origin: str, nonce: str) -> bytes:
    """Return what the authenticator is asked to sign: the SHA-256 of that text."""
    return hashlib.sha256(sign_in_text(origin, nonce).encode()).digest()


class SignIn:
    """The sessions of one process.

    `staff` gives the staff in force, looked at anew each time; `origin` is the log's, `rp_id` the domain of its page,
    `monotonic` seconds that only ever grow; `tell` gets a line for each attempt and each end.
    """

    def __init__(
        self,
        *,
        staff: Callable[[], Mapping[str, Member]],
        origin: str,
        rp_id: str,
        monotonic: Callable[[], float],
        tell: Callable[[str], None] = lambda _: None,
    ) -> None:
        self._staff = staff
        self._origin = origin
        self._rp_id = rp_id
        self._monotonic = monotonic
        self._tell = tell
        self._secret = secrets.token_bytes(32)
        self._used: dict[str, float] = {}
        self._sessions: dict[bytes, _Session] = {}
        self._throttle = Throttle(monotonic)

    # --- signing in -------------------------------------------------------------------------------

    def nonce(self) -> str:
        """Return a nonce that opens one session, once, within two minutes; keeping it costs us nothing."""
        made = int(self._monotonic() * 1000).to_bytes(8, "big") + secrets.token_bytes(16)
        return to_base64url(made + self._mac(made))

    def options(self, nonce: str, who: str) -> dict[str, Any]:
        """Return what the page hands to navigator.credentials.get.

        For a name that is nobody's just as for one without passkeys. The staff's names and passkeys are in the log.
        """
        member = self._staff().get(who)
        return request(sign_in_challenge(self._origin, nonce), member.passkeys if member else (), self._rp_id)

    def open(self, nonce: str, assertion: bytes, address: str, *, instead_of: str = "") -> str:
        """Return a token for the member of staff whose passkey made this assertion over a nonce of ours.

        `address` is where the attempt comes from, `instead_of` the token that the browser has from before: that session
        ends. Raises SignInError, TooManyError.
        """
        if (wait_s := self._throttle.wait_s(address)) > 0:
            self._tell(f"sign-in not looked at: too many attempts from {address!a}")
            raise TooManyError(wait_s)
        try:
            self._check_open(nonce)
            member, passkey = self._approved(nonce, assertion)
        except PasskeyError as error:
            self._tell(f"sign-in refused, from {address!a}: {error}")
            raise SignInError(_OLD if isinstance(error, NonceError) else _NOBODY) from None
        self._used[nonce] = self._monotonic() + NONCE_S  # only now: nobody but the staff fills our memory
        self.end(instead_of)
        self._tell(f"{member.id} signed in")
        return self._begin(member, passkey)

    def _check_open(self, nonce: str) -> None:
        now = self._monotonic()
        self._used = {used: ends for used, ends in self._used.items() if ends > now}
        self.check_nonce(nonce, NONCE_S)
        if nonce in self._used:
            raise NonceError("the nonce is used up")

    def check_nonce(self, nonce: str, within_s: float) -> None:
        """Raise NonceError unless a page of ours got this nonce, no longer ago than so many seconds."""
        try:
            raw = from_base64url(nonce)
        except ValueError:
            raw = b""
        made, mac = raw[:24], raw[24:]
        if not hmac.compare_digest(mac, self._mac(made)):
            raise NonceError("the nonce is not ours")
        if not 0 <= self._monotonic() - int.from_bytes(made[:8], "big") / 1000 < within_s:
            raise NonceError("the page is too old; load it again")

    def _mac(self, made: bytes) -> bytes:
        return hmac.digest(self._secret, made, "sha256")[:16]

    def _approved(self, nonce: str, assertion: bytes) -> tuple[Member, Passkey]:
        given = read_assertion(assertion)
        for member in self._staff().values():
            for passkey in member.passkeys:
                if passkey.id == given["credential"]:
                    check_assertion(given, passkey, sign_in_challenge(self._origin, nonce), self._rp_id)
                    return member, passkey
        raise PasskeyError("the passkey is nobody's of the staff")

    def _begin(self, member: Member, passkey: Passkey) -> str:
        own = [digest for digest, session in self._sessions.items() if session.member.id == member.id]
        for digest in own[: max(0, len(own) - MOST_SESSIONS + 1)]:
            del self._sessions[digest]
        token, now = secrets.token_urlsafe(32), self._monotonic()
        self._sessions[_digest(token)] = _Session(member=member, passkey=passkey, begun=now, seen=now)
        return token

    # --- being signed in --------------------------------------------------------------------------

    def member(self, token: str, *, is_used: bool = True) -> Member | None:
        """Return who has this session; None where there is none, or no longer.

        `is_used` false only looks, as a stream of events does again and again: that keeps no session open.
        """
        if not token or len(token) > LONGEST_TOKEN:
            return None
        digest, now = _digest(token), self._monotonic()
        session = self._sessions.get(digest)  # by a digest: what the look-up's time tells is nothing of a token
        if session is None:
            return None
        member = self._still(session, now)
        if member is None:
            del self._sessions[digest]
            self._tell(f"the session of {session.member.id} is over")
        elif is_used:
            session.seen = now
        return member

    def _still(self, session: _Session, now: float) -> Member | None:
        """Return the member as now appointed; None when late, dismissed, appointed otherwise, or without the key."""
        member = self._staff().get(session.member.id)
        if member is None or session.passkey not in member.passkeys:
            return None
        if (member.role, member.of) != (session.member.role, session.member.of):
            return None
        return member if now - session.seen < IDLE_S and now - session.begun < LONGEST_S else None

    def end(self, token: str) -> None:
        """End a session; fine where there is none."""
        if len(token) <= LONGEST_TOKEN and (session := self._sessions.pop(_digest(token), None)):
            self._tell(f"{session.member.id} signed out")

    def end_all(self, who: str) -> int:
        """End all sessions of a member of staff, a lost telephone's too; return how many there were."""
        own = [digest for digest, session in self._sessions.items() if session.member.id == who]
        for digest in own:
            del self._sessions[digest]
        self._tell(f"{len(own)} sessions of {who!a} ended")
        return len(own)


def _digest(token: str) -> bytes:
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).digest()
