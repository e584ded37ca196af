"""A centre's staff with passkeys made in software, and what they say, approved and not."""

from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

from live_books import CENTRE, CHARTER, ORIGIN

from trucewatch.ledger.book import Book, Submission
from trucewatch.ledger.commitments import derived
from trucewatch.ledger.disk import Disk
from trucewatch.ledger.encoding import encode
from trucewatch.ledger.rehearsal import SoftwarePasskey
from trucewatch.ledger.statements import approved_entry, statement_challenge, unapproved

PAGE = CHARTER["rp_id"]
POSTS = {
    "auditor-1": ("auditor", ""),
    "investigator-1": ("investigator", ""),
    "liaison-a": ("liaison", "a"),
    "liaison-b": ("liaison", "b"),
    "monitor-1": ("monitor", ""),
    "officer-1": ("officer", ""),
    "officer-2": ("officer", ""),
    "reporter-1": ("reporter", ""),
    "reviewer-a": ("reviewer", "a"),
    "reviewer-b": ("reviewer", "b"),
}
KEYS = {
    name: SoftwarePasskey(seed=name.encode().ljust(32, b"."), eddsa=at % 2 == 1)
    for at, name in enumerate(sorted(POSTS))
}
STRANGER = SoftwarePasskey(seed=b"nobody of the staff, whoever it is"[:32])


def member(name: str, *keys: SoftwarePasskey, **other: Any) -> dict[str, Any]:
    """One of the staff as a charter or an act has it; with their own passkey unless others are given."""
    role, of = POSTS.get(name, ("officer", ""))
    return {
        "id": name,
        "role": role,
        "of": of,
        "passkeys": [asdict(key.public()) for key in keys or (KEYS[name],)],
    } | other


def dismissed(name: str) -> dict[str, Any]:
    return member(name, passkeys=[])


STAFF = [member(name) for name in sorted(POSTS)]


def staffed_book(folder: Path, disk: Disk | None = None, staff: list[dict[str, Any]] | None = None) -> Book:
    return Book.create(folder, CENTRE, CHARTER | {"staff": STAFF if staff is None else staff}, disk=disk)


def to_say(
    text: str = "the line is quiet",
    *,
    who: str = "officer-1",
    kind: str = "shift",
    nonce: int = 0,
    log: str = ORIGIN,
    hidden: Mapping[str, Any] | None = None,
    **fields: Any,
) -> tuple[dict[str, Any], tuple[str, ...]]:
    """A statement that nobody approved yet, and its disclosures."""
    own = {"type": "statement", "v": "1", "kind": kind, **(fields or {"what": "begin"})}
    said = {"text": text} if hidden is None else hidden
    salts = derived(b"salts", f"{who} {nonce}".encode())
    return unapproved(own, said, who=who, log=log, nonce=nonce.to_bytes(16, "big"), salts=salts)


def approve(
    entry: Mapping[str, Any], key: SoftwarePasskey | None = None, page: str = PAGE, **how: Any
) -> dict[str, Any]:
    """The entry, approved with the passkey of whoever says it, or with another one."""
    return approved_entry(entry, (key or KEYS[entry["who"]]).assertion(statement_challenge(entry), page, **how))


def saying(text: str = "the line is quiet", **how: Any) -> Submission:
    """A statement, approved by whoever says it, as it is handed in."""
    key, page = how.pop("key", None), how.pop("page", PAGE)
    entry, disclosures = to_say(text, **how)
    return Submission(entry=encode(approve(entry, key, page)), disclosures=disclosures)
