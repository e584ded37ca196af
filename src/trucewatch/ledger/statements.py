"""What the staff says: entries that their passkeys approve, so that the operator of the log cannot forge one. Pure.

An approval is a WebAuthn assertion whose challenge is the SHA-256 of the canonical JSON of the whole entry but for the
approval itself: who says it, in which log, the commitments to what is hidden and the digests of its files are signed
too. It is checked here with the `webauthn` library, before the entry enters the log; what an outsider checks afterwards
is written a second time, in `verify`, without that library. docs/ledger.md, section 3, has the format.
"""

import hashlib
from collections.abc import Mapping
from typing import Any

from trucewatch.ledger.commitments import Salts, commit
from trucewatch.ledger.encoding import canonical
from trucewatch.ledger.passkeys import as_bytes, check_assertion, read_assertion, request
from trucewatch.ledger.staff import Member, Passkey, PasskeyError
from trucewatch.ledger.verify import SAID_BY_STAFF, to_base64url

__all__ = [
    "NONCE_BYTES",
    "Member",
    "StatementError",
    "approved_entry",
    "check_approved",
    "statement_challenge",
    "statement_options",
    "unapproved",
]

NONCE_BYTES = 16  # of chance, so that what was approved once cannot be put into the log a second time
_OURS = frozenset({"who", "log", "nonce", "approval", "by", "commitments"})  # never the caller's to say
_APPROVAL = frozenset({"credential", "authenticator_data", "client_data", "signature"})


class StatementError(ValueError):
    """What the staff says, or its approval, is not what it must be; the message is one line for a person."""


def unapproved(
    fields: Mapping[str, Any], hidden: Mapping[str, Any], *, who: str, log: str, nonce: bytes, salts: Salts
) -> tuple[dict[str, Any], tuple[str, ...]]:
    """Return an entry that a member of the staff is to approve, and its disclosures in the order of their names.

    `hidden` are the fields that it only commits to, a statement's `text` always. `log` is the log's origin, `nonce` 16
    bytes of chance. Raises StatementError where the staff cannot say this.
    """
    if fields.get("type") not in SAID_BY_STAFF or not isinstance(fields.get("v"), str):
        raise StatementError(f"the staff says {', '.join(sorted(SAID_BY_STAFF))}, each with its version")
    if wrong := sorted(_OURS & fields.keys()):
        raise StatementError(f"{wrong[0]!a} is not a field of what is said")
    if fields["type"] == "statement" and "text" in fields:
        raise StatementError("the text of a statement is never open: it is committed to")
    if len(nonce) != NONCE_BYTES:
        raise StatementError(f"a nonce is {NONCE_BYTES} bytes")
    try:
        return commit({**fields, "who": who, "log": log, "nonce": to_base64url(nonce)}, hidden, salts)
    except ValueError as error:
        raise StatementError(str(error)) from None


def statement_challenge(entry: Mapping[str, Any]) -> bytes:
    """Return what an authenticator signs for this entry: the SHA-256 of its canonical JSON without the approval."""
    return hashlib.sha256(canonical({name: entry[name] for name in entry if name != "approval"})).digest()


def statement_options(entry: Mapping[str, Any], member: Member, rp_id: str) -> dict[str, Any]:
    """Return what the page hands to navigator.credentials.get, in WebAuthn's JSON form of request options."""
    return request(statement_challenge(entry), member.passkeys, rp_id)


def approved_entry(entry: Mapping[str, Any], assertion: bytes) -> dict[str, Any]:
    """Return the entry with its approval from the JSON of a browser's assertion; not yet checked."""
    try:
        return {**entry, "approval": read_assertion(assertion)}
    except PasskeyError as error:
        raise StatementError(str(error)) from None


def check_approved(entry: Mapping[str, Any], staff: Mapping[str, Member], origin: str, rp_id: str) -> Member:
    """Return who of the staff has approved this entry; raise StatementError where that does not hold.

    Whether the same was said before in the log, only the log can tell.
    """
    given, who = entry.get("approval"), entry.get("who")
    if not isinstance(given, dict) or given.keys() != _APPROVAL:
        raise StatementError(f"an approval is {', '.join(sorted(_APPROVAL))}")
    if entry.get("type") not in SAID_BY_STAFF or "by" in entry:
        raise StatementError(f"an approval is of one of these, which nobody else signs: {', '.join(SAID_BY_STAFF)}")
    if entry.get("log") != origin:
        raise StatementError(f"this was said for another log than {origin}")
    member = staff.get(who) if isinstance(who, str) else None
    if member is None:
        raise StatementError(f"nobody of the staff of this log is {who!a}")
    try:
        if len(as_bytes(entry.get("nonce"), "the nonce")) != NONCE_BYTES:
            raise StatementError(f"a nonce is {NONCE_BYTES} bytes")
        check_assertion(given, _passkey(member, given["credential"]), statement_challenge(entry), rp_id)
    except PasskeyError as error:
        raise StatementError(f"the approval of {member.id}: {error}") from None
    return member


def _passkey(member: Member, credential: Any) -> Passkey:
    for passkey in member.passkeys:
        if passkey.id == credential:
            return passkey
    raise PasskeyError("no such passkey, or not any more" if member.passkeys else "dismissed")
